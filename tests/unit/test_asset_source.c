/*
 * test_asset_source.c - promises of mark_source.h about assets:
 * - the price of an asset has the source that docs/margin.md names, in that order, chosen once;
 * - what a tape has is found in its index and, of books and funding, in its dictionaries.
 */
#include "mark_help.h"

/* -- assets ------------------------------------------------------------------------------------ */

static void is_fraction(uint32_t asset, uint32_t unit, int64_t num, int64_t den)
{
    plm_fraction const price = plm_mark_source_asset(marks, &market, asset, unit);
    assert_true(price.num.hi == 0 && price.num.lo == (uint64_t)num);
    assert_true(price.den.hi == 0 && price.den.lo == (uint64_t)den);
}

static void assets_have_the_first_source_of_the_best_class(void **state)
{
    (void)state;
    define(PLM_PRICE_TAPE, 0);
    has[PERP] = LAST; /* no index, no mark: says nothing */
    has[OTHER] = INDEX;
    has[COIN] = MARK;
    has[EURUSDT] = QUOTES | LAST;
    has[BTCEUR] = LAST;
    has[USDTUSD] = PLM_HAS_ASSET_INDEX;
    has[GOLDUSDT] = 0;
    create();
    market.view[OTHER].index_px = 500;
    market.view[COIN].mark_px = 700;
    quote(EURUSDT, 10, 13);
    market.view[BTCEUR].last_px = 60;
    market.asset_px[USDTUSD] = 99;
    market.asset_px[GOLDUSDT] = 1234;
    is_fraction(BTC, BTC, 1, 1);
    is_fraction(BTC, USDT, 1000, 200);          /* OTHER's index, two decimals */
    is_fraction(BTC, USD, 1400, 200);           /* COIN by its requirement price */
    is_fraction(EUR, USDT, 23, 200);            /* spot: the middle */
    is_fraction(BTC, EUR, 120, 200);            /* spot: the last */
    is_fraction(USDT, USD, 198, 200);           /* the asset's own index */
    is_fraction(EUR, USD, 23 * 198, 200 * 200); /* through USDT */
    is_fraction(GOLD, USDT, 0, 1);              /* a row without events is no source */
    is_fraction(USD, BTC, 0, 1);                /* rows are not turned around */
    assert_true(plm_mark_source_of_asset(marks, GOLD, USDT).none);
    plm_asset_source const through = plm_mark_source_of_asset(marks, EUR, USD);
    assert_true(through.rows == 2 && through.sym[0] == EURUSDT && through.sym[1] == USDTUSD);
    assert_true(through.word[0] == PLM_PRICE_MID && through.word[1] == PLM_PRICE_NONE);
    quote(EURUSDT, 0, 13); /* no middle and no last: no price now */
    is_fraction(EUR, USDT, 0, 200);
}

static void spot_comes_before_a_direct_derivative_and_direct_before_through(void **state)
{
    (void)state;
    define(PLM_PRICE_LAST, 0);
    contract[EURUSDT].base = BTC; /* BTC/USDT spot behind the perpetuals of the table */
    has[PERP] = LAST | INDEX;
    has[EURUSDT] = LAST;
    has[USDTUSD] = PLM_HAS_ASSET_INDEX;
    has[COIN] = LAST;
    create();
    assert_int_equal(plm_mark_source_of_asset(marks, BTC, USDT).sym[0], EURUSDT);
    plm_asset_source const direct = plm_mark_source_of_asset(marks, BTC, USD);
    assert_true(direct.rows == 1 && direct.sym[0] == COIN && direct.word[0] == PLM_PRICE_LAST);
    plm_mark_source_destroy(marks);
    has[COIN] = 0;
    create();
    plm_asset_source const through = plm_mark_source_of_asset(marks, BTC, USD);
    assert_true(through.rows == 2 && through.sym[0] == EURUSDT && through.sym[1] == USDTUSD);
}

static void par_is_one_and_leads_on(void **state)
{
    (void)state;
    static const plm_mark_par par[] = {{USDT, USD}};
    define(PLM_PRICE_LAST, 0);
    setup.par = par;
    setup.par_count = 1;
    has[OTHER] = INDEX;
    has[USDTUSD] = PLM_HAS_ASSET_INDEX;
    create();
    market.view[OTHER].index_px = 500;
    market.asset_px[USDTUSD] = 99;
    is_fraction(USDT, USD, 1, 1);
    is_fraction(USD, USDT, 0, 1); /* one way, as it was said */
    is_fraction(BTC, USD, 1000, 200);
}

