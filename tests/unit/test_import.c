/*
 * test_import.c - promises of import.h and of the own CSV (docs/csv.md):
 * - a tape as text reads back to the same events, instruments, clocks, also packed and in a zip;
 * - CRLF, a BOM and a missing last line end do not matter; blank lines only end a file;
 * - long runs of equal stamps keep their order; time that goes back is refused with FILE:LINE, or
 *   skipped, or sorted within the window, each counted;
 * - a text without its end line, or with another count, is refused; so is one after it;
 * - every row is read and then written or rejected by reason, with examples, and the report says
 * so;
 * - NUL bytes, lines without end, a head that is not one and content of no format are refused.
 */
#include "plm_test.h"

#include <zlib.h>

#include "event_csv.h"
#include "import_help.h"

#define HEAD_OF(recv)                                                                              \
    "# plimsoll events 1\n"                                                                        \
    "# instrument 0 symbol=A kind=spot px_scale=1 qty_scale=0 tick=0.1 lot=1 base=B quote=Q\n"     \
    "# instrument 1 symbol=Q kind=asset px_scale=4 quote=USD\n"                                    \
    "# recv " recv "\n"                                                                            \
    "# synthetic yes\n"
#define HEAD HEAD_OF("no") PLM_EVENT_CSV_COLUMNS "\n"
#define TS "17356896000000000"
#define BASE INT64_C(1735689600000000000)

static input_folder folder;

static imported *import_bytes(const void *bytes, size_t size, plm_on_error on_error)
{
    plm_import_options const options = {.on_error = on_error};
    return import_file(input_write(&folder, "in.csv", bytes, size), &options);
}

static imported *import_text(const char *text, plm_on_error on_error)
{
    return import_bytes(text, strlen(text), on_error);
}

static const char GOOD[] =
    HEAD TS "00,A,trade,buy,1.5,3,\n" TS "00,A,trade,buy,1.5,3,\n" TS "01,A,bid,,2,1,derived\n" TS
            "01,A,ask,,1,1,\n" TS "02,Q,haircut,,0.95,,\n# end 5\n";

static void is_good(const imported *result)
{
    assert_ok(result->status, &result->diag);
    assert_string_equal(result->format, "csv");
    assert_true(result->synthetic && !result->has_recv);
    assert_int_equal(result->row_count, 2);
    assert_string_equal(result->rows[1].symbol, "Q");
    assert_int_equal(result->count, 5);
    plm_event const expected[5] = {
        {.ts = BASE, .px = 15, .qty = 3, .kind = PLM_EV_TRADE, .side = 1},
        {.ts = BASE, .px = 15, .qty = 3, .kind = PLM_EV_TRADE, .side = 1},
        {.ts = BASE + 1, .px = 20, .qty = 1, .kind = PLM_EV_BID, .flags = PLM_FLAG_DERIVED},
        {.ts = BASE + 1, .px = 10, .qty = 1, .kind = PLM_EV_ASK},
        {.ts = BASE + 2, .px = INT64_C(950000000000), .sym = 1, .kind = PLM_EV_HAIRCUT},
    };
    assert_memory_equal(result->event, expected, sizeof expected);
}

static void a_tape_as_text_reads_back(void **state)
{
    (void)state;
    imported *const result = import_text(GOOD, PLM_ON_ERROR_FAIL);
    is_good(result);
    assert_int_equal(result->report.rows_read, 5);
    assert_int_equal(result->report.events_written, 5);
    plm_free(result);
    imported *const clocks = import_text(HEAD_OF("yes") PLM_EVENT_CSV_COLUMNS_RECV
                                         "\n" TS "00," TS "09,A,mark,,1,,\n# end 1\n",
                                         PLM_ON_ERROR_FAIL);
    assert_ok(clocks->status, &clocks->diag);
    assert_true(clocks->has_recv && clocks->recv[0] == BASE + 9);
    plm_free(clocks);
    imported *const none = import_text(HEAD "# end 0\n", PLM_ON_ERROR_FAIL);
    assert_ok(none->status, &none->diag);
    assert_int_equal(none->row_count, 2);
    assert_int_equal(none->count, 0);
    plm_free(none);
}

