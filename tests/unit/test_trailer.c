/*
 * test_trailer.c - promises of trailer.h:
 * - trailer and footer come back as they were put, also at their limits;
 * - what is cut, too long, doubled, out of order or beyond a limit is refused with its place;
 * - unknown versions, flags and profiles are refused; a footer that was never written is named so;
 * - the digest covers rows, events and second stamps.
 */
#include "plm_test.h"

#include <string.h>

#include "crc32c.h"
#include "philox.h"
#include "tape_sample.h"
#include "trailer.h"

static plm_page_entry random_page(plm_philox *rng, uint64_t end, plm_ts after)
{
    plm_page_entry page = {.offset = end + plm_philox_below(rng, 1000)};
    page.length = PLM_PAGE_HEAD_SIZE + 1 + plm_philox_below(rng, PLM_PAGE_SIZE_MAX - 16);
    page.blocks = 1 + plm_philox_below(rng, PLM_PAGE_BLOCKS_MAX);
    page.events = page.blocks + sample_below(rng, (uint64_t)page.blocks * 16383 + 1);
    page.first_ts = after + plm_philox_below(rng, 1000);
    page.last_ts = page.first_ts + plm_philox_below(rng, 1000);
    page.kinds = plm_philox_u64(rng) >> plm_philox_below(rng, 64);
    return page;
}

#define PAGES 40u

/* Rows of every kind, sources up to the longest, a report, pages one behind the other. */
static plm_trailer random_trailer(plm_philox *rng)
{
    plm_trailer made = {.row_count = plm_philox_below(rng, 11),
                        .source_count = plm_philox_below(rng, 5),
                        .page_count = plm_philox_below(rng, PAGES)};
    made.rows = plm_alloc(made.row_count + 1, sizeof *made.rows);
    for (uint32_t i = 0; i < made.row_count; i++) {
        made.rows[i] = sample_row(1 + i % 10, i, plm_philox_below(rng, 2) == 0);
    }
    made.sources = plm_alloc(made.source_count + 1, sizeof *made.sources);
    for (uint32_t i = 0; i < made.source_count; i++) {
        made.sources[i] = plm_alloc(PLM_SOURCE_TEXT_MAX + 1, 1);
        memset(made.sources[i], 'a' + (int)i, i == 0 ? PLM_SOURCE_TEXT_MAX : i - 1);
    }
    made.report = plm_strdup(plm_philox_below(rng, 2) == 0 ? "" : "{\"rows\": 1}");
    made.pages = plm_alloc(made.page_count + 1, sizeof *made.pages);
    uint64_t end = PLM_HEAD_SIZE;
    plm_ts ts = PLM_TS_MIN;
    for (uint32_t i = 0; i < made.page_count; i++) {
        made.pages[i] = random_page(rng, end, ts);
        end = made.pages[i].offset + made.pages[i].length;
        ts = made.pages[i].last_ts;
    }
    return made;
}

static plm_status read_exact(const uint8_t *bytes, size_t size, plm_diag *diag, plm_trailer *out)
{
    uint8_t *const exact = plm_alloc(size, 1);
    if (size > 0) {
        memcpy(exact, bytes, size);
    }
    plm_diag_init(diag);
    plm_status const status = plm_trailer_read(exact, size, "t.tape: byte 99", diag, out);
    plm_free(exact);
    return status;
}

static void check_equal(const plm_trailer *found, const plm_trailer *expected)
{
    assert_int_equal(found->row_count, expected->row_count);
    assert_int_equal(found->source_count, expected->source_count);
    assert_int_equal(found->page_count, expected->page_count);
    assert_string_equal(found->report, expected->report);
    for (uint32_t i = 0; i < expected->row_count; i++) {
        assert_memory_equal(&found->rows[i], &expected->rows[i], sizeof(plm_instrument));
    }
    for (uint32_t i = 0; i < expected->source_count; i++) {
        assert_string_equal(found->sources[i], expected->sources[i]);
    }
    uint64_t blocks = 0;
    uint64_t events = 0;
    for (uint32_t i = 0; i < expected->page_count; i++) {
        plm_page_entry const *const a = &found->pages[i];
        plm_page_entry const *const b = &expected->pages[i];
        assert_true(a->offset == b->offset && a->length == b->length && a->kinds == b->kinds);
        assert_true(a->blocks == b->blocks && a->events == b->events);
        assert_true(a->first_ts == b->first_ts && a->last_ts == b->last_ts);
        assert_true(a->first_block == blocks && a->first_event == events);
        blocks += b->blocks;
        events += b->events;
    }
}

