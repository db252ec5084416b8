/*
 * isolated.c - what flows between an account and its isolated pools (docs/margin.md, 7).
 */
#include "check.h"
#include "core.h"

#define LEVERAGE_ONE 100

static plm_pool *isolated_of(plm_core *core, const plm_seat *seat, uint32_t place)
{
    plm_pool *const pool = plm_pool_of(core, seat, place);
    return pool != NULL && pool->name.regime == PLM_REGIME_ISOLATED ? pool : NULL;
}

/* From the account to the pool, or, below zero, back. */
static plm_status transfer(plm_core *core, plm_seat *seat, plm_pool *pool, plm_money amount,
                           plm_diag *diag)
{
    plm_postings postings = {0};
    plm_money back;
    if (!plm_money_negate(amount, &back) ||
        !plm_postings_move(&postings, pool->book, seat->account.index, pool->name.unit,
                           PLM_CAUSE_TRANSFER, back) ||
        !plm_ledger_commit(&core->ledger, &postings)) {
        return PLM_OVERFLOW(core, diag, seat, "a transfer of margin");
    }
    plm_journal_postings(core, seat->account.index, &postings, pool->name.sym);
    plm_guard_changed(core, pool);
    plm_guard_asset_changed(core, seat, pool->name.unit);
    return plm_journal_show_cash(core, seat, pool->name.unit, diag);
}

plm_status plm_isolated_move(plm_core *core, plm_pool *pool, plm_money amount, plm_diag *diag)
{
    return amount.v == 0 ? PLM_OK : transfer(core, &core->seat[pool->account], pool, amount, diag);
}

plm_status plm_isolated_opened(plm_core *core, plm_seat *seat, uint32_t place, plm_money value,
                               plm_diag *diag)
{
    plm_pool *const pool = isolated_of(core, seat, place);
    if (pool == NULL) {
        return PLM_OK;
    }
    plm_money const free = plm_ledger_balance(&core->ledger, seat->account.index, pool->name.unit);
    plm_i128 const one = value.v < 0 ? -LEVERAGE_ONE : LEVERAGE_ONE;
    plm_money margin;
    if (!plm_muldiv(value.v, one, seat->leverage[place / 2], PLM_ROUND_CEIL, &margin.v)) {
        return PLM_OVERFLOW(core, diag, seat, "the margin of a position");
    }
    if (plm_money_compare(margin, free) > 0) {
        margin = free.v > 0 ? free : (plm_money){0};
    }
    return plm_isolated_move(core, pool, margin, diag);
}

plm_status plm_isolated_released(plm_core *core, plm_seat *seat, uint32_t place, plm_qty before,
                                 plm_money earned, plm_diag *diag)
{
    plm_pool *const pool = isolated_of(core, seat, place);
    if (pool == NULL) {
        return PLM_OK;
    }
    plm_qty const after = seat->account.position[place].qty;
    plm_money const now = plm_ledger_balance(&core->ledger, pool->book, pool->name.unit);
    plm_money margin, released, share;
    if (after == 0) {
        released = now.v > 0 && !pool->in_episode ? now : (plm_money){0};
        return plm_isolated_move(core, pool, (plm_money){-released.v}, diag);
    }
    plm_qty const closed = before > 0 ? before - after : after - before;
    if (!plm_money_sub(now, earned, &margin) ||
        !plm_money_muldiv(margin, closed, before > 0 ? before : -before, PLM_ROUND_FLOOR, &share) ||
        !plm_money_add(share, earned, &released)) {
        return PLM_OVERFLOW(core, diag, seat, "the margin of a position");
    }
    released = plm_money_compare(released, now) > 0 ? now : released;
    if (released.v <= 0 || pool->in_episode) {
        return PLM_OK;
    }
    return plm_isolated_move(core, pool, (plm_money){-released.v}, diag);
}

/* At the trigger, before the first stage: min(free balance, initial - equity). */
plm_status plm_isolated_topup(plm_core *core, plm_pool *pool, plm_diag *diag, bool *out_saved)
{
    plm_seat *const seat = &core->seat[pool->account];
    *out_saved = false;
    if (pool->name.regime != PLM_REGIME_ISOLATED || !seat->spec->topup_auto) {
        return PLM_OK;
    }
    plm_money wanted;
    if (!plm_pool_free(pool, &wanted) || !plm_money_negate(wanted, &wanted)) {
        return PLM_OVERFLOW(core, diag, seat, "a top-up");
    }
    plm_money const free = plm_ledger_balance(&core->ledger, seat->account.index, pool->name.unit);
    plm_money const moved = plm_money_compare(wanted, free) < 0 ? wanted : free;
    if (moved.v <= 0) {
        return PLM_OK;
    }
    plm_guard_journal_op(core, seat,
                         &(plm_record_margin_request){.amount = plm_amount_of(wanted),
                                                      .moved = plm_amount_of(moved),
                                                      .sym = pool->name.sym,
                                                      .asset = pool->name.unit,
                                                      .what = PLM_MARGIN_OP_TOPUP,
                                                      .leg = pool->name.leg,
                                                      .regime = pool->name.regime});
    PLM_TRY(plm_isolated_move(core, pool, moved, diag));
    PLM_TRY(plm_pool_look(core, pool, true, diag));
    *out_saved = pool->output.liquidatable == 0;
    /* A pool that is saved is looked at in the next round, for what has moved. */
    return *out_saved ? PLM_OK : plm_guard_look(core, pool, true, diag);
}
