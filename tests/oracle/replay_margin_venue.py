"""replay_margin_venue - orders under a rulebook: admission, isolated flows (margin.md 7)."""

from margin_assess import assess
from margin_model import Rates, pool_price
from replay_account import Position, value_at_half, value_of
from replay_numbers import RATE, ceil_div
from replay_venue import Venue


class MarginVenue(Venue):
    """The venue with margin accounts among the plain ones."""

    asset_places = {}

    def rest(self, order):
        super().rest(order)
        if getattr(order.account, "margin", None) and not order.reduces:
            order.account.touch(order)

    def lessened(self, order):
        if getattr(order.account, "margin", None) and not order.reduces:
            order.account.touch(order)

    def leave(self, order):
        if order.live and getattr(order.account, "margin", None):
            order.account.touch(order)
        super().leave(order)

    def refusal(self, order, request):
        return super().refusal(order, request) or self.shut(order)

    @staticmethod
    def shut(order):
        """An account that has stopped, a locked pool in a liquidation: nothing is taken."""
        account, inst = order.account, order.inst
        if getattr(account, "margin", None) is None:
            return None
        if account.stopped:
            return "stopped"
        if account.rules.locked and not inst.spot \
                and account.state(account.key_of(inst, order.leg)).episode:
            return "liquidation"
        return None

    def refusal_of_money(self, order, levels):
        account, inst = order.account, order.inst
        if getattr(account, "margin", None) is None:
            return super().refusal_of_money(order, levels)
        if inst.spot:
            return self.spot_refusal(order, levels)
        order.admitted = 0, order.left
        refusal = self.margin_refusal(order, levels)
        if not refusal:
            order.admitted = self.hold_at_admission(order)
        return refusal

    def margin_refusal(self, order, levels):
        account, inst = order.account, order.inst
        qty = self.walk(order, levels)[1] if order.type == "market" else order.left
        if order.reduces or qty <= account.opposing(inst.sym, order.side, order.leg):
            return None
        key = account.key_of(inst, order.leg)
        payer = account.paying_key(inst)
        if account.state(key).episode:
            return "liquidation"
        px2 = account.uses.px2("requirement", inst.sym)
        if not px2 or not account.uses.px2("pnl", inst.sym) or not account.assess(key).priced:
            return "no_price"
        if not account.has_rules(inst):
            return "no_rules"
        return self.too_dear(order, levels, px2, payer)

    def spot_refusal(self, order, levels):
        """The balance must cover it, or the pool as it would be."""
        account = order.account
        qty, px = order.left, order.px
        if order.type == "market":
            px, qty = self.walk(order, levels)
            if not qty:
                return None
        asset, need = account.need(order, qty, px, self.now)
        if not account.rules.borrows and need > max(0, account.free(asset)):
            return "balance"
        key = account.shared_key(account.shared_regime(), asset)
        pool = account.pool(key)
        if pool.at_rest() and need <= account.free(asset):
            return None
        pool.balances[asset] = pool.balances.get(asset, 0) - need
        inst = order.inst
        got, amount = inst.base, qty * inst.base_unit
        if order.side == "sell":
            value = value_of(inst, qty, px)
            got = inst.quote
            amount = value - ceil_div(value * account.rate(inst.quote, False, self.now), RATE)
        if got in pool.balances or not pool.single:
            pool.balances[got] = pool.balances.get(got, 0) + amount
        after = assess(pool, account.prices(pool))
        if not after.priced:
            return "no_price"
        return "margin" if after.free < 0 else None

    def walk(self, order, levels):
        """(worst price, quantity) of what the order can take."""
        qty = self.sum_of(levels, order.left)
        px = total = 0
        for level_px, size in levels:
            if total < qty:
                px = level_px
            total += qty if size is None else size
        return px, qty

    def too_dear(self, order, levels, px2, payer):
        """Refused by leverage or by what is free; None where it is admitted."""
        account, inst = order.account, order.inst
        qty = order.left
        if order.type == "market":
            worst, qty = self.walk(order, levels)
        opening = qty - account.opposing(inst.sym, order.side, order.leg)
        x2, booked = 2 * order.px, 0
        if order.type == "market":
            worst2 = 2 * worst
            x2 = max(px2, worst2, key=lambda at: abs(value_at_half(inst, opening, at)))
            booked = loss(inst, order.side, opening, worst2, px2)
        pool = account.pool(payer)
        prices = account.prices(pool, extra=inst.asset)
        before = assess(pool, prices)
        price = pool_price(pool, prices, inst.asset)
        value = abs(value_at_half(inst, opening, x2))
        extra = ceil_div(value * account.rate(inst.asset, False, self.now), RATE) + booked
        whole = self.whole_after(order, qty)
        rates = Rates(pool, inst, x2)
        x = rates.measure(whole, rates.value(whole))
        if pool.kind != "portfolio" and account.rules.form == "tiers" and \
                account.leverage(inst) > rates.rows[rates.tier(x) - 1].leverage_max:
            return "leverage"
        if price is None or not before.priced:
            return "no_price"
        num, den = price
        free = before.free
        if pool.kind == "portfolio":
            need = self.filled_initial(account, payer, order, whole) - before.initial
            return "margin" if need + ceil_div(extra * num, den) > free else None
        need = rates.opening(value, x) + extra
        freed = self.freed(order, account.assess(account.key_of(inst, order.leg)),
                           account.regime(inst) == "isolated")
        if account.regime(inst) == "isolated":
            need -= max(0, freed)
            return "margin" if need > 0 and ceil_div(need * num, den) > free else None
        return "margin" if ceil_div(need * num, den) > free + freed else None

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
    def freed(order, before, isolated):
        """What the part holds that a flip closes: of an isolated position all of its pool."""
        for line in before.lines:
            position = line.position
            if (position.inst.sym, position.leg) == (order.inst.sym, order.leg) and \
                    (position.qty > 0) != (order.side == "buy"):
                return before.equity if isolated else line.initial_unit
        return 0

    def hold_of(self, order):
        if getattr(order.account, "margin", None) is None or order.inst.spot:
            return super().hold_of(order)
        return order.inst.asset, *order.admitted

    def hold_at_admission(self, order):
        """P10 sum: (amount, the whole quantity that it is for)."""
        account, inst = order.account, order.inst
        opening = max(0, order.left - account.opposing(inst.sym, order.side, order.leg))
        pool = account.pool(account.paying_key(inst))
        if order.reduces or not opening or account.rules.orders != "sum" \
                or order.type == "market" or pool.kind == "portfolio":
            return 0, order.left
        rates = Rates(pool, inst, 2 * order.px)
        whole = self.whole_after(order, order.left)
        value = abs(rates.value(opening))
        hold = rates.opening(value, rates.measure(whole, rates.value(whole)))
        fee = ceil_div(value * account.rate(inst.asset, False, self.now), RATE)
        return hold + fee, order.left

    # -- fills

    def parts_of_fill(self, order, qty):
        """An isolated position that is turned is closed by a fill, and opened by another."""
        account, inst = order.account, order.inst
        if getattr(account, "margin", None) is None or inst.spot \
                or account.regime(inst) != "isolated":
            return [qty]
        closing = account.opposing(inst.sym, order.side, order.leg)
        return [closing, qty - closing] if 0 < closing < qty else [qty]

    def post_fill(self, order, before, value, pnl, fee):
        account, inst = order.account, order.inst
        if getattr(account, "margin", None) is None or inst.spot \
                or account.regime(inst) != "isolated":
            super().post_fill(order, before, value, pnl, fee)
            self.post_liquidation_fee(order, value)
            return
        self.isolated_fill(order, before, value, pnl, fee)

    def post_position(self, account, position, cause, amount, other):
        inst = position.inst
        if getattr(account, "margin", None) is None or account.regime(inst) != "isolated":
            super().post_position(account, position, cause, amount, other)
            return
        key = inst.sym, position.leg
        self.ledger.post_to(account, ("isolated", account.place, *key), inst.asset, cause, amount,
                            other, inst.sym)
        if not position.qty and not account.state(("isolated", *key)).episode:
            self.transfer(account, key, inst.asset, -max(0, account.isolated.get(key, 0)))

    def isolated_fill(self, order, before, value, pnl, fee):
        account, inst = order.account, order.inst
        position = account.positions[inst.sym, order.leg]
        key = inst.sym, order.leg
        margin = account.isolated.get(key, 0)
        opened, closed_qty = self.parts(order, before, position, value)
        rate = account.rate(inst.asset, order.maker, self.now)
        closing_fee = min(fee, ceil_div(abs(value - opened) * rate, RATE)) if closed_qty else 0
        opening_fee = fee - closing_fee
        book = "isolated", account.place, *key
        self.ledger.post_to(account, book, inst.asset, "realised_pnl", pnl, "market", inst.sym)
        self.ledger.post_to(account, book, inst.asset, "fee", -closing_fee, "fees", inst.sym)
        self.ledger.post(account, inst.asset, "fee", -opening_fee, "fees", inst.sym)
        self.post_liquidation_fee(order, value)
        if closed_qty and not account.state(("isolated", *key)).episode:
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
