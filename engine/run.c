/*
 * run.c - builds everything that a run consists of, seals it, and tells what came out.
 */
#include "run.h"

#include <string.h>

#include "bars.h"
#include "check.h"
#include "core.h"
#include "memory.h"
#include "outcome.h"

struct plm_run {
    plm_core core;
    plm_log_names names;
    const char **account_names;
    const char *rulebook_names[PLM_RULEBOOKS_MAX];
    plm_instrument *told_rows; /* the instrument table as strategies may see it */
    uint32_t *told_assets;     /* base, quote, settle of every row, one after the other */
    uint8_t tape_digest[PLM_DIGEST_SIZE];
    plm_ts begin; /* time of the first event, 0 when there is none */
    bool sealed, ended;
};

/* -- building -------------------------------------------------------------------------------- */

/* The tape as the venue lives it, and, where that differs, as strategies hear it. */
static plm_status build_markets(plm_core *core, plm_blocks *blocks, plm_diag *diag)
{
    const plm_run_spec *const spec = core->spec;
    bool const bars = (blocks->kinds & PLM_BAR_KINDS) != 0;
    if (spec->feed_recorded && !blocks->has_recv) {
        return plm_fail(diag, PLM_ERR_USAGE,
                        "feed latency: \"recorded\" needs a tape with a second clock, and %s has "
                        "none; give a duration",
                        spec->tape);
    }
    plm_market_init(&core->market, core->contracts);
    core->window = plm_window_create(blocks, core->contracts, spec->from, spec->until, bars);
    core->heard = &core->market;
    if (bars || spec->feed_recorded || spec->feed_ns > 0) {
        plm_market_init(&core->heard_market, core->contracts);
        core->heard = &core->heard_market;
        core->heard_window =
            plm_window_create(blocks, core->contracts, spec->from, spec->until, false);
    }
    return PLM_OK;
}

static void build_venue(plm_core *core)
{
    const plm_run_spec *const spec = core->spec;
    core->venue = plm_venue_create(core->contracts, &core->market, &spec->venue,
                                   spec->account_count, spec->world_count);
    core->corridor = plm_venue_corridors(core->venue);
    plm_ledger_init(&core->ledger, spec->account_count, spec->world_count,
                    plm_guard_count_isolated(spec, core->contracts), core->contracts->asset_count);
    core->fees = plm_fees_create(spec->tier, spec->tier_count, spec->account_count,
                                 core->contracts->asset_count);
    plm_clock_init(&core->requests);
    plm_clock_init(&core->reports);
    plm_clock_init(&core->timers);
    plm_slots_init(&core->request_slots, sizeof(plm_outgoing));
    plm_slots_init(&core->letter_slots, sizeof(plm_letter));
    core->outbox.item = plm_alloc(PLM_OUTBOX_CAP, sizeof *core->outbox.item);
    core->touched = plm_alloc(core->contracts->count, sizeof *core->touched);
    core->is_touched = plm_alloc(core->contracts->count, sizeof *core->is_touched);
    core->next_expiry = PLM_TS_NEVER;
    for (uint32_t i = 0; i < core->contracts->count; i++) {
        plm_ts const expiry = core->contracts->contract[i].expiry;
        if (expiry != 0 && expiry < core->next_expiry) {
            core->next_expiry = expiry;
        }
    }
}

static uint64_t seed_of(uint64_t seed, const char *account)
{
    plm_philox rng;
    plm_philox_init(&rng, seed, account, 0);
    return plm_philox_u64(&rng);
}

