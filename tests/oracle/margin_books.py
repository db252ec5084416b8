"""margin_books - random rulebooks, so that every word of docs/rulebook-format.md is met.

make(rng, base assets, assets) gives {file name: text}; the rulebook itself is NAME.yaml.
"""

import json

from replay_numbers import format_decimal

PRICES = ("mark", "mark", "mark", "last", "index", "mid")


def rate(rng, low, high):
    """A decimal between low and high, in steps of 10^-12 now and then."""
    places = rng.choice((3, 4, 4, 12))
    unit = 10**places
    return format_decimal(rng.randint(int(low * unit), int(high * unit)), places)


class Book:
    """One random rulebook with its tables."""

    def __init__(self, rng, name, bases, assets, since, words):
        self.rng, self.name, self.bases, self.assets, self.since = rng, name, bases, assets, since
        self.words = words               # of prices that may be used
        self.files = {}

    def table(self, kind, columns, rows):
        name = f"{self.name}-{kind}.csv"
        self.rng.shuffle(rows)
        lines = ["# Made up.", ",".join(columns), *(",".join(row) for row in rows)]
        self.files[name] = "\n".join(lines) + "\n"
        return name

    def keys(self):
        """Keys of instruments: always *, sometimes bases of their own."""
        return ["*"] + [f"base:{base}" for base in self.bases if self.rng.random() < 0.5]

    def dates(self, key):
        return [self.since] + (["2025-01-01T01:00:00"] if self.rng.random() < 0.3 else [])

    # -- P5

    def tiers(self, measure):
        rng, rows = self.rng, []
        initial = rng.random() < 0.5
        top = {"value": 4, "contracts": 1, "coin": 1}[measure]
        for key in self.keys():
            for date in self.dates(key):
                edge, held, lever = 0, rng.randint(2, 20), rng.choice((125, 100, 50, 20))
                for _ in range(rng.randint(1, 5)):
                    maintenance = format_decimal(held, 3)
                    row = [key, date, str(edge), maintenance, str(lever)]
                    if initial:
                        row.append(format_decimal(2 * held, 3))
                    rows.append(row)
                    edge += rng.randint(1, 9) * 10 ** rng.randint(0, top)
                    held += rng.randint(1, 30)
                    lever = max(1, lever // rng.choice((1, 2, 2, 3)))
        columns = ["instrument", "effective_from", "from", "maintenance", "leverage_max"]
        self.has_initial, self.levered = initial, True
        return self.table("tiers", columns + (["initial"] if initial else []), rows)

    def formula(self, kind):
        rng, rows = self.rng, []
        columns = {"affine": ["maintenance", "maintenance_slope", "initial", "initial_slope"],
                   "power": ["maintenance", "maintenance_k", "initial", "initial_k"],
                   "skew": ["scale", "maintenance_min", "maintenance_factor", "initial_min",
                            "initial_factor"],
                   "flat": ["maintenance", "initial"],
                   "ramp": ["maintenance", "initial", "oi_lower", "oi_upper"]}[kind]
        for key in self.keys():
            for date in self.dates(key):
                low = rng.randint(5, 40)
                pair = [format_decimal(low, 3), format_decimal(2 * low, 3)]
                slopes = [rate(rng, 0, 0.002), rate(rng, 0.002, 0.004)]
                if kind == "skew":
                    values = [str(10 ** rng.randint(2, 5)), pair[0], slopes[0], pair[1], slopes[1]]
                elif kind == "flat":
                    values = pair
                elif kind == "ramp":
                    values = [*pair, str(rng.randint(0, 1000)), str(rng.randint(1001, 10**6))]
                else:
                    values = [pair[0], slopes[0], pair[1], slopes[1]]
                rows.append([key, date, *values])
        self.has_initial, self.levered = True, False
        return self.table(kind, ["instrument", "effective_from", *columns], rows)

    def choose_rate(self):
        rng = self.rng
        self.measure = rng.choice(("value", "value", "contracts", "coin"))
        form = rng.choice(("flat", "table", "tiers", "tiers", "tiers", "affine", "power", "skew"))
        self.has_initial, self.levered = False, False
        if form == "flat":
            return {"flat": rate(rng, 0.005, 0.08)}
        if form == "table":
            if rng.random() < 0.5:
                return {"flat": self.formula("ramp"), "oi_ramp": "yes"}
            return {"flat": self.formula("flat")}
        if form == "tiers":
            word = "marginal" if self.measure == "value" and rng.random() < 0.6 else "whole"
            return {"tiers": word, "table": self.tiers(self.measure)}
        return {form: self.formula(form)}

    def scenario(self):
        rng, rows = self.rng, []
        for unit in ["*"] + [base for base in self.bases if rng.random() < 0.3]:
            for move in sorted(rng.sample(range(-40, 60), rng.randint(2, 8))):
                rows.append([unit, self.since, format_decimal(move, 2),
                             rng.choice(("1", "1", "0.35", "0.333333333333"))])
        return {"grid": self.table("grid", ["unit", "effective_from", "move", "weight"], rows),
                "factor": rng.choice(("1.1", "2", "1.333333333333")),
                "spot": rng.choice(("included", "excluded"))}

    # -- P8

    def collateral(self):
        rng, rows = self.rng, []
        named = [a for a in self.assets if rng.random() < 0.85]
        for asset in named:
            liability = rng.choice(("1", "1", "1.05", "1.333333333333"))
            edge, weight = 0, rng.randint(80, 100)
            for _ in range(rng.randint(1, 4)):
                rows.append([asset, self.since, str(edge), format_decimal(weight, 2), liability])
                edge += rng.randint(1, 9) * 10 ** rng.randint(0, 4)
                weight = max(0, weight - rng.randint(1, 30))
        if not rows:
            return "settle"
        found = {"table": self.table("collateral", ["asset", "effective_from", "from", "weight",
                                                    "liability"], rows),
                 "slices": rng.choice(("coin", "value")),
                 "borrow": rng.choice(("yes", "yes", "no"))}
        if found["borrow"] == "yes" and rng.random() < 0.6:
            found["order"] = rng.sample(named, rng.randint(1, len(named)))
        if found["borrow"] == "yes" and rng.random() < 0.5:
            found["interest"] = self.table("borrow", ["asset", "effective_from", "rate"],
                                           [[a, self.since, rate(rng, 0, 0.002)] for a in named])
        return found

    # -- P12

    def close(self):
        rng = self.rng
        stage = {"do": "close", "select": rng.choice(("all", "maintenance", "loss", "notional",
                                                      "delta", "random"))}
        size = rng.choice(("full", "target", "target", "fraction", "step", "tiers"))
        if size == "fraction":
            size = {"fraction": rate(rng, 0.05, 0.9)}
            if rng.random() < 0.5:
                size["min_notional"] = str(rng.randint(1, 2000))
        elif size == "step":
            size = {"step": str(rng.randint(1, 20))}
        elif size == "tiers":
            size = {"tiers_down": str(rng.randint(1, 3))} if self.levered else "full"
        stage["size"] = size
        stage["price"] = rng.choice(("market", "market", "bankruptcy"))
        if size == "target":
            stage["view"] = rng.choice(("maintenance", "maintenance", "initial"))
        if size == "target" and rng.random() < 0.5:
            stage["buffer"] = rate(rng, 0, 0.2)
        if rng.random() < 0.25:
            stage.update(channel="keeper", latency=rng.choice(("0ms", "1s", "30s", "1h")),
                         inventory=rate(rng, 0, 10 ** rng.randint(0, 5)),
                         fee=rng.choice(("0", "0.01", "0.333333333333")))
        return stage

    def guarded(self, stage):
        """Now and then with a condition, rounds or another end."""
        rng = self.rng
        if rng.random() < 0.15:
            stage["when"] = rng.choice(({"notional_above": str(rng.randint(10, 5000))},
                                        {"equity_below": rate(rng, 0, 0.99)},
                                        {"tier_from": "2"} if self.levered else
                                        {"equity_below": "0.5"}))
        elif rng.random() < 0.1:
            stage["when"], stage["cooldown"] = {"cooling": "no"}, rng.choice(("1s", "30s", "2h"))
        elif rng.random() < 0.1:
            stage["cooldown"] = rng.choice(("1s", "30s", "10m"))
        if rng.random() < 0.25:
            stage["rounds"] = str(rng.randint(1, 3))
        if rng.random() < 0.15:
            stage["until"] = "initial"
        return stage

    def stages(self):
        rng, found = self.rng, []
        if rng.random() < 0.8:
            found.append({"do": "cancel", "which": rng.choice(("all", "opening"))})
        if rng.random() < 0.3:
            found.append({"do": "offset_legs"})
        if self.borrows and rng.random() < 0.7:
            found.append({"do": "repay", "cost": rng.choice(("0", "0.001", "0.033333333333"))})
        for _ in range(rng.randint(0, 2)):
            found.append(self.guarded(self.close()))
        price = rng.choice(("bankruptcy", "mark"))
        if rng.random() < 0.6:
            found.append({"do": "takeover", "price": price,
                          "margin": rng.choice(("none", "all") if price == "mark" else ("none",))})
        if self.adl != "off":
            found.append({"do": "adl", "price": rng.choice(("bankruptcy", "mark")),
                          "when": "fund_short"})
        found.append({"do": "close", "select": "all", "size": "full", "price": "market"})
        return found

    # -- the file

    def parts(self):
        rng = self.rng
        shared = rng.choice(("account", "currency"))
        regimes = ["cross", "isolated"]
        pool = {"cross": shared, "isolated": "position", "topup": rng.choice(("manual", "auto"))}
        base_rate = self.choose_rate()
        if rng.random() < 0.4:
            regimes.append("portfolio")
            pool["portfolio"] = shared
            base_rate["scenario"] = self.scenario()
        if shared == "account":
            pool["unit"] = "report"
        collateral = self.collateral() if shared == "account" else "settle"
        self.borrows = isinstance(collateral, dict) and collateral["borrow"] == "yes"
        self.adl = rng.choice(("off", "pnl_ratio", "pnl_leverage", "size_leverage", "random"))
        self.ramped = "oi_ramp" in base_rate
        initial = ["leverage", "leverage", {"times": rng.choice(("2", "1.5", "1.333333333333"))}]
        price = rng.choice(self.words)
        adaptive = {"adaptive": self.adaptive()} if rng.random() < 0.25 else {}
        trigger = {"trigger": rng.choice(self.words)} if rng.random() < 0.2 else {}
        return {
            "rulebook": self.name, "title": "Made up", "effective": self.since,
            "sources": ["Chance."], "leaves_out": ["Everything."], "regimes": regimes,
            "pool": pool,
            "hedge": {view: rng.choice(("net", "gross", "max_side"))
                      for view in ("maintenance", "initial")},
            "price": {"mark": ["tape", "mid", "last", "index"], "pnl": price,
                      "requirement": rng.choice((price, price, rng.choice(self.words))), **trigger,
                      "funding": "mark", "stale": "0s"},
            "measure": self.measure, "rate": base_rate,
            "levels": {"initial": "table" if self.ramped else
                       rng.choice(initial + ["table"] * self.has_initial),
                       "warn": rng.choice(([], ["0.8"], ["0.5", "0.9"]))},
            "addons": self.addons(regimes), "collateral": collateral,
            "offset": self.offset(regimes),
            "orders": rng.choice(("none", "sum", "worse_side")),
            "trigger": {"when": rng.choice(("at", "above")), "test": "once"},
            "stages": self.stages(), "fee": self.fee(),
            "insurance": {"floor": rng.choice(("0", "0", "10"))}, "adl": self.adl,
            "socialise": rng.choice(("none", "none", "winners")), "numeric": self.numeric(),
            **adaptive}

    def adaptive(self):
        rng = self.rng
        found = {"estimator": rng.choice(("ewma", "realised")),
                 "sigma_ref": rng.choice(("0.0001", "0.003", "0.02", "0.333333333333")),
                 "cadence": rng.choice(("1s", "30s", "7m", "1h")),
                 "shape": rng.choice(("linear", "floor1")), "floor": rng.choice(("0.5", "1")),
                 "cap": rng.choice(("1.5", "3", "20")), "down": rng.choice(("0.05", "0.4", "1"))}
        if found["estimator"] == "ewma":
            found["lambda"] = rng.choice(("0.94", "0.5", "0.999999999999"))
        else:
            found["window"] = str(rng.randint(1, 9))
        return found

    def addons(self, regimes):
        rng = self.rng
        found = {}
        for key, value in (("fee", "maintenance"), ("close_fee", "initial"),
                           ("minimum", rate(rng, 0, 0.05)), ("offset", rate(rng, 0, 0.02)),
                           ("gross", rate(rng, 0, 0.01))):
            if rng.random() < 0.2 and ("portfolio" in regimes or key not in ("offset", "gross")):
                found[key] = value
        return found

    def offset(self, regimes):
        if "portfolio" not in regimes:
            return "none"
        if len(self.bases) > 1 and self.rng.random() < 0.5:
            return {"spread_credit": [{"units": list(self.bases[:2]),
                                       "rate": rate(self.rng, 0.1, 0.9)}]}
        return "scenario"

    def fee(self):
        rng = self.rng
        split = rng.choice(({"insurance": "1"}, {"keeper": "0.3", "insurance": "0.7"},
                            {"protocol": "0.333333333333", "insurance": "0.666666666667"}))
        return {"rate": rng.choice(("0", "0.005", "0.0125")), "split": split,
                "taker_fee": rng.choice(("yes", "no")),
                "residual": rng.choice(("account", "insurance")),
                "recourse": rng.choice(("none", "none", "debt"))}

    def numeric(self):
        rng = self.rng
        if rng.random() < 0.7:
            return {}
        return {"requirement": rng.choice(("up", "half_even", "down")),
                "equity": rng.choice(("down", "half_even")),
                "fee": rng.choice(("up", "half_even", "down"))}


def make(rng, name, bases, assets, words=PRICES, since="2020-01-01"):
    """{file name: text} of a random rulebook, and its parts."""
    book = Book(rng, name, bases, assets, since, words)
    parts = book.parts()
    return {f"{name}.yaml": text_of(parts), **book.files}, parts


def refine(rng, parts):
    """A locked pool, funding at another price, a change of rules; whether anything is new."""
    before = text_of(parts)
    if rng.random() < 0.2:
        parts["trigger"] = {**parts["trigger"], "locked": "yes"}
    if rng.random() < 0.4:
        parts["price"] = {**parts["price"], "funding": rng.choice(PRICES)}
    if rng.random() < 0.2:
        key, value = rng.choice((
            ("orders", rng.choice(("none", "sum", "worse_side"))),
            ("levels", {**parts["levels"], "warn": rng.choice(([], ["0.8"], ["0.5", "0.8"]))}),
            ("trigger", {**parts["trigger"], "when": rng.choice(("at", "above"))}),
            ("fee", {**parts["fee"], "rate": "0.02"}), ("insurance", {"floor": "5"}),
            ("addons", {**parts["addons"], "minimum": "0.07"})))
        parts["changes"] = [{"from": f"2025-01-01T{rng.randint(0, 9):02}:30:00", key: value}]
    return text_of(parts) != before


def text_of(parts):
    return "".join(f"{key}: {json.dumps(value)}\n" for key, value in parts.items())
