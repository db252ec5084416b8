"""Databases by hand: what docs/metrics.md promises at the corners, the arithmetic beside it.

Each case makes a database, says what some metrics must be (a number, exact text, or the reason why
there is none), and what is wrong is told.
"""

import json
import math
import sqlite3
import subprocess

from metrics_make import DAY, ONE, START, Made

HOUR = DAY // 24


class Case:
    """A database that is measured when it is asked about."""

    def __init__(self, name, driver, folder, drive):
        self.name, self.driver, self.drive = name, driver, drive
        self.path, self.wrong, self.rows = folder / "case.db", [], None

    def make(self, **run):
        self.made = Made(self.path, **run)
        return self.made

    def measure(self):
        self.made.done()
        said = self.drive(self.driver, "write", self.path)
        if said != "same\n":
            self.wrong.append(f"{self.name}: {said}")
        db = sqlite3.connect(self.path)
        self.rows = {(a, n): (v, e, u, r) for a, n, v, e, u, r in db.execute(
            "SELECT account_id, name, value, exact, unit, reason FROM metric")}
        db.close()
        for key, (value, _, _, _) in self.rows.items():
            if value is not None and not math.isfinite(value):
                self.wrong.append(f"{self.name}: {key} is {value}")

    def expect(self, name, wanted, account=0):
        if self.rows is None:
            self.measure()
        value, exact, _, reason = self.rows.get((account, name), (None,) * 4)
        if isinstance(wanted, str):
            good = wanted in (exact, reason)
        else:
            good = value is not None and abs(value - wanted) <= 1e-12 * max(1, abs(wanted))
        if not good:
            self.wrong.append(f"{self.name}: {name} is {value} ({exact}, {reason}), not {wanted}")


def navs(made, values, step=DAY, account=0, begin=START):
    for k, nav in enumerate(values):
        made.equity(account, begin + k * step, None if nav is None else round(nav * ONE))


# -- worth


def growth_by_hand(case):
    """100 -> 110, then 50 come in (160), then 144: 1.1 * 0.9 = 0.99. Falls: 110 -> 160 is a flow,
    so x = 1, 1.1, 1.1, 0.99, and 0.99 / 1.1 - 1 = -0.1, from hour 2 (the last row at the peak)
    to the end at hour 4. Samples: d = 0, 0, 0, -0.1, -0.05: sqrt(0.0125 / 5)."""
    made = case.make(last=START + 4 * HOUR)
    made.account(0)
    made.posting(0, START, "deposit", 100 * ONE, event=0)  # the beginning is no flow
    navs(made, [100, 110])
    made.db.execute("UPDATE equity SET ts_ns = ts_ns - ? WHERE ts_ns > ?", (DAY - HOUR, START))
    made.posting(0, START + 2 * HOUR, "deposit", 50 * ONE)
    navs(made, [160, 144, 152], HOUR, begin=START + 2 * HOUR)
    case.expect("return", 1.1 * 152 / 160 - 1)
    case.expect("max_drawdown", 144 / 160 - 1)
    case.expect("max_drawdown_length", "7200")
    case.expect("max_drawdown_recovery", "it was not recovered by the end")
    case.expect("ulcer", math.sqrt((0.1**2 + 0.05**2) / 5))
    case.expect("net_flows", "50")
    case.expect("profit", "2")  # 152 - 100 - 50
    case.expect("sharpe", "0 days; at least 30 are needed")
    case.expect("cagr", "0 days; at least 30 are needed")


def fall_and_recovery(case):
    """120 at hour 1 and 2, 90 at 3, 130 at 6: 90 / 120 - 1 = -0.25; from 2 to 6 are 4 hours, from
    the bottom at 3 they are 3."""
    made = case.make(last=START + 6 * HOUR)
    made.account(0)
    navs(made, [100, 120, 120, 90, 100, 100, 130], HOUR)
    case.expect("max_drawdown", -0.25)
    case.expect("max_drawdown_length", "14400")
    case.expect("max_drawdown_recovery", "10800")


