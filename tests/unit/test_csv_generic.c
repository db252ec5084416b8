/*
 * test_csv_generic.c - promises of the column map (docs/import.md):
 * - the maps under examples/maps read what their heads show, that of docs/import.md its mixed rows;
 * - columns are found by name or number; quotes, delimiters, comments, words, units are as
 * declared;
 * - values are exact: exponents only when allowed, never rounded; blank fields only where declared;
 * - duplicates, crossed quotes and bars at odds with themselves are refused or kept as declared;
 * - rows that only sorting brings together are duplicates where they are equal byte for byte;
 * - best quotes are asked for only on demand.
 */
#include "plm_test.h"

#include "csv_help.h"

static imported *import_example(const char *map, const char *symbol, const char *text)
{
    const char *const source = getenv("PLIMSOLL_SOURCE");
    char map_path[1024];
    (void)snprintf(map_path, sizeof map_path, "%s/examples/maps/%s", source != NULL ? source : ".",
                   map);
    plm_import_options const options = {.map_path = map_path, .symbol = symbol};
    imported *const result =
        import_file(input_write(&csv_folder, "in.csv", text, strlen(text)), &options);
    assert_ok(result->status, &result->diag);
    return result;
}

static void the_example_map_of_trades_reads_trades(void **state)
{
    (void)state;
    imported *const result = import_example(
        "trades.yaml", NULL,
        "exchange,symbol,timestamp,local_timestamp,id,side,price,amount\n"
        "exchange-a,BTC-PERP,1735689600000000,1735689600004211,77,buy,93576.2,0.011\n"
        "exchange-a,BTC-PERP,1735689600000001,1735689600004212,78,sell,93576,7.3e-7\n"
        "exchange-a,BTC-PERP,1735689600000001,1735689600004212,79,unknown,93576,2\n");
    plm_event const expected[3] = {
        {.ts = BASE, .px = 935762, .qty = 1100000, .kind = PLM_EV_TRADE, .side = 1},
        {.ts = BASE + 1000, .px = 935760, .qty = 73, .kind = PLM_EV_TRADE, .side = 2},
        {.ts = BASE + 1000, .px = 935760, .qty = 200000000, .kind = PLM_EV_TRADE},
    };
    assert_int_equal(result->count, 3);
    assert_memory_equal(result->event, expected, sizeof expected);
    assert_true(result->has_recv && result->recv[0] == BASE + 4211000);
    plm_free(result);
}

static void the_example_map_of_quotes_reads_quotes(void **state)
{
    (void)state;
    imported *const result = import_example("quotes.yaml", NULL,
                                            "timestamp,symbol,bidSize,bidPrice,askPrice,askSize\r\n"
                                            "2025-01-01T00:00:00.451Z,XBTUSD,100,93576,93576.5,"
                                            "2300\r\n"
                                            "2025-01-01T00:00:00.452Z,XBTUSD,,,93576.5,2300\r\n");
    plm_ts const ts = BASE + 451000000;
    plm_event const expected[4] = {
        {.ts = ts, .px = 935760, .qty = 100, .kind = PLM_EV_BID},
        {.ts = ts, .px = 935765, .qty = 2300, .kind = PLM_EV_ASK},
        {.ts = ts + 1000000, .kind = PLM_EV_BID},
        {.ts = ts + 1000000, .px = 935765, .qty = 2300, .kind = PLM_EV_ASK},
    };
    assert_int_equal(result->count, 4);
    assert_memory_equal(result->event, expected, sizeof expected);
    assert_string_equal(result->rows[0].symbol, "BTC-USD");
    plm_free(result);
}

static void the_example_map_of_bars_stamps_them_at_their_end(void **state)
{
    (void)state;
    imported *const result = import_example(
        "ohlcv.yaml", "BTCUSDT",
        "open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,"
        "taker_buy_quote_volume,ignore\n"
        "1735689600000,93576.00000000,93610.90000000,93537.50000000,93576.10000000,75.60000000,"
        "1735689659999,7074353.16,2206,41.20000000,3855331.2,0\n");
    plm_ts const ts = BASE + INT64_C(60000000000);
    plm_event const expected[4] = {
        {.ts = ts, .px = 9357600, .qty = INT64_C(60000000000), .kind = PLM_EV_BAR_OPEN, .side = 3},
        {.ts = ts, .px = 9361090, .qty = 2206, .kind = PLM_EV_BAR_HIGH, .side = 3},
        {.ts = ts, .px = 9353750, .qty = 4120000, .kind = PLM_EV_BAR_LOW, .side = 3},
        {.ts = ts, .px = 9357610, .qty = 7560000, .kind = PLM_EV_BAR_CLOSE, .side = 3},
    };
    assert_int_equal(result->count, 4);
    assert_memory_equal(result->event, expected, sizeof expected);
    plm_free(result);
}

