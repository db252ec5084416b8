/*
 * given_rows.h - the instruments of a format whose files name symbols, or none, and do not describe
 * them: those that the user describes, all of them in that order, then well-known ones of the venue
 * as they are met.
 */
#ifndef PLM_GIVEN_ROWS_H
#define PLM_GIVEN_ROWS_H

#include "csv_fields.h"
#include "import_format.h"
#include "import_rows.h"

typedef struct plm_given_rows {
    const plm_import_options *options;
    plm_import_rows met;
    plm_decoder *decoder; /* whose rows they are */
    const char *venue;    /* that the data itself is of, or NULL; set by the format */
} plm_given_rows;

/* Refuses a column map: a format that knows its columns has no use for one. Borrows both. */
PLM_NODISCARD plm_status plm_given_rows_init(plm_given_rows *rows,
                                             const plm_import_options *options,
                                             plm_decoder *decoder, plm_diag *diag);
void plm_given_rows_fini(plm_given_rows *rows);

/* How many there will be at most. */
uint32_t plm_given_rows_most(const plm_given_rows *rows);

/* Fails where neither the file nor --symbol names the symbol. */
PLM_NODISCARD plm_status plm_given_rows_need_symbol(const plm_given_rows *rows, const char *name,
                                                    plm_diag *diag);

/* `row` is one that plm_given_rows_find has given. */
static inline const plm_instrument *plm_given_rows_at(const plm_given_rows *rows, uint32_t row)
{
    return &rows->met.table.rows[row];
}

/*
 * The instrument of a symbol; text NULL: the file names none, so it is that of --symbol. Where the
 * file does, all other symbols than that of --symbol, or those of --only, are left out (DECLARED).
 */
bool plm_given_rows_find(plm_given_rows *rows, const plm_csv_text *text, plm_refusal *refusal,
                         uint32_t *out);

#endif
