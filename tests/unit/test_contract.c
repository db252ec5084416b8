/*
 * test_contract.c - promises of contract.h:
 * - assets are numbered by first appearance; spot pays in its quote, an asset row is its base or
 *   itself; what cannot be traded has no form;
 * - the derivatives of each asset are listed in the order of the table;
 * - values of all forms are those of docs/csv.md; inverse ones are rounded once, half-even, with
 *   the same size for both signs; so are halves of a tick;
 * - what does not fit is refused and leaves the output alone, and no table is too odd to be read;
 * - at a price of 0 linear contracts are worth nothing, inverse ones have no value; a price below
 *   is a bug.
 */
#include "last_act.h"
#include "money_rows.h"

#include "philox.h"

static plm_contracts table(void)
{
    plm_contracts contracts;
    plm_contracts_init(&contracts, money_rows, ROW_COUNT);
    return contracts;
}

static void assets_are_numbered_by_first_appearance(void **state)
{
    (void)state;
    plm_contracts contracts = table();
    assert_int_equal(contracts.asset_count, ASSET_COUNT);
    static const char *const names[] = {"BTC", "USDT", "USD", "ETH", "USDC"};
    for (uint32_t i = 0; i < ASSET_COUNT; i++) {
        assert_string_equal(contracts.asset[i], names[i]);
        assert_int_equal(plm_contracts_find_asset(&contracts, names[i]), i);
    }
    assert_int_equal(plm_contracts_find_asset(&contracts, "EUR"), PLM_NO_ASSET);
    assert_int_equal(plm_contracts_find_sym(&contracts, "ETHUSD"), QUANTO);
    assert_int_equal(plm_contracts_find_sym(&contracts, "ETHUSDT"), PLM_NO_SYM);
    plm_contracts_fini(&contracts);
}

static void forms_and_assets_follow_the_kind(void **state)
{
    (void)state;
    static const struct {
        uint32_t form, base, quote, settle;
    } expected[ROW_COUNT] = {
        [LINEAR] = {PLM_FORM_LINEAR, BTC, USDT, USDT},
        [INVERSE] = {PLM_FORM_INVERSE, BTC, USD, BTC},
        [SPOT] = {PLM_FORM_SPOT, BTC, USDT, USDT}, /* its settle is empty */
        [QUANTO] = {PLM_FORM_LINEAR, ETH, USD, BTC},
        [FUTURE] = {PLM_FORM_INVERSE, BTC, USD, BTC},
        [ASSET] = {PLM_FORM_NONE, USDC, USD, PLM_NO_ASSET}, /* its base is empty: the symbol */
        [OPTION] = {PLM_FORM_NONE, BTC, USD, BTC},
    };
    plm_contracts contracts = table();
    for (uint32_t sym = 0; sym < ROW_COUNT; sym++) {
        const plm_contract *const contract = &contracts.contract[sym];
        assert_int_equal(contract->form, expected[sym].form);
        assert_int_equal(contract->base, expected[sym].base);
        assert_int_equal(contract->quote, expected[sym].quote);
        assert_int_equal(plm_contract_money(contract), expected[sym].settle);
    }
    assert_int_equal(contracts.contract[FUTURE].expiry, money_rows[FUTURE].expiry);
    plm_contracts_fini(&contracts);
}

static void derivatives_are_listed_by_the_asset_they_pay_in(void **state)
{
    (void)state;
    plm_contracts contracts = table();
    uint32_t sym = contracts.first_paid[BTC];
    static const uint32_t in_btc[] = {INVERSE, QUANTO, FUTURE, PLM_NO_SYM};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(sym, in_btc[i]);
        sym = sym != PLM_NO_SYM ? contracts.next_paid[sym] : sym;
    }
    assert_int_equal(contracts.first_paid[USDT], LINEAR); /* not the spot row */
    assert_int_equal(contracts.next_paid[LINEAR], PLM_NO_SYM);
    assert_int_equal(contracts.first_paid[USD], PLM_NO_SYM);
    plm_contracts_fini(&contracts);
}

static void assert_value(uint32_t sym, plm_qty qty, plm_px px, const char *expected)
{
    plm_contracts contracts = table();
    plm_money value, mirrored;
    assert_true(plm_contract_value(&contracts.contract[sym], qty, px, &value));
    assert_money_equal(value, money(expected));
    assert_true(plm_contract_value(&contracts.contract[sym], -qty, px, &mirrored));
    assert_i128_equal(mirrored.v, -value.v);
    assert_true(plm_contract_value2(&contracts.contract[sym], qty, 2 * px, &value));
    assert_money_equal(value, money(expected));
    plm_contracts_fini(&contracts);
}

