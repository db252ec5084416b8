/*
 * test_exit_price.c - promises of exit_price.h:
 * - the trigger fires at the displayed price and not one tick nearer to now (150,000 random
 *   accounts: linear, inverse, quanto, legs, tiers by slices and whole, formulas, haircut slices by
 *   coin and by value, grids; the present is the first that is looked at);
 * - no price between now and the displayed one fires, nor any on a side without one (drawn at
 *   random, with the bounds of tiers among them);
 * - a factor of an underlying fires at itself and not at its neighbour;
 * - prices worked out by hand.
 */
#include "random_stage_pool.h"

#include "exit_price.h"

static plm_exit_price exit_of(pool_scene *self, uint32_t position)
{
    plm_exit_price found;
    (void)assess(self);
    assert_true(plm_exit_price_of(&self->rules, &self->input, position, &found));
    return found;
}

/* -- by hand --------------------------------------------------------------------------------- */

/* 3000 + 0.5 (p - 60000) = 0.05 * 0.5 p: p = 27000 / 0.475 = 56842.105... */
static void a_long_dies_below(void **state)
{
    (void)state;
    pool_scene *const self = open_pool();
    (void)put_asset(self, USDT, "3000", price(1, 1));
    (void)put_position(self, LINEAR, 500, 1200000, 1180000);
    move_rules(self, 0);
    assert_int_equal(exit_of(self, 0).down, 568421);
    assert_int_equal(exit_of(self, 0).up, 0);
    /* 3150 - 0.5 (p - 60000) = 0.025 p: p = 33150 / 0.525 = 63142.857... */
    self->position[0].qty = -500;
    self->position[0].cost = plm_amount_of(money("-30000"));
    self->asset[0].balance = plm_amount_of(money("3150"));
    assert_int_equal(exit_of(self, 0).down, 0);
    assert_int_equal(exit_of(self, 0).up, 631429);
    close_pool(self);
}

/* At exactly 57000: 3000 + 0.5 * (57000 - 60000) = 1500 = 57000 * 0.5 * r, r = 0.0526315...; with
 * r = 0.05 and a balance of 2925 the root is 57000 itself. */
static void equality_counts_as_the_rulebook_says(void **state)
{
    (void)state;
    pool_scene *const self = open_pool();
    (void)put_asset(self, USDT, "2925", price(1, 1));
    (void)put_position(self, LINEAR, 500, 1200000, 1180000);
    move_rules(self, 0);
    assert_int_equal(exit_of(self, 0).down, 570000);
    rules_of(self)->trigger_above = true;
    assert_int_equal(exit_of(self, 0).down, 569999);
    close_pool(self);
}

static void who_owes_nothing_has_no_price(void **state)
{
    (void)state;
    pool_scene *const self = open_pool();
    (void)put_asset(self, USDT, "30000.000000000000000001", price(1, 1));
    (void)put_position(self, LINEAR, 500, 1200000, 1180000);
    move_rules(self, 0);
    assert_int_equal(exit_of(self, 0).down, 0); /* even at the first tick more is left */
    self->asset[0].balance = plm_amount_of(money("29999.9"));
    assert_int_equal(exit_of(self, 0).down, 2); /* 0.2: -0.1 + 0.1 < 0.005 */
    close_pool(self);
}

/* 1x inverse short: 60000 USD sold at 60000, 1 BTC: it is worth its dollars at any price. */
static void a_hedged_coin_has_no_price_above(void **state)
{
    (void)state;
    pool_scene *const self = open_pool();
    self->input.unit = BTC;
    (void)put_asset(self, BTC, "1", price(1, 1));
    (void)put_position(self, INVERSE, -60000, 1200000, 1200000);
    move_rules(self, 0);
    assert_int_equal(exit_of(self, 0).up, 0);
    assert_int_equal(exit_of(self, 0).down, 0);
    close_pool(self);
}

/* 0.05 + 60000/60000 - 60000/p = 0.01 * 60000/p, long: p = 60000 * 1.01 / 1.05 = 57714.28... */
static void an_inverse_long_dies_below(void **state)
{
    (void)state;
    pool_scene *const self = open_pool();
    rules_of(self)->rate.flat = rate("0.01");
    self->input.unit = BTC;
    (void)put_asset(self, BTC, "0.05", price(1, 1));
    (void)put_position(self, INVERSE, 60000, 1200000, 1200000);
    move_rules(self, 0);
    assert_int_equal(exit_of(self, 0).down, 577142);
    assert_int_equal(exit_of(self, 0).up, 0);
    close_pool(self);
}

