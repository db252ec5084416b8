/*
 * run_status.h - how a run ended, in words that stand above everything made of it.
 */
#ifndef PLM_RUN_STATUS_H
#define PLM_RUN_STATUS_H

#include <sqlite3.h>

#include "status.h"

/* *out: NULL for a complete run, else a sentence; free with plm_free. */
PLM_NODISCARD plm_status plm_run_status_banner(sqlite3 *db, plm_diag *diag, char **out);

#endif
