/*
 * liquidate.c - one episode: from the trigger to compliant, flat or waiting (docs/margin.md, 8).
 *
 * The model says what comes next; here it is done, through the venue and the ledger like anything
 * else that happens to an account.
 */
#include "assess.h"
#include "check.h"
#include "core.h"

/* -- begin and end --------------------------------------------------------------------------- */

static void begin(plm_core *core, plm_pool *pool)
{
    plm_seat *const seat = &core->seat[pool->account];
    pool->in_episode = true;
    pool->touched = false;
    pool->culprit = plm_pool_culprit(pool);
    (void)plm_guard_note_prices(core, pool);
    pool->state = (plm_margin_state){
        .episode = ++seat->episodes,
        .start = core->now,
        .last = pool->state.last, /* a cooldown outlasts an episode */
        .seed = core->spec->seed,
    };
}

static bool is_flat(const plm_pool *pool)
{
    for (uint32_t i = 0; i < pool->input.position_count; i++) {
        if (pool->positions[i].qty != 0) {
            return false;
        }
    }
    return true;
}

/* What is left of a pool that ends flat goes to the fund, where the rulebook keeps it, else an
 * isolated pool's back to the account. */
static plm_status keep_residual(plm_core *core, plm_pool *pool, plm_diag *diag)
{
    const plm_rule_set *const set = core->guard.regulation[pool->rulebook].rules.set;
    if (set->fee.residual_to_insurance && pool->touched) {
        return plm_handover_margin(core, pool, diag);
    }
    if (pool->name.regime != PLM_REGIME_ISOLATED) {
        return PLM_OK;
    }
    plm_money const left = plm_ledger_balance(&core->ledger, pool->book, pool->name.unit);
    pool->changed = true;
    return plm_isolated_move(core, pool, (plm_money){-left.v}, diag);
}

/* A flat pool whose debts its assets do not carry; where they do, both stay. */
static bool is_short(const plm_core *core, const plm_pool *pool)
{
    return plm_pool_in_debt(core, pool) &&
           plm_assess_fires(&core->guard.regulation[pool->rulebook].rules,
                            plm_money_of(pool->output.equity),
                            plm_money_of(pool->output.maintenance));
}

static plm_status end(plm_core *core, plm_pool *pool, plm_diag *diag)
{
    plm_seat *const seat = &core->seat[pool->account];
    plm_episode what = PLM_EPISODE_COMPLIANT;
    plm_money shortfall = {0};
    if (is_flat(pool)) {
        what = PLM_EPISODE_FLAT;
        if (is_short(core, pool)) {
            PLM_TRY(plm_shortfall_cover(core, pool, diag, &shortfall));
        }
        if (shortfall.v > 0) {
            what = PLM_EPISODE_BANKRUPT;
        } else {
            PLM_TRY(keep_residual(core, pool, diag));
        }
        PLM_TRY(plm_pool_look(core, pool, true, diag));
    }
    pool->in_episode = false;
    bool const died = pool->touched && what != PLM_EPISODE_COMPLIANT;
    pool->dead = pool->dead || died;
    seat->liquidations += pool->touched;
    seat->bankrupt = seat->bankrupt || what == PLM_EPISODE_BANKRUPT;
    PLM_TRY(plm_guard_journal_end(core, pool, what, shortfall, diag));
    return died ? plm_aftermath(core, seat, diag) : PLM_OK;
}

/* -- steps ----------------------------------------------------------------------------------- */

static bool concerns(const plm_core *core, const plm_pool *pool, const plm_order *order)
{
    uint32_t const place = plm_account_place(order->sym, order->leg);
    return core->seat[pool->account].pool_at[place] == pool->number;
}

static bool is_to_cancel(const plm_core *core, const plm_pool *pool, const plm_order *order,
                         bool opening)
{
    bool const may_open = (order->flags & PLM_ORDER_REDUCE_ONLY) == 0;
    return !plm_order_done(order) && concerns(core, pool, order) && (may_open || !opening);
}

static bool has_orders(const plm_core *core, const plm_pool *pool, bool opening)
{
    const plm_order *order = plm_order_pool_first(plm_venue_orders(core->venue), pool->account);
    while (order != NULL && !is_to_cancel(core, pool, order, opening)) {
        order = order->next;
    }
    return order != NULL;
}

static plm_status cancel(plm_core *core, const plm_pool *pool, bool opening, plm_diag *diag)
{
    plm_order *order = plm_order_pool_first(plm_venue_orders(core->venue), pool->account);
    while (order != NULL) {
        plm_order *const next = order->next;
        if (is_to_cancel(core, pool, order, opening)) {
            PLM_TRY(plm_desk_cancel(core, order, PLM_REASON_LIQUIDATION, diag));
        }
        order = next;
    }
    return PLM_OK;
}

