/*
 * whatif_pool.c - the pools of an account (docs/margin.md, 1) as a margin model sees them.
 */
#include <stdio.h>
#include <string.h>

#include "account.h"
#include "check.h"
#include "memory.h"
#include "trial.h"
#include "whatif.h"

plm_status plm_whatif_overflow(plm_diag *diag)
{
    return plm_fail(diag, PLM_ERR_INPUT, "an amount does not fit 128 bits at 10^-18");
}

/* -- prices ---------------------------------------------------------------------------------- */

int64_t plm_whatif_px2(const plm_whatif_book *book, uint32_t sym, plm_price_word word)
{
    const plm_whatif_marks *const marks = &book->marks[sym];
    switch (word) {
    case PLM_PRICE_LAST:
        return marks->last2;
    case PLM_PRICE_INDEX:
        return marks->index2;
    case PLM_PRICE_MID:
        return marks->mid2;
    case PLM_PRICE_MARK:
    case PLM_PRICE_TAPE:
    case PLM_PRICE_NONE:
    case PLM_PRICE_FUNDING_INDEX:
    case PLM_PRICE_BASIS_AVERAGE:
    case PLM_PRICE_BASIS_EMA:
    case PLM_PRICE_MEDIAN:
    case PLM_PRICE_MIN:
    case PLM_PRICE_MAX:
        break;
    }
    return marks->mark2;
}

static const char *word_text(plm_price_word word)
{
    return word == PLM_PRICE_LAST    ? "last"
           : word == PLM_PRICE_INDEX ? "index"
           : word == PLM_PRICE_MID   ? "bid and ask"
                                     : "mark";
}

static plm_status find_px2(const plm_whatif *whatif, const plm_whatif_book *book, uint32_t sym,
                           plm_price_word word, plm_diag *diag, int64_t *out)
{
    *out = plm_whatif_px2(book, sym, word);
    if (*out == 0) {
        return plm_fail(diag, PLM_ERR_USAGE,
                        "no price of %s: the rulebook '%s' needs its %s; give it under 'marks'",
                        whatif->row[sym].symbol, whatif->rulebook->name, word_text(word));
    }
    return PLM_OK;
}

static plm_status price_row(const plm_whatif *whatif, const plm_whatif_book *book,
                            plm_margin_position *row, plm_diag *diag)
{
    const plm_price_rule *const price = &whatif->rules.set->price;
    bool const own = price->trigger != PLM_PRICE_NONE;
    PLM_TRY(
        find_px2(whatif, book, row->sym, own ? price->trigger : price->pnl, diag, &row->pnl_px2));
    return find_px2(whatif, book, row->sym, own ? price->trigger : price->requirement, diag,
                    &row->requirement_px2);
}

bool plm_whatif_report(const plm_whatif *whatif, const plm_whatif_book *book, uint32_t asset,
                       plm_money amount, plm_money *out)
{
    const plm_fraction *const price = &book->price[asset];
    if (asset == whatif->report || amount.v == 0) {
        *out = amount;
        return true;
    }
    return plm_money_of(price->num).v != 0 &&
           plm_muldiv(amount.v, plm_money_of(price->num).v, plm_money_of(price->den).v,
                      PLM_ROUND_HALF_EVEN, &out->v);
}

/* -- one pool -------------------------------------------------------------------------------- */

static void begin(const plm_whatif *whatif, const plm_whatif_book *book, plm_margin_regime regime,
                  uint32_t unit, plm_whatif_pool *pool)
{
    *pool = (plm_whatif_pool){
        .input = {.size = sizeof pool->input,
                  .regime = (uint8_t)regime,
                  .ts = book->ts,
                  .unit = unit,
                  .instruments = whatif->row,
                  .base = whatif->base,
                  .settle = whatif->settle},
        .asset = plm_alloc(whatif->contracts.asset_count, sizeof *pool->asset),
        .position = plm_alloc(book->position_count, sizeof *pool->position),
        .place = plm_alloc(book->position_count, sizeof *pool->place),
        .out = {.size = sizeof pool->out,
                .part = plm_alloc(book->position_count, sizeof *pool->out.part)},
    };
    pool->input.asset = pool->asset;
    pool->input.position = pool->position;
}

