/*
 * account_margin.c - what an account says about its margin: warnings, what follows a liquidation,
 * where its collateral lies, and the margin of isolated positions that it brings along.
 */
#include <string.h>

#include "memory.h"
#include "setup_parts.h"

#define RATE_ONE INT64_C(1000000000000)

static const char *const after_words[] = {"continue", "stop", "refill", NULL};
static const char *const topup_words[] = {"manual", "auto", NULL};

/* -- words and warnings ------------------------------------------------------------------------ */

static plm_status read_words(const plm_draft *draft, plm_diag *diag, plm_account_spec *account)
{
    const plm_config_node *const after = plm_config_find(draft->map, "after_liquidation");
    const plm_config_node *const topup = plm_config_find(draft->map, "topup");
    size_t index = 0;
    if (after != NULL) {
        PLM_TRY(plm_config_word(after, after_words, diag, &index));
    }
    account->after = (plm_after_liquidation)(PLM_AFTER_CONTINUE + (int)index);
    if (account->after == PLM_AFTER_REFILL && account->holding_count == 0) {
        return plm_config_fail(after, diag,
                               "found 'refill' for an account without collateral, which is what "
                               "is deposited again; allowed: continue, stop");
    }
    if (topup != NULL) {
        PLM_TRY(plm_config_word(topup, topup_words, diag, &index));
        account->topup_auto = index == 1;
    }
    return PLM_OK;
}

static plm_status read_alerts(const plm_config_node *list, plm_diag *diag,
                              plm_account_spec *account)
{
    PLM_TRY(plm_config_expect(list, PLM_CONFIG_LIST, diag));
    if (list->size > PLM_WARN_MAX) {
        return plm_config_fail(list, diag, "found %zu ratios; allowed: at most %u", list->size,
                               PLM_WARN_MAX);
    }
    for (const plm_config_node *node = list->first; node != NULL; node = node->next) {
        plm_rate ratio;
        PLM_TRY(plm_setup_decimal(node, PLM_RATE_SCALE, 1, RATE_ONE,
                                  "above 0 up to 1 with at most 12 decimals: maintenance over "
                                  "equity",
                                  diag, &ratio));
        uint32_t at = account->alert_count++;
        for (; at > 0 && account->alert[at - 1] >= ratio; at--) {
            if (account->alert[at - 1] == ratio) {
                return plm_config_fail(node, diag, "found '%s' twice; allowed: once", node->text);
            }
            account->alert[at] = account->alert[at - 1];
        }
        account->alert[at] = ratio;
    }
    return PLM_OK;
}

/* -- custody ----------------------------------------------------------------------------------- */

static plm_status find_custody(const plm_config_node *node, const plm_contracts *contracts,
                               plm_diag *diag, uint32_t *out)
{
    const char **const words = plm_alloc((size_t)contracts->count + 1, sizeof *words);
    uint32_t count = 0, found = PLM_NO_SYM;
    for (uint32_t sym = 0; sym < contracts->count; sym++) {
        if (contracts->rows[sym].kind == PLM_INST_CUSTODY) {
            words[count++] = contracts->rows[sym].symbol;
            found = strcmp(contracts->rows[sym].symbol, node->key) == 0 ? sym : found;
        }
    }
    plm_status status = PLM_OK;
    if (found == PLM_NO_SYM) {
        status = plm_setup_refuse_name(node, "custody", node->key, words, diag);
    } else {
        *out = found;
    }
    plm_free(words);
    return status;
}

static plm_money held_of(const plm_account_spec *account, uint32_t asset)
{
    for (uint32_t i = 0; i < account->holding_count; i++) {
        if (account->holding[i].asset == asset) {
            return account->holding[i].amount;
        }
    }
    return (plm_money){0};
}

/* By (asset, custody): the order of the keys must not show. */
static void insert_parcel(plm_account_spec *account, plm_custody_spec parcel)
{
    uint32_t at = account->custody_count++;
    for (; at > 0; at--) {
        const plm_custody_spec *const other = &account->custody[at - 1];
        if (other->asset < parcel.asset ||
            (other->asset == parcel.asset && other->custody < parcel.custody)) {
            break;
        }
        account->custody[at] = *other;
    }
    account->custody[at] = parcel;
}

