/*
 * page.c - the page as a whole: head, sections in their order, numbers, script.
 */
#include "page.h"

#include <stdio.h>
#include <string.h>

#include "check.h"
#include "digest.h"
#include "page_assets.h"
#include "page_parts.h"
#include "timetext.h"

static const struct {
    const char *id, *title; /* of the table of contents; NULL: not in it */
    plm_page_section *put;
} sections[] = {
    {"accounts", "Accounts", plm_page_put_headline},
    {NULL, NULL, plm_page_put_crowd},
    {"waterline", "Waterline", plm_page_put_waterline},
    {"prices", "Prices", plm_page_put_prices},
    {"drawdown", "Drawdown", plm_page_put_drawdown},
    {"positions", "Positions", plm_page_put_positions},
    {"leverage", "Leverage", plm_page_put_leverage},
    {"utilisation", "Utilisation", plm_page_put_utilisation},
    {"collateral", "Collateral", plm_page_put_collateral},
    {"contributions", "Contributions", plm_page_put_contributions},
    {"costs", "Costs", plm_page_put_costs},
    {"returns", "Returns", plm_page_put_returns},
    {"trades", "Trades", plm_page_put_trades},
    {"liquidations", "Liquidations", plm_page_put_liquidations},
    {NULL, NULL, plm_page_put_warnings},
    {"nav", "Variants", plm_page_put_variants},
    {NULL, NULL, plm_page_put_metrics},
    {"quality", "Data quality", plm_page_put_quality},
    {"configuration", "Configuration", plm_page_put_configuration},
};

static void put_hash(plm_html *html, const char *script)
{
    uint8_t hash[PLM_DIGEST_SIZE];
    plm_digest *const digest = plm_digest_create();
    plm_digest_add(digest, script, strlen(script));
    plm_digest_finish(digest, hash);
    plm_digest_destroy(digest);
    plm_html_raw(html, " 'sha256-");
    plm_html_base64(html, hash, sizeof hash);
    plm_html_raw(html, "'");
}

static void put_head(plm_page *page)
{
    plm_html *const html = page->html;
    plm_html_raw(html, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                       "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                       "script-src");
    put_hash(html, plm_dygraph_script);
    put_hash(html, plm_page_script);
    plm_html_raw(html, "; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action "
                       "'none'\">\n<meta name=\"viewport\" content=\"width=device-width, "
                       "initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n"
                       "<link rel=\"icon\" href=\"data:,\">\n<title>");
    plm_html_attribute(html, page->name);
    plm_html_raw(html, " \xC2\xB7 plimsoll</title>\n<style>\n");
    plm_html_raw(html, plm_dygraph_style);
    plm_html_raw(html, "\n");
    plm_html_raw(html, plm_page_style);
    plm_html_raw(html, "</style>\n</head>\n");
}

/* The load line of a ship: a ring and the line that must stay above the water. */
static const char mark[] =
    "<svg class=\"logo\" viewBox=\"0 0 40 24\" aria-hidden=\"true\"><circle cx=\"20\" cy=\"12\" "
    "r=\"8\"/><path d=\"M4 12H36\"/></svg>";

static void put_period(plm_page *page)
{
    char length[PLM_TIME_TEXT_CAP];
    if (page->last_ns <= page->first_ns) {
        plm_html_raw(page->html, "No time has passed: ");
        return;
    }
    (void)plm_duration_format(page->last_ns - page->first_ns, length);
    plm_html_time(page->html, page->first_ns);
    plm_html_raw(page->html, " to ");
    plm_html_time(page->html, page->last_ns);
    plm_html_format(page->html, " UTC (%s), ", length);
}

static plm_status put_title(plm_page *page, plm_diag *diag)
{
    plm_html *const html = page->html;
    plm_query query;
    PLM_TRY(plm_query_open(
        page->db, "SELECT tape, tape_synthetic, events, seed FROM run WHERE id = 1", diag, &query));
    plm_status const status = plm_query_step(&query, diag);
    if (status == PLM_OK) {
        plm_html_format(html, "<header>\n<p class=\"wordmark\">%s plimsoll</p>\n<h1>", mark);
        plm_html_name(html, page->name);
        plm_html_raw(html, "</h1>\n<p class=\"period\">");
        put_period(page);
        plm_html_count(html, plm_query_int(&query, 2));
        plm_html_raw(html, " events of ");
        plm_html_name(html, plm_query_text(&query, 0));
        plm_html_raw(html, plm_query_int(&query, 1) != 0 ? ", a synthetic market" : "");
        plm_html_raw(html, "</p>\n</header>\n");
    }
    plm_query_close(&query);
    return status < 0 ? status : PLM_OK;
}

static void put_contents(plm_page *page)
{
    plm_html *const html = page->html;
    plm_html_raw(html, "<nav aria-label=\"Contents\"><ul>");
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) {
        if (sections[i].id != NULL) {
            plm_html_format(html, "<li><a href=\"#%s\">%s</a>", sections[i].id, sections[i].title);
        }
    }
    plm_html_raw(html, "</ul></nav>\n");
}

