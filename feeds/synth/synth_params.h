/*
 * synth_params.h - what a scenario and an instrument of a synthetic market are made of, as data.
 */
#ifndef PLM_SYNTH_PARAMS_H
#define PLM_SYNTH_PARAMS_H

#include "synth.h"

/* One instrument of the universe and how its market behaves. */
typedef struct synth_coin {
    const char *base;
    plm_px price;      /* at the start, in px units */
    uint8_t px_scale;  /* the tick is one px unit */
    uint8_t qty_scale; /* the lot is one qty unit */
    uint32_t rate;     /* orders per second, in the mean */
    uint32_t vol;      /* of one second, 1e-6 of the price */
    uint32_t beta;     /* percent of the common factor's move */
    uint32_t gap;      /* mean distance of neighbouring levels in ticks */
    uint32_t spread;   /* usual spread in ticks */
    uint32_t order;    /* a usual order of some weight, in lots: see synth_book.h */
} synth_coin;

/* How a market moves: the rows of one table make walk, calm, volatile, jumps, trend and range. */
typedef struct synth_style {
    uint32_t vol;       /* percent of the coin's own */
    uint32_t swing;     /* how far the volatility regime wanders, in 2^-16 of a doubling */
    uint32_t jumps;     /* common jumps per day */
    uint32_t own_jumps; /* jumps of one instrument per day */
    uint32_t jump;      /* size of a jump, 1e-6 of the price */
    int32_t drift;      /* per hour, 1e-6 of the price */
    uint32_t pull;      /* percent of the distance to the first price undone per hour */
} synth_style;

/* -- dated paths, embedded by paths.py from scenarios/<name>.csv */

typedef enum synth_path_key {
    SYNTH_PATH_NONE = 0,
    SYNTH_PATH_LAST = 1,
    SYNTH_PATH_MARK = 2,
    SYNTH_PATH_INDEX = 3, /* of an asset row: its asset index */
    SYNTH_PATH_FUNDING = 4,
    SYNTH_PATH_STATUS = 5, /* value: plm_status_code */
    SYNTH_PATH_KEY_COUNT
} synth_path_key;

typedef struct synth_point {
    plm_ts ts;
    int64_t value; /* px units, a rate, or a status */
} synth_point;

typedef struct synth_path_row {
    plm_instrument instrument;
    uint32_t rate; /* quiet orders per 1000 s */
    uint32_t vol, gap, spread, order;
    uint32_t counts[SYNTH_PATH_KEY_COUNT];
    const synth_point *points[SYNTH_PATH_KEY_COUNT];
} synth_path_row;

typedef struct synth_path {
    plm_scenario_info info;
    uint32_t mark_every_s; /* seconds between marks and between indices */
    const synth_path_row *rows;
} synth_path;

extern const uint32_t plm_synth_path_count;
extern const synth_path *const plm_synth_paths[];

#endif
