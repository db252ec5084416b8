/*
 * setup_value.c - memory, maps and single values of a run file.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "decimal.h"
#include "memory.h"
#include "nearest.h"
#include "setup_parts.h"
#include "timetext.h"

struct plm_kept {
    plm_kept *next;
    _Alignas(16) unsigned char bytes[];
};

/* -- memory ---------------------------------------------------------------------------------- */

void *plm_setup_take(plm_run_file *file, size_t count, size_t size)
{
    size_t total;
    plm_assert(!__builtin_mul_overflow(count, size, &total));
    plm_assert(!__builtin_add_overflow(total, sizeof(plm_kept), &total));
    plm_kept *const kept = plm_alloc(1, total);
    kept->next = file->kept;
    file->kept = kept;
    return kept->bytes;
}

const char *plm_setup_print(plm_run_file *file, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int const size = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    plm_assert(size >= 0);
    char *const text = plm_setup_take(file, (size_t)size + 1, 1);
    (void)vsnprintf(text, (size_t)size + 1, format, again);
    va_end(again);
    return text;
}

void plm_run_file_destroy(plm_run_file *file)
{
    if (file == NULL) {
        return;
    }
    for (uint32_t i = 0; i < file->draft_count; i++) {
        plm_params_destroy(file->draft[i].params);
    }
    for (uint32_t i = 0; i < file->override_count; i++) {
        plm_config_destroy(file->override[i]);
    }
    for (uint32_t i = 0; i < file->spec.rulebook_count; i++) {
        plm_params_destroy(file->spec.rulebook[i].params);
        plm_rulebook_destroy(file->spec.rulebook[i].rulebook);
    }
    plm_config_destroy(file->config);
    plm_free(file->effective);
    while (file->kept != NULL) {
        plm_kept *const next = file->kept->next;
        plm_free(file->kept);
        file->kept = next;
    }
    plm_free(file);
}

/* -- maps ------------------------------------------------------------------------------------ */

static plm_config_node *copy_node(plm_run_file *file, const plm_config_node *value)
{
    plm_config_node *const node = plm_setup_take(file, 1, sizeof *node);
    *node = *value;
    node->next = NULL;
    return node;
}

plm_config_node *plm_setup_copy(plm_run_file *file, const plm_config_node *map)
{
    plm_config_node *const copy = copy_node(file, map);
    const plm_config_node **tail = &copy->first;
    for (const plm_config_node *entry = map->first; entry != NULL; entry = entry->next) {
        plm_config_node *const own = copy_node(file, entry);
        *tail = own;
        tail = &own->next;
    }
    return copy;
}

plm_config_node *plm_setup_put(plm_run_file *file, plm_config_node *map, const char *key,
                               const plm_config_node *value)
{
    plm_config_node *const node = copy_node(file, value);
    node->key = key;
    const plm_config_node **place = &map->first;
    while (*place != NULL && strcmp((*place)->key, key) != 0) {
        place = &((plm_config_node *)*place)->next; /* the nodes of a copy are ours */
    }
    if (*place != NULL) {
        node->next = (*place)->next;
    } else {
        map->size++;
    }
    *place = node;
    return node;
}

/* -- single values --------------------------------------------------------------------------- */

static plm_status refuse(const plm_config_node *node, const char *allowed, plm_diag *diag)
{
    if (node->kind == PLM_CONFIG_TEXT && (node->size > 0 || node->quoted)) {
        return plm_config_fail(node, diag, "found '%.200s'; allowed: %s", node->text, allowed);
    }
    const char *const found = node->kind == PLM_CONFIG_LIST  ? "a list"
                              : node->kind == PLM_CONFIG_MAP ? "a map"
                                                             : "nothing";
    return plm_config_fail(node, diag, "found %s; allowed: %s", found, allowed);
}

plm_status plm_setup_duration(const plm_config_node *node, int64_t min, int64_t max,
                              const char *allowed, plm_diag *diag, int64_t *out)
{
    int64_t value;
    if (node->kind != PLM_CONFIG_TEXT || !plm_duration_parse(node->text, node->size, &value) ||
        value < min || value > max) {
        return refuse(node, allowed, diag);
    }
    *out = value;
    return PLM_OK;
}

