/*
 * handover.c - positions and margin that leave an account otherwise than through the venue: to the
 * fund, to other accounts, to the rest of the market (docs/margin.md, 8.4 and 8.5).
 */
#include "check.h"
#include "core.h"
#include "memory.h"

/* -- parts of a position --------------------------------------------------------------------- */

static plm_status hand_over(plm_core *core, plm_seat *seat, const plm_handover *what,
                            plm_diag *diag)
{
    plm_booked booked;
    plm_postings postings = {0};
    plm_qty const before = seat->account.position[what->place].qty;
    uint32_t const sym = what->place / 2;
    if (!plm_account_hand_over(&seat->account, &core->ledger, core->contracts, what, &booked,
                               &postings)) {
        return PLM_OVERFLOW(core, diag, seat, "a position that is handed over");
    }
    plm_journal_postings(core, seat->account.index, &postings, sym);
    PLM_TRY(plm_isolated_released(core, seat, what->place, before, booked.realised, diag));
    plm_journal_position(core, seat, what->place);
    plm_guard_position_changed(core, seat, what->place);
    plm_report const report = {.ts = core->now,
                               .sym = sym,
                               .kind = PLM_REPORT_SETTLED,
                               .qty = before,
                               .pnl = plm_amount_of(booked.realised),
                               .asset = booked.asset,
                               .leg = plm_core_leg(core, seat, what->place)};
    return plm_journal_report(core, seat, &report, what->place, &booked.asset, 1, diag);
}

plm_status plm_handover_part(plm_core *core, plm_pool *pool, const plm_handover *what,
                             plm_diag *diag)
{
    return hand_over(core, &core->seat[pool->account], what, diag);
}

/* Moves an amount between a pool and another book; recorded with the pool's account. */
static plm_status move(plm_core *core, const plm_pool *pool, uint32_t from, uint32_t to,
                       uint32_t asset, plm_cause cause, plm_money amount, plm_diag *diag)
{
    plm_postings postings = {0};
    if (!plm_postings_move(&postings, from, to, asset, cause, amount) ||
        !plm_ledger_commit(&core->ledger, &postings)) {
        return PLM_OVERFLOW(core, diag, &core->seat[pool->account], "a posting of a liquidation");
    }
    plm_journal_postings(core, pool->account, &postings,
                         pool->name.regime == PLM_REGIME_ISOLATED ? pool->name.sym : PLM_NO_SYM);
    plm_guard_changed(core, &core->guard.pool[pool->number]);
    return plm_journal_show_cash(core, &core->seat[pool->account], asset, diag);
}

static uint32_t fund_book(const plm_core *core, const plm_pool *pool)
{
    return plm_ledger_insurance(&core->ledger, core->seat[pool->account].spec->world);
}

plm_status plm_handover_margin(plm_core *core, plm_pool *pool, plm_diag *diag)
{
    if (plm_pool_in_debt(core, pool)) {
        return PLM_OK;
    }
    for (uint32_t i = 0; i < pool->input.asset_count; i++) {
        uint32_t const asset = pool->assets[i].asset;
        plm_money const left = plm_ledger_balance(&core->ledger, pool->book, asset);
        if (left.v > 0) {
            PLM_TRY(move(core, pool, pool->book, fund_book(core, pool), asset, PLM_CAUSE_TAKEOVER,
                         left, diag));
        }
    }
    pool->changed = true;
    return PLM_OK;
}

/* -- takeover by the fund -------------------------------------------------------------------- */

/* The fund would lose at the requirement price what separates it from the value that it pays. */
bool plm_takeover_is_possible(const plm_core *core, const plm_pool *pool,
                              const plm_margin_step *step)
{
    const plm_rule_set *const set = core->guard.regulation[pool->rulebook].rules.set;
    const plm_margin_position *const row = &pool->positions[step->position];
    const plm_contract *const contract = &core->contracts->contract[row->sym];
    plm_money value, gain, after;
    plm_qty const qty = row->qty > 0 ? step->qty : -step->qty;
    plm_money const balance =
        plm_ledger_balance(&core->ledger, fund_book(core, pool), plm_contract_money(contract));
    return plm_contract_value2(contract, qty, row->requirement_px2, &value) &&
           plm_contract_profit(contract, value, plm_money_of(step->value), &gain) &&
           plm_money_add(balance, gain, &after) &&
           plm_money_compare(after, set->insurance_floor) >= 0;
}

/* What the fund wins or loses by a change of its position. */
static bool fund_books(plm_core *core, uint32_t world, uint32_t place,
                       const plm_position_change *change)
{
    plm_postings postings = {0};
    const plm_contract *const contract = &core->contracts->contract[place / 2];
    if (!plm_postings_move(&postings, plm_ledger_book(&core->ledger, PLM_BOOK_MARKET),
                           plm_ledger_insurance(&core->ledger, world), plm_contract_money(contract),
                           PLM_CAUSE_REALISED_PNL, change->realised) ||
        !plm_ledger_commit(&core->ledger, &postings)) {
        return false;
    }
    core->guard.fund[world].position[place] = change->after;
    plm_journal_postings(core, core->guard.fund[world].account, &postings, place / 2);
    return true;
}

