/*
 * run_spec.h - a run as it was asked for, typed and complete: what run_file.c makes of a run file
 * and run.c builds a run from.
 */
#ifndef PLM_RUN_SPEC_H
#define PLM_RUN_SPEC_H

#include "contract.h"
#include "fee.h"
#include "latency.h"
#include "param.h"
#include "venue.h"

#define PLM_ACCOUNTS_MAX 4096u

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
} plm_opening_spec;

typedef struct plm_account_spec {
    const char *name;   /* unique in the run; variants: NAME/REGIME */
    const char *group;  /* the name in the run file: variants share it */
    const char *regime; /* "plain" */
    uint32_t world;
    const plm_factory *factory; /* of the strategy; NULL: an account without one */
    const plm_descriptor *descriptor;
    plm_params *params;
    bool hedge;
    uint32_t report_asset;
    int64_t *leverage; /* sym_count, 1e-2 */
    uint32_t holding_count, flow_count, opening_count;
    plm_holding_spec *holding;
    plm_flow_spec *flow; /* by time */
    plm_opening_spec *opening;
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
    uint32_t world_count;
    uint32_t account_count;
    plm_account_spec *account;
} plm_run_spec;

#endif
