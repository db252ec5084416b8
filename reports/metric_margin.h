/*
 * metric_margin.h - an account's pools over time: leverage, utilisation, distance, warnings.
 * Private to the files metric*.c.
 */
#ifndef PLM_METRIC_MARGIN_H
#define PLM_METRIC_MARGIN_H

#include "metric_parts.h"

typedef struct plm_margin_pool {
    int64_t id;
    size_t unit; /* place of asset */
    bool has_lowest;
    plm_money lowest;
    int64_t lowest_ns;
} plm_margin_pool;

typedef struct plm_margin_level {
    int64_t ratio;
    int64_t ns;
    bool is_past; /* from the row before until now */
} plm_margin_level;

/* A ratio over samples, with those left out where its divisor was 0 or below. */
typedef struct plm_margin_ratio {
    double sum, peak;
    size_t samples, left_out;
    int64_t undefined_ts; /* the first time; 0: never */
    char *reason;         /* NULL, or why there is none at all */
} plm_margin_ratio;

typedef struct plm_margins {
    plm_margin_pool *pool;
    size_t pool_count;
    plm_margin_level *level;
    size_t level_count;
    plm_query balance; /* postings of the free balances, up to the row */
    bool balance_waits, balance_ended;
    plm_bag free;
    plm_margin_ratio leverage, utilisation;
    double *used; /* utilisation of samples */
    size_t used_cap;
    plm_money bound_sum, collateral_sum; /* of samples in use */
    size_t in_use;
    char *unit_reason; /* NULL, or why these two have no unit */
    bool has_distance;
    double distance;
    char *distance_reason;
    int64_t last_ts; /* of the row before; 0: there is none */
} plm_margins;

PLM_NODISCARD plm_status plm_margins_open(plm_measure *measure, plm_margins *out);
void plm_margins_close(plm_margins *margins);
PLM_NODISCARD plm_status plm_margins_row(plm_measure *measure, plm_margins *margins,
                                         const plm_equity_row *row);
/* The metrics of the kind margin. */
void plm_put_margin(plm_measure *measure, plm_margins *margins);

#endif
