/*
 * grid.h - a table of text for people, at most 80 columns wide.
 */
#ifndef PLM_GRID_H
#define PLM_GRID_H

#include "console.h"

#define PLM_GRID_COLUMNS_MAX 10
#define PLM_GRID_ROWS_MAX 65536
#define PLM_GRID_WIDTH 80

typedef struct plm_grid plm_grid;

/* Heads of the columns; a head that begins with '>' is of numbers and aligns to the right. Where
 * the table is too wide, the cells of column `shrinks` are cut. */
plm_grid *plm_grid_create(const char *const *heads, unsigned columns, unsigned shrinks);
void plm_grid_destroy(plm_grid *grid);
/* Fills the next cell, row by row; the text is copied and shown as printable text. */
void plm_grid_add(plm_grid *grid, const char *text);
/* Columns that it takes, if none is cut. */
size_t plm_grid_width(const plm_grid *grid);
void plm_grid_print(const plm_grid *grid, plm_out *out, bool colour, unsigned indent);

#endif
