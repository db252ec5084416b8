/*
 * guard_clock.c - what margin has to do with time alone, and with events that are neither price nor
 * order: rules, composite marks, adaptive multipliers, interest, haircuts, custodies
 * (docs/margin.md, 6, 9, 10).
 */
#include "check.h"
#include "core.h"

#define HOUR INT64_C(3600000000000)
#define HOUR_SECONDS 3600
#define DAY (24 * HOUR)
#define ONE INT64_C(1000000000000)

void plm_guard_schedule(plm_core *core, plm_ts at)
{
    if (at > core->now && at < core->guard.next_clock) {
        core->guard.next_clock = at;
    }
}

/* -- rules ----------------------------------------------------------------------------------- */

static void change_rules(plm_core *core, plm_regulation *regulation)
{
    plm_ts const effective = regulation->rules.next_change;
    if (effective > core->now || !plm_rules_move(&regulation->rules, core->now)) {
        return;
    }
    plm_record *const record =
        plm_recorder_next(core->recorder, core->now, core->events, PLM_NO_ACCOUNT, PLM_RECORD_RULE);
    record->u.rule = (plm_record_rule){.effective = effective,
                                       .announced = regulation->rules.set->announced,
                                       .rulebook = regulation->number};
    for (uint32_t i = 0; i < core->seat_count; i++) {
        if (core->seat[i].spec->rulebook == regulation->number) {
            plm_guard_warn_change(core, &core->seat[i], regulation->rules.set);
        }
    }
    for (uint32_t i = 0; i < core->guard.pool_count; i++) {
        if (core->guard.pool[i].rulebook == regulation->number) {
            plm_guard_changed(core, &core->guard.pool[i]);
        }
    }
}

/* -- marks and multipliers ------------------------------------------------------------------- */

/* Pools that hold something are looked at again: their prices are not on the tape. */
static void call_holders(plm_core *core, const plm_regulation *regulation)
{
    for (uint32_t i = 0; i < core->guard.pool_count; i++) {
        plm_pool *const pool = &core->guard.pool[i];
        if (pool->rulebook == regulation->number && !pool->resting) {
            plm_guard_call(core, pool);
        }
    }
}

static bool holds_of_unit(const plm_core *core, const plm_pool *pool, uint32_t unit)
{
    const plm_rules *const rules = &core->guard.regulation[pool->rulebook].rules;
    const plm_seat *const seat = &core->seat[pool->account];
    bool found = false;
    for (uint32_t i = 0; i < pool->place_count && !found; i++) {
        uint32_t const place = pool->place[i];
        found = rules->unit[place / 2] == unit && seat->pool_at[place] == pool->number &&
                seat->account.position[place].qty != 0;
    }
    return found;
}

/* A multiplier is none of the prices that a pool waits for, and yet changes it. */
static void change_unit(plm_core *core, const plm_regulation *regulation, uint32_t unit)
{
    for (uint32_t i = 0; i < core->guard.pool_count; i++) {
        plm_pool *const pool = &core->guard.pool[i];
        if (pool->rulebook == regulation->number && holds_of_unit(core, pool, unit)) {
            plm_guard_call(core, pool);
            pool->event = true;
        }
    }
}

static plm_status tick_marks(plm_core *core, plm_regulation *regulation, plm_diag *diag)
{
    if (regulation->next_mark > core->now) {
        return PLM_OK;
    }
    bool changed = false;
    PLM_TRY(plm_mark_source_tick(regulation->marks, &core->market, regulation->next_mark, diag,
                                 &changed));
    regulation->next_mark = plm_mark_source_next(regulation->marks, regulation->next_mark);
    if (changed) {
        call_holders(core, regulation);
    }
    return PLM_OK;
}

/* A unit is observed at the first row that has a price when one of them has, from then on at that
 * one alone; false: there is no price. */
static bool find_observed(const plm_core *core, plm_regulation *regulation, uint32_t unit,
                          int64_t *out_px2)
{
    uint32_t *const chosen = &regulation->adaptive.unit[unit].sym;
    for (uint32_t sym = 0; sym < core->contracts->count; sym++) {
        bool const asked =
            *chosen == PLM_NO_SYM ? regulation->rules.unit[sym] == unit : *chosen == sym;
        int64_t const px2 =
            asked ? plm_mark_source_px2(regulation->marks, &core->market, sym, PLM_USE_REQUIREMENT)
                  : 0;
        if (px2 > 0) {
            *chosen = sym;
            *out_px2 = px2;
            return true;
        }
    }
    return false;
}

