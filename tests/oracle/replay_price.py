"""replay_price - the prices that margin uses (docs/margin.md 2): words, marks, sources of assets.

A price is held doubled; 0 is none.
"""

from replay_numbers import InputError, half_even, parse_duration

WORDS = ("last", "index", "mid")
NEEDS = {"tape": {"mark"}, "last": {"trade"}, "index": {"index"}, "mid": {"bid", "ask"}}
TESTED = ("pnl", "requirement", "trigger")   # uses that a row with rates must have prices for
MILLIONTH = 10**6
BAR_KINDS = {"last": "trade", "mark": "mark", "index": "index", "bid": "bid", "ask": "ask"}


def present(instruments, events):
    """For each instrument what kinds of events the tape has."""
    found = [set() for _ in instruments]
    for _, sym, kind, side, *_ in events:
        if kind == "level":
            kind = side
        elif kind.startswith("bar_"):
            kind = BAR_KINDS[side]
        found[sym].add(kind)
    return found


def needs(definition):
    """What a definition of a mark takes from the tape."""
    if isinstance(definition, str):
        return NEEDS[definition]
    if "funding" in definition:
        return {"index", "funding_rate"}
    if "basis" in definition:
        return {"index", "bid", "ask"}
    parts = next(iter(definition.values()))
    return set().union(*(needs(part) for part in parts))


def word_px2(word, market):
    if word == "last":
        return 2 * market.last
    if word == "index":
        return 2 * market.index
    if word == "tape":
        return 2 * market.mark
    bid, ask = market.best()
    return bid + ask if bid and ask and bid <= ask else 2 * market.last


class Basis:
    """What an index + basis definition remembers."""

    def __init__(self, definition, cadence):
        self.ema = definition["basis"] == "ema"
        self.most = parse_duration(definition["window"]) // cadence
        self.seen, self.average = [], 0

    def observe(self, basis):
        self.seen = (self.seen + [basis])[-self.most:]
        if self.ema:
            self.average += half_even(2 * (basis * MILLIONTH - self.average), self.most + 1)

    def px2(self, index2):
        if not self.seen:
            return 0
        if self.ema:
            return max(0, index2 + half_even(self.average, MILLIONTH))
        return max(0, index2 + half_even(sum(self.seen), len(self.seen)))


