/*
 * conform.c - the checks, in their order: the file as it is, its loading, and for each strategy its
 * life, the same life again, two lives side by side, and a market that nobody would wish for.
 * conform_model.c has those of margin models.
 */
#include "conform.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "config.h"
#include "conform_parts.h"
#include "decimal.h"

/* -- the report ------------------------------------------------------------------------------ */

/* The place of a check is filled before it counts: a parent process may read at any time. */
void plm_conform_add(plm_conform_report *report, const char *strategy, const char *name, bool ok,
                     const char *format, ...)
{
    if (report->count == PLM_CONFORM_CHECKS_MAX) {
        return;
    }
    plm_conform_check *const check = &report->check[report->count];
    (void)snprintf(check->strategy, sizeof check->strategy, "%s", strategy);
    (void)snprintf(check->name, sizeof check->name, "%s", name);
    check->ok = ok;
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(check->text, sizeof check->text, format, arguments);
    va_end(arguments);
    report->failed += ok ? 0 : 1;
    report->count++;
}

/* -- parameters ------------------------------------------------------------------------------ */

#define SAMPLE_CAP 8192u

/* `instrument` is the row for the next instrument, and moves on. */
static void sample_value(const plm_param *param, uint32_t *instrument,
                         char out[PLM_SYMBOL_CAP + PLM_DECIMAL_TEXT_CAP])
{
    size_t const cap = PLM_SYMBOL_CAP + PLM_DECIMAL_TEXT_CAP;
    char number[PLM_DECIMAL_TEXT_CAP] = "";
    switch ((plm_param_type)param->type) {
    case PLM_PARAM_NONE:
    case PLM_PARAM_TYPE_COUNT:
    case PLM_PARAM_TEXT:
    case PLM_PARAM_FILE:
        break;
    case PLM_PARAM_INTEGER:
    case PLM_PARAM_DECIMAL:
        (void)plm_decimal_format(param->min, param->scale, number);
        break;
    case PLM_PARAM_DURATION:
        (void)plm_decimal_format(param->min < 0 ? 0 : param->min, 9, number);
        break;
    case PLM_PARAM_BOOL:
        (void)snprintf(out, cap, "false");
        return;
    case PLM_PARAM_INSTRUMENT:
        (void)snprintf(out, cap, "%s", plm_script_rows[*instrument].symbol);
        *instrument = *instrument == 1 ? 0 : 2;
        return;
    case PLM_PARAM_CHOICE:
        (void)snprintf(out, cap, "%.*s", (int)strcspn(param->choices, "|"), param->choices);
        return;
    }
    (void)snprintf(out, cap, "%s%s", number, param->type == PLM_PARAM_DURATION ? "s" : "");
}

/* The keys that must be given, as the text that would stand in a run file. */
static void sample_text(const plm_descriptor *descriptor, char out[SAMPLE_CAP], bool *out_excused)
{
    size_t used = (size_t)snprintf(out, SAMPLE_CAP, "{");
    uint32_t required = 0, instruments = 0;
    for (uint32_t i = 0; i < descriptor->param_count; i++) {
        instruments += descriptor->params[i].type == PLM_PARAM_INSTRUMENT ? 1 : 0;
    }
    /* One instrument is the perpetual; of several, the first is spot, the second the perpetual. */
    uint32_t instrument = instruments > 1 ? 1 : 0;
    for (uint32_t i = 0; i < descriptor->param_count; i++) {
        const plm_param *const param = &descriptor->params[i];
        if (param->def != NULL) {
            continue;
        }
        char value[PLM_SYMBOL_CAP + PLM_DECIMAL_TEXT_CAP] = "";
        sample_value(param, &instrument, value);
        used += (size_t)snprintf(out + used, SAMPLE_CAP - used, "%s%s: '%s'",
                                 required > 0 ? ", " : "", param->key, value);
        plm_assert(used < SAMPLE_CAP);
        required++;
    }
    used += (size_t)snprintf(out + used, SAMPLE_CAP - used, "}");
    plm_assert(used < SAMPLE_CAP);
    *out_excused = required > 0 || instruments > 1;
}

