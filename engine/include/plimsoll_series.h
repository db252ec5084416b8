/*
 * plimsoll_series.h - what strategies make of prices: averages, volatility, bars.
 *
 * As plimsoll_aux.h: strict C11 and C++17, inline, + - * / alone, no part of the ABI.
 */
#ifndef PLM_PLIMSOLL_SERIES_H
#define PLM_PLIMSOLL_SERIES_H

#include <stdbool.h>
#include <string.h>

#include "plimsoll.h"

/* Newton's square root; 0 for what is below 1e-300 or not a number. */
static inline double plm_aux_sqrt(double value)
{
    if (!(value >= 1e-300) || value > 1e300) {
        return value > 1e300 ? value : 0.0;
    }
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    bits = (bits >> 1) + (UINT64_C(1023) << 51); /* half the exponent: within 7 % */
    double root;
    memcpy(&root, &bits, sizeof root);
    for (int i = 0; i < 5; i++) {
        root = 0.5 * (root + value / root);
    }
    return root;
}

/* An exponentially weighted average with the weight 2 / (span + 1); span 0: the plain average of
 * all values. It begins at the first value. */
typedef struct plm_aux_ewma {
    double value;
    int64_t span, count;
} plm_aux_ewma;

static inline double plm_aux_ewma_add(plm_aux_ewma *average, double value)
{
    average->count++;
    double const weight = average->count == 1  ? 1.0
                          : average->span == 0 ? 1.0 / (double)average->count
                                               : 2.0 / ((double)average->span + 1.0);
    average->value += weight * (value - average->value);
    return average->value;
}

/* The volatility of simple returns between the prices that are added: the root of the average
 * squared return, exponentially weighted, or with span 0 realised since the beginning. */
typedef struct plm_aux_volatility {
    plm_aux_ewma square;
    double price;
} plm_aux_volatility;

static inline double plm_aux_volatility_add(plm_aux_volatility *volatility, double price)
{
    if (volatility->price > 0) {
        double const change = price / volatility->price - 1.0;
        (void)plm_aux_ewma_add(&volatility->square, change * change);
    }
    volatility->price = price;
    return plm_aux_sqrt(volatility->square.value);
}

/* From returns over `period` ns to a year of 365 days. */
static inline double plm_aux_per_year(double volatility, int64_t period)
{
    return volatility * plm_aux_sqrt(365.0 * 86400e9 / (double)period);
}

typedef struct plm_aux_bar {
    plm_ts end; /* a multiple of the period; trades of [end - period, end) */
    plm_px open, high, low, close;
    plm_qty volume;
    int64_t count;
} plm_aux_bar;

/* Adds a trade to the bar that is being made; true when it begins another one: *out_done is then
 * the bar before. Periods without trades make no bars. */
static inline bool plm_aux_bar_add(plm_aux_bar *bar, int64_t period, plm_ts ts, plm_px px,
                                   plm_qty qty, plm_aux_bar *out_done)
{
    bool const begins = ts >= bar->end;
    bool const done = begins && bar->count > 0;
    if (done) {
        *out_done = *bar;
    }
    if (begins) {
        plm_aux_bar const fresh = {ts - ts % period + period, px, px, px, px, 0, 0};
        *bar = fresh;
    }
    bar->high = px > bar->high ? px : bar->high;
    bar->low = px < bar->low ? px : bar->low;
    bar->close = px;
    bar->volume += qty;
    bar->count++;
    return done;
}

#endif
