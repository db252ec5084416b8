/*
 * bench_tape.c - what the tape costs, as ratios to yardsticks measured in the same process, round
 * by round.
 *
 *   R   ZSTD_decompress of the same events as 32-byte structs, zstd level 3, frames of 16,384
 * events Z   ZSTD_decompress of all chunks of the tape packed with zstd on every chunk
 *
 * A round runs every subject once, one after the other; a ratio is the median over the rounds of
 * the ratio within a round, with the lowest and the highest beside it. Absolute times mean little
 * on shared machines and are given only as a help. Prints one JSON object. `bench_tape [--events N]
 * [--rounds N] [--folder DIR]`; `--read FILE` reads a tape whole and prints the peak memory of the
 * process (that is how the memory figures are made).
 */
#define _GNU_SOURCE
#include <jansson.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "check.h"
#include "crc32c.h"
#include "event_csv.h"
#include "memory.h"
#include "synth.h"
#include "tape_file.h"
#include "tape_read.h"
#include "tape_write.h"

#define FRAME_EVENTS 16384u
#define ROUNDS_MAX 101

enum subject {
    RAW,
    RAW_PACK,
    CHUNKS,
    FAST,
    DEFAULT,
    CRC,
    PACK_FAST,
    PACK_DEFAULT,
    DIGEST,
    SUBJECTS
};

typedef struct frame {
    uint8_t *bytes;
    size_t size, events;
} frame;

typedef struct bench {
    size_t events, rounds, frames;
    plm_event *event;
    plm_instrument *rows;
    uint32_t row_count;
    frame *frame;
    size_t raw_size, csv_gz_size;
    char folder[512];
    plm_tape *fast, *standard, *forced;
    uint8_t *room; /* of a frame, packed or not */
    ZSTD_CCtx *pack;
    ZSTD_DCtx *inflate;
    double time[SUBJECTS][ROUNDS_MAX];
} bench;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void must(plm_status status, const plm_diag *diag)
{
    if (status < 0) {
        fprintf(stderr, "bench_tape: %s\n", diag->text);
        exit(1);
    }
}

/* -- subjects -------------------------------------------------------------------------------- */

