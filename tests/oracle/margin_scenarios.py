"""margin_scenarios - random files for `plimsoll margin`: all shipped rulebooks and made-up ones.

make(seed) gives (what-if file as a map, {file name: text} of a made-up rulebook).
"""

import random

import margin_books
from replay_numbers import format_decimal

PRICE = {"BTC": 60000, "ETH": 3000, "SOL": 150, "DOGE": 0.2, "AVAX": 25, "XRP": 0.6}
EXTRA = {"ZEC": 40, "SOL": 150, "ADA": 0.5, "LTC": 80, "BNB": 600}
SHIPPED = {  # rulebook: regimes, instruments as (symbol, kind, base, settle, multiplier, lot)
    "textbook": (("cross", "isolated", "portfolio"), None),
    "binance-usdm": (("cross", "isolated"), [
        (f"{base}USDT", "linear", base, "USDT", "1", "0.001" if base == "BTC" else "1")
        for base in PRICE]),
    "binance-coinm": (("cross", "isolated"), [
        ("BTCUSD_PERP", "inverse", "BTC", "BTC", "100", "1"),
        ("BTCUSD_260327", "inverse", "BTC", "BTC", "100", "1")]),
    "bybit-uta": (("cross", "isolated"), [
        ("BTCUSDT", "linear", "BTC", "USDT", "1", "0.001"),
        ("BTCUSD", "inverse", "BTC", "BTC", "1", "1")]),
    "deribit-futures": (("cross",), [
        ("BTC-PERPETUAL", "inverse", "BTC", "BTC", "10", "1"),
        ("BTC-27MAR26", "inverse", "BTC", "BTC", "10", "1"),
        ("SOL_USDC-PERPETUAL", "linear", "SOL", "USDC", "10", "1")]),
    "dydx-v4": (("cross",), [(f"{base}-USD", "linear", base, "USDC", "1", "0.001")
                             for base in ("BTC", "ETH", "SOL", "DOGE", "AVAX")]),
    "hyperliquid": (("cross", "isolated"), [(base, "linear", base, "USDC", "1", "0.01")
                                            for base in PRICE]),
    "okx-multi": (("cross", "isolated"), [
        ("BTC-USD-SWAP", "inverse", "BTC", "BTC", "100", "1"),
        ("BTC-USDC-SWAP", "linear", "BTC", "USDC", "0.0001", "1"),
        ("ETH-USDC-SWAP", "linear", "ETH", "USDC", "0.001", "1"),
        ("ETH-USDT-SWAP", "linear", "ETH", "USDT", "0.1", "1")]),
    "span-like": (("portfolio",), [
        ("BTC-FUT", "linear", "BTC", "USD", "1", "0.01"),
        ("ETH-FUT", "linear", "ETH", "USD", "1", "0.01"),
        ("BTC-FUT2", "linear", "BTC", "USD", "0.1", "1"),
        ("SOL-FUT", "linear", "SOL", "USD", "1", "1")]),
}
ANY = [("LIN", "linear", "BTC", "USDT", "1", "0.001"),
       ("LIN2", "linear", "ETH", "USDT", "0.1", "1"),
       ("INV", "inverse", "BTC", "BTC", "100", "1"), ("INV2", "inverse", "ETH", "ETH", "10", "1"),
       ("LIN3", "linear", "BTC", "USDT", "0.01", "1")]
TIMES = ("2025-06-01", "2025-10-10T21:15:00", "2025-12-01")


def decimals(value):
    """A price around this value, with a sensible number of places."""
    return 1 if value > 1000 else 3 if value > 10 else 6


