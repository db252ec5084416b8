/*
 * metrics.c - all accounts of a run, measured one after another; kept in the table metric, and
 * compared with what stands there.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "metric_parts.h"

#define SAME 1e-12

/* -- what the run is about -------------------------------------------------------------------- */

static plm_status load_run(plm_measure *measure)
{
    plm_query query;
    PLM_TRY(plm_query_open(measure->db,
                           "SELECT equity_as = 'blobs', first_ns, last_ns FROM run WHERE id = 1",
                           measure->diag, &query));
    plm_status const status = plm_query_step(&query, measure->diag);
    measure->blobs = status == PLM_OK && plm_query_int(&query, 0) != 0;
    measure->first_ns = plm_query_int(&query, 1);
    measure->last_ns = plm_query_int(&query, 2);
    plm_query_close(&query);
    PLM_TRY(status);
    if (measure->first_ns != 0 || measure->last_ns != 0) { /* NULL: it replayed nothing */
        PLM_TRY(plm_time_check(measure, measure->first_ns));
        PLM_TRY(plm_time_check(measure, measure->last_ns));
    }
    return PLM_OK;
}

static plm_status load_assets(plm_measure *measure)
{
    plm_query query;
    PLM_TRY(plm_query_open(measure->db, "SELECT id, name FROM asset ORDER BY id", measure->diag,
                           &query));
    plm_status status;
    size_t cap = 0;
    while ((status = plm_query_step(&query, measure->diag)) == PLM_OK) {
        if (measure->asset_count == cap) {
            cap = cap * 2 + 16;
            measure->asset = plm_realloc(measure->asset, cap, sizeof *measure->asset);
        }
        measure->asset[measure->asset_count++] = (plm_metric_asset){
            .id = plm_query_int(&query, 0), .name = plm_strdup(plm_query_text(&query, 1))};
    }
    plm_query_close(&query);
    PLM_TRY(status);
    return PLM_OK;
}

static plm_status place_or_none(plm_measure *measure, const plm_query *query, int column,
                                size_t *out)
{
    *out = PLM_NO_PLACE;
    return plm_query_is_null(query, column)
               ? PLM_OK
               : plm_asset_place(measure, plm_query_int(query, column), out);
}

static plm_status load_instruments(plm_measure *measure)
{
    plm_query query;
    PLM_TRY(plm_query_open(measure->db,
                           "SELECT i.id, i.kind = 'spot', i.px_scale, m.id, b.id FROM instrument i"
                           " LEFT JOIN asset m"
                           " ON m.name = CASE i.kind WHEN 'spot' THEN i.quote ELSE i.settle END"
                           " LEFT JOIN asset b ON b.name = i.base ORDER BY i.id",
                           measure->diag, &query));
    plm_status status;
    size_t cap = 0;
    while ((status = plm_query_step(&query, measure->diag)) == PLM_OK) {
        int64_t const scale = plm_query_int(&query, 2);
        plm_metric_instrument row = {.id = plm_query_int(&query, 0),
                                     .is_spot = plm_query_int(&query, 1) != 0,
                                     .px_scale = scale < 0 || scale > 18 ? 18 : (unsigned)scale};
        status = place_or_none(measure, &query, 3, &row.money);
        if (status == PLM_OK) {
            status = place_or_none(measure, &query, 4, &row.base);
        }
        if (status < 0) {
            break;
        }
        if (measure->instrument_count == cap) {
            cap = cap * 2 + 16;
            measure->instrument =
                plm_realloc(measure->instrument, cap, sizeof *measure->instrument);
        }
        measure->instrument[measure->instrument_count++] = row;
    }
    plm_query_close(&query);
    PLM_TRY(status);
    return PLM_OK;
}

/* -- accounts --------------------------------------------------------------------------------- */

/* Rows of one account in the order of the table, those of a level after their metric. */
static int compare_rows(const void *a, const void *b)
{
    const plm_metric_row *const x = a;
    const plm_metric_row *const y = b;
    const char *nearest;
    const plm_metric_def *const first = plm_metric_find(x->name, &nearest);
    const plm_metric_def *const second = plm_metric_find(y->name, &nearest);
    return first == second ? strcmp(x->name, y->name) : (first > second) - (first < second);
}