/* Replaces each LF, puts a BOM before, takes the last line end away, adds blank lines. */
static void line_ends_and_marks_do_not_matter(void **state)
{
    (void)state;
    char text[2 * sizeof GOOD + 16];
    for (int variant = 0; variant < 8; variant++) {
        size_t size = 0;
        if ((variant & 1) != 0) {
            memcpy(text, "\xef\xbb\xbf", 3);
            size = 3;
        }
        for (const char *at = GOOD; *at != '\0'; at++) {
            if (*at == '\n' && (variant & 2) != 0) {
                text[size++] = '\r';
            }
            text[size++] = *at;
        }
        if ((variant & 4) != 0) {
            size -= (variant & 2) != 0 ? 2 : 1;
        } else {
            memcpy(text + size, "\n\r\n\n", 4);
            size += 4;
        }
        imported *const result = import_bytes(text, size, PLM_ON_ERROR_FAIL);
        is_good(result);
        plm_free(result);
    }
}

static void packed_text_reads_back(void **state)
{
    (void)state;
    const char *const path = input_path(&folder, "in.gz");
    gzFile const file = gzopen(path, "wb");
    assert_int_equal(gzwrite(file, GOOD, sizeof GOOD - 1), (int)sizeof GOOD - 1);
    assert_int_equal(gzclose(file), Z_OK);
    plm_import_options const options = {.on_error = PLM_ON_ERROR_FAIL};
    imported *const result = import_file(path, &options);
    is_good(result);
    plm_free(result);
    gzFile const empty = gzopen(path, "wb");
    assert_int_equal(gzclose(empty), Z_OK);
    imported *const nothing = import_file(path, &options);
    assert_says(nothing, PLM_ERR_INPUT, "empty when unpacked");
    plm_free(nothing);
}

/* Two stored members, made by hand: each has its own head, line numbers start anew. */
static void put_member(FILE *file, const char *name, const char *text, uint32_t *out_crc)
{
    uint32_t const size = (uint32_t)strlen(text);
    *out_crc = (uint32_t)crc32(0, (const Bytef *)text, size);
    uint32_t const head[] = {*out_crc, size, size};
    (void)fwrite("PK\3\4\24\0\0\0\0\0\0\0\0\0", 1, 14, file);
    (void)fwrite(head, 4, 3, file);
    uint16_t const lengths[] = {(uint16_t)strlen(name), 0};
    (void)fwrite(lengths, 2, 2, file);
    (void)fputs(name, file);
    (void)fputs(text, file);
}

static void put_directory(FILE *file, const char *name, const char *text, uint32_t crc,
                          uint32_t offset)
{
    uint32_t const size = (uint32_t)strlen(text);
    uint32_t const head[] = {crc, size, size};
    (void)fwrite("PK\1\2\24\3\24\0\0\0\0\0\0\0\0\0", 1, 16, file);
    (void)fwrite(head, 4, 3, file);
    uint16_t const lengths[] = {(uint16_t)strlen(name), 0, 0, 0, 0, 0, 0x81a4};
    (void)fwrite(lengths, 2, 7, file);
    (void)fwrite(&offset, 4, 1, file);
    (void)fputs(name, file);
}

static imported *import_zip(const char *one, const char *two)
{
    const char *const path = input_path(&folder, "in.zip");
    FILE *const file = fopen(path, "wb");
    uint32_t crc[2];
    put_member(file, "a.csv", one, &crc[0]);
    uint32_t const second = (uint32_t)ftell(file);
    put_member(file, "b.csv", two, &crc[1]);
    uint32_t const directory = (uint32_t)ftell(file);
    put_directory(file, "a.csv", one, crc[0], 0);
    put_directory(file, "b.csv", two, crc[1], second);
    uint32_t const sizes[] = {(uint32_t)ftell(file) - directory, directory};
    (void)fwrite("PK\5\6\0\0\0\0\2\0\2\0", 1, 12, file);
    (void)fwrite(sizes, 4, 2, file);
    (void)fwrite("\0", 1, 2, file);
    assert_int_equal(fclose(file), 0);
    plm_import_options const options = {.on_error = PLM_ON_ERROR_FAIL};
    return import_file(path, &options);
}

static void zip_members_follow_one_another(void **state)
{
    (void)state;
    imported *result = import_zip(GOOD, HEAD TS "02,A,mark,,7,,\n# end 1");
    assert_ok(result->status, &result->diag);
    assert_int_equal(result->count, 6);
    assert_int_equal(result->row_count, 2);
    plm_free(result);
    result = import_zip(GOOD, HEAD TS "02,A,mark,,x,,");
    assert_says(result, PLM_ERR_INPUT, "in.zip:b.csv:7: px is 'x'");
    plm_free(result);
    result = import_zip(GOOD, HEAD_OF("yes") PLM_EVENT_CSV_COLUMNS_RECV "\n");
    assert_says(result, PLM_ERR_INPUT, "in.zip:b.csv:4:");
    plm_free(result);
}

