/*
 * test_philox.c - promises of philox.h:
 * - the bare function gives the authors' known answers;
 * - a stream is the function of (seed, purpose, instrument) that the header states, and any block
 *   of it can be recomputed alone;
 * - streams do not move each other;
 * - numbers below a bound are in range and without bias.
 *
 * Known answers: file kat_vectors of Random123, rows "philox4x32 10". FNV-1a of "foobar": test
 * vectors of the FNV reference code.
 */
#include "plm_test.h"

#include <string.h>

#include "philox.h"

static void the_bare_function_gives_the_known_answers(void **state)
{
    (void)state;
    static const struct {
        uint32_t counter[4], key[2], expected[4];
    } cases[] = {
        {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
         {0xffffffff, 0xffffffff},
         {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
         {0xa4093822, 0x299f31d0},
         {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint32_t out[4];
        plm_philox_block(cases[i].counter, cases[i].key, out);
        assert_memory_equal(out, cases[i].expected, sizeof out);
    }
}

static void a_stream_is_made_of_the_blocks_that_the_header_states(void **state)
{
    (void)state;
    plm_philox rng;
    plm_philox_init(&rng, UINT64_C(0x0123456789abcdef), "foobar", 7);
    for (uint32_t block = 0; block < 3; block++) {
        uint32_t const counter[4] = {block, 0, 0xbf9cf968, 7};
        uint32_t const key[2] = {0x89abcdef, 0x01234567};
        uint32_t expected[4];
        plm_philox_block(counter, key, expected);
        for (int i = 0; i < 4; i++) {
            assert_int_equal(plm_philox_u32(&rng), expected[i]);
        }
    }
}

static void the_block_number_has_64_bits(void **state)
{
    (void)state;
    plm_philox rng;
    plm_philox_init(&rng, 0, "foobar", 0);
    rng.counter = UINT64_C(0x500000001);
    uint32_t const counter[4] = {1, 5, 0xbf9cf968, 0}, key[2] = {0, 0};
    uint32_t expected[4];
    plm_philox_block(counter, key, expected);
    assert_int_equal(plm_philox_u32(&rng), expected[0]);
}

static void sixty_four_bits_are_two_draws(void **state)
{
    (void)state;
    plm_philox wide, narrow;
    plm_philox_init(&wide, 3, "width", 1);
    plm_philox_init(&narrow, 3, "width", 1);
    for (int i = 0; i < 10; i++) {
        uint64_t const low = plm_philox_u32(&narrow);
        uint64_t const high = plm_philox_u32(&narrow);
        assert_true(plm_philox_u64(&wide) == ((high << 32) | low));
    }
}

static void seed_purpose_and_instrument_each_make_another_stream(void **state)
{
    (void)state;
    static const struct {
        uint64_t seed;
        const char *purpose;
        uint32_t instrument;
    } keys[] = {
        {1, "sizes", 1}, {2, "sizes", 1}, {UINT64_C(1) << 32, "sizes", 1},
        {1, "gaps", 1},  {1, "sizes", 2}, {1, "", 1},
    };
    uint64_t first[sizeof keys / sizeof keys[0]];
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        plm_philox rng;
        plm_philox_init(&rng, keys[i].seed, keys[i].purpose, keys[i].instrument);
        first[i] = plm_philox_u64(&rng);
        for (size_t k = 0; k < i; k++) {
            assert_true(first[k] != first[i]);
        }
    }
    char same_name[] = {'s', 'i', 'z', 'e', 's', '\0'}; /* by value, not by address */
    plm_philox rng;
    plm_philox_init(&rng, 1, same_name, 1);
    assert_true(plm_philox_u64(&rng) == first[0]);
}

static void numbers_below_a_bound_are_in_range(void **state)
{
    (void)state;
    static const uint32_t bounds[] = {1, 2, 3, 7, 1000, 0x80000000, 0x80000001, 0xffffffff};
    plm_philox rng;
    plm_philox_init(&rng, 1, "range", 0);
    for (size_t i = 0; i < sizeof bounds / sizeof bounds[0]; i++) {
        for (int k = 0; k < 1000; k++) {
            assert_true(plm_philox_below(&rng, bounds[i]) < bounds[i]);
        }
    }
}

/*
 * 3 * 2^30 of 2^32 values: without rejection every third number comes twice as often. Of 300,000
 * fair draws each residue gets 100,000 with a standard deviation of 258.
 */
static void numbers_below_a_bound_are_without_bias(void **state)
{
    (void)state;
    plm_philox rng;
    plm_philox_init(&rng, 1, "bias", 0);
    int counts[3] = {0, 0, 0};
    for (int i = 0; i < 300000; i++) {
        counts[plm_philox_below(&rng, UINT32_C(3) << 30) % 3]++;
    }
    for (int i = 0; i < 3; i++) {
        assert_in_range((unsigned)counts[i], 98700, 101300);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_bare_function_gives_the_known_answers),
        cmocka_unit_test(a_stream_is_made_of_the_blocks_that_the_header_states),
        cmocka_unit_test(the_block_number_has_64_bits),
        cmocka_unit_test(sixty_four_bits_are_two_draws),
        cmocka_unit_test(seed_purpose_and_instrument_each_make_another_stream),
        cmocka_unit_test(numbers_below_a_bound_are_in_range),
        cmocka_unit_test(numbers_below_a_bound_are_without_bias),
    };
    return cmocka_run_group_tests_name("philox", tests, NULL, NULL);
}
