"""margin_stage - the next step of a liquidation (docs/margin.md 8.1 to 8.4), as pure functions.

A step says what is to be done; who does it (the calculator, the replay) is not this
file's business.
"""

from margin_assess import assess
from margin_model import Rates, fires, pool_price, unrealised
from replay_account import Position, value_at_half, value_of
from replay_numbers import RATE, ceil_div, half_even, parse_decimal, parse_duration, stream_word

STEPS_MAX = 1000
ROUNDS = "1000"


class Episode:
    """Where a pool's liquidation stands."""

    def __init__(self, start):
        self.stage = self.round = self.cursor = self.steps = 0
        self.start, self.waits = start, False
        self.last = {}                   # stage: time of its last step


class Step:
    """What is to be done: `line` and `qty` > 0 of a position, `limit` None for market."""

    def __init__(self, action, stage, line=None, qty=0, limit=None):
        self.action, self.stage, self.line, self.qty, self.limit = action, stage, line, qty, limit
        self.value = None                # signed value at which a takeover or adl closes


# -- compliance


def compliant(pool, assessment, stage):
    """Whether the episode may end after a step of this stage."""
    view = stage.get("until", "maintenance")
    return not breaks(pool.rules, assessment, view, buffer_of(stage))


def buffer_of(stage):
    return parse_decimal(stage.get("buffer", 0), 12)


def breaks(rules, assessment, view, buffer):
    need = assessment.initial if view == "initial" else assessment.maintenance
    return fires(rules, assessment.equity * RATE, need * (RATE + buffer))


# -- bankruptcy value


def in_unit(pool, prices, asset, amount):
    num, den = pool_price(pool, prices, asset)
    return ceil_div(amount * num, den)


def shares(pool, prices, assessment):
    """(weight of each line, their whole) by which remaining equity is shared."""
    lines = assessment.lines
    if pool.kind != "portfolio" and assessment.maintenance:
        return [line.maintenance_unit for line in lines], assessment.maintenance
    weights = [in_unit(pool, prices, line.position.inst.asset, line.notional) for line in lines]
    return weights, sum(weights)


def bankruptcy_value(pool, prices, assessment, line):
    """The signed value at which all of a position uses up its share of equity."""
    weights, whole = shares(pool, prices, assessment)
    weight = weights[assessment.lines.index(line)]
    share = assessment.equity * weight // whole if whole else assessment.equity
    inst = line.position.inst
    num, den = pool_price(pool, prices, inst.asset)
    share = share * den // num
    return line.value + share if inst.inverse else line.value - share


def bankruptcy_px(inst, qty, value):
    """The price of a bankruptcy value on the tick that leaves the account more; None: none."""
    if value == 0 or (value > 0) != (qty > 0):
        return None
    if inst.inverse:
        num, den = abs(qty) * inst.factor, abs(value)
    else:
        num, den = abs(value), abs(qty) * inst.factor
    den *= inst.tick
    ticks = ceil_div(num, den) if qty > 0 else num // den
    return ticks * inst.tick


# -- what is selected


def delta(pool, prices, assessment):
    """The largest position on the heavier side of the unit with the largest net value."""
    nets = {}
    signed = []
    for line in assessment.lines:
        inst = line.position.inst
        amount = in_unit(pool, prices, inst.asset, line.notional)
        amount = amount if line.position.qty > 0 else -amount
        signed.append(amount)
        nets[inst.underlying] = nets.get(inst.underlying, 0) + amount
    unit = max(nets, key=lambda base: abs(nets[base]))
    side = [amount if line.position.inst.underlying == unit and amount * (nets[unit] or amount) > 0
            else 0 for line, amount in zip(assessment.lines, signed)]
    return [abs(amount) for amount in side]


def scores(pool, prices, assessment, word):
    """What `select` compares, in the pool's unit."""
    if word == "delta":
        return delta(pool, prices, assessment)
    found = []
    for line in assessment.lines:
        asset = line.position.inst.asset
        if word == "maintenance":
            found.append(line.maintenance_unit)
            continue
        if word == "loss":
            amount = -line.unrealised
        else:
            amount = line.notional
        found.append(in_unit(pool, prices, asset, amount))
    return found


def select(pool, prices, assessment, stage, free, episode, seed):
    """The line that a close is about, None for none; `free` says whether a line may be closed."""
    lines = assessment.lines
    word = stage["select"]
    if word == "all":
        for line in lines:
            if key_of(line) > (episode.cursor or (-1, 0)) and free(line):
                return line
        return None
    if word == "random":
        open_lines = [line for line in lines if free(line)]
        if not open_lines:
            return None
        draw = stream_word(seed, "liquidation", 0, episode.steps)
        return open_lines[draw * len(open_lines) >> 32]
    best, chosen = None, None
    for line, score in zip(lines, scores(pool, prices, assessment, word)):
        if free(line) and (best is None or score > best):
            best, chosen = score, line
    return chosen


