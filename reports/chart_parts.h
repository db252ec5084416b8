/*
 * chart_parts.h - what the two files of a chart share.
 */
#ifndef PLM_CHART_PARTS_H
#define PLM_CHART_PARTS_H

#include "chart.h"

typedef struct plm_chart_frame {
    int64_t first_ns, len_ns;
    double low, high;
} plm_chart_frame;

/* For the label of an axis: no zeros behind the point. */
const char *plm_chart_tick(plm_chart_scale scale, double value, char out[PLM_HTML_NUMBER_CAP]);
const char *plm_chart_value(plm_chart_scale scale, double value, char out[PLM_HTML_NUMBER_CAP]);
void plm_chart_label(plm_html *html, const plm_chart_line *line);

/* chart_words.c */
void plm_chart_put_words(plm_html *html, const plm_chart *chart);
void plm_chart_put_table(plm_html *html, const plm_chart *chart, uint32_t id);

#endif
