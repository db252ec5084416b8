/*
 * row_table.c - instruments in the order in which they came, found by symbol.
 */
#include "row_table.h"

#include <string.h>

#include "check.h"
#include "instrument_text.h"
#include "memory.h"
#include "stream.h"

void plm_row_table_init(plm_row_table *table)
{
    *table = (plm_row_table){.symbols = plm_symbol_map_create()};
}

void plm_row_table_fini(plm_row_table *table)
{
    plm_free(table->rows);
    plm_symbol_map_destroy(table->symbols);
}

plm_status plm_row_table_add(plm_row_table *table, const plm_instrument *row, plm_diag *diag,
                             uint32_t *out_row)
{
    size_t const size = strlen(row->symbol);
    uint32_t const known = plm_symbol_map_find(table->symbols, row->symbol, size);
    if (known != PLM_SYMBOL_ABSENT) {
        if (plm_instrument_equal(&table->rows[known], row)) {
            *out_row = known;
            return PLM_OK;
        }
        char one[PLM_INSTRUMENT_TEXT_CAP];
        char other[PLM_INSTRUMENT_TEXT_CAP];
        (void)plm_instrument_format(&table->rows[known], one);
        (void)plm_instrument_format(row, other);
        return plm_fail(diag, PLM_ERR_INPUT,
                        "instrument %s is described in two ways: '%s' and '%s'; one is allowed",
                        row->symbol, one, other);
    }
    if (table->count == PLM_ROWS_MAX) {
        return plm_fail(diag, PLM_ERR_INPUT, "more than %u instruments; at most that many",
                        PLM_ROWS_MAX);
    }
    if (table->count == table->cap) {
        table->cap = table->cap == 0 ? 16 : table->cap * 2;
        table->rows = plm_realloc(table->rows, table->cap, sizeof *table->rows);
    }
    plm_assert(plm_symbol_map_add(table->symbols, row->symbol, size, table->count));
    *out_row = table->count;
    table->rows[table->count++] = *row;
    return PLM_OK;
}
