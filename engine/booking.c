/*
 * booking.c - what changes an account: fills, funding, settlements, flows, and what resting orders
 * hold. Each change is committed to the ledger, recorded, and reported.
 */
#include "check.h"
#include "core.h"

/* -- holds ----------------------------------------------------------------------------------- */

/* What an order holds while this much of it is left. */
static bool hold_of(const plm_order *order, plm_qty left, plm_money *out)
{
    if (order->hold_qty == 0) {
        *out = (plm_money){0};
        return true;
    }
    return plm_money_muldiv(order->hold, left, order->hold_qty, PLM_ROUND_CEIL, out);
}

bool plm_booking_held(const plm_order *order, plm_money *out)
{
    return hold_of(order, order->left, out);
}

static plm_money *held_asset(plm_core *core, const plm_order *order)
{
    const plm_contract *const contract = &core->contracts->contract[order->sym];
    bool const base = contract->form == PLM_FORM_SPOT && order->side == PLM_SIDE_SELL;
    return &core->seat[order->account].account.order_hold[base ? contract->base : contract->settle];
}

/* The hold follows from `before` left to `after` left. */
static plm_status move_hold(plm_core *core, const plm_order *order, plm_qty before, plm_qty after,
                            plm_diag *diag)
{
    plm_money old;
    plm_money now;
    plm_money sum;
    plm_money *const held = held_asset(core, order);
    if (!hold_of(order, before, &old) || !hold_of(order, after, &now) ||
        !plm_money_sub(*held, old, &sum) || !plm_money_add(sum, now, &sum)) {
        return PLM_OVERFLOW(core, diag, &core->seat[order->account], "what its orders hold");
    }
    *held = sum;
    return PLM_OK;
}

/* An order is of the pool of its position, and while it holds something of the one that carries it;
 * what a spot order holds is no pool's. */
static void order_changed(plm_core *core, const plm_seat *seat, const plm_order *order)
{
    uint32_t const place = plm_account_place(order->sym, order->leg);
    if (core->contracts->contract[order->sym].form == PLM_FORM_SPOT) {
        return;
    }
    if (order->hold_qty != 0) {
        plm_guard_place_changed(core, seat, place);
    } else {
        plm_guard_position_changed(core, seat, place);
    }
}

plm_status plm_booking_hold(plm_core *core, plm_order *order, plm_diag *diag)
{
    if ((order->flags & PLM_ORDER_REDUCE_ONLY) != 0) {
        order->hold_qty = 0; /* it opens nothing */
        return PLM_OK;
    }
    plm_seat *const seat = &core->seat[order->account];
    if (seat->pool_count > 0) {
        order_changed(core, seat, order);
        return move_hold(core, order, 0, order->left, diag); /* as it was admitted */
    }
    plm_need need;
    if (!plm_plain_need(&seat->plain, &seat->account, order->sym, order->leg, order->side,
                        order->left, order->px, &need)) {
        return PLM_OVERFLOW(core, diag, seat, "what an order needs");
    }
    order->hold = need.amount;
    order->hold_qty = order->left;
    return move_hold(core, order, 0, order->left, diag);
}

plm_status plm_booking_release(plm_core *core, plm_order *order, plm_diag *diag)
{
    PLM_TRY(move_hold(core, order, order->left, 0, diag));
    order_changed(core, &core->seat[order->account], order);
    order->hold_qty = 0;
    return PLM_OK;
}

plm_status plm_booking_shrink(plm_core *core, const plm_order *order, plm_qty left, plm_diag *diag)
{
    if (order->hold_qty != 0) { /* one that only closes and stays there changes nothing */
        order_changed(core, &core->seat[order->account], order);
    }
    return move_hold(core, order, order->left, left, diag);
}

/* -- fills ----------------------------------------------------------------------------------- */

static plm_status report_fill(plm_core *core, const plm_order *order, const plm_trade *trade,
                              const plm_booked *booked, bool maker, plm_diag *diag)
{
    const plm_contract *const contract = &core->contracts->contract[order->sym];
    plm_report report = plm_journal_about(core, order, PLM_REPORT_FILL);
    report.state = order->left == 0 ? PLM_STATE_FILLED : PLM_STATE_OPEN;
    report.px = trade->px;
    report.qty = trade->qty;
    report.amount = plm_amount_of(booked->fee);
    report.pnl = plm_amount_of(booked->realised);
    report.asset = booked->asset;
    report.maker = maker;
    uint32_t const assets[2] = {contract->settle, contract->base};
    return plm_journal_report(core, &core->seat[order->account], &report,
                              plm_account_place(order->sym, order->leg), assets,
                              contract->form == PLM_FORM_SPOT ? 2 : 1, diag);
}

