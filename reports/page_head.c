/*
 * page_head.c - what comes first: a banner when the run is not complete, the table of accounts; and
 * all metrics, which are looked up.
 */
#include <string.h>

#include "metric.h"
#include "page_metric.h"

#define TABLE_ROWS_MAX 2000 /* of the table of accounts */

plm_status plm_page_put_banner(plm_page *page, plm_diag *diag)
{
    static const struct {
        const char *status, *words;
    } rows[] = {
        {"incomplete", "This run is not complete: it was killed or is still being written. What "
                       "follows is as far as it came."},
        {"failed", "This run failed. What follows is as far as it came."},
        {"interrupted", "This run was interrupted. What follows is as far as it came."},
        {"tainted", "A verification found that this run does not reproduce. Do not rely on it."},
    };
    (void)diag;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (strcmp(page->status, rows[i].status) == 0) {
            plm_html_format(page->html,
                            "<div class=\"banner\" role=\"alert\" id=\"status\" data-status=\"%s\">"
                            "<strong>%s</strong> %s",
                            rows[i].status, rows[i].status, rows[i].words);
            if (page->cause[0] != '\0') {
                plm_html_raw(page->html, " Cause: ");
                plm_html_name(page->html, page->cause);
            }
            plm_html_raw(page->html, "</div>\n");
        }
    }
    return PLM_OK;
}

static const struct {
    const char *name, *head;
} headline[] = {{"return", "Return"},
                {"max_drawdown", "Max drawdown"},
                {"liquidations", "Liquidated"},
                {"fees", "Fees"},
                {"funding", "Funding"},
                {"leverage_peak", "Peak leverage"},
                {"lowest_surplus", "Lowest surplus"}};

static void put_state(plm_html *html, const plm_page_account *account)
{
    if (account->is_bankrupt) {
        plm_html_raw(html, " <span class=\"tag bad\">bankrupt</span>");
    } else if (account->liquidations > 0) {
        plm_html_raw(html, " <span class=\"tag bad\">liquidated</span>");
    }
    if (account->is_stopped) {
        plm_html_raw(html, " <span class=\"tag\">stopped</span>");
    }
}

static plm_status put_account(plm_page *page, plm_query *query, const plm_page_account *account,
                              plm_diag *diag)
{
    plm_html *const html = page->html;
    plm_html_raw(html, "<tr><th scope=\"row\">");
    plm_html_name(html, account->name);
    put_state(html, account);
    plm_html_raw(html, "<td>");
    plm_html_name(html, account->strategy);
    plm_html_raw(html, "<td>");
    plm_html_name(html, account->regime);
    plm_html_raw(html, "<td class=\"n\">");
    if (account->has_last) {
        plm_html_money(html, account->last_nav);
        plm_html_raw(html, " ");
        plm_html_name(html, plm_page_asset_name(page, account->asset_id));
    } else {
        plm_html_raw(html, "\xE2\x80\x93");
    }
    for (size_t m = 0; m < sizeof headline / sizeof *headline; m++) {
        PLM_TRY(plm_page_metric_cell(page, query, account->id, headline[m].name, false, diag));
    }
    plm_html_raw(html, "\n");
    return PLM_OK;
}

plm_status plm_page_put_headline(plm_page *page, plm_diag *diag)
{
    plm_html *const html = page->html;
    plm_page_open_section(page, "accounts", "Accounts");
    plm_html_raw(html, "<div class=\"wide tall\" tabindex=\"0\" role=\"region\" "
                       "aria-labelledby=\"accounts-h\"><table class=\"sortable\"><thead><tr>"
                       "<th>Account<th>Strategy<th>Margin<th class=\"n\">Final value");
    for (size_t m = 0; m < sizeof headline / sizeof *headline; m++) {
        plm_html_format(html, "<th class=\"n\">%s", headline[m].head);
    }
    plm_html_raw(html, "</thead><tbody>\n");
    plm_query query;
    PLM_TRY(plm_page_metric_open(page, diag, &query));
    plm_status status = PLM_OK;
    for (size_t i = 0; i < page->accounts && i < TABLE_ROWS_MAX && status >= 0; i++) {
        status = put_account(page, &query, &page->account[i], diag);
    }
    plm_query_close(&query);
    plm_html_raw(html, "</tbody></table></div>\n");
    if (page->accounts > TABLE_ROWS_MAX) {
        plm_html_format(html, "<p class=\"none\">The first %d of %zu accounts.</p>\n",
                        TABLE_ROWS_MAX, page->accounts);
    }
    int64_t metrics = 0;
    if (status >= 0) {
        status = plm_page_count(page, "SELECT count(*) FROM metric", diag, &metrics);
    }
    if (metrics == 0) {
        plm_html_raw(html, "<p class=\"none\">This database has no metrics: its run did not end "
                           "as it should.</p>\n");
    }
    plm_page_close_section(page);
    return status;
}

static void put_heads(plm_page *page)
{
    plm_html_raw(page->html, "<thead><tr><th>Metric");
    for (size_t i = 0; i < page->accounts; i++) {
        if (page->account[i].is_shown) {
            plm_html_raw(page->html, "<th class=\"n\">");
            plm_html_name(page->html, page->account[i].name);
        }
    }
    plm_html_raw(page->html, "</thead>\n");
}

static plm_status put_metric(plm_page *page, plm_query *query, const plm_metric_def *def,
                             plm_diag *diag)
{
    plm_html_format(page->html, "<tr><th scope=\"row\"><abbr title=\"%s; ", def->meaning);
    plm_html_attribute(page->html, def->formula);
    plm_html_format(page->html, "\">%s</abbr>", def->name);
    for (size_t i = 0; i < page->accounts; i++) {
        if (page->account[i].is_shown) {
            PLM_TRY(plm_page_metric_cell(page, query, page->account[i].id, def->name, true, diag));
        }
    }
    plm_html_raw(page->html, "\n");
    return PLM_OK;
}

plm_status plm_page_put_metrics(plm_page *page, plm_diag *diag)
{
    int64_t metrics = 0;
    PLM_TRY(plm_page_count(page, "SELECT count(*) FROM metric", diag, &metrics));
    if (metrics == 0) {
        return PLM_OK;
    }
    plm_page_open_section(page, "metrics", "All metrics");
    plm_html_raw(page->html, "<p class=\"lead\">Each with what it is based on; "
                             "<code>plimsoll explain METRIC</code> tells its formula.</p>\n"
                             "<div class=\"wide\"><table class=\"metrics\">");
    put_heads(page);
    plm_query query;
    PLM_TRY(plm_page_metric_open(page, diag, &query));
    size_t count = 0;
    const plm_metric_def *const def = plm_metric_defs(&count);
    const char *kind = "";
    plm_status status = PLM_OK;
    for (size_t i = 0; i < count && status >= 0; i++) {
        if (strcmp(kind, def[i].kind) != 0) {
            kind = def[i].kind;
            plm_html_format(page->html,
                            "<tbody><tr class=\"group\"><th scope=\"rowgroup\" colspan=\"%u\">%s\n",
                            page->shown + 1, kind);
        }
        status = put_metric(page, &query, &def[i], diag);
    }
    plm_query_close(&query);
    plm_html_raw(page->html, "</table></div>\n");
    plm_page_close_section(page);
    return status;
}
