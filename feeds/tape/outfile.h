/*
 * outfile.h - a file that appears under its name only when it is whole and on disk.
 */
#ifndef PLM_OUTFILE_H
#define PLM_OUTFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "status.h"

typedef struct plm_outfile plm_outfile;

/* Refuses a path that cannot be written: none or too long, a link or anything else that is not a
 * regular file, an existing file unless `overwrite`. Creates nothing. */
PLM_NODISCARD plm_status plm_outfile_check(const char *path, bool overwrite, plm_diag *diag);

/* Checks the path and opens a temporary file beside it. */
PLM_NODISCARD plm_status plm_outfile_create(const char *path, bool overwrite, plm_diag *diag,
                                            plm_outfile **out);
PLM_NODISCARD plm_status plm_outfile_write(plm_outfile *file, const void *bytes, size_t size,
                                           plm_diag *diag);
uint64_t plm_outfile_size(const plm_outfile *file); /* bytes written so far */

/* Syncs, gives the file its name, syncs the folder; fails when a write has failed. The handle is
 * gone afterwards, also on failure. */
PLM_NODISCARD plm_status plm_outfile_commit(plm_outfile *file, plm_diag *diag);

/* Removes the temporary file; NULL allowed. */
void plm_outfile_abort(plm_outfile *file);

#endif
