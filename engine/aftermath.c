/*
 * aftermath.c - what a liquidation costs, and what becomes of the account (docs/margin.md, 8.4 and
 * 8.6); conversions, as they are booked.
 */
#include "check.h"
#include "conversion.h"
#include "core.h"
#include "stage.h"

/* -- the fee --------------------------------------------------------------------------------- */

static plm_status charge(plm_core *core, plm_pool *pool, uint32_t book, uint32_t asset,
                         uint32_t sym, plm_money amount, plm_diag *diag)
{
    plm_postings postings = {0};
    plm_money paid;
    if (!plm_money_negate(amount, &paid) ||
        !plm_postings_move(&postings, book, pool->book, asset, PLM_CAUSE_LIQUIDATION_FEE, paid) ||
        !plm_ledger_commit(&core->ledger, &postings)) {
        return PLM_OVERFLOW(core, diag, &core->seat[pool->account], "a liquidation fee");
    }
    plm_journal_postings(core, pool->account, &postings, sym);
    return PLM_OK;
}

/* The pool's equity in an asset of it, down. */
static bool equity_in(const plm_pool *pool, uint32_t asset, plm_money *out)
{
    for (uint32_t i = 0; i < pool->input.asset_count; i++) {
        plm_fraction const price = pool->assets[i].price;
        if (pool->assets[i].asset == asset && plm_money_of(price.num).v > 0) {
            return plm_muldiv(plm_money_of(pool->output.equity).v, plm_money_of(price.den).v,
                              plm_money_of(price.num).v, PLM_ROUND_FLOOR, &out->v);
        }
    }
    *out = (plm_money){0};
    return true;
}

plm_status plm_liquidation_bound(plm_core *core, plm_pool *pool, uint32_t place, plm_qty qty,
                                 plm_diag *diag, plm_money *out)
{
    const plm_rules *const rules = &core->guard.regulation[pool->rulebook].rules;
    *out = (plm_money){0};
    if (!rules->set->fee.cap_surplus) {
        return PLM_OK;
    }
    plm_px ignored;
    uint32_t row = 0;
    while (pool->held_place[row] != place) {
        row++;
        plm_assert(row < pool->input.position_count);
    }
    plm_qty const held = pool->positions[row].qty;
    if (!plm_bankruptcy_value(rules, &pool->input, &pool->output, row, out, &ignored) ||
        !plm_money_muldiv(*out, qty, held < 0 ? -held : held, PLM_ROUND_HALF_EVEN, out)) {
        return PLM_OVERFLOW(core, diag, &core->seat[pool->account], "a liquidation fee");
    }
    return PLM_OK;
}

/* The rate on the value, at most what is left, and where the rulebook says so at most what the fill
 * brought above the bankruptcy value. */
static bool fee_of(const plm_core *core, const plm_pool *pool, const plm_liquidated *what,
                   plm_money *out)
{
    const plm_rules *const rules = &core->guard.regulation[pool->rulebook].rules;
    const plm_rule_set *const set = rules->set;
    plm_money size = what->value, fee, most, above;
    plm_round const round = set->round_fee != PLM_ROUND_NONE ? set->round_fee : PLM_ROUND_CEIL;
    if ((size.v < 0 && !plm_money_negate(size, &size)) ||
        !plm_money_rate(size, what->rate, round, &fee) || !equity_in(pool, what->asset, &most)) {
        return false;
    }
    if (set->fee.cap_surplus) {
        if (!plm_contract_profit(&core->contracts->contract[what->sym], what->value, what->bound,
                                 &above)) {
            return false;
        }
        most = plm_money_compare(above, most) < 0 ? above : most;
    }
    fee = plm_money_compare(fee, most) > 0 ? most : fee;
    *out = fee.v > 0 ? fee : (plm_money){0};
    return true;
}

plm_status plm_charge_liquidation(plm_core *core, plm_pool *pool, const plm_liquidated *what,
                                  plm_diag *diag)
{
    plm_seat *const seat = &core->seat[pool->account];
    const plm_fee_rule *const rule = &core->guard.regulation[pool->rulebook].rules.set->fee;
    uint32_t const asset = what->asset;
    uint32_t const sym = what->sym;
    plm_money fee, keeper, protocol, fund;
    if (what->rate == 0) {
        return PLM_OK;
    }
    PLM_TRY(plm_pool_look(core, pool, true, diag));
    if (!fee_of(core, pool, what, &fee)) {
        return PLM_OVERFLOW(core, diag, seat, "a liquidation fee");
    }
    if (!plm_money_rate(fee, rule->to_keeper, PLM_ROUND_FLOOR, &keeper) ||
        !plm_money_rate(fee, rule->to_protocol, PLM_ROUND_FLOOR, &protocol) ||
        !plm_money_sub(fee, keeper, &fund) || !plm_money_sub(fund, protocol, &fund) ||
        !plm_money_add(seat->liquidation_fees[asset], fee, &seat->liquidation_fees[asset])) {
        return PLM_OVERFLOW(core, diag, seat, "a liquidation fee");
    }
    PLM_TRY(charge(core, pool, plm_ledger_book(&core->ledger, PLM_BOOK_KEEPER), asset, sym, keeper,
                   diag));
    PLM_TRY(charge(core, pool, plm_ledger_book(&core->ledger, PLM_BOOK_FEES), asset, sym, protocol,
                   diag));
    PLM_TRY(charge(core, pool, plm_ledger_insurance(&core->ledger, seat->spec->world), asset, sym,
                   fund, diag));
    plm_guard_changed(core, pool);
    return plm_journal_show_cash(core, seat, asset, diag);
}

