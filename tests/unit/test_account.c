/*
 * test_account.c - promises of account.h:
 * - a fill posts realised pnl, then the fee; spot posts its two legs, then the fee; nothing is
 *   posted for nothing; the account's entry stands first;
 * - fees are rounded up, rebates down, funding half-even;
 * - a settlement closes without fee; flows are deposits and withdrawals; positions that are brought
 *   along move no money;
 * - legs of hedge mode are apart, and one that is turned is a bug;
 * - what does not fit is refused, and nothing has changed.
 */
#include "last_act.h"
#include "money_rows.h"

#include "account.h"

/* -- one account, and what it posted --------------------------------------------------------- */

typedef struct trading_desk {
    plm_contracts contracts;
    plm_ledger ledger;
    plm_account account;
    plm_booked booked;
    plm_postings postings;
} trading_desk;

static void open_desk(trading_desk *desk, bool hedge)
{
    plm_contracts_init(&desk->contracts, money_rows, ROW_COUNT);
    plm_ledger_init(&desk->ledger, 2, 0, 0, ASSET_COUNT);
    plm_account_init(&desk->account, &desk->contracts, "desk", 1, hedge, USDT);
}

static void close_desk(trading_desk *desk)
{
    plm_ledger_recount(&desk->ledger);
    plm_account_fini(&desk->account);
    plm_ledger_fini(&desk->ledger);
    plm_contracts_fini(&desk->contracts);
}

static bool fill_leg(trading_desk *desk, uint32_t sym, uint8_t leg, plm_qty delta, plm_px px,
                     plm_rate rate)
{
    plm_trade const trade = {
        .sym = sym,
        .side = delta > 0 ? PLM_SIDE_BUY : PLM_SIDE_SELL,
        .leg = leg,
        .px = px,
        .qty = delta > 0 ? delta : -delta,
        .fee_rate = rate,
    };
    return plm_account_fill(&desk->account, &desk->ledger, &desk->contracts, &trade, &desk->booked,
                            &desk->postings);
}

static bool fill(trading_desk *desk, uint32_t sym, plm_qty delta, plm_px px, plm_rate rate)
{
    return fill_leg(desk, sym, 0, delta, px, rate);
}

typedef struct expected_line {
    plm_book_kind payer;
    uint32_t asset;
    plm_cause cause;
    const char *amount, *balance; /* of the account */
} expected_line;

static void assert_lines(const trading_desk *desk, const expected_line *lines, uint32_t count)
{
    assert_int_equal(desk->postings.count, 2 * count);
    for (uint32_t i = 0; i < count; i++) {
        const plm_entry_line *const own = &desk->postings.line[2 * i];
        const plm_entry_line *const other = &desk->postings.line[2 * i + 1];
        assert_int_equal(own->book, 1);
        assert_int_equal(other->book, plm_ledger_book(&desk->ledger, lines[i].payer));
        assert_int_equal(own->asset, lines[i].asset);
        assert_int_equal(other->asset, lines[i].asset);
        assert_int_equal(own->cause, lines[i].cause);
        assert_int_equal(other->cause, lines[i].cause);
        assert_money_equal(own->amount, money(lines[i].amount));
        assert_i128_equal(other->amount.v, -own->amount.v);
        assert_money_equal(own->after, money(lines[i].balance));
    }
}

static void assert_booked(const trading_desk *desk, uint32_t asset, const char *value,
                          const char *fee, const char *realised)
{
    assert_int_equal(desk->booked.asset, asset);
    assert_money_equal(desk->booked.value, money(value));
    assert_money_equal(desk->booked.fee, money(fee));
    assert_money_equal(desk->booked.realised, money(realised));
}

#define RATE_ONE INT64_C(1000000000000)
#define RATE_TAKER (RATE_ONE / 2000) /* 0.0005 */

/* -- fills ----------------------------------------------------------------------------------- */

