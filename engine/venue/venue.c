/*
 * venue.c - the book of the worlds: orders come, rest, wait and leave, events move queues and free
 * liquidity, and after each the corridors say what may happen unheard.
 */
#include "venue.h"

#include "check.h"
#include "filter.h"
#include "memory.h"
#include "queue.h"
#include "venue_state.h"

/* -- life ------------------------------------------------------------------------------------ */

plm_venue *plm_venue_create(const plm_contracts *contracts, const plm_market *market,
                            const plm_venue_settings *settings, uint32_t account_count,
                            uint32_t world_count)
{
    plm_assert(settings->queue < PLM_QUEUE_COUNT);
    plm_assert(market->sym_count == contracts->count);
    uint32_t const sym_count = contracts->count;
    plm_venue *const venue = plm_alloc(1, sizeof *venue);
    venue->contracts = contracts;
    venue->market = market;
    venue->orders = plm_order_pool_create(account_count);
    plm_liquidity_init(&venue->liquidity, contracts, market, settings);
    plm_triggers_init(&venue->triggers, sym_count);
    venue->row = plm_alloc(sym_count, sizeof *venue->row);
    size_t const corridors = (size_t)sym_count * PLM_CORRIDOR_STRIDE;
    venue->corridors = plm_alloc_aligned(corridors, sizeof *venue->corridors, 64);
    venue->own = plm_alloc_aligned(corridors, sizeof *venue->own, 64);
    venue->others = plm_alloc_aligned(corridors, sizeof *venue->others, 64);
    for (size_t i = 0; i < corridors; i++) {
        venue->others[i] = (plm_corridor){INT64_MIN, INT64_MAX};
    }
    venue->budgets = plm_alloc(world_count, sizeof *venue->budgets);
    venue->world_count = world_count;
    for (uint32_t sym = 0; sym < sym_count; sym++) {
        plm_shelf_init(&venue->row[sym].buys, true);
        plm_shelf_init(&venue->row[sym].sells, false);
        plm_venue_refresh(venue, sym);
    }
    return venue;
}

void plm_venue_destroy(plm_venue *venue)
{
    if (venue == NULL) {
        return;
    }
    for (uint32_t sym = 0; sym < venue->contracts->count; sym++) {
        plm_shelf_fini(&venue->row[sym].buys);
        plm_shelf_fini(&venue->row[sym].sells);
    }
    plm_order_pool_destroy(venue->orders);
    plm_liquidity_fini(&venue->liquidity);
    plm_triggers_fini(&venue->triggers);
    plm_free(venue->row);
    plm_free(venue->corridors);
    plm_free(venue->own);
    plm_free(venue->others);
    plm_free(venue->budgets);
    plm_free(venue);
}

plm_order_pool *plm_venue_orders(plm_venue *venue)
{
    return venue->orders;
}

const plm_corridor *plm_venue_corridors(const plm_venue *venue)
{
    return venue->corridors;
}

uint64_t plm_venue_stale(const plm_venue *venue)
{
    return venue->stale;
}

/* -- arrival --------------------------------------------------------------------------------- */

plm_reason plm_venue_check(const plm_venue *venue, const plm_order_request *request, uint32_t world,
                           bool hedge, plm_qty opposite, plm_ts now)
{
    if (!plm_filter_is_sound(request, venue->contracts->count, hedge)) {
        return PLM_REASON_BAD_REQUEST;
    }
    plm_reason reason = plm_filter_trading(&venue->liquidity, request->sym, now);
    if (reason == PLM_REASON_NONE) {
        reason = plm_venue_check_values(venue, request, world, hedge, now);
    }
    if (reason == PLM_REASON_NONE && plm_filter_reduces(request, hedge) && opposite == 0) {
        reason = PLM_REASON_REDUCE_ONLY;
    }
    return reason;
}

plm_reason plm_venue_check_values(const plm_venue *venue, const plm_order_request *request,
                                  uint32_t world, bool hedge, plm_ts now)
{
    if (!plm_filter_is_sound(request, venue->contracts->count, hedge)) {
        return PLM_REASON_BAD_REQUEST;
    }
    plm_reason const reason = plm_filter_steps(&venue->contracts->contract[request->sym], request);
    return reason != PLM_REASON_NONE
               ? reason
               : plm_filter_notional(&venue->liquidity, request, world, hedge, now);
}

plm_reason plm_venue_tradable(const plm_venue *venue, uint32_t sym, plm_ts now)
{
    return plm_filter_trading(&venue->liquidity, sym, now);
}

static plm_px reference_of(const plm_venue *venue, const plm_order *order)
{
    const plm_market_view *const view = &venue->market->view[order->sym];
    switch (plm_trigger_key(order)) {
    case PLM_KEY_MARK:
        return view->mark_px;
    case PLM_KEY_INDEX:
        return view->index_px;
    default:
        return view->last_px;
    }
}

bool plm_venue_holds(const plm_venue *venue, plm_order *order)
{
    plm_px const px = reference_of(venue, order);
    if (px == 0) {
        return false;
    }
    if (order->trigger == PLM_TRIGGER_TRAIL) {
        order->best = px;
        return false;
    }
    return plm_trigger_fires(order, px);
}

