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
    PLM_RECORD_SAMPLE = 8,        /* an account's value: see plm_sample_at */
    PLM_RECORD_NOTE = 9,          /* a strategy's remark */
    PLM_RECORD_STOPPED = 10,      /* the strategy wants no more callbacks */
    PLM_RECORD_MARGIN = 11,       /* a pool's numbers: at samples, at an episode's begin and end */
    PLM_RECORD_CONTRIBUTION = 12, /* what a position gives to them: at the same places */
    PLM_RECORD_CALL = 13,         /* a warned ratio was reached */
    PLM_RECORD_LIQUIDATION = 14,  /* an episode begins or ends */
    PLM_RECORD_STAGE = 15,        /* a step of it; its fills and postings follow */
    PLM_RECORD_COUNTERPARTY = 16, /* somebody's share of an ADL, of a loss */
    PLM_RECORD_INTEREST = 17,     /* then its postings */
    PLM_RECORD_RULE = 18,         /* rules changed: of a rulebook's users all */
    PLM_RECORD_COLLATERAL = 19, /* a haircut, custody or convertibility event reached an account */
    PLM_RECORD_MARGIN_REQUEST = 20, /* a request of plimsoll.margin_ops: done or refused */
    PLM_RECORD_LOWEST = 21,         /* at the end: a pool's lowest surplus, and when */
    PLM_RECORD_PRICE = 22,          /* before samples of the grid: of what has been traded so far */
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
    PLM_BOOK_ISOLATED = 7,     /* the margin of an isolated position */
    PLM_BOOK_INSURANCE = 8,    /* the fund of a world */
    PLM_BOOK_LENDER = 9,       /* who lends, and is paid interest */
    PLM_BOOK_KEEPER = 10,      /* who takes over for a fee */
    PLM_BOOK_LAST_RESORT = 11, /* who bears what nobody else can */
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
    PLM_CAUSE_TRANSFER = 8, /* between an account and its isolated pools */
    PLM_CAUSE_INTEREST = 9,
    PLM_CAUSE_CONVERSION = 10,
    PLM_CAUSE_LIQUIDATION_FEE = 11,
    PLM_CAUSE_TAKEOVER = 12,
    PLM_CAUSE_INSURANCE = 13, /* the fund pays a shortfall */
    PLM_CAUSE_ADL = 14,
    PLM_CAUSE_SOCIALISED = 15,
    PLM_CAUSE_REFILL = 16,
    PLM_CAUSE_ROUNDING = 17,
    PLM_CAUSE_LAST_RESORT = 18,
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

typedef enum plm_sample_at {
    PLM_SAMPLE_NONE = 0,
    PLM_SAMPLE_GRID = 1,  /* an instant of the sampling grid */
    PLM_SAMPLE_EVENT = 2, /* an instant moved the account's money, or its margin was called */
    PLM_SAMPLE_END = 3    /* the end of the run */
} plm_sample_at;

typedef struct plm_record_sample {
    plm_amount nav, unrealised; /* in `asset` */
    uint32_t asset;             /* the account's report currency */
    uint8_t priced;             /* 0: a price was unknown, both amounts are 0 */
    uint8_t at;                 /* plm_sample_at */
    uint8_t reserved[2];
} plm_record_sample;

typedef struct plm_record_price {
    int64_t px2; /* twice the price at which positions are valued */
    uint32_t sym;
    uint8_t reserved[4];
} plm_record_price;

/* Which pool: an isolated one by (sym, leg); a cross or portfolio one by its asset (of an account
 * pool: the unit) and sym PLM_NO_SYM. */
typedef struct plm_pool_name {
    uint32_t sym, unit;
    uint8_t leg, regime; /* plm_regime of rulebook.h: 2 cross, 3 isolated, 4 portfolio */
    uint8_t reserved[6];
} plm_pool_name;

typedef struct plm_record_margin {
    plm_amount equity, initial, orders, maintenance, collateral;
    plm_pool_name pool;
} plm_record_margin;

typedef struct plm_record_contribution {
    plm_qty qty;
    int64_t px2;                     /* twice the pnl price */
    plm_amount unrealised;           /* in the settle asset */
    plm_amount notional;             /* settle asset */
    plm_amount initial, maintenance; /* in the pool's unit */
    uint32_t sym;
    uint8_t leg, reserved[3];
    uint32_t tier, unit;
} plm_record_contribution;

typedef struct plm_record_call {
    plm_rate ratio; /* that was reached */
    plm_amount equity, maintenance;
    plm_pool_name pool;
} plm_record_call;

