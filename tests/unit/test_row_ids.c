/*
 * test_row_ids.c - promises of row_ids.h:
 * - an id of an instrument that was taken is refused again, one that was not taken is not;
 * - the window is exact: so many ids back an id is known, twice as many back it is not;
 * - another member begins anew.
 */
#include "plm_test.h"

#include <stdio.h>
#include <string.h>

#include "row_ids.h"

static bool see(plm_row_ids *ids, uint32_t sym, const char *id, bool taken)
{
    plm_refusal refusal;
    bool const fine = plm_row_ids_check(ids, sym, (plm_csv_text){id, strlen(id)}, &refusal);
    assert_true(fine || refusal.reason == PLM_REJECT_DUPLICATE);
    plm_row_ids_settle(ids, fine && taken);
    return fine;
}

static void ids_count_by_instrument_once_they_are_taken(void **state)
{
    (void)state;
    plm_row_ids *const ids = plm_row_ids_create();
    assert_true(see(ids, 0, "a", false));
    assert_true(see(ids, 0, "a", true));
    assert_false(see(ids, 0, "a", true));
    assert_true(see(ids, 1, "a", true));
    assert_true(see(ids, 0, "ab", true));
    plm_row_ids_settle(ids, true);
    plm_row_ids_clear(ids);
    assert_true(see(ids, 0, "a", true));
    plm_row_ids_destroy(ids);
}

static void the_window_is_exact(void **state)
{
    (void)state;
    plm_row_ids *const ids = plm_row_ids_create();
    char text[16];
    for (unsigned i = 0; i < 3 * PLM_ROW_IDS_WINDOW; i++) {
        (void)snprintf(text, sizeof text, "%u", i);
        assert_true(see(ids, 0, text, true));
        if (i >= PLM_ROW_IDS_WINDOW && i % 1000 == 0) {
            (void)snprintf(text, sizeof text, "%u", i - PLM_ROW_IDS_WINDOW + 1);
            assert_false(see(ids, 0, text, true));
        }
    }
    assert_true(see(ids, 0, "0", true));
    plm_row_ids_destroy(ids);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_count_by_instrument_once_they_are_taken),
        cmocka_unit_test(the_window_is_exact),
    };
    return cmocka_run_group_tests_name("row_ids", tests, NULL, NULL);
}
