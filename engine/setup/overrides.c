/*
 * overrides.c - values of the command line laid over the run file: PATH=VALUE, in the order of
 * their paths, so that the order in which they were given cannot matter.
 */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "memory.h"
#include "nearest.h"
#include "setup_parts.h"

#define OVERRIDES_MAX 1024u

typedef struct override {
    const char *label; /* "--set PATH=VALUE" */
    const char *path;
    const plm_config_node *value;
} override;

static plm_status refuse(const override *set, plm_diag *diag, const char *what)
{
    return plm_fail(diag, PLM_ERR_USAGE, "%s: %s", set->label, what);
}

/* Values of the command line have no line: messages name the override instead. */
static void forget_places(const plm_config_node *root)
{
    plm_config_node *open[PLM_CONFIG_DEPTH_MAX + 1];
    unsigned depth = 1;
    open[0] = (plm_config_node *)root; /* of a tree that is ours alone */
    while (depth > 0) {
        plm_config_node *const node = open[depth - 1];
        node->line = node->column = 0;
        node->key_line = node->key_column = 0;
        open[depth - 1] = (plm_config_node *)node->next;
        if (node->next == NULL) {
            depth--;
        }
        if (node->kind != PLM_CONFIG_TEXT && node->first != NULL) {
            plm_assert(depth <= PLM_CONFIG_DEPTH_MAX);
            open[depth++] = (plm_config_node *)node->first;
        }
    }
}

static plm_status read_one(plm_run_file *file, const char *text, plm_diag *diag, override *out)
{
    out->label = plm_setup_print(file, "--set %s", text);
    const char *const equals = strchr(text, '=');
    if (equals == NULL || equals == text) {
        return refuse(out, diag, "allowed: PATH=VALUE, such as accounts.NAME.params.leverage=12");
    }
    size_t const size = (size_t)(equals - text);
    out->path = plm_setup_print(file, "%.*s", (int)size, text);
    if (out->path[size - 1] == '.' || out->path[0] == '.' || strstr(out->path, "..") != NULL) {
        return refuse(out, diag, "the path has an empty key; allowed: keys with one '.' between");
    }
    if (equals[1] == '\0') {
        return refuse(out, diag, "the value is missing; the empty text is written as ''");
    }
    plm_config **const config = &file->override[file->override_count];
    PLM_TRY(plm_config_parse(out->label, equals + 1, strlen(equals + 1), diag, config));
    file->override_count++;
    out->value = plm_config_root(*config);
    forget_places(out->value);
    return PLM_OK;
}

static int compare_paths(const void *a, const void *b)
{
    return strcmp(((const override *)a)->path, ((const override *)b)->path);
}

/* Equal paths, and a path inside another one, would depend on the order. */
static plm_status check_apart(const override *sets, uint32_t count, plm_diag *diag)
{
    for (uint32_t i = 0; i < count; i++) {
        size_t const size = strlen(sets[i].path);
        for (uint32_t j = i + 1; j < count; j++) {
            const char *const other = sets[j].path;
            if (strncmp(sets[i].path, other, size) == 0 &&
                (other[size] == '\0' || other[size] == '.')) {
                return plm_fail(diag, PLM_ERR_USAGE,
                                "--set %s and --set %s both set '%s'; allowed: once", sets[i].path,
                                other, sets[i].path);
            }
        }
    }
    return PLM_OK;
}

/* -- the way down the path --------------------------------------------------------------------- */

static plm_config_node *find(const plm_config_node *map, const char *key)
{
    return (plm_config_node *)plm_config_find(map, key); /* of an owned map */
}

/* From here on the entries of the node are ours. */
static plm_config_node *own(plm_run_file *file, plm_config_node *node)
{
    node->first = plm_setup_copy(file, node)->first;
    return node;
}

