/*
 * codec.c - encoders of the three codecs, the checked way into the decoders, and the choice of
 * kernels.
 */
#include "codec.h"

#include <string.h>

#include "check.h"

/* Bits that a value needs, 0 for 0. */
static unsigned bit_width(uint32_t value)
{
    return value == 0 ? 0 : 32u - (unsigned)__builtin_clz(value);
}

static unsigned byte_width(uint32_t value)
{
    return (bit_width(value) + 7) / 8;
}

size_t plm_codec_bound(size_t count)
{
    /* Stream-vbyte: two bits and four bytes a value, and three bytes that are written and not kept.
     * PFOR takes less: two bytes of head for 256 values, but counts a short last group whole. */
    return PLM_CODEC_ROOM(count) * 4 + PLM_CODEC_ROOM(count) / 4 + 3;
}

static size_t encode_planes(const uint32_t *values, size_t count, uint8_t *out)
{
    uint32_t all = 0;
    for (size_t i = 0; i < count; i++) {
        all |= values[i];
    }
    const unsigned planes = byte_width(all);
    out[0] = (uint8_t)planes;
    for (unsigned plane = 0; plane < planes; plane++) {
        uint8_t *const to = out + 1 + plane * count;
        for (size_t i = 0; i < count; i++) {
            to[i] = (uint8_t)(values[i] >> (8 * plane));
        }
    }
    return 1 + planes * count;
}

static size_t encode_stream_vbyte(const uint32_t *values, size_t count, uint8_t *out)
{
    uint8_t *const control = out;
    uint8_t *data = out + (count + 3) / 4;
    memset(control, 0, (count + 3) / 4);
    for (size_t i = 0; i < count; i++) {
        const unsigned length = byte_width(values[i] | 1);
        control[i / 4] = (uint8_t)(control[i / 4] | (length - 1) << (i % 4 * 2));
        memcpy(data, &values[i], sizeof values[i]);
        data += length;
    }
    return (size_t)(data - out);
}

/* The width that makes a group smallest when wider values are patched; ties go to the wider. */
static unsigned choose_width(const uint32_t *values, unsigned *out_widest)
{
    unsigned having[33] = {0};
    for (unsigned i = 0; i < PLM_PFOR_GROUP; i++) {
        having[bit_width(values[i])]++;
    }
    unsigned widest = 32;
    while (widest > 0 && having[widest] == 0) {
        widest--;
    }
    unsigned best = widest;
    size_t best_size = widest * 32;
    unsigned patched = 0;
    for (unsigned width = widest; width-- > 0;) {
        patched += having[width + 1];
        if (patched > UINT8_MAX) {
            break;
        }
        const size_t size = width * 32 + patched * (1 + (widest - width + 7) / 8);
        if (size < best_size) {
            best_size = size;
            best = width;
        }
    }
    *out_widest = widest;
    return best;
}

/* Packs 256 values of `width` bits; bits above the width are cut off. */
static void pack_group(const uint32_t *values, unsigned width, uint8_t *out)
{
    const uint32_t mask = width == 32 ? UINT32_MAX : (UINT32_C(1) << width) - 1;
    for (unsigned lane = 0; lane < 8; lane++) {
        uint64_t bits = 0;
        unsigned held = 0;
        unsigned word = 0;
        for (unsigned row = 0; row < 32; row++) {
            bits |= (uint64_t)(values[row * 8 + lane] & mask) << held;
            held += width;
            if (held >= 32) {
                const uint32_t low = (uint32_t)bits;
                memcpy(out + word * 32 + lane * 4, &low, sizeof low);
                word++;
                bits >>= 32;
                held -= 32;
            }
        }
    }
}