static plm_status tick_adaptive(plm_core *core, plm_regulation *regulation, plm_diag *diag)
{
    if (regulation->next_adaptive > core->now) {
        return PLM_OK;
    }
    for (uint32_t unit = 0; unit < regulation->rules.unit_count; unit++) {
        int64_t px2;
        bool moved = false;
        if (find_observed(core, regulation, unit, &px2) &&
            !plm_adaptive_observe(&regulation->adaptive, unit, px2, &moved)) {
            return plm_fail(diag, PLM_ERR_RUN, "an adaptive multiplier does not fit 64 bits");
        }
        if (moved) {
            change_unit(core, regulation, unit);
        }
    }
    regulation->next_adaptive = plm_adaptive_next(&regulation->adaptive, core->now);
    return PLM_OK;
}

/* -- interest -------------------------------------------------------------------------------- */

static plm_rate borrow_rate(const plm_core *core, const plm_regulation *regulation, uint32_t asset)
{
    return core->guard.borrow[asset] >= 0 ? core->guard.borrow[asset]
                                          : regulation->rules.borrow[asset];
}

static plm_status charge(plm_core *core, plm_seat *seat, uint32_t asset, plm_rate rate,
                         plm_diag *diag)
{
    plm_money const balance = plm_ledger_balance(&core->ledger, seat->account.index, asset);
    plm_money debt, interest;
    plm_postings postings = {0};
    if (!plm_money_negate(balance, &debt) ||
        !plm_money_rate(debt, rate, PLM_ROUND_CEIL, &interest) ||
        !plm_money_add(seat->interest[asset], interest, &seat->interest[asset]) ||
        !plm_postings_move(&postings, plm_ledger_book(&core->ledger, PLM_BOOK_LENDER),
                           seat->account.index, asset, PLM_CAUSE_INTEREST,
                           (plm_money){-interest.v}) ||
        !plm_ledger_commit(&core->ledger, &postings)) {
        return PLM_OVERFLOW(core, diag, seat, "interest");
    }
    plm_record *const record = plm_recorder_next(core->recorder, core->now, core->events,
                                                 seat->account.index, PLM_RECORD_INTEREST);
    record->u.interest = (plm_record_interest){
        .rate = rate, .amount = plm_amount_of((plm_money){-interest.v}), .asset = asset};
    plm_journal_postings(core, seat->account.index, &postings, PLM_NO_SYM);
    plm_guard_asset_changed(core, seat, asset);
    plm_report const report = {.ts = core->now,
                               .sym = PLM_NO_SYM,
                               .kind = PLM_REPORT_INTEREST,
                               .amount = plm_amount_of((plm_money){-interest.v}),
                               .asset = asset};
    return plm_journal_report(core, seat, &report, UINT32_MAX, &asset, 1, diag);
}

static plm_status interest(plm_core *core, plm_diag *diag)
{
    for (uint32_t i = 0; i < core->seat_count; i++) {
        plm_seat *const seat = &core->seat[i];
        for (uint32_t asset = 0; seat->pool_count > 0 && asset < core->contracts->asset_count;
             asset++) {
            plm_rate const rate = borrow_rate(
                core, &core->guard.regulation[core->guard.pool[seat->first_pool].rulebook], asset);
            if (rate > 0 && plm_ledger_balance(&core->ledger, seat->account.index, asset).v < 0) {
                PLM_TRY(charge(core, seat, asset, rate, diag));
            }
        }
    }
    return PLM_OK;
}

plm_status plm_guard_begin_day(plm_core *core, plm_diag *diag)
{
    for (uint32_t i = 0; i < core->seat_count; i++) {
        plm_seat *const seat = &core->seat[i];
        for (uint32_t asset = 0; asset < core->contracts->asset_count; asset++) {
            PLM_TRY(plm_seat_equity(core, seat, asset, diag, &seat->day_equity[asset]));
            seat->day_flowed[asset] = seat->flowed[asset];
        }
    }
    return PLM_OK;
}

/* -- the clock ------------------------------------------------------------------------------- */

