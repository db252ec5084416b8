/*
 * value_price.c - linear: value over the value of one tick; inverse: size over value.
 */
#include "value_price.h"

#include "check.h"

/* Floors of floors and ceilings of ceilings are those of the whole, so that the tick may be divided
 * out last. */
plm_px plm_value_price(const plm_contract *contract, plm_qty qty, plm_money value, plm_round round)
{
    plm_assert(round == PLM_ROUND_FLOOR || round == PLM_ROUND_CEIL);
    plm_i128 ticks;
    if (qty == 0 || value.v == 0 || (qty < 0) != (value.v < 0)) {
        return 0;
    }
    if (contract->form == PLM_FORM_INVERSE) {
        plm_i128 size, px;
        if (!plm_i128_mul(qty, contract->multiplier, &size) ||
            !plm_muldiv(size, contract->inverse_unit, value.v, round, &px) ||
            !plm_i128_div(px, contract->tick, round, &ticks)) {
            return 0;
        }
    } else {
        plm_money of_tick;
        if (!plm_money_notional(contract->tick, qty, contract->multiplier, contract->scale,
                                &of_tick) ||
            !plm_i128_div(value.v, of_tick.v, round, &ticks)) {
            return 0;
        }
    }
    if (ticks <= 0 || ticks > INT64_MAX / 2 / contract->tick) {
        return 0;
    }
    return (plm_px)ticks * contract->tick;
}
