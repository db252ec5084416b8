/*
 * test_binance.c - promises of the import format binance (docs/import-binance.md):
 * - columns tell the type, with a header by name, without one by place; the file's name the symbol;
 * - each type gives the events that the page lists; what no event holds is counted as declared;
 * - stamps of 13 digits are ms, of 16 us, others are refused, and a change of the unit is told;
 * - whose prices klines are is asked for, told by a folder or by a volume, and never guessed;
 * - missing ids and bars are gap events, an id that comes again is a duplicate, and ids order the
 *   rows of an instant;
 * - liquidations stand twice in the file and once on the tape;
 * - BOM, CRLF, quotes, exponents, a last line without end and blank fields are what they are.
 */
#include "import_text.h"

/* 2025-10-10T00:00:00Z, from 1760054400 of `date -u -d 2025-10-10 +%s`. */
#define MS "1760054400"
#define NS "1760054400"
#define MS_END "1760054459999" /* of the minute */
#define KLINE_HEAD                                                                                 \
    "open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,"         \
    "taker_buy_quote_volume,ignore\n"
#define TRADE_HEAD "id,price,qty,quote_qty,time,is_buyer_maker\n"

static input_folder folder;
static plm_import_options const plain = {.on_error = PLM_ON_ERROR_FAIL};
static plm_import_options const skip = {.on_error = PLM_ON_ERROR_SKIP};
static plm_import_options const sort = {.on_error = PLM_ON_ERROR_SORT};

static imported *import_text(const char *name, const char *text, const plm_import_options *options)
{
    return import_file(input_write(&folder, name, text, strlen(text)), options);
}

static void trades_with_and_without_a_header_in_three_markets(void **state)
{
    (void)state;
    static const char EXPECTED[] = NS "001000000,BTCUSDT,trade,buy,121662.1,0.002,\n" NS
                                      "001000000,BTCUSDT,trade,sell,121662,0.5,\n";
    assert_imports(&folder, "BTCUSDT-trades-2025-10-10.csv",
                   TRADE_HEAD "7,121662.1,0.002,243.3242," MS "001,false\n"
                              "8,121662.0,0.500,60831.0," MS "001,true\n",
                   &plain, EXPECTED);
    assert_imports(&folder, "BTCUSDT-trades-2025-10-10.csv",
                   "7,121662.1,0.002,243.3242," MS "001,false\n"
                   "8,121662.0,0.500,60831.0," MS "001,true",
                   &plain, EXPECTED);
    /* Spot: seven fields, capital letters, microseconds. */
    assert_imports(&folder, "BTCUSDC-trades-2025-10-10.csv",
                   "7,121662.10000000,0.00200000,243.32420000," MS "000001,False,True\n", &plain,
                   NS "000001000,BTCUSDC,trade,buy,121662.1,0.002,\n");
    assert_imports(&folder, "AVAXUSD_PERP-trades-2025-10-10.csv",
                   "id,price,qty,base_qty,time,is_buyer_maker\n9,28.41,105,36.95881732," MS
                   "001,true\n",
                   &plain, NS "001000000,AVAXUSD_PERP,trade,sell,28.41,105,\n");
    /* The multiplier of all but BTC is 10 USD: contractSize of dapi/v1/exchangeInfo. */
    imported *const result = import_text("AVAXUSD_PERP-trades-2025-10-10.csv",
                                         TRADE_HEAD "9,28.41,105,3," MS "001,true\n", &plain);
    assert_int_equal(result->rows[0].kind, PLM_INST_INVERSE);
    assert_int_equal(result->rows[0].multiplier, 10);
    plm_free(result);
}

static void aggregate_trades_keep_the_side_of_the_taker(void **state)
{
    (void)state;
    assert_imports(&folder, "BTCUSDC-aggTrades-2025-10-04.csv",
                   "184359103,122335.79000000,0.00084000,10,14," MS "061015,False,True\n"
                   "184359104,122336.26000000,5e-5,15,15," MS "061015,True,True\n",
                   &plain,
                   NS "061015000,BTCUSDC,trade,buy,122335.79,0.00084,\n" NS
                      "061015000,BTCUSDC,trade,sell,122336.26,0.00005,\n");
    assert_imports(&folder, "BTCUSDT-aggTrades-2025-10.csv",
                   "\xef\xbb\xbf"
                   "agg_trade_id,price,quantity,first_trade_id,last_trade_id,transact_time,"
                   "is_buyer_maker\r\n1,2.5,3,4,5," MS "000,TRUE\r\n",
                   &plain, NS "000000000,BTCUSDT,trade,sell,2.5,3,\n");
    assert_refuses(&folder, "BTCUSDT-aggTrades-2025-10.csv", "1,2.5,3,5,4," MS "000,true\n", &plain,
                   "trades 5 to 4");
}

