/*
 * test_dbn.c - promises of docs/import-dbn.md about single records:
 * - the fields of every type of record that is read lie where the vendor's struct definitions put
 *   them, in versions 1, 2 and 3, plain, packed and in several frames, at any address;
 * - ts is ts_event and recv ts_recv; sampled quotes are of ts_recv, bars of their end;
 * - quotes are said where they change; tbbo's before its trade, mbp-1's after it; where they are to
 * be derived, they are left out and trades are not;
 * - what is undefined is absent; prices are exact or refused; other types are counted as declared.
 * The numbers of the first trade are those of the vendor's sample of 2020-12-28, as
 * its documentation prints them.
 */
#include "dbn_help.h"

#include <zstd.h>

static input_folder folder;

static void head(plm_buffer *out, uint8_t version, uint16_t schema)
{
    dbn_put_head(out, version, schema, 1, 0, &ES, 1);
}

static imported *run(plm_buffer *bytes)
{
    return dbn_import(&folder, bytes, PLM_ON_ERROR_FAIL, NULL, 0);
}

static void refuses(imported *result, const char *words)
{
    assert_says(result, PLM_ERR_INPUT, words);
    plm_free(result);
}

/* -- trades and packings --------------------------------------------------------------------- */

static void put_first_trade(plm_buffer *out)
{
    uint8_t *const record =
        dbn_add_priced(out, 0x00, 48, ID, INT64_C(1609160400098821953),
                       INT64_C(1609160400099150057), 'T', 'A', INT64_C(3720250000000), 5);
    record[30] = 129;
    dbn_u32(record, 40, 19251);
    dbn_u32(record, 44, 1170380);
}

static void is_first_trade(imported *result)
{
    assert_ok(result->status, &result->diag);
    assert_string_equal(result->format, "dbn");
    assert_true(result->has_recv && !result->wants_derive && !result->synthetic);
    assert_int_equal(result->count, 1);
    assert_string_equal(result->rows[0].symbol, "ESH1");
    plm_event const expected = {.ts = INT64_C(1609160400098821953),
                                .px = 372025,
                                .qty = 5,
                                .kind = PLM_EV_TRADE,
                                .side = PLM_SIDE_SELL};
    assert_memory_equal(&result->event[0], &expected, sizeof expected);
    assert_int_equal(result->recv[0], INT64_C(1609160400099150057));
    plm_free(result);
}

static void a_trade_is_read_in_every_version(void **state)
{
    (void)state;
    plm_buffer bytes = {0};
    for (uint8_t version = 1; version <= 3; version++) {
        head(&bytes, version, 4);
        put_first_trade(&bytes);
        is_first_trade(run(&bytes));
        /* With ts_out each record is eight bytes longer. */
        head(&bytes, version, 4);
        put_first_trade(&bytes);
        plm_put_u64(&bytes, 1);
        bytes.data[bytes.size - 56] = 14;
        is_first_trade(run(&bytes));
    }
    plm_buffer_free(&bytes);
}

/* Frames that end anywhere, also within a record; read in pieces that end anywhere. */
static void packed_files_are_read_whatever_their_frames(void **state)
{
    (void)state;
    enum { COUNT = 5000 };
    plm_buffer bytes = {0};
    plm_buffer packed = {0};
    head(&bytes, 1, 4); /* 345 - 147 bytes of metadata: records lie at odd places */
    for (int i = 0; i < COUNT; i++) {
        (void)dbn_add_priced(&bytes, 0x00, 48, ID, TS + i, TS + i + 5, 'T', 'B', PX(100 + i), 1);
    }
    for (size_t at = 0, part = 1; at < bytes.size; at += part, part = part * 2 + 3) {
        size_t const size = part < bytes.size - at ? part : bytes.size - at;
        size_t const cap = ZSTD_compressBound(size);
        uint8_t *const to = plm_buffer_reserve(&packed, cap);
        packed.size += ZSTD_compress(to, cap, bytes.data + at, size, 3);
    }
    imported *const result = run(&packed);
    assert_ok(result->status, &result->diag);
    assert_int_equal(result->count, COUNT);
    assert_int_equal(result->report.rows_read, COUNT);
    for (int i = 0; i < COUNT; i++) {
        assert_true(result->event[i].px == 100 + i && result->event[i].ts == TS + i);
    }
    plm_free(result);
    plm_buffer_free(&bytes);
    plm_buffer_free(&packed);
}

