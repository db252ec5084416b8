/*
 * equity_cursor.c - equity, margin and contribution as one stream: one query, joined outwards,
 * whose lines are gathered into rows.
 */
#include "equity_cursor.h"

#include "memory.h"

enum {
    COLUMN_ID = 0,
    COLUMN_TS,
    COLUMN_ON_GRID,
    COLUMN_PRICED,
    COLUMN_NAV,
    COLUMN_MARGIN = COLUMN_NAV + 2,
    COLUMN_INSTRUMENT,
    COLUMN_POOL,
    COLUMN_EQUITY,
    COLUMN_INITIAL = COLUMN_EQUITY + 2,
    COLUMN_ORDERS = COLUMN_INITIAL + 2,
    COLUMN_MAINTENANCE = COLUMN_ORDERS + 2,
    COLUMN_COLLATERAL = COLUMN_MAINTENANCE + 2,
    COLUMN_NOTIONAL = COLUMN_COLLATERAL + 2
};

static const char SQL[] =
    "SELECT e.id, e.ts_ns, e.at <> 'event', e.priced, e.nav_micro, e.nav_atto, m.id, "
    "c.instrument_id,"
    " m.pool_id, m.equity_micro, m.equity_atto, m.initial_micro, m.initial_atto, m.orders_micro,"
    " m.orders_atto, m.maintenance_micro, m.maintenance_atto, m.collateral_micro,"
    " m.collateral_atto, c.notional_micro, c.notional_atto"
    " FROM equity e LEFT JOIN margin m ON m.equity_id = e.id"
    " LEFT JOIN contribution c ON c.margin_id = m.id"
    " WHERE e.account_id = ? ORDER BY e.ts_ns, m.id, c.id";

/* Of an account without pools, which has a row a second and nothing beside it. */
static const char PLAIN_SQL[] =
    "SELECT id, ts_ns, at <> 'event', priced, nav_micro, nav_atto, NULL, NULL"
    " FROM equity WHERE account_id = ? ORDER BY ts_ns";

static plm_status ask_run(sqlite3 *db, int64_t account, plm_diag *diag, plm_equity_cursor *cursor,
                          bool *out_pools)
{
    plm_query query;
    PLM_TRY(plm_query_open(db,
                           "SELECT equity_as = 'blobs', sample_len_ns, last_ns,"
                           " EXISTS (SELECT 1 FROM pool WHERE account_id = ?)"
                           " FROM run WHERE id = 1",
                           diag, &query));
    plm_query_bind_int(&query, 1, account);
    plm_status const status = plm_query_step(&query, diag);
    if (status == PLM_OK) {
        cursor->blobs = plm_query_int(&query, 0) != 0;
        cursor->sample_len_ns = plm_query_int(&query, 1);
        cursor->last_ns = plm_query_int(&query, 2);
        *out_pools = plm_query_int(&query, 3) != 0;
    }
    plm_query_close(&query);
    PLM_TRY(status);
    return PLM_OK;
}

plm_status plm_equity_open(sqlite3 *db, int64_t account, plm_diag *diag, plm_equity_cursor *out)
{
    plm_equity_cursor cursor = {0};
    bool pools = false;
    PLM_TRY(ask_run(db, account, diag, &cursor, &pools));
    if (cursor.blobs) {
        PLM_TRY(plm_blob_walk_open(db, account, diag, &cursor.walk));
    } else {
        PLM_TRY(plm_query_open(db, pools ? SQL : PLAIN_SQL, diag, &cursor.query));
        plm_query_bind_int(&cursor.query, 1, account);
    }
    *out = cursor;
    return PLM_OK;
}

void plm_equity_close(plm_equity_cursor *cursor)
{
    plm_query_close(&cursor->query);
    plm_blob_walk_close(&cursor->walk);
    plm_free(cursor->pool);
    plm_free(cursor->leg);
    *cursor = (plm_equity_cursor){0};
}

