/*
 * admission.h - whether an account can carry an order: the plain account (docs/replay.md, 7),
 * whose orders are limited by its balance.
 *
 * This room is where margin regimes, requirements and liquidation stages go.
 */
#ifndef PLM_ADMISSION_H
#define PLM_ADMISSION_H

#include "account.h"

#define PLM_LEVERAGE_ONE 100 /* leverage is in 1e-2 */
#define PLM_LEVERAGE_MAX 100000

typedef struct plm_plain {
    const plm_contracts *contracts;
    const int64_t *leverage; /* sym_count, 1e-2 */
    plm_rate taker_rate;     /* of the account's tier now */
} plm_plain;

typedef struct plm_need {
    uint32_t asset;
    plm_money amount;
} plm_need;

/* What an order for `qty` at px needs, given the position as it is. False on overflow. */
PLM_NODISCARD bool plm_plain_need(const plm_plain *plain, const plm_account *account, uint32_t sym,
                                  uint8_t leg, uint8_t side, plm_qty qty, plm_px px, plm_need *out);

/* What a position holds that an order of this side and quantity closes on its way to the other
 * side; 0 when it does not flip. False on overflow. */
PLM_NODISCARD bool plm_plain_released(const plm_plain *plain, const plm_account *account,
                                      uint32_t sym, uint8_t leg, uint8_t side, plm_qty qty,
                                      plm_money *out);

/* Balance less what positions and orders hold. False on overflow. */
PLM_NODISCARD bool plm_plain_free(const plm_plain *plain, const plm_account *account,
                                  const plm_ledger *ledger, uint32_t asset, plm_money *out);

#endif
