/*
 * run.h - a run from its spec to its digest: builds everything, seals it, and drives step.c.
 */
#ifndef PLM_RUN_H
#define PLM_RUN_H

#include "digest.h"
#include "host.h"
#include "plm_blocks.h"
#include "plm_record.h"
#include "run_spec.h"

typedef struct plm_run plm_run;

/* Everything is borrowed for the life of the run. Loads nothing and opens nothing. */
PLM_NODISCARD plm_status plm_run_create(const plm_run_spec *spec, const plm_contracts *contracts,
                                        plm_blocks *blocks, plm_beat *beat, plm_diag *diag,
                                        plm_run **out);
void plm_run_destroy(plm_run *run); /* also deactivates and destroys the strategies. NULL is fine */

const plm_log_names *plm_run_names(const plm_run *run);
void plm_run_attach(plm_run *run, plm_sink *sink); /* before the first step */

/* The plain twin of bands: every pool is assessed at every instant that changed one of its prices.
 * Before the first step. */
void plm_run_assess_every_tick(plm_run *run);

/* Test of docs/replay.md: ends a segment at every instant; nothing may change. */
void plm_run_force_segments(plm_run *run);

/* Replays until about the end of the next block of the tape: PLM_OK, or PLM_END after the last. */
PLM_NODISCARD plm_status plm_run_step(plm_run *run, plm_diag *diag);

/* After PLM_END: last samples, conservation, trailer, digest. */
PLM_NODISCARD plm_status plm_run_finish(plm_run *run, plm_diag *diag,
                                        uint8_t out_digest[PLM_DIGEST_SIZE]);

/* Instead, of a run that will not be finished: its sinks get what they have not had yet, and are
 * their owner's again. Fails as the first sink did. */
PLM_NODISCARD plm_status plm_run_abandon(plm_run *run, plm_diag *diag);

typedef struct plm_run_state {
    uint64_t events;    /* of the tape, applied */
    plm_ts now;         /* 0 before the first */
    uint64_t records;   /* in the log */
    uint64_t crossed;   /* quotes that left their instrument crossed */
    uint64_t stale;     /* orders that found quotes too old */
    uint64_t gaps;      /* gap events */
    uint64_t unsettled; /* positions in rows that expired without a settlement (at the end) */
} plm_run_state;

plm_run_state plm_run_get_state(const plm_run *run);

typedef struct plm_account_summary {
    const char *name, *group, *regime;
    uint32_t report_asset;
    bool priced;               /* all prices needed were known at the end */
    plm_money nav, unrealised; /* in the report currency */
    plm_money first_nav;       /* of what it began with, at the first sample with all prices */
    plm_money flows;           /* deposits less withdrawals since then, at the last prices */
    plm_money realised, fees, funding; /* converted at the last prices; fees paid */
    uint64_t requests;                 /* submits, amends and cancels that were sent */
    uint64_t orders, fills, rejected;
    uint64_t rejected_by[PLM_REASON_COUNT];
    plm_reason rejected_most; /* the most frequent one; none: PLM_REASON_NONE */
    bool stopped;
    bool falls;            /* there is such: not where equity of 0 or below was followed by more */
    plm_rate max_drawdown; /* of its worth, flows taken out, <= 0: docs/metrics.md */

    /* under a rulebook */
    uint64_t liquidations; /* episodes that touched a position */
    uint64_t margin_calls;
    uint64_t adl;     /* times that others' losses took a part of a position */
    uint64_t skipped; /* fills of the leader that a follower could not book */
    bool bankrupt;
    plm_money insurance_used; /* what funds have paid, in the report currency at the last prices */
    bool lowest_seen;         /* a pool had a surplus: the lowest of all, as they compare at the */
    plm_money lowest_surplus; /* last prices */
    uint32_t lowest_unit;     /* asset */
    plm_ts lowest_surplus_ts;
} plm_account_summary;

plm_account_summary plm_run_summary(const plm_run *run, uint32_t account);

/* How a rulebook's mark of an instrument is made ("tape", "median of 3"); "none" where it has none.
 */
const char *plm_run_mark(const plm_run *run, uint32_t rulebook, uint32_t sym);

#endif
