/*
 * db_margin.c - samples, pools and liquidations: as db_trade.c, and which row belongs to which.
 */
#include "check.h"
#include "db_parts.h"
#include "record_words.h"

static void put_head(plm_row *row, const plm_record *record)
{
    plm_row_int(row, (int64_t)record->seq);
    plm_row_int(row, record->account);
    plm_row_int(row, record->ts);
}

static void put_episode(plm_row *row, uint32_t episode)
{
    plm_row_known(row, episode == 0 ? UINT32_MAX : episode);
}

static plm_status unknown_episode(const plm_record *record, plm_diag *diag)
{
    return plm_fail(diag, PLM_ERR_BUG, "record %llu is of a liquidation that has not begun",
                    (unsigned long long)record->seq);
}

/* -- samples --------------------------------------------------------------------------------- */

/* The rows of the last sample of an account lie side by side. */
static plm_status drop_sample(plm_db_self *self, const plm_db_account_state *state, plm_diag *diag)
{
    for (unsigned table = PLM_DB_DROP_CONTRIBUTIONS; table <= PLM_DB_DROP_EQUITY; table++) {
        plm_row *const row = plm_db_row(self, (plm_db_table)table);
        plm_row_int(row, (int64_t)state->first);
        plm_row_int(row, (int64_t)state->last);
        PLM_TRY(plm_db_put(self, (plm_db_table)table, diag));
    }
    return PLM_OK;
}

static plm_status put_equity(plm_db_self *self, const plm_record *record, const char *at,
                             plm_diag *diag)
{
    const plm_record_sample *const sample = &record->u.sample;
    plm_row *const row = plm_db_row(self, PLM_DB_EQUITY);
    put_head(row, record);
    plm_row_int(row, (int64_t)record->event);
    plm_row_text(row, at);
    plm_row_flag(row, sample->priced != 0);
    if (sample->priced != 0) {
        plm_row_amount(row, sample->nav);
        plm_row_amount(row, sample->unrealised);
    } else {
        plm_row_no_money(row);
        plm_row_no_money(row);
    }
    return plm_db_put(self, PLM_DB_EQUITY, diag);
}

static const char *at_word(plm_sample_at at)
{
    switch (at) {
    case PLM_SAMPLE_GRID:
        return "grid";
    case PLM_SAMPLE_EVENT:
        return "event";
    case PLM_SAMPLE_END:
        return "end";
    case PLM_SAMPLE_NONE:
        break;
    }
    return "unknown";
}

/* Of two samples of one account and time the later one stays; a point of the grid remains one. */
static plm_status put_sample(plm_db_self *self, const plm_record *record, plm_diag *diag)
{
    plm_db_account_state *const state = &self->account[record->account];
    bool const again = state->sampled && state->ts == record->ts;
    bool const on_grid =
        again && state->at == PLM_SAMPLE_GRID && record->u.sample.at == PLM_SAMPLE_EVENT;
    plm_sample_at const at = on_grid ? PLM_SAMPLE_GRID : (plm_sample_at)record->u.sample.at;
    self->head = record->seq;
    self->head_account = record->account;
    self->head_episode = 0;
    self->head_blob = self->blobs != NULL && at != PLM_SAMPLE_END;
    if (self->blobs != NULL) {
        self->packed++;
        PLM_TRY(
            plm_blobs_sample(self->blobs, record->account, record->ts, &record->u.sample, diag));
    }
    if (self->head_blob) {
        return PLM_OK;
    }
    if (again) {
        PLM_TRY(drop_sample(self, state, diag));
    }
    state->sampled = true;
    state->ts = record->ts;
    state->at = at;
    state->first = record->seq;
    state->last = record->seq;
    return put_equity(self, record, at_word(at), diag);
}

/* A margin row belongs to the sample or the begin that it follows at once; a second one of its
 * pool, and one that follows neither, is the end of the pool's liquidation. */
