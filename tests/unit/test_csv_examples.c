/*
 * test_csv_examples.c - promises of examples/maps and of what they use (docs/import.md):
 * - each map of a venue reads rows of that venue, exactly; the three general ones are proven in
 *   test_csv_generic.c;
 * - a repeated id is refused, or dropped where the map says so;
 * - rows may be lists of JSON; what is no list of lists is refused with its place;
 * - a name without the parts that the map takes from it is refused, and so are maps at odds with
 *   themselves.
 */
#include "plm_test.h"

#include "csv_help.h"
#include "dump_help.h"

#define N "1735689600000000000"
#define M "1735689660000000000"

/* Through a shipped map. */
static imported *import_example(const char *map, const char *file, const char *text,
                                plm_import_options options)
{
    const char *const source = getenv("PLIMSOLL_SOURCE");
    char path[1024];
    (void)snprintf(path, sizeof path, "%s/examples/maps/%s.yaml", source != NULL ? source : ".",
                   map);
    options.map_path = path;
    return dump_import(file, text, options);
}

static void every_map_of_a_venue_reads_its_rows(void **state)
{
    (void)state;
    static const struct {
        const char *map, *file, *symbol, *text, *lines;
    } cases[] = {
        {"kraken-trades", "XBTUSDT.csv", "BTCUSDT",
         "1735689600,93576.20,0.01100000\n1735689600,93576.20,0.01100000\n",
         N ",BTCUSDT,trade,,93576.2,0.011,\n" N ",BTCUSDT,trade,,93576.2,0.011,\n"},
        {"kraken-ohlcvt", "XBTUSDT_1.csv", "BTCUSDT", "1735689600,2,4,1,3,0.5,7\n",
         M ",BTCUSDT,bar_open,last,2,60000000000,\n" M ",BTCUSDT,bar_high,last,4,7,\n" M
           ",BTCUSDT,bar_low,last,1,0,\n" M ",BTCUSDT,bar_close,last,3,0.5,\n"},
        {"freqtrade-csv", "BTC_USDT-5m.csv", "BTCUSDT",
         "date,open,high,low,close,volume\n2024-12-31 23:55:00+00:00,2,4,1,3,1e-5\n",
         N ",BTCUSDT,bar_open,last,2,300000000000,\n" N ",BTCUSDT,bar_high,last,4,0,\n" N
           ",BTCUSDT,bar_low,last,1,0,\n" N ",BTCUSDT,bar_close,last,3,0.00001,\n"},
        {"freqtrade-json", "BTC_USDT-5m.json", "BTCUSDT", "[[1735689300000,2.0,4.0,1.0,3.0,0.5]]",
         N ",BTCUSDT,bar_open,last,2,300000000000,\n" N ",BTCUSDT,bar_high,last,4,0,\n" N
           ",BTCUSDT,bar_low,last,1,0,\n" N ",BTCUSDT,bar_close,last,3,0.5,\n"},
        {"freqtrade-mark-json", "BTC_USDT-8h-mark.json", "BTCUSDT",
         "[[1735660800000,2.0,4.0,1.0,3.0,0.0]]",
         N ",BTCUSDT,bar_open,mark,2,28800000000000,\n" N ",BTCUSDT,bar_high,mark,4,0,\n" N
           ",BTCUSDT,bar_low,mark,1,0,\n" N ",BTCUSDT,bar_close,mark,3,0,\n"},
        {"freqtrade-funding-json", "BTC_USDT-8h-funding_rate.json", "BTCUSDT",
         "[[1735689600000,-0.0001,0.0,0.0,0.0,0.0],\n [1735689660000,1e-05,0.0,0.0,0.0,0.0]]\n",
         N ",BTCUSDT,funding,,-0.0001,0,\n" M ",BTCUSDT,funding,,0.00001,0,\n"},
        {"bars-1m", "b.csv", "BTCUSDT",
         "open_time,open,high,low,close,volume\n1735689600000,2,4,1,3,0.5\n",
         M ",BTCUSDT,bar_open,last,2,60000000000,\n" M ",BTCUSDT,bar_high,last,4,0,\n" M
           ",BTCUSDT,bar_low,last,1,0,\n" M ",BTCUSDT,bar_close,last,3,0.5,\n"},
        {"bars-5m", "b.csv", "BTCUSDT",
         "open_time,open,high,low,close,volume\n1735689300000,2,4,1,3,0.5\n",
         N ",BTCUSDT,bar_open,last,2,300000000000,\n" N ",BTCUSDT,bar_high,last,4,0,\n" N
           ",BTCUSDT,bar_low,last,1,0,\n" N ",BTCUSDT,bar_close,last,3,0.5,\n"},
        {"mark-1h", "b.csv", "BTCUSDT", "open_time,open,high,low,close\n1735686000000,2,4,1,3\n",
         N ",BTCUSDT,bar_open,mark,2,3600000000000,\n" N ",BTCUSDT,bar_high,mark,4,0,\n" N
           ",BTCUSDT,bar_low,mark,1,0,\n" N ",BTCUSDT,bar_close,mark,3,0,\n"},
        {"funding-ms", "f.csv", "BTCUSDT", "calc_time,funding_rate\n1735689600000,-6.81e-06\n",
         N ",BTCUSDT,funding,,-0.00000681,0,\n"},
        {"funding-text", "f.csv", NULL,
         "Symbol,Date,Funding Rate\nA-B,2025-01-01 00:00:00,0.0000058615\n",
         N ",A-B,funding,,0.0000058615,0,\n"},
        {"lean-margin-interest", "f.csv", "XBTUSD", "20250101 00:00:00,0.00020030",
         N ",XBTUSD,funding,,0.0002003,0,\n"},
        {"lean-minute-trade", "20250101_A-B_minute_trade_perp.csv", NULL, "0,2,4,1,3,5\n",
         M ",A-B,bar_open,last,2,60000000000,\n" M ",A-B,bar_high,last,4,0,\n" M
           ",A-B,bar_low,last,1,0,\n" M ",A-B,bar_close,last,3,5,\n"},
        {"lean-minute-quote", "20250101_A-B_minute_quote_perp.csv", NULL, "0,2,4,1,3,5,3,5,2,4,9\n",
         M ",A-B,bar_open,bid,2,60000000000,\n" M ",A-B,bar_high,bid,4,0,\n" M
           ",A-B,bar_low,bid,1,0,\n" M ",A-B,bar_close,bid,3,0,\n" M
           ",A-B,bar_open,ask,3,60000000000,\n" M ",A-B,bar_high,ask,5,0,\n" M
           ",A-B,bar_low,ask,2,0,\n" M ",A-B,bar_close,ask,4,0,\n"},
        {"lean-future-tick-trade", "20250101_gc_tick_trade_A-B.csv", NULL,
         "60000,2,1,usa,,0\n60000,2,1,usa,,0\n60000,2,0,usa,,1\n60000,3,0,usa,,0\n",
         M ",A-B,trade,,2,1,\n" M ",A-B,trade,,2,1,\n" M ",A-B,trade,,3,0,\n"},
        {"lean-future-open-interest", "20250101_gc_tick_openinterest_A-B.csv", NULL, "60000,392\n",
         M ",A-B,open_interest,,,392,\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        imported *const result = import_example(cases[i].map, cases[i].file, cases[i].text,
                                                (plm_import_options){.symbol = cases[i].symbol});
        dump_gives(result, cases[i].lines);
        plm_free(result);
    }
}

