/*
 * bytes_raw.h - inside of bytes.c: the packed bytes of a file or pipe, and what an unpacker looks
 * like. Nobody but bytes*.c includes this.
 */
#ifndef PLM_BYTES_RAW_H
#define PLM_BYTES_RAW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "status.h"

#define PLM_RAW_CAP 131072
#define PLM_MEMBER_CAP 512 /* bytes of "path:member" with the closing NUL */

/* Beyond the first 64 MiB of output nothing may grow to more than 4000 times its packed size. */
#define PLM_BOMB_FREE (UINT64_C(64) << 20)
#define PLM_BOMB_RATIO UINT64_C(4000)

typedef struct plm_raw {
    const char *path; /* for messages; "standard input" for "-" */
    int fd;
    bool owned;    /* close it at the end */
    bool seekable; /* a regular file */
    bool ended;    /* read() has returned 0 */
    uint64_t file_size;
    uint64_t offset; /* of at[0] in the file */
    uint64_t bytes_in, bytes_out;
    uint8_t *buffer; /* PLM_RAW_CAP */
    const uint8_t *at;
    size_t size; /* bytes at `at` that nobody has taken yet */
} plm_raw;

/* Makes at least `want` (<= 64) bytes lie at `at`, fewer only when the input ends before. */
PLM_NODISCARD plm_status plm_raw_peek(plm_raw *raw, size_t want, plm_diag *diag);
void plm_raw_take(plm_raw *raw, size_t size);
PLM_NODISCARD plm_status plm_raw_seek(plm_raw *raw, uint64_t offset, plm_diag *diag);

/* Notes `size` bytes of output; refuses a bomb. */
PLM_NODISCARD plm_status plm_raw_count_output(plm_raw *raw, size_t size, plm_diag *diag);

/* An unpacker: reads from raw, fills the buffer; *out_size 0 means end. `read` is not called again
 * after a failure or the end. */
typedef struct plm_unpacker {
    void *state;
    plm_status (*read)(struct plm_unpacker *self, plm_raw *raw, void *buffer, size_t cap,
                       plm_diag *diag, size_t *out_size);
    void (*destroy)(struct plm_unpacker *self);
    uint64_t member;
    char name[PLM_MEMBER_CAP]; /* zip: path:member */
} plm_unpacker;

PLM_NODISCARD plm_status plm_unpack_gzip(plm_raw *raw, plm_diag *diag, plm_unpacker *out);
PLM_NODISCARD plm_status plm_unpack_zstd(plm_raw *raw, plm_diag *diag, plm_unpacker *out);
PLM_NODISCARD plm_status plm_unpack_zip(plm_raw *raw, plm_diag *diag, plm_unpacker *out);

#endif
