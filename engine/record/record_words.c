/*
 * record_words.c - one table per enum.
 */
#include "record_words.h"

#include "plimsoll_margin.h"

static const char *const REASONS[PLM_REASON_COUNT] = {
    [PLM_REASON_NONE] = "-",
    [PLM_REASON_USER] = "user",
    [PLM_REASON_BAD_REQUEST] = "bad_request",
    [PLM_REASON_NOT_TRADED] = "not_traded",
    [PLM_REASON_HALTED] = "halted",
    [PLM_REASON_CLOSED] = "closed",
    [PLM_REASON_TICK] = "tick",
    [PLM_REASON_LOT] = "lot",
    [PLM_REASON_NOTIONAL] = "notional",
    [PLM_REASON_REDUCE_ONLY] = "reduce_only",
    [PLM_REASON_POST_ONLY] = "post_only",
    [PLM_REASON_NO_LIQUIDITY] = "no_liquidity",
    [PLM_REASON_FOK] = "fok",
    [PLM_REASON_BALANCE] = "balance",
    [PLM_REASON_OCO] = "oco",
    [PLM_REASON_UNKNOWN_ORDER] = "unknown_order",
    [PLM_REASON_LIMIT] = "limit",
    [PLM_REASON_LIQUIDATION] = "liquidation",
    [PLM_REASON_MARGIN] = "margin",
    [PLM_REASON_LEVERAGE] = "leverage",
    [PLM_REASON_NO_PRICE] = "no_price",
    [PLM_REASON_NO_RULES] = "no_rules",
    [PLM_REASON_STOPPED] = "stopped",
};

static const char *const STATES[PLM_STATE_COUNT] = {
    [PLM_STATE_NONE] = "-",           [PLM_STATE_SENT] = "sent",
    [PLM_STATE_WAITING] = "waiting",  [PLM_STATE_OPEN] = "open",
    [PLM_STATE_FILLED] = "filled",    [PLM_STATE_CANCELLED] = "cancelled",
    [PLM_STATE_REJECTED] = "rejected"};

static const char *const CAUSES[PLM_CAUSE_COUNT] = {
    [PLM_CAUSE_NONE] = "-",
    [PLM_CAUSE_REALISED_PNL] = "realised_pnl",
    [PLM_CAUSE_FEE] = "fee",
    [PLM_CAUSE_FUNDING] = "funding",
    [PLM_CAUSE_TRADE] = "trade",
    [PLM_CAUSE_EXPIRY] = "expiry",
    [PLM_CAUSE_DEPOSIT] = "deposit",
    [PLM_CAUSE_WITHDRAWAL] = "withdrawal",
    [PLM_CAUSE_TRANSFER] = "transfer",
    [PLM_CAUSE_INTEREST] = "interest",
    [PLM_CAUSE_CONVERSION] = "conversion",
    [PLM_CAUSE_LIQUIDATION_FEE] = "liquidation_fee",
    [PLM_CAUSE_TAKEOVER] = "takeover",
    [PLM_CAUSE_INSURANCE] = "insurance",
    [PLM_CAUSE_ADL] = "adl",
    [PLM_CAUSE_SOCIALISED] = "socialised",
    [PLM_CAUSE_REFILL] = "refill",
    [PLM_CAUSE_ROUNDING] = "rounding",
    [PLM_CAUSE_LAST_RESORT] = "last_resort",
};

static const char *const BOOKS[PLM_BOOK_KIND_COUNT] = {
    [PLM_BOOK_NONE] = "-",
    [PLM_BOOK_ACCOUNT] = "account",
    [PLM_BOOK_MARKET] = "market",
    [PLM_BOOK_FEES] = "fees",
    [PLM_BOOK_FUNDING] = "funding",
    [PLM_BOOK_EXTERNAL] = "external",
    [PLM_BOOK_ROUNDING] = "rounding",
    [PLM_BOOK_ISOLATED] = "isolated",
    [PLM_BOOK_INSURANCE] = "insurance",
    [PLM_BOOK_LENDER] = "lender",
    [PLM_BOOK_KEEPER] = "keeper",
    [PLM_BOOK_LAST_RESORT] = "last_resort",
};

