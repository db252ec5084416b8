/*
 * test_run_file.c - promises of run_file.h, of files that are taken (test_run_file_refuse.c has
 * the others):
 * - every key becomes what docs/run-file.md says, exactly, and has its default;
 * - `like` takes over all keys, own ones win, params are merged key by key;
 * - accounts have worlds of their own unless they share one by name;
 * - the order of keys and of overrides changes nothing;
 * - the effective configuration names every value with its origin.
 */
#include "run_file_help.h"

#define SMALL "tape: t.tape\naccounts: [{name: a, collateral: {USDT: 1000}}]\n"

static void a_small_run_file_gets_every_default(void **state)
{
    (void)state;
    setup_bench *const bench = setup_read(SMALL, NULL);
    const plm_run_spec *const spec = bench->spec;
    assert_string_equal(spec->name, "run");
    assert_string_equal(spec->tape, "t.tape");
    assert_int_equal(spec->seed, 1);
    assert_int_equal(spec->sample_ns, 10000000000);
    assert_int_equal(spec->from, 0);
    assert_int_equal(spec->until, 0);
    assert_int_equal(spec->venue.queue, PLM_QUEUE_CONSERVATIVE);
    assert_int_equal(spec->venue.slippage_ticks, 1);
    assert_int_equal(spec->venue.slippage_levels, 100);
    assert_int_equal(spec->venue.spread, 0);
    assert_int_equal(spec->venue.max_quote_age_ns, 0);
    assert_null(spec->venue.min_notional);
    assert_int_equal(spec->orders.kind, PLM_LATENCY_NONE);
    assert_int_equal(spec->reports.kind, PLM_LATENCY_NONE);
    assert_int_equal(spec->feed_ns, 0);
    assert_false(spec->feed_recorded);
    assert_int_equal(spec->tier_count, 1);
    assert_int_equal(spec->tier[0].maker, 0);
    assert_int_equal(spec->tier[0].taker, 0);
    assert_int_equal(spec->world_count, 1);
    assert_int_equal(spec->account_count, 1);
    const plm_account_spec *const account = &spec->account[0];
    assert_string_equal(account->name, "a");
    assert_string_equal(account->group, "a");
    assert_string_equal(account->regime, "plain");
    assert_null(account->factory);
    assert_null(account->params);
    assert_false(account->hedge);
    assert_string_equal(bench->contracts.asset[account->report_asset], "USDT");
    assert_int_equal(account->leverage[0], 100);
    assert_int_equal(account->holding_count, 1);
    assert_money_equal(account->holding[0].amount,
                       ((plm_money){(plm_i128)1000 * plm_pow10(PLM_MONEY_SCALE)}));
    setup_end(bench);
}

static const char whole[] =
    "run: black friday\n"
    "tape: /tapes/x.tape\n"
    "seed: 9223372036854775807\n"
    "sample: 1.5s\n"
    "from: 2025-10-10\n"
    "until: 2025-10-11\n"
    "venue:\n"
    "  latency: {orders: {min: 1ms, max: 3ms}, reports: [1ms, 2ms], feed: recorded}\n"
    "  fees:\n"
    "    tiers:\n"
    "    - {volume: 0, maker: 0.0002, taker: 0.000000000001}\n"
    "    - {volume: 1000000.5, maker: -0.0001, taker: 0.0003}\n"
    "  slippage: {ticks: 3, levels: 7}\n"
    "  spread: 0.0001\n"
    "  queue: square\n"
    "  max_quote_age: 5s\n"
    "  min_notional: {default: 5, BTCUSD.P: 0.25}\n"
    "accounts:\n"
    "- name: a-1_B\n"
    "  strategy: trend\n"
    "  params: {fast: 20, on: BTCUSD.P}\n"
    "  collateral: {BTC: 0.000000000000000001, USDT: 2}\n"
    "  leverage: {default: 2.5, BTCUSD.P: 1000}\n"
    "  hedge: true\n"
    "  world: w\n"
    "  report_currency: ETH\n"
    "  flows:\n"
    "  - {at: 2025-10-10T02:00, asset: USDT, amount: -1.5}\n"
    "  - {at: 2025-10-10T01:00, asset: BTC, amount: 1}\n"
    "  positions:\n"
    "  - {instrument: BTC-PERP, qty: -0.005, px: 60000.5, leg: short}\n"
    "  - {instrument: BTC-PERP, qty: 1, px: 50000, leg: long}\n"
    "  margin: [plain]\n";

