/*
 * core.h - everything that a run consists of while it runs, shared by step.c and the files beside
 * it. Private to this folder.
 */
#ifndef PLM_CORE_H
#define PLM_CORE_H

#include "account.h"
#include "admission.h"
#include "clock.h"
#include "drawdown.h"
#include "fee.h"
#include "guard.h"
#include "host.h"
#include "latency.h"
#include "market.h"
#include "recorder.h"
#include "run_spec.h"
#include "slots.h"
#include "venue.h"
#include "window.h"

#define PLM_LIQUIDATION_OIDS (UINT64_C(1) << 63) /* ids of the venue's own orders begin here */
#define PLM_ROUNDS_MAX 1000u                     /* of requests and reports at one time */

/* A report on its way, with the views as they are after it. */
typedef struct plm_letter {
    plm_report report;
    uint32_t account;
    uint32_t place;  /* of the position; UINT32_MAX = none */
    uint32_t assets; /* how many of the two */
    uint32_t asset[2];
    plm_position_view position;
    plm_cash_view cash[2];
} plm_letter;

typedef struct plm_timer {
    uint64_t id, number; /* number 0: free */
    int64_t period;
} plm_timer;

/* One account with its strategy; first what every delivery to it reads. */
struct plm_seat {
    plm_instance *instance;          /* NULL: an account that just holds */
    plm_timer *timer;                /* by first use */
    uint32_t timer_count, timer_cap; /* at most PLM_TIMERS_MAX */
    uint64_t timer_settings;
    const plm_account_spec *spec;
    plm_account account;
    plm_plain plain;
    plm_lane orders, reports;
    plm_run_info info;
    uint64_t requests;
    uint64_t rejected[PLM_REASON_COUNT]; /* orders, by plm_reason */
    uint32_t flow_next;
    plm_position_view *shown_position; /* as the venue knows them: for valuation */
    plm_cash_view *shown_cash;
    /* What it began with, and what that was worth at the first sample that had all prices. */
    plm_position_view *first_position;
    plm_cash_view *first_cash;
    bool first_seen;
    plm_money first_nav;
    plm_money *flowed; /* per asset: deposits less withdrawals since the beginning */
    plm_drawdown drawdown;
    int64_t *leverage; /* by sym, 1e-2: as chosen now */

    /* under a rulebook */
    uint32_t first_pool, pool_count; /* 0: a plain account */
    uint32_t isolated_count;         /* of these the first */
    uint32_t *pool_at;               /* by place: number of its pool, or PLM_NO_POOL */
    uint32_t *pool_paying;           /* by asset: of the one with its balance, not isolated */
    bool leads;                      /* others book its fills */
    uint32_t warn_count;
    plm_rate warn[2 * PLM_WARN_MAX]; /* rising */
    uint32_t episodes;
    uint64_t liquidations, calls, deleveraged, skipped;
    uint64_t liquidation_orders;
    bool bankrupt, ended;                                    /* ended: after_liquidation: stop */
    plm_money *insurance_used, *interest, *liquidation_fees; /* per asset */
    plm_money *day_equity, *day_flowed;                      /* per asset, at 00:00 UTC */
};

/* One subscriber, all that a call needs in one place. */
typedef struct plm_hearer {
    plm_result (*on_event)(const plm_strategy *self, const plm_event *event);
    const plm_strategy *strategy;
    plm_instance *instance;
    uint32_t account;
} plm_hearer;

typedef struct plm_hearers {
    uint32_t first, count;
} plm_hearers;

#define PLM_AUDIENCE_STRIDE 32u
PLM_STATIC_ASSERT(PLM_EV_KIND_COUNT <= PLM_AUDIENCE_STRIDE, "a place for every kind");

/* Who hears an event: the subscribers of (sym, kind), in the order of accounts. */
typedef struct plm_audience {
    bool none;       /* nobody hears anything */
    plm_hearers *at; /* sym * PLM_AUDIENCE_STRIDE + kind */
    plm_hearer *member;
    uint32_t member_count;
} plm_audience;

struct plm_core {
    const plm_run_spec *spec;
    const plm_contracts *contracts;

    /* the tape, as the venue lives it; and, when that differs, as it is heard */
    plm_window *window, *heard_window;
    plm_span span, heard_span;
    uint32_t at, heard_at;
    bool ended, heard_ended;
    plm_ts next_tape, next_heard; /* PLM_TS_NEVER: none, or heard with the tape */
    plm_market market, heard_market;
    plm_market *heard; /* &market, or &heard_market */

