/*
 * test_run.c - promises of run.h and of docs/replay.md, 1, as a strategy lives through them:
 * - strategies are created, set up, called, closed and freed in that order; an account without one
 *   just holds;
 * - positions and balances change when the report is heard; the market shows the end of the
 * instant;
 * - requests arrive, and events and reports are heard, as late as they are; each is decided there;
 * - timers ring at their times, not before now, until they are cleared or replaced;
 * - STOP ends the callbacks of one strategy, and a failure the run, by name;
 * - two sides that answer one another for ever fail by name;
 * - an instant that begins quietly is heard whole, and a segment that ends at every instant gives
 *   the same digest.
 */
#include "run_stage.h"

static stage here;

static plm_status run_it(void)
{
    plm_status const status = stage_run(&here);
    if (status < 0) {
        print_error("%s\n", here.diag.text);
    }
    return status;
}

/* -- life ------------------------------------------------------------------------------------ */

static void strategies_live_in_order(void **state)
{
    (void)state;
    const plm_event events[] = {ev(0, PLM_EV_BID, 0, 99, 1), ev(1, PLM_EV_ASK, 0, 101, 1)};
    stage_init(&here, 2, events, COUNT(events), 1);
    here.actor[1].want = PLM_EV_BIT(PLM_EV_ASK);
    assert_int_equal(run_it(), PLM_OK);
    /* a is created, initialised, activated, then b; the bid: a; the ask: a, b; a is closed, then b
     */
    assert_string_equal(stage_calls, "ciaciaeeedxdx");
    assert_int_equal(here.state.events, 2);
    assert_i128_equal(here.state.now, T0 + 1);
}

static void an_account_without_a_strategy_just_holds(void **state)
{
    (void)state;
    const plm_event events[] = {ev(0, PLM_EV_MARK, 0, 99, 0), ev(1, PLM_EV_MARK, 0, 101, 0)};
    stage_init(&here, 1, events, COUNT(events), 2);
    here.account[0].factory = NULL;
    here.account[0].descriptor = NULL;
    assert_int_equal(run_it(), PLM_OK);
    assert_string_equal(stage_calls, "");
    assert_true(here.summary[0].priced);
    assert_money_equal(here.summary[0].nav, ((plm_money){100000 * (plm_i128)USD}));
    assert_non_null(find_record(&here, 0, PLM_RECORD_SAMPLE, 0));
}

/* -- views ----------------------------------------------------------------------------------- */

static plm_result buy_first_and_look(actor *self, const plm_event *event)
{
    (void)event;
    if (self->seen_count == 0) {
        assert_int_not_equal(send_order(self, PLM_SIDE_BUY, 2, 0), 0);
    }
    see(self, self->views->position[0].qty);
    return PLM_RESULT_OK;
}

static plm_result look_at_position(actor *self, const plm_report *report)
{
    if (report->kind == PLM_REPORT_FILL) {
        see(self, 1000 + self->views->position[0].qty);
        see(self, report->ts - T0);
    }
    return PLM_RESULT_OK;
}

/* Bought 2 at 100 at T0, told 5 ns later: the events at T0, T0+1 and, before the report, T0+5 find
 * no position; the report and T0+6 find 2. */
static void a_position_is_as_it_was_reported(void **state)
{
    (void)state;
    const plm_event events[] = {ev(0, PLM_EV_ASK, 0, 100, 5), ev(1, PLM_EV_MARK, 0, 100, 0),
                                ev(5, PLM_EV_MARK, 0, 100, 0), ev(6, PLM_EV_MARK, 0, 100, 0)};
    stage_init(&here, 1, events, COUNT(events), 2);
    here.spec.reports = constant(5);
    here.actor[0].on_event = buy_first_and_look;
    here.actor[0].on_report = look_at_position;
    assert_int_equal(run_it(), PLM_OK);
    assert_fill(&here, 0, 0, T0, 100, 2);
    assert_seen(&here.actor[0], 0, 0, 0, 1002, 0, 2);
}

