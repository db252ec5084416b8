/*
 * value_price.h - the price at which a quantity has a value: the inverse of plm_contract_value.
 */
#ifndef PLM_VALUE_PRICE_H
#define PLM_VALUE_PRICE_H

#include "contract.h"

/* The price on the tick, next to the exact one on the side that `round` names (floor or ceil).
 * qty and value are signed; 0: no price above 0 that fits has this value. */
plm_px plm_value_price(const plm_contract *contract, plm_qty qty, plm_money value, plm_round round);

#endif
