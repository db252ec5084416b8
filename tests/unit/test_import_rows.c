/*
 * test_import_rows.c - promises of import_rows.h:
 * - what the user describes goes before what is well known, under the name on the tape or the
 *   symbol itself; a symbol is looked up once and keeps its row;
 * - a symbol that is not described is asked for by name, one that is not wanted is declared;
 * - `as` names one symbol, not two; a venue of the options goes before that of the file.
 */
#include "plm_test.h"

#include <string.h>

#include "array_stream.h"
#include "import_rows.h"

static plm_refusal refusal;

static bool find(plm_import_rows *rows, const char *venue, const char *symbol, uint32_t *out)
{
    return plm_import_rows_find(rows, venue, symbol, strlen(symbol), &refusal, out);
}

static void described_rows_go_before_well_known_ones(void **state)
{
    (void)state;
    plm_instrument const own = array_stream_row("BTCUSDT");
    plm_import_options const options = {.row_count = 1, .rows = &own};
    plm_import_rows rows;
    plm_import_rows_init(&rows, &options);
    uint32_t row = 9;
    assert_true(find(&rows, "binance-um", "ETHUSDT", &row));
    assert_int_equal(row, 0);
    assert_true(find(&rows, "binance-um", "BTCUSDT", &row));
    assert_int_equal(row, 1);
    assert_int_equal(rows.table.rows[1].px_scale, own.px_scale);
    assert_true(find(&rows, "binance-um", "ETHUSDT", &row));
    assert_int_equal(row, 0);
    assert_int_equal(rows.table.count, 2);
    assert_false(find(&rows, "binance-um", "FOOUSDT", &row));
    assert_int_equal(refusal.reason, PLM_REJECT_UNKNOWN);
    assert_non_null(strstr(refusal.found, "FOOUSDT"));
    assert_non_null(strstr(refusal.allowed, "--instrument FOOUSDT="));
    assert_false(find(&rows, NULL, "SOLUSDT", &row));
    assert_non_null(strstr(refusal.allowed, "--venue"));
    assert_false(find(&rows, NULL, "", &row));
    assert_int_equal(refusal.reason, PLM_REJECT_BLANK);
    plm_import_rows_fini(&rows);
}

static void a_name_is_for_one_symbol(void **state)
{
    (void)state;
    plm_import_options const options = {.as = "BTC-SPOT", .venue = "binance"};
    plm_import_rows rows;
    plm_import_rows_init(&rows, &options);
    uint32_t row = 9;
    assert_true(find(&rows, "binance-um", "BTCUSDT", &row));
    assert_string_equal(rows.table.rows[0].symbol, "BTC-SPOT");
    assert_int_equal(rows.table.rows[0].kind, PLM_INST_SPOT);
    assert_false(find(&rows, "binance-um", "ETHUSDT", &row));
    assert_non_null(strstr(refusal.found, "a second symbol, ETHUSDT"));
    plm_import_rows_fini(&rows);
    /* What is described under the name goes before what is described under the symbol. */
    plm_instrument own[2] = {array_stream_row("BTCUSDT"), array_stream_row("BTC-SPOT")};
    own[1].tick = 7;
    plm_import_options const described = {.as = "BTC-SPOT", .row_count = 2, .rows = own};
    plm_import_rows_init(&rows, &described);
    assert_true(find(&rows, "binance", "BTCUSDT", &row));
    assert_int_equal(rows.table.rows[0].tick, 7);
    plm_import_rows_fini(&rows);
}

static void other_symbols_than_the_wanted_ones_are_declared(void **state)
{
    (void)state;
    static const char *const only[] = {"ETHUSDT"};
    plm_import_options const options = {.only_count = 1, .only = only};
    plm_import_rows rows;
    plm_import_rows_init(&rows, &options);
    uint32_t row = 9;
    assert_false(find(&rows, "binance", "BTCUSDT", &row));
    assert_int_equal(refusal.reason, PLM_REJECT_DECLARED);
    assert_true(find(&rows, "binance", "ETHUSDT", &row));
    plm_import_rows_fini(&rows);
}

static void the_kind_of_a_described_row_tells_the_venue(void **state)
{
    (void)state;
    plm_instrument own = array_stream_row("LUNAUSDT");
    plm_import_options const options = {.row_count = 1, .rows = &own};
    plm_import_rows rows;
    plm_import_rows_init(&rows, &options);
    assert_null(plm_import_rows_venue(&rows, "X"));
    own.kind = PLM_INST_SPOT;
    assert_string_equal(plm_import_rows_venue(&rows, "LUNAUSDT"), "binance");
    uint32_t row = 9;
    assert_true(find(&rows, "binance", "LUNAUSDT", &row));
    assert_non_null(rows.lives[0]);
    plm_import_rows_fini(&rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(described_rows_go_before_well_known_ones),
        cmocka_unit_test(a_name_is_for_one_symbol),
        cmocka_unit_test(other_symbols_than_the_wanted_ones_are_declared),
        cmocka_unit_test(the_kind_of_a_described_row_tells_the_venue),
    };
    return cmocka_run_group_tests_name("import_rows", tests, NULL, NULL);
}