static plm_result look_at_cash(actor *self, const plm_event *event)
{
    uint32_t const usd = self->info->settle[0];
    const plm_amount balance = self->views->cash[usd].balance;
    plm_i128 const whole = (plm_i128)balance.hi * ((plm_i128)1 << 64) + (plm_i128)balance.lo;
    if (event->kind == PLM_EV_ASK) {
        assert_int_not_equal(send_order(self, PLM_SIDE_BUY, 2, 0), 0);
    }
    see(self, (int64_t)(whole / USD));
    return PLM_RESULT_OK;
}

static void a_balance_is_as_it_was_reported(void **state)
{
    (void)state;
    const plm_event events[] = {ev(0, PLM_EV_ASK, 0, 100, 5), ev(5, PLM_EV_MARK, 0, 100, 0),
                                ev(6, PLM_EV_MARK, 0, 100, 0)};
    stage_init(&here, 1, events, COUNT(events), 3);
    here.spec.reports = constant(5);
    here.actor[0].on_event = look_at_cash;
    here.tier.taker = INT64_C(10000000000); /* 0.01 of 2 * 100 */
    assert_int_equal(run_it(), PLM_OK);
    assert_seen(&here.actor[0], 100000, 100000, 99998);
}

static plm_result look_at_ask(actor *self, const plm_event *event)
{
    see(self, event->px);
    see(self, self->views->market[0].ask_px);
    see(self, *self->views->now - T0);
    return PLM_RESULT_OK;
}

static void a_market_view_is_the_end_of_the_instant(void **state)
{
    (void)state;
    const plm_event events[] = {ev(0, PLM_EV_ASK, 0, 101, 1), ev(0, PLM_EV_ASK, 0, 102, 1),
                                ev(1, PLM_EV_ASK, 0, 103, 1)};
    stage_init(&here, 1, events, COUNT(events), 3);
    here.actor[0].on_event = look_at_ask;
    assert_int_equal(run_it(), PLM_OK);
    assert_seen(&here.actor[0], 101, 102, 0, 102, 102, 0, 103, 103, 1);
}

/* -- latency --------------------------------------------------------------------------------- */

static plm_result buy_on_first(actor *self, const plm_event *event)
{
    if (self->seen_count == 0) {
        assert_int_not_equal(send_order(self, PLM_SIDE_BUY, 1, 0), 0);
    }
    see(self, event->px);
    see(self, *self->views->now - T0);
    return PLM_RESULT_OK;
}

/* Decided on 100 at T0, there at T0+10, where the ask has been 105 since T0+4. */
static void a_request_arrives_after_what_it_was_decided_on(void **state)
{
    (void)state;
    const plm_event events[] = {ev(0, PLM_EV_ASK, 0, 100, 5), ev(4, PLM_EV_ASK, 0, 105, 5),
                                ev(20, PLM_EV_ASK, 0, 109, 5)};
    stage_init(&here, 1, events, COUNT(events), 1);
    here.spec.orders = constant(10);
    here.actor[0].on_event = buy_on_first;
    assert_int_equal(run_it(), PLM_OK);
    assert_fill(&here, 0, 0, T0 + 10, 105, 1);
    assert_no_fill(&here, 0, 1);
}

/* What arrives at T0+10 comes after the tape of T0+10. */
static void a_request_comes_after_the_tape_of_its_instant(void **state)
{
    (void)state;
    const plm_event events[] = {ev(0, PLM_EV_ASK, 0, 100, 5), ev(10, PLM_EV_ASK, 0, 105, 5)};
    stage_init(&here, 1, events, COUNT(events), 1);
    here.spec.orders = constant(10);
    here.actor[0].on_event = buy_on_first;
    assert_int_equal(run_it(), PLM_OK);
    assert_fill(&here, 0, 0, T0 + 10, 105, 1);
}

/* Heard at T0+10, when the venue is at 105 already. What is heard after the last event is not. */
static void a_late_feed_is_heard_late(void **state)
{
    (void)state;
    const plm_event events[] = {ev(0, PLM_EV_ASK, 0, 100, 5), ev(4, PLM_EV_ASK, 0, 105, 5),
                                ev(12, PLM_EV_ASK, 0, 109, 5)};
    for (uint32_t block = 1; block <= 3; block++) {
        stage_init(&here, 1, events, COUNT(events), block);
        here.spec.feed_ns = 10;
        here.actor[0].on_event = buy_on_first;
        assert_int_equal(run_it(), PLM_OK);
        assert_seen(&here.actor[0], 100, 10);
        assert_fill(&here, 0, 0, T0 + 10, 105, 1);
    }
}

