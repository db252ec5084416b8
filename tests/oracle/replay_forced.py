"""replay_forced - what a liquidation does: fees, takeovers, ADL, shortfalls (margin.md 8)."""

import copy

import margin_repay
import margin_stage
from margin_assess import assess
from margin_model import RATE, pool_price
from replay_account import Position, value_at_half
from replay_margin_venue import MarginVenue
from replay_numbers import MONEY, ceil_div, format_decimal, half_even, parse_decimal, stream_word
from replay_venue import Order

FORCED = {"action": "submit", "tif": "ioc", "trigger": "-", "group": 0, "by": "-",
          "trigger_px": 0, "trail": 0, "flags": "-"}


class ForcedVenue(MarginVenue):
    """The venue with what liquidations need of it."""

    def __init__(self, *args):
        super().__init__(*args)
        self.funds = [{} for _ in self.worlds]   # sym: the position of the fund
        self.others = [rest_rows(self.settings.rest, self.instruments) for _ in self.worlds]
        self.members = []                        # all accounts, set by the replay
        self.searches = 0                        # ADL steps of the run that looked for candidates

    # -- orders of liquidations

    def forced_order(self, account, line, qty, limit):
        position = line.position
        request = {**FORCED, "oid": account.next_forced, "leg": position.leg, "qty": qty,
                   "side": "sell" if position.qty > 0 else "buy", "px": limit or 0,
                   "type": "limit" if limit else "market"}
        account.next_forced += 1
        order = Order(account, position.inst, request)
        order.forced = True
        account.orders[order.oid] = order
        return order

    def close_forced(self, account, line, qty, limit):
        """An IOC of the account against the current book; the quantity that was filled."""
        if self.not_tradable(line.position.inst):
            return 0
        order = self.forced_order(account, line, qty, limit)
        self.number(order)
        pool = account.pool(account.key_of(order.inst, order.leg))
        prices = account.prices(pool, True)
        order.bankrupt = margin_stage.bankruptcy_value(pool, prices, assess(pool, prices), line)
        order.whole = copy.copy(line.position)
        self.walk_levels(order, self.levels(order))
        if order.state == "sent":
            self.end(order, "cancelled", "no_liquidity")
        return qty - order.left

    def fee_of(self, order, value, maker):
        if order.forced and not order.account.rules.taker_fee:
            return 0
        return super().fee_of(order, value, maker)

    def forced_fee(self, order, value):
        """P13: up, at most what the pool has left; split by rates, the last gets the rest."""
        account, inst = order.account, order.inst
        rules = account.rules
        key = account.key_of(inst, order.leg)
        pool = account.pool(key)
        fee = margin_stage.liquidation_fee(pool, account.prices(pool, True, inst.asset), inst,
                                           value)
        if rules.fee_cap == "surplus":
            bankrupt = margin_stage.part_of(order.bankrupt, order.whole, order.filled)
            fee = min(fee, margin_stage.surplus(inst, -value, bankrupt))
        book = self.book_of(account, key)
        left = fee
        for place, (to, rate) in enumerate(rules.split):
            part = left if place + 1 == len(rules.split) else fee * rate // RATE
            left -= part
            self.ledger.post_to(account, book, inst.asset, "liquidation_fee", -part,
                                self.payee(account, to), inst.sym)

    @staticmethod
    def payee(account, word):
        return {"insurance": ("insurance", account.world), "protocol": "fees"}.get(word, word)

    @staticmethod
    def book_of(account, key):
        return ("isolated", account.place, *key[1:]) if key[0] == "isolated" else "account"

    # -- takeover

    def fund_balance(self, account, asset):
        return self.ledger.books.get((("insurance", account.world), asset), 0)

    def may_take(self, account, pool, prices, line, value):
        """Whether the fund stays at its floor or above after closing what it takes."""
        inst = line.position.inst
        gain = value - line.value if inst.inverse else line.value - value
        return self.fund_balance(account, inst.asset) + gain >= account.rules.floor

    def take_over(self, account, key, line, value, everything):
        """Closes a position at a value; the fund has it from then on."""
        position, inst = line.position, line.position.inst
        book = self.book_of(account, key)
        qty = position.qty
        self.fund_takes(account.world, inst, qty, value)
        pnl = position.close(abs(qty), value)
        self.ledger.post_to(account, book, inst.asset, "takeover", pnl, "market", inst.sym)
        self.emit_position(account, position)
        if everything:
            self.leave_all(account, key, book)
        self.fund_closes(account.world, inst.sym)

    def fund_takes(self, world, inst, qty, value):
        """What the fund of a world takes closes what it has on the other side."""
        held = self.funds[world].setdefault(inst.sym, Position(inst, 0))
        if held.qty and (held.qty > 0) != (qty > 0):
            closing = min(abs(qty), abs(held.qty))
            part = value if closing == abs(qty) else half_even(value * closing, abs(qty))
            pnl = held.close(closing, -part)
            qty -= closing if qty > 0 else -closing
            value -= part
            self.fund_wins(world, inst, pnl)
        held.qty += qty
        held.cost += value

    def fund_wins(self, world, inst, pnl):
        self.ledger.post_to(self.teller_of(world), ("insurance", world), inst.asset,
                            "realised_pnl", pnl, "market", inst.sym)

    def teller_of(self, world):
        """What a fund itself wins or loses is told of the first account of its world."""
        return next(account for account in self.members if account.world == world)

    def keep(self, account, key, position, qty, px2, number):
        """A keeper takes over at px2 / 2; no fees."""
        inst = position.inst
        value = value_at_half(inst, qty if position.qty > 0 else -qty, px2)
        pnl = position.close(qty, value)
        self.ledger.post_to(account, self.book_of(account, key), inst.asset, "takeover", pnl,
                            "keeper", inst.sym)
        self.emit_position(account, position)
        self.emit(account.name, "counterparty", f"number={number} sym={inst.symbol} "
                  f"leg={position.leg} qty={format_decimal(qty, inst.qty_scale)} value=0 score=0 "
                  f"account=- payer=keeper cause=takeover asset={inst.asset}")

    def leave_all(self, account, key, book):
        """All that a pool without debts has left goes to the fund."""
        sym = key[1] if key[0] == "isolated" else None
        balances = account.pool(key).balances
        if any(amount < 0 for amount in balances.values()):
            return
        for asset, left in sorted(balances.items(), key=lambda row: self.asset_places[row[0]]):
            if left > 0:
                self.ledger.post_to(account, ("insurance", account.world), asset, "takeover",
                                    left, book, sym)

    def fund_closes(self, world, sym):
        """The fund sells what it holds at market."""
        held = self.funds[world].get(sym)
        if not held or not held.qty:
            return
        side = "sell" if held.qty > 0 else "buy"
        market = self.markets[sym]
        for px, room in self.liquidity[world].levels(market, side, self.now):
            qty = abs(held.qty) if room is None else min(abs(held.qty), room)
            if not qty:
                break
            self.liquidity[world].take(market, side, px, qty)
            _, pnl = held.trade(-qty if held.qty > 0 else qty, px)
            self.fund_wins(world, held.inst, pnl)

    def fund_goes_on(self, world, syms):
        """What it still holds of these instruments."""
        for sym in sorted(self.funds[world].keys() & syms):
            self.fund_closes(world, sym)

    # -- ADL

    def candidates_of(self, account, line):
        """[(score, account, key, line or Rest)] of the opposite side in the world, best first."""
        found = []
        self.searches += 1
        for other in self.members:
            if other is account or other.world != account.world or not other.margin:
                continue
            for key in other.keys():
                assessment = other.assess(key, True)
                if not assessment.priced or assessment.equity <= 0:
                    continue
                for theirs in assessment.lines:
                    position = theirs.position
                    if position.inst is line.position.inst and \
                            (position.qty > 0) != (line.position.qty > 0):
                        score = self.draw(len(found)) if account.rules.adl == "random" else \
                            self.score(account.rules.adl, other, key, assessment, theirs)
                        found.append((score, other, key, theirs))
        side = "short" if line.position.qty > 0 else "long"
        found += [(row.score, None, None, row) for row in
                  self.others[account.world].get((line.position.inst.sym, side), ()) if row.qty]
        return sorted(found, key=lambda row: -row[0])

    def draw(self, place):
        """The upper half of the draw of 64 bits for the candidate at this place."""
        return stream_word(self.settings.seed, "adl", self.searches, 2 * place + 1)

    def score(self, word, account, key, assessment, line):
        position, asset = line.position, line.position.inst.asset
        equity = assessment.equity
        if word == "pnl_ratio":
            balance = account.pool(key).balances.get(asset, 0)
            return product(quotient(max(0, line.unrealised), max(MONEY, balance)),
                           quotient(assessment.maintenance, equity))
        size = quotient(line.notional, equity)
        if word == "pnl_leverage":
            return product(quotient(line.unrealised, abs(position.cost)), size)
        entry = quotient(line.notional, abs(position.cost))
        if position.inst.inverse:
            entry = quotient(abs(position.cost), line.notional)
        return product(entry, size)

    def adl(self, account, key, line, value, number, rows):
        """Closes a position against the candidates; what nobody takes stays."""
        position, inst = line.position, line.position.inst
        room = sum(size_of(theirs) for _, _, _, theirs in rows)
        whole = min(abs(position.qty), room)
        if not whole:
            return 0
        total = abs(position.qty)
        part = value if whole == total else half_even(value * whole, total)
        book = self.book_of(account, key)
        pnl = position.close(whole, part)
        self.ledger.post_to(account, book, inst.asset, "adl", pnl, "market", inst.sym)
        self.emit_position(account, position)
        left, rest = whole, part
        for score, other, their_key, theirs in rows:
            qty = min(size_of(theirs), left)
            if not qty:
                break
            share = rest if qty == left else half_even(part * qty, whole)
            left -= qty
            rest -= share
            if other is None:
                self.tell_counterparty(account, number, inst, 0, qty, share, score, "-", "market")
                theirs.qty -= qty
                continue
            self.tell_counterparty(account, number, inst, theirs.position.leg, qty, share, score,
                                   other.name, "account")
            pnl = theirs.position.close(qty, -share)
            self.ledger.post_to(other, self.book_of(other, their_key), inst.asset, "adl", pnl,
                                "market", inst.sym)
            self.emit_position(other, theirs.position)
        return whole

    def tell_counterparty(self, account, number, inst, leg, qty, value, score, name, payer):
        self.emit(account.name, "counterparty", f"number={number} sym={inst.symbol} leg={leg} "
                  f"qty={format_decimal(qty, inst.qty_scale)} value={format_decimal(value, 18)} "
                  f"score={format_decimal(score, 12)} account={name} payer={payer} cause=adl "
                  f"asset={inst.asset}")

    # -- offset of legs, repay

    def offset_legs(self, account, key, legs, qty, prices):
        """Long and short of an instrument close against each other at the requirement price."""
        for position in legs:
            inst = position.inst
            value = value_at_half(inst, qty if position.qty > 0 else -qty,
                                  prices.requirement[inst.sym])
            pnl = position.close(qty, value)
            self.ledger.post_to(account, self.book_of(account, key), inst.asset, "realised_pnl",
                                pnl, "market", inst.sym)
            self.emit_position(account, position)

    def repay(self, account, pool, prices, cost):
        """Negative balances are paid from positive ones."""
        for source, debt, paid, extra, got in margin_repay.conversions(pool, prices, cost):
            self.ledger.move(account, source, "conversion", -paid, "market", None)
            self.ledger.move(account, debt, "conversion", got, "market", None)
            self.ledger.move(account, source, "conversion", -extra, "fees", None)

    # -- shortfall

    def owed_after(self, account, key):
        """A flat pool pays its debts from what it has; the value of those that stay, None: none."""
        pool = account.pool(key)
        prices = account.prices(pool, True)
        if not pool.single:
            self.repay(account, pool, prices, 0)
        debts = {a: amount for a, amount in account.pool(key).balances.items() if amount < 0}
        if not debts:
            return None
        return -sum(amount * num // den for amount, (num, den) in
                    ((amount, pool_price(pool, prices, a)) for a, amount in debts.items()))

    def shortfall(self, account, key, number):
        """Negative balances of a flat pool are borne by others, or stay as a debt."""
        balances = account.pool(key).balances
        for asset in sorted(balances, key=lambda a: self.asset_places[a]):
            owed = max(0, -balances[asset])
            room = max(0, self.fund_balance(account, asset) - account.rules.floor)
            paid = min(owed, room)
            self.pay(account, key, number, asset, "insurance", ("insurance", account.world), paid)
            owed -= paid
            if account.rules.socialise == "winners":
                for winner, amount in self.shares_of(account, asset, owed):
                    owed -= amount
                    self.pay_socialised(account, key, number, asset, winner, amount)
            if account.rules.recourse == "none":
                self.pay(account, key, number, asset, "last_resort", "last_resort", owed)
            elif key[0] == "isolated":
                self.transfer(account, key[1:], asset, owed)

    def tell_payer(self, account, number, asset, amount, payer, cause, name):
        if amount:
            self.emit(account.name, "counterparty",
                      f"number={number} sym=- leg=0 qty=0 value={format_decimal(amount, 18)} "
                      f"score=0 account={name} payer={payer} cause={cause} asset={asset}")

    def pay(self, account, key, number, asset, word, book, amount):
        self.tell_payer(account, number, asset, amount, word, word, "-")
        sym = key[1] if key[0] == "isolated" else None
        self.ledger.post_to(account, self.book_of(account, key), asset, word, amount, book, sym)

    def pay_socialised(self, account, key, number, asset, winner, amount):
        self.tell_payer(account, number, asset, amount, "account", "socialised", winner.name)
        if amount:
            sym = key[1] if key[0] == "isolated" else None
            self.ledger.entry(account, self.book_of(account, key), asset, "socialised", amount,
                              sym)
            self.ledger.entry(winner, "account", asset, "socialised", -amount, sym)

    def shares_of(self, account, asset, owed):
        """[(account, amount)]: winners of the day pay pro rata, the largest the rest."""
        profits = [(other, other.profit_today(asset)) for other in self.members
                   if other.world == account.world and other is not account
                   and getattr(other, "margin", None)]
        profits = [(other, profit) for other, profit in profits if profit > 0]
        whole = sum(profit for _, profit in profits)
        if not owed or not whole:
            return []
        owed = min(owed, whole)
        largest = max(profits, key=lambda row: row[1])[0]
        amounts = {other.name: owed * profit // whole for other, profit in profits}
        amounts[largest.name] += owed - sum(amounts.values())
        return [(other, amounts[other.name]) for other, _ in profits]


class Rest:
    """A row of the rest of the market."""

    def __init__(self, row, inst):
        self.qty = parse_decimal(row["qty"], inst.qty_scale)
        self.score = parse_decimal(row["score"], 12)


def rest_rows(sides, instruments):
    """{(sym, side): rows}, in their order."""
    return {(inst.sym, side): [Rest(row, inst) for row in rows] for inst in instruments
            for side, rows in sides.get(inst.symbol, {}).items()}


def size_of(candidate):
    return candidate.qty if isinstance(candidate, Rest) else abs(candidate.position.qty)


def quotient(a, b):
    return half_even(a * RATE, b)


def product(a, b):
    return half_even(a * b, RATE)


def buffer_cost(stage):
    return parse_decimal(stage.get("cost", 0), 12)


__all__ = ["ForcedVenue", "buffer_cost"]
