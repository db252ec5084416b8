/*
 * test_admission.c - promises of admission.h:
 * - an order needs margin and the taker's fee for what it opens, each rounded up, and nothing for
 *   what it closes; spot needs the whole price with the fee, or what is sold;
 * - free is the balance less what orders and positions hold, each position rounded up;
 * - what does not fit is refused.
 */
#include "money_rows.h"

#include "admission.h"

typedef struct scene {
    plm_contracts contracts;
    plm_ledger ledger;
    plm_account account;
    int64_t leverage[ROW_COUNT];
    plm_plain plain;
} scene;

/* 10x everywhere, taker 0.0005. */
static void open_scene(scene *self, bool hedge)
{
    plm_contracts_init(&self->contracts, money_rows, ROW_COUNT);
    plm_ledger_init(&self->ledger, 1, 0, 0, ASSET_COUNT);
    plm_account_init(&self->account, &self->contracts, "tested", 0, hedge, USDT);
    for (uint32_t sym = 0; sym < ROW_COUNT; sym++) {
        self->leverage[sym] = 10 * PLM_LEVERAGE_ONE;
    }
    self->plain = (plm_plain){.contracts = &self->contracts,
                              .leverage = self->leverage,
                              .taker_rate = INT64_C(500000000)};
}

static void close_scene(scene *self)
{
    plm_account_fini(&self->account);
    plm_ledger_fini(&self->ledger);
    plm_contracts_fini(&self->contracts);
}

static plm_need need_of(const scene *self, uint32_t sym, uint8_t leg, plm_qty delta, plm_px px)
{
    plm_need need;
    uint8_t const side = delta > 0 ? PLM_SIDE_BUY : PLM_SIDE_SELL;
    assert_true(plm_plain_need(&self->plain, &self->account, sym, leg, side,
                               delta > 0 ? delta : -delta, px, &need));
    return need;
}

static void assert_need(const scene *self, uint32_t sym, plm_qty delta, plm_px px, uint32_t asset,
                        const char *amount)
{
    plm_need const need = need_of(self, sym, 0, delta, px);
    assert_int_equal(need.asset, asset);
    assert_money_equal(need.amount, money(amount));
}

static void opening_needs_margin_and_fee(void **state)
{
    (void)state;
    scene self;
    open_scene(&self, false);
    /* 0.5 at 60000: 30000 / 10 + 30000 * 0.0005 */
    assert_need(&self, LINEAR, 500, 600000, USDT, "3015");
    assert_need(&self, LINEAR, -500, 600000, USDT, "3015");
    /* 30000 USD at 60000 are 0.5 BTC: 0.05 + 0.00025 */
    assert_need(&self, FUTURE, 300, 600000, BTC, "0.05025");
    assert_need(&self, FUTURE, -300, 600000, BTC, "0.05025");
    self.leverage[LINEAR] = 250; /* 2.5x: 12000 + 15 */
    assert_need(&self, LINEAR, 500, 600000, USDT, "12015");
    close_scene(&self);
}

static void closing_needs_nothing(void **state)
{
    (void)state;
    scene self;
    open_scene(&self, false);
    self.account.position[2 * LINEAR].qty = -400;
    assert_need(&self, LINEAR, 300, 600000, USDT, "0");
    assert_need(&self, LINEAR, 400, 600000, USDT, "0");
    assert_need(&self, LINEAR, 500, 600000, USDT, "603"); /* opens 0.1: 600 + 3 */
    assert_need(&self, LINEAR, -100, 600000, USDT, "603");
    close_scene(&self);
}

static void assert_released(const scene *self, plm_qty delta, const char *amount)
{
    plm_money released;
    uint8_t const side = delta > 0 ? PLM_SIDE_BUY : PLM_SIDE_SELL;
    assert_true(plm_plain_released(&self->plain, &self->account, LINEAR, 0, side,
                                   delta > 0 ? delta : -delta, &released));
    assert_money_equal(released, money(amount));
}

static void a_flip_may_use_what_the_position_holds(void **state)
{
    (void)state;
    scene self;
    open_scene(&self, false);
    self.account.position[2 * LINEAR].qty = -400;
    self.account.position[2 * LINEAR].cost = money("-24000.000000000000000001");
    assert_released(&self, 400, "0"); /* closes, needs nothing, gets nothing */
    assert_released(&self, -500, "0");
    assert_released(&self, 401, "2400.000000000000000001"); /* a tenth, up */
    close_scene(&self);
}

static void legs_do_not_close_each_other(void **state)
{
    (void)state;
    scene self;
    open_scene(&self, true);
    self.account.position[plm_account_place(LINEAR, 2)].qty = -400;
    assert_money_equal(need_of(&self, LINEAR, 2, 400, 600000).amount, money("0"));
    assert_money_equal(need_of(&self, LINEAR, 1, 100, 600000).amount, money("603"));
    assert_money_equal(need_of(&self, LINEAR, 2, -100, 600000).amount, money("603"));
    close_scene(&self);
}

