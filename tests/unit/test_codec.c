/*
 * test_codec.c - promises of codec.h:
 * - what is encoded decodes to the same, for every codec, width and count, within the bound;
 * - both kernels give what a decoder gives that takes bit by bit;
 * - input that is a byte too short or too long is refused, whatever its bytes are;
 * - nothing outside of the input is read and nothing outside of the room is written (the arrays end
 *   where their memory ends, so the sanitizer sees it).
 */
#include "plm_test.h"

#include <stdio.h>
#include <string.h>

#include "codec.h"
#include "memory.h"
#include "philox.h"

#define COUNT_MAX 1025u
#define CODECS 3
static plm_codec const codecs[CODECS] = {PLM_CODEC_PLANES, PLM_CODEC_PFOR, PLM_CODEC_SVB};

/* -- the naive decoder: straight from docs/tape-format.md, one bit or one byte at a time ----------
 */

static void naive_group(const uint8_t **at, uint32_t out[PLM_PFOR_GROUP])
{
    const uint8_t *in = *at;
    unsigned const width = in[0] & 63u;
    unsigned const high_size = (in[0] >> 6) + 1u;
    unsigned const patched = in[1];
    in += 2;
    for (unsigned i = 0; i < PLM_PFOR_GROUP; i++) {
        out[i] = 0;
        for (unsigned bit = 0; bit < width; bit++) {
            unsigned const in_lane = i / 8 * width + bit;
            unsigned const byte = (in_lane / 32 * 8 + i % 8) * 4 + in_lane % 32 / 8;
            out[i] |= (uint32_t)((unsigned)in[byte] >> in_lane % 8 & 1u) << bit;
        }
    }
    const uint8_t *const position = in + width * 32;
    const uint8_t *high = position + patched;
    for (unsigned k = 0; k < patched; k++) {
        for (unsigned byte = 0; byte < high_size; byte++) {
            out[position[k]] |= (uint32_t)((uint64_t)*high++ << (width + 8 * byte));
        }
    }
    *at = high;
}

static void naive_decode(plm_codec codec, const uint8_t *in, size_t count, uint32_t *out)
{
    const uint8_t *data = in + (count + 3) / 4;
    for (size_t i = 0; i < count; i++) {
        uint32_t value = 0;
        if (codec == PLM_CODEC_PLANES) {
            for (unsigned plane = 0; plane < in[0]; plane++) {
                value |= (uint32_t)in[1 + plane * count + i] << (8 * plane);
            }
            out[i] = value;
        } else if (codec == PLM_CODEC_SVB) {
            unsigned const length = ((unsigned)in[i / 4] >> (i % 4 * 2) & 3u) + 1;
            for (unsigned byte = 0; byte < length; byte++) {
                value |= (uint32_t)*data++ << (8 * byte);
            }
            out[i] = value;
        }
    }
    for (size_t i = 0; codec == PLM_CODEC_PFOR && i < count; i += PLM_PFOR_GROUP) {
        uint32_t group[PLM_PFOR_GROUP];
        naive_group(&in, group);
        size_t const left = count - i < PLM_PFOR_GROUP ? count - i : PLM_PFOR_GROUP;
        memcpy(out + i, group, left * sizeof *out);
    }
}

/* -- helpers --------------------------------------------------------------------------------- */

static bool has_avx2(void)
{
    return plm_kernels_pick() != &plm_kernels_plain;
}

/* Decodes from memory that ends with the input into memory that ends with the room. */
static bool decode(const plm_kernels *kernels, plm_codec codec, const uint8_t *in, size_t size,
                   size_t count, uint32_t *out)
{
    uint8_t *const exact = plm_alloc(size, 1);
    uint32_t *const room = plm_alloc(PLM_CODEC_ROOM(count), sizeof *room);
    if (size > 0) {
        memcpy(exact, in, size);
    }
    bool const good = plm_codec_decode(kernels, codec, exact, size, count, room);
    if (good && count > 0) {
        memcpy(out, room, count * sizeof *out);
    }
    plm_free(exact);
    plm_free(room);
    return good;
}