static plm_status repay(plm_core *core, plm_pool *pool, plm_rate cost, plm_diag *diag)
{
    bool stalled = false;
    PLM_TRY(plm_repay(core, pool, cost, diag, &stalled));
    pool->state.stalled = stalled;
    return PLM_OK;
}

static plm_status close(plm_core *core, plm_pool *pool, const plm_margin_step *step, plm_diag *diag)
{
    plm_qty filled = 0;
    PLM_TRY(plm_desk_liquidate(core, pool, step, diag, &filled));
    pool->touched = pool->touched || filled > 0;
    pool->state.stalled = filled == 0;
    return PLM_OK;
}

/* Part of a position at twice a price; who pays what that realises. */
static plm_status hand_over(plm_core *core, plm_pool *pool, uint32_t place, plm_qty qty,
                            int64_t px2, plm_book_kind payer, plm_diag *diag)
{
    plm_seat *const seat = &core->seat[pool->account];
    bool const is_long = seat->account.position[place].qty > 0;
    plm_money value;
    if (!plm_contract_value2(&core->contracts->contract[place / 2], is_long ? qty : -qty, px2,
                             &value)) {
        return PLM_OVERFLOW(core, diag, seat, "a position that is handed over");
    }
    return plm_handover_part(core, pool,
                             &(plm_handover){.place = place,
                                             .qty = qty,
                                             .value = value,
                                             .cause = payer == PLM_BOOK_KEEPER
                                                          ? PLM_CAUSE_TAKEOVER
                                                          : PLM_CAUSE_REALISED_PNL,
                                             .payer = payer},
                             diag);
}

static plm_status offset(plm_core *core, plm_pool *pool, const plm_margin_step *step,
                         plm_diag *diag)
{
    uint32_t const place = pool->held_place[step->position] & ~UINT32_C(1);
    PLM_TRY(hand_over(core, pool, place, step->qty, step->px2, PLM_BOOK_MARKET, diag));
    return hand_over(core, pool, place + 1, step->qty, step->px2, PLM_BOOK_MARKET, diag);
}

static plm_status to_keeper(plm_core *core, plm_pool *pool, const plm_margin_step *step,
                            plm_diag *diag)
{
    uint32_t const place = pool->held_place[step->position];
    PLM_TRY(hand_over(core, pool, place, step->qty, step->px2, PLM_BOOK_KEEPER, diag));
    plm_guard_journal_counterparty(
        core, pool,
        &(plm_record_counterparty){.qty = step->qty,
                                   .sym = place / 2,
                                   .account = PLM_NO_SYM,
                                   .asset = core->contracts->contract[place / 2].settle,
                                   .payer = PLM_BOOK_KEEPER,
                                   .cause = PLM_CAUSE_TAKEOVER,
                                   .leg = plm_core_leg(core, &core->seat[pool->account], place)});
    return PLM_OK;
}

/* Nobody takes a position in a halt. The built-in model does not ask for it; another one may. */
static bool is_halted(const plm_pool *pool, const plm_margin_step *step)
{
    bool const takes = step->action == PLM_MARGIN_ACTION_KEEPER ||
                       step->action == PLM_MARGIN_ACTION_TAKEOVER ||
                       step->action == PLM_MARGIN_ACTION_ADL;
    return takes && pool->positions[step->position].halted != 0;
}

/* The step is recorded before what it does; whether it could be done is asked first. */
static plm_status perform(plm_core *core, plm_pool *pool, const plm_margin_step *step,
                          plm_diag *diag, bool *out_passed)
{
    *out_passed = false;
    pool->state.stalled = false;
    bool done = true;
    if (is_halted(pool, step)) {
        pool->state.stalled = true;
        *out_passed = true;
        return PLM_OK;
    }
    if (step->action == PLM_MARGIN_ACTION_TAKEOVER) {
        done = plm_takeover_is_possible(core, pool, step);
        pool->state.fund_short = !done;
        pool->state.stalled = !done;
    }
    if (step->action == PLM_MARGIN_ACTION_CANCEL && !has_orders(core, pool, step->opening != 0)) {
        *out_passed = true;
        return PLM_OK;
    }
    if (step->action == PLM_MARGIN_ACTION_ADL) {
        return plm_adl(core, pool, step, diag); /* it knows whether there is anybody */
    }
    plm_guard_journal_stage(core, pool, step, done);
    if (!done) {
        return PLM_OK;
    }
    switch ((plm_margin_action)step->action) {
    case PLM_MARGIN_ACTION_CANCEL:
        return cancel(core, pool, step->opening != 0, diag);
    case PLM_MARGIN_ACTION_CLOSE:
        return close(core, pool, step, diag);
    case PLM_MARGIN_ACTION_KEEPER:
        pool->touched = true;
        return to_keeper(core, pool, step, diag);
    case PLM_MARGIN_ACTION_OFFSET:
        pool->touched = true;
        return offset(core, pool, step, diag);
    case PLM_MARGIN_ACTION_REPAY:
        return repay(core, pool, step->cost, diag);
    case PLM_MARGIN_ACTION_TAKEOVER:
        pool->touched = true;
        return plm_takeover(core, pool, step, diag);
    case PLM_MARGIN_ACTION_ADL:
    case PLM_MARGIN_ACTION_NONE:
    case PLM_MARGIN_ACTION_DONE:
    case PLM_MARGIN_ACTION_WAIT:
        break;
    }
    return PLM_OK;
}

