/*
 * test_bankruptcy.c - promises of stage.h about bankruptcy and of value_price.h:
 * - the price of an isolated position alone is entry * (1 -+ 1/leverage), inverse entry * L / (L
 *   +- 1), on the tick that leaves the account more;
 * - closing all positions of a pool of one asset at their bankruptcy values, one after another in
 *   any order, leaves exactly 0 (150,000 random pools);
 * - a pool of several assets is left with an equity within rounding of 0;
 * - the liquidation fee takes at most what is left, and with a cap what lies above bankruptcy;
 * - the price of a value is the one whose value it is.
 */
#include "random_stage_pool.h"

#include "stage.h"
#include "trial.h"
#include "value_price.h"

static void assert_bankruptcy(pool_scene *self, const char *value, plm_px px)
{
    plm_money found;
    plm_px shown;
    (void)assess(self);
    assert_true(plm_bankruptcy_value(&self->rules, &self->input, &self->out, 0, &found, &shown));
    assert_money_equal(found, money(value));
    assert_int_equal(shown, px);
}

static void isolated_linear_is_entry_less_margin(void **state)
{
    (void)state;
    pool_scene *const self = open_pool();
    self->input.regime = PLM_MARGIN_ISOLATED;
    (void)put_asset(self, USDT, "6000", price(1, 1)); /* 60000 / 10 */
    (void)put_position(self, LINEAR, 1000, 1200000, 1180000);
    move_rules(self, 0);
    assert_bankruptcy(self, "54000", 540000); /* 60000 * (1 - 1/10) */
    self->position[0].qty = -1000;
    self->position[0].cost = plm_amount_of(money("-60000"));
    assert_bankruptcy(self, "-66000", 660000);
    self->asset[0].balance = plm_amount_of(money("6000.07")); /* a short is shown lower: down */
    assert_bankruptcy(self, "-66000.07", 660000);
    self->position[0].qty = 1000;
    self->position[0].cost = plm_amount_of(money("60000"));
    assert_bankruptcy(self, "53999.93", 540000); /* a long higher: up */
    close_pool(self);
}

/* 60000 USD at 60000 are 1 BTC; 0.1 BTC of margin: 60000 * 10 / 11 and * 10 / 9. */
static void isolated_inverse_is_entry_over_more(void **state)
{
    (void)state;
    pool_scene *const self = open_pool();
    self->input.regime = PLM_MARGIN_ISOLATED;
    self->input.unit = BTC;
    (void)put_asset(self, BTC, "0.1", price(1, 1));
    (void)put_position(self, INVERSE, 60000, 1200000, 1180000);
    move_rules(self, 0);
    assert_bankruptcy(self, "1.1", 545455); /* 54545.4545... up */
    self->position[0].qty = -60000;
    self->position[0].cost = plm_amount_of(money("-1"));
    assert_bankruptcy(self, "-0.9", 666666); /* 66666.6666... down */
    close_pool(self);
}

/* Equity 2000, maintenance 3000 and 1000: shares of 1500 and 500. */
static void a_cross_pool_shares_its_equity_by_maintenance(void **state)
{
    (void)state;
    pool_scene *const self = open_pool();
    (void)put_asset(self, USDT, "2000", price(1, 1));
    (void)put_position(self, LINEAR, 1000, 1200000, 1200000);
    (void)put_position(self, LINEAR, 1000, 400000, 400000);
    self->position[1].leg = 2; /* another row of its own */
    self->position[0].leg = 1;
    move_rules(self, 0);
    assert_bankruptcy(self, "58500", 585000);
    close_pool(self);
}

/* -- properties ------------------------------------------------------------------------------ */

/* Takes all positions over, each at what its value is then. */
static void take_over_all(plm_philox *rng, pool_scene *self, plm_trial *trial)
{
    for (uint32_t left = self->input.position_count; left > 0; left--) {
        uint32_t skip = plm_philox_below(rng, left);
        for (uint32_t i = 0; i < self->input.position_count; i++) {
            plm_qty const qty = trial->position[i].qty;
            if (qty == 0 || skip-- > 0) {
                continue;
            }
            plm_money value;
            plm_px shown;
            assert_true(plm_trial_assess(trial));
            assert_true(
                plm_bankruptcy_value(&self->rules, &trial->input, &trial->out, i, &value, &shown));
            assert_true(plm_trial_close(trial, i, qty < 0 ? -qty : qty, value));
            break;
        }
    }
}

static pool_scene *random_currency_pool(plm_philox *rng)
{
    bool const coin = one_in(rng, 2);
    pool_scene *const self = open_pool();
    self->input.unit = coin ? BTC : USDT;
    if (one_in(rng, 3)) {
        self->input.regime = PLM_MARGIN_PORTFOLIO;
        rules_of(self)->rate.scenario_count = 2;
        self->scenario[0] = (plm_scenario_row){.unit = "*", .move = -ONE / 10, .weight = ONE};
        self->scenario[1] = (plm_scenario_row){.unit = "*", .move = ONE / 10, .weight = ONE};
    } else if (one_in(rng, 3)) {
        random_formula(rng, self);
    } else {
        random_tiers(rng, self, coin ? 1 : 50000);
    }
    (void)put_asset(self, self->input.unit, "0", price(1, 1));
    plm_money balance = random_money(rng, coin ? 2 : 100000);
    balance.v *= one_in(rng, 5) ? -1 : 1;
    self->asset[0].balance = plm_amount_of(balance);
    if (coin) {
        (void)random_position(rng, self, INVERSE);
        (void)random_position(rng, self, QUANTO);
        random_legs(rng, self, FUTURE);
    } else {
        random_legs(rng, self, LINEAR);
    }
    move_rules(self, 0);
    return self;
}