static void generate(bench *b)
{
    plm_diag diag;
    plm_diag_init(&diag);
    const plm_synth_options options = {
        .scenario = "walk", .seed = 7, .instruments = 4, .events = b->events};
    plm_stream *stream = NULL;
    must(plm_synth_create(&options, &diag, &stream), &diag);
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

static void pack_raw(bench *b)
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

static void inflate_raw(bench *b)
{
    for (size_t i = 0; i < b->frames; i++) {
        const frame *const f = &b->frame[i];
        const size_t size =
            ZSTD_decompressDCtx(b->inflate, b->room, f->events * 32, f->bytes, f->size);
        plm_assert(size == f->events * 32);
    }
}

static void compress_raw(bench *b)
{
    const size_t cap = ZSTD_compressBound(FRAME_EVENTS * sizeof(plm_event));
    for (size_t i = 0; i < b->frames; i++) {
        const size_t size = ZSTD_compressCCtx(b->pack, b->room, cap, b->event + i * FRAME_EVENTS,
                                              b->frame[i].events * 32, 3);
        plm_assert(!ZSTD_isError(size));
    }
}

static void pack_tape(const bench *b, const char *name, plm_profile profile, bool forced)
{
    char path[600];
    plm_diag diag;
    plm_diag_init(&diag);
    snprintf(path, sizeof path, "%s/%s", b->folder, name);
    const plm_tape_options options = {
        .profile = profile, .overwrite = true, .zstd_always = forced, .synthetic = true};
    plm_tape_writer *writer = NULL;
    must(plm_tape_create(path, &options, &diag, &writer), &diag);
    for (uint32_t i = 0; i < b->row_count; i++) {
        must(plm_tape_add_instrument(writer, &b->rows[i], &diag), &diag);
    }
    must(plm_tape_append(writer, b->event, NULL, b->events, &diag), &diag);
    must(plm_tape_finish(writer, &diag, NULL), &diag);
}

static plm_tape *open_tape(const bench *b, const char *name)
{
    char path[600];
    plm_diag diag;
    plm_diag_init(&diag);
    snprintf(path, sizeof path, "%s/%s", b->folder, name);
    plm_tape *tape = NULL;
    must(plm_tape_open(path, &diag, &tape), &diag);
    return tape;
}

static uint64_t decode(plm_tape *tape, plm_event *room)
{
    plm_diag diag;
    plm_diag_init(&diag);
    plm_blocks *const blocks = plm_tape_get_blocks(tape);
    uint64_t events = 0;
    for (uint64_t i = 0; i < blocks->block_count; i++) {
        uint32_t count = 0;
        must(blocks->events(blocks, i, &diag, room, NULL, &count), &diag);
        events += count;
    }
    return events;
}

/* The part of packing that is the SHA-256 of all events. */
static void digest_events(const bench *b)
{
    uint8_t out[PLM_DIGEST_SIZE];
    plm_digest *const digest = plm_digest_create();
    plm_digest_add(digest, b->event, b->events * sizeof *b->event);
    plm_digest_finish(digest, out);
    plm_digest_destroy(digest);
}

/* The checksum of every chunk computed, or every chunk inflated. Reading the file does not count:
 * returns the nanoseconds that the work alone took. */
static double each_chunk(bench *b, plm_tape *tape, bool inflate)
{
    plm_diag diag;
    plm_diag_init(&diag);
    double spent = 0;
    for (uint64_t i = 0; i < tape->footer.blocks; i++) {
        plm_block_source source;
        const plm_block_info *info = NULL;
        must(plm_tape_source(tape, i, &diag, &source, &info), &diag);
        const uint8_t *at = source.bytes;
        const double start = now();
        for (uint32_t c = 0; c < source.row->chunk_count; c++) {
            const plm_chunk *const chunk = &source.row->chunks[c];
            if (inflate) {
                const size_t size =
                    ZSTD_decompressDCtx(b->inflate, b->room, chunk->raw, at, chunk->stored);
                plm_assert(size == chunk->raw);
            } else {
                plm_assert(plm_crc32c(0, at, chunk->stored) == chunk->crc);
            }
            at += chunk->stored;
        }
        spent += now() - start;
    }
    return spent;
}

static void measure_csv(bench *b)
{
    char path[600];
    snprintf(path, sizeof path, "%s/events.csv.gz", b->folder);
    gzFile file = gzopen(path, "wb6");
    plm_assert(file != NULL);
    char line[PLM_EVENT_CSV_LINE_CAP];
    for (size_t i = 0; i < b->events; i++) {
        const size_t size = plm_event_csv_format(&b->event[i], NULL, b->rows, line);
        plm_assert(gzwrite(file, line, (unsigned)size) == (int)size);
    }
    gzclose(file);
    FILE *const packed = fopen(path, "rb");
    plm_assert(packed != NULL && fseek(packed, 0, SEEK_END) == 0);
    b->csv_gz_size = (size_t)ftell(packed);
    fclose(packed);
    unlink(path);
}

/* -- rounds ---------------------------------------------------------------------------------- */

/* Nanoseconds of one round of one subject. */
static double run_subject(bench *b, enum subject subject, plm_event *room)
{
    const double start = now();
    switch (subject) {
    case RAW:
        inflate_raw(b);
        break;
    case RAW_PACK:
        compress_raw(b);
        break;
    case CHUNKS:
        return each_chunk(b, b->forced, true);
    case FAST:
        plm_assert(decode(b->fast, room) == b->events);
        break;
    case DEFAULT:
        plm_assert(decode(b->standard, room) == b->events);
        break;
    case CRC:
        return each_chunk(b, b->standard, false);
    case PACK_FAST:
        pack_tape(b, "pack.tape", PLM_PROFILE_FAST, false);
        break;
    case PACK_DEFAULT:
        pack_tape(b, "pack.tape", PLM_PROFILE_DEFAULT, false);
        break;
    case DIGEST:
        digest_events(b);
        break;
    case SUBJECTS:
        break;
    }
    return now() - start;
}

static void run_rounds(bench *b)
{
    plm_event *const room = plm_alloc_aligned(PLM_BLOCK_EVENTS_MAX, sizeof *room, 64);
    for (size_t round = 0; round < b->rounds; round++) {
        for (enum subject s = RAW; s < SUBJECTS; s++) {
            b->time[s][round] = run_subject(b, s, room) / (double)b->events;
        }
    }
    plm_free(room);
}

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a;
    const double y = *(const double *)b;
    return (x > y) - (x < y);
}

