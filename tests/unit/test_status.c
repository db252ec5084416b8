/*
 * test_status.c - promises of status.h:
 * - the first failure is kept, with its code; later ones are dropped;
 * - messages are printable and never longer than their room;
 * - PLM_TRY passes failures on and lets the end of a stream through.
 */
#include "plm_test.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

static void the_first_failure_is_kept(void **state)
{
    (void)state;
    plm_diag diag;
    plm_diag_init(&diag);
    assert_int_equal(diag.code, PLM_OK);
    assert_string_equal(diag.text, "");
    assert_int_equal(plm_fail(&diag, PLM_ERR_INPUT, "row %d: found '%s'", 7, "x"), PLM_ERR_INPUT);
    assert_int_equal(plm_fail(&diag, PLM_ERR_RUN, "later"), PLM_ERR_RUN);
    assert_int_equal(plm_fail_errno(&diag, EIO, "later"), PLM_ERR_IO);
    assert_int_equal(diag.code, PLM_ERR_INPUT);
    assert_string_equal(diag.text, "row 7: found 'x'");
}

static void an_errno_ends_the_message(void **state)
{
    (void)state;
    plm_diag diag;
    plm_diag_init(&diag);
    assert_int_equal(plm_fail_errno(&diag, ENOENT, "%s", "a.tape"), PLM_ERR_IO);
    assert_int_equal(diag.code, PLM_ERR_IO);
    assert_string_equal(diag.text, "a.tape: No such file or directory");
}

static void messages_are_printable(void **state)
{
    (void)state;
    plm_diag diag;
    plm_diag_init(&diag);
    plm_status const status = plm_fail(&diag, PLM_ERR_INPUT, "[%s]", "a\x1b[2J\n\t\x7f\xff");
    assert_int_equal(status, PLM_ERR_INPUT);
    assert_string_equal(diag.text, "[a\\x1b[2J\\x0a\\x09\\x7f\\xff]");
}

static void messages_are_cut_to_their_room(void **state)
{
    (void)state;
    for (int fill = 0; fill < 2; fill++) {
        char text[2 * PLM_DIAG_CAP];
        memset(text, fill == 0 ? 'x' : '\n', sizeof text - 1);
        text[sizeof text - 1] = '\0';
        plm_diag diag;
        plm_diag_init(&diag);
        assert_int_equal(plm_fail_errno(&diag, EIO, "%s", text), PLM_ERR_IO);
        size_t const length = strlen(diag.text);
        assert_in_range(length, PLM_DIAG_CAP - 8, PLM_DIAG_CAP - 1);
        assert_memory_equal(diag.text + length - 4, fill == 0 ? "xxxx" : "\\x0a", 4);
    }
}

static plm_status pass_on(plm_status status, bool *out_went_on)
{
    PLM_TRY(status);
    *out_went_on = true;
    return PLM_OK;
}

static void try_passes_failures_and_lets_outcomes_through(void **state)
{
    (void)state;
    bool went_on = false;
    assert_int_equal(pass_on(PLM_ERR_IO, &went_on), PLM_ERR_IO);
    assert_false(went_on);
    assert_int_equal(pass_on(PLM_END, &went_on), PLM_OK);
    assert_true(went_on);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_failure_is_kept),
        cmocka_unit_test(an_errno_ends_the_message),
        cmocka_unit_test(messages_are_printable),
        cmocka_unit_test(messages_are_cut_to_their_room),
        cmocka_unit_test(try_passes_failures_and_lets_outcomes_through),
    };
    return cmocka_run_group_tests_name("status", tests, NULL, NULL);
}
