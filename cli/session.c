/*
 * session.c - what a command asks about its command line, and what it says besides its results.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "command.h"
#include "timetext.h"

const plm_value *plm_session_value(const plm_session *session, const char *name)
{
    const plm_value *found = NULL;
    for (uint32_t i = 0; i < session->value_count && found == NULL; i++) {
        if (strcmp(session->value[i].option->name, name) == 0) {
            found = &session->value[i];
        }
    }
    plm_assert(found != NULL);
    return found;
}

bool plm_session_flag(const plm_session *session, const char *name)
{
    return plm_session_value(session, name)->text != NULL;
}

const char *plm_session_text(const plm_session *session, const char *name)
{
    return plm_session_value(session, name)->text;
}

uint64_t plm_session_count(const plm_session *session, const char *name, uint64_t fallback)
{
    const plm_value *value = plm_session_value(session, name);
    return value->text == NULL ? fallback : value->count;
}

plm_ts plm_session_time(const plm_session *session, const char *name, plm_ts fallback)
{
    const plm_value *value = plm_session_value(session, name);
    return value->text == NULL ? fallback : value->ts;
}

void plm_session_note(const plm_session *session, const char *format, ...)
{
    if (session->quiet) {
        return;
    }
    char raw[PLM_DIAG_CAP];
    char shown[PLM_DIAG_CAP];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(raw, sizeof raw, format, args);
    va_end(args);
    plm_console_error(session->colour_err, plm_console_printable(raw, shown, sizeof shown));
}

plm_status plm_session_interval(const plm_session *session, plm_diag *diag, plm_ts *out_from,
                                plm_ts *out_until)
{
    const plm_ts from = plm_session_time(session, "from", PLM_TS_MIN);
    const plm_ts until = plm_session_time(session, "to", PLM_TS_MAX);
    if (from >= until) {
        char from_text[PLM_TIME_TEXT_CAP];
        char until_text[PLM_TIME_TEXT_CAP];
        (void)plm_time_format(from, from_text);
        (void)plm_time_format(until, until_text);
        return plm_fail(diag, PLM_ERR_USAGE, "%s: --from %s is not before --to %s",
                        session->command->name, from_text, until_text);
    }
    *out_from = from;
    *out_until = until;
    return PLM_OK;
}

plm_status plm_session_tape(const plm_session *session, uint32_t number, plm_diag *diag,
                            plm_tape **out)
{
    plm_assert(number < session->operand_count);
    const char *path = session->operand[number];
    if (strcmp(path, "-") == 0) {
        return plm_fail(diag, PLM_ERR_USAGE,
                        "%s: '-': a tape is read from a file, its index is at the end",
                        session->command->name);
    }
    return plm_tape_open(path, diag, out);
}
