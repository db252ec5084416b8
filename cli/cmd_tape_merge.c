/*
 * cmd_tape_merge.c - plimsoll tape merge: several tapes as one, in the total order.
 */
#include "commands.h"
#include "memory.h"
#include "merge.h"
#include "pack.h"

static const plm_option options[] = {PLM_PACK_OPTIONS};

typedef struct sources {
    uint32_t count;
    plm_tape **tape;
} sources;

static plm_status open_sources(const plm_session *session, plm_diag *diag, sources *out)
{
    out->tape = plm_alloc(session->operand_count, sizeof *out->tape);
    for (; out->count < session->operand_count; out->count++) {
        PLM_TRY(plm_session_tape(session, out->count, diag, &out->tape[out->count]));
    }
    return PLM_OK;
}

static void close_sources(sources *tapes)
{
    for (uint32_t i = 0; i < tapes->count; i++) {
        plm_tape_close(tapes->tape[i]);
    }
    plm_free(tapes->tape);
}

static plm_status open_merged(const sources *tapes, plm_diag *diag, plm_stream **out)
{
    plm_stream **streams = plm_alloc(tapes->count, sizeof *streams);
    uint32_t count = 0;
    plm_status status = PLM_OK;
    while (count < tapes->count && status >= 0) {
        status = plm_tape_stream(tapes->tape[count], 0, 0, diag, &streams[count]);
        count += status >= 0 ? 1 : 0;
    }
    if (status >= 0) {
        status = plm_merge_create(streams, count, diag, out);
    } else {
        for (uint32_t i = 0; i < count; i++) {
            streams[i]->destroy(streams[i]);
        }
    }
    plm_free(streams);
    return status;
}

static plm_status pack_merged(plm_session *session, const sources *tapes, plm_stream *stream,
                              plm_diag *diag)
{
    bool synthetic = false;
    plm_pack_measure measure = {0};
    for (uint32_t i = 0; i < tapes->count; i++) {
        const plm_tape_info *info = plm_tape_get_info(tapes->tape[i]);
        synthetic = synthetic || info->synthetic;
        measure.events += info->events;
    }
    plm_pack pack;
    plm_tape_summary summary;
    PLM_TRY(plm_pack_open(session, stream->has_recv, synthetic, diag, &pack));
    plm_status status = plm_pack_inherit(&pack, "merge", tapes->tape, tapes->count, diag);
    if (status >= 0) {
        status = plm_pack_run(&pack, stream, &measure, diag);
    }
    PLM_TRY(plm_pack_close(&pack, status, diag, &summary));
    plm_pack_show(session, &pack, &summary, plm_json_open("tape-merge"));
    return PLM_OK;
}

static plm_status run(plm_session *session, plm_diag *diag)
{
    PLM_TRY(plm_pack_check_output(session, diag));
    sources tapes = {0};
    plm_stream *stream = NULL;
    plm_status status = open_sources(session, diag, &tapes);
    if (status >= 0) {
        status = open_merged(&tapes, diag, &stream);
    }
    if (status >= 0) {
        status = pack_merged(session, &tapes, stream, diag);
        stream->destroy(stream);
    }
    close_sources(&tapes);
    return status;
}

const plm_command plm_cmd_tape_merge = {
    .name = "tape merge",
    .summary = "several tapes as one",
    .operands = "FILE...",
    .operand_min = 1,
    .operand_max = PLM_OPERANDS_ANY,
    .examples = "plimsoll tape merge monday.tape tuesday.tape -o week.tape\n"
                "plimsoll tape merge btc.tape eth.tape --profile archive -o both.tape\n",
    .text =
        "Events of the same time come in the order in which the tapes are named. Instruments "
        "with the same symbol must be described alike. Where only some tapes have a second clock, "
        "the events of the others count as heard when they happened.",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
