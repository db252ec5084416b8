/*
 * test_bitmex.c - promises of docs/import-bitmex.md:
 * - dumps of trades and quotes with stamps to the nanosecond; the same columns with other stamps
 * are another venue's;
 * - bars are known at their end, their length is that between the first two, others are refused;
 * - bars without trades give nothing, and an open outside of low and high is kept;
 * - trades, quotes and messages one after another are read, other tables refused;
 * - candles in columns need --symbol, and all columns; the text may be cut anywhere.
 */
#include "plm_test.h"

#include "dump_help.h"

#define TRADES                                                                                     \
    "timestamp,symbol,side,size,price,tickDirection,trdMatchID,grossValue,homeNotional,"           \
    "foreignNotional\n"
#define N "1735689600"
#define DAY "2025-01-01T00:0"

static void dumps_have_stamps_to_the_nanosecond(void **state)
{
    (void)state;
    plm_import_options const none = {0};
    dump_reads("t.csv",
               TRADES "2025-01-01D00:00:00.451986388,XBTUSD,Sell,100,9.5e+3,PlusTick,a,1,2,3\n",
               none, "bitmex", N "451986388,XBTUSD,trade,sell,9500,100,\n");
    dump_reads("q.csv",
               "timestamp,symbol,bidSize,bidPrice,askPrice,askSize\n"
               "2025-01-01D00:00:00.5,XBTUSD,100,9500,9500.5,7\n"
               "2025-01-01D00:00:00.6,XBTUSD,,,9500.5,7\n",
               none, "bitmex",
               N "500000000,XBTUSD,bid,,9500,100,\n" N "500000000,XBTUSD,ask,,9500.5,7,\n" N
                 "600000000,XBTUSD,bid,,0,0,\n" N "600000000,XBTUSD,ask,,9500.5,7,\n");
    dump_refuses("t.csv", TRADES "2025-13-01D00:00:00.4,XBTUSD,Sell,1,9,PlusTick,a,1,2,3\n", none,
                 PLM_ERR_INPUT, "timestamp is '2025-13-01D00:00:00.4'");
    dump_reads("t.csv",
               TRADES "2025-01-01D00:00:00.4,ADA,Sell,1,0.123456789,PlusTick,a,1,2,3\n"
                      "2025-01-01D00:00:00.5,XBTUSD,Buy,1,9,PlusTick,b,1,2,3\n",
               (plm_import_options){.symbol = "XBTUSD"}, "bitmex",
               N "500000000,XBTUSD,trade,buy,9,1,\n");
}

#define BAR(time, open, high, low, close, trades, volume)                                          \
    "{\"timestamp\":\"" time "\",\"symbol\":\"XBTUSD\",\"open\":" open ",\"high\":" high           \
    ",\"low\":" low ",\"close\":" close ",\"trades\":" trades ",\"volume\":" volume                \
    ",\"vwap\":null,\"homeNotional\":235.47000000000001}"

static void bars_are_known_at_their_end(void **state)
{
    (void)state;
    imported *const result = dump_import(
        "b.json",
        "[" BAR(DAY "1:00.000Z", "7892", "7891.5", "7882", "7882.5", "768", "1943120") "," BAR(
            DAY "2:00.000Z", "1", "1", "1", "1", "0", "0") ",\n" BAR(DAY "4:00.000Z", "5", "6", "4",
                                                                     "5", "1", "2") "]\n",
        (plm_import_options){0});
    dump_gives(result, "1735689660000000000,XBTUSD,bar_open,last,7892,60000000000,\n"
                       "1735689660000000000,XBTUSD,bar_high,last,7891.5,768,\n"
                       "1735689660000000000,XBTUSD,bar_low,last,7882,0,\n"
                       "1735689660000000000,XBTUSD,bar_close,last,7882.5,1943120,\n"
                       "1735689840000000000,XBTUSD,bar_open,last,5,60000000000,\n"
                       "1735689840000000000,XBTUSD,bar_high,last,6,1,\n"
                       "1735689840000000000,XBTUSD,bar_low,last,4,0,\n"
                       "1735689840000000000,XBTUSD,bar_close,last,5,2,\n");
    assert_int_equal(result->report.rejected[PLM_REJECT_DECLARED], 1);
    plm_free(result);
}

