/*
 * test_dbn_symbols.c - promises of docs/import-dbn.md about instruments:
 * - an id is the symbol that the metadata give it on the day of the index time; ids that are used
 *   again on another day are another symbol; then what mapping records and definitions said, then
 *   the number;
 * - who is not described is refused by name, with the reason why its definition does not do;
 * - a definition describes a future whose facts it has (ES as CME sends it), in versions 1 to 3;
 *   nothing is made up; what the user says comes first;
 * - one time, one symbol, one instrument: overlaps are refused;
 * - symbols that are not asked for are counted as declared and need no description.
 */
#include "dbn_help.h"

static input_folder folder;

#define EXPIRY INT64_C(1616160600000000000) /* 2021-03-19T13:30:00Z */
#define DAY (86400 * DBN_ONE)

static void put_trade(plm_buffer *out, uint32_t id, int64_t ts, int64_t cents)
{
    (void)dbn_add_priced(out, 0x00, 48, id, ts, ts, 'T', 'B', PX(cents), 1);
}

static imported *run(plm_buffer *bytes)
{
    plm_instrument const rows[] = {dbn_future("A", 2, 1), dbn_future("B", 2, 1),
                                   dbn_future("7", 2, 1), dbn_future("A_C5", 2, 1)};
    return dbn_import(&folder, bytes, PLM_ON_ERROR_FAIL, rows, 4);
}

static void refuses(imported *result, const char *words)
{
    assert_says(result, PLM_ERR_INPUT, words);
    plm_free(result);
}

/* The rows that events speak of, in order: "A B A". */
static void speaks_of(imported *result, const char *symbols)
{
    char said[256] = "";
    assert_ok(result->status, &result->diag);
    for (uint32_t i = 0; i < result->count; i++) {
        (void)strcat(strcat(said, i > 0 ? " " : ""), result->rows[result->event[i].sym].symbol);
    }
    assert_string_equal(said, symbols);
    plm_free(result);
}

static void an_id_is_another_symbol_on_another_day(void **state)
{
    (void)state;
    static const dbn_mapping DAYS[] = {{"A", 20201228, 20201229, "7"},
                                       {"B", 20201229, 20201230, "7"},
                                       {"A", 20201229, 20201230, "8"},
                                       {"B", 20201230, 20201230, "9"}, /* no day at all */
                                       {"B", 20201228, 20201229, ""}};
    plm_buffer bytes = {0};
    for (uint8_t version = 1; version <= 3; version++) {
        dbn_put_head(&bytes, version, 4, 1, 0, DAYS, 5);
        put_trade(&bytes, 7, TS, 1);
        put_trade(&bytes, 7, TS + 11 * 3600 * DBN_ONE - 1, 2); /* the last ns of the day */
        put_trade(&bytes, 7, TS + 11 * 3600 * DBN_ONE, 3);
        put_trade(&bytes, 8, TS + 11 * 3600 * DBN_ONE, 4);
        put_trade(&bytes, 7, TS + 2 * DAY, 5); /* no name on that day: the number */
        speaks_of(run(&bytes), "A A B A 7");
    }
    /* The day is that of ts_recv. */
    dbn_put_head(&bytes, 3, 4, 1, 0, DAYS, 3);
    (void)dbn_add_priced(&bytes, 0x00, 48, 7, TS, TS + DAY, 'T', 'B', PX(1), 1);
    speaks_of(run(&bytes), "B");
    plm_buffer_free(&bytes);
}

static void mappings_are_read_in_both_directions(void **state)
{
    (void)state;
    static const dbn_mapping TURNED = {"8", 20201228, 20201229, "A"};
    static const dbn_mapping NAMES = {"ES.c.0", 20201228, 20201229, "A"}; /* no id in it */
    static const dbn_mapping BLANK = {"A C5", 20201228, 20201229, "8"};
    plm_buffer bytes = {0};
    dbn_put_head(&bytes, 3, 4, 0, 1, &TURNED, 1);
    put_trade(&bytes, 8, TS, 1);
    speaks_of(run(&bytes), "A");
    dbn_put_head(&bytes, 3, 4, 3, 1, &NAMES, 1);
    put_trade(&bytes, 7, TS, 1);
    speaks_of(run(&bytes), "7");
    dbn_put_head(&bytes, 2, 4, 1, 0, &BLANK, 1);
    put_trade(&bytes, 8, TS, 1);
    speaks_of(run(&bytes), "A_C5");
    dbn_put_head(&bytes, 2, 4, 1, 0, &NAMES, 1);
    refuses(run(&bytes), "a symbol is mapped to what is no instrument id");
    plm_buffer_free(&bytes);
}