static void long_runs_of_equal_stamps_keep_their_order(void **state)
{
    (void)state;
    enum { COUNT = 20000 };
    char *const text = plm_alloc(COUNT + 20, 64);
    for (int sorted = 0; sorted < 2; sorted++) {
        size_t size = sizeof HEAD - 1;
        memcpy(text, HEAD, size);
        for (int i = 0; i < COUNT; i++) {
            size += (size_t)sprintf(text + size, TS "00,A,trade,buy,1,%d,\n", i);
        }
        size += (size_t)sprintf(text + size, "# end %d\n", COUNT);
        imported *const result =
            import_bytes(text, size, sorted ? PLM_ON_ERROR_SORT : PLM_ON_ERROR_FAIL);
        assert_ok(result->status, &result->diag);
        assert_int_equal(result->count, COUNT);
        for (int i = 0; i < COUNT; i++) {
            assert_int_equal(result->event[i].qty, i);
        }
        assert_int_equal(result->report.reordered, 0);
        plm_free(result);
    }
    plm_free(text);
}

static const char DISORDER[] = HEAD TS "05,A,mark,,1,,\n" TS "03,A,mark,,2,,\n" TS
                                       "04,A,mark,,3,,\n" TS "05,A,mark,,4,,\n# end 4\n";

static void time_that_goes_back_is_refused_skipped_or_sorted(void **state)
{
    (void)state;
    imported *result = import_text(DISORDER, PLM_ON_ERROR_FAIL);
    assert_says(result, PLM_ERR_INPUT,
                "in.csv:8: time goes back from 2025-01-01T00:00:00.000000005Z to "
                "2025-01-01T00:00:00.000000003Z ('" TS "03,A,mark,,2,,'); time must not go back");
    plm_free(result);
    result = import_text(DISORDER, PLM_ON_ERROR_SKIP);
    assert_ok(result->status, &result->diag);
    assert_int_equal(result->count, 2);
    assert_int_equal(result->report.rejected[PLM_REJECT_DISORDER], 2);
    assert_string_equal(result->report.example[PLM_REJECT_DISORDER][1],
                        "line 9: " TS "04,A,mark,,3,,");
    plm_free(result);
    result = import_text(DISORDER, PLM_ON_ERROR_SORT);
    assert_ok(result->status, &result->diag);
    assert_int_equal(result->count, 4);
    static const int64_t PRICES[4] = {20, 30, 10, 40};
    for (int i = 0; i < 4; i++) {
        assert_int_equal(result->event[i].px, PRICES[i]);
    }
    assert_int_equal(result->report.reordered, 2);
    assert_int_equal(result->report.rows_written, 4);
    plm_free(result);
    result = import_text(HEAD TS "05,A,mark,,1,,\n" TS "05,A,mark,,-1,,\n", PLM_ON_ERROR_SORT);
    assert_says(result, PLM_ERR_INPUT, "in.csv:8: event mark of A");
    plm_free(result);
}

/* More rows than the window, then one that belongs before what has been handed on. */
static void disorder_beyond_the_window_is_refused(void **state)
{
    (void)state;
    const char *const path = input_path(&folder, "long.csv");
    FILE *const file = fopen(path, "wb");
    (void)fputs(HEAD, file);
    for (int i = 0; i < (int)PLM_SORT_WINDOW_EVENTS + 10; i++) {
        (void)fprintf(file, "17356896%08d000,A,mark,,1,,\n", i + 5);
    }
    (void)fputs("1735689600000000000,A,mark,,1,,\n", file);
    assert_int_equal(fclose(file), 0);
    plm_import_options const options = {.on_error = PLM_ON_ERROR_SORT};
    plm_diag diag;
    plm_diag_init(&diag);
    plm_import *import = NULL;
    assert_ok(plm_import_open(path, &options, &diag, &import), &diag);
    plm_stream *const stream = plm_import_stream(import);
    plm_batch *const batch = plm_alloc(1, sizeof *batch);
    plm_status status = PLM_OK;
    while (status == PLM_OK) {
        status = stream->next(stream, &diag, batch);
    }
    assert_int_equal(status, PLM_ERR_INPUT);
    assert_non_null(strstr(diag.text, "holds back 1048576 events"));
    plm_free(batch);
    plm_import_close(import);
}

