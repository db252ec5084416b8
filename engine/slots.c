/*
 * slots.c - an array and a list of its free places.
 */
#include "slots.h"

#include <string.h>

#include "check.h"
#include "memory.h"

#define FIRST_CAP 64u

static void grow(plm_slots *slots, uint32_t cap)
{
    slots->item = plm_realloc(slots->item, cap, slots->size);
    slots->free_list = plm_realloc(slots->free_list, cap, sizeof *slots->free_list);
    for (uint32_t i = cap; i > slots->cap; i--) {
        slots->free_list[slots->free_count++] = i - 1;
    }
    slots->cap = cap;
}

void plm_slots_init(plm_slots *slots, size_t size)
{
    *slots = (plm_slots){.size = size};
    grow(slots, FIRST_CAP);
}

void plm_slots_fini(plm_slots *slots)
{
    plm_free(slots->item);
    plm_free(slots->free_list);
}

uint32_t plm_slots_take(plm_slots *slots)
{
    if (slots->free_count == 0) {
        grow(slots, slots->cap * 2);
    }
    uint32_t const slot = slots->free_list[--slots->free_count];
    memset(plm_slots_at(slots, slot), 0, slots->size);
    return slot;
}

void plm_slots_give(plm_slots *slots, uint32_t slot)
{
    plm_assert(slot < slots->cap);
    plm_assert(slots->free_count < slots->cap);
    slots->free_list[slots->free_count++] = slot;
}
