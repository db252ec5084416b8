/*
 * run_database.h - `run -o`: what is known of a run, for its database (reports/run_db.h).
 */
#ifndef PLM_RUN_DATABASE_H
#define PLM_RUN_DATABASE_H

#include "run_db.h"
#include "run_summary.h"

/* More accounts than that: equity is kept as blobs, unless --equity says rows. */
#define PLM_RUN_DATABASE_ROWS_MAX 64u

typedef struct plm_run_database_options {
    const char *path;
    bool replace;       /* --force */
    const char *equity; /* "rows", "blobs", NULL: by the number of accounts */
    bool no_orders;
    bool every_tick;
    const char *run_file;
} plm_run_database_options;

/* The database of a run that was built and has not begun; its sink is attached. */
PLM_NODISCARD plm_status plm_run_database_open(const plm_run_database_options *options,
                                               const plm_run_setup *setup, plm_run *run,
                                               plm_diag *diag, plm_run_db **out);

/* After the end of the run. The handle is gone afterwards. */
PLM_NODISCARD plm_status plm_run_database_complete(plm_run_db *db, const plm_run_result *result,
                                                   plm_diag *diag);

#endif
