/*
 * exit_price.h - the prices that are displayed: where the trigger fires if one instrument moves, or
 * all marks of an underlying by one factor, others as they are (docs/margin.md, 6; design 04.5).
 */
#ifndef PLM_EXIT_PRICE_H
#define PLM_EXIT_PRICE_H

#include "assess.h"

/* 0: there is none on that side. On the tick, on the safe side: the trigger fires at it and not one
 * tick nearer. */
typedef struct plm_exit_price {
    plm_px down, up;
} plm_exit_price;

PLM_NODISCARD bool plm_exit_price_of(const plm_rules *rules, const plm_margin_input *input,
                                     uint32_t position, plm_exit_price *out);

/* The factor on all prices of a unit, at 10^-12; 0: none. */
PLM_NODISCARD bool plm_exit_factor_of(const plm_rules *rules, const plm_margin_input *input,
                                      uint32_t unit, plm_rate *out_down, plm_rate *out_up);

#endif