static void add_asset(const plm_whatif *whatif, plm_whatif_pool *pool, uint32_t asset,
                      plm_money balance, plm_fraction price)
{
    pool->asset[pool->input.asset_count++] = (plm_margin_asset){.balance = plm_amount_of(balance),
                                                                .price = price,
                                                                .weight = whatif->weight[asset],
                                                                .asset = asset};
}

static plm_fraction one(void)
{
    plm_amount const unit = plm_amount_of((plm_money){1});
    return (plm_fraction){unit, unit};
}

/* What of a row of the book lies in a pool: orders of isolated instruments lie where their position
 * would be paid from, as a row without a quantity. */
static bool has_orders(const plm_whatif_position *row)
{
    return row->buy_qty != 0 || row->sell_qty != 0;
}

static plm_status add_position(const plm_whatif *whatif, const plm_whatif_book *book, uint32_t at,
                               plm_whatif_pool *pool, plm_diag *diag)
{
    plm_whatif_position row_of_pool = book->position[at];
    const plm_whatif_position *const from = &row_of_pool;
    if (from->regime == PLM_MARGIN_ISOLATED && pool->input.regime == PLM_MARGIN_ISOLATED) {
        row_of_pool.buy_qty = row_of_pool.sell_qty = 0;
        row_of_pool.buy_value = row_of_pool.sell_value = row_of_pool.held = (plm_money){0};
    } else if (from->regime == PLM_MARGIN_ISOLATED) {
        row_of_pool.qty = 0;
        row_of_pool.cost = (plm_money){0};
    }
    uint32_t place = 0;
    while (pool->asset[place].asset != whatif->settle[from->sym]) {
        place++;
        plm_assert(place < pool->input.asset_count);
    }
    plm_margin_position row = {
        .sym = from->sym,
        .place = place,
        .leg = from->leg,
        .qty = from->qty,
        .cost = plm_amount_of(from->cost),
        .leverage = from->leverage,
        .taker_rate = whatif->taker,
        .multiplier = PLM_WHATIF_RATE_ONE,
        .open_interest = whatif->open_interest[from->sym],
        .passed = from->passed,
        .buy_qty = from->buy_qty,
        .sell_qty = from->sell_qty,
        .buy_value = plm_amount_of(from->buy_value),
        .sell_value = plm_amount_of(from->sell_value),
        .held = plm_amount_of(from->held),
    };
    PLM_TRY(price_row(whatif, book, &row, diag));
    pool->place[pool->input.position_count] = at;
    pool->position[pool->input.position_count++] = row;
    return PLM_OK;
}

static plm_status add_isolated(const plm_whatif *whatif, const plm_whatif_book *book, uint32_t at,
                               plm_diag *diag, plm_whatif_pools *pools)
{
    static const char *const legs[] = {"", " long", " short"};
    const plm_whatif_position *const row = &book->position[at];
    uint32_t const unit = whatif->settle[row->sym];
    plm_whatif_pool *const pool = &pools->pool[pools->count++];
    begin(whatif, book, PLM_MARGIN_ISOLATED, unit, pool);
    (void)snprintf(pool->name, sizeof pool->name, "%s%s", whatif->row[row->sym].symbol,
                   legs[row->leg]);
    add_asset(whatif, pool, unit, row->margin, one());
    return add_position(whatif, book, at, pool, diag);
}

/* -- shared pools ---------------------------------------------------------------------------- */

static bool is_shared(const plm_whatif_position *row)
{
    return row->regime != PLM_MARGIN_ISOLATED || has_orders(row);
}

