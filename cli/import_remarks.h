/*
 * import_remarks.h - what the inputs of one import are to one another, and what is odd about them
 * together: nothing is refused for it, but the exit code tells.
 */
#ifndef PLM_IMPORT_REMARKS_H
#define PLM_IMPORT_REMARKS_H

#include "import_account.h"

/* A list of sentences, empty when there is nothing to say: no events at all, two inputs of equal
 * content, an instrument with events of one kind over the same time in two inputs. */
json_t *plm_import_remarks(const plm_import_input *inputs, uint32_t count);

#endif
