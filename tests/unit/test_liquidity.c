/*
 * test_liquidity.c - promises of liquidity.h and taken.h:
 * - a book offers its levels less what the world took, a quote its size and then assumed levels, a
 *   last price everything at the price and its spread, rounded away onto the tick;
 * - a size of 0 is unknown and bounds nothing; without assumed levels nothing lies beyond a quote;
 * - nothing is offered of an empty, crossed, halted, closed or too old side, or at a price <= 0;
 * - the ramp is walked by division: a hundred thousand levels cost no more than one, and totals
 *   beyond 64 bits are exact;
 * - what a world took is taken for it alone, until it is restated.
 */
#include "venue_help.h"

#include "liquidity.h"

static plm_venue_settings const usual = {.slippage_ticks = 1, .slippage_levels = 100};

typedef struct desk {
    house house;
    plm_liquidity liquidity;
} desk;

static void desk_open(desk *d, plm_venue_settings settings)
{
    house_open(&d->house, &usual);
    plm_liquidity_init(&d->liquidity, &d->house.contracts, &d->house.market, &settings);
}

static void desk_close(desk *d)
{
    plm_liquidity_fini(&d->liquidity);
    house_close(&d->house);
}

static plm_taker taker(uint8_t side, plm_px limit)
{
    return (plm_taker){.side = side, .limit = limit};
}

/* What a taker would get of `want`, at worst at *out_worst. */
static plm_qty sum(const desk *d, plm_taker who, plm_qty want, plm_px *out_worst)
{
    plm_offer offer;
    *out_worst = 0;
    if (plm_liquidity_offer(&d->liquidity, &who, d->house.now, &offer) != PLM_OFFER_OPEN) {
        return 0;
    }
    return plm_offer_sum(&offer, want, out_worst);
}

static void expect_sum(const desk *d, plm_taker who, plm_qty want, plm_qty qty, plm_px worst)
{
    plm_px found;
    assert_int_equal(sum(d, who, want, &found), qty);
    assert_int_equal(found, worst);
}

static void use(desk *d, plm_taker who, plm_qty qty)
{
    plm_offer offer;
    assert_int_equal(plm_liquidity_offer(&d->liquidity, &who, d->house.now, &offer),
                     PLM_OFFER_OPEN);
    plm_liquidity_use(&d->liquidity, &offer, qty);
}

static void a_quote_is_followed_by_assumed_levels(void **state)
{
    (void)state;
    desk d;
    plm_venue_settings const settings = {.slippage_ticks = 2, .slippage_levels = 3};
    desk_open(&d, settings);
    house_tell(&d.house, PLM_EV_BID, 0, 50, 4);
    house_tell(&d.house, PLM_EV_ASK, 0, 100, 5);
    /* Buys: 5 each at 100, 120, 140, 160 (tick 10, two ticks a level). */
    expect_sum(&d, taker(PLM_SIDE_BUY, 0), 5, 5, 100);
    expect_sum(&d, taker(PLM_SIDE_BUY, 0), 6, 6, 120);
    expect_sum(&d, taker(PLM_SIDE_BUY, 0), 100, 20, 160);
    expect_sum(&d, taker(PLM_SIDE_BUY, 150), 100, 15, 140);
    expect_sum(&d, taker(PLM_SIDE_BUY, 100), 100, 5, 100);
    expect_sum(&d, taker(PLM_SIDE_BUY, 90), 100, 0, 0);
    /* Sells: 4 each at 50, 30, 10; the next would be at -10. */
    expect_sum(&d, taker(PLM_SIDE_SELL, 0), 100, 12, 10);
    expect_sum(&d, taker(PLM_SIDE_SELL, 30), 100, 8, 30);
    desk_close(&d);
}

