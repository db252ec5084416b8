/*
 * segment.c - the hot path: instants of which nothing but the market's move and the strategies'
 * hearing remains, and the tape that they come from, as the venue lives it and as it is heard.
 */
#include "core.h"

#define BIT PLM_EV_BIT

/* Kinds that do more than move the market; those of the second row matter to margin alone. */
#define LOUD_KINDS (BIT(PLM_EV_FUNDING) | BIT(PLM_EV_STATUS))
#define MARGIN_KINDS                                                                               \
    (BIT(PLM_EV_ASSET_INDEX) | BIT(PLM_EV_BORROW_RATE) | BIT(PLM_EV_OPEN_INTEREST) |               \
     BIT(PLM_EV_ADL) | BIT(PLM_EV_INSURANCE) | BIT(PLM_EV_HAIRCUT) | BIT(PLM_EV_CUSTODY))

/* -- the tape at hand ------------------------------------------------------------------------ */

plm_status plm_segment_refill(plm_core *core, plm_diag *diag)
{
    if (core->at == core->span.count && !core->ended) {
        plm_status const status = plm_window_next(core->window, diag, &core->span);
        PLM_TRY(status);
        core->ended = status == PLM_END;
        core->at = 0;
        if (core->ended) {
            core->span.count = 0;
        }
        core->beat->count++;
    }
    core->next_tape = core->ended ? PLM_TS_NEVER : core->span.events[core->at].ts;
    return PLM_OK;
}

/* The heard tape runs behind: heard time is a running maximum, never before the event. */
plm_status plm_segment_refill_heard(plm_core *core, plm_diag *diag)
{
    if (core->heard_window == NULL || core->heard_ended) {
        core->next_heard = PLM_TS_NEVER;
        return PLM_OK;
    }
    if (core->heard_at == core->heard_span.count) {
        plm_status const status = plm_window_next(core->heard_window, diag, &core->heard_span);
        PLM_TRY(status);
        core->heard_ended = status == PLM_END;
        core->heard_at = 0;
        if (core->heard_ended) {
            core->next_heard = PLM_TS_NEVER;
            return PLM_OK;
        }
    }
    const plm_event *const event = &core->heard_span.events[core->heard_at];
    plm_ts heard = event->ts + core->spec->feed_ns;
    if (core->spec->feed_recorded && core->heard_span.recv != NULL) {
        heard = core->heard_span.recv[core->heard_at];
    }
    heard = heard > event->ts ? heard : event->ts;
    core->next_heard = heard > core->last_heard ? heard : core->last_heard;
    return PLM_OK;
}

/* -- segments -------------------------------------------------------------------------------- */

plm_ts plm_segment_due(const plm_core *core)
{
    plm_ts const mail =
        plm_earlier(plm_clock_next(&core->requests), plm_clock_next(&core->reports));
    plm_ts const own = plm_earlier(core->next_flow, core->guard.next_clock);
    return plm_earlier(mail, plm_earlier(plm_clock_next(&core->timers), own));
}

void plm_segment_find_next(plm_core *core)
{
    core->next_tape = core->at < core->span.count ? core->span.events[core->at].ts : PLM_TS_NEVER;
}

static inline bool is_inside(const plm_corridor *corridors, const plm_event *event, unsigned key)
{
    const plm_corridor *const corridor = &corridors[(size_t)event->sym * PLM_CORRIDOR_STRIDE + key];
    return ((event->px >= corridor->lo) & (event->px <= corridor->hi)) != 0;
}

/* An event outside of a corridor: quiet all the same where only margin bounds are left. The pools
 * that it concerns are looked at when the instant is over. */
static __attribute__((noinline)) bool is_quiet_for_venue(plm_core *core, const plm_event *event,
                                                         unsigned key)
{
    if (!core->guard.watches || core->guard.tests_each ||
        !plm_venue_is_quiet(core->venue, event->sym, key, event->px)) {
        return false;
    }
    plm_guard_see(core, event);
    return true;
}

