/*
 * guard_build.c - the pools of a run, their rules, prices and funds; set up once.
 */
#include <string.h>

#include "check.h"
#include "core.h"
#include "memory.h"
#include "timetext.h"

#define ONE INT64_C(1000000000000)
#define KEYS_PER_PLACE 5u
#define KEYS_PER_ASSET 6u

/* -- pools ----------------------------------------------------------------------------------- */

static plm_regime regime_of(const plm_seat *seat, uint32_t sym)
{
    return (plm_regime)seat->spec->regime_of[sym];
}

static bool has_margin(const plm_contracts *contracts, uint32_t sym)
{
    plm_form const form = (plm_form)contracts->contract[sym].form;
    return form == PLM_FORM_LINEAR || form == PLM_FORM_INVERSE;
}

static bool is_margined(const plm_core *core, uint32_t sym)
{
    return has_margin(core->contracts, sym);
}

/* Whether positions of a row are isolated from the start, or a strategy could make them so. */
static bool may_be_isolated(const plm_run_spec *spec, const plm_account_spec *account,
                            const plm_contracts *contracts, uint32_t sym)
{
    return has_margin(contracts, sym) &&
           (account->regime_of[sym] == PLM_REGIME_ISOLATED ||
            (account->factory != NULL &&
             spec->rulebook[account->rulebook].rulebook->pool.isolated));
}

static void make_room(const plm_core *core, plm_pool *pool, uint32_t places, uint32_t assets)
{
    pool->place = plm_alloc(places, sizeof *pool->place);
    pool->positions = plm_alloc(places, sizeof *pool->positions);
    pool->held_place = plm_alloc(places, sizeof *pool->held_place);
    pool->parts = plm_alloc(places, sizeof *pool->parts);
    pool->peak = plm_alloc(places, sizeof *pool->peak);
    pool->passed = plm_alloc(places, sizeof *pool->passed);
    pool->assets = plm_alloc(assets, sizeof *pool->assets);
    pool->band_cap = 2 * places + assets;
    pool->bands = plm_alloc(2 * (size_t)pool->band_cap, sizeof *pool->bands);
    pool->noted_px2 = plm_alloc(2 * (size_t)places, sizeof *pool->noted_px2);
    pool->noted_price = plm_alloc(assets, sizeof *pool->noted_price);
    pool->key_cap = KEYS_PER_PLACE * places + KEYS_PER_ASSET * assets;
    pool->key = plm_alloc(pool->key_cap, sizeof *pool->key);
    pool->input = (plm_margin_input){
        .size = sizeof pool->input,
        .regime = pool->name.regime,
        .unit = pool->name.unit,
        .asset_count = assets,
        .asset = pool->assets,
        .position = pool->positions,
        .instruments = core->contracts->rows,
        .base = core->guard.base,
        .settle = core->guard.settle,
    };
    pool->output = (plm_margin_output){.size = sizeof pool->output, .part = pool->parts};
    pool->changed = true;
    pool->event = true;
    pool->resting = true;
    pool->wanted_place = UINT32_MAX;
}

static plm_pool *add_pool(plm_core *core, plm_seat *seat, plm_pool_name name)
{
    plm_guard *const guard = &core->guard;
    plm_pool *const pool = &guard->pool[guard->pool_count];
    *pool = (plm_pool){
        .name = name,
        .number = guard->pool_count++,
        .account = seat->account.index,
        .book = seat->account.index,
        .rulebook = seat->spec->rulebook,
    };
    seat->pool_count++;
    return pool;
}

static void add_isolated(plm_core *core, plm_seat *seat, uint32_t sym, uint8_t leg)
{
    plm_pool_name const name = {.sym = sym,
                                .unit = core->contracts->contract[sym].settle,
                                .leg = leg,
                                .regime = PLM_REGIME_ISOLATED};
    plm_pool *const pool = add_pool(core, seat, name);
    make_room(core, pool, 1, 1);
    seat->isolated_count++;
    pool->book = plm_ledger_isolated(&core->ledger, core->guard.isolated_count++);
    pool->place_count = 1;
    pool->place[0] = plm_account_place(sym, leg);
    pool->assets[0].asset = name.unit;
    if (regime_of(seat, sym) == PLM_REGIME_ISOLATED) {
        seat->pool_at[pool->place[0]] = pool->number;
        seat->account.book[pool->place[0]] = pool->book;
    }
}

