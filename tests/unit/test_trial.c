/*
 * test_trial.c - promises of trial.h: what is tried leaves the origin alone, counts as a fill
 * would, and is undone by a reset; the trigger is compared exactly, with its buffer.
 */
#include "rule_help.h"

#include "trial.h"

/* 10 long at 100 on 200 USDT, price 90: equity 100; half of it closed at 90 leaves it as it was. */
static void a_close_moves_profit_into_the_balance(void **state)
{
    (void)state;
    pool_scene *const self = open_pool();
    (void)put_asset(self, USDT, "6000", price(1, 1));
    (void)put_position(self, LINEAR, 1000, 1200000, 1140000);
    move_rules(self, 0);
    plm_money const before = plm_money_of(assess(self)->equity);
    plm_trial trial;
    plm_trial_init(&trial, &self->rules, &self->input);
    plm_money value;
    assert_true(plm_margin_value(&self->rules, &self->position[0], &value));
    plm_money const half = {value.v / 2};
    assert_true(plm_trial_close(&trial, 0, 500, half));
    assert_true(plm_trial_assess(&trial));
    assert_true(plm_money_of(trial.out.equity).v == before.v);
    assert_true(2 * plm_money_of(trial.out.maintenance).v == plm_money_of(self->out.maintenance).v);
    assert_true(plm_trial_pay(&trial, 0, money("1")));
    assert_true(plm_trial_assess(&trial));
    assert_true(plm_money_of(trial.out.equity).v == before.v - money("1").v);
    assert_int_equal(self->position[0].qty, 1000);
    plm_trial_reset(&trial);
    assert_true(plm_trial_assess(&trial));
    assert_true(plm_money_of(trial.out.maintenance).v == plm_money_of(self->out.maintenance).v);
    plm_trial_fini(&trial);
    close_pool(self);
}

/* 100 against 90 with 10 %: 99 is below 100, with 12 % 100.8 is above. */
static void the_trigger_counts_the_buffer(void **state)
{
    (void)state;
    plm_rule_set set = {.trigger_above = false};
    assert_false(plm_margin_fires(&set, money("90"), money("100"), rate("0.1")));
    assert_true(plm_margin_fires(&set, money("90"), money("100"), rate("0.12")));
    assert_true(plm_margin_fires(&set, money("100"), money("100"), 0));
    set.trigger_above = true;
    assert_false(plm_margin_fires(&set, money("100"), money("100"), 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_close_moves_profit_into_the_balance),
        cmocka_unit_test(the_trigger_counts_the_buffer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
