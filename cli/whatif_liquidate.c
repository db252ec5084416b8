/*
 * whatif_liquidate.c - what would follow at these prices: the stages of the rulebook one after
 * another, orders filled whole at the mark, nobody else in the world but the insurance fund.
 */
#include <stdio.h>
#include <string.h>

#include "account.h"
#include "assess.h"
#include "check.h"
#include "memory.h"
#include "trial.h"
#include "whatif_venue.h"

#define STEPS_MAX 1000u /* of an episode */
#define EPISODES_MAX 1000u

typedef struct episode {
    plm_whatif_desk desk;
    plm_margin_state state;
    char name[PLM_SYMBOL_CAP + 16]; /* of the pool */
    plm_whatif_pools pools;
    plm_whatif_pool *pool;
    uint32_t *begun; /* episodes of the account so far */
} episode;

/* -- the story ------------------------------------------------------------------------------- */

void plm_whatif_story_fini(plm_whatif_story *story)
{
    plm_free(story->step);
    *story = (plm_whatif_story){0};
}

static void tell(episode *self, plm_whatif_step step)
{
    plm_whatif_story *const story = self->desk.story;
    if (story->count == story->cap) {
        story->cap = story->cap == 0 ? 32 : 2 * story->cap;
        story->step = plm_realloc(story->step, story->cap, sizeof *story->step);
    }
    memcpy(step.pool, self->name, sizeof step.pool);
    step.ts = self->desk.book->ts;
    step.unit = self->pool->input.unit;
    step.equity = plm_money_of(self->pool->out.equity);
    step.maintenance = plm_money_of(self->pool->out.maintenance);
    story->step[story->count++] = step;
}

/* -- the pool as it is ----------------------------------------------------------------------- */

static plm_status look(episode *self)
{
    for (uint32_t asset = 0; asset < self->desk.whatif->contracts.asset_count; asset++) {
        self->desk.book->listed[asset] |= self->desk.book->balance[asset].v != 0;
    }
    plm_whatif_pools_fini(&self->pools);
    PLM_TRY(plm_whatif_assess(self->desk.whatif, self->desk.book, self->desk.diag, &self->pools));
    for (uint32_t i = 0; i < self->pools.count; i++) {
        if (strcmp(self->pools.pool[i].name, self->name) == 0) {
            self->pool = &self->pools.pool[i];
            self->desk.pool = self->pool;
            return PLM_OK;
        }
    }
    plm_assert(false); /* a pool stays, with closed positions and what was a balance */
    return PLM_ERR_BUG;
}

/* -- one step -------------------------------------------------------------------------------- */

/* What a step has told so far; `pool` is the one before it. */
static plm_status perform(episode *self, const plm_margin_step *step, plm_whatif_step *told)
{
    plm_whatif_desk *const desk = &self->desk;
    self->state.stalled = 0;
    switch ((plm_margin_action)step->action) {
    case PLM_MARGIN_ACTION_CANCEL:
        told->action = step->opening ? "cancel opening orders" : "cancel all orders";
        return plm_whatif_cancel(desk, &self->state);
    case PLM_MARGIN_ACTION_CLOSE:
        told->action = "close";
        return plm_whatif_close(desk, step, &self->state, told);
    case PLM_MARGIN_ACTION_KEEPER:
        told->action = "close to a keeper";
        return plm_whatif_close(desk, step, &self->state, told);
    case PLM_MARGIN_ACTION_OFFSET:
        told->action = "offset legs";
        return plm_whatif_offset(desk, step, told);
    case PLM_MARGIN_ACTION_REPAY:
        told->action = "repay";
        return plm_whatif_repay(desk, step, &self->state, told);
    case PLM_MARGIN_ACTION_TAKEOVER:
        told->action = "takeover";
        return plm_whatif_take_over(desk, step, &self->state, told);
    case PLM_MARGIN_ACTION_ADL:
        told->action = "deleverage others";
        told->remark = "others are assumed to hold the opposite";
        return plm_whatif_hand_over(desk, step, told);
    case PLM_MARGIN_ACTION_NONE:
    case PLM_MARGIN_ACTION_DONE:
    case PLM_MARGIN_ACTION_WAIT:
        break;
    }
    return PLM_OK;
}

