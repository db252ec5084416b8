"""replay_settings - a run file in JSON (docs/run-file.md) as what the replay needs of it."""

import json

from replay_numbers import parse_decimal, parse_duration, parse_time

QUEUES = {"conservative": None, "trades": "trades", "prorata": "prorata", "square": "square",
          "front": "front"}
LEGS = {None: 0, "long": 1, "short": 2}


class Tier:
    def __init__(self, row):
        self.volume = parse_decimal(row.get("volume", 0), 18)
        self.maker = parse_decimal(row.get("maker", 0), 12)
        self.taker = parse_decimal(row.get("taker", 0), 12)


class OpeningPosition:
    """A row of `positions`; its numbers wait for the scales of the instrument."""

    def __init__(self, row):
        self.symbol, self.leg, self.row = row["instrument"], LEGS[row.get("leg")], row

    def qty(self, inst):
        return parse_decimal(self.row["qty"], inst.qty_scale)

    def px(self, inst):
        return parse_decimal(self.row["px"], inst.px_scale)


class Flow:
    def __init__(self, row):
        self.at = parse_time(row["at"])
        self.asset = row["asset"]
        self.amount = parse_decimal(row["amount"], 18)


class AccountSettings:
    def __init__(self, row, worlds, instruments):
        self.name = row["name"]
        world = row.get("world", ("own", self.name))
        self.world = worlds.setdefault(world, len(worlds))
        self.hedge = bool(row.get("hedge", False))
        collateral = row.get("collateral", {})
        self.report = row.get("report_currency") or report_asset(instruments, collateral)
        self.collateral = [(asset, parse_decimal(collateral[asset], 18))
                           for asset in assets_of(instruments) if asset in collateral]
        self.positions = [OpeningPosition(item) for item in row.get("positions", [])]
        self.flows = [Flow(item) for item in row.get("flows", [])]
        self.leverages = row.get("leverage", 1)

    def leverage_of(self, symbol):
        """In 1e-2: 500 is 5x."""
        return parse_decimal(of_instrument(self.leverages, symbol, 1), 2)


class Settings:
    """Everything of the run file that decides what happens."""

    def __init__(self, run, instruments):
        venue = run.get("venue", {})
        latency = venue.get("latency", {})
        self.seed = int(run.get("seed", 1))
        self.sample = parse_duration(run.get("sample", "10s"))
        self.orders_latency = read_latency(latency.get("orders", 0))
        fees = venue.get("fees", {})
        self.tiers = [Tier(row) for row in fees.get("tiers", [])] or [Tier(fees)]
        self.queue = QUEUES[venue.get("queue", "conservative")]
        slippage = venue.get("slippage", {})
        self.slip_ticks, self.slip_levels = slippage.get("ticks", 1), slippage.get("levels", 100)
        self.spread = parse_decimal(venue.get("spread", 0), 12)
        age = venue.get("max_quote_age")
        self.max_quote_age = None if age is None else parse_duration(age)
        least = venue.get("min_notional", 0)
        self.min_notional = {inst.symbol: parse_decimal(of_instrument(least, inst.symbol, 0), 18)
                             for inst in instruments}
        worlds = {}
        self.accounts = [AccountSettings(row, worlds, instruments) for row in run["accounts"]]
        self.worlds = len(worlds)


def of_instrument(value, symbol, default):
    """A value that may be a map of instruments with a default."""
    if isinstance(value, dict):
        return value.get(symbol, value.get("default", default))
    return value


def assets_of(instruments):
    """The assets of the tape: base, quote and settle of each row, in the order of the table."""
    names = {}
    for inst in instruments:
        own = inst.symbol if inst.kind == "asset" else inst.base
        names.update(dict.fromkeys((own, inst.quote, inst.settle)))
    names.pop("", None)
    return list(names)


def report_asset(instruments, collateral):
    """What everything on the tape settles in, else the account's only asset, else USD."""
    settled = {inst.asset for inst in instruments if inst.traded}
    for assets in settled, collateral:
        if len(assets) == 1:
            return next(iter(assets))
    return "USD"


def read_latency(value):
    if isinstance(value, dict):
        return "uniform", parse_duration(value["min"]), parse_duration(value["max"])
    if isinstance(value, list):
        return "list", [parse_duration(item) for item in value]
    return parse_duration(value)


def read_settings(text, instruments):
    """Numbers with a point are taken as their text, so that 0.0005 is exact."""
    return Settings(json.loads(text, parse_float=str), instruments)
