"""margin_model - equity and requirement of a pool (docs/margin.md 2 to 5), exact.

Money is at 10^-18, rates at 10^-12, leverages at 10^-2; px2 is twice a price in the instrument's
scale. A price of an asset is (num, den), None where it has none.
"""

from math import isqrt

from replay_account import value_at_half, value_of
from replay_numbers import MONEY, RATE, ceil_div, half_even

MILLION = 10**6


def ceil_sqrt(x):
    root = isqrt(x)
    return root + (root * root < x)


class Prices:
    """What a pool is assessed with: px2 by instrument for each use, and prices of assets."""

    def __init__(self, pnl, requirement, assets):
        self.pnl, self.requirement, self.assets = pnl, requirement, assets

    def asset(self, asset):
        return self.assets.get(asset)


class Resting:
    """An order as margin sees it: `hold` is what it holds under P10 sum, in the settle asset."""

    def __init__(self, inst, side, leg, px, left, reduces, hold=0):
        self.inst, self.side, self.leg, self.px = inst, side, leg, px
        self.left, self.reduces, self.hold = left, reduces, hold


class Pool:
    """What shares equity. `balances` are of the assets of the pool."""

    def __init__(self, rules, kind, unit, balances, positions, leverage, orders=()):
        self.rules, self.kind, self.unit = rules, kind, unit
        self.balances, self.positions, self.orders = balances, positions, list(orders)
        self.leverage = leverage         # of an instrument, at 10^-2
        self.taker = lambda inst: 0      # taker rate, for close_fee
        self.single = True               # one asset, which is its unit
        self.lost = {}                   # asset: what custodies have impaired
        self.weights = {}                # asset: weight of a haircut event
        self.adaptive = {}               # underlying: g
        self.open_interest = {}          # sym: contracts in the scale of the instrument

    @property
    def weighted(self):
        return not self.single and self.rules.collateral_table is not None

    def at_rest(self):
        """Nothing to test; a debt that stays with the account by P13 is none of it."""
        return not self.positions and (self.rules.recourse == "debt"
                                       or all(b >= 0 for b in self.balances.values()))


class Line:
    """One position in an assessment, in the settle asset where nothing else is said."""

    def __init__(self, position, tier, value, measure, unrealised):
        self.position, self.tier = position, tier
        self.value, self.measure, self.unrealised = value, measure, unrealised
        self.initial = self.maintenance = 0                # what it contributes
        self.initial_unit = self.maintenance_unit = 0      # the same in the unit of the pool

    @property
    def notional(self):
        return abs(self.value)


class Assessment:
    """Of a pool, in its unit."""

    def __init__(self):
        self.priced = True
        self.equity = self.collateral = self.initial = self.orders = self.maintenance = 0
        self.lines = []

    @property
    def free(self):
        return self.equity - self.initial - self.orders


# -- rates (P4, P5, P6)


