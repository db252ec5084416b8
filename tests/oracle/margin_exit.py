"""margin_exit - displayed liquidation prices, by exact search over the ticks (design/04.5).

The price down is the highest tick below the requirement price at which the trigger fires when only
this instrument moves (pnl and requirement price together), the price up the lowest above. Between
the places where the surplus may bend or jump it is concave along its own coordinate, so that one
bisection finds the nearest tick of a stretch whose near end does not fire.
"""

from margin_assess import assess
from margin_model import Prices, Rates, fires, pool_price
from replay_numbers import ceil_div

FAR = 2**62  # no price is higher, in units of the scale


class Search:
    """One instrument of a pool moves."""

    def __init__(self, pool, prices, inst):
        self.pool, self.prices, self.inst = pool, prices, inst
        self.start = prices.requirement[inst.sym]
        self.known = {}

    def assessed(self, ticks):
        sym, px2 = self.inst.sym, 2 * ticks * self.inst.tick
        moved = Prices({**self.prices.pnl, sym: px2}, {**self.prices.requirement, sym: px2},
                       self.prices.assets)
        return assess(self.pool, moved)

    def fires(self, ticks):
        if ticks not in self.known:
            found = self.assessed(ticks)
            self.known[ticks] = fires(self.pool.rules, found.equity, found.maintenance)
        return self.known[ticks]

    # -- where the surplus may bend or jump

    def bends(self):
        """Ticks next to which the surplus may bend or jump, in order."""
        found = set()
        held = [p for p in self.pool.positions if p.inst is self.inst]
        quantities = {abs(p.qty) for p in held} | {abs(sum(p.qty for p in held))}
        for qty in quantities - {0}:
            for row in self.rows():
                found |= self.around(self.value_ticks(qty, row.lowest))
        for edge in self.edges():
            found |= self.around(self.amount_ticks(held, edge))
        return sorted(t for t in found if t >= 1)

    def rows(self):
        rules = self.pool.rules
        if self.pool.kind == "portfolio" or rules.form != "tiers" or rules.measure == "contracts":
            return []
        return [row for row in rules.rows(self.inst) if row.lowest]

    def value_ticks(self, qty, value):
        """The tick near which qty is worth value."""
        if self.inst.inverse:
            return qty * self.inst.factor // max(1, value * self.inst.tick)
        return value // (qty * self.inst.factor * self.inst.tick)

    def edges(self):
        """Amounts of the settle asset at which its contribution bends."""
        if self.pool.single or not self.pool.rules.collateral_table:
            return []
        asset = self.inst.asset
        found = {0, self.pool.lost.get(asset, 0)}
        price = pool_price(self.pool, self.prices, asset)
        for row in self.pool.rules.weights(asset):
            edge = row.lowest
            if self.pool.rules.slices == "value" and price:
                edge = ceil_div(edge * price[1], price[0])
            found.add(edge + self.pool.lost.get(asset, 0))
        return sorted(found)

    def amount_ticks(self, held, edge):
        """The tick near which balance and profit of the settle asset come to an edge."""
        asset = self.inst.asset
        others = sum(line.unrealised for line in assess(self.pool, self.prices).lines
                     if line.position.inst.asset == asset and line.position.inst is not self.inst)
        base = self.pool.balances.get(asset, 0) + others
        cost, net = sum(p.cost for p in held), sum(p.qty for p in held)
        if not net:
            return 0
        if self.inst.inverse:            # base + cost - net * factor / px = edge
            value = base + cost - edge
            px = net * self.inst.factor // value if value else 0
        else:                            # base + net * px * factor - cost = edge
            px = (edge - base + cost) // (net * self.inst.factor)
        return px // self.inst.tick

    @staticmethod
    def around(ticks):
        return {ticks - 1, ticks, ticks + 1, ticks + 2}

    # -- the search

    def down(self):
        """The nearest firing tick below, None for none."""
        first = (ceil_div(self.start, 2 * self.inst.tick)) - 1
        stops = [t for t in self.bends() if t < first]
        near = first
        for far in [*reversed(stops), 1]:
            found = self.stretch(near, far)
            if found is not None:
                return found * self.inst.tick
            near = far
        return None

    def up(self):
        first = self.start // (2 * self.inst.tick) + 1
        stops = [t for t in self.bends() if t > first]
        near = first
        for far in [*stops, FAR // self.inst.tick]:
            found = self.stretch(near, far)
            if found is not None:
                return found * self.inst.tick
            near = far
        return None

    def stretch(self, near, far):
        """The firing tick nearest to `near` between them, both included."""
        if near < 1:
            return None
        if self.fires(near):
            return near
        if far == near or not self.fires(far):
            return None
        while abs(far - near) > 1:
            middle = (far + near) // 2
            if self.fires(middle):
                far = middle
            else:
                near = middle
        return far


__all__ = ["Rates", "Search"]
