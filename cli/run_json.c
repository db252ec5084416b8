/*
 * run_json.c - what came of a run, for programs: every amount exact.
 */
#include "run_json.h"

#include <stdio.h>
#include <string.h>

#include "decimal.h"
#include "figures.h"
#include "text_sink.h"

static void put_money(json_t *object, const char *key, plm_money amount)
{
    char text[PLM_DECIMAL_TEXT_CAP];
    (void)plm_decimal_format_money(amount, text);
    plm_json_text(object, key, text);
}

static void put_rate(json_t *object, const char *key, bool known, plm_rate rate)
{
    char text[PLM_DECIMAL_TEXT_CAP];
    (void)plm_decimal_format(rate, 12, text);
    plm_json_put(object, key, known ? plm_json_string(text) : json_null());
}

/* As they are in force: given and default. */
json_t *plm_run_params_json(const plm_run_file *file, const char *group)
{
    char prefix[128];
    json_t *const params = plm_json_object();
    const int size = snprintf(prefix, sizeof prefix, "accounts.%s.params.", group);
    for (uint32_t i = 0; i < plm_run_file_effective_count(file); i++) {
        const plm_effective entry = plm_run_file_effective(file, i);
        if (strncmp(entry.path, prefix, (size_t)size) == 0) {
            plm_json_text(params, entry.path + size, entry.value);
        }
    }
    return params;
}

static json_t *rejected_json(const plm_account_summary *account)
{
    json_t *const reasons = plm_json_object();
    for (unsigned reason = 0; reason < PLM_REASON_COUNT; reason++) {
        if (account->rejected_by[reason] > 0) {
            plm_json_count(reasons, plm_reason_word(reason), account->rejected_by[reason]);
        }
    }
    return reasons;
}

/* How the marks of what can be margined are made. */
static json_t *marks_json(const plm_run_result *result, uint32_t rulebook)
{
    const plm_contracts *const contracts = &result->setup->contracts;
    json_t *const json = plm_json_object();
    for (uint32_t sym = 0; sym < contracts->count; sym++) {
        const unsigned form = contracts->contract[sym].form;
        if (form == PLM_FORM_LINEAR || form == PLM_FORM_INVERSE) {
            plm_json_text(json, contracts->rows[sym].symbol,
                          plm_run_mark(result->run, rulebook, sym));
        }
    }
    return json;
}

static json_t *rulebooks_json(const plm_run_result *result)
{
    const plm_run_spec *const spec = result->setup->spec;
    json_t *const list = plm_json_array();
    for (uint32_t i = 0; i < spec->rulebook_count; i++) {
        const plm_rulebook *const rulebook = spec->rulebook[i].rulebook;
        json_t *const json = plm_json_object();
        plm_json_text(json, "name", rulebook->name);
        plm_json_text(json, "file", rulebook->file);
        plm_json_time(json, "effective", rulebook->effective);
        plm_json_put(json, "marks", marks_json(result, i));
        plm_json_add(list, json);
    }
    return list;
}

static json_t *deviations_json(const plm_run_spec *spec)
{
    json_t *const list = plm_json_array();
    for (uint32_t i = 0; i < spec->deviation_count; i++) {
        plm_json_add(list, plm_json_string(spec->deviation[i]));
    }
    return list;
}

/* What the account's margin came to; all of it is 0 or null for a plain one. */
static void add_margin(json_t *json, const plm_run_result *result,
                       const plm_account_summary *account, const plm_account_spec *spec)
{
    const plm_rulebook_spec *const rulebooks = result->setup->spec->rulebook;
    const bool plain = spec->rulebook == PLM_NO_RULEBOOK;
    plm_json_put(json, "rulebook",
                 plain ? json_null() : plm_json_string(rulebooks[spec->rulebook].rulebook->name));
    plm_json_count(json, "liquidations", account->liquidations);
    plm_json_flag(json, "bankrupt", account->bankrupt);
    put_money(json, "insurance_used", account->insurance_used);
    plm_json_count(json, "margin_calls", account->margin_calls);
    plm_json_count(json, "adl", account->adl);
    plm_json_count(json, "skipped_fills", account->skipped);
    if (!account->lowest_seen) {
        plm_json_put(json, "lowest_surplus", json_null());
        plm_json_put(json, "lowest_surplus_unit", json_null());
        plm_json_time(json, "lowest_surplus", 0);
        return;
    }
    put_money(json, "lowest_surplus", account->lowest_surplus);
    plm_json_text(json, "lowest_surplus_unit",
                  result->setup->contracts.asset[account->lowest_unit]);
    plm_json_time(json, "lowest_surplus", account->lowest_surplus_ts);
}