/* The tape's second clock is 7 ns behind in these blocks. */
static void a_recorded_feed_is_heard_by_the_second_clock(void **state)
{
    (void)state;
    const plm_event events[] = {ev(0, PLM_EV_ASK, 0, 100, 5), ev(4, PLM_EV_ASK, 0, 105, 5),
                                ev(12, PLM_EV_ASK, 0, 109, 5)};
    stage_init(&here, 1, events, COUNT(events), 2);
    here.spec.feed_recorded = true;
    here.actor[0].on_event = buy_on_first;
    assert_int_equal(run_it(), PLM_OK);
    assert_seen(&here.actor[0], 100, 7, 105, 11);
    assert_fill(&here, 0, 0, T0 + 7, 105, 1);
}

/* -- timers ---------------------------------------------------------------------------------- */

static void set_timers(actor *self)
{
    assert_int_equal(self->timer->set(self->host, 1, T0 + 10, 20), PLM_RESULT_OK);
    assert_int_equal(self->timer->set(self->host, 2, T0 + 15, 0), PLM_RESULT_OK);
    assert_int_equal(self->timer->set(self->host, 3, T0 + 5, 0), PLM_RESULT_OK);
    assert_int_equal(self->timer->set(self->host, 3, T0 + 33, 0), PLM_RESULT_OK);
}

static plm_result hear_timer(actor *self, const plm_report *report)
{
    if (report->kind == PLM_REPORT_TIMER) {
        see(self, (int64_t)report->tag);
        see(self, *self->views->now - T0);
        if (report->tag == 1 && *self->views->now == T0 + 10) {
            (void)self->timer->clear(self->host, 2);
            (void)self->timer->set(self->host, 4, T0 - 1000, 0);
        }
    }
    return PLM_RESULT_OK;
}

/* 1 every 20 ns from 10 on, 2 is cleared at 10, 3 was set anew, 4 was due before it was set. */
static void timers_ring_when_they_are_due(void **state)
{
    (void)state;
    const plm_event events[] = {ev(0, PLM_EV_MARK, 0, 1, 0), ev(60, PLM_EV_MARK, 0, 1, 0)};
    stage_init(&here, 1, events, COUNT(events), 2);
    here.actor[0].on_start = set_timers;
    here.actor[0].on_report = hear_timer;
    assert_int_equal(run_it(), PLM_OK);
    assert_seen(&here.actor[0], 1, 10, 4, 10, 1, 30, 3, 33, 1, 50);
}

/* -- ends ------------------------------------------------------------------------------------ */

static plm_result stop_at_second(actor *self, const plm_event *event)
{
    (void)event;
    see(self, *self->views->now - T0);
    return self->place == 0 && self->seen_count == 2 ? PLM_RESULT_STOP : PLM_RESULT_OK;
}

static void stop_ends_the_callbacks_of_one_strategy(void **state)
{
    (void)state;
    const plm_event events[] = {ev(0, PLM_EV_MARK, 0, 1, 0), ev(1, PLM_EV_MARK, 0, 1, 0),
                                ev(2, PLM_EV_MARK, 0, 1, 0)};
    stage_init(&here, 2, events, COUNT(events), 3);
    here.actor[0].on_event = here.actor[1].on_event = stop_at_second;
    assert_int_equal(run_it(), PLM_OK);
    assert_seen(&here.actor[0], 0, 1);
    assert_seen(&here.actor[1], 0, 1, 2);
    assert_true(here.summary[0].stopped && !here.summary[1].stopped);
    assert_non_null(find_record(&here, 0, PLM_RECORD_STOPPED, 0));
    assert_null(find_record(&here, 1, PLM_RECORD_STOPPED, 0));
}

static plm_result give_up(actor *self, const plm_event *event)
{
    return event->px == 2 ? (self->host->fail)(self->host, "no idea") : PLM_RESULT_OK;
}