static void bars_of_another_length_are_refused(void **state)
{
    (void)state;
    plm_import_options const none = {0};
    dump_refuses("b.json", "[" BAR(DAY "1:00.000Z", "5", "5", "5", "5", "1", "1") "]", none,
                 PLM_ERR_INPUT, "a bar alone does not say how long it is");
    dump_refuses("b.json",
                 "[" BAR(DAY "1:00.000Z", "5", "5", "5", "5", "1",
                         "1") "," BAR(DAY "3:00.000Z", "5", "5", "5", "5", "1", "1") "]",
                 none, PLM_ERR_INPUT, "are not a minute, five minutes, an hour or a day apart");
    dump_refuses("b.json",
                 "[" BAR(DAY "0:00.000Z", "5", "5", "5", "5", "1", "1") "," BAR(
                     DAY "5:00.000Z", "5", "5", "5", "5", "1",
                     "1") "," BAR(DAY "6:00.000Z", "5", "5", "5", "5", "1", "1") "]",
                 none, PLM_ERR_INPUT, "b.json:3: a bar at another time");
    dump_refuses("b.json",
                 "[" BAR(DAY "0:00.000Z", "5", "4", "5", "5", "1",
                         "1") "," BAR(DAY "5:00.000Z", "5", "5", "5", "5", "1", "1") "]",
                 none, PLM_ERR_INPUT, "low <= high is needed");
}

static void rows_and_messages_are_told_by_their_names(void **state)
{
    (void)state;
    dump_reads("m.json",
               "{\"table\":\"trade\",\"action\":\"insert\",\"types\":{\"trdMatchID\":\"guid\"},"
               "\"data\":[\n{\"timestamp\":\"" DAY "0:00.347Z\",\"symbol\":\"XBTUSD\",\"side\":"
               "\"Sell\",\"size\":10000,\"price\":6379.5,\"trdMatchID\":\"a\"}]}\n"
               "{\"table\":\"quote\",\"action\":\"insert\",\"data\":[{\"timestamp\":\"" DAY
               "0:00.5Z\",\"symbol\":\"XBTUSD\",\"bidSize\":7,\"bidPrice\":6379,"
               "\"askPrice\":null,\"askSize\":null}]}",
               (plm_import_options){0}, "bitmex-json",
               N "347000000,XBTUSD,trade,sell,6379.5,10000,\n" N "500000000,XBTUSD,bid,,6379,7,\n" N
                 "500000000,XBTUSD,ask,,0,0,\n");
    dump_reads("m.json",
               "{\"table\":\"tradeBin5m\",\"data\":[" BAR(DAY "5:00.000Z", "5", "6", "4", "5", "1",
                                                          "2") "],\"trdMatchID\":0}",
               (plm_import_options){.symbol = "XBTUSD"}, "bitmex-json",
               "1735689900000000000,XBTUSD,bar_open,last,5,300000000000,\n"
               "1735689900000000000,XBTUSD,bar_high,last,6,1,\n"
               "1735689900000000000,XBTUSD,bar_low,last,4,0,\n"
               "1735689900000000000,XBTUSD,bar_close,last,5,2,\n");
    dump_refuses("m.json", "{\"table\":\"instrument\",\"data\":[{\"bidPrice\":5}]}",
                 (plm_import_options){0}, PLM_ERR_INPUT, "table 'instrument' is not read");
}

static void what_is_wrong_with_rows_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *row, *words;
    } cases[] = {
        {"\"side\":\"Buy\",\"size\":1,\"price\":6379.25", "at most 1 decimals"},
        {"\"side\":\"Buy\",\"size\":1,\"price\":null", "price is empty"},
        {"\"side\":\"Up\",\"size\":1,\"price\":1", "side is 'Up'"},
        {"\"side\":\"Buy\",\"side\":\"Buy\"", "a name stands twice"},
        {"\"size\":1", "bars, trades and quotes are allowed"},
        {"\"size\":1,}", "this is not JSON"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[256];
        (void)snprintf(text, sizeof text,
                       "[{\"timestamp\":\"" DAY "0:00Z\",\"symbol\":\"XBTUSD\",\"trdMatchID\":"
                       "\"a\",%s}]",
                       cases[i].row);
        dump_refuses("r.json", text, (plm_import_options){0}, PLM_ERR_INPUT, cases[i].words);
    }
}

static void an_id_of_json_may_stand_once(void **state)
{
    (void)state;
    dump_refuses("r.json",
                 "[{\"timestamp\":\"" DAY "0:00Z\",\"symbol\":\"XBTUSD\",\"trdMatchID\":\"a\","
                 "\"side\":\"Buy\",\"size\":1,\"price\":5},"
                 "{\"timestamp\":\"" DAY "0:01Z\",\"symbol\":\"XBTUSD\",\"trdMatchID\":\"a\","
                 "\"side\":\"Buy\",\"size\":1,\"price\":5}]",
                 (plm_import_options){0}, PLM_ERR_INPUT, "r.json:2: id 'a' again");
}

