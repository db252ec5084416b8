/*
 * db_parts.h - the sink as its files share it. Private to db_sink.c, db_trade.c, db_margin.c and
 * db_pool.c.
 */
#ifndef PLM_DB_PARTS_H
#define PLM_DB_PARTS_H

#include "db_blob.h"
#include "db_row.h"
#include "db_sink.h"

typedef enum plm_db_table {
    PLM_DB_EQUITY = 0,
    PLM_DB_MARGIN,
    PLM_DB_CONTRIBUTION,
    PLM_DB_PRICE,
    PLM_DB_ORDER_EVENT,
    PLM_DB_FILL,
    PLM_DB_POSITION,
    PLM_DB_POSTING,
    PLM_DB_FUNDING,
    PLM_DB_SETTLEMENT,
    PLM_DB_INTEREST,
    PLM_DB_MARGIN_EVENT,
    PLM_DB_LIQUIDATION,
    PLM_DB_LIQUIDATION_END,
    PLM_DB_STAGE,
    PLM_DB_COUNTERPARTY,
    PLM_DB_RULE_CHANGE,
    PLM_DB_COLLATERAL_EVENT,
    PLM_DB_NOTE,
    PLM_DB_POOL,
    PLM_DB_POOL_LOWEST,
    PLM_DB_DROP_CONTRIBUTIONS,
    PLM_DB_DROP_MARGINS,
    PLM_DB_DROP_EQUITY,
    PLM_DB_DROP_PRICE,
    PLM_DB_TABLE_COUNT
} plm_db_table;

typedef struct plm_db_pool {
    plm_pool_name name;
    uint32_t account, id; /* id: from 1 */
    uint32_t next;        /* pool of the same account, 0: none */
    uint32_t episode;     /* its open liquidation, 0: none */
    uint32_t number;      /* of that, in the account */
    uint64_t head;        /* the last head (see below) that it had a margin row under */
} plm_db_pool;

/* The last sample of an account. */
typedef struct plm_db_account_state {
    uint32_t first_pool; /* 0: none */
    bool sampled;
    plm_sample_at at;
    plm_ts ts;
    uint64_t first, last; /* seq of the sample and of the last record that belongs to it */
} plm_db_account_state;

/* The last price row of an instrument. */
typedef struct plm_db_price_state {
    int64_t id; /* 0: none */
    plm_ts ts;
} plm_db_price_state;

typedef struct plm_db_self {
    plm_sink sink;
    plm_db_sink_options options;
    sqlite3 *db;
    plm_blobs *blobs; /* NULL: rows */
    plm_row row[PLM_DB_TABLE_COUNT];
    uint32_t pool_count, pool_cap, liquidation_count;
    plm_db_pool *pool;             /* pool[id]; [0] is not used */
    plm_db_account_state *account; /* names->account_count */
    plm_db_price_state *price;     /* names->sym_count */
    /* The record that the margins which follow it at once belong to: a sample, or the begin of a
     * liquidation. */
    uint64_t head; /* seq, 0: none */
    uint32_t head_account;
    uint32_t head_episode; /* 0: it is a sample */
    bool head_blob;        /* it is a sample that goes into a block alone */
    bool in_blob;          /* the margin row that contributions follow went into a block */
    uint64_t margin;       /* seq of that row */
    /* The liquidation that is at work (docs/database.md, "Whose liquidation"). */
    uint32_t acting, acting_account;
    plm_ts acting_ts;
    uint64_t rows, packed; /* since the last commit; packed: samples into blocks */
} plm_db_self;

/* The word of an enum, NULL for "-". */
const char *plm_db_word(const char *word);
plm_row *plm_db_row(plm_db_self *self, plm_db_table table);
PLM_NODISCARD plm_status plm_db_put(plm_db_self *self, plm_db_table table, plm_diag *diag);
/* Orders of liquidations count from 2^63; here from -1 down. */
int64_t plm_db_order(plm_oid oid);

/* What happened in trading; PLM_END: another kind. */
PLM_NODISCARD plm_status plm_db_trade(plm_db_self *self, const plm_record *record, plm_diag *diag);
/* What happened to margin; PLM_END: another kind. */
PLM_NODISCARD plm_status plm_db_margin(plm_db_self *self, const plm_record *record, plm_diag *diag);

/* Made where it is seen first. */
PLM_NODISCARD plm_status plm_db_pool_find(plm_db_self *self, uint32_t account,
                                          const plm_pool_name *name, plm_diag *diag,
                                          plm_db_pool **out);
/* The pool of the account's open liquidation of that number; NULL: none. */
plm_db_pool *plm_db_pool_in(plm_db_self *self, uint32_t account, uint32_t number);
/* The pool in liquidation that holds a position; NULL: none. */
plm_db_pool *plm_db_pool_holding(plm_db_self *self, uint32_t account, uint32_t sym, uint8_t leg);

/* Whether what was at work is still at work at this record; then the liquidations of rows. */
void plm_db_acting_look(plm_db_self *self, const plm_record *record);
void plm_db_acting_set(plm_db_self *self, const plm_record *record, uint32_t episode);
uint32_t plm_db_acting_fill(const plm_db_self *self, const plm_record *record);
uint32_t plm_db_acting_posting(const plm_db_self *self, const plm_record *record);

#endif
