/*
 * run_json.h - what came of a run, for programs: every amount exact.
 */
#ifndef PLM_RUN_JSON_H
#define PLM_RUN_JSON_H

#include "jsonout.h"
#include "run_summary.h"

json_t *plm_run_json(const plm_run_result *result);

#endif
