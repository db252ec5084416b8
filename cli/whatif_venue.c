/*
 * whatif_venue.c - fills, fees and the fund (docs/margin.md, 8.2 and 8.4).
 */
#include "whatif_venue.h"

#include <stdio.h>
#include <string.h>

#include "account.h"
#include "check.h"
#include "conversion.h"
#include "memory.h"
#include "trial.h"

/* -- balances -------------------------------------------------------------------------------- */

/* The balance that the pool has of an asset: of an isolated pool, its position's margin. */
static plm_money *balance_of(plm_whatif_desk *desk, uint32_t asset)
{
    return desk->pool->input.regime == PLM_MARGIN_ISOLATED
               ? &desk->book->position[desk->pool->place[0]].margin
               : &desk->book->balance[asset];
}

static plm_status add(plm_whatif_desk *desk, plm_money *sum, plm_money amount)
{
    return plm_money_add(*sum, amount, sum) ? PLM_OK : plm_whatif_overflow(desk->diag);
}

static plm_status take(plm_whatif_desk *desk, plm_money *sum, plm_money amount)
{
    return plm_money_sub(*sum, amount, sum) ? PLM_OK : plm_whatif_overflow(desk->diag);
}

plm_status plm_whatif_credit(plm_whatif_desk *desk, uint32_t asset, plm_money amount)
{
    return add(desk, balance_of(desk, asset), amount);
}

plm_status plm_whatif_draw_fund(plm_whatif_desk *desk, uint32_t asset, plm_money owed,
                                plm_money *out)
{
    plm_money *const fund = &desk->book->insurance[asset];
    plm_money room;
    if (!plm_money_sub(*fund, desk->whatif->rules.set->insurance_floor, &room)) {
        return plm_whatif_overflow(desk->diag);
    }
    room = room.v < 0 ? (plm_money){0} : room;
    *out = plm_money_compare(room, owed) < 0 ? room : owed;
    return take(desk, fund, *out);
}

plm_status plm_whatif_residual(plm_whatif_desk *desk, uint32_t asset, plm_money amount,
                               const char **out)
{
    bool const isolated = desk->pool->input.regime == PLM_MARGIN_ISOLATED;
    bool const to_fund = desk->whatif->rules.set->fee.residual_to_insurance;
    *out = NULL;
    if (!isolated && !to_fund) {
        return PLM_OK;
    }
    *out = to_fund ? "rest to insurance" : "rest to the account";
    PLM_TRY(take(desk, balance_of(desk, asset), amount));
    return add(desk, to_fund ? &desk->book->insurance[asset] : &desk->book->balance[asset], amount);
}

plm_status plm_whatif_top_up(plm_whatif_desk *desk, plm_money lacking, plm_money *out)
{
    plm_money *const own = &desk->book->balance[desk->pool->input.unit];
    *out = plm_money_compare(*own, lacking) < 0 ? *own : lacking;
    if (out->v <= 0) {
        *out = (plm_money){0};
        return PLM_OK;
    }
    PLM_TRY(take(desk, own, *out));
    return add(desk, balance_of(desk, desk->pool->input.unit), *out);
}

/* -- closing --------------------------------------------------------------------------------- */

/* Closes qty of a position for `value`, both of the book's; realised goes to the pool. */
static plm_status fill(plm_whatif_desk *desk, uint32_t position, plm_qty qty, plm_money value)
{
    const plm_whatif *const whatif = desk->whatif;
    plm_whatif_position *const row = &desk->book->position[desk->pool->place[position]];
    const plm_contract *const contract = &whatif->contracts.contract[row->sym];
    plm_qty const whole = row->qty < 0 ? -row->qty : row->qty;
    plm_money cost, realised;
    plm_assert(qty > 0 && qty <= whole);
    if (!plm_money_muldiv(row->cost, qty, whole, PLM_ROUND_HALF_EVEN, &cost) ||
        !plm_contract_profit(contract, value, cost, &realised) ||
        !plm_money_sub(row->cost, cost, &row->cost)) {
        return plm_whatif_overflow(desk->diag);
    }
    row->qty += row->qty < 0 ? qty : -qty;
    desk->story->liquidated = true;
    return plm_whatif_credit(desk, whatif->settle[row->sym], realised);
}

