/*
 * test_decimal.c - promises of decimal.h:
 * - text becomes units of the scale exactly, or is refused by the right name;
 * - surplus zeros are no decimals, exponents are read only when asked for;
 * - '+', blanks, bare points, other alphabets' digits and the C library's words are refused;
 * - the output is untouched on failure;
 * - formatting is the shortest exact form, and parsing it gives the number back.
 */
#include "plm_test.h"

#include <string.h>

#include "philox.h"

static plm_decimal_result parse(const char *text, unsigned scale, int64_t *out)
{
    return plm_decimal_parse(text, strlen(text), scale, false, out);
}

static plm_decimal_result parse_exponent(const char *text, unsigned scale, int64_t *out)
{
    return plm_decimal_parse(text, strlen(text), scale, true, out);
}

static void text_becomes_units_of_the_scale(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        unsigned scale;
        int64_t units;
    } cases[] = {
        {"0", 0, 0},
        {"-0", 3, 0},
        {"7", 0, 7},
        {"-7", 2, -700},
        {"60000.5", 1, 600005},
        {"60000.50000000", 1, 600005},
        {"0.00000001", 8, 1},
        {"000123.4500", 2, 12345},
        {"5.000", 0, 5},
        {"0.000000000000000001", 18, 1},
        {"999999999999999999", 0, INT64_C(999999999999999999)},
        {"9223372036854775807", 0, INT64_MAX},
        {"-9223372036854775808", 0, INT64_MIN},
        {"9.223372036854775807", 18, INT64_MAX},
        {"-9.223372036854775808", 18, INT64_MIN},
        {"9.2233720368547758070000000000000000000000000000000000000000", 18, INT64_MAX},
        {"0000000000000000000000000000000000000000000000000000000000.1", 1, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t out = 42;
        assert_int_equal(parse(cases[i].text, cases[i].scale, &out), PLM_DECIMAL_OK);
        assert_int_equal(out, cases[i].units);
    }
}

static void what_is_no_decimal_is_refused_by_name(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        unsigned scale;
        plm_decimal_result result;
    } cases[] = {
        {"", 0, PLM_DECIMAL_EMPTY},
        {"-", 0, PLM_DECIMAL_SYNTAX},
        {"+1", 0, PLM_DECIMAL_SYNTAX},
        {"--1", 0, PLM_DECIMAL_SYNTAX},
        {".5", 3, PLM_DECIMAL_SYNTAX},
        {"-.5", 3, PLM_DECIMAL_SYNTAX},
        {"5.", 3, PLM_DECIMAL_SYNTAX},
        {"5.e1", 3, PLM_DECIMAL_SYNTAX},
        {".", 3, PLM_DECIMAL_SYNTAX},
        {"1.2.3", 3, PLM_DECIMAL_SYNTAX},
        {"1..2", 3, PLM_DECIMAL_SYNTAX},
        {" 1", 0, PLM_DECIMAL_SYNTAX},
        {"1 ", 0, PLM_DECIMAL_SYNTAX},
        {"1,5", 3, PLM_DECIMAL_SYNTAX},
        {"1_000", 0, PLM_DECIMAL_SYNTAX},
        {"0x10", 0, PLM_DECIMAL_SYNTAX},
        {"nan", 0, PLM_DECIMAL_SYNTAX},
        {"inf", 0, PLM_DECIMAL_SYNTAX},
        {"1e3", 3, PLM_DECIMAL_SYNTAX},      /* exponents were not asked for */
        {"\xd9\xa3", 0, PLM_DECIMAL_SYNTAX}, /* the Arabic digit 3 in UTF-8 */
        {"1.25", 1, PLM_DECIMAL_PRECISION},
        {"0.0000000000000000001", 18, PLM_DECIMAL_PRECISION},
        {"99999999999999999999999999999999999999999999.25", 1, PLM_DECIMAL_PRECISION},
        {"9223372036854775808", 0, PLM_DECIMAL_RANGE},
        {"-9223372036854775809", 0, PLM_DECIMAL_RANGE},
        {"10", 18, PLM_DECIMAL_RANGE},
        {"100000000000000000000000000000000000000000000000000", 0, PLM_DECIMAL_RANGE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t out = 42;
        assert_int_equal(parse(cases[i].text, cases[i].scale, &out), cases[i].result);
        assert_int_equal(out, 42);
    }
}

static void exponents_are_exact(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        unsigned scale;
        plm_decimal_result result;
        int64_t units;
    } cases[] = {
        {"1e-8", 8, PLM_DECIMAL_OK, 1},
        {"1.5E+3", 0, PLM_DECIMAL_OK, 1500},
        {"2500e-2", 0, PLM_DECIMAL_OK, 25},
        {"-1.25e1", 1, PLM_DECIMAL_OK, -125},
        {"1e18", 0, PLM_DECIMAL_OK, INT64_C(1000000000000000000)},
        {"0e99999999999999999999", 0, PLM_DECIMAL_OK, 0},
        {"1e-9", 8, PLM_DECIMAL_PRECISION, 42},
        {"1e-99999999999999999999", 8, PLM_DECIMAL_PRECISION, 42},
        {"1e19", 0, PLM_DECIMAL_RANGE, 42},
        {"1e99999999999999999999", 0, PLM_DECIMAL_RANGE, 42},
        {"1e", 0, PLM_DECIMAL_SYNTAX, 42},
        {"1e+", 0, PLM_DECIMAL_SYNTAX, 42},
        {"e5", 0, PLM_DECIMAL_SYNTAX, 42},
        {"1e1.5", 1, PLM_DECIMAL_SYNTAX, 42},
        {"1e1e1", 1, PLM_DECIMAL_SYNTAX, 42},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t out = 42;
        assert_int_equal(parse_exponent(cases[i].text, cases[i].scale, &out), cases[i].result);
        assert_int_equal(out, cases[i].units);
    }
}

