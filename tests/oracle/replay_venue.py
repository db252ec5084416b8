"""replay_venue - the life of an order: arrival, taking, amend, cancel (docs/replay.md 2, 4, 6)."""

from replay_account import value_of
from replay_fill import Fills
from replay_market import ENDLESS

LIVE_MAX = 10_000
FLAGS = {"-": (), "post_only": ("post_only",), "reduce_only": ("reduce_only",),
         "post_only+reduce_only": ("post_only", "reduce_only")}


class Order:
    """An order that has reached the venue. `left` is what is still to be filled."""

    def __init__(self, account, inst, request):
        self.account, self.inst = account, inst
        self.oid, self.side, self.type = request["oid"], request["side"], request["type"]
        self.tif, self.trigger, self.group = request["tif"], request["trigger"], request["group"]
        self.by = "last" if request["by"] == "-" else request["by"]
        self.leg = request["leg"]
        self.px, self.qty, self.left = request["px"], request["qty"], request["qty"]
        self.trigger_px, self.trail = request["trigger_px"], request["trail"]
        flags = FLAGS[request["flags"]]
        self.post_only = "post_only" in flags
        self.reduces = "reduce_only" in flags or (self.leg, self.side) in ((1, "sell"), (2, "buy"))
        self.state = "sent"
        self.arrival = 0
        self.best = 0                            # trail: the best reference so far
        self.hold = self.hold_qty = 0
        self.filled, self.maker = 0, False       # of its last fill
        self.forced = False                      # an order of a liquidation
        self.hold_asset = ""
        self.ahead = self.shown = self.traded = 0  # ahead None: unknown

    @property
    def live(self):
        return self.state in ("open", "waiting")

    def within(self, px):
        return self.type == "market" or (px <= self.px if self.side == "buy" else px >= self.px)


def contradiction(request, hedge):
    """Whether the fields of a submit contradict one another or are out of range."""
    market, flags = request["type"] == "market", FLAGS[request["flags"]]
    trigger = request["trigger"]
    if request["side"] == "-" or request["type"] == "-" or request["qty"] <= 0:
        return True
    if (request["px"] != 0) if market else (request["px"] <= 0):
        return True
    if "post_only" in flags and (market or request["tif"] != "gtc"):
        return True
    if trigger == "-" and request["by"] != "-":
        return True
    priced, trailing = trigger in ("stop", "take"), trigger == "trail"
    if (request["trigger_px"] <= 0) if priced else (request["trigger_px"] != 0):
        return True
    if (request["trail"] <= 0) if trailing else (request["trail"] != 0):
        return True
    return (request["leg"] == 0) if hedge else (request["leg"] != 0)


