/*
 * market.c - the events that are not frequent: books, funding rates, listing life, bars.
 */
#include "market.h"

#include <string.h>

#include "bars.h"
#include "check.h"
#include "memory.h"

void plm_market_init(plm_market *market, const plm_contracts *contracts)
{
    uint32_t const count = contracts->count;
    *market = (plm_market){
        .sym_count = count,
        .view = plm_alloc_aligned(count, sizeof *market->view, 64),
        .row = plm_alloc_aligned(count, sizeof *market->row, 64),
        .asset_px = plm_alloc(count, sizeof *market->asset_px),
    };
    for (uint32_t sym = 0; sym < count; sym++) {
        plm_ladder_init(&market->row[sym].bids, true);
        plm_ladder_init(&market->row[sym].asks, false);
    }
}

void plm_market_fini(plm_market *market)
{
    for (uint32_t sym = 0; sym < market->sym_count; sym++) {
        plm_ladder_fini(&market->row[sym].bids);
        plm_ladder_fini(&market->row[sym].asks);
    }
    plm_free(market->view);
    plm_free(market->row);
    plm_free(market->asset_px);
    *market = (plm_market){0};
}

/* -- books ----------------------------------------------------------------------------------- */

static plm_rung best_of(const plm_ladder *ladder)
{
    return ladder->count > 0 ? plm_ladder_at(ladder, 0) : (plm_rung){0, 0};
}

/* The best of the book is the best quote of a row that has no other. Its time is when it became
 * that. */
static void follow_book(const plm_market_row *row, plm_ts ts, plm_market_view *view)
{
    plm_rung const bid = best_of(&row->bids);
    plm_rung const ask = best_of(&row->asks);
    if (bid.px != view->bid_px || bid.qty != view->bid_qty) {
        view->bid_px = bid.px;
        view->bid_qty = bid.qty;
        view->bid_ts = ts;
    }
    if (ask.px != view->ask_px || ask.qty != view->ask_qty) {
        view->ask_px = ask.px;
        view->ask_qty = ask.qty;
        view->ask_ts = ts;
    }
}

static plm_status apply_book(plm_market *market, const plm_event *event, plm_diag *diag)
{
    plm_market_row *const row = &market->row[event->sym];
    row->has_levels = true;
    row->bids_ts = event->side != PLM_SIDE_SELL ? event->ts : row->bids_ts;
    row->asks_ts = event->side != PLM_SIDE_BUY ? event->ts : row->asks_ts;
    if (event->kind == PLM_EV_LEVEL) {
        plm_ladder *const side = event->side == PLM_SIDE_BUY ? &row->bids : &row->asks;
        if (!plm_ladder_set(side, event->px, event->qty)) {
            return plm_fail(diag, PLM_ERR_INPUT,
                            "instrument %u: the book has more than %u levels on one side; at most "
                            "that many are allowed (are levels never removed?)",
                            (unsigned)event->sym, PLM_LADDER_MAX);
        }
    } else {
        if (event->side != PLM_SIDE_SELL) {
            plm_ladder_clear(&row->bids);
        }
        if (event->side != PLM_SIDE_BUY) {
            plm_ladder_clear(&row->asks);
        }
    }
    if (!plm_market_has_quotes(row)) {
        follow_book(row, event->ts, &market->view[event->sym]);
    }
    return PLM_OK;
}

/* -- the rest -------------------------------------------------------------------------------- */

static void close_row(plm_market *market, uint32_t sym, plm_status_code code)
{
    market->row[sym].closed = true;
    market->view[sym].status = (uint8_t)code;
}

/* Another coin: what was known of the row is forgotten, its memory is kept. */
static void relist(plm_market *market, uint32_t sym)
{
    plm_market_row *const row = &market->row[sym];
    plm_ladder_clear(&row->bids);
    plm_ladder_clear(&row->asks);
    row->has_levels = false;
    memset(row->has, 0, sizeof row->has);
    row->closed = false;
    market->view[sym] = (plm_market_view){0};
}

static void apply_status(plm_market *market, const plm_event *event)
{
    bool const closed = market->row[event->sym].closed;
    plm_market_view *const view = &market->view[event->sym];
    switch ((plm_status_code)event->side) {
    case PLM_STATUS_NONE:
        break;
    case PLM_STATUS_HALT:
        view->status = closed ? view->status : PLM_STATUS_HALT;
        break;
    case PLM_STATUS_RESUME:
        view->status = closed ? view->status : PLM_STATUS_NONE;
        break;
    case PLM_STATUS_DELIST:
        close_row(market, event->sym, PLM_STATUS_DELIST);
        break;
    case PLM_STATUS_SETTLE:
        close_row(market, event->sym, PLM_STATUS_SETTLE);
        break;
    case PLM_STATUS_RELIST:
        relist(market, event->sym);
        break;
    }
}

static void apply_close(plm_market *market, const plm_event *event)
{
    plm_event const point = {.ts = event->ts,
                             .px = event->px,
                             .sym = event->sym,
                             .kind = (uint8_t)plm_bars_kind_of((plm_price_key)event->side)};
    bool const applied = plm_market_apply(market, &point);
    plm_assert(applied);
}

plm_status plm_market_apply_rare(plm_market *market, const plm_event *event, plm_diag *diag)
{
    switch ((plm_event_kind)event->kind) {
    case PLM_EV_LEVEL:
    case PLM_EV_CLEAR:
        return apply_book(market, event, diag);
    case PLM_EV_ASSET_INDEX:
        market->asset_px[event->sym] = event->px;
        return PLM_OK;
    case PLM_EV_BAR_CLOSE:
        apply_close(market, event);
        return PLM_OK;
    case PLM_EV_FUNDING_RATE:
        market->view[event->sym].funding_rate = event->px;
        market->view[event->sym].funding_due = event->qty;
        return PLM_OK;
    case PLM_EV_STATUS:
        apply_status(market, event);
        return PLM_OK;
    case PLM_EV_GAP:
        market->gaps++;
        return PLM_OK;
    case PLM_EV_NONE:
    case PLM_EV_TRADE:
    case PLM_EV_BID:
    case PLM_EV_ASK:
    case PLM_EV_MARK:
    case PLM_EV_INDEX:
    case PLM_EV_BAR_OPEN:
    case PLM_EV_BAR_HIGH:
    case PLM_EV_BAR_LOW:
    case PLM_EV_FUNDING:
    case PLM_EV_BORROW_RATE:
    case PLM_EV_OPEN_INTEREST:
    case PLM_EV_LIQUIDATION:
    case PLM_EV_ADL:
    case PLM_EV_INSURANCE:
    case PLM_EV_FORWARD:
    case PLM_EV_IV:
    case PLM_EV_RISK_FREE:
    case PLM_EV_HAIRCUT:
    case PLM_EV_CUSTODY:
    case PLM_EV_KIND_COUNT:
    case PLM_EV_KIND_LIMIT:
        return PLM_OK;
    }
    return PLM_OK;
}
