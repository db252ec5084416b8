/*
 * run_spec.h - a run as it was asked for, typed and complete: what run_file.c makes of a run file
 * and run.c builds a run from.
 */
#ifndef PLM_RUN_SPEC_H
#define PLM_RUN_SPEC_H

#include "contract.h"
#include "fee.h"
#include "latency.h"
#include "mark_source.h"
#include "param.h"
#include "rulebook.h"
#include "venue.h"

#define PLM_ACCOUNTS_MAX 4096u
#define PLM_RULEBOOKS_MAX 64u
#define PLM_NO_RULEBOOK UINT32_MAX
#define PLM_NO_LEADER UINT32_MAX
/* A run of more accounts follows lowest surpluses at samples and tests alone (docs/margin.md, 6).
 */
#define PLM_LOWEST_EXACT_ACCOUNTS 8u

/* A rulebook that accounts of the run are under. */
typedef struct plm_rulebook_spec {
    const char *word; /* as it stands in the run file: a name, or a path */
    plm_rulebook *rulebook;
    const plm_factory *factory; /* of its model; NULL: the built-in one */
    const plm_descriptor *model;
    plm_params *params; /* of the model */
} plm_rulebook_spec;

/* Positions of others that a deleveraging may take (docs/margin.md, 8.5). */
typedef struct plm_rest_spec {
    uint32_t sym;
    uint8_t leg; /* 1 long, 2 short */
    plm_qty qty; /* > 0 */
    plm_rate score;
} plm_rest_spec;

/* A part of an account's collateral, and the row of the custody that holds it. */
typedef struct plm_custody_spec {
    uint32_t asset, custody;
    plm_money amount; /* > 0 */
} plm_custody_spec;

typedef enum plm_after_liquidation {
    PLM_AFTER_NONE = 0,
    PLM_AFTER_CONTINUE = 1,
    PLM_AFTER_STOP = 2,
    PLM_AFTER_REFILL = 3
} plm_after_liquidation;

typedef struct plm_holding_spec {
    uint32_t asset;
    plm_money amount; /* > 0 */
} plm_holding_spec;

typedef struct plm_flow_spec {
    plm_ts at;
    uint32_t asset;
    plm_money amount; /* < 0: withdrawal */
} plm_flow_spec;

typedef struct plm_opening_spec {
    uint32_t sym;
    uint8_t leg;
    plm_qty qty;
    plm_px px;
    plm_money margin; /* of an isolated one, in its settle asset; 0: by leverage */
} plm_opening_spec;

typedef struct plm_account_spec {
    const char *name;   /* unique in the run; variants: NAME/REGIME */
    const char *group;  /* the name in the run file: variants share it */
    const char *regime; /* "plain", "cross", ...; of several: "cross+isolated" */
    uint32_t world;
    uint32_t rulebook;          /* place in the run's; PLM_NO_RULEBOOK: a plain account */
    const uint8_t *regime_of;   /* sym_count of plm_regime; NONE: spot, and what is not traded */
    uint8_t regime_default;     /* plm_regime of rows that nothing names */
    bool confounded;            /* a variant whose rulebook is not that of the others */
    uint32_t leader;            /* `same: trades`: the account whose voluntary fills this one
                                   books, and no strategy; PLM_NO_LEADER: it decides for itself */
    const plm_factory *factory; /* of the strategy; NULL: an account without one, or a follower */
    const plm_descriptor *descriptor;
    plm_params *params;
    bool hedge;
    uint32_t report_asset;
    int64_t *leverage; /* sym_count, 1e-2 */
    uint32_t holding_count, flow_count, opening_count, custody_count;
    plm_holding_spec *holding;
    plm_flow_spec *flow; /* by time */
    plm_opening_spec *opening;
    plm_custody_spec *custody;    /* by (asset, custody) */
    uint32_t alert_count;         /* its own, without its rulebook's */
    plm_rate alert[PLM_WARN_MAX]; /* rising */
    plm_after_liquidation after;
    bool topup_auto;
} plm_account_spec;

typedef struct plm_run_spec {
    const char *name;
    const char *tape; /* path */
    uint64_t seed;
    int64_t sample_ns;  /* > 0; default 10 s */
    plm_ts from, until; /* 0 = no bound */
    plm_venue_settings venue;
    plm_latency orders, reports;
    int64_t feed_ns;
    bool feed_recorded;
    uint32_t tier_count;
    plm_fee_tier *tier;
    uint32_t rulebook_count;
    plm_rulebook_spec rulebook[PLM_RULEBOOKS_MAX];
    plm_price_word mark, trigger; /* in place of the rulebook's; NONE: as it says */
    uint32_t insurance_count;
    plm_holding_spec *insurance; /* what the fund of each world begins with, by asset */
    bool insurance_tape;         /* the fund follows the tape's */
    uint32_t par_count;
    plm_mark_par *par;
    uint32_t rest_count;
    plm_rest_spec *rest; /* by (sym, leg), then as they stand */
    bool stops_first;    /* race */
    bool lowest_exact;
    plm_latency liquidation;
    uint32_t deviation_count; /* sentences: where the run is not what its rulebooks say */
    const char **deviation;
    uint32_t world_count;
    uint32_t account_count;
    plm_account_spec *account;
} plm_run_spec;

#endif
