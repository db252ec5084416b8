/*
 * wire.h - little-endian bytes and LEB128 numbers, read with a bound and a sticky failure, written
 * to a growing buffer.
 *
 * A reader that has failed returns zeros and stays failed, so parsing code is straight and asks
 * once at the end.
 */
#ifndef PLM_WIRE_H
#define PLM_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "memory.h"

typedef struct plm_reader {
    const uint8_t *at, *end;
    bool failed;
} plm_reader;

static inline plm_reader plm_reader_init(const uint8_t *bytes, size_t size)
{
    return (plm_reader){bytes, bytes + size, false};
}

static inline size_t plm_reader_left(const plm_reader *reader)
{
    return (size_t)(reader->end - reader->at);
}

/* Borrows `size` bytes; NULL on failure. */
static inline const uint8_t *plm_read_bytes(plm_reader *reader, size_t size)
{
    if (reader->failed || size > plm_reader_left(reader)) {
        reader->failed = true;
        return NULL;
    }
    const uint8_t *const bytes = reader->at;
    reader->at += size;
    return bytes;
}

static inline uint8_t plm_read_u8(plm_reader *reader)
{
    const uint8_t *const bytes = plm_read_bytes(reader, 1);
    return bytes != NULL ? bytes[0] : 0;
}

static inline uint32_t plm_read_u32(plm_reader *reader)
{
    const uint8_t *const bytes = plm_read_bytes(reader, 4);
    uint32_t value = 0;
    if (bytes != NULL) {
        memcpy(&value, bytes, sizeof value);
    }
    return value;
}

static inline uint64_t plm_read_u64(plm_reader *reader)
{
    const uint8_t *const bytes = plm_read_bytes(reader, 8);
    uint64_t value = 0;
    if (bytes != NULL) {
        memcpy(&value, bytes, sizeof value);
    }
    return value;
}

/* LEB128; more than 64 bits, or a form longer than needed, is a failure: every number has one form.
 */
static inline uint64_t plm_read_varint(plm_reader *reader)
{
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        const uint8_t byte = plm_read_u8(reader);
        const uint64_t bits = byte & 0x7fu;
        if ((shift == 63 && bits > 1) || (shift > 0 && byte == 0)) {
            break;
        }
        value |= bits << shift;
        if ((byte & 0x80u) == 0) {
            return reader->failed ? 0 : value;
        }
    }
    reader->failed = true;
    return 0;
}

static inline uint64_t plm_zigzag(int64_t value)
{
    return ((uint64_t)value << 1) ^ (uint64_t)(value >> 63);
}

static inline int64_t plm_unzigzag(uint64_t value)
{
    return (int64_t)(value >> 1) ^ -(int64_t)(value & 1);
}

static inline int64_t plm_read_signed(plm_reader *reader)
{
    return plm_unzigzag(plm_read_varint(reader));
}

typedef struct plm_buffer {
    uint8_t *data;
    size_t size, cap;
} plm_buffer;

/* Makes room for `more` bytes behind the used ones and returns where they begin. */
static inline uint8_t *plm_buffer_reserve(plm_buffer *buffer, size_t more)
{
    if (buffer->data == NULL || buffer->cap - buffer->size < more) {
        const size_t least = buffer->size + more;
        buffer->cap = least > buffer->cap * 2 ? least : buffer->cap * 2;
        buffer->data = plm_realloc(buffer->data, buffer->cap, 1);
    }
    return buffer->data + buffer->size;
}

static inline void plm_put_bytes(plm_buffer *buffer, const void *bytes, size_t size)
{
    uint8_t *const to = plm_buffer_reserve(buffer, size);
    if (size > 0) {
        memcpy(to, bytes, size);
    }
    buffer->size += size;
}

static inline void plm_put_u8(plm_buffer *buffer, uint8_t value)
{
    plm_put_bytes(buffer, &value, 1);
}

static inline void plm_put_u32(plm_buffer *buffer, uint32_t value)
{
    plm_put_bytes(buffer, &value, sizeof value);
}

static inline void plm_put_u64(plm_buffer *buffer, uint64_t value)
{
    plm_put_bytes(buffer, &value, sizeof value);
}

static inline void plm_put_varint(plm_buffer *buffer, uint64_t value)
{
    uint8_t *to = plm_buffer_reserve(buffer, 10);
    while (value >= 0x80) {
        *to++ = (uint8_t)(value | 0x80);
        value >>= 7;
    }
    *to++ = (uint8_t)value;
    buffer->size = (size_t)(to - buffer->data);
}

static inline void plm_put_signed(plm_buffer *buffer, int64_t value)
{
    plm_put_varint(buffer, plm_zigzag(value));
}

static inline void plm_buffer_free(plm_buffer *buffer)
{
    plm_free(buffer->data);
    *buffer = (plm_buffer){NULL, 0, 0};
}

#endif