static void a_linear_fill_posts_profit_then_fee(void **state)
{
    (void)state;
    trading_desk desk;
    open_desk(&desk, false);
    /* 1 BTC at 60000.0: value 60000, fee 30; no profit yet */
    assert_true(fill(&desk, LINEAR, 1000, 600000, RATE_TAKER));
    assert_booked(&desk, USDT, "60000", "30", "0");
    assert_lines(&desk, (expected_line[]){{PLM_BOOK_FEES, USDT, PLM_CAUSE_FEE, "-30", "-30"}}, 1);
    /* 1.5 sold at 61000.0: value -91500, fee 45.75, profit 1000, then short 0.5 */
    assert_true(fill(&desk, LINEAR, -1500, 610000, RATE_TAKER));
    assert_booked(&desk, USDT, "-91500", "45.75", "1000");
    assert_lines(&desk,
                 (expected_line[]){
                     {PLM_BOOK_MARKET, USDT, PLM_CAUSE_REALISED_PNL, "1000", "970"},
                     {PLM_BOOK_FEES, USDT, PLM_CAUSE_FEE, "-45.75", "924.25"},
                 },
                 2);
    /* 0.5 bought back at 62000.0: 30500 - 31000; no fee */
    assert_true(fill(&desk, LINEAR, 500, 620000, 0));
    assert_lines(&desk,
                 (expected_line[]){
                     {PLM_BOOK_MARKET, USDT, PLM_CAUSE_REALISED_PNL, "-500", "424.25"},
                 },
                 1);
    const plm_account *const account = &desk.account;
    assert_int_equal(account->fills, 3);
    assert_int_equal(account->position[2 * LINEAR].qty, 0);
    assert_money_equal(account->position[2 * LINEAR].cost, money("0"));
    assert_money_equal(account->position[2 * LINEAR].realised, money("500"));
    assert_money_equal(account->realised[USDT], money("500"));
    assert_money_equal(account->fees[USDT], money("75.75"));
    close_desk(&desk);
}

static void a_spot_fill_posts_both_legs_then_the_fee(void **state)
{
    (void)state;
    trading_desk desk;
    open_desk(&desk, false);
    /* 0.5 BTC at 60000.00 */
    assert_true(fill(&desk, SPOT, 50000, 6000000, RATE_TAKER));
    assert_booked(&desk, USDT, "30000", "15", "0");
    assert_lines(&desk,
                 (expected_line[]){
                     {PLM_BOOK_MARKET, USDT, PLM_CAUSE_TRADE, "-30000", "-30000"},
                     {PLM_BOOK_MARKET, BTC, PLM_CAUSE_TRADE, "0.5", "0.5"},
                     {PLM_BOOK_FEES, USDT, PLM_CAUSE_FEE, "-15", "-30015"},
                 },
                 3);
    /* 0.2 sold at 61000.00: 12200 - 12000; the profit is in the legs and posted nowhere else */
    assert_true(fill(&desk, SPOT, -20000, 6100000, 0));
    assert_booked(&desk, USDT, "-12200", "0", "200");
    assert_lines(&desk,
                 (expected_line[]){
                     {PLM_BOOK_MARKET, USDT, PLM_CAUSE_TRADE, "12200", "-17815"},
                     {PLM_BOOK_MARKET, BTC, PLM_CAUSE_TRADE, "-0.2", "0.3"},
                 },
                 2);
    assert_money_equal(desk.account.realised[USDT], money("200"));
    assert_int_equal(plm_account_opposite(&desk.account, SPOT, 0, PLM_SIDE_SELL), 0);
    close_desk(&desk);
}

static void inverse_and_quanto_pay_in_their_settle_asset(void **state)
{
    (void)state;
    trading_desk desk;
    open_desk(&desk, false);
    /* 300 contracts of 100 USD at 60000.0: 0.5 BTC, fee 0.00025; at 75000.0: 0.4 */
    assert_true(fill(&desk, FUTURE, 300, 600000, RATE_TAKER));
    assert_booked(&desk, BTC, "0.5", "0.00025", "0");
    assert_true(fill(&desk, FUTURE, -300, 750000, RATE_TAKER));
    assert_booked(&desk, BTC, "-0.4", "0.0002", "0.1");
    assert_lines(&desk,
                 (expected_line[]){
                     {PLM_BOOK_MARKET, BTC, PLM_CAUSE_REALISED_PNL, "0.1", "0.09975"},
                     {PLM_BOOK_FEES, BTC, PLM_CAUSE_FEE, "-0.0002", "0.09955"},
                 },
                 2);
    /* 100 at 3000.00: 0.3 BTC; at 2900.00: 0.29 */
    assert_true(fill(&desk, QUANTO, -100, 300000, 0));
    assert_true(fill(&desk, QUANTO, 100, 290000, 0));
    assert_booked(&desk, BTC, "0.29", "0", "0.01");
    close_desk(&desk);
}

