/*
 * test_portfolio.c - promises of portfolio.h: the largest weighted loss of each unit, add-ons,
 * spot beside it, credits between units, resting orders, shares of positions.
 *
 * The grid is SPAN's in the price direction: 0, one, two and three thirds of the range of 15 %
 * both ways, and two extremes of 30 % that count 35 % (margin-rules.md, 4.13).
 */
#include "rule_help.h"

#include "portfolio.h"

static void put_scenario(pool_scene *self, const char *unit, const char *move, const char *weight)
{
    plm_scenario_row *const row = &self->scenario[rules_of(self)->rate.scenario_count++];
    memcpy(row->unit, unit, strlen(unit) + 1);
    row->move = rate(move);
    row->weight = rate(weight);
}

static void put_grid(pool_scene *self, const char *unit)
{
    static const char *const moves[] = {"-0.15", "-0.1", "-0.05", "0", "0.05", "0.1", "0.15"};
    put_scenario(self, unit, "-0.3", "0.35");
    for (size_t i = 0; i < sizeof moves / sizeof moves[0]; i++) {
        put_scenario(self, unit, moves[i], "1");
    }
    put_scenario(self, unit, "0.3", "0.35");
}

/* BTC at 60000, ETH at 3000; balances of USDT and BTC, all in USDT. */
static pool_scene *grid_pool(void)
{
    pool_scene *const self = open_pool();
    self->input.regime = PLM_MARGIN_PORTFOLIO;
    self->book.pool.portfolio = PLM_POOL_ACCOUNT;
    rules_of(self)->rate.scenario_factor = rate("1.3");
    put_grid(self, "*");
    (void)put_asset(self, USDT, "100000", price(1, 1));
    (void)put_asset(self, BTC, "0", price(1200000, 20));
    move_rules(self, 0);
    return self;
}

static void the_worst_scenario_is_needed(void **state)
{
    (void)state;
    pool_scene *const self = grid_pool();
    (void)put_position(self, LINEAR, 1000, 1200000, 1200000);
    /* 15 % of 60000; the extreme: 30 % of 35 % is less */
    assert_amount_equal(assess(self)->maintenance, "9000");
    assert_amount_equal(self->out.initial, "11700");
    assert_amount_equal(self->part[0].maintenance, "9000");
    assert_amount_equal(self->part[0].initial, "11700");
    assert_int_equal(self->part[0].tier, 0);
    self->scenario[0].weight = rate("0.6"); /* 18000 * 0.6 */
    assert_amount_equal(assess(self)->maintenance, "10800");
    self->position[0].multiplier = 2 * ONE; /* 60 % * 0.6 */
    assert_amount_equal(assess(self)->maintenance, "21600");
    close_pool(self);
}

/* Long 1 BTC linear against 60000 USD short of an inverse one: 1 BTC at 60000. When it falls by
 * 15 %, 9000 are lost and 60000 / 51000 - 1 = 0.176470588235294118 BTC won, 10588.23. */
static void instruments_of_a_unit_offset_each_other(void **state)
{
    (void)state;
    pool_scene *const self = grid_pool();
    (void)put_position(self, LINEAR, 1000, 1200000, 1200000);
    (void)put_position(self, INVERSE, -60000, 1200000, 1200000);
    /* worst: up 15 %: 9000 won; 1 - 60000 / 69000 = 0.130434782608695652 BTC lost, 7826.08...:
     * a gain; the extreme down: -18000 + (60000 / 42000 - 1) * 60000 = 7714: none loses */
    assert_amount_equal(assess(self)->maintenance, "0");
    rules_of(self)->rate.offset = rate("0.01"); /* of min(60000, 60000) */
    rules_of(self)->rate.gross = rate("0.001"); /* of 120000 */
    rules_of(self)->rate.minimum = money("5");  /* USDT, and 5 BTC for what pays in BTC */
    assert_amount_equal(assess(self)->maintenance, "300725"); /* 600 + 120 + 5 + 300000 */
    close_pool(self);
}

