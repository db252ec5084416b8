/*
 * cmd_verify.c - plimsoll verify: whether a run is what it says it is.
 */
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "help.h"
#include "jsonout.h"
#include "memory.h"
#include "report_db.h"
#include "run.h"
#include "run_recipe.h"
#include "run_setup.h"
#include "run_status.h"
#include "verify_run.h"

static const plm_option options[] = {
    {.name = "tape",
     .letter = 't',
     .type = PLM_OPTION_TEXT,
     .value = "FILE",
     .help = "the tape: runs everything again and compares the digest"},
    PLM_STRATEGY_OPTION,
    {.name = "mark",
     .type = PLM_OPTION_FLAG,
     .value = "",
     .help = "writes into RUN.db that it is tainted, and why, where something is wrong"},
};

/* What the worker found; in memory that both processes see. */
typedef struct replayed {
    char tape_digest[PLM_DIGEST_TEXT_CAP];
    char digest[PLM_DIGEST_TEXT_CAP]; /* "": not run */
} replayed;

typedef struct verify_job {
    plm_run_recipe recipe;
    const char *tape;
    replayed *found;
} verify_job;

/* -- the worker ------------------------------------------------------------------------------ */

static plm_status replay(plm_worker *worker, const verify_job *job, const plm_run_setup *setup,
                         plm_diag *diag)
{
    plm_run *run = NULL;
    uint8_t digest[PLM_DIGEST_SIZE];
    PLM_TRY(plm_run_create(setup->spec, &setup->contracts, plm_tape_get_blocks(setup->tape),
                           plm_worker_beat(worker), diag, &run));
    if (job->recipe.every_tick) {
        plm_run_assess_every_tick(run);
    }
    plm_status status = PLM_OK;
    while (status == PLM_OK) {
        status = plm_run_step(run, diag);
        if (status == PLM_OK && plm_worker_interrupted(worker)) {
            status = plm_fail(diag, PLM_ERR_INTERRUPTED, "verify: interrupted");
        }
    }
    if (status >= 0) {
        status = plm_run_finish(run, diag, digest);
    }
    if (status >= 0) {
        plm_digest_text(digest, job->found->digest);
    }
    plm_run_destroy(run);
    return status < 0 ? status : PLM_OK;
}

static plm_status work(plm_session *session, plm_worker *worker, void *context, plm_diag *diag)
{
    const verify_job *const job = context;
    const plm_run_source source = {.path = job->recipe.run_file,
                                   .text = job->recipe.text,
                                   .sets = (const char *const *)job->recipe.set,
                                   .set_count = job->recipe.set_count,
                                   .tape = job->tape};
    plm_run_setup setup;
    plm_status status = plm_run_setup_open_from(session, worker, &source, diag, &setup);
    if (status >= 0) {
        plm_digest_text(plm_tape_get_info(setup.tape)->digest, job->found->tape_digest);
        if (strcmp(job->found->tape_digest, job->recipe.tape_digest) == 0) {
            status = replay(worker, job, &setup, diag);
        }
    }
    plm_run_setup_close(&setup);
    return status;
}

/* -- judging --------------------------------------------------------------------------------- */

static void judge(const verify_job *job, plm_check *check)
{
    const plm_run_recipe *const recipe = &job->recipe;
    check->verdict = PLM_VERDICT_WRONG;
    if (strcmp(job->found->tape_digest, recipe->tape_digest) != 0) {
        (void)snprintf(check->text, sizeof check->text,
                       "the tape is another one: its digest is %s, the run's was %s",
                       job->found->tape_digest, recipe->tape_digest);
    } else if (strcmp(job->found->digest, recipe->digest) != 0) {
        (void)snprintf(check->text, sizeof check->text,
                       "run again, the digest is %s, not %s: program, rulebooks, strategies or "
                       "files of the run have changed",
                       job->found->digest, recipe->digest);
    } else {
        check->verdict = PLM_VERDICT_OK;
        (void)snprintf(check->text, sizeof check->text, "run again, the same: %s", recipe->digest);
    }
}

static plm_status check_replay(plm_session *session, verify_job *job, plm_diag *diag,
                               plm_check *check)
{
    check->name = "replay";
    check->verdict = PLM_VERDICT_SKIPPED;
    if (job->recipe.digest == NULL) {
        (void)snprintf(check->text, sizeof check->text,
                       "a run that did not come to its end has no digest");
        return PLM_OK;
    }
    if (job->tape == NULL) {
        (void)snprintf(check->text, sizeof check->text,
                       "needs the tape: --tape FILE runs it again and compares the digest");
        return PLM_OK;
    }
    job->found = plm_worker_share(sizeof *job->found);
    const plm_status status = plm_worker_run(session, work, job, PLM_WORKER_LIMIT_S, diag);
    if (status >= 0) {
        judge(job, check);
    }
    plm_worker_unshare(job->found, sizeof *job->found);
    return status;
}

