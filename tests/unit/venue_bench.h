/*
 * venue_bench.h - for test_venue_property.c: three venues side by side, a desk without money that
 * treats them alike, and a plain model of liquidity with a number for each level.
 */
#ifndef PLM_VENUE_BENCH_H
#define PLM_VENUE_BENCH_H

#include "venue_help.h"

#include <string.h>

#include "philox.h"

#define SYMS 2u
#define TICK 10
#define PRICES 41 /* 1 .. 40 ticks */
#define LEVELS 3u /* assumed beyond the quote */
#define FILLS_MAX 8192
#define LIVE_MAX 24u

enum { ALL = 0, LOUD = 1, ALONE = 2, HOUSES = 3 }; /* ALONE has world 0 only */

typedef struct fill {
    plm_oid oid;
    plm_px px;
    plm_qty qty;
    uint32_t world;
    bool maker;
} fill;

/* What is left of each level, for one world and one side. */
typedef struct plain_side {
    plm_qty level[PRICES];
    plm_qty ramp[LEVELS + 1];
} plain_side;

typedef struct bench {
    house house[HOUSES];
    fill fills[HOUSES][FILLS_MAX];
    uint32_t fill_count[HOUSES];
    plain_side plain[SYMS][HELP_WORLDS][2]; /* asks, bids */
    plm_qty budget[HELP_WORLDS];            /* of the trade that is being met */
    bool bounded, meets_trade;
    plm_philox rng;
    plm_oid oid;
    uint64_t arrival;
    uint64_t quiet, loud, filled; /* to see that the test is about something */
} bench;

static inline uint32_t below(bench *b, uint32_t bound)
{
    return plm_philox_below(&b->rng, bound);
}

/* -- the plain model -------------------------------------------------------------------------- */

static inline void plain_restate(bench *b, const plm_event *event)
{
    for (uint32_t world = 0; world < HELP_WORLDS; world++) {
        plain_side *const asks = &b->plain[event->sym][world][0];
        plain_side *const bids = &b->plain[event->sym][world][1];
        plain_side *const side = event->side == PLM_SIDE_BUY ? bids : asks;
        switch (event->kind) {
        case PLM_EV_BID:
        case PLM_EV_ASK:
            for (uint32_t i = 0; i <= LEVELS; i++) {
                (event->kind == PLM_EV_BID ? bids : asks)->ramp[i] = event->qty;
            }
            break;
        case PLM_EV_LEVEL:
            side->level[event->px / TICK] = event->qty;
            break;
        case PLM_EV_CLEAR:
            if (event->side != PLM_SIDE_SELL) {
                memset(bids->level, 0, sizeof bids->level);
            }
            if (event->side != PLM_SIDE_BUY) {
                memset(asks->level, 0, sizeof asks->level);
            }
            break;
        case PLM_EV_STATUS:
            if (event->side == PLM_STATUS_RELIST) {
                *asks = *bids = (plain_side){0};
            }
            break;
        default:
            break;
        }
    }
}

static inline void plain_book(const plm_proposal *p, plm_qty qty, plain_side *side)
{
    if (!p->maker) {
        side->level[p->px / TICK] -= qty;
        assert_true(side->level[p->px / TICK] >= 0);
        return;
    }
    bool const buys = p->order->side == PLM_SIDE_BUY;
    for (plm_px i = buys ? 1 : PRICES - 1; i != p->px / TICK + (buys ? 1 : -1);
         i += buys ? 1 : -1) {
        plm_qty const piece = side->level[i] < qty ? side->level[i] : qty;
        side->level[i] -= piece;
        qty -= piece;
    }
    assert_int_equal(qty, 0);
}

