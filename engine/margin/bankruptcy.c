/*
 * bankruptcy.c - the value at which closing a position hands over its share of the pool's equity
 * (docs/margin.md, 8.4): all of them closed so leave nothing.
 */
#include "account.h"
#include "check.h"
#include "exact.h"
#include "stage_parts.h"
#include "value_price.h"

/* What a position counts as when the equity is shared out: its maintenance, or its notional in the
 * unit. */
static bool weight_of(const plm_margin_input *input, const plm_margin_output *now, uint32_t i,
                      bool by_notional, plm_money *out)
{
    if (input->position[i].qty == 0) {
        *out = (plm_money){0};
        return true;
    }
    if (!by_notional) {
        *out = plm_money_of(now->part[i].maintenance);
        return true;
    }
    return plm_margin_to_unit(input, input->position[i].place, plm_money_of(now->part[i].notional),
                              PLM_ROUND_CEIL, out);
}

static bool weights(const plm_margin_input *input, const plm_margin_output *now, uint32_t position,
                    bool by_notional, plm_money *out_own, plm_money *out_sum)
{
    plm_money sum = {0}, weight;
    for (uint32_t i = 0; i < input->position_count; i++) {
        if (!weight_of(input, now, i, by_notional, &weight) || !plm_money_add(sum, weight, &sum)) {
            return false;
        }
        if (i == position) {
            *out_own = weight;
        }
    }
    *out_sum = sum;
    return true;
}

/* The share of the equity in the settle asset, down. */
static bool share_of(const plm_margin_input *input, const plm_margin_output *now, uint32_t position,
                     plm_money *out)
{
    bool const portfolio = input->regime == PLM_MARGIN_PORTFOLIO;
    plm_money own = {0}, sum = {0}, share = plm_money_of(now->equity);
    if (!weights(input, now, position, portfolio, &own, &sum) ||
        (sum.v == 0 && !portfolio && !weights(input, now, position, true, &own, &sum)) ||
        (sum.v != 0 && !plm_muldiv(share.v, own.v, sum.v, PLM_ROUND_FLOOR, &share.v))) {
        return false;
    }
    const plm_margin_asset *const asset = &input->asset[input->position[position].place];
    return plm_muldiv(share.v, plm_money_of(asset->price.den).v, plm_money_of(asset->price.num).v,
                      PLM_ROUND_FLOOR, &out->v);
}

/* The only position of a pool of one asset that is its unit: nothing of it may be left. */
static bool closes_all(const plm_margin_input *input, uint32_t position)
{
    for (uint32_t i = 0; i < input->position_count; i++) {
        if (i != position && input->position[i].qty != 0) {
            return false;
        }
    }
    return input->asset_count == 1 && input->asset[0].asset == input->unit;
}

bool plm_bankruptcy_value(const plm_rules *rules, const plm_margin_input *input,
                          const plm_margin_output *now, uint32_t position, plm_money *out_value,
                          plm_px *out_px)
{
    plm_assert(position < input->position_count);
    const plm_margin_position *const row = &input->position[position];
    const plm_contract *const contract = &rules->contracts->contract[row->sym];
    bool const inverse = contract->form == PLM_FORM_INVERSE;
    plm_assert(row->qty != 0);
    plm_money start, taken, value;
    bool fits;
    if (closes_all(input, position)) {
        start = plm_money_of(row->cost);
        taken = plm_money_of(input->asset[0].balance);
        fits = true;
    } else {
        fits = plm_contract_value2(contract, row->qty, row->pnl_px2, &start) &&
               share_of(input, now, position, &taken);
    }
    if (!fits ||
        !(inverse ? plm_money_add(start, taken, &value) : plm_money_sub(start, taken, &value))) {
        return false;
    }
    *out_value = value;
    *out_px =
        plm_value_price(contract, row->qty, value, row->qty > 0 ? PLM_ROUND_CEIL : PLM_ROUND_FLOOR);
    return true;
}

/* -- the fee of a liquidation ------------------------------------------------------------------ */

/* What a fill brought above the bankruptcy value of its part. */
static bool surplus_of(const plm_rules *rules, const plm_margin_input *input,
                       const plm_margin_output *now, uint32_t position, plm_qty qty,
                       plm_money value, plm_money *out)
{
    const plm_margin_position *const row = &input->position[position];
    plm_qty const whole = row->qty < 0 ? -row->qty : row->qty;
    plm_money bound;
    plm_px ignored;
    return plm_bankruptcy_value(rules, input, now, position, &bound, &ignored) &&
           plm_money_muldiv(bound, qty, whole, PLM_ROUND_HALF_EVEN, &bound) &&
           plm_contract_profit(&rules->contracts->contract[row->sym], value, bound, out);
}

bool plm_stage_fee(const plm_rules *rules, const plm_margin_input *input,
                   const plm_margin_output *now, uint32_t position, plm_qty qty, plm_money value,
                   plm_money equity_after, plm_money *out)
{
    const plm_margin_position *const row = &input->position[position];
    const plm_margin_asset *const asset = &input->asset[row->place];
    plm_money size = value, fee, room, surplus;
    if ((value.v < 0 && !plm_money_negate(value, &size)) ||
        !plm_money_rate(size, rules->fee[row->sym],
                        plm_round_or(rules->set->round_fee, PLM_ROUND_CEIL), &fee) ||
        !plm_muldiv(equity_after.v, plm_money_of(asset->price.den).v,
                    plm_money_of(asset->price.num).v, PLM_ROUND_FLOOR, &room.v)) {
        return false;
    }
    if (rules->set->fee.cap_surplus) {
        if (!surplus_of(rules, input, now, position, qty, value, &surplus)) {
            return false;
        }
        room = plm_money_compare(surplus, room) < 0 ? surplus : room;
    }
    fee = plm_money_compare(fee, room) > 0 ? room : fee;
    out->v = fee.v < 0 ? 0 : fee.v;
    return true;
}
