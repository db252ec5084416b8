/*
 * metric_equity.c - one pass over an account's equity rows: its worth, and its pools beside it.
 */
#include "memory.h"
#include "metric_margin.h"
#include "metric_series.h"

static plm_status see_rows(plm_measure *measure, plm_equity_cursor *cursor, plm_flows *flows,
                           plm_series *series, plm_margins *margins)
{
    plm_equity_row row;
    plm_status status;
    while ((status = plm_equity_next(cursor, measure->diag, &row)) == PLM_OK) {
        bool any;
        plm_money flow;
        PLM_TRY(plm_time_check(measure, row.ts_ns));
        if (row.ts_ns < series->last_ts) {
            return plm_fail(measure->diag, PLM_ERR_INPUT,
                            "account %lld: the equity row at %lld is out of order",
                            (long long)measure->account, (long long)row.ts_ns);
        }
        if (!row.priced) {
            continue;
        }
        PLM_TRY(plm_flows_take(measure, flows, row.ts_ns, &any, &flow));
        PLM_TRY(plm_series_row(measure, series, &row, any, flow));
        if (!measure->is_plain && !measure->blobs) {
            PLM_TRY(plm_margins_row(measure, margins, &row));
        }
    }
    PLM_TRY(status);
    plm_series_end(series);
    return PLM_OK;
}

plm_status plm_measure_equity(plm_measure *measure)
{
    plm_equity_cursor cursor;
    plm_flows flows;
    plm_margins margins;
    plm_series series = {0};
    PLM_TRY(plm_equity_open(measure->db, measure->account, measure->diag, &cursor));
    plm_status status = plm_flows_open(measure, &flows);
    if (status < 0) {
        plm_equity_close(&cursor);
        return status;
    }
    status = plm_margins_open(measure, &margins);
    if (status == PLM_OK) {
        status = see_rows(measure, &cursor, &flows, &series, &margins);
        if (status == PLM_OK) {
            plm_put_performance(measure, &series, &flows);
            plm_put_margin(measure, &margins);
        }
        plm_margins_close(&margins);
    }
    plm_series_fini(&series);
    plm_flows_close(&flows);
    plm_equity_close(&cursor);
    return status;
}
