/*
 * zone_run.h - what the events of one dictionary entry did to its price key while a block is made.
 */
#ifndef PLM_ZONE_RUN_H
#define PLM_ZONE_RUN_H

#include "plm_blocks.h"

typedef struct plm_zone_run {
    uint32_t sym;
    plm_price_key key; /* PLM_KEY_NONE: the events move no price */
    bool is_quote, is_trade;
    bool emptied, ends_empty;
    uint32_t count, last_at, first_px_at, last_px_at; /* positions in the block */
    plm_px first, last, min, max;                     /* min > max: no price yet */
    plm_qty last_qty;
    uint64_t size_low, size_high; /* sum of the sizes */
} plm_zone_run;

plm_zone_run plm_zone_run_init(const plm_event *event);

static inline void plm_zone_run_take(plm_zone_run *run, const plm_event *event, uint32_t index)
{
    run->count++;
    run->last_at = index;
    run->last_qty = event->qty;
    run->ends_empty = run->is_quote && event->qty == 0;
    if (run->ends_empty) {
        run->emptied = true;
        return;
    }
    if (run->min > run->max) {
        run->first = event->px;
        run->first_px_at = index;
    }
    run->last = event->px;
    run->last_px_at = index;
    run->min = event->px < run->min ? event->px : run->min;
    run->max = event->px > run->max ? event->px : run->max;
    run->size_low += (uint64_t)event->qty;
    run->size_high += run->size_low < (uint64_t)event->qty;
}

/*
 * Joins the runs of each (row, key) into a zone and returns how many zones there are; they are
 * ordered by (sym, key). `order` is room for `count` numbers.
 */
uint32_t plm_zone_runs_join(const plm_zone_run *runs, uint32_t count, uint64_t *order,
                            plm_zone *out_zones);

#endif
