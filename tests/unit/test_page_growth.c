/*
 * test_page_growth.c - promises of page_growth.h:
 * - growth takes deposits and withdrawals out; drawdown is that of growth, not of money;
 * - returns of periods chain to the growth of the whole; a row at the end of a period belongs to
 * it;
 * - months are those of the calendar;
 * - an account that is worth nothing has no growth from then on.
 *
 * Numbers by hand, in the comments.
 */
#include "plm_test.h"

#include <math.h>

#include "page_growth.h"

#define MINUTE INT64_C(60000000000)
#define DAY (1440 * MINUTE)
#define BEGIN (INT64_C(1767139200) * 1000000000) /* 2025-12-31 */

static void assert_near(double found, double expected)
{
    if (!(fabs(found - expected) < 1e-12)) {
        print_error("%.17g is not %.17g\n", found, expected);
        fail();
    }
}

static void flows_are_taken_out(void **state)
{
    (void)state;
    plm_growth growth;
    plm_growth_init(&growth);
    assert_near(plm_growth_add(&growth, BEGIN + 1, 100, 0), 0);
    /* 100 became 110 and 40 came in: a tenth more. */
    assert_near(plm_growth_add(&growth, BEGIN + MINUTE, 150, 40), 0);
    assert_near(growth.index, 1.1);
    /* 150 became 120 after 15 went out: (120 + 15) / 150 = 0.9, a fall of a tenth. */
    assert_near(plm_growth_add(&growth, BEGIN + 2 * MINUTE, 120, -15), -0.1);
    assert_near(growth.index, 0.99);
    plm_growth_fini(&growth);
}

static void periods_chain_to_the_whole(void **state)
{
    (void)state;
    plm_growth growth;
    plm_growth_init(&growth);
    (void)plm_growth_add(&growth, BEGIN + 1, 100, 0);
    (void)plm_growth_add(&growth, BEGIN + DAY / 2, 50, 0);
    (void)plm_growth_add(&growth, BEGIN + DAY, 80, 0); /* midnight: of the day that ends */
    (void)plm_growth_add(&growth, BEGIN + DAY + MINUTE, 160, 0);
    (void)plm_growth_add(&growth, BEGIN + 2 * DAY, 120, 0);
    plm_growth_end(&growth);
    assert_int_equal(growth.period[0].count, 2);
    assert_near(growth.period[0].value[0], -0.2); /* 80 / 100 - 1 */
    assert_near(growth.period[0].value[1], 0.5);  /* 120 / 80 - 1 */
    double whole = 1;
    for (size_t i = 0; i < growth.period[2].count; i++) {
        whole *= 1 + growth.period[2].value[i];
    }
    assert_near(whole, 1.2);
    assert_int_equal(growth.month_count, 2);
    assert_int_equal(growth.month[0].month, 2025 * 12 + 11);
    assert_near(growth.month[0].index / growth.month[0].base, 0.8);
    assert_int_equal(growth.month[1].month, 2026 * 12);
    assert_near(growth.month[1].index / growth.month[1].base, 1.5);
    plm_growth_fini(&growth);
}

static void the_first_row_begins_its_period(void **state)
{
    (void)state;
    plm_growth growth;
    plm_growth_init(&growth);
    (void)plm_growth_add(&growth, BEGIN + DAY, 100, 0); /* 2026-01-01T00:00, twice */
    (void)plm_growth_add(&growth, BEGIN + DAY, 99, 0);
    (void)plm_growth_add(&growth, BEGIN + DAY + DAY / 2, 120, 0);
    plm_growth_end(&growth);
    assert_int_equal(growth.month_count, 1);
    assert_int_equal(growth.month[0].month, 2026 * 12);
    assert_int_equal(growth.period[0].count, 1);
    assert_near(growth.period[0].value[0], 0.2);
    plm_growth_fini(&growth);
}

static void nothing_grows_from_nothing(void **state)
{
    (void)state;
    plm_growth growth;
    plm_growth_init(&growth);
    (void)plm_growth_add(&growth, BEGIN + 1, 100, 0);
    assert_near(plm_growth_add(&growth, BEGIN + MINUTE, -20, 0), -1);
    assert_true(isnan(plm_growth_add(&growth, BEGIN + 2 * MINUTE, 500, 520)));
    plm_growth_end(&growth);
    for (unsigned p = 0; p < PLM_GROWTH_PERIODS; p++) {
        for (size_t i = 0; i < growth.period[p].count; i++) {
            assert_true(isfinite(growth.period[p].value[i]));
        }
    }
    plm_growth_fini(&growth);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flows_are_taken_out),
        cmocka_unit_test(periods_chain_to_the_whole),
        cmocka_unit_test(the_first_row_begins_its_period),
        cmocka_unit_test(nothing_grows_from_nothing),
    };
    return cmocka_run_group_tests_name("page_growth", tests, NULL, NULL);
}
