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

    def __init__(self, start, number, last):
        self.start, self.number = start, number
        self.steps = 0                   # of the episode so far
        self.last = last                 # time of the last step of a stage with a cooldown
        self.short = False               # the fund could not pay the last takeover asked for
        self.acted, self.lost = False, 0
        self.kept = 0                    # what keepers have taken, in the pool's unit
        self.enter(0)

    def enter(self, stage):
        """The episode comes to a stage."""
        self.stage, self.round = stage, 0
        self.passed = set()              # keys of lines for which a step changed nothing


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
    weights = [line.maintenance_unit for line in lines]
    if pool.kind == "portfolio" or not sum(weights):
        weights = [in_unit(pool, prices, line.position.inst.asset, line.notional)
                   for line in lines]
    return weights, sum(weights)


def bankruptcy_value(pool, prices, assessment, line):
    """The signed value at which all of a position uses up its share of equity."""
    position, inst = line.position, line.position.inst
    if pool.single and len(assessment.lines) == 1:
        balance = pool.balances.get(inst.asset, 0)
        return position.cost + balance if inst.inverse else position.cost - balance
    weights, whole = shares(pool, prices, assessment)
    weight = next(weight for weight, other in zip(weights, assessment.lines)
                  if other.position is line.position)
    share = assessment.equity * weight // whole if whole else assessment.equity
    num, den = pool_price(pool, prices, inst.asset)
    share = share * den // num
    value = value_at_half(inst, position.qty, prices.pnl[inst.sym])
    return value + share if inst.inverse else value - share


def part_of(value, position, qty):
    """The part of a position's value that belongs to qty of it."""
    whole = abs(position.qty)
    return value if qty == whole else half_even(value * qty, whole)


def price_of(inst, qty, value):
    """The price of a value of signed qty on the tick, longs up and shorts down; 0: none."""
    if value == 0 or (value > 0) != (qty > 0):
        return 0
    if inst.inverse:
        num, den = abs(qty) * inst.factor, abs(value)
    else:
        num, den = abs(value), abs(qty) * inst.factor
    den *= inst.tick
    ticks = ceil_div(num, den) if qty > 0 else num // den
    return ticks * inst.tick


def limit_of(pool, prices, assessment, line, stage, qty):
    """The limit of an order that closes qty; 0: a market order."""
    position, inst = line.position, line.position.inst
    if stage["price"] == "market":
        return 0
    if stage["price"] == "bankruptcy":
        value = bankruptcy_value(pool, prices, assessment, line)
        signed = qty if position.qty > 0 else -qty
        return price_of(inst, signed, part_of(value, position, qty))
    return price_of(inst, position.qty, fillable_value(assessment, line, stage))


def fillable_value(assessment, line, stage):
    """dYdX: the value less a part of the maintenance that grows as equity falls."""
    ratio = 0
    if assessment.maintenance > 0:
        ratio = RATE - half_even(assessment.equity * RATE, assessment.maintenance)
    ratio = max(0, min(RATE, ratio))
    off = parse_decimal(stage["spread"], 12) * ratio // RATE * line.maintenance // RATE
    less = (line.position.qty > 0) != line.position.inst.inverse
    value = max(0, line.notional - off if less else line.notional + off)
    return value if line.position.qty > 0 else -value


# -- what is selected


def delta(pool, prices, assessment):
    """Values of the heavier side of the unit with the largest net value; None: not there."""
    nets = {}
    signed = []
    for line in assessment.lines:
        inst = line.position.inst
        amount = in_unit(pool, prices, inst.asset, line.notional)
        amount = amount if line.position.qty > 0 else -amount
        signed.append(amount)
        nets[inst.underlying] = nets.get(inst.underlying, 0) + amount
    unit = max(nets, key=lambda base: abs(nets[base]))
    heavier = 1 if nets[unit] >= 0 else -1
    return [abs(amount) if line.position.inst.underlying == unit and amount * heavier > 0
            else None for line, amount in zip(assessment.lines, signed)]


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
    if not lines:
        return None
    if word == "all":
        return next((line for line in lines if free(line)), None)
    if word == "random":
        open_lines = [line for line in lines if free(line)]
        if not open_lines:
            return None
        draw = stream_word(seed, "liquidation", episode.number, episode.steps)
        return open_lines[draw * len(open_lines) >> 32]
    best, chosen = None, None
    for line, score in zip(lines, scores(pool, prices, assessment, word)):
        if score is not None and free(line) and (best is None or score > best):
            best, chosen = score, line
    return chosen


def key_of(line):
    return line.position.inst.sym, line.position.leg


# -- how much


