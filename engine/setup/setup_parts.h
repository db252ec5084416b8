/*
 * setup_parts.h - a run file as its parts share it. Private to this folder.
 *
 * The nodes of the text stay as they were read. Overrides and `like` make new maps whose entries
 * are the old nodes, so every value keeps the place that it came from.
 */
#ifndef PLM_SETUP_PARTS_H
#define PLM_SETUP_PARTS_H

#include "config.h"
#include "run_file.h"

#define PLM_RUN_NAME_MAX 64u    /* bytes of the name of a run */
#define PLM_ACCOUNT_NAME_MAX 48 /* bytes of the name of an account or world */
#define PLM_SETUP_PATH_MAX 4096u
#define PLM_SETUP_DAY_NS INT64_C(86400000000000)

/* One account of the run that a draft makes. */
typedef struct plm_variant {
    const plm_config_node *node; /* where it stands; the account's map for the default */
    const plm_config_node *map;  /* regimes by instrument; NULL: one for all */
    plm_regime common;           /* of the instruments that the map does not name */
    uint32_t rulebook;           /* place in the spec; PLM_NO_RULEBOOK: plain */
    bool confounded;
    const char *label; /* unique among the variants */
} plm_variant;

/* An account of the file, after `like`. Its variants make one account of the run each. */
typedef struct plm_draft {
    const char *name;
    const plm_config_node *map;
    const plm_config_node *strategy; /* NULL: an account without one */
    const char *world;               /* NULL: one of its own */
    uint32_t variant_count;
    plm_variant *variant;
    bool same_trades;
    const plm_run_strategy *answer; /* what the strategy's word means */
    plm_params *params;
    uint32_t report_asset;
} plm_draft;

typedef struct plm_kept plm_kept;

struct plm_run_file {
    plm_kept *kept; /* memory that goes with the file */
    plm_config *config;
    uint32_t override_count;
    plm_config **override;
    const plm_config_node *root;       /* with the overrides */
    const char *folder;                /* where relative paths start, "" for the working folder */
    const plm_rulebook_source *source; /* while the file is read */
    bool has_venue_rulebook;           /* the first of the spec's */
    const plm_config_node *model_params[PLM_RULEBOOKS_MAX]; /* of the models of the rulebooks */
    uint32_t draft_count, word_count;
    plm_draft *draft;
    const char **word; /* of strategies */
    plm_run_spec spec;
    uint32_t effective_count, effective_cap;
    plm_effective *effective;
};

/* -- memory ---------------------------------------------------------------------------------- */

/* Zeroed, freed with the file. */
void *plm_setup_take(plm_run_file *file, size_t count, size_t size);
PLM_PRINTF(2, 3) const char *plm_setup_print(plm_run_file *file, const char *format, ...);

/* -- maps ------------------------------------------------------------------------------------ */

/* A map with the same entries, to which entries can be added; entries share what is below them. */
plm_config_node *plm_setup_copy(plm_run_file *file, const plm_config_node *map);
/* An entry of such a map; replaces one of that key in its place. `value` is copied. */
plm_config_node *plm_setup_put(plm_run_file *file, plm_config_node *map, const char *key,
                               const plm_config_node *value);

/* -- single values: what was found, what is allowed ------------------------------------------- */

PLM_NODISCARD plm_status plm_setup_duration(const plm_config_node *node, int64_t min, int64_t max,
                                            const char *allowed, plm_diag *diag, int64_t *out);
/* min <= value <= max at 10^-scale. */
PLM_NODISCARD plm_status plm_setup_decimal(const plm_config_node *node, unsigned scale, int64_t min,
                                           int64_t max, const char *allowed, plm_diag *diag,
                                           int64_t *out);
/* An amount of money of at least `min` units. */
PLM_NODISCARD plm_status plm_setup_money(const plm_config_node *node, plm_i128 min,
                                         const char *allowed, plm_diag *diag, plm_money *out);
/* Letters, digits, '-' and '_': accounts and worlds stand in paths, logs and tables. */
PLM_NODISCARD plm_status plm_setup_name(const plm_config_node *node, plm_diag *diag,
                                        const char **out);
