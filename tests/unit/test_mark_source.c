/*
 * test_mark_source.c - promises of mark_source.h about marks:
 * - the first definition whose ingredients the tape has is taken, instrument by instrument; where
 *   there is none the run is refused, with what is missing; a deviation replaces all of them;
 * - every composite mark is what docs/margin.md says, computed by hand, and moves at ticks alone.
 */
#include "mark_help.h"

/* -- the choice -------------------------------------------------------------------------------- */

static void the_first_definition_that_a_tape_can_feed_is_taken(void **state)
{
    (void)state;
    define(PLM_PRICE_TAPE, 0);
    define(PLM_PRICE_MID, 0);
    define(PLM_PRICE_LAST, 0);
    has[PERP] = MARK | LAST | QUOTES;
    has[OTHER] = LAST | PLM_HAS_KEY(PLM_KEY_BID); /* one side makes no middle */
    has[COIN] = QUOTES;
    wanted[PERP] = wanted[OTHER] = wanted[COIN] = true;
    create();
    market.view[PERP] = (plm_market_view){.mark_px = 5, .last_px = 9};
    market.view[OTHER].last_px = 7;
    quote(COIN, 10, 13);
    assert_int_equal(mark_of(PERP), 10);
    assert_int_equal(mark_of(OTHER), 14);
    assert_int_equal(mark_of(COIN), 23);
    assert_int_equal(plm_mark_source_word(marks, PERP, PLM_USE_REQUIREMENT), PLM_PRICE_TAPE);
    assert_int_equal(plm_mark_source_word(marks, COIN, PLM_USE_PNL), PLM_PRICE_MID);
    assert_string_equal(plm_mark_source_tell(marks, PERP), "tape");
    assert_string_equal(plm_mark_source_tell(marks, OTHER), "last");
    assert_int_equal(mark_of(EURUSDT), 0); /* it has nothing, and nobody wants it */
    assert_true(plm_mark_source_next(marks, TS) == PLM_TS_MAX);
    assert_false(tick(TS));
}

static void an_empty_or_crossed_book_has_the_last_price(void **state)
{
    (void)state;
    define(PLM_PRICE_MID, 0);
    has[PERP] = QUOTES;
    wanted[PERP] = true;
    create();
    assert_int_equal(mark_of(PERP), 0);
    market.view[PERP].last_px = 8;
    assert_int_equal(mark_of(PERP), 16);
    quote(PERP, 9, 0);
    assert_int_equal(mark_of(PERP), 16);
    quote(PERP, 9, 8);
    assert_int_equal(mark_of(PERP), 16);
    quote(PERP, 9, 9);
    assert_int_equal(mark_of(PERP), 18);
}

static void uses_have_prices_of_their_own(void **state)
{
    (void)state;
    define(PLM_PRICE_TAPE, 0);
    rule.requirement = PLM_PRICE_INDEX;
    rule.trigger = PLM_PRICE_LAST;
    rule.funding = PLM_PRICE_INDEX;
    has[PERP] = MARK | INDEX | LAST;
    wanted[PERP] = true;
    create();
    market.view[PERP] = (plm_market_view){.mark_px = 1, .index_px = 2, .last_px = 3};
    static const plm_px expected[PLM_USE_COUNT] = {2, 4, 6, 6, 4};
    for (unsigned use = 0; use < PLM_USE_COUNT; use++) {
        assert_int_equal(plm_mark_source_px2(marks, &market, PERP, (plm_price_use)use),
                         expected[use]);
    }
    plm_mark_source_destroy(marks);
    rule.trigger = PLM_PRICE_NONE;
    create();
    assert_int_equal(plm_mark_source_px2(marks, &market, PERP, PLM_USE_TRIGGER_PNL), 2);
    assert_int_equal(plm_mark_source_px2(marks, &market, PERP, PLM_USE_TRIGGER_REQUIREMENT), 4);
    plm_mark_source_destroy(marks);
    setup.trigger = PLM_PRICE_INDEX; /* the run file deviates */
    setup.mark = PLM_PRICE_LAST;
    create();
    assert_int_equal(plm_mark_source_px2(marks, &market, PERP, PLM_USE_PNL), 6);
    assert_int_equal(plm_mark_source_px2(marks, &market, PERP, PLM_USE_TRIGGER_PNL), 4);
}

static void refused(const char *message)
{
    assert_int_equal(plm_mark_source_create(&setup, wanted, &diag, &marks), PLM_ERR_INPUT);
    assert_string_equal(diag.text, message);
    plm_diag_init(&diag);
}

