/*
 * test_venue.c - promises of venue.h:
 * - orders take from the best level on, within their limit, and what they took is gone for their
 *   world until the tape restates it;
 * - post-only and FOK are told what they would meet; a market order its worst price;
 * - conditional orders wait, are changed, marked, and popped;
 * - corridors bound what may happen unheard, and nothing else: by hand for each kind of order;
 * - orders that find a quote too old are counted once.
 */
#include "venue_help.h"

static plm_venue_settings const conservative = {.slippage_ticks = 1, .slippage_levels = 100};
static plm_venue_settings const trades = {
    .queue = PLM_QUEUE_TRADES, .slippage_ticks = 1, .slippage_levels = 100};

/* -- taking ------------------------------------------------------------------------------------ */

static void takers_walk_and_take_each_unit_once(void **state)
{
    (void)state;
    house h;
    house_open(&h, &conservative);
    house_tell(&h, PLM_EV_LEVEL, PLM_SIDE_SELL, 100, 5);
    house_tell(&h, PLM_EV_LEVEL, PLM_SIDE_SELL, 110, 4);
    house_tell(&h, PLM_EV_LEVEL, PLM_SIDE_SELL, 130, 9);
    plm_order *const first = house_order(&h, 0, PLM_SIDE_BUY, 110, 7);
    assert_int_equal(plm_venue_available(h.venue, first, h.now), 7);
    assert_int_equal(plm_venue_worst(h.venue, first, h.now), 110);
    house_expect_take(&h, first, 100, 5);
    house_expect_take(&h, first, 110, 2);
    house_expect_no_take(&h, first);
    assert_int_equal(first->state, PLM_STATE_FILLED);
    /* The same world finds 2 at 110; FOK for 3 would fail. */
    plm_order *const second = house_order(&h, 2, PLM_SIDE_BUY, 120, 3);
    assert_int_equal(plm_venue_available(h.venue, second, h.now), 2);
    assert_true(plm_venue_would_take(h.venue, second, h.now));
    house_expect_take(&h, second, 110, 2);
    house_expect_no_take(&h, second);
    assert_int_equal(second->left, 1);
    assert_false(plm_venue_would_take(h.venue, second, h.now));
    assert_int_equal(plm_venue_worst(h.venue, second, h.now), 0);
    /* The other world finds everything. */
    plm_order *const third = house_order(&h, 1, PLM_SIDE_BUY, 0, 30);
    assert_int_equal(plm_venue_available(h.venue, third, h.now), 18);
    assert_int_equal(plm_venue_worst(h.venue, third, h.now), 130);
    house_expect_take(&h, third, 100, 5);
    /* The level at 100 is restated, for everybody. */
    house_expect_corridor(&h, PLM_KEY_ASK, 111, INT64_MAX);
    house_tell(&h, PLM_EV_LEVEL, PLM_SIDE_SELL, 100, 1);
    house_expect_take(&h, second, 100, 1);
    house_expect_take(&h, third, 100, 1);
    house_expect_take(&h, third, 110, 4);
    house_tell(&h, PLM_EV_CLEAR, PLM_SIDE_NONE, 0, 0);
    house_expect_no_take(&h, third);
    house_expect_quiet(&h);
    house_close(&h);
}

static void a_quote_is_taken_until_the_next(void **state)
{
    (void)state;
    house h;
    house_open(&h, &conservative);
    house_tell(&h, PLM_EV_ASK, 0, 100, 5);
    plm_order *const market = house_order(&h, 0, PLM_SIDE_BUY, 0, 12);
    assert_int_equal(plm_venue_worst(h.venue, market, h.now), 120);
    house_expect_take(&h, market, 100, 5);
    house_expect_take(&h, market, 110, 5);
    house_expect_corridor(&h, PLM_KEY_ASK, INT64_MAX, INT64_MIN);
    house_expect_corridor(&h, PLM_KEY_BID, INT64_MIN, INT64_MAX);
    house_tell(&h, PLM_EV_BID, 0, 90, 5); /* the other side restates nothing */
    plm_proposal proposal;
    assert_true(plm_venue_take(h.venue, market, h.now, &proposal));
    assert_int_equal(proposal.px, 120);
    assert_int_equal(proposal.qty, 2);
    plm_venue_filled(h.venue, &proposal, 1); /* cut */
    assert_int_equal(market->left, 1);
    house_tell(&h, PLM_EV_ASK, 0, 100, 5);
    house_expect_quiet(&h);
    house_expect_take(&h, market, 100, 1);
    assert_int_equal(market->state, PLM_STATE_FILLED);
    house_close(&h);
}

