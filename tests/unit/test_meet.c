/*
 * test_meet.c - promises of venue.h about resting orders (meet.c, and the queues that venue.c
 * keeps):
 * - they meet trades in the order of price, then arrival, within the trade's quantity for each
 *   world, by their queue model; and quotes up to what is displayed;
 * - the queue follows quotes, levels and clear events;
 * - orders may be cancelled, cut or skipped while others meet.
 */
#include "venue_help.h"

static plm_venue_settings const conservative = {.slippage_ticks = 1, .slippage_levels = 100};
static plm_venue_settings const trades = {
    .queue = PLM_QUEUE_TRADES, .slippage_ticks = 1, .slippage_levels = 100};

/* -- resting orders and trades ------------------------------------------------------------------
 */

static void trades_are_met_by_price_then_arrival_within_their_quantity(void **state)
{
    (void)state;
    house h;
    house_open(&h, &conservative);
    plm_order *const low = house_rest(&h, 0, PLM_SIDE_BUY, 100, 5);
    plm_order *const high = house_rest(&h, 2, PLM_SIDE_BUY, 120, 5);
    plm_order *const same = house_rest(&h, 0, PLM_SIDE_BUY, 120, 5);
    plm_order *const other = house_rest(&h, 1, PLM_SIDE_BUY, 110, 5);
    plm_order *const sell = house_rest(&h, 0, PLM_SIDE_SELL, 200, 5);
    house_expect_corridor(&h, PLM_KEY_LAST, 120, 200); /* only what trades through */
    house_trade(&h, PLM_SIDE_SELL, 120, 100);          /* at the price: conservative orders wait */
    house_expect_nobody(&h);
    /* Through all of them with 12: world 0 has 5 + 5 + 2, world 1 its own 12. */
    house_trade(&h, PLM_SIDE_SELL, 90, 12);
    house_expect_maker(&h, high, 5);
    house_expect_maker(&h, same, 5);
    house_expect_maker(&h, other, 5);
    house_expect_maker(&h, low, 2);
    house_expect_nobody(&h);
    assert_int_equal(low->left, 3);
    assert_int_equal(low->state, PLM_STATE_OPEN);
    assert_int_equal(high->state, PLM_STATE_FILLED);
    assert_int_equal(high->place, PLM_PLACE_NONE);
    /* A quantity of 0 bounds nothing. */
    house_trade(&h, PLM_SIDE_NONE, 90, 0);
    house_expect_maker(&h, low, 3);
    house_expect_nobody(&h);
    house_trade(&h, PLM_SIDE_BUY, 210, 1);
    house_expect_maker(&h, sell, 1);
    house_expect_nobody(&h);
    house_tell(&h, PLM_EV_STATUS, PLM_STATUS_HALT, 0, 0);
    house_trade(&h, PLM_SIDE_BUY, 210, 1);
    house_expect_nobody(&h);
    house_close(&h);
}

static void the_queue_is_met_from_the_front(void **state)
{
    (void)state;
    house h;
    house_open(&h, &trades);
    house_tell(&h, PLM_EV_BID, 0, 100, 10);
    plm_order *const first = house_rest(&h, 0, PLM_SIDE_BUY, 100, 4);
    plm_order *const second = house_rest(&h, 2, PLM_SIDE_BUY, 100, 4);
    plm_order *const deep = house_rest(&h, 0, PLM_SIDE_BUY, 90, 4);
    plm_order *const lead = house_rest(&h, 1, PLM_SIDE_BUY, 110, 4);
    assert_int_equal(first->ahead, 10);
    assert_int_equal(deep->ahead, PLM_AHEAD_UNKNOWN);
    assert_int_equal(lead->ahead, 0);
    house_expect_corridor(&h, PLM_KEY_LAST, 111, INT64_MAX);
    house_expect_corridor(&h, PLM_KEY_BID, 111, INT64_MAX);
    house_expect_corridor(&h, PLM_KEY_ASK, 111, INT64_MAX);
    house_trade(&h, PLM_SIDE_BUY, 100, 50); /* a buyer lifts the other side: only 110 > 100 meets */
    house_expect_maker(&h, lead, 4);
    house_expect_nobody(&h);
    house_trade(&h, PLM_SIDE_SELL, 100, 8);
    house_expect_nobody(&h);
    assert_int_equal(first->ahead, 2);
    assert_int_equal(first->traded, 8);
    /* 7: reaches 5 into each; the budget of the world is 7: 4 and 3. */
    house_trade(&h, PLM_SIDE_NONE, 100, 7);
    house_expect_maker(&h, first, 4);
    house_expect_maker(&h, second, 3);
    house_expect_nobody(&h);
    assert_int_equal(second->ahead, 0);
    house_trade(&h, PLM_SIDE_SELL, 100, 0); /* unknown quantity: nothing is sure */
    house_expect_nobody(&h);
    house_close(&h);
}

