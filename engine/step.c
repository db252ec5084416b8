/*
 * step.c - the order of things, and the only place that decides it (docs/replay.md, 1).
 *
 * Time is cut into segments (segment.c). Inside one, nothing but the market moves and strategies
 * hear it; a segment ends where something is due, where an event leaves the corridor of its price
 * (it meets an order, wakes a trigger, or restates liquidity that somebody took), and where a
 * strategy asks for something. There an instant is done in full:
 *
 *   tape      the market changes; funding and settlements; resting orders meet trades
 *   quotes    resting orders meet the opposite side
 *   margin    rules, marks and interest that are due; pools are tested, liquidated
 *   triggers  conditional orders become orders
 *   requests  what strategies sent arrives
 *   hearing   events, reports, timers; what that asks for is on its way
 *             (after each round of requests pools that changed are tested again)
 *   flows     deposits and withdrawals, and once more the test
 *   samples   what those are worth whose money this moved; on the grid: everybody
 */
#include "check.h"
#include "core.h"

/* -- an instant in full ---------------------------------------------------------------------- */

/* Rows whose expiry has come are closed; positions wait for their settlement. */
static plm_status expire(plm_core *core, plm_diag *diag)
{
    if (core->next_expiry > core->now) {
        return PLM_OK;
    }
    plm_ts next = PLM_TS_NEVER;
    for (uint32_t sym = 0; sym < core->contracts->count; sym++) {
        plm_ts const expiry = core->contracts->contract[sym].expiry;
        if (expiry != 0 && expiry <= core->now && expiry >= core->next_expiry) {
            PLM_TRY(plm_desk_cancel_all(core, sym, PLM_REASON_CLOSED, diag));
        }
        if (expiry > core->now) {
            next = plm_earlier(next, expiry);
        }
    }
    core->next_expiry = next;
    return PLM_OK;
}

static plm_status relist(plm_core *core, uint32_t sym, plm_diag *diag)
{
    for (uint32_t i = 0; i < core->seat_count; i++) {
        const plm_account *const account = &core->seat[i].account;
        if (account->position[2 * sym].qty != 0 || account->position[2 * sym + 1].qty != 0) {
            return plm_fail(diag, PLM_ERR_RUN,
                            "account '%s': holds %s, which is listed again as another coin; close "
                            "the position or settle it before",
                            account->name, core->contracts->rows[sym].symbol);
        }
    }
    return PLM_OK;
}

/* What a change of status means for orders and positions. */
static plm_status change_status(plm_core *core, const plm_event *event, plm_diag *diag)
{
    switch ((plm_status_code)event->side) {
    case PLM_STATUS_SETTLE:
        PLM_TRY(plm_desk_cancel_all(core, event->sym, PLM_REASON_CLOSED, diag));
        return plm_booking_settle(core, event, diag);
    case PLM_STATUS_DELIST:
        return plm_desk_cancel_all(core, event->sym, PLM_REASON_CLOSED, diag);
    case PLM_STATUS_RELIST:
        PLM_TRY(plm_desk_cancel_all(core, event->sym, PLM_REASON_CLOSED, diag));
        return relist(core, event->sym, diag);
    case PLM_STATUS_NONE:
    case PLM_STATUS_HALT:
    case PLM_STATUS_RESUME:
        return PLM_OK;
    }
    return PLM_OK;
}

static plm_status meet(plm_core *core, plm_diag *diag)
{
    plm_proposal proposal;
    while (plm_venue_next(core->venue, &proposal)) {
        PLM_TRY(plm_desk_fill(core, &proposal, diag));
    }
    return PLM_OK;
}

static void touch(plm_core *core, uint32_t sym)
{
    if (!core->is_touched[sym]) {
        core->is_touched[sym] = true;
        core->touched[core->touched_count++] = sym;
    }
}

static void touch_quoted(plm_core *core, const plm_event *event)
{
    uint64_t const quoted = PLM_EV_BIT(PLM_EV_BID) | PLM_EV_BIT(PLM_EV_ASK) |
                            PLM_EV_BIT(PLM_EV_LEVEL) | PLM_EV_BIT(PLM_EV_CLEAR);
    if ((PLM_EV_BIT(event->kind) & quoted) != 0) {
        touch(core, event->sym);
    }
}