/* Its words name expiries. */
static void the_map_of_futures_names_them_by_their_members(void **state)
{
    (void)state;
    static const char row[] = "symbol=ES-202003 kind=future px_scale=2 tick=0.25 lot=1 base=ES "
                              "quote=USD settle=USD expiry=2025-03-20T00:00:00Z";
    plm_instrument const kept = dump_rows[3];
    plm_diag diag;
    plm_diag_init(&diag);
    assert_ok(plm_instrument_parse(row, sizeof row - 1, &diag, &dump_rows[3]), &diag);
    imported *const result =
        import_example("lean-future-minute-trade", "20250101_es_minute_trade_202003.csv",
                       "0,3223.75,3224.25,3223,3223,1526\n", (plm_import_options){0});
    dump_gives(result,
               M ",ES-202003,bar_open,last,3223.75,60000000000,\n" M
                 ",ES-202003,bar_high,last,3224.25,0,\n" M ",ES-202003,bar_low,last,3223,0,\n" M
                 ",ES-202003,bar_close,last,3223,1526,\n");
    plm_free(result);
    dump_rows[3] = kept;
}

#define EXECUTIONS                                                                                 \
    "\"domain\",\"product_code\",\"loaded\",\"id\",\"exec_date\",\"side\",\"price\",\"size\"\n"
