/*
 * test_hold.c - promises of strategies/hold:
 * - it buys leverage times equity at the first quote, once;
 * - below 0 it sells;
 * - a stop goes out when the entry is filled: reduce-only, for what is held, at the wanted distance
 *   of the average price, rounded to the side that triggers earlier;
 * - it tries again when there was nothing to take, and gives up when it is rejected.
 */
#include "fake_host.h"

static void buys_leverage_times_equity_at_the_first_quote_once(void **state)
{
    (void)state;
    static const char *const params[] = {"leverage", "3", NULL};
    fake_start("hold", params);
    fake_quote(FAKE_ETH, 299999, 300001);
    assert_int_equal(fake_count(), 0);
    fake_quote(FAKE_BTC, 599999, 600001);
    assert_int_equal(fake_count(), 1);
    assert_order(0, FAKE_BTC, 500, 0); /* 3 * 10000 / 60000 = 0.5 */
    fake_fill(1, 500, 600001);
    fake_quote(FAKE_BTC, 300000, 300002);
    assert_int_equal(fake_count(), 1);
    fake_stop();
}

static void a_short_with_a_stop_above(void **state)
{
    (void)state;
    static const char *const params[] = {"instrument", "ETHUSDT", "leverage", "-1.5", "stop",
                                         "0.01",       "stop_by", "mark",     NULL};
    fake_start("hold", params);
    fake_quote(FAKE_ETH, 299999, 300001);
    assert_order(0, FAKE_ETH, -5000, 0); /* 1.5 * 10000 / 3000 = 5 */
    fake_fill(1, 2000, 300000);
    assert_int_equal(fake_count(), 1);
    fake_fill(1, 3000, 299990);
    assert_int_equal(fake_count(), 2);
    /* (2 * 3000 + 3 * 2999.9) / 5 = 2999.94; * 1.01 = 3029.9394: down, nearer to the entry */
    assert_order(1, FAKE_ETH, 5000, 0);
    assert_int_equal(fake_get(1)->request.trigger, PLM_TRIGGER_STOP);
    assert_int_equal(fake_get(1)->request.trigger_by, PLM_KEY_MARK);
    assert_int_equal(fake_get(1)->request.trigger_px, 302993);
    assert_int_equal(fake_get(1)->request.flags, PLM_ORDER_REDUCE_ONLY);
    fake_stop();
}

static void tries_again_without_liquidity_and_gives_up_when_rejected(void **state)
{
    (void)state;
    static const char *const params[] = {NULL};
    fake_start("hold", params);
    fake_quote(FAKE_BTC, 599999, 600001);
    fake_end(1, PLM_STATE_CANCELLED, PLM_REASON_NO_LIQUIDITY);
    fake_quote(FAKE_BTC, 599999, 600001);
    assert_int_equal(fake_count(), 2);
    fake_end(2, PLM_STATE_REJECTED, PLM_REASON_BALANCE);
    fake_quote(FAKE_BTC, 599999, 600001);
    assert_int_equal(fake_count(), 2);
    assert_string_equal(fake_note(), "the order was rejected: nothing is held");
    fake_stop();
}

static void hedge_mode_is_refused(void **state)
{
    (void)state;
    static const char *const params[] = {NULL};
    fake_set(0, true);
    fake_refused("hold", params, "this strategy needs one-way mode (hedge: false)");
    fake_set(0, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(buys_leverage_times_equity_at_the_first_quote_once),
        cmocka_unit_test(a_short_with_a_stop_above),
        cmocka_unit_test(tries_again_without_liquidity_and_gives_up_when_rejected),
        cmocka_unit_test(hedge_mode_is_refused),
    };
    return cmocka_run_group_tests_name("hold", tests, NULL, NULL);
}