static void fees_are_rounded_up_and_rebates_down(void **state)
{
    (void)state;
    trading_desk desk;
    open_desk(&desk, false);
    /* 1 USD at 30000.0: 33333333333333 units; of 10^-12 each: 33.333..., of -10^-12: -33.333... */
    assert_true(fill(&desk, INVERSE, 1, 300000, 1));
    assert_i128_equal(desk.booked.fee.v, 34);
    assert_true(fill(&desk, INVERSE, -1, 300000, 1)); /* of a sale just the same */
    assert_i128_equal(desk.booked.fee.v, 34);
    assert_true(fill(&desk, INVERSE, 1, 300000, -1));
    assert_i128_equal(desk.booked.fee.v, -33);
    assert_true(fill(&desk, INVERSE, -1, 300000, -1));
    assert_i128_equal(desk.booked.fee.v, -33);
    assert_int_equal(desk.postings.count, 2);
    assert_i128_equal(desk.postings.line[0].amount.v, 33); /* a rebate is received */
    assert_i128_equal(desk.account.fees[BTC].v, 2);
    close_desk(&desk);
}

/* -- funding, settlement, flows -------------------------------------------------------------- */

static void funding_is_paid_by_longs_and_rounded_half_even(void **state)
{
    (void)state;
    trading_desk desk;
    open_desk(&desk, false);
    plm_money received;
    /* 1 BTC at a mark of 60000.0, rate 0.0001: 6 */
    assert_true(fill(&desk, LINEAR, 1000, 600000, 0));
    assert_true(plm_account_fund(&desk.account, &desk.ledger, &desk.contracts, 2 * LINEAR,
                                 RATE_ONE / 10000, 600000, &received, &desk.postings));
    assert_money_equal(received, money("-6"));
    assert_lines(&desk, (expected_line[]){{PLM_BOOK_FUNDING, USDT, PLM_CAUSE_FUNDING, "-6", "-6"}},
                 1);
    /* a negative rate pays longs */
    assert_true(plm_account_fund(&desk.account, &desk.ledger, &desk.contracts, 2 * LINEAR,
                                 -RATE_ONE / 20000, 600000, &received, &desk.postings));
    assert_money_equal(received, money("3"));
    assert_money_equal(desk.account.funding[USDT], money("-3"));

    /* 1 USD at 2000000.0 is 5 * 10^11 units; at a rate of 10^-12 that is 0.5, at three 1.5. */
    assert_true(fill(&desk, INVERSE, -1, 20000000, 0));
    static const int64_t rates[][2] = {{1, 0}, {3, 2}, {5, 2}, {-1, 0}, {-3, -2}};
    for (size_t i = 0; i < sizeof rates / sizeof rates[0]; i++) {
        assert_true(plm_account_fund(&desk.account, &desk.ledger, &desk.contracts, 2 * INVERSE,
                                     rates[i][0], 20000000, &received, &desk.postings));
        assert_i128_equal(received.v, rates[i][1]); /* shorts receive where the rate is > 0 */
        assert_int_equal(desk.postings.count, rates[i][1] != 0 ? 2 : 0);
    }
    /* no position, no payment, whatever the price */
    assert_true(plm_account_fund(&desk.account, &desk.ledger, &desk.contracts, 2 * QUANTO, RATE_ONE,
                                 0, &received, &desk.postings));
    assert_i128_equal(received.v, 0);
    assert_int_equal(desk.postings.count, 0);
    close_desk(&desk);
}

static void a_settlement_closes_without_fee(void **state)
{
    (void)state;
    trading_desk desk;
    open_desk(&desk, false);
    assert_true(fill(&desk, FUTURE, -300, 600000, 0)); /* 0.5 BTC */
    /* at 50000.0 it is worth 0.6: 0.6 - 0.5 for the short side */
    assert_true(plm_account_settle(&desk.account, &desk.ledger, &desk.contracts, 2 * FUTURE, 500000,
                                   &desk.booked, &desk.postings));
    assert_booked(&desk, BTC, "0.6", "0", "0.1");
    assert_lines(&desk, (expected_line[]){{PLM_BOOK_MARKET, BTC, PLM_CAUSE_EXPIRY, "0.1", "0.1"}},
                 1);
    assert_int_equal(desk.account.position[2 * FUTURE].qty, 0);
    assert_money_equal(desk.account.realised[BTC], money("0.1"));
    assert_int_equal(desk.account.fills, 1); /* a settlement is no fill */
    assert_true(plm_account_settle(&desk.account, &desk.ledger, &desk.contracts, 2 * FUTURE, 500000,
                                   &desk.booked, &desk.postings));
    assert_booked(&desk, BTC, "0", "0", "0");
    assert_int_equal(desk.postings.count, 0);
    /* a coin that dies is settled at 0: all of 0.5 at 60000.0 is lost */
    assert_true(fill(&desk, LINEAR, 500, 600000, 0));
    assert_true(plm_account_settle(&desk.account, &desk.ledger, &desk.contracts, 2 * LINEAR, 0,
                                   &desk.booked, &desk.postings));
    assert_booked(&desk, USDT, "0", "0", "-30000");
    close_desk(&desk);
}

