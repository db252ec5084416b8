/*
 * guard_bounds.c - from bounds of the prices that a model sees to bounds of the tape's own prices,
 * and back: which pools an event concerns.
 */
#include "check.h"
#include "core.h"

static const plm_corridor everywhere = {INT64_MIN, INT64_MAX};
static const plm_corridor nowhere = {INT64_MAX, INT64_MIN};

#define ONE INT64_C(1000000000000)

/* -- the keys of a pool ---------------------------------------------------------------------- */

static plm_corridor *bounds_at(plm_pool *pool, uint32_t sym, unsigned key)
{
    for (uint32_t i = 0; i < pool->key_count; i++) {
        if (pool->key[i].sym == sym && pool->key[i].key == key) {
            return &pool->key[i].bounds;
        }
    }
    plm_assert(pool->key_count < pool->key_cap);
    pool->key[pool->key_count] =
        (plm_pool_key){.sym = sym, .key = (uint8_t)key, .bounds = everywhere};
    return &pool->key[pool->key_count++].bounds;
}

static void narrow(plm_pool *pool, uint32_t sym, unsigned key, plm_px lo, plm_px hi)
{
    plm_corridor *const bounds = bounds_at(pool, sym, key);
    bounds->lo = lo > bounds->lo ? lo : bounds->lo;
    bounds->hi = hi < bounds->hi ? hi : bounds->hi;
}

static void close_key(plm_pool *pool, uint32_t sym, unsigned key)
{
    *bounds_at(pool, sym, key) = nowhere;
}

/* Every event that a price of this word depends on concerns the pool. */
static void close_word(plm_pool *pool, uint32_t sym, plm_price_word word)
{
    switch (word) {
    case PLM_PRICE_LAST:
        close_key(pool, sym, PLM_KEY_LAST);
        break;
    case PLM_PRICE_INDEX:
        close_key(pool, sym, PLM_KEY_INDEX);
        break;
    case PLM_PRICE_TAPE:
        close_key(pool, sym, PLM_KEY_MARK);
        break;
    case PLM_PRICE_MID:
        close_key(pool, sym, PLM_KEY_BID);
        close_key(pool, sym, PLM_KEY_ASK);
        close_key(pool, sym, PLM_KEY_LAST);
        break;
    default:
        break; /* composite: its ticks look for the pools themselves */
    }
}

/* -- one price ------------------------------------------------------------------------------- */

/* ceil(a / 2) and floor(a / 2). */
static plm_px half_up(int64_t a)
{
    return a / 2 + (a > 0 && a % 2 != 0);
}

static plm_px half_down(int64_t a)
{
    return a / 2 - (a < 0 && a % 2 != 0);
}

static plm_px saturating_sub(plm_px a, plm_px b)
{
    plm_px out = INT64_MIN;
    return plm_i64_sub(a, b, &out) ? out : INT64_MIN;
}

static plm_px saturating_add(plm_px a, plm_px b)
{
    plm_px out = INT64_MAX;
    return plm_i64_add(a, b, &out) ? out : INT64_MAX;
}

/* A middle moves by half of what a side moves: each side gets all of the room. A crossed book has
 * the last trade's price: where that lies in the band, too, it is kept there and the sides may
 * cross; else they may not. */
static void narrow_middle(const plm_core *core, plm_pool *pool, uint32_t sym, plm_px px2,
                          plm_margin_band band)
{
    const plm_market_view *const view = &core->market.view[sym];
    if (view->bid_px == 0 || view->ask_px == 0 || plm_market_crossed(view)) {
        close_word(pool, sym, PLM_PRICE_MID);
        return;
    }
    plm_px const down = band.lo == INT64_MIN ? INT64_MAX : (px2 - band.lo) / 2;
    plm_px const up = band.hi == INT64_MAX ? INT64_MAX : (band.hi - px2) / 2;
    plm_px const last_lo = band.lo == INT64_MIN ? 1 : half_up(band.lo);
    plm_px const last_hi = band.hi == INT64_MAX ? INT64_MAX : half_down(band.hi);
    plm_px highest_bid = saturating_add(view->bid_px, up);
    plm_px lowest_ask = saturating_sub(view->ask_px, down);
    plm_px const lowest_bid = saturating_sub(view->bid_px, down);
    if (view->last_px > 0 && view->last_px >= last_lo && view->last_px <= last_hi) {
        narrow(pool, sym, PLM_KEY_LAST, last_lo > 1 ? last_lo : 1, last_hi);
    } else {
        plm_px const middle = view->bid_px + (view->ask_px - view->bid_px) / 2;
        highest_bid = highest_bid < middle ? highest_bid : middle;
        lowest_ask = lowest_ask > middle ? lowest_ask : middle;
    }
    narrow(pool, sym, PLM_KEY_BID, lowest_bid > 1 ? lowest_bid : 1, highest_bid);
    narrow(pool, sym, PLM_KEY_ASK, lowest_ask > 1 ? lowest_ask : 1,
           saturating_add(view->ask_px, up));
}

