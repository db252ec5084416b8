/*
 * histogram.c - how often which value: bins of a round width.
 */
#include "histogram.h"

#include <inttypes.h>
#include <math.h>

#include "chart_parts.h"

#define BINS_WANTED 24

static double round_up(double rough)
{
    double const unit = pow(10.0, floor(log10(rough)));
    return unit * (rough / unit <= 1.0   ? 1.0
                   : rough / unit <= 2.0 ? 2.0
                   : rough / unit <= 5.0 ? 5.0
                                         : 10.0);
}

bool plm_bins_make(const double *value, size_t count, plm_bins *out)
{
    double low = INFINITY;
    double high = -INFINITY;
    for (size_t i = 0; i < count; i++) {
        if (isfinite(value[i])) {
            low = fmin(low, value[i]);
            high = fmax(high, value[i]);
        }
    }
    if (!(low <= high)) {
        return false;
    }
    double const width = high > low ? high - low : fmax(fabs(low), 1.0) * 0.01;
    plm_bins bins = {.step = round_up(width / BINS_WANTED)};
    bins.low = floor(low / bins.step) * bins.step;
    bins.count = (unsigned)(floor((high - bins.low) / bins.step) + 1.0);
    bins.count = bins.count > PLM_BARS_MAX ? PLM_BARS_MAX : bins.count;
    for (size_t i = 0; i < count; i++) {
        if (isfinite(value[i])) {
            double const place = floor((value[i] - bins.low) / bins.step);
            unsigned const bin = place <= 0.0 ? 0 : (unsigned)fmin(place, bins.count - 1.0);
            bins.fill[bin]++;
            bins.all++;
        }
    }
    *out = bins;
    return true;
}

static uint64_t find_most(const plm_bins *bins)
{
    uint64_t most = 1;
    for (unsigned b = 0; b < bins->count; b++) {
        most = bins->fill[b] > most ? bins->fill[b] : most;
    }
    return most;
}

static void put_picture(plm_html *html, const plm_histogram *histogram, const plm_bins *bins,
                        uint32_t id)
{
    double const most = (double)find_most(bins) * 1.05;
    double const wide = 1000.0 / bins->count;
    plm_html_format(html,
                    "<div class=\"plot low\"><svg viewBox=\"0 0 1000 1000\" "
                    "preserveAspectRatio=\"none\" role=\"img\" aria-labelledby=\"c%u-t\" "
                    "aria-describedby=\"c%u-s\"><path class=\"bars\" d=\"",
                    id, id);
    for (unsigned b = 0; b < bins->count; b++) {
        double const tall = (double)bins->fill[b] / most * 1000.0;
        plm_html_format(html, "M%.1f 1000V%.1fH%.1fV1000Z", b * wide + wide * 0.06, 1000.0 - tall,
                        (b + 1) * wide - wide * 0.06);
    }
    plm_html_raw(html, "\"/></svg>");
    double tick[PLM_CHART_TICKS_MAX];
    char number[PLM_HTML_NUMBER_CAP];
    double const high = bins->low + bins->step * bins->count;
    unsigned const ticks = plm_chart_ticks(bins->low, high, 6, tick);
    for (unsigned i = 0; i < ticks; i++) {
        plm_html_format(html, "<span class=\"x%s\" style=\"--x:%.4f\">%s</span>",
                        i % 2 == 1 ? " odd" : "", (tick[i] - bins->low) / (high - bins->low),
                        plm_chart_tick(histogram->scale, tick[i], number));
    }
    unsigned const counts = plm_chart_ticks(0.0, most, 3, tick);
    for (unsigned i = 0; i < counts; i++) {
        if (tick[i] == floor(tick[i])) {
            plm_html_format(html, "<span class=\"y\" style=\"--y:%.4f\">%s</span>",
                            1.0 - tick[i] / most, plm_html_number(tick[i], number));
        }
    }
    plm_html_raw(html, "</div>\n");
}

static void put_words(plm_html *html, const plm_histogram *histogram, const plm_bins *bins,
                      uint32_t id)
{
    double low = INFINITY;
    double high = -INFINITY;
    double sum = 0.0;
    char number[3][PLM_HTML_NUMBER_CAP];
    for (size_t i = 0; i < histogram->count; i++) {
        if (isfinite(histogram->value[i])) {
            low = fmin(low, histogram->value[i]);
            high = fmax(high, histogram->value[i]);
            sum += histogram->value[i];
        }
    }
    plm_html_format(html, "<p class=\"words\" id=\"c%u-s\">", id);
    if (histogram->note != NULL) {
        plm_html_format(html, "%s ", histogram->note);
    }
    plm_html_format(html,
                    "%" PRIu64 " value%s: least <data class=\"least\" value=\"%.17g\">%s</data>, "
                    "mean %s, greatest <data class=\"greatest\" value=\"%.17g\">%s</data>.</p>\n",
                    bins->all, bins->all == 1 ? "" : "s", low,
                    plm_chart_value(histogram->scale, low, number[0]),
                    plm_chart_value(histogram->scale, sum / (double)bins->all, number[1]), high,
                    plm_chart_value(histogram->scale, high, number[2]));
}

static void put_table(plm_html *html, const plm_histogram *histogram, const plm_bins *bins)
{
    plm_html_raw(html, "<details class=\"numbers\"><summary>Numbers of this picture</summary>"
                       "<div class=\"wide\"><table><thead><tr><th class=\"n\">From"
                       "<th class=\"n\">To<th class=\"n\">Count</thead><tbody>\n");
    for (unsigned b = 0; b < bins->count; b++) {
        char number[2][PLM_HTML_NUMBER_CAP];
        double const from = bins->low + bins->step * b;
        plm_html_format(
            html, "<tr><td class=\"n\">%s<td class=\"n\">%s<td class=\"n\">%" PRIu64 "\n",
            plm_chart_value(histogram->scale, from, number[0]),
            plm_chart_value(histogram->scale, from + bins->step, number[1]), bins->fill[b]);
    }
    plm_html_raw(html, "</tbody></table></div></details>\n");
}

void plm_histogram_write(plm_chart_sheet *sheet, const plm_histogram *histogram)
{
    plm_html *const html = sheet->html;
    plm_bins bins;
    if (!plm_bins_make(histogram->value, histogram->count, &bins)) {
        return;
    }
    uint32_t const id = sheet->charts++;
    plm_html_format(html,
                    "<figure class=\"chart\" id=\"c%u\" role=\"figure\" aria-labelledby=\"c%u-t\" "
                    "aria-describedby=\"c%u-s\">\n<figcaption id=\"c%u-t\">%s",
                    id, id, id, id, histogram->title);
    if (histogram->name != NULL) {
        plm_html_raw(html, " \xC2\xB7 ");
        plm_html_name(html, histogram->name);
    }
    if (histogram->unit != NULL) {
        plm_html_raw(html, " <span class=\"unit\">in ");
        plm_html_name(html, histogram->unit);
        plm_html_raw(html, "</span>");
    }
    plm_html_raw(html, "</figcaption>\n");
    put_picture(html, histogram, &bins, id);
    put_words(html, histogram, &bins, id);
    put_table(html, histogram, &bins);
    plm_html_raw(html, "</figure>\n");
}
