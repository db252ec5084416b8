/*
 * page_growth.h - what one unit of money becomes in an account: time-weighted, deposits and
 * withdrawals taken out; by month, day, hour and minute.
 */
#ifndef PLM_PAGE_GROWTH_H
#define PLM_PAGE_GROWTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PLM_GROWTH_PERIODS 3
#define PLM_GROWTH_RETURNS_MAX 600000 /* kept of one period; about a year of minutes */

typedef struct plm_growth_period {
    int64_t len_ns;
    int64_t number; /* of the period under way, since 1970 */
    double base;    /* index at its beginning */
    double *value;  /* returns of those that ended */
    size_t count, cap;
} plm_growth_period;

typedef struct plm_growth_month {
    int64_t month; /* year * 12 + month - 1 */
    double base, index;
} plm_growth_month;

typedef struct plm_growth {
    bool has_row, is_lost; /* lost: worth nothing or less, there is no growth from then on */
    double index, peak, nav;
    plm_growth_period period[PLM_GROWTH_PERIODS]; /* day, hour, minute */
    plm_growth_month *month;
    size_t month_count, month_cap;
} plm_growth;

void plm_growth_init(plm_growth *growth);
void plm_growth_fini(plm_growth *growth);
/* The next row: the worth after a flow of `flow` came in. Returns the drawdown of the index, NAN
 * when there is none. A row at the very end of a period belongs to it. */
double plm_growth_add(plm_growth *growth, int64_t ts_ns, double nav, double flow);
/* Ends the periods that are under way. */
void plm_growth_end(plm_growth *growth);

#endif