static void a_composite_mark_prices_an_asset(void **state)
{
    (void)state;
    define(PLM_PRICE_MAX, 0);
    add_member(PLM_PRICE_LAST, 0);
    add_member(PLM_PRICE_TAPE, 0);
    has[OTHER] = LAST | MARK;
    create();
    market.view[OTHER] = (plm_market_view){.last_px = 5, .mark_px = 6};
    is_fraction(BTC, USDT, 0, 200);
    assert_true(tick(TS));
    is_fraction(BTC, USDT, 12, 200);
}

/* -- what a tape has --------------------------------------------------------------------------- */

typedef struct index {
    plm_blocks blocks;
    plm_block_info info[2];
    plm_block_page page;
    plm_columns columns[2];
    unsigned read; /* dictionaries */
} index_of_two;

static plm_status get_page(plm_blocks *self, uint64_t block, plm_diag *d,
                           const plm_block_page **out)
{
    (void)d;
    index_of_two *const tape = self->impl;
    assert_true(block < 2);
    tape->page = (plm_block_page){.first_block = 0, .count = 2, .blocks = tape->info};
    *out = &tape->page;
    return PLM_OK;
}

static plm_status get_columns(plm_blocks *self, uint64_t block, uint32_t mask, plm_diag *d,
                              const plm_columns **out)
{
    (void)d;
    index_of_two *const tape = self->impl;
    assert_int_equal(mask, 0);
    tape->read++;
    *out = &tape->columns[block];
    return PLM_OK;
}

static void what_a_tape_has_is_in_its_index_and_dictionaries(void **state)
{
    (void)state;
    static const plm_zone first[] = {{.sym = PERP, .key = PLM_KEY_BID, .count = 1},
                                     {.sym = PERP, .key = PLM_KEY_ASK, .count = 1},
                                     {.sym = PERP, .key = PLM_KEY_INDEX, .count = 1}};
    static const plm_zone second[] = {{.sym = PERP, .key = PLM_KEY_MARK, .count = 1},
                                      {.sym = USDTUSD, .key = PLM_KEY_INDEX, .count = 1}};
    static const plm_block_key keys[] = {
        {.sym = PERP, .kind = PLM_EV_FUNDING_RATE},
        {.sym = OTHER, .kind = PLM_EV_LEVEL, .side = PLM_SIDE_BUY},
        {.sym = OTHER, .kind = PLM_EV_LEVEL, .side = PLM_SIDE_SELL},
        {.sym = COIN, .kind = PLM_EV_OPEN_INTEREST}};
    static index_of_two tape;
    tape = (index_of_two){
        .blocks = {.impl = &tape,
                   .block_count = 2,
                   .row_count = ROWS,
                   .rows = rows,
                   .page = get_page,
                   .columns = get_columns},
        .info = {{.zone_count = 3, .zones = first, .kinds = PLM_EV_BIT(PLM_EV_BID)},
                 {.zone_count = 2,
                  .zones = second,
                  .kinds = PLM_EV_BIT(PLM_EV_FUNDING_RATE) | PLM_EV_BIT(PLM_EV_MARK)}},
        .columns = {{0}, {.key_count = 4, .keys = keys}}};
    uint32_t found[ROWS];
    memset(found, 0xee, sizeof found);
    assert_ok(plm_mark_source_find(&tape.blocks, &diag, found), &diag);
    assert_int_equal(tape.read, 1); /* the first block has nothing that only its dictionary tells */
    assert_int_equal(found[PERP], QUOTES | INDEX | MARK | PLM_HAS_FUNDING_RATE);
    assert_int_equal(found[OTHER], QUOTES); /* of its book */
    assert_int_equal(found[COIN], 0);
    assert_int_equal(found[USDTUSD], PLM_HAS_ASSET_INDEX);
    assert_int_equal(found[CHAIN], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_MARKET(assets_have_the_first_source_of_the_best_class),
        WITH_MARKET(spot_comes_before_a_direct_derivative_and_direct_before_through),
        WITH_MARKET(par_is_one_and_leads_on),
        WITH_MARKET(a_composite_mark_prices_an_asset),
        WITH_MARKET(what_a_tape_has_is_in_its_index_and_dictionaries),
    };
    return cmocka_run_group_tests_name("asset_source", tests, NULL, NULL);
}
