/*
 * conform_model.c - the checks of a margin model: it answers for pools of a calm market and for
 * others that nobody expects, the same way each time, alone and side by side with itself, and
 * writes nowhere but into its answers.
 */
#include <stdio.h>
#include <string.h>

#include "conform_parts.h"
#include "model_host.h"
#include "num.h"

#define POOLS 3000u
#define POSITIONS 2u
#define MONEY_ONE ((plm_i128)1000000000000000000)
#define RATE_ONE INT64_C(1000000000000)

/* One pool with everything that an input points at. */
typedef struct sample {
    plm_margin_input input;
    plm_margin_asset asset[PLM_SCRIPT_ASSETS];
    plm_margin_position position[POSITIONS];
    plm_margin_order order;
    plm_margin_wish wish;
} sample;

/* All that a model says about it. */
typedef struct answers {
    plm_margin_output output;
    plm_margin_part part[POSITIONS];
    plm_margin_verdict verdict;
    plm_margin_band band[2 * POSITIONS + PLM_SCRIPT_ASSETS];
    plm_margin_state state;
    plm_margin_step step;
    plm_result result[4]; /* of assess, admit, safe_band, liquidate */
} answers;

/* -- pools ------------------------------------------------------------------------------------- */

static plm_amount amount_of(plm_i128 value)
{
    return (plm_amount){.lo = (uint64_t)value, .hi = (int64_t)(value >> 64)};
}

static int64_t between(plm_philox *rng, int64_t low, int64_t high)
{
    return low + (int64_t)(plm_philox_u64(rng) % (uint64_t)(high - low + 1));
}

/* Now and then an end of the range, or 0. */
static int64_t wild(plm_philox *rng, bool hostile, int64_t usual)
{
    static const int64_t ends[] = {0, 1, -1, INT64_MAX, INT64_MIN + 1, INT64_C(1) << 62};
    uint32_t const place = plm_philox_below(rng, 4 * sizeof ends / sizeof *ends);
    return hostile && place < sizeof ends / sizeof *ends ? ends[place] : usual;
}

static plm_amount some_money(plm_philox *rng, bool hostile, int64_t low, int64_t high)
{
    plm_i128 const usual = between(rng, low, high) * MONEY_ONE;
    uint32_t const mood = hostile ? plm_philox_below(rng, 8) : 8;
    return mood == 0   ? (plm_amount){.lo = UINT64_MAX, .hi = INT64_MAX}
           : mood == 1 ? (plm_amount){.lo = 0, .hi = INT64_MIN}
           : mood == 2 ? (plm_amount){0}
                       : amount_of(usual);
}

static void fill_assets(plm_philox *rng, bool hostile, sample *out)
{
    for (uint32_t i = 0; i < PLM_SCRIPT_ASSETS; i++) {
        bool const unit = i == out->input.unit;
        out->asset[i] = (plm_margin_asset){
            .balance = some_money(rng, hostile, -10, 1000),
            .price = {.num = amount_of(
                          unit ? 1 : wild(rng, hostile, between(rng, 1, 100000)) & INT64_MAX),
                      .den = amount_of(unit ? 1 : 20)},
            .weight = plm_philox_below(rng, 4) == 0 ? between(rng, 0, RATE_ONE) : -1,
            .asset = i};
    }
}

/* A linear and an inverse perpetual of plm_script_rows. */
static void fill_positions(plm_philox *rng, bool hostile, sample *out)
{
    static const uint32_t syms[POSITIONS] = {0, 2};
    for (uint32_t i = 0; i < POSITIONS; i++) {
        int64_t const px2 = wild(rng, hostile, between(rng, 500000, 700000)) & INT64_MAX;
        out->position[i] =
            (plm_margin_position){.sym = syms[i],
                                  .place = plm_script_info.settle[syms[i]],
                                  .qty = wild(rng, hostile, between(rng, -5000, 5000)),
                                  .cost = some_money(rng, hostile, -100000, 100000),
                                  .pnl_px2 = px2,
                                  .requirement_px2 = px2,
                                  .leverage = between(rng, 100, 10000),
                                  .taker_rate = 500000000,
                                  .multiplier = RATE_ONE,
                                  .open_interest = between(rng, 0, 1000000)};
    }
}

