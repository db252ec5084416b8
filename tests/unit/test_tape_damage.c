/*
 * test_tape_damage.c - what the reader promises about bad input that checksums find:
 * - a tape cut at any byte, with any bit flipped, any byte set to 0 or 255, or anything appended is
 *   refused with its path and a place or reason, by opening, reading or verifying;
 * - what is not a tape is refused by name: nothing, zeros, noise, a folder, a pipe, a device.
 */
#include "small_tape.h"

#include <sys/stat.h>

#include "philox.h"
#include "tape_fix.h"

/* -- damage that checksums find ------------------------------------------------------------------
 */

static void the_undamaged_tape_is_good(void **state)
{
    (void)state;
    assert_true(probe(good, good_size));
    uint8_t *const copy = plm_alloc(good_size, 1);
    memcpy(copy, good, good_size);
    tape_fix(copy, good_size); /* nothing to mend: the mender knows the format */
    assert_memory_equal(copy, good, good_size);
    plm_free(copy);
}

static void a_tape_cut_at_any_byte_is_refused(void **state)
{
    (void)state;
    for (size_t size = 0; size < good_size; size++) {
        assert_false(probe(good, size));
    }
}

static void a_flip_of_any_bit_is_refused(void **state)
{
    (void)state;
    for (size_t bit = 0; bit < good_size * 8; bit++) {
        good[bit / 8] ^= (uint8_t)(1u << bit % 8);
        bool const accepted = probe(good, good_size);
        good[bit / 8] ^= (uint8_t)(1u << bit % 8);
        if (accepted) {
            print_error("bit %zu of byte %zu\n", bit % 8, bit / 8);
        }
        assert_false(accepted);
    }
}

static void any_byte_set_to_all_zeros_or_ones_is_refused(void **state)
{
    (void)state;
    for (size_t at = 0; at < good_size; at++) {
        uint8_t const was = good[at];
        for (unsigned value = 0; value <= 255; value += 255) {
            good[at] = (uint8_t)value;
            assert_int_equal(probe(good, good_size), value == was);
        }
        good[at] = was;
    }
}

static void appended_bytes_are_refused(void **state)
{
    (void)state;
    uint8_t *const longer = plm_alloc(good_size * 2, 1);
    memcpy(longer, good, good_size);
    for (size_t more = 1; more < 300; more += 7) {
        assert_false(probe(longer, good_size + more));
    }
    memcpy(longer + good_size, good, good_size); /* two tapes behind each other */
    assert_false(probe(longer, good_size * 2));
    plm_free(longer);
}

/* -- what is not a tape -------------------------------------------------------------------------
 */

static void nothing_zeros_and_noise_are_refused(void **state)
{
    (void)state;
    static uint8_t bytes[4096];
    assert_false(probe(bytes, 0));
    assert_false(probe(bytes, PLM_HEAD_SIZE + PLM_FOOT_SIZE - 1));
    assert_false(probe(bytes, PLM_HEAD_SIZE + PLM_FOOT_SIZE));
    assert_false(probe(bytes, sizeof bytes));
    plm_philox rng;
    plm_philox_init(&rng, 1, "damage", 0);
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (uint8_t)plm_philox_u32(&rng);
    }
    assert_false(probe(bytes, sizeof bytes));
    memcpy(bytes, PLM_HEAD_MAGIC, 8);
    assert_false(probe(bytes, sizeof bytes));
}

static void check_place_refused(const char *path, plm_status expected)
{
    plm_diag diag;
    plm_diag_init(&diag);
    plm_tape *tape = NULL;
    assert_int_equal(plm_tape_open(path, &diag, &tape), expected);
    assert_int_equal(strncmp(diag.text, path, strlen(path)), 0);
    assert_null(tape);
}

static void folders_pipes_and_devices_are_refused_without_waiting(void **state)
{
    (void)state;
    check_place_refused(folder.path, PLM_ERR_INPUT);
    check_place_refused("/dev/null", PLM_ERR_INPUT);
    const char *const pipe_path = input_path(&folder, "pipe");
    assert_int_equal(mkfifo(pipe_path, 0600), 0);
    check_place_refused(pipe_path, PLM_ERR_INPUT);
    check_place_refused(input_path(&folder, "absent.tape"), PLM_ERR_IO);
}

static void another_version_is_refused_by_its_number(void **state)
{
    (void)state;
    good[8] = 2;
    const char *const path = input_write(&folder, "bad.tape", good, good_size);
    good[8] = 1;
    plm_diag diag;
    plm_diag_init(&diag);
    plm_tape *tape = NULL;
    assert_int_equal(plm_tape_open(path, &diag, &tape), PLM_ERR_INPUT);
    assert_non_null(strstr(diag.text, "byte 8: tape version 2; this program reads version 1"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_undamaged_tape_is_good),
        cmocka_unit_test(a_tape_cut_at_any_byte_is_refused),
        cmocka_unit_test(a_flip_of_any_bit_is_refused),
        cmocka_unit_test(any_byte_set_to_all_zeros_or_ones_is_refused),
        cmocka_unit_test(appended_bytes_are_refused),
        cmocka_unit_test(nothing_zeros_and_noise_are_refused),
        cmocka_unit_test(folders_pipes_and_devices_are_refused_without_waiting),
        cmocka_unit_test(another_version_is_refused_by_its_number),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
