/*
 * workplace.h - a folder to work in: one that the user names, or a temporary one that is removed.
 */
#ifndef PLM_WORKPLACE_H
#define PLM_WORKPLACE_H

#include "shipped.h"
#include "status.h"

typedef struct plm_workplace {
    char folder[PLM_SHIPPED_PATH_CAP];
    bool temporary;
    int home; /* descriptor of the folder to come back to; -1: nothing is open */
} plm_workplace;

/* Makes the folder; NULL: a temporary one below $TMPDIR, or /tmp. One that exists is refused
 * unless `force`. */
PLM_NODISCARD plm_status plm_workplace_open(const char *folder, bool force, plm_diag *diag,
                                            plm_workplace *out);

/* Copies a file, or every regular file of a folder, into it; what is there already is replaced:
 * whoever asked for that said `force`. */
PLM_NODISCARD plm_status plm_workplace_copy(const plm_workplace *place, const char *path,
                                            plm_diag *diag);
PLM_NODISCARD plm_status plm_workplace_copy_all(const plm_workplace *place, const char *folder,
                                                plm_diag *diag);

/* From here on relative paths begin there. */
PLM_NODISCARD plm_status plm_workplace_enter(const plm_workplace *place, plm_diag *diag);

/* Goes back, and removes a temporary folder with its files. */
void plm_workplace_close(plm_workplace *place);

#endif
