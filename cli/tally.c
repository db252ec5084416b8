/*
 * tally.c - counts, ranges and sums over the events of a tape, per instrument and kind.
 */
#include "tally.h"

#include "check.h"
#include "kinds.h"
#include "memory.h"

void plm_tally_init(plm_tally *tally, uint32_t row_count)
{
    *tally = (plm_tally){.row_count = row_count,
                         .rows = plm_alloc(row_count == 0 ? 1 : row_count, sizeof *tally->rows)};
}

void plm_tally_fini(plm_tally *tally)
{
    for (uint32_t i = 0; i < tally->row_count; i++) {
        plm_free(tally->rows[i].kinds);
    }
    plm_free(tally->rows);
    *tally = (plm_tally){0};
}

bool plm_tally_is_volume(unsigned kind)
{
    return kind == PLM_EV_TRADE || kind == PLM_EV_LIQUIDATION || kind == PLM_EV_BAR_CLOSE;
}

static void add_kind(plm_tally_kind *kind, const plm_event *event)
{
    if (kind->count == 0) {
        kind->first = event->ts;
    }
    kind->count++;
    kind->last = event->ts;
    const plm_field field = plm_kind_find(event->kind)->px;
    const bool empty = event->px == 0 && (event->kind == PLM_EV_BID || event->kind == PLM_EV_ASK);
    if (field != PLM_FIELD_ZERO && !empty) {
        kind->px_min = !kind->has_px || event->px < kind->px_min ? event->px : kind->px_min;
        kind->px_max = !kind->has_px || event->px > kind->px_max ? event->px : kind->px_max;
        kind->has_px = true;
    }
    if (plm_tally_is_volume(event->kind)) {
        /* 2^63 events of 2^63 each: the sum cannot leave 128 bits. */
        plm_assert(plm_i128_add(kind->qty, event->qty, &kind->qty));
    }
}

static void add_event(plm_tally *tally, const plm_event *event)
{
    plm_assert(event->sym < tally->row_count);
    plm_tally_row *row = &tally->rows[event->sym];
    if (row->kinds == NULL) {
        row->kinds = plm_alloc(PLM_EV_KIND_COUNT, sizeof *row->kinds);
        row->first = event->ts;
        row->last = event->ts;
    }
    if (event->ts - row->last > row->silence_ns) {
        row->silence_ns = event->ts - row->last;
        row->silence_end = event->ts;
    }
    if (event->kind == PLM_EV_GAP && event->ts - event->qty > row->gap_ns) {
        row->gap_ns = event->ts - event->qty;
    }
    row->last = event->ts;
    row->count++;
    add_kind(&row->kinds[event->kind], event);
    tally->same_stamp += tally->events > 0 && event->ts == tally->last ? 1 : 0;
    tally->last = event->ts;
    tally->events++;
}

void plm_tally_add(plm_tally *tally, const plm_batch *batch)
{
    for (uint32_t i = 0; i < batch->count; i++) {
        add_event(tally, &batch->event[i]);
    }
}
