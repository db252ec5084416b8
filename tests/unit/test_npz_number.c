/*
 * test_npz_number.c - promises of npz_number.h: a double is the decimal of the scale that lies at
 * most four units of its last place away, or refused; what strtod makes of a decimal goes back to
 * it.
 */
#include "plm_test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "npz_make.h"
#include "npz_number.h"

static void is_number(double value, unsigned scale, plm_npz_result expected, int64_t number)
{
    int64_t out = 0;
    plm_npz_result const result = plm_npz_number(npz_bits(value), scale, &out);
    if (result != expected || out != number) {
        fail_msg("%.17g at %u gives %d and %lld", value, scale, (int)result, (long long)out);
    }
}

static void a_double_is_the_decimal_that_it_stands_for(void **state)
{
    (void)state;
    is_number(0.0, 8, PLM_NPZ_OK, 0);
    is_number(-0.0, 8, PLM_NPZ_OK, 0);
    is_number(2218.8, 1, PLM_NPZ_OK, 22188);
    is_number(2218.8, 8, PLM_NPZ_OK, INT64_C(221880000000));
    is_number(-60000.1, 2, PLM_NPZ_OK, -6000010);
    is_number(1e-8, 8, PLM_NPZ_OK, 1);
    is_number(0.1 * 3, 1, PLM_NPZ_OK, 3); /* 0.30000000000000004: what a tick leaves */
    is_number(9007199254740993.0, 0, PLM_NPZ_OK, INT64_C(9007199254740992));
    is_number(0.5, 18, PLM_NPZ_OK, INT64_C(500000000000000000)); /* exact at any scale */
    is_number(2218.85, 1, PLM_NPZ_PRECISION, 0);
    is_number(1e-9, 8, PLM_NPZ_PRECISION, 0);
    is_number(5e-324, 18, PLM_NPZ_PRECISION, 0);
    is_number(0.30000000001, 1, PLM_NPZ_PRECISION, 0);
    is_number(60000.1, 14, PLM_NPZ_SCALE, 0); /* 16 digits are all that a double has */
    is_number(1e19, 0, PLM_NPZ_RANGE, 0);
    is_number(1e12, 8, PLM_NPZ_RANGE, 0);
    is_number(1e300, 0, PLM_NPZ_RANGE, 0);
    is_number((double)INFINITY, 0, PLM_NPZ_NOT_FINITE, 0);
    is_number((double)NAN, 0, PLM_NPZ_NOT_FINITE, 0);
}

/* What strtod makes of a decimal goes back to it: a million of them. */
static void decimals_survive_the_way_through_doubles(void **state)
{
    (void)state;
    uint64_t random = 88172645463325252U;
    for (int i = 0; i < 1000000; i++) {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        unsigned const scale = (unsigned)(random % 9);
        int64_t const units = (int64_t)(random >> 10) % (INT64_C(1) << (10 + random % 38));
        char text[64];
        char digits[32];
        (void)snprintf(digits, sizeof digits, "%lld", (long long)units);
        (void)snprintf(text, sizeof text, "%se-%u", digits, scale);
        int64_t out = -1;
        if (plm_npz_number(npz_bits(strtod(text, NULL)), scale, &out) != PLM_NPZ_OK ||
            out != units) {
            fail_msg("%s gives %lld", text, (long long)out);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_double_is_the_decimal_that_it_stands_for),
        cmocka_unit_test(decimals_survive_the_way_through_doubles),
    };
    return cmocka_run_group_tests_name("npz_number", tests, NULL, NULL);
}