static void add_pool(plm_equity_cursor *cursor, size_t pools, size_t legs)
{
    const plm_query *const query = &cursor->query;
    if (pools == cursor->pool_cap) {
        cursor->pool_cap = cursor->pool_cap * 2 + 4;
        cursor->pool = plm_realloc(cursor->pool, cursor->pool_cap, sizeof *cursor->pool);
    }
    cursor->pool[pools] = (plm_equity_pool){
        .id = plm_query_int(query, COLUMN_POOL),
        .equity = plm_query_money(query, COLUMN_EQUITY),
        .initial = plm_query_money(query, COLUMN_INITIAL),
        .orders = plm_query_money(query, COLUMN_ORDERS),
        .maintenance = plm_query_money(query, COLUMN_MAINTENANCE),
        .collateral = plm_query_money(query, COLUMN_COLLATERAL),
        .first_leg = legs,
    };
}

static void add_leg(plm_equity_cursor *cursor, size_t legs)
{
    if (legs == cursor->leg_cap) {
        cursor->leg_cap = cursor->leg_cap * 2 + 8;
        cursor->leg = plm_realloc(cursor->leg, cursor->leg_cap, sizeof *cursor->leg);
    }
    cursor->leg[legs] = (plm_equity_leg){
        .instrument_id = plm_query_int(&cursor->query, COLUMN_INSTRUMENT),
        .notional = plm_query_money(&cursor->query, COLUMN_NOTIONAL),
    };
}

static plm_status next_of_rows(plm_equity_cursor *cursor, plm_diag *diag, plm_equity_row *out)
{
    const plm_query *const query = &cursor->query;
    plm_status status = cursor->waits ? PLM_OK : plm_query_step(&cursor->query, diag);
    if (status != PLM_OK) {
        cursor->ended = true;
        return status;
    }
    plm_equity_row row = {
        .id = plm_query_int(query, COLUMN_ID),
        .ts_ns = plm_query_int(query, COLUMN_TS),
        .on_grid = plm_query_int(query, COLUMN_ON_GRID) != 0,
        .priced = plm_query_int(query, COLUMN_PRICED) != 0,
        .nav = plm_query_money(query, COLUMN_NAV),
    };
    size_t legs = 0;
    int64_t margin = 0;
    while (status == PLM_OK && plm_query_int(query, COLUMN_ID) == row.id) {
        if (!plm_query_is_null(query, COLUMN_MARGIN) &&
            (row.pool_count == 0 || plm_query_int(query, COLUMN_MARGIN) != margin)) {
            margin = plm_query_int(query, COLUMN_MARGIN);
            add_pool(cursor, row.pool_count++, legs);
        }
        if (!plm_query_is_null(query, COLUMN_INSTRUMENT)) {
            add_leg(cursor, legs++);
            cursor->pool[row.pool_count - 1].leg_count++;
        }
        status = plm_query_step(&cursor->query, diag);
    }
    PLM_TRY(status);
    cursor->waits = status == PLM_OK;
    cursor->ended = status == PLM_END;
    row.pool = cursor->pool;
    row.leg = cursor->leg;
    *out = row;
    return PLM_OK;
}

static plm_status next_of_blob(plm_equity_cursor *cursor, plm_diag *diag, plm_equity_row *out)
{
    plm_blob_row row;
    plm_status const status = plm_blob_walk_next(&cursor->walk, diag, &row);
    if (status != PLM_OK) {
        cursor->ended = true;
        return status;
    }
    int64_t const ts = row.value[PLM_BLOB_TS];
    int64_t const nav = row.value[PLM_BLOB_NAV];
    bool const at_sample = cursor->sample_len_ns > 0 && ts % cursor->sample_len_ns == 0;
    *out = (plm_equity_row){.ts_ns = ts,
                            .on_grid = at_sample || ts == cursor->last_ns,
                            .priced = nav != PLM_BLOB_UNKNOWN,
                            .nav = {(plm_i128)nav * PLM_ATTO_A_MICRO}};
    return PLM_OK;
}

plm_status plm_equity_next(plm_equity_cursor *cursor, plm_diag *diag, plm_equity_row *out)
{
    if (cursor->ended) {
        return PLM_END;
    }
    return cursor->blobs ? next_of_blob(cursor, diag, out) : next_of_rows(cursor, diag, out);
}
