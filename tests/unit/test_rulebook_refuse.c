/*
 * test_rulebook_refuse.c - promises of rulebook.h, of rulebooks that are not taken:
 * - a missing choice, an unknown key or word, what is out of range and what is not needed are
 *   refused by place, with what was found, what is allowed, and the nearest word;
 * - choices that do not go together are refused;
 * - tables are refused by file and line: header, cells, and rows that contradict each other.
 */
#include "rulebook_help.h"

static input_folder folder;

static int make_folder(void **state)
{
    (void)state;
    folder = input_folder_make();
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    input_folder_remove(&folder);
    return 0;
}

typedef struct refusal {
    const char *key, *value, *message;
} refusal;

#define COUNT(cases) (sizeof(cases) / sizeof *(cases))

static void refuse_each(const refusal *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *const changes[] = {cases[i].key, cases[i].value, NULL};
        book_refused(&folder, changes, cases[i].message);
    }
}

/* -- whole choices --------------------------------------------------------------------------- */

static void a_missing_choice_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < BOOK_LINES; i++) {
        char message[128];
        const char *const changes[] = {book_lines[i][0], NULL, NULL};
        (void)snprintf(message, sizeof message, "book.yaml:1:1: the key '%s' is missing",
                       book_lines[i][0]);
        book_refused(&folder, changes, message);
    }
}

static void an_unknown_choice_is_refused_with_the_nearest(void **state)
{
    (void)state;
    const char *const changes[] = {"triger", "{when: at}", NULL};
    plm_diag diag;
    plm_rulebook *book = NULL;
    assert_int_equal(book_try(&folder, changes, &diag, &book), PLM_ERR_USAGE);
    assert_non_null(strstr(diag.text, "book.yaml:24:1: unknown key 'triger'; did you mean "
                                      "'trigger'? allowed: rulebook, title, effective,"));
}

static const refusal word_cases[] = {
    {"rulebook", "a b",
     "book.yaml:1:11: rulebook: found 'a b'; allowed: 1 to 40 letters, digits "
     "and '-'"},
    {"sources", "[]", "book.yaml:4:10: sources: found none; allowed: at least one sentence"},
    {"regimes", "[]",
     "book.yaml:6:10: regimes: found none; allowed: one or more of cross, "
     "isolated, portfolio"},
    {"regimes", "[cross, cross]", "book.yaml:6:18: 'cross' stands there twice"},
    {"pool", "{cross: currency, topup: manual}",
     "book.yaml:7:7: pool: the key 'isolated' is "
     "missing"},
    {"pool", "{cross: currency, isolated: position}",
     "book.yaml:7:7: pool: the key 'topup' is missing"},
    {"pool", "{cross: currency, isolated: position, topup: manual, portfolio: account}",
     "book.yaml:7:71: portfolio: the rulebook has no regime 'portfolio'"},
    {"pool", "{cross: account, isolated: position, topup: manual}",
     "book.yaml:7:7: pool: the key 'unit' is missing"},
    {"pool", "{cross: currency, isolated: position, topup: manual, unit: USD}",
     "book.yaml:7:66: unit: no pool is that of an account"},
    {"rate", "{}",
     "book.yaml:11:7: rate: no rate; allowed: one of flat, tiers, affine, power, "
     "skew"},
    {"rate", "{flat: 1.5}",
     "book.yaml:11:14: flat: found '1.5'; allowed: a number from 0 to 1 "
     "with at most 12 decimals"},
    {"rate", "{flat: 0.1, oi_ramp: yes}",
     "book.yaml:11:28: oi_ramp: needs a table of flat rates, "
     "with oi_lower and oi_upper"},
    {"rate", "{flat: 0.05, table: t.csv}",
     "book.yaml:11:20: unknown key 'table'; allowed: flat, "
     "scenario, oi_ramp"},
    {"rate", "{flat: 0.05, scenario: {}}",
     "book.yaml:11:30: scenario: the rulebook has no regime 'portfolio'"},
    {"rate", "{tiers: marginal, table: none.csv}", NULL},
    {"rate", "{tiers: marginal, table: ../t.csv}",
     "book.yaml:11:32: table: found '../t.csv'; allowed: the name of a .csv file beside the "
     "rulebook"},
    {"levels", "{initial: {times: 0.5}, warn: []}",
     "book.yaml:12:27: times: found '0.5'; allowed: a number from 1 to 100 with at most 12 "
     "decimals"},
    {"levels", "{initial: leverage, warn: [1.1]}",
     "book.yaml:12:36: found '1.1'; allowed: a number from 0.000000000001 to 1 with at most 12 "
     "decimals"},
    {"levels", "{initial: table, warn: []}",
     "book.yaml:1:1: 'initial: table' finds no column 'initial'; allowed: leverage, {times: ...}, "
     "or a table that has it"},
    {"addons", "{minimum: -1}",
     "book.yaml:13:19: minimum: found '-1'; allowed: an amount of at least 0"},
    {"addons", "{gross: 0.1}", "book.yaml:13:17: gross: the rulebook has no regime 'portfolio'"},
    {"offset", "scenario", "book.yaml:15:9: offset: allowed without the regime portfolio: none"},
    {"trigger", "{when: at, test: once, locked: true}",
     "book.yaml:17:41: locked: found 'true'; allowed: no, yes"},
    {"fee", "{rate: 0, split: {insurance: 0.5}, taker_fee: yes, residual: account, recourse: none}",
     "book.yaml:19:23: split: the shares do not add to 1"},
    {"fee", "{split: {insurance: 1}, taker_fee: yes, residual: account, recourse: none}",
     "book.yaml:19:6: fee: the key 'rate' is missing"},
    {"insurance", "{floor: -1}",
     "book.yaml:20:20: floor: found '-1'; allowed: an amount of at least 0"},
    {"numeric", "{equity: up}", "book.yaml:23:19: equity: found 'up'; allowed: down, half_even"},
};

