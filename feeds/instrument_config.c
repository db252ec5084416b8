/*
 * instrument_config.c - turns the map into the one line of text that instrument_text.h reads, so
 * that there is one set of rules.
 */
#include "instrument_config.h"

#include <stdio.h>
#include <string.h>

#include "instrument_text.h"

plm_status plm_instrument_from_config(const plm_config_node *map, plm_diag *diag,
                                      plm_instrument *out)
{
    char line[2 * PLM_INSTRUMENT_TEXT_CAP];
    size_t size = 0;
    PLM_TRY(plm_config_check_keys(map, plm_instrument_keys, diag));
    for (const plm_config_node *pair = map->first; pair != NULL; pair = pair->next) {
        PLM_TRY(plm_config_expect(pair, PLM_CONFIG_TEXT, diag));
        if (strchr(pair->text, ' ') != NULL) {
            return plm_config_fail(pair, diag, "'%s' has a blank in it; none is allowed",
                                   pair->text);
        }
        int const length = snprintf(line + size, sizeof line - size, "%s%s=%s", size > 0 ? " " : "",
                                    pair->key, pair->text);
        if (length < 0 || (size_t)length >= sizeof line - size) {
            return plm_config_fail(map, diag, "the instrument is longer than %zu bytes",
                                   sizeof line - 1);
        }
        size += (size_t)length;
    }
    plm_diag reason;
    plm_diag_init(&reason);
    if (plm_instrument_parse(line, size, &reason, out) != PLM_OK) {
        return plm_config_fail(map, diag, "%s", reason.text);
    }
    return PLM_OK;
}
