/*
 * whatif_sums.c - the numbers of an account as a whole, of its positions, and ratios that say why
 * they are missing.
 */
#include "account.h"
#include "memory.h"
#include "whatif.h"

static const char *const not_above = "margin equity is not above 0";
static const char *const no_requirement = "there is no maintenance requirement";

plm_whatif_ratio plm_whatif_divide(plm_money part, plm_money whole, const char *zero)
{
    plm_i128 value;
    if (whole.v <= 0) {
        return (plm_whatif_ratio){.reason = zero};
    }
    if (!plm_muldiv(part.v, PLM_WHATIF_RATE_ONE, whole.v, PLM_ROUND_HALF_EVEN, &value)) {
        return (plm_whatif_ratio){.reason = "it does not fit"};
    }
    return (plm_whatif_ratio){.value = value};
}

/* -- sums ------------------------------------------------------------------------------------ */

static bool add(const plm_whatif *whatif, const plm_whatif_book *book, uint32_t unit,
                plm_amount amount, plm_money *sum)
{
    plm_money value;
    return plm_whatif_report(whatif, book, unit, plm_money_of(amount), &value) &&
           plm_money_add(*sum, value, sum);
}

static bool add_pool(const plm_whatif *whatif, const plm_whatif_book *book,
                     const plm_whatif_pool *pool, plm_whatif_account *sum)
{
    uint32_t const unit = pool->input.unit;
    return add(whatif, book, unit, pool->out.collateral, &sum->collateral) &&
           add(whatif, book, unit, pool->out.equity, &sum->equity) &&
           add(whatif, book, unit, pool->out.initial, &sum->initial) &&
           add(whatif, book, unit, pool->out.orders, &sum->orders) &&
           add(whatif, book, unit, pool->out.maintenance, &sum->maintenance);
}

/* Balance and unrealised profit by asset, over all pools; debts and notional beside it. */
static bool add_worth(const plm_whatif *whatif, const plm_whatif_book *book,
                      const plm_whatif_pool *pool, plm_money *by_asset, plm_money *gross)
{
    for (uint32_t place = 0; place < pool->input.asset_count; place++) {
        const plm_margin_asset *const asset = &pool->asset[place];
        plm_money *const sum = &by_asset[asset->asset];
        plm_money const balance = plm_money_of(asset->balance);
        plm_money debt = {0};
        if ((balance.v < 0 && !plm_money_negate(balance, &debt)) ||
            !plm_money_add(*sum, balance, sum)) {
            return false;
        }
        for (uint32_t i = 0; i < pool->input.position_count; i++) {
            if (pool->position[i].place == place &&
                (!plm_money_add(*sum, plm_money_of(pool->out.part[i].unrealised), sum) ||
                 !add(whatif, book, asset->asset, pool->out.part[i].notional, gross))) {
                return false;
            }
        }
        if (!add(whatif, book, asset->asset, plm_amount_of(debt), gross)) {
            return false;
        }
    }
    return true;
}

/* nav: each asset once (docs/replay.md, 9). */
static bool add_pools(const plm_whatif *whatif, const plm_whatif_book *book,
                      const plm_whatif_pools *pools, plm_whatif_account *sum, plm_money *gross)
{
    uint32_t const assets = whatif->contracts.asset_count;
    plm_money *const by_asset = plm_alloc(assets, sizeof *by_asset);
    bool fits = true;
    for (uint32_t i = 0; i < pools->count && fits; i++) {
        fits = add_pool(whatif, book, &pools->pool[i], sum) &&
               add_worth(whatif, book, &pools->pool[i], by_asset, gross);
    }
    for (uint32_t asset = 0; asset < assets && fits; asset++) {
        fits = add(whatif, book, asset, plm_amount_of(by_asset[asset]), &sum->nav);
    }
    plm_free(by_asset);
    return fits;
}

/* health_a < health_b, of pools with a requirement. */
static bool is_worse(const plm_whatif_pool *a, const plm_whatif_pool *b)
{
    return plm_compare_products(plm_money_of(a->out.equity).v, plm_money_of(b->out.maintenance).v,
                                plm_money_of(b->out.equity).v,
                                plm_money_of(a->out.maintenance).v) < 0;
}

static void find_worst(const plm_whatif_pools *pools, plm_whatif_account *out)
{
    out->worst = PLM_NO_ASSET;
    for (uint32_t i = 0; i < pools->count; i++) {
        const plm_whatif_pool *const pool = &pools->pool[i];
        out->liquidatable = out->liquidatable || plm_whatif_pool_fires(pool);
        if (plm_money_of(pool->out.maintenance).v > 0 &&
            (out->worst == PLM_NO_ASSET || is_worse(pool, &pools->pool[out->worst]))) {
            out->worst = i;
        }
    }
}

