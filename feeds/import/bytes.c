/*
 * bytes.c - opens a file or pipe, recognises its packing and hands out the unpacked bytes.
 */
#include "bytes.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bytes_raw.h"
#include "check.h"
#include "memory.h"

struct plm_bytes {
    plm_raw raw;
    plm_unpacker unpacker;
    char *path;
    plm_status sticky; /* PLM_OK, PLM_END or the failure that every later read repeats */
};

/* -- packed bytes ---------------------------------------------------------------------------- */

plm_status plm_raw_peek(plm_raw *raw, size_t want, plm_diag *diag)
{
    plm_assert(want <= 64);
    while (raw->size < want && !raw->ended) {
        if (raw->at != raw->buffer) {
            memmove(raw->buffer, raw->at, raw->size);
            raw->at = raw->buffer;
        }
        ssize_t const got = read(raw->fd, raw->buffer + raw->size, PLM_RAW_CAP - raw->size);
        if (got < 0) {
            if (errno ==
                EINTR) { /* a signal that somebody handles: a stalled pipe must not hold it up */
                return plm_fail(diag, PLM_ERR_INTERRUPTED, "%s: interrupted while waiting for data",
                                raw->path);
            }
            return plm_fail_errno(diag, errno, "%s: cannot read at offset %llu", raw->path,
                                  (unsigned long long)(raw->offset + raw->size));
        }
        raw->ended = got == 0;
        raw->size += (size_t)got;
    }
    return PLM_OK;
}

void plm_raw_take(plm_raw *raw, size_t size)
{
    plm_assert(size <= raw->size);
    raw->at += size;
    raw->size -= size;
    raw->offset += size;
    raw->bytes_in += size;
}

plm_status plm_raw_seek(plm_raw *raw, uint64_t offset, plm_diag *diag)
{
    plm_assert(raw->seekable && offset <= INT64_MAX);
    if (lseek(raw->fd, (off_t)offset, SEEK_SET) < 0) {
        return plm_fail_errno(diag, errno, "%s: cannot seek to offset %llu", raw->path,
                              (unsigned long long)offset);
    }
    raw->at = raw->buffer;
    raw->size = 0;
    raw->offset = offset;
    raw->ended = false;
    return PLM_OK;
}

plm_status plm_raw_count_output(plm_raw *raw, size_t size, plm_diag *diag)
{
    /* Members of a zip may overlap: what is read again is not more of the file. */
    uint64_t const packed =
        raw->seekable && raw->file_size < raw->bytes_in ? raw->file_size : raw->bytes_in;
    raw->bytes_out += size;
    if (raw->bytes_out > PLM_BOMB_FREE && raw->bytes_out / PLM_BOMB_RATIO > packed) {
        return plm_fail(diag, PLM_ERR_INPUT,
                        "%s: offset %llu: %llu packed bytes have grown to %llu; at most %llu times "
                        "the packed size is allowed beyond 64 MiB",
                        raw->path, (unsigned long long)raw->offset, (unsigned long long)packed,
                        (unsigned long long)raw->bytes_out, (unsigned long long)PLM_BOMB_RATIO);
    }
    return PLM_OK;
}

/* -- plain bytes ----------------------------------------------------------------------------- */

static plm_status plain_read(plm_unpacker *self, plm_raw *raw, void *buffer, size_t cap,
                             plm_diag *diag, size_t *out_size)
{
    (void)self;
    PLM_TRY(plm_raw_peek(raw, 1, diag));
    size_t const size = raw->size < cap ? raw->size : cap;
    memcpy(buffer, raw->at, size);
    plm_raw_take(raw, size);
    *out_size = size;
    return PLM_OK;
}

static void plain_destroy(plm_unpacker *self)
{
    (void)self;
}

/* -- recognising ----------------------------------------------------------------------------- */

typedef struct packing {
    const char *name;
    uint8_t mask, magic[4]; /* the mask is of the first byte */
    uint8_t size, telling;  /* bytes of magic; how many of them no text begins with */
    plm_status (*open)(plm_raw *raw, plm_diag *diag, plm_unpacker *out);
} packing;

static const packing PACKINGS[] = {
    {"gzip", 0xff, {0x1f, 0x8b, 0x08}, 3, 1, plm_unpack_gzip},
    {"zstd", 0xff, {0x28, 0xb5, 0x2f, 0xfd}, 4, 2, plm_unpack_zstd},
    {"zstd", 0xf0, {0x50, 0x2a, 0x4d, 0x18}, 4, 4, plm_unpack_zstd}, /* a skippable frame first */
    {"zip", 0xff, {'P', 'K', 3, 4}, 4, 3, plm_unpack_zip},
    {"zip", 0xff, {'P', 'K', 5, 6}, 4, 3, plm_unpack_zip}, /* without members */
};

