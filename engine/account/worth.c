/*
 * worth.c - what an account is worth in its report currency, and its state in the form of views.
 */
#include "account.h"

#include "check.h"

/* Positions without a price, and amounts that cannot be converted, end a valuation. */
typedef struct appraisal {
    const plm_holdings *holdings;
    const plm_contracts *contracts;
    const plm_market *market;
    bool overflow; /* why it ended */
} appraisal;

/* Adds the unrealised pnl of the positions of a row. */
static bool add_row(appraisal *self, uint32_t sym, plm_money *total)
{
    for (uint32_t place = 2 * sym; place <= 2 * sym + 1; place++) {
        const plm_position_view *const position = &self->holdings->position[place];
        if (position->qty == 0) {
            continue;
        }
        plm_px const px2 = plm_market_px2(self->market, self->contracts, sym);
        if (px2 == 0) {
            return false;
        }
        const plm_contract *const contract = &self->contracts->contract[sym];
        plm_money value, profit;
        if (!plm_contract_value2(contract, position->qty, px2, &value) ||
            !plm_contract_profit(contract, value, plm_money_of(position->cost), &profit) ||
            !plm_money_add(*total, profit, total)) {
            self->overflow = true;
            return false;
        }
    }
    return true;
}

/* Adds an amount of an asset to a sum in another. Nothing is worth nothing at any price. */
static bool add_converted(appraisal *self, plm_money amount, uint32_t from, uint32_t to,
                          plm_money *sum)
{
    if (amount.v == 0) {
        return true;
    }
    plm_money converted;
    if (!plm_market_convert(self->market, self->contracts, amount, from, to, &converted,
                            &self->overflow)) {
        return false;
    }
    self->overflow = !plm_money_add(*sum, converted, sum);
    return !self->overflow;
}

static bool add_asset(appraisal *self, uint32_t asset, uint32_t report_asset, plm_worth *worth)
{
    plm_money unrealised = {0};
    for (uint32_t sym = self->contracts->first_paid[asset]; sym != PLM_NO_SYM;
         sym = self->contracts->next_paid[sym]) {
        if (!add_row(self, sym, &unrealised)) {
            return false;
        }
    }
    plm_money all;
    if (!plm_money_add(plm_money_of(self->holdings->cash[asset].balance), unrealised, &all)) {
        self->overflow = true;
        return false;
    }
    return add_converted(self, all, asset, report_asset, &worth->nav) &&
           add_converted(self, unrealised, asset, report_asset, &worth->unrealised);
}

plm_worth plm_account_worth(const plm_holdings *holdings, const plm_contracts *contracts,
                            const plm_market *market, uint32_t report_asset)
{
    plm_assert(report_asset < contracts->asset_count);
    appraisal self = {.holdings = holdings, .contracts = contracts, .market = market};
    plm_worth worth = {.priced = true};
    for (uint32_t asset = 0; asset < contracts->asset_count; asset++) {
        if (!add_asset(&self, asset, report_asset, &worth)) {
            return (plm_worth){.priced = false, .overflow = self.overflow};
        }
    }
    return worth;
}

/* -- views ----------------------------------------------------------------------------------- */

void plm_account_show_position(const plm_account *account, uint32_t place, plm_position_view *out)
{
    const plm_position *const position = &account->position[place];
    *out = (plm_position_view){
        .qty = position->qty,
        .cost = plm_amount_of(position->cost),
        .realised = plm_amount_of(position->realised),
    };
}
