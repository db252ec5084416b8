/*
 * tape_stream.c - a tape as a stream of events.
 */
#include <inttypes.h>

#include "kinds.h"
#include "memory.h"
#include "tape_file.h"

typedef struct tape_stream {
    plm_stream stream;
    plm_tape *tape;
    plm_ts until;
    plm_ts from;
    uint64_t block; /* the next to decode */
    uint32_t at, count;
    plm_event events[PLM_BLOCK_EVENTS_MAX];
    plm_ts recv[PLM_BLOCK_EVENTS_MAX];
} tape_stream;

/* A tape whose checksums are right may still say what no writer would write. */
static plm_status check_events(const tape_stream *self, uint64_t block, uint32_t count,
                               plm_diag *diag)
{
    for (uint32_t i = 0; i < count; i++) {
        const plm_event *const event = &self->events[i];
        const char *const problem = plm_event_problem(event, &self->stream.rows[event->sym]);
        if (problem != NULL) {
            return plm_fail(diag, PLM_ERR_INPUT, "%s: block %" PRIu64 ": event %" PRIu32 ": %s",
                            plm_tape_get_info(self->tape)->path, block, i, problem);
        }
    }
    return PLM_OK;
}

/* Makes the next block that has wanted events the one at hand; PLM_END when there is none. */
static plm_status advance(tape_stream *self, plm_diag *diag)
{
    plm_blocks *const blocks = plm_tape_get_blocks(self->tape);
    while (self->block < blocks->block_count) {
        plm_ts *const recv = blocks->has_recv ? self->recv : NULL;
        uint32_t count = 0;
        PLM_TRY(blocks->events(blocks, self->block, diag, self->events, recv, &count));
        PLM_TRY(check_events(self, self->block, count, diag));
        self->block++;
        self->count = count; /* not before: a block that is refused stays refused */
        self->at = 0;
        while (self->at < self->count && self->events[self->at].ts < self->from) {
            self->at++;
        }
        if (self->at < self->count && self->events[self->at].ts < self->until) {
            return PLM_OK;
        }
        if (self->at < self->count) {
            self->block = UINT64_MAX;
        }
    }
    self->at = self->count;
    return PLM_END;
}

static plm_status next(plm_stream *stream, plm_diag *diag, plm_batch *out)
{
    tape_stream *const self = stream->impl;
    out->count = 0;
    if (self->at == self->count) {
        const plm_status status = advance(self, diag);
        if (status != PLM_OK) {
            return status;
        }
    }
    while (out->count < PLM_BATCH_CAP && self->at < self->count) {
        if (self->events[self->at].ts >= self->until) {
            self->at = self->count;
            self->block = UINT64_MAX;
            break;
        }
        out->event[out->count] = self->events[self->at];
        out->recv[out->count] = self->recv[self->at];
        out->count++;
        self->at++;
    }
    return out->count > 0 ? PLM_OK : PLM_END;
}

static void destroy(plm_stream *stream)
{
    if (stream != NULL) {
        plm_free(stream->impl);
    }
}

plm_status plm_tape_stream(plm_tape *tape, plm_ts from, plm_ts until, plm_diag *diag,
                           plm_stream **out)
{
    const plm_tape_info *const info = plm_tape_get_info(tape);
    plm_blocks *const blocks = plm_tape_get_blocks(tape);
    uint64_t block = 0;
    PLM_TRY(blocks->seek(blocks, from, diag, &block));
    tape_stream *const self = plm_alloc(1, sizeof *self);
    self->tape = tape;
    self->from = from;
    self->until = until != 0 ? until : PLM_TS_MAX;
    self->block = block;
    self->stream = (plm_stream){.impl = self,
                                .has_recv = info->has_recv,
                                .row_count = info->row_count,
                                .rows = info->rows,
                                .next = next,
                                .destroy = destroy};
    *out = &self->stream;
    return PLM_OK;
}
