/*
 * test_run_file_margin.c - promises of run_file.h about margin:
 * - every key of rulebooks, regimes, funds and what follows a liquidation becomes what
 *   docs/run-file.md says, exactly, and has its default;
 * - a list of regimes makes one account each, with names and worlds of their own;
 * - deviations from a rulebook, and variants that differ by more than their regime, are told;
 * - what cannot be is refused by its place.
 */
#include "run_file_help.h"

#include "memory.h"

enum { PERP = 0, SPOT = 1, INDEX = 2, COIN = 3, CHAIN = 4, BRIDGE = 5, ROWS = 6 };

static plm_instrument rows[ROWS];

#define COUNT(cases) (sizeof(cases) / sizeof *(cases))

/* Ten per cent, one price; what differs is put in by the tests. */
#define RULES                                                                                      \
    "title: Ten per cent\neffective: 2020-01-01\nsources: [nobody]\nleaves_out: []\n"              \
    "hedge: {maintenance: net, initial: net}\n"                                                    \
    "price: {mark: [last], pnl: mark, requirement: mark, funding: mark, stale: 0s}\n"              \
    "measure: value\nlevels: {initial: leverage, warn: []}\naddons: {}\ncollateral: settle\n"      \
    "offset: none\norders: none\ntrigger: {when: at, test: once}\n"                                \
    "stages: [{do: close, select: all, size: full, price: market}]\n"                              \
    "fee: {rate: 0, split: {insurance: 1}, taker_fee: yes, residual: account, recourse: none}\n"   \
    "insurance: {floor: 0}\nadl: off\nsocialise: none\nnumeric: {}\nrate: {flat: 0.1}\n"

static plm_status open_rulebook(void *context, const plm_config_node *node, const char *folder,
                                plm_diag *diag, plm_rulebook **out)
{
    static const char both[] = "rulebook: both\nregimes: [cross, isolated]\n"
                               "pool: {cross: currency, isolated: position, topup: manual}\n" RULES;
    static const char alone[] = "rulebook: alone\nregimes: [isolated]\n"
                                "pool: {isolated: position, topup: auto}\n" RULES;
    (void)context;
    (void)folder;
    bool const is_both = strcmp(node->text, "both") == 0;
    if (!is_both && strcmp(node->text, "alone") != 0) {
        return plm_config_fail(node, diag, "no rulebook '%s'", node->text);
    }
    const char *const text = is_both ? both : alone;
    plm_config *config = NULL;
    PLM_TRY(plm_config_parse("rules", text, strlen(text), diag, &config));
    plm_status const status = plm_rulebook_from(plm_config_root(config), ".", diag, out);
    plm_config_destroy(config);
    return status;
}

static setup_bench *try_margin(const char *text)
{
    static const plm_rulebook_source source = {.open = open_rulebook};
    memcpy(rows, setup_rows, sizeof setup_rows);
    for (uint32_t sym = CHAIN; sym <= BRIDGE; sym++) {
        rows[sym] = (plm_instrument){.kind = PLM_INST_CUSTODY};
        (void)snprintf(rows[sym].symbol, sizeof rows[sym].symbol,
                       sym == CHAIN ? "CHAIN" : "BRIDGE");
    }
    return setup_try_from(rows, ROWS, text, NULL, &source);
}

static setup_bench *read_margin(const char *text)
{
    setup_bench *const bench = try_margin(text);
    assert_ok(bench->status, &bench->diag);
    return bench;
}

static plm_money units(int64_t value)
{
    return (plm_money){(plm_i128)value * plm_pow10(PLM_MONEY_SCALE)};
}

/* -- what is taken ----------------------------------------------------------------------------- */