/* The long map of docs/import.md: the indented block that begins with "csv:". */
static void the_map_of_the_manual_reads_its_mixed_rows(void **state)
{
    (void)state;
    const char *const source = getenv("PLIMSOLL_SOURCE");
    char path[1024];
    (void)snprintf(path, sizeof path, "%s/docs/import.md", source != NULL ? source : ".");
    FILE *const file = fopen(path, "r");
    assert_non_null(file);
    char map[4096] = "";
    char line[512];
    while (fgets(line, sizeof line, file) != NULL) {
        bool const inside = map[0] != '\0' || strcmp(line, "    csv:\n") == 0;
        if (inside && strncmp(line, "    ", 4) != 0) {
            break;
        }
        assert_true(strlen(map) + strlen(line) < sizeof map);
        (void)strcat(map, inside ? line + 4 : "");
    }
    assert_int_equal(fclose(file), 0);
    imported *const result =
        import_good(map, "exchange_time;local_time;market;type;maker;price;size;funding;"
                         "next_funding\n"
                         "1735689600000;1735689600000001;XBT/USD;trade;true;93576.5;100;;\n"
                         "1735689600000;1735689600000001;XBT/USD;funding;;;;0.01;0\n"
                         "1735689600000;1735689600000001;XBT/USD;heartbeat;;;;;\n"
                         "# a note\n");
    plm_event const expected[2] = {
        {.ts = BASE, .px = 935765, .qty = 100, .kind = PLM_EV_TRADE, .side = PLM_SIDE_SELL},
        {.ts = BASE, .px = INT64_C(100000000), .kind = PLM_EV_FUNDING_RATE},
    };
    assert_int_equal(result->count, 2);
    assert_memory_equal(result->event, expected, sizeof expected);
    assert_int_equal(result->report.rejected[PLM_REJECT_DECLARED], 1);
    plm_free(result);
}

