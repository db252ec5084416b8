/*
 * merge.c - a binary heap of streams by (ts, rank). The stream on top is drained for as long as it
 * stays ahead of its two children, so that runs of one stream cost no heap work.
 */
#include "merge.h"

#include <string.h>

#include "check.h"
#include "memory.h"
#include "row_table.h"
#include "timetext.h"

typedef struct source {
    plm_stream *stream;
    plm_batch *batch;
    uint32_t at;        /* next event of the batch */
    uint32_t row_count; /* rows of the stream that are mapped */
    uint32_t row_cap;
    uint32_t *rows; /* row of the stream -> row of the merged table */
} source;

typedef struct key {
    plm_ts ts;
    uint32_t rank;
} key;

/* Where a kind of quote was met first; ts 0 = not yet. */
typedef struct place {
    plm_ts ts;
    uint32_t rank;
} place;

typedef struct quote_places {
    place derived, own;
} quote_places;

typedef struct merge {
    plm_stream stream;
    source *sources;
    uint32_t count;
    key *heap;
    uint32_t heap_size;
    bool started;
    plm_row_table table;
    quote_places *quotes; /* per row of the table */
    uint32_t quotes_count;
} merge;

static bool is_before(key a, key b)
{
    return a.ts != b.ts ? a.ts < b.ts : a.rank < b.rank;
}

