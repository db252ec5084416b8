/*
 * whatif_json.h - the numbers of an account for programs: every one exact.
 */
#ifndef PLM_WHATIF_JSON_H
#define PLM_WHATIF_JSON_H

#include "jsonout.h"
#include "whatif_text.h"

PLM_NODISCARD plm_status plm_whatif_json(const plm_whatif *whatif, const plm_whatif_pools *pools,
                                         const plm_whatif_account *account, plm_diag *diag,
                                         json_t **out);
json_t *plm_whatif_json_story(const plm_whatif *whatif, const plm_whatif_story *story);
json_t *plm_whatif_json_sweep(const plm_whatif_sweep *sweep, const plm_whatif_point *point);

#endif