class Rates:
    """The rate functions of one instrument in a pool."""

    def __init__(self, pool, inst, px2):
        self.pool, self.rules, self.inst, self.px2 = pool, pool.rules, inst, px2
        self.up = pool.rules.up
        self.rows = self.rules.rows(inst)
        self.g = pool.adaptive.get(inst.underlying, RATE)

    def value(self, qty):
        return value_at_half(self.inst, qty, self.px2)

    def measure(self, qty, value):
        return measure(self.rules, self.inst, qty, value)

    def rate(self, rate):
        return rate if self.g == RATE else ceil_div(rate * self.g, RATE)

    def tier(self, x):
        """The place of the tier of x, from 1; 0 where there are no tiers."""
        if self.rules.form != "tiers":
            return 0
        return max(1, sum(row.lowest <= x for row in self.rows))

    def amount(self, view, v, x):
        """The requirement of value v >= 0 at the measure x."""
        up, shape, row = self.up, self.rules.shape, self.rows[0]
        if shape == "marginal":
            return up(self.slices(view, x), RATE)
        if shape == "whole":
            row = self.rows[self.tier(x) - 1]
            return up(v * min(RATE, self.rate(getattr(row, view))), RATE)
        if shape == "affine":
            rate = (self.rate(getattr(row, view)) * MONEY
                    + self.rate(getattr(row, view + "_slope")) * x)
            return up(v * min(rate, RATE * MONEY), RATE * MONEY)
        return up(v * min(RATE, self.simple(view, row, x)), RATE)

    def simple(self, view, row, x):
        """A rate at 10^-12."""
        if self.rules.shape == "power":
            root = ceil_sqrt(x * MILLION)
            k = self.rate(getattr(row, view + "_k"))
            return self.rate(getattr(row, view)) + ceil_div(k * root, RATE)
        if self.rules.shape == "skew":
            factor = self.rate(getattr(row, view + "_factor"))
            return self.rate(getattr(row, view + "_min")) + ceil_div(factor * x, row.scale)
        rate = self.rate(getattr(row, view))
        if self.rules.oi_ramp and view == "initial" and row.oi_lower is not None \
                and row.oi_lower < row.oi_upper:
            rate += self.ramp(rate, row)
        return rate

    def ramp(self, rate, row):
        """What open interest adds to an initial rate, in whole ppm."""
        contracts = self.pool.open_interest.get(self.inst.sym, 0) if self.px2 else 0
        held = abs(self.value(contracts))
        part = (held - row.oi_lower) * MILLION // (row.oi_upper - row.oi_lower)
        part = max(0, min(MILLION, part))
        return (RATE - rate) * part // MILLION // MILLION * MILLION

    def slices(self, view, x):
        """Sum of slice * rate at 10^-30."""
        total = 0
        for place, row in enumerate(self.rows):
            upper = self.rows[place + 1].lowest if place + 1 < len(self.rows) else x
            part = min(x, upper) - (row.lowest if place else 0)
            if part > 0:
                total += part * min(RATE, self.rate(getattr(row, view)))
        return total

    def lever(self, x):
        """The smaller of the account's leverage and the maximum of the tier of x."""
        own = self.pool.leverage(self.inst)
        if self.rules.form != "tiers":
            return own
        return min(own, self.rows[self.tier(x) - 1].leverage_max)

    def fee(self, v):
        return self.rules.up(v * self.rules.liquidation_fee_rate(self.inst), RATE)

    def maintenance(self, qty, v, x):
        amount = self.amount("maintenance", v, x)
        if qty:
            amount += self.rules.minimum
        if self.rules.fee_in_maintenance:
            amount += self.fee(v)
        return amount

    def opening(self, v, whole):
        """Initial margin of value v that is opened, with the measure of the whole position."""
        if self.rules.initial == "leverage":
            return self.up(v * 100, self.lever(whole))
        if self.rules.initial == "times":
            return self.up(self.at_rate("maintenance", v, whole) * self.rules.times, RATE)
        return self.at_rate("initial", v, whole)

    def whole(self, v, x):
        """The initial requirement of a whole of value v and measure x, for P10 worse_side."""
        if self.rules.initial == "leverage":
            return self.rules.up(v * 100, self.lever(x))
        if self.rules.initial == "times":
            return self.rules.up(self.amount("maintenance", v, x) * self.rules.times, RATE)
        return self.amount("initial", v, x)

    def at_rate(self, view, v, whole):
        """v at the rate that belongs to the measure of the whole position."""
        if self.rules.shape == "marginal":
            row = self.rows[self.tier(whole) - 1]
            return self.up(v * min(RATE, self.rate(getattr(row, view))), RATE)
        return self.amount(view, v, whole)

    def initial(self, qty, cost, v, x, maintenance):
        rules = self.rules
        if rules.initial == "leverage":
            amount = rules.up(v * 100, self.lever(x))
        elif rules.initial == "times":
            amount = rules.up(maintenance * rules.times, RATE)
        else:
            amount = self.amount("initial", v, x)
        amount = max(amount, maintenance)
        if rules.close_fee_in_initial and qty:
            amount += self.close_fee(qty, cost, self.lever(x))
        return amount

    def close_fee(self, qty, cost, leverage):
        sign = -1 if (qty > 0) != self.inst.inverse else 1
        value = self.rules.up(abs(cost) * max(0, leverage + sign * 100), leverage)
        return self.rules.up(value * self.pool.taker(self.inst), RATE)

    def position(self, qty, cost):
        """(value, measure, maintenance, initial) of a position."""
        value = self.value(qty)
        v = abs(value)
        x = self.measure(qty, value)
        held = self.maintenance(qty, v, x)
        return value, x, held, self.initial(qty, cost, v, x, held)