static void each_row_is_written_or_rejected_by_reason(void **state)
{
    (void)state;
    static const char text[] =
        HEAD TS "00,A,trade,buy,1,1,\n"
                "\n" TS "00,A,trade,buy,,1,\n" TS "00,A,trade,buy,1.55,1,\n" TS
                "00,A,trade,buy,-1,1,\n" TS "00,A,trade,buy,0,1,\n"
                "1735689600,A,trade,buy,1,1,\n" TS "00,Z,trade,buy,1,1,\n" TS
                "00,A,trade,buy,1,1,,\n" TS "00,A,trade,buy,1,1,\n# end 9\n";
    imported *const result = import_text(text, PLM_ON_ERROR_SKIP);
    assert_ok(result->status, &result->diag);
    const plm_import_report *const report = &result->report;
    assert_int_equal(report->rows_read, 10);
    assert_int_equal(report->rows_written, 2);
    assert_int_equal(report->rejected[PLM_REJECT_SYNTAX], 2); /* the blank line, the field more */
    assert_int_equal(report->rejected[PLM_REJECT_BLANK], 1);
    assert_int_equal(report->rejected[PLM_REJECT_PRECISION], 1);
    assert_int_equal(report->rejected[PLM_REJECT_NEGATIVE], 1);
    assert_int_equal(report->rejected[PLM_REJECT_RANGE], 2); /* price 0, seconds as ns */
    assert_int_equal(report->rejected[PLM_REJECT_UNKNOWN], 1);
    char *const words = plm_import_report_text(report);
    assert_non_null(strstr(words, "rows: 10 read = 2 written + 8 rejected\n"));
    assert_non_null(strstr(words, "rejected, syntax: 2\n    \"line 8: \"\n"));
    char *const json = plm_import_report_json(report);
    assert_non_null(strstr(json, "{\"rows_read\":10,\"rows_written\":2,\"rows_rejected\":8,"));
    assert_non_null(strstr(json, "\"blank\":{\"rows\":1,\"examples\":[\"line 9: "));
    assert_int_equal(json[strlen(json) - 1], '}');
    plm_free(words);
    plm_free(json);
    plm_free(result);
}

static void fails_with(const char *text, const char *words)
{
    imported *const result = import_text(text, PLM_ON_ERROR_FAIL);
    assert_says(result, PLM_ERR_INPUT, words);
    plm_free(result);
}

static void a_head_that_is_not_one_is_refused(void **state)
{
    (void)state;
    fails_with("# plimsoll events 1", "the head lines end early");
    fails_with("# plimsoll events 10\n", "first line");
    fails_with("# plimsoll events 1\n# instrument 1 symbol=A kind=asset\n", "numbered 0, 1, 2");
    fails_with("# plimsoll events 1\n# instrument 0 symbol=A kind=lamp\n", "in.csv:2: instrument:");
    fails_with("# plimsoll events 1\n# instrument 0 symbol=A kind=asset\n"
               "# instrument 1 symbol=A kind=asset\n",
               "in.csv:3: found");
    fails_with("# plimsoll events 1\n# recv maybe\n", "'# recv yes'");
    fails_with("# plimsoll events 1\n# recv no\n# synthetic\n", "'# synthetic yes'");
    fails_with("# plimsoll events 1\n# recv yes\n# synthetic no\n" PLM_EVENT_CSV_COLUMNS "\n",
               PLM_EVENT_CSV_COLUMNS_RECV);
    fails_with("# plimsoll events 1\n\n# recv yes\n", "in.csv:2: found ''; blank lines");
}

