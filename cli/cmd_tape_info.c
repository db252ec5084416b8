/*
 * cmd_tape_info.c - plimsoll tape info: what a tape says about itself. Reads its end, not its
 * events.
 */
#include <string.h>

#include "commands.h"
#include "figures.h"
#include "help.h"
#include "show.h"
#include "timetext.h"

#define ROWS_SHOWN_MAX 40
#define SOURCES_SHOWN_MAX 10

static void print_json(plm_session *session, const plm_tape_info *info)
{
    char text[PLM_FIGURES_CAP];
    json_t *json = plm_json_open("tape-info");
    plm_json_text(json, "file", info->path);
    plm_json_count(json, "version", info->version);
    plm_json_count(json, "events", info->events);
    plm_json_count(json, "blocks", info->blocks);
    plm_json_count(json, "bytes", info->bytes);
    plm_json_text(json, "bytes_per_event", plm_figures_ratio(info->bytes, info->events, 3, text));
    plm_json_text(json, "profile", plm_profile_name(info->profile));
    plm_json_time(json, "first", info->first_ts);
    plm_json_time(json, "last", info->last_ts);
    plm_json_flag(json, "recv", info->has_recv);
    plm_json_flag(json, "synthetic", info->synthetic);
    plm_digest_text(info->digest, text);
    plm_json_text(json, "digest", text);
    json_t *kinds = plm_json_array();
    for (unsigned kind = 1; kind < PLM_EV_KIND_COUNT; kind++) {
        if ((info->kinds & PLM_EV_BIT(kind)) != 0) {
            plm_json_add(kinds, plm_json_string(plm_kind_find(kind)->name));
        }
    }
    plm_json_put(json, "kinds", kinds);
    json_t *rows = plm_json_array();
    for (uint32_t i = 0; i < info->row_count; i++) {
        plm_json_add(rows, plm_show_instrument_json(&info->rows[i]));
    }
    plm_json_put(json, "instruments", rows);
    json_t *sources = plm_json_array();
    for (uint32_t i = 0; i < info->source_count; i++) {
        plm_json_add(sources, plm_json_string(info->sources[i]));
    }
    plm_json_put(json, "sources", sources);
    json_t *report = json_loads(info->report, 0, NULL);
    plm_json_put(json, "report", report != NULL ? report : json_null());
    plm_json_print(&session->out, json);
}

static void print_times(plm_out *out, const plm_tape_info *info)
{
    char first[PLM_TIME_TEXT_CAP] = "-";
    char last[PLM_TIME_TEXT_CAP] = "-";
    char span[PLM_TIME_TEXT_CAP] = "-";
    if (info->events > 0) {
        (void)plm_time_format(info->first_ts, first);
        (void)plm_time_format(info->last_ts, last);
        (void)plm_duration_format(info->last_ts - info->first_ts, span);
    }
    plm_out_printf(out, "  first         %s\n  last          %s\n  span          %s\n", first, last,
                   span);
}

static void print_kinds(plm_out *out, const plm_tape_info *info)
{
    size_t column = 15;
    plm_out_text(out, info->kinds == 0 ? "  kinds         -" : "  kinds        ");
    for (unsigned kind = 1; kind < PLM_EV_KIND_COUNT; kind++) {
        if ((info->kinds & PLM_EV_BIT(kind)) != 0) {
            const char *name = plm_kind_find(kind)->name;
            if (column + 1 + strlen(name) > 79) {
                plm_out_text(out, "\n               ");
                column = 15;
            }
            plm_out_printf(out, " %s", name);
            column += strlen(name) + 1;
        }
    }
    plm_out_text(out, "\n");
}

/* The rows of an import; what a merge has inherited is a list of such reports. */
static void print_report(plm_out *out, const char *stored)
{
    json_t *const report = json_loads(stored, 0, NULL);
    const json_t *const rows_read = json_object_get(report, "rows_read");
    const json_t *const rows_written = json_object_get(report, "rows_written");
    const json_t *const rows_rejected = json_object_get(report, "rows_rejected");
    plm_out_text(out, "\nAn import report is stored in the tape; --json shows it.\n");
    if (json_is_integer(rows_read) && json_is_integer(rows_written) &&
        json_is_integer(rows_rejected)) {
        plm_out_printf(out, "  rows: %lld read = %lld written + %lld rejected\n",
                       (long long)json_integer_value(rows_read),
                       (long long)json_integer_value(rows_written),
                       (long long)json_integer_value(rows_rejected));
    }
    json_decref(report);
}

static void print_text(plm_session *session, const plm_tape_info *info)
{
    plm_out *out = &session->out;
    char text[PLM_SHOWN_CAP];
    char ratio[PLM_FIGURES_CAP];
    char digest[PLM_DIGEST_TEXT_CAP];
    plm_digest_text(info->digest, digest);
    plm_out_printf(out, "%s%s%s\n", session->colour_out ? PLM_BOLD : "",
                   plm_console_printable(info->path, text, sizeof text),
                   session->colour_out ? PLM_PLAIN : "");
    plm_out_printf(out, "  events        %s\n", plm_figures_count(info->events, text));
    print_times(out, info);
    plm_out_printf(out, "  bytes         %s", plm_figures_count(info->bytes, text));
    if (info->events > 0) {
        plm_out_printf(out, " (%s an event)",
                       plm_figures_ratio(info->bytes, info->events, 3, ratio));
    }
    plm_out_text(out, "\n");
    plm_out_printf(out, "  blocks        %s\n", plm_figures_count(info->blocks, text));
    plm_out_printf(out, "  profile       %s, format %u\n", plm_profile_name(info->profile),
                   info->version);
    plm_out_printf(out, "  second clock  %s\n", info->has_recv ? "yes" : "no");
    plm_out_printf(out, "  synthetic     %s\n",
                   info->synthetic ? "yes: this market is made up" : "no");
    plm_out_printf(out, "  digest        %s\n", digest);
    print_kinds(out, info);
    plm_out_printf(out, "\ninstruments: %u\n", info->row_count);
    plm_show_instruments(out, session->colour_out, info->rows, info->row_count, ROWS_SHOWN_MAX);
    plm_out_printf(out, "\nsources: %u\n", info->source_count);
    for (uint32_t i = 0; i < info->source_count && i < SOURCES_SHOWN_MAX; i++) {
        plm_out_text(out, "  ");
        plm_help_wrap(out, plm_console_printable(info->sources[i], text, sizeof text), 2, 4);
    }
    if (info->source_count > SOURCES_SHOWN_MAX) {
        plm_out_printf(out, "  ... and %u more; --json lists all\n",
                       info->source_count - SOURCES_SHOWN_MAX);
    }
    if (info->report[0] != '\0') {
        print_report(out, info->report);
    }
}

static plm_status run(plm_session *session, plm_diag *diag)
{
    plm_tape *tape = NULL;
    PLM_TRY(plm_session_tape(session, 0, diag, &tape));
    const plm_tape_info *info = plm_tape_get_info(tape);
    if (session->json) {
        print_json(session, info);
    } else {
        print_text(session, info);
    }
    plm_tape_close(tape);
    return PLM_OK;
}

const plm_command plm_cmd_tape_info = {
    .name = "tape info",
    .summary = "what a tape says about itself",
    .operands = "FILE",
    .operand_min = 1,
    .operand_max = 1,
    .examples = "plimsoll tape info w.tape\nplimsoll tape info w.tape --json\n",
    .text =
        "Reads the end of the tape only, and so takes no longer for a long tape. 'plimsoll tape "
        "verify' reads and checks everything.",
    .run = run,
};
