/*
 * db_row.c - SQLite's binds and steps, every code looked at.
 */
#include "db_row.h"

#include "check.h"
#include "query.h"

plm_status plm_row_fail(sqlite3 *db, plm_diag *diag)
{
    const char *const name = sqlite3_db_filename(db, "main");
    return plm_fail(diag, PLM_ERR_IO, "%s: cannot be written: %s",
                    name == NULL || name[0] == '\0' ? "database" : name, sqlite3_errmsg(db));
}

plm_status plm_row_exec(sqlite3 *db, const char *sql, plm_diag *diag)
{
    return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK ? PLM_OK : plm_row_fail(db, diag);
}

plm_status plm_row_open(sqlite3 *db, const char *sql, plm_diag *diag, plm_row *out)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) != SQLITE_OK) {
        return plm_row_fail(db, diag);
    }
    *out = (plm_row){.statement = statement};
    return PLM_OK;
}

void plm_row_close(plm_row *row)
{
    (void)sqlite3_finalize(row->statement); /* tells again what put has told */
    row->statement = NULL;
}

static void note(plm_row *row, int code)
{
    if (row->code == SQLITE_OK) {
        row->code = code;
    }
}

void plm_row_int(plm_row *row, int64_t value)
{
    note(row, sqlite3_bind_int64(row->statement, ++row->at, value));
}

void plm_row_null(plm_row *row)
{
    note(row, sqlite3_bind_null(row->statement, ++row->at));
}

void plm_row_text(plm_row *row, const char *text)
{
    note(row, sqlite3_bind_text(row->statement, ++row->at, text, -1, SQLITE_STATIC));
}

void plm_row_bytes(plm_row *row, const void *bytes, size_t size)
{
    note(row, sqlite3_bind_blob64(row->statement, ++row->at, bytes, size, SQLITE_STATIC));
}

void plm_row_money(plm_row *row, plm_money amount)
{
    int64_t micro = 0;
    int64_t atto = 0;
    row->misfit = !plm_money_split(amount, &micro, &atto) || row->misfit;
    plm_row_int(row, micro);
    plm_row_int(row, atto);
}

void plm_row_amount(plm_row *row, plm_amount amount)
{
    plm_u128 const bits = (plm_u128)(uint64_t)amount.hi << 64 | amount.lo;
    plm_row_money(row, (plm_money){(plm_i128)bits});
}

void plm_row_no_money(plm_row *row)
{
    plm_row_null(row);
    plm_row_null(row);
}

void plm_row_known(plm_row *row, uint32_t id)
{
    if (id == UINT32_MAX) {
        plm_row_null(row);
    } else {
        plm_row_int(row, id);
    }
}

void plm_row_time(plm_row *row, plm_ts ts)
{
    if (ts == 0) {
        plm_row_null(row);
    } else {
        plm_row_int(row, ts);
    }
}

void plm_row_flag(plm_row *row, bool flag)
{
    plm_row_int(row, flag ? 1 : 0);
}

plm_status plm_row_put(plm_row *row, plm_diag *diag)
{
    sqlite3 *const db = sqlite3_db_handle(row->statement);
    plm_assert(row->at == sqlite3_bind_parameter_count(row->statement));
    if (row->misfit) {
        return plm_fail(diag, PLM_ERR_RUN,
                        "an amount of more than 9 * 10^12 has no place in the run database");
    }
    int const stepped = row->code == SQLITE_OK ? sqlite3_step(row->statement) : row->code;
    int const reset = sqlite3_reset(row->statement);
    row->at = 0;
    return stepped == SQLITE_DONE && reset == SQLITE_OK ? PLM_OK : plm_row_fail(db, diag);
}
