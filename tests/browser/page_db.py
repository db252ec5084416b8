"""Run databases for the tests of the page, made from reports/schema.sql with numbers that the test
chooses; nothing of the engine is needed."""
import json
import math
import pathlib
import random
import sqlite3

SCHEMA = pathlib.Path(__file__).resolve().parents[2] / "reports" / "schema.sql"
APPLICATION_ID = 0x504C494D
BEGIN_NS = 1767225600 * 10**9  # 2026-01-01
ATTO = 10**12


def split(value):
    """An amount as the two columns of the database."""
    units = round(value * 10**9) * 10**9
    return units // ATTO, units % ATTO


class RunDb:
    """One run: `accounts` names, each with one cross pool and a random walk of equity."""

    def __init__(self, path, accounts, rows, seed=1, symbol="BTCUSDT", asset="USDT", step_ns=10**10,
                 status="complete", name="made for a test"):
        self.db = sqlite3.connect(path, isolation_level=None)
        self.db.executescript("BEGIN;" + SCHEMA.read_text(encoding="utf-8"))
        self.db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        self.db.execute("PRAGMA user_version = 1")
        self.seq = 0
        self.step_ns, self.rows = step_ns, rows
        self.random = random.Random(seed)
        self.names = accounts
        self.extremes = {}  # account -> (least, greatest) margin equity
        self.put_run(status, name, asset, symbol)
        for number, account in enumerate(accounts):
            self.put_account(number, account)

    def close(self):
        self.db.execute("COMMIT")
        self.db.execute("CREATE INDEX IF NOT EXISTS margin_equity ON margin(equity_id)")
        self.db.execute("CREATE INDEX IF NOT EXISTS contribution_margin ON contribution(margin_id)")
        self.db.close()

    def insert(self, table, **columns):
        names = ", ".join(columns)
        marks = ", ".join("?" * len(columns))
        self.db.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(columns.values()))

    def money(self, name, value):
        micro, atto = split(value)
        return {name + "_micro": micro, name + "_atto": atto}

    def next(self):
        self.seq += 1
        return self.seq

    def put_run(self, status, name, asset, symbol):
        self.insert("run", id=1, status=status, name=name, producer="plimsoll test",
                    cause=None if status == "complete" else "a cause <b>",
                    run_file="made.yaml", config_text="run: made\n# <script>alert(1)</script>\n",
                    config_sha256="0" * 64, overrides="", tape="made.tape", tape_digest="1" * 64,
                    tape_synthetic=1, seed=7, sample_len_ns=self.step_ns, assess="bands",
                    equity_as="rows", with_orders=1, first_ns=BEGIN_NS,
                    last_ns=BEGIN_NS + self.rows * self.step_ns, events=self.rows * 100,
                    records=self.rows, digest="2" * 64, crossed=3, stale=1, gaps=0, unsettled=0,
                    started_utc="2026-01-02T03:04:05Z", elapsed_len_ns=123456789)
        self.insert("asset", id=0, name=asset)
        self.insert("instrument", id=0, symbol=symbol, kind="perpetual", px_scale=2, qty_scale=3,
                    mult_scale=0, multiplier=1, tick=1, lot=1, base="BTC", quote=asset,
                    settle=asset)
        self.insert("rulebook", id=0, name="textbook", file="textbook.yaml", effective_ns=BEGIN_NS,
                    text="rules: <none>\n", sources=json.dumps(["a book, page 3"]))
        self.insert("setting", id=1, path="run", value=name, origin="made.yaml:1:6")
        self.insert("deviation", id=1, text="no fund")
        self.insert("warning", id=1, code="gap", text="a gap of an hour")
        self.insert("source", id=1, name="synth walk")
        self.insert("import_report", id=1, json='{"rows": 5, "rejected": {"disorder": 1}}')

    def put_account(self, number, name):
        self.insert("account", id=number, name=name, variant_group=name.split("/")[0],
                    regime="cross", strategy="hold", params="{}", world=number, rulebook_id=0,
                    hedge=0, same="trades", report_asset_id=0, bankrupt=0, stopped=0,
                    **self.money("first_nav", 1000))
        self.insert("pool", id=number, account_id=number, regime="cross", unit_id=0, leg=0)
        self.walk(number, name)

    def walk(self, number, name):
        """Equity that wanders and once jumps for a single row, which no picture may lose."""
        cash, price, held = 1000.0, 60000.0, 0.0
        spike = self.random.randrange(self.rows // 2, self.rows)
        least, greatest = math.inf, -math.inf
        self.post(number, BEGIN_NS, "deposit", cash)
        for i in range(self.rows):
            ts = BEGIN_NS + (i + 1) * self.step_ns
            price *= 1 + self.random.gauss(0, 0.0004)
            if i % max(self.rows // 40, 1) == 1:
                cash += self.trade(number, ts, price, held)
                held = 0.0 if held else round(self.random.choice([-1, 1]) * 0.05, 3)
                entry = price
            profit = held * (price - entry) if held else 0.0
            if i == spike:
                profit += 777.0
            equity = round(cash + profit, 6)
            least, greatest = min(least, equity), max(greatest, equity)
            self.sample(number, ts, i, equity, profit, held, price)
        self.extremes[name] = (least, greatest)

    def sample(self, number, ts, i, equity, profit, held, price):
        notional = abs(held) * price
        row = self.next()
        self.insert("equity", id=row, account_id=number, ts_ns=ts, event=i, at="grid", priced=1,
                    **self.money("nav", equity), **self.money("unrealised", profit))
        margin = self.next()
        self.insert("margin", id=margin, pool_id=number, equity_id=row, ts_ns=ts,
                    **self.money("equity", equity), **self.money("initial", notional / 10),
                    **self.money("orders", 0), **self.money("maintenance", notional / 20),
                    **self.money("collateral", equity - profit))
        if held:
            self.insert("contribution", id=self.next(), margin_id=margin, instrument_id=0, leg=0,
                        qty=round(held * 1000), px2=round(price * 200), tier=1,
                        **self.money("unrealised", profit), **self.money("notional", notional),
                        **self.money("initial", notional / 10),
                        **self.money("maintenance", notional / 20))
        if number == 0:
            self.insert("price", id=self.next(), instrument_id=0, ts_ns=ts, px2=round(price * 200))

    def post(self, number, ts, cause, amount):
        self.insert("posting", id=self.next(), account_id=number, ts_ns=ts,
                    event=0 if ts == BEGIN_NS else 1, book="account",
                    cause=cause, asset_id=0, **self.money("amount", amount),
                    **self.money("balance", 0))

    def trade(self, number, ts, price, held):
        """Opens or closes 0.05; returns what it did to the cash."""
        fee, value = 0.05 * price * 0.0005, 0.05 * price
        self.insert("fill", id=self.next(), account_id=number, ts_ns=ts, event=1, order_id=1,
                    instrument_id=0, side="sell" if held > 0 else "buy", role="taker", leg=0,
                    px=round(price * 100), qty=50, left=0, asset_id=0,
                    **self.money("value", value), **self.money("fee", fee),
                    **self.money("realised", 0))
        self.post(number, ts, "fee", -fee)
        self.insert("position", id=self.next(), account_id=number, ts_ns=ts, instrument_id=0, leg=0,
                    qty=0 if held else 50, **self.money("cost", 0 if held else value),
                    **self.money("realised", -fee * (2 if held else 1)))
        return -fee

    def warn(self, number, share, ratio=0.8):
        ts = BEGIN_NS + int(self.rows * share) * self.step_ns
        self.insert("margin_event", id=self.next(), account_id=number, pool_id=number, ts_ns=ts,
                    what="call", ratio=round(ratio * 10**12), **self.money("equity", 900),
                    **self.money("maintenance", 720))

    def liquidate(self, number, share):
        """A short liquidation with the rows that a story is made of."""
        ts = BEGIN_NS + int(self.rows * share) * self.step_ns
        count = self.db.execute("SELECT count(*) FROM liquidation").fetchone()[0]
        begin, end = self.next(), self.next() + 3
        self.insert("liquidation", id=count + 1, account_id=number, pool_id=number, number=1,
                    begin_seq=begin, end_seq=end, begin_ns=ts, end_ns=ts, event=1, culprit_id=0,
                    ended="compliant", cancelled_only=0, **self.money("equity", 140),
                    **self.money("maintenance", 150), **self.money("shortfall", 0))
        for margin, equity, kept in ((begin + 1, 140, 150), (end, 139, 0)):
            self.insert("margin", id=margin, pool_id=number, liquidation_id=count + 1, ts_ns=ts,
                        **self.money("equity", equity), **self.money("initial", kept * 2),
                        **self.money("orders", 0), **self.money("maintenance", kept),
                        **self.money("collateral", 1000))
        self.seq = end
        least, greatest = self.extremes[self.names[number]]
        self.extremes[self.names[number]] = (min(least, 139), greatest)
        self.insert("liquidation_stage", id=self.next(), liquidation_id=count + 1, ts_ns=ts,
                    stage=0, round=0, action="close", done=1, instrument_id=0, leg=0, side="sell",
                    qty=50, px=0, **self.money("value", 0), **self.money("equity", 140),
                    **self.money("maintenance", 150))

    def measure(self, number, name, value, unit="ratio"):
        self.insert("metric", account_id=number, name=name, value=value, unit=unit,
                    basis="made for a test")
