/*
 * text_margin.c - the fields of the records of margin and liquidation, in the order of
 * docs/log.md.
 */
#include "text_line.h"

#define LEVERAGE_SCALE 2u

/* "pool sym leg unit": a word for its regime, then its name. */
static void put_pool(plm_text *self, const plm_pool_name *pool)
{
    plm_text_word(self, "pool", plm_pool_word(pool->regime));
    plm_text_sym(self, "sym", pool->sym);
    plm_text_count(self, "leg", pool->leg);
    plm_text_asset(self, "unit", pool->unit);
}

static void put_margin(plm_text *self, const plm_record_margin *margin)
{
    put_pool(self, &margin->pool);
    plm_text_amount(self, "equity", margin->equity);
    plm_text_amount(self, "initial", margin->initial);
    plm_text_amount(self, "orders", margin->orders);
    plm_text_amount(self, "maintenance", margin->maintenance);
    plm_text_amount(self, "collateral", margin->collateral);
}

static void put_contribution(plm_text *self, const plm_record_contribution *part)
{
    plm_text_sym(self, "sym", part->sym);
    plm_text_count(self, "leg", part->leg);
    plm_text_qty(self, "qty", part->sym, part->qty);
    plm_text_px2(self, "px", part->sym, part->px2);
    plm_text_amount(self, "unrealised", part->unrealised);
    plm_text_amount(self, "notional", part->notional);
    plm_text_amount(self, "initial", part->initial);
    plm_text_amount(self, "maintenance", part->maintenance);
    plm_text_count(self, "tier", part->tier);
    plm_text_asset(self, "unit", part->unit);
}

static void put_call(plm_text *self, const plm_record_call *call)
{
    put_pool(self, &call->pool);
    plm_text_scaled(self, "ratio", call->ratio, PLM_RATE_SCALE);
    plm_text_amount(self, "equity", call->equity);
    plm_text_amount(self, "maintenance", call->maintenance);
}

static void put_liquidation(plm_text *self, const plm_record_liquidation *episode)
{
    plm_text_word(self, "what", plm_episode_word(episode->what));
    plm_text_count(self, "number", episode->number);
    put_pool(self, &episode->pool);
    plm_text_amount(self, "equity", episode->equity);
    plm_text_amount(self, "maintenance", episode->maintenance);
    plm_text_amount(self, "shortfall", episode->shortfall);
    plm_text_sym(self, "culprit", episode->culprit);
    plm_text_count(self, "cancelled_only", episode->cancelled_only);
}

static void put_stage(plm_text *self, const plm_record_stage *stage)
{
    plm_text_count(self, "number", stage->number);
    plm_text_count(self, "stage", stage->stage);
    plm_text_count(self, "round", stage->round);
    plm_text_word(self, "action", plm_step_word(stage->action));
    plm_text_sym(self, "sym", stage->sym);
    plm_text_count(self, "leg", stage->leg);
    plm_text_word(self, "side", plm_side_word(stage->side));
    plm_text_qty(self, "qty", stage->sym, stage->qty);
    plm_text_px(self, "px", stage->sym, stage->px);
    plm_text_amount(self, "value", stage->value);
    plm_text_amount(self, "equity", stage->equity);
    plm_text_amount(self, "maintenance", stage->maintenance);
    plm_text_count(self, "done", stage->done);
}

static void put_counterparty(plm_text *self, const plm_record_counterparty *other)
{
    plm_text_count(self, "number", other->number);
    plm_text_sym(self, "sym", other->sym);
    plm_text_count(self, "leg", other->leg);
    plm_text_qty(self, "qty", other->sym, other->qty);
    plm_text_amount(self, "value", other->value);
    plm_text_scaled(self, "score", other->score, PLM_RATE_SCALE);
    plm_text_account(self, "account", other->account);
    plm_text_word(self, "payer", plm_book_word(other->payer));
    plm_text_word(self, "cause", plm_cause_word(other->cause));
    plm_text_asset(self, "asset", other->asset);
}

