"""margin_runs - random runs under rulebooks: markets that crash, accounts that cannot bear it.

The market is that of replay_scenario with jumps, halts in them and more assets than anybody trades
in; rulebooks are random (margin_books) or shipped.
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
EXTRA = {"ZEC": (10**5, 10**6), "SOL": (10**6, 2 * 10**6), "ADA": (3000, 9000),
         "LTC": (5 * 10**5, 10**6), "BNB": (10**6, 9 * 10**6)}      # as ASSETS
PRICES = {**ASSETS, **EXTRA}


class CrashRow(Row):
    """A row whose price jumps now and then."""

    def __init__(self, rng, place):
        super().__init__(rng, place)
        self.mid = self.first = rng.randint(200, 2000)
        self.wild = rng.random() < 0.7
        self.halting = rng.random() < 0.4
        self.jumped = False

    def move(self):
        dice = self.rng.random()
        if self.wild and dice < 0.04:
            self.mid = max(20, self.mid * self.rng.randint(70, 96) // 100)
        elif self.wild and dice < 0.07:
            self.mid = min(20000, self.mid * self.rng.randint(104, 140) // 100)
        self.jumped |= self.wild and dice < 0.07
        return super().move()

    def reference(self):
        """Mark and index stay near the price."""
        kind = self.rng.choice(("mark", "mark", "index"))
        self.mark |= kind == "mark"
        return [(kind, "", self.px(self.move() + self.rng.randint(-2, 2)), "")]

    def halts(self):
        """A jump may be halted; trading comes back some time later."""
        jumped, self.jumped = self.jumped, False
        if self.ended or not self.halting:
            return []
        dice = self.rng.random()
        if dice < 0.1 if self.halted else jumped and dice < 0.4:
            self.halted = not self.halted
            return [("status", "halt" if self.halted else "resume", "0", "")]
        return []

    def worth(self, lots):
        """What so many lots are worth at the first price, in the settle asset, roughly."""
        px = self.first * self.tick / 10**self.px_scale
        contracts = lots * self.lot / 10**self.qty_scale * self.mult / 10**self.mult_scale
        return contracts / px if self.settle == self.base else contracts * px


class CrashMarket(Market):
    """Events of all rows, every row with a mark, an index and a price from the start."""

    def __init__(self, rng):
        super().__init__(rng)
        self.rows = [CrashRow(rng, place) for place in range(rng.randint(1, 4))]
        self.spot = any(row.kind == "spot" for row in self.rows)
        if self.spot:
            self.assets = list(ASSETS)
        if self.assets and rng.random() < 0.5:
            self.assets += rng.sample(sorted(EXTRA), rng.randint(2, len(EXTRA)))

    def asset_event(self, asset):
        px = self.rng.randint(*PRICES[asset])
        self.add(asset, [("asset_index", "", format_decimal(px, 4), "")])

    def step(self, barred):
        super().step(barred)
        for row in self.rows:
            self.add(row.symbol, row.halts())

    def text(self):
        for row in self.rows:
            if self.rng.random() < 0.9:
                self.add(row.symbol, [("index", "", row.px(row.mid), ""),
                                      ("mark", "", row.px(row.mid), "")])
                row.mark = True
        return super().text()


# -- accounts


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


def carry(rng, market, row):
    """Positions that the account brings along, and money that hardly bears them."""
    rows = [r for r in market.rows if r.kind != "spot"]
    rows = rng.sample(rows, min(len(rows), rng.choice((1, 1, 2, 3))))
    if not rows:
        return
    row["positions"], money = [], {}
    for traded in rows:
        lots = rng.choice((1, 3, 10, 40, 300))
        side = rng.choice((1, 1, -1))
        entry = {"instrument": traded.symbol, "qty": traded.qty(side * lots),
                 "px": traded.px(traded.first + rng.randint(-5, 5))}
        if "hedge" in row:
            entry["leg"] = "long" if side > 0 else "short"
        row["positions"].append(entry)
        money[traded.settle] = money.get(traded.settle, 0) + traded.worth(lots)
    row["collateral"] = collateral(rng, market, money)


def collateral(rng, market, money):
    """Part of what the positions are worth, in their assets or, priced alike, in others."""
    found = {}
    others = [asset for asset in market.assets if rng.random() < 0.4]
    for asset, worth in money.items():
        share = worth * rng.choice((0.03, 0.06, 0.12, 0.25))
        if not others or rng.random() < 0.7:
            found[asset] = amount(share)
        else:
            for other in others:
                price = sum(PRICES[other]) / 20000
                found[other] = amount(share * guess(asset) / price)
    return found or {next(iter(money)): "1"}


def amount(number):
    return format_decimal(max(1, int(number * 10**8)), 8)


def guess(asset):
    """A price in USD."""
    return sum(PRICES[asset]) / 20000 if asset in PRICES else 1


def rest_of_market(rng, market):
    """Positions of others that a deleveraging may take."""
    found = {}
    for row in market.rows:
        if row.kind != "spot" and rng.random() < 0.7:
            found[row.symbol] = {
                side: [{"qty": row.qty(rng.choice((1, 2, 7, 100))),
                        "score": format_decimal(rng.randint(0, 3 * 10**4), 4)}
                       for _ in range(rng.randint(1, 3))]
                for side in ("long", "short") if rng.random() < 0.8}
    return {symbol: sides for symbol, sides in found.items() if sides}


# -- the run


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
    assets = sorted({a for row in market.rows for a in (row.base, row.quote, row.settle)}
                    | {asset for asset in EXTRA if asset in market.assets})
    files, parts = margin_books.make(rng, "made-up", bases, assets, words(text))
    book, regimes = "./made-up.yaml", parts["regimes"]
    if rng.random() < 0.2:
        book = rng.choice(SHIPPED)
    if book in SHIPPED:
        regimes = {"textbook": ["cross", "isolated", "portfolio"], "hyperliquid": ["cross",
                   "isolated"], "span-like": ["portfolio"], "deribit-futures": ["cross"]}[book]
    run = replay_runs.make_run(rng, market, tape_path)
    run["accounts"] = [account(rng, market, f"a{n}", regimes) for n in range(rng.randint(1, 3))]
    for row in run["accounts"]:          # without a rate for it by then: a run that both refuse
        if rng.random() < 0.5:
            carry(rng, market, row)
    run["venue"]["rulebook"] = book
    if rng.random() < 0.5:
        run["venue"]["insurance"] = {a: format_decimal(rng.randint(1, 10**6), 2) for a in assets}
    if rng.random() < 0.2:
        run["venue"]["race"] = "stops_first"
    if rng.random() < 0.3 and "USDT" in assets and ("USD" in assets or market.assets):
        run["venue"]["par"] = {"USDT": "USD"}
    if rng.random() < 0.4:
        run["venue"]["rest_of_market"] = rest_of_market(rng, market)
    if margin_books.refine(rng, parts):
        files["made-up.yaml"] = margin_books.text_of(parts)
    return text, json.dumps(run, indent=1), files
