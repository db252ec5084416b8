/*
 * metric_daily.c - statistics of the returns of UTC days.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "metric_series.h"

#define DAYS_A_YEAR 365.0
#define SAME 1e-12 /* returns that differ by less do not vary */
#define TAIL 20    /* one in so many is in the tail */

static const char *const DAILY[] = {"volatility", "sharpe", "sortino",  "omega",     "var_95",
                                    "es_95",      "skew",   "kurtosis", "tail_ratio"};

static int compare_doubles(const void *a, const void *b)
{
    double const x = *(const double *)a;
    double const y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Sums of powers of what the returns differ from their mean by, and of their two sides. */
typedef struct moments {
    double n, mean, deviation, down, wins, losses, cube, fourth;
} moments;

static moments take_moments(const double *ret, size_t count)
{
    moments m = {.n = (double)count};
    for (size_t i = 0; i < count; i++) {
        m.mean += ret[i];
        m.wins += ret[i] > 0 ? ret[i] : 0;
        m.losses -= ret[i] < 0 ? ret[i] : 0;
        m.down += ret[i] < 0 ? ret[i] * ret[i] : 0;
    }
    m.mean /= m.n;
    double squares = 0;
    for (size_t i = 0; i < count; i++) {
        squares += (ret[i] - m.mean) * (ret[i] - m.mean);
    }
    m.deviation = sqrt(squares / (m.n - 1));
    m.down = sqrt(m.down / m.n);
    for (size_t i = 0; i < count; i++) {
        double const z = m.deviation > 0 ? (ret[i] - m.mean) / m.deviation : 0;
        m.cube += z * z * z;
        m.fourth += z * z * z * z;
    }
    return m;
}

/* The quantile at part / TAIL of the sorted returns, between neighbours in proportion. */
static double quantile(const double *sorted, size_t count, size_t part)
{
    size_t const at = (count - 1) * part;
    size_t const low = at / TAIL;
    double const rest = (double)(at % TAIL) / TAIL;
    return rest == 0 ? sorted[low] : sorted[low] + rest * (sorted[low + 1] - sorted[low]);
}

static void put_spread(plm_measure *measure, const moments *m, bool varies, size_t count)
{
    double const year = sqrt(DAYS_A_YEAR);
    plm_put_real(measure, "volatility", varies ? m->deviation * year : 0,
                 "daily, 365 days; %zu days", count);
    if (varies) {
        double const n = m->n;
        plm_put_real(measure, "sharpe", m->mean / m->deviation * year, "daily, 365 days; %zu days",
                     count);
        plm_put_real(measure, "skew", n / ((n - 1) * (n - 2)) * m->cube, "daily; %zu days", count);
        plm_put_real(measure, "kurtosis",
                     n * (n + 1) / ((n - 1) * (n - 2) * (n - 3)) * m->fourth -
                         3 * (n - 1) * (n - 1) / ((n - 2) * (n - 3)),
                     "daily, excess; %zu days", count);
    } else {
        plm_put_none(measure, "sharpe", "the daily returns do not vary");
        plm_put_none(measure, "skew", "the daily returns do not vary");
        plm_put_none(measure, "kurtosis", "the daily returns do not vary");
    }
    if (m->down > 0) {
        plm_put_real(measure, "sortino", m->mean / m->down * year, "daily, 365 days; %zu days",
                     count);
        plm_put_real(measure, "omega", m->wins / m->losses, "daily; %zu days", count);
    } else {
        plm_put_none(measure, "sortino", "no day lost");
        plm_put_none(measure, "omega", "no day lost");
    }
}

static void put_tails(plm_measure *measure, const double *sorted, size_t count)
{
    double const low = quantile(sorted, count, 1);
    double const high = quantile(sorted, count, TAIL - 1);
    size_t const worst = (count - 1) / TAIL + 1;
    double sum = 0;
    for (size_t i = 0; i < worst; i++) {
        sum += sorted[i];
    }
    plm_put_real(measure, "var_95", low, "daily; %zu days", count);
    plm_put_real(measure, "es_95", sum / (double)worst, "daily; the worst %zu of %zu days", worst,
                 count);
    if (low == 0) {
        plm_put_none(measure, "tail_ratio", "the 5 %% quantile of the daily returns is 0");
    } else {
        plm_put_real(measure, "tail_ratio", fabs(high / low), "daily; %zu days", count);
    }
}

void plm_put_daily(plm_measure *measure, const plm_days *days, const char *reason)
{
    size_t const count = days->count;
    if (reason != NULL || count < PLM_DAYS_MIN) {
        for (size_t i = 0; i < sizeof DAILY / sizeof DAILY[0]; i++) {
            if (reason != NULL) {
                plm_put_none(measure, DAILY[i], "%s", reason);
            } else {
                plm_put_none(measure, DAILY[i], "%zu day%s; at least %d are needed", count,
                             count == 1 ? "" : "s", PLM_DAYS_MIN);
            }
        }
        return;
    }
    double *const sorted = plm_alloc(count, sizeof *sorted);
    memcpy(sorted, days->ret, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, compare_doubles);
    moments const m = take_moments(days->ret, count);
    put_spread(measure, &m, sorted[count - 1] - sorted[0] >= SAME, count);
    put_tails(measure, sorted, count);
    plm_free(sorted);
}
