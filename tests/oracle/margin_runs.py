"""margin_runs - random runs under rulebooks: markets that crash, accounts that cannot bear it.

The market is that of replay_scenario with jumps; rulebooks are random (margin_books) or shipped.
"""

import json
import random

import margin_books
import replay_runs
from replay_numbers import format_decimal
from replay_price import NEEDS, present
from replay_scenario import ASSETS, Market, Row
from replay_tape import parse_tape

SHIPPED = ("textbook", "textbook", "hyperliquid", "span-like", "deribit-futures")


class CrashRow(Row):
    """A row whose price jumps now and then."""

    def __init__(self, rng, place):
        super().__init__(rng, place)
        self.mid = rng.randint(200, 2000)
        self.wild = rng.random() < 0.7

    def move(self):
        dice = self.rng.random()
        if self.wild and dice < 0.04:
            self.mid = max(20, self.mid * self.rng.randint(70, 96) // 100)
        elif self.wild and dice < 0.07:
            self.mid = min(20000, self.mid * self.rng.randint(104, 140) // 100)
        return super().move()

    def reference(self):
        """Mark and index stay near the price."""
        kind = self.rng.choice(("mark", "mark", "index"))
        self.mark |= kind == "mark"
        return [(kind, "", self.px(self.move() + self.rng.randint(-2, 2)), "")]


class CrashMarket(Market):
    """Events of all rows, every row with a mark, an index and a price from the start."""

    def __init__(self, rng):
        super().__init__(rng)
        self.rows = [CrashRow(rng, place) for place in range(rng.randint(1, 4))]
        self.spot = any(row.kind == "spot" for row in self.rows)
        if self.spot:
            self.assets = list(ASSETS)

    def text(self):
        for row in self.rows:
            if self.rng.random() < 0.9:
                self.add(row.symbol, [("index", "", row.px(row.mid), ""),
                                      ("mark", "", row.px(row.mid), "")])
                row.mark = True
        return super().text()


def regime(rng, regimes):
    if rng.random() < 0.3 and "isolated" in regimes and "cross" in regimes:
        return None
    return rng.choice(regimes)


def account(rng, market, name, regimes):
    """As that of replay_runs, with margin: poor, levered, and now and then with company."""
    row = replay_runs.account(rng, market, name)
    row["leverage"] = rng.choice((2, 5, 10, "12.5", 20))
    row.pop("positions", None)
    row.pop("flows", None)
    word = regime(rng, regimes)
    if word is None:
        names = [r.symbol for r in market.rows if r.kind != "spot"]
        word = {"default": "cross", **{n: "isolated" for n in names if rng.random() < 0.5}}
    row["margin"] = word
    if market.spot:
        row["report_currency"] = "USD"
    if rng.random() < 0.4:
        row["alerts"] = ["0.5", "0.75"]
    if rng.random() < 0.3:
        row["after_liquidation"] = rng.choice(("stop", "continue", "refill"))
    if rng.random() < 0.3:
        row["topup"] = rng.choice(("auto", "manual"))
    return row


def words(tape_text):
    """The words of prices that every row of the tape has what it takes for."""
    instruments, events = parse_tape(tape_text)
    kinds = [found for inst, found in zip(instruments, present(instruments, events))
             if inst.traded and not inst.spot]
    return ["mark", "mark", "mark"] + [word for word in ("last", "index", "mid")
                                       if all(NEEDS[word] <= found for found in kinds)]


def make(seed, tape_path):
    """(text of the tape, text of the run file, {file name: text} of rulebooks)."""
    rng = random.Random(seed)
    market = CrashMarket(rng)
    text = market.text()
    bases = sorted({row.base for row in market.rows})
    assets = sorted({a for row in market.rows for a in (row.base, row.quote, row.settle)})
    files, parts = margin_books.make(rng, "made-up", bases, assets, words(text))
    book, regimes = "./made-up.yaml", parts["regimes"]
    if rng.random() < 0.2:
        book = rng.choice(SHIPPED)
    if book in SHIPPED:
        regimes = {"textbook": ["cross", "isolated", "portfolio"], "hyperliquid": ["cross",
                   "isolated"], "span-like": ["portfolio"], "deribit-futures": ["cross"]}[book]
    run = replay_runs.make_run(rng, market, tape_path)
    run["accounts"] = [account(rng, market, f"a{n}", regimes) for n in range(rng.randint(1, 3))]
    run["venue"]["rulebook"] = book
    if rng.random() < 0.5:
        run["venue"]["insurance"] = {a: format_decimal(rng.randint(1, 10**6), 2) for a in assets}
    if rng.random() < 0.2:
        run["venue"]["race"] = "stops_first"
    if rng.random() < 0.3 and "USDT" in assets and ("USD" in assets or market.assets):
        run["venue"]["par"] = {"USDT": "USD"}
    return text, json.dumps(run, indent=1), files
