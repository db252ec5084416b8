/*
 * page_tally.h - running sums that become lines: one per account and thing.
 */
#ifndef PLM_PAGE_TALLY_H
#define PLM_PAGE_TALLY_H

#include "page_parts.h"

#define PLM_PAGE_TALLY_MAX 96        /* lines of one tally; further ones are counted */
#define PLM_PAGE_TALLY_ROWS_MAX 1500 /* of a line */

typedef struct plm_page_tally_line {
    int64_t key[3]; /* chart, thing, account */
    plm_money sum;
    plm_reduce *reduce;
    plm_curve curve;
    bool is_open; /* the last value is not in the curve yet */
    int64_t last_ns;
    double last;
} plm_page_tally_line;

typedef struct plm_page_tally {
    const plm_page *page;
    uint64_t expected;
    unsigned count;
    unsigned left; /* additions that had no line */
    plm_page_tally_line line[PLM_PAGE_TALLY_MAX];
} plm_page_tally;

/* Adds to the sum of a line, which begins with zero at the beginning of the run. */
void plm_page_tally_add(plm_page_tally *tally, const int64_t key[3], int64_t ts_ns,
                        plm_money amount);
/* Sets the value of a line instead. */
void plm_page_tally_set(plm_page_tally *tally, const int64_t key[3], int64_t ts_ns, double value);
/* Goes on with the last value to the end of the run and makes the curves. */
void plm_page_tally_finish(plm_page_tally *tally);
void plm_page_tally_fini(plm_page_tally *tally);

/* Adds to the chart the lines whose key begins so; their names are those of the accounts. */
void plm_page_tally_draw(plm_page_tally *tally, plm_page *page, plm_chart *chart, int64_t key0,
                         int64_t key1);

#endif
