/*
 * whatif_venue.h - what a step of a liquidation does to a book: fills at the mark, fees, the fund.
 */
#ifndef PLM_WHATIF_VENUE_H
#define PLM_WHATIF_VENUE_H

#include "whatif.h"

typedef struct plm_whatif_desk {
    const plm_whatif *whatif;
    plm_whatif_book *book;
    plm_whatif_pool *pool; /* as it was before the step */
    plm_whatif_story *story;
    plm_diag *diag;
} plm_whatif_desk;

PLM_NODISCARD plm_status plm_whatif_cancel(plm_whatif_desk *desk, plm_margin_state *state);
PLM_NODISCARD plm_status plm_whatif_close(plm_whatif_desk *desk, const plm_margin_step *step,
                                          plm_margin_state *state, plm_whatif_step *told);
PLM_NODISCARD plm_status plm_whatif_offset(plm_whatif_desk *desk, const plm_margin_step *step,
                                           plm_whatif_step *told);
PLM_NODISCARD plm_status plm_whatif_repay(plm_whatif_desk *desk, const plm_margin_step *step,
                                          plm_margin_state *state, plm_whatif_step *told);
PLM_NODISCARD plm_status plm_whatif_take_over(plm_whatif_desk *desk, const plm_margin_step *step,
                                              plm_margin_state *state, plm_whatif_step *told);
PLM_NODISCARD plm_status plm_whatif_hand_over(plm_whatif_desk *desk, const plm_margin_step *step,
                                              plm_whatif_step *told);

/* Whether a balance of the pool is below 0. */
bool plm_whatif_owes(plm_whatif_desk *desk);

/* An amount to the pool's balance of an asset. */
PLM_NODISCARD plm_status plm_whatif_credit(plm_whatif_desk *desk, uint32_t asset, plm_money amount);

/* What the fund gives of what is owed; it is taken off the fund. */
PLM_NODISCARD plm_status plm_whatif_draw_fund(plm_whatif_desk *desk, uint32_t asset, plm_money owed,
                                              plm_money *out);

/* Where what a flat pool has left goes: the words of it, NULL: it stays. */
PLM_NODISCARD plm_status plm_whatif_residual(plm_whatif_desk *desk, uint32_t asset,
                                             plm_money amount, const char **out);

/* From the free balance into an isolated pool, as far as it reaches. */
PLM_NODISCARD plm_status plm_whatif_top_up(plm_whatif_desk *desk, plm_money lacking,
                                           plm_money *out);

#endif