static plm_rate fee_rate(plm_core *core, const plm_order *order, uint32_t money, bool maker)
{
    const plm_fee_tier *const tier = plm_fees_tier(core->fees, order->account, money, core->now);
    if (order->liquidation) {
        const plm_pool *const pool = plm_pool_of(core, &core->seat[order->account],
                                                 plm_account_place(order->sym, order->leg));
        return core->guard.regulation[pool->rulebook].rules.set->fee.taker_fee ? tier->taker : 0;
    }
    return maker ? tier->maker : tier->taker;
}

/* Money, postings, isolated flows and position of a trade; the records between fill and report. */
static plm_status book_trade(plm_core *core, plm_seat *seat, const plm_trade *trade,
                             const plm_booked *booked, const plm_postings *postings, plm_qty before,
                             const plm_liquidated *closed, plm_diag *diag)
{
    uint32_t const place = plm_account_place(trade->sym, trade->leg);
    plm_qty const delta = trade->side == PLM_SIDE_BUY ? trade->qty : -trade->qty;
    plm_journal_postings(core, seat->account.index, postings, trade->sym);
    bool const closes = before != 0 && (before > 0) != (delta > 0);
    if (seat->pool_count > 0 && closes) {
        plm_money earned;
        if (!plm_money_sub(booked->realised, booked->fee, &earned)) {
            return PLM_OVERFLOW(core, diag, seat, "a fill");
        }
        PLM_TRY(plm_isolated_released(core, seat, place, before, earned, diag));
        plm_guard_position_changed(core, seat, place);
    } else if (seat->pool_count > 0) {
        PLM_TRY(plm_isolated_opened(core, seat, place, booked->value, diag));
        plm_guard_place_changed(core, seat, place); /* the fee is the account's */
    }
    if (closed != NULL && closed->rate != 0) {
        PLM_TRY(plm_charge_liquidation(core, plm_pool_of(core, seat, place), closed, diag));
    }
    plm_journal_position(core, seat, place);
    return PLM_OK;
}

/* `same: trades`: the voluntary fills of a leader are booked into its followers, until their pool
 * dies; what closes is cut to what is there. */
static plm_status follow(plm_core *core, const plm_order *order, const plm_trade *trade,
                         plm_diag *diag)
{
    for (uint32_t i = 0; core->seat[order->account].leads && i < core->seat_count; i++) {
        plm_seat *const seat = &core->seat[i];
        if (seat->spec->leader != order->account) {
            continue;
        }
        PLM_TRY(plm_booking_copy(core, seat, trade, diag));
    }
    return PLM_OK;
}

plm_status plm_booking_fill(plm_core *core, const plm_proposal *proposal, plm_qty qty,
                            plm_diag *diag)
{
    plm_order *const order = proposal->order;
    plm_seat *const seat = &core->seat[order->account];
    uint32_t const money = plm_contract_money(&core->contracts->contract[order->sym]);
    uint32_t const place = plm_account_place(order->sym, order->leg);
    plm_trade const trade = {
        .sym = order->sym,
        .side = order->side,
        .leg = order->leg,
        .px = proposal->px,
        .qty = qty,
        .fee_rate = fee_rate(core, order, money, proposal->maker),
    };
    plm_booked booked;
    plm_postings postings = {0};
    plm_qty const before = seat->account.position[place].qty;
    plm_money bound = {0};
    if (order->liquidation) {
        PLM_TRY(
            plm_liquidation_bound(core, plm_pool_of(core, seat, place), place, qty, diag, &bound));
    }
    if (!plm_account_fill(&seat->account, &core->ledger, core->contracts, &trade, &booked,
                          &postings) ||
        !plm_fees_traded(core->fees, order->account, money, core->now, booked.value)) {
        return PLM_OVERFLOW(core, diag, seat, "a fill");
    }
    if (proposal->maker) {
        PLM_TRY(move_hold(core, order, order->left, order->left - qty, diag));
        order_changed(core, seat, order);
    }
    plm_venue_filled(core->venue, proposal, qty);
    plm_journal_fill(core, order, &trade, &booked, proposal->maker);
    plm_liquidated const closed = {.sym = order->sym,
                                   .asset = money,
                                   .rate = order->liquidation ? order->liquidation_fee : 0,
                                   .value = {-booked.value.v},
                                   .bound = bound};
    PLM_TRY(book_trade(core, seat, &trade, &booked, &postings, before, &closed, diag));
    PLM_TRY(report_fill(core, order, &trade, &booked, proposal->maker, diag));
    return order->liquidation ? PLM_OK : follow(core, order, &trade, diag);
}

