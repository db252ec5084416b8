/*
 * test_tape_lies.c - what the reader promises about bad input with right checksums: counts,
 * lengths, offsets, orders and frames that lie are refused, in bounded memory, whether one by one
 * or at random.
 */
#include "small_tape.h"

#include <zstd.h>

#include "philox.h"
#include "tape_fix.h"
#include "tape_surgery.h"

/* Whether it is accepted although it is not the good tape. */
static bool probe_sewn(const tape_surgery *self)
{
    plm_buffer sewn = surgery_sew(self);
    bool const same = sewn.size == good_size && memcmp(sewn.data, good, good_size) == 0;
    bool const accepted = !same && probe(sewn.data, sewn.size);
    plm_buffer_free(&sewn);
    return accepted;
}

static uint64_t odd_number(plm_philox *rng, uint64_t was)
{
    static uint64_t const odd[] = {0,     1,      2,          127,        128,       16384,
                                   16385, 262144, UINT32_MAX, 0xffffffe0, INT64_MAX, UINT64_MAX};
    switch (plm_philox_below(rng, 4)) {
    case 0:
        return was + 1;
    case 1:
        return was - 1;
    case 2:
        return odd[plm_philox_below(rng, sizeof odd / sizeof odd[0])];
    default:
        return plm_philox_u64(rng) >> plm_philox_below(rng, 64);
    }
}

static void lie_about_a_chunk(plm_philox *rng, plm_index_row *row)
{
    plm_chunk *const chunk = &row->chunks[plm_philox_below(rng, row->chunk_count)];
    switch (plm_philox_below(rng, 6)) {
    case 0:
        chunk->id = (uint8_t)odd_number(rng, chunk->id);
        break;
    case 1:
        chunk->codec = (uint8_t)odd_number(rng, chunk->codec);
        break;
    case 2:
        chunk->stored = (uint32_t)odd_number(rng, chunk->stored);
        break;
    case 3:
        chunk->raw = (uint32_t)odd_number(rng, chunk->raw);
        break;
    case 4:
        chunk->values = (uint32_t)odd_number(rng, chunk->values);
        break;
    default: /* two chunks change places */
        if (row->chunk_count > 3) {
            plm_chunk const third = row->chunks[2];
            row->chunks[2] = row->chunks[3];
            row->chunks[3] = third;
        }
        break;
    }
}

static void lie_about_a_row(plm_philox *rng, plm_index_row *row)
{
    switch (plm_philox_below(rng, 5)) {
    case 0:
        row->events = (uint32_t)odd_number(rng, row->events);
        break;
    case 1:
        row->first_ts = (plm_ts)odd_number(rng, (uint64_t)row->first_ts);
        break;
    case 2:
        row->last_ts = (plm_ts)odd_number(rng, (uint64_t)row->last_ts);
        break;
    case 3:
        row->kinds = odd_number(rng, row->kinds);
        break;
    default:
        row->chunk_count = plm_philox_below(rng, row->chunk_count);
        break;
    }
}

static void lie_about_the_page(plm_philox *rng, tape_surgery *self)
{
    plm_page_entry *const page = &self->trailer.pages[0];
    switch (plm_philox_below(rng, 5)) {
    case 0:
        page->blocks = (uint32_t)odd_number(rng, page->blocks);
        self->footer.blocks = page->blocks;
        break;
    case 1:
        page->events = self->footer.events = odd_number(rng, page->events);
        break;
    case 2:
        page->first_ts = self->footer.first_ts = (plm_ts)odd_number(rng, (uint64_t)page->first_ts);
        break;
    case 3:
        page->last_ts = self->footer.last_ts = (plm_ts)odd_number(rng, (uint64_t)page->last_ts);
        break;
    default:
        page->kinds = odd_number(rng, page->kinds);
        break;
    }
}

static void lying_rows_chunks_and_pages_are_refused(void **state)
{
    (void)state;
    plm_philox rng;
    plm_philox_init(&rng, 2, "damage", 0);
    for (unsigned round = 0; round < 2000; round++) {
        tape_surgery *const self = surgery_open(good, good_size);
        plm_index_row *const row = &self->rows[plm_philox_below(&rng, self->row_count)];
        switch (round % 3) {
        case 0:
            lie_about_a_chunk(&rng, row);
            break;
        case 1:
            lie_about_a_row(&rng, row);
            break;
        default:
            lie_about_the_page(&rng, self);
            break;
        }
        assert_false(probe_sewn(self));
        surgery_close(self);
    }
}

