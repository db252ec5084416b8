/*
 * test_npz.c - promises of docs/import-npz.md:
 * - hftbacktest's rows become trades, levels, clears and best prices; both clocks are kept; the
 *   second copy of a row that is only of the local side is left out;
 * - DEPTH_CLEAR removes the levels up to its price, however many;
 * - other arrays, and arrays that are cut, are refused.
 * The bytes of the first row are those that numpy 1.24.2 writes for 2218.8 and 0.603.
 */
#include "plm_test.h"

#include <math.h>

#include "import_help.h"
#include "instrument_text.h"
#include "kinds.h"
#include "npz_make.h"

#define TS INT64_C(1676419205108000000)

static input_folder folder;

static plm_instrument coin(uint8_t px_scale, uint8_t qty_scale)
{
    plm_instrument row = plm_instrument_default(PLM_INST_LINEAR);
    memcpy(row.symbol, "ETHUSDT", 8);
    memcpy(row.base, "ETH", 4);
    memcpy(row.quote, "USDT", 5);
    memcpy(row.settle, "USDT", 5);
    row.px_scale = px_scale;
    row.qty_scale = qty_scale;
    row.tick = 1;
    row.lot = 1;
    return row;
}

static imported *import_bytes(const plm_buffer *bytes, plm_on_error on_error)
{
    plm_instrument const row = coin(2, 3);
    plm_import_options const options = {
        .rows = &row, .row_count = 1, .symbol = "ETHUSDT", .on_error = on_error};
    return import_file(input_write(&folder, "in.npz", bytes->data, bytes->size), &options);
}

/* Puts a head before the rows and a zip around both; empties them. */
static imported *run(plm_buffer *rows, plm_on_error on_error)
{
    plm_buffer array = {0};
    plm_buffer zip = {0};
    npz_put_head(&array, NPZ_DTYPE, rows->size / 64);
    plm_put_bytes(&array, rows->data, rows->size);
    npz_put_zip(&zip, &array);
    imported *const result = import_bytes(&zip, on_error);
    rows->size = 0;
    plm_buffer_free(&array);
    plm_buffer_free(&zip);
    return result;
}

static void put(plm_buffer *rows, uint64_t ev, int64_t ts, double px, double qty)
{
    npz_put_row(rows, ev, ts, ts + 100, npz_bits(px), npz_bits(qty));
}

static void is_event(const imported *result, uint32_t i, uint8_t kind, uint8_t side, int64_t px,
                     int64_t qty)
{
    const plm_event *const event = &result->event[i];
    if (event->kind != kind || event->side != side || event->px != px || event->qty != qty) {
        fail_msg("event %u is %s, side %u, px %lld, qty %lld", i, plm_kind_find(event->kind)->name,
                 event->side, (long long)event->px, (long long)event->qty);
    }
}

static void a_row_of_numpy_is_read(void **state)
{
    (void)state;
    static const uint8_t ROW[64] = {0x01, 0x00, 0x00, 0xe0, 0x00, 0x00, 0x00, 0x00, 0x00, 0xe5,
                                    0x1a, 0x8f, 0x62, 0xd6, 0x43, 0x17, 0x98, 0x6d, 0x8b, 0x0c,
                                    0x63, 0xd6, 0x43, 0x17, 0x9a, 0x99, 0x99, 0x99, 0x99, 0x55,
                                    0xa1, 0x40, 0xb2, 0x9d, 0xef, 0xa7, 0xc6, 0x4b, 0xe3, 0x3f};
    plm_buffer rows = {0};
    plm_put_bytes(&rows, ROW, sizeof ROW);
    imported *const result = run(&rows, PLM_ON_ERROR_FAIL);
    assert_ok(result->status, &result->diag);
    assert_string_equal(result->format, "npz");
    assert_true(result->has_recv && result->wants_derive);
    assert_int_equal(result->count, 1);
    assert_int_equal(result->event[0].ts, INT64_C(1676419205108000000));
    assert_int_equal(result->recv[0], INT64_C(1676419207212527000));
    is_event(result, 0, PLM_EV_LEVEL, PLM_SIDE_BUY, 221880, 603);
    plm_free(result);
    plm_buffer_free(&rows);
}

