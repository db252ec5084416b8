"""replay_margin_settings - what a run file says about margin (docs/run-file.md)."""

import json
import os

from margin_rulebook import read_rulebook
from replay_numbers import parse_decimal
from replay_settings import AccountSettings, Settings, assets_of

RULEBOOKS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../engine/rulebooks")


class Books:
    """Rulebooks by name or path, each read once."""

    def __init__(self, folder):
        self.folder, self.read = folder, {}

    def get(self, name):
        if name not in self.read:
            path = os.path.join(RULEBOOKS, name + ".yaml")
            if "/" in name or name.endswith(".yaml"):
                path = os.path.join(self.folder, name)
            self.read[name] = read_rulebook(path)
        return self.read[name]


class MarginSettings:
    """What an account under a rulebook asks for."""

    def __init__(self, book, regime, row):
        self.book = book
        first = book.parts["regimes"][0]
        self.words = regime if isinstance(regime, dict) else {"default": regime or first}
        self.words = {"default": first, **self.words}
        self.alerts = [parse_decimal(level, 12) for level in row.get("alerts", [])]
        self.after = row.get("after_liquidation", "continue")
        self.topup = row.get("topup") or book.parts["pool"].get("topup", "manual")
        self.custody = row.get("custody", {})

    def regime_of(self, symbol):
        return self.words.get(symbol, self.words["default"])

    def regimes(self):
        return set(self.words.values())


class MarginRun(Settings):
    """The settings of a run with margin; a regime list makes an account of each entry."""

    def __init__(self, run, instruments, folder):
        accounts = run["accounts"]
        super().__init__({**run, "accounts": []}, instruments)
        venue = run.get("venue", {})
        self.books = Books(folder)
        self.mark, self.trigger = venue.get("mark"), venue.get("trigger")
        self.par, self.race = venue.get("par", {}), venue.get("race", "margin_first")
        insurance = venue.get("insurance", {})
        self.fund_follows = insurance == "tape"
        self.insurance = {} if self.fund_follows else {
            asset: parse_decimal(amount, 18) for asset, amount in insurance.items()}
        self.rest = venue.get("rest_of_market", {})
        worlds = {}
        self.asset_places = {asset: place for place, asset in enumerate(assets_of(instruments))}
        for row in accounts:
            self.add(row, venue.get("rulebook"), worlds, instruments)
        self.worlds = len(worlds)
        count = len(self.accounts)
        self.exact_lowest = run.get("lowest", "exact" if count <= 8 else "sampled") == "exact"

    def add(self, row, venue_book, worlds, instruments):
        choices = row.get("margin")
        variants = choices if isinstance(choices, list) else [choices]
        for choice in variants:
            regime, name = choice, venue_book
            if isinstance(choice, dict) and ("regime" in choice or "rulebook" in choice):
                regime, name = choice.get("regime"), choice.get("rulebook", venue_book)
            settings = AccountSettings(row, worlds, instruments)
            if len(variants) > 1:
                settings.name = f"{settings.name}/{regime}"
                settings.world = worlds.setdefault(("own", settings.name), len(worlds))
            settings.margin = None
            if name and regime != "plain":
                settings.margin = MarginSettings(self.books.get(name), regime, row)
            self.accounts.append(settings)


def read_margin_settings(text, instruments, folder="."):
    return MarginRun(json.loads(text, parse_float=str), instruments, folder)
