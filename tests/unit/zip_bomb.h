/*
 * zip_bomb.h - bytes that grow as they are put, gzip of some of them, and a zip file whose members
 * overlap, for tests.
 */
#ifndef PLM_ZIP_BOMB_H
#define PLM_ZIP_BOMB_H

#include <zlib.h>

#include "memory.h"
#include "plm_test.h"

typedef struct blob {
    uint8_t *bytes;
    size_t size, cap;
} blob;

static inline void blob_add(blob *out, const void *bytes, size_t size)
{
    if (out->cap - out->size <= size) {
        out->cap = 2 * (out->cap + size + 1);
        out->bytes = plm_realloc(out->bytes, out->cap, 1);
    }
    if (size > 0) {
        memcpy(out->bytes + out->size, bytes, size);
    }
    out->size += size;
}

static inline void add_gzip(blob *out, const void *bytes, size_t size)
{
    z_stream stream = {0};
    assert_int_equal(deflateInit2(&stream, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
    size_t const room = deflateBound(&stream, size) + 64;
    uint8_t *const packed = plm_alloc(room, 1);
    stream.next_in = (z_const Bytef *)bytes;
    stream.avail_in = (uInt)size;
    stream.next_out = packed;
    stream.avail_out = (uInt)room;
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    blob_add(out, packed, room - stream.avail_out);
    assert_int_equal(deflateEnd(&stream), Z_OK);
    plm_free(packed);
}

static inline void blob_put16(blob *out, size_t value)
{
    blob_add(out, (uint8_t[]){(uint8_t)value, (uint8_t)(value >> 8)}, 2);
}

static inline void blob_put32(blob *out, size_t value)
{
    blob_put16(out, value & 0xffff);
    blob_put16(out, value >> 16);
}

/* From the version to the length of the name. */
static inline void put_zip_head(blob *out, uint32_t crc, size_t packed, size_t size)
{
    blob_put16(out, 20);
    blob_put16(out, 0);
    blob_put16(out, 8); /* deflated */
    blob_put32(out, 0);
    blob_put32(out, crc);
    blob_put32(out, packed);
    blob_put32(out, size);
    blob_put16(out, 1);
}

/* 300 members of a mebibyte that are one and the same kilobyte of packed bytes: the head of each is
 * an extra field of the one before it. */
static inline blob make_overlapping_zip(void)
{
    enum { MEMBERS = 300, HEAD = 35 };
    size_t const size = (size_t)1 << 20;
    uint8_t *const zeros = plm_alloc(size, 1);
    blob gzip = {NULL, 0, 0};
    blob out = {NULL, 0, 0};
    add_gzip(&gzip, zeros, size);
    size_t const packed = gzip.size - 18; /* without gzip's own head and end */
    uint32_t const crc = (uint32_t)crc32(0, zeros, (uInt)size);
    for (size_t i = 0; i < MEMBERS; i++) {
        size_t const extra = (MEMBERS - 1 - i) * HEAD;
        blob_add(&out, "PK\3\4", 4);
        put_zip_head(&out, crc, packed, size);
        blob_put16(&out, extra + 4);
        blob_add(&out, "a", 1);
        blob_put16(&out, 0xcafe);
        blob_put16(&out, extra);
    }
    blob_add(&out, gzip.bytes + 10, packed);
    size_t const directory = out.size;
    for (size_t i = 0; i < MEMBERS; i++) {
        blob_add(&out, "PK\1\2\24\3", 6);
        put_zip_head(&out, crc, packed, size);
        blob_add(&out, "\0\0\0\0\0\0\0\0\0\0\xa4\x81", 12);
        blob_put32(&out, i * HEAD);
        blob_add(&out, "a", 1);
    }
    size_t const end = out.size;
    blob_add(&out, "PK\5\6\0\0\0\0", 8);
    blob_put16(&out, MEMBERS);
    blob_put16(&out, MEMBERS);
    blob_put32(&out, end - directory);
    blob_put32(&out, directory);
    blob_put16(&out, 0);
    plm_free(zeros);
    plm_free(gzip.bytes);
    return out;
}

#endif
