/*
 * kinds.c - the table of event kinds, and what is wrong with an event that breaks it.
 */
#include "kinds.h"

#include <string.h>

#include "check.h"

#define RATE_ONE INT64_C(1000000000000)

/* -- words of the side field ----------------------------------------------------------------- */

static const char *const SIDE_NOTHING[] = {"", NULL};
static const char *const SIDE_TAKER[] = {"", "buy", "sell", NULL};
static const char *const SIDE_BOOK[] = {"-", "bid", "ask", NULL};
static const char *const SIDE_BOTH[] = {"", "bid", "ask", NULL};
static const char *const SIDE_POSITION[] = {"-", "long", "short", NULL};
static const char *const SIDE_KEY[] = {"-", "bid", "ask", "last", "mark", "index", NULL};
static const char *const SIDE_STATUS[] = {"-",      "halt",   "resume", "delist",
                                          "settle", "relist", NULL};
static const char *const SIDE_CUSTODY[] = {"-", "halt", "resume", "haircut", NULL};

static const plm_kind_info KINDS[PLM_EV_KIND_COUNT] = {
    [PLM_EV_TRADE] = {"trade", PLM_FIELD_PX, PLM_FIELD_QTY, SIDE_TAKER},
    [PLM_EV_BID] = {"bid", PLM_FIELD_PX, PLM_FIELD_QTY, SIDE_NOTHING},
    [PLM_EV_ASK] = {"ask", PLM_FIELD_PX, PLM_FIELD_QTY, SIDE_NOTHING},
    [PLM_EV_LEVEL] = {"level", PLM_FIELD_PX, PLM_FIELD_QTY, SIDE_BOOK},
    [PLM_EV_CLEAR] = {"clear", PLM_FIELD_ZERO, PLM_FIELD_ZERO, SIDE_BOTH},
    [PLM_EV_MARK] = {"mark", PLM_FIELD_PX, PLM_FIELD_ZERO, SIDE_NOTHING},
    [PLM_EV_INDEX] = {"index", PLM_FIELD_PX, PLM_FIELD_ZERO, SIDE_NOTHING},
    [PLM_EV_ASSET_INDEX] = {"asset_index", PLM_FIELD_PX, PLM_FIELD_ZERO, SIDE_NOTHING},
    [PLM_EV_BAR_OPEN] = {"bar_open", PLM_FIELD_PX, PLM_FIELD_COUNT, SIDE_KEY},
    [PLM_EV_BAR_HIGH] = {"bar_high", PLM_FIELD_PX, PLM_FIELD_COUNT, SIDE_KEY},
    [PLM_EV_BAR_LOW] = {"bar_low", PLM_FIELD_PX, PLM_FIELD_QTY, SIDE_KEY},
    [PLM_EV_BAR_CLOSE] = {"bar_close", PLM_FIELD_PX, PLM_FIELD_QTY, SIDE_KEY},
    [PLM_EV_FUNDING_RATE] = {"funding_rate", PLM_FIELD_RATE, PLM_FIELD_TS, SIDE_NOTHING},
    [PLM_EV_FUNDING] = {"funding", PLM_FIELD_RATE, PLM_FIELD_PX, SIDE_NOTHING},
    [PLM_EV_BORROW_RATE] = {"borrow_rate", PLM_FIELD_RATE, PLM_FIELD_COUNT, SIDE_NOTHING},
    [PLM_EV_OPEN_INTEREST] = {"open_interest", PLM_FIELD_ZERO, PLM_FIELD_QTY, SIDE_NOTHING},
    [PLM_EV_LIQUIDATION] = {"liquidation", PLM_FIELD_PX, PLM_FIELD_QTY, SIDE_TAKER},
    [PLM_EV_ADL] = {"adl", PLM_FIELD_PX, PLM_FIELD_RATE, SIDE_POSITION},
    [PLM_EV_INSURANCE] = {"insurance", PLM_FIELD_ZERO, PLM_FIELD_QTY, SIDE_NOTHING},
    [PLM_EV_STATUS] = {"status", PLM_FIELD_PX, PLM_FIELD_ZERO, SIDE_STATUS},
    [PLM_EV_FORWARD] = {"forward", PLM_FIELD_PX, PLM_FIELD_ZERO, SIDE_NOTHING},
    [PLM_EV_IV] = {"iv", PLM_FIELD_RATE, PLM_FIELD_ZERO, SIDE_NOTHING},
    [PLM_EV_RISK_FREE] = {"risk_free", PLM_FIELD_RATE, PLM_FIELD_ZERO, SIDE_NOTHING},
    [PLM_EV_HAIRCUT] = {"haircut", PLM_FIELD_RATE, PLM_FIELD_ZERO, SIDE_NOTHING},
    [PLM_EV_CUSTODY] = {"custody", PLM_FIELD_RATE, PLM_FIELD_ZERO, SIDE_CUSTODY},
    [PLM_EV_GAP] = {"gap", PLM_FIELD_ZERO, PLM_FIELD_TS, SIDE_NOTHING},
};