static plm_status measure_account(plm_measure *measure)
{
    size_t const begin = measure->rows->count;
    measure->volume = plm_bag_create(measure);
    measure->has_profit = false;
    measure->forced_count = 0;
    plm_status status = plm_measure_costs(measure);
    if (status == PLM_OK) {
        status = plm_measure_equity(measure);
    }
    if (status == PLM_OK) {
        status = plm_measure_trades(measure);
    }
    if (status == PLM_OK) {
        status = plm_measure_liquidations(measure);
    }
    plm_bag_destroy(&measure->volume);
    if (status == PLM_OK) {
        qsort(&measure->rows->row[begin], measure->rows->count - begin, sizeof *measure->rows->row,
              compare_rows);
    }
    return status;
}

static plm_status measure_accounts(plm_measure *measure)
{
    plm_query query;
    PLM_TRY(plm_query_open(measure->db,
                           "SELECT id, report_asset_id, rulebook_id IS NULL, lowest_exact,"
                           " first_nav_micro, first_nav_atto FROM account ORDER BY id",
                           measure->diag, &query));
    plm_status status;
    while ((status = plm_query_step(&query, measure->diag)) == PLM_OK) {
        measure->account = plm_query_int(&query, 0);
        measure->is_plain = plm_query_int(&query, 2) != 0;
        measure->lowest_exact = plm_query_int(&query, 3) != 0;
        measure->has_first_nav = !plm_query_is_null(&query, 4);
        measure->first_nav = plm_query_money(&query, 4);
        status = plm_asset_place(measure, plm_query_int(&query, 1), &measure->report);
        if (status == PLM_OK) {
            status = measure_account(measure);
        }
        if (status < 0) {
            break;
        }
    }
    plm_query_close(&query);
    PLM_TRY(status);
    return PLM_OK;
}

plm_status plm_metrics_compute(sqlite3 *db, plm_diag *diag, plm_metric_rows *out)
{
    plm_metric_rows rows = {0};
    plm_measure measure = {.db = db, .diag = diag, .rows = &rows};
    plm_status status = load_run(&measure);
    if (status == PLM_OK) {
        status = load_assets(&measure);
    }
    if (status == PLM_OK) {
        status = load_instruments(&measure);
    }
    if (status == PLM_OK) {
        status = measure_accounts(&measure);
    }
    for (size_t i = 0; i < measure.asset_count; i++) {
        plm_free(measure.asset[i].name);
    }
    plm_free(measure.asset);
    plm_free(measure.instrument);
    plm_free(measure.forced);
    if (status < 0) {
        plm_metrics_free(&rows);
        return status;
    }
    *out = rows;
    return PLM_OK;
}

void plm_metrics_free(plm_metric_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        plm_metric_row *const row = &rows->row[i];
        plm_free(row->name);
        plm_free(row->exact);
        plm_free(row->unit);
        plm_free(row->basis);
        plm_free(row->reason);
    }
    plm_free(rows->row);
    *rows = (plm_metric_rows){0};
}

/* -- the table metric ------------------------------------------------------------------------- */

static plm_status delete_rows(sqlite3 *db, plm_diag *diag)
{
    plm_query query;
    PLM_TRY(plm_query_open(db, "DELETE FROM metric", diag, &query));
    plm_status const status = plm_query_step(&query, diag);
    plm_query_close(&query);
    PLM_TRY(status);
    return PLM_OK;
}

static void bind_optional(plm_query *query, int place, const char *text)
{
    if (text == NULL) {
        (void)sqlite3_bind_null(query->statement, place);
    } else {
        plm_query_bind_text(query, place, text);
    }
}

static plm_status insert_rows(sqlite3 *db, const plm_metric_rows *rows, plm_diag *diag)
{
    plm_query query;
    PLM_TRY(plm_query_open(db,
                           "INSERT INTO metric (account_id, name, value, exact, unit, basis,"
                           " reason) VALUES (?, ?, ?, ?, ?, ?, ?)",
                           diag, &query));
    plm_status status = PLM_END;
    for (size_t i = 0; i < rows->count && status == PLM_END; i++) {
        const plm_metric_row *const row = &rows->row[i];
        plm_query_reset(&query);
        plm_query_bind_int(&query, 1, row->account_id);
        plm_query_bind_text(&query, 2, row->name);
        if (row->has_value) {
            (void)sqlite3_bind_double(query.statement, 3, row->value);
        } else {
            (void)sqlite3_bind_null(query.statement, 3);
        }
        bind_optional(&query, 4, row->exact);
        plm_query_bind_text(&query, 5, row->unit);
        plm_query_bind_text(&query, 6, row->basis);
        bind_optional(&query, 7, row->reason);
        status = plm_query_step(&query, diag);
    }
    plm_query_close(&query);
    PLM_TRY(status);
    return PLM_OK;
}

