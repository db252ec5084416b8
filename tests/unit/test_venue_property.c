/*
 * test_venue_property.c - promises of venue.h, over random markets and requests:
 * - the segment promise: a venue that is told only the events outside its corridors proposes the
 *   same fills and holds the same orders as one that is told all;
 * - worlds do not see one another: without the orders of world 1, world 0 has the same fills;
 * - no liquidity is used twice in one world: a plain model with a number for each level agrees that
 *   every piece was still there, and every trade fills at most its quantity;
 * - orders are where their state says.
 */
#include "venue_bench.h"

#include <stdlib.h>

#define EPISODES 480
#define STEPS 1500 /* 720,000 in all */

/* -- requests ---------------------------------------------------------------------------------- */

static plm_px random_px(bench *b)
{
    return TICK * (plm_px)(8 + below(b, 25));
}

static void submit(bench *b)
{
    plm_order_request r = {.size = sizeof r, .sym = below(b, SYMS)};
    uint32_t const account = below(b, HELP_ACCOUNTS);
    r.side = (uint8_t)(1 + below(b, 2));
    r.type = (uint8_t)(below(b, 4) == 0 ? PLM_ORDER_MARKET : PLM_ORDER_LIMIT);
    r.tif = (uint8_t)(below(b, 3) == 0 ? below(b, PLM_TIF_COUNT) : 0);
    r.flags = below(b, 4) == 0 ? PLM_ORDER_POST_ONLY : 0;
    r.qty = 1 + below(b, 30);
    r.group = below(b, 6) == 0 ? 1 + below(b, 2) : 0;
    r.px = r.type == PLM_ORDER_LIMIT ? random_px(b) : 0;
    r.trigger = (uint8_t)(below(b, 3) == 0 ? below(b, PLM_TRIGGER_COUNT) : 0);
    if (r.trigger != PLM_TRIGGER_NONE) {
        r.trigger_by = (uint8_t)(PLM_KEY_LAST + below(b, 3));
        if (r.trigger == PLM_TRIGGER_TRAIL) {
            r.trail = TICK * (plm_px)(1 + below(b, 5));
        } else {
            r.trigger_px = random_px(b);
        }
    }
    plm_oid const oid = ++b->oid;
    uint64_t const arrival = ++b->arrival;
    for (int which = 0; which < HOUSES; which++) {
        house *const h = &b->house[which];
        uint32_t const world = account % HELP_WORLDS;
        if ((which == ALONE && world != 0) ||
            plm_order_pool_count(plm_venue_orders(h->venue), account) == LIVE_MAX ||
            plm_venue_check(h->venue, &r, world, false, 0, h->now) != PLM_REASON_NONE) {
            continue;
        }
        plm_order *const order = plm_order_pool_take(plm_venue_orders(h->venue), account, oid);
        *order = (plm_order){.oid = oid,
                             .next = order->next,
                             .prev = order->prev,
                             .account = account,
                             .world = world,
                             .arrival = arrival,
                             .sym = r.sym,
                             .group = r.group,
                             .side = r.side,
                             .type = r.type,
                             .tif = r.tif,
                             .flags = r.flags,
                             .trigger = r.trigger,
                             .trigger_by = r.trigger_by,
                             .state = PLM_STATE_SENT,
                             .px = r.px,
                             .qty = r.qty,
                             .left = r.qty,
                             .trigger_px = r.trigger_px,
                             .trail = r.trail};
        if (r.trigger != PLM_TRIGGER_NONE && !plm_venue_holds(h->venue, order)) {
            plm_venue_wait(h->venue, order);
        } else {
            proceed(b, which, order);
        }
    }
}

static void amend_one(bench *b, int which, plm_order *order, plm_px px, plm_qty qty,
                      uint64_t arrival)
{
    house *const h = &b->house[which];
    plm_qty const filled = order->qty - order->left;
    if (qty <= filled) {
        return;
    }
    if (order->place == PLM_PLACE_WAITING) {
        plm_venue_rearm(h->venue, order, order->px == 0 ? 0 : px, qty,
                        order->trigger == PLM_TRIGGER_TRAIL ? 0 : px);
    } else if (below(b, 2) == 0 && qty < order->qty) {
        plm_order_resize(order, qty);
    } else {
        plm_venue_remove(h->venue, order);
        order->px = px;
        order->qty = qty;
        order->left = qty - filled;
        order->arrival = arrival;
        proceed(b, which, order);
    }
}

