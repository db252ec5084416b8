/*
 * page_liquidations.c - liquidations with their stories, warnings before them: what the marks of
 * the waterline lead to.
 */
#include <inttypes.h>

#include "page_parts.h"
#include "page_story.h"

static void put_times(plm_html *html, const plm_query *query)
{
    plm_html_time(html, plm_query_int(query, 3));
    plm_html_raw(html, "<td>");
    if (plm_query_is_null(query, 5)) {
        plm_html_raw(html, "not over when the run ended");
    } else {
        plm_html_name(html, plm_query_text(query, 5));
    }
}

static plm_status put_overview(plm_page *page, plm_diag *diag)
{
    plm_html *const html = page->html;
    plm_query query;
    PLM_TRY(
        plm_query_open(page->db,
                       "SELECT l.id, l.account_id, l.culprit_id, l.begin_ns, l.end_ns, l.ended, "
                       "l.equity_micro, l.equity_atto, l.maintenance_micro, l.maintenance_atto,"
                       " l.shortfall_micro, l.shortfall_atto, p.unit_id FROM liquidation l "
                       "LEFT JOIN pool p ON p.id = l.pool_id ORDER BY l.id LIMIT ?",
                       diag, &query));
    plm_query_bind_int(&query, 1, PLM_PAGE_ROWS_MAX);
    plm_html_raw(html, "<div class=\"wide\"><table><thead><tr><th class=\"n\">No.<th>Account"
                       "<th>Culprit<th>Begin<th>Ended<th class=\"n\">Equity<th class=\"n\">"
                       "Maintenance<th class=\"n\">Paid by others<th>In</thead><tbody>\n");
    plm_status status;
    while ((status = plm_query_step(&query, diag)) == PLM_OK) {
        int64_t const id = plm_query_int(&query, 0);
        plm_html_format(
            html, "<tr><td class=\"n\"><a href=\"#liquidation-%" PRId64 "\">%" PRId64 "</a><td>",
            id, id);
        plm_html_name(html, plm_page_account_name(page, plm_query_int(&query, 1)));
        plm_html_raw(html, "<td>");
        if (!plm_query_is_null(&query, 2)) {
            plm_html_name(html, plm_page_symbol(page, plm_query_int(&query, 2)));
        }
        plm_html_raw(html, "<td>");
        put_times(html, &query);
        for (int column = 6; column <= 10; column += 2) {
            plm_html_raw(html, "<td class=\"n\">");
            if (!plm_query_is_null(&query, column)) {
                plm_html_money(html, plm_query_money(&query, column));
            }
        }
        plm_html_raw(html, "<td>");
        plm_html_name(html, plm_page_asset_name(page, plm_query_int(&query, 12)));
        plm_html_raw(html, "\n");
    }
    plm_query_close(&query);
    plm_html_raw(html, "</tbody></table></div>\n");
    return status < 0 ? status : PLM_OK;
}

static plm_status put_story(plm_page *page, int64_t id, plm_diag *diag)
{
    plm_html *const html = page->html;
    plm_story *story = NULL;
    plm_diag one;
    plm_diag_init(&one);
    plm_html_format(
        html, "<details class=\"story\" id=\"liquidation-%" PRId64 "\" open><summary><h3>", id);
    plm_status const status = plm_story_liquidation(page->db, id, &one, &story);
    if (status == PLM_ERR_IO) {
        return plm_fail(diag, status, "%s", one.text);
    }
    if (status < 0) { /* a damaged row spoils its story, not the page */
        plm_html_format(html,
                        "Liquidation %" PRId64 "</h3></summary><p>Its story can't be told: ", id);
        plm_html_name(html, one.text);
        plm_html_raw(html, "</p></details>\n");
        return PLM_OK;
    }
    plm_html_name(html, story->title);
    plm_html_raw(html, "</h3></summary>\n");
    plm_page_put_story(html, story);
    plm_story_destroy(story);
    plm_html_raw(html,
                 "<p class=\"screen\"><a href=\"#waterline\">To the waterline</a></p></details>\n");
    return PLM_OK;
}