static void sides_and_undefined_values_of_trades(void **state)
{
    (void)state;
    plm_buffer bytes = {0};
    head(&bytes, 3, 4);
    (void)dbn_add_priced(&bytes, 0x00, 48, ID, TS, TS, 'T', 'B', PX(100), 1);
    (void)dbn_add_priced(&bytes, 0x00, 48, ID, TS, TS, 'T', 'B', PX(100), 1); /* equal, and meant */
    (void)dbn_add_priced(&bytes, 0x00, 48, ID, TS, TS, 'T', 'N', PX(101), 0);
    dbn_gives(run(&bytes), "trade buy 100 1; trade buy 100 1; trade 101 0");
    head(&bytes, 3, 4);
    (void)dbn_add_priced(&bytes, 0x00, 48, ID, TS, TS, 'T', 'B', DBN_PX_UNDEF, 1);
    refuses(run(&bytes), "in.dbn:1: a trade without price ('trade 0x00 of instrument 5482, "
                         "2020-12-28T13:00:00Z'); price and size are needed");
    head(&bytes, 3, 4);
    (void)dbn_add_priced(&bytes, 0x00, 48, ID, TS, TS, 'T', 'B', PX(1), UINT32_MAX);
    refuses(run(&bytes), "a trade without size");
    head(&bytes, 3, 4);
    (void)dbn_add_priced(&bytes, 0x00, 48, ID, TS, TS, 'T', 'X', PX(1), 1);
    refuses(run(&bytes), "side is 'X'");
    head(&bytes, 3, 4);
    (void)dbn_add_priced(&bytes, 0x00, 48, ID, -1, TS, 'T', 'B', PX(1), 1);
    refuses(run(&bytes), "the time must lie in 2000..2100");
    head(&bytes, 3, 4);
    (void)dbn_add_priced(&bytes, 0x00, 48, ID, TS, TS, 'T', 'B', -PX(1), 1);
    refuses(run(&bytes), "the price must be above 0");
    plm_buffer_free(&bytes);
}

/* 100.5 e-9 at each scale; a scale of 12 has room for less. */
static void prices_are_exact_or_refused(void **state)
{
    (void)state;
    plm_buffer bytes = {0};
    static const int64_t EXPECTED[] = {0, 1005, 10050};
    for (uint8_t scale = 0; scale <= 12; scale++) {
        plm_instrument row = dbn_future("ESH1", scale, 1);
        row.qty_scale = 3;
        head(&bytes, 3, 4);
        (void)dbn_add_priced(&bytes, 0x00, 48, ID, TS, TS, 'T', 'B', PX(10050), 7);
        imported *const result = dbn_import(&folder, &bytes, PLM_ON_ERROR_FAIL, &row, 1);
        if (scale == 0) {
            refuses(result, "price is 100500000000 e-9, px_scale of ESH1 is 0");
            continue;
        }
        assert_ok(result->status, &result->diag);
        int64_t expected = EXPECTED[scale < 2 ? scale : 2];
        for (uint8_t i = 2; i < scale; i++) {
            expected *= 10;
        }
        assert_true(result->event[0].px == expected && result->event[0].qty == 7000);
        plm_free(result);
    }
    plm_instrument const fine = dbn_future("ESH1", 12, 1);
    head(&bytes, 3, 4);
    (void)dbn_add_priced(&bytes, 0x00, 48, ID, TS, TS, 'T', 'B', INT64_MAX / 999, 7);
    refuses(dbn_import(&folder, &bytes, PLM_ON_ERROR_FAIL, &fine, 1), "a smaller px_scale");
    plm_buffer_free(&bytes);
}

