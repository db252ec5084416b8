/*
 * test_csv_map.c - promises of csv_map.h (docs/import.md):
 * - what a map does not know or leaves open is refused with its position;
 * - kinds in a column are checked as fixed ones are;
 * - a map that is shared is bound to the columns of each input;
 * - the symbol has one name, and text without a map asks for one.
 */
#include "plm_test.h"

#include "csv_help.h"
#include "csv_map.h"

static void what_a_map_leaves_open_is_refused_with_its_position(void **state)
{
    (void)state;
    static const struct {
        const char *map, *words;
    } cases[] = {
        {"colour: red\n" PLAIN, "map.yaml:1:1:"},
        {"time: {column: t, unit: m}\n" REST, "map.yaml:1:25:"},
        {"time: t\n" REST, "the unit is not declared"},
        {REST, "time"},
        {"csv: {header: false}\n" PLAIN, "'fields'"},
        {"csv: {fields: 3}\n" PLAIN, "'fields'"},
        {"csv: {delimiter: '\"'}\n" PLAIN, "must differ"},
        {"csv: {quote: x, comment: x}\n" PLAIN, "must differ"},
        {"skip: [{column: {constant: p}, is: [x]}]\n" PLAIN, "a column is needed"},
        {"csv: {delimiter: ab}\n" PLAIN, "one printable character"},
        {"time: {column: t, unit: ns}\nsymbol: A\n" ROWS, "neither 'events' nor 'bars'"},
        {"time: {column: t, unit: ns}\nsymbol: A\nevents: [{kind: tick}]\n" ROWS, "'tick'"},
        {"time: {column: t, unit: ns}\nsymbol: A\nevents: [{kind: trade, px: p}]\n" ROWS,
         "'qty' is missing"},
        {"time: {column: t, unit: ns}\nsymbol: A\nevents: [{kind: mark, px: p, qty: q}]\n" ROWS,
         "kind mark has no qty"},
        {"time: {column: t, unit: ns}\nsymbol: A\nevents: [{kind: level, px: p, qty: q}]\n" ROWS,
         "'side' is missing"},
        {"time: {column: t, unit: ns}\nsymbol: A\n"
         "events: [{kind: trade, side: up, px: p, qty: q}]\n" ROWS,
         "'up' is not a side of kind trade; docs/csv.md lists them; for a column write "
         "{column: up}"},
        {"time: {column: t, unit: ns}\nsymbol: A\n"
         "events: [{kind: trade, px: {column: p, constant: 1}, qty: q}]\n" ROWS,
         "either 'column' or 'constant'"},
        {"time: {column: t, unit: ns}\nsymbol: A\n"
         "events: [{kind: trade, px: {column: p, unit: ms}, qty: q}]\n" ROWS,
         "unit does not fit"},
        {"time: {column: t, unit: ns}\nsymbol: A\nevents: [{kind: trade, px: p, qty: q}]\n"
         "instruments: [{symbol: A, kind: spot}]\n",
         "tick must be above 0"},
        {"time: {column: t, unit: ns}\nevents: [{kind: trade, px: p, qty: q}]\n" ROWS,
         "nothing names the symbol"},
        {"time: {column: t, unit: ns}\nsymbol: A\nevents: [{kind: trade, px: p, qty: q}]\n",
         "no instruments"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        refuses(cases[i].map, "t,p,q\n1735689600000000000,1,1\n", PLM_ERR_USAGE, cases[i].words);
    }
    plm_free(import_good("csv: {quote: none, comment: none}\n" PLAIN,
                         "t,p,q\n1735689600000000000,1,1\n"));
    refuses(PLAIN, "t,p\n1735689600000000000,1\n", PLM_ERR_INPUT,
            "in.csv:1: the header has 0 columns named 'q'; the column map needs one (is there a "
            "header? header: false)");
    refuses("time: {column: t, unit: ns}\n" REST, "t,p,q\n99999999999999999999,1,1\n",
            PLM_ERR_INPUT, "(is the unit right? the map says ns)");
    refuses("time: {column: t, unit: s}\n" REST, "t,p,q\n1735689600000,1,1\n", PLM_ERR_INPUT,
            "(is the unit right? the map says s)");
    refuses("time: {column: t, unit: ms}\n" REST, "t,p,q\n1735689600,1,1\n", PLM_ERR_INPUT,
            "2000..2100 (is the unit right? the map says ms)");
    refuses(PLAIN, "t,p,q,q\n1735689600000000000,1,1,1\n", PLM_ERR_INPUT, "2 columns named 'q'");
    refuses(PLAIN, "\n", PLM_ERR_INPUT, "a header is needed");
}

#define KIND_OF(kind, rest)                                                                        \
    "time: {column: t, unit: ns}\nsymbol: A\nevents: [{kind: " kind ", " rest "}]\n" ROWS

/* A kind that words name is checked with the map, one that rows name is checked with each row. */
static void kinds_in_a_column_need_what_fixed_kinds_need(void **state)
{
    (void)state;
    static const char NONE[] = "t,k,p,q\n";
    static const struct {
        const char *map, *words;
    } cases[] = {
        {KIND_OF("{column: k, words: {T: trade}}", "px: p"), "'qty' is missing; kind trade"},
        {KIND_OF("{column: k, words: {T: trade, L: level}}", "px: p, qty: q"),
         "'side' is missing; kind level"},
        {KIND_OF("{column: k, words: {T: trade, X: tick}}", "px: p, qty: q"), "'tick'"},
        {KIND_OF("{column: k, words: {T: trade}}", "px: p, qty: {column: q, unit: bps}"),
         "kind trade: unit does not fit"},
        {KIND_OF("{column: k, words: {F: funding_rate}}", "px: p, qty: q"),
         "kind funding_rate: unit does not fit"},
        {KIND_OF("{column: k, words: {F: funding_rate}}", "px: p, qty: {column: q, unit: bps}"),
         "kind funding_rate: unit does not fit"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        refuses(cases[i].map, NONE, PLM_ERR_USAGE, cases[i].words);
    }
    static const char TRADE[] = "t,k,p,q\n1735689600000000000,trade,1,1\n";
    refuses(KIND_OF("{column: k}", "px: p"), TRADE, PLM_ERR_INPUT,
            "in.csv:2: kind trade and its qty");
    refuses(KIND_OF("{column: k}", "px: p, qty: {column: q, unit: ms}"), TRADE, PLM_ERR_INPUT,
            "unit does not fit");
    refuses(KIND_OF("{column: k}", "px: p, qty: {column: q, unit: percent}"),
            "t,k,p,q\n1735689600000000000,funding_rate,1,1\n", PLM_ERR_INPUT, "unit does not fit");
    refuses(KIND_OF("{column: k}", "px: p, qty: {column: q, unit: percent}"),
            "t,k,p,q\n1735689600000000000,gap,,1\n", PLM_ERR_INPUT, "unit does not fit");
    imported *const result = import_good(KIND_OF("{column: k}", "px: p, qty: q"), TRADE);
    assert_int_equal(result->event[0].qty, 1);
    plm_free(result);
}

static void one_name_for_the_symbol_is_allowed(void **state)
{
    (void)state;
    char map_path[2 * INPUT_PATH_CAP];
    (void)strcpy(map_path, input_write(&csv_folder, "map.yaml", PLAIN, sizeof PLAIN - 1));
    plm_import_options const options = {.map_path = map_path, .symbol = "A"};
    imported *const result =
        import_file(input_write(&csv_folder, "in.csv", "t,p,q\n", 6), &options);
    assert_says(result, PLM_ERR_USAGE, "both 'symbol' in the map and --symbol");
    plm_free(result);
}

/* One map for several inputs whose columns stand in different places. */
static void a_shared_map_is_bound_by_each_input(void **state)
{
    (void)state;
    char map_path[2 * INPUT_PATH_CAP];
    (void)strcpy(map_path, input_write(&csv_folder, "map.yaml", PLAIN, sizeof PLAIN - 1));
    plm_diag diag;
    plm_diag_init(&diag);
    plm_csv_map *map = NULL;
    assert_ok(plm_csv_map_read(map_path, NULL, 0, &diag, &map), &diag);
    plm_import_options const options = {.map_path = map_path, .map = map};
    static const char *const TEXTS[] = {"t,p,q\n1735689600000000000,2,3\n",
                                        "q,p,t\n3,2,1735689600000000000\n"};
    plm_import *imports[2];
    for (int i = 0; i < 2; i++) {
        const char *const path = input_write(&csv_folder, i == 0 ? "a.csv" : "b.csv", TEXTS[i], 30);
        assert_ok(plm_import_open(path, &options, &diag, &imports[i]), &diag);
    }
    plm_batch *const batch = plm_alloc(1, sizeof *batch);
    for (int i = 0; i < 2; i++) {
        plm_stream *const stream = plm_import_stream(imports[i]);
        assert_ok(stream->next(stream, &diag, batch), &diag);
        assert_true(batch->count == 1 && batch->event[0].px == 200 && batch->event[0].qty == 3);
        plm_import_close(imports[i]);
    }
    plm_free(batch);
    plm_csv_map_destroy(map);
}

static void text_without_a_map_asks_for_one(void **state)
{
    (void)state;
    plm_import_options const options = {.on_error = PLM_ON_ERROR_FAIL};
    imported *const result =
        import_file(input_write(&csv_folder, "in.csv", "t,p\n1,2\n", 8), &options);
    assert_says(result, PLM_ERR_USAGE, "--map");
    plm_free(result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_map_leaves_open_is_refused_with_its_position),
        cmocka_unit_test(kinds_in_a_column_need_what_fixed_kinds_need),
        cmocka_unit_test(one_name_for_the_symbol_is_allowed),
        cmocka_unit_test(a_shared_map_is_bound_by_each_input),
        cmocka_unit_test(text_without_a_map_asks_for_one),
    };
    return cmocka_run_group_tests_name("csv_map", tests, make_folder, remove_folder);
}