static plm_status put_margin(plm_db_self *self, const plm_record *record, plm_diag *diag)
{
    const plm_record_margin *const margin = &record->u.margin;
    plm_db_pool *pool = NULL;
    PLM_TRY(plm_db_pool_find(self, record->account, &margin->pool, diag, &pool));
    bool const headed =
        self->head != 0 && self->head_account == record->account && pool->head != self->head;
    bool const of_sample = headed && self->head_episode == 0;
    if (!headed) {
        self->head = 0;
    }
    pool->head = headed ? self->head : pool->head;
    self->margin = record->seq;
    self->in_blob = of_sample && self->head_blob;
    if (of_sample && self->blobs != NULL) {
        PLM_TRY(plm_blobs_margin(self->blobs, record->account, margin, diag));
    }
    if (self->in_blob) {
        return PLM_OK;
    }
    if (of_sample) {
        self->account[record->account].last = record->seq;
    } else if (!headed && pool->episode == 0) {
        return unknown_episode(record, diag);
    }
    plm_row *const row = plm_db_row(self, PLM_DB_MARGIN);
    plm_row_int(row, (int64_t)record->seq);
    plm_row_int(row, pool->id);
    if (of_sample) {
        plm_row_int(row, (int64_t)self->head);
        plm_row_null(row);
    } else {
        plm_row_null(row);
        put_episode(row, headed ? self->head_episode : pool->episode);
    }
    plm_row_int(row, record->ts);
    plm_row_amount(row, margin->equity);
    plm_row_amount(row, margin->initial);
    plm_row_amount(row, margin->orders);
    plm_row_amount(row, margin->maintenance);
    plm_row_amount(row, margin->collateral);
    return plm_db_put(self, PLM_DB_MARGIN, diag);
}

static plm_status put_contribution(plm_db_self *self, const plm_record *record, plm_diag *diag)
{
    const plm_record_contribution *const part = &record->u.contribution;
    if (self->in_blob) {
        return PLM_OK;
    }
    if (self->head != 0 && self->head_episode == 0) {
        self->account[record->account].last = record->seq;
    }
    plm_row *const row = plm_db_row(self, PLM_DB_CONTRIBUTION);
    plm_row_int(row, (int64_t)record->seq);
    plm_row_int(row, (int64_t)self->margin);
    plm_row_int(row, part->sym);
    plm_row_int(row, part->leg);
    plm_row_int(row, part->qty);
    plm_row_int(row, part->px2);
    plm_row_amount(row, part->unrealised);
    plm_row_amount(row, part->notional);
    plm_row_amount(row, part->initial);
    plm_row_amount(row, part->maintenance);
    plm_row_int(row, part->tier);
    return plm_db_put(self, PLM_DB_CONTRIBUTION, diag);
}

/* The price of an instrument at a time, once. */
static plm_status put_price(plm_db_self *self, const plm_record *record, plm_diag *diag)
{
    const plm_record_price *const price = &record->u.price;
    plm_db_price_state *const state = &self->price[price->sym];
    if (state->id != 0 && state->ts == record->ts) {
        plm_row *const last = plm_db_row(self, PLM_DB_DROP_PRICE);
        plm_row_int(last, state->id);
        PLM_TRY(plm_db_put(self, PLM_DB_DROP_PRICE, diag));
    }
    *state = (plm_db_price_state){.id = (int64_t)record->seq, .ts = record->ts};
    plm_row *const row = plm_db_row(self, PLM_DB_PRICE);
    plm_row_int(row, state->id);
    plm_row_int(row, price->sym);
    plm_row_int(row, record->ts);
    plm_row_int(row, price->px2);
    return plm_db_put(self, PLM_DB_PRICE, diag);
}

static plm_status put_lowest(plm_db_self *self, const plm_record *record, plm_diag *diag)
{
    const plm_record_lowest *const lowest = &record->u.lowest;
    plm_db_pool *pool = NULL;
    PLM_TRY(plm_db_pool_find(self, record->account, &lowest->pool, diag, &pool));
    plm_row *const row = plm_db_row(self, PLM_DB_POOL_LOWEST);
    plm_row_amount(row, lowest->surplus);
    plm_row_int(row, lowest->at);
    plm_row_int(row, pool->id);
    return plm_db_put(self, PLM_DB_POOL_LOWEST, diag);
}

/* -- liquidations ---------------------------------------------------------------------------- */

static plm_status begin_episode(plm_db_self *self, const plm_record *record, plm_db_pool *pool,
                                plm_diag *diag)
{
    const plm_record_liquidation *const what = &record->u.liquidation;
    pool->episode = ++self->liquidation_count;
    pool->number = what->number;
    self->head = record->seq;
    self->head_account = record->account;
    self->head_episode = pool->episode;
    plm_db_acting_set(self, record, pool->episode);
    plm_row *const row = plm_db_row(self, PLM_DB_LIQUIDATION);
    plm_row_int(row, pool->episode);
    plm_row_int(row, record->account);
    plm_row_int(row, pool->id);
    plm_row_int(row, what->number);
    plm_row_int(row, (int64_t)record->seq);
    plm_row_int(row, record->ts);
    plm_row_int(row, (int64_t)record->event);
    plm_row_known(row, what->culprit);
    plm_row_amount(row, what->equity);
    plm_row_amount(row, what->maintenance);
    return plm_db_put(self, PLM_DB_LIQUIDATION, diag);
}

