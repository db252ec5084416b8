/*
 * row_ids.h - ids that rows have had lately: whether one stands twice, exactly, within a window,
 * with bounded memory.
 */
#ifndef PLM_ROW_IDS_H
#define PLM_ROW_IDS_H

#include "csv_fields.h"

/* So many ids that were taken last are known for certain, and at most twice as many. */
#define PLM_ROW_IDS_WINDOW 8192u

typedef struct plm_row_ids plm_row_ids;

plm_row_ids *plm_row_ids_create(void);
void plm_row_ids_destroy(plm_row_ids *ids); /* NULL is fine */

/* Another member begins: forgets all. */
void plm_row_ids_clear(plm_row_ids *ids);

/* Refuses an id that a row of the instrument has had. It counts as had once it is settled as taken.
 */
bool plm_row_ids_check(plm_row_ids *ids, uint32_t sym, plm_csv_text id, plm_refusal *refusal);

/* Whether the row whose id was checked last is taken; without a check it does nothing. */
void plm_row_ids_settle(plm_row_ids *ids, bool taken);

#endif