static size_t encode_group(const uint32_t *values, uint8_t *out)
{
    unsigned widest;
    const unsigned width = choose_width(values, &widest);
    const unsigned high_size = (widest - width + 7) / 8;
    uint8_t *position = out + 2 + width * 32;
    unsigned patched = 0;
    if (width < widest) {
        for (unsigned i = 0; i < PLM_PFOR_GROUP; i++) {
            if (values[i] >> width != 0) {
                position[patched++] = (uint8_t)i;
            }
        }
    }
    out[0] = (uint8_t)(width | (high_size > 0 ? (high_size - 1) << 6 : 0));
    out[1] = (uint8_t)patched;
    pack_group(values, width, out + 2);
    uint8_t *high = position + patched;
    for (unsigned k = 0; k < patched; k++) {
        const uint32_t value = values[position[k]] >> width;
        for (unsigned byte = 0; byte < high_size; byte++) {
            *high++ = (uint8_t)(value >> (8 * byte));
        }
    }
    return (size_t)(high - out);
}

static size_t encode_pfor(const uint32_t *values, size_t count, uint8_t *out)
{
    uint8_t *to = out;
    size_t i = 0;
    for (; i + PLM_PFOR_GROUP <= count; i += PLM_PFOR_GROUP) {
        to += encode_group(values + i, to);
    }
    if (i < count) {
        uint32_t last[PLM_PFOR_GROUP] = {0};
        memcpy(last, values + i, (count - i) * sizeof *values);
        to += encode_group(last, to);
    }
    return (size_t)(to - out);
}

size_t plm_codec_encode(plm_codec codec, const uint32_t *values, size_t count, uint8_t *out)
{
    plm_assert(codec >= PLM_CODEC_PLANES && codec <= PLM_CODEC_SVB);
    switch (codec) {
    case PLM_CODEC_PLANES:
        return encode_planes(values, count, out);
    case PLM_CODEC_PFOR:
        return encode_pfor(values, count, out);
    case PLM_CODEC_SVB:
        return encode_stream_vbyte(values, count, out);
    case PLM_CODEC_NONE:
    case PLM_CODEC_BYTES:
    case PLM_CODEC_COUNT:
        break;
    }
    return 0;
}

static bool decode_pfor(const plm_kernels *kernels, const uint8_t *in, const uint8_t *end,
                        size_t count, uint32_t *out)
{
    for (size_t i = 0; i < count; i += PLM_PFOR_GROUP) {
        if (end - in < 2) {
            return false;
        }
        const unsigned width = in[0] & 63u;
        const unsigned high_size = (in[0] >> 6) + 1u;
        const unsigned patched = in[1];
        if (width > 32 || (width == 32 && patched > 0) ||
            (size_t)(end - in) < 2 + width * 32 + patched * (1 + high_size)) {
            return false;
        }
        kernels->unpack_group(in + 2, width, out + i);
        const uint8_t *const position = in + 2 + width * 32;
        const uint8_t *high = position + patched;
        for (unsigned k = 0; k < patched; k++) {
            uint64_t value = 0;
            for (unsigned byte = 0; byte < high_size; byte++) {
                value |= (uint64_t)*high++ << (8 * byte);
            }
            if (value << width > UINT32_MAX) {
                return false;
            }
            out[i + position[k]] |= (uint32_t)(value << width);
        }
        in = high;
    }
    return in == end;
}

bool plm_codec_decode(const plm_kernels *kernels, plm_codec codec, const uint8_t *in, size_t size,
                      size_t count, uint32_t *out)
{
    switch (codec) {
    case PLM_CODEC_PLANES:
        if (size < 1 || in[0] > 4 || size != 1 + in[0] * count) {
            return false;
        }
        kernels->join_planes(in + 1, in[0], count, out);
        return true;
    case PLM_CODEC_PFOR:
        return decode_pfor(kernels, in, in + size, count, out);
    case PLM_CODEC_SVB: {
        const size_t control = (count + 3) / 4;
        return size >= control && kernels->stream_vbyte(in, in + control, in + size, count, out);
    }
    case PLM_CODEC_NONE:
    case PLM_CODEC_BYTES:
    case PLM_CODEC_COUNT:
        break;
    }
    return false;
}

const plm_kernels *plm_kernels_pick(void)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2")) {
        return &plm_kernels_avx2;
    }
#endif
    return &plm_kernels_plain;
}