static json_t *spread(double *values, size_t count, double goal)
{
    qsort(values, count, sizeof *values, compare);
    json_t *const out = json_pack("{s:f,s:f,s:f}", "median", values[count / 2], "lowest", values[0],
                                  "highest", values[count - 1]);
    if (goal > 0) {
        json_object_set_new(out, "goal", json_real(goal));
    }
    return out;
}

static json_t *ratio(const bench *b, enum subject a, enum subject by, double goal)
{
    double values[ROUNDS_MAX];
    for (size_t i = 0; i < b->rounds; i++) {
        values[i] = b->time[a][i] / b->time[by][i];
    }
    return spread(values, b->rounds, goal);
}

/* Events packed per second, with the time of the digest left out `less` times. */
static json_t *rate(const bench *b, unsigned less)
{
    double values[ROUNDS_MAX];
    for (size_t i = 0; i < b->rounds; i++) {
        values[i] = 1e3 / (b->time[PACK_DEFAULT][i] - less * b->time[DIGEST][i]);
    }
    return spread(values, b->rounds, 20);
}

static json_t *nanoseconds(const bench *b, enum subject a)
{
    double values[ROUNDS_MAX];
    memcpy(values, b->time[a], sizeof values);
    return spread(values, b->rounds, 0);
}

/* -- memory ---------------------------------------------------------------------------------- */

static int read_and_tell(const char *path)
{
    plm_diag diag;
    plm_diag_init(&diag);
    plm_tape *tape = NULL;
    must(plm_tape_open(path, &diag, &tape), &diag);
    plm_event *const room = plm_alloc_aligned(PLM_BLOCK_EVENTS_MAX, sizeof *room, 64);
    decode(tape, room);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("%ld\n", usage.ru_maxrss);
    plm_tape_close(tape);
    return 0;
}

static long peak_memory_kib(const char *program, const bench *b, const char *name)
{
    char command[1400];
    snprintf(command, sizeof command, "'%s' --read '%s/%s'", program, b->folder, name);
    FILE *const pipe = popen(command, "r");
    long kib = -1;
    plm_assert(pipe != NULL && fscanf(pipe, "%ld", &kib) == 1);
    pclose(pipe);
    return kib;
}

/* A tape of a quarter of the events, to show that memory does not follow the length. */
static void pack_quarter(const bench *b)
{
    bench quarter = *b;
    quarter.events = b->events / 4;
    pack_tape(&quarter, "quarter.tape", PLM_PROFILE_DEFAULT, false);
}

/* -- main ------------------------------------------------------------------------------------ */

static json_t *sizes(const bench *b)
{
    const double fast = (double)plm_tape_get_info(b->fast)->bytes;
    const double standard = (double)plm_tape_get_info(b->standard)->bytes;
    const double raw = (double)b->raw_size;
    const double events = (double)b->events;
    return json_pack("{s:f,s:f,s:f,s:f,s:{s:f,s:f},s:{s:f,s:f}}", "fast_bytes_per_event",
                     fast / events, "default_bytes_per_event", standard / events,
                     "zstd3_structs_bytes_per_event", raw / events, "csv_gz_bytes_per_event",
                     (double)b->csv_gz_size / events, "default_to_zstd3_structs", "ratio",
                     standard / raw, "goal", 0.50, "default_to_csv_gz", "ratio",
                     standard / (double)b->csv_gz_size, "goal", 0.55);
}

