/*
 * shelf.h - orders sorted by a price, then by arrival, the best last, where nearly all changes are.
 */
#ifndef PLM_SHELF_H
#define PLM_SHELF_H

#include "order.h"

typedef struct plm_shelf_item {
    int64_t px;
    uint64_t arrival;
    plm_order *order;
} plm_shelf_item;

typedef struct plm_shelf {
    bool rising; /* the best, the last, has the highest price; else the lowest. Then: came first */
    uint32_t count, cap;
    plm_shelf_item *items;
} plm_shelf;

void plm_shelf_init(plm_shelf *shelf, bool rising); /* allocates nothing */
void plm_shelf_fini(plm_shelf *shelf);

/* The order's arrival must not change in between. Memory grows by doubling. */
void plm_shelf_add(plm_shelf *shelf, int64_t px, plm_order *order);
void plm_shelf_remove(plm_shelf *shelf, int64_t px, const plm_order *order);

/* How many items are worse than a price (and arrival): the place of the first that is not. */
uint32_t plm_shelf_worse(const plm_shelf *shelf, int64_t px, uint64_t arrival);
static inline uint32_t plm_shelf_worse_px(const plm_shelf *shelf, int64_t px)
{
    return plm_shelf_worse(shelf, px, UINT64_MAX); /* no arrival at that price is worse */
}

static inline const plm_shelf_item *plm_shelf_best(const plm_shelf *shelf)
{
    return shelf->count > 0 ? &shelf->items[shelf->count - 1] : NULL;
}

#endif
