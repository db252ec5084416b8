/*
 * grid.c - a table of text for people, at most 80 columns wide.
 */
#include "grid.h"

#include <string.h>

#include "check.h"
#include "memory.h"

#define GRID_GAP 2
#define GRID_LEAST 8 /* of a column that shrinks */

struct plm_grid {
    unsigned columns, shrinks;
    const char *head[PLM_GRID_COLUMNS_MAX];
    bool right[PLM_GRID_COLUMNS_MAX];
    size_t width[PLM_GRID_COLUMNS_MAX];
    char **cell;
    size_t count, cap;
};

plm_grid *plm_grid_create(const char *const *heads, unsigned columns, unsigned shrinks)
{
    plm_assert(columns > 0 && columns <= PLM_GRID_COLUMNS_MAX && shrinks < columns);
    plm_grid *grid = plm_alloc(1, sizeof *grid);
    grid->columns = columns;
    grid->shrinks = shrinks;
    for (unsigned i = 0; i < columns; i++) {
        grid->right[i] = heads[i][0] == '>';
        grid->head[i] = heads[i] + (grid->right[i] ? 1 : 0);
        grid->width[i] = strlen(grid->head[i]);
    }
    return grid;
}

void plm_grid_destroy(plm_grid *grid)
{
    for (size_t i = 0; i < grid->count; i++) {
        plm_free(grid->cell[i]);
    }
    plm_free(grid->cell);
    plm_free(grid);
}

void plm_grid_add(plm_grid *grid, const char *text)
{
    char shown[PLM_SHOWN_CAP];
    plm_assert(grid->count < (size_t)PLM_GRID_ROWS_MAX * grid->columns);
    if (grid->count == grid->cap) {
        grid->cap = grid->cap == 0 ? 64 : grid->cap * 2;
        grid->cell = plm_realloc(grid->cell, grid->cap, sizeof *grid->cell);
    }
    grid->cell[grid->count] = plm_strdup(plm_console_printable(text, shown, sizeof shown));
    size_t *width = &grid->width[grid->count % grid->columns];
    const size_t size = strlen(grid->cell[grid->count]);
    if (size > *width) {
        *width = size;
    }
    grid->count++;
}

/* A line under way: blanks are kept back until text follows, so that no line ends with any. */
typedef struct grid_line {
    plm_out *out;
    size_t blanks;
} grid_line;

static void put(grid_line *line, const char *text, size_t size)
{
    if (size > 0) {
        plm_out_printf(line->out, "%*s%.*s", (int)line->blanks, "", (int)size, text);
        line->blanks = 0;
    }
}

static void put_cell(grid_line *line, const char *text, size_t width, bool right)
{
    const size_t size = strlen(text);
    if (size > width) {
        put(line, text, width - 1);
        put(line, "~", 1);
    } else if (right) {
        line->blanks += width - size;
        put(line, text, size);
    } else {
        put(line, text, size);
        line->blanks += width - size;
    }
    line->blanks += GRID_GAP;
}

size_t plm_grid_width(const plm_grid *grid)
{
    size_t total = (size_t)GRID_GAP * (grid->columns - 1);
    for (unsigned i = 0; i < grid->columns; i++) {
        total += grid->width[i];
    }
    return total;
}

/* Takes from the column that shrinks what the table has too much. */
static void fit(const plm_grid *grid, unsigned indent, size_t *width)
{
    size_t const total = indent + plm_grid_width(grid);
    memcpy(width, grid->width, grid->columns * sizeof *width);
    size_t *soft = &width[grid->shrinks];
    if (total > PLM_GRID_WIDTH && *soft > GRID_LEAST) {
        const size_t over = total - PLM_GRID_WIDTH;
        *soft = *soft > over + GRID_LEAST ? *soft - over : GRID_LEAST;
    }
}

void plm_grid_print(const plm_grid *grid, plm_out *out, bool colour, unsigned indent)
{
    size_t width[PLM_GRID_COLUMNS_MAX];
    fit(grid, indent, width);
    grid_line line = {out, indent};
    plm_out_text(out, colour ? PLM_BOLD : "");
    for (unsigned i = 0; i < grid->columns; i++) {
        put_cell(&line, grid->head[i], width[i], grid->right[i]);
    }
    plm_out_text(out, colour ? PLM_PLAIN "\n" : "\n");
    for (size_t i = 0; i < grid->count; i++) {
        const unsigned column = (unsigned)(i % grid->columns);
        if (column == 0) {
            line.blanks = indent;
        }
        put_cell(&line, grid->cell[i], width[column], grid->right[column]);
        if (column + 1 == grid->columns) {
            plm_out_text(out, "\n");
        }
    }
}
