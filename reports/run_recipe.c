/*
 * run_recipe.c - what a run was made of, as its database keeps it.
 */
#include "run_recipe.h"

#include <string.h>

#include "memory.h"
#include "pile.h"
#include "query.h"

static plm_status read_run(sqlite3 *db, plm_diag *diag, plm_run_recipe *recipe)
{
    plm_query query;
    PLM_TRY(
        plm_query_open(db,
                       "SELECT run_file, config_text, tape_digest, digest, assess = 'every-tick' "
                       "FROM run WHERE id = 1",
                       diag, &query));
    const plm_status status = plm_query_step(&query, diag);
    recipe->run_file = plm_strdup(plm_query_text(&query, 0));
    recipe->text = plm_strdup(plm_query_text(&query, 1));
    recipe->tape_digest = plm_strdup(plm_query_text(&query, 2));
    recipe->digest = plm_query_is_null(&query, 3) ? NULL : plm_strdup(plm_query_text(&query, 3));
    recipe->every_tick = plm_query_int(&query, 4) != 0;
    plm_query_close(&query);
    return status < 0 ? status : PLM_OK;
}

static plm_status read_sets(sqlite3 *db, plm_diag *diag, plm_run_recipe *recipe)
{
    plm_query query;
    plm_status status;
    PLM_TRY(plm_query_open(db, "SELECT path, value FROM setting WHERE origin = '--set' ORDER BY id",
                           diag, &query));
    while ((status = plm_query_step(&query, diag)) == PLM_OK) {
        if (recipe->set_count == PLM_RECIPE_SETS_MAX) {
            status = plm_fail(diag, PLM_ERR_INPUT,
                              "the run has more than %u settings of the command line",
                              PLM_RECIPE_SETS_MAX);
            break;
        }
        plm_pile set = {0};
        plm_pile_printf(&set, "%s=%s", plm_query_text(&query, 0), plm_query_text(&query, 1));
        recipe->set[recipe->set_count++] = set.text;
    }
    plm_query_close(&query);
    return status < 0 ? status : PLM_OK;
}

plm_status plm_run_recipe_read(sqlite3 *db, plm_diag *diag, plm_run_recipe *out)
{
    plm_run_recipe recipe = {0};
    plm_status status = read_run(db, diag, &recipe);
    if (status >= 0) {
        status = read_sets(db, diag, &recipe);
    }
    if (status < 0) {
        plm_run_recipe_fini(&recipe);
        return status;
    }
    *out = recipe;
    return PLM_OK;
}

void plm_run_recipe_fini(plm_run_recipe *recipe)
{
    plm_free(recipe->run_file);
    plm_free(recipe->text);
    plm_free(recipe->tape_digest);
    plm_free(recipe->digest);
    for (uint32_t i = 0; i < recipe->set_count; i++) {
        plm_free(recipe->set[i]);
    }
    *recipe = (plm_run_recipe){0};
}