static void trailers_come_back_and_cut_ones_are_refused(void **state)
{
    (void)state;
    plm_philox rng;
    plm_philox_init(&rng, 1, "trailer", 0);
    for (unsigned round = 0; round < 30; round++) {
        plm_trailer made = random_trailer(&rng);
        plm_trailer found;
        plm_diag diag;
        plm_buffer bytes = {0};
        plm_trailer_put(&made, &bytes);
        assert_ok(read_exact(bytes.data, bytes.size, &diag, &found), &diag);
        check_equal(&found, &made);
        plm_trailer_free(&found);
        size_t const step = bytes.size / 200 + 1;
        for (size_t cut = 0; cut < bytes.size; cut += step) {
            assert_int_equal(read_exact(bytes.data, cut, &diag, &found), PLM_ERR_INPUT);
            assert_non_null(strstr(diag.text, "t.tape: byte 99"));
        }
        plm_put_u8(&bytes, 0);
        assert_int_equal(read_exact(bytes.data, bytes.size, &diag, &found), PLM_ERR_INPUT);
        plm_buffer_free(&bytes);
        plm_trailer_free(&made);
    }
}

static void check_page_refused(const plm_trailer *trailer)
{
    plm_buffer bytes = {0};
    plm_trailer found;
    plm_diag diag;
    plm_trailer_put(trailer, &bytes);
    assert_int_equal(read_exact(bytes.data, bytes.size, &diag, &found), PLM_ERR_INPUT);
    plm_buffer_free(&bytes);
}

static void pages_that_do_not_add_up_are_refused(void **state)
{
    (void)state;
    plm_page_entry const good = {.offset = 500,
                                 .length = 100,
                                 .blocks = 2,
                                 .events = 9,
                                 .first_ts = PLM_TS_MIN,
                                 .last_ts = PLM_TS_MIN};
    char report[] = "";
    plm_page_entry pages[2] = {good, good};
    plm_trailer const trailer = {.report = report, .page_count = 2, .pages = pages};
    pages[1].offset = 700;
    plm_buffer bytes = {0};
    plm_trailer found;
    plm_diag diag;
    plm_trailer_put(&trailer, &bytes);
    assert_ok(read_exact(bytes.data, bytes.size, &diag, &found), &diag);
    plm_trailer_free(&found);
    plm_buffer_free(&bytes);
    plm_page_entry const second = pages[1];
    pages[1].length = PLM_PAGE_SIZE_MAX + 1;
    check_page_refused(&trailer);
    pages[1].length = PLM_PAGE_HEAD_SIZE;
    check_page_refused(&trailer);
    pages[1] = second;
    pages[1].blocks = 0;
    check_page_refused(&trailer);
    pages[1].length = PLM_PAGE_SIZE_MAX;
    pages[1].blocks = PLM_PAGE_BLOCKS_MAX + 1;
    pages[1].events = pages[1].blocks;
    check_page_refused(&trailer);
    pages[1] = second;
    pages[1].events = 1; /* two blocks have at least two */
    check_page_refused(&trailer);
    pages[1].events = 2 * PLM_BLOCK_EVENTS_MAX + 1;
    check_page_refused(&trailer);
    pages[1] = second;
    pages[0].last_ts = PLM_TS_MIN + 1; /* the second page begins before */
    check_page_refused(&trailer);
    pages[0].last_ts = PLM_TS_MIN;
    pages[1].last_ts = PLM_TS_MAX;
    check_page_refused(&trailer);
    pages[1] = second;
    pages[0].offset = UINT64_MAX - 50; /* its end is beyond 2^64 */
    check_page_refused(&trailer);
}

