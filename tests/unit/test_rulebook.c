/*
 * test_rulebook.c - promises of rulebook.h:
 * - each choice is read as it is written, with the defaults that the page of the format names;
 * - tables are sorted: the order of their lines means nothing;
 * - a change replaces the keys that it has, whole, from its date on;
 * - the set in force and the next change are right on both sides of every date;
 * - a rulebook reads the same from a file and from a map.
 */
#include "rulebook_help.h"

#define ONE INT64_C(1000000000000)
#define DAY INT64_C(86400000000000)
#define MONEY(whole) ((plm_money){(plm_i128)(whole)*1000000000000000000})
#define D2022_01_01 INT64_C(1640995200000000000) /* date -d 2022-01-01T00:00Z +%s */

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

/* -- reading --------------------------------------------------------------------------------- */

static void a_plain_rulebook_has_what_it_says(void **state)
{
    (void)state;
    plm_rulebook *const book = book_read(&folder, NULL);
    const plm_rule_set *const set = plm_rulebook_at(book, D2022_01_01);
    assert_string_equal(book->name, "test");
    assert_string_equal(book->title, "For tests");
    assert_true(book->effective == D2022_01_01);
    assert_int_equal(book->source_count, 1);
    assert_int_equal(book->leaves_out_count, 0);
    assert_true(plm_rulebook_has(book, PLM_REGIME_CROSS));
    assert_true(plm_rulebook_has(book, PLM_REGIME_ISOLATED));
    assert_false(plm_rulebook_has(book, PLM_REGIME_PORTFOLIO));
    assert_int_equal(book->regime[0], PLM_REGIME_CROSS);
    assert_int_equal(book->pool.cross, PLM_POOL_CURRENCY);
    assert_int_equal(book->pool.portfolio, PLM_POOL_SCOPE_NONE);
    assert_true(book->pool.isolated && !book->pool.topup_auto);
    assert_int_equal(set->net_maintenance, PLM_NETTING_GROSS);
    assert_int_equal(set->net_initial, PLM_NETTING_MAX_SIDE);
    assert_int_equal(set->rate.kind, PLM_RATE_FLAT);
    assert_true(set->rate.flat == ONE / 20);
    assert_int_equal(set->rate.initial, PLM_INITIAL_LEVERAGE);
    assert_true(set->collateral.settle_only);
    assert_int_equal(set->orders, PLM_ORDER_MARGIN_SUM);
    assert_false(set->trigger_above || set->test_each || set->locked);
    assert_true(set->fee.rate == ONE / 100 && set->fee.taker_fee && !set->fee.cap_surplus);
    assert_int_equal(set->adl, PLM_ADL_OFF);
    /* docs/rulebook-format.md: the defaults of numeric are those of docs/margin.md */
    assert_int_equal(set->round_requirement, PLM_ROUND_CEIL);
    assert_int_equal(set->round_equity, PLM_ROUND_FLOOR);
    assert_int_equal(set->round_fee, PLM_ROUND_CEIL);
    plm_rulebook_destroy(book);
}

static void marks_keep_their_parts(void **state)
{
    (void)state;
    const char *const changes[] = {
        "price",
        "{mark: [tape, {median: [{funding: index}, {basis: average, window: 30s}, last]}, "
        "{basis: ema, window: 150s}], cadence: 3s, interval: 8h, pnl: last, requirement: index, "
        "trigger: mid, funding: mark, stale: 5s}",
        NULL};
    plm_rulebook *const book = book_read(&folder, changes);
    const plm_price_rule *const price = &book->set[0].price;
    assert_int_equal(price->mark_count, 3);
    assert_int_equal(price->mark[0].word, PLM_PRICE_TAPE);
    assert_int_equal(price->mark[1].word, PLM_PRICE_MEDIAN);
    assert_int_equal(price->mark[1].member_count, 3);
    assert_int_equal(price->mark[1].member[0].word, PLM_PRICE_FUNDING_INDEX);
    assert_int_equal(price->mark[1].member[1].word, PLM_PRICE_BASIS_AVERAGE);
    assert_true(price->mark[1].member[1].window_ns == INT64_C(30000000000));
    assert_int_equal(price->mark[2].word, PLM_PRICE_BASIS_EMA);
    assert_true(price->mark[2].window_ns == INT64_C(150000000000));
    assert_true(price->cadence_ns == INT64_C(3000000000));
    assert_true(price->interval_ns == 8 * 3600 * INT64_C(1000000000));
    assert_true(price->stale_ns == INT64_C(5000000000));
    assert_int_equal(price->pnl, PLM_PRICE_LAST);
    assert_int_equal(price->requirement, PLM_PRICE_INDEX);
    assert_int_equal(price->trigger, PLM_PRICE_MID);
    plm_rulebook_destroy(book);
}

