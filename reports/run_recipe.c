/*
 * run_recipe.c - what a run was made of, as its database keeps it.
 */
#include "run_recipe.h"

#include <jansson.h>

#include "memory.h"
#include "query.h"

/* A JSON list of texts. */
static plm_status read_sets(const char *text, plm_diag *diag, plm_run_recipe *recipe)
{
    json_t *const list = json_loads(text, 0, NULL);
    bool good = json_is_array(list) && json_array_size(list) <= PLM_RECIPE_SETS_MAX;
    for (size_t i = 0; good && i < json_array_size(list); i++) {
        const char *const set = json_string_value(json_array_get(list, i));
        good = set != NULL;
        if (good) {
            recipe->set[recipe->set_count++] = plm_strdup(set);
        }
    }
    json_decref(list);
    return good ? PLM_OK
                : plm_fail(diag, PLM_ERR_INPUT,
                           "the database is damaged: run.overrides is no JSON list of at most %u "
                           "texts",
                           PLM_RECIPE_SETS_MAX);
}

static plm_status read_run(sqlite3 *db, plm_diag *diag, plm_run_recipe *recipe)
{
    plm_query query;
    PLM_TRY(
        plm_query_open(db,
                       "SELECT run_file, config_text, tape_digest, digest, assess = 'every-tick', "
                       "overrides "
                       "FROM run WHERE id = 1",
                       diag, &query));
    const plm_status status = plm_query_step(&query, diag);
    recipe->run_file = plm_strdup(plm_query_text(&query, 0));
    recipe->text = plm_strdup(plm_query_text(&query, 1));
    recipe->tape_digest = plm_strdup(plm_query_text(&query, 2));
    recipe->digest = plm_query_is_null(&query, 3) ? NULL : plm_strdup(plm_query_text(&query, 3));
    recipe->every_tick = plm_query_int(&query, 4) != 0;
    const plm_status read =
        status == PLM_OK ? read_sets(plm_query_text(&query, 5), diag, recipe) : status;
    plm_query_close(&query);
    return read < 0 ? read : PLM_OK;
}

plm_status plm_run_recipe_read(sqlite3 *db, plm_diag *diag, plm_run_recipe *out)
{
    plm_run_recipe recipe = {0};
    const plm_status status = read_run(db, diag, &recipe);
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
