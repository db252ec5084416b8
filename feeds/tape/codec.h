/*
 * codec.h - arrays of 32-bit values as bytes, three ways: byte planes, PFOR and stream-vbyte.
 *
 * docs/tape-format.md says what the bytes mean. Decoders never read beyond `size` and refuse what
 * does not add up. The hot loops live in kernels_body.h, compiled once for every machine and once
 * for AVX2; both give the same values.
 */
#ifndef PLM_CODEC_H
#define PLM_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum plm_codec {
    PLM_CODEC_NONE = 0,
    PLM_CODEC_BYTES = 1, /* bytes as they are */
    PLM_CODEC_PLANES =
        2, /* all lowest bytes, then all second bytes, ... up to the highest that is used */
    PLM_CODEC_PFOR = 3, /* groups of 256, bit-packed in eight lanes, large ones patched */
    PLM_CODEC_SVB = 4,  /* stream-vbyte: two bits of length per value, then the bytes */
    PLM_CODEC_COUNT
} plm_codec;

#define PLM_PFOR_GROUP 256
/* Arrays that are decoded into have room for whole groups. */
#define PLM_CODEC_ROOM(count)                                                                      \
    (((size_t)(count) + PLM_PFOR_GROUP - 1) / PLM_PFOR_GROUP * PLM_PFOR_GROUP)

/* The most bytes that `count` values can take in any codec; also what a decoder accepts. */
size_t plm_codec_bound(size_t count);

/* Writes the values and returns the number of bytes; `out` has plm_codec_bound(count) bytes. */
size_t plm_codec_encode(plm_codec codec, const uint32_t *values, size_t count, uint8_t *out);

/* The loops that are worth having twice. */
typedef struct plm_kernels {
    const char *name;
    /* out[i] = in[i] | in[count + i] << 8 | ... over `planes` planes (0..4) */
    void (*join_planes)(const uint8_t *in, unsigned planes, size_t count, uint32_t *out);
    /* the same for one or two planes into 16 bits */
    void (*join_tags)(const uint8_t *in, unsigned planes, size_t count, uint16_t *out);
    /* 256 values of `width` bits (0..32) from width * 32 bytes */
    void (*unpack_group)(const uint8_t *in, unsigned width, uint32_t *out);
    /* zigzag to two's complement, in place */
    void (*unzigzag)(uint32_t *values, size_t count);
    /* count values; reads up to 16 bytes beyond the value it decodes, but never at or beyond `end`
     */
    bool (*stream_vbyte)(const uint8_t *control, const uint8_t *data, const uint8_t *end,
                         size_t count, uint32_t *out);
} plm_kernels;

extern const plm_kernels plm_kernels_plain;
extern const plm_kernels plm_kernels_avx2;

/* The best that this machine can run. */
const plm_kernels *plm_kernels_pick(void);

/* False when the bytes are not a valid form of `count` values. `out` has PLM_CODEC_ROOM(count)
 * places. */
bool plm_codec_decode(const plm_kernels *kernels, plm_codec codec, const uint8_t *in, size_t size,
                      size_t count, uint32_t *out);

#endif