/* Cancels or amends an order of the account, if it is still there. */
static void change(bench *b)
{
    uint32_t const account = below(b, HELP_ACCOUNTS);
    uint32_t const back = below(b, 40);
    bool const cancels = below(b, 2) == 0;
    plm_px const px = random_px(b);
    plm_qty const qty = 1 + below(b, 30);
    uint64_t const arrival = ++b->arrival;
    plm_philox const rng = b->rng;
    for (int which = 0; which < HOUSES && back < b->oid; which++) {
        house *const h = &b->house[which];
        plm_order *const order =
            plm_order_pool_find(plm_venue_orders(h->venue), account, b->oid - back);
        if (order == NULL) {
            continue;
        }
        b->rng = rng; /* the same choice in every house */
        if (cancels) {
            cancel(h, order);
        } else {
            amend_one(b, which, order, px, qty, arrival);
        }
    }
}

/* -- events ----------------------------------------------------------------------------------- */

static plm_event random_event(bench *b, bool levels, bool quotes)
{
    plm_event e = {.ts = b->house[ALL].now, .sym = below(b, SYMS)};
    uint32_t const kind = below(b, 100);
    e.px = random_px(b);
    e.qty = below(b, 12);
    if (kind < 25) {
        e.kind = PLM_EV_TRADE;
        e.side = (uint8_t)below(b, 3);
    } else if (kind < 60 && quotes) {
        bool const bid = below(b, 2) == 0;
        e.kind = bid ? PLM_EV_BID : PLM_EV_ASK;
        /* Mostly uncrossed, around 20 ticks. */
        e.px = below(b, 8) == 0 ? e.px : TICK * (plm_px)(bid ? 12 + below(b, 9) : 20 + below(b, 9));
        e.px = below(b, 20) == 0 ? 0 : e.px;
        e.qty = e.px == 0 ? 0 : e.qty;
    } else if (kind < 88 && levels) {
        e.kind = PLM_EV_LEVEL;
        e.side = (uint8_t)(1 + below(b, 2));
        e.px = below(b, 8) == 0
                   ? e.px
                   : TICK * (plm_px)(e.side == PLM_SIDE_BUY ? 12 + below(b, 9) : 20 + below(b, 9));
    } else if (kind == 88 && levels) {
        e.kind = PLM_EV_CLEAR;
        e.side = (uint8_t)below(b, 3);
        e.px = e.qty = 0;
    } else if (kind == 89) {
        e.kind = PLM_EV_STATUS;
        e.side = (uint8_t)(below(b, 12) == 0 ? PLM_STATUS_RELIST
                                             : PLM_STATUS_HALT + (below(b, 3) > 0 ? 1 : 0));
        e.px = e.qty = 0;
    } else {
        e.kind = below(b, 2) == 0 ? PLM_EV_MARK : PLM_EV_INDEX;
        e.qty = 0;
    }
    return e;
}

static bool is_inside(const house *h, const plm_event *e, uint32_t key)
{
    const plm_corridor *const c =
        &plm_venue_corridors(h->venue)[e->sym * PLM_CORRIDOR_STRIDE + key];
    return e->px >= c->lo && e->px <= c->hi;
}

static bool is_quiet(const house *h, const plm_event *e)
{
    switch (e->kind) {
    case PLM_EV_TRADE:
        return is_inside(h, e, PLM_KEY_LAST);
    case PLM_EV_BID:
        return is_inside(h, e, PLM_KEY_BID);
    case PLM_EV_ASK:
        return is_inside(h, e, PLM_KEY_ASK);
    case PLM_EV_MARK:
        return is_inside(h, e, PLM_KEY_MARK);
    case PLM_EV_INDEX:
        return is_inside(h, e, PLM_KEY_INDEX);
    case PLM_EV_LEVEL:
    case PLM_EV_CLEAR:
        return (e->side == PLM_SIDE_SELL || is_inside(h, e, PLM_KEY_BID)) &&
               (e->side == PLM_SIDE_BUY || is_inside(h, e, PLM_KEY_ASK));
    default:
        return false;
    }
}

