/*
 * libraries.c - where strategies come from: plug-ins named with --strategy, plug-ins that a run
 * file names by path, and those that ship with the program.
 */
#include "libraries.h"

#include <stdio.h>
#include <string.h>

#include "check.h"
#include "memory.h"
#include "shipped.h"

#define PATH_CAP PLM_SHIPPED_PATH_CAP

void plm_libraries_init(plm_libraries *libraries, plm_beat *beat)
{
    *libraries = (plm_libraries){.beat = beat};
}

void plm_libraries_fini(plm_libraries *libraries)
{
    for (uint32_t i = 0; i < libraries->count; i++) {
        plm_library_close(libraries->library[i]);
    }
    plm_free(libraries->answer);
    *libraries = (plm_libraries){0};
}

static const char *name_of(const char *path)
{
    const char *const slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

static plm_status open_library(plm_libraries *libraries, const char *path, plm_diag *diag,
                               plm_library **out)
{
    if (libraries->count == PLM_LIBRARIES_MAX) {
        return plm_fail(diag, PLM_ERR_USAGE, "%s: more than %u plug-ins in one run", path,
                        PLM_LIBRARIES_MAX);
    }
    plm_beat_enter(libraries->beat, UINT32_MAX, PLM_CALLBACK_LOAD, name_of(path));
    const plm_status status = plm_library_open(path, diag, out);
    plm_beat_leave(libraries->beat);
    PLM_TRY(status);
    libraries->library[libraries->count++] = *out;
    return PLM_OK;
}

/* The strategy of that id among the first `count` libraries. */
static const plm_descriptor *find_id(const plm_libraries *libraries, uint32_t count, const char *id,
                                     const plm_library **out_library)
{
    for (uint32_t i = 0; i < count; i++) {
        const plm_library *const library = libraries->library[i];
        for (uint32_t j = 0; j < plm_library_count(library); j++) {
            const plm_descriptor *const descriptor = plm_library_descriptor(library, j);
            if (strcmp(descriptor->id, id) == 0) {
                *out_library = library;
                return descriptor;
            }
        }
    }
    return NULL;
}

/* A path without a folder would be searched for where the system keeps its libraries. */
static const char *with_folder(const char *path, char *out)
{
    (void)snprintf(out, PATH_CAP, "%s%s", strchr(path, '/') == NULL ? "./" : "", path);
    return out;
}

plm_status plm_libraries_add(plm_libraries *libraries, const char *path, plm_diag *diag)
{
    plm_library *library = NULL;
    return open_library(libraries, path, diag, &library);
}

plm_status plm_libraries_add_given(plm_libraries *libraries, const plm_session *session,
                                   plm_diag *diag)
{
    const plm_value *const value = plm_session_value(session, "strategy");
    for (uint32_t i = 0; i < value->list_count; i++) {
        char path[PATH_CAP];
        plm_library *library = NULL;
        const uint32_t before = libraries->count;
        PLM_TRY(open_library(libraries, with_folder(value->list[i], path), diag, &library));
        if (plm_library_count(library) == 0) {
            return plm_fail(diag, PLM_ERR_USAGE,
                            "--strategy %s: has no strategies; a margin model is named by the key "
                            "'model' of a rulebook",
                            value->list[i]);
        }
        for (uint32_t j = 0; j < plm_library_count(library); j++) {
            const plm_library *other = NULL;
            const char *const id = plm_library_descriptor(library, j)->id;
            if (find_id(libraries, before, id, &other) != NULL) {
                return plm_fail(diag, PLM_ERR_USAGE, "%s and %s both have a strategy '%s'",
                                plm_library_path(other), plm_library_path(library), id);
            }
        }
    }
    libraries->given = libraries->count;
    return PLM_OK;
}

/* -- what ships with the program --------------------------------------------------------------- */

static const plm_shipped shipped_strategies = {"strategies", PLM_STRATEGY_DIR, ".so"};

void plm_libraries_places(char out[PLM_LIBRARIES_PLACES_CAP])
{
    plm_shipped_places(&shipped_strategies, out);
}

unsigned plm_libraries_names(char *names[PLM_SHIPPED_NAMES_MAX])
{
    char folder[PATH_CAP];
    return plm_shipped_folder(&shipped_strategies, folder)
               ? plm_shipped_names(&shipped_strategies, folder, names)
               : 0;
}

plm_status plm_libraries_add_shipped(plm_libraries *libraries, plm_diag *diag)
{
    char folder[PATH_CAP];
    if (!plm_shipped_folder(&shipped_strategies, folder)) {
        return PLM_OK;
    }
    char *ids[PLM_SHIPPED_NAMES_MAX];
    const uint32_t count = plm_shipped_names(&shipped_strategies, folder, ids);
    plm_status status = PLM_OK;
    for (uint32_t i = 0; i < count && status >= 0; i++) {
        char path[PATH_CAP];
        const plm_library *known = NULL;
        plm_library *library = NULL;
        if (find_id(libraries, libraries->count, ids[i], &known) == NULL &&
            plm_shipped_file(&shipped_strategies, folder, ids[i], path)) {
            status = open_library(libraries, path, diag, &library);
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        plm_free(ids[i]);
    }
    return status;
}

/* -- answers --------------------------------------------------------------------------------- */

static void add_answer(plm_libraries *libraries, const char *word, const plm_library *library,
                       const plm_descriptor *descriptor)
{
    if (libraries->answer_count == libraries->answer_cap) {
        libraries->answer_cap = libraries->answer_cap == 0 ? 16 : libraries->answer_cap * 2;
        libraries->answer =
            plm_realloc(libraries->answer, libraries->answer_cap, sizeof *libraries->answer);
    }
    libraries->answer[libraries->answer_count++] =
        (plm_run_strategy){word, plm_library_factory(library), descriptor};
}

/* A path of the run file names the one strategy of that plug-in. */
static plm_status answer_path(plm_libraries *libraries, const char *word, const char *folder,
                              plm_diag *diag)
{
    char path[PATH_CAP];
    const bool bare = word[0] == '/' || folder[0] == '\0';
    const int size =
        snprintf(path, sizeof path, "%s%s%s", bare ? "" : folder, bare ? "" : "/", word);
    if (size < 0 || (size_t)size >= sizeof path) {
        return plm_fail(diag, PLM_ERR_USAGE, "%.200s...: the path of the plug-in is too long",
                        word);
    }
    plm_library *library = NULL;
    PLM_TRY(open_library(libraries, path, diag, &library));
    if (plm_library_count(library) != 1) {
        return plm_fail(diag, PLM_ERR_USAGE,
                        "%s: has %u strategies; name one by its id and the file with --strategy",
                        path, plm_library_count(library));
    }
    add_answer(libraries, word, library, plm_library_descriptor(library, 0));
    return PLM_OK;
}

/* False: there is no such strategy. */
static plm_status answer_id(plm_libraries *libraries, const char *id, plm_diag *diag,
                            bool *out_found)
{
    char folder[PATH_CAP], path[PATH_CAP];
    const plm_library *library = NULL;
    const plm_descriptor *found = find_id(libraries, libraries->given, id, &library);
    if (found == NULL && plm_shipped_folder(&shipped_strategies, folder) &&
        plm_shipped_file(&shipped_strategies, folder, id, path)) {
        plm_library *shipped = NULL;
        PLM_TRY(open_library(libraries, path, diag, &shipped));
        found = find_id(libraries, libraries->count, id, &library);
    }
    *out_found = found != NULL;
    if (found != NULL) {
        add_answer(libraries, id, library, found);
    }
    return PLM_OK;
}

/* What no word has asked for. */
static void add_rest(plm_libraries *libraries, const plm_library *library, uint32_t answered)
{
    for (uint32_t i = 0; i < plm_library_count(library); i++) {
        const plm_descriptor *const descriptor = plm_library_descriptor(library, i);
        bool known = false;
        for (uint32_t j = 0; j < answered && !known; j++) {
            known = libraries->answer[j].descriptor == descriptor;
        }
        if (!known) {
            add_answer(libraries, descriptor->id, library, descriptor);
        }
    }
}

plm_status plm_libraries_add_models(plm_libraries *libraries, plm_run_file *file, plm_diag *diag)
{
    for (uint32_t i = 0; i < plm_run_file_rulebook_count(file); i++) {
        const plm_rulebook *const rulebook = plm_run_file_rulebook(file, i);
        plm_library *library = NULL;
        char path[PATH_CAP];
        if (rulebook->model == NULL) {
            continue;
        }
        PLM_TRY(open_library(libraries, with_folder(rulebook->model, path), diag, &library));
        if (plm_library_model_count(library) != 1) {
            return plm_fail(diag, PLM_ERR_USAGE,
                            "%s: has %u margin models; allowed as the model of rulebook '%s': one",
                            rulebook->model, plm_library_model_count(library), rulebook->name);
        }
        plm_run_file_set_model(file, i, plm_library_model_factory(library),
                               plm_library_model(library, 0));
    }
    return PLM_OK;
}

plm_status plm_libraries_answer(plm_libraries *libraries, const plm_run_file *file, plm_diag *diag)
{
    bool all = true;
    for (uint32_t i = 0; i < plm_run_file_strategy_count(file); i++) {
        const char *const word = plm_run_file_strategy(file, i);
        bool found = true;
        if (strchr(word, '/') != NULL) {
            PLM_TRY(answer_path(libraries, word, plm_run_file_folder(file), diag));
        } else {
            PLM_TRY(answer_id(libraries, word, diag, &found));
        }
        all = all && found;
    }
    if (all) {
        return PLM_OK;
    }
    PLM_TRY(plm_libraries_add_shipped(libraries, diag));
    if (libraries->count == 0) {
        char places[PLM_LIBRARIES_PLACES_CAP];
        plm_libraries_places(places);
        return plm_fail(diag, PLM_ERR_USAGE,
                        "there are no strategies at all; searched: %.900s; --strategy FILE.so "
                        "names one",
                        places);
    }
    const uint32_t answered = libraries->answer_count;
    for (uint32_t i = 0; i < libraries->count; i++) {
        add_rest(libraries, libraries->library[i], answered);
    }
    return PLM_OK;
}
