/*
 * cmd_tape_stats.c - plimsoll tape stats: what is on a tape, per instrument and kind.
 */
#include <string.h>

#include "commands.h"
#include "decimal.h"
#include "figures.h"
#include "instrument_text.h"
#include "memory.h"
#include "progress.h"
#include "show.h"
#include "tally.h"
#include "timetext.h"

/* -- JSON ------------------------------------------------------------------------------------ */

static json_t *kind_json(unsigned kind, const plm_tally_kind *tally, const plm_instrument *row)
{
    const plm_kind_info *info = plm_kind_find(kind);
    char text[PLM_SHOW_FIELD_CAP];
    json_t *entry = plm_json_object();
    plm_json_text(entry, "kind", info->name);
    plm_json_count(entry, "events", tally->count);
    plm_json_time(entry, "first", tally->first);
    plm_json_time(entry, "last", tally->last);
    if (tally->has_px) {
        plm_show_field(info->px, tally->px_min, row->px_scale, text);
        plm_json_text(entry, "px_min", text);
        plm_show_field(info->px, tally->px_max, row->px_scale, text);
        plm_json_text(entry, "px_max", text);
    }
    if (plm_tally_is_volume(kind)) {
        (void)plm_decimal_format_i128(tally->qty, row->qty_scale, text);
        plm_json_text(entry, "volume", text);
    }
    return entry;
}

static json_t *row_json(const plm_tally_row *tally, const plm_instrument *row)
{
    json_t *entry = plm_json_object();
    plm_json_text(entry, "symbol", row->symbol);
    plm_json_count(entry, "events", tally->count);
    plm_json_time(entry, "first", tally->first);
    plm_json_time(entry, "last", tally->last);
    plm_json_put(entry, "longest_silence_ns", json_integer((json_int_t)tally->silence_ns));
    plm_json_time(entry, "longest_silence_end", tally->silence_end);
    plm_json_count(entry, "gaps", tally->kinds == NULL ? 0 : tally->kinds[PLM_EV_GAP].count);
    plm_json_put(entry, "longest_gap_ns", json_integer((json_int_t)tally->gap_ns));
    json_t *kinds = plm_json_array();
    for (unsigned kind = 1; kind < PLM_EV_KIND_COUNT && tally->kinds != NULL; kind++) {
        if (tally->kinds[kind].count > 0) {
            plm_json_add(kinds, kind_json(kind, &tally->kinds[kind], row));
        }
    }
    plm_json_put(entry, "kinds", kinds);
    return entry;
}

static void print_json(plm_session *session, const plm_tape_info *info, const plm_tally *tally)
{
    char text[PLM_FIGURES_CAP];
    json_t *json = plm_json_open("tape-stats");
    plm_json_text(json, "file", info->path);
    plm_json_count(json, "events", tally->events);
    plm_json_count(json, "same_stamp_events", tally->same_stamp);
    plm_json_text(json, "same_stamp_share",
                  plm_figures_ratio(tally->same_stamp, tally->events, 4, text));
    plm_json_count(json, "bytes", info->bytes);
    plm_json_text(json, "bytes_per_event", plm_figures_ratio(info->bytes, info->events, 3, text));
    json_t *rows = plm_json_array();
    for (uint32_t i = 0; i < tally->row_count; i++) {
        plm_json_add(rows, row_json(&tally->rows[i], &info->rows[i]));
    }
    plm_json_put(json, "instruments", rows);
    plm_json_print(&session->out, json);
}

/* -- text ------------------------------------------------------------------------------------ */

static void add_kind(plm_grid *grid, unsigned kind, const plm_tally_kind *tally,
                     const plm_instrument *row)
{
    const plm_kind_info *info = plm_kind_find(kind);
    char text[PLM_SHOW_FIELD_CAP] = "";
    char figures[PLM_FIGURES_CAP];
    plm_grid_add(grid, info->name);
    plm_grid_add(grid, plm_figures_count(tally->count, figures));
    if (tally->has_px) {
        plm_show_field(info->px, tally->px_min, row->px_scale, text);
    }
    plm_grid_add(grid, text);
    if (tally->has_px) {
        plm_show_field(info->px, tally->px_max, row->px_scale, text);
    }
    plm_grid_add(grid, text);
    if (plm_tally_is_volume(kind)) {
        (void)plm_decimal_format_i128(tally->qty, row->qty_scale, text);
        plm_grid_add(grid, plm_figures_decimal(text, figures));
    } else {
        plm_grid_add(grid, "");
    }
}

