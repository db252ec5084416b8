/*
 * num.c - checked integer arithmetic. Signed work is done on magnitudes: sign and rounding are then
 * decided in one place, and the smallest integer is no special case.
 */
#include "num.h"

#include <stddef.h>

#include "check.h"

int64_t plm_pow10(unsigned exponent)
{
    static const int64_t powers[] = {
        INT64_C(1),
        INT64_C(10),
        INT64_C(100),
        INT64_C(1000),
        INT64_C(10000),
        INT64_C(100000),
        INT64_C(1000000),
        INT64_C(10000000),
        INT64_C(100000000),
        INT64_C(1000000000),
        INT64_C(10000000000),
        INT64_C(100000000000),
        INT64_C(1000000000000),
        INT64_C(10000000000000),
        INT64_C(100000000000000),
        INT64_C(1000000000000000),
        INT64_C(10000000000000000),
        INT64_C(100000000000000000),
        INT64_C(1000000000000000000),
    };
    plm_assert(exponent < sizeof powers / sizeof powers[0]);
    return powers[exponent];
}

/* -- magnitudes ------------------------------------------------------------------------------ */

typedef struct wide {
    plm_u128 high, low;
} wide;

static plm_u128 magnitude(plm_i128 value)
{
    return value < 0 ? -(plm_u128)value : (plm_u128)value;
}

static bool with_sign(plm_u128 size, bool negative, plm_i128 *out)
{
    plm_u128 const limit = (plm_u128)PLM_I128_MAX + (negative ? 1 : 0);
    if (size > limit) {
        return false;
    }
    *out = (plm_i128)(negative ? -size : size);
    return true;
}

/* Four 64 x 64 products. */
static wide wide_product(plm_u128 a, plm_u128 b)
{
    uint64_t const a0 = (uint64_t)a, a1 = (uint64_t)(a >> 64);
    uint64_t const b0 = (uint64_t)b, b1 = (uint64_t)(b >> 64);
    plm_u128 const p00 = (plm_u128)a0 * b0, p01 = (plm_u128)a0 * b1;
    plm_u128 const p10 = (plm_u128)a1 * b0, p11 = (plm_u128)a1 * b1;
    plm_u128 const middle = (p00 >> 64) + (uint64_t)p01 + (uint64_t)p10;
    return (wide){
        .high = p11 + (p01 >> 64) + (p10 >> 64) + (middle >> 64),
        .low = (middle << 64) | (uint64_t)p00,
    };
}

/*
 * One digit of base 2^64 of a long division (Knuth, The Art of Computer Programming 2, 4.3.1,
 * algorithm D): divides top:next by the normalised divisor, top < divisor, and leaves the rest.
 */
static uint64_t long_division_digit(plm_u128 top, uint64_t next, plm_u128 divisor,
                                    plm_u128 *out_rest)
{
    uint64_t const d1 = (uint64_t)(divisor >> 64), d0 = (uint64_t)divisor;
    plm_u128 digit = top / d1;
    plm_u128 rest = top % d1;
    /* The estimate is at most two too large. */
    while (digit >> 64 != 0 || digit * d0 > ((rest << 64) | next)) {
        digit--;
        rest += d1;
        if (rest >> 64 != 0) {
            break;
        }
    }
    *out_rest = ((top << 64) | next) - digit * divisor; /* exact modulo 2^128 */
    return (uint64_t)digit;
}

/* Divides where the quotient fits 128 bits, which is where value.high < divisor. */
static plm_u128 wide_divide(wide value, plm_u128 divisor, plm_u128 *out_rest)
{
    if (value.high == 0) {
        plm_u128 const quotient = value.low / divisor; /* one long division, not two */
        *out_rest = value.low - quotient * divisor;
        return quotient;
    }
    uint64_t const d1 = (uint64_t)(divisor >> 64);
    int const shift =
        d1 != 0 ? __builtin_clzll(d1) : 64 + __builtin_clzll((unsigned long long)divisor);
    plm_u128 const d = divisor << shift;
    plm_u128 const top =
        shift == 0 ? value.high : (value.high << shift) | (value.low >> (128 - shift));
    plm_u128 const low = value.low << shift;
    plm_u128 rest;
    uint64_t const q1 = long_division_digit(top, (uint64_t)(low >> 64), d, &rest);
    uint64_t const q0 = long_division_digit(rest, (uint64_t)low, d, &rest);
    *out_rest = rest >> shift;
    return ((plm_u128)q1 << 64) | q0;
}

