/*
 * test_conversion.c - promises of conversion.h, by hand:
 * - as much as is owed is received where it can be paid, and what is paid is rounded up;
 * - else all that there is goes, its cost included, and what it brings is rounded down;
 * - assets come as the rulebook names them, the others by name.
 */
#include "plm_test.h"

#include "account.h"
#include "conversion.h"

#define ONE (plm_i128)1000000000000000000
#define COST INT64_C(1000000000) /* 0.1 % */

static plm_fraction price(int64_t num, int64_t den)
{
    return (plm_fraction){.num = plm_amount_of((plm_money){num}),
                          .den = plm_amount_of((plm_money){den})};
}

/* 2 BTC at 50,000 against a debt of 30,000 USDT at 0.99: 29,700 / 50,000 = 0.594 BTC, and 0.000594
 * for the cost. */
static void a_debt_is_paid_whole(void **state)
{
    (void)state;
    plm_conversion found;
    assert_true(plm_conversion_of(price(50000, 1), price(99, 100), (plm_money){2 * ONE},
                                  (plm_money){30000 * ONE}, COST, &found));
    assert_true(found.received.v == 30000 * ONE);
    assert_true(found.paid.v == ONE * 594 / 1000);
    assert_true(found.fee.v == ONE * 594 / 1000000);
}

/* 1.001 at 3 against a debt in something at 7: 1 is paid, 0.001 is the cost, 3/7 is received, down.
 */
static void what_there_is_goes(void **state)
{
    (void)state;
    plm_conversion found;
    assert_true(plm_conversion_of(price(3, 1), price(7, 1), (plm_money){ONE * 1001 / 1000},
                                  (plm_money){5 * ONE}, COST, &found));
    assert_true(found.paid.v == ONE);
    assert_true(found.fee.v == ONE / 1000);
    assert_true(found.received.v == 3 * ONE / 7);
}

/* 1 unit of 10^-18 at a price of 1/3: a third of a unit is paid as one. */
static void what_is_paid_is_rounded_up(void **state)
{
    (void)state;
    plm_conversion found;
    assert_true(
        plm_conversion_of(price(3, 1), price(1, 1), (plm_money){10}, (plm_money){1}, 0, &found));
    assert_true(found.paid.v == 1);
    assert_true(found.received.v == 1);
}

static void named_assets_come_first_the_others_by_name(void **state)
{
    (void)state;
    static const char *const named[] = {"USDT", "BTC"};
    plm_collateral_rule const rule = {.order_named = 2, .order = named};
    static const char *const sorted[] = {"USDT", "BTC", "ADA", "ETH", "ETHW", "SOL"};
    for (unsigned i = 0; i < 6; i++) {
        for (unsigned k = 0; k < 6; k++) {
            assert_int_equal(plm_conversion_before(&rule, sorted[i], sorted[k]), i < k);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_debt_is_paid_whole),
        cmocka_unit_test(what_there_is_goes),
        cmocka_unit_test(what_is_paid_is_rounded_up),
        cmocka_unit_test(named_assets_come_first_the_others_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
