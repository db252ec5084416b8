/*
 * guard_test.c - the margin test (docs/margin.md, 6): which pools are due, what they come to, and
 * how far prices may go until they are due again.
 */
#include <stdlib.h>

#include "check.h"
#include "core.h"

#define CALM_BREAKS 4u  /* so many bands in a row that broke at once ... */
#define CALM_EVENTS 64u /* ... within so many events each ... */
#define CALM_TESTS 32u  /* ... are followed by so many tests without bands */
#define REARM INT64_C(950000000000)
#define ONE INT64_C(1000000000000)

/* -- the queue ------------------------------------------------------------------------------- */

void plm_guard_call(plm_core *core, plm_pool *pool)
{
    plm_guard *const guard = &core->guard;
    if (!pool->due) {
        pool->due = true;
        guard->due[guard->due_count++] = pool->number;
    }
}

void plm_guard_changed(plm_core *core, plm_pool *pool)
{
    pool->changed = true;
    pool->event = true;
    plm_guard_call(core, pool);
}

void plm_guard_account_changed(plm_core *core, const plm_seat *seat)
{
    for (uint32_t i = 0; i < seat->pool_count; i++) {
        plm_guard_changed(core, &core->guard.pool[seat->first_pool + i]);
    }
}

void plm_guard_asset_changed(plm_core *core, const plm_seat *seat, uint32_t asset)
{
    if (seat->pool_count > 0) {
        plm_guard_changed(core, plm_pool_paying(core, seat, asset));
    }
}

void plm_guard_place_changed(plm_core *core, const plm_seat *seat, uint32_t place)
{
    const plm_contract *const contract = &core->contracts->contract[place / 2];
    plm_pool *const pool = plm_pool_of(core, seat, place);
    if (pool != NULL) {
        plm_guard_changed(core, pool);
    }
    plm_guard_asset_changed(core, seat, contract->settle);
    if (contract->form == PLM_FORM_SPOT) {
        plm_guard_asset_changed(core, seat, contract->base);
    }
}

void plm_guard_position_changed(plm_core *core, const plm_seat *seat, uint32_t place)
{
    plm_pool *const pool = plm_pool_of(core, seat, place);
    if (pool != NULL && pool->name.regime == PLM_REGIME_ISOLATED) {
        plm_guard_changed(core, pool);
    } else {
        plm_guard_place_changed(core, seat, place);
    }
}

void plm_guard_all_changed(plm_core *core)
{
    for (uint32_t i = 0; i < core->guard.pool_count; i++) {
        plm_guard_changed(core, &core->guard.pool[i]);
    }
}

void plm_guard_all_called(plm_core *core)
{
    for (uint32_t i = 0; i < core->guard.pool_count; i++) {
        if (!core->guard.pool[i].resting) {
            plm_guard_call(core, &core->guard.pool[i]);
        }
    }
}

void plm_guard_fund_called(plm_core *core, uint32_t world)
{
    core->guard.fund[world].called = true;
    core->guard.fund_called = true;
}

static void see_price(plm_core *core, uint32_t sym, unsigned key, plm_px px)
{
    plm_guard *const guard = &core->guard;
    uint32_t found = plm_watch_find(&guard->watch, sym, key, px, 0);
    for (; found != UINT32_MAX; found = plm_watch_find(&guard->watch, sym, key, px, found + 1)) {
        if (found < guard->watched_count) {
            plm_pool *const pool = &guard->pool[guard->watched[found]];
            plm_guard_call(core, pool);
            if (pool->in_episode) {
                plm_guard_stir(core, pool, sym, key);
            }
        } else {
            plm_guard_fund_called(core, found - guard->watched_count);
        }
    }
}

void plm_guard_see(plm_core *core, const plm_event *event)
{
    unsigned const key = plm_guard_key(event);
    if (key != PLM_KEY_NONE) {
        see_price(core, event->sym, key, event->px);
    } else if (event->kind == PLM_EV_LEVEL || event->kind == PLM_EV_CLEAR) {
        /* The best prices of a book follow from its levels. */
        see_price(core, event->sym, PLM_KEY_BID, core->market.view[event->sym].bid_px);
        see_price(core, event->sym, PLM_KEY_ASK, core->market.view[event->sym].ask_px);
    }
}

