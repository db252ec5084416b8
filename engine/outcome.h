/*
 * outcome.h - what came out of a run, as run.h tells it. Private to this folder.
 */
#ifndef PLM_OUTCOME_H
#define PLM_OUTCOME_H

#include "core.h"
#include "run.h"

plm_account_summary plm_outcome(const plm_core *core, uint32_t account);
/* Positions in what has expired and has not been settled. */
uint64_t plm_outcome_unsettled(const plm_core *core);

#endif