static void missing_ids_are_gaps_and_ids_that_come_again_are_refused(void **state)
{
    (void)state;
    static const char TEXT[] = TRADE_HEAD "7,1,1,1," MS "001,true\n10,2,1,2," MS "005,true\n";
    imported *result = import_text("BTCUSDT-trades.csv", TEXT, &plain);
    assert_int_equal(result->status, PLM_END);
    assert_string_equal(import_events_text(result),
                        NS "001000000,BTCUSDT,trade,sell,1,1,\n" NS "005000000,BTCUSDT,gap,,," NS
                           "001000000,\n" NS "005000000,BTCUSDT,trade,sell,2,1,\n");
    assert_int_equal(import_note(result, "missing ids"), 2);
    assert_int_equal(result->report.gaps, 1);
    assert_int_equal(result->report.gap_to - result->report.gap_from, 4000000);
    plm_free(result);
    assert_refuses(&folder, "BTCUSDT-trades.csv",
                   TRADE_HEAD "7,1,1,1," MS "001,true\n7,2,1,1," MS "002,true\n", &plain,
                   "BTCUSDT-trades.csv:3: id 7 again");
    /* Within an instant the id tells the order; that has to be asked for. */
    static const char MIXED[] = TRADE_HEAD "8,2,1,1," MS "001,true\n7,1,1,1," MS "001,true\n";
    assert_refuses(&folder, "BTCUSDT-trades.csv", MIXED, &plain, "the id goes back from 8 to 7");
    result = import_text("BTCUSDT-trades.csv", MIXED, &sort);
    assert_string_equal(import_events_text(result), NS "001000000,BTCUSDT,trade,sell,1,1,\n" NS
                                                       "001000000,BTCUSDT,trade,sell,2,1,\n");
    assert_int_equal(result->report.reordered, 1);
    assert_int_equal(import_note(result, "ids that are lower than one before"), 1);
    plm_free(result);
}

static void the_unit_of_stamps_is_their_number_of_digits(void **state)
{
    (void)state;
    imported *const result = import_text("BTCUSDC-trades-2025-01.csv",
                                         "1,2,3,6," MS "000,True,True\n2,2,3,6," MS
                                         "001000,True,True\n3,2,3,6," MS "001001,True,True\n",
                                         &plain);
    assert_int_equal(result->count, 3);
    assert_true(result->event[0].ts == INT64_C(1760054400000000000));
    assert_true(result->event[2].ts == INT64_C(1760054400001001000));
    assert_int_equal(import_note(result, "stamps of 13 digits, milliseconds"), 1);
    assert_int_equal(import_note(result, "stamps of 16 digits, microseconds"), 2);
    assert_int_equal(import_note(result, "changes of the unit of stamps"), 1);
    plm_free(result);
    assert_refuses(&folder, "BTCUSDT-trades.csv", TRADE_HEAD "1,2,3,6,1760054400,true\n", &plain,
                   "13 digits (milliseconds) or 16 (microseconds) are allowed");
    assert_refuses(&folder, "BTCUSDT-trades.csv", TRADE_HEAD "1,2,3,6,9999999999999,true\n", &plain,
                   "2000..2100");
    assert_refuses(&folder, "BTCUSDT-trades.csv", TRADE_HEAD "1,2,3,6,-760054400000,true\n", &plain,
                   "13 digits");
}