/* The places of a cross pool: of one asset, or (PLM_NO_ASSET) of all. */
static uint32_t find_places(const plm_core *core, const plm_seat *seat, uint32_t asset,
                            uint32_t *out)
{
    uint32_t count = 0;
    for (uint32_t sym = 0; sym < core->contracts->count; sym++) {
        bool const here = is_margined(core, sym) &&
                          (asset == PLM_NO_ASSET || core->contracts->contract[sym].settle == asset);
        for (uint32_t leg = 0; here && leg < (seat->spec->hedge ? 2u : 1u); leg++) {
            if (out != NULL) {
                out[count] = 2 * sym + leg;
            }
            count++;
        }
    }
    return count;
}

static void add_cross(plm_core *core, plm_seat *seat, plm_regime regime, uint32_t asset)
{
    const plm_rulebook *const book = core->guard.regulation[seat->spec->rulebook].rulebook;
    uint32_t unit = asset;
    if (asset == PLM_NO_ASSET) {
        unit = book->pool.unit[0] == '\0'
                   ? seat->account.report_asset
                   : plm_contracts_find_asset(core->contracts, book->pool.unit);
        unit = unit == PLM_NO_ASSET ? seat->account.report_asset : unit;
    }
    plm_pool *const pool = add_pool(
        core, seat, (plm_pool_name){.sym = PLM_NO_SYM, .unit = unit, .regime = (uint8_t)regime});
    uint32_t const places = find_places(core, seat, asset, NULL);
    uint32_t const assets = asset == PLM_NO_ASSET ? core->contracts->asset_count : 1;
    make_room(core, pool, places, assets);
    pool->place_count = find_places(core, seat, asset, pool->place);
    for (uint32_t i = 0; i < assets; i++) {
        pool->assets[i].asset = asset == PLM_NO_ASSET ? i : asset;
        seat->pool_paying[pool->assets[i].asset] = pool->number;
    }
    for (uint32_t i = 0; i < places; i++) {
        if (regime_of(seat, pool->place[i] / 2) != PLM_REGIME_ISOLATED) {
            seat->pool_at[pool->place[i]] = pool->number;
        }
    }
}

/* The regime of what is not isolated, which may be nothing but the free balance. */
static plm_regime shared_of(const plm_core *core, const plm_seat *seat)
{
    if (seat->spec->regime_default == PLM_REGIME_PORTFOLIO) {
        return PLM_REGIME_PORTFOLIO;
    }
    for (uint32_t sym = 0; sym < core->contracts->count; sym++) {
        if (regime_of(seat, sym) == PLM_REGIME_PORTFOLIO) {
            return PLM_REGIME_PORTFOLIO;
        }
    }
    return PLM_REGIME_CROSS;
}

static void add_pools(plm_core *core, plm_seat *seat)
{
    const plm_rulebook *const book = core->guard.regulation[seat->spec->rulebook].rulebook;
    seat->first_pool = core->guard.pool_count;
    for (uint32_t sym = 0; sym < core->contracts->count; sym++) {
        if (may_be_isolated(core->spec, seat->spec, core->contracts, sym)) {
            add_isolated(core, seat, sym, seat->spec->hedge ? 1 : 0);
            if (seat->spec->hedge) {
                add_isolated(core, seat, sym, 2);
            }
        }
    }
    plm_regime const shared = shared_of(core, seat);
    plm_pool_scope const scope =
        shared == PLM_REGIME_PORTFOLIO ? book->pool.portfolio : book->pool.cross;
    if (scope == PLM_POOL_ACCOUNT) {
        add_cross(core, seat, shared, PLM_NO_ASSET);
        return;
    }
    for (uint32_t asset = 0; asset < core->contracts->asset_count; asset++) {
        add_cross(core, seat, shared, asset);
    }
}

/* How many pools there may be at most. */
static uint32_t count_pools(const plm_core *core)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < core->seat_count; i++) {
        const plm_account_spec *const spec = core->seat[i].spec;
        for (uint32_t sym = 0; spec->rulebook != PLM_NO_RULEBOOK && sym < core->contracts->count;
             sym++) {
            bool const own = may_be_isolated(core->spec, spec, core->contracts, sym);
            count += own ? (spec->hedge ? 2u : 1u) : 0u;
        }
        count += spec->rulebook != PLM_NO_RULEBOOK ? core->contracts->asset_count : 0;
    }
    return count;
}

