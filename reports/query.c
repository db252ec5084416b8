/*
 * query.c - a thin coat over SQLite's statements: our statuses, our money.
 */
#include "query.h"

#include "check.h"

static plm_status fail(sqlite3 *db, plm_diag *diag)
{
    int const code = sqlite3_errcode(db);
    const char *const name = sqlite3_db_filename(db, "main");
    plm_status status = PLM_ERR_INPUT;
    if (code == SQLITE_IOERR || code == SQLITE_FULL || code == SQLITE_NOMEM) {
        status = PLM_ERR_IO;
    }
    return plm_fail(diag, status, "%s: %s", name == NULL || name[0] == '\0' ? "database" : name,
                    sqlite3_errmsg(db));
}

plm_status plm_query_open(sqlite3 *db, const char *sql, plm_diag *diag, plm_query *out)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK) {
        return fail(db, diag);
    }
    *out = (plm_query){.db = db, .statement = statement};
    return PLM_OK;
}

void plm_query_close(plm_query *query)
{
    (void)sqlite3_finalize(query->statement);
    query->statement = NULL;
}

void plm_query_bind_int(plm_query *query, int place, int64_t value)
{
    int const code = sqlite3_bind_int64(query->statement, place, value);
    plm_assert(code == SQLITE_OK);
}

void plm_query_bind_text(plm_query *query, int place, const char *text)
{
    int const code = sqlite3_bind_text(query->statement, place, text, -1, SQLITE_STATIC);
    plm_assert(code == SQLITE_OK);
}

plm_status plm_query_step(plm_query *query, plm_diag *diag)
{
    switch (sqlite3_step(query->statement)) {
    case SQLITE_ROW:
        return PLM_OK;
    case SQLITE_DONE:
        return PLM_END;
    default:
        return fail(query->db, diag);
    }
}

void plm_query_reset(plm_query *query)
{
    (void)sqlite3_reset(query->statement);
}

bool plm_query_is_null(const plm_query *query, int column)
{
    return sqlite3_column_type(query->statement, column) == SQLITE_NULL;
}

int64_t plm_query_int(const plm_query *query, int column)
{
    return sqlite3_column_int64(query->statement, column);
}

double plm_query_real(const plm_query *query, int column)
{
    return sqlite3_column_double(query->statement, column);
}

const char *plm_query_text(const plm_query *query, int column)
{
    const unsigned char *const text = sqlite3_column_text(query->statement, column);
    return text == NULL ? "" : (const char *)text;
}

plm_money plm_query_money(const plm_query *query, int column)
{
    plm_i128 const micro = plm_query_int(query, column);
    return (plm_money){micro * PLM_ATTO_A_MICRO + plm_query_int(query, column + 1)};
}

/* 10^12 = 2^12 * 5^12. A shift takes the first factor; two divisions by a constant the second, of
 * numbers that fit 64 bits, since a quotient that has a place is below 2^63. */
bool plm_money_micro(plm_money amount, int64_t *out)
{
    uint64_t const divisor = 244140625; /* 5^12 */
    bool const negative = amount.v < 0;
    plm_u128 const size = (plm_u128)(negative ? ~amount.v : amount.v) >> 12;
    if (size >> 63 >= divisor) {
        return false;
    }
    uint64_t const high = (uint64_t)(size >> 32);
    uint64_t const low = (high % divisor) << 32 | (uint32_t)size;
    int64_t const quotient = (int64_t)((high / divisor << 32) + low / divisor);
    *out = negative ? ~quotient : quotient; /* of ~v, that is down */
    return true;
}

bool plm_money_split(plm_money amount, int64_t *out_micro, int64_t *out_atto)
{
    if (!plm_money_micro(amount, out_micro)) {
        return false;
    }
    *out_atto = (int64_t)(amount.v - (plm_i128)*out_micro * PLM_ATTO_A_MICRO);
    return true;
}
