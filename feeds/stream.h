/*
 * stream.h - a pull stream of events in time order: what tapes, importers and synthetic markets
 * look like to whoever merges or packs them.
 */
#ifndef PLM_STREAM_H
#define PLM_STREAM_H

#include <stdbool.h>
#include <stdint.h>

#include "plimsoll.h"
#include "status.h"

#define PLM_BATCH_CAP 4096
#define PLM_ROWS_MAX 65535u /* instruments of one stream or tape */

/* A run of events. recv[i] is when event i could be heard; meaningful only if the stream's has_recv
 * is true. */
typedef struct plm_batch {
    uint32_t count;
    plm_event event[PLM_BATCH_CAP];
    plm_ts recv[PLM_BATCH_CAP];
} plm_batch;

typedef struct plm_stream plm_stream;
struct plm_stream {
    void *impl;
    bool has_recv;
    uint32_t row_count; /* may grow between calls of next; a row never changes once it is there */
    const plm_instrument *rows; /* borrowed until the next call of next */
    /* Fills *out with at least one event and returns PLM_OK, or returns PLM_END with count 0, or
     * fails. */
    plm_status (*next)(plm_stream *self, plm_diag *diag, plm_batch *out);
    void (*destroy)(plm_stream *self); /* NULL allowed as self */
};

#endif