static void a_failure_ends_the_run_by_name(void **state)
{
    (void)state;
    const plm_event events[] = {ev(0, PLM_EV_MARK, 0, 1, 0), ev(1, PLM_EV_MARK, 0, 2, 0)};
    stage_init(&here, 1, events, COUNT(events), 2);
    here.actor[0].on_event = give_up;
    assert_int_equal(stage_run(&here), PLM_ERR_RUN);
    assert_non_null(strstr(here.diag.text, "'actor' of account 'a' (on_event, event 2"));
    assert_non_null(strstr(here.diag.text, "no idea"));
}

static plm_result send_bad(actor *self, const plm_event *event)
{
    (void)event;
    (void)send_order(self, PLM_SIDE_BUY, 1, -5);
    return PLM_RESULT_OK;
}

static plm_result answer(actor *self, const plm_report *report)
{
    (void)report;
    (void)send_order(self, PLM_SIDE_BUY, 1, -5);
    return PLM_RESULT_OK;
}

static plm_result answer_900(actor *self, const plm_report *report)
{
    return report->oid == 900 ? PLM_RESULT_OK : answer(self, report);
}

static void an_endless_exchange_fails_by_name(void **state)
{
    (void)state;
    const plm_event events[] = {ev(0, PLM_EV_MARK, 0, 1, 0)};
    stage_init(&here, 1, events, COUNT(events), 1);
    here.actor[0].on_event = send_bad;
    here.actor[0].on_report = answer;
    assert_int_equal(stage_run(&here), PLM_ERR_RUN);
    assert_non_null(strstr(here.diag.text, "more than 1000 rounds"));
}

static void an_exchange_that_ends_is_fine(void **state)
{
    (void)state;
    const plm_event events[] = {ev(0, PLM_EV_MARK, 0, 1, 0)};
    stage_init(&here, 1, events, COUNT(events), 1);
    here.actor[0].on_event = send_bad;
    here.actor[0].on_report = answer_900;
    assert_int_equal(run_it(), PLM_OK);
    assert_int_equal(here.summary[0].rejected, 900);
}

/* With 1 ns between request and answer it is just busy. */
static void an_exchange_that_takes_time_goes_on(void **state)
{
    (void)state;
    const plm_event events[] = {ev(0, PLM_EV_MARK, 0, 1, 0), ev(1500, PLM_EV_MARK, 0, 1, 0)};
    stage_init(&here, 1, events, COUNT(events), 1);
    here.spec.orders = constant(1);
    here.actor[0].on_event = send_bad;
    here.actor[0].on_report = answer;
    assert_int_equal(run_it(), PLM_OK);
    /* One arrives at each of T0 + 1 .. T0 + 1500; what is sent at the end does not. */
    assert_int_equal(here.summary[0].orders, 1500);
}

/* -- segments -------------------------------------------------------------------------------- */

static plm_result rest_below(actor *self, const plm_event *event)
{
    if (event->ts == T0) {
        assert_int_not_equal(send_order(self, PLM_SIDE_BUY, 1, 95), 0);
    }
    return PLM_RESULT_OK;
}

static plm_result note_kind(actor *self, const plm_event *event)
{
    see(self, event->kind * 10 + event->sym);
    return PLM_RESULT_OK;
}

/* The trade meets an order, the two events before it in its instant touch nobody's. */
static void an_instant_that_begins_quietly_is_heard_whole(void **state)
{
    (void)state;
    const plm_event events[] = {ev(0, PLM_EV_MARK, 0, 100, 0), ev(1, PLM_EV_MARK, 0, 101, 0),
                                ev(9, PLM_EV_BID, 1, 50, 3),   ev(9, PLM_EV_MARK, 2, 60, 0),
                                ev(9, PLM_EV_TRADE, 0, 90, 4), ev(9, PLM_EV_MARK, 1, 51, 0)};
    stage_init(&here, 2, events, COUNT(events), 6);
    here.actor[0].on_event = note_kind;
    here.actor[1].on_event = rest_below;
    assert_int_equal(run_it(), PLM_OK);
    assert_seen(&here.actor[0], 60, 60, 21, 62, 10, 61);
    assert_fill(&here, 1, 0, T0 + 9, 95, 1);
}

