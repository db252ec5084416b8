/*
 * scenario.h - the scenario that a word on the command line names.
 */
#ifndef PLM_SCENARIO_H
#define PLM_SCENARIO_H

#include "command.h"
#include "synth.h"

/* Refuses a name that there is not, with the nearest that there is. */
PLM_NODISCARD plm_status plm_scenario_named(const char *name, plm_diag *diag,
                                            const plm_scenario_info **out);

#endif
