/*
 * array_stream.h - a stream over events in memory, in batches of a chosen size, and its opposite.
 */
#ifndef PLM_ARRAY_STREAM_H
#define PLM_ARRAY_STREAM_H

#include "plm_test.h"

#include <string.h>

#include "instrument_text.h"
#include "memory.h"
#include "stream.h"

typedef struct array_stream {
    plm_stream stream;
    const plm_event *events;
    const plm_ts *recv; /* NULL: no second clock */
    uint32_t count, at, batch;
    uint32_t *destroyed; /* counts calls of destroy, may be NULL */
} array_stream;

static inline plm_status array_stream_next(plm_stream *stream, plm_diag *diag, plm_batch *out)
{
    (void)diag;
    array_stream *const self = stream->impl;
    out->count = 0;
    while (self->at < self->count && out->count < self->batch) {
        out->event[out->count] = self->events[self->at];
        out->recv[out->count] = self->recv != NULL ? self->recv[self->at] : 0;
        out->count++;
        self->at++;
    }
    return out->count > 0 ? PLM_OK : PLM_END;
}

static inline void array_stream_destroy(plm_stream *stream)
{
    array_stream *const self = stream->impl;
    if (self->destroyed != NULL) {
        ++*self->destroyed;
    }
    plm_free(self);
}

static inline plm_stream *array_stream_create(const plm_instrument *rows, uint32_t row_count,
                                              const plm_event *events, const plm_ts *recv,
                                              uint32_t count, uint32_t batch)
{
    array_stream *const self = plm_alloc(1, sizeof *self);
    self->stream = (plm_stream){.impl = self,
                                .has_recv = recv != NULL,
                                .row_count = row_count,
                                .rows = rows,
                                .next = array_stream_next,
                                .destroy = array_stream_destroy};
    self->events = events;
    self->recv = recv;
    self->count = count;
    self->batch = batch;
    return &self->stream;
}

/* Reads a stream to its end; at most cap events. */
static inline uint32_t array_stream_collect(plm_stream *stream, plm_event *out, plm_ts *out_recv,
                                            uint32_t cap)
{
    plm_batch *const batch = plm_alloc(1, sizeof *batch);
    plm_diag diag;
    plm_diag_init(&diag);
    uint32_t count = 0;
    for (;;) {
        plm_status const status = stream->next(stream, &diag, batch);
        assert_ok(status, &diag);
        if (status == PLM_END) {
            assert_int_equal(batch->count, 0);
            break;
        }
        assert_true(batch->count > 0 && count + batch->count <= cap);
        memcpy(out + count, batch->event, batch->count * sizeof *out);
        if (out_recv != NULL) {
            memcpy(out_recv + count, batch->recv, batch->count * sizeof *out_recv);
        }
        count += batch->count;
    }
    plm_free(batch);
    return count;
}

static inline plm_instrument array_stream_row(const char *symbol)
{
    plm_instrument row = plm_instrument_default(PLM_INST_SPOT);
    (void)strncpy(row.symbol, symbol, sizeof row.symbol - 1);
    memcpy(row.base, "B", 2);
    memcpy(row.quote, "Q", 2);
    row.tick = row.lot = 1;
    return row;
}

#endif
