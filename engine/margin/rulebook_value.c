/*
 * rulebook_value.c - memory of a rulebook, and single values of its text.
 */
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "decimal.h"
#include "memory.h"
#include "rulebook_parts.h"
#include "timetext.h"

typedef struct kept kept;
struct kept {
    kept *next;
    _Alignas(16) unsigned char bytes[];
};

/* -- memory ---------------------------------------------------------------------------------- */

void *plm_rulebook_take(plm_rulebook *book, size_t count, size_t size)
{
    size_t total;
    plm_assert(!__builtin_mul_overflow(count, size, &total));
    plm_assert(!__builtin_add_overflow(total, sizeof(kept), &total));
    kept *const block = plm_alloc(1, total);
    block->next = book->memory;
    book->memory = block;
    return block->bytes;
}

const char *plm_rulebook_keep(plm_rulebook *book, const char *text)
{
    size_t const size = strlen(text) + 1;
    return memcpy(plm_rulebook_take(book, size, 1), text, size);
}

void plm_rulebook_destroy(plm_rulebook *rulebook)
{
    if (rulebook == NULL) {
        return;
    }
    for (kept *block = rulebook->memory, *next = NULL; block != NULL; block = next) {
        next = block->next;
        plm_free(block);
    }
    plm_free(rulebook);
}

/* -- values ---------------------------------------------------------------------------------- */

static plm_status refuse(const plm_rulebook_reader *reader, const plm_config_node *node,
                         const char *allowed)
{
    if (node->kind == PLM_CONFIG_TEXT && (node->size > 0 || node->quoted)) {
        return plm_config_fail(node, reader->diag, "found '%.200s'; allowed: %s", node->text,
                               allowed);
    }
    const char *const found = node->kind == PLM_CONFIG_LIST  ? "a list"
                              : node->kind == PLM_CONFIG_MAP ? "a map"
                                                             : "nothing";
    return plm_config_fail(node, reader->diag, "found %s; allowed: %s", found, allowed);
}

plm_status plm_rulebook_word(const plm_rulebook_reader *reader, const plm_config_node *map,
                             const char *key, const char *const *words, size_t *out_index)
{
    const plm_config_node *node;
    PLM_TRY(plm_config_require(map, key, reader->diag, &node));
    return plm_config_word(node, words, reader->diag, out_index);
}

plm_status plm_rulebook_yes(const plm_rulebook_reader *reader, const plm_config_node *node,
                            bool *out)
{
    static const char *const words[] = {"no", "yes", NULL};
    size_t index;
    PLM_TRY(plm_config_word(node, words, reader->diag, &index));
    *out = index == 1;
    return PLM_OK;
}

plm_status plm_rulebook_rate(const plm_rulebook_reader *reader, const plm_config_node *node,
                             plm_rate min, plm_rate max, plm_rate *out)
{
    plm_rate value;
    if (node->kind == PLM_CONFIG_TEXT &&
        plm_decimal_parse(node->text, node->size, PLM_RATE_SCALE, false, &value) ==
            PLM_DECIMAL_OK &&
        value >= min && value <= max) {
        *out = value;
        return PLM_OK;
    }
    char low[PLM_DECIMAL_TEXT_CAP], high[PLM_DECIMAL_TEXT_CAP], allowed[160];
    (void)plm_decimal_format(min, PLM_RATE_SCALE, low);
    (void)plm_decimal_format(max, PLM_RATE_SCALE, high);
    (void)snprintf(allowed, sizeof allowed, "a number from %s to %s with at most %d decimals", low,
                   high, PLM_RATE_SCALE);
    return refuse(reader, node, allowed);
}

plm_status plm_rulebook_money(const plm_rulebook_reader *reader, const plm_config_node *node,
                              plm_i128 min, plm_i128 max, const char *allowed, plm_money *out)
{
    plm_money value;
    if (node->kind != PLM_CONFIG_TEXT ||
        plm_decimal_parse_money(node->text, node->size, &value) != PLM_DECIMAL_OK ||
        value.v < min || value.v > max) {
        return refuse(reader, node, allowed);
    }
    *out = value;
    return PLM_OK;
}

plm_status plm_rulebook_duration(const plm_rulebook_reader *reader, const plm_config_node *node,
                                 int64_t min_ns, const char *allowed, int64_t *out_ns)
{
    int64_t value;
    if (node->kind != PLM_CONFIG_TEXT || !plm_duration_parse(node->text, node->size, &value) ||
        value < min_ns) {
        return refuse(reader, node, allowed);
    }
    *out_ns = value;
    return PLM_OK;
}

bool plm_rulebook_is_name(const char *text, size_t size, size_t cap)
{
    bool fits = size > 0 && size < cap;
    for (size_t i = 0; i < size && fits; i++) {
        char const c = text[i];
        fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               (c != '\0' && strchr("._:/@+-", c) != NULL);
    }
    return fits;
}
