/*
 * args.h - command lines against the table of a command.
 *
 * "--name value", "--name=value", "-x value", "-xvalue", flags together ("-qf"); "--" ends the
 * options; "-" is an operand. Names are never abbreviated: a script must not break when an option
 * is added.
 */
#ifndef PLM_ARGS_H
#define PLM_ARGS_H

#include "command.h"

/* Options that every command has. */
extern const plm_option plm_args_common[];
extern const size_t plm_args_common_count;

/*
 * Fills values, operands and the common switches of the session, whose command is set. The order
 * of argv is changed; the operands stay in it. With --help given, nothing else is required.
 */
PLM_NODISCARD plm_status plm_args_parse(plm_session *session, int argc, const char **argv,
                                        plm_diag *diag);

/* The first words and groups of the table, for a command that does not exist. */
const plm_command *plm_args_find(const plm_command *const *commands, int argc,
                                 const char *const *argv, int *out_words);
/* Whether `word` is the first word of two-word commands. */
bool plm_args_is_group(const plm_command *const *commands, const char *word);
/* Refuses words that are no command, with the nearest that is one. */
PLM_NODISCARD plm_status plm_args_refuse(const plm_command *const *commands, int argc,
                                         const char *const *argv, plm_diag *diag);

#endif
