/*
 * test_tardis.c - promises of docs/import-tardis.md:
 * - columns are found by name, both clocks are kept, sides are the taker's;
 * - numbers in exponent form are exact, times in it are refused; blanks are never 0;
 * - an id may stand once, however far its rows are apart; without ids equal rows are two trades;
 * - rows of one time keep their order, a local clock behind the venue's is taken and counted;
 * - several symbols are several instruments, --symbol takes one of them;
 * - trades and liquidations are told apart by the name or by --format, and asked for else;
 * - tickers say what has changed, in the order of the tape, whatever rows are left out or sorted;
 * - books: nothing before the first snapshot, one clear per snapshot, no clear is lost with a row;
 * - a row of a top-of-book snapshot is the whole book;
 * - what is not read is refused with a sentence.
 */
#include "plm_test.h"

#include "dump_help.h"

#define HEAD "exchange,symbol,timestamp,local_timestamp,id,side,price,amount\n"
#define T "17356896000000" /* and two digits: microseconds from 2025-01-01 on */
#define N "17356896000000" /* and five digits: the same in nanoseconds */

static void trades_keep_clocks_sides_and_exact_numbers(void **state)
{
    (void)state;
    dump_reads("x_trades_y.csv",
               HEAD "binance,BTCUSDT," T "01," T "05,77,buy,93576.2,0.011\n"
                    "binance,BTCUSDT," T "02," T "06,a-b,sell,93576,7.3e-7\n"
                    "binance,BTCUSDT," T "02," T "07,79,unknown,9.3576E+4,2\n",
               (plm_import_options){0}, "tardis",
               N "01000," N "05000,BTCUSDT,trade,buy,93576.2,0.011,\n" N "02000," N
                 "06000,BTCUSDT,trade,sell,93576,0.00000073,\n" N "02000," N
                 "07000,BTCUSDT,trade,,93576,2,\n");
}

static void columns_are_found_by_name_in_any_spelling_of_lines(void **state)
{
    (void)state;
    dump_reads("trades.csv",
               "\xef\xbb\xbfprice,extra,symbol,id,local_timestamp,timestamp,amount,side\r\n"
               "5,?,BTCUSDT,1," T "01," T "00,3,buy\r\n"
               "6,?,BTCUSDT,2," T "03," T "02,4,sell",
               (plm_import_options){0}, "tardis",
               N "00000," N "01000,BTCUSDT,trade,buy,5,3,\n" N "02000," N
                 "03000,BTCUSDT,trade,sell,6,4,\n");
}

