/*
 * page_crowd.c - a run of more accounts than can be shown in detail: how they are distributed, and
 * which ones are.
 */
#include <math.h>

#include "histogram.h"
#include "memory.h"
#include "page_metric.h"

static void put_histogram(plm_page *page, const char *title, plm_chart_scale scale,
                          const double *value)
{
    plm_histogram const histogram = {
        .title = title, .scale = scale, .value = value, .count = page->accounts};
    plm_histogram_write(&page->sheet, &histogram);
}

static plm_status put_metric(plm_page *page, plm_query *query, const char *name, const char *title,
                             plm_chart_scale scale, double *value, plm_diag *diag)
{
    for (size_t i = 0; i < page->accounts; i++) {
        PLM_TRY(plm_page_metric_value(query, page->account[i].id, name, diag, &value[i]));
    }
    put_histogram(page, title, scale, value);
    return PLM_OK;
}

static plm_status put_all(plm_page *page, double *value, plm_diag *diag)
{
    for (size_t i = 0; i < page->accounts; i++) {
        const plm_page_account *const account = &page->account[i];
        value[i] = account->has_last ? plm_html_real(account->last_nav) : NAN;
    }
    put_histogram(page, "Final value of the accounts", PLM_CHART_AMOUNT, value);
    plm_query query;
    PLM_TRY(plm_page_metric_open(page, diag, &query));
    plm_status status =
        put_metric(page, &query, "return", "Return", PLM_CHART_PERCENT, value, diag);
    if (status >= 0) {
        status = put_metric(page, &query, "max_drawdown", "Deepest drawdown", PLM_CHART_PERCENT,
                            value, diag);
    }
    if (status >= 0) {
        status = put_metric(page, &query, "lowest_surplus", "Lowest surplus over maintenance",
                            PLM_CHART_AMOUNT, value, diag);
    }
    plm_query_close(&query);
    return status;
}

plm_status plm_page_put_crowd(plm_page *page, plm_diag *diag)
{
    if (page->accounts <= page->shown) {
        return PLM_OK;
    }
    int64_t liquidated = 0;
    int64_t bankrupt = 0;
    for (size_t i = 0; i < page->accounts; i++) {
        liquidated += page->account[i].liquidations > 0 ? 1 : 0;
        bankrupt += page->account[i].is_bankrupt ? 1 : 0;
    }
    plm_html *const html = page->html;
    plm_page_open_section(page, "crowd", "All accounts together");
    plm_html_raw(html, "<p class=\"lead\">");
    plm_html_count(html, (int64_t)page->accounts);
    plm_html_raw(html, " accounts, ");
    plm_html_count(html, liquidated);
    plm_html_raw(html, " of them liquidated, ");
    plm_html_count(html, bankrupt);
    plm_html_raw(html, " bankrupt. In detail below: ");
    bool is_first = true;
    for (size_t i = 0; i < page->accounts; i++) {
        if (page->account[i].is_shown) {
            plm_html_raw(html, is_first ? "" : ", ");
            plm_html_name(html, page->account[i].name);
            is_first = false;
        }
    }
    plm_html_raw(html, page->options->account_count > 0
                           ? ", as asked for with <code>--account</code>.</p>\n"
                           : ": the worst, the median, the best, and those that were liquidated "
                             "first; <code>--account NAME</code> chooses others.</p>\n");
    double *const value = plm_alloc(page->accounts, sizeof *value);
    plm_html_raw(html, "<div class=\"pair\">\n");
    plm_status const status = put_all(page, value, diag);
    plm_html_raw(html, "</div>\n");
    plm_free(value);
    plm_page_close_section(page);
    return status;
}
