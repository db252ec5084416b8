/*
 * test_filter.c - promises of filter.h, as plm_venue_check applies them:
 * - each field out of range and each contradiction is a bad request;
 * - the first failure wins, in the order of docs/replay.md, 2;
 * - the smallest notional tests limit orders at their price and market orders at the first unit
 *   that they would take; what only reduces is exempt.
 */
#include "venue_help.h"

static plm_money const min_notional[HELP_SYMS] = {{1000}, {0}, {0}};
static plm_venue_settings const usual = {
    .slippage_ticks = 1, .slippage_levels = 1, .min_notional = min_notional};

static plm_order_request limit_buy(void)
{
    return (plm_order_request){.size = sizeof(plm_order_request),
                               .sym = 1,
                               .side = PLM_SIDE_BUY,
                               .type = PLM_ORDER_LIMIT,
                               .px = 100,
                               .qty = 5};
}

static plm_reason check(const house *h, plm_order_request r)
{
    return plm_venue_check(h->venue, &r, 0, false, 0, h->now);
}

static void fields_out_of_range_or_at_odds_are_bad_requests(void **state)
{
    (void)state;
    house h;
    house_open(&h, &usual);
    assert_int_equal(check(&h, limit_buy()), PLM_REASON_NONE);
    plm_order_request r;
#define BAD(change)                                                                                \
    r = limit_buy();                                                                               \
    change;                                                                                        \
    assert_int_equal(check(&h, r), PLM_REASON_BAD_REQUEST)
#define GOOD(change)                                                                               \
    r = limit_buy();                                                                               \
    change;                                                                                        \
    assert_int_equal(check(&h, r), PLM_REASON_NONE)
    BAD(r.sym = HELP_SYMS);
    BAD(r.side = 0);
    BAD(r.side = 3);
    BAD(r.type = 0);
    BAD(r.type = 3);
    BAD(r.tif = PLM_TIF_COUNT);
    BAD(r.flags = 4);
    BAD(r.qty = 0);
    BAD(r.qty = -5);
    BAD(r.px = 0);
    BAD(r.px = -100);
    BAD(r.type = PLM_ORDER_MARKET);
    GOOD(r.type = PLM_ORDER_MARKET; r.px = 0);
    GOOD(r.flags = PLM_ORDER_POST_ONLY);
    BAD(r.flags = PLM_ORDER_POST_ONLY; r.tif = PLM_TIF_IOC);
    BAD(r.flags = PLM_ORDER_POST_ONLY; r.tif = PLM_TIF_FOK);
    BAD(r.flags = PLM_ORDER_POST_ONLY; r.type = PLM_ORDER_MARKET; r.px = 0);
    BAD(r.trigger_px = 100);
    BAD(r.trail = 100);
    BAD(r.trigger_by = PLM_KEY_MARK);
    BAD(r.trigger = PLM_TRIGGER_COUNT; r.trigger_px = 100);
    BAD(r.trigger = PLM_TRIGGER_STOP);
    GOOD(r.trigger = PLM_TRIGGER_STOP; r.trigger_px = 100);
    GOOD(r.trigger = PLM_TRIGGER_TAKE; r.trigger_px = 100; r.trigger_by = PLM_KEY_INDEX);
    BAD(r.trigger = PLM_TRIGGER_TAKE; r.trigger_px = 100; r.trigger_by = PLM_KEY_BID);
    BAD(r.trigger = PLM_TRIGGER_TAKE; r.trigger_px = 100; r.trail = 10);
    GOOD(r.trigger = PLM_TRIGGER_TRAIL; r.trail = 10);
    BAD(r.trigger = PLM_TRIGGER_TRAIL; r.trail = 10; r.trigger_px = 100);
    BAD(r.trigger = PLM_TRIGGER_TRAIL; r.trail = -10);
    BAD(r.leg = 1);
#undef BAD
#undef GOOD
    r = limit_buy();
    assert_int_equal(plm_venue_check(h.venue, &r, 0, true, 0, h.now), PLM_REASON_BAD_REQUEST);
    r.leg = 3;
    assert_int_equal(plm_venue_check(h.venue, &r, 0, true, 0, h.now), PLM_REASON_BAD_REQUEST);
    r.leg = 1;
    assert_int_equal(plm_venue_check(h.venue, &r, 0, true, 0, h.now), PLM_REASON_NONE);
    r.leg = 2; /* buying the short leg reduces: there must be something */
    assert_int_equal(plm_venue_check(h.venue, &r, 0, true, 0, h.now), PLM_REASON_REDUCE_ONLY);
    assert_int_equal(plm_venue_check(h.venue, &r, 0, true, 1, h.now), PLM_REASON_NONE);
    house_close(&h);
}