static void an_exhausted_budget_still_moves_the_queue(void **state)
{
    (void)state;
    house h;
    house_open(&h, &trades);
    house_tell(&h, PLM_EV_BID, 0, 90, 10);
    plm_order *const through = house_rest(&h, 0, PLM_SIDE_BUY, 100, 6);
    plm_order *const at = house_rest(&h, 0, PLM_SIDE_BUY, 90, 6);
    house_trade(&h, PLM_SIDE_SELL, 90, 6);
    house_expect_maker(&h, through, 6);
    house_expect_nobody(&h);
    assert_int_equal(at->ahead, 4); /* 10 - 6 */
    house_close(&h);
}

static void the_queue_follows_what_is_displayed(void **state)
{
    (void)state;
    house h;
    plm_venue_settings settings = trades;
    settings.queue = PLM_QUEUE_PRORATA;
    house_open(&h, &settings);
    plm_order *const early = house_rest(&h, 0, PLM_SIDE_SELL, 100, 4); /* nothing is known yet */
    assert_int_equal(early->ahead, PLM_AHEAD_UNKNOWN);
    house_tell(&h, PLM_EV_ASK, 0, 90, 10); /* better: 100 is hidden behind it */
    assert_int_equal(early->ahead, PLM_AHEAD_UNKNOWN);
    house_tell(&h, PLM_EV_ASK, 0, 100, 10);
    assert_int_equal(early->ahead, 10);
    plm_order *const late = house_rest(&h, 0, PLM_SIDE_SELL, 100, 4);
    house_tell(&h, PLM_EV_ASK, 0, 100, 30);
    house_tell(&h, PLM_EV_ASK, 0, 100, 15); /* 15 of 30 gone, of them 15 * 10 / 30 = 5 ahead */
    assert_int_equal(early->ahead, 5);
    assert_int_equal(late->ahead, 5);
    house_tell(&h, PLM_EV_ASK, 0, 110, 15); /* worse: nothing stands at 100 */
    assert_int_equal(early->ahead, 0);
    /* A level of a book counts; a quote does not, once there is a book. */
    house_tell(&h, PLM_EV_LEVEL, PLM_SIDE_SELL, 120, 9);
    plm_order *const deep = house_rest(&h, 0, PLM_SIDE_SELL, 120, 4);
    plm_order *const none = house_rest(&h, 0, PLM_SIDE_SELL, 130, 4);
    assert_int_equal(deep->ahead, 9);
    assert_int_equal(none->ahead, 0);
    house_tell(&h, PLM_EV_ASK, 0, 120, 1);
    assert_int_equal(deep->ahead, 9);
    house_tell(&h, PLM_EV_LEVEL, PLM_SIDE_SELL, 120, 3);
    assert_int_equal(deep->ahead, 3);
    house_tell(&h, PLM_EV_CLEAR, PLM_SIDE_BUY, 0, 0); /* the other side */
    assert_int_equal(deep->ahead, 3);
    house_tell(&h, PLM_EV_CLEAR, PLM_SIDE_SELL, 0, 0);
    assert_int_equal(deep->ahead, 0);
    house_close(&h);
}

static void an_empty_side_leaves_nothing_ahead(void **state)
{
    (void)state;
    house h;
    house_open(&h, &trades);
    house_tell(&h, PLM_EV_BID, 0, 100, 10);
    house_tell(&h, PLM_EV_ASK, 0, 120, 10);
    plm_order *const buy = house_rest(&h, 0, PLM_SIDE_BUY, 100, 4);
    plm_order *const sell = house_rest(&h, 0, PLM_SIDE_SELL, 120, 4);
    house_expect_corridor(&h, PLM_KEY_BID, 101, 119);
    house_expect_corridor(&h, PLM_KEY_ASK, 101, 119); /* 0 is outside, too */
    house_tell(&h, PLM_EV_BID, 0, 0, 0);
    house_tell(&h, PLM_EV_ASK, 0, 0, 0);
    assert_int_equal(buy->ahead, 0);
    assert_int_equal(sell->ahead, 0);
    house_close(&h);
}

/* -- resting orders and quotes ------------------------------------------------------------------
 */