static void a_venue_with_a_rulebook_has_its_defaults(void **state)
{
    (void)state;
    setup_bench *const bench = read_margin("tape: t\nvenue: {rulebook: both}\naccounts:\n"
                                           "- {name: a, collateral: {USDT: 1}}\n");
    const plm_run_spec *const spec = bench->spec;
    const plm_account_spec *const account = &spec->account[0];
    assert_int_equal(spec->rulebook_count, 1);
    assert_string_equal(spec->rulebook[0].rulebook->name, "both");
    assert_string_equal(spec->rulebook[0].word, "both");
    assert_null(spec->rulebook[0].factory);
    assert_int_equal(spec->mark, PLM_PRICE_NONE);
    assert_int_equal(spec->trigger, PLM_PRICE_NONE);
    assert_int_equal(spec->insurance_count + spec->par_count + spec->rest_count, 0);
    assert_false(spec->insurance_tape);
    assert_false(spec->stops_first);
    assert_true(spec->lowest_exact);
    assert_int_equal(spec->liquidation.kind, PLM_LATENCY_NONE);
    assert_int_equal(spec->deviation_count, 0);
    assert_string_equal(account->name, "a");
    assert_string_equal(account->regime, "cross"); /* the rulebook's first */
    assert_int_equal(account->rulebook, 0);
    assert_int_equal(account->regime_of[PERP], PLM_REGIME_CROSS);
    assert_int_equal(account->regime_of[SPOT], PLM_REGIME_NONE);
    assert_int_equal(account->regime_of[INDEX], PLM_REGIME_NONE);
    assert_int_equal(account->regime_of[COIN], PLM_REGIME_CROSS);
    assert_int_equal(account->leader, PLM_NO_LEADER);
    assert_int_equal(account->after, PLM_AFTER_CONTINUE);
    assert_false(account->topup_auto);
    assert_false(account->confounded);
    assert_int_equal(account->alert_count + account->custody_count, 0);
    setup_end(bench);
}

static void every_key_of_the_venue_is_read_exactly(void **state)
{
    (void)state;
    setup_bench *const bench = read_margin(
        "tape: t\nlowest: sampled\nvenue:\n"
        "  rulebook: both\n  mark: mid\n  trigger: index\n"
        "  insurance: {BTC: 0.5, USDT: 0}\n  par: {USDT: USD}\n  race: stops_first\n"
        "  liquidation_latency: {min: 1ms, max: 2ms}\n"
        "  rest_of_market:\n"
        "    BTCUSD.P: {short: [{qty: 7, score: 0}]}\n"
        "    BTC-PERP: {short: [{qty: 0.005, score: 2.5}], long: [{qty: 1, score: 1}, {qty: 2, "
        "score: 9}]}\n"
        "accounts:\n- {name: a, collateral: {USDT: 1}}\n");
    const plm_run_spec *const spec = bench->spec;
    assert_int_equal(spec->mark, PLM_PRICE_MID);
    assert_int_equal(spec->trigger, PLM_PRICE_INDEX);
    assert_int_equal(spec->insurance_count, 2);
    assert_string_equal(bench->contracts.asset[spec->insurance[0].asset], "BTC");
    assert_money_equal(spec->insurance[0].amount, ((plm_money){5 * plm_pow10(17)}));
    assert_money_equal(spec->insurance[1].amount, units(0));
    assert_int_equal(spec->par_count, 1);
    assert_string_equal(bench->contracts.asset[spec->par[0].asset], "USDT");
    assert_string_equal(bench->contracts.asset[spec->par[0].other], "USD");
    assert_true(spec->stops_first);
    assert_false(spec->lowest_exact);
    assert_int_equal(spec->liquidation.kind, PLM_LATENCY_UNIFORM);
    assert_int_equal(spec->liquidation.max_ns, 2000000);
    assert_int_equal(spec->rest_count, 4);
    assert_true(spec->rest[0].sym == PERP && spec->rest[0].leg == 1 && spec->rest[0].qty == 1000);
    assert_true(spec->rest[1].leg == 1 && spec->rest[1].score == 9000000000000);
    assert_true(spec->rest[2].leg == 2 && spec->rest[2].qty == 5 &&
                spec->rest[2].score == 2500000000000);
    assert_true(spec->rest[3].sym == COIN && spec->rest[3].leg == 2 && spec->rest[3].qty == 7);
    assert_int_equal(spec->deviation_count, 3);
    assert_string_equal(spec->deviation[0], "marks are mid, not those of the rulebook");
    assert_string_equal(spec->deviation[1], "margin is tested at index, not as the rulebook says");
    assert_string_equal(spec->deviation[2], "1 USDT counts as 1 USD");
    setup_end(bench);
}

