/*
 * corridor.c - between which prices nothing happens to orders, and what others bound besides.
 */
#include "venue_state.h"

static const plm_corridor everything = {INT64_MIN, INT64_MAX};
static const plm_corridor nothing = {INT64_MAX, INT64_MIN};

/* Prices up to px are loud. */
static void loud_up_to(plm_corridor *corridor, plm_px px)
{
    plm_px lo;
    if (!plm_i64_add(px, 1, &lo)) {
        *corridor = nothing;
    } else if (lo > corridor->lo) {
        corridor->lo = lo;
    }
}

/* Prices from px on are loud. */
static void loud_from(plm_corridor *corridor, plm_px px)
{
    plm_px hi;
    if (!plm_i64_sub(px, 1, &hi)) {
        *corridor = nothing;
    } else if (hi < corridor->hi) {
        corridor->hi = hi;
    }
}

/* Resting orders: what trades through them, what they would take, and, for their queue, what is
 * displayed at their price or better; a price of 0 is an empty side. */
static void bound_resting(const plm_venue *venue, uint32_t sym, plm_corridor *corridor)
{
    bool const queues = venue->liquidity.settings.queue != PLM_QUEUE_CONSERVATIVE;
    const plm_shelf_item *const buy = plm_shelf_best(&venue->row[sym].buys);
    const plm_shelf_item *const sell = plm_shelf_best(&venue->row[sym].sells);
    if (buy != NULL) {
        loud_up_to(&corridor[PLM_KEY_ASK], buy->px);
        loud_up_to(&corridor[PLM_KEY_LAST], queues ? buy->px : buy->px - 1);
    }
    if (sell != NULL) {
        loud_from(&corridor[PLM_KEY_BID], sell->px);
        if (queues || sell->px < INT64_MAX) {
            loud_from(&corridor[PLM_KEY_LAST], queues ? sell->px : sell->px + 1);
        }
    }
    if (buy != NULL && queues) {
        loud_up_to(&corridor[PLM_KEY_BID], buy->px);
    }
    if (sell != NULL && queues) {
        loud_from(&corridor[PLM_KEY_ASK], sell->px);
        loud_up_to(&corridor[PLM_KEY_ASK], 0);
    }
    /* An order that the other side has reached and that still rests waits for anything: for a
     * quote to be fresh, for a book to uncross, for a level to be restated. */
    plm_px const ask = plm_liquidity_best(&venue->liquidity, sym, PLM_SIDE_BUY);
    plm_px const bid = plm_liquidity_best(&venue->liquidity, sym, PLM_SIDE_SELL);
    if ((buy != NULL && ask != 0 && ask <= buy->px) ||
        (sell != NULL && bid != 0 && bid >= sell->px)) {
        corridor[PLM_KEY_BID] = nothing;
        corridor[PLM_KEY_ASK] = nothing;
    }
}

/* Taken liquidity: what may free it. A level that a clear event took away comes back with a level
 * event, so that is loud enough. */
static void bound_taken(const plm_venue *venue, uint32_t sym, plm_corridor *corridor)
{
    const plm_taken *const asks = plm_liquidity_taken(&venue->liquidity, sym, PLM_SIDE_BUY);
    const plm_taken *const bids = plm_liquidity_taken(&venue->liquidity, sym, PLM_SIDE_SELL);
    if (asks->levels) {
        loud_up_to(&corridor[PLM_KEY_ASK], asks->high);
    }
    if (bids->levels) {
        loud_from(&corridor[PLM_KEY_BID], bids->low);
    }
    if (asks->quote) {
        corridor[PLM_KEY_ASK] = nothing;
    }
    if (bids->quote) {
        corridor[PLM_KEY_BID] = nothing;
    }
}

static void bound_waiting(const plm_venue *venue, uint32_t sym, plm_corridor *corridor)
{
    for (uint8_t key = PLM_KEY_LAST; key <= PLM_KEY_INDEX; key++) {
        const plm_waiting *const waiting = plm_triggers_of(&venue->triggers, sym, key);
        const plm_shelf_item *const above = plm_shelf_best(&waiting->above);
        const plm_shelf_item *const below = plm_shelf_best(&waiting->below);
        if (above != NULL) {
            loud_from(&corridor[key], above->px);
        }
        if (below != NULL) {
            loud_up_to(&corridor[key], below->px);
        }
    }
}

static void combine(plm_venue *venue, size_t at)
{
    plm_corridor const own = venue->own[at];
    plm_corridor const others = venue->others[at];
    venue->corridors[at] = (plm_corridor){.lo = own.lo > others.lo ? own.lo : others.lo,
                                          .hi = own.hi < others.hi ? own.hi : others.hi};
}

void plm_venue_refresh(plm_venue *venue, uint32_t sym)
{
    plm_corridor *const corridor = &venue->own[(size_t)sym * PLM_CORRIDOR_STRIDE];
    for (uint32_t key = 0; key < PLM_CORRIDOR_STRIDE; key++) {
        corridor[key] = everything;
    }
    bound_resting(venue, sym, corridor);
    bound_taken(venue, sym, corridor);
    bound_waiting(venue, sym, corridor);
    for (uint32_t key = 0; key < PLM_CORRIDOR_STRIDE; key++) {
        combine(venue, (size_t)sym * PLM_CORRIDOR_STRIDE + key);
    }
}

void plm_venue_narrow(plm_venue *venue, uint32_t sym, unsigned key, plm_corridor bounds)
{
    size_t const at = (size_t)sym * PLM_CORRIDOR_STRIDE + key;
    venue->others[at] = bounds;
    combine(venue, at);
}

bool plm_venue_is_quiet(const plm_venue *venue, uint32_t sym, unsigned key, plm_px px)
{
    const plm_corridor *const own = &venue->own[(size_t)sym * PLM_CORRIDOR_STRIDE + key];
    return px >= own->lo && px <= own->hi;
}
