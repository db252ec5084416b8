/*
 * synth_flow.c - what one order does: rest, leave, improve the quote, or trade through the book.
 *
 * The book follows row->fair: quotes that are too far from it are improved, quotes that are too
 * close are taken back or hit, and a side that was left behind is built anew. The two sides never
 * meet, and a buyer's trade prints at the ask that is shown, a seller's at the bid.
 */
#include "synth_row.h"

#include "synth_draw.h"

#define PRINTS_MAX 12
#define TAKER_OF_256 42 /* orders that trade at once */
#define PAIR_OF_128 15  /* makers' orders that move both quotes at one stamp */

static plm_px fair_px(const synth_row *row)
{
    return row->fair >> 16;
}

/* Half of the spread that makers want now, in ticks. */
static int64_t half_spread(const synth_row *row)
{
    uint64_t const wide = row->spread * (row->vol_factor + row->stress * 2) >> 17;
    return (int64_t)wide;
}

static plm_px wanted(const synth_row *row, const synth_side *side)
{
    int64_t const half = half_spread(row);
    plm_px const px = side->away < 0 ? fair_px(row) - half : fair_px(row) + 1 + half;
    return px < 1 ? 1 : px;
}

/* -- what the world sees */

static void show_quote(synth_row *row, const synth_side *side, synth_level *shown)
{
    const synth_level *const best = &side->level[0];
    if (best->px == shown->px && best->qty == shown->qty) {
        return;
    }
    *shown = *best;
    synth_row_push(row, side->away < 0 ? PLM_EV_BID : PLM_EV_ASK, 0, best->px, best->qty);
}

static const synth_level *find_level(const synth_level *levels, uint32_t count, plm_px px)
{
    for (uint32_t i = 0; i < count; i++) {
        if (levels[i].px == px) {
            return &levels[i];
        }
    }
    return NULL;
}

/* The difference between the book and its picture: removals first, so that sides never cross. */
static void show_depth(synth_row *row, const synth_side *side)
{
    uint32_t const which = side->away < 0 ? 0 : 1;
    unsigned const word = side->away < 0 ? PLM_SIDE_BUY : PLM_SIDE_SELL;
    synth_level *const shown = row->shown[which];
    for (uint32_t i = 0; i < row->shown_count[which]; i++) {
        if (find_level(side->level, side->count, shown[i].px) == NULL) {
            synth_row_push(row, PLM_EV_LEVEL, word, shown[i].px, 0);
        }
    }
    for (uint32_t i = 0; i < side->count; i++) {
        const synth_level *const old =
            find_level(shown, row->shown_count[which], side->level[i].px);
        if (old == NULL || old->qty != side->level[i].qty) {
            synth_row_push(row, PLM_EV_LEVEL, word, side->level[i].px, side->level[i].qty);
        }
    }
    for (uint32_t i = 0; i < side->count; i++) {
        shown[i] = side->level[i];
    }
    row->shown_count[which] = side->count;
}

static void show_side(synth_row *row, synth_side *side)
{
    if (row->depth) {
        show_depth(row, side);
    }
    show_quote(row, side, side->away < 0 ? &row->shown_bid : &row->shown_ask);
}

/* -- orders that rest */

static synth_side *opposite(synth_row *row, const synth_side *side)
{
    return side == &row->bid ? &row->ask : &row->bid;
}

/* Builds `side` anew at `best`; the other side gives way first, so that they never meet. */
static void requote(synth_row *row, synth_side *side, plm_px best)
{
    synth_side *const other = opposite(row, side);
    if ((other->level[0].px - best) * side->away >= 0) {
        plm_px away = best - side->away * (1 + 2 * half_spread(row));
        if (away < 1) {
            away = 1;
            best = best > 2 ? best : 2;
        }
        synth_side_rebuild(other, &row->flow, away);
        show_side(row, other);
    }
    synth_side_rebuild(side, &row->flow, best);
    show_side(row, side);
}

/* Steps in front of the best level by part of the room that there is. */
static void improve(synth_row *row, synth_side *side, int64_t reach)
{
    plm_px const best = side->level[0].px;
    int64_t room = (best - opposite(row, side)->level[0].px) * side->away - 1;
    room = room < reach ? room : reach;
    if (room < 1) {
        synth_side_resize(side, &row->flow, 0);
        return;
    }
    uint32_t const limit = room > 1000000 ? 1000000 : (uint32_t)room;
    int64_t const by = 1 + synth_below(&row->flow, limit);
    synth_side_improve(side, &row->flow, best - side->away * by);
}

static void rest(synth_row *row, synth_side *side, uint32_t dice)
{
    /* Positive: further away from the middle than makers want. */
    int64_t const lag = (side->level[0].px - wanted(row, side)) * side->away;
    int64_t const far = 4 * (int64_t)(row->gap + row->spread) + 3 * half_spread(row);
    if (lag > far || -lag > far) {
        requote(row, side, wanted(row, side));
        return;
    }
    if (lag > 0 && dice < 45) {
        improve(row, side, lag + (int64_t)row->gap / 2);
    } else if (lag < 0 && dice < 45) {
        (void)synth_side_pop(side, &row->flow);
    } else if (dice >= 84) {
        improve(row, side, row->gap);
    } else if (dice >= 68) {
        (void)synth_side_pop(side, &row->flow);
    } else if (dice >= 64) {
        uint32_t const index = 1 + synth_below(&row->flow, SYNTH_DEPTH - 1);
        synth_side_resize(side, &row->flow, index);
    } else {
        synth_side_resize(side, &row->flow, 0);
    }
    show_side(row, side);
}

/* -- orders that trade */

static bool inside_path(const synth_row *row, plm_px px)
{
    const synth_cursor *const path = &row->path[SYNTH_PATH_LAST];
    return path->count == 0 || (px >= path->low && px <= path->high);
}

