/*
 * conform_stage.c - a small run around one strategy, built on host.h alone: events, a venue that
 * answers every request somehow, reports, timers. On the hostile market the venue refuses, fills in
 * parts, and reports what nobody asked for.
 *
 * It is no model of a market. It must be the same each time, and come by every report there is.
 */
#include <string.h>

#include "check.h"
#include "conform_parts.h"
#include "memory.h"
#include "num.h"

#define ORDERS_MAX 256u
#define REPORTS_MAX 4096u
#define TIMERS_MAX 64u
#define ROUNDS_MAX 100u /* of requests and reports at one time; the market moves on after them */

typedef struct stage_order {
    plm_oid oid; /* 0: free */
    uint64_t tag;
    plm_px px;
    plm_qty qty, left;
    uint32_t sym;
    uint8_t side, leg;
    bool waiting; /* conditional: never triggered here */
} stage_order;

typedef struct stage_timer {
    bool set;
    uint64_t id;
    plm_ts at;
    int64_t period;
} stage_timer;

struct plm_stage {
    plm_script script;
    plm_market_view market[PLM_SCRIPT_ROWS];
    plm_ts now;
    plm_outbox outbox;
    plm_host_services services;
    plm_host_setup setup;
    plm_instance *instance;
    bool gave_up;
    stage_order order[ORDERS_MAX];
    stage_timer timer[TIMERS_MAX];
    plm_report report[REPORTS_MAX];
    uint32_t report_count;
    plm_philox rng; /* of the venue's moods */
    plm_digest *digest;
    uint64_t requests;
};

/* -- services -------------------------------------------------------------------------------- */

static bool serve_equity(void *run, uint32_t account, plm_amount *out)
{
    const plm_stage *const stage = run;
    (void)account;
    if (stage->market[0].last_px == 0) {
        return false;
    }
    *out = stage->instance->cash[0].balance;
    return true;
}

static uint32_t serve_levels(void *run, uint32_t sym, uint8_t side, plm_level *out, uint32_t cap)
{
    const plm_stage *const stage = run;
    const plm_market_view *const view = &stage->market[sym];
    plm_px const px = side == PLM_SIDE_BUY ? view->bid_px : view->ask_px;
    if (px == 0 || cap == 0) {
        return 0;
    }
    out[0] = (plm_level){.px = px, .qty = side == PLM_SIDE_BUY ? view->bid_qty : view->ask_qty};
    return 1;
}

static int64_t serve_leverage(void *run, uint32_t account, uint32_t sym)
{
    (void)run;
    (void)account;
    (void)sym;
    return 1000;
}

static bool serve_margin_view(void *run, uint32_t account, uint32_t sym, uint8_t leg,
                              plm_margin_view *out)
{
    const plm_stage *const stage = run;
    (void)account;
    (void)leg;
    if (stage->market[sym].last_px == 0) {
        return false;
    }
    out->equity = out->initial = out->margin = stage->instance->cash[0].balance;
    out->maintenance.lo = 1;
    return true;
}

static bool serve_liquidation_px(void *run, uint32_t account, uint32_t sym, uint8_t leg,
                                 plm_px *out_down, plm_px *out_up)
{
    const plm_stage *const stage = run;
    (void)account;
    (void)leg;
    *out_down = stage->market[sym].last_px / 2;
    *out_up = 0;
    return stage->market[sym].last_px != 0;
}

/* -- reports --------------------------------------------------------------------------------- */

static plm_report *push_report(plm_stage *stage, plm_report_kind kind)
{
    plm_assert(stage->report_count <= REPORTS_MAX);
    if (stage->report_count == REPORTS_MAX) {
        return NULL;
    }
    plm_report *const report = &stage->report[stage->report_count++];
    *report = (plm_report){.ts = stage->now, .sym = PLM_NO_SYM, .kind = (uint8_t)kind};
    return report;
}

static plm_report *report_order(plm_stage *stage, plm_report_kind kind, const stage_order *order,
                                plm_order_state state, plm_reason reason)
{
    plm_report *const report = push_report(stage, kind);
    if (report != NULL) {
        report->oid = order->oid;
        report->tag = order->tag;
        report->sym = order->sym;
        report->state = (uint8_t)state;
        report->reason = (uint8_t)reason;
        report->side = order->side;
        report->px = order->px;
        report->qty = order->qty;
        report->left = order->left;
        report->leg = order->leg;
    }
    return report;
}

static plm_amount amount_of(plm_i128 value)
{
    return (plm_amount){.lo = (uint64_t)value, .hi = (int64_t)(value >> 64)};
}

