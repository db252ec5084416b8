/*
 * test_csv_order.c - promises of docs/import.md about what rows are to one another:
 * - `order: newest_first` turns rows round exactly, ties too, and keeps the events of a row; time
 *   that goes forward is then disorder; a file beyond the window is refused;
 * - without it, a file that is newest first is not sorted, which would leave ties as they are;
 * - `snapshot` flags its levels and clears both sides of the book once, by instrument;
 * - a second stamp before the first and values off the tick or lot are taken and counted;
 * - a row that is shown in part ends in dots.
 */
#include "plm_test.h"

#include "csv_help.h"

#define TIME "time: {column: t, unit: ns}\n"
#define TURNED "order: newest_first\n" PLAIN
#define TS "173568960000000000"

static void newest_first_turns_rows_round(void **state)
{
    (void)state;
    static const char text[] =
        "t,p,q\n" TS "5,5,1\n" TS "5,4,2\n" TS "5,3,3\n" TS "2,2,4\n" TS "2,1,5\n";
    for (int sorted = 0; sorted < 2; sorted++) {
        imported *const result =
            import_on(TURNED, text, sorted ? PLM_ON_ERROR_SORT : PLM_ON_ERROR_FAIL);
        assert_ok(result->status, &result->diag);
        assert_int_equal(result->count, 5);
        for (int i = 0; i < 5; i++) {
            assert_int_equal(result->event[i].px, 100 * (i + 1));
            assert_int_equal(result->event[i].ts, BASE + (i < 2 ? 2 : 5));
        }
        assert_int_equal(result->report.reordered, 0);
        char *const words = plm_import_report_text(&result->report);
        assert_non_null(strstr(words, "rows are newest first, turned round\n"));
        plm_free(words);
        char *const json = plm_import_report_json(&result->report);
        assert_non_null(strstr(json, "\"newest_first\":true,"));
        plm_free(json);
        plm_free(result);
    }
    imported *const plain =
        import_good("order: oldest_first\n" PLAIN, "t,p,q\n" TS "1,1,1\n" TS "1,2,1\n");
    assert_int_equal(plain->event[1].px, 200);
    assert_false(plain->report.newest_first);
    plm_free(plain);
}

static void the_events_of_a_turned_row_keep_their_order(void **state)
{
    (void)state;
    imported *const result =
        import_good("order: newest_first\n" TIME "symbol: A\n"
                    "events: [{kind: bid, px: p, qty: q}, {kind: ask, px: a, qty: q}]\n" ROWS,
                    "t,p,a,q\n" TS "1,3,4,1\n" TS "1,1,2,1\n");
    assert_int_equal(result->count, 4);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(result->event[i].px, 100 * (i + 1));
        assert_int_equal(result->event[i].kind, i % 2 == 0 ? PLM_EV_BID : PLM_EV_ASK);
    }
    plm_free(result);
}

static void time_that_goes_forward_is_disorder_in_a_turned_file(void **state)
{
    (void)state;
    static const char text[] = "t,p,q\n" TS "5,1,1\n" TS "3,2,1\n" TS "4,3,1\n" TS "3,4,1\n";
    refuses(TURNED, text, PLM_ERR_INPUT, "in.csv:4: time goes forward from 2025-01-01T00:00:00.");
    imported *result = import_on(TURNED, text, PLM_ON_ERROR_SKIP);
    assert_ok(result->status, &result->diag);
    assert_int_equal(result->report.rejected[PLM_REJECT_DISORDER], 1);
    assert_int_equal(result->count, 3);
    assert_int_equal(result->event[0].px, 400);
    plm_free(result);
    result = import_on(TURNED, text, PLM_ON_ERROR_SORT);
    assert_ok(result->status, &result->diag);
    static const plm_px expected[4] = {400, 200, 300, 100};
    assert_int_equal(result->report.reordered, 1);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(result->event[i].px, expected[i]);
    }
    plm_free(result);
    refuses(TURNED, "t,p,q\n" TS "5,1,1\n" TS "5,1,1\n", PLM_ERR_INPUT, "equal to the row before");
}