/* -- quotes ---------------------------------------------------------------------------------- */

static void put_top(plm_buffer *out, uint8_t rtype, int64_t ts, char action, uint32_t qty,
                    int64_t bid, uint32_t bid_size, int64_t ask, uint32_t ask_size)
{
    uint8_t *const record =
        dbn_add_priced(out, rtype, 80, ID, ts, ts + 100, action, 'A', PX(10000), qty);
    dbn_level(record, 0, bid, bid_size, ask, ask_size);
}

static void quotes_are_said_where_they_change(void **state)
{
    (void)state;
    plm_buffer bytes = {0};
    head(&bytes, 3, 1);
    put_top(&bytes, 0x01, TS, 'A', 1, PX(9900), 18, PX(10100), 13);
    put_top(&bytes, 0x01, TS, 'M', 1, PX(9900), 18, PX(10100), 13);    /* only a count of orders */
    put_top(&bytes, 0x01, TS, 'T', 4, PX(9900), 14, PX(10100), 13);    /* trade, then quote */
    put_top(&bytes, 0x01, TS, 'A', 1, DBN_PX_UNDEF, 0, PX(10100), 12); /* an empty side */
    put_top(&bytes, 0x01, TS, 'R', 0, DBN_PX_UNDEF, 0, DBN_PX_UNDEF, 0);
    imported *const result = run(&bytes);
    assert_int_equal(result->report.rows_read, 5);
    assert_int_equal(result->report.rejected[PLM_REJECT_DECLARED], 1);
    assert_string_equal(result->report.example[PLM_REJECT_DECLARED][0],
                        "line 2: mbp-1 0x01 of instrument 5482, 2020-12-28T13:00:00Z: changes "
                        "nothing that a tape holds");
    dbn_gives(result, "bid 9900 18; ask 10100 13; trade sell 10000 4; bid 9900 14; bid 0 0; "
                      "ask 10100 12; ask 0 0");
    head(&bytes, 3, 3); /* tbbo: the quote is from before */
    put_top(&bytes, 0x01, TS, 'T', 4, PX(9900), 18, PX(10100), 13);
    dbn_gives(run(&bytes), "bid 9900 18; ask 10100 13; trade sell 10000 4");
    head(&bytes, 3, 14);
    put_top(&bytes, 0xb1, TS, 'T', 4, PX(9900), 18, PX(10100), 13);
    dbn_gives(run(&bytes), "trade sell 10000 4; bid 9900 18; ask 10100 13");
    head(&bytes, 3, 17);
    put_top(&bytes, 0xc2, TS, 'T', 4, PX(9900), 18, PX(10100), 13);
    dbn_gives(run(&bytes), "bid 9900 18; ask 10100 13; trade sell 10000 4");
    plm_buffer_free(&bytes);
}

static void quotes_that_are_to_be_derived_are_left_out(void **state)
{
    (void)state;
    plm_buffer bytes = {0};
    plm_instrument const row = dbn_future("ESH1", 2, 25);
    plm_import_options const options = {.rows = &row, .row_count = 1, .derive = true};
    head(&bytes, 3, 1);
    put_top(&bytes, 0x01, TS, 'A', 1, PX(9900), 18, PX(10100), 13);
    put_top(&bytes, 0x01, TS, 'T', 4, PX(9900), 14, PX(10100), 13);
    imported *const result =
        import_file(input_write(&folder, "in.dbn", bytes.data, bytes.size), &options);
    assert_int_equal(result->report.rows_read, 2);
    assert_int_equal(result->report.rejected[PLM_REJECT_DECLARED], 1);
    assert_string_equal(result->report.example[PLM_REJECT_DECLARED][0],
                        "line 1: mbp-1 0x01 of instrument 5482, 2020-12-28T13:00:00Z: quotes are "
                        "derived");
    dbn_gives(result, "trade sell 10000 4");
    plm_buffer_free(&bytes);
}