/* Positions and their cost; figures that would not fit stay as they are. */
static void move_position(plm_stage *stage, const stage_order *order, plm_px px, plm_qty qty)
{
    plm_position_view *const view = &stage->instance->position[2 * order->sym];
    plm_qty const moved = order->side == PLM_SIDE_BUY ? qty : -qty;
    plm_i128 value;
    if (plm_i64_add(view->qty, moved, &view->qty) &&
        plm_i128_mul((plm_i128)px * moved, 1000000000, &value)) {
        view->cost = amount_of(value);
    }
}

static void fill(plm_stage *stage, stage_order *order, plm_px px, plm_qty qty, bool maker)
{
    order->left -= qty;
    move_position(stage, order, px, qty);
    bool const whole = order->left == 0;
    plm_report *const report = report_order(
        stage, PLM_REPORT_FILL, order, whole ? PLM_STATE_FILLED : PLM_STATE_OPEN, PLM_REASON_NONE);
    if (report != NULL) {
        report->px = px;
        report->qty = qty;
        report->maker = maker ? 1 : 0;
        report->amount = amount_of((plm_i128)1000000000000000);
    }
    if (whole) {
        (void)report_order(stage, PLM_REPORT_ORDER, order, PLM_STATE_FILLED, PLM_REASON_NONE);
        order->oid = 0;
    }
}

/* -- the venue ------------------------------------------------------------------------------- */

static stage_order *find_order(plm_stage *stage, plm_oid oid)
{
    for (uint32_t i = 0; i < ORDERS_MAX; i++) {
        if (stage->order[i].oid == oid) {
            return &stage->order[i];
        }
    }
    return NULL;
}

static plm_px price_to_take(const plm_stage *stage, uint32_t sym, uint8_t side)
{
    const plm_market_view *const view = &stage->market[sym];
    plm_px const px = side == PLM_SIDE_BUY ? view->ask_px : view->bid_px;
    return px != 0 ? px : view->last_px;
}

static bool is_reached(const stage_order *order, plm_px px)
{
    return px > 0 && (order->side == PLM_SIDE_BUY ? px <= order->px : px >= order->px);
}

static void take_submit(plm_stage *stage, const plm_outgoing *item)
{
    const plm_order_request *const request = &item->request;
    stage_order order = {.oid = item->oid,
                         .tag = request->tag,
                         .px = request->px,
                         .qty = request->qty,
                         .left = request->qty,
                         .sym = request->sym,
                         .side = request->side,
                         .leg = request->leg,
                         .waiting = request->trigger != PLM_TRIGGER_NONE};
    stage_order *const place = find_order(stage, 0);
    uint32_t const mood =
        stage->script.hostile ? plm_philox_below(&stage->rng, 2 * PLM_REASON_COUNT) : 0;
    plm_reason reason = PLM_REASON_NONE;
    plm_px const px = price_to_take(stage, order.sym, order.side);
    bool const market = request->type == PLM_ORDER_MARKET;
    if (request->qty <= 0 || (market ? request->px != 0 : request->px <= 0)) {
        reason = PLM_REASON_BAD_REQUEST;
    } else if (mood > 1 && mood < PLM_REASON_COUNT) {
        reason = (plm_reason)mood;
    } else if (place == NULL) {
        reason = PLM_REASON_LIMIT;
    } else if (market && !order.waiting && px <= 0) {
        reason = PLM_REASON_NO_LIQUIDITY;
    }
    if (reason != PLM_REASON_NONE) {
        (void)report_order(stage, PLM_REPORT_ORDER, &order, PLM_STATE_REJECTED, reason);
        return;
    }
    *place = order;
    if (!order.waiting && (market || is_reached(&order, px))) {
        bool const part = stage->script.hostile && !market && order.qty > 1;
        fill(stage, place, px, part ? order.qty / 2 : order.qty, false);
        return;
    }
    (void)report_order(stage, PLM_REPORT_ORDER, place,
                       order.waiting ? PLM_STATE_WAITING : PLM_STATE_OPEN, PLM_REASON_NONE);
}

static void take_change(plm_stage *stage, const plm_outgoing *item)
{
    stage_order *const order = find_order(stage, item->oid);
    if (order == NULL) {
        stage_order const unknown = {.oid = item->oid, .sym = PLM_NO_SYM};
        (void)report_order(stage, PLM_REPORT_REFUSED, &unknown, PLM_STATE_NONE,
                           PLM_REASON_UNKNOWN_ORDER);
    } else if (item->kind == PLM_OUTGOING_CANCEL) {
        (void)report_order(stage, PLM_REPORT_ORDER, order, PLM_STATE_CANCELLED, PLM_REASON_USER);
        order->oid = 0;
    } else {
        order->px = item->request.px > 0 ? item->request.px : order->px;
        (void)report_order(stage, PLM_REPORT_ORDER, order,
                           order->waiting ? PLM_STATE_WAITING : PLM_STATE_OPEN, PLM_REASON_NONE);
    }
}