/* An event in one house, as step.c does it; false when it was quiet. */
static bool happen(bench *b, int which, const plm_event *e)
{
    house *const h = &b->house[which];
    bool const quiet = which == LOUD && is_quiet(h, e);
    house_apply(h, e);
    if (which == LOUD) {
        *(quiet ? &b->quiet : &b->loud) += 1;
    }
    if (quiet) {
        return false;
    }
    if (e->kind == PLM_EV_STATUS && e->side == PLM_STATUS_RELIST) {
        while (plm_venue_first_of(h->venue, e->sym) != NULL) {
            cancel(h, plm_venue_first_of(h->venue, e->sym));
        }
    }
    if (e->kind == PLM_EV_TRADE) {
        b->meets_trade = true;
        b->bounded = e->qty > 0;
        b->budget[0] = b->budget[1] = e->qty;
        plm_venue_meet_trade(h->venue, e);
        meet(b, which);
        b->meets_trade = false;
    }
    plm_venue_note(h->venue, e);
    return true;
}

/* Up to four events of one time, the quotes, the triggers. */
static void instant(bench *b, bool levels, bool quotes)
{
    plm_event events[4];
    uint32_t const count = 1 + below(b, 4);
    bool touched[HOUSES][SYMS] = {0};
    uint32_t order[SYMS], order_count = 0;
    for (uint32_t i = 0; i < count; i++) {
        const plm_event *const e = &events[i];
        events[i] = random_event(b, levels, quotes);
        plain_restate(b, e);
        bool const is_quote = e->kind == PLM_EV_BID || e->kind == PLM_EV_ASK ||
                              e->kind == PLM_EV_LEVEL || e->kind == PLM_EV_CLEAR;
        if (is_quote && !touched[ALL][e->sym]) {
            order[order_count++] = e->sym;
        }
        for (int which = 0; which < HOUSES; which++) {
            bool const heard = happen(b, which, e);
            touched[which][e->sym] = touched[which][e->sym] || (heard && is_quote);
        }
    }
    /* Who is triggered arrives anew, in each house by itself; later arrivals come after all. */
    uint64_t const before = b->arrival;
    for (int which = 0; which < HOUSES; which++) {
        house *const h = &b->house[which];
        uint64_t arrival = before;
        for (uint32_t i = 0; i < order_count; i++) {
            if (touched[which][order[i]]) {
                plm_venue_meet_quote(h->venue, order[i], h->now);
                meet(b, which);
            }
        }
        plm_order *triggered;
        while ((triggered = plm_venue_pop_triggered(h->venue)) != NULL) {
            if (plm_venue_tradable(h->venue, triggered->sym, h->now) != PLM_REASON_NONE) {
                plm_order_turn(triggered, PLM_STATE_REJECTED);
                plm_order_pool_give(plm_venue_orders(h->venue), triggered);
            } else {
                triggered->arrival = ++arrival;
                cancel_group(h, triggered);
                proceed(b, which, triggered);
            }
        }
        b->arrival = arrival > b->arrival ? arrival : b->arrival;
    }
}

/* -- comparisons ------------------------------------------------------------------------------- */

static void compare_fills(const bench *b, int which)
{
    uint32_t at = 0;
    for (uint32_t i = 0; i < b->fill_count[ALL]; i++) {
        const fill *const expected = &b->fills[ALL][i];
        if (which == ALONE && expected->world != 0) {
            continue;
        }
        assert_true(at < b->fill_count[which]);
        const fill *const found = &b->fills[which][at++];
        assert_int_equal(found->oid, expected->oid);
        assert_int_equal(found->px, expected->px);
        assert_int_equal(found->qty, expected->qty);
        assert_int_equal(found->maker, expected->maker);
    }
    assert_int_equal(at, b->fill_count[which]);
}