/* What an arriving order is offered; it is counted, once, when that is too old. */
static bool find_offer(plm_venue *venue, const plm_order *order, plm_ts now, plm_offer *out)
{
    plm_taker const taker = plm_venue_taker(order, false);
    plm_offer_found const found = plm_liquidity_offer(&venue->liquidity, &taker, now, out);
    if (found == PLM_OFFER_STALE &&
        (venue->stale_oid != order->oid || venue->stale_account != order->account)) {
        venue->stale++;
        venue->stale_oid = order->oid;
        venue->stale_account = order->account;
    }
    return found == PLM_OFFER_OPEN;
}

bool plm_venue_would_take(plm_venue *venue, const plm_order *order, plm_ts now)
{
    return plm_venue_available(venue, order, now) > 0;
}

plm_qty plm_venue_available(plm_venue *venue, const plm_order *order, plm_ts now)
{
    plm_offer offer;
    plm_px worst;
    return find_offer(venue, order, now, &offer) ? plm_offer_sum(&offer, order->left, &worst) : 0;
}

plm_px plm_venue_worst(const plm_venue *venue, const plm_order *order, plm_ts now)
{
    plm_taker const taker = plm_venue_taker(order, false);
    plm_offer offer;
    plm_px worst = 0;
    if (plm_liquidity_offer(&venue->liquidity, &taker, now, &offer) == PLM_OFFER_OPEN) {
        (void)plm_offer_sum(&offer, order->left, &worst);
    }
    return worst;
}

bool plm_venue_take(plm_venue *venue, plm_order *order, plm_ts now, plm_proposal *out)
{
    plm_offer offer;
    plm_px px;
    plm_qty qty;
    if (order->left == 0 || !find_offer(venue, order, now, &offer) ||
        !plm_offer_piece(&offer, &px, &qty)) {
        return false;
    }
    *out = (plm_proposal){
        .order = order, .px = px, .qty = qty < order->left ? qty : order->left, .maker = false};
    return true;
}

/* -- the book of the worlds ------------------------------------------------------------------- */

/* What is displayed before an order that comes to rest now. */
static plm_qty displayed_ahead(const plm_venue *venue, const plm_order *order)
{
    const plm_market_row *const row = &venue->market->row[order->sym];
    const plm_market_view *const view = &venue->market->view[order->sym];
    bool const buys = order->side == PLM_SIDE_BUY;
    if (row->has_levels) {
        return plm_ladder_get(buys ? &row->bids : &row->asks, order->px);
    }
    if (!plm_market_has_quotes(row)) {
        return PLM_AHEAD_UNKNOWN;
    }
    plm_px const best = buys ? view->bid_px : view->ask_px;
    if (order->px == best) {
        plm_qty const size = buys ? view->bid_qty : view->ask_qty;
        return size != 0 ? size : PLM_AHEAD_UNKNOWN; /* a price without a size: of a bar */
    }
    bool const leads = best == 0 || (buys ? order->px > best : order->px < best);
    return leads ? 0 : PLM_AHEAD_UNKNOWN;
}

/* What comes to rest or waits has arrived last of its instrument. */
static void enlist(plm_venue *venue, plm_order *order)
{
    plm_venue_row *const row = &venue->row[order->sym];
    plm_assert(row->last == NULL || row->last->arrival < order->arrival);
    order->row_prev = row->last;
    order->row_next = NULL;
    *(row->last == NULL ? &row->first : &row->last->row_next) = order;
    row->last = order;
}

static void delist(plm_venue *venue, plm_order *order)
{
    plm_venue_row *const row = &venue->row[order->sym];
    *(order->row_prev == NULL ? &row->first : &order->row_prev->row_next) = order->row_next;
    *(order->row_next == NULL ? &row->last : &order->row_next->row_prev) = order->row_prev;
}

void plm_venue_rest(plm_venue *venue, plm_order *order)
{
    plm_assert(order->place == PLM_PLACE_NONE);
    plm_assert(order->left > 0);
    plm_assert(order->world < venue->world_count);
    plm_order_turn(order, PLM_STATE_OPEN);
    plm_queue_join(order, displayed_ahead(venue, order));
    plm_shelf_add(plm_venue_shelf(venue, order->sym, order->side), order->px, order);
    enlist(venue, order);
    order->place = PLM_PLACE_BOOK;
    plm_venue_refresh(venue, order->sym);
}

void plm_venue_wait(plm_venue *venue, plm_order *order)
{
    plm_assert(order->world < venue->world_count);
    plm_order_turn(order, PLM_STATE_WAITING);
    plm_triggers_add(&venue->triggers, order);
    enlist(venue, order);
    plm_venue_refresh(venue, order->sym);
}