def days_by_hand(case):
    """30 days that win and lose 1 % in turn; begin at midnight, so all count.
    std = 0.01 * sqrt(30 / 29); losing days: sqrt(15 * 0.0001 / 30) = 0.01 / sqrt(2); worst 2 of
    30: floor(29 / 20) + 1 = 2. Excess kurtosis: z^4 = (29 / 30)^2 for each of 30."""
    made = case.make(last=START + 30 * DAY)
    made.account(0)
    values = [100.0]
    for k in range(30):
        values.append(values[-1] * (1.01 if k % 2 == 0 else 0.99))
    navs(made, values)
    std = 0.01 * math.sqrt(30 / 29)
    case.expect("volatility", std * math.sqrt(365))
    case.expect("sharpe", 0)
    case.expect("omega", 1)
    case.expect("var_95", -0.01)
    case.expect("es_95", -0.01)
    case.expect("tail_ratio", 1)
    case.expect("kurtosis", 30 * 31 / (29 * 28 * 27) * 30 * (29 / 30) ** 2
                - 3 * 29 * 29 / (28 * 27))
    case.expect("cagr", (1.01 * 0.99) ** (15 * 365.25 / 30) - 1)


def first_and_last_day(case):
    """From 00:59 of the first day to 23:01 of the 30th: both have 23 hours or more, 30 days."""
    begin, end = START + HOUR - 60 * 10**9, START + 30 * DAY - HOUR + 60 * 10**9
    made = case.make(first=begin, last=end)
    made.account(0)
    made.equity(0, begin, 100 * ONE)
    for k in range(1, 30):
        made.equity(0, START + k * DAY, (100 + k % 3) * ONE)
    made.equity(0, end, 100 * ONE, "end")
    case.expect("var_95", sorted([1 / 100, 1 / 101, -2 / 102])[0])


def too_short_last_day(case):
    made = case.make(last=START + 30 * DAY - 2 * HOUR)
    made.account(0)
    navs(made, [100 + k for k in range(30)])
    made.equity(0, START + 30 * DAY - 2 * HOUR, 99 * ONE, "end")
    case.expect("sharpe", "29 days; at least 30 are needed")


def no_variance(case):
    made = case.make(last=START + 31 * DAY)
    made.account(0)
    navs(made, [100] * 32)
    case.expect("volatility", 0)
    for name in ("sharpe", "skew", "kurtosis"):
        case.expect(name, "the daily returns do not vary")
    for name in ("sortino", "omega"):
        case.expect(name, "no day lost")
    case.expect("tail_ratio", "the 5 % quantile of the daily returns is 0")
    case.expect("calmar", "there was no drawdown")
    case.expect("max_drawdown", 0)
    case.expect("max_drawdown_recovery", "there was no drawdown")


def a_missing_day(case):
    made = case.make(last=START + 31 * DAY)
    made.account(0)
    navs(made, [None if k == 7 else 100 + k for k in range(32)])
    case.expect("sharpe", "there is no sample with all prices on 2026-01-07")
    case.expect("return", 0.31)


# -- ruin


def bankrupt_at_once(case):
    """The first sample is 0, and the account stays there: all is lost, and no day has a base."""
    made = case.make(last=START + 31 * DAY)
    made.account(0)
    navs(made, [0] * 32)
    case.expect("return", -1)
    case.expect("max_drawdown", -1)
    case.expect("cagr", "nothing is left of the equity")
    case.expect("sharpe", "equity was 0 or below at the beginning of a return on 2026-01-02")
    case.expect("leverage_mean", "no sample has all prices and equity above 0")
    case.expect("turnover", "the mean of the equity is not above 0")


def negative_equity(case):
    made = case.make(last=START + 31 * DAY)
    made.account(0)
    navs(made, [100, -20] + [-20] * 30)
    case.expect("return", -1.2)
    case.expect("max_drawdown", -1.2)
    case.expect("leverage_peak", "equity was 0 or below at 2026-01-02T00:00:00Z")


def refilled(case):
    """Down to 0 within the third hour, 100 come in, then 150: all was lost once, so -1."""
    made = case.make(last=START + 4 * HOUR)
    made.account(0)
    navs(made, [100, 80], HOUR)
    made.posting(0, START + 2 * HOUR, "refill", 100 * ONE)
    navs(made, [100, 150, 150], HOUR, begin=START + 2 * HOUR)
    case.expect("return", -1)
    case.expect("profit", "-50")


def refilled_below_zero(case):
    made = case.make(last=START + 4 * HOUR)
    made.account(0)
    navs(made, [100, 80], HOUR)
    made.posting(0, START + 2 * HOUR, "refill", 100 * ONE)
    navs(made, [99, 150], HOUR, begin=START + 2 * HOUR)
    reason = "equity was 0 or below at the beginning of a return, by 2026-01-01T02:00:00Z"
    for name in ("return", "cagr", "max_drawdown", "ulcer"):
        case.expect(name, reason)


