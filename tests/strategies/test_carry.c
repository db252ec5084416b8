/*
 * test_carry.c - promises of strategies/carry:
 * - it buys spot and then sells as much of the perpetual as was really bought;
 * - it leaves the legs alone within the threshold and resizes both beyond it;
 * - legs that cannot hedge each other are refused by name.
 */
#include "fake_host.h"

static const char *const params[] = {"spot", "BTC/USDT",  "perp", "BTCUSDT", "leverage",
                                     "0.9",  "threshold", "0.1",  NULL};

static void both_legs_hold_the_same_quantity(void **state)
{
    (void)state;
    fake_start("carry", params);
    fake_quote(FAKE_SPOT, 599999, 600001);
    fake_until(FAKE_BEGIN + FAKE_SECOND);
    assert_int_equal(fake_count(), 0); /* the perpetual has no price yet */
    fake_quote(FAKE_BTC, 600099, 600101);
    fake_until(FAKE_BEGIN + 10 * FAKE_SECOND);
    assert_int_equal(fake_count(), 1);
    assert_order(0, FAKE_SPOT, 1500, 0); /* 0.9 * 10000 / 60000 = 0.15 */
    fake_fill(1, 1000, 600001);
    fake_end(1, PLM_STATE_CANCELLED, PLM_REASON_NO_LIQUIDITY);
    assert_int_equal(fake_count(), 2);
    assert_order(1, FAKE_BTC, -100, 0); /* 0.1 of both */
    fake_fill(2, 100, 600099);
    fake_until(FAKE_BEGIN + 20 * FAKE_SECOND); /* 0.05 are missing, more than a tenth of 0.15 */
    assert_order(2, FAKE_SPOT, 500, 0);
    fake_fill(3, 500, 600001);
    assert_order(3, FAKE_BTC, -50, 0);
    fake_fill(4, 50, 600099);
    fake_until(FAKE_BEGIN + 60 * FAKE_SECOND);
    assert_int_equal(fake_count(), 4);
    fake_quote(FAKE_SPOT, 549999, 550001); /* 9000 / 55000 = 0.163: within the threshold */
    fake_until(FAKE_BEGIN + 70 * FAKE_SECOND);
    assert_int_equal(fake_count(), 4);
    fake_quote(FAKE_SPOT, 749999, 750001); /* 9000 / 75000 = 0.12: beyond */
    fake_until(FAKE_BEGIN + 80 * FAKE_SECOND);
    assert_order(4, FAKE_SPOT, -300, 0);
    fake_fill(5, 300, 749999);
    assert_order(5, FAKE_BTC, 30, 0);
    fake_stop();
}

static void a_perpetual_that_failed_is_sent_again(void **state)
{
    (void)state;
    fake_start("carry", params);
    fake_quote(FAKE_SPOT, 599999, 600001);
    fake_quote(FAKE_BTC, 600099, 600101);
    fake_until(FAKE_BEGIN);
    fake_fill(1, 1500, 600001);
    fake_end(2, PLM_STATE_REJECTED, PLM_REASON_HALTED);
    fake_until(FAKE_BEGIN + 10 * FAKE_SECOND);
    assert_int_equal(fake_count(), 3);
    assert_order(2, FAKE_BTC, -150, 0);
    fake_stop();
}

static void legs_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    static const char *const no_spot[] = {"spot", "ETHUSDT", "perp", "BTCUSDT", NULL};
    fake_refused("carry", no_spot, "carry: 'spot' must be a spot instrument");
    static const char *const other[] = {"spot", "BTC/USDT", "perp", "ETHUSDT", NULL};
    fake_refused("carry", other, "carry: 'perp' must be a linear perpetual of spot's base");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_legs_hold_the_same_quantity),
        cmocka_unit_test(a_perpetual_that_failed_is_sent_again),
        cmocka_unit_test(legs_that_do_not_fit_are_refused),
    };
    return cmocka_run_group_tests_name("carry", tests, NULL, NULL);
}
