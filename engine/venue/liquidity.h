/*
 * liquidity.h - what can be taken of an instrument (docs/replay.md, 3): the market's book, quote or
 * last price, less what the order's world has taken already.
 */
#ifndef PLM_LIQUIDITY_H
#define PLM_LIQUIDITY_H

#include "taken.h"
#include "venue.h"

typedef struct plm_liquidity {
    const plm_contracts *contracts;
    const plm_market *market;
    plm_venue_settings settings;
    plm_taken *taken; /* 2 * sym: asks, + 1: bids */
} plm_liquidity;

void plm_liquidity_init(plm_liquidity *liquidity, const plm_contracts *contracts,
                        const plm_market *market, const plm_venue_settings *settings);
void plm_liquidity_fini(plm_liquidity *liquidity);

/* What was taken of the side that an order of `side` takes from. */
static inline plm_taken *plm_liquidity_taken(const plm_liquidity *liquidity, uint32_t sym,
                                             uint8_t side)
{
    return &liquidity->taken[2 * (size_t)sym + (side == PLM_SIDE_BUY ? 0 : 1)];
}

/* Not yet listed, delisted, expired, settled. */
bool plm_liquidity_closed(const plm_liquidity *liquidity, uint32_t sym, plm_ts now);

/* The best price of the displayed side that orders of `side` would take from; 0 = empty. */
plm_px plm_liquidity_best(const plm_liquidity *liquidity, uint32_t sym, uint8_t side);

typedef struct plm_taker {
    uint32_t world, sym;
    uint8_t side;
    bool displayed_only; /* neither assumed levels nor the last price */
    plm_px limit;        /* 0 = none */
} plm_taker;

typedef enum plm_offer_found {
    PLM_OFFER_NONE = 0,
    PLM_OFFER_STALE = 1, /* nothing, but for the age of the quote */
    PLM_OFFER_OPEN = 2   /* there is something, unless it was taken */
} plm_offer_found;

/* One side as a taker meets it: the levels of a book, or a ramp of levels of one size. */
typedef struct plm_offer {
    plm_taker taker;
    const plm_ladder *ladder; /* NULL: a ramp */
    const plm_taken *taken;   /* of the ladder's levels */
    plm_px best, step;        /* ramp: level n is at best + n * step */
    uint32_t level_last;      /* ramp: the last level within the limit */
    plm_qty size;             /* ramp: of each level; 0: everything fills at best */
    plm_i128 used;            /* ramp: what was taken, from the best level on */
} plm_offer;

/* What is offered without regard to time and status; false when there is nothing. */
bool plm_liquidity_find(const plm_liquidity *liquidity, const plm_taker *taker, plm_offer *out);

plm_offer_found plm_liquidity_offer(const plm_liquidity *liquidity, const plm_taker *taker,
                                    plm_ts now, plm_offer *out);

/* The best level with something left; false when there is none. */
bool plm_offer_piece(const plm_offer *offer, plm_px *out_px, plm_qty *out_qty);

/* How much of `want` can be taken, and the worst price of it (0 when there is nothing). */
plm_qty plm_offer_sum(const plm_offer *offer, plm_qty want, plm_px *out_worst);

/* Takes qty, from the best level on; the offer must have it. */
void plm_liquidity_use(plm_liquidity *liquidity, const plm_offer *offer, plm_qty qty);

#endif
