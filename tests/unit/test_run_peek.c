/*
 * test_run_peek.c - nobody sees the future (docs/replay.md, 1): strategies that try every door of
 * plimsoll.h, each with the number that it must find there:
 * - views through a kept pointer, book() and equity() before the news is heard;
 * - the instrument table, other instruments of the same instant, *now, timers in the past;
 * - bars before their end; reports before the event that they come from;
 * - orders without latency that want the price or the liquidity of before the event.
 */
#include "run_stage.h"

static stage here;

static void run_it(void)
{
    assert_ok(stage_run(&here), &here.diag);
}

/* Rings at T0 + 5, when the venue knows what is heard at T0 + 10. */
static void ring_at_5(actor *self)
{
    assert_int_equal(self->timer->set(self->host, 1, T0 + 5, 0), PLM_RESULT_OK);
}

/* -- views, book, equity ----------------------------------------------------------------------- */

static const plm_market_view *kept; /* taken out of a callback, read in others */

static plm_result keep(actor *self, const plm_event *event)
{
    kept = &self->views->market[0];
    see(self, event->px);
    see(self, kept->ask_px);
    return PLM_RESULT_OK;
}

static plm_result read_kept(actor *self, const plm_report *report)
{
    (void)report;
    const plm_market_view *const view = kept != NULL ? kept : &self->views->market[0];
    see(self, view->ask_px);
    see(self, view->ask_ts);
    return PLM_RESULT_OK;
}

static void a_kept_pointer_shows_what_was_heard(void **state)
{
    (void)state;
    const plm_event events[] = {ev(-10, PLM_EV_ASK, 0, 90, 1), ev(0, PLM_EV_ASK, 0, 100, 1),
                                ev(4, PLM_EV_ASK, 0, 200, 1), ev(12, PLM_EV_ASK, 0, 300, 1)};
    kept = NULL;
    stage_init(&here, 1, events, COUNT(events), 2);
    here.spec.feed_ns = 10;
    here.actor[0].on_start = ring_at_5;
    here.actor[0].on_event = keep;
    here.actor[0].on_report = read_kept;
    run_it();
    /* 90 is heard at T0; the timer at T0+5 still sees it, though the venue is at 200; 100 at T0+10.
     */
    assert_seen(&here.actor[0], 90, 90, 90, T0 - 10, 100, 100);
}

static plm_result count_levels(actor *self, const plm_report *report)
{
    (void)report;
    plm_level levels[4];
    see(self, self->book->levels(self->host, 0, PLM_SIDE_SELL, levels, 4));
    return PLM_RESULT_OK;
}

static plm_result read_levels(actor *self, const plm_event *event)
{
    (void)event;
    plm_level levels[4];
    uint32_t const count = self->book->levels(self->host, 0, PLM_SIDE_SELL, levels, 4);
    see(self, 100 * count + (count > 0 ? levels[0].px : 0));
    return PLM_RESULT_OK;
}

static void the_book_is_the_heard_one(void **state)
{
    (void)state;
    const plm_event events[] = {level(0, PLM_SIDE_SELL, 0, 50, 1),
                                level(3, PLM_SIDE_SELL, 0, 40, 1), ev(13, PLM_EV_MARK, 1, 1, 0)};
    stage_init(&here, 1, events, COUNT(events), 2);
    here.spec.feed_ns = 10;
    here.actor[0].on_start = ring_at_5;
    here.actor[0].on_event = read_levels;
    here.actor[0].on_report = count_levels;
    run_it();
    /* T0+5: nothing; T0+10: the level at 50 alone; T0+13: two, the best at 40. */
    assert_seen(&here.actor[0], 0, 150, 240);
}

static plm_result value_now(actor *self)
{
    plm_amount equity;
    if (self->account->equity(self->host, &equity) != PLM_RESULT_OK) {
        see(self, -1);
        return PLM_RESULT_OK;
    }
    plm_i128 const whole = (plm_i128)equity.hi * ((plm_i128)1 << 64) + (plm_i128)equity.lo;
    see(self, (int64_t)(whole / USD));
    return PLM_RESULT_OK;
}

static plm_result buy_and_value(actor *self, const plm_event *event)
{
    if (event->kind == PLM_EV_ASK) {
        (void)send_order(self, PLM_SIDE_BUY, 10, 0);
    }
    return value_now(self);
}

