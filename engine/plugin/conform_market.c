/*
 * conform_market.c - the markets on which conform.c tries strategies: a walk like any other, and
 * one in which prices are 1 or the largest there are, sides are empty or crossed, instruments halt,
 * settle and come back, and time stands still or jumps.
 */
#include "conform_parts.h"
#include "num.h"

#define BEGIN INT64_C(1767225600000000000) /* 2026-01-01 */
#define SECOND INT64_C(1000000000)
#define TRADED 3u /* rows 0 to 2; row 3 is an asset */

/* -- instruments ----------------------------------------------------------------------------- */

const plm_instrument plm_script_rows[PLM_SCRIPT_ROWS] = {
    {.symbol = "BTC-PERP",
     .base = "BTC",
     .quote = "USDT",
     .settle = "USDT",
     .kind = PLM_INST_LINEAR,
     .px_scale = 1,
     .qty_scale = 3,
     .tick = 1,
     .lot = 1,
     .multiplier = 1},
    {.symbol = "BTC-USDT",
     .base = "BTC",
     .quote = "USDT",
     .settle = "USDT",
     .kind = PLM_INST_SPOT,
     .px_scale = 2,
     .qty_scale = 5,
     .tick = 1,
     .lot = 10,
     .multiplier = 1},
    {.symbol = "ETH-COIN",
     .base = "ETH",
     .quote = "USDT",
     .settle = "ETH",
     .kind = PLM_INST_INVERSE,
     .px_scale = 2,
     .qty_scale = 0,
     .tick = 5,
     .lot = 1,
     .multiplier = 10},
    {.symbol = "USDT", .base = "USDT", .quote = "USDT", .kind = PLM_INST_ASSET, .px_scale = 6},
};

static const char *const asset_names[PLM_SCRIPT_ASSETS] = {"USDT", "BTC", "ETH"};
static const uint32_t base_assets[PLM_SCRIPT_ROWS] = {1, 1, 2, 0};
static const uint32_t quote_assets[PLM_SCRIPT_ROWS] = {0, 0, 0, 0};
static const uint32_t settle_assets[PLM_SCRIPT_ROWS] = {0, 0, 2, 0};

const plm_run_info plm_script_info = {
    .size = sizeof(plm_run_info),
    .sym_count = PLM_SCRIPT_ROWS,
    .asset_count = PLM_SCRIPT_ASSETS,
    .begin = BEGIN,
    .seed = 7,
    .account = "check",
    .instruments = plm_script_rows,
    .assets = asset_names,
    .base = base_assets,
    .quote = quote_assets,
    .settle = settle_assets,
};

/* -- events ---------------------------------------------------------------------------------- */

void plm_script_init(plm_script *script, bool hostile)
{
    *script = (plm_script){.hostile = hostile, .now = BEGIN, .px = {600000, 6000000, 300000, 1}};
    plm_philox_init(&script->rng, 7, hostile ? "conform hostile" : "conform calm", 0);
}

static uint32_t below(plm_script *script, uint32_t bound)
{
    return plm_philox_below(&script->rng, bound);
}

/* A walk of up to 3 in 1000, kept between 1000 ticks and a million million. */
static plm_px walk(plm_script *script, uint32_t sym)
{
    plm_px const px = script->px[sym], tick = plm_script_rows[sym].tick;
    int64_t const steps = (int64_t)below(script, 7) - 3;
    plm_px next = px + px / 1000 * steps;
    next -= next % tick;
    next = next < 1000 * tick ? 1000 * tick : next > 1000000000000 ? px : next;
    script->px[sym] = next;
    return next;
}

static plm_event calm_event(plm_script *script)
{
    static const uint8_t kinds[] = {PLM_EV_BID,   PLM_EV_ASK,  PLM_EV_TRADE, PLM_EV_TRADE,
                                    PLM_EV_BID,   PLM_EV_ASK,  PLM_EV_TRADE, PLM_EV_MARK,
                                    PLM_EV_INDEX, PLM_EV_LEVEL};
    uint32_t const sym = (uint32_t)(script->index % TRADED);
    uint8_t kind = kinds[script->index / TRADED % (sizeof kinds / sizeof *kinds)];
    plm_px px = script->px[sym];
    uint8_t side = 0;
    if (kind == PLM_EV_BID) {
        px = walk(script, sym);
    } else if (kind == PLM_EV_ASK) {
        px += plm_script_rows[sym].tick;
    } else if (kind == PLM_EV_TRADE || kind == PLM_EV_LEVEL) {
        side = below(script, 2) == 0 ? PLM_SIDE_BUY : PLM_SIDE_SELL;
    }
    bool const priced_only = kind == PLM_EV_MARK || kind == PLM_EV_INDEX;
    plm_qty qty = priced_only ? 0 : plm_script_rows[sym].lot * (1 + below(script, 5000));
    if (script->index % 480 == 479) {
        kind = PLM_EV_FUNDING_RATE;
        px = 100000000; /* 1 in 10^4 */
        qty = script->now + 3600 * SECOND;
        side = 0;
    }
    return (plm_event){
        .ts = script->now, .px = px, .qty = qty, .sym = sym, .kind = kind, .side = side};
}

