/*
 * tape_scratch.h - samples as tapes on disk and back, and the digest that they must have.
 */
#ifndef PLM_TAPE_SCRATCH_H
#define PLM_TAPE_SCRATCH_H

#include "plm_test.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "input_files.h"
#include "memory.h"
#include "tape_read.h"
#include "tape_sample.h"
#include "tape_write.h"

/* Writes the sample with append calls of `step` events, 0 = all at once. */
static inline plm_tape_summary scratch_write(const tape_sample *sample, const char *path,
                                             const plm_tape_options *options, uint32_t step)
{
    plm_diag diag;
    plm_diag_init(&diag);
    plm_tape_writer *writer = NULL;
    plm_tape_summary summary;
    assert_ok(plm_tape_create(path, options, &diag, &writer), &diag);
    for (uint32_t i = 0; i < sample->row_count; i++) {
        assert_ok(plm_tape_add_instrument(writer, &sample->rows[i], &diag), &diag);
    }
    uint32_t const each = step == 0 ? sample->count : step;
    for (uint32_t i = 0; i < sample->count; i += each) {
        uint32_t const left = sample->count - i;
        assert_ok(plm_tape_append(writer, sample->events + i,
                                  options->has_recv ? sample->recv + i : NULL,
                                  left < each ? left : each, &diag),
                  &diag);
    }
    assert_ok(plm_tape_finish(writer, &diag, &summary), &diag);
    assert_int_equal(summary.events, sample->count);
    return summary;
}

static inline plm_tape *scratch_open(const char *path)
{
    plm_diag diag;
    plm_diag_init(&diag);
    plm_tape *tape = NULL;
    assert_ok(plm_tape_open(path, &diag, &tape), &diag);
    return tape;
}

/* Reads from <= ts < until and compares with the sample filtered by hand. */
static inline void scratch_check_window(plm_tape *tape, const tape_sample *sample, plm_ts from,
                                        plm_ts until)
{
    plm_diag diag;
    plm_diag_init(&diag);
    plm_stream *stream = NULL;
    assert_ok(plm_tape_stream(tape, from, until, &diag, &stream), &diag);
    assert_int_equal(stream->row_count, sample->row_count);
    plm_batch *const batch = plm_alloc(1, sizeof *batch);
    uint32_t at = 0;
    while (at < sample->count && sample->events[at].ts < from) {
        at++;
    }
    plm_status status = PLM_OK;
    while ((status = stream->next(stream, &diag, batch)) == PLM_OK) {
        assert_true(batch->count > 0 && batch->count <= sample->count - at);
        assert_memory_equal(batch->event, sample->events + at,
                            batch->count * sizeof batch->event[0]);
        if (stream->has_recv) {
            assert_memory_equal(batch->recv, sample->recv + at,
                                batch->count * sizeof batch->recv[0]);
        }
        at += batch->count;
        assert_true(until == 0 || sample->events[at - 1].ts < until);
    }
    assert_ok(status, &diag);
    assert_int_equal(batch->count, 0);
    assert_true(at == sample->count || (until != 0 && sample->events[at].ts >= until));
    assert_int_equal(stream->next(stream, &diag, batch), PLM_END);
    plm_free(batch);
    stream->destroy(stream);
}

/* As trailer.h says it: title line, a line per row, hash of the events, hash of the stamps. */
static inline void scratch_digest(const tape_sample *sample, bool with_recv,
                                  uint8_t out[PLM_DIGEST_SIZE])
{
    uint8_t part[PLM_DIGEST_SIZE];
    char line[PLM_INSTRUMENT_TEXT_CAP];
    plm_digest *const inner = plm_digest_create();
    plm_digest *const outer = plm_digest_create();
    plm_digest_add(outer, "plimsoll tape digest 1\n", 23);
    for (uint32_t i = 0; i < sample->row_count; i++) {
        plm_digest_add(outer, line, plm_instrument_format(&sample->rows[i], line));
        plm_digest_add(outer, "\n", 1);
    }
    plm_digest_add(inner, sample->events, sample->count * sizeof *sample->events);
    plm_digest_finish(inner, part);
    plm_digest_add(outer, part, sizeof part);
    if (with_recv) {
        plm_digest_add(inner, sample->recv, sample->count * sizeof *sample->recv);
        plm_digest_finish(inner, part);
        plm_digest_add(outer, part, sizeof part);
    }
    plm_digest_finish(outer, out);
    plm_digest_destroy(inner);
    plm_digest_destroy(outer);
}

static inline bool scratch_exists(const char *path)
{
    struct stat info;
    return lstat(path, &info) == 0;
}

/* Files in a folder. */
static inline unsigned scratch_count_files(const input_folder *folder)
{
    DIR *const dir = opendir(folder->path);
    assert_non_null(dir);
    unsigned count = 0;
    const struct dirent *entry = NULL;
    while ((entry = readdir(dir)) != NULL) {
        count += entry->d_name[0] != '.';
    }
    (void)closedir(dir);
    return count;
}

/* The whole file; freed with plm_free. */
static inline uint8_t *scratch_slurp(const char *path, size_t *out_size)
{
    FILE *const file = fopen(path, "rb");
    assert_non_null(file);
    struct stat info;
    assert_int_equal(fstat(fileno(file), &info), 0);
    *out_size = (size_t)info.st_size;
    uint8_t *const bytes = plm_alloc(*out_size + 1, 1);
    assert_int_equal(fread(bytes, 1, *out_size, file), *out_size);
    (void)fclose(file);
    return bytes;
}

#endif
