/*
 * test_csv_clock.c - promises of csv_clock.h (docs/import.md):
 * - parts of a file's name are those of its last place, of a zip's member;
 * - a part that is a date is its day; offsets are read, and what is none is refused;
 * - times stand at their offset, and a text that names another one is refused;
 * - a time of a day counts from it and does not leave it.
 */
#include "plm_test.h"

#include <string.h>

#include "csv_clock.h"

#define BASE INT64_C(1735689600000000000) /* 2025-01-01T00:00:00Z */
#define HOUR INT64_C(3600000000000)

static void parts_of_names_are_cut_at_lines_and_points(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        size_t part;
        const char *text;
    } cases[] = {
        {"20250101_es_trade.csv", 1, "20250101"},
        {"20250101_es_trade.csv", 3, "trade"},
        {"20250101_es_trade.csv", 4, "csv"},
        {"20250101_es_trade.csv", 5, NULL},
        {"a_b/c_d.zip:e_f.csv", 1, "e"},
        {"a:b/c_d", 1, "c"},
        {"x/y.zip:p/q_r", 2, "r"},
        {"", 1, ""},
        {"a", 0, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        plm_csv_text text;
        bool const found = plm_csv_name_part(cases[i].name, cases[i].part, &text);
        assert_int_equal(found, cases[i].text != NULL);
        if (found) {
            assert_int_equal(text.size, strlen(cases[i].text));
            assert_memory_equal(text.bytes, cases[i].text, text.size);
        }
    }
    assert_true(plm_csv_name_day("20250101_x.csv", 1) == BASE);
    assert_true(plm_csv_name_day("20250229_x.csv", 1) == PLM_CSV_NO_DAY);
    assert_true(plm_csv_name_day("2025010_x.csv", 1) == PLM_CSV_NO_DAY);
    assert_true(plm_csv_name_day("x_2025010a.csv", 2) == PLM_CSV_NO_DAY);
    assert_true(plm_csv_name_day("20250101_x.csv", 3) == PLM_CSV_NO_DAY);
}

static void offsets_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t minutes;
    } good[] = {{"", 0}, {"Z", 0}, {"+00:00", 0}, {"+09:00", 540}, {"-05:30", -330}};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        int64_t ns = 1;
        assert_true(plm_csv_offset_parse(good[i].text, strlen(good[i].text), &ns));
        assert_true(ns == good[i].minutes * INT64_C(60000000000));
    }
    static const char *const bad[] = {"9", "+9:00", "+09-00", "+0900", "+16:00", "+09:60", "JST"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        int64_t ns = 1;
        assert_false(plm_csv_offset_parse(bad[i], strlen(bad[i]), &ns));
    }
}

static void times_stand_at_their_offset(void **state)
{
    (void)state;
    static const struct {
        plm_csv_unit unit;
        int64_t offset_hours;
        const char *text;
        int64_t ns; /* from BASE on, -1 = refused */
    } cases[] = {
        {PLM_UNIT_ISO, 9, "2025-01-01T09:00:00.5+09:00", 500000000},
        {PLM_UNIT_ISO, 9, "2025-01-01 09:00", 0},
        {PLM_UNIT_ISO, 9, "2025-01-01T09:00:00Z", -1},
        {PLM_UNIT_ISO, 9, "2025-01-01T09:00:00+08:00", -1},
        {PLM_UNIT_ISO, 0, "2025-01-01T00:00:01Z", 1000000000},
        {PLM_UNIT_ISO, 0, "2025-01-01T00:00:01+00:00", 1000000000},
        {PLM_UNIT_ISO, 0, "2025-01-01T09:00:00+09:00", -1},
        {PLM_UNIT_ISO, -5, "2024-12-31T19:00:00-05:00", 0},
        {PLM_UNIT_ISO, 0, "20250101 00:00:01", 1000000000},
        {PLM_UNIT_ISO, 0, "20250101", 0},
        {PLM_UNIT_ISO, 9, "20250101T09:00:01+09:00", 1000000000},
        {PLM_UNIT_ISO, 0, "20250132", -1},
        {PLM_UNIT_ISO, 0, "2025-01-01T", -1},
        {PLM_UNIT_S, 3, "1735700400", 0},
        {PLM_UNIT_MS, 0, "1735689600000.5", 500000},
        {PLM_UNIT_MS, 0, "1.7356896e12", -1},
        {PLM_UNIT_NS, 0, "", -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        plm_csv_cell const cell = {.unit = cases[i].unit,
                                   .offset_ns = cases[i].offset_hours * HOUR};
        plm_csv_text const text = {cases[i].text, strlen(cases[i].text)};
        plm_refusal refusal;
        plm_ts ts = 0;
        bool const good = plm_csv_clock_parse(&cell, "t", text, PLM_CSV_NO_DAY, &refusal, &ts);
        assert_int_equal(good, cases[i].ns >= 0);
        assert_true(!good || ts == BASE + cases[i].ns);
    }
}

static void a_time_of_a_day_counts_from_it(void **state)
{
    (void)state;
    plm_csv_cell const cell = {.unit = PLM_UNIT_MS, .day_part = 1, .offset_ns = -5 * HOUR};
    static const struct {
        const char *text;
        int64_t ms;
    } cases[] = {{"0", 0}, {"86400000", 86400000}, {"60000.25", -2}, {"86400001", -1}, {"-1", -1}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        plm_csv_text const text = {cases[i].text, strlen(cases[i].text)};
        plm_refusal refusal;
        plm_ts ts = 0;
        bool const good = plm_csv_clock_parse(&cell, "t", text, BASE, &refusal, &ts);
        assert_int_equal(good, cases[i].ms != -1);
        int64_t const ns = cases[i].ms == -2 ? INT64_C(60000250000) : cases[i].ms * 1000000;
        assert_true(!good || ts == BASE + 5 * HOUR + ns);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_of_names_are_cut_at_lines_and_points),
        cmocka_unit_test(offsets_are_read),
        cmocka_unit_test(times_stand_at_their_offset),
        cmocka_unit_test(a_time_of_a_day_counts_from_it),
    };
    return cmocka_run_group_tests_name("csv_clock", tests, NULL, NULL);
}