class Mark:
    """The mark of one instrument under one rulebook."""

    def __init__(self, rules, market, kinds, override):
        choices = [override] if override else rules.price["mark"]
        if not isinstance(choices, list):
            choices = [choices]
        fitting = [c for c in choices if needs(c) <= kinds]
        if not fitting:
            raise InputError(f"no mark of {market.inst.symbol} on this tape")
        self.market, self.definition = market, fitting[0]
        self.composite = not isinstance(self.definition, str)
        self.value = 0
        if self.composite:
            self.cadence = parse_duration(rules.price["cadence"])
            self.interval = parse_duration(rules.price.get("interval", "0s"))
            self.bases = {}
            self.collect(self.definition)

    def collect(self, definition):
        """The memories of the basis definitions inside, by their place."""
        if isinstance(definition, str):
            return
        if "basis" in definition:
            self.bases[id(definition)] = Basis(definition, self.cadence)
        for key in ("median", "min", "max"):
            for part in definition.get(key, ()):
                self.collect(part)

    def now(self):
        """The price as it is; a composite one holds until the next of its times."""
        return self.value if self.composite else word_px2(self.definition, self.market)

    def tick(self, now):
        """A multiple of the cadence has come."""
        index2, mid2 = 2 * self.market.index, word_px2("mid", self.market)
        if index2 and mid2:
            for basis in self.bases.values():
                basis.observe(mid2 - index2)
        self.value = max(0, self.compute(self.definition, now))

    def compute(self, definition, now):
        market = self.market
        if isinstance(definition, str):
            return word_px2(definition, market)
        if "funding" in definition:
            left = max(0, market.funding_due - now)
            whole = 10**12 * self.interval
            return half_even(2 * market.index * (whole + market.funding_rate * left), whole)
        if "basis" in definition:
            if not market.index or not word_px2("mid", market):
                return 0
            return self.bases[id(definition)].px2(2 * market.index)
        word, parts = next(iter(definition.items()))
        found = sorted(self.compute(part, now) for part in parts)
        if not found[0]:
            return 0
        if word == "median":
            return found[(len(found) - 1) // 2]
        return found[0] if word == "min" else found[-1]


class Uses:
    """The prices of all instruments under one rulebook."""

    def __init__(self, rules, markets, kinds, override):
        self.markets, self.kinds, self.override = markets, kinds, override
        self.change(rules)

    def change(self, rules):
        self.rules = rules
        self.marks = {}
        for sym, market in enumerate(self.markets):
            if market.inst.traded and not market.inst.spot:
                self.read(rules, sym, market)

    def read(self, rules, sym, market):
        """The mark of a row. A row with rates that lacks what a test needs refuses the run."""
        words = {rules.price.get(use) for use in TESTED}
        lacks = [InputError(f"no {word} of {market.inst.symbol}")
                 for word in sorted(words & set(WORDS)) if not NEEDS[word] <= self.kinds[sym]]
        if "mark" in words or rules.price.get("funding") == "mark":
            try:
                self.marks[sym] = Mark(rules, market, self.kinds[sym], self.override)
            except InputError as error:
                lacks += [error] if "mark" in words else []
        if lacks and rules.rows(market.inst):
            raise lacks[0]

    def px2(self, use, sym):
        word = self.rules.price[use]
        if word == "mark":
            return self.marks[sym].now() if sym in self.marks else 0
        return word_px2(word, self.markets[sym])

    def kinds_of(self, sym):
        """The kinds of reference events that make the row's prices in a test."""
        uses = ("trigger",) if "trigger" in self.rules.price else ("pnl", "requirement")
        words = {self.rules.price[use] for use in uses}
        found = {word for word in words if word == "index"}
        if "mark" in words and sym in self.marks:
            definition = self.marks[sym].definition
            found.add({"tape": "mark", "index": "index"}.get(str(definition)))
        return found

    def next_tick(self, now):
        """The next multiple of the cadence after now, None without composite marks."""
        if not any(mark.composite for mark in self.marks.values()):
            return None
        cadence = parse_duration(self.rules.price["cadence"])
        return (now // cadence + 1) * cadence

    def tick(self, now):
        for mark in self.marks.values():
            if mark.composite:
                mark.tick(now)


class Sources:
    """Where the prices of assets come from: chosen once, by what the tape has."""

    def __init__(self, markets, kinds, par, uses):
        self.markets, self.kinds, self.par, self.uses = markets, kinds, par or {}, uses
        self.chosen = {}

    def rows(self, asset, unit=None):
        """Rows with this base (and quote), in the order of the classes."""
        found = [], [], []
        for sym, market in enumerate(self.markets):
            inst, kinds = market.inst, self.kinds[sym]
            base = inst.symbol if inst.kind == "asset" else inst.base
            if base != asset or (unit and inst.quote != unit):
                continue
            if inst.kind == "asset" and "asset_index" in kinds:
                found[0].append((sym, "asset_index"))
            elif inst.spot and NEEDS["mid"] <= kinds:
                found[1].append((sym, "mid"))
            elif inst.spot and "trade" in kinds:
                found[1].append((sym, "last"))
            elif inst.traded and not inst.spot:
                if "index" in kinds:
                    found[2].append((sym, "index"))
                elif self.has_requirement(sym):
                    found[2].append((sym, "requirement"))
        return [row for rows in found for row in rows]

    def has_requirement(self, sym):
        word = self.uses.rules.price["requirement"]
        return word == "mark" or NEEDS[word] <= self.kinds[sym]

    def direct(self, asset, unit):
        """The path of rows, [] for par, None for none."""
        if asset == unit or self.par.get(asset) == unit:
            return []
        rows = self.rows(asset, unit)
        return rows[:1] or None

    def path(self, asset, unit):
        key = asset, unit
        if key not in self.chosen:
            found = self.direct(asset, unit)
            if found is None:
                for row in self.rows(asset):
                    onward = self.direct(self.markets[row[0]].inst.quote, unit)
                    if onward is not None:
                        found = [row, *onward]
                        break
            self.chosen[key] = found
        return self.chosen[key]

    def px2(self, row):
        sym, word = row
        if word == "asset_index":
            return 2 * self.markets[sym].asset_index
        if word == "requirement":
            return self.uses.px2("requirement", sym)
        return word_px2(word, self.markets[sym])

    def price(self, asset, unit):
        """(num, den), None for none."""
        path = self.path(asset, unit)
        if path is None:
            return None
        num = den = 1
        for row in path:
            num *= self.px2(row)
            den *= 2 * 10 ** self.markets[row[0]].inst.px_scale
        return (num, den) if num else None
