/*
 * plimsoll.h - the public types of plimsoll: what an instrument is, what an event is, and the
 * whole boundary between plimsoll and a plug-in.
 *
 * Everything that crosses a boundary (tape, plug-in, engine) is described here and nowhere else.
 * The header is strict C11 and C++17, needs no other header of ours, and allocates nothing.
 *
 * Numbers. A price or a quantity is an int64_t in the instrument's own decimal scale: with px_scale
 * = 1 the price 60000.5 is 600005. A rate is an int64_t at 1e-12. A time is an int64_t of
 * nanoseconds since 1970-01-01 UTC. Money is 128 bits at 1e-18 of an asset.
 */
#ifndef PLM_PLIMSOLL_H
#define PLM_PLIMSOLL_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#define PLM_STATIC_ASSERT static_assert
#else
#define PLM_STATIC_ASSERT _Static_assert
#endif

/* -- scalars --------------------------------------------------------------------------------- */

typedef int64_t plm_ts;   /* nanoseconds since 1970-01-01 00:00:00 UTC */
typedef int64_t plm_px;   /* price in units of 10^-px_scale */
typedef int64_t plm_qty;  /* quantity in units of 10^-qty_scale */
typedef int64_t plm_rate; /* 10^-12 */

#define PLM_RATE_SCALE 12
#define PLM_MONEY_SCALE 18

/* Times outside [2000, 2100) are refused: that catches seconds, milliseconds and microseconds read
 * as ns. */
#define PLM_TS_MIN INT64_C(946684800000000000)
#define PLM_TS_MAX INT64_C(4102444800000000000)

/* -- instruments ----------------------------------------------------------------------------- */

/* A row of the instrument table: anything that an event can speak of. Assets and custodies are
 * rows, too. */
typedef enum plm_instrument_kind {
    PLM_INST_NONE = 0,
    PLM_INST_SPOT = 1,    /* base against quote, settled at once */
    PLM_INST_LINEAR = 2,  /* perpetual, pays in the quote asset */
    PLM_INST_INVERSE = 3, /* perpetual, contract in the quote asset, pays in the base asset */
    PLM_INST_QUANTO = 4,  /* perpetual, pays in a third asset at a fixed multiplier */
    PLM_INST_FUTURE = 5,  /* as linear, with an expiry */
    PLM_INST_INVERSE_FUTURE = 6, /* as inverse, with an expiry */
    PLM_INST_CALL = 7,
    PLM_INST_PUT = 8,
    PLM_INST_ASSET =
        9, /* an asset that is held, not traded: its price in `quote`, borrow rate, haircut */
    PLM_INST_CUSTODY = 10, /* a place where collateral lies: a chain, a bridge, a venue */
    PLM_INST_KIND_COUNT
} plm_instrument_kind;

#define PLM_SYMBOL_CAP 64 /* bytes with the closing NUL; [A-Za-z0-9._:/@+-] */
#define PLM_ASSET_CAP 24
#define PLM_SCALE_SUM_MAX 18 /* px_scale + qty_scale + mult_scale */

typedef struct plm_instrument {
    char symbol[PLM_SYMBOL_CAP];
    char base[PLM_ASSET_CAP];
    char quote[PLM_ASSET_CAP];
    char settle[PLM_ASSET_CAP];
    char underlying[PLM_SYMBOL_CAP]; /* "" = none */
    uint8_t kind;                    /* plm_instrument_kind */
    uint8_t px_scale, qty_scale, mult_scale;
    uint8_t pad_[4];
    plm_px tick;             /* smallest price step, > 0 where the row is traded */
    plm_qty lot;             /* smallest quantity step, > 0 where the row is traded */
    int64_t multiplier;      /* contract multiplier in units of 10^-mult_scale, > 0 where the row is
                                traded */
    plm_px strike;           /* options, else 0 */
    plm_ts expiry;           /* dated rows, else 0 */
    plm_ts listed, delisted; /* listing life, 0 = unknown */
} plm_instrument;

/* -- events ---------------------------------------------------------------------------------- */

/*
 * Each kind says what px, qty and side mean; what is not named is zero. feeds/kinds.c holds the
 * same as a table. "weight" and "fraction" are rates (1e-12), 1 = 10^12.
 */
