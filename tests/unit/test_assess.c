/*
 * test_assess.c - promises of assess.h:
 * - equity, requirement and trigger of a pool are those of docs/margin.md, to the last digit;
 * - the trigger fires at or above, as the rulebook says, and never for a pool at rest;
 * - a pool with a price missing is not priced;
 * - legs add up, their larger side counts, or they net, and their shares add up to the whole;
 * - what does not fit is refused.
 * Numbers are worked out by hand in the comments beside them.
 */
#include "rule_help.h"

/* Long 0.5 BTC from 60000, marked at 59000: value 29500, loss 500. */
static pool_scene *one_long(const char *balance)
{
    pool_scene *const self = open_pool();
    (void)put_asset(self, USDT, balance, price(1, 1));
    (void)put_position(self, LINEAR, 500, 1200000, 1180000);
    move_rules(self, 0);
    return self;
}

static void one_position_under_a_flat_rate(void **state)
{
    (void)state;
    pool_scene *const self = one_long("3000");
    const plm_margin_output *const out = assess(self);
    assert_int_equal(out->priced, 1);
    assert_amount_equal(out->equity, "2500");
    assert_amount_equal(out->collateral, "3000");
    assert_amount_equal(out->maintenance, "1475"); /* 29500 * 0.05 */
    assert_amount_equal(out->initial, "2950");     /* 29500 / 10 */
    assert_amount_equal(out->orders, "0");
    assert_amount_equal(out->part[0].notional, "29500");
    assert_amount_equal(out->part[0].unrealised, "-500");
    assert_amount_equal(out->part[0].maintenance, "1475");
    assert_int_equal(out->part[0].tier, 0);
    assert_int_equal(out->liquidatable, 0);
    close_pool(self);
}

static void the_trigger_fires_at_or_above(void **state)
{
    (void)state;
    static const struct {
        const char *balance;
        int at, above;
    } cases[] = {
        {"1975.000000000000000001", 0, 0}, {"1975", 1, 0}, {"1974.999999999999999999", 1, 1}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        pool_scene *const self = one_long(cases[i].balance); /* equity 1475 = maintenance */
        assert_int_equal(assess(self)->liquidatable, cases[i].at);
        rules_of(self)->trigger_above = true;
        assert_int_equal(assess(self)->liquidatable, cases[i].above);
        close_pool(self);
    }
}

static void a_pool_at_rest_is_never_liquidated(void **state)
{
    (void)state;
    pool_scene *const self = open_pool();
    (void)put_asset(self, USDT, "0", price(1, 1));
    move_rules(self, 0);
    assert_int_equal(assess(self)->liquidatable, 0); /* 0 >= 0 */
    self->asset[0].balance = plm_amount_of(units(-1));
    assert_int_equal(assess(self)->liquidatable, 1);
    close_pool(self);
}

static void a_missing_price_leaves_the_pool_unpriced(void **state)
{
    (void)state;
    pool_scene *const self = one_long("3000");
    self->position[0].pnl_px2 = 0;
    assert_int_equal(assess(self)->priced, 0);
    self->position[0].pnl_px2 = 1180000;
    self->position[0].requirement_px2 = 0;
    assert_int_equal(assess(self)->priced, 0);
    self->position[0].requirement_px2 = 1180000;
    assert_int_equal(assess(self)->priced, 1);
    (void)put_asset(self, BTC, "0", price(0, 1)); /* nothing of it: needs no price */
    assert_int_equal(assess(self)->priced, 1);
    self->asset[1].balance = plm_amount_of(units(1));
    assert_int_equal(assess(self)->priced, 0);
    self->asset[1].balance = plm_amount_of(units(0));
    self->position[0].qty = 0; /* an order alone needs no price */
    self->position[0].pnl_px2 = self->position[0].requirement_px2 = 0;
    assert_int_equal(assess(self)->priced, 1);
    close_pool(self);
}

static void two_prices_have_two_uses(void **state)
{
    (void)state;
    pool_scene *const self = one_long("3000");
    self->position[0].pnl_px2 = 1170000; /* 58500: loss 750 */
    const plm_margin_output *const out = assess(self);
    assert_amount_equal(out->equity, "2250");
    assert_amount_equal(out->maintenance, "1475");
    close_pool(self);
}