/* -- conversions ----------------------------------------------------------------------------- */

/* Sorted when another pool, or one under other rules, asks. */
const uint32_t *plm_guard_repay_order(plm_core *core, const plm_pool *pool)
{
    plm_guard *const guard = &core->guard;
    const plm_rule_set *const set = guard->regulation[pool->rulebook].rules.set;
    const char *const *const name = core->contracts->asset;
    if (guard->ordered_pool == pool && guard->ordered_set == set) {
        return guard->repay_order;
    }
    for (uint32_t place = 0; place < pool->input.asset_count; place++) {
        uint32_t at = place;
        for (; at > 0 &&
               plm_conversion_before(&set->collateral, name[pool->assets[place].asset],
                                     name[pool->assets[guard->repay_order[at - 1]].asset]) != 0;
             at--) {
            guard->repay_order[at] = guard->repay_order[at - 1];
        }
        guard->repay_order[at] = place;
    }
    guard->ordered_pool = pool;
    guard->ordered_set = set;
    return guard->repay_order;
}

static plm_status book_one(plm_core *core, plm_pool *pool, uint32_t from, uint32_t to,
                           uint32_t asset, plm_money amount, plm_diag *diag)
{
    plm_postings postings = {0};
    if (!plm_postings_move(&postings, from, to, asset, PLM_CAUSE_CONVERSION, amount) ||
        !plm_ledger_commit(&core->ledger, &postings)) {
        return PLM_OVERFLOW(core, diag, &core->seat[pool->account], "a conversion");
    }
    plm_journal_postings(core, pool->account, &postings, PLM_NO_SYM);
    return PLM_OK;
}

plm_status plm_conversion_book(plm_core *core, plm_pool *pool, uint32_t from, uint32_t to,
                               const plm_conversion *what, plm_diag *diag)
{
    plm_seat *const seat = &core->seat[pool->account];
    uint32_t const market = plm_ledger_book(&core->ledger, PLM_BOOK_MARKET);
    uint32_t const fees = plm_ledger_book(&core->ledger, PLM_BOOK_FEES);
    plm_money paid, fee;
    if (!plm_money_negate(what->paid, &paid) || !plm_money_negate(what->fee, &fee)) {
        return PLM_OVERFLOW(core, diag, seat, "a conversion");
    }
    PLM_TRY(book_one(core, pool, market, pool->book, from, paid, diag));
    PLM_TRY(book_one(core, pool, market, pool->book, to, what->received, diag));
    PLM_TRY(book_one(core, pool, fees, pool->book, from, fee, diag));
    plm_guard_changed(core, pool);
    PLM_TRY(plm_journal_show_cash(core, seat, from, diag));
    return plm_journal_show_cash(core, seat, to, diag);
}

/* -- after it -------------------------------------------------------------------------------- */

/* Nothing is heard and nothing is done any more. */
static plm_status stop(plm_core *core, plm_seat *seat, plm_diag *diag)
{
    seat->ended = true;
    plm_order *order = plm_order_pool_first(plm_venue_orders(core->venue), seat->account.index);
    while (order != NULL) {
        plm_order *const next = order->next;
        if (!plm_order_done(order)) {
            PLM_TRY(plm_desk_cancel(core, order, PLM_REASON_STOPPED, diag));
        }
        order = next;
    }
    if (seat->instance == NULL || seat->instance->stopped) {
        return PLM_OK;
    }
    plm_journal_note(core, seat->account.index, PLM_RECORD_STOPPED, NULL);
    seat->instance->stopped = true;
    plm_delivery_silence(core, seat->instance);
    return PLM_OK;
}

static plm_status refill(plm_core *core, plm_seat *seat, plm_diag *diag)
{
    for (uint32_t i = 0; i < seat->spec->holding_count; i++) {
        const plm_holding_spec *const holding = &seat->spec->holding[i];
        plm_money *const flowed = &seat->flowed[holding->asset];
        if (!plm_money_add(*flowed, holding->amount, flowed)) {
            return PLM_OVERFLOW(core, diag, seat, "the sum of its flows");
        }
        PLM_TRY(
            plm_booking_flow(core, seat, holding->asset, holding->amount, PLM_CAUSE_REFILL, diag));
    }
    return PLM_OK;
}

plm_status plm_aftermath(plm_core *core, plm_seat *seat, plm_diag *diag)
{
    switch (seat->spec->after) {
    case PLM_AFTER_STOP:
        return stop(core, seat, diag);
    case PLM_AFTER_REFILL:
        return refill(core, seat, diag);
    case PLM_AFTER_CONTINUE:
    case PLM_AFTER_NONE:
        break;
    }
    return PLM_OK;
}