static void every_key_of_an_account_is_read_exactly(void **state)
{
    (void)state;
    setup_bench *const bench = read_margin(
        "tape: t\nvenue: {rulebook: both, insurance: tape}\naccounts:\n- name: a\n"
        "  collateral: {USDT: 10, BTC: 1}\n  margin: {default: isolated, BTCUSD.P: cross}\n"
        "  alerts: [0.9, 0.000000000001, 1]\n  after_liquidation: refill\n  topup: auto\n"
        "  custody: {USDT: {BRIDGE: 4, CHAIN: 6}, BTC: {CHAIN: 0.25}}\n"
        "  positions:\n  - {instrument: BTC-PERP, qty: 1, px: 60000, margin: 1.5}\n"
        "  - {instrument: BTCUSD.P, qty: 1, px: 60000}\n");
    const plm_account_spec *const account = &bench->spec->account[0];
    assert_true(bench->spec->insurance_tape);
    assert_string_equal(account->name, "a");
    assert_string_equal(account->regime, "isolated+cross");
    assert_int_equal(account->regime_of[PERP], PLM_REGIME_ISOLATED);
    assert_int_equal(account->regime_of[SPOT], PLM_REGIME_NONE);
    assert_int_equal(account->regime_of[COIN], PLM_REGIME_CROSS);
    assert_int_equal(account->alert_count, 3);
    assert_true(account->alert[0] == 1 && account->alert[1] == 900000000000 &&
                account->alert[2] == 1000000000000);
    assert_int_equal(account->after, PLM_AFTER_REFILL);
    assert_true(account->topup_auto);
    assert_int_equal(account->custody_count, 3);
    assert_string_equal(bench->contracts.asset[account->custody[0].asset], "BTC");
    assert_money_equal(account->custody[0].amount, ((plm_money){25 * plm_pow10(16)}));
    assert_int_equal(account->custody[1].custody, CHAIN);
    assert_money_equal(account->custody[1].amount, units(6));
    assert_int_equal(account->custody[2].custody, BRIDGE);
    assert_money_equal(account->opening[0].margin, ((plm_money){15 * plm_pow10(17)}));
    assert_money_equal(account->opening[1].margin, units(0));
    setup_end(bench);
}

static void a_list_of_regimes_makes_an_account_each(void **state)
{
    (void)state;
    setup_bench *const bench =
        read_margin("tape: t\nvenue: {rulebook: both}\naccounts:\n- name: a\n  strategy: trend\n"
                    "  collateral: {USDT: 10}\n  same: trades\n"
                    "  margin: [plain, cross, {BTC-PERP: isolated}, {BTCUSD.P: isolated}, "
                    "{rulebook: alone}, {regime: isolated, rulebook: both}]\n"
                    "- {name: b, like: a, same: strategy, margin: isolated}\n"
                    "- {name: c, collateral: {USDT: 1}, margin: {rulebook: alone}}\n");
    const plm_run_spec *const spec = bench->spec;
    static const char *const names[] = {"a/plain",
                                        "a/cross",
                                        "a/cross+isolated",
                                        "a/cross+isolated-2",
                                        "a/isolated-alone",
                                        "a/isolated",
                                        "b",
                                        "c"};
    assert_int_equal(spec->account_count, 8);
    assert_int_equal(spec->world_count, 8);
    assert_int_equal(spec->rulebook_count, 2);
    for (uint32_t i = 0; i < 8; i++) {
        assert_string_equal(spec->account[i].name, names[i]);
        assert_int_equal(spec->account[i].leader, i > 0 && i < 6 ? 0 : PLM_NO_LEADER);
        assert_int_equal(spec->account[i].confounded, i == 4);
        assert_int_equal(spec->account[i].factory != NULL,
                         i == 0 || i == 6); /* of followers none */
    }
    assert_int_equal(spec->account[0].rulebook, PLM_NO_RULEBOOK);
    assert_int_equal(spec->account[0].regime_of[PERP], PLM_REGIME_PLAIN);
    assert_int_equal(spec->account[2].regime_of[PERP], PLM_REGIME_ISOLATED);
    assert_int_equal(spec->account[2].regime_of[COIN], PLM_REGIME_CROSS);
    assert_int_equal(spec->account[3].regime_of[COIN], PLM_REGIME_ISOLATED);
    assert_int_equal(spec->account[4].rulebook, 1);
    assert_true(spec->account[4].topup_auto); /* as its rulebook says */
    assert_int_equal(spec->account[5].rulebook, 0);
    assert_false(spec->account[5].topup_auto);
    assert_string_equal(spec->account[7].regime, "isolated");
    assert_int_equal(spec->deviation_count, 1);
    assert_string_equal(spec->deviation[0], "a/isolated-alone has rules of its own: alone");
    setup_end(bench);
}

