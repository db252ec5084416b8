/*
 * test_trend.c - promises of strategies/trend:
 * - the averages cross exactly at the tick where a hand calculation says so, and an order of the
 *   wanted exposure goes out there and nowhere else;
 * - a turn is one order that closes and opens;
 * - nothing is sent before the slow average has seen its span.
 */
#include "fake_host.h"

/* fast: span 1 is the price itself. slow: span 3 has the weight 2 / 4.
 *
 *   trade   price   slow                           fast > slow
 *     1     60000   60000                          equal
 *     2     60000   60000                          equal
 *     3     60010   60000 + (10) / 2   = 60005     yes: long at the third tick
 *     4     61000   60005 + (995) / 2  = 60502.5   long still, and not resized
 *     5     60000   60502.5 - 502.5 / 2 = 60251.25 no: short
 */
static const char *const params[] = {"fast", "1", "slow", "3", "band", "0", NULL};

static void crosses_at_the_third_tick_and_turns_at_the_fifth(void **state)
{
    (void)state;
    fake_start("trend", params);
    fake_trade(FAKE_BTC, 600000);
    fake_trade(FAKE_BTC, 600000);
    assert_int_equal(fake_count(), 0);
    fake_trade(FAKE_BTC, 600100);
    assert_int_equal(fake_count(), 1);
    assert_order(0, FAKE_BTC, 166, 0); /* 10000 / 60010 = 0.16663, down to the lot of 0.001 */
    fake_fill(1, 166, 600100);
    fake_trade(FAKE_BTC, 610000);
    assert_int_equal(fake_count(), 1);
    fake_trade(FAKE_BTC, 600000);
    assert_int_equal(fake_count(), 2);
    assert_order(1, FAKE_BTC, -332, 0); /* from 0.166 to -0.166 (10000 / 60000 = 0.16666) */
    fake_stop();
}

static void waits_until_the_slow_average_has_seen_its_span(void **state)
{
    (void)state;
    static const char *const slow[] = {"fast", "1", "slow", "4", "band", "0", NULL};
    fake_start("trend", slow);
    fake_trade(FAKE_BTC, 600000);
    fake_trade(FAKE_BTC, 600100);
    fake_trade(FAKE_BTC, 600200);
    assert_int_equal(fake_count(), 0);
    fake_trade(FAKE_BTC, 600300);
    assert_int_equal(fake_count(), 1);
    fake_stop();
}

static void an_order_on_its_way_is_not_repeated(void **state)
{
    (void)state;
    fake_start("trend", params);
    fake_trade(FAKE_BTC, 600000);
    fake_trade(FAKE_BTC, 600000);
    fake_trade(FAKE_BTC, 600100); /* long is sent and not yet answered */
    fake_trade(FAKE_BTC, 590000); /* short would be right now */
    assert_int_equal(fake_count(), 1);
    fake_fill(1, 166, 600100);
    fake_trade(FAKE_BTC, 590000);
    assert_int_equal(fake_count(), 2);
    assert_order(1, FAKE_BTC, -335, 0); /* 10000 / 59000 = 0.16949: to -0.169 */
    fake_stop();
}

static void what_it_does_not_trade_is_not_heard(void **state)
{
    (void)state;
    fake_start("trend", params);
    for (int i = 0; i < 10; i++) {
        fake_trade(FAKE_ETH, 300000 + i);
    }
    assert_int_equal(fake_count(), 0);
    fake_stop();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(crosses_at_the_third_tick_and_turns_at_the_fifth),
        cmocka_unit_test(waits_until_the_slow_average_has_seen_its_span),
        cmocka_unit_test(an_order_on_its_way_is_not_repeated),
        cmocka_unit_test(what_it_does_not_trade_is_not_heard),
    };
    return cmocka_run_group_tests_name("trend", tests, NULL, NULL);
}
