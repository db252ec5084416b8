/*
 * perform.c - a command line inside a command.
 */
#include "perform.h"

#include <string.h>

#include "args.h"
#include "memory.h"

#define WORDS_MAX 64

/* Cuts the line in place. */
static plm_status split(char *line, plm_diag *diag, const char *words[WORDS_MAX], int *out_count)
{
    int count = 0;
    for (char *at = line + strspn(line, " "); *at != '\0'; at += strspn(at, " ")) {
        const char end = *at == '\'' ? '\'' : ' ';
        at += end == '\'' ? 1 : 0;
        char *const stop = strchr(at, end);
        if (count >= WORDS_MAX - 2 || (stop == NULL && end == '\'')) {
            return plm_fail(diag, PLM_ERR_INPUT,
                            "a command of up to %d words is needed, not '%.200s'", WORDS_MAX - 2,
                            line);
        }
        words[count++] = at;
        at = stop == NULL ? at + strlen(at) : stop + 1;
        if (stop != NULL) {
            *stop = '\0';
        }
    }
    *out_count = count;
    return PLM_OK;
}

static bool has_option(const plm_command *command, const char *name)
{
    for (size_t i = 0; i < command->option_count; i++) {
        if (strcmp(command->options[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

static plm_status perform(plm_session *inner, int count, const char **words, bool force,
                          plm_diag *diag)
{
    int used = 0;
    inner->command = plm_args_find(inner->commands, count, words, &used);
    if (inner->command == NULL) {
        return plm_args_refuse(inner->commands, count, words, diag);
    }
    if (force && has_option(inner->command, "force")) {
        words[count++] = "--force";
    }
    if (inner->quiet) {
        words[count++] = "--quiet";
    }
    PLM_TRY(plm_args_parse(inner, count - used, words + used, diag));
    return inner->command->run(inner, diag);
}

plm_status plm_perform(plm_session *session, const char *line, bool force, plm_diag *diag)
{
    static const char program[] = "plimsoll ";
    if (strncmp(line, program, sizeof program - 1) != 0) {
        return plm_fail(diag, PLM_ERR_INPUT, "'%.200s' is no command of plimsoll", line);
    }
    PLM_TRY(plm_out_flush(&session->out, diag));
    char *const text = plm_strdup(line + sizeof program - 1);
    const char *words[WORDS_MAX];
    int count = 0;
    plm_session inner = {.commands = session->commands,
                         .out = session->out,
                         .quiet = session->quiet,
                         .colour_out = session->colour_out,
                         .colour_err = session->colour_err};
    plm_status status = split(text, diag, words, &count);
    if (status >= 0) {
        status = perform(&inner, count, words, force, diag);
    }
    session->out = inner.out;
    plm_free(text);
    return status;
}
