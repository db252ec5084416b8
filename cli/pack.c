/*
 * pack.c - a stream of events onto a tape, with progress, Ctrl-C and provenance: what synth,
 * import, slice and merge have in common.
 */
#include "pack.h"

#include <stdio.h>
#include <string.h>

#include "check.h"
#include "figures.h"
#include "interrupt.h"
#include "memory.h"
#include "outfile.h"
#include "tape_write.h"
#include "timetext.h"

const char *const plm_pack_profiles[] = {"fast", "default", "archive", NULL};

static plm_profile profile_named(const char *name)
{
    if (name == NULL || strcmp(name, "default") == 0) {
        return PLM_PROFILE_DEFAULT;
    }
    return strcmp(name, "fast") == 0 ? PLM_PROFILE_FAST : PLM_PROFILE_ARCHIVE;
}

plm_status plm_pack_check_output(const plm_session *session, plm_diag *diag)
{
    const char *path = plm_session_text(session, "output");
    if (strcmp(path, "-") == 0) {
        return plm_fail(diag, PLM_ERR_USAGE,
                        "--output -: a tape needs a file, it appears under its name only when it "
                        "is whole; 'plimsoll tape cat' writes events to standard output");
    }
    return plm_outfile_check(path, plm_session_flag(session, "force"), diag);
}

plm_status plm_pack_open(const plm_session *session, bool has_recv, bool synthetic, plm_diag *diag,
                         plm_pack *out)
{
    plm_pack pack = {.session = session, .path = plm_session_text(session, "output")};
    pack.options =
        (plm_tape_options){.profile = profile_named(plm_session_text(session, "profile")),
                           .has_recv = has_recv,
                           .overwrite = plm_session_flag(session, "force"),
                           .synthetic = synthetic};
    plm_interrupt_defer();
    PLM_TRY(plm_tape_create(pack.path, &pack.options, diag, &pack.writer));
    *out = pack;
    return PLM_OK;
}

/* -- provenance ------------------------------------------------------------------------------ */

#define INHERITED "inherited-report"

/* The parts of a tape that was cut carry the same report. */
static bool is_listed(const json_t *list, const json_t *entry)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *known = json_array_get(list, i);
        if (json_equal(json_object_get(known, "digest"), json_object_get(entry, "digest")) &&
            json_equal(json_object_get(known, "report"), json_object_get(entry, "report"))) {
            return true;
        }
    }
    return false;
}

/* Takes the entry. */
static void add_entry(json_t *list, json_t *entry)
{
    if (is_listed(list, entry)) {
        json_decref(entry);
    } else {
        plm_json_add(list, entry);
    }
}

/* Adds the report of a tape, or, where the tape is made of others, the reports of those. Takes the
 * report. */
static void add_report(json_t *list, const plm_tape_info *info, json_t *report)
{
    const char *schema = json_string_value(json_object_get(report, "schema"));
    if (schema != NULL && strcmp(schema, "plimsoll/" INHERITED "/1") == 0) {
        const json_t *reports = json_object_get(report, "reports");
        for (size_t i = 0; i < json_array_size(reports); i++) {
            add_entry(list, json_incref(json_array_get(reports, i)));
        }
        json_decref(report);
        return;
    }
    char digest[PLM_DIGEST_TEXT_CAP];
    plm_digest_text(info->digest, digest);
    json_t *entry = plm_json_object();
    plm_json_text(entry, "tape", info->path);
    plm_json_text(entry, "digest", digest);
    plm_json_put(entry, "report", report);
    add_entry(list, entry);
}

static plm_status inherit_reports(plm_pack *pack, plm_tape *const *tapes, uint32_t count,
                                  plm_diag *diag)
{
    json_t *list = plm_json_array();
    for (uint32_t i = 0; i < count; i++) {
        const plm_tape_info *info = plm_tape_get_info(tapes[i]);
        if (info->report[0] == '\0') {
            continue;
        }
        json_t *report = json_loads(info->report, 0, NULL);
        if (report != NULL) {
            add_report(list, info, report);
        } else {
            plm_session_note(pack->session,
                             "%s: its import report is not JSON that can be read; it is left out",
                             info->path);
        }
    }
    if (json_array_size(list) == 0) {
        json_decref(list);
        return PLM_OK;
    }
    json_t *all = plm_json_open(INHERITED);
    plm_json_put(all, "reports", list);
    char *flat = plm_json_flat(all);
    plm_status status = PLM_OK;
    if (strlen(flat) <= PLM_REPORT_TEXT_MAX) {
        status = plm_tape_set_report(pack->writer, flat, diag);
    } else {
        plm_session_note(pack->session,
                         "the import reports of the sources are left out: together they have %zu "
                         "bytes, a tape holds %u",
                         strlen(flat), PLM_REPORT_TEXT_MAX);
    }
    plm_free(flat);
    return status;
}

plm_status plm_pack_inherit(plm_pack *pack, const char *how, plm_tape *const *tapes, uint32_t count,
                            plm_diag *diag)
{
    for (uint32_t i = 0; i < count; i++) {
        const plm_tape_info *info = plm_tape_get_info(tapes[i]);
        char digest[PLM_DIGEST_TEXT_CAP];
        char line[PLM_SHOWN_CAP + 200];
        char name[PLM_SHOWN_CAP];
        plm_digest_text(info->digest, digest);
        (void)snprintf(line, sizeof line, "%s: %s (digest %s)", how,
                       plm_console_printable(info->path, name, sizeof name), digest);
        PLM_TRY(plm_tape_add_source(pack->writer, line, diag));
        for (uint32_t j = 0; j < info->source_count; j++) {
            PLM_TRY(plm_tape_add_source(pack->writer, info->sources[j], diag));
        }
    }
    return inherit_reports(pack, tapes, count, diag);
}

