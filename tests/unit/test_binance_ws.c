/*
 * test_binance_ws.c - promises of the import format binance-ws (docs/import-binance.md):
 * - each message of trades, quotes, books, marks and liquidations gives its events, with both
 * clocks;
 * - a snapshot clears the book and restates it, an update changes it, a partial book restates it;
 * - the chain of updates and the numbers of trades are followed, a break is a gap event;
 * - messages without a time of the venue are stamped when heard, and counted;
 * - messages that no event holds and trades that nobody could meet are counted as declared;
 * - --derive leaves out quotes and asks for derived ones;
 * - lines that are no receipt and JSON, values of other kinds and unknown symbols are refused.
 */
#include "import_text.h"

#define RECV "1760054400500000000" /* half a second after 2025-10-10T00:00:00Z */
#define MS "1760054400"
#define NS "1760054400"
#define AT1 NS "001000000," RECV ","
#define AT2 NS "002000000," RECV ","
#define AT3 NS "003000000," RECV ","
#define AT4 NS "004000000," RECV ","
#define AT500 NS "500000000," RECV ","
#define DATA(text) RECV " {\"stream\":\"x\",\"data\":{" text "}}\n"

static input_folder folder;
static plm_import_options const plain = {.on_error = PLM_ON_ERROR_FAIL};

static void assert_gives(const char *text, const char *expected)
{
    assert_imports(&folder, "capture", text, &plain, expected);
}

static void each_message_gives_its_events(void **state)
{
    (void)state;
    assert_gives(DATA("\"e\":\"trade\",\"E\":" MS "005,\"T\":" MS "001,\"s\":\"BTCUSDT\",\"t\":9,"
                      "\"p\":\"61804.8\",\"q\":\"0.004\",\"X\":\"MARKET\",\"m\":false"),
                 AT1 "BTCUSDT,trade,buy,61804.8,0.004,\n");
    assert_gives(DATA("\"e\":\"aggTrade\",\"E\":" MS "005,\"T\":" MS "001,\"s\":\"BTCUSDT\","
                      "\"a\":9,\"p\":\"1\",\"q\":\"2\",\"f\":1,\"l\":2,\"m\":true"),
                 AT1 "BTCUSDT,trade,sell,1,2,\n");
    assert_gives(DATA("\"u\":4,\"e\":\"bookTicker\",\"s\":\"BTCUSD_PERP\",\"ps\":\"BTCUSD\","
                      "\"b\":\"61804.7\",\"B\":\"35\",\"a\":\"61804.8\",\"A\":\"1645\",\"T\":" MS
                      "001,\"E\":" MS "005"),
                 AT1 "BTCUSD_PERP,bid,,61804.7,35,\n" AT1 "BTCUSD_PERP,ask,,61804.8,1645,\n");
    assert_gives(DATA("\"e\":\"markPriceUpdate\",\"E\":" MS "001,\"s\":\"BTCUSDT\",\"p\":\"5.25\","
                      "\"i\":\"5.5\",\"P\":\"5\",\"r\":\"0.0001\",\"T\":1760083200000"),
                 AT1 "BTCUSDT,mark,,5.25,,\n" AT1 "BTCUSDT,index,,5.5,,\n" AT1
                     "BTCUSDT,funding_rate,,0.0001,1760083200000000000,\n");
    assert_gives(DATA("\"e\":\"forceOrder\",\"E\":" MS
                      "005,\"o\":{\"s\":\"BTCUSDT\",\"S\":\"SELL\","
                      "\"o\":\"LIMIT\",\"q\":\"3\",\"p\":\"4\",\"ap\":\"4.5\",\"X\":\"FILLED\","
                      "\"l\":\"1\",\"z\":\"2\",\"T\":" MS "001}"),
                 AT1 "BTCUSDT,liquidation,sell,4.5,2,\n");
    /* A list of several symbols, without an envelope. */
    assert_gives(RECV " [{\"e\":\"markPriceUpdate\",\"E\":" MS "001,\"s\":\"BTCUSDT\",\"p\":\"5\","
                      "\"r\":\"\",\"T\":0},{\"e\":\"markPriceUpdate\",\"E\":" MS
                      "001,\"s\":\"ETHUSDT\",\"p\":\"6\"}]\n",
                 AT1 "BTCUSDT,mark,,5,,\n" AT1 "ETHUSDT,mark,,6,,\n");
}

