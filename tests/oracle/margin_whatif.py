#!/usr/bin/env python3
"""margin_whatif - what an account would need: the numbers of `plimsoll margin` a second time.

    margin_whatif.py FILE...     what --json prints, by docs/margin-calculator.md
"""

import json
import os
import sys

import margin_stage
from margin_assess import assess
from margin_exit import Search
from margin_model import RATE, Pool, Prices, Rates, Resting, fires, pool_price, ratio
from margin_rulebook import Row, Rulebook, read_rulebook
from margin_yaml import read_yaml
from replay_account import Position, value_of
from replay_margin_settings import RULEBOOKS
from replay_numbers import (InputError, ceil_div, format_decimal, half_even, parse_decimal,
                            parse_time)
from replay_tape import Instrument


def places(*texts):
    """The decimals that these need."""
    return max(len(str(text).partition(".")[2].rstrip("0")) for text in texts)


class WhatIf:
    """One file."""

    def __init__(self, parts, folder):
        self.parts, self.folder = parts, folder
        self.book = self.read_book(parts["rulebook"])
        self.at = parse_time(parts["at"]) if "at" in parts else self.book.effective
        self.rules = self.book.at(self.at)
        regime = parts.get("margin") or self.book.parts["regimes"][0]
        self.regime = regime
        self.hedge = parts.get("hedge") in ("true", "yes")
        self.balances = {asset: parse_decimal(amount, 18)
                         for asset, amount in parts.get("collateral", {}).items()}
        self.instruments = {}
        for name, row in parts.get("instruments", {}).items():
            self.instruments[name] = self.read_instrument(name, row)
        self.unit = parts.get("report") or self.rules.unit
        self.read_tiers(parts.get("tiers"))
        self.px2 = {self.instruments[name].sym:
                    2 * parse_decimal(px, self.instruments[name].px_scale)
                    for name, px in parts.get("marks", {}).items()}
        self.positions, self.margins, self.levers = [], {}, {}
        for row in parts.get("positions", []):
            self.read_position(row)
        self.positions.sort(key=lambda p: (p.inst.sym, p.leg))

    def read_book(self, name):
        if isinstance(name, dict):
            return Rulebook(name, self.folder)
        if "/" in name or name.endswith(".yaml"):
            return read_rulebook(os.path.join(self.folder, name))
        return read_rulebook(os.path.join(RULEBOOKS, name + ".yaml"))

    def read_instrument(self, name, row):
        texts = [self.parts.get("marks", {}).get(name, "1")]
        texts += [p["entry"] for p in self.parts.get("positions", []) if p["instrument"] == name]
        texts += [o["px"] for o in self.parts.get("orders", [])
                  if o["instrument"] == name and "px" in o]
        sizes = [p["qty"] for p in self.parts.get("positions", []) if p["instrument"] == name]
        sizes += [o["qty"] for o in self.parts.get("orders", []) if o["instrument"] == name]
        pairs = {"symbol": name, "kind": row.get("kind", "linear"),
                 "base": row.get("base", ""), "quote": row.get("quote", row.get("settle", "")),
                 "settle": row.get("settle", ""), "tick": row.get("tick", "0.01"),
                 "lot": row.get("lot", "0.001"), "multiplier": row.get("multiplier", "1")}
        pairs["px_scale"] = places(pairs["tick"], *texts)
        pairs["qty_scale"] = places(pairs["lot"], *sizes)
        pairs["mult_scale"] = places(pairs["multiplier"])
        return Instrument(len(self.instruments), pairs)

    def read_tiers(self, tiers):
        if not tiers:
            return
        for name, rows in tiers.items():
            self.rules.cache[name] = [Row("tiers", {k: str(v) for k, v in row.items()})
                                      for row in rows]

    def read_position(self, row):
        inst = self.instruments[row["instrument"]]
        qty = parse_decimal(row["qty"], inst.qty_scale)
        leg = (1 if qty > 0 else 2) if self.hedge else 0
        position = Position(inst, leg)
        position.qty = qty
        position.cost = value_of(inst, qty, parse_decimal(row["entry"], inst.px_scale))
        self.positions.append(position)
        self.levers[inst.sym] = parse_decimal(row.get("leverage", 1), 2)
        if "margin" in row:
            self.margins[inst.sym, leg] = parse_decimal(row["margin"], 18)

    # -- pools

    def leverage(self, inst):
        return self.levers.get(inst.sym, 100)

    def asset_price(self, asset):
        """The index of an asset, as (num, den)."""
        text = self.parts.get("prices", {}).get(asset)
        if text is None:
            return (1, 1) if asset == self.unit else None
        scale = places(text)
        return parse_decimal(text, scale), 10**scale

    def prices(self):
        assets = set(self.balances)
        for inst in self.instruments.values():
            assets |= {inst.base, inst.settle}
        return Prices(dict(self.px2), dict(self.px2), {a: self.asset_price(a) for a in assets})

    def pools(self):
        """[(key, pool)] in their order."""
        found = []
        isolated = [p for p in self.positions if self.regime == "isolated"]
        for position in isolated:
            inst = position.inst
            key = inst.sym, position.leg
            held = self.margins.get(key)
            if held is None:
                held = ceil_div(abs(position.cost) * 100, self.leverage(inst))
            found.append((("isolated", *key), self.pool("isolated", inst.asset,
                                                        {inst.asset: held}, [position], True)))
        rest = [p for p in self.positions if p not in isolated]
        regime = "portfolio" if self.regime == "portfolio" else "cross"
        if self.rules.pool.get(regime, "account") == "account":
            found.append(((regime, "", self.unit),
                          self.pool(regime, self.unit, dict(self.balances), rest, False)))
            return found
        assets = sorted(set(self.balances) | {p.inst.asset for p in rest})
        for asset in assets:
            mine = [p for p in rest if p.inst.asset == asset]
            found.append(((regime, "", asset),
                          self.pool(regime, asset, {asset: self.balances.get(asset, 0)}, mine,
                                    True)))
        return found

    def pool(self, kind, unit, balances, positions, single):
        pool = Pool(self.rules, kind, unit, balances, positions, self.leverage)
        pool.single = single
        taker = parse_decimal(self.parts.get("taker", 0), 12)
        pool.taker = lambda inst: taker
        return pool


__all__ = ["InputError", "Rates", "Resting", "Search", "WhatIf", "assess", "fires",
           "format_decimal", "half_even", "json", "margin_stage", "pool_price", "ratio", "RATE",
           "read_yaml", "sys"]