def nothing_to_begin_with(case):
    made = case.make()
    made.account(0, first_nav=0)
    navs(made, [0, 0], HOUR)
    case.expect("return",
                "equity was 0 or below at the beginning of a return, by 2026-01-01T00:00:00Z")


# -- nothing


def empty(case):
    made = case.make(first=None, last=None)
    made.account(0, first_nav=None)
    made.account(1, "plain", first_nav=None)
    case.expect("return", "no sample has all prices")
    case.expect("sharpe", "no sample has all prices")
    case.expect("time_in_market", "the run has no length")
    case.expect("win_rate", "no round trip was closed")
    case.expect("round_trips", "0")
    case.expect("fees", "0")
    case.expect("contagion", "there was no liquidation")
    case.expect("utilisation_p95", "no sample has all prices and margin equity above 0")
    case.expect("utilisation_mean", "the account is under no rulebook", 1)


def one_sample(case):
    made = case.make(last=START)
    made.account(0)
    navs(made, [100])
    case.expect("return", 0)
    case.expect("turnover", "the run has no length")


def unpriced(case):
    made = case.make()
    made.account(0, first_nav=None)
    navs(made, [None] * 3, HOUR)
    case.expect("final_nav", "no sample has all prices")


def unknown_price_of_a_flow(case):
    made = case.make()
    made.account(0)
    made.posting(0, START + HOUR, "deposit", ONE, asset_id=1)
    navs(made, [100, 101], HOUR)
    reason = "what came or went at 2026-01-01T01:00:00Z, 1 BTC, has no price in USDT"
    for name in ("net_flows", "profit", "return", "sharpe", "max_drawdown"):
        case.expect(name, reason)


# -- trades


def trips_by_hand(case):
    """2 bought (fee 1), 2 sold (+10, fee 1), funding -3: 10 - 2 - 3 = 5.
    Then 1 bought, and 3 sold: 1 closes with -8, the fee of 3 is 1 for it and 2 for the short of 2:
    -8 - 0 - 1 = -9. The short closes with +4, fee 0: 4 - 2 = 2. Open for 1, 1 and 1 of 8 hours."""
    made = case.make(last=START + 8 * HOUR)
    made.account(0)
    at = [START + k * HOUR for k in range(9)]
    made.fill(0, at[0], 1, 2, 2, 0, ONE)
    made.record("funding", 0, at[0] + 1, instrument_id=1, amount=-3 * ONE)
    made.fill(0, at[1], 1, -2, 0, 10 * ONE, ONE)
    made.fill(0, at[2], 1, 1, 1, 10 * ONE)
    made.fill(0, at[3], 1, -3, -2, 2 * ONE, 3 * ONE)
    made.fill(0, at[4], 1, 2, 0, 6 * ONE)
    case.expect("round_trips", "3")
    case.expect("win_rate", 2 / 3)
    case.expect("payoff", (7 / 2) / 9)
    case.expect("profit_factor", 7 / 9)
    case.expect("expectancy", -2 / 3)
    case.expect("holding_time", 3600)
    case.expect("win_streak", "1")
    case.expect("time_in_market", 3 / 8)
    case.expect("fees", "5")
    case.expect("funding", "3")
    case.expect("volume", "1000")  # 10 at 100