static plm_status find_account(const override *set, const plm_config_node *list, const char *name,
                               plm_diag *diag, plm_config_node **out)
{
    const char **const names = plm_alloc(list->size + 1, sizeof *names);
    size_t count = 0;
    const plm_config_node *found = NULL;
    for (const plm_config_node *entry = list->first; entry != NULL; entry = entry->next) {
        const plm_config_node *const known = plm_config_find(entry, "name");
        if (known != NULL && known->kind == PLM_CONFIG_TEXT) {
            names[count++] = known->text;
            found = found == NULL && strcmp(known->text, name) == 0 ? entry : found;
        }
    }
    plm_status status = PLM_OK;
    if (found == NULL) {
        const char *const near = plm_nearest(name, names);
        status = plm_fail(diag, PLM_ERR_USAGE, "%s: no account '%.100s' in the run file%s%s%s",
                          set->label, name, near != NULL ? "; did you mean '" : "",
                          near != NULL ? near : "", near != NULL ? "'?" : "");
    } else {
        *out = (plm_config_node *)found;
    }
    plm_free(names);
    return status;
}

/* Keys that are names of the tape may have dots in them: below these maps the rest of a path is one
 * key. */
static bool holds_names(const plm_config_node *map)
{
    static const char *const keys[] = {"leverage",  "min_notional", "collateral", "margin",
                                       "insurance", "par",          NULL};
    for (size_t i = 0; map->key != NULL && keys[i] != NULL; i++) {
        if (strcmp(map->key, keys[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* The map or list below `key`, made where there is none. */
static plm_status enter(plm_run_file *file, const override *set, plm_config_node *at,
                        const char *key, plm_diag *diag, plm_config_node **out)
{
    if (at->kind == PLM_CONFIG_LIST) {
        PLM_TRY(find_account(set, at, key, diag, out));
        (void)own(file, *out);
        return PLM_OK;
    }
    plm_config_node *const below = find(at, key);
    if (below == NULL) {
        plm_config_node const empty = {.kind = PLM_CONFIG_MAP, .file = set->label};
        *out = plm_setup_put(file, at, plm_setup_print(file, "%s", key), &empty);
        return PLM_OK;
    }
    bool const accounts = at == file->root && strcmp(key, "accounts") == 0;
    if (below->kind != PLM_CONFIG_MAP && !(accounts && below->kind == PLM_CONFIG_LIST)) {
        return plm_fail(diag, PLM_ERR_USAGE,
                        "%s: '%.200s' is no map in the run file; allowed: to set it as a whole",
                        set->label, key);
    }
    *out = own(file, below);
    return PLM_OK;
}

static plm_status apply(plm_run_file *file, const override *set, plm_diag *diag)
{
    plm_config_node *at = (plm_config_node *)file->root; /* owned */
    const char *rest = set->path;
    for (;;) {
        const char *const dot = holds_names(at) ? NULL : strchr(rest, '.');
        if (dot == NULL) {
            break;
        }
        const char *const key = plm_setup_print(file, "%.*s", (int)(dot - rest), rest);
        PLM_TRY(enter(file, set, at, key, diag, &at));
        rest = dot + 1;
    }
    if (at->kind == PLM_CONFIG_LIST) {
        return refuse(set, diag, "the path ends at an account; allowed: accounts.NAME.KEY=VALUE");
    }
    const char *const name = "name";
    if (strcmp(rest, name) == 0 && strncmp(set->path, "accounts.", 9) == 0) {
        return refuse(set, diag, "the name of an account cannot be set");
    }
    (void)plm_setup_put(file, at, rest, set->value);
    return PLM_OK;
}

plm_status plm_setup_override(plm_run_file *file, const char *const *overrides, uint32_t count,
                              plm_diag *diag)
{
    plm_config_node *const root = plm_setup_copy(file, plm_config_root(file->config));
    file->root = root;
    if (count > OVERRIDES_MAX) {
        return plm_fail(diag, PLM_ERR_USAGE, "--set: given %u times; at most %u are taken", count,
                        OVERRIDES_MAX);
    }
    if (count > 0) {
        PLM_TRY(plm_config_expect(root, PLM_CONFIG_MAP, diag));
    }
    file->override = plm_setup_take(file, count, sizeof(plm_config *));
    override *const sets = plm_setup_take(file, count, sizeof *sets);
    for (uint32_t i = 0; i < count; i++) {
        PLM_TRY(read_one(file, overrides[i], diag, &sets[i]));
    }
    qsort(sets, count, sizeof *sets, compare_paths);
    PLM_TRY(check_apart(sets, count, diag));
    for (uint32_t i = 0; i < count; i++) {
        PLM_TRY(apply(file, &sets[i], diag));
    }
    return PLM_OK;
}
