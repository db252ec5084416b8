/*
 * liquidity.c - what can be taken of an instrument.
 */
#include "liquidity.h"

#include "check.h"
#include "memory.h"

void plm_liquidity_init(plm_liquidity *liquidity, const plm_contracts *contracts,
                        const plm_market *market, const plm_venue_settings *settings)
{
    plm_assert(settings->slippage_levels <= PLM_SLIPPAGE_LEVELS_MAX);
    plm_assert(settings->spread >= 0);
    plm_assert(settings->spread < plm_pow10(PLM_RATE_SCALE));
    *liquidity = (plm_liquidity){
        .contracts = contracts,
        .market = market,
        .settings = *settings,
        .taken = plm_alloc(2 * (size_t)market->sym_count, sizeof *liquidity->taken),
    };
}

void plm_liquidity_fini(plm_liquidity *liquidity)
{
    for (size_t i = 0; i < 2 * (size_t)liquidity->market->sym_count; i++) {
        plm_taken_fini(&liquidity->taken[i]);
    }
    plm_free(liquidity->taken);
}

bool plm_liquidity_closed(const plm_liquidity *liquidity, uint32_t sym, plm_ts now)
{
    const plm_contract *const contract = &liquidity->contracts->contract[sym];
    return liquidity->market->row[sym].closed ||
           (contract->listed != 0 && now < contract->listed) ||
           (contract->expiry != 0 && now >= contract->expiry);
}

/* -- the sides as they are displayed --------------------------------------------------------- */

static const plm_ladder *ladder_of(const plm_market_row *row, uint8_t side)
{
    return side == PLM_SIDE_BUY ? &row->asks : &row->bids;
}

plm_px plm_liquidity_best(const plm_liquidity *liquidity, uint32_t sym, uint8_t side)
{
    const plm_market_row *const row = &liquidity->market->row[sym];
    if (row->has_levels) {
        const plm_ladder *const ladder = ladder_of(row, side);
        return ladder->count > 0 ? plm_ladder_at(ladder, 0).px : 0;
    }
    const plm_market_view *const view = &liquidity->market->view[sym];
    return side == PLM_SIDE_BUY ? view->ask_px : view->bid_px;
}

static bool is_crossed(const plm_liquidity *liquidity, uint32_t sym)
{
    plm_px const ask = plm_liquidity_best(liquidity, sym, PLM_SIDE_BUY);
    plm_px const bid = plm_liquidity_best(liquidity, sym, PLM_SIDE_SELL);
    return ask != 0 && bid != 0 && bid > ask;
}

static bool is_within(const plm_taker *taker, plm_px px)
{
    return taker->limit == 0 ||
           (taker->side == PLM_SIDE_BUY ? px <= taker->limit : px >= taker->limit);
}

/* The last price and the spread, away from the last price onto the tick; 0 when there is none. */
static plm_px last_price(const plm_liquidity *liquidity, uint32_t sym, uint8_t side)
{
    bool const buys = side == PLM_SIDE_BUY;
    plm_round const away = buys ? PLM_ROUND_CEIL : PLM_ROUND_FLOOR;
    plm_i128 const one = plm_pow10(PLM_RATE_SCALE);
    plm_i128 const factor = one + (buys ? liquidity->settings.spread : -liquidity->settings.spread);
    int64_t const tick = liquidity->contracts->contract[sym].tick;
    plm_i128 px = 0, ticks = 0;
    if (!plm_muldiv(liquidity->market->view[sym].last_px, factor, one, away, &px) ||
        !plm_i128_div(px, tick, away, &ticks) || !plm_i128_mul(ticks, tick, &px) ||
        px > INT64_MAX) {
        return 0;
    }
    return (plm_px)px;
}

/* -- offers ---------------------------------------------------------------------------------- */

/* How many levels beyond the best are assumed and have a price > 0 within the limit. */
static uint32_t assumed_levels(const plm_liquidity *liquidity, const plm_taker *taker, plm_px best,
                               plm_px *out_step)
{
    const plm_venue_settings *const settings = &liquidity->settings;
    plm_px step;
    if (settings->slippage_ticks == 0 || settings->slippage_levels == 0 ||
        !plm_i64_mul(liquidity->contracts->contract[taker->sym].tick, settings->slippage_ticks,
                     &step)) {
        return 0; /* a step that does not fit leads to no price that does */
    }
    bool const buys = taker->side == PLM_SIDE_BUY;
    plm_px const end = taker->limit != 0 ? taker->limit : (buys ? INT64_MAX : 1);
    int64_t const count = (buys ? end - best : best - end) / step; /* floor: both are positive */
    *out_step = buys ? step : -step;
    return count < settings->slippage_levels ? (uint32_t)count : settings->slippage_levels;
}

bool plm_liquidity_find(const plm_liquidity *liquidity, const plm_taker *taker, plm_offer *out)
{
    uint32_t const sym = taker->sym;
    const plm_market_row *const row = &liquidity->market->row[sym];
    const plm_market_view *const view = &liquidity->market->view[sym];
    const plm_taken *const taken = plm_liquidity_taken(liquidity, sym, taker->side);
    plm_offer offer = {.taker = *taker, .best = plm_liquidity_best(liquidity, sym, taker->side)};
    if (row->has_levels) {
        offer.ladder = ladder_of(row, taker->side);
        offer.taken = taken;
    } else if (plm_market_has_quotes(row)) {
        offer.size = taker->side == PLM_SIDE_BUY ? view->ask_qty : view->bid_qty;
        offer.used = plm_taken_get(taken, taker->world, PLM_TAKEN_QUOTE);
    } else if (!taker->displayed_only) {
        offer.best = last_price(liquidity, sym, taker->side);
    }
    if (offer.best <= 0 || !is_within(taker, offer.best)) {
        return false;
    }
    if (offer.size > 0 && !taker->displayed_only) {
        offer.level_last = assumed_levels(liquidity, taker, offer.best, &offer.step);
    }
    *out = offer;
    return true;
}

