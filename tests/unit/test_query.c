/*
 * test_query.c - a promise of query.h: an amount is split into micros, rounded down, and the attos
 * that are left, wherever micros fit 64 bits, and nowhere else. The general division of num.h is
 * what it is held against.
 */
#include "plm_test.h"

#include <stdbool.h>

#include "query.h"

static void held_against_division(plm_i128 amount)
{
    plm_i128 micro = 0;
    int64_t found = 0;
    int64_t atto = 0;
    bool const fits = plm_i128_div(amount, PLM_ATTO_A_MICRO, PLM_ROUND_FLOOR, &micro) &&
                      micro >= INT64_MIN && micro <= INT64_MAX;
    assert_int_equal(plm_money_split((plm_money){amount}, &found, &atto), fits);
    if (fits) {
        assert_i128_equal(found, micro);
        assert_i128_equal(atto, amount - micro * PLM_ATTO_A_MICRO);
        assert_true(atto >= 0 && atto < PLM_ATTO_A_MICRO);
    }
}

static void amounts_by_hand(void **state)
{
    (void)state;
    int64_t micro = 0;
    int64_t atto = 0;
    /* 1.5 is 1,500,000 micros; -10^-18 is one micro below 0 and all but one of its attos */
    assert_true(plm_money_split((plm_money){INT64_C(1500000000000000000)}, &micro, &atto));
    assert_int_equal(micro, 1500000);
    assert_int_equal(atto, 0);
    assert_true(plm_money_split((plm_money){-1}, &micro, &atto));
    assert_int_equal(micro, -1);
    assert_int_equal(atto, INT64_C(999999999999));
}

static void any_amount_is_split_as_division_does(void **state)
{
    (void)state;
    plm_i128 const edge = (plm_i128)INT64_MAX * PLM_ATTO_A_MICRO;
    for (int64_t off = -3; off <= 3; off++) {
        for (int64_t micros = -2; micros <= 2; micros++) {
            held_against_division(edge + micros * PLM_ATTO_A_MICRO + off);
            held_against_division(-edge + micros * PLM_ATTO_A_MICRO + off);
            held_against_division(micros * PLM_ATTO_A_MICRO + off);
        }
    }
    held_against_division(PLM_I128_MAX);
    held_against_division(-PLM_I128_MAX - 1);
    uint64_t chance = 1;
    for (unsigned i = 0; i < 200000; i++) {
        chance = chance * UINT64_C(6364136223846793005) + 1442695040888963407;
        uint64_t const high = chance ^ chance >> 29;
        chance = chance * UINT64_C(6364136223846793005) + 1442695040888963407;
        plm_i128 const bits = (plm_i128)((plm_u128)high << 64 | (chance ^ chance >> 31));
        held_against_division(bits >> (chance >> 58) >> (i % 64)); /* of every size */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(amounts_by_hand),
        cmocka_unit_test(any_amount_is_split_as_division_does),
    };
    return cmocka_run_group_tests_name("query", tests, NULL, NULL);
}
