/*
 * test_block_damage.c - promises of block_decode.h and chunk.h about bad input:
 * - a flip of any bit of a block is refused with its place;
 * - a row, dictionary, tag, escape or frame that does not fit the rest is refused although its
 *   checksum is right.
 */
#include "block_work.h"
#include "crc32c.h"

static void check_refused_with(work *self, const block *made, const tape_sample *sample,
                               const char *words)
{
    plm_diag diag;
    plm_diag_init(&diag);
    plm_block_source const source = source_of(made, sample, true);
    assert_int_equal(plm_block_events(self->decoder, &source, &diag, self->events, self->recv),
                     PLM_ERR_INPUT);
    assert_non_null(strstr(diag.text, "t.tape: block 0: byte "));
    assert_non_null(strstr(diag.text, words));
}

static void check_refused(work *self, const block *made, const tape_sample *sample)
{
    check_refused_with(self, made, sample, "");
}

static void a_flip_of_any_bit_is_refused_with_its_place(void **state)
{
    (void)state;
    work self = work_create(PLM_PROFILE_DEFAULT);
    tape_sample sample = tape_sample_make(SAMPLE_CALM, 3, 60);
    block made = encode(&self, &sample, true, false);
    for (size_t bit = 0; bit < made.bytes.size * 8; bit++) {
        made.bytes.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
        check_refused(&self, &made, &sample);
        made.bytes.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    check_events(&self, &made, &sample, true);
    block_free(&made);
    tape_sample_free(&sample);
    work_destroy(&self);
}

static void a_row_that_does_not_fit_its_chunks_is_refused(void **state)
{
    (void)state;
    work self = work_create(PLM_PROFILE_DEFAULT);
    tape_sample sample = tape_sample_make(SAMPLE_CALM, 4, 300);
    block made = encode(&self, &sample, true, false);
    plm_index_row const good = made.row;
    made.row.events--;
    check_refused(&self, &made, &sample);
    made.row = good;
    made.row.first_ts++;
    check_refused(&self, &made, &sample);
    made.row = good;
    made.row.chunk_count--; /* the second clock is lost */
    check_refused(&self, &made, &sample);
    for (uint32_t i = 1; i < good.chunk_count; i++) {
        made.row = good;
        made.row.chunks[i].raw++; /* without zstd a row has one number for both */
        made.row.chunks[i].stored += (good.chunks[i].codec & PLM_CHUNK_ZSTD) == 0;
        check_refused(&self, &made, &sample);
        if (i > 1) { /* that the first two are head and tags plm_index_row_read has checked */
            made.row = good;
            made.row.chunks[i].id ^= 1u;
            check_refused(&self, &made, &sample);
            made.row = good;
            made.row.chunks[i].values--;
            check_refused(&self, &made, &sample);
        }
    }
    made.row = good;
    uint32_t const rows = sample.row_count;
    sample.row_count = 1; /* the dictionary speaks of rows that do not exist */
    check_refused(&self, &made, &sample);
    sample.row_count = rows;
    check_events(&self, &made, &sample, true);
    block_free(&made);
    tape_sample_free(&sample);
    work_destroy(&self);
}

/* Puts other stored bytes in the place of chunk `at`, with a right checksum. */
static void replace_chunk(block *made, uint32_t at, const uint8_t *bytes, uint32_t size)
{
    size_t begin = 0;
    for (uint32_t i = 0; i < at; i++) {
        begin += made->row.chunks[i].stored;
    }
    plm_chunk *const chunk = &made->row.chunks[at];
    size_t const rest = begin + chunk->stored;
    plm_buffer sewn = {0};
    plm_put_bytes(&sewn, made->bytes.data, begin);
    plm_put_bytes(&sewn, bytes, size);
    plm_put_bytes(&sewn, made->bytes.data + rest, made->bytes.size - rest);
    plm_buffer_free(&made->bytes);
    made->bytes = sewn;
    chunk->stored = chunk->raw = size;
    chunk->crc = plm_crc32c(0, bytes, size);
}

static void a_tag_beyond_the_dictionary_is_refused(void **state)
{
    (void)state;
    work self = work_create(PLM_PROFILE_DEFAULT);
    tape_sample sample = tape_sample_make(SAMPLE_CALM, 4, 300);
    block made = encode(&self, &sample, true, false);
    uint8_t tags[1 + 2 * 300] = {2};
    memset(tags + 1, 0xff, sizeof tags - 1);
    made.row.chunks[1].codec = PLM_CODEC_PLANES;
    replace_chunk(&made, 1, tags, sizeof tags);
    check_refused_with(&self, &made, &sample, "a tag is beyond the dictionary");
    block_free(&made);
    tape_sample_free(&sample);
    work_destroy(&self);
}

static void escapes_beyond_their_column_or_their_number_are_refused(void **state)
{
    (void)state;
    work self = work_create(PLM_PROFILE_DEFAULT);
    tape_sample sample = tape_sample_make(SAMPLE_EXTREME, 4, 40);
    block made = encode(&self, &sample, true, false);
    uint32_t at = 2;
    while (made.row.chunks[at].id != (PLM_CHUNK_PX | PLM_CHUNK_ESCAPE)) {
        at++;
        assert_true(at < made.row.chunk_count);
    }
    made.row.chunks[at].codec = PLM_CODEC_BYTES;
    made.row.chunks[at].values = 1;
    static uint8_t const bad[][6] = {
        {40, 1},                           /* the column has fewer values */
        {0xff, 0xff, 0xff, 0xff, 0x0f, 1}, /* far outside */
        {0},                               /* cut */
        {0, 0x80, 0x80, 0x80, 0x80, 0x10}, /* more than 32 high bits */
        {0, 1, 1, 1},                      /* more than it counts */
    };
    static uint32_t const sizes[] = {2, 6, 1, 6, 4};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        replace_chunk(&made, at, bad[i], sizes[i]);
        check_refused(&self, &made, &sample);
    }
    made.row.chunks[at].values = 41; /* more than the column has */
    check_refused(&self, &made, &sample);
    block_free(&made);
    tape_sample_free(&sample);
    work_destroy(&self);
}

