/*
 * blob_pack.h - a block of equity: six columns of numbers as their steps, in the fewest bytes.
 *
 * A column of n numbers of 64 bits is its first one, its least step (both 8 bytes), the bytes w of
 * a step (1 byte: 0, 1, 2, 4 or 8), and n - 1 steps less the least one, of w bytes each; all
 * little-endian, sums modulo 2^64. Columns follow one another. docs/database.md, "Blobs".
 */
#ifndef PLM_BLOB_PACK_H
#define PLM_BLOB_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "status.h"

enum {
    PLM_BLOB_TS,
    PLM_BLOB_NAV,
    PLM_BLOB_UNREALISED,
    PLM_BLOB_EQUITY,
    PLM_BLOB_INITIAL,
    PLM_BLOB_MAINTENANCE,
    PLM_BLOB_COLUMNS
};

#define PLM_BLOB_ROWS_MAX 4096u
#define PLM_BLOB_UNKNOWN INT64_MIN

/* What a block of `rows` rows may take. */
size_t plm_blob_pack_cap(size_t rows);
/* Column c begins at value[c * stride] and has `rows` numbers, one at least. Returns the bytes
 * written. */
size_t plm_blob_pack(const int64_t *value, size_t stride, size_t rows, uint8_t *out);
/* The other way; false: those are no `rows` rows. */
PLM_NODISCARD bool plm_blob_unpack(const uint8_t *data, size_t size, int64_t *value, size_t stride,
                                   size_t rows);

#endif
