/*
 * whatif.h - an account as a file tells it, under a rulebook: what the command `margin` computes
 * with (docs/margin-calculator.md).
 *
 * plm_whatif is what the file says and does not change; plm_whatif_book is what can: prices,
 * balances, positions. Pools are built from both and assessed by the built-in model.
 */
#ifndef PLM_WHATIF_H
#define PLM_WHATIF_H

#include "config.h"
#include "exit_price.h"
#include "stage.h"

#define PLM_WHATIF_INSTRUMENTS_MAX 256u
#define PLM_WHATIF_ASSETS_MAX 256u
#define PLM_WHATIF_POSITIONS_MAX 512u
#define PLM_WHATIF_ORDERS_MAX 1024u
#define PLM_WHATIF_RATE_ONE INT64_C(1000000000000)

/* Twice the prices of an instrument; 0: not given. */
typedef struct plm_whatif_marks {
    int64_t mark2, index2, last2, mid2;
} plm_whatif_marks;

typedef struct plm_whatif_position {
    uint32_t sym;
    uint8_t leg; /* 0 one-way, 1 long, 2 short */
    plm_margin_regime regime;
    plm_qty qty;
    plm_money cost, margin; /* margin: the balance of an isolated pool */
    int64_t leverage;
    plm_qty buy_qty, sell_qty; /* of resting orders that may open */
    plm_money buy_value, sell_value, held;
    bool passed; /* by the stage at hand of a liquidation */
} plm_whatif_position;

typedef struct plm_whatif_order {
    uint32_t position; /* of the book's */
    uint8_t side;
    bool reduce_only;
    plm_qty qty;
    plm_px px;
    uint32_t reason; /* plm_reason: NONE: it rests; else why it was refused */
} plm_whatif_order;

typedef struct plm_whatif_book {
    plm_ts ts;
    plm_whatif_marks *marks; /* by sym */
    plm_fraction *price;     /* by asset, in the report currency; num 0: none */
    plm_money *balance;      /* by asset: free balance */
    plm_money *insurance;    /* by asset: the fund */
    bool *listed;            /* by asset: its shared pool stays when nothing is left of it */
    uint32_t position_count;
    plm_whatif_position *position; /* by (sym, leg); room for all */
} plm_whatif_book;

typedef struct plm_whatif {
    plm_config *config;
    plm_rulebook *rulebook;
    plm_rate_row *tiers[PLM_RULE_CHANGES_MAX]; /* `tiers`: rows in place of the rulebook's */
    plm_instrument *row;
    uint32_t row_count; /* those of the file first, then one for each asset it names */
    uint32_t instrument_count;
    plm_contracts contracts;
    uint32_t *base, *settle; /* by sym */
    plm_rules rules;
    bool bound; /* contracts and rules are there */
    uint32_t report;
    plm_margin_regime shared; /* cross or portfolio: what is not isolated */
    bool hedge;
    plm_rate taker;
    plm_qty *open_interest; /* by sym */
    plm_rate *weight;       /* by asset; -1: the table's */
    uint32_t order_count;
    plm_whatif_order *order;
    plm_whatif_book book;
} plm_whatif;

/* Reads YAML or JSON. Refusals name place, what was found, what is allowed. */
PLM_NODISCARD plm_status plm_whatif_read(const char *path, plm_diag *diag, plm_whatif *out);
void plm_whatif_fini(plm_whatif *whatif); /* also after a failure */

void plm_whatif_book_copy(const plm_whatif *whatif, const plm_whatif_book *book,
                          plm_whatif_book *out);
void plm_whatif_book_fini(plm_whatif_book *book);

/* -- pools ----------------------------------------------------------------------------------- */

typedef struct plm_whatif_pool {
    char name[PLM_SYMBOL_CAP + 16]; /* "cross", "cross USDT", "BTCUSDT isolated", ... */
    plm_margin_input input;
    plm_margin_asset *asset;
    plm_margin_position *position;
    uint32_t *place; /* of its positions in the book */
    plm_margin_output out;
} plm_whatif_pool;

typedef struct plm_whatif_pools {
    uint32_t count;
    plm_whatif_pool *pool;
} plm_whatif_pools;

/* Isolated pools first, then the others by asset (docs/margin.md, 1), each assessed. A price that
 * is missing is refused by name. Free with plm_whatif_pools_fini, also after a failure. */
PLM_NODISCARD plm_status plm_whatif_assess(const plm_whatif *whatif, const plm_whatif_book *book,
                                           plm_diag *diag, plm_whatif_pools *out);
void plm_whatif_pools_fini(plm_whatif_pools *pools);

/* At rest: neither positions nor debts, unless these stay with the account (`recourse: debt`). */
bool plm_whatif_pool_rests(const plm_whatif *whatif, const plm_whatif_pool *pool);
bool plm_whatif_pool_fires(const plm_whatif_pool *pool);

/* An isolated pool that only orders would open: there is nothing to tell of it. */
bool plm_whatif_pool_is_empty(const plm_whatif_pool *pool);