/* The kinds that are not frequent. What fails is loud: it fails again where that is told. */
static __attribute__((noinline)) bool apply_quiet_rare(plm_core *core, const plm_event *event)
{
    if (event->kind == PLM_EV_MARK || event->kind == PLM_EV_INDEX) {
        uint8_t const key = event->kind == PLM_EV_MARK ? PLM_KEY_MARK : PLM_KEY_INDEX;
        return (is_inside(core->corridor, event, key) || is_quiet_for_venue(core, event, key)) &&
               plm_market_apply(&core->market, event);
    }
    if ((BIT(event->kind) & (core->guard.watches ? LOUD_KINDS | MARGIN_KINDS : LOUD_KINDS)) != 0) {
        return false;
    }
    if (event->kind == PLM_EV_LEVEL || event->kind == PLM_EV_CLEAR) {
        if (core->guard.tests_each) {
            return false;
        }
        bool const bids = event->side != PLM_SIDE_SELL;
        bool const asks = event->side != PLM_SIDE_BUY;
        if ((bids && !plm_venue_is_quiet(core->venue, event->sym, PLM_KEY_BID, event->px)) ||
            (asks && !plm_venue_is_quiet(core->venue, event->sym, PLM_KEY_ASK, event->px))) {
            return false;
        }
    }
    plm_diag diag;
    plm_diag_init(&diag);
    if (plm_market_apply_rare(&core->market, event, &diag) != PLM_OK) {
        return false;
    }
    if (core->guard.watches) {
        plm_guard_see(core, event);
    }
    return true;
}

/* Applies an event that is the market's alone; false, and nothing has happened, when it is not. */
static inline bool apply_quiet(plm_core *core, const plm_event *event)
{
    if (__builtin_expect(plm_market_is_frequent(event->kind), 1)) {
        unsigned const key = PLM_KEY_BID + plm_market_slot(event->kind);
        if (__builtin_expect(!is_inside(core->corridor, event, key), 0) &&
            !is_quiet_for_venue(core, event, key)) {
            return false;
        }
        plm_market_put(core->market.view, core->market.row, event);
        return true;
    }
    return apply_quiet_rare(core, event);
}

