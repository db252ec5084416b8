/*
 * synth_book.c - levels of a synthetic order book.
 */
#include "synth_book.h"

#include <string.h>

#include "check.h"
#include "synth_draw.h"

#define PILE_SHIFT 3 /* a pile holds eight typical orders in the median */
#define JOIN_OF_16 10
#define KNOWN_OF_16                                                                                \
    11 /* cancels that hit an order placed lately, where the level has others, too */
#define SIZE_MAX_LOTS INT64_C(1000000000000)

static synth_orders *orders_of(synth_side *side, uint32_t index)
{
    return &side->orders[side->level[index].slot];
}

/* -- the orders of a level */

static void remove_order(synth_orders *orders, uint32_t index)
{
    orders->sum -= orders->size[index];
    orders->count--;
    for (uint32_t i = index; i < orders->count; i++) {
        orders->size[i] = orders->size[i + 1];
    }
}

static void place(synth_side *side, uint32_t index, plm_qty size)
{
    synth_orders *const orders = orders_of(side, index);
    if (orders->count == SYNTH_ORDERS) {
        remove_order(orders, 0);
    }
    orders->size[orders->count++] = size;
    orders->sum += size;
    side->level[index].qty += size;
}

/* Takes one order off: one of the known, or one of the pile, whose size is drawn only now. */
static void cancel(synth_side *side, uint32_t index, uint32_t word)
{
    synth_orders *const orders = orders_of(side, index);
    synth_level *const level = &side->level[index];
    plm_qty const pile = level->qty - orders->sum;
    if (orders->count > 0 && (pile == 0 || (word >> 10 & 15) < KNOWN_OF_16)) {
        uint32_t const which = (word >> 14 & 255) * orders->count >> 8;
        level->qty -= orders->size[which];
        remove_order(orders, which);
        return;
    }
    plm_qty const size = synth_sizes_resting(side->sizes, word);
    level->qty -= size < pile ? size : pile;
}

/* -- levels */

/* An empty level at `index`, the ones behind it move on; the tenth falls off. */
static void insert_level(synth_side *side, uint32_t index, plm_px px)
{
    uint32_t const last = side->count < SYNTH_DEPTH ? side->count : SYNTH_DEPTH - 1;
    uint32_t const slot = side->level[last].slot;
    memmove(&side->level[index + 1], &side->level[index], (last - index) * sizeof side->level[0]);
    side->count = last + 1;
    side->level[index] = (synth_level){px, 0, slot};
    side->orders[slot].count = 0;
    side->orders[slot].sum = 0;
}

/* From the lower half of `word`. */
static plm_qty pile_size(const synth_side *side, uint32_t word)
{
    uint64_t const factor = synth_power(synth_normal_of(word << 16 | word >> 16) * 3 / 2);
    uint64_t const lots = side->sizes->typical * factor >> (16 - PILE_SHIFT);
    return lots < 1 ? 1 : (plm_qty)lots;
}

/* A level that nobody has looked at yet: all of it is pile. */
static void append_level(synth_side *side, plm_px px, uint32_t word)
{
    insert_level(side, side->count, px);
    side->level[side->count - 1].qty = pile_size(side, word);
}

/* Distance to the next level: at least a tick, else exponential around the mean. */
static int64_t level_gap(const synth_side *side, uint32_t word)
{
    if (side->gap <= 1) {
        return 1;
    }
    return 1 + (int64_t)((side->gap - 1) * synth_exponential_of(word) >> 16);
}

/* Fills the side up behind its last level; bids end above zero. */
static void fill(synth_side *side, synth_rng *rng)
{
    while (side->count < SYNTH_DEPTH) {
        uint32_t const word = synth_word(rng);
        plm_px const px = side->level[side->count - 1].px + side->away * level_gap(side, word);
        if (px < 1) {
            return;
        }
        append_level(side, px, word);
    }
}

void synth_side_rebuild(synth_side *side, synth_rng *rng, plm_px best)
{
    plm_assert(best >= 1);
    for (uint32_t i = 0; i < SYNTH_DEPTH; i++) {
        side->level[i].slot = i;
    }
    side->count = 0;
    uint32_t const word = synth_word(rng);
    append_level(side, best, word);
    fill(side, rng);
}

void synth_side_improve(synth_side *side, synth_rng *rng, plm_px px)
{
    plm_assert((side->level[0].px - px) * side->away > 0);
    insert_level(side, 0, px);
    uint32_t const word = synth_word(rng);
    if ((word & 1) != 0) {
        side->level[0].qty = pile_size(side, word);
    }
    place(side, 0, synth_sizes_resting(side->sizes, word << 16 | word >> 16));
}

static void remove_level(synth_side *side, synth_rng *rng, uint32_t index)
{
    uint32_t const slot = side->level[index].slot;
    side->count--;
    memmove(&side->level[index], &side->level[index + 1],
            (side->count - index) * sizeof side->level[0]);
    side->level[side->count].slot = slot;
    fill(side, rng);
}

bool synth_side_pop(synth_side *side, synth_rng *rng)
{
    if (side->count == 1) {
        fill(side, rng);
    }
    if (side->count == 1) {
        side->level[0].qty = 1;
        orders_of(side, 0)->count = 0;
        orders_of(side, 0)->sum = 0;
        return false;
    }
    remove_level(side, rng, 0);
    return true;
}

void synth_side_resize(synth_side *side, synth_rng *rng, uint32_t index)
{
    uint32_t const at = index < side->count ? index : side->count - 1;
    uint32_t const word = synth_word(rng);
    if ((word >> 6 & 15) < JOIN_OF_16 && side->level[at].qty < SIZE_MAX_LOTS) {
        plm_qty const size = synth_sizes_resting(side->sizes, word);
        place(side, at, size);
        return;
    }
    cancel(side, at, word);
    if (side->level[at].qty > 0) {
        return;
    }
    if (side->count > 1) {
        remove_level(side, rng, at);
    } else {
        place(side, at, 1);
    }
}

plm_qty synth_side_hit(synth_side *side, synth_rng *rng, plm_qty most)
{
    synth_orders *const orders = orders_of(side, 0);
    plm_qty const pile = side->level[0].qty - orders->sum;
    if (pile == 0) {
        plm_qty const front = orders->size[0];
        plm_qty const qty = front < most ? front : most;
        if (qty == front) {
            remove_order(orders, 0);
        } else {
            orders->size[0] -= qty;
            orders->sum -= qty;
        }
        side->level[0].qty -= qty;
        return qty;
    }
    uint32_t const word = synth_word(rng);
    plm_qty const front = synth_sizes_resting(side->sizes, word);
    plm_qty qty = front < most ? front : most;
    qty = qty < pile ? qty : pile;
    side->level[0].qty -= qty;
    return qty;
}