static void books_are_cleared_restated_and_changed(void **state)
{
    (void)state;
    assert_gives(DATA("\"e\":\"depthUpdate\",\"E\":" MS "002,\"T\":" MS
                      "001,\"s\":\"BTCUSDT\",\"U\":5,\"u\":7,"
                      "\"pu\":4,\"b\":[[\"10\",\"1\"]],\"a\":[[\"11\",\"0\"]]")
                 /* An answer to a request, without symbol. */
                 RECV " {\"lastUpdateId\":8,\"E\":" MS "003,\"T\":" MS
                      "002,\"bids\":[[\"10\",\"2\"]],\"asks\":[[\"12\",\"3\"]]}\n"
                 /* As spot's: no time, so it is stamped when heard. */
                 RECV " {\"stream\":\"btcusdt@depth5@100ms\",\"data\":{\"lastUpdateId\":9,"
                      "\"bids\":[],\"asks\":[[\"13\",\"4\"]]}}\n",
                 AT1 "BTCUSDT,level,bid,10,1,\n" AT1 "BTCUSDT,level,ask,11,0,\n" AT2
                     "BTCUSDT,clear,bid,,,\n" AT2 "BTCUSDT,clear,ask,,,\n" AT2
                     "BTCUSDT,level,bid,10,2,snapshot\n" AT2
                     "BTCUSDT,level,ask,12,3,snapshot\n" AT500 "BTCUSDT,clear,bid,,,\n" AT500
                     "BTCUSDT,clear,ask,,,\n" AT500 "BTCUSDT,level,ask,13,4,snapshot\n");
    /* The stream names the symbol of a snapshot that is the first message of all. */
    assert_gives(RECV " {\"stream\":\"ethusdt@depth5\",\"data\":{\"lastUpdateId\":9,"
                      "\"bids\":[],\"asks\":[]}}\n",
                 AT500 "ETHUSDT,clear,bid,,,\n" AT500 "ETHUSDT,clear,ask,,,\n");
    /* Futures send partial books as updates: the name of the stream tells. */
    assert_gives(RECV " {\"stream\":\"btcusdt@depth10\",\"data\":{\"e\":\"depthUpdate\",\"T\":" MS
                      "001,\"s\":\"BTCUSDT\",\"U\":5,\"u\":7,\"pu\":4,\"b\":[[\"1\",\"1\"]],"
                      "\"a\":[]}}\n",
                 AT1 "BTCUSDT,clear,bid,,,\n" AT1 "BTCUSDT,clear,ask,,,\n" AT1
                     "BTCUSDT,level,bid,1,1,snapshot\n");
}

