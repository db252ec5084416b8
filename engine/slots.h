/*
 * slots.h - things of one size that come and go, addressed by number: what is on its way between
 * strategies and venue.
 */
#ifndef PLM_SLOTS_H
#define PLM_SLOTS_H

#include <stddef.h>
#include <stdint.h>

typedef struct plm_slots {
    unsigned char *item;
    size_t size;
    uint32_t *free_list;
    uint32_t free_count, cap;
} plm_slots;

void plm_slots_init(plm_slots *slots, size_t size);
void plm_slots_fini(plm_slots *slots);

/* A zeroed slot; memory grows by doubling, so a pointer lives until the next take. */
uint32_t plm_slots_take(plm_slots *slots);
void plm_slots_give(plm_slots *slots, uint32_t slot);

static inline void *plm_slots_at(const plm_slots *slots, uint32_t slot)
{
    return slots->item + (size_t)slot * slots->size;
}

#endif