static void stages_keep_their_order_and_words(void **state)
{
    (void)state;
    book_table(&folder, "t.csv", TIERS_HEAD "*,2022-01-01,0,0.01,100\n");
    const char *const changes[] = {
        "rate",
        "{tiers: whole, table: t.csv}",
        "adl",
        "pnl_ratio",
        "stages",
        "[{do: cancel, which: opening}, {do: offset_legs},"
        " {do: close, select: random, size: {fraction: 0.1, min_notional: 1000}, price: fillable,"
        " spread: 1.5, when: {notional_above: 5, equity_below: 0.5, cooling: no}, cooldown: 30s},"
        " {do: close, select: delta, size: {tiers_down: 2}, price: bankruptcy, when: {tier_from: "
        "3},"
        " channel: keeper, latency: 500ms, inventory: 7, fee: 0.01},"
        " {do: close, select: loss, size: target, view: initial, buffer: 0.1, price: market,"
        " rounds: 3, until: initial},"
        " {do: takeover, price: mark, margin: all}, {do: adl, price: mark, when: fund_short}]",
        NULL};
    plm_rulebook *const book = book_read(&folder, changes);
    const plm_stage *const stage = book->set[0].stage;
    assert_int_equal(book->set[0].stage_count, 7);
    assert_int_equal(stage[0].kind, PLM_STAGE_CANCEL);
    assert_true(stage[0].cancel_opening_only);
    assert_int_equal(stage[0].rounds, 1000); /* the page's default */
    assert_int_equal(stage[1].kind, PLM_STAGE_OFFSET_LEGS);
    assert_int_equal(stage[2].select, PLM_SELECT_RANDOM);
    assert_int_equal(stage[2].size, PLM_SIZE_FRACTION);
    assert_true(stage[2].fraction == ONE / 10 && stage[2].spread == ONE * 3 / 2);
    assert_money_equal(stage[2].min_notional, MONEY(1000));
    assert_true(stage[2].has_notional_above && stage[2].has_equity_below);
    assert_money_equal(stage[2].notional_above, MONEY(5));
    assert_true(stage[2].when_not_cooling && !stage[2].when_cooling);
    assert_true(stage[2].cooldown_ns == INT64_C(30000000000));
    assert_int_equal(stage[3].select, PLM_SELECT_DELTA);
    assert_int_equal(stage[3].tiers_down, 2);
    assert_int_equal(stage[3].tier_from, 3);
    assert_true(stage[3].keeper && stage[3].keeper_fee == ONE / 100);
    assert_money_equal(stage[3].keeper_inventory, MONEY(7));
    assert_true(stage[4].view_initial && stage[4].until_initial);
    assert_true(stage[4].buffer == ONE / 10 && stage[4].until_buffer == ONE / 10);
    assert_int_equal(stage[4].rounds, 3);
    assert_true(stage[5].margin_all);
    assert_int_equal(stage[5].price, PLM_STAGE_PRICE_MARK);
    assert_true(stage[6].when_fund_short);
    plm_rulebook_destroy(book);
}

static void a_rulebook_reads_from_a_map_as_from_a_file(void **state)
{
    (void)state;
    char text[BOOK_TEXT_CAP];
    plm_diag diag;
    plm_config *config = NULL;
    plm_rulebook *book = NULL;
    const char *const changes[] = {"rate", "{tiers: marginal, table: m.csv}", NULL};
    book_table(&folder, "m.csv", TIERS_HEAD "*,2022-01-01,0,0.01,100\n");
    book_text(changes, text);
    plm_diag_init(&diag);
    assert_ok(plm_config_parse("inline", text, strlen(text), &diag, &config), &diag);
    assert_ok(plm_rulebook_from(plm_config_root(config), folder.path, &diag, &book), &diag);
    plm_config_destroy(config); /* nothing of it is kept */
    assert_string_equal(book->file, "inline");
    assert_string_equal(book->name, "test");
    assert_int_equal(book->set[0].rate.row_count, 1);
    plm_rulebook_destroy(book);
}

/* -- tables ---------------------------------------------------------------------------------- */