static void every_key_of_run_and_venue_is_read_exactly(void **state)
{
    (void)state;
    setup_bench *const bench = setup_try(SETUP_ROWS_ALL, whole, NULL);
    assert_ok(bench->status, &bench->diag);
    const plm_run_spec *const spec = bench->spec;
    assert_string_equal(spec->name, "black friday");
    assert_string_equal(spec->tape, "/tapes/x.tape");
    assert_true(spec->seed == INT64_MAX);
    assert_int_equal(spec->sample_ns, 1500000000);
    assert_int_equal(spec->from, 1760054400000000000); /* date -u -d 2025-10-10 +%s */
    assert_int_equal(spec->until - spec->from, 86400000000000);
    assert_int_equal(spec->orders.kind, PLM_LATENCY_UNIFORM);
    assert_int_equal(spec->orders.min_ns, 1000000);
    assert_int_equal(spec->orders.max_ns, 3000000);
    assert_int_equal(spec->reports.kind, PLM_LATENCY_LIST);
    assert_int_equal(spec->reports.list_count, 2);
    assert_int_equal(spec->reports.list_ns[1], 2000000);
    assert_true(spec->feed_recorded);
    assert_int_equal(spec->tier_count, 2);
    assert_int_equal(spec->tier[0].maker, 200000000);
    assert_int_equal(spec->tier[0].taker, 1);
    assert_int_equal(spec->tier[1].maker, -100000000);
    /* 1000000.5 at 10^-18 is 10000005 * 10^17. */
    assert_money_equal(spec->tier[1].volume, ((plm_money){(plm_i128)10000005 * plm_pow10(17)}));
    assert_int_equal(spec->venue.slippage_ticks, 3);
    assert_int_equal(spec->venue.slippage_levels, 7);
    assert_int_equal(spec->venue.spread, 100000000);
    assert_int_equal(spec->venue.queue, PLM_QUEUE_SQUARE);
    assert_int_equal(spec->venue.max_quote_age_ns, 5000000000);
    assert_money_equal(spec->venue.min_notional[0], ((plm_money){5 * plm_pow10(18)}));
    assert_money_equal(spec->venue.min_notional[3], ((plm_money){25 * plm_pow10(16)}));
    setup_end(bench);
}

static void every_key_of_an_account_is_read_exactly(void **state)
{
    (void)state;
    setup_bench *const bench = setup_try(SETUP_ROWS_ALL, whole, NULL);
    assert_ok(bench->status, &bench->diag);
    const plm_run_spec *const spec = bench->spec;
    const plm_account_spec *const account = &spec->account[0];
    assert_string_equal(account->name, "a-1_B");
    assert_ptr_equal(account->factory, &setup_factory);
    assert_int_equal(plm_params_find(account->params, "fast")->number, 20);
    assert_int_equal(plm_params_find(account->params, "size")->number, 50);
    assert_int_equal(plm_params_find(account->params, "on")->number, 3);
    assert_int_equal(account->leverage[0], 250);
    assert_int_equal(account->leverage[3], 100000);
    assert_true(account->hedge);
    assert_string_equal(bench->contracts.asset[account->report_asset], "ETH");
    assert_int_equal(account->holding_count, 2);
    assert_money_equal(account->holding[0].amount, ((plm_money){1}));
    assert_int_equal(account->flow_count, 2);
    assert_int_equal(account->flow[0].at - spec->from, 3600000000000); /* by time */
    assert_money_equal(account->flow[1].amount, ((plm_money){-15 * (plm_i128)plm_pow10(17)}));
    assert_int_equal(account->opening_count, 2);
    assert_int_equal(account->opening[0].qty, -5);
    assert_int_equal(account->opening[0].px, 600005);
    assert_int_equal(account->opening[0].leg, 2);
    assert_int_equal(account->opening[1].leg, 1);
    setup_end(bench);
}

