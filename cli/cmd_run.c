/*
 * cmd_run.c - plimsoll run: a tape through the accounts of a run file.
 *
 * The log's temporary file is made before the worker is forked and gets its name after it has
 * ended, so that a plug-in that takes the worker down leaves nothing behind.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "commands.h"
#include "interrupt.h"
#include "outfile.h"
#include "progress.h"
#include "run_database.h"
#include "run_json.h"
#include "run_setup.h"
#include "run_summary.h"
#include "text_sink.h"
#include "timetext.h"

static const char *const equity_words[] = {"rows", "blobs", NULL};

static const plm_option options[] = {
    PLM_RUN_FILE_OPTIONS,
    {.name = "seed",
     .type = PLM_OPTION_COUNT,
     .value = "N",
     .help = "another seed than the run file's",
     .max = INT64_MAX},
    {.name = "log",
     .type = PLM_OPTION_TEXT,
     .value = "FILE",
     .help = "everything that happens to accounts, as text; - is standard output, instead of the "
             "summary"},
    {.name = "assess",
     .type = PLM_OPTION_TEXT,
     .value = "HOW",
     .help = "bands (default) or every-tick: margin of every account at every change of a price; "
             "slower, and the same to the last digit"},
    {.name = "output",
     .letter = 'o',
     .type = PLM_OPTION_TEXT,
     .value = "FILE.db",
     .help = "the run database: everything, for SQL and for the commands that report on runs"},
    {.name = "equity",
     .type = PLM_OPTION_WORD,
     .value = "HOW",
     .words = equity_words,
     .help = "rows, the default up to 64 accounts, or blobs: smaller, rounded to 10^-6, without "
             "the parts of each position"},
    {.name = "no-orders",
     .type = PLM_OPTION_FLAG,
     .value = "",
     .help = "no table of requests and changes of orders in the database"},
    {.name = "force",
     .letter = 'f',
     .type = PLM_OPTION_FLAG,
     .value = "",
     .help = "replace files that exist"},
    {.name = "callback-limit",
     .type = PLM_OPTION_COUNT,
     .value = "SECONDS",
     .help = "a strategy that is silent in a callback for so long has failed; default 60, 0: no "
             "limit",
     .max = 1000000},
};

typedef struct run_job {
    const char *seed; /* NULL, or "seed=N" */
    const char *log;  /* NULL = none */
    bool log_to_stdout;
    bool every_tick;                   /* --assess */
    plm_outfile *file;                 /* of the log */
    plm_run_database_options database; /* path NULL: none */
    volatile bool *begun;              /* shared: the worker has begun to make a database */
} run_job;

/* -- log ------------------------------------------------------------------------------------- */

static plm_status write_file(void *target, const char *text, size_t size, plm_diag *diag)
{
    return plm_outfile_write(target, text, size, diag);
}

static plm_status write_out(void *target, const char *text, size_t size, plm_diag *diag)
{
    plm_session *const session = target;
    plm_out_write(&session->out, text, size);
    return session->out.error_number == 0 ? PLM_OK : plm_out_flush(&session->out, diag);
}

static plm_sink *attach_log(plm_session *session, const run_job *job, plm_run *run)
{
    if (job->log == NULL) {
        return NULL;
    }
    plm_sink *const sink = job->log_to_stdout
                               ? plm_text_sink_create(plm_run_names(run), write_out, session)
                               : plm_text_sink_create(plm_run_names(run), write_file, job->file);
    plm_run_attach(run, sink);
    return sink;
}

static plm_status keep_input(const char *option, const char *output, const char *input,
                             plm_diag *diag)
{
    struct stat here, there;
    if (input == NULL || stat(output, &here) != 0 || stat(input, &there) != 0 ||
        here.st_dev != there.st_dev || here.st_ino != there.st_ino) {
        return PLM_OK;
    }
    return plm_fail(diag, PLM_ERR_USAGE, "%s %s: is an input of this run, which is kept", option,
                    output);
}

/* A result never takes the place of what the run is made of. */
static plm_status keep_inputs(const plm_session *session, const char *option, const char *output,
                              const plm_run_setup *setup, plm_diag *diag)
{
    if (output == NULL) {
        return PLM_OK;
    }
    PLM_TRY(keep_input(option, output, session->operand[0], diag));
    PLM_TRY(keep_input(option, output, setup->spec->tape, diag));
    for (uint32_t i = 0; i < setup->libraries.count; i++) {
        const char *const library = plm_library_path(setup->libraries.library[i]);
        PLM_TRY(keep_input(option, output, library, diag));
    }
    for (uint32_t i = 0; i < setup->spec->rulebook_count; i++) {
        const plm_rulebook *const rulebook = setup->spec->rulebook[i].rulebook;
        PLM_TRY(keep_input(option, output, rulebook->file, diag));
    }
    for (uint32_t i = 0; i < setup->spec->account_count; i++) {
        const plm_params *const params = setup->spec->account[i].params;
        for (uint32_t j = 0; params != NULL && j < params->descriptor->param_count; j++) {
            PLM_TRY(keep_input(option, output, params->value[j].path, diag));
        }
    }
    return PLM_OK;
}

