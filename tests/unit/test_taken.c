/*
 * test_taken.c - promises of taken.h:
 * - what is taken adds up by world and price, beyond 64 bits;
 * - a restated price is free in all worlds and leaves the others as they were;
 * - the range of what events can free is exact after each change.
 */
#include "plm_test.h"

#include "taken.h"

static void expect_range(const plm_taken *taken, bool quote, plm_px low, plm_px high)
{
    assert_int_equal(taken->quote, quote);
    assert_int_equal(taken->levels, low != 0);
    if (low != 0) {
        assert_int_equal(taken->low, low);
        assert_int_equal(taken->high, high);
    }
}

static void amounts_add_up_and_are_freed_by_price(void **state)
{
    (void)state;
    plm_taken taken = {0};
    expect_range(&taken, false, 0, 0);
    assert_i128_equal(plm_taken_get(&taken, 0, 100), 0);
    plm_taken_add(&taken, 1, 100, 5);
    plm_taken_add(&taken, 0, 120, 7);
    plm_taken_add(&taken, 1, 100, 2);
    plm_taken_add(&taken, 0, 100, 1);
    plm_taken_add(&taken, 2, PLM_TAKEN_QUOTE, INT64_MAX);
    plm_taken_add(&taken, 2, PLM_TAKEN_QUOTE, INT64_MAX);
    expect_range(&taken, true, 100, 120);
    assert_i128_equal(plm_taken_get(&taken, 1, 100), 7);
    assert_i128_equal(plm_taken_get(&taken, 0, 100), 1);
    assert_i128_equal(plm_taken_get(&taken, 0, 120), 7);
    assert_i128_equal(plm_taken_get(&taken, 1, 120), 0);
    assert_i128_equal(plm_taken_get(&taken, 2, PLM_TAKEN_QUOTE), 2 * (plm_i128)INT64_MAX);
    plm_taken_restate(&taken, 100);
    expect_range(&taken, true, 120, 120);
    assert_i128_equal(plm_taken_get(&taken, 1, 100), 0);
    assert_i128_equal(plm_taken_get(&taken, 0, 120), 7);
    plm_taken_restate(&taken, PLM_TAKEN_QUOTE);
    expect_range(&taken, false, 120, 120);
    plm_taken_restate_all(&taken);
    expect_range(&taken, false, 0, 0);
    assert_i128_equal(plm_taken_get(&taken, 0, 120), 0);
    plm_taken_fini(&taken);
}

static void many_worlds_are_kept_apart(void **state)
{
    (void)state;
    plm_taken taken = {0};
    for (uint32_t i = 0; i < 1000; i++) {
        plm_taken_add(&taken, (i * 7) % 1000, 1 + i % 3, i);
    }
    for (uint32_t i = 0; i < 1000; i++) {
        for (uint32_t px = 1; px <= 3; px++) {
            plm_i128 const expected = px == 1 + i % 3 ? i : 0;
            assert_i128_equal(plm_taken_get(&taken, (i * 7) % 1000, px), expected);
        }
    }
    plm_taken_fini(&taken);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(amounts_add_up_and_are_freed_by_price),
        cmocka_unit_test(many_worlds_are_kept_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
