/*
 * adaptive.h - the multiplier of rates that follows volatility (docs/margin.md, 10), in integers.
 */
#ifndef PLM_ADAPTIVE_H
#define PLM_ADAPTIVE_H

#include "rules.h"

typedef struct plm_adaptive_unit {
    int64_t px2; /* of the last observation, 0: none yet */
    uint64_t observations;
    plm_i128 variance; /* ewma: at 10^-24; realised: the sum of the squares in the window */
    plm_rate multiplier;
    uint32_t sym; /* the row that is observed; PLM_NO_SYM: none had a price yet */
} plm_adaptive_unit;

typedef struct plm_adaptive {
    const plm_adaptive_rule *rule; /* NULL: rates stay as they are */
    const plm_rules *rules;
    plm_adaptive_unit *unit; /* rules->unit_count */
    plm_i128 *square;        /* realised: `window` of each unit, in a ring */
} plm_adaptive;

/* Borrows the rules for its life. */
void plm_adaptive_init(plm_adaptive *adaptive, const plm_rules *rules);
void plm_adaptive_fini(plm_adaptive *adaptive);

/* The first multiple of the cadence after ts; PLM_TS_MAX: there is none. */
plm_ts plm_adaptive_next(const plm_adaptive *adaptive, plm_ts ts);

/* An observation of a unit, px2 > 0, always of the same row; tells whether the multiplier changed.
 * False when a number does not fit: a price that is millions of times the last one. */
PLM_NODISCARD bool plm_adaptive_observe(plm_adaptive *adaptive, uint32_t unit, int64_t px2,
                                        bool *out_changed);

/* Of the rates of a row, 1 = 10^12. */
plm_rate plm_adaptive_multiplier(const plm_adaptive *adaptive, uint32_t sym);

#endif