/* Room for what margin does. */
static void build_margin(const plm_core *core, plm_seat *seat)
{
    uint32_t const assets = core->contracts->asset_count;
    seat->pool_at = plm_alloc(2 * (size_t)core->contracts->count, sizeof *seat->pool_at);
    for (uint32_t place = 0; place < 2 * core->contracts->count; place++) {
        seat->pool_at[place] = PLM_NO_POOL;
    }
    uint32_t const rulebook = seat->spec->rulebook;
    plm_guard_warn_list(seat,
                        rulebook == PLM_NO_RULEBOOK
                            ? NULL
                            : plm_rulebook_at(core->spec->rulebook[rulebook].rulebook, core->now));
    seat->pool_paying = plm_alloc(assets, sizeof *seat->pool_paying);
    seat->insurance_used = plm_alloc(assets, sizeof *seat->insurance_used);
    seat->interest = plm_alloc(assets, sizeof *seat->interest);
    seat->liquidation_fees = plm_alloc(assets, sizeof *seat->liquidation_fees);
    seat->day_equity = plm_alloc(assets, sizeof *seat->day_equity);
    seat->day_flowed = plm_alloc(assets, sizeof *seat->day_flowed);
}

static void build_seat(plm_run *run, uint32_t index)
{
    plm_core *const core = &run->core;
    plm_seat *const seat = &core->seat[index];
    const plm_run_spec *const spec = core->spec;
    uint32_t const rows = core->contracts->count;
    seat->spec = &spec->account[index];
    const char *const name = seat->spec->name;
    plm_account_init(&seat->account, core->contracts, name, index, seat->spec->hedge,
                     seat->spec->report_asset);
    seat->leverage = plm_alloc(rows, sizeof *seat->leverage);
    memcpy(seat->leverage, seat->spec->leverage, rows * sizeof *seat->leverage);
    seat->plain = (plm_plain){.contracts = core->contracts, .leverage = seat->leverage};
    build_margin(core, seat);
    if (seat->spec->leader != PLM_NO_LEADER) {
        core->seat[seat->spec->leader].leads = true;
    }
    plm_lane_init(&seat->orders, &spec->orders, spec->seed, "orders", name);
    plm_lane_init(&seat->reports, &spec->reports, spec->seed, "reports", name);
    seat->shown_position = plm_alloc(2 * (size_t)rows, sizeof *seat->shown_position);
    seat->shown_cash = plm_alloc(core->contracts->asset_count, sizeof *seat->shown_cash);
    seat->first_position = plm_alloc(2 * (size_t)rows, sizeof *seat->first_position);
    seat->first_cash = plm_alloc(core->contracts->asset_count, sizeof *seat->first_cash);
    seat->flowed = plm_alloc(core->contracts->asset_count, sizeof *seat->flowed);
    seat->info = (plm_run_info){
        .size = sizeof seat->info,
        .sym_count = rows,
        .asset_count = core->contracts->asset_count,
        .hedge = seat->spec->hedge,
        .begin = run->begin,
        .seed = seed_of(spec->seed, name),
        .account = name,
        .instruments = run->told_rows,
        .assets = core->contracts->asset,
        .base = run->told_assets,
        .quote = run->told_assets + rows,
        .settle = run->told_assets + 2 * (size_t)rows,
    };
    run->account_names[index] = name;
}

/* The margin of an isolated position that is brought along: as told, else by leverage. */
static plm_status endow_isolated(plm_core *core, plm_seat *seat, const plm_opening_spec *open,
                                 plm_diag *diag)
{
    uint32_t const place = plm_account_place(open->sym, open->leg);
    plm_pool *const pool = plm_pool_of(core, seat, place);
    if (pool == NULL || pool->name.regime != PLM_REGIME_ISOLATED) {
        return PLM_OK;
    }
    return open->margin.v != 0
               ? plm_isolated_move(core, pool, open->margin, diag)
               : plm_isolated_opened(core, seat, place, seat->account.position[place].cost, diag);
}

