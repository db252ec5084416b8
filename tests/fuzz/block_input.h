/*
 * block_input.h - a block and its index row as bytes that a fuzzer can change one by one: the row's
 * fields at fixed places, then the stored chunks. Checksums are not part of it.
 */
#ifndef PLM_BLOCK_INPUT_H
#define PLM_BLOCK_INPUT_H

#include <string.h>

#include "crc32c.h"
#include "index_row.h"

#define BLOCK_INPUT_ROWS 10u /* rows of the table that the dictionary may speak of */

typedef struct block_input {
    bool has_recv;
    plm_index_row row;
    const uint8_t *bytes;
} block_input;

static inline void block_input_put(const plm_index_row *row, bool has_recv, const plm_buffer *bytes,
                                   plm_buffer *out)
{
    plm_put_u8(out, has_recv);
    plm_put_u8(out, row->continues);
    plm_put_u8(out, (uint8_t)row->chunk_count);
    plm_put_u8(out, (uint8_t)(row->events >> 8));
    plm_put_u8(out, (uint8_t)row->events);
    plm_put_u64(out, (uint64_t)row->first_ts);
    plm_put_bytes(out, &(uint64_t){(uint64_t)(row->last_ts - row->first_ts)}, 7);
    for (uint32_t i = 0; i < row->chunk_count; i++) {
        plm_put_u8(out, row->chunks[i].id);
        plm_put_u8(out, row->chunks[i].codec);
        plm_put_u32(out, row->chunks[i].stored);
        plm_put_u32(out, row->chunks[i].raw);
        plm_put_u32(out, row->chunks[i].values);
    }
    plm_put_bytes(out, bytes->data, bytes->size);
}

/* Takes the row through plm_index_row_put and plm_index_row_read, so that only what a reader would
 * let pass reaches the decoder. The bytes are borrowed from `data`. */
static inline bool block_input_read(const uint8_t *data, size_t size, block_input *out)
{
    plm_reader reader = plm_reader_init(data, size);
    plm_index_row row = {0};
    out->has_recv = (plm_read_u8(&reader) & 1u) != 0;
    row.continues = (plm_read_u8(&reader) & 1u) != 0;
    row.chunk_count = plm_read_u8(&reader) % (PLM_CHUNKS_MAX + 1);
    row.events = (uint32_t)plm_read_u8(&reader) << 8;
    row.events |= plm_read_u8(&reader);
    row.first_ts = (plm_ts)plm_read_u64(&reader);
    uint64_t length = 0;
    const uint8_t *const span = plm_read_bytes(&reader, 7);
    if (span == NULL || row.first_ts < PLM_TS_MIN || row.first_ts >= PLM_TS_MAX) {
        return false;
    }
    memcpy(&length, span, 7);
    row.last_ts = (plm_ts)((uint64_t)row.first_ts + length);
    for (uint32_t i = 0; i < row.chunk_count; i++) {
        plm_chunk *const chunk = &row.chunks[i];
        chunk->id = plm_read_u8(&reader);
        chunk->codec = plm_read_u8(&reader);
        chunk->stored = plm_read_u32(&reader);
        chunk->raw = plm_read_u32(&reader);
        chunk->values = plm_read_u32(&reader);
    }
    out->bytes = reader.at;
    for (uint32_t i = 0; i < row.chunk_count; i++) {
        const uint8_t *const stored = plm_read_bytes(&reader, row.chunks[i].stored);
        if (stored == NULL) {
            return false;
        }
        row.chunks[i].crc = plm_crc32c(0, stored, row.chunks[i].stored);
    }
    plm_buffer text = {0};
    plm_index_row_put(&row, NULL, 0, &text);
    plm_reader again = plm_reader_init(text.data, text.size);
    plm_index_row_read(&again, 0, 0, 0, &out->row, NULL);
    plm_buffer_free(&text);
    return !again.failed && !reader.failed;
}

#endif