static void what_was_taken_runs_along_the_ladder_in_its_world(void **state)
{
    (void)state;
    desk d;
    plm_venue_settings const settings = {.slippage_ticks = 1, .slippage_levels = 2};
    desk_open(&d, settings);
    house_tell(&d.house, PLM_EV_ASK, 0, 100, 5);
    plm_taker const here = taker(PLM_SIDE_BUY, 0);
    plm_taker there = here;
    there.world = 1;
    use(&d, here, 7);
    /* 8 of 15 are left: 3 at 110, 5 at 120. */
    plm_offer offer;
    plm_px px;
    plm_qty qty;
    assert_int_equal(plm_liquidity_offer(&d.liquidity, &here, d.house.now, &offer), PLM_OFFER_OPEN);
    assert_true(plm_offer_piece(&offer, &px, &qty));
    assert_int_equal(px, 110);
    assert_int_equal(qty, 3);
    expect_sum(&d, here, 100, 8, 120);
    expect_sum(&d, there, 100, 15, 120);
    /* Of the displayed size nothing is left for makers. */
    plm_taker shown = here;
    shown.displayed_only = true;
    expect_sum(&d, shown, 100, 0, 0);
    use(&d, here, 8);
    expect_sum(&d, here, 100, 0, 0);
    assert_int_equal(plm_liquidity_offer(&d.liquidity, &here, d.house.now, &offer), PLM_OFFER_OPEN);
    assert_false(plm_offer_piece(&offer, &px, &qty));
    plm_taken_restate(plm_liquidity_taken(&d.liquidity, 0, PLM_SIDE_BUY), PLM_TAKEN_QUOTE);
    expect_sum(&d, here, 100, 15, 120);
    desk_close(&d);
}

static void an_unknown_size_bounds_nothing_and_no_step_means_no_levels(void **state)
{
    (void)state;
    desk d;
    desk_open(&d, (plm_venue_settings){.slippage_ticks = 0, .slippage_levels = 100});
    house_tell(&d.house, PLM_EV_ASK, 0, 100, 5);
    expect_sum(&d, taker(PLM_SIDE_BUY, 0), 100, 5, 100);
    house_tell(&d.house, PLM_EV_ASK, 0, 100, 0);
    expect_sum(&d, taker(PLM_SIDE_BUY, 0), INT64_MAX, INT64_MAX, 100);
    use(&d, taker(PLM_SIDE_BUY, 0), INT64_MAX);
    expect_sum(&d, taker(PLM_SIDE_BUY, 0), 100, 100, 100); /* nothing was counted */
    desk_close(&d);
    desk_open(&d, (plm_venue_settings){.slippage_ticks = 1, .slippage_levels = 0});
    house_tell(&d.house, PLM_EV_ASK, 0, 100, 5);
    expect_sum(&d, taker(PLM_SIDE_BUY, 0), 100, 5, 100);
    desk_close(&d);
}

static void the_last_price_has_a_spread_rounded_away_onto_the_tick(void **state)
{
    (void)state;
    desk d;
    /* 1 % of 2000 is 20: 2020 and 1980. Of 2010: 2030.1 -> 2031 -> 2040; 1989.9 -> 1989 -> 1980. */
    desk_open(&d, (plm_venue_settings){.spread = INT64_C(10000000000)});
    expect_sum(&d, taker(PLM_SIDE_BUY, 0), 7, 0, 0);
    house_tell(&d.house, PLM_EV_TRADE, 0, 2000, 1);
    expect_sum(&d, taker(PLM_SIDE_BUY, 0), 7, 7, 2020);
    expect_sum(&d, taker(PLM_SIDE_SELL, 0), 7, 7, 1980);
    house_tell(&d.house, PLM_EV_TRADE, 0, 2010, 1);
    expect_sum(&d, taker(PLM_SIDE_BUY, 0), 7, 7, 2040);
    expect_sum(&d, taker(PLM_SIDE_SELL, 0), 7, 7, 1980);
    expect_sum(&d, taker(PLM_SIDE_BUY, 2030), 7, 0, 0);
    /* The last price is nothing to a resting order. */
    plm_taker shown = taker(PLM_SIDE_BUY, 0);
    shown.displayed_only = true;
    expect_sum(&d, shown, 7, 0, 0);
    /* 9 is below a tick: a sell would get 0, which is no price. */
    house_tell(&d.house, PLM_EV_TRADE, 0, 9, 1);
    expect_sum(&d, taker(PLM_SIDE_SELL, 0), 7, 0, 0);
    expect_sum(&d, taker(PLM_SIDE_BUY, 0), 7, 7, 10);
    house_tell(&d.house, PLM_EV_TRADE, 0, INT64_MAX, 1); /* with the spread it does not fit */
    expect_sum(&d, taker(PLM_SIDE_BUY, 0), 7, 0, 0);
    desk_close(&d);
}

