/*
 * rulebook.h - a venue's margin rules as data: sixteen choices, dated tables, nothing else.
 *
 * docs/rulebook-format.md is its text, docs/margin.md its meaning. A rulebook knows no instrument
 * of a tape: rules.h binds it to one and says what is in force at a time.
 */
#ifndef PLM_RULEBOOK_H
#define PLM_RULEBOOK_H

#include "config.h"
#include "num.h"

#define PLM_STAGES_MAX 16u
#define PLM_MARK_DEFS_MAX 8u /* definitions in order of preference, and members of a composite */
#define PLM_RULE_CHANGES_MAX 64u
#define PLM_WARN_MAX 8u

typedef enum plm_regime {
    PLM_REGIME_NONE = 0,
    PLM_REGIME_PLAIN = 1, /* no rulebook: orders are limited by the balance (docs/replay.md, 7) */
    PLM_REGIME_CROSS = 2,
    PLM_REGIME_ISOLATED = 3,
    PLM_REGIME_PORTFOLIO = 4,
    PLM_REGIME_COUNT
} plm_regime;

/* -- P1, P2 ---------------------------------------------------------------------------------- */

typedef enum plm_pool_scope {
    PLM_POOL_SCOPE_NONE = 0,
    PLM_POOL_ACCOUNT = 1,
    PLM_POOL_CURRENCY = 2
} plm_pool_scope;

typedef struct plm_pool_rule {
    plm_pool_scope cross, portfolio; /* NONE: the regime is not among `regimes` */
    bool isolated;
    bool topup_auto;
    char unit[PLM_ASSET_CAP]; /* of account pools; "" = the report currency */
} plm_pool_rule;

typedef enum plm_netting {
    PLM_NETTING_NONE = 0,
    PLM_NETTING_NET = 1,
    PLM_NETTING_GROSS = 2,
    PLM_NETTING_MAX_SIDE = 3
} plm_netting;

/* -- P3 -------------------------------------------------------------------------------------- */

typedef enum plm_price_word {
    PLM_PRICE_NONE = 0,
    PLM_PRICE_MARK = 1, /* by the definitions */
    PLM_PRICE_LAST = 2,
    PLM_PRICE_INDEX = 3,
    PLM_PRICE_MID = 4,
    PLM_PRICE_TAPE = 5, /* definitions alone: the tape's mark */
    PLM_PRICE_FUNDING_INDEX = 6,
    PLM_PRICE_BASIS_AVERAGE = 7,
    PLM_PRICE_BASIS_EMA = 8,
    PLM_PRICE_MEDIAN = 9,
    PLM_PRICE_MIN = 10,
    PLM_PRICE_MAX = 11
} plm_price_word;

/* One definition; median, min and max have members, which are no composites of members. */
typedef struct plm_mark_def {
    plm_price_word word;
    int64_t window_ns; /* basis */
    uint32_t member_count;
    struct {
        plm_price_word word;
        int64_t window_ns;
    } member[PLM_MARK_DEFS_MAX];
} plm_mark_def;

typedef struct plm_price_rule {
    uint32_t mark_count;
    plm_mark_def mark[PLM_MARK_DEFS_MAX];
    int64_t cadence_ns, interval_ns, stale_ns;
    plm_price_word pnl, requirement, trigger, funding; /* trigger NONE: as pnl and requirement */
} plm_price_rule;

/* -- P4 to P7 -------------------------------------------------------------------------------- */

typedef enum plm_measure {
    PLM_MEASURE_NONE = 0,
    PLM_MEASURE_VALUE = 1,
    PLM_MEASURE_CONTRACTS = 2,
    PLM_MEASURE_COIN = 3
} plm_measure;

typedef enum plm_rate_kind {
    PLM_RATE_NONE = 0, /* portfolio is the only regime */
    PLM_RATE_FLAT = 1,
    PLM_RATE_MARGINAL = 2,
    PLM_RATE_WHOLE = 3,
    PLM_RATE_AFFINE = 4,
    PLM_RATE_POWER = 5,
    PLM_RATE_SKEW = 6
} plm_rate_kind;

#define PLM_RULE_KEY_CAP (PLM_SYMBOL_CAP + 8)

/* A row of the table of rates. Which numbers it has is said by the kind. Sorted by (key,
 * effective_from, from). */
typedef struct plm_rate_row {
    char key[PLM_RULE_KEY_CAP]; /* a symbol, "base:ASSET", "*" */
    plm_ts effective_from;
    plm_money from;         /* tiers: inclusive lower bound of the measure, at 10^-18 */
    plm_rate maintenance;   /* flat, tiers, affine, power: the rate; skew: its minimum */
    plm_rate initial;       /* 0: the table has none */
    int64_t leverage_max;   /* tiers: 1e-2; 0 = none */
    plm_rate maintenance_k; /* affine: slope per unit of measure; power: k; skew: factor */
    plm_rate initial_k;
    plm_money scale;              /* skew */
    plm_money oi_lower, oi_upper; /* flat with oi_ramp */
} plm_rate_row;

