/*
 * random_pool.h - random rulebooks and random pools under them: every kind of rate, measure,
 * netting, initial, collateral and regime.
 */
#ifndef PLM_RANDOM_POOL_H
#define PLM_RANDOM_POOL_H

#include <stdlib.h>

#include "rule_help.h"

#include "philox.h"

static inline uint32_t below(plm_philox *rng, uint32_t bound)
{
    return plm_philox_below(rng, bound);
}

/* low .. high, both of them. */
static inline int64_t between(plm_philox *rng, int64_t low, int64_t high)
{
    return low + (int64_t)(plm_philox_u64(rng) % (uint64_t)(high - low + 1));
}

static inline bool chance(plm_philox *rng, uint32_t percent)
{
    return below(rng, 100) < percent;
}

/* Some amount of up to `whole` units of an asset, with all its digits. */
static inline plm_money some_amount(plm_philox *rng, int64_t whole)
{
    plm_i128 const unit = (plm_i128)plm_pow10(18);
    plm_i128 const digits = between(rng, 0, plm_pow10(18) - 1);
    return (plm_money){between(rng, 0, whole - 1) * unit + digits};
}

/* -- rules ----------------------------------------------------------------------------------- */

static inline void random_tiers(plm_philox *rng, pool_scene *self, bool whole)
{
    uint32_t const count = 1 + below(rng, 6);
    plm_rate_row row = {.key = "*"};
    for (uint32_t i = 0; i < count; i++) {
        plm_rate const most = (ONE - row.maintenance) / 4;
        plm_rate const least = i == 0 ? ONE / 1000 : 0;
        row.maintenance += between(rng, least, i == 0 ? ONE / 50 : most);
        row.initial = row.maintenance + between(rng, 0, (ONE - row.maintenance) / 2);
        row.leverage_max = chance(rng, 50) ? between(rng, 100, 12500) : 0;
        put_rate(self, row);
        /* measures are values, coins or contracts: floors near all of them */
        row.from.v += some_amount(rng, whole && chance(rng, 50) ? 50 : 50000).v + 1;
    }
}

static inline void random_rates(plm_philox *rng, pool_scene *self)
{
    plm_rate_rule *const rule = &rules_of(self)->rate;
    rule->kind = (plm_rate_kind)(1 + below(rng, 6));
    rule->measure =
        rule->kind == PLM_RATE_MARGINAL ? PLM_MEASURE_VALUE : (plm_measure)(1 + below(rng, 3));
    rule->flat = between(rng, ONE / 1000, ONE / 5);
    plm_rate_row row = {.key = "*",
                        .maintenance = between(rng, ONE / 1000, ONE / 10),
                        .scale = some_amount(rng, 1000000)};
    row.initial = 2 * row.maintenance;
    row.scale.v++;
    switch (rule->kind) {
    case PLM_RATE_MARGINAL:
    case PLM_RATE_WHOLE:
        random_tiers(rng, self, rule->kind == PLM_RATE_WHOLE);
        return;
    case PLM_RATE_FLAT:
        if (chance(rng, 50)) {
            return; /* without a table */
        }
        rule->oi_ramp = true;
        row.oi_lower = some_amount(rng, 1000);
        row.oi_upper.v = row.oi_lower.v + some_amount(rng, 1000000).v;
        break;
    case PLM_RATE_AFFINE:
        row.maintenance_k = between(rng, 0, ONE / 100000);
        row.initial_k = 2 * row.maintenance_k;
        break;
    case PLM_RATE_POWER:
        row.maintenance_k = between(rng, 0, ONE / 1000);
        row.initial_k = 2 * row.maintenance_k;
        break;
    case PLM_RATE_SKEW:
        row.maintenance_k = between(rng, 0, ONE / 2);
        row.initial_k = row.maintenance_k;
        break;
    case PLM_RATE_NONE:
        break;
    }
    put_rate(self, row);
}

static inline void random_grid(plm_philox *rng, pool_scene *self)
{
    plm_rate_rule *const rule = &rules_of(self)->rate;
    rule->scenario_count = 2 + below(rng, 14);
    for (uint32_t i = 0; i < rule->scenario_count; i++) {
        self->scenario[i] =
            (plm_scenario_row){.unit = "*",
                               .move = between(rng, -ONE / 4, ONE / 4),
                               .weight = chance(rng, 80) ? ONE : between(rng, 1, ONE)};
    }
    rule->scenario_factor = between(rng, ONE, 2 * ONE);
    rule->spot_included = chance(rng, 50);
    rule->offset = chance(rng, 50) ? between(rng, 0, ONE / 50) : 0;
    rule->gross = chance(rng, 50) ? between(rng, 0, ONE / 50) : 0;
}

