/*
 * csv_map.h - the column map of a generic CSV, read from YAML; docs/import.md describes the keys.
 *
 * Everything is declared, nothing is guessed. Unknown keys are refused with their position.
 */
#ifndef PLM_CSV_MAP_H
#define PLM_CSV_MAP_H

#include "csv_cell.h"
#include "import_format.h"
#include "kinds.h"
#include "row_table.h"

#define PLM_CSV_SKIPS_MAX 16
#define PLM_CSV_EVENTS_MAX 16 /* of one row */

/* One event that a row gives. */
typedef struct plm_csv_event {
    plm_csv_cell kind, side, px, qty;
    const plm_kind_info *info; /* NULL: the kind is in a column */
    plm_event_kind kind_fixed;
    bool is_bar; /* one of the four of a bar: qty is `duration_ns` or may be missing */
    int64_t duration_ns;
} plm_csv_event;

/* Rows whose column is one of the texts. */
typedef struct plm_csv_skip {
    plm_csv_cell cell;
    plm_symbol_map *texts;
} plm_csv_skip;

struct plm_csv_map {
    plm_config *config;             /* the cells borrow from it */
    char delimiter, quote, comment; /* '\0' = none */
    bool header, exponent, json;    /* json: rows are lists in a list */
    bool keep_duplicates, drop_duplicates, derive, newest_first;
    size_t field_count; /* 0 = that of the header */
    plm_csv_cell time, recv, symbol, id;
    int64_t time_shift_ns; /* bars stamped at their start become known at their end */
    size_t event_count;
    plm_csv_event event[PLM_CSV_EVENTS_MAX];
    size_t skip_count;
    plm_csv_skip skip[PLM_CSV_SKIPS_MAX];
    plm_csv_skip snapshot; /* rows that restate a book; without texts none are known */
    plm_row_table table;   /* the instruments */
};

/* The instruments are `rows` and those that the map describes. */
PLM_NODISCARD plm_status plm_csv_map_read(const char *path, const plm_instrument *rows,
                                          uint32_t row_count, plm_diag *diag, plm_csv_map **out);
void plm_csv_map_destroy(plm_csv_map *map); /* NULL is fine */

/* Finds the columns in the fields of the header line; `place` is its FILE:LINE. Whoever shares a
 * map binds a plain copy of it, which borrows all but the columns. */
PLM_NODISCARD plm_status plm_csv_map_bind(plm_csv_map *map, const plm_csv_text *header,
                                          size_t count, const char *place, plm_diag *diag);

/* All cells that can name a column, one after another; NULL past the end. */
plm_csv_cell *plm_csv_map_cell(plm_csv_map *map, size_t index);

/* NULL, or why the value that the map gives (or leaves out) cannot be this field of an event. */
const char *plm_csv_value_problem(const plm_csv_cell *cell, plm_field field);

/* `events:` and `bars:`; in csv_map_events.c. */
PLM_NODISCARD plm_status plm_csv_map_read_events(const plm_config_node *root, plm_diag *diag,
                                                 plm_csv_map *map);

#endif
