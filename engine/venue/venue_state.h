/*
 * venue_state.h - what a venue consists of, shared by venue.c and meet.c. Private to this room.
 */
#ifndef PLM_VENUE_STATE_H
#define PLM_VENUE_STATE_H

#include "liquidity.h"
#include "shelf.h"
#include "trigger.h"
#include "venue.h"

/* Orders of one instrument in all worlds. */
typedef struct plm_venue_row {
    plm_shelf buys, sells;   /* resting, by price */
    plm_order *first, *last; /* resting, waiting and marked, by arrival */
} plm_venue_row;

typedef enum plm_meeting_kind {
    PLM_MEETING_NONE = 0,
    PLM_MEETING_TRADE = 1,
    PLM_MEETING_QUOTE = 2
} plm_meeting_kind;

/* Resting orders on their way past a trade or a quote. */
typedef struct plm_meeting {
    plm_meeting_kind kind;
    uint32_t sym;
    uint8_t side;      /* of the orders whose turn it is */
    uint8_t taker;     /* trade */
    bool started;      /* (px, arrival) is the order that was visited last */
    plm_px px;         /* of that order */
    uint64_t arrival;  /* of that order */
    plm_px trade_px;   /* trade */
    plm_qty trade_qty; /* trade; 0: unbounded */
    plm_ts now;        /* quote */
    uint64_t number;   /* of the meeting: budgets of an older one are full */
} plm_meeting;

typedef struct plm_budget {
    uint64_t meeting;
    plm_qty left;
} plm_budget;

struct plm_venue {
    const plm_contracts *contracts;
    const plm_market *market;
    plm_order_pool *orders;
    plm_liquidity liquidity;
    plm_triggers triggers;
    plm_venue_row *row;
    plm_corridor *corridors; /* own and others together: what the hot path asks */
    plm_corridor *own, *others;
    plm_meeting meeting;
    plm_budget *budgets; /* one per world */
    uint32_t world_count;
    uint64_t stale;
    uint32_t stale_account; /* of the order that was counted last */
    plm_oid stale_oid;
};

static inline plm_shelf *plm_venue_shelf(const plm_venue *venue, uint32_t sym, uint8_t side)
{
    return side == PLM_SIDE_BUY ? &venue->row[sym].buys : &venue->row[sym].sells;
}

/* What the order meets on the other side. */
static inline plm_taker plm_venue_taker(const plm_order *order, bool displayed_only)
{
    return (plm_taker){.world = order->world,
                       .sym = order->sym,
                       .side = order->side,
                       .displayed_only = displayed_only,
                       .limit = order->px};
}

/* Recomputes the corridors of an instrument. */
void plm_venue_refresh(plm_venue *venue, uint32_t sym);

#endif
