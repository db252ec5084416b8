/*
 * drawdown.h - the deepest fall of an account's worth from a peak, deposits and withdrawals taken
 * out: what docs/metrics.md calls max_drawdown, known when a run ends with or without a database.
 *
 * Rows and flows come in the order of time. Of several rows at one time the last stays; a flow
 * belongs to the first row at or after it.
 */
#ifndef PLM_DRAWDOWN_H
#define PLM_DRAWDOWN_H

#include "num.h"

typedef struct plm_drawdown {
    bool begun, lost;       /* lost: growth is not defined, there is no fall */
    bool has_row, any_flow; /* that wait for a later time */
    plm_ts ts;
    plm_money nav, flow; /* of the row; all that flowed since the one before */
    plm_money base;      /* worth after the last flow */
    plm_i128 chain;      /* growth until then, 10^-18 */
    plm_i128 peak;       /* of growth, 10^-18 */
    plm_rate deepest;    /* <= 0 */
} plm_drawdown;

/* What the account began with; before the first row. Without it there is no fall. */
void plm_drawdown_begin(plm_drawdown *drawdown, plm_money first_nav);
/* The account is worth `nav` at `ts`. */
void plm_drawdown_row(plm_drawdown *drawdown, plm_ts ts, plm_money nav);
/* What it is worth at `ts` is not known. */
void plm_drawdown_pass(plm_drawdown *drawdown, plm_ts ts);
/* So much came in, < 0: went out. */
void plm_drawdown_flow(plm_drawdown *drawdown, plm_ts ts, plm_money amount);
/* Something came in of which nobody knows the value. */
void plm_drawdown_lose(plm_drawdown *drawdown);

/* False: there is none, as equity was 0 or below at the beginning of a return, or nothing is known.
 * -250000000000: a fall to three quarters of the peak; 0: none. */
bool plm_drawdown_deepest(const plm_drawdown *drawdown, plm_rate *out);

#endif
