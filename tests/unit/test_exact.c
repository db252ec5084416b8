/*
 * test_exact.c - promises of exact.h: the short ways give the digits of plm_muldiv, whatever the
 * size and the sign, and sums of products are rounded once.
 */
#include "plm_test.h"

#include "exact.h"
#include "philox.h"

#define ROUNDS 200000

/* Of up to 126 bits, small ones as often as large ones. */
static plm_i128 any(plm_philox *rng, unsigned bits)
{
    plm_u128 const high = plm_philox_u64(rng);
    plm_u128 const all = high << 64 | plm_philox_u64(rng);
    plm_i128 const size = (plm_i128)(all >> (128 - plm_philox_below(rng, bits) - 1));
    return plm_philox_below(rng, 2) == 0 ? size : -size;
}

static void scaling_agrees_with_the_long_way(void **state)
{
    (void)state;
    static const plm_round rounds[] = {PLM_ROUND_FLOOR, PLM_ROUND_CEIL, PLM_ROUND_HALF_EVEN,
                                       PLM_ROUND_AWAY};
    plm_philox rng;
    plm_philox_init(&rng, 1, "scale", 0);
    unsigned fitting = 0, small = 0;
    for (unsigned i = 0; i < ROUNDS; i++) {
        plm_i128 const amount = any(&rng, 100), factor = any(&rng, 60);
        plm_i128 const wanted = any(&rng, 60);
        plm_i128 const divisor = i % 2 == 0 ? PLM_RATE_ONE : (wanted < 0 ? -wanted : wanted) + 1;
        plm_round const round = rounds[plm_philox_below(&rng, 4)];
        plm_i128 found = 7, expected = 7;
        bool const fits = plm_muldiv(amount, factor, divisor, round, &expected);
        assert_int_equal(plm_exact_scale(amount, factor, divisor, round, &found), fits);
        assert_i128_equal(found, expected);
        fitting += fits;
        small += plm_exact_is_small(amount, factor);
    }
    assert_true(fitting > ROUNDS / 2 && small > ROUNDS / 4 && small < ROUNDS);
}

static void the_largest_small_product_is_exact(void **state)
{
    (void)state;
    plm_i128 const amount = PLM_EXACT_AMOUNT_MAX - 1, factor = PLM_EXACT_FACTOR_MAX - 1;
    plm_i128 found = 0, expected = 0;
    assert_true(plm_exact_is_small(amount, factor));
    assert_false(plm_exact_is_small(amount + 1, factor));
    assert_false(plm_exact_is_small(amount, -factor - 1));
    assert_true(plm_exact_scale(amount, factor, PLM_RATE_ONE, PLM_ROUND_CEIL, &found));
    assert_true(plm_muldiv(amount, factor, PLM_RATE_ONE, PLM_ROUND_CEIL, &expected));
    assert_i128_equal(found, expected);
}

/* A part of 10^-30 each: three thirds of a unit and a bit are rounded once. */
static void a_sum_is_rounded_once(void **state)
{
    (void)state;
    plm_exact_sum sum = {0};
    plm_money up = {0}, down = {0};
    for (unsigned i = 0; i < 3; i++) {
        assert_true(plm_exact_add(&sum, 1, PLM_RATE_ONE / 3)); /* 0.333333333333 of a unit */
    }
    assert_true(plm_exact_total(&sum, PLM_ROUND_CEIL, &up));
    assert_true(plm_exact_total(&sum, PLM_ROUND_FLOOR, &down));
    assert_i128_equal(up.v, 1);
    assert_i128_equal(down.v, 0);
}

/* Twice the same sum: once of small products, once of products of 2^20 times the size that are
 * divided by 2^20 again where that is exact. */
static void large_amounts_are_summed_exactly(void **state)
{
    (void)state;
    plm_philox rng;
    plm_philox_init(&rng, 2, "sum", 0);
    plm_i128 const more = (plm_i128)1 << 20;
    for (unsigned i = 0; i < 1000; i++) {
        plm_exact_sum small = {0}, large = {0};
        for (unsigned n = 0; n < 5; n++) {
            plm_i128 const amount = (plm_i128)(plm_philox_u64(&rng) >> 6) << 24;
            plm_rate const rate = (plm_rate)(plm_philox_u64(&rng) % (uint64_t)PLM_RATE_ONE);
            assert_true(plm_exact_add(&small, amount, rate));
            assert_true(plm_exact_add(&large, amount * more, rate));
        }
        plm_i128 const shared = small.whole * PLM_RATE_ONE + small.part;
        assert_i128_equal(large.part % PLM_RATE_ONE, shared % PLM_RATE_ONE * more % PLM_RATE_ONE);
        plm_money whole = {0};
        assert_true(plm_exact_total(&large, PLM_ROUND_FLOOR, &whole));
        plm_i128 expected;
        assert_true(plm_muldiv(shared, more, PLM_RATE_ONE, PLM_ROUND_FLOOR, &expected));
        assert_i128_equal(whole.v, expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scaling_agrees_with_the_long_way),
        cmocka_unit_test(the_largest_small_product_is_exact),
        cmocka_unit_test(a_sum_is_rounded_once),
        cmocka_unit_test(large_amounts_are_summed_exactly),
    };
    return cmocka_run_group_tests_name("exact", tests, NULL, NULL);
}