static void symbol_mapping_records_name_from_there_on(void **state)
{
    (void)state;
    plm_buffer bytes = {0};
    for (uint8_t version = 1; version <= 3; version++) {
        dbn_put_head(&bytes, version, 0xffff, 0xff, 0, NULL, 0);
        put_trade(&bytes, 7, TS, 1);
        dbn_add_mapping(&bytes, version, 7, TS, "A");
        put_trade(&bytes, 7, TS, 2);
        dbn_add_mapping(&bytes, version, 7, TS, "B");
        put_trade(&bytes, 7, TS, 3);
        speaks_of(run(&bytes), "7 A B");
    }
    plm_buffer_free(&bytes);
}

static void one_time_one_symbol_one_instrument(void **state)
{
    (void)state;
    static const dbn_mapping TWO_NAMES[] = {{"A", 20201228, 20201230, "7"},
                                            {"B", 20201229, 20201231, "7"}};
    static const dbn_mapping TWO_IDS[] = {{"A", 20201228, 20201230, "7"},
                                          {"A", 20201229, 20201231, "8"}};
    plm_buffer bytes = {0};
    dbn_put_head(&bytes, 2, 4, 1, 0, TWO_NAMES, 2);
    refuses(run(&bytes), "A is instrument 7 and B is instrument 7 on 2020-12-29");
    dbn_put_head(&bytes, 2, 4, 1, 0, TWO_IDS, 2);
    refuses(run(&bytes), "A is instrument 7 and A is instrument 8 on 2020-12-29");
    plm_buffer_free(&bytes);
}

/* -- definitions ----------------------------------------------------------------------------- */

/* Facts of the contract: cmegroup.com, E-mini S&P 500, "Contract Unit: $50 x S&P 500 Index",
 * "Minimum Price Fluctuation: 0.25 index points = $12.50". */
static void is_es(const plm_instrument *row)
{
    assert_int_equal(row->kind, PLM_INST_FUTURE);
    assert_int_equal(row->px_scale, 9);
    assert_int_equal(row->tick, 250000000);
    assert_true(row->lot == 1 && row->qty_scale == 0);
    assert_true(row->multiplier == 50 && row->mult_scale == 0);
    assert_string_equal(row->base, "ES");
    assert_string_equal(row->quote, "USD");
    assert_string_equal(row->settle, "USD");
    assert_true(row->expiry == EXPIRY && row->listed == 0 && row->strike == 0);
}

static void a_definition_describes_a_future(void **state)
{
    (void)state;
    plm_buffer bytes = {0};
    for (uint8_t version = 1; version <= 3; version++) {
        dbn_put_head(&bytes, version, 0xffff, 0xff, 0, NULL, 0);
        (void)dbn_add_definition(&bytes, version, ID, TS, "ESH1", 'F', EXPIRY);
        (void)dbn_add_definition(&bytes, version, ID, TS, "ESH1", 'F', EXPIRY); /* again, equal */
        put_trade(&bytes, ID, TS, 372025);
        imported *const result = dbn_import(&folder, &bytes, PLM_ON_ERROR_FAIL, NULL, 0);
        assert_ok(result->status, &result->diag);
        /* The user's ESH1 comes first. */
        assert_true(result->rows[0].px_scale == 2 && result->event[0].px == 372025);
        plm_free(result);
        dbn_put_head(&bytes, version, 0xffff, 0xff, 0, NULL, 0);
        (void)dbn_add_definition(&bytes, version, 9, TS, "ESM1", 'F', EXPIRY);
        put_trade(&bytes, 9, TS, 372025);
        imported *const own = run(&bytes);
        assert_ok(own->status, &own->diag);
        assert_string_equal(own->rows[0].symbol, "ESM1");
        is_es(&own->rows[0]);
        assert_int_equal(own->event[0].px, INT64_C(3720250000000));
        plm_free(own);
    }
    plm_buffer_free(&bytes);
}

