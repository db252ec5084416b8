/*
 * segments.c - replays run files twice, as usual and with a segment that ends at every instant, and
 * compares the digests (docs/replay.md).
 *
 * segments FOLDER RUN...    FOLDER has the plug-ins, FOLDER/ID.so each
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "run.h"
#include "run_file.h"
#include "tape_read.h"

#define PATH_CAP 4096
#define STRATEGIES_MAX 16u

/* A run file with all that it needs. */
typedef struct setting {
    plm_run_file *file;
    plm_tape *tape;
    plm_contracts contracts;
    plm_library *library[STRATEGIES_MAX];
    plm_run_strategy answer[STRATEGIES_MAX];
    const plm_run_spec *spec;
    bool has_contracts;
} setting;

static plm_status answer(setting *stage, const char *folder, plm_diag *diag)
{
    uint32_t const count = plm_run_file_strategy_count(stage->file);
    if (count > STRATEGIES_MAX) {
        return plm_fail(diag, PLM_ERR_USAGE, "%u strategies; allowed are %u", count,
                        STRATEGIES_MAX);
    }
    for (uint32_t i = 0; i < count; i++) {
        const char *const word = plm_run_file_strategy(stage->file, i);
        char path[PATH_CAP];
        (void)snprintf(path, sizeof path, "%s/%s.so", folder, word);
        PLM_TRY(plm_library_open(path, diag, &stage->library[i]));
        stage->answer[i] = (plm_run_strategy){word, plm_library_factory(stage->library[i]),
                                              plm_library_descriptor(stage->library[i], 0)};
    }
    return PLM_OK;
}

static plm_status open_stage(setting *stage, const char *folder, const char *path, plm_diag *diag)
{
    PLM_TRY(plm_run_file_read(path, NULL, 0, NULL, diag, &stage->file));
    PLM_TRY(plm_tape_open(plm_run_file_tape(stage->file), diag, &stage->tape));
    const plm_tape_info *const info = plm_tape_get_info(stage->tape);
    plm_contracts_init(&stage->contracts, info->rows, info->row_count);
    stage->has_contracts = true;
    PLM_TRY(answer(stage, folder, diag));
    return plm_run_file_resolve(stage->file, &stage->contracts, stage->answer,
                                plm_run_file_strategy_count(stage->file), diag, &stage->spec);
}

static void close_stage(setting *stage)
{
    plm_run_file_destroy(stage->file);
    for (uint32_t i = 0; i < STRATEGIES_MAX; i++) {
        plm_library_close(stage->library[i]);
    }
    if (stage->has_contracts) {
        plm_contracts_fini(&stage->contracts);
        plm_tape_close(stage->tape);
    }
}

/* What came of a run: its digest, or why it failed and after how many records. */
typedef struct outcome {
    uint8_t digest[PLM_DIGEST_SIZE];
    char failure[PLM_DIAG_CAP];
    plm_run_state state;
} outcome;

static plm_status replay(setting *stage, bool forced, plm_diag *diag, outcome *out)
{
    *out = (outcome){0};
    plm_beat beat = {.account = UINT32_MAX};
    plm_run *run = NULL;
    PLM_TRY(plm_run_create(stage->spec, &stage->contracts, plm_tape_get_blocks(stage->tape), &beat,
                           diag, &run));
    if (forced) {
        plm_run_force_segments(run);
    }
    plm_status status = PLM_OK;
    while (status == PLM_OK) {
        status = plm_run_step(run, diag);
    }
    out->state = plm_run_get_state(run);
    if (status >= 0) {
        status = plm_run_finish(run, diag, out->digest);
    }
    if (status < 0) {
        (void)snprintf(out->failure, sizeof out->failure, "%s", diag->text);
    }
    plm_run_destroy(run);
    return PLM_OK;
}

static plm_status compare(const char *folder, const char *path, plm_diag *diag)
{
    setting stage = {0};
    outcome plain, forced;
    plm_status status = open_stage(&stage, folder, path, diag);
    if (status >= 0) {
        status = replay(&stage, false, diag, &plain);
    }
    if (status >= 0) {
        status = replay(&stage, true, diag, &forced);
    }
    close_stage(&stage);
    PLM_TRY(status);
    if (memcmp(&plain.digest, &forced.digest, sizeof plain.digest) != 0 ||
        strcmp(plain.failure, forced.failure) != 0 || plain.state.now != forced.state.now ||
        plain.state.events != forced.state.events || plain.state.records != forced.state.records ||
        plain.state.crossed != forced.state.crossed || plain.state.stale != forced.state.stale) {
        return plm_fail(diag, PLM_ERR_RUN,
                        "%s: plain %" PRIu64 " records, %" PRIu64 " crossed, %" PRIu64
                        " stale '%s', forced %" PRIu64 ", %" PRIu64 ", %" PRIu64 " '%s'",
                        path, plain.state.records, plain.state.crossed, plain.state.stale,
                        plain.failure, forced.state.records, forced.state.crossed,
                        forced.state.stale, forced.failure);
    }
    return PLM_OK;
}

int main(int argc, char **argv)
{
    plm_diag diag;
    plm_diag_init(&diag);
    for (int i = 2; i < argc; i++) {
        if (compare(argv[1], argv[i], &diag) < 0) {
            (void)fprintf(stderr, "segments: %s\n", diag.text);
            return 1;
        }
    }
    return argc > 2 ? 0 : 2;
}
