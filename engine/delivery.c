/*
 * delivery.c - strategies hear, and what they ask for goes on its way.
 */
#include <string.h>

#include "check.h"
#include "core.h"
#include "memory.h"

#define TIMERS_FIRST_CAP 2u

static void enter(plm_core *core, uint32_t account, plm_callback callback)
{
    core->beat->ts = core->now;
    core->beat->event = core->events;
    core->beat->callback = callback;
    core->beat->account = account;
    core->beat->count++;
}

static void leave(plm_core *core)
{
    core->beat->account = UINT32_MAX;
}

/* -- events ---------------------------------------------------------------------------------- */

static bool wants(const plm_seat *seat, uint32_t sym, uint32_t kind)
{
    return seat->instance != NULL && (seat->instance->want[sym] & PLM_EV_BIT(kind)) != 0;
}

/* Counts, and, once there is room, writes down who hears events of a place. */
static uint32_t subscribe_place(plm_core *core, uint32_t sym, uint32_t kind, uint32_t first)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < core->seat_count; i++) {
        plm_seat *const seat = &core->seat[i];
        if (!wants(seat, sym, kind)) {
            continue;
        }
        if (core->audience.member != NULL) {
            core->audience.member[first + count] =
                (plm_hearer){.on_event = seat->instance->on_event,
                             .strategy = seat->instance->strategy,
                             .instance = seat->instance,
                             .account = i};
        }
        count++;
    }
    core->audience.at[sym * PLM_AUDIENCE_STRIDE + kind] = (plm_hearers){first, count};
    return count;
}

static uint32_t subscribe_all(plm_core *core)
{
    uint32_t count = 0;
    for (uint32_t sym = 0; sym < core->contracts->count; sym++) {
        for (uint32_t kind = 0; kind < PLM_EV_KIND_COUNT; kind++) {
            count += subscribe_place(core, sym, kind, count);
        }
    }
    return count;
}

void plm_delivery_subscribe(plm_core *core)
{
    plm_audience *const audience = &core->audience;
    audience->at =
        plm_alloc((size_t)core->contracts->count * PLM_AUDIENCE_STRIDE, sizeof *audience->at);
    audience->member_count = subscribe_all(core);
    audience->none = audience->member_count == 0;
    audience->member = plm_alloc(audience->member_count + 1, sizeof *audience->member);
    (void)subscribe_all(core);
}

static plm_result hear_nothing(const plm_strategy *self, const plm_event *event)
{
    (void)self;
    (void)event;
    return PLM_RESULT_OK;
}

void plm_delivery_silence(plm_core *core, const plm_instance *instance)
{
    for (uint32_t i = 0; i < core->audience.member_count; i++) {
        if (core->audience.member[i].instance == instance) {
            core->audience.member[i].on_event = hear_nothing;
        }
    }
}

plm_status plm_delivery_answer(plm_core *core, plm_instance *instance, plm_callback callback,
                               plm_result result, plm_diag *diag)
{
    PLM_TRY(plm_instance_answer(instance, callback, result, diag));
    if (instance->stopped) {
        plm_delivery_silence(core, instance);
    }
    return PLM_OK;
}

plm_status plm_delivery_check_mode(const plm_core *core, plm_diag *diag)
{
    for (uint32_t i = 0; i < core->seat_count; i++) {
        if (core->seat[i].instance != NULL) {
            return plm_instance_check_mode(core->seat[i].instance, diag);
        }
    }
    return PLM_OK;
}

/* -- reports --------------------------------------------------------------------------------- */

static plm_status hear_report(plm_core *core, plm_instance *instance, const plm_report *report,
                              plm_diag *diag)
{
    if (instance->stopped || (instance->reports & PLM_REPORT_BIT(report->kind)) == 0) {
        return PLM_OK;
    }
    enter(core, instance->account, PLM_CALLBACK_ON_REPORT);
    plm_result const result = instance->strategy->on_report(instance->strategy, report);
    leave(core);
    if (core->outbox.count > PLM_OUTBOX_HIGH) {
        PLM_TRY(plm_delivery_collect(core, diag));
    }
    if (result != PLM_RESULT_OK) {
        return plm_delivery_answer(core, instance, PLM_CALLBACK_ON_REPORT, result, diag);
    }
    return PLM_OK;
}

plm_status plm_delivery_reports(plm_core *core, plm_diag *diag)
{
    while (plm_clock_next(&core->reports) <= core->now) {
        plm_due const due = plm_clock_take(&core->reports);
        plm_letter const letter = *(const plm_letter *)plm_slots_at(&core->letter_slots, due.slot);
        plm_slots_give(&core->letter_slots, due.slot);
        plm_seat *const seat = &core->seat[letter.account];
        if (letter.place != UINT32_MAX) {
            seat->instance->position[letter.place] = letter.position;
        }
        for (uint32_t i = 0; i < letter.assets; i++) {
            seat->instance->cash[letter.asset[i]] = letter.cash[i];
        }
        PLM_TRY(hear_report(core, seat->instance, &letter.report, diag));
    }
    return PLM_OK;
}

/* -- timers ---------------------------------------------------------------------------------- */

static plm_timer *find_timer(plm_seat *seat, uint64_t id)
{
    for (uint32_t i = 0; i < seat->timer_count; i++) {
        if (seat->timer[i].number != 0 && seat->timer[i].id == id) {
            return &seat->timer[i];
        }
    }
    return NULL;
}

