/*
 * rulebook_rate.c - P5 to P9: rates, levels, add-ons, collateral, offsets.
 */
#include <string.h>

#include "check.h"
#include "rulebook_parts.h"

#define ONE PLM_RULE_ONE

/* -- P5 -------------------------------------------------------------------------------------- */

static plm_status read_rows(const plm_rulebook_reader *reader, const plm_config_node *node,
                            const plm_table *table, plm_rate_rule *rate, bool *out_full)
{
    plm_table_rows rows;
    PLM_TRY(plm_table_read(reader, node, table, &rows));
    rate->row = rows.row;
    rate->row_count = rows.count;
    *out_full = rows.full;
    return PLM_OK;
}

static plm_status read_tiers(const plm_rulebook_reader *reader, const plm_config_node *map,
                             plm_rate_rule *rate)
{
    static const char *const words[] = {"marginal", "whole", NULL};
    const plm_config_node *table;
    size_t index;
    bool full = false;
    PLM_TRY(plm_rulebook_word(reader, map, "tiers", words, &index));
    PLM_TRY(plm_config_require(map, "table", reader->diag, &table));
    PLM_TRY(read_rows(reader, table, &plm_table_tiers, rate, &full));
    rate->kind = index == 0 ? PLM_RATE_MARGINAL : PLM_RATE_WHOLE;
    rate->has_initial = full;
    return PLM_OK;
}

static bool is_file(const plm_config_node *node)
{
    return node->kind == PLM_CONFIG_TEXT && node->size > 4 &&
           strcmp(node->text + node->size - 4, ".csv") == 0;
}

/* One rate for all, or a table by instrument. */
static plm_status read_flat(const plm_rulebook_reader *reader, const plm_config_node *map,
                            plm_rate_rule *rate)
{
    const plm_config_node *const node = plm_config_find(map, "flat");
    const plm_config_node *const ramp = plm_config_find(map, "oi_ramp");
    bool full = false;
    rate->kind = PLM_RATE_FLAT;
    if (ramp != NULL) {
        PLM_TRY(plm_rulebook_yes(reader, ramp, &rate->oi_ramp));
    }
    if (!is_file(node)) {
        if (rate->oi_ramp) {
            return plm_config_fail(ramp, reader->diag,
                                   "needs a table of flat rates, with oi_lower and oi_upper");
        }
        return plm_rulebook_rate(reader, node, 0, ONE, &rate->flat);
    }
    PLM_TRY(read_rows(reader, node, &plm_table_flat, rate, &full));
    rate->has_initial = true;
    if (full != rate->oi_ramp) {
        return plm_config_fail(node, reader->diag,
                               full ? "the table has oi_lower and oi_upper, which only "
                                      "'oi_ramp: yes' needs"
                                    : "the table has no oi_lower and oi_upper, which "
                                      "'oi_ramp: yes' needs");
    }
    return PLM_OK;
}

static plm_status read_formula(const plm_rulebook_reader *reader, const plm_config_node *map,
                               const char *key, plm_rate_rule *rate)
{
    bool full = false;
    const plm_table *const table = strcmp(key, "affine") == 0  ? &plm_table_affine
                                   : strcmp(key, "power") == 0 ? &plm_table_power
                                                               : &plm_table_skew;
    rate->kind = table == &plm_table_affine  ? PLM_RATE_AFFINE
                 : table == &plm_table_power ? PLM_RATE_POWER
                                             : PLM_RATE_SKEW;
    rate->has_initial = true;
    return read_rows(reader, plm_config_find(map, key), table, rate, &full);
}

static plm_status read_scenario(const plm_rulebook_reader *reader, const plm_config_node *node,
                                plm_rate_rule *rate)
{
    static const char *const keys[] = {"grid", "factor", "spot", NULL};
    static const char *const words[] = {"excluded", "included", NULL};
    const plm_config_node *entry;
    plm_table_rows rows;
    size_t index;
    PLM_TRY(plm_config_check_keys(node, keys, reader->diag));
    PLM_TRY(plm_config_require(node, "grid", reader->diag, &entry));
    PLM_TRY(plm_table_read(reader, entry, &plm_table_scenario, &rows));
    rate->scenario = rows.row;
    rate->scenario_count = rows.count;
    PLM_TRY(plm_config_require(node, "factor", reader->diag, &entry));
    PLM_TRY(plm_rulebook_rate(reader, entry, ONE, 100 * ONE, &rate->scenario_factor));
    PLM_TRY(plm_rulebook_word(reader, node, "spot", words, &index));
    rate->spot_included = index == 1;
    return PLM_OK;
}

static plm_status read_kind(const plm_rulebook_reader *reader, const plm_config_node *node,
                            const char *kind, plm_rate_rule *rate)
{
    const char *keys[] = {kind, "scenario", NULL, NULL};
    if (strcmp(kind, "tiers") == 0) {
        keys[2] = "table";
        PLM_TRY(plm_config_check_keys(node, keys, reader->diag));
        return read_tiers(reader, node, rate);
    }
    if (strcmp(kind, "flat") == 0) {
        keys[2] = "oi_ramp";
        PLM_TRY(plm_config_check_keys(node, keys, reader->diag));
        return read_flat(reader, node, rate);
    }
    PLM_TRY(plm_config_check_keys(node, keys, reader->diag));
    return read_formula(reader, node, kind, rate);
}

