/*
 * variants.c - the accounts of a run file as drafts: what `like` takes over, worlds, strategies,
 * and what the variants that regimes.c makes of one have in common.
 */
#include <string.h>

#include "check.h"
#include "memory.h"
#include "nearest.h"
#include "setup_parts.h"

static const char *const keys[] = {
    "name",  "like",  "strategy",        "params", "margin",    "collateral", "leverage",
    "hedge", "world", "report_currency", "flows",  "positions", "alerts",     "after_liquidation",
    "topup", "same",  "custody",         NULL};
static const char *const same_words[] = {"strategy", "trades", NULL};

/* -- like ------------------------------------------------------------------------------------ */

static void add_missing(plm_run_file *file, plm_config_node *map, const plm_config_node *from)
{
    for (const plm_config_node *entry = from->first; entry != NULL; entry = entry->next) {
        if (plm_config_find(map, entry->key) == NULL) {
            (void)plm_setup_put(file, map, entry->key, entry);
        }
    }
}

/* All keys of the other account but its name; own keys win, params key by key. */
static const plm_config_node *inherit(plm_run_file *file, const plm_config_node *own,
                                      const plm_config_node *base)
{
    plm_config_node *const map = plm_setup_copy(file, own);
    const plm_config_node *const params = plm_config_find(own, "params");
    const plm_config_node *const others = plm_config_find(base, "params");
    if (params != NULL && others != NULL && params->kind == PLM_CONFIG_MAP &&
        others->kind == PLM_CONFIG_MAP) {
        plm_config_node *const merged = plm_setup_copy(file, params);
        add_missing(file, merged, others);
        (void)plm_setup_put(file, map, "params", merged);
    }
    add_missing(file, map, base);
    return map;
}

static plm_status find_base(const plm_run_file *file, const plm_config_node *like, plm_diag *diag,
                            const plm_draft **out)
{
    const char *name;
    PLM_TRY(plm_config_text(like, diag, &name));
    const char **const names = plm_alloc((size_t)file->draft_count + 1, sizeof *names);
    const plm_draft *found = NULL;
    for (uint32_t i = 0; i < file->draft_count; i++) {
        names[i] = file->draft[i].name;
        found = strcmp(names[i], name) == 0 ? &file->draft[i] : found;
    }
    plm_status status = PLM_OK;
    if (found == NULL) {
        const char *const near = plm_nearest(name, names);
        status = plm_config_fail(like, diag, "no account '%.100s' stands before this one%s%s%s",
                                 name, near != NULL ? "; did you mean '" : "",
                                 near != NULL ? near : "", near != NULL ? "'?" : "");
    } else {
        *out = found;
    }
    plm_free(names);
    return status;
}

/* -- variants and worlds ----------------------------------------------------------------------- */

static plm_status read_same(plm_draft *draft, plm_diag *diag)
{
    const plm_config_node *const node = plm_config_find(draft->map, "same");
    size_t index;
    if (node == NULL) {
        return PLM_OK;
    }
    PLM_TRY(plm_config_word(node, same_words, diag, &index));
    draft->same_trades = index == 1;
    if (draft->same_trades && draft->variant_count == 1) {
        return plm_config_fail(node, diag,
                               "found 'trades' for one regime; allowed with a list in margin");
    }
    return PLM_OK;
}

static plm_status read_world(plm_draft *draft, plm_diag *diag)
{
    const plm_config_node *const node = plm_config_find(draft->map, "world");
    if (node == NULL) {
        return PLM_OK;
    }
    PLM_TRY(plm_setup_name(node, diag, &draft->world));
    if (draft->variant_count > 1) {
        return plm_config_fail(node, diag,
                               "accounts of several margin regimes are alternatives and share no "
                               "world; allowed: one regime, or no world");
    }
    return PLM_OK;
}

/* -- drafts ---------------------------------------------------------------------------------- */

static void add_word(plm_run_file *file, const char *word)
{
    for (uint32_t i = 0; i < file->word_count; i++) {
        if (strcmp(file->word[i], word) == 0) {
            return;
        }
    }
    file->word[file->word_count++] = word;
}

static plm_status read_strategy(plm_run_file *file, plm_draft *draft, plm_diag *diag)
{
    draft->strategy = plm_config_find(draft->map, "strategy");
    if (draft->strategy == NULL) {
        const plm_config_node *const params = plm_config_find(draft->map, "params");
        return params == NULL ? PLM_OK
                              : plm_config_fail(params, diag, "the account has no strategy");
    }
    const char *word;
    PLM_TRY(plm_config_text(draft->strategy, diag, &word));
    if (word[0] == '\0') {
        return plm_config_fail(draft->strategy, diag,
                               "found ''; allowed: a strategy or the path of a plug-in");
    }
    add_word(file, word);
    return PLM_OK;
}

static plm_status read_draft(plm_run_file *file, const plm_config_node *map, plm_diag *diag)
{
    plm_draft *const draft = &file->draft[file->draft_count];
    const plm_config_node *name, *like;
    PLM_TRY(plm_config_check_keys(map, keys, diag));
    PLM_TRY(plm_config_require(map, "name", diag, &name));
    PLM_TRY(plm_setup_name(name, diag, &draft->name));
    for (uint32_t i = 0; i < file->draft_count; i++) {
        if (strcmp(file->draft[i].name, draft->name) == 0) {
            return plm_config_fail(name, diag, "'%s' is the name of an account before this one",
                                   draft->name);
        }
    }
    draft->map = map;
    like = plm_config_find(map, "like");
    if (like != NULL) {
        const plm_draft *base = NULL;
        PLM_TRY(find_base(file, like, diag, &base));
        draft->map = inherit(file, map, base->map);
    }
    PLM_TRY(plm_setup_variants(file, draft, diag));
    PLM_TRY(read_same(draft, diag));
    PLM_TRY(read_world(draft, diag));
    PLM_TRY(read_strategy(file, draft, diag));
    file->draft_count++;
    return PLM_OK;
}

plm_status plm_setup_drafts(plm_run_file *file, plm_diag *diag)
{
    const plm_config_node *list;
    PLM_TRY(plm_config_require(file->root, "accounts", diag, &list));
    PLM_TRY(plm_config_expect(list, PLM_CONFIG_LIST, diag));
    if (list->size == 0 || list->size > PLM_ACCOUNTS_MAX) {
        return plm_config_fail(list, diag, "found %zu accounts; allowed: 1 to %u", list->size,
                               PLM_ACCOUNTS_MAX);
    }
    file->draft = plm_setup_take(file, list->size, sizeof *file->draft);
    file->word = plm_setup_take(file, list->size, sizeof *file->word);
    uint32_t total = 0;
    for (const plm_config_node *map = list->first; map != NULL; map = map->next) {
        PLM_TRY(read_draft(file, map, diag));
        total += file->draft[file->draft_count - 1].variant_count;
    }
    if (total > PLM_ACCOUNTS_MAX) {
        return plm_config_fail(list, diag, "the accounts and their regimes are %u; allowed: %u",
                               total, PLM_ACCOUNTS_MAX);
    }
    file->spec.account_count = total;
    return PLM_OK;
}
