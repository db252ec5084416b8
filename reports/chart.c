/*
 * chart.c - a chart as markup: figure, legend, picture, labels, marks, words, table.
 *
 * The picture is stretched to the width that there is; so its labels and marks are elements of the
 * page, placed by shares of the plot (--x, --y), and keep their size on a telephone and on paper.
 */
#include "chart.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "chart_parts.h"
#include "check.h"
#include "memory.h"
#include "timetext.h"

#define SECOND INT64_C(1000000000)
#define SIDE 1000.0 /* of the picture's square */

uint32_t plm_chart_add_curve(plm_chart_sheet *sheet, const plm_curve *curve)
{
    uint32_t const id = sheet->curves++;
    int64_t const base = curve->count == 0 ? 0 : curve->ts_ns[0];
    size_t const cells = curve->count * (curve->columns + 1);
    double *const flat = plm_alloc(cells + 1, sizeof *flat);
    for (size_t i = 0; i < curve->count; i++) {
        flat[i] = (double)(curve->ts_ns[i] - base) / 1e9;
        for (unsigned c = 0; c < curve->columns; c++) {
            flat[(c + 1) * curve->count + i] = curve->value[c][i];
        }
    }
    plm_html_format(sheet->data,
                    "<script type=\"text/plain\" id=\"k%u\" data-base=\"%" PRId64
                    "\" data-count=\"%zu\" data-columns=\"%u\">",
                    id, base, curve->count, curve->columns);
    plm_html_base64(sheet->data, flat,
                    cells * sizeof *flat); /* little-endian, as all we build on */
    plm_html_raw(sheet->data, "</script>\n");
    plm_free(flat);
    sheet->points += curve->count;
    return id;
}

const char *plm_chart_value(plm_chart_scale scale, double value, char out[PLM_HTML_NUMBER_CAP])
{
    char number[PLM_HTML_NUMBER_CAP];
    switch (scale) {
    case PLM_CHART_PERCENT:
        return plm_html_percent(value, out);
    case PLM_CHART_FACTOR:
        (void)snprintf(out, PLM_HTML_NUMBER_CAP, "%.58s\xC3\x97", plm_html_number(value, number));
        return out;
    case PLM_CHART_NONE:
    case PLM_CHART_AMOUNT:
        break;
    }
    return plm_html_number(value, out);
}

const char *plm_chart_tick(plm_chart_scale scale, double value, char out[PLM_HTML_NUMBER_CAP])
{
    if (scale != PLM_CHART_PERCENT) {
        return plm_chart_value(scale, value, out);
    }
    char number[PLM_HTML_NUMBER_CAP];
    double const percent = round(value * 1e6) / 1e4; /* 0.07 * 100 is a little more than 7 */
    (void)snprintf(out, PLM_HTML_NUMBER_CAP, "%.50s\xE2\x80\xAF%%",
                   plm_html_number(percent, number));
    return out;
}

void plm_chart_label(plm_html *html, const plm_chart_line *line)
{
    if (line->name != NULL) {
        plm_html_name(html, line->name);
    }
    if (line->what != NULL) {
        plm_html_format(html, "%s%s", line->name == NULL ? "" : " ", line->what);
    }
}

/* -- the picture --------------------------------------------------------------------------------
 */

static bool find_range(const plm_chart *chart, double *out_low, double *out_high)
{
    double low = chart->has_zero ? 0.0 : INFINITY;
    double high = chart->has_zero ? 0.0 : -INFINITY;
    bool is_found = false;
    for (unsigned i = 0; i < chart->line_count; i++) {
        size_t least;
        size_t greatest;
        const plm_chart_line *const line = &chart->line[i];
        if (plm_curve_extremes(line->curve, line->column, &least, &greatest)) {
            low = fmin(low, line->curve->value[line->column][least]);
            high = fmax(high, line->curve->value[line->column][greatest]);
            is_found = true;
        }
    }
    double const room = high > low ? (high - low) * 0.05 : high == 0.0 ? 1.0 : fabs(high) * 0.01;
    *out_low = low - room;
    *out_high = high + room;
    return is_found;
}