typedef enum plm_event_kind {
    PLM_EV_NONE = 0,
    PLM_EV_TRADE = 1,       /* px, qty; side: taker, 0 = unknown */
    PLM_EV_BID = 2,         /* best bid: px, qty; an empty side is px 0, qty 0 */
    PLM_EV_ASK = 3,         /* best ask: px, qty; an empty side is px 0, qty 0 */
    PLM_EV_LEVEL = 4,       /* L2 level set: side bid|ask, px, qty = new total, 0 removes */
    PLM_EV_CLEAR = 5,       /* L2 clear: side bid|ask, 0 = both */
    PLM_EV_MARK = 6,        /* px */
    PLM_EV_INDEX = 7,       /* px */
    PLM_EV_ASSET_INDEX = 8, /* row is an asset: px of one unit in its quote */
    PLM_EV_BAR_OPEN =
        9, /* a bar is four events of one ts, its END: px = open, qty = duration in ns */
    PLM_EV_BAR_HIGH = 10, /* px = high, qty = number of trades (0 = unknown) */
    PLM_EV_BAR_LOW = 11,  /* px = low, qty = volume bought by takers (0 = unknown) */
    PLM_EV_BAR_CLOSE =
        12, /* px = close, qty = volume; side of all four: plm_price_key the bar is of */
    PLM_EV_FUNDING_RATE =
        13,              /* px = rate that is being announced, qty = ts when due (0 = unknown) */
    PLM_EV_FUNDING = 14, /* settlement: px = rate, qty = price used (px scale), 0 = mark */
    PLM_EV_BORROW_RATE = 15,   /* row is an asset: px = rate per period, qty = period in seconds */
    PLM_EV_OPEN_INTEREST = 16, /* qty */
    PLM_EV_LIQUIDATION = 17,   /* somebody else's liquidation order: side, px, qty */
    PLM_EV_ADL =
        18, /* venue deleverages: side of the position (1 long, 2 short), px, qty = fraction */
    PLM_EV_INSURANCE = 19, /* row is an asset: qty = balance of the venue's fund */
    PLM_EV_STATUS =
        20, /* side: plm_status_code; settle has px; relist: from here on another coin */
    PLM_EV_FORWARD = 21,   /* option input: px */
    PLM_EV_IV = 22,        /* option input: px = implied volatility per year, a rate */
    PLM_EV_RISK_FREE = 23, /* option input: px = rate per year */
    PLM_EV_HAIRCUT = 24,   /* row is an asset: px = weight of the asset as collateral */
    PLM_EV_CUSTODY = 25,   /* row is a custody: side plm_custody_code; haircut has px = weight */
    PLM_EV_GAP = 26,       /* data of this row is missing between qty (a ts) and ts */
    PLM_EV_KIND_COUNT,
    PLM_EV_KIND_LIMIT = 64 /* kinds fit a 64-bit mask */
} plm_event_kind;

#define PLM_EV_BIT(kind) (UINT64_C(1) << (kind))

typedef enum plm_side {
    PLM_SIDE_NONE = 0,
    PLM_SIDE_BUY = 1,
    PLM_SIDE_SELL = 2
} plm_side; /* bid, ask: the same */

typedef enum plm_status_code {
    PLM_STATUS_NONE = 0,
    PLM_STATUS_HALT = 1,
    PLM_STATUS_RESUME = 2,
    PLM_STATUS_DELIST = 3,
    PLM_STATUS_SETTLE = 4,
    PLM_STATUS_RELIST = 5
} plm_status_code;

typedef enum plm_custody_code {
    PLM_CUSTODY_NONE = 0,
    PLM_CUSTODY_HALT = 1,
    PLM_CUSTODY_RESUME = 2,
    PLM_CUSTODY_HAIRCUT = 3
} plm_custody_code;

/* The prices that an account can depend on. */
typedef enum plm_price_key {
    PLM_KEY_NONE = 0,
    PLM_KEY_BID = 1,
    PLM_KEY_ASK = 2,
    PLM_KEY_LAST = 3,
    PLM_KEY_MARK = 4,
    PLM_KEY_INDEX = 5,
    PLM_KEY_COUNT
} plm_price_key;

#define PLM_FLAG_DERIVED UINT16_C(1)  /* best quote computed from L2 when the tape was packed */
#define PLM_FLAG_SNAPSHOT UINT16_C(2) /* level that restates a book, not a change */
#define PLM_FLAG_ALL UINT16_C(3)

/* One thing that happened. 32 bytes, little-endian, no padding: this is also the form that digests
 * are made of. */
