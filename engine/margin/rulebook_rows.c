/*
 * rulebook_rows.c - the nine kinds of tables, and what their rows must keep to.
 */
#include <stdio.h>

#include "decimal.h"
#include "rulebook_parts.h"

#define AT(type, member) offsetof(type, member)
#define ONE PLM_RULE_ONE

static bool refuse_rate(char out[PLM_TABLE_CHECK_CAP], const char *what, plm_rate found,
                        const char *allowed, plm_rate bound)
{
    char text[PLM_DECIMAL_TEXT_CAP], limit[PLM_DECIMAL_TEXT_CAP];
    (void)plm_decimal_format(found, PLM_RATE_SCALE, text);
    (void)plm_decimal_format(bound, PLM_RATE_SCALE, limit);
    (void)snprintf(out, PLM_TABLE_CHECK_CAP, "%s %s; allowed: %s %s", what, text, allowed, limit);
    return false;
}

/* -- rates ----------------------------------------------------------------------------------- */

static bool check_initial(const plm_rate_row *row, char out[PLM_TABLE_CHECK_CAP])
{
    if (row->initial < row->maintenance) {
        return refuse_rate(out, "initial", row->initial, "at least maintenance,", row->maintenance);
    }
    if (row->initial_k < row->maintenance_k) {
        return refuse_rate(out, "the initial rate grows by", row->initial_k,
                           "at least as maintenance does,", row->maintenance_k);
    }
    return true;
}

static bool check_tier(const void *previous, const void *at, char out[PLM_TABLE_CHECK_CAP])
{
    const plm_rate_row *const below = previous, *const row = at;
    if (row->initial != 0 && !check_initial(row, out)) {
        return false;
    }
    if (below == NULL) {
        return true;
    }
    if (row->maintenance < below->maintenance) {
        return refuse_rate(out, "maintenance falls with size to", row->maintenance, "at least",
                           below->maintenance);
    }
    if (row->initial < below->initial) {
        return refuse_rate(out, "initial falls with size to", row->initial, "at least",
                           below->initial);
    }
    if (below->leverage_max != 0 &&
        (row->leverage_max == 0 || row->leverage_max > below->leverage_max)) {
        char limit[PLM_DECIMAL_TEXT_CAP];
        (void)plm_decimal_format(below->leverage_max, 2, limit);
        (void)snprintf(out, PLM_TABLE_CHECK_CAP,
                       "leverage_max rises with size; allowed: at most %s", limit);
        return false;
    }
    return true;
}

static bool check_rate(const void *previous, const void *at, char out[PLM_TABLE_CHECK_CAP])
{
    (void)previous;
    return check_initial(at, out);
}

static bool check_skew(const void *previous, const void *at, char out[PLM_TABLE_CHECK_CAP])
{
    (void)previous;
    const plm_rate_row *const row = at;
    if (row->scale.v == 0) {
        (void)snprintf(out, PLM_TABLE_CHECK_CAP, "scale 0; allowed: above 0");
        return false;
    }
    return check_initial(row, out);
}

static bool check_flat(const void *previous, const void *at, char out[PLM_TABLE_CHECK_CAP])
{
    (void)previous;
    const plm_rate_row *const row = at;
    bool const none = row->oi_lower.v == 0 && row->oi_upper.v == 0;
    if (!none && row->oi_lower.v >= row->oi_upper.v) {
        (void)snprintf(out, PLM_TABLE_CHECK_CAP,
                       "oi_lower is not below oi_upper; allowed: below, or both 0 for no ramp");
        return false;
    }
    return check_initial(row, out);
}

#define RATE_KEYS                                                                                  \
    {"instrument", PLM_CELL_KEY, AT(plm_rate_row, key), 0, 0},                                     \
    {                                                                                              \
        "effective_from", PLM_CELL_TIME, AT(plm_rate_row, effective_from), 0, 0                    \
    }
#define RATE(name, member)                                                                         \
    {                                                                                              \
        name, PLM_CELL_RATE, AT(plm_rate_row, member), 0, ONE                                      \
    }

const plm_table plm_table_tiers = {
    .name = "tiers",
    .count = 6,
    .required = 5,
    .column = {RATE_KEYS,
               {"from", PLM_CELL_MONEY, AT(plm_rate_row, from), 0, 0},
               RATE("maintenance", maintenance),
               {"leverage_max", PLM_CELL_LEVERAGE, AT(plm_rate_row, leverage_max), 0, 0},
               RATE("initial", initial)},
    .row_size = sizeof(plm_rate_row),
    .tiered = true,
    .check = check_tier,
};

const plm_table plm_table_affine = {
    .name = "affine rates",
    .count = 6,
    .required = 6,
    .column = {RATE_KEYS, RATE("maintenance", maintenance),
               RATE("maintenance_slope", maintenance_k), RATE("initial", initial),
               RATE("initial_slope", initial_k)},
    .row_size = sizeof(plm_rate_row),
    .check = check_rate,
};