static void fill(plm_philox *rng, bool hostile, sample *out)
{
    static const uint8_t regimes[] = {PLM_MARGIN_CROSS, PLM_MARGIN_ISOLATED, PLM_MARGIN_PORTFOLIO};
    memset(out, 0, sizeof *out);
    out->input = (plm_margin_input){.size = sizeof out->input,
                                    .regime = regimes[plm_philox_below(rng, 3)],
                                    .ts = plm_script_info.begin,
                                    .asset_count = PLM_SCRIPT_ASSETS,
                                    .position_count = plm_philox_below(rng, POSITIONS + 1),
                                    .asset = out->asset,
                                    .position = out->position,
                                    .instruments = plm_script_rows,
                                    .base = plm_script_info.base,
                                    .settle = plm_script_info.settle};
    fill_assets(rng, hostile, out);
    fill_positions(rng, hostile, out);
    plm_qty const qty = between(rng, 1, 5000);
    out->order = (plm_margin_order){.side = (uint8_t)(1 + plm_philox_below(rng, 2)),
                                    .market = (uint8_t)plm_philox_below(rng, 2),
                                    .qty = qty,
                                    .opening = qty,
                                    .px = wild(rng, hostile, 300000) & INT64_MAX};
    out->wish = (plm_margin_wish){.factor = RATE_ONE, .least = amount_of(0)};
}

/* -- one pool ---------------------------------------------------------------------------------- */

static bool is_fine(plm_result result)
{
    return result == PLM_RESULT_OK;
}

/* Asks everything that follows from what was answered before, up to the first failure. */
static void ask(const plm_margin_model *model, const sample *pool, answers *out)
{
    const plm_margin_input *const input = &pool->input;
    memset(out, 0, sizeof *out);
    out->output = (plm_margin_output){.size = sizeof out->output, .part = out->part};
    out->verdict.size = sizeof out->verdict;
    out->step.size = sizeof out->step;
    out->state = (plm_margin_state){.episode = 1, .start = input->ts, .seed = 7};
    plm_result *const result = out->result;
    result[0] = model->assess(model, input, &out->output);
    bool const priced = is_fine(result[0]) && out->output.priced != 0;
    if (priced && input->position_count > 0) {
        result[1] = model->admit(model, input, &out->output, &pool->order, &out->verdict);
    }
    if (priced && is_fine(result[1]) && model->safe_band != NULL && out->output.liquidatable == 0) {
        result[2] = model->safe_band(model, input, &out->output, &pool->wish, out->band);
    }
    if (priced && is_fine(result[1]) && is_fine(result[2])) {
        result[3] = model->liquidate(model, input, &out->output, &out->state, &out->step);
    }
    out->output.part = NULL; /* an address is no answer */
}

static bool has_failed(const answers *said)
{
    for (unsigned i = 0; i < 4; i++) {
        if (said->result[i] != PLM_RESULT_OK) {
            return true;
        }
    }
    return false;
}

/* What the engine could not perform; NULL: it could. */
static const char *fault_of(const sample *pool, const answers *said)
{
    const plm_margin_step *const step = &said->step;
    bool const about_one =
        step->action >= PLM_MARGIN_ACTION_CLOSE && step->action != PLM_MARGIN_ACTION_REPAY;
    if (said->output.priced > 1 || said->output.liquidatable > 1) {
        return "assess: priced and liquidatable are 0 or 1";
    }
    if (said->verdict.reason >= PLM_REASON_COUNT) {
        return "admit: the reason is none of plm_reason";
    }
    if (said->output.priced == 0) {
        return NULL;
    }
    if (step->action == PLM_MARGIN_ACTION_NONE || step->action > PLM_MARGIN_ACTION_ADL) {
        return "liquidate: the action is none of plm_margin_action";
    }
    if (about_one && step->position >= pool->input.position_count) {
        return "liquidate: the step is about a position that is not there";
    }
    if (about_one && step->qty <= 0) {
        return "liquidate: the quantity of a step must be above 0";
    }
    return NULL;
}

/* -- lives ------------------------------------------------------------------------------------- */

typedef struct life {
    plm_model *model;
    plm_philox rng;
    bool hostile;
    plm_digest *digest;
    const char *fault;
} life;

static plm_status begin(life *self, const plm_factory *factory, const plm_params *params,
                        bool hostile, plm_beat *beat, plm_diag *diag)
{
    *self = (life){.hostile = hostile, .digest = plm_digest_create()};
    plm_philox_init(&self->rng, 7, hostile ? "conform hostile model" : "conform model", 0);
    return plm_model_create(factory, params->descriptor, params, beat, diag, &self->model);
}

static void end(life *self, uint8_t out[PLM_DIGEST_SIZE])
{
    plm_digest_finish(self->digest, out);
    plm_digest_destroy(self->digest);
    plm_model_destroy(self->model);
}

static const char *why(const plm_model *model, const answers *said)
{
    const char *const failure = plm_model_failure(model);
    return said->result[2] != PLM_RESULT_OK && failure[0] == '\0' ? "safe_band failed" : failure;
}

