/*
 * make_corpus.c - writes the seeds of the fuzz targets: make_corpus FOLDER. Small blocks, tapes and
 * CSV of every mood as tests/unit/tape_sample.h makes them, a text for each column map of
 * fuzz_csv.c, plain and packed, DBN of every type of record, arrays of hftbacktest and packings of
 * some lines. Files named found_* are no seeds but what fuzzing has found; they stay.
 */
#include "tape_scratch.h"

#include <archive.h>
#include <archive_entry.h>
#include <zlib.h>
#include <zstd.h>

#include "block_encode.h"
#include "block_input.h"
#include "dbn_make.h"
#include "event_csv.h"
#include "npz_make.h"

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

#define SEED_TS INT64_C(1735689600000000000)

static void write_seed_of(const char *folder, const char *kind, const char *name, unsigned how,
                          plm_buffer *bytes)
{
    plm_buffer seed = {0};
    plm_put_u8(&seed, (uint8_t)how);
    plm_put_bytes(&seed, bytes->data, bytes->size);
    write_seed(folder, kind, name, seed.data, seed.size);
    plm_buffer_free(&seed);
    bytes->size = 0;
}

/* One record of each type. */
static void put_records(plm_buffer *out, uint8_t version, uint32_t id)
{
    static const int64_t BAR[4] = {DBN_ONE, 2 * DBN_ONE, DBN_ONE / 2, DBN_ONE};
    int64_t const ts = SEED_TS;
    (void)dbn_add_priced(out, 0x00, 48, id, ts, ts + 9, 'T', 'B', DBN_ONE, 3);
    (void)dbn_add_definition(out, version, id, ts, "ESH1", 'F', ts + ts / 100);
    dbn_add_mapping(out, version, id, ts, "ESH1");
    dbn_level(dbn_add_priced(out, 0x01, 80, id, ts, ts + 9, 'T', 'A', DBN_ONE, 3), 0, DBN_ONE, 1,
              2 * DBN_ONE, 2);
    uint8_t *const ten = dbn_add_priced(out, 0x0a, 368, id, ts, ts + 9, 'A', 'A', DBN_ONE, 3);
    for (unsigned i = 0; i < 10; i++) {
        dbn_level(ten, i, (20 - i) * DBN_ONE, 1, (21 + i) * DBN_ONE, 2);
    }
    dbn_level(dbn_add_priced(out, 0xc3, 80, id, ts, ts + 9, 0, 'A', DBN_ONE, 3), 0, DBN_ONE, 1,
              3 * DBN_ONE, 2);
    (void)dbn_add_mbo(out, id, ts, 'R', 'N', 0, DBN_PX_UNDEF, 0);
    (void)dbn_add_mbo(out, id, ts, 'A', 'B', 7, DBN_ONE, 3);
    (void)dbn_add_mbo(out, id, ts, 'M', 'B', 7, 2 * DBN_ONE, 4);
    (void)dbn_add_mbo(out, id, ts, 'C', 'B', 7, 2 * DBN_ONE, 1);
    (void)dbn_add_mbo(out, id, ts, 'T', 'A', 0, 2 * DBN_ONE, 1);
    dbn_add_mbo(out, id, ts, 'A', 'A', 0, 2 * DBN_ONE, 1)[36] = 64;
    (void)dbn_add_stat(out, version, id, ts, 9, DBN_PX_UNDEF, 12);
    (void)dbn_add_stat(out, version, id, ts, 3, DBN_ONE, INT64_MAX);
    (void)dbn_add_status(out, id, ts, 8, '~');
    (void)dbn_add(out, 0x17, 320, 0, ts);
    dbn_add_bar(out, 0x20, id, ts, BAR, 5);
}

static void write_dbn(const char *folder)
{
    static const dbn_mapping MAPPING = {"ESH1", 20250101, 20250102, "5482"};
    plm_buffer bytes = {0};
    for (uint8_t version = 1; version <= 3; version++) {
        char name[32];
        for (unsigned schema = 0; schema < 4; schema++) {
            (void)snprintf(name, sizeof name, "records%u_%u", version, schema);
            put_records(&bytes, version, 1);
            write_seed_of(folder, "dbn", name, version * 12 + schema * 48 + schema * 3 + 1, &bytes);
        }
        (void)snprintf(name, sizeof name, "file%u", version);
        dbn_put_head(&bytes, version, 0xffff, 1, 0, &MAPPING, 1);
        put_records(&bytes, version, 5482);
        dbn_put_head(&bytes, version, 0xffff, 1, 0, &MAPPING, 1);
        put_records(&bytes, version, 5482);
        write_seed_of(folder, "dbn", name, 1, &bytes);
    }
    plm_buffer_free(&bytes);
}

