/*
 * outcome.c - what came out of a run, for one account and of all.
 */
#include "outcome.h"

#include "check.h"

/* The sum of one number per asset, in the report currency at the last prices. */
static bool sum_assets(const plm_core *core, const plm_seat *seat, const plm_money *amounts,
                       plm_money *out)
{
    plm_money sum = {0};
    for (uint32_t asset = 0; asset < core->contracts->asset_count; asset++) {
        plm_money converted;
        bool overflow = false;
        if (plm_money_sign(amounts[asset]) == 0) {
            continue;
        }
        if (!plm_market_convert(&core->market, core->contracts, amounts[asset], asset,
                                seat->account.report_asset, &converted, &overflow) ||
            !plm_money_add(sum, converted, &sum)) {
            return false;
        }
    }
    *out = sum;
    return true;
}

/* Pools of several units are compared in the report currency. */
static bool is_lower(const plm_core *core, const plm_pool *pool, const plm_pool *than,
                     uint32_t asset)
{
    plm_money a, b;
    bool overflow;
    if (pool->name.unit == than->name.unit ||
        !plm_market_convert(&core->market, core->contracts, pool->lowest, pool->name.unit, asset,
                            &a, &overflow) ||
        !plm_market_convert(&core->market, core->contracts, than->lowest, than->name.unit, asset,
                            &b, &overflow)) {
        return plm_money_compare(pool->lowest, than->lowest) < 0;
    }
    return plm_money_compare(a, b) < 0;
}

static void sum_up_margin(const plm_core *core, const plm_seat *seat, plm_account_summary *summary)
{
    const plm_pool *lowest = NULL;
    for (uint32_t i = 0; i < seat->pool_count; i++) {
        const plm_pool *const pool = &core->guard.pool[seat->first_pool + i];
        bool const first = pool->lowest_seen && lowest == NULL;
        if (first ||
            (pool->lowest_seen && is_lower(core, pool, lowest, seat->account.report_asset))) {
            lowest = pool;
        }
    }
    if (lowest != NULL) {
        summary->lowest_seen = true;
        summary->lowest_surplus = lowest->lowest;
        summary->lowest_unit = lowest->name.unit;
        summary->lowest_surplus_ts = lowest->lowest_at;
    }
    summary->liquidations = seat->liquidations;
    summary->margin_calls = seat->calls;
    summary->adl = seat->deleveraged;
    summary->skipped = seat->skipped;
    summary->bankrupt = seat->bankrupt;
    summary->priced =
        summary->priced && sum_assets(core, seat, seat->insurance_used, &summary->insurance_used);
}

plm_account_summary plm_outcome(const plm_core *core, uint32_t account)
{
    plm_assert(account < core->seat_count);
    const plm_seat *const seat = &core->seat[account];
    plm_worth const worth = plm_sample_worth(core, seat);
    plm_account_summary summary = {
        .name = seat->account.name,
        .group = seat->spec->group,
        .regime = seat->spec->regime,
        .report_asset = seat->account.report_asset,
        .priced = worth.priced,
        .nav = worth.nav,
        .first_nav = seat->first_nav,
        .unrealised = worth.unrealised,
        .requests = seat->requests,
        .orders = seat->account.orders,
        .fills = seat->account.fills,
        .stopped = seat->instance != NULL && seat->instance->stopped,
    };
    for (unsigned reason = 0; reason < PLM_REASON_COUNT; reason++) {
        uint64_t const count = seat->rejected[reason];
        summary.rejected_by[reason] = count;
        summary.rejected += count;
        if (count > summary.rejected_by[summary.rejected_most]) {
            summary.rejected_most = (plm_reason)reason;
        }
    }
    summary.falls = plm_drawdown_deepest(&seat->drawdown, &summary.max_drawdown);
    summary.priced =
        summary.priced && sum_assets(core, seat, seat->account.realised, &summary.realised);
    summary.priced =
        summary.priced && seat->first_seen && sum_assets(core, seat, seat->flowed, &summary.flows);
    summary.priced = summary.priced && sum_assets(core, seat, seat->account.fees, &summary.fees);
    summary.priced =
        summary.priced && sum_assets(core, seat, seat->account.funding, &summary.funding);
    sum_up_margin(core, seat, &summary);
    return summary;
}

uint64_t plm_outcome_unsettled(const plm_core *core)
{
    uint64_t count = 0;
    for (uint32_t i = 0; i < core->seat_count; i++) {
        for (uint32_t place = 0; place < 2 * core->contracts->count; place++) {
            plm_ts const expiry = core->contracts->contract[place / 2].expiry;
            bool const expired = expiry != 0 && expiry <= core->now;
            count += expired && core->seat[i].account.position[place].qty != 0;
        }
    }
    return count;
}
