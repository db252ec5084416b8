/*
 * fuzz_bytes.c - any bytes through the unpackers: gzip, zstd, zip, or plain. The first byte chooses
 * a file or a pipe, which a zip is read from in two ways, and the size of the pieces that are asked
 * for. Nothing may hang, grow beyond the guard or go on after a failure, a refusal has words, and
 * pieces of another size give the same bytes and the same end.
 */
#include <stdbool.h>

#include "bytes.h"
#include "check.h"
#include "crc32c.h"
#include "fuzz_target.h"
#include "memory.h"

#define PIPE_MAX 65536u              /* a pipe takes so much before somebody reads */
#define OUT_MAX (UINT64_C(80) << 20) /* the guard's 64 MiB and a last piece of them */

static const size_t PIECES[4] = {1u << 16, 1000, 61, 7};

typedef struct outcome {
    plm_status status;
    uint64_t size, members;
    uint32_t crc;
} outcome;

/* What is left of an input once it is unpacked, or where it failed. */
static outcome unpack(const char *path, size_t piece)
{
    outcome done = {.status = PLM_OK};
    plm_bytes *bytes = NULL;
    plm_diag diag;
    plm_diag_init(&diag);
    done.status = plm_bytes_open(path, &diag, &bytes);
    if (done.status < 0) {
        plm_assert(diag.text[0] != '\0' && bytes == NULL);
        return done;
    }
    char *const buffer = plm_alloc(piece, 1);
    for (;;) {
        size_t size = 0;
        done.status = plm_bytes_read(bytes, buffer, piece, &diag, &size);
        if (done.status < 0 || size == 0) {
            break;
        }
        plm_assert(size <= piece && plm_bytes_member(bytes) >= done.members);
        plm_assert(plm_bytes_name(bytes)[0] != '\0');
        done.members = plm_bytes_member(bytes);
        done.crc = plm_crc32c(done.crc, buffer, size);
        done.size += size;
        plm_assert(done.size <= OUT_MAX);
    }
    size_t again = 0;
    plm_assert(done.status == PLM_OK || diag.text[0] != '\0');
    plm_assert(plm_bytes_read(bytes, buffer, piece, &diag, &again) == done.status && again == 0);
    plm_free(buffer);
    plm_bytes_close(bytes);
    return done;
}

/* The same bytes from a pipe, which cannot be read twice or backwards. */
static outcome unpack_pipe(const uint8_t *data, size_t size, size_t piece)
{
    int ends[2];
    char path[FUZZ_PATH_CAP];
    plm_assert(pipe(ends) == 0);
    plm_assert(write(ends[1], data, size) == (ssize_t)size);
    plm_assert(close(ends[1]) == 0);
    (void)snprintf(path, sizeof path, "/dev/fd/%d", ends[0]);
    outcome const done = unpack(path, piece);
    plm_assert(close(ends[0]) == 0);
    return done;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0 || size > PIPE_MAX) {
        return 0;
    }
    bool const piped = data[0] % 2 == 1;
    char path[FUZZ_PATH_CAP];
    fuzz_write(FUZZ_INPUT, data + 1, size - 1, path);
    outcome done[2];
    for (unsigned i = 0; i < 2; i++) {
        size_t const piece = i == 0 ? PIECES[0] : PIECES[data[0] / 2 % 4];
        done[i] = piped ? unpack_pipe(data + 1, size - 1, piece) : unpack(path, piece);
    }
    plm_assert(done[0].status == done[1].status);
    if (done[0].status == PLM_OK) {
        plm_assert(done[0].size == done[1].size && done[0].crc == done[1].crc);
        plm_assert(done[0].members == done[1].members);
    }
    return 0;
}
