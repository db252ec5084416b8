/*
 * test_rules.c - promises of rules.h:
 * - of the rows of a table those in force are the newest of the symbol, else of its base asset,
 *   else of all; older ones of the same key are replaced as a whole;
 * - moving tells whether anything changed, and the next change is the first date ahead;
 * - risk units are numbered by underlying, or by base asset where there is none.
 */
#include "rule_help.h"

#define DAY INT64_C(86400000000000)

static void put_dated(pool_scene *self, const char *key, plm_ts from, const char *maintenance)
{
    put_tier(self, key, "0", maintenance, 0);
    self->rate[rules_of(self)->rate.row_count - 1].effective_from = from;
}

static plm_rate rate_of(const pool_scene *self, uint32_t sym)
{
    plm_rule_rows const rows = self->rules.rate[sym];
    return rows.count == 0 ? 0 : self->rate[rows.first].maintenance;
}

static void the_nearest_key_in_force_is_taken(void **state)
{
    (void)state;
    pool_scene *const self = open_pool();
    put_dated(self, "*", 1, "0.01");
    put_dated(self, "BTCUSDT", 10 * DAY, "0.02");
    put_dated(self, "base:BTC", 5 * DAY, "0.03");
    move_rules(self, 0);
    assert_int_equal(rate_of(self, LINEAR), 0);
    assert_false(plm_rules_has(&self->rules, LINEAR));
    assert_int_equal(self->rules.next_change, 1);
    assert_false(plm_rules_move(&self->rules, 0));
    assert_true(plm_rules_move(&self->rules, 1));
    assert_true(plm_rules_has(&self->rules, LINEAR));
    assert_int_equal(rate_of(self, LINEAR), rate("0.01"));
    assert_int_equal(self->rules.next_change, 5 * DAY);
    assert_false(plm_rules_move(&self->rules, 5 * DAY - 1));
    assert_true(plm_rules_move(&self->rules, 5 * DAY));
    assert_int_equal(rate_of(self, LINEAR), rate("0.03"));
    assert_int_equal(rate_of(self, INVERSE), rate("0.03"));
    assert_int_equal(rate_of(self, QUANTO), rate("0.01")); /* its base is ETH */
    assert_true(plm_rules_move(&self->rules, 10 * DAY));
    assert_int_equal(rate_of(self, LINEAR), rate("0.02"));
    assert_int_equal(rate_of(self, INVERSE), rate("0.03"));
    assert_int_equal(self->rules.next_change, PLM_TS_MAX);
    assert_false(plm_rules_has(&self->rules, SPOT)); /* no margin, whatever the table */
    close_pool(self);
}

static void newer_rows_replace_all_older_ones_of_their_key(void **state)
{
    (void)state;
    pool_scene *const self = open_pool();
    put_tier(self, "*", "0", "0.01", 0);
    put_tier(self, "*", "1000", "0.02", 0);
    put_dated(self, "*", DAY, "0.05");
    move_rules(self, 0);
    assert_int_equal(self->rules.rate[LINEAR].count, 2);
    assert_true(plm_rules_move(&self->rules, DAY));
    assert_int_equal(self->rules.rate[LINEAR].count, 1);
    assert_int_equal(rate_of(self, LINEAR), rate("0.05"));
    close_pool(self);
}

static void a_change_of_the_rulebook_replaces_a_set(void **state)
{
    (void)state;
    pool_scene *const self = open_pool();
    self->book.set_count = 2;
    self->book.set[1] = self->book.set[0];
    self->book.set[1].from = 3 * DAY;
    self->book.set[1].fee.rate = rate("0.01");
    move_rules(self, 0);
    assert_int_equal(self->rules.fee[LINEAR], 0);
    assert_int_equal(self->rules.next_change, 3 * DAY);
    assert_true(plm_rules_move(&self->rules, 4 * DAY));
    assert_ptr_equal(self->rules.set, &self->book.set[1]);
    assert_int_equal(self->rules.fee[LINEAR], rate("0.01"));
    close_pool(self);
}

static void assets_have_weights_and_borrow_rates(void **state)
{
    (void)state;
    static const plm_borrow_row borrow[] = {{"USDT", 0, 5}, {"USDT", DAY, 7}};
    pool_scene *const self = open_pool();
    plm_collateral_rule *const rule = &rules_of(self)->collateral;
    self->collateral[0] = (plm_collateral_row){.asset = "BTC", .weight = rate("0.9")};
    self->collateral[1] = (plm_collateral_row){.asset = "BTC", .from = money("1")};
    rule->row_count = 2;
    rule->borrow_row = borrow;
    rule->borrow_count = 2;
    move_rules(self, 0);
    assert_int_equal(self->rules.collateral[BTC].count, 2);
    assert_int_equal(self->rules.collateral[USDT].count, 0);
    assert_int_equal(self->rules.borrow[USDT], 5);
    assert_int_equal(self->rules.borrow[BTC], 0);
    assert_true(plm_rules_move(&self->rules, DAY));
    assert_int_equal(self->rules.borrow[USDT], 7);
    close_pool(self);
}

static void units_are_underlyings_or_base_assets(void **state)
{
    (void)state;
    static const plm_spread_credit credit[] = {{{"ETH", "BTC"}, ONE}, {{"BTC", "DOGE"}, ONE}};
    plm_instrument rows[ROW_COUNT];
    memcpy(rows, money_rows, sizeof rows);
    memcpy(rows[FUTURE].underlying, "BASKET", 7);
    pool_scene *const self = open_pool_of(rows, ROW_COUNT);
    assert_int_equal(self->rules.unit[LINEAR], 0);
    assert_int_equal(self->rules.unit[INVERSE], 0);
    assert_int_equal(self->rules.unit[QUANTO], 1);
    assert_int_equal(self->rules.unit[FUTURE], 2);
    assert_int_equal(self->rules.unit[SPOT], PLM_NO_UNIT);
    assert_int_equal(self->rules.unit_count, 3);
    rules_of(self)->offset = (plm_offset_rule){.credit_count = 2, .credit = credit};
    move_rules(self, 0);
    assert_int_equal(self->rules.credit[0].unit[0], 1);
    assert_int_equal(self->rules.credit[0].unit[1], 0);
    assert_int_equal(self->rules.credit[1].unit[1], PLM_NO_UNIT);
    close_pool(self);
}

static void a_grid_is_needed_under_portfolio_alone(void **state)
{
    (void)state;
    pool_scene *const self = open_pool();
    self->scenario[0] = (plm_scenario_row){.unit = "BTC", .weight = ONE};
    rules_of(self)->rate.scenario_count = 1;
    move_rules(self, 0);
    assert_true(plm_rules_covers(&self->rules, LINEAR, PLM_REGIME_PORTFOLIO));
    assert_false(plm_rules_covers(&self->rules, QUANTO, PLM_REGIME_PORTFOLIO));
    assert_true(plm_rules_covers(&self->rules, QUANTO, PLM_REGIME_CROSS));
    assert_false(plm_rules_covers(&self->rules, SPOT, PLM_REGIME_CROSS));
    close_pool(self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_nearest_key_in_force_is_taken),
        cmocka_unit_test(newer_rows_replace_all_older_ones_of_their_key),
        cmocka_unit_test(a_change_of_the_rulebook_replaces_a_set),
        cmocka_unit_test(assets_have_weights_and_borrow_rates),
        cmocka_unit_test(units_are_underlyings_or_base_assets),
        cmocka_unit_test(a_grid_is_needed_under_portfolio_alone),
    };
    return cmocka_run_group_tests_name("rules", tests, NULL, NULL);
}
