/*
 * test_ledger.c - promises of ledger.h:
 * - every movement is two entries, the receiver's first, that carry the balances after them;
 * - a batch is committed whole, or, where a balance does not fit, not at all;
 * - a batch that does not sum to zero for each asset is a bug, also where the sum would wrap to
 *   zero, and so is a balance that was changed behind the ledger's back.
 */
#include "last_act.h"
#include "money_rows.h"

#include "ledger.h"

#define ACCOUNTS 2

static void books_of_the_system_follow_those_of_the_accounts(void **state)
{
    (void)state;
    plm_ledger ledger;
    plm_ledger_init(&ledger, ACCOUNTS, 3, 4, ASSET_COUNT);
    uint32_t const system = PLM_BOOK_KIND_COUNT - PLM_BOOK_MARKET;
    assert_int_equal(ledger.book_count, 2 + system + 3 + 4);
    assert_int_equal(plm_ledger_kind(&ledger, 0), PLM_BOOK_ACCOUNT);
    assert_int_equal(plm_ledger_kind(&ledger, 1), PLM_BOOK_ACCOUNT);
    for (int kind = PLM_BOOK_MARKET; kind < PLM_BOOK_KIND_COUNT; kind++) {
        if (kind == PLM_BOOK_INSURANCE || kind == PLM_BOOK_ISOLATED) {
            continue; /* one per world, one per position */
        }
        uint32_t const book = plm_ledger_book(&ledger, (plm_book_kind)kind);
        assert_int_equal(book, kind); /* 2 + (kind - 2) */
        assert_int_equal(plm_ledger_kind(&ledger, book), kind);
    }
    for (uint32_t world = 0; world < 3; world++) {
        uint32_t const book = plm_ledger_insurance(&ledger, world);
        assert_int_equal(book, 2 + system + world);
        assert_int_equal(plm_ledger_kind(&ledger, book), PLM_BOOK_INSURANCE);
    }
    for (uint32_t number = 0; number < 4; number++) {
        uint32_t const book = plm_ledger_isolated(&ledger, number);
        assert_int_equal(book, 2 + system + 3 + number);
        assert_int_equal(plm_ledger_kind(&ledger, book), PLM_BOOK_ISOLATED);
    }
    plm_ledger_fini(&ledger);
}

static void a_movement_is_two_entries_with_the_balances_after_them(void **state)
{
    (void)state;
    plm_ledger ledger;
    plm_ledger_init(&ledger, ACCOUNTS, 0, 0, ASSET_COUNT);
    uint32_t const outside = plm_ledger_book(&ledger, PLM_BOOK_EXTERNAL);
    uint32_t const fees = plm_ledger_book(&ledger, PLM_BOOK_FEES);
    plm_postings postings = {0};
    assert_true(plm_postings_move(&postings, outside, 1, USDT, PLM_CAUSE_DEPOSIT, money("100")));
    assert_true(plm_postings_move(&postings, 1, fees, USDT, PLM_CAUSE_FEE, money("0.5")));
    assert_true(plm_postings_move(&postings, outside, 1, BTC, PLM_CAUSE_DEPOSIT, money("0")));
    assert_int_equal(postings.count, 4); /* nothing for nothing */
    assert_true(plm_ledger_commit(&ledger, &postings));
    const struct {
        uint32_t book;
        plm_cause cause;
        const char *amount, *after;
    } expected[] = {
        {1, PLM_CAUSE_DEPOSIT, "100", "100"},
        {outside, PLM_CAUSE_DEPOSIT, "-100", "-100"},
        {fees, PLM_CAUSE_FEE, "0.5", "0.5"},
        {1, PLM_CAUSE_FEE, "-0.5", "99.5"},
    };
    for (size_t i = 0; i < 4; i++) {
        const plm_entry_line *const line = &postings.line[i];
        assert_int_equal(line->book, expected[i].book);
        assert_int_equal(line->asset, USDT);
        assert_int_equal(line->cause, expected[i].cause);
        assert_money_equal(line->amount, money(expected[i].amount));
        assert_money_equal(line->after, money(expected[i].after));
    }
    assert_money_equal(plm_ledger_balance(&ledger, 1, USDT), money("99.5"));
    assert_money_equal(plm_ledger_balance(&ledger, 1, BTC), money("0"));
    assert_int_equal(ledger.batches, 1);
    plm_ledger_recount(&ledger);
    plm_ledger_fini(&ledger);
}

static void an_empty_batch_changes_nothing(void **state)
{
    (void)state;
    plm_ledger ledger;
    plm_ledger_init(&ledger, ACCOUNTS, 0, 0, ASSET_COUNT);
    plm_postings postings = {0};
    assert_true(plm_ledger_commit(&ledger, &postings));
    assert_int_equal(ledger.batches, 0);
    plm_ledger_fini(&ledger);
}

