/*
 * shortfall.c - who pays what a flat pool owes (docs/margin.md, 8.5), and what an account does to
 * get out of debt before: conversion of what it has.
 */
#include "check.h"
#include "core.h"

bool plm_pool_in_debt(const plm_core *core, const plm_pool *pool)
{
    for (uint32_t i = 0; i < pool->input.asset_count; i++) {
        if (plm_ledger_balance(&core->ledger, pool->book, pool->assets[i].asset).v < 0) {
            return true;
        }
    }
    return false;
}

/* -- paying ---------------------------------------------------------------------------------- */

/* `book` pays an amount to the pool. */
static plm_status pay(plm_core *core, plm_pool *pool, uint32_t book, uint32_t asset,
                      plm_cause cause, plm_money amount, plm_diag *diag)
{
    plm_seat *const seat = &core->seat[pool->account];
    plm_postings postings = {0};
    if (!plm_postings_move(&postings, book, pool->book, asset, cause, amount) ||
        !plm_ledger_commit(&core->ledger, &postings)) {
        return PLM_OVERFLOW(core, diag, seat, "a shortfall");
    }
    bool const account = book < core->ledger.account_count;
    plm_guard_journal_counterparty(
        core, pool,
        &(plm_record_counterparty){.value = plm_amount_of(amount),
                                   .sym = PLM_NO_SYM,
                                   .account = account ? book : PLM_NO_SYM,
                                   .asset = asset,
                                   .payer = (uint8_t)plm_ledger_kind(&core->ledger, book),
                                   .cause = (uint8_t)cause});
    plm_journal_postings(core, pool->account, &postings,
                         pool->name.regime == PLM_REGIME_ISOLATED ? pool->name.sym : PLM_NO_SYM);
    if (account) {
        plm_guard_asset_changed(core, &core->seat[book], asset);
        PLM_TRY(plm_journal_show_cash(core, &core->seat[book], asset, diag));
    }
    plm_guard_changed(core, pool);
    return plm_journal_show_cash(core, seat, asset, diag);
}

static plm_money lesser(plm_money a, plm_money b)
{
    return plm_money_compare(a, b) < 0 ? a : b;
}

static plm_status pay_insurance(plm_core *core, plm_pool *pool, uint32_t asset, plm_money *owed,
                                plm_diag *diag)
{
    const plm_rule_set *const set = core->guard.regulation[pool->rulebook].rules.set;
    plm_seat *const seat = &core->seat[pool->account];
    uint32_t const book = plm_ledger_insurance(&core->ledger, seat->spec->world);
    plm_money room;
    if (!plm_money_sub(plm_ledger_balance(&core->ledger, book, asset), set->insurance_floor,
                       &room)) {
        return PLM_OVERFLOW(core, diag, seat, "the insurance fund");
    }
    plm_money const paid = lesser(room, *owed);
    if (paid.v <= 0) {
        return PLM_OK;
    }
    if (!plm_money_sub(*owed, paid, owed) ||
        !plm_money_add(seat->insurance_used[asset], paid, &seat->insurance_used[asset])) {
        return PLM_OVERFLOW(core, diag, seat, "what insurance paid");
    }
    return pay(core, pool, book, asset, PLM_CAUSE_INSURANCE, paid, diag);
}

/* -- winners --------------------------------------------------------------------------------- */

/* Adds what an isolated pool holds, and the profit of the positions of any pool. */
static bool add_pool(const plm_core *core, const plm_pool *pool, uint32_t asset, plm_money *sum)
{
    bool const own = pool->name.regime == PLM_REGIME_ISOLATED && pool->name.unit == asset;
    if (own && !plm_money_add(*sum, plm_ledger_balance(&core->ledger, pool->book, asset), sum)) {
        return false;
    }
    for (uint32_t i = 0; i < pool->input.position_count && pool->output.priced; i++) {
        if (pool->assets[pool->positions[i].place].asset == asset &&
            !plm_money_add(*sum, plm_money_of(pool->parts[i].unrealised), sum)) {
            return false;
        }
    }
    return true;
}

plm_status plm_seat_equity(plm_core *core, const plm_seat *seat, uint32_t asset, plm_diag *diag,
                           plm_money *out)
{
    plm_money sum = plm_ledger_balance(&core->ledger, seat->account.index, asset);
    for (uint32_t i = 0; i < seat->pool_count; i++) {
        plm_pool *const pool = &core->guard.pool[seat->first_pool + i];
        PLM_TRY(plm_pool_look(core, pool, false, diag));
        if (!add_pool(core, pool, asset, &sum)) {
            return PLM_OVERFLOW(core, diag, seat, "its equity");
        }
    }
    *out = sum;
    return PLM_OK;
}

