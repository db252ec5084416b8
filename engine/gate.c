/*
 * gate.c - whether an account under a rulebook may trade: admission by initial margin
 * (docs/margin.md, 7).
 */
#include "check.h"
#include "core.h"

plm_reason plm_gate_check(plm_core *core, const plm_seat *seat, const plm_order *order)
{
    if (seat->ended) {
        return PLM_REASON_STOPPED;
    }
    const plm_pool *const pool = plm_pool_of(core, seat, plm_account_place(order->sym, order->leg));
    if (pool == NULL || !pool->in_episode) {
        return PLM_REASON_NONE;
    }
    const plm_rule_set *const set = core->guard.regulation[pool->rulebook].rules.set;
    return set->locked ? PLM_REASON_LIQUIDATION : PLM_REASON_NONE;
}

/* -- derivatives ----------------------------------------------------------------------------- */

/* An amount of the settle asset in a pool's unit, up. */
static bool in_unit(const plm_pool *pool, uint32_t asset, plm_money amount, plm_money *out)
{
    for (uint32_t i = 0; i < pool->input.asset_count; i++) {
        plm_fraction const price = pool->assets[i].price;
        if (pool->assets[i].asset == asset) {
            return plm_muldiv(amount.v, plm_money_of(price.num).v, plm_money_of(price.den).v,
                              PLM_ROUND_CEIL, &out->v);
        }
    }
    return false;
}

static bool has_price(const plm_pool *pool, uint32_t asset)
{
    for (uint32_t i = 0; i < pool->input.asset_count; i++) {
        if (pool->assets[i].asset == asset) {
            return plm_money_of(pool->assets[i].price.num).v > 0;
        }
    }
    return false;
}

/* An isolated position is paid for by the pool that has its settle asset; a flip also by what the
 * part that closes had. */
static plm_status pay_isolated(plm_core *core, plm_seat *seat, plm_pool *pool, plm_money need,
                               bool flips, plm_diag *diag, plm_reason *out)
{
    plm_pool *const payer = plm_pool_paying(core, seat, pool->name.unit);
    plm_money const equity = plm_money_of(pool->output.equity);
    plm_money free, wanted;
    PLM_TRY(plm_pool_look(core, payer, false, diag));
    if (payer->output.priced == 0 || !has_price(payer, pool->name.unit)) {
        *out = PLM_REASON_NO_PRICE;
        return PLM_OK;
    }
    if (flips && equity.v > 0 && !plm_money_sub(need, equity, &need)) {
        return PLM_OVERFLOW(core, diag, seat, "what an order needs");
    }
    if (!plm_pool_free(payer, &free) || !in_unit(payer, pool->name.unit, need, &wanted)) {
        return PLM_OVERFLOW(core, diag, seat, "what an order needs");
    }
    *out =
        wanted.v <= 0 || plm_money_compare(wanted, free) <= 0 ? PLM_REASON_NONE : PLM_REASON_MARGIN;
    return PLM_OK;
}

/* The pool with a row for the instrument, even if it holds nothing of it yet. */
static plm_status look_with(plm_core *core, plm_pool *pool, uint32_t place, plm_diag *diag)
{
    pool->wanted_place = place;
    pool->changed = true;
    PLM_TRY(plm_pool_look(core, pool, false, diag));
    pool->wanted_place = UINT32_MAX;
    pool->changed = true; /* the row that was wanted goes again */
    return PLM_OK;
}

plm_status plm_gate_admit(plm_core *core, plm_seat *seat, plm_order *order, plm_px px, plm_qty qty,
                          plm_diag *diag, plm_reason *out)
{
    uint32_t const place = plm_account_place(order->sym, order->leg);
    plm_qty const opposite =
        plm_account_opposite(&seat->account, order->sym, order->leg, order->side);
    plm_pool *const pool = plm_pool_of(core, seat, place);
    order->hold_qty = order->left;
    order->hold = (plm_money){0};
    if (qty <= opposite) {
        return PLM_OK;
    }
    if (pool->in_episode) {
        *out = PLM_REASON_LIQUIDATION;
        return PLM_OK;
    }
    PLM_TRY(look_with(core, pool, place, diag));
    uint32_t row = 0;
    while (pool->held_place[row] != place) {
        row++;
        plm_assert(row < pool->input.position_count);
    }
    plm_margin_order const what = {.position = row,
                                   .side = order->side,
                                   .market = order->type == PLM_ORDER_MARKET,
                                   .qty = qty,
                                   .opening = qty - opposite,
                                   .px = px};
    plm_margin_verdict verdict = {.size = sizeof verdict};
    const plm_margin_model *const model = core->guard.regulation[pool->rulebook].model;
    if (model->admit(model, &pool->input, &pool->output, &what, &verdict) != PLM_RESULT_OK) {
        return PLM_OVERFLOW(core, diag, seat, "what an order needs");
    }
    if (core->guard.regulation[pool->rulebook].rules.set->orders == PLM_ORDER_MARGIN_SUM) {
        order->hold = plm_money_of(verdict.hold);
    }
    order->hold_qty = qty;
    *out = (plm_reason)verdict.reason;
    if (*out != PLM_REASON_NONE || pool->name.regime != PLM_REGIME_ISOLATED) {
        return PLM_OK;
    }
    return pay_isolated(core, seat, pool, plm_money_of(verdict.need), opposite > 0, diag, out);
}

