/*
 * main.c - the table of commands, and the way of one command line: find the row, parse, run, flush,
 * exit code.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "args.h"
#include "commands.h"
#include "help.h"
#include "interrupt.h"

static const plm_command *const commands[] = {
    &plm_cmd_demo,       &plm_cmd_lesson,      &plm_cmd_run,
    &plm_cmd_check,      &plm_cmd_strategies,  &plm_cmd_new_strategy,
    &plm_cmd_report,     &plm_cmd_compare,     &plm_cmd_explain,
    &plm_cmd_export,     &plm_cmd_verify,      &plm_cmd_margin,
    &plm_cmd_rulebooks,  &plm_cmd_synth,       &plm_cmd_scenarios,
    &plm_cmd_import,     &plm_cmd_tape_info,   &plm_cmd_tape_head,
    &plm_cmd_tape_cat,   &plm_cmd_tape_verify, &plm_cmd_tape_slice,
    &plm_cmd_tape_merge, &plm_cmd_tape_stats,  &plm_cmd_tape_diff,
    &plm_cmd_version,    &plm_cmd_help,        NULL,
};

static bool is_either(const char *arg, const char *a, const char *b)
{
    return strcmp(arg, a) == 0 || strcmp(arg, b) == 0;
}

static plm_status run(plm_session *session, int argc, const char **argv, plm_diag *diag)
{
    if (argc == 0 || is_either(argv[0], "--help", "-h")) {
        plm_help_program(&session->out, session->colour_out, commands);
        return PLM_OK;
    }
    if (is_either(argv[0], "--version", "-V")) {
        argv[0] = "version";
    }
    int words = 0;
    session->command = plm_args_find(commands, argc, argv, &words);
    if (session->command == NULL) {
        const bool group = plm_args_is_group(commands, argv[0]);
        if (group && (argc == 1 || is_either(argv[1], "--help", "-h"))) {
            plm_help_group(&session->out, session->colour_out, commands, argv[0]);
            return PLM_OK;
        }
        return plm_args_refuse(commands, argc, argv, diag);
    }
    PLM_TRY(plm_args_parse(session, argc - words, argv + words, diag));
    if (session->help) {
        plm_help_command(&session->out, session->colour_out, session->command);
        return PLM_OK;
    }
    return session->command->run(session, diag);
}

/* An empty text: the command has said itself what is wrong. */
static int conclude(plm_session *session, plm_status status, plm_diag *diag, bool pipe_kills)
{
    if (status < 0 && diag->text[0] != '\0' && session->out.error_number != EPIPE) {
        plm_console_error(session->colour_err, diag->text);
    }
    plm_diag flushing;
    plm_diag_init(&flushing);
    const plm_status flushed = plm_out_flush(&session->out, &flushing);
    if (flushed < 0 && session->out.error_number == EPIPE && pipe_kills) {
        plm_console_die_of_pipe();
    }
    plm_out_fini(&session->out);
    if (status < 0) {
        return -(int)status;
    }
    if (flushed < 0) {
        plm_console_error(session->colour_err, flushing.text);
        return -(int)flushed;
    }
    return session->warned ? 1 : 0;
}

int main(int argc, char **argv)
{
    const bool pipe_kills = plm_console_prepare();
    plm_interrupt_prepare();
    plm_session session = {.commands = commands};
    plm_out_init(&session.out, 1);
    session.colour_out = plm_console_colours(PLM_COLOUR_AUTO, 1);
    session.colour_err = plm_console_colours(PLM_COLOUR_AUTO, 2);
    plm_diag diag;
    plm_diag_init(&diag);
    const plm_status status =
        run(&session, argc > 0 ? argc - 1 : 0, (const char **)argv + (argc > 0 ? 1 : 0), &diag);
    return conclude(&session, status, &diag, pipe_kills);
}
