/*
 * page_blobs.c - packed rows of six integers of 64 bits, little-endian: time, nav, unrealised,
 * equity, initial, maintenance; money in units of 10^-6.
 */
#include "page_blobs.h"

#include <math.h>

#include "db_blob.h"

static int64_t take_word(const uint8_t *data, size_t word)
{
    uint64_t value = 0;
    for (size_t i = 0; i < 8; i++) {
        value |= (uint64_t)data[word * 8 + i] << (8 * i);
    }
    return (int64_t)value;
}

static double to_real(int64_t micro)
{
    return micro == PLM_BLOB_UNKNOWN ? NAN : (double)micro / 1e6;
}

plm_status plm_blob_walk_open(sqlite3 *db, int64_t account_id, plm_diag *diag, plm_blob_walk *out)
{
    plm_query query;
    PLM_TRY(plm_query_open(
        db, "SELECT data FROM equity_blob WHERE account_id = ? ORDER BY first_ns, id", diag,
        &query));
    plm_query_bind_int(&query, 1, account_id);
    *out = (plm_blob_walk){.query = query};
    return PLM_OK;
}

void plm_blob_walk_close(plm_blob_walk *walk)
{
    plm_query_close(&walk->query);
}

plm_status plm_blob_walk_next(plm_blob_walk *walk, plm_diag *diag, plm_blob_row *out)
{
    while (walk->left == 0) {
        plm_status const status = plm_query_step(&walk->query, diag);
        if (status != PLM_OK) {
            return status;
        }
        walk->data = sqlite3_column_blob(walk->query.statement, 0);
        walk->left = (size_t)sqlite3_column_bytes(walk->query.statement, 0) / PLM_BLOB_ROW_SIZE;
    }
    int64_t const nav = take_word(walk->data, 1);
    *out = (plm_blob_row){.ts_ns = take_word(walk->data, 0),
                          .is_known = nav != PLM_BLOB_UNKNOWN,
                          .nav = to_real(nav),
                          .equity = to_real(take_word(walk->data, 3)),
                          .initial = to_real(take_word(walk->data, 4)),
                          .maintenance = to_real(take_word(walk->data, 5))};
    walk->data += PLM_BLOB_ROW_SIZE;
    walk->left--;
    return PLM_OK;
}

plm_status plm_blob_count(sqlite3 *db, int64_t account_id, plm_diag *diag, uint64_t *out)
{
    plm_query query;
    PLM_TRY(plm_query_open(db, "SELECT sum(length(data)) FROM equity_blob WHERE account_id = ?",
                           diag, &query));
    plm_query_bind_int(&query, 1, account_id);
    plm_status const status = plm_query_step(&query, diag);
    if (status == PLM_OK) {
        *out = (uint64_t)plm_query_int(&query, 0) / PLM_BLOB_ROW_SIZE;
    }
    plm_query_close(&query);
    return status < 0 ? status : PLM_OK;
}

plm_status plm_blob_load_navs(plm_page *page, plm_diag *diag)
{
    plm_query query;
    /* Of a group with max(), SQLite takes the other columns from the row that has it. */
    PLM_TRY(plm_query_open(page->db,
                           "SELECT account_id, substr(data, -48), max(last_ns) FROM equity_blob "
                           "GROUP BY account_id",
                           diag, &query));
    plm_status status;
    while ((status = plm_query_step(&query, diag)) == PLM_OK) {
        plm_page_account *const account = plm_page_find_account(page, plm_query_int(&query, 0));
        const uint8_t *const data = sqlite3_column_blob(query.statement, 1);
        if (account == NULL || data == NULL ||
            sqlite3_column_bytes(query.statement, 1) != (int)PLM_BLOB_ROW_SIZE) {
            continue;
        }
        int64_t const nav = take_word(data, 1);
        account->has_last = nav != PLM_BLOB_UNKNOWN;
        account->last_nav.v = account->has_last ? (plm_i128)nav * PLM_ATTO_A_MICRO : 0;
    }
    plm_query_close(&query);
    return status;
}
