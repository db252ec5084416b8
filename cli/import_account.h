/*
 * import_account.h - what became of the rows of all inputs: as JSON for programs and for the tape,
 * and as text for people. The account of one input is import.h's.
 */
#ifndef PLM_IMPORT_ACCOUNT_H
#define PLM_IMPORT_ACCOUNT_H

#include "import.h"
#include "jsonout.h"

typedef struct plm_import_input {
    const char *path;
    plm_import *import;
    bool life_known; /* of the symbol whose price jumped: the tape says that it is another coin */
} plm_import_input;

json_t *plm_import_account_json(const plm_import_input *inputs, uint32_t count,
                                const char *on_error);
/* The same as text that fits a tape, to be freed with plm_free: with many inputs, totals only. */
char *plm_import_account_stored(const plm_import_input *inputs, uint32_t count,
                                const char *on_error);
void plm_import_account_print(plm_out *out, const plm_import_input *inputs, uint32_t count);

/* Whether a row was skipped or moved because --on-error allowed it, or a remark was made. */
bool plm_import_account_warns(const plm_import_input *inputs, uint32_t count);

#endif