class Venue(Fills):
    """Orders of all worlds. Fills and resting orders are in replay_fill."""

    def arrive(self, account, request):
        action = request["action"]
        if action == "submit":
            self.submit(account, request)
        elif action == "amend":
            self.amend(account, request)
        else:
            order = account.orders.get(request["oid"])
            if order is None or not order.live:
                self.report_unknown(account, request["oid"])
            else:
                self.end(order, "cancelled", "user")

    def submit(self, account, request):
        inst = self.instruments[request["sym"]]
        order = Order(account, inst, request)
        account.orders[order.oid] = order
        reason = self.refusal(order, request)
        if reason:
            self.end(order, "rejected", reason)
            return
        self.number(order)
        if order.trigger != "-":
            if not self.holds(order):
                order.state = "waiting"
                account.live[order.oid] = order
                self.waiting[inst.sym].append(order)
                self.report(order, "-")
                return
            self.cancel_group(order)
        self.enter(order)

    def number(self, order):
        """The order arrives, for the first time or anew."""
        self.arrivals += 1
        order.arrival = self.arrivals

    def refusal(self, order, request):
        """Steps 1 to 6 of an arrival."""
        account, inst = order.account, order.inst
        if contradiction(request, account.hedge and not inst.spot):
            return "bad_request"
        return (self.not_tradable(inst) or self.off_grid(order, order.px, order.qty,
                                                         order.trigger_px)
                or ("reduce_only" if self.nothing_to_reduce(order) else None)
                or ("limit" if len(account.live) >= LIVE_MAX else None))

    def not_tradable(self, inst):
        market = self.markets[inst.sym]
        if not inst.traded:
            return "not_traded"
        if market.closed(self.now):
            return "closed"
        return "halted" if market.halted else None

    def off_grid(self, order, px, qty, trigger_px):
        """Steps 3 and 4: lot, tick, notional."""
        inst = order.inst
        if qty % inst.lot:
            return "lot"
        if px % inst.tick or trigger_px % inst.tick or order.trail % inst.tick:
            return "tick"
        least = self.settings.min_notional[inst.symbol]
        if not least or order.reduces:
            return None
        if order.type == "market":
            levels = self.levels(order)
            px = levels[0][0] if levels else 0
        return "notional" if px and abs(value_of(inst, qty, px)) < least else None

    @staticmethod
    def nothing_to_reduce(order):
        return order.reduces and not order.account.opposing(
            order.inst.sym, order.side, order.leg)

    def holds(self, order):
        """Whether the condition holds on arrival; a trailing stop begins to follow."""
        reference = self.markets[order.inst.sym].reference(order.by)
        if order.trigger == "trail":
            order.best = reference
            return False
        return bool(reference) and condition(order, reference)

    def triggered(self, order):
        """Phase 4: a marked order arrives as a market or limit order."""
        order.account.live.pop(order.oid)
        self.waiting[order.inst.sym].remove(order)
        order.state = "sent"
        self.cancel_group(order)
        reason = self.not_tradable(order.inst)
        if not reason and self.nothing_to_reduce(order):
            reason = "reduce_only"
        if reason:
            self.end(order, "rejected", reason)
        else:
            self.enter(order)

    def enter(self, order, amended=False):
        """Steps 8 to 11."""
        self.number(order)
        failed = "cancelled" if amended else "rejected"
        levels = self.levels(order)
        if order.post_only and levels:
            self.end(order, failed, "post_only")
            return
        refusal = self.refusal_of_money(order, levels)
        if refusal:
            self.end(order, failed, refusal)
            return
        if order.tif == "fok" and self.sum_of(levels, order.left) < order.left:
            self.end(order, "cancelled", "fok")
            return
        self.walk_levels(order, levels)
        if order.state in ("cancelled", "filled"):
            return
        if order.type == "market" or order.tif == "ioc":
            self.end(order, "cancelled", "no_liquidity")
        else:
            self.rest(order)

    def walk_levels(self, order, levels):
        """Step 11: the order takes."""
        for px, size in levels:
            while size is ENDLESS or size > 0:
                if order.state in ("cancelled", "filled"):
                    return
                qty = self.cut(order, order.left if size is ENDLESS else min(order.left, size))
                if qty:
                    self.take(order, px, qty)
                    size = size if size is ENDLESS else size - qty

    def take(self, order, px, qty):
        world = self.liquidity[order.account.world]
        world.take(self.markets[order.inst.sym], order.side, px, qty)
        self.fill(order, px, qty, False)

    def levels(self, order):
        """What the order can take within its limit."""
        market = self.markets[order.inst.sym]
        found = self.liquidity[order.account.world].levels(market, order.side, self.now)
        return [level for level in found if order.within(level[0])]

    @staticmethod
    def sum_of(levels, most):
        """What the levels hold, at most `most`."""
        total = 0
        for _, size in levels:
            if size is ENDLESS:
                return most
            total += size
        return min(total, most)

    def refusal_of_money(self, order, levels):
        """Step 9: the word of the refusal, None where the order can be paid."""
        qty, px = order.left, order.px
        if order.type == "market":
            qty = self.sum_of(levels, order.left)
            px, total = 0, 0
            for level_px, size in levels:
                if total < qty:
                    px = level_px
                total += qty if size is ENDLESS else size
            if not qty:
                return None
        asset, need = order.account.need(order, qty, px, self.now)
        free = order.account.free(asset) + order.account.released(order, qty)
        return "balance" if need > max(0, free) else None

    # -- amend, and what refuses

    def amend(self, account, request):
        order = account.orders.get(request["oid"])
        if order is None or not order.live:
            self.report_unknown(account, request["oid"])
            return
        px = request["px"] or order.px
        qty = request["qty"] or order.qty
        waits = order.state == "waiting"
        trigger_px = request["trigger_px"] or order.trigger_px
        filled = order.qty - order.left
        wrong = (min(px, qty, trigger_px) < 0 or qty <= filled
                 or (order.type == "market" and px)
                 or (request["trigger_px"] and not waits)
                 or (order.trigger == "trail" and trigger_px))
        reason = "bad_request" if wrong else self.off_grid(order, px, qty, trigger_px)
        if reason:
            self.report(order, reason)
            return
        before = order.px, order.qty, order.trigger_px
        order.px, order.qty, order.trigger_px = px, qty, trigger_px
        order.left = qty - filled
        kept = (px, trigger_px) == (before[0], before[2]) and qty <= before[1]
        if waits or kept:
            self.report(order, "-")
            if kept and not waits and qty < before[1]:
                self.lessened(order)
            return
        self.leave(order)
        order.state = "sent"
        self.enter(order, amended=True)

    def lessened(self, order):
        """A resting order is for less than before."""


def condition(order, reference):
    """Whether the reference fulfils a stop, take or trail."""
    if order.trigger == "trail":
        if order.side == "sell":
            return reference <= order.best - order.trail
        return reference >= order.best + order.trail
    upward = (order.side == "buy") == (order.trigger == "stop")
    return reference >= order.trigger_px if upward else reference <= order.trigger_px
