"""An account's metrics from a run database, written from docs/metrics.md alone: fractions, whole
lists instead of streams, no code shared with reports/.

measure(db) -> {(account, name): (value or None, exact or None, unit)}; value is a Fraction, an int
or a Decimal.
"""

import bisect
import collections
from decimal import Decimal, getcontext
from fractions import Fraction

from blobs import UNKNOWN, unpack

getcontext().prec = 60
DAY = 86_400 * 10**9
HOUR = 3600 * 10**9
ONE = 10**18


def root(x):
    x = Fraction(x)
    return (Decimal(x.numerator) / Decimal(x.denominator)).sqrt()


def decimal(x):
    if isinstance(x, Decimal):
        return x
    x = Fraction(x)
    return Decimal(x.numerator) / Decimal(x.denominator)


def quantile(values, q):
    values = sorted(values)
    at = (len(values) - 1) * q
    low = at.numerator // at.denominator
    rest = at - low
    return values[low] if rest == 0 else values[low] + rest * (values[low + 1] - values[low])


def half_even(a, b):
    quotient, rest = divmod(a, b)
    twice = 2 * rest
    return quotient + (1 if twice > b or (twice == b and quotient % 2 == 1) else 0)


def text(units, scale=18):
    sign = "-" if units < 0 else ""
    whole, rest = divmod(abs(units), 10**scale)
    tail = str(rest).rjust(scale, "0").rstrip("0") if scale else ""
    return f"{sign}{whole}" + (f".{tail}" if tail else "")


Row = collections.namedtuple("Row", "id ts sample nav pools")
Pool = collections.namedtuple("Pool", "id equity initial orders maintenance collateral legs")


