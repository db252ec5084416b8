/*
 * test_tape_write.c - promises of tape_write.h:
 * - blocks are cut between instants and never hold more than the cap; only an instant that does not
 *   fit goes on in the next block, which says so;
 * - cuts on the grid of time leave blocks at least half full on average;
 * - equal input makes equal bytes, however the append calls split it; the digest is the documented
 *   one, the same for every profile and block size;
 * - the file has its name only when it is finished, an abort leaves nothing, an existing file is
 *   kept unless `overwrite` is set;
 * - what does not belong on a tape is refused, with the number of the event.
 */
#include "plm_test.h"

#include <string.h>

#include "tape_layout.h"
#include "tape_scratch.h"

static input_folder folder;
static plm_tape_options const fast = {.profile = PLM_PROFILE_FAST};

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

/* -- blocks ---------------------------------------------------------------------------------- */

/* Walks the index and holds it against the sample. */
static void check_cuts(const char *path, const tape_sample *sample, uint32_t cap, bool half_full)
{
    plm_tape *const tape = scratch_open(path);
    plm_blocks *const blocks = plm_tape_get_blocks(tape);
    plm_diag diag;
    plm_diag_init(&diag);
    uint64_t event = 0;
    for (uint64_t i = 0; i < blocks->block_count; i++) {
        const plm_block_page *page = NULL;
        assert_ok(blocks->page(blocks, i, &diag, &page), &diag);
        plm_block_info const *const info = &page->blocks[i - page->first_block];
        assert_true(info->index == i && info->first_event == event);
        assert_true(info->events > 0 && info->events <= cap);
        assert_true(info->first_ts == sample->events[event].ts);
        bool const continues =
            event > 0 && sample->events[event].ts == sample->events[event - 1].ts;
        assert_int_equal(info->continues, continues);
        if (continues) { /* the instant fills the block before, alone */
            assert_true(event >= cap);
            assert_true(sample->events[event - cap].ts == sample->events[event].ts);
        }
        event += info->events;
        assert_true(info->last_ts == sample->events[event - 1].ts);
        if (half_full && i + 1 < blocks->block_count) {
            assert_true(event >= (i + 1) * (cap / 2));
        }
    }
    assert_int_equal(event, sample->count);
    plm_tape_close(tape);
}

static void blocks_are_cut_between_instants_and_within_only_where_one_overflows(void **state)
{
    (void)state;
    const char *const path = input_path(&folder, "a.tape");
    static uint32_t const caps[] = {1, 2, 3, 7, 64, 100, 1000};
    for (unsigned mood = 0; mood < SAMPLE_MOODS; mood++) {
        tape_sample sample = tape_sample_make((sample_mood)mood, 1, 2500);
        for (size_t c = 0; c < sizeof caps / sizeof caps[0]; c++) {
            plm_tape_options const options = {
                .profile = PLM_PROFILE_FAST, .block_events = caps[c], .overwrite = true};
            (void)scratch_write(&sample, path, &options, 0);
            check_cuts(path, &sample, caps[c], false);
        }
        tape_sample_free(&sample);
    }
}

/* A tape whose stamps are given by `step`; marks of one row. */
static tape_sample marks(uint32_t count, plm_ts start, plm_ts (*step)(uint32_t))
{
    tape_sample sample = tape_sample_make(SAMPLE_KEYS, 1, count);
    sample.row_count = 1;
    plm_ts ts = start;
    for (uint32_t i = 0; i < count; i++) {
        ts += step(i);
        sample.events[i].ts = ts;
        sample.events[i].sym = 0;
        sample.recv[i] = ts;
    }
    return sample;
}

static plm_ts each_has_its_instant(uint32_t i)
{
    (void)i;
    return 7000000; /* 7 ms: 143 events a second */
}

static plm_ts each_instant_has_three(uint32_t i)
{
    return i % 3 == 0 ? 21000000 : 0;
}

static plm_ts bursts_and_pauses(uint32_t i)
{
    return i % 500 == 0 ? INT64_C(100000000000) : i % 2 == 0 ? 1000 : 0;
}

/* Cells of a second fill blocks at first, then hardly hold an event. */
static plm_ts a_market_that_falls_asleep(uint32_t i)
{
    return i < 4000 ? 1000000 : 800000000;
}

static void a_full_block_of_single_instants_is_full(void **state)
{
    (void)state;
    const char *const path = input_path(&folder, "a.tape");
    tape_sample sample = marks(200, INT64_C(1735689600000000000), each_has_its_instant);
    plm_tape_options const options = {.profile = PLM_PROFILE_FAST, .block_events = 100};
    assert_int_equal(scratch_write(&sample, path, &options, 0).blocks, 2);
    tape_sample_free(&sample);
}

