/*
 * chart.h - one chart of the page: lines over time as inline SVG that needs no script, with legend,
 * marks that lead to stories, a summary in words and a table; and the same described for the
 * script that makes it move.
 */
#ifndef PLM_CHART_H
#define PLM_CHART_H

#include <stdbool.h>
#include <stdint.h>

#include "html.h"
#include "reduce.h"

#define PLM_CHART_LINES_MAX 10
#define PLM_CHART_MARKS_MAX 200   /* that are drawn; the caption says how many there are */
#define PLM_CHART_POINTS_MAX 1000 /* of a line in the static picture */
#define PLM_CHART_TABLE_ROWS_MAX 100
#define PLM_CHART_COLOURS 8

/* What all charts of a page share; begun with zeros and three buffers. */
typedef struct plm_chart_sheet {
    plm_html *html;   /* the page */
    plm_html *config; /* JSON, for the script: objects, each with a comma before it but the first */
    plm_html *data;   /* script elements with the numbers of the curves */
    uint32_t charts;
    uint32_t curves;
    uint64_t points; /* rows of all curves */
} plm_chart_sheet;

typedef enum plm_chart_scale {
    PLM_CHART_NONE = 0,
    PLM_CHART_AMOUNT,
    PLM_CHART_PERCENT, /* 1 is shown as 100 % */
    PLM_CHART_FACTOR   /* 1 is shown as 1x */
} plm_chart_scale;

typedef struct plm_chart_line {
    const plm_curve *curve;
    uint32_t curve_id; /* from plm_chart_add_curve */
    unsigned column;
    unsigned colour;  /* from 0 */
    const char *name; /* somebody's; may be NULL */
    const char *what; /* ours; may be NULL */
    bool is_step;
    bool is_dots;
} plm_chart_line;

typedef enum plm_chart_mark_kind {
    PLM_MARK_NONE = 0,
    PLM_MARK_WARNING,
    PLM_MARK_LIQUIDATION
} plm_chart_mark_kind;

typedef struct plm_chart_mark {
    plm_chart_mark_kind kind;
    int64_t ts_ns;
    double value;
    int64_t number; /* of the liquidation or of the warning: #liquidation-3, #warning-7 */
} plm_chart_mark;

typedef struct plm_chart {
    const char *title; /* ours */
    const char *name;  /* somebody's: whose chart it is; may be NULL */
    const char *unit;  /* somebody's; may be NULL */
    const char *note;  /* ours, as HTML: what must be known to read it; may be NULL */
    plm_chart_scale scale;
    int64_t first_ns, last_ns;
    bool has_zero; /* zero is always in sight */
    bool has_band; /* between lines 0 and 1: the surplus of 0 over 1 is shaded */
    bool is_ruler; /* carries the range selector */
    unsigned line_count;
    plm_chart_line line[PLM_CHART_LINES_MAX];
    unsigned lines_left; /* lines that there was no room for */
    const plm_chart_mark *mark;
    size_t mark_count;
    uint64_t marks_all;
} plm_chart;

/* Adds the numbers of a curve for the script and returns their id. */
uint32_t plm_chart_add_curve(plm_chart_sheet *sheet, const plm_curve *curve);

/* Writes the chart; without a line that has values it writes a sentence. */
void plm_chart_write(plm_chart_sheet *sheet, const plm_chart *chart);

#define PLM_CHART_TICKS_MAX 16

/* Places for labels in [low, high]: multiples of 1, 2 or 5 times a power of ten. */
unsigned plm_chart_ticks(double low, double high, unsigned wanted, double out[PLM_CHART_TICKS_MAX]);
/* The same for times: whole seconds, minutes, hours, days. Returns the step in ns by out_step. */
unsigned plm_chart_time_ticks(int64_t first_ns, int64_t last_ns, unsigned wanted,
                              int64_t out[PLM_CHART_TICKS_MAX], int64_t *out_step_ns);

#endif