def measure(rules, inst, qty, value):
    """P4."""
    if rules.measure == "value" or (rules.measure == "coin" and inst.inverse):
        return abs(value)
    contracts = abs(qty) * 10 ** (18 - inst.qty_scale)
    if rules.measure == "contracts":
        return contracts
    return contracts * inst.multiplier // 10**inst.mult_scale


# -- equity (section 3)


def unrealised(position, px2):
    value = value_at_half(position.inst, position.qty, px2)
    return position.cost - value if position.inst.inverse else value - position.cost


def cut(total, rows):
    """The parts of total in the slices of the rows."""
    for place, row in enumerate(rows):
        upper = rows[place + 1].lowest if place + 1 < len(rows) else total
        part = min(total, upper) - row.lowest
        if part > 0:
            yield part, row


def contribution(pool, asset, amount, price):
    """What an amount of an asset adds to equity; None where its price is missing."""
    if amount > 0:
        amount = max(0, amount - pool.lost.get(asset, 0))
    if pool.weighted:
        return weighted(pool, asset, amount, price)
    if asset == pool.unit or not amount:
        return amount
    return None if price is None else pool.rules.down(amount * price[0], price[1])


def weighted(pool, asset, amount, price):
    """The same under a table of P8."""
    if not amount:
        return 0
    if price is None:
        return None
    num, den = price
    down, rows = pool.rules.down, pool.rules.weights(asset)
    if amount < 0:
        liability = rows[0].liability if rows and rows[0].liability is not None else RATE
        return down(down(amount * liability, RATE) * num, den)
    by_value = pool.rules.slices == "value"
    whole = down(amount * num, den) if by_value else amount
    if asset in pool.weights:
        counted = down(whole * pool.weights[asset], RATE)
    else:
        counted = sum(down(part * row.weight, RATE) for part, row in cut(whole, rows))
    return counted if by_value else down(counted * num, den)


def equity_of(pool, profits, prices):
    """The sum of the contributions, None where a price is missing."""
    total = 0
    for asset in sorted(set(pool.balances) | set(profits)):
        amount = pool.balances.get(asset, 0) + profits.get(asset, 0)
        part = contribution(pool, asset, amount, pool_price(pool, prices, asset))
        if part is None:
            return None
        total += part
    return total


def pool_price(pool, prices, asset):
    return (1, 1) if asset == pool.unit else prices.asset(asset)


# -- requirement (section 4)


def by_instrument(positions):
    found = {}
    for position in positions:
        found.setdefault(position.inst.sym, []).append(position)
    return found


def combine(word, legs, net, quantities):
    """(requirement of an instrument, what each leg contributes) by P2."""
    if word == "gross":
        return sum(legs), legs
    if len(legs) == 1:
        return legs[0], legs
    if word == "max_side":
        first = legs[0] >= legs[1]
        return max(legs), [max(legs), 0] if first else [0, max(legs)]
    first = half_even(net * quantities[0], sum(quantities))
    return net, [first, net - first]