/* The choices of P6 and P7 stand in the same structure and are kept. */
static void keep_levels(plm_rate_rule *rate, const plm_rate_rule *before)
{
    rate->measure = before->measure;
    rate->initial = before->initial;
    rate->initial_times = before->initial_times;
    rate->warn_count = before->warn_count;
    memcpy(rate->warn, before->warn, sizeof rate->warn);
    rate->fee_in_maintenance = before->fee_in_maintenance;
    rate->close_fee_in_initial = before->close_fee_in_initial;
    rate->minimum = before->minimum;
    rate->offset = before->offset;
    rate->gross = before->gross;
}

plm_status plm_rulebook_rates(const plm_rulebook_reader *reader, const plm_config_node *node,
                              plm_rule_set *set)
{
    static const char *const kinds[] = {"flat", "tiers", "affine", "power", "skew", NULL};
    static const char *const keys[] = {"flat",  "tiers",   "affine",   "power", "skew",
                                       "table", "oi_ramp", "scenario", NULL};
    plm_rate_rule rate = {0};
    const char *kind = NULL;
    PLM_TRY(plm_config_check_keys(node, keys, reader->diag));
    for (size_t i = 0; kinds[i] != NULL && kind == NULL; i++) {
        kind = plm_config_find(node, kinds[i]) != NULL ? kinds[i] : NULL;
    }
    bool const portfolio = plm_rulebook_has(reader->book, PLM_REGIME_PORTFOLIO);
    bool const other = reader->book->regime_count > (portfolio ? 1u : 0u);
    if (kind == NULL && other) {
        return plm_config_fail(node, reader->diag,
                               "no rate; allowed: one of flat, tiers, affine, power, skew");
    }
    if (kind != NULL && !other) {
        return plm_config_fail(plm_config_find(node, kind), reader->diag,
                               "is not needed: the one regime is portfolio");
    }
    if (kind != NULL) {
        PLM_TRY(read_kind(reader, node, kind, &rate));
    }
    const plm_config_node *scenario = plm_config_find(node, "scenario");
    if (portfolio) {
        PLM_TRY(plm_config_require(node, "scenario", reader->diag, &scenario));
        PLM_TRY(read_scenario(reader, scenario, &rate));
    } else if (scenario != NULL) {
        return plm_config_fail(scenario, reader->diag, "the rulebook has no regime 'portfolio'");
    }
    keep_levels(&rate, &set->rate);
    set->rate = rate;
    return PLM_OK;
}

/* -- P6 -------------------------------------------------------------------------------------- */

static plm_status read_initial(const plm_rulebook_reader *reader, const plm_config_node *node,
                               plm_rate_rule *rate)
{
    static const char *const words[] = {"leverage", "table", NULL};
    static const char *const keys[] = {"times", NULL};
    const plm_config_node *times;
    size_t index;
    rate->initial_times = 0;
    if (node->kind != PLM_CONFIG_MAP) {
        PLM_TRY(plm_config_word(node, words, reader->diag, &index));
        rate->initial = index == 0 ? PLM_INITIAL_LEVERAGE : PLM_INITIAL_TABLE;
        return PLM_OK;
    }
    PLM_TRY(plm_config_check_keys(node, keys, reader->diag));
    PLM_TRY(plm_config_require(node, "times", reader->diag, &times));
    rate->initial = PLM_INITIAL_TIMES;
    return plm_rulebook_rate(reader, times, ONE, 100 * ONE, &rate->initial_times);
}

plm_status plm_rulebook_levels(const plm_rulebook_reader *reader, const plm_config_node *node,
                               plm_rule_set *set)
{
    static const char *const keys[] = {"initial", "warn", NULL};
    const plm_config_node *entry;
    PLM_TRY(plm_config_check_keys(node, keys, reader->diag));
    PLM_TRY(plm_config_require(node, "initial", reader->diag, &entry));
    PLM_TRY(read_initial(reader, entry, &set->rate));
    PLM_TRY(plm_config_require(node, "warn", reader->diag, &entry));
    PLM_TRY(plm_config_expect(entry, PLM_CONFIG_LIST, reader->diag));
    if (entry->size > PLM_WARN_MAX) {
        return plm_config_fail(entry, reader->diag, "found %zu ratios; allowed: at most %u",
                               entry->size, PLM_WARN_MAX);
    }
    set->rate.warn_count = 0;
    for (const plm_config_node *warn = entry->first; warn != NULL; warn = warn->next) {
        PLM_TRY(plm_rulebook_rate(reader, warn, 1, ONE, &set->rate.warn[set->rate.warn_count++]));
    }
    return PLM_OK;
}

/* -- P7 -------------------------------------------------------------------------------------- */

