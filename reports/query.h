/*
 * query.h - one SELECT over a run database: opened, bound, stepped, closed.
 *
 *     plm_query query;
 *     PLM_TRY(plm_query_open(db, "SELECT ts_ns, nav_micro, nav_atto FROM equity WHERE ...", diag,
 *                            &query));
 *     plm_query_bind_int(&query, 1, account);
 *     plm_status status;
 *     while ((status = plm_query_step(&query, diag)) == PLM_OK) {
 *         ... plm_query_int(&query, 0) ... plm_query_money(&query, 1) ...
 *     }
 *     plm_query_close(&query);
 *     PLM_TRY(status);                     PLM_END: no more rows
 *
 * SQL is always a literal; values come in through binds alone. Columns count from 0, places of
 * binds from 1. A column of the wrong type reads as 0 or "", as in SQLite.
 */
#ifndef PLM_QUERY_H
#define PLM_QUERY_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "num.h"
#include "status.h"

#define PLM_ATTO_A_MICRO INT64_C(1000000000000) /* units of NAME_atto in one of NAME_micro */

typedef struct plm_query {
    sqlite3 *db;
    sqlite3_stmt *statement;
} plm_query;

PLM_NODISCARD plm_status plm_query_open(sqlite3 *db, const char *sql, plm_diag *diag,
                                        plm_query *out);
void plm_query_close(plm_query *query);

void plm_query_bind_int(plm_query *query, int place, int64_t value);
void plm_query_bind_text(plm_query *query, int place, const char *text); /* borrowed */

/* PLM_OK: a row is there; PLM_END: no more. */
PLM_NODISCARD plm_status plm_query_step(plm_query *query, plm_diag *diag);
/* From the beginning again, with other binds. */
void plm_query_reset(plm_query *query);

bool plm_query_is_null(const plm_query *query, int column);
int64_t plm_query_int(const plm_query *query, int column);
double plm_query_real(const plm_query *query, int column);
/* Never NULL; borrowed until the next step. */
const char *plm_query_text(const plm_query *query, int column);
/* Of NAME_micro at `column` and NAME_atto at the next. */
plm_money plm_query_money(const plm_query *query, int column);

/* The two columns of an amount: rounded down to 10^-6, and the rest. False: it doesn't fit. */
PLM_NODISCARD bool plm_money_split(plm_money amount, int64_t *out_micro, int64_t *out_atto);
/* The first of them alone. */
PLM_NODISCARD bool plm_money_micro(plm_money amount, int64_t *out);

#endif
