/*
 * ladder.h - one side of a book: prices with quantities, sorted, best last, where nearly all
 * changes are.
 */
#ifndef PLM_LADDER_H
#define PLM_LADDER_H

#include <stdbool.h>
#include <stdint.h>

#define PLM_LADDER_MAX 65536u /* levels of one side */

typedef struct plm_rung {
    int64_t px;
    int64_t qty;
} plm_rung;

typedef struct plm_ladder {
    bool rising; /* bids: the best, the last, is the highest price; asks: the lowest */
    uint32_t count, cap;
    plm_rung *rungs;
} plm_ladder;

void plm_ladder_init(plm_ladder *ladder, bool rising); /* allocates nothing */
void plm_ladder_fini(plm_ladder *ladder);

/* Sets a level, 0 removes it; false when a new level would pass PLM_LADDER_MAX. Memory grows by
 * doubling, up to PLM_LADDER_MAX levels. */
bool plm_ladder_set(plm_ladder *ladder, int64_t px, int64_t qty);
void plm_ladder_clear(plm_ladder *ladder);
int64_t plm_ladder_get(const plm_ladder *ladder, int64_t px); /* 0: no such level */

/* The n-th best level, n < count. */
static inline plm_rung plm_ladder_at(const plm_ladder *ladder, uint32_t n)
{
    return ladder->rungs[ladder->count - 1 - n];
}

#endif
