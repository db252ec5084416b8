/*
 * synth_row.h - one instrument of a synthetic market: when its orders come, what they do to its
 * book, and the events that follow from it, in a queue of its own.
 *
 * A row depends on the seed, its number and the common market only, never on other rows. Private
 * to feeds/synth: synth_row.c keeps the clock, synth_flow.c plays the orders, synth_price.c moves
 * the prices that orders follow and writes what a venue publishes by the clock.
 */
#ifndef PLM_SYNTH_ROW_H
#define PLM_SYNTH_ROW_H

#include "check.h"
#include "synth_book.h"
#include "synth_market.h"

#define SYNTH_QUEUE_CAP 256
#define SYNTH_NEVER INT64_MAX

/* How one row behaves, from the universe or from a path table. */
typedef struct synth_manner {
    uint32_t rate_mhz;  /* orders per 1000 s */
    uint32_t vol;       /* of one second, 1e-6 of the price */
    uint32_t beta, own; /* percent: share of the factor, and what is left: sqrt(1 - beta^2) */
    uint32_t gap, spread, order; /* at the first price */
    uint32_t mark_every_s;
    bool has_mark, has_index, is_asset;
} synth_manner;

typedef struct synth_cursor {
    const synth_point *points;
    uint32_t count, next; /* points[next] is the first one that is not in the past */
    int64_t low, high;    /* of all values */
} synth_cursor;

typedef struct synth_row {
    /* fixed */
    uint32_t sym;
    bool depth;
    bool dated; /* driven by a path */
    synth_manner manner;
    plm_px price_first;
    synth_cursor path[SYNTH_PATH_KEY_COUNT];

    /* randomness, one stream per purpose */
    synth_rng arrivals, flow, own, index_rng;
    synth_market market;

    /* the clock */
    plm_ts now, next_tick, next_shock, next_order;
    uint64_t base_rate;            /* 1e-3 per second */
    plm_ts heat_at;                /* what the heats hold for */
    uint64_t heat_fast, heat_slow; /* excited arrivals, 2^-16 of 1e-3 per second */
    plm_ts draft_at;               /* the heats at next_order, as long as nothing comes between */
    uint64_t draft_fast, draft_slow;
    uint32_t chain; /* orders that follow within microseconds */
    bool halted;

    /* prices in units of 2^-16 px */
    int64_t fair;              /* what the orders follow */
    int64_t noise;             /* dated rows: distance from the path */
    int64_t step;              /* standard deviation of an order's own move */
    int64_t second;            /* standard deviation of a second */
    int64_t per_order;         /* 2^-16: step / second */
    int64_t basis, basis_mean; /* of the perpetual over its index */
    uint32_t gap, spread;      /* at the present price */
    uint64_t vol_factor;       /* 2^-16: how wild it is now; widens spreads, brings orders */
    uint64_t stress;           /* 2^-16: of a dated row, how steep the present leg of its path is */
    int32_t leg_sign;          /* -1 while the path falls */
    plm_px last;
    plm_side last_side;

    /* the book and what was published of it */
    synth_sizes sizes;
    synth_side bid, ask;
    synth_level shown_bid, shown_ask;
    synth_level shown[2][SYNTH_DEPTH];
    uint32_t shown_count[2];

    plm_event queue[SYNTH_QUEUE_CAP];
    uint32_t head, count;
} synth_row;

static inline void synth_row_push(synth_row *row, plm_event_kind kind, unsigned side, int64_t px,
                                  int64_t qty)
{
    plm_assert(row->count < SYNTH_QUEUE_CAP);
    row->queue[row->count++] = (plm_event){.ts = row->now,
                                           .px = px,
                                           .qty = qty,
                                           .sym = row->sym,
                                           .kind = (uint8_t)kind,
                                           .side = (uint8_t)side};
}

/* -- synth_row.c */
void synth_row_start(synth_row *row, uint64_t seed, plm_ts start);
/* Lets time pass until the queue holds at least one event, or until `end`: then it stays empty. */
void synth_row_advance(synth_row *row, plm_ts end);

/* -- synth_flow.c */
void synth_flow_open(synth_row *row);  /* builds the book around the price and publishes it */
void synth_flow_close(synth_row *row); /* takes all quotes back */
void synth_flow_order(synth_row *row); /* one order, now */
void synth_flow_print(synth_row *row, plm_px px); /* trades at exactly this price */

/* -- synth_price.c */
void synth_price_start(synth_row *row);
void synth_price_tick(synth_row *row);     /* every 100 ms: regimes, paths, marks, funding */
void synth_price_shock(synth_row *row);    /* the common factor moves */
void synth_price_own_move(synth_row *row); /* as part of an order */

#endif
