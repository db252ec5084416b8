/*
 * test_tape_read.c - promises of tape_read.h and plm_blocks.h:
 * - a tape tells what was put on it: rows, sources, report, clocks, stamps, kinds, digest;
 * - a stream over any window gives what filtering the whole gives, with and without a second clock;
 * - seek finds the first block that ends at or after a time, also across index pages;
 * - pages, columns and events of a block agree with the sample, in any order of asking;
 * - reading on takes no more memory once every array has been used.
 */
#include "plm_test.h"

#if defined(__GLIBC__)
#include <malloc.h>
#endif
#include <stdio.h>
#include <string.h>

#include "tape_scratch.h"

static input_folder folder;

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

static void a_tape_tells_what_was_put_on_it(void **state)
{
    (void)state;
    tape_sample sample = tape_sample_make(SAMPLE_CALM, 1, 500);
    plm_tape_options const options = {
        .profile = PLM_PROFILE_ARCHIVE, .has_recv = true, .synthetic = true, .block_events = 64};
    const char *const path = input_path(&folder, "a.tape");
    plm_diag diag;
    plm_diag_init(&diag);
    plm_tape_writer *writer = NULL;
    assert_ok(plm_tape_create(path, &options, &diag, &writer), &diag);
    for (uint32_t i = 0; i < sample.row_count; i++) {
        assert_ok(plm_tape_add_instrument(writer, &sample.rows[i], &diag), &diag);
    }
    assert_ok(plm_tape_add_source(writer, "first.csv", &diag), &diag);
    assert_ok(plm_tape_add_source(writer, "", &diag), &diag);
    assert_ok(plm_tape_set_report(writer, "{\"old\": 1}", &diag), &diag);
    assert_ok(plm_tape_set_report(writer, "{\"rows\": 500}", &diag), &diag);
    assert_ok(plm_tape_append(writer, sample.events, sample.recv, sample.count, &diag), &diag);
    plm_tape_summary summary;
    assert_ok(plm_tape_finish(writer, &diag, &summary), &diag);
    plm_tape *const tape = scratch_open(path);
    plm_tape_info const *const info = plm_tape_get_info(tape);
    uint64_t kinds = 0;
    for (uint32_t i = 0; i < sample.count; i++) {
        kinds |= PLM_EV_BIT(sample.events[i].kind);
    }
    assert_string_equal(info->path, path);
    assert_int_equal(info->version, 1);
    assert_true(info->bytes == summary.bytes && info->blocks == summary.blocks);
    assert_true(info->events == 500 && info->kinds == kinds);
    assert_true(info->first_ts == sample.events[0].ts && info->last_ts == sample.events[499].ts);
    assert_true(info->profile == PLM_PROFILE_ARCHIVE && info->has_recv && info->synthetic);
    assert_memory_equal(info->digest, summary.digest, PLM_DIGEST_SIZE);
    assert_int_equal(info->row_count, sample.row_count);
    assert_memory_equal(info->rows, sample.rows, sample.row_count * sizeof *sample.rows);
    assert_int_equal(info->source_count, 2);
    assert_string_equal(info->sources[0], "first.csv");
    assert_string_equal(info->sources[1], "");
    assert_string_equal(info->report, "{\"rows\": 500}");
    plm_blocks const *const blocks = plm_tape_get_blocks(tape);
    assert_true(blocks->block_count == info->blocks && blocks->event_count == 500);
    assert_true(blocks->first_ts == info->first_ts && blocks->last_ts == info->last_ts);
    assert_true(blocks->has_recv && blocks->synthetic && blocks->row_count == info->row_count);
    assert_memory_equal(blocks->digest, summary.digest, PLM_DIGEST_SIZE);
    plm_tape_close(tape);
    plm_tape_close(NULL);
    tape_sample_free(&sample);
}

