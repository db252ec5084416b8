/*
 * random_stage_pool.h - random accounts under random rules, for properties. One stream of draws:
 * the same accounts in every build.
 */
#ifndef PLM_RANDOM_STAGE_POOL_H
#define PLM_RANDOM_STAGE_POOL_H

#include "rule_help.h"

#include "philox.h"

/* In [low, high]. */
static inline int64_t between(plm_philox *rng, int64_t low, int64_t high)
{
    uint64_t const word = plm_philox_u64(rng);
    return low + (int64_t)(word % (uint64_t)(high - low + 1));
}

static inline bool one_in(plm_philox *rng, uint32_t count)
{
    return plm_philox_below(rng, count) == 0;
}

static inline plm_money random_money(plm_philox *rng, int64_t whole_max)
{
    plm_money const amount = {(plm_i128)between(rng, 0, whole_max) * plm_pow10(18) +
                              between(rng, 0, plm_pow10(18) - 1)};
    return amount;
}

/* Up to six tiers from 0, each higher and dearer than the one before. */
static inline void random_tiers(plm_philox *rng, pool_scene *self, int64_t first_max)
{
    plm_rate_rule *const rule = &rules_of(self)->rate;
    uint32_t const count = 1 + plm_philox_below(rng, 6);
    plm_money from = {0};
    plm_rate maintenance = between(rng, ONE / 1000, ONE / 50);
    rule->kind = one_in(rng, 2) ? PLM_RATE_MARGINAL : PLM_RATE_WHOLE;
    rule->row_count = 0;
    for (uint32_t i = 0; i < count; i++) {
        put_rate(self, (plm_rate_row){.key = "*", .from = from, .maintenance = maintenance});
        from.v += random_money(rng, first_max).v + 1;
        maintenance += between(rng, 1, ONE / 20);
        first_max *= 2;
    }
}

static inline void random_formula(plm_philox *rng, pool_scene *self)
{
    plm_rate_rule *const rule = &rules_of(self)->rate;
    plm_rate_kind const kinds[] = {PLM_RATE_FLAT, PLM_RATE_AFFINE, PLM_RATE_POWER, PLM_RATE_SKEW};
    rule->kind = kinds[plm_philox_below(rng, 4)];
    rule->row_count = 0;
    put_rate(self, (plm_rate_row){.key = "*",
                                  .maintenance = between(rng, ONE / 1000, ONE / 10),
                                  .maintenance_k = between(rng, 0, ONE / 100000),
                                  .scale = {plm_pow10(18)}});
}

/* Slices by coin or by value of each asset. */
static inline void random_collateral(plm_philox *rng, pool_scene *self, const uint32_t *assets,
                                     uint32_t count)
{
    plm_collateral_rule *const rule = &rules_of(self)->collateral;
    rule->settle_only = false;
    rule->by_value = one_in(rng, 2);
    rule->borrow = true;
    rule->row_count = 0;
    for (uint32_t i = 0; i < count; i++) {
        plm_money from = {0};
        plm_rate weight = ONE;
        plm_rate const liability = ONE + between(rng, 0, ONE / 20);
        for (uint32_t slice = 0; slice < 3; slice++) {
            plm_collateral_row row = {.from = from, .weight = weight, .liability = liability};
            const char *const name = self->contracts.asset[assets[i]];
            memcpy(row.asset, name, strlen(name) + 1);
            self->collateral[rule->row_count++] = row;
            from.v += random_money(rng, assets[i] == BTC && !rule->by_value ? 2 : 50000).v + 1;
            weight -= between(rng, 0, ONE / 4);
        }
    }
}

/* A position of that row at about 60000 (3000 for the quanto), long or short. */
static inline plm_margin_position *random_position(plm_philox *rng, pool_scene *self, uint32_t sym)
{
    bool const inverse = self->contracts.contract[sym].form == PLM_FORM_INVERSE;
    int64_t const px2 =
        sym == QUANTO ? between(rng, 400000, 800000) : between(rng, 800000, 1600000);
    int64_t const entry2 = px2 * between(rng, 70, 140) / 100;
    plm_qty const most = inverse ? 60000 : sym == QUANTO ? 400000 : 3000;
    plm_qty const qty = between(rng, 1, most);
    plm_margin_position *const row =
        put_position(self, sym, one_in(rng, 2) ? qty : -qty, entry2, px2);
    row->leverage = between(rng, 100, 10000);
    row->taker_rate = between(rng, 0, ONE / 1000);
    return row;
}

/* Long and short leg of one row at one price. */
static inline void random_legs(plm_philox *rng, pool_scene *self, uint32_t sym)
{
    plm_margin_position *const first = random_position(rng, self, sym);
    plm_margin_position *const second = random_position(rng, self, sym);
    plm_netting const ways[] = {PLM_NETTING_NET, PLM_NETTING_GROSS, PLM_NETTING_MAX_SIDE};
    rules_of(self)->net_maintenance = ways[plm_philox_below(rng, 3)];
    rules_of(self)->net_initial = rules_of(self)->net_maintenance;
    first->leg = 1;
    second->leg = 2;
    if (first->qty < 0) {
        first->qty = -first->qty;
        first->cost = plm_amount_of((plm_money){-plm_money_of(first->cost).v});
    }
    if (second->qty > 0) {
        second->qty = -second->qty;
        second->cost = plm_amount_of((plm_money){-plm_money_of(second->cost).v});
    }
    second->pnl_px2 = second->requirement_px2 = first->pnl_px2;
}

#endif