/* Whether a shared pool of the asset alone would hold anything. */
static bool uses_asset(const plm_whatif *whatif, const plm_whatif_book *book, uint32_t asset)
{
    bool used = book->balance[asset].v != 0 || book->listed[asset];
    for (uint32_t i = 0; i < book->position_count && !used; i++) {
        const plm_whatif_position *const row = &book->position[i];
        used = is_shared(row) && whatif->settle[row->sym] == asset;
    }
    return used;
}

/* Positions of the shared pool; PLM_NO_ASSET: whatever they settle in. */
static plm_status add_shared(const plm_whatif *whatif, const plm_whatif_book *book, uint32_t asset,
                             plm_whatif_pool *pool, plm_diag *diag)
{
    for (uint32_t i = 0; i < book->position_count; i++) {
        const plm_whatif_position *const row = &book->position[i];
        if (is_shared(row) && (asset == PLM_NO_ASSET || whatif->settle[row->sym] == asset)) {
            PLM_TRY(add_position(whatif, book, i, pool, diag));
        }
    }
    return PLM_OK;
}

static bool uses_any(const plm_whatif *whatif, const plm_whatif_book *book)
{
    bool used = false;
    for (uint32_t asset = 0; asset < whatif->contracts.asset_count && !used; asset++) {
        used = uses_asset(whatif, book, asset);
    }
    return used;
}

static plm_status add_account(const plm_whatif *whatif, const plm_whatif_book *book,
                              plm_margin_regime regime, plm_diag *diag, plm_whatif_pools *pools)
{
    if (!uses_any(whatif, book)) {
        return PLM_OK;
    }
    plm_whatif_pool *const pool = &pools->pool[pools->count++];
    begin(whatif, book, regime, whatif->report, pool);
    (void)snprintf(pool->name, sizeof pool->name, "%s", plm_regime_word((plm_regime)regime));
    for (uint32_t asset = 0; asset < whatif->contracts.asset_count; asset++) {
        if (!uses_asset(whatif, book, asset)) {
            continue;
        }
        if (plm_money_of(book->price[asset].num).v == 0) {
            return plm_fail(diag, PLM_ERR_USAGE, "no price of %s in %s; give it under 'prices'",
                            whatif->contracts.asset[asset],
                            whatif->contracts.asset[whatif->report]);
        }
        add_asset(whatif, pool, asset, book->balance[asset],
                  asset == whatif->report ? one() : book->price[asset]);
    }
    return add_shared(whatif, book, PLM_NO_ASSET, pool, diag);
}

static plm_status add_currencies(const plm_whatif *whatif, const plm_whatif_book *book,
                                 plm_margin_regime regime, plm_diag *diag, plm_whatif_pools *pools)
{
    for (uint32_t asset = 0; asset < whatif->contracts.asset_count; asset++) {
        if (!uses_asset(whatif, book, asset)) {
            continue;
        }
        plm_whatif_pool *const pool = &pools->pool[pools->count++];
        begin(whatif, book, regime, asset, pool);
        (void)snprintf(pool->name, sizeof pool->name, "%s %s", plm_regime_word((plm_regime)regime),
                       whatif->contracts.asset[asset]);
        add_asset(whatif, pool, asset, book->balance[asset], one());
        PLM_TRY(add_shared(whatif, book, asset, pool, diag));
    }
    return PLM_OK;
}

/* The regime of what is not isolated: that of its positions, else what the file says. */
static plm_status shared_regime(const plm_whatif *whatif, const plm_whatif_book *book,
                                plm_diag *diag, plm_margin_regime *out)
{
    plm_margin_regime found = PLM_MARGIN_NONE;
    for (uint32_t i = 0; i < book->position_count; i++) {
        plm_margin_regime const regime = book->position[i].regime;
        if (regime == PLM_MARGIN_ISOLATED) {
            continue;
        }
        if (found != PLM_MARGIN_NONE && found != regime) {
            return plm_fail(diag, PLM_ERR_USAGE,
                            "an account is cross or portfolio (beside what is isolated), not both");
        }
        found = regime;
    }
    *out = found == PLM_MARGIN_NONE ? whatif->shared : found;
    return PLM_OK;
}