typedef struct plm_event {
    plm_ts ts;
    plm_px px;
    plm_qty qty;
    uint32_t sym; /* row of the instrument table */
    uint8_t kind; /* plm_event_kind */
    uint8_t side;
    uint16_t flags;
} plm_event;

PLM_STATIC_ASSERT(sizeof(plm_event) == 32, "an event is 32 bytes");

/* -- money across the boundary ---------------------------------------------------------------- */

/* An amount of one asset in units of 10^-18: 128 bits, two's complement. */
typedef struct plm_amount {
    uint64_t lo;
    int64_t hi;
} plm_amount;

/* -- orders ----------------------------------------------------------------------------------- */

typedef enum plm_order_type {
    PLM_ORDER_NONE = 0,
    PLM_ORDER_MARKET = 1,
    PLM_ORDER_LIMIT = 2
} plm_order_type;

/* What wakes a conditional order; it then is a market or limit order. */
typedef enum plm_trigger {
    PLM_TRIGGER_NONE = 0,  /* not conditional */
    PLM_TRIGGER_STOP = 1,  /* buy: reference >= trigger_px; sell: reference <= trigger_px */
    PLM_TRIGGER_TAKE = 2,  /* buy: reference <= trigger_px; sell: reference >= trigger_px */
    PLM_TRIGGER_TRAIL = 3, /* a stop `trail` away from the best reference since arrival */
    PLM_TRIGGER_COUNT
} plm_trigger;

typedef enum plm_tif {
    PLM_TIF_GTC = 0, /* rests until it is filled or cancelled */
    PLM_TIF_IOC = 1, /* takes what is there, the rest is cancelled */
    PLM_TIF_FOK = 2, /* all at once or nothing */
    PLM_TIF_COUNT
} plm_tif;

#define PLM_ORDER_POST_ONLY UINT8_C(1)   /* refused if it would take */
#define PLM_ORDER_REDUCE_ONLY UINT8_C(2) /* never opens, never flips a position */
#define PLM_ORDER_FLAGS_ALL UINT8_C(3)

typedef enum plm_order_state {
    PLM_STATE_NONE = 0,
    PLM_STATE_SENT = 1,      /* on its way to the venue */
    PLM_STATE_WAITING = 2,   /* conditional, at the venue, not triggered */
    PLM_STATE_OPEN = 3,      /* rests in the book, perhaps partly filled */
    PLM_STATE_FILLED = 4,    /* the end: whole */
    PLM_STATE_CANCELLED = 5, /* the end: `reason` says by whom */
    PLM_STATE_REJECTED = 6,  /* the end: `reason` says why */
    PLM_STATE_COUNT
} plm_order_state;

/* Why an order or a request ended. */
typedef enum plm_reason {
    PLM_REASON_NONE = 0,
    PLM_REASON_USER = 1,        /* cancelled on request */
    PLM_REASON_BAD_REQUEST = 2, /* fields that contradict each other or are out of range */
    PLM_REASON_NOT_TRADED = 3,  /* a row that cannot be traded */
    PLM_REASON_HALTED = 4,
    PLM_REASON_CLOSED = 5,         /* delisted, expired or settled */
    PLM_REASON_TICK = 6,           /* price off the tick */
    PLM_REASON_LOT = 7,            /* quantity off the lot */
    PLM_REASON_NOTIONAL = 8,       /* below the smallest notional */
    PLM_REASON_REDUCE_ONLY = 9,    /* nothing (more) to reduce */
    PLM_REASON_POST_ONLY = 10,     /* would have taken */
    PLM_REASON_NO_LIQUIDITY = 11,  /* nothing (more) to take: market, IOC */
    PLM_REASON_FOK = 12,           /* not all at once */
    PLM_REASON_BALANCE = 13,       /* the account cannot carry it */
    PLM_REASON_OCO = 14,           /* another order of the group was filled or triggered */
    PLM_REASON_UNKNOWN_ORDER = 15, /* cancel or amend of what is not open (any more) */
    PLM_REASON_LIMIT = 16,         /* too many open orders */
    PLM_REASON_LIQUIDATION = 17, /* cancelled or refused because the account is being liquidated */
    PLM_REASON_MARGIN = 18,      /* the initial margin is more than what is free */
    PLM_REASON_LEVERAGE = 19,    /* the chosen leverage is too high for a position of that size */
    PLM_REASON_NO_PRICE = 20,    /* a price that margin needs is not known yet */
    PLM_REASON_NO_RULES = 21,    /* the rulebook has no rates for the instrument */
    PLM_REASON_STOPPED = 22,     /* the account is closed after its liquidation */
    PLM_REASON_COUNT
} plm_reason;

