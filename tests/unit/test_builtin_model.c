/*
 * test_builtin_model.c - promises of builtin_model.h: through the doors of a model come the answers
 * of assessment, admission, bands and stages under the rules that are in force then; what does not
 * fit is an error and leaves the answer alone.
 */
#include "rule_help.h"

#include "band.h"
#include "builtin_model.h"

static pool_scene *long_pool(void)
{
    pool_scene *const self = open_pool();
    (void)put_asset(self, USDT, "9000", price(1, 1));
    (void)put_position(self, LINEAR, 1000, 1200000, 1200000);
    move_rules(self, 0);
    return self;
}

static void the_doors_lead_to_the_rulebook(void **state)
{
    (void)state;
    pool_scene *const self = long_pool();
    plm_builtin_model built;
    plm_builtin_model_init(&built, &self->rules);
    const plm_margin_model *const model = &built.model;
    assert_int_equal(model->size, sizeof *model);
    assert_string_equal(model->descriptor->id, "rulebook");
    assert_int_equal(model->init(model), PLM_RESULT_OK);
    assert_int_equal(model->assess(model, &self->input, &self->out), PLM_RESULT_OK);
    assert_amount_equal(self->out.maintenance, "3000");
    plm_margin_order const order = {.side = PLM_SIDE_BUY, .qty = 500, .opening = 500, .px = 600000};
    plm_margin_verdict verdict = {.size = sizeof verdict};
    assert_int_equal(model->admit(model, &self->input, &self->out, &order, &verdict),
                     PLM_RESULT_OK);
    assert_amount_equal(verdict.need, "3015");
    plm_margin_wish const wish = {ONE, {0, 0}};
    plm_margin_band through[3], direct[3];
    assert_int_equal(model->safe_band(model, &self->input, &self->out, &wish, through),
                     PLM_RESULT_OK);
    assert_true(plm_band(&self->rules, &self->input, &self->out, &wish, direct));
    assert_memory_equal(through, direct, sizeof direct);
    rules_of(self)->rate.flat = rate("0.1"); /* what is in force at the call */
    assert_int_equal(model->assess(model, &self->input, &self->out), PLM_RESULT_OK);
    assert_amount_equal(self->out.maintenance, "6000");
    model->destroy(model);
    close_pool(self);
}

static void a_liquidation_takes_the_stages_of_the_rulebook(void **state)
{
    (void)state;
    pool_scene *const self = long_pool();
    rules_of(self)->stage_count = 1;
    rules_of(self)->stage[0] = (plm_stage){.kind = PLM_STAGE_CLOSE,
                                           .select = PLM_SELECT_ALL,
                                           .size = PLM_SIZE_FULL,
                                           .price = PLM_STAGE_PRICE_MARKET,
                                           .rounds = 1000};
    self->asset[0].balance = plm_amount_of(money("100"));
    plm_builtin_model built;
    plm_builtin_model_init(&built, &self->rules);
    assert_int_equal(built.model.assess(&built.model, &self->input, &self->out), PLM_RESULT_OK);
    plm_margin_state episode = {.episode = 1};
    plm_margin_step step = {.size = sizeof step};
    assert_int_equal(built.model.liquidate(&built.model, &self->input, &self->out, &episode, &step),
                     PLM_RESULT_OK);
    assert_int_equal(step.action, PLM_MARGIN_ACTION_CLOSE);
    assert_int_equal(step.side, PLM_SIDE_SELL);
    assert_int_equal(step.qty, 1000);
    close_pool(self);
}

static void what_does_not_fit_is_an_error(void **state)
{
    (void)state;
    pool_scene *const self = long_pool();
    plm_builtin_model built;
    plm_builtin_model_init(&built, &self->rules);
    self->position[0].qty = INT64_MAX;
    self->position[0].requirement_px2 = INT64_MAX;
    self->out.maintenance = plm_amount_of(units(42));
    assert_int_equal(built.model.assess(&built.model, &self->input, &self->out), PLM_RESULT_ERROR);
    assert_i128_equal(plm_money_of(self->out.maintenance).v, 42);
    close_pool(self);
}

static void the_registry_ends(void **state)
{
    (void)state;
    assert_string_equal(plm_builtin_descriptor(0)->id, "rulebook");
    assert_null(plm_builtin_descriptor(1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_doors_lead_to_the_rulebook),
        cmocka_unit_test(a_liquidation_takes_the_stages_of_the_rulebook),
        cmocka_unit_test(what_does_not_fit_is_an_error),
        cmocka_unit_test(the_registry_ends),
    };
    return cmocka_run_group_tests_name("builtin_model", tests, NULL, NULL);
}
