/*
 * test_bytes.c - promises of bytes.h:
 * - plain, gzip (all members), zstd (all frames, skippable ones passed over) and zip (all members,
 *   named) give their bytes, from a file and from a pipe, whatever the size of the reads;
 * - a packing that is cut at any byte, damaged, or followed by something else is refused with its
 *   offset, and the refusal is repeated; so is a zstd frame that is not as long as its head tells;
 * - bombs and windows over 8 MiB are refused, members of a zip that overlap included;
 * - a directory, a missing and an empty file have clear messages.
 */
#include "plm_test.h"

#include <archive.h>
#include <archive_entry.h>
#include <sys/wait.h>
#include <zlib.h>
#include <zstd.h>

#include "bytes.h"
#include "input_files.h"
#include "memory.h"
#include "philox.h"
#include "zip_bomb.h"

static input_folder folder;

/* Text that packs neither to nothing nor not at all. */
static blob make_text(size_t lines)
{
    blob text = {NULL, 0, 0};
    plm_philox rng;
    plm_philox_init(&rng, 1, "bytes", 0);
    for (size_t i = 0; i < lines; i++) {
        char line[64];
        int const size =
            snprintf(line, sizeof line, "%zu,%u\n", i, (unsigned)plm_philox_below(&rng, 1000));
        blob_add(&text, line, (size_t)size);
    }
    return text;
}

static void add_zstd(blob *out, const void *bytes, size_t size, int window_log)
{
    ZSTD_CCtx *const context = ZSTD_createCCtx();
    (void)ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
    (void)ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 0);
    if (window_log > 0) {
        (void)ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, window_log);
    }
    size_t const room = ZSTD_compressBound(size) + 64;
    uint8_t *const packed = plm_alloc(room, 1);
    /* Streaming without a pledged size, so that the window is that of the parameter. */
    ZSTD_inBuffer input = {bytes, size, 0};
    ZSTD_outBuffer output = {packed, room, 0};
    assert_int_equal(ZSTD_compressStream2(context, &output, &input, ZSTD_e_flush), 0);
    assert_int_equal(ZSTD_compressStream2(context, &output, &input, ZSTD_e_end), 0);
    blob_add(out, packed, output.pos);
    plm_free(packed);
    (void)ZSTD_freeCCtx(context);
}

typedef struct member {
    const char *name;
    const void *bytes;
    size_t size;
} member;

static la_ssize_t on_zip_write(struct archive *archive, void *self, const void *bytes, size_t size)
{
    (void)archive;
    blob_add(self, bytes, size);
    return (la_ssize_t)size;
}

static blob make_zip(const member *members, size_t count)
{
    blob out = {NULL, 0, 0};
    struct archive *const archive = archive_write_new();
    assert_int_equal(archive_write_set_format_zip(archive), ARCHIVE_OK);
    assert_int_equal(archive_write_set_bytes_in_last_block(archive, 1), ARCHIVE_OK);
    assert_int_equal(archive_write_open(archive, &out, NULL, on_zip_write, NULL), ARCHIVE_OK);
    for (size_t i = 0; i < count; i++) {
        struct archive_entry *const entry = archive_entry_new();
        archive_entry_set_pathname(entry, members[i].name);
        archive_entry_set_filetype(entry, AE_IFREG);
        archive_entry_set_perm(entry, 0644);
        archive_entry_set_size(entry, (la_int64_t)members[i].size);
        assert_int_equal(archive_write_header(archive, entry), ARCHIVE_OK);
        assert_true(archive_write_data(archive, members[i].bytes, members[i].size) ==
                    (la_ssize_t)members[i].size);
        archive_entry_free(entry);
    }
    assert_int_equal(archive_write_close(archive), ARCHIVE_OK);
    assert_int_equal(archive_write_free(archive), ARCHIVE_OK);
    return out;
}

