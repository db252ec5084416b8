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
#include "rule_help.h"

#include <stdio.h>
#include <stdlib.h>

#include "stage.h"
#include "trial.h"

/* -- a venue in a few lines ------------------------------------------------------------------ */

/* How the world answers: what fills, whether the fund takes over. */
typedef struct world {
    bool fills, fund;
    uint32_t halted; /* sym that never fills, PLM_NO_SYM: none */
} world;

static const world willing = {.fills = true, .fund = true, .halted = PLM_NO_SYM};

static plm_margin_step next_step(pool_scene *self, plm_margin_state *state)
{
    plm_margin_step step, again;
    plm_margin_state copy = *state;
    (void)assess(self);
    assert_true(plm_stage_next(&self->rules, &self->input, &self->out, &copy, &again));
    assert_true(plm_stage_next(&self->rules, &self->input, &self->out, state, &step));
    assert_memory_equal(&step, &again, sizeof step);
    assert_memory_equal(state, &copy, sizeof copy);
    return step;
}

static void close_part(pool_scene *self, uint32_t position, plm_qty qty, plm_money value)
{
    plm_trial trial;
    plm_trial_init(&trial, &self->rules, &self->input);
    assert_true(plm_trial_close(&trial, position, qty, value));
    memcpy(self->position, trial.position, self->input.position_count * sizeof *trial.position);
    memcpy(self->asset, trial.asset, self->input.asset_count * sizeof *trial.asset);
    plm_trial_fini(&trial);
}

static plm_money value_of(const pool_scene *self, uint32_t position, plm_qty qty, int64_t px2)
{
    const plm_margin_position *const row = &self->position[position];
    plm_money value;
    assert_true(plm_contract_value2(&self->contracts.contract[row->sym], row->qty < 0 ? -qty : qty,
                                    px2, &value));
    return value;
}

static void perform(pool_scene *self, const world *venue, const plm_margin_step *step,
                    plm_margin_state *state)
{
    const plm_margin_position *const row = &self->position[step->position];
    int64_t const px2 = row->requirement_px2;
    bool const beyond =
        step->limit != 0 && (row->qty > 0 ? px2 < 2 * step->limit : px2 > 2 * step->limit);
    state->stalled = 0;
    switch ((plm_margin_action)step->action) {
    case PLM_MARGIN_ACTION_CLOSE:
        state->stalled = !venue->fills || row->sym == venue->halted || beyond;
        if (!state->stalled) {
            close_part(self, step->position, step->qty,
                       value_of(self, step->position, step->qty, px2));
        }
        break;
    case PLM_MARGIN_ACTION_KEEPER:
        close_part(self, step->position, step->qty,
                   value_of(self, step->position, step->qty, step->px2));
        break;
    case PLM_MARGIN_ACTION_OFFSET:
        close_part(self, step->position, step->qty,
                   value_of(self, step->position, step->qty, step->px2));
        close_part(self, step->position + 1, step->qty,
                   value_of(self, step->position + 1, step->qty, step->px2));
        break;
    case PLM_MARGIN_ACTION_TAKEOVER:
        state->fund_short = state->stalled = !venue->fund;
        if (venue->fund) {
            close_part(self, step->position, step->qty, plm_money_of(step->value));
        }
        break;
    case PLM_MARGIN_ACTION_ADL:
        close_part(self, step->position, step->qty, plm_money_of(step->value));
        break;
    case PLM_MARGIN_ACTION_CANCEL:
    case PLM_MARGIN_ACTION_REPAY:
        self->position[0].buy_qty = 0;
        break;
    case PLM_MARGIN_ACTION_NONE:
    case PLM_MARGIN_ACTION_DONE:
    case PLM_MARGIN_ACTION_WAIT:
        break;
    }
    state->steps++;
}

static const char *const words[] = {"none",   "done",   "wait",  "cancel",   "close",
                                    "keeper", "offset", "repay", "takeover", "adl"};

/* "cancel close 0:500 done": position and quantity of what has them. */
static void play(pool_scene *self, const world *venue, plm_margin_state *state, uint32_t steps_max,
                 char *out, size_t cap)
{
    size_t size = 0;
    out[0] = '\0';
    for (uint32_t i = 0; i < steps_max; i++) {
        plm_margin_step const step = next_step(self, state);
        bool const has = step.qty != 0;
        int const length =
            snprintf(out + size, cap - size, "%s%s", i == 0 ? "" : " ", words[step.action]);
        size += (size_t)length;
        if (has) {
            size += (size_t)snprintf(out + size, cap - size, " %u:%lld", step.position,
                                     (long long)step.qty);
        }
        if (step.action == PLM_MARGIN_ACTION_DONE || step.action == PLM_MARGIN_ACTION_WAIT) {
            break;
        }
        perform(self, venue, &step, state);
    }
}

static void assert_story(pool_scene *self, const world *venue, const char *expected)
{
    char found[2000];
    plm_margin_state state = {.episode = 1, .seed = 7, .start = self->input.ts};
    play(self, venue, &state, 30, found, sizeof found);
    assert_string_equal(found, expected);
}

/* -- scenes ---------------------------------------------------------------------------------- */

static plm_stage *put_stage(pool_scene *self, plm_stage stage)
{
    plm_rule_set *const set = rules_of(self);
    stage.rounds = stage.rounds == 0 ? 1000 : stage.rounds;
    set->stage[set->stage_count] = stage;
    return &set->stage[set->stage_count++];
}

