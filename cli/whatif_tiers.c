/*
 * whatif_tiers.c - tiers of the file in place of those of the rulebook, at all dates.
 */
#include <string.h>

#include "memory.h"
#include "whatif_parts.h"

static plm_status read_tier(const plm_config_node *map, const char *symbol, plm_diag *diag,
                            plm_rate_row *out)
{
    static const char *const keys[] = {"from", "maintenance", "leverage_max", "initial", NULL};
    plm_rate_row row = {.effective_from = PLM_TS_MIN};
    const plm_config_node *node;
    memcpy(row.key, symbol, strlen(symbol) + 1);
    PLM_TRY(plm_config_check_keys(map, keys, diag));
    PLM_TRY(plm_config_require(map, "from", diag, &node));
    PLM_TRY(plm_whatif_money(node, diag, &row.from));
    PLM_TRY(plm_config_require(map, "maintenance", diag, &node));
    PLM_TRY(plm_config_decimal(node, PLM_RATE_SCALE, diag, &row.maintenance));
    if (row.from.v < 0 || row.maintenance < 0 || row.maintenance > PLM_WHATIF_RATE_ONE) {
        return plm_config_fail(map, diag, "allowed: from >= 0 and a maintenance rate of 0 to 1");
    }
    node = plm_config_find(map, "leverage_max");
    if (node != NULL) {
        PLM_TRY(plm_whatif_positive(node, 2, diag, &row.leverage_max));
    }
    node = plm_config_find(map, "initial");
    if (node != NULL) {
        PLM_TRY(plm_whatif_positive(node, PLM_RATE_SCALE, diag, &row.initial));
    }
    *out = row;
    return PLM_OK;
}

static plm_status read_tiers(const plm_config_node *list, const char *symbol, plm_diag *diag,
                             plm_rate_row *out)
{
    uint32_t count = 0;
    PLM_TRY(plm_config_expect(list, PLM_CONFIG_LIST, diag));
    for (const plm_config_node *node = list->first; node != NULL; node = node->next) {
        PLM_TRY(read_tier(node, symbol, diag, &out[count]));
        if (count == 0 ? out[0].from.v != 0
                       : plm_money_compare(out[count].from, out[count - 1].from) <= 0) {
            return plm_config_fail(node, diag,
                                   "allowed: tiers from 0 on, each from more than the "
                                   "one before it");
        }
        count++;
    }
    return count > 0 ? PLM_OK : plm_config_fail(list, diag, "no tiers; at least one is needed");
}

/* The rows of a set without those of the symbol, and the new ones in their place. */
static plm_rate_row *replace(const plm_rate_rule *rule, const plm_rate_row *tiers, uint32_t count,
                             uint32_t *out_count)
{
    plm_rate_row *const rows = plm_alloc((size_t)rule->row_count + count, sizeof *rows);
    uint32_t size = 0;
    bool done = false;
    for (uint32_t i = 0; i <= rule->row_count; i++) {
        int const order = i == rule->row_count ? 1 : strcmp(rule->row[i].key, tiers[0].key);
        if (order >= 0 && !done) {
            memcpy(&rows[size], tiers, count * sizeof *rows);
            size += count;
            done = true;
        }
        if (order != 0 && i < rule->row_count) {
            rows[size++] = rule->row[i];
        }
    }
    *out_count = size;
    return rows;
}

static bool has_tiers(const plm_rule_set *set)
{
    return set->rate.kind == PLM_RATE_MARGINAL || set->rate.kind == PLM_RATE_WHOLE;
}

static plm_status lay_over(plm_whatif *whatif, const plm_config_node *list,
                           const plm_rate_row *tiers, plm_diag *diag)
{
    bool used = false;
    for (uint32_t i = 0; i < whatif->rulebook->set_count; i++) {
        plm_rule_set *const set = &whatif->rulebook->set[i];
        if (!has_tiers(set)) {
            continue;
        }
        uint32_t count;
        plm_rate_row *const rows = replace(&set->rate, tiers, (uint32_t)list->size, &count);
        plm_free(whatif->tiers[i]);
        whatif->tiers[i] = rows;
        set->rate.row = rows;
        set->rate.row_count = count;
        used = true;
    }
    return used ? PLM_OK
                : plm_config_fail(list, diag, "the rulebook '%s' has no tiers to replace",
                                  whatif->rulebook->name);
}

plm_status plm_whatif_read_tiers(plm_whatif *whatif, const plm_config_node *root, plm_diag *diag)
{
    const plm_config_node *const map = plm_config_find(root, "tiers");
    if (map == NULL) {
        return PLM_OK;
    }
    PLM_TRY(plm_config_expect(map, PLM_CONFIG_MAP, diag));
    for (const plm_config_node *entry = map->first; entry != NULL; entry = entry->next) {
        uint32_t sym;
        PLM_TRY(plm_whatif_sym(whatif, entry, entry->key, diag, &sym));
        PLM_TRY(plm_config_expect(entry, PLM_CONFIG_LIST, diag));
        plm_rate_row *const tiers = plm_alloc(entry->size + 1, sizeof *tiers);
        plm_status status = read_tiers(entry, entry->key, diag, tiers);
        if (status >= 0) {
            status = lay_over(whatif, entry, tiers, diag);
        }
        plm_free(tiers);
        PLM_TRY(status);
    }
    return PLM_OK;
}