/* Reads to the end or to a failure in pieces of `piece` bytes. */
static plm_status read_all(const char *path, size_t piece, plm_diag *diag, blob *out)
{
    plm_bytes *bytes = NULL;
    plm_diag_init(diag);
    plm_status status = plm_bytes_open(path, diag, &bytes);
    *out = (blob){NULL, 0, 0};
    if (status != PLM_OK) {
        assert_null(bytes);
        return status;
    }
    uint8_t *const buffer = plm_alloc(piece, 1);
    for (;;) {
        size_t size = 0;
        status = plm_bytes_read(bytes, buffer, piece, diag, &size);
        if (status != PLM_OK) {
            plm_diag again;
            plm_diag_init(&again);
            assert_int_equal(plm_bytes_read(bytes, buffer, piece, &again, &size), status);
            break;
        }
        if (size == 0) {
            break;
        }
        blob_add(out, buffer, size);
    }
    plm_free(buffer);
    plm_bytes_close(bytes);
    return status;
}

/* The file gives exactly the text, by small and by large reads. */
static void gives(const blob *packed, const blob *text)
{
    const char *const path = input_write(&folder, "input", packed->bytes, packed->size);
    static const size_t PIECES[] = {7, 4096, 1 << 20};
    for (int i = 0; i < 3; i++) {
        plm_diag diag;
        blob found;
        assert_ok(read_all(path, PIECES[i], &diag, &found), &diag);
        assert_int_equal(found.size, text->size);
        assert_memory_equal(found.bytes, text->bytes, text->size);
        plm_free(found.bytes);
    }
}

static void refuses(const void *packed, size_t size, const char *words)
{
    const char *const path = input_write(&folder, "input", packed, size);
    plm_diag diag;
    blob found;
    assert_int_equal(read_all(path, 65536, &diag, &found), PLM_ERR_INPUT);
    if (strstr(diag.text, words) == NULL || strstr(diag.text, "offset") == NULL) {
        fail_msg("'%s' does not say '%s' and an offset", diag.text, words);
    }
    plm_free(found.bytes);
}

static void every_packing_gives_its_bytes(void **state)
{
    (void)state;
    blob const text = make_text(50000);
    size_t const half = text.size / 2;
    gives(&text, &text);
    blob gzip = {NULL, 0, 0};
    add_gzip(&gzip, text.bytes, half);
    add_gzip(&gzip, NULL, 0);
    add_gzip(&gzip, text.bytes + half, text.size - half);
    gives(&gzip, &text);
    blob zstd = {NULL, 0, 0};
    static const uint8_t SKIPPABLE[] = {0x51, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 'a', 'b', 'c'};
    blob_add(&zstd, SKIPPABLE, sizeof SKIPPABLE);
    add_zstd(&zstd, text.bytes, half, 0);
    add_zstd(&zstd, NULL, 0, 0);
    blob_add(&zstd, SKIPPABLE, sizeof SKIPPABLE);
    add_zstd(&zstd, text.bytes + half, text.size - half, 23);
    gives(&zstd, &text);
    member const members[2] = {{"a.csv", text.bytes, half},
                               {"b.csv", text.bytes + half, text.size - half}};
    blob zip = make_zip(members, 2);
    gives(&zip, &text);
    plm_free(text.bytes);
    plm_free(gzip.bytes);
    plm_free(zstd.bytes);
    plm_free(zip.bytes);
}

static void packings_of_nothing_give_nothing(void **state)
{
    (void)state;
    blob const nothing = {(uint8_t *)"", 0, 0};
    blob gzip = {NULL, 0, 0};
    add_gzip(&gzip, NULL, 0);
    gives(&gzip, &nothing);
    blob zstd = {NULL, 0, 0};
    add_zstd(&zstd, NULL, 0, 0);
    gives(&zstd, &nothing);
    plm_free(gzip.bytes);
    plm_free(zstd.bytes);
}

static void zip_members_are_named_and_counted(void **state)
{
    (void)state;
    member const members[3] = {{"one.csv", "abc", 3}, {"empty.csv", "", 0}, {"two.csv", "de", 2}};
    blob const zip = make_zip(members, 3);
    const char *const path = input_write(&folder, "input", zip.bytes, zip.size);
    plm_diag diag;
    plm_diag_init(&diag);
    plm_bytes *bytes = NULL;
    assert_ok(plm_bytes_open(path, &diag, &bytes), &diag);
    assert_int_equal(plm_bytes_raw_size(bytes), zip.size);
    char buffer[16];
    size_t size = 0;
    assert_ok(plm_bytes_read(bytes, buffer, sizeof buffer, &diag, &size), &diag);
    assert_int_equal(size, 3);
    assert_int_equal(plm_bytes_member(bytes), 0);
    assert_non_null(strstr(plm_bytes_name(bytes), "input:one.csv"));
    assert_ok(plm_bytes_read(bytes, buffer, sizeof buffer, &diag, &size), &diag);
    assert_int_equal(size, 2);
    assert_int_equal(plm_bytes_member(bytes), 2);
    assert_non_null(strstr(plm_bytes_name(bytes), "input:two.csv"));
    assert_ok(plm_bytes_read(bytes, buffer, sizeof buffer, &diag, &size), &diag);
    assert_int_equal(size, 0);
    plm_bytes_close(bytes);
    plm_free(zip.bytes);
}

