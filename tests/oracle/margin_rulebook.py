"""margin_rulebook - a rulebook and its tables (docs/rulebook-format.md), and what is in force at T.

Amounts are at 10^-18, rates at 10^-12, leverages at 10^-2, times in ns since 1970.
"""

import os

from margin_yaml import read_yaml
from replay_numbers import (MONEY, RATE, InputError, ceil_div, half_even, parse_decimal,
                            parse_duration, parse_time)

TABLES = {  # kind: {column: scale}; the first two are the key and effective_from
    "tiers": {"from": 18, "maintenance": 12, "leverage_max": 2, "initial": 12},
    "affine": {"maintenance": 12, "maintenance_slope": 12, "initial": 12, "initial_slope": 12},
    "power": {"maintenance": 12, "maintenance_k": 12, "initial": 12, "initial_k": 12},
    "skew": {"scale": 18, "maintenance_min": 12, "maintenance_factor": 12, "initial_min": 12,
             "initial_factor": 12},
    "flat": {"maintenance": 12, "initial": 12, "oi_lower": 18, "oi_upper": 18},
    "fees": {"rate": 12},
    "scenario": {"move": 12, "weight": 12, "vol": 12},
    "collateral": {"from": 18, "weight": 12, "liability": 12},
    "borrow": {"rate": 12},
}
CHOICES = ("price", "measure", "rate", "levels", "addons", "collateral", "offset", "orders",
           "trigger", "stages", "fee", "insurance", "adl", "socialise", "numeric")
FORMS = ("tiers", "affine", "power", "skew", "flat")
TIMES_STEPS = 1000


class Row:
    """A line of a table: its columns as attributes, None where it is empty."""

    def __init__(self, kind, pairs):
        for column, scale in TABLES[kind].items():
            text = pairs.get(column, "")
            setattr(self, column.rstrip("_"), parse_decimal(text, scale) if text else None)
        self.lowest = getattr(self, "from", None)


class Table:
    """A CSV table: for each key the dated sets of rows."""

    def __init__(self, kind, text):
        self.kind, self.dated = kind, {}
        lines = [line.strip() for line in text.splitlines()]
        lines = [line for line in lines if line and not line.startswith("#")]
        columns = [word.strip() for word in lines[0].split(",")]
        unknown = [c for c in columns[2:] if c not in TABLES[kind]]
        if unknown or columns[1] != "effective_from":
            raise InputError(f"columns of a {kind} table: {columns}")
        for line in lines[1:]:
            fields = [field.strip() for field in line.split(",")]
            pairs = dict(zip(columns, fields))
            since = parse_time(pairs["effective_from"])
            rows = self.dated.setdefault(fields[0], {}).setdefault(since, [])
            rows.append(Row(kind, pairs))
        for sets in self.dated.values():
            for rows in sets.values():
                if rows[0].lowest is not None:
                    rows.sort(key=lambda row: row.lowest)

    def at(self, keys, now):
        """The rows in force of the first key that has any; []."""
        for key in keys:
            times = [since for since in self.dated.get(key, ()) if since <= now]
            if times:
                return self.dated[key][max(times)]
        return []

    def names(self, key):
        return list(self.dated.get(key, ()))

    def times(self):
        return {since for sets in self.dated.values() for since in sets}


def keys_of(inst):
    return inst.symbol, "base:" + inst.base, "*"