static void what_is_wrong_with_a_trade_is_refused_by_reason(void **state)
{
    (void)state;
    static const struct {
        const char *row, *words;
    } cases[] = {
        {"x,BTCUSDT,1.7356896e+15," T "01,1,buy,5,1", "timestamp is '1.7356896e+15'"},
        {"x,BTCUSDT,1735689600," T "01,1,buy,5,1", "within 2000 to 2100"},
        {"x,BTCUSDT,,1,1,buy,5,1", "timestamp is empty"},
        {"x,BTCUSDT," T "00,,1,buy,5,1", "local_timestamp is empty"},
        {"x,BTCUSDT," T "00," T "01,1,buy,,1", "price is empty"},
        {"x,BTCUSDT," T "00," T "01,1,buy,5,", "amount is empty"},
        {"x,BTCUSDT," T "00," T "01,1,buy,5.001,1", "at most 2 decimals"},
        {"x,BTCUSDT," T "00," T "01,1,buy,5,1e-9", "at most 8 decimals"},
        {"x,BTCUSDT," T "00," T "01,1,buy,-5,1", "event trade of BTCUSDT"},
        {"x,BTCUSDT," T "00," T "01,1,,5,1", "side is ''"},
        {"x,BTCUSDT," T "00," T "01,1,Buy,5,1", "buy, sell, unknown are allowed"},
        {"x,BTCUSDT," T "00," T "01,1,buy,5", "7 fields instead of 8"},
        {"x,DOGE," T "00," T "01,1,buy,5,1", "the instrument DOGE is not described"},
        {"x,DOGE," T "00," T "01,1,buy,5,1", "--instrument DOGE=KIND,"},
        {"x,," T "00," T "01,1,buy,5,1", "symbol is ''"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[256];
        (void)snprintf(text, sizeof text, HEAD "%s\n", cases[i].row);
        dump_refuses("trades.csv", text, (plm_import_options){0}, PLM_ERR_INPUT, cases[i].words);
        dump_refuses("trades.csv", text, (plm_import_options){0}, PLM_ERR_INPUT, "trades.csv:2:");
    }
}

static void an_id_may_stand_once(void **state)
{
    (void)state;
    static const char text[] = HEAD "x,BTCUSDT," T "00," T "00,7,buy,5,1\n"
                                    "x,BTCUSDT," T "00," T "01,8,buy,5,1\n"
                                    "x,ETHUSDT," T "00," T "01,7,buy,5,1\n"
                                    "x,BTCUSDT," T "01," T "02,7,buy,5,1\n";
    dump_refuses("trades.csv", text, (plm_import_options){0}, PLM_ERR_INPUT, ":5: id '7' again");
    imported *result =
        dump_import("trades.csv", text, (plm_import_options){.on_error = PLM_ON_ERROR_SKIP});
    assert_ok(result->status, &result->diag);
    assert_int_equal(result->count, 3);
    assert_int_equal(result->report.rejected[PLM_REJECT_DUPLICATE], 1);
    plm_free(result);
    /* An id of a row that was not taken has not been had. */
    result = dump_import("trades.csv",
                         HEAD "x,BTCUSDT," T "00," T "00,7,buy,-5,1\n"
                              "x,BTCUSDT," T "00," T "01,7,buy,5,1\n",
                         (plm_import_options){.on_error = PLM_ON_ERROR_SKIP});
    assert_int_equal(result->count, 1);
    assert_int_equal(result->report.rejected[PLM_REJECT_NEGATIVE], 1);
    plm_free(result);
}

static void without_ids_equal_rows_are_two_trades(void **state)
{
    (void)state;
    static const char row[] = "x,BTCUSDT," T "00," T "00,,buy,5,1\n";
    char text[512];
    (void)snprintf(text, sizeof text, HEAD "%s%s", row, row);
    imported *const result = dump_import("trades.csv", text, (plm_import_options){0});
    assert_ok(result->status, &result->diag);
    assert_int_equal(result->count, 2);
    plm_free(result);
}

static void a_long_run_of_one_time_keeps_its_order(void **state)
{
    (void)state;
    enum { ROWS = 3000 };
    char *const text = plm_alloc(ROWS, 96);
    for (int sorted = 0; sorted < 2; sorted++) {
        size_t size = (size_t)snprintf(text, 96, HEAD);
        for (int i = 0; i < ROWS; i++) {
            size += (size_t)snprintf(text + size, 96, "x,BTCUSDT," T "00," T "00,%d,buy,%d,1\n", i,
                                     i + 1);
        }
        imported *const result = dump_import(
            "trades.csv", text,
            (plm_import_options){.on_error = sorted ? PLM_ON_ERROR_SORT : PLM_ON_ERROR_FAIL});
        assert_ok(result->status, &result->diag);
        assert_int_equal(result->count, ROWS);
        for (int i = 0; i < ROWS; i++) {
            assert_int_equal(result->event[i].px, 100 * (i + 1));
        }
        plm_free(result);
    }
    plm_free(text);
}

static void a_local_clock_behind_is_taken_and_counted(void **state)
{
    (void)state;
    imported *const result = dump_import("trades.csv",
                                         HEAD "x,BTCUSDT," T "09," T "02,1,buy,5,1\n"
                                              "x,BTCUSDT," T "09," T "10,2,buy,5,1\n",
                                         (plm_import_options){0});
    dump_gives(result, N "09000," N "02000,BTCUSDT,trade,buy,5,1,\n" N "09000," N
                         "10000,BTCUSDT,trade,buy,5,1,\n");
    assert_int_equal(result->report.recv_early, 1);
    assert_int_equal(result->report.recv_lead, 7000);
    plm_free(result);
}

static void one_of_several_symbols_is_taken(void **state)
{
    (void)state;
    static const char text[] = HEAD "x,BTCUSDT," T "00," T "00,1,buy,5,1\n"
                                    "x,DOGE,?,?,?,?,?,?\n"
                                    "x,ETHUSDT," T "01," T "01,1,buy,7,1\n";
    imported *const result =
        dump_import("trades.csv", text, (plm_import_options){.symbol = "ETHUSDT"});
    dump_gives(result, N "01000," N "01000,ETHUSDT,trade,buy,7,1,\n");
    assert_int_equal(result->report.rejected[PLM_REJECT_DECLARED], 2);
    plm_free(result);
}

static void time_that_goes_back_is_refused_or_sorted(void **state)
{
    (void)state;
    static const char text[] = HEAD "x,BTCUSDT," T "05," T "05,1,buy,5,1\n"
                                    "x,BTCUSDT," T "02," T "06,2,buy,6,1\n"
                                    "x,BTCUSDT," T "07," T "07,3,buy,7,1\n";
    dump_refuses("trades.csv", text, (plm_import_options){0}, PLM_ERR_INPUT, ":3: time goes back");
    dump_reads("trades.csv", text, (plm_import_options){.on_error = PLM_ON_ERROR_SORT}, "tardis",
               N "02000," N "06000,BTCUSDT,trade,buy,6,1,\n" N "05000," N
                 "05000,BTCUSDT,trade,buy,5,1,\n" N "07000," N "07000,BTCUSDT,trade,buy,7,1,\n");
}

static void liquidations_are_told_by_name_or_asked_for(void **state)
{
    (void)state;
    static const char text[] = HEAD "x,BTCUSDT," T "00," T "00,,sell,5,1\n";
    static const char liquidation[] = N "00000," N "00000,BTCUSDT,liquidation,sell,5,1,\n";
    static const char trade[] = N "00000," N "00000,BTCUSDT,trade,sell,5,1,\n";
    plm_import_options const none = {0};
    plm_import_options const named = {.format = "tardis-liquidations"};
    plm_import_options const trades = {.format = "tardis-trades"};
    dump_reads("bybit_liquidations_2025-01-01_X.csv", text, none, "tardis", liquidation);
    dump_reads("bybit_trades_2025-01-01_X.csv", text, none, "tardis", trade);
    dump_reads("x.csv", text, named, "tardis-liquidations", liquidation);
    dump_reads("x_liquidations.csv", text, trades, "tardis-trades", trade);
    dump_refuses("x.csv", text, none, PLM_ERR_INPUT,
                 "--format tardis-trades or tardis-liquidations is needed");
    dump_refuses("trades_liquidations.csv", text, none, PLM_ERR_INPUT, "the name does not say");
    dump_refuses("mytrades.csv", text, none, PLM_ERR_INPUT, "the name does not say");
    dump_refuses("x.csv", "a,b\n1,2\n", named, PLM_ERR_INPUT, "the header is not one of");
}

#define QUOTES                                                                                     \
    "exchange,symbol,timestamp,local_timestamp,ask_amount,ask_price,bid_price,bid_amount\n"

static void quotes_have_sides_that_may_be_empty_but_not_half_so(void **state)
{
    (void)state;
    plm_import_options const none = {0};
    dump_reads("q.csv",
               QUOTES "x,XBTUSD," T "00," T "01,5494,8629.5,8629,806\n"
                      "x,XBTUSD," T "02," T "03,,,8629,806\n",
               none, "tardis",
               N "00000," N "01000,XBTUSD,bid,,8629,806,\n" N "00000," N
                 "01000,XBTUSD,ask,,8629.5,5494,\n" N "02000," N "03000,XBTUSD,bid,,8629,806,\n" N
                 "02000," N "03000,XBTUSD,ask,,0,0,\n");
    dump_refuses("q.csv", QUOTES "x,XBTUSD," T "00," T "01,5494,,8629,806\n", none, PLM_ERR_INPUT,
                 "price is empty");
    dump_refuses("q.csv", QUOTES "x,XBTUSD," T "00," T "01,1,8629,8629,1\n", none, PLM_ERR_INPUT,
                 "crossed quote");
}

#define TICKER                                                                                     \
    "exchange,symbol,timestamp,local_timestamp,funding_timestamp,funding_rate,"                    \
    "predicted_funding_rate,open_interest,last_price,index_price,mark_price\n"

static void tickers_say_what_has_changed(void **state)
{
    (void)state;
    static const char text[] = TICKER "x,BTCUSDT," T "00," T "01,,,,,9364.51,,\n"
                                      "x,BTCUSDT," T "01," T "02," T "99,0.0001,,12.5,,9,10\n"
                                      "x,BTCUSDT," T "02," T "03," T "99,0.0001,,12.5,1,9,11\n"
                                      "x,BTCUSDT," T "03," T "04,,0.0001,,,,9,11\n"
                                      "x,BTCUSDT," T "04," T "05,,,,0,,8,\n";
    imported *const result = dump_import("d.csv", text, (plm_import_options){0});
    dump_gives(result,
               N "01000," N "02000,BTCUSDT,mark,,10,,\n" N "01000," N "02000,BTCUSDT,index,,9,,\n" N
                 "01000," N "02000,BTCUSDT,funding_rate,,0.0001," N "99000,\n" N "01000," N
                 "02000,BTCUSDT,open_interest,,,12.5,\n" N "02000," N "03000,BTCUSDT,mark,,11,,\n" N
                 "03000," N "04000,BTCUSDT,funding_rate,,0.0001,0,\n" N "04000," N
                 "05000,BTCUSDT,index,,8,,\n" N "04000," N "05000,BTCUSDT,open_interest,,,0,\n");
    assert_int_equal(result->report.rejected[PLM_REJECT_DECLARED], 1);
    /* By hand: rows 2 to 5 have 4 + 4 + 3 + 2 values, 8 of them new. */
    assert_int_equal(result->report.events_written, 8);
    assert_int_equal(result->report.events_repeated, 5);
    plm_free(result);
}

static void what_has_changed_is_told_in_the_order_of_the_tape(void **state)
{
    (void)state;
    static const char text[] = TICKER "x,BTCUSDT," T "01," T "01,,,,,,,10\n"
                                      "x,BTCUSDT," T "05," T "05,,,,,,,11\n"
                                      "x,BTCUSDT," T "03," T "06,,,,,,,11\n"
                                      "x,BTCUSDT," T "06," T "07,,,,,,,10\n";
    dump_reads("d.csv", text, (plm_import_options){.on_error = PLM_ON_ERROR_SORT}, "tardis",
               N "01000," N "01000,BTCUSDT,mark,,10,,\n" N "03000," N "06000,BTCUSDT,mark,,11,,\n" N
                 "06000," N "07000,BTCUSDT,mark,,10,,\n");
    /* A row that is skipped has not been heard. */
    dump_reads("d.csv",
               TICKER "x,BTCUSDT," T "05," T "01,,,,,,,10\n"
                      "x,BTCUSDT," T "03," T "05,,,,,,,11\n"
                      "x,BTCUSDT," T "06," T "06,,,,,,,11\n",
               (plm_import_options){.on_error = PLM_ON_ERROR_SKIP}, "tardis",
               N "05000," N "01000,BTCUSDT,mark,,10,,\n" N "06000," N "06000,BTCUSDT,mark,,11,,\n");
}

#define BOOK "exchange,symbol,timestamp,local_timestamp,is_snapshot,side,price,amount\n"

static void books_begin_with_a_snapshot_and_are_cleared_by_each(void **state)
{
    (void)state;
    imported *const result = dump_import("b.csv",
                                         BOOK "x,BTCUSDT," T "00," T "00,false,bid,5,1\n"
                                              "x,BTCUSDT," T "01," T "01,true,bid,5,1\n"
                                              "x,BTCUSDT," T "01," T "01,true,ask,6,2\n"
                                              "x,BTCUSDT," T "02," T "02,false,bid,5,0\n"
                                              "x,ETHUSDT," T "02," T "02,false,bid,5,3\n"
                                              "x,BTCUSDT," T "03," T "03,true,ask,7,4\n",
                                         (plm_import_options){0});
    dump_gives(result, N "01000," N "01000,BTCUSDT,clear,,,,\n" N "01000," N
                         "01000,BTCUSDT,level,bid,5,1,snapshot\n" N "01000," N
                         "01000,BTCUSDT,level,ask,6,2,snapshot\n" N "02000," N
                         "02000,BTCUSDT,level,bid,5,0,\n" N "03000," N "03000,BTCUSDT,clear,,,,\n" N
                         "03000," N "03000,BTCUSDT,level,ask,7,4,snapshot\n");
    assert_int_equal(result->report.rejected[PLM_REJECT_DECLARED], 2);
    assert_true(result->wants_derive);
    plm_free(result);
}

static void a_clear_is_not_lost_with_the_row_that_should_bring_it(void **state)
{
    (void)state;
    dump_reads("b.csv",
               BOOK "x,BTCUSDT," T "02," T "02,true,bid,5,1\n"
                    "x,BTCUSDT," T "03," T "03,false,bid,5,2\n"
                    "x,BTCUSDT," T "01," T "04,true,bid,4,3\n"
                    "x,BTCUSDT," T "03," T "04,true,bid,3,-3\n"
                    "x,BTCUSDT," T "03," T "04,true,ask,6,3\n",
               (plm_import_options){.on_error = PLM_ON_ERROR_SKIP}, "tardis",
               N "02000," N "02000,BTCUSDT,clear,,,,\n" N "02000," N
                 "02000,BTCUSDT,level,bid,5,1,snapshot\n" N "03000," N
                 "03000,BTCUSDT,level,bid,5,2,\n" N "03000," N "04000,BTCUSDT,clear,,,,\n" N
                 "03000," N "04000,BTCUSDT,level,ask,6,3,snapshot\n");
}

static size_t put_top_header(char *text, int depth)
{
    size_t size = (size_t)snprintf(text, 64, "exchange,symbol,timestamp,local_timestamp");
    for (int i = 0; i < depth; i++) {
        size += (size_t)snprintf(text + size, 96,
                                 ",asks[%d].price,asks[%d].amount,bids[%d].price,bids[%d].amount",
                                 i, i, i, i);
    }
    return size;
}

static void a_row_of_a_top_is_the_whole_book(void **state)
{
    (void)state;
    static const int DEPTHS[2] = {5, 25};
    for (int d = 0; d < 2; d++) {
        int const depth = DEPTHS[d];
        char text[4096];
        size_t size = put_top_header(text, depth);
        size += (size_t)snprintf(text + size, 64, "\nx,BTCUSDT," T "00," T "01");
        for (int i = 0; i < depth; i++) {
            /* The last bid is not there. */
            size += i + 1 < depth
                        ? (size_t)snprintf(text + size, 64, ",%d,1,%d,2", 200 + i, 199 - i)
                        : (size_t)snprintf(text + size, 64, ",%d,1,,", 200 + i);
        }
        (void)snprintf(text + size, 2, "\n");
        imported *const result = dump_import("t.csv", text, (plm_import_options){0});
        assert_ok(result->status, &result->diag);
        assert_int_equal(result->count, 2 * depth);
        assert_int_equal(result->event[0].kind, PLM_EV_CLEAR);
        assert_int_equal(result->event[0].side, PLM_SIDE_NONE);
        for (int i = 1; i < 2 * depth; i++) {
            const plm_event *const level = &result->event[i];
            bool const ask = i % 2 == 1;
            assert_int_equal(level->kind, PLM_EV_LEVEL);
            assert_int_equal(level->flags, PLM_FLAG_SNAPSHOT);
            assert_int_equal(level->side, ask ? PLM_SIDE_SELL : PLM_SIDE_BUY);
            assert_int_equal(level->px, 100 * (ask ? 200 + (i - 1) / 2 : 199 - (i - 1) / 2));
            assert_int_equal(level->qty, INT64_C(100000000) * (ask ? 1 : 2));
        }
        assert_true(result->wants_derive);
        plm_free(result);
    }
}

static void what_is_not_read_is_refused(void **state)
{
    (void)state;
    plm_import_options const none = {0};
    dump_refuses("o.csv",
                 "exchange,symbol,timestamp,local_timestamp,type,strike_price,expiration,"
                 "open_interest,last_price,bid_price,bid_amount,bid_iv,ask_price,ask_amount\n"
                 "x,A," T "00," T "00,put,1,1,,,,,,,\n",
                 none, PLM_ERR_INPUT, "options_chain is not read; allowed are trades, quotes");
    dump_refuses("t.csv", HEAD, (plm_import_options){.format = "tardis", .map_path = "m.yaml"},
                 PLM_ERR_USAGE, "m.yaml: a column map was given with a format that needs none");
    dump_refuses("x.csv", "exchange,symbol,timestamp,id,side,price,amount\n1,2,3,4,5,6,7\n", none,
                 PLM_ERR_USAGE, "a column map is needed");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(trades_keep_clocks_sides_and_exact_numbers),
        cmocka_unit_test(columns_are_found_by_name_in_any_spelling_of_lines),
        cmocka_unit_test(what_is_wrong_with_a_trade_is_refused_by_reason),
        cmocka_unit_test(an_id_may_stand_once),
        cmocka_unit_test(without_ids_equal_rows_are_two_trades),
        cmocka_unit_test(a_long_run_of_one_time_keeps_its_order),
        cmocka_unit_test(a_local_clock_behind_is_taken_and_counted),
        cmocka_unit_test(one_of_several_symbols_is_taken),
        cmocka_unit_test(time_that_goes_back_is_refused_or_sorted),
        cmocka_unit_test(liquidations_are_told_by_name_or_asked_for),
        cmocka_unit_test(quotes_have_sides_that_may_be_empty_but_not_half_so),
        cmocka_unit_test(tickers_say_what_has_changed),
        cmocka_unit_test(what_has_changed_is_told_in_the_order_of_the_tape),
        cmocka_unit_test(books_begin_with_a_snapshot_and_are_cleared_by_each),
        cmocka_unit_test(a_clear_is_not_lost_with_the_row_that_should_bring_it),
        cmocka_unit_test(a_row_of_a_top_is_the_whole_book),
        cmocka_unit_test(what_is_not_read_is_refused),
    };
    return cmocka_run_group_tests_name("tardis", tests, dump_make, dump_remove);
}
