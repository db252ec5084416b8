/*
 * bytes_zstd.c - unpacks zstd: every frame, skippable ones passed over, windows up to 8 MiB.
 *
 * A frame that is cut short can give all of its bytes without an error; only the hint that
 * ZSTD_decompressStream returns tells that the frame has not ended. So the hint decides. That a
 * frame holds as many bytes as its head tells, the library does not check in every way of reading.
 */
#include <stdio.h>
#include <string.h>
#include <zstd.h>

#include "bytes_raw.h"
#include "check.h"
#include "memory.h"

#define WINDOW_LOG_MAX 23
#define HEAD_MAX 18u /* bytes of a frame's head */

typedef struct zstd_state {
    ZSTD_DCtx *context;
    bool inside;    /* a frame has begun and not ended */
    uint64_t told;  /* bytes that its head tells; ZSTD_CONTENTSIZE_UNKNOWN, or _ERROR: none */
    uint64_t found; /* bytes that it has given */
} zstd_state;

static plm_status zstd_fail(const plm_raw *raw, plm_diag *diag, const char *what)
{
    return plm_fail(diag, PLM_ERR_INPUT,
                    "%s: offset %llu: %s; whole zstd frames with windows up to 8 MiB are allowed",
                    raw->path, (unsigned long long)raw->offset, what);
}

/* Checked here so that frames of formats before zstd 0.8 never reach the library. */
static bool is_frame(const plm_raw *raw)
{
    static const uint8_t FRAME[4] = {0x28, 0xb5, 0x2f, 0xfd};
    static const uint8_t SKIPPABLE[3] = {0x2a, 0x4d, 0x18};
    return raw->size >= 4 &&
           (memcmp(raw->at, FRAME, sizeof FRAME) == 0 ||
            ((raw->at[0] & 0xf0) == 0x50 && memcmp(raw->at + 1, SKIPPABLE, sizeof SKIPPABLE) == 0));
}

static plm_status zstd_step(zstd_state *zstd, plm_raw *raw, void *buffer, size_t cap,
                            plm_diag *diag, size_t *out_size)
{
    ZSTD_inBuffer input = {raw->at, raw->size, 0};
    ZSTD_outBuffer output = {buffer, cap, 0};
    size_t const hint = ZSTD_decompressStream(zstd->context, &output, &input);
    plm_raw_take(raw, input.pos);
    if (ZSTD_isError(hint)) {
        return zstd_fail(raw, diag, ZSTD_getErrorName(hint));
    }
    PLM_TRY(plm_raw_count_output(raw, output.pos, diag));
    zstd->inside = hint != 0;
    zstd->found += output.pos;
    bool const tells =
        zstd->told != ZSTD_CONTENTSIZE_UNKNOWN && zstd->told != ZSTD_CONTENTSIZE_ERROR;
    if (!zstd->inside && tells && zstd->found != zstd->told) {
        char what[96];
        (void)snprintf(what, sizeof what, "a frame of %llu bytes, whose head tells %llu bytes",
                       (unsigned long long)zstd->found, (unsigned long long)zstd->told);
        return zstd_fail(raw, diag, what);
    }
    if (zstd->inside && output.pos == 0 && raw->ended && raw->size == 0) {
        return zstd_fail(raw, diag, "the zstd data is truncated");
    }
    *out_size = output.pos;
    return PLM_OK;
}

static plm_status zstd_read(plm_unpacker *self, plm_raw *raw, void *buffer, size_t cap,
                            plm_diag *diag, size_t *out_size)
{
    zstd_state *const zstd = self->state;
    size_t made = 0;
    while (made == 0) {
        PLM_TRY(plm_raw_peek(raw, zstd->inside ? 1 : HEAD_MAX, diag));
        if (!zstd->inside) {
            if (raw->size == 0) {
                break;
            }
            if (!is_frame(raw)) {
                return zstd_fail(raw, diag, "bytes that are not zstd follow a frame");
            }
            zstd->told = ZSTD_getFrameContentSize(raw->at, raw->size);
            zstd->found = 0;
        }
        PLM_TRY(zstd_step(zstd, raw, buffer, cap, diag, &made));
    }
    *out_size = made;
    return PLM_OK;
}

static void zstd_destroy(plm_unpacker *self)
{
    zstd_state *const zstd = self->state;
    (void)ZSTD_freeDCtx(zstd->context);
    plm_free(zstd);
}

plm_status plm_unpack_zstd(plm_raw *raw, plm_diag *diag, plm_unpacker *out)
{
    ZSTD_DCtx *const context = ZSTD_createDCtx();
    if (context == NULL) {
        return plm_fail(diag, PLM_ERR_IO, "%s: out of memory for zstd", raw->path);
    }
    size_t const result = ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, WINDOW_LOG_MAX);
    plm_assert(!ZSTD_isError(result));
    zstd_state *const zstd = plm_alloc(1, sizeof *zstd);
    zstd->context = context;
    out->state = zstd;
    out->read = zstd_read;
    out->destroy = zstd_destroy;
    return PLM_OK;
}