static plm_status apply_loud(plm_core *core, const plm_event *event, plm_diag *diag)
{
    core->events++;
    if (!plm_market_apply(&core->market, event)) {
        PLM_TRY(plm_market_apply_rare(&core->market, event, diag));
    }
    switch (event->kind) {
    case PLM_EV_FUNDING:
        PLM_TRY(plm_booking_funding(core, event, diag));
        break;
    case PLM_EV_STATUS:
        PLM_TRY(change_status(core, event, diag));
        break;
    case PLM_EV_TRADE:
        plm_venue_meet_trade(core->venue, event);
        PLM_TRY(meet(core, diag));
        break;
    default:
        break;
    }
    touch_quoted(core, event);
    plm_venue_note(core->venue, event);
    return core->guard.watches ? plm_guard_event(core, event, diag) : PLM_OK;
}

static plm_status tape(plm_core *core, plm_diag *diag)
{
    PLM_TRY(expire(core, diag));
    /* What was quiet of this instant counts for the order in which instruments come to meet. */
    for (uint32_t i = core->instant; i < core->at; i++) {
        touch_quoted(core, &core->span.events[i]);
    }
    while (core->at < core->span.count && core->span.events[core->at].ts == core->now) {
        PLM_TRY(apply_loud(core, &core->span.events[core->at], diag));
        core->at++;
    }
    plm_segment_find_next(core);
    return PLM_OK;
}

static plm_status quotes(plm_core *core, plm_diag *diag)
{
    for (uint32_t i = 0; i < core->touched_count; i++) {
        uint32_t const sym = core->touched[i];
        core->is_touched[sym] = false;
        plm_venue_meet_quote(core->venue, sym, core->now);
        PLM_TRY(meet(core, diag));
    }
    core->touched_count = 0;
    return PLM_OK;
}

static plm_status triggers(plm_core *core, plm_diag *diag)
{
    for (;;) {
        plm_order *const order = plm_venue_pop_triggered(core->venue);
        if (order == NULL) {
            return PLM_OK;
        }
        PLM_TRY(plm_desk_triggered(core, order, diag));
    }
}

static plm_status requests(plm_core *core, plm_diag *diag)
{
    while (plm_clock_next(&core->requests) <= core->now) {
        plm_due const due = plm_clock_take(&core->requests);
        plm_outgoing const what =
            *(const plm_outgoing *)plm_slots_at(&core->request_slots, due.slot);
        plm_slots_give(&core->request_slots, due.slot);
        PLM_TRY(plm_desk_request(core, &what, diag));
    }
    return PLM_OK;
}

/* Events that are heard now; `tape_now`: the instant at hand is one of the tape's. */
static plm_status hearing(plm_core *core, bool tape_now, plm_diag *diag)
{
    core->beat->callback = PLM_CALLBACK_ON_EVENT;
    if (core->heard_window == NULL) {
        if (tape_now) {
            PLM_TRY(plm_delivery_events(core, &core->span.events[core->instant],
                                        core->at - core->instant, diag));
        }
    } else if (core->next_heard <= core->now) {
        PLM_TRY(plm_segment_hear(core, diag));
    }
    PLM_TRY(plm_delivery_reports(core, diag));
    PLM_TRY(plm_delivery_timers(core, diag));
    return plm_delivery_collect(core, diag);
}

/* Requests, reports or timers are due: without any, a pass is no round. */
static bool is_mail_due(const plm_core *core)
{
    plm_ts const mail =
        plm_earlier(plm_clock_next(&core->requests), plm_clock_next(&core->reports));
    return plm_earlier(mail, plm_clock_next(&core->timers)) <= core->now;
}

static plm_status count_round(plm_core *core, plm_diag *diag)
{
    if (core->round_ts != core->now) {
        core->round_ts = core->now;
        core->rounds = 0;
    }
    core->rounds++;
    if (core->rounds > PLM_ROUNDS_MAX) {
        return plm_fail(diag, PLM_ERR_RUN,
                        "more than %u rounds of requests and reports at one time (%lld ns): a "
                        "strategy answers its own reports without end; at most that many are "
                        "allowed",
                        PLM_ROUNDS_MAX, (long long)core->now);
    }
    return PLM_OK;
}

