/*
 * test_instrument_text.c - promises of instrument_text.h:
 * - the canonical line has exactly the keys of the header in their order, and reads back equal;
 * - keys may come in any order and optional ones may be absent;
 * - unknown, doubled, missing and unreadable keys are refused by name;
 * - a row that is at odds with its kind is refused by words.
 */
#include "plm_test.h"

#include <string.h>

#include "instrument_text.h"

static const char *const CANONICAL =
    "symbol=BTCUSDT kind=linear px_scale=1 qty_scale=3 mult_scale=0 tick=0.1 lot=0.001 "
    "multiplier=1 base=BTC quote=USDT settle=USDT underlying= strike=0 expiry=0 listed=0 "
    "delisted=0";

static plm_instrument read_good(const char *text)
{
    plm_diag diag;
    plm_diag_init(&diag);
    plm_instrument row;
    assert_ok(plm_instrument_parse(text, strlen(text), &diag, &row), &diag);
    return row;
}

static void read_bad(const char *text, const char *words)
{
    plm_diag diag;
    plm_diag_init(&diag);
    plm_instrument row = plm_instrument_default(PLM_INST_PUT);
    assert_int_equal(plm_instrument_parse(text, strlen(text), &diag, &row), PLM_ERR_INPUT);
    if (strstr(diag.text, words) == NULL) {
        fail_msg("'%s' does not say '%s'", diag.text, words);
    }
    assert_int_equal(row.kind, PLM_INST_PUT); /* untouched */
}

static void the_canonical_line_reads_back_equal(void **state)
{
    (void)state;
    plm_instrument const row = read_good(CANONICAL);
    assert_int_equal(row.kind, PLM_INST_LINEAR);
    assert_int_equal(row.tick, 1);
    assert_int_equal(row.lot, 1);
    char text[PLM_INSTRUMENT_TEXT_CAP];
    assert_int_equal(plm_instrument_format(&row, text), strlen(CANONICAL));
    assert_string_equal(text, CANONICAL);
}

static void the_longest_line_fits_its_buffer(void **state)
{
    (void)state;
    plm_instrument row = plm_instrument_default(PLM_INST_INVERSE_FUTURE);
    memset(row.symbol, 'S', PLM_SYMBOL_CAP - 1);
    memset(row.underlying, 'U', PLM_SYMBOL_CAP - 1);
    memset(row.base, 'B', PLM_ASSET_CAP - 1);
    memset(row.quote, 'Q', PLM_ASSET_CAP - 1);
    memset(row.settle, 'B', PLM_ASSET_CAP - 1);
    row.px_scale = 18;
    row.tick = row.lot = row.multiplier = INT64_MAX;
    row.expiry = row.listed = row.delisted = PLM_TS_MAX - 1;
    char text[PLM_INSTRUMENT_TEXT_CAP];
    size_t const size = plm_instrument_format(&row, text);
    assert_true(size < PLM_INSTRUMENT_TEXT_CAP);
    plm_instrument const again = read_good(text);
    assert_memory_equal(&again, &row, sizeof row);
}

static void keys_may_come_in_any_order_and_be_absent(void **state)
{
    (void)state;
    plm_instrument const row =
        read_good("tick=0.5 lot=1 mult_scale=2 quote=USD settle=XBT base=XBT "
                  "px_scale=1 kind=inverse symbol=XBTUSD");
    assert_int_equal(row.tick, 5);
    assert_int_equal(row.multiplier, 100); /* 1 in units of 10^-2 */
    plm_instrument const dated =
        read_good("symbol=X kind=future tick=1 lot=1 base=B quote=Q settle=Q "
                  "expiry=2025-06-27T08:00:00Z");
    assert_int_equal(dated.expiry, INT64_C(1751011200000000000)); /* date -d, UTC */
    plm_instrument const asset = read_good("symbol=USDC kind=asset quote=USD px_scale=6");
    assert_int_equal(asset.px_scale, 6);
}

