/*
 * csv_rules.h - what the events of one row of a generic CSV must be to one another.
 */
#ifndef PLM_CSV_RULES_H
#define PLM_CSV_RULES_H

#include "import_format.h"

/* Flags the levels of a row `inside` a snapshot; the first row of one gets two events that clear
 * the book, each side for itself. False where the row has no level. */
bool plm_csv_snapshot_mark(bool inside, bool first, plm_row *row);

/* The four events of a bar, the last ones of the row from `begin` on: all or none, high on top, low
 * below. */
bool plm_csv_bar_check(size_t begin, plm_row *row);

#endif
