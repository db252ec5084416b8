/*
 * assess_admit.c - whether a pool can carry an order (docs/margin.md, 7).
 */
#include "assess.h"

#include "account.h"
#include "check.h"
#include "equity.h"
#include "portfolio.h"
#include "requirement.h"

/* An order with all that is read from it. */
typedef struct bid {
    const plm_rules *rules;
    const plm_margin_input *input;
    const plm_margin_order *order;
    const plm_margin_position *row;
    const plm_contract *contract;
    plm_qty opening, whole; /* signed; the position after the order */
    int64_t px2;            /* x, doubled */
} bid;

static int64_t sign_of(const bid *self)
{
    return self->order->side == PLM_SIDE_BUY ? 1 : -1;
}

static bool value_at(const bid *self, plm_qty qty, int64_t px2, plm_money *out)
{
    return plm_contract_value2(self->contract, qty, px2, out) && out->v != PLM_I128_MIN;
}

static bool size_at(const bid *self, plm_qty qty, int64_t px2, plm_money *out)
{
    plm_money value;
    if (!value_at(self, qty, px2, &value)) {
        return false;
    }
    out->v = value.v < 0 ? -value.v : value.v;
    return true;
}

/* The price at which the opening part is valued. */
static bool price_it(bid *self)
{
    int64_t px2;
    if (!plm_i64_add(self->order->px, self->order->px, &px2)) {
        return false;
    }
    int64_t const mark2 = self->row->requirement_px2;
    bool const inverse = self->contract->form == PLM_FORM_INVERSE;
    if (self->order->market && (inverse ? mark2 < px2 : mark2 > px2)) {
        px2 = mark2;
    }
    self->px2 = px2;
    return true;
}

/* What a market order has lost as soon as it is filled. */
static bool booked_loss(const bid *self, plm_money *out)
{
    plm_money cost, profit;
    *out = (plm_money){0};
    if (!self->order->market) {
        return true;
    }
    if (!plm_contract_value(self->contract, self->opening, self->order->px, &cost) ||
        !plm_equity_profit(self->contract, self->opening, cost, self->row->requirement_px2,
                           &profit)) {
        return false;
    }
    return profit.v >= 0 || plm_money_negate(profit, out);
}

/* Of the opening part, by P6, and whether the account's leverage is allowed then. */
static bool initial_of(const bid *self, plm_money *out, bool *out_allowed)
{
    plm_exposure exposure;
    if (!plm_exposure_of(self->rules, self->row, self->whole, (plm_money){0}, self->px2,
                         &exposure) ||
        !size_at(self, self->opening, self->px2, &exposure.value)) {
        return false;
    }
    int64_t const most = exposure.row == NULL ? 0 : exposure.row->leverage_max;
    *out_allowed = most == 0 || self->row->leverage <= most;
    return plm_requirement_open(self->rules, &exposure, true, out);
}

/* What the whole pool needs more with the order filled, in the unit. */
static bool grid_change(const bid *self, const plm_margin_output *now, plm_money *out)
{
    plm_grid const filled = {
        .rules = self->rules,
        .input = self->input,
        .more_at = self->order->position,
        .more = self->whole - self->row->qty,
    };
    plm_money initial;
    return plm_grid_initial(&filled, &initial) &&
           plm_money_sub(initial, plm_money_of(now->initial), out);
}

/* What the pool has for it, in the unit. */
static bool free_for(const bid *self, const plm_margin_output *now, plm_money *out)
{
    plm_money left;
    if (!plm_money_sub(plm_money_of(now->equity), plm_money_of(now->initial), &left) ||
        !plm_money_sub(left, plm_money_of(now->orders), &left)) {
        return false;
    }
    bool const flips = self->order->opening < self->order->qty && self->row->qty != 0;
    bool const grid = self->input->regime == PLM_MARGIN_PORTFOLIO;
    if (flips && !grid &&
        !plm_money_add(left, plm_money_of(now->part[self->order->position].initial), &left)) {
        return false;
    }
    *out = left;
    return true;
}

/* Without a price of the settle asset in the unit nobody can pay; leverage comes before that. */
static bool refuse_unpriced(const bid *self, plm_margin_verdict *out)
{
    plm_money initial;
    bool allowed = true;
    if (self->input->regime != PLM_MARGIN_PORTFOLIO && !initial_of(self, &initial, &allowed)) {
        return false;
    }
    out->reason = allowed ? PLM_REASON_NO_PRICE : PLM_REASON_LEVERAGE;
    return true;
}

static bool decide(const bid *self, const plm_margin_output *now, plm_margin_verdict *out)
{
    bool const grid = self->input->regime == PLM_MARGIN_PORTFOLIO;
    const plm_fraction *const price = &self->input->asset[self->row->place].price;
    if (plm_money_of(price->num).v == 0) {
        return refuse_unpriced(self, out);
    }
    plm_round const round = plm_requirement_round(self->rules);
    plm_money value, fee, loss, apart, initial = {0}, change = {0}, has, wants;
    bool allowed = true;
    if (!size_at(self, self->opening, self->px2, &value) ||
        !plm_exact_rate(value, self->row->taker_rate, PLM_ROUND_CEIL, &fee) ||
        !booked_loss(self, &loss) || !plm_money_add(fee, loss, &apart) ||
        !(grid ? grid_change(self, now, &change) : initial_of(self, &initial, &allowed)) ||
        !plm_money_add(initial, apart, &apart) ||
        !plm_equity_convert(apart, price, PLM_RATE_ONE, round, &wants) ||
        !plm_money_add(wants, change, &wants) || !free_for(self, now, &has)) {
        return false;
    }
    out->need = plm_amount_of(apart);
    out->hold = plm_amount_of((plm_money){apart.v - loss.v});
    if (!allowed) {
        out->reason = PLM_REASON_LEVERAGE;
    } else if (self->input->regime != PLM_MARGIN_ISOLATED && wants.v > has.v) {
        out->reason = PLM_REASON_MARGIN;
    }
    return true;
}

bool plm_assess_admit(const plm_rules *rules, const plm_margin_input *input,
                      const plm_margin_output *now, const plm_margin_order *order,
                      plm_margin_verdict *out)
{
    plm_assert(order->position < input->position_count);
    plm_assert(order->opening > 0 && order->opening <= order->qty);
    const plm_margin_position *const row = &input->position[order->position];
    plm_margin_verdict verdict = {.size = out->size, .reason = PLM_REASON_NONE};
    bid self = {
        .rules = rules,
        .input = input,
        .order = order,
        .row = row,
        .contract = &rules->contracts->contract[row->sym],
    };
    if (!now->priced || row->requirement_px2 == 0 || row->pnl_px2 == 0) {
        verdict.reason = PLM_REASON_NO_PRICE;
    } else if (!plm_rules_covers(rules, row->sym, (plm_regime)input->regime)) {
        verdict.reason = PLM_REASON_NO_RULES;
    } else {
        self.opening = sign_of(&self) * order->opening;
        if (!plm_i64_add(row->qty, sign_of(&self) * order->qty, &self.whole) || !price_it(&self) ||
            !decide(&self, now, &verdict)) {
            return false;
        }
    }
    *out = verdict;
    return true;
}