/* -- packing --------------------------------------------------------------------------------- */

static plm_status add_rows(plm_pack *pack, const plm_stream *stream, plm_diag *diag)
{
    for (; pack->rows < stream->row_count; pack->rows++) {
        PLM_TRY(plm_tape_add_instrument(pack->writer, &stream->rows[pack->rows], diag));
    }
    return PLM_OK;
}

static void show_progress(plm_progress *progress, const plm_pack_measure *measure, uint64_t events,
                          plm_ts ts)
{
    uint64_t done = events;
    uint64_t total = measure->events;
    if (measure->ask != NULL) {
        measure->ask(measure->context, &done, &total);
    } else if (total == 0 && measure->until > measure->from) {
        total = (uint64_t)(measure->until - measure->from);
        done = ts > measure->from ? (uint64_t)(ts - measure->from) : 0;
    }
    plm_progress_update(progress, done, total, events, ts);
}

static plm_status run_batches(plm_pack *pack, plm_stream *stream, const plm_pack_measure *measure,
                              plm_progress *progress, plm_batch *batch, plm_diag *diag)
{
    uint64_t events = 0;
    for (;;) {
        const plm_status status = stream->next(stream, diag, batch);
        if (plm_interrupt_seen()) {
            plm_diag_init(diag);
            return plm_fail(diag, PLM_ERR_INTERRUPTED, "interrupted");
        }
        PLM_TRY(status);
        PLM_TRY(add_rows(pack, stream, diag));
        if (status == PLM_END) {
            return PLM_OK;
        }
        const plm_ts *recv = pack->options.has_recv ? batch->recv : NULL;
        PLM_TRY(plm_tape_append(pack->writer, batch->event, recv, batch->count, diag));
        events += batch->count;
        show_progress(progress, measure, events, batch->event[batch->count - 1].ts);
    }
}

plm_status plm_pack_run(plm_pack *pack, plm_stream *stream, const plm_pack_measure *measure,
                        plm_diag *diag)
{
    plm_assert(stream->has_recv || !pack->options.has_recv);
    plm_progress progress;
    plm_batch *batch = plm_alloc(1, sizeof *batch);
    plm_progress_start(pack->session, &progress);
    const plm_status status = run_batches(pack, stream, measure, &progress, batch, diag);
    plm_progress_clear(&progress);
    plm_free(batch);
    return status;
}

plm_status plm_pack_close(plm_pack *pack, plm_status status, plm_diag *diag, plm_tape_summary *out)
{
    plm_tape_writer *writer = pack->writer;
    pack->writer = NULL;
    if (status >= 0) {
        return plm_tape_finish(writer, diag, out);
    }
    plm_tape_abort(writer);
    if (status == PLM_ERR_INTERRUPTED) {
        plm_diag_init(diag);
        return plm_fail(diag, status, "interrupted; the temporary file is removed, %s is %s",
                        pack->path, pack->options.overwrite ? "as it was" : "not written");
    }
    return status;
}

static void show_text(plm_out *out, const plm_pack *pack, const plm_tape_summary *summary)
{
    char text[PLM_SHOWN_CAP];
    char bytes[PLM_FIGURES_CAP];
    plm_out_printf(out, "%s\n", plm_console_printable(pack->path, text, sizeof text));
    plm_out_printf(out, "  %s event%s, %u instrument%s, %s bytes",
                   plm_figures_count(summary->events, text), summary->events == 1 ? "" : "s",
                   pack->rows, pack->rows == 1 ? "" : "s",
                   plm_figures_count(summary->bytes, bytes));
    if (summary->events > 0) {
        char first[PLM_TIME_TEXT_CAP];
        char last[PLM_TIME_TEXT_CAP];
        (void)plm_time_format(summary->first_ts, first);
        (void)plm_time_format(summary->last_ts, last);
        plm_out_printf(out, " (%s an event)\n  %s to %s",
                       plm_figures_ratio(summary->bytes, summary->events, 3, text), first, last);
    }
    plm_digest_text(summary->digest, text);
    plm_out_printf(out, "\n  digest %s\n", text);
}

void plm_pack_show(plm_session *session, const plm_pack *pack, const plm_tape_summary *summary,
                   json_t *json)
{
    if (session->json) {
        char digest[PLM_DIGEST_TEXT_CAP];
        char ratio[PLM_FIGURES_CAP];
        plm_digest_text(summary->digest, digest);
        (void)plm_figures_ratio(summary->bytes, summary->events, 3, ratio);
        plm_json_text(json, "file", pack->path);
        plm_json_count(json, "events", summary->events);
        plm_json_count(json, "instrument_count", pack->rows);
        plm_json_count(json, "blocks", summary->blocks);
        plm_json_count(json, "bytes", summary->bytes);
        plm_json_text(json, "bytes_per_event", ratio);
        plm_json_text(json, "profile", plm_profile_name(pack->options.profile));
        plm_json_time(json, "first", summary->first_ts);
        plm_json_time(json, "last", summary->last_ts);
        plm_json_text(json, "digest", digest);
        plm_json_print(&session->out, json);
        return;
    }
    json_decref(json);
    if (!session->quiet) {
        show_text(&session->out, pack, summary);
    }
}