static void the_first_failure_wins(void **state)
{
    (void)state;
    house h;
    house_open(&h, &usual);
    h.rows[0].lot = 2;
    h.rows[0].px_scale = 18; /* values at 10^-18 are bare products */
    plm_contracts_fini(&h.contracts);
    plm_contracts_init(&h.contracts, h.rows, HELP_SYMS);
    plm_order_request r = limit_buy();
    r.sym = 0;
    r.px = 101;
    r.qty = 3;
    r.flags = PLM_ORDER_REDUCE_ONLY;
    house_tell(&h, PLM_EV_STATUS, PLM_STATUS_HALT, 0, 0);
    assert_int_equal(check(&h, r), PLM_REASON_HALTED);
    assert_int_equal(plm_venue_tradable(h.venue, 0, h.now), PLM_REASON_HALTED);
    /* An amend passes while halted: steps 1, 3 and 4 alone. */
    assert_int_equal(plm_venue_check_values(h.venue, &r, 0, false, h.now), PLM_REASON_LOT);
    house_tell(&h, PLM_EV_STATUS, PLM_STATUS_DELIST, 0, 0);
    assert_int_equal(check(&h, r), PLM_REASON_CLOSED);
    house_tell(&h, PLM_EV_STATUS, PLM_STATUS_RELIST, 0, 0);
    assert_int_equal(check(&h, r), PLM_REASON_LOT);
    r.qty = 4;
    assert_int_equal(check(&h, r), PLM_REASON_TICK);
    r.px = 100;
    assert_int_equal(check(&h, r), PLM_REASON_REDUCE_ONLY);
    r.flags = 0;
    assert_int_equal(check(&h, r), PLM_REASON_NOTIONAL); /* 400 of 1000 */
    r.trigger = PLM_TRIGGER_STOP;
    r.trigger_px = 105;
    assert_int_equal(check(&h, r), PLM_REASON_TICK);
    r = limit_buy();
    r.sym = 2;
    h.now = HELP_EXPIRY;
    assert_int_equal(check(&h, r), PLM_REASON_CLOSED);
    h.contracts.contract[1].form = PLM_FORM_NONE;
    r.sym = 1;
    assert_int_equal(check(&h, r), PLM_REASON_NOT_TRADED);
    h.contracts.contract[0].listed = h.now + 1;
    r.sym = 0;
    assert_int_equal(check(&h, r), PLM_REASON_CLOSED);
    h.now++;
    r.qty = 100;
    assert_int_equal(check(&h, r), PLM_REASON_NONE);
    house_close(&h);
}

static void small_values_are_refused(void **state)
{
    (void)state;
    /* With px_scale 18 the value at 10^-18 is the bare product; the smallest is 1000. */
    house h;
    house_open(&h, &usual);
    h.rows[0].px_scale = 18;
    plm_contracts_fini(&h.contracts);
    plm_contracts_init(&h.contracts, h.rows, HELP_SYMS);
    plm_order_request r = limit_buy();
    r.sym = 0;
    r.qty = 9;
    assert_int_equal(check(&h, r), PLM_REASON_NOTIONAL); /* 900 */
    r.qty = 10;
    assert_int_equal(check(&h, r), PLM_REASON_NONE); /* 1000 */
    r.qty = 1;
    r.flags = PLM_ORDER_REDUCE_ONLY;
    assert_int_equal(plm_venue_check(h.venue, &r, 0, false, 1, h.now), PLM_REASON_NONE);
    /* Market: without anything to take, no test; then at the first unit, 90 and, when the world
     * has taken that, 100. */
    r = (plm_order_request){
        .size = sizeof r, .side = PLM_SIDE_BUY, .type = PLM_ORDER_MARKET, .qty = 10};
    assert_int_equal(check(&h, r), PLM_REASON_NONE);
    house_tell(&h, PLM_EV_ASK, 0, 90, 5);
    assert_int_equal(check(&h, r), PLM_REASON_NOTIONAL);
    plm_order *const order = house_order(&h, 0, PLM_SIDE_BUY, 0, 5);
    house_expect_take(&h, order, 90, 5);
    assert_int_equal(check(&h, r), PLM_REASON_NONE);
    assert_int_equal(plm_venue_check(h.venue, &r, 1, false, 0, h.now), PLM_REASON_NOTIONAL);
    /* A value that does not fit is not small. */
    r.qty = INT64_MAX;
    h.rows[0].px_scale = 0;
    plm_contracts_fini(&h.contracts);
    plm_contracts_init(&h.contracts, h.rows, HELP_SYMS);
    r.type = PLM_ORDER_LIMIT;
    r.px = INT64_MAX - 7; /* 10 * 922337203685477580 */
    assert_int_equal(check(&h, r), PLM_REASON_NONE);
    house_close(&h);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_out_of_range_or_at_odds_are_bad_requests),
        cmocka_unit_test(the_first_failure_wins),
        cmocka_unit_test(small_values_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
