/*
 * page_returns.c - returns by month, and how they are distributed.
 */
#include <math.h>

#include "histogram.h"
#include "page_parts.h"

#define YEARS_MAX 60   /* of one account */
#define RETURNS_MIN 20 /* fewer make no distribution */

static void put_cell(plm_html *html, double value)
{
    char text[PLM_HTML_NUMBER_CAP];
    unsigned const depth = fabs(value) >= 0.1 ? 3 : fabs(value) >= 0.03 ? 2 : value != 0.0 ? 1 : 0;
    plm_html_format(html, "<td class=\"n %s%u\"><data value=\"%.17g\">%s</data>",
                    value < 0.0 ? "down" : "up", depth, value, plm_html_percent(value, text));
}

static void put_year(plm_page *page, const plm_page_account *account, int64_t year)
{
    const plm_growth *const growth = &account->growth;
    plm_html *const html = page->html;
    double whole = 1.0;
    plm_html_raw(html, "<tr><th scope=\"row\">");
    plm_html_name(html, account->name);
    plm_html_format(html, "<td>%lld", (long long)year);
    size_t at = 0;
    for (int64_t month = year * 12; month < year * 12 + 12; month++) {
        while (at < growth->month_count && growth->month[at].month < month) {
            at++;
        }
        const plm_growth_month *const found = at < growth->month_count ? &growth->month[at] : NULL;
        if (found == NULL || found->month != month || found->base <= 0.0) {
            plm_html_raw(html, "<td>");
            continue;
        }
        whole *= found->index / found->base;
        put_cell(html, found->index / found->base - 1.0);
    }
    put_cell(html, whole - 1.0);
    plm_html_raw(html, "\n");
}

static void put_months(plm_page *page)
{
    plm_html *const html = page->html;
    plm_html_raw(html,
                 "<h3>By month</h3><div class=\"wide\"><table class=\"months\"><thead><tr>"
                 "<th>Account<th>Year<th class=\"n\">Jan<th class=\"n\">Feb<th class=\"n\">"
                 "Mar<th class=\"n\">Apr<th class=\"n\">May<th class=\"n\">Jun<th "
                 "class=\"n\">Jul<th class=\"n\">Aug<th class=\"n\">Sep<th class=\"n\">Oct"
                 "<th class=\"n\">Nov<th class=\"n\">Dec<th class=\"n\">Year</thead><tbody>\n");
    bool has_odd = false;
    for (size_t i = 0; i < page->accounts; i++) {
        const plm_page_account *const account = &page->account[i];
        int64_t last = INT64_MIN;
        unsigned years = 0;
        for (size_t m = 0; m < account->growth.month_count && years < YEARS_MAX; m++) {
            if (account->growth.month[m].month / 12 != last) {
                last = account->growth.month[m].month / 12;
                put_year(page, account, last);
                years++;
            }
        }
        has_odd = has_odd || account->has_odd_flows;
    }
    plm_html_raw(html, "</tbody></table></div>\n<p class=\"words\">Time-weighted; the first and "
                       "the last month are those parts of it that the run covers.");
    if (has_odd) {
        plm_html_raw(html, " Deposits and withdrawals in another asset than the account reports in "
                           "are not taken out here; the metrics convert them.");
    }
    plm_html_raw(html, "</p>\n");
}

static void put_distribution(plm_page *page, const plm_page_account *account)
{
    static const char *const titles[] = {"Returns by day", "Returns by hour", "Returns by minute"};
    for (unsigned p = 0; p < PLM_GROWTH_PERIODS; p++) {
        const plm_growth_period *const period = &account->growth.period[p];
        if (period->count < RETURNS_MIN) {
            continue;
        }
        plm_histogram const histogram = {.title = titles[p],
                                         .name = account->name,
                                         .note = "The first and the last may be shorter.",
                                         .scale = PLM_CHART_PERCENT,
                                         .value = period->value,
                                         .count = period->count};
        plm_histogram_write(&page->sheet, &histogram);
        return;
    }
    plm_html_raw(page->html, "<p class=\"none\">");
    plm_html_name(page->html, account->name);
    plm_html_format(page->html, ": fewer than %d minutes of returns.</p>\n", RETURNS_MIN);
}

plm_status plm_page_put_returns(plm_page *page, plm_diag *diag)
{
    (void)diag;
    plm_page_open_section(page, "returns", "Returns");
    put_months(page);
    plm_html_raw(page->html, "<h3>Distribution</h3>\n");
    plm_html_raw(page->html, "<div class=\"pair\">\n");
    for (size_t i = 0; i < page->accounts; i++) {
        if (page->account[i].is_shown) {
            put_distribution(page, &page->account[i]);
        }
    }
    plm_html_raw(page->html, "</div>\n");
    plm_page_close_section(page);
    return PLM_OK;
}
