/*
 * export.c - a run's tables row by row, as exact text.
 */
#include "export.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "decimal.h"
#include "export_tables.h"
#include "memory.h"
#include "nearest.h"
#include "query.h"
#include "timetext.h"

#define NAMES_MAX 256u /* accounts among which the nearest name is sought */
#define HEAD_CAP 48
#define RATE_SCALE 12u

struct plm_export {
    const plm_export_table *table;
    plm_query query;
    char *account; /* bound */
    size_t count;
    char head[PLM_EXPORT_CELLS_MAX][HEAD_CAP];
    char text[PLM_EXPORT_CELLS_MAX][PLM_DECIMAL_TEXT_CAP];
    plm_export_cell cell[PLM_EXPORT_CELLS_MAX];
};

/* -- opening --------------------------------------------------------------------------------- */

static plm_status check_account(sqlite3 *db, const char *account, plm_diag *diag)
{
    plm_query query;
    plm_status status;
    char *names[NAMES_MAX + 1u] = {NULL};
    size_t count = 0;
    bool found = false;
    PLM_TRY(plm_query_open(db, "SELECT name FROM account ORDER BY id", diag, &query));
    while ((status = plm_query_step(&query, diag)) == PLM_OK && !found) {
        found = strcmp(plm_query_text(&query, 0), account) == 0;
        if (count < NAMES_MAX) {
            names[count++] = plm_strdup(plm_query_text(&query, 0));
        }
    }
    plm_query_close(&query);
    if (status >= 0 && !found) {
        const char *const near = plm_nearest(account, (const char *const *)names);
        status = plm_fail(diag, PLM_ERR_USAGE,
                          "export: --account '%s': this run has none of that name%s%s%s", account,
                          near == NULL ? "" : "; did you mean '", near == NULL ? "" : near,
                          near == NULL ? "" : "'?");
    }
    for (size_t i = 0; i < count; i++) {
        plm_free(names[i]);
    }
    return status < 0 ? status : PLM_OK;
}

static plm_status check_blobs(sqlite3 *db, const char *what, plm_diag *diag)
{
    plm_query query;
    if (strcmp(what, "equity") != 0) {
        return PLM_OK;
    }
    PLM_TRY(plm_query_open(db, "SELECT equity_as = 'blobs' FROM run WHERE id = 1", diag, &query));
    const plm_status status = plm_query_step(&query, diag);
    const bool blobs = status == PLM_OK && plm_query_int(&query, 0) != 0;
    plm_query_close(&query);
    PLM_TRY(status);
    return blobs ? plm_fail(
                       diag, PLM_ERR_INPUT,
                       "export: this run keeps equity as blobs, which have no exact rows; run it "
                       "with --equity rows")
                 : PLM_OK;
}

static void make_heads(plm_export *self)
{
    for (const plm_export_column *at = self->table->column; at->kind != PLM_EXPORT_NONE; at++) {
        if (at->kind == PLM_EXPORT_TIME) {
            (void)snprintf(self->head[self->count++], HEAD_CAP, "%s_ns", at->name);
        }
        (void)snprintf(self->head[self->count++], HEAD_CAP, "%s", at->name);
    }
}

plm_status plm_export_open(sqlite3 *db, const char *what, const char *account, plm_diag *diag,
                           plm_export **out)
{
    const plm_export_table *const table = plm_export_find(what);
    plm_assert(table != NULL);
    if (account != NULL && !table->of_accounts) {
        return plm_fail(diag, PLM_ERR_USAGE, "export: --account: rows of '%s' belong to no account",
                        what);
    }
    if (account != NULL) {
        PLM_TRY(check_account(db, account, diag));
    }
    PLM_TRY(check_blobs(db, what, diag));
    plm_export *const self = plm_alloc(1, sizeof *self);
    self->table = table;
    const plm_status status = plm_query_open(db, table->sql, diag, &self->query);
    if (status < 0) {
        plm_free(self);
        return status;
    }
    if (account != NULL) {
        self->account = plm_strdup(account);
        plm_query_bind_text(&self->query, 1, self->account);
    }
    make_heads(self);
    *out = self;
    return PLM_OK;
}

