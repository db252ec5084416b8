/*
 * cmd_explain.c - plimsoll explain: a liquidation, or an account at a time, as a story.
 */
#include <string.h>

#include "commands.h"
#include "memory.h"
#include "metric.h"
#include "nearest.h"
#include "report_db.h"

static const plm_option options[] = {
    PLM_AS_OPTION,
    {.name = "at",
     .type = PLM_OPTION_TIME,
     .value = "TIME",
     .help = "of an account: by its last numbers at or before this time, UTC; default: the end"},
};

/* A whole number from 1, and nothing else. */
static plm_status read_number(const char *text, plm_diag *diag, int64_t *out)
{
    int64_t value = 0;
    const size_t size = strlen(text);
    bool good = size > 0 && size < 16;
    for (size_t i = 0; i < size && good; i++) {
        good = text[i] >= '0' && text[i] <= '9';
        value = value * 10 + (text[i] - '0');
    }
    if (!good || value == 0) {
        return plm_fail(diag, PLM_ERR_USAGE, "explain: liquidation '%s'; allowed: a number from 1",
                        text);
    }
    *out = value;
    return PLM_OK;
}

static plm_status refuse_what(const char *what, plm_diag *diag)
{
    static const char *const words[] = {"liquidation", "account", NULL};
    const char *const near = plm_nearest(what, words);
    return plm_fail(
        diag, PLM_ERR_USAGE, "explain: '%s'%s%s%s; allowed: liquidation N, account NAME", what,
        near == NULL ? "" : "; did you mean '", near == NULL ? "" : near, near == NULL ? "" : "'?");
}

static plm_status tell(plm_session *session, sqlite3 *db, plm_diag *diag)
{
    const char *const what = session->operand[1];
    plm_story *story = NULL;
    if (strcmp(what, "liquidation") == 0) {
        int64_t number = 0;
        PLM_TRY(read_number(session->operand[2], diag, &number));
        PLM_TRY(plm_story_liquidation(db, number, diag, &story));
    } else if (strcmp(what, "account") == 0) {
        const plm_ts at = plm_session_time(session, "at", PLM_TS_MAX);
        PLM_TRY(plm_story_account(db, session->operand[2], at, diag, &story));
    } else {
        return refuse_what(what, diag);
    }
    plm_report_show(session, "story", story);
    plm_story_destroy(story);
    return PLM_OK;
}

/* `explain METRIC`: what a number means; no database is asked. */
static plm_status define(plm_session *session, plm_diag *diag)
{
    const char *near = NULL;
    const char *const name = session->operand[0];
    const plm_metric_def *const def = plm_metric_find(name, &near);
    if (def == NULL) {
        return plm_fail(diag, PLM_ERR_USAGE,
                        "explain: '%s' is no metric%s%s%s; allowed: METRIC, RUN.db liquidation N, "
                        "RUN.db account NAME",
                        name, near == NULL ? "" : "; did you mean '", near == NULL ? "" : near,
                        near == NULL ? "" : "'?");
    }
    const char *const form = plm_session_text(session, "as");
    const bool json = session->json || (form != NULL && strcmp(form, "json") == 0);
    char *const text = json ? plm_metric_json(def) : plm_metric_text(def);
    plm_out_text(&session->out, text);
    plm_free(text);
    return PLM_OK;
}

static plm_status run(plm_session *session, plm_diag *diag)
{
    sqlite3 *db = NULL;
    if (session->operand_count == 1) {
        return define(session, diag);
    }
    if (session->operand_count == 2) {
        return plm_fail(diag, PLM_ERR_USAGE,
                        "explain: found two words; allowed: METRIC, RUN.db liquidation N, RUN.db "
                        "account NAME");
    }
    if (strcmp(session->operand[1], "liquidation") == 0 && plm_session_flag(session, "at")) {
        return plm_fail(diag, PLM_ERR_USAGE,
                        "explain: --at is for accounts; a liquidation has its own time");
    }
    PLM_TRY(plm_report_open(session, diag, &db));
    const plm_status status = tell(session, db, diag);
    plm_db_close(db);
    return status;
}

const plm_command plm_cmd_explain = {
    .name = "explain",
    .summary = "the story of a liquidation or an account; what a metric means",
    .operands = "RUN.db liquidation N | RUN.db account NAME | METRIC",
    .operand_min = 1,
    .operand_max = 3,
    .examples = "plimsoll explain run.db liquidation 1\n"
                "plimsoll explain run.db liquidation 1 --as markdown > story.md\n"
                "plimsoll explain run.db account desk/cross --at 2026-01-01T00:05\n"
                "plimsoll explain max_drawdown\n",
    .text =
        "What was held, what moved, the arithmetic of equity and requirement, each step, who "
        "paid, what the other variants did. Numbers are exact, sums are sums to the last digit; "
        "docs/reports.md tells how to read it.",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