static plm_status put_body(plm_page *page, plm_diag *diag)
{
    plm_html *const html = page->html;
    plm_html_raw(html, "<body>\n<a class=\"skip\" href=\"#accounts\">To the numbers</a> "
                       "<a class=\"skip\" href=\"#waterline\">To the waterline</a>\n");
    PLM_TRY(put_title(page, diag));
    PLM_TRY(plm_page_put_banner(page, diag));
    put_contents(page);
    plm_html_raw(html, "<main>\n");
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) {
        PLM_TRY(sections[i].put(page, diag));
    }
    plm_html_raw(html, "</main>\n<p id=\"live\" class=\"unseen\" role=\"status\" "
                       "aria-live=\"polite\"></p>\n<footer><p>Made from ");
    plm_html_name(html, page->options->db_name);
    plm_html_raw(html, " by ");
    plm_html_name(html, page->options->producer);
    plm_html_raw(html, ". Every number is in that database. This page asks for nothing from "
                       "anywhere.</p></footer>\n");
    return PLM_OK;
}

static void put_foot(plm_page *page)
{
    plm_html *const html = page->html;
    plm_html_bytes(html, page->data.bytes, page->data.size);
    plm_html_raw(html, "<script type=\"application/json\" id=\"charts\">[");
    plm_html_bytes(html, page->config.bytes, page->config.size);
    plm_html_raw(html, "]</script>\n<!-- The script that follows is dygraphs, under the MIT "
                       "licence:\n\n");
    plm_html_raw(html, plm_dygraph_notice);
    plm_html_raw(html, "-->\n<script>");
    plm_html_raw(html, plm_dygraph_script);
    plm_html_raw(html, "</script>\n<script>");
    plm_html_raw(html, plm_page_script);
    plm_html_raw(html, "</script>\n</body>\n</html>\n");
}

static plm_status fill(plm_page *page, plm_diag *diag)
{
    PLM_TRY(plm_page_load(page, diag));
    PLM_TRY(plm_page_select(page, diag));
    PLM_TRY(plm_page_draw_accounts(page, diag));
    PLM_TRY(plm_page_draw_pools(page, diag));
    put_head(page);
    PLM_TRY(put_body(page, diag));
    put_foot(page);
    return PLM_OK;
}

plm_status plm_page_make(sqlite3 *db, const plm_page_options *options, plm_diag *diag,
                         plm_html *html, plm_page_facts *out_facts)
{
    plm_assert(options->account_count <= PLM_PAGE_SHOWN_MAX);
    plm_page page = {.db = db, .options = options, .html = html};
    plm_html_init(&page.config);
    plm_html_init(&page.data);
    page.sheet = (plm_chart_sheet){.html = html, .config = &page.config, .data = &page.data};
    plm_status const status = fill(&page, diag);
    if (status >= 0) {
        *out_facts = (plm_page_facts){.accounts = (uint32_t)page.accounts,
                                      .shown = page.shown,
                                      .charts = page.sheet.charts,
                                      .points = page.sheet.points};
        for (size_t i = 0; i < page.accounts; i++) {
            out_facts->liquidations += page.account[i].liquidations;
        }
        (void)snprintf(out_facts->status, sizeof out_facts->status, "%.15s", page.status);
    }
    plm_page_unload(&page);
    plm_html_fini(&page.config);
    plm_html_fini(&page.data);
    return status < 0 ? status : PLM_OK;
}
