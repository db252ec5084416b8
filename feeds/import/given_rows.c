/*
 * given_rows.c - keeps the rows, finds them by symbol.
 */
#include "given_rows.h"

#include <string.h>

#include "check.h"

static void tell_decoder(plm_given_rows *rows)
{
    rows->decoder->rows = rows->met.table.rows;
    rows->decoder->row_count = rows->met.table.count;
    rows->decoder->lives = rows->met.lives;
}

plm_status plm_given_rows_init(plm_given_rows *rows, const plm_import_options *options,
                               plm_decoder *decoder, plm_diag *diag)
{
    if (options->map_path != NULL) {
        return plm_fail(diag, PLM_ERR_USAGE,
                        "%s: a column map was given with a format that needs none; one of them is "
                        "allowed",
                        options->map_path);
    }
    *rows = (plm_given_rows){.options = options, .decoder = decoder};
    plm_import_rows_init(&rows->met, options);
    plm_status const status = plm_import_rows_add_described(&rows->met, diag);
    if (status < 0) {
        plm_given_rows_fini(rows);
        return status;
    }
    tell_decoder(rows);
    return PLM_OK;
}

void plm_given_rows_fini(plm_given_rows *rows)
{
    plm_import_rows_fini(&rows->met);
    *rows = (plm_given_rows){.options = NULL};
}

plm_status plm_given_rows_need_symbol(const plm_given_rows *rows, const char *name, plm_diag *diag)
{
    return rows->options->symbol != NULL
               ? PLM_OK
               : plm_fail(diag, PLM_ERR_USAGE,
                          "%s: nothing in the file names the symbol; --symbol is needed", name);
}

uint32_t plm_given_rows_most(const plm_given_rows *rows)
{
    uint32_t known = 0;
    plm_instrument row;
    while (plm_known_row_at(known, &row) != NULL) {
        known++;
    }
    return rows->options->row_count + known;
}

bool plm_given_rows_find(plm_given_rows *rows, const plm_csv_text *text, plm_refusal *refusal,
                         uint32_t *out)
{
    const char *const only = rows->options->symbol;
    plm_assert(text != NULL || only != NULL);
    plm_csv_text const symbol = text != NULL ? *text : (plm_csv_text){only, strlen(only)};
    if (only != NULL && symbol.size > 0 &&
        (symbol.size != strlen(only) || memcmp(symbol.bytes, only, symbol.size) != 0)) {
        return plm_refuse(refusal, PLM_REJECT_DECLARED, "", "another symbol than that of --symbol");
    }
    if (!plm_import_rows_find(&rows->met, rows->venue, symbol.bytes, symbol.size, refusal, out)) {
        return false;
    }
    tell_decoder(rows);
    return true;
}
