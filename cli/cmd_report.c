/*
 * cmd_report.c - plimsoll report: a run database as one HTML page.
 */
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "db_open.h"
#include "jsonout.h"
#include "outfile.h"
#include "page.h"

#define PATH_CAP 4096u

static const plm_option options[] = {
    {.name = "output",
     .letter = 'o',
     .type = PLM_OPTION_TEXT,
     .value = "FILE",
     .help = "the page; default: beside the database, with .html at the end"},
    {.name = "account",
     .type = PLM_OPTION_LIST,
     .value = "NAME",
     .help = "an account to show in detail, up to 12 times; default: all of a small run, of "
             "others the worst, the median, the best and the first liquidated"},
    {.name = "force",
     .letter = 'f',
     .type = PLM_OPTION_FLAG,
     .value = "",
     .help = "replace an existing file"},
};

/* "runs/r.db" becomes "runs/r.html"; without ".db" at the end, ".html" is added. */
static plm_status name_output(const char *database, plm_diag *diag, char out[PATH_CAP])
{
    size_t size = strlen(database);
    if (size > 3 && strcmp(database + size - 3, ".db") == 0) {
        size -= 3;
    }
    if (size + sizeof ".html" > PATH_CAP) {
        return plm_fail(diag, PLM_ERR_USAGE,
                        "report: the name of the database is too long; use -o");
    }
    (void)snprintf(out, PATH_CAP, "%.*s.html", (int)size, database);
    return PLM_OK;
}

static const char *last_part(const char *path)
{
    const char *const slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

static plm_status make(const plm_session *session, const plm_value *accounts, plm_diag *diag,
                       plm_html *html, plm_page_facts *facts)
{
    if (accounts->list_count > PLM_PAGE_SHOWN_MAX) {
        return plm_fail(diag, PLM_ERR_USAGE,
                        "report: --account is given %u times; at most %d fit a page",
                        accounts->list_count, PLM_PAGE_SHOWN_MAX);
    }
    plm_page_options const wanted = {.db_name = last_part(session->operand[0]),
                                     .producer = "plimsoll " PLM_VERSION,
                                     .account = accounts->list,
                                     .account_count = accounts->list_count};
    sqlite3 *db = NULL;
    PLM_TRY(plm_db_open(session->operand[0], diag, &db));
    plm_status const status = plm_page_make(db, &wanted, diag, html, facts);
    plm_db_close(db);
    return status;
}

static plm_status save(const char *path, bool overwrite, const plm_html *html, plm_diag *diag)
{
    plm_outfile *file = NULL;
    PLM_TRY(plm_outfile_create(path, overwrite, diag, &file));
    plm_status const status = plm_outfile_write(file, html->bytes, html->size, diag);
    if (status < 0) {
        plm_outfile_abort(file);
        return status;
    }
    return plm_outfile_commit(file, diag);
}

static void tell(plm_session *session, const char *path, const plm_html *html,
                 const plm_page_facts *facts)
{
    if (session->json) {
        json_t *const json = plm_json_open("report");
        plm_json_text(json, "file", path);
        plm_json_text(json, "status", facts->status);
        plm_json_count(json, "bytes", html->size);
        plm_json_count(json, "accounts", facts->accounts);
        plm_json_count(json, "accounts_in_detail", facts->shown);
        plm_json_count(json, "charts", facts->charts);
        plm_json_count(json, "points", facts->points);
        plm_json_count(json, "liquidations", (uint64_t)facts->liquidations);
        plm_json_print(&session->out, json);
    } else if (!session->quiet) {
        char shown[PLM_SHOWN_CAP];
        plm_out_printf(&session->out, "%s: %u of %u accounts in detail, %u charts, %.1f MB%s%s\n",
                       plm_console_printable(path, shown, sizeof shown), facts->shown,
                       facts->accounts, facts->charts, (double)html->size / 1e6,
                       strcmp(facts->status, "complete") == 0 ? "" : "; the run is ",
                       strcmp(facts->status, "complete") == 0 ? "" : facts->status);
    }
}

static plm_status run(plm_session *session, plm_diag *diag)
{
    char beside[PATH_CAP];
    const char *path = plm_session_text(session, "output");
    if (path == NULL) {
        PLM_TRY(name_output(session->operand[0], diag, beside));
        path = beside;
    }
    const bool overwrite = plm_session_flag(session, "force");
    PLM_TRY(plm_outfile_check(path, overwrite, diag));
    plm_html html;
    plm_page_facts facts = {0};
    plm_html_init(&html);
    plm_status status = make(session, plm_session_value(session, "account"), diag, &html, &facts);
    if (status >= 0) {
        status = save(path, overwrite, &html, diag);
    }
    if (status >= 0) {
        tell(session, path, &html, &facts);
    }
    plm_html_fini(&html);
    return status;
}

const plm_command plm_cmd_report = {
    .name = "report",
    .summary = "a run database as one HTML page",
    .operands = "RUN.db",
    .operand_min = 1,
    .operand_max = 1,
    .examples = "plimsoll report r.db\n"
                "plimsoll report r.db -o r.html --account desk/cross --account desk/isolated\n",
    .text =
        "The page holds everything it needs: it opens from disk without a network, prints, and "
        "can be read without JavaScript. A run that is not complete is shown as far as it came, "
        "with a banner.",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
