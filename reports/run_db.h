/*
 * run_db.h - the run database from its first row to its last: who starts a run calls these.
 */
#ifndef PLM_RUN_DB_H
#define PLM_RUN_DB_H

#include "db_run.h"

typedef struct plm_run_db plm_run_db;

/* Makes the file with everything that is known before the run, status incomplete, on disk when this
 * returns. `replace`: FILE may be there; it stays until the run is complete (db_file.h). */
PLM_NODISCARD plm_status plm_run_db_create(const char *path, bool replace, const plm_db_run *run,
                                           plm_diag *diag, plm_run_db **out);

/* For plm_run_attach; the database's own. */
plm_sink *plm_run_db_sink(plm_run_db *db);
/* Where it lies now: FILE, or FILE.new. Valid until it is complete or has failed. */
const char *plm_run_db_path(const plm_run_db *db);

/* After the sink was told to finish. `measure` (NULL: nothing) is called with everything there but
 * the status; then all of it is committed, with counts and status complete. The handle is
 * gone afterwards, also on failure. */
PLM_NODISCARD plm_status plm_run_db_complete(plm_run_db *db, const plm_db_end *end,
                                             plm_status (*measure)(sqlite3 *db, plm_diag *diag),
                                             plm_diag *diag);

/* A run that ends otherwise: status "failed" or "interrupted". NULL is fine. */
void plm_run_db_fail(plm_run_db *db, const char *status, const char *cause);

/* For a run whose process has died; true: there is a database, whose path is in `out`. */
bool plm_run_db_bury(const char *path, bool replace, const char *cause, char *out, size_t cap);

#endif
