/*
 * stage_words.c - the stages of a liquidation in words, its fee, and who is closed against.
 */
#include "stage_words.h"

static const char *select_words(plm_select select)
{
    switch (select) {
    case PLM_SELECT_ALL:
        return "each position";
    case PLM_SELECT_MAINTENANCE:
        return "the position of the largest requirement";
    case PLM_SELECT_LOSS:
        return "the position of the largest loss";
    case PLM_SELECT_NOTIONAL:
        return "the position of the largest value";
    case PLM_SELECT_DELTA:
        return "the position that carries most of the exposure";
    case PLM_SELECT_RANDOM:
        return "a random position";
    case PLM_SELECT_NONE:
        break;
    }
    return "";
}

static void size_words(const plm_stage *stage, plm_words *out)
{
    switch (stage->size) {
    case PLM_SIZE_NONE:
        break;
    case PLM_SIZE_FULL:
        plm_words_add(out, "all of ");
        break;
    case PLM_SIZE_TARGET:
        plm_words_add(out, "as little as complies of ");
        break;
    case PLM_SIZE_FRACTION:
        plm_words_percent(out, stage->fraction);
        if (stage->min_notional.v != 0) {
            plm_words_add(out, " (at least a value of ");
            plm_words_money(out, stage->min_notional);
            plm_words_add(out, ")");
        }
        plm_words_add(out, " of ");
        break;
    case PLM_SIZE_STEP:
        plm_words_money(out, stage->step);
        plm_words_add(out, " contracts of ");
        break;
    case PLM_SIZE_TIERS_DOWN:
        plm_words_add(out, "down by %u tiers: ", stage->tiers_down);
        break;
    }
}

static const char *price_words(plm_stage_price price)
{
    switch (price) {
    case PLM_STAGE_PRICE_MARKET:
        return "at the market";
    case PLM_STAGE_PRICE_BANKRUPTCY:
        return "at the bankruptcy price";
    case PLM_STAGE_PRICE_FILLABLE:
        return "at the fillable price";
    case PLM_STAGE_PRICE_MARK:
        return "at the mark";
    case PLM_STAGE_PRICE_NONE:
        break;
    }
    return "";
}

static void close_words(const plm_stage *stage, plm_words *out)
{
    plm_words_add(out, "close ");
    size_words(stage, out);
    plm_words_add(out, "%s %s%s", select_words(stage->select), price_words(stage->price),
                  stage->price == PLM_STAGE_PRICE_BANKRUPTCY ? " or better" : "");
    if (stage->size == PLM_SIZE_TARGET && stage->view_initial) {
        plm_words_add(out, ", until initial margin is held");
    }
    if (stage->keeper) {
        plm_words_add(out, ", through a keeper (after ");
        plm_words_duration(out, stage->keeper_latency_ns);
        plm_words_add(out, ", up to ");
        plm_words_money(out, stage->keeper_inventory);
        plm_words_add(out, ", for ");
        plm_words_percent(out, stage->keeper_fee);
        plm_words_add(out, ")");
    }
}

static void act_words(const plm_stage *stage, plm_words *out)
{
    switch (stage->kind) {
    case PLM_STAGE_NONE:
        break;
    case PLM_STAGE_CANCEL:
        plm_words_add(out, "cancel %s",
                      stage->cancel_opening_only ? "orders that open" : "all orders");
        break;
    case PLM_STAGE_OFFSET_LEGS:
        plm_words_add(out, "close long legs against short ones");
        break;
    case PLM_STAGE_REPAY:
        plm_words_add(out, "pay debts from the other balances");
        if (stage->cost != 0) {
            plm_words_add(out, " at a cost of ");
            plm_words_percent(out, stage->cost);
        }
        break;
    case PLM_STAGE_CLOSE:
        close_words(stage, out);
        break;
    case PLM_STAGE_TAKEOVER:
        plm_words_add(out, "the fund takes the positions over %s%s", price_words(stage->price),
                      stage->margin_all ? ", with all margin" : "");
        break;
    case PLM_STAGE_ADL:
        plm_words_add(out, "close against opposite positions %s", price_words(stage->price));
        break;
    }
}

static void when_words(const plm_stage *stage, plm_words *out)
{
    if (stage->when_fund_short) {
        plm_words_add(out, "; when the fund is short");
    }
    if (stage->has_notional_above) {
        plm_words_add(out, "; above a value of ");
        plm_words_money(out, stage->notional_above);
    }
    if (stage->tier_from != 0) {
        plm_words_add(out, "; from tier %u on", stage->tier_from);
    }
    if (stage->has_equity_below && stage->equity_below == 0) {
        plm_words_add(out, "; when equity is below 0");
    } else if (stage->has_equity_below) {
        plm_words_add(out, "; when equity is below ");
        plm_words_percent(out, stage->equity_below);
        plm_words_add(out, " of maintenance");
    }
    if (stage->when_cooling || stage->when_not_cooling) {
        plm_words_add(out, stage->when_cooling ? "; while it cools" : "; unless it cools");
    }
    if (stage->cooldown_ns != 0) {
        plm_words_add(out, "; again after ");
        plm_words_duration(out, stage->cooldown_ns);
    }
    if (stage->until_initial) {
        plm_words_add(out, "; until initial margin is held");
    }
    if (stage->until_buffer != 0) {
        plm_words_add(out, "; with a buffer of ");
        plm_words_percent(out, stage->until_buffer);
    }
}

void plm_stage_words(const plm_rule_set *set, plm_words *out)
{
    for (uint32_t i = 0; i < set->stage_count; i++) {
        plm_words_add(out, "%s%u. ", i > 0 ? "\n" : "", i + 1);
        act_words(&set->stage[i], out);
        when_words(&set->stage[i], out);
    }
}

/* -- fee, adl -------------------------------------------------------------------------------- */

void plm_fee_words(const plm_fee_rule *fee, plm_words *out)
{
    if (fee->row_count > 0) {
        plm_words_add(out, "a rate for each instrument");
    } else {
        plm_words_percent(out, fee->rate);
    }
    plm_words_add(out, " of what is liquidated%s",
                  fee->cap_surplus ? ", at most what is left above bankruptcy" : "");
    if (fee->to_keeper != 0) {
        plm_words_add(out, ", ");
        plm_words_percent(out, fee->to_keeper);
        plm_words_add(out, " of it to the keeper");
    }
    if (fee->to_protocol != 0) {
        plm_words_add(out, ", ");
        plm_words_percent(out, fee->to_protocol);
        plm_words_add(out, " of it to the venue");
    }
    plm_words_add(out, "; %s trading fee; what is left: %s; a shortfall %s",
                  fee->taker_fee ? "beside the" : "no",
                  fee->residual_to_insurance ? "to insurance" : "stays",
                  fee->recourse_debt ? "stays a debt" : "is not the account's");
}

const char *plm_adl_words(plm_adl_score score)
{
    switch (score) {
    case PLM_ADL_OFF:
        return "none";
    case PLM_ADL_PNL_RATIO:
        return "first: profit over balance, times maintenance over equity";
    case PLM_ADL_PNL_LEVERAGE:
        return "first: profit over cost, times leverage";
    case PLM_ADL_SIZE_LEVERAGE:
        return "first: mark over entry, times leverage";
    case PLM_ADL_RANDOM:
        return "in random order";
    case PLM_ADL_NONE:
        break;
    }
    return "";
}
