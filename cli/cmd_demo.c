/*
 * cmd_demo.c - plimsoll demo: a crash, three regimes, and what became of them, in seconds.
 */
#include <stdio.h>

#include "commands.h"
#include "interrupt.h"
#include "lecture.h"
#include "memory.h"
#include "shipped.h"
#include "workplace.h"

#define DEFAULT_FOLDER "plimsoll-demo"

static const plm_shipped shipped_demo = {"examples/lessons/demo", PLM_EXAMPLE_DIR "/demo", ""};

static plm_status play(plm_session *session, const char *source, const char *page, plm_diag *diag)
{
    const bool force = plm_session_flag(session, "force");
    const char *const given = plm_session_text(session, "output");
    plm_workplace place;
    plm_status status =
        plm_workplace_open(given == NULL ? DEFAULT_FOLDER : given, force, diag, &place);
    if (status >= 0) {
        status = plm_workplace_copy_all(&place, source, diag);
    }
    if (status >= 0) {
        status = plm_workplace_enter(&place, diag);
    }
    if (status >= 0) {
        status = plm_lecture_play(session, page, force, diag);
    }
    if (status >= 0) {
        plm_out_printf(&session->out, "All files are in %s: cd %s\n", place.folder, place.folder);
    }
    plm_workplace_close(&place);
    return status;
}

static plm_status run(plm_session *session, plm_diag *diag)
{
    char folder[PLM_SHIPPED_PATH_CAP];
    char path[2 * PLM_SHIPPED_PATH_CAP];
    char *page = NULL;
    if (!plm_shipped_folder(&shipped_demo, folder)) {
        plm_shipped_places(&shipped_demo, path);
        return plm_fail(diag, PLM_ERR_USAGE, "there is no demo; searched: %.900s", path);
    }
    (void)snprintf(path, sizeof path, "%s/page.md", folder);
    PLM_TRY(plm_lecture_read(path, diag, &page));
    plm_interrupt_defer();
    plm_status status = PLM_OK;
    if (session->json) {
        json_t *const json = plm_json_open("demo");
        plm_json_put(json, "run", plm_lecture_commands(page, "run"));
        plm_json_put(json, "try", plm_lecture_commands(page, "try"));
        plm_json_print(&session->out, json);
    } else {
        status = play(session, folder, page, diag);
    }
    plm_free(page);
    return status;
}

static const plm_option options[] = {
    {.name = "output",
     .letter = 'o',
     .type = PLM_OPTION_TEXT,
     .value = "DIR",
     .help = "the folder for tape, run file, database and report.html; " DEFAULT_FOLDER
             " if not given, and new"},
    {.name = "force",
     .letter = 'f',
     .type = PLM_OPTION_FLAG,
     .value = "",
     .help = "write into a folder that exists; its files of the same names are lost"},
};

const plm_command plm_cmd_demo = {
    .name = "demo",
    .summary = "a crash under three margin regimes; try this first",
    .operands = "",
    .operand_min = 0,
    .operand_max = 0,
    .examples = "plimsoll demo\nplimsoll demo -o crash\n",
    .text = "Makes a market after the AVAX crash of 10 October 2025, replays a basis trade and a "
            "levered long under cross, isolated and portfolio margin, and prints what came of "
            "them. Leaves tape, run file, database and report.html in a folder, some seconds "
            "later. --json "
            "tells the commands, and runs nothing.",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
