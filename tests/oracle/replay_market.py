"""replay_market - what is known of an instrument, and what can be taken of it (docs/replay.md 3).

The market is shared; what a world has taken of it is kept in the world.
"""

from replay_numbers import RATE, ceil_div

NEVER = -1
ENDLESS = None  # a size that bounds nothing


class Market:
    """The state of one instrument as the venue has it. A price of 0 is none."""

    def __init__(self, inst):
        self.inst = inst
        self.halted = False
        self.ended = False
        self.expired = False
        self.forget()

    def forget(self):
        self.px = {"buy": 0, "sell": 0}      # best bid and best ask
        self.qty = {"buy": 0, "sell": 0}
        self.ts = {"buy": NEVER, "sell": NEVER}
        self.book = {"buy": {}, "sell": {}}
        self.book_ts = {"buy": NEVER, "sell": NEVER}
        self.has_quotes = self.has_levels = False
        self.last = self.last_ts = self.mark = self.index = 0
        self.asset_index = 0
        self.funding_rate = self.funding_due = self.open_interest = 0

    def closed(self, now):
        inst = self.inst
        return self.ended or now < inst.listed or (inst.expiry and now >= inst.expiry)

    def apply(self, event):
        """Prices and books; status is the venue's business."""
        ts, _, kind, side, px, qty = event
        if kind == "bid" or kind == "ask":
            key = "buy" if kind == "bid" else "sell"
            self.px[key], self.qty[key], self.ts[key] = px, qty, ts
            self.has_quotes = True
        elif kind == "trade":
            self.last, self.last_ts = px, ts
        elif kind == "level":
            key = "buy" if side == "bid" else "sell"
            if qty:
                self.book[key][px] = qty
            else:
                self.book[key].pop(px, None)
            self.has_levels, self.book_ts[key] = True, ts
        elif kind == "clear":
            self.has_levels = True
            for key, word in (("buy", "bid"), ("sell", "ask")):
                if side in ("", word):
                    self.book[key].clear()
                    self.book_ts[key] = ts
        elif kind == "mark":
            self.mark = px
        elif kind == "index":
            self.index = px
        elif kind == "asset_index":
            self.asset_index = px
        elif kind == "funding_rate":
            self.funding_rate, self.funding_due = px, qty
        elif kind == "open_interest":
            self.open_interest = qty

    def reference(self, by):
        return {"mark": self.mark, "index": self.index}.get(by, self.last)

    def px2(self):
        """Twice the price that values the instrument, 0 for none."""
        bid, ask = self.best()
        quotes = bid + ask if bid and ask and bid <= ask else 0
        first, second = (quotes, 2 * self.mark) if self.inst.spot else (2 * self.mark, quotes)
        return first or second or 2 * self.last or 2 * self.index

    def best(self):
        """Best bid and ask: of the book, if there have been levels; 0 is none."""
        if self.has_levels:
            return max(self.book["buy"], default=0), min(self.book["sell"], default=0)
        return self.px["buy"], self.px["sell"]

    def crossed(self):
        bid, ask = self.best()
        return bool(bid and ask and bid > ask)


def opposite(side):
    return "sell" if side == "buy" else "buy"


class Liquidity:
    """What one world can still take, under the settings of the venue."""

    def __init__(self, settings):
        self.settings = settings
        self.book_taken = {}   # (sym, side of the book, px): quantity
        self.quote_taken = {}  # (sym, side of the quote): quantity

    def restate(self, event, has_levels):
        """The tape says anew what stands there."""
        _, sym, kind, side, px, _ = event
        if kind == "bid" or kind == "ask":
            self.quote_taken.pop((sym, "buy" if kind == "bid" else "sell"), None)
        elif kind == "level":
            self.book_taken.pop((sym, "buy" if side == "bid" else "sell", px), None)
        elif kind == "clear":
            gone = [key for key in self.book_taken if key[0] == sym
                    and side in ("", "bid" if key[1] == "buy" else "ask")]
            for key in gone:
                del self.book_taken[key]

    def forget(self, sym):
        for store in (self.book_taken, self.quote_taken):
            for key in [key for key in store if key[0] == sym]:
                del store[key]

    def levels(self, market, side, now, assumed=True):
        """[(px, quantity or ENDLESS)] that an order of this side can take, best first."""
        if market.halted or market.closed(now) or market.crossed():
            return []
        at = opposite(side)
        if market.has_levels:
            if self.stale(now, market.book_ts[at]):
                return []
            return self.book_levels(market, at)
        if market.has_quotes:
            if not market.px[at] or self.stale(now, market.ts[at]):
                return []
            return self.quote_levels(market, at, assumed)
        if not assumed or not market.last or self.stale(now, market.last_ts):
            return []
        px = self.spread_price(market, side)
        return [(px, ENDLESS)] if px > 0 else []

    def stale(self, now, ts):
        oldest = self.settings.max_quote_age
        return oldest is not None and (ts == NEVER or now - ts > oldest)

    def book_levels(self, market, at):
        sym = market.inst.sym
        result = []
        for px in sorted(market.book[at], reverse=at == "buy"):
            left = market.book[at][px] - self.book_taken.get((sym, at, px), 0)
            if left > 0:
                result.append((px, left))
        return result

    def quote_levels(self, market, at, assumed):
        px, size = market.px[at], market.qty[at]
        if not size:
            return [(px, ENDLESS)]
        taken = self.quote_taken.get((market.inst.sym, at), 0)
        step = self.settings.slip_ticks * market.inst.tick
        more = self.settings.slip_levels if assumed and step else 0
        result = []
        for _ in range(more + 1):
            if px <= 0:
                break
            if taken < size:
                result.append((px, size - taken))
            taken = max(0, taken - size)
            px += step if at == "sell" else -step
        return result

    def spread_price(self, market, side):
        tick = market.inst.tick
        if side == "buy":
            return ceil_div(ceil_div(market.last * (RATE + self.settings.spread), RATE),
                            tick) * tick
        return market.last * (RATE - self.settings.spread) // RATE // tick * tick

    def take(self, market, side, px, qty):
        sym, at = market.inst.sym, opposite(side)
        if market.has_levels:
            key = sym, at, px
            self.book_taken[key] = self.book_taken.get(key, 0) + qty
        elif market.has_quotes:
            self.quote_taken[sym, at] = self.quote_taken.get((sym, at), 0) + qty
