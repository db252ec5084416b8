/*
 * conversion.h - one asset of a pool paid out for another, at their prices in the pool's unit
 * (docs/margin.md, 8.2), pure.
 */
#ifndef PLM_CONVERSION_H
#define PLM_CONVERSION_H

#include "num.h"
#include "plimsoll_margin.h"
#include "rulebook.h"

typedef struct plm_conversion {
    plm_money paid, fee; /* of the asset that pays */
    plm_money received;  /* of the other */
} plm_conversion;

/* At most `have` (> 0) is spent, fee included, to receive at most `owed` (> 0). Both have prices.
 */
PLM_NODISCARD bool plm_conversion_of(plm_fraction from, plm_fraction to, plm_money have,
                                     plm_money owed, plm_rate cost, plm_conversion *out);

/* Whether a debt in asset `a` is paid before one in `b`, and a balance of `a` pays before one of
 * `b`: those that the rulebook names, in its order, then the others by name. */
bool plm_conversion_before(const plm_collateral_rule *rule, const char *a, const char *b);

#endif