static void grid_cuts_leave_blocks_half_full_and_instants_whole(void **state)
{
    (void)state;
    const char *const path = input_path(&folder, "a.tape");
    static plm_ts (*const steps[])(uint32_t) = {each_has_its_instant, each_instant_has_three,
                                                bursts_and_pauses, a_market_that_falls_asleep};
    for (size_t s = 0; s < sizeof steps / sizeof steps[0]; s++) {
        for (uint32_t cap = 90; cap < 1000; cap = cap * 3 / 2) {
            /* Starts at odd places of the grid. */
            tape_sample sample =
                marks(9000, INT64_C(1735689600000000000) + cap * 12345678, steps[s]);
            plm_tape_options const options = {
                .profile = PLM_PROFILE_FAST, .block_events = cap, .overwrite = true};
            (void)scratch_write(&sample, path, &options, 0);
            check_cuts(path, &sample, cap, true);
            tape_sample_free(&sample);
        }
    }
}

static void most_cuts_fall_on_the_grid_when_a_cell_fills_a_block(void **state)
{
    (void)state;
    const char *const path = input_path(&folder, "a.tape");
    tape_sample sample = marks(6000, INT64_C(1735689600000000000), each_has_its_instant);
    /* 143 events a second do not fill 150: the finest grid that is expected to is 10 s. With 140 it
     * is one second. */
    plm_tape_options const options = {.profile = PLM_PROFILE_FAST, .block_events = 140};
    (void)scratch_write(&sample, path, &options, 0);
    plm_tape *const tape = scratch_open(path);
    plm_blocks *const blocks = plm_tape_get_blocks(tape);
    plm_diag diag;
    plm_diag_init(&diag);
    uint64_t on_grid = 0;
    for (uint64_t i = 0; i < blocks->block_count; i++) {
        const plm_block_page *page = NULL;
        assert_ok(blocks->page(blocks, i, &diag, &page), &diag);
        plm_ts const first = page->blocks[i - page->first_block].first_ts;
        on_grid += first % 1000000000 < 7000000;
    }
    /* 42 seconds; after a cut on the grid a full block of 140 may come before the next. */
    assert_true(on_grid >= 20);
    plm_tape_close(tape);
    tape_sample_free(&sample);
}

/* -- bytes and digest ------------------------------------------------------------------------ */

static void the_digest_is_the_documented_one_for_every_profile_and_block_size(void **state)
{
    (void)state;
    const char *const path = input_path(&folder, "a.tape");
    for (unsigned mood = 0; mood < SAMPLE_MOODS; mood++) {
        tape_sample sample = tape_sample_make((sample_mood)mood, 2, 700);
        for (unsigned k = 0; k < 12; k++) {
            plm_tape_options const options = {.profile = (plm_profile)(1 + k % 3),
                                              .has_recv = k / 3 % 2 == 0,
                                              .overwrite = true,
                                              .synthetic = k % 2 == 0,
                                              .zstd_always = k == 7,
                                              .block_events = k < 6 ? 0 : 50};
            plm_tape_summary const summary = scratch_write(&sample, path, &options, 0);
            uint8_t expected[PLM_DIGEST_SIZE];
            scratch_digest(&sample, options.has_recv, expected);
            assert_memory_equal(summary.digest, expected, sizeof expected);
        }
        tape_sample_free(&sample);
    }
}

static void bytes_do_not_depend_on_how_append_calls_split_the_events(void **state)
{
    (void)state;
    static uint32_t const steps[] = {0, 1, 3, 64, 999};
    tape_sample sample = tape_sample_make(SAMPLE_CALM, 3, 3000);
    for (plm_profile profile = PLM_PROFILE_FAST; profile <= PLM_PROFILE_ARCHIVE; profile++) {
        uint8_t *first = NULL;
        size_t first_size = 0;
        for (size_t s = 0; s < sizeof steps / sizeof steps[0]; s++) {
            plm_tape_options const options = {
                .profile = profile, .has_recv = true, .overwrite = true, .block_events = 200};
            const char *const path = input_path(&folder, "a.tape");
            plm_tape_summary const summary = scratch_write(&sample, path, &options, steps[s]);
            size_t size = 0;
            uint8_t *const bytes = scratch_slurp(path, &size);
            assert_int_equal(summary.bytes, size);
            if (first == NULL) {
                first = bytes;
                first_size = size;
                continue;
            }
            assert_int_equal(size, first_size);
            assert_memory_equal(bytes, first, size);
            plm_free(bytes);
        }
        plm_free(first);
    }
    tape_sample_free(&sample);
}

static void a_tape_without_events_is_a_tape(void **state)
{
    (void)state;
    const char *const path = input_path(&folder, "a.tape");
    tape_sample sample = tape_sample_make(SAMPLE_CALM, 3, 0);
    plm_tape_summary const summary = scratch_write(&sample, path, &fast, 1);
    assert_true(summary.blocks == 0 && summary.first_ts == 0 && summary.last_ts == 0);
    uint8_t expected[PLM_DIGEST_SIZE];
    scratch_digest(&sample, false, expected);
    assert_memory_equal(summary.digest, expected, sizeof expected);
    tape_sample_free(&sample);
}

