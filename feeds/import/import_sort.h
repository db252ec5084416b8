/*
 * import_sort.h - puts events in order of time within a window: a heap by (ts, position),
 * where the caller says what the position is.
 */
#ifndef PLM_IMPORT_SORT_H
#define PLM_IMPORT_SORT_H

#include <stdbool.h>
#include <stdint.h>

#include "plimsoll.h"

typedef struct plm_sorter plm_sorter;

/* The row that an event is from. */
typedef struct plm_sort_row {
    uint64_t line, member;
    uint8_t key[16]; /* of its bytes: equal rows have equal keys */
    bool has_key;
} plm_sort_row;

plm_sorter *plm_sorter_create(void);
void plm_sorter_destroy(plm_sorter *sorter); /* NULL is fine */
void plm_sorter_push(plm_sorter *sorter, const plm_event *event, plm_ts recv,
                     const plm_sort_row *row, uint64_t position);
uint32_t plm_sorter_count(const plm_sorter *sorter);

/* Takes the earliest; there must be one. */
void plm_sorter_pop(plm_sorter *sorter, plm_event *out_event, plm_ts *out_recv,
                    plm_sort_row *out_row);

#endif
