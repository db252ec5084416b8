/*
 * bench_dbn.c - what importing Databento trades costs, as a ratio to inflating the same file.
 *
 * Prints one JSON object. `bench_dbn [--records N] [--rounds N] [--folder DIR]`. The file is made
 * here: trades of one future with a random walk of ticks, irregular stamps and a jittering second
 * clock, as one zstd frame of level 3 with a checksum, which is how the vendor packs.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "dbn_make.h"
#include "import.h"
#include "instrument_text.h"
#include "memory.h"
#include "yardstick.h"

#define TICK (DBN_ONE / 4)
#define CHUNK_RECORDS 65536u
#define READ_CAP (1u << 17)

typedef struct bench {
    yardstick y; /* only the number of rounds */
    size_t records;
    char path[600];
    size_t file_size;
    double inflate[ROUNDS_MAX], import[ROUNDS_MAX];
} bench;

static uint64_t draw(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

typedef struct walk {
    uint64_t random;
    int64_t ts, px;
    uint32_t sequence;
} walk;

static void put_trade(walk *at, plm_buffer *out)
{
    uint64_t const r = draw(&at->random);
    /* Half of the trades come in the same packet as the one before. */
    at->ts += (r & 1) != 0 ? 0 : (int64_t)(draw(&at->random) % 50000000);
    at->px += (r >> 1 & 7) == 0 ? ((r >> 4 & 1) != 0 ? TICK : -TICK) : 0;
    int64_t const recv = at->ts + 90000 + (int64_t)((r >> 5) % 40000);
    uint8_t *const record =
        dbn_add_priced(out, 0x00, 48, 5482, at->ts, recv, 'T', (r >> 30 & 1) != 0 ? 'A' : 'B',
                       at->px, 1 + (uint32_t)((r >> 31 & 3) == 0 ? (r >> 33) % 20 : 0));
    record[30] = 128;
    dbn_u32(record, 40, 12000 + (uint32_t)((r >> 40) % 8000));
    dbn_u32(record, 44, at->sequence += (uint32_t)(r >> 60));
}

static void write_file(bench *b, const char *folder)
{
    static const dbn_mapping MAPPING = {"ESH5", 20250101, 20250301, "5482"};
    walk at = {.random = 7, .ts = INT64_C(1735689600000000000), .px = 6000 * DBN_ONE};
    plm_buffer raw = {0};
    snprintf(b->path, sizeof b->path, "%s/plimsoll-bench-%ld.dbn.zst", folder, (long)getpid());
    FILE *const file = fopen(b->path, "wb");
    ZSTD_CCtx *const pack = ZSTD_createCCtx();
    size_t const cap = ZSTD_CStreamOutSize();
    uint8_t *const room = plm_alloc(cap, 1);
    plm_assert(file != NULL);
    (void)ZSTD_CCtx_setParameter(pack, ZSTD_c_checksumFlag, 1);
    dbn_put_head(&raw, 3, 4, 1, 0, &MAPPING, 1);
    for (size_t done = 0; done <= b->records; done += CHUNK_RECORDS) {
        for (size_t i = done; i < b->records && i < done + CHUNK_RECORDS; i++) {
            put_trade(&at, &raw);
        }
        bool const last = done + CHUNK_RECORDS > b->records;
        ZSTD_inBuffer in = {raw.data, raw.size, 0};
        size_t left = 1;
        while (in.pos < in.size || (last && left != 0)) {
            ZSTD_outBuffer out = {room, cap, 0};
            left = ZSTD_compressStream2(pack, &out, &in, last ? ZSTD_e_end : ZSTD_e_continue);
            plm_assert(!ZSTD_isError(left) && fwrite(room, 1, out.pos, file) == out.pos);
            b->file_size += out.pos;
        }
        raw.size = 0;
    }
    plm_assert(fclose(file) == 0);
    (void)ZSTD_freeCCtx(pack);
    plm_buffer_free(&raw);
    plm_free(room);
}

/* Reads and inflates in pieces, as little as a program can do. */
static double inflate(const bench *b)
{
    double const start = yard_now();
    FILE *const file = fopen(b->path, "rb");
    ZSTD_DCtx *const context = ZSTD_createDCtx();
    uint8_t *const packed = plm_alloc(READ_CAP, 1);
    uint8_t *const room = plm_alloc(READ_CAP, 1);
    size_t total = 0;
    size_t size = 0;
    while ((size = fread(packed, 1, READ_CAP, file)) > 0) {
        ZSTD_inBuffer in = {packed, size, 0};
        while (in.pos < in.size) {
            ZSTD_outBuffer out = {room, READ_CAP, 0};
            plm_assert(!ZSTD_isError(ZSTD_decompressStream(context, &out, &in)));
            total += out.pos;
        }
    }
    plm_assert(total > b->records * 48 && fclose(file) == 0);
    (void)ZSTD_freeDCtx(context);
    plm_free(packed);
    plm_free(room);
    return yard_now() - start;
}

/* From the file to events in memory, with every rule applied. */
static double import(const bench *b)
{
    plm_instrument row = plm_instrument_default(PLM_INST_FUTURE);
    memcpy(row.symbol, "ESH5", 5);
    memcpy(row.base, "ES", 3);
    memcpy(row.quote, "USD", 4);
    memcpy(row.settle, "USD", 4);
    row.px_scale = 2;
    row.tick = 25;
    row.lot = 1;
    row.multiplier = 50;
    row.expiry = INT64_C(1742563800000000000);
    plm_import_options const options = {.rows = &row, .row_count = 1};
    double const start = yard_now();
    plm_diag diag;
    plm_diag_init(&diag);
    plm_import *import = NULL;
    yard_must(plm_import_open(b->path, &options, &diag, &import), &diag);
    plm_stream *const stream = plm_import_stream(import);
    plm_batch *const batch = plm_alloc(1, sizeof *batch);
    size_t events = 0;
    plm_status status = PLM_OK;
    while ((status = stream->next(stream, &diag, batch)) == PLM_OK) {
        events += batch->count;
    }
    yard_must(status, &diag);
    plm_assert(events == b->records);
    plm_free(batch);
    plm_import_close(import);
    return yard_now() - start;
}

static json_t *per_record(const bench *b, const double *time)
{
    double values[ROUNDS_MAX];
    for (size_t i = 0; i < b->y.rounds; i++) {
        values[i] = (double)b->records * 1e3 / time[i];
    }
    return yard_spread(values, b->y.rounds, 0);
}

int main(int argc, char **argv)
{
    bench *const b = plm_alloc(1, sizeof *b);
    const char *folder = "/tmp";
    b->records = 10000000;
    b->y.rounds = 11;
    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--records") == 0) {
            b->records = (size_t)strtoull(argv[i + 1], NULL, 10);
        } else if (strcmp(argv[i], "--rounds") == 0) {
            b->y.rounds = (size_t)strtoull(argv[i + 1], NULL, 10);
        } else if (strcmp(argv[i], "--folder") == 0) {
            folder = argv[i + 1];
        }
    }
    plm_assert(b->y.rounds > 0 && b->y.rounds <= ROUNDS_MAX);
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(sysconf(_SC_NPROCESSORS_ONLN) > 1 ? 1 : 0, &one);
    (void)sched_setaffinity(0, sizeof one, &one);
    write_file(b, folder);
    for (size_t i = 0; i < b->y.rounds; i++) {
        b->inflate[i] = inflate(b);
        b->import[i] = import(b);
    }
    json_t *const out = json_object();
    json_object_set_new(out, "benchmark", json_string("dbn"));
    json_object_set_new(out, "records", json_integer((json_int_t)b->records));
    json_object_set_new(out, "rounds", json_integer((json_int_t)b->y.rounds));
    json_object_set_new(out, "packed_bytes", json_integer((json_int_t)b->file_size));
    json_object_set_new(out, "import_by_inflate", yard_ratio(&b->y, b->import, b->inflate, 2.5));
    json_object_set_new(out, "import_millions_a_second", per_record(b, b->import));
    json_object_set_new(out, "inflate_millions_a_second", per_record(b, b->inflate));
    json_dumpf(out, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(4));
    putchar('\n');
    return unlink(b->path) == 0 ? 0 : 1;
}
