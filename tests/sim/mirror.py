"""mirror - a market turned upside down around a price: what was bought is sold, what was long is
short, and the money is the same.

Linear contracts only, without bars (their tie goes to the low), without fees, funding and spread,
whose amounts depend on the price itself, and with so much collateral that nothing is refused for
it. Resting buys stand below the middle and resting sells above it, so that no trade meets both.
"""

import random

from replays import expect_equal, format_decimal

MIDDLE = 200  # ticks
START = 1735689600 * 10**9
SWAPPED = {"buy": "sell", "sell": "buy", "bid": "ask", "ask": "bid", "": ""}
HEAD = ["# plimsoll events 1",
        "# instrument 0 symbol=A kind=linear px_scale=1 qty_scale=2 mult_scale=1 tick=0.5 lot=0.1 "
        "multiplier=0.3 base=BTC quote=USD settle=USD",
        "# recv no", "# synthetic no", "ts,symbol,kind,side,px,qty,flags"]


def price(ticks):
    return format_decimal(ticks * 5, 1)


def turn(text):
    """A price as text, mirrored; 0 is none."""
    if text in ("0", "", "-"):
        return text
    whole, _, part = text.partition(".")
    return format_decimal(2 * MIDDLE * 5 - int(whole) * 10 - int(part or "0"), 1)


class Events:
    """Quotes, levels, trades and marks around the middle."""

    def __init__(self, rng):
        self.rng = rng
        self.book = rng.random() < 0.5
        self.ts, self.mid = START, MIDDLE
        self.lines = []

    def add(self, kind, side, ticks, lots):
        px = price(ticks) if ticks else "0"
        size = "" if kind in ("mark", "index") else format_decimal(lots * 10, 2)
        self.lines.append((self.ts, kind, side, px, size))

    def step(self):
        rng = self.rng
        self.ts += rng.choice((0, 1, 10**6, 10**9, 10**9, 3 * 10**9))
        self.mid = min(MIDDLE + 30, max(MIDDLE - 30, self.mid + rng.randint(-3, 3)))
        lots, dice = rng.choice((1, 2, 3, 5, 8)), rng.random()
        if dice < 0.3:
            side = rng.choice(("buy", "sell", ""))
            self.add("trade", side, self.mid + rng.randint(-2, 2), lots)
        elif dice < 0.4:
            self.add(rng.choice(("mark", "index")), "", self.mid, 0)
        elif self.book:
            side = rng.choice(("bid", "ask"))
            away = rng.randint(1, 5) * (1 if side == "ask" else -1)
            self.add("level", side, self.mid + away, rng.choice((0, lots)))
        else:
            self.add("bid", "", self.mid - rng.randint(0, 2), lots)
            if rng.random() < 0.7:
                self.add("ask", "", self.mid + rng.randint(1, 2), lots)


def market(rng):
    events = Events(rng)
    events.add("mark", "", MIDDLE, 0)
    for _ in range(rng.choice((50, 120, 250))):
        events.step()
    return events.lines


def script_line(rng, at, name):
    """(words, index of the price words) of a line of docs/strategies/script.md."""
    side, lots = rng.choice(("buy", "sell")), rng.choice((1, 2, 5, 9))
    words = [side, format_decimal(lots * 10, 2), "A"]
    sign = -1 if side == "buy" else 1
    dice, turned = rng.random(), []
    if dice < 0.3:
        words += ["market"]
    else:
        gtc = dice < 0.7
        ticks = MIDDLE + (sign * rng.randint(1, 25) if gtc else rng.randint(-25, 25))
        words += ["limit", price(ticks)]
        turned.append(len(words) - 1)
        words += [] if gtc else [rng.choice(("ioc", "fok"))]
        words += ["post_only"] if gtc and rng.random() < 0.2 else []
    words += ["reduce_only"] if rng.random() < 0.2 else []
    if "post_only" not in words and rng.random() < 0.3:
        kind = rng.choice(("stop", "take", "trail"))
        words += [kind, price(rng.randint(1, 9) if kind == "trail"
                              else MIDDLE + rng.randint(-15, 15))]
        if kind != "trail":
            turned.append(len(words) - 1)
        words += rng.choice(([], ["by", "mark"], ["by", "index"]))
    words += ["group", "1"] if rng.random() < 0.2 else []
    return [f"+{at}ns", *words, "as", name], [place + 1 for place in turned]


def scripts(rng, length):
    """The same orders, and mirrored, as texts."""
    plain, turned = [], []
    for number, at in enumerate(sorted(rng.randint(0, length) for _ in range(30))):
        words, prices = script_line(rng, at, f"n{number}")
        other = [turn(word) if place in prices else SWAPPED.get(word, word)
                 for place, word in enumerate(words)]
        plain.append(" ".join(words))
        turned.append(" ".join(other))
        if rng.random() < 0.2:
            for lines in (plain, turned):
                lines.append(f"+{length if at > length else at}ns cancel n{number}")
    return "\n".join(plain) + "\n", "\n".join(turned) + "\n"


def turned_tape(lines):
    kinds = {"bid": "ask", "ask": "bid"}
    return [(ts, kinds.get(kind, kind), SWAPPED[side], turn(px), size)
            for ts, kind, side, px, size in lines]


def to_text(lines):
    rows = [f"{ts},A,{kind},{side},{px},{size}," for ts, kind, side, px, size in lines]
    return "\n".join([*HEAD, *rows, f"# end {len(rows)}", ""])


def negated(text):
    return text[1:] if text.startswith("-") else "-" + text if text != "0" else text


def turned_line(words):
    """A line of the log as the mirrored run must have it; what depends on the price is left out."""
    result = []
    for word in words:
        key, equal, value = word.partition("=")
        if key in ("cost", "value"):
            continue
        if key in ("px", "trigger_px"):
            value = turn(value)
        elif key == "side":
            value = SWAPPED.get(value, value)
        elif key == "qty" and words[4] in ("position", "settled"):
            value = negated(value)
        result.append(key + equal + value)
    return result


def plain_line(words):
    return [word for word in words if word.partition("=")[0] not in ("cost", "value")]


def mirrored(bench, seed):
    """One market and one script, both ways round."""
    rng = random.Random(seed)
    lines = market(rng)
    plain, turned = scripts(rng, lines[-1][0] - START)
    delay = rng.choice(("0ms", "1ms", "700ms"))
    venue = {"latency": {"orders": delay, "feed": rng.choice(("0ms", "1s"))}, "spread": "0",
             "slippage": {"ticks": rng.choice((0, 1, 2)), "levels": 3},
             "queue": rng.choice(("conservative", "trades", "prorata", "square", "front"))}
    logs = []
    for text, tape in ((plain, lines), (turned, turned_tape(lines))):
        account = {"name": "a", "strategy": "script", "params": {"orders": text}, "leverage": 100,
                   "collateral": {"USD": "1000000000"}}
        spec = {"run": "mirror", "sample": "7s", "venue": venue, "accounts": [account]}
        logs.append(bench.run(spec, bench.make_tape(to_text(tape))))
    expect_equal([plain_line(words) for words in logs[1].words],
                 [turned_line(words) for words in logs[0].words], "mirrored")
    return sum(words[4] == "fill" for words in logs[0].words)