static double share(const plm_chart_frame *frame, int64_t ts_ns)
{
    return ((double)ts_ns - (double)frame->first_ns) / (double)frame->len_ns;
}

static double height(const plm_chart_frame *frame, double value)
{
    return (frame->high - value) / (frame->high - frame->low);
}

static void put_path(plm_html *html, const plm_chart_frame *frame, const plm_chart_line *line)
{
    plm_curve thin;
    plm_curve_reduce(line->curve, 1, &line->column, PLM_CHART_POINTS_MAX, &thin);
    plm_html_format(html, "<path class=\"%s s%u\" d=\"", line->is_dots ? "dots" : "line",
                    line->colour % PLM_CHART_COLOURS);
    bool is_down = false;
    for (size_t i = 0; i < thin.count; i++) {
        double const value = thin.value[0][i];
        if (!isfinite(value)) {
            is_down = false;
            continue;
        }
        double const x = share(frame, thin.ts_ns[i]) * SIDE;
        double const y = height(frame, value) * SIDE;
        if (line->is_dots) {
            plm_html_format(html, "M%.1f %.1fh0", x, y);
        } else if (!is_down) {
            plm_html_format(html, "M%.1f %.1f", x, y);
        } else if (line->is_step) {
            plm_html_format(html, "H%.1fV%.1f", x, y);
        } else {
            plm_html_format(html, "L%.1f %.1f", x, y);
        }
        is_down = true;
    }
    plm_html_raw(html, "\"/>");
    plm_curve_fini(&thin);
}

/* The surface between the greater of line 0 and line 1, and line 1; or, for the deficit, between
 * line 1 and the lesser. There and back again along the same rows. */
static void put_band(plm_html *html, const plm_chart_frame *frame, const plm_chart *chart,
                     bool is_deficit)
{
    const plm_chart_line *const line = chart->line;
    unsigned const columns[2] = {line[0].column, line[1].column};
    plm_curve thin;
    plm_curve_reduce(line[0].curve, 2, columns, PLM_CHART_POINTS_MAX, &thin);
    plm_html_format(html, "<path class=\"%s\" d=\"", is_deficit ? "deficit" : "surplus");
    char step = 'M';
    for (size_t i = 0; i < 2 * thin.count; i++) {
        size_t const at = i < thin.count ? i : 2 * thin.count - 1 - i;
        double const over = thin.value[0][at];
        double const under = thin.value[1][at];
        if (!isfinite(over) || !isfinite(under)) {
            continue;
        }
        double const edge = is_deficit ? fmin(over, under) : fmax(over, under);
        plm_html_format(html, "%c%.1f %.1f", step, share(frame, thin.ts_ns[at]) * SIDE,
                        height(frame, i < thin.count ? edge : under) * SIDE);
        step = 'L';
    }
    plm_html_raw(html, step == 'M' ? "\"/>" : "Z\"/>");
    plm_curve_fini(&thin);
}

static void put_label_of_time(plm_html *html, int64_t ts_ns, int64_t step_ns)
{
    char text[PLM_TIME_TEXT_CAP];
    (void)plm_time_format(ts_ns, text);
    bool const is_midnight = ts_ns % (86400 * SECOND) == 0;
    if (is_midnight) {
        plm_html_format(html, "%.10s", text);
    } else if (step_ns >= 60 * SECOND) {
        plm_html_format(html, "%.5s", text + 11);
    } else if (step_ns >= SECOND) {
        plm_html_format(html, "%.8s", text + 11);
    } else {
        text[strlen(text) - 1] = '\0'; /* without the Z */
        plm_html_raw(html, text + 17);
    }
}

