/*
 * test_run_file_refuse.c - promises of run_file.h, of files that are not taken:
 * - for every key: an unknown neighbour, a wrong type and a value out of range are refused with
 *   place, what was found and what is allowed;
 * - overrides that cannot be laid over the file are refused by their own text;
 * - nothing is rounded: what a scale cannot hold is refused.
 */
#include "run_file_help.h"

typedef struct refusal {
    const char *text; /* the line or the entries that are wrong */
    const char *message;
} refusal;

/* The text stands in `before` ... `after`. */
static void refuse_each(const char *before, const char *after, const refusal *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char text[2048];
        (void)snprintf(text, sizeof text, "%s%s%s", before, cases[i].text, after);
        setup_refused(SETUP_ROWS_ALL, text, NULL, cases[i].message);
    }
}

#define COUNT(cases) (sizeof(cases) / sizeof *(cases))

#define ACCOUNTS "accounts: [{name: a, collateral: {USDT: 1}}]\n"

static const refusal run_cases[] = {
    {"sede: 1", "run.yaml:3:1: unknown key 'sede'; did you mean 'seed'? allowed: run, tape, "
                "seed, sample, from, until, venue, lowest, accounts"},
    {"run: [x]", "run.yaml:3:6: run: found a list; allowed: text"},
    {"run: ''", "run.yaml:3:6: run: found ''; allowed: 1 to 64 printable characters"},
    {"seed: -1",
     "run.yaml:3:7: seed: found '-1'; allowed: an integer from 0 to 9223372036854775807"},
    {"seed: 1.0",
     "run.yaml:3:7: seed: found '1.0'; allowed: an integer from 0 to 9223372036854775807"},
    {"seed: {a: 1}",
     "run.yaml:3:7: seed: found a map; allowed: an integer from 0 to 9223372036854775807"},
    {"sample: 10", "run.yaml:3:9: sample: found '10'; allowed: a duration from 1ms to 365d"},
    {"sample: 0s", "run.yaml:3:9: sample: found '0s'; allowed: a duration from 1ms to 365d"},
    {"sample: 366d", "run.yaml:3:9: sample: found '366d'; allowed: a duration from 1ms to 365d"},
    {"from: yesterday", "run.yaml:3:7: from: found 'yesterday'; allowed: a UTC time from 2000 "
                        "to 2099, such as 2025-10-10T21:15:03.5Z"},
    {"from: 1999-12-31", "run.yaml:3:7: from: found '1999-12-31'; allowed: a UTC time from "
                         "2000 to 2099, such as 2025-10-10T21:15:03.5Z"},
    {"until: [2025-10-10]", "run.yaml:3:8: until: found a list; allowed: a UTC time from 2000 "
                            "to 2099, such as 2025-10-10T21:15:03.5Z"},
};

static void keys_of_a_run_are_refused_by_place(void **state)
{
    (void)state;
    refuse_each("tape: t\n" ACCOUNTS, "\n", run_cases, COUNT(run_cases));
    setup_refused(SETUP_ROWS_ALL, "tape: t\nfrom: 2025-10-10\nuntil: 2025-10-10\n" ACCOUNTS, NULL,
                  "run.yaml:3:8: until: found '2025-10-10', which is not after from '2025-10-10'");
    setup_refused(SETUP_ROWS_ALL, ACCOUNTS, NULL, "run.yaml:1:1: the key 'tape' is missing");
    setup_refused(SETUP_ROWS_ALL, "tape: ''\n" ACCOUNTS, NULL,
                  "run.yaml:1:7: tape: found a path of 0 bytes; allowed: 1 to 4095");
    setup_refused(SETUP_ROWS_ALL, "tape:\n" ACCOUNTS, NULL,
                  "run.yaml:1:6: tape: found nothing; allowed: text");
    setup_refused(SETUP_ROWS_ALL, "tape: t\n", NULL, "run.yaml:1:1: the key 'accounts' is missing");
    setup_refused(SETUP_ROWS_ALL, "tape: t\naccounts: {a: 1}\n", NULL,
                  "run.yaml:2:11: accounts: found a map; allowed: a list");
    setup_refused(SETUP_ROWS_ALL, "tape: t\naccounts: []\n", NULL,
                  "run.yaml:2:11: accounts: found 0 accounts; allowed: 1 to 4096");
    setup_refused(SETUP_ROWS_ALL, "[tape, t]\n", NULL,
                  "run.yaml:1:1: found a list; allowed: a map");
}

