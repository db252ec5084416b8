/*
 * host_margin.c - plimsoll.margin_ops/1: what a strategy may ask about its margin, and ask for. As
 * in host_calls.c nothing is decided here.
 */
#include "host_impl.h"

#define LEVERAGE_MIN 100 /* 1e-2 */
#define LEVERAGE_MAX 100000
#define MODE_CROSS 2 /* plm_margin_regime */
#define MODE_ISOLATED 3

static bool is_place(const plm_host_impl *impl, uint32_t sym, uint8_t leg)
{
    return sym < impl->setup.info->sym_count && leg <= 2;
}

static bool is_above_zero(plm_amount amount)
{
    return amount.hi > 0 || (amount.hi == 0 && amount.lo > 0);
}

/* -- questions --------------------------------------------------------------------------------- */

static plm_result margin_view(const plm_host *host, uint32_t sym, uint8_t leg, plm_margin_view *out)
{
    plm_host_impl *const impl = host->impl;
    const plm_host_services *const services = impl->setup.services;
    plm_margin_view view = {.size = sizeof view};
    if (!plm_host_is_callback(impl, "view") || out == NULL || out->size < sizeof view ||
        !is_place(impl, sym, leg) || services->margin_view == NULL ||
        !services->margin_view(services->run, impl->setup.account, sym, leg, &view)) {
        return PLM_RESULT_ERROR;
    }
    view.size = out->size;
    *out = view;
    return PLM_RESULT_OK;
}

static plm_result margin_liquidation_px(const plm_host *host, uint32_t sym, uint8_t leg,
                                        plm_px *out_down, plm_px *out_up)
{
    plm_host_impl *const impl = host->impl;
    const plm_host_services *const services = impl->setup.services;
    plm_px down = 0, up = 0;
    if (!plm_host_is_callback(impl, "liquidation_px") || out_down == NULL || out_up == NULL ||
        !is_place(impl, sym, leg) || services->liquidation_px == NULL ||
        !services->liquidation_px(services->run, impl->setup.account, sym, leg, &down, &up)) {
        return PLM_RESULT_ERROR;
    }
    *out_down = down;
    *out_up = up;
    return PLM_RESULT_OK;
}

/* -- requests ---------------------------------------------------------------------------------- */

/* Of an instrument; 0 when it is malformed. */
static uint64_t ask(plm_host_impl *impl, bool well_formed, plm_outgoing wanted)
{
    plm_outgoing *const item = well_formed ? plm_host_wish(impl, PLM_OUTGOING_MARGIN) : NULL;
    if (item == NULL) {
        return 0;
    }
    item->number = ++impl->last_margin;
    item->op = wanted.op;
    item->regime = wanted.regime;
    item->leg = wanted.leg;
    item->sym = wanted.sym;
    item->asset = wanted.asset;
    item->to_asset = wanted.to_asset;
    item->leverage = wanted.leverage;
    item->amount = wanted.amount;
    return item->number;
}

static uint64_t ask_of_place(plm_host_impl *impl, bool well_formed, plm_outgoing wanted)
{
    wanted.asset = wanted.to_asset = PLM_NO_SYM;
    return ask(impl, well_formed && is_place(impl, wanted.sym, wanted.leg), wanted);
}

static uint64_t ask_of_asset(plm_host_impl *impl, bool well_formed, plm_outgoing wanted)
{
    uint32_t const count = impl->setup.info->asset_count;
    wanted.sym = PLM_NO_SYM;
    return ask(impl, well_formed && wanted.asset < count && is_above_zero(wanted.amount), wanted);
}

static uint64_t margin_set_leverage(const plm_host *host, uint32_t sym, int64_t leverage)
{
    plm_host_impl *const impl = host->impl;
    bool const allowed = plm_host_is_callback(impl, "set_leverage") && leverage >= LEVERAGE_MIN &&
                         leverage <= LEVERAGE_MAX;
    return ask_of_place(
        impl, allowed,
        (plm_outgoing){.op = PLM_MARGIN_OP_LEVERAGE, .sym = sym, .leverage = leverage});
}

static uint64_t margin_set_mode(const plm_host *host, uint32_t sym, uint8_t regime)
{
    plm_host_impl *const impl = host->impl;
    bool const allowed =
        plm_host_is_callback(impl, "set_mode") && (regime == MODE_CROSS || regime == MODE_ISOLATED);
    return ask_of_place(impl, allowed,
                        (plm_outgoing){.op = PLM_MARGIN_OP_MODE, .sym = sym, .regime = regime});
}

static uint64_t margin_move_margin(const plm_host *host, uint32_t sym, uint8_t leg,
                                   plm_amount amount)
{
    plm_host_impl *const impl = host->impl;
    bool const allowed =
        plm_host_is_callback(impl, "move_margin") && (amount.hi != 0 || amount.lo != 0);
    return ask_of_place(
        impl, allowed,
        (plm_outgoing){.op = PLM_MARGIN_OP_MOVE, .sym = sym, .leg = leg, .amount = amount});
}

static uint64_t margin_borrow(const plm_host *host, uint32_t asset, plm_amount amount)
{
    plm_host_impl *const impl = host->impl;
    return ask_of_asset(
        impl, plm_host_is_callback(impl, "borrow"),
        (plm_outgoing){
            .op = PLM_MARGIN_OP_BORROW, .asset = asset, .to_asset = PLM_NO_SYM, .amount = amount});
}

static uint64_t margin_repay(const plm_host *host, uint32_t asset, plm_amount amount)
{
    plm_host_impl *const impl = host->impl;
    return ask_of_asset(
        impl, plm_host_is_callback(impl, "repay"),
        (plm_outgoing){
            .op = PLM_MARGIN_OP_REPAY, .asset = asset, .to_asset = PLM_NO_SYM, .amount = amount});
}

static uint64_t margin_convert(const plm_host *host, uint32_t from, uint32_t to, plm_amount amount)
{
    plm_host_impl *const impl = host->impl;
    bool const allowed =
        plm_host_is_callback(impl, "convert") && from != to && to < impl->setup.info->asset_count;
    return ask_of_asset(
        impl, allowed,
        (plm_outgoing){
            .op = PLM_MARGIN_OP_CONVERT, .asset = from, .to_asset = to, .amount = amount});
}

static uint64_t margin_withdraw(const plm_host *host, uint32_t asset, plm_amount amount)
{
    plm_host_impl *const impl = host->impl;
    return ask_of_asset(impl, plm_host_is_callback(impl, "withdraw"),
                        (plm_outgoing){.op = PLM_MARGIN_OP_WITHDRAW,
                                       .asset = asset,
                                       .to_asset = PLM_NO_SYM,
                                       .amount = amount});
}

plm_host_margin plm_host_margin_table(void)
{
    return (plm_host_margin){.size = sizeof(plm_host_margin),
                             .view = margin_view,
                             .liquidation_px = margin_liquidation_px,
                             .set_leverage = margin_set_leverage,
                             .set_mode = margin_set_mode,
                             .move_margin = margin_move_margin,
                             .borrow = margin_borrow,
                             .repay = margin_repay,
                             .convert = margin_convert,
                             .withdraw = margin_withdraw};
}
