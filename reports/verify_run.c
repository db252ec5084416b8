/*
 * verify_run.c - whether a run database is whole: what it says of itself, counted again.
 */
#include "verify_run.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "decimal.h"
#include "memory.h"
#include "metric.h"
#include "query.h"

#define ASSETS_MAX 4096

/* Every table but table_count itself, with its rows. */
#define ROWS_OF(table)                                                                             \
    {                                                                                              \
#table, "SELECT count(*) FROM " #table                                                     \
    }
static const struct {
    const char *name, *sql;
} tables[] = {
    ROWS_OF(run),          ROWS_OF(setting),     ROWS_OF(deviation),
    ROWS_OF(warning),      ROWS_OF(source),      ROWS_OF(import_report),
    ROWS_OF(asset),        ROWS_OF(instrument),  ROWS_OF(rulebook),
    ROWS_OF(mark),         ROWS_OF(account),     ROWS_OF(pool),
    ROWS_OF(equity),       ROWS_OF(margin),      ROWS_OF(contribution),
    ROWS_OF(price),        ROWS_OF(equity_blob), ROWS_OF(order_event),
    ROWS_OF(fill),         ROWS_OF(position),    ROWS_OF(posting),
    ROWS_OF(funding),      ROWS_OF(settlement),  ROWS_OF(interest),
    ROWS_OF(margin_event), ROWS_OF(liquidation), ROWS_OF(liquidation_stage),
    ROWS_OF(counterparty), ROWS_OF(rule_change), ROWS_OF(collateral_event),
    ROWS_OF(note),         ROWS_OF(metric),      ROWS_OF(column_doc),
};

enum { TABLE_COUNT = sizeof tables / sizeof tables[0] };

static void say(plm_check *check, plm_verdict verdict, const char *format, ...) PLM_PRINTF(3, 4);

static void say(plm_check *check, plm_verdict verdict, const char *format, ...)
{
    va_list args;
    check->verdict = verdict;
    va_start(args, format);
    (void)vsnprintf(check->text, sizeof check->text, format, args);
    va_end(args);
}

/* The first column of the first row; *out_rows: whether there is one. */
static plm_status ask(sqlite3 *db, const char *sql, plm_diag *diag, bool *out_row, int64_t *out,
                      char *out_text, size_t cap)
{
    plm_query query;
    PLM_TRY(plm_query_open(db, sql, diag, &query));
    const plm_status status = plm_query_step(&query, diag);
    *out_row = status == PLM_OK;
    if (status == PLM_OK) {
        *out = plm_query_int(&query, 0);
        if (out_text != NULL) {
            (void)snprintf(out_text, cap, "%s", plm_query_text(&query, 0));
        }
    }
    plm_query_close(&query);
    return status < 0 ? status : PLM_OK;
}

/* -- checks ---------------------------------------------------------------------------------- */

static plm_status check_integrity(sqlite3 *db, plm_diag *diag, plm_check *check)
{
    char text[PLM_VERIFY_TEXT_CAP] = "";
    bool row = false;
    int64_t unused = 0;
    PLM_TRY(ask(db, "PRAGMA integrity_check(1)", diag, &row, &unused, text, sizeof text));
    if (row && strcmp(text, "ok") == 0) {
        say(check, PLM_VERDICT_OK, "pages, rows and indexes agree");
    } else {
        say(check, PLM_VERDICT_WRONG, "the file is damaged: %s", text);
    }
    return PLM_OK;
}

static plm_status check_keys(sqlite3 *db, plm_diag *diag, plm_check *check)
{
    char text[PLM_VERIFY_TEXT_CAP] = "";
    bool row = false;
    int64_t unused = 0;
    PLM_TRY(ask(db, "PRAGMA foreign_key_check", diag, &row, &unused, text, sizeof text));
    if (row) {
        say(check, PLM_VERDICT_WRONG, "a row of table %s points to nothing", text);
    } else {
        say(check, PLM_VERDICT_OK, "every row finds what it points to");
    }
    return PLM_OK;
}

static plm_status compare_count(sqlite3 *db, size_t place, plm_diag *diag, int64_t *rows,
                                plm_check *check)
{
    plm_query query;
    int64_t found = 0;
    bool row = false;
    PLM_TRY(ask(db, tables[place].sql, diag, &row, &found, NULL, 0));
    PLM_TRY(plm_query_open(db, "SELECT row_count FROM table_count WHERE table_name = ?1", diag,
                           &query));
    plm_query_bind_text(&query, 1, tables[place].name);
    const plm_status status = plm_query_step(&query, diag);
    const int64_t said = status == PLM_OK ? plm_query_int(&query, 0) : -1;
    plm_query_close(&query);
    PLM_TRY(status);
    *rows += found;
    if (check->verdict != PLM_VERDICT_WRONG && status == PLM_END) {
        say(check, PLM_VERDICT_WRONG, "the rows of table %s were not counted when the run ended",
            tables[place].name);
    } else if (check->verdict != PLM_VERDICT_WRONG && said != found) {
        say(check, PLM_VERDICT_WRONG, "table %s has %lld rows, the run wrote %lld",
            tables[place].name, (long long)found, (long long)said);
    }
    return PLM_OK;
}

static plm_status check_counts(sqlite3 *db, bool finished, plm_diag *diag, plm_check *check)
{
    int64_t rows = 0;
    if (!finished) {
        say(check, PLM_VERDICT_SKIPPED, "are written when a run is complete");
        return PLM_OK;
    }
    for (size_t i = 0; i < TABLE_COUNT; i++) {
        PLM_TRY(compare_count(db, i, diag, &rows, check));
    }
    if (check->verdict != PLM_VERDICT_WRONG) {
        say(check, PLM_VERDICT_OK, "%lld rows in %d tables, as many as were written",
            (long long)rows, TABLE_COUNT);
    }
    return PLM_OK;
}

