/*
 * cmd_tape_slice.c - plimsoll tape slice: the events of an interval as a tape of their own.
 */
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "pack.h"
#include "timetext.h"

static const plm_option options[] = {
    PLM_INTERVAL_OPTIONS,
    PLM_PACK_OPTIONS,
};

/* " --from TIME" where it was given. */
static void append_time(const plm_session *session, const char *name, char *line, size_t cap)
{
    if (plm_session_flag(session, name)) {
        char text[PLM_TIME_TEXT_CAP];
        const size_t size = strlen(line);
        (void)plm_time_format(plm_session_time(session, name, 0), text);
        (void)snprintf(line + size, cap - size, " --%s %s", name, text);
    }
}

static plm_status pack_slice(plm_session *session, plm_tape *tape, plm_stream *stream,
                             const plm_pack_measure *measure, plm_diag *diag)
{
    const plm_tape_info *info = plm_tape_get_info(tape);
    plm_pack pack;
    plm_tape_summary summary;
    PLM_TRY(plm_pack_open(session, stream->has_recv, info->synthetic, diag, &pack));
    char how[3 * PLM_TIME_TEXT_CAP] = "slice";
    append_time(session, "from", how, sizeof how);
    append_time(session, "to", how, sizeof how);
    plm_status status = plm_pack_inherit(&pack, how, &tape, 1, diag);
    if (status >= 0) {
        status = plm_pack_run(&pack, stream, measure, diag);
    }
    PLM_TRY(plm_pack_close(&pack, status, diag, &summary));
    if (summary.events == 0) {
        plm_session_note(session, "%s: no events in that interval", info->path);
    }
    plm_pack_show(session, &pack, &summary, plm_json_open("tape-slice"));
    return PLM_OK;
}

static plm_status run(plm_session *session, plm_diag *diag)
{
    plm_pack_measure measure = {0};
    PLM_TRY(plm_session_interval(session, diag, &measure.from, &measure.until));
    PLM_TRY(plm_pack_check_output(session, diag));
    plm_tape *tape = NULL;
    PLM_TRY(plm_session_tape(session, 0, diag, &tape));
    plm_stream *stream = NULL;
    plm_status status = plm_tape_stream(tape, measure.from, measure.until, diag, &stream);
    if (status >= 0) {
        const plm_tape_info *info = plm_tape_get_info(tape);
        if (info->events > 0 && measure.from < info->first_ts) {
            measure.from = info->first_ts;
        }
        if (info->events > 0 && measure.until > info->last_ts) {
            measure.until = info->last_ts + 1;
        }
        status = pack_slice(session, tape, stream, &measure, diag);
        stream->destroy(stream);
    }
    plm_tape_close(tape);
    return status;
}

const plm_command plm_cmd_tape_slice = {
    .name = "tape slice",
    .summary = "the events of an interval as a tape of their own",
    .operands = "FILE",
    .operand_min = 1,
    .operand_max = 1,
    .examples = "plimsoll tape slice w.tape --to 2026-01-01T00:01 -o a.tape\n"
                "plimsoll tape slice w.tape --from 2026-01-01T00:01 -o b.tape\n",
    .text =
        "Takes the events from --from on and before --to, and all instruments. Slices that meet, "
        "put together by 'plimsoll tape merge', are the tape again, with the same digest.",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