static void words_and_values_are_refused_by_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(word_cases); i++) {
        char message[512];
        const char *const changes[] = {word_cases[i].key, word_cases[i].value, NULL};
        if (word_cases[i].message == NULL) { /* the system's words for it are its own */
            (void)snprintf(message, sizeof message,
                           "book.yaml:11:32: table: cannot open '%s/none.csv': %s", folder.path,
                           strerror(2));
        } else {
            (void)snprintf(message, sizeof message, "%s", word_cases[i].message);
        }
        book_refused(&folder, changes, message);
    }
}

static void the_nearest_word_is_named(void **state)
{
    (void)state;
    static const refusal cases[] = {
        {"adl", "pnl_ration", NULL}, {"orders", "worse-side", NULL}, {"measure", "valeu", NULL}};
    static const char *const nearest[] = {"pnl_ratio", "worse_side", "value"};
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *const changes[] = {cases[i].key, cases[i].value, NULL};
        char near[64];
        plm_diag diag;
        plm_rulebook *book = NULL;
        assert_int_equal(book_try(&folder, changes, &diag, &book), PLM_ERR_USAGE);
        (void)snprintf(near, sizeof near, "did you mean '%s'?", nearest[i]);
        assert_non_null(strstr(diag.text, near));
    }
}

static const refusal mark_cases[] = {
    {"price", "{mark: [], pnl: mark, requirement: mark, funding: mark, stale: 0s}",
     "book.yaml:9:15: mark: found 0 definitions; allowed: 1 to 8"},
    {"price", "{mark: [{median: [last]}], pnl: mark, requirement: mark, funding: mark, stale: 0s}",
     "book.yaml:9:25: median: found 1 definitions; allowed: 2 to 8"},
    {"price",
     "{mark: [{median: [last, mid]}], pnl: mark, requirement: mark, funding: mark, stale: 0s}",
     "book.yaml:9:8: price: the key 'cadence' is missing"},
    {"price", "{mark: [last], cadence: 1s, pnl: mark, requirement: mark, funding: mark, stale: 0s}",
     "book.yaml:9:32: cadence: is not needed: no mark is composite"},
    {"price",
     "{mark: [{funding: index}], cadence: 1s, pnl: mark, requirement: mark, funding: mark, stale: "
     "0s}",
     "book.yaml:9:8: price: the key 'interval' is missing"},
    {"price",
     "{mark: [{basis: ema, window: 5s}], cadence: 2s, pnl: mark, requirement: mark, funding: mark, "
     "stale: 0s}",
     "book.yaml:9:8: price: a window is no multiple of the cadence; allowed: a multiple"},
    {"price", "{mark: [last], pnl: mark, requirement: mark, stale: 0s}",
     "book.yaml:9:8: price: the key 'funding' is missing"},
};