/* What a refused row said has not been said: the same again is an event. */
static void a_refused_quote_has_not_been_said(void **state)
{
    (void)state;
    plm_buffer bytes = {0};
    head(&bytes, 2, 1);
    put_top(&bytes, 0x01, TS + 5, 'A', 1, PX(9900), 18, PX(10100), 13);
    put_top(&bytes, 0x01, TS + 4, 'A', 1, PX(9800), 18, PX(10100), 13); /* time goes back */
    put_top(&bytes, 0x01, TS + 5, 'A', 1, PX(9800), 18, PX(10100), 13);
    put_top(&bytes, 0x01, TS + 6, 'A', 1, PX(10200), 3, PX(10200), 4); /* locked */
    put_top(&bytes, 0x01, TS + 6, 'A', 1, PX(9800), 18, PX(10200), 4);
    imported *const result = dbn_import(&folder, &bytes, PLM_ON_ERROR_SKIP, NULL, 0);
    assert_int_equal(result->report.rejected[PLM_REJECT_DISORDER], 1);
    assert_int_equal(result->report.rejected[PLM_REJECT_CROSSED], 1);
    dbn_gives(result, "bid 9900 18; ask 10100 13; bid 9800 18; ask 10200 4");
    plm_buffer_free(&bytes);
}

/* The last trade in them is forward-filled and no event; its time may be undefined. */
static void sampled_quotes_are_of_the_end_of_their_interval(void **state)
{
    (void)state;
    static const uint8_t RTYPES[] = {0xc0, 0xc1, 0xc3, 0xc4};
    plm_buffer bytes = {0};
    for (size_t i = 0; i < sizeof RTYPES; i++) {
        head(&bytes, 2, 18);
        put_top(&bytes, RTYPES[i], TS - 5000, 0, 2, PX(9900), 18, PX(10100), 13);
        uint8_t *const record =
            dbn_add_priced(&bytes, RTYPES[i], 80, ID, -1, TS + DBN_ONE, 0, 'N', DBN_PX_UNDEF, 0);
        dbn_level(record, 0, PX(9900), 18, PX(10100), 14);
        imported *const result = run(&bytes);
        assert_ok(result->status, &result->diag);
        assert_true(result->event[0].ts == TS - 4900 && result->event[2].ts == TS + DBN_ONE);
        assert_true(result->recv[2] == TS + DBN_ONE);
        dbn_gives(result, "bid 9900 18; ask 10100 13; ask 10100 14");
    }
    plm_buffer_free(&bytes);
}

static void a_book_is_of_one_publisher(void **state)
{
    (void)state;
    plm_buffer bytes = {0};
    head(&bytes, 2, 1);
    put_top(&bytes, 0x01, TS, 'A', 1, PX(9900), 18, PX(10100), 13);
    put_top(&bytes, 0x01, TS, 'A', 1, PX(9900), 19, PX(10100), 13);
    dbn_u16(bytes.data + bytes.size - 80, 2, 40);
    refuses(run(&bytes), "ESH1 is of publisher 40, before of 1");
    plm_buffer_free(&bytes);
}

/* -- bars, statistics, status ---------------------------------------------------------------- */

