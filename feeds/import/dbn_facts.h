/*
 * dbn_facts.h - the instruments that the definition records of a DBN file describe, for files of
 * others that only name them.
 */
#ifndef PLM_DBN_FACTS_H
#define PLM_DBN_FACTS_H

#include <stdbool.h>

#include "row_table.h"

/* Whether the file begins as DBN does, packed or not; false as well where it cannot be read. */
bool plm_dbn_facts_probe(const char *path);

/* Adds what is described; a file that describes nothing is refused. */
PLM_NODISCARD plm_status plm_dbn_facts_read(const char *path, plm_diag *diag, plm_row_table *out);

#endif
