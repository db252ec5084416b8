/*
 * equity_cursor.h - an account's equity rows in order, each with the pools that stand beside it;
 * rows of tables or of blobs alike (these have no pools, and money at 10^-6).
 */
#ifndef PLM_EQUITY_CURSOR_H
#define PLM_EQUITY_CURSOR_H

#include "blob_walk.h"
#include "query.h"

typedef struct plm_equity_pool {
    int64_t id;
    plm_money equity, initial, orders, maintenance, collateral;
    size_t first_leg, leg_count; /* of the cursor's legs */
} plm_equity_pool;

typedef struct plm_equity_leg {
    int64_t instrument_id;
    plm_money notional; /* settle asset */
} plm_equity_leg;

typedef struct plm_equity_row {
    int64_t id; /* seq */
    int64_t ts_ns;
    bool on_grid; /* a sample, or the end of the run */
    bool priced;
    plm_money nav; /* of a priced row */
    /* borrowed until the next step */
    const plm_equity_pool *pool;
    const plm_equity_leg *leg;
    size_t pool_count;
} plm_equity_row;

typedef struct plm_equity_cursor {
    /* blobs */
    bool blobs;
    int64_t sample_len_ns, last_ns;
    plm_blob_walk walk;
    /* rows */
    plm_query query;
    bool waits; /* the query stands on the first line of the next row */
    bool ended;
    plm_equity_pool *pool;
    plm_equity_leg *leg;
    size_t pool_cap, leg_cap;
} plm_equity_cursor;

/* How the run keeps equity is asked of it. */
PLM_NODISCARD plm_status plm_equity_open(sqlite3 *db, int64_t account, plm_diag *diag,
                                         plm_equity_cursor *out);
void plm_equity_close(plm_equity_cursor *cursor);
/* PLM_END: no more rows. */
PLM_NODISCARD plm_status plm_equity_next(plm_equity_cursor *cursor, plm_diag *diag,
                                         plm_equity_row *out);

#endif
