/*
 * desk.c - what requests do at the venue (docs/replay.md, 2): an order is checked, waits, takes,
 * rests, is changed, or ends.
 */
#include "core.h"

/* -- the end of an order ---------------------------------------------------------------------- */

/* Recorded and reported as it is now. */
static plm_status announce(plm_core *core, const plm_order *order, plm_reason reason,
                           plm_diag *diag)
{
    if (order->state == PLM_STATE_REJECTED) {
        core->seat[order->account].rejected[reason]++;
    }
    plm_journal_order(core, order, reason);
    return plm_journal_tell(core, order, reason, diag);
}

/* The end of an order that is in no book. */
static plm_status end(plm_core *core, plm_order *order, plm_order_state state, plm_reason reason,
                      plm_diag *diag)
{
    plm_order_turn(order, state);
    PLM_TRY(announce(core, order, reason, diag));
    plm_order_pool_give(plm_venue_orders(core->venue), order);
    return PLM_OK;
}

plm_status plm_desk_cancel(plm_core *core, plm_order *order, plm_reason reason, plm_diag *diag)
{
    if (!order->taking) {
        plm_venue_remove(core->venue, order);
        PLM_TRY(plm_booking_release(core, order, diag));
        return end(core, order, PLM_STATE_CANCELLED, reason, diag);
    }
    /* Whoever lets it take sees the state and gives it back. */
    plm_order_turn(order, PLM_STATE_CANCELLED);
    return announce(core, order, reason, diag);
}

plm_status plm_desk_cancel_group(plm_core *core, const plm_order *order, plm_diag *diag)
{
    plm_order *other = plm_order_pool_first(plm_venue_orders(core->venue), order->account);
    while (other != NULL) {
        plm_order *const next = other->next;
        if (other != order && other->group == order->group && !plm_order_done(other)) {
            PLM_TRY(plm_desk_cancel(core, other, PLM_REASON_OCO, diag));
        }
        other = next;
    }
    return PLM_OK;
}

plm_status plm_desk_cancel_all(plm_core *core, uint32_t sym, plm_reason reason, plm_diag *diag)
{
    for (;;) {
        plm_order *const order = plm_venue_first_of(core->venue, sym);
        if (order == NULL) {
            return PLM_OK;
        }
        PLM_TRY(plm_desk_cancel(core, order, reason, diag));
    }
}

/* -- fills ----------------------------------------------------------------------------------- */

static plm_qty reducible(const plm_core *core, const plm_order *order)
{
    return plm_account_opposite(&core->seat[order->account].account, order->sym, order->leg,
                                order->side);
}

/* A fill that turns an isolated position is a close and an open. */
static plm_status book(plm_core *core, const plm_proposal *proposal, plm_qty qty, plm_diag *diag)
{
    const plm_order *const order = proposal->order;
    const plm_pool *const pool =
        plm_pool_of(core, &core->seat[order->account], plm_account_place(order->sym, order->leg));
    plm_qty const closes = reducible(core, order);
    if (pool == NULL || pool->name.regime != PLM_REGIME_ISOLATED || closes == 0 || closes >= qty) {
        return plm_booking_fill(core, proposal, qty, diag);
    }
    PLM_TRY(plm_booking_fill(core, proposal, closes, diag));
    return plm_booking_fill(core, proposal, qty - closes, diag);
}

plm_status plm_desk_fill(plm_core *core, const plm_proposal *proposal, plm_diag *diag)
{
    plm_order *const order = proposal->order;
    bool const reduces = (order->flags & PLM_ORDER_REDUCE_ONLY) != 0;
    plm_qty qty = proposal->qty;
    if (reduces) {
        plm_qty const most = reducible(core, order);
        qty = most < qty ? most : qty;
    }
    if (qty == 0) {
        return plm_desk_cancel(core, order, PLM_REASON_REDUCE_ONLY, diag);
    }
    PLM_TRY(book(core, proposal, qty, diag));
    if (order->group != 0) {
        PLM_TRY(plm_desk_cancel_group(core, order, diag));
    }
    if (order->left == 0) {
        plm_journal_order(core, order, PLM_REASON_NONE);
        if (proposal->maker) {
            plm_order_pool_give(plm_venue_orders(core->venue), order);
        }
        return PLM_OK;
    }
    if (reduces && reducible(core, order) == 0) {
        return plm_desk_cancel(core, order, PLM_REASON_REDUCE_ONLY, diag);
    }
    return PLM_OK;
}

/* -- taking and resting ------------------------------------------------------------------------
 */

/* Price and quantity that an order is admitted with; false: there is nothing to take. */
static bool price_to_admit(plm_core *core, const plm_order *order, plm_px *out_px, plm_qty *out_qty)
{
    *out_px = order->px;
    *out_qty = order->left;
    if (order->type == PLM_ORDER_MARKET) {
        *out_px = plm_venue_worst(core->venue, order, core->now);
        *out_qty = plm_venue_available(core->venue, order, core->now);
    }
    return *out_px != 0 && *out_qty != 0;
}