/* Where the events at hand with ts < until end. */
static uint32_t find_end(const plm_core *core, plm_ts until)
{
    uint32_t low = core->at;
    uint32_t high = core->span.count;
    while (low < high) {
        uint32_t const middle = low + (high - low) / 2;
        if (core->span.events[middle].ts < until) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* An instant is over: who hears it at once does. */
static inline plm_status close_instant(plm_core *core, const plm_event *events, uint32_t count,
                                       plm_diag *diag)
{
    core->now = events[0].ts;
    core->events += count;
    if (core->heard_window != NULL) {
        return PLM_OK;
    }
    return plm_delivery_events(core, events, count, diag);
}

/* The instant at hand has left margin bounds. True: a pool or a fund must be dealt with: the
 * instant is done in full, with its events applied. */
static plm_status look_at_pools(plm_core *core, uint32_t first, uint32_t end, plm_diag *diag,
                                bool *out_loud)
{
    core->now = core->span.events[first].ts;
    PLM_TRY(plm_guard_test_quiet(core, diag, out_loud));
    if (*out_loud) {
        core->events += end - first;
        core->instant = first;
        core->at = end;
        core->unfinished = true;
    }
    return PLM_OK;
}

/* Quiet instants with ts < until. Stops before the first event that is not quiet, where a pool must
 * be dealt with, and where a strategy asked for something. */
static plm_status quiet_tape(plm_core *core, plm_ts until, plm_diag *diag)
{
    const plm_event *const events = core->span.events;
    uint32_t const end = find_end(core, until);
    uint32_t first = core->at;
    if (first > 0 && first < end && events[first - 1].ts == events[first].ts) {
        return PLM_OK; /* cut by an event that is not quiet: this instant is done in full */
    }
    for (uint32_t at = first; at < end; at++) {
        if (!apply_quiet(core, &events[at])) {
            core->events += at - first;
            core->instant = first;
            core->at = at;
            return PLM_OK;
        }
        if (at + 1 < end && events[at + 1].ts == events[at].ts) {
            continue;
        }
        if (__builtin_expect(core->guard.due_count > 0 || core->guard.fund_called, 0)) {
            bool loud = false;
            PLM_TRY(look_at_pools(core, first, at + 1, diag, &loud));
            if (loud) {
                return PLM_OK;
            }
        }
        core->at = at + 1;
        PLM_TRY(close_instant(core, &events[first], at + 1 - first, diag));
        first = at + 1;
        if (__builtin_expect(core->outbox.count > 0, 0)) {
            return plm_delivery_collect(core, diag);
        }
    }
    return PLM_OK;
}

/* The events of one instant that are heard at the same time. */
static plm_status hear_group(plm_core *core, plm_diag *diag)
{
    plm_ts const heard = core->next_heard;
    uint32_t const first = core->heard_at;
    const plm_event *const events = core->heard_span.events;
    plm_ts const ts = events[first].ts;
    core->now = heard;
    do {
        if (!plm_market_apply(&core->heard_market, &events[core->heard_at])) {
            PLM_TRY(plm_market_apply_rare(&core->heard_market, &events[core->heard_at], diag));
        }
        core->heard_at++;
        core->last_heard = heard;
        if (core->heard_at == core->heard_span.count) {
            break;
        }
        PLM_TRY(plm_segment_refill_heard(core, diag));
    } while (core->next_heard == heard && events[core->heard_at].ts == ts);
    return plm_delivery_events(core, &events[first], core->heard_at - first, diag);
}

plm_status plm_segment_hear(plm_core *core, plm_diag *diag)
{
    plm_ts const heard = core->next_heard;
    while (core->next_heard == heard) {
        PLM_TRY(hear_group(core, diag));
        PLM_TRY(plm_segment_refill_heard(core, diag));
    }
    return PLM_OK;
}

/* What is heard before `until`, as long as nobody answers at once. */
static plm_status quiet_hearing(plm_core *core, plm_ts until, plm_diag *diag)
{
    while (core->next_heard < until) {
        PLM_TRY(plm_segment_hear(core, diag));
        if (core->outbox.count > 0) {
            PLM_TRY(plm_delivery_collect(core, diag));
            plm_ts const due = plm_segment_due(core);
            until = plm_earlier(until, due);
            if (due <= core->now) {
                break;
            }
        }
    }
    return PLM_OK;
}

plm_status plm_segment_run(plm_core *core, plm_diag *diag)
{
    if (core->force_segments) {
        return PLM_OK;
    }
    core->beat->callback = PLM_CALLBACK_ON_EVENT;
    for (;;) {
        plm_ts until = plm_earlier(plm_segment_due(core), core->next_expiry);
        until = plm_earlier(until, core->next_sample + 1);
        uint32_t const at = core->at;
        plm_ts const heard = core->next_heard;
        if (core->at < core->span.count) {
            plm_ts const tape_until = heard == PLM_TS_NEVER ? until : plm_earlier(until, heard + 1);
            PLM_TRY(quiet_tape(core, tape_until, diag));
            if (core->unfinished) {
                return PLM_OK;
            }
            plm_segment_find_next(core);
        }
        if (plm_segment_due(core) <= core->now) {
            return PLM_OK;
        }
        if (core->heard_window != NULL) {
            /* Without a next event of the tape at hand nothing later than now may be heard. */
            until = plm_earlier(until, plm_segment_due(core));
            until = plm_earlier(until,
                                core->next_tape == PLM_TS_NEVER ? core->now + 1 : core->next_tape);
            PLM_TRY(quiet_hearing(core, until, diag));
        }
        if (core->at == at && core->next_heard == heard) {
            return PLM_OK;
        }
    }
}