/* A child writes the bytes into a FIFO, slowly enough to cut reads. */
static void feed_fifo(const char *path, const blob *packed)
{
    FILE *const file = fopen(path, "wb");
    for (size_t at = 0; at < packed->size; at += 1000) {
        size_t const size = packed->size - at < 1000 ? packed->size - at : 1000;
        (void)fwrite(packed->bytes + at, 1, size, file);
        (void)fflush(file);
    }
    (void)fclose(file);
    _exit(0);
}

static void pipe_gives(const blob *packed, const blob *text)
{
    const char *const path = input_path(&folder, "fifo");
    assert_int_equal(mkfifo(path, 0600), 0);
    (void)fflush(NULL);
    pid_t const child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        feed_fifo(path, packed);
    }
    plm_diag diag;
    blob found;
    assert_ok(read_all(path, 4096, &diag, &found), &diag);
    assert_int_equal(found.size, text->size);
    assert_memory_equal(found.bytes, text->bytes, text->size);
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    plm_free(found.bytes);
    assert_int_equal(unlink(path), 0);
}

static void pipes_give_the_same(void **state)
{
    (void)state;
    blob const text = make_text(5000);
    blob gzip = {NULL, 0, 0};
    add_gzip(&gzip, text.bytes, text.size);
    blob zstd = {NULL, 0, 0};
    add_zstd(&zstd, text.bytes, text.size, 0);
    member const members[1] = {{"a", text.bytes, text.size}};
    blob const zip = make_zip(members, 1);
    pipe_gives(&text, &text);
    pipe_gives(&gzip, &text);
    pipe_gives(&zstd, &text);
    pipe_gives(&zip, &text);
    plm_free(text.bytes);
    plm_free(gzip.bytes);
    plm_free(zstd.bytes);
    plm_free(zip.bytes);
}

/* From `from` bytes on the packing is recognised; each cut must be refused, save at `whole`. */
static void refuses_every_cut(const blob *packed, size_t from, size_t whole)
{
    for (size_t size = from; size < packed->size; size++) {
        if (size != whole) {
            refuses(packed->bytes, size, "");
        }
    }
}

static void packings_cut_at_any_byte_are_refused(void **state)
{
    (void)state;
    blob const text = make_text(40);
    blob gzip = {NULL, 0, 0};
    add_gzip(&gzip, text.bytes, text.size);
    size_t const first_gzip = gzip.size;
    add_gzip(&gzip, text.bytes, text.size);
    refuses_every_cut(&gzip, 1, first_gzip);
    blob zstd = {NULL, 0, 0};
    add_zstd(&zstd, text.bytes, text.size, 0);
    size_t const first_zstd = zstd.size;
    add_zstd(&zstd, text.bytes, text.size, 0);
    refuses_every_cut(&zstd, 2, first_zstd);
    member const members[2] = {{"a", text.bytes, text.size}, {"b", text.bytes, text.size}};
    blob const zip = make_zip(members, 2);
    refuses_every_cut(&zip, 3, 0);
    plm_free(text.bytes);
    plm_free(gzip.bytes);
    plm_free(zstd.bytes);
    plm_free(zip.bytes);
}