static void klines_are_bars_known_at_their_end(void **state)
{
    (void)state;
    assert_imports(&folder, "DOTUSDT-1m-2026-02.csv",
                   KLINE_HEAD MS "000,1.546,1.547,1.544,1.545,74137.9," MS_END
                                 ",114567.0308,340,27722.5,42850.8697,0\n",
                   &plain,
                   "1760054460000000000,DOTUSDT,bar_open,last,1.546,60000000000,\n"
                   "1760054460000000000,DOTUSDT,bar_high,last,1.547,340,\n"
                   "1760054460000000000,DOTUSDT,bar_low,last,1.544,27722.5,\n"
                   "1760054460000000000,DOTUSDT,bar_close,last,1.545,74137.9,\n");
    /* Microseconds end at ...999999. A bar that is missing is a gap up to where the next begins. */
    plm_import_options const spot = {.venue = "binance"};
    imported *const result = import_text(
        "BTCUSDT-1s-2025-10-10.csv",
        MS "000000,1,1,1,1,5," MS "999999,5,1,0,0,0\n1760054402000000,1,1,1,1,0,1760054402999999,"
           "0,0,0,0,0\n",
        &spot);
    assert_int_equal(result->status, PLM_END);
    assert_int_equal(result->count, 9);
    assert_true(result->event[0].ts == INT64_C(1760054401000000000));
    assert_int_equal(result->event[4].kind, PLM_EV_GAP);
    assert_true(result->event[4].qty == INT64_C(1760054401000000000));
    assert_true(result->event[4].ts == INT64_C(1760054402000000000));
    assert_true(result->event[5].ts == INT64_C(1760054403000000000));
    plm_free(result);
    static const char *const AT_ODDS[] = {"3,2,1,2", "2,2,1,3", "1,4,2,3", "3,4,2,1"};
    for (size_t i = 0; i < 4; i++) {
        char text[512];
        (void)snprintf(text, sizeof text, "%s" MS "000,%s,7," MS_END ",1,3,2,4,0\n", KLINE_HEAD,
                       AT_ODDS[i]);
        assert_refuses(&folder, "DOTUSDT-1m-2026-02.csv", text, &plain,
                       "a bar at odds with itself");
    }
    assert_refuses(&folder, "DOTUSDT-1m-2026-02.csv",
                   KLINE_HEAD MS "000,1.5,1.5,1.4,1.4,7,1760054459999999,1,3,2,4,0\n", &plain,
                   "open_time and close_time in two units");
}

static void whose_prices_klines_are_is_never_guessed(void **state)
{
    (void)state;
    static const char MARK[] =
        KLINE_HEAD MS "000,121662,121737.53736410,121662,121689.00965205,0," MS_END ",0,60,0,0,0\n";
    static const char LAST[] = KLINE_HEAD MS "000,1,1,1,1,5," MS_END ",5,3,0,0,0\n";
    static const char NONE[] = KLINE_HEAD MS "000,1,1,1,1,0," MS_END ",0,0,0,0,0\n";
    plm_import_options asked = {.prices = PLM_PRICES_MARK};
    assert_refuses(&folder, "BTCUSD_PERP-1m-2025-10-10.csv", MARK, &plain,
                   ":2: bars of mark, index or premium prices: the files look alike");
    assert_refuses(&folder, "BTCUSD_PERP-1m-2025-10-10.csv", NONE, &plain,
                   "bars of last, mark, index or premium prices");
    assert_imports(&folder, "BTCUSD_PERP-1m-2025-10-10.csv", MARK, &asked,
                   "1760054460000000000,BTCUSD_PERP,bar_open,mark,121662,60000000000,\n"
                   "1760054460000000000,BTCUSD_PERP,bar_high,mark,121737.5373641,0,\n"
                   "1760054460000000000,BTCUSD_PERP,bar_low,mark,121662,0,\n"
                   "1760054460000000000,BTCUSD_PERP,bar_close,mark,121689.00965205,0,\n");
    assert_refuses(&folder, "BTCUSD_PERP-1m-2025-10-10.csv", LAST, &asked, "have no volume");
    asked.prices = PLM_PRICES_INDEX;
    imported *result = import_text("BTCUSD_PERP-1m-2025-10-10.csv", MARK, &asked);
    assert_int_equal(result->event[3].side, PLM_KEY_INDEX);
    plm_free(result);
    asked.prices = PLM_PRICES_LAST;
    assert_refuses(&folder, "BTCUSD_PERP-1m-2025-10-10.csv", MARK, &asked, "no volume, but count");
    asked.prices = PLM_PRICES_PREMIUM;
    result = import_text(
        "BTCUSDT-1m-2025-10-10.csv",
        KLINE_HEAD MS "000,-0.00012,0.0001,-0.0002,0.0001,0," MS_END ",0,12,0,0,0\n", &asked);
    assert_int_equal(result->status, PLM_END);
    assert_int_equal(result->report.rejected[PLM_REJECT_DECLARED], 1);
    plm_free(result);
}

