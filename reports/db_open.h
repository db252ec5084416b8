/*
 * db_open.h - a run database (schema.sql) opened for reading. It may come from anywhere: whatever
 * it holds is data, and a file that is something else is refused with a sentence.
 */
#ifndef PLM_DB_OPEN_H
#define PLM_DB_OPEN_H

#include <sqlite3.h>

#include "status.h"

#define PLM_DB_APPLICATION_ID 0x504C494D /* "PLIM" */
#define PLM_DB_VERSION 1

/*
 * Opens read-only. What a killed run left behind is rolled back first, which needs the folder to be
 * writable. Refused (PLM_ERR_INPUT): no such file, no database, another program's, a newer
 * version's, a damaged one, one that is being written. The status of the run is not looked at.
 */
PLM_NODISCARD plm_status plm_db_open(const char *path, plm_diag *diag, sqlite3 **out);
void plm_db_close(sqlite3 *db); /* NULL: nothing */

#endif
