/*
 * whatif_text.h - the numbers of an account for people: tables of at most 80 columns.
 */
#ifndef PLM_WHATIF_TEXT_H
#define PLM_WHATIF_TEXT_H

#include "command.h"
#include "whatif.h"

PLM_NODISCARD plm_status plm_whatif_text(plm_session *session, const plm_whatif *whatif,
                                         const plm_whatif_pools *pools,
                                         const plm_whatif_account *account, plm_diag *diag);
void plm_whatif_text_story(plm_session *session, const plm_whatif *whatif,
                           const plm_whatif_story *story);

/* "LINEAR long"; legs are told where there are any. */
const char *plm_whatif_leg(const plm_whatif *whatif, uint32_t sym, uint8_t leg, char *out,
                           size_t cap);

/* A row of a sweep. */
typedef struct plm_whatif_point {
    plm_rate factor;
    plm_whatif_account account;
    char liquidated[96]; /* names of the pools that fire; "" none */
} plm_whatif_point;

void plm_whatif_text_sweep(plm_session *session, const plm_whatif *whatif,
                           const plm_whatif_sweep *sweep, const plm_whatif_point *point);

#endif