    plm_venue *venue;
    const plm_corridor *corridor;
    plm_ledger ledger;
    plm_fees *fees;
    uint32_t seat_count;
    plm_seat *seat;
    plm_audience audience;
    plm_outbox outbox;
    plm_host_services services;
    plm_beat *beat;
    plm_recorder *recorder;

    plm_clock requests, reports, timers;
    plm_slots request_slots, letter_slots;
    uint64_t letters; /* sent so far */
    plm_ts next_flow, next_sample, next_expiry;
    plm_ts last_heard; /* heard time never goes back */
    bool force_segments;

    plm_ts now;       /* strategies see it as *now */
    uint32_t instant; /* where the instant at hand begins in span */
    uint64_t events;  /* of the tape, applied */
    uint64_t arrivals;
    uint64_t crossed;
    plm_ts round_ts;
    uint32_t rounds;   /* passes at round_ts */
    uint32_t *touched; /* instruments with quotes in this instant */
    uint32_t touched_count;
    bool *is_touched;
    bool *is_traded; /* by sym: somebody has had a position */
    bool *is_moved;  /* by account: this instant moved its money, or its margin was called */
    bool any_moved;
    bool unfinished; /* an instant whose events are applied waits to be done in full */
    plm_guard guard;
};

#define PLM_OVERFLOW(core, diag, seat, what)                                                       \
    plm_fail(diag, PLM_ERR_RUN, "account '%s': %s does not fit 128 bits at 10^-18",                \
             (seat)->account.name, what)

static inline plm_ts plm_earlier(plm_ts a, plm_ts b)
{
    return a < b ? a : b;
}

/* Whether positions of a row have legs; spot has none in either mode. */
static inline bool plm_core_has_legs(const plm_core *core, const plm_seat *seat, uint32_t sym)
{
    return seat->account.hedge && core->contracts->contract[sym].form != PLM_FORM_SPOT;
}

/* The leg of a position as requests and reports name it. */
static inline uint8_t plm_core_leg(const plm_core *core, const plm_seat *seat, uint32_t place)
{
    return (uint8_t)(plm_core_has_legs(core, seat, place / 2) ? 1 + place % 2 : 0);
}

/* -- segment.c: the tape, and what of it is quiet -------------------------------------------- */

/* The next instants of the tape are at hand, core->next_tape says when; or it has ended. */
PLM_NODISCARD plm_status plm_segment_refill(plm_core *core, plm_diag *diag);
PLM_NODISCARD plm_status plm_segment_refill_heard(plm_core *core, plm_diag *diag);
void plm_segment_find_next(plm_core *core); /* sets next_tape from what is at hand */

/* When the next thing is due that is neither tape nor hearing nor sample. */
plm_ts plm_segment_due(const plm_core *core);

/* What can be done of the tape at hand without doing an instant in full. */
PLM_NODISCARD plm_status plm_segment_run(plm_core *core, plm_diag *diag);

/* With two markets: all that is heard at core->next_heard. */
PLM_NODISCARD plm_status plm_segment_hear(plm_core *core, plm_diag *diag);

/* -- journal.c: what happened becomes a record, and a report on its way ------------------------ */

void plm_journal_request(plm_core *core, const plm_outgoing *what, plm_ts arrives);
void plm_journal_order(plm_core *core, const plm_order *order, plm_reason reason);
void plm_journal_fill(plm_core *core, const plm_order *order, const plm_trade *trade,
                      const plm_booked *booked, bool maker);
void plm_journal_postings(plm_core *core, uint32_t account, const plm_postings *postings,
                          uint32_t sym);
void plm_journal_position(plm_core *core, const plm_seat *seat, uint32_t place);
void plm_journal_note(plm_core *core, uint32_t account, plm_record_kind kind, const char *text);

/* Brings the shown state of an asset up to date. */
PLM_NODISCARD plm_status plm_journal_show_cash(plm_core *core, plm_seat *seat, uint32_t asset,
                                               plm_diag *diag);
/* Brings the shown state of a position and an asset up to date. */
PLM_NODISCARD plm_status plm_journal_show(plm_core *core, plm_seat *seat, uint32_t place,
                                          uint32_t asset, plm_diag *diag);

/* A report about an order, with what kinds have in common. */
plm_report plm_journal_about(const plm_core *core, const plm_order *order, plm_report_kind kind);

