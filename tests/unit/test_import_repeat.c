/*
 * test_import_repeat.c - promises of import_repeat.h:
 * - a value that is said again is dropped, by instrument and kind, price and quantity;
 * - the first value is not, nor one that comes back after another;
 * - other kinds pass, however often they repeat.
 */
#include "plm_test.h"

#include "import_repeat.h"

static void what_is_said_again_is_dropped(void **state)
{
    (void)state;
    static const struct {
        plm_event event;
        bool drops;
    } cases[] = {
        {{.kind = PLM_EV_MARK, .px = 5}, false},
        {{.kind = PLM_EV_MARK, .px = 5, .ts = 9}, true},
        {{.kind = PLM_EV_MARK, .px = 5, .sym = 70}, false},
        {{.kind = PLM_EV_MARK, .px = 5, .sym = 3}, false},
        {{.kind = PLM_EV_INDEX, .px = 5}, false},
        {{.kind = PLM_EV_MARK, .px = 6}, false},
        {{.kind = PLM_EV_MARK, .px = 5}, false},
        {{.kind = PLM_EV_MARK, .px = 5, .sym = 70}, true},
        {{.kind = PLM_EV_FUNDING_RATE, .px = 5, .qty = 1}, false},
        {{.kind = PLM_EV_FUNDING_RATE, .px = 5, .qty = 2}, false},
        {{.kind = PLM_EV_FUNDING_RATE, .px = 5, .qty = 2}, true},
        {{.kind = PLM_EV_OPEN_INTEREST, .qty = 0}, false},
        {{.kind = PLM_EV_OPEN_INTEREST, .qty = 0}, true},
        {{.kind = PLM_EV_TRADE, .px = 5, .qty = 1}, false},
        {{.kind = PLM_EV_TRADE, .px = 5, .qty = 1}, false},
    };
    plm_repeat_filter *const filter = plm_repeat_filter_create();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(plm_repeat_filter_drops(filter, &cases[i].event), cases[i].drops);
    }
    plm_repeat_filter_destroy(filter);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_said_again_is_dropped),
    };
    return cmocka_run_group_tests_name("import_repeat", tests, NULL, NULL);
}