#define EXECUTION(id, second, side, price)                                                         \
    "\"b\",\"A-B\",\"?\",\"" id "\",\"" second "\",\"" side "\",\"" price "\",\"1E-6\"\n"
#define JST "2025-01-01T09:00:0"

static void polled_executions_are_put_in_order(void **state)
{
    (void)state;
    imported *const result =
        import_example("bitflyer-executions", "e.csv",
                       EXECUTIONS EXECUTION("3", JST "2.5+09:00", "SELL", "3")
                           EXECUTION("2", JST "2.5+09:00", "", "2") EXECUTION("9", "", "BUY", "9")
                               EXECUTION("1", JST "1.5+09:00", "BUY", "1")
                                   EXECUTION("5", JST "4.5+09:00", "BUY", "5")
                                       EXECUTION("4", JST "3.5+09:00", "BUY", "4")
                                           EXECUTION("3", JST "2.5+09:00", "SELL", "3"),
                       (plm_import_options){.on_error = PLM_ON_ERROR_SORT});
    dump_gives(result, "1735689601500000000,A-B,trade,buy,1,0.000001,\n"
                       "1735689602500000000,A-B,trade,,2,0.000001,\n"
                       "1735689602500000000,A-B,trade,sell,3,0.000001,\n"
                       "1735689603500000000,A-B,trade,buy,4,0.000001,\n"
                       "1735689604500000000,A-B,trade,buy,5,0.000001,\n");
    /* The blank stamp, and the id that the second poll has again. */
    assert_int_equal(result->report.rejected[PLM_REJECT_DECLARED], 2);
    plm_free(result);
    imported *const ticker = import_example(
        "bitflyer-ticker", "t.csv",
        "\"product_code\",\"timestamp\",\"tick_id\",\"best_bid\",\"best_ask\",\"best_bid_size\","
        "\"best_ask_size\"\n"
        "\"A-B\",\"" JST "0+09:00\",\"7\",\"2.0\",\"3.0\",\"0.5\",\"0.25\"\n"
        "\"A-B\",\"" JST "0+09:00\",\"7\",\"2.0\",\"3.0\",\"0.5\",\"0.25\"\n"
        "\"A-B\",\"\",\"\",\"\",\"\",\"\",\"\"\n",
        (plm_import_options){0});
    dump_gives(ticker, N ",A-B,bid,,2,0.5,\n" N ",A-B,ask,,3,0.25,\n");
    assert_int_equal(ticker->report.rejected[PLM_REJECT_DECLARED], 2);
    plm_free(ticker);
}

static void a_repeated_id_is_refused_or_dropped(void **state)
{
    (void)state;
    static const char text[] =
        "t,p,q,i\n" N ",1,1,a\n" N ",2,1,b\n" N ",3,1,a\n" N ",4,1,\n" N ",5,1,\n";
    refuses("id: i\n" PLAIN, text, PLM_ERR_INPUT, "in.csv:4: id 'a' again");
    imported *result = import_on("id: i\n" PLAIN, text, PLM_ON_ERROR_SKIP);
    assert_int_equal(result->count, 4);
    assert_int_equal(result->report.rejected[PLM_REJECT_DUPLICATE], 1);
    plm_free(result);
    result = import_good("id: i\nduplicates: drop\n" PLAIN, text);
    assert_int_equal(result->count, 4);
    assert_int_equal(result->report.rejected[PLM_REJECT_DECLARED], 1);
    plm_free(result);
    refuses("id: i\nduplicates: keep\n" PLAIN, text, PLM_ERR_USAGE, "leave 'id' out to keep them");
    refuses("duplicates: drop\n" PLAIN, text, PLM_ERR_USAGE, "'id' is needed");
    refuses("id: {constant: i}\n" PLAIN, text, PLM_ERR_USAGE, "a column is needed");
}

