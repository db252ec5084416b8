/*
 * page_configuration.c - what was run: every setting with its origin, the run file, deviations from
 * the rulebooks, the rulebooks with their sources, digests.
 */
#include <jansson.h>
#include <stdlib.h>

#include "page_parts.h"
#include "timetext.h"

#define SETTINGS_MAX 5000

static plm_status put_deviations(plm_page *page, plm_diag *diag)
{
    plm_html *const html = page->html;
    plm_query query;
    PLM_TRY(
        plm_query_open(page->db, "SELECT text FROM deviation ORDER BY id LIMIT ?", diag, &query));
    plm_query_bind_int(&query, 1, PLM_PAGE_ROWS_MAX);
    plm_status status;
    bool is_first = true;
    plm_html_raw(html, "<h3 id=\"deviations\">Deviations</h3>\n");
    while ((status = plm_query_step(&query, diag)) == PLM_OK) {
        plm_html_raw(html, is_first ? "<ul>\n<li>" : "<li>");
        plm_html_text(html, plm_query_text(&query, 0));
        plm_html_raw(html, "\n");
        is_first = false;
    }
    plm_query_close(&query);
    plm_html_raw(html, is_first ? "<p class=\"none\">None: the run is what its rulebooks say.</p>\n"
                                : "</ul>\n");
    return status < 0 ? status : PLM_OK;
}

static plm_status put_settings(plm_page *page, plm_diag *diag)
{
    plm_html *const html = page->html;
    plm_query query;
    PLM_TRY(plm_query_open(page->db, "SELECT path, value, origin FROM setting ORDER BY id LIMIT ?",
                           diag, &query));
    plm_query_bind_int(&query, 1, SETTINGS_MAX);
    plm_status status;
    plm_html_raw(
        html,
        "<details class=\"screen\"><summary>Every value that was in force, and where it comes from"
        "</summary><div class=\"wide\"><table class=\"settings\"><thead><tr>"
        "<th>Setting<th>Value<th>Origin</thead><tbody>\n");
    while ((status = plm_query_step(&query, diag)) == PLM_OK) {
        for (int column = 0; column < 3; column++) {
            plm_html_raw(html, column == 0 ? "<tr><td>" : "<td>");
            plm_html_name(html, plm_query_text(&query, column));
        }
        plm_html_raw(html, "\n");
    }
    plm_query_close(&query);
    plm_html_raw(html, "</tbody></table></div></details>\n");
    return status < 0 ? status : PLM_OK;
}

static void put_sources(plm_html *html, const char *text)
{
    json_t *const json = json_loads(text, 0, NULL);
    plm_html_raw(html, "<p>Sources:</p><ul>\n");
    size_t i;
    json_t *value;
    json_array_foreach(json, i, value)
    {
        char *const flat = json_is_string(value) ? NULL : json_dumps(value, JSON_ENCODE_ANY);
        plm_html_raw(html, "<li>");
        plm_html_name(html, flat == NULL ? json_string_value(value) : flat);
        plm_html_raw(html, "\n");
        free(flat);
    }
    if (!json_is_array(json) || json_array_size(json) == 0) {
        plm_html_raw(html, "<li>");
        plm_html_name(html, text);
        plm_html_raw(html, "\n");
    }
    plm_html_raw(html, "</ul>\n");
    json_decref(json);
}

static plm_status put_rulebooks(plm_page *page, plm_diag *diag)
{
    plm_html *const html = page->html;
    plm_query query;
    PLM_TRY(plm_query_open(page->db,
                           "SELECT name, file, effective_ns, text, sources FROM rulebook "
                           "ORDER BY id LIMIT ?",
                           diag, &query));
    plm_query_bind_int(&query, 1, PLM_PAGE_ROWS_MAX);
    plm_status status;
    bool is_first = true;
    while ((status = plm_query_step(&query, diag)) == PLM_OK) {
        plm_html_raw(html, is_first ? "<h3 id=\"rulebooks\">Rulebooks</h3>\n" : "");
        plm_html_raw(html, "<details><summary>");
        plm_html_name(html, plm_query_text(&query, 0));
        if (!plm_query_is_null(&query, 2)) {
            plm_html_raw(html, ", in force since ");
            plm_html_time(html, plm_query_int(&query, 2));
        }
        plm_html_raw(html, "</summary><p>File: ");
        plm_html_name(html, plm_query_text(&query, 1));
        plm_html_raw(html, "</p>\n");
        put_sources(html, plm_query_text(&query, 4));
        plm_html_raw(html, "<pre>");
        plm_html_text(html, plm_query_text(&query, 3));
        plm_html_raw(html, "</pre></details>\n");
        is_first = false;
    }
    plm_query_close(&query);
    return status < 0 ? status : PLM_OK;
}

static void put_text(plm_html *html, const char *name, const plm_query *query, int column)
{
    plm_html_format(html, "<tr><th scope=\"row\">%s<td>", name);
    if (plm_query_is_null(query, column)) {
        plm_html_raw(html, "\xE2\x80\x93");
    } else {
        plm_html_name(html, plm_query_text(query, column));
    }
    plm_html_raw(html, "\n");
}

static void put_length(plm_html *html, const char *name, const plm_query *query, int column)
{
    char length[PLM_TIME_TEXT_CAP] = "\xE2\x80\x93";
    if (!plm_query_is_null(query, column) && plm_query_int(query, column) >= 0) {
        (void)plm_duration_format(plm_query_int(query, column), length);
    }
    plm_html_format(html, "<tr><th scope=\"row\">%s<td>%s\n", name, length);
}

static plm_status put_identity(plm_page *page, plm_diag *diag)
{
    plm_html *const html = page->html;
    plm_query query;
    PLM_TRY(plm_query_open(page->db,
                           "SELECT digest, tape, tape_digest, run_file, config_sha256, seed, "
                           "sample_len_ns, assess, producer, started_utc, elapsed_len_ns, "
                           "config_text FROM run WHERE id = 1",
                           diag, &query));
    plm_status const status = plm_query_step(&query, diag);
    if (status == PLM_OK) {
        plm_html_raw(html, "<table class=\"identity\"><tbody>\n");
        put_text(html, "digest of the log", &query, 0);
        put_text(html, "tape", &query, 1);
        put_text(html, "digest of the tape", &query, 2);
        put_text(html, "run file", &query, 3);
        put_text(html, "its SHA-256", &query, 4);
        put_text(html, "seed", &query, 5);
        put_length(html, "a sample every", &query, 6);
        put_text(html, "margin tested by", &query, 7);
        put_text(html, "made by", &query, 8);
        put_text(html, "started", &query, 9);
        put_length(html, "took", &query, 10);
        plm_html_raw(
            html, "</tbody></table>\n<details class=\"paper\"><summary>The run file as it was read"
                  "</summary><pre>");
        plm_html_text(html, plm_query_text(&query, 11));
        plm_html_raw(html, "</pre></details>\n");
    }
    plm_query_close(&query);
    return status < 0 ? status : PLM_OK;
}

plm_status plm_page_put_configuration(plm_page *page, plm_diag *diag)
{
    plm_page_open_section(page, "configuration", "Configuration");
    PLM_TRY(put_identity(page, diag));
    PLM_TRY(put_settings(page, diag));
    PLM_TRY(put_deviations(page, diag));
    PLM_TRY(put_rulebooks(page, diag));
    plm_page_close_section(page);
    return PLM_OK;
}
