/*
 * metric_performance.c - metrics of the series of an account's worth.
 */
#include <math.h>

#include "metric_series.h"

#define DAYS_A_CALENDAR_YEAR 365.25

static double days_of(const plm_series *series)
{
    return (double)(series->last_ts - series->first_ts) / (double)PLM_NS_A_DAY;
}

static void put_worth(plm_measure *measure, const plm_series *series, const plm_flows *flows)
{
    size_t const asset = measure->report;
    if (measure->has_first_nav) {
        plm_put_money(measure, "first_nav", asset, measure->first_nav, "first known prices");
    } else {
        plm_put_none(measure, "first_nav",
                     "the prices were never all known, or the run has no end");
    }
    if (series->rows == 0) {
        plm_put_none(measure, "final_nav", "no sample has all prices");
    } else {
        plm_put_money(measure, "final_nav", asset, series->nav, "last known prices");
    }
    if (flows->reason != NULL) {
        plm_put_none(measure, "net_flows", "%s", flows->reason);
        plm_put_none(measure, "profit", "%s", flows->reason);
        return;
    }
    plm_put_money(measure, "net_flows", asset, flows->total, "until the last known prices");
    plm_money profit = series->nav;
    measure->has_profit = measure->has_first_nav && series->rows > 0 &&
                          plm_money_sub(profit, measure->first_nav, &profit) &&
                          plm_money_sub(profit, flows->total, &profit);
    if (measure->has_profit) {
        measure->profit = profit;
        plm_put_money(measure, "profit", asset, profit, "from first to last known prices");
    } else {
        plm_put_none(measure, "profit", "there is no first or no last worth");
    }
}

static void put_yearly(plm_measure *measure, const plm_series *series)
{
    double const days = days_of(series);
    double const depth = series->fall.worst;
    if (days < PLM_DAYS_MIN) {
        long long const whole = (long long)days;
        const char *const plural = whole == 1 ? "" : "s";
        plm_put_none(measure, "cagr", "%lld day%s; at least %d are needed", whole, plural,
                     PLM_DAYS_MIN);
        plm_put_none(measure, "calmar", "%lld day%s; at least %d are needed", whole, plural,
                     PLM_DAYS_MIN);
        return;
    }
    if (series->growth <= 0) {
        plm_put_none(measure, "cagr", "nothing is left of the equity");
        plm_put_none(measure, "calmar", "nothing is left of the equity");
        return;
    }
    double const yearly = pow(series->growth, DAYS_A_CALENDAR_YEAR / days) - 1;
    plm_put_real(measure, "cagr", yearly, "365.25 days; %.2f days", days);
    if (depth == 0) {
        plm_put_none(measure, "calmar", "there was no drawdown");
    } else {
        plm_put_real(measure, "calmar", yearly / fabs(depth), "365.25 days; %.2f days", days);
    }
}

static void put_falls(plm_measure *measure, const plm_series *series)
{
    const plm_fall *const fall = &series->fall;
    bool const is_open = fall->worst < 0 && fall->recovered_ts == 0;
    int64_t const until = is_open ? series->last_ts : fall->recovered_ts;
    plm_put_real(measure, "max_drawdown", fall->worst, "%zu rows", series->rows);
    plm_put_time(measure, "max_drawdown_length", fall->worst < 0 ? until - fall->from_ts : 0, "%s",
                 is_open ? "not recovered by the end" : "recovered");
    if (is_open) {
        plm_put_none(measure, "max_drawdown_recovery", "it was not recovered by the end");
    } else if (fall->worst < 0) {
        plm_put_time(measure, "max_drawdown_recovery", until - fall->bottom_ts, "%zu rows",
                     series->rows);
    } else {
        plm_put_none(measure, "max_drawdown_recovery", "there was no drawdown");
    }
    if (series->samples > 0) {
        plm_put_real(measure, "ulcer", sqrt(series->fall_squares / (double)series->samples),
                     "%zu samples", series->samples);
    } else {
        plm_put_none(measure, "ulcer", "there is no sample");
    }
}

static void put_growth(plm_measure *measure, const plm_series *series, const plm_flows *flows)
{
    static const char *const names[] = {
        "return", "cagr", "calmar", "max_drawdown", "max_drawdown_length", "max_drawdown_recovery",
        "ulcer"};
    const char *reason = series->reason;
    if (series->rows == 0) {
        reason = "no sample has all prices";
    } else if (!measure->has_first_nav) {
        reason = "what the account began with is not known";
    } else if (flows->reason != NULL) {
        reason = flows->reason;
    }
    if (reason != NULL) {
        for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
            plm_put_none(measure, names[i], "%s", reason);
        }
        return;
    }
    plm_put_real(measure, "return", series->growth - 1, "time-weighted; %.2f days",
                 days_of(series));
    put_yearly(measure, series);
    put_falls(measure, series);
}

static void put_turnover(plm_measure *measure, const plm_series *series)
{
    size_t asset;
    size_t const assets = plm_bag_assets(measure, &measure->volume, &asset);
    double const days = (double)(measure->last_ns - measure->first_ns) / (double)PLM_NS_A_DAY;
    if (assets > 1 || asset != measure->report) {
        plm_put_none(measure, "turnover", "what was traded is not in %s",
                     measure->asset[measure->report].name);
    } else if (series->samples == 0 || series->nav_sum.v <= 0) {
        plm_put_none(measure, "turnover", "the mean of the equity is not above 0");
    } else if (days <= 0) {
        plm_put_none(measure, "turnover", "the run has no length");
    } else {
        double const mean = plm_money_real(series->nav_sum) / (double)series->samples;
        plm_put_real(measure, "turnover", plm_money_real(measure->volume.sum[asset]) / mean / days,
                     "%zu samples; %.2f days", series->samples, days);
    }
}

void plm_put_performance(plm_measure *measure, const plm_series *series, const plm_flows *flows)
{
    put_worth(measure, series, flows);
    put_growth(measure, series, flows);
    put_turnover(measure, series);
    const char *reason = series->days.reason;
    if (series->rows == 0) {
        reason = "no sample has all prices";
    } else if (!measure->has_first_nav) {
        reason = "what the account began with is not known";
    } else if (flows->reason != NULL) {
        reason = flows->reason;
    }
    plm_put_daily(measure, &series->days, reason);
}