static void reports_are_as_late_as_orders_unless_they_have_their_own(void **state)
{
    (void)state;
    setup_bench *const bench =
        setup_read(SMALL "venue: {latency: {orders: 5ms, feed: 1ms}}\n", NULL);
    assert_int_equal(bench->spec->orders.kind, PLM_LATENCY_CONSTANT);
    assert_int_equal(bench->spec->reports.kind, PLM_LATENCY_CONSTANT);
    assert_int_equal(bench->spec->reports.min_ns, 5000000);
    assert_int_equal(bench->spec->feed_ns, 1000000);
    setup_end(bench);
}

static void like_takes_over_what_is_not_said(void **state)
{
    (void)state;
    setup_bench *const bench =
        setup_read("tape: t\n"
                   "accounts:\n"
                   "- {name: a, strategy: trend, params: {fast: 3, size: 7}, leverage: 4, "
                   "collateral: {USDT: 10}}\n"
                   "- {name: b, like: a, params: {size: 8}, collateral: {USDT: 20}}\n"
                   "- {name: c, like: b, leverage: 5}\n",
                   NULL);
    const plm_account_spec *const b = &bench->spec->account[1], *const c = &bench->spec->account[2];
    assert_int_equal(plm_params_find(b->params, "fast")->number, 3);
    assert_int_equal(plm_params_find(b->params, "size")->number, 800);
    assert_int_equal(plm_params_find(c->params, "size")->number, 800);
    assert_int_equal(b->leverage[0], 400);
    assert_int_equal(c->leverage[0], 500);
    assert_money_equal(b->holding[0].amount, ((plm_money){(plm_i128)20 * plm_pow10(18)}));
    assert_money_equal(c->holding[0].amount, ((plm_money){(plm_i128)20 * plm_pow10(18)}));
    assert_string_equal(c->group, "c");
    setup_end(bench);
}

static void accounts_share_a_world_only_by_name(void **state)
{
    (void)state;
    setup_bench *const bench = setup_read("tape: t\n"
                                          "accounts:\n"
                                          "- {name: a, collateral: {USDT: 1}}\n"
                                          "- {name: b, collateral: {USDT: 1}, world: w}\n"
                                          "- {name: c, collateral: {USDT: 1}}\n"
                                          "- {name: d, collateral: {USDT: 1}, world: w}\n",
                                          NULL);
    static const uint32_t worlds[] = {0, 1, 2, 1};
    assert_int_equal(bench->spec->world_count, 3);
    for (uint32_t i = 0; i < 4; i++) {
        assert_int_equal(bench->spec->account[i].world, worlds[i]);
    }
    setup_end(bench);
}

static void the_report_currency_is_what_all_settles_in_or_what_there_is_or_usd(void **state)
{
    (void)state;
    /* BTC-PERP settles in USDT, BTCUSD.P in BTC; USD is the quote of BTCUSD.P. */
    setup_bench *bench = setup_try(SETUP_ROWS_ALL,
                                   "tape: t\naccounts:\n"
                                   "- {name: a, collateral: {USDT: 1, BTC: 1}}\n",
                                   NULL);
    assert_ok(bench->status, &bench->diag);
    assert_string_equal(bench->contracts.asset[bench->spec->account[0].report_asset], "USD");
    setup_end(bench);
    bench = setup_try(SETUP_ROWS_ALL, SMALL, NULL); /* all it has is USDT */
    assert_ok(bench->status, &bench->diag);
    assert_string_equal(bench->contracts.asset[bench->spec->account[0].report_asset], "USDT");
    setup_end(bench);
    bench = setup_try(3, SMALL, NULL); /* USD is there, but all that is traded settles in USDT */
    assert_ok(bench->status, &bench->diag);
    assert_string_equal(bench->contracts.asset[bench->spec->account[0].report_asset], "USDT");
    setup_end(bench);
}