static void what_a_tape_lacks_is_named(void **state)
{
    (void)state;
    wanted[PERP] = true;
    define(PLM_PRICE_TAPE, 0);
    define(PLM_PRICE_FUNDING_INDEX, 0);
    has[PERP] = INDEX;
    refused(
        "no mark for 'PERP': 'tape' needs mark events, 'funding: index' needs announced funding "
        "rates, which the tape does not have; allowed: a tape that has it, or venue.mark: "
        "last, index or mid");
    rule.mark_count = 0;
    define(PLM_PRICE_MEDIAN, 0);
    add_member(PLM_PRICE_INDEX, 0);
    add_member(PLM_PRICE_BASIS_EMA, 2 * S);
    refused("no mark for 'PERP': 'median' needs bids and asks, which the tape does not have; "
            "allowed: a tape that has it, or venue.mark: last, index or mid");
    setup.mark = PLM_PRICE_LAST;
    refused("no mark for 'PERP': 'last' needs trades, which the tape does not have; allowed: a "
            "tape that has it, or venue.mark: last, index or mid");
    setup.mark = PLM_PRICE_INDEX;
    rule.trigger = PLM_PRICE_LAST;
    refused("no price for the trigger of 'PERP': 'last' needs trades, which the tape does not "
            "have");
}

/* -- composite marks --------------------------------------------------------------------------- */

static void make(plm_price_word word, int64_t window_ns)
{
    define(word, window_ns);
    has[PERP] = QUOTES | INDEX | LAST | PLM_HAS_FUNDING_RATE;
    wanted[PERP] = true;
}

static void an_index_with_funding_nears_the_index(void **state)
{
    (void)state;
    make(PLM_PRICE_FUNDING_INDEX, 0);
    create();
    assert_string_equal(plm_mark_source_tell(marks, PERP), "index with funding");
    assert_int_equal(plm_mark_source_word(marks, PERP, PLM_USE_PNL), PLM_PRICE_MARK);
    assert_true(plm_mark_source_next(marks, TS - 1) == TS);
    assert_true(plm_mark_source_next(marks, TS) == TS + S);
    market.view[PERP] = (plm_market_view){
        .index_px = 1000, .funding_rate = 10000000000, .funding_due = TS + 5 * S}; /* 1 % */
    assert_int_equal(mark_of(PERP), 0); /* before the first tick */
    assert_true(tick(TS));
    /* 2 * 1000 * (1 + 0.01 * 5 / 10) = 2010 */
    assert_int_equal(mark_of(PERP), 2010);
    market.view[PERP].index_px = 2000;
    assert_int_equal(mark_of(PERP), 2010); /* holds until the next */
    assert_true(tick(TS + 3 * S));         /* 4000 * (1 + 0.01 * 2 / 10) = 4008 */
    assert_int_equal(mark_of(PERP), 4008);
    assert_true(tick(TS + 6 * S)); /* due is past */
    assert_int_equal(mark_of(PERP), 4000);
    assert_false(tick(TS + 7 * S));
    /* Half-even: 2 * 25 * (1 + 0.01 * 1) = 50.5 -> 50; 2 * 75 * 1.01 = 151.5 -> 152. */
    market.view[PERP].funding_due = TS + 20 * S;
    market.view[PERP].index_px = 25;
    assert_true(tick(TS + 10 * S));
    assert_int_equal(mark_of(PERP), 50);
    market.view[PERP].index_px = 75;
    assert_true(tick(TS + 10 * S));
    assert_int_equal(mark_of(PERP), 152);
    /* A rate that takes all of it leaves no price. */
    market.view[PERP].funding_rate = -1000000000000;
    assert_true(tick(TS + 10 * S));
    assert_int_equal(mark_of(PERP), 0);
}

static void a_basis_is_the_average_of_its_window(void **state)
{
    (void)state;
    make(PLM_PRICE_BASIS_AVERAGE, 3 * S);
    create();
    assert_string_equal(plm_mark_source_tell(marks, PERP), "index + average basis of 3s");
    market.view[PERP].index_px = 100;
    assert_false(tick(TS)); /* no middle yet */
    quote(PERP, 101, 102);  /* basis of px2: 203 - 200 = 3 */
    assert_true(tick(TS + S));
    assert_int_equal(mark_of(PERP), 203);
    quote(PERP, 103, 103); /* 6: (3 + 6) / 2 = 4.5 -> 4 */
    assert_true(tick(TS + 2 * S));
    assert_int_equal(mark_of(PERP), 204);
    market.view[PERP].index_px = 110; /* 206 - 220 = -14: (3 + 6 - 14) / 3 = -1.67 -> -2 */
    assert_true(tick(TS + 3 * S));
    assert_int_equal(mark_of(PERP), 218);
    quote(PERP, 112, 112); /* 4, the first leaves: (6 - 14 + 4) / 3 = -1.33 -> -1 */
    assert_true(tick(TS + 4 * S));
    assert_int_equal(mark_of(PERP), 219);
}