static void a_rulebook_of_a_variant_alone_is_enough(void **state)
{
    (void)state;
    setup_bench *const bench =
        read_margin("tape: t\nvenue: {mark: last}\naccounts:\n"
                    "- {name: a, collateral: {USDT: 1}, margin: {rulebook: both}}\n"
                    "- {name: b, collateral: {USDT: 1}}\n");
    assert_string_equal(bench->spec->account[0].regime, "cross");
    assert_int_equal(bench->spec->account[0].rulebook, 0);
    assert_string_equal(bench->spec->account[1].regime, "plain"); /* the venue has no rulebook */
    setup_end(bench);
}

static void nine_accounts_follow_lowest_surpluses_at_samples(void **state)
{
    (void)state;
    char text[1024] = "tape: t\nvenue: {rulebook: both}\naccounts:\n";
    for (unsigned i = 0; i < 9; i++) {
        size_t const used = strlen(text);
        (void)snprintf(text + used, sizeof text - used, "- {name: a%u, collateral: {USDT: 1}}\n",
                       i);
    }
    setup_bench *const bench = read_margin(text);
    assert_false(bench->spec->lowest_exact);
    setup_end(bench);
}

static void values_in_force_have_origins(void **state)
{
    (void)state;
    static const char *const expected[] = {
        "tape t run.yaml:1:7",
        "run run default",
        "seed 1 default",
        "sample 10s default",
        "lowest exact default",
        "venue.rulebook both run.yaml:2:19",
        "venue.par {USDT: USD} run.yaml:2:30",
        "venue.latency.orders 0ms default",
        "venue.latency.feed 0ms default",
        "venue.latency.reports 0ms default",
        "venue.fees.maker 0 default",
        "venue.fees.taker 0 default",
        "venue.slippage.ticks 1 default",
        "venue.slippage.levels 100 default",
        "venue.spread 0 default",
        "venue.queue conservative default",
        "venue.insurance {} default",
        "venue.race margin_first default",
        "venue.liquidation_latency 0ms default",
        "accounts.a.collateral {USDT: 1} run.yaml:4:25",
        "accounts.a.margin [cross, isolated] run.yaml:4:44",
        "accounts.a.after_liquidation continue default",
        "accounts.a.topup manual default",
        "accounts.a.same strategy default",
        "accounts.a.leverage 1 default",
        "accounts.a.hedge false default",
        "accounts.a.report_currency USDT default",
        "accounts.b.collateral {USDT: 1} run.yaml:5:25",
        "accounts.b.alerts [0.5] run.yaml:5:44",
        "accounts.b.margin cross default",
        "accounts.b.after_liquidation continue default",
        "accounts.b.topup manual default",
        "accounts.b.leverage 1 default",
        "accounts.b.hedge false default",
        "accounts.b.report_currency USDT default",
    };
    setup_bench *const bench =
        read_margin("tape: t\nvenue: {rulebook: both, par: {USDT: USD}}\naccounts:\n"
                    "- {name: a, collateral: {USDT: 1}, margin: [cross, isolated]}\n"
                    "- {name: b, collateral: {USDT: 1}, alerts: [0.5]}\n");
    uint32_t const count = plm_run_file_effective_count(bench->file);
    for (uint32_t i = 0; i < count && i < COUNT(expected); i++) {
        char line[256];
        plm_effective const entry = plm_run_file_effective(bench->file, i);
        (void)snprintf(line, sizeof line, "%s %s %s", entry.path, entry.value, entry.origin);
        assert_string_equal(line, expected[i]);
    }
    assert_int_equal(count, COUNT(expected));
    setup_end(bench);
}