static void narrow_word(const plm_core *core, plm_pool *pool, uint32_t sym, plm_price_word word,
                        plm_px px2, plm_margin_band band)
{
    plm_px const lo = band.lo == INT64_MIN ? INT64_MIN : half_up(band.lo);
    plm_px const hi = band.hi == INT64_MAX ? INT64_MAX : half_down(band.hi);
    switch (word) {
    case PLM_PRICE_LAST:
        narrow(pool, sym, PLM_KEY_LAST, lo, hi);
        break;
    case PLM_PRICE_INDEX:
        narrow(pool, sym, PLM_KEY_INDEX, lo, hi);
        break;
    case PLM_PRICE_TAPE:
        narrow(pool, sym, PLM_KEY_MARK, lo, hi);
        break;
    case PLM_PRICE_MID:
        narrow_middle(core, pool, sym, px2, band);
        break;
    default:
        break;
    }
}

/* Bounds of one row's price, when the price of the asset may move by factors at 10^-12. Of two rows
 * each gets a part: (1 - d / 2)^2 >= 1 - d, and (1 + e / 3)^2 <= 1 + e for e <= 3. */
static plm_margin_band share_factor(plm_margin_band factor, unsigned rows)
{
    plm_margin_band share = factor;
    if (rows == 2) {
        plm_rate const up = factor.hi > 4 * ONE ? 3 * ONE : factor.hi - ONE;
        share.lo = factor.lo < 0 ? 0 : ONE - (ONE - factor.lo) / 2;
        share.hi = factor.hi == INT64_MAX ? INT64_MAX : ONE + up / 3;
    }
    return share;
}

static void narrow_asset(const plm_core *core, plm_pool *pool, const plm_margin_asset *asset,
                         plm_margin_band factor)
{
    const plm_mark_source *const marks = core->guard.regulation[pool->rulebook].marks;
    plm_asset_source const source = plm_mark_source_of_asset(marks, asset->asset, pool->input.unit);
    for (unsigned i = 0; i < source.rows; i++) {
        plm_price_word const word = (plm_price_word)source.word[i];
        if (word == PLM_PRICE_NONE) {
            continue; /* an asset row's index: its events are loud */
        }
        uint32_t const sym = source.sym[i];
        plm_px const px2 = plm_mark_source_word_px2(marks, &core->market, sym, word);
        plm_margin_band const share = share_factor(factor, source.rows);
        plm_margin_band band = {INT64_MIN, INT64_MAX};
        plm_i128 bound;
        if (share.lo > 0 && plm_muldiv(px2, share.lo, ONE, PLM_ROUND_CEIL, &bound)) {
            band.lo = (int64_t)bound;
        }
        if (share.hi != INT64_MAX && plm_muldiv(px2, share.hi, ONE, PLM_ROUND_FLOOR, &bound) &&
            bound < INT64_MAX) {
            band.hi = (int64_t)bound;
        }
        narrow_word(core, pool, sym, word, px2, band);
    }
}

/* -- a pool's bounds ------------------------------------------------------------------------- */

static void begin(plm_pool *pool)
{
    for (uint32_t i = 0; i < pool->key_count; i++) {
        pool->key[i].bounds = everywhere;
    }
}

static void commit(plm_core *core, plm_pool *pool)
{
    for (uint32_t i = 0; i < pool->key_count; i++) {
        const plm_pool_key *const key = &pool->key[i];
        plm_watch_set(&core->guard.watch, pool->watched, key->sym, key->key, key->bounds);
    }
}

void plm_guard_bound(plm_core *core, plm_pool *pool, const plm_margin_band *bands)
{
    const plm_mark_source *const marks = core->guard.regulation[pool->rulebook].marks;
    begin(pool);
    for (uint32_t i = 0; i < pool->input.position_count; i++) {
        const plm_margin_position *const row = &pool->positions[i];
        narrow_word(core, pool, row->sym,
                    plm_mark_source_word(marks, row->sym, PLM_USE_TRIGGER_PNL), row->pnl_px2,
                    bands[2 * i]);
        narrow_word(core, pool, row->sym,
                    plm_mark_source_word(marks, row->sym, PLM_USE_TRIGGER_REQUIREMENT),
                    row->requirement_px2, bands[2 * i + 1]);
    }
    for (uint32_t i = 0; i < pool->input.asset_count; i++) {
        narrow_asset(core, pool, &pool->assets[i], bands[2 * pool->input.position_count + i]);
    }
    commit(core, pool);
}

