/*
 * cmd_tape_cat.c - plimsoll tape cat: the events of a tape as CSV, which the importer reads back.
 */
#include "commands.h"
#include "event_csv.h"
#include "memory.h"
#include "show.h"

static const plm_option options[] = {PLM_INTERVAL_OPTIONS};

static void print_head(plm_out *out, const plm_tape_info *info)
{
    plm_out_commit(out, plm_event_csv_format_first(plm_out_reserve(out, PLM_EVENT_CSV_HEAD_CAP)));
    for (uint32_t i = 0; i < info->row_count; i++) {
        char *at = plm_out_reserve(out, PLM_EVENT_CSV_HEAD_CAP);
        plm_out_commit(out, plm_event_csv_format_instrument(i, &info->rows[i], at));
    }
    char *at = plm_out_reserve(out, PLM_EVENT_CSV_HEAD_CAP);
    plm_out_commit(out, plm_event_csv_format_columns(info->has_recv, info->synthetic, at));
}

static plm_status print_csv(plm_out *out, const plm_tape_info *info, plm_stream *stream,
                            plm_diag *diag)
{
    print_head(out, info);
    plm_batch *batch = plm_alloc(1, sizeof *batch);
    plm_status status = PLM_OK;
    uint64_t count = 0;
    while (out->error_number == 0) {
        status = stream->next(stream, diag, batch);
        if (status != PLM_OK) {
            break;
        }
        for (uint32_t i = 0; i < batch->count; i++) {
            const plm_ts *recv = stream->has_recv ? &batch->recv[i] : NULL;
            char *at = plm_out_reserve(out, PLM_EVENT_CSV_LINE_CAP);
            plm_out_commit(out, plm_event_csv_format(&batch->event[i], recv, stream->rows, at));
        }
        count += batch->count;
    }
    plm_free(batch);
    if (status == PLM_END) {
        char *at = plm_out_reserve(out, PLM_EVENT_CSV_HEAD_CAP);
        plm_out_commit(out, plm_event_csv_format_end(count, at));
    }
    return status;
}

static plm_status run(plm_session *session, plm_diag *diag)
{
    plm_ts from = 0;
    plm_ts until = 0;
    PLM_TRY(plm_session_interval(session, diag, &from, &until));
    plm_tape *tape = NULL;
    PLM_TRY(plm_session_tape(session, 0, diag, &tape));
    plm_stream *stream = NULL;
    plm_status status = plm_tape_stream(tape, from, until, diag, &stream);
    if (status >= 0) {
        status = session->json
                     ? plm_show_events_json(session, "tape-cat", tape, stream, UINT64_MAX, diag)
                     : print_csv(&session->out, plm_tape_get_info(tape), stream, diag);
        stream->destroy(stream);
    }
    plm_tape_close(tape);
    return status;
}

const plm_command plm_cmd_tape_cat = {
    .name = "tape cat",
    .summary = "the events of a tape as CSV",
    .operands = "FILE",
    .operand_min = 1,
    .operand_max = 1,
    .examples = "plimsoll tape cat w.tape | zstd > w.csv.zst\n"
                "plimsoll tape cat w.tape | plimsoll import --format csv - -o w2.tape\n"
                "plimsoll tape cat w.tape --from 2026-01-01T00:01 --to 2026-01-01T00:02\n",
    .text =
        "The head lines carry the instruments, so that 'plimsoll import' makes the same tape of "
        "it again, with the same digest. With --json, one object with a list of events.",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