static void marks_are_refused(void **state)
{
    (void)state;
    refuse_each(mark_cases, COUNT(mark_cases));
}

#define CLOSE "do: close, select: all, size: "

static const refusal stage_cases[] = {
    {"stages", "[]", "book.yaml:18:9: stages: found 0 stages; allowed: 1 to 16"},
    {"stages", "[{do: cancel}]", "book.yaml:18:10: the key 'which' is missing"},
    {"stages", "[{do: cancel, which: all, price: mark}]",
     "book.yaml:18:35: unknown key 'price'; allowed: do, when, cooldown, rounds, until, buffer, "
     "which"},
    {"stages", "[{" CLOSE "target, price: market}]", "book.yaml:18:10: the key 'view' is missing"},
    {"stages", "[{" CLOSE "full, price: market, view: initial}]",
     "book.yaml:18:62: unknown key 'view'; allowed: do, when, cooldown, rounds, until, buffer, "
     "select, size, price, channel"},
    {"stages", "[{" CLOSE "full, price: fillable}]",
     "book.yaml:18:10: the key 'spread' is missing"},
    {"stages", "[{" CLOSE "full, price: market, channel: keeper}]",
     "book.yaml:18:10: the key 'latency' is missing"},
    {"stages", "[{" CLOSE "{fraction: 0}, price: market}]",
     "book.yaml:18:52: fraction: found '0'; allowed: a number from 0.000000000001 to 1 with at "
     "most 12 decimals"},
    {"stages", "[{" CLOSE "{tiers_down: 2}, price: market}]",
     "book.yaml:1:1: stage 1 looks at tiers, but P5 has none"},
    {"stages", "[{" CLOSE "full, price: market, when: {}}]",
     "book.yaml:18:68: when: found no condition; allowed: always, fund_short, or a map of "
     "notional_above, tier_from, equity_below, cooling"},
    {"stages", "[{" CLOSE "full, price: market, when: {cooling: no}}]",
     "book.yaml:18:10: 'cooling' needs a 'cooldown'"},
    {"stages", "[{do: adl, price: mark}]", "book.yaml:1:1: stage 1 does adl, but 'adl' is off"},
    {"stages", "[{do: repay}]", "book.yaml:1:1: stage 1 repays, but nothing can be borrowed"},
};

static void stages_are_refused(void **state)
{
    (void)state;
    refuse_each(stage_cases, COUNT(stage_cases));
}