static void every_kind_of_row_is_an_event_or_counted(void **state)
{
    (void)state;
    plm_buffer rows = {0};
    put(&rows, NPZ_BOTH | NPZ_SELL | 2, TS, 100.25, 0.5);
    put(&rows, NPZ_BOTH | 2, TS, 100.25, 0.5); /* nobody knows the taker */
    put(&rows, NPZ_EXCH | NPZ_SELL | 1, TS, 101, 2);
    put(&rows, NPZ_EXCH | NPZ_SELL | 1, TS, 101, 0);
    put(&rows, NPZ_LOCAL | NPZ_SELL | 1, TS, 101, 2); /* the copy of one above */
    put(&rows, NPZ_BOTH | NPZ_BUY | 4, TS, 99, 3);
    put(&rows, NPZ_BOTH | NPZ_BUY | 10, TS, 99, 3); /* an order of its own */
    put(&rows, NPZ_BOTH | 3, TS, 0, 0);
    put(&rows, NPZ_BOTH | NPZ_SELL | 3, TS, (double)NAN, 0);
    imported *const result = run(&rows, PLM_ON_ERROR_FAIL);
    assert_ok(result->status, &result->diag);
    assert_int_equal(result->report.rows_read, 9);
    assert_int_equal(result->report.rejected[PLM_REJECT_DECLARED], 2);
    assert_non_null(strstr(result->report.example[PLM_REJECT_DECLARED][0],
                           "line 5: ev 0x50000001, exch_ts 1676419205108000000"));
    assert_int_equal(result->count, 7);
    is_event(result, 0, PLM_EV_TRADE, PLM_SIDE_SELL, 10025, 500);
    is_event(result, 1, PLM_EV_TRADE, PLM_SIDE_NONE, 10025, 500);
    is_event(result, 2, PLM_EV_LEVEL, PLM_SIDE_SELL, 10100, 2000);
    is_event(result, 3, PLM_EV_LEVEL, PLM_SIDE_SELL, 10100, 0);
    is_event(result, 4, PLM_EV_LEVEL, PLM_SIDE_BUY, 9900, 3000);
    assert_int_equal(result->event[4].flags, PLM_FLAG_SNAPSHOT);
    is_event(result, 5, PLM_EV_CLEAR, PLM_SIDE_NONE, 0, 0);
    is_event(result, 6, PLM_EV_CLEAR, PLM_SIDE_SELL, 0, 0);
    plm_free(result);
    put(&rows, NPZ_BOTH | NPZ_BUY | 5, TS, 99, 3);
    put(&rows, NPZ_BOTH | NPZ_SELL | 5, TS, 99, 0);
    imported *const best = run(&rows, PLM_ON_ERROR_FAIL);
    assert_ok(best->status, &best->diag);
    is_event(best, 0, PLM_EV_BID, PLM_SIDE_NONE, 9900, 3000);
    is_event(best, 1, PLM_EV_ASK, PLM_SIDE_NONE, 0, 0);
    plm_free(best);
    plm_buffer_free(&rows);
}

