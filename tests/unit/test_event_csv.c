/*
 * test_event_csv.c - promises of event_csv.h:
 * - the head and the lines are those of docs/csv.md;
 * - every kind of event with extreme values survives its line, with and without the second clock;
 * - what is not a line of this form is refused by its reason;
 * - the longest line fits its buffer.
 */
#include "plm_test.h"

#include <string.h>

#include "event_csv.h"
#include "philox.h"

#define TS INT64_C(1735689600000000000)

/* One row for each kind of row. */
typedef struct table {
    plm_instrument rows[3];
    plm_symbol_map *symbols;
} table;

static void table_make(table *out)
{
    memset(out, 0, sizeof *out);
    out->rows[0] = plm_instrument_default(PLM_INST_LINEAR);
    out->rows[0].px_scale = 2;
    out->rows[0].qty_scale = 3;
    out->rows[1] = plm_instrument_default(PLM_INST_ASSET);
    out->rows[1].px_scale = 8;
    out->rows[2] = plm_instrument_default(PLM_INST_CUSTODY);
    out->symbols = plm_symbol_map_create();
    static const char *const NAMES[] = {"BTC-PERP", "USDC", "chain"};
    for (uint32_t i = 0; i < 3; i++) {
        strcpy(out->rows[i].symbol, NAMES[i]);
        assert_true(plm_symbol_map_add(out->symbols, NAMES[i], strlen(NAMES[i]), i));
    }
}

static void line_is(plm_event event, const plm_ts *recv, const char *expected)
{
    table t;
    table_make(&t);
    char line[PLM_EVENT_CSV_LINE_CAP];
    size_t const size = plm_event_csv_format(&event, recv, t.rows, line);
    line[size] = '\0';
    assert_string_equal(line, expected);
    plm_symbol_map_destroy(t.symbols);
}

static void lines_are_those_of_the_page(void **state)
{
    (void)state;
    plm_ts const recv = TS + 7;
    line_is((plm_event){.ts = TS, .px = 6000050, .qty = 250, .kind = PLM_EV_TRADE, .side = 1}, NULL,
            "1735689600000000000,BTC-PERP,trade,buy,60000.5,0.25,\n");
    line_is((plm_event){.ts = TS, .kind = PLM_EV_ASK, .flags = 3}, &recv,
            "1735689600000000000,1735689600000000007,BTC-PERP,ask,,0,0,derived+snapshot\n");
    line_is((plm_event){.ts = TS, .px = -100000000, .qty = TS, .kind = PLM_EV_FUNDING_RATE}, NULL,
            "1735689600000000000,BTC-PERP,funding_rate,,-0.0001,1735689600000000000,\n");
    line_is((plm_event){.ts = TS, .kind = PLM_EV_CLEAR}, NULL,
            "1735689600000000000,BTC-PERP,clear,,,,\n");
}

static void the_head_is_that_of_the_page(void **state)
{
    (void)state;
    char text[PLM_EVENT_CSV_HEAD_CAP];
    size_t size = plm_event_csv_format_first(text);
    assert_int_equal(size, strlen("# plimsoll events 1\n"));
    assert_memory_equal(text, "# plimsoll events 1\n", size);
    size = plm_event_csv_format_columns(true, false, text);
    static const char COLUMNS[] =
        "# recv yes\n# synthetic no\nts,recv,symbol,kind,side,px,qty,flags\n";
    assert_int_equal(size, strlen(COLUMNS));
    assert_memory_equal(text, COLUMNS, size);
    size = plm_event_csv_format_end(12, text);
    assert_int_equal(size, 9);
    assert_memory_equal(text, "# end 12\n", 9);
    plm_instrument row = plm_instrument_default(PLM_INST_ASSET);
    strcpy(row.symbol, "USDC");
    size = plm_event_csv_format_instrument(12, &row, text);
    assert_memory_equal(text, "# instrument 12 symbol=USDC kind=asset ", 39);
    assert_int_equal(text[size - 1], '\n');
}

static void every_event_survives_its_line(void **state)
{
    (void)state;
    static const int64_t VALUES[] = {0, 1, -1, INT64_MAX, -INT64_MAX, INT64_MIN, 1000, TS};
    table t;
    table_make(&t);
    plm_philox rng;
    plm_philox_init(&rng, 5, "csv", 0);
    for (unsigned i = 0; i < 50000; i++) {
        plm_event event = {.ts = TS + (int64_t)plm_philox_u32(&rng)};
        event.kind = (uint8_t)(1 + plm_philox_below(&rng, PLM_EV_KIND_COUNT - 1));
        const plm_kind_info *const info = plm_kind_find(event.kind);
        uint32_t const rows = plm_kind_rules[event.kind].rows;
        event.sym = (rows >> PLM_INST_LINEAR & 1) != 0  ? 0
                    : (rows >> PLM_INST_ASSET & 1) != 0 ? 1
                                                        : 2;
        unsigned sides = 0;
        while (info->side[sides] != NULL) {
            sides++;
        }
        event.side = (uint8_t)plm_philox_below(&rng, sides);
        event.side = (uint8_t)(info->side[event.side][0] == '-' ? 1 : event.side);
        event.px = info->px == PLM_FIELD_ZERO ? 0 : VALUES[plm_philox_below(&rng, 8)];
        event.qty = info->qty == PLM_FIELD_ZERO ? 0 : VALUES[plm_philox_below(&rng, 8)];
        event.flags = (uint16_t)plm_philox_below(&rng, 4);
        plm_ts const recv = event.ts + 5;
        bool const has_recv = i % 2 == 0;
        char line[PLM_EVENT_CSV_LINE_CAP];
        size_t const size = plm_event_csv_format(&event, has_recv ? &recv : NULL, t.rows, line);
        assert_true(size < PLM_EVENT_CSV_LINE_CAP);
        plm_refusal refusal;
        plm_event found;
        plm_ts found_recv = 0;
        if (!plm_event_csv_parse(line, size - 1, has_recv, t.symbols, t.rows, &refusal, &found,
                                 &found_recv)) {
            fail_msg("%.*s: %s", (int)size, line, refusal.found);
        }
        assert_memory_equal(&found, &event, sizeof event);
        assert_true(found_recv == (has_recv ? recv : event.ts));
    }
    plm_symbol_map_destroy(t.symbols);
}