/* The examples of docs/csv.md. */
static void values_are_those_of_the_manual(void **state)
{
    (void)state;
    assert_value(SPOT, 50000, 6000000, "30000"); /* 0.5 BTC at 60000.00 */
    assert_value(LINEAR, 500, 600000, "30000");  /* 0.5 contracts of 1 BTC at 60000.0 */
    assert_value(INVERSE, 30000, 600000, "0.5"); /* 30000 USD at 60000.0 */
    assert_value(FUTURE, 300, 600000, "0.5");    /* 300 contracts of 100 USD at 60000.0 */
    assert_value(QUANTO, 100, 300000, "0.3");    /* 100 * 3000.00 * 0.000001 BTC */
}

/* 1 / 524288 = 2^-19 = 0.0000019073486328125, whose 19th decimal is the last: a tie. Three of them
 * are 0.0000057220458984375, a tie above an odd digit. */
static void inverse_values_are_rounded_half_even(void **state)
{
    (void)state;
    assert_value(INVERSE, 1, 300000, "0.000033333333333333"); /* 1 / 30000 = 0.0000333... */
    assert_value(INVERSE, 2, 300000, "0.000066666666666667"); /* 2 / 30000 = 0.0000666... */
    assert_value(INVERSE, 1, 5242880, "0.000001907348632812");
    assert_value(INVERSE, 3, 5242880, "0.000005722045898438");
}

static void half_a_tick_is_valued(void **state)
{
    (void)state;
    plm_contracts contracts = table();
    plm_money value;
    /* 60000.05 * 0.5 = 30000.025 */
    assert_true(plm_contract_value2(&contracts.contract[LINEAR], 500, 1200001, &value));
    assert_money_equal(value, money("30000.025"));
    /* 1200001 USD at 60000.05: 1200001 / 60000.05 = 20 */
    assert_true(plm_contract_value2(&contracts.contract[INVERSE], 1200001, 1200001, &value));
    assert_money_equal(value, money("20"));
    plm_contracts_fini(&contracts);
}

static void halves_of_the_last_digit_go_to_the_even_one(void **state)
{
    (void)state;
    plm_instrument row = money_rows[LINEAR];
    row.px_scale = 9;
    row.qty_scale = 9; /* 18 decimals: px2 / 2 has one more */
    plm_contracts contracts;
    plm_contracts_init(&contracts, &row, 1);
    static const int64_t cases[][2] = {{1, 0}, {3, 2}, {5, 2}, {7, 4}}; /* 0.5, 1.5, 2.5, 3.5 */
    for (size_t i = 0; i < 4; i++) {
        plm_money value;
        assert_true(plm_contract_value2(&contracts.contract[0], 1, cases[i][0], &value));
        assert_i128_equal(value.v, cases[i][1]);
        assert_true(plm_contract_value2(&contracts.contract[0], -1, cases[i][0], &value));
        assert_i128_equal(value.v, -cases[i][1]);
    }
    plm_contracts_fini(&contracts);
}

/* The short way and the long one, whatever fits 64 bits: a row with all 18 places and an odd
 * multiplier has halves to round. */
static void values_at_half_a_tick_are_those_of_the_long_division(void **state)
{
    (void)state;
    plm_instrument row = money_rows[LINEAR];
    row.px_scale = 9;
    row.qty_scale = 9;
    row.multiplier = 3;
    plm_contracts contracts;
    plm_contracts_init(&contracts, &row, 1);
    plm_philox rng;
    plm_philox_init(&rng, 3, "values", 0);
    for (unsigned i = 0; i < 100000; i++) {
        plm_px const px2 = (plm_px)(plm_philox_u64(&rng) >> (1 + plm_philox_below(&rng, 62)));
        uint64_t const size = plm_philox_u64(&rng) >> (1 + plm_philox_below(&rng, 62));
        plm_qty const qty = i % 2 == 0 ? (plm_qty)size : -(plm_qty)size;
        plm_money value;
        plm_i128 expected = 0;
        assert_true(plm_muldiv((plm_i128)(px2 + 1) * 3, qty, 2, PLM_ROUND_HALF_EVEN, &expected));
        assert_true(plm_contract_value2(&contracts.contract[0], qty, px2 + 1, &value));
        assert_i128_equal(value.v, expected);
    }
    plm_contracts_fini(&contracts);
}

static void profit_is_value_less_cost_and_the_reverse_where_inverse(void **state)
{
    (void)state;
    plm_contracts contracts = table();
    plm_money profit;
    assert_true(plm_contract_profit(&contracts.contract[LINEAR], units(7), units(3), &profit));
    assert_i128_equal(profit.v, 4);
    assert_true(plm_contract_profit(&contracts.contract[SPOT], units(7), units(3), &profit));
    assert_i128_equal(profit.v, 4);
    assert_true(plm_contract_profit(&contracts.contract[INVERSE], units(7), units(3), &profit));
    assert_i128_equal(profit.v, -4);
    plm_contracts_fini(&contracts);
}

