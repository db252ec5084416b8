/*
 * test_chart.c - promises of chart.h and histogram.h:
 * - labels of an axis are round, in order, inside, and never more than there is room for;
 * - the picture of a chart reaches both extremes of its lines, and says them exactly;
 * - names in a chart are text in its markup and in its description for the script;
 * - bins hold every value once, zero is a border.
 */
#include "plm_test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "histogram.h"
#include "memory.h"

#define HOUR INT64_C(3600000000000)

static void labels_are_round_and_inside(void **state)
{
    (void)state;
    static const double rows[][2] = {{0, 1},     {-3.7, 12.2},   {1e-9, 3e-9}, {99, 101},
                                     {-1e12, 5}, {60000, 60001}, {-0.2, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double tick[PLM_CHART_TICKS_MAX];
        unsigned const count = plm_chart_ticks(rows[i][0], rows[i][1], 5, tick);
        assert_in_range(count, 2, 7);
        double const step = tick[1] - tick[0];
        double const lead = step / pow(10.0, floor(log10(step * 1.000001)));
        assert_true(fabs(lead - 1) < 1e-6 || fabs(lead - 2) < 1e-6 || fabs(lead - 5) < 1e-6);
        assert_true(tick[0] >= rows[i][0]);
        assert_true(tick[count - 1] <= rows[i][1]);
    }
    double tick[PLM_CHART_TICKS_MAX];
    assert_int_equal(plm_chart_ticks(1, 1, 5, tick), 0);
    assert_int_equal(plm_chart_ticks(0, INFINITY, 5, tick), 0);
}

static void times_are_labelled_at_whole_steps(void **state)
{
    (void)state;
    static const int64_t lengths[] = {3,         1000000,     HOUR / 60,    HOUR,
                                      30 * HOUR, 2000 * HOUR, 90000 * HOUR, INT64_MAX / 2};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        int64_t const first = 1767225601000000007; /* 2026-01-01T00:00:01.000000007Z */
        int64_t tick[PLM_CHART_TICKS_MAX];
        int64_t step;
        unsigned const count = plm_chart_time_ticks(first, first + lengths[i], 7, tick, &step);
        assert_in_range(count, 0, PLM_CHART_TICKS_MAX);
        for (unsigned k = 0; k < count; k++) {
            assert_true(tick[k] % step == 0 && tick[k] >= first);
            assert_true(tick[k] - first <= lengths[i]);
        }
    }
}

/* Writes a chart of one line with a spike of one row. */
static void write_spike(plm_html *html, plm_html *config, plm_html *data, const char *name)
{
    plm_reduce *const reduce = plm_reduce_create(1, 0, 100000, 100000, 20000);
    for (int64_t i = 0; i <= 100000; i++) {
        double const value = i == 31415 ? 123.25 : i == 77777 ? -76.5 : 10.0;
        plm_reduce_add(reduce, i, &value);
    }
    plm_curve curve;
    plm_reduce_take(reduce, &curve);
    plm_chart_sheet sheet = {.html = html, .config = config, .data = data};
    plm_chart const chart = {
        .title = "Spike",
        .name = name,
        .unit = name,
        .scale = PLM_CHART_AMOUNT,
        .last_ns = 100000,
        .line_count = 1,
        .line = {{.curve = &curve, .curve_id = plm_chart_add_curve(&sheet, &curve), .name = name}}};
    plm_chart_write(&sheet, &chart);
    assert_int_equal(sheet.charts, 1);
    plm_curve_fini(&curve);
}

static void the_picture_reaches_both_extremes(void **state)
{
    (void)state;
    plm_html html;
    plm_html config;
    plm_html data;
    plm_html_init(&html);
    plm_html_init(&config);
    plm_html_init(&data);
    write_spike(&html, &config, &data, "plain");
    assert_non_null(strstr(html.bytes, "class=\"least\" value=\"-76.5\""));
    assert_non_null(strstr(html.bytes, "class=\"greatest\" value=\"123.25\""));
    /* A twentieth of the span is left free at both ends: 0.05 / 1.1 of the square of 1000. */
    const char *const path = strstr(html.bytes, "class=\"line s0\" d=\"");
    assert_non_null(path);
    assert_non_null(strstr(path, " 45.5"));
    assert_non_null(strstr(path, " 954.5"));
    plm_html_fini(&html);
    plm_html_fini(&config);
    plm_html_fini(&data);
}

static void names_are_text_everywhere(void **state)
{
    (void)state;
    plm_html html;
    plm_html config;
    plm_html data;
    plm_html_init(&html);
    plm_html_init(&config);
    plm_html_init(&data);
    write_spike(&html, &config, &data, "</script><img src=x onerror=alert(1)>\"'");
    assert_null(strstr(html.bytes, "<img"));
    assert_null(strstr(html.bytes, "</script"));
    assert_null(strchr(config.bytes, '<'));
    assert_non_null(strstr(config.bytes, "\\u003c/script\\u003e\\u003cimg"));
    plm_html_fini(&html);
    plm_html_fini(&config);
    plm_html_fini(&data);
}

static void bins_hold_every_value_once(void **state)
{
    (void)state;
    double const value[] = {-3, -0.5, 0, 0.25, NAN, 9.99, 10, INFINITY, 4};
    plm_bins bins;
    assert_true(plm_bins_make(value, sizeof value / sizeof *value, &bins));
    assert_int_equal(bins.all, 7);
    uint64_t sum = 0;
    for (unsigned b = 0; b < bins.count; b++) {
        sum += bins.fill[b];
        double const from = bins.low + bins.step * b;
        assert_true(!(from < -1e-9 && from + bins.step > 1e-9)); /* zero is a border */
    }
    assert_int_equal(sum, 7);
    assert_false(plm_bins_make(value + 4, 1, &bins));
    assert_true(plm_bins_make(value, 1, &bins)); /* one value alone */
    assert_int_equal(bins.all, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(labels_are_round_and_inside),
        cmocka_unit_test(times_are_labelled_at_whole_steps),
        cmocka_unit_test(the_picture_reaches_both_extremes),
        cmocka_unit_test(names_are_text_everywhere),
        cmocka_unit_test(bins_hold_every_value_once),
    };
    return cmocka_run_group_tests_name("chart", tests, NULL, NULL);
}