plm_status plm_conform_params(const plm_descriptor *descriptor, plm_diag *diag, bool *out_excused,
                              plm_params **out)
{
    char text[SAMPLE_CAP];
    sample_text(descriptor, text, out_excused);
    plm_config *config = NULL;
    PLM_TRY(plm_config_parse("sample", text, strlen(text), diag, &config));
    plm_param_rows const rows = {.rows = plm_script_rows, .count = PLM_SCRIPT_ROWS};
    plm_status const status =
        plm_params_read(descriptor, plm_config_root(config), NULL, &rows, diag, out);
    plm_config_destroy(config);
    return status;
}

/* -- lives ----------------------------------------------------------------------------------- */

typedef struct candidate {
    const plm_factory *factory;
    const plm_params *params;
    plm_beat *beat;
} candidate;

typedef struct outcome {
    uint8_t digest[PLM_DIGEST_SIZE];
    uint64_t requests;
    bool started, gave_up;
} outcome;

static plm_status step_all(plm_stage *stage, plm_diag *diag)
{
    plm_status status = PLM_OK;
    while (status == PLM_OK) {
        status = plm_stage_step(stage, diag);
    }
    return status == PLM_END ? PLM_OK : status;
}

static void conclude(plm_stage *stage, outcome *out)
{
    out->gave_up = plm_stage_gave_up(stage);
    out->requests = plm_stage_requests(stage);
    plm_stage_digest(stage, out->digest);
    plm_stage_destroy(stage);
}

static plm_status live(const candidate *subject, bool hostile, plm_diag *diag, outcome *out)
{
    plm_stage *const stage =
        plm_stage_create(subject->factory, subject->params, hostile, subject->beat);
    plm_status status = plm_stage_start(stage, diag);
    out->started = status == PLM_OK;
    if (status == PLM_OK) {
        status = step_all(stage, diag);
    }
    conclude(stage, out);
    return status;
}

/* Two instances, an event of one, then an event of the other. */
static plm_status live_side_by_side(const candidate *subject, plm_diag *diag, outcome out[2])
{
    plm_stage *stage[2];
    plm_status status[2] = {PLM_OK, PLM_OK};
    for (unsigned i = 0; i < 2; i++) {
        stage[i] = plm_stage_create(subject->factory, subject->params, false, subject->beat);
    }
    for (unsigned i = 0; i < 2; i++) {
        status[i] = plm_stage_start(stage[i], diag);
    }
    while (status[0] == PLM_OK || status[1] == PLM_OK) {
        for (unsigned i = 0; i < 2; i++) {
            status[i] = status[i] == PLM_OK ? plm_stage_step(stage[i], diag) : status[i];
        }
    }
    for (unsigned i = 0; i < 2; i++) {
        conclude(stage[i], &out[i]);
    }
    return status[0] < 0 ? status[0] : status[1] < 0 ? status[1] : PLM_OK;
}

static bool is_same(const outcome *a, const outcome *b)
{
    return a->requests == b->requests && memcmp(a->digest, b->digest, sizeof a->digest) == 0;
}

/* -- checks of a strategy -------------------------------------------------------------------- */

static bool check_life(const candidate *subject, bool excused, plm_conform_report *report,
                       outcome *out)
{
    const char *const id = subject->params->descriptor->id;
    plm_diag diag;
    plm_diag_init(&diag);
    plm_status const status = live(subject, false, &diag, out);
    if (status == PLM_OK) {
        plm_conform_add(report, id, "life", true, "lives through %u events, with %llu requests",
                        PLM_SCRIPT_EVENTS, (unsigned long long)out->requests);
        return true;
    }
    bool const refused = !out->started && out->gave_up && excused;
    plm_conform_add(report, id, "life", refused, "%s%.200s",
                    refused ? "not tried, it refuses the sample: " : "", diag.text);
    return false;
}

static bool check_repeat(const candidate *subject, const outcome *first, plm_conform_report *report)
{
    const char *const id = subject->params->descriptor->id;
    plm_diag diag;
    plm_diag_init(&diag);
    outcome second = {0};
    bool const lived = live(subject, false, &diag, &second) == PLM_OK;
    bool const ok = lived && is_same(first, &second);
    plm_conform_add(
        report, id, "repeat", ok, "%s",
        ok      ? "makes the same requests a second time"
        : lived ? "makes other requests a second time: it keeps a variable outside its instance, "
                  "or asks something other than the host"
                : diag.text);
    return ok;
}