static plm_status end_episode(plm_db_self *self, const plm_record *record, plm_db_pool *pool,
                              plm_diag *diag)
{
    const plm_record_liquidation *const what = &record->u.liquidation;
    if (pool->episode == 0) {
        return unknown_episode(record, diag);
    }
    plm_row *const row = plm_db_row(self, PLM_DB_LIQUIDATION_END);
    plm_row_int(row, (int64_t)record->seq);
    plm_row_int(row, record->ts);
    plm_row_text(row, plm_episode_word(what->what));
    plm_row_flag(row, what->cancelled_only != 0);
    plm_row_amount(row, what->shortfall);
    plm_row_int(row, pool->episode);
    pool->episode = 0;
    self->acting = 0;
    return plm_db_put(self, PLM_DB_LIQUIDATION_END, diag);
}

static plm_status put_liquidation(plm_db_self *self, const plm_record *record, plm_diag *diag)
{
    const plm_record_liquidation *const what = &record->u.liquidation;
    plm_db_pool *pool = NULL;
    PLM_TRY(plm_db_pool_find(self, record->account, &what->pool, diag, &pool));
    return what->what == PLM_EPISODE_BEGIN ? begin_episode(self, record, pool, diag)
                                           : end_episode(self, record, pool, diag);
}

static plm_status put_stage(plm_db_self *self, const plm_record *record, plm_diag *diag)
{
    const plm_record_stage *const stage = &record->u.stage;
    const plm_db_pool *const pool = plm_db_pool_in(self, record->account, stage->number);
    if (pool == NULL) {
        return unknown_episode(record, diag);
    }
    plm_db_acting_set(self, record, pool->episode);
    plm_row *const row = plm_db_row(self, PLM_DB_STAGE);
    plm_row_int(row, (int64_t)record->seq);
    plm_row_int(row, pool->episode);
    plm_row_int(row, record->ts);
    plm_row_int(row, stage->stage);
    plm_row_int(row, stage->round);
    plm_row_text(row, plm_step_word(stage->action));
    plm_row_flag(row, stage->done != 0);
    plm_row_known(row, stage->sym);
    plm_row_int(row, stage->leg);
    plm_row_text(row, plm_db_word(plm_side_word(stage->side)));
    plm_row_int(row, stage->qty);
    plm_row_int(row, stage->px);
    plm_row_amount(row, stage->value);
    plm_row_amount(row, stage->equity);
    plm_row_amount(row, stage->maintenance);
    return plm_db_put(self, PLM_DB_STAGE, diag);
}

static plm_status put_counterparty(plm_db_self *self, const plm_record *record, plm_diag *diag)
{
    const plm_record_counterparty *const other = &record->u.counterparty;
    const plm_db_pool *const pool = plm_db_pool_in(self, record->account, other->number);
    if (pool == NULL) {
        return unknown_episode(record, diag);
    }
    plm_row *const row = plm_db_row(self, PLM_DB_COUNTERPARTY);
    plm_row_int(row, (int64_t)record->seq);
    plm_row_int(row, pool->episode);
    plm_row_int(row, record->ts);
    plm_row_text(row, plm_cause_word(other->cause));
    plm_row_text(row, plm_book_word(other->payer));
    plm_row_known(row, other->account);
    plm_row_known(row, other->sym);
    plm_row_int(row, other->leg);
    plm_row_int(row, other->qty);
    plm_row_int(row, other->asset);
    plm_row_amount(row, other->value);
    plm_row_int(row, other->score);
    return plm_db_put(self, PLM_DB_COUNTERPARTY, diag);
}

/* -- what is told and asked of pools --------------------------------------------------------- */

static plm_status put_call(plm_db_self *self, const plm_record *record, plm_diag *diag)
{
    const plm_record_call *const call = &record->u.call;
    plm_db_pool *pool = NULL;
    PLM_TRY(plm_db_pool_find(self, record->account, &call->pool, diag, &pool));
    plm_row *const row = plm_db_row(self, PLM_DB_MARGIN_EVENT);
    plm_row_int(row, (int64_t)record->seq);
    plm_row_int(row, record->account);
    plm_row_int(row, pool->id);
    plm_row_int(row, record->ts);
    plm_row_text(row, "call");
    plm_row_null(row); /* reason */
    plm_row_int(row, call->ratio);
    plm_row_amount(row, call->equity);
    plm_row_amount(row, call->maintenance);
    plm_row_known(row, call->pool.sym);
    plm_row_int(row, call->pool.leg);
    plm_row_int(row, call->pool.unit);
    plm_row_no_money(row); /* amount */
    plm_row_no_money(row); /* moved */
    plm_row_null(row);     /* leverage */
    return plm_db_put(self, PLM_DB_MARGIN_EVENT, diag);
}

