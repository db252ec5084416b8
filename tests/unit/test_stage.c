/*
 * test_stage.c - promises of stage.h about steps:
 * - stages are taken in order; one that does not apply, has nothing to do, has had its rounds or
 *   whose positions are stalled is passed over; after the last one the episode waits and goes on
 *   with the first that closes;
 * - each `when`, `select` and `size` means what docs/margin.md, 8.2 and 8.3 says; the size of a
 *   target is enough, and one lot less is not;
 * - an answer leaves the input alone and is the same when asked again;
 * - the stages of each shipped rulebook follow one another as its page says.
 * The sequences are worked out by hand in the comments beside them.
 */
#include "stage_scene.h"

static void stages_come_in_order(void **state)
{
    (void)state;
    pool_scene *self = three_longs("6000");
    (void)put_stage(self, (plm_stage){.kind = PLM_STAGE_CANCEL});
    (void)put_stage(self, (plm_stage){.kind = PLM_STAGE_CLOSE,
                                      .select = PLM_SELECT_ALL,
                                      .size = PLM_SIZE_FULL,
                                      .price = PLM_STAGE_PRICE_MARKET});
    /* 1425 off: 3420 >= 900; 2850 off: 570 < 900 */
    assert_story(self, &willing, "cancel close 0:500 close 1:1000 done");
    close_pool(self);
}

static void what_is_stalled_is_passed_over(void **state)
{
    (void)state;
    world const dead = {.halted = PLM_NO_SYM};
    pool_scene *self = three_longs("6000");
    (void)put_stage(self, (plm_stage){.kind = PLM_STAGE_CANCEL});
    (void)put_stage(self, (plm_stage){.kind = PLM_STAGE_CLOSE,
                                      .select = PLM_SELECT_LOSS,
                                      .size = PLM_SIZE_FULL,
                                      .price = PLM_STAGE_PRICE_MARKET});
    plm_margin_state episode = {.episode = 1};
    char found[400];
    play(self, &dead, &episode, 30, found, sizeof found);
    assert_string_equal(found, "cancel close 1:1000 close 0:500 close 2:200 wait");
    /* the next test goes on with the first that closes, not with the orders */
    play(self, &willing, &episode, 30, found, sizeof found);
    assert_string_equal(found, "close 1:1000 close 0:500 done"); /* 3420 off 4845, 570 is left */
    close_pool(self);
}

static void rounds_are_counted(void **state)
{
    (void)state;
    pool_scene *self = three_longs("6000");
    (void)put_stage(self, (plm_stage){.kind = PLM_STAGE_CLOSE,
                                      .select = PLM_SELECT_ALL,
                                      .size = PLM_SIZE_STEP,
                                      .step = money("0.1"),
                                      .price = PLM_STAGE_PRICE_MARKET,
                                      .rounds = 2});
    (void)put_stage(self, (plm_stage){.kind = PLM_STAGE_CLOSE,
                                      .select = PLM_SELECT_MAINTENANCE,
                                      .size = PLM_SIZE_FULL,
                                      .price = PLM_STAGE_PRICE_MARKET});
    assert_story(self, &willing,
                 "close 0:100 close 0:100 close 1:1000 close 0:300 done"); /* 855 + 570, 570 */
    close_pool(self);
}

static void the_fund_or_others_take_what_the_book_does_not(void **state)
{
    (void)state;
    world const no_fund = {.halted = PLM_NO_SYM};
    for (int fund = 0; fund < 2; fund++) {
        pool_scene *self = three_longs("6000");
        (void)put_stage(self, (plm_stage){.kind = PLM_STAGE_CLOSE,
                                          .select = PLM_SELECT_ALL,
                                          .size = PLM_SIZE_FULL,
                                          .price = PLM_STAGE_PRICE_BANKRUPTCY,
                                          .rounds = 1});
        (void)put_stage(self, (plm_stage){.kind = PLM_STAGE_TAKEOVER,
                                          .price = PLM_STAGE_PRICE_BANKRUPTCY,
                                          .margin_all = true});
        (void)put_stage(self, (plm_stage){.kind = PLM_STAGE_ADL,
                                          .price = PLM_STAGE_PRICE_BANKRUPTCY,
                                          .when_fund_short = true});
        world venue = no_fund;
        venue.fund = fund == 1;
        assert_story(self, &venue,
                     fund == 1 ? "close 0:500 takeover 0:500 takeover 1:1000 takeover 2:200 done"
                               : "close 0:500 takeover 0:500 adl 0:500 adl 1:1000 adl 2:200 done");
        assert_i128_equal(plm_money_of(self->asset[0].balance).v, 0);
        close_pool(self);
    }
}

