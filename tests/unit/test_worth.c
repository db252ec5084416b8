/*
 * test_worth.c - promises of worth.c (account.h):
 * - balances and the unrealised pnl of derivatives are converted and added; spot is worth its
 *   balances;
 * - each asset is converted once, half-even;
 * - a price that is needed and unknown leaves the account without a value, one that is not needed
 *   does not; an amount that does not fit says so;
 * - views show what the account has.
 */
#include "money_rows.h"

#include "account.h"

typedef struct scene {
    plm_contracts contracts;
    plm_market market;
    plm_position_view position[2 * ROW_COUNT];
    plm_cash_view cash[ASSET_COUNT];
} scene;

static void open_scene(scene *self)
{
    *self = (scene){0};
    plm_contracts_init(&self->contracts, money_rows, ROW_COUNT);
    plm_market_init(&self->market, &self->contracts);
}

static void close_scene(scene *self)
{
    plm_market_fini(&self->market);
    plm_contracts_fini(&self->contracts);
}

static plm_worth worth_in(const scene *self, uint32_t asset)
{
    plm_holdings const holdings = {.position = self->position, .cash = self->cash};
    return plm_account_worth(&holdings, &self->contracts, &self->market, asset);
}

static void hold(scene *self, uint32_t asset, const char *balance)
{
    self->cash[asset].balance = plm_amount_of(money(balance));
}

static void place(scene *self, uint32_t sym, uint8_t leg, plm_qty qty, const char *cost)
{
    self->position[plm_account_place(sym, leg)] =
        (plm_position_view){.qty = qty, .cost = plm_amount_of(money(cost))};
}

static void balances_and_open_profit_are_added(void **state)
{
    (void)state;
    scene self;
    open_scene(&self);
    hold(&self, USDT, "1000");
    place(&self, LINEAR, 1, 500, "30000");  /* 0.5 BTC at 60000 */
    place(&self, LINEAR, 2, -100, "-6300"); /* 0.1 BTC at 63000 */
    self.market.view[LINEAR].mark_px = 610000;
    /* 0.5 * 61000 - 30000 = 500; -0.1 * 61000 + 6300 = 200 */
    plm_worth const worth = worth_in(&self, USDT);
    assert_true(worth.priced && !worth.overflow);
    assert_money_equal(worth.unrealised, money("700"));
    assert_money_equal(worth.nav, money("1700"));
    close_scene(&self);
}

static void other_assets_are_converted(void **state)
{
    (void)state;
    scene self;
    open_scene(&self);
    hold(&self, BTC, "2");
    hold(&self, USDT, "-5000");
    place(&self, FUTURE, 0, -300, "-0.5"); /* 30000 USD sold at 60000 */
    self.market.view[FUTURE].mark_px = 500000;
    self.market.view[SPOT].bid_px = 4999900;
    self.market.view[SPOT].ask_px = 5000100; /* the middle: 50000 USDT */
    /* worth 0.6 BTC at 50000: -0.5 + 0.6 = 0.1 for a short; 2.1 BTC * 50000 - 5000 */
    plm_worth const worth = worth_in(&self, USDT);
    assert_true(worth.priced);
    assert_money_equal(worth.unrealised, money("5000"));
    assert_money_equal(worth.nav, money("100000"));
    close_scene(&self);
}

static void spot_is_worth_its_balances(void **state)
{
    (void)state;
    scene self;
    open_scene(&self);
    hold(&self, BTC, "0.5"); /* bought for 30000 of 40000 */
    hold(&self, USDT, "10000");
    place(&self, SPOT, 0, 50000, "30000");
    self.market.view[SPOT].last_px = 6400000;
    plm_worth const worth = worth_in(&self, USDT);
    assert_true(worth.priced);
    assert_money_equal(worth.nav, money("42000")); /* 10000 + 0.5 * 64000 */
    assert_money_equal(worth.unrealised, money("0"));
    close_scene(&self);
}

/* 0.5 of a unit each rounds to 0; added before, they are one whole unit. The price of a BTC is
 * 0.50 USDT, so that one unit of BTC is half a unit of USDT. */
static void an_asset_is_converted_once(void **state)
{
    (void)state;
    scene self;
    open_scene(&self);
    self.market.view[SPOT].last_px = 50;
    self.market.view[INVERSE].mark_px = 10;
    self.cash[BTC].balance = plm_amount_of(units(1));
    self.position[2 * INVERSE] =
        (plm_position_view){.qty = 1, .cost = plm_amount_of((plm_money){plm_pow10(18) + 1})};
    plm_worth const worth = worth_in(&self, USDT); /* 1 USD at 1.0 is 1 BTC: profit 1 unit */
    assert_true(worth.priced);
    assert_i128_equal(worth.nav.v, 1);        /* (1 + 1) / 2 */
    assert_i128_equal(worth.unrealised.v, 0); /* 0.5 */
    close_scene(&self);
}

