/*
 * cmd_export.c - plimsoll export: a table of a run as CSV or JSON.
 */
#include <string.h>

#include "commands.h"
#include "export.h"
#include "jsonout.h"
#include "memory.h"
#include "outfile.h"
#include "pile.h"
#include "report_db.h"
#include "run_status.h"

#define PIECE 65536u /* bytes that are written at once */

static const char *const forms[] = {"csv", "json", NULL};

static const plm_option options[] = {
    {.name = "what",
     .letter = 'w',
     .required = true,
     .type = PLM_OPTION_WORD,
     .value = "TABLE",
     .help = "equity, margin, fills, positions, postings, liquidations, metrics and so on",
     .words = plm_export_words},
    {.name = "as",
     .type = PLM_OPTION_WORD,
     .value = "FORM",
     .help = "csv (default) or json",
     .words = forms},
    {.name = "account",
     .letter = 'a',
     .type = PLM_OPTION_TEXT,
     .value = "NAME",
     .help = "rows of this account alone"},
    {.name = "output",
     .letter = 'o',
     .type = PLM_OPTION_TEXT,
     .value = "FILE",
     .help = "into a file instead of standard output"},
    {.name = "force", .letter = 'f', .type = PLM_OPTION_FLAG, .value = "", .help = "replace FILE"},
};

/* Where the rows go, a piece at a time. */
typedef struct target {
    plm_session *session;
    plm_outfile *file; /* NULL: standard output */
    plm_pile pile;
} target;

static plm_status drain(target *self, size_t keep, plm_diag *diag)
{
    plm_out *const out = &self->session->out;
    const size_t size = self->pile.size;
    if (size <= keep) {
        return PLM_OK;
    }
    self->pile.size = 0;
    if (self->file != NULL) {
        return plm_outfile_write(self->file, self->pile.text, size, diag);
    }
    plm_out_write(out, self->pile.text, size);
    return out->error_number == 0 ? PLM_OK : plm_out_flush(out, diag);
}

/* -- CSV ------------------------------------------------------------------------------------- */

/* RFC 4180: what has a comma, a quote or an end of line is quoted, quotes are doubled. */
static void put_field(plm_pile *out, const char *text)
{
    if (strpbrk(text, ",\"\r\n") == NULL) {
        plm_pile_text(out, text);
        return;
    }
    plm_pile_text(out, "\"");
    for (const char *at = text; *at != '\0';) {
        const size_t size = strcspn(at, "\"");
        plm_pile_add(out, at, size);
        at += size;
        if (*at == '"') {
            plm_pile_text(out, "\"\"");
            at++;
        }
    }
    plm_pile_text(out, "\"");
}

static void put_heads(plm_pile *out, const plm_export *rows)
{
    for (size_t i = 0; i < plm_export_cell_count(rows); i++) {
        plm_pile_text(out, i == 0 ? "" : ",");
        put_field(out, plm_export_head(rows, i));
    }
    plm_pile_text(out, "\n");
}

static void put_csv(plm_pile *out, const plm_export *rows, const plm_export_cell *cells)
{
    for (size_t i = 0; i < plm_export_cell_count(rows); i++) {
        plm_pile_text(out, i == 0 ? "" : ",");
        put_field(out, cells[i].text);
    }
    plm_pile_text(out, "\n");
}

/* -- JSON ------------------------------------------------------------------------------------ */

/* A whole number that a double holds is a number; everything exact beyond is text. */
static json_t *cell_json(const plm_export_cell *cell)
{
    json_error_t error;
    switch (cell->kind) {
    case PLM_CELL_NONE:
        return json_null();
    case PLM_CELL_COUNT:
        return strlen(cell->text) <= 15 ? json_loads(cell->text, JSON_DECODE_ANY, &error)
                                        : plm_json_string(cell->text);
    case PLM_CELL_REAL:
        return json_loads(cell->text, JSON_DECODE_ANY, &error);
    case PLM_CELL_TEXT:
    case PLM_CELL_DECIMAL:
        break;
    }
    return plm_json_string(cell->text);
}