static plm_status admit_plain(plm_core *core, plm_seat *seat, const plm_order *order, plm_px px,
                              plm_qty qty, plm_diag *diag, plm_reason *out)
{
    uint32_t const money = plm_contract_money(&core->contracts->contract[order->sym]);
    seat->plain.taker_rate = plm_fees_tier(core->fees, order->account, money, core->now)->taker;
    plm_need need;
    plm_money free;
    plm_money released;
    if (!plm_plain_need(&seat->plain, &seat->account, order->sym, order->leg, order->side, qty, px,
                        &need) ||
        !plm_plain_free(&seat->plain, &seat->account, &core->ledger, need.asset, &free) ||
        !plm_plain_released(&seat->plain, &seat->account, order->sym, order->leg, order->side, qty,
                            &released) ||
        !plm_money_add(free, released, &free)) {
        return PLM_OVERFLOW(core, diag, seat, "what an order needs");
    }
    bool const carried =
        plm_money_sign(need.amount) <= 0 || plm_money_compare(need.amount, free) <= 0;
    *out = carried ? PLM_REASON_NONE : PLM_REASON_BALANCE;
    return PLM_OK;
}

/* Whether an order may open what it opens, and what it holds when it rests. */
static plm_status admit(plm_core *core, plm_seat *seat, plm_order *order, plm_diag *diag,
                        plm_reason *out)
{
    plm_px px;
    plm_qty qty;
    *out = PLM_REASON_NONE;
    order->hold_qty = 0;
    if ((order->flags & PLM_ORDER_REDUCE_ONLY) != 0 || !price_to_admit(core, order, &px, &qty)) {
        return PLM_OK; /* it opens nothing */
    }
    bool const spot = core->contracts->contract[order->sym].form == PLM_FORM_SPOT;
    return seat->pool_count > 0 && !spot ? plm_gate_admit(core, seat, order, px, qty, diag, out)
           : seat->pool_count > 0 ? plm_gate_admit_spot(core, seat, order, px, qty, diag, out)
                                  : admit_plain(core, seat, order, px, qty, diag, out);
}

static plm_status take(plm_core *core, plm_order *order, plm_diag *diag)
{
    plm_proposal proposal;
    while (!plm_order_done(order) && plm_venue_take(core->venue, order, core->now, &proposal)) {
        PLM_TRY(plm_desk_fill(core, &proposal, diag));
    }
    return PLM_OK;
}

/* Steps 8 to 11 of an arrival: `refused` is the state of an order that fails 8 or 9. */
static plm_status proceed(plm_core *core, plm_order *order, plm_order_state refused, plm_diag *diag)
{
    plm_seat *const seat = &core->seat[order->account];
    order->taking = true;
    if ((order->flags & PLM_ORDER_POST_ONLY) != 0 &&
        plm_venue_would_take(core->venue, order, core->now)) {
        return end(core, order, refused, PLM_REASON_POST_ONLY, diag);
    }
    plm_reason reason;
    PLM_TRY(admit(core, seat, order, diag, &reason));
    if (reason != PLM_REASON_NONE) {
        return end(core, order, refused, reason, diag);
    }
    if (order->tif == PLM_TIF_FOK &&
        plm_venue_available(core->venue, order, core->now) < order->left) {
        return end(core, order, PLM_STATE_CANCELLED, PLM_REASON_FOK, diag);
    }
    PLM_TRY(take(core, order, diag));
    order->taking = false;
    if (plm_order_done(order)) {
        plm_order_pool_give(plm_venue_orders(core->venue), order);
        return PLM_OK;
    }
    if (order->type == PLM_ORDER_MARKET || order->tif != PLM_TIF_GTC) {
        return end(core, order, PLM_STATE_CANCELLED, PLM_REASON_NO_LIQUIDITY, diag);
    }
    PLM_TRY(plm_booking_hold(core, order, diag));
    plm_venue_rest(core->venue, order);
    return announce(core, order, PLM_REASON_NONE, diag);
}

/* -- requests -------------------------------------------------------------------------------- */

static plm_order order_of(const plm_core *core, const plm_outgoing *what)
{
    const plm_order_request *const request = &what->request;
    return (plm_order){
        .oid = what->oid,
        .account = what->account,
        .world = core->seat[what->account].spec->world,
        .sym = request->sym,
        .group = request->group,
        .side = request->side,
        .type = request->type,
        .tif = request->tif,
        .flags = request->flags,
        .trigger = request->trigger,
        .trigger_by = request->trigger_by,
        .leg = request->leg,
        .state = PLM_STATE_SENT,
        .px = request->px,
        .qty = request->qty,
        .left = request->qty,
        .trigger_px = request->trigger_px,
        .trail = request->trail,
        .tag = request->tag,
    };
}

