/*
 * cmd_compare.c - plimsoll compare: the variants of a run side by side.
 */
#include "commands.h"
#include "report_db.h"

static const plm_option options[] = {
    PLM_AS_OPTION,
    {.name = "group",
     .letter = 'g',
     .type = PLM_OPTION_TEXT,
     .value = "NAME",
     .help = "one group alone: an account's name in the run file; default: all with variants"},
};

static plm_status run(plm_session *session, plm_diag *diag)
{
    sqlite3 *db = NULL;
    plm_story *story = NULL;
    bool differ = false;
    PLM_TRY(plm_report_open(session, diag, &db));
    const plm_status status =
        plm_story_compare(db, plm_session_text(session, "group"), diag, &story, &differ);
    if (status >= 0) {
        plm_report_show(session, "compare", story);
        plm_story_destroy(story);
        session->warned = differ;
    }
    plm_db_close(db);
    return status;
}

const plm_command plm_cmd_compare = {
    .name = "compare",
    .summary = "the variants of a run side by side",
    .operands = "RUN.db",
    .operand_min = 1,
    .operand_max = 1,
    .examples = "plimsoll compare run.db\n"
                "plimsoll compare run.db --group desk --as markdown\n"
                "plimsoll compare run.db --json | jq .parts\n",
    .text =
        "Outcome, first divergence and its reason, liquidations that a regime caused or avoided, "
        "margin locked, findings. Exit code 0 when the variants did the same, 1 when they "
        "differ.",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
