/*
 * db_blob.h - equity as blocks of packed rows instead of rows of tables: for runs of many accounts.
 *
 * A row is time, nav, unrealised, equity, initial, maintenance; money in units of 10^-6, rounded
 * down. How they lie: blob_pack.h.
 */
#ifndef PLM_DB_BLOB_H
#define PLM_DB_BLOB_H

#include <sqlite3.h>
#include <stdint.h>

#include "num.h"
#include "plm_record.h"

typedef struct plm_blobs plm_blobs;

PLM_NODISCARD plm_status plm_blobs_create(sqlite3 *db, uint32_t account_count, plm_diag *diag,
                                          plm_blobs **out);
void plm_blobs_destroy(plm_blobs *blobs); /* NULL is fine */

/* A sample; one of the same account and time takes the place of the one before. */
PLM_NODISCARD plm_status plm_blobs_sample(plm_blobs *blobs, uint32_t account, plm_ts ts,
                                          const plm_record_sample *sample, plm_diag *diag);
/* A pool of the account's last sample: is added to its sums. */
PLM_NODISCARD plm_status plm_blobs_margin(plm_blobs *blobs, uint32_t account,
                                          const plm_record_margin *margin, plm_diag *diag);
/* Everything that has not been written yet. */
PLM_NODISCARD plm_status plm_blobs_flush(plm_blobs *blobs, plm_diag *diag);

#endif
