/*
 * plm_record.h - what happened to the accounts of a run, as records of 128 bytes, and the sinks
 * that take them.
 *
 * The records, in order, are the log of the run; their bytes (little-endian, no padding that is
 * not zero) are what the run's digest is made of. docs/log.md tells the same as text.
 */
#ifndef PLM_RECORD_H
#define PLM_RECORD_H

#include "plimsoll.h"
#include "status.h"

typedef enum plm_record_kind {
    PLM_RECORD_NONE = 0,
    PLM_RECORD_REQUEST = 1, /* a strategy sent a request; ts is when */
    PLM_RECORD_ORDER = 2,   /* an order changed, or (state unchanged, reason set) was not changed */
    PLM_RECORD_FILL = 3,    /* then come its postings and the position */
    PLM_RECORD_POSITION = 4, /* a position after a change */
    PLM_RECORD_POSTING = 5,  /* one entry of a batch of the ledger */
    PLM_RECORD_FUNDING = 6,
    PLM_RECORD_SETTLED = 7,
    PLM_RECORD_SAMPLE = 8,   /* value at a sampling instant and at the end */
    PLM_RECORD_NOTE = 9,     /* a strategy's remark */
    PLM_RECORD_STOPPED = 10, /* the strategy wants no more callbacks */
    PLM_RECORD_KIND_COUNT
} plm_record_kind;

typedef enum plm_action {
    PLM_ACTION_NONE = 0,
    PLM_ACTION_SUBMIT = 1,
    PLM_ACTION_AMEND = 2,
    PLM_ACTION_CANCEL = 3
} plm_action;

/* Whose money an entry of the ledger moves. */
typedef enum plm_book_kind {
    PLM_BOOK_NONE = 0,
    PLM_BOOK_ACCOUNT = 1,  /* an account's free balance */
    PLM_BOOK_MARKET = 2,   /* the counterparty of trades */
    PLM_BOOK_FEES = 3,     /* the venue's */
    PLM_BOOK_FUNDING = 4,  /* the funding pool */
    PLM_BOOK_EXTERNAL = 5, /* deposits and withdrawals */
    PLM_BOOK_ROUNDING = 6,
    PLM_BOOK_KIND_COUNT
} plm_book_kind;

typedef enum plm_cause {
    PLM_CAUSE_NONE = 0,
    PLM_CAUSE_REALISED_PNL = 1,
    PLM_CAUSE_FEE = 2,
    PLM_CAUSE_FUNDING = 3,
    PLM_CAUSE_TRADE = 4, /* a leg of a spot trade */
    PLM_CAUSE_EXPIRY = 5,
    PLM_CAUSE_DEPOSIT = 6,
    PLM_CAUSE_WITHDRAWAL = 7,
    PLM_CAUSE_COUNT
} plm_cause;

typedef struct plm_record_request {
    plm_oid oid;
    plm_ts arrives;
    plm_px px;
    plm_qty qty;
    plm_px trigger_px, trail;
    uint64_t tag;
    uint32_t sym, group;
    uint8_t action, side, type, tif, flags, trigger, trigger_by, leg;
} plm_record_request;

typedef struct plm_record_order {
    plm_oid oid;
    plm_px px;
    plm_qty qty, left;
    plm_px trigger_px;
    uint32_t sym;
    uint8_t state, reason, side, leg;
} plm_record_order;

typedef struct plm_record_fill {
    plm_oid oid;
    plm_px px;
    plm_qty qty, left;
    plm_amount value; /* signed as the side: buys > 0 */
    plm_amount fee;
    plm_amount realised;
    uint32_t sym;
    uint32_t asset; /* of value, fee and realised */
    uint8_t side, maker, leg, reserved[5];
} plm_record_fill;

typedef struct plm_record_position {
    plm_qty qty;
    plm_amount cost, realised;
    uint32_t sym;
    uint8_t leg, reserved[3];
} plm_record_position;

typedef struct plm_record_posting {
    plm_amount amount, balance; /* the balance after it */
    uint32_t asset;
    uint32_t sym; /* what it was about, or PLM_NO_SYM */
    uint8_t book; /* plm_book_kind */
    uint8_t cause;
    uint8_t reserved[6];
} plm_record_posting;

typedef struct plm_record_funding {
    plm_rate rate;
    plm_px px;
    plm_qty qty;
    plm_amount amount; /* received, < 0: paid */
    uint32_t sym, asset;
    uint8_t leg, reserved[7];
} plm_record_funding;

typedef struct plm_record_settled {
    plm_px px;
    plm_qty qty; /* of the position before */
    plm_amount realised;
    uint32_t sym, asset;
    uint8_t leg, reserved[7];
} plm_record_settled;

typedef struct plm_record_sample {
    plm_amount nav, unrealised; /* in `asset` */
    uint32_t asset;             /* the account's report currency */
    uint8_t priced;             /* 0: a price was unknown, both amounts are 0 */
    uint8_t last;               /* 1: the end of the run */
    uint8_t reserved[2];
} plm_record_sample;

typedef struct plm_record {
    plm_ts ts;
    uint64_t seq;     /* 1, 2, ... */
    uint64_t event;   /* number of tape events applied by then */
    uint32_t account; /* place in the run */
    uint8_t kind;     /* plm_record_kind */
    uint8_t reserved[3];
    union {
        plm_record_request request;
        plm_record_order order;
        plm_record_fill fill;
        plm_record_position position;
        plm_record_posting posting;
        plm_record_funding funding;
        plm_record_settled settled;
        plm_record_sample sample;
        char note[PLM_NOTE_CAP];
        uint8_t bytes[96];
    } u;
} plm_record;

PLM_STATIC_ASSERT(sizeof(plm_record) == 128, "a record is two cache lines");

/* What a sink needs to write a run down. Borrowed for its life. */
typedef struct plm_log_names {
    uint32_t account_count, sym_count, asset_count;
    const char *const *accounts;
    const plm_instrument *instruments;
    const char *const *assets;
} plm_log_names;

typedef struct plm_sink plm_sink;
struct plm_sink {
    void *impl;
    /* Records in order; borrowed for the call. */
    plm_status (*write)(plm_sink *sink, const plm_record *records, size_t count, plm_diag *diag);
    /* After the last record of a run that came to its end: digest and tape digest. */
    plm_status (*finish)(plm_sink *sink, const uint8_t digest[32], plm_diag *diag);
    void (*destroy)(plm_sink *sink);
};

#endif