/* The fund gets a position at the value that it paid; what it holds the other way closes first. */
static bool fund_takes(plm_core *core, uint32_t world, uint32_t place, plm_qty qty, plm_money value)
{
    plm_position *const position = &core->guard.fund[world].position[place];
    bool const opposite = position->qty != 0 && (position->qty > 0) != (qty > 0);
    if (opposite) {
        plm_qty const whole = qty < 0 ? -qty : qty;
        plm_qty const held = position->qty < 0 ? -position->qty : position->qty;
        plm_qty const closed = whole < held ? whole : held;
        plm_money part = value;
        plm_money paid;
        plm_position_change change;
        if ((closed < whole &&
             !plm_money_muldiv(value, closed, whole, PLM_ROUND_HALF_EVEN, &part)) ||
            !plm_money_negate(part, &paid) ||
            !plm_position_close_at(&core->contracts->contract[place / 2], position, closed, paid,
                                   &change) ||
            !fund_books(core, world, place, &change) || !plm_money_sub(value, part, &value)) {
            return false;
        }
        qty = qty < 0 ? qty + closed : qty - closed;
    }
    core->guard.fund[world].holds = true;
    return plm_i64_add(position->qty, qty, &position->qty) &&
           plm_money_add(position->cost, value, &position->cost);
}

plm_status plm_takeover(plm_core *core, plm_pool *pool, const plm_margin_step *step, plm_diag *diag)
{
    plm_seat *const seat = &core->seat[pool->account];
    uint32_t const place = pool->held_place[step->position];
    plm_qty const qty = seat->account.position[place].qty;
    plm_handover const what = {.place = place,
                               .qty = qty < 0 ? -qty : qty,
                               .value = plm_money_of(step->value),
                               .cause = PLM_CAUSE_TAKEOVER};
    if (!fund_takes(core, seat->spec->world, place & ~UINT32_C(1), qty, what.value)) {
        return PLM_OVERFLOW(core, diag, seat, "what the fund holds");
    }
    PLM_TRY(hand_over(core, seat, &what, diag));
    if (step->margin_all != 0) {
        PLM_TRY(plm_handover_margin(core, pool, diag));
    }
    plm_guard_fund_called(core, seat->spec->world);
    return plm_fund_close(core, diag);
}

/* -- the fund closes what it holds ----------------------------------------------------------- */

static plm_status fund_fill(plm_core *core, uint32_t world, uint32_t place,
                            const plm_proposal *proposal, plm_diag *diag)
{
    const plm_position *const position = &core->guard.fund[world].position[place];
    plm_qty const delta = position->qty > 0 ? -proposal->qty : proposal->qty;
    plm_position_change change;
    if (!plm_position_change_by(&core->contracts->contract[place / 2], position, delta,
                                proposal->px, &change) ||
        !fund_books(core, world, place, &change)) {
        return plm_fail(diag, PLM_ERR_RUN, "the fund of a world: a fill does not fit 128 bits");
    }
    return PLM_OK;
}

static plm_status fund_close_place(plm_core *core, uint32_t world, uint32_t place, plm_diag *diag)
{
    const plm_position *const position = &core->guard.fund[world].position[place];
    if (position->qty == 0 ||
        plm_venue_tradable(core->venue, place / 2, core->now) != PLM_REASON_NONE) {
        return PLM_OK;
    }
    plm_qty const qty = position->qty < 0 ? -position->qty : position->qty;
    plm_order order = {
        .account = core->guard.fund[world].account,
        .world = world,
        .sym = place / 2,
        .side = position->qty > 0 ? PLM_SIDE_SELL : PLM_SIDE_BUY,
        .type = PLM_ORDER_MARKET,
        .tif = PLM_TIF_IOC,
        .state = PLM_STATE_SENT,
        .taking = true,
        .qty = qty,
        .left = qty,
    };
    plm_proposal proposal;
    while (!plm_order_done(&order) && plm_venue_take(core->venue, &order, core->now, &proposal)) {
        PLM_TRY(fund_fill(core, world, place, &proposal, diag));
        plm_venue_filled(core->venue, &proposal, proposal.qty);
    }
    return PLM_OK;
}

plm_status plm_fund_close(plm_core *core, plm_diag *diag)
{
    plm_guard *const guard = &core->guard;
    if (!guard->fund_called) {
        return PLM_OK;
    }
    guard->fund_called = false;
    for (uint32_t world = 0; world < core->spec->world_count; world++) {
        plm_fund *const fund = &guard->fund[world];
        if (!fund->called) {
            continue;
        }
        fund->called = false;
        fund->holds = false;
        for (uint32_t place = 0; place < 2 * core->contracts->count; place += 2) {
            PLM_TRY(fund_close_place(core, world, place, diag));
            fund->holds = fund->holds || fund->position[place].qty != 0;
        }
        plm_guard_watch_fund(core, world);
    }
    return PLM_OK;
}