static void a_frame_inflates_to_exactly_what_its_row_says(void **state)
{
    (void)state;
    plm_tape_options const options = {.profile = PLM_PROFILE_DEFAULT, .zstd_always = true};
    plm_chunk_packer *const packer = plm_chunk_packer_create(&options);
    plm_chunk_reader *const reader = plm_chunk_reader_create();
    static uint8_t const bytes[500] = {1, 2, 3};
    plm_buffer stored = {0};
    plm_chunk chunk = {0};
    plm_diag diag;
    plm_diag_init(&diag);
    assert_ok(
        plm_chunk_pack_bytes(packer, PLM_CHUNK_HEAD, bytes, sizeof bytes, &diag, &stored, &chunk),
        &diag);
    assert_int_equal(chunk.codec, PLM_CODEC_BYTES | PLM_CHUNK_ZSTD);
    const uint8_t *raw = NULL;
    assert_ok(plm_chunk_open(reader, &chunk, stored.data, 77, "here", &diag, &raw), &diag);
    assert_memory_equal(raw, bytes, sizeof bytes);
    static uint32_t const lies[] = {0, 1, 499, 501, 100000};
    for (size_t i = 0; i < sizeof lies / sizeof lies[0]; i++) {
        plm_diag_init(&diag);
        chunk.raw = lies[i];
        assert_int_equal(plm_chunk_open(reader, &chunk, stored.data, 77, "here", &diag, &raw),
                         PLM_ERR_INPUT);
        assert_non_null(strstr(diag.text, "here: byte 77: chunk 'head'"));
    }
    plm_buffer_free(&stored);
    plm_chunk_packer_destroy(packer);
    plm_chunk_reader_destroy(reader);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_flip_of_any_bit_is_refused_with_its_place),
        cmocka_unit_test(a_row_that_does_not_fit_its_chunks_is_refused),
        cmocka_unit_test(a_tag_beyond_the_dictionary_is_refused),
        cmocka_unit_test(escapes_beyond_their_column_or_their_number_are_refused),
        cmocka_unit_test(a_frame_inflates_to_exactly_what_its_row_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
