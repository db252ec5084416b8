/*
 * rules.c - finds the rows of each table that are in force for each instrument and asset.
 */
#include "rules.h"

#include <string.h>

#include "check.h"
#include "exact.h"
#include "memory.h"

/* -- tables ---------------------------------------------------------------------------------- */

/* A table sorted by (key, effective_from): both at fixed places of a row. */
typedef struct dated_table {
    const char *row;
    size_t size, key, from; /* bytes of a row; places of its key and of its time */
    uint32_t count;
} dated_table;

#define TABLE(rows, number, type, key_field)                                                       \
    ((dated_table){(const char *)(rows), sizeof(type), offsetof(type, key_field),                  \
                   offsetof(type, effective_from), (number)})

static const char *key_of(const dated_table *table, uint32_t row)
{
    return table->row + row * table->size + table->key;
}

static plm_ts from_of(const dated_table *table, uint32_t row)
{
    plm_ts from;
    memcpy(&from, table->row + row * table->size + table->from, sizeof from);
    return from;
}

/* The first row whose key is not below. */
static uint32_t first_of_key(const dated_table *table, const char *key)
{
    uint32_t low = 0, high = table->count;
    while (low < high) {
        uint32_t const middle = low + (high - low) / 2;
        if (strcmp(key_of(table, middle), key) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* The rows of a key with the newest date that is not after ts. */
static plm_rule_rows rows_of_key(const dated_table *table, const char *key, plm_ts ts)
{
    plm_rule_rows found = {0};
    for (uint32_t row = first_of_key(table, key);
         row < table->count && strcmp(key_of(table, row), key) == 0 && from_of(table, row) <= ts;
         row++) {
        if (found.count == 0 || from_of(table, row) != from_of(table, found.first)) {
            found = (plm_rule_rows){.first = row};
        }
        found.count++;
    }
    return found;
}

/* By symbol, base asset, or for all: the first that has rows in force. */
static plm_rule_rows rows_of_instrument(const dated_table *table, const plm_instrument *row,
                                        plm_ts ts)
{
    static const char prefix[] = "base:";
    plm_rule_rows found = rows_of_key(table, row->symbol, ts);
    if (found.count == 0) {
        char key[sizeof prefix + PLM_ASSET_CAP];
        memcpy(key, prefix, sizeof prefix);
        memcpy(key + sizeof prefix - 1, row->base, sizeof row->base);
        found = rows_of_key(table, key, ts);
    }
    return found.count == 0 ? rows_of_key(table, "*", ts) : found;
}

/* -- risk units ------------------------------------------------------------------------------ */

static const char *unit_name(const plm_instrument *row)
{
    return row->underlying[0] != '\0' ? row->underlying : row->base;
}

static bool is_margined(const plm_contracts *contracts, uint32_t sym)
{
    uint8_t const form = contracts->contract[sym].form;
    return form == PLM_FORM_LINEAR || form == PLM_FORM_INVERSE;
}

static void number_units(plm_rules *rules)
{
    const plm_contracts *const contracts = rules->contracts;
    for (uint32_t sym = 0; sym < contracts->count; sym++) {
        rules->unit[sym] = PLM_NO_UNIT;
        for (uint32_t other = 0; other < sym && rules->unit[sym] == PLM_NO_UNIT; other++) {
            if (is_margined(contracts, sym) && is_margined(contracts, other) &&
                strcmp(unit_name(&contracts->rows[sym]), unit_name(&contracts->rows[other])) == 0) {
                rules->unit[sym] = rules->unit[other];
            }
        }
        if (is_margined(contracts, sym) && rules->unit[sym] == PLM_NO_UNIT) {
            rules->unit[sym] = rules->unit_count++;
        }
    }
}

static uint32_t find_unit(const plm_rules *rules, const char *name)
{
    for (uint32_t sym = 0; sym < rules->contracts->count; sym++) {
        if (rules->unit[sym] != PLM_NO_UNIT &&
            strcmp(unit_name(&rules->contracts->rows[sym]), name) == 0) {
            return rules->unit[sym];
        }
    }
    return PLM_NO_UNIT;
}

/* -- life ------------------------------------------------------------------------------------ */

static uint32_t credits_max(const plm_rulebook *rulebook)
{
    uint32_t most = 0;
    for (uint32_t i = 0; i < rulebook->set_count; i++) {
        uint32_t const count = rulebook->set[i].offset.credit_count;
        most = count > most ? count : most;
    }
    return most;
}

static uint32_t rate_rows_max(const plm_rulebook *rulebook)
{
    uint32_t most = 0;
    for (uint32_t i = 0; i < rulebook->set_count; i++) {
        uint32_t const count = rulebook->set[i].rate.row_count;
        most = count > most ? count : most;
    }
    return most;
}

void plm_rules_init(plm_rules *rules, const plm_rulebook *rulebook, const plm_contracts *contracts)
{
    size_t const syms = contracts->count, assets = contracts->asset_count;
    *rules = (plm_rules){
        .rulebook = rulebook,
        .contracts = contracts,
        .rate = plm_alloc(syms, sizeof *rules->rate),
        .scenario = plm_alloc(syms, sizeof *rules->scenario),
        .unit = plm_alloc(syms, sizeof *rules->unit),
        .fee = plm_alloc(syms, sizeof *rules->fee),
        .collateral = plm_alloc(assets, sizeof *rules->collateral),
        .borrow = plm_alloc(assets, sizeof *rules->borrow),
        .credit = plm_alloc(credits_max(rulebook), sizeof *rules->credit),
        .below = plm_alloc(rate_rows_max(rulebook), sizeof *rules->below),
        .below_count = rate_rows_max(rulebook),
    };
    number_units(rules);
}

void plm_rules_fini(plm_rules *rules)
{
    plm_free(rules->rate);
    plm_free(rules->scenario);
    plm_free(rules->unit);
    plm_free(rules->fee);
    plm_free(rules->collateral);
    plm_free(rules->borrow);
    plm_free(rules->credit);
    plm_free(rules->below);
    *rules = (plm_rules){0};
}

/* -- what is in force ------------------------------------------------------------------------ */

static bool set_rows(plm_rule_rows *rows, plm_rule_rows now)
{
    bool const changed = rows->first != now.first || rows->count != now.count;
    *rows = now;
    return changed;
}

static bool set_rate(plm_rate *rate, plm_rate now)
{
    bool const changed = *rate != now;
    *rate = now;
    return changed;
}

/* below + the slice from `row` to the next one; -1 once it does not fit. */
static plm_i128 add_slice(plm_i128 below, const plm_rate_row *row, plm_rate named)
{
    plm_i128 slice, sum;
    plm_rate const rate = named < PLM_RATE_ONE ? named : PLM_RATE_ONE;
    plm_i128 const from = row[0].from.v;
    return below >= 0 && plm_i128_mul(row[1].from.v - from, rate, &slice) &&
                   plm_i128_add(below, slice, &sum) && sum < (plm_i128)1 << 126
               ? sum
               : -1;
}

/* The first tier counts from 0. */
static void sum_below(plm_rules *rules, plm_rule_rows rows)
{
    const plm_rate_rule *const rule = &rules->set->rate;
    if (rule->kind != PLM_RATE_MARGINAL || rows.count == 0) {
        return;
    }
    plm_rule_below *const below = &rules->below[rows.first];
    bool const from_zero = rule->row[rows.first].from.v == 0;
    below[0] = from_zero ? (plm_rule_below){0} : (plm_rule_below){-1, -1};
    for (uint32_t i = 1; i < rows.count; i++) {
        const plm_rate_row *const row = &rule->row[rows.first + i - 1];
        below[i].maintenance = add_slice(below[i - 1].maintenance, row, row->maintenance);
        below[i].initial = add_slice(below[i - 1].initial, row, row->initial);
    }
}

static bool move_instrument(plm_rules *rules, uint32_t sym, plm_ts ts)
{
    const plm_rate_rule *const rate = &rules->set->rate;
    const plm_fee_rule *const fee = &rules->set->fee;
    const plm_instrument *const row = &rules->contracts->rows[sym];
    dated_table const rates = TABLE(rate->row, rate->row_count, plm_rate_row, key);
    dated_table const scenarios =
        TABLE(rate->scenario, rate->scenario_count, plm_scenario_row, unit);
    dated_table const fees = TABLE(fee->row, fee->row_count, plm_fee_row, key);
    plm_rule_rows grid = rows_of_key(&scenarios, unit_name(row), ts);
    if (grid.count == 0) {
        grid = rows_of_key(&scenarios, "*", ts);
    }
    plm_rule_rows const charged = rows_of_instrument(&fees, row, ts);
    bool changed = set_rows(&rules->rate[sym], rows_of_instrument(&rates, row, ts));
    changed = set_rows(&rules->scenario[sym], grid) || changed;
    sum_below(rules, rules->rate[sym]);
    plm_rate const none = fee->row_count == 0 ? fee->rate : 0;
    return set_rate(&rules->fee[sym], charged.count > 0 ? fee->row[charged.first].rate : none) ||
           changed;
}

static bool move_asset(plm_rules *rules, uint32_t asset, plm_ts ts)
{
    const plm_collateral_rule *const rule = &rules->set->collateral;
    const char *const name = rules->contracts->asset[asset];
    dated_table const weights = TABLE(rule->row, rule->row_count, plm_collateral_row, asset);
    dated_table const borrows = TABLE(rule->borrow_row, rule->borrow_count, plm_borrow_row, asset);
    plm_rule_rows const lent = rows_of_key(&borrows, name, ts);
    bool const changed = set_rows(&rules->collateral[asset], rows_of_key(&weights, name, ts));
    return set_rate(&rules->borrow[asset],
                    lent.count > 0 ? rule->borrow_row[lent.first].per_hour : 0) ||
           changed;
}

bool plm_rules_move(plm_rules *rules, plm_ts ts)
{
    if (rules->set != NULL && ts >= rules->at && ts < rules->next_change) {
        rules->at = ts;
        return false;
    }
    const plm_rule_set *const set = plm_rulebook_at(rules->rulebook, ts);
    plm_assert(set->rate.row_count <= rules->below_count);
    bool changed = set != rules->set;
    rules->set = set;
    rules->at = ts;
    rules->next_change = plm_rulebook_next_change(rules->rulebook, ts);
    for (uint32_t sym = 0; sym < rules->contracts->count; sym++) {
        changed = move_instrument(rules, sym, ts) || changed;
    }
    for (uint32_t asset = 0; asset < rules->contracts->asset_count; asset++) {
        changed = move_asset(rules, asset, ts) || changed;
    }
    for (uint32_t i = 0; i < set->offset.credit_count; i++) {
        for (unsigned side = 0; side < 2; side++) {
            rules->credit[i].unit[side] = find_unit(rules, set->offset.credit[i].unit[side]);
        }
    }
    return changed;
}

bool plm_rules_has(const plm_rules *rules, uint32_t sym)
{
    plm_assert(rules->set != NULL);
    if (!is_margined(rules->contracts, sym)) {
        return false;
    }
    const plm_rate_rule *const rate = &rules->set->rate;
    return rules->rate[sym].count > 0 || (rate->kind == PLM_RATE_FLAT && rate->row_count == 0);
}

bool plm_rules_covers(const plm_rules *rules, uint32_t sym, plm_regime regime)
{
    if (regime == PLM_REGIME_PORTFOLIO) {
        return is_margined(rules->contracts, sym) && rules->scenario[sym].count > 0;
    }
    return plm_rules_has(rules, sym);
}
