/*
 * clock.c - a binary heap; (time, account, number) is a total order, so ties cannot depend on the
 * heap's shape.
 */
#include "clock.h"

#include "check.h"
#include "memory.h"

#define FIRST_CAP 64u

static bool is_before(const plm_due *a, const plm_due *b)
{
    if (a->at != b->at) {
        return a->at < b->at;
    }
    if (a->account != b->account) {
        return a->account < b->account;
    }
    return a->number < b->number;
}

void plm_clock_init(plm_clock *clock)
{
    *clock = (plm_clock){.cap = FIRST_CAP, .last = INT64_MIN};
    clock->heap = plm_alloc(clock->cap, sizeof *clock->heap);
}

void plm_clock_fini(plm_clock *clock)
{
    plm_free(clock->heap);
}

/* Puts an item at a free place or above it, where the order wants it. */
static void rise(plm_clock *clock, uint32_t at, plm_due due)
{
    while (at > 0 && is_before(&due, &clock->heap[(at - 1) / 2])) {
        clock->heap[at] = clock->heap[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    clock->heap[at] = due;
}

/* Puts an item at a free place or below it. */
static uint32_t sink(plm_clock *clock, uint32_t at, plm_due due)
{
    while (2 * at + 1 < clock->count) {
        uint32_t child = 2 * at + 1;
        if (child + 1 < clock->count && is_before(&clock->heap[child + 1], &clock->heap[child])) {
            child++;
        }
        if (!is_before(&clock->heap[child], &due)) {
            break;
        }
        clock->heap[at] = clock->heap[child];
        at = child;
    }
    clock->heap[at] = due;
    return at;
}

bool plm_clock_add(plm_clock *clock, plm_due due)
{
    plm_assert(due.at >= clock->last);
    if (clock->count == clock->cap) {
        if (clock->cap == PLM_CLOCK_ITEMS_MAX) {
            return false;
        }
        clock->cap *= 2;
        clock->heap = plm_realloc(clock->heap, clock->cap, sizeof *clock->heap);
    }
    rise(clock, clock->count++, due);
    return true;
}

void plm_clock_drop(plm_clock *clock, uint32_t account, uint64_t number)
{
    uint32_t at = 0;
    while (at < clock->count &&
           (clock->heap[at].account != account || clock->heap[at].number != number)) {
        at++;
    }
    plm_assert(at < clock->count);
    plm_due const last = clock->heap[--clock->count];
    if (at < clock->count) {
        rise(clock, sink(clock, at, last), last);
    }
}

plm_due plm_clock_take(plm_clock *clock)
{
    plm_assert(clock->count > 0);
    plm_due const first = clock->heap[0];
    plm_due const last = clock->heap[--clock->count];
    if (clock->count > 0) {
        (void)sink(clock, 0, last);
    }
    clock->last = first.at;
    return first;
}
