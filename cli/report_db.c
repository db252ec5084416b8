/*
 * report_db.c - what the commands on a finished run share.
 */
#include "report_db.h"

#include <string.h>

#include "check.h"
#include "jsonout.h"
#include "memory.h"
#include "story_show.h"

const char *const plm_report_forms[] = {"text", "markdown", "json", NULL};

plm_status plm_report_open(const plm_session *session, plm_diag *diag, sqlite3 **out)
{
    return plm_db_open(session->operand[0], diag, out);
}

void plm_report_show(plm_session *session, const char *schema, const plm_story *story)
{
    const char *const form = plm_session_text(session, "as");
    if (session->json || (form != NULL && strcmp(form, "json") == 0)) {
        json_t *const json = plm_json_open(schema);
        json_t *const body = plm_story_json(story);
        const int merged = json_object_update(json, body);
        plm_assert(merged == 0);
        json_decref(body);
        plm_json_print(&session->out, json);
        return;
    }
    char *const text = form != NULL && strcmp(form, "markdown") == 0
                           ? plm_story_markdown(story)
                           : plm_story_text(story, session->colour_out);
    plm_out_text(&session->out, text);
    plm_free(text);
}
