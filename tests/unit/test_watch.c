/*
 * test_watch.c - promises of watch.h:
 * - a price finds the pools whose bounds it leaves, all of them, in order;
 * - the venue gets the tightest bounds of all, found anew when one of them widens;
 * - bounds that are the wrong way round concern every price.
 */
#include "venue_help.h"

#include "watch.h"

#define POOLS 1000u

static void a_price_finds_the_pools_that_it_leaves(void **state)
{
    (void)state;
    plm_watch watch;
    plm_watch_init(&watch, 2, POOLS);
    for (uint32_t pool = 0; pool < POOLS; pool++) {
        plm_watch_set(&watch, pool, 1, PLM_KEY_LAST, (plm_corridor){(plm_px)pool, 5000});
    }
    assert_int_equal(plm_watch_find(&watch, 1, PLM_KEY_LAST, 997, 0), 998);
    assert_int_equal(plm_watch_find(&watch, 1, PLM_KEY_LAST, 997, 999), 999);
    assert_int_equal(plm_watch_find(&watch, 1, PLM_KEY_LAST, 997, 1000), UINT32_MAX);
    assert_int_equal(plm_watch_find(&watch, 1, PLM_KEY_LAST, 999, 0), UINT32_MAX);
    assert_int_equal(plm_watch_find(&watch, 0, PLM_KEY_LAST, 1, 0), UINT32_MAX);
    plm_watch_set(&watch, 7, 1, PLM_KEY_LAST, (plm_corridor){INT64_MAX, INT64_MIN});
    assert_int_equal(plm_watch_find(&watch, 1, PLM_KEY_LAST, 2000, 0), 7);
    assert_int_equal(plm_watch_find(&watch, 1, PLM_KEY_LAST, 2000, 8), UINT32_MAX);
    plm_watch_fini(&watch);
}

static void the_venue_gets_the_tightest_bounds(void **state)
{
    (void)state;
    house h;
    plm_watch watch;
    house_open(&h, &(plm_venue_settings){.slippage_ticks = 1, .slippage_levels = 100});
    plm_watch_init(&watch, HELP_SYMS, 3);
    plm_watch_set(&watch, 0, 0, PLM_KEY_INDEX, (plm_corridor){100, 900});
    plm_watch_set(&watch, 1, 0, PLM_KEY_INDEX, (plm_corridor){300, 950});
    plm_watch_set(&watch, 2, 0, PLM_KEY_INDEX, (plm_corridor){200, 800});
    plm_watch_settle(&watch, h.venue);
    const plm_corridor *const found = &plm_venue_corridors(h.venue)[PLM_KEY_INDEX];
    assert_int_equal(found->lo, 300);
    assert_int_equal(found->hi, 800);
    assert_true(plm_watch_is_inside(&watch, 0, PLM_KEY_INDEX, 300));
    assert_false(plm_watch_is_inside(&watch, 0, PLM_KEY_INDEX, 299));
    plm_watch_set(&watch, 1, 0, PLM_KEY_INDEX, (plm_corridor){INT64_MIN, INT64_MAX});
    plm_watch_settle(&watch, h.venue);
    assert_int_equal(found->lo, 200);
    assert_int_equal(found->hi, 800);
    plm_watch_fini(&watch);
    house_close(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_price_finds_the_pools_that_it_leaves),
        cmocka_unit_test(the_venue_gets_the_tightest_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