static void check_round_trip(plm_codec codec, const uint32_t *values, size_t count)
{
    size_t const bound = plm_codec_bound(count);
    uint8_t *const bytes = plm_alloc(bound, 1);
    size_t const size = plm_codec_encode(codec, values, count, bytes);
    assert_true(size <= bound);
    static uint32_t found[COUNT_MAX];
    naive_decode(codec, bytes, count, found);
    assert_memory_equal(found, values, count * sizeof *values);
    assert_true(decode(&plm_kernels_plain, codec, bytes, size, count, found));
    assert_memory_equal(found, values, count * sizeof *values);
    if (has_avx2()) {
        memset(found, 0xa5, sizeof found);
        assert_true(decode(&plm_kernels_avx2, codec, bytes, size, count, found));
        assert_memory_equal(found, values, count * sizeof *values);
    }
    plm_free(bytes);
}

static uint32_t draw(plm_philox *rng, unsigned width)
{
    uint32_t const bits = plm_philox_u32(rng);
    return width == 0 ? 0 : bits >> (32 - width);
}

/* -- tests ----------------------------------------------------------------------------------- */

static void every_codec_returns_its_values_at_every_width(void **state)
{
    (void)state;
    static size_t const counts[] = {1,  2,   3,   4,   5,   7,   8,    9,
                                    31, 255, 256, 257, 511, 513, 1024, 1025};
    static uint32_t values[COUNT_MAX];
    plm_philox rng;
    plm_philox_init(&rng, 1, "codec", 0);
    for (unsigned width = 0; width <= 32; width++) {
        for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
            for (size_t i = 0; i < counts[c]; i++) {
                values[i] = draw(&rng, width);
            }
            for (unsigned k = 0; k < CODECS; k++) {
                check_round_trip(codecs[k], values, counts[c]);
            }
        }
    }
}

static void every_codec_returns_its_values_at_every_count(void **state)
{
    (void)state;
    static uint32_t values[COUNT_MAX];
    plm_philox rng;
    plm_philox_init(&rng, 2, "codec", 0);
    for (size_t count = 0; count <= COUNT_MAX; count++) {
        for (size_t i = 0; i < count; i++) {
            /* Narrow with some wide ones, so that PFOR patches. */
            unsigned const width = plm_philox_below(&rng, 16) == 0 ? plm_philox_below(&rng, 33) : 5;
            values[i] = draw(&rng, width);
        }
        for (unsigned k = 0; k < CODECS; k++) {
            check_round_trip(codecs[k], values, count);
        }
    }
}

static void the_bound_holds_for_the_widest_values(void **state)
{
    (void)state;
    static uint32_t values[16384];
    memset(values, 0xff, sizeof values);
    static size_t const counts[] = {1, 2, 3, 5, 256, 257, 4096, 16383, 16384};
    for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
        size_t const bound = plm_codec_bound(counts[c]);
        for (unsigned k = 0; k < CODECS; k++) {
            uint8_t *const bytes = plm_alloc(bound, 1);
            assert_true(plm_codec_encode(codecs[k], values, counts[c], bytes) <= bound);
            plm_free(bytes);
        }
    }
}

static void shorter_and_longer_input_is_refused(void **state)
{
    (void)state;
    static uint32_t values[COUNT_MAX], found[COUNT_MAX];
    plm_philox rng;
    plm_philox_init(&rng, 3, "codec", 0);
    for (unsigned round = 0; round < 60; round++) {
        size_t const count = 1 + plm_philox_below(&rng, 600);
        unsigned const width = plm_philox_below(&rng, 33);
        for (size_t i = 0; i < count; i++) {
            values[i] = draw(&rng, plm_philox_below(&rng, 20) == 0 ? 32 : width);
        }
        for (unsigned k = 0; k < CODECS; k++) {
            uint8_t *const bytes = plm_alloc(plm_codec_bound(count) + 1, 1);
            size_t const size = plm_codec_encode(codecs[k], values, count, bytes);
            size_t const step = size > 200 ? 13 : 1;
            for (size_t cut = 0; cut < size; cut += step) {
                assert_false(decode(&plm_kernels_plain, codecs[k], bytes, cut, count, found));
                assert_false(decode(plm_kernels_pick(), codecs[k], bytes, cut, count, found));
            }
            assert_false(decode(&plm_kernels_plain, codecs[k], bytes, size - 1, count, found));
            assert_false(decode(&plm_kernels_plain, codecs[k], bytes, size + 1, count, found));
            assert_false(decode(plm_kernels_pick(), codecs[k], bytes, size + 1, count, found));
            plm_free(bytes);
        }
    }
}

