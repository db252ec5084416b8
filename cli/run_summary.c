/*
 * run_summary.c - what came of a run, on one screen: at most 24 lines of 80 columns.
 */
#include "run_summary.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "figures.h"
#include "help.h"
#include "run_table.h"
#include "text_sink.h"
#include "timetext.h"

#define ROWS_MAX 12u /* of accounts; fewer where accounts are warned of */
#define NOTED_MAX 3u
#define RULES_MAX 4u /* lines of rulebooks and deviations */
#define LABEL_WIDTH 10

/* -- lines ----------------------------------------------------------------------------------- */

static PLM_PRINTF(3, 4) void line(plm_out *out, const char *label, const char *format, ...)
{
    char text[PLM_SHOWN_CAP], shown[PLM_SHOWN_CAP];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    (void)plm_console_printable(text, shown, sizeof shown);
    const size_t room = 80 - LABEL_WIDTH;
    plm_out_printf(out, "%-*s", LABEL_WIDTH, label);
    if (strlen(shown) > room) { /* of a path the end says more */
        plm_out_printf(out, "~%s\n", shown + strlen(shown) - room + 1);
    } else {
        plm_out_printf(out, "%s\n", shown);
    }
}

static void print_head(plm_session *session, const plm_run_result *result)
{
    plm_out *const out = &session->out;
    char first[PLM_TIME_TEXT_CAP], last[PLM_TIME_TEXT_CAP], span[PLM_TIME_TEXT_CAP];
    char events[PLM_FIGURES_CAP], rate[PLM_FIGURES_CAP], seconds[PLM_FIGURES_CAP];
    const plm_run_state *const state = &result->state;
    const plm_tape_info *const tape = plm_tape_get_info(result->setup->tape);
    plm_out_printf(out, "%s%s%s\n", session->colour_out ? PLM_BOLD : "", result->setup->spec->name,
                   session->colour_out ? PLM_PLAIN : "");
    line(out, "tape", "%s%s", tape->path, tape->synthetic ? " (synthetic)" : "");
    if (state->events == 0) {
        line(out, "period", "no events");
        return;
    }
    (void)plm_time_format(result->first_ts, first);
    (void)plm_time_format(state->now, last);
    (void)plm_duration_format(state->now - result->first_ts, span);
    line(out, "period", "%s to %s (%s)", first, last, span);
    const uint64_t ms = (uint64_t)result->elapsed_ns / 1000000;
    const uint64_t us = (uint64_t)result->elapsed_ns / 1000 + 1;
    plm_i128 per_second = 0;
    if (!plm_muldiv((plm_i128)state->events, 1000000, (plm_i128)us, PLM_ROUND_FLOOR, &per_second)) {
        per_second = 0;
    }
    line(out, "events", "%s in %s s (%s/s)", plm_figures_count(state->events, events),
         plm_figures_ratio(ms, 1000, 2, seconds), plm_figures_short((uint64_t)per_second, rate));
}

/* -- accounts -------------------------------------------------------------------------------- */

/* The asset that all accounts report in, PLM_NO_ASSET when there are several. */
static uint32_t common_asset(const plm_run_spec *spec)
{
    const uint32_t first = spec->account[0].report_asset;
    for (uint32_t i = 1; i < spec->account_count; i++) {
        if (spec->account[i].report_asset != first) {
            return PLM_NO_ASSET;
        }
    }
    return first;
}

/* The strategy that several accounts have in common, NULL when there is none. */
static const char *common_strategy(const plm_run_result *result)
{
    const uint32_t count = result->setup->spec->account_count;
    const char *const first = plm_run_strategy_of(result, 0);
    for (uint32_t i = 1; i < count; i++) {
        if (strcmp(plm_run_strategy_of(result, i), first) != 0) {
            return NULL;
        }
    }
    return count > 1 ? first : NULL;
}

