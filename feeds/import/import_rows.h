/*
 * import_rows.h - the instruments of a format whose files name symbols but do not describe them:
 * those that the options give.
 */
#ifndef PLM_IMPORT_ROWS_H
#define PLM_IMPORT_ROWS_H

#include "csv_fields.h"
#include "import.h"
#include "row_table.h"

typedef struct plm_import_rows {
    plm_row_table table;
    const char *symbol; /* of the options, or NULL */
    uint32_t last;      /* that was found last */
} plm_import_rows;

/* Refuses a column map: a format that knows its columns has no use for one. */
PLM_NODISCARD plm_status plm_import_rows_init(plm_import_rows *rows,
                                              const plm_import_options *options, plm_diag *diag);
void plm_import_rows_fini(plm_import_rows *rows);

/* Fails where neither the file nor --symbol names the symbol. */
PLM_NODISCARD plm_status plm_import_rows_need_symbol(const plm_import_rows *rows, const char *name,
                                                     plm_diag *diag);

/*
 * The instrument of a symbol; text NULL: the file names none, so it is that of --symbol. Where the
 * file does, all other symbols than that of --symbol are left out (DECLARED).
 */
bool plm_import_rows_find(plm_import_rows *rows, const plm_csv_text *text, plm_refusal *refusal,
                          uint32_t *out);

#endif