static int compare_numbers(const void *a, const void *b)
{
    uint32_t const left = *(const uint32_t *)a;
    uint32_t const right = *(const uint32_t *)b;
    return (left > right) - (left < right);
}

/* The pools that are due now, in order, as a round of tests; who is called meanwhile is due for the
 * next one. */
static uint32_t begin_round(plm_guard *guard)
{
    uint32_t const count = guard->due_count;
    uint32_t *const due = guard->due;
    if (count > 1) {
        qsort(due, count, sizeof *due, compare_numbers);
    }
    guard->due = guard->round;
    guard->round = due;
    guard->due_count = 0;
    return count;
}

/* -- what is seen ---------------------------------------------------------------------------- */

/* The lowest surplus: of every look where it is followed exactly, else of those that do not depend
 * on how often prices are looked at. */
static void see_lowest(plm_core *core, plm_pool *pool, bool event)
{
    plm_money surplus;
    if ((!core->guard.exact_lowest && !event) || !plm_pool_surplus(pool, &surplus)) {
        return;
    }
    if (!pool->lowest_seen || plm_money_compare(surplus, pool->lowest) < 0) {
        pool->lowest_seen = true;
        pool->lowest = surplus;
        pool->lowest_at = core->now;
    }
}

/* maintenance >= ratio * equity, exactly; equity > 0. */
static bool reaches(const plm_pool *pool, plm_rate ratio)
{
    plm_money const equity = plm_money_of(pool->output.equity);
    plm_money const maintenance = plm_money_of(pool->output.maintenance);
    return equity.v > 0 && plm_compare_products(maintenance.v, ONE, equity.v, ratio) >= 0;
}

static bool is_rearmed(const plm_pool *pool, plm_rate ratio)
{
    plm_money const equity = plm_money_of(pool->output.equity);
    plm_money const maintenance = plm_money_of(pool->output.maintenance);
    plm_i128 const bound = (plm_i128)ratio * REARM / ONE;
    return equity.v > 0 && plm_compare_products(maintenance.v, ONE, equity.v, bound) < 0;
}

static plm_status warn(plm_core *core, plm_pool *pool, bool event, plm_diag *diag)
{
    const plm_seat *const seat = &core->seat[pool->account];
    for (uint32_t i = 0; i < seat->warn_count; i++) {
        uint32_t const bit = UINT32_C(1) << i;
        bool const reached = !pool->resting && reaches(pool, seat->warn[i]);
        if (reached && (pool->warned & bit) == 0) {
            pool->warned |= bit;
            PLM_TRY(plm_guard_journal_call(core, pool, seat->warn[i], diag));
        } else if (event && (pool->warned & bit) != 0 &&
                   (pool->resting || is_rearmed(pool, seat->warn[i]))) {
            pool->warned &= ~bit;
        }
    }
    return PLM_OK;
}

plm_status plm_guard_look(plm_core *core, plm_pool *pool, bool event, plm_diag *diag)
{
    if (!pool->output.priced) {
        return PLM_OK;
    }
    if (!pool->resting) {
        see_lowest(core, pool, event);
    }
    return warn(core, pool, event, diag);
}

plm_status plm_guard_sample(plm_core *core, plm_pool *pool, plm_ts ts, plm_diag *diag)
{
    if (pool->resting && !pool->changed) {
        return PLM_OK;
    }
    PLM_TRY(plm_pool_look(core, pool, true, diag));
    if (pool->resting || !pool->output.priced) {
        return PLM_OK;
    }
    plm_ts const now = core->now;
    core->now = ts;
    see_lowest(core, pool, true);
    core->now = now;
    const plm_seat *const seat = &core->seat[pool->account];
    for (uint32_t i = 0; i < seat->warn_count; i++) {
        uint32_t const bit = UINT32_C(1) << i;
        if ((pool->warned & bit) != 0 && is_rearmed(pool, seat->warn[i])) {
            pool->warned &= ~bit;
            plm_guard_call(core, pool); /* its bounds are narrower now */
        }
    }
    if (!plm_guard_is_uniform(core, pool)) {
        PLM_TRY(plm_pool_look(core, pool, false, diag));
    }
    if (pool->output.priced) {
        plm_guard_journal_pool(core, pool, ts);
        plm_pool_see_peak(pool);
    }
    return PLM_OK;
}

