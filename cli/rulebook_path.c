/*
 * rulebook_path.c - which file a rulebook's name means.
 */
#include "rulebook_path.h"

#include <stdio.h>
#include <string.h>

#include "memory.h"
#include "nearest.h"

static const plm_shipped shipped_rulebooks = {"engine/rulebooks", PLM_RULEBOOK_DIR, ".yaml"};

static bool ends_with(const char *text, const char *ending)
{
    const size_t size = strlen(text), part = strlen(ending);
    return size > part && strcmp(text + size - part, ending) == 0;
}

static plm_status find_folder(plm_diag *diag, char out[PLM_SHIPPED_PATH_CAP])
{
    if (plm_shipped_folder(&shipped_rulebooks, out)) {
        return PLM_OK;
    }
    char places[PLM_SHIPPED_PLACES_CAP];
    plm_shipped_places(&shipped_rulebooks, places);
    return plm_fail(diag, PLM_ERR_USAGE, "there are no rulebooks; searched: %.900s", places);
}

plm_status plm_rulebook_names(plm_diag *diag, char *names[PLM_SHIPPED_NAMES_MAX],
                              unsigned *out_count)
{
    char folder[PLM_SHIPPED_PATH_CAP];
    PLM_TRY(find_folder(diag, folder));
    *out_count = plm_shipped_names(&shipped_rulebooks, folder, names);
    return PLM_OK;
}

static plm_status refuse(const char *word, const char *folder, plm_diag *diag)
{
    char *names[PLM_SHIPPED_NAMES_MAX];
    const char *words[PLM_SHIPPED_NAMES_MAX + 1] = {0};
    const unsigned count = plm_shipped_names(&shipped_rulebooks, folder, names);
    for (unsigned i = 0; i < count; i++) {
        words[i] = names[i];
    }
    const char *const near = plm_nearest(word, words);
    const plm_status status =
        plm_fail(diag, PLM_ERR_USAGE, "no rulebook '%.100s'; %s%s", word,
                 near == NULL ? "'plimsoll rulebooks' lists those that ship" : "nearest: ",
                 near == NULL ? "" : near);
    for (unsigned i = 0; i < count; i++) {
        plm_free(names[i]);
    }
    return status;
}

plm_status plm_rulebook_path(const char *word, plm_diag *diag, char out[PLM_SHIPPED_PATH_CAP])
{
    char folder[PLM_SHIPPED_PATH_CAP];
    if (strchr(word, '/') != NULL || ends_with(word, ".yaml") || ends_with(word, ".yml")) {
        const int size = snprintf(out, PLM_SHIPPED_PATH_CAP, "%s", word);
        return size >= 0 && size < PLM_SHIPPED_PATH_CAP
                   ? PLM_OK
                   : plm_fail(diag, PLM_ERR_USAGE, "%.100s...: the path is too long", word);
    }
    PLM_TRY(find_folder(diag, folder));
    return plm_shipped_file(&shipped_rulebooks, folder, word, out) ? PLM_OK
                                                                   : refuse(word, folder, diag);
}