static plm_status submit(plm_core *core, const plm_outgoing *what, plm_diag *diag)
{
    plm_seat *const seat = &core->seat[what->account];
    plm_order_request request = what->request;
    seat->account.orders++;
    bool const hedge = plm_core_has_legs(core, seat, request.sym);
    bool const closes_leg = hedge && ((request.leg == 1 && request.side == PLM_SIDE_SELL) ||
                                      (request.leg == 2 && request.side == PLM_SIDE_BUY));
    if (closes_leg) {
        request.flags |= PLM_ORDER_REDUCE_ONLY;
    }
    plm_order arriving = order_of(core, what);
    arriving.flags = request.flags;
    plm_qty const opposite =
        plm_account_opposite(&seat->account, request.sym, request.leg, request.side);
    plm_reason reason =
        plm_venue_check(core->venue, &request, arriving.world, hedge, opposite, core->now);
    plm_order *order = NULL;
    if (reason == PLM_REASON_NONE) {
        reason = plm_gate_check(core, seat, &arriving);
    }
    if (reason == PLM_REASON_NONE) {
        order = plm_order_pool_take(plm_venue_orders(core->venue), what->account, what->oid);
        reason = order == NULL ? PLM_REASON_LIMIT : PLM_REASON_NONE;
    }
    if (reason != PLM_REASON_NONE) {
        plm_order_turn(&arriving, PLM_STATE_REJECTED);
        return announce(core, &arriving, reason, diag);
    }
    arriving.next = order->next;
    arriving.prev = order->prev;
    arriving.arrival = ++core->arrivals;
    *order = arriving;
    if (order->trigger != PLM_TRIGGER_NONE) {
        if (!plm_venue_holds(core->venue, order)) {
            plm_venue_wait(core->venue, order);
            return announce(core, order, PLM_REASON_NONE, diag);
        }
        if (order->group != 0) {
            PLM_TRY(plm_desk_cancel_group(core, order, diag));
        }
    }
    return proceed(core, order, PLM_STATE_REJECTED, diag);
}

plm_status plm_desk_triggered(plm_core *core, plm_order *order, plm_diag *diag)
{
    order->arrival = ++core->arrivals;
    if (order->group != 0) {
        PLM_TRY(plm_desk_cancel_group(core, order, diag));
    }
    plm_reason reason = plm_venue_tradable(core->venue, order->sym, core->now);
    if (reason == PLM_REASON_NONE && (order->flags & PLM_ORDER_REDUCE_ONLY) != 0 &&
        plm_account_opposite(&core->seat[order->account].account, order->sym, order->leg,
                             order->side) == 0) {
        reason = PLM_REASON_REDUCE_ONLY;
    }
    if (reason != PLM_REASON_NONE) {
        return end(core, order, PLM_STATE_REJECTED, reason, diag);
    }
    return proceed(core, order, PLM_STATE_REJECTED, diag);
}

plm_status plm_desk_liquidate(plm_core *core, plm_pool *pool, const plm_margin_step *step,
                              plm_diag *diag, plm_qty *out_filled)
{
    plm_seat *const seat = &core->seat[pool->account];
    uint32_t const place = pool->held_place[step->position];
    *out_filled = 0;
    if (plm_venue_tradable(core->venue, place / 2, core->now) != PLM_REASON_NONE) {
        return PLM_OK;
    }
    plm_order order = {
        .oid = PLM_LIQUIDATION_OIDS + seat->liquidation_orders++,
        .arrival = ++core->arrivals,
        .account = pool->account,
        .world = seat->spec->world,
        .sym = place / 2,
        .side = step->side,
        .type = step->limit != 0 ? PLM_ORDER_LIMIT : PLM_ORDER_MARKET,
        .tif = PLM_TIF_IOC,
        .flags = PLM_ORDER_REDUCE_ONLY,
        .leg = plm_core_leg(core, seat, place),
        .state = PLM_STATE_SENT,
        .taking = true,
        .liquidation = true,
        .liquidation_fee = step->fee_rate,
        .px = step->limit,
        .qty = step->qty,
        .left = step->qty,
    };
    PLM_TRY(take(core, &order, diag));
    *out_filled = order.qty - order.left;
    if (!plm_order_done(&order)) {
        plm_order_turn(&order, PLM_STATE_CANCELLED);
        return announce(core, &order, PLM_REASON_NO_LIQUIDITY, diag);
    }
    return PLM_OK;
}

