/*
 * bench_tape.c - what the tape costs, as ratios to the yardsticks.
 *
 * Prints one JSON object. `bench_tape [--events N] [--rounds N] [--folder DIR]`; `--read FILE`
 * reads a tape whole and prints the peak memory of the process (that is how the memory figures are
 * made).
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include <zlib.h>

#include "check.h"
#include "crc32c.h"
#include "event_csv.h"
#include "memory.h"
#include "tape_file.h"
#include "tape_read.h"
#include "tape_write.h"
#include "yardstick.h"

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

typedef struct bench {
    yardstick y;
    size_t csv_gz_size;
    plm_tape *fast, *standard, *forced;
    double time[SUBJECTS][ROUNDS_MAX];
} bench;

/* -- subjects -------------------------------------------------------------------------------- */

static void compress_raw(bench *b)
{
    const size_t cap = ZSTD_compressBound(FRAME_EVENTS * sizeof(plm_event));
    for (size_t i = 0; i < b->y.frames; i++) {
        const size_t size = ZSTD_compressCCtx(
            b->y.pack, b->y.room, cap, b->y.event + i * FRAME_EVENTS, b->y.frame[i].events * 32, 3);
        plm_assert(!ZSTD_isError(size));
    }
}

static uint64_t decode(plm_tape *tape, plm_event *room)
{
    plm_diag diag;
    plm_diag_init(&diag);
    plm_blocks *const blocks = plm_tape_get_blocks(tape);
    uint64_t events = 0;
    for (uint64_t i = 0; i < blocks->block_count; i++) {
        uint32_t count = 0;
        yard_must(blocks->events(blocks, i, &diag, room, NULL, &count), &diag);
        events += count;
    }
    return events;
}

/* The part of packing that is the SHA-256 of all events. */
static void digest_events(const bench *b)
{
    uint8_t out[PLM_DIGEST_SIZE];
    plm_digest *const digest = plm_digest_create();
    plm_digest_add(digest, b->y.event, b->y.events * sizeof *b->y.event);
    plm_digest_finish(digest, out);
    plm_digest_destroy(digest);
}

/* The checksum of every chunk computed; reading the file does not count. */
static double check_chunks(plm_tape *tape)
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
            plm_assert(plm_crc32c(0, at, chunk->stored) == chunk->crc);
            at += chunk->stored;
        }
        spent += yard_now() - start;
    }
    return spent;
}

static void measure_csv(bench *b)
{
    char path[600];
    snprintf(path, sizeof path, "%s/events.csv.gz", b->y.folder);
    gzFile file = gzopen(path, "wb6");
    plm_assert(file != NULL);
    char line[PLM_EVENT_CSV_LINE_CAP];
    for (size_t i = 0; i < b->y.events; i++) {
        const size_t size = plm_event_csv_format(&b->y.event[i], NULL, b->y.rows, line);
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
    const double start = yard_now();
    switch (subject) {
    case RAW:
        yard_inflate_raw(&b->y);
        break;
    case RAW_PACK:
        compress_raw(b);
        break;
    case CHUNKS:
        return yard_inflate_chunks(&b->y, b->forced);
    case FAST:
        plm_assert(decode(b->fast, room) == b->y.events);
        break;
    case DEFAULT:
        plm_assert(decode(b->standard, room) == b->y.events);
        break;
    case CRC:
        return check_chunks(b->standard);
    case PACK_FAST:
        yard_pack(&b->y, "pack.tape", PLM_PROFILE_FAST, false);
        break;
    case PACK_DEFAULT:
        yard_pack(&b->y, "pack.tape", PLM_PROFILE_DEFAULT, false);
        break;
    case DIGEST:
        digest_events(b);
        break;
    case SUBJECTS:
        break;
    }
    return yard_now() - start;
}

static void run_rounds(bench *b)
{
    plm_event *const room = plm_alloc_aligned(PLM_BLOCK_EVENTS_MAX, sizeof *room, 64);
    for (size_t round = 0; round < b->y.rounds; round++) {
        for (enum subject s = RAW; s < SUBJECTS; s++) {
            b->time[s][round] = run_subject(b, s, room) / (double)b->y.events;
        }
    }
    plm_free(room);
}

static json_t *ratio(const bench *b, enum subject a, enum subject by, double goal)
{
    return yard_ratio(&b->y, b->time[a], b->time[by], goal);
}

/* Events packed per second, with the time of the digest left out `less` times. */
static json_t *rate(const bench *b, unsigned less)
{
    double values[ROUNDS_MAX];
    for (size_t i = 0; i < b->y.rounds; i++) {
        values[i] = 1e3 / (b->time[PACK_DEFAULT][i] - less * b->time[DIGEST][i]);
    }
    return yard_spread(values, b->y.rounds, 20);
}

static json_t *nanoseconds(const bench *b, enum subject a)
{
    double values[ROUNDS_MAX];
    memcpy(values, b->time[a], sizeof values);
    return yard_spread(values, b->y.rounds, 0);
}

/* -- memory ---------------------------------------------------------------------------------- */

static int read_and_tell(const char *path)
{
    plm_diag diag;
    plm_diag_init(&diag);
    plm_tape *tape = NULL;
    yard_must(plm_tape_open(path, &diag, &tape), &diag);
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
    snprintf(command, sizeof command, "'%s' --read '%s/%s'", program, b->y.folder, name);
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
    quarter.y.events = b->y.events / 4;
    yard_pack(&quarter.y, "quarter.tape", PLM_PROFILE_DEFAULT, false);
}

/* -- main ------------------------------------------------------------------------------------ */

static json_t *sizes(const bench *b)
{
    const double fast = (double)plm_tape_get_info(b->fast)->bytes;
    const double standard = (double)plm_tape_get_info(b->standard)->bytes;
    const double raw = (double)b->y.raw_size;
    const double events = (double)b->y.events;
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
    json_object_set_new(out, "events", json_integer((json_int_t)b->y.events));
    json_object_set_new(out, "rounds", json_integer((json_int_t)b->y.rounds));
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
    size_t events = 4000000;
    size_t rounds = 11;
    const char *folder = "/tmp";
    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--read") == 0) {
            return read_and_tell(argv[i + 1]);
        } else if (strcmp(argv[i], "--events") == 0) {
            events = (size_t)strtoull(argv[i + 1], NULL, 10);
        } else if (strcmp(argv[i], "--rounds") == 0) {
            rounds = (size_t)strtoull(argv[i + 1], NULL, 10);
        } else if (strcmp(argv[i], "--folder") == 0) {
            folder = argv[i + 1];
        }
    }
    yard_init(&b->y, events, rounds, folder);
    yard_pack(&b->y, "fast.tape", PLM_PROFILE_FAST, false);
    yard_pack(&b->y, "default.tape", PLM_PROFILE_DEFAULT, false);
    yard_pack(&b->y, "forced.tape", PLM_PROFILE_DEFAULT, true);
    pack_quarter(b);
    b->fast = yard_open(&b->y, "fast.tape");
    b->standard = yard_open(&b->y, "default.tape");
    b->forced = yard_open(&b->y, "forced.tape");
    measure_csv(b);
    run_rounds(b);
    json_t *const out = report(argv[0], b);
    json_dumpf(out, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(4));
    putchar('\n');
    return yard_remove(&b->y) ? 0 : 1;
}