/* -- bands ----------------------------------------------------------------------------------- */

static bool intersect_band(const plm_core *core, plm_pool *pool, plm_margin_wish wish,
                           plm_margin_band *out, uint32_t count)
{
    const plm_margin_model *const model = core->guard.regulation[pool->rulebook].model;
    if (model->safe_band == NULL ||
        model->safe_band(model, &pool->input, &pool->output, &wish, pool->bands) != PLM_RESULT_OK) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        out[i].lo = pool->bands[i].lo > out[i].lo ? pool->bands[i].lo : out[i].lo;
        out[i].hi = pool->bands[i].hi < out[i].hi ? pool->bands[i].hi : out[i].hi;
        if (out[i].lo > out[i].hi) {
            return false;
        }
    }
    return true;
}

/* The bounds that keep trigger, warnings and the lowest surplus away; false: there are none. */
static bool find_bands(const plm_core *core, plm_pool *pool)
{
    uint32_t const count = 2 * pool->input.position_count + pool->input.asset_count;
    plm_margin_band *const out = pool->bands + pool->band_cap;
    for (uint32_t i = 0; i < count; i++) {
        out[i] = (plm_margin_band){INT64_MIN, INT64_MAX};
    }
    const plm_seat *const seat = &core->seat[pool->account];
    plm_margin_wish wish = {.factor = ONE};
    if (core->guard.exact_lowest && pool->lowest_seen && pool->lowest.v > 0) {
        wish.least = plm_amount_of(pool->lowest);
    }
    if (!intersect_band(core, pool, wish, out, count)) {
        return false;
    }
    for (uint32_t i = 0; i < seat->warn_count; i++) {
        bool const armed = (pool->warned & UINT32_C(1) << i) == 0;
        if (armed &&
            !intersect_band(core, pool, (plm_margin_wish){.factor = seat->warn[i]}, out, count)) {
            return false;
        }
    }
    return true;
}

/* A debt that is converted from a size on, which prices alone can bring about. */
static bool watches_debt(const plm_core *core, const plm_pool *pool)
{
    return core->guard.regulation[pool->rulebook].rules.set->collateral.converts &&
           plm_pool_in_debt(core, pool);
}

/* After a look at a pool that goes on: new bounds, or, where they break at once again and again,
 * none for a while. */
static void set_bands(plm_core *core, plm_pool *pool)
{
    if (pool->resting || !pool->output.priced) {
        plm_guard_forget(core, pool, pool->resting);
        return;
    }
    if (core->guard.every_tick || pool->in_episode || watches_debt(core, pool) || pool->calm > 0) {
        pool->calm -= pool->calm > 0;
        plm_guard_forget(core, pool, false);
        return;
    }
    bool const soon = pool->banded && core->events - pool->banded_at < CALM_EVENTS;
    pool->breaks = soon ? pool->breaks + 1 : 0;
    if (pool->breaks >= CALM_BREAKS) {
        pool->breaks = 0;
        pool->calm = CALM_TESTS;
        pool->banded = false;
        plm_guard_forget(core, pool, false);
        return;
    }
    pool->banded = find_bands(core, pool);
    pool->banded_at = core->events;
    if (pool->banded) {
        plm_guard_bound(core, pool, pool->bands + pool->band_cap);
    } else {
        plm_guard_forget(core, pool, false);
    }
}

/* -- the test -------------------------------------------------------------------------------- */

/* Debts that have grown beyond the rulebook's limit are paid without a trigger. */
static plm_status convert_debts(plm_core *core, plm_pool *pool, plm_diag *diag)
{
    const plm_collateral_rule *const rule =
        &core->guard.regulation[pool->rulebook].rules.set->collateral;
    bool stalled = true;
    if (!rule->converts || pool->in_episode || pool->output.priced == 0) {
        return PLM_OK;
    }
    plm_money debt = {0};
    for (uint32_t i = 0; i < pool->input.asset_count; i++) {
        const plm_margin_asset *const asset = &pool->assets[i];
        plm_money value;
        if (asset->balance.hi < 0 &&
            (!plm_muldiv(plm_money_of(asset->balance).v, plm_money_of(asset->price.num).v,
                         plm_money_of(asset->price.den).v, PLM_ROUND_FLOOR, &value.v) ||
             !plm_money_add(debt, value, &debt))) {
            return PLM_OVERFLOW(core, diag, &core->seat[pool->account], "a debt");
        }
    }
    if (plm_money_compare(debt, rule->convert_below) >= 0) {
        return PLM_OK;
    }
    PLM_TRY(plm_repay(core, pool, rule->convert_cost, diag, &stalled));
    return stalled ? PLM_OK : plm_pool_look(core, pool, true, diag);
}

