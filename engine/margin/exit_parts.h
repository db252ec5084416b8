/*
 * exit_parts.h - the search for displayed prices as its parts share it. Private to this folder.
 *
 * Between two kinks the surplus of a pool is concave in the price (linear contracts) or in its
 * inverse (inverse ones): what fires within such a piece fires at one of its ends, or the end
 * before it does. So a walk outwards over the kinks, then a bisection of the first piece whose far
 * end fires, finds the nearest price that does.
 */
#ifndef PLM_EXIT_PARTS_H
#define PLM_EXIT_PARTS_H

#include "exit_price.h"
#include "trial.h"

/* Points of a search in steps of the searched number, in no order. */
typedef struct plm_exit_points {
    uint32_t count, cap;
    int64_t *point;
} plm_exit_points;

void plm_exit_points_init(plm_exit_points *points);
void plm_exit_points_fini(plm_exit_points *points);
void plm_exit_points_add(plm_exit_points *points, int64_t point);

/* The kinks of the surplus in the price of one instrument, prices on the tick. `now` is the
 * assessment of the input. False: an amount does not fit. */
PLM_NODISCARD bool plm_exit_kinks(const plm_rules *rules, const plm_margin_input *input,
                                  const plm_margin_output *now, uint32_t sym,
                                  plm_exit_points *points);

/* What is asked at a point: whether the trigger fires there. False: an amount does not fit; there
 * the search ends. */
typedef struct plm_exit_search {
    bool (*fires)(void *context, int64_t point, bool *out);
    void *context;
    int64_t start, step; /* `start` is the first point that is looked at */
    int64_t least, most; /* how far is searched */
    const plm_exit_points *points;
} plm_exit_search;

/* The nearest point that fires from `start` downwards or upwards; 0: none. */
int64_t plm_exit_find(const plm_exit_search *search, bool up);

#endif
