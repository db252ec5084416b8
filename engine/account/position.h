/*
 * position.h - what a fill does to a position: quantity and total cost, never an average price.
 */
#ifndef PLM_POSITION_H
#define PLM_POSITION_H

#include "contract.h"

typedef struct plm_position {
    plm_qty qty;    /* < 0: short */
    plm_money cost; /* signed total value at entry */
    plm_money realised;
} plm_position;

typedef struct plm_position_change {
    plm_position after;
    plm_money value;    /* of the fill, rounded once, with the sign of delta */
    plm_money realised; /* by the part that closes */
} plm_position_change;

/*
 * `delta` (> 0: bought) at px >= 0. Closing a part takes its share of the cost, half-even; the last
 * close takes what is left; what goes through zero is a close and an open. False when a quantity
 * or an amount does not fit.
 */
PLM_NODISCARD bool plm_position_change_by(const plm_contract *contract,
                                          const plm_position *position, plm_qty delta, plm_px px,
                                          plm_position_change *out);

/* `qty` (> 0, at most |position|) leaves at a closing value that is given, signed as the position.
 */
PLM_NODISCARD bool plm_position_close_at(const plm_contract *contract, const plm_position *position,
                                         plm_qty qty, plm_money value, plm_position_change *out);

#endif
