/*
 * filter.c - the checks of an arriving order.
 */
#include "filter.h"

static bool has_sound_trigger(const plm_order_request *request)
{
    bool const known_by = request->trigger_by == 0 || request->trigger_by == PLM_KEY_LAST ||
                          request->trigger_by == PLM_KEY_MARK ||
                          request->trigger_by == PLM_KEY_INDEX;
    switch ((plm_trigger)request->trigger) {
    case PLM_TRIGGER_NONE:
        return request->trigger_by == 0 && request->trigger_px == 0 && request->trail == 0;
    case PLM_TRIGGER_STOP:
    case PLM_TRIGGER_TAKE:
        return known_by && request->trigger_px > 0 && request->trail == 0;
    case PLM_TRIGGER_TRAIL:
        return known_by && request->trigger_px == 0 && request->trail > 0;
    case PLM_TRIGGER_COUNT:
        break;
    }
    return false;
}

bool plm_filter_is_sound(const plm_order_request *request, uint32_t sym_count, bool hedge)
{
    if (request->sym >= sym_count || request->qty <= 0 || request->tif >= PLM_TIF_COUNT ||
        (request->flags & ~PLM_ORDER_FLAGS_ALL) != 0) {
        return false;
    }
    if (request->side != PLM_SIDE_BUY && request->side != PLM_SIDE_SELL) {
        return false;
    }
    if (request->leg > 2 || (request->leg != 0) != hedge) {
        return false;
    }
    if (request->type == PLM_ORDER_MARKET ? request->px != 0
                                          : request->type != PLM_ORDER_LIMIT || request->px <= 0) {
        return false;
    }
    if ((request->flags & PLM_ORDER_POST_ONLY) != 0 &&
        (request->type == PLM_ORDER_MARKET || request->tif != PLM_TIF_GTC)) {
        return false;
    }
    return has_sound_trigger(request);
}

plm_reason plm_filter_trading(const plm_liquidity *liquidity, uint32_t sym, plm_ts now)
{
    if (liquidity->contracts->contract[sym].form == PLM_FORM_NONE) {
        return PLM_REASON_NOT_TRADED;
    }
    if (plm_liquidity_closed(liquidity, sym, now)) {
        return PLM_REASON_CLOSED;
    }
    return liquidity->market->view[sym].status == PLM_STATUS_HALT ? PLM_REASON_HALTED
                                                                  : PLM_REASON_NONE;
}

plm_reason plm_filter_steps(const plm_contract *contract, const plm_order_request *request)
{
    if (request->qty % contract->lot != 0) {
        return PLM_REASON_LOT;
    }
    if (request->px % contract->tick != 0 || request->trigger_px % contract->tick != 0 ||
        request->trail % contract->tick != 0) {
        return PLM_REASON_TICK;
    }
    return PLM_REASON_NONE;
}

bool plm_filter_reduces(const plm_order_request *request, bool hedge)
{
    bool const closes_leg =
        hedge && request->side == (request->leg == 1 ? PLM_SIDE_SELL : PLM_SIDE_BUY);
    return closes_leg || (request->flags & PLM_ORDER_REDUCE_ONLY) != 0;
}

plm_reason plm_filter_notional(const plm_liquidity *liquidity, const plm_order_request *request,
                               uint32_t world, bool hedge, plm_ts now)
{
    if (liquidity->settings.min_notional == NULL || plm_filter_reduces(request, hedge)) {
        return PLM_REASON_NONE;
    }
    plm_px px = request->px;
    if (request->type == PLM_ORDER_MARKET) {
        plm_taker const taker = {.world = world, .sym = request->sym, .side = request->side};
        plm_offer offer;
        plm_qty qty;
        if (plm_liquidity_offer(liquidity, &taker, now, &offer) != PLM_OFFER_OPEN ||
            !plm_offer_piece(&offer, &px, &qty)) {
            return PLM_REASON_NONE;
        }
    }
    plm_money value;
    if (!plm_contract_value(&liquidity->contracts->contract[request->sym], request->qty, px,
                            &value)) {
        return PLM_REASON_NONE; /* larger than any smallest value: the account will say so */
    }
    return plm_money_compare(value, liquidity->settings.min_notional[request->sym]) < 0
               ? PLM_REASON_NOTIONAL
               : PLM_REASON_NONE;
}
