/*
 * import_repeat.h - leaves out what only says again what was said last: marks, indices, funding
 * rates and open interest of sources that restate all of them in every row.
 */
#ifndef PLM_IMPORT_REPEAT_H
#define PLM_IMPORT_REPEAT_H

#include <stdbool.h>

#include "plimsoll.h"

typedef struct plm_repeat_filter plm_repeat_filter;

plm_repeat_filter *plm_repeat_filter_create(void);
void plm_repeat_filter_destroy(plm_repeat_filter *filter); /* NULL is fine */

/* Whether the event repeats the last one of its instrument and kind; remembers it. Events of other
 * kinds never do. They must come in the order of the tape. */
bool plm_repeat_filter_drops(plm_repeat_filter *filter, const plm_event *event);

#endif