static plm_whatif_step new_step(void)
{
    return (plm_whatif_step){.action = "", .sym = PLM_NO_SYM, .asset = PLM_NO_ASSET, .remark = ""};
}

/* Cancels that are for opening orders alone are passed over where there are none. */
static bool is_idle(const episode *self, const plm_margin_step *step)
{
    bool const isolated = self->pool->input.regime == PLM_MARGIN_ISOLATED;
    bool orders = false;
    for (uint32_t i = 0; i < self->pool->input.position_count; i++) {
        const plm_whatif_position *const row = &self->desk.book->position[self->pool->place[i]];
        orders = orders || ((row->regime == PLM_MARGIN_ISOLATED) == isolated &&
                            (row->buy_qty != 0 || row->sell_qty != 0));
    }
    return step->action == PLM_MARGIN_ACTION_CANCEL && step->opening != 0 && !orders;
}

/* As the engine does: what a step changed nothing of is not asked for again. */
static void mark(episode *self, const plm_margin_step *step)
{
    bool const about_one =
        step->action == PLM_MARGIN_ACTION_KEEPER || step->action == PLM_MARGIN_ACTION_CLOSE ||
        step->action == PLM_MARGIN_ACTION_TAKEOVER || step->action == PLM_MARGIN_ACTION_ADL;
    for (uint32_t i = 0; i < self->pool->input.position_count; i++) {
        plm_whatif_position *const row = &self->desk.book->position[self->pool->place[i]];
        bool const is_it = about_one && self->state.stalled != 0 && i == step->position;
        row->passed = is_it || (row->passed && self->state.passed > 0);
    }
}

/* False: the episode goes on. */
static plm_status advance(episode *self, bool *out_over, bool *out_stuck)
{
    plm_margin_step step;
    plm_whatif_step told = new_step();
    *out_over = *out_stuck = false;
    if (!plm_stage_next(&self->desk.whatif->rules, &self->pool->input, &self->pool->out,
                        &self->state, &step)) {
        return plm_whatif_overflow(self->desk.diag);
    }
    told.stage = step.stage + 1;
    if (step.action == PLM_MARGIN_ACTION_DONE) {
        *out_over = true;
        return PLM_OK;
    }
    if (step.action == PLM_MARGIN_ACTION_WAIT) {
        told.action = "wait";
        told.remark = step.until != 0 ? "until the stage may go on" : "for another price";
        tell(self, told);
        *out_stuck = step.until == 0;
        self->desk.book->ts = step.until != 0 ? step.until : self->desk.book->ts;
        return look(self);
    }
    if (is_idle(self, &step)) {
        return PLM_OK;
    }
    PLM_TRY(perform(self, &step, &told));
    mark(self, &step);
    self->state.steps++;
    PLM_TRY(look(self));
    tell(self, told);
    return PLM_OK;
}

/* -- after it -------------------------------------------------------------------------------- */

static plm_status tell_payment(episode *self, const char *action, const char *payer, uint32_t asset,
                               plm_money amount)
{
    plm_whatif_step told = new_step();
    told.action = action;
    told.asset = asset;
    told.amount = amount;
    (void)snprintf(told.payer, sizeof told.payer, "%s", payer);
    PLM_TRY(look(self));
    tell(self, told);
    return PLM_OK;
}

/* What nobody pays stays with the account, of an isolated pool as a debt of the free balance. */
static plm_status leave_debt(episode *self, uint32_t asset, plm_money owed)
{
    plm_whatif_desk *const desk = &self->desk;
    plm_money *const account = &desk->book->balance[asset];
    if (self->pool->input.regime == PLM_MARGIN_ISOLATED) {
        PLM_TRY(plm_whatif_credit(desk, asset, owed));
        if (!plm_money_sub(*account, owed, account)) {
            return plm_whatif_overflow(desk->diag);
        }
    }
    return tell_payment(self, "debt stays", "account", asset, owed);
}

