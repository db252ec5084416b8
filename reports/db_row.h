/*
 * db_row.h - rows into a database that is being written: a prepared statement, filled from left to
 * right, one value a call.
 */
#ifndef PLM_DB_ROW_H
#define PLM_DB_ROW_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "num.h"
#include "plimsoll.h"
#include "status.h"

typedef struct plm_row {
    sqlite3_stmt *statement;
    int at;      /* values given so far */
    int code;    /* the first failure of a bind */
    bool misfit; /* an amount was too large for its two columns */
} plm_row;

/* The failure of a write: "FILE: what SQLite says", PLM_ERR_IO. */
PLM_NODISCARD plm_status plm_row_fail(sqlite3 *db, plm_diag *diag);

/* A statement, or several without results. */
PLM_NODISCARD plm_status plm_row_exec(sqlite3 *db, const char *sql, plm_diag *diag);

PLM_NODISCARD plm_status plm_row_open(sqlite3 *db, const char *sql, plm_diag *diag, plm_row *out);
void plm_row_close(plm_row *row); /* also one that was never opened */

/* Text is borrowed until plm_row_put. */
void plm_row_int(plm_row *row, int64_t value);
void plm_row_null(plm_row *row);
void plm_row_text(plm_row *row, const char *text); /* NULL: NULL */
void plm_row_bytes(plm_row *row, const void *bytes, size_t size);
void plm_row_money(plm_row *row, plm_money amount); /* two columns */
void plm_row_amount(plm_row *row, plm_amount amount);
void plm_row_no_money(plm_row *row);           /* two columns of NULL */
void plm_row_known(plm_row *row, uint32_t id); /* UINT32_MAX: NULL */
void plm_row_time(plm_row *row, plm_ts ts);    /* 0: NULL */
void plm_row_flag(plm_row *row, bool flag);

/* Runs the statement once; then the next row can be filled. */
PLM_NODISCARD plm_status plm_row_put(plm_row *row, plm_diag *diag);

#endif
