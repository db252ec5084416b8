/*
 * bench_margin.c - what the built-in model costs: an assessment of 1, 4 and 16 positions under four
 * marginal tiers, the bands after it, weighted collateral, a grid of 16 scenarios. Prices move
 * between two calls, so that nothing can be kept.
 *
 * Prints one JSON object: ratios within a round, and nanoseconds as a help.
 * `bench_margin [--rounds N]`.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "account.h"
#include "band.h"
#include "check.h"
#include "memory.h"
#include "yardstick.h"

#define ROWS 16u
#define TIERS 4u
#define SCENARIOS 16u
#define CALLS 20000u
#define ONE INT64_C(1000000000000)

enum subject {
    ASSESS_1,
    ASSESS_4,
    ASSESS_16,
    WEIGHTED_4,
    GRID_4,
    BAND_1,
    BAND_4,
    BAND_16,
    BAND_WEIGHTED_4,
    SUBJECTS
};

typedef struct plan {
    const char *name;
    uint32_t positions;
    uint8_t regime;
    bool weighted, band;
} plan;

static const plan plans[SUBJECTS] = {
    [ASSESS_1] = {"assess_1", 1, PLM_MARGIN_CROSS, false, false},
    [ASSESS_4] = {"assess_4", 4, PLM_MARGIN_CROSS, false, false},
    [ASSESS_16] = {"assess_16", 16, PLM_MARGIN_CROSS, false, false},
    [WEIGHTED_4] = {"weighted_4", 4, PLM_MARGIN_CROSS, true, false},
    [GRID_4] = {"grid_4", 4, PLM_MARGIN_PORTFOLIO, false, false},
    [BAND_1] = {"band_1", 1, PLM_MARGIN_CROSS, false, true},
    [BAND_4] = {"band_4", 4, PLM_MARGIN_CROSS, false, true},
    [BAND_16] = {"band_16", 16, PLM_MARGIN_CROSS, false, true},
    [BAND_WEIGHTED_4] = {"band_weighted_4", 4, PLM_MARGIN_CROSS, true, true},
};

typedef struct bench {
    yardstick y; /* its rounds alone */
    plm_instrument rows[ROWS];
    plm_contracts contracts;
    plm_rulebook book[2]; /* one currency; an account with weights */
    plm_rules rules[2];
    plm_rate_row rate[TIERS];
    plm_scenario_row scenario[SCENARIOS];
    plm_collateral_row collateral[3];
    uint32_t base[ROWS], settle[ROWS];
    plm_margin_asset asset[2];
    plm_margin_position position[ROWS];
    plm_margin_part part[ROWS];
    plm_margin_band box[3 * ROWS];
    double time[SUBJECTS][ROUNDS_MAX];
    uint64_t seen; /* so that no call can be left out */
} bench;

/* -- a market and its rules ------------------------------------------------------------------ */

static plm_money whole(int64_t units)
{
    return (plm_money){(plm_i128)units * plm_pow10(PLM_MONEY_SCALE)};
}

static void make_rows(bench *b)
{
    for (uint32_t i = 0; i < ROWS; i++) {
        plm_instrument *const row = &b->rows[i];
        *row = (plm_instrument){.kind = PLM_INST_LINEAR,
                                .quote = "USDT",
                                .settle = "USDT",
                                .px_scale = 1,
                                .qty_scale = 3,
                                .multiplier = 1,
                                .tick = 1,
                                .lot = 1};
        snprintf(row->symbol, sizeof row->symbol, "C%uUSDT", i);
        snprintf(row->base, sizeof row->base, "C%u", i);
    }
    plm_contracts_init(&b->contracts, b->rows, ROWS);
    for (uint32_t i = 0; i < ROWS; i++) {
        b->base[i] = b->contracts.contract[i].base;
        b->settle[i] = b->contracts.contract[i].settle;
    }
}

static void make_tables(bench *b)
{
    for (uint32_t i = 0; i < TIERS; i++) {
        b->rate[i] = (plm_rate_row){.key = "*",
                                    .from = whole(10000 * i),
                                    .maintenance = ONE / 250 * (i + 1),
                                    .leverage_max = 10000 / (i + 1)};
    }
    for (uint32_t i = 0; i < SCENARIOS; i++) {
        b->scenario[i] = (plm_scenario_row){
            .unit = "*", .move = ONE / 100 * ((int64_t)i - SCENARIOS / 2), .weight = ONE};
    }
    b->collateral[0] = (plm_collateral_row){.asset = "C0", .weight = ONE, .liability = ONE};
    b->collateral[1] = b->collateral[0];
    b->collateral[1].from = whole(1);
    b->collateral[1].weight = ONE / 10 * 9;
    b->collateral[2] = (plm_collateral_row){.asset = "USDT", .weight = ONE, .liability = ONE};
}

static void make_book(bench *b, uint32_t number, bool weighted)
{
    plm_rulebook *const book = &b->book[number];
    plm_rule_set *const set = &book->set[0];
    plm_pool_scope const scope = weighted ? PLM_POOL_ACCOUNT : PLM_POOL_CURRENCY;
    book->set_count = 1;
    book->pool = (plm_pool_rule){.cross = scope, .portfolio = scope};
    set->net_maintenance = set->net_initial = PLM_NETTING_GROSS;
    set->rate = (plm_rate_rule){.measure = PLM_MEASURE_VALUE,
                                .kind = PLM_RATE_MARGINAL,
                                .row_count = TIERS,
                                .row = b->rate,
                                .scenario_count = SCENARIOS,
                                .scenario = b->scenario,
                                .scenario_factor = ONE,
                                .initial = PLM_INITIAL_LEVERAGE};
    set->collateral = (plm_collateral_rule){
        .settle_only = !weighted, .row_count = weighted ? 3 : 0, .row = b->collateral};
    plm_rules_init(&b->rules[number], book, &b->contracts);
    (void)plm_rules_move(&b->rules[number], PLM_TS_MIN);
}

