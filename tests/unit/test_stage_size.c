/*
 * test_stage_size.c - promises of stage.h about single steps: each `select`, `size`, `price` and
 * `channel` means what docs/margin.md, 8.2 and 8.3 says; the size of a target is enough, and one
 * lot less is not. Numbers are worked out by hand in the comments beside them.
 */
#include "stage_help.h"

/* -- select ---------------------------------------------------------------------------------- */

static uint32_t selected(pool_scene *self, plm_select select, uint32_t passed)
{
    rules_of(self)->stage_count = 0;
    (void)put_stage(self, (plm_stage){.kind = PLM_STAGE_CLOSE,
                                      .select = select,
                                      .size = PLM_SIZE_FULL,
                                      .price = PLM_STAGE_PRICE_MARKET});
    plm_margin_state episode = {.episode = 1, .passed = passed, .seed = 7};
    plm_margin_step const step = next_step(self, &episode);
    return step.action == PLM_MARGIN_ACTION_CLOSE ? step.position : UINT32_MAX;
}

static void selections_are_the_largest_first(void **state)
{
    (void)state;
    pool_scene *self = three_longs("6000");
    self->position[2].cost = plm_amount_of(money("16000")); /* a loss of 4600 */
    self->asset[0].balance = plm_amount_of(money("10000"));
    static const struct {
        plm_select select;
        uint32_t order[4];
    } cases[] = {
        {PLM_SELECT_ALL, {0, 1, 2, UINT32_MAX}},
        {PLM_SELECT_MAINTENANCE, {1, 0, 2, UINT32_MAX}},
        {PLM_SELECT_LOSS, {2, 1, 0, UINT32_MAX}},
        {PLM_SELECT_NOTIONAL, {1, 0, 2, UINT32_MAX}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (uint32_t passed = 0; passed < 4; passed++) {
            assert_int_equal(selected(self, cases[i].select, passed), cases[i].order[passed]);
        }
    }
    self->position[0].qty = 1000; /* equal keys keep their order */
    assert_int_equal(selected(self, PLM_SELECT_NOTIONAL, 0), 0);
    assert_int_equal(selected(self, PLM_SELECT_NOTIONAL, 1), 1);
    close_pool(self);
}

/* BTC: longs of 1 and 0.2, a short of 0.5: net long 0.7 of it; ETH quanto: short, worth less. */
static void delta_takes_the_side_that_is_too_much(void **state)
{
    (void)state;
    pool_scene *self = three_longs("6000");
    self->position[0].qty = -500;
    self->position[0].cost = plm_amount_of(money("-30000"));
    assert_int_equal(selected(self, PLM_SELECT_DELTA, 0), 1);
    assert_int_equal(selected(self, PLM_SELECT_DELTA, 1), 2);
    assert_int_equal(selected(self, PLM_SELECT_DELTA, 2), UINT32_MAX);
    self->position[0].qty = -5000;
    self->position[0].cost = plm_amount_of(money("-280000"));
    assert_int_equal(selected(self, PLM_SELECT_DELTA, 0), 0);
    close_pool(self);
}

/* Each position is drawn, by seed, step and episode, as often as chance has it. */
static void random_is_drawn_anew_at_each_step(void **state)
{
    (void)state;
    uint32_t counts[3] = {0};
    pool_scene *self = three_longs("6000");
    (void)put_stage(self, (plm_stage){.kind = PLM_STAGE_CLOSE,
                                      .select = PLM_SELECT_RANDOM,
                                      .size = PLM_SIZE_FULL,
                                      .price = PLM_STAGE_PRICE_MARKET});
    for (uint32_t i = 0; i < 900; i++) {
        plm_margin_state episode = {.episode = 1 + i / 30, .steps = i % 30, .seed = 7};
        counts[next_step(self, &episode).position]++;
    }
    for (uint32_t i = 0; i < 3; i++) {
        assert_in_range(counts[i], 250, 350); /* 300 by chance, sigma 14 */
    }
    close_pool(self);
}

/* -- size ------------------------------------------------------------------------------------ */

static plm_qty size_of(pool_scene *self, plm_stage stage)
{
    rules_of(self)->stage_count = 0;
    stage.kind = PLM_STAGE_CLOSE;
    stage.select = PLM_SELECT_ALL;
    stage.price = PLM_STAGE_PRICE_MARKET;
    (void)put_stage(self, stage);
    plm_margin_state episode = {.episode = 1};
    return next_step(self, &episode).qty;
}

static void fractions_and_steps_are_whole_lots(void **state)
{
    (void)state;
    pool_scene *self = three_longs("6000");
    assert_int_equal(size_of(self, (plm_stage){.size = PLM_SIZE_FULL}), 500);
    plm_stage part = {.size = PLM_SIZE_FRACTION, .fraction = rate("0.2")};
    assert_int_equal(size_of(self, part), 100);
    part.fraction = rate("0.2001"); /* 100.05, up */
    assert_int_equal(size_of(self, part), 101);
    part.min_notional = money("10000"); /* 10000 / 28500 * 500 = 175.4, up */
    assert_int_equal(size_of(self, part), 176);
    part.min_notional = money("50000");
    assert_int_equal(size_of(self, part), 500);
    plm_stage step = {.size = PLM_SIZE_STEP, .step = money("0.0105")};
    assert_int_equal(size_of(self, step), 10); /* down */
    step.step = money("0.0001");
    assert_int_equal(size_of(self, step), 1); /* at least a lot */
    step.step = money("7");
    assert_int_equal(size_of(self, step), 500);
    close_pool(self);
}

/* Tiers of value from 0, 5700, 11400, 17100, 22800: 28500 is in the fifth. Two down is the third,
 * below 17100: 0.299 BTC may stay. */
static void tiers_down_stays_below_the_bound(void **state)
{
    (void)state;
    pool_scene *self = three_longs("6000");
    rules_of(self)->rate.kind = PLM_RATE_WHOLE;
    static const char *const from[] = {"0", "5700", "11400", "17100", "22800"};
    for (size_t i = 0; i < 5; i++) {
        put_tier(self, "*", from[i], "0.05", 0);
    }
    move_rules(self, 0);
    plm_stage down = {.size = PLM_SIZE_TIERS_DOWN, .tiers_down = 2};
    assert_int_equal(size_of(self, down), 201);
    down.tiers_down = 5;
    assert_int_equal(size_of(self, down), 500);
    close_pool(self);
}

/* Closing n lots of the first at the mark frees 2.85 each: 4845 - 2.85 n < E. */
static void a_target_is_enough_and_one_lot_less_is_not(void **state)
{
    (void)state;
    pool_scene *self = three_longs("9000"); /* equity 3900: n > 331.57 */
    plm_stage target = {.size = PLM_SIZE_TARGET};
    assert_int_equal(size_of(self, target), 332);
    rules_of(self)->trigger_above = true;
    self->asset[0].balance = plm_amount_of(money("8997.3")); /* 3897.3: exactly 332.5263 */
    assert_int_equal(size_of(self, target), 333);
    self->asset[0].balance = plm_amount_of(money("8998.8")); /* equity 3898.8 = 4845 - 2.85 * 332 */
    assert_int_equal(size_of(self, target), 332);
    rules_of(self)->trigger_above = false;
    assert_int_equal(size_of(self, target), 333);
    target.buffer = rate("0.1"); /* (4845 - 2.85 n) * 1.1 < 3898.8: n > 456.35... */
    assert_int_equal(size_of(self, target), 457);
    target.buffer = 0;
    target.view_initial = true; /* 9690 - 5.7 n: even all of it is not enough */
    assert_int_equal(size_of(self, target), 500);
    close_pool(self);
}

/* Fees come off before: each lot costs 57 * 0.0005 and 57 * 0.01. */
static void a_target_pays_its_fees(void **state)
{
    (void)state;
    pool_scene *self = three_longs("9000");
    rules_of(self)->fee.rate = rate("0.01");
    rules_of(self)->fee.taker_fee = true;
    move_rules(self, 0);
    /* 3900 - 0.5985 n > 4845 - 2.85 n: n > 419.7 */
    assert_int_equal(size_of(self, (plm_stage){.size = PLM_SIZE_TARGET}), 420);
    close_pool(self);
}

/* -- prices and keepers ---------------------------------------------------------------------- */

static void limits_are_bankruptcy_or_fillable(void **state)
{
    (void)state;
    pool_scene *self = three_longs("6000"); /* equity 900 of 4845 */
    plm_stage *const only = put_stage(self, (plm_stage){.kind = PLM_STAGE_CLOSE,
                                                        .select = PLM_SELECT_ALL,
                                                        .size = PLM_SIZE_FULL,
                                                        .price = PLM_STAGE_PRICE_BANKRUPTCY});
    plm_margin_state episode = {.episode = 1};
    /* share 900 * 1425 / 4845 = 264.70...: (28500 - 264.70) / 0.5 = 56470.58..., up */
    assert_int_equal(next_step(self, &episode).limit, 564706);
    only->price = PLM_STAGE_PRICE_FILLABLE;
    only->spread = rate("1.5");
    /* 1 - 900 / 4845 = 0.814241486068; 1.5 * 1425 * that = 1740.44...: 53519.11..., up */
    assert_int_equal(next_step(self, &episode).limit, 535192);
    self->asset[0].balance = plm_amount_of(money("-1000"));    /* no equity: all of the spread */
    assert_int_equal(next_step(self, &episode).limit, 527250); /* (28500 - 2137.5) / 0.5 */
    close_pool(self);
}

static void a_keeper_comes_late_and_takes_what_it_can(void **state)
{
    (void)state;
    pool_scene *self = three_longs("6000");
    self->input.ts = 1000;
    (void)put_stage(self, (plm_stage){.kind = PLM_STAGE_CLOSE,
                                      .select = PLM_SELECT_ALL,
                                      .size = PLM_SIZE_FULL,
                                      .price = PLM_STAGE_PRICE_MARKET,
                                      .keeper = true,
                                      .keeper_latency_ns = 500,
                                      .keeper_inventory = money("40000"),
                                      .keeper_fee = rate("0.01")});
    plm_margin_state episode = {.episode = 1, .start = 1000};
    plm_margin_step step = next_step(self, &episode);
    assert_int_equal(step.action, PLM_MARGIN_ACTION_WAIT);
    assert_int_equal(step.until, 1500);
    self->input.ts = 1500;
    step = next_step(self, &episode);
    assert_int_equal(step.action, PLM_MARGIN_ACTION_KEEPER);
    assert_int_equal(step.qty, 500);
    assert_int_equal(step.px2, 1128600); /* 57000 * 0.99, doubled */
    perform(self, &willing, &step, &episode);
    step = next_step(self, &episode);
    assert_int_equal(step.position, 1);
    assert_int_equal(step.qty, 201); /* 11500 of 57 a lot: 201.7 */
    perform(self, &willing, &step, &episode);
    assert_int_equal(next_step(self, &episode).action, PLM_MARGIN_ACTION_WAIT);
    close_pool(self);
}

static void legs_and_debts_are_settled_first(void **state)
{
    (void)state;
    pool_scene *self = three_longs("3000");
    self->position[0].leg = 1;
    self->position[1].leg = 2;
    self->position[1].qty = -300;
    self->position[1].cost = plm_amount_of(money("-18000"));
    self->input.position_count = 2;
    (void)put_stage(self, (plm_stage){.kind = PLM_STAGE_CANCEL, .cancel_opening_only = true});
    (void)put_stage(self, (plm_stage){.kind = PLM_STAGE_OFFSET_LEGS});
    (void)put_stage(self, (plm_stage){.kind = PLM_STAGE_REPAY, .cost = 5});
    self->asset[0].balance = plm_amount_of(money("1000"));
    plm_margin_state episode = {.episode = 1};
    plm_margin_step step = next_step(self, &episode); /* no orders: nothing to cancel */
    assert_int_equal(step.action, PLM_MARGIN_ACTION_OFFSET);
    assert_int_equal(step.position, 0);
    assert_int_equal(step.qty, 300);
    assert_int_equal(step.px2, 1140000);
    self->position[0].buy_qty = 1;
    episode = (plm_margin_state){.episode = 1};
    assert_int_equal(next_step(self, &episode).action, PLM_MARGIN_ACTION_CANCEL);
    self->position[1].qty = 0;
    (void)put_asset(self, BTC, "-1", price(57000, 1));
    step = next_step(self, &episode);
    assert_int_equal(step.action, PLM_MARGIN_ACTION_REPAY);
    assert_int_equal(step.cost, 5);
    close_pool(self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(selections_are_the_largest_first),
        cmocka_unit_test(delta_takes_the_side_that_is_too_much),
        cmocka_unit_test(random_is_drawn_anew_at_each_step),
        cmocka_unit_test(fractions_and_steps_are_whole_lots),
        cmocka_unit_test(tiers_down_stays_below_the_bound),
        cmocka_unit_test(a_target_is_enough_and_one_lot_less_is_not),
        cmocka_unit_test(a_target_pays_its_fees),
        cmocka_unit_test(limits_are_bankruptcy_or_fillable),
        cmocka_unit_test(a_keeper_comes_late_and_takes_what_it_can),
        cmocka_unit_test(legs_and_debts_are_settled_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
