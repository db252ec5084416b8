/*
 * csv_json_rows.h - rows of a table that is written as JSON: a list of lists,
 * [[1654041600000,31797.9,"x"],...], read one after another; its columns are numbers.
 */
#ifndef PLM_CSV_JSON_ROWS_H
#define PLM_CSV_JSON_ROWS_H

#include "csv_fields.h"
#include "import_format.h"
#include "json_scan.h"

typedef struct plm_csv_json_rows {
    const char *name;
    plm_json_scan scan;
    uint64_t row;    /* the last one that was given out */
    uint64_t offset; /* of the bytes to come */
} plm_csv_json_rows;

void plm_csv_json_rows_begin(plm_csv_json_rows *rows, const char *name);

/* As plm_csv_lines_next: the text of the row is its list, with brackets. */
PLM_NODISCARD plm_status plm_csv_json_rows_next(plm_csv_json_rows *rows, const char *bytes,
                                                size_t size, bool last, plm_diag *diag,
                                                size_t *out_consumed, plm_row *row);

/* As plm_csv_split: null is an empty field, lists and objects are refused. */
bool plm_csv_json_split(const char *text, size_t size, plm_refusal *refusal, plm_csv_text *out,
                        size_t *out_count);

#endif
