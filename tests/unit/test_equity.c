/*
 * test_equity.c - promises of equity.h: slices by coin and by value, liabilities, impaired
 * collateral and haircut events, each rounded as docs/margin.md says; without weights an amount
 * counts as it is.
 */
#include "rule_help.h"

#include "equity.h"

/* BTC: the first coin at 0.95, the next two at 0.9, the rest at 0.5; debts count 1.1 times. At
 * 60000. */
static pool_scene *weighted_pool(bool by_value)
{
    pool_scene *const self = open_pool();
    static const struct {
        const char *coin, *value, *weight;
    } slices[] = {{"0", "0", "0.95"}, {"1", "60000", "0.9"}, {"3", "180000", "0.5"}};
    plm_collateral_rule *const rule = &rules_of(self)->collateral;
    rule->settle_only = false;
    rule->by_value = by_value;
    for (uint32_t i = 0; i < 3; i++) {
        self->collateral[i] =
            (plm_collateral_row){.asset = "BTC",
                                 .from = money(by_value ? slices[i].value : slices[i].coin),
                                 .weight = rate(slices[i].weight),
                                 .liability = rate("1.1")};
    }
    self->collateral[3] = (plm_collateral_row){.asset = "USDT", .weight = ONE, .liability = ONE};
    rule->row_count = 4;
    self->book.pool.cross = PLM_POOL_ACCOUNT;
    (void)put_asset(self, BTC, "0", price(1200000, 20));
    (void)put_asset(self, USDT, "100", price(1, 1));
    (void)put_asset(self, USDC, "0", price(1, 1));
    move_rules(self, 0);
    return self;
}

static void assert_worth(const pool_scene *self, uint32_t place, const char *amount,
                         const char *expected)
{
    plm_money worth;
    assert_true(plm_equity_of_asset(&self->rules, &self->input, place, money(amount), ONE, &worth));
    assert_money_equal(worth, money(expected));
}

static void slices_of_coins_have_weights_of_their_own(void **state)
{
    (void)state;
    pool_scene *const self = weighted_pool(false);
    assert_worth(self, 0, "0.5", "28500"); /* 0.475 */
    assert_worth(self, 0, "1", "57000");   /* a slice begins above its floor */
    assert_worth(self, 0, "2", "111000");  /* 0.95 + 0.9 */
    assert_worth(self, 0, "5", "225000");  /* 0.95 + 1.8 + 1 */
    assert_worth(self, 0, "-1", "-66000"); /* 1.1 */
    assert_worth(self, 0, "0", "0");
    assert_worth(self, 2, "1000", "0");      /* USDC is not in the table */
    assert_worth(self, 2, "-1000", "-1000"); /* but owed all the same */
    close_pool(self);
}

static void slices_of_value_give_the_same_at_the_same_price(void **state)
{
    (void)state;
    pool_scene *const self = weighted_pool(true);
    assert_worth(self, 0, "0.5", "28500");
    assert_worth(self, 0, "5", "225000");
    self->asset[0].price = price(2400000, 20); /* 120000: 2.5 coins are 300000 */
    assert_worth(self, 0, "2.5", "225000");
    close_pool(self);
}

/* 3 units at 0.95 are 2.85, down 2; at a third of the price 0.66, down 0. Debts: 3 * 1.1 = 3.3 are
 * 4 down, at a third 1.33 are 2. */
static void roundings_go_against_the_account(void **state)
{
    (void)state;
    pool_scene *const self = weighted_pool(false);
    plm_money worth;
    self->asset[0].price = price(1, 3);
    assert_true(plm_equity_of_asset(&self->rules, &self->input, 0, units(3), ONE, &worth));
    assert_i128_equal(worth.v, 0);
    assert_true(plm_equity_of_asset(&self->rules, &self->input, 0, units(-3), ONE, &worth));
    assert_i128_equal(worth.v, -2);
    close_pool(self);
}

