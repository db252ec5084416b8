/*
 * test_ladder.c - promises of ladder.h:
 * - levels stand in order, the best is the n = 0: the highest bid, the lowest ask;
 * - setting replaces, 0 removes, removing what is not there does nothing;
 * - the result is that of a plain array of quantities by price;
 * - no more than PLM_LADDER_MAX levels: a new one is refused, the old ones still change.
 */
#include "plm_test.h"

#include "ladder.h"
#include "philox.h"

#define PRICES 40

static void levels_agree_with_a_plain_array(void **state)
{
    (void)state;
    for (int rising = 0; rising < 2; rising++) {
        int64_t plain[PRICES] = {0};
        plm_ladder ladder;
        plm_ladder_init(&ladder, rising == 1);
        plm_philox rng;
        plm_philox_init(&rng, 5, "ladder", 0);
        for (int step = 0; step < 20000; step++) {
            int64_t const px = plm_philox_below(&rng, PRICES);
            int64_t const qty = plm_philox_below(&rng, 3);
            plain[px] = qty;
            assert_true(plm_ladder_set(&ladder, px + 1, qty));
            if (plm_philox_below(&rng, 1000) == 0) {
                plm_ladder_clear(&ladder);
                for (int i = 0; i < PRICES; i++) {
                    plain[i] = 0;
                }
            }
            uint32_t n = 0;
            for (int i = 0; i < PRICES; i++) {
                int const at = rising == 1 ? PRICES - 1 - i : i;
                assert_true(plm_ladder_get(&ladder, at + 1) == plain[at]);
                if (plain[at] != 0) {
                    assert_true(n < ladder.count);
                    assert_true(plm_ladder_at(&ladder, n).px == at + 1);
                    assert_true(plm_ladder_at(&ladder, n).qty == plain[at]);
                    n++;
                }
            }
            assert_int_equal(ladder.count, n);
        }
        plm_ladder_fini(&ladder);
    }
}

static void a_full_ladder_takes_no_new_level(void **state)
{
    (void)state;
    plm_ladder ladder;
    plm_ladder_init(&ladder, true);
    for (uint32_t i = 1; i <= PLM_LADDER_MAX; i++) {
        assert_true(plm_ladder_set(&ladder, i, 1));
    }
    assert_false(plm_ladder_set(&ladder, PLM_LADDER_MAX + 1, 1));
    assert_int_equal(ladder.count, PLM_LADDER_MAX);
    assert_true(plm_ladder_set(&ladder, PLM_LADDER_MAX + 1, 0));
    assert_true(plm_ladder_set(&ladder, 7, 9));
    assert_true(plm_ladder_set(&ladder, 8, 0));
    assert_true(plm_ladder_set(&ladder, PLM_LADDER_MAX + 1, 3));
    assert_true(plm_ladder_at(&ladder, 0).qty == 3);
    plm_ladder_fini(&ladder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levels_agree_with_a_plain_array),
        cmocka_unit_test(a_full_ladder_takes_no_new_level),
    };
    return cmocka_run_group_tests_name("ladder", tests, NULL, NULL);
}