/* There is room for few until somebody sets many: a thousand accounts are read one by one. */
static plm_timer *free_timer(plm_seat *seat)
{
    for (uint32_t i = 0; i < seat->timer_count; i++) {
        if (seat->timer[i].number == 0) {
            return &seat->timer[i];
        }
    }
    if (seat->timer_count == PLM_TIMERS_MAX) {
        return NULL;
    }
    if (seat->timer_count == seat->timer_cap) {
        seat->timer_cap = seat->timer_cap == 0 ? TIMERS_FIRST_CAP : seat->timer_cap * 2;
        seat->timer = plm_realloc(seat->timer, seat->timer_cap, sizeof *seat->timer);
    }
    plm_timer *const timer = &seat->timer[seat->timer_count++];
    *timer = (plm_timer){0};
    return timer;
}

static plm_status arm(plm_core *core, plm_seat *seat, const plm_timer *timer, plm_ts at,
                      plm_diag *diag)
{
    plm_due const due = {.at = at,
                         .account = seat->account.index,
                         .slot = (uint32_t)(timer - seat->timer),
                         .number = timer->number};
    if (!plm_clock_add(&core->timers, due)) {
        return plm_fail(diag, PLM_ERR_RUN,
                        "more than %u timers are set; at most that many are allowed",
                        PLM_CLOCK_ITEMS_MAX);
    }
    return PLM_OK;
}

static plm_status set_timer(plm_core *core, plm_seat *seat, const plm_outgoing *what,
                            plm_diag *diag)
{
    plm_timer *timer = find_timer(seat, what->timer);
    if (timer == NULL) {
        timer = free_timer(seat);
    }
    if (timer == NULL) {
        return plm_fail(diag, PLM_ERR_RUN,
                        "account '%s': its strategy has more than %u timers; at most that many "
                        "are allowed",
                        seat->account.name, PLM_TIMERS_MAX);
    }
    if (timer->number != 0) {
        plm_clock_drop(&core->timers, seat->account.index, timer->number);
    }
    *timer =
        (plm_timer){.id = what->timer, .number = ++seat->timer_settings, .period = what->period};
    return arm(core, seat, timer, what->at > core->now ? what->at : core->now, diag);
}

plm_status plm_delivery_timers(plm_core *core, plm_diag *diag)
{
    while (plm_clock_next(&core->timers) <= core->now) {
        plm_due const due = plm_clock_take(&core->timers);
        plm_seat *const seat = &core->seat[due.account];
        plm_timer *const timer = &seat->timer[due.slot];
        plm_assert(timer->number == due.number);
        uint64_t const id = timer->id;
        plm_ts next;
        if (timer->period == 0 || !plm_i64_add(due.at, timer->period, &next)) {
            timer->number = 0;
        } else {
            PLM_TRY(arm(core, seat, timer, next, diag));
        }
        plm_report const report = {
            .ts = due.at, .tag = id, .sym = PLM_NO_SYM, .kind = PLM_REPORT_TIMER};
        PLM_TRY(hear_report(core, seat->instance, &report, diag));
    }
    return PLM_OK;
}

/* -- the outbox ------------------------------------------------------------------------------ */

/* What is about orders is in the log when it is sent, what is about margin when it is answered. */
static plm_status send(plm_core *core, plm_seat *seat, const plm_outgoing *what, plm_diag *diag)
{
    plm_ts const arrives = plm_lane_send(&seat->orders, core->now);
    if (what->kind != PLM_OUTGOING_MARGIN) {
        plm_journal_request(core, what, arrives);
    }
    uint32_t const slot = plm_slots_take(&core->request_slots);
    *(plm_outgoing *)plm_slots_at(&core->request_slots, slot) = *what;
    plm_due const due = {
        .at = arrives, .account = seat->account.index, .slot = slot, .number = ++seat->requests};
    if (!plm_clock_add(&core->requests, due)) {
        return plm_fail(diag, PLM_ERR_RUN,
                        "more than %u requests are on their way; at most that many are allowed",
                        PLM_CLOCK_ITEMS_MAX);
    }
    return PLM_OK;
}

static plm_status collect(plm_core *core, const plm_outgoing *what, plm_diag *diag)
{
    plm_seat *const seat = &core->seat[what->account];
    switch ((plm_outgoing_kind)what->kind) {
    case PLM_OUTGOING_SUBMIT:
    case PLM_OUTGOING_AMEND:
    case PLM_OUTGOING_CANCEL:
    case PLM_OUTGOING_MARGIN:
        return send(core, seat, what, diag);
    case PLM_OUTGOING_TIMER_SET:
        return set_timer(core, seat, what, diag);
    case PLM_OUTGOING_TIMER_CLEAR: {
        plm_timer *const timer = find_timer(seat, what->timer);
        if (timer != NULL) {
            plm_clock_drop(&core->timers, seat->account.index, timer->number);
            timer->number = 0;
        }
        return PLM_OK;
    }
    case PLM_OUTGOING_NOTE:
        plm_journal_note(core, what->account, PLM_RECORD_NOTE, what->note);
        return PLM_OK;
    case PLM_OUTGOING_STOP:
        plm_journal_note(core, what->account, PLM_RECORD_STOPPED, NULL);
        return PLM_OK;
    case PLM_OUTGOING_FAILED:
        return plm_instance_answer(seat->instance, (plm_callback)core->beat->callback,
                                   PLM_RESULT_ERROR, diag);
    case PLM_OUTGOING_NONE:
        break;
    }
    return PLM_OK;
}

plm_status plm_delivery_collect(plm_core *core, plm_diag *diag)
{
    for (uint32_t i = 0; i < core->outbox.count; i++) {
        PLM_TRY(collect(core, &core->outbox.item[i], diag));
    }
    core->outbox.count = 0;
    return PLM_OK;
}