static void describe(const plm_whatif_desk *desk, const plm_margin_step *step,
                     plm_whatif_step *told)
{
    const plm_margin_position *const row = &desk->pool->position[step->position];
    told->sym = row->sym;
    told->side = row->qty > 0 ? PLM_SIDE_SELL : PLM_SIDE_BUY;
    told->qty = step->qty;
    told->limit = step->limit;
    told->asset = desk->whatif->settle[row->sym];
}

/* A doubled price at 10^-18. */
static plm_i128 px36_of(const plm_whatif *whatif, uint32_t sym, int64_t px2)
{
    plm_i128 px = 0;
    bool const fits =
        plm_muldiv(px2, plm_pow10(PLM_MONEY_SCALE),
                   2 * (plm_i128)plm_pow10(whatif->row[sym].px_scale), PLM_ROUND_HALF_EVEN, &px);
    plm_assert(fits);
    return px;
}

/* The trading fee, then the liquidation fee out of what is left, and where that goes. */
static plm_status charge(plm_whatif_desk *desk, const plm_margin_step *step, plm_money value,
                         plm_whatif_step *told)
{
    const plm_whatif *const whatif = desk->whatif;
    const plm_fee_rule *const rule = &whatif->rules.set->fee;
    const plm_margin_position *const row = &desk->pool->position[step->position];
    uint32_t const asset = whatif->settle[row->sym];
    plm_money const size = {value.v < 0 ? -value.v : value.v};
    plm_money keeper, protocol, rest;
    if (rule->taker_fee && !plm_money_rate(size, row->taker_rate, PLM_ROUND_CEIL, &told->fee)) {
        return plm_whatif_overflow(desk->diag);
    }
    PLM_TRY(take(desk, balance_of(desk, asset), told->fee));
    plm_whatif_pools after = {0};
    plm_status status = plm_whatif_assess(whatif, desk->book, desk->diag, &after);
    for (uint32_t i = 0; i < after.count && status >= 0; i++) {
        if (strcmp(after.pool[i].name, desk->pool->name) == 0 &&
            !plm_stage_fee(&whatif->rules, &desk->pool->input, &desk->pool->out, step->position,
                           step->qty, value, plm_money_of(after.pool[i].out.equity),
                           &told->liquidation_fee)) {
            status = plm_whatif_overflow(desk->diag);
        }
    }
    plm_whatif_pools_fini(&after);
    PLM_TRY(status);
    PLM_TRY(take(desk, balance_of(desk, asset), told->liquidation_fee));
    if (!plm_money_rate(told->liquidation_fee, rule->to_keeper, PLM_ROUND_FLOOR, &keeper) ||
        !plm_money_rate(told->liquidation_fee, rule->to_protocol, PLM_ROUND_FLOOR, &protocol) ||
        !plm_money_sub(told->liquidation_fee, keeper, &rest) ||
        !plm_money_sub(rest, protocol, &rest)) {
        return plm_whatif_overflow(desk->diag);
    }
    if (told->fee.v != 0 || told->liquidation_fee.v != 0) {
        (void)snprintf(told->payer, sizeof told->payer, "pool");
    }
    return add(desk, &desk->book->insurance[asset], rest);
}

/* Whether the mark is worse than the limit. */
static bool is_beyond(const plm_margin_position *row, const plm_margin_step *step)
{
    int64_t const px2 = row->requirement_px2;
    return step->limit != 0 && (row->qty > 0 ? px2 < 2 * step->limit : px2 > 2 * step->limit);
}

