/*
 * life.c - puts changes of status between the events of a stream.
 */
#include "life.h"

#include <string.h>

#include "check.h"
#include "memory.h"
#include "timetext.h"

/* What has been said of a row. */
typedef enum life_state {
    LIFE_NONE = 0, /* nothing is known of it, or all has been said */
    LIFE_FRESH,    /* it has no events yet */
    LIFE_TRADED,
    LIFE_DEAD
} life_state;

typedef struct row_life {
    plm_life life;
    life_state state;
} row_life;

typedef struct life_stream {
    plm_stream stream;
    plm_stream *inner;
    plm_life_find find;
    const void *context;
    plm_batch *batch;
    uint32_t at;
    bool ended;
    row_life *rows;
    uint32_t row_count, open; /* rows of which something may be said yet */
} life_stream;

static void grow_rows(life_stream *self)
{
    uint32_t const rows = self->inner->row_count;
    if (rows > self->row_count) {
        self->rows = plm_realloc(self->rows, rows, sizeof *self->rows);
        for (uint32_t row = self->row_count; row < rows; row++) {
            row_life life = {.state = LIFE_NONE};
            if (self->find(self->context, self->inner->rows[row].symbol, &life.life)) {
                plm_assert(life.life.delisted <= life.life.relisted);
                life.state = LIFE_FRESH;
                self->open++;
            }
            self->rows[row] = life;
        }
        self->row_count = rows;
    }
    self->stream.rows = self->inner->rows;
    self->stream.row_count = rows;
}

/* The next change of status that is due before an event of that time, or PLM_NO_SYM. */
static uint32_t find_due(const life_stream *self, plm_ts ts)
{
    uint32_t due = PLM_NO_SYM;
    plm_ts first = INT64_MAX;
    for (uint32_t row = 0; row < self->row_count; row++) {
        const row_life *const now = &self->rows[row];
        bool const dies = now->state == LIFE_TRADED && now->life.delisted < ts;
        bool const returns = now->state == LIFE_DEAD && now->life.relisted <= ts;
        plm_ts const when = dies ? now->life.delisted : now->life.relisted;
        if ((dies || returns) && when < first) {
            first = when;
            due = row;
        }
    }
    return due;
}

static void put_change(life_stream *self, uint32_t row, plm_batch *out)
{
    row_life *const now = &self->rows[row];
    bool const dies = now->state == LIFE_TRADED;
    plm_ts const ts = dies ? now->life.delisted : now->life.relisted;
    out->event[out->count] = (plm_event){.ts = ts,
                                         .sym = row,
                                         .kind = PLM_EV_STATUS,
                                         .side = dies ? PLM_STATUS_DELIST : PLM_STATUS_RELIST};
    out->recv[out->count] = ts;
    out->count++;
    now->state = dies ? LIFE_DEAD : LIFE_NONE;
    self->open -= dies ? 0 : 1;
}

static plm_status note_event(life_stream *self, const plm_event *event, plm_diag *diag)
{
    row_life *const row = &self->rows[event->sym];
    if (row->state == LIFE_FRESH) {
        bool const before = event->ts <= row->life.delisted;
        row->state = before ? LIFE_TRADED : LIFE_NONE;
        self->open -= before ? 0 : 1;
    }
    if (row->state != LIFE_DEAD) {
        return PLM_OK;
    }
    char from[PLM_TIME_TEXT_CAP];
    char to[PLM_TIME_TEXT_CAP];
    char now[PLM_TIME_TEXT_CAP];
    (void)plm_time_format(row->life.delisted, from);
    (void)plm_time_format(row->life.relisted, to);
    (void)plm_time_format(event->ts, now);
    return plm_fail(diag, PLM_ERR_INPUT,
                    "%s: an event at %s, but the symbol was dead from %s and another coin's from "
                    "%s; none is allowed in between (--relist SYMBOL=FROM/TO says otherwise)",
                    self->stream.rows[event->sym].symbol, now, from, to);
}

static plm_status refill(life_stream *self, plm_diag *diag)
{
    plm_status const status = self->inner->next(self->inner, diag, self->batch);
    PLM_TRY(status);
    self->ended = status == PLM_END;
    self->at = 0;
    grow_rows(self);
    return PLM_OK;
}

static plm_status life_next(plm_stream *stream, plm_diag *diag, plm_batch *out)
{
    life_stream *const self = stream->impl;
    out->count = 0;
    while (!self->ended && out->count < PLM_BATCH_CAP) {
        if (self->at == self->batch->count) {
            PLM_TRY(refill(self, diag));
            continue;
        }
        const plm_event *const event = &self->batch->event[self->at];
        if (self->open > 0) {
            uint32_t const due = find_due(self, event->ts);
            if (due != PLM_NO_SYM) {
                put_change(self, due, out);
                continue;
            }
            PLM_TRY(note_event(self, event, diag));
        }
        out->event[out->count] = *event;
        out->recv[out->count] = self->batch->recv[self->at];
        out->count++;
        self->at++;
    }
    return out->count > 0 ? PLM_OK : PLM_END;
}

static void life_destroy(plm_stream *stream)
{
    if (stream == NULL) {
        return;
    }
    life_stream *const self = stream->impl;
    self->inner->destroy(self->inner);
    plm_free(self->batch);
    plm_free(self->rows);
    plm_free(self);
}

plm_stream *plm_life_create(plm_stream *inner, plm_life_find find, const void *context)
{
    life_stream *const self = plm_alloc(1, sizeof *self);
    self->stream = (plm_stream){
        .impl = self, .has_recv = inner->has_recv, .next = life_next, .destroy = life_destroy};
    self->inner = inner;
    self->find = find;
    self->context = context;
    self->batch = plm_alloc(1, sizeof *self->batch);
    grow_rows(self);
    return &self->stream;
}