plm_status plm_metrics_write(sqlite3 *db, plm_diag *diag)
{
    plm_metric_rows rows;
    PLM_TRY(plm_metrics_compute(db, diag, &rows));
    plm_status status = delete_rows(db, diag);
    if (status == PLM_OK) {
        status = insert_rows(db, &rows, diag);
    }
    plm_metrics_free(&rows);
    return status;
}

/* -- comparing -------------------------------------------------------------------------------- */

static bool same_text(const char *mine, const plm_query *query, int column)
{
    return mine == NULL ? plm_query_is_null(query, column)
                        : !plm_query_is_null(query, column) &&
                              strcmp(mine, plm_query_text(query, column)) == 0;
}

static bool same_value(const plm_metric_row *row, const plm_query *query, int column)
{
    if (!row->has_value) {
        return plm_query_is_null(query, column);
    }
    double const stored = plm_query_real(query, column);
    return !plm_query_is_null(query, column) &&
           fabs(stored - row->value) <= SAME * fmax(fabs(stored), fabs(row->value));
}

/* NULL: the stored row says the same. */
static plm_status compare_row(plm_query *query, const plm_metric_row *row, plm_diag *diag,
                              char **out)
{
    static const char *const columns[] = {"value", "exact", "unit", "basis", "reason"};
    const char *const texts[] = {NULL, row->exact, row->unit, row->basis, row->reason};
    plm_query_reset(query);
    plm_query_bind_int(query, 1, row->account_id);
    plm_query_bind_text(query, 2, row->name);
    plm_status const status = plm_query_step(query, diag);
    if (status == PLM_END) {
        *out = plm_text_format("account %lld: the metric %s is not stored",
                               (long long)row->account_id, row->name);
        return PLM_OK;
    }
    PLM_TRY(status);
    for (int i = 0; i < 5; i++) {
        if (i == 0 ? !same_value(row, query, i) : !same_text(texts[i], query, i)) {
            *out = plm_text_format("account %lld: %s of the metric %s is stored as '%s', but the "
                                   "rows give something else",
                                   (long long)row->account_id, columns[i], row->name,
                                   plm_query_is_null(query, i) ? "NULL" : plm_query_text(query, i));
            return PLM_OK;
        }
    }
    return PLM_OK;
}

static plm_status compare_count(sqlite3 *db, const plm_metric_rows *rows, plm_diag *diag,
                                char **out)
{
    plm_query query;
    PLM_TRY(plm_query_open(db, "SELECT count(*) FROM metric", diag, &query));
    plm_status const status = plm_query_step(&query, diag);
    int64_t const count = status == PLM_OK ? plm_query_int(&query, 0) : 0;
    plm_query_close(&query);
    PLM_TRY(status);
    if (count != (int64_t)rows->count) {
        *out = plm_text_format("%lld metrics are stored, but the rows give %zu", (long long)count,
                               rows->count);
    }
    return PLM_OK;
}

plm_status plm_metrics_verify(sqlite3 *db, plm_diag *diag, char **out_difference)
{
    plm_metric_rows rows;
    plm_query query;
    char *difference = NULL;
    PLM_TRY(plm_metrics_compute(db, diag, &rows));
    plm_status status = plm_query_open(db,
                                       "SELECT value, exact, unit, basis, reason FROM metric"
                                       " WHERE account_id = ? AND name = ?",
                                       diag, &query);
    if (status == PLM_OK) {
        for (size_t i = 0; i < rows.count && status == PLM_OK && difference == NULL; i++) {
            status = compare_row(&query, &rows.row[i], diag, &difference);
        }
        plm_query_close(&query);
    }
    if (status == PLM_OK && difference == NULL) {
        status = compare_count(db, &rows, diag, &difference);
    }
    plm_metrics_free(&rows);
    PLM_TRY(status);
    *out_difference = difference;
    return PLM_OK;
}
