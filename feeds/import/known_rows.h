/*
 * known_rows.h - facts about well-known instruments, by venue and symbol, so that files which only
 * name their symbol need no description.
 *
 * Ticks and lots are those of the date that the table names; venues change them. They bind no event
 * of a file; values off them are counted in the report. Whoever knows better describes the
 * instrument, which goes first.
 */
#ifndef PLM_KNOWN_ROWS_H
#define PLM_KNOWN_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "plimsoll.h"

/* "binance" (spot), "binance-um", "binance-cm", ...; closed by NULL. */
extern const char *const plm_known_venues[];

/* False when the table does not have it. */
bool plm_known_row_find(const char *venue, const char *symbol, plm_instrument *out);
/* The rows one after another; NULL past the end, else the venue. */
const char *plm_known_row_at(size_t index, plm_instrument *out);

/* A symbol that died and was given to another coin: nothing of the old one is traded from
 * `delisted` on, nothing of the new one before `relisted`. */
typedef struct plm_known_life {
    const char *venue, *symbol;
    plm_ts delisted, relisted;
} plm_known_life;

/* NULL past the end. */
const plm_known_life *plm_known_life_at(size_t index);

#endif