static void divide_worst(const plm_whatif_pools *pools, plm_whatif_account *out)
{
    out->margin_ratio = plm_whatif_divide(out->maintenance, out->equity, not_above);
    out->health = (plm_whatif_ratio){.reason = no_requirement};
    if (out->worst != PLM_NO_ASSET) {
        const plm_margin_output *const worst = &pools->pool[out->worst].out;
        plm_money const equity = plm_money_of(worst->equity);
        plm_money const maintenance = plm_money_of(worst->maintenance);
        out->margin_ratio = plm_whatif_divide(maintenance, equity, not_above);
        out->health = plm_whatif_divide(equity, maintenance, no_requirement);
    }
}

plm_status plm_whatif_sum(const plm_whatif *whatif, const plm_whatif_book *book,
                          const plm_whatif_pools *pools, plm_diag *diag, plm_whatif_account *out)
{
    plm_whatif_account sum = {0};
    plm_money gross = {0}, initial;
    find_worst(pools, &sum);
    if (!add_pools(whatif, book, pools, &sum, &gross)) {
        sum.reason = "an asset has no price in the report currency; give it under 'prices'";
    }
    if (!plm_money_sub(sum.equity, sum.maintenance, &sum.surplus) ||
        !plm_money_add(sum.initial, sum.orders, &initial)) {
        return plm_whatif_overflow(diag);
    }
    divide_worst(pools, &sum);
    sum.utilisation = plm_whatif_divide(initial, sum.equity, not_above);
    sum.leverage = plm_whatif_divide(gross, sum.nav, "nav is not above 0");
    if (sum.reason != NULL) {
        sum.utilisation = (plm_whatif_ratio){.reason = sum.reason};
        sum.leverage = sum.utilisation;
    }
    *out = sum;
    return PLM_OK;
}

/* -- a position ------------------------------------------------------------------------------ */

/* From the requirement price to the nearer of the two prices, in parts of it. */
static plm_whatif_ratio distance_of(int64_t px2, const plm_exit_price *exit)
{
    plm_i128 nearest = -1;
    const plm_px px[] = {exit->down, exit->up};
    for (size_t i = 0; i < 2; i++) {
        plm_i128 const gap = 2 * (plm_i128)px[i] - px2;
        plm_i128 const size = gap < 0 ? -gap : gap;
        if (px[i] != 0 && (nearest < 0 || size < nearest)) {
            nearest = size;
        }
    }
    if (nearest < 0) {
        return (plm_whatif_ratio){.reason = "no price liquidates it"};
    }
    return plm_whatif_divide((plm_money){nearest}, (plm_money){px2}, "there is no price");
}

plm_status plm_whatif_show(const plm_whatif *whatif, const plm_whatif_pool *pool, uint32_t position,
                           plm_diag *diag, plm_whatif_shown *out)
{
    plm_whatif_shown shown = {0};
    plm_money value;
    if (!plm_exit_price_of(&whatif->rules, &pool->input, position, &shown.exit)) {
        return plm_whatif_overflow(diag);
    }
    if (pool->position[position].qty != 0 &&
        !plm_bankruptcy_value(&whatif->rules, &pool->input, &pool->out, position, &value,
                              &shown.bankruptcy)) {
        return plm_whatif_overflow(diag);
    }
    shown.distance = distance_of(pool->position[position].requirement_px2, &shown.exit);
    *out = shown;
    return PLM_OK;
}

plm_status plm_whatif_factor_of(const plm_whatif *whatif, const plm_whatif_pool *pool,
                                uint32_t position, plm_diag *diag, plm_whatif_factor *out)
{
    const uint32_t *const unit = whatif->rules.unit;
    uint32_t const sym = pool->position[position].sym;
    const plm_instrument *const row = &whatif->row[sym];
    plm_whatif_factor factor = {.underlying =
                                    row->underlying[0] != '\0' ? row->underlying : row->base};
    bool seen = pool->position[position].qty == 0;
    for (uint32_t i = 0; i < position; i++) {
        seen = seen || (unit[pool->position[i].sym] == unit[sym] && pool->position[i].qty != 0);
    }
    if (seen) {
        *out = (plm_whatif_factor){0};
        return PLM_OK;
    }
    if (!plm_exit_factor_of(&whatif->rules, &pool->input, unit[sym], &factor.down, &factor.up)) {
        return plm_whatif_overflow(diag);
    }
    *out = factor;
    return PLM_OK;
}
