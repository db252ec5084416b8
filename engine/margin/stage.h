/*
 * stage.h - what a liquidation does next (docs/margin.md, 8), pure; and the bankruptcy value.
 */
#ifndef PLM_STAGE_H
#define PLM_STAGE_H

#include "assess.h"

PLM_NODISCARD bool plm_stage_next(const plm_rules *rules, const plm_margin_input *input,
                                  const plm_margin_output *now, plm_margin_state *state,
                                  plm_margin_step *out);

/* Closing value of a whole position, signed as it is, and the price it is, on the tick. */
PLM_NODISCARD bool plm_bankruptcy_value(const plm_rules *rules, const plm_margin_input *input,
                                        const plm_margin_output *now, uint32_t position,
                                        plm_money *out_value, plm_px *out_px);

/* The liquidation fee of closing qty of a position for `value` (signed), in the settle asset:
 * rate * |value| up, at most what is left of `equity_after`, the pool's equity in its unit after
 * the fill and its trading fee, and with `cap: surplus` at most what the fill brought above
 * bankruptcy. `input` and `now` are those before the fill. */
PLM_NODISCARD bool plm_stage_fee(const plm_rules *rules, const plm_margin_input *input,
                                 const plm_margin_output *now, uint32_t position, plm_qty qty,
                                 plm_money value, plm_money equity_after, plm_money *out);

#endif