/* A failed amount as a message. */
PLM_NODISCARD plm_status plm_whatif_overflow(plm_diag *diag);

/* The price of a row by a word of the rulebook, doubled; 0: not given. */
int64_t plm_whatif_px2(const plm_whatif_book *book, uint32_t sym, plm_price_word word);

/* An amount of an asset in the report currency, half-even; false without a price, or when it does
 * not fit. */
PLM_NODISCARD bool plm_whatif_report(const plm_whatif *whatif, const plm_whatif_book *book,
                                     uint32_t asset, plm_money amount, plm_money *out);

/* -- the account as a whole ------------------------------------------------------------------ */

/* A quotient at 10^-12, or why there is none. */
typedef struct plm_whatif_ratio {
    const char *reason; /* NULL: there is one */
    plm_i128 value;
} plm_whatif_ratio;

typedef struct plm_whatif_account {
    const char *reason; /* why there are no sums; NULL: there are */
    plm_money collateral, nav, equity, initial, orders, maintenance, surplus;
    plm_whatif_ratio margin_ratio, health, utilisation, leverage;
    bool liquidatable;
    uint32_t worst; /* pool with the lowest health; PLM_NO_ASSET: none has one */
} plm_whatif_account;

plm_whatif_ratio plm_whatif_divide(plm_money part, plm_money whole, const char *zero);
PLM_NODISCARD plm_status plm_whatif_sum(const plm_whatif *whatif, const plm_whatif_book *book,
                                        const plm_whatif_pools *pools, plm_diag *diag,
                                        plm_whatif_account *out);

/* -- a position's displayed numbers ------------------------------------------------------------ */

typedef struct plm_whatif_shown {
    plm_exit_price exit;
    plm_px bankruptcy; /* 0: none */
    plm_whatif_ratio distance;
} plm_whatif_shown;

PLM_NODISCARD plm_status plm_whatif_show(const plm_whatif *whatif, const plm_whatif_pool *pool,
                                         uint32_t position, plm_diag *diag, plm_whatif_shown *out);

/* The factors on all prices of an underlying at which the pool fires, told at the first position
 * of that underlying; `underlying` NULL: not there. */
typedef struct plm_whatif_factor {
    const char *underlying;
    plm_rate down, up; /* 0: none */
} plm_whatif_factor;

PLM_NODISCARD plm_status plm_whatif_factor_of(const plm_whatif *whatif, const plm_whatif_pool *pool,
                                              uint32_t position, plm_diag *diag,
                                              plm_whatif_factor *out);

/* -- what would follow ------------------------------------------------------------------------- */

typedef struct plm_whatif_step {
    char pool[PLM_SYMBOL_CAP + 16];
    const char *action;
    uint32_t stage;                         /* of the rulebook, from 1; 0: none */
    uint32_t sym;                           /* PLM_NO_SYM: none */
    uint8_t side;                           /* of what is closed: plm_side; 0: none */
    plm_qty qty;                            /* 0: none */
    plm_px limit;                           /* 0: none */
    plm_i128 px36;                          /* price paid, at 10^-18; 0: none */
    plm_money fee, liquidation_fee, amount; /* amount: of a payment */
    uint32_t asset;                         /* of the fees and the amount; PLM_NO_ASSET: none */
    char payer[48];                         /* who pays the fees, or the amount; "" nobody */
    const char *remark;                     /* "" none */
    plm_ts ts;
    plm_money equity, maintenance; /* of the pool after it, in its unit */
    uint32_t unit;
} plm_whatif_step;

typedef struct plm_whatif_story {
    uint32_t count, cap;
    plm_whatif_step *step;
    bool liquidated; /* something was closed */
    bool bankrupt;
} plm_whatif_story;

/* Liquidates what fires, at the book's prices, until nothing does or nothing goes on; changes the
 * book. */
PLM_NODISCARD plm_status plm_whatif_liquidate(const plm_whatif *whatif, plm_whatif_book *book,
                                              plm_diag *diag, plm_whatif_story *out);
void plm_whatif_story_fini(plm_whatif_story *story);

/* -- a table over prices ----------------------------------------------------------------------- */

typedef struct plm_whatif_sweep {
    char name[PLM_SYMBOL_CAP]; /* an instrument, else an underlying or base asset */
    int64_t from, to;          /* change at 10^-12 */
    uint32_t steps;
} plm_whatif_sweep;

/* Reads "BTC=-50%..50%". */
PLM_NODISCARD plm_status plm_whatif_sweep_read(const plm_whatif *whatif, const char *text,
                                               uint32_t steps, plm_diag *diag,
                                               plm_whatif_sweep *out);
plm_rate plm_whatif_sweep_factor(const plm_whatif_sweep *sweep, uint32_t step);

/* The book at other prices. */
PLM_NODISCARD plm_status plm_whatif_move(const plm_whatif *whatif, const plm_whatif_sweep *sweep,
                                         plm_rate factor, plm_diag *diag, plm_whatif_book *book);

#endif
