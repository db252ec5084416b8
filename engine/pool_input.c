/*
 * pool_input.c - a pool as a margin model sees it, and what the model says about it.
 */
#include "check.h"
#include "core.h"

/* -- what is held ---------------------------------------------------------------------------- */

static const plm_contract *contract_of(const plm_core *core, uint32_t place)
{
    return &core->contracts->contract[place / 2];
}

/* A resting order's share of the row of its instrument and leg. */
static bool add_order(const plm_core *core, const plm_order *order, plm_margin_position *row)
{
    plm_money value, sum, hold;
    bool const buys = order->side == PLM_SIDE_BUY;
    plm_amount *const total = buys ? &row->buy_value : &row->sell_value;
    plm_qty *const qty = buys ? &row->buy_qty : &row->sell_qty;
    if (!plm_contract_value(&core->contracts->contract[order->sym], order->left, order->px,
                            &value) ||
        !plm_money_add(plm_money_of(*total), value, &sum) || !plm_i64_add(*qty, order->left, qty) ||
        !plm_booking_held(order, &hold) || !plm_money_add(plm_money_of(row->held), hold, &hold)) {
        return false;
    }
    *total = plm_amount_of(sum);
    row->held = plm_amount_of(hold);
    return true;
}

/* Resting orders that may open, of the places of a pool: those of isolated instruments lie on the
 * pool that would pay for the position. */
static bool add_orders(const plm_core *core, const plm_pool *pool, plm_margin_position *row)
{
    const plm_order *order = plm_order_pool_first(plm_venue_orders(core->venue), pool->account);
    for (; order != NULL; order = order->next) {
        if (order->state != PLM_STATE_OPEN || order->taking || order->hold_qty == 0) {
            continue; /* an amended one that arrives anew is open, but does not rest */
        }
        uint32_t const place = plm_account_place(order->sym, order->leg);
        for (uint32_t i = 0; i < pool->place_count; i++) {
            if (pool->place[i] == place && !add_order(core, order, &row[i])) {
                return false;
            }
        }
    }
    return true;
}

static bool is_empty(const plm_margin_position *row)
{
    return row->qty == 0 && row->buy_qty == 0 && row->sell_qty == 0;
}

static void describe(const plm_core *core, const plm_pool *pool, uint32_t place,
                     plm_margin_position *out)
{
    const plm_seat *const seat = &core->seat[pool->account];
    const plm_position *const position = &seat->account.position[place];
    uint32_t const settle = plm_contract_money(contract_of(core, place));
    uint32_t at = 0;
    while (pool->assets[at].asset != settle) {
        at++;
        plm_assert(at < pool->input.asset_count);
    }
    *out = (plm_margin_position){
        .sym = place / 2,
        .place = at,
        .leg = plm_core_leg(core, seat, place),
        .qty = position->qty,
        .cost = plm_amount_of(position->cost),
        .leverage = seat->leverage[place / 2],
    };
}

static bool has_debt(const plm_pool *pool)
{
    for (uint32_t i = 0; i < pool->input.asset_count; i++) {
        if (pool->assets[i].balance.hi < 0) {
            return true;
        }
    }
    return false;
}

/* Positions, orders and balances as they are; not their prices. False on overflow. */
static bool rebuild(plm_core *core, plm_pool *pool)
{
    plm_margin_position *const row = pool->positions;
    for (uint32_t i = 0; i < pool->input.asset_count; i++) {
        pool->assets[i].balance =
            plm_amount_of(plm_ledger_balance(&core->ledger, pool->book, pool->assets[i].asset));
        pool->assets[i].lost = plm_amount_of(plm_guard_lost(core, pool, pool->assets[i].asset));
        pool->assets[i].weight = core->guard.haircut[pool->assets[i].asset];
    }
    for (uint32_t i = 0; i < pool->place_count; i++) {
        describe(core, pool, pool->place[i], &row[i]);
        row[i].passed = pool->passed[i];
        pool->held_place[i] = pool->place[i];
    }
    if (pool->name.regime != PLM_REGIME_ISOLATED && !add_orders(core, pool, row)) {
        return false;
    }
    uint32_t count = 0;
    bool positions = false;
    const uint32_t *const pool_at = core->seat[pool->account].pool_at;
    for (uint32_t i = 0; i < pool->place_count; i++) {
        if (pool_at[pool->place[i]] != pool->number) {
            /* In an isolated pool, which is paid for from here: of the orders alone. */
            row[i].qty = 0;
            row[i].cost = (plm_amount){0};
        }
        if (!is_empty(&row[i]) || pool->place[i] == pool->wanted_place) {
            positions = positions || row[i].qty != 0;
            pool->held_place[count] = pool->held_place[i];
            row[count++] = row[i];
        }
    }
    pool->input.position_count = count;
    const plm_fee_rule *const fee = &core->guard.regulation[pool->rulebook].rules.set->fee;
    pool->resting = !positions && (fee->recourse_debt || !has_debt(pool));
    pool->changed = false;
    return true;
}

/* -- prices ---------------------------------------------------------------------------------- */

