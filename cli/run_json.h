/*
 * run_json.h - what came of a run, for programs: every amount exact.
 */
#ifndef PLM_RUN_JSON_H
#define PLM_RUN_JSON_H

#include "jsonout.h"
#include "run_summary.h"

json_t *plm_run_json(const plm_run_result *result);

/* Of a run that failed or was interrupted: its status and the message. */
json_t *plm_run_json_failure(plm_status status, const char *message);

/* The parameters of a group of accounts as they are in force, given and default. */
json_t *plm_run_params_json(const plm_run_file *file, const char *group);

#endif