/* A base balance of 0.5 takes half of a short's loss, where spot is part of the grid. */
static void spot_is_part_of_the_grid_where_the_rulebook_says(void **state)
{
    (void)state;
    pool_scene *const self = grid_pool();
    (void)put_position(self, LINEAR, -1000, 1200000, 1200000);
    self->asset[1].balance = plm_amount_of(money("0.5"));
    assert_amount_equal(assess(self)->maintenance, "9000");
    rules_of(self)->rate.spot_included = true;
    assert_amount_equal(assess(self)->maintenance, "4500");
    assert_amount_equal(self->part[0].maintenance, "9000"); /* its own */
    self->asset[1].lost = plm_amount_of(money("0.2"));
    assert_amount_equal(assess(self)->maintenance, "6300"); /* 0.3 held */
    self->asset[1].balance = plm_amount_of(money("-1"));
    assert_amount_equal(assess(self)->maintenance, "9000"); /* a debt is not */
    close_pool(self);
}

/* Long BTC, short ETH: 10 contracts of a millionth BTC at 3000: 0.03 BTC, 1800 USDT. */
static void units_give_each_other_credit(void **state)
{
    (void)state;
    static const plm_spread_credit credit[] = {{{"BTC", "ETH"}, INT64_C(500000000000)},
                                               {{"ETH", "BTC"}, INT64_C(500000000000)}};
    pool_scene *const self = grid_pool();
    rules_of(self)->offset = (plm_offset_rule){.credit_count = 2, .credit = credit};
    move_rules(self, 0);
    (void)put_position(self, LINEAR, 1000, 1200000, 1200000);
    (void)put_position(self, QUANTO, -10, 600000, 600000);
    /* scans 9000 and 270: 135 off; the second credit finds nothing left of ETH */
    assert_amount_equal(assess(self)->maintenance, "9135");
    self->position[0].qty = -1000; /* the same side: none */
    self->position[0].cost = plm_amount_of(money("-60000"));
    assert_amount_equal(assess(self)->maintenance, "9270");
    close_pool(self);
}

/* Long 1; buys of 0.5 make it 1.5, sells of 3 make it -2: 18000 instead of 9000, times 1.3. */
static void orders_count_by_their_worse_side(void **state)
{
    (void)state;
    pool_scene *const self = grid_pool();
    plm_margin_position *const row = put_position(self, LINEAR, 1000, 1200000, 1200000);
    row->buy_qty = 500;
    row->sell_qty = 3000;
    assert_amount_equal(assess(self)->orders, "0");
    rules_of(self)->orders = PLM_ORDER_MARGIN_WORSE_SIDE;
    assert_amount_equal(assess(self)->orders, "11700");
    row->sell_qty = 1500;                              /* -0.5 */
    assert_amount_equal(assess(self)->orders, "5850"); /* 13500 * 1.3 - 11700 */
    row->buy_qty = 0;
    assert_amount_equal(assess(self)->orders, "0");
    row->qty = 0; /* an order alone, once with and once without a price */
    row->cost = plm_amount_of(units(0));
    assert_amount_equal(assess(self)->orders, "17550");
    row->requirement_px2 = 0;
    assert_amount_equal(assess(self)->orders, "0");
    close_pool(self);
}

/* A fall of all of it: the price is at least 1 (twice a half tick). */
static void a_price_never_falls_to_nothing(void **state)
{
    (void)state;
    pool_scene *const self = grid_pool();
    self->scenario[0] = (plm_scenario_row){.unit = "*", .move = -ONE, .weight = ONE};
    (void)put_position(self, LINEAR, 1000, 1200000, 1200000);
    assert_amount_equal(assess(self)->maintenance, "59999.95");
    close_pool(self);
}

static void a_unit_without_a_grid_is_refused(void **state)
{
    (void)state;
    pool_scene *const self = grid_pool();
    rules_of(self)->rate.scenario_count = 0;
    move_rules(self, 0);
    (void)put_position(self, LINEAR, 1000, 1200000, 1200000);
    assert_false(plm_assess(&self->rules, &self->input, &self->out));
    close_pool(self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_worst_scenario_is_needed),
        cmocka_unit_test(instruments_of_a_unit_offset_each_other),
        cmocka_unit_test(spot_is_part_of_the_grid_where_the_rulebook_says),
        cmocka_unit_test(units_give_each_other_credit),
        cmocka_unit_test(orders_count_by_their_worse_side),
        cmocka_unit_test(a_price_never_falls_to_nothing),
        cmocka_unit_test(a_unit_without_a_grid_is_refused),
    };
    return cmocka_run_group_tests_name("portfolio", tests, NULL, NULL);
}