def lots_of(position):
    return max(1, abs(position.qty) // (position.inst.lot or 1))


def qty_of(position, lots):
    whole = abs(position.qty)
    return whole if lots >= lots_of(position) else lots * (position.inst.lot or 1)


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
        if line.notional:
            lots = max(lots, ceil_div(whole * least, line.notional))
    elif "step" in word:
        lots = parse_decimal(word["step"], 18) // 10 ** (18 - position.inst.qty_scale)
        lots //= position.inst.lot or 1
    else:
        lots = tiers_down(pool, prices, line, int(word["tiers_down"]), whole)
    return max(1, min(whole, lots))


# -- keepers (section 8.2, channel)


def keeps(stage):
    return stage.get("channel", "book") == "keeper"


def keeper_px2(position, px2, stage):
    """Twice the price at which a keeper takes over."""
    fee = parse_decimal(stage["fee"], 12)
    if position.qty > 0:
        return px2 * (RATE - fee) // RATE
    return ceil_div(px2 * (RATE + fee), RATE)


def keeper_lots(pool, prices, line, stage, lots, taken):
    """How many of these lots the inventory has room for; 0: none."""
    room = parse_decimal(stage["inventory"], 18) - taken
    low, high = 0, lots
    while low < high:
        middle = (low + high + 1) // 2
        if notional(pool, prices, line.position, qty_of(line.position, middle)) <= room:
            low = middle
        else:
            high = middle - 1
    return low


def notional(pool, prices, position, qty):
    """What so much of a position is worth at the requirement price, in the pool's unit, up."""
    inst = position.inst
    value = value_at_half(inst, qty, prices.requirement[inst.sym])
    return in_unit(pool, prices, inst.asset, value)


def begins(stage, episode):
    """When a stage may act first: keepers come `latency` after the begin of the episode."""
    return episode.start + parse_duration(stage["latency"]) if keeps(stage) else episode.start


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
        if rates.measure(qty, rates.value(qty)) < bound:
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
    if pool.rules.taker_fee:
        pnl -= ceil_div(abs(value) * taker(inst), RATE)
    after = copy_of(pool)
    after.balances[inst.asset] = after.balances.get(inst.asset, 0) + pnl
    after.positions = [rest if p is position else p for p in pool.positions]
    after.positions = [p for p in after.positions if p.qty]
    fee = liquidation_fee(after, prices, inst, value)
    if pool.rules.fee_cap == "surplus":
        whole = bankruptcy_value(pool, prices, assess(pool, prices), line)
        fee = min(fee, surplus(inst, value, part_of(whole, position, qty)))
    after.balances[inst.asset] -= fee
    return after.at_rest() or not breaks(pool.rules, assess(after, prices),
                                         stage.get("view", "maintenance"), buffer_of(stage))


def liquidation_fee(pool, prices, inst, value):
    """P13 of a fill of this value, at most what the pool has after it."""
    fee = pool.rules.fee_up(abs(value) * pool.rules.liquidation_fee_rate(inst), RATE)
    num, den = pool_price(pool, prices, inst.asset)
    return min(fee, max(0, assess(pool, prices).equity) * den // num)


def surplus(inst, value, bankrupt):
    """The profit of closing at a value against the bankruptcy value, both signed alike."""
    return max(0, bankrupt - value if inst.inverse else value - bankrupt)


def copy_of(pool):
    found = object.__new__(type(pool))
    found.__dict__.update(pool.__dict__)
    found.balances = dict(pool.balances)
    return found


# -- whether a stage applies


def applies(assessment, stage, line, episode, now):
    """`when`."""
    when = stage.get("when", "always")
    if when == "fund_short":
        return episode.short
    if not isinstance(when, dict):
        return True
    return all(holds(key, word, assessment, stage, line, episode, now)
               for key, word in when.items())


def holds(key, word, assessment, stage, line, episode, now):
    if key == "notional_above":
        return line is not None and line.notional > parse_decimal(word, 18)
    if key == "tier_from":
        return line is not None and line.tier >= int(word)
    if key == "equity_below":
        return assessment.equity * RATE < parse_decimal(word, 12) * assessment.maintenance
    return cools(stage, episode, now) == (word in ("yes", "true"))


def cooldown(stage):
    return parse_duration(stage["cooldown"]) if "cooldown" in stage else 0


def cools(stage, episode, now):
    """Whether less than this stage's cooldown has passed since a step of a stage with one."""
    return episode.last is not None and now - episode.last < cooldown(stage)


def rests(stage, episode, now):
    """Whether the episode waits at this stage for its cooldown."""
    when = stage.get("when")
    return not (isinstance(when, dict) and "cooling" in when) and cools(stage, episode, now)


__all__ = ["Episode", "applies", "bankruptcy_px", "bankruptcy_value", "compliant", "half_even",
           "key_of", "select", "size", "unrealised", "value_of"]