static void flows_are_deposits_and_withdrawals(void **state)
{
    (void)state;
    trading_desk desk;
    open_desk(&desk, false);
    plm_account *const account = &desk.account;
    assert_true(plm_account_flow(account, &desk.ledger, USDT, money("100"), PLM_CAUSE_DEPOSIT,
                                 &desk.postings));
    assert_lines(&desk,
                 (expected_line[]){{PLM_BOOK_EXTERNAL, USDT, PLM_CAUSE_DEPOSIT, "100", "100"}}, 1);
    assert_true(plm_account_flow(account, &desk.ledger, USDT, money("-130"), PLM_CAUSE_WITHDRAWAL,
                                 &desk.postings));
    assert_lines(&desk,
                 (expected_line[]){{PLM_BOOK_EXTERNAL, USDT, PLM_CAUSE_WITHDRAWAL, "-130", "-30"}},
                 1);
    assert_true(plm_account_flow(account, &desk.ledger, USDT, money("0"), PLM_CAUSE_DEPOSIT,
                                 &desk.postings));
    assert_int_equal(desk.postings.count, 0);
    close_desk(&desk);
}

static void positions_that_are_brought_along_move_no_money(void **state)
{
    (void)state;
    trading_desk desk;
    open_desk(&desk, false);
    assert_true(plm_account_open(&desk.account, &desk.contracts, INVERSE, 0, -30000, 600000));
    const plm_position *const position = &desk.account.position[2 * INVERSE];
    assert_int_equal(position->qty, -30000);
    assert_money_equal(position->cost, money("-0.5"));
    assert_money_equal(position->realised, money("0"));
    assert_int_equal(desk.ledger.batches, 0);
    assert_int_equal(desk.account.fills, 0);
    close_desk(&desk);
}

/* -- legs ------------------------------------------------------------------------------------ */

static void what_can_be_reduced_is_the_opposite_side(void **state)
{
    (void)state;
    trading_desk desk;
    open_desk(&desk, false);
    const plm_account *const account = &desk.account;
    assert_int_equal(plm_account_opposite(account, LINEAR, 0, PLM_SIDE_SELL), 0);
    assert_true(fill(&desk, LINEAR, 1000, 600000, 0));
    assert_int_equal(plm_account_opposite(account, LINEAR, 0, PLM_SIDE_SELL), 1000);
    assert_int_equal(plm_account_opposite(account, LINEAR, 0, PLM_SIDE_BUY), 0);
    assert_true(fill(&desk, LINEAR, -1700, 600000, 0));
    assert_int_equal(plm_account_opposite(account, LINEAR, 0, PLM_SIDE_SELL), 0);
    assert_int_equal(plm_account_opposite(account, LINEAR, 0, PLM_SIDE_BUY), 700);
    close_desk(&desk);
}

static void legs_are_positions_of_their_own(void **state)
{
    (void)state;
    trading_desk desk;
    open_desk(&desk, true);
    assert_true(fill_leg(&desk, LINEAR, 1, 1000, 600000, 0));
    assert_true(fill_leg(&desk, LINEAR, 2, -400, 610000, 0));
    assert_booked(&desk, USDT, "-24400", "0", "0"); /* opens: the long leg is not touched */
    assert_int_equal(plm_account_opposite(&desk.account, LINEAR, 1, PLM_SIDE_SELL), 1000);
    assert_int_equal(plm_account_opposite(&desk.account, LINEAR, 1, PLM_SIDE_BUY), 0);
    assert_int_equal(plm_account_opposite(&desk.account, LINEAR, 2, PLM_SIDE_BUY), 400);
    assert_int_equal(plm_account_opposite(&desk.account, LINEAR, 2, PLM_SIDE_SELL), 0);
    assert_true(fill_leg(&desk, LINEAR, 2, 400, 600000, 0));
    assert_booked(&desk, USDT, "24000", "0", "400");
    assert_int_equal(desk.account.position[plm_account_place(LINEAR, 1)].qty, 1000);
    close_desk(&desk);
}