/* What the account starts with: deposits, and positions that it brings. */
static plm_status endow(plm_core *core, plm_seat *seat, plm_diag *diag)
{
    const plm_account_spec *const spec = seat->spec;
    for (uint32_t i = 0; i < spec->holding_count; i++) {
        PLM_TRY(plm_booking_flow(core, seat, spec->holding[i].asset, spec->holding[i].amount,
                                 PLM_CAUSE_DEPOSIT, diag));
    }
    for (uint32_t i = 0; i < spec->opening_count; i++) {
        const plm_opening_spec *const open = &spec->opening[i];
        if (!plm_account_open(&seat->account, core->contracts, open->sym, open->leg, open->qty,
                              open->px)) {
            return PLM_OVERFLOW(core, diag, seat, "an opening position");
        }
        uint32_t const place = plm_account_place(open->sym, open->leg);
        PLM_TRY(endow_isolated(core, seat, open, diag));
        plm_journal_position(core, seat, place);
        PLM_TRY(plm_journal_show(core, seat, place,
                                 plm_contract_money(&core->contracts->contract[open->sym]), diag));
    }
    memcpy(seat->first_position, seat->shown_position,
           2 * (size_t)core->contracts->count * sizeof *seat->first_position);
    memcpy(seat->first_cash, seat->shown_cash,
           core->contracts->asset_count * sizeof *seat->first_cash);
    if (spec->flow_count > 0 && spec->flow[0].at < core->next_flow) {
        core->next_flow = spec->flow[0].at > core->now ? spec->flow[0].at : core->now;
    }
    return PLM_OK;
}

static plm_status seat_strategy(plm_run *run, plm_seat *seat, plm_diag *diag)
{
    plm_core *const core = &run->core;
    const plm_account_spec *const spec = seat->spec;
    if (spec->factory == NULL) {
        return PLM_OK;
    }
    plm_host_setup const setup = {
        .account = seat->account.index,
        .account_name = seat->account.name,
        .factory = spec->factory,
        .descriptor = spec->descriptor,
        .params = spec->params,
        .info = &seat->info,
        .market = core->heard->view,
        .now = &core->now,
        .report_asset = seat->account.report_asset,
        .outbox = &core->outbox,
        .services = &core->services,
        .beat = core->beat,
    };
    PLM_TRY(plm_instance_create(&setup, diag, &seat->instance));
    uint32_t const rows = core->contracts->count;
    memcpy(seat->instance->position, seat->shown_position,
           2 * (size_t)rows * sizeof *seat->shown_position);
    memcpy(seat->instance->cash, seat->shown_cash,
           core->contracts->asset_count * sizeof *seat->shown_cash);
    PLM_TRY(plm_instance_activate(seat->instance, diag));
    return PLM_OK;
}

/* Strategies may know the table of instruments, but not when a row will be delisted. */
static void build_told(plm_run *run, const plm_contracts *contracts)
{
    uint32_t const rows = contracts->count;
    run->told_rows = plm_alloc(rows, sizeof *run->told_rows);
    run->told_assets = plm_alloc(3 * (size_t)rows, sizeof *run->told_assets);
    for (uint32_t i = 0; i < rows; i++) {
        run->told_rows[i] = contracts->rows[i];
        run->told_rows[i].delisted = 0;
        run->told_assets[i] = contracts->contract[i].base;
        run->told_assets[rows + i] = contracts->contract[i].quote;
        run->told_assets[2 * (size_t)rows + i] = contracts->contract[i].settle;
    }
}

