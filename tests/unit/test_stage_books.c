/*
 * test_stage_books.c - promises of stage.h, continued: limits and keepers, what is settled first,
 * and that each rulebook that ships has the sequence of its venue.
 */
#include "stage_scene.h"

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

/* Short 5 USD of an inverse contract with nothing left, at a value of 5/3 = 1.666666666666666667,
 * rounded up: all of it is bankrupt just below 3, on the tick 2.9. A fifth of that is
 * 0.3333333333333333334, so 0.333333333333333333, whose price is just above 3. */
static void a_bankruptcy_limit_is_that_of_what_is_closed(void **state)
{
    (void)state;
    pool_scene *self = open_pool();
    self->input.regime = PLM_MARGIN_ISOLATED;
    self->input.unit = BTC;
    (void)put_asset(self, BTC, "0", price(1, 1));
    (void)put_position(self, INVERSE, -5, 60, 60);
    move_rules(self, 0);
    self->position[0].cost = plm_amount_of(money("-1.666666666666666667"));
    plm_stage *const only = put_stage(self, (plm_stage){.kind = PLM_STAGE_CLOSE,
                                                        .select = PLM_SELECT_ALL,
                                                        .size = PLM_SIZE_FULL,
                                                        .price = PLM_STAGE_PRICE_BANKRUPTCY});
    plm_margin_state episode = {.episode = 1};
    assert_int_equal(next_step(self, &episode).limit, 29);
    only->size = PLM_SIZE_STEP;
    only->step = money("1");
    assert_int_equal(next_step(self, &episode).limit, 30);
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

static void in_a_halt_the_venue_alone_is_asked(void **state)
{
    (void)state;
    pool_scene *self = three_longs("6000");
    self->position[0].halted = 1;
    plm_stage *const only = put_stage(self, (plm_stage){.kind = PLM_STAGE_CLOSE,
                                                        .select = PLM_SELECT_ALL,
                                                        .size = PLM_SIZE_FULL,
                                                        .price = PLM_STAGE_PRICE_MARKET});
    plm_margin_state episode = {.episode = 1};
    assert_int_equal(next_step(self, &episode).position, 0);
    episode = (plm_margin_state){.episode = 1};
    only->keeper = true;
    only->keeper_inventory = money("1000000");
    assert_int_equal(next_step(self, &episode).position, 1);
    episode = (plm_margin_state){.episode = 1};
    only->kind = PLM_STAGE_TAKEOVER;
    assert_int_equal(next_step(self, &episode).position, 1);
    self->position[1].halted = self->position[2].halted = 1;
    episode = (plm_margin_state){.episode = 1};
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
    plm_margin_step step =
        next_step(self, &episode); /* who has the orders knows if there are any */
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
        cmocka_unit_test(limits_are_bankruptcy_or_fillable),
        cmocka_unit_test(a_bankruptcy_limit_is_that_of_what_is_closed),
        cmocka_unit_test(a_keeper_comes_late_and_takes_what_it_can),
        cmocka_unit_test(in_a_halt_the_venue_alone_is_asked),
        cmocka_unit_test(legs_and_debts_are_settled_first),
        cmocka_unit_test(each_rulebook_has_its_own_sequence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