/* The account whose next flow is the earliest, the first of several; NULL when there is none. */
static plm_seat *earliest_flow(plm_core *core, plm_ts *out_at)
{
    plm_seat *found = NULL;
    *out_at = PLM_TS_NEVER;
    for (uint32_t i = 0; i < core->seat_count; i++) {
        plm_seat *const seat = &core->seat[i];
        if (seat->flow_next < seat->spec->flow_count &&
            seat->spec->flow[seat->flow_next].at < *out_at) {
            found = seat;
            *out_at = seat->spec->flow[seat->flow_next].at;
        }
    }
    return found;
}

static plm_status flows(plm_core *core, plm_diag *diag)
{
    while (core->next_flow <= core->now) {
        plm_ts at;
        plm_seat *const seat = earliest_flow(core, &at);
        if (seat == NULL || at > core->now) {
            core->next_flow = at;
            break;
        }
        const plm_flow_spec *const flow = &seat->spec->flow[seat->flow_next++];
        PLM_TRY(plm_booking_flow(core, seat, flow->asset, flow->amount,
                                 flow->amount.v > 0 ? PLM_CAUSE_DEPOSIT : PLM_CAUSE_WITHDRAWAL,
                                 diag));
        plm_money *const flowed = &seat->flowed[flow->asset];
        if (!plm_money_add(*flowed, flow->amount, flowed)) {
            return PLM_OVERFLOW(core, diag, seat, "the sum of its flows");
        }
    }
    return PLM_OK;
}

static plm_status margin_and_triggers(plm_core *core, plm_diag *diag)
{
    PLM_TRY(plm_guard_clock(core, diag));
    if (core->spec->stops_first) {
        PLM_TRY(triggers(core, diag));
        return plm_guard_test(core, diag);
    }
    PLM_TRY(plm_guard_test(core, diag));
    return triggers(core, diag);
}

static plm_status instant(plm_core *core, plm_ts ts, plm_diag *diag)
{
    core->now = ts;
    bool tape_now = core->next_tape == ts;
    if (tape_now) {
        if (core->at == 0 || core->span.events[core->at - 1].ts != ts) {
            core->instant = core->at;
        }
        PLM_TRY(tape(core, diag));
        PLM_TRY(quotes(core, diag));
    }
    PLM_TRY(margin_and_triggers(core, diag));
    do {
        if (is_mail_due(core)) {
            PLM_TRY(count_round(core, diag));
        }
        PLM_TRY(requests(core, diag));
        PLM_TRY(plm_guard_test(core, diag));
        PLM_TRY(hearing(core, tape_now, diag));
        tape_now = false;
    } while (is_mail_due(core));
    PLM_TRY(flows(core, diag));
    PLM_TRY(plm_guard_test(core, diag));
    return plm_sample_moved(core, diag);
}

/* -- one step -------------------------------------------------------------------------------- */

/* The grid's samples before the next thing that happens. */
static plm_status samples(plm_core *core, plm_ts before, plm_diag *diag)
{
    while (core->next_sample < before) {
        PLM_TRY(plm_sample_take(core, core->next_sample, PLM_SAMPLE_GRID, diag));
        core->next_sample += core->spec->sample_ns;
    }
    return PLM_OK;
}

plm_status plm_step_begin(plm_core *core, plm_diag *diag, plm_ts *out)
{
    core->next_heard = PLM_TS_NEVER;
    PLM_TRY(plm_segment_refill(core, diag));
    *out = core->ended ? 0 : core->next_tape;
    return PLM_OK;
}

plm_status plm_step(plm_core *core, plm_diag *diag)
{
    PLM_TRY(plm_segment_refill(core, diag));
    PLM_TRY(plm_segment_refill_heard(core, diag));
    if (core->ended) {
        return PLM_END;
    }
    for (;;) {
        PLM_TRY(plm_segment_run(core, diag));
        if (core->unfinished) {
            core->unfinished = false;
            core->next_tape = core->now;
            PLM_TRY(instant(core, core->now, diag));
            continue;
        }
        plm_ts const next = plm_earlier(plm_segment_due(core), core->next_heard);
        if (core->at == core->span.count && next > core->now) {
            return plm_recorder_check(core->recorder, diag);
        }
        plm_ts const ts = plm_earlier(core->next_tape, next);
        PLM_TRY(samples(core, ts, diag));
        PLM_TRY(instant(core, ts, diag));
    }
}
