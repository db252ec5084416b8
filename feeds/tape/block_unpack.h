/*
 * block_unpack.h - the chunks of a block as compact arrays: changed prices only, new instants only.
 * Private to this folder.
 */
#ifndef PLM_BLOCK_UNPACK_H
#define PLM_BLOCK_UNPACK_H

#include "block_decode.h"

/* A dictionary entry, arranged for the loops. */
typedef struct plm_unpacked_key {
    uint64_t meta;    /* sym, kind, side, flags: the last eight bytes of the event */
    uint64_t px_unit; /* 0 without price */
    uint64_t qty_unit;
    uint32_t chain; /* the spare chain when there is no price */
    uint16_t
        px_column; /* PLM_CHUNK_PX of its class, less PLM_CHUNK_PX; the size column is the next */
    uint8_t has_qty, is_quote;
    uint64_t qty; /* running size, in units */
} plm_unpacked_key;

/* A column of values; wide is used instead of low when the chunk has escapes. */
typedef struct plm_unpacked {
    uint32_t *low;
    uint64_t *wide;
    uint32_t count;
    bool escaped;
} plm_unpacked;

/* Whole groups, and places that a loop may look at (not use) beyond the last value. */
#define PLM_UNPACKED_ROOM (PLM_CODEC_ROOM(PLM_BLOCK_EVENTS_MAX) + PLM_PFOR_GROUP)
#define PLM_PRICE_COLUMNS                                                                          \
    (2 * PLM_CLASS_COUNT) /* price and size of each class: PLM_CHUNK_PX and on */

struct plm_block_decoder {
    plm_chunk_reader *chunks;
    plm_unpacked column[PLM_CHUNK_COUNT];
    uint16_t *tag;
    plm_unpacked_key *entries;
    uint64_t *chain_base, *chain_unit,
        *chain_px; /* one spare at the end; px is the running price */
    plm_ts first_ts;
    int64_t first_lag;
    uint64_t ts_unit, recv_unit;
    uint32_t entry_count, chain_count;
    /* What plm_block_columns hands out; the 64-bit arrays are made when a block first needs them.
     */
    plm_columns columns;
    plm_block_key *keys;
    plm_ts *ts, *recv;
    int32_t *px32;
    int64_t *px64, *qty64;
    uint32_t *qty32;
};

static inline uint64_t plm_unpacked_at(const plm_unpacked *column, uint32_t at)
{
    return column->escaped ? column->wide[at] : column->low[at];
}

/* The same of a column of signed values, which are two's complement once unpacked. */
static inline uint64_t plm_unpacked_signed(const plm_unpacked *column, uint32_t at)
{
    return column->escaped ? column->wide[at] : (uint64_t)(int64_t)(int32_t)column->low[at];
}

/* Bits of the chunk ids that a mask of columns needs. */
uint32_t plm_block_chunks(uint32_t mask);

/* Checks and unpacks what the mask asks for. */
PLM_NODISCARD plm_status plm_block_unpack(plm_block_decoder *decoder,
                                          const plm_block_source *source, uint32_t mask,
                                          plm_diag *diag);

/* The message for a block that does not add up. */
PLM_NODISCARD plm_status plm_block_refuse(const plm_block_source *source, plm_diag *diag,
                                          const char *what);

#endif