static plm_status put_margin_request(plm_db_self *self, const plm_record *record, plm_diag *diag)
{
    const plm_record_margin_request *const request = &record->u.margin_request;
    bool const geared = request->what == PLM_MARGIN_OP_LEVERAGE;
    plm_row *const row = plm_db_row(self, PLM_DB_MARGIN_EVENT);
    plm_row_int(row, (int64_t)record->seq);
    plm_row_int(row, record->account);
    plm_row_null(row); /* pool */
    plm_row_int(row, record->ts);
    plm_row_text(row, plm_margin_op_word(request->what));
    plm_row_text(row, plm_db_word(plm_reason_word(request->reason)));
    plm_row_null(row); /* ratio */
    plm_row_no_money(row);
    plm_row_no_money(row);
    plm_row_known(row, request->sym);
    plm_row_int(row, request->leg);
    plm_row_known(row, request->asset);
    plm_row_amount(row, request->amount);
    plm_row_amount(row, request->moved);
    if (geared) {
        plm_row_int(row, request->leverage);
    } else {
        plm_row_null(row);
    }
    return plm_db_put(self, PLM_DB_MARGIN_EVENT, diag);
}

static plm_status put_interest(plm_db_self *self, const plm_record *record, plm_diag *diag)
{
    const plm_record_interest *const interest = &record->u.interest;
    plm_row *const row = plm_db_row(self, PLM_DB_INTEREST);
    put_head(row, record);
    plm_row_int(row, interest->asset);
    plm_row_int(row, interest->rate);
    plm_row_amount(row, interest->amount);
    return plm_db_put(self, PLM_DB_INTEREST, diag);
}

static plm_status put_rule(plm_db_self *self, const plm_record *record, plm_diag *diag)
{
    const plm_record_rule *const rule = &record->u.rule;
    plm_row *const row = plm_db_row(self, PLM_DB_RULE_CHANGE);
    plm_row_int(row, (int64_t)record->seq);
    plm_row_int(row, record->ts);
    plm_row_int(row, rule->rulebook);
    plm_row_int(row, rule->effective);
    plm_row_time(row, rule->announced);
    return plm_db_put(self, PLM_DB_RULE_CHANGE, diag);
}

static plm_status put_collateral(plm_db_self *self, const plm_record *record, plm_diag *diag)
{
    const plm_record_collateral *const collateral = &record->u.collateral;
    plm_row *const row = plm_db_row(self, PLM_DB_COLLATERAL_EVENT);
    put_head(row, record);
    plm_row_text(row, plm_collateral_word(collateral->code));
    plm_row_known(row, collateral->asset);
    plm_row_known(row, collateral->custody);
    plm_row_int(row, collateral->weight);
    plm_row_amount(row, collateral->lost);
    return plm_db_put(self, PLM_DB_COLLATERAL_EVENT, diag);
}

plm_status plm_db_margin(plm_db_self *self, const plm_record *record, plm_diag *diag)
{
    switch ((plm_record_kind)record->kind) {
    case PLM_RECORD_SAMPLE:
        return put_sample(self, record, diag);
    case PLM_RECORD_MARGIN:
        return put_margin(self, record, diag);
    case PLM_RECORD_CONTRIBUTION:
        return put_contribution(self, record, diag);
    case PLM_RECORD_CALL:
        return put_call(self, record, diag);
    case PLM_RECORD_LIQUIDATION:
        return put_liquidation(self, record, diag);
    case PLM_RECORD_STAGE:
        return put_stage(self, record, diag);
    case PLM_RECORD_COUNTERPARTY:
        return put_counterparty(self, record, diag);
    case PLM_RECORD_INTEREST:
        return put_interest(self, record, diag);
    case PLM_RECORD_RULE:
        return put_rule(self, record, diag);
    case PLM_RECORD_COLLATERAL:
        return put_collateral(self, record, diag);
    case PLM_RECORD_MARGIN_REQUEST:
        return put_margin_request(self, record, diag);
    case PLM_RECORD_LOWEST:
        return put_lowest(self, record, diag);
    case PLM_RECORD_PRICE:
        return put_price(self, record, diag);
    case PLM_RECORD_NONE:
    case PLM_RECORD_REQUEST:
    case PLM_RECORD_ORDER:
    case PLM_RECORD_FILL:
    case PLM_RECORD_POSITION:
    case PLM_RECORD_POSTING:
    case PLM_RECORD_FUNDING:
    case PLM_RECORD_SETTLED:
    case PLM_RECORD_NOTE:
    case PLM_RECORD_STOPPED:
    case PLM_RECORD_KIND_COUNT:
        break;
    }
    return PLM_END;
}
