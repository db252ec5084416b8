/*
 * page_metric.c - how a metric is shown: shares as percent, lengths as hours and minutes, amounts
 * with their asset.
 */
#include "page_metric.h"

#include <math.h>
#include <string.h>

#include "timetext.h"

#define COLUMN_VALUE 0
#define COLUMN_EXACT 1
#define COLUMN_UNIT 2
#define COLUMN_BASIS 3
#define COLUMN_REASON 4

plm_status plm_page_metric_open(plm_page *page, plm_diag *diag, plm_query *out)
{
    return plm_query_open(page->db,
                          "SELECT value, exact, unit, basis, reason FROM metric "
                          "WHERE account_id = ? AND name = ?",
                          diag, out);
}

static bool is_among(const char *name, const char *const *names)
{
    for (; *names != NULL; names++) {
        if (strcmp(name, *names) == 0) {
            return true;
        }
    }
    return false;
}

static void put_number(const plm_page *page, const char *name, const char *unit, double value)
{
    plm_html *const html = page->html;
    static const char *const shares[] = {"return",          "cagr",
                                         "volatility",      "max_drawdown",
                                         "ulcer",           "var_95",
                                         "es_95",           "time_in_market",
                                         "win_rate",        "utilisation_mean",
                                         "utilisation_p95", "utilisation_peak",
                                         "distance_lowest", "return_on_margin",
                                         "contagion",       NULL};
    static const char *const factors[] = {"leverage_mean", "leverage_peak", NULL};
    char text[PLM_HTML_NUMBER_CAP];
    char length[PLM_TIME_TEXT_CAP];
    if (is_among(name, shares)) {
        plm_html_raw(html, plm_html_percent(value, text));
    } else if (is_among(name, factors)) {
        plm_html_raw(html, plm_html_number(value, text));
        plm_html_raw(html, "\xC3\x97");
    } else if (strcmp(unit, "instrument") == 0 && fabs(value) < 9e15) {
        plm_html_name(html, plm_page_symbol(page, (int64_t)value));
    } else if (strcmp(unit, "unix s") == 0 && fabs(value) < 9e9) {
        plm_html_time(html, (int64_t)(value * 1e6) * 1000);
    } else if (strcmp(unit, "s") == 0 && value >= 0.0 && value < 9e9) {
        (void)plm_duration_format((int64_t)(value * 1e9), length);
        plm_html_raw(html, length);
    } else if (value == floor(value) && fabs(value) < 1e15) {
        plm_html_count(html, (int64_t)value);
    } else {
        plm_html_raw(html, plm_html_number(value, text));
    }
}

static void put_row(const plm_page *page, const plm_query *row, const char *name, bool has_basis)
{
    plm_html *const html = page->html;
    const char *const unit = plm_query_text(row, COLUMN_UNIT);
    if (plm_query_is_null(row, COLUMN_VALUE) || !isfinite(plm_query_real(row, COLUMN_VALUE))) {
        if (has_basis) {
            plm_html_raw(html, "<td class=\"n\"><small>");
            plm_html_name(html, plm_query_text(row, COLUMN_REASON));
            plm_html_raw(html, "</small>");
        } else {
            plm_html_raw(html, "<td class=\"n\" title=\"");
            plm_html_attribute(html, plm_query_text(row, COLUMN_REASON));
            plm_html_raw(html, "\">\xE2\x80\x93");
        }
        return;
    }
    plm_html_raw(html, "<td class=\"n\"><data value=\"");
    if (plm_query_is_null(row, COLUMN_EXACT)) {
        plm_html_format(html, "%.17g", plm_query_real(row, COLUMN_VALUE));
    } else {
        plm_html_attribute(html, plm_query_text(row, COLUMN_EXACT));
    }
    plm_html_raw(html, "\" title=\"");
    plm_html_attribute(html, plm_query_is_null(row, COLUMN_EXACT)
                                 ? plm_query_text(row, COLUMN_BASIS)
                                 : plm_query_text(row, COLUMN_EXACT));
    plm_html_raw(html, "\">");
    put_number(page, name, unit, plm_query_real(row, COLUMN_VALUE));
    plm_html_raw(html, "</data>");
    if (has_basis) {
        static const char *const silent[] = {"ratio",        "s",          "unix s", "trades",
                                             "liquidations", "instrument", NULL};
        if (!is_among(unit, silent)) {
            plm_html_raw(html, " ");
            plm_html_name(html, unit);
        }
        plm_html_raw(html, "<br><small>");
        plm_html_name(html, plm_query_text(row, COLUMN_BASIS));
        plm_html_raw(html, "</small>");
    }
}

plm_status plm_page_metric_cell(plm_page *page, plm_query *query, int64_t account_id,
                                const char *name, bool has_basis, plm_diag *diag)
{
    plm_query_reset(query);
    plm_query_bind_int(query, 1, account_id);
    plm_query_bind_text(query, 2, name);
    plm_status const status = plm_query_step(query, diag);
    if (status == PLM_OK) {
        put_row(page, query, name, has_basis);
    } else {
        plm_html_raw(page->html, "<td class=\"n\">\xE2\x80\x93");
    }
    return status < 0 ? status : PLM_OK;
}

plm_status plm_page_metric_value(plm_query *query, int64_t account_id, const char *name,
                                 plm_diag *diag, double *out)
{
    plm_query_reset(query);
    plm_query_bind_int(query, 1, account_id);
    plm_query_bind_text(query, 2, name);
    plm_status const status = plm_query_step(query, diag);
    if (status >= 0) {
        bool const has_value = status == PLM_OK && !plm_query_is_null(query, COLUMN_VALUE);
        *out = has_value ? plm_query_real(query, COLUMN_VALUE) : NAN;
    }
    return status < 0 ? status : PLM_OK;
}