static void a_window_gives_what_filtering_the_whole_gives(void **state)
{
    (void)state;
    const char *const path = input_path(&folder, "a.tape");
    plm_philox rng;
    plm_philox_init(&rng, 1, "windows", 0);
    for (unsigned mood = 0; mood < SAMPLE_MOODS; mood++) {
        tape_sample sample = tape_sample_make((sample_mood)mood, 3, 5000);
        plm_tape_options const options = {.profile = PLM_PROFILE_FAST,
                                          .has_recv = mood % 2 == 0,
                                          .overwrite = true,
                                          .block_events = mood < 4 ? 100 : 0};
        (void)scratch_write(&sample, path, &options, 0);
        plm_tape *const tape = scratch_open(path);
        scratch_check_window(tape, &sample, 0, 0);
        for (unsigned round = 0; round < 40; round++) {
            plm_ts from = sample.events[plm_philox_below(&rng, sample.count)].ts;
            plm_ts until = sample.events[plm_philox_below(&rng, sample.count)].ts;
            from += (plm_ts)plm_philox_below(&rng, 3) - 1;
            until += (plm_ts)plm_philox_below(&rng, 3) - 1;
            scratch_check_window(tape, &sample, from, until);
            scratch_check_window(tape, &sample, from, 0);
            scratch_check_window(tape, &sample, 0, until);
        }
        scratch_check_window(tape, &sample, PLM_TS_MAX, 0);
        scratch_check_window(tape, &sample, 0, PLM_TS_MIN);
        plm_tape_close(tape);
        tape_sample_free(&sample);
    }
}

static void a_tape_without_events_streams_none(void **state)
{
    (void)state;
    const char *const path = input_path(&folder, "a.tape");
    tape_sample sample = tape_sample_make(SAMPLE_CALM, 3, 0);
    plm_tape_options const options = {.profile = PLM_PROFILE_FAST};
    (void)scratch_write(&sample, path, &options, 1);
    plm_tape *const tape = scratch_open(path);
    plm_diag diag;
    plm_diag_init(&diag);
    plm_stream *stream = NULL;
    assert_ok(plm_tape_stream(tape, 0, 0, &diag, &stream), &diag);
    plm_batch *const batch = plm_alloc(1, sizeof *batch);
    assert_int_equal(stream->next(stream, &diag, batch), PLM_END);
    assert_int_equal(batch->count, 0);
    stream->destroy(stream);
    uint64_t block = 7;
    plm_blocks *const blocks = plm_tape_get_blocks(tape);
    assert_ok(blocks->seek(blocks, 0, &diag, &block), &diag);
    assert_int_equal(block, 0);
    assert_ok(plm_tape_verify(tape, &diag), &diag);
    plm_free(batch);
    plm_tape_close(tape);
    tape_sample_free(&sample);
}

/* -- many blocks, several pages ------------------------------------------------------------------
 */

/* Blocks of four events: a row of some 120 bytes each, so that some 500 blocks fill a page. */
static tape_sample write_pages(const char *path)
{
    tape_sample sample = tape_sample_make(SAMPLE_CALM, 5, 8000);
    plm_tape_options const options = {
        .profile = PLM_PROFILE_FAST, .has_recv = true, .block_events = 4};
    (void)scratch_write(&sample, path, &options, 0);
    return sample;
}

static void check_block(plm_blocks *blocks, uint64_t index, const tape_sample *sample)
{
    plm_diag diag;
    plm_diag_init(&diag);
    const plm_block_page *page = NULL;
    assert_ok(blocks->page(blocks, index, &diag, &page), &diag);
    assert_true(index >= page->first_block && index - page->first_block < page->count);
    plm_block_info const info = page->blocks[index - page->first_block];
    static plm_event events[PLM_BLOCK_EVENTS_MAX];
    static plm_ts recv[PLM_BLOCK_EVENTS_MAX];
    uint32_t count = 0;
    assert_ok(blocks->events(blocks, index, &diag, events, recv, &count), &diag);
    assert_int_equal(count, info.events);
    assert_memory_equal(events, sample->events + info.first_event, count * sizeof *events);
    assert_memory_equal(recv, sample->recv + info.first_event, count * sizeof *recv);
    assert_ok(blocks->events(blocks, index, &diag, events, NULL, &count), &diag);
    const plm_columns *columns = NULL;
    assert_ok(blocks->columns(blocks, index, PLM_COLUMN_TS, &diag, &columns), &diag);
    assert_int_equal(columns->count, count);
    for (uint32_t i = 0; i < count; i++) {
        assert_true(columns->ts[i] == events[i].ts);
    }
}

