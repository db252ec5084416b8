/*
 * trigger.c - the waiting room of conditional orders. An order that trails stands on both shelves:
 * on one for the next best, on the other for its trigger.
 */
#include "trigger.h"

#include "check.h"
#include "memory.h"
#include "num.h"

void plm_triggers_init(plm_triggers *triggers, uint32_t sym_count)
{
    size_t const count = (size_t)sym_count * PLM_TRIGGER_KEYS;
    *triggers = (plm_triggers){
        .sym_count = sym_count,
        .waiting = plm_alloc(count, sizeof *triggers->waiting),
    };
    for (size_t i = 0; i < count; i++) {
        plm_shelf_init(&triggers->waiting[i].above, false);
        plm_shelf_init(&triggers->waiting[i].below, true);
    }
    plm_shelf_init(&triggers->due, true);
}

void plm_triggers_fini(plm_triggers *triggers)
{
    for (size_t i = 0; i < (size_t)triggers->sym_count * PLM_TRIGGER_KEYS; i++) {
        plm_shelf_fini(&triggers->waiting[i].above);
        plm_shelf_fini(&triggers->waiting[i].below);
    }
    plm_shelf_fini(&triggers->due);
    plm_free(triggers->waiting);
    plm_free(triggers->marked);
}

plm_waiting *plm_triggers_of(const plm_triggers *triggers, uint32_t sym, uint8_t key)
{
    plm_assert(sym < triggers->sym_count);
    plm_assert(key >= PLM_KEY_LAST);
    plm_assert(key - PLM_KEY_LAST < PLM_TRIGGER_KEYS);
    return &triggers->waiting[(size_t)sym * PLM_TRIGGER_KEYS + key - PLM_KEY_LAST];
}

uint8_t plm_trigger_key(const plm_order *order)
{
    return order->trigger_by != 0 ? order->trigger_by : PLM_KEY_LAST;
}

/* -- prices at which something happens -------------------------------------------------------- */

typedef struct bounds {
    bool has_above, has_below;
    plm_px above, below;
} bounds;

/* A trailing order: its trigger on one side, the next best on the other. What does not fit 64 bits
 * never happens. */
static bounds trail_bounds(const plm_order *order)
{
    if (order->best == 0) {
        return (bounds){.has_above = true, .above = INT64_MIN}; /* any price is the best yet */
    }
    bounds found = {0};
    if (order->side == PLM_SIDE_SELL) {
        found.has_above = plm_i64_add(order->best, 1, &found.above);
        found.has_below = plm_i64_sub(order->best, order->trail, &found.below);
    } else {
        found.has_above = plm_i64_add(order->best, order->trail, &found.above);
        found.has_below = plm_i64_sub(order->best, 1, &found.below);
    }
    return found;
}

static bounds bounds_of(const plm_order *order)
{
    if (order->trigger == PLM_TRIGGER_TRAIL) {
        return trail_bounds(order);
    }
    bool const rises = (order->trigger == PLM_TRIGGER_STOP) == (order->side == PLM_SIDE_BUY);
    return (bounds){.has_above = rises,
                    .has_below = !rises,
                    .above = order->trigger_px,
                    .below = order->trigger_px};
}

static bool is_new_best(const plm_order *order, plm_px px)
{
    return order->trigger == PLM_TRIGGER_TRAIL &&
           (order->best == 0 ||
            (order->side == PLM_SIDE_SELL ? px > order->best : px < order->best));
}

bool plm_trigger_fires(const plm_order *order, plm_px px)
{
    if (is_new_best(order, px)) {
        return false;
    }
    bounds const at = bounds_of(order);
    return (at.has_above && px >= at.above) || (at.has_below && px <= at.below);
}

/* -- the room -------------------------------------------------------------------------------- */

static void shelve(plm_waiting *waiting, plm_order *order)
{
    bounds const at = bounds_of(order);
    if (at.has_above) {
        plm_shelf_add(&waiting->above, at.above, order);
    }
    if (at.has_below) {
        plm_shelf_add(&waiting->below, at.below, order);
    }
}

static void unshelve(plm_waiting *waiting, const plm_order *order)
{
    bounds const at = bounds_of(order);
    if (at.has_above) {
        plm_shelf_remove(&waiting->above, at.above, order);
    }
    if (at.has_below) {
        plm_shelf_remove(&waiting->below, at.below, order);
    }
}

static plm_waiting *room_of(const plm_triggers *triggers, const plm_order *order)
{
    return plm_triggers_of(triggers, order->sym, plm_trigger_key(order));
}

void plm_triggers_add(plm_triggers *triggers, plm_order *order)
{
    plm_assert(order->place == PLM_PLACE_NONE);
    shelve(room_of(triggers, order), order);
    order->place = PLM_PLACE_WAITING;
}

void plm_triggers_remove(plm_triggers *triggers, plm_order *order)
{
    if (order->place == PLM_PLACE_WAITING) {
        unshelve(room_of(triggers, order), order);
    } else {
        plm_assert(order->place == PLM_PLACE_MARKED);
        uint32_t at = triggers->marked_first;
        while (triggers->marked[at] != order) {
            at++;
            plm_assert(at < triggers->marked_count);
        }
        triggers->marked[at] = NULL;
    }
    order->place = PLM_PLACE_NONE;
}

static void mark(plm_triggers *triggers, plm_order *order)
{
    if (triggers->marked_count == triggers->marked_cap) {
        triggers->marked_cap = triggers->marked_cap == 0 ? 16 : 2 * triggers->marked_cap;
        triggers->marked = plm_realloc(triggers->marked, triggers->marked_cap, sizeof(plm_order *));
    }
    triggers->marked[triggers->marked_count++] = order;
    order->place = PLM_PLACE_MARKED;
}

/* All to whom px makes a difference leave the shelves, in the order of arrival. */
static void collect(plm_triggers *triggers, plm_waiting *waiting, plm_px px)
{
    triggers->due.count = 0;
    for (;;) {
        const plm_shelf_item *item = plm_shelf_best(&waiting->above);
        if (item == NULL || item->px > px) {
            item = plm_shelf_best(&waiting->below);
            if (item == NULL || item->px < px) {
                return;
            }
        }
        plm_order *const order = item->order;
        unshelve(waiting, order);
        plm_shelf_add(&triggers->due, (int64_t)order->arrival, order);
    }
}

void plm_triggers_see(plm_triggers *triggers, uint32_t sym, uint8_t key, plm_px px, bool halted)
{
    plm_waiting *const waiting = plm_triggers_of(triggers, sym, key);
    collect(triggers, waiting, px);
    for (uint32_t i = 0; i < triggers->due.count; i++) {
        plm_order *const order = triggers->due.items[i].order;
        if (is_new_best(order, px)) {
            order->best = px;
            shelve(waiting, order);
        } else if (halted) {
            shelve(waiting, order);
        } else {
            mark(triggers, order);
        }
    }
}

plm_order *plm_triggers_pop(plm_triggers *triggers)
{
    while (triggers->marked_first < triggers->marked_count) {
        plm_order *const order = triggers->marked[triggers->marked_first++];
        if (order != NULL) {
            order->place = PLM_PLACE_NONE;
            return order;
        }
    }
    triggers->marked_first = 0;
    triggers->marked_count = 0;
    return NULL;
}
