/*
 * chart_words.c - a chart for who does not see it: a summary in words and its numbers as a table.
 */
#include <inttypes.h>
#include <math.h>

#include "chart_parts.h"

static bool find_ends(const plm_curve *curve, unsigned column, double *out_first, double *out_last)
{
    bool is_found = false;
    for (size_t i = 0; i < curve->count; i++) {
        double const value = curve->value[column][i];
        if (isfinite(value)) {
            *out_first = is_found ? *out_first : value;
            *out_last = value;
            is_found = true;
        }
    }
    return is_found;
}

static void put_line(plm_html *html, const plm_chart *chart, const plm_chart_line *line)
{
    char number[4][PLM_HTML_NUMBER_CAP];
    size_t least;
    size_t greatest;
    double first = 0.0;
    double last = 0.0;
    const plm_curve *const curve = line->curve;
    if (!plm_curve_extremes(curve, line->column, &least, &greatest) ||
        !find_ends(curve, line->column, &first, &last)) {
        return;
    }
    double const low = curve->value[line->column][least];
    double const high = curve->value[line->column][greatest];
    plm_chart_label(html, line);
    if (low == high) {
        plm_html_format(html, ": %s throughout. ", plm_chart_value(chart->scale, low, number[0]));
        return;
    }
    if (!line->is_dots) {
        plm_html_format(html, ": from %s to %s", plm_chart_value(chart->scale, first, number[0]),
                        plm_chart_value(chart->scale, last, number[1]));
    }
    plm_html_format(html, "%s least <data class=\"least\" value=\"%.17g\">%s</data> at ",
                    line->is_dots ? ":" : ";", low, plm_chart_value(chart->scale, low, number[2]));
    plm_html_time(html, curve->ts_ns[least]);
    plm_html_format(html, ", greatest <data class=\"greatest\" value=\"%.17g\">%s</data> at ", high,
                    plm_chart_value(chart->scale, high, number[3]));
    plm_html_time(html, curve->ts_ns[greatest]);
    plm_html_raw(html, ". ");
}

static void put_reduction(plm_html *html, const plm_chart *chart)
{
    uint64_t rows = 0;
    uint64_t kept = 0;
    uint64_t drawn_max = 0;
    for (unsigned i = 0; i < chart->line_count; i++) {
        const plm_curve *const curve = chart->line[i].curve;
        bool is_new = true;
        for (unsigned j = 0; j < i; j++) {
            is_new = is_new && chart->line[j].curve != curve;
        }
        rows += is_new ? curve->rows : 0;
        kept += is_new ? curve->count : 0;
        drawn_max = curve->count > drawn_max ? curve->count : drawn_max;
    }
    if (kept < rows) {
        plm_html_raw(html, "Of ");
        plm_html_count(html, (int64_t)rows);
        plm_html_raw(html, " rows, ");
        plm_html_count(html, (int64_t)kept);
        plm_html_raw(html, " are in this page: the first, last, least and greatest of equal "
                           "stretches of time, so that no extreme is lost. ");
    } else {
        plm_html_raw(html, rows == 1 ? "Its one row is" : "All ");
        if (rows != 1) {
            plm_html_count(html, (int64_t)rows);
            plm_html_raw(html, " rows are");
        }
        plm_html_raw(html, " in this page. ");
    }
    if (drawn_max > PLM_CHART_POINTS_MAX) {
        plm_html_format(html, "The printed picture has at most %d points a line, chosen alike. ",
                        PLM_CHART_POINTS_MAX);
    }
}

void plm_chart_put_words(plm_html *html, const plm_chart *chart)
{
    plm_html_raw(html, "<p class=\"words\">");
    if (chart->note != NULL) {
        plm_html_raw(html, chart->note);
        plm_html_raw(html, " ");
    }
    put_reduction(html, chart);
    if (chart->lines_left > 0) {
        plm_html_format(html, "%u more line%s no room. ", chart->lines_left,
                        chart->lines_left == 1 ? " has" : "s have");
    }
    if (chart->marks_all > chart->mark_count) {
        plm_html_format(html, "%zu of %" PRIu64 " marks are drawn. ", chart->mark_count,
                        chart->marks_all);
    }
    plm_html_raw(html, "</p>\n");
}

static void put_rows(plm_html *html, const plm_chart *chart, const plm_chart_line *line,
                     uint32_t rows_max)
{
    plm_curve thin;
    plm_curve_reduce(line->curve, 1, &line->column, rows_max, &thin);
    for (size_t i = 0; i < thin.count; i++) {
        char number[PLM_HTML_NUMBER_CAP];
        if (!isfinite(thin.value[0][i])) {
            continue;
        }
        plm_html_raw(html, "<tr><td>");
        plm_html_time(html, thin.ts_ns[i]);
        plm_html_raw(html, "<td>");
        plm_chart_label(html, line);
        plm_html_format(html, "<td class=\"n\">%s\n",
                        plm_chart_value(chart->scale, thin.value[0][i], number));
    }
    plm_curve_fini(&thin);
}

void plm_chart_put_table(plm_html *html, const plm_chart *chart, uint32_t id)
{
    uint32_t const each = PLM_CHART_TABLE_ROWS_MAX / chart->line_count;
    plm_html_raw(html, "<details class=\"numbers\"><summary>In words and numbers</summary>");
    plm_html_format(html, "<p class=\"words\" id=\"c%u-s\">", id);
    for (unsigned i = 0; i < chart->line_count; i++) {
        put_line(html, chart, &chart->line[i]);
    }
    plm_html_raw(html, "</p>\n<div class=\"wide\"><table><thead><tr><th>Time (UTC)<th>Line"
                       "<th class=\"n\">Value</thead><tbody>\n");
    for (unsigned i = 0; i < chart->line_count; i++) {
        put_rows(html, chart, &chart->line[i], each < 4 ? 4 : each);
    }
    plm_html_raw(html, "</tbody></table></div></details>\n");
}
