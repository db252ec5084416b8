/*
 * test_known_rows.c - promises of known_rows.h:
 * - every row is consistent, of a venue of the list, and stands once; each is found by its names;
 * - contracts are worth what the venues publish; prices have eight decimals;
 * - lives end before they begin anew, and their symbols are known.
 */
#include "plm_test.h"

#include <string.h>

#include "instrument_text.h"
#include "known_rows.h"

static bool is_venue(const char *name)
{
    for (size_t i = 0; plm_known_venues[i] != NULL; i++) {
        if (strcmp(plm_known_venues[i], name) == 0) {
            return true;
        }
    }
    return false;
}

static void each_row_is_consistent_and_found(void **state)
{
    (void)state;
    plm_instrument row;
    plm_instrument found;
    const char *venue = NULL;
    size_t count = 0;
    for (; (venue = plm_known_row_at(count, &row)) != NULL; count++) {
        assert_null(plm_instrument_problem(&row));
        assert_true(is_venue(venue));
        assert_true(plm_known_row_find(venue, row.symbol, &found));
        assert_true(plm_instrument_equal(&row, &found)); /* a second one of the name would differ */
        assert_int_equal(row.px_scale, 8);
    }
    assert_true(count > 30);
    assert_false(plm_known_row_find("binance", "BTCUSD_PERP", &found));
    assert_false(plm_known_row_find("nowhere", "BTCUSDT", &found));
}

/* multiplier as the contract specifications of the venues have it, settled in which asset */
static void contracts_are_worth_what_venues_publish(void **state)
{
    (void)state;
    static const struct {
        const char *venue, *symbol;
        plm_instrument_kind kind;
        int64_t multiplier;
        unsigned scale;
        const char *settle;
    } cases[] = {
        {"binance", "BTCUSDT", PLM_INST_SPOT, 1, 0, "USDT"},
        {"binance-um", "BTCUSDT", PLM_INST_LINEAR, 1, 0, "USDT"},
        {"binance-cm", "BTCUSD_PERP", PLM_INST_INVERSE, 100, 0, "BTC"},
        {"binance-cm", "AVAXUSD_PERP", PLM_INST_INVERSE, 10, 0, "AVAX"},
        {"bitmex", "XBTUSD", PLM_INST_INVERSE, 1, 0, "XBT"},
        {"bitmex", "ETHUSD", PLM_INST_QUANTO, 1, 6, "XBT"},
        {"okx", "BTC-USDT-SWAP", PLM_INST_LINEAR, 1, 2, "USDT"},
        {"okx", "BTC-USD-SWAP", PLM_INST_INVERSE, 100, 0, "BTC"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        plm_instrument row;
        assert_true(plm_known_row_find(cases[i].venue, cases[i].symbol, &row));
        assert_int_equal(row.kind, cases[i].kind);
        assert_int_equal(row.multiplier, cases[i].multiplier);
        assert_int_equal(row.mult_scale, cases[i].scale);
        assert_string_equal(row.settle, cases[i].settle);
    }
}

static void lives_end_before_they_begin_anew(void **state)
{
    (void)state;
    plm_instrument row;
    const plm_known_life *life = NULL;
    size_t count = 0;
    for (; (life = plm_known_life_at(count)) != NULL; count++) {
        assert_true(plm_known_row_find(life->venue, life->symbol, &row));
        assert_true(life->delisted < life->relisted);
    }
    assert_true(count > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_row_is_consistent_and_found),
        cmocka_unit_test(contracts_are_worth_what_venues_publish),
        cmocka_unit_test(lives_end_before_they_begin_anew),
    };
    return cmocka_run_group_tests_name("known_rows", tests, NULL, NULL);
}