static void units_of_time_are_exact(void **state)
{
    (void)state;
    static const struct {
        const char *unit, *text;
        int64_t ns;
    } cases[] = {
        {"s", "1735689600", 0},
        {"s", "1735689600.123456789", 123456789},
        {"ms", "1735689600001.5", 1500000},
        {"us", "1735689600000001", 1000},
        {"ns", "1735689600000000001", 1},
        {"iso", "2025-01-01 00:00:00.000000001", 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char map[512];
        char text[128];
        (void)snprintf(map, sizeof map, "time: {column: t, unit: %s}\n" REST, cases[i].unit);
        (void)snprintf(text, sizeof text, "t,p,q\n%s,1,1\n", cases[i].text);
        imported *const result = import_good(map, text);
        assert_true(result->event[0].ts == BASE + cases[i].ns);
        plm_free(result);
    }
    refuses("time: {column: t, unit: ms}\n" REST, "t,p,q\n1735689600,1,1\n", PLM_ERR_INPUT,
            "in.csv:2: time is '1735689600' ('1735689600,1,1'); times must lie in 2000..2100");
    refuses("time: {column: t, unit: s}\n" REST, "t,p,q\n1735689600.1234567891,1,1\n",
            PLM_ERR_INPUT, "time is '1735689600.1234567891'");
    refuses("time: {column: t, unit: iso}\n" REST, "t,p,q\n2025-02-30,1,1\n", PLM_ERR_INPUT,
            "time is '2025-02-30'");
}

static void exponents_are_read_only_when_allowed_and_exactly(void **state)
{
    (void)state;
    imported *const result =
        import_good("csv: {exponent: true}\n" PLAIN, "t,p,q\n1735689600000000000,1.25e1,2e3\n");
    assert_int_equal(result->event[0].px, 1250);
    assert_int_equal(result->event[0].qty, 2000);
    plm_free(result);
    refuses("csv: {exponent: true}\n" PLAIN, "t,p,q\n1735689600000000000,1e-3,1\n", PLM_ERR_INPUT,
            "p is '1e-3'");
    refuses(PLAIN, "t,p,q\n1735689600000000000,1e1,1\n", PLM_ERR_INPUT, "p is '1e1'");
}

static void quotes_delimiters_and_comments_are_as_declared(void **state)
{
    (void)state;
    imported *result = import_good("csv: {delimiter: ;, quote: \"'\", comment: \"%\"}\n" PLAIN,
                                   "% made by hand\nnote;'t';p;q\n"
                                   "'it''s; fine';1735689600000000000;'1.5';2\n% end\n");
    assert_int_equal(result->count, 1);
    assert_int_equal(result->event[0].px, 150);
    assert_int_equal(result->report.rows_read, 1);
    plm_free(result);
    result = import_good("csv: {delimiter: tab, header: false, fields: 3}\n"
                         "time: {column: 3, unit: ns}\nsymbol: A\n"
                         "events: [{kind: trade, px: 1, qty: {column: 2}}]\n" ROWS,
                         "1.5\t2\t1735689600000000000");
    assert_int_equal(result->event[0].qty, 2);
    plm_free(result);
    result =
        import_good("time: {column: t, unit: ns}\nsymbol: A\nevents:\n"
                    "  - {kind: trade, side: {column: s, words: {'b\"uy': buy}}, px: p, qty: q}"
                    "\n" ROWS,
                    "t,s,p,q\n1735689600000000000,\"b\"\"uy\",1,1\n");
    assert_int_equal(result->event[0].side, PLM_SIDE_BUY);
    plm_free(result);
    static const char HEADER[] = "t,p,q\n";
    static const struct {
        const char *row, *words;
    } cases[] = {
        {"\"1735689600000000000,1,1\n", "a line break within quotes"},
        {"\"1735689600000000000\"x,1,1\n", "text after a closing quote in field 1"},
        {"17356896\"00000000000,1,1\n", "a quote within field 1"},
        {"1735689600000000000,1\n", "2 fields instead of 3"},
        {"1735689600000000000,1,1,\n", "4 fields instead of 3"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[128];
        (void)snprintf(text, sizeof text, "%s%s", HEADER, cases[i].row);
        refuses(PLAIN, text, PLM_ERR_INPUT, cases[i].words);
    }
}

static void words_and_marks_decide_what_a_row_gives(void **state)
{
    (void)state;
    static const char MAP[] = "time: {column: t, unit: ns}\n"
                              "symbol: {column: s, words: {a/b: A}}\n"
                              "skip: [{column: m, is: [test, probe]}]\n"
                              "events:\n"
                              "  - kind: {column: k, words: {T: trade, M: mark}}\n"
                              "    side: {column: m, words: {\"true\": sell, \"false\": buy}, "
                              "zero: [\"\"]}\n"
                              "    px: {column: p, absent: [\"\", \"-1\"]}\n"
                              "    qty: q\n" ROWS;
    imported *result = import_on(MAP,
                                 "t,s,k,m,p,q\n"
                                 "1735689600000000000,a/b,T,true,1,1\n"
                                 "1735689600000000000,A,M,,2,0\n"
                                 "1735689600000000000,A,T,test,2,1\n"
                                 "1735689600000000000,A,T,false,-1,1\n"
                                 "1735689600000000000,A,X,false,1,1\n"
                                 "1735689600000000000,A,T,maybe,1,1\n"
                                 "1735689600000000000,Z,T,true,1,1\n",
                                 PLM_ON_ERROR_SKIP);
    assert_ok(result->status, &result->diag);
    assert_int_equal(result->count, 2);
    assert_int_equal(result->event[0].side, PLM_SIDE_SELL);
    assert_int_equal(result->event[1].kind, PLM_EV_MARK);
    assert_int_equal(result->report.rejected[PLM_REJECT_DECLARED], 2);
    assert_int_equal(result->report.rejected[PLM_REJECT_UNKNOWN], 3);
    plm_free(result);
    /* What the map leaves out on purpose does not fail. */
    result = import_good(MAP, "t,s,k,m,p,q\n1735689600000000000,A,T,probe,x,x\n");
    assert_int_equal(result->count, 0);
    plm_free(result);
}

static void rates_and_times_in_values_have_units(void **state)
{
    (void)state;
    imported *const result =
        import_good("time: {column: t, unit: ns}\nsymbol: A\nevents:\n"
                    "  - {kind: funding_rate, px: {column: p, unit: percent},"
                    " qty: {column: d, unit: ms, zero: [\"\"]}}\n"
                    "  - {kind: iv, px: {column: p, unit: bps}}\n"
                    "  - {kind: risk_free, px: p}\n" ROWS,
                    "t,p,d\n1735689600000000000,0.01,1735718400000\n1735689600000000001,5,\n");
    assert_int_equal(result->count, 6);
    assert_int_equal(result->event[0].px, 100000000); /* 0.01 % = 10^-4 = 10^8 * 10^-12 */
    assert_true(result->event[0].qty == INT64_C(1735718400000000000));
    assert_int_equal(result->event[1].px, 1000000);
    assert_true(result->event[2].px == INT64_C(10000000000));
    assert_int_equal(result->event[3].qty, 0);
    plm_free(result);
}

static void blank_and_negative_values_are_refused_by_name(void **state)
{
    (void)state;
    refuses(PLAIN, "t,p,q\n,1,1\n", PLM_ERR_INPUT, "in.csv:2: time is empty (',1,1')");
    refuses(PLAIN, "t,p,q\n1735689600000000000,,1\n", PLM_ERR_INPUT, "in.csv:2: p is empty");
    refuses(PLAIN, "t,p,q\n1735689600000000000,1,-1\n", PLM_ERR_INPUT, "must not be negative");
    refuses(PLAIN, "t,p,q\n1735689600000000000,1.001,1\n", PLM_ERR_INPUT,
            "p is '1.001' ('1735689600000000000,1.001,1'); at most 2 decimals are allowed");
    refuses(PLAIN, "t,p,q\n1735689600000000000,nan,1\n", PLM_ERR_INPUT, "p is 'nan'");
}

static void duplicates_are_refused_or_kept_as_declared(void **state)
{
    (void)state;
    static const char TEXT[] = "t,p,q\n1735689600000000000,1,1\n1735689600000000000,1,1\n"
                               "1735689600000000000,1,2\n1735689600000000000,1,1\n";
    refuses(PLAIN, TEXT, PLM_ERR_INPUT, "in.csv:3: equal to the row before");
    imported *result = import_on(PLAIN, TEXT, PLM_ON_ERROR_SKIP);
    assert_int_equal(result->count, 3);
    assert_int_equal(result->report.rejected[PLM_REJECT_DUPLICATE], 1);
    plm_free(result);
    result = import_good("duplicates: keep\n" PLAIN, TEXT);
    assert_int_equal(result->count, 4);
    plm_free(result);
}

static void crossed_quotes_and_odd_bars_are_refused(void **state)
{
    (void)state;
    static const char QUOTES[] = "time: {column: t, unit: ns}\nsymbol: A\nevents:\n"
                                 "  - {kind: ask, px: a, qty: {constant: 1}}\n"
                                 "  - {kind: bid, px: b, qty: {constant: 1}}\n" ROWS;
    refuses(QUOTES, "t,b,a\n1735689600000000000,1,1\n", PLM_ERR_INPUT, "crossed quote of A");
    plm_free(import_good(QUOTES, "t,b,a\n1735689600000000000,0.99,1\n"));
    static const char BARS[] = "time: {column: t, unit: ns}\nsymbol: A\nbars:\n"
                               "  - {price: mark, period: 1h, stamp: end, open: {column: o, "
                               "absent: [\"\"]}, high: {column: h, absent: [\"\"]}, low: {column: "
                               "l, absent: [\"\"]}, close: {column: c, absent: [\"\"]}}\n" ROWS;
    refuses(BARS, "t,o,h,l,c\n1735689600000000000,2,3,1,4\n", PLM_ERR_INPUT, "at odds with itself");
    refuses(BARS, "t,o,h,l,c\n1735689600000000000,2,,1,2\n", PLM_ERR_INPUT, "absent values");
    imported *const result =
        import_good(BARS, "t,o,h,l,c\n1735689600000000000,2,3,1,2\n1735689600000000001,,,,\n");
    assert_int_equal(result->count, 4);
    assert_int_equal(result->event[0].side, PLM_KEY_MARK);
    assert_true(result->event[0].ts == BASE);
    plm_free(result);
}

static void best_quotes_are_asked_for_only_on_demand(void **state)
{
    (void)state;
    static const char MAP[] = "time: {column: t, unit: ns}\nsymbol: A\nevents:\n"
                              "  - {kind: level, side: {column: s}, px: p, qty: q}\n" ROWS;
    static const char TEXT[] =
        "t,s,p,q\n1735689600000000000,bid,1,1\n1735689600000000000,ask,2,1\n";
    imported *result = import_good(MAP, TEXT);
    assert_false(result->wants_derive);
    plm_free(result);
    char map[1024];
    (void)snprintf(map, sizeof map, "derive: true\n%s", MAP);
    result = import_good(map, TEXT);
    assert_true(result->wants_derive);
    assert_int_equal(result->count, 2);
    plm_free(result);
}

/* Rows that are equal byte for byte and come together only when sorted. */
static void sorting_makes_duplicates_visible(void **state)
{
    (void)state;
    static const char APART[] = "t,p,q,id\n1735689600000000001,1,1,7\n1735689600000000000,1,1,5\n"
                                "1735689600000000001,1,1,7\n";
    imported *result = import_on(PLAIN, APART, PLM_ON_ERROR_SORT);
    assert_says(result, PLM_ERR_INPUT, "in.csv: lines 2 and 4 are equal, and neighbours");
    plm_free(result);
    result = import_on("duplicates: keep\n" PLAIN, APART, PLM_ON_ERROR_SORT);
    assert_ok(result->status, &result->diag);
    assert_int_equal(result->count, 3);
    plm_free(result);
    /* The same event in rows that differ in what the map does not name is no duplicate. */
    result = import_on(PLAIN,
                       "t,p,q,id\n1735689600000000001,1,1,7\n1735689600000000000,1,1,5\n"
                       "1735689600000000001,1,1,8\n",
                       PLM_ON_ERROR_SORT);
    assert_ok(result->status, &result->diag);
    assert_int_equal(result->count, 3);
    plm_free(result);
    /* What is in order is judged as without sorting: a row that is left out lies between. */
    static const char LEFT_OUT[] =
        "t,p,q\n1735689600000000000,1,1\nx,0,0\n1735689600000000000,1,1\n";
    static const char SKIPS[] = "skip: [{column: t, is: [x]}]\n" PLAIN;
    for (int i = 0; i < 2; i++) {
        result = import_on(SKIPS, LEFT_OUT, i == 0 ? PLM_ON_ERROR_FAIL : PLM_ON_ERROR_SORT);
        assert_ok(result->status, &result->diag);
        assert_int_equal(result->count, 2);
        plm_free(result);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_example_map_of_trades_reads_trades),
        cmocka_unit_test(the_example_map_of_quotes_reads_quotes),
        cmocka_unit_test(the_example_map_of_bars_stamps_them_at_their_end),
        cmocka_unit_test(the_map_of_the_manual_reads_its_mixed_rows),
        cmocka_unit_test(units_of_time_are_exact),
        cmocka_unit_test(exponents_are_read_only_when_allowed_and_exactly),
        cmocka_unit_test(quotes_delimiters_and_comments_are_as_declared),
        cmocka_unit_test(words_and_marks_decide_what_a_row_gives),
        cmocka_unit_test(rates_and_times_in_values_have_units),
        cmocka_unit_test(blank_and_negative_values_are_refused_by_name),
        cmocka_unit_test(duplicates_are_refused_or_kept_as_declared),
        cmocka_unit_test(crossed_quotes_and_odd_bars_are_refused),
        cmocka_unit_test(best_quotes_are_asked_for_only_on_demand),
        cmocka_unit_test(sorting_makes_duplicates_visible),
    };
    return cmocka_run_group_tests_name("csv_generic", tests, make_folder, remove_folder);
}