static void orders_that_find_old_quotes_are_counted_once(void **state)
{
    (void)state;
    house h;
    plm_venue_settings settings = conservative;
    settings.max_quote_age_ns = 10;
    house_open(&h, &settings);
    house_tell(&h, PLM_EV_ASK, 0, 100, 5);
    h.now += 11;
    plm_order *const order = house_order(&h, 0, PLM_SIDE_BUY, 100, 5);
    assert_int_equal(plm_venue_available(h.venue, order, h.now), 0);
    assert_false(plm_venue_would_take(h.venue, order, h.now));
    house_expect_no_take(&h, order);
    assert_int_equal(plm_venue_stale(h.venue), 1);
    house_expect_no_take(&h, house_order(&h, 0, PLM_SIDE_BUY, 90, 5)); /* not within its limit */
    assert_int_equal(plm_venue_stale(h.venue), 1);
    house_expect_no_take(&h, house_order(&h, 1, PLM_SIDE_BUY, 0, 5));
    assert_int_equal(plm_venue_stale(h.venue), 2);
    /* It rests; the next quote is fresh and meets it, even one that says the same. */
    plm_venue_rest(h.venue, order);
    house_expect_corridor(&h, PLM_KEY_ASK, INT64_MAX, INT64_MIN);
    plm_venue_meet_quote(h.venue, 0, h.now);
    house_expect_nobody(&h);
    house_tell(&h, PLM_EV_ASK, 0, 100, 5);
    plm_venue_meet_quote(h.venue, 0, h.now);
    house_expect_maker(&h, order, 5);
    house_expect_nobody(&h);
    house_close(&h);
}

/* -- conditional orders -------------------------------------------------------------------------
 */

static plm_order *stop(house *h, uint8_t side, plm_px trigger_px, plm_price_key by)
{
    plm_order *const order = house_order(h, 0, side, 0, 5);
    order->trigger = PLM_TRIGGER_STOP;
    order->trigger_by = (uint8_t)by;
    order->trigger_px = trigger_px;
    return order;
}

static void conditional_orders_wait_and_are_popped(void **state)
{
    (void)state;
    house h;
    house_open(&h, &conservative);
    plm_order *const up = stop(&h, PLM_SIDE_BUY, 120, PLM_KEY_MARK);
    plm_order *const down = stop(&h, PLM_SIDE_SELL, 80, PLM_KEY_MARK);
    assert_false(plm_venue_holds(h.venue, up)); /* no mark yet */
    plm_venue_wait(h.venue, up);
    plm_venue_wait(h.venue, down);
    house_expect_corridor(&h, PLM_KEY_MARK, 81, 119);
    house_expect_corridor(&h, PLM_KEY_LAST, INT64_MIN, INT64_MAX);
    house_tell(&h, PLM_EV_MARK, 0, 119, 0);
    assert_null(plm_venue_pop_triggered(h.venue));
    plm_venue_rearm(h.venue, up, 0, 7, 130);
    assert_int_equal(up->qty, 7);
    assert_int_equal(up->left, 7);
    house_expect_corridor(&h, PLM_KEY_MARK, 81, 129);
    house_tell(&h, PLM_EV_MARK, 0, 130, 0);
    house_tell(&h, PLM_EV_MARK, 0, 80, 0);
    house_expect_quiet(&h);
    assert_ptr_equal(plm_venue_first_of(h.venue, 0), up);
    plm_venue_remove(h.venue, up); /* cancelled after it was marked */
    assert_ptr_equal(plm_venue_pop_triggered(h.venue), down);
    assert_null(plm_venue_pop_triggered(h.venue));
    assert_null(plm_venue_first_of(h.venue, 0));
    assert_int_equal(down->state, PLM_STATE_WAITING);
    assert_int_equal(down->place, PLM_PLACE_NONE); /* it is on its way */
    plm_order *const late = stop(&h, PLM_SIDE_SELL, 90, PLM_KEY_MARK);
    assert_true(plm_venue_holds(h.venue, late)); /* the mark is at 80 */
    house_close(&h);
}

