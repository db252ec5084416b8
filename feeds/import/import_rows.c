/*
 * import_rows.c - keeps the rows, finds them by symbol.
 */
#include "import_rows.h"

#include <stdio.h>
#include <string.h>

#include "check.h"

static bool is_word(plm_csv_text text, const char *word)
{
    return text.size == strlen(word) && memcmp(text.bytes, word, text.size) == 0;
}

plm_status plm_import_rows_init(plm_import_rows *rows, const plm_import_options *options,
                                plm_diag *diag)
{
    if (options->map_path != NULL) {
        return plm_fail(diag, PLM_ERR_USAGE,
                        "%s: a column map was given with a format that needs none; one of them is "
                        "allowed",
                        options->map_path);
    }
    *rows = (plm_import_rows){.symbol = options->symbol};
    plm_row_table_init(&rows->table);
    uint32_t place = 0;
    for (uint32_t i = 0; i < options->row_count; i++) {
        plm_status const status = plm_row_table_add(&rows->table, &options->rows[i], diag, &place);
        if (status < 0) {
            plm_import_rows_fini(rows);
            return status;
        }
    }
    return PLM_OK;
}

void plm_import_rows_fini(plm_import_rows *rows)
{
    plm_row_table_fini(&rows->table);
    *rows = (plm_import_rows){.symbol = NULL};
}

plm_status plm_import_rows_need_symbol(const plm_import_rows *rows, const char *name,
                                       plm_diag *diag)
{
    return rows->symbol != NULL
               ? PLM_OK
               : plm_fail(diag, PLM_ERR_USAGE,
                          "%s: nothing in the file names the symbol; --symbol is needed", name);
}

bool plm_import_rows_find(plm_import_rows *rows, const plm_csv_text *text, plm_refusal *refusal,
                          uint32_t *out)
{
    plm_assert(text != NULL || rows->symbol != NULL);
    plm_csv_text const symbol =
        text != NULL ? *text : (plm_csv_text){rows->symbol, strlen(rows->symbol)};
    if (symbol.size == 0) {
        return plm_refuse(refusal, PLM_REJECT_BLANK, "a symbol is needed", "the symbol is empty");
    }
    if (rows->symbol != NULL && !is_word(symbol, rows->symbol)) {
        return plm_refuse(refusal, PLM_REJECT_DECLARED, "", "another symbol than that of --symbol");
    }
    if (rows->last < rows->table.count && is_word(symbol, rows->table.rows[rows->last].symbol)) {
        *out = rows->last;
        return true;
    }
    uint32_t const found = plm_symbol_map_find(rows->table.symbols, symbol.bytes, symbol.size);
    if (found == PLM_SYMBOL_ABSENT) {
        int const length = symbol.size > 60 ? 60 : (int)symbol.size;
        char allowed[PLM_REFUSAL_CAP];
        (void)snprintf(allowed, sizeof allowed,
                       "the file does not describe it: --instrument '%.*s=KIND,tick=...,lot=...' "
                       "or --instruments is needed",
                       length, symbol.bytes);
        return plm_refuse(refusal, PLM_REJECT_UNKNOWN, allowed, "no instrument '%.*s'", length,
                          symbol.bytes);
    }
    rows->last = found;
    *out = found;
    return true;
}