/* 60 bids from 1 to 60; then all from 60 down to `px` go. */
static void a_clear_removes_the_levels_up_to_its_price(void **state)
{
    (void)state;
    static const struct {
        double px;
        uint32_t events;
    } CASES[] = {{60, 1}, {45, 16}, {44, 17}, {2, 59}, {1, 1}, {0.5, 1}};
    plm_buffer rows = {0};
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        for (int px = 1; px <= 60; px++) {
            put(&rows, NPZ_BOTH | NPZ_BUY | 1, TS, px, 1);
        }
        put(&rows, NPZ_BOTH | NPZ_BUY | 3, TS, CASES[i].px, 0);
        put(&rows, NPZ_BOTH | NPZ_BUY | 2, TS, 7, 1);
        imported *const result = run(&rows, PLM_ON_ERROR_FAIL);
        assert_ok(result->status, &result->diag);
        assert_int_equal(result->report.rows_read, 62);
        assert_int_equal(result->report.rows_written, 62);
        assert_int_equal(result->count, 60 + CASES[i].events + 1);
        bool const whole = CASES[i].px <= 1;
        for (uint32_t k = 0; k < CASES[i].events; k++) {
            is_event(result, 60 + k, whole ? PLM_EV_CLEAR : PLM_EV_LEVEL, PLM_SIDE_BUY,
                     whole ? 0 : 6000 - 100 * (int64_t)k, 0);
        }
        plm_free(result);
    }
    /* Asks the other way; nothing to clear is no event. */
    put(&rows, NPZ_BOTH | NPZ_SELL | 1, TS, 10, 1);
    put(&rows, NPZ_BOTH | NPZ_SELL | 1, TS, 11, 1);
    put(&rows, NPZ_BOTH | NPZ_SELL | 3, TS, 9, 0);
    put(&rows, NPZ_BOTH | NPZ_SELL | 3, TS, 10, 0);
    imported *const result = run(&rows, PLM_ON_ERROR_FAIL);
    assert_ok(result->status, &result->diag);
    assert_int_equal(result->report.rejected[PLM_REJECT_DECLARED], 1);
    assert_int_equal(result->count, 3);
    is_event(result, 2, PLM_EV_LEVEL, PLM_SIDE_SELL, 1000, 0);
    plm_free(result);
    plm_buffer_free(&rows);
}

/* 20,000 bids, of which a clear removes 19,999: more events than a row of ours holds, and one row
 * of the array all the same. */
static void a_clear_of_many_levels_is_one_row(void **state)
{
    (void)state;
    enum { BIDS = 20000 };
    plm_buffer rows = {0};
    for (int px = 1; px <= BIDS; px++) {
        put(&rows, NPZ_BOTH | NPZ_BUY | 1, TS, px, 1);
    }
    put(&rows, NPZ_BOTH | NPZ_BUY | 3, TS, 2, 0);
    imported *const result = run(&rows, PLM_ON_ERROR_FAIL);
    assert_ok(result->status, &result->diag);
    assert_true(result->report.rows_read == BIDS + 1 && result->report.rows_written == BIDS + 1);
    assert_int_equal(result->count, BIDS + BIDS - 1);
    assert_int_equal(result->report.events_written, result->count);
    for (uint32_t i = 0; i < BIDS - 1; i++) {
        is_event(result, BIDS + i, PLM_EV_LEVEL, PLM_SIDE_BUY, 100 * (int64_t)(BIDS - i), 0);
    }
    plm_free(result);
    plm_buffer_free(&rows);
}

static void rows_that_make_no_sense_are_refused(void **state)
{
    (void)state;
    static const struct {
        uint64_t ev;
        double px, qty;
        const char *words;
    } CASES[] = {
        {NPZ_BOTH | 1, 1, 1, "depth without a side"},
        {NPZ_BOTH | NPZ_BUY | NPZ_SELL | 1, 1, 1, "both BUY and SELL"},
        {NPZ_BOTH | NPZ_BUY | 1, 1.005, 1, "px (0x3ff0147ae147ae14) has more than 2 decimals"},
        {NPZ_BOTH | NPZ_BUY | 1, 1, 1e17, "is too large for 3 decimals"},
        {NPZ_BOTH | NPZ_BUY | 1, (double)INFINITY, 1, "px is not finite"},
        {NPZ_BOTH | NPZ_BUY | 1, -1, 1, "the price must be above 0"},
        {NPZ_BOTH | NPZ_BUY | 2, 1, -1, "the quantity must not be negative"},
    };
    plm_buffer rows = {0};
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        put(&rows, CASES[i].ev, TS, CASES[i].px, CASES[i].qty);
        imported *const result = run(&rows, PLM_ON_ERROR_FAIL);
        assert_says(result, PLM_ERR_INPUT, CASES[i].words);
        plm_free(result);
    }
    put(&rows, NPZ_BOTH | NPZ_BUY | 1, TS, 1, 1);
    put(&rows, NPZ_BOTH | NPZ_BUY | 1, TS - 1, 1, 1);
    imported *const result = run(&rows, PLM_ON_ERROR_FAIL);
    assert_says(result, PLM_ERR_INPUT, "in.npz:data.npy:2: time goes back");
    plm_free(result);
    plm_buffer_free(&rows);
}

