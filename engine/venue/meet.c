/*
 * meet.c - resting orders meet trades and quotes (docs/replay.md, 5), and what becomes of the fills
 * that are proposed. A meeting finds its next order by price and arrival, so orders may leave.
 */
#include "check.h"
#include "queue.h"
#include "venue_state.h"

static void begin(plm_venue *venue, plm_meeting meeting)
{
    meeting.side = PLM_SIDE_BUY;
    meeting.number = venue->meeting.number + 1;
    venue->meeting = meeting;
}

void plm_venue_meet_trade(plm_venue *venue, const plm_event *trade)
{
    bool const stands = venue->market->view[trade->sym].status == PLM_STATUS_HALT ||
                        venue->market->row[trade->sym].closed;
    begin(venue, (plm_meeting){.kind = stands ? PLM_MEETING_NONE : PLM_MEETING_TRADE,
                               .sym = trade->sym,
                               .taker = trade->side,
                               .trade_px = trade->px,
                               .trade_qty = trade->qty});
}

void plm_venue_meet_quote(plm_venue *venue, uint32_t sym, plm_ts now)
{
    begin(venue, (plm_meeting){.kind = PLM_MEETING_QUOTE, .sym = sym, .now = now});
}

/* -- what an order is due --------------------------------------------------------------------- */

static plm_budget *budget_of(plm_venue *venue, uint32_t world)
{
    plm_assert(world < venue->world_count);
    plm_budget *const budget = &venue->budgets[world];
    if (budget->meeting != venue->meeting.number) {
        budget->meeting = venue->meeting.number;
        budget->left = venue->meeting.trade_qty != 0 ? venue->meeting.trade_qty : INT64_MAX;
    }
    return budget;
}

/* False: neither this order nor a worse one can meet. */
static bool meets_trade(plm_venue *venue, plm_order *order, plm_qty *out_qty)
{
    const plm_meeting *const meeting = &venue->meeting;
    plm_qty bound = budget_of(venue, order->world)->left;
    if (order->px == meeting->trade_px) {
        bool const hits = meeting->taker != order->side && meeting->trade_qty > 0;
        if (venue->liquidity.settings.queue == PLM_QUEUE_CONSERVATIVE || !hits) {
            bound = 0;
        } else {
            plm_qty const reach = plm_queue_trade(order, meeting->trade_qty);
            bound = reach < bound ? reach : bound;
        }
    } else if ((order->px > meeting->trade_px) != (order->side == PLM_SIDE_BUY)) {
        return false;
    }
    *out_qty = order->left < bound ? order->left : bound;
    return true;
}

static bool meets_quote(plm_venue *venue, const plm_order *order, plm_qty *out_qty)
{
    plm_taker const taker = plm_venue_taker(order, true);
    plm_offer offer;
    if (plm_liquidity_offer(&venue->liquidity, &taker, venue->meeting.now, &offer) !=
        PLM_OFFER_OPEN) {
        return false;
    }
    plm_px worst;
    *out_qty = plm_offer_sum(&offer, order->left, &worst);
    return true;
}

/* -- the meeting ------------------------------------------------------------------------------ */

static plm_order *next_order(plm_venue *venue)
{
    plm_meeting *const meeting = &venue->meeting;
    const plm_shelf *const shelf = plm_venue_shelf(venue, meeting->sym, meeting->side);
    uint32_t const worse =
        meeting->started ? plm_shelf_worse(shelf, meeting->px, meeting->arrival) : shelf->count;
    if (worse == 0) {
        return NULL;
    }
    const plm_shelf_item *const item = &shelf->items[worse - 1];
    meeting->started = true;
    meeting->px = item->px;
    meeting->arrival = item->arrival;
    return item->order;
}

bool plm_venue_next(plm_venue *venue, plm_proposal *out)
{
    plm_meeting *const meeting = &venue->meeting;
    while (meeting->kind != PLM_MEETING_NONE) {
        plm_order *const order = next_order(venue);
        plm_qty qty = 0;
        bool const meets =
            order != NULL && (meeting->kind == PLM_MEETING_TRADE ? meets_trade(venue, order, &qty)
                                                                 : meets_quote(venue, order, &qty));
        if (meets && qty > 0) {
            *out = (plm_proposal){.order = order, .px = order->px, .qty = qty, .maker = true};
            return true;
        }
        if (!meets) {
            meeting->started = false;
            if (meeting->side == PLM_SIDE_SELL) {
                meeting->kind = PLM_MEETING_NONE;
            }
            meeting->side = PLM_SIDE_SELL;
        }
    }
    return false;
}

/* -- answers ---------------------------------------------------------------------------------- */

/* The market is as it was when the piece was proposed, and so is what is offered. */
static void use(plm_venue *venue, const plm_order *order, bool displayed_only, plm_qty qty)
{
    plm_taker const taker = plm_venue_taker(order, displayed_only);
    plm_offer offer;
    bool const found = plm_liquidity_find(&venue->liquidity, &taker, &offer);
    plm_assert(found);
    plm_liquidity_use(&venue->liquidity, &offer, qty);
}

void plm_venue_filled(plm_venue *venue, const plm_proposal *proposal, plm_qty qty)
{
    plm_order *const order = proposal->order;
    plm_assert(qty > 0);
    plm_assert(qty <= proposal->qty);
    plm_assert(qty <= order->left);
    if (!proposal->maker) {
        use(venue, order, false, qty);
    } else if (venue->meeting.kind == PLM_MEETING_QUOTE) {
        use(venue, order, true, qty);
    } else if (venue->meeting.trade_qty != 0) {
        budget_of(venue, order->world)->left -= qty;
    }
    order->left -= qty;
    if (order->left == 0) {
        if (proposal->maker) {
            plm_venue_remove(venue, order);
        }
        plm_order_turn(order, PLM_STATE_FILLED);
    }
    plm_venue_refresh(venue, order->sym);
}
