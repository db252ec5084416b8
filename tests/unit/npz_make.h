/*
 * npz_make.h - hftbacktest arrays and a zip file around them, made byte by byte, for tests and
 * fuzzing.
 */
#ifndef PLM_NPZ_MAKE_H
#define PLM_NPZ_MAKE_H

#include <stdio.h>
#include <string.h>
#include <zlib.h>

#include "wire.h"

#define NPZ_EXCH (UINT64_C(1) << 31)
#define NPZ_LOCAL (UINT64_C(1) << 30)
#define NPZ_BUY (UINT64_C(1) << 29)
#define NPZ_SELL (UINT64_C(1) << 28)
#define NPZ_BOTH (NPZ_EXCH | NPZ_LOCAL)

#define NPZ_DTYPE                                                                                  \
    "{'descr': [('ev', '<u8'), ('exch_ts', '<i8'), ('local_ts', '<i8'), ('px', '<f8'), "           \
    "('qty', '<f8'), ('order_id', '<u8'), ('ival', '<i8'), ('fval', '<f8')], "

/* The head as numpy writes it: filled with blanks to 256 bytes. */
static inline void npz_put_head(plm_buffer *out, const char *type, unsigned long rows)
{
    char text[247];
    int const size =
        snprintf(text, sizeof text, "%s'fortran_order': False, 'shape': (%lu,), }", type, rows);
    plm_put_bytes(out, "\x93NUMPY\x01\x00\xf6\x00", 10);
    plm_put_bytes(out, text, (size_t)size);
    for (int i = size; i < 245; i++) {
        plm_put_u8(out, ' ');
    }
    plm_put_u8(out, '\n');
}

static inline void npz_put_row(plm_buffer *out, uint64_t ev, int64_t exch, int64_t local,
                               uint64_t px_bits, uint64_t qty_bits)
{
    plm_put_u64(out, ev);
    plm_put_u64(out, (uint64_t)exch);
    plm_put_u64(out, (uint64_t)local);
    plm_put_u64(out, px_bits);
    plm_put_u64(out, qty_bits);
    for (int i = 0; i < 3; i++) {
        plm_put_u64(out, 0);
    }
}

/* One stored member. */
static inline void npz_put_zip(plm_buffer *out, const plm_buffer *member)
{
    static const char NAME[] = "data.npy";
    uint32_t const crc = (uint32_t)crc32(0, member->data, (uInt)member->size);
    uint32_t const size = (uint32_t)member->size;
    uint32_t const begin = (uint32_t)out->size;
    plm_put_bytes(out, "PK\3\4\24\0\0\0\0\0\0\0\0\0", 14);
    plm_put_u32(out, crc);
    plm_put_u32(out, size);
    plm_put_u32(out, size);
    plm_put_u32(out, sizeof NAME - 1); /* and no extra field */
    plm_put_bytes(out, NAME, sizeof NAME - 1);
    plm_put_bytes(out, member->data, member->size);
    uint32_t const directory = (uint32_t)out->size - begin;
    plm_put_bytes(out, "PK\1\2\24\3\24\0\0\0\0\0\0\0\0\0", 16);
    plm_put_u32(out, crc);
    plm_put_u32(out, size);
    plm_put_u32(out, size);
    plm_put_u32(out, sizeof NAME - 1);
    plm_put_bytes(out, "\0\0\0\0\0\0\0\0\xa4\x81\0\0\0\0", 14);
    plm_put_bytes(out, NAME, sizeof NAME - 1);
    uint32_t const end = (uint32_t)out->size - begin;
    plm_put_bytes(out, "PK\5\6\0\0\0\0\1\0\1\0", 12);
    plm_put_u32(out, end - directory);
    plm_put_u32(out, directory);
    plm_put_bytes(out, "\0\0", 2);
}

/* The bits of a double. */
static inline uint64_t npz_bits(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

#endif