#define UPDATE(ms, first, last, before)                                                            \
    DATA("\"e\":\"depthUpdate\",\"T\":" MS #ms ",\"s\":\"BTCUSDT\",\"U\":" #first                  \
         ",\"u\":" #last before ",\"b\":[[\"10\",\"1\"]],\"a\":[]")
#define TRADE(ms, id, kind)                                                                        \
    DATA("\"e\":\"trade\",\"T\":" MS #ms ",\"s\":\"BTCUSDT\",\"t\":" #id                           \
         ",\"p\":\"1\",\"q\":\"2\"" kind ",\"m\":true")

static void breaks_are_gaps(void **state)
{
    (void)state;
    static const char LEVEL[] = "BTCUSDT,level,bid,10,1,\n";
    char expected[512];
    (void)snprintf(expected, sizeof expected, "%s%s%s%s%s%s%s", AT1, LEVEL, AT2, LEVEL,
                   AT4 "BTCUSDT,gap,,," NS "002000000,\n", AT4, LEVEL);
    assert_gives(UPDATE(001, 5, 7, ",\"pu\":4") UPDATE(002, 9, 9, ",\"pu\":7")
                     UPDATE(004, 12, 13, ",\"pu\":11"),
                 expected);
    /* Spot: the next update begins right behind the one before. */
    assert_gives(UPDATE(001, 5, 7, "") UPDATE(002, 8, 9, "") UPDATE(004, 11, 13, ""), expected);
    imported *const result =
        import_file(input_write(&folder, "capture",
                                TRADE(001, 5, "") TRADE(002, 6, ",\"X\":\"INSURANCE_FUND\"")
                                    TRADE(003, 7, "") TRADE(004, 9, ""),
                                strlen(TRADE(001, 5, "") TRADE(002, 6, ",\"X\":\"INSURANCE_FUND\"")
                                           TRADE(003, 7, "") TRADE(004, 9, ""))),
                    &plain);
    assert_int_equal(result->status, PLM_END);
    assert_string_equal(import_events_text(result),
                        AT1 "BTCUSDT,trade,sell,1,2,\n" AT3 "BTCUSDT,trade,sell,1,2,\n" AT4
                            "BTCUSDT,gap,,," NS "003000000,\n" AT4 "BTCUSDT,trade,sell,1,2,\n");
    assert_int_equal(import_note(result, "missing ids of trades"), 1);
    assert_int_equal(result->report.rejected[PLM_REJECT_DECLARED], 1);
    plm_free(result);
}

static void quotes_of_spot_are_stamped_when_heard_and_counted(void **state)
{
    (void)state;
    static const char TEXT[] = DATA("\"u\":4,\"s\":\"BTCUSDT\",\"b\":\"1\",\"B\":\"2\",\"a\":\"3\","
                                    "\"A\":\"4\"");
    imported *const result =
        import_file(input_write(&folder, "capture", TEXT, sizeof TEXT - 1), &plain);
    assert_string_equal(import_events_text(result),
                        AT500 "BTCUSDT,bid,,1,2,\n" AT500 "BTCUSDT,ask,,3,4,\n");
    assert_int_equal(
        import_note(result, "messages without a time of the venue, stamped when heard"), 1);
    assert_int_equal(result->rows[0].kind, PLM_INST_SPOT);
    plm_free(result);
}

static void what_no_event_holds_is_declared(void **state)
{
    (void)state;
    static const char TEXT[] =
        RECV " {\"result\":null,\"id\":1}\n" RECV
             " {\"e\":\"kline\",\"E\":1,\"s\":\"BTCUSDT\",\"k\":{}}\n" RECV " []\n";
    imported *const result =
        import_file(input_write(&folder, "capture", TEXT, sizeof TEXT - 1), &plain);
    assert_int_equal(result->status, PLM_END);
    assert_int_equal(result->report.rejected[PLM_REJECT_DECLARED], 3);
    plm_free(result);
    plm_import_options const derive = {.derive = true};
    static const char BOTH[] = DATA("\"u\":4,\"s\":\"BTCUSDT\",\"b\":\"1\",\"B\":\"2\",\"a\":\"3\","
                                    "\"A\":\"4\"") UPDATE(001, 5, 7, ",\"pu\":4");
    imported *const derived =
        import_file(input_write(&folder, "capture", BOTH, sizeof BOTH - 1), &derive);
    assert_true(derived->wants_derive);
    assert_string_equal(import_events_text(derived), AT1 "BTCUSDT,level,bid,10,1,\n");
    plm_free(derived);
}

static void what_is_no_message_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *words;
    } cases[] = {
        {RECV " {\"e\":\n", "one JSON value is needed"},
        {DATA("\"result\":1") "1760054400 {}\n", "no time of receipt"},
        {DATA("\"e\":\"trade\",\"s\":5"), "\"s\" is of another kind"},
        {DATA("\"e\":\"trade\",\"s\":\"BTCUSDT\",\"T\":" MS "001"), "no \"t\""},
        {DATA("\"e\":\"trade\",\"s\":\"BTCUSDT\",\"T\":1760054400,\"t\":1"), "13 digits"},
        {DATA("\"e\":\"trade\",\"s\":\"BTCUSDT\",\"T\":" MS
              "001,\"t\":1,\"p\":61804.8,\"q\":\"1\",\"m\":true"),
         "\"p\" is of another kind"},
        {DATA("\"e\":\"trade\",\"s\":\"BTCUSDT\",\"T\":" MS
              "001,\"t\":1,\"p\":\"1\",\"q\":\"1\",\"m\":1"),
         "true or false"},
        {DATA("\"e\":\"trade\",\"s\":\"FOOUSDT\",\"pu\":1"), "the instrument FOOUSDT"},
        {DATA("\"e\":\"depthUpdate\",\"s\":\"BTCUSDT\",\"T\":" MS
              "001,\"U\":1,\"u\":1,\"b\":[[\"1\"]],\"a\":[]"),
         "level 1"},
        {DATA("\"u\":4,\"s\":\"BTCUSDT\",\"b\":\"3\",\"B\":\"2\",\"a\":\"3\",\"A\":\"4\""),
         "crossed quote"},
        {RECV " {\"lastUpdateId\":8,\"bids\":[],\"asks\":[]}\n", "the symbol of a snapshot"},
        {DATA("\"e\":\"trade\",\"e\":\"trade\""), "duplicate object key"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_refuses(&folder, "capture", cases[i].text, &plain, cases[i].words);
    }
}

static int make_folder(void **state)
{
    (void)state;
    folder = input_folder_make();
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    input_folder_remove(&folder);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_message_gives_its_events),
        cmocka_unit_test(books_are_cleared_restated_and_changed),
        cmocka_unit_test(breaks_are_gaps),
        cmocka_unit_test(quotes_of_spot_are_stamped_when_heard_and_counted),
        cmocka_unit_test(what_no_event_holds_is_declared),
        cmocka_unit_test(what_is_no_message_is_refused),
    };
    return cmocka_run_group_tests_name("binance_ws", tests, make_folder, remove_folder);
}
