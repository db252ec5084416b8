/*
 * zone_run.c - runs of dictionary entries joined into the zones of a block.
 */
#include "zone_run.h"

#include <stdlib.h>

#include "kinds.h"

plm_zone_run plm_zone_run_init(const plm_event *event)
{
    return (plm_zone_run){.sym = event->sym,
                          .key = plm_event_price_key(event),
                          .is_quote = event->kind == PLM_EV_BID || event->kind == PLM_EV_ASK,
                          .is_trade = event->kind == PLM_EV_TRADE,
                          .min = INT64_MAX,
                          .max = INT64_MIN};
}

static int compare_u64(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a;
    const uint64_t y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Positions of the events that the ends of a zone come from. */
typedef struct ends {
    uint32_t last, first_px, last_px;
} ends;

static void join_px(plm_zone *zone, const plm_zone_run *run, ends *at)
{
    const bool priced = zone->min <= zone->max;
    if (!priced || run->first_px_at < at->first_px) {
        at->first_px = run->first_px_at;
        zone->first = run->first;
    }
    if (!priced || run->last_px_at > at->last_px) {
        at->last_px = run->last_px_at;
        zone->last = run->last;
    }
    zone->min = run->min < zone->min ? run->min : zone->min;
    zone->max = run->max > zone->max ? run->max : zone->max;
}

static void join(plm_zone *zone, const plm_zone_run *run, ends *at)
{
    if (zone->count == 0 || run->last_at > at->last) {
        at->last = run->last_at;
        zone->ends_empty = run->ends_empty;
        zone->last_qty = run->last_qty;
    }
    zone->count += run->count;
    zone->emptied |= run->emptied;
    if (run->is_trade) {
        zone->volume_low += run->size_low;
        zone->volume_high += run->size_high + (zone->volume_low < run->size_low);
    }
    if (run->min <= run->max) {
        join_px(zone, run, at);
    }
}

uint32_t plm_zone_runs_join(const plm_zone_run *runs, uint32_t count, uint64_t *order,
                            plm_zone *out_zones)
{
    _Static_assert(PLM_BLOCK_KEYS_MAX <= 1u << 24, "the number of a run has 24 bits in `order`");
    uint32_t keyed = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (runs[i].key != PLM_KEY_NONE) {
            order[keyed++] = (uint64_t)runs[i].sym << 32 | (uint64_t)runs[i].key << 24 | i;
        }
    }
    qsort(order, keyed, sizeof *order, compare_u64);
    uint32_t zones = 0;
    ends at = {0, 0, 0};
    for (uint32_t k = 0; k < keyed; k++) {
        const uint64_t name = order[k] >> 24;
        if (k == 0 || name != order[k - 1] >> 24) {
            out_zones[zones++] = (plm_zone){.sym = (uint32_t)(name >> 8),
                                            .key = (uint8_t)name,
                                            .min = INT64_MAX,
                                            .max = INT64_MIN};
        }
        join(&out_zones[zones - 1], &runs[order[k] & 0xffffffu], &at);
    }
    for (uint32_t z = 0; z < zones; z++) {
        if (out_zones[z].min > out_zones[z].max) {
            out_zones[z].min = out_zones[z].max = 0;
        }
    }
    return zones;
}