static void damage_and_trailing_bytes_are_refused(void **state)
{
    (void)state;
    blob const text = make_text(400);
    blob gzip = {NULL, 0, 0};
    add_gzip(&gzip, text.bytes, text.size);
    gzip.bytes[gzip.size - 5] ^= 1; /* the last byte of the CRC */
    refuses(gzip.bytes, gzip.size, "incorrect data check");
    gzip.bytes[gzip.size - 5] ^= 1;
    blob_add(&gzip, "\n", 1);
    refuses(gzip.bytes, gzip.size, "follow a member");
    blob zstd = {NULL, 0, 0};
    add_zstd(&zstd, text.bytes, text.size, 0);
    zstd.bytes[zstd.size - 1] ^= 1; /* the checksum */
    refuses(zstd.bytes, zstd.size, "checksum");
    zstd.bytes[zstd.size - 1] ^= 1;
    blob_add(&zstd, "more", 4);
    refuses(zstd.bytes, zstd.size, "follow a frame");
    member const members[1] = {{"a", text.bytes, text.size}};
    blob const zip = make_zip(members, 1);
    zip.bytes[200] ^= 1; /* within the deflated data */
    refuses(zip.bytes, zip.size, "");
    plm_free(text.bytes);
    plm_free(gzip.bytes);
    plm_free(zstd.bytes);
    plm_free(zip.bytes);
}

/* A frame whose head tells 72 bytes and whose only block is empty: the library notices that only
 * where it is given room for all of them at once. */
static void a_frame_that_does_not_hold_what_its_head_tells_is_refused(void **state)
{
    (void)state;
    static const uint8_t EMPTY[] = {0x28, 0xb5, 0x2f, 0xfd, 0x20, 72, 1, 0, 0};
    static const size_t PIECES[] = {7, 71, 72, 4096};
    const char *const path = input_write(&folder, "input", EMPTY, sizeof EMPTY);
    for (size_t i = 0; i < sizeof PIECES / sizeof PIECES[0]; i++) {
        plm_diag diag;
        blob found;
        assert_int_equal(read_all(path, PIECES[i], &diag, &found), PLM_ERR_INPUT);
        assert_non_null(strstr(diag.text, PIECES[i] < 72 ? "72 bytes" : "corruption"));
        plm_free(found.bytes);
    }
}

static void bombs_and_long_windows_are_refused(void **state)
{
    (void)state;
    size_t const size = (size_t)200 << 20;
    uint8_t *const zeros = plm_alloc(size, 1);
    blob zstd = {NULL, 0, 0};
    add_zstd(&zstd, zeros, size, 0);
    refuses(zstd.bytes, zstd.size, "4000 times");
    blob window = {NULL, 0, 0};
    add_zstd(&window, zeros, 1000, 24);
    refuses(window.bytes, window.size, "8 MiB");
    blob const zip = make_overlapping_zip();
    refuses(zip.bytes, zip.size, "4000 times");
    plm_free(zip.bytes);
    plm_free(zeros);
    plm_free(zstd.bytes);
    plm_free(window.bytes);
}

static void what_is_no_input_has_a_clear_message(void **state)
{
    (void)state;
    plm_diag diag;
    blob found;
    assert_int_equal(read_all(folder.path, 16, &diag, &found), PLM_ERR_INPUT);
    assert_non_null(strstr(diag.text, "is a directory"));
    assert_int_equal(read_all(input_path(&folder, "none"), 16, &diag, &found), PLM_ERR_IO);
    assert_non_null(strstr(diag.text, "none: cannot open: No such file"));
    assert_int_equal(read_all(input_write(&folder, "empty", "", 0), 16, &diag, &found),
                     PLM_ERR_INPUT);
    assert_non_null(strstr(diag.text, "empty; data is needed"));
}

static int make_folder(void **state)
{
    (void)state;
    folder = input_folder_make();
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    input_folder_remove(&folder);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_packing_gives_its_bytes),
        cmocka_unit_test(packings_of_nothing_give_nothing),
        cmocka_unit_test(zip_members_are_named_and_counted),
        cmocka_unit_test(pipes_give_the_same),
        cmocka_unit_test(packings_cut_at_any_byte_are_refused),
        cmocka_unit_test(damage_and_trailing_bytes_are_refused),
        cmocka_unit_test(a_frame_that_does_not_hold_what_its_head_tells_is_refused),
        cmocka_unit_test(bombs_and_long_windows_are_refused),
        cmocka_unit_test(what_is_no_input_has_a_clear_message),
    };
    return cmocka_run_group_tests_name("bytes", tests, make_folder, remove_folder);
}
