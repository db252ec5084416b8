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

/* n / 10^12 for n < 2^126: 10^12 is 2^12 * 5^12, and 5^12 has 28 bits, so that a long division in
 * digits of 32 bits has divisions by a constant alone. */
static inline plm_u128 plm_exact_divide_by_one(plm_u128 n)
{
    uint64_t const odd = UINT64_C(244140625);
    plm_u128 const shifted = n >> 12;
    uint64_t const high = (uint64_t)(shifted >> 64), low = (uint64_t)shifted;
    uint64_t const middle = (high % odd) << 32 | low >> 32;
    uint64_t const last = (middle % odd) << 32 | (low & UINT32_MAX);
    return ((plm_u128)(high / odd) << 64) + ((plm_u128)(middle / odd) << 32) + last / odd;
}

/* amount * factor / divisor; divisor > 0. False when it does not fit. */
PLM_NODISCARD static inline bool plm_exact_scale(plm_i128 amount, plm_i128 factor, plm_i128 divisor,
                                                 plm_round round, plm_i128 *out)
{
    if ((round != PLM_ROUND_CEIL && round != PLM_ROUND_FLOOR) ||
        !plm_exact_is_small(amount, factor)) {
        return plm_muldiv(amount, factor, divisor, round, out);
    }
    plm_i128 const product = amount * factor;
    plm_u128 const size = product < 0 ? -(plm_u128)product : (plm_u128)product;
    plm_u128 const whole = (plm_u128)divisor;
    plm_u128 quotient = divisor == PLM_RATE_ONE ? plm_exact_divide_by_one(size) : size / whole;
    if (quotient * whole != size && round == (product < 0 ? PLM_ROUND_FLOOR : PLM_ROUND_CEIL)) {
        quotient++;
    }
    *out = product < 0 ? -(plm_i128)quotient : (plm_i128)quotient;
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

/* A sum of products of amounts >= 0 and rates in [0, 1], exact at 10^-30. */
typedef struct plm_exact_sum {
    plm_i128 whole; /* of 10^-18 */
    plm_i128 part;  /* of 10^-30, >= 0 */
} plm_exact_sum;

PLM_NODISCARD static inline bool plm_exact_add(plm_exact_sum *sum, plm_i128 amount, plm_rate rate)
{
    if ((plm_u128)amount < (plm_u128)PLM_EXACT_AMOUNT_MAX && sum->part < (plm_i128)1 << 126) {
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
    if (round == PLM_ROUND_CEIL && sum->part < (plm_i128)1 << 126) {
        plm_u128 const part = (plm_u128)sum->part;
        plm_u128 const floor = plm_exact_divide_by_one(part);
        quotient = (plm_i128)floor + (floor * (plm_u128)PLM_RATE_ONE != part ? 1 : 0);
    } else if (!plm_i128_div(sum->part, PLM_RATE_ONE, round, &quotient)) {
        return false;
    }
    return plm_i128_add(sum->whole, quotient, &out->v);
}

#endif
