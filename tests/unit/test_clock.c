/*
 * test_clock.c - promises of clock.h:
 * - Items come out by (time, account, number), whatever the order in which they went in.
 * - Time does not go back: an item before the last one taken is a bug.
 * - An item can be taken out of the middle; the rest stays in order.
 * - It grows, and says when it is full.
 */
#include "plm_test.h"

#include "clock.h"
#include "philox.h"

static void items_come_out_in_their_total_order(void **state)
{
    (void)state;
    plm_philox rng;
    plm_philox_init(&rng, 11, "clock", 0);
    plm_clock clock;
    plm_clock_init(&clock);
    for (uint32_t i = 0; i < 5000; i++) {
        plm_due const due = {.at = plm_philox_below(&rng, 50),
                             .account = plm_philox_below(&rng, 5),
                             .slot = i,
                             .number = i};
        assert_true(plm_clock_add(&clock, due));
    }
    plm_due last = plm_clock_take(&clock);
    for (uint32_t i = 1; i < 5000; i++) {
        assert_true(plm_clock_next(&clock) >= last.at);
        plm_due const due = plm_clock_take(&clock);
        bool const later =
            due.at > last.at ||
            (due.at == last.at && (due.account > last.account ||
                                   (due.account == last.account && due.number > last.number)));
        assert_true(later);
        last = due;
    }
    assert_true(plm_clock_next(&clock) == PLM_TS_NEVER);
    plm_clock_fini(&clock);
}

static void adding_while_taking_keeps_the_order(void **state)
{
    (void)state;
    plm_clock clock;
    plm_clock_init(&clock);
    assert_true(plm_clock_add(&clock, (plm_due){.at = 10, .number = 1}));
    assert_true(plm_clock_add(&clock, (plm_due){.at = 30, .number = 2}));
    assert_true(plm_clock_take(&clock).number == 1);
    /* The same time as the last one taken is not the past. */
    assert_true(plm_clock_add(&clock, (plm_due){.at = 10, .number = 3}));
    assert_true(plm_clock_add(&clock, (plm_due){.at = 20, .number = 4}));
    assert_true(plm_clock_take(&clock).number == 3);
    assert_true(plm_clock_take(&clock).number == 4);
    assert_true(plm_clock_take(&clock).number == 2);
    plm_clock_fini(&clock);
}

static void dropped_items_leave_the_others_in_order(void **state)
{
    (void)state;
    plm_philox rng;
    plm_philox_init(&rng, 12, "clock", 0);
    plm_clock clock;
    plm_clock_init(&clock);
    for (uint32_t i = 0; i < 1000; i++) {
        plm_due const due = {.at = plm_philox_below(&rng, 90), .account = i % 3, .number = i};
        assert_true(plm_clock_add(&clock, due));
    }
    for (uint32_t i = 0; i < 1000; i += 2) {
        plm_clock_drop(&clock, i % 3, i);
    }
    plm_ts last = 0;
    for (uint32_t i = 0; i < 500; i++) {
        plm_due const due = plm_clock_take(&clock);
        assert_true(due.number % 2 == 1);
        assert_true(due.at >= last);
        last = due.at;
    }
    assert_true(plm_clock_next(&clock) == PLM_TS_NEVER);
    plm_clock_fini(&clock);
}

static void it_is_full_at_its_limit(void **state)
{
    (void)state;
    plm_clock clock;
    plm_clock_init(&clock);
    for (uint32_t i = 0; i < PLM_CLOCK_ITEMS_MAX; i++) {
        assert_true(plm_clock_add(&clock, (plm_due){.at = i, .number = i}));
    }
    assert_false(plm_clock_add(&clock, (plm_due){.at = 1}));
    assert_true(plm_clock_take(&clock).number == 0);
    assert_true(plm_clock_add(&clock, (plm_due){.at = 1}));
    plm_clock_fini(&clock);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_come_out_in_their_total_order),
        cmocka_unit_test(adding_while_taking_keeps_the_order),
        cmocka_unit_test(dropped_items_leave_the_others_in_order),
        cmocka_unit_test(it_is_full_at_its_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