/* A short whose rate jumps from 1 % to 40 % at 30500: equity there is 6000 - 500, requirement
 * 305 below and 12200 at it. Further up, in a piece of its own, it would be compliant again. */
static void a_whole_tier_kills_at_its_bound(void **state)
{
    (void)state;
    pool_scene *const self = open_pool();
    rules_of(self)->rate.kind = PLM_RATE_WHOLE;
    put_tier(self, "*", "0", "0.01", 0);
    put_tier(self, "*", "30500", "0.4", 0);
    put_tier(self, "*", "31000", "0.001", 0);
    (void)put_asset(self, USDT, "6000", price(1, 1));
    (void)put_position(self, LINEAR, -500, 1200000, 1200000);
    move_rules(self, 0);
    assert_int_equal(exit_of(self, 0).up, 610000);
    close_pool(self);
}

static void what_fires_now_is_shown_as_now(void **state)
{
    (void)state;
    pool_scene *const self = open_pool();
    (void)put_asset(self, USDT, "0", price(1, 1));
    (void)put_position(self, LINEAR, 500, 1200000, 1180001);
    move_rules(self, 0);
    assert_int_equal(exit_of(self, 0).down, 590000);
    assert_int_equal(exit_of(self, 0).up, 590001);
    close_pool(self);
}

/* -- property -------------------------------------------------------------------------------- */

static bool fires_at(pool_scene *self, uint32_t sym, plm_px px)
{
    plm_margin_position before[HELP_PLACES_MAX];
    memcpy(before, self->position, sizeof before);
    for (uint32_t i = 0; i < self->input.position_count; i++) {
        if (self->position[i].sym == sym) {
            self->position[i].pnl_px2 = self->position[i].requirement_px2 = 2 * px;
        }
    }
    bool const fires = assess(self)->liquidatable;
    memcpy(self->position, before, sizeof before);
    return fires;
}

static pool_scene *random_account(plm_philox *rng)
{
    static const uint32_t assets[] = {BTC, USDT};
    pool_scene *const self = open_pool();
    bool const account = one_in(rng, 2), coin = !account && one_in(rng, 2);
    if (one_in(rng, 4)) {
        self->input.regime = PLM_MARGIN_PORTFOLIO;
        rules_of(self)->rate.scenario_count = 4;
        for (uint32_t i = 0; i < 4; i++) {
            self->scenario[i] = (plm_scenario_row){.unit = "*",
                                                   .move = between(rng, -ONE / 5, ONE / 5),
                                                   .weight = between(rng, ONE / 2, ONE)};
        }
        rules_of(self)->rate.offset = one_in(rng, 2) ? between(rng, 0, ONE / 20) : 0;
    } else if (one_in(rng, 3)) {
        random_formula(rng, self);
    } else {
        random_tiers(rng, self, account || !coin ? 20000 : 1);
    }
    rules_of(self)->trigger_above = one_in(rng, 2);
    if (account) {
        self->book.pool.cross = self->book.pool.portfolio = PLM_POOL_ACCOUNT;
        random_collateral(rng, self, assets, 2);
        (void)put_asset(self, BTC, "0", price(between(rng, 40000, 80000), 1));
        (void)put_asset(self, USDT, "0", price(1, 1));
    } else {
        self->input.unit = coin ? BTC : USDT;
        (void)put_asset(self, self->input.unit, "0", price(1, 1));
    }
    for (uint32_t i = 0; i < self->input.asset_count; i++) {
        self->asset[i].balance =
            plm_amount_of(random_money(rng, self->asset[i].asset == BTC ? 3 : 150000));
        self->asset[i].lost = plm_amount_of(random_money(rng, 0));
    }
    if (account || !coin) {
        if (one_in(rng, 2)) {
            (void)random_position(rng, self, LINEAR);
        } else {
            random_legs(rng, self, LINEAR);
        }
    }
    if (account || coin) {
        (void)random_position(rng, self, INVERSE);
        if (one_in(rng, 2)) {
            (void)random_position(rng, self, QUANTO);
        }
    }
    move_rules(self, 0);
    return self;
}

/* Ticks between two, evenly and close to the far one. */
static void assert_quiet(plm_philox *rng, pool_scene *self, uint32_t sym, plm_px low, plm_px high)
{
    for (uint32_t i = 0; i < 6 && low <= high; i++) {
        plm_px const px = i % 2 == 0 ? between(rng, low, high)
                                     : low + between(rng, 0, high - low) / between(rng, 1, 5000);
        if (fires_at(self, sym, px)) {
            print_error("fires at %lld, between %lld and %lld\n", (long long)px, (long long)low,
                        (long long)high);
            fail();
        }
    }
}