/* -- the bounds of the quick check ----------------------------------------------------------- */

#define ROW(kind) (UINT32_C(1) << (kind))
#define ROWS_OPTION (ROW(PLM_INST_CALL) | ROW(PLM_INST_PUT))
#define ROWS_TRADED                                                                                \
    (ROW(PLM_INST_SPOT) | ROW(PLM_INST_LINEAR) | ROW(PLM_INST_INVERSE) | ROW(PLM_INST_QUANTO) |    \
     ROW(PLM_INST_FUTURE) | ROW(PLM_INST_INVERSE_FUTURE) | ROWS_OPTION)
#define ROWS_ASSET ROW(PLM_INST_ASSET)
#define ROWS_CUSTODY ROW(PLM_INST_CUSTODY)

#define SIDES_0 UINT32_C(1)     /* none */
#define SIDES_12 UINT32_C(6)    /* 1, 2 */
#define SIDES_012 UINT32_C(7)   /* none, 1, 2 */
#define SIDES_KEYS UINT32_C(62) /* 1 .. 5 */
#define SIDES_STATUS UINT32_C(62)
#define SIDES_CUSTODY UINT32_C(14) /* 1 .. 3 */

#define ANY_MIN (-INT64_MAX)
#define ANY_MAX INT64_MAX

#define RULE(px_min, px_max, qty_min, qty_max, sides, rows, zero_rows)                             \
    {                                                                                              \
        px_min, (uint64_t)(px_max) - (uint64_t)(px_min), qty_min,                                  \
            (uint64_t)(qty_max) - (uint64_t)(qty_min), sides, sides, rows, zero_rows, false        \
    }
#define QUOTE                                                                                      \
    {                                                                                              \
        1, INT64_MAX - 1, 1, INT64_MAX - 1, SIDES_0, SIDES_0, ROWS_TRADED, 0, true                 \
    }
/* Fields depend on each other: no side is quick. */
#define SPECIAL(px_min, px_max, qty_min, qty_max, sides, rows)                                     \
    {                                                                                              \
        px_min, (uint64_t)(px_max) - (uint64_t)(px_min), qty_min,                                  \
            (uint64_t)(qty_max) - (uint64_t)(qty_min), sides, 0, rows, 0, false                    \
    }