/* -- the episode ----------------------------------------------------------------------------- */

static plm_status next_step(plm_core *core, plm_pool *pool, plm_diag *diag, plm_margin_step *out)
{
    const plm_margin_model *const model = core->guard.regulation[pool->rulebook].model;
    *out = (plm_margin_step){.size = sizeof *out};
    if (model->liquidate(model, &pool->input, &pool->output, &pool->state, out) != PLM_RESULT_OK) {
        return plm_fail(diag, PLM_ERR_RUN,
                        "account '%s': its margin model could not say what "
                        "a liquidation does next",
                        core->seat[pool->account].account.name);
    }
    bool const known = out->action > PLM_MARGIN_ACTION_NONE && out->action <= PLM_MARGIN_ACTION_ADL;
    bool const places = out->action < PLM_MARGIN_ACTION_CLOSE ||
                        out->action == PLM_MARGIN_ACTION_REPAY ||
                        (out->position < pool->input.position_count && out->qty > 0);
    if (!known || !places) {
        return plm_fail(diag, PLM_ERR_RUN,
                        "account '%s': its margin model answered with action %u on position %u of "
                        "%u, quantity %lld; that cannot be done",
                        core->seat[pool->account].account.name, out->action, out->position,
                        pool->input.position_count, (long long)out->qty);
    }
    return PLM_OK;
}

/* A position of which a step changed nothing is none that the stage asks for again; the marks of an
 * earlier stage are gone where this one has passed none yet. */
static void mark(plm_pool *pool, const plm_margin_step *step)
{
    bool const about_one =
        step->action == PLM_MARGIN_ACTION_KEEPER || step->action == PLM_MARGIN_ACTION_CLOSE ||
        step->action == PLM_MARGIN_ACTION_TAKEOVER || step->action == PLM_MARGIN_ACTION_ADL;
    for (uint32_t i = 0; i < pool->place_count; i++) {
        bool const is_it = about_one && pool->state.stalled != 0 &&
                           pool->place[i] == pool->held_place[step->position];
        pool->passed[i] = is_it || (pool->passed[i] && pool->state.passed > 0);
    }
}

static plm_status run_episode(plm_core *core, plm_pool *pool, plm_diag *diag)
{
    for (uint32_t steps = 0; steps < PLM_EPISODE_STEPS_MAX; steps++) {
        plm_margin_step step;
        PLM_TRY(next_step(core, pool, diag, &step));
        if (step.action == PLM_MARGIN_ACTION_DONE) {
            return end(core, pool, diag);
        }
        if (step.action == PLM_MARGIN_ACTION_WAIT) {
            pool->wait_until = step.until;
            pool->waited_at = core->now;
            plm_guard_schedule(core, step.until);
            return PLM_OK;
        }
        bool passed;
        PLM_TRY(perform(core, pool, &step, diag, &passed));
        mark(pool, &step);
        pool->state.steps += passed ? 0 : 1;
        pool->changed = true;
        PLM_TRY(plm_pool_look(core, pool, true, diag));
        PLM_TRY(plm_guard_look(core, pool, true, diag));
    }
    return plm_fail(diag, PLM_ERR_RUN,
                    "account '%s': a liquidation took more than %u steps at one time (%lld ns); at "
                    "most that many are allowed",
                    core->seat[pool->account].account.name, PLM_EPISODE_STEPS_MAX,
                    (long long)core->now);
}

plm_status plm_liquidate(plm_core *core, plm_pool *pool, plm_diag *diag)
{
    if (pool->in_episode && pool->waited_at == core->now) {
        return PLM_OK; /* once at a time */
    }
    if (!pool->in_episode) {
        bool saved = false;
        PLM_TRY(plm_isolated_topup(core, pool, diag, &saved));
        if (saved) {
            return PLM_OK;
        }
        begin(core, pool);
        PLM_TRY(plm_guard_journal_begin(core, pool, diag));
    }
    return run_episode(core, pool, diag);
}
