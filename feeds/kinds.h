/*
 * kinds.h - what each kind of event means, as one table: used to check events, to write them as
 * text and to read them.
 */
#ifndef PLM_KINDS_H
#define PLM_KINDS_H

#include <stdbool.h>
#include <stddef.h>

#include "plimsoll.h"
#include "status.h"

/* What a 64-bit field of an event holds. */
typedef enum plm_field {
    PLM_FIELD_ZERO = 0,  /* nothing: must be 0 */
    PLM_FIELD_PX = 1,    /* price, in the row's px_scale */
    PLM_FIELD_QTY = 2,   /* quantity >= 0, in the row's qty_scale */
    PLM_FIELD_RATE = 3,  /* 1e-12 */
    PLM_FIELD_TS = 4,    /* time, 0 = unknown */
    PLM_FIELD_COUNT = 5, /* plain integer >= 0: a count, seconds, or nanoseconds */
} plm_field;

typedef struct plm_kind_info {
    const char *name; /* "trade", "bid", ... : the word used in CSV and on the command line */
    plm_field px, qty;
    const char *const *side; /* words for side 0, 1, 2, ..., NULL-ended; "" = allowed and written
                                empty; "-" = not allowed */
} plm_kind_info;

/* NULL for a kind that does not exist. */
const plm_kind_info *plm_kind_find(unsigned kind);

/* The kind with this name, or PLM_EV_NONE. */
plm_event_kind plm_kind_by_name(const char *name, size_t size);

/* The bounds of one kind as the quick check wants them; its long form lies in plm_event_explain. */
typedef struct plm_kind_rule {
    int64_t px_min;
    uint64_t px_span; /* px_max - px_min */
    int64_t qty_min;
    uint64_t qty_span;
    uint32_t sides; /* bit per value of side */
    uint32_t
        quick_sides;    /* the same, none where fields depend on each other: the long way always */
    uint32_t rows;      /* bit per plm_instrument_kind that the event may speak of */
    uint32_t zero_rows; /* rows whose px may be 0 although px_min is 1: worthless options */
    bool quote;         /* px and qty may both be 0: an empty side */
} plm_kind_rule;

extern const plm_kind_rule plm_kind_rules[PLM_EV_KIND_COUNT];

/* The whole test, and the words for its result; plm_event_problem is the same and quicker. */
const char *plm_event_explain(const plm_event *event, const plm_instrument *row);

/*
 * NULL when the event is well formed for its row, else a sentence fragment that says what is wrong
 * with it. Every packed event passes here, so the usual case is a few loads and compares. The row
 * must be valid (plm_instrument_problem).
 */
static inline const char *plm_event_problem(const plm_event *event, const plm_instrument *row)
{
    if (__builtin_expect(event->kind < PLM_EV_KIND_COUNT, 1)) {
        const plm_kind_rule *const rule = &plm_kind_rules[event->kind];
        uint64_t const ts_offset = (uint64_t)event->ts - (uint64_t)PLM_TS_MIN;
        uint64_t const px_offset = (uint64_t)event->px - (uint64_t)rule->px_min;
        uint64_t const qty_offset = (uint64_t)event->qty - (uint64_t)rule->qty_min;
        unsigned const strange =
            (event->side & ~31U) | (row->kind & ~31U) | (event->flags & ~(unsigned)PLM_FLAG_ALL);
        uint32_t const known =
            rule->quick_sides >> (event->side & 31U) & rule->rows >> (row->kind & 31U) & 1;
        if (__builtin_expect((ts_offset < (uint64_t)(PLM_TS_MAX - PLM_TS_MIN)) &
                                 (px_offset <= rule->px_span) & (qty_offset <= rule->qty_span) &
                                 (known > strange),
                             1)) {
            return NULL;
        }
    }
    return plm_event_explain(event, row);
}

/* The price key that an event of this kind moves (BAR_*: its side), or PLM_KEY_NONE. */
plm_price_key plm_event_price_key(const plm_event *event);

#endif
