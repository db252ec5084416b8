/*
 * fee.h - maker and taker rates by tier of traded volume.
 */
#ifndef PLM_FEE_H
#define PLM_FEE_H

#include <stdbool.h>

#include "num.h"

#define PLM_FEE_TIERS_MAX 64u
#define PLM_FEE_DAYS 30

typedef struct plm_fee_tier {
    plm_money volume; /* from this traded value on; the first is 0 */
    plm_rate maker, taker;
} plm_fee_tier;

typedef struct plm_fees plm_fees;

/* Copies the tiers, which rise in volume; one tier is a flat schedule. */
plm_fees *plm_fees_create(const plm_fee_tier *tiers, uint32_t tier_count, uint32_t account_count,
                          uint32_t asset_count);
void plm_fees_destroy(plm_fees *fees);

/* The tier of an account for value in an asset, by the 30 UTC days before the day of ts. */
const plm_fee_tier *plm_fees_tier(plm_fees *fees, uint32_t account, uint32_t asset, plm_ts ts);

/* Counts |value|; false when it does not fit. */
PLM_NODISCARD bool plm_fees_traded(plm_fees *fees, uint32_t account, uint32_t asset, plm_ts ts,
                                   plm_money value);

#endif
