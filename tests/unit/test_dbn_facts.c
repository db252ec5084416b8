/*
 * test_dbn_facts.c - promises of dbn_facts.h: the instruments of a definition file are those that
 * an import with the definitions before it has; files of something else are not taken for one, and
 * a file that describes nothing is refused with the reason.
 */
#include "dbn_help.h"

#include "dbn_facts.h"

static input_folder folder;

#define EXPIRY INT64_C(1616160600000000000)

static const char *write_file(plm_buffer *bytes)
{
    const char *const path = input_write(&folder, "facts.dbn", bytes->data, bytes->size);
    bytes->size = 0;
    return path;
}

static void definitions_are_found_among_other_records(void **state)
{
    (void)state;
    plm_buffer bytes = {0};
    dbn_put_head(&bytes, 2, 0xffff, 0xff, 0, NULL, 0);
    /* More than a buffer of records that name nobody known. */
    for (int i = 0; i < 3000; i++) {
        (void)dbn_add_priced(&bytes, 0x00, 48, 9, TS, TS, 'T', 'B', PX(1), 1);
        (void)dbn_add_mbo(&bytes, 9, TS, 'A', 'B', 7, PX(1), 1);
    }
    (void)dbn_add_definition(&bytes, 2, 9, TS, "ESH1", 'F', EXPIRY);
    (void)dbn_add_definition(&bytes, 2, 10, TS, "ESH1-ESM1", 'S', EXPIRY);
    (void)dbn_add_definition(&bytes, 2, 11, TS, "ESM1", 'F', EXPIRY);
    const char *const path = write_file(&bytes);
    plm_row_table table;
    plm_diag diag;
    plm_diag_init(&diag);
    plm_row_table_init(&table);
    assert_true(plm_dbn_facts_probe(path));
    assert_ok(plm_dbn_facts_read(path, &diag, &table), &diag);
    assert_int_equal(table.count, 2);
    assert_string_equal(table.rows[0].symbol, "ESH1");
    assert_string_equal(table.rows[1].symbol, "ESM1");
    assert_true(table.rows[0].multiplier == 50 && table.rows[0].expiry == EXPIRY);
    plm_row_table_fini(&table);
    plm_buffer_free(&bytes);
}

static void fails_with(plm_buffer *bytes, const char *words)
{
    plm_row_table table;
    plm_diag diag;
    plm_diag_init(&diag);
    plm_row_table_init(&table);
    assert_int_equal(plm_dbn_facts_read(write_file(bytes), &diag, &table), PLM_ERR_INPUT);
    if (strstr(diag.text, words) == NULL) {
        fail_msg("'%s' does not say '%s'", diag.text, words);
    }
    plm_row_table_fini(&table);
}

static void what_describes_nothing_is_refused(void **state)
{
    (void)state;
    plm_buffer bytes = {0};
    dbn_put_head(&bytes, 3, 9, 1, 0, NULL, 0);
    fails_with(&bytes, "no definition describes an instrument (there is none)");
    dbn_put_head(&bytes, 3, 9, 1, 0, NULL, 0);
    (void)dbn_add_definition(&bytes, 3, 10, TS, "ESH1-ESM1", 'S', EXPIRY);
    fails_with(&bytes, "an instrument (only futures, options and stocks are read");
    dbn_put_head(&bytes, 3, 9, 1, 0, NULL, 0);
    (void)dbn_add_definition(&bytes, 3, 10, TS, "ESH1", 'F', EXPIRY);
    bytes.size -= 4;
    fails_with(&bytes, "facts.dbn:1: cut short");
    const char *const path = input_write(&folder, "rows.yaml", "- symbol: A\n", 12);
    assert_false(plm_dbn_facts_probe(path));
    assert_false(plm_dbn_facts_probe("/nowhere"));
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
        cmocka_unit_test(definitions_are_found_among_other_records),
        cmocka_unit_test(what_describes_nothing_is_refused),
    };
    return cmocka_run_group_tests_name("dbn_facts", tests, set_up, tear_down);
}
