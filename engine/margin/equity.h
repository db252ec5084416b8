/*
 * equity.h - what the assets of a pool are worth where margin is decided (docs/margin.md, 3).
 */
#ifndef PLM_EQUITY_H
#define PLM_EQUITY_H

#include "exact.h"
#include "plimsoll_margin.h"
#include "rules.h"

/* Whether the assets of the pool are weighted by the collateral table. */
bool plm_equity_is_weighted(const plm_rules *rules, const plm_margin_input *input);

/* amount at a price, times a factor that it may have moved by since (PLM_RATE_ONE: it has not). */
PLM_NODISCARD bool plm_equity_convert_at(plm_money amount, const plm_fraction *price,
                                         plm_rate factor, plm_round round, plm_money *out);

PLM_NODISCARD static inline bool plm_equity_convert(plm_money amount, const plm_fraction *price,
                                                    plm_rate factor, plm_round round,
                                                    plm_money *out)
{
    if (factor == PLM_RATE_ONE && price->num.lo == price->den.lo &&
        price->num.hi == price->den.hi) {
        *out = amount;
        return true;
    }
    return plm_equity_convert_at(amount, price, factor, round, out);
}

/* What `amount` of an asset contributes. The price is there, or the amount is 0. With a factor
 * other than one the result is a lower bound of what it is at that price. */
PLM_NODISCARD bool plm_equity_of_asset(const plm_rules *rules, const plm_margin_input *input,
                                       uint32_t place, plm_money amount, plm_rate factor,
                                       plm_money *out);

/* Profit of qty with that cost at px2 > 0, in the settle asset. */
PLM_NODISCARD bool plm_equity_profit(const plm_contract *contract, plm_qty qty, plm_money cost,
                                     int64_t px2, plm_money *out);

#endif