static json_t *report(const char *program, const bench *b)
{
    json_t *const out = json_object();
    json_object_set_new(out, "schema", json_string("plimsoll/bench-tape/1"));
    json_object_set_new(out, "events", json_integer((json_int_t)b->events));
    json_object_set_new(out, "rounds", json_integer((json_int_t)b->rounds));
    json_object_set_new(out, "kernels", json_string(plm_kernels_pick()->name));
    json_object_set_new(out, "decode_fast_to_R", ratio(b, FAST, RAW, 0.20));
    json_object_set_new(out, "decode_default_to_R", ratio(b, DEFAULT, RAW, 0.30));
    json_object_set_new(out, "decode_default_to_Z", ratio(b, DEFAULT, CHUNKS, 0));
    json_object_set_new(out, "checksums_to_decode_default", ratio(b, CRC, DEFAULT, 0.05));
    json_object_set_new(out, "pack_default_to_zstd3_structs", ratio(b, PACK_DEFAULT, RAW_PACK, 0));
    json_object_set_new(out, "size", sizes(b));
    json_t *const times = json_object();
    static const char *const names[SUBJECTS] = {"R",           "zstd3_structs_pack", "Z",
                                                "decode_fast", "decode_default",     "checksums",
                                                "pack_fast",   "pack_default",       "digest"};
    for (enum subject s = RAW; s < SUBJECTS; s++) {
        json_object_set_new(times, names[s], nanoseconds(b, s));
    }
    json_object_set_new(out, "ns_per_event", times);
    json_object_set_new(out, "pack_default_million_events_per_second", rate(b, 0));
    json_object_set_new(out, "the_same_without_the_digest", rate(b, 1));
    json_object_set_new(out, "peak_memory_kib",
                        json_pack("{s:i,s:i,s:i}", "read_quarter",
                                  (int)peak_memory_kib(program, b, "quarter.tape"), "read_whole",
                                  (int)peak_memory_kib(program, b, "default.tape"), "goal", 32768));
    return out;
}

int main(int argc, char **argv)
{
    bench *const b = plm_alloc(1, sizeof *b);
    b->events = 4000000;
    b->rounds = 11;
    const char *folder = "/tmp";
    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--read") == 0) {
            return read_and_tell(argv[i + 1]);
        } else if (strcmp(argv[i], "--events") == 0) {
            b->events = (size_t)strtoull(argv[i + 1], NULL, 10);
        } else if (strcmp(argv[i], "--rounds") == 0) {
            b->rounds = (size_t)strtoull(argv[i + 1], NULL, 10);
        } else if (strcmp(argv[i], "--folder") == 0) {
            folder = argv[i + 1];
        }
    }
    plm_assert(b->rounds > 0 && b->rounds <= ROUNDS_MAX && b->events >= 4 * FRAME_EVENTS);
    snprintf(b->folder, sizeof b->folder, "%s/plimsoll-bench-XXXXXX", folder);
    plm_assert(mkdtemp(b->folder) != NULL);
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(sysconf(_SC_NPROCESSORS_ONLN) > 1 ? 1 : 0, &one);
    (void)sched_setaffinity(0, sizeof one, &one);
    b->pack = ZSTD_createCCtx();
    b->inflate = ZSTD_createDCtx();
    generate(b);
    pack_raw(b);
    pack_tape(b, "fast.tape", PLM_PROFILE_FAST, false);
    pack_tape(b, "default.tape", PLM_PROFILE_DEFAULT, false);
    pack_tape(b, "forced.tape", PLM_PROFILE_DEFAULT, true);
    pack_quarter(b);
    b->fast = open_tape(b, "fast.tape");
    b->standard = open_tape(b, "default.tape");
    b->forced = open_tape(b, "forced.tape");
    measure_csv(b);
    run_rounds(b);
    json_t *const out = report(argv[0], b);
    json_dumpf(out, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(4));
    putchar('\n');
    char command[600];
    snprintf(command, sizeof command, "rm -r '%s'", b->folder);
    return system(command) == 0 ? 0 : 1;
}
