/*
 * test_reduce.c - promises of reduce.h:
 * - with no more rows than fit, all stay;
 * - else no more than fit stay, each of them a row that was there, in order, the first and the last
 *   among them;
 * - the least and greatest of every column stay, wherever they stand, as does the last value before
 *   a stretch without rows;
 * - values that are none are never taken for an extreme.
 */
#include "plm_test.h"

#include <math.h>
#include <stdbool.h>

#include "reduce.h"

#define ROWS 5000
#define COLUMNS 3

/* Rows that wander; each row's values tell its place, so that a foreign one is noticed. */
static void make_rows(uint64_t seed, int64_t ts[ROWS], double value[ROWS][COLUMNS])
{
    int64_t now = 1000;
    for (uint32_t i = 0; i < ROWS; i++) {
        uint64_t const chance = (i + 1) * (seed * 2 + 1) * UINT64_C(0x9E3779B97F4A7C15);
        now += (int64_t)(chance >> 40) % 1000 + (chance % 97 == 0 ? 400000 : 0);
        ts[i] = now;
        value[i][0] = (double)(chance >> 33);
        value[i][1] = -(double)i;
        value[i][2] = chance % 5 == 0 ? NAN : (double)(chance >> 13 & 0xFFFF);
    }
}

static bool is_row(const plm_curve *curve, size_t place, int64_t ts, const double *value)
{
    for (unsigned c = 0; c < COLUMNS; c++) {
        double const kept = curve->value[c][place];
        if (!(kept == value[c] || (isnan(kept) && isnan(value[c])))) {
            return false;
        }
    }
    return curve->ts_ns[place] == ts;
}

static void check_extremes(const plm_curve *curve, double value[ROWS][COLUMNS])
{
    for (unsigned c = 0; c < COLUMNS; c++) {
        double low = INFINITY;
        double high = -INFINITY;
        size_t least;
        size_t greatest;
        for (size_t i = 0; i < ROWS; i++) {
            low = fmin(low, value[i][c]); /* fmin passes over NAN */
            high = fmax(high, value[i][c]);
        }
        assert_true(plm_curve_extremes(curve, c, &least, &greatest));
        assert_true(curve->value[c][least] == low);
        assert_true(curve->value[c][greatest] == high);
    }
}

static void what_stays_was_there_and_has_every_extreme(void **state)
{
    (void)state;
    static int64_t ts[ROWS];
    static double value[ROWS][COLUMNS];
    static const uint32_t rows_max[] = {8, 9, 100, 1000, 4999};
    for (uint64_t seed = 0; seed < 20; seed++) {
        make_rows(seed, ts, value);
        uint32_t const fit = rows_max[seed % 5];
        plm_reduce *const reduce = plm_reduce_create(COLUMNS, ts[0], ts[ROWS - 1], ROWS, fit);
        for (size_t i = 0; i < ROWS; i++) {
            plm_reduce_add(reduce, ts[i], value[i]);
        }
        plm_curve curve;
        plm_reduce_take(reduce, &curve);
        assert_int_equal(curve.rows, ROWS);
        assert_in_range(curve.count, 2, fit);
        size_t at = 0;
        for (size_t k = 0; k < curve.count; k++) {
            while (at < ROWS && !is_row(&curve, k, ts[at], value[at])) {
                at++;
            }
            assert_true(at < ROWS);
            at++;
        }
        assert_true(is_row(&curve, 0, ts[0], value[0]));
        assert_true(is_row(&curve, curve.count - 1, ts[ROWS - 1], value[ROWS - 1]));
        check_extremes(&curve, value);
        plm_curve_fini(&curve);
    }
}

static void few_rows_all_stay(void **state)
{
    (void)state;
    static int64_t ts[ROWS];
    static double value[ROWS][COLUMNS];
    make_rows(3, ts, value);
    plm_reduce *const reduce = plm_reduce_create(COLUMNS, ts[0], ts[ROWS - 1], ROWS, ROWS);
    for (size_t i = 0; i < ROWS; i++) {
        plm_reduce_add(reduce, ts[i], value[i]);
    }
    plm_curve curve;
    plm_reduce_take(reduce, &curve);
    assert_int_equal(curve.count, ROWS);
    unsigned const second = 1;
    plm_curve thin;
    plm_curve_reduce(&curve, 1, &second, 50, &thin);
    assert_in_range(thin.count, 2, 50);
    assert_true(thin.value[0][0] == 0.0);
    assert_true(thin.value[0][thin.count - 1] == 1.0 - ROWS);
    plm_curve_fini(&thin);
    plm_curve_fini(&curve);
}

static void no_value_is_no_extreme(void **state)
{
    (void)state;
    plm_reduce *const reduce = plm_reduce_create(1, 0, 10, 100, 4);
    for (int64_t i = 0; i < 10; i++) {
        double const none = i % 2 == 0 ? NAN : INFINITY;
        plm_reduce_add(reduce, i, &none);
    }
    plm_curve curve;
    size_t least;
    size_t greatest;
    plm_reduce_take(reduce, &curve);
    assert_false(plm_curve_extremes(&curve, 0, &least, &greatest));
    plm_curve_fini(&curve);
}

static void times_outside_of_what_was_said_do_no_harm(void **state)
{
    (void)state;
    static const int64_t odd[] = {INT64_MIN, -5, 0, 7, INT64_MAX, 3, INT64_MIN};
    plm_reduce *const reduce = plm_reduce_create(1, 0, 5, 1000, 4);
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        double const value = (double)i;
        plm_reduce_add(reduce, odd[i], &value);
    }
    plm_curve curve;
    plm_reduce_take(reduce, &curve);
    assert_int_equal(curve.rows, sizeof odd / sizeof *odd);
    plm_curve_fini(&curve);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_stays_was_there_and_has_every_extreme),
        cmocka_unit_test(few_rows_all_stay),
        cmocka_unit_test(no_value_is_no_extreme),
        cmocka_unit_test(times_outside_of_what_was_said_do_no_harm),
    };
    return cmocka_run_group_tests_name("reduce", tests, NULL, NULL);
}
