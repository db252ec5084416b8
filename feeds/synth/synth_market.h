/*
 * synth_market.h - what the instruments of a synthetic market have in common: regimes of activity
 * and volatility, and the moves of a common factor.
 *
 * Every instrument owns a replica, drawn from the same stream of random numbers: the replicas agree
 * at each tick, whoever asks first, and a further instrument moves nobody's numbers.
 */
#ifndef PLM_SYNTH_MARKET_H
#define PLM_SYNTH_MARKET_H

#include <stdbool.h>

#include "synth_draw.h"
#include "synth_params.h"

#define SYNTH_TICK_NS INT64_C(100000000) /* the clock that bots trade on */
#define SYNTH_TICKS_PER_DAY 864000

typedef struct synth_market {
    synth_rng rng;
    const synth_style *style;
    int64_t activity, unrest;             /* logarithms of the regimes, base 2, in 2^-16 */
    uint64_t heat_fast, heat_slow;        /* how much recent shocks call for further ones, 2^-16 */
    uint64_t activity_factor, vol_factor; /* the regimes themselves, 2^-16 */
    bool has_shock;
    int64_t shock;           /* in units of a usual second's move, 2^-16 */
    int64_t shock_offset_ns; /* after the beginning of the tick */
    int64_t jump;            /* relative move, 1e-6; 0 = none */
} synth_market;

void synth_market_init(synth_market *market, uint64_t seed, const synth_style *style);

/* Moves on to the next tick. */
void synth_market_tick(synth_market *market);

#endif