static plm_status check_all(plm_session *session, sqlite3 *db, plm_diag *diag, plm_check *checks,
                            size_t *out_count, char **out_banner)
{
    verify_job job = {.tape = plm_session_text(session, "tape")};
    PLM_TRY(plm_run_status_banner(db, diag, out_banner));
    PLM_TRY(plm_verify_run(db, diag, checks, out_count));
    if (checks[0].verdict == PLM_VERDICT_WRONG) {
        return PLM_OK;
    }
    PLM_TRY(plm_run_recipe_read(db, diag, &job.recipe));
    const plm_status status = check_replay(session, &job, diag, &checks[*out_count]);
    *out_count += 1;
    plm_run_recipe_fini(&job.recipe);
    return status;
}

/* -- telling --------------------------------------------------------------------------------- */

static const char *verdict_of(const plm_check *check)
{
    return check->verdict == PLM_VERDICT_OK        ? "ok"
           : check->verdict == PLM_VERDICT_SKIPPED ? "skipped"
                                                   : "wrong";
}

static void print_text(plm_session *session, const plm_check *checks, size_t count,
                       const char *banner)
{
    plm_out *const out = &session->out;
    char shown[PLM_DIAG_CAP];
    if (banner != NULL) {
        plm_out_text(out, "! ");
        plm_help_wrap(out, plm_console_printable(banner, shown, sizeof shown), 2, 2);
    }
    for (size_t i = 0; i < count; i++) {
        plm_out_printf(out, "%-11s %-8s ", checks[i].name, verdict_of(&checks[i]));
        plm_help_wrap(out, plm_console_printable(checks[i].text, shown, sizeof shown), 21, 21);
    }
}

static void print_json(plm_session *session, const plm_check *checks, size_t count,
                       const char *banner, bool sound)
{
    json_t *const json = plm_json_open("verify");
    json_t *const list = plm_json_array();
    for (size_t i = 0; i < count; i++) {
        json_t *const entry = plm_json_object();
        plm_json_text(entry, "check", checks[i].name);
        plm_json_text(entry, "verdict", verdict_of(&checks[i]));
        plm_json_text(entry, "text", checks[i].text);
        plm_json_add(list, entry);
    }
    plm_json_text(json, "file", session->operand[0]);
    plm_json_put(json, "banner", banner == NULL ? json_null() : plm_json_string(banner));
    plm_json_flag(json, "ok", sound);
    plm_json_put(json, "checks", list);
    plm_json_print(&session->out, json);
}

/* Says what is wrong, and with --mark writes it down; not into a file that is damaged. */
static plm_status conclude(const plm_session *session, const plm_check *wrong, plm_diag *diag)
{
    if (plm_session_flag(session, "mark") && strcmp(wrong->name, "file") != 0) {
        char cause[PLM_VERIFY_TEXT_CAP + 32];
        (void)snprintf(cause, sizeof cause, "verify: %s: %s", wrong->name, wrong->text);
        PLM_TRY(plm_verify_taint(session->operand[0], cause, diag));
        plm_session_note(session, "%s: is marked as tainted", session->operand[0]);
    }
    return plm_fail(diag, PLM_ERR_INPUT, "%s: is not what it says: %s: %s", session->operand[0],
                    wrong->name, wrong->text);
}

static plm_status run(plm_session *session, plm_diag *diag)
{
    sqlite3 *db = NULL;
    plm_check checks[PLM_VERIFY_CHECKS_MAX] = {0};
    size_t count = 0;
    char *banner = NULL;
    const plm_check *wrong = NULL;
    PLM_TRY(plm_report_open(session, diag, &db));
    plm_status status = check_all(session, db, diag, checks, &count, &banner);
    plm_db_close(db);
    for (size_t i = count; i > 0; i--) {
        wrong = checks[i - 1].verdict == PLM_VERDICT_WRONG ? &checks[i - 1] : wrong;
    }
    if (status >= 0 && session->json) {
        print_json(session, checks, count, banner, wrong == NULL && banner == NULL);
    } else if (status >= 0 && !session->quiet) {
        print_text(session, checks, count, banner);
    }
    session->warned = banner != NULL;
    plm_free(banner);
    if (status >= 0 && wrong != NULL) {
        status = conclude(session, wrong, diag);
    }
    return status;
}

const plm_command plm_cmd_verify = {
    .name = "verify",
    .summary = "whether a run database is whole and its run comes out again",
    .operands = "RUN.db",
    .operand_min = 1,
    .operand_max = 1,
    .examples = "plimsoll verify run.db\n"
                "plimsoll verify run.db --tape examples/jumps.tape\n"
                "plimsoll verify run.db --tape examples/jumps.tape --mark\n",
    .text =
        "Reads alone, but for --mark. Exit code 0: all is well; 1: what is there is whole, but the "
        "run is not complete, or is tainted; 3: something is wrong. Relative paths of the run "
        "start where they did when it ran.",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