typedef uint64_t plm_oid; /* an order of one account: 1, 2, ... in the order of submission */

#define PLM_NO_SYM UINT32_MAX

typedef struct plm_order_request {
    uint32_t size; /* sizeof(plm_order_request) */
    uint32_t sym;
    uint8_t side;       /* plm_side */
    uint8_t type;       /* plm_order_type */
    uint8_t tif;        /* plm_tif */
    uint8_t flags;      /* PLM_ORDER_... */
    uint8_t trigger;    /* plm_trigger */
    uint8_t trigger_by; /* PLM_KEY_LAST, _MARK or _INDEX; 0 = last */
    uint8_t leg;        /* hedge mode: 1 long, 2 short; one-way: 0 */
    uint8_t reserved;
    plm_px px;         /* limit orders */
    plm_qty qty;       /* > 0 */
    plm_px trigger_px; /* stop, take */
    plm_px trail;      /* trail: distance in price units */
    uint32_t group;    /* not 0: one cancels the others of the same group */
    uint32_t reserved2;
    uint64_t tag; /* yours; comes back in every report */
} plm_order_request;

/* -- reports ---------------------------------------------------------------------------------- */

typedef enum plm_report_kind {
    PLM_REPORT_NONE = 0,
    PLM_REPORT_ORDER = 1,   /* an order changed its state, or was amended */
    PLM_REPORT_REFUSED = 2, /* a cancel or amend was refused; the order is as it was */
    PLM_REPORT_FILL = 3,
    PLM_REPORT_FUNDING = 4,
    PLM_REPORT_SETTLED = 5, /* a position was settled: expiry, delisting */
    PLM_REPORT_CASH = 6,    /* deposit or withdrawal */
    PLM_REPORT_TIMER = 7,
    PLM_REPORT_MARGIN_CALL = 8, /* maintenance reached a warned share of equity: amount is the
                                   surplus, qty the ratio (1e-12) */
    PLM_REPORT_LIQUIDATION = 9, /* an episode begins (state 0) or ended (1 compliant, 2 flat,
                                   3 bankrupt); amount is the equity */
    PLM_REPORT_MARGIN = 10,     /* a request of plimsoll.margin_ops was done (reason 0) or refused:
                                   tag its number, amount what moved */
    PLM_REPORT_INTEREST = 11,   /* amount: received, < 0 paid */
    PLM_REPORT_KIND_COUNT
} plm_report_kind;

#define PLM_REPORT_BIT(kind) (UINT64_C(1) << (kind))

/* Something that happened to the own account. Fields that a kind does not name are 0. */
typedef struct plm_report {
    plm_ts ts;         /* when it happened at the venue; *now is when it is heard */
    plm_oid oid;       /* order, refused, fill */
    uint64_t tag;      /* of the order; timer: its id */
    uint32_t sym;      /* PLM_NO_SYM: cash, timer */
    uint8_t kind;      /* plm_report_kind */
    uint8_t state;     /* order, refused, fill: plm_order_state after it */
    uint8_t reason;    /* order, refused: plm_reason */
    uint8_t side;      /* order, refused, fill */
    plm_px px;         /* order: limit; fill, settled: price; funding: rate (1e-12) */
    plm_qty qty;       /* order: whole; fill: this fill; funding, settled: position before */
    plm_qty left;      /* order, fill: what remains open */
    plm_amount amount; /* fill: fee paid, < 0 a rebate; funding, cash: received, < 0 paid */
    plm_amount pnl;    /* fill, settled: realised */
    uint32_t asset;    /* of amount and pnl; fills of spot: the quote asset */
    uint8_t maker;     /* fill: 1 = our order was resting */
    uint8_t leg;       /* as in the request */
    uint16_t reserved;
    uint64_t reserved2[2];
} plm_report;

PLM_STATIC_ASSERT(sizeof(plm_report) == 112, "a report is 112 bytes");

/* -- views: memory that the host keeps current; read it, never call for it ------------------- */

