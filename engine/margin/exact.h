/*
 * exact.h - an amount times a rate or a fraction, rounded once: one 128-bit product where that is
 * provably enough, plm_muldiv where it is not. Both give the same digits.
 */
#ifndef PLM_EXACT_H
#define PLM_EXACT_H

#include "num.h"

#define PLM_RATE_ONE INT64_C(1000000000000) /* 1 at PLM_RATE_SCALE */

/* So that a product stays below 2^126, and the sum of two below 2^127. */
#define PLM_EXACT_AMOUNT_MAX ((plm_i128)1 << 86)
#define PLM_EXACT_FACTOR_MAX ((plm_i128)1 << 40)

static inline bool plm_exact_is_small(plm_i128 amount, plm_i128 factor)
{
    return amount > -PLM_EXACT_AMOUNT_MAX && amount < PLM_EXACT_AMOUNT_MAX &&
           factor > -PLM_EXACT_FACTOR_MAX && factor < PLM_EXACT_FACTOR_MAX;
}

/* amount * factor / divisor; divisor > 0. False when it does not fit. */
PLM_NODISCARD static inline bool plm_exact_scale(plm_i128 amount, plm_i128 factor, plm_i128 divisor,
                                                 plm_round round, plm_i128 *out)
{
    if (round == PLM_ROUND_HALF_EVEN || !plm_exact_is_small(amount, factor)) {
        return plm_muldiv(amount, factor, divisor, round, out);
    }
    plm_i128 const product = amount * factor;
    plm_i128 const quotient = product / divisor; /* towards 0 */
    plm_i128 const rest = product - quotient * divisor;
    plm_i128 const up = round == PLM_ROUND_CEIL && rest > 0 ? 1 : 0;
    plm_i128 const down = round == PLM_ROUND_FLOOR && rest < 0 ? 1 : 0;
    *out = quotient + up - down;
    return true;
}

/* A rounding that a rulebook may name, else the one of the page. */
static inline plm_round plm_round_or(plm_round round, plm_round otherwise)
{
    return round == PLM_ROUND_NONE ? otherwise : round;
}

/* amount * rate */
PLM_NODISCARD static inline bool plm_exact_rate(plm_money amount, plm_rate rate, plm_round round,
                                                plm_money *out)
{
    if (rate == PLM_RATE_ONE) {
        *out = amount;
        return true;
    }
    return plm_exact_scale(amount.v, rate, PLM_RATE_ONE, round, &out->v);
}

/* A sum of products of amounts and rates, both >= 0, exact at 10^-30. */
typedef struct plm_exact_sum {
    plm_i128 whole; /* of 10^-18 */
    plm_i128 part;  /* of 10^-30, >= 0 */
} plm_exact_sum;

PLM_NODISCARD static inline bool plm_exact_add(plm_exact_sum *sum, plm_i128 amount, plm_rate rate)
{
    if (plm_exact_is_small(amount, rate) && sum->part < (plm_i128)1 << 126) {
        sum->part += amount * rate;
        return true;
    }
    plm_i128 quotient;
    if (!plm_muldiv(amount, rate, PLM_RATE_ONE, PLM_ROUND_FLOOR, &quotient) ||
        !plm_i128_add(sum->whole, quotient, &sum->whole)) {
        return false;
    }
    /* The rest is below 10^12: the low bits tell it. */
    plm_u128 const rest =
        (plm_u128)amount * (plm_u128)(plm_i128)rate - (plm_u128)quotient * (plm_u128)PLM_RATE_ONE;
    return plm_i128_add(sum->part, (plm_i128)rest, &sum->part);
}

PLM_NODISCARD static inline bool plm_exact_total(const plm_exact_sum *sum, plm_round round,
                                                 plm_money *out)
{
    plm_i128 quotient;
    return plm_i128_div(sum->part, PLM_RATE_ONE, round, &quotient) &&
           plm_i128_add(sum->whole, quotient, &out->v);
}

#endif
