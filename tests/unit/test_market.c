/*
 * test_market.c - promises of market.h:
 * - the five frequent kinds set the view, others are left to apply_rare;
 * - levels make a book; the view follows it until the row has quotes of its own;
 * - of a bar the close sets the price of its key;
 * - halt, resume, delist, settle, relist: what is traded, and what is forgotten;
 * - a position is valued at mark, middle, last, index (spot: middle first), in that order;
 * - amounts convert directly, else through one asset, rounded once, half to even; a missing price
 *   and an overflow are told apart.
 */
#include "plm_test.h"

#include <string.h>

#include "market.h"

#define TS INT64_C(1735689600000000000)
#define ROWS 5

enum { BTC = 0, USDT = 1, EUR = 2, GOLD = 3, NOTHING = 4 };

static plm_instrument rows[ROWS];
static plm_contract contract[ROWS];
static plm_contracts contracts;
static plm_market market;

/* 0: BTC/USDT perpetual, 1: BTC/USDT spot, 2: EUR/USDT spot, 3: the asset GOLD in EUR, 4: BTC/EUR
 * future. Prices have one decimal. */
static int set_up(void **state)
{
    (void)state;
    uint8_t const kinds[ROWS] = {PLM_INST_LINEAR, PLM_INST_SPOT, PLM_INST_SPOT, PLM_INST_ASSET,
                                 PLM_INST_FUTURE};
    uint8_t const forms[ROWS] = {PLM_FORM_LINEAR, PLM_FORM_SPOT, PLM_FORM_SPOT, PLM_FORM_NONE,
                                 PLM_FORM_LINEAR};
    uint32_t const base[ROWS] = {BTC, BTC, EUR, GOLD, BTC};
    uint32_t const quote[ROWS] = {USDT, USDT, USDT, EUR, EUR};
    for (uint32_t i = 0; i < ROWS; i++) {
        rows[i] = (plm_instrument){.kind = kinds[i]};
        contract[i] = (plm_contract){.form = forms[i],
                                     .px_scale = 1,
                                     .base = base[i],
                                     .quote = quote[i],
                                     .settle = quote[i]};
    }
    contracts =
        (plm_contracts){.count = ROWS, .asset_count = 5, .rows = rows, .contract = contract};
    plm_market_init(&market, &contracts);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    plm_market_fini(&market);
    return 0;
}

static void apply(plm_ts ts, uint32_t sym, plm_event_kind kind, unsigned side, int64_t px,
                  int64_t qty)
{
    plm_event const event = {.ts = TS + ts,
                             .px = px,
                             .qty = qty,
                             .sym = sym,
                             .kind = (uint8_t)kind,
                             .side = (uint8_t)side};
    plm_diag diag;
    plm_diag_init(&diag);
    if (!plm_market_apply(&market, &event)) {
        assert_ok(plm_market_apply_rare(&market, &event, &diag), &diag);
    }
}

static void frequent_kinds_set_the_view(void **state)
{
    (void)state;
    const plm_market_view *const view = &market.view[1];
    apply(1, 1, PLM_EV_TRADE, PLM_SIDE_SELL, 10, 5);
    apply(2, 1, PLM_EV_BID, 0, 9, 6);
    apply(3, 1, PLM_EV_ASK, 0, 11, 7);
    apply(4, 1, PLM_EV_MARK, 0, 12, 0);
    apply(5, 1, PLM_EV_INDEX, 0, 13, 0);
    apply(6, 1, PLM_EV_FUNDING_RATE, 0, -77, TS + 99);
    apply(7, 1, PLM_EV_OPEN_INTEREST, 0, 0, 4);
    assert_true(view->last_px == 10 && view->last_qty == 5 && view->last_ts == TS + 1);
    assert_int_equal(view->last_side, PLM_SIDE_SELL);
    assert_true(view->bid_px == 9 && view->bid_qty == 6 && view->bid_ts == TS + 2);
    assert_true(view->ask_px == 11 && view->ask_qty == 7 && view->ask_ts == TS + 3);
    assert_true(view->mark_px == 12 && view->mark_ts == TS + 4);
    assert_true(view->index_px == 13 && view->index_ts == TS + 5);
    assert_true(view->funding_rate == -77 && view->funding_due == TS + 99);
    assert_true(market.view[0].last_px == 0);
    apply(8, 3, PLM_EV_GAP, 0, 0, TS);
    assert_true(market.gaps == 1);
}