static void compare_orders(bench *b, int which, uint32_t account)
{
    const plm_order *a = plm_order_pool_first(plm_venue_orders(b->house[ALL].venue), account);
    const plm_order *o = plm_order_pool_first(plm_venue_orders(b->house[which].venue), account);
    for (; a != NULL && o != NULL; a = a->next, o = o->next) {
        assert_int_equal(o->oid, a->oid);
        assert_int_equal(o->state, a->state);
        assert_int_equal(o->place, a->place);
        assert_int_equal(o->state, o->place == PLM_PLACE_BOOK ? PLM_STATE_OPEN : PLM_STATE_WAITING);
        assert_int_equal(o->left, a->left);
        assert_int_equal(o->best, a->best);
        assert_int_equal(o->ahead, a->ahead);
        assert_int_equal(o->shown, a->shown);
        assert_int_equal(o->traded, a->traded);
    }
    assert_true(a == NULL);
    assert_true(o == NULL);
}

/* What a market order could take of each side, in each world. */
static void compare_liquidity(const bench *b, int which)
{
    for (uint32_t i = 0; i < SYMS * 4; i++) {
        plm_order const probe = {.oid = UINT64_MAX,
                                 .sym = i / 4,
                                 .world = i / 2 % 2,
                                 .side = (uint8_t)(1 + i % 2),
                                 .left = 1000};
        if (which != ALONE || probe.world == 0) {
            assert_int_equal(
                plm_venue_available(b->house[which].venue, &probe, b->house[which].now),
                plm_venue_available(b->house[ALL].venue, &probe, b->house[ALL].now));
        }
    }
}

static void compare(bench *b)
{
    for (int which = LOUD; which < HOUSES; which++) {
        compare_fills(b, which);
        for (uint32_t account = 0; account < HELP_ACCOUNTS; account++) {
            if (which != ALONE || account % HELP_WORLDS == 0) {
                compare_orders(b, which, account);
            }
        }
        compare_liquidity(b, which);
    }
    memset(b->fill_count, 0, sizeof b->fill_count);
}

/* -- episodes ---------------------------------------------------------------------------------- */

static void episode(bench *b, uint32_t number)
{
    plm_venue_settings const settings = {
        .queue = (plm_queue_model)(number % PLM_QUEUE_COUNT),
        .slippage_ticks = 2,
        .slippage_levels = number / 5 % 2 == 0 ? LEVELS : 0,
        .spread = INT64_C(10000000000),
        .max_quote_age_ns = number / 10 % 2 == 0 ? 0 : 6,
    };
    b->oid = 0;
    b->arrival = 0;
    memset(b->plain, 0, sizeof b->plain);
    plm_philox_init(&b->rng, 20261120, "venue-property", number);
    for (int which = 0; which < HOUSES; which++) {
        house_open(&b->house[which], &settings);
    }
    bool const quotes = number / 20 % 4 != 3;
    for (uint32_t step = 0; step < STEPS; step++) {
        bool const levels = number / 20 % 2 == 1 && step > STEPS / 8;
        for (int which = 0; which < HOUSES; which++) {
            b->house[which].now++;
        }
        instant(b, levels, quotes);
        uint32_t const act = below(b, 4);
        if (act == 0) {
            submit(b);
        } else if (act == 1) {
            change(b);
        }
        compare(b);
    }
    for (int which = 0; which < HOUSES; which++) {
        house_close(&b->house[which]);
    }
}

static void random_markets_keep_all_promises(void **state)
{
    (void)state;
    bench *const b = calloc(1, sizeof *b);
    assert_non_null(b);
    for (uint32_t number = 0; number < EPISODES; number++) {
        episode(b, number);
    }
    print_message("%llu events were quiet, %llu loud; %llu fills\n", (unsigned long long)b->quiet,
                  (unsigned long long)b->loud, (unsigned long long)b->filled);
    assert_true(b->quiet > 50000); /* else the corridors say little */
    assert_true(b->loud > 50000);
    assert_true(b->filled > 20000);
    free(b);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test(random_markets_keep_all_promises)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