/* -- what is refused --------------------------------------------------------------------------- */

typedef struct refusal {
    const char *text, *message;
} refusal;

static void refuse_each(const char *before, const char *after, const refusal *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char text[2048];
        (void)snprintf(text, sizeof text, "%s%s%s", before, cases[i].text, after);
        setup_bench *const bench = try_margin(text);
        if (strcmp(bench->diag.text, cases[i].message) != 0) {
            print_error("of:\n%s\n", text);
        }
        assert_string_equal(bench->diag.text, cases[i].message);
        assert_int_equal(bench->status, PLM_ERR_USAGE);
        setup_end(bench);
    }
}

static const refusal venue_cases[] = {
    {"rulebook: boht", "run.yaml:3:19: rulebook: no rulebook 'boht'"},
    {"rulebook: ''", "run.yaml:3:19: rulebook: found ''; allowed: a rulebook or its path"},
    {"rulebook: [both]", "run.yaml:3:19: rulebook: found a list; allowed: text"},
    {"rulebook: both, params: {a: 1}", "run.yaml:3:33: params: rulebook 'both' names no model that "
                                       "could have parameters"},
    {"params: {a: 1}", "run.yaml:3:17: params: stand without a rulebook; allowed: beside one"},
    {"mark: last", "run.yaml:3:15: mark: has no meaning without a rulebook; allowed beside "
                   "venue.rulebook"},
    {"trigger: last", "run.yaml:3:18: trigger: has no meaning without a rulebook; allowed beside "
                      "venue.rulebook"},
    {"insurance: {USDT: 1}", "run.yaml:3:20: insurance: has no meaning without a rulebook; allowed "
                             "beside venue.rulebook"},
    {"par: {USDT: USD}", "run.yaml:3:14: par: has no meaning without a rulebook; allowed beside "
                         "venue.rulebook"},
    {"race: stops_first", "run.yaml:3:15: race: has no meaning without a rulebook; allowed beside "
                          "venue.rulebook"},
    {"rest_of_market: {}", "run.yaml:3:25: rest_of_market: has no meaning without a rulebook; "
                           "allowed beside venue.rulebook"},
    {"liquidation_latency: 1ms", "run.yaml:3:30: liquidation_latency: has no meaning without a "
                                 "rulebook; allowed beside venue.rulebook"},
    {"rulebook: both, mark: mark", "run.yaml:3:31: mark: found 'mark'; allowed: last, index, mid"},
    {"rulebook: both, mark: lats",
     "run.yaml:3:31: mark: found 'lats'; did you mean 'last'? allowed: last, index, mid"},
    {"rulebook: both, trigger: bid",
     "run.yaml:3:34: trigger: found 'bid'; did you mean 'mid'? allowed: mark, last, index, mid"},
    {"rulebook: both, race: stops", "run.yaml:3:31: race: found 'stops'; did you mean "
                                    "'stops_first'? allowed: margin_first, stops_first"},
    {"rulebook: both, race: both", "run.yaml:3:31: race: found 'both'; allowed: margin_first, "
                                   "stops_first"},
    {"rulebook: both, insurance: tapes",
     "run.yaml:3:36: insurance: found 'tapes'; did you mean 'tape'? allowed: tape"},
    {"rulebook: both, insurance: [1]", "run.yaml:3:36: insurance: found a list; allowed: a map"},
    {"rulebook: both, insurance: {USDT: -1}", "run.yaml:3:43: USDT: found '-1'; allowed: an amount "
                                              "from 0 on with at most 18 decimals"},
    {"rulebook: both, insurance: {UST: 1}",
     "run.yaml:3:42: UST: no asset 'UST' on the tape; did you mean 'USDT'?"},
    {"rulebook: both, par: {USDT: USDT}",
     "run.yaml:3:37: USDT: found 'USDT'; allowed: another asset"},
    {"rulebook: both, par: {USDT: EUR}", "run.yaml:3:37: USDT: no asset 'EUR' on the tape; "
                                         "'plimsoll tape info' lists what is there"},
    {"rulebook: both, liquidation_latency: 2h", "run.yaml:3:46: liquidation_latency: found '2h'; "
                                                "allowed: a duration from 0ms to 1h"},
    {"rulebook: both, rest_of_market: {BTC-PERP: {both: []}}",
     "run.yaml:3:53: unknown key 'both'; allowed: long, short"},
    {"rulebook: both, rest_of_market: {ETH/USDT: {long: []}}",
     "run.yaml:3:52: ETH/USDT: 'ETH/USDT' is spot, which has no positions; allowed: perpetuals and "
     "futures"},
    {"rulebook: both, rest_of_market: {BTC-PERP: {long: [{qty: 1}]}}",
     "run.yaml:3:60: the key 'score' is missing"},
    {"rulebook: both, rest_of_market: {BTC-PERP: {long: [{qty: 0.001, score: 1}]}}",
     "run.yaml:3:66: qty: found '0.001'; allowed: a multiple of the lot"},
    {"rulebook: both, rest_of_market: {BTC-PERP: {long: [{qty: -1, score: 1}]}}",
     "run.yaml:3:66: qty: found '-1'; allowed: a quantity above 0"},
    {"rulebook: both, rest_of_market: {BTC-PERP: {long: [{qty: 1, score: -1}]}}",
     "run.yaml:3:76: score: found '-1'; allowed: a number from 0 on with at most 12 decimals"},
};