/* Done at once, or, on the hostile market, perhaps refused. */
static void take_margin(plm_stage *stage, const plm_outgoing *item)
{
    plm_report *const report = push_report(stage, PLM_REPORT_MARGIN);
    if (report != NULL) {
        bool const refused = stage->script.hostile && plm_philox_below(&stage->rng, 2) == 0;
        report->tag = item->number;
        report->sym = item->sym;
        report->leg = item->leg;
        report->amount = item->amount;
        report->reason = (uint8_t)(refused ? PLM_REASON_MARGIN : PLM_REASON_NONE);
    }
}

static void meet_trade(plm_stage *stage, const plm_event *event)
{
    for (uint32_t i = 0; i < ORDERS_MAX; i++) {
        stage_order *const order = &stage->order[i];
        if (order->oid != 0 && !order->waiting && order->sym == event->sym &&
            is_reached(order, event->px)) {
            fill(stage, order, order->px, order->left, true);
        }
    }
}

static void set_timer(plm_stage *stage, const plm_outgoing *item)
{
    stage_timer *place = NULL;
    for (uint32_t i = 0; i < TIMERS_MAX; i++) {
        stage_timer *const timer = &stage->timer[i];
        if (timer->set && timer->id == item->timer) {
            timer->set = false;
        }
        place = place == NULL && !timer->set ? timer : place;
    }
    if (item->kind == PLM_OUTGOING_TIMER_SET && place != NULL) {
        *place =
            (stage_timer){.set = true, .id = item->timer, .at = item->at, .period = item->period};
    }
}

/* At most one report of a timer for one event: a period may be shorter than the steps of time. */
static void ring_timers(plm_stage *stage)
{
    for (uint32_t i = 0; i < TIMERS_MAX; i++) {
        stage_timer *const timer = &stage->timer[i];
        plm_report *const report =
            timer->set && timer->at <= stage->now ? push_report(stage, PLM_REPORT_TIMER) : NULL;
        if (report != NULL) {
            report->tag = timer->id;
            timer->set = timer->period > 0 && plm_i64_add(stage->now, timer->period, &timer->at);
        }
    }
}

static void report_out_of_the_blue(plm_stage *stage)
{
    plm_report *const report = push_report(stage, PLM_REPORT_NONE);
    if (report != NULL) {
        plm_script_surprise(&stage->rng, report);
    }
}

/* -- one event ------------------------------------------------------------------------------- */

static plm_status answer(plm_stage *stage, plm_callback callback, plm_result result, plm_diag *diag)
{
    plm_beat_leave(stage->setup.beat);
    PLM_TRY(plm_instance_answer(stage->instance, callback, result, diag));
    return stage->instance->stopped ? PLM_END : PLM_OK;
}

static void note_place(plm_stage *stage, plm_callback callback)
{
    plm_beat *const beat = stage->setup.beat;
    plm_beat_enter(beat, 0, callback, stage->setup.descriptor->id);
    beat->ts = stage->now;
    beat->event = stage->script.index;
}

static plm_status deliver_reports(plm_stage *stage, plm_diag *diag)
{
    const plm_instance *const instance = stage->instance;
    for (uint32_t i = 0; i < stage->report_count; i++) {
        const plm_report *const report = &stage->report[i];
        if ((instance->reports & PLM_REPORT_BIT(report->kind)) == 0) {
            continue;
        }
        note_place(stage, PLM_CALLBACK_ON_REPORT);
        plm_result const result = instance->strategy->on_report(instance->strategy, report);
        plm_status const status = answer(stage, PLM_CALLBACK_ON_REPORT, result, diag);
        if (status != PLM_OK) {
            return status;
        }
    }
    stage->report_count = 0;
    return PLM_OK;
}

