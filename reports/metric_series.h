/*
 * metric_series.h - an account's worth over time: what came in from outside, growth, falls, days.
 * Private to the files metric*.c.
 */
#ifndef PLM_METRIC_SERIES_H
#define PLM_METRIC_SERIES_H

#include "metric_parts.h"

/* Deposits, withdrawals and refills after the beginning, in the report asset. */
typedef struct plm_flows {
    plm_query query;
    bool waits, ended; /* `query` stands on a flow that is not taken yet */
    plm_money total;
    char *reason; /* NULL, or why a flow has no value; from then on there is no total */
} plm_flows;

PLM_NODISCARD plm_status plm_flows_open(plm_measure *measure, plm_flows *out);
void plm_flows_close(plm_flows *flows);
/* All that came until `ts`; *out_any: there was something. */
PLM_NODISCARD plm_status plm_flows_take(plm_measure *measure, plm_flows *flows, int64_t ts,
                                        bool *out_any, plm_money *out);

/* The deepest fall of an index so far. */
typedef struct plm_fall {
    double peak, worst; /* worst <= 0 */
    int64_t peak_ts;
    int64_t from_ts, bottom_ts, recovered_ts; /* of the worst; recovered 0: not yet */
    /* Without a flow since the peak, amounts are compared in place of quotients: exact. */
    bool exact;
    plm_money peak_nav, bottom_nav;
} plm_fall;

/* Returns of UTC days. */
typedef struct plm_days {
    int64_t begin, border; /* the day under way: since when it is seen, its midnight */
    plm_money base;        /* at its begin, or after its last flow */
    double chain;          /* growth until that flow */
    bool has_row, is_bad;  /* bad: its growth is not defined */
    double *ret;
    size_t count, cap;
    char *reason; /* NULL, or why there are none */
} plm_days;

typedef struct plm_series {
    size_t rows, samples;
    int64_t first_ts, last_ts;
    plm_money nav;  /* the last */
    plm_money base; /* after the last flow */
    double chain;   /* growth until then */
    double growth;
    char *reason; /* NULL, or why growth is not defined */
    plm_fall fall;
    double fall_squares;
    plm_money nav_sum; /* of samples */
    plm_days days;
} plm_series;

void plm_series_fini(plm_series *series);
/* A priced row, in order. */
PLM_NODISCARD plm_status plm_series_row(plm_measure *measure, plm_series *series,
                                        const plm_equity_row *row, bool any_flow, plm_money flow);
/* After the last. */
void plm_series_end(plm_series *series);

/* The metrics of the kind performance. */
void plm_put_performance(plm_measure *measure, const plm_series *series, const plm_flows *flows);
/* Those of daily returns; none of them where there is a reason. */
void plm_put_daily(plm_measure *measure, const plm_days *days, const char *reason);

#endif