static inline void plain_use(bench *b, const plm_proposal *p, plm_qty qty)
{
    const plm_order *const order = p->order;
    const plm_market *const market = &b->house[ALL].market;
    const plm_market_view *const view = &market->view[order->sym];
    bool const buys = order->side == PLM_SIDE_BUY;
    plain_side *const side = &b->plain[order->sym][order->world][buys ? 0 : 1];
    if (p->maker && b->meets_trade) {
        if (b->bounded) {
            b->budget[order->world] -= qty;
            assert_true(b->budget[order->world] >= 0);
        }
    } else if (market->row[order->sym].has_levels) {
        plain_book(p, qty, side);
    } else if (plm_market_has_quotes(&market->row[order->sym]) &&
               (buys ? view->ask_qty : view->bid_qty) > 0) {
        plm_px const away = p->maker ? 0 : (buys ? p->px - view->ask_px : view->bid_px - p->px);
        assert_int_equal(away % (2 * TICK), 0); /* two ticks a level */
        assert_in_range(away / (2 * TICK), 0, LEVELS);
        side->ramp[away / (2 * TICK)] -= qty;
        assert_true(side->ramp[away / (2 * TICK)] >= 0);
    }
}

/* -- a desk without money ---------------------------------------------------------------------- */

static inline void cancel(house *h, plm_order *order)
{
    plm_venue_remove(h->venue, order);
    plm_order_turn(order, PLM_STATE_CANCELLED);
    plm_order_pool_give(plm_venue_orders(h->venue), order);
}

static inline void cancel_group(house *h, const plm_order *order)
{
    plm_order *other = plm_order_pool_first(plm_venue_orders(h->venue), order->account);
    while (other != NULL && order->group != 0) {
        plm_order *const next = other->next;
        if (other != order && other->group == order->group && !plm_order_done(other)) {
            cancel(h, other);
        }
        other = next;
    }
}

/* What the account lets it fill: nearly always all, at times a part, at times nothing, the same in
 * every house. */
static inline plm_qty allowed(const plm_proposal *p)
{
    uint64_t const mixed =
        (p->order->oid * UINT64_C(0x9E3779B97F4A7C15) + (uint64_t)p->order->left) >> 40;
    return mixed % 16 == 0 ? 0 : mixed % 8 == 1 ? 1 + p->qty / 2 : p->qty;
}

/* Every proposal comes here. */
static inline void answer(bench *b, int which, const plm_proposal *p)
{
    house *const h = &b->house[which];
    plm_order *const order = p->order;
    plm_qty qty = allowed(p);
    if (qty == 0) {
        if (p->maker) {
            cancel(h, order);
        } else {
            plm_order_turn(order, PLM_STATE_CANCELLED);
        }
        return;
    }
    qty = qty < p->qty ? qty : p->qty;
    if (which == ALL) {
        plain_use(b, p, qty);
        b->filled++;
    }
    assert_true(b->fill_count[which] < FILLS_MAX);
    b->fills[which][b->fill_count[which]++] =
        (fill){order->oid, p->px, qty, order->world, p->maker};
    plm_venue_filled(h->venue, p, qty);
    assert_int_equal(order->state == PLM_STATE_FILLED, order->left == 0);
    cancel_group(h, order);
    if (p->maker && order->left == 0) {
        plm_order_pool_give(plm_venue_orders(h->venue), order);
    }
}

static inline void proceed(bench *b, int which, plm_order *order)
{
    house *const h = &b->house[which];
    bool const refused =
        (order->flags & PLM_ORDER_POST_ONLY) != 0 && plm_venue_would_take(h->venue, order, h->now);
    bool const short_of =
        order->tif == PLM_TIF_FOK && plm_venue_available(h->venue, order, h->now) < order->left;
    plm_proposal p;
    while (!refused && !short_of && !plm_order_done(order) &&
           plm_venue_take(h->venue, order, h->now, &p)) {
        answer(b, which, &p);
    }
    if (!plm_order_done(order)) {
        if (!refused && !short_of && order->type == PLM_ORDER_LIMIT && order->tif == PLM_TIF_GTC) {
            plm_venue_rest(h->venue, order);
            return;
        }
        plm_order_turn(order, PLM_STATE_CANCELLED);
    }
    plm_order_pool_give(plm_venue_orders(h->venue), order);
}

static inline void meet(bench *b, int which)
{
    plm_proposal p;
    while (plm_venue_next(b->house[which].venue, &p)) {
        answer(b, which, &p);
    }
}

#endif