plm_status plm_whatif_close(plm_whatif_desk *desk, const plm_margin_step *step,
                            plm_margin_state *state, plm_whatif_step *told)
{
    const plm_margin_position *const row = &desk->pool->position[step->position];
    const plm_contract *const contract = &desk->whatif->contracts.contract[row->sym];
    bool const keeper = step->action == PLM_MARGIN_ACTION_KEEPER;
    int64_t const px2 = keeper ? step->px2 : row->requirement_px2;
    plm_money value;
    describe(desk, step, told);
    if (is_beyond(row, step)) {
        state->stalled = 1;
        told->remark = "not filled: the mark is beyond the limit";
        return PLM_OK;
    }
    if (!plm_contract_value2(contract, row->qty > 0 ? step->qty : -step->qty, px2, &value)) {
        return plm_whatif_overflow(desk->diag);
    }
    told->px36 = px36_of(desk->whatif, row->sym, px2);
    PLM_TRY(fill(desk, step->position, step->qty, value));
    return keeper ? PLM_OK : charge(desk, step, value, told);
}

plm_status plm_whatif_offset(plm_whatif_desk *desk, const plm_margin_step *step,
                             plm_whatif_step *told)
{
    const plm_margin_position *const row = &desk->pool->position[step->position];
    const plm_contract *const contract = &desk->whatif->contracts.contract[row->sym];
    plm_money sold, bought;
    describe(desk, step, told);
    told->side = PLM_SIDE_NONE;
    told->px36 = px36_of(desk->whatif, row->sym, step->px2);
    if (!plm_contract_value2(contract, step->qty, step->px2, &sold) ||
        !plm_money_negate(sold, &bought)) {
        return plm_whatif_overflow(desk->diag);
    }
    PLM_TRY(fill(desk, step->position, step->qty, sold));
    return fill(desk, step->position + 1, step->qty, bought);
}

plm_status plm_whatif_hand_over(plm_whatif_desk *desk, const plm_margin_step *step,
                                plm_whatif_step *told)
{
    describe(desk, step, told);
    told->px36 = px36_of(desk->whatif, told->sym, 2 * step->shown_px);
    return fill(desk, step->position, step->qty, plm_money_of(step->value));
}

bool plm_whatif_owes(plm_whatif_desk *desk)
{
    bool owes = false;
    for (uint32_t i = 0; i < desk->pool->input.asset_count; i++) {
        owes = owes || balance_of(desk, desk->pool->asset[i].asset)->v < 0;
    }
    return owes;
}

/* All that the pool has left, unless it owes something. */
static plm_status hand_over_margin(plm_whatif_desk *desk, plm_whatif_step *told)
{
    if (plm_whatif_owes(desk)) {
        return PLM_OK;
    }
    told->remark = "with all that the pool has left";
    for (uint32_t i = 0; i < desk->pool->input.asset_count; i++) {
        uint32_t const asset = desk->pool->asset[i].asset;
        plm_money *const rest = balance_of(desk, asset);
        PLM_TRY(add(desk, &desk->book->insurance[asset], *rest));
        *rest = (plm_money){0};
    }
    return PLM_OK;
}

/* The fund takes the position at the takeover value and closes it at the mark. */
plm_status plm_whatif_take_over(plm_whatif_desk *desk, const plm_margin_step *step,
                                plm_margin_state *state, plm_whatif_step *told)
{
    const plm_margin_position *const row = &desk->pool->position[step->position];
    uint32_t const asset = desk->whatif->settle[row->sym];
    plm_money *const fund = &desk->book->insurance[asset];
    plm_money at_mark, gain, after;
    describe(desk, step, told);
    if (!plm_margin_value(&desk->whatif->rules, row, &at_mark) ||
        !plm_contract_profit(&desk->whatif->contracts.contract[row->sym], at_mark,
                             plm_money_of(step->value), &gain) ||
        !plm_money_add(*fund, gain, &after)) {
        return plm_whatif_overflow(desk->diag);
    }
    if (plm_money_compare(after, desk->whatif->rules.set->insurance_floor) < 0) {
        state->fund_short = 1;
        state->stalled = 1;
        told->remark = "refused: the insurance fund is short";
        return PLM_OK;
    }
    PLM_TRY(plm_whatif_hand_over(desk, step, told));
    *fund = after;
    if (gain.v < 0) {
        told->remark = "the insurance fund bears the loss to the mark";
    }
    return step->margin_all ? hand_over_margin(desk, told) : PLM_OK;
}

