/*
 * trigger.h - the waiting room of conditional orders (docs/replay.md, 6): by reference, sorted by
 * the prices at which something happens to them.
 */
#ifndef PLM_TRIGGER_H
#define PLM_TRIGGER_H

#include "shelf.h"

#define PLM_TRIGGER_KEYS 3 /* last, mark, index */

/* Conditional orders of one reference of one instrument. */
typedef struct plm_waiting {
    plm_shelf above; /* something happens from this price on: the lowest is best */
    plm_shelf below; /* something happens down from this price: the highest is best */
} plm_waiting;

typedef struct plm_triggers {
    uint32_t sym_count;
    plm_waiting *waiting; /* sym * PLM_TRIGGER_KEYS */
    plm_order **marked;   /* in the order of marking; NULL: left meanwhile */
    uint32_t marked_first, marked_count, marked_cap;
    plm_shelf due; /* scratch of plm_triggers_see: in the order of arrival */
} plm_triggers;

void plm_triggers_init(plm_triggers *triggers, uint32_t sym_count);
void plm_triggers_fini(plm_triggers *triggers);

/* The orders that wait for a reference: key is PLM_KEY_LAST, _MARK or _INDEX. */
plm_waiting *plm_triggers_of(const plm_triggers *triggers, uint32_t sym, uint8_t key);

/* The key of an order's reference. */
uint8_t plm_trigger_key(const plm_order *order);

/* Whether its condition is met at px. One that trails without a best is not. */
bool plm_trigger_fires(const plm_order *order, plm_px px);

void plm_triggers_add(plm_triggers *triggers, plm_order *order);
/* Of the waiting or the marked. */
void plm_triggers_remove(plm_triggers *triggers, plm_order *order);

/* The reference is at px now: trailing orders follow, and, unless `halted`, orders are marked. */
void plm_triggers_see(plm_triggers *triggers, uint32_t sym, uint8_t key, plm_px px, bool halted);

/* The next marked order, NULL when there is none. */
plm_order *plm_triggers_pop(plm_triggers *triggers);

#endif