static void ring_at_5_and_15(actor *self)
{
    ring_at_5(self);
    assert_int_equal(self->timer->set(self->host, 2, T0 + 15, 0), PLM_RESULT_OK);
}

static plm_result value_at_timer(actor *self, const plm_report *report)
{
    return report->kind == PLM_REPORT_TIMER ? value_now(self) : PLM_RESULT_OK;
}

/* 10 bought at 100. The mark goes to 150 at T0+12 and is heard at T0+22: worth 500 more, not
 * sooner: not at T0+15, when the venue has the mark. */
static void equity_is_at_heard_prices(void **state)
{
    (void)state;
    const plm_event events[] = {ev(0, PLM_EV_MARK, 0, 100, 0), ev(0, PLM_EV_ASK, 0, 100, 10),
                                ev(12, PLM_EV_MARK, 0, 150, 0), ev(22, PLM_EV_MARK, 1, 1, 0)};
    for (int forced = 0; forced < 2; forced++) {
        stage_init(&here, 1, events, COUNT(events), 4);
        here.spec.feed_ns = 10;
        here.force = forced == 1;
        here.actor[0].want = PLM_EV_BIT(PLM_EV_ASK) | PLM_EV_BIT(PLM_EV_MARK);
        here.actor[0].on_start = ring_at_5_and_15;
        here.actor[0].on_event = buy_and_value;
        here.actor[0].on_report = value_at_timer;
        run_it();
        assert_fill(&here, 0, 0, T0 + 10, 100, 10);
        /* timer, mark 100, ask, timer, mark 150 */
        assert_seen(&here.actor[0], 100000, 100000, 100000, 100000, 100500);
    }
}

/* The fill of T0 is told at T0+8: until then equity knows nothing of it, whatever the mark does. */
static void equity_is_of_told_positions(void **state)
{
    (void)state;
    const plm_event events[] = {ev(0, PLM_EV_ASK, 0, 100, 10), ev(4, PLM_EV_MARK, 0, 150, 0),
                                ev(9, PLM_EV_MARK, 0, 160, 0)};
    stage_init(&here, 1, events, COUNT(events), 3);
    here.spec.reports = constant(8);
    here.actor[0].on_event = buy_and_value;
    run_it();
    assert_fill(&here, 0, 0, T0, 100, 10);
    assert_seen(&here.actor[0], 100000, 100000, 100600);
}

/* -- what is told before the start ------------------------------------------------------------- */

static void read_table(actor *self)
{
    see(self, self->info->instruments[2].delisted);
    see(self, self->info->instruments[2].listed);
    see(self, self->views->market[2].bid_px);
    see(self, self->info->begin);
    see(self, *self->views->now);
}

static void a_delisting_to_come_is_not_told(void **state)
{
    (void)state;
    const plm_event events[] = {ev(0, PLM_EV_BID, 2, 7, 1)};
    stage_init(&here, 1, events, COUNT(events), 1);
    here.table.rows[2].listed = T0 - 5;
    here.table.rows[2].delisted = T0 + 5;
    here.actor[0].on_start = read_table;
    run_it();
    assert_seen(&here.actor[0], 0, T0 - 5, 0, T0, T0);
}

/* -- one instant and the next ------------------------------------------------------------------ */

static plm_result look_across(actor *self, const plm_event *event)
{
    if (event->sym == 0) {
        see(self, self->views->market[1].bid_px);
        see(self, *self->views->now - T0);
    }
    return PLM_RESULT_OK;
}

/* Of B the end of the own instant is seen, never what comes 1 ns later. */
static void another_instrument_shows_its_own_instant(void **state)
{
    (void)state;
    const plm_event events[] = {ev(0, PLM_EV_MARK, 0, 1, 0), ev(0, PLM_EV_BID, 1, 50, 1),
                                ev(1, PLM_EV_BID, 1, 60, 1), ev(2, PLM_EV_MARK, 0, 2, 0),
                                ev(3, PLM_EV_BID, 1, 70, 1)};
    for (uint32_t block = 1; block <= COUNT(events); block++) {
        stage_init(&here, 1, events, COUNT(events), block);
        here.actor[0].on_event = look_across;
        run_it();
        assert_seen(&here.actor[0], 50, 0, 60, 2);
    }
}

static plm_result ask_for_the_past(actor *self, const plm_event *event)
{
    if (event->ts == T0 + 10) {
        (void)self->timer->set(self->host, 1, T0 + 1, 0);
    }
    return PLM_RESULT_OK;
}