static plm_status read_parcels(const plm_config_node *map, const plm_contracts *contracts,
                               plm_diag *diag, plm_account_spec *account)
{
    plm_custody_spec parcel;
    PLM_TRY(plm_setup_asset(map, map->key, contracts, diag, &parcel.asset));
    PLM_TRY(plm_config_expect(map, PLM_CONFIG_MAP, diag));
    plm_money left = held_of(account, parcel.asset);
    for (const plm_config_node *entry = map->first; entry != NULL; entry = entry->next) {
        PLM_TRY(find_custody(entry, contracts, diag, &parcel.custody));
        PLM_TRY(plm_setup_money(entry, 1, "an amount above 0 with at most 18 decimals", diag,
                                &parcel.amount));
        if (plm_money_compare(parcel.amount, left) > 0 ||
            !plm_money_sub(left, parcel.amount, &left)) {
            return plm_config_fail(entry, diag,
                                   "found '%.200s', more than is left of the collateral in %s",
                                   entry->text, map->key);
        }
        insert_parcel(account, parcel);
    }
    return PLM_OK;
}

static plm_status read_custody(plm_run_file *file, const plm_config_node *map,
                               const plm_contracts *contracts, plm_diag *diag,
                               plm_account_spec *account)
{
    size_t count = 0;
    PLM_TRY(plm_config_expect(map, PLM_CONFIG_MAP, diag));
    for (const plm_config_node *entry = map->first; entry != NULL; entry = entry->next) {
        count += entry->kind == PLM_CONFIG_MAP ? entry->size : 0;
    }
    account->custody = plm_setup_take(file, count, sizeof *account->custody);
    for (const plm_config_node *entry = map->first; entry != NULL; entry = entry->next) {
        PLM_TRY(read_parcels(entry, contracts, diag, account));
    }
    return PLM_OK;
}

/* -- isolated positions ------------------------------------------------------------------------ */

static bool is_isolated(const plm_draft *draft, const char *symbol)
{
    for (uint32_t i = 0; i < draft->variant_count; i++) {
        const plm_variant *const variant = &draft->variant[i];
        const plm_config_node *const own =
            variant->map == NULL ? NULL : plm_config_find(variant->map, symbol);
        const char *const isolated = plm_regime_word(PLM_REGIME_ISOLATED);
        if (own == NULL ? variant->common == PLM_REGIME_ISOLATED
                        : strcmp(own->text, isolated) == 0) {
            return true;
        }
    }
    return false;
}

/* The openings stand in the order of the list. */
static plm_status read_margins(const plm_draft *draft, const plm_config_node *list,
                               const plm_contracts *contracts, plm_diag *diag,
                               plm_account_spec *account)
{
    uint32_t at = 0;
    for (const plm_config_node *map = list->first; map != NULL; map = map->next, at++) {
        plm_opening_spec *const opening = &account->opening[at];
        const plm_config_node *const margin = plm_config_find(map, "margin");
        if (margin == NULL) {
            continue;
        }
        if (!is_isolated(draft, contracts->rows[opening->sym].symbol)) {
            return plm_config_fail(margin, diag,
                                   "'%s' is isolated in no regime of the account; allowed where "
                                   "it is",
                                   contracts->rows[opening->sym].symbol);
        }
        PLM_TRY(plm_setup_money(margin, 1, "an amount above 0 with at most 18 decimals", diag,
                                &opening->margin));
    }
    return PLM_OK;
}

plm_status plm_setup_account_margin(plm_run_file *file, const plm_draft *draft,
                                    const plm_contracts *contracts, plm_diag *diag,
                                    plm_account_spec *account)
{
    const plm_config_node *const alerts = plm_config_find(draft->map, "alerts");
    const plm_config_node *const custody = plm_config_find(draft->map, "custody");
    const plm_config_node *const positions = plm_config_find(draft->map, "positions");
    PLM_TRY(read_words(draft, diag, account));
    if (alerts != NULL) {
        PLM_TRY(read_alerts(alerts, diag, account));
    }
    if (custody != NULL) {
        PLM_TRY(read_custody(file, custody, contracts, diag, account));
    }
    return positions == NULL ? PLM_OK : read_margins(draft, positions, contracts, diag, account);
}
