/*
 * mark_help.h - a small table, a market and the rules of prices that a test writes, for the tests
 * of mark_source.h.
 */
#ifndef PLM_MARK_HELP_H
#define PLM_MARK_HELP_H

#include "plm_test.h"

#include <stdio.h>
#include <string.h>

#include "mark_source.h"

#define TS INT64_C(1735689600000000000)
#define S INT64_C(1000000000)
#define ROWS 8

/* Assets. */
enum { BTC = 0, USDT = 1, USD = 2, EUR = 3, GOLD = 4, ASSETS = 5 };

/* Rows: two perpetuals in USDT, one in USD, spot EUR/USDT and BTC/EUR, the assets USDT in USD and
 * GOLD in USDT, a custody. */
enum {
    PERP = 0,
    OTHER = 1,
    COIN = 2,
    EURUSDT = 3,
    BTCEUR = 4,
    USDTUSD = 5,
    GOLDUSDT = 6,
    CHAIN = 7
};

static plm_instrument rows[ROWS];
static plm_contract contract[ROWS];
static const char *const assets[ASSETS] = {"BTC", "USDT", "USD", "EUR", "GOLD"};
static plm_contracts contracts;
static plm_market market;
static uint32_t has[ROWS];
static bool wanted[ROWS];
static plm_price_rule rule;
static plm_mark_setup setup;
static plm_mark_source *marks;
static plm_diag diag;

#define QUOTES (PLM_HAS_KEY(PLM_KEY_BID) | PLM_HAS_KEY(PLM_KEY_ASK))
#define LAST PLM_HAS_KEY(PLM_KEY_LAST)
#define MARK PLM_HAS_KEY(PLM_KEY_MARK)
#define INDEX PLM_HAS_KEY(PLM_KEY_INDEX)

static inline int set_up(void **state)
{
    (void)state;
    static const uint8_t kinds[ROWS] = {PLM_INST_LINEAR, PLM_INST_LINEAR, PLM_INST_INVERSE,
                                        PLM_INST_SPOT,   PLM_INST_SPOT,   PLM_INST_ASSET,
                                        PLM_INST_ASSET,  PLM_INST_CUSTODY};
    static const uint8_t forms[ROWS] = {PLM_FORM_LINEAR, PLM_FORM_LINEAR, PLM_FORM_INVERSE,
                                        PLM_FORM_SPOT,   PLM_FORM_SPOT,   PLM_FORM_NONE,
                                        PLM_FORM_NONE,   PLM_FORM_NONE};
    static const char *const symbols[ROWS] = {"PERP",    "OTHER",    "COIN",      "EUR/USDT",
                                              "BTC/EUR", "USDT-USD", "GOLD-USDT", "CHAIN"};
    static const uint32_t bases[ROWS] = {BTC, BTC, BTC, EUR, BTC, USDT, GOLD, PLM_NO_ASSET};
    static const uint32_t quotes[ROWS] = {USDT, USDT, USD, USDT, EUR, USD, USDT, PLM_NO_ASSET};
    memset(has, 0, sizeof has);
    memset(wanted, 0, sizeof wanted);
    memset(&rule, 0, sizeof rule);
    for (uint32_t i = 0; i < ROWS; i++) {
        rows[i] = (plm_instrument){.kind = kinds[i]};
        (void)snprintf(rows[i].symbol, sizeof rows[i].symbol, "%s", symbols[i]);
        contract[i] = (plm_contract){.form = forms[i],
                                     .px_scale = (uint8_t)(i == PERP ? 1 : 2),
                                     .base = bases[i],
                                     .quote = quotes[i],
                                     .settle = quotes[i]};
    }
    contracts = (plm_contracts){.count = ROWS,
                                .asset_count = ASSETS,
                                .rows = rows,
                                .contract = contract,
                                .asset = (const char **)(uintptr_t)assets};
    rule.pnl = rule.requirement = rule.funding = PLM_PRICE_MARK;
    rule.cadence_ns = S;
    rule.interval_ns = 10 * S;
    setup = (plm_mark_setup){.contracts = &contracts, .rule = &rule, .has = has};
    marks = NULL;
    plm_diag_init(&diag);
    plm_market_init(&market, &contracts);
    return 0;
}

static inline int tear_down(void **state)
{
    (void)state;
    plm_mark_source_destroy(marks);
    plm_market_fini(&market);
    return 0;
}

static inline void define(plm_price_word word, int64_t window_ns)
{
    rule.mark[rule.mark_count++] = (plm_mark_def){.word = word, .window_ns = window_ns};
}

/* A member of the definition that was made last. */
static inline void add_member(plm_price_word word, int64_t window_ns)
{
    plm_mark_def *const def = &rule.mark[rule.mark_count - 1];
    def->member[def->member_count].word = word;
    def->member[def->member_count++].window_ns = window_ns;
}

static inline void create(void)
{
    assert_ok(plm_mark_source_create(&setup, wanted, &diag, &marks), &diag);
}

static inline plm_px mark_of(uint32_t sym)
{
    return plm_mark_source_px2(marks, &market, sym, PLM_USE_PNL);
}

static inline bool tick(plm_ts ts)
{
    bool changed = false;
    assert_ok(plm_mark_source_tick(marks, &market, ts, &diag, &changed), &diag);
    return changed;
}

static inline void quote(uint32_t sym, plm_px bid, plm_px ask)
{
    market.view[sym].bid_px = bid;
    market.view[sym].ask_px = ask;
}

#define WITH_MARKET(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

#endif
