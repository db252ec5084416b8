/*
 * csv_lines.h - the lines of a text: LF or CRLF, with or without one at the end, a BOM at the
 * start; refuses what no line may hold.
 */
#ifndef PLM_CSV_LINES_H
#define PLM_CSV_LINES_H

#include "import_format.h"

typedef struct plm_csv_lines {
    const char *name;
    uint64_t line;        /* number of the last line that was given out */
    uint64_t first_blank; /* of the blank lines just passed, 0 = none: they may only end a file */
    bool started;
} plm_csv_lines;

void plm_csv_lines_begin(plm_csv_lines *lines, const char *name);

/*
 * PLM_OK: row->line, text and size are set, the refusal too (NONE, or NUL bytes or blank lines in
 * the midst). PLM_END: more bytes are needed, or all is consumed. A line of more than
 * PLM_ROW_BYTES_MAX fails.
 */
PLM_NODISCARD plm_status plm_csv_lines_next(plm_csv_lines *lines, const char *bytes, size_t size,
                                            bool last, plm_diag *diag, size_t *out_consumed,
                                            plm_row *row);

#endif
