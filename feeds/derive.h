/*
 * derive.h - best bid and ask computed from L2 events, so that nobody later needs a book.
 *
 * After the last event of an instant each row whose L2 changed in it gets its new best bid and ask
 * (PLM_FLAG_DERIVED), bid before ask, rows in the order in which the instant touched them, and only
 * where price or quantity differ from what was said before. An emptied side is px 0, qty 0. A book
 * that is crossed gives a crossed quote: nothing is repaired. The recv of a quote is the latest one
 * of the row's L2 events of the instant: it cannot be heard before all that it is made of.
 *
 * Only for sources without quotes of their own: the importer says so, and a row with both an L2
 * event and a best bid or ask of its own is refused.
 */
#ifndef PLM_DERIVE_H
#define PLM_DERIVE_H

#include "stream.h"

#define PLM_DERIVE_LEVELS_MAX 8192 /* per row and side */

/* Takes ownership of `inner`. */
plm_stream *plm_derive_create(plm_stream *inner);

#endif
