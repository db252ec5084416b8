/*
 * run_status.c - how a run ended, in words that stand above everything made of it.
 */
#include "run_status.h"

#include <string.h>

#include "memory.h"
#include "pile.h"
#include "query.h"

static const char *sentence_of(const char *status)
{
    if (strcmp(status, "incomplete") == 0) {
        return "This run is incomplete: it was killed, or is still under way. What it wrote until "
               "then is shown";
    }
    if (strcmp(status, "failed") == 0) {
        return "This run failed. What it wrote until then is shown";
    }
    if (strcmp(status, "interrupted") == 0) {
        return "This run was interrupted. What it wrote until then is shown";
    }
    if (strcmp(status, "tainted") == 0) {
        return "This run is tainted: a verification found that it is not what it says";
    }
    return "This run has a status that is not known";
}

plm_status plm_run_status_banner(sqlite3 *db, plm_diag *diag, char **out)
{
    plm_query query;
    PLM_TRY(plm_query_open(db, "SELECT status, cause FROM run WHERE id = 1", diag, &query));
    plm_pile banner = {0};
    const plm_status status = plm_query_step(&query, diag);
    if (status == PLM_OK && strcmp(plm_query_text(&query, 0), "complete") != 0) {
        plm_pile_text(&banner, sentence_of(plm_query_text(&query, 0)));
        plm_pile_text(&banner, plm_query_is_null(&query, 1) ? "" : ". Cause: ");
        plm_pile_text(&banner, plm_query_text(&query, 1));
        plm_pile_text(&banner, ".");
    }
    plm_query_close(&query);
    if (status < 0) {
        plm_free(banner.text);
        return status;
    }
    *out = banner.text;
    return PLM_OK;
}
