/*
 * venue.h - where orders meet the market: checks, resting orders, triggers, what can be taken and
 * who is filled. docs/replay.md, sections 2 to 6, is its meaning.
 *
 * The venue proposes fills one by one and never touches an account: desk.c cuts a proposal to what
 * may still be reduced, booking.c books it and tells the venue what was filled. So there is one way
 * for a fill, whoever caused it.
 */
#ifndef PLM_VENUE_H
#define PLM_VENUE_H

#include "contract.h"
#include "market.h"
#include "order.h"

typedef enum plm_queue_model {
    PLM_QUEUE_CONSERVATIVE = 0, /* a resting order fills only when the market trades through it */
    PLM_QUEUE_TRADES = 1,       /* the others are estimators of the model "queue" */
    PLM_QUEUE_PRORATA = 2,
    PLM_QUEUE_SQUARE = 3,
    PLM_QUEUE_FRONT = 4,
    PLM_QUEUE_COUNT
} plm_queue_model;

#define PLM_SLIPPAGE_LEVELS_MAX 100000u

typedef struct plm_venue_settings {
    plm_queue_model queue;
    uint32_t slippage_ticks, slippage_levels; /* default 1, 100 */
    plm_rate spread;                          /* >= 0, < 1 */
    int64_t max_quote_age_ns;                 /* 0 = none */
    const plm_money *min_notional;            /* sym_count, or NULL */
} plm_venue_settings;

/* Inside [lo, hi] a price of this key meets no order, wakes no trigger and frees no liquidity. */
typedef struct plm_corridor {
    plm_px lo, hi;
} plm_corridor;

#define PLM_CORRIDOR_STRIDE 8 /* corridor of (sym, key): [sym * PLM_CORRIDOR_STRIDE + key] */

typedef struct plm_venue plm_venue;

/* Borrows contracts, market (the venue's) and the settings' min_notional for its life. */
plm_venue *plm_venue_create(const plm_contracts *contracts, const plm_market *market,
                            const plm_venue_settings *settings, uint32_t account_count,
                            uint32_t world_count);
void plm_venue_destroy(plm_venue *venue);

plm_order_pool *plm_venue_orders(plm_venue *venue);

/*
 * Corridors of all price keys, current after every call below. Level events count as their side's
 * quote. A quiet event needs plm_market_apply alone; any other goes through plm_venue_note.
 */
const plm_corridor *plm_venue_corridors(const plm_venue *venue);

/* Bounds of somebody else (margin bands): an event outside of them is not quiet, either. They hold
 * until they are given anew. */
void plm_venue_narrow(plm_venue *venue, uint32_t sym, unsigned key, plm_corridor bounds);
/* Whether the venue itself has nothing to do at this price. */
bool plm_venue_is_quiet(const plm_venue *venue, uint32_t sym, unsigned key, plm_px px);

/* -- arrival ---------------------------------------------------------------------------------- */

/* Section 2, steps 1 to 4 and 6; `opposite` is what the order could reduce. PLM_REASON_NONE: go on.
 * `hedge`: the account has legs. The world is asked for the first unit of a market order. */
plm_reason plm_venue_check(const plm_venue *venue, const plm_order_request *request, uint32_t world,
                           bool hedge, plm_qty opposite, plm_ts now);

/* Steps 1, 3 and 4 alone: the new values of an amend, as the request they would have been. */
plm_reason plm_venue_check_values(const plm_venue *venue, const plm_order_request *request,
                                  uint32_t world, bool hedge, plm_ts now);

/* Step 2 alone: a triggered order passes it again. */
plm_reason plm_venue_tradable(const plm_venue *venue, uint32_t sym, plm_ts now);

/* A conditional order at arrival: true when it triggers at once. Sets best of a trailing one. */
bool plm_venue_holds(const plm_venue *venue, plm_order *order);

/* Section 2, step 8 and step 10: post-only that would take, FOK that would not fill whole. What is
 * available is at most what is left of the order. Not const: they count stale quotes. */
bool plm_venue_would_take(plm_venue *venue, const plm_order *order, plm_ts now);
plm_qty plm_venue_available(plm_venue *venue, const plm_order *order, plm_ts now);

/* Worst price that `order` would pay now for what it can take; 0 when there is nothing. */
plm_px plm_venue_worst(const plm_venue *venue, const plm_order *order, plm_ts now);

/* -- fills ------------------------------------------------------------------------------------ */

typedef struct plm_proposal {
    plm_order *order;
    plm_px px;
    plm_qty qty; /* > 0 */
    bool maker;
} plm_proposal;

/* The next piece that a taking order can take; false when there is nothing (more). */
bool plm_venue_take(plm_venue *venue, plm_order *order, plm_ts now, plm_proposal *out);

/*
 * Resting orders that meet a trade, or (after an instant) the opposite quote. Begin, then next
 * until it is false, each proposal answered by filled, or by nothing, before the next one. Orders
 * may be cancelled and accounts may change in between.
 */
void plm_venue_meet_trade(plm_venue *venue, const plm_event *trade);
void plm_venue_meet_quote(plm_venue *venue, uint32_t sym, plm_ts now);
bool plm_venue_next(plm_venue *venue, plm_proposal *out);

/* Of the last proposal qty was filled, 0 < qty <= proposed; left, liquidity, budget and the state
 * FILLED follow. A filled order has left the book but is not given back to the pool. */
void plm_venue_filled(plm_venue *venue, const plm_proposal *proposal, plm_qty qty);

/* -- the book of the worlds ------------------------------------------------------------------- */

/* Comes to rest (OPEN), or waits (WAITING). */
void plm_venue_rest(plm_venue *venue, plm_order *order);
void plm_venue_wait(plm_venue *venue, plm_order *order);
/* Leaves the book or the waiting room; its state does not change. */
void plm_venue_remove(plm_venue *venue, plm_order *order);
/* New values of a waiting order. (A resting one that only shrinks keeps its place:
 * plm_order_resize.) */
void plm_venue_rearm(plm_venue *venue, plm_order *order, plm_px px, plm_qty qty, plm_px trigger_px);

/* -- what the market does to it --------------------------------------------------------------- */

/*
 * After an event was applied to the market: taken liquidity that it restates is free again, queues
 * move (not by trades: plm_venue_meet_trade does that), conditional orders are marked.
 */
void plm_venue_note(plm_venue *venue, const plm_event *event);

/* The next marked order, in the order of marking, NULL when there is none; it leaves the waiting
 * room. */
plm_order *plm_venue_pop_triggered(plm_venue *venue);

/* An order of an instrument that rests, waits or is marked, lowest arrival first, NULL when there
 * is none. */
plm_order *plm_venue_first_of(const plm_venue *venue, uint32_t sym);

/* Orders that would have taken, had the quotes not been older than max_quote_age_ns. */
uint64_t plm_venue_stale(const plm_venue *venue);

#endif