static void spot_needs_all_of_it(void **state)
{
    (void)state;
    scene self;
    open_scene(&self, false);
    assert_need(&self, SPOT, 50000, 6000000, USDT, "30015"); /* whatever the leverage */
    assert_need(&self, SPOT, -50000, 6000000, BTC, "0.5");
    self.account.position[2 * SPOT].qty = 70000; /* what trading changed closes nothing */
    assert_need(&self, SPOT, -50000, 6000000, BTC, "0.5");
    self.plain.taker_rate = -INT64_C(500000000); /* a rebate */
    assert_need(&self, SPOT, 50000, 6000000, USDT, "29985");
    self.plain.taker_rate = 1; /* 0.00001 * 0.01 are 10^11 units; 10^-12 of that is 0.1, up */
    assert_i128_equal(need_of(&self, SPOT, 0, 1, 1).amount.v, INT64_C(100000000001));
    close_scene(&self);
}

/* 1 USD at 30000.0 is 33333333333333 units: a third of that is 11111111111111 exactly, a seventh
 * 4761904761904.71; the fee is 16666666666.6665. */
static void margin_and_fee_are_rounded_up(void **state)
{
    (void)state;
    scene self;
    open_scene(&self, false);
    self.leverage[INVERSE] = 300;
    assert_i128_equal(need_of(&self, INVERSE, 0, 1, 300000).amount.v,
                      INT64_C(11111111111111) + INT64_C(16666666667));
    self.leverage[INVERSE] = 700;
    assert_i128_equal(need_of(&self, INVERSE, 0, 1, 300000).amount.v,
                      INT64_C(4761904761905) + INT64_C(16666666667));
    close_scene(&self);
}

static void free_is_what_orders_and_positions_leave(void **state)
{
    (void)state;
    scene self;
    open_scene(&self, true);
    plm_postings postings;
    plm_money left;
    assert_true(plm_account_flow(&self.account, &self.ledger, BTC, money("1"), PLM_CAUSE_DEPOSIT,
                                 &postings));
    assert_true(plm_account_flow(&self.account, &self.ledger, USDT, money("10000"),
                                 PLM_CAUSE_DEPOSIT, &postings));
    self.account.order_hold[USDT] = money("100");
    plm_position *const position = self.account.position;
    position[plm_account_place(LINEAR, 1)] = (plm_position){.qty = 500, .cost = money("30000")};
    position[plm_account_place(LINEAR, 2)] = (plm_position){.qty = -100, .cost = money("-6000")};
    position[plm_account_place(SPOT, 0)] = (plm_position){.qty = 1, .cost = money("7000")};
    position[plm_account_place(FUTURE, 2)] = (plm_position){.qty = -300, .cost = money("-0.5")};
    /* 10000 - 100 - 3000 - 600; spot holds nothing */
    assert_true(plm_plain_free(&self.plain, &self.account, &self.ledger, USDT, &left));
    assert_money_equal(left, money("6300"));
    assert_true(plm_plain_free(&self.plain, &self.account, &self.ledger, BTC, &left));
    assert_money_equal(left, money("0.95")); /* 1 - 0.05 */
    assert_true(plm_plain_free(&self.plain, &self.account, &self.ledger, ETH, &left));
    assert_money_equal(left, money("0"));
    /* of a cost of -11 units at 10x: 1.1, up */
    position[plm_account_place(QUANTO, 2)] = (plm_position){.qty = -1, .cost = units(-11)};
    assert_true(plm_plain_free(&self.plain, &self.account, &self.ledger, BTC, &left));
    assert_i128_equal(left.v, money("0.95").v - 2);
    close_scene(&self);
}

static void what_does_not_fit_is_refused(void **state)
{
    (void)state;
    scene self;
    open_scene(&self, false);
    plm_need need = {.asset = 77, .amount = {42}};
    for (uint32_t sym = LINEAR; sym <= FUTURE; sym++) {
        if (sym != INVERSE && sym != FUTURE) { /* whose value shrinks as the price grows */
            assert_false(plm_plain_need(&self.plain, &self.account, sym, 0, PLM_SIDE_BUY, INT64_MAX,
                                        INT64_MAX, &need));
        }
    }
    assert_int_equal(need.asset, 77);
    assert_i128_equal(need.amount.v, 42);
    plm_money left = {42};
    self.account.position[2 * LINEAR] = (plm_position){.qty = 1, .cost = {PLM_I128_MAX}};
    self.leverage[LINEAR] = 1; /* a hundredth: 100 times the cost */
    assert_false(plm_plain_free(&self.plain, &self.account, &self.ledger, USDT, &left));
    self.leverage[LINEAR] = 100;
    self.account.order_hold[USDT].v = 2;
    assert_false(plm_plain_free(&self.plain, &self.account, &self.ledger, USDT, &left));
    assert_i128_equal(left.v, 42);
    close_scene(&self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opening_needs_margin_and_fee),
        cmocka_unit_test(closing_needs_nothing),
        cmocka_unit_test(a_flip_may_use_what_the_position_holds),
        cmocka_unit_test(legs_do_not_close_each_other),
        cmocka_unit_test(spot_needs_all_of_it),
        cmocka_unit_test(margin_and_fee_are_rounded_up),
        cmocka_unit_test(free_is_what_orders_and_positions_leave),
        cmocka_unit_test(what_does_not_fit_is_refused),
    };
    return cmocka_run_group_tests_name("admission", tests, NULL, NULL);
}