static void a_book_offers_its_levels(void **state)
{
    (void)state;
    desk d;
    desk_open(&d, usual);
    house_tell(&d.house, PLM_EV_ASK, 0, 90, 1000); /* a book hides the quote */
    house_tell(&d.house, PLM_EV_LEVEL, PLM_SIDE_SELL, 120, 7);
    house_tell(&d.house, PLM_EV_LEVEL, PLM_SIDE_SELL, 100, 5);
    house_tell(&d.house, PLM_EV_LEVEL, PLM_SIDE_BUY, 80, 2);
    plm_taker const buy = taker(PLM_SIDE_BUY, 0);
    expect_sum(&d, buy, 6, 6, 120);
    expect_sum(&d, buy, 100, 12, 120); /* no level is assumed */
    expect_sum(&d, taker(PLM_SIDE_BUY, 110), 100, 5, 100);
    expect_sum(&d, taker(PLM_SIDE_SELL, 0), 100, 2, 80);
    use(&d, buy, 6); /* 5 at 100, 1 at 120 */
    const plm_taken *const taken = plm_liquidity_taken(&d.liquidity, 0, PLM_SIDE_BUY);
    assert_i128_equal(plm_taken_get(taken, 0, 100), 5);
    assert_i128_equal(plm_taken_get(taken, 0, 120), 1);
    assert_true(taken->levels);
    assert_int_equal(taken->low, 100);
    assert_int_equal(taken->high, 120);
    expect_sum(&d, buy, 100, 6, 120);
    plm_taken_restate(plm_liquidity_taken(&d.liquidity, 0, PLM_SIDE_BUY), 120);
    assert_int_equal(taken->high, 100);
    expect_sum(&d, buy, 100, 7, 120);
    expect_sum(&d, taker(PLM_SIDE_BUY, 110), 100, 0, 0);
    plm_taken_restate_all(plm_liquidity_taken(&d.liquidity, 0, PLM_SIDE_BUY));
    expect_sum(&d, buy, 100, 12, 120);
    desk_close(&d);
}

static plm_offer_found found(const desk *d, uint32_t sym)
{
    plm_taker who = taker(PLM_SIDE_BUY, 0);
    who.sym = sym;
    plm_offer offer;
    return plm_liquidity_offer(&d->liquidity, &who, d->house.now, &offer);
}

static void nothing_is_offered_of_a_side_that_is_not_in_order(void **state)
{
    (void)state;
    desk d;
    desk_open(&d, (plm_venue_settings){.max_quote_age_ns = 5});
    house *const h = &d.house;
    assert_int_equal(found(&d, 0), PLM_OFFER_NONE); /* nothing is known */
    house_tell(h, PLM_EV_ASK, 0, 100, 5);
    house_tell(h, PLM_EV_BID, 0, 100, 5); /* locked is not crossed */
    assert_int_equal(found(&d, 0), PLM_OFFER_OPEN);
    house_tell(h, PLM_EV_BID, 0, 110, 5);
    assert_int_equal(found(&d, 0), PLM_OFFER_NONE);
    house_tell(h, PLM_EV_BID, 0, 0, 0);
    assert_int_equal(found(&d, 0), PLM_OFFER_OPEN);
    house_tell(h, PLM_EV_STATUS, PLM_STATUS_HALT, 0, 0);
    assert_int_equal(found(&d, 0), PLM_OFFER_NONE);
    house_tell(h, PLM_EV_STATUS, PLM_STATUS_RESUME, 0, 0);
    h->now += 5;
    assert_int_equal(found(&d, 0), PLM_OFFER_OPEN); /* as old as it may be */
    h->now += 1;
    assert_int_equal(found(&d, 0), PLM_OFFER_STALE);
    house_tell(h, PLM_EV_ASK, 0, 0, 0);
    assert_int_equal(found(&d, 0), PLM_OFFER_NONE); /* empty */
    house_tell(h, PLM_EV_ASK, 0, 100, 5);
    assert_int_equal(found(&d, 0), PLM_OFFER_OPEN);
    house_tell(h, PLM_EV_STATUS, PLM_STATUS_DELIST, 0, 0);
    assert_int_equal(found(&d, 0), PLM_OFFER_NONE);
    /* A dated row is closed from its expiry on. */
    plm_event ask = house_event(PLM_EV_ASK, 0, 100, 5);
    ask.sym = 2;
    ask.ts = HELP_EXPIRY;
    house_apply(h, &ask);
    h->now = HELP_EXPIRY - 1;
    assert_int_equal(found(&d, 2), PLM_OFFER_OPEN);
    h->now = HELP_EXPIRY;
    assert_int_equal(found(&d, 2), PLM_OFFER_NONE);
    desk_close(&d);
}