/* A pipe that breaks leaves whole lines behind: only the last line tells. */
static void a_text_that_is_cut_anywhere_is_refused(void **state)
{
    (void)state;
    size_t const whole = sizeof GOOD - 1;
    for (size_t size = sizeof HEAD; size < whole - 1; size++) {
        imported *const result = import_bytes(GOOD, size, PLM_ON_ERROR_SKIP);
        assert_int_equal(result->status, PLM_ERR_INPUT);
        plm_free(result);
    }
    fails_with(HEAD, "in.csv:6: cut short: no '# end N' after 0 events; it is the last line");
    fails_with(HEAD TS "00,A,mark,,1,,\n# end 2\n",
               "in.csv:8: cut short: '# end 2' stands after 1 events");
    fails_with(HEAD "# end x\n", "in.csv:7: found '# end x'");
    fails_with(HEAD "# end 0\n" TS "00,A,mark,,1,,\n", "nothing is allowed after '# end N'");
    imported *const result =
        import_zip(HEAD TS "02,A,mark,,7,,\n", HEAD TS "02,A,mark,,7,,\n# end 1\n");
    assert_says(result, PLM_ERR_INPUT, "in.zip:a.csv:7: cut short");
    plm_free(result);
}

static void what_describes_itself_takes_no_description(void **state)
{
    (void)state;
    const char *const path = input_write(&folder, "in.csv", GOOD, sizeof GOOD - 1);
    plm_instrument const row = array_stream_row("X");
    plm_import_options const symbol = {.symbol = "X"};
    plm_import_options const rows = {.rows = &row, .row_count = 1};
    imported *result = import_file(path, &symbol);
    assert_says(result, PLM_ERR_USAGE, "--symbol was given");
    plm_free(result);
    result = import_file(path, &rows);
    assert_says(result, PLM_ERR_USAGE, "--instrument or --instruments was given");
    plm_free(result);
}

static void bytes_that_no_text_has_are_refused(void **state)
{
    (void)state;
    static const char NUL[] = HEAD TS "00,A,tra\0de,buy,1,1,\n";
    imported *result = import_bytes(NUL, sizeof NUL - 1, PLM_ON_ERROR_FAIL);
    assert_says(result, PLM_ERR_INPUT, "in.csv:7: a NUL byte");
    plm_free(result);
    static const char CLOSED[] = HEAD TS "00,A,tra\0de,buy,1,1,\n# end 1\n";
    result = import_bytes(CLOSED, sizeof CLOSED - 1, PLM_ON_ERROR_SKIP);
    assert_int_equal(result->report.rejected[PLM_REJECT_SYNTAX], 1);
    plm_free(result);
    char *const line = plm_alloc(100000, 1);
    memset(line, 'x', 100000);
    memcpy(line, HEAD, sizeof HEAD - 1);
    result = import_bytes(line, 100000, PLM_ON_ERROR_SKIP);
    assert_says(result, PLM_ERR_INPUT, "in.csv:7: a line of more than 65536 bytes");
    plm_free(result);
    memset(line, 0, 100000);
    result = import_bytes(line, 100000, PLM_ON_ERROR_FAIL);
    assert_says(result, PLM_ERR_INPUT, "no known format");
    plm_free(result);
    plm_free(line);
}

static void formats_are_listed_and_misspelt_ones_refused(void **state)
{
    (void)state;
    const char *help = NULL;
    assert_string_equal(plm_import_format_at(0, &help), "csv");
    assert_non_null(help);
    assert_null(plm_import_format_at(99, &help));
    plm_import_options const options = {.format = "cvs"};
    imported *const result =
        import_file(input_write(&folder, "in.csv", GOOD, sizeof GOOD - 1), &options);
    assert_says(result, PLM_ERR_USAGE, "no format 'cvs'; allowed are csv, csv-map, ");
    assert_says(result, PLM_ERR_USAGE, "; nearest: csv");
    plm_free(result);
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
        cmocka_unit_test(a_tape_as_text_reads_back),
        cmocka_unit_test(line_ends_and_marks_do_not_matter),
        cmocka_unit_test(packed_text_reads_back),
        cmocka_unit_test(zip_members_follow_one_another),
        cmocka_unit_test(long_runs_of_equal_stamps_keep_their_order),
        cmocka_unit_test(time_that_goes_back_is_refused_skipped_or_sorted),
        cmocka_unit_test(disorder_beyond_the_window_is_refused),
        cmocka_unit_test(each_row_is_written_or_rejected_by_reason),
        cmocka_unit_test(a_head_that_is_not_one_is_refused),
        cmocka_unit_test(a_text_that_is_cut_anywhere_is_refused),
        cmocka_unit_test(what_describes_itself_takes_no_description),
        cmocka_unit_test(bytes_that_no_text_has_are_refused),
        cmocka_unit_test(formats_are_listed_and_misspelt_ones_refused),
    };
    return cmocka_run_group_tests_name("import", tests, make_folder, remove_folder);
}
