/*
 * test_assess_admit.c - promises of plm_assess_admit: what an order needs, at which price, and
 * each reason for which it is refused, in their order (docs/margin.md, 7).
 */
#include "rule_help.h"

/* Long 0.5 BTC at 60000, 10x, taker 0.05 %; flat 5 %; 6000 USDT: 3000 of them free. */
static pool_scene *long_pool(const char *balance)
{
    pool_scene *const self = open_pool();
    (void)put_asset(self, USDT, balance, price(1, 1));
    (void)put_position(self, LINEAR, 500, 1200000, 1200000);
    move_rules(self, 0);
    return self;
}

static plm_margin_verdict ask(pool_scene *self, uint8_t side, bool market, plm_qty qty,
                              plm_qty opening, plm_px px)
{
    plm_margin_order const order = {
        .side = side, .market = market, .qty = qty, .opening = opening, .px = px};
    plm_margin_verdict verdict = {.size = sizeof verdict};
    assert_true(plm_assess_admit(&self->rules, &self->input, assess(self), &order, &verdict));
    return verdict;
}

static void an_order_needs_initial_margin_and_fee(void **state)
{
    (void)state;
    pool_scene *const self = long_pool("6000");
    /* 0.4 at 59000: 23600 / 10 + 23600 * 0.0005 */
    plm_margin_verdict const verdict = ask(self, PLM_SIDE_BUY, false, 400, 400, 590000);
    assert_amount_equal(verdict.need, "2371.8");
    assert_amount_equal(verdict.hold, "2371.8");
    assert_int_equal(verdict.reason, PLM_REASON_NONE);
    close_pool(self);
}

/* 0.5 at 60000 needs 3000 + 15. */
static void it_is_refused_one_unit_short(void **state)
{
    (void)state;
    pool_scene *self = long_pool("6015");
    assert_int_equal(ask(self, PLM_SIDE_BUY, false, 500, 500, 600000).reason, PLM_REASON_NONE);
    close_pool(self);
    self = long_pool("6014.999999999999999999");
    assert_int_equal(ask(self, PLM_SIDE_BUY, false, 500, 500, 600000).reason, PLM_REASON_MARGIN);
    close_pool(self);
}

static void a_market_order_pays_at_once_what_it_loses(void **state)
{
    (void)state;
    pool_scene *const self = long_pool("6000");
    /* buys 0.1 up to 61000: 610 + 3.05, and 100 lost at 60000 */
    plm_margin_verdict verdict = ask(self, PLM_SIDE_BUY, true, 100, 100, 610000);
    assert_amount_equal(verdict.need, "713.05");
    assert_amount_equal(verdict.hold, "613.05");
    /* buys at 59000: valued at 60000, nothing lost */
    assert_amount_equal(ask(self, PLM_SIDE_BUY, true, 100, 100, 590000).need, "603");
    /* sells down to 59000: valued at 60000, and 100 lost */
    self->position[0].qty = -500;
    self->position[0].cost = plm_amount_of(money("-30000"));
    assert_amount_equal(ask(self, PLM_SIDE_SELL, true, 100, 100, 590000).need, "703");
    close_pool(self);
}

/* 6000 USD at 50000 are 0.12 BTC, at 60000 0.1: the lower price is the dearer. */
static void an_inverse_contract_is_dearer_at_the_lower_price(void **state)
{
    (void)state;
    pool_scene *const self = open_pool();
    self->input.unit = BTC;
    (void)put_asset(self, BTC, "1", price(1, 1));
    (void)put_position(self, INVERSE, 6000, 1200000, 1200000);
    move_rules(self, 0);
    /* sold at 50000 against 60000: 0.012 + 0.00006, and 0.02 lost */
    self->position[0].qty = -6000;
    self->position[0].cost = plm_amount_of(money("-0.1"));
    assert_amount_equal(ask(self, PLM_SIDE_SELL, true, 6000, 6000, 500000).need, "0.03206");
    assert_amount_equal(ask(self, PLM_SIDE_SELL, true, 6000, 6000, 700000).need, "0.01005");
    close_pool(self);
}

