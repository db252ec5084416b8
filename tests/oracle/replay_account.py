"""replay_account - contracts, positions, the ledger and admission (docs/replay.md 7 and 9)."""

from replay_numbers import RATE, ceil_div, half_even

DAY = 86400 * 10**9


def value_of(inst, qty, px):
    """Value of qty at px in the settle (spot: quote) asset; the sign is that of qty."""
    if inst.inverse:
        return half_even(qty * inst.factor, px)
    return qty * px * inst.factor


def value_at_half(inst, qty, px2):
    """Value of qty at px2 / 2."""
    if inst.inverse:
        return half_even(2 * qty * inst.factor, px2)
    return half_even(qty * px2 * inst.factor, 2)


class Position:
    """Quantity, signed total value at entry, and what closing has realised."""

    __slots__ = ("inst", "leg", "qty", "cost", "realised")

    def __init__(self, inst, leg):
        self.inst, self.leg = inst, leg
        self.qty = self.cost = self.realised = 0

    def close(self, qty, value):
        """Closes qty > 0 whose value, signed as the position, is given; the pnl."""
        size = abs(self.qty)
        cost = self.cost if qty == size else half_even(self.cost * qty, size)
        self.cost -= cost
        self.qty += -qty if self.qty > 0 else qty
        pnl = cost - value if self.inst.inverse else value - cost
        self.realised += pnl
        return pnl

    def trade(self, qty, px):
        """A fill of qty (signed) at px: (value, pnl)."""
        value = value_of(self.inst, qty, px)
        if not self.qty or (self.qty > 0) == (qty > 0):
            self.qty += qty
            self.cost += value
            return value, 0
        closing = min(abs(qty), abs(self.qty))
        part = closing if qty > 0 else -closing
        if part == qty:
            return value, self.close(closing, -value)
        closed = value_of(self.inst, part, px)
        pnl = self.close(closing, -closed)
        self.qty = qty - part
        self.cost = value - closed
        return value, pnl

    def unrealised(self, px2):
        value = value_at_half(self.inst, self.qty, px2)
        return self.cost - value if self.inst.inverse else value - self.cost


