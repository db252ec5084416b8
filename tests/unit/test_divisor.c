/*
 * test_divisor.c - promises of divisor.h:
 * - the unit is the greatest common divisor of all numbers taken, by Euclid in the plain;
 * - the quotient is the number over the unit; what the unit does not divide does not fit.
 */
#include "plm_test.h"

#include "divisor.h"
#include "philox.h"

static uint64_t euclid(uint64_t a, uint64_t b)
{
    while (b != 0) {
        uint64_t const rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static void check_run(const uint64_t *numbers, size_t count)
{
    plm_divisor divisor = plm_divisor_init();
    uint64_t expected = 0;
    for (size_t i = 0; i < count; i++) {
        plm_divisor_take(&divisor, numbers[i]);
        expected = euclid(expected, numbers[i]);
        assert_true(divisor.unit == expected);
    }
    for (size_t i = 0; expected != 0 && i < count; i++) {
        assert_true(plm_divisor_quotient(&divisor, numbers[i]) == numbers[i] / expected);
    }
}

static void corner_numbers_have_the_divisor_that_euclid_finds(void **state)
{
    (void)state;
    static uint64_t const corners[] = {0,
                                       1,
                                       2,
                                       3,
                                       4,
                                       6,
                                       UINT64_C(1) << 31,
                                       UINT32_MAX,
                                       UINT64_C(1) << 32,
                                       UINT64_C(1000000007),
                                       UINT64_C(1) << 62,
                                       INT64_MAX,
                                       UINT64_C(1) << 63,
                                       (UINT64_C(1) << 63) + 1,
                                       UINT64_C(3) << 62,
                                       UINT64_MAX - 1,
                                       UINT64_MAX};
    size_t const count = sizeof corners / sizeof corners[0];
    for (size_t a = 0; a < count; a++) {
        for (size_t b = 0; b < count; b++) {
            for (size_t c = 0; c < count; c++) {
                uint64_t const run[] = {corners[a], corners[b], corners[c]};
                check_run(run, 3);
            }
        }
    }
}

static void random_multiples_have_the_divisor_that_euclid_finds(void **state)
{
    (void)state;
    plm_philox rng;
    plm_philox_init(&rng, 1, "divisor", 0);
    for (unsigned round = 0; round < 20000; round++) {
        uint64_t const unit = (plm_philox_u64(&rng) >> plm_philox_below(&rng, 64)) | 1u;
        uint64_t const shifted = unit << plm_philox_below(&rng, 8);
        uint64_t run[8];
        for (unsigned i = 0; i < 8; i++) {
            uint64_t const most = shifted == 0 ? 0 : UINT64_MAX / shifted;
            run[i] = most == 0 ? 0 : shifted * (plm_philox_u64(&rng) % most);
        }
        check_run(run, 8);
    }
}

static void what_is_no_multiple_does_not_fit(void **state)
{
    (void)state;
    plm_philox rng;
    plm_philox_init(&rng, 2, "divisor", 0);
    for (unsigned round = 0; round < 100000; round++) {
        uint64_t const unit = (plm_philox_u64(&rng) >> plm_philox_below(&rng, 64)) + 1;
        uint64_t const number = plm_philox_u64(&rng) >> plm_philox_below(&rng, 64);
        plm_divisor divisor = plm_divisor_init();
        plm_divisor_take(&divisor, unit == 0 ? 1 : unit);
        assert_int_equal(plm_divisor_fits(&divisor, number), number % divisor.unit == 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(corner_numbers_have_the_divisor_that_euclid_finds),
        cmocka_unit_test(random_multiples_have_the_divisor_that_euclid_finds),
        cmocka_unit_test(what_is_no_multiple_does_not_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
