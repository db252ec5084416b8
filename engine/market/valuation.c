/*
 * valuation.c - what a position or an amount is worth at the prices of the market (docs/replay.md,
 * 9).
 */
#include "check.h"
#include "market.h"

/* -- the price of an instrument -------------------------------------------------------------- */

static plm_px twice(plm_px px)
{
    plm_px sum = 0;
    bool const fits = plm_i64_add(px, px, &sum);
    plm_assert(fits);
    return sum;
}

/* Bid + ask; 0 when a side is empty or they are crossed. */
static plm_px middle2(const plm_market_view *view)
{
    if (view->bid_px == 0 || view->ask_px == 0 || plm_market_crossed(view)) {
        return 0;
    }
    plm_px sum = 0;
    bool const fits = plm_i64_add(view->bid_px, view->ask_px, &sum);
    plm_assert(fits);
    return sum;
}

plm_px plm_market_px2(const plm_market *market, const plm_contracts *contracts, uint32_t sym)
{
    const plm_market_view *const view = &market->view[sym];
    plm_px const mark2 = twice(view->mark_px);
    plm_px const middle = middle2(view);
    bool const middle_first = contracts->contract[sym].form == PLM_FORM_SPOT;
    plm_px const ranked[] = {
        middle_first ? middle : mark2,
        middle_first ? mark2 : middle,
        twice(view->last_px),
        twice(view->index_px),
    };
    for (size_t i = 0; i < sizeof ranked / sizeof ranked[0]; i++) {
        if (ranked[i] != 0) {
            return ranked[i];
        }
    }
    return 0;
}

/* -- the price of an asset ------------------------------------------------------------------- */

/* Twice the price of one asset in another, in units of 10^-scale; px2 0 = none. */
typedef struct quotation {
    plm_px px2;
    unsigned scale;
} quotation;

/* Rows that trade or price the asset itself come before those that derive from it. */
typedef enum row_class {
    ROW_NONE = 0,
    ROW_ASSET = 1,  /* spot, asset */
    ROW_DERIVED = 2 /* perpetuals, futures */
} row_class;

static row_class class_of(const plm_contracts *contracts, uint32_t sym)
{
    if (contracts->rows[sym].kind == PLM_INST_ASSET ||
        contracts->contract[sym].form == PLM_FORM_SPOT) {
        return ROW_ASSET;
    }
    return contracts->contract[sym].form != PLM_FORM_NONE ? ROW_DERIVED : ROW_NONE;
}

/* What a row says about the price of its base in its quote. */
static quotation price_of_row(const plm_market *market, const plm_contracts *contracts,
                              uint32_t sym)
{
    unsigned const scale = contracts->contract[sym].px_scale;
    if (contracts->rows[sym].kind == PLM_INST_ASSET) {
        return (quotation){twice(market->asset_px[sym]), scale};
    }
    plm_px const index = market->view[sym].index_px;
    if (contracts->contract[sym].form != PLM_FORM_SPOT && index != 0) {
        return (quotation){twice(index), scale};
    }
    return (quotation){plm_market_px2(market, contracts, sym), scale};
}

static quotation price_direct(const plm_market *market, const plm_contracts *contracts,
                              uint32_t from, uint32_t to)
{
    for (unsigned wanted = ROW_ASSET; wanted <= ROW_DERIVED; wanted++) {
        for (uint32_t sym = 0; sym < contracts->count; sym++) {
            const plm_contract *const contract = &contracts->contract[sym];
            if (contract->base != from || contract->quote != to ||
                class_of(contracts, sym) != wanted) {
                continue;
            }
            quotation const found = price_of_row(market, contracts, sym);
            if (found.px2 != 0) {
                return found;
            }
        }
    }
    return (quotation){0, 0};
}

/* Two prices whose product is that of `from` in `to`. */
static bool price_through_another(const plm_market *market, const plm_contracts *contracts,
                                  uint32_t from, uint32_t to, quotation *out_first,
                                  quotation *out_second)
{
    for (unsigned wanted = ROW_ASSET; wanted <= ROW_DERIVED; wanted++) {
        for (uint32_t sym = 0; sym < contracts->count; sym++) {
            const plm_contract *const contract = &contracts->contract[sym];
            if (contract->base != from || contract->quote == from ||
                class_of(contracts, sym) != wanted) {
                continue;
            }
            quotation const first = price_of_row(market, contracts, sym);
            if (first.px2 == 0) {
                continue;
            }
            quotation const second = price_direct(market, contracts, contract->quote, to);
            if (second.px2 != 0) {
                *out_first = first;
                *out_second = second;
                return true;
            }
        }
    }
    return false;
}

bool plm_market_convert(const plm_market *market, const plm_contracts *contracts, plm_money amount,
                        uint32_t from, uint32_t to, plm_money *out, bool *out_overflow)
{
    *out_overflow = false;
    if (from == to) {
        *out = amount;
        return true;
    }
    quotation second = {2, 0}; /* one */
    quotation first = price_direct(market, contracts, from, to);
    if (first.px2 == 0 && !price_through_another(market, contracts, from, to, &first, &second)) {
        return false;
    }
    /* Rounded once: px2 < 2^63 and scale <= 18, so that both products fit 127 bits. */
    plm_i128 const price = (plm_i128)first.px2 * second.px2;
    plm_i128 const unit = (plm_i128)(2 * plm_pow10(first.scale)) * (2 * plm_pow10(second.scale));
    plm_money result;
    if (!plm_muldiv(amount.v, price, unit, PLM_ROUND_HALF_EVEN, &result.v)) {
        *out_overflow = true;
        return false;
    }
    *out = result;
    return true;
}
