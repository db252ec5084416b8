/*
 * help.h - the help of a command, of a group and of the whole program: examples first, 80 columns.
 */
#ifndef PLM_HELP_H
#define PLM_HELP_H

#include "command.h"

void plm_help_program(plm_out *out, bool colour, const plm_command *const *commands);
void plm_help_group(plm_out *out, bool colour, const plm_command *const *commands,
                    const char *group);
void plm_help_command(plm_out *out, bool colour, const plm_command *command);
/* A name and its text in two columns. */
void plm_help_row(plm_out *out, const char *left, const char *text);

/* A paragraph, broken to fit: it goes on at `column`, its further lines are indented. */
void plm_help_wrap(plm_out *out, const char *text, size_t column, size_t indent);

#endif
