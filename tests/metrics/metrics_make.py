"""Run databases that no run has written: from schema.sql, by hand or at random.

A Made database has one row per call of put(); columns that are not given get what the schema lets
pass. Money is given whole, in units of 10^-18, under the name without _micro and _atto.
"""

import pathlib
import sqlite3

from blobs import UNKNOWN, pack

SCHEMA = pathlib.Path(__file__).parents[2] / "reports" / "schema.sql"
DAY = 86_400 * 10**9
ONE = 10**18
START = 1_767_225_600 * 10**9  # 2026-01-01
CAUSES = ("deposit", "withdrawal", "refill")


class Made:
    """A database under way; seq is the number of the next record."""

    def __init__(self, path, first=START, last=START + DAY, **run):
        path.unlink(missing_ok=True)
        self.db = sqlite3.connect(path)
        self.db.executescript("PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF;")
        self.db.executescript(SCHEMA.read_text())
        self.seq, self.columns = 0, {}
        self.put("run", id=1, **{"status": "complete", "assess": "bands", "equity_as": "rows",
                                 "sample_len_ns": 10**10, "first_ns": first, "last_ns": last,
                                 **run})
        for number, name in enumerate(("USDT", "BTC")):
            self.put("asset", id=number, name=name)
        self.instrument(0, "A", "spot", "BTC", "USDT", "USDT")
        self.instrument(1, "B", "perpetual", "BTC", "USDT", "USDT")
        self.instrument(2, "C", "perpetual", "SOL", "USDT", "USDT")
        self.instrument(3, "D", "perpetual", "BTC", "USD", "BTC")
        self.put("rulebook", id=0, name="textbook")

    def instrument(self, number, symbol, kind, base, quote, settle):
        self.put("instrument", id=number, symbol=symbol, kind=kind, base=base, quote=quote,
                 settle=settle, px_scale=2)

    def next(self):
        self.seq += 1
        return self.seq

    def put(self, table, **given):
        if table not in self.columns:
            self.columns[table] = self.db.execute(f"PRAGMA table_info({table})").fetchall()
        row = {}
        for name, value in given.items():
            if any(c[1] == name + "_micro" for c in self.columns[table]):
                row[name + "_micro"] = None if value is None else value // 10**12
                row[name + "_atto"] = None if value is None else value % 10**12
            else:
                row[name] = value
        for _, name, kind, needed, _, _ in self.columns[table]:
            if needed and name not in row:
                row[name] = {"TEXT": "", "INTEGER": 0, "BLOB": b""}[kind]
        places = ", ".join("?" * len(row))
        self.db.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places})",
                        list(row.values()))

    def record(self, table, account, ts, **given):
        number = self.next()
        self.put(table, id=number, account_id=account, ts_ns=ts, **given)
        return number

    def account(self, number, regime="cross", first_nav=100 * ONE, **given):
        self.put("account", id=number, name=f"a{number}", regime=regime, same="strategy",
                 rulebook_id=None if regime == "plain" else 0, first_nav=first_nav,
                 **{"report_asset_id": 0, "lowest_exact": 1, **given})

    def pool(self, number, account, regime="cross", **given):
        self.put("pool", id=number, account_id=account, regime=regime, **given)

    def equity(self, account, ts, nav, at="grid"):
        return self.record("equity", account, ts, at=at, priced=0 if nav is None else 1, nav=nav)

    def margin(self, pool, equity_id, ts, legs=(), liquidation=None, **given):
        number = self.next()
        self.put("margin", id=number, pool_id=pool, equity_id=equity_id, ts_ns=ts,
                 liquidation_id=liquidation, **given)
        for leg in legs:
            self.put("contribution", id=self.next(), margin_id=number, **leg)

    def posting(self, account, ts, cause, amount, book="account", event=1, **given):
        self.record("posting", account, ts, book=book, cause=cause, amount=amount, event=event,
                    **given)

    def fill(self, account, ts, instrument, qty, after, realised, fee=0, leg=0, fees=0, **given):
        """A fill of a signed quantity, its liquidation fee, and the position after it."""
        asset = given.pop("asset_id", 1 if instrument == 3 else 0)
        self.record("fill", account, ts, instrument_id=instrument, leg=leg, qty=abs(qty),
                    side="buy" if qty > 0 else "sell", role="taker", asset_id=asset, fee=fee,
                    **{"value": qty * 100 * ONE, **given})
        if fees != 0:
            self.posting(account, ts, "liquidation_fee", -fees, instrument_id=instrument,
                         asset_id=asset)
        self.position(account, ts, instrument, after, realised, leg)

    def position(self, account, ts, instrument, qty, realised, leg=0):
        self.record("position", account, ts, instrument_id=instrument, leg=leg, qty=qty,
                    realised=realised)

    def number_by_time(self):
        """Records in the order of time, as in a run; those of one time stay in their order."""
        rows = []
        for table in ("equity", "margin", "price", "fill", "position", "posting", "funding",
                      "interest", "margin_event", "liquidation_stage", "counterparty"):
            rows += [(ts, number, table) for number, ts in
                     self.db.execute(f"SELECT id, ts_ns FROM {table}")]
        rows += [(ts, number, "contribution") for number, ts in self.db.execute(
            "SELECT c.id, m.ts_ns FROM contribution c JOIN margin m ON m.id = c.margin_id")]
        new = {number: k + 1 for k, (_, number, _) in enumerate(sorted(rows))}
        for table in sorted({table for _, _, table in rows}):
            pairs = [(-new[number], number) for _, number, t in rows if t == table]
            self.db.executemany(f"UPDATE {table} SET id = ? WHERE id = ?", pairs)
            self.db.execute(f"UPDATE {table} SET id = -id")
        for table, column in (("margin", "equity_id"), ("contribution", "margin_id")):
            old = self.db.execute(f"SELECT id, {column} FROM {table} WHERE {column} IS NOT NULL")
            pairs = [(new[target], number) for number, target in old.fetchall()]
            self.db.executemany(f"UPDATE {table} SET {column} = ? WHERE id = ?", pairs)

    def done(self):
        self.db.commit()
        self.db.close()


