/*
 * export.h - a run's tables row by row, as exact text: amounts, prices and quantities as decimals,
 * times in ns and as ISO text, ids with the names they stand for.
 */
#ifndef PLM_EXPORT_H
#define PLM_EXPORT_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>

#include "status.h"

#define PLM_EXPORT_CELLS_MAX 48u

typedef struct plm_export plm_export;

typedef enum plm_cell_kind {
    PLM_CELL_NONE = 0, /* NULL in the database */
    PLM_CELL_TEXT = 1,
    PLM_CELL_DECIMAL = 2, /* an exact decimal */
    PLM_CELL_COUNT = 3,   /* a whole number of 64 bits */
    PLM_CELL_REAL = 4     /* a double */
} plm_cell_kind;

typedef struct plm_export_cell {
    plm_cell_kind kind;
    const char *text; /* "" of NONE */
} plm_export_cell;

/* What can be exported, closed by NULL. */
extern const char *const plm_export_words[];

/* `what` is one of the words. `account` NULL: all; refuses it where rows have no account, and a
 * name that the run doesn't have. Refuses equity of a run that keeps it as blobs. */
PLM_NODISCARD plm_status plm_export_open(sqlite3 *db, const char *what, const char *account,
                                         plm_diag *diag, plm_export **out);
void plm_export_close(plm_export *self); /* NULL: nothing */

size_t plm_export_cell_count(const plm_export *self);
const char *plm_export_head(const plm_export *self, size_t cell);
/* PLM_OK: the next row is there, borrowed until the next call; PLM_END: no more. */
PLM_NODISCARD plm_status plm_export_next(plm_export *self, plm_diag *diag,
                                         const plm_export_cell **out);

#endif