static void print_accounts(plm_session *session, const plm_run_result *result, uint32_t rows_max)
{
    const plm_run_spec *const spec = result->setup->spec;
    const uint32_t asset = common_asset(spec);
    const uint32_t count = spec->account_count;
    const uint32_t shown = count <= rows_max ? count : rows_max - 1;
    const char *const strategy = common_strategy(result);
    if (asset != PLM_NO_ASSET || strategy != NULL) {
        line(&session->out, strategy == NULL ? "money in" : "strategy", "%s%s%s",
             strategy == NULL ? "" : strategy,
             strategy == NULL || asset == PLM_NO_ASSET ? "" : "; money in ",
             asset == PLM_NO_ASSET ? "" : result->setup->contracts.asset[asset]);
    }
    plm_out_text(&session->out, "\n");
    plm_run_table_print(session, result, shown, strategy == NULL, asset == PLM_NO_ASSET);
    if (shown < count) {
        plm_out_printf(&session->out, "and %u more (--json has all)\n", count - shown);
    }
    plm_out_text(&session->out, "\n");
}

/* -- warnings -------------------------------------------------------------------------------- */

static uint64_t count_unpriced(const plm_run_result *result)
{
    uint64_t unpriced = 0;
    for (uint32_t i = 0; i < result->setup->spec->account_count; i++) {
        unpriced += plm_run_summary(result->run, i).priced ? 0 : 1;
    }
    return unpriced;
}

bool plm_run_result_is_doubtful(const plm_run_result *result)
{
    return result->state.events == 0 || result->state.unsettled > 0 || count_unpriced(result) > 0;
}

static void add_warning(char *text, size_t cap, uint64_t count, const char *one, const char *many)
{
    char figures[PLM_FIGURES_CAP];
    const size_t size = strlen(text);
    if (count > 0) {
        (void)snprintf(text + size, cap - size, "%s%s %s", size == 0 ? "" : ", ",
                       plm_figures_count(count, figures), count == 1 ? one : many);
    }
}

static bool is_noted(const plm_account_summary *account)
{
    return account->rejected > 0 || account->stopped;
}

/* Accounts with something to tell of their own. */
static uint32_t count_noted(const plm_run_result *result)
{
    uint32_t noted = 0;
    for (uint32_t i = 0; i < result->setup->spec->account_count; i++) {
        const plm_account_summary account = plm_run_summary(result->run, i);
        noted += is_noted(&account) ? 1 : 0;
    }
    return noted;
}

/* "trend: 4 of 5 orders rejected, most for balance; has stopped" */
static void print_note(plm_out *out, const char *label, const plm_account_summary *account)
{
    char text[PLM_SHOWN_CAP] = "", rejected[PLM_FIGURES_CAP], orders[PLM_FIGURES_CAP];
    if (account->rejected > 0) {
        const bool all = account->rejected_by[account->rejected_most] == account->rejected;
        (void)snprintf(text, sizeof text, "%s of %s orders rejected%s for %s%s",
                       plm_figures_count(account->rejected, rejected),
                       plm_figures_count(account->orders, orders), all ? "" : ", most",
                       plm_reason_word(account->rejected_most),
                       account->stopped ? "; has stopped" : "");
    }
    line(out, label, "%s: %s", account->name,
         account->rejected > 0 ? text : "its strategy has stopped");
}

static void print_notes(plm_out *out, const plm_run_result *result, const char *label)
{
    uint32_t noted = 0;
    for (uint32_t i = 0; i < result->setup->spec->account_count; i++) {
        const plm_account_summary account = plm_run_summary(result->run, i);
        noted += is_noted(&account) ? 1 : 0;
        if (is_noted(&account) && noted <= NOTED_MAX) {
            print_note(out, noted == 1 ? label : "", &account);
        }
    }
    if (noted > NOTED_MAX) {
        const uint32_t more = noted - NOTED_MAX;
        line(out, "", "and %u more %s", more, more == 1 ? "account" : "accounts");
    }
}

