/*
 * blob_walk.h - the rows of an account's blobs (docs/database.md, "Blobs"), one after another.
 */
#ifndef PLM_BLOB_WALK_H
#define PLM_BLOB_WALK_H

#include "blob_pack.h"
#include "query.h"

typedef struct plm_blob_walk {
    plm_query query;
    int64_t
        *block; /* the current one: columns of PLM_BLOB_ROWS_MAX numbers; NULL before the first */
    size_t at, rows;
} plm_blob_walk;

/* Money in units of 10^-6; PLM_BLOB_UNKNOWN where it was not known. */
typedef struct plm_blob_row {
    int64_t value[PLM_BLOB_COLUMNS];
} plm_blob_row;

PLM_NODISCARD plm_status plm_blob_walk_open(sqlite3 *db, int64_t account_id, plm_diag *diag,
                                            plm_blob_walk *out);
/* The last block of the account alone. */
PLM_NODISCARD plm_status plm_blob_walk_open_last(sqlite3 *db, int64_t account_id, plm_diag *diag,
                                                 plm_blob_walk *out);
void plm_blob_walk_close(plm_blob_walk *walk);
/* PLM_END: no more. */
PLM_NODISCARD plm_status plm_blob_walk_next(plm_blob_walk *walk, plm_diag *diag, plm_blob_row *out);

#endif
