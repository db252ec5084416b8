/*
 * report_db.h - what the commands on a finished run share: its database, and showing a story.
 */
#ifndef PLM_REPORT_DB_H
#define PLM_REPORT_DB_H

#include "command.h"
#include "db_open.h"
#include "story.h"

#define PLM_AS_OPTION                                                                              \
    {                                                                                              \
        .name = "as", .type = PLM_OPTION_WORD, .value = "FORM",                                    \
        .help = "text (default), markdown or json", .words = plm_report_forms                      \
    }

extern const char *const plm_report_forms[];

/* Opens the run database of the first operand. */
PLM_NODISCARD plm_status plm_report_open(const plm_session *session, plm_diag *diag, sqlite3 **out);
/* Prints as --as and --json ask. `schema` is the name of its JSON. */
void plm_report_show(plm_session *session, const char *schema, const plm_story *story);

#endif
