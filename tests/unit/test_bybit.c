/*
 * test_bybit.c - promises of docs/import-bybit.md:
 * - stamps in seconds are exact, sizes come from `size` alone, further columns do not matter;
 * - a dump that begins newest first is turned round exactly, and refused when it does not keep to
 * it;
 * - spot dumps need --symbol, and count their ids from one in each file;
 * - books: snapshots clear, deltas change, missing updates are a gap, nothing before a snapshot.
 */
#include "plm_test.h"

#include "dump_help.h"

#define HEAD                                                                                       \
    "timestamp,symbol,side,size,price,tickDirection,trdMatchID,grossValue,homeNotional,"           \
    "foreignNotional"
#define N "1735689600"
#define TAIL ",PlusTick,"
#define REST ",8.1095e+09,9,0.001\n"

static void stamps_in_seconds_are_exact(void **state)
{
    (void)state;
    dump_reads("b.csv",
               HEAD ",RPI\n"
                    "1735689600.1000,XBTUSD,Buy,11668,8319.5" TAIL "a,8.1e+09,9,0.1,0\n"
                    "1735689600.557895,XBTUSD,Sell,5,8319" TAIL "b,8.1e+09,9,0.1,1\n",
               (plm_import_options){0}, "bybit",
               N "100000000,XBTUSD,trade,buy,8319.5,11668,\n" N
                 "557895000,XBTUSD,trade,sell,8319,5,\n");
    dump_refuses("b.csv", HEAD "\n1735689600123,XBTUSD,Buy,1,2" TAIL "a" REST,
                 (plm_import_options){0}, PLM_ERR_INPUT, "timestamp is '1735689600123'");
    dump_refuses("b.csv", HEAD "\n1735689600,XBTUSD,buy,1,2" TAIL "a" REST, (plm_import_options){0},
                 PLM_ERR_INPUT, "Buy, Sell are allowed");
}

static void a_dump_that_is_newest_first_is_turned_round(void **state)
{
    (void)state;
    static const char text[] =
        HEAD "\n" N ".5,XBTUSD,Buy,1,5" TAIL "a" REST N ".5,XBTUSD,Buy,1,4" TAIL "b" REST N
             ".3,XBTUSD,Buy,1,3" TAIL "c" REST N ".3,XBTUSD,Buy,1,2" TAIL "d" REST;
    static const char lines[] =
        N "300000000,XBTUSD,trade,buy,2,1,\n" N "300000000,XBTUSD,trade,buy,3,1,\n" N
          "500000000,XBTUSD,trade,buy,4,1,\n" N "500000000,XBTUSD,trade,buy,5,1,\n";
    dump_reads("b.csv", text, (plm_import_options){0}, "bybit-newest-first", lines);
    dump_reads("b.csv", text, (plm_import_options){.format = "bybit-newest-first"},
               "bybit-newest-first", lines);
    dump_refuses("b.csv", text, (plm_import_options){.format = "bybit"}, PLM_ERR_INPUT,
                 "time goes back");
    char mixed[sizeof text + 64];
    (void)snprintf(mixed, sizeof mixed, "%s" N ".4,XBTUSD,Buy,1,1" TAIL "e" REST, text);
    dump_refuses("b.csv", mixed, (plm_import_options){0}, PLM_ERR_INPUT, "time goes forward");
}

static void spot_dumps_need_a_symbol(void **state)
{
    (void)state;
    static const char text[] = "id,timestamp,price,volume,side,rpi\n"
                               "1,1735689600001,5,0.5,buy,0\n"
                               "2,1735689600001,5,1e-6,sell,1\n";
    dump_reads("s.csv", text, (plm_import_options){.symbol = "A-B"}, "bybit",
               N "001000000,A-B,trade,buy,5,0.5,\n" N "001000000,A-B,trade,sell,5,0.000001,\n");
    dump_refuses("s.csv", text, (plm_import_options){0}, PLM_ERR_USAGE, "--symbol is needed");
}

#define LINE(type, ts, cts, update, bids, asks)                                                    \
    "{\"topic\":\"orderbook.500.BTCUSDT\",\"type\":\"" type "\",\"ts\":17356896000" ts             \
    ",\"data\":{\"s\":\"BTCUSDT\",\"b\":[" bids "],\"a\":[" asks "],\"u\":" update                 \
    ",\"seq\":9}" cts "}\n"
#define CTS(digits) ",\"cts\":17356896000" digits

