/*
 * cmd_synth.c - plimsoll synth: a seeded synthetic market onto a tape.
 */
#include <inttypes.h>
#include <stdio.h>

#include "commands.h"
#include "pack.h"
#include "scenario.h"
#include "timetext.h"

#define EVENTS_MAX (UINT64_C(1) << 40)

static const plm_option options[] = {
    PLM_PACK_OPTIONS,
    {.name = "events",
     .type = PLM_OPTION_COUNT,
     .value = "N",
     .help = "end after so many events; needed by scenarios without an end of their own",
     .min = 1,
     .max = EVENTS_MAX},
    {.name = "instruments",
     .type = PLM_OPTION_COUNT,
     .value = "N",
     .help = "number of instruments, where the scenario leaves it open",
     .min = 1,
     .max = PLM_SYNTH_INSTRUMENTS_MAX},
    {.name = "seed",
     .type = PLM_OPTION_COUNT,
     .value = "N",
     .help = "another seed, another market; default 0",
     .max = UINT64_MAX},
    {.name = "start",
     .type = PLM_OPTION_TIME,
     .value = "TIME",
     .help = "begin at this time instead of the scenario's own"},
    {.name = "depth",
     .type = PLM_OPTION_FLAG,
     .value = "",
     .help = "price levels behind the best quotes as well"},
    {.name = "recv",
     .type = PLM_OPTION_FLAG,
     .value = "",
     .help = "a second clock: when each event could be heard"},
};

/* How to make this tape again. */
static plm_status note_source(plm_pack *pack, const plm_synth_options *synth, plm_diag *diag)
{
    char line[256];
    char start[PLM_TIME_TEXT_CAP + 10] = "";
    char events[40] = "";
    char instruments[40] = "";
    if (synth->start != 0) {
        char text[PLM_TIME_TEXT_CAP];
        (void)plm_time_format(synth->start, text);
        (void)snprintf(start, sizeof start, " --start %s", text);
    }
    if (synth->events != 0) {
        (void)snprintf(events, sizeof events, " --events %" PRIu64, synth->events);
    }
    if (synth->instruments != 0) {
        (void)snprintf(instruments, sizeof instruments, " --instruments %u", synth->instruments);
    }
    (void)snprintf(line, sizeof line, "synth %s --seed %" PRIu64 "%s%s%s%s%s", synth->scenario,
                   synth->seed, events, instruments, start, synth->depth ? " --depth" : "",
                   synth->recv ? " --recv" : "");
    return plm_tape_add_source(pack->writer, line, diag);
}

static plm_pack_measure measure_of(const plm_synth_options *synth, const plm_scenario_info *info)
{
    const plm_ts start = synth->start != 0 ? synth->start : info->start;
    return (plm_pack_measure){
        .events = synth->events, .from = start, .until = start + info->duration_ns};
}

static plm_status run(plm_session *session, plm_diag *diag)
{
    const plm_scenario_info *info = NULL;
    PLM_TRY(plm_scenario_named(session->operand[0], diag, &info));
    PLM_TRY(plm_pack_check_output(session, diag));
    const plm_synth_options synth = {
        .scenario = info->name,
        .seed = plm_session_count(session, "seed", 0),
        .instruments = (uint32_t)plm_session_count(session, "instruments", 0),
        .events = plm_session_count(session, "events", 0),
        .start = plm_session_time(session, "start", 0),
        .depth = plm_session_flag(session, "depth"),
        .recv = plm_session_flag(session, "recv"),
    };
    if (info->duration_ns == 0 && synth.events == 0) {
        return plm_fail(diag, PLM_ERR_USAGE, "synth: '%s' has no end of its own; give --events N",
                        info->name);
    }
    plm_stream *stream = NULL;
    PLM_TRY(plm_synth_create(&synth, diag, &stream));
    plm_pack pack;
    plm_tape_summary summary;
    plm_status status = plm_pack_open(session, stream->has_recv, true, diag, &pack);
    if (status >= 0) {
        const plm_pack_measure measure = measure_of(&synth, info);
        status = note_source(&pack, &synth, diag);
        if (status >= 0) {
            status = plm_pack_run(&pack, stream, &measure, diag);
        }
        status = plm_pack_close(&pack, status, diag, &summary);
    }
    stream->destroy(stream);
    PLM_TRY(status);
    json_t *json = plm_json_open("synth");
    plm_json_text(json, "scenario", synth.scenario);
    plm_json_count(json, "seed", synth.seed);
    plm_pack_show(session, &pack, &summary, json);
    return PLM_OK;
}

const plm_command plm_cmd_synth = {
    .name = "synth",
    .summary = "make a synthetic market",
    .operands = "SCENARIO",
    .operand_min = 1,
    .operand_max = 1,
    .names = PLM_NAMES_SCENARIOS,
    .examples = "plimsoll synth walk --events 1000000 --seed 7 -o w.tape\n"
                "plimsoll synth luna-2022-05 -o luna.tape\n"
                "plimsoll scenarios\n",
    .text = "Integer arithmetic throughout: the same scenario, options and seed give the same "
            "events, and so the same digest, on every machine. The tape says that it is synthetic, "
            "and so does every report made from it.",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
