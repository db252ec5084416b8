/*
 * guard_wake.c - what lets an episode that waits go on (docs/margin.md, 8.1): a price that changed,
 * the market of an instrument that it holds, the price of an asset that it depends on.
 */
#include "core.h"

static bool holds(const plm_core *core, const plm_pool *pool, uint32_t place)
{
    const plm_seat *const seat = &core->seat[pool->account];
    return seat->account.position[place].qty != 0 && seat->pool_at[place] == pool->number;
}

static bool settles_in(const plm_core *core, const plm_pool *pool, uint32_t asset)
{
    bool found = false;
    for (uint32_t i = 0; i < pool->place_count && !found; i++) {
        uint32_t const place = pool->place[i];
        found = holds(core, pool, place) &&
                plm_contract_money(&core->contracts->contract[place / 2]) == asset;
    }
    return found;
}

static bool depends_on(const plm_core *core, const plm_pool *pool, uint32_t asset)
{
    return asset == pool->name.unit ||
           plm_ledger_balance(&core->ledger, pool->book, asset).v != 0 ||
           settles_in(core, pool, asset);
}

/* -- events ---------------------------------------------------------------------------------- */

static bool is_of_word(plm_price_word word, unsigned key)
{
    return (word == PLM_PRICE_TAPE && key == PLM_KEY_MARK) ||
           (word == PLM_PRICE_INDEX && key == PLM_KEY_INDEX);
}

void plm_guard_stir(const plm_core *core, plm_pool *pool, uint32_t sym, unsigned key)
{
    const plm_mark_source *const marks = core->guard.regulation[pool->rulebook].marks;
    bool const heard =
        key == PLM_KEY_BID || key == PLM_KEY_ASK || key == PLM_KEY_LAST ||
        is_of_word(plm_mark_source_word(marks, sym, PLM_USE_TRIGGER_PNL), key) ||
        is_of_word(plm_mark_source_word(marks, sym, PLM_USE_TRIGGER_REQUIREMENT), key);
    for (uint32_t i = 0; i < pool->place_count && heard; i++) {
        uint32_t const place = pool->place[i];
        pool->stirred = pool->stirred || (place / 2 == sym && holds(core, pool, place));
    }
}

void plm_guard_stir_asset(plm_core *core, uint32_t asset)
{
    for (uint32_t i = 0; i < core->guard.pool_count; i++) {
        plm_pool *const pool = &core->guard.pool[i];
        bool has = false;
        for (uint32_t k = 0; k < pool->input.asset_count && pool->in_episode; k++) {
            has = has || pool->assets[k].asset == asset;
        }
        pool->stirred = pool->stirred || (has && depends_on(core, pool, asset));
    }
}

/* -- prices ---------------------------------------------------------------------------------- */

static bool note_position(const plm_core *core, plm_pool *pool, uint32_t i)
{
    const plm_mark_source *const marks = core->guard.regulation[pool->rulebook].marks;
    uint32_t const sym = pool->place[i] / 2;
    int64_t const now[2] = {
        plm_mark_source_px2(marks, &core->market, sym, PLM_USE_TRIGGER_PNL),
        plm_mark_source_px2(marks, &core->market, sym, PLM_USE_TRIGGER_REQUIREMENT),
    };
    int64_t *const noted = &pool->noted_px2[(size_t)2 * i];
    bool const moved = now[0] != noted[0] || now[1] != noted[1];
    noted[0] = now[0];
    noted[1] = now[1];
    return moved && holds(core, pool, pool->place[i]);
}

static bool is_equal(plm_fraction a, plm_fraction b)
{
    return plm_money_of(a.num).v == plm_money_of(b.num).v &&
           plm_money_of(a.den).v == plm_money_of(b.den).v;
}

static bool note_asset(const plm_core *core, plm_pool *pool, uint32_t i)
{
    const plm_mark_source *const marks = core->guard.regulation[pool->rulebook].marks;
    uint32_t const asset = pool->assets[i].asset;
    plm_fraction const now = plm_mark_source_asset(marks, &core->market, asset, pool->input.unit);
    bool const moved = !is_equal(now, pool->noted_price[i]);
    pool->noted_price[i] = now;
    return moved && depends_on(core, pool, asset);
}

bool plm_guard_note_prices(const plm_core *core, plm_pool *pool)
{
    bool moved = false;
    for (uint32_t i = 0; i < pool->place_count; i++) {
        moved = note_position(core, pool, i) || moved;
    }
    for (uint32_t i = 0; i < pool->input.asset_count; i++) {
        moved = note_asset(core, pool, i) || moved;
    }
    return moved;
}