static const char *const tier_lines[] = {
    "AAA,2022-01-01,0,0.01,100\n",  "AAA,2022-01-01,1000,0.02,50\n",
    "AAA,2022-06-01,0,0.03,20\n",   "base:BBB,2022-01-01,0,0.05,10\n",
    "*,2022-01-01,0,0.1,5\n",       "*,2022-01-01,2500.5,0.125,4\n",
    "*,2022-01-01,1000000,0.5,1\n", "AAA,2022-06-01,500,0.03,20\n",
};
#define TIER_LINES (sizeof tier_lines / sizeof *tier_lines)

static plm_rulebook *read_tiers_in_order(const size_t *order)
{
    char text[2048] = TIERS_HEAD;
    for (size_t i = 0; i < TIER_LINES; i++) {
        (void)strcat(text, tier_lines[order[i]]);
    }
    book_table(&folder, "t.csv", text);
    const char *const changes[] = {"rate", "{tiers: marginal, table: t.csv}", NULL};
    return book_read(&folder, changes);
}

static void the_order_of_lines_means_nothing(void **state)
{
    (void)state;
    size_t order[TIER_LINES] = {0, 1, 2, 3, 4, 5, 6, 7};
    plm_rulebook *const first = read_tiers_in_order(order);
    const plm_rate_row *const rows = first->set[0].rate.row;
    assert_int_equal(first->set[0].rate.row_count, TIER_LINES);
    /* sorted by hand: '*' before capitals before small letters, then date, then floor */
    assert_string_equal(rows[0].key, "*");
    assert_money_equal(rows[1].from, ((plm_money){MONEY(5001).v / 2}));
    assert_money_equal(rows[2].from, MONEY(1000000));
    assert_string_equal(rows[3].key, "AAA");
    assert_money_equal(rows[4].from, MONEY(1000));
    assert_true(rows[5].effective_from > rows[4].effective_from);
    assert_money_equal(rows[6].from, MONEY(500));
    assert_string_equal(rows[7].key, "base:BBB");
    assert_true(rows[7].maintenance == ONE / 20 && rows[7].leverage_max == 1000);
    uint32_t chance = 1;
    for (int round = 0; round < 50; round++) {
        for (size_t i = TIER_LINES - 1; i > 0; i--) { /* any shuffle does */
            chance = chance * 1664525u + 1013904223u;
            size_t const j = chance / 65536u % (i + 1), kept = order[i];
            order[i] = order[j];
            order[j] = kept;
        }
        plm_rulebook *const again = read_tiers_in_order(order);
        assert_memory_equal(again->set[0].rate.row, rows, TIER_LINES * sizeof *rows);
        plm_rulebook_destroy(again);
    }
    plm_rulebook_destroy(first);
}

static void collateral_has_slices_and_an_order(void **state)
{
    (void)state;
    book_table(&folder, "c.csv",
               "asset,effective_from,from,weight,liability\nUSDT,2022-01-01,0,1,1.1\n"
               "BTC,2022-01-01,10,0.9,1\nBTC,2022-01-01,0,0.95,1\nADA,2022-01-01,0,0.5,1\n");
    book_table(&folder, "b.csv", "asset,effective_from,rate\nUSDT,2022-01-01,0.00001\n");
    const char *changes[] = {"collateral",
                             "{table: c.csv, slices: value, borrow: yes, order: [USDT], "
                             "interest: b.csv, convert_below: -10000, cost: 0.001}",
                             NULL};
    plm_rulebook *book = book_read(&folder, changes);
    const plm_collateral_rule *rule = &book->set[0].collateral;
    assert_int_equal(rule->row_count, 4);
    assert_true(rule->by_value && rule->borrow && rule->converts && !rule->settle_only);
    assert_string_equal(rule->row[1].asset, "BTC");
    assert_true(rule->row[1].weight == ONE * 95 / 100 && rule->row[2].weight == ONE * 9 / 10);
    assert_true(rule->row[3].liability == ONE * 11 / 10);
    assert_money_equal(rule->convert_below, MONEY(-10000));
    assert_int_equal(rule->borrow_count, 1);
    /* those of the list, then the others by name */
    assert_int_equal(rule->order_count, 3);
    assert_int_equal(rule->order_named, 1);
    assert_string_equal(rule->order[0], "USDT");
    assert_string_equal(rule->order[1], "ADA");
    assert_string_equal(rule->order[2], "BTC");
    plm_rulebook_destroy(book);
}

