/*
 * conform_parts.h - what conform.c, conform_object.c (a shared object as a file), conform_market.c
 * (events) and conform_stage.c (a small run around one strategy) share.
 */
#ifndef PLM_CONFORM_PARTS_H
#define PLM_CONFORM_PARTS_H

#include "conform.h"
#include "digest.h"
#include "host.h"
#include "philox.h"

/* -- the report ------------------------------------------------------------------------------ */

PLM_PRINTF(5, 6)
void plm_conform_add(plm_conform_report *report, const char *strategy, const char *name, bool ok,
                     const char *format, ...);

/* Parameters as conform.h says; `out_excused`: a refusal of them in words is no fault. */
PLM_NODISCARD plm_status plm_conform_params(const plm_descriptor *descriptor, plm_diag *diag,
                                            bool *out_excused, plm_params **out);

/* The checks of one margin model. */
void plm_conform_model(const plm_factory *factory, const plm_descriptor *descriptor, plm_beat *beat,
                       plm_conform_report *report);

/* -- the file -------------------------------------------------------------------------------- */

#define PLM_OBJECT_BYTES_MAX (256u * 1024u * 1024u)

/* What the dynamic symbol table tells; sentences, "" when there is nothing to complain of. Fails
 * when the file is no 64-bit ELF shared object. */
typedef struct plm_object_complaints {
    char exports[160];
    char imports[160];
} plm_object_complaints;

PLM_NODISCARD plm_status plm_object_inspect(const char *path, plm_diag *diag,
                                            plm_object_complaints *out);

/* -- the market ------------------------------------------------------------------------------ */

#define PLM_SCRIPT_ROWS 4u
#define PLM_SCRIPT_ASSETS 3u
#define PLM_SCRIPT_EVENTS 120000u /* 12000 trades of each instrument: averages fill up */

extern const plm_run_info plm_script_info;
extern const plm_instrument plm_script_rows[PLM_SCRIPT_ROWS];

/* Events of a calm market, or of one with everything that a tape may hold and nobody expects. */
typedef struct plm_script {
    plm_philox rng;
    bool hostile;
    uint64_t index;
    plm_ts now;
    plm_px px[PLM_SCRIPT_ROWS];
} plm_script;

void plm_script_init(plm_script *script, bool hostile);
plm_event plm_script_next(plm_script *script);
/* What a heard event does to its row's view. */
void plm_script_apply(const plm_event *event, plm_market_view *view);

/* A report that answers nothing: fills of others' orders, payments, liquidations, strange timers.
 */
void plm_script_surprise(plm_philox *rng, plm_report *out);

/* -- the stage ------------------------------------------------------------------------------- */

typedef struct plm_stage plm_stage;

plm_stage *plm_stage_create(const plm_factory *factory, const plm_params *params, bool hostile,
                            plm_beat *beat);
/* Create, init, activate. */
PLM_NODISCARD plm_status plm_stage_start(plm_stage *stage, plm_diag *diag);
/* One event and all that follows from it; PLM_END after the last one or a stop. */
PLM_NODISCARD plm_status plm_stage_step(plm_stage *stage, plm_diag *diag);
/* Whether the strategy itself has called fail. */
bool plm_stage_gave_up(const plm_stage *stage);
/* Requests so far, and what they were. Once, after the last step. */
uint64_t plm_stage_requests(const plm_stage *stage);
void plm_stage_digest(plm_stage *stage, uint8_t out[PLM_DIGEST_SIZE]);
void plm_stage_destroy(plm_stage *stage); /* deactivates and destroys the strategy as well */

#endif
