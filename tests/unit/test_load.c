/*
 * test_load.c - promises of load.h that need no plug-in (tests/plugin has those):
 * - what is no shared object, and what is not there, is refused by name;
 * - a bare name is a file of this folder, not of the system's paths;
 * - the modes of floating point are seen, and can be set back.
 */
#include "plm_test.h"

#include <fenv.h>
#include <string.h>

#include "load.h"

static void what_is_no_shared_object_is_refused(void **state)
{
    (void)state;
    static const char *const paths[] = {"nowhere.so", "/dev/null", "/", ""};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        plm_diag diag;
        plm_diag_init(&diag);
        plm_library *library = NULL;
        assert_int_equal(plm_library_open(paths[i], &diag, &library), PLM_ERR_INPUT);
        assert_null(library);
        assert_memory_equal(diag.text, paths[i], strlen(paths[i]));
        assert_non_null(strstr(diag.text, ": cannot be loaded: "));
    }
}

static void a_bare_name_is_a_file_of_this_folder(void **state)
{
    (void)state;
    plm_diag diag;
    plm_diag_init(&diag);
    plm_library *library = NULL;
    /* On the system's paths in every process that runs this test; it would lack plm_entry. */
    assert_int_equal(plm_library_open("libc.so.6", &diag, &library), PLM_ERR_INPUT);
    assert_non_null(strstr(diag.text, "cannot be loaded: ./libc.so.6: "));
}

static void the_modes_of_floating_point_are_seen(void **state)
{
    (void)state;
    assert_int_equal(plm_float_mode(), PLM_FLOAT_MODE_DEFAULT);
#if defined(__x86_64__)
    assert_int_equal(fesetround(FE_UPWARD), 0);
    assert_int_equal(plm_float_mode(), 0x5f80); /* RC = 10 in bits 14 and 13, Intel SDM 10.2.3 */
    plm_float_mode_reset();
    assert_int_equal(plm_float_mode(), PLM_FLOAT_MODE_DEFAULT);
    assert_int_equal(fesetround(FE_TONEAREST), 0);
#endif
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_shared_object_is_refused),
        cmocka_unit_test(a_bare_name_is_a_file_of_this_folder),
        cmocka_unit_test(the_modes_of_floating_point_are_seen),
    };
    return cmocka_run_group_tests_name("load", tests, NULL, NULL);
}