/* -- the ledger ------------------------------------------------------------------------------ */

static plm_status sum_postings(plm_query *query, plm_diag *diag, plm_money *sum, int64_t *count,
                               bool *fits)
{
    plm_status status;
    while ((status = plm_query_step(query, diag)) == PLM_OK) {
        const int64_t asset = plm_query_int(query, 0);
        *fits = *fits && asset >= 0 && asset < ASSETS_MAX &&
                plm_money_add(sum[asset], plm_query_money(query, 1), &sum[asset]);
        (*count)++;
    }
    return status < 0 ? status : PLM_OK;
}

static plm_status name_asset(sqlite3 *db, int asset, plm_diag *diag, char *out, size_t cap)
{
    plm_query query;
    PLM_TRY(plm_query_open(db, "SELECT name FROM asset WHERE id = ?1", diag, &query));
    plm_query_bind_int(&query, 1, asset);
    const plm_status status = plm_query_step(&query, diag);
    (void)snprintf(out, cap, "%s",
                   status == PLM_OK ? plm_query_text(&query, 0) : "an unknown asset");
    plm_query_close(&query);
    return status < 0 ? status : PLM_OK;
}

static plm_status judge_postings(sqlite3 *db, const plm_money *sum, int64_t count, bool fits,
                                 plm_diag *diag, plm_check *check)
{
    if (!fits) {
        say(check, PLM_VERDICT_WRONG, "amounts do not fit, or belong to no asset");
        return PLM_OK;
    }
    for (int i = 0; i < ASSETS_MAX; i++) {
        if (plm_money_sign(sum[i]) != 0) {
            char text[PLM_DECIMAL_TEXT_CAP], name[64];
            PLM_TRY(name_asset(db, i, diag, name, sizeof name));
            (void)plm_decimal_format_money(sum[i], text);
            say(check, PLM_VERDICT_WRONG, "the postings of %s sum to %s, not to zero", name, text);
            return PLM_OK;
        }
    }
    say(check, PLM_VERDICT_OK, "%lld postings sum to zero in every asset", (long long)count);
    return PLM_OK;
}

static plm_status check_ledger(sqlite3 *db, plm_diag *diag, plm_check *check)
{
    plm_query query;
    int64_t count = 0;
    bool fits = true;
    PLM_TRY(plm_query_open(db, "SELECT asset_id, amount_micro, amount_atto FROM posting", diag,
                           &query));
    plm_money *const sum = plm_alloc(ASSETS_MAX, sizeof *sum);
    plm_status status = sum_postings(&query, diag, sum, &count, &fits);
    plm_query_close(&query);
    if (status >= 0) {
        status = judge_postings(db, sum, count, fits, diag, check);
    }
    plm_free(sum);
    return status;
}

static plm_status check_metrics(sqlite3 *db, bool finished, plm_diag *diag, plm_check *check)
{
    char *difference = NULL;
    if (!finished) {
        say(check, PLM_VERDICT_SKIPPED, "are measured when a run is complete");
        return PLM_OK;
    }
    PLM_TRY(plm_metrics_verify(db, diag, &difference));
    if (difference == NULL) {
        say(check, PLM_VERDICT_OK, "measured again, the same");
    } else {
        say(check, PLM_VERDICT_WRONG, "%s", difference);
    }
    plm_free(difference);
    return PLM_OK;
}

/* -- all ------------------------------------------------------------------------------------- */

plm_status plm_verify_run(sqlite3 *db, plm_diag *diag, plm_check *out, size_t *out_count)
{
    char status[32] = "";
    bool row = false;
    int64_t unused = 0;
    memset(out, 0, PLM_VERIFY_CHECKS_MAX * sizeof *out);
    out[0].name = "file";
    out[1].name = "references";
    out[2].name = "counts";
    out[3].name = "ledger";
    out[4].name = "metrics";
    PLM_TRY(
        ask(db, "SELECT status FROM run WHERE id = 1", diag, &row, &unused, status, sizeof status));
    const bool finished = strcmp(status, "complete") == 0 || strcmp(status, "tainted") == 0;
    PLM_TRY(check_integrity(db, diag, &out[0]));
    *out_count = 1;
    if (out[0].verdict == PLM_VERDICT_WRONG) {
        return PLM_OK;
    }
    PLM_TRY(check_keys(db, diag, &out[1]));
    PLM_TRY(check_counts(db, finished, diag, &out[2]));
    PLM_TRY(check_ledger(db, diag, &out[3]));
    PLM_TRY(check_metrics(db, finished, diag, &out[4]));
    *out_count = 5;
    return PLM_OK;
}

plm_status plm_verify_taint(const char *path, const char *cause, plm_diag *diag)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL);
    if (code == SQLITE_OK) {
        code = sqlite3_exec(db, "PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF;", NULL,
                            NULL, NULL);
    }
    if (code == SQLITE_OK) {
        code = sqlite3_prepare_v2(
            db,
            "UPDATE run SET status = 'tainted', cause = ?1 WHERE id = 1 AND status IN "
            "('complete', 'tainted')",
            -1, &statement, NULL);
    }
    if (code == SQLITE_OK) {
        (void)sqlite3_bind_text(statement, 1, cause, -1, SQLITE_STATIC);
        code = sqlite3_step(statement) == SQLITE_DONE ? SQLITE_OK : sqlite3_errcode(db);
    }
    (void)sqlite3_finalize(statement);
    plm_status status = PLM_OK;
    if (code != SQLITE_OK) {
        status = plm_fail(diag, PLM_ERR_IO, "%s: can't be marked: %s", path, sqlite3_errmsg(db));
    }
    (void)sqlite3_close(db);
    return status;
}