/* The last of four entries does not fit: the first three are taken back. */
static void a_batch_that_does_not_fit_changes_nothing(void **state)
{
    (void)state;
    plm_ledger ledger;
    plm_ledger_init(&ledger, ACCOUNTS, 0, 0, ASSET_COUNT);
    uint32_t const outside = plm_ledger_book(&ledger, PLM_BOOK_EXTERNAL);
    plm_money const most = {PLM_I128_MAX};
    plm_postings first = {0};
    assert_true(plm_postings_move(&first, outside, 0, BTC, PLM_CAUSE_DEPOSIT, most));
    assert_true(plm_ledger_commit(&ledger, &first));
    plm_postings second = {0};
    assert_true(plm_postings_move(&second, outside, 1, USDT, PLM_CAUSE_DEPOSIT, money("7")));
    assert_true(plm_postings_move(&second, outside, 1, BTC, PLM_CAUSE_DEPOSIT, units(2)));
    assert_false(plm_ledger_commit(&ledger, &second)); /* external: -(2^127 - 1) - 2 */
    assert_money_equal(plm_ledger_balance(&ledger, 0, BTC), most);
    assert_i128_equal(plm_ledger_balance(&ledger, outside, BTC).v, -PLM_I128_MAX);
    assert_i128_equal(plm_ledger_balance(&ledger, 1, BTC).v, 0);
    assert_i128_equal(plm_ledger_balance(&ledger, 1, USDT).v, 0);
    assert_i128_equal(plm_ledger_balance(&ledger, outside, USDT).v, 0);
    assert_int_equal(ledger.batches, 1);
    plm_ledger_recount(&ledger);

    plm_postings third = {0}; /* one unit still fits: -2^127 */
    assert_true(plm_postings_move(&third, outside, 1, BTC, PLM_CAUSE_DEPOSIT, units(1)));
    assert_true(plm_ledger_commit(&ledger, &third));
    plm_ledger_recount(&ledger); /* partial sums reach 2^127 */
    plm_ledger_fini(&ledger);
}

static void the_smallest_amount_has_no_opposite_and_is_refused(void **state)
{
    (void)state;
    plm_postings postings = {0};
    plm_money const least = {PLM_I128_MIN};
    assert_false(plm_postings_move(&postings, 0, 1, BTC, PLM_CAUSE_DEPOSIT, least));
    assert_int_equal(postings.count, 0);
}

static void commit_lines(plm_i128 a, uint32_t asset_a, plm_i128 b, uint32_t asset_b, uint32_t pairs)
{
    plm_ledger ledger;
    plm_ledger_init(&ledger, ACCOUNTS, 0, 0, ASSET_COUNT);
    plm_postings postings = {0};
    for (uint32_t i = 0; i < pairs; i++) {
        postings.line[2 * i] =
            (plm_entry_line){.asset = asset_a, .cause = PLM_CAUSE_FEE, .amount = {a}};
        postings.line[2 * i + 1] = (plm_entry_line){
            .book = i + 1, .asset = asset_b, .cause = PLM_CAUSE_FEE, .amount = {b}};
    }
    postings.count = 2 * pairs;
    (void)!plm_ledger_commit(&ledger, &postings);
}

static void commit_a_unit_too_much(void)
{
    commit_lines(100, BTC, -99, BTC, 1);
}

static void commit_across_assets(void)
{
    commit_lines(100, BTC, -100, USDT, 1);
}

static void commit_what_wraps_to_zero(void)
{
    commit_lines((plm_i128)1 << 126, BTC, (plm_i128)1 << 126, BTC, 2); /* 4 * 2^126 = 2^128 */
}

static void recount_after_theft(void)
{
    plm_ledger ledger;
    plm_ledger_init(&ledger, ACCOUNTS, 0, 0, ASSET_COUNT);
    ledger.balance[USDT].v = 1;
    plm_ledger_recount(&ledger);
}

static void money_from_nowhere_is_a_bug(void **state)
{
    (void)state;
    static void (*const acts[])(void) = {commit_a_unit_too_much, commit_across_assets,
                                         commit_what_wraps_to_zero, recount_after_theft};
    for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++) {
        char text[512];
        int const status = plm_test_last_act(acts[i], text, sizeof text);
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
        assert_non_null(strstr(text, "wide_is_zero"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(books_of_the_system_follow_those_of_the_accounts),
        cmocka_unit_test(a_movement_is_two_entries_with_the_balances_after_them),
        cmocka_unit_test(an_empty_batch_changes_nothing),
        cmocka_unit_test(a_batch_that_does_not_fit_changes_nothing),
        cmocka_unit_test(the_smallest_amount_has_no_opposite_and_is_refused),
        cmocka_unit_test(money_from_nowhere_is_a_bug),
    };
    return cmocka_run_group_tests_name("ledger", tests, NULL, NULL);
}