/* An instrument as it has been heard. A price of 0 is none: never heard, or an empty side. */
typedef struct plm_market_view {
    plm_px bid_px, ask_px, last_px, mark_px, index_px;
    plm_qty bid_qty, ask_qty, last_qty;
    plm_ts bid_ts, ask_ts, last_ts, mark_ts, index_ts;
    plm_rate funding_rate; /* as announced */
    plm_ts funding_due;    /* 0 = unknown */
    uint8_t reserved[2];
    uint8_t last_side; /* plm_side of the last trade's taker */
    uint8_t status;    /* plm_status_code; 0 = trading */
    uint8_t reserved2[4];
} plm_market_view;

/* A position as it has been reported. Index: 2 * sym for one-way mode and long legs, 2 * sym + 1
 * for short legs of hedge mode. Quantities of short positions are negative. Spot: what trading has
 * changed; holdings from the start are in cash alone. */
typedef struct plm_position_view {
    plm_qty qty;
    plm_amount cost;     /* signed total value at entry, in the settle asset */
    plm_amount realised; /* since the start, without fees and funding */
    uint64_t reserved[3];
} plm_position_view;

/* One asset as it has been reported. */
typedef struct plm_cash_view {
    plm_amount balance;
    plm_amount held; /* by open orders and positions; free = balance - held */
} plm_cash_view;

PLM_STATIC_ASSERT(sizeof(plm_market_view) == 128, "a market view is two cache lines");
PLM_STATIC_ASSERT(sizeof(plm_position_view) == 64, "a position view is one cache line");
PLM_STATIC_ASSERT(sizeof(plm_cash_view) == 32, "a cash view is half a cache line");

/* -- descriptors: static data, read without running plug-in code ----------------------------- */

typedef struct plm_version {
    uint16_t major, minor;
    uint32_t layout; /* sizes of the frozen structs; another value is refused */
} plm_version;

#define PLM_ABI_MAJOR 1u
#define PLM_ABI_MINOR 0u
#define PLM_ABI_LAYOUT                                                                             \
    ((uint32_t)(sizeof(plm_event) << 24 ^ sizeof(plm_market_view) << 16 ^                          \
                sizeof(plm_report) << 8 ^ sizeof(plm_position_view)))
#define PLM_ABI_VERSION                                                                            \
    {                                                                                              \
        PLM_ABI_MAJOR, PLM_ABI_MINOR, PLM_ABI_LAYOUT                                               \
    }

typedef enum plm_param_type {
    PLM_PARAM_NONE = 0,
    PLM_PARAM_INTEGER = 1,
    PLM_PARAM_DECIMAL = 2,    /* an integer at 10^-scale */
    PLM_PARAM_BOOL = 3,       /* 0 or 1 */
    PLM_PARAM_DURATION = 4,   /* ns */
    PLM_PARAM_INSTRUMENT = 5, /* a row of the instrument table, by symbol */
    PLM_PARAM_CHOICE = 6,     /* one of `choices`, as its place: 0, 1, ... */
    PLM_PARAM_TEXT = 7,
    PLM_PARAM_FILE = 8, /* a path in the run file; the plug-in gets the file's text */
    PLM_PARAM_TYPE_COUNT
} plm_param_type;

typedef struct plm_param {
    const char *key;
    uint32_t type;       /* plm_param_type */
    uint32_t scale;      /* decimal: digits after the point, at most 18 */
    int64_t min, max;    /* integer, decimal, duration: inclusive, in the type's own unit */
    const char *def;     /* as it would stand in a run file; NULL = must be given. instrument:
                            "" = the first row that can be traded */
    const char *choices; /* choice: words separated by '|' */
    const char *unit;    /* for people: "s", "x", "lots"; "" = none */
    const char *help;    /* one sentence */
} plm_param;

typedef struct plm_descriptor {
    uint32_t size;
    uint32_t param_count;
    plm_version abi;
    const char *id;   /* [a-z][a-z0-9-]*, at most 31: the word in a run file */
    const char *name; /* for people */
    const char *vendor;
    const char *version;
    const char *summary; /* one sentence */
    const plm_param *params;
} plm_descriptor;

/* -- host ------------------------------------------------------------------------------------- */

/*
 * When a function may be called stands in brackets: [setup] in init and activate, [callback] in
 * on_event and on_report, [any] both. No host function calls back.
 */
typedef int32_t plm_result;
enum { PLM_RESULT_OK = 0, PLM_RESULT_STOP = 1, PLM_RESULT_ERROR = -1 };

