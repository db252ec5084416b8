"""replay_margin_venue - orders of accounts under a rulebook: admission, isolated flows (margin.md 7)."""

from margin_assess import assess
from margin_model import Rates, pool_price
from replay_account import Position, value_at_half, value_of
from replay_numbers import RATE, ceil_div
from replay_venue import Venue


class MarginVenue(Venue):
    """The venue with margin accounts among the plain ones."""

    asset_places = {}

    def refusal_of_money(self, order, levels):
        account = order.account
        if getattr(account, "margin", None) is None or order.inst.spot:
            return super().refusal_of_money(order, levels)
        inst = order.inst
        opening = order.left - account.opposing(inst.sym, order.side, order.leg)
        if order.reduces or opening <= 0:
            return None
        key = account.key_of(inst, order.leg)
        if account.state(key).episode:
            return "liquidation"
        if not account.rules.rows(inst):
            return "no_rules"
        px2 = account.uses.px2("requirement", inst.sym)
        payer = account.paying_key(inst)
        if not px2 or not account.assess(key).priced or not account.assess(payer).priced:
            return "no_price"
        x2 = 2 * order.px
        qty = order.left
        if order.type == "market":
            worst, qty = self.walk(order, levels)
            if not qty:
                return None
            opening = max(0, qty - account.opposing(inst.sym, order.side, order.leg))
            x2 = max(px2, 2 * worst)
        return self.too_dear(order, opening, qty, x2, px2, payer)

    def walk(self, order, levels):
        """(worst price, quantity) of what the order can take."""
        qty = self.sum_of(levels, order.left)
        px = total = 0
        for level_px, size in levels:
            if total < qty:
                px = level_px
            total += qty if size is None else size
        return px, qty

    def too_dear(self, order, opening, qty, x2, px2, payer):
        account, inst = order.account, order.inst
        pool = account.pool(payer)
        prices = account.prices(pool)
        before = assess(pool, prices)
        value = abs(value_at_half(inst, opening, x2))
        extra = ceil_div(value * account.rate(inst.asset, False, self.now), RATE)
        if order.type == "market":
            extra += loss(inst, order.side, opening, x2, px2)
        price = account.sources.price(inst.asset, pool.unit) or (1, 1)
        free = before.free
        whole = self.whole_after(order, qty)
        if pool.kind == "portfolio":
            need = self.filled_initial(account, payer, order, whole) - before.initial
            need += ceil_div(extra * price[0], price[1])
        else:
            rates = Rates(pool, inst, x2)
            x = rates.measure(whole, rates.value(whole))
            if account.rules.form == "tiers" and \
                    account.leverage(inst) > rates.rows[rates.tier(x) - 1].leverage_max:
                return "leverage"
            need = ceil_div((rates.opening(value, x) + extra) * price[0], price[1])
            free += self.freed(order, before, pool, prices)
        return "margin" if need > free else None

    @staticmethod
    def whole_after(order, qty):
        position = order.account.positions.get((order.inst.sym, order.leg))
        held = position.qty if position else 0
        return held + (qty if order.side == "buy" else -qty)

    @staticmethod
    def filled_initial(account, key, order, whole):
        pool = account.pool(key)
        inst = order.inst
        position = Position(inst, order.leg)
        position.qty = whole
        position.cost = value_of(inst, whole, order.px) if order.px else 0
        others = [p for p in pool.positions if (p.inst.sym, p.leg) != (inst.sym, order.leg)]
        pool.positions = sorted(others + ([position] if whole else []),
                                key=lambda p: (p.inst.sym, p.leg))
        return assess(pool, account.prices(pool)).initial

    @staticmethod
    def freed(order, before, pool, prices):
        """What the part holds that a flip closes."""
        for line in before.lines:
            position = line.position
            if (position.inst.sym, position.leg) == (order.inst.sym, order.leg) and \
                    (position.qty > 0) != (order.side == "buy"):
                num, den = pool_price(pool, prices, position.inst.asset)
                return ceil_div(line.initial * num, den)
        return 0

    def hold_of(self, order):
        account, inst = order.account, order.inst
        if getattr(account, "margin", None) is None or inst.spot:
            return super().hold_of(order)
        opening = max(0, order.left - account.opposing(inst.sym, order.side, order.leg))
        if order.reduces or not opening or account.rules.orders != "sum":
            return inst.asset, 0
        pool = account.pool(account.paying_key(inst))
        rates = Rates(pool, inst, 2 * order.px)
        whole = self.whole_after(order, order.left)
        value = rates.value(opening)
        hold = rates.opening(value, rates.measure(whole, rates.value(whole)))
        return inst.asset, hold + ceil_div(value * account.rate(inst.asset, False, self.now), RATE)

    # -- fills

    def post_fill(self, order, before, value, pnl, fee):
        account, inst = order.account, order.inst
        if getattr(account, "margin", None) is None or inst.spot \
                or account.regime(inst) != "isolated":
            super().post_fill(order, before, value, pnl, fee)
            self.post_liquidation_fee(order, value)
            return
        self.isolated_fill(order, before, value, pnl, fee)

    def isolated_fill(self, order, before, value, pnl, fee):
        account, inst = order.account, order.inst
        position = account.positions[inst.sym, order.leg]
        key = inst.sym, order.leg
        margin = account.isolated.get(key, 0)
        opened, closed_qty = self.parts(order, before, position, value)
        rate = account.rate(inst.asset, order.maker, self.now)
        closing_fee = ceil_div(abs(value - opened) * rate, RATE) if closed_qty else 0
        opening_fee = fee - closing_fee
        book = "isolated", account.place, *key
        self.ledger.post_to(account, book, inst.asset, "realised_pnl", pnl, "market", inst.sym)
        self.ledger.post_to(account, book, inst.asset, "fee", -closing_fee, "fees", inst.sym)
        self.ledger.post(account, inst.asset, "fee", -opening_fee, "fees", inst.sym)
        self.post_liquidation_fee(order, value)
        if closed_qty and not order.forced:
            now = account.isolated.get(key, 0)
            share = margin * closed_qty // abs(before)
            last = closed_qty == abs(before)
            released = max(0, now if last else min(now, share + pnl - closing_fee))
            self.transfer(account, key, inst.asset, -released)
        if opened:
            wanted = ceil_div(abs(opened) * 100, account.leverage(inst))
            self.transfer(account, key, inst.asset,
                          min(wanted, max(0, account.balance.get(inst.asset, 0))))

    @staticmethod
    def parts(order, before, position, value):
        """(value of what was opened, quantity that was closed)."""
        signed = order.filled if order.side == "buy" else -order.filled
        if not before or (before > 0) == (signed > 0):
            return value, 0
        closed = min(abs(before), abs(signed))
        return (position.cost if closed < abs(signed) else 0), closed

    def transfer(self, account, key, asset, amount):
        """From the account to the isolated pool; below 0 the other way."""
        self.ledger.move(account, asset, "transfer", -amount, ("isolated", account.place, *key),
                         key[0])

    def post_liquidation_fee(self, order, value):
        if order.forced:
            self.forced_fee(order, value)


def loss(inst, side, opening, x2, px2):
    """What a market order books at once when it is opened at x and worth the requirement price."""
    signed = opening if side == "buy" else -opening
    worse = value_at_half(inst, signed, x2) - value_at_half(inst, signed, px2)
    return max(0, -worse if inst.inverse else worse)