static bool is_dead(const plm_core *core, const plm_seat *seat, uint32_t place)
{
    uint32_t const number = seat->pool_at[place];
    return seat->ended || (number != PLM_NO_POOL &&
                           (core->guard.pool[number].in_episode || core->guard.pool[number].dead));
}

plm_status plm_booking_copy(plm_core *core, plm_seat *seat, const plm_trade *trade, plm_diag *diag)
{
    uint32_t const place = plm_account_place(trade->sym, trade->leg);
    plm_qty const before = seat->account.position[place].qty;
    plm_trade own = *trade;
    bool const is_spot = core->contracts->contract[trade->sym].form == PLM_FORM_SPOT;
    if (!is_spot && seat->account.hedge) {
        bool const closes = (trade->leg == 2) == (trade->side == PLM_SIDE_BUY);
        plm_qty const held = before < 0 ? -before : before;
        own.qty = closes && held < own.qty ? held : own.qty;
    }
    if (own.qty == 0 || (!is_spot && is_dead(core, seat, place))) {
        seat->skipped++;
        return PLM_OK;
    }
    plm_booked booked;
    plm_postings postings = {0};
    if (!plm_account_fill(&seat->account, &core->ledger, core->contracts, &own, &booked,
                          &postings)) {
        return PLM_OVERFLOW(core, diag, seat, "a fill");
    }
    plm_order const order = {.account = seat->account.index,
                             .sym = own.sym,
                             .side = own.side,
                             .leg = own.leg,
                             .oid = ++seat->account.orders};
    plm_journal_fill(core, &order, &own, &booked, false);
    PLM_TRY(book_trade(core, seat, &own, &booked, &postings, before, NULL, diag));
    uint32_t const asset = plm_contract_money(&core->contracts->contract[own.sym]);
    return plm_journal_show(core, seat, place, asset, diag);
}

/* -- funding, settlement, flows --------------------------------------------------------------- */

static plm_status fund(plm_core *core, plm_seat *seat, uint32_t place, plm_rate rate, plm_px px,
                       plm_diag *diag)
{
    plm_money received;
    plm_postings postings = {0};
    plm_qty const qty = seat->account.position[place].qty;
    if (!plm_account_fund(&seat->account, &core->ledger, core->contracts, place, rate, px,
                          &received, &postings)) {
        return PLM_OVERFLOW(core, diag, seat, "a funding payment");
    }
    uint32_t const sym = place / 2;
    uint32_t const asset = plm_contract_money(&core->contracts->contract[sym]);
    uint8_t const leg = plm_core_leg(core, seat, place);
    plm_record *const record = plm_recorder_next(core->recorder, core->now, core->events,
                                                 seat->account.index, PLM_RECORD_FUNDING);
    record->u.funding = (plm_record_funding){.rate = rate,
                                             .px = px,
                                             .qty = qty,
                                             .amount = plm_amount_of(received),
                                             .sym = sym,
                                             .asset = asset,
                                             .leg = leg};
    plm_journal_postings(core, seat->account.index, &postings, sym);
    plm_guard_position_changed(core, seat, place);
    plm_report const report = {.ts = core->now,
                               .sym = sym,
                               .kind = PLM_REPORT_FUNDING,
                               .px = rate,
                               .qty = qty,
                               .amount = plm_amount_of(received),
                               .asset = asset,
                               .leg = leg};
    return plm_journal_report(core, seat, &report, place, &asset, 1, diag);
}

/* The event's own, else what the rulebook of the account names, down, else the tape's mark; 0:
 * none. */
static plm_px funding_px(const plm_core *core, const plm_seat *seat, const plm_event *event)
{
    if (event->qty != 0) {
        return event->qty;
    }
    plm_px px = 0;
    if (seat->pool_count > 0) {
        const plm_regulation *const regulation = &core->guard.regulation[seat->spec->rulebook];
        px = plm_mark_source_px2(regulation->marks, &core->market, event->sym, PLM_USE_FUNDING) / 2;
    }
    return px != 0 ? px : core->market.view[event->sym].mark_px;
}