/* -- the worker ------------------------------------------------------------------------------ */

/* The part of the tape that is replayed; nothing of it: begin = end. */
static void measure(const plm_run_setup *setup, plm_ts *out_begin, plm_ts *out_end)
{
    const plm_tape_info *const info = plm_tape_get_info(setup->tape);
    const plm_run_spec *const spec = setup->spec;
    const plm_ts begin = spec->from > info->first_ts ? spec->from : info->first_ts;
    const bool cut = spec->until != 0 && spec->until <= info->last_ts;
    const plm_ts end = cut ? spec->until : info->last_ts;
    *out_begin = begin;
    *out_end = end > begin ? end : begin;
}

static plm_status interrupted(const plm_run_state *state, plm_diag *diag)
{
    char when[PLM_TIME_TEXT_CAP] = "the beginning";
    if (state->now != 0) {
        (void)plm_time_format(state->now, when);
    }
    return plm_fail(diag, PLM_ERR_INTERRUPTED, "run interrupted at %s, after %" PRIu64 " events",
                    when, state->events);
}

static plm_status replay(plm_session *session, plm_worker *worker, const plm_run_setup *setup,
                         plm_run *run, plm_diag *diag, plm_run_result *result)
{
    plm_progress progress;
    plm_ts end;
    measure(setup, &result->first_ts, &end);
    plm_progress_start(session, &progress);
    plm_status status = PLM_OK;
    while (status == PLM_OK) {
        status = plm_run_step(run, diag);
        result->state = plm_run_get_state(run);
        if (status == PLM_OK && plm_worker_interrupted(worker)) {
            status = interrupted(&result->state, diag);
        }
        const plm_ts now = result->state.now;
        plm_progress_update(&progress,
                            now > result->first_ts ? (uint64_t)(now - result->first_ts) : 0,
                            (uint64_t)(end - result->first_ts), result->state.events, now);
    }
    if (status >= 0) {
        status = plm_run_finish(run, diag, result->digest);
    }
    if (status < 0) {
        plm_diag sink;
        plm_diag_init(&sink);
        const plm_status written = plm_run_abandon(run, &sink);
        if (status == PLM_ERR_INTERRUPTED && written < 0) { /* else the run would seem well kept */
            plm_diag_init(diag);
            status = plm_fail(diag, written, "%s", sink.text);
        }
    }
    result->elapsed_ns = plm_progress_elapsed_ns(&progress);
    result->state = plm_run_get_state(run);
    plm_progress_clear(&progress);
    return status;
}

/* -- the database ---------------------------------------------------------------------------- */

static plm_status open_database(const run_job *job, const plm_run_setup *setup, plm_run *run,
                                plm_diag *diag, plm_run_db **out)
{
    if (job->database.path == NULL) {
        return PLM_OK;
    }
    *job->begun = true;
    return plm_run_database_open(&job->database, setup, run, diag, out);
}

/* Complete, or with the reason why it is not. */
static plm_status close_database(plm_run_db *db, const plm_run_result *result, plm_status status,
                                 plm_diag *diag)
{
    if (db == NULL) {
        return status;
    }
    if (status >= 0) {
        return plm_run_database_complete(db, result, diag);
    }
    plm_run_db_fail(db, status == PLM_ERR_INTERRUPTED ? "interrupted" : "failed", diag->text);
    return status;
}

static plm_status replay_and_show(plm_session *session, plm_worker *worker, const run_job *job,
                                  const plm_run_setup *setup, plm_diag *diag)
{
    plm_run *run = NULL;
    PLM_TRY(plm_run_create(setup->spec, &setup->contracts, plm_tape_get_blocks(setup->tape),
                           plm_worker_beat(worker), diag, &run));
    if (job->every_tick) {
        plm_run_assess_every_tick(run);
    }
    plm_sink *const sink = attach_log(session, job, run);
    plm_run_result result = {
        .setup = setup, .run = run, .log = job->log, .database = job->database.path};
    plm_run_db *db = NULL;
    plm_status status = open_database(job, setup, run, diag, &db);
    if (status >= 0) {
        status = replay(session, worker, setup, run, diag, &result);
    }
    status = close_database(db, &result, status, diag);
    if (status >= 0) {
        session->warned = plm_run_result_is_doubtful(&result);
        if (session->json) {
            plm_json_print(&session->out, plm_run_json(&result));
        } else if (!session->quiet && !job->log_to_stdout) {
            plm_run_summary_print(session, &result);
        }
    }
    plm_run_destroy(run);
    if (sink != NULL) {
        sink->destroy(sink);
    }
    return status < 0 ? status : PLM_OK;
}

static plm_status work(plm_session *session, plm_worker *worker, void *context, plm_diag *diag)
{
    const run_job *const job = context;
    plm_run_setup setup;
    plm_status status = plm_run_setup_open(session, worker, job->seed, diag, &setup);
    if (status >= 0) {
        status = keep_inputs(session, "--log", job->log_to_stdout ? NULL : job->log, &setup, diag);
    }
    if (status >= 0) {
        status = keep_inputs(session, "--output", job->database.path, &setup, diag);
    }
    if (status >= 0) {
        status = replay_and_show(session, worker, job, &setup, diag);
    }
    plm_run_setup_close(&setup);
    return status;
}