static void random_damage_with_right_checksums_is_refused_or_harmless(void **state)
{
    (void)state;
    plm_philox rng;
    plm_philox_init(&rng, 3, "damage", 0);
    uint8_t *const bytes = plm_alloc(good_size, 1);
    unsigned refused = 0;
    for (unsigned round = 0; round < 4000; round++) {
        memcpy(bytes, good, good_size);
        unsigned const changes = 1 + plm_philox_below(&rng, 3);
        for (unsigned i = 0; i < changes; i++) {
            bytes[plm_philox_below(&rng, (uint32_t)good_size)] =
                (uint8_t)odd_number(&rng, bytes[plm_philox_below(&rng, (uint32_t)good_size)]);
        }
        tape_fix(bytes, good_size);
        refused += !probe(bytes, good_size);
    }
    assert_true(refused > 3500);
    plm_free(bytes);
}

/* A frame that inflates to 64 MiB of zeros; returns its size. */
static size_t make_bomb(uint8_t *out, size_t cap)
{
    size_t const inflated = (size_t)64 << 20;
    void *const zeros = plm_alloc(inflated, 1);
    size_t const size = ZSTD_compress(out, cap, zeros, inflated, 1);
    assert_false(ZSTD_isError(size));
    plm_free(zeros);
    return size;
}

static void a_chunk_that_inflates_beyond_what_it_says_is_refused(void **state)
{
    (void)state;
    static uint8_t bomb[1 << 16];
    size_t const size = make_bomb(bomb, sizeof bomb);
    static uint32_t const raws[] = {0, 1, 100, 65536, PLM_CHUNK_BYTES_MAX, PLM_CHUNK_BYTES_MAX + 1};
    for (size_t r = 0; r < sizeof raws / sizeof raws[0]; r++) {
        tape_surgery *self = surgery_open(good, good_size);
        uint32_t const chunks = self->rows[0].chunk_count;
        surgery_close(self);
        for (uint32_t c = 0; c < chunks; c++) {
            self = surgery_open(good, good_size);
            self->rows[0].chunks[c].codec |= PLM_CHUNK_ZSTD;
            surgery_replace_chunk(self, 0, c, bomb, (uint32_t)size, raws[r]);
            if (self->rows[0].chunks[c].id == PLM_CHUNK_HEAD) {
                self->rows[0].chunks[c].values = raws[r];
            }
            assert_false(probe_sewn(self));
            surgery_close(self);
        }
    }
}

/* Trailer and footer, true to each other, behind what is there. */
static void sew_trailer(const tape_surgery *self, plm_buffer *out)
{
    plm_footer footer = self->footer;
    footer.trailer_offset = out->size;
    plm_trailer_put(&self->trailer, out);
    footer.trailer_size = out->size - footer.trailer_offset;
    footer.trailer_crc =
        plm_crc32c(0, out->data + footer.trailer_offset, (size_t)footer.trailer_size);
    footer.file_size = out->size + PLM_FOOT_SIZE;
    plm_footer_put(&footer, out);
}

/* A directory that says what it likes about pages, in a file with right checksums. */
static void check_directory_refused(const plm_page_entry *pages, uint32_t count)
{
    tape_surgery *const self = surgery_open(good, good_size);
    plm_buffer out = {0};
    plm_put_bytes(&out, good, (size_t)self->footer.trailer_offset);
    plm_page_entry *const kept = self->trailer.pages;
    self->trailer.pages = (plm_page_entry *)(uintptr_t)pages;
    self->trailer.page_count = count;
    self->footer.blocks = self->footer.events = 0;
    for (uint32_t i = 0; i < count; i++) {
        self->footer.blocks += pages[i].blocks;
        self->footer.events += pages[i].events;
    }
    self->footer.first_ts = count > 0 ? pages[0].first_ts : 0;
    self->footer.last_ts = count > 0 ? pages[count - 1].last_ts : 0;
    sew_trailer(self, &out);
    self->trailer.pages = kept;
    self->trailer.page_count = 1;
    assert_false(probe(out.data, out.size));
    plm_buffer_free(&out);
    surgery_close(self);
}