static void bad_lines_are_refused_by_name(void **state)
{
    (void)state;
    read_bad("", "symbol");
    read_bad("symbol=A", "kind");
    read_bad("symbol=A kind=swap", "'swap'");
    read_bad("symbol=A kind=spot colour=red", "'colour=red'");
    read_bad("symbol=A kind=spot symbol=A", "twice");
    read_bad("symbol=A kind=spot px_scale=19", "0 to 18");
    read_bad("symbol=A kind=spot px_scale=-1", "0 to 18");
    read_bad("symbol=A kind=spot tick=0.1 lot=1 base=A quote=B", "tick '0.1'");
    read_bad("symbol=A kind=spot tick=x lot=1 base=A quote=B", "tick 'x'");
    read_bad("symbol=A kind=future expiry=tomorrow", "'tomorrow'");
    read_bad("symbol=A kind=asset base=ABCDEFGHIJKLMNOPQRSTUVWXYZ", "at most 23");
    read_bad(
        "symbol=A kind=call px_scale=15 strike=80000",
        "strike '80000' is too large; with 15 decimals at most 9223.372036854775807 is allowed");
}

/* Spoils one thing of a good row. */
static void rows_at_odds_with_their_kind_are_refused(void **state)
{
    (void)state;
    plm_instrument const good = read_good(CANONICAL);
    assert_null(plm_instrument_problem(&good));
    plm_instrument bad = good;
    bad.symbol[3] = ' ';
    assert_non_null(plm_instrument_problem(&bad));
    memset(bad.symbol, 'A', sizeof bad.symbol); /* no NUL */
    assert_non_null(plm_instrument_problem(&bad));
    bad = good;
    bad.kind = PLM_INST_KIND_COUNT;
    assert_non_null(plm_instrument_problem(&bad));
    bad = good;
    bad.px_scale = 16;
    assert_string_equal(plm_instrument_problem(&bad),
                        "px_scale + qty_scale + mult_scale must be at most 18");
    bad = good;
    bad.tick = 0;
    assert_non_null(plm_instrument_problem(&bad));
    bad = good;
    bad.lot = -1;
    assert_non_null(plm_instrument_problem(&bad));
    bad = good;
    bad.multiplier = 0;
    assert_non_null(plm_instrument_problem(&bad));
    bad = good;
    bad.strike = 1;
    assert_non_null(plm_instrument_problem(&bad));
    bad = good;
    bad.expiry = PLM_TS_MIN;
    assert_non_null(plm_instrument_problem(&bad));
    bad.kind = PLM_INST_FUTURE;
    assert_null(plm_instrument_problem(&bad));
    bad = good;
    strcpy(bad.settle, "BTC");
    assert_non_null(plm_instrument_problem(&bad));
    bad.kind = PLM_INST_INVERSE;
    assert_null(plm_instrument_problem(&bad));
    bad.kind = PLM_INST_QUANTO;
    assert_non_null(plm_instrument_problem(&bad));
    strcpy(bad.settle, "ETH");
    assert_null(plm_instrument_problem(&bad));
    bad = good;
    bad.listed = PLM_TS_MIN + 1;
    bad.delisted = PLM_TS_MIN;
    assert_non_null(plm_instrument_problem(&bad));
}

static void kinds_have_names_that_find_them(void **state)
{
    (void)state;
    for (unsigned kind = 1; kind < PLM_INST_KIND_COUNT; kind++) {
        const char *const name = plm_instrument_kind_name((plm_instrument_kind)kind);
        assert_int_equal(plm_instrument_kind_by_name(name, strlen(name)), kind);
    }
    assert_int_equal(plm_instrument_kind_by_name("perp", 4), PLM_INST_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_canonical_line_reads_back_equal),
        cmocka_unit_test(the_longest_line_fits_its_buffer),
        cmocka_unit_test(keys_may_come_in_any_order_and_be_absent),
        cmocka_unit_test(bad_lines_are_refused_by_name),
        cmocka_unit_test(rows_at_odds_with_their_kind_are_refused),
        cmocka_unit_test(kinds_have_names_that_find_them),
    };
    return cmocka_run_group_tests_name("instrument_text", tests, NULL, NULL);
}