static void a_moving_basis_goes_a_part_of_the_way(void **state)
{
    (void)state;
    make(PLM_PRICE_BASIS_EMA, 2 * S); /* by 2 / (2 + 1) */
    create();
    assert_string_equal(plm_mark_source_tell(marks, PERP), "index + moving basis of 2s");
    market.view[PERP].index_px = 100;
    quote(PERP, 103, 103);
    assert_true(tick(TS)); /* e = 0 + 2 * 6 / 3 = 4 */
    assert_int_equal(mark_of(PERP), 204);
    assert_true(tick(TS + S)); /* 4 + 2 * 2 / 3 = 5.333333 */
    assert_int_equal(mark_of(PERP), 205);
    assert_true(tick(TS + 2 * S)); /* 5.333333 + 2 * 0.666667 / 3 = 5.777778 */
    assert_int_equal(mark_of(PERP), 206);
    quote(PERP, 95, 95); /* -10: 5.777778 - 2 * 15.777778 / 3 = -4.740741 */
    assert_true(tick(TS + 3 * S));
    assert_int_equal(mark_of(PERP), 195);
}

static void members_are_combined(void **state)
{
    (void)state;
    static const plm_price_word words[3] = {PLM_PRICE_MEDIAN, PLM_PRICE_MIN, PLM_PRICE_MAX};
    static const plm_px expected[3] = {202, 200, 210};
    static const char *const told[3] = {"median of 4", "min of 4", "max of 4"};
    for (unsigned i = 0; i < 3; i++) {
        rule.mark_count = 0;
        memset(rule.mark, 0, sizeof rule.mark);
        make(words[i], 0);
        add_member(PLM_PRICE_INDEX, 0);
        add_member(PLM_PRICE_BASIS_AVERAGE, 2 * S);
        add_member(PLM_PRICE_LAST, 0);
        add_member(PLM_PRICE_FUNDING_INDEX, 0);
        create();
        market.view[PERP] = (plm_market_view){.index_px = 100,
                                              .funding_rate = 50000000000, /* 5 % */
                                              .funding_due = TS + 10 * S};
        assert_false(tick(TS)); /* no last, no middle */
        assert_int_equal(mark_of(PERP), 0);
        market.view[PERP].last_px = 104;
        quote(PERP, 101, 101);
        assert_true(tick(TS)); /* 200, 202, 208, 210: of four the lower in the middle */
        assert_int_equal(mark_of(PERP), expected[i]);
        assert_string_equal(plm_mark_source_tell(marks, PERP), told[i]);
        plm_mark_source_destroy(marks);
        marks = NULL;
        market.view[PERP] = (plm_market_view){0};
    }
}

static void windows_and_marks_have_limits(void **state)
{
    (void)state;
    make(PLM_PRICE_BASIS_AVERAGE, (PLM_MARK_OBSERVATIONS_MAX + 1) * S);
    assert_int_equal(plm_mark_source_create(&setup, wanted, &diag, &marks), PLM_ERR_USAGE);
    assert_string_equal(diag.text, "the basis of a mark has 100001 observations (its window over "
                                   "the cadence); allowed: at most 100000");
    plm_diag_init(&diag);
    rule.mark_count = 0;
    make(PLM_PRICE_FUNDING_INDEX, 0);
    create();
    market.view[PERP] = (plm_market_view){
        .index_px = INT64_C(1) << 61, .funding_rate = 10000000000, .funding_due = TS + 10 * S};
    bool changed;
    assert_int_equal(plm_mark_source_tick(marks, &market, TS, &diag, &changed), PLM_ERR_RUN);
    assert_string_equal(diag.text, "the mark of 'PERP' is above 2^61 steps");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_MARKET(the_first_definition_that_a_tape_can_feed_is_taken),
        WITH_MARKET(an_empty_or_crossed_book_has_the_last_price),
        WITH_MARKET(uses_have_prices_of_their_own),
        WITH_MARKET(what_a_tape_lacks_is_named),
        WITH_MARKET(an_index_with_funding_nears_the_index),
        WITH_MARKET(a_basis_is_the_average_of_its_window),
        WITH_MARKET(a_moving_basis_goes_a_part_of_the_way),
        WITH_MARKET(members_are_combined),
        WITH_MARKET(windows_and_marks_have_limits),
    };
    return cmocka_run_group_tests_name("mark_source", tests, NULL, NULL);
}