static void strategies_are_listed_once_each(void **state)
{
    (void)state;
    setup_bench *const bench =
        setup_read("tape: t\n"
                   "accounts:\n"
                   "- {name: a, strategy: trend, collateral: {USDT: 1}}\n"
                   "- {name: b, strategy: ./mine.so, collateral: {USDT: 1}}\n"
                   "- {name: c, like: a}\n",
                   NULL);
    assert_int_equal(plm_run_file_strategy_count(bench->file), 2);
    assert_string_equal(plm_run_file_strategy(bench->file, 0), "trend");
    assert_string_equal(plm_run_file_strategy(bench->file, 1), "./mine.so");
    assert_int_equal(bench->spec->account[0].params->value[2].number, 0);
    setup_end(bench);
}

static void relative_paths_start_at_the_run_file(void **state)
{
    (void)state;
    plm_diag diag;
    plm_diag_init(&diag);
    plm_run_file *file = NULL;
    assert_int_equal(mkdir("sub", 0777), 0);
    input_folder const sub = {"./sub"};
    (void)input_write(&sub, "x.y.yaml", SMALL, sizeof SMALL - 1);
    assert_ok(plm_run_file_read("./sub/x.y.yaml", NULL, 0, NULL, &diag, &file), &diag);
    assert_string_equal(plm_run_file_tape(file), "./sub/t.tape");
    assert_string_equal(plm_run_file_folder(file), "./sub");
    plm_run_file_destroy(file);
    input_folder_remove(&sub);
    plm_run_file_destroy(NULL);
}

/* -- overrides ------------------------------------------------------------------------------- */

#define TWO                                                                                        \
    "tape: t\n"                                                                                    \
    "accounts:\n"                                                                                  \
    "- {name: a, strategy: trend, params: {fast: 3}, collateral: {USDT: 10}}\n"                    \
    "- {name: b, like: a}\n"

static void overrides_lie_over_the_file_before_like(void **state)
{
    (void)state;
    static const char *const sets[] = {"accounts.a.params.fast=12",
                                       "accounts.b.leverage.ETH/USDT=2",
                                       "accounts.a.leverage={BTC-PERP: 3}",
                                       "venue.latency.orders=[1ms, 2ms]",
                                       "seed=9",
                                       "run='x=y'",
                                       NULL};
    setup_bench *const bench = setup_read(TWO, sets);
    const plm_run_spec *const spec = bench->spec;
    assert_int_equal(spec->seed, 9);
    assert_string_equal(spec->name, "x=y");
    assert_int_equal(spec->orders.list_count, 2);
    assert_int_equal(plm_params_find(spec->account[0].params, "fast")->number, 12);
    assert_int_equal(plm_params_find(spec->account[1].params, "fast")->number, 12);
    assert_int_equal(spec->account[0].leverage[0], 300);
    assert_int_equal(spec->account[1].leverage[0], 100); /* an own key wins whole */
    assert_int_equal(spec->account[1].leverage[1], 200);
    setup_end(bench);
}

/* All lines of the effective configuration, for comparison. */
static void effective_text(const setup_bench *bench, char *out, size_t cap)
{
    size_t used = 0;
    for (uint32_t i = 0; i < plm_run_file_effective_count(bench->file); i++) {
        plm_effective const line = plm_run_file_effective(bench->file, i);
        used += (size_t)snprintf(out + used, cap - used, "%s = %s (%s)\n", line.path, line.value,
                                 line.origin);
        assert_true(used < cap);
    }
}

static void the_order_of_overrides_changes_nothing(void **state)
{
    (void)state;
    static const char *const one[] = {"venue.fees.taker=0.1", "venue.fees.maker=0.2",
                                      "accounts.b.hedge=true", NULL};
    static const char *const other[] = {"accounts.b.hedge=true", "venue.fees.maker=0.2",
                                        "venue.fees.taker=0.1", NULL};
    char texts[2][4096];
    for (int i = 0; i < 2; i++) {
        setup_bench *const bench = setup_read(TWO, i == 0 ? one : other);
        effective_text(bench, texts[i], sizeof texts[i]);
        setup_end(bench);
    }
    assert_string_equal(texts[0], texts[1]);
}

