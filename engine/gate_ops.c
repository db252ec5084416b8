/*
 * gate_ops.c - requests of plimsoll.margin_ops: leverage, mode, isolated margin, loans,
 * conversions, withdrawals (docs/margin.md, 7). Each is done whole or refused with a reason.
 */
#include "check.h"
#include "core.h"

#define LEVERAGE_ONE 100
#define LEVERAGE_MOST 100000

/* What a request came to. */
typedef struct deed {
    plm_reason reason; /* NONE: done */
    plm_money moved;
} deed;

static deed refused(plm_reason reason)
{
    return (deed){.reason = reason};
}

static plm_pool *isolated_of(plm_core *core, const plm_seat *seat, uint32_t sym, uint8_t leg)
{
    plm_pool *const pool = plm_pool_of(core, seat, plm_account_place(sym, leg));
    return pool != NULL && pool->name.regime == PLM_REGIME_ISOLATED ? pool : NULL;
}

/* -- leverage and mode ----------------------------------------------------------------------- */

/* What an isolated position lacks at its new leverage comes from the account. */
static plm_status fill_up(plm_core *core, plm_seat *seat, plm_pool *pool, plm_diag *diag, deed *out)
{
    const plm_position *const position = &seat->account.position[pool->place[0]];
    plm_i128 const one = position->cost.v < 0 ? -LEVERAGE_ONE : LEVERAGE_ONE;
    plm_pool *const payer = plm_pool_paying(core, seat, pool->name.unit);
    plm_money wanted, lack, free;
    PLM_TRY(plm_pool_look(core, payer, false, diag));
    if (!plm_muldiv(position->cost.v, one, seat->leverage[pool->name.sym], PLM_ROUND_CEIL,
                    &wanted.v) ||
        !plm_money_sub(wanted, plm_ledger_balance(&core->ledger, pool->book, pool->name.unit),
                       &lack) ||
        !plm_pool_free(payer, &free)) {
        return PLM_OVERFLOW(core, diag, seat, "the margin of a position");
    }
    if (lack.v <= 0) {
        return PLM_OK;
    }
    if (payer->output.priced == 0 || plm_money_compare(lack, free) > 0) {
        *out = refused(payer->output.priced == 0 ? PLM_REASON_NO_PRICE : PLM_REASON_MARGIN);
        return PLM_OK;
    }
    out->moved = lack;
    return plm_isolated_move(core, pool, lack, diag);
}

/* A cross pool has to carry its positions at the lower leverage. */
static plm_status carries(plm_core *core, plm_pool *pool, plm_diag *diag, deed *out)
{
    plm_money free;
    pool->changed = true;
    PLM_TRY(plm_pool_look(core, pool, false, diag));
    if (pool->resting || pool->output.priced == 0) {
        return PLM_OK;
    }
    if (!plm_pool_free(pool, &free)) {
        return PLM_OVERFLOW(core, diag, &core->seat[pool->account], "what is free");
    }
    *out = free.v < 0 ? refused(PLM_REASON_MARGIN) : *out;
    return PLM_OK;
}

static plm_status set_leverage(plm_core *core, plm_seat *seat, const plm_outgoing *what,
                               plm_diag *diag, deed *out)
{
    int64_t const before = seat->leverage[what->sym];
    if (what->leverage < LEVERAGE_ONE || what->leverage > LEVERAGE_MOST) {
        *out = refused(PLM_REASON_BAD_REQUEST);
        return PLM_OK;
    }
    seat->leverage[what->sym] = what->leverage;
    for (uint32_t place = 2 * what->sym;
         place <= 2 * what->sym + 1 && what->leverage < before && out->reason == PLM_REASON_NONE;
         place++) {
        plm_pool *const pool = plm_pool_of(core, seat, place);
        if (pool == NULL) {
            continue;
        }
        PLM_TRY(pool->name.regime == PLM_REGIME_ISOLATED ? fill_up(core, seat, pool, diag, out)
                                                         : carries(core, pool, diag, out));
    }
    if (out->reason != PLM_REASON_NONE) {
        seat->leverage[what->sym] = before;
    }
    plm_guard_account_changed(core, seat);
    return PLM_OK;
}

