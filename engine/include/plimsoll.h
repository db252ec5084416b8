/*
 * plimsoll.h - the public types of plimsoll: what an instrument is, what an event is.
 *
 * Everything that crosses a boundary (tape, plug-in, engine) is described here and nowhere else.
 * The header is strict C11 and C++17, needs no other header of ours, and allocates nothing.
 *
 * Numbers. A price or a quantity is an int64_t in the instrument's own decimal scale: with px_scale
 * = 1 the price 60000.5 is 600005. A rate is an int64_t at 1e-12. A time is an int64_t of
 * nanoseconds since 1970-01-01 UTC.
 */
#ifndef PLM_PLIMSOLL_H
#define PLM_PLIMSOLL_H

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

#ifdef __cplusplus
}
#endif
#endif