static plm_status test_one(plm_core *core, plm_pool *pool, plm_diag *diag)
{
    bool const event = pool->event;
    bool const woken =
        pool->in_episode && (plm_guard_note_prices(core, pool) || pool->stirred || event);
    pool->event = pool->stirred = false;
    PLM_TRY(plm_pool_look(core, pool, true, diag));
    PLM_TRY(convert_debts(core, pool, diag));
    bool const stale = plm_guard_is_stale(core, pool);
    if (pool->output.priced && !stale) {
        bool const fires = pool->output.liquidatable && !pool->resting;
        PLM_TRY(plm_guard_look(core, pool, event || fires, diag));
        if (pool->in_episode ? woken : fires) {
            PLM_TRY(plm_liquidate(core, pool, diag));
        }
    }
    if (!pool->due) {
        set_bands(core, pool);
    }
    return PLM_OK;
}

/* Pools whose rulebook wants to be asked after each event. */
plm_status plm_guard_test_each(plm_core *core, plm_diag *diag)
{
    plm_guard *const guard = &core->guard;
    for (uint32_t i = 0; i < guard->due_count;) {
        plm_pool *const pool = &guard->pool[guard->due[i]];
        if (!guard->regulation[pool->rulebook].rules.set->test_each) {
            i++;
            continue;
        }
        guard->due[i] = guard->due[--guard->due_count];
        pool->due = false;
        PLM_TRY(test_one(core, pool, diag));
        i = 0;
    }
    return PLM_OK;
}

plm_status plm_guard_test(plm_core *core, plm_diag *diag)
{
    plm_guard *const guard = &core->guard;
    PLM_TRY(plm_fund_close(core, diag));
    for (uint32_t rounds = 0; guard->due_count > 0; rounds++) {
        if (rounds == PLM_TEST_ROUNDS_MAX) {
            return plm_fail(diag, PLM_ERR_RUN,
                            "more than %u rounds of margin tests at one time (%lld ns): "
                            "liquidations set off one another without end",
                            PLM_TEST_ROUNDS_MAX, (long long)core->now);
        }
        uint32_t const count = begin_round(guard);
        for (uint32_t i = 0; i < count; i++) {
            plm_pool *const pool = &guard->pool[guard->round[i]];
            pool->due = false;
            PLM_TRY(test_one(core, pool, diag));
        }
    }
    plm_watch_settle(&guard->watch, core->venue);
    return PLM_OK;
}

plm_status plm_guard_test_quiet(plm_core *core, plm_diag *diag, bool *out_loud)
{
    plm_guard *const guard = &core->guard;
    *out_loud = guard->fund_called;
    for (uint32_t i = 0; i < guard->due_count; i++) {
        plm_pool *const pool = &guard->pool[guard->due[i]];
        PLM_TRY(plm_pool_look(core, pool, true, diag));
        const plm_seat *const seat = &core->seat[pool->account];
        bool loud = pool->event || pool->in_episode ||
                    (pool->output.priced && pool->output.liquidatable && !pool->resting);
        for (uint32_t k = 0; k < seat->warn_count && pool->output.priced; k++) {
            loud = loud || ((pool->warned & UINT32_C(1) << k) == 0 && !pool->resting &&
                            reaches(pool, seat->warn[k]));
        }
        if (loud) {
            *out_loud = true;
            return PLM_OK;
        }
    }
    for (uint32_t i = 0; i < guard->due_count; i++) {
        plm_pool *const pool = &guard->pool[guard->due[i]];
        pool->due = false;
        PLM_TRY(plm_guard_look(core, pool, false, diag));
        set_bands(core, pool);
    }
    guard->due_count = 0;
    plm_watch_settle(&guard->watch, core->venue);
    return PLM_OK;
}
