/*
 * watch.c - bounds of many pools side by side. The scan for the tightest is written so that a
 * compiler can make wide instructions of it; AVX2 is taken at run time where there is some.
 */
#include "watch.h"

#include "check.h"
#include "memory.h"

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
        .block_count = (pool_count + PLM_WATCH_BLOCK - 1) / PLM_WATCH_BLOCK,
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
        plm_free(watch->key[i].block_lo);
        plm_free(watch->key[i].block_hi);
    }
    plm_free(watch->key);
    plm_free(watch->stale);
    *watch = (plm_watch){0};
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

static plm_px *everywhere_of(uint32_t count, plm_px bound)
{
    plm_px *const out = plm_alloc(count, sizeof *out);
    for (uint32_t i = 0; i < count; i++) {
        out[i] = bound;
    }
    return out;
}

static void make_room(const plm_watch *watch, plm_watch_key *place)
{
    place->lo = everywhere_of(watch->pool_count, everywhere.lo);
    place->hi = everywhere_of(watch->pool_count, everywhere.hi);
    place->block_lo = everywhere_of(watch->block_count, everywhere.lo);
    place->block_hi = everywhere_of(watch->block_count, everywhere.hi);
}

static uint32_t end_of_block(const plm_watch *watch, uint32_t block)
{
    uint32_t const end = (block + 1) * PLM_WATCH_BLOCK;
    return end < watch->pool_count ? end : watch->pool_count;
}

void plm_watch_set(plm_watch *watch, uint32_t pool, uint32_t sym, unsigned key, plm_corridor bounds)
{
    plm_assert(pool < watch->pool_count);
    plm_assert(sym < watch->sym_count);
    size_t const at = (size_t)sym * PLM_CORRIDOR_STRIDE + key;
    plm_watch_key *const place = &watch->key[at];
    if (place->lo == NULL) {
        if (bounds.lo == everywhere.lo && bounds.hi == everywhere.hi) {
            return;
        }
        make_room(watch, place);
    }
    if (place->lo[pool] == bounds.lo && place->hi[pool] == bounds.hi) {
        return;
    }
    place->lo[pool] = bounds.lo;
    place->hi[pool] = bounds.hi;
    uint32_t const block = pool / PLM_WATCH_BLOCK;
    uint32_t const first = block * PLM_WATCH_BLOCK;
    plm_corridor const tightest =
        find_tightest(place->lo + first, place->hi + first, end_of_block(watch, block) - first);
    place->block_lo[block] = tightest.lo;
    place->block_hi[block] = tightest.hi;
    if (!place->stale) {
        place->stale = true;
        watch->stale[watch->stale_count++] = (uint32_t)at;
    }
}

uint32_t plm_watch_find(const plm_watch *watch, uint32_t sym, unsigned key, plm_px px,
                        uint32_t first)
{
    const plm_watch_key *const place = &watch->key[(size_t)sym * PLM_CORRIDOR_STRIDE + key];
    if (place->lo == NULL) {
        return UINT32_MAX;
    }
    for (uint32_t block = first / PLM_WATCH_BLOCK; block < watch->block_count; block++) {
        if (px >= place->block_lo[block] && px <= place->block_hi[block]) {
            continue;
        }
        uint32_t const begin = block * PLM_WATCH_BLOCK;
        uint32_t const end = end_of_block(watch, block);
        for (uint32_t i = begin > first ? begin : first; i < end; i++) {
            if (px < place->lo[i] || px > place->hi[i]) {
                return i;
            }
        }
    }
    return UINT32_MAX;
}

void plm_watch_settle(plm_watch *watch, plm_venue *venue)
{
    for (uint32_t i = 0; i < watch->stale_count; i++) {
        uint32_t const at = watch->stale[i];
        plm_watch_key *const place = &watch->key[at];
        place->stale = false;
        place->tightest = find_tightest(place->block_lo, place->block_hi, watch->block_count);
        plm_venue_narrow(venue, at / PLM_CORRIDOR_STRIDE, at % PLM_CORRIDOR_STRIDE,
                         place->tightest);
    }
    watch->stale_count = 0;
}