uint32_t plm_guard_count_isolated(const plm_run_spec *spec, const plm_contracts *contracts)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < spec->account_count; i++) {
        const plm_account_spec *const account = &spec->account[i];
        for (uint32_t sym = 0; account->rulebook != PLM_NO_RULEBOOK && sym < contracts->count;
             sym++) {
            count += may_be_isolated(spec, account, contracts, sym) ? 2u : 0u;
        }
    }
    return count;
}

/* -- rules and prices ------------------------------------------------------------------------ */

/* Instruments that an account under the rulebook could hold. */
static void find_wanted(const plm_core *core, const plm_regulation *regulation, bool *out)
{
    for (uint32_t sym = 0; sym < core->contracts->count; sym++) {
        out[sym] = is_margined(core, sym) &&
                   (plm_rules_covers(&regulation->rules, sym, PLM_REGIME_CROSS) ||
                    plm_rules_covers(&regulation->rules, sym, PLM_REGIME_PORTFOLIO));
    }
}

/* The built-in one, or what the rulebook names. */
static plm_status build_model(const plm_core *core, const plm_rulebook_spec *spec,
                              plm_regulation *regulation, plm_diag *diag)
{
    plm_builtin_model_init(&regulation->builtin, &regulation->rules);
    regulation->model = &regulation->builtin.model;
    if (spec->factory != NULL) {
        PLM_TRY(plm_model_create(spec->factory, spec->model, spec->params, core->beat, diag,
                                 &regulation->plugin));
        regulation->model = plm_model_get(regulation->plugin);
    }
    return PLM_OK;
}

static plm_status build_regulation(plm_core *core, uint32_t number, const uint32_t *has,
                                   plm_diag *diag)
{
    const plm_run_spec *const spec = core->spec;
    plm_regulation *const regulation = &core->guard.regulation[number];
    regulation->number = number;
    regulation->rulebook = spec->rulebook[number].rulebook;
    plm_rules_init(&regulation->rules, regulation->rulebook, core->contracts);
    (void)plm_rules_move(&regulation->rules, core->now);
    plm_mark_setup const setup = {.contracts = core->contracts,
                                  .rule = &regulation->rules.set->price,
                                  .has = has,
                                  .mark = spec->mark,
                                  .trigger = spec->trigger,
                                  .par_count = spec->par_count,
                                  .par = spec->par};
    bool *const wanted = plm_alloc(core->contracts->count, sizeof *wanted);
    find_wanted(core, regulation, wanted);
    plm_status const status = plm_mark_source_create(&setup, wanted, diag, &regulation->marks);
    plm_free(wanted);
    PLM_TRY(status);
    plm_adaptive_init(&regulation->adaptive, &regulation->rules);
    PLM_TRY(build_model(core, &spec->rulebook[number], regulation, diag));
    core->guard.tests_each = core->guard.tests_each || regulation->rules.set->test_each;
    return PLM_OK;
}

static plm_status build_fund(plm_core *core, uint32_t world, plm_diag *diag)
{
    plm_fund *const fund = &core->guard.fund[world];
    fund->position = plm_alloc(2 * (size_t)core->contracts->count, sizeof *fund->position);
    fund->account = UINT32_MAX;
    for (uint32_t i = 0; i < core->seat_count && fund->account == UINT32_MAX; i++) {
        fund->account = core->seat[i].spec->world == world ? i : UINT32_MAX;
    }
    for (uint32_t i = 0; i < core->spec->insurance_count; i++) {
        const plm_holding_spec *const holding = &core->spec->insurance[i];
        plm_postings postings = {0};
        if (!plm_postings_move(&postings, plm_ledger_book(&core->ledger, PLM_BOOK_EXTERNAL),
                               plm_ledger_insurance(&core->ledger, world), holding->asset,
                               PLM_CAUSE_DEPOSIT, holding->amount) ||
            !plm_ledger_commit(&core->ledger, &postings)) {
            return plm_fail(diag, PLM_ERR_RUN, "the insurance fund does not fit 128 bits");
        }
        plm_journal_postings(core, fund->account, &postings, PLM_NO_SYM);
    }
    return PLM_OK;
}

/* -- positions that accounts bring ----------------------------------------------------------- */

