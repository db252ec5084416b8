/*
 * divisor.h - the greatest common divisor of a run of numbers, found and divided out with one
 * multiplication each.
 *
 * For odd d, multiplying by d's inverse modulo 2^64 divides exactly where d divides, and gives a
 * quotient above 2^64 / d where it does not; an even part is a rotation. So the test and the
 * quotient are one step, and Euclid runs only when a number comes that the divisor so far does not
 * divide.
 */
#ifndef PLM_DIVISOR_H
#define PLM_DIVISOR_H

#include <stdbool.h>
#include <stdint.h>

typedef struct plm_divisor {
    uint64_t unit; /* 0: no number but 0 seen yet */
    uint64_t inverse, limit;
    unsigned shift;
} plm_divisor;

static inline plm_divisor plm_divisor_init(void)
{
    return (plm_divisor){0, 1, 0, 0};
}

/* The quotient if the unit divides `number`; something above `limit` otherwise. */
static inline uint64_t plm_divisor_quotient(const plm_divisor *divisor, uint64_t number)
{
    const uint64_t product = number * divisor->inverse;
    return product >> divisor->shift | product << (-divisor->shift & 63u);
}

static inline bool plm_divisor_fits(const plm_divisor *divisor, uint64_t number)
{
    return plm_divisor_quotient(divisor, number) <= divisor->limit;
}

/* Makes the unit the greatest common divisor of itself and `number` > 0. */
static inline void plm_divisor_refine(plm_divisor *divisor, uint64_t number)
{
    uint64_t unit = divisor->unit;
    while (unit != 0) {
        const uint64_t rest = number % unit;
        number = unit;
        unit = rest;
    }
    divisor->unit = number;
    divisor->limit = UINT64_MAX / number;
    divisor->shift = (unsigned)__builtin_ctzll(number);
    const uint64_t odd = number >> divisor->shift;
    uint64_t inverse = odd; /* right in 3 bits; each step doubles them */
    for (unsigned step = 0; step < 5; step++) {
        inverse *= 2 - odd * inverse;
    }
    divisor->inverse = inverse;
}

static inline void plm_divisor_take(plm_divisor *divisor, uint64_t number)
{
    if (__builtin_expect(!plm_divisor_fits(divisor, number), 0)) {
        plm_divisor_refine(divisor, number);
    }
}

#endif
