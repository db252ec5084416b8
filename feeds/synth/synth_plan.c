/*
 * synth_plan.c - the scenarios: plain generators as rows of one table, dated ones from their paths.
 */
#include "synth_plan.h"

#include <stdio.h>
#include <string.h>

#include "check.h"
#include "timetext.h"

#define DEFAULT_INSTRUMENTS 4
#define PLAIN_START INT64_C(1767225600000000000) /* 2026-01-01T00:00:00Z */
#define PLAIN_COUNT 6
#define LAST_START (PLM_TS_MAX - INT64_C(86400000000000))

typedef struct plain_scenario {
    plm_scenario_info info;
    synth_style style;
} plain_scenario;

#define PLAIN(name, title, text)                                                                   \
    {                                                                                              \
        name, title, text, "", PLAIN_START, 0, DEFAULT_INSTRUMENTS                                 \
    }

/* vol, swing, jumps, own_jumps, jump, drift, pull */
static const plain_scenario PLAIN_SCENARIOS[PLAIN_COUNT] = {
    {PLAIN("walk", "Random walk of correlated perpetuals",
           "Trades and best quotes of up to 64 perpetuals that share a common factor: clustered "
           "arrivals, bursts, sweeps, regimes of activity and volatility, a few jumps a day, mark, "
           "index and funding. As long as asked."),
     {100, 45000, 6, 4, 3000, 0, 0}},
    {PLAIN("calm", "A quiet day",
           "As walk with 40 % of its volatility, no jumps and hardly any change of regime."),
     {40, 12000, 0, 0, 0, 0, 0}},
    {PLAIN("volatile", "Regimes of volatility",
           "As walk with twice its volatility and regimes that change it by several doublings."),
     {200, 90000, 12, 8, 4000, 0, 0}},
    {PLAIN("jumps", "Frequent jumps",
           "As walk with a common jump every minute and one of an instrument of its own every "
           "two minutes, 0.5 % in the mean."),
     {100, 45000, 1440, 720, 5000, 0, 0}},
    {PLAIN("trend", "A steady rise", "As walk with a drift of 1 % per hour."),
     {80, 30000, 2, 2, 3000, 10000, 0}},
    {PLAIN("range", "A range that holds",
           "As walk with prices that are pulled back to where they began within minutes."),
     {100, 30000, 0, 0, 0, 0, 600}},
};

/* Dated rows take regimes from here, on top of their path. */
static const synth_style DATED_STYLE = {100, 30000, 0, 0, 0, 0, 0};

const plm_scenario_info *plm_scenario_at(size_t index)
{
    if (index < PLAIN_COUNT) {
        return &PLAIN_SCENARIOS[index].info;
    }
    index -= PLAIN_COUNT;
    return index < plm_synth_path_count ? &plm_synth_paths[index]->info : NULL;
}

/* -- options */

static plm_status plan_plain(const plm_synth_options *options, const plain_scenario *scenario,
                             plm_diag *diag, synth_plan *out)
{
    uint32_t const count =
        options->instruments > 0 ? options->instruments : scenario->info.instruments;
    if (count > PLM_SYNTH_INSTRUMENTS_MAX) {
        return plm_fail(diag, PLM_ERR_USAGE,
                        "synth %s: %u instruments were asked for; allowed are 1 to %d",
                        scenario->info.name, (unsigned)count, PLM_SYNTH_INSTRUMENTS_MAX);
    }
    plm_ts const start = options->start != 0 ? options->start : scenario->info.start;
    if (start < PLM_TS_MIN || start > LAST_START) {
        return plm_fail(diag, PLM_ERR_USAGE,
                        "synth %s: the start must lie in 2000..2100, a day before its end at the "
                        "latest",
                        scenario->info.name);
    }
    *out = (synth_plan){
        .style = &scenario->style, .row_count = count, .start = start, .end = PLM_TS_MAX};
    return PLM_OK;
}

static plm_status plan_dated(const plm_synth_options *options, const synth_path *path,
                             plm_diag *diag, synth_plan *out)
{
    const plm_scenario_info *const info = &path->info;
    if (options->instruments != 0 && options->instruments != info->instruments) {
        return plm_fail(diag, PLM_ERR_USAGE,
                        "synth %s: %u instruments were asked for; this scenario has %u of its own",
                        info->name, (unsigned)options->instruments, (unsigned)info->instruments);
    }
    if (options->start != 0 && options->start != info->start) {
        char text[PLM_TIME_TEXT_CAP];
        (void)plm_time_format(info->start, text);
        return plm_fail(diag, PLM_ERR_USAGE,
                        "synth %s: another start was asked for; this scenario is dated and starts "
                        "at %s",
                        info->name, text);
    }
    *out = (synth_plan){.style = &DATED_STYLE,
                        .path = path,
                        .row_count = info->instruments,
                        .start = info->start,
                        .end = info->start + info->duration_ns};
    return PLM_OK;
}