/* A side of a book is as old as its last level event. */
static bool is_stale(const plm_liquidity *liquidity, const plm_taker *taker, plm_ts now)
{
    const plm_market_row *const row = &liquidity->market->row[taker->sym];
    const plm_market_view *const view = &liquidity->market->view[taker->sym];
    plm_ts ts = view->last_ts;
    if (row->has_levels) {
        ts = taker->side == PLM_SIDE_BUY ? row->asks_ts : row->bids_ts;
    } else if (plm_market_has_quotes(row)) {
        ts = taker->side == PLM_SIDE_BUY ? view->ask_ts : view->bid_ts;
    }
    int64_t const age_max = liquidity->settings.max_quote_age_ns;
    return age_max != 0 && now - ts > age_max;
}

plm_offer_found plm_liquidity_offer(const plm_liquidity *liquidity, const plm_taker *taker,
                                    plm_ts now, plm_offer *out)
{
    plm_offer offer;
    if (liquidity->market->view[taker->sym].status == PLM_STATUS_HALT ||
        plm_liquidity_closed(liquidity, taker->sym, now) || is_crossed(liquidity, taker->sym) ||
        !plm_liquidity_find(liquidity, taker, &offer)) {
        return PLM_OFFER_NONE;
    }
    if (is_stale(liquidity, taker, now)) {
        return PLM_OFFER_STALE;
    }
    *out = offer;
    return PLM_OFFER_OPEN;
}

/* -- levels ---------------------------------------------------------------------------------- */

/* What is left of the n-th level of a book. */
static plm_qty left_of(const plm_offer *offer, plm_rung rung)
{
    plm_i128 const left = rung.qty - plm_taken_get(offer->taken, offer->taker.world, rung.px);
    return left > 0 ? (plm_qty)left : 0;
}

static plm_px ramp_price(const plm_offer *offer, plm_i128 level)
{
    return (plm_px)(offer->best + level * offer->step);
}

/* What is left of a ramp; it may pass 63 bits. */
static plm_i128 ramp_left(const plm_offer *offer)
{
    plm_i128 const all = (plm_i128)offer->size * ((plm_i128)offer->level_last + 1);
    return all > offer->used ? all - offer->used : 0;
}

static bool ladder_piece(const plm_offer *offer, plm_px *out_px, plm_qty *out_qty)
{
    for (uint32_t i = 0; i < offer->ladder->count; i++) {
        plm_rung const rung = plm_ladder_at(offer->ladder, i);
        if (!is_within(&offer->taker, rung.px)) {
            return false;
        }
        plm_qty const left = left_of(offer, rung);
        if (left > 0) {
            *out_px = rung.px;
            *out_qty = left;
            return true;
        }
    }
    return false;
}

bool plm_offer_piece(const plm_offer *offer, plm_px *out_px, plm_qty *out_qty)
{
    if (offer->ladder != NULL) {
        return ladder_piece(offer, out_px, out_qty);
    }
    if (offer->size == 0) {
        *out_px = offer->best;
        *out_qty = INT64_MAX;
        return true;
    }
    if (ramp_left(offer) == 0) {
        return false;
    }
    *out_px = ramp_price(offer, offer->used / offer->size);
    *out_qty = offer->size - (plm_qty)(offer->used % offer->size);
    return true;
}

static plm_qty ladder_sum(const plm_offer *offer, plm_qty want, plm_px *out_worst)
{
    plm_qty sum = 0;
    for (uint32_t i = 0; i < offer->ladder->count && sum < want; i++) {
        plm_rung const rung = plm_ladder_at(offer->ladder, i);
        if (!is_within(&offer->taker, rung.px)) {
            break;
        }
        plm_qty const left = left_of(offer, rung);
        if (left > 0) {
            sum += left < want - sum ? left : want - sum;
            *out_worst = rung.px;
        }
    }
    return sum;
}

plm_qty plm_offer_sum(const plm_offer *offer, plm_qty want, plm_px *out_worst)
{
    *out_worst = 0;
    if (offer->ladder != NULL) {
        return ladder_sum(offer, want, out_worst);
    }
    if (offer->size == 0) {
        *out_worst = offer->best;
        return want;
    }
    plm_i128 const left = ramp_left(offer);
    plm_qty const sum = left < want ? (plm_qty)left : want;
    if (sum > 0) {
        *out_worst = ramp_price(offer, (offer->used + sum - 1) / offer->size);
    }
    return sum;
}

void plm_liquidity_use(plm_liquidity *liquidity, const plm_offer *offer, plm_qty qty)
{
    plm_taken *const taken = plm_liquidity_taken(liquidity, offer->taker.sym, offer->taker.side);
    if (offer->ladder == NULL) {
        if (offer->size != 0) {
            plm_assert(qty <= ramp_left(offer));
            plm_taken_add(taken, offer->taker.world, PLM_TAKEN_QUOTE, qty);
        }
        return;
    }
    plm_qty left = qty;
    for (uint32_t i = 0; left > 0; i++) {
        plm_assert(i < offer->ladder->count);
        plm_rung const rung = plm_ladder_at(offer->ladder, i);
        plm_assert(is_within(&offer->taker, rung.px));
        plm_qty const here = left_of(offer, rung);
        if (here > 0) {
            plm_qty const piece = here < left ? here : left;
            plm_taken_add(taken, offer->taker.world, rung.px, piece);
            left -= piece;
        }
    }
}
