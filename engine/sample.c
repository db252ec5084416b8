/*
 * sample.c - what everybody is worth: at the instants of the grid, after those that moved their
 * money, and at the end.
 */
#include <string.h>

#include "core.h"
#include "memory.h"

void plm_sample_init(plm_core *core)
{
    core->is_traded = plm_alloc(core->contracts->count, sizeof *core->is_traded);
    core->is_moved = plm_alloc(core->spec->account_count, sizeof *core->is_moved);
}

void plm_sample_fini(plm_core *core)
{
    plm_free(core->is_traded);
    plm_free(core->is_moved);
}

/* What the account began with, at the prices of the first sample that knows them all. */
static void see_first(const plm_core *core, plm_seat *seat)
{
    plm_holdings const holdings = {.position = seat->first_position, .cash = seat->first_cash};
    plm_worth const worth =
        plm_account_worth(&holdings, core->contracts, &core->market, seat->account.report_asset);
    seat->first_seen = worth.priced && !worth.overflow;
    seat->first_nav = worth.nav;
    if (seat->first_seen) {
        plm_drawdown_begin(&seat->drawdown, worth.nav);
    }
}

plm_worth plm_sample_worth(const plm_core *core, const plm_seat *seat)
{
    plm_holdings const holdings = {.position = seat->shown_position, .cash = seat->shown_cash};
    return plm_account_worth(&holdings, core->contracts, &core->market, seat->account.report_asset);
}

static plm_status sample(plm_core *core, plm_seat *seat, plm_ts ts, plm_sample_at at,
                         plm_diag *diag)
{
    plm_worth const worth = plm_sample_worth(core, seat);
    if (worth.overflow) {
        return PLM_OVERFLOW(core, diag, seat, "its value");
    }
    if (!seat->first_seen) {
        see_first(core, seat);
    }
    if (worth.priced) {
        plm_drawdown_row(&seat->drawdown, ts, worth.nav);
    } else {
        plm_drawdown_pass(&seat->drawdown, ts);
    }
    plm_record *const record =
        plm_recorder_next(core->recorder, ts, core->events, seat->account.index, PLM_RECORD_SAMPLE);
    record->u.sample = (plm_record_sample){.nav = plm_amount_of(worth.nav),
                                           .unrealised = plm_amount_of(worth.unrealised),
                                           .asset = seat->account.report_asset,
                                           .priced = worth.priced,
                                           .at = (uint8_t)at};
    for (uint32_t k = 0; k < seat->pool_count; k++) {
        PLM_TRY(plm_guard_sample(core, &core->guard.pool[seat->first_pool + k], ts, diag));
    }
    return PLM_OK;
}

/* Of what somebody has held so far: enough to draw, and to tell what moved. */
static void prices(plm_core *core, plm_ts ts)
{
    for (uint32_t sym = 0; sym < core->contracts->count; sym++) {
        if (!core->is_traded[sym]) {
            continue;
        }
        plm_px const px2 = plm_market_px2(&core->market, core->contracts, sym);
        if (px2 != 0) {
            plm_record *const record = plm_recorder_next(core->recorder, ts, core->events,
                                                         PLM_NO_ACCOUNT, PLM_RECORD_PRICE);
            record->u.price = (plm_record_price){.px2 = px2, .sym = sym};
        }
    }
}

plm_status plm_sample_take(plm_core *core, plm_ts ts, plm_sample_at at, plm_diag *diag)
{
    prices(core, ts);
    for (uint32_t i = 0; i < core->seat_count; i++) {
        PLM_TRY(sample(core, &core->seat[i], ts, at, diag));
    }
    plm_ledger_recount(&core->ledger);
    return PLM_OK;
}

void plm_sample_note(plm_core *core, uint32_t account)
{
    core->is_moved[account] = true;
    core->any_moved = true;
}

void plm_sample_forget(plm_core *core)
{
    core->any_moved = false;
    memset(core->is_moved, 0, core->spec->account_count * sizeof *core->is_moved);
}

plm_status plm_sample_moved(plm_core *core, plm_diag *diag)
{
    if (!core->any_moved) {
        return PLM_OK;
    }
    core->any_moved = false;
    for (uint32_t i = 0; i < core->seat_count; i++) {
        if (core->is_moved[i]) {
            core->is_moved[i] = false;
            PLM_TRY(sample(core, &core->seat[i], core->now, PLM_SAMPLE_EVENT, diag));
        }
    }
    return PLM_OK;
}