static void find_next(plm_core *core)
{
    plm_guard *const guard = &core->guard;
    plm_ts next = guard->next_hour;
    for (uint32_t i = 0; i < guard->regulation_count; i++) {
        const plm_regulation *const regulation = &guard->regulation[i];
        next = plm_earlier(next, regulation->rules.next_change);
        next = plm_earlier(next, regulation->next_mark);
        next = plm_earlier(next, regulation->next_adaptive);
    }
    for (uint32_t i = 0; i < guard->pool_count; i++) {
        const plm_pool *const pool = &guard->pool[i];
        if (pool->in_episode && pool->wait_until > core->now) {
            next = plm_earlier(next, pool->wait_until);
        }
    }
    guard->next_clock = next;
}

static void wake(plm_core *core)
{
    for (uint32_t i = 0; i < core->guard.pool_count; i++) {
        plm_pool *const pool = &core->guard.pool[i];
        if (pool->in_episode && pool->wait_until != 0 && pool->wait_until <= core->now) {
            pool->wait_until = 0;
            pool->stirred = true;
            plm_guard_call(core, pool);
        }
    }
}

void plm_guard_clock_begin(plm_core *core)
{
    plm_guard *const guard = &core->guard;
    guard->next_hour = guard->watches ? core->now - core->now % HOUR + HOUR : PLM_TS_NEVER;
    for (uint32_t i = 0; i < guard->regulation_count; i++) {
        plm_regulation *const regulation = &guard->regulation[i];
        (void)plm_rules_move(&regulation->rules, core->now);
        regulation->next_mark = plm_mark_source_next(regulation->marks, core->now - 1);
        regulation->next_adaptive = plm_adaptive_next(&regulation->adaptive, core->now - 1);
    }
    find_next(core);
}

plm_status plm_guard_clock(plm_core *core, plm_diag *diag)
{
    plm_guard *const guard = &core->guard;
    if (guard->next_clock > core->now) {
        return PLM_OK;
    }
    for (uint32_t i = 0; i < guard->regulation_count; i++) {
        change_rules(core, &guard->regulation[i]);
    }
    for (uint32_t i = 0; i < guard->regulation_count; i++) {
        PLM_TRY(tick_adaptive(core, &guard->regulation[i], diag));
    }
    for (uint32_t i = 0; i < guard->regulation_count; i++) {
        PLM_TRY(tick_marks(core, &guard->regulation[i], diag));
    }
    if (guard->next_hour <= core->now) {
        PLM_TRY(interest(core, diag));
        if (guard->next_hour % DAY == 0) {
            PLM_TRY(plm_guard_begin_day(core, diag));
        }
        guard->next_hour += HOUR;
    }
    wake(core);
    find_next(core);
    return PLM_OK;
}

/* -- events of collateral -------------------------------------------------------------------- */

static void journal_collateral(plm_core *core, const plm_seat *seat, uint32_t asset,
                               uint32_t custody, uint8_t code, plm_rate weight, plm_money lost)
{
    plm_record *const record = plm_recorder_next(core->recorder, core->now, core->events,
                                                 seat->account.index, PLM_RECORD_COLLATERAL);
    record->u.collateral = (plm_record_collateral){.weight = weight,
                                                   .lost = plm_amount_of(lost),
                                                   .asset = asset,
                                                   .custody = custody,
                                                   .code = code};
}

plm_money plm_guard_lost(const plm_core *core, const plm_pool *pool, uint32_t asset)
{
    const plm_account_spec *const spec = core->seat[pool->account].spec;
    plm_money lost = {0};
    for (uint32_t i = 0; i < spec->custody_count; i++) {
        const plm_custody_spec *const parcel = &spec->custody[i];
        plm_money counted, part;
        if (parcel->asset != asset || pool->name.regime == PLM_REGIME_ISOLATED) {
            continue;
        }
        bool const fits = plm_money_rate(parcel->amount, core->guard.custody[parcel->custody],
                                         PLM_ROUND_FLOOR, &counted) &&
                          plm_money_sub(parcel->amount, counted, &part) &&
                          plm_money_add(lost, part, &lost);
        plm_assert(fits); /* parcels are part of what the account was given */
    }
    return lost;
}