typedef struct plm_host plm_host;
struct plm_host {
    uint32_t size;
    uint32_t reserved;
    plm_version abi;
    void *impl;
    const char *name, *version;
    /* [setup] A table of functions by id, or NULL: unknown, or not for this kind of plug-in. */
    const void *(*get_extension)(const plm_host *host, const char *id);
    /* [setup] Zeroed memory that the host frees after destroy; never NULL. */
    void *(*alloc)(const plm_host *host, size_t size, size_t align);
    /* [setup] A parameter of the descriptor's table, checked and with its default: integer,
     * decimal, bool, duration, instrument, choice. */
    plm_result (*param_integer)(const plm_host *host, const char *key, int64_t *out);
    /* [setup] text, file: borrowed until destroy, ends with NUL; NULL for another type. */
    const char *(*param_text)(const plm_host *host, const char *key, size_t *out_size);
    /* [any] Ends the run as failed with this message; returns PLM_RESULT_ERROR to be passed on. */
    plm_result (*fail)(const plm_host *host, const char *message);
};

#define PLM_EXT_VIEWS "plimsoll.views/1"
typedef struct plm_host_views {
    uint32_t size, sym_count, asset_count, reserved;
    const plm_market_view *market;     /* sym_count */
    const plm_position_view *position; /* 2 * sym_count */
    const plm_cash_view *cash;         /* asset_count */
    const plm_ts *now;                 /* the time at which this is heard */
} plm_host_views;

#define PLM_EXT_BOOK "plimsoll.book/1"
typedef struct plm_level {
    plm_px px;
    plm_qty qty;
} plm_level;
typedef struct plm_host_book {
    uint32_t size, reserved;
    /* [callback] Up to `cap` levels of the L2 book as heard, best first; the number written. */
    uint32_t (*levels)(const plm_host *host, uint32_t sym, uint8_t side, plm_level *out,
                       uint32_t cap);
} plm_host_book;

#define PLM_EXT_TRADE "plimsoll.trade/1"
typedef struct plm_host_trade {
    uint32_t size, reserved;
    /* [callback] Requests are queued and reach the venue later; results come as reports.
     * submit: the order's id, or 0 when the request is malformed or the queue is full. */
    plm_oid (*submit)(const plm_host *host, const plm_order_request *request);
    /* 0 keeps px, qty or trigger_px; qty is the whole order's, filled part included. A smaller qty
     * keeps the place in the queue, anything else arrives anew. */
    plm_result (*amend)(const plm_host *host, plm_oid oid, plm_px px, plm_qty qty,
                        plm_px trigger_px);
    plm_result (*cancel)(const plm_host *host, plm_oid oid);
} plm_host_trade;

#define PLM_EXT_TIMER "plimsoll.timer/1"
typedef struct plm_host_timer {
    uint32_t size, reserved;
    /* [any] A report at `at` (now, if that is past) and then every `period` ns (0: once). An id
     * that is set already is replaced. */
    plm_result (*set)(const plm_host *host, uint64_t id, plm_ts at, int64_t period);
    plm_result (*clear)(const plm_host *host, uint64_t id);
} plm_host_timer;

#define PLM_EXT_ACCOUNT "plimsoll.account/1"
typedef struct plm_host_account {
    uint32_t size;
    uint32_t report_asset; /* the account's report currency */
    /* [callback] Balances and open positions at the heard prices, in the report currency.
     * PLM_RESULT_ERROR when a price is still unknown; *out is then untouched. */
    plm_result (*equity)(const plm_host *host, plm_amount *out);
    /* [any] Leverage in force for an instrument, in 1e-2: 500 = 5x. */
    int64_t (*leverage)(const plm_host *host, uint32_t sym);
} plm_host_account;

#define PLM_EXT_MARGIN "plimsoll.margin_ops/1"

/* Margin numbers of a pool as the venue has them at the heard prices, in the pool's unit. */
typedef struct plm_margin_view {
    uint32_t size;
    uint32_t unit;                   /* asset */
    plm_amount equity;               /* what decides */
    plm_amount initial, maintenance; /* initial: with resting orders */
    plm_amount margin;               /* isolated: the pool's own balance */
} plm_margin_view;

/* For accounts under a rulebook. Requests are queued as those of plimsoll.trade are; each returns
 * its number, which comes back as the tag of a report, or 0 when it is malformed. A pool is named
 * by an instrument and a leg. */
