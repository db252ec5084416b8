/*
 * synth_book.h - one side of a synthetic order book: a few levels, each the sum of its orders, and
 * how large orders are.
 *
 * The orders that joined a level last are known one by one; what lies before them in the queue is a
 * pile, whose orders get their size when they leave. So the size of a level changes by one order
 * placed, cancelled or (partly) filled, and most cancels take an order that is known, if there is
 * one.
 *
 * Prices are in ticks and quantities in lots. `away` is the direction that leads away from the
 * opposite side: -1 for bids, +1 for asks. A side always holds at least one level.
 */
#ifndef PLM_SYNTH_BOOK_H
#define PLM_SYNTH_BOOK_H

#include <stdbool.h>

#include "plimsoll.h"
#include "synth_draw.h"

/* -- sizes: synth_sizes.c
 *
 * Two thirds of all orders have one of a few sizes again and again: the smallest ones that a venue
 * accepts, round numbers, and sizes that programs of this instrument have settled on (drawn from
 * the seed once). The rest is log-normal. */

#define SYNTH_MODES 64 /* equally likely; the low six bits of a word choose */
#define SYNTH_HOUSE_SIZES 6

typedef struct synth_sizes {
    uint32_t typical;                 /* a usual order of some weight, in lots */
    int64_t house[SYNTH_HOUSE_SIZES]; /* logarithms against `typical`, base 2, in 2^-16 */
    plm_qty mode[SYNTH_MODES];        /* in lots; 0 = log-normal */
} synth_sizes;

/* Draws the sizes of the house; synth_sizes_fit has to follow. */
void synth_sizes_start(synth_sizes *sizes, synth_rng *rng);

/* Makes the table for another typical size. */
void synth_sizes_fit(synth_sizes *sizes, uint32_t typical);

/* The size of one order, at least one lot. Bits 6 to 15 of `word` hardly matter: they may decide
 * something else. */
plm_qty synth_sizes_resting(const synth_sizes *sizes, uint32_t word);

/* The size that one taker wants: far smaller in the mean. */
plm_qty synth_sizes_taken(const synth_sizes *sizes, uint32_t word);

/* -- levels */

#define SYNTH_DEPTH 10
#define SYNTH_ORDERS 8 /* of a level that are known; an older one falls to the pile */

typedef struct synth_level {
    plm_px px;
    plm_qty qty;
    uint32_t slot; /* which of its side's `orders` belongs to it */
} synth_level;

typedef struct synth_orders {
    uint32_t count;
    plm_qty sum;                /* the rest of the level is the pile */
    plm_qty size[SYNTH_ORDERS]; /* in the order of the queue */
} synth_orders;

typedef struct synth_side {
    synth_level level[SYNTH_DEPTH]; /* [0] is the best; unused ones hold the slots that are free */
    synth_orders orders[SYNTH_DEPTH];
    uint32_t count;
    int32_t away;
    uint32_t gap; /* mean distance between levels, in ticks */
    const synth_sizes *sizes;
} synth_side;

/* Throws the side away and builds it anew with its best level at `best`. */
void synth_side_rebuild(synth_side *side, synth_rng *rng, plm_px best);

/* A new best level in front of the others, of one order or a few. */
void synth_side_improve(synth_side *side, synth_rng *rng, plm_px px);

/* Takes the best level away; the last one shrinks to one lot instead. False in that case. */
bool synth_side_pop(synth_side *side, synth_rng *rng);

/* An order joins or leaves level `index`; a level that loses everything is removed. */
void synth_side_resize(synth_side *side, synth_rng *rng, uint32_t index);

/* Fills the first order of the best level, up to `most` lots; returns how many. The level may be
 * empty then and has to be popped. */
plm_qty synth_side_hit(synth_side *side, synth_rng *rng, plm_qty most);

#endif