static void check_sides(plm_philox *rng, pool_scene *self, uint32_t position,
                        const plm_exit_price *found, uint32_t counts[3])
{
    uint32_t const sym = self->position[position].sym;
    int64_t const px2 = self->position[position].requirement_px2;
    plm_px const below = px2 / 2, above = px2 / 2 + px2 % 2;
    if (found->down != 0) {
        assert_true(found->down <= below);
        assert_true(fires_at(self, sym, found->down));
        if (found->down < below) {
            assert_false(fires_at(self, sym, found->down + 1));
        }
        assert_quiet(rng, self, sym, found->down + 1, below);
        counts[0]++;
    } else {
        assert_quiet(rng, self, sym, 1, below);
        counts[2]++;
    }
    if (found->up != 0) {
        assert_true(found->up >= above);
        assert_true(fires_at(self, sym, found->up));
        if (found->up > above) {
            assert_false(fires_at(self, sym, found->up - 1));
        }
        assert_quiet(rng, self, sym, above, found->up - 1);
        counts[1]++;
    } else {
        assert_quiet(rng, self, sym, above, 100 * above);
        counts[2]++;
    }
}

static void it_fires_there_and_not_one_tick_nearer(void **state)
{
    (void)state;
    plm_philox rng;
    plm_philox_init(&rng, 4, "exit", 0);
    uint32_t counts[3] = {0}, now = 0;
    for (uint32_t i = 0; i < 150000; i++) {
        pool_scene *const self = random_account(&rng);
        uint32_t const position = plm_philox_below(&rng, self->input.position_count);
        bool const fires = assess(self)->liquidatable;
        plm_exit_price const found = exit_of(self, position);
        if (fires) {
            int64_t const px2 = self->position[position].requirement_px2;
            assert_int_equal(found.down, px2 / 2);
            assert_int_equal(found.up, px2 / 2 + px2 % 2);
            now++;
        } else {
            check_sides(&rng, self, position, &found, counts);
        }
        close_pool(self);
    }
    /* Not an empty promise: both sides, none, and the present all happen. */
    assert_true(counts[0] > 20000 && counts[1] > 20000 && counts[2] > 20000 && now > 10000);
}

/* -- factors --------------------------------------------------------------------------------- */

/* 1 BTC as collateral at 60000 and a long of 0.5 at 60000, weight 1: 60000 f + 30000 (f - 1) =
 * 0.05 * 30000 f: f = 30000 / 88500 = 0.338983050847... */
static void collateral_moves_with_its_underlying(void **state)
{
    (void)state;
    pool_scene *const self = open_pool();
    self->book.pool.cross = PLM_POOL_ACCOUNT;
    rules_of(self)->collateral.settle_only = false;
    rules_of(self)->collateral.row_count = 2;
    self->collateral[0] = (plm_collateral_row){.asset = "BTC", .weight = ONE, .liability = ONE};
    self->collateral[1] = (plm_collateral_row){.asset = "USDT", .weight = ONE, .liability = ONE};
    (void)put_asset(self, BTC, "1", price(60000, 1));
    (void)put_asset(self, USDT, "0", price(1, 1));
    (void)put_position(self, LINEAR, 500, 1200000, 1200000);
    move_rules(self, 0);
    plm_rate down, up;
    assert_true(
        plm_exit_factor_of(&self->rules, &self->input, self->rules.unit[LINEAR], &down, &up));
    assert_int_equal(up, 0);
    /* prices stand on half ticks: 1200000 * f is rounded, so near the root, not at it */
    assert_true(down > INT64_C(338982000000) && down < INT64_C(338984000000));
    close_pool(self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_long_dies_below),
        cmocka_unit_test(equality_counts_as_the_rulebook_says),
        cmocka_unit_test(who_owes_nothing_has_no_price),
        cmocka_unit_test(a_hedged_coin_has_no_price_above),
        cmocka_unit_test(an_inverse_long_dies_below),
        cmocka_unit_test(a_whole_tier_kills_at_its_bound),
        cmocka_unit_test(what_fires_now_is_shown_as_now),
        cmocka_unit_test(it_fires_there_and_not_one_tick_nearer),
        cmocka_unit_test(collateral_moves_with_its_underlying),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