/* -- a pool ---------------------------------------------------------------------------------- */

static void make_pool(bench *b, const plan *p, plm_margin_input *input)
{
    uint32_t const usdt = plm_contracts_find_asset(&b->contracts, "USDT");
    uint32_t const coin = plm_contracts_find_asset(&b->contracts, "C0");
    b->asset[0] = (plm_margin_asset){
        .asset = usdt, .balance = plm_amount_of(whole(20000 * p->positions)), .weight = -1};
    b->asset[0].price = (plm_fraction){{1, 0}, {1, 0}};
    b->asset[1] =
        (plm_margin_asset){.asset = coin, .balance = plm_amount_of(whole(2)), .weight = -1};
    b->asset[1].price = (plm_fraction){{1200000, 0}, {20, 0}};
    for (uint32_t i = 0; i < p->positions; i++) {
        plm_qty const qty = i % 2 == 0 ? 500 : -500;
        plm_money cost = {0};
        plm_assert(plm_contract_value2(&b->contracts.contract[i], qty, 1190000, &cost));
        b->position[i] = (plm_margin_position){.sym = i,
                                               .qty = qty,
                                               .cost = plm_amount_of(cost),
                                               .leverage = 1000,
                                               .taker_rate = ONE / 2000,
                                               .multiplier = ONE};
    }
    *input = (plm_margin_input){.size = sizeof *input,
                                .regime = p->regime,
                                .unit = usdt,
                                .asset_count = p->weighted ? 2 : 1,
                                .position_count = p->positions,
                                .asset = b->asset,
                                .position = b->position,
                                .instruments = b->rows,
                                .base = b->base,
                                .settle = b->settle};
}

static void run_plan(bench *b, const plan *p)
{
    const plm_rules *const rules = &b->rules[p->weighted ? 1 : 0];
    plm_margin_input input;
    make_pool(b, p, &input);
    plm_margin_output out = {.size = sizeof out, .part = b->part};
    plm_margin_wish const wish = {ONE, {0, 0}};
    for (uint32_t call = 0; call < CALLS; call++) {
        for (uint32_t i = 0; i < p->positions; i++) {
            b->position[i].pnl_px2 = b->position[i].requirement_px2 = 1200000 + call % 64;
        }
        plm_assert(plm_assess(rules, &input, &out));
        b->seen += out.maintenance.lo;
        if (p->band) {
            plm_assert(plm_band(rules, &input, &out, &wish, b->box));
            plm_assert(b->box[0].lo <= b->box[0].hi);
            b->seen += (uint64_t)b->box[0].lo;
        }
    }
}

/* -- main ------------------------------------------------------------------------------------ */

static void run_rounds(bench *b)
{
    for (size_t round = 0; round < b->y.rounds; round++) {
        for (unsigned s = 0; s < SUBJECTS; s++) {
            double const start = yard_now();
            run_plan(b, &plans[s]);
            b->time[s][round] = (yard_now() - start) / CALLS;
        }
    }
}

static json_t *ratio(const bench *b, enum subject a, enum subject by)
{
    return yard_ratio(&b->y, b->time[a], b->time[by], 0);
}

static json_t *report(const bench *b)
{
    json_t *const out = json_object(), *const times = json_object();
    json_object_set_new(out, "schema", json_string("plimsoll/bench-margin/1"));
    json_object_set_new(out, "rounds", json_integer((json_int_t)b->y.rounds));
    json_object_set_new(out, "assess_4_to_1", ratio(b, ASSESS_4, ASSESS_1));
    json_object_set_new(out, "assess_16_to_4", ratio(b, ASSESS_16, ASSESS_4));
    json_object_set_new(out, "weighted_4_to_assess_4", ratio(b, WEIGHTED_4, ASSESS_4));
    json_object_set_new(out, "grid_4_to_assess_4", ratio(b, GRID_4, ASSESS_4));
    json_object_set_new(out, "assess_and_band_1_to_assess_1", ratio(b, BAND_1, ASSESS_1));
    json_object_set_new(out, "assess_and_band_4_to_assess_4", ratio(b, BAND_4, ASSESS_4));
    json_object_set_new(out, "assess_and_band_16_to_assess_16", ratio(b, BAND_16, ASSESS_16));
    for (unsigned s = 0; s < SUBJECTS; s++) {
        double values[ROUNDS_MAX];
        memcpy(values, b->time[s], sizeof values);
        json_object_set_new(times, plans[s].name, yard_spread(values, b->y.rounds, 0));
    }
    json_object_set_new(out, "ns_per_call", times);
    return out;
}

int main(int argc, char **argv)
{
    bench *const b = plm_alloc(1, sizeof *b);
    b->y.rounds = 11;
    for (int i = 1; i + 1 < argc; i += 2) {
        b->y.rounds = strcmp(argv[i], "--rounds") == 0 ? (size_t)strtoull(argv[i + 1], NULL, 10)
                                                       : b->y.rounds;
    }
    plm_assert(b->y.rounds > 0 && b->y.rounds <= ROUNDS_MAX);
    make_rows(b);
    make_tables(b);
    make_book(b, 0, false);
    make_book(b, 1, true);
    run_rounds(b);
    plm_assert(b->seen != 0);
    json_dumpf(report(b), stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(4));
    putchar('\n');
    return 0;
}