static plm_status build(plm_run *run, plm_blocks *blocks, plm_diag *diag)
{
    plm_core *const core = &run->core;
    const plm_run_spec *const spec = core->spec;
    PLM_TRY(build_markets(core, blocks, diag));
    build_venue(core);
    PLM_TRY(plm_step_begin(core, diag, &run->begin));
    core->now = run->begin;
    core->next_flow = PLM_TS_NEVER;
    core->next_sample = PLM_TS_NEVER;
    if (run->begin != 0) {
        int64_t const sample = spec->sample_ns;
        core->next_sample = (run->begin + sample - 1) / sample * sample;
    }
    build_told(run, core->contracts);
    core->seat = plm_alloc(spec->account_count, sizeof *core->seat);
    plm_sample_init(core);
    run->account_names = plm_alloc(spec->account_count, sizeof *run->account_names);
    for (uint32_t i = 0; i < spec->account_count; i++) {
        build_seat(run, i);
        core->seat_count = i + 1;
    }
    PLM_TRY(plm_guard_build(core, blocks, diag));
    for (uint32_t i = 0; i < spec->rulebook_count; i++) {
        run->rulebook_names[i] = spec->rulebook[i].rulebook->name;
    }
    run->names = (plm_log_names){.account_count = spec->account_count,
                                 .rulebook_count = spec->rulebook_count,
                                 .rulebooks = run->rulebook_names,
                                 .sym_count = core->contracts->count,
                                 .asset_count = core->contracts->asset_count,
                                 .accounts = run->account_names,
                                 .instruments = core->contracts->rows,
                                 .assets = core->contracts->asset};
    return PLM_OK;
}

plm_status plm_run_create(const plm_run_spec *spec, const plm_contracts *contracts,
                          plm_blocks *blocks, plm_beat *beat, plm_diag *diag, plm_run **out)
{
    plm_run *const run = plm_alloc(1, sizeof *run);
    run->core.spec = spec;
    run->core.contracts = contracts;
    run->core.beat = beat;
    plm_answers_init(&run->core);
    run->core.recorder = plm_recorder_create();
    memcpy(run->tape_digest, blocks->digest, sizeof run->tape_digest);
    plm_status const status = build(run, blocks, diag);
    if (status < 0) {
        plm_run_destroy(run);
        return status;
    }
    *out = run;
    return PLM_OK;
}

static void destroy_seat(plm_seat *seat)
{
    plm_instance_destroy(seat->instance);
    plm_account_fini(&seat->account);
    plm_free(seat->timer);
    plm_free(seat->shown_position);
    plm_free(seat->shown_cash);
    plm_free(seat->first_position);
    plm_free(seat->first_cash);
    plm_free(seat->flowed);
    plm_free(seat->leverage);
    plm_free(seat->pool_at);
    plm_free(seat->pool_paying);
    plm_free(seat->insurance_used);
    plm_free(seat->interest);
    plm_free(seat->liquidation_fees);
    plm_free(seat->day_equity);
    plm_free(seat->day_flowed);
}

void plm_run_destroy(plm_run *run)
{
    if (run == NULL) {
        return;
    }
    plm_core *const core = &run->core;
    for (uint32_t i = 0; i < core->seat_count; i++) {
        destroy_seat(&core->seat[i]);
    }
    plm_free(core->seat);
    plm_guard_destroy(core);
    if (core->venue != NULL) {
        plm_venue_destroy(core->venue);
        plm_ledger_fini(&core->ledger);
        plm_fees_destroy(core->fees);
        plm_clock_fini(&core->requests);
        plm_clock_fini(&core->reports);
        plm_clock_fini(&core->timers);
        plm_slots_fini(&core->request_slots);
        plm_slots_fini(&core->letter_slots);
    }
    if (core->window != NULL) {
        plm_window_destroy(core->window);
        plm_market_fini(&core->market);
    }
    if (core->heard_window != NULL) {
        plm_window_destroy(core->heard_window);
        plm_market_fini(&core->heard_market);
    }
    plm_free(core->outbox.item);
    plm_free(core->touched);
    plm_free(core->is_touched);
    plm_sample_fini(core);
    plm_free(core->audience.at);
    plm_free(core->audience.member);
    plm_recorder_destroy(core->recorder);
    plm_free(run->account_names);
    plm_free(run->told_rows);
    plm_free(run->told_assets);
    plm_free(run);
}

/* -- running --------------------------------------------------------------------------------- */

const plm_log_names *plm_run_names(const plm_run *run)
{
    return &run->names;
}

