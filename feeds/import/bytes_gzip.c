/*
 * bytes_gzip.c - unpacks gzip: every member, each with its CRC checked by zlib.
 */
#include <limits.h>
#include <zlib.h>

#include "bytes_raw.h"
#include "check.h"
#include "memory.h"

typedef struct gzip_state {
    z_stream stream;
    bool inside; /* a member has begun and not ended */
} gzip_state;

static plm_status gzip_fail(const plm_raw *raw, plm_diag *diag, const char *what)
{
    return plm_fail(diag, PLM_ERR_INPUT, "%s: offset %llu: %s; whole gzip members are allowed",
                    raw->path, (unsigned long long)raw->offset, what);
}

/* One call of inflate on what is there; true in *out_ended when a member ended with it. */
static plm_status gzip_step(gzip_state *gzip, plm_raw *raw, void *buffer, size_t cap,
                            plm_diag *diag, size_t *out_size)
{
    z_stream *const stream = &gzip->stream;
    uInt const space = cap > INT_MAX ? INT_MAX : (uInt)cap;
    /* zlib's field is not const, but inflate does not write there. */
    stream->next_in = (z_const Bytef *)raw->at;
    stream->avail_in = (uInt)raw->size;
    stream->next_out = buffer;
    stream->avail_out = space;
    int const result = inflate(stream, Z_NO_FLUSH);
    plm_raw_take(raw, raw->size - stream->avail_in);
    size_t const made = space - stream->avail_out;
    PLM_TRY(plm_raw_count_output(raw, made, diag));
    if (result == Z_STREAM_END) {
        gzip->inside = false;
    } else if (result == Z_MEM_ERROR) {
        return plm_fail(diag, PLM_ERR_IO, "%s: out of memory while unpacking gzip", raw->path);
    } else if (result != Z_OK && result != Z_BUF_ERROR) {
        return gzip_fail(raw, diag, stream->msg != NULL ? stream->msg : "damaged gzip data");
    } else if (made == 0 && raw->ended && raw->size == 0) {
        return gzip_fail(raw, diag, "the gzip data is truncated");
    }
    *out_size = made;
    return PLM_OK;
}

static plm_status gzip_read(plm_unpacker *self, plm_raw *raw, void *buffer, size_t cap,
                            plm_diag *diag, size_t *out_size)
{
    gzip_state *const gzip = self->state;
    size_t made = 0;
    while (made == 0) {
        PLM_TRY(plm_raw_peek(raw, gzip->inside ? 1 : 2, diag));
        if (!gzip->inside) {
            if (raw->size == 0) {
                break;
            }
            if (raw->size < 2 || raw->at[0] != 0x1f || raw->at[1] != 0x8b) {
                return gzip_fail(raw, diag, "bytes that are not gzip follow a member");
            }
            plm_assert(inflateReset(&gzip->stream) == Z_OK);
            gzip->inside = true;
        }
        PLM_TRY(gzip_step(gzip, raw, buffer, cap, diag, &made));
    }
    *out_size = made;
    return PLM_OK;
}

static void gzip_destroy(plm_unpacker *self)
{
    gzip_state *const gzip = self->state;
    (void)inflateEnd(&gzip->stream);
    plm_free(gzip);
}

plm_status plm_unpack_gzip(plm_raw *raw, plm_diag *diag, plm_unpacker *out)
{
    gzip_state *const gzip = plm_alloc(1, sizeof *gzip);
    if (inflateInit2(&gzip->stream, 16 + MAX_WBITS) != Z_OK) {
        plm_free(gzip);
        return plm_fail(diag, PLM_ERR_IO, "%s: cannot start zlib", raw->path);
    }
    out->state = gzip;
    out->read = gzip_read;
    out->destroy = gzip_destroy;
    return PLM_OK;
}
