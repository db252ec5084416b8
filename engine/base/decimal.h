/*
 * decimal.h - decimal text to scaled integers and back: exact, free of locales, refusing what the
 * scale cannot hold.
 */
#ifndef PLM_DECIMAL_H
#define PLM_DECIMAL_H

#include <stddef.h>

#include "num.h"

typedef enum plm_decimal_result {
    PLM_DECIMAL_OK = 0,
    PLM_DECIMAL_EMPTY = 1,
    PLM_DECIMAL_SYNTAX = 2,    /* not [-]digits[.digits][e[+-]digits] */
    PLM_DECIMAL_PRECISION = 3, /* has digits below the scale that are not zero */
    PLM_DECIMAL_RANGE = 4      /* does not fit the integer */
} plm_decimal_result;

/* Holds any formatted 64- or 128-bit value with sign, point and NUL. */
#define PLM_DECIMAL_TEXT_CAP 48

/*
 * Parses text[0..size) into units of 10^-scale, scale <= 18. Exponents ("1e-8", "1E+3") are read
 * only when allow_exponent is true, and exactly. Leading '+' is refused. ".5" and "5." are refused,
 * as is white space. *out is untouched on failure.
 */
PLM_NODISCARD plm_decimal_result plm_decimal_parse(const char *text, size_t size, unsigned scale,
                                                   bool allow_exponent, int64_t *out);
PLM_NODISCARD plm_decimal_result plm_decimal_parse_money(const char *text, size_t size,
                                                         plm_money *out);

/* Words for a message: "has more decimals than its scale holds" and so on. */
const char *plm_decimal_explain(plm_decimal_result result);

/*
 * Writes the shortest exact form ("0.1", "-3", "60000.5"; no trailing zeros, no exponent) with a
 * closing NUL and returns its length. `out` has PLM_DECIMAL_TEXT_CAP bytes.
 */
size_t plm_decimal_format(int64_t value, unsigned scale, char *out);
size_t plm_decimal_format_i128(plm_i128 value, unsigned scale, char *out);
size_t plm_decimal_format_money(plm_money value, char *out);

#endif
