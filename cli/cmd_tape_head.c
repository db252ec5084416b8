/*
 * cmd_tape_head.c - plimsoll tape head: the first events of a tape as a table.
 */
#include "commands.h"
#include "memory.h"
#include "show.h"

#define COUNT_DEFAULT 10
#define COUNT_MAX 10000

static const plm_option options[] = {
    {.name = "count",
     .letter = 'n',
     .type = PLM_OPTION_COUNT,
     .value = "N",
     .help = "so many events; default 10",
     .min = 1,
     .max = COUNT_MAX},
    {.name = "from",
     .type = PLM_OPTION_TIME,
     .value = "TIME",
     .help = "from this time on, UTC: 2025-10-10T21:15"},
};

static plm_status print_table(plm_session *session, plm_stream *stream, uint64_t count_max,
                              plm_diag *diag)
{
    plm_grid *grid = plm_show_event_grid(NULL);
    plm_batch *batch = plm_alloc(1, sizeof *batch);
    uint64_t count = 0;
    plm_status status = PLM_OK;
    while (count < count_max && status == PLM_OK) {
        status = stream->next(stream, diag, batch);
        for (uint32_t i = 0; status == PLM_OK && i < batch->count && count < count_max; i++) {
            plm_show_event_row(grid, &batch->event[i], &stream->rows[batch->event[i].sym]);
            count++;
        }
    }
    if (status >= 0) {
        plm_grid_print(grid, &session->out, session->colour_out, 0);
    }
    plm_free(batch);
    plm_grid_destroy(grid);
    return status;
}

static plm_status run(plm_session *session, plm_diag *diag)
{
    const uint64_t count = plm_session_count(session, "count", COUNT_DEFAULT);
    plm_tape *tape = NULL;
    PLM_TRY(plm_session_tape(session, 0, diag, &tape));
    plm_stream *stream = NULL;
    plm_status status = plm_tape_stream(tape, plm_session_time(session, "from", PLM_TS_MIN),
                                        PLM_TS_MAX, diag, &stream);
    if (status >= 0) {
        status = session->json
                     ? plm_show_events_json(session, "tape-head", tape, stream, count, diag)
                     : print_table(session, stream, count, diag);
        stream->destroy(stream);
    }
    plm_tape_close(tape);
    return status;
}

const plm_command plm_cmd_tape_head = {
    .name = "tape head",
    .summary = "the first events of a tape as a table",
    .operands = "FILE",
    .operand_min = 1,
    .operand_max = 1,
    .examples = "plimsoll tape head w.tape\n"
                "plimsoll tape head w.tape -n 50 --from 2026-01-01T00:01\n",
    .text =
        "Under price and quantity stands what the kind of the event has: a rate under price, "
        "the time of the next funding under quantity. The second clock and the flags have no room "
        "in the table; --json has them.",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
