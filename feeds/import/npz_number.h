/*
 * npz_number.h - a double as the decimal that it stands for, in integers.
 */
#ifndef PLM_NPZ_NUMBER_H
#define PLM_NPZ_NUMBER_H

#include <stdint.h>

/* How far a double may lie from its decimal, in units of its last place: multiplying a tick leaves
 * no more. */
#define PLM_NPZ_ULPS 4

typedef enum plm_npz_result {
    PLM_NPZ_OK = 0,
    PLM_NPZ_NOT_FINITE,
    PLM_NPZ_RANGE,     /* does not fit 64 bits */
    PLM_NPZ_PRECISION, /* not within PLM_NPZ_ULPS of a decimal of this scale */
    PLM_NPZ_SCALE      /* more decimals than the double can tell apart */
} plm_npz_result;

/* `bits` are those of an IEEE 754 double; *out is in units of 10^-scale, scale <= 18. */
plm_npz_result plm_npz_number(uint64_t bits, unsigned scale, int64_t *out);

#endif