/* Sends a report of the seat's account, with the position (place, or UINT32_MAX) and the assets
 * that it changed. An account without strategy only has its shown state brought up to date. */
PLM_NODISCARD plm_status plm_journal_report(plm_core *core, plm_seat *seat,
                                            const plm_report *report, uint32_t place,
                                            const uint32_t *assets, uint32_t asset_count,
                                            plm_diag *diag);
/* The report of an order's state. */
PLM_NODISCARD plm_status plm_journal_tell(plm_core *core, const plm_order *order, plm_reason reason,
                                          plm_diag *diag);

/* -- booking.c: what changes an account ---------------------------------------------------------
 */

/* `qty` of a proposal: money, position, records, report. */
PLM_NODISCARD plm_status plm_booking_fill(plm_core *core, const plm_proposal *proposal, plm_qty qty,
                                          plm_diag *diag);
/* A trade of somebody else, booked as it was, outside of the venue. */
PLM_NODISCARD plm_status plm_booking_copy(plm_core *core, plm_seat *seat, const plm_trade *trade,
                                          plm_diag *diag);
PLM_NODISCARD plm_status plm_booking_funding(plm_core *core, const plm_event *event,
                                             plm_diag *diag);
PLM_NODISCARD plm_status plm_booking_settle(plm_core *core, const plm_event *event, plm_diag *diag);
PLM_NODISCARD plm_status plm_booking_flow(plm_core *core, plm_seat *seat, uint32_t asset,
                                          plm_money amount, plm_cause cause, plm_diag *diag);
/* What a resting order holds now; false on overflow. */
PLM_NODISCARD bool plm_booking_held(const plm_order *order, plm_money *out);
/* What a resting order holds from now on. */
PLM_NODISCARD plm_status plm_booking_hold(plm_core *core, plm_order *order, plm_diag *diag);
/* What it holds when only `left` will be left of it. */
PLM_NODISCARD plm_status plm_booking_shrink(plm_core *core, const plm_order *order, plm_qty left,
                                            plm_diag *diag);
PLM_NODISCARD plm_status plm_booking_release(plm_core *core, plm_order *order, plm_diag *diag);

/* -- gate.c: whether an account under a rulebook may trade ---------------------------------------
 */

/* In liquidation, or closed after it. */
plm_reason plm_gate_check(plm_core *core, const plm_seat *seat, const plm_order *order);
/* Step 9 of an arrival for `qty` at px; sets what the order will hold. */
PLM_NODISCARD plm_status plm_gate_admit(plm_core *core, plm_seat *seat, plm_order *order, plm_px px,
                                        plm_qty qty, plm_diag *diag, plm_reason *out);
PLM_NODISCARD plm_status plm_gate_admit_spot(plm_core *core, plm_seat *seat, plm_order *order,
                                             plm_px px, plm_qty qty, plm_diag *diag,
                                             plm_reason *out);
/* Whether a pool would carry what it carries if it paid the one and got the other (where it has
 * that asset). */
PLM_NODISCARD plm_status plm_gate_try(plm_core *core, plm_seat *seat, plm_pool *pool, plm_need paid,
                                      plm_need got, plm_diag *diag, plm_reason *out);
/* gate_ops.c: a request of plimsoll.margin_ops. */
PLM_NODISCARD plm_status plm_gate_request(plm_core *core, const plm_outgoing *what, plm_diag *diag);

/* -- desk.c: what requests do at the venue ------------------------------------------------------
 */

/* A proposal of the venue: cut to what may be reduced and booked; then what follows for the order
 * and its group. */
PLM_NODISCARD plm_status plm_desk_fill(plm_core *core, const plm_proposal *proposal,
                                       plm_diag *diag);
PLM_NODISCARD plm_status plm_desk_request(plm_core *core, const plm_outgoing *what, plm_diag *diag);
PLM_NODISCARD plm_status plm_desk_triggered(plm_core *core, plm_order *order, plm_diag *diag);
/* The end of a live order by cancellation: out of the book, released, recorded, reported. */
PLM_NODISCARD plm_status plm_desk_cancel(plm_core *core, plm_order *order, plm_reason reason,
                                         plm_diag *diag);
PLM_NODISCARD plm_status plm_desk_cancel_group(plm_core *core, const plm_order *order,
                                               plm_diag *diag);
/* A step of a liquidation through the venue, at once; what was filled of it. */
PLM_NODISCARD plm_status plm_desk_liquidate(plm_core *core, plm_pool *pool,
                                            const plm_margin_step *step, plm_diag *diag,
                                            plm_qty *out_filled);
