/*
 * num.h - the one header for arithmetic on prices, quantities, rates and money.
 *
 * Every operation is checked: it returns false when the result does not fit and leaves *out alone.
 * It never wraps and never saturates. Every division names its rounding in the call. Money is a
 * struct, so that a bare + - * / on it does not compile.
 */
#ifndef PLM_NUM_H
#define PLM_NUM_H

#include <stdbool.h>
#include <stdint.h>

#include "plimsoll.h"
#include "status.h"

__extension__ typedef __int128 plm_i128;
__extension__ typedef unsigned __int128 plm_u128;

#define PLM_I128_MAX ((plm_i128)(~(plm_u128)0 >> 1))
#define PLM_I128_MIN (-PLM_I128_MAX - 1)

/* An amount of one asset in units of 10^-18. */
typedef struct plm_money {
    plm_i128 v;
} plm_money;

typedef enum plm_round {
    PLM_ROUND_NONE = 0,  /* exact: a remainder is a failure */
    PLM_ROUND_FLOOR = 1, /* towards minus infinity */
    PLM_ROUND_CEIL = 2,  /* towards plus infinity */
    PLM_ROUND_HALF_EVEN = 3,
    PLM_ROUND_AWAY = 4 /* away from zero */
} plm_round;

/* -- 64 bits --------------------------------------------------------------------------------- */

PLM_NODISCARD static inline bool plm_i64_add(int64_t a, int64_t b, int64_t *out)
{
    int64_t sum;
    if (__builtin_add_overflow(a, b, &sum)) {
        return false;
    }
    *out = sum;
    return true;
}

PLM_NODISCARD static inline bool plm_i64_sub(int64_t a, int64_t b, int64_t *out)
{
    int64_t difference;
    if (__builtin_sub_overflow(a, b, &difference)) {
        return false;
    }
    *out = difference;
    return true;
}

PLM_NODISCARD static inline bool plm_i64_mul(int64_t a, int64_t b, int64_t *out)
{
    int64_t product;
    if (__builtin_mul_overflow(a, b, &product)) {
        return false;
    }
    *out = product;
    return true;
}

/* 10^exponent for 0 <= exponent <= 18; a larger exponent is a bug. */
int64_t plm_pow10(unsigned exponent);

/* a / b with the rounding named; false when b is 0, when the quotient does not fit, or ROUND_NONE
 * leaves a rest. */
PLM_NODISCARD bool plm_i64_div(int64_t a, int64_t b, plm_round round, int64_t *out);

/* -- 128 bits -------------------------------------------------------------------------------- */

PLM_NODISCARD static inline bool plm_i128_add(plm_i128 a, plm_i128 b, plm_i128 *out)
{
    plm_i128 sum;
    if (__builtin_add_overflow(a, b, &sum)) {
        return false;
    }
    *out = sum;
    return true;
}

PLM_NODISCARD static inline bool plm_i128_sub(plm_i128 a, plm_i128 b, plm_i128 *out)
{
    plm_i128 difference;
    if (__builtin_sub_overflow(a, b, &difference)) {
        return false;
    }
    *out = difference;
    return true;
}

PLM_NODISCARD bool plm_i128_mul(plm_i128 a, plm_i128 b, plm_i128 *out);
PLM_NODISCARD bool plm_i128_div(plm_i128 a, plm_i128 b, plm_round round, plm_i128 *out);

/* a * b / c on a 256-bit intermediate; false as above. */
PLM_NODISCARD bool plm_muldiv(plm_i128 a, plm_i128 b, plm_i128 c, plm_round round, plm_i128 *out);

/* Sign of a * b - c * d, exact for all inputs: trigger tests compare cross-multiplied. */
int plm_compare_products(plm_i128 a, plm_i128 b, plm_i128 c, plm_i128 d);

/* -- money ----------------------------------------------------------------------------------- */

PLM_NODISCARD static inline bool plm_money_add(plm_money a, plm_money b, plm_money *out)
{
    return plm_i128_add(a.v, b.v, &out->v);
}

PLM_NODISCARD static inline bool plm_money_sub(plm_money a, plm_money b, plm_money *out)
{
    return plm_i128_sub(a.v, b.v, &out->v);
}

PLM_NODISCARD bool plm_money_negate(plm_money a, plm_money *out);
int plm_money_compare(plm_money a, plm_money b); /* -1, 0, 1 */
int plm_money_sign(plm_money a);

/* px * qty * multiplier, exact; scale = px_scale + qty_scale + mult_scale <= 18 of the instrument.
 */
PLM_NODISCARD bool plm_money_notional(plm_px px, plm_qty qty, int64_t multiplier, unsigned scale,
                                      plm_money *out);

/* amount * rate with the rounding named. */
PLM_NODISCARD bool plm_money_rate(plm_money amount, plm_rate rate, plm_round round, plm_money *out);

/* amount * part / whole with the rounding named: the cost that leaves with q of Q. */
PLM_NODISCARD bool plm_money_muldiv(plm_money amount, int64_t part, int64_t whole, plm_round round,
                                    plm_money *out);

#endif
