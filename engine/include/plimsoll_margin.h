/*
 * plimsoll_margin.h - what a margin model sees and answers: the factory plimsoll.margin/1.
 *
 * A model is pure: the same input gives the same answer, and it keeps nothing between calls but
 * what it made in `create`. The engine builds the input only when a pool has to be looked at, and
 * performs what the model asks for. docs/margin.md is what the built-in model computes; a plug-in
 * may compute anything else. Strategies never see this header's factory, models never get
 * plimsoll.trade/1.
 */
#ifndef PLM_PLIMSOLL_MARGIN_H
#define PLM_PLIMSOLL_MARGIN_H

#include "plimsoll.h"

#ifdef __cplusplus
extern "C" {
#endif

#define PLM_FACTORY_MARGIN "plimsoll.margin/1"

typedef enum plm_margin_regime {
    PLM_MARGIN_NONE = 0,
    PLM_MARGIN_CROSS = 2,
    PLM_MARGIN_ISOLATED = 3,
    PLM_MARGIN_PORTFOLIO = 4
} plm_margin_regime;

/* A fraction: the price of one unit of an asset in the pool's unit. den > 0; num 0: no price. */
typedef struct plm_fraction {
    plm_amount num, den;
} plm_fraction;

/* -- input ----------------------------------------------------------------------------------- */

typedef struct plm_margin_asset {
    plm_amount balance;
    plm_amount lost;    /* what custody events put out of reach of a balance above 0, >= 0 */
    plm_fraction price; /* in the unit */
    plm_rate weight;    /* of a haircut event, replaces the table's; -1: the table's */
    uint32_t asset;     /* place in the run's assets */
    uint32_t reserved;
} plm_margin_asset;

typedef struct plm_margin_position {
    uint32_t sym;
    uint32_t place; /* of its settle asset in the input's assets */
    uint8_t leg;    /* 0 one-way, 1 long, 2 short */
    uint8_t halted; /* 1: its instrument is; nobody takes it over then, and a close finds nothing */
    uint8_t passed; /* 1: a step changed nothing of it, in the stage whose state.passed is not 0 */
    uint8_t reserved[5];
    plm_qty qty;                      /* signed */
    plm_amount cost;                  /* signed, settle asset */
    int64_t pnl_px2, requirement_px2; /* twice the prices; 0: none yet */
    int64_t leverage;                 /* chosen by the account, 1e-2 */
    plm_rate taker_rate;
    plm_rate multiplier;   /* adaptive, 1e-12: 1 = 10^12 */
    plm_qty open_interest; /* as the tape last told, 0 = unknown */
    /* resting orders that may open, of the whole instrument; of legs: on each leg's own row */
    plm_qty buy_qty, sell_qty;
    plm_amount buy_value, sell_value; /* their values at their own prices, settle asset, >= 0 */
    plm_amount held;                  /* what they hold, where orders: sum */
} plm_margin_position;

/* Assets by place in the run; positions by (sym, leg). An instrument with orders and no position
 * is there with qty 0. */
typedef struct plm_margin_input {
    uint32_t size;
    uint8_t regime; /* plm_margin_regime */
    uint8_t reserved[3];
    plm_ts ts;
    uint32_t unit; /* asset */
    uint32_t asset_count, position_count, reserved2;
    const plm_margin_asset *asset;
    const plm_margin_position *position;
    const plm_instrument *instruments; /* of the run */
    const uint32_t *base, *settle;     /* by sym: places in the run's assets */
} plm_margin_input;

/* -- assessment ------------------------------------------------------------------------------ */

/* What a position contributes. */
typedef struct plm_margin_part {
    plm_amount notional;    /* |value| at the requirement price, settle asset */
    plm_amount unrealised;  /* at the pnl price, settle asset */
    plm_amount initial;     /* in the unit, as its instrument's share: legs that net share alike */
    plm_amount maintenance; /* in the unit; portfolio: may be below 0 */
    uint32_t tier;          /* from 1; 0: the rule has none */
    uint32_t reserved;
} plm_margin_part;

typedef struct plm_margin_output {
    uint32_t size;
    uint8_t priced;       /* 0: a price is missing; nothing below is meant */
    uint8_t liquidatable; /* the trigger fires */
    uint8_t reserved[2];
    plm_amount collateral; /* weighted balances alone */
    plm_amount equity;
    plm_amount initial; /* of positions */
    plm_amount orders;  /* of resting orders */
    plm_amount maintenance;
    plm_margin_part *part; /* position_count: memory of the caller */
} plm_margin_output;

/* -- admission ------------------------------------------------------------------------------- */

/* An order that wants in, its opening part alone. */
typedef struct plm_margin_order {
    uint32_t position; /* place in the input's positions */
    uint8_t side;      /* plm_side */
    uint8_t market;    /* 1: what it loses against the requirement price is booked at once */
    uint8_t reserved[2];
    plm_qty qty;     /* all of it; */
    plm_qty opening; /* this much of it opens, > 0 */
    plm_px px;       /* limit, or the worst of its walk */
} plm_margin_order;

typedef struct plm_margin_verdict {
    uint32_t size;
    uint32_t reason; /* plm_reason: NONE, MARGIN, LEVERAGE, NO_PRICE, NO_RULES */
    plm_amount
        need; /* in the settle asset of the instrument; initial of the opening part, fee, loss */
    plm_amount hold; /* what of it a resting order holds (orders: sum) */
} plm_margin_verdict;

/* -- bands ----------------------------------------------------------------------------------- */

/* Bounds of what the prices of an input may become, all at once, each anywhere inside its own
 * bounds, so that `factor * equity - maintenance > least` stays true and so does the trigger's
 * silence. px2 as in the input. */
typedef struct plm_margin_band {
    int64_t lo, hi; /* INT64_MIN, INT64_MAX: no bound. lo > hi: none could be given */
} plm_margin_band;

typedef struct plm_margin_wish {
    plm_rate factor;  /* 1 = 10^12 */
    plm_amount least; /* in the unit */
} plm_margin_wish;

/* -- liquidation ----------------------------------------------------------------------------- */

typedef enum plm_margin_action {
    PLM_MARGIN_ACTION_NONE = 0,
    PLM_MARGIN_ACTION_DONE = 1,     /* compliant, or nothing left to do: the episode ends */
    PLM_MARGIN_ACTION_WAIT = 2,     /* ask again at `until`, or at the next test */
    PLM_MARGIN_ACTION_CANCEL = 3,   /* orders: all, or (opening 1) those that may open */
    PLM_MARGIN_ACTION_CLOSE = 4,    /* qty of a position through the venue */
    PLM_MARGIN_ACTION_KEEPER = 5,   /* qty of a position to a keeper, at px */
    PLM_MARGIN_ACTION_OFFSET = 6,   /* qty of both legs of a position's instrument, at px2 */
    PLM_MARGIN_ACTION_REPAY = 7,    /* balances below 0 are paid from others at `cost` */
    PLM_MARGIN_ACTION_TAKEOVER = 8, /* a whole position to the fund, at `value` */
    PLM_MARGIN_ACTION_ADL = 9       /* qty of a position against others, at `value` */
} plm_margin_action;

/* Zero at the begin of an episode. The engine sets steps, episode, start, seed, and after a step
 * fund_short and stalled; the rest is the model's own. */
typedef struct plm_margin_state {
    uint32_t stage;     /* from 0 */
    uint32_t round;     /* steps of this stage so far */
    uint32_t steps;     /* of the episode */
    uint32_t episode;   /* of the account, from 1 */
    plm_ts start;       /* of the episode */
    plm_ts last;        /* of the last step of a stage with a cooldown, 0: none */
    uint64_t seed;      /* of the run, for `random` */
    uint8_t fund_short; /* the fund could not take over what the last step asked for */
    uint8_t stalled;    /* the last step changed nothing (nothing to take, halted) */
    uint8_t reserved[2];
    uint32_t passed;  /* positions that this stage passed over, for they were stalled */
    plm_amount taken; /* by keepers in this episode, in the unit */
} plm_margin_state;

typedef struct plm_margin_step {
    uint32_t size;
    uint8_t action;     /* plm_margin_action */
    uint8_t opening;    /* cancel */
    uint8_t margin_all; /* takeover: the rest of the balance goes along */
    uint8_t side;       /* of the order that closes */
    uint32_t position;  /* place in the input's positions */
    uint32_t stage;     /* of the rulebook, from 0: for the record */
    plm_qty qty;        /* > 0 */
    plm_px limit;       /* close: 0 = market */
    int64_t px2;        /* offset, keeper: twice the price */
    plm_amount
        value;       /* takeover, adl: closing value of qty, signed as the position, settle asset */
    plm_px shown_px; /* the price that `value` is, on the tick */
    plm_rate cost;   /* repay */
    plm_rate fee_rate; /* liquidation fee on what is closed */
    plm_ts until;      /* wait: 0 = next test */
} plm_margin_step;

/* -- the model ------------------------------------------------------------------------------- */

/* Results: PLM_RESULT_OK; PLM_RESULT_ERROR ends the run as failed (an amount does not fit, or
 * host->fail was called). Outputs are untouched then. */
typedef struct plm_margin_model plm_margin_model;
struct plm_margin_model {
    uint32_t size, reserved;
    const plm_descriptor *descriptor;
    void *impl;
    plm_result (*init)(const plm_margin_model *self);
    /* Everything of one pool at one time. */
    plm_result (*assess)(const plm_margin_model *self, const plm_margin_input *input,
                         plm_margin_output *out);
    /* `now`: the assessment of `input` without the order. */
    plm_result (*admit)(const plm_margin_model *self, const plm_margin_input *input,
                        const plm_margin_output *now, const plm_margin_order *order,
                        plm_margin_verdict *out);
    /* Optional (NULL: the pool is assessed at every instant). Two bands per position (pnl_px2,
     * requirement_px2), then one per asset, of its price in 10^-12 of what it is now. */
    plm_result (*safe_band)(const plm_margin_model *self, const plm_margin_input *input,
                            const plm_margin_output *now, const plm_margin_wish *wish,
                            plm_margin_band *out);
    /* The next step of an episode. */
    plm_result (*liquidate)(const plm_margin_model *self, const plm_margin_input *input,
                            const plm_margin_output *now, plm_margin_state *state,
                            plm_margin_step *out);
    void (*destroy)(const plm_margin_model *self);
};

#ifdef __cplusplus
}
#endif
#endif