static plm_result trade_in_the_past(actor *self, const plm_report *report)
{
    if (report->kind == PLM_REPORT_TIMER) {
        see(self, *self->views->now - T0);
        see(self, self->views->market[0].ask_px);
        (void)send_order(self, PLM_SIDE_BUY, 1, 0);
    }
    return PLM_RESULT_OK;
}

/* The ask was 100 at T0+1; a timer set for then at T0+10 rings at T0+10 and buys at 110. */
static void a_timer_in_the_past_rings_now(void **state)
{
    (void)state;
    const plm_event events[] = {ev(0, PLM_EV_ASK, 0, 100, 1), ev(10, PLM_EV_ASK, 0, 110, 1),
                                ev(11, PLM_EV_ASK, 0, 120, 1)};
    stage_init(&here, 1, events, COUNT(events), 3);
    here.actor[0].on_event = ask_for_the_past;
    here.actor[0].on_report = trade_in_the_past;
    run_it();
    assert_seen(&here.actor[0], 10, 110);
    assert_fill(&here, 0, 0, T0 + 10, 110, 1);
}

static plm_result rest_and_see(actor *self, const plm_event *event)
{
    if (event->kind == PLM_EV_MARK) {
        (void)send_order(self, PLM_SIDE_BUY, 1, 95);
    } else {
        see(self, 1000 + self->views->position[0].qty);
    }
    return PLM_RESULT_OK;
}

static plm_result see_report(actor *self, const plm_report *report)
{
    see(self, report->kind == PLM_REPORT_FILL ? 2000 + self->views->position[0].qty
                                              : 3000 + report->state);
    return PLM_RESULT_OK;
}

/* open; then the trade with no position yet; then the fill that it caused. */
static void an_event_is_heard_before_what_it_caused(void **state)
{
    (void)state;
    const plm_event events[] = {ev(0, PLM_EV_MARK, 0, 100, 0), ev(5, PLM_EV_TRADE, 0, 90, 3)};
    stage_init(&here, 1, events, COUNT(events), 2);
    here.actor[0].on_event = rest_and_see;
    here.actor[0].on_report = see_report;
    run_it();
    assert_seen(&here.actor[0], 3000 + PLM_STATE_OPEN, 1000, 2001);
}

/* -- bars -------------------------------------------------------------------------------------- */

static plm_event bar(plm_event_kind kind, plm_px px, plm_qty qty)
{
    plm_event event = ev(60, kind, 0, px, qty);
    event.side = PLM_KEY_LAST;
    return event;
}

static void ring_inside_the_bar(actor *self)
{
    assert_int_equal(self->timer->set(self->host, 1, T0 + 30, 0), PLM_RESULT_OK);
}

static plm_result see_last(actor *self, const plm_event *event)
{
    if (event->kind == PLM_EV_BAR_OPEN) {
        see(self, *self->views->now - T0);
        see(self, self->views->market[0].last_px);
    }
    return PLM_RESULT_OK;
}

static plm_result see_inside(actor *self, const plm_report *report)
{
    if (report->kind == PLM_REPORT_TIMER) {
        see(self, self->views->market[0].last_px);
    }
    return PLM_RESULT_OK;
}

/* A bar from T0 to T0+60 with a low of 80 at T0+20: heard at T0+60 alone, with its close. */
static void a_bar_is_heard_at_its_end(void **state)
{
    (void)state;
    const plm_event events[] = {ev(0, PLM_EV_TRADE, 0, 100, 1), bar(PLM_EV_BAR_OPEN, 90, 60),
                                bar(PLM_EV_BAR_HIGH, 120, 0),   bar(PLM_EV_BAR_LOW, 80, 0),
                                bar(PLM_EV_BAR_CLOSE, 110, 40), ev(70, PLM_EV_MARK, 0, 1, 0)};
    for (int forced = 0; forced < 2; forced++) {
        stage_init(&here, 1, events, COUNT(events), COUNT(events));
        here.force = forced == 1;
        here.actor[0].on_start = ring_inside_the_bar;
        here.actor[0].on_event = see_last;
        here.actor[0].on_report = see_inside;
        run_it();
        assert_seen(&here.actor[0], 100, 60, 110);
    }
}

/* -- orders without latency -------------------------------------------------------------------- */

static plm_result buy_on_trade(actor *self, const plm_event *event)
{
    if (event->kind == PLM_EV_TRADE) {
        (void)send_order(self, PLM_SIDE_BUY, 1, 0);
    }
    return PLM_RESULT_OK;
}