class Account:
    """One account's rows, and its metrics in `found`."""

    def __init__(self, db, row):
        self.db, self.id = db, row["id"]
        self.run = db.execute("SELECT * FROM run").fetchone()
        self.length = (self.run["last_ns"] or 0) - (self.run["first_ns"] or 0)
        self.blobs = self.run["equity_as"] == "blobs"
        self.assets = dict(db.execute("SELECT id, name FROM asset"))
        self.instruments = {i["id"]: i for i in db.execute("SELECT * FROM instrument")}
        self.report = self.assets[row["report_asset_id"]]
        self.plain = row["rulebook_id"] is None
        self.first = self.amount(row, "first_nav")
        self.found = {}
        self.rows = self.load_blobs() if self.blobs else self.load_rows()
        self.forced = {}

    # -- reading

    @staticmethod
    def amount(row, name):
        micro = row[name + "_micro"]
        return None if micro is None else micro * 10**12 + row[name + "_atto"]

    def all(self, sql):
        return self.db.execute(sql, (self.id,)).fetchall()

    def money_of(self, instrument):
        row = self.instruments[instrument]
        return row["quote"] if row["kind"] == "spot" else row["settle"]

    def load_rows(self):
        rows = []
        for e in self.all("SELECT * FROM equity WHERE account_id = ? AND priced = 1 ORDER BY id"):
            pools = []
            for m in self.db.execute("SELECT * FROM margin WHERE equity_id = ?", (e["id"],)):
                legs = [(c["instrument_id"], self.amount(c, "notional")) for c in
                        self.db.execute("SELECT * FROM contribution WHERE margin_id = ?",
                                        (m["id"],))]
                pools.append(Pool(m["pool_id"], *(self.amount(m, k) for k in (
                    "equity", "initial", "orders", "maintenance", "collateral")), legs))
            rows.append(Row(e["id"], e["ts_ns"], e["at"] != "event", self.amount(e, "nav"), pools))
        return rows

    def load_blobs(self):
        rows = []
        for b in self.all("SELECT data, row_count FROM equity_blob WHERE account_id = ? "
                          "ORDER BY first_ns"):
            for ts, nav, *_ in unpack(b["data"], b["row_count"]):
                if nav != UNKNOWN:
                    grid = ts % self.run["sample_len_ns"] == 0 or ts == self.run["last_ns"]
                    rows.append(Row(0, ts, grid, nav * 10**12, []))
        return rows

    # -- putting

    def put(self, name, value, unit="ratio"):
        self.found[name] = (value, None, unit)

    def put_exact(self, name, units, unit, scale=18):
        self.found[name] = (Fraction(units, 10**scale), text(units, scale), unit)

    def put_sum(self, name, pairs):
        """Of (asset name, units): in one asset, or none of several."""
        sums = collections.Counter()
        for asset, units in pairs:
            sums[asset] += units
        left = [a for a in sums if sums[a] != 0]
        if len(left) > 1:
            self.put(name, None, self.report)
        else:
            asset = left[0] if left else self.report
            self.put_exact(name, sums[asset], asset)
        return {a: sums[a] for a in left}

    def sums(self, name, sql, column, sign=1, size=False):
        pairs = [(self.assets[r["asset_id"]], sign * self.amount(r, column)) for r in self.all(sql)]
        return self.put_sum(name, [(a, abs(u) if size else u) for a, u in pairs])

    # -- performance

    def flows(self):
        """Units by the row that they belong to; None where one has no price."""
        out = collections.defaultdict(int)
        times = [r.ts for r in self.rows]
        seen = set()
        for p in self.all("SELECT * FROM posting WHERE account_id = ? AND event > 0 AND book IN"
                          " ('account', 'isolated') AND cause IN ('deposit', 'withdrawal',"
                          " 'refill') ORDER BY id"):
            at = bisect.bisect_left(times, p["ts_ns"])
            if at == len(times):
                continue
            units, asset = self.amount(p, "amount"), self.assets[p["asset_id"]]
            if asset != self.report:
                units = self.convert(units, asset, p["ts_ns"])
                if units is None:
                    return None, seen
            out[at] += units
            seen.add(at)
        return out, seen

    def convert(self, units, asset, ts):
        for i, row in sorted(self.instruments.items()):
            if row["kind"] == "spot" and (row["base"], row["quote"]) == (asset, self.report):
                price = self.db.execute("SELECT px2 FROM price WHERE instrument_id = ? AND ts_ns"
                                        " <= ? ORDER BY id DESC LIMIT 1", (i, ts)).fetchone()
                if price is not None:
                    return half_even(units * price["px2"], 2 * 10 ** row["px_scale"])
        return None

    def performance(self):
        flows, seen = self.flows()
        rows, first = self.rows, self.first
        for name, value in (("first_nav", first), ("final_nav", rows[-1].nav if rows else None),
                            ("net_flows", None if flows is None else sum(flows.values()))):
            if value is None:
                self.put(name, None, self.report)
            else:
                self.put_exact(name, value, self.report)
        self.profit = None
        if rows and first is not None and flows is not None:
            self.profit = rows[-1].nav - first - sum(flows.values())
            self.put_exact("profit", self.profit, self.report)
        else:
            self.put("profit", None, self.report)
        known = rows and first is not None and flows is not None
        growth = self.growth(flows, seen) if known else None
        self.put_growth(growth)
        self.put_daily(self.daily(flows, seen) if known else None)
        samples = [r.nav for r in rows if r.sample]
        mean = Fraction(sum(samples), len(samples)) if samples else 0
        volume = self.volume if len(self.volume) <= 1 else {"": 1}
        fits = set(volume) <= {self.report} and mean > 0 and self.length > 0
        self.put("turnover", Fraction(volume.get(self.report, 0)) / mean / Fraction(
            self.length, DAY) if fits else None, "1/d")

    def growth(self, flows, seen):
        """x at each row; None where growth is not defined."""
        chain, base, out = Fraction(1), self.first, []
        for i, row in enumerate(self.rows):
            if i in seen:
                before = row.nav - flows[i]
                if base <= 0 or before < 0:
                    return None
                chain, base = chain * Fraction(before, base), row.nav
            if base <= 0:
                return None
            out.append(chain * Fraction(row.nav, base))
        return out

    def put_growth(self, growth):
        names = ("return", "cagr", "calmar", "max_drawdown", "ulcer")
        if growth is None:
            for name in names:
                self.put(name, None)
            self.put("max_drawdown_length", None, "s")
            self.put("max_drawdown_recovery", None, "s")
            return
        rows = self.rows
        self.put("return", growth[-1] - 1)
        length = rows[-1].ts - rows[0].ts
        cagr = None
        if length >= 30 * DAY and growth[-1] > 0:
            exponent = Decimal("365.25") * DAY / length
            cagr = decimal(growth[-1]) ** exponent - 1
        self.put("cagr", cagr)
        peaks, peak, at = [], Fraction(1), rows[0].ts
        for x, row in zip(growth, rows):
            if x >= peak:
                peak, at = x, row.ts
            peaks.append((peak, at))
        falls = [x / p[0] - 1 for x, p in zip(growth, peaks)]
        worst = min(falls)
        self.put("max_drawdown", worst)
        self.put("calmar", cagr / abs(decimal(worst)) if cagr is not None and worst < 0 else None)
        squares = [d * d for d, row in zip(falls, rows) if row.sample]
        self.put("ulcer", root(sum(squares) / len(squares)) if squares else None)
        if worst == 0:
            self.put_exact("max_drawdown_length", 0, "s", 9)
            self.put("max_drawdown_recovery", None, "s")
            return
        bottom = falls.index(worst)
        back = [row.ts for x, row in zip(growth[bottom:], rows[bottom:]) if x >= peaks[bottom][0]]
        self.put_exact("max_drawdown_length", (back or [rows[-1].ts])[0] - peaks[bottom][1], "s", 9)
        if back:
            self.put_exact("max_drawdown_recovery", back[0] - rows[bottom].ts, "s", 9)
        else:
            self.put("max_drawdown_recovery", None, "s")

    def daily(self, flows, seen):
        """Returns of the days that count; None where one has none."""
        begin, end, out = self.rows[0].ts, self.rows[-1].ts, []
        day, state, at = begin // DAY * DAY, self.first, 0
        while day < end:
            members = []
            while at < len(self.rows) and self.rows[at].ts <= day + DAY:
                members.append(at)
                at += 1
            if min(day + DAY, end) - max(day, begin) >= 23 * HOUR:
                value = self.day(members, state, flows, seen)
                if value is None:
                    return None
                out.append(value)
            state = self.rows[members[-1]].nav if members else state
            day += DAY
        return out

    def day(self, members, base, flows, seen):
        if not members:
            return None
        chain = Fraction(1)
        for i in members:
            if i in seen:
                before = self.rows[i].nav - flows[i]
                if base <= 0 or before < 0:
                    return None
                chain, base = chain * Fraction(before, base), self.rows[i].nav
        return None if base <= 0 else chain * Fraction(self.rows[members[-1]].nav, base) - 1

    def put_daily(self, r):
        names = ("volatility sharpe sortino omega var_95 es_95 skew kurtosis tail_ratio").split()
        for name in names:
            self.put(name, None)
        if r is None or len(r) < 30:
            return
        n, mean = len(r), sum(r) / len(r)
        squares = sum((x - mean) ** 2 for x in r)
        varies = max(r) - min(r) >= Fraction(1, 10**12)
        std, year = root(squares / (n - 1)), root(365)
        self.put("volatility", std * year if varies else 0)
        if varies:
            cube = decimal(sum((x - mean) ** 3 for x in r)) / std**3
            fourth = decimal(sum((x - mean) ** 4 for x in r)) / std**4
            self.put("sharpe", decimal(mean) / std * year)
            self.put("skew", decimal(Fraction(n, (n - 1) * (n - 2))) * cube)
            self.put("kurtosis", decimal(Fraction(n * (n + 1), (n - 1) * (n - 2) * (n - 3)))
                     * fourth - decimal(Fraction(3 * (n - 1) ** 2, (n - 2) * (n - 3))))
        lost = sum(-x for x in r if x < 0)
        if lost > 0:
            down = root(sum(x * x for x in r if x < 0) / n)
            self.put("sortino", decimal(mean) / down * year)
            self.put("omega", sum(x for x in r if x > 0) / lost)
        low, high = quantile(r, Fraction(1, 20)), quantile(r, Fraction(19, 20))
        tail = sorted(r)[: (n - 1) // 20 + 1]
        self.put("var_95", low)
        self.put("es_95", sum(tail) / len(tail))
        self.put("tail_ratio", abs(high / low) if low != 0 else None)
