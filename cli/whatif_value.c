/*
 * whatif_value.c - single values of a what-if file: numbers at the smallest scale that holds them,
 * names of instruments and assets.
 */
#include <string.h>

#include "decimal.h"
#include "memory.h"
#include "nearest.h"
#include "whatif_parts.h"

plm_status plm_whatif_decimals(const plm_config_node *node, plm_diag *diag, unsigned *out_scale)
{
    const char *text;
    PLM_TRY(plm_config_text(node, diag, &text));
    plm_decimal_result result = PLM_DECIMAL_OK;
    for (unsigned scale = 0; scale <= PLM_MONEY_SCALE; scale++) {
        int64_t value;
        result = plm_decimal_parse(text, node->size, scale, true, &value);
        if (result == PLM_DECIMAL_OK) {
            *out_scale = scale;
            return PLM_OK;
        }
        if (result != PLM_DECIMAL_PRECISION) {
            break;
        }
    }
    return plm_config_fail(node, diag, "'%.100s' %s; a decimal number is allowed", text,
                           plm_decimal_explain(result));
}

plm_status plm_whatif_positive(const plm_config_node *node, unsigned scale, plm_diag *diag,
                               int64_t *out)
{
    int64_t value;
    PLM_TRY(plm_config_decimal(node, scale, diag, &value));
    if (value <= 0) {
        return plm_config_fail(node, diag, "found '%.100s'; allowed: a number above 0", node->text);
    }
    *out = value;
    return PLM_OK;
}

plm_status plm_whatif_money(const plm_config_node *node, plm_diag *diag, plm_money *out)
{
    const char *text;
    PLM_TRY(plm_config_text(node, diag, &text));
    plm_decimal_result const result = plm_decimal_parse_money(text, node->size, out);
    if (result != PLM_DECIMAL_OK) {
        return plm_config_fail(node, diag, "'%.100s' %s; an amount like 1234.5 is allowed", text,
                               plm_decimal_explain(result));
    }
    return PLM_OK;
}

static plm_status refuse(const plm_config_node *node, const char *what, const char *name,
                         const char *const *words, plm_diag *diag)
{
    const char *const near = plm_nearest(name, words);
    if (near != NULL) {
        return plm_config_fail(node, diag, "no %s '%.100s' in the file; did you mean '%s'?", what,
                               name, near);
    }
    return plm_config_fail(node, diag, "no %s '%.100s' in the file", what, name);
}

plm_status plm_whatif_sym(const plm_whatif *whatif, const plm_config_node *node, const char *name,
                          plm_diag *diag, uint32_t *out)
{
    const char **const words = plm_alloc((size_t)whatif->instrument_count + 1, sizeof *words);
    for (uint32_t sym = 0; sym < whatif->instrument_count; sym++) {
        words[sym] = whatif->row[sym].symbol;
        if (strcmp(words[sym], name) == 0) {
            plm_free(words);
            *out = sym;
            return PLM_OK;
        }
    }
    plm_status const status = refuse(node, "instrument", name, words, diag);
    plm_free(words);
    return status;
}

plm_status plm_whatif_asset(const plm_whatif *whatif, const plm_config_node *node, const char *name,
                            plm_diag *diag, uint32_t *out)
{
    uint32_t const asset = plm_contracts_find_asset(&whatif->contracts, name);
    if (asset != PLM_NO_ASSET) {
        *out = asset;
        return PLM_OK;
    }
    const char **const words = plm_alloc((size_t)whatif->contracts.asset_count + 1, sizeof *words);
    for (uint32_t i = 0; i < whatif->contracts.asset_count; i++) {
        words[i] = whatif->contracts.asset[i];
    }
    plm_status const status = refuse(node, "asset", name, words, diag);
    plm_free(words);
    return status;
}