/* Takes what was asked for; the bytes of it are what the strategy did. */
static void drain(plm_stage *stage)
{
    for (uint32_t i = 0; i < stage->outbox.count; i++) {
        const plm_outgoing *const item = &stage->outbox.item[i];
        plm_digest_add(stage->digest, item, sizeof *item);
        stage->requests++;
        switch ((plm_outgoing_kind)item->kind) {
        case PLM_OUTGOING_NONE:
        case PLM_OUTGOING_NOTE:
        case PLM_OUTGOING_STOP:
        case PLM_OUTGOING_FAILED:
            break;
        case PLM_OUTGOING_SUBMIT:
            take_submit(stage, item);
            break;
        case PLM_OUTGOING_AMEND:
        case PLM_OUTGOING_CANCEL:
            take_change(stage, item);
            break;
        case PLM_OUTGOING_MARGIN:
            take_margin(stage, item);
            break;
        case PLM_OUTGOING_TIMER_SET:
        case PLM_OUTGOING_TIMER_CLEAR:
            set_timer(stage, item);
            break;
        }
    }
    stage->outbox.count = 0;
}

static plm_status deliver_event(plm_stage *stage, const plm_event *event, plm_diag *diag)
{
    const plm_instance *const instance = stage->instance;
    if ((instance->want[event->sym] & PLM_EV_BIT(event->kind)) == 0) {
        return PLM_OK;
    }
    note_place(stage, PLM_CALLBACK_ON_EVENT);
    return answer(stage, PLM_CALLBACK_ON_EVENT, instance->on_event(instance->strategy, event),
                  diag);
}

plm_status plm_stage_step(plm_stage *stage, plm_diag *diag)
{
    if (stage->script.index == PLM_SCRIPT_EVENTS || stage->instance->stopped) {
        return PLM_END;
    }
    plm_event const event = plm_script_next(&stage->script);
    stage->now = event.ts;
    plm_script_apply(&event, &stage->market[event.sym]);
    if (event.kind == PLM_EV_TRADE) {
        meet_trade(stage, &event);
    }
    plm_status status = deliver_event(stage, &event, diag);
    ring_timers(stage);
    if (stage->script.hostile && stage->script.index % 16 == 0) {
        report_out_of_the_blue(stage);
    }
    for (uint32_t round = 0; round < ROUNDS_MAX && status == PLM_OK; round++) {
        drain(stage);
        if (stage->report_count == 0) {
            break;
        }
        status = deliver_reports(stage, diag);
    }
    drain(stage);
    return status;
}

/* -- life ------------------------------------------------------------------------------------ */

plm_stage *plm_stage_create(const plm_factory *factory, const plm_params *params, bool hostile,
                            plm_beat *beat)
{
    plm_stage *const stage = plm_alloc_aligned(1, sizeof *stage, 64);
    plm_script_init(&stage->script, hostile);
    plm_philox_init(&stage->rng, 7, "conform venue", 0);
    stage->now = plm_script_info.begin;
    stage->outbox.item = plm_alloc(PLM_OUTBOX_CAP, sizeof *stage->outbox.item);
    stage->digest = plm_digest_create();
    stage->services = (plm_host_services){.run = stage,
                                          .equity = serve_equity,
                                          .levels = serve_levels,
                                          .leverage = serve_leverage,
                                          .margin_view = serve_margin_view,
                                          .liquidation_px = serve_liquidation_px};
    stage->setup = (plm_host_setup){.account = 0,
                                    .account_name = plm_script_info.account,
                                    .factory = factory,
                                    .descriptor = params->descriptor,
                                    .params = params,
                                    .info = &plm_script_info,
                                    .market = stage->market,
                                    .now = &stage->now,
                                    .report_asset = 0,
                                    .outbox = &stage->outbox,
                                    .services = &stage->services,
                                    .beat = beat,
                                    .gave_up = &stage->gave_up};
    return stage;
}

plm_status plm_stage_start(plm_stage *stage, plm_diag *diag)
{
    PLM_TRY(plm_instance_create(&stage->setup, diag, &stage->instance));
    for (uint32_t i = 0; i < PLM_SCRIPT_ASSETS; i++) {
        plm_i128 const money = (plm_i128)100000 * 1000000000000000000;
        stage->instance->cash[i].balance = amount_of(money);
    }
    return plm_instance_activate(stage->instance, diag);
}

bool plm_stage_gave_up(const plm_stage *stage)
{
    return stage->gave_up;
}

uint64_t plm_stage_requests(const plm_stage *stage)
{
    return stage->requests;
}

void plm_stage_digest(plm_stage *stage, uint8_t out[PLM_DIGEST_SIZE])
{
    plm_digest_finish(stage->digest, out);
}

void plm_stage_destroy(plm_stage *stage)
{
    plm_instance_destroy(stage->instance);
    plm_digest_destroy(stage->digest);
    plm_free(stage->outbox.item);
    plm_free(stage);
}
