/*
 * histogram.h - pictures without time: how often which value, with the labels, words and table of a
 * chart.
 */
#ifndef PLM_HISTOGRAM_H
#define PLM_HISTOGRAM_H

#include "chart.h"

#define PLM_BARS_MAX 60

typedef struct plm_bins {
    double low, step;
    unsigned count;
    uint64_t fill[PLM_BARS_MAX];
    uint64_t all; /* values that were counted */
} plm_bins;

/* Bins of a round width that hold every finite value; zero, if within, is a border. False: there
 * is no finite value. */
bool plm_bins_make(const double *value, size_t count, plm_bins *out);

typedef struct plm_histogram {
    const char *title;
    const char *name; /* may be NULL */
    const char *unit; /* may be NULL */
    const char *note; /* may be NULL */
    plm_chart_scale scale;
    const double *value;
    size_t count;
} plm_histogram;

void plm_histogram_write(plm_chart_sheet *sheet, const plm_histogram *histogram);

#endif
