/*
 * rule_help.h - a rulebook written in code, and a pool under it.
 */
#ifndef PLM_RULE_HELP_H
#define PLM_RULE_HELP_H

#include "money_rows.h"

#include "account.h"
#include "assess.h"
#include "memory.h"

#define HELP_ROWS_MAX 64
#define HELP_PLACES_MAX 32
#define ONE INT64_C(1000000000000)

/* Everything lies in one block, so that a test changes what it needs and moves the rules again. */
typedef struct pool_scene {
    plm_contracts contracts;
    plm_rulebook book;
    plm_rules rules;
    plm_rate_row rate[HELP_ROWS_MAX];
    plm_scenario_row scenario[HELP_ROWS_MAX];
    plm_collateral_row collateral[HELP_ROWS_MAX];
    uint32_t base[HELP_ROWS_MAX], settle[HELP_ROWS_MAX];
    plm_margin_asset asset[HELP_PLACES_MAX];
    plm_margin_position position[HELP_PLACES_MAX];
    plm_margin_part part[HELP_PLACES_MAX];
    plm_margin_input input;
    plm_margin_output out;
} pool_scene;

/* A rate as people write it. */
static inline plm_rate rate(const char *text)
{
    return (plm_rate)(money(text).v / 1000000);
}

/* Textbook: flat 5 %, initial by leverage, no weights, one currency. */
static inline pool_scene *open_pool_of(const plm_instrument *rows, uint32_t row_count)
{
    pool_scene *const self = plm_alloc(1, sizeof *self);
    plm_contracts_init(&self->contracts, rows, row_count);
    for (uint32_t sym = 0; sym < row_count; sym++) {
        self->base[sym] = self->contracts.contract[sym].base;
        self->settle[sym] = self->contracts.contract[sym].settle;
    }
    self->book.set_count = 1;
    self->book.pool = (plm_pool_rule){
        .cross = PLM_POOL_CURRENCY, .portfolio = PLM_POOL_CURRENCY, .isolated = true};
    plm_rule_set *const set = &self->book.set[0];
    set->rate = (plm_rate_rule){.measure = PLM_MEASURE_VALUE,
                                .kind = PLM_RATE_FLAT,
                                .flat = rate("0.05"),
                                .initial = PLM_INITIAL_LEVERAGE,
                                .scenario_factor = ONE,
                                .row = self->rate,
                                .scenario = self->scenario};
    set->net_maintenance = set->net_initial = PLM_NETTING_GROSS;
    set->collateral = (plm_collateral_rule){.settle_only = true, .row = self->collateral};
    plm_rules_init(&self->rules, &self->book, &self->contracts);
    self->input = (plm_margin_input){.size = sizeof self->input,
                                     .regime = PLM_MARGIN_CROSS,
                                     .unit = USDT,
                                     .asset = self->asset,
                                     .position = self->position,
                                     .instruments = rows,
                                     .base = self->base,
                                     .settle = self->settle};
    self->out = (plm_margin_output){.size = sizeof self->out, .part = self->part};
    return self;
}

static inline pool_scene *open_pool(void)
{
    return open_pool_of(money_rows, ROW_COUNT);
}

static inline void close_pool(pool_scene *self)
{
    plm_rules_fini(&self->rules);
    plm_contracts_fini(&self->contracts);
    plm_free(self);
}

/* The rules, changed, in force. */
static inline plm_rule_set *rules_of(pool_scene *self)
{
    return &self->book.set[0];
}

static inline void move_rules(pool_scene *self, plm_ts ts)
{
    plm_rules_fini(&self->rules); /* tables may have grown since */
    plm_rules_init(&self->rules, &self->book, &self->contracts);
    (void)plm_rules_move(&self->rules, ts);
}

static inline void put_rate(pool_scene *self, plm_rate_row row)
{
    self->rate[rules_of(self)->rate.row_count++] = row;
}

static inline void put_tier(pool_scene *self, const char *key, const char *from,
                            const char *maintenance, int64_t leverage_max)
{
    plm_rate_row row = {
        .from = money(from), .maintenance = rate(maintenance), .leverage_max = leverage_max};
    memcpy(row.key, key, strlen(key) + 1);
    put_rate(self, row);
}

/* num / den: the price of an asset. */
static inline plm_fraction price(int64_t num, int64_t den)
{
    return (plm_fraction){{(uint64_t)num, 0}, {(uint64_t)den, 0}};
}

static inline uint32_t put_asset(pool_scene *self, uint32_t asset, const char *balance,
                                 plm_fraction at)
{
    uint32_t const place = self->input.asset_count++;
    self->asset[place] = (plm_margin_asset){
        .asset = asset, .balance = plm_amount_of(money(balance)), .price = at, .weight = -1};
    return place;
}

/* At 10x, cost as of an entry at `entry2` (twice a price), marked at px2. */
static inline plm_margin_position *put_position(pool_scene *self, uint32_t sym, plm_qty qty,
                                                int64_t entry2, int64_t px2)
{
    plm_margin_position *const row = &self->position[self->input.position_count++];
    plm_money cost = {0};
    assert_true(plm_contract_value2(&self->contracts.contract[sym], qty, entry2, &cost));
    uint32_t place = 0;
    while (self->asset[place].asset != self->settle[sym]) {
        place++;
        assert_true(place < self->input.asset_count);
    }
    *row = (plm_margin_position){.sym = sym,
                                 .place = place,
                                 .qty = qty,
                                 .cost = plm_amount_of(cost),
                                 .pnl_px2 = px2,
                                 .requirement_px2 = px2,
                                 .leverage = 1000,
                                 .taker_rate = rate("0.0005"),
                                 .multiplier = ONE};
    return row;
}

static inline const plm_margin_output *assess(pool_scene *self)
{
    assert_true(plm_assess(&self->rules, &self->input, &self->out));
    return &self->out;
}

#define assert_amount_equal(found, text)                                                           \
    plm_test_i128_equal(plm_money_of(found).v, money(text).v, PLM_MONEY_SCALE, #found, __FILE__,   \
                        __LINE__)

#endif
