/*
 * synth_plan.h - from the options of a synthetic market to its rows. Private to feeds/synth.
 */
#ifndef PLM_SYNTH_PLAN_H
#define PLM_SYNTH_PLAN_H

#include "synth_row.h"

typedef struct synth_plan {
    const synth_style *style;
    const synth_path *path; /* NULL for the plain generators */
    uint32_t row_count;
    plm_ts start, end;
} synth_plan;

PLM_NODISCARD plm_status synth_plan_make(const plm_synth_options *options, plm_diag *diag,
                                         synth_plan *out);

/* Writes the fixed part of row `index`. */
void synth_plan_row(const synth_plan *plan, uint32_t index, plm_instrument *out_instrument,
                    synth_row *out_row);

/* Coin `index` of the universe, < PLM_SYNTH_INSTRUMENTS_MAX. */
void synth_universe_coin(uint32_t index, synth_coin *out, char out_base[PLM_ASSET_CAP]);

#endif
