/*
 * kernels_body.h - the loops of the codecs, compiled twice: kernels_plain.c for every machine,
 * kernels_avx2.c with AVX2.
 *
 * The loops are the same source; vectors of eight become two SSE or NEON registers where AVX2 is
 * missing. Stream-vbyte alone has a second form, because a byte shuffle has no plain equivalent.
 * The including file defines PLM_KERNELS.
 */
#ifndef PLM_KERNELS_BODY_H
#define PLM_KERNELS_BODY_H

#include <string.h>

#include "codec.h"

static void join_planes(const uint8_t *restrict in, unsigned planes, size_t count,
                        uint32_t *restrict out)
{
    const uint8_t *const in1 = in + count;
    const uint8_t *const in2 = in1 + count;
    const uint8_t *const in3 = in2 + count;
    switch (planes) {
    case 0:
        memset(out, 0, count * sizeof *out);
        break;
    case 1:
        for (size_t i = 0; i < count; i++) {
            out[i] = in[i];
        }
        break;
    case 2:
        for (size_t i = 0; i < count; i++) {
            out[i] = in[i] | (uint32_t)in1[i] << 8;
        }
        break;
    case 3:
        for (size_t i = 0; i < count; i++) {
            out[i] = in[i] | (uint32_t)in1[i] << 8 | (uint32_t)in2[i] << 16;
        }
        break;
    default:
        for (size_t i = 0; i < count; i++) {
            out[i] =
                in[i] | (uint32_t)in1[i] << 8 | (uint32_t)in2[i] << 16 | (uint32_t)in3[i] << 24;
        }
        break;
    }
}

static void join_tags(const uint8_t *restrict in, unsigned planes, size_t count,
                      uint16_t *restrict out)
{
    if (planes < 2) {
        for (size_t i = 0; i < count; i++) {
            out[i] = planes == 0 ? 0 : in[i];
        }
        return;
    }
    const uint8_t *const high = in + count;
    for (size_t i = 0; i < count; i++) {
        out[i] = (uint16_t)(in[i] | high[i] << 8);
    }
}

static void unzigzag(uint32_t *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        values[i] = values[i] >> 1 ^ -(values[i] & 1);
    }
}

typedef uint32_t lanes __attribute__((vector_size(32), aligned(1), may_alias));

#if defined(__clang__)
#define UNROLL_ROWS _Pragma("clang loop unroll(full)")
#else
#define UNROLL_ROWS _Pragma("GCC unroll 32")
#endif

/* Row r of a group holds values 8r..8r+7; in each lane the rows follow each other bit by bit. */
__attribute__((always_inline)) static inline void unpack(const uint8_t *in, unsigned width,
                                                         uint32_t *out)
{
    const uint32_t mask = width == 32 ? UINT32_MAX : (UINT32_C(1) << width) - 1;
    const lanes *const words = (const lanes *)(const void *)in;
    lanes *const rows = (lanes *)(void *)out;
    UNROLL_ROWS
    for (unsigned row = 0; row < 32; row++) {
        const unsigned bit = row * width;
        const unsigned shift = bit % 32;
        lanes value = words[bit / 32] >> shift;
        if (shift + width > 32) {
            value |= words[bit / 32 + 1] << (32 - shift);
        }
        rows[row] = value & mask;
    }
}

#define UNPACK(width)                                                                              \
    case width:                                                                                    \
        unpack(in, width, out);                                                                    \
        break;
#define UNPACK4(width) UNPACK(width) UNPACK(width + 1) UNPACK(width + 2) UNPACK(width + 3)

static void unpack_group(const uint8_t *in, unsigned width, uint32_t *out)
{
    switch (width) {
    case 0:
        memset(out, 0, PLM_PFOR_GROUP * sizeof *out);
        break;
        UNPACK4(1)
        UNPACK4(5)
        UNPACK4(9)
        UNPACK4(13)
        UNPACK4(17)
        UNPACK4(21)
        UNPACK4(25)
        UNPACK4(29)
    default:
        break;
    }
}

/* Values first..count-1, one at a time. */
static bool stream_vbyte_rest(const uint8_t *control, const uint8_t *data, const uint8_t *end,
                              size_t first, size_t count, uint32_t *out)
{
    for (size_t i = first; i < count; i++) {
        const unsigned length = ((unsigned)control[i / 4] >> (i % 4 * 2) & 3u) + 1;
        if ((size_t)(end - data) < length) {
            return false;
        }
        uint32_t value = 0;
        for (unsigned byte = 0; byte < length; byte++) {
            value |= (uint32_t)data[byte] << (8 * byte);
        }
        data += length;
        out[i] = value;
    }
    return data == end;
}

#if defined(__AVX2__)
#include <immintrin.h>

/* For each control byte: where the bytes of four values come from (0x80 = zero). */
#define LENGTH(c, k) ((((c) >> (2 * (k))) & 3) + 1)
#define START(c, k)                                                                                \
    (((k) > 0 ? LENGTH(c, 0) : 0) + ((k) > 1 ? LENGTH(c, 1) : 0) + ((k) > 2 ? LENGTH(c, 2) : 0))
#define FROM(c, k, b) ((b) < LENGTH(c, k) ? START(c, k) + (b) : 0x80)
#define FROM4(c, k) FROM(c, k, 0), FROM(c, k, 1), FROM(c, k, 2), FROM(c, k, 3)
#define SHUFFLE(c)                                                                                 \
    {                                                                                              \
        FROM4(c, 0), FROM4(c, 1), FROM4(c, 2), FROM4(c, 3)                                         \
    }
#define SHUFFLE4(c) SHUFFLE(c), SHUFFLE((c) + 1), SHUFFLE((c) + 2), SHUFFLE((c) + 3)
#define SHUFFLE16(c) SHUFFLE4(c), SHUFFLE4((c) + 4), SHUFFLE4((c) + 8), SHUFFLE4((c) + 12)
#define SHUFFLE64(c) SHUFFLE16(c), SHUFFLE16((c) + 16), SHUFFLE16((c) + 32), SHUFFLE16((c) + 48)

static const uint8_t shuffle[256][16] = {SHUFFLE64(0), SHUFFLE64(64), SHUFFLE64(128),
                                         SHUFFLE64(192)};

static bool stream_vbyte_shuffled(const uint8_t *control, const uint8_t *data, const uint8_t *end,
                                  size_t count, uint32_t *out)
{
    size_t i = 0;
    for (; i + 4 <= count && end - data >= 16; i += 4) {
        const unsigned c = control[i / 4];
        const __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)data);
        const __m128i order = _mm_loadu_si128((const __m128i *)(const void *)shuffle[c]);
        _mm_storeu_si128((__m128i *)(void *)(out + i), _mm_shuffle_epi8(bytes, order));
        data += START(c, 3) + LENGTH(c, 3);
    }
    return stream_vbyte_rest(control, data, end, i, count, out);
}
#define STREAM_VBYTE stream_vbyte_shuffled
#else
static bool stream_vbyte_plain(const uint8_t *control, const uint8_t *data, const uint8_t *end,
                               size_t count, uint32_t *out)
{
    return stream_vbyte_rest(control, data, end, 0, count, out);
}
#define STREAM_VBYTE stream_vbyte_plain
#endif

const plm_kernels PLM_KERNELS = {
    .name = PLM_KERNELS_NAME,
    .join_planes = join_planes,
    .join_tags = join_tags,
    .unpack_group = unpack_group,
    .unzigzag = unzigzag,
    .stream_vbyte = STREAM_VBYTE,
};

#endif