static void changes_are_refused(void **state)
{
    (void)state;
    static const refusal cases[] = {
        {"changes", "[{orders: none}]", "book.yaml:24:11: the key 'from' is missing"},
        {"changes", "[{from: 2022-01-01}]", "book.yaml:24:11: the change changes nothing"},
        {"changes", "[{from: 2022-01-02, orders: none}, {from: 2022-01-02, orders: sum}]",
         "book.yaml:24:52: from: is not after the change before; allowed: changes in their order"},
        {"adaptive",
         "{estimator: realised, window: 9, sigma_ref: 1, cadence: 1h, shape: linear, floor: 2, "
         "cap: 1, down: 1}",
         "book.yaml:24:11: adaptive: the cap is below the floor"},
        {"adaptive",
         "{estimator: realised, lambda: 0.5, sigma_ref: 1, cadence: 1h, shape: linear, floor: 1, "
         "cap: 1, down: 1}",
         "book.yaml:24:33: unknown key 'lambda'; allowed: estimator, window, sigma_ref, cadence, "
         "shape, floor, cap, down"},
    };
    refuse_each(cases, COUNT(cases));
    const char *const model[] = {"model", "''", NULL};
    book_refused(&folder, model,
                 "book.yaml:24:8: model: found a path of 0 bytes; allowed: 1 to 4095");
    const char *const hedge[] = {"changes", "[{from: 2022-01-02, hedge: {}}]", NULL};
    plm_diag diag;
    plm_rulebook *book = NULL;
    assert_int_equal(book_try(&folder, hedge, &diag, &book), PLM_ERR_USAGE);
    assert_non_null(strstr(diag.text, "unknown key 'hedge'"));
}

/* -- tables ---------------------------------------------------------------------------------- */

typedef struct table_case {
    const char *text, *message;
} table_case;

static void refuse_tables(const char *key, const char *value, const table_case *cases, size_t count)
{
    const char *const changes[] = {key, value, NULL};
    for (size_t i = 0; i < count; i++) {
        book_table(&folder, "t.csv", cases[i].text);
        book_refused(&folder, changes, cases[i].message);
    }
}

#define AT_DATE "2022-01-01T00:00:00Z"

static const table_case tier_cases[] = {
    {"", "t.csv: has no rows"},
    {TIERS_HEAD, "t.csv: has no rows"},
    {"instrument,effective_from,from,maintenace,leverage_max\n",
     "t.csv:1: found 'maintenace' as column 4 of a table of tiers; did you mean 'maintenance'?; "
     "allowed: maintenance"},
    {"instrument,effective_from,from,maintenance\n",
     "t.csv:1: the column 'leverage_max' of a table of tiers is missing"},
    {"instrument,effective_from,from,maintenance,leverage_max,initial,more\n",
     "t.csv:1: found 'more' as column 7 of a table of tiers; allowed: no more"},
    {TIERS_HEAD "A,2022-01-01,0,0.01\n", "t.csv:2: found 4 fields; allowed: 5, as the header has"},
    {"# origin\n" TIERS_HEAD "\nA,2022-01-01,0,0.01,5\n",
     "t.csv:3: found 1 fields; allowed: 5, as the header has"},
    {TIERS_HEAD "A b,2022-01-01,0,0.01,5\n",
     "t.csv:2: instrument: found 'A b'; allowed: a symbol, base:ASSET, *"},
    {TIERS_HEAD "base:,2022-01-01,0,0.01,5\n",
     "t.csv:2: instrument: found 'base:'; allowed: a symbol, base:ASSET, *"},
    {TIERS_HEAD "A,2022-13-01,0,0.01,5\n",
     "t.csv:2: effective_from: found '2022-13-01'; allowed: a date or a time in UTC, 2022-02-12 or "
     "2022-02-12T08:00:00"},
    {TIERS_HEAD "A,2022-01-01,-1,0.01,5\n",
     "t.csv:2: from: found '-1'; allowed: a number of at least 0 with at most 18 decimals"},
    {TIERS_HEAD "A,2022-01-01,0,1.01,5\n",
     "t.csv:2: maintenance: found '1.01'; allowed: a number from 0 to 1 with at most 12 decimals"},
    {TIERS_HEAD "A,2022-01-01,0,0.0000000000001,5\n",
     "t.csv:2: maintenance: found '0.0000000000001'; allowed: a number from 0 to 1 with at most 12 "
     "decimals"},
    {TIERS_HEAD "A,2022-01-01,0,1e-2,5\n",
     "t.csv:2: maintenance: found '1e-2'; allowed: a number from 0 to 1 with at most 12 decimals"},
    {TIERS_HEAD "A,2022-01-01,0,0.01,0.5\n", "t.csv:2: leverage_max: found '0.5'; allowed: a "
                                             "number from 1 to 1000 with at most 2 decimals, "
                                             "or nothing"},
    {TIERS_HEAD "A,2022-01-01,1,0.01,5\n",
     "t.csv:2: A of " AT_DATE ": the lowest from is 1; allowed: 0, where tiers begin"},
    {TIERS_HEAD "A,2022-01-01,0,0.01,5\nB,2022-01-01,0,0.01,5\nA,2022-01-01,0,0.02,5\n",
     "t.csv:4: A of " AT_DATE ": stands in line 2, too; allowed: once for each from"},
    {TIERS_HEAD "A,2022-01-01,10,0.01,5\nA,2022-01-01,0,0.02,5\n",
     "t.csv:2: A of " AT_DATE ": maintenance falls with size to 0.01; allowed: at least 0.02"},
    {TIERS_HEAD "A,2022-01-01,0,0.01,5\nA,2022-01-01,10,0.02,6\n",
     "t.csv:3: A of " AT_DATE ": leverage_max rises with size; allowed: at most 5"},
    {"instrument,effective_from,from,maintenance,leverage_max,initial\n"
     "A,2022-01-01,0,0.02,5,0.01\n",
     "t.csv:2: A of " AT_DATE ": initial 0.01; allowed: at least maintenance, 0.02"},
};