static void the_view_follows_the_book_until_the_row_has_quotes(void **state)
{
    (void)state;
    const plm_market_view *const view = &market.view[0];
    apply(1, 0, PLM_EV_LEVEL, PLM_SIDE_BUY, 9, 6);
    apply(2, 0, PLM_EV_LEVEL, PLM_SIDE_BUY, 8, 4); /* not the best */
    apply(3, 0, PLM_EV_LEVEL, PLM_SIDE_SELL, 11, 2);
    assert_true(market.row[0].has_levels);
    assert_true(view->bid_px == 9 && view->bid_qty == 6 && view->bid_ts == TS + 1);
    assert_true(view->ask_px == 11 && view->ask_qty == 2 && view->ask_ts == TS + 3);
    apply(4, 0, PLM_EV_CLEAR, PLM_SIDE_SELL, 0, 0);
    assert_true(view->ask_px == 0 && view->ask_qty == 0 && view->bid_px == 9);
    apply(5, 0, PLM_EV_BID, 0, 9, 5);
    apply(6, 0, PLM_EV_LEVEL, PLM_SIDE_BUY, 9, 0);
    assert_true(view->bid_px == 9 && view->bid_qty == 5);
    assert_int_equal(market.row[0].bids.count, 1);
    assert_true(plm_ladder_at(&market.row[0].bids, 0).px == 8);
    apply(7, 0, PLM_EV_CLEAR, PLM_SIDE_NONE, 0, 0);
    assert_int_equal(market.row[0].bids.count, 0);
}

static void a_book_that_grows_too_large_is_refused(void **state)
{
    (void)state;
    for (uint32_t i = 1; i <= PLM_LADDER_MAX; i++) {
        apply(1, 0, PLM_EV_LEVEL, PLM_SIDE_SELL, i, 1);
    }
    plm_event const event = {
        .ts = TS, .px = PLM_LADDER_MAX + 1, .qty = 1, .kind = PLM_EV_LEVEL, .side = PLM_SIDE_SELL};
    plm_diag diag;
    plm_diag_init(&diag);
    assert_int_equal(plm_market_apply_rare(&market, &event, &diag), PLM_ERR_INPUT);
    assert_non_null(strstr(diag.text, "65536 levels"));
}

static void the_close_of_a_bar_sets_the_price_of_its_key(void **state)
{
    (void)state;
    const plm_market_view *const view = &market.view[0];
    const plm_px *const prices[PLM_KEY_COUNT] = {NULL,           &view->bid_px,  &view->ask_px,
                                                 &view->last_px, &view->mark_px, &view->index_px};
    for (unsigned key = PLM_KEY_BID; key < PLM_KEY_COUNT; key++) {
        apply(1, 0, PLM_EV_BAR_OPEN, key, 50, 60);
        apply(1, 0, PLM_EV_BAR_HIGH, key, 60, 0);
        apply(1, 0, PLM_EV_BAR_LOW, key, 40, 0);
        assert_true(*prices[key] == 0);
        apply(1, 0, PLM_EV_BAR_CLOSE, key, 50 + key, 1000);
        assert_true(*prices[key] == 50 + key);
    }
    assert_true(view->last_qty == 0 && view->bid_qty == 0 && view->last_ts == TS + 1);
}

static void status_closes_and_opens(void **state)
{
    (void)state;
    const plm_market_view *const view = &market.view[0];
    const plm_market_row *const row = &market.row[0];
    apply(1, 0, PLM_EV_MARK, 0, 12, 0);
    apply(1, 0, PLM_EV_LEVEL, PLM_SIDE_BUY, 9, 6);
    apply(2, 0, PLM_EV_STATUS, PLM_STATUS_HALT, 0, 0);
    assert_int_equal(view->status, PLM_STATUS_HALT);
    assert_false(row->closed);
    apply(3, 0, PLM_EV_STATUS, PLM_STATUS_RESUME, 0, 0);
    assert_int_equal(view->status, PLM_STATUS_NONE);
    apply(4, 0, PLM_EV_STATUS, PLM_STATUS_DELIST, 0, 0);
    apply(5, 0, PLM_EV_STATUS, PLM_STATUS_RESUME, 0, 0);
    assert_true(row->closed);
    assert_int_equal(view->status, PLM_STATUS_DELIST);
    apply(6, 0, PLM_EV_STATUS, PLM_STATUS_SETTLE, 10, 0);
    assert_int_equal(view->status, PLM_STATUS_SETTLE);
    assert_true(view->mark_px == 12);
    apply(7, 0, PLM_EV_STATUS, PLM_STATUS_RELIST, 0, 0);
    assert_false(row->closed);
    assert_false(row->has_levels);
    assert_int_equal(row->bids.count, 0);
    plm_market_view const nothing = {0};
    assert_memory_equal(view, &nothing, sizeof nothing);
}

