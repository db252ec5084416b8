/*
 * taken.h - what the worlds have taken of one side of one instrument, until the tape restates it.
 */
#ifndef PLM_TAKEN_H
#define PLM_TAKEN_H

#include <stdbool.h>

#include "num.h"

#define PLM_TAKEN_QUOTE 0 /* in place of a price: of the quote and its assumed ladder */

typedef struct plm_taken_item {
    uint32_t world;
    plm_px px;
    plm_i128 qty; /* of an assumed ladder this may pass 63 bits */
} plm_taken_item;

typedef struct plm_taken {
    uint32_t count, cap;
    plm_taken_item *items; /* by world, then price */
    /* What events can free: the quote, or levels with low <= px <= high. */
    bool quote, levels;
    plm_px low, high;
} plm_taken;

void plm_taken_fini(plm_taken *taken); /* a zeroed one is ready for use */

plm_i128 plm_taken_get(const plm_taken *taken, uint32_t world, plm_px px);
/* Memory grows by doubling. */
void plm_taken_add(plm_taken *taken, uint32_t world, plm_px px, plm_qty qty);
/* Free again, in all worlds. */
void plm_taken_restate(plm_taken *taken, plm_px px);
void plm_taken_restate_all(plm_taken *taken);

#endif
