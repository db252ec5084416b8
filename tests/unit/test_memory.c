/*
 * test_memory.c - promises of memory.h:
 * - memory is zeroed and aligned, also where nothing is asked for;
 * - a size that overflows is never taken for a small one: message, exit code 5.
 */
#include "last_act.h"

#include <string.h>

#include "memory.h"

static void memory_is_zeroed_and_aligned(void **state)
{
    (void)state;
    static const uint8_t zeros[100];
    for (size_t alignment = 1; alignment <= 4096; alignment *= 2) {
        void *const memory = plm_alloc_aligned(10, 10, alignment);
        assert_int_equal((uintptr_t)memory % alignment, 0);
        assert_memory_equal(memory, zeros, sizeof zeros);
        plm_free(memory);
    }
    uint8_t *memory = plm_alloc(10, 10);
    assert_memory_equal(memory, zeros, sizeof zeros);
    memory[99] = 7;
    memory = plm_realloc(memory, 1000, 10);
    assert_int_equal(memory[99], 7);
    plm_free(memory);
    void *const nothing = plm_alloc(0, 8);
    assert_non_null(nothing);
    plm_free(nothing);
    char *const copy = plm_strdup("text");
    assert_string_equal(copy, "text");
    plm_free(copy);
    plm_free(NULL);
}

static void want_too_much(void)
{
    plm_free(plm_alloc(SIZE_MAX / 2, 3));
}

static void want_too_much_aligned(void)
{
    plm_free(plm_alloc_aligned(SIZE_MAX, 1, 64));
}

static void want_to_grow_too_much(void)
{
    plm_free(plm_realloc(NULL, SIZE_MAX, 2));
}

static void memory_that_cannot_be_had_exits_with_5(void **state)
{
    (void)state;
    void (*const acts[])(void) = {want_too_much, want_too_much_aligned, want_to_grow_too_much};
    for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++) {
        char text[512];
        int const status = plm_test_last_act(acts[i], text, sizeof text);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 5);
        assert_non_null(strstr(text, "plimsoll: out of memory: "));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_zeroed_and_aligned),
        cmocka_unit_test(memory_that_cannot_be_had_exits_with_5),
    };
    return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
