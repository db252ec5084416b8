/*
 * test_num.c - promises of num.h:
 * - what does not fit is refused and leaves the output alone; nothing wraps or saturates;
 * - every division rounds as it is told, for all signs, and refuses zero;
 * - muldiv is exact on 256 bits, the smallest integer included;
 * - products compare exactly where neither fits 128 bits;
 * - notional, rate and share of money are exact or rounded as told.
 *
 * Millions of random cases against Python's integers: tests/oracle/numbers.py.
 */
#include "plm_test.h"

#include "philox.h"

static void sums_of_64_bits_are_exact_or_refused(void **state)
{
    (void)state;
    int64_t out = 42;
    assert_true(plm_i64_add(INT64_MAX - 1, 1, &out));
    assert_int_equal(out, INT64_MAX);
    out = 42;
    assert_false(plm_i64_add(INT64_MAX, 1, &out));
    assert_false(plm_i64_sub(INT64_MIN, 1, &out));
    assert_false(plm_i64_sub(0, INT64_MIN, &out));
    assert_false(plm_i64_mul(INT64_MIN, -1, &out));
    assert_false(plm_i64_mul(INT64_C(1) << 32, INT64_C(1) << 31, &out));
    assert_int_equal(out, 42);
}

static void powers_of_ten_are_right(void **state)
{
    (void)state;
    int64_t power = 1;
    for (unsigned i = 0; i <= 18; i++) {
        assert_int_equal(plm_pow10(i), power);
        power = i < 18 ? power * 10 : power;
    }
}

