/*
 * screen.h - events that no honest tape holds, found at the price of a glance at each.
 *
 * The reader of blocks has seen to it that times do not go back and lie in 2000..2100, that kind,
 * side and flags exist and fit the row, that no size is negative, and no price of a frequent kind.
 * The rest is looked at here: prices that must not be 0, prices above 2^61, and the fields of
 * the rare kinds. A quote of size 0 at a price passes: its size counts as unknown.
 */
#ifndef PLM_SCREEN_H
#define PLM_SCREEN_H

#include "contract.h"

/* NULL when all events are as the engine relies on, else what is wrong with event `*out_at`.
 * `kinds` are those that the block's index names. */
const char *plm_screen_events(const plm_contracts *contracts, const plm_event *events,
                              uint32_t count, uint64_t kinds, uint32_t *out_at);

#endif
