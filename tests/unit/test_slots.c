/*
 * test_slots.c - promises of slots.h:
 * - A slot that is taken is zeroed, and nobody else's until it is given back.
 * - Slots are used again; memory does not grow as long as they are.
 */
#include "plm_test.h"

#include <string.h>

#include "slots.h"

static void slots_are_zeroed_and_apart(void **state)
{
    (void)state;
    plm_slots slots;
    plm_slots_init(&slots, 24);
    uint32_t taken[500];
    for (uint32_t i = 0; i < 500; i++) {
        taken[i] = plm_slots_take(&slots);
        static const unsigned char zero[24];
        assert_memory_equal(plm_slots_at(&slots, taken[i]), zero, 24);
        memset(plm_slots_at(&slots, taken[i]), (int)(i % 255 + 1), 24);
    }
    for (uint32_t i = 0; i < 500; i++) {
        const unsigned char *const bytes = plm_slots_at(&slots, taken[i]);
        assert_true(bytes[0] == i % 255 + 1 && bytes[23] == i % 255 + 1);
    }
    plm_slots_fini(&slots);
}

static void slots_are_used_again(void **state)
{
    (void)state;
    plm_slots slots;
    plm_slots_init(&slots, 8);
    uint32_t const before = slots.cap;
    for (uint32_t i = 0; i < 10000; i++) {
        uint32_t const slot = plm_slots_take(&slots);
        memset(plm_slots_at(&slots, slot), 1, 8);
        plm_slots_give(&slots, slot);
    }
    assert_true(slots.cap == before);
    plm_slots_fini(&slots);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slots_are_zeroed_and_apart),
        cmocka_unit_test(slots_are_used_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