static void only_the_given_bytes_are_read(void **state)
{
    (void)state;
    int64_t out;
    assert_int_equal(plm_decimal_parse("12345", 3, 0, false, &out), PLM_DECIMAL_OK);
    assert_int_equal(out, 123);
    assert_int_equal(plm_decimal_parse("1\0002", 3, 0, false, &out), PLM_DECIMAL_SYNTAX);
}

static void money_reaches_its_whole_range(void **state)
{
    (void)state;
    plm_money out = {42};
    static const char largest[] = "170141183460469231731.687303715884105727";
    static const char smallest[] = "-170141183460469231731.687303715884105728";
    static const char beyond[] = "170141183460469231731.687303715884105728";
    assert_int_equal(plm_decimal_parse_money(beyond, sizeof beyond - 1, &out), PLM_DECIMAL_RANGE);
    assert_int_equal(plm_decimal_parse_money("", 0, &out), PLM_DECIMAL_EMPTY);
    assert_int_equal(plm_decimal_parse_money("1e3", 3, &out), PLM_DECIMAL_SYNTAX);
    assert_i128_equal(out.v, 42);
    assert_int_equal(plm_decimal_parse_money(largest, sizeof largest - 1, &out), PLM_DECIMAL_OK);
    assert_i128_equal(out.v, PLM_I128_MAX);
    char text[PLM_DECIMAL_TEXT_CAP];
    assert_int_equal(plm_decimal_format_money(out, text), sizeof largest - 1);
    assert_string_equal(text, largest);
    assert_int_equal(plm_decimal_parse_money(smallest, sizeof smallest - 1, &out), PLM_DECIMAL_OK);
    assert_i128_equal(out.v, PLM_I128_MIN);
    assert_int_equal(plm_decimal_format_money(out, text), sizeof smallest - 1);
    assert_string_equal(text, smallest);
}

static void text_is_the_shortest_exact_form(void **state)
{
    (void)state;
    static const struct {
        int64_t value;
        unsigned scale;
        const char *text;
    } cases[] = {
        {0, 0, "0"},
        {0, 18, "0"},
        {1, 1, "0.1"},
        {-3, 0, "-3"},
        {600005, 1, "60000.5"},
        {600000, 1, "60000"},
        {-50, 3, "-0.05"},
        {100, 0, "100"},
        {INT64_MAX, 18, "9.223372036854775807"},
        {INT64_MIN, 0, "-9223372036854775808"},
        {INT64_MIN, 18, "-9.223372036854775808"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[PLM_DECIMAL_TEXT_CAP];
        size_t const length = plm_decimal_format(cases[i].value, cases[i].scale, text);
        assert_string_equal(text, cases[i].text);
        assert_int_equal(length, strlen(text));
        assert_int_equal(plm_decimal_format_i128(cases[i].value, cases[i].scale, text), length);
        assert_string_equal(text, cases[i].text);
    }
}

static void a_number_survives_its_text(void **state)
{
    (void)state;
    plm_philox rng;
    plm_philox_init(&rng, 1, "round trips", 0);
    for (int i = 0; i < 100000; i++) {
        uint64_t const bits = plm_philox_u64(&rng);
        uint64_t const more_bits = plm_philox_u64(&rng);
        uint32_t const shift = plm_philox_below(&rng, 64);
        uint32_t const scale = plm_philox_below(&rng, 19);
        int64_t const value = (int64_t)bits >> shift;
        char text[PLM_DECIMAL_TEXT_CAP];
        size_t length = plm_decimal_format(value, scale, text);
        int64_t back;
        assert_int_equal(plm_decimal_parse(text, length, scale, false, &back), PLM_DECIMAL_OK);
        assert_int_equal(back, value);

        plm_money const money = {(plm_i128)(((plm_u128)bits << 64) | more_bits) >> shift};
        plm_money money_back;
        length = plm_decimal_format_money(money, text);
        assert_true(length < PLM_DECIMAL_TEXT_CAP);
        assert_int_equal(plm_decimal_parse_money(text, length, &money_back), PLM_DECIMAL_OK);
        assert_money_equal(money_back, money);
    }
}

static void every_result_has_words(void **state)
{
    (void)state;
    for (int i = PLM_DECIMAL_OK; i <= PLM_DECIMAL_RANGE; i++) {
        const char *const words = plm_decimal_explain((plm_decimal_result)i);
        assert_true(strlen(words) > 5);
        for (int k = PLM_DECIMAL_OK; k < i; k++) {
            assert_string_not_equal(words, plm_decimal_explain((plm_decimal_result)k));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_becomes_units_of_the_scale),
        cmocka_unit_test(what_is_no_decimal_is_refused_by_name),
        cmocka_unit_test(exponents_are_exact),
        cmocka_unit_test(only_the_given_bytes_are_read),
        cmocka_unit_test(money_reaches_its_whole_range),
        cmocka_unit_test(text_is_the_shortest_exact_form),
        cmocka_unit_test(a_number_survives_its_text),
        cmocka_unit_test(every_result_has_words),
    };
    return cmocka_run_group_tests_name("decimal", tests, NULL, NULL);
}
