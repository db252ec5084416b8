/*
 * metric_series.c - growth between flows, the falls of it, and its days, row by row.
 */
#include "metric_series.h"

#include "memory.h"
#include "timetext.h"

#define NS_AN_HOUR (3600 * PLM_NS_A_SECOND)
#define WHOLE_DAY (23 * NS_AN_HOUR) /* a day counts when so much of it was seen */
#define DATE_LENGTH 10

static double ratio(plm_money part, plm_money whole)
{
    return (double)part.v / (double)whole.v;
}

/* a / b - 1, without losing what a small difference has. */
static double gain(plm_money a, plm_money b)
{
    plm_money difference;
    return plm_money_sub(a, b, &difference) ? ratio(difference, b) : ratio(a, b) - 1;
}

/* -- days ------------------------------------------------------------------------------------ */

static int64_t midnight_after(int64_t ts)
{
    int64_t const rest = ts % PLM_NS_A_DAY;
    return ts - (rest < 0 ? rest + PLM_NS_A_DAY : rest) + PLM_NS_A_DAY;
}

static void no_days(plm_days *days, const char *what)
{
    if (days->reason == NULL) {
        char when[PLM_TIME_TEXT_CAP];
        (void)plm_time_format(days->border - PLM_NS_A_DAY, when);
        days->reason = plm_text_format("%s on %.*s", what, DATE_LENGTH, when);
    }
}

static void close_day(plm_days *days, int64_t end, plm_money nav)
{
    if (end - days->begin >= WHOLE_DAY) {
        if (!days->has_row) {
            no_days(days, "there is no sample with all prices");
        } else if (days->is_bad || days->base.v <= 0) {
            no_days(days, "equity was 0 or below at the beginning of a return");
        } else {
            if (days->count == days->cap) {
                days->cap = days->cap * 2 + 32;
                days->ret = plm_realloc(days->ret, days->cap, sizeof *days->ret);
            }
            double const whole = gain(nav, days->base);
            days->ret[days->count++] = days->chain == 1 ? whole : days->chain * (1 + whole) - 1;
        }
    }
    days->begin = days->border;
    days->border += PLM_NS_A_DAY;
    days->base = nav;
    days->chain = 1;
    days->has_row = false;
    days->is_bad = false;
}

/* The days that ended before this row; a gap of many days says so once. */
static void pass_days(plm_days *days, int64_t ts, plm_money nav)
{
    while (ts > days->border) {
        close_day(days, days->border, nav);
        if (days->reason != NULL && ts > days->border) {
            days->border = midnight_after(ts - 1);
            days->begin = days->border - PLM_NS_A_DAY;
        }
    }
}

/* -- falls ----------------------------------------------------------------------------------- */

static bool is_worst(const plm_fall *fall, plm_money nav, double depth)
{
    bool const same_peak = fall->exact && fall->worst < 0 && fall->from_ts == fall->peak_ts;
    return same_peak ? plm_money_compare(nav, fall->bottom_nav) < 0 : depth < fall->worst;
}

/* Returns how deep it is now, <= 0. */
static double follow_fall(plm_fall *fall, int64_t ts, plm_money nav, double growth)
{
    if (fall->exact ? plm_money_compare(nav, fall->peak_nav) >= 0 : growth >= fall->peak) {
        if (fall->worst < 0 && fall->recovered_ts == 0 && fall->from_ts == fall->peak_ts) {
            fall->recovered_ts = ts;
        }
        fall->peak = growth;
        fall->peak_ts = ts;
        fall->peak_nav = nav;
        fall->exact = true;
        return 0;
    }
    double const depth = growth / fall->peak - 1;
    if (is_worst(fall, nav, depth)) {
        fall->worst = depth;
        fall->from_ts = fall->peak_ts;
        fall->bottom_ts = ts;
        fall->bottom_nav = nav;
        fall->recovered_ts = 0;
    }
    return depth;
}

/* -- growth ---------------------------------------------------------------------------------- */

static void begin(plm_measure *measure, plm_series *series, int64_t ts)
{
    series->first_ts = ts;
    series->nav = measure->first_nav;
    series->base = measure->first_nav;
    series->chain = 1;
    series->growth = 1;
    series->fall = (plm_fall){.peak = 1,
                              .peak_ts = ts,
                              .from_ts = ts,
                              .bottom_ts = ts,
                              .exact = true,
                              .peak_nav = measure->first_nav};
    series->days = (plm_days){
        .begin = ts, .border = midnight_after(ts), .base = measure->first_nav, .chain = 1};
}

static void no_growth(plm_series *series, int64_t ts)
{
    if (series->reason == NULL) {
        char when[PLM_TIME_TEXT_CAP];
        (void)plm_time_format(ts, when);
        series->reason =
            plm_text_format("equity was 0 or below at the beginning of a return, by %s", when);
    }
}

/* Growth until the flow is kept; the next begins with what is there after it. */
static plm_status pass_flow(plm_measure *measure, plm_series *series, const plm_equity_row *row,
                            plm_money flow)
{
    plm_days *const days = &series->days;
    plm_money before = row->nav;
    PLM_TRY(plm_sum_sub(measure, &before, flow));
    if (before.v < 0 || series->base.v <= 0) {
        no_growth(series, row->ts_ns);
    } else {
        series->chain *= ratio(before, series->base);
    }
    if (before.v < 0 || days->base.v <= 0) {
        days->is_bad = true;
    } else {
        days->chain *= ratio(before, days->base);
    }
    series->base = row->nav;
    series->fall.exact = false;
    days->base = row->nav;
    return PLM_OK;
}

plm_status plm_series_row(plm_measure *measure, plm_series *series, const plm_equity_row *row,
                          bool any_flow, plm_money flow)
{
    if (series->rows++ == 0) {
        begin(measure, series, row->ts_ns);
    }
    pass_days(&series->days, row->ts_ns, series->nav);
    series->days.has_row = true;
    if (any_flow) {
        PLM_TRY(pass_flow(measure, series, row, flow));
    }
    series->nav = row->nav;
    series->last_ts = row->ts_ns;
    double depth = 0;
    if (series->base.v <= 0) {
        no_growth(series, row->ts_ns);
    } else if (series->reason == NULL) {
        series->growth = series->chain * ratio(row->nav, series->base);
        depth = follow_fall(&series->fall, row->ts_ns, row->nav, series->growth);
    }
    if (row->on_grid) {
        series->samples++;
        series->fall_squares += depth * depth;
        PLM_TRY(plm_sum_add(measure, &series->nav_sum, row->nav));
    }
    return PLM_OK;
}

void plm_series_end(plm_series *series)
{
    if (series->rows > 0) {
        close_day(&series->days, series->last_ts, series->nav);
    }
}

void plm_series_fini(plm_series *series)
{
    plm_free(series->days.ret);
    plm_free(series->days.reason);
    plm_free(series->reason);
}