static void a_pool_closed_at_bankruptcy_has_exactly_nothing(void **state)
{
    (void)state;
    plm_philox rng;
    plm_philox_init(&rng, 4, "bankruptcy", 0);
    for (uint32_t i = 0; i < 150000; i++) {
        pool_scene *const self = random_currency_pool(&rng);
        plm_trial trial;
        plm_trial_init(&trial, &self->rules, &self->input);
        take_over_all(&rng, self, &trial);
        assert_money_equal(plm_money_of(trial.asset[0].balance), units(0));
        assert_true(plm_margin_at_rest(&trial.input));
        plm_trial_fini(&trial);
        close_pool(self);
    }
}

/* Two assets with slices: what is left of the equity is what the floors left. */
static void a_pool_of_several_assets_keeps_only_the_floors(void **state)
{
    (void)state;
    static const uint32_t assets[] = {BTC, USDT};
    plm_philox rng;
    plm_philox_init(&rng, 4, "bankruptcy", 1);
    uint32_t tight = 0;
    for (uint32_t i = 0; i < 20000; i++) {
        pool_scene *const self = open_pool();
        self->book.pool.cross = PLM_POOL_ACCOUNT;
        random_tiers(&rng, self, 50000);
        rules_of(self)->collateral.settle_only = false;
        rules_of(self)->collateral.row_count = 2;
        for (uint32_t k = 0; k < 2; k++) { /* no haircut: equity is what is there */
            plm_collateral_row row = {.weight = ONE, .liability = ONE};
            const char *const name = self->contracts.asset[assets[k]];
            memcpy(row.asset, name, strlen(name) + 1);
            self->collateral[k] = row;
        }
        (void)put_asset(self, BTC, "0.5", price(60000, 1));
        (void)put_asset(self, USDT, "1000", price(1, 1));
        random_legs(&rng, self, LINEAR);
        (void)random_position(&rng, self, INVERSE);
        move_rules(self, 0);
        plm_trial trial;
        plm_trial_init(&trial, &self->rules, &self->input);
        take_over_all(&rng, self, &trial);
        assert_true(plm_trial_assess(&trial));
        plm_i128 const left = plm_money_of(trial.out.equity).v;
        assert_true(left > -1000000 && left < 1000000); /* 10^-12 of a dollar */
        tight += left == 0 ? 1 : 0;
        plm_trial_fini(&trial);
        close_pool(self);
    }
    assert_true(tight > 0);
}

/* -- fee and price --------------------------------------------------------------------------- */

static plm_money fee_of(pool_scene *self, const char *value, const char *equity)
{
    plm_money fee;
    (void)assess(self);
    assert_true(plm_stage_fee(&self->rules, &self->input, &self->out, 0, 500, money(value),
                              money(equity), &fee));
    return fee;
}

static void the_fee_takes_only_what_is_left(void **state)
{
    (void)state;
    pool_scene *const self = open_pool();
    rules_of(self)->fee.rate = rate("0.01");
    (void)put_asset(self, USDT, "6000", price(1, 1));
    (void)put_position(self, LINEAR, 1000, 1200000, 1180000);
    move_rules(self, 0);
    assert_money_equal(fee_of(self, "29500", "1000"), money("295"));
    assert_money_equal(fee_of(self, "29500", "100"), money("100"));
    assert_money_equal(fee_of(self, "29500", "0"), money("0"));
    assert_money_equal(fee_of(self, "29500", "-5"), money("0"));
    /* bankruptcy of half of it is 27000: 100 above it */
    rules_of(self)->fee.cap_surplus = true;
    assert_money_equal(fee_of(self, "27100", "1000"), money("100"));
    assert_money_equal(fee_of(self, "26900", "1000"), money("0"));
    close_pool(self);
}

static void a_price_of_a_value_has_that_value(void **state)
{
    (void)state;
    plm_contracts contracts;
    plm_contracts_init(&contracts, money_rows, ROW_COUNT);
    plm_philox rng;
    plm_philox_init(&rng, 4, "value", 0);
    for (uint32_t i = 0; i < 100000; i++) {
        uint32_t const sym = one_in(&rng, 2) ? LINEAR : FUTURE;
        const plm_contract *const contract = &contracts.contract[sym];
        plm_qty const qty = between(&rng, 1, 1000000) * (one_in(&rng, 2) ? 1 : -1);
        plm_px const px = between(&rng, 1, 10000000);
        plm_money value;
        assert_true(plm_contract_value(contract, qty, px, &value));
        plm_px const low = plm_value_price(contract, qty, value, PLM_ROUND_FLOOR);
        plm_px const high = plm_value_price(contract, qty, value, PLM_ROUND_CEIL);
        assert_true(low <= px && px <= high && high - low <= 1);
        if (sym == LINEAR) {
            assert_int_equal(low, px);
            assert_int_equal(high, px);
        }
    }
    assert_int_equal(plm_value_price(&contracts.contract[LINEAR], 5, units(-1), PLM_ROUND_CEIL), 0);
    assert_int_equal(plm_value_price(&contracts.contract[LINEAR], 5, units(0), PLM_ROUND_CEIL), 0);
    plm_contracts_fini(&contracts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(isolated_linear_is_entry_less_margin),
        cmocka_unit_test(isolated_inverse_is_entry_over_more),
        cmocka_unit_test(a_cross_pool_shares_its_equity_by_maintenance),
        cmocka_unit_test(a_pool_closed_at_bankruptcy_has_exactly_nothing),
        cmocka_unit_test(a_pool_of_several_assets_keeps_only_the_floors),
        cmocka_unit_test(the_fee_takes_only_what_is_left),
        cmocka_unit_test(a_price_of_a_value_has_that_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