static bool is_used(const plm_core *core, const plm_seat *seat, uint32_t sym)
{
    const plm_order *order =
        plm_order_pool_first(plm_venue_orders(core->venue), seat->account.index);
    for (; order != NULL; order = order->next) {
        if (order->sym == sym && !plm_order_done(order)) {
            return true;
        }
    }
    return seat->account.position[2 * sym].qty != 0 || seat->account.position[2 * sym + 1].qty != 0;
}

/* The pool that a place has under a regime; NULL: the rulebook has none. */
static plm_pool *pool_under(plm_core *core, const plm_seat *seat, uint32_t place, uint8_t regime)
{
    for (uint32_t i = 0; i < seat->pool_count; i++) {
        plm_pool *const pool = &core->guard.pool[seat->first_pool + i];
        for (uint32_t k = 0; pool->name.regime == regime && k < pool->place_count; k++) {
            if (pool->place[k] == place) {
                return pool;
            }
        }
    }
    return NULL;
}

static deed set_mode(plm_core *core, plm_seat *seat, const plm_outgoing *what)
{
    uint32_t const legs = plm_core_has_legs(core, seat, what->sym) ? 2 : 1;
    if (is_used(core, seat, what->sym) ||
        (what->regime != PLM_REGIME_CROSS && what->regime != PLM_REGIME_ISOLATED)) {
        return refused(PLM_REASON_BAD_REQUEST);
    }
    for (uint32_t leg = 0; leg < legs; leg++) {
        if (pool_under(core, seat, 2 * what->sym + leg, what->regime) == NULL) {
            return refused(PLM_REASON_NO_RULES);
        }
    }
    for (uint32_t leg = 0; leg < legs; leg++) {
        uint32_t const place = 2 * what->sym + leg;
        const plm_pool *const pool = pool_under(core, seat, place, what->regime);
        seat->pool_at[place] = pool->number;
        seat->account.book[place] = pool->book;
    }
    plm_guard_account_changed(core, seat);
    return (deed){0};
}

/* -- isolated margin ------------------------------------------------------------------------- */

static plm_status move_margin(plm_core *core, plm_seat *seat, const plm_outgoing *what,
                              plm_diag *diag, deed *out)
{
    plm_pool *const pool = isolated_of(core, seat, what->sym, what->leg);
    plm_money const amount = plm_money_of(what->amount);
    if (pool == NULL || amount.v == 0 || seat->account.position[pool->place[0]].qty == 0) {
        *out = refused(PLM_REASON_BAD_REQUEST);
        return PLM_OK;
    }
    plm_pool *const giver = amount.v > 0 ? plm_pool_paying(core, seat, pool->name.unit) : pool;
    plm_money free, most, wanted = amount;
    PLM_TRY(plm_pool_look(core, giver, false, diag));
    if ((amount.v < 0 && !plm_money_negate(amount, &wanted)) || !plm_pool_free(giver, &free)) {
        return PLM_OVERFLOW(core, diag, seat, "a transfer of margin");
    }
    most = plm_ledger_balance(&core->ledger, giver->book, pool->name.unit);
    if (giver->output.priced == 0) {
        *out = refused(PLM_REASON_NO_PRICE);
    } else if (plm_money_compare(wanted, free) > 0 || plm_money_compare(wanted, most) > 0) {
        *out = refused(PLM_REASON_MARGIN);
    } else {
        out->moved = amount;
        return plm_isolated_move(core, pool, amount, diag);
    }
    return PLM_OK;
}

/* -- money ----------------------------------------------------------------------------------- */

static bool lends(const plm_core *core, const plm_seat *seat)
{
    const plm_pool *const pool = &core->guard.pool[seat->first_pool];
    return core->guard.regulation[pool->rulebook].rules.set->collateral.borrow;
}

