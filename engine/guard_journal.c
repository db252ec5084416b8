/*
 * guard_journal.c - margin as records, and as reports to whom it concerns.
 */
#include "check.h"
#include "core.h"

static plm_record *next_record(plm_core *core, uint32_t account, plm_ts ts, plm_record_kind kind)
{
    return plm_recorder_next(core->recorder, ts, core->events, account, kind);
}

/* -- numbers of a pool ----------------------------------------------------------------------- */

static void journal_part(plm_core *core, const plm_pool *pool, uint32_t i, plm_ts ts)
{
    const plm_margin_position *const row = &pool->positions[i];
    const plm_margin_part *const part = &pool->parts[i];
    plm_record *const record = next_record(core, pool->account, ts, PLM_RECORD_CONTRIBUTION);
    record->u.contribution = (plm_record_contribution){
        .qty = row->qty,
        .px2 = row->pnl_px2,
        .unrealised = part->unrealised,
        .notional = part->notional,
        .initial = part->initial,
        .maintenance = part->maintenance,
        .sym = row->sym,
        .leg = row->leg,
        .tier = part->tier,
        .unit = pool->name.unit,
    };
}

static void journal_margin(plm_core *core, const plm_pool *pool, plm_ts ts)
{
    plm_record *const record = next_record(core, pool->account, ts, PLM_RECORD_MARGIN);
    record->u.margin = (plm_record_margin){
        .equity = pool->output.equity,
        .initial = pool->output.initial,
        .orders = pool->output.orders,
        .maintenance = pool->output.maintenance,
        .collateral = pool->output.collateral,
        .pool = pool->name,
    };
}

void plm_guard_journal_pool(plm_core *core, const plm_pool *pool, plm_ts ts)
{
    journal_margin(core, pool, ts);
    for (uint32_t i = 0; i < pool->input.position_count; i++) {
        if (pool->positions[i].qty != 0) {
            journal_part(core, pool, i, ts);
        }
    }
}

/* -- reports --------------------------------------------------------------------------------- */

static plm_status report(plm_core *core, const plm_pool *pool, plm_report_kind kind, uint8_t state,
                         plm_money amount, plm_qty qty, plm_diag *diag)
{
    plm_report const what = {.ts = core->now,
                             .sym = pool->name.sym,
                             .kind = (uint8_t)kind,
                             .state = state,
                             .qty = qty,
                             .amount = plm_amount_of(amount),
                             .asset = pool->name.unit,
                             .leg = pool->name.leg};
    return plm_journal_report(core, &core->seat[pool->account], &what, UINT32_MAX, NULL, 0, diag);
}

plm_status plm_guard_journal_call(plm_core *core, plm_pool *pool, plm_rate ratio, plm_diag *diag)
{
    plm_money surplus;
    plm_record *const record = next_record(core, pool->account, core->now, PLM_RECORD_CALL);
    record->u.call = (plm_record_call){.ratio = ratio,
                                       .equity = pool->output.equity,
                                       .maintenance = pool->output.maintenance,
                                       .pool = pool->name};
    core->seat[pool->account].calls++;
    plm_sample_note(core, pool->account);
    if (!plm_pool_surplus(pool, &surplus)) {
        return PLM_OVERFLOW(core, diag, &core->seat[pool->account], "its surplus");
    }
    return report(core, pool, PLM_REPORT_MARGIN_CALL, 0, surplus, ratio, diag);
}

/* -- episodes -------------------------------------------------------------------------------- */

static void journal_episode(plm_core *core, const plm_pool *pool, plm_episode what,
                            plm_money shortfall)
{
    plm_record *const record = next_record(core, pool->account, core->now, PLM_RECORD_LIQUIDATION);
    record->u.liquidation = (plm_record_liquidation){
        .equity = pool->output.equity,
        .maintenance = pool->output.maintenance,
        .shortfall = plm_amount_of(shortfall),
        .pool = pool->name,
        .number = pool->state.episode,
        .culprit = pool->culprit,
        .what = (uint8_t)what,
        .cancelled_only = what != PLM_EPISODE_BEGIN && !pool->touched,
    };
    plm_sample_note(core, pool->account);
}

plm_status plm_guard_journal_begin(plm_core *core, plm_pool *pool, plm_diag *diag)
{
    journal_episode(core, pool, PLM_EPISODE_BEGIN, (plm_money){0});
    plm_guard_journal_pool(core, pool, core->now);
    return report(core, pool, PLM_REPORT_LIQUIDATION, 0, plm_money_of(pool->output.equity), 0,
                  diag);
}

plm_status plm_guard_journal_end(plm_core *core, plm_pool *pool, plm_episode what,
                                 plm_money shortfall, plm_diag *diag)
{
    journal_margin(core, pool, core->now);
    journal_episode(core, pool, what, shortfall);
    return report(core, pool, PLM_REPORT_LIQUIDATION, (uint8_t)(what - 1),
                  plm_money_of(pool->output.equity), 0, diag);
}

void plm_guard_journal_stage(plm_core *core, const plm_pool *pool, const plm_margin_step *step,
                             bool done)
{
    bool const about =
        step->action >= PLM_MARGIN_ACTION_CLOSE && step->action != PLM_MARGIN_ACTION_REPAY;
    const plm_margin_position *const row = about ? &pool->positions[step->position] : NULL;
    plm_record *const record = next_record(core, pool->account, core->now, PLM_RECORD_STAGE);
    record->u.stage = (plm_record_stage){
        .qty = step->qty,
        .px = step->limit != 0 ? step->limit : step->shown_px,
        .value = step->value,
        .equity = pool->output.equity,
        .maintenance = pool->output.maintenance,
        .sym = about ? row->sym : PLM_NO_SYM,
        .number = pool->state.episode,
        .stage = step->stage,
        .round = pool->state.steps,
        .action = step->action,
        .leg = about ? row->leg : 0,
        .side = step->side,
        .done = done,
    };
}

void plm_guard_journal_counterparty(plm_core *core, const plm_pool *pool,
                                    const plm_record_counterparty *what)
{
    plm_record *const record = next_record(core, pool->account, core->now, PLM_RECORD_COUNTERPARTY);
    record->u.counterparty = *what;
    record->u.counterparty.number = pool->state.episode;
}

/* -- requests -------------------------------------------------------------------------------- */

void plm_guard_journal_op(plm_core *core, const plm_seat *seat,
                          const plm_record_margin_request *what)
{
    plm_record *const record =
        next_record(core, seat->account.index, core->now, PLM_RECORD_MARGIN_REQUEST);
    record->u.margin_request = *what;
}

/* -- the end --------------------------------------------------------------------------------- */

void plm_guard_journal_lowest(plm_core *core)
{
    for (uint32_t i = 0; i < core->guard.pool_count; i++) {
        const plm_pool *const pool = &core->guard.pool[i];
        if (!pool->lowest_seen) {
            continue;
        }
        plm_record *const record = next_record(core, pool->account, core->now, PLM_RECORD_LOWEST);
        record->u.lowest = (plm_record_lowest){.surplus = plm_amount_of(pool->lowest),
                                               .at = pool->lowest_at,
                                               .pool = pool->name,
                                               .exact = core->guard.exact_lowest};
    }
}
