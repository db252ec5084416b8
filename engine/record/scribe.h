/*
 * scribe.h - full buffers of records are written by a thread of their own, in their order, while
 * the run fills the next. A few wait when what writes is slow; then the run does.
 */
#ifndef PLM_SCRIBE_H
#define PLM_SCRIBE_H

#include "plm_record.h"

#define PLM_SCRIBE_RECORDS 512u /* of a buffer */

typedef void plm_scribe_write(void *context, const plm_record *record, uint32_t count);

typedef struct plm_scribe plm_scribe;

plm_scribe *plm_scribe_create(plm_scribe_write *write, void *context);
/* Whoever has not waited loses what is not written yet. NULL is fine. */
void plm_scribe_destroy(plm_scribe *scribe);

/* The buffer in hand. */
plm_record *plm_scribe_buffer(plm_scribe *scribe);
/* So many records of it are to be written; the next one is in hand then. */
plm_record *plm_scribe_pass(plm_scribe *scribe, uint32_t count);
/* Writes them as well, and returns when nothing is left to be written. */
plm_record *plm_scribe_finish(plm_scribe *scribe, uint32_t count);

#endif