static void the_rest_goes_along_with_the_last_position(void **state)
{
    (void)state;
    pool_scene *self = three_longs("6000");
    plm_margin_state episode = {.episode = 1};
    (void)put_stage(
        self,
        (plm_stage){.kind = PLM_STAGE_TAKEOVER, .price = PLM_STAGE_PRICE_MARK, .margin_all = true});
    plm_margin_step step = next_step(self, &episode);
    assert_int_equal(step.margin_all, 0);
    assert_int_equal(step.shown_px, 570000);
    assert_money_equal(plm_money_of(step.value), money("28500"));
    self->position[1].qty = self->position[2].qty = 0;
    self->asset[0].balance = plm_amount_of(money("0")); /* it still fires */
    step = next_step(self, &episode);
    assert_int_equal(step.margin_all, 1);
    close_pool(self);
}

/* -- when ------------------------------------------------------------------------------------ */

static void conditions_choose_positions_and_stages(void **state)
{
    (void)state;
    pool_scene *self = three_longs("6000");
    put_tier(self, "*", "0", "0.05", 0);
    put_tier(self, "*", "20000", "0.05", 0);
    put_tier(self, "*", "50000", "0.05", 0);
    rules_of(self)->rate.kind = PLM_RATE_WHOLE;
    move_rules(self, 0);
    plm_stage stage = {.kind = PLM_STAGE_CLOSE,
                       .select = PLM_SELECT_ALL,
                       .size = PLM_SIZE_FULL,
                       .price = PLM_STAGE_PRICE_MARKET};
    plm_stage *const only = put_stage(self, stage);
    plm_margin_state episode = {.episode = 1};
    only->has_notional_above = true;
    only->notional_above = money("28500"); /* that of the first itself: not above */
    assert_int_equal(next_step(self, &episode).position, 1);
    only->has_notional_above = false;
    only->tier_from = 3;
    episode = (plm_margin_state){.episode = 1};
    assert_int_equal(next_step(self, &episode).position, 1);
    only->tier_from = 4;
    episode = (plm_margin_state){.episode = 1};
    assert_int_equal(next_step(self, &episode).action, PLM_MARGIN_ACTION_WAIT);
    only->tier_from = 0;
    only->has_equity_below = true;
    only->equity_below = rate("0.185758513932"); /* 900 / 4845 = 0.1857585139318... */
    episode = (plm_margin_state){.episode = 1};
    assert_int_equal(next_step(self, &episode).action, PLM_MARGIN_ACTION_CLOSE);
    only->equity_below = rate("0.185758513931");
    episode = (plm_margin_state){.episode = 1};
    assert_int_equal(next_step(self, &episode).action, PLM_MARGIN_ACTION_WAIT);
    close_pool(self);
}

static void a_cooldown_holds_up_or_steps_aside(void **state)
{
    (void)state;
    int64_t const second = INT64_C(1000000000);
    pool_scene *self = three_longs("6000");
    self->input.ts = 100 * second;
    plm_stage *const slow = put_stage(self, (plm_stage){.kind = PLM_STAGE_CLOSE,
                                                        .select = PLM_SELECT_ALL,
                                                        .size = PLM_SIZE_STEP,
                                                        .step = money("0.1"),
                                                        .price = PLM_STAGE_PRICE_MARKET,
                                                        .cooldown_ns = 30 * second});
    (void)put_stage(self, (plm_stage){.kind = PLM_STAGE_CLOSE,
                                      .select = PLM_SELECT_NOTIONAL,
                                      .size = PLM_SIZE_FULL,
                                      .price = PLM_STAGE_PRICE_MARKET});
    plm_margin_state episode = {.episode = 1, .start = self->input.ts};
    plm_margin_step step = next_step(self, &episode);
    assert_int_equal(step.qty, 100);
    perform(self, &willing, &step, &episode);
    step = next_step(self, &episode);
    assert_int_equal(step.action, PLM_MARGIN_ACTION_WAIT);
    assert_true(step.until == 130 * second);
    self->input.ts = 130 * second;
    assert_int_equal(next_step(self, &episode).qty, 100);
    /* with `cooling: no` the next stage goes on meanwhile */
    slow->when_not_cooling = true;
    self->input.ts = 140 * second;
    step = next_step(self, &episode);
    assert_int_equal(step.position, 1);
    assert_int_equal(step.qty, 1000);
    close_pool(self);
}

/* Three positions are refused: the stage has nothing more to do, the episode waits for another
 * price; when one comes within the cooldown, it waits for that, and asks again at its end. */
