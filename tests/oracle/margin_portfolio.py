"""margin_portfolio - the requirement of a pool by a grid of scenarios (docs/margin.md 5)."""

from margin_model import line_of, pool_price
from replay_account import value_at_half
from replay_numbers import RATE


class Unit:
    """The positions of one underlying, with its losses by scenario."""

    def __init__(self, name, base):
        self.name, self.base = name, base
        self.lines = []
        self.scan, self.worst = 0, None
        self.net = self.long = self.short = 0
        self.addons = 0


def moved_price(px2, move, g):
    """Where a scenario puts a price, at least 1."""
    return max(1, px2 * (RATE * RATE + move * g) // (RATE * RATE))


def change(position, px2, moved, price):
    """The change of a position's profit, in the unit of the pool."""
    inst, qty = position.inst, position.qty
    amount = value_at_half(inst, qty, moved) - value_at_half(inst, qty, px2)
    if inst.inverse:
        amount = -amount
    return amount * price[0] // price[1]


def scan(pool, prices, unit):
    """The largest weighted loss, and where it was found first."""
    g = pool.adaptive.get(unit.name, RATE)
    rows = sorted(pool.rules.scenarios(unit.name), key=lambda row: (row.move, row.weight))
    for row in rows:
        parts = [change(line.position, prices.requirement[line.position.inst.sym],
                        moved_price(prices.requirement[line.position.inst.sym], row.move, g),
                        pool_price(pool, prices, line.position.inst.asset))
                 for line in unit.lines]
        total = sum(parts)
        if pool.rules.spot_included:
            total += spot(pool, prices, unit.base, row.move, g)
        loss = pool.rules.up(max(0, -total) * row.weight, RATE)
        if unit.worst is None or loss > unit.scan:
            unit.scan, unit.worst = loss, (row, parts)


def spot(pool, prices, asset, move, g):
    """What a balance of the base asset gains."""
    held = pool.balances.get(asset, 0) - pool.lost.get(asset, 0)
    price = pool_price(pool, prices, asset)
    if held <= 0 or price is None:
        return 0
    return held * price[0] // price[1] * move * g // (RATE * RATE)


def charges(pool, prices, unit):
    """P7."""
    rules = pool.rules
    for line in unit.lines:
        price = pool_price(pool, prices, line.position.inst.asset)
        amount = rules.up(abs(line.value) * price[0], price[1])
        if line.position.qty > 0:
            unit.long += amount
        else:
            unit.short += amount
        unit.addons += rules.up(rules.minimum * price[0], price[1])
    unit.net = unit.long - unit.short
    unit.addons += rules.up(rules.offset_charge * min(unit.long, unit.short), RATE)
    unit.addons += rules.up(rules.gross_charge * (unit.long + unit.short), RATE)


def credits(rules, units):
    """P9 spread_credit: what offsets between units take off."""
    rest = {name: unit.scan for name, unit in units.items()}
    total = 0
    for (first, second), rate in rules.credits:
        if first not in units or second not in units:
            continue
        if units[first].net * units[second].net < 0:
            part = min(rest[first], rest[second])
            total += rate * part // RATE
            rest[first] -= part
            rest[second] -= part
    return total


def requirement(pool, prices, lines):
    """(maintenance, initial, units) of these lines."""
    units = {}
    for line in lines:
        inst = line.position.inst
        units.setdefault(inst.underlying, Unit(inst.underlying, inst.base)).lines.append(line)
    for unit in units.values():
        scan(pool, prices, unit)
        charges(pool, prices, unit)
    total = sum(unit.scan + unit.addons for unit in units.values())
    total = max(0, total - credits(pool.rules, units))
    return total, pool.rules.up(total * pool.rules.factor, RATE), units


def portfolio_requirement(pool, prices, assessment):
    """Fills in the requirement of a pool; False without a price."""
    rules = pool.rules
    for line in assessment.lines:
        if pool_price(pool, prices, line.position.inst.asset) is None:
            return False
    assessment.maintenance, assessment.initial, units = requirement(pool, prices,
                                                                    assessment.lines)
    for unit in units.values():
        if unit.worst:
            row, parts = unit.worst
            for line, part in zip(unit.lines, parts):
                line.maintenance_unit = rules.up(-part * row.weight, RATE)
                line.initial_unit = rules.up(line.maintenance_unit * rules.factor, RATE)
    if pool.rules.orders == "worse_side":
        assessment.orders = orders(pool, prices, assessment)
    return True


def orders(pool, prices, assessment):
    """With all buys filled, or all sells: what the initial requirement grows by."""
    worst = 0
    for side in ("buy", "sell"):
        positions = {(line.position.inst.sym, line.position.leg): line.position
                     for line in assessment.lines}
        for order in pool.orders:
            if order.side == side and not order.reduces:
                if not prices.requirement.get(order.inst.sym) or \
                        pool_price(pool, prices, order.inst.asset) is None:
                    continue
                key = order.inst.sym, order.leg
                qty = order.left if side == "buy" else -order.left
                before = positions.get(key)
                positions[key] = Whole(order.inst, order.leg, qty + (before.qty if before else 0))
        lines = [line_of(pool, p, prices, 0) for _, p in sorted(positions.items()) if p.qty]
        worst = max(worst, requirement(pool, prices, lines)[1])
    return max(0, worst - assessment.initial)


class Whole:
    """A position as it would be."""

    def __init__(self, inst, leg, qty):
        self.inst, self.leg, self.qty = inst, leg, qty