/* From when on a rulebook has a rate for a row; PLM_TS_MAX: it never has. */
static plm_ts covered_from(const plm_core *core, const plm_regulation *regulation, uint32_t sym,
                           plm_regime regime)
{
    plm_rules rules;
    plm_rules_init(&rules, regulation->rulebook, core->contracts);
    (void)plm_rules_move(&rules, core->now);
    while (!plm_rules_covers(&rules, sym, regime) && rules.next_change != PLM_TS_MAX) {
        (void)plm_rules_move(&rules, rules.next_change);
    }
    plm_ts const from = plm_rules_covers(&rules, sym, regime) ? rules.at : PLM_TS_MAX;
    plm_rules_fini(&rules);
    return from;
}

static plm_status refuse_position(const plm_core *core, const plm_seat *seat, uint32_t sym,
                                  plm_diag *diag)
{
    const plm_regulation *const regulation = &core->guard.regulation[seat->spec->rulebook];
    plm_ts const from = covered_from(core, regulation, sym, regime_of(seat, sym));
    char now_text[PLM_TIME_TEXT_CAP], from_text[PLM_TIME_TEXT_CAP];
    (void)plm_time_format(core->now, now_text);
    (void)plm_time_format(from, from_text);
    bool const never = from == PLM_TS_MAX;
    return plm_fail(diag, PLM_ERR_USAGE,
                    "account '%s' begins with a position in '%.64s', for which rulebook '%s' has "
                    "no %s at %s; %s%s%s",
                    seat->account.name, core->contracts->rows[sym].symbol,
                    regulation->rulebook->name,
                    regime_of(seat, sym) == PLM_REGIME_PORTFOLIO ? "grid" : "rate", now_text,
                    never ? "it never has one" : "it has one from ", never ? "" : from_text,
                    never ? "" : " on");
}

/* A margin model of a plug-in knows its rates itself; a run without events begins at no time. */
static plm_status check_positions(const plm_core *core, const plm_seat *seat, plm_diag *diag)
{
    const plm_regulation *const regulation = &core->guard.regulation[seat->spec->rulebook];
    bool const asks = regulation->plugin == NULL && core->now != 0;
    for (uint32_t i = 0; asks && i < seat->spec->opening_count; i++) {
        uint32_t const sym = seat->spec->opening[i].sym;
        if (is_margined(core, sym) &&
            !plm_rules_covers(&regulation->rules, sym, regime_of(seat, sym))) {
            return refuse_position(core, seat, sym, diag);
        }
    }
    return PLM_OK;
}

/* -- all of it ------------------------------------------------------------------------------- */

static void build_state(plm_core *core)
{
    plm_guard *const guard = &core->guard;
    uint32_t const syms = core->contracts->count;
    uint32_t const assets = core->contracts->asset_count;
    guard->base = plm_alloc(syms, sizeof *guard->base);
    guard->settle = plm_alloc(syms, sizeof *guard->settle);
    guard->custody = plm_alloc(syms, sizeof *guard->custody);
    guard->open_interest = plm_alloc(syms, sizeof *guard->open_interest);
    guard->haircut = plm_alloc(assets, sizeof *guard->haircut);
    guard->borrow = plm_alloc(assets, sizeof *guard->borrow);
    for (uint32_t sym = 0; sym < syms; sym++) {
        guard->base[sym] = core->contracts->contract[sym].base;
        guard->settle[sym] = core->contracts->contract[sym].settle;
        guard->custody[sym] = ONE;
    }
    for (uint32_t asset = 0; asset < assets; asset++) {
        guard->haircut[asset] = -1;
        guard->borrow[asset] = -1;
    }
    size_t const rest = (size_t)core->spec->world_count * core->spec->rest_count;
    guard->rest_left = plm_alloc(rest, sizeof *guard->rest_left);
    for (size_t i = 0; i < rest; i++) {
        guard->rest_left[i] = core->spec->rest[i % core->spec->rest_count].qty;
    }
}

/* Prices matter to a pool that may have positions, or assets beside its unit; the others would only
 * be in the way of every scan. */
