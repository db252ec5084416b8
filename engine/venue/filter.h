/*
 * filter.h - the checks of an arriving order (docs/replay.md, 2) that ask neither its account's
 * money nor other orders.
 */
#ifndef PLM_FILTER_H
#define PLM_FILTER_H

#include "liquidity.h"

/* Step 1: nothing is out of range, nothing contradicts. */
bool plm_filter_is_sound(const plm_order_request *request, uint32_t sym_count, bool hedge);

/* Step 2. */
plm_reason plm_filter_trading(const plm_liquidity *liquidity, uint32_t sym, plm_ts now);

/* Steps 3 and 4. The request is sound. */
plm_reason plm_filter_steps(const plm_contract *contract, const plm_order_request *request);
plm_reason plm_filter_notional(const plm_liquidity *liquidity, const plm_order_request *request,
                               uint32_t world, bool hedge, plm_ts now);

/* Whether it may reduce only: it says so, or closes a leg. */
bool plm_filter_reduces(const plm_order_request *request, bool hedge);

#endif