static void a_cooldown_is_waited_for_where_there_is_something_to_do(void **state)
{
    (void)state;
    int64_t const second = INT64_C(1000000000);
    pool_scene *self = three_longs("6000");
    self->input.ts = 100 * second;
    (void)put_stage(self, (plm_stage){.kind = PLM_STAGE_CLOSE,
                                      .select = PLM_SELECT_ALL,
                                      .size = PLM_SIZE_FULL,
                                      .price = PLM_STAGE_PRICE_MARKET,
                                      .cooldown_ns = 30 * second});
    plm_margin_state episode = {.episode = 1, .start = self->input.ts};
    for (uint32_t i = 0; i < 3; i++) {
        self->input.ts = (100 + 30 * i) * second;
        assert_int_equal(next_step(self, &episode).position, i);
        episode.stalled = 1;
        episode.steps++;
    }
    plm_margin_step step = next_step(self, &episode);
    assert_int_equal(step.action, PLM_MARGIN_ACTION_WAIT);
    assert_true(step.until == 0);
    self->input.ts = 170 * second;
    step = next_step(self, &episode);
    assert_int_equal(step.action, PLM_MARGIN_ACTION_WAIT);
    assert_true(step.until == 190 * second);
    self->input.ts = 190 * second;
    step = next_step(self, &episode);
    assert_int_equal(step.action, PLM_MARGIN_ACTION_CLOSE);
    assert_int_equal(step.position, 0);
    close_pool(self);
}

static void an_episode_ends_when_its_stage_says_so(void **state)
{
    (void)state;
    pool_scene *self = three_longs("12000"); /* equity 6900: above maintenance and 9690 / 2 */
    plm_stage *const only = put_stage(self, (plm_stage){.kind = PLM_STAGE_CLOSE,
                                                        .select = PLM_SELECT_ALL,
                                                        .size = PLM_SIZE_FULL,
                                                        .price = PLM_STAGE_PRICE_MARKET});
    plm_margin_state episode = {.episode = 1, .steps = 1};
    assert_int_equal(next_step(self, &episode).action, PLM_MARGIN_ACTION_DONE);
    only->until_initial = true; /* 9690 */
    assert_int_equal(next_step(self, &episode).action, PLM_MARGIN_ACTION_CLOSE);
    only->until_initial = false;
    only->until_buffer = rate("0.5"); /* 4845 * 1.5 = 7267.5 */
    episode = (plm_margin_state){.episode = 1, .steps = 1};
    assert_int_equal(next_step(self, &episode).action, PLM_MARGIN_ACTION_CLOSE);
    only->until_buffer = rate("0.4"); /* 6783 */
    assert_int_equal(next_step(self, &episode).action, PLM_MARGIN_ACTION_DONE);
    close_pool(self);
}

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
    self->asset[0].balance = plm_amount_of(money("6000"));
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
    self->position[0].cost = self->position[1].cost;
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

/* Of three, one that is marked is never drawn, the others as often as each other; of all marked,
 * none. Marks of a stage that has passed none yet are of an earlier one. */
static void random_draws_among_those_that_are_left(void **state)
{
    (void)state;
    uint32_t counts[3] = {0};
    pool_scene *self = three_longs("6000");
    (void)put_stage(self, (plm_stage){.kind = PLM_STAGE_CLOSE,
                                      .select = PLM_SELECT_RANDOM,
                                      .size = PLM_SIZE_FULL,
                                      .price = PLM_STAGE_PRICE_MARKET});
    self->position[1].passed = 1;
    for (uint32_t i = 0; i < 900; i++) {
        plm_margin_state episode = {.episode = 1 + i / 30, .steps = i % 30, .passed = 1, .seed = 7};
        counts[next_step(self, &episode).position]++;
    }
    assert_int_equal(counts[1], 0);
    assert_in_range(counts[0], 400, 500); /* 450 by chance, sigma 15 */
    self->position[0].passed = self->position[2].passed = 1;
    plm_margin_state episode = {.episode = 1, .passed = 3, .seed = 7};
    assert_int_equal(next_step(self, &episode).action, PLM_MARGIN_ACTION_WAIT);
    episode = (plm_margin_state){.episode = 1, .seed = 7};
    assert_int_equal(next_step(self, &episode).action, PLM_MARGIN_ACTION_CLOSE);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stages_come_in_order),
        cmocka_unit_test(what_is_stalled_is_passed_over),
        cmocka_unit_test(rounds_are_counted),
        cmocka_unit_test(the_fund_or_others_take_what_the_book_does_not),
        cmocka_unit_test(the_rest_goes_along_with_the_last_position),
        cmocka_unit_test(conditions_choose_positions_and_stages),
        cmocka_unit_test(a_cooldown_holds_up_or_steps_aside),
        cmocka_unit_test(a_cooldown_is_waited_for_where_there_is_something_to_do),
        cmocka_unit_test(an_episode_ends_when_its_stage_says_so),
        cmocka_unit_test(selections_are_the_largest_first),
        cmocka_unit_test(delta_takes_the_side_that_is_too_much),
        cmocka_unit_test(random_is_drawn_anew_at_each_step),
        cmocka_unit_test(random_draws_among_those_that_are_left),
        cmocka_unit_test(fractions_and_steps_are_whole_lots),
        cmocka_unit_test(tiers_down_stays_below_the_bound),
        cmocka_unit_test(a_target_is_enough_and_one_lot_less_is_not),
        cmocka_unit_test(a_target_pays_its_fees),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