PLM_NODISCARD plm_status plm_desk_cancel_all(plm_core *core, uint32_t sym, plm_reason reason,
                                             plm_diag *diag);

/* -- answers.c: what a host asks the run --------------------------------------------------------
 */

void plm_answers_init(plm_core *core);

/* -- delivery.c: strategies hear, and what they ask for goes on its way -------------------------
 */

/* Makes the audience from what strategies want. */
void plm_delivery_subscribe(plm_core *core);

/* Who stopped hears nothing any more. */
void plm_delivery_silence(plm_core *core, const plm_instance *instance);

/* A callback answered something else than PLM_RESULT_OK; who stopped hears nothing any more. */
PLM_NODISCARD plm_status plm_delivery_answer(plm_core *core, plm_instance *instance,
                                             plm_callback callback, plm_result result,
                                             plm_diag *diag);

/* Whether a callback has changed the modes of floating point. They are the thread's: one look is
 * enough for all strategies, and the first of them is named. */
PLM_NODISCARD plm_status plm_delivery_check_mode(const plm_core *core, plm_diag *diag);

/* Empties the outbox: requests get their arrival, timers are set, notes written. */
PLM_NODISCARD plm_status plm_delivery_collect(plm_core *core, plm_diag *diag);

/* The events of an instant to everybody who wants them; beat->callback is set. */
PLM_NODISCARD static inline plm_status plm_delivery_events(plm_core *core, const plm_event *events,
                                                           uint32_t count, plm_diag *diag)
{
    const plm_event *const last = &events[count - 1];
    uint64_t const quotes = PLM_EV_BIT(PLM_EV_BID) | PLM_EV_BIT(PLM_EV_ASK);
    core->crossed += quotes >> last->kind & plm_market_crossed(&core->heard->view[last->sym]);
    if (core->audience.none) {
        return PLM_OK;
    }
    plm_beat *const beat = core->beat;
    beat->ts = core->now;
    beat->event = core->events;
    for (const plm_event *event = events; event <= last; event++) {
        plm_hearers const hearers =
            core->audience.at[(size_t)event->sym * PLM_AUDIENCE_STRIDE + event->kind];
        const plm_hearer *member = &core->audience.member[hearers.first];
        const plm_hearer *const end = member + hearers.count;
        for (; member < end; member++) {
            beat->account = member->account;
            plm_result const result = member->on_event(member->strategy, event);
            if (__builtin_expect(result != PLM_RESULT_OK, 0)) {
                PLM_TRY(plm_delivery_answer(core, member->instance, PLM_CALLBACK_ON_EVENT, result,
                                            diag));
            }
            if (__builtin_expect(core->outbox.count > PLM_OUTBOX_HIGH, 0)) {
                PLM_TRY(plm_delivery_collect(core, diag));
            }
        }
    }
    beat->account = UINT32_MAX;
    return PLM_OK;
}

PLM_NODISCARD plm_status plm_delivery_reports(plm_core *core, plm_diag *diag);
PLM_NODISCARD plm_status plm_delivery_timers(plm_core *core, plm_diag *diag);

/* -- sample.c: what everybody is worth ----------------------------------------------------- */

void plm_sample_init(plm_core *core); /* once contracts and the count of accounts are known */
void plm_sample_fini(plm_core *core);
plm_worth plm_sample_worth(const plm_core *core, const plm_seat *seat);
/* Prices and a sample of every account at `ts`, and a recount of the ledger. */
PLM_NODISCARD plm_status plm_sample_take(plm_core *core, plm_ts ts, plm_sample_at at,
                                         plm_diag *diag);
/* A sample of every account that plm_sample_note has named since the last call. */
PLM_NODISCARD plm_status plm_sample_moved(plm_core *core, plm_diag *diag);
/* This instant moved the account's money, or its margin was called. */
void plm_sample_note(plm_core *core, uint32_t account);
void plm_sample_forget(plm_core *core); /* all that was noted */

/* -- step.c -------------------------------------------------------------------------------------
 */

/* Makes the first instants ready; *out is the time of the first event, 0 when there is none. */
PLM_NODISCARD plm_status plm_step_begin(plm_core *core, plm_diag *diag, plm_ts *out);

/* Replays the instants at hand and all that is due before the next; PLM_END after the last. */
PLM_NODISCARD plm_status plm_step(plm_core *core, plm_diag *diag);

#endif
