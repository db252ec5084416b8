/*
 * watch.c - bounds of many pools side by side. The two scans are written so that a compiler can
 * make wide instructions of them; AVX2 is taken at run time where there is some.
 */
#include "watch.h"

#include "check.h"
#include "memory.h"

#define SCAN_STEP 64u /* pools that are looked at before the answer is asked for */

static const plm_corridor everywhere = {INT64_MIN, INT64_MAX};

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define WIDE __attribute__((target_clones("avx2", "default")))
#else
#define WIDE
#endif

void plm_watch_init(plm_watch *watch, uint32_t sym_count, uint32_t pool_count)
{
    size_t const keys = (size_t)sym_count * PLM_CORRIDOR_STRIDE;
    *watch = (plm_watch){
        .sym_count = sym_count,
        .pool_count = pool_count,
        .key = plm_alloc(keys, sizeof *watch->key),
        .stale = plm_alloc(keys, sizeof *watch->stale),
    };
    for (size_t i = 0; i < keys; i++) {
        watch->key[i].tightest = everywhere;
    }
}

void plm_watch_fini(plm_watch *watch)
{
    for (size_t i = 0; i < (size_t)watch->sym_count * PLM_CORRIDOR_STRIDE; i++) {
        plm_free(watch->key[i].lo);
        plm_free(watch->key[i].hi);
    }
    plm_free(watch->key);
    plm_free(watch->stale);
    *watch = (plm_watch){0};
}

void plm_watch_set(plm_watch *watch, uint32_t pool, uint32_t sym, unsigned key, plm_corridor bounds)
{
    plm_assert(pool < watch->pool_count);
    plm_assert(sym < watch->sym_count);
    size_t const at = (size_t)sym * PLM_CORRIDOR_STRIDE + key;
    plm_watch_key *const place = &watch->key[at];
    bool const free_of_bounds = bounds.lo == everywhere.lo && bounds.hi == everywhere.hi;
    if (place->lo == NULL) {
        if (free_of_bounds) {
            return;
        }
        place->lo = plm_alloc(watch->pool_count, sizeof *place->lo);
        place->hi = plm_alloc(watch->pool_count, sizeof *place->hi);
        for (uint32_t i = 0; i < watch->pool_count; i++) {
            place->lo[i] = everywhere.lo;
            place->hi[i] = everywhere.hi;
        }
    }
    if (place->lo[pool] == bounds.lo && place->hi[pool] == bounds.hi) {
        return;
    }
    place->lo[pool] = bounds.lo;
    place->hi[pool] = bounds.hi;
    if (!place->stale) {
        place->stale = true;
        watch->stale[watch->stale_count++] = (uint32_t)at;
    }
}

/* Whether any of `count` bounds excludes px. */
WIDE static bool is_any_left(const plm_px *lo, const plm_px *hi, uint32_t count, plm_px px)
{
    int64_t found = 0;
    for (uint32_t i = 0; i < count; i++) {
        found |= (int64_t)(px < lo[i]) | (int64_t)(px > hi[i]);
    }
    return found != 0;
}

uint32_t plm_watch_find(const plm_watch *watch, uint32_t sym, unsigned key, plm_px px,
                        uint32_t first)
{
    const plm_watch_key *const place = &watch->key[(size_t)sym * PLM_CORRIDOR_STRIDE + key];
    if (place->lo == NULL) {
        return UINT32_MAX;
    }
    for (uint32_t at = first; at < watch->pool_count;) {
        uint32_t const left = watch->pool_count - at;
        uint32_t const step = left < SCAN_STEP ? left : SCAN_STEP;
        if (is_any_left(place->lo + at, place->hi + at, step, px)) {
            for (uint32_t i = at;; i++) {
                if (px < place->lo[i] || px > place->hi[i]) {
                    return i;
                }
            }
        }
        at += step;
    }
    return UINT32_MAX;
}

WIDE static plm_corridor find_tightest(const plm_px *lo, const plm_px *hi, uint32_t count)
{
    plm_px highest = INT64_MIN;
    plm_px lowest = INT64_MAX;
    for (uint32_t i = 0; i < count; i++) {
        highest = lo[i] > highest ? lo[i] : highest;
        lowest = hi[i] < lowest ? hi[i] : lowest;
    }
    return (plm_corridor){.lo = highest, .hi = lowest};
}

void plm_watch_settle(plm_watch *watch, plm_venue *venue)
{
    for (uint32_t i = 0; i < watch->stale_count; i++) {
        uint32_t const at = watch->stale[i];
        plm_watch_key *const place = &watch->key[at];
        place->stale = false;
        place->tightest = find_tightest(place->lo, place->hi, watch->pool_count);
        plm_venue_narrow(venue, at / PLM_CORRIDOR_STRIDE, at % PLM_CORRIDOR_STRIDE,
                         place->tightest);
    }
    watch->stale_count = 0;
}
