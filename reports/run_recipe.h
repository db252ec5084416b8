/*
 * run_recipe.h - what a run was made of, as its database keeps it: enough to run it again.
 */
#ifndef PLM_RUN_RECIPE_H
#define PLM_RUN_RECIPE_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "status.h"

#define PLM_RECIPE_SETS_MAX 65u

typedef struct plm_run_recipe {
    char *run_file; /* path, and what it said */
    char *text;
    char *tape_digest;
    char *digest; /* NULL: the run has none, it did not come to its end */
    bool every_tick;
    uint32_t set_count;
    char *set[PLM_RECIPE_SETS_MAX]; /* "path=value" of the command line */
} plm_run_recipe;

PLM_NODISCARD plm_status plm_run_recipe_read(sqlite3 *db, plm_diag *diag, plm_run_recipe *out);
void plm_run_recipe_fini(plm_run_recipe *recipe);

#endif