static const refusal venue_cases[] = {
    {"qeue: square", "run.yaml:3:9: unknown key 'qeue'; did you mean 'queue'? allowed: "
                     "latency, fees, slippage, spread, queue, max_quote_age, min_notional, "
                     "rulebook, params, mark, trigger, insurance, par, race, rest_of_market, "
                     "liquidation_latency"},
    {"latency: 5ms", "run.yaml:3:18: latency: found '5ms'; allowed: a map"},
    {"latency: {oders: 5ms}", "run.yaml:3:19: unknown key 'oders'; did you mean 'orders'? "
                              "allowed: orders, reports, feed"},
    {"latency: {orders: 5}",
     "run.yaml:3:27: orders: found '5'; allowed: a duration from 0ms to 1h"},
    {"latency: {orders: 61m}",
     "run.yaml:3:27: orders: found '61m'; allowed: a duration from 0ms to 1h"},
    {"latency: {orders: {min: 1ms}}", "run.yaml:3:27: orders: the key 'max' is missing"},
    {"latency: {orders: {min: 2ms, max: 1ms}}",
     "run.yaml:3:43: max: found '1ms', which is less than min '2ms'"},
    {"latency: {orders: {min: 2ms, mx: 1ms}}",
     "run.yaml:3:38: unknown key 'mx'; did you mean 'max'? allowed: min, max"},
    {"latency: {orders: []}", "run.yaml:3:27: orders: found 0 durations; allowed: 1 to 1024"},
    {"latency: {orders: [1ms, x]}", "run.yaml:3:33: found 'x'; allowed: a duration from 0ms to 1h"},
    {"latency: {reports: 2h}",
     "run.yaml:3:28: reports: found '2h'; allowed: a duration from 0ms to 1h"},
    {"latency: {feed: [1ms]}",
     "run.yaml:3:25: feed: found a list; allowed: a duration from 0ms to 1h, or recorded"},
    {"latency: {feed: recoded}",
     "run.yaml:3:25: feed: found 'recoded'; allowed: a duration from 0ms to 1h, or recorded"},
    {"latency: {feed: 2h}",
     "run.yaml:3:25: feed: found '2h'; allowed: a duration from 0ms to 1h, or recorded"},
    {"fees: 0.1", "run.yaml:3:15: fees: found '0.1'; allowed: a map"},
    {"fees: {makr: 0.1}",
     "run.yaml:3:16: unknown key 'makr'; did you mean 'maker'? allowed: maker, taker, tiers"},
    {"fees: {maker: x}", "run.yaml:3:23: maker: found 'x'; allowed: -1 to 1 with at most 12 "
                         "decimals; 0.0002 is two basis points"},
    {"fees: {maker: -1.1}", "run.yaml:3:23: maker: found '-1.1'; allowed: -1 to 1 with at most "
                            "12 decimals; 0.0002 is two basis points"},
    {"fees: {taker: -0.0001}", "run.yaml:3:23: taker: found '-0.0001'; allowed: 0 to 1 with at "
                               "most 12 decimals; 0.0005 is five basis points"},
    {"fees: {taker: 0.0000000000001}",
     "run.yaml:3:23: taker: found '0.0000000000001'; allowed: 0 to 1 with at most 12 decimals; "
     "0.0005 is five basis points"},
    {"fees: {maker: 0, tiers: []}",
     "run.yaml:3:33: tiers: stands beside maker or taker; allowed: one of the two ways"},
    {"fees: {tiers: []}", "run.yaml:3:23: tiers: found 0 tiers; allowed: 1 to 64"},
    {"fees: {tiers: {volume: 0}}", "run.yaml:3:23: tiers: found a map; allowed: a list"},
    {"fees: {tiers: [{volume: 1, maker: 0, taker: 0}]}",
     "run.yaml:3:33: volume: found '1'; allowed: 0 in the first tier"},
    {"fees: {tiers: [{volume: 0, maker: 0, taker: 0}, {volume: 0, maker: 0, taker: 0}]}",
     "run.yaml:3:66: volume: found '0'; allowed: more than in the tier before"},
    {"fees: {tiers: [{volume: 0, taker: 0}]}", "run.yaml:3:24: the key 'maker' is missing"},
    {"fees: {tiers: [{volume: 0, maker: 0, taker: 0, rebate: 1}]}",
     "run.yaml:3:56: unknown key 'rebate'; allowed: volume, maker, taker"},
    {"slippage: 3", "run.yaml:3:19: slippage: found '3'; allowed: a map"},
    {"slippage: {tick: 1}",
     "run.yaml:3:20: unknown key 'tick'; did you mean 'ticks'? allowed: ticks, levels"},
    {"slippage: {ticks: -1}",
     "run.yaml:3:27: ticks: found '-1'; allowed: an integer from 0 to 1000000"},
    {"slippage: {ticks: 1000001}",
     "run.yaml:3:27: ticks: found '1000001'; allowed: an integer from 0 to 1000000"},
    {"slippage: {levels: 100001}",
     "run.yaml:3:28: levels: found '100001'; allowed: an integer from 0 to 100000"},
    {"spread: 1", "run.yaml:3:17: spread: found '1'; allowed: from 0 to below 1 with at most "
                  "12 decimals; 0.0001 is one basis point"},
    {"spread: -0.1", "run.yaml:3:17: spread: found '-0.1'; allowed: from 0 to below 1 with at "
                     "most 12 decimals; 0.0001 is one basis point"},
    {"spread: none", "run.yaml:3:17: spread: found 'none'; allowed: from 0 to below 1 with at "
                     "most 12 decimals; 0.0001 is one basis point"},
    {"queue: sqare", "run.yaml:3:16: queue: found 'sqare'; did you mean 'square'? allowed: "
                     "conservative, trades, prorata, square, front"},
    {"queue: [front]", "run.yaml:3:16: queue: found a list; allowed: conservative, trades, "
                       "prorata, square, front"},
    {"max_quote_age: 0s",
     "run.yaml:3:24: max_quote_age: found '0s'; allowed: a duration from 1ns to 365d"},
    {"max_quote_age: 5",
     "run.yaml:3:24: max_quote_age: found '5'; allowed: a duration from 1ns to 365d"},
    {"min_notional: -1", "run.yaml:3:23: min_notional: found '-1'; allowed: an amount from 0 "
                         "on with at most 18 decimals"},
    {"min_notional: five", "run.yaml:3:23: min_notional: found 'five'; allowed: an amount from "
                           "0 on with at most 18 decimals"},
    {"min_notional: {BTC-PERB: 5}",
     "run.yaml:3:34: BTC-PERB: no instrument 'BTC-PERB' on the tape; did you mean 'BTC-PERP'?"},
    {"min_notional: {USDT-INDEX: 5}",
     "run.yaml:3:36: USDT-INDEX: 'USDT-INDEX' cannot be traded; allowed: spot, perpetuals and "
     "futures of the tape"},
    {"min_notional: {default: 0.0000000000000000001}",
     "run.yaml:3:33: default: found '0.0000000000000000001'; allowed: an amount from 0 on with "
     "at most 18 decimals"},
};

