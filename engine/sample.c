/*
 * sample.c - what everybody is worth, at the instants of the grid and at the end.
 */
#include "core.h"

/* What the account began with, at the prices of the first sample that knows them all. */
static void see_first(const plm_core *core, plm_seat *seat)
{
    plm_holdings const holdings = {.position = seat->first_position, .cash = seat->first_cash};
    plm_worth const worth =
        plm_account_worth(&holdings, core->contracts, &core->market, seat->account.report_asset);
    seat->first_seen = worth.priced && !worth.overflow;
    seat->first_nav = worth.nav;
}

plm_worth plm_sample_worth(const plm_core *core, const plm_seat *seat)
{
    plm_holdings const holdings = {.position = seat->shown_position, .cash = seat->shown_cash};
    return plm_account_worth(&holdings, core->contracts, &core->market, seat->account.report_asset);
}

plm_status plm_sample_take(plm_core *core, plm_ts ts, bool last, plm_diag *diag)
{
    for (uint32_t i = 0; i < core->seat_count; i++) {
        plm_seat *const seat = &core->seat[i];
        plm_worth const worth = plm_sample_worth(core, seat);
        if (worth.overflow) {
            return PLM_OVERFLOW(core, diag, seat, "its value");
        }
        if (!seat->first_seen) {
            see_first(core, seat);
        }
        plm_record *const record =
            plm_recorder_next(core->recorder, ts, core->events, i, PLM_RECORD_SAMPLE);
        record->u.sample = (plm_record_sample){.nav = plm_amount_of(worth.nav),
                                               .unrealised = plm_amount_of(worth.unrealised),
                                               .asset = seat->account.report_asset,
                                               .priced = worth.priced,
                                               .last = last};
        for (uint32_t k = 0; k < seat->pool_count; k++) {
            PLM_TRY(plm_guard_sample(core, &core->guard.pool[seat->first_pool + k], ts, diag));
        }
    }
    plm_ledger_recount(&core->ledger);
    return PLM_OK;
}