static void spot_quantities_are_amounts_of_the_base(void **state)
{
    (void)state;
    plm_contracts contracts = table();
    plm_money amount;
    assert_true(plm_contract_base(&contracts.contract[SPOT], -150000, &amount));
    assert_money_equal(amount, money("-1.5")); /* 150000 * 10^-5 */
    plm_contracts_fini(&contracts);
}

static void what_does_not_fit_is_refused(void **state)
{
    (void)state;
    plm_contracts contracts = table();
    for (uint32_t sym = LINEAR; sym <= FUTURE; sym++) {
        plm_money value = {42};
        /* Linear: 2^126 * 10^14 and more. Inverse: 2^63 * 10^19 = 9 * 10^37 still fits, so that
         * the multiplier of 100 alone is too much. */
        bool const inverse = sym == INVERSE || sym == FUTURE;
        plm_px const px = inverse ? 1 : INT64_MAX;
        assert_int_equal(plm_contract_value(&contracts.contract[sym], INT64_MAX, px, &value),
                         sym == INVERSE);
        if (sym != INVERSE) {
            assert_i128_equal(value.v, 42);
            assert_false(plm_contract_value2(&contracts.contract[sym], INT64_MIN, px, &value));
            assert_i128_equal(value.v, 42);
        }
    }
    plm_contracts_fini(&contracts);
}

/* 18 decimals of price: 10^36 is the unit, and 1000 of it would not fit 128 bits. */
static void scales_at_their_ends_are_exact(void **state)
{
    (void)state;
    plm_instrument row = money_rows[INVERSE];
    row.px_scale = 18;
    row.multiplier = 1000;
    plm_contracts contracts;
    plm_contracts_init(&contracts, &row, 1);
    plm_money value;
    assert_true(plm_contract_value(&contracts.contract[0], 1, plm_pow10(18), &value));
    assert_money_equal(value, money("1000"));
    plm_contracts_fini(&contracts);

    row.px_scale = 0;
    row.qty_scale = 18;
    plm_contracts_init(&contracts, &row, 1);
    assert_true(plm_contract_value(&contracts.contract[0], 1, 500, &value));
    assert_i128_equal(value.v, 2); /* 10^-18 * 1000 / 500 */
    plm_contracts_fini(&contracts);
}

static void value_below_zero(void)
{
    plm_contracts contracts = table();
    plm_money value;
    (void)!plm_contract_value(&contracts.contract[LINEAR], 1, -1, &value);
}

static void at_zero_only_inverse_contracts_have_no_value(void **state)
{
    (void)state;
    plm_contracts contracts = table();
    plm_money value = {42};
    assert_false(plm_contract_value(&contracts.contract[INVERSE], 1, 0, &value));
    assert_i128_equal(value.v, 42);
    assert_true(plm_contract_value(&contracts.contract[LINEAR], 1, 0, &value));
    assert_i128_equal(value.v, 0);
    plm_contracts_fini(&contracts);
}

static void a_price_below_zero_is_a_bug(void **state)
{
    (void)state;
    char text[512];
    int const status = plm_test_last_act(value_below_zero, text, sizeof text);
    assert_true(WIFSIGNALED(status));
    assert_non_null(strstr(text, "px >= 0"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(assets_are_numbered_by_first_appearance),
        cmocka_unit_test(forms_and_assets_follow_the_kind),
        cmocka_unit_test(derivatives_are_listed_by_the_asset_they_pay_in),
        cmocka_unit_test(values_are_those_of_the_manual),
        cmocka_unit_test(inverse_values_are_rounded_half_even),
        cmocka_unit_test(half_a_tick_is_valued),
        cmocka_unit_test(halves_of_the_last_digit_go_to_the_even_one),
        cmocka_unit_test(values_at_half_a_tick_are_those_of_the_long_division),
        cmocka_unit_test(profit_is_value_less_cost_and_the_reverse_where_inverse),
        cmocka_unit_test(spot_quantities_are_amounts_of_the_base),
        cmocka_unit_test(what_does_not_fit_is_refused),
        cmocka_unit_test(scales_at_their_ends_are_exact),
        cmocka_unit_test(at_zero_only_inverse_contracts_have_no_value),
        cmocka_unit_test(a_price_below_zero_is_a_bug),
    };
    return cmocka_run_group_tests_name("contract", tests, NULL, NULL);
}