static plm_status read_flag(const plm_rulebook_reader *reader, const plm_config_node *map,
                            const char *key, const char *word, bool *out)
{
    const char *const words[] = {word, NULL};
    const plm_config_node *const node = plm_config_find(map, key);
    size_t index;
    if (node != NULL) {
        PLM_TRY(plm_config_word(node, words, reader->diag, &index));
    }
    *out = node != NULL;
    return PLM_OK;
}

plm_status plm_rulebook_addons(const plm_rulebook_reader *reader, const plm_config_node *node,
                               plm_rule_set *set)
{
    static const char *const keys[] = {"fee", "close_fee", "minimum", "offset", "gross", NULL};
    plm_rate_rule *const rate = &set->rate;
    PLM_TRY(plm_config_check_keys(node, keys, reader->diag));
    PLM_TRY(read_flag(reader, node, "fee", "maintenance", &rate->fee_in_maintenance));
    PLM_TRY(read_flag(reader, node, "close_fee", "initial", &rate->close_fee_in_initial));
    rate->minimum = (plm_money){0};
    const plm_config_node *const minimum = plm_config_find(node, "minimum");
    if (minimum != NULL) {
        PLM_TRY(plm_rulebook_money(reader, minimum, 0, PLM_I128_MAX, "an amount of at least 0",
                                   &rate->minimum));
    }
    plm_rate *const charge[2] = {&rate->offset, &rate->gross};
    for (size_t i = 0; i < 2; i++) {
        const plm_config_node *const entry = plm_config_find(node, keys[i + 3]);
        *charge[i] = 0;
        if (entry != NULL && !plm_rulebook_has(reader->book, PLM_REGIME_PORTFOLIO)) {
            return plm_config_fail(entry, reader->diag, "the rulebook has no regime 'portfolio'");
        }
        if (entry != NULL) {
            PLM_TRY(plm_rulebook_rate(reader, entry, 0, ONE, charge[i]));
        }
    }
    return PLM_OK;
}

/* -- P9 -------------------------------------------------------------------------------------- */

static plm_status read_credit(const plm_rulebook_reader *reader, const plm_config_node *node,
                              plm_spread_credit *out)
{
    static const char *const keys[] = {"units", "rate", NULL};
    const plm_config_node *units, *rate;
    size_t count = 0;
    PLM_TRY(plm_config_check_keys(node, keys, reader->diag));
    PLM_TRY(plm_config_require(node, "units", reader->diag, &units));
    PLM_TRY(plm_config_expect(units, PLM_CONFIG_LIST, reader->diag));
    for (const plm_config_node *unit = units->first; unit != NULL && units->size == 2;
         unit = unit->next) {
        const char *text;
        PLM_TRY(plm_config_text(unit, reader->diag, &text));
        if (!plm_rulebook_is_name(text, unit->size, PLM_SYMBOL_CAP)) {
            return plm_config_fail(unit, reader->diag, "found '%.100s'; allowed: an underlying",
                                   text);
        }
        memcpy(out->unit[count++], text, unit->size + 1);
    }
    if (units->size != 2 || strcmp(out->unit[0], out->unit[1]) == 0) {
        return plm_config_fail(units, reader->diag, "allowed: two different underlyings");
    }
    PLM_TRY(plm_config_require(node, "rate", reader->diag, &rate));
    return plm_rulebook_rate(reader, rate, 0, ONE, &out->rate);
}

static plm_status read_credits(const plm_rulebook_reader *reader, const plm_config_node *node,
                               plm_offset_rule *offset)
{
    static const char *const keys[] = {"spread_credit", NULL};
    const plm_config_node *list;
    PLM_TRY(plm_config_check_keys(node, keys, reader->diag));
    PLM_TRY(plm_config_require(node, "spread_credit", reader->diag, &list));
    PLM_TRY(plm_config_expect(list, PLM_CONFIG_LIST, reader->diag));
    plm_spread_credit *const credit =
        plm_rulebook_take(reader->book, list->size + 1, sizeof *credit);
    for (const plm_config_node *entry = list->first; entry != NULL; entry = entry->next) {
        PLM_TRY(read_credit(reader, entry, &credit[offset->credit_count++]));
    }
    offset->credit = credit;
    return PLM_OK;
}

plm_status plm_rulebook_offset(const plm_rulebook_reader *reader, const plm_config_node *node,
                               plm_rule_set *set)
{
    static const char *const words[] = {"none", "scenario", NULL};
    plm_offset_rule offset = {.scenario = true};
    size_t index = 0;
    if (node->kind == PLM_CONFIG_MAP) {
        PLM_TRY(read_credits(reader, node, &offset));
    } else {
        PLM_TRY(plm_config_word(node, words, reader->diag, &index));
        offset.scenario = index == 1;
    }
    bool const portfolio = plm_rulebook_has(reader->book, PLM_REGIME_PORTFOLIO);
    if (portfolio != offset.scenario) {
        return plm_config_fail(node, reader->diag,
                               portfolio ? "allowed with the regime portfolio: scenario, or a map "
                                           "with spread_credit"
                                         : "allowed without the regime portfolio: none");
    }
    set->offset = offset;
    return PLM_OK;
}
