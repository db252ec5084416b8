/*
 * test_band.c - promises of band.h: bounds on the side that hurts alone, far ones where there is
 * room, none where there is none; test_margin_property.c proves what lies inside them.
 */
#include "rule_help.h"

#include "band.h"

static plm_margin_band box[3 * HELP_PLACES_MAX];

static void band(pool_scene *self, plm_margin_wish wish)
{
    assert_true(plm_band(&self->rules, &self->input, assess(self), &wish, box));
}

static plm_margin_wish no_wish(void)
{
    return (plm_margin_wish){ONE, plm_amount_of((plm_money){PLM_I128_MIN})};
}

static void assert_none(const pool_scene *self)
{
    for (uint32_t i = 0; i < 2 * self->input.position_count + self->input.asset_count; i++) {
        assert_true(box[i].lo > box[i].hi);
    }
}

static pool_scene *pool_of(uint32_t sym, plm_qty qty, const char *balance)
{
    pool_scene *const self = open_pool();
    self->input.unit = self->settle[sym];
    (void)put_asset(self, self->settle[sym], balance, price(1, 1));
    (void)put_position(self, sym, qty, 1200000, 1200000);
    move_rules(self, 0);
    return self;
}

/* Long 1 at 60000 with 9000: 6000 of room. The requirement may rise by half: 1500 of it; 4500 are
 * 7.5 % of the price, 55500. */
static void a_long_position_is_bounded_below(void **state)
{
    (void)state;
    pool_scene *const self = pool_of(LINEAR, 1000, "9000");
    band(self, no_wish());
    assert_true(box[0].lo >= 2 * 555000 && box[0].lo < 2 * 555000 + 10);
    assert_int_equal(box[0].hi, INT64_MAX);
    assert_int_equal(box[1].lo, INT64_MIN);
    assert_int_equal(box[1].hi, 2 * 900000);
    assert_int_equal(box[2].lo, INT64_MIN); /* the unit's own price */
    assert_int_equal(box[2].hi, INT64_MAX);
    close_pool(self);
}

static void a_short_position_is_bounded_above(void **state)
{
    (void)state;
    pool_scene *const self = pool_of(LINEAR, -1000, "9000");
    band(self, no_wish());
    assert_int_equal(box[0].lo, INT64_MIN);
    assert_true(box[0].hi <= 2 * 645000 && box[0].hi > 2 * 645000 - 10);
    assert_int_equal(box[1].hi, 2 * 900000);
    close_pool(self);
}

/* Short 60000 USD with 1.2 BTC: no price makes it lose more than its value of 1 BTC, so that
 * with the 0.05 it needs, and 0.025 more at 40000, it is never called. */
static void an_inverse_short_cannot_lose_more_than_its_value(void **state)
{
    (void)state;
    pool_scene *const self = pool_of(INVERSE, -60000, "1.2");
    band(self, no_wish());
    assert_int_equal(box[0].lo, INT64_MIN);
    assert_int_equal(box[0].hi, INT64_MAX);
    assert_int_equal(box[1].lo, 2 * 400000); /* its value grows downwards */
    assert_int_equal(box[1].hi, INT64_MAX);
    close_pool(self);
}

/* Of 9000, 3000 are needed: a wish that 5000 remain leaves 1000. A warning at 0.4: 0.4 * 9000 -
 * 3000 = 600 of room, weighed by 0.4 for equity. */
static void a_wish_narrows_the_band(void **state)
{
    (void)state;
    pool_scene *const self = pool_of(LINEAR, 1000, "9000");
    band(self, (plm_margin_wish){ONE, plm_amount_of(money("5000"))});
    assert_true(box[0].lo > 2 * 590000 && box[0].lo < 2 * 595100);
    band(self, (plm_margin_wish){rate("0.4"), plm_amount_of(units(0))});
    assert_true(box[0].lo > 2 * 585000 && box[0].lo < 2 * 597100);
    band(self, (plm_margin_wish){ONE, plm_amount_of(money("6000"))});
    assert_none(self); /* the wish does not hold now */
    close_pool(self);
}

/* A whole tier from 61000 on that takes all the room. */
static void a_tier_that_jumps_bounds_the_requirement(void **state)
{
    (void)state;
    pool_scene *const self = pool_of(LINEAR, 1000, "9000");
    rules_of(self)->rate.kind = PLM_RATE_WHOLE;
    put_tier(self, "*", "0", "0.05", 0);
    put_tier(self, "*", "61000", "0.5", 0);
    move_rules(self, 0);
    band(self, no_wish());
    assert_true(box[1].hi < 2 * 610000 && box[1].hi > 2 * 610000 - 10);
    assert_true(box[0].lo < 2 * 545000);      /* nearly all of the room */
    self->rate[1].maintenance = rate("0.01"); /* it falls: maintenance goes two ways */
    band(self, no_wish());
    assert_none(self);
    close_pool(self);
}

/* 1 BTC of collateral at 60000 beside it: its price moves, too. */
static void a_collateral_price_has_bounds_both_ways(void **state)
{
    (void)state;
    pool_scene *const self = pool_of(LINEAR, 1000, "0");
    self->book.pool.cross = PLM_POOL_ACCOUNT;
    (void)put_asset(self, BTC, "1", price(1200000, 20));
    band(self, no_wish());
    assert_int_equal(box[2].lo, INT64_MIN);
    assert_true(box[3].lo > 0 && box[3].lo < rate("0.7"));
    assert_true(box[3].hi > rate("1.3"));
    close_pool(self);
}

static void there_is_no_band_without_room_or_prices(void **state)
{
    (void)state;
    pool_scene *const self = pool_of(LINEAR, 1000, "3000");
    band(self, no_wish());
    assert_none(self); /* it is called at 3000 */
    rules_of(self)->trigger_above = true;
    band(self, no_wish());
    assert_none(self); /* nothing is left */
    self->position[0].pnl_px2 = 0;
    band(self, no_wish());
    assert_none(self);
    close_pool(self);
}

/* Nothing can happen to it, whatever the prices do. */
static void a_pool_at_rest_is_bounded_by_its_wish_alone(void **state)
{
    (void)state;
    pool_scene *const self = pool_of(LINEAR, 1000, "0");
    self->position[0].qty = 0;
    self->position[0].cost = plm_amount_of(units(0));
    band(self, no_wish());
    for (uint32_t i = 0; i < 3; i++) {
        assert_int_equal(box[i].lo, INT64_MIN);
        assert_int_equal(box[i].hi, INT64_MAX);
    }
    close_pool(self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_long_position_is_bounded_below),
        cmocka_unit_test(a_short_position_is_bounded_above),
        cmocka_unit_test(an_inverse_short_cannot_lose_more_than_its_value),
        cmocka_unit_test(a_wish_narrows_the_band),
        cmocka_unit_test(a_tier_that_jumps_bounds_the_requirement),
        cmocka_unit_test(a_collateral_price_has_bounds_both_ways),
        cmocka_unit_test(there_is_no_band_without_room_or_prices),
        cmocka_unit_test(a_pool_at_rest_is_bounded_by_its_wish_alone),
    };
    return cmocka_run_group_tests_name("band", tests, NULL, NULL);
}
