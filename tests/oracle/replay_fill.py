"""replay_fill - fills, resting orders and their queues (docs/replay.md 5), and ends of orders."""

from replay_account import Ledger
from replay_market import ENDLESS, Liquidity
from replay_numbers import RATE, ceil_div, format_decimal


class Fills:
    """State of the venue, and what fills orders."""

    def __init__(self, settings, instruments, markets, worlds, emit):
        self.settings, self.instruments, self.markets = settings, instruments, markets
        self.emit = emit
        self.now = self.arrivals = 0
        self.worlds = range(worlds)
        self.liquidity = [Liquidity(settings) for _ in self.worlds]
        self.resting = [[[] for _ in instruments] for _ in self.worlds]
        self.waiting = [[] for _ in instruments]
        self.ledger = Ledger(self.emit_posting)

    # -- records

    def emit_posting(self, account, book, asset, cause, amount, balance, sym):
        symbol = "-" if sym is None else self.instruments[sym].symbol
        self.emit(account.name, "posting", f"book={book} asset={asset} cause={cause} "
                  f"amount={format_decimal(amount, 18)} balance={format_decimal(balance, 18)} "
                  f"sym={symbol}")

    def emit_position(self, account, position):
        inst = position.inst
        self.emit(account.name, "position", f"sym={inst.symbol} leg={position.leg} "
                  f"qty={format_decimal(position.qty, inst.qty_scale)} "
                  f"cost={format_decimal(position.cost, 18)} "
                  f"realised={format_decimal(position.realised, 18)}")

    def report(self, order, reason):
        inst = order.inst
        self.emit(order.account.name, "order",
                  f"oid={order.oid} sym={inst.symbol} side={order.side} state={order.state} "
                  f"reason={reason} px={format_decimal(order.px, inst.px_scale)} "
                  f"qty={format_decimal(order.qty, inst.qty_scale)} "
                  f"left={format_decimal(order.left, inst.qty_scale)} "
                  f"trigger_px={format_decimal(order.trigger_px, inst.px_scale)} leg={order.leg}")

    def report_unknown(self, account, oid):
        """A cancel or amend of what the venue never had, or has no more."""
        self.emit(account.name, "order", f"oid={oid} sym=- side=- state=- reason=unknown_order "
                  "px=0 qty=0 left=0 trigger_px=0 leg=0")

    # -- states

    def end(self, order, state, reason):
        """The order is over."""
        self.leave(order)
        order.state = state
        self.report(order, reason)

    def leave(self, order):
        """Takes the order from where it lives; what it holds is free."""
        if order.state == "open":
            self.resting[order.account.world][order.inst.sym].remove(order)
        elif order.state == "waiting":
            self.waiting[order.inst.sym].remove(order)
        order.account.live.pop(order.oid, None)
        order.hold = 0

    def rest(self, order):
        inst, account = order.inst, order.account
        order.hold_asset, need, order.hold_qty = self.hold_of(order)
        order.hold = max(0, need)
        order.ahead = order.shown = self.queue_at_rest(order)
        order.traded = 0
        order.state = "open"
        account.live[order.oid] = order
        self.resting[account.world][inst.sym].append(order)
        self.report(order, "-")

    def hold_of(self, order):
        """(asset, amount, quantity that it is for) that an order holds while it rests."""
        return *order.account.need(order, order.left, order.px, self.now), order.left

    def queue_at_rest(self, order):
        """What stands before the order at its price; None is unknown."""
        market, side = self.markets[order.inst.sym], order.side
        if market.has_levels:
            return market.book[side].get(order.px, 0)
        best = market.px[side]
        if not market.has_quotes:
            return None
        if best == order.px:
            return market.qty[side] or None
        better = order.px > best if side == "buy" else order.px < best
        return 0 if better or not best else None

    def cancel_group(self, order):
        """The other orders of the group, in the order of their ids."""
        if not order.group:
            return
        live = order.account.live
        for oid in sorted(o for o in live if live[o].group == order.group and o != order.oid):
            self.end(live[oid], "cancelled", "oco")

    # -- fills

    def cut(self, order, qty):
        """qty, or less where the order only reduces; 0 ends such an order."""
        if not order.reduces:
            return qty
        qty = min(qty, order.account.opposing(order.inst.sym, order.side, order.leg))
        if not qty:
            self.end(order, "cancelled", "reduce_only")
        return qty

    def fill(self, order, px, qty, maker):
        account, inst = order.account, order.inst
        for part in self.parts_of_fill(order, qty):
            self.fill_part(order, px, part, maker)
        self.cancel_group(order)
        if not order.left:
            self.end(order, "filled", "-")
        elif order.reduces and not account.opposing(inst.sym, order.side, order.leg):
            self.end(order, "cancelled", "reduce_only")

    def parts_of_fill(self, _order, qty):
        return [qty]

    def fill_part(self, order, px, qty, maker):
        account, inst = order.account, order.inst
        position = account.position(inst.sym, order.leg)
        before = position.qty
        value, pnl = position.trade(qty if order.side == "buy" else -qty, px)
        fee = self.fee_of(order, value, maker)
        order.left -= qty
        order.filled, order.maker = qty, maker
        self.emit(account.name, "fill", f"oid={order.oid} sym={inst.symbol} side={order.side} "
                  f"role={'maker' if maker else 'taker'} leg={order.leg} "
                  f"px={format_decimal(px, inst.px_scale)} "
                  f"qty={format_decimal(qty, inst.qty_scale)} "
                  f"left={format_decimal(order.left, inst.qty_scale)} "
                  f"value={format_decimal(value, 18)} fee={format_decimal(fee, 18)} "
                  f"realised={format_decimal(pnl, 18)} asset={inst.asset}")
        self.post_fill(order, before, value, pnl, fee)
        account.count_volume(inst.asset, value, self.now)
        self.emit_position(account, position)

    def fee_of(self, order, value, maker):
        return ceil_div(abs(value) * order.account.rate(order.inst.asset, maker, self.now), RATE)

    def post_position(self, account, position, cause, amount, other):
        """Money that a position makes without a fill."""
        inst = position.inst
        self.ledger.post(account, inst.asset, cause, amount, other, inst.sym)

    def post_fill(self, order, _before, value, pnl, fee):
        """The postings of a fill; `_before` is the position's quantity before it."""
        account, inst = order.account, order.inst
        post, sym = self.ledger.post, inst.sym
        if inst.spot:
            base = inst.base_unit * (order.filled if order.side == "buy" else -order.filled)
            post(account, inst.quote, "trade", -value, "market", sym)
            post(account, inst.base, "trade", base, "market", sym)
        else:
            post(account, inst.asset, "realised_pnl", pnl, "market", sym)
        post(account, inst.asset, "fee", -fee, "fees", sym)

    def candidates(self, sym, side, px):
        """Resting orders of all worlds that reach px: best price first, then arrival."""
        found = []
        for world in self.worlds:
            found += [o for o in self.resting[world][sym] if o.side == side
                      and (o.px >= px if side == "buy" else o.px <= px)]
        sign = -1 if side == "buy" else 1
        found.sort(key=lambda order: (sign * order.px, order.arrival))
        return found

    def meet_trade(self, event):
        _, sym, _, taker, px, qty = event
        if self.markets[sym].halted:
            return
        budgets = [qty or ENDLESS for _ in self.worlds]
        for side in ("buy", "sell"):
            for order in self.candidates(sym, side, px):
                if order.state == "open":
                    world = order.account.world
                    budgets[world] = self.meet_one(order, px, qty, taker, budgets[world])

    def meet_one(self, order, px, qty, taker, budget):
        """One resting order meets a trade; what is left of the trade's quantity."""
        reach = order.left
        if order.px == px:
            if self.settings.queue is None or taker == order.side:
                return budget
            reach = 0
            if order.ahead is not None:
                reach = min(order.left, max(0, qty - order.ahead))
                order.ahead = max(0, order.ahead - qty)
            order.traded += qty
        if budget is not ENDLESS:
            reach = min(reach, budget)
        if reach:
            reach = self.cut(order, reach)
        if reach:
            self.fill(order, order.px, reach, True)
            if budget is not ENDLESS:
                budget -= reach
        return budget

    def meet_quote(self, sym):
        """After an instant with quotes or levels: resting orders meet the opposite side."""
        market = self.markets[sym]
        for side in ("buy", "sell"):
            levels = Liquidity(self.settings).levels(market, side, self.now, assumed=False)
            if levels:
                for order in self.candidates(sym, side, levels[0][0]):
                    if order.state == "open":
                        self.meet_levels(order, market, self.liquidity[order.account.world])

    def meet_levels(self, order, market, liquidity):
        levels = [level for level in liquidity.levels(market, order.side, self.now, assumed=False)
                  if order.within(level[0])]
        qty = self.sum_of(levels, order.left)
        if qty:
            qty = self.cut(order, qty)
        if not qty:
            return
        rest = qty
        for px, size in levels:
            part = rest if size is ENDLESS else min(rest, size)
            if part:
                liquidity.take(market, order.side, px, part)
                rest -= part
        self.fill(order, order.px, qty, True)

    # -- queues

    def queue_event(self, event):
        """The displayed quantity at the price of a resting order may have become known."""
        _, sym, kind, side, px, qty = event
        for world in self.worlds:
            for order in self.resting[world][sym]:
                shown = self.shown_at(order, kind, side, px, qty)
                if shown is not None:
                    requeue(order, shown, self.settings.queue)

    def shown_at(self, order, kind, side, px, qty):
        """The quantity that this event shows at the order's price, or None."""
        word = "bid" if order.side == "buy" else "ask"
        if kind == "level":
            return qty if side == word and px == order.px else None
        has_levels = self.markets[order.inst.sym].has_levels
        if kind == "clear":
            return 0 if has_levels and side in ("", word) else None
        if kind != word or has_levels:
            return None
        if px == order.px:
            return qty or None
        worse = not px or (px < order.px if order.side == "buy" else px > order.px)
        return 0 if worse else None


def requeue(order, shown, estimator):
    """The queue model's step when `shown` is seen at the order's price."""
    if order.ahead is None:
        order.ahead = shown
    else:
        ahead = order.ahead
        expected = max(0, order.shown - order.traded)
        gone = max(0, expected - shown)
        if gone:
            behind = max(0, expected - ahead)
            if estimator == "prorata":
                share = gone * ahead // expected
            elif estimator == "square":
                square = ahead * ahead + behind * behind
                share = gone * ahead * ahead // square if square else 0
            else:
                share = gone if estimator == "front" else 0
            ahead -= min(ahead, share)
        order.ahead = min(ahead, shown)
    order.shown, order.traded = shown, 0


