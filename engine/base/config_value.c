/*
 * config_value.c - what the text of a configuration means to whoever asks: each refusal names the
 * place, what was found and what is allowed.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "config.h"
#include "decimal.h"
#include "nearest.h"
#include "timetext.h"

#define FOUND_MAX 60 /* letters of a value that a message shows */
#define LIST_CAP 512 /* of the words that a message shows */
#define PLACE_CAP 32

/* ":12:9"; nothing for a node without a place. */
static const char *place_text(uint32_t line, uint32_t column, char out[PLACE_CAP])
{
    out[0] = '\0';
    if (line != 0) {
        (void)snprintf(out, PLACE_CAP, ":%u:%u", line, column);
    }
    return out;
}

plm_status plm_config_fail(const plm_config_node *node, plm_diag *diag, const char *format, ...)
{
    char message[PLM_DIAG_CAP], place[PLACE_CAP];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    return plm_fail(diag, PLM_ERR_USAGE, "%s%s: %s%s%s", node->file,
                    place_text(node->line, node->column, place), node->key != NULL ? node->key : "",
                    node->key != NULL ? ": " : "", message);
}

/* "a, b, c", cut short where it would fill the message. */
static void list_words(const char *const *words, char out[LIST_CAP])
{
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; words[i] != NULL; i++) {
        size_t const room = LIST_CAP - used;
        int const length = snprintf(out + used, room, "%s%s", i == 0 ? "" : ", ", words[i]);
        plm_assert(length >= 0);
        if ((size_t)length + sizeof ", ..." > room) {
            (void)snprintf(out + used, room, "%s",
                           used + sizeof ", ..." <= LIST_CAP ? ", ..." : "");
            return;
        }
        used += (size_t)length;
    }
}

static const char *kind_name(plm_config_kind kind)
{
    switch (kind) {
    case PLM_CONFIG_NONE:
        break;
    case PLM_CONFIG_TEXT:
        return "a single value";
    case PLM_CONFIG_LIST:
        return "a list";
    case PLM_CONFIG_MAP:
        return "a map";
    }
    return "nothing";
}

static plm_status refuse_value(const plm_config_node *node, plm_diag *diag, const char *allowed)
{
    if (node->kind != PLM_CONFIG_TEXT) {
        return plm_config_fail(node, diag, "found %s; allowed: %s", kind_name(node->kind), allowed);
    }
    if (node->size == 0 && !node->quoted) {
        return plm_config_fail(node, diag, "found nothing; allowed: %s", allowed);
    }
    const bool whole = node->size <= FOUND_MAX;
    return plm_config_fail(node, diag, "found '%.*s%s'; allowed: %s",
                           whole ? (int)node->size : FOUND_MAX, node->text, whole ? "" : "...",
                           allowed);
}

/* -- maps ------------------------------------------------------------------------------------ */

plm_status plm_config_expect(const plm_config_node *node, plm_config_kind kind, plm_diag *diag)
{
    return node->kind == kind ? PLM_OK : refuse_value(node, diag, kind_name(kind));
}

const plm_config_node *plm_config_find(const plm_config_node *map, const char *key)
{
    if (map->kind != PLM_CONFIG_MAP) {
        return NULL;
    }
    for (const plm_config_node *entry = map->first; entry != NULL; entry = entry->next) {
        if (strcmp(entry->key, key) == 0) {
            return entry;
        }
    }
    return NULL;
}

plm_status plm_config_require(const plm_config_node *map, const char *key, plm_diag *diag,
                              const plm_config_node **out)
{
    PLM_TRY(plm_config_expect(map, PLM_CONFIG_MAP, diag));
    const plm_config_node *const entry = plm_config_find(map, key);
    if (entry == NULL) {
        return plm_config_fail(map, diag, "the key '%s' is missing", key);
    }
    *out = entry;
    return PLM_OK;
}

static bool is_word(const char *text, const char *const *words, size_t *out_index)
{
    for (size_t i = 0; words[i] != NULL; i++) {
        if (strcmp(text, words[i]) == 0) {
            *out_index = i;
            return true;
        }
    }
    return false;
}

