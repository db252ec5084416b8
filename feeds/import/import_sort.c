/*
 * import_sort.c - a binary heap; equal times leave it in the order of their positions.
 */
#include "import_sort.h"

#include "check.h"
#include "memory.h"

typedef struct item {
    plm_event event;
    plm_ts recv;
    uint64_t position;
    plm_sort_row row;
} item;

struct plm_sorter {
    item *items;
    uint32_t count, cap;
};

plm_sorter *plm_sorter_create(void)
{
    return plm_alloc(1, sizeof(plm_sorter));
}

void plm_sorter_destroy(plm_sorter *sorter)
{
    if (sorter != NULL) {
        plm_free(sorter->items);
        plm_free(sorter);
    }
}

static bool is_before(const item *a, const item *b)
{
    return a->event.ts != b->event.ts ? a->event.ts < b->event.ts : a->position < b->position;
}

void plm_sorter_push(plm_sorter *sorter, const plm_event *event, plm_ts recv,
                     const plm_sort_row *row, uint64_t position)
{
    if (sorter->count == sorter->cap) {
        sorter->cap = sorter->cap == 0 ? 4096 : sorter->cap * 2;
        sorter->items = plm_realloc(sorter->items, sorter->cap, sizeof *sorter->items);
    }
    item const added = {*event, recv, position, *row};
    uint32_t at = sorter->count++;
    while (at > 0 && is_before(&added, &sorter->items[(at - 1) / 2])) {
        sorter->items[at] = sorter->items[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    sorter->items[at] = added;
}

uint32_t plm_sorter_count(const plm_sorter *sorter)
{
    return sorter->count;
}

void plm_sorter_pop(plm_sorter *sorter, plm_event *out_event, plm_ts *out_recv,
                    plm_sort_row *out_row)
{
    plm_assert(sorter->count > 0);
    item *const items = sorter->items;
    *out_event = items[0].event;
    *out_recv = items[0].recv;
    *out_row = items[0].row;
    item const moved = items[--sorter->count];
    uint32_t at = 0;
    for (;;) {
        uint32_t child = 2 * at + 1;
        if (child >= sorter->count) {
            break;
        }
        if (child + 1 < sorter->count && is_before(&items[child + 1], &items[child])) {
            child++;
        }
        if (!is_before(&items[child], &moved)) {
            break;
        }
        items[at] = items[child];
        at = child;
    }
    items[at] = moved;
}