static void rows_that_are_wrong_or_doubled_are_refused_by_number(void **state)
{
    (void)state;
    plm_instrument rows[3] = {sample_row(PLM_INST_SPOT, 0, false),
                              sample_row(PLM_INST_LINEAR, 1, false),
                              sample_row(PLM_INST_LINEAR, 0, false)};
    char report[] = "";
    plm_trailer const trailer = {.report = report, .row_count = 3, .rows = rows};
    plm_buffer bytes = {0};
    plm_trailer found;
    plm_diag diag;
    plm_trailer_put(&trailer, &bytes);
    assert_int_equal(read_exact(bytes.data, bytes.size, &diag, &found), PLM_ERR_INPUT);
    assert_non_null(strstr(diag.text, "t.tape: byte 99: row 2: 'ROW0' stands twice"));
    bytes.size = 0;
    memcpy(rows[2].symbol, "ROW2", 5);
    plm_trailer_put(&trailer, &bytes);
    uint8_t *at = NULL; /* the third row is no longer of a kind that there is */
    for (size_t i = 0; i + 9 < bytes.size; i++) {
        at = memcmp(bytes.data + i, "kind=line", 9) == 0 ? bytes.data + i : at;
    }
    assert_non_null(at);
    at[5] = 'L';
    assert_int_equal(read_exact(bytes.data, bytes.size, &diag, &found), PLM_ERR_INPUT);
    assert_non_null(strstr(diag.text, "t.tape: byte 99: row 2: "));
    plm_buffer_free(&bytes);
}

static void texts_with_a_nul_or_beyond_the_limit_are_refused(void **state)
{
    (void)state;
    plm_trailer found;
    plm_diag diag;
    /* No rows, one source of two bytes, no report, no pages. */
    uint8_t small[] = {0, 1, 2, 'a', 'b', 0, 0};
    assert_ok(read_exact(small, sizeof small, &diag, &found), &diag);
    plm_trailer_free(&found);
    small[4] = 0;
    assert_int_equal(read_exact(small, sizeof small, &diag, &found), PLM_ERR_INPUT);
    plm_buffer bytes = {0};
    plm_put_varint(&bytes, 0);
    plm_put_varint(&bytes, 1);
    plm_put_varint(&bytes, PLM_SOURCE_TEXT_MAX + 1);
    memset(plm_buffer_reserve(&bytes, 5000), 'x', 5000);
    bytes.size += PLM_SOURCE_TEXT_MAX + 1;
    plm_put_varint(&bytes, 0);
    plm_put_varint(&bytes, 0);
    assert_int_equal(read_exact(bytes.data, bytes.size, &diag, &found), PLM_ERR_INPUT);
    plm_buffer_free(&bytes);
    /* Counts that nothing stands behind. */
    uint8_t lying[] = {0xff, 0xff, 0x03, 0, 0, 0};
    assert_int_equal(read_exact(lying, sizeof lying, &diag, &found), PLM_ERR_INPUT);
    uint8_t pages[] = {0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0x0f};
    assert_int_equal(read_exact(pages, sizeof pages, &diag, &found), PLM_ERR_INPUT);
    uint8_t overlong[] = {0x80, 0, 0, 0, 0}; /* zero in two bytes */
    assert_int_equal(read_exact(overlong, sizeof overlong, &diag, &found), PLM_ERR_INPUT);
}

/* -- footer ------------------------------------------------------------------------------------ */

static plm_footer const good_footer = {.version = PLM_TAPE_VERSION,
                                       .flags = PLM_TAPE_FLAG_RECV | PLM_TAPE_FLAG_SYNTHETIC,
                                       .events = UINT64_MAX,
                                       .blocks = UINT64_MAX - 1,
                                       .first_ts = PLM_TS_MIN,
                                       .last_ts = PLM_TS_MAX - 1,
                                       .digest = {1, 2, 3, [31] = 255},
                                       .trailer_offset = 16,
                                       .trailer_size = 100,
                                       .trailer_crc = UINT32_MAX,
                                       .profile = PLM_PROFILE_ARCHIVE,
                                       .file_size = 16 + 100 + PLM_FOOT_SIZE};

static plm_status footer_status(const plm_footer *footer, plm_diag *diag, plm_footer *out)
{
    plm_buffer bytes = {0};
    plm_footer_put(footer, &bytes);
    assert_int_equal(bytes.size, PLM_FOOT_SIZE);
    plm_diag_init(diag);
    plm_status const status = plm_footer_read(bytes.data, good_footer.file_size, "t", diag, out);
    plm_buffer_free(&bytes);
    return status;
}