typedef struct plm_scenario_row {
    char unit[PLM_SYMBOL_CAP]; /* an underlying, or "*" */
    plm_ts effective_from;
    plm_rate move, weight; /* move may be below 0 */
    plm_rate vol;          /* told, not used: there are no options */
} plm_scenario_row;

typedef enum plm_initial_kind {
    PLM_INITIAL_NONE = 0,
    PLM_INITIAL_LEVERAGE = 1,
    PLM_INITIAL_TABLE = 2,
    PLM_INITIAL_TIMES = 3
} plm_initial_kind;

typedef struct plm_rate_rule {
    plm_measure measure;
    plm_rate_kind kind;
    bool oi_ramp;
    bool has_initial; /* the table has initial rates */
    plm_rate flat;    /* kind FLAT without a table */
    uint32_t row_count;
    const plm_rate_row *row;
    /* portfolio */
    uint32_t scenario_count;
    const plm_scenario_row *scenario;
    plm_rate scenario_factor; /* initial = maintenance * factor */
    bool spot_included;
    /* P6 */
    plm_initial_kind initial;
    plm_rate initial_times;
    uint32_t warn_count;
    plm_rate warn[PLM_WARN_MAX];
    /* P7 */
    bool fee_in_maintenance, close_fee_in_initial;
    plm_money minimum;      /* per position, in the settle asset */
    plm_rate offset, gross; /* portfolio add-ons */
} plm_rate_rule;

/* -- P8, P9, P10 ----------------------------------------------------------------------------- */

typedef struct plm_collateral_row {
    char asset[PLM_ASSET_CAP];
    plm_ts effective_from;
    plm_money from;
    plm_rate weight, liability;
} plm_collateral_row; /* sorted by (asset, effective_from, from) */

typedef struct plm_borrow_row {
    char asset[PLM_ASSET_CAP];
    plm_ts effective_from;
    plm_rate per_hour;
} plm_borrow_row;

typedef struct plm_collateral_rule {
    bool settle_only;
    bool by_value; /* slices of the value in the unit; else of the coin */
    bool borrow;
    uint32_t row_count, borrow_count;
    const plm_collateral_row *row;
    const plm_borrow_row *borrow_row;
    uint32_t order_count, order_named; /* those of the list, then those of the table by name */
    const char *const *order;          /* assets as repay takes them */
    bool converts;
    plm_money convert_below; /* < 0, in the unit */
    plm_rate convert_cost;
} plm_collateral_rule;

typedef struct plm_spread_credit {
    char unit[2][PLM_SYMBOL_CAP];
    plm_rate rate;
} plm_spread_credit;

typedef struct plm_offset_rule {
    bool scenario;
    uint32_t credit_count;
    const plm_spread_credit *credit;
} plm_offset_rule;

typedef enum plm_order_margin {
    PLM_ORDER_MARGIN_NONE = 0,
    PLM_ORDER_MARGIN_FREE = 1,
    PLM_ORDER_MARGIN_SUM = 2,
    PLM_ORDER_MARGIN_WORSE_SIDE = 3
} plm_order_margin;

/* -- P11, P12 -------------------------------------------------------------------------------- */

typedef enum plm_stage_kind {
    PLM_STAGE_NONE = 0,
    PLM_STAGE_CANCEL = 1,
    PLM_STAGE_OFFSET_LEGS = 2,
    PLM_STAGE_REPAY = 3,
    PLM_STAGE_CLOSE = 4,
    PLM_STAGE_TAKEOVER = 5,
    PLM_STAGE_ADL = 6
} plm_stage_kind;

typedef enum plm_select {
    PLM_SELECT_NONE = 0,
    PLM_SELECT_ALL = 1,
    PLM_SELECT_MAINTENANCE = 2,
    PLM_SELECT_LOSS = 3,
    PLM_SELECT_NOTIONAL = 4,
    PLM_SELECT_DELTA = 5,
    PLM_SELECT_RANDOM = 6
} plm_select;
typedef enum plm_size_kind {
    PLM_SIZE_NONE = 0,
    PLM_SIZE_FULL = 1,
    PLM_SIZE_TARGET = 2,
    PLM_SIZE_FRACTION = 3,
    PLM_SIZE_STEP = 4,
    PLM_SIZE_TIERS_DOWN = 5
} plm_size_kind;
typedef enum plm_stage_price {
    PLM_STAGE_PRICE_NONE = 0,
    PLM_STAGE_PRICE_MARKET = 1,
    PLM_STAGE_PRICE_BANKRUPTCY = 2,
    PLM_STAGE_PRICE_FILLABLE = 3,
    PLM_STAGE_PRICE_MARK = 4
} plm_stage_price;

