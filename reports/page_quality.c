/*
 * page_quality.c - how good the data was: gaps, crossed and stale quotes, the report of the import,
 * and what the run warned of.
 */
#include <jansson.h>
#include <stdlib.h>

#include "page_parts.h"

static void put_fact(plm_html *html, const char *name, const plm_query *query, int column)
{
    plm_html_format(html, "<tr><th scope=\"row\">%s<td class=\"n\">", name);
    if (plm_query_is_null(query, column)) {
        plm_html_raw(html, "\xE2\x80\x93");
    } else {
        plm_html_count(html, plm_query_int(query, column));
    }
    plm_html_raw(html, "\n");
}

static plm_status put_counts(plm_page *page, plm_diag *diag)
{
    plm_html *const html = page->html;
    plm_query query;
    PLM_TRY(plm_query_open(page->db,
                           "SELECT events, gaps, crossed, stale, unsettled FROM run WHERE id = 1",
                           diag, &query));
    plm_status const status = plm_query_step(&query, diag);
    if (status == PLM_OK) {
        plm_html_raw(html, "<table><tbody>\n");
        put_fact(html, "events replayed", &query, 0);
        put_fact(html, "gaps in the data", &query, 1);
        put_fact(html, "quotes that crossed", &query, 2);
        put_fact(html, "orders that met a stale quote", &query, 3);
        put_fact(html, "positions in what expired without a settlement", &query, 4);
        plm_html_raw(html, "</tbody></table>\n");
    }
    plm_query_close(&query);
    return status < 0 ? status : PLM_OK;
}

static plm_status put_warnings(plm_page *page, plm_diag *diag)
{
    plm_html *const html = page->html;
    plm_query query;
    PLM_TRY(plm_query_open(page->db, "SELECT code, text FROM warning ORDER BY id LIMIT ?", diag,
                           &query));
    plm_query_bind_int(&query, 1, PLM_PAGE_ROWS_MAX);
    plm_status status;
    bool is_first = true;
    while ((status = plm_query_step(&query, diag)) == PLM_OK) {
        plm_html_raw(html, is_first ? "<h3>What the run warned of</h3><ul>\n<li>" : "<li>");
        plm_html_text(html, plm_query_text(&query, 1));
        plm_html_raw(html, " <small>");
        plm_html_name(html, plm_query_text(&query, 0));
        plm_html_raw(html, "</small>\n");
        is_first = false;
    }
    plm_query_close(&query);
    plm_html_raw(html, is_first ? "" : "</ul>\n");
    return status < 0 ? status : PLM_OK;
}

static plm_status put_sources(plm_page *page, plm_diag *diag)
{
    plm_html *const html = page->html;
    plm_query query;
    PLM_TRY(plm_query_open(page->db, "SELECT name FROM source ORDER BY id LIMIT ?", diag, &query));
    plm_query_bind_int(&query, 1, PLM_PAGE_ROWS_MAX);
    plm_status status;
    bool is_first = true;
    while ((status = plm_query_step(&query, diag)) == PLM_OK) {
        plm_html_raw(html, is_first ? "<h3>What the tape was made of</h3><ul>\n<li>" : "<li>");
        plm_html_name(html, plm_query_text(&query, 0));
        plm_html_raw(html, "\n");
        is_first = false;
    }
    plm_query_close(&query);
    plm_html_raw(html, is_first ? "" : "</ul>\n");
    return status < 0 ? status : PLM_OK;
}

static plm_status put_import(plm_page *page, plm_diag *diag)
{
    plm_query query;
    PLM_TRY(plm_query_open(page->db, "SELECT json FROM import_report WHERE id = 1", diag, &query));
    plm_status const status = plm_query_step(&query, diag);
    if (status == PLM_OK) {
        const char *const text = plm_query_text(&query, 0);
        json_t *const json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
        char *const shown =
            json == NULL ? NULL : json_dumps(json, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
        plm_html_raw(page->html,
                     "<details class=\"screen\"><summary>Report of the import</summary><pre>");
        plm_html_text(page->html, shown == NULL ? text : shown);
        plm_html_raw(page->html, "</pre></details>\n");
        free(shown);
        json_decref(json);
    }
    plm_query_close(&query);
    return status < 0 ? status : PLM_OK;
}

plm_status plm_page_put_quality(plm_page *page, plm_diag *diag)
{
    plm_page_open_section(page, "quality", "Data quality");
    PLM_TRY(put_counts(page, diag));
    PLM_TRY(put_warnings(page, diag));
    PLM_TRY(put_sources(page, diag));
    PLM_TRY(put_import(page, diag));
    plm_page_close_section(page);
    return PLM_OK;
}