static void random_bytes_are_refused_or_read_alike_by_both_kernels(void **state)
{
    (void)state;
    static uint8_t bytes[3000];
    static uint32_t one[600], other[600];
    plm_philox rng;
    plm_philox_init(&rng, 4, "codec", 0);
    unsigned accepted = 0;
    for (unsigned round = 0; round < 6000; round++) {
        size_t const count = plm_philox_below(&rng, 600);
        plm_codec const codec = codecs[plm_philox_below(&rng, CODECS)];
        size_t size = plm_philox_below(&rng, sizeof bytes);
        for (size_t i = 0; i < size; i++) {
            bytes[i] = (uint8_t)plm_philox_u32(&rng);
        }
        if (codec == PLM_CODEC_PLANES && size > 0) {
            bytes[0] = (uint8_t)plm_philox_below(&rng, 6);
            size = plm_philox_below(&rng, 2) == 0 && 1 + bytes[0] * count <= sizeof bytes
                       ? 1 + bytes[0] * count
                       : size;
        }
        bool const plain = decode(&plm_kernels_plain, codec, bytes, size, count, one);
        bool const picked = decode(plm_kernels_pick(), codec, bytes, size, count, other);
        assert_int_equal(plain, picked);
        if (plain) {
            accepted++;
            assert_memory_equal(one, other, count * sizeof *one);
        }
    }
    assert_true(accepted > 100);
}

static void a_patch_beyond_32_bits_and_a_width_beyond_32_are_refused(void **state)
{
    (void)state;
    uint32_t found[PLM_PFOR_GROUP];
    uint8_t bytes[2 + 33 * 32 + 5] = {0};
    /* Width 31 and a patch of one byte: only the lowest bit of the patch has room. */
    bytes[0] = 31;
    bytes[1] = 1;
    bytes[2 + 31 * 32 + 1] = 1;
    size_t const size = 2 + 31 * 32 + 2;
    assert_true(decode(&plm_kernels_plain, PLM_CODEC_PFOR, bytes, size, 256, found));
    assert_int_equal(found[0], UINT32_C(1) << 31);
    bytes[2 + 31 * 32 + 1] = 2;
    assert_false(decode(&plm_kernels_plain, PLM_CODEC_PFOR, bytes, size, 256, found));
    bytes[0] = 33;
    bytes[1] = 0;
    assert_false(decode(&plm_kernels_plain, PLM_CODEC_PFOR, bytes, 2 + 33 * 32, 256, found));
    bytes[0] = 5; /* five planes */
    assert_false(decode(&plm_kernels_plain, PLM_CODEC_PLANES, bytes, 6, 1, found));
}

static void tags_of_any_number_of_planes_are_joined_alike(void **state)
{
    (void)state;
    plm_philox rng;
    plm_philox_init(&rng, 5, "codec", 0);
    for (unsigned planes = 0; planes <= 2; planes++) {
        for (size_t count = 1; count <= 300; count++) {
            uint8_t *const in = plm_alloc(planes * count, 1);
            uint16_t *const one = plm_alloc(count, sizeof *one);
            uint16_t *const other = plm_alloc(count, sizeof *other);
            for (size_t i = 0; i < planes * count; i++) {
                in[i] = (uint8_t)plm_philox_u32(&rng);
            }
            plm_kernels_plain.join_tags(in, planes, count, one);
            plm_kernels_pick()->join_tags(in, planes, count, other);
            for (size_t i = 0; i < count; i++) {
                unsigned const low = planes > 0 ? in[i] : 0;
                unsigned const high = planes > 1 ? in[count + i] : 0;
                assert_int_equal(one[i], low | high << 8);
                assert_int_equal(other[i], one[i]);
            }
            plm_free(in);
            plm_free(one);
            plm_free(other);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_codec_returns_its_values_at_every_width),
        cmocka_unit_test(every_codec_returns_its_values_at_every_count),
        cmocka_unit_test(the_bound_holds_for_the_widest_values),
        cmocka_unit_test(shorter_and_longer_input_is_refused),
        cmocka_unit_test(random_bytes_are_refused_or_read_alike_by_both_kernels),
        cmocka_unit_test(a_patch_beyond_32_bits_and_a_width_beyond_32_are_refused),
        cmocka_unit_test(tags_of_any_number_of_planes_are_joined_alike),
    };
    if (!has_avx2()) {
        (void)printf("# SKIP: this machine has no AVX2; only the plain kernels were tested\n");
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