static inline void random_credits(plm_philox *rng, pool_scene *self)
{
    static const plm_spread_credit credit[] = {{{"BTC", "ETH"}, INT64_C(500000000000)},
                                               {{"ETH", "BTC"}, INT64_C(900000000000)}};
    rules_of(self)->offset = (plm_offset_rule){.credit_count = below(rng, 3), .credit = credit};
}

static inline plm_round random_round(plm_philox *rng)
{
    static const plm_round rounds[] = {PLM_ROUND_NONE, PLM_ROUND_CEIL, PLM_ROUND_FLOOR,
                                       PLM_ROUND_HALF_EVEN};
    return chance(rng, 70) ? PLM_ROUND_NONE : rounds[below(rng, 4)];
}

static inline void random_collateral(plm_philox *rng, pool_scene *self)
{
    static const char *const assets[] = {"USDT", "BTC", "USDC"};
    plm_collateral_rule *const rule = &rules_of(self)->collateral;
    rule->settle_only = chance(rng, 25);
    rule->by_value = chance(rng, 50);
    for (uint32_t i = 0; i < 3 && !rule->settle_only; i++) {
        plm_collateral_row row = {.liability = ONE + between(rng, 0, ONE / 10)};
        memcpy(row.asset, assets[i], strlen(assets[i]) + 1);
        for (uint32_t slice = 0; slice < 1 + below(rng, 3); slice++) {
            row.weight = between(rng, 0, ONE);
            self->collateral[rule->row_count++] = row;
            row.from.v += some_amount(rng, rule->by_value || i != 1 ? 20000 : 3).v + 1;
        }
    }
}

static inline int compare_collateral(const void *a, const void *b)
{
    const plm_collateral_row *const left = a, *const right = b;
    int const order = strcmp(left->asset, right->asset);
    return order != 0 ? order : plm_money_compare(left->from, right->from);
}

static inline void random_rules(plm_philox *rng, pool_scene *self)
{
    plm_rule_set *const set = rules_of(self);
    random_rates(rng, self);
    random_grid(rng, self);
    random_credits(rng, self);
    set->round_requirement = random_round(rng);
    set->round_equity = random_round(rng);
    random_collateral(rng, self);
    qsort(self->collateral, set->collateral.row_count, sizeof self->collateral[0],
          compare_collateral);
    set->rate.initial = (plm_initial_kind)(1 + below(rng, 3));
    set->rate.initial_times = between(rng, ONE, 3 * ONE);
    set->rate.minimum = chance(rng, 30) ? some_amount(rng, 5) : (plm_money){0};
    set->rate.fee_in_maintenance = chance(rng, 30);
    set->rate.close_fee_in_initial = chance(rng, 30);
    set->fee.rate = between(rng, 0, ONE / 100);
    set->net_maintenance = (plm_netting)(1 + below(rng, 3));
    set->net_initial = (plm_netting)(1 + below(rng, 3));
    static const plm_order_margin orders[] = {PLM_ORDER_MARGIN_NONE, PLM_ORDER_MARGIN_SUM,
                                              PLM_ORDER_MARGIN_WORSE_SIDE};
    set->orders = orders[below(rng, 3)];
    set->trigger_above = chance(rng, 50);
    self->book.pool.cross = self->book.pool.portfolio =
        chance(rng, 30) ? PLM_POOL_CURRENCY : PLM_POOL_ACCOUNT;
    move_rules(self, 0);
}

/* -- pools ----------------------------------------------------------------------------------- */

/* Prices of about 60000 and 3000, as the rows have them. */
static inline int64_t random_px2(plm_philox *rng, uint32_t sym)
{
    return sym == QUANTO ? between(rng, 400000, 800000) : between(rng, 1000000, 1400000);
}

static inline plm_qty random_qty(plm_philox *rng, uint32_t sym)
{
    plm_qty const most = sym == LINEAR ? 5000 : sym == INVERSE ? 300000 : sym == FUTURE ? 3000 : 10;
    plm_qty const size = between(rng, 1, chance(rng, 50) ? most : most / 10 + 1);
    return chance(rng, 50) ? size : -size;
}

