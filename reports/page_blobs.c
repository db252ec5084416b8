/*
 * page_blobs.c - numbers for curves, and the last ones of accounts.
 */
#include "page_blobs.h"

#include <math.h>

double plm_blob_real(const plm_blob_row *row, unsigned column)
{
    int64_t const micro = row->value[column];
    return micro == PLM_BLOB_UNKNOWN ? NAN : (double)micro / 1e6;
}

plm_status plm_blob_count(sqlite3 *db, int64_t account_id, plm_diag *diag, uint64_t *out)
{
    plm_query query;
    PLM_TRY(plm_query_open(db, "SELECT sum(row_count) FROM equity_blob WHERE account_id = ?", diag,
                           &query));
    plm_query_bind_int(&query, 1, account_id);
    plm_status const status = plm_query_step(&query, diag);
    if (status == PLM_OK) {
        *out = (uint64_t)plm_query_int(&query, 0);
    }
    plm_query_close(&query);
    return status < 0 ? status : PLM_OK;
}

static plm_status load_nav(plm_page *page, plm_page_account *account, plm_diag *diag)
{
    plm_blob_walk walk;
    plm_blob_row row;
    plm_status status;
    PLM_TRY(plm_blob_walk_open_last(page->db, account->id, diag, &walk));
    while ((status = plm_blob_walk_next(&walk, diag, &row)) == PLM_OK) {
        int64_t const nav = row.value[PLM_BLOB_NAV];
        account->has_last = nav != PLM_BLOB_UNKNOWN;
        account->last_nav.v = account->has_last ? (plm_i128)nav * PLM_ATTO_A_MICRO : 0;
    }
    plm_blob_walk_close(&walk);
    return status;
}

plm_status plm_blob_load_navs(plm_page *page, plm_diag *diag)
{
    for (size_t i = 0; i < page->accounts; i++) {
        plm_status const status = load_nav(page, &page->account[i], diag);
        PLM_TRY(status);
    }
    return PLM_OK;
}
