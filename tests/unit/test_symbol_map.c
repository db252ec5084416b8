/*
 * test_symbol_map.c - promises of symbol_map.h:
 * - a name that was added is found with its value, also after growing, and no other is;
 * - a name is added once; the empty name is a name.
 */
#include "plm_test.h"

#include <stdio.h>
#include <string.h>

#include "symbol_map.h"

static void names_are_found_after_growing_and_no_others(void **state)
{
    (void)state;
    plm_symbol_map *const map = plm_symbol_map_create();
    for (uint32_t i = 0; i < 20000; i++) {
        char name[16];
        int const size = snprintf(name, sizeof name, "S%u", i);
        assert_int_equal(plm_symbol_map_find(map, name, (size_t)size), PLM_SYMBOL_ABSENT);
        assert_true(plm_symbol_map_add(map, name, (size_t)size, i));
        assert_false(plm_symbol_map_add(map, name, (size_t)size, i + 1));
    }
    for (uint32_t i = 0; i < 20000; i++) {
        char name[16];
        int const size = snprintf(name, sizeof name, "S%u", i);
        assert_int_equal(plm_symbol_map_find(map, name, (size_t)size), i);
    }
    assert_int_equal(plm_symbol_map_find(map, "S20000", 6), PLM_SYMBOL_ABSENT);
    assert_int_equal(plm_symbol_map_find(map, "S", 1), PLM_SYMBOL_ABSENT);
    plm_symbol_map_destroy(map);
}

static void the_empty_name_is_a_name(void **state)
{
    (void)state;
    plm_symbol_map *const map = plm_symbol_map_create();
    assert_int_equal(plm_symbol_map_find(map, "", 0), PLM_SYMBOL_ABSENT);
    assert_true(plm_symbol_map_add(map, "", 0, 7));
    assert_int_equal(plm_symbol_map_find(map, "", 0), 7);
    plm_symbol_map_destroy(map);
    plm_symbol_map_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_found_after_growing_and_no_others),
        cmocka_unit_test(the_empty_name_is_a_name),
    };
    return cmocka_run_group_tests_name("symbol_map", tests, NULL, NULL);
}
