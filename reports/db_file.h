/*
 * db_file.h - the file of a run database while it is being written: its names, its lock, room for
 * the last word.
 *
 * FILE.new is made first, with everything that is known before the run, and status incomplete. Then
 * it is given its name, which fails where FILE came into being meanwhile. Where FILE exists and is
 * to be replaced, FILE.new keeps its name until the run is complete. FILE.reserve holds 64 KiB that
 * are given back on a full disk, so that its end can still be written down.
 */
#ifndef PLM_DB_FILE_H
#define PLM_DB_FILE_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>

#include "status.h"

typedef struct plm_db_file plm_db_file;

/* FILE.new with its reserve, an empty database under our lock, in a transaction. */
PLM_NODISCARD plm_status plm_db_file_create(const char *path, bool replace, plm_diag *diag,
                                            plm_db_file **out);

/* Commits. A file that replaces nothing gets its name now. */
PLM_NODISCARD plm_status plm_db_file_begin(plm_db_file *file, plm_diag *diag);

sqlite3 *plm_db_file_db(const plm_db_file *file);
/* Where the database lies now. */
const char *plm_db_file_path(const plm_db_file *file);

/* Commits and opens the next transaction. */
PLM_NODISCARD plm_status plm_db_file_commit(plm_db_file *file, plm_diag *diag);

/* Forgets what the open transaction has done. */
void plm_db_file_rollback(plm_db_file *file);

/* Commits, closes, takes the place of what is to be replaced, and syncs the folder. The handle is
 * gone afterwards, also on failure. */
PLM_NODISCARD plm_status plm_db_file_finish(plm_db_file *file, plm_diag *diag);

/* The end of a run that is not complete: keeps what can be kept, with the status (failed,
 * interrupted) and its cause. What cannot be written stays incomplete; a file that was not begun
 * is removed. The handle is gone afterwards. */
void plm_db_file_fail(plm_db_file *file, const char *status, const char *cause);

/* The same for a writer that has died; true: there is a database, whose path is in `out`. */
bool plm_db_file_bury(const char *path, bool replace, const char *cause, char *out, size_t cap);

#endif