/* Those of accounts in detail come first. */
static plm_status put_stories(plm_page *page, plm_diag *diag)
{
    plm_query query;
    PLM_TRY(plm_query_open(page->db, "SELECT id, account_id FROM liquidation ORDER BY id", diag,
                           &query));
    unsigned told = 0;
    uint64_t all = 0;
    plm_status status;
    while ((status = plm_query_step(&query, diag)) == PLM_OK) {
        const plm_page_account *const account =
            plm_page_find_account(page, plm_query_int(&query, 1));
        all++;
        if (account == NULL || !account->is_shown || told == PLM_PAGE_LIQUIDATIONS_MAX) {
            continue;
        }
        status = put_story(page, plm_query_int(&query, 0), diag);
        if (status < 0) {
            break;
        }
        told++;
    }
    plm_query_close(&query);
    if (told < all) {
        plm_html_format(page->html,
                        "<p class=\"none\">%u of %" PRIu64 " liquidations are told: those of the "
                        "accounts in detail, at most %d. <code>plimsoll explain RUN.db liquidation "
                        "N</code> tells any.</p>\n",
                        told, all, PLM_PAGE_LIQUIDATIONS_MAX);
    }
    return status < 0 ? status : PLM_OK;
}

plm_status plm_page_put_liquidations(plm_page *page, plm_diag *diag)
{
    int64_t count = 0;
    PLM_TRY(plm_page_count(page, "SELECT count(*) FROM liquidation", diag, &count));
    plm_page_open_section(page, "liquidations", "Liquidations");
    if (count == 0) {
        plm_html_raw(page->html, "<p class=\"none\">Nobody was liquidated.</p>\n");
    } else {
        PLM_TRY(put_overview(page, diag));
        PLM_TRY(put_stories(page, diag));
    }
    plm_page_close_section(page);
    return PLM_OK;
}

/* -- warnings -----------------------------------------------------------------------------------
 */

static void put_warning(plm_page *page, const plm_query *query)
{
    plm_html *const html = page->html;
    char text[PLM_HTML_NUMBER_CAP];
    plm_html_format(html, "<tr id=\"warning-%" PRId64 "\"><td class=\"n\">%" PRId64 "<td>",
                    plm_query_int(query, 0), plm_query_int(query, 0));
    plm_html_name(html, plm_page_account_name(page, plm_query_int(query, 1)));
    plm_html_raw(html, "<td>");
    plm_html_time(html, plm_query_int(query, 2));
    plm_html_format(html, "<td class=\"n\">%s<td class=\"n\">",
                    plm_html_percent((double)plm_query_int(query, 3) / 1e12, text));
    plm_html_money(html, plm_query_money(query, 4));
    plm_html_raw(html, "<td class=\"n\">");
    plm_html_money(html, plm_query_money(query, 6));
    plm_html_raw(html, "<td>");
    const plm_page_pool *const pool = plm_page_find_pool(page, plm_query_int(query, 8));
    plm_html_name(html, pool == NULL ? "" : plm_page_asset_name(page, pool->unit_id));
    plm_html_raw(html, "\n");
}

plm_status plm_page_put_warnings(plm_page *page, plm_diag *diag)
{
    int64_t count = 0;
    PLM_TRY(plm_page_count(page, "SELECT count(*) FROM margin_event WHERE what = 'call'", diag,
                           &count));
    if (count == 0) {
        return PLM_OK;
    }
    plm_html *const html = page->html;
    plm_page_open_section(page, "warnings", "Warnings");
    plm_html_raw(html, "<div class=\"wide tall\" tabindex=\"0\" role=\"region\" "
                       "aria-labelledby=\"warnings-h\"><table><thead><tr><th class=\"n\">No."
                       "<th>Account<th>Time<th class=\"n\">Level<th class=\"n\">Equity<th "
                       "class=\"n\">Maintenance<th>In</thead><tbody>\n");
    plm_query query;
    PLM_TRY(plm_query_open(page->db,
                           "SELECT row_number() OVER (ORDER BY id), account_id, ts_ns, ratio, "
                           "equity_micro, equity_atto, maintenance_micro, maintenance_atto, pool_id"
                           " FROM margin_event WHERE what = 'call' ORDER BY id",
                           diag, &query));
    int64_t shown = 0;
    plm_status status;
    while ((status = plm_query_step(&query, diag)) == PLM_OK) {
        const plm_page_account *const account =
            plm_page_find_account(page, plm_query_int(&query, 1));
        if (account != NULL && account->is_shown && shown < 5 * PLM_PAGE_ROWS_MAX) {
            put_warning(page, &query);
            shown++;
        }
    }
    plm_query_close(&query);
    plm_html_raw(html, "</tbody></table></div>\n");
    if (shown < count) {
        plm_html_format(html, "<p class=\"none\">%" PRId64 " of %" PRId64 " warnings.</p>\n", shown,
                        count);
    }
    plm_page_close_section(page);
    return status < 0 ? status : PLM_OK;
}
