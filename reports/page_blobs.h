/*
 * page_blobs.h - what the page asks of equity blobs.
 */
#ifndef PLM_PAGE_BLOBS_H
#define PLM_PAGE_BLOBS_H

#include "blob_walk.h"
#include "page_parts.h"

/* A number of a row; NAN where it was not known. */
double plm_blob_real(const plm_blob_row *row, unsigned column);
/* How many rows an account has. */
PLM_NODISCARD plm_status plm_blob_count(sqlite3 *db, int64_t account_id, plm_diag *diag,
                                        uint64_t *out);
/* The last worth of every account. */
PLM_NODISCARD plm_status plm_blob_load_navs(plm_page *page, plm_diag *diag);

#endif
