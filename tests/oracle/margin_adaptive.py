"""margin_adaptive - the multiplier that volatility puts on rates (docs/margin.md 10)."""

from math import isqrt

from replay_numbers import RATE, half_even, parse_decimal, parse_duration

SQUARE = RATE * RATE


class Multiplier:
    """g of one underlying."""

    def __init__(self, spec):
        self.ewma = spec["estimator"] == "ewma"
        self.decay = parse_decimal(spec.get("lambda", 0), 12)
        self.window = int(spec.get("window", 1))
        self.reference = parse_decimal(spec["sigma_ref"], 12)
        self.shape = spec["shape"]
        self.floor, self.cap, self.fall = (parse_decimal(spec[key], 12)
                                           for key in ("floor", "cap", "down"))
        self.last, self.squares, self.variance, self.seen = None, [], None, 0
        self.g = self.clamp(RATE)

    def clamp(self, value):
        return min(self.cap, max(self.floor, value))

    def observe(self, px2):
        """A price at a multiple of the cadence."""
        self.seen += 1
        before, self.last = self.last, px2
        if before is None:
            return
        move = half_even((px2 - before) * RATE, before)
        square = move * move
        if not self.ewma:
            self.squares = (self.squares + [square])[-self.window:]
            self.variance = half_even(sum(self.squares), len(self.squares))
        elif self.variance is None:
            self.variance = square
        else:
            self.variance = half_even(self.variance * self.decay
                                      + square * (RATE - self.decay), RATE)
        if self.seen > 2:
            self.move_to(isqrt(self.variance))

    def move_to(self, sigma):
        ratio = half_even(sigma * RATE, self.reference)
        wanted = self.clamp(ratio if self.shape == "linear" else max(RATE, ratio))
        self.g = max(wanted, self.g - self.fall) if wanted < self.g else wanted


class Adaptive:
    """The multipliers of a rulebook, by underlying; each follows one row of the table."""

    def __init__(self, spec, markets):
        self.spec, self.cadence = spec, parse_duration(spec["cadence"])
        self.rows = {}                   # underlying: sym
        self.multipliers = {}
        self.markets = markets

    def tick(self, px2_of):
        """A multiple of the cadence; px2_of(sym) is the requirement price or 0."""
        for sym, market in enumerate(self.markets):
            inst = market.inst
            if inst.traded and not inst.spot and inst.underlying not in self.rows and px2_of(sym):
                self.rows[inst.underlying] = sym
        for underlying, sym in self.rows.items():
            px2 = px2_of(sym)
            if px2:
                if underlying not in self.multipliers:
                    self.multipliers[underlying] = Multiplier(self.spec)
                self.multipliers[underlying].observe(px2)

    def values(self):
        return {name: multiplier.g for name, multiplier in self.multipliers.items()}
