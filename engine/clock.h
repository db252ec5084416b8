/*
 * clock.h - what is due when: a queue of numbered items by (time, account, number).
 *
 * Simulated time only moves forward: an item in the past of the last one taken is a bug.
 */
#ifndef PLM_CLOCK_H
#define PLM_CLOCK_H

#include <stdbool.h>

#include "plimsoll.h"

#define PLM_TS_NEVER INT64_MAX
#define PLM_CLOCK_ITEMS_MAX 1048576u

typedef struct plm_due {
    plm_ts at;
    uint32_t account;
    uint32_t slot; /* the owner's */
    uint64_t number;
} plm_due;

typedef struct plm_clock {
    plm_due *heap;
    uint32_t count, cap;
    plm_ts last; /* time of the last item taken */
} plm_clock;

void plm_clock_init(plm_clock *clock); /* room for a first few items */
void plm_clock_fini(plm_clock *clock);

/* Grows by doubling; false when there are PLM_CLOCK_ITEMS_MAX already. */
bool plm_clock_add(plm_clock *clock, plm_due due);

/* PLM_TS_NEVER when it is empty. */
static inline plm_ts plm_clock_next(const plm_clock *clock)
{
    return clock->count > 0 ? clock->heap[0].at : PLM_TS_NEVER;
}

/* Takes out an item that is there, by looking at all of them. */
void plm_clock_drop(plm_clock *clock, uint32_t account, uint64_t number);

/* The earliest item; there must be one. */
plm_due plm_clock_take(plm_clock *clock);

#endif