static void a_turned_file_beyond_the_window_is_refused(void **state)
{
    (void)state;
    char *const text = plm_alloc(PLM_SORT_WINDOW_EVENTS + 2, 24);
    size_t size = (size_t)sprintf(text, "t,p,q\n");
    for (uint32_t i = 0; i <= PLM_SORT_WINDOW_EVENTS; i++) {
        memcpy(text + size, TS "1,1,1\n", sizeof TS "1,1,1\n" - 1);
        size += sizeof TS "1,1,1\n" - 1;
    }
    refuses(
        "duplicates: keep\n" TURNED, text, PLM_ERR_INPUT,
        "in.csv:1048578: more than 1048576 events in a file that is newest first; turn a longer "
        "one round before (tac");
    plm_free(text);
}

static void a_file_that_is_newest_first_is_not_sorted(void **state)
{
    (void)state;
    imported *result =
        import_on(PLAIN, "t,p,q\n" TS "5,1,1\n" TS "5,2,1\n" TS "3,2,1\n", PLM_ON_ERROR_SORT);
    assert_says(result, PLM_ERR_INPUT, "'order: newest_first' in the column map");
    assert_int_equal(result->count, 0);
    plm_free(result);
    result = import_on(PLAIN, "t,p,q\n" TS "5,1,1\n" TS "3,2,1\n" TS "4,2,1\n", PLM_ON_ERROR_SORT);
    assert_ok(result->status, &result->diag);
    plm_free(result);
}

#define LEVELS                                                                                     \
    TIME "symbol: {column: s}\n"                                                                   \
         "events: [{kind: level, side: {column: d}, px: p, qty: q}]\n"
#define TWO_ROWS                                                                                   \
    ROWS "  - {symbol: B, kind: spot, base: B, quote: Q, px_scale: 2, tick: 0.01, lot: 1}\n"

static void a_snapshot_clears_the_book_once_and_is_flagged(void **state)
{
    (void)state;
    imported *const result =
        import_good("snapshot: {column: f, is: [\"1\", yes]}\nderive: true\n" LEVELS TWO_ROWS,
                    "t,s,f,d,p,q\n" TS "1,A,yes,bid,1,1\n" TS "1,B,1,ask,2,1\n" TS
                    "1,A,1,ask,2,1\n" TS "2,A,0,bid,1,5\n" TS "3,A,1,bid,1,7\n");
    static const struct {
        uint32_t sym;
        uint8_t kind, side;
        uint16_t flags;
    } expected[] = {
        {0, PLM_EV_CLEAR, 1, 0}, {0, PLM_EV_CLEAR, 2, 0}, {0, PLM_EV_LEVEL, 1, 2},
        {1, PLM_EV_CLEAR, 1, 0}, {1, PLM_EV_CLEAR, 2, 0}, {1, PLM_EV_LEVEL, 2, 2},
        {0, PLM_EV_LEVEL, 2, 2}, {0, PLM_EV_LEVEL, 1, 0}, {0, PLM_EV_CLEAR, 1, 0},
        {0, PLM_EV_CLEAR, 2, 0}, {0, PLM_EV_LEVEL, 1, 2},
    };
    assert_int_equal(result->count, sizeof expected / sizeof expected[0]);
    for (uint32_t i = 0; i < result->count; i++) {
        assert_int_equal(result->event[i].sym, expected[i].sym);
        assert_int_equal(result->event[i].kind, expected[i].kind);
        assert_int_equal(result->event[i].side, expected[i].side);
        assert_int_equal(result->event[i].flags, expected[i].flags);
    }
    assert_int_equal(result->event[9].ts, BASE + 3);
    assert_int_equal(result->report.events_written, result->count);
    plm_free(result);
}

static void a_map_whose_snapshots_cannot_be_is_refused(void **state)
{
    (void)state;
    static const char text[] = "t,p,q\n" TS "1,1,1\n";
    refuses("snapshot: {column: f, is: [x]}\n" PLAIN, text, PLM_ERR_USAGE,
            "no row gives a level; snapshots are made of levels");
    refuses("snapshot: {column: f, is: [x]}\norder: newest_first\n" LEVELS ROWS, text,
            PLM_ERR_USAGE, "cannot be told with 'order: newest_first'");
    refuses("snapshot: {column: f}\n" LEVELS ROWS, text, PLM_ERR_USAGE, "'is'");
    refuses("order: descending\n" PLAIN, text, PLM_ERR_USAGE, "newest_first");
}