plm_status plm_config_check_keys(const plm_config_node *map, const char *const *allowed,
                                 plm_diag *diag)
{
    PLM_TRY(plm_config_expect(map, PLM_CONFIG_MAP, diag));
    for (const plm_config_node *entry = map->first; entry != NULL; entry = entry->next) {
        size_t index;
        if (is_word(entry->key, allowed, &index)) {
            continue;
        }
        char words[LIST_CAP], place[PLACE_CAP];
        list_words(allowed, words);
        const char *const near = plm_nearest(entry->key, allowed);
        return plm_fail(diag, PLM_ERR_USAGE, "%s%s: unknown key '%.200s'; %s%s%sallowed: %s",
                        entry->file, place_text(entry->key_line, entry->key_column, place),
                        entry->key, near != NULL ? "did you mean '" : "", near != NULL ? near : "",
                        near != NULL ? "'? " : "", words);
    }
    return PLM_OK;
}

/* -- scalars --------------------------------------------------------------------------------- */

plm_status plm_config_text(const plm_config_node *node, plm_diag *diag, const char **out)
{
    if (node->kind != PLM_CONFIG_TEXT || (node->size == 0 && !node->quoted)) {
        return refuse_value(node, diag, "text");
    }
    *out = node->text;
    return PLM_OK;
}

plm_status plm_config_integer(const plm_config_node *node, int64_t min, int64_t max, plm_diag *diag,
                              int64_t *out)
{
    int64_t value;
    if (node->kind != PLM_CONFIG_TEXT || memchr(node->text, '.', node->size) != NULL ||
        plm_decimal_parse(node->text, node->size, 0, false, &value) != PLM_DECIMAL_OK ||
        value < min || value > max) {
        char allowed[80];
        (void)snprintf(allowed, sizeof allowed, "an integer from %lld to %lld", (long long)min,
                       (long long)max);
        return refuse_value(node, diag, allowed);
    }
    *out = value;
    return PLM_OK;
}

plm_status plm_config_decimal(const plm_config_node *node, unsigned scale, plm_diag *diag,
                              int64_t *out)
{
    int64_t value;
    if (node->kind != PLM_CONFIG_TEXT ||
        plm_decimal_parse(node->text, node->size, scale, true, &value) != PLM_DECIMAL_OK) {
        char largest[PLM_DECIMAL_TEXT_CAP], allowed[160];
        (void)plm_decimal_format(INT64_MAX, scale, largest);
        (void)snprintf(allowed, sizeof allowed,
                       "a number of at most %u decimals and at most %s in size", scale, largest);
        return refuse_value(node, diag, allowed);
    }
    *out = value;
    return PLM_OK;
}

plm_status plm_config_bool(const plm_config_node *node, plm_diag *diag, bool *out)
{
    bool const is_true = node->kind == PLM_CONFIG_TEXT && strcmp(node->text, "true") == 0;
    bool const is_false = node->kind == PLM_CONFIG_TEXT && strcmp(node->text, "false") == 0;
    if (!is_true && !is_false) {
        return refuse_value(node, diag, "true, false");
    }
    *out = is_true;
    return PLM_OK;
}

plm_status plm_config_duration(const plm_config_node *node, plm_diag *diag, int64_t *out_ns)
{
    if (node->kind != PLM_CONFIG_TEXT || !plm_duration_parse(node->text, node->size, out_ns)) {
        return refuse_value(node, diag,
                            "a number and its unit ns, us, ms, s, m, h or d, such as 250ms");
    }
    return PLM_OK;
}

plm_status plm_config_time(const plm_config_node *node, plm_diag *diag, plm_ts *out)
{
    if (node->kind != PLM_CONFIG_TEXT || !plm_time_parse(node->text, node->size, out)) {
        return refuse_value(node, diag,
                            "a UTC time from 2000 to 2099, such as 2025-10-10T21:15:03.5Z");
    }
    return PLM_OK;
}

plm_status plm_config_word(const plm_config_node *node, const char *const *words, plm_diag *diag,
                           size_t *out_index)
{
    if (node->kind != PLM_CONFIG_TEXT || !is_word(node->text, words, out_index)) {
        char allowed[LIST_CAP];
        list_words(words, allowed);
        const char *const near =
            node->kind == PLM_CONFIG_TEXT ? plm_nearest(node->text, words) : NULL;
        if (near != NULL) {
            return plm_config_fail(node, diag, "found '%.200s'; did you mean '%s'? allowed: %s",
                                   node->text, near, allowed);
        }
        return refuse_value(node, diag, allowed);
    }
    return PLM_OK;
}
