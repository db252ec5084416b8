/*
 * cmd_check.c - plimsoll check: what a run file means in full, or whether a plug-in keeps its
 * contract.
 */
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "conform.h"
#include "grid.h"
#include "help.h"
#include "jsonout.h"
#include "run_setup.h"

static const plm_option options[] = {
    PLM_RUN_FILE_OPTIONS,
    {.name = "callback-limit",
     .type = PLM_OPTION_COUNT,
     .value = "SECONDS",
     .help = "a plug-in that is silent in a callback for so long has failed; default 60, 0: no "
             "limit",
     .max = 1000000},
};

/* -- run files ------------------------------------------------------------------------------- */

static void print_effective(plm_session *session, const plm_run_file *file)
{
    static const char *const heads[] = {"key", "value", "from"};
    plm_grid *const grid = plm_grid_create(heads, 3, 1);
    const uint32_t count = plm_run_file_effective_count(file);
    const uint32_t shown = count < PLM_GRID_ROWS_MAX ? count : PLM_GRID_ROWS_MAX;
    for (uint32_t i = 0; i < shown; i++) {
        const plm_effective entry = plm_run_file_effective(file, i);
        plm_grid_add(grid, entry.path);
        plm_grid_add(grid, entry.value);
        plm_grid_add(grid, entry.origin);
    }
    plm_grid_print(grid, &session->out, session->colour_out, 0);
    plm_grid_destroy(grid);
    if (shown < count) {
        plm_out_printf(&session->out, "and %u more (--json has all)\n", count - shown);
    }
}

static void print_effective_json(plm_session *session, const plm_run_setup *setup)
{
    json_t *const json = plm_json_open("check-run");
    json_t *const list = plm_json_array();
    plm_json_text(json, "run", setup->spec->name);
    plm_json_text(json, "tape", setup->spec->tape);
    plm_json_count(json, "accounts", setup->spec->account_count);
    for (uint32_t i = 0; i < plm_run_file_effective_count(setup->file); i++) {
        const plm_effective entry = plm_run_file_effective(setup->file, i);
        json_t *const value = plm_json_object();
        plm_json_text(value, "key", entry.path);
        plm_json_text(value, "value", entry.value);
        plm_json_text(value, "origin", entry.origin);
        plm_json_add(list, value);
    }
    plm_json_put(json, "values", list);
    plm_json_print(&session->out, json);
}

static plm_status check_run(plm_session *session, plm_worker *worker, void *context, plm_diag *diag)
{
    (void)context;
    plm_run_setup setup;
    const plm_status status = plm_run_setup_open(session, worker, NULL, diag, &setup);
    if (status >= 0 && session->json) {
        print_effective_json(session, &setup);
    } else if (status >= 0 && !session->quiet) {
        print_effective(session, setup.file);
    }
    plm_run_setup_close(&setup);
    return status;
}

/* -- plug-ins -------------------------------------------------------------------------------- */

typedef struct plugin_job {
    const char *path;
    plm_conform_report *report; /* in memory that outlives the worker */
} plugin_job;

static plm_status examine(plm_session *session, plm_worker *worker, void *context, plm_diag *diag)
{
    (void)session;
    const plugin_job *const job = context;
    return plm_conform(job->path, plm_worker_beat(worker), diag, job->report);
}

static void print_report(plm_session *session, const plm_conform_report *report)
{
    plm_out *const out = &session->out;
    for (uint32_t i = 0; i < report->count; i++) {
        const plm_conform_check *const check = &report->check[i];
        char left[64];
        const char *const colour = check->ok ? PLM_GREEN : PLM_RED;
        (void)snprintf(left, sizeof left, "%s%s%s", check->strategy,
                       check->strategy[0] == '\0' ? "" : " ", check->name);
        plm_out_printf(out, "%s%-6s%s", session->colour_out ? colour : "",
                       check->ok ? "ok" : "FAILED", session->colour_out ? PLM_PLAIN : "");
        plm_out_printf(out, " %s\n       ", left);
        plm_help_wrap(out, check->text, 7, 7);
    }
}

static void print_report_json(plm_session *session, const plugin_job *job, const char *failure)
{
    const plm_conform_report *const report = job->report;
    json_t *const json = plm_json_open("check-plugin");
    json_t *const list = plm_json_array();
    plm_json_text(json, "path", job->path);
    plm_json_flag(json, "ok", report->failed == 0 && failure == NULL);
    plm_json_put(json, "failure", failure == NULL ? json_null() : plm_json_string(failure));
    for (uint32_t i = 0; i < report->count; i++) {
        const plm_conform_check *const check = &report->check[i];
        json_t *const entry = plm_json_object();
        plm_json_text(entry, "strategy", check->strategy);
        plm_json_text(entry, "check", check->name);
        plm_json_flag(entry, "ok", check->ok);
        plm_json_text(entry, "text", check->text);
        plm_json_add(list, entry);
    }
    plm_json_put(json, "checks", list);
    plm_json_print(&session->out, json);
}

/* What was found before a crash is shown, too. */
static plm_status check_plugin(plm_session *session, uint64_t limit_s, plm_diag *diag)
{
    char path[4096];
    const char *const operand = session->operand[0];
    (void)snprintf(path, sizeof path, "%s%s", strchr(operand, '/') == NULL ? "./" : "", operand);
    plugin_job job = {.path = path, .report = plm_worker_share(sizeof *job.report)};
    const plm_status status = plm_worker_run(session, examine, &job, limit_s, diag);
    const uint32_t failed = job.report->failed;
    if (session->json && (status >= 0 || status == PLM_ERR_RUN)) {
        print_report_json(session, &job, status < 0 ? diag->text : NULL);
    } else if (!session->json && !session->quiet) {
        print_report(session, job.report);
    }
    plm_worker_unshare(job.report, sizeof *job.report);
    PLM_TRY(status);
    if (failed > 0) {
        return plm_fail(diag, PLM_ERR_INPUT, "%s: %u %s failed", operand, failed,
                        failed == 1 ? "check" : "checks");
    }
    return PLM_OK;
}

static bool is_plugin(const char *path)
{
    const size_t size = strlen(path);
    return size > 3 && strcmp(path + size - 3, ".so") == 0;
}

static plm_status run(plm_session *session, plm_diag *diag)
{
    const uint64_t limit_s = plm_session_count(session, "callback-limit", PLM_WORKER_LIMIT_S);
    if (is_plugin(session->operand[0])) {
        return check_plugin(session, limit_s, diag);
    }
    return plm_worker_run(session, check_run, NULL, limit_s, diag);
}

const plm_command plm_cmd_check = {
    .name = "check",
    .summary = "what a run file means in full, or whether a plug-in is sound",
    .operands = "RUN.yaml|FILE.so",
    .operand_min = 1,
    .operand_max = 1,
    .examples = "plimsoll check examples/trend.yaml\n"
                "plimsoll check trend.yaml --set accounts.trend.leverage=5\n"
                "plimsoll check ./mine.so\n",
    .text =
        "Of a run file: every value that is in force with the place it comes from; nothing is "
        "replayed. Of a plug-in: each strategy in it is put through its life on a small hostile "
        "market; exit code 3 when a check fails, 4 when it crashes or hangs.",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