static void print_warnings(plm_out *out, const plm_run_result *result)
{
    char text[PLM_SHOWN_CAP] = "";
    const plm_run_state *const state = &result->state;
    if (state->events == 0) {
        (void)snprintf(text, sizeof text, "the tape has no events in this period");
    }
    add_warning(text, sizeof text, count_unpriced(result), "account without a price",
                "accounts without a price");
    add_warning(text, sizeof text, state->unsettled, "unsettled position", "unsettled positions");
    add_warning(text, sizeof text, state->stale, "stale quote", "stale quotes");
    add_warning(text, sizeof text, state->crossed, "crossed quote", "crossed quotes");
    add_warning(text, sizeof text, state->gaps, "gap", "gaps");
    if (text[0] != '\0') {
        plm_out_printf(out, "%-*s", LABEL_WIDTH, "warnings");
        plm_help_wrap(out, text, LABEL_WIDTH, LABEL_WIDTH);
    }
    print_notes(out, result, text[0] == '\0' ? "warnings" : "");
}

/* -- rules ----------------------------------------------------------------------------------- */

/* "tape", or "several ways (--json has all)". */
static const char *marks_of(const plm_run_result *result, uint32_t rulebook)
{
    const plm_contracts *const contracts = &result->setup->contracts;
    const char *common = NULL;
    for (uint32_t sym = 0; sym < contracts->count; sym++) {
        const unsigned form = contracts->contract[sym].form;
        if (form != PLM_FORM_LINEAR && form != PLM_FORM_INVERSE) {
            continue;
        }
        const char *const mark = plm_run_mark(result->run, rulebook, sym);
        if (common != NULL && strcmp(common, mark) != 0) {
            return "several ways (--json has all)";
        }
        common = mark;
    }
    return common == NULL ? "none" : common;
}

/* A rulebook that the run begins before is one that was not in force yet. */
static bool is_early(const plm_run_result *result, const plm_rulebook *rulebook)
{
    return result->state.events > 0 && result->first_ts < rulebook->effective;
}

static uint32_t count_rules(const plm_run_result *result)
{
    const uint32_t count =
        result->setup->spec->rulebook_count + result->setup->spec->deviation_count;
    return count <= RULES_MAX ? count : RULES_MAX + 1;
}

static void print_rules(plm_out *out, const plm_run_result *result)
{
    const plm_run_spec *const spec = result->setup->spec;
    uint32_t left = RULES_MAX;
    for (uint32_t i = 0; i < spec->rulebook_count && left > 0; i++, left--) {
        const plm_rulebook *const rulebook = spec->rulebook[i].rulebook;
        char date[PLM_TIME_TEXT_CAP];
        (void)plm_time_format(rulebook->effective, date);
        line(out, i == 0 ? "rules" : "", "%s; marks: %s%s%.10s%s", rulebook->name,
             marks_of(result, i), is_early(result, rulebook) ? "; holds from " : "",
             is_early(result, rulebook) ? date : "", is_early(result, rulebook) ? " on only" : "");
    }
    for (uint32_t i = 0; i < spec->deviation_count && left > 0; i++, left--) {
        line(out, i == 0 ? "deviates" : "", "%s", spec->deviation[i]);
    }
    if (spec->rulebook_count + spec->deviation_count > RULES_MAX) {
        line(out, "", "and %u more (--json has all)",
             spec->rulebook_count + spec->deviation_count - RULES_MAX);
    }
}

void plm_run_summary_print(plm_session *session, const plm_run_result *result)
{
    char digest[PLM_DIGEST_TEXT_CAP];
    plm_digest_text(result->digest, digest);
    const uint32_t noted = count_noted(result);
    print_head(session, result);
    const uint32_t rows_max = ROWS_MAX - (noted <= NOTED_MAX ? noted : NOTED_MAX + 1);
    print_accounts(session, result, rows_max - count_rules(result));
    print_rules(&session->out, result);
    print_warnings(&session->out, result);
    if (result->log != NULL) {
        char records[PLM_FIGURES_CAP];
        line(&session->out, "log", "%s records in %s",
             plm_figures_count(result->state.records, records), result->log);
    }
    if (result->database != NULL) {
        line(&session->out, "database", "%s", result->database);
    }
    line(&session->out, "digest", "%s", digest);
}