void plm_venue_remove(plm_venue *venue, plm_order *order)
{
    plm_assert(order->place != PLM_PLACE_NONE);
    if (order->place == PLM_PLACE_BOOK) {
        plm_shelf_remove(plm_venue_shelf(venue, order->sym, order->side), order->px, order);
        order->place = PLM_PLACE_NONE;
    } else {
        plm_triggers_remove(&venue->triggers, order);
    }
    delist(venue, order);
    plm_venue_refresh(venue, order->sym);
}

void plm_venue_rearm(plm_venue *venue, plm_order *order, plm_px px, plm_qty qty, plm_px trigger_px)
{
    plm_assert(order->place == PLM_PLACE_WAITING);
    plm_triggers_remove(&venue->triggers, order);
    order->px = px;
    order->trigger_px = trigger_px;
    plm_order_resize(order, qty);
    plm_triggers_add(&venue->triggers, order);
    plm_venue_refresh(venue, order->sym);
}

plm_order *plm_venue_pop_triggered(plm_venue *venue)
{
    plm_order *const order = plm_triggers_pop(&venue->triggers);
    if (order != NULL) {
        delist(venue, order);
    }
    return order;
}

plm_order *plm_venue_first_of(const plm_venue *venue, uint32_t sym)
{
    return venue->row[sym].first;
}

/* -- events ---------------------------------------------------------------------------------- */

/* The quantity displayed at px is now qty, and what is better (where `and_better`: a quote) is
 * empty. A side that is empty as a whole has the price 0; a quote of size 0 shows nothing. */
static void restate(plm_venue *venue, uint32_t sym, uint8_t side, plm_px px, plm_qty qty,
                    bool and_better)
{
    plm_queue_model const model = venue->liquidity.settings.queue;
    if (model == PLM_QUEUE_CONSERVATIVE) {
        return;
    }
    const plm_shelf *const shelf = plm_venue_shelf(venue, sym, side);
    uint32_t const first = px == 0 ? 0 : plm_shelf_worse_px(shelf, px);
    for (uint32_t i = first; i < shelf->count && (and_better || shelf->items[i].px == px); i++) {
        bool const there = shelf->items[i].px == px;
        if (!there || qty != 0 || !and_better) {
            plm_queue_restate(model, shelf->items[i].order, there ? qty : 0);
        }
    }
}

static void note_quote(plm_venue *venue, const plm_event *event, uint8_t side)
{
    uint8_t const takers = side == PLM_SIDE_BUY ? PLM_SIDE_SELL : PLM_SIDE_BUY;
    plm_taken_restate(plm_liquidity_taken(&venue->liquidity, event->sym, takers), PLM_TAKEN_QUOTE);
    if (!venue->market->row[event->sym].has_levels) {
        restate(venue, event->sym, side, event->px, event->qty, true);
    }
}

static void note_level(plm_venue *venue, const plm_event *event)
{
    uint8_t const takers = event->side == PLM_SIDE_BUY ? PLM_SIDE_SELL : PLM_SIDE_BUY;
    plm_taken_restate(plm_liquidity_taken(&venue->liquidity, event->sym, takers), event->px);
    restate(venue, event->sym, event->side, event->px, event->qty, false);
}

static void note_clear(plm_venue *venue, const plm_event *event)
{
    for (uint8_t side = PLM_SIDE_BUY; side <= PLM_SIDE_SELL; side++) {
        uint8_t const takers = side == PLM_SIDE_BUY ? PLM_SIDE_SELL : PLM_SIDE_BUY;
        if (event->side == PLM_SIDE_NONE || event->side == side) {
            plm_taken_restate_all(plm_liquidity_taken(&venue->liquidity, event->sym, takers));
            restate(venue, event->sym, side, 0, 0, true);
        }
    }
}

static void note_reference(plm_venue *venue, const plm_event *event, uint8_t key)
{
    bool const halted = venue->market->view[event->sym].status == PLM_STATUS_HALT;
    plm_triggers_see(&venue->triggers, event->sym, key, event->px, halted);
}

void plm_venue_note(plm_venue *venue, const plm_event *event)
{
    switch (event->kind) {
    case PLM_EV_TRADE:
        note_reference(venue, event, PLM_KEY_LAST);
        break;
    case PLM_EV_BID:
        note_quote(venue, event, PLM_SIDE_BUY);
        break;
    case PLM_EV_ASK:
        note_quote(venue, event, PLM_SIDE_SELL);
        break;
    case PLM_EV_LEVEL:
        note_level(venue, event);
        break;
    case PLM_EV_CLEAR:
        note_clear(venue, event);
        break;
    case PLM_EV_MARK:
        note_reference(venue, event, PLM_KEY_MARK);
        break;
    case PLM_EV_INDEX:
        note_reference(venue, event, PLM_KEY_INDEX);
        break;
    case PLM_EV_STATUS:
        if (event->side == PLM_STATUS_RELIST) {
            plm_taken_restate_all(plm_liquidity_taken(&venue->liquidity, event->sym, PLM_SIDE_BUY));
            plm_taken_restate_all(
                plm_liquidity_taken(&venue->liquidity, event->sym, PLM_SIDE_SELL));
        }
        break;
    default:
        return;
    }
    plm_venue_refresh(venue, event->sym);
}