static void keys_of_the_venue_are_refused_by_place(void **state)
{
    (void)state;
    refuse_each("tape: t\naccounts: [{name: a, collateral: {USDT: 1}}]\nvenue: {", "}\n",
                venue_cases, COUNT(venue_cases));
    static const refusal lowest[] = {
        {"lowest: exact", "run.yaml:3:9: lowest: has no meaning without a rulebook; allowed with "
                          "venue.rulebook"},
        {"venue: {rulebook: both}\nlowest: exakt",
         "run.yaml:4:9: lowest: found 'exakt'; did you mean 'exact'? allowed: exact, sampled"},
    };
    refuse_each("tape: t\naccounts: [{name: a, collateral: {USDT: 1}}]\n", "\n", lowest,
                COUNT(lowest));
}

static const refusal account_cases[] = {
    {"margin: portfolio", "run.yaml:4:45: margin: found 'portfolio', which rulebook 'both' does "
                          "not have; allowed: plain, cross, isolated"},
    {"margin: cros", "run.yaml:4:45: margin: found 'cros'; did you mean 'cross'? allowed: plain, "
                     "cross, isolated, portfolio"},
    {"margin: {rulebook: alone, regime: cross}",
     "run.yaml:4:71: regime: found 'cross', which rulebook 'alone' does not have; allowed: plain, "
     "isolated"},
    {"margin: {rulebook: alone, regimes: cross}",
     "run.yaml:4:63: unknown key 'regimes'; did you mean 'regime'? allowed: regime, rulebook, "
     "params"},
    {"margin: {}", "run.yaml:4:45: margin: the map is empty; allowed: at least one instrument"},
    {"margin: {regime: cross, params: {a: 1}}",
     "run.yaml:4:69: params: stand without a rulebook; allowed: beside one"},
    {"margin: {default: cross, BTC-PERP: plain}",
     "run.yaml:4:72: BTC-PERP: plain is the regime of a whole account; allowed: regimes of a "
     "rulebook"},
    {"margin: {default: cross, BTC-PERB: isolated}",
     "run.yaml:4:72: BTC-PERB: no instrument 'BTC-PERB' on the tape; did you mean 'BTC-PERP'?"},
    {"margin: {ETH/USDT: isolated}",
     "run.yaml:4:56: ETH/USDT: 'ETH/USDT' is spot, which has no margin; allowed: perpetuals and "
     "futures"},
    {"margin: [cross, cross]", "run.yaml:4:53: 'cross' stands twice in the list of regimes"},
    {"margin: [cross, {BTC-PERP: cross}]",
     "run.yaml:4:53: 'cross' stands twice in the list of regimes"},
    {"margin: [cross, isolated], world: w",
     "run.yaml:4:71: world: accounts of several margin regimes are alternatives and share no "
     "world; allowed: one regime, or no world"},
    {"same: trade", "run.yaml:4:43: same: found 'trade'; did you mean 'trades'? allowed: strategy, "
                    "trades"},
    {"same: trades", "run.yaml:4:43: same: found 'trades' for one regime; allowed with a list in "
                     "margin"},
    {"alerts: 0.8", "run.yaml:4:45: alerts: found '0.8'; allowed: a list"},
    {"alerts: [0]", "run.yaml:4:46: found '0'; allowed: above 0 up to 1 with at most 12 decimals: "
                    "maintenance over equity"},
    {"alerts: [1.1]", "run.yaml:4:46: found '1.1'; allowed: above 0 up to 1 with at most 12 "
                      "decimals: maintenance over equity"},
    {"alerts: [0.8, 0.8]", "run.yaml:4:51: found '0.8' twice; allowed: once"},
    {"alerts: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]",
     "run.yaml:4:45: alerts: found 9 ratios; allowed: at most 8"},
    {"after_liquidation: end", "run.yaml:4:56: after_liquidation: found 'end'; allowed: continue, "
                               "stop, refill"},
    {"topup: atuo",
     "run.yaml:4:44: topup: found 'atuo'; did you mean 'auto'? allowed: manual, auto"},
    {"margin: plain, topup: auto", "run.yaml:4:59: topup: has no meaning without a rulebook; "
                                   "allowed for accounts that are not plain"},
    {"custody: {USDT: {CHIAN: 1}}", "run.yaml:4:61: CHIAN: no custody 'CHIAN' on the tape; did you "
                                    "mean 'CHAIN'?"},
    {"custody: {USDT: {BTC-PERP: 1}}", "run.yaml:4:64: BTC-PERP: no custody 'BTC-PERP' on the "
                                       "tape; 'plimsoll tape info' lists what is there"},
    {"custody: {USDT: {CHAIN: 6, BRIDGE: 5}}",
     "run.yaml:4:72: BRIDGE: found '5', more than is left of the collateral in USDT"},
    {"custody: {BTC: {CHAIN: 1}}",
     "run.yaml:4:60: CHAIN: found '1', more than is left of the collateral in BTC"},
    {"custody: {USDT: {CHAIN: 0}}", "run.yaml:4:61: CHAIN: found '0'; allowed: an amount above 0 "
                                    "with at most 18 decimals"},
    {"custody: {USDT: 1}", "run.yaml:4:53: USDT: found '1'; allowed: a map"},
    {"positions: [{instrument: BTC-PERP, qty: 1, px: 1, margin: 5}]",
     "run.yaml:4:95: margin: 'BTC-PERP' is isolated in no regime of the account; allowed where it "
     "is"},
    {"margin: isolated, positions: [{instrument: BTC-PERP, qty: 1, px: 1, margin: 0}]",
     "run.yaml:4:113: margin: found '0'; allowed: an amount above 0 with at most 18 decimals"},
};