static void a_portfolio_has_a_grid(void **state)
{
    (void)state;
    book_table(&folder, "g.csv",
               "unit,effective_from,move,weight,vol\n*,2022-01-01,0.1,1,1\n*,2022-01-01,0.1,1,-1\n"
               "BTC,2022-01-01,-0.2,0.35,0\n");
    const char *const changes[] = {
        "regimes", "[portfolio]",
        "pool",    "{portfolio: account, unit: USD}",
        "rate",    "{scenario: {grid: g.csv, factor: 1.3, spot: included}}",
        "offset",  "{spread_credit: [{units: [BTC, ETH], rate: 0.5}]}",
        "addons",  "{offset: 0.01, gross: 0.001, minimum: 0.5}",
        NULL};
    plm_rulebook *const book = book_read(&folder, changes);
    const plm_rule_set *const set = &book->set[0];
    assert_string_equal(book->pool.unit, "USD");
    assert_int_equal(set->rate.kind, PLM_RATE_NONE);
    assert_int_equal(set->rate.scenario_count, 3);
    assert_true(set->rate.scenario[0].vol == -ONE && set->rate.scenario[1].vol == ONE);
    assert_true(set->rate.scenario[2].move == -ONE / 5);
    assert_true(set->rate.scenario_factor == ONE * 13 / 10 && set->rate.spot_included);
    assert_true(set->offset.scenario && set->offset.credit_count == 1);
    assert_string_equal(set->offset.credit[0].unit[1], "ETH");
    assert_true(set->rate.offset == ONE / 100 && set->rate.gross == ONE / 1000);
    plm_rulebook_destroy(book);
}

/* -- dates ----------------------------------------------------------------------------------- */

static void changes_replace_whole_keys_from_their_date_on(void **state)
{
    (void)state;
    book_table(&folder, "t.csv", TIERS_HEAD "*,2022-01-01,0,0.01,100\n*,2022-01-03,0,0.02,50\n");
    book_table(&folder, "u.csv", TIERS_HEAD "*,2021-01-01,0,0.03,20\n*,2022-01-12,0,0.04,10\n");
    const char *const changes[] = {
        "rate",
        "{tiers: marginal, table: t.csv}",
        "levels",
        "{initial: leverage, warn: [0.5]}",
        "changes",
        "[{from: 2022-01-06, announced: 2022-01-02, rate: {tiers: whole, table: u.csv}},"
        " {from: 2022-01-11, levels: {initial: {times: 2}, warn: []}, orders: none}]",
        NULL};
    plm_rulebook *const book = book_read(&folder, changes);
    assert_int_equal(book->set_count, 3);
    const plm_rule_set *const first = plm_rulebook_at(book, D2022_01_01 + 5 * DAY - 1);
    const plm_rule_set *const second = plm_rulebook_at(book, D2022_01_01 + 5 * DAY);
    const plm_rule_set *const third = plm_rulebook_at(book, D2022_01_01 + 10 * DAY);
    assert_ptr_equal(first, &book->set[0]);
    assert_ptr_equal(second, &book->set[1]);
    assert_ptr_equal(third, &book->set[2]);
    assert_ptr_equal(plm_rulebook_at(book, PLM_TS_MIN), first);
    assert_ptr_equal(plm_rulebook_at(book, D2022_01_01 + 10 * DAY - 1), second);
    assert_true(second->announced == D2022_01_01 + DAY && third->announced == 0);
    /* the rate is another one, what stands beside it is kept */
    assert_int_equal(second->rate.kind, PLM_RATE_WHOLE);
    assert_int_equal(second->rate.measure, PLM_MEASURE_VALUE);
    assert_int_equal(second->rate.initial, PLM_INITIAL_LEVERAGE);
    assert_int_equal(second->rate.warn_count, 1);
    assert_int_equal(third->rate.kind, PLM_RATE_WHOLE);
    assert_int_equal(third->rate.initial, PLM_INITIAL_TIMES);
    assert_int_equal(third->rate.warn_count, 0);
    assert_int_equal(third->orders, PLM_ORDER_MARGIN_FREE);
    assert_int_equal(second->orders, PLM_ORDER_MARGIN_SUM);
    /* rows of the set in force, and the sets: the days 1, 3, 6, 11, 12 of January */
    static const int days[] = {0, 2, 5, 10, 11};
    plm_ts at = PLM_TS_MIN;
    for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
        plm_ts const next = D2022_01_01 + days[i] * DAY;
        assert_true(plm_rulebook_next_change(book, at) == next);
        assert_true(plm_rulebook_next_change(book, next - 1) == next);
        at = next;
    }
    assert_true(plm_rulebook_next_change(book, at) == PLM_TS_MAX);
    plm_rulebook_destroy(book);
}

