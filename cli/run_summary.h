/*
 * run_summary.h - what came of a run, on one screen: at most 24 lines of 80 columns.
 */
#ifndef PLM_RUN_SUMMARY_H
#define PLM_RUN_SUMMARY_H

#include "run.h"
#include "run_setup.h"

typedef struct plm_run_result {
    const plm_run_setup *setup;
    const plm_run *run;
    plm_run_state state;
    plm_ts first_ts;    /* where the replay began */
    int64_t elapsed_ns; /* of the replay alone */
    uint8_t digest[PLM_DIGEST_SIZE];
    const char *log;      /* path, NULL = none */
    const char *database; /* the same */
} plm_run_result;

void plm_run_summary_print(plm_session *session, const plm_run_result *result);

/* Whether the end of the run is not what it seems: positions without a settlement or a price. */
bool plm_run_result_is_doubtful(const plm_run_result *result);

#endif