static uint8_t *put_definition(plm_buffer *out, char kind)
{
    dbn_put_head(out, 2, 0xffff, 0xff, 0, NULL, 0);
    return dbn_add_definition(out, 2, 9, TS, "X", kind, EXPIRY);
}

static void an_option_has_its_strike_and_a_stock_no_expiry(void **state)
{
    (void)state;
    const dbn_definition_layout *const at = &DBN_DEFINITIONS[1];
    plm_buffer bytes = {0};
    for (int put = 0; put < 2; put++) {
        uint8_t *const option = put_definition(&bytes, put ? 'P' : 'C');
        dbn_i64(option, at->strike, PX(523000));
        memcpy(option + at->underlying, "ESM4", 4);
        memcpy(option + at->symbol, "X P5230", 7);
        put_trade(&bytes, 9, TS, 130);
        imported *const result = run(&bytes);
        assert_ok(result->status, &result->diag);
        assert_string_equal(result->rows[0].symbol, "X_P5230");
        assert_int_equal(result->rows[0].kind, put ? PLM_INST_PUT : PLM_INST_CALL);
        assert_true(result->rows[0].strike == PX(523000) && result->rows[0].multiplier == 50);
        assert_string_equal(result->rows[0].underlying, "ESM4");
        plm_free(result);
    }
    uint8_t *const stock = put_definition(&bytes, 'K');
    memset(stock + at->asset, 0, 2);
    put_trade(&bytes, 9, TS, 130);
    imported *const result = run(&bytes);
    assert_ok(result->status, &result->diag);
    assert_int_equal(result->rows[0].kind, PLM_INST_SPOT);
    assert_string_equal(result->rows[0].base, "X");
    assert_true(result->rows[0].expiry == 0 && result->rows[0].multiplier == 1);
    plm_free(result);
    plm_buffer_free(&bytes);
}

/* What the definition leaves open is not made up; the message says what is missing. */
static void definitions_that_do_not_say_all_describe_nothing(void **state)
{
    (void)state;
    const dbn_definition_layout *const at = &DBN_DEFINITIONS[1];
    plm_buffer bytes = {0};
    static const char NAMED[] = "symbol X (instrument 9) is not described";
    uint8_t *record = put_definition(&bytes, 'S');
    put_trade(&bytes, 9, TS, 1);
    refuses(run(&bytes), NAMED);
    dbn_i64(put_definition(&bytes, 'F'), 24, DBN_PX_UNDEF);
    put_trade(&bytes, 9, TS, 1);
    refuses(run(&bytes), "its definition has no tick; describe it with --instrument");
    memset(put_definition(&bytes, 'F') + at->currency, 0, 3);
    put_trade(&bytes, 9, TS, 1);
    refuses(run(&bytes), "its definition has no currency");
    memcpy(put_definition(&bytes, 'F') + at->settle, "EUR", 3);
    put_trade(&bytes, 9, TS, 1);
    refuses(run(&bytes), "it settles in another currency");
    dbn_i64(put_definition(&bytes, 'F'), at->unit_qty, DBN_PX_UNDEF);
    put_trade(&bytes, 9, TS, 1);
    refuses(run(&bytes), "what one contract is worth");
    /* Corn: 5,000 bushels, priced in cents: a tick of 0.25 is worth 12.50, not 1250. */
    record = put_definition(&bytes, 'F');
    memcpy(record + at->unit, "BU\0\0", 4);
    dbn_i64(record, at->unit_qty, 5000 * DBN_ONE);
    dbn_i64(record, at->amount, 25 * DBN_ONE / 2);
    put_trade(&bytes, 9, TS, 1);
    refuses(run(&bytes), "what one contract is worth");
    /* Without the value of a tick only index points are sure. */
    record = put_definition(&bytes, 'F');
    dbn_i64(record, at->amount, 0);
    memcpy(record + at->unit, "BU\0\0", 4);
    put_trade(&bytes, 9, TS, 1);
    refuses(run(&bytes), "what one contract is worth");
    /* The plain value of a tick does for all: crude oil, 1,000 barrels, 0.01 = 10. */
    record = put_definition(&bytes, 'F');
    memcpy(record + at->unit, "BBL", 4);
    dbn_i64(record, 24, DBN_ONE / 100);
    dbn_i64(record, at->unit_qty, 1000 * DBN_ONE);
    dbn_i64(record, at->amount, 10 * DBN_ONE);
    put_trade(&bytes, 9, TS, 1);
    speaks_of(run(&bytes), "X");
    plm_buffer_free(&bytes);
}