/* Rounds a quotient of magnitudes whose rest is rest / divisor and gives it its sign. */
static bool round_quotient(plm_u128 quotient, plm_u128 rest, plm_u128 divisor, bool negative,
                           plm_round round, plm_i128 *out)
{
    if (rest != 0) {
        bool grow = false;
        switch (round) {
        case PLM_ROUND_NONE:
            return false;
        case PLM_ROUND_FLOOR:
            grow = negative;
            break;
        case PLM_ROUND_CEIL:
            grow = !negative;
            break;
        case PLM_ROUND_HALF_EVEN: {
            plm_u128 const missing = divisor - rest; /* rest * 2 could overflow */
            grow = rest > missing || (rest == missing && (quotient & 1) != 0);
            break;
        }
        case PLM_ROUND_AWAY:
            grow = true;
            break;
        }
        if (grow && ++quotient == 0) {
            return false;
        }
    }
    return with_sign(quotient, negative, out);
}

/* -- 64 bits --------------------------------------------------------------------------------- */

bool plm_i64_div(int64_t a, int64_t b, plm_round round, int64_t *out)
{
    if (b == 0) {
        return false;
    }
    uint64_t const size_a = a < 0 ? -(uint64_t)a : (uint64_t)a;
    uint64_t const size_b = b < 0 ? -(uint64_t)b : (uint64_t)b;
    plm_i128 quotient;
    if (!round_quotient(size_a / size_b, size_a % size_b, size_b, (a < 0) != (b < 0), round,
                        &quotient)) {
        return false;
    }
    if (quotient != (int64_t)quotient) {
        return false;
    }
    *out = (int64_t)quotient;
    return true;
}

/* -- 128 bits -------------------------------------------------------------------------------- */

bool plm_i128_mul(plm_i128 a, plm_i128 b, plm_i128 *out)
{
    /* Not __builtin_mul_overflow: clang makes it a call into a library that gcc does not have. */
    wide const product = wide_product(magnitude(a), magnitude(b));
    return product.high == 0 && with_sign(product.low, (a < 0) != (b < 0), out);
}

bool plm_i128_div(plm_i128 a, plm_i128 b, plm_round round, plm_i128 *out)
{
    if (b == 0) {
        return false;
    }
    plm_u128 const size_a = magnitude(a), size_b = magnitude(b);
    plm_u128 const quotient = size_a / size_b;
    return round_quotient(quotient, size_a - quotient * size_b, size_b, (a < 0) != (b < 0), round,
                          out);
}

bool plm_muldiv(plm_i128 a, plm_i128 b, plm_i128 c, plm_round round, plm_i128 *out)
{
    plm_u128 const divisor = magnitude(c);
    wide const product = wide_product(magnitude(a), magnitude(b));
    if (product.high >= divisor) { /* also where c is 0 */
        return false;
    }
    plm_u128 rest;
    plm_u128 const quotient = wide_divide(product, divisor, &rest);
    bool const negative = ((a < 0) != (b < 0)) != (c < 0);
    return round_quotient(quotient, rest, divisor, negative, round, out);
}

static int product_sign(plm_i128 a, plm_i128 b)
{
    if (a == 0 || b == 0) {
        return 0;
    }
    return (a < 0) == (b < 0) ? 1 : -1;
}

int plm_compare_products(plm_i128 a, plm_i128 b, plm_i128 c, plm_i128 d)
{
    int const left_sign = product_sign(a, b), right_sign = product_sign(c, d);
    if (left_sign != right_sign) {
        return left_sign < right_sign ? -1 : 1;
    }
    wide const left = wide_product(magnitude(a), magnitude(b));
    wide const right = wide_product(magnitude(c), magnitude(d));
    if (left.high != right.high) {
        return left.high < right.high ? -left_sign : left_sign;
    }
    if (left.low != right.low) {
        return left.low < right.low ? -left_sign : left_sign;
    }
    return 0;
}

/* -- money ----------------------------------------------------------------------------------- */

bool plm_money_negate(plm_money a, plm_money *out)
{
    return plm_i128_sub(0, a.v, &out->v);
}

int plm_money_compare(plm_money a, plm_money b)
{
    return (a.v > b.v) - (a.v < b.v);
}

int plm_money_sign(plm_money a)
{
    return (a.v > 0) - (a.v < 0);
}

bool plm_money_notional(plm_px px, plm_qty qty, int64_t multiplier, unsigned scale, plm_money *out)
{
    plm_assert(scale <= PLM_MONEY_SCALE);
    /* The last two factors make one of at most 127 bits, so that only one product is checked. */
    plm_i128 const amount = (plm_i128)((plm_u128)px * (plm_u128)qty);
    plm_i128 const unit =
        (plm_i128)((plm_u128)multiplier * (plm_u128)plm_pow10(PLM_MONEY_SCALE - scale));
    return plm_i128_mul(amount, unit, &out->v);
}

bool plm_money_rate(plm_money amount, plm_rate rate, plm_round round, plm_money *out)
{
    return plm_muldiv(amount.v, rate, plm_pow10(PLM_RATE_SCALE), round, &out->v);
}

bool plm_money_muldiv(plm_money amount, int64_t part, int64_t whole, plm_round round,
                      plm_money *out)
{
    return plm_muldiv(amount.v, part, whole, round, &out->v);
}
