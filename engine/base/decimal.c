/*
 * decimal.c - decimal text to scaled integers and back, digit by digit: no division where the
 * value has at most 19 digits.
 */
#include "decimal.h"

#include <string.h>

#include "check.h"

/* More zeros than any text or integer has, and small enough to add to a length. */
#define EXPONENT_CAP INT64_C(1000000000000000000)

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Appends a digit; false when 128 bits do not hold it. Only sizes that fit no sign are lost. */
static bool push_digit(plm_u128 *size, unsigned digit)
{
    if (*size > (~(plm_u128)0 - 9) / 10) {
        return false;
    }
    *size = *size * 10 + digit;
    return true;
}

/* Reads [+-]digits from *at on; saturates, because what is that large is refused later. */
static bool read_exponent(const char *text, size_t size, size_t *at, int64_t *out)
{
    bool const negative = *at < size && text[*at] == '-';
    if (*at < size && (text[*at] == '-' || text[*at] == '+')) {
        ++*at;
    }
    size_t const start = *at;
    int64_t value = 0;
    for (; *at < size && is_digit(text[*at]); ++*at) {
        if (value < EXPONENT_CAP / 10) {
            value = value * 10 + (text[*at] - '0');
        } else {
            value = EXPONENT_CAP;
        }
    }
    *out = negative ? -value : value;
    return *at > start;
}

/* The whole grammar. Zeros are counted before they are multiplied, so that 1.5000... always fits.
 */
static plm_decimal_result parse_size(const char *text, size_t size, unsigned scale,
                                     bool allow_exponent, plm_u128 *out)
{
    plm_u128 value = 0;
    int64_t zeros = 0; /* seen since the last other digit */
    int64_t places = 0;
    bool fits = true, point = false;
    size_t i = 0;
    for (; i < size && (is_digit(text[i]) || (text[i] == '.' && !point)); i++) {
        if (text[i] == '.') {
            point = true;
            if (i == 0 || i + 1 == size || !is_digit(text[i + 1])) {
                return PLM_DECIMAL_SYNTAX;
            }
            continue;
        }
        places += point ? 1 : 0;
        if (text[i] == '0') {
            zeros++;
            continue;
        }
        for (; value != 0 && fits && zeros > 0; zeros--) {
            fits = push_digit(&value, 0);
        }
        zeros = 0;
        fits = fits && push_digit(&value, (unsigned)(text[i] - '0'));
    }
    int64_t exponent = 0;
    if (i == 0) {
        return PLM_DECIMAL_SYNTAX;
    }
    if (i < size && allow_exponent && (text[i] == 'e' || text[i] == 'E')) {
        i++;
        if (!read_exponent(text, size, &i, &exponent)) {
            return PLM_DECIMAL_SYNTAX;
        }
    }
    if (i != size) {
        return PLM_DECIMAL_SYNTAX;
    }
    if (value != 0) {
        int64_t shift = exponent - places + zeros + (int64_t)scale;
        if (shift < 0) {
            return PLM_DECIMAL_PRECISION;
        }
        for (; fits && shift > 0; shift--) {
            fits = push_digit(&value, 0);
        }
        if (!fits) {
            return PLM_DECIMAL_RANGE;
        }
    }
    *out = value;
    return PLM_DECIMAL_OK;
}

/*
 * The common case of market data: [-]digits[.digits] that make at most 19 digits in the scale, as a
 * time in nanoseconds has, surplus decimals zero.
 * Returns false where the whole grammar has to decide.
 */
static bool parse_fast(const char *text, size_t size, unsigned scale, uint64_t *out)
{
    uint64_t value = 0;
    size_t i = 0;
    for (; i < size && is_digit(text[i]); i++) {
        value = value * 10 + (uint64_t)(text[i] - '0'); /* may wrap, then i refuses it below */
    }
    if (i == 0 || i > 18 || i + scale > 19) { /* what is left fits 64 bits without a sign */
        return false;
    }
    unsigned left = scale;
    if (i < size) {
        if (text[i] != '.' || i + 1 == size) {
            return false;
        }
        i++;
        for (; left > 0 && i < size && is_digit(text[i]); i++, left--) {
            value = value * 10 + (uint64_t)(text[i] - '0');
        }
        while (i < size && text[i] == '0') {
            i++;
        }
        if (i < size) {
            return false;
        }
    }
    value *= (uint64_t)plm_pow10(left);
    *out = value;
    return value <= INT64_MAX;
}

