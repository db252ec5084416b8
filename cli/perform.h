/*
 * perform.h - a command line inside a command: what lessons and the demo are made of.
 */
#ifndef PLM_PERFORM_H
#define PLM_PERFORM_H

#include "command.h"

/*
 * Performs "plimsoll COMMAND ..." as if it had been typed; blanks part the words, single quotes
 * keep them together. -q and colours are the session's; `force` gives --force to a command that
 * knows it. What the command only has to tell (exit code 1: compare found differences) does not
 * become the session's exit code.
 */
PLM_NODISCARD plm_status plm_perform(plm_session *session, const char *line, bool force,
                                     plm_diag *diag);

#endif