/* -- the name of the file -------------------------------------------------------------------- */

static plm_tape_writer *begin(const plm_tape_options *options)
{
    plm_diag diag;
    plm_diag_init(&diag);
    plm_tape_writer *writer = NULL;
    assert_ok(plm_tape_create(input_path(&folder, "a.tape"), options, &diag, &writer), &diag);
    return writer;
}

static void the_file_has_its_name_only_when_it_is_finished(void **state)
{
    (void)state;
    plm_diag diag;
    plm_diag_init(&diag);
    plm_tape_writer *writer = begin(&fast);
    assert_false(scratch_exists(input_path(&folder, "a.tape")));
    assert_int_equal(scratch_count_files(&folder), 1);
    plm_tape_abort(writer);
    assert_int_equal(scratch_count_files(&folder), 0);
    plm_tape_abort(NULL);
    writer = begin(&fast);
    assert_ok(plm_tape_finish(writer, &diag, NULL), &diag);
    assert_true(scratch_exists(input_path(&folder, "a.tape")));
    assert_int_equal(scratch_count_files(&folder), 1);
}

static void an_existing_file_is_kept_unless_it_may_be_replaced(void **state)
{
    (void)state;
    plm_diag diag;
    plm_diag_init(&diag);
    const char *const path = input_write(&folder, "a.tape", "precious", 8);
    plm_tape_writer *writer = NULL;
    assert_int_equal(plm_tape_create(path, &fast, &diag, &writer), PLM_ERR_USAGE);
    assert_non_null(strstr(diag.text, "a.tape"));
    assert_null(writer);
    plm_tape_options const over = {.profile = PLM_PROFILE_FAST, .overwrite = true};
    plm_tape_abort(begin(&over));
    size_t size = 0;
    uint8_t *bytes = scratch_slurp(path, &size);
    assert_int_equal(size, 8);
    plm_free(bytes);
    plm_diag_init(&diag);
    assert_ok(plm_tape_finish(begin(&over), &diag, NULL), &diag);
    plm_tape_close(scratch_open(path));
}

/* -- refusals -------------------------------------------------------------------------------- */

static void check_event_refused(const plm_event *bad, const char *words)
{
    tape_sample sample = tape_sample_make(SAMPLE_CALM, 4, 10);
    plm_tape_options const options = {.profile = PLM_PROFILE_FAST, .block_events = 4};
    plm_tape_writer *const writer = begin(&options);
    plm_diag diag;
    plm_diag_init(&diag);
    for (uint32_t i = 0; i < sample.row_count; i++) {
        assert_ok(plm_tape_add_instrument(writer, &sample.rows[i], &diag), &diag);
    }
    assert_ok(plm_tape_append(writer, sample.events, NULL, sample.count, &diag), &diag);
    assert_int_equal(plm_tape_append(writer, bad, NULL, 1, &diag), PLM_ERR_INPUT);
    assert_non_null(strstr(diag.text, "event 10 "));
    assert_non_null(strstr(diag.text, words));
    plm_tape_abort(writer);
    tape_sample_free(&sample);
}

static void events_that_do_not_belong_on_a_tape_are_refused_with_their_number(void **state)
{
    (void)state;
    plm_ts const ts = INT64_C(1735776000000000000); /* a day after the sample begins */
    plm_event const good = {.ts = ts, .px = 1, .qty = 1, .kind = PLM_EV_TRADE};
    plm_event bad = good;
    bad.ts = INT64_C(1735689600000000000) - 1;
    check_event_refused(&bad, "time goes back");
    bad = good;
    bad.sym = 10;
    check_event_refused(&bad, "not on the tape");
    bad = good;
    bad.px = 0;
    check_event_refused(&bad, "price");
    bad = good;
    bad.qty = -1;
    check_event_refused(&bad, "quantity");
    bad = good;
    bad.side = 3;
    check_event_refused(&bad, "side");
    bad = good;
    bad.flags = 4;
    check_event_refused(&bad, "flag");
    bad = good;
    bad.kind = PLM_EV_KIND_COUNT;
    check_event_refused(&bad, "kind");
    bad = good;
    bad.sym = 8; /* an asset */
    check_event_refused(&bad, "traded");
    bad = good;
    bad.ts = PLM_TS_MAX;
    check_event_refused(&bad, "2000..2100");
}