/* Three longs of 0.5, 1 and 0.2 BTC from 60000, marked at 57000: losses of 1500, 3000, 600;
 * maintenance 1425, 2850, 570. (Rows of one instrument stand for three: legs 0, 1 and 2 of them.)
 * With a balance of 6000, equity 900: it fires. */
static pool_scene *three_longs(const char *balance)
{
    pool_scene *const self = open_pool();
    (void)put_asset(self, USDT, balance, price(1, 1));
    (void)put_position(self, LINEAR, 500, 1200000, 1140000);
    (void)put_position(self, LINEAR, 1000, 1200000, 1140000);
    (void)put_position(self, LINEAR, 200, 1200000, 1140000);
    self->position[0].leg = 0;
    move_rules(self, 0);
    return self;
}

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
    plm_margin_step step = next_step(self, &episode); /* who has the orders knows if there are any */
    assert_int_equal(step.action, PLM_MARGIN_ACTION_CANCEL);
    assert_int_equal(step.opening, 1);
    step = next_step(self, &episode);
    assert_int_equal(step.action, PLM_MARGIN_ACTION_OFFSET);
    assert_int_equal(step.position, 0);
    assert_int_equal(step.qty, 300);
    assert_int_equal(step.px2, 1140000);
    self->position[1].qty = 0;
    (void)put_asset(self, BTC, "-1", price(57000, 1));
    step = next_step(self, &episode);
    assert_int_equal(step.action, PLM_MARGIN_ACTION_REPAY);
    assert_int_equal(step.cost, 5);
    close_pool(self);
}

/* -- shipped rulebooks ----------------------------------------------------------------------- */

static void load(pool_scene *self, const char *name, plm_rulebook **out)
{
    char path[1000];
    const char *const root = getenv("PLIMSOLL_SOURCE");
    plm_diag diag;
    plm_diag_init(&diag);
    (void)snprintf(path, sizeof path, "%s/engine/rulebooks/%s.yaml", root == NULL ? "." : root,
                   name);
    assert_ok(plm_rulebook_read(path, &diag, out), &diag);
    plm_rules_fini(&self->rules);
    plm_rules_init(&self->rules, *out, &self->contracts);
    self->input.ts = INT64_C(1759276800000000000); /* 2025-10-01 */
    (void)plm_rules_move(&self->rules, self->input.ts);
}

/* One long of qty from 60000, marked at px2 / 2, in an isolated or shared pool. */
static void assert_shipped(const char *name, uint8_t regime, plm_qty qty, int64_t px2,
                           const char *balance, const world *venue, const char *expected)
{
    plm_rulebook *book = NULL;
    pool_scene *const self = open_pool();
    load(self, name, &book);
    self->input.regime = regime;
    (void)put_asset(self, USDT, balance, price(1, 1));
    (void)put_position(self, LINEAR, qty, 1200000, px2);
    self->position[0].buy_qty = 1;
    assert_int_equal(assess(self)->liquidatable, 1);
    assert_story(self, venue, expected);
    close_pool(self);
    plm_rulebook_destroy(book);
}

static void each_rulebook_has_its_own_sequence(void **state)
{
    (void)state;
    world const dead = {.halted = PLM_NO_SYM};
    /* all at once */
    assert_shipped("textbook", PLM_MARGIN_CROSS, 1000, 1140000, "5000", &willing,
                   "cancel close 0:1000 done");
    assert_shipped("span-like", PLM_MARGIN_PORTFOLIO, 1000, 1140000, "5000", &willing,
                   "cancel close 0:1000 done");
    /* the fund is there; then it is not */
    assert_shipped("binance-usdm", PLM_MARGIN_ISOLATED, 1000, 1140000, "3100",
                   &(world){.fund = true, .halted = PLM_NO_SYM},
                   "cancel close 0:1000 takeover 0:1000 done");
    assert_shipped("binance-usdm", PLM_MARGIN_ISOLATED, 1000, 1140000, "3100", &dead,
                   "cancel close 0:1000 takeover 0:1000 adl 0:1000 done");
    /* down to 90 %, fee 28.5 a coin: (285 - 285 n) * 10/9 < 250 - 28.5 n: n > 0.2313 */
    assert_shipped("bybit-uta", PLM_MARGIN_CROSS, 1000, 1140000, "3250", &willing,
                   "cancel close 0:232 done");
    /* above 100,000 a fifth, then all of it */
    assert_shipped("hyperliquid", PLM_MARGIN_CROSS, 2000, 1140000, "7000", &willing,
                   "close 0:400 close 0:1600 done");
    assert_shipped("hyperliquid", PLM_MARGIN_CROSS, 2000, 1140000, "6500",
                   &(world){.fund = true, .halted = PLM_NO_SYM},
                   "close 0:400 close 0:2000 takeover 0:2000 done");
    /* a tenth of what is left at a time: 684 a coin, 615.6 is above 600, 554.04 is not */
    assert_shipped("dydx-v4", PLM_MARGIN_CROSS, 1000, 1140000, "3600", &willing,
                   "close 0:100 close 0:90 done");
    assert_shipped("dydx-v4", PLM_MARGIN_CROSS, 1000, 1140000, "2000", &willing, "adl 0:1000 done");
    /* 200 contracts are more than there is; a second between steps */
    assert_shipped("deribit-futures", PLM_MARGIN_CROSS, 1000, 1140000, "3100", &willing,
                   "cancel close 0:1000 done");
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
        cmocka_unit_test(an_episode_ends_when_its_stage_says_so),
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
        cmocka_unit_test(each_rulebook_has_its_own_sequence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