# -- at random


def money(rng, low, high):
    return rng.randint(low * ONE, high * ONE)


def random_rows(rng, made, account, begin, end, pools):
    """Equity and margin rows of a walk, with flows; returns the times."""
    step = (end - begin) // rng.choice((1, 2, 40, 200)) + 1
    grid = max(step, 10**9)
    times = {begin + k * grid: "grid" for k in range((end - begin) // grid + 1)}
    for _ in range(rng.choice((0, 3, 20))):
        times.setdefault(rng.randint(begin, end), "event")
    times[end] = "end"
    nav, flat = money(rng, 90, 110), rng.random() < 0.1
    gap = (rng.randint(begin, end), rng.choice((0, 0, 0, DAY, 3 * DAY)))
    for ts in sorted(times):
        if rng.random() < (0.02 if rng.random() < 0.3 else 0) or gap[0] < ts < sum(gap):
            made.equity(account, ts, None, times[ts])
            continue
        if not flat:
            nav += nav * rng.randint(-50, 50) // 1000
            nav = rng.choice((0, -nav, nav // 2)) if rng.random() < 0.002 else nav
        if rng.random() < 0.02:
            nav += random_flow(rng, made, account, ts)
        number = made.equity(account, ts, nav, times[ts])
        for pool in pools:
            if rng.random() < 0.6:
                random_margin(rng, made, pool, number, ts, nav)


def random_flow(rng, made, account, ts):
    cause = rng.choice(CAUSES)
    amount = money(rng, 1, 50) * (-1 if cause == "withdrawal" else 1)
    foreign = rng.random() < 0.15
    if foreign and rng.random() < 0.7:
        made.put("price", id=made.next(), instrument_id=0, ts_ns=ts, px2=rng.randint(1, 10**6))
    made.posting(account, ts - rng.choice((0, 0, 1)), cause, amount, asset_id=int(foreign),
                 event=rng.choice((0, 1, 9, 9)), balance=money(rng, -5, 50) if not foreign else 0)
    return amount


def random_margin(rng, made, pool, equity_id, ts, nav):
    legs = []
    for _ in range(rng.randint(0, 3)):
        legs.append({"instrument_id": rng.choice((1, 1, 2, 2, 2, 3) if rng.random() < 0.05
                                                 else (1, 2)), "notional": money(rng, 1, 300)})
    made.margin(pool, equity_id, ts, legs, equity=nav - money(rng, 0, 20),
                initial=money(rng, 0, 60), orders=money(rng, 0, 9), maintenance=money(rng, 0, 80),
                collateral=money(rng, 1, 90))


def random_trades(rng, made, account, begin, end, liquidations):
    qty, realised, ts = {}, {}, begin
    count = rng.choice((0, 1, 5, 60))
    for _ in range(count):
        ts += rng.randint(0, (end - begin) // count)
        key = (rng.choice((0, 1, 2) if rng.random() < 0.95 else (3,)), rng.choice((0, 0, 1)))
        before = qty.get(key, 0)
        after = rng.choice((0, 0, before, -before, rng.randint(-9, 9)))
        realised[key] = realised.get(key, 0) + (money(rng, -30, 30) if before else 0)
        if rng.random() < 0.1 and before == after:
            realised[key] += 0
        qty[key] = after
        forced = rng.choice(liquidations) if liquidations and rng.random() < 0.4 else None
        asset = 1 if key[0] == 3 else 0
        if rng.random() < 0.3:
            made.record("funding", account, ts, instrument_id=key[0], leg=key[1], asset_id=asset,
                        amount=money(rng, -2, 2))
        if forced is not None and rng.random() < 0.4 and key[0] != 0:
            action = rng.choice(("takeover", "adl", "offset", "takeover", "close")
                                + (("keeper",) if rng.random() < 0.1 else ()))
            made.put("liquidation_stage", id=made.next(), liquidation_id=forced, ts_ns=ts,
                     action=action, done=rng.choice((0, 1, 1)), instrument_id=key[0], leg=key[1],
                     value=money(rng, -99, 99))
            if action == "adl":
                made.put("counterparty", id=made.next(), liquidation_id=forced, ts_ns=ts,
                         cause="adl", asset_id=asset, value=money(rng, -99, 99))
            made.position(account, ts, key[0], after, realised[key], key[1])
        elif after != before:
            made.fill(account, ts, key[0], after - before, after, realised[key],
                      money(rng, -1, 3), key[1], 0 if forced is None else money(rng, 0, 2),
                      liquidation_id=forced)


def random_liquidations(rng, made, account, ts, pools):
    numbers = []
    for _ in range(rng.choice((0, 0, 1, 3)) if pools else 0):
        number = made.db.execute("SELECT count(*) FROM liquidation").fetchone()[0] + 1
        made.put("liquidation", id=number, account_id=account, pool_id=rng.choice(pools),
                 number=len(numbers) + 1, culprit_id=rng.choice((None, 1, 1, 2)),
                 cancelled_only=rng.choice((None, 0, 0, 1)))
        made.margin(pools[0], None, ts, [
            {"instrument_id": i, "leg": leg, "initial": money(rng, 0, 9),
             "unrealised": money(rng, -9, 9), "maintenance": money(rng, 0, 9)}
            for i in (1, 2, 3) for leg in (0, 1) if rng.random() < 0.8], liquidation=number)
        numbers.append(number)
        for cause in ("insurance", "socialised", "last_resort"):
            for _ in range(rng.choice((0, 0, 1, 2))):
                made.posting(account, ts, cause, money(rng, -5, 5), asset_id=0,
                             balance=money(rng, -3, 3))
        if rng.random() < 0.3:
            made.posting(account, ts, "takeover", money(rng, 0, 5), "insurance")
    return numbers


def random_blobs(rng, made, account, begin, end):
    step = rng.choice((10**10, DAY // 6, DAY // 2))
    times = sorted(set(range(begin, end, max(step, (end - begin) // 500))) | {end})
    nav, rows = 100_000_000, []
    for k, ts in enumerate(times):
        nav += rng.randint(-3_000_000, 3_100_000)
        rows.append((ts, UNKNOWN if rng.random() < 0.01 else nav, 0, 0, 0, 0))
        if k % 100 == 99 or ts == end:
            made.put("equity_blob", account_id=account, first_ns=ts - k % 100, last_ns=ts,
                     row_count=len(rows), data=pack(rows))
            rows = []


def random_database(rng, path):
    begin = START + rng.choice((0, 1, DAY // 3, 10**9))
    end = begin + rng.choice((1, 10**11, DAY, 29 * DAY, 31 * DAY, 40 * DAY, 95 * DAY))
    end += rng.randint(0, 10**10)
    blobs = rng.random() < 0.15
    made = Made(path, begin, end, equity_as="blobs" if blobs else "rows")
    for account in range(rng.randint(1, 3)):
        regime = rng.choice(("plain", "cross", "cross", "isolated", "portfolio"))
        made.account(account, regime, rng.choice((100 * ONE,) * 9 + (0, None)),
                     report_asset_id=int(rng.random() < 0.05), lowest_exact=rng.randint(0, 1))
        pools = [] if regime == "plain" else [10 * account + k for k in range(rng.randint(1, 3))]
        for pool in pools:
            made.pool(pool, account, regime, unit_id=int(rng.random() < 0.05),
                      lowest=rng.choice((None, money(rng, -9, 50))), lowest_ns=begin + 5)
        for _ in range(rng.randint(0, 4) if pools else 0):
            made.record("margin_event", account, begin, what="call",
                        ratio=rng.choice((5, 8, 9, 10)) * 10**11)
        numbers = random_liquidations(rng, made, account, begin, pools)
        if rng.random() < 0.95 and blobs:
            random_blobs(rng, made, account, begin, end)
        elif rng.random() < 0.95:
            random_rows(rng, made, account, begin, end, pools)
        random_trades(rng, made, account, begin, end, numbers)
        for _ in range(rng.choice((0, 3))):
            made.record("interest", account, begin, asset_id=rng.choice((0, 0, 0, 1)),
                        amount=-money(rng, 0, 2))
    made.number_by_time()
    made.done()
