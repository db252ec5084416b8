"""replay_scenario - random small markets and runs for the second replay.

A scenario is made by a seeded random.Random: the text of a tape (docs/csv.md) and a run file as
JSON. Prices stay close together, so that orders meet the market; quantities are small multiples of
the lot, so that they are used up.
"""

import json
import random

from replay_numbers import format_decimal
from replay_runs import make_run

START = 1735689600 * 10**9
SECOND = 10**9
HOUR = 3600 * SECOND
KINDS = ("spot", "linear", "linear", "inverse", "quanto", "future", "inverse-future")
STYLES = ("quote", "quote", "book", "quoted-book", "last", "bars")
STEPS = (0, 0, 0, 1, 1000, SECOND // 1000, SECOND // 10, SECOND, SECOND, 7 * SECOND, HOUR)
ASSETS = {"USDT": (9000, 11000), "XAU": (10**7, 3 * 10**7), "BTC": (10**8, 10**9),
          "ETH": (10**7, 10**8)}         # bounds of the price at 10^-4
BAR_STEPS = (60 * SECOND, 61 * SECOND, 7 * SECOND)


class Row:
    """An instrument of a scenario with the state of its made-up market."""

    def __init__(self, rng, place):
        self.rng = rng
        self.kind = rng.choice(KINDS)
        self.symbol = f"{self.kind.upper()}-{place}"
        self.px_scale, self.qty_scale = rng.randint(0, 2), rng.randint(0, 3)
        self.tick, self.lot = rng.choice((1, 1, 2, 5)), rng.choice((1, 1, 2, 10))
        self.mult, self.mult_scale = 1, 0
        if self.kind != "spot":
            self.mult = rng.choice((1, 1, 10, 3))
            self.mult_scale = rng.choice((0, 0, 2, 6 if self.kind == "quanto" else 1))
        self.base = rng.choice(("BTC", "ETH"))
        self.quote = rng.choice(("USD", "USD", "USDT"))
        self.settle = {"spot": self.quote, "inverse": self.base, "inverse-future": self.base,
                       "quanto": "XAU"}.get(self.kind, self.quote)
        self.style = rng.choice(STYLES)
        self.mid = rng.randint(40, 400)      # in ticks
        self.mark = self.halted = self.ended = False
        self.book = {"bid": {}, "ask": {}}
        self.best = {"bid": None, "ask": None}
        self.expiry = 0

    @property
    def dated(self):
        return self.kind in ("future", "inverse-future")

    def line(self, place):
        fields = {"symbol": self.symbol, "kind": self.kind, "px_scale": self.px_scale,
                  "qty_scale": self.qty_scale, "mult_scale": self.mult_scale,
                  "tick": format_decimal(self.tick, self.px_scale),
                  "lot": format_decimal(self.lot, self.qty_scale),
                  "multiplier": format_decimal(self.mult, self.mult_scale), "base": self.base,
                  "quote": self.quote, "settle": self.settle, "expiry": self.expiry}
        return f"# instrument {place} " + " ".join(f"{k}={v}" for k, v in fields.items())

    def px(self, ticks):
        return format_decimal(max(1, ticks) * self.tick, self.px_scale)

    def qty(self, lots):
        return format_decimal(lots * self.lot, self.qty_scale)

    def size(self):
        return self.qty(self.rng.choice((1, 2, 3, 5, 8, 20)))

    def move(self):
        self.mid = max(20, self.mid + self.rng.choice((-3, -2, -1, -1, 0, 0, 0, 1, 1, 2, 3)))
        return self.mid

    # -- events: lists of (kind, side, px, qty)

    def trade(self):
        rng = self.rng
        size = "0" if rng.random() < 0.04 else self.size()
        return [("trade", rng.choice(("", "buy", "sell")), self.px(self.move()
                 + rng.randint(-1, 1)), size)]

    def quotes(self):
        rng, mid = self.rng, self.move()
        bid, ask = mid - rng.randint(0, 2), mid + rng.randint(1, 2)
        if rng.random() < 0.05:
            bid, ask = ask, bid
        events = [("bid", "", self.px(bid), self.size()), ("ask", "", self.px(ask), self.size())]
        if rng.random() < 0.08:
            events[rng.randint(0, 1)] = (rng.choice(("bid", "ask")), "", "0", "0")
        if rng.random() < 0.3:
            del events[rng.randint(0, 1)]
        rng.shuffle(events)
        return events

    def levels(self):
        rng, mid = self.rng, self.move()
        if rng.random() < 0.05:
            side = rng.choice(("", "bid", "ask"))
            for word in ("bid", "ask"):
                if side in ("", word):
                    self.book[word].clear()
            return [("clear", side, "", "")] + self.derived()
        events = []
        for _ in range(rng.randint(1, 4)):
            side = rng.choice(("bid", "ask"))
            ticks = mid - rng.randint(0, 4) if side == "bid" else mid + rng.randint(1, 4)
            lots = rng.choice((0, 1, 2, 4, 9))
            events += self.clean(side, ticks) if rng.random() < 0.9 else []
            events.append(("level", side, self.px(ticks), self.qty(lots)))
            self.book[side][ticks] = lots
            if not lots:
                del self.book[side][ticks]
        return events + self.derived()

    def clean(self, side, ticks):
        """Removes what a new level would cross."""
        other = "ask" if side == "bid" else "bid"
        gone = [t for t in sorted(self.book[other])
                if (t <= ticks if side == "bid" else t >= ticks)]
        for level in gone:
            del self.book[other][level]
        return [("level", other, self.px(level), "0") for level in gone]

    def derived(self):
        """The best quotes of the book, where the tape has them."""
        events = []
        if self.style != "quoted-book":
            return events
        for side, pick in (("bid", max), ("ask", min)):
            levels = self.book[side]
            best = (pick(levels), levels[pick(levels)]) if levels else None
            if best != self.best[side]:
                self.best[side] = best
                px, qty = (self.px(best[0]), self.qty(best[1])) if best else ("0", "0")
                events.append((side, "", px, qty))
        return events

    def bar(self, key, duration):
        rng = self.rng
        opening, close = self.move(), self.move()
        high = max(opening, close) + rng.randint(0, 4)
        low = min(opening, close) - rng.randint(0, 4)
        volume = "0"
        if key == "last" and rng.random() < 0.8:
            volume = self.qty(rng.choice((4, 6, 9, 40)))
        return [("bar_open", key, self.px(opening), str(duration)),
                ("bar_high", key, self.px(high), "0"), ("bar_low", key, self.px(low), "0"),
                ("bar_close", key, self.px(close), volume)]

    def reference(self):
        kind = self.rng.choice(("mark", "mark", "index"))
        self.mark |= kind == "mark"
        return [(kind, "", self.px(self.move()), "")]

    def funding(self):
        rng = self.rng
        if self.kind == "spot" or self.dated or not self.mark:
            return self.reference()
        rate = format_decimal(rng.randint(-3000, 3000), 6)
        return [("funding_rate", "", rate, "0"),
                ("funding", "", rate, rng.choice(("0", self.px(self.mid))))]

    def status(self):
        rng = self.rng
        if self.ended:
            return []
        if self.halted or rng.random() < 0.9:
            self.halted = not self.halted
            return [("status", "halt" if self.halted else "resume", "0", "")]
        self.ended = True
        if rng.random() < 0.3:
            return [("status", "delist", "0", "")]
        return [("status", "settle", self.px(self.move()), "")]

    def market(self):
        if self.style == "last":
            return self.trade()
        if self.rng.random() < 0.3:
            return self.trade()
        return self.quotes() if self.style == "quote" else self.levels()


class Market:
    """The events of a scenario, in order."""

    def __init__(self, rng):
        self.rng = rng
        self.rows = [Row(rng, place) for place in range(rng.randint(1, 4))]
        self.assets = [a for a in ASSETS if rng.random() < 0.7]
        self.ts = self.begin = START + rng.randint(0, 3 * HOUR)
        self.lines = []

    def add(self, symbol, events):
        for kind, side, px, qty in events:
            self.lines.append(f"{self.ts},{symbol},{kind},{side},{px},{qty},")

    def asset_event(self, asset):
        px = self.rng.randint(*ASSETS[asset])
        self.add(asset, [("asset_index", "", format_decimal(px, 4), "")])

    def step(self, barred):
        rng = self.rng
        if barred:
            self.bars()
            return
        self.ts += rng.choice(STEPS)
        row, dice = rng.choice(self.rows), rng.random()
        if dice < 0.70:
            self.add(row.symbol, row.market() if row.style != "bars" else row.reference())
        elif dice < 0.84:
            self.add(row.symbol, row.reference())
        elif dice < 0.91:
            self.add(row.symbol, row.funding())
        elif dice < 0.925:
            self.add(row.symbol, row.status())
        elif self.assets:
            self.asset_event(rng.choice(self.assets))
        if rng.random() < 0.02:
            row.expiry = row.expiry or (self.ts if row.dated else 0)

    def bars(self):
        """One instant of bars, of one duration or two, well behind what was seen before."""
        rng = self.rng
        self.ts += rng.choice(BAR_STEPS)
        rows = [row for row in self.rows if row.style == "bars"]
        for row in rng.sample(rows, rng.randint(1, len(rows))):
            duration = rng.choice((60, 60, 5, 90)) * SECOND
            for key in rng.choice((("last",), ("last", "mark"), ("bid", "ask"))):
                row.mark |= key == "mark"
                self.add(row.symbol, row.bar(key, duration))

    def text(self):
        rng = self.rng
        barred = any(row.style == "bars" for row in self.rows)
        for row in self.rows:
            if rng.random() < 0.8:
                self.add(row.symbol, row.reference())
        for asset in self.assets:
            if rng.random() < 0.9:
                self.asset_event(asset)
        count = rng.choice((30, 60, 100, 200, 300))
        while len(self.lines) < count:
            self.step(barred and rng.random() < 0.3)
        self.ts += SECOND
        for row in self.rows:
            if row.dated:
                row.expiry = row.expiry or self.ts + rng.choice((0, 1, HOUR))
        self.add(self.rows[0].symbol, [("index", "", self.rows[0].px(self.rows[0].mid), "")])
        head = ["# plimsoll events 1"]
        head += [row.line(place) for place, row in enumerate(self.rows)]
        head += [f"# instrument {len(self.rows) + place} symbol={asset} kind=asset px_scale=4 "
                 "quote=USD" for place, asset in enumerate(self.assets)]
        head += ["# recv no", "# synthetic no", "ts,symbol,kind,side,px,qty,flags"]
        return "\n".join([*head, *self.lines, f"# end {len(self.lines)}", ""])


def make(seed, tape_path):
    """(text of the tape, text of the run file) of a scenario."""
    rng = random.Random(seed)
    market = Market(rng)
    text = market.text()
    return text, json.dumps(make_run(rng, market, tape_path), indent=1)
