/*
 * plm_test.h - cmocka with all that it needs before it, and assertions of our own.
 *
 * cmocka's integer macros cut 128 bits down to 64, in which 2^100 equals 0: money and 128-bit
 * numbers are compared here.
 */
#ifndef PLM_TEST_H
#define PLM_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "decimal.h"
#include "num.h"
#include "status.h"

static inline void plm_test_i128_equal(plm_i128 found, plm_i128 expected, unsigned scale,
                                       const char *expression, const char *file, int line)
{
    if (found != expected) {
        char found_text[PLM_DECIMAL_TEXT_CAP], expected_text[PLM_DECIMAL_TEXT_CAP];
        (void)plm_decimal_format_i128(found, scale, found_text);
        (void)plm_decimal_format_i128(expected, scale, expected_text);
        print_error("%s is %s, expected %s\n", expression, found_text, expected_text);
        _fail(file, line);
    }
}

#define assert_i128_equal(found, expected)                                                         \
    plm_test_i128_equal((found), (expected), 0, #found, __FILE__, __LINE__)

#define assert_money_equal(found, expected)                                                        \
    plm_test_i128_equal((found).v, (expected).v, PLM_MONEY_SCALE, #found, __FILE__, __LINE__)

/* A call that must succeed; shows its message where it does not. */
static inline void plm_test_ok(plm_status status, const plm_diag *diag, const char *expression,
                               const char *file, int line)
{
    if (status < 0) {
        print_error("%s failed: %s\n", expression, diag->text);
        _fail(file, line);
    }
}

#define assert_ok(call, diag) plm_test_ok((call), (diag), #call, __FILE__, __LINE__)

#endif