typedef struct plm_stage {
    plm_stage_kind kind;
    /* when; what is not set always holds */
    bool when_fund_short, when_cooling, when_not_cooling;
    bool has_notional_above, has_equity_below;
    plm_money notional_above; /* in the settle asset */
    plm_rate equity_below;    /* equity < this * maintenance */
    uint32_t tier_from;       /* 0: any */
    int64_t cooldown_ns;
    uint32_t rounds;
    bool until_initial;
    plm_rate until_buffer;
    bool cancel_opening_only;
    plm_rate cost; /* repay */
    plm_select select;
    plm_size_kind size;
    plm_rate fraction;
    plm_money min_notional;
    plm_money step; /* contracts at 10^-18 */
    uint32_t tiers_down;
    bool view_initial;
    plm_rate buffer;
    plm_stage_price price;
    plm_rate spread;
    bool keeper;
    int64_t keeper_latency_ns;
    plm_money keeper_inventory;
    plm_rate keeper_fee;
    bool margin_all; /* takeover */
} plm_stage;

/* -- P13 to P16 ------------------------------------------------------------------------------ */

typedef struct plm_fee_row {
    char key[PLM_RULE_KEY_CAP];
    plm_ts effective_from;
    plm_rate rate;
} plm_fee_row;

typedef struct plm_fee_rule {
    plm_rate rate; /* where there is no table */
    uint32_t row_count;
    const plm_fee_row *row;
    bool cap_surplus;
    plm_rate to_keeper, to_protocol; /* the rest goes to insurance */
    bool taker_fee, residual_to_insurance, recourse_debt;
} plm_fee_rule;

typedef enum plm_adl_score {
    PLM_ADL_NONE = 0,
    PLM_ADL_OFF = 1,
    PLM_ADL_PNL_RATIO = 2,
    PLM_ADL_PNL_LEVERAGE = 3,
    PLM_ADL_SIZE_LEVERAGE = 4,
    PLM_ADL_RANDOM = 5
} plm_adl_score;

/* -- the whole ------------------------------------------------------------------------------- */

/* All that can change with a date; rules.h has the one in force. */
typedef struct plm_rule_set {
    plm_ts from, announced; /* announced 0: unknown */
    plm_price_rule price;
    plm_netting net_maintenance, net_initial;
    plm_rate_rule rate;
    plm_collateral_rule collateral;
    plm_offset_rule offset;
    plm_order_margin orders;
    bool trigger_above, test_each;
    uint32_t stage_count;
    plm_stage stage[PLM_STAGES_MAX];
    bool locked;
    plm_fee_rule fee;
    plm_money insurance_floor;
    plm_adl_score adl;
    bool socialise_winners;
    plm_round round_requirement, round_equity, round_fee; /* numeric */
} plm_rule_set;

typedef enum plm_adaptive_shape {
    PLM_ADAPTIVE_NONE = 0,
    PLM_ADAPTIVE_LINEAR = 1,
    PLM_ADAPTIVE_FLOOR1 = 2
} plm_adaptive_shape;

typedef struct plm_adaptive_rule {
    plm_adaptive_shape shape; /* NONE: there is no such rule */
    bool realised;            /* else EWMA */
    uint32_t window;
    plm_rate lambda, sigma_ref, floor, cap, down;
    int64_t cadence_ns;
} plm_adaptive_rule;

typedef struct plm_rulebook {
    const char *name, *title, *file;
    const char
        *model; /* path of a plug-in that computes instead of the built-in model; NULL: none */
    plm_ts effective;
    uint32_t source_count, leaves_out_count;
    const char *const *source, *const *leaves_out;
    uint32_t regime_count;
    plm_regime regime[PLM_REGIME_COUNT];
    plm_pool_rule pool;
    plm_adaptive_rule adaptive;
    uint32_t set_count; /* set[0].from == 0, then the changes by date, each whole */
    plm_rule_set set[PLM_RULE_CHANGES_MAX];
    void *memory; /* of rulebook_read.c */
} plm_rulebook;

/* Reads FILE.yaml and the tables beside it. Refusals name place, what was found and what fits. */
PLM_NODISCARD plm_status plm_rulebook_read(const char *path, plm_diag *diag, plm_rulebook **out);

/* From text, as where it stands inline in a what-if file: tables are looked for in `folder`. The
 * node is borrowed for the call. */
PLM_NODISCARD plm_status plm_rulebook_from(const plm_config_node *map, const char *folder,
                                           plm_diag *diag, plm_rulebook **out);
void plm_rulebook_destroy(plm_rulebook *rulebook);

/* The set in force at a time. */
const plm_rule_set *plm_rulebook_at(const plm_rulebook *rulebook, plm_ts ts);

/* The first time after `ts` at which anything dated changes: a set, or a row of a table of the set
 * in force; PLM_TS_MAX: nothing does any more. */
plm_ts plm_rulebook_next_change(const plm_rulebook *rulebook, plm_ts ts);

bool plm_rulebook_has(const plm_rulebook *rulebook, plm_regime regime);
const char *plm_regime_word(plm_regime regime); /* "cross", ... */

#endif