static void custody_event(plm_core *core, const plm_event *event)
{
    plm_rate weight = ONE;
    if (event->side == PLM_CUSTODY_HALT) {
        weight = 0;
    } else if (event->side == PLM_CUSTODY_HAIRCUT) {
        weight = event->px;
    }
    core->guard.custody[event->sym] = weight;
    for (uint32_t i = 0; i < core->seat_count; i++) {
        plm_seat *const seat = &core->seat[i];
        for (uint32_t k = 0; k < seat->spec->custody_count && seat->pool_count > 0; k++) {
            const plm_custody_spec *const parcel = &seat->spec->custody[k];
            if (parcel->custody == event->sym) {
                const plm_pool *const last =
                    &core->guard.pool[seat->first_pool + seat->pool_count - 1];
                journal_collateral(core, seat, parcel->asset, event->sym, event->side, weight,
                                   plm_guard_lost(core, last, parcel->asset));
                plm_guard_asset_changed(core, seat, parcel->asset);
            }
        }
    }
}

static void haircut_event(plm_core *core, const plm_event *event)
{
    uint32_t const asset = core->contracts->contract[event->sym].base;
    core->guard.haircut[asset] = event->px;
    for (uint32_t i = 0; i < core->seat_count; i++) {
        plm_seat *const seat = &core->seat[i];
        if (seat->pool_count > 0 &&
            plm_ledger_balance(&core->ledger, seat->account.index, asset).v != 0) {
            journal_collateral(core, seat, asset, PLM_NO_SYM, 0, event->px, (plm_money){0});
            plm_guard_asset_changed(core, seat, asset);
        }
    }
}

static plm_status borrow_event(plm_core *core, const plm_event *event, plm_diag *diag)
{
    uint32_t const asset = core->contracts->contract[event->sym].base;
    plm_i128 per_hour;
    if (!plm_muldiv(event->px, HOUR_SECONDS, event->qty > 0 ? event->qty : HOUR_SECONDS,
                    PLM_ROUND_HALF_EVEN, &per_hour) ||
        per_hour > INT64_MAX || per_hour < 0) {
        return plm_fail(diag, PLM_ERR_RUN, "a borrow rate of %s does not fit",
                        core->contracts->rows[event->sym].symbol);
    }
    core->guard.borrow[asset] = (plm_rate)per_hour;
    return PLM_OK;
}

static plm_status insurance_event(plm_core *core, const plm_event *event, plm_diag *diag)
{
    uint32_t const asset = core->contracts->contract[event->sym].base;
    if (!core->spec->insurance_tape) {
        return PLM_OK;
    }
    plm_money told;
    const plm_instrument *const row = &core->contracts->rows[event->sym];
    if (!plm_money_notional(1, event->qty, 1, row->qty_scale, &told)) {
        return plm_fail(diag, PLM_ERR_RUN, "an insurance balance of %s does not fit", row->symbol);
    }
    for (uint32_t world = 0; world < core->spec->world_count; world++) {
        uint32_t const book = plm_ledger_insurance(&core->ledger, world);
        plm_money const now = plm_ledger_balance(&core->ledger, book, asset);
        plm_postings postings = {0};
        plm_money change;
        if (!plm_money_sub(told, now, &change) ||
            !plm_postings_move(&postings, plm_ledger_book(&core->ledger, PLM_BOOK_EXTERNAL), book,
                               asset, change.v > 0 ? PLM_CAUSE_DEPOSIT : PLM_CAUSE_WITHDRAWAL,
                               change) ||
            !plm_ledger_commit(&core->ledger, &postings)) {
            return plm_fail(diag, PLM_ERR_RUN, "the insurance fund does not fit 128 bits");
        }
        plm_journal_postings(core, core->guard.fund[world].account, &postings, PLM_NO_SYM);
    }
    return PLM_OK;
}

plm_status plm_guard_event(plm_core *core, const plm_event *event, plm_diag *diag)
{
    plm_guard_see(core, event);
    switch ((plm_event_kind)event->kind) {
    case PLM_EV_ASSET_INDEX:
        plm_guard_all_called(core);
        plm_guard_stir_asset(core, core->contracts->contract[event->sym].base);
        break;
    case PLM_EV_OPEN_INTEREST:
        core->guard.open_interest[event->sym] = event->qty;
        break;
    case PLM_EV_HAIRCUT:
        haircut_event(core, event);
        break;
    case PLM_EV_CUSTODY:
        custody_event(core, event);
        break;
    case PLM_EV_BORROW_RATE:
        return borrow_event(core, event, diag);
    case PLM_EV_INSURANCE:
        return insurance_event(core, event, diag);
    case PLM_EV_ADL:
        return plm_adl_event(core, event, diag);
    default:
        break;
    }
    return core->guard.tests_each && core->guard.due_count > 0 ? plm_guard_test_each(core, diag)
                                                               : PLM_OK;
}
