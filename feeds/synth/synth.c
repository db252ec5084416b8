/*
 * synth.c - a synthetic market as a stream: its rows, merged by time and then by row.
 *
 * All memory is taken in create. Rows do not know of each other, so that the first rows of a
 * market are the same whatever comes after them.
 */
#include "synth.h"

#include "memory.h"
#include "synth_draw.h"
#include "synth_plan.h"

#define DELAY_BASE_NS 180000
#define DELAY_NS 240000

typedef struct synth_market_stream {
    uint32_t row_count;
    plm_ts end;           /* no event at or after it */
    uint64_t events_left; /* counts down when the length was asked for */
    bool counted;
    synth_rng feed; /* the delay of the second clock */
    plm_ts last_ts, last_recv;
    plm_instrument *instruments;
    synth_row *rows;
    plm_ts head_ts[PLM_SYNTH_INSTRUMENTS_MAX];
} synth_market_stream;

static void write_recv(synth_market_stream *market, uint32_t count, plm_batch *out)
{
    for (uint32_t i = 0; i < count; i++) {
        plm_ts const ts = out->event[i].ts;
        if (ts != market->last_ts) {
            uint64_t const factor = synth_power(synth_normal(&market->feed));
            plm_ts const recv = ts + DELAY_BASE_NS + (plm_ts)(DELAY_NS * factor >> 16);
            market->last_ts = ts;
            market->last_recv = recv > market->last_recv ? recv : market->last_recv;
        }
        out->recv[i] = market->last_recv;
    }
}

/* The row whose next event comes first, and the time from which another one is to be asked. */
static uint32_t first_row(const synth_market_stream *market, plm_ts *out_until)
{
    uint32_t first = 0;
    plm_ts first_ts = SYNTH_NEVER;
    plm_ts second_ts = SYNTH_NEVER;
    for (uint32_t i = 0; i < market->row_count; i++) {
        /* Without branches: nobody can predict whose turn it is. */
        plm_ts const ts = market->head_ts[i];
        plm_ts const later = ts < first_ts ? first_ts : ts;
        first = ts < first_ts ? i : first;
        first_ts = ts < first_ts ? ts : first_ts;
        second_ts = later < second_ts ? later : second_ts;
    }
    *out_until = second_ts;
    return first;
}

static plm_ts head_ts(const synth_row *row)
{
    return row->head < row->count ? row->queue[row->head].ts : SYNTH_NEVER;
}

static uint32_t fill_batch(synth_market_stream *market, uint32_t room, plm_batch *out)
{
    uint32_t count = 0;
    while (count < room) {
        plm_ts until;
        uint32_t const index = first_row(market, &until);
        synth_row *const row = &market->rows[index];
        plm_ts const ts = market->head_ts[index];
        if (ts >= market->end) {
            break;
        }
        /* All events of a queue that lie on one instant belong together: ties go by row. */
        while (count < room && row->head < row->count &&
               (row->queue[row->head].ts == ts || row->queue[row->head].ts < until)) {
            out->event[count++] = row->queue[row->head++];
        }
        if (row->head == row->count) {
            synth_row_advance(row, market->end);
        }
        market->head_ts[index] = head_ts(row);
    }
    return count;
}

static plm_status next(plm_stream *self, plm_diag *diag, plm_batch *out)
{
    (void)diag;
    synth_market_stream *const market = self->impl;
    uint32_t room = PLM_BATCH_CAP;
    if (market->counted && market->events_left < room) {
        room = (uint32_t)market->events_left;
    }
    uint32_t const count = fill_batch(market, room, out);
    if (market->counted) {
        market->events_left -= count;
    }
    if (self->has_recv) {
        write_recv(market, count, out);
    }
    out->count = count;
    return count > 0 ? PLM_OK : PLM_END;
}

static void destroy(plm_stream *self)
{
    if (self == NULL) {
        return;
    }
    synth_market_stream *const market = self->impl;
    plm_free(market->rows);
    plm_free(market->instruments);
    plm_free(market);
    plm_free(self);
}

plm_status plm_synth_create(const plm_synth_options *options, plm_diag *diag, plm_stream **out)
{
    synth_plan plan;
    PLM_TRY(synth_plan_make(options, diag, &plan));

    synth_market_stream *const market = plm_alloc(1, sizeof *market);
    market->row_count = plan.row_count;
    market->end = plan.end;
    market->counted = options->events > 0;
    market->events_left = options->events;
    synth_rng_init(&market->feed, options->seed, "feed", 0);
    market->instruments = plm_alloc(plan.row_count, sizeof *market->instruments);
    market->rows = plm_alloc(plan.row_count, sizeof *market->rows);
    for (uint32_t i = 0; i < plan.row_count; i++) {
        synth_row *const row = &market->rows[i];
        row->sym = i;
        row->depth = options->depth;
        synth_plan_row(&plan, i, &market->instruments[i], row);
        synth_market_init(&row->market, options->seed, plan.style);
        synth_row_start(row, options->seed, plan.start);
        synth_row_advance(row, plan.end);
        market->head_ts[i] = head_ts(row);
    }

    plm_stream *const stream = plm_alloc(1, sizeof *stream);
    *stream = (plm_stream){.impl = market,
                           .has_recv = options->recv,
                           .row_count = plan.row_count,
                           .rows = market->instruments,
                           .next = next,
                           .destroy = destroy};
    *out = stream;
    return PLM_OK;
}