static void keys_of_the_venue_are_refused_by_place(void **state)
{
    (void)state;
    refuse_each("tape: t\n" ACCOUNTS "venue: {", "}\n", venue_cases, COUNT(venue_cases));
    setup_refused(SETUP_ROWS_ALL, "tape: t\n" ACCOUNTS "venue:\n", NULL,
                  "run.yaml:3:7: venue: found nothing; allowed: a map");
}

static const refusal account_cases[] = {
    {"stategy: trend", "run.yaml:3:36: unknown key 'stategy'; did you mean 'strategy'? "
                       "allowed: name, like, strategy, params, margin, collateral, leverage, "
                       "hedge, world, report_currency, flows, positions, alerts, "
                       "after_liquidation, topup, same, custody"},
    {"strategy: tredn",
     "run.yaml:3:46: strategy: found 'tredn'; did you mean 'trend'? allowed: trend, ./mine.so"},
    {"strategy: ''",
     "run.yaml:3:46: strategy: found ''; allowed: a strategy or the path of a plug-in"},
    {"strategy: [trend]", "run.yaml:3:46: strategy: found a list; allowed: text"},
    {"params: {fast: 1}", "run.yaml:3:44: params: the account has no strategy"},
    {"strategy: trend, params: {fats: 1}",
     "run.yaml:3:62: unknown key 'fats'; did you mean 'fast'? allowed: fast, size, on"},
    {"strategy: trend, params: {fast: 1001}",
     "run.yaml:3:68: fast: found '1001'; allowed: an integer from 1 to 1000"},
    {"strategy: trend, params: {size: 0.001}",
     "run.yaml:3:68: size: found '0.001'; allowed: a number of at most 2 decimals and at most "
     "92233720368547758.07 in size"},
    {"strategy: trend, params: {on: BTC-PERB}",
     "run.yaml:3:66: on: no instrument 'BTC-PERB' on the tape; nearest: BTC-PERP"},
    {"strategy: trend, params: 3", "run.yaml:3:61: params: found '3'; allowed: a map"},
    {"leverage: 0.99",
     "run.yaml:3:46: leverage: found '0.99'; allowed: 1 to 1000 with at most 2 decimals"},
    {"leverage: 1000.01",
     "run.yaml:3:46: leverage: found '1000.01'; allowed: 1 to 1000 with at most 2 decimals"},
    {"leverage: 2.555",
     "run.yaml:3:46: leverage: found '2.555'; allowed: 1 to 1000 with at most 2 decimals"},
    {"leverage: [2]",
     "run.yaml:3:46: leverage: found a list; allowed: 1 to 1000 with at most 2 decimals"},
    {"leverage: {ETHUSDT: 2}",
     "run.yaml:3:56: ETHUSDT: no instrument 'ETHUSDT' on the tape; did you mean 'ETH/USDT'?"},
    {"leverage: {default: 0}",
     "run.yaml:3:56: default: found '0'; allowed: 1 to 1000 with at most 2 decimals"},
    {"hedge: yes", "run.yaml:3:43: hedge: found 'yes'; allowed: true, false"},
    {"world: ''", "run.yaml:3:43: world: found ''; allowed: 1 to 48 letters, digits, '-' and '_'"},
    {"world: a/b",
     "run.yaml:3:43: world: found 'a/b'; allowed: 1 to 48 letters, digits, '-' and '_'"},
    {"report_currency: USTD",
     "run.yaml:3:53: report_currency: no asset 'USTD' on the tape; did you mean 'USDT'?"},
    {"report_currency: EUR", "run.yaml:3:53: report_currency: no asset 'EUR' on the tape; "
                             "'plimsoll tape info' lists what is there"},
    {"flows: {at: 2025-10-10}", "run.yaml:3:43: flows: found a map; allowed: a list"},
    {"flows: [{at: 2025-10-10, asset: USDT}]", "run.yaml:3:44: the key 'amount' is missing"},
    {"flows: [{at: noon, asset: USDT, amount: 1}]",
     "run.yaml:3:49: at: found 'noon'; allowed: a UTC time from 2000 to 2099, such as "
     "2025-10-10T21:15:03.5Z"},
    {"flows: [{at: 2025-10-10, asset: XYZ, amount: 1}]",
     "run.yaml:3:68: asset: no asset 'XYZ' on the tape; 'plimsoll tape info' lists what is "
     "there"},
    {"flows: [{at: 2025-10-10, asset: USDT, amount: 0}]",
     "run.yaml:3:82: amount: found 0; allowed: a deposit, or below 0 a withdrawal"},
    {"flows: [{at: 2025-10-10, asset: USDT, amount: 1, why: gift}]",
     "run.yaml:3:85: unknown key 'why'; allowed: at, asset, amount"},
    {"positions: [{instrument: BTC-PERP, qty: 1}]", "run.yaml:3:48: the key 'px' is missing"},
    {"positions: [{instrument: BTC-PERP, qty: 0, px: 1}]",
     "run.yaml:3:76: qty: found '0'; allowed: a multiple of the lot 0.005, below 0 for a short "
     "position"},
    {"positions: [{instrument: BTC-PERP, qty: 0.001, px: 1}]",
     "run.yaml:3:76: qty: found '0.001'; allowed: a multiple of the lot 0.005, below 0 for a "
     "short position"},
    {"positions: [{instrument: BTC-PERP, qty: 0.0001, px: 1}]",
     "run.yaml:3:76: qty: found '0.0001'; allowed: a number of at most 3 decimals and at most "
     "9223372036854775.807 in size"},
    {"positions: [{instrument: BTC-PERP, qty: 1, px: 0}]",
     "run.yaml:3:83: px: found '0'; allowed: a price above 0"},
    {"positions: [{instrument: BTC-PERP, qty: 1, px: 1.01}]",
     "run.yaml:3:83: px: found '1.01'; allowed: a price above 0"},
    {"positions: [{instrument: ETH/USDT, qty: 1, px: 1}]",
     "run.yaml:3:61: instrument: 'ETH/USDT' is spot: what is held of it stands in collateral"},
    {"positions: [{instrument: BTC, qty: 1, px: 1}]",
     "run.yaml:3:61: instrument: no instrument 'BTC' on the tape; did you mean 'BTC-PERP'?"},
    {"positions: [{instrument: DOGE, qty: 1, px: 1}]",
     "run.yaml:3:61: instrument: no instrument 'DOGE' on the tape; 'plimsoll tape info' lists "
     "what is there"},
    {"positions: [{instrument: BTC-PERP, qty: 1, px: 1, leg: long}]",
     "run.yaml:3:91: leg: the account has no legs; allowed with hedge: true"},
    {"positions: [{instrument: BTC-PERP, qty: 1, px: 1, lag: 3}]",
     "run.yaml:3:86: unknown key 'lag'; did you mean 'leg'? allowed: instrument, qty, px, leg, "
     "margin"},
    {"positions: [{instrument: BTC-PERP, qty: 1, px: 1}, {instrument: BTC-PERP, qty: 2, px: "
     "1}]",
     "run.yaml:3:87: a second position in 'BTC-PERP'; allowed: one"},
    {"hedge: true, positions: [{instrument: BTC-PERP, qty: 1, px: 1}]",
     "run.yaml:3:61: the key 'leg' is missing"},
    {"hedge: true, positions: [{instrument: BTC-PERP, qty: 1, px: 1, leg: short}]",
     "run.yaml:3:104: leg: found 'short' with a qty above 0; allowed: long above 0, short "
     "below 0"},
    {"hedge: true, positions: [{instrument: BTC-PERP, qty: 1, px: 1, leg: both}]",
     "run.yaml:3:104: leg: found 'both'; allowed: long, short"},
    {"like: b", "run.yaml:3:42: like: no account 'b' stands before this one"},
    {"like: a", "run.yaml:3:42: like: no account 'a' stands before this one"},
    {"margin: plian", "run.yaml:3:44: margin: found 'plian'; did you mean 'plain'? allowed: plain, "
                      "cross, isolated, portfolio"},
    {"margin: []", "run.yaml:3:44: margin: the list is empty; allowed: at least one regime"},
    {"margin: [plain, plain]", "run.yaml:3:52: 'plain' stands twice in the list of regimes"},
    {"margin: cross", "run.yaml:3:44: margin: found 'cross' without a rulebook; allowed: plain, or "
                      "any that venue.rulebook has"},
    {"alerts: [0.8]", "run.yaml:3:44: alerts: has no meaning without a rulebook; allowed for "
                      "accounts that are not plain"},
};

