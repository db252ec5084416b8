/*
 * test_queue.c - promises of queue.h:
 * - trades at the order's price move it forward and reach into it by what is beyond the queue;
 * - what left without trading moves it by the estimator's share, floored, and never past the front;
 * - it never stands behind more than is displayed;
 * - an unknown place becomes known with the first displayed quantity;
 * - the largest quantities neither overflow nor lose a unit.
 */
#include "plm_test.h"

#include "queue.h"

static void trades_move_the_queue_and_reach_into_the_order(void **state)
{
    (void)state;
    plm_order order = {0};
    plm_queue_join(&order, 10);
    assert_int_equal(order.shown, 10);
    assert_int_equal(plm_queue_trade(&order, 4), 0);
    assert_int_equal(order.ahead, 6);
    assert_int_equal(plm_queue_trade(&order, 9), 3); /* 9 - 6 */
    assert_int_equal(order.ahead, 0);
    assert_int_equal(order.traded, 13);
    assert_int_equal(plm_queue_trade(&order, 2), 2);
}

static void shares_of_what_left_are_floored(void **state)
{
    (void)state;
    /* ahead 7 of 20, so 13 behind; 9 have left.
     * prorata: 9 * 7 / 20 = 3.15; square: 9 * 49 / (49 + 169) = 2.02; front: 9, bounded by its
     * caller. */
    assert_int_equal(plm_queue_share(PLM_QUEUE_TRADES, 9, 7, 20), 0);
    assert_int_equal(plm_queue_share(PLM_QUEUE_PRORATA, 9, 7, 20), 3);
    assert_int_equal(plm_queue_share(PLM_QUEUE_SQUARE, 9, 7, 20), 2);
    assert_int_equal(plm_queue_share(PLM_QUEUE_FRONT, 9, 7, 20), 9);
    for (unsigned model = 0; model < PLM_QUEUE_COUNT; model++) {
        assert_int_equal(plm_queue_share((plm_queue_model)model, 0, 7, 20), 0);
        assert_int_equal(plm_queue_share((plm_queue_model)model, 9, 0, 20), 0);
    }
}

static void a_smaller_display_moves_by_what_did_not_trade(void **state)
{
    (void)state;
    /* 20 shown, all ahead; 5 trade: ahead 15, expected 15. Then 12 are shown: 3 have gone.
     * prorata: 3 * 15 / 15 = 3, ahead 12. trades: 0, but not more than 12 can stand ahead. */
    static const plm_queue_model models[] = {PLM_QUEUE_TRADES, PLM_QUEUE_PRORATA, PLM_QUEUE_SQUARE,
                                             PLM_QUEUE_FRONT};
    for (size_t i = 0; i < sizeof models / sizeof models[0]; i++) {
        plm_order order = {0};
        plm_queue_join(&order, 20);
        assert_int_equal(plm_queue_trade(&order, 5), 0);
        plm_queue_restate(models[i], &order, 12);
        assert_int_equal(order.ahead, 12);
        assert_int_equal(order.shown, 12);
        assert_int_equal(order.traded, 0);
    }
    /* 10 ahead; then 30 shown (20 came behind); then 18: 12 of 30 have gone.
     * trades 10; prorata 12 * 10 / 30 = 4, so 6; square 12 * 100 / (100 + 400) = 2.4, so 8;
     * front 10, all of it. */
    static const plm_qty ahead[] = {10, 6, 8, 0};
    for (size_t i = 0; i < sizeof models / sizeof models[0]; i++) {
        plm_order order = {0};
        plm_queue_join(&order, 10);
        plm_queue_restate(models[i], &order, 30);
        assert_int_equal(order.ahead, 10);
        plm_queue_restate(models[i], &order, 18);
        assert_int_equal(order.ahead, ahead[i]);
    }
}

static void what_traded_has_not_gone(void **state)
{
    (void)state;
    /* 10 ahead of 30; 6 trade: 4 ahead, 24 expected, and 24 are shown: nobody left. More than
     * expected is nobody, too. */
    plm_order order = {0};
    plm_queue_join(&order, 10);
    plm_queue_restate(PLM_QUEUE_FRONT, &order, 30);
    assert_int_equal(plm_queue_trade(&order, 6), 0);
    plm_queue_restate(PLM_QUEUE_FRONT, &order, 24);
    assert_int_equal(order.ahead, 4);
    assert_int_equal(plm_queue_trade(&order, 40), 36);
    plm_queue_restate(PLM_QUEUE_FRONT, &order, 24);
    assert_int_equal(order.ahead, 0);
}

static void an_unknown_place_becomes_known_when_it_is_shown(void **state)
{
    (void)state;
    plm_order order = {0};
    plm_queue_join(&order, PLM_AHEAD_UNKNOWN);
    assert_int_equal(plm_queue_trade(&order, INT64_MAX), 0);
    assert_int_equal(order.ahead, PLM_AHEAD_UNKNOWN);
    plm_queue_restate(PLM_QUEUE_TRADES, &order, 5);
    assert_int_equal(order.ahead, 5);
    assert_int_equal(order.traded, 0);
    plm_queue_restate(PLM_QUEUE_TRADES, &order, 0);
    assert_int_equal(order.ahead, 0);
}

static void the_largest_quantities_are_exact(void **state)
{
    (void)state;
    plm_qty const most = INT64_MAX - 1;
    /* All of it ahead: the share is all that has gone. */
    assert_int_equal(plm_queue_share(PLM_QUEUE_PRORATA, most, most, most), most);
    assert_int_equal(plm_queue_share(PLM_QUEUE_SQUARE, most, most, most), most);
    /* Half ahead: half of it, for even numbers; most = 2^63 - 2. */
    assert_int_equal(plm_queue_share(PLM_QUEUE_PRORATA, most, most / 2, most), most / 2);
    assert_int_equal(plm_queue_share(PLM_QUEUE_SQUARE, most, most / 2, most), most / 2);
    plm_order order = {0};
    plm_queue_join(&order, most);
    assert_int_equal(plm_queue_trade(&order, most), 0);
    assert_int_equal(plm_queue_trade(&order, most), most);
    assert_int_equal(order.traded, INT64_MAX);
    plm_queue_restate(PLM_QUEUE_SQUARE, &order, most);
    assert_int_equal(order.ahead, 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(trades_move_the_queue_and_reach_into_the_order),
        cmocka_unit_test(shares_of_what_left_are_floored),
        cmocka_unit_test(a_smaller_display_moves_by_what_did_not_trade),
        cmocka_unit_test(what_traded_has_not_gone),
        cmocka_unit_test(an_unknown_place_becomes_known_when_it_is_shown),
        cmocka_unit_test(the_largest_quantities_are_exact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