/* What the tape has no row or asset of; the nearest of `words` (closed by NULL) is named. */
PLM_NODISCARD plm_status plm_setup_refuse_name(const plm_config_node *node, const char *what,
                                               const char *name, const char *const *words,
                                               plm_diag *diag);
/* A name of the tape's tables; the nearest one is named where there is none. `name` is the text of
 * the node or its key. */
PLM_NODISCARD plm_status plm_setup_asset(const plm_config_node *node, const char *name,
                                         const plm_contracts *contracts, plm_diag *diag,
                                         uint32_t *out);
PLM_NODISCARD plm_status plm_setup_sym(const plm_config_node *node, const char *name,
                                       const plm_contracts *contracts, plm_diag *diag,
                                       uint32_t *out); /* of a row that can be traded */

/* -- the parts, in the order of their work ------------------------------------------------------
 */

/* Lays "PATH=VALUE" over the file's map; sets file->root. */
PLM_NODISCARD plm_status plm_setup_override(plm_run_file *file, const char *const *overrides,
                                            uint32_t count, plm_diag *diag);

/* Whether the keys and the values of `venue` that need no tape are right; NULL: defaults. */
PLM_NODISCARD plm_status plm_setup_venue(plm_run_file *file, const plm_config_node *venue,
                                         plm_diag *diag);
PLM_NODISCARD plm_status plm_setup_latency(plm_run_file *file, const plm_config_node *node,
                                           plm_diag *diag, plm_latency *out);
/* Those of them that are about margin; the venue's rulebook becomes the first. */
PLM_NODISCARD plm_status plm_setup_venue_margin(plm_run_file *file, const plm_config_node *venue,
                                                plm_diag *diag);

/* The place of the rulebook that a node names among the run's; opened where it is a new one.
 * `params` are its model's; NULL: none. */
PLM_NODISCARD plm_status plm_setup_rulebook(plm_run_file *file, const plm_config_node *node,
                                            const plm_config_node *params, plm_diag *diag,
                                            uint32_t *out);

/* The variants of a draft, from its `margin`. */
PLM_NODISCARD plm_status plm_setup_variants(plm_run_file *file, plm_draft *draft, plm_diag *diag);

/* Accounts of the file with `like`, names, worlds and variants; sets file->draft and file->word. */
PLM_NODISCARD plm_status plm_setup_drafts(plm_run_file *file, plm_diag *diag);

/* After the drafts: refuses what is about margin where nobody is under a rulebook. */
PLM_NODISCARD plm_status plm_setup_check_margin(const plm_run_file *file, plm_diag *diag);

/* -- with the tape */

PLM_NODISCARD plm_status plm_setup_min_notional(plm_run_file *file, const plm_config_node *venue,
                                                const plm_contracts *contracts, plm_diag *diag);
/* Insurance, par and the rest of the market; parameters of models. */
PLM_NODISCARD plm_status plm_setup_market_margin(plm_run_file *file, const plm_config_node *venue,
                                                 const plm_contracts *contracts, plm_diag *diag);

/* One account of the run; sets the draft's params and report_asset as well. */
PLM_NODISCARD plm_status plm_setup_account(plm_run_file *file, plm_draft *draft,
                                           const plm_contracts *contracts, plm_diag *diag,
                                           plm_account_spec *out);
/* What of it is about margin; holdings and openings are there. */
PLM_NODISCARD plm_status plm_setup_account_margin(plm_run_file *file, const plm_draft *draft,
                                                  const plm_contracts *contracts, plm_diag *diag,
                                                  plm_account_spec *account);
/* The regimes of a variant by instrument, and what else is its own. */
PLM_NODISCARD plm_status plm_setup_variant(plm_run_file *file, const plm_draft *draft,
                                           const plm_variant *variant,
                                           const plm_contracts *contracts, plm_diag *diag,
                                           plm_account_spec *account);

/* Where the run is not what its rulebooks say; after the accounts. */
void plm_setup_deviations(plm_run_file *file, const plm_contracts *contracts);

/* The lines of the effective configuration; after everything else. */
void plm_setup_effective(plm_run_file *file, const plm_contracts *contracts);

#endif
