/*
 * test_check.c - promises of check.h:
 * - a bug aborts with its expression and place, in every build;
 * - what holds goes on, and is evaluated once.
 */
#include "last_act.h"

#include <string.h>

#include "check.h"

static void have_a_bug(void)
{
    plm_assert(1 + 1 == 3);
}

static void a_bug_aborts_with_its_expression_and_place(void **state)
{
    (void)state;
    char text[512];
    int const status = plm_test_last_act(have_a_bug, text, sizeof text);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    assert_non_null(strstr(text, "plimsoll: bug: 1 + 1 == 3 at "));
    assert_non_null(strstr(text, "test_check.c:"));
}

static void what_holds_is_evaluated_once(void **state)
{
    (void)state;
    int count = 0;
    plm_assert(++count == 1);
    assert_int_equal(count, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bug_aborts_with_its_expression_and_place),
        cmocka_unit_test(what_holds_is_evaluated_once),
    };
    return cmocka_run_group_tests_name("check", tests, NULL, NULL);
}