static void quotes_are_met_up_to_what_is_displayed(void **state)
{
    (void)state;
    house h;
    house_open(&h, &conservative);
    plm_order *const low = house_rest(&h, 0, PLM_SIDE_BUY, 100, 5);
    plm_order *const high = house_rest(&h, 0, PLM_SIDE_BUY, 120, 5);
    plm_order *const other = house_rest(&h, 1, PLM_SIDE_BUY, 110, 9);
    house_tell(&h, PLM_EV_ASK, 0, 110, 7);
    plm_venue_meet_quote(h.venue, 0, h.now);
    house_expect_maker(&h, high, 5); /* at 120, its own price */
    house_expect_maker(&h, other, 7);
    house_expect_nobody(&h);
    /* 2 are left at 110 for world 0, and then assumed levels for takers alone. */
    plm_order *const taker = house_order(&h, 0, PLM_SIDE_BUY, 0, 3);
    house_expect_take(&h, taker, 110, 2);
    house_expect_take(&h, taker, 120, 1);
    house_tell(&h, PLM_EV_ASK, 0, 90, 4);
    plm_venue_meet_quote(h.venue, 0, h.now);
    house_expect_maker(&h, other, 2);
    house_expect_maker(&h, low, 4);
    house_expect_nobody(&h);
    house_tell(&h, PLM_EV_BID, 0, 200, 4); /* crossed: nothing happens */
    house_tell(&h, PLM_EV_ASK, 0, 90, 4);
    plm_venue_meet_quote(h.venue, 0, h.now);
    house_expect_nobody(&h);
    /* ... until it uncrosses, so all quotes are loud. */
    house_expect_corridor(&h, PLM_KEY_BID, INT64_MAX, INT64_MIN);
    house_tell(&h, PLM_EV_BID, 0, 80, 4);
    plm_venue_meet_quote(h.venue, 0, h.now);
    house_expect_maker(&h, low, 1);
    house_expect_nobody(&h);
    house_close(&h);
}

static void books_are_met_over_all_levels_within_the_price(void **state)
{
    (void)state;
    house h;
    house_open(&h, &conservative);
    plm_order *const first = house_rest(&h, 0, PLM_SIDE_SELL, 90, 8);
    plm_order *const second = house_rest(&h, 0, PLM_SIDE_SELL, 100, 8);
    house_tell(&h, PLM_EV_LEVEL, PLM_SIDE_BUY, 110, 3);
    house_tell(&h, PLM_EV_LEVEL, PLM_SIDE_BUY, 100, 4);
    house_tell(&h, PLM_EV_LEVEL, PLM_SIDE_BUY, 90, 5);
    plm_venue_meet_quote(h.venue, 0, h.now);
    house_expect_maker(&h, first, 8); /* 3 at 110, 4 at 100, 1 at 90 */
    house_expect_nobody(&h);          /* for 100 nothing is left */
    plm_order *const taker = house_order(&h, 2, PLM_SIDE_SELL, 0, 9);
    house_expect_take(&h, taker, 90, 4);
    house_expect_no_take(&h, taker);
    house_tell(&h, PLM_EV_LEVEL, PLM_SIDE_BUY, 110, 2);
    plm_venue_meet_quote(h.venue, 0, h.now);
    house_expect_maker(&h, second, 2);
    house_expect_nobody(&h);
    house_close(&h);
}

static void orders_leave_while_others_meet(void **state)
{
    (void)state;
    house h;
    house_open(&h, &conservative);
    plm_order *const a = house_rest(&h, 0, PLM_SIDE_BUY, 120, 5);
    plm_order *const b = house_rest(&h, 0, PLM_SIDE_BUY, 120, 5);
    plm_order *const c = house_rest(&h, 0, PLM_SIDE_BUY, 110, 5);
    plm_order *const d = house_rest(&h, 0, PLM_SIDE_BUY, 100, 5);
    plm_proposal p;
    house_trade(&h, PLM_SIDE_SELL, 90, 8);
    assert_true(plm_venue_next(h.venue, &p));
    assert_ptr_equal(p.order, a);
    plm_venue_remove(h.venue, a); /* nothing to reduce: it goes */
    plm_order_turn(a, PLM_STATE_CANCELLED);
    assert_true(plm_venue_next(h.venue, &p));
    assert_ptr_equal(p.order, b);
    assert_int_equal(p.qty, 5);
    plm_venue_filled(h.venue, &p, 2); /* cut, and it goes, and takes c along */
    plm_venue_remove(h.venue, b);
    plm_venue_remove(h.venue, c);
    house_expect_maker(&h, d, 5); /* 6 of the trade were left */
    house_expect_nobody(&h);
    assert_int_equal(b->left, 3);
    assert_null(plm_venue_first_of(h.venue, 0));
    house_expect_quiet(&h);
    house_close(&h);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(trades_are_met_by_price_then_arrival_within_their_quantity),
        cmocka_unit_test(the_queue_is_met_from_the_front),
        cmocka_unit_test(an_exhausted_budget_still_moves_the_queue),
        cmocka_unit_test(the_queue_follows_what_is_displayed),
        cmocka_unit_test(an_empty_side_leaves_nothing_ahead),
        cmocka_unit_test(quotes_are_met_up_to_what_is_displayed),
        cmocka_unit_test(books_are_met_over_all_levels_within_the_price),
        cmocka_unit_test(orders_leave_while_others_meet),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