static void other_arrays_are_refused(void **state)
{
    (void)state;
    static const char OTHER[] = "{'descr': '<f8', ";
    plm_buffer array = {0};
    npz_put_head(&array, OTHER, 2);
    for (int i = 0; i < 128; i++) {
        plm_put_u8(&array, 0);
    }
    imported *result = import_bytes(&array, PLM_ON_ERROR_SKIP);
    assert_says(result, PLM_ERR_INPUT, "the type of the array is another; arrays of hftbacktest's");
    plm_free(result);
    array.size = 0;
    npz_put_head(&array, NPZ_DTYPE, 1);
    put(&array, NPZ_BOTH | NPZ_BUY | 1, TS, 1, 1);
    size_t const whole = array.size;
    for (size_t size = 6; size < whole; size++) {
        array.size = size;
        result = import_bytes(&array, PLM_ON_ERROR_SKIP);
        assert_says(result, PLM_ERR_INPUT, "cut short");
        plm_free(result);
    }
    array.size = whole;
    plm_put_u8(&array, 0);
    result = import_bytes(&array, PLM_ON_ERROR_SKIP);
    assert_says(result, PLM_ERR_INPUT, "bytes follow the 1 rows");
    plm_free(result);
    array.data[6] = 2;
    result = import_bytes(&array, PLM_ON_ERROR_SKIP);
    assert_says(result, PLM_ERR_INPUT, "a numpy array of a version that is not 1.0");
    plm_free(result);
    plm_buffer_free(&array);
}

static void a_well_known_instrument_is_only_named(void **state)
{
    (void)state;
    plm_buffer array = {0};
    npz_put_head(&array, NPZ_DTYPE, 0);
    const char *const path = input_write(&folder, "in.npz", array.data, array.size);
    plm_import_options const known = {
        .symbol = "ETHUSDT", .venue = "binance-um", .as = "ETHUSDT-UM"};
    imported *const result = import_file(path, &known);
    assert_ok(result->status, &result->diag);
    assert_int_equal(result->row_count, 1);
    assert_string_equal(result->rows[0].symbol, "ETHUSDT-UM");
    assert_int_equal(result->rows[0].kind, PLM_INST_LINEAR);
    plm_free(result);
    plm_buffer_free(&array);
}

static void the_instrument_is_named_and_described(void **state)
{
    (void)state;
    plm_buffer array = {0};
    npz_put_head(&array, NPZ_DTYPE, 0);
    const char *const path = input_write(&folder, "in.npz", array.data, array.size);
    plm_import_options const unnamed = {.symbol = NULL};
    plm_import_options const unknown = {.symbol = "X"};
    imported *result = import_file(path, &unnamed);
    assert_says(result, PLM_ERR_USAGE, "--symbol is needed");
    plm_free(result);
    result = import_file(path, &unknown);
    assert_says(result, PLM_ERR_USAGE,
                "the instrument X is not described; describe it: --instrument X=");
    plm_free(result);
    plm_buffer_free(&array);
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
        cmocka_unit_test(a_row_of_numpy_is_read),
        cmocka_unit_test(every_kind_of_row_is_an_event_or_counted),
        cmocka_unit_test(a_clear_removes_the_levels_up_to_its_price),
        cmocka_unit_test(a_clear_of_many_levels_is_one_row),
        cmocka_unit_test(rows_that_make_no_sense_are_refused),
        cmocka_unit_test(other_arrays_are_refused),
        cmocka_unit_test(the_instrument_is_named_and_described),
        cmocka_unit_test(a_well_known_instrument_is_only_named),
    };
    return cmocka_run_group_tests_name("npz", tests, set_up, tear_down);
}
