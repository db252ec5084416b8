/*
 * assess.h - the built-in model's evaluation of one pool (docs/margin.md, 3 to 5), pure. False
 * means that an amount does not fit.
 */
#ifndef PLM_ASSESS_H
#define PLM_ASSESS_H

#include "plimsoll_margin.h"
#include "rules.h"

/* The memory of the parts is the caller's; those of a failed or unpriced assessment mean nothing.
 */
PLM_NODISCARD bool plm_assess(const plm_rules *rules, const plm_margin_input *input,
                              plm_margin_output *out);

/* Whether the trigger fires at these numbers. */
bool plm_assess_fires(const plm_rules *rules, plm_money equity, plm_money maintenance);

/* Whether the pool can carry an order. An isolated pool does not pay for it: need is told, and the
 * caller compares it with what the paying pool has free. Under portfolio need and hold are fee and
 * loss alone; what the grid wants more is in the reason. */
PLM_NODISCARD bool plm_assess_admit(const plm_rules *rules, const plm_margin_input *input,
                                    const plm_margin_output *now, const plm_margin_order *order,
                                    plm_margin_verdict *out);

#endif