static void an_unknown_price_that_is_needed_leaves_no_value(void **state)
{
    (void)state;
    scene self;
    open_scene(&self);
    hold(&self, USDT, "1000");
    assert_true(worth_in(&self, USDT).priced); /* no price is needed */
    place(&self, LINEAR, 0, 500, "30000");
    plm_worth worth = worth_in(&self, USDT); /* that of the position */
    assert_false(worth.priced || worth.overflow);
    assert_i128_equal(worth.nav.v, 0);
    assert_i128_equal(worth.unrealised.v, 0);
    self.market.view[LINEAR].last_px = 600000;
    assert_true(worth_in(&self, USDT).priced);
    hold(&self, ETH, "1"); /* that of the asset */
    worth = worth_in(&self, USDT);
    assert_false(worth.priced || worth.overflow);
    assert_i128_equal(worth.nav.v, 0);
    close_scene(&self);
}

static void what_does_not_fit_is_told(void **state)
{
    (void)state;
    scene self;
    open_scene(&self);
    self.cash[USDT].balance = plm_amount_of((plm_money){PLM_I128_MAX});
    place(&self, LINEAR, 0, 1, "0");
    self.market.view[LINEAR].mark_px = 1;
    plm_worth worth = worth_in(&self, USDT);
    assert_true(worth.overflow && !worth.priced);
    place(&self, LINEAR, 0, 0, "0");
    assert_false(worth_in(&self, USDT).overflow);
    self.cash[USDT].balance = plm_amount_of(units(0));
    self.cash[BTC].balance = plm_amount_of((plm_money){PLM_I128_MAX});
    self.market.view[SPOT].last_px = 6000000; /* 60000 times that */
    worth = worth_in(&self, USDT);
    assert_true(worth.overflow && !worth.priced);
    assert_i128_equal(worth.nav.v, 0);
    close_scene(&self);
}

static void amounts_cross_the_boundary_unchanged(void **state)
{
    (void)state;
    const plm_i128 amounts[] = {
        0, 1, -1, PLM_I128_MAX, PLM_I128_MIN, (plm_i128)1 << 64, -((plm_i128)1 << 64)};
    for (size_t i = 0; i < sizeof amounts / sizeof amounts[0]; i++) {
        assert_i128_equal(plm_money_of(plm_amount_of((plm_money){amounts[i]})).v, amounts[i]);
    }
    plm_amount const minus_one = plm_amount_of(units(-1));
    assert_true(minus_one.lo == UINT64_MAX && minus_one.hi == -1);
}

static void views_show_what_the_account_has(void **state)
{
    (void)state;
    plm_contracts contracts;
    plm_contracts_init(&contracts, money_rows, ROW_COUNT);
    plm_ledger ledger;
    plm_ledger_init(&ledger, 1, 0, 0, ASSET_COUNT);
    plm_account account;
    plm_account_init(&account, &contracts, "viewed", 0, false, USDT);
    plm_postings postings;
    assert_true(
        plm_account_flow(&account, &ledger, USDT, money("-12.5"), PLM_CAUSE_WITHDRAWAL, &postings));
    account.position[2 * LINEAR] = (plm_position){-7, money("-420"), money("3")};
    plm_position_view position;
    plm_account_show_position(&account, 2 * LINEAR, &position);
    assert_int_equal(position.qty, -7);
    assert_money_equal(plm_money_of(position.cost), money("-420"));
    assert_money_equal(plm_money_of(position.realised), money("3"));
    plm_account_fini(&account);
    plm_ledger_fini(&ledger);
    plm_contracts_fini(&contracts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(balances_and_open_profit_are_added),
        cmocka_unit_test(other_assets_are_converted),
        cmocka_unit_test(spot_is_worth_its_balances),
        cmocka_unit_test(an_asset_is_converted_once),
        cmocka_unit_test(an_unknown_price_that_is_needed_leaves_no_value),
        cmocka_unit_test(what_does_not_fit_is_told),
        cmocka_unit_test(amounts_cross_the_boundary_unchanged),
        cmocka_unit_test(views_show_what_the_account_has),
    };
    return cmocka_run_group_tests_name("worth", tests, NULL, NULL);
}