static void keys_of_an_account_are_refused_by_place(void **state)
{
    (void)state;
    refuse_each("tape: t\naccounts:\n- {name: x, collateral: {USDT: 1}, ", "}\n", account_cases,
                COUNT(account_cases));
}

static void accounts_are_refused_by_place(void **state)
{
    (void)state;
    static const refusal cases[] = {
        {"[]", "run.yaml:4:3: found a list; allowed: a map"},
        {"{collateral: {USDT: 1}}", "run.yaml:4:3: the key 'name' is missing"},
        {"{name: '', collateral: {USDT: 1}}",
         "run.yaml:4:10: name: found ''; allowed: 1 to 48 letters, digits, '-' and '_'"},
        {"{name: a b, collateral: {USDT: 1}}",
         "run.yaml:4:10: name: found 'a b'; allowed: 1 to 48 letters, digits, '-' and '_'"},
        {"{name: a0123456789012345678901234567890123456789012345678, collateral: {USDT: 1}}",
         "run.yaml:4:10: name: found 'a0123456789012345678901234567890123456789012345678'; "
         "allowed: 1 to 48 letters, digits, '-' and '_'"},
        {"{name: x, collateral: {USDT: 1}}",
         "run.yaml:4:10: name: 'x' is the name of an account before this one"},
        {"{name: a}", "run.yaml:4:3: account 'a' has no money; allowed: collateral, flows"},
        {"{name: a, collateral: {USDT: 0}}",
         "run.yaml:4:32: USDT: found '0'; allowed: an amount above 0 with at most 18 decimals"},
        {"{name: a, collateral: {USDT: -1}}",
         "run.yaml:4:32: USDT: found '-1'; allowed: an amount above 0 with at most 18 decimals"},
        {"{name: a, collateral: {USDT: 1e3}}",
         "run.yaml:4:32: USDT: found '1e3'; allowed: an amount above 0 with at most 18 decimals"},
        {"{name: a, collateral: {USDT: [1]}}",
         "run.yaml:4:32: USDT: found a list; allowed: an amount above 0 with at most 18 decimals"},
        {"{name: a, collateral: {USDT: 0.1234567890123456789}}",
         "run.yaml:4:32: USDT: found '0.1234567890123456789'; allowed: an amount above 0 with at "
         "most 18 decimals"},
        {"{name: a, collateral: {USDT: 999999999999999999999}}", /* 2^127 / 10^18 and above */
         "run.yaml:4:32: USDT: found '999999999999999999999'; allowed: at most "
         "170141183460469231731 in size"},
        {"{name: a, collateral: {UDST: 1}}",
         "run.yaml:4:32: UDST: no asset 'UDST' on the tape; did you mean 'USDT'?"},
        {"{name: a, collateral: [USDT]}",
         "run.yaml:4:25: collateral: found a list; allowed: a map"},
        {"{name: a, like: X}",
         "run.yaml:4:19: like: no account 'X' stands before this one; did you mean 'x'?"},
    };
    refuse_each("tape: t\naccounts:\n- {name: x, collateral: {USDT: 1}}\n- ", "\n", cases,
                COUNT(cases));
}