/* A cancel or amend that changes nothing; `order` NULL: the venue has none of that id. */
static plm_status refuse(plm_core *core, const plm_outgoing *what, const plm_order *order,
                         plm_reason reason, plm_diag *diag)
{
    plm_order const unknown = {
        .oid = what->oid, .account = what->account, .sym = PLM_NO_SYM, .state = PLM_STATE_NONE};
    const plm_order *const about = order != NULL ? order : &unknown;
    plm_journal_order(core, about, reason);
    plm_report report = plm_journal_about(core, about, PLM_REPORT_REFUSED);
    report.reason = (uint8_t)reason;
    return plm_journal_report(core, &core->seat[what->account], &report, UINT32_MAX, NULL, 0, diag);
}

/* Steps 1, 3 and 4 for the new values of an order. */
static plm_reason check_values(plm_core *core, const plm_order *order, plm_px px, plm_qty qty,
                               plm_px trigger_px)
{
    plm_order_request const request = {
        .size = sizeof request,
        .sym = order->sym,
        .side = order->side,
        .type = order->type,
        .tif = order->tif,
        .flags = order->flags,
        .trigger = order->trigger,
        .trigger_by = order->trigger_by,
        .leg = order->leg,
        .px = px,
        .qty = qty,
        .trigger_px = trigger_px,
        .trail = order->trail,
        .group = order->group,
        .tag = order->tag,
    };
    if (qty <= order->qty - order->left) {
        return PLM_REASON_BAD_REQUEST;
    }
    return plm_venue_check_values(core->venue, &request, order->world,
                                  plm_core_has_legs(core, &core->seat[order->account], order->sym),
                                  core->now);
}

/* An open order with another price or more quantity arrives anew. */
static plm_status arrive_anew(plm_core *core, plm_order *order, plm_px px, plm_qty qty,
                              plm_diag *diag)
{
    plm_venue_remove(core->venue, order);
    PLM_TRY(plm_booking_release(core, order, diag));
    order->left = qty - (order->qty - order->left);
    order->qty = qty;
    order->px = px;
    order->arrival = ++core->arrivals;
    return proceed(core, order, PLM_STATE_CANCELLED, diag);
}

static plm_status amend(plm_core *core, const plm_outgoing *what, plm_diag *diag)
{
    plm_order *const order =
        plm_order_pool_find(plm_venue_orders(core->venue), what->account, what->oid);
    if (order == NULL) {
        return refuse(core, what, NULL, PLM_REASON_UNKNOWN_ORDER, diag);
    }
    const plm_order_request *const wish = &what->request;
    plm_px const px = wish->px != 0 ? wish->px : order->px;
    plm_qty const qty = wish->qty != 0 ? wish->qty : order->qty;
    bool const waits = order->state == PLM_STATE_WAITING;
    plm_px const trigger_px = wish->trigger_px != 0 ? wish->trigger_px : order->trigger_px;
    plm_reason reason = check_values(core, order, px, qty, trigger_px);
    if (wish->trigger_px != 0 && !waits) {
        reason = PLM_REASON_BAD_REQUEST;
    }
    if (reason != PLM_REASON_NONE) {
        return refuse(core, what, order, reason, diag);
    }
    if (waits) {
        plm_venue_rearm(core->venue, order, px, qty, trigger_px);
    } else if (px != order->px || qty > order->qty) {
        return arrive_anew(core, order, px, qty, diag);
    } else if (qty < order->qty) {
        PLM_TRY(plm_booking_shrink(core, order, order->left - (order->qty - qty), diag));
        plm_order_resize(order, qty);
    }
    return announce(core, order, PLM_REASON_NONE, diag);
}

static plm_status cancel(plm_core *core, const plm_outgoing *what, plm_diag *diag)
{
    plm_order *const order =
        plm_order_pool_find(plm_venue_orders(core->venue), what->account, what->oid);
    if (order == NULL) {
        return refuse(core, what, NULL, PLM_REASON_UNKNOWN_ORDER, diag);
    }
    return plm_desk_cancel(core, order, PLM_REASON_USER, diag);
}

plm_status plm_desk_request(plm_core *core, const plm_outgoing *what, plm_diag *diag)
{
    switch ((plm_outgoing_kind)what->kind) {
    case PLM_OUTGOING_SUBMIT:
        return submit(core, what, diag);
    case PLM_OUTGOING_AMEND:
        return amend(core, what, diag);
    case PLM_OUTGOING_CANCEL:
        return cancel(core, what, diag);
    case PLM_OUTGOING_MARGIN:
        return plm_gate_request(core, what, diag);
    case PLM_OUTGOING_NONE:
    case PLM_OUTGOING_TIMER_SET:
    case PLM_OUTGOING_TIMER_CLEAR:
    case PLM_OUTGOING_NOTE:
    case PLM_OUTGOING_STOP:
    case PLM_OUTGOING_FAILED:
        break;
    }
    return PLM_OK;
}