/* Foreign liquidations print in steep legs, on the side that the leg runs to; spot has no mark and
 * nobody to liquidate. */
static void print_liquidation(synth_row *row, plm_side side, plm_px px, plm_qty qty)
{
    plm_side const forced = row->leg_sign < 0 ? PLM_SIDE_SELL : PLM_SIDE_BUY;
    if (row->stress > 3 * SYNTH_ONE && side == forced && synth_chance(&row->flow, 25) &&
        row->manner.has_mark) {
        synth_row_push(row, PLM_EV_LIQUIDATION, (unsigned)side, px, qty);
    }
}

static void take(synth_row *row, plm_side taker, plm_qty size)
{
    synth_side *const side = taker == PLM_SIDE_BUY ? &row->ask : &row->bid;
    plm_px const first = side->level[0].px;
    plm_qty left = size;
    for (uint32_t prints = 0; left > 0 && prints < PRINTS_MAX; prints++) {
        const synth_level *const best = &side->level[0];
        if (!inside_path(row, best->px)) {
            break;
        }
        plm_px const px = best->px;
        plm_qty const qty = synth_side_hit(side, &row->flow, left);
        synth_row_push(row, PLM_EV_TRADE, (unsigned)taker, px, qty);
        row->last = px;
        left -= qty;
        if (best->qty == 0 && !synth_side_pop(side, &row->flow)) {
            break;
        }
    }
    if (left < size) {
        row->last_side = taker;
        print_liquidation(row, taker, first, size - left);
    }
    show_side(row, side);
}

/* Takers follow the price they believe in, else their predecessors. */
static plm_side choose_taker(const synth_row *row, uint32_t dice)
{
    int64_t const middle = (row->bid.level[0].px + row->ask.level[0].px) << 15;
    int64_t const lean = row->fair - middle;
    int64_t const width = ((int64_t)row->spread << 15) + (half_spread(row) << 15);
    plm_side const other = row->last_side == PLM_SIDE_BUY ? PLM_SIDE_SELL : PLM_SIDE_BUY;
    if (lean > width) {
        return dice < 85 ? PLM_SIDE_BUY : PLM_SIDE_SELL;
    }
    if (lean < -width) {
        return dice < 85 ? PLM_SIDE_SELL : PLM_SIDE_BUY;
    }
    return dice < 62 ? row->last_side : other;
}

/* A tenth takes all that is shown. */
static plm_qty draw_taken(synth_row *row, const synth_side *side)
{
    uint32_t const word = synth_word(&row->flow);
    if ((word >> 10 & 63) < 6) {
        return side->level[0].qty;
    }
    return synth_sizes_taken(&row->sizes, word);
}

void synth_flow_order(synth_row *row)
{
    /* One word decides the kind, the side, the pair and the dice: draws are what time goes into. */
    uint32_t const word = synth_word(&row->flow);
    if ((word & 255) < TAKER_OF_256) {
        plm_side const taker = choose_taker(row, (word >> 16) * 100 >> 16);
        plm_qty const size = draw_taken(row, taker == PLM_SIDE_BUY ? &row->ask : &row->bid);
        take(row, taker, size);
        return;
    }
    bool const bids = (word >> 8 & 1) != 0;
    rest(row, bids ? &row->bid : &row->ask, (word >> 16) * 100 >> 16);
    if ((word >> 9 & 127) < PAIR_OF_128) {
        uint32_t const dice = synth_below(&row->flow, 100);
        rest(row, bids ? &row->ask : &row->bid, dice);
    }
}

void synth_flow_print(synth_row *row, plm_px px)
{
    plm_side const taker = px < row->last ? PLM_SIDE_SELL : PLM_SIDE_BUY;
    synth_side *const side = taker == PLM_SIDE_BUY ? &row->ask : &row->bid;
    if (side->level[0].px != px) {
        requote(row, side, px);
    }
    uint32_t const word = synth_word(&row->flow);
    plm_qty const size = synth_sizes_resting(&row->sizes, word);
    take(row, taker, size < side->level[0].qty ? size : side->level[0].qty);
}

/* -- beginning and end */

void synth_flow_open(synth_row *row)
{
    row->bid = (synth_side){.away = -1, .gap = row->gap, .sizes = &row->sizes};
    row->ask = (synth_side){.away = 1, .gap = row->gap, .sizes = &row->sizes};
    plm_px const bid = wanted(row, &row->bid);
    plm_px const ask = wanted(row, &row->ask);
    synth_side_rebuild(&row->bid, &row->flow, bid);
    synth_side_rebuild(&row->ask, &row->flow, ask > bid ? ask : bid + 1);
    row->shown_bid = (synth_level){0};
    row->shown_ask = (synth_level){0};
    row->shown_count[0] = 0;
    row->shown_count[1] = 0;
    if (row->depth) {
        synth_row_push(row, PLM_EV_CLEAR, PLM_SIDE_NONE, 0, 0);
    }
    uint32_t const before = row->count;
    show_side(row, &row->bid);
    show_side(row, &row->ask);
    for (uint32_t i = before; i < row->count; i++) {
        if (row->queue[i].kind == PLM_EV_LEVEL) {
            row->queue[i].flags = PLM_FLAG_SNAPSHOT;
        }
    }
    row->last = bid;
    row->last_side = PLM_SIDE_BUY;
}

void synth_flow_close(synth_row *row)
{
    if (row->depth) {
        synth_row_push(row, PLM_EV_CLEAR, PLM_SIDE_NONE, 0, 0);
    }
    synth_row_push(row, PLM_EV_BID, 0, 0, 0);
    synth_row_push(row, PLM_EV_ASK, 0, 0, 0);
}