/* The liquidity of an instrument concerns a pool that waits to be closed. */
static void close_book(plm_pool *pool, uint32_t sym)
{
    close_key(pool, sym, PLM_KEY_BID);
    close_key(pool, sym, PLM_KEY_ASK);
    close_key(pool, sym, PLM_KEY_LAST);
}

void plm_guard_forget(plm_core *core, plm_pool *pool, bool resting)
{
    const plm_mark_source *const marks = core->guard.regulation[pool->rulebook].marks;
    begin(pool);
    for (uint32_t i = 0; i < pool->input.position_count && !resting; i++) {
        uint32_t const sym = pool->positions[i].sym;
        close_word(pool, sym, plm_mark_source_word(marks, sym, PLM_USE_TRIGGER_PNL));
        close_word(pool, sym, plm_mark_source_word(marks, sym, PLM_USE_TRIGGER_REQUIREMENT));
        if (pool->in_episode) {
            close_book(pool, sym);
        }
    }
    for (uint32_t i = 0; i < pool->input.asset_count && !resting; i++) {
        plm_asset_source const source =
            plm_mark_source_of_asset(marks, pool->assets[i].asset, pool->input.unit);
        bool const matters = pool->assets[i].balance.hi != 0 || pool->assets[i].balance.lo != 0 ||
                             pool->input.position_count > 0;
        for (unsigned k = 0; k < source.rows && matters; k++) {
            close_word(pool, source.sym[k], (plm_price_word)source.word[k]);
        }
    }
    commit(core, pool);
}

void plm_guard_watch_fund(plm_core *core, uint32_t world)
{
    const plm_fund *const fund = &core->guard.fund[world];
    for (uint32_t sym = 0; sym < core->contracts->count; sym++) {
        plm_corridor const bounds = fund->position[2 * sym].qty != 0 ? nowhere : everywhere;
        for (unsigned key = PLM_KEY_BID; key <= PLM_KEY_LAST; key++) {
            plm_watch_set(&core->guard.watch, core->guard.watched_count + world, sym, key, bounds);
        }
    }
}

/* -- events ---------------------------------------------------------------------------------- */

unsigned plm_guard_key(const plm_event *event)
{
    if (plm_market_is_frequent(event->kind)) {
        return PLM_KEY_BID + plm_market_slot(event->kind);
    }
    if (event->kind == PLM_EV_MARK) {
        return PLM_KEY_MARK;
    }
    if (event->kind == PLM_EV_INDEX) {
        return PLM_KEY_INDEX;
    }
    return PLM_KEY_NONE;
}

bool plm_guard_is_uniform(const plm_core *core, const plm_pool *pool)
{
    const plm_mark_source *const marks = core->guard.regulation[pool->rulebook].marks;
    for (uint32_t i = 0; i < pool->input.position_count; i++) {
        uint32_t const sym = pool->positions[i].sym;
        if (plm_mark_source_word(marks, sym, PLM_USE_TRIGGER_PNL) !=
                plm_mark_source_word(marks, sym, PLM_USE_PNL) ||
            plm_mark_source_word(marks, sym, PLM_USE_TRIGGER_REQUIREMENT) !=
                plm_mark_source_word(marks, sym, PLM_USE_REQUIREMENT)) {
            return false;
        }
    }
    return true;
}

bool plm_guard_is_stale(const plm_core *core, const plm_pool *pool)
{
    const plm_regulation *const rules = &core->guard.regulation[pool->rulebook];
    int64_t const limit = rules->rules.set->price.stale_ns;
    for (uint32_t i = 0; i < pool->input.position_count && limit > 0; i++) {
        const plm_market_view *const view = &core->market.view[pool->positions[i].sym];
        plm_ts at = PLM_TS_MAX;
        switch (plm_mark_source_word(rules->marks, pool->positions[i].sym, PLM_USE_TRIGGER_PNL)) {
        case PLM_PRICE_LAST:
            at = view->last_ts;
            break;
        case PLM_PRICE_INDEX:
            at = view->index_ts;
            break;
        case PLM_PRICE_TAPE:
            at = view->mark_ts;
            break;
        case PLM_PRICE_MID:
            at = view->bid_ts > view->ask_ts ? view->bid_ts : view->ask_ts;
            break;
        default:
            break;
        }
        if (pool->positions[i].qty != 0 && at < core->now && core->now - at > limit) {
            return true;
        }
    }
    return false;
}