/* Sells 1.5 against 0.5: opens 1 at 60000, 6000 + 30; the half that closes frees 3000. */
static void a_flip_uses_what_the_closed_part_held(void **state)
{
    (void)state;
    pool_scene *self = long_pool("6030");
    assert_int_equal(ask(self, PLM_SIDE_SELL, false, 1500, 1000, 600000).reason, PLM_REASON_NONE);
    close_pool(self);
    self = long_pool("6029");
    assert_int_equal(ask(self, PLM_SIDE_SELL, false, 1500, 1000, 600000).reason, PLM_REASON_MARGIN);
    close_pool(self);
}

/* Tiers: 100x below 50000, 5x from there on: the position after the order decides. */
static void leverage_must_fit_the_tier_of_the_whole(void **state)
{
    (void)state;
    pool_scene *const self = long_pool("100000");
    rules_of(self)->rate.kind = PLM_RATE_MARGINAL;
    put_tier(self, "*", "0", "0.004", 10000);
    put_tier(self, "*", "50000", "0.1", 500);
    move_rules(self, 0);
    assert_int_equal(ask(self, PLM_SIDE_BUY, false, 333, 333, 600000).reason, PLM_REASON_NONE);
    assert_int_equal(ask(self, PLM_SIDE_BUY, false, 334, 334, 600000).reason,
                     PLM_REASON_LEVERAGE); /* 50040 */
    self->position[0].leverage = 500;
    plm_margin_verdict const verdict = ask(self, PLM_SIDE_BUY, false, 334, 334, 600000);
    assert_int_equal(verdict.reason, PLM_REASON_NONE);
    assert_amount_equal(verdict.need, "4018.02"); /* 20040 / 5 + 10.02 */
    close_pool(self);
}

/* By the table: the rate of the tier of the whole, for what opens. */
static void a_table_gives_the_rate_of_the_whole(void **state)
{
    (void)state;
    pool_scene *const self = long_pool("100000");
    rules_of(self)->rate.kind = PLM_RATE_MARGINAL;
    rules_of(self)->rate.initial = PLM_INITIAL_TABLE;
    put_tier(self, "*", "0", "0.004", 0);
    put_tier(self, "*", "50000", "0.1", 0);
    self->rate[0].initial = rate("0.01");
    self->rate[1].initial = rate("0.2");
    move_rules(self, 0);
    assert_amount_equal(ask(self, PLM_SIDE_BUY, false, 333, 333, 600000).need, "209.79");
    assert_amount_equal(ask(self, PLM_SIDE_BUY, false, 334, 334, 600000).need, "4018.02");
    rules_of(self)->rate.initial = PLM_INITIAL_TIMES;
    rules_of(self)->rate.initial_times = 3 * ONE; /* 20040 * 0.3 + 10.02 */
    assert_amount_equal(ask(self, PLM_SIDE_BUY, false, 334, 334, 600000).need, "6022.02");
    close_pool(self);
}

static void a_missing_price_or_rate_is_refused(void **state)
{
    (void)state;
    pool_scene *const self = long_pool("6000");
    self->position[0].requirement_px2 = 0;
    assert_int_equal(ask(self, PLM_SIDE_BUY, false, 1, 1, 600000).reason, PLM_REASON_NO_PRICE);
    self->position[0].qty = 0; /* the pool is priced; the instrument is not */
    self->position[0].cost = plm_amount_of(units(0));
    assert_int_equal(ask(self, PLM_SIDE_BUY, false, 1, 1, 600000).reason, PLM_REASON_NO_PRICE);
    self->position[0].requirement_px2 = 1200000;
    assert_int_equal(ask(self, PLM_SIDE_BUY, false, 1, 1, 600000).reason, PLM_REASON_NONE);
    rules_of(self)->rate.kind = PLM_RATE_WHOLE;
    move_rules(self, 0);
    assert_int_equal(ask(self, PLM_SIDE_BUY, false, 1, 1, 600000).reason, PLM_REASON_NO_RULES);
    close_pool(self);
}