static inline void random_row(plm_philox *rng, pool_scene *self, uint32_t sym, uint8_t leg)
{
    int64_t const px2 = random_px2(rng, sym);
    plm_qty qty = random_qty(rng, sym);
    if (leg != 0) {
        qty = (qty > 0) == (leg == 1) ? qty : -qty;
    }
    int64_t const entry2 = px2 + px2 * between(rng, -20, 20) / 100;
    plm_margin_position *const row = put_position(self, sym, qty, entry2, px2);
    row->leg = leg;
    row->leverage = between(rng, 100, 10000);
    row->multiplier = chance(rng, 70) ? ONE : between(rng, ONE / 2, 3 * ONE);
    row->open_interest = between(rng, 0, 100000);
    if (chance(rng, 30)) {
        row->pnl_px2 += row->pnl_px2 / 100;
    }
    if (chance(rng, 30)) {
        row->buy_qty = between(rng, 0, 100);
        row->sell_qty = between(rng, 0, 100);
        row->buy_value = plm_amount_of(some_amount(rng, 100));
        row->sell_value = plm_amount_of(some_amount(rng, 100));
        row->held = plm_amount_of(some_amount(rng, 10));
    }
}

/* Which rows can be in the pool, by its assets. */
static inline void random_positions(plm_philox *rng, pool_scene *self)
{
    static const uint32_t syms[] = {LINEAR, INVERSE, QUANTO, FUTURE};
    bool const account = self->input.asset_count > 1;
    bool const in_btc = self->input.unit == BTC;
    bool const isolated = self->input.regime == PLM_MARGIN_ISOLATED;
    for (uint32_t i = 0; i < 4; i++) {
        bool const fits = account || (self->settle[syms[i]] == BTC) == in_btc;
        bool const full = isolated && self->input.position_count > 0;
        if (!fits || full || chance(rng, 30)) {
            continue;
        }
        bool const hedged = !isolated && chance(rng, 30);
        random_row(rng, self, syms[i], hedged ? 1 : 0);
        if (hedged) {
            random_row(rng, self, syms[i], 2);
            plm_margin_position *const legs = &self->position[self->input.position_count - 2];
            legs[1].pnl_px2 = legs[0].pnl_px2;
            legs[1].requirement_px2 = legs[0].requirement_px2;
            legs[1].multiplier = legs[0].multiplier;
            legs[1].leverage = legs[0].leverage;
        }
    }
}

static inline void random_assets(plm_philox *rng, pool_scene *self)
{
    bool const portfolio = self->input.regime == PLM_MARGIN_PORTFOLIO;
    plm_pool_scope const scope = portfolio ? self->book.pool.portfolio : self->book.pool.cross;
    bool const account = self->input.regime != PLM_MARGIN_ISOLATED && scope == PLM_POOL_ACCOUNT;
    self->input.unit = account || chance(rng, 50) ? USDT : BTC;
    if (!account) {
        (void)put_asset(self, self->input.unit, "0", price(1, 1));
        return;
    }
    (void)put_asset(self, BTC, "0", price(between(rng, 5000000, 7000000), 100));
    (void)put_asset(self, USDT, "0", price(1, 1));
    (void)put_asset(self, USDC, "0", price(between(rng, 1980000, 2020000), 2000000));
    if (chance(rng, 20)) {
        self->asset[0].weight = between(rng, 0, ONE);
        self->asset[0].lost = plm_amount_of(some_amount(rng, 1));
    }
}

/* Balances that make the pool's equity about some times its maintenance. */
static inline void random_balances(plm_philox *rng, pool_scene *self)
{
    uint32_t const unit_place = self->input.asset_count > 1 ? 1 : 0;
    if (unit_place == 1) {
        self->asset[0].balance = plm_amount_of(some_amount(rng, 2));
        self->asset[2].balance = plm_amount_of(some_amount(rng, 10000));
        if (chance(rng, 30)) { /* a debt */
            plm_money const debt = plm_money_of(self->asset[0].balance);
            self->asset[0].balance = plm_amount_of((plm_money){-debt.v / 4});
        }
    }
    const plm_margin_output *const now = assess(self);
    plm_i128 const wanted =
        plm_money_of(now->maintenance).v / 100 * between(rng, chance(rng, 10) ? 50 : 100, 600);
    self->asset[unit_place].balance =
        plm_amount_of((plm_money){wanted - plm_money_of(now->equity).v + 1});
}

static inline pool_scene *random_pool(plm_philox *rng)
{
    static const uint8_t regimes[] = {PLM_MARGIN_CROSS, PLM_MARGIN_CROSS, PLM_MARGIN_ISOLATED,
                                      PLM_MARGIN_PORTFOLIO};
    pool_scene *const self = open_pool();
    random_rules(rng, self);
    self->input.regime = regimes[below(rng, 4)];
    random_assets(rng, self);
    random_positions(rng, self);
    random_balances(rng, self);
    return self;
}

#endif