static void bars_become_known_at_their_end(void **state)
{
    (void)state;
    static const struct {
        uint8_t rtype;
        uint16_t schema;
        int64_t seconds;
    } BARS[] = {{0x20, 5, 1}, {0x21, 6, 60}, {0x22, 7, 3600}, {0x23, 8, 86400}};
    static const int64_t PRICES[4] = {PX(10000), PX(10050), PX(9950), PX(10025)};
    static const int64_t ODD[4] = {PX(10000), PX(10000), PX(9950), PX(10025)};
    plm_buffer bytes = {0};
    for (size_t i = 0; i < sizeof BARS / sizeof BARS[0]; i++) {
        head(&bytes, 1, BARS[i].schema);
        dbn_add_bar(&bytes, BARS[i].rtype, ID, TS, PRICES, 57);
        imported *const result = run(&bytes);
        assert_ok(result->status, &result->diag);
        assert_false(result->has_recv);
        char expected[200];
        (void)snprintf(expected, sizeof expected,
                       "bar_open last 10000 %lld; bar_high last 10050 0; bar_low last 9950 0; "
                       "bar_close last 10025 57",
                       (long long)(BARS[i].seconds * DBN_ONE));
        assert_true(result->event[0].ts == TS + BARS[i].seconds * DBN_ONE);
        assert_true(result->event[3].ts == result->event[0].ts);
        dbn_gives(result, expected);
    }
    head(&bytes, 1, 5);
    dbn_add_bar(&bytes, 0x20, ID, TS, ODD, 1);
    refuses(run(&bytes), "a bar at odds with itself");
    head(&bytes, 1, 13); /* where a session ends the record does not say */
    dbn_add_bar(&bytes, 0x24, ID, TS, PRICES, 1);
    dbn_gives(run(&bytes), "");
    plm_buffer_free(&bytes);
}

static void statistics_give_open_interest_and_settlement(void **state)
{
    (void)state;
    plm_buffer bytes = {0};
    for (uint8_t version = 1; version <= 3; version++) {
        int64_t const none = version < 3 ? INT32_MAX : INT64_MAX;
        head(&bytes, version, 10);
        (void)dbn_add_stat(&bytes, version, ID, TS, 9, DBN_PX_UNDEF, 123456);
        (void)dbn_add_stat(&bytes, version, ID, TS, 3, PX(475375), none);
        (void)dbn_add_stat(&bytes, version, ID, TS, 7, PX(100), none);
        dbn_add_stat(&bytes, version, ID, TS, 9, DBN_PX_UNDEF, 5)[version < 3 ? 56 : 60] = 2;
        imported *const result = run(&bytes);
        assert_int_equal(result->report.rejected[PLM_REJECT_DECLARED], 2);
        assert_true(result->recv[0] == TS + 100);
        dbn_gives(result, "open_interest 0 123456; mark 475375 0");
        head(&bytes, version, 10);
        (void)dbn_add_stat(&bytes, version, ID, TS, 9, DBN_PX_UNDEF, none);
        refuses(run(&bytes), "an open interest without quantity");
        head(&bytes, version, 10);
        (void)dbn_add_stat(&bytes, version, ID, TS, 9, DBN_PX_UNDEF, -1);
        refuses(run(&bytes), "open interest is -1");
        head(&bytes, version, 10);
        (void)dbn_add_stat(&bytes, version, ID, TS, 3, DBN_PX_UNDEF, none);
        refuses(run(&bytes), "a settlement without price");
    }
    plm_buffer_free(&bytes);
}

static void status_says_whether_there_is_trading(void **state)
{
    (void)state;
    plm_buffer bytes = {0};
    head(&bytes, 3, 11);
    (void)dbn_add_status(&bytes, ID, TS, 7, 'Y');
    (void)dbn_add_status(&bytes, ID, TS, 8, '~');
    (void)dbn_add_status(&bytes, ID, TS, 7, '~');
    (void)dbn_add_status(&bytes, ID, TS, 1, '~'); /* pre-open: not said */
    (void)dbn_add_status(&bytes, ID, TS, 2, 'N');
    imported *const result = run(&bytes);
    assert_int_equal(result->report.rejected[PLM_REJECT_DECLARED], 1);
    dbn_gives(result, "status resume 0 0; status halt 0 0; status resume 0 0; status halt 0 0");
    plm_buffer_free(&bytes);
}