/* -- orders and debts ------------------------------------------------------------------------ */

plm_status plm_whatif_cancel(plm_whatif_desk *desk, plm_margin_state *state)
{
    bool const isolated = desk->pool->input.regime == PLM_MARGIN_ISOLATED;
    bool any = false;
    for (uint32_t i = 0; i < desk->pool->input.position_count; i++) {
        plm_whatif_position *const row = &desk->book->position[desk->pool->place[i]];
        if ((row->regime == PLM_MARGIN_ISOLATED) != isolated) {
            continue; /* paid for from here, but of another pool */
        }
        any = any || row->buy_qty != 0 || row->sell_qty != 0;
        row->buy_qty = row->sell_qty = 0;
        row->buy_value = row->sell_value = row->held = (plm_money){0};
    }
    state->stalled = !any;
    return PLM_OK;
}

/* Places of the pool's assets in the order in which their debts are paid, and they pay. */
static void order_places(const plm_whatif_desk *desk, uint32_t *out)
{
    const plm_collateral_rule *const rule = &desk->whatif->rules.set->collateral;
    const plm_margin_asset *const asset = desk->pool->input.asset;
    const char *const *const name = desk->whatif->contracts.asset;
    for (uint32_t place = 0; place < desk->pool->input.asset_count; place++) {
        const char *const own = name[asset[place].asset];
        uint32_t at = place;
        for (; at > 0 && plm_conversion_before(rule, own, name[asset[out[at - 1]].asset]); at--) {
            out[at] = out[at - 1];
        }
        out[at] = place;
    }
}

static plm_status repay_from(plm_whatif_desk *desk, const plm_margin_step *step, uint32_t from,
                             uint32_t to, plm_margin_state *state)
{
    plm_margin_asset *const paying = &desk->pool->asset[from];
    plm_margin_asset *const owing = &desk->pool->asset[to];
    plm_conversion done;
    plm_money owed;
    if (from == to || plm_money_of(paying->balance).v <= 0 || plm_money_of(owing->balance).v >= 0) {
        return PLM_OK;
    }
    if (!plm_money_negate(plm_money_of(owing->balance), &owed) ||
        !plm_conversion_of(paying->price, owing->price, plm_money_of(paying->balance), owed,
                           step->cost, &done)) {
        return plm_whatif_overflow(desk->diag);
    }
    if (done.received.v == 0) {
        return PLM_OK;
    }
    plm_money *const source = &desk->book->balance[paying->asset];
    plm_money *const target = &desk->book->balance[owing->asset];
    PLM_TRY(take(desk, source, done.paid));
    PLM_TRY(take(desk, source, done.fee));
    PLM_TRY(add(desk, target, done.received));
    paying->balance = plm_amount_of(*source);
    owing->balance = plm_amount_of(*target);
    state->stalled = 0;
    return PLM_OK;
}

plm_status plm_whatif_repay(plm_whatif_desk *desk, const plm_margin_step *step,
                            plm_margin_state *state, plm_whatif_step *told)
{
    uint32_t const count = desk->pool->input.asset_count;
    uint32_t *const order = plm_alloc(count, sizeof *order);
    plm_status status = PLM_OK;
    order_places(desk, order);
    state->stalled = 1;
    for (uint32_t i = 0; i < count * count && status >= 0; i++) {
        status = repay_from(desk, step, order[i % count], order[i / count], state);
    }
    plm_free(order);
    told->remark = "debts are paid from other assets at their prices";
    return status;
}