def rounder(word):
    return {"up": ceil_div, "down": lambda a, b: a // b, "half_even": half_even}[word]


class Rules:
    """What is in force at one time."""

    def __init__(self, book, parts, now):
        self.book, self.now = book, now
        for key in CHOICES:
            setattr(self, key, parts[key])
        pool = parts["pool"]
        self.pool, self.hedge, self.regimes = pool, parts["hedge"], parts["regimes"]
        self.unit = pool.get("unit", "report")
        numeric = self.numeric or {}
        self.up = rounder(numeric.get("requirement", "up"))
        self.down = rounder(numeric.get("equity", "down"))
        self.fee_up = rounder(numeric.get("fee", "up"))
        self.form = next((form for form in FORMS if form in self.rate), "scenario")
        self.tables = {}
        self.flat_rate = None
        self.read_rate()
        self.read_money()
        self.read_fee()
        self.locked = self.trigger.get("locked") in ("yes", "true")
        self.warn = sorted(parse_decimal(w, 12) for w in self.levels.get("warn") or [])
        self.cache = {}

    def table(self, kind, name):
        return self.book.table(kind, name)

    def read_rate(self):
        rate, word = self.rate, self.rate[self.form]
        self.shape = self.form
        if self.form == "tiers":
            self.tables["rate"] = self.table("tiers", rate["table"])
            self.shape = word
        elif self.form == "flat" and is_number(word):
            self.flat_rate = parse_decimal(word, 12)
        elif self.form != "scenario":
            self.tables["rate"] = self.table(self.form, word)
        self.oi_ramp = rate.get("oi_ramp") in ("yes", "true")
        scenario = rate.get("scenario")
        if scenario:
            self.grid = self.table("scenario", scenario["grid"])
            self.factor = parse_decimal(scenario["factor"], 12)
            self.spot_included = scenario.get("spot", "excluded") == "included"
        initial = self.levels["initial"]
        self.initial = initial if isinstance(initial, str) else "times"
        self.times = None if isinstance(initial, str) else parse_decimal(initial["times"], 12)
        addons = self.addons or {}
        self.minimum = parse_decimal(addons.get("minimum", 0), 18)
        self.offset_charge = parse_decimal(addons.get("offset", 0), 12)
        self.gross_charge = parse_decimal(addons.get("gross", 0), 12)
        self.fee_in_maintenance = addons.get("fee") == "maintenance"
        self.close_fee_in_initial = addons.get("close_fee") == "initial"
        self.credits = []
        if isinstance(self.offset, dict):
            self.credits = [(item["units"], parse_decimal(item["rate"], 12))
                            for item in self.offset["spread_credit"]]

    def read_money(self):
        self.collateral_table = self.borrow_table = None
        self.slices = "coin"
        self.borrows = False
        if isinstance(self.collateral, dict):
            self.collateral_table = self.table("collateral", self.collateral["table"])
            self.slices = self.collateral.get("slices", "coin")
            self.borrows = self.collateral.get("borrow") in ("yes", "true")
            if "interest" in self.collateral:
                self.borrow_table = self.table("borrow", self.collateral["interest"])

    def read_fee(self):
        fee = self.fee
        self.fee_table = self.table("fees", fee["table"]) if "table" in fee else None
        self.fee_flat = parse_decimal(fee.get("rate", 0), 12)
        self.split = [(to, parse_decimal(part, 12)) for to, part in
                      (fee.get("split") or {"insurance": "1"}).items()]
        self.taker_fee = fee.get("taker_fee", "yes") in ("yes", "true")
        self.fee_cap = fee.get("cap")
        self.residual = fee.get("residual", "account")
        self.recourse = fee.get("recourse", "none")
        self.floor = parse_decimal((self.insurance or {}).get("floor", 0), 18)

    def rows(self, inst):
        """The rate rows of an instrument; [] without rules."""
        found = self.cache.get(inst.symbol)
        if found is None:
            if self.form == "scenario":
                found = self.scenarios(inst.base)
            elif self.flat_rate is not None:
                found = [Flat(self.flat_rate)]
            else:
                found = self.tables["rate"].at(keys_of(inst), self.now)
            self.cache[inst.symbol] = found
        return found

    def liquidation_fee_rate(self, inst):
        if not self.fee_table:
            return self.fee_flat
        rows = self.fee_table.at(keys_of(inst), self.now)
        return rows[0].rate if rows else 0

    def scenarios(self, unit):
        return self.grid.at((unit, "*"), self.now)

    def weights(self, asset):
        return self.collateral_table.at((asset,), self.now)

    def asset_order(self):
        """Of conversions: the debts and what pays them."""
        return self.collateral.get("order", []) if self.collateral_table else []


class Flat:
    """A flat rate that stands in the rulebook itself."""

    def __init__(self, rate):
        self.maintenance = self.initial = rate
        self.oi_lower = self.oi_upper = None


class Rulebook:
    """A rulebook file, or a map that stands for one."""

    def __init__(self, parts, folder):
        self.parts, self.folder, self.read = parts, folder, {}
        self.name = parts["rulebook"]
        self.effective = parse_time(parts["effective"])
        self.changes = sorted(parts.get("changes") or [], key=lambda c: parse_time(c["from"]))

    def table(self, kind, name):
        key = kind, name
        if key not in self.read:
            with open(os.path.join(self.folder, name), encoding="utf-8") as file:
                self.read[key] = Table(kind, file.read())
        return self.read[key]

    def at(self, now):
        parts = dict(self.parts)
        for change in self.changes:
            if parse_time(change["from"]) <= now:
                parts.update((k, v) for k, v in change.items() if k in CHOICES)
        return Rules(self, parts, now)

    def change_times(self):
        """When something in it changes: its changes and the dates of its tables."""
        found = {parse_time(change["from"]) for change in self.changes}
        self.at(2**62)
        for table in self.read.values():
            found |= table.times()
        return sorted(found)


def is_number(text):
    return str(text).replace(".", "", 1).isdigit()


def read_rulebook(path):
    with open(path, encoding="utf-8") as file:
        return Rulebook(read_yaml(file.read()), os.path.dirname(path))


def stage_time(stage, key):
    return parse_duration(stage[key]) if key in stage else 0


__all__ = ["MONEY", "RATE", "Rulebook", "Rules", "keys_of", "read_rulebook", "stage_time"]