static void other_types_are_counted_as_declared(void **state)
{
    (void)state;
    static const uint8_t OTHERS[] = {0x14, 0x15, 0x17, 0x11, 0x77, 0xff};
    plm_buffer bytes = {0};
    head(&bytes, 2, 4);
    for (size_t i = 0; i < sizeof OTHERS; i++) {
        (void)dbn_add(&bytes, OTHERS[i], 16 + 4 * i, ID, TS);
    }
    put_first_trade(&bytes);
    imported *const result = run(&bytes);
    assert_int_equal(result->report.rows_read, 7);
    assert_int_equal(result->report.rejected[PLM_REJECT_DECLARED], 6);
    assert_string_equal(result->report.example[PLM_REJECT_DECLARED][1],
                        "line 2: error 0x15 of instrument 5482, 2020-12-28T13:00:00Z: no type that "
                        "a tape holds");
    is_first_trade(result);
    plm_buffer_free(&bytes);
}

static void options_that_make_no_sense_are_refused(void **state)
{
    (void)state;
    plm_buffer bytes = {0};
    head(&bytes, 2, 4);
    const char *const path = input_write(&folder, "in.dbn", bytes.data, bytes.size);
    plm_import_options const symbol = {.symbol = "ESH1"};
    plm_import_options const map = {.map_path = "map.yaml"};
    imported *result = import_file(path, &symbol);
    assert_says(result, PLM_ERR_USAGE, "--symbol was given, but the input is DBN");
    plm_free(result);
    result = import_file(path, &map);
    assert_says(result, PLM_ERR_INPUT, "the content is of no known format");
    plm_free(result);
    plm_buffer_free(&bytes);
}

/* -- several files in one -------------------------------------------------------------------- */

static void files_one_after_another_are_read(void **state)
{
    (void)state;
    plm_buffer bytes = {0};
    head(&bytes, 1, 4);
    (void)dbn_add_priced(&bytes, 0x00, 48, ID, TS, TS, 'T', 'B', PX(100), 1);
    head(&bytes, 3, 4);
    (void)dbn_add_priced(&bytes, 0x00, 48, ID, TS + 1, TS + 1, 'T', 'B', PX(101), 1);
    imported *const result = run(&bytes);
    assert_int_equal(result->report.rows_read, 2);
    dbn_gives(result, "trade buy 100 1; trade buy 101 1");
    head(&bytes, 1, 4);
    (void)dbn_add_priced(&bytes, 0x00, 48, ID, TS, TS, 'T', 'B', PX(100), 1);
    head(&bytes, 3, 0);
    refuses(run(&bytes), "metadata of another kind (schema 0)");
    plm_buffer_free(&bytes);
}

static int set_up(void **state)
{
    (void)state;
    folder = input_folder_make();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    input_folder_remove(&folder);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_trade_is_read_in_every_version),
        cmocka_unit_test(packed_files_are_read_whatever_their_frames),
        cmocka_unit_test(sides_and_undefined_values_of_trades),
        cmocka_unit_test(prices_are_exact_or_refused),
        cmocka_unit_test(quotes_are_said_where_they_change),
        cmocka_unit_test(quotes_that_are_to_be_derived_are_left_out),
        cmocka_unit_test(a_refused_quote_has_not_been_said),
        cmocka_unit_test(sampled_quotes_are_of_the_end_of_their_interval),
        cmocka_unit_test(a_book_is_of_one_publisher),
        cmocka_unit_test(bars_become_known_at_their_end),
        cmocka_unit_test(statistics_give_open_interest_and_settlement),
        cmocka_unit_test(status_says_whether_there_is_trading),
        cmocka_unit_test(other_types_are_counted_as_declared),
        cmocka_unit_test(options_that_make_no_sense_are_refused),
        cmocka_unit_test(files_one_after_another_are_read),
    };
    return cmocka_run_group_tests_name("dbn", tests, set_up, tear_down);
}