static void a_position_is_valued_at_the_first_price_there_is(void **state)
{
    (void)state;
    for (uint32_t sym = 0; sym < 2; sym++) {
        bool const spot = sym == 1;
        assert_true(plm_market_px2(&market, &contracts, sym) == 0);
        apply(1, sym, PLM_EV_INDEX, 0, 20, 0);
        assert_true(plm_market_px2(&market, &contracts, sym) == 40);
        apply(1, sym, PLM_EV_TRADE, 0, 21, 1);
        assert_true(plm_market_px2(&market, &contracts, sym) == 42);
        apply(1, sym, PLM_EV_BID, 0, 22, 1);
        assert_true(plm_market_px2(&market, &contracts, sym) == 42);
        apply(1, sym, PLM_EV_ASK, 0, 23, 1);
        assert_true(plm_market_px2(&market, &contracts, sym) == 45);
        apply(1, sym, PLM_EV_MARK, 0, 30, 0);
        assert_true(plm_market_px2(&market, &contracts, sym) == (spot ? 45 : 60));
        apply(1, sym, PLM_EV_BID, 0, 24, 1); /* crossed */
        assert_true(plm_market_px2(&market, &contracts, sym) == 60);
    }
}

#define ONE ((plm_i128)1000000000000000000)

static plm_money convert(plm_i128 amount, uint32_t from, uint32_t to)
{
    plm_money out = {-1};
    bool overflow = true;
    assert_true(
        plm_market_convert(&market, &contracts, (plm_money){amount}, from, to, &out, &overflow));
    assert_false(overflow);
    return out;
}

static bool has_price(uint32_t from, uint32_t to)
{
    plm_money out = {-1};
    bool overflow = true;
    bool const found =
        plm_market_convert(&market, &contracts, (plm_money){ONE}, from, to, &out, &overflow);
    assert_false(overflow);
    assert_true(found || out.v == -1);
    return found;
}

static void amounts_convert_directly_or_through_one_asset(void **state)
{
    (void)state;
    assert_money_equal(convert(7, NOTHING, NOTHING), (plm_money){7});
    assert_false(has_price(BTC, USDT));
    apply(1, 0, PLM_EV_MARK, 0, 300, 0); /* the perpetual: 30 */
    assert_money_equal(convert(2 * ONE, BTC, USDT), (plm_money){60 * ONE});
    apply(1, 0, PLM_EV_INDEX, 0, 310, 0); /* its index comes first: 31 */
    assert_money_equal(convert(2 * ONE, BTC, USDT), (plm_money){62 * ONE});
    apply(1, 1, PLM_EV_TRADE, 0, 320, 1); /* spot before both: 32 */
    assert_money_equal(convert(-2 * ONE, BTC, USDT), (plm_money){-64 * ONE});
    assert_false(has_price(USDT, BTC)); /* never against the row */
    assert_false(has_price(GOLD, USDT));
    apply(1, 3, PLM_EV_ASSET_INDEX, 0, 5, 0);                  /* 0.5 EUR */
    assert_money_equal(convert(3, GOLD, EUR), (plm_money){2}); /* 1.5 half to even */
    assert_false(has_price(GOLD, USDT));
    apply(1, 2, PLM_EV_BID, 0, 10, 1);
    apply(1, 2, PLM_EV_ASK, 0, 11, 1); /* 1.05 USDT */
    /* 3 * 0.5 * 1.05 = 1.575, rounded once: 2; leg by leg it would be 2 * 1.05 = 2.1, too; with 1:
     * 0.525, rounded once: 1; leg by leg 0.5 -> 0. */
    assert_money_equal(convert(3, GOLD, USDT), (plm_money){2});
    assert_money_equal(convert(1, GOLD, USDT), (plm_money){1});
    assert_true(has_price(BTC, USDT));
    assert_false(has_price(BTC, EUR));
}

static void an_overflow_is_no_missing_price(void **state)
{
    (void)state;
    apply(1, 1, PLM_EV_TRADE, 0, 320, 1);
    plm_money out = {-1};
    bool overflow = false;
    assert_false(plm_market_convert(&market, &contracts, (plm_money){PLM_I128_MAX}, BTC, USDT, &out,
                                    &overflow));
    assert_true(overflow);
    assert_true(out.v == -1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(frequent_kinds_set_the_view),
        TEST(the_view_follows_the_book_until_the_row_has_quotes),
        TEST(a_book_that_grows_too_large_is_refused),
        TEST(the_close_of_a_bar_sets_the_price_of_its_key),
        TEST(status_closes_and_opens),
        TEST(a_position_is_valued_at_the_first_price_there_is),
        TEST(amounts_convert_directly_or_through_one_asset),
        TEST(an_overflow_is_no_missing_price),
    };
    return cmocka_run_group_tests_name("market", tests, NULL, NULL);
}