const plm_kind_rule plm_kind_rules[PLM_EV_KIND_COUNT] = {
    /* px_min, px_max, qty_min, qty_max, sides, rows[, rows whose px may be 0] */
    [PLM_EV_TRADE] = RULE(1, ANY_MAX, 0, ANY_MAX, SIDES_012, ROWS_TRADED, 0),
    [PLM_EV_BID] = QUOTE,
    [PLM_EV_ASK] = QUOTE,
    [PLM_EV_LEVEL] = RULE(1, ANY_MAX, 0, ANY_MAX, SIDES_12, ROWS_TRADED, 0),
    [PLM_EV_CLEAR] = RULE(0, 0, 0, 0, SIDES_012, ROWS_TRADED, 0),
    [PLM_EV_MARK] = RULE(1, ANY_MAX, 0, 0, SIDES_0, ROWS_TRADED, ROWS_OPTION),
    [PLM_EV_INDEX] = RULE(1, ANY_MAX, 0, 0, SIDES_0, ROWS_TRADED, 0),
    [PLM_EV_ASSET_INDEX] = RULE(1, ANY_MAX, 0, 0, SIDES_0, ROWS_ASSET, 0),
    [PLM_EV_BAR_OPEN] = RULE(1, ANY_MAX, 1, ANY_MAX, SIDES_KEYS, ROWS_TRADED, ROWS_OPTION),
    [PLM_EV_BAR_HIGH] = RULE(1, ANY_MAX, 0, ANY_MAX, SIDES_KEYS, ROWS_TRADED, ROWS_OPTION),
    [PLM_EV_BAR_LOW] = RULE(1, ANY_MAX, 0, ANY_MAX, SIDES_KEYS, ROWS_TRADED, ROWS_OPTION),
    [PLM_EV_BAR_CLOSE] = RULE(1, ANY_MAX, 0, ANY_MAX, SIDES_KEYS, ROWS_TRADED, ROWS_OPTION),
    [PLM_EV_FUNDING_RATE] = SPECIAL(ANY_MIN, ANY_MAX, 0, PLM_TS_MAX - 1, SIDES_0, ROWS_TRADED),
    [PLM_EV_FUNDING] = RULE(ANY_MIN, ANY_MAX, 0, ANY_MAX, SIDES_0, ROWS_TRADED, 0),
    [PLM_EV_BORROW_RATE] = RULE(0, ANY_MAX, 1, ANY_MAX, SIDES_0, ROWS_ASSET, 0),
    [PLM_EV_OPEN_INTEREST] = RULE(0, 0, 0, ANY_MAX, SIDES_0, ROWS_TRADED, 0),
    [PLM_EV_LIQUIDATION] = RULE(1, ANY_MAX, 0, ANY_MAX, SIDES_012, ROWS_TRADED, 0),
    [PLM_EV_ADL] = RULE(1, ANY_MAX, 0, RATE_ONE, SIDES_12, ROWS_TRADED, 0),
    [PLM_EV_INSURANCE] = RULE(0, 0, 0, ANY_MAX, SIDES_0, ROWS_ASSET, 0),
    [PLM_EV_STATUS] = SPECIAL(0, ANY_MAX, 0, 0, SIDES_STATUS, ROWS_TRADED),
    [PLM_EV_FORWARD] = RULE(1, ANY_MAX, 0, 0, SIDES_0, ROWS_TRADED, 0),
    [PLM_EV_IV] = RULE(0, ANY_MAX, 0, 0, SIDES_0, ROWS_TRADED, 0),
    [PLM_EV_RISK_FREE] = RULE(ANY_MIN, ANY_MAX, 0, 0, SIDES_0, ROWS_TRADED, 0),
    [PLM_EV_HAIRCUT] = RULE(0, RATE_ONE, 0, 0, SIDES_0, ROWS_ASSET, 0),
    [PLM_EV_CUSTODY] = SPECIAL(0, RATE_ONE, 0, 0, SIDES_CUSTODY, ROWS_CUSTODY),
    [PLM_EV_GAP] =
        SPECIAL(0, 0, PLM_TS_MIN, PLM_TS_MAX - 1, SIDES_0, ROWS_TRADED | ROWS_ASSET | ROWS_CUSTODY),
};

/* -- questions ------------------------------------------------------------------------------- */

const plm_kind_info *plm_kind_find(unsigned kind)
{
    if (kind == PLM_EV_NONE || kind >= PLM_EV_KIND_COUNT) {
        return NULL;
    }
    return &KINDS[kind];
}

plm_event_kind plm_kind_by_name(const char *name, size_t size)
{
    for (unsigned kind = 1; kind < PLM_EV_KIND_COUNT; kind++) {
        if (strlen(KINDS[kind].name) == size && memcmp(KINDS[kind].name, name, size) == 0) {
            return (plm_event_kind)kind;
        }
    }
    return PLM_EV_NONE;
}

static bool is_time(int64_t value)
{
    return value >= PLM_TS_MIN && value < PLM_TS_MAX;
}

static const char *row_problem(const plm_kind_rule *rule, const plm_instrument *row)
{
    if (row->kind < PLM_INST_KIND_COUNT && (rule->rows >> row->kind & 1) != 0) {
        return NULL;
    }
    if (rule->rows == ROWS_ASSET) {
        return "this kind needs a row that is an asset";
    }
    if (rule->rows == ROWS_CUSTODY) {
        return "this kind needs a row that is a custody";
    }
    return "this kind needs a row that is traded";
}

static const char *px_problem(const plm_event *event, const plm_kind_info *info,
                              const plm_kind_rule *rule, const plm_instrument *row)
{
    bool const zero_fits = (rule->zero_rows >> row->kind & 1) != 0;
    if ((uint64_t)event->px - (uint64_t)rule->px_min <= rule->px_span ||
        (event->px == 0 && zero_fits)) {
        return NULL;
    }
    if (info->px == PLM_FIELD_ZERO) {
        return "px must be 0 for this kind";
    }
    if (info->px == PLM_FIELD_PX) {
        return rule->px_min > 0 && !zero_fits ? "the price must be above 0"
                                              : "the price must not be negative";
    }
    return event->px < 0 ? "the rate must not be negative" : "the weight must be from 0 to 1";
}

