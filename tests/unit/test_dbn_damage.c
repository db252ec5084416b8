/*
 * test_dbn_damage.c - promises of docs/import-dbn.md about bad files: one that is cut anywhere but
 * between records, or damaged, is refused at its record; metadata are checked before memory is
 * taken for them; fragments get a hint.
 */
#include "dbn_help.h"

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

static void put_trade(plm_buffer *out)
{
    (void)dbn_add_priced(out, 0x00, 48, ID, TS, TS, 'T', 'B', PX(100), 1);
}

static void a_file_that_is_cut_within_a_record_is_refused(void **state)
{
    (void)state;
    plm_buffer bytes = {0};
    for (uint8_t version = 1; version <= 3; version++) {
        head(&bytes, version, 4);
        size_t const begin = bytes.size;
        put_trade(&bytes);
        put_trade(&bytes);
        size_t const whole = bytes.size;
        for (size_t size = 4; size < whole; size++) {
            bytes.size = size;
            imported *const result = run(&bytes);
            bool const fits = size == begin || size == begin + 48;
            if (!fits && (result->status != PLM_ERR_INPUT ||
                          strstr(result->diag.text, "cut short") == NULL)) {
                fail_msg("%zu bytes: '%s'", size, result->diag.text);
            }
            if (fits) {
                assert_ok(result->status, &result->diag);
            }
            plm_free(result);
        }
        bytes.size = 0;
    }
    plm_buffer_free(&bytes);
}

static void bad_metadata_are_refused(void **state)
{
    (void)state;
    plm_buffer bytes = {0};
    static const struct {
        size_t at;
        uint32_t value;
        const char *words;
    } CASES[] = {
        {3, 4, "DBN version 4; 1, 2 and 3 are allowed"},
        {4, 99, "DBN metadata of 99 bytes; 100 to 67108864 are allowed"},
        {4, (64U << 20) + 1, "DBN metadata of 67108865 bytes"},
        {53, 200, "symbols of this size are not known"},
        {108, 1, "a schema definition"},
        {112, 1000, "a list of symbols is cut short"},
        {124, 2, "a mapping is cut short"},
        {128 + 71 + 4, 20201328, "a date of a mapping does not exist"},
        {128 + 71 + 8, 20210229, "a date of a mapping does not exist"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        head(&bytes, 2, 4);
        size_t const size = CASES[i].at == 3 ? 1 : CASES[i].at == 53 ? 2 : 4;
        memcpy(bytes.data + CASES[i].at, &CASES[i].value, size);
        refuses(run(&bytes), CASES[i].words);
    }
    head(&bytes, 2, 4);
    plm_put_u8(&bytes, 1);
    bytes.data[4]++;
    refuses(run(&bytes), "bytes follow the mappings");
    plm_buffer_free(&bytes);
}

static void damaged_records_are_refused_at_their_place(void **state)
{
    (void)state;
    plm_buffer bytes = {0};
    head(&bytes, 2, 4);
    put_trade(&bytes);
    (void)dbn_add(&bytes, 0, 16, ID, TS);
    bytes.data[bytes.size - 16] = 3;
    refuses(run(&bytes), "in.dbn:2: a record of 12 bytes; 16 or more are allowed");
    head(&bytes, 2, 4);
    put_trade(&bytes);
    (void)dbn_add(&bytes, 0, 44, ID, TS);
    refuses(run(&bytes), "in.dbn:2: a trade record of 44 bytes, which has 48");
    plm_buffer_free(&bytes);
}

static void fragments_get_a_hint(void **state)
{
    (void)state;
    plm_buffer bytes = {0};
    put_trade(&bytes);
    refuses(run(&bytes), "no DBN metadata at the start (a fragment,");
    (void)dbn_add_definition(&bytes, 1, ID, TS, "ESH1", 'F', TS);
    (void)dbn_add_definition(&bytes, 1, ID, TS, "ESH1", 'F', TS);
    refuses(run(&bytes), "no DBN metadata at the start (a fragment,");
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
        cmocka_unit_test(a_file_that_is_cut_within_a_record_is_refused),
        cmocka_unit_test(bad_metadata_are_refused),
        cmocka_unit_test(damaged_records_are_refused_at_their_place),
        cmocka_unit_test(fragments_get_a_hint),
    };
    return cmocka_run_group_tests_name("dbn_damage", tests, set_up, tear_down);
}