static void tiers_are_refused_by_line(void **state)
{
    (void)state;
    refuse_tables("rate", "{tiers: marginal, table: t.csv}", tier_cases, COUNT(tier_cases));
}

static void other_tables_are_refused_by_line(void **state)
{
    (void)state;
    static const table_case affine[] = {
        {"instrument,effective_from,maintenance,maintenance_slope,initial,initial_slope\n"
         "A,2022-01-01,0.01,0.001,0.02,0\n",
         "t.csv:2: A of " AT_DATE ": the initial rate grows by 0; allowed: at least as "
         "maintenance does, 0.001"},
    };
    static const table_case skew[] = {
        {"instrument,effective_from,scale,maintenance_min,maintenance_factor,initial_min,"
         "initial_factor\nA,2022-01-01,0,0.01,1,0.01,1\n",
         "t.csv:2: A of " AT_DATE ": scale 0; allowed: above 0"},
    };
    static const table_case ramp[] = {
        {"instrument,effective_from,maintenance,initial,oi_lower,oi_upper\n"
         "A,2022-01-01,0.01,0.02,5,5\n",
         "t.csv:2: A of " AT_DATE ": oi_lower is not below oi_upper; allowed: below, or both 0 for "
         "no ramp"},
        {"instrument,effective_from,maintenance,initial\nA,2022-01-01,0.01,0.02\n",
         "book.yaml:11:14: flat: the table has no oi_lower and oi_upper, which 'oi_ramp: yes' "
         "needs"},
    };
    static const table_case collateral[] = {
        {"asset,effective_from,from,weight,liability\nA,2022-01-01,0,1,0.9\n",
         "t.csv:2: liability: found '0.9'; allowed: a number from 1 to 10 with at most 12 "
         "decimals"},
        {"asset,effective_from,from,weight,liability\nA,2022-01-01,0,1.5,1\n",
         "t.csv:2: weight: found '1.5'; allowed: a number from 0 to 1 with at most 12 decimals"},
        {"asset,effective_from,from,weight,liability\nA,2022-01-01,0,1,1\nA,2022-01-01,5,1,2\n",
         "t.csv:3: A of " AT_DATE ": liability 2; allowed: the same for all slices, 1"},
        {"asset,effective_from,from,weight,liability\nA,2022-01-01,0,1,1\n",
         "book.yaml:14:63: found 'B'; allowed: an asset of the table"},
    };
    refuse_tables("rate", "{affine: t.csv}", affine, COUNT(affine));
    refuse_tables("rate", "{skew: t.csv}", skew, COUNT(skew));
    refuse_tables("rate", "{flat: t.csv, oi_ramp: yes}", ramp, COUNT(ramp));
    refuse_tables("collateral", "{table: t.csv, slices: coin, borrow: yes, order: [B]}", collateral,
                  COUNT(collateral));
}