static void put_axes(plm_html *html, const plm_chart *chart, const plm_chart_frame *frame)
{
    double value[PLM_CHART_TICKS_MAX];
    int64_t time[PLM_CHART_TICKS_MAX];
    int64_t step_ns;
    unsigned const values = plm_chart_ticks(frame->low, frame->high, 5, value);
    unsigned const times =
        plm_chart_time_ticks(frame->first_ns, frame->first_ns + frame->len_ns, 7, time, &step_ns);
    char number[PLM_HTML_NUMBER_CAP];
    for (unsigned i = 0; i < values; i++) {
        plm_html_format(html, "<span class=\"y\" style=\"--y:%.4f\">%s</span>",
                        height(frame, value[i]), plm_chart_tick(chart->scale, value[i], number));
    }
    for (unsigned i = 0; i < times; i++) {
        double const x = share(frame, time[i]);
        plm_html_format(html, "<span class=\"x%s\" style=\"--x:%.4f\">", i % 2 == 1 ? " odd" : "",
                        x);
        put_label_of_time(html, time[i], step_ns);
        plm_html_raw(html, "</span>");
    }
}

static void put_grid(plm_html *html, const plm_chart_frame *frame)
{
    double value[PLM_CHART_TICKS_MAX];
    unsigned const values = plm_chart_ticks(frame->low, frame->high, 5, value);
    plm_html_raw(html, "<path class=\"grid\" d=\"");
    for (unsigned i = 0; i < values; i++) {
        plm_html_format(html, "M0 %.1fH1000", height(frame, value[i]) * SIDE);
    }
    plm_html_raw(html, "\"/>");
    if (frame->low < 0.0 && frame->high > 0.0) {
        plm_html_format(html, "<path class=\"zero\" d=\"M0 %.1fH1000\"/>",
                        height(frame, 0.0) * SIDE);
    }
}

static void put_marks(plm_html *html, const plm_chart *chart, const plm_chart_frame *frame)
{
    for (size_t i = 0; i < chart->mark_count; i++) {
        const plm_chart_mark *const mark = &chart->mark[i];
        bool const is_end = mark->kind == PLM_MARK_LIQUIDATION;
        char time[PLM_TIME_TEXT_CAP];
        (void)plm_time_format(mark->ts_ns, time);
        plm_html_format(html,
                        "<a class=\"mark %s\" href=\"#%s-%" PRId64
                        "\" style=\"--x:%.5f;--y:%.5f\" data-ts=\"%" PRId64
                        "\" data-value=\"%.17g\" aria-label=\"%s %" PRId64
                        ", %s\" title=\"%s %" PRId64 ", %s\"></a>",
                        is_end ? "end" : "call", is_end ? "liquidation" : "warning", mark->number,
                        share(frame, mark->ts_ns), height(frame, mark->value), mark->ts_ns,
                        mark->value, is_end ? "Liquidation" : "Warning", mark->number, time,
                        is_end ? "Liquidation" : "Warning", mark->number, time);
    }
}

static void put_picture(plm_html *html, const plm_chart *chart, const plm_chart_frame *frame,
                        uint32_t id)
{
    plm_html_format(html,
                    "<div class=\"plot\"><svg viewBox=\"0 0 1000 1000\" "
                    "preserveAspectRatio=\"none\" role=\"img\" aria-labelledby=\"c%u-t\" "
                    "aria-describedby=\"c%u-s\">",
                    id, id);
    put_grid(html, frame);
    if (chart->has_band) {
        put_band(html, frame, chart, false);
        put_band(html, frame, chart, true);
    }
    for (unsigned i = chart->line_count; i-- > 0;) {
        put_path(html, frame, &chart->line[i]);
    }
    plm_html_raw(html, "</svg>");
    put_axes(html, chart, frame);
    put_marks(html, chart, frame);
    plm_html_raw(html, "</div>\n");
}

/* -- what the script needs ----------------------------------------------------------------------
 */