static void put_json(plm_pile *out, const plm_export *rows, const plm_export_cell *cells,
                     bool first)
{
    json_t *const row = plm_json_object();
    for (size_t i = 0; i < plm_export_cell_count(rows); i++) {
        plm_json_put(row, plm_export_head(rows, i), cell_json(&cells[i]));
    }
    plm_pile_text(out, first ? "\n" : ",\n");
    char *const text = plm_json_flat(row);
    plm_pile_text(out, text);
    plm_free(text);
}

static void open_json(plm_pile *out, const char *what, const char *banner)
{
    json_t *const head = plm_json_open("export");
    plm_json_text(head, "what", what);
    plm_json_put(head, "banner", banner == NULL ? json_null() : plm_json_string(banner));
    char *const text = plm_json_flat(head);
    plm_pile_add(out, text, strlen(text) - 1); /* the rows follow before its brace */
    plm_pile_text(out, ",\"rows\":[");
    plm_free(text);
}

/* -- the command ----------------------------------------------------------------------------- */

static plm_status put_rows(target *self, plm_export *rows, const char *banner, plm_diag *diag)
{
    plm_session *const session = self->session;
    const char *const form = plm_session_text(session, "as");
    const bool json = session->json || (form != NULL && strcmp(form, "json") == 0);
    const plm_export_cell *cells = NULL;
    plm_status status;
    bool first = true;
    if (json) {
        open_json(&self->pile, plm_session_text(session, "what"), banner);
    } else {
        put_heads(&self->pile, rows);
    }
    while ((status = plm_export_next(rows, diag, &cells)) == PLM_OK) {
        if (json) {
            put_json(&self->pile, rows, cells, first);
        } else {
            put_csv(&self->pile, rows, cells);
        }
        first = false;
        PLM_TRY(drain(self, PIECE, diag));
    }
    if (json) {
        plm_pile_text(&self->pile, first ? "]}\n" : "\n]}\n");
    }
    PLM_TRY(status);
    return drain(self, 0, diag);
}

static plm_status export_rows(target *self, sqlite3 *db, plm_diag *diag)
{
    plm_session *const session = self->session;
    char *banner = NULL;
    plm_export *rows = NULL;
    PLM_TRY(plm_run_status_banner(db, diag, &banner));
    if (banner != NULL) {
        plm_session_note(session, "%s", banner);
    }
    plm_status status = plm_export_open(db, plm_session_text(session, "what"),
                                        plm_session_text(session, "account"), diag, &rows);
    if (status >= 0) {
        status = put_rows(self, rows, banner, diag);
    }
    plm_export_close(rows);
    plm_free(banner);
    return status;
}

static plm_status run(plm_session *session, plm_diag *diag)
{
    target self = {.session = session};
    sqlite3 *db = NULL;
    const char *const path = plm_session_text(session, "output");
    PLM_TRY(plm_report_open(session, diag, &db));
    plm_status status = PLM_OK;
    if (path != NULL) {
        status = plm_outfile_create(path, plm_session_flag(session, "force"), diag, &self.file);
    }
    if (status >= 0) {
        status = export_rows(&self, db, diag);
    }
    plm_db_close(db);
    plm_free(self.pile.text);
    if (status < 0) {
        plm_outfile_abort(self.file);
        return status;
    }
    return self.file == NULL ? PLM_OK : plm_outfile_commit(self.file, diag);
}

const plm_command plm_cmd_export = {
    .name = "export",
    .summary = "a table of a run as CSV or JSON, every number exact",
    .operands = "RUN.db",
    .operand_min = 1,
    .operand_max = 1,
    .examples = "plimsoll export run.db --what equity > equity.csv\n"
                "plimsoll export run.db --what fills --account desk/cross --as json\n"
                "plimsoll export run.db --what liquidations -o liquidations.csv\n",
    .text =
        "Times come in ns and as text, ids as names. CSV is quoted as RFC 4180 says, and names are "
        "as they are: one that begins with = or + or @ is no formula to us, but may be one to a "
        "spreadsheet.",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