typedef struct plm_host_margin {
    uint32_t size, reserved;
    /* [callback] PLM_RESULT_ERROR while a price is unknown. */
    plm_result (*view)(const plm_host *host, uint32_t sym, uint8_t leg, plm_margin_view *out);
    /* [callback] The nearest prices at which the trigger would fire, others as they are; 0: none.
     */
    plm_result (*liquidation_px)(const plm_host *host, uint32_t sym, uint8_t leg, plm_px *out_down,
                                 plm_px *out_up);
    /* [callback] leverage in 1e-2. */
    uint64_t (*set_leverage)(const plm_host *host, uint32_t sym, int64_t leverage);
    /* [callback] Flat only: 2 cross, 3 isolated. */
    uint64_t (*set_mode)(const plm_host *host, uint32_t sym, uint8_t regime);
    /* [callback] From the account to an isolated pool; < 0: back. */
    uint64_t (*move_margin)(const plm_host *host, uint32_t sym, uint8_t leg, plm_amount amount);
    /* [callback] Where the rulebook lends: a balance may go that far below 0; repay pays from
     * other assets at the rulebook's cost. */
    uint64_t (*borrow)(const plm_host *host, uint32_t asset, plm_amount amount);
    uint64_t (*repay)(const plm_host *host, uint32_t asset, plm_amount amount);
    uint64_t (*convert)(const plm_host *host, uint32_t from, uint32_t to, plm_amount amount);
    uint64_t (*withdraw)(const plm_host *host, uint32_t asset, plm_amount amount);
} plm_host_margin;

#define PLM_EXT_NOTE "plimsoll.note/1"
#define PLM_NOTE_CAP 64
typedef struct plm_host_note {
    uint32_t size, reserved;
    /* [any] A remark in the log of the run; cut at PLM_NOTE_CAP - 1 bytes. */
    void (*note)(const plm_host *host, const char *text);
} plm_host_note;

/* -- strategies ------------------------------------------------------------------------------- */

typedef struct plm_run_info {
    uint32_t size, sym_count, asset_count;
    uint32_t hedge; /* 1: positions have legs */
    plm_ts begin;   /* of the replay */
    uint64_t seed;  /* of this account */
    const char *account;
    const plm_instrument *instruments;     /* sym_count; when a row will be delisted is not told */
    const char *const *assets;             /* asset_count names */
    const uint32_t *base, *quote, *settle; /* sym_count: places in assets */
} plm_run_info;

typedef struct plm_subscription {
    uint32_t size, reserved;
    uint64_t *want;   /* sym_count masks of PLM_EV_BIT; all 0 at first: hears nothing */
    uint64_t reports; /* mask of PLM_REPORT_BIT; all at first */
} plm_subscription;

/*
 * The life of a strategy: created, init, activate, then callbacks in the order of the replay,
 * deactivate, destroy. A result < 0 ends the run as failed, PLM_RESULT_STOP ends the callbacks of
 * this strategy. Views do not change during a callback.
 */
typedef struct plm_strategy plm_strategy;
struct plm_strategy {
    uint32_t size, reserved;
    const plm_descriptor *descriptor;
    void *impl;
    plm_result (*init)(const plm_strategy *self);
    plm_result (*activate)(const plm_strategy *self, const plm_run_info *run,
                           plm_subscription *subscription);
    plm_result (*on_event)(const plm_strategy *self, const plm_event *event);
    plm_result (*on_report)(const plm_strategy *self, const plm_report *report);
    void (*deactivate)(const plm_strategy *self);
    void (*destroy)(const plm_strategy *self);
};

/* -- entry ------------------------------------------------------------------------------------ */

#define PLM_FACTORY_STRATEGY "plimsoll.strategy/1"

typedef struct plm_factory plm_factory;
struct plm_factory {
    uint32_t size, reserved;
    uint32_t (*count)(const plm_factory *factory);
    const plm_descriptor *(*descriptor)(const plm_factory *factory, uint32_t index);
    /* The plug-in of a factory of strategies: const plm_strategy *; NULL when id is unknown. */
    const void *(*create)(const plm_factory *factory, const plm_host *host, const char *id);
};

/* The one symbol that a plug-in exports. */
typedef struct plm_entry_table {
    plm_version abi;
    const plm_factory *(*get_factory)(const char *factory_id); /* NULL when there is none */
} plm_entry_table;

#define PLM_EXPORT __attribute__((visibility("default")))

PLM_EXPORT extern const plm_entry_table plm_entry;

#ifdef __cplusplus
}
#endif
#endif