static const plm_margin_asset *find_asset(const plm_pool *pool, uint32_t asset)
{
    for (uint32_t i = 0; i < pool->input.asset_count; i++) {
        if (pool->assets[i].asset == asset) {
            return &pool->assets[i];
        }
    }
    return NULL;
}

/* `amount` of one asset is paid for as much as it brings of another. */
static plm_status convert(plm_core *core, plm_seat *seat, const plm_outgoing *what, plm_diag *diag,
                          deed *out)
{
    plm_pool *const pool = plm_pool_paying(core, seat, what->asset);
    plm_money const amount = plm_money_of(what->amount);
    PLM_TRY(plm_pool_look(core, pool, false, diag));
    const plm_margin_asset *const from = find_asset(pool, what->asset);
    const plm_margin_asset *const to = find_asset(pool, what->to_asset);
    plm_rate const cost = core->guard.regulation[pool->rulebook].rules.set->collateral.convert_cost;
    plm_conversion conversion;
    if (amount.v <= 0 || to == NULL || to == from) {
        *out = refused(PLM_REASON_BAD_REQUEST);
        return PLM_OK;
    }
    if (plm_money_of(from->price.num).v == 0 || plm_money_of(to->price.num).v == 0) {
        *out = refused(PLM_REASON_NO_PRICE);
        return PLM_OK;
    }
    if (!lends(core, seat) && plm_money_compare(plm_money_of(from->balance), amount) < 0) {
        *out = refused(PLM_REASON_BALANCE);
        return PLM_OK;
    }
    if (!plm_conversion_of(from->price, to->price, amount, (plm_money){PLM_I128_MAX / 4}, cost,
                           &conversion)) {
        *out = refused(PLM_REASON_LIMIT);
        return PLM_OK;
    }
    plm_need const paid = {.asset = what->asset, .amount = amount};
    plm_need const got = {.asset = what->to_asset, .amount = conversion.received};
    PLM_TRY(plm_gate_try(core, seat, pool, paid, got, diag, &out->reason));
    if (out->reason != PLM_REASON_NONE) {
        return PLM_OK;
    }
    out->moved = conversion.received;
    return plm_conversion_book(core, pool, what->asset, what->to_asset, &conversion, diag);
}

static plm_status repay(plm_core *core, plm_seat *seat, const plm_outgoing *what, plm_diag *diag,
                        deed *out)
{
    plm_pool *const pool = plm_pool_paying(core, seat, what->asset);
    plm_money const before = plm_ledger_balance(&core->ledger, pool->book, what->asset);
    if (plm_money_of(what->amount).v <= 0 || before.v >= 0) {
        *out = refused(PLM_REASON_BAD_REQUEST);
        return PLM_OK;
    }
    PLM_TRY(plm_pool_look(core, pool, false, diag));
    PLM_TRY(plm_repay_asset(core, pool, what->asset, plm_money_of(what->amount), diag));
    plm_money const after = plm_ledger_balance(&core->ledger, pool->book, what->asset);
    if (!plm_money_sub(after, before, &out->moved)) {
        return PLM_OVERFLOW(core, diag, seat, "a debt");
    }
    out->reason = out->moved.v == 0 ? PLM_REASON_BALANCE : PLM_REASON_NONE;
    return PLM_OK;
}