/* False, with `fault`, when the next pool was answered wrongly. */
static bool step(life *self)
{
    sample pool, before;
    answers first, second;
    fill(&self->rng, self->hostile, &pool);
    before = pool;
    ask(plm_model_get(self->model), &pool, &first);
    if (has_failed(&first)) {
        self->fault = self->hostile ? NULL : why(self->model, &first);
        return self->hostile;
    }
    self->fault = fault_of(&pool, &first);
    ask(plm_model_get(self->model), &pool, &second);
    if (self->fault == NULL && memcmp(&before, &pool, sizeof pool) != 0) {
        self->fault = "writes into its input, which is the engine's";
    }
    if (self->fault == NULL && memcmp(&first, &second, sizeof first) != 0) {
        self->fault = "answers the same question in two ways: it remembers something, or leaves "
                      "fields of its answer unset";
    }
    plm_digest_add(self->digest, &first, sizeof first);
    return self->fault == NULL;
}

/* -- checks ------------------------------------------------------------------------------------ */

typedef struct candidate {
    const plm_factory *factory;
    const plm_params *params;
    plm_beat *beat;
    plm_conform_report *report;
} candidate;

typedef struct outcome {
    uint8_t digest[2][PLM_DIGEST_SIZE];
    bool started;
    char fault[PLM_CONFORM_TEXT_CAP]; /* "": none */
} outcome;

/* `count` lives, a pool of each in turn; false when one could not begin or was at fault. */
static bool live(const candidate *subject, unsigned count, bool hostile, outcome *out)
{
    life lives[2];
    plm_diag diag;
    plm_diag_init(&diag);
    *out = (outcome){.started = true};
    for (unsigned i = 0; i < count; i++) {
        plm_status const status =
            begin(&lives[i], subject->factory, subject->params, hostile, subject->beat, &diag);
        out->started = out->started && status >= 0;
    }
    bool fine = out->started;
    (void)snprintf(out->fault, sizeof out->fault, "%.200s", diag.text);
    for (uint32_t pool = 0; pool < POOLS && fine; pool++) {
        for (unsigned i = 0; i < count && fine; i++) {
            fine = step(&lives[i]);
            if (!fine) {
                (void)snprintf(out->fault, sizeof out->fault, "%.200s", lives[i].fault);
            }
        }
    }
    for (unsigned i = 0; i < count; i++) {
        end(&lives[i], out->digest[i]);
    }
    return fine;
}

static bool check_alone(const candidate *subject, bool excused, outcome *out)
{
    const char *const id = subject->params->descriptor->id;
    bool const fine = live(subject, 1, false, out);
    if (fine) {
        plm_conform_add(subject->report, id, "life", true, "answers for %u pools, twice alike",
                        POOLS);
    } else {
        bool const refused = !out->started && excused;
        plm_conform_add(subject->report, id, "life", refused, "%s%.200s",
                        refused ? "not tried, it refuses the sample: " : "", out->fault);
    }
    return fine;
}

static bool check_together(const candidate *subject, const outcome *alone)
{
    const char *const id = subject->params->descriptor->id;
    outcome both;
    bool const lived = live(subject, 2, false, &both);
    bool const ok = lived && memcmp(both.digest[0], alone->digest[0], PLM_DIGEST_SIZE) == 0 &&
                    memcmp(both.digest[1], alone->digest[0], PLM_DIGEST_SIZE) == 0;
    plm_conform_add(subject->report, id, "side by side", ok, "%.200s",
                    ok       ? "two instances answer as one does alone"
                    : !lived ? both.fault
                             : "two instances disturb one another: they share a variable");
    return ok;
}

static void check_hostile(const candidate *subject)
{
    const char *const id = subject->params->descriptor->id;
    outcome wild_life;
    bool const fine = live(subject, 1, true, &wild_life);
    plm_conform_add(subject->report, id, "hostile pools", fine, "%.200s",
                    fine ? "bears extreme prices, quantities and balances, or fails in order"
                         : wild_life.fault);
}

void plm_conform_model(const plm_factory *factory, const plm_descriptor *descriptor, plm_beat *beat,
                       plm_conform_report *report)
{
    plm_diag diag;
    plm_diag_init(&diag);
    bool excused = false;
    plm_params *params = NULL;
    plm_status const status = plm_conform_params(descriptor, &diag, &excused, &params);
    plm_conform_add(report, descriptor->id, "parameters", status == PLM_OK, "%.200s",
                    status == PLM_OK ? "the table and its defaults are sound" : diag.text);
    if (status < 0) {
        return;
    }
    candidate const subject = {factory, params, beat, report};
    outcome alone;
    if (check_alone(&subject, excused, &alone) && check_together(&subject, &alone)) {
        check_hostile(&subject);
    }
    plm_params_destroy(params);
}
