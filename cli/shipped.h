/*
 * shipped.h - where what ships with the program lies: beside it, in a build tree or an installed
 * prefix, wherever that was moved to.
 */
#ifndef PLM_SHIPPED_H
#define PLM_SHIPPED_H

#include <stdbool.h>

#define PLM_SHIPPED_PATH_CAP 4096
#define PLM_SHIPPED_PLACES_CAP (2 * PLM_SHIPPED_PATH_CAP)
#define PLM_SHIPPED_NAMES_MAX 512u

/* A kind of thing that ships: its folder in a build tree, and below a prefix; files end so. */
typedef struct plm_shipped {
    const char *built, *installed, *ending;
} plm_shipped;

/* The folder; false when there is none. The installed one comes first: below a prefix such as a
 * home, a folder `strategies` may be anybody's. */
bool plm_shipped_folder(const plm_shipped *what, char out[PLM_SHIPPED_PATH_CAP]);

/* "A, B": where it is looked for. */
void plm_shipped_places(const plm_shipped *what, char out[PLM_SHIPPED_PLACES_CAP]);

/* The file of a name; false when there is none. */
bool plm_shipped_file(const plm_shipped *what, const char *folder, const char *name,
                      char out[PLM_SHIPPED_PATH_CAP]);

/* Names of the files in a folder without their ending, sorted: the order of a directory is
 * nobody's. Each is to be freed with plm_free. */
unsigned plm_shipped_names(const plm_shipped *what, const char *folder,
                           char *names[PLM_SHIPPED_NAMES_MAX]);

#endif
