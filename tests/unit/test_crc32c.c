/*
 * test_crc32c.c - promises of crc32c.h:
 * - both routines give the published checksums;
 * - both agree for every length up to several lanes, at every alignment and from any state;
 * - a checksum continues over pieces;
 * - each single flipped bit changes it.
 *
 * Vectors: RFC 3720, appendix B.4 (there as bytes, lowest first), and the check value of
 * "123456789" from the header.
 */
#include "plm_test.h"

#include <string.h>

#include "crc32c.h"
#include "memory.h"
#include "philox.h"

#define LANES_SIZE ((size_t)3 * 1024) /* of the longest joined step */

static void published_vectors_hold(void **state)
{
    (void)state;
    uint8_t zeros[32], ones[32], up[32], down[32];
    for (unsigned i = 0; i < 32; i++) {
        zeros[i] = 0;
        ones[i] = 0xff;
        up[i] = (uint8_t)i;
        down[i] = (uint8_t)(31 - i);
    }
    static const uint8_t iscsi_read[48] = {
        0x01, 0xc0, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
        0x00, 0x00, 0x00, 0x00, 0x14, 0x00, 0x00, 0x00, 0x00, 0x00, 0x04, 0x00,
        0x00, 0x00, 0x00, 0x14, 0x00, 0x00, 0x00, 0x18, 0x28, 0x00, 0x00, 0x00,
        0x00, 0x00, 0x00, 0x00, 0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    };
    const struct {
        const void *bytes;
        size_t size;
        uint32_t expected;
    } cases[] = {
        {zeros, 32, 0x8a9136aa},
        {ones, 32, 0x62a8ab43},
        {up, 32, 0x46dd794e},
        {down, 32, 0x113fdb5c},
        {iscsi_read, 48, 0xd9963a56},
        {"123456789", 9, 0xe3069283},
        {"", 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(plm_crc32c(0, cases[i].bytes, cases[i].size), cases[i].expected);
        assert_int_equal(plm_crc32c_portable(0, cases[i].bytes, cases[i].size), cases[i].expected);
    }
}

static uint8_t *draw_bytes(plm_philox *rng, size_t size)
{
    uint8_t *const bytes = plm_alloc(size, 1);
    for (size_t i = 0; i < size; i++) {
        bytes[i] = (uint8_t)plm_philox_u32(rng);
    }
    return bytes;
}

static void the_instruction_agrees_with_the_table(void **state)
{
    (void)state;
    plm_philox rng;
    plm_philox_init(&rng, 1, "crc", 0);
    size_t const room = 3 * LANES_SIZE + 64;
    uint8_t *const bytes = draw_bytes(&rng, room);
    uint32_t table = 0xdeadbeef; /* the portable sum of bytes[0..size), grown byte by byte */
    for (size_t size = 0; size < room; size++) {
        assert_int_equal(plm_crc32c(0xdeadbeef, bytes, size), table);
        table = plm_crc32c_portable(table, bytes + size, 1);
    }
    for (int i = 0; i < 2000; i++) {
        size_t const start = plm_philox_below(&rng, 64);
        size_t const size = plm_philox_below(&rng, (uint32_t)(room - start));
        uint32_t const crc = plm_philox_u32(&rng);
        assert_int_equal(plm_crc32c(crc, bytes + start, size),
                         plm_crc32c_portable(crc, bytes + start, size));
    }
    plm_free(bytes);
}

static void a_checksum_continues_over_pieces(void **state)
{
    (void)state;
    plm_philox rng;
    plm_philox_init(&rng, 2, "crc", 0);
    size_t const room = 2 * LANES_SIZE + 100;
    uint8_t *const bytes = draw_bytes(&rng, room);
    uint32_t const whole = plm_crc32c(0, bytes, room);
    for (size_t cut = 0; cut <= room; cut += 13) {
        uint32_t const head = plm_crc32c(0, bytes, cut);
        assert_int_equal(plm_crc32c(head, bytes + cut, room - cut), whole);
    }
    plm_free(bytes);
}

static void each_flipped_bit_shows(void **state)
{
    (void)state;
    plm_philox rng;
    plm_philox_init(&rng, 3, "crc", 0);
    size_t const room = LANES_SIZE + 9;
    uint8_t *const bytes = draw_bytes(&rng, room);
    uint32_t const whole = plm_crc32c(0, bytes, room);
    for (size_t bit = 0; bit < 8 * room; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_int_not_equal(plm_crc32c(0, bytes, room), whole);
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    plm_free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_vectors_hold),
        cmocka_unit_test(the_instruction_agrees_with_the_table),
        cmocka_unit_test(a_checksum_continues_over_pieces),
        cmocka_unit_test(each_flipped_bit_shows),
    };
    return cmocka_run_group_tests_name("crc32c", tests, NULL, NULL);
}
