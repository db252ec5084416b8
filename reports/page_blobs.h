/*
 * page_blobs.h - the rows of equity blobs (docs/database.md, "Blobs"), one after another.
 */
#ifndef PLM_PAGE_BLOBS_H
#define PLM_PAGE_BLOBS_H

#include "page_parts.h"

typedef struct plm_blob_row {
    int64_t ts_ns;
    bool is_known; /* prices were known: the numbers mean something */
    double nav, equity, initial, maintenance;
} plm_blob_row;

typedef struct plm_blob_walk {
    plm_query query;
    const uint8_t *data; /* the query's, until its next step */
    size_t left;         /* rows of it */
} plm_blob_walk;

PLM_NODISCARD plm_status plm_blob_walk_open(sqlite3 *db, int64_t account_id, plm_diag *diag,
                                            plm_blob_walk *out);
void plm_blob_walk_close(plm_blob_walk *walk);
/* PLM_END: no more. */
PLM_NODISCARD plm_status plm_blob_walk_next(plm_blob_walk *walk, plm_diag *diag, plm_blob_row *out);

/* How many rows an account has. */
PLM_NODISCARD plm_status plm_blob_count(sqlite3 *db, int64_t account_id, plm_diag *diag,
                                        uint64_t *out);
/* The last worth of every account. */
PLM_NODISCARD plm_status plm_blob_load_navs(plm_page *page, plm_diag *diag);

#endif
