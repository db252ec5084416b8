/*
 * db_run.c - the tables that say what was run, and what came out of it as a whole.
 */
#include "db_run.h"

#include <stdio.h>
#include <string.h>

#include "check.h"
#include "db_row.h"
#include "db_text.h"
#include "query.h"
#include "timetext.h"

#define CELL_CAP 1024

/* -- before the run -------------------------------------------------------------------------- */

static plm_status put_head(sqlite3 *db, const plm_db_run *run, plm_diag *diag)
{
    plm_row row;
    char digest[PLM_DIGEST_TEXT_CAP], config[PLM_DIGEST_TEXT_CAP], started[PLM_TIME_TEXT_CAP];
    plm_digest_text(run->tape_digest, digest);
    plm_digest_text(run->config_sha256, config);
    (void)plm_time_format(run->started, started);
    PLM_TRY(plm_row_open(db,
                         "INSERT INTO run (id, status, name, producer, run_file, config_text, "
                         "config_sha256, overrides, tape, tape_digest, tape_synthetic, seed, "
                         "sample_len_ns, assess, equity_as, with_orders, started_utc) VALUES (1, "
                         "'incomplete', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                         diag, &row));
    plm_row_text(&row, run->name);
    plm_row_text(&row, run->producer);
    plm_row_text(&row, run->run_file);
    plm_row_text(&row, run->config_text);
    plm_row_text(&row, config);
    plm_row_text(&row, run->overrides);
    plm_row_text(&row, run->tape);
    plm_row_text(&row, digest);
    plm_row_flag(&row, run->tape_synthetic);
    plm_row_int(&row, (int64_t)run->seed);
    plm_row_int(&row, run->sample_len_ns);
    plm_row_text(&row, run->every_tick ? "every-tick" : "bands");
    plm_row_text(&row, run->blobs ? "blobs" : "rows");
    plm_row_flag(&row, run->with_orders);
    plm_row_text(&row, started);
    plm_status const status = plm_row_put(&row, diag);
    plm_row_close(&row);
    return status;
}

/* Texts with numbers from `first` on. */
static plm_status put_texts(sqlite3 *db, const char *sql, const char *const *texts, uint32_t count,
                            uint32_t first, plm_diag *diag)
{
    plm_row row;
    PLM_TRY(plm_row_open(db, sql, diag, &row));
    plm_status status = PLM_OK;
    for (uint32_t i = 0; i < count && status == PLM_OK; i++) {
        plm_row_int(&row, first + i);
        plm_row_text(&row, texts[i]);
        status = plm_row_put(&row, diag);
    }
    plm_row_close(&row);
    return status;
}

static plm_status put_settings(sqlite3 *db, const plm_db_run *run, plm_diag *diag)
{
    plm_row row;
    PLM_TRY(plm_row_open(db, "INSERT INTO setting VALUES (?, ?, ?, ?)", diag, &row));
    plm_status status = PLM_OK;
    for (uint32_t i = 0; i < run->setting_count && status == PLM_OK; i++) {
        plm_row_int(&row, i + 1);
        plm_row_text(&row, run->setting[i].path);
        plm_row_text(&row, run->setting[i].value);
        plm_row_text(&row, run->setting[i].origin);
        status = plm_row_put(&row, diag);
    }
    plm_row_close(&row);
    return status;
}

static void fill_instrument(plm_row *row, uint32_t id, const plm_instrument *what, const char *kind)
{
    plm_row_int(row, id);
    plm_row_text(row, what->symbol);
    plm_row_text(row, kind);
    plm_row_int(row, what->px_scale);
    plm_row_int(row, what->qty_scale);
    plm_row_int(row, what->mult_scale);
    plm_row_int(row, what->multiplier);
    plm_row_int(row, what->tick);
    plm_row_int(row, what->lot);
    plm_row_text(row, what->base);
    plm_row_text(row, what->quote);
    plm_row_text(row, what->settle);
    plm_row_text(row, what->underlying[0] == '\0' ? NULL : what->underlying);
    plm_row_time(row, what->strike);
    plm_row_time(row, what->expiry);
    plm_row_time(row, what->listed);
    plm_row_time(row, what->delisted);
}

static plm_status put_instruments(sqlite3 *db, const plm_db_run *run, plm_diag *diag)
{
    plm_row row;
    PLM_TRY(plm_row_open(db,
                         "INSERT INTO instrument VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
                         "?, ?, ?)",
                         diag, &row));
    plm_status status = PLM_OK;
    for (uint32_t i = 0; i < run->names->sym_count && status == PLM_OK; i++) {
        fill_instrument(&row, i, &run->names->instruments[i], run->kinds[i]);
        status = plm_row_put(&row, diag);
    }
    plm_row_close(&row);
    return status;
}

static plm_status put_rulebooks(sqlite3 *db, const plm_db_run *run, plm_diag *diag)
{
    plm_row row;
    PLM_TRY(plm_row_open(db, "INSERT INTO rulebook VALUES (?, ?, ?, ?, ?, ?)", diag, &row));
    plm_status status = PLM_OK;
    for (uint32_t i = 0; i < run->rulebook_count && status == PLM_OK; i++) {
        const plm_db_rulebook *const rulebook = &run->rulebook[i];
        plm_row_int(&row, i);
        plm_row_text(&row, rulebook->name);
        plm_row_text(&row, rulebook->file);
        plm_row_time(&row, rulebook->effective);
        plm_row_text(&row, rulebook->text);
        plm_row_text(&row, rulebook->sources);
        status = plm_row_put(&row, diag);
    }
    plm_row_close(&row);
    return status;
}

static plm_status put_marks(sqlite3 *db, const plm_db_run *run, plm_diag *diag)
{
    plm_row row;
    PLM_TRY(plm_row_open(db, "INSERT INTO mark VALUES (?, ?, ?)", diag, &row));
    plm_status status = PLM_OK;
    for (uint32_t i = 0; i < run->mark_count && status == PLM_OK; i++) {
        plm_row_int(&row, run->mark[i].rulebook);
        plm_row_int(&row, run->mark[i].sym);
        plm_row_text(&row, run->mark[i].made_of);
        status = plm_row_put(&row, diag);
    }
    plm_row_close(&row);
    return status;
}

static plm_status put_accounts(sqlite3 *db, const plm_db_run *run, plm_diag *diag)
{
    plm_row row;
    PLM_TRY(plm_row_open(db,
                         "INSERT INTO account (id, name, variant_group, regime, strategy, params, "
                         "world, rulebook_id, hedge, same, after_liquidation, report_asset_id) "
                         "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                         diag, &row));
    plm_status status = PLM_OK;
    for (uint32_t i = 0; i < run->names->account_count && status == PLM_OK; i++) {
        const plm_db_account *const account = &run->account[i];
        plm_row_int(&row, i);
        plm_row_text(&row, account->name);
        plm_row_text(&row, account->group);
        plm_row_text(&row, account->regime);
        plm_row_text(&row, account->strategy);
        plm_row_text(&row, account->params);
        plm_row_int(&row, account->world);
        plm_row_known(&row, account->rulebook);
        plm_row_flag(&row, account->hedge);
        plm_row_text(&row, account->same_trades ? "trades" : "strategy");
        plm_row_text(&row, account->after_liquidation);
        plm_row_int(&row, account->report_asset);
        status = plm_row_put(&row, diag);
    }
    plm_row_close(&row);
    return status;
}

plm_status plm_db_put_run(sqlite3 *db, const plm_db_run *run, plm_diag *diag)
{
    bool const reported = run->import_report[0] != '\0';
    PLM_TRY(put_head(db, run, diag));
    PLM_TRY(put_settings(db, run, diag));
    PLM_TRY(put_texts(db, "INSERT INTO deviation VALUES (?, ?)", run->deviation,
                      run->deviation_count, 1, diag));
    PLM_TRY(
        put_texts(db, "INSERT INTO source VALUES (?, ?)", run->source, run->source_count, 1, diag));
    PLM_TRY(put_texts(db, "INSERT INTO import_report VALUES (?, ?)", &run->import_report,
                      reported ? 1 : 0, 1, diag));
    PLM_TRY(put_texts(db, "INSERT INTO asset VALUES (?, ?)", run->names->assets,
                      run->names->asset_count, 0, diag));
    PLM_TRY(put_instruments(db, run, diag));
    PLM_TRY(put_rulebooks(db, run, diag));
    PLM_TRY(put_marks(db, run, diag));
    return put_accounts(db, run, diag);
}

/* -- what columns mean ----------------------------------------------------------------------- */

typedef struct span {
    const char *text;
    int size;
} span;

/* Up to `mark`, without the blanks around it; moves on behind it. */
static span cut(const char **at, const char *mark)
{
    const char *const begin = *at + strspn(*at, " ");
    size_t size = strcspn(begin, mark);
    *at = begin + size + (begin[size] != '\0');
    while (size > 0 && begin[size - 1] == ' ') {
        size--;
    }
    return (span){.text = begin, .size = (int)size};
}

static plm_status put_column(plm_row *row, const char **at, plm_diag *diag)
{
    char table[CELL_CAP], unit[CELL_CAP], text[CELL_CAP];
    span const name = cut(at, "|\n");
    span const of = cut(at, "|\n");
    span const meaning = cut(at, "\n");
    plm_assert(name.size < CELL_CAP && of.size < CELL_CAP && meaning.size < CELL_CAP);
    (void)snprintf(table, sizeof table, "%.*s", name.size, name.text);
    (void)snprintf(unit, sizeof unit, "%.*s", of.size, of.text);
    (void)snprintf(text, sizeof text, "%.*s", meaning.size, meaning.text);
    char *const dot = strchr(table, '.');
    if (dot != NULL) {
        *dot = '\0';
    }
    plm_row_text(row, table);
    plm_row_text(row, dot == NULL ? "" : dot + 1);
    plm_row_text(row, unit[0] == '\0' ? NULL : unit);
    plm_row_text(row, text);
    return plm_row_put(row, diag);
}

plm_status plm_db_put_columns(sqlite3 *db, plm_diag *diag)
{
    plm_row row;
    PLM_TRY(plm_row_open(db, "INSERT INTO column_doc VALUES (?, ?, ?, ?)", diag, &row));
    plm_status status = PLM_OK;
    for (const char *at = plm_columns_txt; *at != '\0' && status == PLM_OK;) {
        if (*at == '#' || *at == '\n') {
            at += strcspn(at, "\n");
            at += *at == '\n';
        } else {
            status = put_column(&row, &at, diag);
        }
    }
    plm_row_close(&row);
    return status;
}

/* -- after the run --------------------------------------------------------------------------- */

static plm_status put_results(sqlite3 *db, const plm_db_end *end, plm_diag *diag)
{
    plm_row row;
    PLM_TRY(plm_row_open(db,
                         "UPDATE account SET first_nav_micro = ?, first_nav_atto = ?, requests = "
                         "?, orders = ?, rejected = ?, skipped_fills = ?, margin_calls = ?, "
                         "bankrupt = ?, stopped = ?, insurance_used_micro = ?, "
                         "insurance_used_atto = ?, lowest_exact = ? WHERE id = ?",
                         diag, &row));
    plm_status status = PLM_OK;
    for (uint32_t i = 0; i < end->account_count && status == PLM_OK; i++) {
        const plm_db_result *const result = &end->result[i];
        if (result->priced) {
            plm_row_money(&row, result->first_nav);
        } else {
            plm_row_no_money(&row);
        }
        plm_row_int(&row, (int64_t)result->requests);
        plm_row_int(&row, (int64_t)result->orders);
        plm_row_int(&row, (int64_t)result->rejected);
        plm_row_int(&row, (int64_t)result->skipped_fills);
        plm_row_int(&row, (int64_t)result->margin_calls);
        plm_row_flag(&row, result->bankrupt);
        plm_row_flag(&row, result->stopped);
        plm_row_money(&row, result->insurance_used);
        plm_row_flag(&row, result->lowest_exact);
        plm_row_int(&row, i);
        status = plm_row_put(&row, diag);
    }
    plm_row_close(&row);
    return status;
}

static plm_status put_warnings(sqlite3 *db, const plm_db_end *end, plm_diag *diag)
{
    plm_row row;
    PLM_TRY(plm_row_open(db, "INSERT INTO warning VALUES (?, ?, ?)", diag, &row));
    plm_status status = PLM_OK;
    for (uint32_t i = 0; i < end->warning_count && status == PLM_OK; i++) {
        plm_row_int(&row, i + 1);
        plm_row_text(&row, end->warning[i].code);
        plm_row_text(&row, end->warning[i].text);
        status = plm_row_put(&row, diag);
    }
    plm_row_close(&row);
    return status;
}

plm_status plm_db_put_end(sqlite3 *db, const plm_db_end *end, plm_diag *diag)
{
    plm_row row;
    char digest[PLM_DIGEST_TEXT_CAP];
    plm_digest_text(end->digest, digest);
    PLM_TRY(put_results(db, end, diag));
    PLM_TRY(put_warnings(db, end, diag));
    PLM_TRY(plm_row_open(db,
                         "UPDATE run SET first_ns = ?, last_ns = ?, events = ?, records = ?, "
                         "digest = ?, crossed = ?, stale = ?, gaps = ?, unsettled = ?, "
                         "elapsed_len_ns = ?",
                         diag, &row));
    plm_row_time(&row, end->first);
    plm_row_time(&row, end->last);
    plm_row_int(&row, (int64_t)end->events);
    plm_row_int(&row, (int64_t)end->records);
    plm_row_text(&row, digest);
    plm_row_int(&row, (int64_t)end->crossed);
    plm_row_int(&row, (int64_t)end->stale);
    plm_row_int(&row, (int64_t)end->gaps);
    plm_row_int(&row, (int64_t)end->unsettled);
    plm_row_int(&row, end->elapsed_len_ns);
    plm_status const status = plm_row_put(&row, diag);
    plm_row_close(&row);
    return status;
}

/* The table's name is one of the schema's own, read from it, and quoted by SQLite. */
static plm_status count_rows(sqlite3 *db, const char *table, plm_diag *diag, int64_t *out)
{
    char *const sql = sqlite3_mprintf("SELECT count(*) FROM \"%w\"", table);
    if (sql == NULL) {
        return plm_fail(diag, PLM_ERR_IO, "out of memory");
    }
    plm_query query;
    plm_status status = plm_query_open(db, sql, diag, &query);
    sqlite3_free(sql);
    PLM_TRY(status);
    status = plm_query_step(&query, diag);
    if (status == PLM_OK) {
        *out = plm_query_int(&query, 0);
    }
    plm_query_close(&query);
    return status;
}

plm_status plm_db_put_counts(sqlite3 *db, plm_diag *diag)
{
    plm_query tables;
    plm_row row;
    PLM_TRY(plm_row_exec(db, "UPDATE run SET status = 'complete'", diag));
    PLM_TRY(plm_row_open(db, "INSERT INTO table_count VALUES (?, ?)", diag, &row));
    plm_status status = plm_query_open(db,
                                       "SELECT name FROM sqlite_schema WHERE type = 'table' AND "
                                       "name NOT IN ('table_count') AND name NOT LIKE 'sqlite_%' "
                                       "ORDER BY name",
                                       diag, &tables);
    if (status < 0) {
        plm_row_close(&row);
        return status;
    }
    while ((status = plm_query_step(&tables, diag)) == PLM_OK) {
        int64_t rows = 0;
        status = count_rows(db, plm_query_text(&tables, 0), diag, &rows);
        if (status == PLM_OK) {
            plm_row_text(&row, plm_query_text(&tables, 0));
            plm_row_int(&row, rows);
            status = plm_row_put(&row, diag);
        }
        if (status < 0) {
            break;
        }
    }
    plm_query_close(&tables);
    plm_row_close(&row);
    return status == PLM_END ? PLM_OK : status;
}
