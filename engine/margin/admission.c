/*
 * admission.c - cost over leverage for what is open, the whole price for spot.
 */
#include "admission.h"

#include "check.h"

/* |amount| / leverage, up. */
static bool margin_of(plm_money amount, int64_t leverage, plm_money *out)
{
    plm_assert(leverage > 0);
    plm_i128 const one = amount.v < 0 ? -PLM_LEVERAGE_ONE : PLM_LEVERAGE_ONE;
    return plm_muldiv(amount.v, one, leverage, PLM_ROUND_CEIL, &out->v);
}

static bool spot_need(const plm_plain *plain, const plm_contract *contract, uint8_t side,
                      plm_qty qty, plm_px px, plm_need *out)
{
    if (side == PLM_SIDE_SELL) {
        out->asset = contract->base;
        return plm_contract_base(contract, qty, &out->amount);
    }
    plm_money value, fee;
    out->asset = contract->quote;
    return plm_contract_value(contract, qty, px, &value) &&
           plm_money_rate(value, plain->taker_rate, PLM_ROUND_CEIL, &fee) &&
           plm_money_add(value, fee, &out->amount);
}

static bool opening_need(const plm_plain *plain, uint32_t sym, plm_qty opening, plm_px px,
                         plm_need *out)
{
    const plm_contract *const contract = &plain->contracts->contract[sym];
    out->asset = plm_contract_money(contract);
    if (opening <= 0) {
        out->amount = (plm_money){0};
        return true;
    }
    plm_money value, margin, fee;
    return plm_contract_value(contract, opening, px, &value) &&
           margin_of(value, plain->leverage[sym], &margin) &&
           plm_money_rate(value, plain->taker_rate, PLM_ROUND_CEIL, &fee) &&
           plm_money_add(margin, fee, &out->amount);
}

bool plm_plain_need(const plm_plain *plain, const plm_account *account, uint32_t sym, uint8_t leg,
                    uint8_t side, plm_qty qty, plm_px px, plm_need *out)
{
    plm_assert(qty > 0);
    const plm_contract *const contract = &plain->contracts->contract[sym];
    plm_need need;
    bool const fits =
        contract->form == PLM_FORM_SPOT
            ? spot_need(plain, contract, side, qty, px, &need)
            : opening_need(plain, sym, qty - plm_account_opposite(account, sym, leg, side), px,
                           &need);
    if (fits) {
        *out = need;
    }
    return fits;
}

bool plm_plain_released(const plm_plain *plain, const plm_account *account, uint32_t sym,
                        uint8_t leg, uint8_t side, plm_qty qty, plm_money *out)
{
    plm_qty const opposite = plm_account_opposite(account, sym, leg, side);
    if (opposite == 0 || qty <= opposite) {
        *out = (plm_money){0};
        return true;
    }
    return margin_of(account->position[plm_account_place(sym, leg)].cost, plain->leverage[sym],
                     out);
}

/* Takes what the positions of a row hold from what is free. */
static bool hold_row(const plm_plain *plain, const plm_account *account, uint32_t sym,
                     plm_money *free_amount)
{
    for (uint32_t place = 2 * sym; place <= 2 * sym + 1; place++) {
        const plm_position *const position = &account->position[place];
        plm_money held;
        if (position->qty != 0 && (!margin_of(position->cost, plain->leverage[sym], &held) ||
                                   !plm_money_sub(*free_amount, held, free_amount))) {
            return false;
        }
    }
    return true;
}

bool plm_plain_free(const plm_plain *plain, const plm_account *account, const plm_ledger *ledger,
                    uint32_t asset, plm_money *out)
{
    plm_money left;
    if (!plm_money_sub(plm_ledger_balance(ledger, account->index, asset),
                       account->order_hold[asset], &left)) {
        return false;
    }
    for (uint32_t sym = plain->contracts->first_paid[asset]; sym != PLM_NO_SYM;
         sym = plain->contracts->next_paid[sym]) {
        if (!hold_row(plain, account, sym, &left)) {
            return false;
        }
    }
    *out = left;
    return true;
}