static void a_directory_that_lies_is_refused(void **state)
{
    (void)state;
    tape_surgery *const self = surgery_open(good, good_size);
    plm_page_entry const page = self->trailer.pages[0];
    surgery_close(self);
    plm_page_entry pages[2] = {page, page};
    check_directory_refused(pages, 0);
    /* The first page lies beyond 2^64, so that the second comes to lie where the first was. */
    pages[0].offset = UINT64_MAX - 100;
    pages[0].length = 200;
    pages[0].last_ts = pages[0].first_ts;
    check_directory_refused(pages, 2);
    /* More blocks than a page of this length can have: refused before memory is taken. */
    pages[0] = page;
    pages[0].blocks = pages[0].length;
    pages[0].events = pages[0].length;
    check_directory_refused(pages, 1);
    pages[0] = page;
    pages[0].length = PLM_PAGE_SIZE_MAX + 1;
    check_directory_refused(pages, 1);
    pages[0] = page;
    pages[0].offset--;
    check_directory_refused(pages, 1);
    pages[0].offset++;
    pages[0].length--;
    check_directory_refused(pages, 1);
}

/* A page of two million bytes that is said to hold as many blocks: only what a page of small rows
 * can hold is believed, so that rows of the reader's own never take more than some megabytes. */
static void a_page_that_claims_millions_of_blocks_is_refused_when_opened(void **state)
{
    (void)state;
    tape_surgery *const self = surgery_open(good, good_size);
    plm_page_entry *const page = &self->trailer.pages[0];
    plm_buffer out = {0};
    plm_put_bytes(&out, good, (size_t)page->offset);
    memset(plm_buffer_reserve(&out, PLM_PAGE_SIZE_MAX), 1, PLM_PAGE_SIZE_MAX);
    out.size += PLM_PAGE_SIZE_MAX;
    page->length = page->blocks = PLM_PAGE_SIZE_MAX;
    page->events = page->blocks;
    self->footer.blocks = self->footer.events = page->blocks;
    sew_trailer(self, &out);
    const char *const path = input_write(&folder, "bad.tape", out.data, out.size);
    plm_diag diag;
    plm_diag_init(&diag);
    plm_tape *tape = NULL;
    assert_int_equal(plm_tape_open(path, &diag, &tape), PLM_ERR_INPUT);
    plm_buffer_free(&out);
    surgery_close(self);
}

static void bytes_that_belong_to_nobody_are_refused(void **state)
{
    (void)state;
    tape_surgery *const self = surgery_open(good, good_size);
    plm_buffer out = {0};
    plm_put_bytes(&out, good, (size_t)self->footer.trailer_offset);
    sew_trailer(self, &out);
    assert_true(probe(out.data, out.size));
    out.size = (size_t)self->footer.trailer_offset;
    plm_put_u64(&out, 0);
    sew_trailer(self, &out);
    assert_false(probe(out.data, out.size));
    plm_buffer_free(&out);
    surgery_close(self);
}

static void an_empty_trailer_is_refused(void **state)
{
    (void)state;
    plm_buffer out = {0};
    plm_put_bytes(&out, good, PLM_HEAD_SIZE);
    plm_footer const footer = {.version = PLM_TAPE_VERSION,
                               .profile = PLM_PROFILE_FAST,
                               .trailer_offset = PLM_HEAD_SIZE,
                               .file_size = PLM_HEAD_SIZE + PLM_FOOT_SIZE};
    plm_footer_put(&footer, &out);
    assert_false(probe(out.data, out.size));
    plm_buffer_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lying_rows_chunks_and_pages_are_refused),
        cmocka_unit_test(random_damage_with_right_checksums_is_refused_or_harmless),
        cmocka_unit_test(a_chunk_that_inflates_beyond_what_it_says_is_refused),
        cmocka_unit_test(a_directory_that_lies_is_refused),
        cmocka_unit_test(a_page_that_claims_millions_of_blocks_is_refused_when_opened),
        cmocka_unit_test(bytes_that_belong_to_nobody_are_refused),
        cmocka_unit_test(an_empty_trailer_is_refused),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
