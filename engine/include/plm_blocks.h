/*
 * plm_blocks.h - a tape as the engine sees it: blocks with zone maps, and the columns of a block on
 * demand.
 *
 * feeds/tape implements it, so that column projection, band scans and the skipping of blocks are
 * the engine's decisions without the engine knowing a byte of the format. Prices of a block are
 * int32 (or int64) steps from a base: price = base + steps * unit, per chain. Zones tell the range
 * of every price key without touching the block.
 */
#ifndef PLM_BLOCKS_H
#define PLM_BLOCKS_H

#include <stdbool.h>

#include "plimsoll.h"
#include "status.h"

#define PLM_BLOCK_EVENTS_MAX 16384 /* events of a block */
#define PLM_BLOCK_KEYS_MAX 16384   /* distinct (row, kind, side, flags) of a block */

/* What one price key did in a block. */
typedef struct plm_zone {
    uint32_t sym;
    uint8_t key;     /* plm_price_key */
    bool emptied;    /* bid, ask: the side was empty at some point; such points are in none of the
                        prices below */
    bool ends_empty; /* bid, ask: the side is empty at the end of the block */
    uint8_t pad_;
    uint32_t count;                   /* events that set this key */
    plm_px first, last, min, max;     /* over the events that have a price; 0 when none has */
    plm_qty last_qty;                 /* bid, ask, last: size at the end */
    uint64_t volume_low, volume_high; /* last: sum of trade sizes, 128 bits */
} plm_zone;

typedef struct plm_block_info {
    uint64_t index; /* of the block on the tape */
    uint64_t first_event;
    uint32_t events;
    bool continues; /* the block begins inside the instant that the block before ended with */
    plm_ts first_ts, last_ts;
    uint64_t kinds; /* PLM_EV_BIT of every kind in the block */
    uint32_t zone_count;
    const plm_zone *zones; /* by (sym, key) */
} plm_block_info;

/* A page of the index: consecutive blocks. Borrowed until the next call of page. */
typedef struct plm_block_page {
    uint64_t first_block;
    uint32_t count;
    const plm_block_info *blocks;
} plm_block_page;

/* One entry of a block's dictionary: everything of an event but time, price and size. */
typedef struct plm_block_key {
    uint32_t sym;
    uint8_t kind, side;
    uint16_t flags;
    plm_qty qty_unit; /* 0: events of this key carry no size */
    plm_px px_base;   /* price = px_base + px[i] * px_unit; px_unit 0: no price */
    plm_px px_unit;
} plm_block_key;

/* Which columns to decode. Tags and the dictionary always come. */
#define PLM_COLUMN_TS 1u   /* ts */
#define PLM_COLUMN_PX 2u   /* px32 or px64 */
#define PLM_COLUMN_QTY 4u  /* qty32 or qty64 */
#define PLM_COLUMN_RECV 8u /* recv */
#define PLM_COLUMN_ALL 15u

#define PLM_TAG_INSTANT 1u /* the event begins a new instant */
#define PLM_TAG_PX 2u      /* the price differs from the one before on its chain */
#define PLM_TAG_SHIFT 2    /* tag >> 2 is the index into keys */

/* One entry per event in every array; arrays that were not asked for are NULL. Borrowed until the
 * next call. */
typedef struct plm_columns {
    uint32_t count, key_count;
    const plm_block_key *keys;
    const uint16_t *tag;
    const plm_ts *ts;
    const int32_t
        *px32; /* steps of px_unit from px_base; NULL when a price of the block needs 64 bits */
    const int64_t *px64;   /* the same in 64 bits; set when px32 is not */
    const uint32_t *qty32; /* multiples of qty_unit; NULL when a size needs 64 bits */
    const int64_t *qty64;
    const plm_ts *recv;
} plm_columns;

typedef struct plm_blocks plm_blocks;
struct plm_blocks {
    void *impl;
    uint64_t block_count, event_count;
    plm_ts first_ts, last_ts;
    bool has_recv, synthetic;
    uint64_t kinds; /* PLM_EV_BIT of every kind on the tape */
    uint32_t row_count;
    const plm_instrument *rows;
    uint8_t digest[32];
    /* The index page that holds block `index`. */
    plm_status (*page)(plm_blocks *self, uint64_t index, plm_diag *diag,
                       const plm_block_page **out);
    /* The first block whose last event is at or after ts; block_count when there is none. */
    plm_status (*seek)(plm_blocks *self, plm_ts ts, plm_diag *diag, uint64_t *out_index);
    /* Decodes the asked columns of a block. */
    plm_status (*columns)(plm_blocks *self, uint64_t index, uint32_t mask, plm_diag *diag,
                          const plm_columns **out);
    /* Decodes a block whole, as structs; recv may be NULL. Both arrays have PLM_BLOCK_EVENTS_MAX
     * places. */
    plm_status (*events)(plm_blocks *self, uint64_t index, plm_diag *diag, plm_event *out_events,
                         plm_ts *out_recv, uint32_t *out_count);
};

#endif
