/*
 * scenario.c - the scenario that a word on the command line names.
 */
#include "scenario.h"

#include <string.h>

#include "nearest.h"

#define SCENARIOS_MAX 64

plm_status plm_scenario_named(const char *name, plm_diag *diag, const plm_scenario_info **out)
{
    const char *words[SCENARIOS_MAX + 1];
    size_t count = 0;
    const plm_scenario_info *info = NULL;
    while (count < SCENARIOS_MAX && (info = plm_scenario_at(count)) != NULL) {
        if (strcmp(info->name, name) == 0) {
            *out = info;
            return PLM_OK;
        }
        words[count++] = info->name;
    }
    words[count] = NULL;
    const char *near = plm_nearest(name, words);
    return plm_fail(diag, PLM_ERR_USAGE, "no scenario '%s'; %s%s", name,
                    near == NULL ? "'plimsoll scenarios' lists those that exist" : "nearest: ",
                    near == NULL ? "" : near);
}