/* Long 0.5, short 0.2 at 59000: values 29500 and 11800. */
static pool_scene *two_legs(plm_netting maintenance, plm_netting initial)
{
    pool_scene *const self = one_long("3000");
    self->position[0].leg = 1;
    put_position(self, LINEAR, -200, 1200000, 1180000)->leg = 2;
    rules_of(self)->net_maintenance = maintenance;
    rules_of(self)->net_initial = initial;
    return self;
}

static void assert_legs(plm_netting netting, const char *maintenance, const char *first,
                        const char *second)
{
    pool_scene *const self = two_legs(netting, netting);
    const plm_margin_output *const out = assess(self);
    assert_amount_equal(out->maintenance, maintenance);
    assert_amount_equal(out->part[0].maintenance, first);
    assert_amount_equal(out->part[1].maintenance, second);
    assert_i128_equal(plm_money_of(out->initial).v, 2 * plm_money_of(out->maintenance).v);
    assert_amount_equal(out->equity, "2700"); /* 3000 - 500 + 200 */
    close_pool(self);
}

static void legs_add_up_or_net(void **state)
{
    (void)state;
    assert_legs(PLM_NETTING_GROSS, "2065", "1475", "590"); /* 0.05 * 41300 */
    assert_legs(PLM_NETTING_MAX_SIDE, "1475", "1475", "0");
    /* 0.3 BTC: 17700 * 0.05 = 885, of which 5/7: 632.142857142857142857, half-even */
    assert_legs(PLM_NETTING_NET, "885", "632.142857142857142857", "252.857142857142857143");
}

/* Gross maintenance is 2065, the larger side's initial only 29500 / 20. */
static void initial_is_never_below_maintenance(void **state)
{
    (void)state;
    pool_scene *const self = two_legs(PLM_NETTING_GROSS, PLM_NETTING_MAX_SIDE);
    self->position[0].leverage = self->position[1].leverage = 2000;
    assert_amount_equal(assess(self)->initial, "2065");
    assert_amount_equal(self->part[1].initial, "590");
    close_pool(self);
}

/* A leg alone is a position. */
static void a_flat_leg_changes_nothing(void **state)
{
    (void)state;
    pool_scene *const self = two_legs(PLM_NETTING_NET, PLM_NETTING_NET);
    self->position[0].qty = 0;
    self->position[0].cost = plm_amount_of(units(0));
    assert_amount_equal(assess(self)->maintenance, "590");
    assert_amount_equal(self->part[1].maintenance, "590");
    close_pool(self);
}

/* 3 contracts of 1 USD at 30000: 0.0001 BTC; 20 BTC at 30000 USDT for what pays in BTC. */
static void requirements_are_converted_up_once(void **state)
{
    (void)state;
    pool_scene *const self = open_pool();
    self->book.pool.cross = PLM_POOL_ACCOUNT;
    (void)put_asset(self, USDT, "0", price(1, 1));
    (void)put_asset(self, BTC, "1", price(1, 3));
    (void)put_position(self, INVERSE, 3, 600000, 600000);
    move_rules(self, 0);
    const plm_margin_output *const out = assess(self);
    /* 0.0001 * 0.05 = 0.000005; a third, up */
    assert_amount_equal(out->maintenance, "0.000001666666666667");
    assert_amount_equal(out->equity, "0.333333333333333333");
    close_pool(self);
}

static void what_does_not_fit_is_refused(void **state)
{
    (void)state;
    pool_scene *const self = one_long("3000");
    self->position[0].qty = INT64_MAX;
    self->position[0].pnl_px2 = self->position[0].requirement_px2 = INT64_MAX;
    self->out.maintenance = plm_amount_of(units(42));
    assert_false(plm_assess(&self->rules, &self->input, &self->out));
    assert_i128_equal(plm_money_of(self->out.maintenance).v, 42);
    close_pool(self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_position_under_a_flat_rate),
        cmocka_unit_test(the_trigger_fires_at_or_above),
        cmocka_unit_test(a_pool_at_rest_is_never_liquidated),
        cmocka_unit_test(a_missing_price_leaves_the_pool_unpriced),
        cmocka_unit_test(two_prices_have_two_uses),
        cmocka_unit_test(legs_add_up_or_net),
        cmocka_unit_test(initial_is_never_below_maintenance),
        cmocka_unit_test(a_flat_leg_changes_nothing),
        cmocka_unit_test(requirements_are_converted_up_once),
        cmocka_unit_test(what_does_not_fit_is_refused),
    };
    return cmocka_run_group_tests_name("assess", tests, NULL, NULL);
}