/* The payers of what a flat pool owes: the fund down to its floor, then the last resort, or, with
 * recourse, the account. */
static plm_status pay_shortfall(episode *self, uint32_t asset, plm_money owed)
{
    plm_whatif_desk *const desk = &self->desk;
    plm_money from_fund, rest;
    desk->story->bankrupt = true;
    PLM_TRY(plm_whatif_draw_fund(desk, asset, owed, &from_fund));
    if (!plm_money_sub(owed, from_fund, &rest)) {
        return plm_whatif_overflow(desk->diag);
    }
    if (from_fund.v > 0) {
        PLM_TRY(plm_whatif_credit(desk, asset, from_fund));
        PLM_TRY(tell_payment(self, "cover shortfall", "insurance", asset, from_fund));
    }
    if (rest.v > 0 && desk->whatif->rules.set->fee.recourse_debt) {
        return leave_debt(self, asset, rest);
    }
    if (rest.v > 0) {
        PLM_TRY(plm_whatif_credit(desk, asset, rest));
        PLM_TRY(tell_payment(self, "cover shortfall",
                             desk->whatif->rules.set->socialise_winners ? "winners, last resort"
                                                                        : "last resort",
                             asset, rest));
    }
    return PLM_OK;
}

/* Before others pay, the pool's other assets do, at no cost. */
static plm_status pay_debts(episode *self)
{
    plm_margin_step const step = {.size = sizeof step};
    plm_margin_state state = {0};
    plm_whatif_step told = new_step();
    told.action = "repay";
    PLM_TRY(plm_whatif_repay(&self->desk, &step, &state, &told));
    if (state.stalled) {
        return PLM_OK;
    }
    PLM_TRY(look(self));
    tell(self, told);
    return PLM_OK;
}

static plm_status cover(episode *self)
{
    for (uint32_t i = 0; i < self->pool->input.asset_count; i++) {
        plm_margin_asset const asset = self->pool->asset[i];
        plm_money owed;
        if (asset.balance.hi >= 0) {
            continue;
        }
        if (!plm_money_negate(plm_money_of(asset.balance), &owed)) {
            return plm_whatif_overflow(self->desk.diag);
        }
        PLM_TRY(pay_shortfall(self, asset.asset, owed));
    }
    return PLM_OK;
}

static plm_status keep_residual(episode *self)
{
    for (uint32_t i = 0; i < self->pool->input.asset_count; i++) {
        plm_margin_asset const asset = self->pool->asset[i];
        plm_money const left = plm_money_of(asset.balance);
        const char *receiver;
        if (left.v <= 0) {
            continue;
        }
        PLM_TRY(plm_whatif_residual(&self->desk, asset.asset, left, &receiver));
        if (receiver != NULL) {
            PLM_TRY(tell_payment(self, receiver, "pool", asset.asset, left));
        }
    }
    return PLM_OK;
}

static plm_status settle(episode *self)
{
    const plm_margin_output *const out = &self->pool->out;
    if (!plm_margin_is_flat(&self->pool->input)) {
        return PLM_OK;
    }
    if (plm_whatif_owes(&self->desk) &&
        plm_assess_fires(&self->desk.whatif->rules, plm_money_of(out->equity),
                         plm_money_of(out->maintenance))) {
        PLM_TRY(pay_debts(self));
        if (plm_whatif_owes(&self->desk)) {
            return cover(self);
        }
    }
    return self->desk.story->liquidated && !plm_whatif_owes(&self->desk) ? keep_residual(self)
                                                                         : PLM_OK;
}

/* -- an episode ------------------------------------------------------------------------------ */

