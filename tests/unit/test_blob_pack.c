/*
 * test_blob_pack.c - promises of blob_pack.h:
 * - a block has the bytes that docs/database.md gives it: here written out by hand;
 * - what was packed comes back, whatever the numbers: steps of every width, unknowns between known
 *   ones, one row alone;
 * - bytes too few, too many or with a width that is none are refused, and never read beyond.
 */
#include "plm_test.h"

#include <stdio.h>
#include <string.h>

#include "blob_pack.h"
#include "memory.h"

#define ROWS 300u

static void bytes_are_those_of_the_page(void **state)
{
    (void)state;
    /* times 1000, 2000, 3000; nav 5, 4, 7: steps -1, 3; then a step of 70000 beside one of 0;
     * nothing moves; unknown between two numbers: steps -2^63 - 5 = 2^63 - 5 and 2^63 + 6 =
     * -2^63 + 6 (modulo 2^64), so the least is -2^63 + 6 and the other is 2^64 - 11 more; 0 */
    static const int64_t value[PLM_BLOB_COLUMNS][3] = {
        {1000, 2000, 3000}, {5, 4, 7}, {0, 70000, 70000}, {9, 9, 9}, {5, INT64_MIN, 6}, {0, 0, 0}};
    static const char expected[] = "E803000000000000E80300000000000000" /* ts */
                                   "0500000000000000FFFFFFFFFFFFFFFF010004"
                                   "00000000000000000000000000000000047011010000000000"
                                   "0900000000000000000000000000000000" /* equity */
                                   "0500000000000000060000000000008008" /* initial, its steps */
                                   "F5FFFFFFFFFFFFFF0000000000000000"
                                   "0000000000000000000000000000000000";
    uint8_t found[512];
    char text[2 * sizeof found + 1] = "";
    assert_true(plm_blob_pack_cap(3) <= sizeof found);
    size_t const size = plm_blob_pack(value[0], 3, 3, found);
    for (size_t i = 0; i < size; i++) {
        (void)snprintf(&text[2 * i], 3, "%02X", found[i]);
    }
    assert_string_equal(text, expected);
}

static uint64_t scramble(uint64_t seed)
{
    uint64_t const mixed = (seed + 1) * UINT64_C(0x9E3779B97F4A7C15);
    return (mixed ^ mixed >> 31) * UINT64_C(0xBF58476D1CE4E5B9);
}

/* Steps of up to so many bits in each column, at times an unknown. */
static void make(int64_t value[PLM_BLOB_COLUMNS][ROWS], size_t rows, uint64_t seed)
{
    for (unsigned c = 0; c < PLM_BLOB_COLUMNS; c++) {
        unsigned const bits = (unsigned)(scramble(seed * 7 + c) % 65);
        uint64_t at = scramble(seed * 31 + c);
        for (size_t i = 0; i < rows; i++) {
            uint64_t const chance = scramble(seed * 1000003 + c * 1009 + i);
            at += bits == 0 ? 12345 : chance >> (64 - bits);
            value[c][i] = chance % 41 == 0 && seed % 3 == 0 ? PLM_BLOB_UNKNOWN : (int64_t)at;
        }
    }
}

static void everything_comes_back(void **state)
{
    (void)state;
    int64_t(*const value)[ROWS] = plm_alloc(PLM_BLOB_COLUMNS, sizeof *value);
    int64_t(*const back)[ROWS] = plm_alloc(PLM_BLOB_COLUMNS, sizeof *back);
    uint8_t *const data = plm_alloc(plm_blob_pack_cap(ROWS), 1);
    for (uint64_t seed = 0; seed < 2000; seed++) {
        size_t const rows = seed % 10 == 0 ? 1 : 1 + (size_t)(scramble(seed) % ROWS);
        make(value, rows, seed);
        size_t const size = plm_blob_pack(value[0], ROWS, rows, data);
        assert_true(size <= plm_blob_pack_cap(rows));
        assert_true(plm_blob_unpack(data, size, back[0], ROWS, rows));
        for (unsigned c = 0; c < PLM_BLOB_COLUMNS; c++) {
            assert_memory_equal(back[c], value[c], rows * sizeof(int64_t));
        }
    }
    plm_free(value);
    plm_free(back);
    plm_free(data);
}

/* Every block is copied to a place of its very size, where a sanitizer sees a byte too far. */
static bool is_block(const uint8_t *data, size_t size, size_t rows)
{
    uint8_t *const exact = plm_alloc(size + 1, 1);
    int64_t *const back = plm_alloc(PLM_BLOB_COLUMNS * rows, sizeof *back);
    uint8_t *const copy = memcpy(&exact[1], data, size);
    bool const taken = plm_blob_unpack(copy, size, back, rows, rows);
    plm_free(back);
    plm_free(exact);
    return taken;
}

static void what_is_no_block_is_refused(void **state)
{
    (void)state;
    static const int64_t value[PLM_BLOB_COLUMNS][3] = {
        {1, 2, 3}, {5, 4, 7}, {0, 70000, 70000}, {9, 9, 9}, {5, INT64_MIN, 6}, {0, 0, 1}};
    uint8_t data[512] = {0};
    size_t const size = plm_blob_pack(value[0], 3, 3, data);
    assert_true(is_block(data, size, 3));
    assert_false(is_block(data, size, 2));
    assert_false(is_block(data, size, 4));
    assert_false(is_block(data, size + 1, 3));
    for (size_t cut = 0; cut < size; cut++) {
        assert_false(is_block(data, cut, 3));
    }
    static const uint8_t widths[] = {3, 5, 6, 7, 9, 16, 255};
    for (size_t i = 0; i < sizeof widths; i++) {
        data[16] = widths[i]; /* of the first column */
        assert_false(is_block(data, sizeof data, 3));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_are_those_of_the_page),
        cmocka_unit_test(everything_comes_back),
        cmocka_unit_test(what_is_no_block_is_refused),
    };
    return cmocka_run_group_tests_name("blob_pack", tests, NULL, NULL);
}
