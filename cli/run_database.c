/*
 * run_database.c - everything that is known of a run, as the plain data that reports take.
 */
#include "run_database.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "figures.h"
#include "instrument_text.h"
#include "memory.h"
#include "metric.h"
#include "run_json.h"

#define TEXT_MAX (64u * 1024 * 1024)
#define TEXT_CAP 200
#define WARNINGS_MAX 6u

/* What plm_db_run points to, to be freed when it has been written. */
typedef struct gathered {
    const char **kinds;
    plm_db_setting *settings;
    plm_db_rulebook *rulebooks;
    plm_db_mark *marks;
    plm_db_account *accounts;
    char *config, *overrides;
    char *texts[PLM_RULEBOOKS_MAX], *sources[PLM_RULEBOOKS_MAX];
    char **params;
    uint32_t account_count;
} gathered;

/* -- texts ----------------------------------------------------------------------------------- */

/* What it says now: it was read some moments ago. A NUL would cut it short, and YAML has none. */
static plm_status read_text(const char *path, plm_diag *diag, char **out)
{
    FILE *const file = fopen(path, "rbe");
    if (file == NULL) {
        return plm_fail_errno(diag, errno, "%s", path);
    }
    size_t cap = 65536;
    size_t size = 0;
    char *text = plm_alloc(cap, 1);
    for (size_t got = 1; got > 0 && size < TEXT_MAX; size += got) {
        if (cap - size < 2) {
            cap *= 2;
            text = plm_realloc(text, cap, 1);
        }
        got = fread(&text[size], 1, cap - size - 1, file);
    }
    int const reason = ferror(file) != 0 ? errno : 0;
    (void)fclose(file);
    text[size] = '\0';
    if (reason != 0) {
        plm_free(text);
        return plm_fail_errno(diag, reason, "%s", path);
    }
    *out = text;
    return PLM_OK;
}

static char *sources_json(const plm_rulebook *rulebook)
{
    json_t *const list = plm_json_array();
    for (uint32_t i = 0; i < rulebook->source_count; i++) {
        plm_json_add(list, plm_json_string(rulebook->source[i]));
    }
    return plm_json_flat(list);
}

static char *overrides_json(const plm_run_setup *setup)
{
    json_t *const list = plm_json_array();
    for (uint32_t i = 0; i < setup->set_count; i++) {
        plm_json_add(list, plm_json_string(setup->set[i]));
    }
    return plm_json_flat(list);
}

static void digest_text(const char *text, uint8_t out[PLM_DIGEST_SIZE])
{
    plm_digest *const digest = plm_digest_create();
    plm_digest_add(digest, text, strlen(text));
    plm_digest_finish(digest, out);
    plm_digest_destroy(digest);
}