static void a_second_stamp_before_the_first_is_counted(void **state)
{
    (void)state;
    imported *const result = import_good("recv: {column: r, unit: ns}\n" PLAIN,
                                         "t,r,p,q\n" TS "5," TS "7,1,1\n" TS "6," TS "4,1,1\n" TS
                                         "8," TS "5,1,1\n" TS "9," TS "9,1,1\n");
    assert_int_equal(result->report.recv_early, 2);
    assert_int_equal(result->report.recv_lead, 3);
    result->report.recv_lead = INT64_C(4800000000);
    char *const words = plm_import_report_text(&result->report);
    assert_non_null(strstr(words, "second stamp before the first: 2 rows, by up to 4.8 s\n"));
    char *const json = plm_import_report_json(&result->report);
    assert_non_null(strstr(json, "\"recv_early_rows\":2,\"recv_early_max_ns\":4800000000,"));
    plm_free(words);
    plm_free(json);
    plm_free(result);
}

/* Tick 0.05, lot 10: prices 1.01 and 1.02 and the quantity 15 are off, the mark is not looked at.
 */
static void values_off_the_tick_or_lot_are_counted(void **state)
{
    (void)state;
    imported *const result = import_good(
        TIME "symbol: A\n"
             "events:\n"
             "  - {kind: bid, px: p, qty: q}\n"
             "  - {kind: mark, px: m}\n"
             "instruments:\n"
             "  - {symbol: A, kind: spot, base: B, quote: Q, px_scale: 2, tick: 0.05, lot: 10}\n",
        "t,p,q,m\n" TS "1,1.05,10,1.01\n" TS "2,1.01,15,1\n" TS "3,1.02,20,1\n");
    assert_int_equal(result->count, 6);
    assert_int_equal(result->report.off_grid, 3);
    char *const words = plm_import_report_text(&result->report);
    assert_non_null(
        strstr(words, "3 values are not on the tick or lot of the instrument, first: A, line 3\n"));
    char *const json = plm_import_report_json(&result->report);
    assert_non_null(strstr(json, "\"off_grid_values\":3,"));
    plm_free(words);
    plm_free(json);
    plm_free(result);
}

/* 19 digits, two commas, "x" and the zeros: rows of 100 and of 101 bytes. */
static void a_row_that_is_shown_in_part_ends_in_dots(void **state)
{
    (void)state;
    char text[256];
    (void)snprintf(text, sizeof text, "t,p,q\n" TS "5,x,%078d\n" TS "5,x,%079d\n", 1, 1);
    imported *const result = import_on(PLAIN, text, PLM_ON_ERROR_SKIP);
    const char *const whole = result->report.example[PLM_REJECT_SYNTAX][0];
    const char *const cut = result->report.example[PLM_REJECT_SYNTAX][1];
    assert_int_equal(strlen(whole), strlen("line 2: ") + 100);
    assert_int_equal(whole[strlen(whole) - 1], '1');
    assert_int_equal(strlen(cut), strlen("line 3: ") + 100 + 3);
    assert_string_equal(cut + strlen(cut) - 4, "0...");
    plm_free(result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(newest_first_turns_rows_round),
        cmocka_unit_test(the_events_of_a_turned_row_keep_their_order),
        cmocka_unit_test(time_that_goes_forward_is_disorder_in_a_turned_file),
        cmocka_unit_test(a_turned_file_beyond_the_window_is_refused),
        cmocka_unit_test(a_file_that_is_newest_first_is_not_sorted),
        cmocka_unit_test(a_snapshot_clears_the_book_once_and_is_flagged),
        cmocka_unit_test(a_map_whose_snapshots_cannot_be_is_refused),
        cmocka_unit_test(a_second_stamp_before_the_first_is_counted),
        cmocka_unit_test(values_off_the_tick_or_lot_are_counted),
        cmocka_unit_test(a_row_that_is_shown_in_part_ends_in_dots),
    };
    return cmocka_run_group_tests_name("csv_order", tests, make_folder, remove_folder);
}
