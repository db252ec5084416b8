/*
 * compare.h - variants side by side: what a comparison stands on, and its parts.
 */
#ifndef PLM_COMPARE_H
#define PLM_COMPARE_H

#include "query.h"
#include "story_make.h"

#define PLM_VARIANTS_MAX 64u  /* of a group that are compared */
#define PLM_COMPARE_PLACES 6u /* of amounts that are rounded: those of tables, and means */

/* Sums of one account; texts are kept by the teller. */
typedef struct plm_variant {
    int64_t id, rulebook_id;
    const char *name, *regime, *asset; /* asset: that it reports in */
    bool trades;                       /* same: trades */
    bool priced;                       /* has a value at the end */
    plm_money nav;
    int64_t liquidations;
    bool locked_known; /* its margin is in one asset and was kept */
    const char *unit;
    plm_money locked_mean, locked_peak;
    bool lowest_known;
    plm_money lowest;
    plm_ts lowest_ns;
} plm_variant;

typedef struct plm_comparison {
    sqlite3 *db;
    plm_teller *teller;
    const char *group;
    size_t count;
    plm_variant variant[PLM_VARIANTS_MAX];
    bool differ;
} plm_comparison;

/* For people; facts have all that there is. */
const char *plm_compare_rounded(const plm_comparison *self, plm_money amount);
/* Reads the sums of the variants and tells them in tables. */
PLM_NODISCARD plm_status plm_compare_outcome(plm_comparison *self, plm_diag *diag);
/* The first thing in which each variant differs from the first one, and why. */
PLM_NODISCARD plm_status plm_compare_diverge(plm_comparison *self, plm_diag *diag);
/* Liquidations, and the legs that one variant lost and another kept. */
PLM_NODISCARD plm_status plm_compare_liquidations(plm_comparison *self, plm_diag *diag);
/* What the numbers say; never what to do. */
void plm_compare_findings(plm_comparison *self);

#endif
