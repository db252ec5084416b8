/*
 * answers.c - what strategies ask for and the run alone knows: books, equity, margin.
 */
#include "core.h"
#include "exit_price.h"

static bool answer_equity(void *run, uint32_t account, plm_amount *out)
{
    const plm_core *const core = run;
    const plm_seat *const seat = &core->seat[account];
    plm_holdings const holdings = {.position = seat->instance->position,
                                   .cash = seat->instance->cash};
    plm_worth const worth =
        plm_account_worth(&holdings, core->contracts, core->heard, seat->account.report_asset);
    if (!worth.priced || worth.overflow) {
        return false;
    }
    *out = plm_amount_of(worth.nav);
    return true;
}

static uint32_t answer_levels(void *run, uint32_t sym, uint8_t side, plm_level *out, uint32_t cap)
{
    const plm_core *const core = run;
    if (sym >= core->contracts->count) {
        return 0;
    }
    const plm_market_row *const row = &core->heard->row[sym];
    const plm_ladder *const ladder = side == PLM_SIDE_BUY ? &row->bids : &row->asks;
    uint32_t const count = ladder->count < cap ? ladder->count : cap;
    for (uint32_t i = 0; i < count; i++) {
        plm_rung const rung = plm_ladder_at(ladder, i);
        out[i] = (plm_level){.px = rung.px, .qty = rung.qty};
    }
    return count;
}

static int64_t answer_leverage(void *run, uint32_t account, uint32_t sym)
{
    const plm_core *const core = run;
    return sym < core->contracts->count ? core->seat[account].leverage[sym] : 0;
}

/* -- margin, at the prices that are heard ------------------------------------------------------ */

/* The pool of a position, looked at; NULL: there is none, or a price is unknown. */
static plm_pool *look_at(plm_core *core, uint32_t account, uint32_t sym, uint8_t leg)
{
    if (sym >= core->contracts->count || leg > 2) {
        return NULL;
    }
    plm_pool *const pool = plm_pool_of(core, &core->seat[account], plm_account_place(sym, leg));
    plm_diag diag;
    plm_diag_init(&diag);
    bool const fits = pool != NULL && plm_pool_look_heard(core, pool, &diag) == PLM_OK;
    return fits && pool->output.priced != 0 ? pool : NULL;
}

static bool answer_margin(void *run, uint32_t account, uint32_t sym, uint8_t leg,
                          plm_margin_view *out)
{
    plm_core *const core = run;
    const plm_pool *const pool = look_at(core, account, sym, leg);
    plm_money initial;
    if (pool == NULL || !plm_money_add(plm_money_of(pool->output.initial),
                                       plm_money_of(pool->output.orders), &initial)) {
        return false;
    }
    bool const own = pool->name.regime == PLM_REGIME_ISOLATED;
    *out = (plm_margin_view){
        .size = out->size,
        .unit = pool->name.unit,
        .equity = pool->output.equity,
        .initial = plm_amount_of(initial),
        .maintenance = pool->output.maintenance,
        .margin = plm_amount_of(own ? plm_ledger_balance(&core->ledger, pool->book, pool->name.unit)
                                    : (plm_money){0}),
    };
    return true;
}

static bool answer_liquidation_px(void *run, uint32_t account, uint32_t sym, uint8_t leg,
                                  plm_px *out_down, plm_px *out_up)
{
    plm_core *const core = run;
    plm_pool *const pool = look_at(core, account, sym, leg);
    if (pool == NULL) {
        return false;
    }
    plm_exit_price found = {0};
    for (uint32_t i = 0; i < pool->input.position_count; i++) {
        if (pool->held_place[i] == plm_account_place(sym, leg) && pool->positions[i].qty != 0 &&
            !plm_exit_price_of(&core->guard.regulation[pool->rulebook].rules, &pool->input, i,
                               &found)) {
            return false;
        }
    }
    *out_down = found.down;
    *out_up = found.up;
    return true;
}

void plm_answers_init(plm_core *core)
{
    core->services = (plm_host_services){.run = core,
                                         .equity = answer_equity,
                                         .levels = answer_levels,
                                         .leverage = answer_leverage,
                                         .margin_view = answer_margin,
                                         .liquidation_px = answer_liquidation_px};
}
