/*
 * taken.c - what the worlds have taken. Only what is taken is kept, so a thousand worlds that took
 * nothing cost nothing.
 */
#include "taken.h"

#include <string.h>

#include "check.h"
#include "memory.h"

void plm_taken_fini(plm_taken *taken)
{
    plm_free(taken->items);
    *taken = (plm_taken){0};
}

/* Place of the first item that is not before (world, px). */
static uint32_t place_of(const plm_taken *taken, uint32_t world, plm_px px)
{
    uint32_t low = 0, high = taken->count;
    while (low < high) {
        uint32_t const middle = low + (high - low) / 2;
        const plm_taken_item *const item = &taken->items[middle];
        if (item->world < world || (item->world == world && item->px < px)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static bool is_at(const plm_taken *taken, uint32_t place, uint32_t world, plm_px px)
{
    return place < taken->count && taken->items[place].world == world &&
           taken->items[place].px == px;
}

plm_i128 plm_taken_get(const plm_taken *taken, uint32_t world, plm_px px)
{
    uint32_t const place = place_of(taken, world, px);
    return is_at(taken, place, world, px) ? taken->items[place].qty : 0;
}

/* Widens what events can free. */
static void widen(plm_taken *taken, plm_px px)
{
    if (px == PLM_TAKEN_QUOTE) {
        taken->quote = true;
        return;
    }
    taken->low = !taken->levels || px < taken->low ? px : taken->low;
    taken->high = !taken->levels || px > taken->high ? px : taken->high;
    taken->levels = true;
}

void plm_taken_add(plm_taken *taken, uint32_t world, plm_px px, plm_qty qty)
{
    uint32_t const place = place_of(taken, world, px);
    if (!is_at(taken, place, world, px)) {
        if (taken->count == taken->cap) {
            taken->cap = taken->cap == 0 ? 8 : 2 * taken->cap;
            taken->items = plm_realloc(taken->items, taken->cap, sizeof taken->items[0]);
        }
        memmove(&taken->items[place + 1], &taken->items[place],
                (taken->count - place) * sizeof taken->items[0]);
        taken->items[place] = (plm_taken_item){.world = world, .px = px};
        taken->count++;
        widen(taken, px);
    }
    plm_i128 *const sum = &taken->items[place].qty;
    bool const fits = plm_i128_add(*sum, qty, sum);
    plm_assert(fits);
}

void plm_taken_restate(plm_taken *taken, plm_px px)
{
    uint32_t kept = 0;
    taken->quote = false;
    taken->levels = false;
    for (uint32_t i = 0; i < taken->count; i++) {
        if (taken->items[i].px != px) {
            taken->items[kept++] = taken->items[i];
            widen(taken, taken->items[i].px);
        }
    }
    taken->count = kept;
}

void plm_taken_restate_all(plm_taken *taken)
{
    taken->count = 0;
    taken->quote = false;
    taken->levels = false;
}
