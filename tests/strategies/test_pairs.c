/*
 * test_pairs.c - promises of strategies/pairs:
 * - the score is the distance from the average so far in deviations so far; it enters beyond
 *   `entry`, sells the dear leg and buys the cheap one for equal values, and leaves within `exit`;
 * - beyond `stop` it neither enters nor stays;
 * - settings that contradict one another are refused.
 */
#include "fake_host.h"

/* a = BTCUSDT, b = ETHUSDT at 3000, span 3: both averages have the weight 1 / 2.
 *
 *   look  a      ratio   away     square after         mean after  deviations
 *   1     60000  20                                    20
 *   2     60600  20.2     0.2     0.04                 20.1
 *   3     60000  20      -0.1     0.04  -> 0.025       20.05
 *   4     61200  20.4     0.35    0.025 -> 0.07375     20.225      0.35 / 0.1581 = 2.21: enters
 *   5     61200  20.4     0.175   0.07375 -> 0.0521875 20.3125     0.175 / 0.2716 = 0.64: stays
 *   6     61200  20.4     0.0875                                   0.0875 / 0.2284 = 0.38: leaves
 */
static const char *const params[] = {"a", "BTCUSDT", "b", "ETHUSDT", "span", "3", NULL};

static void look(int number, plm_px px)
{
    fake_quote(FAKE_BTC, px - 1, px + 1);
    fake_quote(FAKE_ETH, 299999, 300001);
    fake_until(FAKE_BEGIN + number * FAKE_SECOND);
}

static void enters_and_leaves_where_the_calculation_says(void **state)
{
    (void)state;
    fake_start("pairs", params);
    look(0, 600000);
    look(1, 606000);
    look(2, 600000);
    assert_int_equal(fake_count(), 0);
    look(3, 612000);
    assert_int_equal(fake_count(), 2);
    assert_order(0, FAKE_BTC, -163, 0); /* 10000 / 61200 = 0.1633 */
    assert_order(1, FAKE_ETH, 3333, 0); /* 10000 / 3000 = 3.333 */
    fake_fill(1, 163, 612000);
    fake_fill(2, 3333, 300000);
    look(4, 612000);
    assert_int_equal(fake_count(), 2);
    look(5, 612000);
    assert_int_equal(fake_count(), 4);
    assert_order(2, FAKE_BTC, 163, 0);
    assert_order(3, FAKE_ETH, -3333, 0);
    fake_stop();
}

static void a_leg_that_was_filled_in_part_is_completed(void **state)
{
    (void)state;
    fake_start("pairs", params);
    look(0, 600000);
    look(1, 606000);
    look(2, 600000);
    look(3, 612000);
    fake_fill(1, 100, 612000);
    fake_end(1, PLM_STATE_CANCELLED, PLM_REASON_NO_LIQUIDITY);
    fake_fill(2, 3333, 300000);
    look(4, 612000);
    assert_int_equal(fake_count(), 3);
    assert_order(2, FAKE_BTC, -63, 0);
    fake_stop();
}

static void beyond_the_stop_nothing_is_held(void **state)
{
    (void)state;
    static const char *const stop[] = {"a", "BTCUSDT", "b", "ETHUSDT", "span",
                                       "3", "stop",    "3", NULL};
    fake_start("pairs", stop);
    look(0, 600000);
    look(1, 606000);
    look(2, 600000);
    look(3, 620700); /* (20.69 - 20.05) / 0.1581 = 4.05 */
    look(4, 630000); /* 21 - 20.37 = 0.63, square 0.2173: 0.63 / 0.4662 = 1.35 */
    assert_int_equal(fake_count(), 0);
    fake_stop();
}

static void settings_that_contradict_are_refused(void **state)
{
    (void)state;
    static const char *const same[] = {"a", "BTCUSDT", "b", "BTCUSDT", NULL};
    fake_refused("pairs", same, "pairs: 'a' and 'b' must be two instruments");
    static const char *const order[] = {"a", "BTCUSDT", "b", "ETHUSDT", "entry",
                                        "1", "exit",    "1", NULL};
    fake_refused("pairs", order, "pairs: exit < entry < stop is needed");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(enters_and_leaves_where_the_calculation_says),
        cmocka_unit_test(a_leg_that_was_filled_in_part_is_completed),
        cmocka_unit_test(beyond_the_stop_nothing_is_held),
        cmocka_unit_test(settings_that_contradict_are_refused),
    };
    return cmocka_run_group_tests_name("pairs", tests, NULL, NULL);
}