static void a_crossed_book_offers_nothing_whatever_the_quote(void **state)
{
    (void)state;
    desk d;
    desk_open(&d, usual);
    house_tell(&d.house, PLM_EV_BID, 0, 90, 1);
    house_tell(&d.house, PLM_EV_ASK, 0, 100, 1);
    house_tell(&d.house, PLM_EV_LEVEL, PLM_SIDE_SELL, 100, 5);
    house_tell(&d.house, PLM_EV_LEVEL, PLM_SIDE_BUY, 110, 5);
    assert_int_equal(found(&d, 0), PLM_OFFER_NONE);
    house_tell(&d.house, PLM_EV_LEVEL, PLM_SIDE_BUY, 110, 0);
    assert_int_equal(found(&d, 0), PLM_OFFER_OPEN);
    desk_close(&d);
}

static void the_ramp_is_exact_at_its_limits(void **state)
{
    (void)state;
    desk d;
    desk_open(
        &d, (plm_venue_settings){.slippage_ticks = 1, .slippage_levels = PLM_SLIPPAGE_LEVELS_MAX});
    house_tell(&d.house, PLM_EV_ASK, 0, 100, INT64_MAX);
    plm_taker const buy = taker(PLM_SIDE_BUY, 0);
    /* Three sizes less one have been taken: the last unit of level 2 is next, then level 3. */
    use(&d, buy, INT64_MAX);
    use(&d, buy, INT64_MAX);
    use(&d, buy, INT64_MAX - 1);
    expect_sum(&d, buy, 1, 1, 120);
    expect_sum(&d, buy, 2, 2, 130);
    expect_sum(&d, buy, INT64_MAX, INT64_MAX, 130);
    /* Prices end with 64 bits: from 15 below the largest there is room for one step of 10. */
    house_tell(&d.house, PLM_EV_ASK, 0, INT64_MAX - 15, 5);
    plm_taken_restate(plm_liquidity_taken(&d.liquidity, 0, PLM_SIDE_BUY), PLM_TAKEN_QUOTE);
    expect_sum(&d, buy, 100, 10, INT64_MAX - 5);
    /* 100,001 levels of 1. */
    house_tell(&d.house, PLM_EV_ASK, 0, 100, 1);
    expect_sum(&d, buy, INT64_MAX, 100001, 1000100);
    desk_close(&d);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_quote_is_followed_by_assumed_levels),
        cmocka_unit_test(what_was_taken_runs_along_the_ladder_in_its_world),
        cmocka_unit_test(an_unknown_size_bounds_nothing_and_no_step_means_no_levels),
        cmocka_unit_test(the_last_price_has_a_spread_rounded_away_onto_the_tick),
        cmocka_unit_test(a_book_offers_its_levels),
        cmocka_unit_test(nothing_is_offered_of_a_side_that_is_not_in_order),
        cmocka_unit_test(a_crossed_book_offers_nothing_whatever_the_quote),
        cmocka_unit_test(the_ramp_is_exact_at_its_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
