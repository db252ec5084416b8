/*
 * test_watch.c - promises of watch.h:
 * - a price finds the pools whose bounds it leaves, all of them, in order;
 * - the venue gets the tightest bounds of all, found anew when one of them widens;
 * - bounds that are the wrong way round concern every price;
 * - whatever was narrowed and widened before, both are as a plain look at every pool's bounds has
 *   them.
 */
#include "venue_help.h"

#include "philox.h"
#include "watch.h"

#define POOLS 1000u
#define SOME 200u /* more than three blocks, the last one not full */
#define SYM 1u

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

static plm_corridor draw_bounds(plm_philox *rng)
{
    switch (plm_philox_below(rng, 8)) {
    case 0:
        return (plm_corridor){INT64_MIN, INT64_MAX};
    case 1:
        return (plm_corridor){INT64_MAX, INT64_MIN};
    default:
        return (plm_corridor){plm_philox_below(rng, 500), 500 + plm_philox_below(rng, 500)};
    }
}

static void check_found(const plm_watch *watch, const plm_corridor *bounds, plm_px px)
{
    uint32_t found = plm_watch_find(watch, SYM, PLM_KEY_LAST, px, 0);
    for (uint32_t i = 0; i < SOME; i++) {
        if (px < bounds[i].lo || px > bounds[i].hi) {
            assert_int_equal(found, i);
            found = plm_watch_find(watch, SYM, PLM_KEY_LAST, px, i + 1);
        }
    }
    assert_int_equal(found, UINT32_MAX);
}

static void check_tightest(const plm_watch *watch, const plm_venue *venue,
                           const plm_corridor *bounds)
{
    plm_corridor tightest = {INT64_MIN, INT64_MAX};
    for (uint32_t i = 0; i < SOME; i++) {
        tightest.lo = bounds[i].lo > tightest.lo ? bounds[i].lo : tightest.lo;
        tightest.hi = bounds[i].hi < tightest.hi ? bounds[i].hi : tightest.hi;
    }
    const plm_corridor *const told =
        &plm_venue_corridors(venue)[(size_t)SYM * PLM_CORRIDOR_STRIDE + PLM_KEY_LAST];
    assert_true(told->lo == tightest.lo && told->hi == tightest.hi);
    for (plm_px px = 0; px <= 1000; px += 50) {
        bool const inside = px >= tightest.lo && px <= tightest.hi;
        assert_true(plm_watch_is_inside(watch, SYM, PLM_KEY_LAST, px) == inside);
    }
}

static void many_pools_are_found_as_one_by_one(void **state)
{
    (void)state;
    house h;
    plm_watch watch;
    plm_philox rng;
    plm_corridor bounds[SOME];
    plm_venue_settings const settings = {0};
    house_open(&h, &settings);
    plm_philox_init(&rng, 5, "watch", 0);
    plm_watch_init(&watch, HELP_SYMS, SOME);
    for (uint32_t i = 0; i < SOME; i++) {
        bounds[i] = (plm_corridor){INT64_MIN, INT64_MAX};
    }
    for (uint32_t round = 0; round < 2000; round++) {
        /* Narrow and wide by turns, so that the tightest loosens, too. */
        uint32_t const pool = plm_philox_below(&rng, SOME);
        bounds[pool] = round % 400 < 200 ? draw_bounds(&rng)
                                         : (plm_corridor){INT64_MIN, INT64_MAX - (int64_t)round};
        plm_watch_set(&watch, pool, SYM, PLM_KEY_LAST, bounds[pool]);
        check_found(&watch, bounds, plm_philox_below(&rng, 1000));
        if (round % 3 == 0) {
            plm_watch_settle(&watch, h.venue);
            check_tightest(&watch, h.venue, bounds);
        }
    }
    for (uint32_t i = 0; i < SOME; i++) {
        bounds[i] = (plm_corridor){INT64_MIN, INT64_MAX};
        plm_watch_set(&watch, i, SYM, PLM_KEY_LAST, bounds[i]);
    }
    plm_watch_settle(&watch, h.venue);
    check_tightest(&watch, h.venue, bounds);
    check_found(&watch, bounds, 1);
    plm_watch_fini(&watch);
    house_close(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_price_finds_the_pools_that_it_leaves),
        cmocka_unit_test(the_venue_gets_the_tightest_bounds),
        cmocka_unit_test(many_pools_are_found_as_one_by_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