static void sift_down(key *heap, uint32_t size, uint32_t at)
{
    key const moved = heap[at];
    for (;;) {
        uint32_t child = 2 * at + 1;
        if (child >= size) {
            break;
        }
        if (child + 1 < size && is_before(heap[child + 1], heap[child])) {
            child++;
        }
        if (!is_before(heap[child], moved)) {
            break;
        }
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = moved;
}

/* -- rows ------------------------------------------------------------------------------------ */

/* A quote of a row says that the tape derived it, or that it is the source's own: a row has one
 * kind. Notes where each was met first. */
static plm_status note_quote(merge *self, const plm_event *event, uint32_t rank, plm_diag *diag)
{
    quote_places *const row = &self->quotes[event->sym];
    place *const met = (event->flags & PLM_FLAG_DERIVED) != 0 ? &row->derived : &row->own;
    if (met->ts != 0) {
        return PLM_OK;
    }
    *met = (place){event->ts, rank};
    if (row->derived.ts == 0 || row->own.ts == 0) {
        return PLM_OK;
    }
    char derived[PLM_TIME_TEXT_CAP];
    char own[PLM_TIME_TEXT_CAP];
    (void)plm_time_format(row->derived.ts, derived);
    (void)plm_time_format(row->own.ts, own);
    return plm_fail(diag, PLM_ERR_INPUT,
                    "%s: best quotes derived from levels in input %u (%s) and quotes of its own in "
                    "input %u (%s); one kind is allowed",
                    self->table.rows[event->sym].symbol, row->derived.rank + 1, derived,
                    row->own.rank + 1, own);
}

static plm_status map_rows(merge *self, source *from, plm_diag *diag)
{
    plm_stream const *const stream = from->stream;
    if (from->row_cap < stream->row_count) {
        from->row_cap = stream->row_count;
        from->rows = plm_realloc(from->rows, from->row_cap, sizeof *from->rows);
    }
    while (from->row_count < stream->row_count) {
        PLM_TRY(plm_row_table_add(&self->table, &stream->rows[from->row_count], diag,
                                  &from->rows[from->row_count]));
        from->row_count++;
    }
    if (self->quotes_count < self->table.count) {
        self->quotes = plm_realloc(self->quotes, self->table.count, sizeof *self->quotes);
        memset(self->quotes + self->quotes_count, 0,
               (self->table.count - self->quotes_count) * sizeof *self->quotes);
        self->quotes_count = self->table.count;
    }
    self->stream.rows = self->table.rows;
    self->stream.row_count = self->table.count;
    return PLM_OK;
}

/* -- events ---------------------------------------------------------------------------------- */

/* Reads the next batch of a source; PLM_END when there is none. */
static plm_status refill(merge *self, source *from, plm_diag *diag)
{
    plm_status const status = from->stream->next(from->stream, diag, from->batch);
    PLM_TRY(status);
    PLM_TRY(map_rows(self, from, diag));
    from->at = 0;
    plm_assert((status == PLM_END) == (from->batch->count == 0));
    return status;
}

static plm_status start(merge *self, plm_diag *diag)
{
    for (uint32_t rank = 0; rank < self->count; rank++) {
        plm_status const status = refill(self, &self->sources[rank], diag);
        PLM_TRY(status);
        if (status == PLM_OK) {
            self->heap[self->heap_size++] = (key){self->sources[rank].batch->event[0].ts, rank};
        }
    }
    for (uint32_t at = self->heap_size / 2; at-- > 0;) {
        sift_down(self->heap, self->heap_size, at);
    }
    self->started = true;
    return PLM_OK;
}

/* Copies events of one source while they come before `limit`, the batch lasts and out has room. */
static plm_status drain(merge *self, uint32_t rank, key limit, plm_diag *diag, plm_batch *out)
{
    source *const from = &self->sources[rank];
    const plm_batch *const batch = from->batch;
    bool const has_recv = from->stream->has_recv;
    plm_ts last = batch->event[from->at].ts;
    while (from->at < batch->count && out->count < PLM_BATCH_CAP) {
        plm_event event = batch->event[from->at];
        plm_assert(event.ts >= last && event.sym < from->row_count);
        if (!is_before((key){event.ts, rank}, limit)) {
            break;
        }
        last = event.ts;
        event.sym = from->rows[event.sym];
        if (event.kind == PLM_EV_BID || event.kind == PLM_EV_ASK) {
            PLM_TRY(note_quote(self, &event, rank, diag));
        }
        out->event[out->count] = event;
        out->recv[out->count] = has_recv ? batch->recv[from->at] : event.ts;
        out->count++;
        from->at++;
    }
    return PLM_OK;
}

static plm_status merge_next(plm_stream *stream, plm_diag *diag, plm_batch *out)
{
    merge *const self = stream->impl;
    out->count = 0;
    if (!self->started) {
        PLM_TRY(start(self, diag));
    }
    while (self->heap_size > 0 && out->count < PLM_BATCH_CAP) {
        uint32_t const rank = self->heap[0].rank;
        source *const top = &self->sources[rank];
        key limit = {INT64_MAX, UINT32_MAX};
        for (uint32_t child = 1; child <= 2 && child < self->heap_size; child++) {
            limit = is_before(self->heap[child], limit) ? self->heap[child] : limit;
        }
        PLM_TRY(drain(self, rank, limit, diag, out));
        if (top->at == top->batch->count) {
            plm_ts const last = self->heap[0].ts;
            plm_status const status = refill(self, top, diag);
            PLM_TRY(status);
            if (status == PLM_END) {
                self->heap[0] = self->heap[--self->heap_size];
                if (self->heap_size > 0) {
                    sift_down(self->heap, self->heap_size, 0);
                }
                continue;
            }
            plm_assert(top->batch->event[0].ts >= last);
        }
        self->heap[0].ts = top->batch->event[top->at].ts;
        sift_down(self->heap, self->heap_size, 0);
    }
    return out->count > 0 ? PLM_OK : PLM_END;
}

static void merge_destroy(plm_stream *stream)
{
    if (stream == NULL) {
        return;
    }
    merge *const self = stream->impl;
    for (uint32_t i = 0; i < self->count; i++) {
        self->sources[i].stream->destroy(self->sources[i].stream);
        plm_free(self->sources[i].batch);
        plm_free(self->sources[i].rows);
    }
    plm_free(self->sources);
    plm_free(self->heap);
    plm_free(self->quotes);
    plm_row_table_fini(&self->table);
    plm_free(self);
}

plm_status plm_merge_create(plm_stream *const *streams, uint32_t count, plm_diag *diag,
                            plm_stream **out)
{
    plm_assert(count > 0);
    if (count > PLM_MERGE_INPUTS_MAX) {
        for (uint32_t i = 0; i < count; i++) {
            streams[i]->destroy(streams[i]);
        }
        return plm_fail(diag, PLM_ERR_USAGE,
                        "%u inputs; at most %u at once: merge groups of them to tapes, then those",
                        count, PLM_MERGE_INPUTS_MAX);
    }
    merge *const self = plm_alloc(1, sizeof *self);
    self->stream = (plm_stream){.impl = self, .next = merge_next, .destroy = merge_destroy};
    self->count = count;
    self->sources = plm_alloc(count, sizeof *self->sources);
    self->heap = plm_alloc(count, sizeof *self->heap);
    plm_row_table_init(&self->table);
    for (uint32_t i = 0; i < count; i++) {
        self->sources[i].stream = streams[i];
        self->sources[i].batch = plm_alloc(1, sizeof *self->sources[i].batch);
        self->stream.has_recv |= streams[i]->has_recv;
    }
    for (uint32_t i = 0; i < count; i++) {
        plm_status const status = map_rows(self, &self->sources[i], diag);
        if (status != PLM_OK) {
            merge_destroy(&self->stream);
            return status;
        }
    }
    *out = &self->stream;
    return PLM_OK;
}
