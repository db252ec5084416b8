/*
 * rulebook_path.h - which file a rulebook's name means.
 */
#ifndef PLM_RULEBOOK_PATH_H
#define PLM_RULEBOOK_PATH_H

#include "shipped.h"
#include "status.h"

/* A word with a '/', or one that ends with .yaml or .yml, is a path and returned as it is;
 * everything else is the name of a rulebook that ships, refused with the nearest one. */
PLM_NODISCARD plm_status plm_rulebook_path(const char *word, plm_diag *diag,
                                           char out[PLM_SHIPPED_PATH_CAP]);

/* Names of all that ship, sorted, each to be freed with plm_free; refused when there are none. */
PLM_NODISCARD plm_status plm_rulebook_names(plm_diag *diag, char *names[PLM_SHIPPED_NAMES_MAX],
                                            unsigned *out_count);

#endif
