/*
 * test_given_rows.c - promises of given_rows.h:
 * - what the user describes is there from the start, in its order; well-known rows of the venue
 * come when they are met, and the decoder is told;
 * - --symbol is the symbol of a file that names none, and the only one of a file that names some;
 * - the venue that the data is of is asked for well-known rows, unless the user names one;
 * - another name is that of the one symbol of a file, described under either;
 * - what nobody knows is asked for by name; a column map is refused.
 */
#include "plm_test.h"

#include <string.h>

#include "array_stream.h"
#include "given_rows.h"

static plm_refusal refusal;

static bool find(plm_given_rows *rows, const char *symbol, uint32_t *out)
{
    plm_csv_text const text = {symbol, symbol != NULL ? strlen(symbol) : 0};
    return plm_given_rows_find(rows, symbol != NULL ? &text : NULL, &refusal, out);
}

static void rows_are_those_of_the_user_then_of_the_venue(void **state)
{
    (void)state;
    plm_instrument const own[] = {array_stream_row("AAA"), array_stream_row("BBB")};
    plm_import_options const options = {.row_count = 2, .rows = own, .venue = "binance-um"};
    plm_given_rows rows;
    plm_decoder decoder = {0};
    plm_diag diag;
    plm_diag_init(&diag);
    assert_int_equal(plm_given_rows_init(&rows, &options, &decoder, &diag), PLM_OK);
    assert_int_equal(decoder.row_count, 2);
    uint32_t row = 9;
    assert_true(find(&rows, "BBB", &row));
    assert_int_equal(row, 1);
    assert_true(find(&rows, "BTCUSDT", &row));
    assert_int_equal(row, 2);
    assert_int_equal(decoder.row_count, 3);
    assert_string_equal(decoder.rows[2].symbol, "BTCUSDT");
    assert_true(plm_given_rows_most(&rows) >= 3);
    assert_false(find(&rows, "NOBODY", &row));
    assert_int_equal(refusal.reason, PLM_REJECT_UNKNOWN);
    assert_non_null(strstr(refusal.allowed, "--instrument"));
    assert_false(find(&rows, "", &row));
    assert_int_equal(refusal.reason, PLM_REJECT_BLANK);
    plm_given_rows_fini(&rows);
}

static void a_symbol_of_the_options_is_the_only_one(void **state)
{
    (void)state;
    plm_instrument const own[] = {array_stream_row("AAA"), array_stream_row("BBB")};
    plm_import_options const options = {.row_count = 2, .rows = own, .symbol = "BBB"};
    plm_given_rows rows;
    plm_decoder decoder = {0};
    plm_diag diag;
    plm_diag_init(&diag);
    assert_int_equal(plm_given_rows_init(&rows, &options, &decoder, &diag), PLM_OK);
    uint32_t row = 9;
    assert_true(find(&rows, NULL, &row));
    assert_int_equal(row, 1);
    assert_false(find(&rows, "AAA", &row));
    assert_int_equal(refusal.reason, PLM_REJECT_DECLARED);
    plm_given_rows_fini(&rows);
}

static void the_data_may_know_its_venue(void **state)
{
    (void)state;
    plm_import_options const none = {0};
    plm_import_options const other = {.venue = "binance-um"};
    plm_given_rows rows;
    plm_decoder decoder = {0};
    plm_diag diag;
    uint32_t row = 9;
    plm_diag_init(&diag);
    for (int asked = 0; asked < 2; asked++) {
        assert_int_equal(plm_given_rows_init(&rows, asked ? &other : &none, &decoder, &diag),
                         PLM_OK);
        rows.venue = "bitmex";
        assert_true(find(&rows, "XBTUSD", &row) == !asked);
        assert_true(find(&rows, "BTCUSDT", &row) == (asked == 1));
        assert_int_equal(decoder.row_count, 1);
        plm_given_rows_fini(&rows);
    }
}

static void another_name_is_that_of_the_one_symbol(void **state)
{
    (void)state;
    static const char *const DESCRIBED[] = {"AAA", "OTHER"};
    for (int i = 0; i < 2; i++) {
        plm_instrument const own[] = {array_stream_row("BBB"), array_stream_row(DESCRIBED[i])};
        plm_import_options const options = {.row_count = 2, .rows = own, .as = "OTHER"};
        plm_given_rows rows;
        plm_decoder decoder = {0};
        plm_diag diag;
        uint32_t row = 9;
        plm_diag_init(&diag);
        assert_int_equal(plm_given_rows_init(&rows, &options, &decoder, &diag), PLM_OK);
        assert_int_equal(decoder.row_count, 0);
        assert_true(find(&rows, "AAA", &row) && find(&rows, "AAA", &row));
        assert_true(row == 0 && decoder.row_count == 1);
        assert_string_equal(decoder.rows[0].symbol, "OTHER");
        assert_false(find(&rows, "BBB", &row));
        assert_non_null(strstr(refusal.found, "a second symbol, BBB"));
        plm_given_rows_fini(&rows);
    }
}

static void what_has_no_use_is_refused(void **state)
{
    (void)state;
    plm_given_rows rows;
    plm_decoder decoder = {0};
    plm_diag diag;
    plm_diag_init(&diag);
    plm_import_options const map = {.map_path = "m.yaml"};
    assert_int_equal(plm_given_rows_init(&rows, &map, &decoder, &diag), PLM_ERR_USAGE);
    plm_import_options const none = {0};
    assert_int_equal(plm_given_rows_init(&rows, &none, &decoder, &diag), PLM_OK);
    assert_int_equal(plm_given_rows_need_symbol(&rows, "f.csv", &diag), PLM_ERR_USAGE);
    plm_given_rows_fini(&rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_those_of_the_user_then_of_the_venue),
        cmocka_unit_test(a_symbol_of_the_options_is_the_only_one),
        cmocka_unit_test(the_data_may_know_its_venue),
        cmocka_unit_test(another_name_is_that_of_the_one_symbol),
        cmocka_unit_test(what_has_no_use_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