static plm_status build(const plm_whatif *whatif, const plm_whatif_book *book, plm_diag *diag,
                        plm_whatif_pools *pools)
{
    plm_margin_regime regime = PLM_MARGIN_NONE;
    PLM_TRY(shared_regime(whatif, book, diag, &regime));
    for (uint32_t i = 0; i < book->position_count; i++) {
        if (book->position[i].regime == PLM_MARGIN_ISOLATED) {
            PLM_TRY(add_isolated(whatif, book, i, diag, pools));
        }
    }
    const plm_pool_rule *const rule = &whatif->rulebook->pool;
    plm_pool_scope const scope = regime == PLM_MARGIN_PORTFOLIO ? rule->portfolio : rule->cross;
    return scope == PLM_POOL_ACCOUNT ? add_account(whatif, book, regime, diag, pools)
                                     : add_currencies(whatif, book, regime, diag, pools);
}

plm_status plm_whatif_assess(const plm_whatif *whatif, const plm_whatif_book *book, plm_diag *diag,
                             plm_whatif_pools *out)
{
    out->count = 0;
    out->pool = plm_alloc((size_t)book->position_count + whatif->contracts.asset_count + 1,
                          sizeof *out->pool);
    PLM_TRY(build(whatif, book, diag, out));
    for (uint32_t i = 0; i < out->count; i++) {
        plm_whatif_pool *const pool = &out->pool[i];
        if (!plm_assess(&whatif->rules, &pool->input, &pool->out)) {
            return plm_whatif_overflow(diag);
        }
        plm_assert(pool->out.priced);
    }
    return PLM_OK;
}

void plm_whatif_pools_fini(plm_whatif_pools *pools)
{
    for (uint32_t i = 0; i < pools->count; i++) {
        plm_free(pools->pool[i].asset);
        plm_free(pools->pool[i].position);
        plm_free(pools->pool[i].place);
        plm_free(pools->pool[i].out.part);
    }
    plm_free(pools->pool);
    *pools = (plm_whatif_pools){0};
}

bool plm_whatif_pool_rests(const plm_whatif *whatif, const plm_whatif_pool *pool)
{
    return whatif->rules.set->fee.recourse_debt ? plm_margin_is_flat(&pool->input)
                                                : plm_margin_at_rest(&pool->input);
}

bool plm_whatif_pool_fires(const plm_whatif_pool *pool)
{
    return pool->out.liquidatable != 0;
}

bool plm_whatif_pool_is_empty(const plm_whatif_pool *pool)
{
    return pool->input.regime == PLM_MARGIN_ISOLATED && pool->position[0].qty == 0 &&
           plm_money_of(pool->asset[0].balance).v == 0;
}

void plm_whatif_book_copy(const plm_whatif *whatif, const plm_whatif_book *book,
                          plm_whatif_book *out)
{
    size_t const rows = whatif->contracts.count, assets = whatif->contracts.asset_count;
    *out = (plm_whatif_book){
        .ts = book->ts,
        .marks = plm_alloc(rows, sizeof *out->marks),
        .price = plm_alloc(assets, sizeof *out->price),
        .balance = plm_alloc(assets, sizeof *out->balance),
        .insurance = plm_alloc(assets, sizeof *out->insurance),
        .listed = plm_alloc(assets, sizeof *out->listed),
        .position_count = book->position_count,
        .position = plm_alloc(book->position_count, sizeof *out->position),
    };
    memcpy(out->marks, book->marks, rows * sizeof *out->marks);
    memcpy(out->price, book->price, assets * sizeof *out->price);
    memcpy(out->balance, book->balance, assets * sizeof *out->balance);
    memcpy(out->insurance, book->insurance, assets * sizeof *out->insurance);
    memcpy(out->listed, book->listed, assets * sizeof *out->listed);
    if (book->position_count > 0) {
        memcpy(out->position, book->position, book->position_count * sizeof *out->position);
    }
}