static plm_status open_unpacker(plm_bytes *bytes, plm_diag *diag)
{
    plm_raw *const raw = &bytes->raw;
    PLM_TRY(plm_raw_peek(raw, 4, diag));
    if (raw->size == 0) {
        return plm_fail(diag, PLM_ERR_INPUT, "%s: empty; data is needed", raw->path);
    }
    for (size_t i = 0; i < sizeof PACKINGS / sizeof PACKINGS[0]; i++) {
        const packing *const row = &PACKINGS[i];
        size_t const size = raw->size < row->size ? raw->size : row->size;
        if ((raw->at[0] & row->mask) != row->magic[0] ||
            memcmp(raw->at + 1, row->magic + 1, size - 1) != 0 || size < row->telling) {
            continue;
        }
        if (size < row->size) {
            return plm_fail(diag, PLM_ERR_INPUT, "%s: offset %zu: the %s packing is truncated",
                            raw->path, size, row->name);
        }
        return row->open(raw, diag, &bytes->unpacker);
    }
    bytes->unpacker.read = plain_read;
    bytes->unpacker.destroy = plain_destroy;
    return PLM_OK;
}

static plm_status open_file(plm_bytes *bytes, plm_diag *diag)
{
    plm_raw *const raw = &bytes->raw;
    if (strcmp(bytes->path, "-") == 0) {
        raw->fd = STDIN_FILENO;
        raw->path = "standard input";
    } else {
        raw->path = bytes->path;
        raw->fd = open(bytes->path, O_RDONLY | O_CLOEXEC);
        raw->owned = raw->fd >= 0;
    }
    struct stat info;
    if (raw->fd < 0 || fstat(raw->fd, &info) != 0) {
        return plm_fail_errno(diag, errno, "%s: cannot open", raw->path);
    }
    if (S_ISDIR(info.st_mode)) {
        return plm_fail(diag, PLM_ERR_INPUT, "%s: is a directory; a file is needed", raw->path);
    }
    raw->file_size = S_ISREG(info.st_mode) ? (uint64_t)info.st_size : 0;
    raw->seekable = S_ISREG(info.st_mode) && lseek(raw->fd, 0, SEEK_CUR) == 0;
    return PLM_OK;
}

plm_status plm_bytes_open(const char *path, plm_diag *diag, plm_bytes **out)
{
    plm_bytes *const bytes = plm_alloc(1, sizeof *bytes);
    bytes->path = plm_strdup(path);
    bytes->raw.fd = -1;
    bytes->raw.buffer = plm_alloc(1, PLM_RAW_CAP);
    bytes->raw.at = bytes->raw.buffer;
    plm_status status = open_file(bytes, diag);
    if (status == PLM_OK) {
        status = open_unpacker(bytes, diag);
    }
    if (status != PLM_OK) {
        plm_bytes_close(bytes);
        return status;
    }
    *out = bytes;
    return PLM_OK;
}

void plm_bytes_close(plm_bytes *bytes)
{
    if (bytes == NULL) {
        return;
    }
    if (bytes->unpacker.destroy != NULL) {
        bytes->unpacker.destroy(&bytes->unpacker);
    }
    if (bytes->raw.owned) {
        (void)close(bytes->raw.fd);
    }
    plm_free(bytes->raw.buffer);
    plm_free(bytes->path);
    plm_free(bytes);
}

plm_status plm_bytes_read(plm_bytes *bytes, void *buffer, size_t cap, plm_diag *diag,
                          size_t *out_size)
{
    plm_assert(cap > 0);
    if (bytes->sticky < 0) {
        return bytes->sticky;
    }
    size_t size = 0;
    if (bytes->sticky == PLM_OK) {
        plm_status const status =
            bytes->unpacker.read(&bytes->unpacker, &bytes->raw, buffer, cap, diag, &size);
        if (status < 0) {
            bytes->sticky = status;
            return status;
        }
        bytes->sticky = size == 0 ? PLM_END : PLM_OK;
    }
    *out_size = size;
    return PLM_OK;
}

const char *plm_bytes_name(const plm_bytes *bytes)
{
    return bytes->unpacker.name[0] != '\0' ? bytes->unpacker.name : bytes->raw.path;
}

uint64_t plm_bytes_member(const plm_bytes *bytes)
{
    return bytes->unpacker.member;
}

uint64_t plm_bytes_raw_offset(const plm_bytes *bytes)
{
    return bytes->raw.offset;
}

uint64_t plm_bytes_raw_size(const plm_bytes *bytes)
{
    return bytes->raw.file_size;
}