static void keys_of_an_account_are_refused_by_place(void **state)
{
    (void)state;
    refuse_each("tape: t\nvenue: {rulebook: both}\naccounts:\n- {name: x, collateral: {USDT: 10}, ",
                "}\n", account_cases, COUNT(account_cases));
    static const refusal refill[] = {
        {"after_liquidation: refill",
         "run.yaml:4:84: after_liquidation: found 'refill' for an account without collateral, "
         "which is what is deposited again; allowed: continue, stop"},
    };
    refuse_each("tape: t\nvenue: {rulebook: both}\naccounts:\n- {name: x, flows: [{at: "
                "2025-10-10, asset: USDT, amount: 10}], ",
                "}\n", refill, COUNT(refill));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_venue_with_a_rulebook_has_its_defaults),
        cmocka_unit_test(every_key_of_the_venue_is_read_exactly),
        cmocka_unit_test(every_key_of_an_account_is_read_exactly),
        cmocka_unit_test(a_list_of_regimes_makes_an_account_each),
        cmocka_unit_test(a_rulebook_of_a_variant_alone_is_enough),
        cmocka_unit_test(nine_accounts_follow_lowest_surpluses_at_samples),
        cmocka_unit_test(values_in_force_have_origins),
        cmocka_unit_test(keys_of_the_venue_are_refused_by_place),
        cmocka_unit_test(keys_of_an_account_are_refused_by_place),
    };
    return cmocka_run_group_tests(tests, setup_enter, setup_leave);
}