/* The trade and the new ask are one instant: who hears the trade buys at 105, not at 100. */
static void an_order_fills_after_its_instant(void **state)
{
    (void)state;
    const plm_event events[] = {ev(0, PLM_EV_ASK, 0, 100, 5), ev(1, PLM_EV_TRADE, 0, 100, 5),
                                ev(1, PLM_EV_ASK, 0, 105, 5)};
    stage_init(&here, 1, events, COUNT(events), 2);
    here.actor[0].on_event = buy_on_trade;
    run_it();
    assert_fill(&here, 0, 0, T0 + 1, 105, 1);
}

static void a_level_that_is_gone_cannot_be_taken(void **state)
{
    (void)state;
    const plm_event events[] = {level(0, PLM_SIDE_SELL, 0, 100, 5),
                                level(0, PLM_SIDE_SELL, 0, 107, 5), ev(1, PLM_EV_TRADE, 0, 100, 5),
                                level(1, PLM_SIDE_SELL, 0, 100, 0)};
    stage_init(&here, 1, events, COUNT(events), 3);
    here.actor[0].on_event = buy_on_trade;
    run_it();
    assert_fill(&here, 0, 0, T0 + 1, 107, 1);
    assert_no_fill(&here, 0, 1);
}

static plm_result buy_three(actor *self, const plm_event *event)
{
    if (event->kind == PLM_EV_ASK || event->ts == T0 + 1) {
        (void)send_order(self, PLM_SIDE_BUY, 3, 0);
    }
    return PLM_RESULT_OK;
}

/* Of 5 displayed, 3 and then 2 are there; a mark restates nothing, the next quote does. */
static void liquidity_is_taken_once(void **state)
{
    (void)state;
    const plm_event events[] = {ev(0, PLM_EV_ASK, 0, 100, 5), ev(1, PLM_EV_MARK, 0, 100, 0),
                                ev(2, PLM_EV_ASK, 0, 101, 5)};
    stage_init(&here, 2, events, COUNT(events), 3);
    here.actor[0].on_event = here.actor[1].on_event = buy_three;
    run_it();
    for (uint32_t account = 0; account < 2; account++) { /* worlds apart: each takes its own */
        assert_fill(&here, account, 0, T0, 100, 3);
        assert_fill(&here, account, 1, T0 + 1, 100, 2);
        assert_fill(&here, account, 2, T0 + 2, 101, 3);
        assert_no_fill(&here, account, 3);
    }
}

static plm_result rest_after_trade(actor *self, const plm_event *event)
{
    if (event->kind == PLM_EV_TRADE && event->ts == T0) {
        (void)send_order(self, PLM_SIDE_BUY, 1, 95);
    }
    return PLM_RESULT_OK;
}

/* An order at 95 that is sent on hearing a trade at 90 does not meet that trade. */
static void an_order_does_not_meet_the_trade_that_it_answers(void **state)
{
    (void)state;
    const plm_event events[] = {ev(0, PLM_EV_TRADE, 0, 90, 5), ev(1, PLM_EV_MARK, 0, 90, 0),
                                ev(2, PLM_EV_TRADE, 0, 94, 5)};
    stage_init(&here, 1, events, COUNT(events), 3);
    here.spec.venue.spread = INT64_C(500000000000); /* a buy would take at 135 */
    here.actor[0].on_event = rest_after_trade;
    run_it();
    assert_fill(&here, 0, 0, T0 + 2, 95, 1);
    assert_no_fill(&here, 0, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_kept_pointer_shows_what_was_heard),
        cmocka_unit_test(the_book_is_the_heard_one),
        cmocka_unit_test(equity_is_at_heard_prices),
        cmocka_unit_test(equity_is_of_told_positions),
        cmocka_unit_test(a_delisting_to_come_is_not_told),
        cmocka_unit_test(another_instrument_shows_its_own_instant),
        cmocka_unit_test(a_timer_in_the_past_rings_now),
        cmocka_unit_test(an_event_is_heard_before_what_it_caused),
        cmocka_unit_test(a_bar_is_heard_at_its_end),
        cmocka_unit_test(an_order_fills_after_its_instant),
        cmocka_unit_test(a_level_that_is_gone_cannot_be_taken),
        cmocka_unit_test(liquidity_is_taken_once),
        cmocka_unit_test(an_order_does_not_meet_the_trade_that_it_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
