/*
 * screen.c - runs of events are glanced at without a branch; only a run in which something is not
 * usual is looked at event by event.
 */
#include "screen.h"

#define RUN 32u
#define RARE_FIRST 8u /* a power of two: what is below keeps its bits below */

#define PX_BITS 61u
#define PX_MAX (INT64_C(1) << PX_BITS)
#define RATE_MIN (-INT64_MAX)
#define RATE_ONE INT64_C(1000000000000)

typedef struct bounds {
    int64_t px_min, px_max, qty_min, qty_max;
} bounds;

static const bounds BOUNDS[PLM_EV_KIND_COUNT] = {
    [PLM_EV_TRADE] = {1, PX_MAX, 0, INT64_MAX},
    [PLM_EV_BID] = {1, PX_MAX, 0, INT64_MAX},
    [PLM_EV_ASK] = {1, PX_MAX, 0, INT64_MAX},
    [PLM_EV_LEVEL] = {1, PX_MAX, 0, INT64_MAX},
    [PLM_EV_MARK] = {1, PX_MAX, 0, 0},
    [PLM_EV_INDEX] = {1, PX_MAX, 0, 0},
    [PLM_EV_ASSET_INDEX] = {1, PX_MAX, 0, 0},
    [PLM_EV_BAR_OPEN] = {1, PX_MAX, 1, INT64_MAX},
    [PLM_EV_BAR_HIGH] = {1, PX_MAX, 0, INT64_MAX},
    [PLM_EV_BAR_LOW] = {1, PX_MAX, 0, INT64_MAX},
    [PLM_EV_BAR_CLOSE] = {1, PX_MAX, 0, INT64_MAX},
    [PLM_EV_FUNDING_RATE] = {RATE_MIN, INT64_MAX, 0, PLM_TS_MAX - 1},
    [PLM_EV_FUNDING] = {RATE_MIN, INT64_MAX, 0, PX_MAX},
    [PLM_EV_BORROW_RATE] = {0, INT64_MAX, 1, INT64_MAX},
    [PLM_EV_OPEN_INTEREST] = {0, 0, 0, INT64_MAX},
    [PLM_EV_LIQUIDATION] = {1, PX_MAX, 0, INT64_MAX},
    [PLM_EV_ADL] = {1, PX_MAX, 0, RATE_ONE},
    [PLM_EV_INSURANCE] = {0, 0, 0, INT64_MAX},
    [PLM_EV_STATUS] = {0, PX_MAX, 0, 0},
    [PLM_EV_FORWARD] = {1, PX_MAX, 0, 0},
    [PLM_EV_IV] = {0, INT64_MAX, 0, 0},
    [PLM_EV_RISK_FREE] = {RATE_MIN, INT64_MAX, 0, 0},
    [PLM_EV_HAIRCUT] = {0, RATE_ONE, 0, 0},
    [PLM_EV_CUSTODY] = {0, RATE_ONE, 0, 0},
    [PLM_EV_GAP] = {0, 0, PLM_TS_MIN, PLM_TS_MAX - 1},
};

/* Every price is in 1..2^61, and no kind is a rare one. This passes over every event: no
 * branch, no load but these two. */
static bool is_usual(const plm_event *events, uint32_t count)
{
    uint64_t px_bits = 0;
    unsigned kind_bits = 0;
    for (uint32_t i = 0; i < count; i++) {
        px_bits |= (uint64_t)events[i].px - 1;
        kind_bits |= events[i].kind;
    }
    return px_bits >> PX_BITS == 0 && kind_bits < RARE_FIRST;
}

/* Prices that may be 0: of options, which can be worthless. */
static bool is_worthless(const plm_event *event, const plm_instrument *row)
{
    bool const option = row->kind == PLM_INST_CALL || row->kind == PLM_INST_PUT;
    return event->px == 0 && option && event->kind != PLM_EV_TRADE && event->kind != PLM_EV_LEVEL;
}

static const char *problem_of(const plm_contracts *contracts, const plm_event *event,
                              uint64_t kinds)
{
    const bounds *const allowed = &BOUNDS[event->kind];
    bool const quote = event->kind == PLM_EV_BID || event->kind == PLM_EV_ASK;
    if ((kinds >> event->kind & 1) == 0) {
        return "its kind is not among those that the index names";
    }
    if (quote && event->px == 0 && event->qty == 0) {
        return NULL;
    }
    if ((event->px < allowed->px_min || event->px > allowed->px_max) &&
        !is_worthless(event, &contracts->rows[event->sym])) {
        return "its price or rate is outside what its kind allows (prices: 1 to 2^61 steps)";
    }
    if (event->qty < allowed->qty_min || event->qty > allowed->qty_max) {
        return "its qty is outside what its kind allows";
    }
    if (event->kind == PLM_EV_FUNDING_RATE && event->qty != 0 && event->qty < PLM_TS_MIN) {
        return "the time when funding is due must be 0 or lie in 2000..2100";
    }
    if (event->kind == PLM_EV_STATUS && event->side == PLM_STATUS_SETTLE && event->px == 0 &&
        contracts->contract[event->sym].form == PLM_FORM_INVERSE) {
        return "an inverse contract cannot settle at 0";
    }
    return NULL;
}

const char *plm_screen_events(const plm_contracts *contracts, const plm_event *events,
                              uint32_t count, uint64_t kinds, uint32_t *out_at)
{
    for (uint32_t first = 0; first < count; first += RUN) {
        uint32_t const run = count - first < RUN ? count - first : RUN;
        if (is_usual(&events[first], run)) {
            continue;
        }
        for (uint32_t i = first; i < first + run; i++) {
            const char *const problem = problem_of(contracts, &events[i], kinds);
            if (problem != NULL) {
                *out_at = i;
                return problem;
            }
        }
    }
    return NULL;
}
