/*
 * npz_number.c - the value is m * 2^e with an integer m of 53 bits; with P = m * 10^scale, which
 * has at most 113, the decimal is P * 2^e in whole units, and a unit of the double's last place is
 * 10^scale of P.
 */
#include "npz_number.h"

#include <stdbool.h>

#include "check.h"
#include "num.h"

static plm_npz_result finish(bool negative, plm_u128 units, int64_t *out)
{
    if (units > INT64_MAX) {
        return PLM_NPZ_RANGE;
    }
    *out = negative ? -(int64_t)units : (int64_t)units;
    return PLM_NPZ_OK;
}

plm_npz_result plm_npz_number(uint64_t bits, unsigned scale, int64_t *out)
{
    plm_assert(scale <= 18);
    unsigned const power = (unsigned)(bits >> 52 & 0x7ff);
    uint64_t const fraction = bits & ((UINT64_C(1) << 52) - 1);
    bool const negative = bits >> 63 != 0;
    if (power == 0x7ff) {
        return PLM_NPZ_NOT_FINITE;
    }
    if (power == 0 && fraction == 0) {
        return finish(false, 0, out);
    }
    uint64_t const m = power == 0 ? fraction : fraction | UINT64_C(1) << 52;
    int const e = (power == 0 ? 1 : (int)power) - 1075;
    uint64_t const unit = (uint64_t)plm_pow10(scale);
    plm_u128 const p = (plm_u128)m * unit;
    if (e >= 0) {
        return e > 63 || p > (plm_u128)INT64_MAX >> e ? PLM_NPZ_RANGE
                                                      : finish(negative, p << e, out);
    }
    unsigned const down = (unsigned)-e;
    if (down > 126) { /* below 2^-13 of a unit, and not 0 */
        return PLM_NPZ_PRECISION;
    }
    plm_u128 const whole = (plm_u128)1 << down;
    plm_u128 const units = (p + whole / 2) >> down; /* half away from zero; never kept as such */
    plm_u128 const back = units << down;
    plm_u128 const rest = back > p ? back - p : p - back;
    plm_u128 const allowed = rest == 0 ? 0 : (plm_u128)PLM_NPZ_ULPS * unit;
    if (rest > allowed) {
        return PLM_NPZ_PRECISION;
    }
    /* Neighbours would do as well: the double has lost what the scale asks for. */
    if (rest != 0 && allowed * 4 > whole) {
        return PLM_NPZ_SCALE;
    }
    return finish(negative, units, out);
}