/* What an account has won in an asset since the day began: equity now less then and flows. */
static plm_status won(plm_core *core, const plm_seat *seat, uint32_t asset, plm_diag *diag,
                      plm_money *out)
{
    plm_money gain;
    plm_money flows;
    PLM_TRY(plm_seat_equity(core, seat, asset, diag, &gain));
    if (!plm_money_sub(gain, seat->day_equity[asset], &gain) ||
        !plm_money_sub(seat->flowed[asset], seat->day_flowed[asset], &flows) ||
        !plm_money_sub(gain, flows, &gain)) {
        return PLM_OVERFLOW(core, diag, seat, "what it won");
    }
    *out = gain.v > 0 ? gain : (plm_money){0};
    return PLM_OK;
}

static bool shares_loss(const plm_core *core, const plm_pool *pool, const plm_seat *seat)
{
    const plm_seat *const loser = &core->seat[pool->account];
    return seat != loser && seat->spec->world == loser->spec->world && seat->pool_count > 0;
}

/* Pro rata to what was won, down; the largest winner the rest, nobody more than it won. */
static plm_status pay_winners(plm_core *core, plm_pool *pool, uint32_t asset, plm_money *owed,
                              plm_diag *diag)
{
    plm_money total = {0};
    uint32_t largest = 0;
    plm_money most = {0};
    for (uint32_t i = 0; i < core->seat_count; i++) {
        if (!shares_loss(core, pool, &core->seat[i])) {
            continue;
        }
        plm_money gain;
        PLM_TRY(won(core, &core->seat[i], asset, diag, &gain));
        if (!plm_money_add(total, gain, &total)) {
            return PLM_OVERFLOW(core, diag, &core->seat[pool->account], "what winners won");
        }
        if (plm_money_compare(gain, most) > 0) {
            most = gain;
            largest = i;
        }
    }
    plm_money const shared = lesser(total, *owed);
    plm_money left = shared;
    for (uint32_t i = 0; i < core->seat_count && shared.v > 0; i++) {
        plm_seat *const seat = &core->seat[i];
        if (!shares_loss(core, pool, seat) || i == largest) {
            continue;
        }
        plm_money gain;
        plm_money part;
        PLM_TRY(won(core, seat, asset, diag, &gain));
        if (!plm_muldiv(gain.v, shared.v, total.v, PLM_ROUND_FLOOR, &part.v) ||
            !plm_money_sub(left, part, &left)) {
            return PLM_OVERFLOW(core, diag, seat, "a socialised loss");
        }
        if (part.v == 0) {
            continue;
        }
        PLM_TRY(pay(core, pool, seat->account.index, asset, PLM_CAUSE_SOCIALISED, part, diag));
    }
    plm_money const rest = lesser(left, most);
    if (rest.v > 0) {
        PLM_TRY(pay(core, pool, core->seat[largest].account.index, asset, PLM_CAUSE_SOCIALISED,
                    rest, diag));
    }
    if (!plm_money_sub(left, rest, &left) || !plm_money_sub(*owed, shared, owed) ||
        !plm_money_add(*owed, left, owed)) {
        return PLM_OVERFLOW(core, diag, &core->seat[pool->account], "a socialised loss");
    }
    return PLM_OK;
}

/* -- the waterfall --------------------------------------------------------------------------- */

static plm_status cover_asset(plm_core *core, plm_pool *pool, uint32_t place, plm_diag *diag,
                              plm_money *total)
{
    plm_seat *const seat = &core->seat[pool->account];
    const plm_rule_set *const set = core->guard.regulation[pool->rulebook].rules.set;
    const plm_margin_asset *const row = &pool->assets[place];
    plm_money owed;
    if (!plm_money_negate(plm_ledger_balance(&core->ledger, pool->book, row->asset), &owed)) {
        return PLM_OVERFLOW(core, diag, seat, "a shortfall");
    }
    if (owed.v <= 0) {
        return PLM_OK;
    }
    plm_money in_unit;
    if (!plm_muldiv(owed.v, plm_money_of(row->price.num).v, plm_money_of(row->price.den).v,
                    PLM_ROUND_CEIL, &in_unit.v) ||
        !plm_money_add(*total, in_unit, total)) {
        return PLM_OVERFLOW(core, diag, seat, "a shortfall");
    }
    PLM_TRY(pay_insurance(core, pool, row->asset, &owed, diag));
    if (owed.v > 0 && set->socialise_winners) {
        PLM_TRY(pay_winners(core, pool, row->asset, &owed, diag));
    }
    if (owed.v > 0 && set->fee.recourse_debt) {
        /* What is left is the account's debt. */
        return pool->name.regime == PLM_REGIME_ISOLATED ? plm_isolated_move(core, pool, owed, diag)
                                                        : PLM_OK;
    }
    if (owed.v > 0) {
        PLM_TRY(pay(core, pool, plm_ledger_book(&core->ledger, PLM_BOOK_LAST_RESORT), row->asset,
                    PLM_CAUSE_LAST_RESORT, owed, diag));
    }
    return PLM_OK;
}