/* Any kind at all, with the values nobody thinks of. */
static plm_event hostile_event(plm_script *script)
{
    static const int64_t sizes[] = {0, 1, 2, 1000000, INT64_C(1) << 53, INT64_MAX / 2, INT64_MAX};
    uint32_t const sym = below(script, PLM_SCRIPT_ROWS);
    uint8_t const kind = (uint8_t)(1 + below(script, PLM_EV_KIND_COUNT - 1));
    plm_px const tick = plm_script_rows[sym].tick > 0 ? plm_script_rows[sym].tick : 1;
    plm_px px = sizes[below(script, sizeof sizes / sizeof *sizes)];
    plm_qty qty = sizes[below(script, sizeof sizes / sizeof *sizes)];
    px -= px % tick;
    uint8_t side = (uint8_t)below(script, 3);
    if (kind == PLM_EV_STATUS) {
        side = (uint8_t)(1 + below(script, PLM_STATUS_RELIST));
    } else if (kind >= PLM_EV_BAR_OPEN && kind <= PLM_EV_BAR_CLOSE) {
        side = (uint8_t)(1 + below(script, PLM_KEY_COUNT - 1));
    } else if (kind == PLM_EV_FUNDING_RATE || kind == PLM_EV_FUNDING ||
               kind == PLM_EV_BORROW_RATE) {
        px = below(script, 2) == 0 ? px : -px;
    }
    return (plm_event){
        .ts = script->now, .px = px, .qty = qty, .sym = sym, .kind = kind, .side = side};
}

plm_event plm_script_next(plm_script *script)
{
    bool const wild = script->hostile && script->index % 4 != 0;
    int64_t step = SECOND * (1 + (int64_t)below(script, 30));
    if (script->hostile && script->index == PLM_SCRIPT_EVENTS / 2) {
        step = 40 * 365 * 86400 * SECOND; /* to 2065 */
    } else if (wild && below(script, 4) != 0) {
        step = below(script, 2);
    }
    script->now += step;
    plm_event const event = wild ? hostile_event(script) : calm_event(script);
    script->index++;
    return event;
}

/* -- views ----------------------------------------------------------------------------------- */

static void apply_status(const plm_event *event, plm_market_view *view)
{
    uint8_t const code = event->side;
    if (code == PLM_STATUS_RELIST) {
        *view = (plm_market_view){.bid_px = 0};
    } else {
        view->status = code == PLM_STATUS_RESUME ? PLM_STATUS_NONE : code;
    }
}

static void apply_price(plm_px px, plm_ts ts, plm_px *out_px, plm_ts *out_ts)
{
    *out_px = px;
    *out_ts = ts;
}

void plm_script_apply(const plm_event *event, plm_market_view *view)
{
    switch (event->kind) {
    case PLM_EV_TRADE:
        apply_price(event->px, event->ts, &view->last_px, &view->last_ts);
        view->last_qty = event->qty;
        view->last_side = event->side;
        break;
    case PLM_EV_BID:
        apply_price(event->px, event->ts, &view->bid_px, &view->bid_ts);
        view->bid_qty = event->qty;
        break;
    case PLM_EV_ASK:
        apply_price(event->px, event->ts, &view->ask_px, &view->ask_ts);
        view->ask_qty = event->qty;
        break;
    case PLM_EV_MARK:
        apply_price(event->px, event->ts, &view->mark_px, &view->mark_ts);
        break;
    case PLM_EV_INDEX:
        apply_price(event->px, event->ts, &view->index_px, &view->index_ts);
        break;
    case PLM_EV_FUNDING_RATE:
        view->funding_rate = event->px;
        view->funding_due = event->qty;
        break;
    case PLM_EV_STATUS:
        apply_status(event, view);
        break;
    default: /* views tell nothing of the other kinds */
        break;
    }
}

void plm_script_surprise(plm_philox *rng, plm_report *out)
{
    uint32_t const kind = 1 + plm_philox_below(rng, PLM_REPORT_KIND_COUNT - 1);
    out->kind = (uint8_t)kind;
    out->oid = plm_philox_below(rng, 3) == 0 ? 0 : UINT64_MAX;
    out->tag = UINT64_MAX;
    out->sym = kind == PLM_REPORT_CASH || kind == PLM_REPORT_TIMER || kind == PLM_REPORT_INTEREST
                   ? PLM_NO_SYM
                   : plm_philox_below(rng, PLM_SCRIPT_ROWS);
    out->state = (uint8_t)plm_philox_below(rng, PLM_STATE_COUNT);
    out->reason = (uint8_t)plm_philox_below(rng, PLM_REASON_COUNT);
    out->side = (uint8_t)(1 + plm_philox_below(rng, 2));
    out->px = 1;
    out->qty = INT64_MAX;
    out->amount = (plm_amount){.lo = 0, .hi = INT64_MIN};
    out->pnl = (plm_amount){.lo = UINT64_MAX, .hi = INT64_MAX};
}
