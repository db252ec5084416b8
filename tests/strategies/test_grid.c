/*
 * test_grid.c - promises of strategies/grid:
 * - the lines stand where levels and step say, bids below and asks above the first price, nearest
 *   first, each of an equal part of the exposure;
 * - what is bought on a line is offered one line higher, what is sold is bid for one line lower;
 * - a partial fill places nothing; a line that ended otherwise stays empty.
 */
#include "fake_host.h"

/* Middle 60000, step 0.001: lines at 59880 59940 | 60000 | 60060 60120.
 * 2 * 10000 / 2 lines / 60000 = 0.16666, down to 0.166. */
static const char *const params[] = {"levels", "2", "step", "0.001", "leverage", "2", NULL};

static void lines_stand_at_multiples_of_the_step(void **state)
{
    (void)state;
    fake_start("grid", params);
    fake_quote(FAKE_BTC, 599999, 600001);
    assert_int_equal(fake_count(), 4);
    assert_order(0, FAKE_BTC, 166, 599400);
    assert_order(1, FAKE_BTC, -166, 600600);
    assert_order(2, FAKE_BTC, 166, 598800);
    assert_order(3, FAKE_BTC, -166, 601200);
    fake_quote(FAKE_BTC, 590000, 590001);
    assert_int_equal(fake_count(), 4);
    fake_stop();
}

static void a_fill_is_offered_one_line_further(void **state)
{
    (void)state;
    fake_start("grid", params);
    fake_quote(FAKE_BTC, 599999, 600001);
    fake_fill(1, 100, 599400);
    assert_int_equal(fake_count(), 4);
    fake_fill(1, 66, 599400);
    assert_int_equal(fake_count(), 5);
    assert_order(4, FAKE_BTC, -166, 600000); /* bought at 59940, offered at 60000 */
    fake_fill(5, 166, 600000);
    assert_int_equal(fake_count(), 6);
    assert_order(5, FAKE_BTC, 166, 599400); /* and again */
    fake_fill(4, 166, 601200);
    assert_order(6, FAKE_BTC, 166, 600600); /* sold at 60120, bid for at 60060 */
    fake_end(2, PLM_STATE_CANCELLED, PLM_REASON_CLOSED);
    assert_int_equal(fake_count(), 7);
    fake_stop();
}

static void lines_below_nothing_are_refused(void **state)
{
    (void)state;
    static const char *const deep[] = {"levels", "4", "step", "0.25", NULL};
    fake_refused("grid", deep, "grid: levels * step must be below 1: no line at or below 0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_stand_at_multiples_of_the_step),
        cmocka_unit_test(a_fill_is_offered_one_line_further),
        cmocka_unit_test(lines_below_nothing_are_refused),
    };
    return cmocka_run_group_tests_name("grid", tests, NULL, NULL);
}
