/*
 * watch.h - which pools have to be looked at when a price leaves its bounds.
 *
 * Every price key of every instrument has the bounds of all pools side by side, the tightest of
 * every 32 of them, and the tightest of all as one corridor: a thousand pools are two short scans.
 * Knows no money.
 */
#ifndef PLM_WATCH_H
#define PLM_WATCH_H

#include "venue.h"

#define PLM_WATCH_BLOCK 32u

typedef struct plm_watch_key {
    plm_px *lo, *hi;             /* pool_count; NULL until somebody gives bounds */
    plm_px *block_lo, *block_hi; /* the tightest of each PLM_WATCH_BLOCK pools */
    plm_corridor tightest;
    bool stale; /* tightest is to be found again */
} plm_watch_key;

typedef struct plm_watch {
    uint32_t sym_count, pool_count, block_count;
    plm_watch_key *key; /* sym * PLM_CORRIDOR_STRIDE + key */
    uint32_t *stale;    /* keys */
    uint32_t stale_count;
} plm_watch;

void plm_watch_init(plm_watch *watch, uint32_t sym_count, uint32_t pool_count);
void plm_watch_fini(plm_watch *watch);

/* Bounds of one pool on one key. lo > hi: every event of the key concerns it. */
void plm_watch_set(plm_watch *watch, uint32_t pool, uint32_t sym, unsigned key,
                   plm_corridor bounds);

/* Whether a price leaves anybody's bounds, as plm_watch_settle last found them. */
static inline bool plm_watch_is_inside(const plm_watch *watch, uint32_t sym, unsigned key,
                                       plm_px px)
{
    const plm_corridor *const tightest =
        &watch->key[(size_t)sym * PLM_CORRIDOR_STRIDE + key].tightest;
    return px >= tightest->lo && px <= tightest->hi;
}

/* The pools whose bounds px leaves, from `first` on: the next one, or UINT32_MAX. */
uint32_t plm_watch_find(const plm_watch *watch, uint32_t sym, unsigned key, plm_px px,
                        uint32_t first);

/* Finds the tightest bounds of the keys that were set and tells the venue. */
void plm_watch_settle(plm_watch *watch, plm_venue *venue);

#endif