static void names_tell_symbol_venue_and_prices(void **state)
{
    (void)state;
    char path[2 * INPUT_PATH_CAP];
    (void)snprintf(path, sizeof path, "%s", input_path(&folder, "markPriceKlines"));
    assert_int_equal(mkdir(path, 0700), 0);
    imported *const result =
        import_text("markPriceKlines/BTCUSDT-1m.csv",
                    KLINE_HEAD MS "000,1,1,1,1,0," MS_END ",0,60,0,0,0\n", &plain);
    assert_int_equal(result->event[0].side, PLM_KEY_MARK);
    plm_free(result);
    assert_int_equal(remove(input_path(&folder, "markPriceKlines/BTCUSDT-1m.csv")), 0);
    assert_int_equal(rmdir(path), 0);
    /* Old bars of spot and of futures have no header and look alike. */
    static const char BARS[] = MS "000,1,1,1,1,5," MS_END ",5,3,0,0,0\n";
    assert_refuses(&folder, "BTCUSDT-1m-2021-05.csv", BARS, &plain,
                   "the instrument BTCUSDT is not described");
    plm_import_options asked = {.venue = "binance-um"};
    imported *const um = import_text("BTCUSDT-1m-2021-05.csv", BARS, &asked);
    assert_int_equal(um->rows[0].kind, PLM_INST_LINEAR);
    plm_free(um);
    assert_refuses(&folder, "trades.csv", TRADE_HEAD "1,2,3,6," MS "000,true\n", &plain,
                   "nothing names the symbol");
    plm_import_options const renamed = {.symbol = "BTCUSDT", .as = "BTC-PERP"};
    assert_imports(&folder, "trades.csv", TRADE_HEAD "1,2,3,6," MS "000,true\n", &renamed,
                   NS "000000000,BTC-PERP,trade,sell,2,3,\n");
    assert_refuses(&folder, "FOOUSDT-trades.csv", TRADE_HEAD "1,2,3,6," MS "000,true\n", &plain,
                   "not among the well-known ones of binance-um");
}

static void the_other_files_of_futures(void **state)
{
    (void)state;
    assert_imports(&folder, "BTCUSDT-bookTicker-2024-01-01.csv",
                   "update_id,best_bid_price,best_bid_qty,best_ask_price,best_ask_qty,"
                   "transaction_time,event_time\n5,1.0,2.0,1.1,3.0," MS "000," MS "004\n",
                   &plain, NS "000000000,BTCUSDT,bid,,1,2,\n" NS "000000000,BTCUSDT,ask,,1.1,3,\n");
    assert_imports(&folder, "BTCUSDT-fundingRate-2025-10.csv",
                   "calc_time,funding_interval_hours,last_funding_rate\n" MS "001,8,-0.00001572\n",
                   &plain, NS "001000000,BTCUSDT,funding,,-0.00001572,0,\n");
    imported *result = import_text(
        "ETHUSDT-metrics-2025-10-10.csv",
        "create_time,symbol,sum_open_interest,sum_open_interest_value,"
        "count_toptrader_long_short_ratio,sum_toptrader_long_short_ratio,count_long_short_ratio,"
        "sum_taker_long_short_vol_ratio\n"
        "2025-10-10 00:00:00,ETHUSDT,1931.2500000000000000,7.1,\"\",\"\",\"\",1.0\n"
        "2025-10-10 00:05:00,ETHUSDT,,7.1,1,1,1,1.0\n",
        &skip);
    assert_string_equal(import_events_text(result),
                        NS "000000000,ETHUSDT,open_interest,,,1931.25,\n");
    assert_int_equal(result->report.rejected[PLM_REJECT_BLANK], 1);
    plm_free(result);
    /* With a column that somebody added. */
    result = import_text("BTCUSDT-bookDepth-2025-10-10.csv",
                         "timestamp,percentage,depth,notional,weighted_avg_price\n"
                         "2025-10-10 00:00:07,-5.00,8243.012,979983314.2056,118886.5\n",
                         &plain);
    assert_int_equal(result->status, PLM_END);
    assert_int_equal(result->count, 0);
    assert_int_equal(result->report.rejected[PLM_REJECT_DECLARED], 1);
    plm_free(result);
}

