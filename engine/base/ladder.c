/*
 * ladder.c - a sorted array, searched by halves.
 */
#include "ladder.h"

#include <string.h>

#include "check.h"
#include "memory.h"

#define CAP_MIN 64u

/* Where px is or belongs: the first level that is not worse than px. */
static uint32_t find(const plm_ladder *ladder, int64_t px)
{
    uint32_t low = 0;
    uint32_t high = ladder->count;
    while (low < high) {
        uint32_t const middle = low + (high - low) / 2;
        int64_t const at = ladder->rungs[middle].px;
        bool const worse = ladder->rising ? at < px : at > px;
        if (worse) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static bool is_at(const plm_ladder *ladder, uint32_t at, int64_t px)
{
    return at < ladder->count && ladder->rungs[at].px == px;
}

static void remove_rung(plm_ladder *ladder, uint32_t at)
{
    ladder->count--;
    memmove(&ladder->rungs[at], &ladder->rungs[at + 1],
            (ladder->count - at) * sizeof *ladder->rungs);
}

static void open_gap(plm_ladder *ladder, uint32_t at)
{
    if (ladder->count == ladder->cap) {
        ladder->cap = ladder->cap == 0 ? CAP_MIN : ladder->cap * 2;
        ladder->rungs = plm_realloc(ladder->rungs, ladder->cap, sizeof *ladder->rungs);
    }
    memmove(&ladder->rungs[at + 1], &ladder->rungs[at],
            (ladder->count - at) * sizeof *ladder->rungs);
    ladder->count++;
}

void plm_ladder_init(plm_ladder *ladder, bool rising)
{
    *ladder = (plm_ladder){.rising = rising};
}

void plm_ladder_fini(plm_ladder *ladder)
{
    plm_free(ladder->rungs);
    *ladder = (plm_ladder){.rising = ladder->rising};
}

bool plm_ladder_set(plm_ladder *ladder, int64_t px, int64_t qty)
{
    plm_assert(qty >= 0);
    uint32_t const at = find(ladder, px);
    bool const found = is_at(ladder, at, px);
    if (qty == 0) {
        if (found) {
            remove_rung(ladder, at);
        }
        return true;
    }
    if (!found) {
        if (ladder->count == PLM_LADDER_MAX) {
            return false;
        }
        open_gap(ladder, at);
    }
    ladder->rungs[at] = (plm_rung){px, qty};
    return true;
}

void plm_ladder_clear(plm_ladder *ladder)
{
    ladder->count = 0;
}

int64_t plm_ladder_get(const plm_ladder *ladder, int64_t px)
{
    uint32_t const at = find(ladder, px);
    return is_at(ladder, at, px) ? ladder->rungs[at].qty : 0;
}
