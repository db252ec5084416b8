/*
 * tally.h - counts, ranges and sums over the events of a tape, per instrument and kind.
 */
#ifndef PLM_TALLY_H
#define PLM_TALLY_H

#include "num.h"
#include "stream.h"

typedef struct plm_tally_kind {
    uint64_t count;
    plm_ts first, last;
    bool has_px;
    int64_t px_min, px_max; /* empty quotes left out */
    plm_i128 qty;           /* sum, for kinds where a sum of sizes means something */
} plm_tally_kind;

typedef struct plm_tally_row {
    uint64_t count;
    plm_ts first, last;
    int64_t silence_ns;    /* the longest time without an event */
    plm_ts silence_end;    /* when it ended */
    int64_t gap_ns;        /* the longest gap that the tape declares */
    plm_tally_kind *kinds; /* PLM_EV_KIND_COUNT of them; NULL when there are no events */
} plm_tally_row;

typedef struct plm_tally {
    uint64_t events, same_stamp; /* same_stamp: events with the time of the one before */
    plm_ts last;
    uint32_t row_count;
    plm_tally_row *rows;
} plm_tally;

void plm_tally_init(plm_tally *tally, uint32_t row_count);
void plm_tally_fini(plm_tally *tally);
void plm_tally_add(plm_tally *tally, const plm_batch *batch);

/* Whether sizes of this kind are summed up: what was traded, not what was offered. */
bool plm_tally_is_volume(unsigned kind);

#endif
