"""margin_whatif - what an account would need: the numbers of `plimsoll margin` a second time.

Written from docs/margin-calculator.md and docs/margin.md. WhatIf reads one file; `answer` gives the
numbers that --json prints, as far as they are one number: prices that are searched for are judged
by margin_whatif_check.
"""

import os

import margin_stage
from margin_assess import assess
from margin_model import Pool, Prices, Rates, Resting, fires, pool_price
from margin_rulebook import Row, Rulebook, read_rulebook
from replay_account import Position, value_at_half, value_of
from replay_margin_settings import RULEBOOKS
from replay_numbers import (RATE, InputError, ceil_div, format_decimal, half_even, parse_decimal,
                            parse_time)
from replay_tape import Instrument


def places(*texts):
    """The decimals that these need."""
    return max(len(str(text).partition(".")[2].rstrip("0")) for text in texts)


def quotient(a, b):
    """A told quotient, None where the denominator is not above 0."""
    return format_decimal(half_even(a * RATE, b), 12) if b > 0 else None


class WhatIf:
    """One file."""

    def __init__(self, parts, folder):
        self.parts, self.folder = parts, folder
        self.book = self.read_book(parts["rulebook"])
        self.at = parse_time(parts["at"])
        self.rules = self.book.at(self.at)
        self.regime, self.unit, self.hedge = parts["margin"], parts["report"], parts["hedge"]
        self.balances = {asset: parse_decimal(amount, 18)
                         for asset, amount in parts.get("collateral", {}).items()}
        self.taker = parse_decimal(parts.get("fees", {}).get("taker", 0), 12)
        self.instruments = {}
        for name, row in parts["instruments"].items():
            self.instruments[name] = self.read_instrument(name, row)
        for name, rows in parts.get("tiers", {}).items():
            self.rules.cache[name] = [Row("tiers", row) for row in rows]
        self.px2 = {self.instruments[name].sym:
                    2 * parse_decimal(px, self.instruments[name].px_scale)
                    for name, px in parts["marks"].items()}
        self.positions, self.margins, self.levers, self.orders = [], {}, {}, []
        for row in parts["positions"]:
            self.read_position(row)
        self.positions.sort(key=lambda p: (p.inst.sym, p.leg))

    def read_book(self, name):
        if "/" in name or name.endswith(".yaml"):
            return read_rulebook(os.path.join(self.folder, name))
        return read_rulebook(os.path.join(RULEBOOKS, name + ".yaml"))

    def read_instrument(self, name, row):
        texts, sizes = [row["tick"], self.parts["marks"][name]], [row["lot"]]
        for entry in self.parts["positions"] + self.parts.get("orders", []):
            if entry["instrument"] == name:
                texts.append(entry.get("entry") or entry.get("px"))
                sizes.append(entry["qty"])
        pairs = {**row, "symbol": name, "px_scale": places(*texts), "qty_scale": places(*sizes),
                 "quote": "USD" if row["kind"] == "inverse" else row["settle"],
                 "mult_scale": places(row["multiplier"])}
        return Instrument(len(self.instruments), pairs)

    def read_position(self, row):
        inst = self.instruments[row["instrument"]]
        qty = parse_decimal(row["qty"], inst.qty_scale)
        position = Position(inst, (1 if qty > 0 else 2) if self.hedge else 0)
        position.qty = qty
        position.cost = value_of(inst, qty, parse_decimal(row["entry"], inst.px_scale))
        self.positions.append(position)
        self.levers[inst.sym] = parse_decimal(row["leverage"], 2)
        if "margin" in row:
            self.margins[inst.sym, position.leg] = parse_decimal(row["margin"], 18)

    # -- pools

    def leverage(self, inst):
        return self.levers.get(inst.sym, 100)

    def asset_price(self, asset):
        """In the report currency, as (num, den)."""
        text = self.parts["prices"].get(asset)
        if text is None:
            return (1, 1) if asset == self.unit else None
        return parse_decimal(text, places(text)), 10 ** places(text)

    def prices(self, px2=None):
        assets = set(self.balances)
        for inst in self.instruments.values():
            assets |= {inst.base, inst.settle}
        px2 = px2 or self.px2
        return Prices(dict(px2), dict(px2), {a: self.asset_price(a) for a in assets})

    def pools(self):
        """{key: pool} in their order."""
        found = {}
        if self.regime == "isolated":
            for position in self.positions:
                inst, key = position.inst, (position.inst.sym, position.leg)
                held = self.margins.get(key)
                if held is None:
                    held = ceil_div(abs(position.cost) * 100, self.leverage(inst))
                found["isolated", *key] = self.pool("isolated", inst.asset, {inst.asset: held},
                                                    [position], True)
        rest = [] if self.regime == "isolated" else self.positions
        regime = "portfolio" if self.regime == "portfolio" else "cross"
        if self.rules.pool.get(regime, "account") == "account":
            found[regime, "", self.unit] = self.pool(regime, self.unit, dict(self.balances), rest,
                                                     False)
            return found
        assets = set(self.balances) | {p.inst.asset for p in rest} \
            | {i.asset for i in self.instruments.values()}
        for asset in sorted(assets):
            mine = [p for p in rest if p.inst.asset == asset]
            found[regime, "", asset] = self.pool(regime, asset,
                                                 {asset: self.balances.get(asset, 0)}, mine, True)
        return found

    def pool(self, kind, unit, balances, positions, single):
        orders = [] if kind == "isolated" else [
            order for order in self.orders if not single or order.inst.asset == unit]
        pool = Pool(self.rules, kind, unit, balances, positions, self.leverage, orders)
        pool.single = single
        pool.taker = lambda inst: self.taker
        return pool

    # -- orders, one after another

    def place_orders(self):
        """[(admitted, reason)]."""
        return [self.place(row) for row in self.parts.get("orders", [])]

    def place(self, row):
        inst = self.instruments[row["instrument"]]
        side = row["side"]
        leg = {"long": 1, "short": 2}.get(row.get("leg"), 0)
        reduces = row.get("reduce_only") or (leg, side) in ((1, "sell"), (2, "buy"))
        order = Resting(inst, side, leg, parse_decimal(row["px"], inst.px_scale),
                        parse_decimal(row["qty"], inst.qty_scale), bool(reduces))
        held = next((p.qty for p in self.positions if (p.inst, p.leg) == (inst, leg)), 0)
        opposing = max(0, -held if side == "buy" else held)
        opening = 0 if order.reduces else order.left - opposing
        if opening > 0:
            refusal = self.refusal(order, held, opening)
            if refusal:
                return False, refusal
        self.orders.append(order)
        return True, None

    def refusal(self, order, held, opening):
        inst = order.inst
        pools, prices = self.pools(), self.prices()
        regime = "portfolio" if self.regime == "portfolio" else "cross"
        key = next(k for k in pools if k[0] == regime and k[2] in (self.unit, inst.asset)
                   and (not pools[k].single or k[2] == inst.asset))
        pool = pools[key]
        before = assess(pool, prices)
        own = pools.get(("isolated", inst.sym, order.leg))
        if own and not assess(own, prices).priced:
            return "no_price"
        if not self.rules.rows(inst):
            return "no_rules"
        whole = held + (order.left if order.side == "buy" else -order.left)
        rates = Rates(pool, inst, 2 * order.px)
        x = rates.measure(whole, rates.value(whole))
        if pool.kind != "portfolio" and self.rules.form == "tiers" \
                and self.leverage(inst) > rates.rows[rates.tier(x) - 1].leverage_max:
            return "leverage"
        if not before.priced:
            return "no_price"
        num, den = pool_price(pool, prices, inst.asset)
        value = abs(rates.value(opening))
        fee = ceil_div(value * self.taker, RATE)
        if pool.kind == "portfolio":
            after = self.filled(pool, order, whole)
            need = assess(after, prices).initial - before.initial + ceil_div(fee * num, den)
            return "margin" if need > before.free else None
        margin = rates.opening(value, x)
        free, need = before.free, margin + fee
        if held and (held > 0) != (order.side == "buy"):
            if own:
                need -= max(0, assess(own, prices).equity)
            else:
                free += next(line.initial_unit for line in before.lines
                             if (line.position.inst, line.position.leg) == (inst, order.leg))
        if ceil_div(need * num, den) > free and (need > 0 or not own):
            return "margin"
        order.hold = margin + fee if self.rules.orders == "sum" else 0
        return None

    @staticmethod
    def filled(pool, order, whole):
        position = Position(order.inst, order.leg)
        position.qty = whole
        position.cost = value_of(order.inst, whole, order.px)
        after = margin_stage.copy_of(pool)
        after.positions = sorted(
            [p for p in pool.positions if (p.inst, p.leg) != (order.inst, order.leg)]
            + ([position] if whole else []), key=lambda p: (p.inst.sym, p.leg))
        return after

    # -- numbers

    def pool_numbers(self, pool, prices):
        found = assess(pool, prices)
        if not found.priced:
            return {}
        return {**self.sums(found), **self.ratios(found),
                "liquidatable": not pool.at_rest() and fires(self.rules, found.equity,
                                                             found.maintenance),
                "positions": [self.line_numbers(pool, prices, found, line)
                              for line in found.lines]}

    @staticmethod
    def sums(found, scale=lambda amount: amount):
        amounts = {"collateral_value": found.collateral, "margin_equity": found.equity,
                   "initial": found.initial, "order_margin": found.orders,
                   "maintenance": found.maintenance}
        amounts = {name: scale(amount) for name, amount in amounts.items()}
        amounts["surplus"] = amounts["margin_equity"] - amounts["maintenance"]
        return {name: format_decimal(amount, 18) for name, amount in amounts.items()}

    @staticmethod
    def ratios(found):
        return {"margin_ratio": quotient(found.maintenance, found.equity),
                "health": quotient(found.equity, found.maintenance)}

    @staticmethod
    def line_numbers(pool, prices, found, line):
        inst, qty = line.position.inst, line.position.qty
        value = margin_stage.bankruptcy_value(pool, prices, found, line)
        px = margin_stage.price_of(inst, qty, value)
        return {"instrument": inst.symbol, "qty": format_decimal(qty, inst.qty_scale),
                "settle": inst.asset, "notional": format_decimal(line.notional, 18),
                "unrealised": format_decimal(line.unrealised, 18),
                "initial": format_decimal(line.initial_unit, 18),
                "maintenance": format_decimal(line.maintenance_unit, 18), "tier": line.tier,
                "bankruptcy_price": format_decimal(px, inst.px_scale) if px else None}

    def account_numbers(self, pools, prices):
        """Sums over the pools, in the report currency."""
        found = {key: assess(pool, prices) for key, pool in pools.items()}
        sums = {}
        for key, one in found.items():
            num, den = self.asset_price(pools[key].unit) or (0, 1)
            for name, amount in (("collateral_value", one.collateral),
                                 ("margin_equity", one.equity), ("initial", one.initial),
                                 ("order_margin", one.orders), ("maintenance", one.maintenance)):
                sums[name] = sums.get(name, 0) + half_even(amount * num, den)
        sums["surplus"] = sums["margin_equity"] - sums["maintenance"]
        result = {name: format_decimal(amount, 18) for name, amount in sums.items()}
        result["nav"] = format_decimal(self.nav(), 18)
        result["utilisation"] = quotient(sums["initial"] + sums["order_margin"],
                                         sums["margin_equity"])
        return result

    def nav(self):
        money = dict(self.balances)
        for pool in self.pools().values():
            if pool.kind == "isolated":
                money[pool.unit] = money.get(pool.unit, 0) + pool.balances[pool.unit]
        for p in self.positions:
            value = value_at_half(p.inst, p.qty, self.px2[p.inst.sym])
            profit = p.cost - value if p.inst.inverse else value - p.cost
            money[p.inst.asset] = money.get(p.inst.asset, 0) + profit
        total = 0
        for asset, amount in money.items():
            if amount:
                num, den = self.asset_price(asset)
                total += half_even(amount * num, den)
        return total


__all__ = ["InputError", "WhatIf", "quotient"]