static plm_ts clock_now(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (plm_ts)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* -- gathering ------------------------------------------------------------------------------- */

static void gather_instruments(gathered *self, const plm_log_names *names)
{
    self->kinds = plm_alloc(names->sym_count + 1, sizeof *self->kinds);
    for (uint32_t i = 0; i < names->sym_count; i++) {
        self->kinds[i] = plm_instrument_kind_name((plm_instrument_kind)names->instruments[i].kind);
    }
}

static void gather_settings(gathered *self, const plm_run_file *file, plm_db_run *out)
{
    out->setting_count = plm_run_file_effective_count(file);
    self->settings = plm_alloc(out->setting_count + 1, sizeof *self->settings);
    for (uint32_t i = 0; i < out->setting_count; i++) {
        const plm_effective entry = plm_run_file_effective(file, i);
        self->settings[i] =
            (plm_db_setting){.path = entry.path, .value = entry.value, .origin = entry.origin};
    }
    out->setting = self->settings;
}

static plm_status gather_rulebooks(gathered *self, const plm_run_setup *setup, plm_diag *diag,
                                   plm_db_run *out)
{
    const plm_run_spec *const spec = setup->spec;
    self->rulebooks = plm_alloc(spec->rulebook_count + 1, sizeof *self->rulebooks);
    for (uint32_t i = 0; i < spec->rulebook_count; i++) {
        const plm_rulebook *const rulebook = spec->rulebook[i].rulebook;
        PLM_TRY(read_text(rulebook->file, diag, &self->texts[i]));
        self->sources[i] = sources_json(rulebook);
        self->rulebooks[i] = (plm_db_rulebook){.name = rulebook->name,
                                               .file = rulebook->file,
                                               .effective = rulebook->effective,
                                               .text = self->texts[i],
                                               .sources = self->sources[i]};
    }
    out->rulebook_count = spec->rulebook_count;
    out->rulebook = self->rulebooks;
    return PLM_OK;
}

static void gather_marks(gathered *self, const plm_run_setup *setup, const plm_run *run,
                         plm_db_run *out)
{
    const plm_contracts *const contracts = &setup->contracts;
    const size_t rulebooks = setup->spec->rulebook_count;
    self->marks = plm_alloc(rulebooks * contracts->count + 1, sizeof *self->marks);
    for (uint32_t i = 0; i < rulebooks; i++) {
        for (uint32_t sym = 0; sym < contracts->count; sym++) {
            const unsigned form = contracts->contract[sym].form;
            if (form == PLM_FORM_LINEAR || form == PLM_FORM_INVERSE) {
                self->marks[out->mark_count++] =
                    (plm_db_mark){.rulebook = i, .sym = sym, .made_of = plm_run_mark(run, i, sym)};
            }
        }
    }
    out->mark = self->marks;
}

static const char *after_word(plm_after_liquidation after)
{
    switch (after) {
    case PLM_AFTER_CONTINUE:
        return "continue";
    case PLM_AFTER_STOP:
        return "stop";
    case PLM_AFTER_REFILL:
        return "refill";
    case PLM_AFTER_NONE:
        break;
    }
    return NULL;
}

static void gather_accounts(gathered *self, const plm_run_setup *setup, plm_db_run *out)
{
    const plm_run_spec *const spec = setup->spec;
    self->account_count = spec->account_count;
    self->accounts = plm_alloc(spec->account_count, sizeof *self->accounts);
    self->params = plm_alloc(spec->account_count, sizeof *self->params);
    for (uint32_t i = 0; i < spec->account_count; i++) {
        const plm_account_spec *const account = &spec->account[i];
        const bool plain = account->rulebook == PLM_NO_RULEBOOK;
        self->params[i] = plm_json_flat(plm_run_params_json(setup->file, account->group));
        self->accounts[i] = (plm_db_account){
            .name = account->name,
            .group = account->group,
            .regime = account->regime,
            .strategy = account->descriptor == NULL ? NULL : account->descriptor->id,
            .params = self->params[i],
            .world = account->world,
            .rulebook = plain ? PLM_DB_NONE : account->rulebook,
            .hedge = account->hedge,
            .same_trades = account->leader != PLM_NO_LEADER,
            .after_liquidation = plain ? NULL : after_word(account->after),
            .report_asset = account->report_asset,
        };
    }
    out->account = self->accounts;
}

static void forget(gathered *self)
{
    plm_free(self->kinds);
    plm_free(self->settings);
    plm_free(self->rulebooks);
    plm_free(self->marks);
    plm_free(self->accounts);
    plm_free(self->overrides);
    plm_free(self->config);
    for (uint32_t i = 0; i < PLM_RULEBOOKS_MAX; i++) {
        plm_free(self->texts[i]);
        plm_free(self->sources[i]);
    }
    for (uint32_t i = 0; i < self->account_count; i++) {
        plm_free(self->params[i]);
    }
    plm_free(self->params);
}

static plm_status gather(gathered *self, const plm_run_database_options *options,
                         const plm_run_setup *setup, const plm_run *run, plm_diag *diag,
                         plm_db_run *out)
{
    const plm_run_spec *const spec = setup->spec;
    const plm_tape_info *const tape = plm_tape_get_info(setup->tape);
    const bool many = spec->account_count > PLM_RUN_DATABASE_ROWS_MAX;
    PLM_TRY(read_text(options->run_file, diag, &self->config));
    self->overrides = overrides_json(setup);
    *out = (plm_db_run){
        .name = spec->name,
        .producer = "plimsoll " PLM_VERSION,
        .run_file = options->run_file,
        .config_text = self->config,
        .overrides = self->overrides,
        .tape = spec->tape,
        .tape_synthetic = tape->synthetic,
        .every_tick = options->every_tick,
        .blobs = options->equity == NULL ? many : strcmp(options->equity, "blobs") == 0,
        .with_orders = !options->no_orders,
        .seed = spec->seed,
        .sample_len_ns = spec->sample_ns,
        .started = clock_now(),
        .names = plm_run_names(run),
        .import_report = tape->report,
        .source_count = tape->source_count,
        .source = tape->sources,
        .deviation_count = spec->deviation_count,
        .deviation = (const char *const *)spec->deviation,
    };
    digest_text(self->config, out->config_sha256);
    memcpy(out->tape_digest, tape->digest, sizeof out->tape_digest);
    gather_instruments(self, out->names);
    out->kinds = self->kinds;
    gather_settings(self, setup->file, out);
    PLM_TRY(gather_rulebooks(self, setup, diag, out));
    gather_marks(self, setup, run, out);
    gather_accounts(self, setup, out);
    return PLM_OK;
}

plm_status plm_run_database_open(const plm_run_database_options *options,
                                 const plm_run_setup *setup, plm_run *run, plm_diag *diag,
                                 plm_run_db **out)
{
    gathered self = {0};
    plm_db_run what = {0};
    plm_status status = gather(&self, options, setup, run, diag, &what);
    if (status >= 0) {
        status = plm_run_db_create(options->path, options->replace, &what, diag, out);
    }
    forget(&self);
    if (status >= 0) {
        plm_run_attach(run, plm_run_db_sink(*out));
    }
    return status;
}

/* -- the end --------------------------------------------------------------------------------- */

typedef struct warnings {
    char text[WARNINGS_MAX][TEXT_CAP];
    plm_db_warning row[WARNINGS_MAX];
    uint32_t count;
} warnings;

static void warn(warnings *self, const char *code, uint64_t count, const char *one,
                 const char *many)
{
    char figures[PLM_FIGURES_CAP];
    if (count == 0) {
        return;
    }
    char *const text = self->text[self->count];
    (void)snprintf(text, TEXT_CAP, "%s %s", plm_figures_count(count, figures),
                   count == 1 ? one : many);
    self->row[self->count++] = (plm_db_warning){.code = code, .text = text};
}

static void collect_warnings(const plm_run_result *result, uint64_t unpriced, warnings *out)
{
    const plm_run_state *const state = &result->state;
    if (state->events == 0) {
        out->row[out->count++] =
            (plm_db_warning){.code = "no_events", .text = "the tape has no events in this period"};
    }
    warn(out, "unpriced", unpriced, "account without a price", "accounts without a price");
    warn(out, "unsettled", state->unsettled, "unsettled position", "unsettled positions");
    warn(out, "stale", state->stale, "stale quote", "stale quotes");
    warn(out, "crossed", state->crossed, "crossed quote", "crossed quotes");
    warn(out, "gap", state->gaps, "gap", "gaps");
}

static plm_db_result result_of(const plm_run_result *result, uint32_t index)
{
    const plm_account_summary account = plm_run_summary(result->run, index);
    return (plm_db_result){
        .priced = account.priced || account.first_nav.v != 0,
        .first_nav = account.first_nav,
        .insurance_used = account.insurance_used,
        .requests = account.requests,
        .orders = account.orders,
        .rejected = account.rejected,
        .skipped_fills = account.skipped,
        .margin_calls = account.margin_calls,
        .bankrupt = account.bankrupt,
        .stopped = account.stopped,
        .lowest_exact = result->setup->spec->lowest_exact,
    };
}

plm_status plm_run_database_complete(plm_run_db *db, const plm_run_result *result, plm_diag *diag)
{
    const plm_run_state *const state = &result->state;
    const uint32_t count = result->setup->spec->account_count;
    plm_db_result *const results = plm_alloc(count, sizeof *results);
    warnings warned = {.count = 0};
    uint64_t unpriced = 0;
    for (uint32_t i = 0; i < count; i++) {
        results[i] = result_of(result, i);
        unpriced += plm_run_summary(result->run, i).priced ? 0 : 1;
    }
    collect_warnings(result, unpriced, &warned);
    plm_db_end end = {
        .first = state->events == 0 ? 0 : result->first_ts,
        .last = state->now,
        .events = state->events,
        .records = state->records,
        .crossed = state->crossed,
        .stale = state->stale,
        .gaps = state->gaps,
        .unsettled = state->unsettled,
        .elapsed_len_ns = result->elapsed_ns,
        .account_count = count,
        .result = results,
        .warning_count = warned.count,
        .warning = warned.row,
    };
    memcpy(end.digest, result->digest, sizeof end.digest);
    const plm_status status = plm_run_db_complete(db, &end, plm_metrics_write, diag);
    plm_free(results);
    return status;
}