static void a_definition_may_change_only_before_its_first_event(void **state)
{
    (void)state;
    plm_buffer bytes = {0};
    (void)put_definition(&bytes, 'F');
    dbn_i64(dbn_add_definition(&bytes, 2, 9, TS, "X", 'F', EXPIRY), 40, EXPIRY + DBN_ONE);
    put_trade(&bytes, 9, TS, 1);
    imported *const result = run(&bytes);
    assert_ok(result->status, &result->diag);
    assert_true(result->rows[0].expiry == EXPIRY + DBN_ONE);
    plm_free(result);
    (void)put_definition(&bytes, 'F');
    put_trade(&bytes, 9, TS, 1);
    dbn_i64(dbn_add_definition(&bytes, 2, 9, TS, "X", 'F', EXPIRY), 40, EXPIRY + DBN_ONE);
    refuses(run(&bytes), "in.dbn:3: definition of X differs from the one before its first event");
    plm_buffer_free(&bytes);
}

static void symbols_that_are_not_asked_for_are_left_out(void **state)
{
    (void)state;
    static const dbn_mapping DAYS[] = {{"A", 20201228, 20201229, "7"},
                                       {"NOBODY", 20201228, 20201229, "8"},
                                       {"B", 20201229, 20201230, "7"}};
    static const char *const ONLY[] = {"B"};
    plm_instrument const row = dbn_future("B", 2, 1);
    plm_import_options const options = {
        .rows = &row, .row_count = 1, .only = ONLY, .only_count = 1};
    plm_import_options const renamed = {.rows = &row, .row_count = 1, .as = "C"};
    plm_buffer bytes = {0};
    dbn_put_head(&bytes, 3, 4, 1, 0, DAYS, 3);
    put_trade(&bytes, 7, TS, 1);
    put_trade(&bytes, 8, TS, 2);
    put_trade(&bytes, 7, TS + DAY, 3);
    const char *const path = input_write(&folder, "in.dbn", bytes.data, bytes.size);
    imported *result = import_file(path, &options);
    assert_int_equal(result->report.rows_read, 3);
    assert_int_equal(result->report.rejected[PLM_REJECT_DECLARED], 2);
    assert_int_equal(result->event[0].px, 3);
    speaks_of(result, "B");
    result = import_file(path, &renamed);
    assert_says(result, PLM_ERR_USAGE, "as=C: DBN has symbols of its own");
    plm_free(result);
    plm_buffer_free(&bytes);
}

static int set_up(void **state)
{
    (void)state;
    folder = input_folder_make();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    input_folder_remove(&folder);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_id_is_another_symbol_on_another_day),
        cmocka_unit_test(mappings_are_read_in_both_directions),
        cmocka_unit_test(symbol_mapping_records_name_from_there_on),
        cmocka_unit_test(one_time_one_symbol_one_instrument),
        cmocka_unit_test(a_definition_describes_a_future),
        cmocka_unit_test(an_option_has_its_strike_and_a_stock_no_expiry),
        cmocka_unit_test(definitions_that_do_not_say_all_describe_nothing),
        cmocka_unit_test(a_definition_may_change_only_before_its_first_event),
        cmocka_unit_test(symbols_that_are_not_asked_for_are_left_out),
    };
    return cmocka_run_group_tests_name("dbn_symbols", tests, set_up, tear_down);
}