def several_assets(case):
    made = case.make()
    made.account(0)
    for instrument in (1, 3):
        made.fill(0, START, instrument, 1, 1, 0, ONE // 2)
        made.fill(0, START + HOUR, instrument, -1, 0, ONE)
    case.expect("fees", "in 2 assets: 0.5 USDT, 0.5 BTC")
    case.expect("expectancy", "the round trips are of several assets")
    case.expect("win_rate", 1)


# -- margin


def margin_by_hand(case):
    """Samples at 0, 1, 2 hours: equity 100, 50 and none in use. Leverage 200 / 100, (200 + 10 owed)
    / 50, 0 / 50; bound 10 / 100, 20 / 50, 0. Surplus (100 - 5) / 200, (50 - 45) / 200. The warning
    at 0.8 holds from hour 1 to 2, that at 0.9 as well: 45 = 0.9 * 50."""
    made = case.make(last=START + 2 * HOUR)
    made.account(0)
    made.pool(0, 0, lowest=3 * ONE, lowest_ns=START + 77)
    legs = [{"instrument_id": 1, "notional": 150 * ONE}, {"instrument_id": 2, "notional": 50 * ONE}]
    for ratio in (8, 9, 8):
        made.record("margin_event", 0, START, what="call", ratio=ratio * 10**11)
    first = made.equity(0, START, 100 * ONE)
    made.margin(0, first, START, legs, equity=100 * ONE, initial=8 * ONE, orders=2 * ONE,
                maintenance=5 * ONE, collateral=100 * ONE)
    made.posting(0, START + 1, "realised_pnl", -ONE, balance=-10 * ONE)
    second = made.equity(0, START + HOUR, 50 * ONE)
    made.margin(0, second, START + HOUR, legs, equity=50 * ONE, initial=20 * ONE,
                maintenance=45 * ONE, collateral=60 * ONE)
    made.posting(0, START + HOUR + 1, "deposit", 0, balance=10 * ONE, event=0)
    made.equity(0, START + 2 * HOUR, 50 * ONE, "end")
    case.expect("leverage_mean", (2 + 4.2 + 0) / 3)
    case.expect("leverage_peak", 4.2)
    case.expect("utilisation_mean", (0.1 + 0.4 + 0) / 3)
    case.expect("utilisation_p95", 0.1 + 0.9 * 0.3)  # of 0, 0.1, 0.4 the one at 2 * 0.95 = 1.9
    case.expect("utilisation_peak", 0.4)
    case.expect("distance_lowest", 5 / 200)
    case.expect("lowest_surplus", "3")
    case.expect("lowest_surplus_at", f"{START // 10**9}.000000077")
    case.expect("time_warned", "3600")
    case.expect("time_warned@0.8", "3600")
    case.expect("time_warned@0.9", "3600")
    case.expect("return_on_margin", -50 / 15)
    case.expect("volume_per_collateral", 0)


def liquidation_by_hand(case):
    """Culprit 2 loses 40 - fees 2, 1 on 60; the leg in 1 loses 3 and would have stood alone:
    initial 5 + unrealised -1 > maintenance 2. 43 + 3 in all, 3 of them contagion. Takeover of
    another 4 in 2 (realised -4), margin 1.5 to the fund."""
    made = case.make()
    made.account(0)
    made.pool(0, 0)
    made.put("liquidation", id=1, account_id=0, pool_id=0, culprit_id=2, cancelled_only=0)
    made.put("liquidation", id=2, account_id=0, pool_id=0, culprit_id=1, cancelled_only=1)
    made.fill(0, START, 1, 1, 1, 0)
    made.fill(0, START, 2, 2, 2, 0)
    made.margin(0, None, START + 1, [
        {"instrument_id": 1, "initial": 5 * ONE, "unrealised": -ONE, "maintenance": 2 * ONE},
        {"instrument_id": 2, "initial": 5 * ONE, "unrealised": -9 * ONE, "maintenance": 2 * ONE},
    ], liquidation=1)
    made.fill(0, START + 1, 2, -1, 1, -40 * ONE, 2 * ONE, fees=ONE, liquidation_id=1,
              value=-60 * ONE)
    made.fill(0, START + 1, 1, -1, 0, -3 * ONE, liquidation_id=1, value=-30 * ONE)
    made.put("liquidation_stage", id=made.next(), liquidation_id=1, ts_ns=START + 1,
             action="takeover", done=1, instrument_id=2, value=-55 * ONE)
    made.position(0, START + 1, 2, 0, -44 * ONE)
    made.posting(0, START + 1, "takeover", 3 * ONE // 2, "insurance")
    made.posting(0, START + 1, "insurance", 7 * ONE)
    made.posting(0, START + 1, "socialised", 2 * ONE)
    made.posting(0, START + 1, "socialised", -ONE)
    made.posting(0, START + 1, "last_resort", ONE)
    case.expect("liquidations", "1")
    case.expect("liquidated_notional", "145")  # 60 + 30 + 55
    case.expect("liquidation_loss", "51.5")  # 43 + 3 + 4 + 1.5
    case.expect("liquidation_fees", "1")
    case.expect("contagion_loss", "3")
    case.expect("contagion", 3 / 50)
    case.expect("culprit", "2")
    case.expect("insurance_used", "7")
    case.expect("socialised", "2")
    case.expect("socialised_paid", "1")
    case.expect("last_resort", "1")
    case.expect("expectancy", (-3 - 40 - 2 - 1 - 4) / 2)


CASES = (growth_by_hand, fall_and_recovery, days_by_hand, first_and_last_day, too_short_last_day,
         no_variance, a_missing_day, bankrupt_at_once, negative_equity, refilled,
         refilled_below_zero, nothing_to_begin_with, empty, one_sample, unpriced,
         unknown_price_of_a_flow, trips_by_hand, several_assets, margin_by_hand,
         liquidation_by_hand)


def refusals(driver, folder, drive):
    """What no run writes is refused with a sentence, and nothing is written."""
    wrong = []
    spoilt = (
        ("UPDATE account SET report_asset_id = 9", "an asset 9"),
        ("UPDATE fill SET asset_id = 9", "an asset 9"),
        ("UPDATE position SET instrument_id = 9", "an instrument 9"),
        ("UPDATE equity SET ts_ns = 5", "the time 5 is not between"),
        ("UPDATE equity SET ts_ns = ts_ns - 2 * ts_ns / 100 * (id % 2)", None),
        ("UPDATE position SET ts_ns = -9223372036854775808", "is not between 2000 and 2100"),
        ("UPDATE run SET last_ns = -9223372036854775808", "is not between 2000 and 2100"),
        ("UPDATE posting SET ts_ns = -9223372036854775808", "is not between 2000 and 2100"),
        ("UPDATE posting SET amount_micro = -9223372036854775808", None),
        ("UPDATE account SET first_nav_micro = -9223372036854775808", None),
        ("UPDATE equity SET nav_atto = 9223372036854775807", None),
        ("UPDATE equity SET nav_micro = 9223372036854775807", None),
        ("UPDATE fill SET value_micro = 9223372036854775807", None),
        ("UPDATE position SET qty = -9223372036854775808", None),
    )
    for sql, said in spoilt:
        made = Made(folder / "case.db")
        made.account(0)
        navs(made, [100, 101], HOUR)
        made.fill(0, START, 1, 1, 1, 0)
        made.posting(0, START, "deposit", ONE)
        made.db.execute("DROP INDEX equity_account_ts")  # it would refuse two rows at one time
        made.db.execute(sql)
        made.done()
        found = drive(driver, "write", folder / "case.db")
        if said is not None and not (found.startswith("refused: ") and said in found):
            wrong.append(f"{sql}: {found}")
    return wrong


def altered(driver, folder, drive):
    """A stored metric that was altered, removed or added is found."""
    wrong = []
    for sql, said in (("UPDATE metric SET value = value + 0.001 WHERE name = 'return'", "return"),
                      ("UPDATE metric SET exact = '7' WHERE name = 'fees'", "fees"),
                      ("DELETE FROM metric WHERE name = 'cagr'", "cagr"),
                      ("INSERT INTO metric VALUES (0, 'more', 1, NULL, '', '', NULL)", "metrics")):
        made = Made(folder / "case.db")
        made.account(0)
        navs(made, [100, 101], HOUR)
        made.done()
        drive(driver, "write", folder / "case.db")
        db = sqlite3.connect(folder / "case.db")
        db.execute(sql)
        db.commit()
        db.close()
        found = drive(driver, "verify", folder / "case.db")
        if said not in found:
            wrong.append(f"{sql}: {found}")
    return wrong


def told(driver, drive):
    """What `explain METRIC` prints: the row of the table, as text and as JSON."""
    wrong = []
    for line in drive(driver, "names").splitlines():
        name, kind, unit, formula = line.split("\t")
        text, row = drive(driver, "text", name), json.loads(drive(driver, "json", name))
        if (row["metric"], row["kind"], row["unit"], row["formula"]) != (name, kind, unit, formula):
            wrong.append(f"{name}: JSON {row}")
        if not all(part in text for part in (name, kind, formula, row["meaning"])):
            wrong.append(f"{name}: text {text}")
    for asked, near in (("sharp", "sharpe"), ("Max_Drawdown", "max_drawdown"),
                        ("qqqqqq", "nothing")):
        found = subprocess.run([driver, "text", asked], capture_output=True, text=True, check=False)
        if found.stdout != f"none, near {near}\n":
            wrong.append(f"{asked}: {found.stdout}")
    if "time_warned" not in drive(driver, "text", "time_warned@0.8"):
        wrong.append("time_warned@0.8 is not known")
    return wrong


def run(driver, folder, drive):
    wrong = told(driver, drive)
    for case in CASES:
        one = Case(case.__name__, driver, folder, drive)
        case(one)
        wrong += one.wrong
    return wrong + refusals(driver, folder, drive) + altered(driver, folder, drive)
