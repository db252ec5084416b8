/*
 * page_growth.c - an index that grows with the account, and its changes over periods of the
 * calendar.
 */
#include "page_growth.h"

#include <math.h>

#include "memory.h"
#include "timetext.h"

#define MINUTE_NS INT64_C(60000000000)
#define DAY_NS (1440 * MINUTE_NS)

void plm_growth_init(plm_growth *growth)
{
    *growth = (plm_growth){.index = 1.0, .peak = 1.0};
    growth->period[0].len_ns = DAY_NS;
    growth->period[1].len_ns = 60 * MINUTE_NS;
    growth->period[2].len_ns = MINUTE_NS;
}

void plm_growth_fini(plm_growth *growth)
{
    for (unsigned p = 0; p < PLM_GROWTH_PERIODS; p++) {
        plm_free(growth->period[p].value);
    }
    plm_free(growth->month);
}

static void close_period(plm_growth_period *period, double index)
{
    if (period->count == PLM_GROWTH_RETURNS_MAX || period->base <= 0.0) {
        return;
    }
    if (period->count == period->cap) {
        period->cap = period->cap == 0 ? 64 : 2 * period->cap;
        period->value = plm_realloc(period->value, period->cap, sizeof *period->value);
    }
    period->value[period->count++] = index / period->base - 1.0;
}

static int64_t month_of(int64_t ts_ns)
{
    int64_t year;
    unsigned month;
    unsigned day;
    int64_t const days = ts_ns / DAY_NS - (ts_ns % DAY_NS < 0 ? 1 : 0);
    plm_civil_from_days(days, &year, &month, &day);
    return year * 12 + month - 1;
}

static void begin_month(plm_growth *growth, int64_t month)
{
    if (growth->month_count == growth->month_cap) {
        growth->month_cap = growth->month_cap == 0 ? 16 : 2 * growth->month_cap;
        growth->month = plm_realloc(growth->month, growth->month_cap, sizeof *growth->month);
    }
    growth->month[growth->month_count++] =
        (plm_growth_month){.month = month, .base = growth->index, .index = growth->index};
}

/* The first row begins what it lies in; of later ones, that of the very end of a period is its
 * last.
 */
static void begin(plm_growth *growth, int64_t ts_ns)
{
    for (unsigned p = 0; p < PLM_GROWTH_PERIODS; p++) {
        growth->period[p].number = ts_ns / growth->period[p].len_ns;
        growth->period[p].base = growth->index;
    }
    begin_month(growth, month_of(ts_ns));
}

/* Borders that lie before a row end what was under way with the index until then. */
static void pass_borders(plm_growth *growth, int64_t ts_ns)
{
    for (unsigned p = 0; p < PLM_GROWTH_PERIODS; p++) {
        plm_growth_period *const period = &growth->period[p];
        int64_t const number = (ts_ns - 1) / period->len_ns;
        if (number > period->number) {
            close_period(period, growth->index);
            period->number = number;
            period->base = growth->index;
        }
    }
    int64_t const month = month_of(ts_ns - 1);
    if (month > growth->month[growth->month_count - 1].month) {
        begin_month(growth, month);
    }
}

double plm_growth_add(plm_growth *growth, int64_t ts_ns, double nav, double flow)
{
    if (growth->month_count == 0) {
        begin(growth, ts_ns);
    }
    pass_borders(growth, ts_ns);
    if (growth->is_lost) {
        return NAN;
    }
    if (growth->has_row) {
        growth->index *= fmax((nav - flow) / growth->nav, 0.0);
    }
    growth->has_row = true;
    growth->nav = nav;
    growth->is_lost = !(nav > 0.0);
    growth->peak = fmax(growth->peak, growth->index);
    growth->month[growth->month_count - 1].index = growth->index;
    return growth->index / growth->peak - 1.0;
}

void plm_growth_end(plm_growth *growth)
{
    for (unsigned p = 0; p < PLM_GROWTH_PERIODS && growth->has_row; p++) {
        close_period(&growth->period[p], growth->index);
    }
}
