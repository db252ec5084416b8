/*
 * db_sink.h - the sink that writes the records of a run into its database.
 */
#ifndef PLM_DB_SINK_H
#define PLM_DB_SINK_H

#include <sqlite3.h>
#include <stdbool.h>

#include "plm_record.h"

typedef struct plm_db_sink_options {
    const plm_log_names *names; /* borrowed for the life of the sink */
    bool blobs;                 /* equity as blocks (db_blob.h) */
    bool with_orders;           /* requests and changes of orders, too */
    /* Called when enough has been written for a transaction. */
    plm_status (*commit)(void *context, plm_diag *diag);
    void *context;
} plm_db_sink_options;

/* Of a run that is not finished: what is still held back is written as far as it can be. */
void plm_db_sink_flush(plm_sink *sink);

/* `db` is in a transaction and stays in one. Its `finish` writes what is still held back. */
PLM_NODISCARD plm_status plm_db_sink_create(sqlite3 *db, const plm_db_sink_options *options,
                                            plm_diag *diag, plm_sink **out);

#endif
