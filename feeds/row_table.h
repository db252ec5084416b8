/*
 * row_table.h - instruments in the order in which they came, found by symbol: what importers and
 * merges keep.
 */
#ifndef PLM_ROW_TABLE_H
#define PLM_ROW_TABLE_H

#include "plimsoll.h"
#include "status.h"
#include "symbol_map.h"

typedef struct plm_row_table {
    plm_instrument *rows;
    uint32_t count, cap;
    plm_symbol_map *symbols;
} plm_row_table;

void plm_row_table_init(plm_row_table *table);
void plm_row_table_fini(plm_row_table *table);

/* Adds a row, at most PLM_ROWS_MAX; an equal one that is there already is fine, a different one of
 * the same symbol is refused. *out_row is where it stands. */
PLM_NODISCARD plm_status plm_row_table_add(plm_row_table *table, const plm_instrument *row,
                                           plm_diag *diag, uint32_t *out_row);

#endif