plm_decimal_result plm_decimal_parse(const char *text, size_t size, unsigned scale,
                                     bool allow_exponent, int64_t *out)
{
    plm_assert(scale <= 18);
    if (size == 0) {
        return PLM_DECIMAL_EMPTY;
    }
    bool const negative = text[0] == '-';
    text += negative ? 1 : 0;
    size -= negative ? 1 : 0;
    uint64_t fast;
    if (parse_fast(text, size, scale, &fast)) {
        *out = negative ? -(int64_t)fast : (int64_t)fast;
        return PLM_DECIMAL_OK;
    }
    plm_u128 value;
    plm_decimal_result const result = parse_size(text, size, scale, allow_exponent, &value);
    if (result != PLM_DECIMAL_OK) {
        return result;
    }
    if (value > (uint64_t)INT64_MAX + (negative ? 1u : 0u)) {
        return PLM_DECIMAL_RANGE;
    }
    *out = (int64_t)(negative ? -(uint64_t)value : (uint64_t)value);
    return PLM_DECIMAL_OK;
}

plm_decimal_result plm_decimal_parse_money(const char *text, size_t size, plm_money *out)
{
    if (size == 0) {
        return PLM_DECIMAL_EMPTY;
    }
    bool const negative = text[0] == '-';
    text += negative ? 1 : 0;
    size -= negative ? 1 : 0;
    plm_u128 value;
    plm_decimal_result const result = parse_size(text, size, PLM_MONEY_SCALE, false, &value);
    if (result != PLM_DECIMAL_OK) {
        return result;
    }
    if (value > (plm_u128)PLM_I128_MAX + (negative ? 1u : 0u)) {
        return PLM_DECIMAL_RANGE;
    }
    out->v = (plm_i128)(negative ? -value : value);
    return PLM_DECIMAL_OK;
}

const char *plm_decimal_explain(plm_decimal_result result)
{
    switch (result) {
    case PLM_DECIMAL_OK:
        break;
    case PLM_DECIMAL_EMPTY:
        return "is empty";
    case PLM_DECIMAL_SYNTAX:
        return "is not a decimal number";
    case PLM_DECIMAL_PRECISION:
        return "has more decimals than its scale holds";
    case PLM_DECIMAL_RANGE:
        return "is too large for its scale";
    }
    return "is a decimal number";
}

/* Writes digits from `end` backwards, at least `count_min` of them, and returns the first. */
static char *write_digits(uint64_t value, unsigned count_min, char *end)
{
    char *at = end;
    while (value != 0 || end - at < (ptrdiff_t)count_min) {
        *--at = (char)('0' + value % 10);
        value /= 10;
    }
    return at;
}

/* Sign, digits with the point `scale` places from their end, no trailing zeros, NUL. */
static size_t write_number(bool negative, const char *digits, const char *end, unsigned scale,
                           char *out)
{
    size_t const whole = (size_t)(end - digits) - scale;
    size_t length = 0;
    out[0] = '-';
    length += negative ? 1 : 0;
    memcpy(out + length, digits, whole);
    length += whole;
    digits += whole;
    while (end > digits && end[-1] == '0') {
        end--;
    }
    if (end > digits) {
        out[length++] = '.';
        memcpy(out + length, digits, (size_t)(end - digits));
        length += (size_t)(end - digits);
    }
    out[length] = '\0';
    return length;
}

size_t plm_decimal_format(int64_t value, unsigned scale, char *out)
{
    plm_assert(scale <= 18);
    char digits[PLM_DECIMAL_TEXT_CAP];
    char *const end = digits + sizeof digits;
    uint64_t const size = value < 0 ? -(uint64_t)value : (uint64_t)value;
    const char *const first = write_digits(size, scale + 1, end);
    return write_number(value < 0, first, end, scale, out);
}

size_t plm_decimal_format_i128(plm_i128 value, unsigned scale, char *out)
{
    plm_assert(scale <= 18);
    char digits[PLM_DECIMAL_TEXT_CAP];
    char *const end = digits + sizeof digits;
    char *first = end;
    plm_u128 size = value < 0 ? -(plm_u128)value : (plm_u128)value;
    plm_u128 const group = (plm_u128)plm_pow10(18);
    for (; size >= group; size /= group) {
        first = write_digits((uint64_t)(size % group), 18, first);
    }
    unsigned const written = (unsigned)(end - first);
    first = write_digits((uint64_t)size, scale + 1 > written ? scale + 1 - written : 0, first);
    return write_number(value < 0, first, end, scale, out);
}

size_t plm_decimal_format_money(plm_money value, char *out)
{
    return plm_decimal_format_i128(value.v, PLM_MONEY_SCALE, out);
}
