/*
 * import_check.h - the rules that hold for the rows of every format, and the counts of the report.
 */
#ifndef PLM_IMPORT_CHECK_H
#define PLM_IMPORT_CHECK_H

#include "import_format.h"

typedef struct plm_import_check {
    plm_import_report report;
    plm_on_error on_error;
    plm_ts last_ts;             /* the latest ts of a row so far; newest first: the earliest */
    uint64_t last_rank;         /* of the row that was taken last */
    plm_ts emitted_ts;          /* sort: nothing before it can be placed any more */
    plm_ts row_ts;              /* of the row that was taken last */
    uint64_t ascents, descents; /* between rows that follow one another */
    char *previous;             /* text of the row before, PLM_ROW_BYTES_MAX */
    size_t previous_size;
    bool has_previous;
    plm_import_extent *extents; /* by row */
    uint32_t extent_count;
} plm_import_check;

void plm_import_check_init(plm_import_check *check, plm_on_error on_error);
void plm_import_check_fini(plm_import_check *check);

/*
 * Counts the row and applies the rules to it. *out_taken says whether its events go on. Fails when
 * the row is not taken and on_error does not let it pass; `name` is the file's.
 */
PLM_NODISCARD plm_status plm_import_check_row(plm_import_check *check, const plm_decoder *decoder,
                                              const char *name, plm_row *row, plm_diag *diag,
                                              bool *out_taken);

#endif