/* -- the command ----------------------------------------------------------------------------- */

static plm_status read_assess(const plm_session *session, plm_diag *diag, run_job *job)
{
    const char *const how = plm_session_text(session, "assess");
    job->every_tick = how != NULL && strcmp(how, "every-tick") == 0;
    if (how != NULL && !job->every_tick && strcmp(how, "bands") != 0) {
        return plm_fail(diag, PLM_ERR_USAGE, "run: --assess %s; allowed: bands, every-tick", how);
    }
    return PLM_OK;
}

static plm_status open_log(const plm_session *session, plm_diag *diag, run_job *job)
{
    job->log = plm_session_text(session, "log");
    job->log_to_stdout = job->log != NULL && strcmp(job->log, "-") == 0;
    if (job->log_to_stdout && session->json) {
        return plm_fail(diag, PLM_ERR_USAGE,
                        "run: --log - and --json both write to standard output; allowed: one of "
                        "them, or --log FILE");
    }
    if (job->log == NULL || job->log_to_stdout) {
        return PLM_OK;
    }
    return plm_outfile_create(job->log, plm_session_flag(session, "force"), diag, &job->file);
}

static plm_status check_output(const plm_session *session, plm_diag *diag, run_job *job)
{
    const bool force = plm_session_flag(session, "force");
    const char *const path = plm_session_text(session, "output");
    job->database = (plm_run_database_options){
        .path = path,
        .replace = force,
        .equity = plm_session_text(session, "equity"),
        .no_orders = plm_session_flag(session, "no-orders"),
        .every_tick = job->every_tick,
        .run_file = session->operand[0],
    };
    if (path == NULL) {
        return PLM_OK;
    }
    if (job->log != NULL && strcmp(job->log, path) == 0) {
        return plm_fail(diag, PLM_ERR_USAGE, "run: --log and --output name the same file: %s",
                        path);
    }
    return plm_outfile_check(path, force, diag);
}

/* A worker that has died cannot tell its database how; of a failure that it has told, the place
 * remains to be said. */
static void bury_database(const plm_session *session, const run_job *job, const plm_diag *diag)
{
    char path[4096 + 16];
    if (job->database.path != NULL && *job->begun &&
        plm_run_db_bury(job->database.path, job->database.replace, diag->text, path, sizeof path)) {
        plm_session_note(session, "%s: has what came before", path);
    }
}

/* A run that began and did not come to its end says so, in words and in JSON. */
static plm_status tell_failure(plm_session *session, plm_status status, plm_diag *diag)
{
    if (status != PLM_ERR_RUN && status != PLM_ERR_INTERRUPTED) {
        return status;
    }
    const plm_diag said = *diag;
    if (session->json) {
        plm_json_print(&session->out, plm_run_json_failure(status, said.text));
    }
    if (status == PLM_ERR_INTERRUPTED) {
        return status;
    }
    plm_diag_init(diag);
    return plm_fail(diag, status, "run failed: %s", said.text);
}

static plm_status run(plm_session *session, plm_diag *diag)
{
    run_job job = {0};
    char seed[40];
    if (plm_session_flag(session, "seed")) {
        (void)snprintf(seed, sizeof seed, "seed=%" PRIu64, plm_session_count(session, "seed", 0));
        job.seed = seed;
    }
    PLM_TRY(read_assess(session, diag, &job));
    /* From here on a temporary file may be about, which nobody may leave behind. */
    plm_interrupt_defer();
    PLM_TRY(check_output(session, diag, &job));
    PLM_TRY(open_log(session, diag, &job));
    job.begun = plm_worker_share(sizeof *job.begun);
    const uint64_t limit_s = plm_session_count(session, "callback-limit", PLM_WORKER_LIMIT_S);
    const plm_status status = plm_worker_run(session, work, &job, limit_s, diag);
    if (status < 0) {
        bury_database(session, &job, diag);
    }
    plm_worker_unshare((void *)job.begun, sizeof *job.begun);
    if (status < 0) {
        plm_outfile_abort(job.file);
        return tell_failure(session, status, diag);
    }
    return job.file == NULL ? PLM_OK : plm_outfile_commit(job.file, diag);
}

const plm_command plm_cmd_run = {
    .name = "run",
    .summary = "replay a tape through the accounts of a run file",
    .operands = "RUN.yaml",
    .operand_min = 1,
    .operand_max = 1,
    .examples = "plimsoll run examples/trend.yaml\n"
                "plimsoll run trend.yaml --set accounts.trend.params.fast=1000\n"
                "plimsoll run trend.yaml -o trend.db\n"
                "plimsoll run trend.yaml --log trend.log --json\n"
                "plimsoll run mine.yaml --strategy ./mine.so\n",
    .text =
        "The same tape, run file, plug-ins and seed give the same digest on every machine. "
        "Exit code 1: the run is done, but had no event to replay, or an account has a position "
        "that was never settled or has no price. A strategy that fails, crashes or hangs: "
        "exit code 4.",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
