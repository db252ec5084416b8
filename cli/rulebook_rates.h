/*
 * rulebook_rates.h - the rates of one instrument in a rulebook, at a time.
 */
#ifndef PLM_RULEBOOK_RATES_H
#define PLM_RULEBOOK_RATES_H

#include "jsonout.h"
#include "rulebook.h"

typedef struct plm_rates {
    const plm_rulebook *rulebook;
    const plm_rule_set *set;
    const char *key; /* the rows that an instrument of that name would get */
    uint32_t first, count;
} plm_rates;

/* By symbol, base asset, base:ASSET, or *; refused with the nearest when the table has none in
 * force at that time. */
PLM_NODISCARD plm_status plm_rates_find(const plm_rulebook *rulebook, const char *instrument,
                                        plm_ts at, plm_diag *diag, plm_rates *out);

void plm_rates_print(const plm_rates *rates, plm_out *out, bool colour);
json_t *plm_rates_json(const plm_rates *rates);

/* "20: ADAUSDT, ..."; nothing where the rule is one rate for all. */
void plm_rates_list_keys(const plm_rule_set *set, plm_out *out);

#endif