/* By the definitions of the roundings: -2.5, -1.75 and so on. */
static void each_rounding_goes_its_way(void **state)
{
    (void)state;
    static const struct {
        int64_t a, b, floor, ceil, half_even, away;
    } cases[] = {
        {5, 2, 2, 3, 2, 3},      {-5, 2, -3, -2, -2, -3},    {5, -2, -3, -2, -2, -3},
        {-5, -2, 2, 3, 2, 3},    {7, 2, 3, 4, 4, 4},         {-7, 2, -4, -3, -4, -4},
        {7, 4, 1, 2, 2, 2},      {-7, 4, -2, -1, -2, -2},    {5, 4, 1, 2, 1, 2},
        {-5, 4, -2, -1, -1, -2}, {1, INT64_MAX, 0, 1, 0, 1}, {-1, INT64_MAX, -1, 0, 0, -1},
        {6, 3, 2, 2, 2, 2},      {0, -3, 0, 0, 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const int64_t expected[] = {cases[i].floor, cases[i].ceil, cases[i].half_even,
                                    cases[i].away};
        static const plm_round rounds[] = {PLM_ROUND_FLOOR, PLM_ROUND_CEIL, PLM_ROUND_HALF_EVEN,
                                           PLM_ROUND_AWAY};
        for (size_t k = 0; k < 4; k++) {
            int64_t narrow;
            plm_i128 out, scaled;
            assert_true(plm_i64_div(cases[i].a, cases[i].b, rounds[k], &narrow));
            assert_int_equal(narrow, expected[k]);
            assert_true(plm_i128_div(cases[i].a, cases[i].b, rounds[k], &out));
            assert_i128_equal(out, expected[k]);
            plm_i128 const by = (plm_i128)1 << 60;
            assert_true(plm_muldiv(cases[i].a, by, cases[i].b * by, rounds[k], &scaled));
            assert_i128_equal(scaled, expected[k]);
        }
    }
}

static void an_exact_division_refuses_a_rest(void **state)
{
    (void)state;
    int64_t narrow = 42;
    plm_i128 out = 42;
    assert_false(plm_i64_div(7, 2, PLM_ROUND_NONE, &narrow));
    assert_false(plm_i128_div(7, 2, PLM_ROUND_NONE, &out));
    assert_false(plm_muldiv(7, 3, 2, PLM_ROUND_NONE, &out));
    assert_int_equal(narrow, 42);
    assert_i128_equal(out, 42);
    assert_true(plm_muldiv(7, 4, 2, PLM_ROUND_NONE, &out));
    assert_i128_equal(out, 14);
}

static void a_division_by_zero_is_refused(void **state)
{
    (void)state;
    int64_t narrow = 42;
    plm_i128 out = 42;
    plm_money money = {42};
    assert_false(plm_i64_div(0, 0, PLM_ROUND_FLOOR, &narrow));
    assert_false(plm_i128_div(1, 0, PLM_ROUND_FLOOR, &out));
    assert_false(plm_muldiv(0, 0, 0, PLM_ROUND_FLOOR, &out));
    assert_false(plm_muldiv(PLM_I128_MAX, PLM_I128_MAX, 0, PLM_ROUND_FLOOR, &out));
    assert_false(plm_money_muldiv((plm_money){1}, 1, 0, PLM_ROUND_FLOOR, &money));
    assert_int_equal(narrow, 42);
    assert_i128_equal(out, 42);
    assert_i128_equal(money.v, 42);
}

static void the_smallest_integers_are_no_special_case(void **state)
{
    (void)state;
    int64_t narrow = 42;
    assert_false(plm_i64_div(INT64_MIN, -1, PLM_ROUND_NONE, &narrow));
    assert_int_equal(narrow, 42);
    assert_true(plm_i64_div(INT64_MIN, 1, PLM_ROUND_NONE, &narrow));
    assert_int_equal(narrow, INT64_MIN);

    plm_i128 out = 42;
    assert_false(plm_i128_div(PLM_I128_MIN, -1, PLM_ROUND_NONE, &out));
    assert_false(plm_i128_mul(PLM_I128_MIN, -1, &out));
    assert_false(plm_i128_sub(0, PLM_I128_MIN, &out));
    assert_false(plm_i128_add(PLM_I128_MAX, 1, &out));
    assert_false(plm_muldiv(PLM_I128_MIN, PLM_I128_MIN, PLM_I128_MIN + 1, PLM_ROUND_NONE, &out));
    assert_i128_equal(out, 42);
    assert_true(plm_i128_mul(PLM_I128_MIN, 1, &out));
    assert_i128_equal(out, PLM_I128_MIN);
    assert_true(plm_muldiv(PLM_I128_MIN, PLM_I128_MIN, PLM_I128_MIN, PLM_ROUND_NONE, &out));
    assert_i128_equal(out, PLM_I128_MIN);
    assert_true(plm_muldiv(PLM_I128_MIN, PLM_I128_MAX, PLM_I128_MIN, PLM_ROUND_NONE, &out));
    assert_i128_equal(out, PLM_I128_MAX);
    assert_true(plm_muldiv(PLM_I128_MAX, PLM_I128_MAX, PLM_I128_MIN, PLM_ROUND_FLOOR, &out));
    /* (m * m) / -(m + 1) = -(m - 1) - 1 / (m + 1) */
    assert_i128_equal(out, -PLM_I128_MAX);
    assert_true(plm_muldiv(PLM_I128_MAX, PLM_I128_MAX, PLM_I128_MIN, PLM_ROUND_CEIL, &out));
    assert_i128_equal(out, -PLM_I128_MAX + 1);
}

/* By hand: 10^60 / (7 * 10^29) = 10^31 / 7, rest 3 of 7; (10^20 + 1) / 2 and (10^20 + 3) / 2. */
static void a_256_bit_product_leaves_its_right_rest(void **state)
{
    (void)state;
    plm_i128 const e20 = (plm_i128)plm_pow10(18) * 100;
    plm_i128 const e29 = (plm_i128)plm_pow10(18) * plm_pow10(11);
    plm_i128 const seventh = (e29 * 100 - 3) / 7;
    plm_i128 out;
    assert_true(plm_muldiv(e29 * 10, e29 * 10, e29 * 7, PLM_ROUND_HALF_EVEN, &out));
    assert_i128_equal(out, seventh);
    assert_true(plm_muldiv(e29 * 10, e29 * 10, e29 * 7, PLM_ROUND_AWAY, &out));
    assert_i128_equal(out, seventh + 1);
    assert_true(plm_muldiv(e29 * 10, e20 + 1, e29 * 20, PLM_ROUND_HALF_EVEN, &out));
    assert_i128_equal(out, e20 / 2);
    assert_true(plm_muldiv(e29 * 10, e20 + 3, e29 * -20, PLM_ROUND_HALF_EVEN, &out));
    assert_i128_equal(out, -(e20 / 2) - 2);
    assert_false(plm_muldiv(e29 * 10, e20 + 1, e29 * 20, PLM_ROUND_NONE, &out));
}

static plm_i128 draw_i128(plm_philox *rng)
{
    uint64_t const high = plm_philox_u64(rng);
    uint64_t const low = plm_philox_u64(rng);
    uint32_t const shift = plm_philox_below(rng, 127);
    return (plm_i128)(((plm_u128)high << 64) | low) >> shift;
}

static void products_and_sums_have_inverses(void **state)
{
    (void)state;
    plm_philox rng;
    plm_philox_init(&rng, 1, "inverses", 0);
    for (int i = 0; i < 100000; i++) {
        plm_i128 const a = draw_i128(&rng), b = draw_i128(&rng);
        plm_i128 out;
        if (plm_i128_add(a, b, &out)) {
            assert_true(plm_i128_sub(out, b, &out));
            assert_i128_equal(out, a);
        }
        if (b != 0) {
            assert_true(plm_muldiv(a, b, b, PLM_ROUND_NONE, &out));
            assert_i128_equal(out, a);
            assert_int_equal(plm_compare_products(a, b, b, a), 0);
        }
        if (b != 0 && plm_i128_mul(a, b, &out)) {
            assert_true(plm_i128_div(out, b, PLM_ROUND_NONE, &out));
            assert_i128_equal(out, a);
        }
    }
}

static void products_compare_beyond_128_bits(void **state)
{
    (void)state;
    plm_i128 const max = PLM_I128_MAX, min = PLM_I128_MIN;
    assert_int_equal(plm_compare_products(max, max, max, max), 0);
    assert_int_equal(plm_compare_products(max, max, max, max - 1), 1);
    assert_int_equal(plm_compare_products(max, max - 1, max, max), -1);
    /* (m + 1)^2 > m^2, and (m - 1)(m + 1) = m^2 - 1 < m^2 */
    assert_int_equal(plm_compare_products(min, min, max, max), 1);
    assert_int_equal(plm_compare_products(max - 1, min, max, -max), 1);
    assert_int_equal(plm_compare_products(min, max, max, min), 0);
    assert_int_equal(plm_compare_products(min, max, 0, max), -1);
    assert_int_equal(plm_compare_products(0, min, 0, max), 0);
    assert_int_equal(plm_compare_products(min, min, -1, 1), 1);
}

static void money_adds_negates_and_compares(void **state)
{
    (void)state;
    plm_money const one = {1}, max = {PLM_I128_MAX}, min = {PLM_I128_MIN};
    plm_money out = {42};
    assert_false(plm_money_add(max, one, &out));
    assert_false(plm_money_sub(min, one, &out));
    assert_false(plm_money_negate(min, &out));
    assert_i128_equal(out.v, 42);
    assert_true(plm_money_negate(max, &out));
    assert_true(plm_money_sub(out, one, &out));
    assert_money_equal(out, min);
    assert_int_equal(plm_money_compare(min, max), -1);
    assert_int_equal(plm_money_compare(max, min), 1);
    assert_int_equal(plm_money_compare(max, max), 0);
    assert_int_equal(plm_money_sign(min), -1);
    assert_int_equal(plm_money_sign((plm_money){0}), 0);
    /* 2^100 is not zero, which the lower 64 bits would say. */
    assert_int_equal(plm_money_sign((plm_money){(plm_i128)1 << 100}), 1);
}

static void a_notional_is_exact(void **state)
{
    (void)state;
    plm_money out, expected;
    /* 60000.5 * 0.123 * 1 = 7380.0615, px_scale 1, qty_scale 3 */
    assert_true(plm_money_notional(600005, 123, 1, 4, &out));
    assert_int_equal(plm_decimal_parse_money("7380.0615", 9, &expected), PLM_DECIMAL_OK);
    assert_money_equal(out, expected);
    assert_true(plm_money_notional(600005, -123, 1, 4, &out));
    assert_int_equal(plm_decimal_parse_money("-7380.0615", 10, &expected), PLM_DECIMAL_OK);
    assert_money_equal(out, expected);
    /* 10^12 SHIB at 0.00001234 = 12340000, px_scale 8, qty_scale 0 */
    assert_true(plm_money_notional(1234, INT64_C(1000000000000), 1, 8, &out));
    assert_int_equal(plm_decimal_parse_money("12340000", 8, &expected), PLM_DECIMAL_OK);
    assert_money_equal(out, expected);
    /* At scale 18 the product of the integers is the amount. */
    assert_true(plm_money_notional(INT64_MAX, INT64_MAX, 1, 18, &out));
    assert_i128_equal(out.v, (plm_i128)INT64_MAX * INT64_MAX);
    out.v = 42;
    assert_false(plm_money_notional(INT64_MAX, INT64_MAX, 3, 18, &out));
    assert_false(plm_money_notional(INT64_MAX, INT64_MAX, 1, 0, &out));
    assert_i128_equal(out.v, 42);
}

static void rates_and_shares_round_as_told(void **state)
{
    (void)state;
    plm_money out;
    /* 3 units at a rate of 0.5 are 1.5 units. */
    int64_t const half = INT64_C(500000000000);
    assert_true(plm_money_rate((plm_money){3}, half, PLM_ROUND_FLOOR, &out));
    assert_i128_equal(out.v, 1);
    assert_true(plm_money_rate((plm_money){3}, half, PLM_ROUND_HALF_EVEN, &out));
    assert_i128_equal(out.v, 2);
    assert_true(plm_money_rate((plm_money){3}, -half, PLM_ROUND_CEIL, &out));
    assert_i128_equal(out.v, -1);
    assert_false(plm_money_rate((plm_money){3}, half, PLM_ROUND_NONE, &out));
    /* 100 of cost, 2 of 3 leave: 66.67 away from zero is 67. */
    assert_true(plm_money_muldiv((plm_money){100}, 2, 3, PLM_ROUND_AWAY, &out));
    assert_i128_equal(out.v, 67);
    assert_true(plm_money_muldiv((plm_money){PLM_I128_MIN}, 3, 3, PLM_ROUND_NONE, &out));
    assert_i128_equal(out.v, PLM_I128_MIN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_of_64_bits_are_exact_or_refused),
        cmocka_unit_test(powers_of_ten_are_right),
        cmocka_unit_test(each_rounding_goes_its_way),
        cmocka_unit_test(an_exact_division_refuses_a_rest),
        cmocka_unit_test(a_division_by_zero_is_refused),
        cmocka_unit_test(the_smallest_integers_are_no_special_case),
        cmocka_unit_test(a_256_bit_product_leaves_its_right_rest),
        cmocka_unit_test(products_and_sums_have_inverses),
        cmocka_unit_test(products_compare_beyond_128_bits),
        cmocka_unit_test(money_adds_negates_and_compares),
        cmocka_unit_test(a_notional_is_exact),
        cmocka_unit_test(rates_and_shares_round_as_told),
    };
    return cmocka_run_group_tests_name("num", tests, NULL, NULL);
}
