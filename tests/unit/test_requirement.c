/*
 * test_requirement.c - promises of requirement.h: each kind of rate, measure and initial, the
 * additions, and what resting orders add, to the last digit.
 *
 * Numbers are worked out by hand beside each test; where a venue publishes one it is named.
 */
#include "random_pool.h"

#include "requirement.h"

/* A linear position of `qty` thousandths of a BTC at `px`. */
static plm_exposure exposure_at(pool_scene *self, uint32_t sym, plm_qty qty, int64_t px,
                                const char *cost)
{
    move_rules(self, 0);
    plm_margin_position const row = {.sym = sym,
                                     .leverage = 1000,
                                     .taker_rate = rate("0.00055"),
                                     .multiplier = ONE,
                                     .open_interest = self->position[0].open_interest};
    plm_exposure exposure;
    assert_true(plm_exposure_of(&self->rules, &row, qty, money(cost), 2 * px, &exposure));
    return exposure;
}

static void assert_needs(pool_scene *self, const plm_exposure *exposure, const char *maintenance,
                         const char *initial)
{
    plm_requirement found;
    assert_true(plm_requirement_of(&self->rules, exposure, &found));
    assert_money_equal(found.maintenance, money(maintenance));
    assert_money_equal(found.initial, money(initial));
}

/* Binance BTCUSDT until 2025: 0.4 % to 50,000, 0.5 % to 250,000 (cum 50), 1 % to 1,000,000 (cum
 * 1,300); N * mmr - cum at 300,000 is 1,700, at 50,000 200 (docs: FAQ "leverage and margin"). */
static void slices_are_what_binance_writes_as_rate_less_cum(void **state)
{
    (void)state;
    pool_scene *const self = open_pool();
    rules_of(self)->rate.kind = PLM_RATE_MARGINAL;
    put_tier(self, "BTCUSDT", "0", "0.004", 12500);
    put_tier(self, "BTCUSDT", "50000", "0.005", 10000);
    put_tier(self, "BTCUSDT", "250000", "0.01", 5000);
    plm_exposure exposure = exposure_at(self, LINEAR, 5000, 600000, "300000");
    assert_needs(self, &exposure, "1700", "30000");
    assert_int_equal(plm_tier_of(&self->rules, &exposure), 3);
    exposure = exposure_at(self, LINEAR, -1000, 500000, "-50000");
    assert_needs(self, &exposure, "200", "5000");
    assert_int_equal(plm_tier_of(&self->rules, &exposure), 2); /* from is inclusive */
    exposure.leverage = 20000; /* 200x, of which the tier allows 100x */
    assert_needs(self, &exposure, "200", "500");
    exposure.multiplier = 2 * ONE; /* twice every rate */
    assert_needs(self, &exposure, "400", "500");
    close_pool(self);
}

/* OKX counts contracts, and the rate of the tier for all of them; its trigger holds the fee. */
static void a_whole_tier_jumps_at_its_floor(void **state)
{
    (void)state;
    pool_scene *const self = open_pool();
    rules_of(self)->rate.kind = PLM_RATE_WHOLE;
    rules_of(self)->rate.measure = PLM_MEASURE_CONTRACTS;
    rules_of(self)->rate.fee_in_maintenance = true;
    rules_of(self)->fee.rate = rate("0.0005");
    put_tier(self, "*", "0", "0.004", 0);
    put_tier(self, "*", "1000", "0.01", 0);
    plm_exposure exposure = exposure_at(self, INVERSE, 999, 500000, "0.01998");
    /* 999 / 50000 = 0.01998: * 0.0045 */
    assert_needs(self, &exposure, "0.00008991", "0.001998");
    exposure = exposure_at(self, INVERSE, 1000, 500000, "0.02");
    assert_needs(self, &exposure, "0.00021", "0.002"); /* 0.02 * 0.0105 */
    assert_int_equal(plm_tier_of(&self->rules, &exposure), 2);
    close_pool(self);
}

/* Deribit BTC: 1 % + 0.005 % per coin, initial 2 % + 0.005 %: 10 BTC need 1.05 % and 2.05 %. */
static void deribit_is_affine_in_coins(void **state)
{
    (void)state;
    pool_scene *const self = open_pool();
    rules_of(self)->rate.kind = PLM_RATE_AFFINE;
    rules_of(self)->rate.measure = PLM_MEASURE_COIN;
    rules_of(self)->rate.initial = PLM_INITIAL_TABLE;
    put_rate(self, (plm_rate_row){.key = "base:BTC",
                                  .maintenance = rate("0.01"),
                                  .maintenance_k = rate("0.00005"),
                                  .initial = rate("0.02"),
                                  .initial_k = rate("0.00005")});
    plm_exposure exposure = exposure_at(self, INVERSE, 500000, 500000, "10");
    assert_needs(self, &exposure, "0.105", "0.205");
    exposure = exposure_at(self, LINEAR, 10000, 500000, "500000"); /* 10 BTC, in USDT */
    assert_needs(self, &exposure, "5250", "10250");
    exposure = exposure_at(self, LINEAR, 30000000, 500000, "0"); /* 30000 BTC: over 1 */
    assert_needs(self, &exposure, "1500000000", "1500000000");
    close_pool(self);
}

