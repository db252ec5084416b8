/*
 * tape_surgery.h - a tape of one index page taken apart, so that a test can make any part of it lie
 * and sew it together again with every checksum, length and offset right.
 */
#ifndef PLM_TAPE_SURGERY_H
#define PLM_TAPE_SURGERY_H

#include "plm_test.h"

#include "crc32c.h"
#include "index_row.h"
#include "memory.h"
#include "trailer.h"

#define SURGERY_BLOCKS_MAX 64u
#define SURGERY_ZONES_MAX 4096u

typedef struct tape_surgery {
    plm_footer footer;
    plm_trailer trailer;
    plm_buffer blocks; /* the stored chunks of all blocks */
    uint32_t row_count;
    plm_index_row rows[SURGERY_BLOCKS_MAX];
    plm_zone *zones; /* of all rows, one after another */
    uint32_t zone_count;
} tape_surgery;

static inline tape_surgery *surgery_open(const uint8_t *bytes, size_t size)
{
    tape_surgery *const self = plm_alloc(1, sizeof *self);
    plm_diag diag;
    plm_diag_init(&diag);
    assert_ok(plm_footer_read(bytes + size - PLM_FOOT_SIZE, size, "t", &diag, &self->footer),
              &diag);
    assert_ok(plm_trailer_read(bytes + self->footer.trailer_offset,
                               (size_t)self->footer.trailer_size, "t", &diag, &self->trailer),
              &diag);
    assert_int_equal(self->trailer.page_count, 1);
    plm_page_entry const *const page = &self->trailer.pages[0];
    assert_true(page->blocks <= SURGERY_BLOCKS_MAX);
    plm_put_bytes(&self->blocks, bytes + PLM_HEAD_SIZE, (size_t)page->offset - PLM_HEAD_SIZE);
    self->zones = plm_alloc(SURGERY_ZONES_MAX, sizeof *self->zones);
    plm_reader reader =
        plm_reader_init(bytes + page->offset + PLM_PAGE_HEAD_SIZE, page->length - 20u);
    uint64_t offset = PLM_HEAD_SIZE;
    plm_ts previous = 0;
    for (; self->row_count < page->blocks; self->row_count++) {
        plm_index_row *const row = &self->rows[self->row_count];
        plm_index_row_read(&reader, offset, previous, SURGERY_ZONES_MAX - self->zone_count, row,
                           self->zones + self->zone_count);
        assert_false(reader.failed);
        self->zone_count += row->zone_count;
        offset += plm_index_row_length(row);
        previous = row->last_ts;
    }
    return self;
}

static inline void surgery_close(tape_surgery *self)
{
    plm_trailer_free(&self->trailer);
    plm_buffer_free(&self->blocks);
    plm_free(self->zones);
    plm_free(self);
}

/* Where a chunk begins in self->blocks. */
static inline size_t surgery_chunk_at(const tape_surgery *self, uint32_t row, uint32_t chunk)
{
    size_t at = 0;
    for (uint32_t r = 0; r < row; r++) {
        at += (size_t)plm_index_row_length(&self->rows[r]);
    }
    for (uint32_t c = 0; c < chunk; c++) {
        at += self->rows[row].chunks[c].stored;
    }
    return at;
}

/* Puts other bytes in the place of a chunk's; `raw` is what the row says of their inflated size. */
static inline void surgery_replace_chunk(tape_surgery *self, uint32_t row, uint32_t chunk,
                                         const void *bytes, uint32_t size, uint32_t raw)
{
    plm_chunk *const at = &self->rows[row].chunks[chunk];
    size_t const begin = surgery_chunk_at(self, row, chunk);
    plm_buffer made = {0};
    plm_put_bytes(&made, self->blocks.data, begin);
    plm_put_bytes(&made, bytes, size);
    plm_put_bytes(&made, self->blocks.data + begin + at->stored,
                  self->blocks.size - begin - at->stored);
    plm_buffer_free(&self->blocks);
    self->blocks = made;
    at->stored = size;
    at->raw = raw;
    at->crc = plm_crc32c(0, bytes, size);
}

/* The page that the rows make, with its own checksum. */
static inline void surgery_put_page(const tape_surgery *self, plm_buffer *out)
{
    size_t const begin = out->size;
    plm_put_bytes(out, PLM_PAGE_MAGIC, 4);
    plm_put_u32(out, self->row_count);
    plm_put_u64(out, 0);
    plm_ts previous = 0;
    const plm_zone *zones = self->zones;
    for (uint32_t i = 0; i < self->row_count; i++) {
        plm_index_row_put(&self->rows[i], zones, previous, out);
        zones += self->rows[i].zone_count;
        previous = self->rows[i].last_ts;
    }
    plm_put_u32(out, plm_crc32c(0, out->data + begin, out->size - begin));
}

/* The tape; its directory and footer tell the truth about what is there, all else is as it is. */
static inline plm_buffer surgery_sew(const tape_surgery *self)
{
    plm_buffer out = {0};
    plm_put_bytes(&out, PLM_HEAD_MAGIC, 8);
    plm_put_u32(&out, PLM_TAPE_VERSION);
    plm_put_u32(&out, 0);
    plm_put_bytes(&out, self->blocks.data, self->blocks.size);
    plm_page_entry *const page = &self->trailer.pages[0];
    page->offset = out.size;
    surgery_put_page(self, &out);
    page->length = (uint32_t)(out.size - page->offset);
    plm_footer footer = self->footer;
    footer.trailer_offset = out.size;
    plm_trailer_put(&self->trailer, &out);
    footer.trailer_size = out.size - footer.trailer_offset;
    footer.trailer_crc =
        plm_crc32c(0, out.data + footer.trailer_offset, (size_t)footer.trailer_size);
    footer.file_size = out.size + PLM_FOOT_SIZE;
    plm_footer_put(&footer, &out);
    return out;
}

#endif