static const char *const KINDS[PLM_RECORD_KIND_COUNT] = {
    [PLM_RECORD_NONE] = "-",
    [PLM_RECORD_REQUEST] = "request",
    [PLM_RECORD_ORDER] = "order",
    [PLM_RECORD_FILL] = "fill",
    [PLM_RECORD_POSITION] = "position",
    [PLM_RECORD_POSTING] = "posting",
    [PLM_RECORD_FUNDING] = "funding",
    [PLM_RECORD_SETTLED] = "settled",
    [PLM_RECORD_SAMPLE] = "sample",
    [PLM_RECORD_NOTE] = "note",
    [PLM_RECORD_STOPPED] = "stopped",
    [PLM_RECORD_MARGIN] = "margin",
    [PLM_RECORD_CONTRIBUTION] = "contribution",
    [PLM_RECORD_CALL] = "call",
    [PLM_RECORD_LIQUIDATION] = "liquidation",
    [PLM_RECORD_STAGE] = "stage",
    [PLM_RECORD_COUNTERPARTY] = "counterparty",
    [PLM_RECORD_INTEREST] = "interest",
    [PLM_RECORD_RULE] = "rule",
    [PLM_RECORD_COLLATERAL] = "collateral",
    [PLM_RECORD_MARGIN_REQUEST] = "margin_request",
    [PLM_RECORD_LOWEST] = "lowest",
    [PLM_RECORD_PRICE] = "price",
};

static const char *const ACTIONS[] = {"-", "submit", "amend", "cancel"};
static const char *const SIDES[] = {"-", "buy", "sell"};
static const char *const TYPES[] = {"-", "market", "limit"};
static const char *const TIFS[] = {"gtc", "ioc", "fok"};
static const char *const FLAGS[] = {"-", "post_only", "reduce_only", "post_only+reduce_only"};
static const char *const TRIGGERS[] = {"-", "stop", "take", "trail"};
static const char *const KEYS[] = {"-", "bid", "ask", "last", "mark", "index"};
static const char *const POOLS[] = {"-", "plain", "cross", "isolated", "portfolio"};
static const char *const SAMPLES[] = {"-", "grid", "event", "end"};
static const char *const EPISODES[] = {"-", "begin", "compliant", "flat", "bankrupt"};
static const char *const STEPS[] = {
    [PLM_MARGIN_ACTION_NONE] = "-",
    [PLM_MARGIN_ACTION_DONE] = "done",
    [PLM_MARGIN_ACTION_WAIT] = "wait",
    [PLM_MARGIN_ACTION_CANCEL] = "cancel",
    [PLM_MARGIN_ACTION_CLOSE] = "close",
    [PLM_MARGIN_ACTION_KEEPER] = "keeper",
    [PLM_MARGIN_ACTION_OFFSET] = "offset",
    [PLM_MARGIN_ACTION_REPAY] = "repay",
    [PLM_MARGIN_ACTION_TAKEOVER] = "takeover",
    [PLM_MARGIN_ACTION_ADL] = "adl",
};
static const char *const CODES[] = {"haircut", "halt", "resume", "custody_haircut"};
static const char *const OPERATIONS[] = {"-",     "leverage", "mode",     "move", "borrow",
                                         "repay", "convert",  "withdraw", "topup"};

#define WORD(words, value) word_of(words, sizeof(words) / sizeof(words)[0], value)

static const char *word_of(const char *const *words, size_t count, unsigned value)
{
    return value < count ? words[value] : "unknown";
}

const char *plm_record_kind_word(unsigned kind)
{
    return WORD(KINDS, kind);
}

const char *plm_reason_word(unsigned reason)
{
    return WORD(REASONS, reason);
}

const char *plm_state_word(unsigned state)
{
    return WORD(STATES, state);
}

const char *plm_cause_word(unsigned cause)
{
    return WORD(CAUSES, cause);
}

const char *plm_book_word(unsigned book)
{
    return WORD(BOOKS, book);
}

const char *plm_action_word(unsigned action)
{
    return WORD(ACTIONS, action);
}

const char *plm_side_word(unsigned side)
{
    return WORD(SIDES, side);
}

const char *plm_order_type_word(unsigned type)
{
    return WORD(TYPES, type);
}

const char *plm_tif_word(unsigned tif)
{
    return WORD(TIFS, tif);
}

const char *plm_order_flags_word(unsigned flags)
{
    return WORD(FLAGS, flags);
}

const char *plm_trigger_word(unsigned trigger)
{
    return WORD(TRIGGERS, trigger);
}

const char *plm_key_word(unsigned key)
{
    return WORD(KEYS, key);
}

const char *plm_pool_word(unsigned regime)
{
    return WORD(POOLS, regime);
}

const char *plm_sample_word(unsigned at)
{
    return WORD(SAMPLES, at);
}

const char *plm_episode_word(unsigned episode)
{
    return WORD(EPISODES, episode);
}

const char *plm_step_word(unsigned action)
{
    return WORD(STEPS, action);
}

const char *plm_collateral_word(unsigned code)
{
    return WORD(CODES, code);
}

const char *plm_margin_op_word(unsigned operation)
{
    return WORD(OPERATIONS, operation);
}
