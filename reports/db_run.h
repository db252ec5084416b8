/*
 * db_run.h - what the run database says about a run besides its records, as plain data: whoever
 * starts a run fills it in.
 */
#ifndef PLM_DB_RUN_H
#define PLM_DB_RUN_H

#include <sqlite3.h>
#include <stdbool.h>

#include "digest.h"
#include "num.h"
#include "plm_record.h"

#define PLM_DB_NONE UINT32_MAX

typedef struct plm_db_setting {
    const char *path, *value, *origin;
} plm_db_setting;

typedef struct plm_db_rulebook {
    const char *name, *file, *text, *sources; /* sources: JSON */
    plm_ts effective;                         /* 0: not said */
} plm_db_rulebook;

typedef struct plm_db_mark {
    uint32_t rulebook, sym;
    const char *made_of;
} plm_db_mark;

typedef struct plm_db_account {
    const char *name, *group, *regime;
    const char *strategy;     /* NULL: none */
    const char *params;       /* JSON */
    uint32_t world, rulebook; /* PLM_DB_NONE: plain */
    bool hedge, same_trades;
    const char *after_liquidation; /* NULL: not said */
    uint32_t report_asset;
} plm_db_account;

/* Before the first record. Borrowed for the call, `names` for the life of the sink. */
typedef struct plm_db_run {
    const char *name, *producer, *run_file, *config_text, *tape;
    const char *overrides; /* JSON list */
    uint8_t config_sha256[PLM_DIGEST_SIZE], tape_digest[PLM_DIGEST_SIZE];
    bool tape_synthetic, every_tick, blobs, with_orders;
    uint64_t seed;
    int64_t sample_len_ns;
    plm_ts started; /* by the machine's clock */
    const plm_log_names *names;
    const char *const *kinds;  /* of the instruments, in words */
    const char *import_report; /* JSON; "": none */
    uint32_t source_count, setting_count, deviation_count, rulebook_count, mark_count;
    const char *const *source;
    const plm_db_setting *setting;
    const char *const *deviation;
    const plm_db_rulebook *rulebook;
    const plm_db_mark *mark;
    const plm_db_account *account; /* names->account_count */
} plm_db_run;

typedef struct plm_db_result {
    bool priced; /* first_nav is known */
    plm_money first_nav, insurance_used;
    uint64_t requests, orders, rejected, skipped_fills, margin_calls;
    bool bankrupt, stopped, lowest_exact;
} plm_db_result;

typedef struct plm_db_warning {
    const char *code, *text;
} plm_db_warning;

/* After the last. */
typedef struct plm_db_end {
    plm_ts first, last; /* 0: no events */
    uint64_t events, records, crossed, stale, gaps, unsettled;
    uint8_t digest[PLM_DIGEST_SIZE];
    int64_t elapsed_len_ns;
    uint32_t account_count, warning_count;
    const plm_db_result *result; /* account_count */
    const plm_db_warning *warning;
} plm_db_end;

/* Inside a transaction: the rows of the tables that a run begins with; column_doc; the results. */
PLM_NODISCARD plm_status plm_db_put_run(sqlite3 *db, const plm_db_run *run, plm_diag *diag);
PLM_NODISCARD plm_status plm_db_put_columns(sqlite3 *db, plm_diag *diag);
PLM_NODISCARD plm_status plm_db_put_end(sqlite3 *db, const plm_db_end *end, plm_diag *diag);
/* Status complete, with the number of rows of every table. */
PLM_NODISCARD plm_status plm_db_put_counts(sqlite3 *db, plm_diag *diag);

#endif