def key_of(line):
    return line.position.inst.sym, line.position.leg


# -- how much


def lots_of(position):
    lot = position.inst.lot or 1
    return -(-abs(position.qty) // lot)


def qty_of(position, lots):
    return min(abs(position.qty), lots * (position.inst.lot or 1))


def size(pool, prices, line, stage, taker):
    """How many lots of the position."""
    word, position = stage["size"], line.position
    whole = lots_of(position)
    if word == "full":
        return whole
    if word == "target":
        return target(pool, prices, line, stage, taker)
    if "fraction" in word:
        lots = ceil_div(whole * parse_decimal(word["fraction"], 12), RATE)
        least = parse_decimal(word.get("min_notional", 0), 18)
        lots = max(lots, least_lots(prices, line, least, whole))
    elif "step" in word:
        lots = parse_decimal(word["step"], position.inst.qty_scale) // (position.inst.lot or 1)
    else:
        lots = tiers_down(pool, prices, line, int(word["tiers_down"]), whole)
    return max(1, min(whole, lots))


def least_lots(prices, line, least, whole):
    """The fewest lots whose |value| is at least this."""
    px2 = prices.requirement[line.position.inst.sym]
    low, high = 0, whole
    while low < high:
        middle = (low + high) // 2
        value = value_at_half(line.position.inst, qty_of(line.position, middle), px2)
        if value >= least:
            high = middle
        else:
            low = middle + 1
    return low


def tiers_down(pool, prices, line, down, whole):
    if line.tier <= down:
        return whole
    inst, sign = line.position.inst, 1 if line.position.qty > 0 else -1
    rates = Rates(pool, inst, prices.requirement[inst.sym])
    bound = rates.rows[line.tier - down].lowest
    low, high = 0, whole                 # lots that stay
    while low < high:
        middle = (low + high + 1) // 2
        qty = sign * qty_of(line.position, middle)
        if rates.measure(qty, rates.value(qty)) <= bound:
            low = middle
        else:
            high = middle - 1
    return whole - low


def target(pool, prices, line, stage, taker):
    """The fewest lots, by bisection, after which the trigger does not fire."""
    low, high = 0, lots_of(line.position)
    if not enough(pool, prices, line, stage, taker, high):
        return high
    while high - low > 1:
        middle = (low + high) // 2
        if enough(pool, prices, line, stage, taker, middle):
            high = middle
        else:
            low = middle
    return high


def enough(pool, prices, line, stage, taker, lots):
    """ok(n) of section 8.3."""
    position = line.position
    inst = position.inst
    qty = qty_of(position, lots)
    value = value_at_half(inst, qty if position.qty > 0 else -qty, prices.requirement[inst.sym])
    rest = Position(inst, position.leg)
    rest.qty, rest.cost = position.qty, position.cost
    pnl = rest.close(qty, value)
    rates = Rates(pool, inst, prices.requirement[inst.sym])
    paid = pool.rules.fee_up(abs(value) * pool.rules.liquidation_fee_rate(inst), RATE)
    if pool.rules.taker_fee:
        paid += ceil_div(abs(value) * taker(inst), RATE)
    after = copy_of(pool)
    after.balances[inst.asset] = after.balances.get(inst.asset, 0) + pnl - paid
    after.positions = [rest if p is position else p for p in pool.positions]
    after.positions = [p for p in after.positions if p.qty]
    del rates
    return not breaks(pool.rules, assess(after, prices), stage.get("view", "maintenance"),
                      buffer_of(stage))


def copy_of(pool):
    found = object.__new__(type(pool))
    found.__dict__.update(pool.__dict__)
    found.balances = dict(pool.balances)
    return found


# -- whether a stage applies


def applies(pool, prices, assessment, stage, line, episode, now):
    """`when`, without fund_short."""
    when = stage.get("when", "always")
    if not isinstance(when, dict):
        return True
    for key, word in when.items():
        if not holds(key, word, pool, assessment, stage, line, episode, now):
            return False
    return True


def holds(key, word, pool, assessment, stage, line, episode, now):
    if key == "notional_above":
        return line is not None and line.notional > parse_decimal(word, 18)
    if key == "tier_from":
        return line is not None and line.tier >= int(word)
    if key == "equity_below":
        return assessment.equity * RATE < parse_decimal(word, 12) * assessment.maintenance
    if key == "flat":
        return bool(pool.positions) == (word in ("no", "false"))
    return cools(stage, episode, pool, now) == (word in ("yes", "true"))


def cools(stage, episode, pool, now):
    """Whether less than `cooldown` has passed since the last step of this stage."""
    place = next(n for n, other in enumerate(pool.rules.stages) if other is stage)
    last = episode.last.get(place)
    return last is not None and now - last < parse_duration(stage.get("cooldown", 0))


__all__ = ["Episode", "Step", "applies", "bankruptcy_px", "bankruptcy_value", "compliant", "cools",
           "half_even", "key_of", "select", "size", "unrealised", "value_of"]