class Account:
    """One account of the run: its settings, money and positions."""

    def __init__(self, place, settings, instruments, venue):
        self.place, self.settings, self.venue = place, settings, venue
        self.name, self.world, self.hedge = settings.name, settings.world, settings.hedge
        self.report = settings.report
        self.balance = {}
        self.positions = {}
        self.instruments = instruments
        self.orders = {}        # oid: order, all that the venue ever had
        self.live = {}          # oid: order, open or waiting
        self.requests = 0
        self.next_oid = 1
        self.last_arrival = 0
        self.traded = {}        # asset: {day: |value|}

    def position(self, sym, leg):
        """One-way: leg 0; hedge mode: 1 long, 2 short."""
        key = sym, leg
        if key not in self.positions:
            self.positions[key] = Position(self.instruments[sym], leg)
        return self.positions[key]

    def held_positions(self, sym=None):
        """Positions that are not flat, in the order of the table, long before short."""
        keys = sorted(k for k, p in self.positions.items() if p.qty and sym in (None, k[0]))
        return [self.positions[key] for key in keys]

    def opposing(self, sym, side, leg):
        """How much of the position an order of this side would close."""
        position = self.positions.get((sym, leg))
        qty = position.qty if position and not position.inst.spot else 0
        return max(0, -qty if side == "buy" else qty)

    def money(self):
        """All balances of the account."""
        return self.balance

    # -- fees

    def rate(self, asset, maker, now):
        volume, tier = None, self.venue.tiers[0]
        for row in self.venue.tiers[1:]:
            if volume is None:
                today = now // DAY
                days = self.traded.get(asset, {})
                volume = sum(v for day, v in days.items() if today - 30 <= day < today)
            if row.volume <= volume:
                tier = row
        return tier.maker if maker else tier.taker

    def count_volume(self, asset, value, now):
        days = self.traded.setdefault(asset, {})
        days[now // DAY] = days.get(now // DAY, 0) + abs(value)

    # -- admission

    def leverage(self, inst):
        return self.settings.leverage_of(inst.symbol)

    def free(self, asset):
        held = 0
        for position in self.positions.values():
            inst = position.inst
            if position.cost and not inst.spot and inst.asset == asset:
                held += ceil_div(abs(position.cost) * 100, self.leverage(inst))
        for order in self.live.values():
            if order.hold and order.hold_asset == asset:
                held += ceil_div(order.hold * order.left, order.hold_qty)
        return self.balance.get(asset, 0) - held

    def released(self, order, qty):
        """What the position holds that an order closes on its way to the other side."""
        inst = order.inst
        if inst.spot or not 0 < self.opposing(inst.sym, order.side, order.leg) < qty:
            return 0
        position = self.positions[inst.sym, order.leg]
        return ceil_div(abs(position.cost) * 100, self.leverage(inst))

    def need(self, order, qty, px, now):
        """(asset, amount) that an order of this quantity needs at px."""
        inst = order.inst
        if order.reduces:
            return inst.asset, 0
        if inst.spot and order.side == "sell":
            return inst.base, qty * inst.base_unit
        rate = self.rate(inst.asset, False, now)
        if inst.spot:
            value = value_of(inst, qty, px)
            return inst.asset, value + ceil_div(value * rate, RATE)
        opening = max(0, qty - self.opposing(inst.sym, order.side, order.leg))
        value = abs(value_of(inst, opening, px))
        margin = ceil_div(value * 100, self.leverage(inst))
        return inst.asset, margin + ceil_div(value * rate, RATE)


class Ledger:
    """Balances of the counterparties; every batch sums to zero per asset.

    A book is a word, ('isolated', account's place, sym, leg) or ('insurance', world).
    """

    def __init__(self, emit):
        self.emit = emit
        self.books = {}

    def post(self, account, asset, cause, amount, other, sym):
        """Moves amount from the counterparty to the account."""
        self.move(account, asset, cause, amount, other, sym)

    def move(self, account, asset, cause, amount, other, sym):
        """As post; the other book may be any."""
        if amount:
            self.entry(account, "account", asset, cause, amount, sym)
            self.entry(account, other, asset, cause, -amount, sym)

    def post_to(self, account, book, asset, cause, amount, other, sym):
        """Moves amount from one book to another, told under this account."""
        if amount:
            self.entry(account, book, asset, cause, amount, sym)
            self.entry(account, other, asset, cause, -amount, sym)

    def entry(self, account, book, asset, cause, amount, sym):
        if book == "account":
            store, key = account.balance, asset
        elif book[0] == "isolated":
            store, key = account.isolated, book[2:]
        else:
            store, key = self.books, (book, asset)
        store[key] = store.get(key, 0) + amount
        word = book if isinstance(book, str) else book[0]
        self.emit(account, word, asset, cause, amount, store[key], sym)


class Valuation:
    """What an account is worth in its report currency."""

    def __init__(self, markets):
        self.markets = markets
        self.rows = [m for m in markets
                     if m.inst.traded or m.inst.kind == "asset"]

    def row_price(self, market, spot_only):
        """(base, quote, numerator, denominator) of a row, or None."""
        inst = market.inst
        unit = 10**inst.px_scale
        if inst.kind == "asset":
            return (inst.symbol, inst.quote, market.asset_index, unit) if spot_only else None
        if inst.spot != spot_only:
            return None
        if not inst.spot and market.index:
            return inst.base, inst.quote, market.index, unit
        return inst.base, inst.quote, market.px2(), 2 * unit

    def direct(self, asset, report):
        if asset == report:
            return 1, 1
        for spot_only in (True, False):
            for market in self.rows:
                row = self.row_price(market, spot_only)
                if row and row[:2] == (asset, report) and row[2]:
                    return row[2:]
        return None

    def price(self, asset, report):
        """The price of an asset as (numerator, denominator), or None."""
        found = self.direct(asset, report)
        if found:
            return found
        for spot_only in (True, False):
            for market in self.rows:
                row = self.row_price(market, spot_only)
                if not row or row[0] != asset or not row[2]:
                    continue
                onward = self.direct(row[1], report)
                if onward:
                    return row[2] * onward[0], row[3] * onward[1]
        return None

    def of(self, account):
        """(nav, unrealised, priced)."""
        profits = {}
        for position in account.held_positions():
            if position.inst.spot:
                continue
            px2 = self.markets[position.inst.sym].px2()
            if not px2:
                return 0, 0, False
            asset = position.inst.asset
            profits[asset] = profits.get(asset, 0) + position.unrealised(px2)
        nav = unrealised = 0
        money = account.money()
        for asset in sorted(set(money) | set(profits)):
            balance, profit = money.get(asset, 0), profits.get(asset, 0)
            if not balance and not profit:
                continue
            price = self.price(asset, account.report)
            if price is None:
                return 0, 0, False
            nav += half_even((balance + profit) * price[0], price[1])
            unrealised += half_even(profit * price[0], price[1])
        return nav, unrealised, True