static void put_config(plm_chart_sheet *sheet, const plm_chart *chart, uint32_t id)
{
    plm_html *const json = sheet->config;
    static const char *const scales[] = {"amount", "amount", "percent", "factor"};
    plm_html_format(json, "%s{\"id\":\"c%u\",\"scale\":\"%s\",\"zero\":%s,\"band\":%s,\"ruler\":%s",
                    json->size == 0 ? "" : ",\n", id, scales[chart->scale],
                    chart->has_zero ? "true" : "false", chart->has_band ? "true" : "false",
                    chart->is_ruler ? "true" : "false");
    plm_html_format(json, ",\"first\":%.6f,\"last\":%.6f,\"lines\":[",
                    (double)chart->first_ns / 1e6, (double)chart->last_ns / 1e6);
    for (unsigned i = 0; i < chart->line_count; i++) {
        const plm_chart_line *const line = &chart->line[i];
        plm_html_format(json,
                        "%s{\"curve\":\"k%u\",\"column\":%u,\"colour\":%u,\"step\":%s,"
                        "\"dots\":%s,\"label\":",
                        i == 0 ? "" : ",", line->curve_id, line->column,
                        line->colour % PLM_CHART_COLOURS, line->is_step ? "true" : "false",
                        line->is_dots ? "true" : "false");
        char label[1024];
        (void)snprintf(label, sizeof label, "%.900s%s%.100s", line->name == NULL ? "" : line->name,
                       line->name == NULL || line->what == NULL ? "" : " ",
                       line->what == NULL ? "" : line->what);
        plm_html_json(json, label);
        plm_html_raw(json, "}");
    }
    plm_html_raw(json, "]}");
}

/* -- the figure ---------------------------------------------------------------------------------
 */

static void put_head(plm_html *html, const plm_chart *chart, uint32_t id)
{
    plm_html_format(html,
                    "<figure class=\"chart\" id=\"c%u\" role=\"figure\" "
                    "aria-labelledby=\"c%u-t\" aria-describedby=\"c%u-s\">\n"
                    "<figcaption id=\"c%u-t\">",
                    id, id, id, id);
    plm_html_raw(html, chart->title);
    if (chart->name != NULL) {
        plm_html_raw(html, " \xC2\xB7 ");
        plm_html_name(html, chart->name);
    }
    if (chart->unit != NULL) {
        plm_html_raw(html, " <span class=\"unit\">in ");
        plm_html_name(html, chart->unit);
        plm_html_raw(html, "</span>");
    }
    plm_html_raw(html, "</figcaption>\n<ul class=\"legend\">");
    for (unsigned i = 0; i < chart->line_count; i++) {
        const plm_chart_line *const line = &chart->line[i];
        plm_html_format(html,
                        "<li><svg viewBox=\"0 0 28 8\" aria-hidden=\"true\"><path class=\"%s s%u\" "
                        "d=\"%s\"/></svg> ",
                        line->is_dots ? "dots" : "line", line->colour % PLM_CHART_COLOURS,
                        line->is_dots ? "M14 4h0" : "M0 4H28");
        plm_chart_label(html, line);
        plm_html_raw(html, " <output></output></li>");
    }
    plm_html_raw(html, "</ul>\n");
}

void plm_chart_write(plm_chart_sheet *sheet, const plm_chart *chart)
{
    plm_assert(chart->line_count <= PLM_CHART_LINES_MAX);
    plm_assert(!chart->has_band ||
               (chart->line_count >= 2 && chart->line[0].curve == chart->line[1].curve));
    plm_chart_frame frame = {
        .first_ns = chart->first_ns,
        .len_ns = chart->last_ns > chart->first_ns ? chart->last_ns - chart->first_ns : 1};
    plm_html *const html = sheet->html;
    if (!find_range(chart, &frame.low, &frame.high)) {
        plm_html_format(html, "<p class=\"none\">%s", chart->title);
        if (chart->name != NULL) {
            plm_html_raw(html, " \xC2\xB7 ");
            plm_html_name(html, chart->name);
        }
        plm_html_raw(html, ": nothing was recorded.</p>\n");
        return;
    }
    uint32_t const id = sheet->charts++;
    put_head(html, chart, id);
    put_picture(html, chart, &frame, id);
    plm_chart_put_words(html, chart);
    plm_chart_put_table(html, chart, id);
    plm_html_raw(html, "</figure>\n");
    put_config(sheet, chart, id);
}
