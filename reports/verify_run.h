/*
 * verify_run.h - whether a run database is whole: what it says of itself, counted again.
 */
#ifndef PLM_VERIFY_RUN_H
#define PLM_VERIFY_RUN_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>

#include "status.h"

#define PLM_VERIFY_TEXT_CAP 400
#define PLM_VERIFY_CHECKS_MAX 8u

typedef enum plm_verdict {
    PLM_VERDICT_NONE = 0,
    PLM_VERDICT_OK = 1,
    PLM_VERDICT_SKIPPED = 2, /* can't be asked of this run */
    PLM_VERDICT_WRONG = 3
} plm_verdict;

typedef struct plm_check {
    const char *name;
    plm_verdict verdict;
    char text[PLM_VERIFY_TEXT_CAP]; /* what was counted, or what is wrong */
} plm_check;

/* Reads alone. Fills `out` (PLM_VERIFY_CHECKS_MAX) and their number; a check that finds something
 * wrong is no failure. What is no longer readable at all is one. */
PLM_NODISCARD plm_status plm_verify_run(sqlite3 *db, plm_diag *diag, plm_check *out,
                                        size_t *out_count);

/* Writes status tainted and the cause into the file, which nobody may have open. */
PLM_NODISCARD plm_status plm_verify_taint(const char *path, const char *cause, plm_diag *diag);

#endif