/* And what else changes without the pool: multipliers, halts, tiers of fees. */
static void put_prices(plm_core *core, plm_pool *pool, const plm_market *market, bool trigger)
{
    plm_regulation *const rules = &core->guard.regulation[pool->rulebook];
    for (uint32_t i = 0; i < pool->input.asset_count; i++) {
        plm_margin_asset *const asset = &pool->assets[i];
        asset->price = plm_mark_source_asset(rules->marks, market, asset->asset, pool->input.unit);
    }
    for (uint32_t i = 0; i < pool->input.position_count; i++) {
        plm_margin_position *const row = &pool->positions[i];
        row->pnl_px2 = plm_mark_source_px2(rules->marks, market, row->sym,
                                           trigger ? PLM_USE_TRIGGER_PNL : PLM_USE_PNL);
        row->requirement_px2 =
            plm_mark_source_px2(rules->marks, market, row->sym,
                                trigger ? PLM_USE_TRIGGER_REQUIREMENT : PLM_USE_REQUIREMENT);
        row->multiplier = plm_adaptive_multiplier(&rules->adaptive, row->sym);
        row->open_interest = core->guard.open_interest[row->sym];
        row->taker_rate =
            plm_fees_tier(core->fees, pool->account, pool->assets[row->place].asset, core->now)
                ->taker;
        row->halted = core->market.view[row->sym].status == PLM_STATUS_HALT &&
                      plm_venue_tradable(core->venue, row->sym, core->now) == PLM_REASON_HALTED;
    }
    pool->input.ts = core->now;
}

static plm_status look(plm_core *core, plm_pool *pool, const plm_market *market, bool trigger,
                       plm_diag *diag)
{
    const plm_seat *const seat = &core->seat[pool->account];
    if (pool->changed && !rebuild(core, pool)) {
        return PLM_OVERFLOW(core, diag, seat, "what its orders are worth");
    }
    put_prices(core, pool, market, trigger);
    const plm_margin_model *const model = core->guard.regulation[pool->rulebook].model;
    pool->output.part = pool->parts;
    if (model->assess(model, &pool->input, &pool->output) != PLM_RESULT_OK) {
        return PLM_OVERFLOW(core, diag, seat, "a margin number");
    }
    return PLM_OK;
}

plm_status plm_pool_look(plm_core *core, plm_pool *pool, bool trigger, plm_diag *diag)
{
    return look(core, pool, &core->market, trigger, diag);
}

plm_status plm_pool_look_heard(plm_core *core, plm_pool *pool, plm_diag *diag)
{
    return look(core, pool, core->heard, false, diag);
}

bool plm_pool_surplus(const plm_pool *pool, plm_money *out)
{
    return plm_money_sub(plm_money_of(pool->output.equity), plm_money_of(pool->output.maintenance),
                         out);
}

bool plm_pool_free(const plm_pool *pool, plm_money *out)
{
    return plm_money_sub(plm_money_of(pool->output.equity), plm_money_of(pool->output.initial),
                         out) &&
           plm_money_sub(*out, plm_money_of(pool->output.orders), out);
}

plm_pool *plm_pool_of(plm_core *core, const plm_seat *seat, uint32_t place)
{
    uint32_t const number = seat->pool_at[place];
    return number == PLM_NO_POOL ? NULL : &core->guard.pool[number];
}

plm_pool *plm_pool_paying(plm_core *core, const plm_seat *seat, uint32_t asset)
{
    plm_assert(seat->pool_count > 0);
    return &core->guard.pool[seat->pool_paying[asset]];
}

/* -- what moved ------------------------------------------------------------------------------ */

/* What a position gives to surplus, in the unit: unrealised profit less maintenance. */
static bool contribution(const plm_pool *pool, uint32_t i, plm_money *out)
{
    plm_fraction const price = pool->assets[pool->positions[i].place].price;
    plm_money won;
    return plm_muldiv(plm_money_of(pool->parts[i].unrealised).v, plm_money_of(price.num).v,
                      plm_money_of(price.den).v, PLM_ROUND_FLOOR, &won.v) &&
           plm_money_sub(won, plm_money_of(pool->parts[i].maintenance), out);
}

static plm_money *peak_of(const plm_pool *pool, uint32_t i)
{
    uint32_t at = 0;
    while (pool->place[at] != pool->held_place[i]) {
        at++;
    }
    return &pool->peak[at];
}

void plm_pool_see_peak(plm_pool *pool)
{
    plm_money surplus;
    if (!plm_pool_surplus(pool, &surplus) ||
        (pool->peak_seen && plm_money_compare(surplus, pool->highest) < 0)) {
        return;
    }
    pool->peak_seen = true;
    pool->highest = surplus;
    for (uint32_t i = 0; i < pool->place_count; i++) {
        pool->peak[i] = (plm_money){0};
    }
    for (uint32_t i = 0; i < pool->input.position_count; i++) {
        (void)contribution(pool, i, peak_of(pool, i));
    }
}

/* What an instrument gave then less what it gives now, both legs together. */
static bool fall_of(const plm_pool *pool, uint32_t sym, plm_money *out)
{
    plm_money fall = {0}, now;
    for (uint32_t i = 0; i < pool->place_count; i++) {
        if (pool->place[i] / 2 == sym && !plm_money_add(fall, pool->peak[i], &fall)) {
            return false;
        }
    }
    for (uint32_t i = 0; i < pool->input.position_count; i++) {
        const plm_margin_position *const row = &pool->positions[i];
        if (row->sym == sym && row->qty != 0 &&
            (!contribution(pool, i, &now) || !plm_money_sub(fall, now, &fall))) {
            return false;
        }
    }
    *out = fall;
    return true;
}

uint32_t plm_pool_culprit(const plm_pool *pool)
{
    uint32_t culprit = PLM_NO_SYM;
    plm_money most = {0};
    for (uint32_t i = 0; i < pool->input.position_count; i++) {
        const plm_margin_position *const row = &pool->positions[i];
        plm_money fall;
        if (row->qty != 0 && fall_of(pool, row->sym, &fall) && plm_money_compare(fall, most) > 0) {
            most = fall;
            culprit = row->sym;
        }
    }
    return culprit;
}