static void the_order_of_keys_does_not_reach_the_log(void **state)
{
    (void)state;
    /* The assets of the table are BTC, USDT, ETH in the order of their first appearance. */
    static const char *const texts[] = {"{USDT: 1, ETH: 2, BTC: 3}", "{BTC: 3, USDT: 1, ETH: 2}"};
    for (int i = 0; i < 2; i++) {
        char text[200];
        (void)snprintf(text, sizeof text, "tape: t\naccounts: [{name: a, collateral: %s}]\n",
                       texts[i]);
        setup_bench *const bench = setup_read(text, NULL);
        for (uint32_t j = 0; j < 3; j++) {
            assert_int_equal(bench->spec->account[0].holding[j].asset, j);
        }
        setup_end(bench);
    }
}

static void every_value_has_an_origin(void **state)
{
    (void)state;
    static const char *const sets[] = {"accounts.b.params.size=2", NULL};
    char text[4096];
    setup_bench *const bench = setup_read("tape: t\n"
                                          "venue: {fees: {maker: 0.1}, latency: {orders: [1ms]}}\n"
                                          "accounts:\n"
                                          "- name: a\n"
                                          "  strategy: trend\n"
                                          "  params: {fast: 3}\n"
                                          "  collateral: {USDT: 10}\n"
                                          "- {name: b, like: a}\n",
                                          sets);
    effective_text(bench, text, sizeof text);
    assert_string_equal(text, "tape = t (run.yaml:1:7)\n"
                              "run = run (default)\n"
                              "seed = 1 (default)\n"
                              "sample = 10s (default)\n"
                              "venue.fees.maker = 0.1 (run.yaml:2:23)\n"
                              "venue.fees.taker = 0 (default)\n"
                              "venue.latency.orders = [1ms] (run.yaml:2:47)\n"
                              "venue.latency.feed = 0ms (default)\n"
                              "venue.latency.reports = [1ms] (default)\n"
                              "venue.slippage.ticks = 1 (default)\n"
                              "venue.slippage.levels = 100 (default)\n"
                              "venue.spread = 0 (default)\n"
                              "venue.queue = conservative (default)\n"
                              "accounts.a.strategy = trend (run.yaml:5:13)\n"
                              "accounts.a.params.fast = 3 (run.yaml:6:18)\n"
                              "accounts.a.params.size = 0.5 (default)\n"
                              "accounts.a.params.on = BTC-PERP (default)\n"
                              "accounts.a.collateral = {USDT: 10} (run.yaml:7:15)\n"
                              "accounts.a.margin = plain (default)\n"
                              "accounts.a.leverage = 1 (default)\n"
                              "accounts.a.hedge = false (default)\n"
                              "accounts.a.report_currency = USDT (default)\n"
                              "accounts.b.like = a (run.yaml:8:19)\n"
                              "accounts.b.strategy = trend (run.yaml:5:13)\n"
                              "accounts.b.params.size = 2 (--set)\n"
                              "accounts.b.params.fast = 3 (run.yaml:6:18)\n"
                              "accounts.b.params.on = BTC-PERP (default)\n"
                              "accounts.b.collateral = {USDT: 10} (run.yaml:7:15)\n"
                              "accounts.b.margin = plain (default)\n"
                              "accounts.b.leverage = 1 (default)\n"
                              "accounts.b.hedge = false (default)\n"
                              "accounts.b.report_currency = USDT (default)\n");
    setup_end(bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_small_run_file_gets_every_default),
        cmocka_unit_test(every_key_of_run_and_venue_is_read_exactly),
        cmocka_unit_test(every_key_of_an_account_is_read_exactly),
        cmocka_unit_test(reports_are_as_late_as_orders_unless_they_have_their_own),
        cmocka_unit_test(like_takes_over_what_is_not_said),
        cmocka_unit_test(accounts_share_a_world_only_by_name),
        cmocka_unit_test(the_report_currency_is_what_all_settles_in_or_what_there_is_or_usd),
        cmocka_unit_test(strategies_are_listed_once_each),
        cmocka_unit_test(relative_paths_start_at_the_run_file),
        cmocka_unit_test(overrides_lie_over_the_file_before_like),
        cmocka_unit_test(the_order_of_overrides_changes_nothing),
        cmocka_unit_test(the_order_of_keys_does_not_reach_the_log),
        cmocka_unit_test(every_value_has_an_origin),
    };
    return cmocka_run_group_tests(tests, setup_enter, setup_leave);
}