plm_status plm_booking_funding(plm_core *core, const plm_event *event, plm_diag *diag)
{
    const plm_contract *const contract = &core->contracts->contract[event->sym];
    if (contract->form != PLM_FORM_LINEAR && contract->form != PLM_FORM_INVERSE) {
        return PLM_OK;
    }
    for (uint32_t i = 0; i < core->seat_count; i++) {
        for (uint32_t place = 2 * event->sym; place < 2 * event->sym + 2; place++) {
            plm_seat *const seat = &core->seat[i];
            if (seat->account.position[place].qty == 0) {
                continue;
            }
            plm_px const px = funding_px(core, seat, event);
            if (px == 0) {
                return plm_fail(diag, PLM_ERR_RUN,
                                "account '%s': funding of %s names no price, and the tape has no "
                                "mark of it yet",
                                seat->account.name, core->contracts->rows[event->sym].symbol);
            }
            PLM_TRY(fund(core, seat, place, event->px, px, diag));
        }
    }
    return PLM_OK;
}

static plm_status settle(plm_core *core, plm_seat *seat, uint32_t place, plm_px px, plm_diag *diag)
{
    plm_booked booked;
    plm_postings postings = {0};
    plm_qty const qty = seat->account.position[place].qty;
    if (!plm_account_settle(&seat->account, &core->ledger, core->contracts, place, px, &booked,
                            &postings)) {
        return PLM_OVERFLOW(core, diag, seat, "a settlement");
    }
    uint32_t const sym = place / 2;
    uint8_t const leg = plm_core_leg(core, seat, place);
    plm_record *const record = plm_recorder_next(core->recorder, core->now, core->events,
                                                 seat->account.index, PLM_RECORD_SETTLED);
    record->u.settled = (plm_record_settled){.px = px,
                                             .qty = qty,
                                             .realised = plm_amount_of(booked.realised),
                                             .sym = sym,
                                             .asset = booked.asset,
                                             .leg = leg};
    plm_journal_postings(core, seat->account.index, &postings, sym);
    if (seat->pool_count > 0) {
        PLM_TRY(plm_isolated_released(core, seat, place, qty, booked.realised, diag));
    }
    plm_journal_position(core, seat, place);
    plm_guard_position_changed(core, seat, place);
    plm_report const report = {.ts = core->now,
                               .sym = sym,
                               .kind = PLM_REPORT_SETTLED,
                               .px = px,
                               .qty = qty,
                               .pnl = plm_amount_of(booked.realised),
                               .asset = booked.asset,
                               .leg = leg};
    return plm_journal_report(core, seat, &report, place, &booked.asset, 1, diag);
}

plm_status plm_booking_settle(plm_core *core, const plm_event *event, plm_diag *diag)
{
    const plm_contract *const contract = &core->contracts->contract[event->sym];
    if (contract->form != PLM_FORM_LINEAR && contract->form != PLM_FORM_INVERSE) {
        return PLM_OK;
    }
    for (uint32_t i = 0; i < core->seat_count; i++) {
        for (uint32_t place = 2 * event->sym; place < 2 * event->sym + 2; place++) {
            if (core->seat[i].account.position[place].qty != 0) {
                PLM_TRY(settle(core, &core->seat[i], place, event->px, diag));
            }
        }
    }
    return PLM_OK;
}

/* Of what comes or goes during the run, the value at its moment. */
static void note_flow(const plm_core *core, plm_seat *seat, uint32_t asset, plm_money amount)
{
    plm_money value;
    bool overflow = false;
    if (plm_market_convert(&core->market, core->contracts, amount, asset,
                           seat->account.report_asset, &value, &overflow)) {
        plm_drawdown_flow(&seat->drawdown, core->now, value);
    } else {
        plm_drawdown_lose(&seat->drawdown);
    }
}

plm_status plm_booking_flow(plm_core *core, plm_seat *seat, uint32_t asset, plm_money amount,
                            plm_cause cause, plm_diag *diag)
{
    plm_postings postings = {0};
    if (!plm_account_flow(&seat->account, &core->ledger, asset, amount, cause, &postings)) {
        return PLM_OVERFLOW(core, diag, seat, "a deposit or withdrawal");
    }
    if (core->events > 0) {
        note_flow(core, seat, asset, amount);
    }
    plm_journal_postings(core, seat->account.index, &postings, PLM_NO_SYM);
    plm_guard_asset_changed(core, seat, asset);
    plm_report const report = {.ts = core->now,
                               .sym = PLM_NO_SYM,
                               .kind = PLM_REPORT_CASH,
                               .amount = plm_amount_of(amount),
                               .asset = asset};
    return plm_journal_report(core, seat, &report, UINT32_MAX, &asset, 1, diag);
}
