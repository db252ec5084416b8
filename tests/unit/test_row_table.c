/*
 * test_row_table.c - promises of row_table.h:
 * - rows keep the order in which they came and are found again; equal ones are one;
 * - a different one of the same symbol and one beyond the limit are refused, the table stays.
 */
#include "plm_test.h"

#include <stdio.h>
#include <string.h>

#include "array_stream.h"
#include "row_table.h"

static plm_status add(plm_row_table *table, const plm_instrument *row, uint32_t *out_row,
                      plm_diag *diag)
{
    plm_diag_init(diag);
    return plm_row_table_add(table, row, diag, out_row);
}

static void equal_rows_are_one_and_different_ones_are_refused(void **state)
{
    (void)state;
    plm_row_table table;
    plm_row_table_init(&table);
    plm_diag diag;
    plm_instrument const a = array_stream_row("A");
    plm_instrument const b = array_stream_row("B");
    uint32_t place = 9;
    assert_ok(add(&table, &a, &place, &diag), &diag);
    assert_int_equal(place, 0);
    assert_ok(add(&table, &b, &place, &diag), &diag);
    assert_int_equal(place, 1);
    assert_ok(add(&table, &a, &place, &diag), &diag);
    assert_int_equal(place, 0);
    plm_instrument other = b;
    other.delisted = PLM_TS_MIN;
    place = 9;
    assert_int_equal(add(&table, &other, &place, &diag), PLM_ERR_INPUT);
    assert_non_null(strstr(diag.text, "instrument B is described in two ways"));
    assert_int_equal(place, 9);
    assert_int_equal(table.count, 2);
    assert_string_equal(table.rows[1].symbol, "B");
    plm_row_table_fini(&table);
}

static void the_table_holds_what_a_tape_holds(void **state)
{
    (void)state;
    plm_row_table table;
    plm_row_table_init(&table);
    plm_diag diag;
    plm_instrument row = array_stream_row("A");
    uint32_t place = 0;
    for (uint32_t i = 0; i < PLM_ROWS_MAX; i++) {
        (void)snprintf(row.symbol, sizeof row.symbol, "S%u", i);
        assert_ok(add(&table, &row, &place, &diag), &diag);
        assert_int_equal(place, i);
    }
    assert_ok(add(&table, &row, &place, &diag), &diag);
    (void)snprintf(row.symbol, sizeof row.symbol, "more");
    assert_int_equal(add(&table, &row, &place, &diag), PLM_ERR_INPUT);
    assert_non_null(strstr(diag.text, "more than 65535 instruments"));
    plm_row_table_fini(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_rows_are_one_and_different_ones_are_refused),
        cmocka_unit_test(the_table_holds_what_a_tape_holds),
    };
    return cmocka_run_group_tests_name("row_table", tests, NULL, NULL);
}