class Scenario:
    """One what-if file."""

    def __init__(self, seed):
        self.rng = rng = random.Random(seed)
        self.files, self.indebted = {}, False
        if rng.random() < 0.45:
            self.made_up()
        else:
            self.book = rng.choice(list(SHIPPED))
            self.regimes, rows = SHIPPED[self.book]
            self.rows = rows or ANY
        self.regime = rng.choice(self.regimes)
        self.rows = rng.sample(self.rows, rng.randint(1, min(4, len(self.rows))))
        self.settles = sorted({row[3] for row in self.rows})
        self.hedge = rng.random() < 0.25

    def made_up(self):
        self.rows = ANY
        self.files, parts = margin_books.make(self.rng, "made-up", ["BTC", "ETH"],
                                              ["USDT", "BTC", "ETH"])
        self.book, self.regimes = "./made-up.yaml", parts["regimes"]
        collateral = parts["collateral"]
        self.indebted = isinstance(collateral, dict) and collateral["borrow"] == "yes" \
            and self.rng.random() < 0.5

    def around(self, value, spread):
        """A price near a value."""
        places = decimals(value)
        factor = 1 + self.rng.uniform(-spread, spread)
        return max(1, round(value * factor * 10**places)), places

    def instruments(self):
        found = {}
        for symbol, kind, base, settle, multiplier, lot in self.rows:
            places = decimals(PRICE[base])
            found[symbol] = {"kind": kind, "settle": settle, "base": base,
                             "multiplier": multiplier, "tick": format_decimal(1, places),
                             "lot": lot}
        return found

    def qty(self, row):
        """In lots, of a value between tens and hundreds of thousands."""
        _, kind, base, _, multiplier, lot = row
        worth = 10 ** self.rng.uniform(1, 5.5)
        unit = float(multiplier) * float(lot) * (1 if kind == "inverse" else PRICE[base])
        places = len(lot.partition(".")[2])
        lots = max(1, int(worth / unit)) * round(float(lot) * 10**places)
        return lots, places, worth

    def position(self, row, marks, side):
        rng = self.rng
        lots, places, worth = self.qty(row)
        mark = float(marks[row[0]])
        entry, scale = self.around(mark, rng.choice((0.001, 0.02, 0.1)))
        found = {"instrument": row[0], "qty": format_decimal(side * lots, places),
                 "entry": format_decimal(entry, scale),
                 "leverage": self.levers[row[0]]}
        self.worth[row[3]] = self.worth.get(row[3], 0) + worth
        if self.regime == "isolated":
            held = worth / (PRICE[row[3]] if row[3] in PRICE else 1) * rng.uniform(0.01, 0.3)
            found["margin"] = format_decimal(max(1, int(held * 10**8)), 8)
        return found

    def order(self, row, marks):
        rng = self.rng
        lots, places, _ = self.qty(row)
        px, scale = self.around(float(marks[row[0]]), 0.05)
        found = {"instrument": row[0], "side": rng.choice(("buy", "sell")),
                 "qty": format_decimal(lots, places), "px": format_decimal(px, scale)}
        if self.hedge:
            found["leg"] = rng.choice(("long", "short"))
        elif rng.random() < 0.2:
            found["reduce_only"] = True
        return found

    def collateral(self):
        rng, found = self.rng, {}
        for asset in self.settles:
            worth = self.worth.get(asset, 1000) * rng.choice((0.003, 0.02, 0.05, 0.1, 0.3, 2))
            amount = max(1, int(worth / PRICE.get(asset, 1) * 10**8))
            if rng.random() < 0.06 and self.book in ("bybit-uta", "okx-multi", "./made-up.yaml"):
                amount = -amount
            found[asset] = format_decimal(amount, 8)
        if self.indebted:
            for asset in rng.sample(sorted(EXTRA), rng.randint(2, len(EXTRA))):
                found[asset] = self.small(asset)
            for asset in rng.sample(sorted(found), rng.randint(1, 2)):
                found[asset] = "-" + found[asset].lstrip("-")
        if rng.random() < 0.3:
            extra = rng.choice(("BTC", "ETH", "USDT"))
            found.setdefault(extra, format_decimal(rng.randint(1, 10**10), 8))
        return found

    def small(self, asset):
        """Some of an asset that nothing settles in."""
        worth = 10 ** self.rng.uniform(0, 4)
        return format_decimal(max(1, int(worth / EXTRA[asset] * 10**8)), 8)

    def tiers(self):
        """An override for one instrument."""
        rng, rows, edge, held = self.rng, [], 0, rng_start(self.rng)
        lever = 100
        for _ in range(rng.randint(1, 4)):
            rows.append({"from": str(edge), "maintenance": format_decimal(held, 3),
                         "leverage_max": str(lever)})
            edge += rng.randint(1, 9) * 10 ** rng.randint(1, 4)
            held, lever = held + rng.randint(1, 20), max(1, lever // 2)
        return {self.rows[0][0]: rows}

    def make(self):
        rng = self.rng
        self.worth, marks = {}, {}
        self.levers = {row[0]: rng.choice(("2", "5", "10", "12.5", "20", "50"))
                       for row in self.rows}
        for row in self.rows:
            marks[row[0]] = format_decimal(*self.around(PRICE[row[2]], 0.02))
        positions = []
        for row in self.rows:
            if rng.random() < 0.9:
                side = rng.choice((1, -1))
                positions.append(self.position(row, marks, side))
                if self.hedge and rng.random() < 0.5:
                    positions.append(self.position(row, marks, -side))
        prices = {asset: format_decimal(*self.around(PRICE[asset], 0.01)) for asset in PRICE
                  if asset in {row[2] for row in self.rows} | set(self.settles) | {"BTC", "ETH"}}
        if self.indebted:
            prices.update({asset: format_decimal(*self.around(EXTRA[asset], 0.01))
                           for asset in EXTRA})
        prices.update({"USDT": rng.choice(("1", "0.9995")), "USDC": "1"})
        found = {"rulebook": self.book, "at": rng.choice(TIMES), "margin": self.regime,
                 "report": "USD", "fees": {"taker": rng.choice(("0", "0.0005", "0.00055"))},
                 "hedge": self.hedge, "collateral": self.collateral(), "prices": prices,
                 "instruments": self.instruments(), "marks": marks, "positions": positions}
        if rng.random() < 0.35:
            found["orders"] = [self.order(rng.choice(self.rows), marks)
                               for _ in range(rng.randint(1, 4))]
        if rng.random() < 0.3:
            found["insurance"] = {asset: format_decimal(rng.randint(0, 10**7), 2)
                                  for asset in self.settles}
        return found, self.files


def rng_start(rng):
    return rng.randint(2, 20)


def make(seed):
    return Scenario(seed).make()
