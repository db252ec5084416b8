/*
 * small_tape.h - a small tape with two clocks, three blocks and all that a trailer can have, to be
 * damaged: set-up and tear-down of a group, and the question whether bytes are a good tape.
 */
#ifndef PLM_SMALL_TAPE_H
#define PLM_SMALL_TAPE_H

#include "plm_test.h"

#include <stdio.h>
#include <string.h>

#include "tape_probe.h"
#include "tape_scratch.h"

static input_folder folder;
static uint8_t *good;
static size_t good_size;

static inline int set_up(void **state)
{
    (void)state;
    folder = input_folder_make();
    tape_sample sample = tape_sample_make(SAMPLE_CALM, 11, 24);
    plm_tape_options const options = {
        .profile = PLM_PROFILE_DEFAULT, .has_recv = true, .synthetic = true, .block_events = 10};
    plm_diag diag;
    plm_diag_init(&diag);
    plm_tape_writer *writer = NULL;
    assert_ok(plm_tape_create(input_path(&folder, "good.tape"), &options, &diag, &writer), &diag);
    for (uint32_t i = 0; i < sample.row_count; i++) {
        assert_ok(plm_tape_add_instrument(writer, &sample.rows[i], &diag), &diag);
    }
    assert_ok(plm_tape_add_source(writer, "a source", &diag), &diag);
    assert_ok(plm_tape_set_report(writer, "{}", &diag), &diag);
    assert_ok(plm_tape_append(writer, sample.events, sample.recv, sample.count, &diag), &diag);
    plm_tape_summary summary;
    assert_ok(plm_tape_finish(writer, &diag, &summary), &diag);
    good = scratch_slurp(input_path(&folder, "good.tape"), &good_size);
    assert_true(summary.blocks >= 3);
    tape_sample_free(&sample);
    return 0;
}

static inline int tear_down(void **state)
{
    (void)state;
    plm_free(good);
    input_folder_remove(&folder);
    return 0;
}

/* Writes the bytes as a file and probes it. */
static inline bool probe(const void *bytes, size_t size)
{
    const char *const path = input_write(&folder, "bad.tape", bytes, size);
    char copy[2 * INPUT_PATH_CAP + 8];
    (void)snprintf(copy, sizeof copy, "%s.copy", path);
    return tape_probe(path, copy);
}

#endif