static void turn_a_leg(void)
{
    trading_desk desk;
    open_desk(&desk, true);
    (void)fill_leg(&desk, LINEAR, 1, 1000, 600000, 0);
    (void)fill_leg(&desk, LINEAR, 1, -1001, 600000, 0);
}

static void a_leg_that_is_turned_is_a_bug(void **state)
{
    (void)state;
    char text[512];
    int const status = plm_test_last_act(turn_a_leg, text, sizeof text);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    assert_non_null(strstr(text, "qty >= 0"));
}

/* -- what does not fit ----------------------------------------------------------------------- */

/* Each refusal comes from another place: position, fee, ledger, totals. 10^12 * 10^11 at 4 decimals
 * is a value of 10^37 units, which fits; its fee at a rate of 9223372 does not. */
static void a_refusal_has_changed_nothing(void **state)
{
    (void)state;
    trading_desk desk;
    open_desk(&desk, false);
    plm_account *const account = &desk.account;
    assert_true(fill(&desk, LINEAR, 1000, 600000, RATE_TAKER));
    assert_true(fill(&desk, INVERSE, 1, 10, 0));
    plm_position const before = account->position[2 * LINEAR];
    plm_money const balance = plm_ledger_balance(&desk.ledger, 1, USDT);
    uint64_t const batches = desk.ledger.batches;
    plm_postings const postings = desk.postings;

    assert_false(fill(&desk, LINEAR, INT64_MAX, INT64_MAX, 0));
    assert_false(fill(&desk, LINEAR, INT64_C(100000000000), INT64_C(1000000000000), INT64_MAX));
    uint32_t const fees = plm_ledger_book(&desk.ledger, PLM_BOOK_FEES);
    plm_money *const taken = &desk.ledger.balance[(size_t)fees * ASSET_COUNT + USDT];
    plm_money const taken_before = *taken;
    taken->v = PLM_I128_MAX;
    assert_false(fill(&desk, LINEAR, -500, 610000, RATE_TAKER));
    *taken = taken_before;
    account->fees[USDT].v = PLM_I128_MAX;
    assert_false(fill(&desk, LINEAR, -500, 610000, RATE_TAKER));
    account->fees[USDT] = money("30");
    account->funding[USDT].v = PLM_I128_MAX;
    plm_money received = {42};
    assert_false(plm_account_fund(account, &desk.ledger, &desk.contracts, 2 * LINEAR,
                                  -RATE_ONE / 10000, 600000, &received, &desk.postings));
    account->funding[USDT].v = 0;
    account->realised[USDT].v = PLM_I128_MAX;
    assert_false(plm_account_settle(account, &desk.ledger, &desk.contracts, 2 * LINEAR, 610000,
                                    &desk.booked, &desk.postings));
    plm_money const least = {PLM_I128_MIN};
    assert_false(
        plm_account_flow(account, &desk.ledger, USDT, least, PLM_CAUSE_WITHDRAWAL, &desk.postings));
    assert_false(plm_account_open(account, &desk.contracts, QUANTO, 0, INT64_MAX, INT64_MAX));

    assert_i128_equal(received.v, 42);
    assert_memory_equal(&desk.postings, &postings, sizeof postings);
    assert_memory_equal(&account->position[2 * LINEAR], &before, sizeof before);
    assert_int_equal(account->position[2 * QUANTO].qty, 0);
    assert_money_equal(plm_ledger_balance(&desk.ledger, 1, USDT), balance);
    assert_int_equal(desk.ledger.batches, batches);
    assert_int_equal(account->fills, 2);
    close_desk(&desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_linear_fill_posts_profit_then_fee),
        cmocka_unit_test(a_spot_fill_posts_both_legs_then_the_fee),
        cmocka_unit_test(inverse_and_quanto_pay_in_their_settle_asset),
        cmocka_unit_test(fees_are_rounded_up_and_rebates_down),
        cmocka_unit_test(funding_is_paid_by_longs_and_rounded_half_even),
        cmocka_unit_test(a_settlement_closes_without_fee),
        cmocka_unit_test(flows_are_deposits_and_withdrawals),
        cmocka_unit_test(positions_that_are_brought_along_move_no_money),
        cmocka_unit_test(what_can_be_reduced_is_the_opposite_side),
        cmocka_unit_test(legs_are_positions_of_their_own),
        cmocka_unit_test(a_leg_that_is_turned_is_a_bug),
        cmocka_unit_test(a_refusal_has_changed_nothing),
    };
    return cmocka_run_group_tests_name("account", tests, NULL, NULL);
}