#define JSON                                                                                       \
    "csv: {form: json, header: false, fields: 3}\ntime: {column: 1, unit: ns}\nsymbol: A\n"        \
    "events: [{kind: trade, px: 2, qty: 3}]\n" ROWS

static void rows_may_be_lists_of_json(void **state)
{
    (void)state;
    imported *const result =
        import_good(JSON, " [ [" N ", 1.50, 2 ] ,\n[" N ",\"3\",4]]\n[[" N ",5,6]]");
    assert_int_equal(result->count, 3);
    assert_int_equal(result->event[0].px, 150);
    assert_int_equal(result->event[1].px, 300);
    assert_int_equal(result->event[2].qty, 6);
    plm_free(result);
    plm_free(import_good(JSON, "[]"));
    static const struct {
        const char *text, *words;
    } cases[] = {
        {"[[" N ",1]]", "in.csv:1: 2 fields instead of 3"},
        {"[[" N ",1,[2]]]", "a list or an object within a row"},
        {"[[" N ",1,null]]", "3 is empty"},
        {"[7]", "a list of lists is needed"},
        {"{\"a\":1}", "a list of lists is needed"},
        {"[[" N ",1,2]", "this is not JSON"},
        {"[[" N ",1,2]]]", "this is not JSON"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        refuses(JSON, cases[i].text, PLM_ERR_INPUT, cases[i].words);
    }
    refuses("csv: {form: json}\n" PLAIN, "[]", PLM_ERR_USAGE, "write header: false");
}

static void maps_and_names_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *map, *words;
        plm_status code;
    } cases[] = {
        {"time: {column: t, unit: ms, day: {part: 1}}\n" REST, "part 1 of the name is no date",
         PLM_ERR_INPUT},
        {"time: {column: t, unit: ms, day: 1}\n" REST, "map.yaml:1:", PLM_ERR_USAGE},
        {"time: {column: t, unit: iso, day: {part: 1}}\n" REST, "leave 'day' out", PLM_ERR_USAGE},
        {"time: {column: t, unit: ms, offset: JST}\n" REST, "'JST'; an offset from UTC",
         PLM_ERR_USAGE},
        {"time: {column: t, unit: ns}\nsymbol: {part: 3}\nevents: [{kind: trade, px: p, qty: "
         "q}]\n" ROWS,
         "the name has no part 3", PLM_ERR_INPUT},
        {"time: {column: t, unit: ns}\nsymbol: {part: 0}\nevents: [{kind: trade, px: p, qty: "
         "q}]\n" ROWS,
         "map.yaml:2:", PLM_ERR_USAGE},
        {"time: {part: 1, unit: ns}\n" REST, "'part'", PLM_ERR_USAGE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        refuses(cases[i].map, "t,p,q\n1,1,1\n", cases[i].code, cases[i].words);
    }
}

static int make_both(void **state)
{
    return make_folder(state) + dump_make(state);
}

static int remove_both(void **state)
{
    return remove_folder(state) + dump_remove(state);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_map_of_a_venue_reads_its_rows),
        cmocka_unit_test(the_map_of_futures_names_them_by_their_members),
        cmocka_unit_test(polled_executions_are_put_in_order),
        cmocka_unit_test(a_repeated_id_is_refused_or_dropped),
        cmocka_unit_test(rows_may_be_lists_of_json),
        cmocka_unit_test(maps_and_names_that_do_not_fit_are_refused),
    };
    return cmocka_run_group_tests_name("csv_examples", tests, make_both, remove_both);
}