static void every_table_has_its_dates(void **state)
{
    (void)state;
    book_table(&folder, "c.csv",
               "asset,effective_from,from,weight,liability\nUSDT,2022-01-02,0,1,1\n");
    book_table(&folder, "b.csv", "asset,effective_from,rate\nUSDT,2022-01-03,0.00001\n");
    book_table(&folder, "f.csv", "instrument,effective_from,rate\n*,2022-01-04,0.01\n");
    book_table(&folder, "g.csv", "unit,effective_from,move,weight\n*,2022-01-05,0.1,1\n");
    const char *const changes[] = {
        "regimes",
        "[portfolio]",
        "pool",
        "{portfolio: currency}",
        "rate",
        "{scenario: {grid: g.csv, factor: 1, spot: excluded}}",
        "offset",
        "scenario",
        "collateral",
        "{table: c.csv, slices: coin, borrow: yes, interest: b.csv}",
        "fee",
        "{table: f.csv, split: {insurance: 0.5, keeper: 0.25, protocol: 0.25}, taker_fee: no, "
        "residual: insurance, recourse: debt}",
        "changes",
        "[{from: 2022-01-09, orders: none}]",
        NULL};
    plm_rulebook *const book = book_read(&folder, changes);
    for (int day = 1; day <= 4; day++) {
        assert_true(plm_rulebook_next_change(book, D2022_01_01 + day * DAY - 1) ==
                    D2022_01_01 + day * DAY);
    }
    assert_true(plm_rulebook_next_change(book, D2022_01_01 + 4 * DAY) == D2022_01_01 + 8 * DAY);
    assert_true(book->set[0].fee.to_keeper == ONE / 4 && book->set[0].fee.to_protocol == ONE / 4);
    assert_true(book->set[0].fee.residual_to_insurance && book->set[0].fee.recourse_debt);
    plm_rulebook_destroy(book);
}

static void adaptive_margin_is_read(void **state)
{
    (void)state;
    const char *const changes[] = {"adaptive",
                                   "{estimator: ewma, lambda: 0.94, sigma_ref: 0.001, cadence: 1h, "
                                   "shape: floor1, floor: 1, cap: 3, down: 0.05}",
                                   NULL};
    plm_rulebook *const book = book_read(&folder, changes);
    const plm_adaptive_rule *const rule = &book->adaptive;
    assert_int_equal(rule->shape, PLM_ADAPTIVE_FLOOR1);
    assert_false(rule->realised);
    assert_true(rule->lambda == ONE * 94 / 100 && rule->sigma_ref == ONE / 1000);
    assert_true(rule->floor == ONE && rule->cap == 3 * ONE && rule->down == ONE / 20);
    assert_true(rule->cadence_ns == 3600 * INT64_C(1000000000));
    plm_rulebook_destroy(book);
}

static void a_model_is_a_path_from_the_folder(void **state)
{
    (void)state;
    const char *changes[] = {"model", "./mine.so", NULL};
    plm_rulebook *book = book_read(&folder, changes);
    assert_string_equal(book->model, input_path(&folder, "./mine.so"));
    plm_rulebook_destroy(book);
    changes[1] = "/opt/mine.so";
    book = book_read(&folder, changes);
    assert_string_equal(book->model, "/opt/mine.so");
    plm_rulebook_destroy(book);
    book = book_read(&folder, NULL);
    assert_null(book->model);
    plm_rulebook_destroy(book);
}

static void regimes_have_words(void **state)
{
    (void)state;
    assert_string_equal(plm_regime_word(PLM_REGIME_CROSS), "cross");
    assert_string_equal(plm_regime_word(PLM_REGIME_ISOLATED), "isolated");
    assert_string_equal(plm_regime_word(PLM_REGIME_PORTFOLIO), "portfolio");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plain_rulebook_has_what_it_says),
        cmocka_unit_test(marks_keep_their_parts),
        cmocka_unit_test(stages_keep_their_order_and_words),
        cmocka_unit_test(a_rulebook_reads_from_a_map_as_from_a_file),
        cmocka_unit_test(the_order_of_lines_means_nothing),
        cmocka_unit_test(collateral_has_slices_and_an_order),
        cmocka_unit_test(a_portfolio_has_a_grid),
        cmocka_unit_test(changes_replace_whole_keys_from_their_date_on),
        cmocka_unit_test(every_table_has_its_dates),
        cmocka_unit_test(adaptive_margin_is_read),
        cmocka_unit_test(a_model_is_a_path_from_the_folder),
        cmocka_unit_test(regimes_have_words),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
