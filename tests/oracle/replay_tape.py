"""replay_tape - a tape's text form (docs/csv.md) as instruments and instants, bars expanded.

An event is a tuple (ts, sym, kind, side, px, qty); kind and side are the words of the page. A point
of a bar has the kind of what it sets (trade, bid, ask, mark, index).
"""

from replay_numbers import InputError, parse_decimal, parse_time

RATE_KINDS = {"funding_rate", "funding", "borrow_rate", "iv", "risk_free", "haircut", "custody"}
WHOLE_QTY = {"bar_open", "bar_high", "funding_rate", "borrow_rate", "gap"}
TRADED = {"spot", "linear", "inverse", "quanto", "future", "inverse-future"}
BARS = {"bar_open", "bar_high", "bar_low", "bar_close"}
BAR_POINT = {"bid": "bid", "ask": "ask", "last": "trade", "mark": "mark", "index": "index"}


class Instrument:
    """A row of the instrument table."""

    def __init__(self, sym, pairs):
        self.sym = sym
        self.symbol, self.kind = pairs["symbol"], pairs["kind"]
        self.px_scale, self.qty_scale, self.mult_scale = (
            int(pairs.get(key) or 0) for key in ("px_scale", "qty_scale", "mult_scale"))
        self.tick = parse_decimal(pairs.get("tick") or 0, self.px_scale)
        self.lot = parse_decimal(pairs.get("lot") or 0, self.qty_scale)
        self.multiplier = parse_decimal(pairs.get("multiplier") or 1, self.mult_scale)
        self.base, self.quote, self.settle = (
            pairs.get(key) or "" for key in ("base", "quote", "settle"))
        self.underlying = pairs.get("underlying") or self.base
        self.expiry, self.listed, self.delisted = (
            parse_time(pairs.get(key) or 0) for key in ("expiry", "listed", "delisted"))
        self.spot = self.kind == "spot"
        self.inverse = self.kind in ("inverse", "inverse-future")
        self.traded = self.kind in TRADED
        self.asset = self.quote if self.spot else self.settle
        shift = self.px_scale if self.inverse else -self.px_scale
        self.factor = self.multiplier * 10 ** (18 + shift - self.qty_scale - self.mult_scale)
        self.base_unit = 10 ** (18 - self.qty_scale)


class Instant:
    """Events of one time, or points of bars."""

    __slots__ = ("ts", "events", "point")

    def __init__(self, ts, events, point):
        self.ts, self.events, self.point = ts, events, point


def parse_event(fields, by_symbol):
    ts, symbol, kind, side, px, qty = fields
    inst = by_symbol[symbol]
    px_scale = 12 if kind in RATE_KINDS else inst.px_scale
    qty_scale = inst.qty_scale
    if kind == "funding":
        qty_scale = inst.px_scale
    elif kind in WHOLE_QTY:
        qty_scale = 0
    elif kind == "adl":
        qty_scale = 12
    return (int(ts), inst.sym, kind, side,
            parse_decimal(px, px_scale) if px else 0, parse_decimal(qty, qty_scale) if qty else 0)


def parse_tape(text):
    """(instruments, events) of the text form of a tape."""
    instruments, events, columns = [], [], None
    by_symbol = {}
    for line in text.splitlines():
        if columns is None:
            if line.startswith("# instrument "):
                pairs = dict(word.partition("=")[::2] for word in line.split(" ")[3:])
                inst = Instrument(len(instruments), pairs)
                instruments.append(inst)
                by_symbol[inst.symbol] = inst
            elif not line.startswith("#"):
                columns = line.split(",")
        elif line.startswith("# end "):
            if int(line[6:]) != len(events):
                raise InputError("the tape's text is cut short")
            return instruments, events
        else:
            fields = line.split(",")
            if len(columns) == 8:
                del fields[1]
            events.append(parse_event(fields[:6], by_symbol))
    raise InputError("the tape's text has no end line")


class Bar:
    """The four events of one bar."""

    def __init__(self, sym, side, opening):
        self.sym, self.side, self.open, self.duration = sym, side, opening[4], opening[5]
        self.high = self.low = self.close = self.volume = 0

    def add(self, event):
        kind, px = event[2], event[4]
        if kind == "bar_high":
            self.high = px
        elif kind == "bar_low":
            self.low = px
        else:
            self.close, self.volume = px, event[5]

    def prices(self):
        """Open, the nearer extreme (the low, if equally near), the other, close."""
        near, far = self.low, self.high
        if self.high - self.open < self.open - self.low:
            near, far = far, near
        return self.open, near, far, self.close

    def point(self, index, lot, ts):
        quarter = self.volume // 4 // lot * lot if lot else self.volume // 4
        qty = quarter if index < 3 else self.volume - 3 * quarter
        if self.side != "last":
            qty = 0
        return ts, self.sym, BAR_POINT[self.side], "", self.prices()[index], qty


def bars_of(events):
    """The bars among the events of one ts, in the order of the tape."""
    bars, current = [], {}
    for event in events:
        key = event[1], event[3]
        if event[2] == "bar_open":
            current[key] = Bar(event[1], event[3], event)
            bars.append(current[key])
        elif event[2] in BARS:
            current[key].add(event)
    return bars


def bar_times(ts, duration):
    start = ts - duration
    return start + 1, start + duration // 3, start + 2 * duration // 3, ts


def instants(instruments, events):
    """The instants that the venue lives through, in order."""
    seen, at, count = 0, 0, len(events)
    while at < count:
        ts, first = events[at][0], at
        while at < count and events[at][0] == ts:
            at += 1
        group = events[first:at]
        bars = bars_of(group)
        for index in range(3 if bars else 0):
            due = max(bar_times(ts, bar.duration)[index] for bar in bars)
            seen = min(ts, max(due, seen + 1))
            yield Instant(seen, [bar.point(index, instruments[bar.sym].lot, seen)
                                 for bar in bars], True)
        yield Instant(ts, expand_closes(group, bars, instruments), False)
        seen = ts


def expand_closes(group, bars, instruments):
    """The events of an instant with each close of a bar as its last point."""
    if not bars:
        return group
    left = list(bars)
    result = []
    for event in group:
        if event[2] == "bar_close":
            bar = next(b for b in left if (b.sym, b.side) == (event[1], event[3]))
            left.remove(bar)
            event = bar.point(3, instruments[bar.sym].lot, event[0])
        result.append(event)
    return result