#define CANDLES                                                                                    \
    "{\n \"openTimestamp\": 1735689600,\n \"timeframe\": \"1m\",\n"                                \
    " \"open\": [5.0, 5.5, 6],\n \"high\": [7, 7.0, 8],\n \"low\": [4, 5, 6],\n"                   \
    " \"close\": [5.5, 6, 7],\n"

static void candles_in_columns_are_put_together(void **state)
{
    (void)state;
    plm_import_options const named = {.symbol = "XBTUSD"};
    imported *const result = dump_import("c.json", CANDLES " \"volume\": [10, 0, 12]\n}\n", named);
    dump_gives(result, "1735689660000000000,XBTUSD,bar_open,last,5,60000000000,\n"
                       "1735689660000000000,XBTUSD,bar_high,last,7,0,\n"
                       "1735689660000000000,XBTUSD,bar_low,last,4,0,\n"
                       "1735689660000000000,XBTUSD,bar_close,last,5.5,10,\n"
                       "1735689780000000000,XBTUSD,bar_open,last,6,60000000000,\n"
                       "1735689780000000000,XBTUSD,bar_high,last,8,0,\n"
                       "1735689780000000000,XBTUSD,bar_low,last,6,0,\n"
                       "1735689780000000000,XBTUSD,bar_close,last,7,12,\n");
    assert_int_equal(result->report.rejected[PLM_REJECT_DECLARED], 1);
    plm_free(result);
    dump_refuses("c.json", CANDLES " \"volume\": [10, 0, 12]\n}\n", (plm_import_options){0},
                 PLM_ERR_USAGE, "--symbol is needed");
    dump_refuses("c.json", CANDLES " \"volume\": [10, 0]\n}\n", named, PLM_ERR_INPUT,
                 "are not of one length");
    dump_refuses("c.json", CANDLES " \"volume\": [10, null, 12]\n}\n", named, PLM_ERR_INPUT,
                 "volume is empty");
    dump_refuses("c.json", "{\"openTimestamp\": 17356896000, \"open\": [1]}", named, PLM_ERR_INPUT,
                 "openTimestamp is not a time in seconds");
    dump_refuses("c.json", "{\"openTimestamp\": 1735689600, \"timeframe\": \"2m\"}", named,
                 PLM_ERR_INPUT, "timeframe is not one of");
    dump_refuses("c.json", CANDLES, named, PLM_ERR_INPUT, "this is not JSON");
}

/* More than the buffer of the importer, so that rows are cut by it in many places. */
static void a_long_list_is_read_piece_by_piece(void **state)
{
    (void)state;
    enum { ROWS = 6000 };
    char *const text = plm_alloc(ROWS + 1, 160);
    size_t size = 1;
    text[0] = '[';
    for (int i = 0; i < ROWS; i++) {
        size += (size_t)snprintf(text + size, 160,
                                 "%s{\"timestamp\":\"" DAY "0:0%d.%03dZ\",\"symbol\":\"XBTUSD\","
                                 "\"side\":\"Buy\",\"size\":1,\"price\":%d,\"trdMatchID\":\"%d\"}",
                                 i > 0 ? ",\n" : "", i / 1000, i % 1000, i + 1, i);
    }
    (void)snprintf(text + size, 4, "]");
    imported *const result = dump_import("l.json", text, (plm_import_options){0});
    assert_ok(result->status, &result->diag);
    assert_int_equal(result->count, ROWS);
    for (int i = 0; i < ROWS; i++) {
        assert_int_equal(result->event[i].px, 10 * (i + 1));
    }
    plm_free(result);
    plm_free(text);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(dumps_have_stamps_to_the_nanosecond),
        cmocka_unit_test(bars_are_known_at_their_end),
        cmocka_unit_test(bars_of_another_length_are_refused),
        cmocka_unit_test(rows_and_messages_are_told_by_their_names),
        cmocka_unit_test(what_is_wrong_with_rows_is_refused),
        cmocka_unit_test(an_id_of_json_may_stand_once),
        cmocka_unit_test(candles_in_columns_are_put_together),
        cmocka_unit_test(a_long_list_is_read_piece_by_piece),
    };
    return cmocka_run_group_tests_name("bitmex", tests, dump_make, dump_remove);
}