static void a_report_currency_that_cannot_be_guessed_must_be_given(void **state)
{
    (void)state;
    plm_instrument rows[2] = {setup_rows[0], setup_rows[3]};
    (void)snprintf(rows[1].quote, sizeof rows[1].quote, "EUR");
    setup_bench *const bench = setup_try_rows(
        rows, 2, "tape: t\naccounts: [{name: a, collateral: {USDT: 1, BTC: 1}}]\n", NULL);
    assert_int_equal(bench->status, PLM_ERR_USAGE);
    assert_string_equal(bench->diag.text,
                        "run.yaml:2:12: the key 'report_currency' is missing: the tape's "
                        "instruments settle in several assets and USD is none of them");
    setup_end(bench);
}

static void overrides_are_refused_by_their_own_text(void **state)
{
    (void)state;
    static const refusal cases[] = {
        {"seed", "--set seed: allowed: PATH=VALUE, such as accounts.NAME.params.leverage=12"},
        {"=1", "--set =1: allowed: PATH=VALUE, such as accounts.NAME.params.leverage=12"},
        {"seed=", "--set seed=: the value is missing; the empty text is written as ''"},
        {".seed=1", "--set .seed=1: the path has an empty key; allowed: keys with one '.' between"},
        {"venue..queue=front",
         "--set venue..queue=front: the path has an empty key; allowed: keys with one '.' between"},
        {"seed=x",
         "--set seed=x: seed: found 'x'; allowed: an integer from 0 to 9223372036854775807"},
        {"sede=1", "--set sede=1: unknown key 'sede'; did you mean 'seed'? allowed: run, tape, "
                   "seed, sample, from, until, venue, lowest, accounts"},
        {"venue.qeue=front",
         "--set venue.qeue=front: unknown key 'qeue'; did you mean 'queue'? allowed: latency, "
         "fees, slippage, spread, queue, max_quote_age, min_notional, rulebook, params, mark, "
         "trigger, insurance, par, race, rest_of_market, liquidation_latency"},
        {"vneue.queue=front",
         "--set vneue.queue=front: unknown key 'vneue'; did you mean 'venue'? "
         "allowed: run, tape, seed, sample, from, until, venue, lowest, accounts"},
        {"seed.x=1",
         "--set seed.x=1: 'seed' is no map in the run file; allowed: to set it as a whole"},
        {"accounts.b.hedge=true", "--set accounts.b.hedge=true: no account 'b' in the run file"},
        {"accounts.x=1",
         "--set accounts.x=1: the path ends at an account; allowed: accounts.NAME.KEY=VALUE"},
        {"accounts.x.name=y", "--set accounts.x.name=y: the name of an account cannot be set"},
        {"accounts.x.leverage=0.5", "--set accounts.x.leverage=0.5: leverage: found '0.5'; "
                                    "allowed: 1 to 1000 with at most 2 decimals"},
        {"accounts.x.leverage.ABC=5", "--set accounts.x.leverage.ABC=5: ABC: no instrument 'ABC' "
                                      "on the tape; 'plimsoll tape info' lists what is there"},
        {"accounts.x.params.fast=0",
         "--set accounts.x.params.fast=0: fast: found '0'; allowed: an integer from 1 to 1000"},
        {"accounts.x.flows.0.amount=1", "--set accounts.x.flows.0.amount=1: 'flows' is no map in "
                                        "the run file; allowed: to set it as a whole"},
        {"seed=[1",
         "--set seed=[1:2:1: did not find expected ',' or ']' (while parsing a flow sequence)"},
    };
    static const char text[] =
        "tape: t\nseed: 1\naccounts:\n- {name: x, strategy: trend, collateral: {USDT: 1}, flows: "
        "[{at: 2025-10-10, asset: USDT, amount: 1}]}\n";
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *const sets[] = {cases[i].text, NULL};
        setup_refused(SETUP_ROWS_ALL, text, sets, cases[i].message);
    }
    static const char *const twice[] = {"seed=1", "run=x", "seed=2", NULL};
    static const char *const inside[] = {"venue.fees.maker=0", "venue.fees={taker: 0}", NULL};
    setup_refused(SETUP_ROWS_ALL, text, twice,
                  "--set seed and --set seed both set 'seed'; allowed: once");
    setup_refused(
        SETUP_ROWS_ALL, text, inside,
        "--set venue.fees and --set venue.fees.maker both set 'venue.fees'; allowed: once");
}

static void a_file_that_is_not_there_is_named(void **state)
{
    (void)state;
    plm_diag diag;
    plm_diag_init(&diag);
    plm_run_file *file = NULL;
    assert_int_equal(plm_run_file_read("none.yaml", NULL, 0, NULL, &diag, &file), PLM_ERR_USAGE);
    assert_string_equal(diag.text, "there is no run file 'none.yaml'");
    assert_null(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_of_a_run_are_refused_by_place),
        cmocka_unit_test(keys_of_the_venue_are_refused_by_place),
        cmocka_unit_test(keys_of_an_account_are_refused_by_place),
        cmocka_unit_test(accounts_are_refused_by_place),
        cmocka_unit_test(a_report_currency_that_cannot_be_guessed_must_be_given),
        cmocka_unit_test(overrides_are_refused_by_their_own_text),
        cmocka_unit_test(a_file_that_is_not_there_is_named),
    };
    return cmocka_run_group_tests(tests, setup_enter, setup_leave);
}