static bool check_side_by_side(const candidate *subject, const outcome *alone,
                               plm_conform_report *report)
{
    const char *const id = subject->params->descriptor->id;
    plm_diag diag;
    plm_diag_init(&diag);
    outcome both[2] = {0};
    bool const lived = live_side_by_side(subject, &diag, both) == PLM_OK;
    bool const ok = lived && is_same(alone, &both[0]) && is_same(alone, &both[1]);
    plm_conform_add(report, id, "side by side", ok, "%s",
                    ok      ? "two instances do what one does alone"
                    : lived ? "two instances disturb one another: they share a variable"
                            : diag.text);
    return ok;
}

static void check_hostile(const candidate *subject, plm_conform_report *report)
{
    const char *const id = subject->params->descriptor->id;
    plm_diag diag;
    plm_diag_init(&diag);
    outcome out = {0};
    bool const lived = live(subject, true, &diag, &out) == PLM_OK;
    if (lived) {
        plm_conform_add(report, id, "hostile market", true,
                        "bears extreme prices, empty sides and halts");
    } else {
        plm_conform_add(report, id, "hostile market", out.gave_up, "%s%.200s",
                        out.gave_up ? "gives up in words: " : "", diag.text);
    }
}

static void check_strategy(const plm_factory *factory, const plm_descriptor *descriptor,
                           plm_beat *beat, plm_conform_report *report)
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
    candidate const subject = {.factory = factory, .params = params, .beat = beat};
    outcome alone = {0};
    if (check_life(&subject, excused, report, &alone) && check_repeat(&subject, &alone, report) &&
        check_side_by_side(&subject, &alone, report)) {
        check_hostile(&subject, report);
    }
    plm_params_destroy(params);
}

/* -- the file -------------------------------------------------------------------------------- */

/* "2 strategies and 1 margin model for this version of the interface" */
static void tell_loading(plm_conform_report *report, uint32_t strategies, uint32_t models)
{
    char first[32] = "", second[40] = "";
    if (strategies > 0 || models == 0) {
        (void)snprintf(first, sizeof first, "%u strateg%s", strategies,
                       strategies == 1 ? "y" : "ies");
    }
    if (models > 0) {
        (void)snprintf(second, sizeof second, "%u margin model%s", models, models == 1 ? "" : "s");
    }
    plm_conform_add(report, "", "loading", true, "%s%s%s for this version of the interface", first,
                    first[0] != '\0' && second[0] != '\0' ? " and " : "", second);
}

plm_status plm_conform(const char *path, plm_beat *beat, plm_diag *diag, plm_conform_report *report)
{
    plm_object_complaints complaints;
    PLM_TRY(plm_object_inspect(path, diag, &complaints));
    bool const shows_one = complaints.exports[0] == '\0',
               takes_little = complaints.imports[0] == '\0';
    plm_conform_add(report, "", "exports", shows_one, "%s",
                    shows_one ? "plm_entry is the one symbol that it shows" : complaints.exports);
    plm_conform_add(report, "", "imports", takes_little, "%s",
                    takes_little ? "it calls for no clock, no chance and no function of ours"
                                 : complaints.imports);
    plm_diag reason;
    plm_diag_init(&reason);
    plm_library *library = NULL;
    plm_beat_enter(beat, UINT32_MAX, PLM_CALLBACK_LOAD, path);
    plm_status const status = plm_library_open(path, &reason, &library);
    plm_beat_leave(beat);
    if (status < 0) {
        plm_conform_add(report, "", "loading", false, "%.200s", reason.text);
        return PLM_OK;
    }
    uint32_t const count = plm_library_count(library);
    uint32_t const models = plm_library_model_count(library);
    tell_loading(report, count, models);
    for (uint32_t i = 0; i < count; i++) {
        check_strategy(plm_library_factory(library), plm_library_descriptor(library, i), beat,
                       report);
    }
    for (uint32_t i = 0; i < models; i++) {
        plm_conform_model(plm_library_model_factory(library), plm_library_model(library, i), beat,
                          report);
    }
    plm_library_close(library);
    return PLM_OK;
}