plm_status plm_setup_decimal(const plm_config_node *node, unsigned scale, int64_t min, int64_t max,
                             const char *allowed, plm_diag *diag, int64_t *out)
{
    int64_t value;
    if (node->kind != PLM_CONFIG_TEXT ||
        plm_decimal_parse(node->text, node->size, scale, true, &value) != PLM_DECIMAL_OK ||
        value < min || value > max) {
        return refuse(node, allowed, diag);
    }
    *out = value;
    return PLM_OK;
}

plm_status plm_setup_money(const plm_config_node *node, plm_i128 min, const char *allowed,
                           plm_diag *diag, plm_money *out)
{
    plm_money value;
    plm_decimal_result const result = node->kind == PLM_CONFIG_TEXT
                                          ? plm_decimal_parse_money(node->text, node->size, &value)
                                          : PLM_DECIMAL_SYNTAX;
    if (result == PLM_DECIMAL_RANGE) {
        char bound[PLM_DECIMAL_TEXT_CAP];
        (void)plm_decimal_format_i128(PLM_I128_MAX / plm_pow10(PLM_MONEY_SCALE), 0, bound);
        return plm_config_fail(node, diag, "found '%.200s'; allowed: at most %s in size",
                               node->text, bound);
    }
    if (result != PLM_DECIMAL_OK || value.v < min) {
        return refuse(node, allowed, diag);
    }
    *out = value;
    return PLM_OK;
}

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
}

plm_status plm_setup_name(const plm_config_node *node, plm_diag *diag, const char **out)
{
    const char *text;
    PLM_TRY(plm_config_text(node, diag, &text));
    bool fits = node->size > 0 && node->size <= PLM_ACCOUNT_NAME_MAX;
    for (size_t i = 0; i < node->size && fits; i++) {
        fits = is_name_char(text[i]);
    }
    if (!fits) {
        return plm_config_fail(node, diag,
                               "found '%.200s'; allowed: 1 to %d letters, digits, '-' and '_'",
                               text, PLM_ACCOUNT_NAME_MAX);
    }
    *out = text;
    return PLM_OK;
}

/* -- names of the tape ------------------------------------------------------------------------- */

plm_status plm_setup_refuse_name(const plm_config_node *node, const char *what, const char *name,
                                 const char *const *words, plm_diag *diag)
{
    const char *const near = plm_nearest(name, words);
    if (near != NULL) {
        return plm_config_fail(node, diag, "no %s '%.100s' on the tape; did you mean '%s'?", what,
                               name, near);
    }
    return plm_config_fail(node, diag,
                           "no %s '%.100s' on the tape; 'plimsoll tape info' lists what is there",
                           what, name);
}

plm_status plm_setup_asset(const plm_config_node *node, const char *name,
                           const plm_contracts *contracts, plm_diag *diag, uint32_t *out)
{
    uint32_t const asset = plm_contracts_find_asset(contracts, name);
    if (asset != PLM_NO_ASSET) {
        *out = asset;
        return PLM_OK;
    }
    const char **const words = plm_alloc((size_t)contracts->asset_count + 1, sizeof *words);
    for (uint32_t i = 0; i < contracts->asset_count; i++) {
        words[i] = contracts->asset[i];
    }
    plm_status const status = plm_setup_refuse_name(node, "asset", name, words, diag);
    plm_free(words);
    return status;
}

plm_status plm_setup_sym(const plm_config_node *node, const char *name,
                         const plm_contracts *contracts, plm_diag *diag, uint32_t *out)
{
    uint32_t const sym = plm_contracts_find_sym(contracts, name);
    if (sym != PLM_NO_SYM && contracts->contract[sym].form == PLM_FORM_NONE) {
        return plm_config_fail(node, diag,
                               "'%.100s' cannot be traded; allowed: spot, perpetuals "
                               "and futures of the tape",
                               name);
    }
    if (sym != PLM_NO_SYM) {
        *out = sym;
        return PLM_OK;
    }
    const char **const words = plm_alloc((size_t)contracts->count + 1, sizeof *words);
    uint32_t count = 0;
    for (uint32_t i = 0; i < contracts->count; i++) {
        if (contracts->contract[i].form != PLM_FORM_NONE) {
            words[count++] = contracts->rows[i].symbol;
        }
    }
    plm_status const status = plm_setup_refuse_name(node, "instrument", name, words, diag);
    plm_free(words);
    return status;
}