static const char *qty_problem(const plm_event *event, const plm_kind_info *info,
                               const plm_kind_rule *rule)
{
    if ((uint64_t)event->qty - (uint64_t)rule->qty_min <= rule->qty_span) {
        return NULL;
    }
    switch (info->qty) {
    case PLM_FIELD_ZERO:
        return "qty must be 0 for this kind";
    case PLM_FIELD_PX:
        return "the price in qty must not be negative";
    case PLM_FIELD_QTY:
        return "the quantity must not be negative";
    case PLM_FIELD_RATE:
        return "the fraction must be from 0 to 1";
    case PLM_FIELD_TS:
        return "the time in qty must lie in 2000..2100";
    case PLM_FIELD_COUNT:
        return rule->qty_min > 0 ? "the duration in qty must be above 0"
                                 : "the count in qty must not be negative";
    }
    return "qty is out of range";
}

/* What depends on two fields at once. */
static const char *special_problem(const plm_event *event)
{
    if (event->kind == PLM_EV_FUNDING_RATE && event->qty != 0 && !is_time(event->qty)) {
        return "the time when funding is due must be 0 or lie in 2000..2100";
    }
    if (event->kind == PLM_EV_STATUS && event->side != PLM_STATUS_SETTLE && event->px != 0) {
        return "only the status settle has a price";
    }
    if (event->kind == PLM_EV_CUSTODY && event->side != PLM_CUSTODY_HAIRCUT && event->px != 0) {
        return "only the custody event haircut has a weight";
    }
    if (event->kind == PLM_EV_GAP && event->qty > event->ts) {
        return "a gap must begin before its end";
    }
    return NULL;
}

const char *plm_event_explain(const plm_event *event, const plm_instrument *row)
{
    const plm_kind_info *const info = plm_kind_find(event->kind);
    if (info == NULL) {
        return "the kind is not known";
    }
    const plm_kind_rule *const rule = &plm_kind_rules[event->kind];
    if (!is_time(event->ts)) {
        return "the time must lie in 2000..2100";
    }
    if ((event->flags & ~PLM_FLAG_ALL) != 0) {
        return "a flag is not known";
    }
    const char *problem = row_problem(rule, row);
    if (problem != NULL) {
        return problem;
    }
    if (event->side >= 32 || (rule->sides >> event->side & 1) == 0) {
        return "the side does not fit the kind";
    }
    if (rule->quote && event->px == 0 && event->qty == 0) {
        return NULL;
    }
    if (rule->quote && (event->px == 0) != (event->qty == 0)) {
        return "a quote is empty (px 0 and qty 0) or has both";
    }
    problem = px_problem(event, info, rule, row);
    if (problem != NULL) {
        return problem;
    }
    problem = qty_problem(event, info, rule);
    if (problem != NULL) {
        return problem;
    }
    return special_problem(event);
}

plm_price_key plm_event_price_key(const plm_event *event)
{
    switch ((plm_event_kind)event->kind) {
    case PLM_EV_BID:
        return PLM_KEY_BID;
    case PLM_EV_ASK:
        return PLM_KEY_ASK;
    case PLM_EV_TRADE:
        return PLM_KEY_LAST;
    case PLM_EV_MARK:
        return PLM_KEY_MARK;
    case PLM_EV_INDEX:
    case PLM_EV_ASSET_INDEX:
        return PLM_KEY_INDEX;
    case PLM_EV_BAR_OPEN:
    case PLM_EV_BAR_HIGH:
    case PLM_EV_BAR_LOW:
    case PLM_EV_BAR_CLOSE:
        return (plm_price_key)event->side;
    case PLM_EV_NONE:
    case PLM_EV_LEVEL:
    case PLM_EV_CLEAR:
    case PLM_EV_FUNDING_RATE:
    case PLM_EV_FUNDING:
    case PLM_EV_BORROW_RATE:
    case PLM_EV_OPEN_INTEREST:
    case PLM_EV_LIQUIDATION:
    case PLM_EV_ADL:
    case PLM_EV_INSURANCE:
    case PLM_EV_STATUS:
    case PLM_EV_FORWARD:
    case PLM_EV_IV:
    case PLM_EV_RISK_FREE:
    case PLM_EV_HAIRCUT:
    case PLM_EV_CUSTODY:
    case PLM_EV_GAP:
    case PLM_EV_KIND_COUNT:
    case PLM_EV_KIND_LIMIT:
        return PLM_KEY_NONE;
    }
    return PLM_KEY_NONE;
}