plm_status plm_shortfall_cover(plm_core *core, plm_pool *pool, plm_diag *diag, plm_money *out_total)
{
    bool stalled = false;
    plm_money total = {0};
    if (pool->input.asset_count > 1) {
        PLM_TRY(plm_repay(core, pool, 0, diag, &stalled));
    }
    for (uint32_t i = 0; i < pool->input.asset_count; i++) {
        PLM_TRY(cover_asset(core, pool, i, diag, &total));
    }
    pool->changed = true;
    *out_total = total;
    return PLM_OK;
}

/* -- conversion ------------------------------------------------------------------------------ */

/* Pays as much as possible of a debt, at most `most` of it, from another asset, at their prices and
 * a cost on top. */
static plm_status convert(plm_core *core, plm_pool *pool, uint32_t from, uint32_t to,
                          plm_money most, plm_rate cost, plm_diag *diag, plm_money *out_received)
{
    plm_seat *const seat = &core->seat[pool->account];
    const plm_margin_asset *const source = &pool->assets[from];
    const plm_margin_asset *const debt = &pool->assets[to];
    plm_money const have = plm_ledger_balance(&core->ledger, pool->book, source->asset);
    plm_money owed;
    plm_conversion conversion;
    *out_received = (plm_money){0};
    if (!plm_money_negate(plm_ledger_balance(&core->ledger, pool->book, debt->asset), &owed)) {
        return PLM_OVERFLOW(core, diag, seat, "a debt");
    }
    owed = lesser(owed, most);
    if (have.v <= 0 || owed.v <= 0 || plm_money_of(source->price.num).v == 0 ||
        plm_money_of(debt->price.num).v == 0) {
        return PLM_OK;
    }
    if (!plm_conversion_of(source->price, debt->price, have, owed, cost, &conversion)) {
        return PLM_OVERFLOW(core, diag, seat, "a conversion");
    }
    if (conversion.received.v == 0) {
        return PLM_OK;
    }
    *out_received = conversion.received;
    return plm_conversion_book(core, pool, source->asset, debt->asset, &conversion, diag);
}

/* From all others, in the rulebook's order. */
static plm_status repay_one(plm_core *core, plm_pool *pool, uint32_t to, plm_money most,
                            plm_rate cost, plm_diag *diag, bool *any)
{
    const uint32_t *const order = plm_guard_repay_order(core, pool);
    for (uint32_t i = 0; i < pool->input.asset_count; i++) {
        uint32_t const from = order[i];
        plm_money received = {0};
        if (from != to) {
            PLM_TRY(convert(core, pool, from, to, most, cost, diag, &received));
        }
        *any = *any || received.v > 0;
        if (!plm_money_sub(most, received, &most)) {
            return PLM_OVERFLOW(core, diag, &core->seat[pool->account], "a debt");
        }
    }
    pool->changed = true;
    return PLM_OK;
}

plm_status plm_repay_asset(plm_core *core, plm_pool *pool, uint32_t asset, plm_money most,
                           plm_diag *diag)
{
    plm_rate const cost = core->guard.regulation[pool->rulebook].rules.set->collateral.convert_cost;
    bool any = false;
    return pool->input.asset_count == 1 ? PLM_OK
                                        : repay_one(core, pool, asset, most, cost, diag, &any);
}

plm_status plm_repay(plm_core *core, plm_pool *pool, plm_rate cost, plm_diag *diag,
                     bool *out_stalled)
{
    bool any = false;
    plm_money const all = {PLM_I128_MAX};
    const uint32_t *const order = plm_guard_repay_order(core, pool);
    for (uint32_t i = 0; i < pool->input.asset_count && pool->input.asset_count > 1; i++) {
        uint32_t const to = order[i];
        if (plm_ledger_balance(&core->ledger, pool->book, pool->assets[to].asset).v >= 0) {
            continue;
        }
        PLM_TRY(repay_one(core, pool, to, all, cost, diag, &any));
    }
    *out_stalled = !any;
    return PLM_OK;
}