/* Answers by what it sees, so that a difference of views becomes one of records. */
static plm_result busy_event(actor *self, const plm_event *event)
{
    const plm_market_view *const view = &self->views->market[event->sym];
    int64_t const mix = event->px + 3 * view->bid_px + 5 * view->ask_px + self->place;
    if (event->sym == 0 && mix % 4 == 0) {
        (void)send_order(self, mix % 8 == 0 ? PLM_SIDE_BUY : PLM_SIDE_SELL, 1 + mix % 3,
                         mix % 3 == 0 ? 0 : event->px - 2 + mix % 5);
    }
    if (mix % 7 == 0) {
        (void)self->timer->set(self->host, (uint64_t)(mix % 3), *self->views->now + mix % 5, 0);
    }
    return PLM_RESULT_OK;
}

static plm_result busy_report(actor *self, const plm_report *report)
{
    if (report->kind == PLM_REPORT_TIMER && self->views->position[0].qty != 0) {
        (void)send_order(self, self->views->position[0].qty > 0 ? PLM_SIDE_SELL : PLM_SIDE_BUY, 1,
                         0);
    }
    return PLM_RESULT_OK;
}

/* A walk without a library: the low bits of a linear congruence are poor, the high ones do. */
static uint32_t make_market(plm_event *events, uint32_t count)
{
    uint64_t state = 42;
    int64_t mid = 100, ts = 0;
    static const plm_event_kind kinds[] = {PLM_EV_BID, PLM_EV_ASK, PLM_EV_TRADE, PLM_EV_MARK};
    for (uint32_t i = 0; i < count; i++) {
        state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        uint32_t const dice = (uint32_t)(state >> 33);
        plm_event_kind const kind = kinds[dice % 4];
        mid += (int64_t)(dice / 4 % 3) - 1;
        ts += dice / 16 % 3;
        events[i] = ev(ts, kind, dice / 64 % 8 == 0 ? 1 : 0,
                       kind == PLM_EV_ASK   ? mid + 1
                       : kind == PLM_EV_BID ? mid - 1
                                            : mid,
                       kind == PLM_EV_MARK ? 0 : 1 + dice / 1024 % 5);
    }
    return count;
}

static void the_end_of_a_segment_changes_nothing(void **state)
{
    (void)state;
    static plm_event events[400];
    uint32_t const count = make_market(events, COUNT(events));
    for (uint32_t kind = 0; kind < 6; kind++) {
        uint8_t digest[PLM_DIGEST_SIZE];
        for (uint32_t round = 0; round < 3; round++) {
            stage_init(&here, 3, events, count, round == 1 ? 7 : 400);
            here.spec.feed_ns = kind % 3 == 2 ? 2 : 0;
            here.spec.orders = constant(kind % 3);
            here.spec.venue.queue = kind < 3 ? PLM_QUEUE_CONSERVATIVE : PLM_QUEUE_PRORATA;
            here.force = round == 2;
            for (uint32_t i = 0; i < 3; i++) {
                here.actor[i].on_event = busy_event;
                here.actor[i].on_report = busy_report;
            }
            assert_int_equal(run_it(), PLM_OK);
            assert_true(here.summary[0].fills > 10);
            if (round == 0) {
                memcpy(digest, here.digest, sizeof digest);
            }
            assert_memory_equal(here.digest, digest, sizeof digest);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strategies_live_in_order),
        cmocka_unit_test(an_account_without_a_strategy_just_holds),
        cmocka_unit_test(a_position_is_as_it_was_reported),
        cmocka_unit_test(a_balance_is_as_it_was_reported),
        cmocka_unit_test(a_market_view_is_the_end_of_the_instant),
        cmocka_unit_test(a_request_arrives_after_what_it_was_decided_on),
        cmocka_unit_test(a_request_comes_after_the_tape_of_its_instant),
        cmocka_unit_test(a_late_feed_is_heard_late),
        cmocka_unit_test(a_recorded_feed_is_heard_by_the_second_clock),
        cmocka_unit_test(timers_ring_when_they_are_due),
        cmocka_unit_test(stop_ends_the_callbacks_of_one_strategy),
        cmocka_unit_test(a_failure_ends_the_run_by_name),
        cmocka_unit_test(an_endless_exchange_fails_by_name),
        cmocka_unit_test(an_exchange_that_ends_is_fine),
        cmocka_unit_test(an_exchange_that_takes_time_goes_on),
        cmocka_unit_test(an_instant_that_begins_quietly_is_heard_whole),
        cmocka_unit_test(the_end_of_a_segment_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
