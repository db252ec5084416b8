/*
 * metric.h - the numbers of an account: their table, how they are measured in a run database, and
 * how they are kept there. docs/metrics.md defines each of them.
 *
 * Metrics are doubles made of exact sums; `exact` has the sum itself where the metric is one. They
 * are no part of a run's digest: the power in `cagr` may differ between machines in the last bit.
 */
#ifndef PLM_METRIC_H
#define PLM_METRIC_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "status.h"

/* -- the table ------------------------------------------------------------------------------- */

typedef struct plm_metric_def {
    const char *name;
    const char *kind; /* performance, trades, costs, margin, liquidation */
    const char *unit; /* "money": the asset's name stands in its place */
    const char *meaning;
    const char *formula;
} plm_metric_def;

/* All of them, in the order in which they are shown. */
const plm_metric_def *plm_metric_defs(size_t *out_count);

/* NULL: no such metric; *out_nearest is then what may have been meant, or NULL. What follows an '@'
 * is not looked at: time_warned@0.8 is time_warned, of one level. */
const plm_metric_def *plm_metric_find(const char *name, const char **out_nearest);

/* For people, and as a JSON object; with a line end. For plm_free. */
char *plm_metric_text(const plm_metric_def *def);
char *plm_metric_json(const plm_metric_def *def);

/* -- the numbers ----------------------------------------------------------------------------- */

typedef struct plm_metric_row {
    int64_t account_id;
    char *name;
    bool has_value;
    double value; /* finite */
    char *exact;  /* NULL: it is no finite sum */
    char *unit;
    char *basis;
    char *reason; /* why there is no value; NULL: there is one */
} plm_metric_row;

typedef struct plm_metric_rows {
    plm_metric_row *row;
    size_t count, cap;
} plm_metric_rows;

/*
 * Measures every account. Reads alone; rows by account, then in the order of the table. One pass
 * over an account's rows; memory grows with days, trades, and 8 bytes a sample of one account.
 * Wants the indexes on account_id, margin(equity_id) and contribution(margin_id); without them it
 * is slower, not wrong. PLM_ERR_INPUT: the database holds what no run writes.
 */
PLM_NODISCARD plm_status plm_metrics_compute(sqlite3 *db, plm_diag *diag, plm_metric_rows *out);
void plm_metrics_free(plm_metric_rows *rows);

/* Measures and replaces the rows of `metric`. The transaction is the caller's. */
PLM_NODISCARD plm_status plm_metrics_write(sqlite3 *db, plm_diag *diag);

/* Measures and compares with the rows of `metric`: texts must be the same, values equal to 1 in
 * 10^12. *out_difference says the first difference, for plm_free; NULL: there is none. */
PLM_NODISCARD plm_status plm_metrics_verify(sqlite3 *db, plm_diag *diag, char **out_difference);

#endif
