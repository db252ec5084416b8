/*
 * bars.c - one instant at a time: its bars are walked once per point.
 */
#include "bars.h"

#include "check.h"
#include "window.h"

enum { OPEN = 0, HIGH = 1, LOW = 2, CLOSE = 3, PARTS = 4 };

plm_event_kind plm_bars_kind_of(plm_price_key key)
{
    switch (key) {
    case PLM_KEY_BID:
        return PLM_EV_BID;
    case PLM_KEY_ASK:
        return PLM_EV_ASK;
    case PLM_KEY_LAST:
        return PLM_EV_TRADE;
    case PLM_KEY_MARK:
        return PLM_EV_MARK;
    case PLM_KEY_INDEX:
        return PLM_EV_INDEX;
    case PLM_KEY_NONE:
    case PLM_KEY_COUNT:
        return PLM_EV_NONE;
    }
    return PLM_EV_NONE;
}

static bool is_bar(const plm_event *event)
{
    return (PLM_BAR_KINDS >> event->kind & 1) != 0;
}

/* The four events of a bar, side by side. */
static bool is_whole(const plm_event *bar, uint32_t left)
{
    if (left < PARTS) {
        return false;
    }
    for (unsigned part = 0; part < PARTS; part++) {
        if (bar[part].kind != PLM_EV_BAR_OPEN + part || bar[part].sym != bar->sym ||
            bar[part].side != bar->side) {
            return false;
        }
    }
    return true;
}

/* Which of the four the n-th point is: the extreme nearer to the open comes first, the low if they
 * are equally near. */
static unsigned part_of(const plm_event *bar, unsigned point)
{
    if (point == OPEN || point == CLOSE) {
        return point;
    }
    bool const low_first = bar[OPEN].px - bar[LOW].px <= bar[HIGH].px - bar[OPEN].px;
    return (point == HIGH) == low_first ? LOW : HIGH;
}

/* A quarter of the volume in whole lots, the last point with the rest. A bar of less than four lots
 * counts as four: a share of 0 would mean that the volume is unknown. */
static plm_qty share_of(plm_qty volume, plm_qty lot, unsigned point)
{
    if (volume == 0) {
        return 0;
    }
    plm_qty const quarter = volume / 4;
    plm_qty const share = quarter < lot ? lot : quarter - quarter % lot;
    if (point != CLOSE || quarter < lot) {
        return share;
    }
    return volume - 3 * share;
}

static void put_point(const plm_contracts *contracts, const plm_event *bar, unsigned point,
                      plm_ts ts, plm_event *out)
{
    plm_price_key const key = (plm_price_key)bar->side;
    plm_qty const lot = contracts->contract[bar->sym].lot;
    *out = (plm_event){
        .ts = ts,
        .px = bar[part_of(bar, point)].px,
        .qty = key == PLM_KEY_LAST ? share_of(bar[CLOSE].qty, lot, point) : 0,
        .sym = bar->sym,
        .kind = (uint8_t)plm_bars_kind_of(key),
        .flags = PLM_FLAG_POINT,
    };
}

/* When the n-th point of a bar that ends at `end` happens, if the market has not been beyond. */
static plm_ts stamp_of(plm_ts end, int64_t duration, unsigned point)
{
    int64_t const third = duration / 3;
    switch (point) {
    case OPEN:
        return end - duration + 1;
    case HIGH:
        return end - duration + third;
    case LOW:
        return end - duration + 2 * third + duration % 3 * 2 / 3;
    default:
        return end;
    }
}

/* One instant; see the header. */
static const char *expand_instant(const plm_contracts *contracts, const plm_event *events,
                                  uint32_t count, plm_ts *io_seen, plm_event *out, uint32_t *out_at)
{
    plm_ts const end = events->ts;
    int64_t shortest = INT64_MAX;
    for (uint32_t i = 0; i < count; i++) {
        if (!is_bar(&events[i])) {
            continue;
        }
        if (!is_whole(&events[i], count - i)) {
            *out_at = i;
            return "a bar is open, high, low and close side by side, with one time";
        }
        shortest = events[i].qty < shortest ? events[i].qty : shortest;
        i += PARTS - 1;
    }
    for (unsigned point = OPEN; point < CLOSE; point++) {
        plm_ts const stamp = stamp_of(end, shortest, point);
        plm_ts const after = stamp > *io_seen ? stamp : *io_seen + 1;
        plm_ts const ts = after < end ? after : end;
        for (uint32_t i = 0; i < count; i++) {
            if (is_bar(&events[i])) {
                put_point(contracts, &events[i], point, ts, out++);
                i += PARTS - 1;
                *io_seen = ts;
            }
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        if (is_bar(&events[i])) {
            put_point(contracts, &events[i], CLOSE, end, out++);
            i += PARTS - 1;
        } else {
            *out++ = events[i];
        }
    }
    *io_seen = end;
    return NULL;
}

const char *plm_bars_expand(const plm_contracts *contracts, const plm_event *events, uint32_t count,
                            plm_ts *io_seen, plm_event *out, uint32_t *out_at)
{
    uint32_t at = 0;
    while (at < count) {
        uint32_t end = at + 1;
        while (end < count && events[end].ts == events[at].ts) {
            end++;
        }
        uint32_t wrong = 0;
        const char *const problem =
            expand_instant(contracts, &events[at], end - at, io_seen, &out[at], &wrong);
        if (problem != NULL) {
            *out_at = at + wrong;
            return problem;
        }
        at = end;
    }
    return NULL;
}
