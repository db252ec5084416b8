/*
 * assess.c - one pool at one time: profit and value of each position, equity, requirement, trigger.
 */
#include "assess.h"

#include "account.h"
#include "equity.h"
#include "portfolio.h"
#include "requirement.h"

/* -- positions ------------------------------------------------------------------------------- */

static bool has_prices(const plm_margin_input *input)
{
    for (uint32_t i = 0; i < input->position_count; i++) {
        const plm_margin_position *const row = &input->position[i];
        if (row->qty != 0 && (row->pnl_px2 == 0 || row->requirement_px2 == 0)) {
            return false;
        }
    }
    return true;
}

/* What the position is worth at both prices; its value is computed once where they are one. */
static bool describe(const plm_rules *rules, const plm_margin_position *row, plm_exposure *exposure,
                     plm_margin_part *part)
{
    const plm_contract *const contract = &rules->contracts->contract[row->sym];
    plm_money const cost = plm_money_of(row->cost);
    *part = (plm_margin_part){0};
    if (!plm_exposure_of(rules, row, row->qty, cost, row->requirement_px2, exposure)) {
        return false;
    }
    if (row->qty == 0) {
        return true;
    }
    plm_money value = {exposure->side > 0 ? exposure->value.v : -exposure->value.v};
    plm_money profit;
    if ((row->pnl_px2 != row->requirement_px2 &&
         !plm_contract_value2(contract, row->qty, row->pnl_px2, &value)) ||
        !plm_contract_profit(contract, value, cost, &profit)) {
        return false;
    }
    part->notional = plm_amount_of(exposure->value);
    part->unrealised = plm_amount_of(profit);
    part->tier = plm_tier_of(rules, exposure);
    return true;
}

/* -- requirement by tiers and formulas ------------------------------------------------------- */

static bool add_converted(plm_money amount, const plm_fraction *price, plm_round round,
                          plm_amount *sum, plm_money *out)
{
    plm_money total;
    if (!plm_equity_convert(amount, price, PLM_RATE_ONE, round, out) ||
        !plm_money_add(plm_money_of(*sum), *out, &total)) {
        return false;
    }
    *sum = plm_amount_of(total);
    return true;
}

/* One side of the requirement of an instrument, in the unit: the last row has what the others
 * leave of the converted sum. */
static bool add_share(const plm_rules *rules, const plm_fraction *price, const plm_money *all,
                      const plm_money *first, uint32_t count, plm_amount *sum, plm_money *out_part)
{
    plm_round const round = plm_requirement_round(rules);
    plm_money whole;
    if (!add_converted(*all, price, round, sum, &whole)) {
        return false;
    }
    out_part[0] = whole;
    if (count == 2) {
        if (!plm_equity_convert(*first, price, PLM_RATE_ONE, round, &out_part[0])) {
            return false;
        }
        out_part[1] = (plm_money){whole.v - out_part[0].v};
    }
    return true;
}

static bool require_rows(const plm_rules *rules, const plm_margin_input *input, uint32_t at,
                         uint32_t count, const plm_exposure *exposure, plm_margin_output *out)
{
    const plm_margin_position *const row = &input->position[at];
    const plm_fraction *const price = &input->asset[row->place].price;
    plm_requirement all, share[2];
    plm_money maintenance[2], initial[2], orders, ignored;
    if (!plm_requirement_rows(rules, row, exposure, count, row->requirement_px2, &all, share) ||
        !add_share(rules, price, &all.maintenance, &share[0].maintenance, count, &out->maintenance,
                   maintenance) ||
        !add_share(rules, price, &all.initial, &share[0].initial, count, &out->initial, initial) ||
        (rules->set->orders != PLM_ORDER_MARGIN_NONE &&
         (!plm_requirement_orders(rules, row, count, &orders) ||
          !add_converted(orders, price, plm_requirement_round(rules), &out->orders, &ignored)))) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        out->part[at + i].maintenance = plm_amount_of(maintenance[i]);
        out->part[at + i].initial = plm_amount_of(initial[i]);
    }
    return true;
}

