/*
 * test_voltarget.c - promises of strategies/voltarget:
 * - the exposure is target over measured volatility, never more than the leverage;
 * - it rebalances beyond the threshold only.
 */
#include "fake_host.h"

/* span 1: the volatility is the last return. A year has 31536000 s, whose root is 5615.69. */
static const char *const params[] = {"span", "1", "leverage", "2", NULL};

static void look(int number, plm_px px)
{
    fake_quote(FAKE_BTC, px - 1, px + 1);
    fake_until(FAKE_BEGIN + number * FAKE_SECOND);
}

static void exposure_is_target_over_volatility(void **state)
{
    (void)state;
    fake_start("voltarget", params);
    look(0, 600000);
    assert_int_equal(fake_count(), 0);
    look(1, 600600); /* 0.1 % a second is 5.6157 a year: 0.4 / 5.6157 = 0.07123 of 10000 */
    assert_order(0, FAKE_BTC, 11, 0); /* 712.3 / 60060 = 0.01186 */
    fake_fill(1, 11, 600600);
    look(2, 600900); /* 0.04995 %: 0.4 / 2.8050 = 0.14260; / 60090 = 0.02373 */
    assert_order(1, FAKE_BTC, 12, 0);
    fake_fill(2, 12, 600900);
    look(3, 601200); /* 0.049925 %: 0.02373 still */
    assert_int_equal(fake_count(), 2);
    look(4, 601200); /* nothing moves: all of the leverage, 20000 / 60120 = 0.33266 */
    assert_order(2, FAKE_BTC, 332 - 23, 0);
    fake_fill(3, 309, 601200);
    look(5, 601140); /* 0.00998 % is 0.56 a year: 7135.7 / 60114 = 0.11870 */
    assert_order(3, FAKE_BTC, 118 - 332, 0);
    fake_stop();
}

static void small_differences_are_left_alone(void **state)
{
    (void)state;
    static const char *const wide[] = {"span", "1", "threshold", "0.6", NULL};
    fake_start("voltarget", wide);
    look(0, 600000);
    look(1, 600600);
    fake_fill(1, 11, 600600);
    look(2, 600900); /* 12 of 23 are missing: 0.52 */
    assert_int_equal(fake_count(), 1);
    fake_stop();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exposure_is_target_over_volatility),
        cmocka_unit_test(small_differences_are_left_alone),
    };
    return cmocka_run_group_tests_name("voltarget", tests, NULL, NULL);
}