/* -- spot ------------------------------------------------------------------------------------ */

/* What a spot order brings: base, or what is left of its value after the fee. */
static bool brings(const plm_seat *seat, const plm_contract *contract, uint8_t side, plm_qty qty,
                   plm_px px, plm_need *out)
{
    if (side == PLM_SIDE_BUY) {
        out->asset = contract->base;
        return plm_contract_base(contract, qty, &out->amount);
    }
    plm_money value, fee;
    out->asset = contract->quote;
    return plm_contract_value(contract, qty, px, &value) &&
           plm_money_rate(value, seat->plain.taker_rate, PLM_ROUND_CEIL, &fee) &&
           plm_money_sub(value, fee, &out->amount);
}

static bool add_balance(plm_pool *pool, uint32_t asset, plm_money amount)
{
    for (uint32_t i = 0; i < pool->input.asset_count; i++) {
        plm_money sum;
        if (pool->assets[i].asset != asset) {
            continue;
        }
        if (!plm_money_add(plm_money_of(pool->assets[i].balance), amount, &sum)) {
            return false;
        }
        pool->assets[i].balance = plm_amount_of(sum);
    }
    return true;
}

/* Whether the pool that pays would still carry what it carries. */
plm_status plm_gate_try(plm_core *core, plm_seat *seat, plm_pool *pool, plm_need paid, plm_need got,
                        plm_diag *diag, plm_reason *out)
{
    PLM_TRY(plm_pool_look(core, pool, false, diag));
    plm_money less, free;
    if (!plm_money_negate(paid.amount, &less) || !add_balance(pool, paid.asset, less) ||
        !add_balance(pool, got.asset, got.amount)) {
        return PLM_OVERFLOW(core, diag, seat, "what an order needs");
    }
    pool->changed = true; /* to be as it was */
    const plm_margin_model *const model = core->guard.regulation[pool->rulebook].model;
    if (model->assess(model, &pool->input, &pool->output) != PLM_RESULT_OK ||
        (pool->output.priced != 0 && !plm_pool_free(pool, &free))) {
        return PLM_OVERFLOW(core, diag, seat, "what an order needs");
    }
    if (pool->output.priced == 0) {
        *out = PLM_REASON_NO_PRICE;
    } else {
        *out = free.v >= 0 ? PLM_REASON_NONE : PLM_REASON_MARGIN;
    }
    return PLM_OK;
}

plm_status plm_gate_admit_spot(plm_core *core, plm_seat *seat, plm_order *order, plm_px px,
                               plm_qty qty, plm_diag *diag, plm_reason *out)
{
    const plm_contract *const contract = &core->contracts->contract[order->sym];
    seat->plain.taker_rate =
        plm_fees_tier(core->fees, order->account, contract->quote, core->now)->taker;
    plm_need need, got;
    plm_money left;
    if (!plm_plain_need(&seat->plain, &seat->account, order->sym, order->leg, order->side, qty, px,
                        &need) ||
        !brings(seat, contract, order->side, qty, px, &got) ||
        !plm_money_sub(plm_ledger_balance(&core->ledger, seat->account.index, need.asset),
                       seat->account.order_hold[need.asset], &left)) {
        return PLM_OVERFLOW(core, diag, seat, "what an order needs");
    }
    order->hold = need.amount;
    order->hold_qty = qty;
    plm_pool *const pool = plm_pool_paying(core, seat, need.asset);
    bool const covered = plm_money_compare(need.amount, left) <= 0;
    if (!covered && !core->guard.regulation[pool->rulebook].rules.set->collateral.borrow) {
        *out = PLM_REASON_BALANCE;
        return PLM_OK;
    }
    if (covered && pool->changed) {
        PLM_TRY(plm_pool_look(core, pool, false, diag)); /* whether it is at rest now */
    }
    if (covered && pool->resting) {
        return PLM_OK;
    }
    return plm_gate_try(core, seat, pool, need, got, diag, out);
}