static void a_trailing_order_begins_with_the_current_reference(void **state)
{
    (void)state;
    house h;
    house_open(&h, &conservative);
    plm_order *const early = house_order(&h, 0, PLM_SIDE_SELL, 0, 5);
    early->trigger = PLM_TRIGGER_TRAIL;
    early->trail = 20;
    assert_false(plm_venue_holds(h.venue, early));
    plm_venue_wait(h.venue, early);
    house_expect_corridor(&h, PLM_KEY_LAST, INT64_MAX, INT64_MIN); /* any price is a best */
    house_tell(&h, PLM_EV_TRADE, 0, 100, 1);
    house_expect_corridor(&h, PLM_KEY_LAST, 81, 100);
    plm_order *const late = house_order(&h, 0, PLM_SIDE_BUY, 0, 5);
    late->trigger = PLM_TRIGGER_TRAIL;
    late->trail = 10;
    assert_false(plm_venue_holds(h.venue, late));
    assert_int_equal(late->best, 100);
    plm_venue_wait(h.venue, late);
    house_expect_corridor(&h, PLM_KEY_LAST, 100, 100);
    house_close(&h);
}

/* -- the rest ---------------------------------------------------------------------------------- */

static void shrinking_keeps_the_place(void **state)
{
    (void)state;
    house h;
    house_open(&h, &trades);
    house_tell(&h, PLM_EV_BID, 0, 100, 3);
    plm_order *const order = house_rest(&h, 0, PLM_SIDE_BUY, 100, 10);
    house_trade(&h, PLM_SIDE_SELL, 100, 5);
    house_expect_maker(&h, order, 2);
    house_expect_nobody(&h);
    plm_order_resize(order, 6);
    assert_int_equal(order->qty, 6);
    assert_int_equal(order->left, 4); /* 2 are filled */
    assert_int_equal(order->ahead, 0);
    house_close(&h);
}

static void the_first_of_an_instrument_arrived_first(void **state)
{
    (void)state;
    house h;
    house_open(&h, &conservative);
    plm_order *const waits = stop(&h, PLM_SIDE_BUY, 120, PLM_KEY_LAST);
    plm_venue_wait(h.venue, waits);
    plm_order *const rests = house_rest(&h, 1, PLM_SIDE_BUY, 90, 1);
    plm_order *const better = house_rest(&h, 0, PLM_SIDE_BUY, 100, 1);
    plm_order *const expected[] = {waits, rests, better};
    for (int i = 0; i < 3; i++) {
        assert_ptr_equal(plm_venue_first_of(h.venue, 0), expected[i]);
        plm_venue_remove(h.venue, expected[i]);
    }
    assert_null(plm_venue_first_of(h.venue, 0));
    house_expect_quiet(&h);
    house_close(&h);
}

static void corridors_hold_at_the_ends_of_the_scale(void **state)
{
    (void)state;
    house h;
    house_open(&h, &trades);
    plm_order *const buy = house_rest(&h, 0, PLM_SIDE_BUY, INT64_MAX, 1);
    house_expect_corridor(&h, PLM_KEY_LAST, INT64_MAX, INT64_MIN);
    house_expect_corridor(&h, PLM_KEY_ASK, INT64_MAX, INT64_MIN);
    plm_venue_remove(h.venue, buy);
    (void)house_rest(&h, 0, PLM_SIDE_SELL, INT64_MAX, 1);
    house_expect_corridor(&h, PLM_KEY_LAST, INT64_MIN, INT64_MAX - 1);
    house_expect_corridor(&h, PLM_KEY_ASK, 1, INT64_MAX - 1);
    house_close(&h);
    house_open(&h, &conservative);
    (void)house_rest(&h, 0, PLM_SIDE_SELL, INT64_MAX, 1); /* nothing trades through it */
    house_expect_corridor(&h, PLM_KEY_LAST, INT64_MIN, INT64_MAX);
    house_close(&h);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(takers_walk_and_take_each_unit_once),
        cmocka_unit_test(a_quote_is_taken_until_the_next),
        cmocka_unit_test(orders_that_find_old_quotes_are_counted_once),
        cmocka_unit_test(conditional_orders_wait_and_are_popped),
        cmocka_unit_test(a_trailing_order_begins_with_the_current_reference),
        cmocka_unit_test(shrinking_keeps_the_place),
        cmocka_unit_test(the_first_of_an_instrument_arrived_first),
        cmocka_unit_test(corridors_hold_at_the_ends_of_the_scale),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