static void what_is_out_of_reach_does_not_count(void **state)
{
    (void)state;
    pool_scene *const self = weighted_pool(false);
    self->asset[0].lost = plm_amount_of(money("0.4"));
    assert_worth(self, 0, "1", "34200");   /* 0.6 * 0.95 */
    assert_worth(self, 0, "0.3", "0");     /* not below 0 */
    assert_worth(self, 0, "-1", "-66000"); /* a debt stays one */
    close_pool(self);
}

static void a_haircut_event_replaces_all_weights(void **state)
{
    (void)state;
    pool_scene *const self = weighted_pool(false);
    self->asset[0].weight = rate("0.2");
    assert_worth(self, 0, "5", "60000");
    assert_worth(self, 0, "-1", "-66000");
    self->asset[0].weight = 0;
    assert_worth(self, 0, "5", "0");
    close_pool(self);
}

/* USDT 100 + long 0.1 from 60000 at 61000; 1 BTC. */
static void profit_belongs_to_its_asset(void **state)
{
    (void)state;
    pool_scene *const self = weighted_pool(false);
    self->asset[0].balance = plm_amount_of(money("1"));
    (void)put_position(self, LINEAR, 100, 1200000, 1220000);
    assert_amount_equal(assess(self)->equity, "57200");
    assert_amount_equal(self->out.collateral, "57100");
    /* a loss of 1000 BTC-settled contracts of 1 USD: 1000 / 60000 - 1000 / 50000 */
    (void)put_position(self, INVERSE, 1000, 1200000, 1000000);
    plm_i128 const loss = money("0.003333333333333333").v; /* 0.02 - 0.016666666666666667 */
    plm_i128 const left = (money("1").v - loss) * 95 / 100;
    assert_i128_equal(plm_money_of(assess(self)->equity).v, left * 60000 + money("200").v);
    close_pool(self);
}

static void without_weights_amounts_count_as_they_are(void **state)
{
    (void)state;
    pool_scene *const self = weighted_pool(false);
    rules_of(self)->collateral.settle_only = true;
    assert_worth(self, 0, "5", "300000");
    assert_worth(self, 0, "-1", "-60000");
    rules_of(self)->collateral.settle_only = false;
    self->book.pool.cross = PLM_POOL_CURRENCY;
    assert_worth(self, 0, "5", "300000");
    self->asset[0].lost = plm_amount_of(money("1"));
    assert_worth(self, 0, "5", "240000");
    self->book.pool.cross = PLM_POOL_ACCOUNT;
    self->input.regime = PLM_MARGIN_ISOLATED;
    assert_worth(self, 0, "5", "240000");
    close_pool(self);
}

/* A factor is a price that has moved: never more than what the moved price gives. */
static void a_factor_bounds_a_moved_price(void **state)
{
    (void)state;
    for (int by_value = 0; by_value < 2; by_value++) {
        pool_scene *const self = weighted_pool(by_value != 0);
        for (int64_t i = 1; i < 2000; i++) {
            plm_money const amount = units((i % 2 == 0 ? 1 : -1) * i * 1234567);
            plm_rate const factor = ONE / 1000 * i;
            plm_money bound, worth;
            self->asset[0].price = price(7, 3);
            assert_true(plm_equity_of_asset(&self->rules, &self->input, 0, amount, factor, &bound));
            self->asset[0].price = price(7 * i, 3000);
            assert_true(plm_equity_of_asset(&self->rules, &self->input, 0, amount, ONE, &worth));
            assert_true(bound.v <= worth.v && worth.v - bound.v <= 4 + i / 500);
        }
        close_pool(self);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slices_of_coins_have_weights_of_their_own),
        cmocka_unit_test(slices_of_value_give_the_same_at_the_same_price),
        cmocka_unit_test(roundings_go_against_the_account),
        cmocka_unit_test(what_is_out_of_reach_does_not_count),
        cmocka_unit_test(a_haircut_event_replaces_all_weights),
        cmocka_unit_test(profit_belongs_to_its_asset),
        cmocka_unit_test(without_weights_amounts_count_as_they_are),
        cmocka_unit_test(a_factor_bounds_a_moved_price),
    };
    return cmocka_run_group_tests_name("equity", tests, NULL, NULL);
}