static void build_watch(plm_core *core)
{
    plm_guard *const guard = &core->guard;
    guard->watched = plm_alloc(guard->pool_count, sizeof *guard->watched);
    for (uint32_t i = 0; i < guard->pool_count; i++) {
        plm_pool *const pool = &guard->pool[i];
        bool const matters = pool->place_count > 0 || pool->input.asset_count > 1 ||
                             pool->assets[0].asset != pool->name.unit;
        pool->watched = matters ? guard->watched_count : PLM_NO_POOL;
        if (matters) {
            guard->watched[guard->watched_count++] = i;
        }
    }
    plm_watch_init(&guard->watch, core->contracts->count,
                   guard->watched_count + core->spec->world_count);
}

plm_status plm_guard_build(plm_core *core, plm_blocks *blocks, plm_diag *diag)
{
    plm_guard *const guard = &core->guard;
    const plm_run_spec *const spec = core->spec;
    guard->next_clock = PLM_TS_NEVER;
    guard->watches = spec->rulebook_count > 0;
    if (!guard->watches) {
        return PLM_OK;
    }
    guard->exact_lowest = spec->lowest_exact;
    build_state(core);
    uint32_t *const has = plm_alloc(core->contracts->count, sizeof *has);
    guard->regulation = plm_alloc(spec->rulebook_count, sizeof *guard->regulation);
    plm_status status = plm_mark_source_find(blocks, diag, has);
    for (uint32_t i = 0; i < spec->rulebook_count && status == PLM_OK; i++) {
        guard->regulation_count = i + 1;
        status = build_regulation(core, i, has, diag);
    }
    plm_free(has);
    PLM_TRY(status);
    uint32_t const pools = count_pools(core);
    guard->pool = plm_alloc(pools, sizeof *guard->pool);
    guard->due = plm_alloc(pools, sizeof *guard->due);
    guard->round = plm_alloc(pools, sizeof *guard->round);
    for (uint32_t i = 0; i < core->seat_count; i++) {
        if (core->seat[i].spec->rulebook != PLM_NO_RULEBOOK) {
            PLM_TRY(check_positions(core, &core->seat[i], diag));
            add_pools(core, &core->seat[i]);
        }
    }
    build_watch(core);
    guard->fund = plm_alloc(spec->world_count, sizeof *guard->fund);
    guard->repay_order = plm_alloc(core->contracts->asset_count, sizeof *guard->repay_order);
    plm_guard_clock_begin(core);
    return PLM_OK;
}

plm_status plm_guard_open(plm_core *core, plm_diag *diag)
{
    for (uint32_t world = 0; core->guard.watches && world < core->spec->world_count; world++) {
        PLM_TRY(build_fund(core, world, diag));
    }
    plm_guard_all_changed(core);
    return PLM_OK;
}

static void destroy_pool(plm_pool *pool)
{
    plm_free(pool->place);
    plm_free(pool->positions);
    plm_free(pool->held_place);
    plm_free(pool->parts);
    plm_free(pool->peak);
    plm_free(pool->passed);
    plm_free(pool->assets);
    plm_free(pool->bands);
    plm_free(pool->key);
    plm_free(pool->noted_px2);
    plm_free(pool->noted_price);
}

void plm_guard_destroy(plm_core *core)
{
    plm_guard *const guard = &core->guard;
    for (uint32_t i = 0; i < guard->pool_count; i++) {
        destroy_pool(&guard->pool[i]);
    }
    for (uint32_t i = 0; i < guard->regulation_count; i++) {
        plm_regulation *const regulation = &guard->regulation[i];
        if (regulation->model != NULL) {
            regulation->model->destroy(regulation->model);
        }
        plm_model_destroy(regulation->plugin);
        plm_adaptive_fini(&regulation->adaptive);
        plm_mark_source_destroy(regulation->marks);
        plm_rules_fini(&regulation->rules);
    }
    for (uint32_t i = 0; guard->fund != NULL && i < core->spec->world_count; i++) {
        plm_free(guard->fund[i].position);
    }
    if (guard->fund != NULL) {
        plm_watch_fini(&guard->watch);
    }
    plm_free(guard->fund);
    plm_free(guard->pool);
    plm_free(guard->due);
    plm_free(guard->round);
    plm_free(guard->watched);
    plm_free(guard->repay_order);
    plm_free(guard->regulation);
    plm_free(guard->base);
    plm_free(guard->settle);
    plm_free(guard->custody);
    plm_free(guard->open_interest);
    plm_free(guard->haircut);
    plm_free(guard->borrow);
    plm_free(guard->rest_left);
}