static void put_interest(plm_text *self, const plm_record_interest *interest)
{
    plm_text_asset(self, "asset", interest->asset);
    plm_text_scaled(self, "rate", interest->rate, PLM_RATE_SCALE);
    plm_text_amount(self, "amount", interest->amount);
}

static void put_rule(plm_text *self, const plm_record_rule *rule)
{
    bool const known = rule->rulebook < self->names->rulebook_count;
    plm_text_word(self, "rulebook", known ? self->names->rulebooks[rule->rulebook] : "-");
    plm_text_scaled(self, "effective", rule->effective, 0);
    plm_text_scaled(self, "announced", rule->announced, 0);
}

static void put_collateral(plm_text *self, const plm_record_collateral *collateral)
{
    plm_text_asset(self, "asset", collateral->asset);
    plm_text_sym(self, "custody", collateral->custody);
    plm_text_word(self, "code", plm_collateral_word(collateral->code));
    plm_text_scaled(self, "weight", collateral->weight, PLM_RATE_SCALE);
    plm_text_amount(self, "lost", collateral->lost);
}

static void put_margin_request(plm_text *self, const plm_record_margin_request *request)
{
    plm_text_word(self, "what", plm_margin_op_word(request->what));
    plm_text_count(self, "number", request->number);
    plm_text_sym(self, "sym", request->sym);
    plm_text_count(self, "leg", request->leg);
    plm_text_word(self, "regime", plm_pool_word(request->regime));
    plm_text_asset(self, "asset", request->asset);
    plm_text_scaled(self, "leverage", request->leverage, LEVERAGE_SCALE);
    plm_text_amount(self, "amount", request->amount);
    plm_text_amount(self, "moved", request->moved);
    plm_text_word(self, "reason", plm_reason_word(request->reason));
}

static void put_lowest(plm_text *self, const plm_record_lowest *lowest)
{
    put_pool(self, &lowest->pool);
    plm_text_amount(self, "surplus", lowest->surplus);
    plm_text_scaled(self, "at", lowest->at, 0);
    plm_text_count(self, "exact", lowest->exact);
}

bool plm_text_margin_fields(plm_text *self, const plm_record *record)
{
    switch ((plm_record_kind)record->kind) {
    case PLM_RECORD_MARGIN:
        put_margin(self, &record->u.margin);
        return true;
    case PLM_RECORD_CONTRIBUTION:
        put_contribution(self, &record->u.contribution);
        return true;
    case PLM_RECORD_CALL:
        put_call(self, &record->u.call);
        return true;
    case PLM_RECORD_LIQUIDATION:
        put_liquidation(self, &record->u.liquidation);
        return true;
    case PLM_RECORD_STAGE:
        put_stage(self, &record->u.stage);
        return true;
    case PLM_RECORD_COUNTERPARTY:
        put_counterparty(self, &record->u.counterparty);
        return true;
    case PLM_RECORD_INTEREST:
        put_interest(self, &record->u.interest);
        return true;
    case PLM_RECORD_RULE:
        put_rule(self, &record->u.rule);
        return true;
    case PLM_RECORD_COLLATERAL:
        put_collateral(self, &record->u.collateral);
        return true;
    case PLM_RECORD_MARGIN_REQUEST:
        put_margin_request(self, &record->u.margin_request);
        return true;
    case PLM_RECORD_LOWEST:
        put_lowest(self, &record->u.lowest);
        return true;
    case PLM_RECORD_NONE:
    case PLM_RECORD_REQUEST:
    case PLM_RECORD_ORDER:
    case PLM_RECORD_FILL:
    case PLM_RECORD_POSITION:
    case PLM_RECORD_POSTING:
    case PLM_RECORD_FUNDING:
    case PLM_RECORD_SETTLED:
    case PLM_RECORD_SAMPLE:
    case PLM_RECORD_NOTE:
    case PLM_RECORD_STOPPED:
    case PLM_RECORD_PRICE:
    case PLM_RECORD_KIND_COUNT:
        break;
    }
    return false;
}
