/*
 * derive.c - keeps the books, and compares their best with what was said of it.
 */
#include "derive.h"

#include <string.h>

#include "check.h"
#include "ladder.h"
#include "memory.h"

typedef struct book_side {
    plm_ladder ladder;
    plm_rung said; /* the best that was last passed on; 0, 0 = empty */
} book_side;

typedef struct book {
    book_side side[2]; /* bid, ask */
    plm_ts recv;       /* the latest of the L2 events of this instant */
    bool has_levels, has_quotes, dirty;
} book;

typedef struct derive {
    plm_stream stream;
    plm_stream *inner;
    plm_batch *batch;
    uint32_t at;
    bool ended, flushing;
    plm_ts instant;
    book *books;
    uint32_t book_count;
    uint32_t *dirty; /* rows touched in this instant, in order */
    uint32_t dirty_count, flushed;
} derive;

PLM_STATIC_ASSERT(PLM_DERIVE_LEVELS_MAX <= PLM_LADDER_MAX, "a ladder holds what is allowed here");

static plm_status set_level(plm_ladder *ladder, const plm_event *event, const char *symbol,
                            plm_diag *diag)
{
    bool const full = ladder->count == PLM_DERIVE_LEVELS_MAX;
    bool const grows = full && event->qty != 0 && plm_ladder_get(ladder, event->px) == 0;
    if (grows || !plm_ladder_set(ladder, event->px, event->qty)) {
        return plm_fail(diag, PLM_ERR_INPUT,
                        "%s: the book has more than %d levels on one side; at most that many "
                        "are allowed (are levels never removed?)",
                        symbol, PLM_DERIVE_LEVELS_MAX);
    }
    return PLM_OK;
}

/* -- events ---------------------------------------------------------------------------------- */

static void grow_books(derive *self)
{
    uint32_t const rows = self->inner->row_count;
    if (rows > self->book_count) {
        self->books = plm_realloc(self->books, rows, sizeof *self->books);
        memset(&self->books[self->book_count], 0, (rows - self->book_count) * sizeof *self->books);
        for (uint32_t sym = self->book_count; sym < rows; sym++) {
            plm_ladder_init(&self->books[sym].side[0].ladder, true);
            plm_ladder_init(&self->books[sym].side[1].ladder, false);
        }
        self->dirty = plm_realloc(self->dirty, rows, sizeof *self->dirty);
        self->book_count = rows;
    }
    self->stream.row_count = rows;
    self->stream.rows = self->inner->rows;
}

/* Lets one event change its book. */
static plm_status apply(derive *self, const plm_event *event, plm_ts recv, plm_diag *diag)
{
    plm_assert(event->sym < self->book_count);
    book *const row = &self->books[event->sym];
    const char *const symbol = self->stream.rows[event->sym].symbol;
    bool const is_quote = event->kind == PLM_EV_BID || event->kind == PLM_EV_ASK;
    bool const is_level = event->kind == PLM_EV_LEVEL || event->kind == PLM_EV_CLEAR;
    row->has_quotes |= is_quote;
    row->has_levels |= is_level;
    if (row->has_quotes && row->has_levels) {
        return plm_fail(
            diag, PLM_ERR_INPUT,
            "%s: has both L2 levels and best quotes of its own; best quotes are derived "
            "only for sources without",
            symbol);
    }
    if (!is_level) {
        return PLM_OK;
    }
    if (!row->dirty) {
        row->dirty = true;
        row->recv = recv;
        self->dirty[self->dirty_count++] = event->sym;
    }
    row->recv = recv > row->recv ? recv : row->recv;
    if (event->kind == PLM_EV_CLEAR) {
        for (unsigned i = 0; i < 2; i++) {
            if (event->side == PLM_SIDE_NONE || event->side == i + 1) {
                plm_ladder_clear(&row->side[i].ladder);
            }
        }
        return PLM_OK;
    }
    book_side *const side = &row->side[event->side == PLM_SIDE_BUY ? 0 : 1];
    return set_level(&side->ladder, event, symbol, diag);
}

static void put(plm_batch *out, const plm_event *event, plm_ts recv)
{
    out->event[out->count] = *event;
    out->recv[out->count] = recv;
    out->count++;
}

/* Says the new best of the rows of this instant while out has room. */
static void flush(derive *self, plm_batch *out)
{
    while (self->flushed < self->dirty_count && out->count + 2 <= PLM_BATCH_CAP) {
        uint32_t const sym = self->dirty[self->flushed++];
        book *const row = &self->books[sym];
        row->dirty = false;
        for (unsigned i = 0; i < 2; i++) {
            book_side *const side = &row->side[i];
            bool const empty = side->ladder.count == 0;
            plm_rung const best = empty ? (plm_rung){0, 0} : plm_ladder_at(&side->ladder, 0);
            if (best.px == side->said.px && best.qty == side->said.qty) {
                continue;
            }
            side->said = best;
            put(out,
                &(plm_event){.ts = self->instant,
                             .px = best.px,
                             .qty = best.qty,
                             .sym = sym,
                             .kind = i == 0 ? PLM_EV_BID : PLM_EV_ASK,
                             .flags = PLM_FLAG_DERIVED},
                row->recv);
        }
    }
    self->flushing = self->flushed < self->dirty_count;
    if (!self->flushing) {
        self->dirty_count = 0;
        self->flushed = 0;
    }
}

static plm_status derive_next(plm_stream *stream, plm_diag *diag, plm_batch *out)
{
    derive *const self = stream->impl;
    out->count = 0;
    while (out->count + 2 <= PLM_BATCH_CAP) {
        if (self->flushing) {
            flush(self, out);
            continue;
        }
        if (self->at == self->batch->count && !self->ended) {
            plm_status const status = self->inner->next(self->inner, diag, self->batch);
            PLM_TRY(status);
            self->ended = status == PLM_END;
            self->at = 0;
            grow_books(self);
        }
        bool const more = self->at < self->batch->count;
        const plm_event *const event = &self->batch->event[self->at];
        if (self->dirty_count > 0 && (!more || event->ts != self->instant)) {
            self->flushing = true;
            continue;
        }
        if (!more) {
            break;
        }
        self->instant = event->ts;
        PLM_TRY(apply(self, event, self->batch->recv[self->at], diag));
        put(out, event, self->batch->recv[self->at]);
        self->at++;
    }
    return out->count > 0 ? PLM_OK : PLM_END;
}

static void derive_destroy(plm_stream *stream)
{
    if (stream == NULL) {
        return;
    }
    derive *const self = stream->impl;
    for (uint32_t i = 0; i < self->book_count; i++) {
        plm_ladder_fini(&self->books[i].side[0].ladder);
        plm_ladder_fini(&self->books[i].side[1].ladder);
    }
    plm_free(self->books);
    plm_free(self->dirty);
    plm_free(self->batch);
    self->inner->destroy(self->inner);
    plm_free(self);
}

plm_stream *plm_derive_create(plm_stream *inner)
{
    derive *const self = plm_alloc(1, sizeof *self);
    self->inner = inner;
    self->batch = plm_alloc(1, sizeof *self->batch);
    self->stream = (plm_stream){
        .impl = self, .has_recv = inner->has_recv, .next = derive_next, .destroy = derive_destroy};
    grow_books(self);
    return &self->stream;
}