void plm_run_attach(plm_run *run, plm_sink *sink)
{
    plm_assert(!run->sealed);
    plm_recorder_attach(run->core.recorder, sink);
}

void plm_run_assess_every_tick(plm_run *run)
{
    run->core.guard.every_tick = true;
}

void plm_run_force_segments(plm_run *run)
{
    run->core.force_segments = true;
}

/* The first records and the strategies' set-up, once the sinks are there. */
static plm_status seal(plm_run *run, plm_diag *diag)
{
    plm_core *const core = &run->core;
    run->sealed = true;
    PLM_TRY(plm_guard_open(core, diag));
    for (uint32_t i = 0; i < core->seat_count; i++) {
        PLM_TRY(endow(core, &core->seat[i], diag));
    }
    if (core->guard.watches) {
        PLM_TRY(plm_guard_begin_day(core, diag));
    }
    for (uint32_t i = 0; i < core->seat_count; i++) {
        PLM_TRY(seat_strategy(run, &core->seat[i], diag));
        PLM_TRY(plm_delivery_collect(core, diag));
    }
    plm_delivery_subscribe(core);
    plm_sample_forget(core); /* what accounts start with is no event */
    return PLM_OK;
}

/* A margin model that has failed says why in its own words. */
static plm_status tell_models(const plm_core *core, plm_status status, plm_diag *diag)
{
    const plm_guard *const guard = &core->guard;
    for (uint32_t i = 0; status == PLM_ERR_RUN && i < guard->regulation_count; i++) {
        const plm_model *const plugin = guard->regulation[i].plugin;
        const char *const failure = plugin == NULL ? "" : plm_model_failure(plugin);
        if (failure[0] != '\0') {
            plm_diag_init(diag);
            return plm_fail(diag, PLM_ERR_RUN, "%s", failure);
        }
    }
    return status;
}

plm_status plm_run_step(plm_run *run, plm_diag *diag)
{
    plm_core *const core = &run->core;
    plm_status status = run->sealed ? PLM_OK : seal(run, diag);
    if (status == PLM_OK) {
        status = plm_step(core, diag);
    }
    PLM_TRY(tell_models(core, status, diag));
    PLM_TRY(plm_delivery_check_mode(core, diag));
    run->ended = status == PLM_END;
    return status;
}

plm_status plm_run_finish(plm_run *run, plm_diag *diag, uint8_t out_digest[PLM_DIGEST_SIZE])
{
    plm_assert(run->ended);
    if (run->begin != 0) {
        plm_status const status = plm_sample_take(&run->core, run->core.now, PLM_SAMPLE_END, diag);
        PLM_TRY(tell_models(&run->core, status, diag));
        plm_guard_journal_lowest(&run->core);
    }
    plm_ledger_recount(&run->core.ledger);
    return plm_recorder_finish(run->core.recorder, run->tape_digest, diag, out_digest);
}

plm_status plm_run_abandon(plm_run *run, plm_diag *diag)
{
    plm_recorder_flush(run->core.recorder);
    return plm_recorder_check(run->core.recorder, diag);
}

/* -- what came out --------------------------------------------------------------------------- */

plm_run_state plm_run_get_state(const plm_run *run)
{
    const plm_core *const core = &run->core;
    return (plm_run_state){.events = core->events,
                           .now = core->now,
                           .records = plm_recorder_count(core->recorder),
                           .crossed = core->crossed,
                           .stale = plm_venue_stale(core->venue),
                           .gaps = core->market.gaps,
                           .unsettled = plm_outcome_unsettled(core)};
}

plm_account_summary plm_run_summary(const plm_run *run, uint32_t account)
{
    return plm_outcome(&run->core, account);
}

const char *plm_run_mark(const plm_run *run, uint32_t rulebook, uint32_t sym)
{
    const plm_guard *const guard = &run->core.guard;
    plm_assert(rulebook < guard->regulation_count);
    return plm_mark_source_tell(guard->regulation[rulebook].marks, sym);
}
