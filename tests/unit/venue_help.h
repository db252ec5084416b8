/*
 * venue_help.h - a small market with a venue, for the tests of engine/venue: events are told to
 * both, orders are sent as step.c would send them, without money.
 */
#ifndef PLM_VENUE_HELP_H
#define PLM_VENUE_HELP_H

#include "plm_test.h"

#include <stdio.h>

#include "venue.h"

#define HELP_SYMS 3u /* all linear: tick 10, lot 1; the last expires */
#define HELP_ACCOUNTS 3u
#define HELP_WORLDS 2u /* accounts 0 and 2 share world 0 */
#define HELP_T PLM_TS_MIN
#define HELP_EXPIRY (PLM_TS_MIN + INT64_C(1000000000000))

typedef struct house {
    plm_instrument rows[HELP_SYMS];
    plm_contracts contracts;
    plm_market market;
    plm_venue *venue;
    plm_oid oid;
    uint64_t arrival;
    plm_ts now;
} house;

static inline void house_open(house *h, const plm_venue_settings *settings)
{
    *h = (house){.now = HELP_T};
    for (uint32_t i = 0; i < HELP_SYMS; i++) {
        (void)snprintf(h->rows[i].symbol, sizeof h->rows[i].symbol, "ROW%u", i);
        (void)snprintf(h->rows[i].base, sizeof h->rows[i].base, "BTC");
        (void)snprintf(h->rows[i].quote, sizeof h->rows[i].quote, "USD");
        (void)snprintf(h->rows[i].settle, sizeof h->rows[i].settle, "USD");
        h->rows[i].kind = i + 1 == HELP_SYMS ? PLM_INST_FUTURE : PLM_INST_LINEAR;
        h->rows[i].tick = 10;
        h->rows[i].lot = 1;
        h->rows[i].multiplier = 1;
        h->rows[i].expiry = i + 1 == HELP_SYMS ? HELP_EXPIRY : 0;
    }
    plm_contracts_init(&h->contracts, h->rows, HELP_SYMS);
    plm_market_init(&h->market, &h->contracts);
    h->venue = plm_venue_create(&h->contracts, &h->market, settings, HELP_ACCOUNTS, HELP_WORLDS);
}

static inline void house_close(house *h)
{
    plm_venue_destroy(h->venue);
    plm_market_fini(&h->market);
    plm_contracts_fini(&h->contracts);
}

static inline plm_event house_event(plm_event_kind kind, uint8_t side, plm_px px, plm_qty qty)
{
    return (plm_event){.kind = (uint8_t)kind, .side = side, .px = px, .qty = qty};
}

static inline void house_apply(house *h, const plm_event *event)
{
    plm_diag diag;
    plm_diag_init(&diag);
    if (!plm_market_apply(&h->market, event)) {
        assert_ok(plm_market_apply_rare(&h->market, event, &diag), &diag);
    }
}

/* An event of row 0 now: the market and the venue hear of it; nobody meets it yet. */
static inline void house_tell(house *h, plm_event_kind kind, uint8_t side, plm_px px, plm_qty qty)
{
    plm_event event = house_event(kind, side, px, qty);
    event.ts = h->now;
    house_apply(h, &event);
    plm_venue_note(h->venue, &event);
}

/* An order of row 0 on its way, as the pool has it. Market orders have px 0. */
static inline plm_order *house_order(house *h, uint32_t account, uint8_t side, plm_px px,
                                     plm_qty qty)
{
    plm_order *const order = plm_order_pool_take(plm_venue_orders(h->venue), account, ++h->oid);
    assert_non_null(order);
    plm_order_turn(order, PLM_STATE_SENT);
    order->arrival = ++h->arrival;
    order->world = account % HELP_WORLDS;
    order->side = side;
    order->type = px == 0 ? PLM_ORDER_MARKET : PLM_ORDER_LIMIT;
    order->px = px;
    order->qty = qty;
    order->left = qty;
    return order;
}

static inline plm_order *house_rest(house *h, uint32_t account, uint8_t side, plm_px px,
                                    plm_qty qty)
{
    plm_order *const order = house_order(h, account, side, px, qty);
    plm_venue_rest(h->venue, order);
    return order;
}

/* The next piece is taken whole: true, with its price and size. */
static inline bool house_take(house *h, plm_order *order, plm_px *out_px, plm_qty *out_qty)
{
    plm_proposal proposal;
    if (!plm_venue_take(h->venue, order, h->now, &proposal)) {
        return false;
    }
    assert_ptr_equal(proposal.order, order);
    assert_false(proposal.maker);
    plm_venue_filled(h->venue, &proposal, proposal.qty);
    *out_px = proposal.px;
    *out_qty = proposal.qty;
    return true;
}

static inline void house_expect_take(house *h, plm_order *order, plm_px px, plm_qty qty)
{
    plm_px found_px;
    plm_qty found_qty;
    assert_true(house_take(h, order, &found_px, &found_qty));
    assert_int_equal(found_px, px);
    assert_int_equal(found_qty, qty);
}

static inline void house_expect_no_take(house *h, plm_order *order)
{
    plm_proposal proposal;
    assert_false(plm_venue_take(h->venue, order, h->now, &proposal));
}

/* The next resting order of a meeting fills, whole. */
static inline void house_expect_maker(house *h, const plm_order *order, plm_qty qty)
{
    plm_proposal proposal;
    assert_true(plm_venue_next(h->venue, &proposal));
    assert_ptr_equal(proposal.order, order);
    assert_true(proposal.maker);
    assert_int_equal(proposal.px, order->px);
    assert_int_equal(proposal.qty, qty);
    plm_venue_filled(h->venue, &proposal, qty);
}

static inline void house_expect_nobody(house *h)
{
    plm_proposal proposal;
    assert_false(plm_venue_next(h->venue, &proposal));
}

/* A trade of row 0 happens, and resting orders may meet it. */
static inline void house_trade(house *h, uint8_t taker, plm_px px, plm_qty qty)
{
    plm_event event = house_event(PLM_EV_TRADE, taker, px, qty);
    event.ts = h->now;
    house_apply(h, &event);
    plm_venue_meet_trade(h->venue, &event);
}

static inline void house_expect_corridor(const house *h, plm_price_key key, plm_px lo, plm_px hi)
{
    const plm_corridor *const corridor = &plm_venue_corridors(h->venue)[key];
    assert_int_equal(corridor->lo, lo);
    assert_int_equal(corridor->hi, hi);
}

static inline void house_expect_quiet(const house *h)
{
    for (unsigned i = 0; i < HELP_SYMS * PLM_CORRIDOR_STRIDE; i++) {
        assert_int_equal(plm_venue_corridors(h->venue)[i].lo, INT64_MIN);
        assert_int_equal(plm_venue_corridors(h->venue)[i].hi, INT64_MAX);
    }
}

#endif