static void a_footer_comes_back_as_it_was_put(void **state)
{
    (void)state;
    plm_diag diag;
    plm_footer found;
    assert_ok(footer_status(&good_footer, &diag, &found), &diag);
    assert_true(found.version == good_footer.version && found.flags == good_footer.flags);
    assert_true(found.events == good_footer.events && found.blocks == good_footer.blocks);
    assert_true(found.first_ts == good_footer.first_ts && found.last_ts == good_footer.last_ts);
    assert_memory_equal(found.digest, good_footer.digest, PLM_DIGEST_SIZE);
    assert_true(found.trailer_offset == 16 && found.trailer_size == 100);
    assert_true(found.trailer_crc == UINT32_MAX && found.profile == PLM_PROFILE_ARCHIVE);
    assert_true(found.file_size == good_footer.file_size);
}

static void footers_that_are_unknown_or_lie_are_refused(void **state)
{
    (void)state;
    plm_diag diag;
    plm_footer found;
    plm_footer bad = good_footer;
    bad.version = 2;
    assert_int_equal(footer_status(&bad, &diag, &found), PLM_ERR_INPUT);
    assert_non_null(strstr(diag.text, "version 2"));
    bad = good_footer;
    bad.flags = 4;
    assert_int_equal(footer_status(&bad, &diag, &found), PLM_ERR_INPUT);
    for (uint32_t profile = 0; profile < 5; profile += 4) {
        bad = good_footer;
        bad.profile = profile;
        assert_int_equal(footer_status(&bad, &diag, &found), PLM_ERR_INPUT);
    }
    bad = good_footer;
    bad.file_size++;
    assert_int_equal(footer_status(&bad, &diag, &found), PLM_ERR_INPUT);
    bad = good_footer;
    bad.trailer_offset++;
    assert_int_equal(footer_status(&bad, &diag, &found), PLM_ERR_INPUT);
    bad = good_footer;
    bad.trailer_size = UINT64_MAX - 15; /* the sum is right modulo 2^64 */
    bad.trailer_offset = 132;
    assert_int_equal(footer_status(&bad, &diag, &found), PLM_ERR_INPUT);
    bad = good_footer;
    bad.trailer_offset = 15;
    bad.trailer_size = 101;
    assert_int_equal(footer_status(&bad, &diag, &found), PLM_ERR_INPUT);
}

static void an_unfinished_footer_is_named_and_a_flipped_bit_found(void **state)
{
    (void)state;
    plm_buffer bytes = {0};
    plm_footer found;
    plm_footer_put(&good_footer, &bytes);
    for (size_t bit = 0; bit < bytes.size * 8; bit++) {
        plm_diag diag;
        plm_diag_init(&diag);
        bytes.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_int_equal(plm_footer_read(bytes.data, good_footer.file_size, "t", &diag, &found),
                         PLM_ERR_INPUT);
        assert_non_null(strstr(diag.text, bit / 8 >= 120 ? "never finished" : "t: byte 116: "));
        bytes.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    plm_buffer_free(&bytes);
}

static void the_digest_covers_rows_events_and_stamps(void **state)
{
    (void)state;
    plm_instrument rows[2] = {sample_row(PLM_INST_SPOT, 0, false),
                              sample_row(PLM_INST_LINEAR, 1, false)};
    uint8_t const events[PLM_DIGEST_SIZE] = {1};
    uint8_t const recv[PLM_DIGEST_SIZE] = {2};
    uint8_t digests[5][PLM_DIGEST_SIZE];
    plm_tape_digest(rows, 2, events, NULL, digests[0]);
    plm_tape_digest(rows, 1, events, NULL, digests[1]);
    plm_tape_digest(rows, 2, recv, NULL, digests[2]);
    plm_tape_digest(rows, 2, events, recv, digests[3]);
    rows[1].tick++;
    plm_tape_digest(rows, 2, events, NULL, digests[4]);
    for (unsigned a = 0; a < 5; a++) {
        for (unsigned b = 0; b < a; b++) {
            assert_memory_not_equal(digests[a], digests[b], PLM_DIGEST_SIZE);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trailers_come_back_and_cut_ones_are_refused),
        cmocka_unit_test(pages_that_do_not_add_up_are_refused),
        cmocka_unit_test(rows_that_are_wrong_or_doubled_are_refused_by_number),
        cmocka_unit_test(texts_with_a_nul_or_beyond_the_limit_are_refused),
        cmocka_unit_test(a_footer_comes_back_as_it_was_put),
        cmocka_unit_test(footers_that_are_unknown_or_lie_are_refused),
        cmocka_unit_test(an_unfinished_footer_is_named_and_a_flipped_bit_found),
        cmocka_unit_test(the_digest_covers_rows_events_and_stamps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
