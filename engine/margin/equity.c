/*
 * equity.c - slices of the collateral table, liabilities, impaired collateral, prices.
 */
#include "equity.h"

#include "account.h"

static plm_pool_scope scope_of(const plm_rules *rules, uint8_t regime)
{
    const plm_pool_rule *const pool = &rules->rulebook->pool;
    if (regime == PLM_MARGIN_CROSS) {
        return pool->cross;
    }
    return regime == PLM_MARGIN_PORTFOLIO ? pool->portfolio : PLM_POOL_CURRENCY;
}

bool plm_equity_is_weighted(const plm_rules *rules, const plm_margin_input *input)
{
    return scope_of(rules, input->regime) == PLM_POOL_ACCOUNT &&
           !rules->set->collateral.settle_only;
}

/* -- slices ---------------------------------------------------------------------------------- */

/* Weighted sum of the parts of amount > 0 between the floors of the table. */
static bool by_slices(const plm_collateral_row *row, uint32_t count, plm_money amount,
                      plm_round round, plm_money *out)
{
    plm_money sum = {0};
    for (uint32_t i = 0; i < count && row[i].from.v < amount.v; i++) {
        plm_i128 const top =
            i + 1 < count && row[i + 1].from.v < amount.v ? row[i + 1].from.v : amount.v;
        plm_money weighted;
        if (!plm_exact_rate((plm_money){top - row[i].from.v}, row[i].weight, round, &weighted) ||
            !plm_money_add(sum, weighted, &sum)) {
            return false;
        }
    }
    *out = sum;
    return true;
}

static bool weigh(const plm_rules *rules, const plm_margin_asset *asset, plm_money amount,
                  plm_round round, plm_money *out)
{
    if (asset->weight >= 0) {
        return plm_exact_rate(amount, asset->weight, round, out);
    }
    plm_rule_rows const rows = rules->collateral[asset->asset];
    return by_slices(&rules->set->collateral.row[rows.first], rows.count, amount, round, out);
}

static plm_rate liability_of(const plm_rules *rules, const plm_margin_asset *asset)
{
    plm_rule_rows const rows = rules->collateral[asset->asset];
    return rows.count > 0 ? rules->set->collateral.row[rows.first].liability : PLM_RATE_ONE;
}

/* -- one asset ------------------------------------------------------------------------------- */

bool plm_equity_convert_at(plm_money amount, const plm_fraction *price, plm_rate factor,
                           plm_round round, plm_money *out)
{
    plm_i128 const num = plm_money_of(price->num).v, den = plm_money_of(price->den).v;
    plm_money value = amount;
    if (num != den && !plm_exact_scale(amount.v, num, den, round, &value.v)) {
        return false;
    }
    if (factor != PLM_RATE_ONE &&
        !plm_exact_scale(value.v, factor, PLM_RATE_ONE, round, &value.v)) {
        return false;
    }
    *out = value;
    return true;
}

/* What of an amount above 0 is out of reach does not count. */
static plm_money within_reach(plm_money amount, plm_money lost)
{
    if (amount.v <= 0 || lost.v == 0) {
        return amount;
    }
    return (plm_money){amount.v > lost.v ? amount.v - lost.v : 0};
}

bool plm_equity_of_asset(const plm_rules *rules, const plm_margin_input *input, uint32_t place,
                         plm_money amount, plm_rate factor, plm_money *out)
{
    const plm_margin_asset *const asset = &input->asset[place];
    plm_round const round = factor == PLM_RATE_ONE
                                ? plm_round_or(rules->set->round_equity, PLM_ROUND_FLOOR)
                                : PLM_ROUND_FLOOR;
    plm_money value = within_reach(amount, plm_money_of(asset->lost));
    if (value.v == 0) {
        *out = value;
        return true;
    }
    if (!plm_equity_is_weighted(rules, input)) {
        return plm_equity_convert(value, &asset->price, factor, round, out);
    }
    if (value.v < 0) {
        return plm_exact_rate(value, liability_of(rules, asset), round, &value) &&
               plm_equity_convert(value, &asset->price, factor, round, out);
    }
    if (rules->set->collateral.by_value) {
        return plm_equity_convert(value, &asset->price, factor, round, &value) &&
               weigh(rules, asset, value, round, out);
    }
    return weigh(rules, asset, value, round, &value) &&
           plm_equity_convert(value, &asset->price, factor, round, out);
}

bool plm_equity_profit(const plm_contract *contract, plm_qty qty, plm_money cost, int64_t px2,
                       plm_money *out)
{
    plm_money value;
    return plm_contract_value2(contract, qty, px2, &value) &&
           plm_contract_profit(contract, value, cost, out);
}