/* The price of what pays is asked for last: after the instrument's, its rates, the leverage. */
static void who_pays_is_asked_for_last(void **state)
{
    (void)state;
    pool_scene *const self = long_pool("6000");
    self->position[0].qty = 0;
    self->position[0].cost = plm_amount_of(units(0));
    self->asset[0].balance = plm_amount_of(units(0));
    self->asset[0].price = price(0, 1);
    assert_int_equal(ask(self, PLM_SIDE_BUY, false, 1, 1, 600000).reason, PLM_REASON_NO_PRICE);
    rules_of(self)->rate.kind = PLM_RATE_WHOLE;
    put_tier(self, "*", "0", "0.1", 500);
    move_rules(self, 0);
    assert_int_equal(ask(self, PLM_SIDE_BUY, false, 1, 1, 600000).reason, PLM_REASON_LEVERAGE);
    self->position[0].leverage = 500;
    assert_int_equal(ask(self, PLM_SIDE_BUY, false, 1, 1, 600000).reason, PLM_REASON_NO_PRICE);
    rules_of(self)->rate.row_count = 0;
    move_rules(self, 1);
    assert_int_equal(ask(self, PLM_SIDE_BUY, false, 1, 1, 600000).reason, PLM_REASON_NO_RULES);
    close_pool(self);
}

/* The account pays: only it knows what it has. */
static void an_isolated_pool_tells_the_need_alone(void **state)
{
    (void)state;
    pool_scene *const self = long_pool("1");
    self->input.regime = PLM_MARGIN_ISOLATED;
    plm_margin_verdict const verdict = ask(self, PLM_SIDE_BUY, false, 500, 500, 600000);
    assert_int_equal(verdict.reason, PLM_REASON_NONE);
    assert_amount_equal(verdict.need, "3015");
    close_pool(self);
}

/* A grid of +-10 %: long 0.5 needs 3000. Another 0.5 needs 3000 + fee, a hedge nothing. */
static void a_grid_asks_for_what_the_pool_needs_more(void **state)
{
    (void)state;
    pool_scene *const self = long_pool("6014");
    self->input.regime = PLM_MARGIN_PORTFOLIO;
    self->scenario[0] = (plm_scenario_row){.unit = "*", .move = -ONE / 10, .weight = ONE};
    self->scenario[1] = (plm_scenario_row){.unit = "*", .move = ONE / 10, .weight = ONE};
    rules_of(self)->rate.scenario_count = 2;
    move_rules(self, 0);
    assert_int_equal(ask(self, PLM_SIDE_BUY, false, 500, 500, 600000).reason, PLM_REASON_MARGIN);
    self->asset[0].balance = plm_amount_of(money("6015"));
    plm_margin_verdict const verdict = ask(self, PLM_SIDE_BUY, false, 500, 500, 600000);
    assert_int_equal(verdict.reason, PLM_REASON_NONE);
    assert_amount_equal(verdict.need, "15");
    /* a flip to a short of 0.01 needs 60 in place of 3000, and 0.3 of fee */
    self->asset[0].balance = plm_amount_of(money("60.3"));
    assert_int_equal(ask(self, PLM_SIDE_SELL, false, 510, 10, 600000).reason, PLM_REASON_NONE);
    self->asset[0].balance = plm_amount_of(money("60.2"));
    assert_int_equal(ask(self, PLM_SIDE_SELL, false, 510, 10, 600000).reason, PLM_REASON_MARGIN);
    close_pool(self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_order_needs_initial_margin_and_fee),
        cmocka_unit_test(it_is_refused_one_unit_short),
        cmocka_unit_test(a_market_order_pays_at_once_what_it_loses),
        cmocka_unit_test(an_inverse_contract_is_dearer_at_the_lower_price),
        cmocka_unit_test(a_flip_uses_what_the_closed_part_held),
        cmocka_unit_test(leverage_must_fit_the_tier_of_the_whole),
        cmocka_unit_test(a_table_gives_the_rate_of_the_whole),
        cmocka_unit_test(a_missing_price_or_rate_is_refused),
        cmocka_unit_test(who_pays_is_asked_for_last),
        cmocka_unit_test(an_isolated_pool_tells_the_need_alone),
        cmocka_unit_test(a_grid_asks_for_what_the_pool_needs_more),
    };
    return cmocka_run_group_tests_name("assess_admit", tests, NULL, NULL);
}
