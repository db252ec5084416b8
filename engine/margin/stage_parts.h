/*
 * stage_parts.h - a liquidation's next step as its parts share it. Private to this folder.
 */
#ifndef PLM_STAGE_PARTS_H
#define PLM_STAGE_PARTS_H

#include "stage.h"
#include "trial.h"

#define PLM_NO_POSITION UINT32_MAX

/* What a stage is tried on; nothing of it is changed. */
typedef struct plm_stage_view {
    const plm_rules *rules;
    const plm_margin_input *input;
    const plm_margin_output *now;
    const plm_margin_state *state;
    const plm_stage *stage;
} plm_stage_view;

/* Whether a position has what the stage asks of one: a quantity, its notional, its tier, and an
 * instrument that is not halted where others than the venue are to take it. */
bool plm_stage_fits(const plm_stage_view *view, uint32_t position);

/* The position that the stage takes: the candidate after state->passed others in the order of its
 * `select`; PLM_NO_POSITION: there is none (any more). False: an amount does not fit. */
PLM_NODISCARD bool plm_stage_select(const plm_stage_view *view, uint32_t *out);

/* How much of a position the stage takes, > 0; 0: nothing (a keeper's inventory is spent). */
PLM_NODISCARD bool plm_stage_size(const plm_stage_view *view, uint32_t position, plm_qty *out);

/* Whether a keeper has room for a lot of it; true where no keeper is asked. */
bool plm_stage_has_room(const plm_stage_view *view, uint32_t position);

/* The limit of the order that closes so much of it; 0: market. */
PLM_NODISCARD bool plm_stage_limit(const plm_stage_view *view, uint32_t position, plm_qty qty,
                                   plm_px *out);

#endif