void plm_export_close(plm_export *self)
{
    if (self != NULL) {
        plm_query_close(&self->query);
        plm_free(self->account);
        plm_free(self);
    }
}

size_t plm_export_cell_count(const plm_export *self)
{
    return self->count;
}

const char *plm_export_head(const plm_export *self, size_t cell)
{
    plm_assert(cell < self->count);
    return self->head[cell];
}

/* -- rows ------------------------------------------------------------------------------------ */

static unsigned scale_of(const plm_export *self, int place, unsigned most)
{
    const int64_t scale = plm_query_int(&self->query, place);
    return scale < 0 ? 0 : scale > (int64_t)most ? most : (unsigned)scale;
}

static void write_time(int64_t ts, char *out)
{
    out[0] = '\0';
    if (ts >= PLM_TS_MIN && ts < PLM_TS_MAX) {
        (void)plm_time_format(ts, out);
    }
}

static void write_count(int64_t value, char *out)
{
    (void)snprintf(out, PLM_DECIMAL_TEXT_CAP, "%" PRId64, value);
}

/* Writes the value at `place` of the row as text; the kind of the cell. */
static plm_cell_kind write_value(const plm_export *self, plm_export_kind kind, int place, char *out)
{
    const plm_query *const row = &self->query;
    const int64_t value = plm_query_int(row, place);
    switch (kind) {
    case PLM_EXPORT_NONE:
    case PLM_EXPORT_TEXT:
        return PLM_CELL_TEXT;
    case PLM_EXPORT_COUNT:
        write_count(value, out);
        return PLM_CELL_COUNT;
    case PLM_EXPORT_TIME:
        write_time(value, out);
        return PLM_CELL_TEXT;
    case PLM_EXPORT_MONEY:
        (void)plm_decimal_format_money(plm_query_money(row, place), out);
        return PLM_CELL_DECIMAL;
    case PLM_EXPORT_SCALED:
        (void)plm_decimal_format(value, scale_of(self, place + 1, 18), out);
        return PLM_CELL_DECIMAL;
    case PLM_EXPORT_HALF:
        (void)plm_decimal_format_i128((plm_i128)value * 5, scale_of(self, place + 1, 17) + 1, out);
        return PLM_CELL_DECIMAL;
    case PLM_EXPORT_RATE:
        (void)plm_decimal_format(value, RATE_SCALE, out);
        return PLM_CELL_DECIMAL;
    case PLM_EXPORT_HUNDRED:
        (void)plm_decimal_format(value, 2, out);
        return PLM_CELL_DECIMAL;
    case PLM_EXPORT_REAL:
        (void)snprintf(out, PLM_DECIMAL_TEXT_CAP, "%.17g", plm_query_real(row, place));
        return PLM_CELL_REAL;
    }
    return PLM_CELL_NONE;
}

static bool takes_two(plm_export_kind kind)
{
    return kind == PLM_EXPORT_MONEY || kind == PLM_EXPORT_SCALED || kind == PLM_EXPORT_HALF;
}

static void fill(plm_export *self)
{
    size_t at = 0;
    int place = 0;
    for (const plm_export_column *column = self->table->column; column->kind != PLM_EXPORT_NONE;
         column++) {
        const bool empty = plm_query_is_null(&self->query, place);
        if (column->kind == PLM_EXPORT_TIME) {
            write_count(plm_query_int(&self->query, place), self->text[at]);
            self->cell[at] = (plm_export_cell){empty ? PLM_CELL_NONE : PLM_CELL_COUNT,
                                               empty ? "" : self->text[at]};
            at++;
        }
        self->text[at][0] = '\0';
        const plm_cell_kind kind = write_value(self, column->kind, place, self->text[at]);
        const char *const text =
            column->kind == PLM_EXPORT_TEXT ? plm_query_text(&self->query, place) : self->text[at];
        self->cell[at++] = (plm_export_cell){empty ? PLM_CELL_NONE : kind, empty ? "" : text};
        place += takes_two(column->kind) ? 2 : 1;
    }
}

plm_status plm_export_next(plm_export *self, plm_diag *diag, const plm_export_cell **out)
{
    const plm_status status = plm_query_step(&self->query, diag);
    if (status == PLM_OK) {
        fill(self);
        *out = self->cell;
    }
    return status;
}