static void write_npz(const char *folder)
{
    plm_buffer rows = {0};
    int64_t const ts = SEED_TS;
    for (unsigned i = 0; i < 20; i++) {
        npz_put_row(&rows, NPZ_BOTH | NPZ_BUY | 1, ts, ts + 5, npz_bits(1 + i), npz_bits(0.5));
    }
    npz_put_row(&rows, NPZ_BOTH | NPZ_SELL | 4, ts, ts + 5, npz_bits(30.25), npz_bits(2));
    npz_put_row(&rows, NPZ_BOTH | NPZ_BUY | 2, ts, ts + 5, npz_bits(30.25), npz_bits(2));
    npz_put_row(&rows, NPZ_BOTH | NPZ_BUY | 3, ts, ts + 5, npz_bits(2), 0);
    npz_put_row(&rows, NPZ_LOCAL | NPZ_BUY | 1, ts, ts + 5, npz_bits(2), npz_bits(1));
    npz_put_row(&rows, NPZ_EXCH | NPZ_SELL | 5, ts, ts + 5, npz_bits(2), npz_bits(1));
    npz_put_row(&rows, NPZ_EXCH | 3, ts, ts + 5, npz_bits(2), npz_bits(1));
    plm_buffer array = {0};
    plm_buffer zip = {0};
    npz_put_head(&array, NPZ_DTYPE, rows.size / 64);
    plm_put_bytes(&array, rows.data, rows.size);
    npz_put_zip(&zip, &array);
    write_seed_of(folder, "npz", "array", 1, &array);
    write_seed_of(folder, "npz", "rows", 12 + 1, &rows);
    write_seed_of(folder, "npz", "zip", 24 + 1, &zip);
    plm_buffer_free(&rows);
    plm_buffer_free(&array);
    plm_buffer_free(&zip);
}

/* -- packings -------------------------------------------------------------------------------- */

#define LINES "1735689600000,1,2\n1735689600001,1,3\n1735689600001,1,3\n1735689600002,1,2\n"

static void put_gzip(plm_buffer *out, const char *text)
{
    uint8_t packed[1024];
    z_stream gzip = {.next_in = (uint8_t *)(uintptr_t)text,
                     .avail_in = (uInt)strlen(text),
                     .next_out = packed,
                     .avail_out = sizeof packed};
    assert_int_equal(deflateInit2(&gzip, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
    assert_int_equal(deflate(&gzip, Z_FINISH), Z_STREAM_END);
    plm_put_bytes(out, packed, gzip.total_out);
    (void)deflateEnd(&gzip);
}

static void put_zstd(plm_buffer *out, const char *text)
{
    uint8_t packed[1024];
    plm_put_bytes(out, packed, ZSTD_compress(packed, sizeof packed, text, strlen(text), 3));
}

/* Two members, of which the second one is stored. */
static void put_zip(plm_buffer *out, const char *text)
{
    uint8_t packed[2048];
    size_t used = 0;
    struct archive *const archive = archive_write_new();
    assert_int_equal(archive_write_set_format_zip(archive), ARCHIVE_OK);
    assert_int_equal(archive_write_open_memory(archive, packed, sizeof packed, &used), ARCHIVE_OK);
    for (unsigned i = 0; i < 2; i++) {
        struct archive_entry *const entry = archive_entry_new();
        archive_entry_set_pathname(entry, i == 0 ? "a.csv" : "b.csv");
        archive_entry_set_filetype(entry, AE_IFREG);
        archive_entry_set_perm(entry, 0644);
        archive_entry_set_mtime(entry, SEED_TS / 1000000000, 0);
        archive_entry_set_size(entry, (la_int64_t)strlen(text));
        assert_int_equal(i == 0 ? archive_write_zip_set_compression_deflate(archive)
                                : archive_write_zip_set_compression_store(archive),
                         ARCHIVE_OK);
        assert_int_equal(archive_write_header(archive, entry), ARCHIVE_OK);
        assert_true(archive_write_data(archive, text, strlen(text)) == (la_ssize_t)strlen(text));
        archive_entry_free(entry);
    }
    assert_int_equal(archive_write_close(archive), ARCHIVE_OK);
    plm_put_bytes(out, packed, used);
    assert_int_equal(archive_write_free(archive), ARCHIVE_OK);
}

/* Each from a file and from a pipe, with pieces of another size: see fuzz_bytes.c. */
static void write_packings(const char *folder)
{
    plm_buffer bytes = {0};
    for (unsigned piped = 0; piped < 2; piped++) {
        char name[32];
        put_gzip(&bytes, LINES);
        put_gzip(&bytes, "");
        put_gzip(&bytes, LINES);
        (void)snprintf(name, sizeof name, "gzip%u", piped);
        write_seed_of(folder, "bytes", name, piped + 2, &bytes);
        plm_put_bytes(&bytes, "\x50\x2a\x4d\x18\3\0\0\0abc", 11);
        put_zstd(&bytes, LINES);
        put_zstd(&bytes, LINES);
        (void)snprintf(name, sizeof name, "zstd%u", piped);
        write_seed_of(folder, "bytes", name, piped + 4, &bytes);
        put_zip(&bytes, LINES);
        (void)snprintf(name, sizeof name, "zip%u", piped);
        write_seed_of(folder, "bytes", name, piped + 6, &bytes);
        plm_put_bytes(&bytes, LINES, sizeof LINES - 1);
        (void)snprintf(name, sizeof name, "plain%u", piped);
        write_seed_of(folder, "bytes", name, piped + 2, &bytes);
    }
    plm_buffer_free(&bytes);
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
    write_dbn(argv[1]);
    write_npz(argv[1]);
    write_packings(argv[1]);
    return 0;
}
