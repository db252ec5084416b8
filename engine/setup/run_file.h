/*
 * run_file.h - run files (docs/run-file.md): YAML or JSON and overrides from the command line,
 * checked key by key, become a plm_run_spec.
 */
#ifndef PLM_RUN_FILE_H
#define PLM_RUN_FILE_H

#include "load.h"
#include "run_spec.h"

typedef struct plm_run_file plm_run_file;

/* Opens the rulebook that a node names; a name that is not there is refused by the node's place.
 * Relative paths start at `folder`. The run file takes what is opened. */
typedef struct plm_rulebook_source {
    void *context;
    plm_status (*open)(void *context, const plm_config_node *node, const char *folder,
                       plm_diag *diag, plm_rulebook **out);
} plm_rulebook_source;

/* Reads the text and lays the overrides ("accounts.carry.params.leverage=12") over it; their order
 * does not matter, the same path twice is refused. Checks what needs neither tape nor plug-ins:
 * unknown keys, like, rulebooks, variants. */
PLM_NODISCARD plm_status plm_run_file_read(const char *path, const char *const *overrides,
                                           uint32_t override_count,
                                           const plm_rulebook_source *source, plm_diag *diag,
                                           plm_run_file **out);
/* The same of a text that is at hand; `path` is where it came from: messages name it, relative
 * paths in it start in its folder. */
PLM_NODISCARD plm_status plm_run_file_parse(const char *path, const char *text,
                                            const char *const *overrides, uint32_t override_count,
                                            const plm_rulebook_source *source, plm_diag *diag,
                                            plm_run_file **out);
void plm_run_file_destroy(plm_run_file *file); /* NULL is fine */

/* The tape's path, relative to the run file's folder where it is not absolute. */
const char *plm_run_file_tape(const plm_run_file *file);

/* Refuses, by its place, a tape that is not there. */
PLM_NODISCARD plm_status plm_run_file_check_tape(const plm_run_file *file, plm_diag *diag);

/* Where relative paths in the file start; "" is the working folder. */
const char *plm_run_file_folder(const plm_run_file *file);

/* The words that `strategy` keys ask for, without doubles: ids or paths (with a '/'). */
uint32_t plm_run_file_strategy_count(const plm_run_file *file);
const char *plm_run_file_strategy(const plm_run_file *file, uint32_t index);

/* What answers a word of the list above: a strategy of a loaded library. */
typedef struct plm_run_strategy {
    const char *word;
    const plm_factory *factory;
    const plm_descriptor *descriptor;
} plm_run_strategy;

/* The rulebooks of the run, and the plug-in that answers the `model` of one; before the rest. */
uint32_t plm_run_file_rulebook_count(const plm_run_file *file);
const plm_rulebook *plm_run_file_rulebook(const plm_run_file *file, uint32_t index);
void plm_run_file_set_model(plm_run_file *file, uint32_t index, const plm_factory *factory,
                            const plm_descriptor *model);

/* The rest, against the tape's instruments and the strategies. Borrowed until the file is
 * destroyed. */
PLM_NODISCARD plm_status plm_run_file_resolve(plm_run_file *file, const plm_contracts *contracts,
                                              const plm_run_strategy *strategies,
                                              uint32_t strategy_count, plm_diag *diag,
                                              const plm_run_spec **out);

/* One line of the effective configuration: path, value, and where it comes from ("run.yaml:12:9",
 * "--set", "default"). In the order of the file, defaults of a map after its keys. */
typedef struct plm_effective {
    const char *path, *value, *origin;
} plm_effective;
uint32_t plm_run_file_effective_count(const plm_run_file *file);
plm_effective plm_run_file_effective(const plm_run_file *file, uint32_t index);

#endif
