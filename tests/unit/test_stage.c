/*
 * test_stage.c - promises of stage.h about the order of steps:
 * - stages are taken in order; one that does not apply, has nothing to do, has had its rounds or
 *   whose positions are stalled is passed over; after the last one the episode waits and goes on
 *   with the first that closes;
 * - each `when`, `cooldown` and `until` means what docs/margin.md, 8.1 and 8.2 says;
 * - an answer leaves the input alone and is the same when asked again;
 * - the stages of each shipped rulebook follow one another as its page says.
 * The sequences are worked out by hand in the comments beside them.
 */
#include "stage_help.h"

#include <stdlib.h>

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
        cmocka_unit_test(each_rulebook_has_its_own_sequence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