static void blocks_of_several_pages_come_in_any_order(void **state)
{
    (void)state;
    const char *const path = input_path(&folder, "a.tape");
    tape_sample sample = write_pages(path);
    plm_tape *const tape = scratch_open(path);
    plm_blocks *const blocks = plm_tape_get_blocks(tape);
    uint64_t pages = 0;
    plm_diag diag;
    plm_diag_init(&diag);
    for (uint64_t i = 0; i < blocks->block_count;) {
        const plm_block_page *page = NULL;
        assert_ok(blocks->page(blocks, i, &diag, &page), &diag);
        assert_true(page->first_block == i);
        i += page->count;
        pages++;
    }
    assert_true(pages >= 3);
    plm_philox rng;
    plm_philox_init(&rng, 1, "blocks", 0);
    for (unsigned round = 0; round < 300; round++) {
        check_block(blocks, plm_philox_below(&rng, (uint32_t)blocks->block_count), &sample);
    }
    check_block(blocks, 0, &sample);
    check_block(blocks, blocks->block_count - 1, &sample);
    plm_tape_close(tape);
    tape_sample_free(&sample);
}

static void seek_finds_the_first_block_that_ends_at_or_after_a_time(void **state)
{
    (void)state;
    const char *const path = input_path(&folder, "a.tape");
    tape_sample sample = write_pages(path);
    plm_tape *const tape = scratch_open(path);
    plm_blocks *const blocks = plm_tape_get_blocks(tape);
    plm_diag diag;
    plm_diag_init(&diag);
    plm_ts *const last = plm_alloc((size_t)blocks->block_count, sizeof *last);
    for (uint64_t i = 0; i < blocks->block_count; i++) {
        const plm_block_page *page = NULL;
        assert_ok(blocks->page(blocks, i, &diag, &page), &diag);
        last[i] = page->blocks[i - page->first_block].last_ts;
    }
    plm_philox rng;
    plm_philox_init(&rng, 1, "seek", 0);
    for (unsigned round = 0; round < 500; round++) {
        plm_ts ts = sample.events[plm_philox_below(&rng, sample.count)].ts;
        ts += (plm_ts)plm_philox_below(&rng, 3) - 1;
        ts = round == 0 ? 0 : round == 1 ? PLM_TS_MAX : ts;
        uint64_t expected = 0;
        while (expected < blocks->block_count && last[expected] < ts) {
            expected++;
        }
        uint64_t found = UINT64_MAX;
        assert_ok(blocks->seek(blocks, ts, &diag, &found), &diag);
        assert_true(found == expected);
    }
    plm_free(last);
    plm_tape_close(tape);
    tape_sample_free(&sample);
}

/* Bytes that are handed out by malloc; 0 where nobody counts them, as under the sanitizers. */
static size_t memory_in_use(void)
{
#if defined(__GLIBC__)
    struct mallinfo2 const info = mallinfo2();
    return info.uordblks + info.hblkhd;
#else
    return 0;
#endif
}

static void reading_on_takes_no_more_memory(void **state)
{
    (void)state;
    const char *const path = input_path(&folder, "a.tape");
    tape_sample sample = write_pages(path);
    plm_tape *const tape = scratch_open(path);
    scratch_check_window(tape, &sample, 0, 0); /* every page and block has been read */
    size_t const before = memory_in_use();
    for (unsigned round = 0; round < 5; round++) {
        scratch_check_window(tape, &sample, 0, 0);
    }
    assert_true(memory_in_use() <= before);
    if (before == 0) {
        (void)printf("# SKIP: malloc does not count here; memory was not checked\n");
    }
    plm_tape_close(tape);
    tape_sample_free(&sample);
}

static void a_long_path_and_an_absent_file_are_refused(void **state)
{
    (void)state;
    plm_diag diag;
    plm_tape *tape = NULL;
    char path[5000];
    memset(path, 'x', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    plm_diag_init(&diag);
    assert_int_equal(plm_tape_open(path, &diag, &tape), PLM_ERR_USAGE);
    plm_diag_init(&diag);
    assert_int_equal(plm_tape_open(input_path(&folder, "absent"), &diag, &tape), PLM_ERR_IO);
    assert_non_null(strstr(diag.text, "absent"));
    assert_null(tape);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(a_tape_tells_what_was_put_on_it),
        IN_FOLDER(a_window_gives_what_filtering_the_whole_gives),
        IN_FOLDER(a_tape_without_events_streams_none),
        IN_FOLDER(blocks_of_several_pages_come_in_any_order),
        IN_FOLDER(seek_finds_the_first_block_that_ends_at_or_after_a_time),
        IN_FOLDER(reading_on_takes_no_more_memory),
        IN_FOLDER(a_long_path_and_an_absent_file_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