/* 1 % + 0.001 * root of 40000 = 1 % + 20 %; the root of 2 is 1.414213562374 rounded up. */
static void power_grows_with_the_root(void **state)
{
    (void)state;
    pool_scene *const self = open_pool();
    rules_of(self)->rate.kind = PLM_RATE_POWER;
    rules_of(self)->rate.initial = PLM_INITIAL_TIMES;
    rules_of(self)->rate.initial_times = 2 * ONE;
    put_rate(self, (plm_rate_row){
                       .key = "*", .maintenance = rate("0.01"), .maintenance_k = rate("0.001")});
    plm_exposure exposure = exposure_at(self, LINEAR, 1000, 400000, "0");
    assert_needs(self, &exposure, "8400", "16800");
    exposure = exposure_at(self, LINEAR, 1, 20000, "0"); /* value 2: 0.01 + 0.001414213563, up */
    assert_needs(self, &exposure, "0.022828427126", "0.045656854252");
    close_pool(self);
}

/* Synthetix: |q| / skewScale * imf + min; the minimum margin is added unscaled (4.10). */
static void skew_grows_with_the_share_of_the_market(void **state)
{
    (void)state;
    pool_scene *const self = open_pool();
    rules_of(self)->rate.kind = PLM_RATE_SKEW;
    rules_of(self)->rate.measure = PLM_MEASURE_COIN;
    rules_of(self)->rate.minimum = money("50");
    put_rate(self, (plm_rate_row){.key = "*",
                                  .scale = money("100000"),
                                  .maintenance = rate("0.01"),
                                  .maintenance_k = ONE});
    /* 1000 BTC of 100000: 0.01 + 0.01 of 50,000,000 */
    plm_exposure exposure = exposure_at(self, LINEAR, 1000000, 500000, "0");
    assert_needs(self, &exposure, "1000050", "5000000");
    /* 0.001 of 100000: 10^-8, exact; a third of the scale would be rounded up at 10^-12 */
    self->rate[0].scale = money("3");
    exposure = exposure_at(self, LINEAR, 1, 500000, "0"); /* 50 * (0.01 + 0.000333333334) */
    assert_needs(self, &exposure, "50.5166666667", "50.5166666667");
    close_pool(self);
}

/* dYdX v4, x/perpetuals: imf = base + (1 - base) * (OI - lower) / (upper - lower) in whole ppm. */
static void open_interest_raises_the_initial_rate_alone(void **state)
{
    (void)state;
    pool_scene *const self = open_pool();
    rules_of(self)->rate.oi_ramp = true;
    rules_of(self)->rate.initial = PLM_INITIAL_TABLE;
    put_rate(self, (plm_rate_row){.key = "*",
                                  .maintenance = rate("0.03"),
                                  .initial = rate("0.05"),
                                  .oi_lower = money("25000000"),
                                  .oi_upper = money("50000000")});
    static const struct {
        plm_qty interest; /* at 50,000 */
        const char *initial;
    } cases[] = {
        {0, "2500"},          {500000, "2500"}, /* 25,000,000 */
        {750000, "26250"},                      /* half way: 0.05 + 0.475 */
        {2000000, "50000"},                     /* beyond: all of it */
        {500001, "2500.05"},                    /* 50 / 25000000 = 2 ppm; 1.9 of them, 1 */
        {666667, "18333.35"}, /* 8333350 / 25000000 = 333334 ppm; 0.3166673: 316667 ppm */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        self->position[0].open_interest = cases[i].interest;
        plm_exposure const exposure = exposure_at(self, LINEAR, 1000, 500000, "0");
        assert_needs(self, &exposure, "1500", cases[i].initial);
    }
    close_pool(self);
}

/* Bybit, USDC contracts: 2,525 + 12.375 for 1 BTC from 25,000 marked at 25,250 at 10x: the fee of
 * 0.055 % on closing at 25,000 * (1 - 1 / 10) (4.3). */
static void bybit_adds_the_fee_of_closing(void **state)
{
    (void)state;
    pool_scene *const self = open_pool();
    rules_of(self)->rate.close_fee_in_initial = true;
    rules_of(self)->rate.flat = rate("0.005");
    plm_exposure exposure = exposure_at(self, LINEAR, 1000, 252500, "25000");
    assert_needs(self, &exposure, "126.25", "2537.375");
    exposure.side = -1; /* 25,000 * 1.1 */
    assert_needs(self, &exposure, "126.25", "2540.125");
    exposure = exposure_at(self, INVERSE, 1000, 500000, "0.02"); /* long inverse: 0.02 * 1.1 */
    assert_needs(self, &exposure, "0.0001", "0.0020121");
    exposure.leverage = 50; /* half: a linear long cannot go bankrupt */
    exposure.side = -1;
    assert_needs(self, &exposure, "0.0001", "0.04");
    close_pool(self);
}