static void a_second_stamp_outside_the_century_is_refused(void **state)
{
    (void)state;
    plm_tape_options const options = {.profile = PLM_PROFILE_FAST, .has_recv = true};
    plm_tape_writer *const writer = begin(&options);
    tape_sample sample = tape_sample_make(SAMPLE_WIDE, 4, 3);
    plm_diag diag;
    plm_diag_init(&diag);
    for (uint32_t i = 0; i < sample.row_count; i++) {
        assert_ok(plm_tape_add_instrument(writer, &sample.rows[i], &diag), &diag);
    }
    sample.recv[2] = PLM_TS_MAX;
    assert_int_equal(plm_tape_append(writer, sample.events, sample.recv, 3, &diag), PLM_ERR_INPUT);
    assert_non_null(strstr(diag.text, "event 2 "));
    plm_tape_abort(writer);
    tape_sample_free(&sample);
}

static void rows_that_are_wrong_doubled_or_too_many_are_refused(void **state)
{
    (void)state;
    plm_tape_writer *const writer = begin(&fast);
    plm_diag diag;
    plm_diag_init(&diag);
    plm_instrument row = sample_row(PLM_INST_LINEAR, 0, false);
    row.tick = 0;
    assert_int_equal(plm_tape_add_instrument(writer, &row, &diag), PLM_ERR_INPUT);
    plm_diag_init(&diag);
    row.tick = 1;
    assert_ok(plm_tape_add_instrument(writer, &row, &diag), &diag);
    assert_int_equal(plm_tape_add_instrument(writer, &row, &diag), PLM_ERR_INPUT);
    assert_non_null(strstr(diag.text, "ROW0"));
    plm_diag_init(&diag);
    for (uint32_t i = 1; i < PLM_ROWS_MAX; i++) {
        (void)snprintf(row.symbol, sizeof row.symbol, "ROW%u", i);
        assert_ok(plm_tape_add_instrument(writer, &row, &diag), &diag);
    }
    memcpy(row.symbol, "LAST", 5);
    assert_int_equal(plm_tape_add_instrument(writer, &row, &diag), PLM_ERR_INPUT);
    assert_non_null(strstr(diag.text, "65535"));
    plm_diag_init(&diag);
    assert_ok(plm_tape_finish(writer, &diag, NULL), &diag);
    plm_tape *const tape = scratch_open(input_path(&folder, "a.tape"));
    assert_int_equal(plm_tape_get_info(tape)->row_count, PLM_ROWS_MAX);
    plm_tape_close(tape);
}

static void texts_beyond_their_limits_are_refused(void **state)
{
    (void)state;
    plm_tape_writer *const writer = begin(&fast);
    plm_diag diag;
    plm_diag_init(&diag);
    char *const text = plm_alloc(PLM_REPORT_TEXT_MAX + 2, 1);
    memset(text, 'x', PLM_REPORT_TEXT_MAX + 1);
    assert_int_equal(plm_tape_set_report(writer, text, &diag), PLM_ERR_INPUT);
    plm_diag_init(&diag);
    assert_ok(plm_tape_set_report(writer, text + 1, &diag), &diag);
    text[PLM_SOURCE_TEXT_MAX + 1] = '\0';
    assert_int_equal(plm_tape_add_source(writer, text, &diag), PLM_ERR_INPUT);
    plm_diag_init(&diag);
    assert_ok(plm_tape_add_source(writer, text + 1, &diag), &diag);
    assert_ok(plm_tape_finish(writer, &diag, NULL), &diag);
    plm_tape *const tape = scratch_open(input_path(&folder, "a.tape"));
    assert_int_equal(strlen(plm_tape_get_info(tape)->report), PLM_REPORT_TEXT_MAX);
    assert_int_equal(strlen(plm_tape_get_info(tape)->sources[0]), PLM_SOURCE_TEXT_MAX);
    plm_tape_close(tape);
    plm_free(text);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(blocks_are_cut_between_instants_and_within_only_where_one_overflows),
        IN_FOLDER(a_full_block_of_single_instants_is_full),
        IN_FOLDER(grid_cuts_leave_blocks_half_full_and_instants_whole),
        IN_FOLDER(most_cuts_fall_on_the_grid_when_a_cell_fills_a_block),
        IN_FOLDER(the_digest_is_the_documented_one_for_every_profile_and_block_size),
        IN_FOLDER(bytes_do_not_depend_on_how_append_calls_split_the_events),
        IN_FOLDER(a_tape_without_events_is_a_tape),
        IN_FOLDER(the_file_has_its_name_only_when_it_is_finished),
        IN_FOLDER(an_existing_file_is_kept_unless_it_may_be_replaced),
        IN_FOLDER(events_that_do_not_belong_on_a_tape_are_refused_with_their_number),
        IN_FOLDER(a_second_stamp_outside_the_century_is_refused),
        IN_FOLDER(rows_that_are_wrong_doubled_or_too_many_are_refused),
        IN_FOLDER(texts_beyond_their_limits_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
