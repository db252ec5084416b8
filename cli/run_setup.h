/*
 * run_setup.h - a run file with all that it needs at hand: its tape, its strategies, its spec. For
 * a worker: it loads plug-ins.
 */
#ifndef PLM_RUN_SETUP_H
#define PLM_RUN_SETUP_H

#include "libraries.h"
#include "worker.h"

typedef struct plm_run_setup {
    plm_run_file *file;
    plm_tape *tape;
    plm_contracts contracts;
    plm_libraries libraries;
    const plm_run_spec *spec;
    const char *set[PLM_OPTION_LIST_MAX + 1]; /* what was laid over the run file; borrowed */
    uint32_t set_count;
} plm_run_setup;

/* The options of every command that reads a run file. */
#define PLM_RUN_FILE_OPTIONS                                                                       \
    {.name = "set",                                                                                \
     .type = PLM_OPTION_LIST,                                                                      \
     .value = "PATH=VALUE",                                                                        \
     .help = "a value of the run file: accounts.carry.params.leverage=12; again for each further " \
             "one"},                                                                               \
        PLM_STRATEGY_OPTION

/* What a run is made of, where it is no file of the command line. */
typedef struct plm_run_source {
    const char *path; /* of the run file: relative paths start in its folder */
    const char *text; /* NULL: what the file says */
    const char *const *sets;
    uint32_t set_count;
    const char *tape; /* NULL: the run file's */
} plm_run_source;

/* Has the option --strategy alone. */
PLM_NODISCARD plm_status plm_run_setup_open_from(const plm_session *session, plm_worker *worker,
                                                 const plm_run_source *source, plm_diag *diag,
                                                 plm_run_setup *out);

/* Reads the run file of the first operand with the options above; `seed` NULL, or "seed=N". */
PLM_NODISCARD plm_status plm_run_setup_open(const plm_session *session, plm_worker *worker,
                                            const char *seed, plm_diag *diag, plm_run_setup *out);
void plm_run_setup_close(plm_run_setup *setup); /* also after a failure */

#endif