/* 1 USD at 30000.0: 33333333333333 units, of which 5 % are 1666666666666.65. */
static void rounding_is_up_unless_the_rulebook_says_otherwise(void **state)
{
    (void)state;
    static const struct {
        plm_round round;
        int64_t units;
    } cases[] = {{PLM_ROUND_NONE, 1666666666667},
                 {PLM_ROUND_CEIL, 1666666666667},
                 {PLM_ROUND_FLOOR, 1666666666666},
                 {PLM_ROUND_HALF_EVEN, 1666666666667}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        pool_scene *const self = open_pool();
        rules_of(self)->round_requirement = cases[i].round;
        plm_exposure const exposure = exposure_at(self, INVERSE, 1, 300000, "0");
        plm_money found;
        assert_true(plm_requirement_maintenance(&self->rules, &exposure, &found));
        assert_i128_equal(found.v, cases[i].units);
        close_pool(self);
    }
}

/* The sums that were made when the rules moved, and the slices one by one, up to amounts that do
 * not fit one product. */
static void sums_below_a_tier_are_those_of_its_slices(void **state)
{
    (void)state;
    plm_philox rng;
    plm_philox_init(&rng, 4, "tiers", 0);
    for (unsigned i = 0; i < 2000; i++) {
        pool_scene *const self = open_pool();
        rules_of(self)->rate.kind = PLM_RATE_MARGINAL;
        random_tiers(&rng, self, false);
        move_rules(self, 0);
        plm_exposure exposure = exposure_at(self, LINEAR, 1, 1, "0");
        for (unsigned n = 0; n < 20; n++) {
            exposure.value = some_amount(&rng, n % 2 == 0 ? 300000 : 300000000);
            plm_rate_view const view = (plm_rate_view)(1 + below(&rng, 2));
            plm_money quick, slow;
            assert_true(plm_exposure_measure(&self->rules, 1, &exposure));
            assert_true(plm_rate_amount(&self->rules, &exposure, view, false, &quick));
            plm_rule_below kept[HELP_ROWS_MAX];
            size_t const size = rules_of(self)->rate.row_count * sizeof *kept;
            memcpy(kept, self->rules.below, size);
            memset(self->rules.below, 0xff, size); /* -1: does not fit */
            assert_true(plm_rate_amount(&self->rules, &exposure, view, false, &slow));
            memcpy(self->rules.below, kept, size);
            assert_money_equal(quick, slow);
        }
        close_pool(self);
    }
}

/* -- resting orders --------------------------------------------------------------------------- */

static void assert_orders(plm_order_margin rule, plm_qty qty, const char *expected)
{
    pool_scene *const self = open_pool();
    (void)put_asset(self, USDT, "100000", price(1, 1));
    plm_margin_position *const row = put_position(self, LINEAR, qty, 1000000, 1000000);
    row->buy_qty = 300;
    row->buy_value = plm_amount_of(money("14000"));
    row->sell_qty = 900;
    row->sell_value = plm_amount_of(money("46000"));
    row->held = plm_amount_of(money("6001.5"));
    rules_of(self)->orders = rule;
    move_rules(self, 0);
    assert_amount_equal(assess(self)->orders, expected);
    close_pool(self);
}

/* At 50000 and 10x: buys 14000, sells 46000. */
static void orders_add_what_the_rulebook_says(void **state)
{
    (void)state;
    assert_orders(PLM_ORDER_MARGIN_NONE, 500, "0");
    assert_orders(PLM_ORDER_MARGIN_SUM, 500, "6001.5");
    /* long 25000: with buys 39000, with sells 21000 short: 3900 - 2500 */
    assert_orders(PLM_ORDER_MARGIN_WORSE_SIDE, 500, "1400");
    /* short 25000: with sells 71000: 7100 - 2500 */
    assert_orders(PLM_ORDER_MARGIN_WORSE_SIDE, -500, "4600");
    /* long 150000: buys make it 164000, sells close part */
    assert_orders(PLM_ORDER_MARGIN_WORSE_SIDE, 3000, "1400");
    assert_orders(PLM_ORDER_MARGIN_WORSE_SIDE, 0, "4600");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slices_are_what_binance_writes_as_rate_less_cum),
        cmocka_unit_test(sums_below_a_tier_are_those_of_its_slices),
        cmocka_unit_test(a_whole_tier_jumps_at_its_floor),
        cmocka_unit_test(deribit_is_affine_in_coins),
        cmocka_unit_test(power_grows_with_the_root),
        cmocka_unit_test(skew_grows_with_the_share_of_the_market),
        cmocka_unit_test(open_interest_raises_the_initial_rate_alone),
        cmocka_unit_test(bybit_adds_the_fee_of_closing),
        cmocka_unit_test(rounding_is_up_unless_the_rulebook_says_otherwise),
        cmocka_unit_test(orders_add_what_the_rulebook_says),
    };
    return cmocka_run_group_tests_name("requirement", tests, NULL, NULL);
}
