/*
 * test_value_price.c - promises of value_price.h: the price of a value lies on the tick, on the
 * side that is named, for linear and inverse contracts alike; what has no price above 0 gives 0.
 */
#include "rule_help.h"

#include "value_price.h"

static plm_contract contract_of(plm_form form)
{
    plm_contract contract = {.form = (uint8_t)form,
                             .px_scale = 1,
                             .qty_scale = 0,
                             .scale = 1,
                             .multiplier = 1,
                             .tick = 5,
                             .lot = 1};
    if (form == PLM_FORM_INVERSE) {
        contract.inverse_unit = (plm_i128)plm_pow10(18) * 10;
    }
    return contract;
}

/* 3 units worth 100.1: 33.3666..., ticks of 0.5: 33.0 and 33.5. */
static void linear_values_have_prices_on_the_tick(void **state)
{
    (void)state;
    plm_contract const contract = contract_of(PLM_FORM_LINEAR);
    assert_int_equal(plm_value_price(&contract, 3, money("100.1"), PLM_ROUND_FLOOR), 330);
    assert_int_equal(plm_value_price(&contract, 3, money("100.1"), PLM_ROUND_CEIL), 335);
    assert_int_equal(plm_value_price(&contract, -3, money("-99"), PLM_ROUND_CEIL), 330);
    assert_int_equal(plm_value_price(&contract, -3, money("99"), PLM_ROUND_CEIL), 0);
}

/* 100 contracts worth 3 coins: 33.333. */
static void inverse_values_have_prices_on_the_tick(void **state)
{
    (void)state;
    plm_contract const contract = contract_of(PLM_FORM_INVERSE);
    assert_int_equal(plm_value_price(&contract, 100, money("3"), PLM_ROUND_FLOOR), 330);
    assert_int_equal(plm_value_price(&contract, 100, money("3"), PLM_ROUND_CEIL), 335);
    assert_int_equal(plm_value_price(&contract, 100, money("0"), PLM_ROUND_CEIL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(linear_values_have_prices_on_the_tick),
        cmocka_unit_test(inverse_values_have_prices_on_the_tick),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