static void print_row(plm_session *session, const plm_tally_row *tally, const plm_instrument *row)
{
    static const char *const heads[] = {"kind", ">events", ">lowest", ">highest", ">volume"};
    plm_out *out = &session->out;
    plm_out_printf(out, "\n%s%s%s  %s\n", session->colour_out ? PLM_BOLD : "", row->symbol,
                   session->colour_out ? PLM_PLAIN : "",
                   plm_instrument_kind_name((plm_instrument_kind)row->kind));
    if (tally->kinds == NULL) {
        plm_out_text(out, "  no events\n");
        return;
    }
    char first[PLM_TIME_TEXT_CAP];
    char last[PLM_TIME_TEXT_CAP];
    char silence[PLM_TIME_TEXT_CAP];
    char missing[PLM_TIME_TEXT_CAP];
    char gaps[PLM_FIGURES_CAP];
    (void)plm_time_format(tally->first, first);
    (void)plm_time_format(tally->last, last);
    (void)plm_duration_format(tally->silence_ns, silence);
    (void)plm_duration_format(tally->gap_ns, missing);
    plm_out_printf(out, "  %s to %s\n  longest silence %s, gaps %s (longest %s)\n", first, last,
                   silence, plm_figures_count(tally->kinds[PLM_EV_GAP].count, gaps), missing);
    plm_grid *grid = plm_grid_create(heads, 5, 4);
    for (unsigned kind = 1; kind < PLM_EV_KIND_COUNT; kind++) {
        if (tally->kinds[kind].count > 0) {
            add_kind(grid, kind, &tally->kinds[kind], row);
        }
    }
    plm_grid_print(grid, out, session->colour_out, 2);
    plm_grid_destroy(grid);
}

static void print_text(plm_session *session, const plm_tape_info *info, const plm_tally *tally)
{
    char name[PLM_SHOWN_CAP];
    char count[PLM_FIGURES_CAP];
    char ratio[PLM_FIGURES_CAP];
    char share[PLM_FIGURES_CAP];
    plm_out_printf(&session->out, "%s\n  %s event%s",
                   plm_console_printable(info->path, name, sizeof name),
                   plm_figures_count(tally->events, count), tally->events == 1 ? "" : "s");
    if (tally->events > 0) {
        plm_out_printf(&session->out,
                       ", %s bytes an event\n"
                       "  %s %% of them have the same time as the event before",
                       plm_figures_ratio(info->bytes, info->events, 3, ratio),
                       plm_figures_ratio(tally->same_stamp * 100, tally->events, 2, share));
    }
    plm_out_text(&session->out, "\n");
    for (uint32_t i = 0; i < tally->row_count; i++) {
        print_row(session, &tally->rows[i], &info->rows[i]);
    }
}

/* -- the command ----------------------------------------------------------------------------- */

static plm_status count_events(const plm_session *session, const plm_tape_info *info,
                               plm_stream *stream, plm_diag *diag, plm_tally *tally)
{
    plm_progress progress;
    plm_progress_start(session, &progress);
    plm_batch *batch = plm_alloc(1, sizeof *batch);
    plm_status status = PLM_OK;
    while ((status = stream->next(stream, diag, batch)) == PLM_OK) {
        plm_tally_add(tally, batch);
        plm_progress_update(&progress, tally->events, info->events, tally->events, tally->last);
    }
    plm_progress_clear(&progress);
    plm_free(batch);
    return status;
}

static plm_status run(plm_session *session, plm_diag *diag)
{
    plm_tape *tape = NULL;
    PLM_TRY(plm_session_tape(session, 0, diag, &tape));
    const plm_tape_info *info = plm_tape_get_info(tape);
    plm_stream *stream = NULL;
    plm_status status = plm_tape_stream(tape, 0, 0, diag, &stream);
    if (status >= 0) {
        plm_tally tally;
        plm_tally_init(&tally, info->row_count);
        status = count_events(session, info, stream, diag, &tally);
        if (status >= 0 && session->json) {
            print_json(session, info, &tally);
        } else if (status >= 0) {
            print_text(session, info, &tally);
        }
        plm_tally_fini(&tally);
        stream->destroy(stream);
    }
    plm_tape_close(tape);
    return status;
}

const plm_command plm_cmd_tape_stats = {
    .name = "tape stats",
    .summary = "what is on a tape, per instrument and kind",
    .operands = "FILE",
    .operand_min = 1,
    .operand_max = 1,
    .examples = "plimsoll tape stats w.tape\nplimsoll tape stats w.tape --json\n",
    .text = "Reads all events. Volume is what was traded; lowest and highest are prices or rates, "
            "empty quotes left out; a gap is data that the tape declares as missing.",
    .run = run,
};