const plm_table plm_table_power = {
    .name = "power rates",
    .count = 6,
    .required = 6,
    .column = {RATE_KEYS, RATE("maintenance", maintenance), RATE("maintenance_k", maintenance_k),
               RATE("initial", initial), RATE("initial_k", initial_k)},
    .row_size = sizeof(plm_rate_row),
    .check = check_rate,
};

const plm_table plm_table_skew = {
    .name = "skew rates",
    .count = 7,
    .required = 7,
    .column = {RATE_KEYS,
               {"scale", PLM_CELL_MONEY, AT(plm_rate_row, scale), 0, 0},
               RATE("maintenance_min", maintenance),
               {"maintenance_factor", PLM_CELL_RATE, AT(plm_rate_row, maintenance_k), 0,
                PLM_RULE_RATE_MAX},
               RATE("initial_min", initial),
               {"initial_factor", PLM_CELL_RATE, AT(plm_rate_row, initial_k), 0,
                PLM_RULE_RATE_MAX}},
    .row_size = sizeof(plm_rate_row),
    .check = check_skew,
};

const plm_table plm_table_flat = {
    .name = "flat rates",
    .count = 6,
    .required = 4,
    .column = {RATE_KEYS,
               RATE("maintenance", maintenance),
               RATE("initial", initial),
               {"oi_lower", PLM_CELL_MONEY, AT(plm_rate_row, oi_lower), 0, 0},
               {"oi_upper", PLM_CELL_MONEY, AT(plm_rate_row, oi_upper), 0, 0}},
    .row_size = sizeof(plm_rate_row),
    .check = check_flat,
};

const plm_table plm_table_fees = {
    .name = "fees",
    .count = 3,
    .required = 3,
    .column = {{"instrument", PLM_CELL_KEY, AT(plm_fee_row, key), 0, 0},
               {"effective_from", PLM_CELL_TIME, AT(plm_fee_row, effective_from), 0, 0},
               {"rate", PLM_CELL_RATE, AT(plm_fee_row, rate), 0, ONE}},
    .row_size = sizeof(plm_fee_row),
};

/* -- scenarios ------------------------------------------------------------------------------- */

static bool check_scenario(const void *previous, const void *at, char out[PLM_TABLE_CHECK_CAP])
{
    (void)previous;
    const plm_scenario_row *const row = at;
    if (row->weight == 0) {
        (void)snprintf(out, PLM_TABLE_CHECK_CAP, "weight 0; allowed: above 0");
        return false;
    }
    return true;
}

const plm_table plm_table_scenario = {
    .name = "scenarios",
    .count = 5,
    .required = 4,
    .column = {{"unit", PLM_CELL_UNIT, AT(plm_scenario_row, unit), 0, 0},
               {"effective_from", PLM_CELL_TIME, AT(plm_scenario_row, effective_from), 0, 0},
               {"move", PLM_CELL_RATE, AT(plm_scenario_row, move), -ONE, 10 * ONE},
               {"weight", PLM_CELL_RATE, AT(plm_scenario_row, weight), 0, 10 * ONE},
               {"vol", PLM_CELL_RATE, AT(plm_scenario_row, vol), -10 * ONE, 10 * ONE}},
    .row_size = sizeof(plm_scenario_row),
    .many = true,
    .check = check_scenario,
};

/* -- collateral ------------------------------------------------------------------------------ */

static bool check_collateral(const void *previous, const void *at, char out[PLM_TABLE_CHECK_CAP])
{
    const plm_collateral_row *const below = previous, *const row = at;
    if (below != NULL && row->liability != below->liability) {
        return refuse_rate(out, "liability", row->liability, "the same for all slices,",
                           below->liability);
    }
    return true;
}

const plm_table plm_table_collateral = {
    .name = "collateral",
    .count = 5,
    .required = 5,
    .column = {{"asset", PLM_CELL_ASSET, AT(plm_collateral_row, asset), 0, 0},
               {"effective_from", PLM_CELL_TIME, AT(plm_collateral_row, effective_from), 0, 0},
               {"from", PLM_CELL_MONEY, AT(plm_collateral_row, from), 0, 0},
               {"weight", PLM_CELL_RATE, AT(plm_collateral_row, weight), 0, ONE},
               {"liability", PLM_CELL_RATE, AT(plm_collateral_row, liability), ONE, 10 * ONE}},
    .row_size = sizeof(plm_collateral_row),
    .tiered = true,
    .check = check_collateral,
};

const plm_table plm_table_borrow = {
    .name = "borrow rates",
    .count = 3,
    .required = 3,
    .column = {{"asset", PLM_CELL_ASSET, AT(plm_borrow_row, asset), 0, 0},
               {"effective_from", PLM_CELL_TIME, AT(plm_borrow_row, effective_from), 0, 0},
               {"rate", PLM_CELL_RATE, AT(plm_borrow_row, per_hour), 0, ONE}},
    .row_size = sizeof(plm_borrow_row),
};