static void books_are_cleared_set_and_changed(void **state)
{
    (void)state;
    imported *const result = dump_import(
        "b.data",
        LINE("delta", "01", CTS("00"), "6", "[\"5\",\"1\"]", "")
            LINE("snapshot", "02", CTS("01"), "7", "[\"5\",\"1\"],[\"4.5\",\"2\"]", "[\"6\",\"3\"]")
                LINE("delta", "03", "", "8", "[\"5\",\"0\"]", "")
                    LINE("delta", "09", CTS("08"), "10", "", "[\"6\",\"4\"]")
                        LINE("delta", "10", CTS("09"), "1", "[\"3\",\"1\"]", "[\"9\",\"1\"]"),
        (plm_import_options){0});
    dump_gives(result,
               N "001000000," N "002000000,BTCUSDT,clear,,,,\n" N "001000000," N
                 "002000000,BTCUSDT,level,bid,5,1,snapshot\n" N "001000000," N
                 "002000000,BTCUSDT,level,bid,4.5,2,snapshot\n" N "001000000," N
                 "002000000,BTCUSDT,level,ask,6,3,snapshot\n" N "003000000," N
                 "003000000,BTCUSDT,level,bid,5,0,\n" N "008000000," N "009000000,BTCUSDT,gap,,," N
                 "003000000,\n" N "008000000," N "009000000,BTCUSDT,level,ask,6,4,\n" N
                 "009000000," N "010000000,BTCUSDT,clear,,,,\n" N "009000000," N
                 "010000000,BTCUSDT,level,bid,3,1,snapshot\n" N "009000000," N
                 "010000000,BTCUSDT,level,ask,9,1,snapshot\n");
    assert_int_equal(result->report.rejected[PLM_REJECT_DECLARED], 1);
    assert_true(result->wants_derive);
    plm_free(result);
}

static void bad_lines_of_books_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *line, *words;
    } cases[] = {
        {LINE("snapshot", "02", "", "7", "[5,\"1\"]", ""), "a level is"},
        {LINE("snapshot", "02", "", "7", "[\"5\"]", ""), "a level is"},
        {LINE("snapshot", "02", "", "7", "[\"5\",\"1\",\"2\"]", ""), "a level is"},
        {LINE("snapshot", "02", "", "7", "[\"5.001\",\"1\"]", ""), "at most 2 decimals"},
        {LINE("snapshot", "02", "", "7", "[\"\",\"1\"]", ""), "price is empty"},
        {LINE("snapshot", "02", "", "\"7\"", "[\"5\",\"1\"]", ""), "u is '7'"},
        {LINE("resync", "02", "", "7", "[\"5\",\"1\"]", ""), "snapshot, delta are allowed"},
        {LINE("snapshot", "02000", "", "7", "[\"5\",\"1\"]", ""), "ts is"},
        {"{\"topic\":\"orderbook.1\"\n", "another line"},
        {"{\"topic\":\"orderbook.1\",\"data\":7}\n", "another line"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        dump_refuses("b.data", cases[i].line, (plm_import_options){0}, PLM_ERR_INPUT,
                     cases[i].words);
    }
}

static void a_snapshot_may_have_a_thousand_levels_a_side(void **state)
{
    (void)state;
    char *const text = plm_alloc(65536, 1);
    size_t size = (size_t)snprintf(text, 128,
                                   "{\"topic\":\"orderbook.1000.BTCUSDT\",\"type\":"
                                   "\"snapshot\",\"ts\":1735689600000,\"data\":{"
                                   "\"s\":\"BTCUSDT\",\"u\":7,\"b\":[");
    for (int i = 0; i < 2000; i++) {
        size += (size_t)snprintf(text + size, 32, "%s[\"%d\",\"%d\"]",
                                 i == 1000 ? "],\"a\":["
                                 : i > 0   ? ","
                                           : "",
                                 3000 - i, i + 1);
    }
    (void)snprintf(text + size, 8, "]}}\n");
    imported *const result = dump_import("b.data", text, (plm_import_options){0});
    assert_ok(result->status, &result->diag);
    assert_int_equal(result->count, 2001);
    assert_int_equal(result->event[2000].px, 100100);
    assert_int_equal(result->event[2000].side, PLM_SIDE_SELL);
    plm_free(result);
    plm_free(text);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(stamps_in_seconds_are_exact),
        cmocka_unit_test(a_dump_that_is_newest_first_is_turned_round),
        cmocka_unit_test(spot_dumps_need_a_symbol),
        cmocka_unit_test(books_are_cleared_set_and_changed),
        cmocka_unit_test(bad_lines_of_books_are_refused),
        cmocka_unit_test(a_snapshot_may_have_a_thousand_levels_a_side),
    };
    return cmocka_run_group_tests_name("bybit", tests, dump_make, dump_remove);
}
