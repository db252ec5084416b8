/*
 * test_instrument_config.c - promises of instrument_config.h:
 * - a map gives the row that the line with the same pairs gives;
 * - unknown keys, blanks, lists, what is too long and inconsistent rows are refused by position.
 */
#include "plm_test.h"

#include <string.h>

#include "instrument_config.h"
#include "instrument_text.h"

static plm_status read_map(const char *text, plm_diag *diag, plm_instrument *out)
{
    plm_config *config = NULL;
    plm_diag_init(diag);
    assert_ok(plm_config_parse("i.yaml", text, strlen(text), diag, &config), diag);
    plm_status const status = plm_instrument_from_config(plm_config_root(config), diag, out);
    plm_config_destroy(config);
    return status;
}

static void a_map_is_the_line_of_its_pairs(void **state)
{
    (void)state;
    static const char LINE[] = "symbol=X kind=inverse px_scale=1 tick=0.5 lot=100 base=B quote=Q "
                               "settle=B listed=2025-06-27T08:00:00Z";
    plm_diag diag;
    plm_instrument found;
    plm_instrument expected;
    assert_ok(read_map("{symbol: X, kind: inverse, px_scale: 1, tick: 0.5, lot: '100', base: B,\n"
                       " quote: Q, settle: B, underlying: '', listed: '2025-06-27T08:00:00Z'}",
                       &diag, &found),
              &diag);
    assert_ok(plm_instrument_parse(LINE, sizeof LINE - 1, &diag, &expected), &diag);
    assert_true(plm_instrument_equal(&found, &expected));
    expected.listed = 0;
    assert_false(plm_instrument_equal(&found, &expected));
}

static void what_is_no_instrument_is_refused_by_position(void **state)
{
    (void)state;
    char long_map[3000] = "{symbol: ";
    memset(long_map + strlen(long_map), 'x', 2900);
    strcat(long_map, "}");
    const struct {
        const char *text, *words;
    } cases[] = {
        {"symbol: X\nkind: spot\ntik: 1\n", "i.yaml:3:1: "},
        {"symbol: X\nkind: sp ot\n", "i.yaml:2:7: kind: 'sp ot' has a blank in it"},
        {"symbol: [X]\n", "i.yaml:1:9: "},
        {"symbol: X\n", "without kind"},
        {"symbol: X\nkind: spot\n", "tick must be above 0"},
        {long_map, "longer than"},
        {"[X]\n", "i.yaml:1:1: "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        plm_diag diag;
        plm_instrument row;
        assert_int_equal(read_map(cases[i].text, &diag, &row), PLM_ERR_USAGE);
        if (strstr(diag.text, cases[i].words) == NULL) {
            fail_msg("'%s' does not say '%s'", diag.text, cases[i].words);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_map_is_the_line_of_its_pairs),
        cmocka_unit_test(what_is_no_instrument_is_refused_by_position),
    };
    return cmocka_run_group_tests_name("instrument_config", tests, NULL, NULL);
}