static json_t *account_json(const plm_run_result *result, uint32_t index)
{
    const plm_account_summary account = plm_run_summary(result->run, index);
    const plm_account_spec *const spec = &result->setup->spec->account[index];
    json_t *const json = plm_json_object();
    plm_json_text(json, "name", account.name);
    plm_json_text(json, "group", account.group);
    plm_json_text(json, "regime", account.regime);
    plm_json_put(json, "strategy",
                 spec->descriptor == NULL ? json_null() : plm_json_string(spec->descriptor->id));
    plm_json_put(json, "params", plm_run_params_json(result->setup->file, account.group));
    plm_json_text(json, "report_currency", result->setup->contracts.asset[account.report_asset]);
    plm_json_flag(json, "priced", account.priced);
    put_money(json, "first_nav", account.first_nav);
    put_money(json, "flows", account.flows);
    put_money(json, "final_nav", account.nav);
    put_rate(json, "max_drawdown", account.falls, account.max_drawdown);
    put_money(json, "realised", account.realised);
    put_money(json, "unrealised", account.unrealised);
    put_money(json, "fees", account.fees);
    put_money(json, "funding", account.funding);
    plm_json_count(json, "requests", account.requests);
    plm_json_count(json, "orders", account.orders);
    plm_json_count(json, "fills", account.fills);
    plm_json_count(json, "rejected", account.rejected);
    plm_json_put(json, "rejected_by", rejected_json(&account));
    plm_json_flag(json, "stopped", account.stopped);
    add_margin(json, result, &account, spec);
    return json;
}

/* The one part that differs from run to run. */
static json_t *speed_json(const plm_run_result *result)
{
    char text[PLM_FIGURES_CAP];
    json_t *const json = plm_json_object();
    const uint64_t us = (uint64_t)result->elapsed_ns / 1000;
    plm_json_text(json, "seconds", plm_figures_ratio(us, 1000000, 6, text));
    plm_i128 rate = 0;
    if (!plm_muldiv((plm_i128)result->state.events, 1000000, (plm_i128)us + 1, PLM_ROUND_FLOOR,
                    &rate)) {
        rate = 0;
    }
    plm_json_count(json, "events_per_second", (uint64_t)rate);
    return json;
}

json_t *plm_run_json_failure(plm_status status, const char *message)
{
    json_t *const json = plm_json_open("run");
    plm_json_text(json, "status", status == PLM_ERR_INTERRUPTED ? "interrupted" : "failed");
    plm_json_text(json, "error", message);
    return json;
}

json_t *plm_run_json(const plm_run_result *result)
{
    const plm_run_spec *const spec = result->setup->spec;
    const plm_run_state *const state = &result->state;
    char digest[PLM_DIGEST_TEXT_CAP];
    json_t *const json = plm_json_open("run");
    plm_json_text(json, "status", "complete");
    plm_json_text(json, "run", spec->name);
    plm_json_text(json, "tape", spec->tape);
    plm_digest_text(plm_tape_get_info(result->setup->tape)->digest, digest);
    plm_json_text(json, "tape_digest", digest);
    plm_json_count(json, "seed", spec->seed);
    plm_digest_text(result->digest, digest);
    plm_json_text(json, "digest", digest);
    plm_json_count(json, "events", state->events);
    plm_json_count(json, "records", state->records);
    plm_json_time(json, "first", state->events == 0 ? 0 : result->first_ts);
    plm_json_time(json, "last", state->now);
    plm_json_count(json, "crossed", state->crossed);
    plm_json_count(json, "stale", state->stale);
    plm_json_count(json, "gaps", state->gaps);
    plm_json_count(json, "unsettled", state->unsettled);
    plm_json_put(json, "log", result->log == NULL ? json_null() : plm_json_string(result->log));
    plm_json_put(json, "database",
                 result->database == NULL ? json_null() : plm_json_string(result->database));
    plm_json_put(json, "rulebooks", rulebooks_json(result));
    plm_json_put(json, "deviations", deviations_json(spec));
    json_t *const accounts = plm_json_array();
    for (uint32_t i = 0; i < spec->account_count; i++) {
        plm_json_add(accounts, account_json(result, i));
    }
    plm_json_put(json, "accounts", accounts);
    plm_json_put(json, "speed", speed_json(result));
    return json;
}
