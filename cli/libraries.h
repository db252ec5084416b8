/*
 * libraries.h - where strategies come from: plug-ins named with --strategy, plug-ins that a run
 * file names by path, and those that ship with the program.
 */
#ifndef PLM_LIBRARIES_H
#define PLM_LIBRARIES_H

#include "command.h"
#include "host.h"
#include "load.h"
#include "run_file.h"
#include "shipped.h"

#define PLM_LIBRARIES_MAX 512u

typedef struct plm_libraries {
    plm_beat *beat; /* loading runs code of the plug-in */
    uint32_t count, given;
    plm_library *library[PLM_LIBRARIES_MAX]; /* the first `given` are those of --strategy */
    uint32_t answer_count, answer_cap;
    plm_run_strategy *answer;
} plm_libraries;

/* The option that names plug-ins. */
#define PLM_STRATEGY_OPTION                                                                        \
    {                                                                                              \
        .name = "strategy", .type = PLM_OPTION_LIST, .value = "FILE.so",                           \
        .help = "a plug-in whose strategies are known by their ids; again for each further one"    \
    }

void plm_libraries_init(plm_libraries *libraries, plm_beat *beat);
void plm_libraries_fini(plm_libraries *libraries);

/* One plug-in. */
PLM_NODISCARD plm_status plm_libraries_add(plm_libraries *libraries, const char *path,
                                           plm_diag *diag);

/* The plug-ins of the option above; before the others. */
PLM_NODISCARD plm_status plm_libraries_add_given(plm_libraries *libraries,
                                                 const plm_session *session, plm_diag *diag);
/* Everything that ships with the program, by name. */
PLM_NODISCARD plm_status plm_libraries_add_shipped(plm_libraries *libraries, plm_diag *diag);

/* The ids of everything that ships, each to be freed with plm_free; no code of theirs runs. */
unsigned plm_libraries_names(char *names[PLM_SHIPPED_NAMES_MAX]);

/* "A, B": where what ships with the program is looked for. */
#define PLM_LIBRARIES_PLACES_CAP 8192
void plm_libraries_places(char out[PLM_LIBRARIES_PLACES_CAP]);

/* The plug-ins that rulebooks of the run file name as their models. */
PLM_NODISCARD plm_status plm_libraries_add_models(plm_libraries *libraries, plm_run_file *file,
                                                  plm_diag *diag);

/* Finds what the run file's strategies are; words that mean nothing are left to
 * plm_run_file_resolve, which knows their place, with all ids that there are. */
PLM_NODISCARD plm_status plm_libraries_answer(plm_libraries *libraries, const plm_run_file *file,
                                              plm_diag *diag);

#endif
