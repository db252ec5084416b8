/*
 * test_timetext.c - promises of timetext.h:
 * - a time has one text, with the fewest of 0, 3, 6 or 9 decimals that are exact;
 * - text becomes a time, or is refused: other zones, dates that do not exist, times outside
 *   [2000, 2100), trailing bytes;
 * - civil dates and day numbers are inverses over 800 years;
 * - durations need a unit, are exact, and print in at most two units.
 *
 * Numbers: GNU date -u -d TEXT +%s.
 */
#include "plm_test.h"

#include <string.h>

#include "timetext.h"

#define SECOND INT64_C(1000000000)

static void a_time_prints_with_the_fewest_exact_decimals(void **state)
{
    (void)state;
    static const struct {
        plm_ts ts;
        const char *text;
    } cases[] = {
        {0, "1970-01-01T00:00:00Z"},
        {-1, "1969-12-31T23:59:59.999999999Z"},
        {PLM_TS_MIN, "2000-01-01T00:00:00Z"},
        {PLM_TS_MAX - 1, "2099-12-31T23:59:59.999999999Z"},
        {1760130903 * SECOND, "2025-10-10T21:15:03Z"},
        {1760130903 * SECOND + 1, "2025-10-10T21:15:03.000000001Z"},
        {1760130903 * SECOND + 1000, "2025-10-10T21:15:03.000001Z"},
        {1760130903 * SECOND + 500000000, "2025-10-10T21:15:03.500Z"},
        {1760130903 * SECOND + 100, "2025-10-10T21:15:03.000000100Z"},
        {1709164800 * SECOND, "2024-02-29T00:00:00Z"},
        {INT64_MIN, "1677-09-21T00:12:43.145224192Z"},
        {INT64_MAX, "2262-04-11T23:47:16.854775807Z"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[PLM_TIME_TEXT_CAP];
        size_t const length = plm_time_format(cases[i].ts, text);
        assert_string_equal(text, cases[i].text);
        assert_int_equal(length, strlen(text));
    }
}

static void the_named_forms_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        plm_ts ts;
    } cases[] = {
        {"2000-01-01", PLM_TS_MIN},
        {"2025-10-10", 1760054400 * SECOND},
        {"2025-10-10T21:15", 1760130900 * SECOND},
        {"2025-10-10 21:15", 1760130900 * SECOND},
        {"2025-10-10T21:15Z", 1760130900 * SECOND},
        {"2025-10-10T21:15:03", 1760130903 * SECOND},
        {"2025-10-10T21:15:03Z", 1760130903 * SECOND},
        {"2025-10-10 21:15:03+00:00", 1760130903 * SECOND},
        {"2025-10-10T21:15:03.5Z", 1760130903 * SECOND + 500000000},
        {"2025-10-10T21:15:03.000000001", 1760130903 * SECOND + 1},
        {"2020-02-29", 1582934400 * SECOND},
        {"2024-02-29", 1709164800 * SECOND},
        {"2000-02-29", 951782400 * SECOND},
        {"1760130903000000001", 1760130903 * SECOND + 1},
        {"0946684800000000000", PLM_TS_MIN},
        {"2099-12-31T23:59:59.999999999Z", PLM_TS_MAX - 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        plm_ts ts = 42;
        assert_true(plm_time_parse(cases[i].text, strlen(cases[i].text), &ts));
        assert_int_equal(ts, cases[i].ts);
    }
}

static void everything_else_is_refused(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",
        "2025",
        "2025-10",
        "2025-1-1",
        "2025-00-01",
        "2025-13-01",
        "2025-04-31",
        "2025-02-29",
        "2100-01-01",
        "1999-12-31",
        "2025-10-10T",
        "2025-10-10T21",
        "2025-10-10T24:00",
        "2025-10-10T21:60",
        "2025-10-10T23:59:60",
        "2025-10-10t21:15",
        "2025-10-10  21:15",
        "2025-10-10T21:15:03.",
        "2025-10-10T21:15:03.0000000001",
        "2025-10-10T21:15:03z",
        "2025-10-10T21:15:03+01:00",
        "2025-10-10T21:15:03+0000",
        "2025-10-10T21:15:03ZZ",
        "2025-10-10T21:15:03Z ",
        " 2025-10-10",
        "2025/10/10",
        "20251010",
        "1760130903",
        "1760130903000",
        "1760130903000000", /* s, ms, us */
        "9460684800000000000",
        "0946684799999999999",
        "4102444800000000000",
        "-760130903000000000",
        "2025-10-10T21:15:0\xb2",
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        plm_ts ts = 42;
        if (plm_time_parse(cases[i], strlen(cases[i]), &ts)) {
            fail_msg("'%s' was read", cases[i]);
        }
        assert_int_equal(ts, 42);
    }
}

