/*
 * chart_ticks.c - where the labels of an axis stand.
 */
#include <math.h>

#include "chart.h"
#include "check.h"

#define SECOND INT64_C(1000000000)
#define DAY (86400 * SECOND)

unsigned plm_chart_ticks(double low, double high, unsigned wanted, double out[PLM_CHART_TICKS_MAX])
{
    plm_assert(wanted >= 1 && wanted < PLM_CHART_TICKS_MAX / 2);
    if (!(high > low) || !isfinite(low) || !isfinite(high)) {
        return 0;
    }
    double const rough = (high - low) / wanted;
    double const unit = pow(10.0, floor(log10(rough)));
    double const step = unit * (rough / unit <= 1.0   ? 1.0
                                : rough / unit <= 2.0 ? 2.0
                                : rough / unit <= 5.0 ? 5.0
                                                      : 10.0);
    unsigned count = 0;
    double const first = ceil(low / step);
    while (count < PLM_CHART_TICKS_MAX && (first + count) * step <= high) {
        out[count] = (first + count) * step;
        count++;
    }
    return count;
}

unsigned plm_chart_time_ticks(int64_t first_ns, int64_t last_ns, unsigned wanted,
                              int64_t out[PLM_CHART_TICKS_MAX], int64_t *out_step_ns)
{
    static const int64_t steps[] = {1,
                                    10,
                                    100,
                                    1000,
                                    10000,
                                    100000,
                                    1000000,
                                    10000000,
                                    100000000,
                                    SECOND,
                                    2 * SECOND,
                                    5 * SECOND,
                                    10 * SECOND,
                                    30 * SECOND,
                                    60 * SECOND,
                                    120 * SECOND,
                                    300 * SECOND,
                                    600 * SECOND,
                                    1800 * SECOND,
                                    3600 * SECOND,
                                    3 * 3600 * SECOND,
                                    6 * 3600 * SECOND,
                                    12 * 3600 * SECOND,
                                    DAY,
                                    2 * DAY,
                                    7 * DAY,
                                    14 * DAY,
                                    28 * DAY,
                                    91 * DAY,
                                    182 * DAY,
                                    364 * DAY,
                                    1820 * DAY,
                                    18200 * DAY};
    plm_assert(wanted >= 1 && wanted < PLM_CHART_TICKS_MAX);
    if (last_ns <= first_ns) {
        *out_step_ns = SECOND;
        return 0;
    }
    uint64_t const len = (uint64_t)last_ns - (uint64_t)first_ns;
    size_t at = 0;
    while (at + 1 < sizeof steps / sizeof *steps && len / (uint64_t)steps[at] > wanted) {
        at++;
    }
    int64_t const step = steps[at];
    int64_t tick = first_ns - first_ns % step; /* the run begins after 1970: rounded down */
    unsigned count = 0;
    while (tick < first_ns) {
        tick += step;
    }
    for (; count < PLM_CHART_TICKS_MAX && tick <= last_ns; tick += step) {
        out[count++] = tick;
        if (tick > INT64_MAX - step) {
            break;
        }
    }
    *out_step_ns = step;
    return count;
}