static void liquidations_stand_twice_in_the_file_and_once_on_the_tape(void **state)
{
    (void)state;
#define LIQ(side, status, average, filled)                                                         \
    MS "000," side ",LIMIT,IOC,30,28.1," average "," status ",30," filled "\n"
    imported *const result = import_text(
        "AVAXUSD_PERP-liquidationSnapshot-2024-01-01.csv",
        "time,side,order_type,time_in_force,original_quantity,price,average_price,order_status,"
        "last_fill_quantity,accumulated_fill_quantity\n" LIQ("SELL", "FILLED", "28.3", "30")
            LIQ("SELL", "FILLED", "28.3", "30") LIQ("SELL", "FILLED", "28.3", "30")
                LIQ("SELL", "FILLED", "28.3", "30") LIQ("BUY", "FILLED", "28.4", "2")
                    LIQ("BUY", "EXPIRED", "0", "0"),
        &plain);
    assert_int_equal(result->status, PLM_END);
    assert_string_equal(import_events_text(result),
                        NS "000000000,AVAXUSD_PERP,liquidation,sell,28.3,30,\n" NS
                           "000000000,AVAXUSD_PERP,liquidation,sell,28.3,30,\n" NS
                           "000000000,AVAXUSD_PERP,liquidation,buy,28.4,2,\n");
    assert_int_equal(result->report.rejected[PLM_REJECT_DECLARED], 3);
    plm_free(result);
}

static void what_cannot_be_taken_is_refused_by_name(void **state)
{
    (void)state;
    static const struct {
        const char *row, *words;
    } cases[] = {
        {"1,,3,6," MS "000,true\n", "price is"},
        {"1,2,-3,6," MS "000,true\n", "the quantity must not be negative"},
        {"1,0,3,6," MS "000,true\n", "the price must be above 0"},
        {"1,2,3,6," MS "000,maybe\n", "is_buyer_maker is 'maybe'"},
        {"1,2,3,6," MS "000\n", "5 fields instead of 6"},
        {"1,2,3,6,,true\n", "time is empty"},
        {"x,2,3,6," MS "000,true\n", "id is 'x'"},
        {"99999999999999999,2,3,6," MS "000,true\n", "ids from 0 to 10^15"},
        {"1,2.123456789,3,6," MS "000,true\n", "price is '2.123456789'"},
        {"1,1.2e+3,3,6," MS "000,tru\n", "is_buyer_maker is 'tru'"},
        {"1,\"2,3,6," MS "000,true\n", "a line break within quotes"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[512];
        (void)snprintf(text, sizeof text, "%s%s", TRADE_HEAD, cases[i].row);
        assert_refuses(&folder, "BTCUSDT-trades.csv", text, &plain, cases[i].words);
    }
    assert_refuses(&folder, "BTCUSDT-trades.csv",
                   TRADE_HEAD "2,1,1,1," MS "001,true\n3,1,1,1," MS "000,true\n", &plain,
                   "time goes back");
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
        cmocka_unit_test(trades_with_and_without_a_header_in_three_markets),
        cmocka_unit_test(aggregate_trades_keep_the_side_of_the_taker),
        cmocka_unit_test(missing_ids_are_gaps_and_ids_that_come_again_are_refused),
        cmocka_unit_test(the_unit_of_stamps_is_their_number_of_digits),
        cmocka_unit_test(klines_are_bars_known_at_their_end),
        cmocka_unit_test(whose_prices_klines_are_is_never_guessed),
        cmocka_unit_test(names_tell_symbol_venue_and_prices),
        cmocka_unit_test(the_other_files_of_futures),
        cmocka_unit_test(liquidations_stand_twice_in_the_file_and_once_on_the_tape),
        cmocka_unit_test(what_cannot_be_taken_is_refused_by_name),
    };
    return cmocka_run_group_tests_name("binance", tests, make_folder, remove_folder);
}
