/*
 * make_corpus.c - writes the seeds of the fuzz targets: make_corpus FOLDER. Small blocks, tapes and
 * CSV of every mood as tests/unit/tape_sample.h makes them, and a text for each column map of
 * fuzz_csv.c, plain and packed. Files named found_* are no seeds but what fuzzing has found; they
 * stay.
 */
#include "tape_scratch.h"

#include <zlib.h>
#include <zstd.h>

#include "block_encode.h"
#include "block_input.h"
#include "event_csv.h"

#define SEED_EVENTS 20u

static void write_seed(const char *folder, const char *kind, const char *name, const void *bytes,
                       size_t size)
{
    char path[1024];
    (void)snprintf(path, sizeof path, "%s/%s/%s", folder, kind, name);
    FILE *const file = fopen(path, "wb");
    if (file == NULL || fwrite(bytes, 1, size, file) != size || fclose(file) != 0) {
        perror(path);
        exit(1);
    }
}

static void write_block(const char *folder, const char *name, const tape_sample *sample,
                        const plm_tape_options *options)
{
    plm_block_encoder *const encoder = plm_block_encoder_create(options);
    plm_buffer bytes = {0};
    plm_buffer seed = {0};
    plm_index_row row;
    const plm_zone *zones = NULL;
    plm_diag diag;
    plm_diag_init(&diag);
    assert_ok(plm_block_encode(encoder, sample->events, options->has_recv ? sample->recv : NULL,
                               sample->count, false, &diag, &bytes, &row, &zones),
              &diag);
    block_input_put(&row, options->has_recv, &bytes, &seed);
    write_seed(folder, "block", name, seed.data, seed.size);
    plm_buffer_free(&bytes);
    plm_buffer_free(&seed);
    plm_block_encoder_destroy(encoder);
}

static void write_tape(const char *folder, const char *name, const tape_sample *sample,
                       const plm_tape_options *options)
{
    input_folder const scratch = input_folder_make();
    const char *const path = input_path(&scratch, "seed");
    (void)scratch_write(sample, path, options, 0);
    size_t size = 0;
    uint8_t *const bytes = scratch_slurp(path, &size);
    uint8_t *const seed = plm_alloc(size + 1, 1);
    seed[0] = 1; /* checksums are made right */
    memcpy(seed + 1, bytes, size);
    write_seed(folder, "tape", name, seed, size + 1);
    plm_free(bytes);
    plm_free(seed);
    input_folder_remove(&scratch);
}

/* The first byte chooses the map and the treatment of errors, see fuzz_csv.c. */
static void write_csv(const char *folder, const char *name, char how, const void *text, size_t size)
{
    uint8_t *const seed = plm_alloc(size + 1, 1);
    seed[0] = (uint8_t)how;
    memcpy(seed + 1, text, size);
    write_seed(folder, "csv", name, seed, size + 1);
    plm_free(seed);
}

static void write_own_csv(const char *folder, const char *name, const tape_sample *sample,
                          bool has_recv)
{
    plm_buffer text = {0};
    char *to = (char *)plm_buffer_reserve(&text, PLM_EVENT_CSV_HEAD_CAP);
    text.size += plm_event_csv_format_first(to);
    for (uint32_t i = 0; i < sample->row_count; i++) {
        to = (char *)plm_buffer_reserve(&text, PLM_EVENT_CSV_HEAD_CAP);
        text.size += plm_event_csv_format_instrument(i, &sample->rows[i], to);
    }
    to = (char *)plm_buffer_reserve(&text, PLM_EVENT_CSV_HEAD_CAP);
    text.size += plm_event_csv_format_columns(has_recv, true, to);
    for (uint32_t i = 0; i < sample->count; i++) {
        to = (char *)plm_buffer_reserve(&text, PLM_EVENT_CSV_LINE_CAP);
        text.size += plm_event_csv_format(&sample->events[i], has_recv ? &sample->recv[i] : NULL,
                                          sample->rows, to);
    }
    write_csv(folder, name, '9', text.data, text.size);
    plm_buffer_free(&text);
}

static void write_texts(const char *folder)
{
    static const char trades[] = "time,side,price,amount\n"
                                 "1735689600000000,buy,93576.2,0.011\n"
                                 "1735689600000007,sell,93576.1,7e-3\n"
                                 "1735689600000009,unknown,\"93576.25\",1\n";
    static const char quotes[] = "2025-01-01T00:00:00Z;1735689600000000100;1.25;3;1.26;0.5\n"
                                 "2025-01-01T00:00:00.5Z;1735689600500000000;;;1.26;0.7\n";
    static const char bars[] = "1735689600000,1.00,1.10,0.90,1.05,12.5\r\n"
                               "1735689660000,1.05,1.05,1.05,1.05,0\r\n";
    write_csv(folder, "trades", '0', trades, sizeof trades - 1);
    write_csv(folder, "trades_skip", '1', trades, sizeof trades - 1);
    write_csv(folder, "trades_sort", '2', trades, sizeof trades - 1);
    write_csv(folder, "quotes", '3', quotes, sizeof quotes - 1);
    write_csv(folder, "bars", '6', bars, sizeof bars - 1);
    uint8_t packed[1024];
    size_t const frame = ZSTD_compress(packed, sizeof packed, trades, sizeof trades - 1, 3);
    write_csv(folder, "trades_zstd", '0', packed, frame);
    z_stream gzip = {.next_in = (uint8_t *)(uintptr_t)trades,
                     .avail_in = sizeof trades - 1,
                     .next_out = packed,
                     .avail_out = sizeof packed};
    if (deflateInit2(&gzip, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY) == Z_OK &&
        deflate(&gzip, Z_FINISH) == Z_STREAM_END) {
        write_csv(folder, "trades_gzip", '0', packed, gzip.total_out);
    }
    (void)deflateEnd(&gzip);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        (void)fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
        return 2;
    }
    for (unsigned mood = 0; mood < SAMPLE_MOODS; mood++) {
        for (unsigned k = 0; k < 3; k++) {
            uint32_t const count = k == 0 ? 1 : SEED_EVENTS;
            tape_sample sample = tape_sample_make((sample_mood)mood, k, count);
            sample.row_count =
                sample.row_count > BLOCK_INPUT_ROWS ? BLOCK_INPUT_ROWS : sample.row_count;
            for (uint32_t i = 0; i < count; i++) {
                sample.events[i].sym %= sample.row_count;
            }
            plm_tape_options const options = {.profile = (plm_profile)(1 + k),
                                              .has_recv = k % 2 == 1,
                                              .zstd_always = k == 2,
                                              .block_events = 8};
            char name[32];
            (void)snprintf(name, sizeof name, "mood%u_%u", mood, k);
            write_block(argv[1], name, &sample, &options);
            write_tape(argv[1], name, &sample, &options);
            write_own_csv(argv[1], name, &sample, options.has_recv);
            tape_sample_free(&sample);
        }
    }
    write_texts(argv[1]);
    return 0;
}