plm_status synth_plan_make(const plm_synth_options *options, plm_diag *diag, synth_plan *out)
{
    for (uint32_t i = 0; i < PLAIN_COUNT; i++) {
        if (strcmp(PLAIN_SCENARIOS[i].info.name, options->scenario) == 0) {
            return plan_plain(options, &PLAIN_SCENARIOS[i], diag, out);
        }
    }
    for (uint32_t i = 0; i < plm_synth_path_count; i++) {
        if (strcmp(plm_synth_paths[i]->info.name, options->scenario) == 0) {
            return plan_dated(options, plm_synth_paths[i], diag, out);
        }
    }
    return plm_fail(diag, PLM_ERR_USAGE,
                    "synth: there is no scenario '%s'; `plimsoll scenarios` lists them",
                    options->scenario);
}

/* -- rows */

/* sqrt(1 - share^2) in percent. */
static uint32_t remainder_percent(uint32_t percent)
{
    uint32_t result = 0;
    while ((result + 1) * (result + 1) <= 10000 - percent * percent) {
        result++;
    }
    return result;
}

static void plain_row(uint32_t index, plm_instrument *out_instrument, synth_row *out_row)
{
    synth_coin coin;
    plm_instrument inst = {.kind = PLM_INST_LINEAR, .tick = 1, .lot = 1, .multiplier = 1};
    synth_universe_coin(index, &coin, inst.base);
    (void)snprintf(inst.symbol, sizeof inst.symbol, "%sUSDT", inst.base);
    (void)snprintf(inst.quote, sizeof inst.quote, "USDT");
    (void)snprintf(inst.settle, sizeof inst.settle, "USDT");
    inst.px_scale = coin.px_scale;
    inst.qty_scale = coin.qty_scale;
    *out_instrument = inst;
    out_row->price_first = coin.price;
    out_row->manner = (synth_manner){.rate_mhz = coin.rate * 1000,
                                     .vol = coin.vol,
                                     .beta = coin.beta,
                                     .own = remainder_percent(coin.beta),
                                     .gap = coin.gap,
                                     .spread = coin.spread,
                                     .order = coin.order,
                                     .mark_every_s = 1,
                                     .has_mark = true,
                                     .has_index = true};
}

static synth_cursor make_cursor(const synth_path_row *path, uint32_t key)
{
    synth_cursor cursor = {.points = path->points[key], .count = path->counts[key]};
    for (uint32_t i = 0; i < cursor.count; i++) {
        int64_t const value = cursor.points[i].value;
        cursor.low = i == 0 || value < cursor.low ? value : cursor.low;
        cursor.high = i == 0 || value > cursor.high ? value : cursor.high;
    }
    return cursor;
}

static void dated_row(const synth_path *scenario, uint32_t index, plm_instrument *out_instrument,
                      synth_row *out_row)
{
    const synth_path_row *const path = &scenario->rows[index];
    bool const asset = path->instrument.kind == PLM_INST_ASSET;
    bool const perpetual = !asset && path->instrument.kind != PLM_INST_SPOT;
    *out_instrument = path->instrument;
    out_row->dated = true;
    for (uint32_t key = SYNTH_PATH_LAST; key < SYNTH_PATH_KEY_COUNT; key++) {
        out_row->path[key] = make_cursor(path, key);
    }
    const synth_cursor *first = &out_row->path[SYNTH_PATH_LAST];
    for (uint32_t key = SYNTH_PATH_MARK; first->count == 0 && key <= SYNTH_PATH_INDEX; key++) {
        first = &out_row->path[key];
    }
    plm_assert(first->count > 0);
    out_row->price_first = first->points[0].value;
    out_row->manner = (synth_manner){.rate_mhz = path->rate,
                                     .vol = path->vol,
                                     .beta = 60,
                                     .own = remainder_percent(60),
                                     .gap = path->gap,
                                     .spread = path->spread,
                                     .order = path->order,
                                     .mark_every_s = scenario->mark_every_s,
                                     .has_mark = perpetual,
                                     .has_index = perpetual || asset,
                                     .is_asset = asset};
}

void synth_plan_row(const synth_plan *plan, uint32_t index, plm_instrument *out_instrument,
                    synth_row *out_row)
{
    if (plan->path != NULL) {
        dated_row(plan->path, index, out_instrument, out_row);
    } else {
        plain_row(index, out_instrument, out_row);
    }
}