static bool look_at_positions(const plm_rules *rules, const plm_margin_input *input,
                              plm_margin_output *out)
{
    bool const grid = input->regime == PLM_MARGIN_PORTFOLIO;
    for (uint32_t at = 0; at < input->position_count;) {
        const plm_margin_position *const row = &input->position[at];
        uint32_t const count = plm_requirement_group(row, input->position_count - at);
        plm_exposure exposure[2];
        for (uint32_t i = 0; i < count; i++) {
            if (!describe(rules, &row[i], &exposure[i], &out->part[at + i])) {
                return false;
            }
        }
        if (!grid && !require_rows(rules, input, at, count, exposure, out)) {
            return false;
        }
        at += count;
    }
    return true;
}

/* -- equity ---------------------------------------------------------------------------------- */

static bool sum_of_asset(const plm_margin_input *input, const plm_margin_part *part, uint32_t place,
                         plm_money *out)
{
    plm_money sum = plm_money_of(input->asset[place].balance);
    for (uint32_t i = 0; i < input->position_count; i++) {
        if (input->position[i].place == place &&
            !plm_money_add(sum, plm_money_of(part[i].unrealised), &sum)) {
            return false;
        }
    }
    *out = sum;
    return true;
}

static bool add_amount(plm_amount *sum, plm_money more)
{
    plm_money total;
    if (!plm_money_add(plm_money_of(*sum), more, &total)) {
        return false;
    }
    *sum = plm_amount_of(total);
    return true;
}

/* Clears priced where an asset that is there has no price. */
static bool add_asset(const plm_rules *rules, const plm_margin_input *input, uint32_t place,
                      plm_margin_output *out)
{
    plm_money const balance = plm_money_of(input->asset[place].balance);
    plm_money all, weighted, worth;
    if (!sum_of_asset(input, out->part, place, &all)) {
        return false;
    }
    if (plm_money_of(input->asset[place].price.num).v == 0) {
        out->priced = out->priced && all.v == 0 && balance.v == 0;
        return true;
    }
    if (!plm_equity_of_asset(rules, input, place, all, PLM_RATE_ONE, &worth)) {
        return false;
    }
    weighted = worth;
    if (all.v != balance.v &&
        !plm_equity_of_asset(rules, input, place, balance, PLM_RATE_ONE, &weighted)) {
        return false;
    }
    return add_amount(&out->equity, worth) && add_amount(&out->collateral, weighted);
}

/* -- the pool -------------------------------------------------------------------------------- */

/* Neither a position nor a debt that somebody must pay: never tested, whatever the numbers are. */
static bool is_at_rest(const plm_rules *rules, const plm_margin_input *input)
{
    for (uint32_t i = 0; i < input->position_count; i++) {
        if (input->position[i].qty != 0) {
            return false;
        }
    }
    for (uint32_t i = 0; i < input->asset_count; i++) {
        if (input->asset[i].balance.hi < 0 && !rules->set->fee.recourse_debt) {
            return false;
        }
    }
    return true;
}

/* Positions whose settle asset has no price cannot be converted. */
static bool has_settle_prices(const plm_margin_input *input)
{
    for (uint32_t i = 0; i < input->position_count; i++) {
        const plm_margin_position *const row = &input->position[i];
        if (row->qty != 0 && plm_money_of(input->asset[row->place].price.num).v == 0) {
            return false;
        }
    }
    return true;
}

bool plm_assess_fires(const plm_rules *rules, plm_money equity, plm_money maintenance)
{
    return rules->set->trigger_above ? maintenance.v > equity.v : maintenance.v >= equity.v;
}

bool plm_assess(const plm_rules *rules, const plm_margin_input *input, plm_margin_output *out)
{
    plm_margin_output found = {.size = out->size, .part = out->part};
    if (!has_prices(input) || !has_settle_prices(input)) {
        *out = found;
        return true;
    }
    found.priced = 1;
    if (!look_at_positions(rules, input, &found)) {
        return false;
    }
    for (uint32_t place = 0; place < input->asset_count; place++) {
        if (!add_asset(rules, input, place, &found)) {
            return false;
        }
    }
    if (input->regime == PLM_MARGIN_PORTFOLIO && !plm_portfolio_require(rules, input, &found)) {
        return false;
    }
    found.liquidatable =
        found.priced && !is_at_rest(rules, input) &&
        plm_assess_fires(rules, plm_money_of(found.equity), plm_money_of(found.maintenance));
    *out = found;
    return true;
}
