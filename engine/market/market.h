/*
 * market.h - what the market looks like after the events applied so far.
 *
 * There are two of these in a run with feed latency or bars: the venue's and the heard one. All
 * worlds share them and none writes to them: what a world takes lies over them (venue/liquidity.h).
 *
 * No price is above 2^61, so that twice a price is one, too; window.h refuses others.
 */
#ifndef PLM_MARKET_H
#define PLM_MARKET_H

#include <stddef.h>

#include "contract.h"
#include "ladder.h"
#include "plimsoll.h"

/* Bids, asks and trades lie side by side in a view: px, qty, ts and side, each at its slot. */
#define PLM_MARKET_SLOTS 3u

typedef struct plm_market_row {
    bool has_levels;            /* has had L2 events */
    bool has[PLM_MARKET_SLOTS]; /* has had a bid, an ask, a trade: plm_market_has_quotes */
    bool closed;                /* delisted, settled or expired: nothing is traded any more */
    plm_ts bids_ts, asks_ts;    /* of the last level event of the side */
    plm_ladder bids, asks;
} plm_market_row;

typedef struct plm_market {
    uint32_t sym_count;
    plm_market_view *view; /* what strategies see of the heard market */
    plm_market_row *row;
    plm_px *asset_px; /* per row of kind asset: its index price; 0 = none */
    uint64_t gaps;    /* gap events so far */
} plm_market;

void plm_market_init(plm_market *market, const plm_contracts *contracts);
void plm_market_fini(plm_market *market);

/*
 * Any event but the five of plm_market_apply below; PLM_ERR_INPUT when a book grows too large.
 * Of a bar the close alone sets the price of its key, with a size of 0 (unknown): the market as
 * heard. The venue gets points in place of bars (window.h). A relisted row is as if it had never
 * been heard of. Halting and resuming a closed row does nothing.
 */
PLM_NODISCARD plm_status plm_market_apply_rare(plm_market *market, const plm_event *event,
                                               plm_diag *diag);

/* A bid, an ask or a trade, and its place among them. */
static inline bool plm_market_is_frequent(unsigned kind)
{
    return kind - PLM_EV_TRADE < PLM_MARKET_SLOTS;
}

static inline unsigned plm_market_slot(unsigned kind)
{
    return 0x1020U >> 4 * kind & 3U; /* without a branch: trade 2, bid 0, ask 1 */
}

PLM_STATIC_ASSERT(offsetof(plm_market_view, ask_px) == 8 &&
                      offsetof(plm_market_view, last_px) == 16,
                  "px by slot");
PLM_STATIC_ASSERT(offsetof(plm_market_view, bid_qty) == 40 &&
                      offsetof(plm_market_view, last_qty) == 56,
                  "qty by slot");
PLM_STATIC_ASSERT(offsetof(plm_market_view, bid_ts) == 64 &&
                      offsetof(plm_market_view, last_ts) == 80,
                  "ts by slot");
PLM_STATIC_ASSERT(offsetof(plm_market_view, last_side) == offsetof(plm_market_view, reserved) + 2,
                  "side by slot");

/*
 * Applies a frequent event. They come in an order that no branch predictor knows, so nothing here
 * branches. The arrays are the market's: a loop keeps them in registers.
 */
static inline void plm_market_put(plm_market_view *views, plm_market_row *rows,
                                  const plm_event *event)
{
    unsigned const slot = plm_market_slot(event->kind);
    plm_market_view *const view = &views[event->sym];
    int64_t *const number = (int64_t *)(void *)view + slot;
    number[offsetof(plm_market_view, bid_px) / sizeof *number] = event->px;
    number[offsetof(plm_market_view, bid_qty) / sizeof *number] = event->qty;
    number[offsetof(plm_market_view, bid_ts) / sizeof *number] = event->ts;
    ((uint8_t *)view)[offsetof(plm_market_view, reserved) + slot] = event->side;
    rows[event->sym].has[slot] = true;
}

static inline bool plm_market_has_quotes(const plm_market_row *row)
{
    return row->has[0] || row->has[1];
}

/* Applies the kinds that prices are made of and returns true; returns false, having done nothing,
 * for others. */
static inline bool plm_market_apply(plm_market *market, const plm_event *event)
{
    if (plm_market_is_frequent(event->kind)) {
        plm_market_put(market->view, market->row, event);
        return true;
    }
    plm_market_view *const view = &market->view[event->sym];
    if (event->kind == PLM_EV_MARK) {
        view->mark_px = event->px;
        view->mark_ts = event->ts;
        return true;
    }
    if (event->kind == PLM_EV_INDEX) {
        view->index_px = event->px;
        view->index_ts = event->ts;
        return true;
    }
    return false;
}

/* Both sides are there and bid > ask. */
static inline unsigned plm_market_crossed(const plm_market_view *view)
{
    return (unsigned)(view->ask_px != 0) & (unsigned)(view->bid_px > view->ask_px);
}

/* Twice the price at which a position is valued (docs/replay.md, 9); 0 = none. */
plm_px plm_market_px2(const plm_market *market, const plm_contracts *contracts, uint32_t sym);

/* Converts an amount of one asset into another at the prices of the market, half-even; false when
 * no price is known, or on overflow (*out_overflow). */
PLM_NODISCARD bool plm_market_convert(const plm_market *market, const plm_contracts *contracts,
                                      plm_money amount, uint32_t from, uint32_t to, plm_money *out,
                                      bool *out_overflow);

#endif