static plm_status withdraw(plm_core *core, plm_seat *seat, const plm_outgoing *what, plm_diag *diag,
                           deed *out)
{
    plm_money const amount = plm_money_of(what->amount);
    plm_pool *const pool = plm_pool_paying(core, seat, what->asset);
    plm_money const balance = plm_ledger_balance(&core->ledger, pool->book, what->asset);
    plm_money left, flow;
    if (amount.v <= 0) {
        *out = refused(PLM_REASON_BAD_REQUEST);
        return PLM_OK;
    }
    if (!plm_money_sub(balance, seat->account.order_hold[what->asset], &left)) {
        return PLM_OVERFLOW(core, diag, seat, "a withdrawal");
    }
    if (!lends(core, seat) && plm_money_compare(amount, left) > 0) {
        *out = refused(PLM_REASON_BALANCE);
        return PLM_OK;
    }
    plm_need const paid = {.asset = what->asset, .amount = amount};
    plm_need const got = {.asset = what->asset};
    PLM_TRY(plm_gate_try(core, seat, pool, paid, got, diag, &out->reason));
    if (out->reason != PLM_REASON_NONE) {
        return PLM_OK;
    }
    plm_money *const flowed = &seat->flowed[what->asset];
    if (!plm_money_negate(amount, &flow) || !plm_money_add(*flowed, flow, flowed)) {
        return PLM_OVERFLOW(core, diag, seat, "a withdrawal");
    }
    out->moved = amount;
    return plm_booking_flow(core, seat, what->asset, flow, PLM_CAUSE_WITHDRAWAL, diag);
}

/* -- the request ----------------------------------------------------------------------------- */

static plm_status perform(plm_core *core, plm_seat *seat, const plm_outgoing *what, plm_diag *diag,
                          deed *out)
{
    switch ((plm_margin_op)what->op) {
    case PLM_MARGIN_OP_LEVERAGE:
        return set_leverage(core, seat, what, diag, out);
    case PLM_MARGIN_OP_MODE:
        *out = set_mode(core, seat, what);
        return PLM_OK;
    case PLM_MARGIN_OP_MOVE:
        return move_margin(core, seat, what, diag, out);
    case PLM_MARGIN_OP_BORROW:
        *out = refused(lends(core, seat) ? PLM_REASON_NONE : PLM_REASON_NO_RULES);
        return PLM_OK;
    case PLM_MARGIN_OP_REPAY:
        return repay(core, seat, what, diag, out);
    case PLM_MARGIN_OP_CONVERT:
        return convert(core, seat, what, diag, out);
    case PLM_MARGIN_OP_WITHDRAW:
        return withdraw(core, seat, what, diag, out);
    case PLM_MARGIN_OP_TOPUP:
    case PLM_MARGIN_OP_NONE:
        break;
    }
    *out = refused(PLM_REASON_BAD_REQUEST);
    return PLM_OK;
}

/* In liquidation nothing is taken out; adding is allowed. */
static bool is_barred(const plm_core *core, const plm_seat *seat, const plm_outgoing *what)
{
    bool const adds = what->op == PLM_MARGIN_OP_MOVE && what->amount.hi >= 0;
    for (uint32_t i = 0; i < seat->pool_count; i++) {
        if (core->guard.pool[seat->first_pool + i].in_episode && !adds) {
            return true;
        }
    }
    return false;
}

plm_status plm_gate_request(plm_core *core, const plm_outgoing *what, plm_diag *diag)
{
    plm_seat *const seat = &core->seat[what->account];
    deed done = {0};
    if (seat->ended) {
        done = refused(PLM_REASON_STOPPED);
    } else if (seat->pool_count == 0) {
        done = refused(PLM_REASON_NO_RULES);
    } else if (is_barred(core, seat, what)) {
        done = refused(PLM_REASON_LIQUIDATION);
    } else {
        PLM_TRY(perform(core, seat, what, diag, &done));
    }
    plm_guard_journal_op(core, seat,
                         &(plm_record_margin_request){.number = what->number,
                                                      .amount = what->amount,
                                                      .moved = plm_amount_of(done.moved),
                                                      .leverage = what->leverage,
                                                      .sym = what->sym,
                                                      .asset = what->asset,
                                                      .what = what->op,
                                                      .reason = (uint8_t)done.reason,
                                                      .leg = what->leg,
                                                      .regime = what->regime});
    plm_report const report = {.ts = core->now,
                               .tag = what->number,
                               .sym = what->sym,
                               .kind = PLM_REPORT_MARGIN,
                               .reason = (uint8_t)done.reason,
                               .amount = plm_amount_of(done.moved),
                               .asset = what->asset,
                               .leg = what->leg};
    return plm_journal_report(core, seat, &report, UINT32_MAX, NULL, 0, diag);
}
