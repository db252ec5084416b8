/*
 * life.h - says on the tape that a symbol died and was given to another coin.
 *
 * Where a row has events before its `delisted` and the stream goes on behind it, `status delist` is
 * put there; where the stream reaches `relisted`, `status relist` follows, before all else of that
 * instant. So a position that is held into the hole is settled or refused, never carried onto the
 * new coin. Events of the row in between are refused.
 */
#ifndef PLM_LIFE_H
#define PLM_LIFE_H

#include "stream.h"

typedef struct plm_life {
    plm_ts delisted, relisted; /* delisted <= relisted */
} plm_life;

/* Asked once for each row of the stream; false when nothing is known of the symbol. */
typedef bool (*plm_life_find)(const void *context, const char *symbol, plm_life *out);

/* Takes ownership of `inner`; the context is borrowed. */
plm_stream *plm_life_create(plm_stream *inner, plm_life_find find, const void *context);

#endif