static void a_table_that_is_not_needed_is_refused(void **state)
{
    (void)state;
    book_table(&folder, "t.csv",
               "asset,effective_from,from,weight,liability\nA,2022-01-01,0,1,1\n");
    static const refusal cases[] = {
        {"fee",
         "{rate: 0, table: t.csv, split: {insurance: 1}, taker_fee: yes, residual: account, "
         "recourse: none}",
         "book.yaml:19:13: rate: the table says the rate; allowed: one of both"},
        {"collateral", "{table: t.csv, slices: coin, borrow: no, interest: t.csv}",
         "book.yaml:14:64: interest: is not needed without 'borrow: yes'"},
        {"collateral", "{table: t.csv, slices: coin, borrow: yes, cost: 0.1}",
         "book.yaml:14:61: cost: is not needed without 'convert_below'"},
    };
    refuse_each(cases, COUNT(cases));
    const char *const portfolio[] = {"regimes", "[portfolio]",
                                     "pool",    "{portfolio: currency}",
                                     "rate",    "{flat: 0.1, scenario: {}}",
                                     NULL};
    book_refused(&folder, portfolio,
                 "book.yaml:11:14: flat: is not needed: the one regime is portfolio");
    const char *const plain[] = {"regimes", "[portfolio]", "pool", "{portfolio: currency}",
                                 "rate",    "{}",          NULL};
    book_refused(&folder, plain, "book.yaml:11:7: rate: the key 'scenario' is missing");
}

static void choices_must_go_together(void **state)
{
    (void)state;
    book_table(&folder, "t.csv", TIERS_HEAD "*,2022-01-01,0,0.01,100\n");
    const char *const coin[] = {"measure", "contracts", "rate", "{tiers: marginal, table: t.csv}",
                                NULL};
    book_refused(&folder, coin,
                 "book.yaml:1:1: marginal tiers go with 'measure: value' alone; "
                 "allowed: that, or 'tiers: whole'");
    book_table(&folder, "f.csv",
               "instrument,effective_from,maintenance,initial,oi_lower,oi_upper\n"
               "*,2022-01-01,0.01,0.02,1,2\n");
    const char *const ramp[] = {"rate", "{flat: f.csv, oi_ramp: yes}", NULL};
    book_refused(&folder, ramp, "book.yaml:1:1: 'oi_ramp: yes' goes with 'initial: table' alone");
    const char *const portfolio[] = {
        "regimes", "[portfolio]",
        "pool",    "{portfolio: currency}",
        "rate",    "{scenario: {grid: g.csv, factor: 1, spot: excluded}}",
        NULL};
    book_table(&folder, "g.csv", "unit,effective_from,move,weight\n*,2022-01-01,0.1,1\n");
    book_refused(&folder, portfolio,
                 "book.yaml:15:9: offset: allowed with the regime portfolio: scenario, or a map "
                 "with spread_credit");
    book_table(&folder, "g.csv", "unit,effective_from,move,weight\n*,2022-01-01,0.1,0\n");
    book_refused(&folder, portfolio, "g.csv:2: * of " AT_DATE ": weight 0; allowed: above 0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_missing_choice_is_refused),
        cmocka_unit_test(an_unknown_choice_is_refused_with_the_nearest),
        cmocka_unit_test(words_and_values_are_refused_by_place),
        cmocka_unit_test(the_nearest_word_is_named),
        cmocka_unit_test(marks_are_refused),
        cmocka_unit_test(stages_are_refused),
        cmocka_unit_test(changes_are_refused),
        cmocka_unit_test(tiers_are_refused_by_line),
        cmocka_unit_test(other_tables_are_refused_by_line),
        cmocka_unit_test(a_table_that_is_not_needed_is_refused),
        cmocka_unit_test(choices_must_go_together),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