def tiers_requirement(pool, prices, assessment):
    """Fills in initial and maintenance of a pool without scenarios; False without a price."""
    lines = {(line.position.inst.sym, line.position.leg): line for line in assessment.lines}
    for sym, legs in by_instrument(pool.positions).items():
        inst = legs[0].inst
        price = pool_price(pool, prices, inst.asset)
        if price is None:
            return False
        rates = Rates(pool, inst, prices.requirement[sym])
        instrument_requirement(pool, rates, legs, [lines[sym, p.leg] for p in legs], price,
                               assessment)
    orders_requirement(pool, prices, assessment)
    return True


def instrument_requirement(pool, rates, legs, lines, price, assessment):
    """Adds an instrument; its legs stand long before short."""
    rules, quantities = pool.rules, [abs(p.qty) for p in legs]
    single = [rates.position(p.qty, p.cost)[2:] for p in legs]
    net = rates.position(sum(p.qty for p in legs), sum(p.cost for p in legs))[2:]
    held, held_legs = combine(rules.hedge["maintenance"], [m for m, _ in single], net[0],
                              quantities)
    need, need_legs = combine(rules.hedge["initial"], [i for _, i in single], net[1], quantities)
    if need < held:
        need, need_legs = held, held_legs
    for view, whole, parts in (("maintenance", held, held_legs), ("initial", need, need_legs)):
        left = rules.up(whole * price[0], price[1])
        setattr(assessment, view, getattr(assessment, view) + left)
        for place, (line, part) in enumerate(zip(lines, parts)):
            share = left
            if place + 1 < len(lines):
                share = rules.up(part * price[0], price[1])
            left -= share
            setattr(line, view, part)
            setattr(line, view + "_unit", share)


def orders_requirement(pool, prices, assessment):
    """P10, added to the initial side alone. The positions have their prices; an instrument with
    orders alone needs none, and adds nothing where its asset has none."""
    word = pool.rules.orders
    if word == "none":
        return
    opening = [order for order in pool.orders if not order.reduces]
    for sym in sorted({order.inst.sym for order in opening}):
        orders = [order for order in opening if order.inst.sym == sym]
        inst = orders[0].inst
        price = pool_price(pool, prices, inst.asset)
        if price is None:
            continue
        if word == "sum":
            amount = sum(order.hold for order in orders)
        else:
            amount = worse_side(pool, inst, orders, prices.requirement.get(sym, 0))
        assessment.orders += pool.rules.up(amount * price[0], price[1])


def worse_side(pool, inst, orders, px2):
    """The larger side with its orders, less what the position needs alone."""
    rates = Rates(pool, inst, px2)
    net = sum(p.qty for p in pool.positions if p.inst.sym == inst.sym)
    value, room = {"buy": 0, "sell": 0}, {"buy": 0, "sell": 0}
    for order in orders:
        value[order.side] += abs(value_of(inst, order.left, order.px))
        room[order.side] += order.left
    held = rates.value(net) if net else 0        # without a price where there is no position
    up, down = max(0, held + value["buy"]), max(0, value["sell"] - held)
    whole = max(up, down, abs(held))
    by_value = pool.rules.measure == "value" or (pool.rules.measure == "coin" and inst.inverse)
    filled = net + room["buy"] if up >= down else net - room["sell"]
    x = whole if by_value else rates.measure(filled, 0)
    return max(0, rates.whole(whole, x) - rates.whole(abs(held), rates.measure(net, held)))


def line_of(pool, position, prices, profit):
    rates = Rates(pool, position.inst, prices.requirement[position.inst.sym])
    value = rates.value(position.qty)
    x = rates.measure(position.qty, value)
    return Line(position, rates.tier(x), value, x, profit)


# -- the test


def fires(rules, equity, maintenance):
    """P11: whether the trigger fires."""
    return maintenance >= equity if rules.trigger["when"] == "at" else maintenance > equity


def ratio(a, b):
    """A told quotient at 10^-12, half-even."""
    return half_even(a * RATE, b)
