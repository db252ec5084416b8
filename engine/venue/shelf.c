/*
 * shelf.c - orders sorted by a price, then by arrival.
 */
#include "shelf.h"

#include <string.h>

#include "check.h"
#include "memory.h"

void plm_shelf_init(plm_shelf *shelf, bool rising)
{
    *shelf = (plm_shelf){.rising = rising};
}

void plm_shelf_fini(plm_shelf *shelf)
{
    plm_free(shelf->items);
    plm_shelf_init(shelf, shelf->rising);
}

static bool is_worse(const plm_shelf *shelf, const plm_shelf_item *item, int64_t px,
                     uint64_t arrival)
{
    if (item->px != px) {
        return (item->px < px) == shelf->rising;
    }
    return item->arrival > arrival;
}

uint32_t plm_shelf_worse(const plm_shelf *shelf, int64_t px, uint64_t arrival)
{
    uint32_t low = 0, high = shelf->count;
    while (low < high) {
        uint32_t const middle = low + (high - low) / 2;
        if (is_worse(shelf, &shelf->items[middle], px, arrival)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

void plm_shelf_add(plm_shelf *shelf, int64_t px, plm_order *order)
{
    if (shelf->count == shelf->cap) {
        shelf->cap = shelf->cap == 0 ? 8 : 2 * shelf->cap;
        shelf->items = plm_realloc(shelf->items, shelf->cap, sizeof shelf->items[0]);
    }
    uint32_t const place = plm_shelf_worse(shelf, px, order->arrival);
    memmove(&shelf->items[place + 1], &shelf->items[place],
            (shelf->count - place) * sizeof shelf->items[0]);
    shelf->items[place] = (plm_shelf_item){px, order->arrival, order};
    shelf->count++;
}

void plm_shelf_remove(plm_shelf *shelf, int64_t px, const plm_order *order)
{
    uint32_t const place = plm_shelf_worse(shelf, px, order->arrival);
    plm_assert(place < shelf->count);
    plm_assert(shelf->items[place].order == order);
    shelf->count--;
    memmove(&shelf->items[place], &shelf->items[place + 1],
            (shelf->count - place) * sizeof shelf->items[0]);
}
