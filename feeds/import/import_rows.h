/*
 * import_rows.h - the instruments of a decoder: found by the symbol of the data when it is met
 * first, as the user describes them or else as the table of well-known ones has them.
 */
#ifndef PLM_IMPORT_ROWS_H
#define PLM_IMPORT_ROWS_H

#include "import.h"
#include "known_rows.h"
#include "row_table.h"

typedef struct plm_import_rows {
    const plm_import_options *options;
    plm_row_table table;          /* those that have been met, in that order */
    plm_symbol_map *met;          /* symbol of the data -> row */
    const plm_known_life **lives; /* by row, NULL = nothing known */
    char before[PLM_SYMBOL_CAP];
    size_t before_size; /* the symbol that was asked for last, if it was found */
    uint32_t before_row;
} plm_import_rows;

/* Borrows the options. */
void plm_import_rows_init(plm_import_rows *rows, const plm_import_options *options);
void plm_import_rows_fini(plm_import_rows *rows);

/* Puts all rows that the user describes into the table now, in their order; not where the one
 * symbol of the file gets another name. */
PLM_NODISCARD plm_status plm_import_rows_add_described(plm_import_rows *rows, plm_diag *diag);

/* The venue of the options, or that of Binance's which has the kind of the row that the user
 * describes for the symbol; NULL when neither tells. */
const char *plm_import_rows_venue(const plm_import_rows *rows, const char *symbol);

/*
 * The row of a symbol. `venue` is one of known_rows.h, or NULL when the data does not say and the
 * options have none either. In this order: a row that the user describes under the name that the
 * symbol gets on the tape, one under the symbol itself, a well-known one of the venue. False with
 * a refusal that asks for the instrument by name, or says that the symbol is left out (DECLARED).
 */
bool plm_import_rows_find(plm_import_rows *rows, const char *venue, const char *symbol,
                          size_t symbol_size, plm_refusal *refusal, uint32_t *out_row);

#endif