static void dates_and_day_numbers_are_inverses(void **state)
{
    (void)state;
    assert_int_equal(plm_days_from_civil(1970, 1, 1), 0);
    assert_int_equal(plm_days_from_civil(2000, 3, 1), 11017);
    assert_int_equal(plm_days_from_civil(1600, 1, 1), -135140);
    int64_t last_year = 1599;
    unsigned last_month = 12, last_day = 31;
    for (int64_t days = -135140; days < -135140 + 2 * 146097; days++) {
        int64_t year;
        unsigned month, day;
        plm_civil_from_days(days, &year, &month, &day);
        assert_int_equal(plm_days_from_civil(year, month, day), days);
        /* Each day is the next of the same month or the first of the next one. */
        if (day == 1) {
            assert_true(last_day >= 28 && last_day <= 31);
            assert_int_equal(year * 12 + month, last_year * 12 + last_month + 1);
        } else {
            assert_int_equal(day, last_day + 1);
            assert_int_equal(month, last_month);
        }
        last_year = year;
        last_month = month;
        last_day = day;
    }
}

static void durations_need_a_unit_and_are_exact(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t ns;
    } cases[] = {
        {"0s", 0},
        {"1ns", 1},
        {"7us", 7000},
        {"500ms", SECOND / 2},
        {"10s", 10 * SECOND},
        {"5m", 300 * SECOND},
        {"1h", 3600 * SECOND},
        {"1d", 86400 * SECOND},
        {"2.5s", 2 * SECOND + SECOND / 2},
        {"0.000000001s", 1},
        {"1.5d", 129600 * SECOND},
        {"9223372036854775807ns", INT64_MAX},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t ns = 42;
        assert_true(plm_duration_parse(cases[i].text, strlen(cases[i].text), &ns));
        assert_int_equal(ns, cases[i].ns);
    }
    static const char *const refused[] = {
        "",        "s",     "5",   "5 s",  "5S",    "5sec",          "-5s",
        "+5s",     ".5s",   "5.s", "1e3s", "1.5ns", "0.0000000001s", "9223372036854775808ns",
        "106752d", "1h30m", "5w",
    };
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        int64_t ns = 42;
        if (plm_duration_parse(refused[i], strlen(refused[i]), &ns)) {
            fail_msg("'%s' was read", refused[i]);
        }
        assert_int_equal(ns, 42);
    }
}

static void durations_print_in_at_most_two_units(void **state)
{
    (void)state;
    static const struct {
        int64_t ns;
        const char *text;
    } cases[] = {
        {0, "0s"},
        {1, "1ns"},
        {250 * SECOND / 1000, "250ms"},
        {SECOND + SECOND / 2, "1s 500ms"},
        {11520 * SECOND, "3h 12m"},
        {11525 * SECOND, "3h 12m"},
        {3605 * SECOND, "1h"},
        {-90 * SECOND, "-1m 30s"},
        {INT64_MAX, "106751d 23h"},
        {INT64_MIN, "-106751d 23h"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[PLM_TIME_TEXT_CAP];
        size_t const length = plm_duration_format(cases[i].ns, text);
        assert_string_equal(text, cases[i].text);
        assert_int_equal(length, strlen(text));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_time_prints_with_the_fewest_exact_decimals),
        cmocka_unit_test(the_named_forms_are_read),
        cmocka_unit_test(everything_else_is_refused),
        cmocka_unit_test(dates_and_day_numbers_are_inverses),
        cmocka_unit_test(durations_need_a_unit_and_are_exact),
        cmocka_unit_test(durations_print_in_at_most_two_units),
    };
    return cmocka_run_group_tests_name("timetext", tests, NULL, NULL);
}