/* Auto top-up: an isolated pool takes from the free balance what its initial margin lacks. */
static plm_status top_up(episode *self)
{
    const plm_margin_output *const out = &self->pool->out;
    plm_money lacking;
    if (!self->desk.whatif->rulebook->pool.topup_auto ||
        self->pool->input.regime != PLM_MARGIN_ISOLATED) {
        return PLM_OK;
    }
    if (!plm_money_sub(plm_money_of(out->initial), plm_money_of(out->equity), &lacking)) {
        return plm_whatif_overflow(self->desk.diag);
    }
    uint32_t const asset = self->pool->input.unit;
    plm_money moved;
    PLM_TRY(plm_whatif_top_up(&self->desk, lacking, &moved));
    return moved.v > 0 ? tell_payment(self, "top up", "free balance", asset, moved) : PLM_OK;
}

static plm_status live(episode *self, bool *out_stuck)
{
    bool over = false;
    *out_stuck = false;
    PLM_TRY(look(self));
    PLM_TRY(top_up(self));
    over = !plm_whatif_pool_fires(self->pool);
    self->state.episode = over ? 0 : ++*self->begun;
    for (uint32_t i = 0; i < STEPS_MAX && !over && !*out_stuck; i++) {
        PLM_TRY(advance(self, &over, out_stuck));
    }
    if (!over && !*out_stuck) {
        plm_whatif_step told = new_step();
        told.action = "wait";
        told.remark = "and so on: 1,000 steps are told";
        tell(self, told);
        *out_stuck = true;
    }
    return over ? settle(self) : PLM_OK;
}

/* The first pool that fires and is not stuck; its name. */
static plm_status find_firing(const plm_whatif *whatif, const plm_whatif_book *book,
                              const char (*stuck)[PLM_SYMBOL_CAP + 16], uint32_t stuck_count,
                              plm_diag *diag, char out[PLM_SYMBOL_CAP + 16])
{
    plm_whatif_pools pools = {0};
    plm_status const status = plm_whatif_assess(whatif, book, diag, &pools);
    out[0] = '\0';
    for (uint32_t i = 0; i < pools.count && status >= 0 && out[0] == '\0'; i++) {
        bool skipped = !plm_whatif_pool_fires(&pools.pool[i]);
        for (uint32_t k = 0; k < stuck_count; k++) {
            skipped = skipped || strcmp(stuck[k], pools.pool[i].name) == 0;
        }
        if (!skipped) {
            memcpy(out, pools.pool[i].name, sizeof pools.pool[i].name);
        }
    }
    plm_whatif_pools_fini(&pools);
    return status;
}

static plm_status liquidate(const plm_whatif *whatif, plm_whatif_book *book, plm_diag *diag,
                            plm_whatif_story *story)
{
    static const uint32_t most = PLM_WHATIF_POSITIONS_MAX + PLM_WHATIF_ASSETS_MAX;
    char(*const stuck)[PLM_SYMBOL_CAP + 16] = plm_alloc(most, sizeof *stuck);
    uint32_t stuck_count = 0, begun = 0;
    plm_status status = PLM_OK;
    for (uint32_t i = 0; i < EPISODES_MAX && status >= 0; i++) {
        episode self = {.desk = {.whatif = whatif, .book = book, .diag = diag, .story = story},
                        .state = {.start = book->ts, .seed = 1},
                        .begun = &begun};
        bool is_stuck = false;
        status = find_firing(whatif, book, (const char(*)[PLM_SYMBOL_CAP + 16]) stuck, stuck_count,
                             diag, self.name);
        if (status < 0 || self.name[0] == '\0') {
            break;
        }
        status = live(&self, &is_stuck);
        plm_whatif_pools_fini(&self.pools);
        if (is_stuck && stuck_count < most) {
            memcpy(stuck[stuck_count++], self.name, sizeof self.name);
        }
    }
    plm_free(stuck);
    return status;
}

plm_status plm_whatif_liquidate(const plm_whatif *whatif, plm_whatif_book *book, plm_diag *diag,
                                plm_whatif_story *out)
{
    *out = (plm_whatif_story){0};
    return liquidate(whatif, book, diag, out);
}
