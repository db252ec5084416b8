/*
 * blob_walk.c - a block at a time.
 */
#include "blob_walk.h"

#include "memory.h"

static plm_status open_walk(sqlite3 *db, const char *sql, int64_t account_id, plm_diag *diag,
                            plm_blob_walk *out)
{
    plm_query query;
    PLM_TRY(plm_query_open(db, sql, diag, &query));
    plm_query_bind_int(&query, 1, account_id);
    *out = (plm_blob_walk){.query = query};
    return PLM_OK;
}

plm_status plm_blob_walk_open(sqlite3 *db, int64_t account_id, plm_diag *diag, plm_blob_walk *out)
{
    return open_walk(db,
                     "SELECT data, row_count, id FROM equity_blob WHERE account_id = ?"
                     " ORDER BY first_ns, id",
                     account_id, diag, out);
}

plm_status plm_blob_walk_open_last(sqlite3 *db, int64_t account_id, plm_diag *diag,
                                   plm_blob_walk *out)
{
    return open_walk(db,
                     "SELECT data, row_count, id FROM equity_blob WHERE account_id = ?"
                     " ORDER BY first_ns DESC, id DESC LIMIT 1",
                     account_id, diag, out);
}

void plm_blob_walk_close(plm_blob_walk *walk)
{
    plm_query_close(&walk->query);
    plm_free(walk->block);
    walk->block = NULL;
}

static plm_status next_block(plm_blob_walk *walk, plm_diag *diag)
{
    plm_status const status = plm_query_step(&walk->query, diag);
    if (status != PLM_OK) {
        return status;
    }
    sqlite3_stmt *const statement = walk->query.statement;
    const uint8_t *const data = sqlite3_column_blob(statement, 0);
    size_t const size = (size_t)sqlite3_column_bytes(statement, 0);
    int64_t const rows = plm_query_int(&walk->query, 1);
    if (walk->block == NULL) {
        walk->block = plm_alloc((size_t)PLM_BLOB_COLUMNS * PLM_BLOB_ROWS_MAX, sizeof *walk->block);
    }
    if (rows < 1 || rows > PLM_BLOB_ROWS_MAX ||
        !plm_blob_unpack(data, size, walk->block, PLM_BLOB_ROWS_MAX, (size_t)rows)) {
        return plm_fail(diag, PLM_ERR_INPUT, "equity_blob %lld: %zu bytes are not %lld rows",
                        (long long)plm_query_int(&walk->query, 2), size, (long long)rows);
    }
    walk->rows = (size_t)rows;
    walk->at = 0;
    return PLM_OK;
}

plm_status plm_blob_walk_next(plm_blob_walk *walk, plm_diag *diag, plm_blob_row *out)
{
    if (walk->at == walk->rows) {
        plm_status const status = next_block(walk, diag);
        if (status != PLM_OK) {
            return status;
        }
    }
    for (unsigned c = 0; c < PLM_BLOB_COLUMNS; c++) {
        out->value[c] = walk->block[c * PLM_BLOB_ROWS_MAX + walk->at];
    }
    walk->at++;
    return PLM_OK;
}
