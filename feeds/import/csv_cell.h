/*
 * csv_cell.h - one value of the column map: which column or constant it is, its unit, its words.
 */
#ifndef PLM_CSV_CELL_H
#define PLM_CSV_CELL_H

#include "config.h"
#include "csv_fields.h"
#include "symbol_map.h"

typedef enum plm_csv_unit {
    PLM_UNIT_NONE = 0,
    PLM_UNIT_S = 1,
    PLM_UNIT_MS = 2,
    PLM_UNIT_US = 3,
    PLM_UNIT_NS = 4,
    PLM_UNIT_ISO = 5,
    PLM_UNIT_PERCENT = 6, /* rates */
    PLM_UNIT_BPS = 7
} plm_csv_unit;

/* The word of the map; not for NONE. */
const char *plm_csv_unit_name(plm_csv_unit unit);

typedef struct plm_csv_cell {
    const plm_config_node *node; /* NULL: the map does not give this value */
    const char *column;          /* as the map writes it, NULL = constant or part */
    size_t field;                /* of the row, once the header is known */
    plm_csv_text constant;
    size_t part;       /* of the name of the file, from 1; 0 = not from there */
    int64_t offset_ns; /* of times, from UTC */
    size_t day_part;   /* of the name of the file: the date of times; 0 = not from there */
    plm_csv_unit unit;
    plm_symbol_map *words; /* text -> number of the entry in `targets`, NULL = text as it is */
    const plm_config_node **targets;
    plm_symbol_map *absent, *zero; /* texts, NULL = none */
} plm_csv_cell;

/* What a plain word in place of a map means. */
typedef enum plm_csv_plain { PLM_CSV_PLAIN_COLUMN = 1, PLM_CSV_PLAIN_CONSTANT = 2 } plm_csv_plain;

#define PLM_CSV_PARTS_MAX 32

/* What a cell may have besides column or constant. */
#define PLM_CELL_UNIT 1u
#define PLM_CELL_WORDS 2u
#define PLM_CELL_MARKS 4u /* absent, zero */
#define PLM_CELL_CLOCK 8u /* offset, day */
#define PLM_CELL_PART 16u /* part, in place of column or constant */

/* NULL as node leaves the cell as not given. The cell borrows from the node. */
PLM_NODISCARD plm_status plm_csv_cell_read(const plm_config_node *node, plm_csv_plain plain,
                                           unsigned features, plm_diag *diag, plm_csv_cell *out);
void plm_csv_cell_fini(plm_csv_cell *cell);

/* A set of texts from a list; the caller destroys it. */
PLM_NODISCARD plm_status plm_csv_texts_read(const plm_config_node *list, plm_diag *diag,
                                            plm_symbol_map **out);

typedef enum plm_csv_value {
    PLM_CSV_VALUE_ABSENT = 0,
    PLM_CSV_VALUE_ZERO = 1,
    PLM_CSV_VALUE_TEXT = 2
} plm_csv_value;

/* The cell of a row. */
plm_csv_value plm_csv_cell_get(const plm_csv_cell *cell, const plm_csv_text *fields,
                               plm_csv_text *out);

/* What the words of the cell make of the text; false when they do not have it. */
bool plm_csv_cell_translate(const plm_csv_cell *cell, plm_csv_text text, plm_csv_text *out);

#endif