static void what_is_no_such_line_is_refused_by_reason(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        plm_reject reason;
    } cases[] = {
        {"1735689600000000000,BTC-PERP,trade,buy,1,1", PLM_REJECT_SYNTAX},
        {"1735689600000000000,BTC-PERP,trade,buy,1,1,,", PLM_REJECT_SYNTAX},
        {",BTC-PERP,trade,buy,1,1,", PLM_REJECT_BLANK},
        {"1.5,BTC-PERP,trade,buy,1,1,", PLM_REJECT_PRECISION},
        {"99999999999999999999,BTC-PERP,trade,buy,1,1,", PLM_REJECT_RANGE},
        {"1735689600000000000,ETH,trade,buy,1,1,", PLM_REJECT_UNKNOWN},
        {"1735689600000000000,BTC-PERP,Trade,buy,1,1,", PLM_REJECT_UNKNOWN},
        {"1735689600000000000,BTC-PERP,trade,bid,1,1,", PLM_REJECT_UNKNOWN},
        {"1735689600000000000,BTC-PERP,level,,1,1,", PLM_REJECT_UNKNOWN},
        {"1735689600000000000,BTC-PERP,level,-,1,1,", PLM_REJECT_UNKNOWN},
        {"1735689600000000000,BTC-PERP,trade,buy,,1,", PLM_REJECT_BLANK},
        {"1735689600000000000,BTC-PERP,trade,buy,1.001,1,", PLM_REJECT_PRECISION},
        {"1735689600000000000,BTC-PERP,trade,buy,1e2,1,", PLM_REJECT_SYNTAX},
        {"1735689600000000000,BTC-PERP,trade,buy,1, 1,", PLM_REJECT_SYNTAX},
        {"1735689600000000000,BTC-PERP,clear,,1,,", PLM_REJECT_RANGE},
        {"1735689600000000000,BTC-PERP,trade,buy,1,1,new", PLM_REJECT_UNKNOWN},
        {"1735689600000000000,BTC-PERP,trade,buy,1,1,derived+", PLM_REJECT_UNKNOWN},
        {"1735689600000000000,BTC-PERP,trade,buy,1,1,derived+derived", PLM_REJECT_UNKNOWN},
    };
    table t;
    table_make(&t);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        plm_refusal refusal;
        plm_event event = {.ts = 42};
        plm_ts recv = 42;
        assert_false(plm_event_csv_parse(cases[i].line, strlen(cases[i].line), false, t.symbols,
                                         t.rows, &refusal, &event, &recv));
        if (refusal.reason != cases[i].reason) {
            fail_msg("%s: %s", cases[i].line, plm_reject_name(refusal.reason));
        }
        assert_true(event.ts == 42 && recv == 42);
    }
    plm_symbol_map_destroy(t.symbols);
}

static void the_longest_line_fits_its_buffer(void **state)
{
    (void)state;
    plm_instrument row = plm_instrument_default(PLM_INST_LINEAR);
    memset(row.symbol, 'S', PLM_SYMBOL_CAP - 1);
    row.px_scale = row.qty_scale = 9;
    plm_ts const recv = PLM_TS_MAX - 1;
    size_t longest = 0;
    for (unsigned kind = 1; kind < PLM_EV_KIND_COUNT; kind++) {
        plm_event const event = {.ts = PLM_TS_MAX - 1,
                                 .px = INT64_MIN,
                                 .qty = INT64_MIN,
                                 .kind = (uint8_t)kind,
                                 .side = plm_kind_find(kind)->side[1] != NULL,
                                 .flags = 3};
        char line[4 * PLM_EVENT_CSV_LINE_CAP];
        size_t const size = plm_event_csv_format(&event, &recv, &row, line);
        longest = size > longest ? size : longest;
    }
    /* plm_decimal_format writes a NUL that must fit, too. */
    assert_true(longest + PLM_DECIMAL_TEXT_CAP <= PLM_EVENT_CSV_LINE_CAP);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_those_of_the_page),
        cmocka_unit_test(the_head_is_that_of_the_page),
        cmocka_unit_test(every_event_survives_its_line),
        cmocka_unit_test(what_is_no_such_line_is_refused_by_reason),
        cmocka_unit_test(the_longest_line_fits_its_buffer),
    };
    return cmocka_run_group_tests_name("event_csv", tests, NULL, NULL);
}
