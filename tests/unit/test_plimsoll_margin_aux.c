/*
 * test_plimsoll_margin_aux.c - comfort for margin models. Promises: amounts go back and forth
 * unchanged; what is beyond the bound says so for good and never overflows; a linear and an inverse
 * position are worth what the page about contracts says; shares and quotients round towards more.
 */
#include "plimsoll_margin_aux.h" /* before cmocka.h, whose macro fail() hides the host's function */

#include "plm_test.h"

#define ONE ((plm_model_money)1000000000000000000)

static void test_amounts_go_back_and_forth(void **state)
{
    (void)state;
    plm_model_money const values[] = {0, 1, -1, ONE, -ONE, PLM_MODEL_MOST, -PLM_MODEL_MOST};
    for (unsigned i = 0; i < sizeof values / sizeof *values; i++) {
        bool fits = true;
        assert_true(plm_model_from(plm_model_to(values[i]), &fits) == values[i]);
        assert_true(fits);
    }
}

static void test_what_is_too_large_says_so_for_good(void **state)
{
    (void)state;
    bool fits = true;
    plm_amount const lowest = {0, INT64_MIN};
    assert_true(plm_model_from(lowest, &fits) == 0);
    assert_false(fits);
    fits = true;
    assert_true(plm_model_times(PLM_MODEL_MOST, 1, &fits) == PLM_MODEL_MOST);
    assert_true(plm_model_times(-PLM_MODEL_MOST, 1, &fits) == -PLM_MODEL_MOST);
    assert_true(fits);
    assert_true(plm_model_times(PLM_MODEL_MOST / 2 + 1, 2, &fits) == 0);
    assert_false(fits);
    assert_true(plm_model_times(1, 1, &fits) == 0);
    assert_false(fits);
}

/* 3 contracts of 0.01 BTC at 60,000.5: 1,800.015 USDT (60,000.5 * 0.03). */
static void test_a_linear_position_is_worth_price_times_size(void **state)
{
    (void)state;
    plm_instrument const row = {
        .kind = PLM_INST_LINEAR, .px_scale = 1, .mult_scale = 2, .multiplier = 1};
    bool fits = true;
    assert_true(plm_model_value(&row, 3, 2 * 600005, &fits) == ONE * 1800015 / 1000);
    assert_true(plm_model_value(&row, -3, 2 * 600005, &fits) == -ONE * 1800015 / 1000);
    plm_margin_position const sold = {
        .qty = -3, .pnl_px2 = 2 * 600005, .cost = plm_model_to(-ONE * 1900)};
    assert_true(plm_model_profit(&row, &sold, &fits) == ONE * 99985 / 1000); /* 1900 - 1800.015 */
    assert_true(fits);
}

/* 170 contracts of 10 USD: at 17.00 they are worth 100 coins, bought at 20.00 for 85 (lesson 10).
 */
static void test_an_inverse_position_is_worth_size_over_price(void **state)
{
    (void)state;
    plm_instrument const row = {.kind = PLM_INST_INVERSE, .px_scale = 2, .multiplier = 10};
    bool fits = true;
    assert_true(plm_model_value(&row, 170, 2 * 1700, &fits) == ONE * 100);
    plm_margin_position const bought = {
        .qty = 170, .pnl_px2 = 2 * 1700, .cost = plm_model_to(ONE * 85)};
    assert_true(plm_model_profit(&row, &bought, &fits) == -ONE * 15);
    assert_true(fits);
}

static void test_shares_and_quotients_round_towards_more(void **state)
{
    (void)state;
    assert_true(plm_model_up(7, 2) == 4);
    assert_true(plm_model_up(8, 2) == 4);
    assert_true(plm_model_up(-7, 2) == -3);
    /* 5 % of 3 units of 10^-18 at a price of 7 / 2: 0.525, so 1. */
    plm_margin_asset asset = {.price = {.num = plm_model_to(7), .den = plm_model_to(2)}};
    bool fits = true;
    assert_true(plm_model_percent(3, 5, &asset, &fits) == 1);
    assert_true(plm_model_percent(ONE * 2, 50, &asset, &fits) == ONE * 7 / 2);
    asset.price = (plm_fraction){0};
    assert_true(plm_model_percent(ONE, 50, &asset, &fits) == 0);
    assert_true(fits);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_amounts_go_back_and_forth),
        cmocka_unit_test(test_what_is_too_large_says_so_for_good),
        cmocka_unit_test(test_a_linear_position_is_worth_price_times_size),
        cmocka_unit_test(test_an_inverse_position_is_worth_size_over_price),
        cmocka_unit_test(test_shares_and_quotients_round_towards_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
