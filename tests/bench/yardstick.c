/*
 * yardstick.c - the market of the benchmarks, and what they measure against.
 */
#define _GNU_SOURCE
#include "yardstick.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "memory.h"
#include "stream.h"
#include "synth.h"
#include "tape_file.h"

double yard_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

void yard_must(plm_status status, const plm_diag *diag)
{
    if (status < 0) {
        fprintf(stderr, "bench: %s\n", diag->text);
        exit(1);
    }
}

static void generate(yardstick *b)
{
    plm_diag diag;
    plm_diag_init(&diag);
    const plm_synth_options options = {
        .scenario = "walk", .seed = 7, .instruments = 4, .events = b->events};
    plm_stream *stream = NULL;
    yard_must(plm_synth_create(&options, &diag, &stream), &diag);
    plm_batch *const batch = plm_alloc(1, sizeof *batch);
    b->event = plm_alloc(b->events, sizeof *b->event);
    size_t count = 0;
    while (count < b->events && stream->next(stream, &diag, batch) == PLM_OK) {
        memcpy(b->event + count, batch->event, batch->count * sizeof(plm_event));
        count += batch->count;
    }
    plm_assert(count == b->events);
    b->row_count = stream->row_count;
    b->rows = plm_alloc(b->row_count, sizeof *b->rows);
    memcpy(b->rows, stream->rows, b->row_count * sizeof *b->rows);
    stream->destroy(stream);
    plm_free(batch);
}

static void pack_raw(yardstick *b)
{
    b->frames = (b->events + FRAME_EVENTS - 1) / FRAME_EVENTS;
    b->frame = plm_alloc(b->frames, sizeof *b->frame);
    const size_t cap = ZSTD_compressBound(FRAME_EVENTS * sizeof(plm_event));
    b->room = plm_alloc(1, cap);
    for (size_t i = 0; i < b->frames; i++) {
        const size_t at = i * FRAME_EVENTS;
        frame *const f = &b->frame[i];
        f->events = b->events - at < FRAME_EVENTS ? b->events - at : FRAME_EVENTS;
        f->size = ZSTD_compressCCtx(b->pack, b->room, cap, b->event + at, f->events * 32, 3);
        plm_assert(!ZSTD_isError(f->size));
        f->bytes = plm_alloc(f->size, 1);
        memcpy(f->bytes, b->room, f->size);
        b->raw_size += f->size;
    }
}

void yard_inflate_raw(const yardstick *b)
{
    for (size_t i = 0; i < b->frames; i++) {
        const frame *const f = &b->frame[i];
        const size_t size =
            ZSTD_decompressDCtx(b->inflate, b->room, f->events * 32, f->bytes, f->size);
        plm_assert(size == f->events * 32);
    }
}

void yard_pack(const yardstick *b, const char *name, plm_profile profile, bool forced)
{
    char path[600];
    plm_diag diag;
    plm_diag_init(&diag);
    snprintf(path, sizeof path, "%s/%s", b->folder, name);
    const plm_tape_options options = {
        .profile = profile, .overwrite = true, .zstd_always = forced, .synthetic = true};
    plm_tape_writer *writer = NULL;
    yard_must(plm_tape_create(path, &options, &diag, &writer), &diag);
    for (uint32_t i = 0; i < b->row_count; i++) {
        yard_must(plm_tape_add_instrument(writer, &b->rows[i], &diag), &diag);
    }
    yard_must(plm_tape_append(writer, b->event, NULL, b->events, &diag), &diag);
    yard_must(plm_tape_finish(writer, &diag, NULL), &diag);
}

plm_tape *yard_open(const yardstick *b, const char *name)
{
    char path[600];
    plm_diag diag;
    plm_diag_init(&diag);
    snprintf(path, sizeof path, "%s/%s", b->folder, name);
    plm_tape *tape = NULL;
    yard_must(plm_tape_open(path, &diag, &tape), &diag);
    return tape;
}

double yard_inflate_chunks(const yardstick *b, plm_tape *tape)
{
    plm_diag diag;
    plm_diag_init(&diag);
    double spent = 0;
    for (uint64_t i = 0; i < tape->footer.blocks; i++) {
        plm_block_source source;
        const plm_block_info *info = NULL;
        yard_must(plm_tape_source(tape, i, &diag, &source, &info), &diag);
        const uint8_t *at = source.bytes;
        const double start = yard_now();
        for (uint32_t c = 0; c < source.row->chunk_count; c++) {
            const plm_chunk *const chunk = &source.row->chunks[c];
            const size_t size =
                ZSTD_decompressDCtx(b->inflate, b->room, chunk->raw, at, chunk->stored);
            plm_assert(size == chunk->raw);
            at += chunk->stored;
        }
        spent += yard_now() - start;
    }
    return spent;
}

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a;
    const double y = *(const double *)b;
    return (x > y) - (x < y);
}

json_t *yard_spread(double *values, size_t count, double goal)
{
    qsort(values, count, sizeof *values, compare);
    json_t *const out = json_pack("{s:f,s:f,s:f}", "median", values[count / 2], "lowest", values[0],
                                  "highest", values[count - 1]);
    if (goal > 0) {
        json_object_set_new(out, "goal", json_real(goal));
    }
    return out;
}

static void pin(void)
{
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(sysconf(_SC_NPROCESSORS_ONLN) > 1 ? 1 : 0, &one);
    (void)sched_setaffinity(0, sizeof one, &one);
}

void yard_init(yardstick *b, size_t events, size_t rounds, const char *folder)
{
    plm_assert(rounds > 0 && rounds <= ROUNDS_MAX && events >= 4 * FRAME_EVENTS);
    b->events = events;
    b->rounds = rounds;
    snprintf(b->folder, sizeof b->folder, "%s/plimsoll-bench-XXXXXX", folder);
    plm_assert(mkdtemp(b->folder) != NULL);
    pin();
    b->pack = ZSTD_createCCtx();
    b->inflate = ZSTD_createDCtx();
    generate(b);
    pack_raw(b);
}

bool yard_remove(const yardstick *b)
{
    char command[600];
    snprintf(command, sizeof command, "rm -r '%s'", b->folder);
    return system(command) == 0;
}

json_t *yard_ratio(const yardstick *b, const double *a, const double *by, double goal)
{
    double values[ROUNDS_MAX];
    for (size_t i = 0; i < b->rounds; i++) {
        values[i] = a[i] / by[i];
    }
    return yard_spread(values, b->rounds, goal);
}
