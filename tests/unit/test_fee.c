/*
 * test_fee.c - promises of fee.h:
 * - the tier is the last whose volume the 30 UTC days before the current one reach, of that account
 *   and asset alone; the current day does not count;
 * - buys and sells count alike; days leave one by one; a long pause forgets them all;
 * - a flat schedule never changes;
 * - a volume that does not fit is refused.
 */
#include "money_rows.h"

#include "fee.h"

#define DAY INT64_C(86400000000000)
#define MIDNIGHT (20000 * DAY) /* 2024-10-04 */

static plm_fees *tiers_of_three(void)
{
    plm_fee_tier const tiers[] = {
        {money("0"), 200, 500}, {money("1000"), 100, 400}, {money("5000"), 0, 300}};
    return plm_fees_create(tiers, 3, 2, 2);
}

static void traded(plm_fees *fees, plm_ts ts, const char *value)
{
    assert_true(plm_fees_traded(fees, 1, 1, ts, money(value)));
}

static void assert_taker(plm_fees *fees, plm_ts ts, plm_rate taker)
{
    assert_int_equal(plm_fees_tier(fees, 1, 1, ts)->taker, taker);
}

static void the_current_day_does_not_count(void **state)
{
    (void)state;
    plm_fees *const fees = tiers_of_three();
    assert_taker(fees, MIDNIGHT, 500);
    traded(fees, MIDNIGHT, "600");
    traded(fees, MIDNIGHT + DAY - 1, "-400"); /* a sale, in the last nanosecond of the day */
    assert_taker(fees, MIDNIGHT + DAY - 1, 500);
    assert_taker(fees, MIDNIGHT + DAY, 400); /* exactly 1000 reach the tier */
    assert_int_equal(plm_fees_tier(fees, 1, 1, MIDNIGHT + DAY)->maker, 100);
    plm_fees_destroy(fees);
}

static void a_unit_less_misses_the_tier(void **state)
{
    (void)state;
    plm_fees *const fees = tiers_of_three();
    traded(fees, MIDNIGHT, "999.999999999999999999");
    assert_taker(fees, MIDNIGHT + DAY, 500);
    plm_fees_destroy(fees);
}

static void a_day_counts_for_thirty_days(void **state)
{
    (void)state;
    plm_fees *const fees = tiers_of_three();
    traded(fees, MIDNIGHT, "4000");
    traded(fees, MIDNIGHT + DAY, "1500");
    assert_taker(fees, MIDNIGHT + DAY, 400);
    assert_taker(fees, MIDNIGHT + 2 * DAY, 300); /* 5500 */
    assert_taker(fees, MIDNIGHT + 30 * DAY, 300);
    assert_taker(fees, MIDNIGHT + 31 * DAY - 1, 300); /* still day 30 */
    assert_taker(fees, MIDNIGHT + 31 * DAY, 400);     /* the first day has left: 1500 */
    assert_taker(fees, MIDNIGHT + 32 * DAY, 500);
    plm_fees_destroy(fees);
}

static void a_long_pause_forgets_everything(void **state)
{
    (void)state;
    plm_fees *const fees = tiers_of_three();
    traded(fees, MIDNIGHT, "9000");
    traded(fees, MIDNIGHT + 400 * DAY, "1000"); /* a year later */
    assert_taker(fees, MIDNIGHT + 400 * DAY, 500);
    assert_taker(fees, MIDNIGHT + 401 * DAY, 400);
    plm_fees_destroy(fees);
}

static void accounts_and_assets_are_apart(void **state)
{
    (void)state;
    plm_fees *const fees = tiers_of_three();
    traded(fees, MIDNIGHT, "9000");
    plm_ts const later = MIDNIGHT + DAY;
    assert_int_equal(plm_fees_tier(fees, 1, 1, later)->taker, 300);
    assert_int_equal(plm_fees_tier(fees, 1, 0, later)->taker, 500);
    assert_int_equal(plm_fees_tier(fees, 0, 1, later)->taker, 500);
    plm_fees_destroy(fees);
}

static void a_flat_schedule_never_changes(void **state)
{
    (void)state;
    plm_fee_tier const flat = {money("0"), -100, 500};
    plm_fees *const fees = plm_fees_create(&flat, 1, 1, 1);
    plm_money const most = {PLM_I128_MAX};
    for (int i = 0; i < 3; i++) {
        assert_true(plm_fees_traded(fees, 0, 0, MIDNIGHT, most));
    }
    assert_int_equal(plm_fees_tier(fees, 0, 0, MIDNIGHT + DAY)->taker, 500);
    assert_int_equal(plm_fees_tier(fees, 0, 0, MIDNIGHT + DAY)->maker, -100);
    plm_fees_destroy(fees);
    plm_fees_destroy(NULL);
}

static void a_volume_that_does_not_fit_is_refused(void **state)
{
    (void)state;
    plm_fees *const fees = tiers_of_three();
    plm_money const most = {PLM_I128_MAX}, least = {PLM_I128_MIN};
    assert_false(plm_fees_traded(fees, 1, 1, MIDNIGHT, least));
    assert_true(plm_fees_traded(fees, 1, 1, MIDNIGHT, most));
    assert_false(plm_fees_traded(fees, 1, 1, MIDNIGHT, units(1)));
    assert_false(plm_fees_traded(fees, 1, 1, MIDNIGHT + 30 * DAY, units(-1)));
    assert_taker(fees, MIDNIGHT + 30 * DAY, 300);
    assert_true(plm_fees_traded(fees, 1, 1, MIDNIGHT + 31 * DAY, units(-1)));
    assert_taker(fees, MIDNIGHT + 31 * DAY, 500);
    plm_fees_destroy(fees);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_current_day_does_not_count),
        cmocka_unit_test(a_unit_less_misses_the_tier),
        cmocka_unit_test(a_day_counts_for_thirty_days),
        cmocka_unit_test(a_long_pause_forgets_everything),
        cmocka_unit_test(accounts_and_assets_are_apart),
        cmocka_unit_test(a_flat_schedule_never_changes),
        cmocka_unit_test(a_volume_that_does_not_fit_is_refused),
    };
    return cmocka_run_group_tests_name("fee", tests, NULL, NULL);
}