typedef enum plm_episode {
    PLM_EPISODE_NONE = 0,
    PLM_EPISODE_BEGIN = 1,
    PLM_EPISODE_COMPLIANT = 2,
    PLM_EPISODE_FLAT = 3,
    PLM_EPISODE_BANKRUPT = 4
} plm_episode;

typedef struct plm_record_liquidation {
    plm_amount equity, maintenance;
    plm_amount shortfall; /* at a bankrupt end: what others paid, in the unit */
    plm_pool_name pool;
    uint32_t number;        /* of the account, from 1; begin and end of one episode have the same */
    uint32_t culprit;       /* sym, or PLM_NO_SYM */
    uint8_t what;           /* plm_episode */
    uint8_t cancelled_only; /* end: no position was touched */
    uint8_t reserved[6];
} plm_record_liquidation;

typedef struct plm_record_stage {
    plm_qty qty;
    plm_px px;                      /* limit, takeover price, 0 = market */
    plm_amount value;               /* takeover, adl: closing value */
    plm_amount equity, maintenance; /* before the step */
    uint32_t sym, number;           /* of the episode */
    uint32_t stage, round;          /* of the rulebook, from 0 */
    uint8_t action;                 /* plm_margin_action */
    uint8_t leg, side, done;        /* done 0: passed over, the fund was too short */
    uint8_t reserved[4];
} plm_record_stage;

typedef struct plm_record_counterparty {
    plm_qty qty;      /* adl */
    plm_amount value; /* adl: closing value; loss: what was paid */
    plm_rate score;
    uint32_t sym, number;
    uint32_t account; /* that bears it, or PLM_NO_SYM: the rest of the market, the fund, the last
                         resort */
    uint32_t asset;
    uint8_t payer; /* plm_book_kind */
    uint8_t cause; /* plm_cause */
    uint8_t leg, reserved[5];
} plm_record_counterparty;

typedef struct plm_record_interest {
    plm_rate rate;     /* per hour */
    plm_amount amount; /* received, < 0: paid */
    uint32_t asset, reserved;
} plm_record_interest;

typedef struct plm_record_rule {
    plm_ts effective, announced;
    uint32_t rulebook; /* place among the run's */
    uint32_t reserved;
} plm_record_rule;

typedef struct plm_record_collateral {
    plm_rate weight;
    plm_amount lost;         /* put out of reach now */
    uint32_t asset, custody; /* row of the instrument table, or PLM_NO_SYM */
    uint8_t code;            /* plm_custody_code; 0: haircut */
    uint8_t reserved[7];
} plm_record_collateral;

typedef struct plm_record_margin_request {
    uint64_t number;
    plm_amount amount; /* asked */
    plm_amount moved;
    int64_t leverage;
    uint32_t sym, asset;
    uint8_t what;   /* plm_margin_op */
    uint8_t reason; /* plm_reason; 0: done */
    uint8_t leg, regime, reserved[4];
} plm_record_margin_request;

typedef struct plm_record_lowest {
    plm_amount surplus;
    plm_ts at;
    plm_pool_name pool;
    uint8_t exact, reserved[7]; /* 0: at samples and events alone */
} plm_record_lowest;

typedef enum plm_margin_op {
    PLM_MARGIN_OP_NONE = 0,
    PLM_MARGIN_OP_LEVERAGE = 1,
    PLM_MARGIN_OP_MODE = 2,
    PLM_MARGIN_OP_MOVE = 3,
    PLM_MARGIN_OP_BORROW = 4,
    PLM_MARGIN_OP_REPAY = 5,
    PLM_MARGIN_OP_CONVERT = 6,
    PLM_MARGIN_OP_WITHDRAW = 7,
    PLM_MARGIN_OP_TOPUP = 8 /* by the rulebook itself */
} plm_margin_op;

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
        plm_record_margin margin;
        plm_record_contribution contribution;
        plm_record_call call;
        plm_record_liquidation liquidation;
        plm_record_stage stage;
        plm_record_counterparty counterparty;
        plm_record_interest interest;
        plm_record_rule rule;
        plm_record_collateral collateral;
        plm_record_margin_request margin_request;
        plm_record_lowest lowest;
        plm_record_price price;
        char note[PLM_NOTE_CAP];
        uint8_t bytes[96];
    } u;
} plm_record;

PLM_STATIC_ASSERT(sizeof(plm_record) == 128, "a record is two cache lines");

/* What a sink needs to write a run down. Borrowed for its life. */
typedef struct plm_log_names {
    uint32_t account_count, sym_count, asset_count, rulebook_count;
    const char *const *rulebooks; /* NAME or path, by place */
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
