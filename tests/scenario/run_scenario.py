#!/usr/bin/env python3
"""Replays text scenarios (README.md tells their form) and compares what came out, to the digit.

run_scenario.py PLIMSOLL FILE_OR_FOLDER...   speaks TAP: one test per scenario
    --dry-run    imports the market and writes the run file, and replays nothing
    --keep DIR   leaves tape, run file and log of every scenario there
"""
import argparse
import datetime
import fractions
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import scenario_margin

TIMEOUT_S = 120  # only catches hangs
UNITS = {"ns": 1, "us": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9,
         "d": 86400 * 10**9}
EPOCH = datetime.datetime(1970, 1, 1)
START = "2026-01-01"
COLUMNS = {  # how many words a row has: at least, at most
    "instruments": (8, 10), "venue": (2, 9), "market": (6, 7), "accounts": (2, 7),
    "orders": (4, 30), "fills": (9, 9), "ends": (6, 6), "refused": (4, 4), "result": (4, 8),
    "fails": (1, 30), "margin": (3, 20)}
NEEDED = ["instruments", "market", "accounts", "orders"]


class Wrong(Exception):
    """The scenario cannot be read, or the program did not do what it was asked."""


def repeat(words):
    """The row, or, with a word like b1..b500, one row for each of these names."""
    for at, word in enumerate(words):
        match = re.fullmatch(r"([a-z]+)(\d+)\.\.\1(\d+)", word)
        if match:
            return [[*words[:at], f"{match.group(1)}{number}", *words[at + 1:]]
                    for number in range(int(match.group(2)), int(match.group(3)) + 1)]
    return [words]


class Scenario:
    """A scenario file: its sections as lists of rows, each a list of words."""

    def __init__(self, path):
        self.path = path
        self.rows = {name: [] for name in COLUMNS}
        text = path.read_text(encoding="ascii")
        if not re.match(r"# \S", text):
            raise Wrong("does not open with a comment that says what it shows")
        section, seen = None, set()
        for number, line in enumerate(text.splitlines(), 1):
            words = line.partition("#")[0].split()
            if not words:
                continue
            if words[0].endswith(":") and len(words) == 1:
                section = words[0][:-1]
                if section not in COLUMNS or section in seen:
                    raise Wrong(f"line {number}: no such section, or for the second time")
                seen.add(section)
                continue
            if section is None:
                raise Wrong(f"line {number}: stands before the first section")
            low, high = COLUMNS[section]
            if not low <= len(words) <= high:
                raise Wrong(f"line {number}: {section} has {low} to {high} words a row")
            self.rows[section] += repeat(words)
        starts = [row[1] for row in self.rows["venue"] if row[0] == "start"]
        begin = datetime.datetime.fromisoformat((starts or [START])[0])
        self.start = (begin - EPOCH) // datetime.timedelta(microseconds=1) * 1000
        for name in NEEDED:
            if name not in seen:
                raise Wrong(f"there is no section {name}")
        if not {"result", "fails"} & seen:
            raise Wrong("there is neither a section result nor a section fails")

    def time(self, word):
        """1s, 8h+1ns: ns since 1970."""
        return self.start + self.when(word)

    def when(self, word):
        """The same, since the start of the scenario."""
        total = 0
        for part in word.split("+"):
            match = re.fullmatch(r"(\d+)(ns|us|ms|s|m|h|d)", part)
            if not match:
                raise Wrong(f"'{word}' is no time")
            total += int(match.group(1)) * UNITS[match.group(2)]
        return total

    def iso(self, word):
        seconds, rest = divmod(self.time(word), 10**9)
        return f"{(EPOCH + datetime.timedelta(seconds=seconds)).isoformat()}.{rest:09}Z"

    def accounts(self):
        names = []
        for name, *_ in self.rows["accounts"]:
            if name not in names:
                names.append(name)
        return names

    def variants(self):
        """(name in the run, name in the file)."""
        return [(variant, name) for name in self.accounts()
                for variant in scenario_margin.variants(self.rows["accounts"], name)]

    def world(self, account, variant):
        """Whose fund it is: the world's, else the account's own."""
        rows = [row[2] for row in self.rows["accounts"] if row[:2] == [account, "world"]]
        return (rows or [variant])[0]

    def currency(self, account):
        """The report currency: named by `report`, else the first asset that the account holds."""
        rows = [row for row in self.rows["accounts"] if row[0] == account]
        named = [row[2] for row in rows if row[1] == "report"]
        return (named + [row[2] for row in rows if row[1] == "holds"])[0]


def decimals(word):
    return len(word.partition(".")[2])


def none(word):
    return "" if word == "-" else word


# -- what goes in


def instrument_line(scenario, number, row):
    symbol, kind, base, quote, settle, tick, lot, multiplier = row[:8]
    pairs = {"symbol": symbol, "kind": kind, "base": none(base), "quote": quote,
             "settle": none(settle)}
    pairs.update(px_scale=decimals(tick), qty_scale=decimals(lot))
    if kind != "asset":
        pairs.update(mult_scale=decimals(multiplier), tick=tick, lot=lot, multiplier=multiplier)
    if len(row) > 8:
        pairs["expiry"] = scenario.time(row[8])
    if len(row) > 9:
        pairs["strike"] = row[9]
    return f"# instrument {number} " + " ".join(f"{key}={value}" for key, value in pairs.items())


def make_csv(scenario):
    """The market in the form of docs/csv.md."""
    recorded = any(len(row) == 7 for row in scenario.rows["market"])
    lines = ["# plimsoll events 1"]
    for number, row in enumerate(scenario.rows["instruments"]):
        lines.append(instrument_line(scenario, number, row))
    lines += ["# recv yes" if recorded else "# recv no", "# synthetic yes",
              "ts,recv,symbol,kind,side,px,qty,flags" if recorded else
              "ts,symbol,kind,side,px,qty,flags"]
    for row in scenario.rows["market"]:
        time, symbol, kind, side, px, qty = row[:6]
        clock = [str(scenario.time(time))]
        if recorded:
            clock.append(str(scenario.time(row[6] if len(row) == 7 else time)))
        if kind == "bar_open" or kind == "gap":
            qty = str(scenario.time(qty) - (scenario.start if kind == "bar_open" else 0))
        lines.append(",".join(clock + [symbol, kind, none(side), none(px), none(qty), ""]))
    return "\n".join(lines + [f"# end {len(scenario.rows['market'])}", ""])


def make_orders(scenario, account):
    """The parameter `orders` of the strategy script (docs/strategies/script.md)."""
    lines = []
    for time, owner, name, verb, *rest in scenario.rows["orders"]:
        if owner != account:
            continue
        if verb in ("cancel", "amend"):
            words = [scenario.iso(time), verb, name, *rest]
        else:
            words = [scenario.iso(time), verb, *rest, "as", name]
        lines.append((scenario.time(time), " ".join(words)))
    return "".join(line + "\n" for _, line in sorted(lines, key=lambda pair: pair[0]))


def make_account(scenario, name):
    account = {"name": name, "strategy": "script",
               "params": {"orders": make_orders(scenario, name)},
               "report_currency": scenario.currency(name), "collateral": {}}
    for owner, word, *rest in scenario.rows["accounts"]:
        if owner != name:
            continue
        if word == "holds":
            account["collateral"][rest[0]] = rest[1]
        elif word == "hedge":
            account["hedge"] = True
        elif word == "leverage" and len(rest) == 2:
            account.setdefault("leverage", {})[rest[0]] = rest[1]
        elif word in ("leverage", "world"):
            account[word] = rest[0]
        elif word == "flow":
            account.setdefault("flows", []).append(
                {"at": scenario.iso(rest[0]), "asset": rest[1], "amount": rest[2]})
        elif word == "position":
            opening = {"instrument": rest[0], "qty": rest[1], "px": rest[2]}
            if len(rest) == 4:
                opening["leg"] = rest[3]
            account.setdefault("positions", []).append(opening)
        elif word != "report" and not scenario_margin.account_setting(account, word, rest):
            raise Wrong(f"accounts: there is no setting {word}")
    return account


def make_run(scenario, tape):
    """The run file (docs/run-file.md); every number stays the text that it was."""
    venue, run = {}, {"run": scenario.path.stem, "tape": str(tape), "sample": "1d"}
    for word, *rest in scenario.rows["venue"]:
        if word == "seed":
            run["seed"] = int(rest[0])
        elif word == "fees":
            venue["fees"] = {"maker": rest[0], "taker": rest[1]}
        elif word == "tier":
            venue.setdefault("fees", {"tiers": []})["tiers"].append(
                {"volume": rest[0], "maker": rest[1], "taker": rest[2]})
        elif word == "latency":
            one = rest[1] if len(rest) == 2 else {"min": rest[1], "max": rest[2]}
            venue.setdefault("latency", {})[rest[0]] = one
        elif word == "slippage":
            venue["slippage"] = {"ticks": int(rest[0]), "levels": int(rest[1])}
        elif word == "min_notional":
            venue.setdefault("min_notional", {})[rest[0]] = rest[1]
        elif word == "queue":
            venue["queue"] = rest[0]
        elif word in ("spread", "max_quote_age"):
            venue[word] = rest[0]
        elif word != "start" and not scenario_margin.venue_setting(
                venue, scenario.path.parent.resolve(), word, rest):
            raise Wrong(f"venue: there is no setting {word}")
    if venue:
        run["venue"] = venue
    run["accounts"] = [make_account(scenario, name) for name in scenario.accounts()]
    return json.dumps(run, indent=1) + "\n"


# -- what comes out


class Log:
    """The log of a run (docs/log.md), as far as scenarios speak of it."""

    def __init__(self, text, scenario):
        self.scenario = scenario
        self.owners = dict(scenario.variants())
        self.names = {name: [] for name in scenario.accounts()}  # by oid - 1
        for _, owner, name, verb, *_ in sorted(scenario.rows["orders"],
                                               key=lambda row: scenario.time(row[0])):
            if verb not in ("cancel", "amend"):
                self.names[owner].append(name)
        self.fills, self.refused, self.ends, self.result = [], [], {}, {}
        self.records = []  # of margin
        self.sums = {}
        lines = text.splitlines()
        if not lines or not lines[-1].startswith("end "):
            raise Wrong("the log has no last line")
        for line in lines[:-1]:
            _, ts, _, account, kind, *fields = line.split(" ")
            when = int(ts) - scenario.start
            if kind in scenario_margin.KINDS:
                self.records.append((when, account, kind,
                                     dict(field.split("=", 1) for field in fields)))
            if kind in ("order", "fill", "position", "posting", "sample"):
                getattr(self, "take_" + kind)(
                    when, account, dict(field.split("=", 1) for field in fields))

    def name(self, account, oid):
        if int(oid) >= scenario_margin.FORCED:
            return "liquidation"
        names = self.names.get(self.owners.get(account), [])
        return names[int(oid) - 1] if 0 < int(oid) <= len(names) else f"oid-{oid}"

    def put(self, account, what, subject, amount, *more):
        self.result[account, what, subject] = (fractions.Fraction(amount),
                                               *(fractions.Fraction(word) for word in more))

    def add(self, account, what, subject, amount):
        before = self.result.get((account, what, subject), (0,))[0]
        self.put(account, what, subject, before + fractions.Fraction(amount))

    def take_order(self, ts, account, row):
        name = self.name(account, row["oid"])
        if name == "liquidation":  # its fills and stages tell it
            return
        refused = row["reason"] == "unknown_order" or (
            row["reason"] != "-" and row["state"] in ("waiting", "open", "-"))
        if refused:
            self.refused.append((ts, account, name, row["reason"]))
            return
        if self.ends.get((account, name), (0, "open"))[1] not in ("waiting", "open"):
            raise Wrong(f"order {name} of {account} has two ends")
        self.ends[account, name] = (ts, row["state"], row["reason"],
                                    fractions.Fraction(row["left"]))

    def take_fill(self, ts, account, row):
        name = self.name(account, row["oid"])
        self.fills.append((ts, account, name, row["role"],
                           *(fractions.Fraction(row[key])
                             for key in ("px", "qty", "value", "fee", "realised"))))
        if (account, name) in self.ends:
            _, state, reason, _ = self.ends[account, name]
            self.ends[account, name] = (ts, state, reason, fractions.Fraction(row["left"]))

    def take_position(self, _, account, row):
        leg = {"0": "", "1": "/long", "2": "/short"}[row["leg"]]
        self.put(account, "position", row["sym"] + leg, row["qty"], row["cost"], row["realised"])

    def take_posting(self, _, account, row):
        self.sums[row["asset"]] = (self.sums.get(row["asset"], 0)
                                   + fractions.Fraction(row["amount"]))
        leg = {"0": "", "1": "/long", "2": "/short"}.get(row.get("leg", "0"), "")
        if row["book"] == "isolated":
            self.put(account, "pool", row["sym"] + leg, row["balance"])
        elif row["book"] == "insurance":
            world = self.scenario.world(self.owners.get(account, account), account)
            self.put(world, "fund", row["asset"], row["balance"])
        elif row["book"] == "keeper":
            self.put("all", "keepers", row["asset"], row["balance"])
        if row["book"] != "account":
            return
        self.put(account, "balance", row["asset"], row["balance"])
        if row["cause"] == "fee":
            self.add(account, "fees", row["asset"], -fractions.Fraction(row["amount"]))
        elif row["cause"] == "funding":
            self.add(account, "funding", row["asset"], row["amount"])

    def take_sample(self, _, account, row):
        if row["at"] == "end":
            if row["priced"] != "1":
                raise Wrong(f"{account} could not be valued at the end")
            self.put(account, "nav", self.scenario.currency(self.owners[account]), row["nav"],
                     row["unrealised"])


def show(value):
    """A row as text: amounts are decimals, times are seconds from the start of the scenario."""
    if isinstance(value, int):
        return show(fractions.Fraction(value, 10**9)) + "s"
    if isinstance(value, fractions.Fraction):
        whole, rest = divmod(abs(value) * 10**18, 1)
        if rest:
            return str(value)
        text = f"{int(whole):019}"
        text = f"{text[:-18]}.{text[-18:]}".rstrip("0").rstrip(".")
        return ("-" if value < 0 else "") + text
    return " ".join(show(part) for part in value) if isinstance(value, tuple) else str(value)


def compare_lists(what, expected, found):
    """Complaints about two ordered lists."""
    complaints = []
    for at in range(max(len(expected), len(found))):
        left = show(expected[at]) if at < len(expected) else "none"
        right = show(found[at]) if at < len(found) else "none"
        if left != right:
            complaints += [f"{what} {at + 1}: expected {left}",
                           f"{what} {at + 1}:    found {right}"]
    return complaints


def expected_result(scenario):
    """(account, what, subject) -> amounts, as the file gives them."""
    result = {}
    for account, what, subject, amount, *more in scenario.rows["result"]:
        keys = {"position": ["cost", "realised"], "nav": ["unrealised"]}.get(what, [])
        if more[::2] != keys:
            raise Wrong(f"result: {what} needs the amounts {keys}")
        result[account, what, subject] = tuple(
            fractions.Fraction(word) for word in [amount, *more[1::2]])
    return result


def compare_result(scenario, log):
    expected, found, complaints = expected_result(scenario), dict(log.result), []
    for account, name in scenario.variants():
        for owner, word, *rest in scenario.rows["accounts"]:
            if owner == name and word == "holds":
                found.setdefault((account, "balance", rest[0]), (fractions.Fraction(rest[1]),))
    for key in sorted(set(expected) | set(found)):
        # These need not be told, or happen.
        zero = key[1] in ("fees", "fund", "funding", "keepers", "pool", "position")
        left, right = expected.get(key), found.get(key)
        if left is None and zero and not any(right):
            continue
        if right is None and zero and not any(left):
            continue
        if left != right:
            complaints += [f"{' '.join(key)}: expected {show(left) if left else 'none'}",
                           f"{' '.join(key)}:    found {show(right) if right else 'none'}"]
    return complaints


def compare(scenario, log):
    """What is wrong with a log, as lines."""
    def numbers(words):
        return tuple(fractions.Fraction(word) for word in words)

    fills = [(scenario.when(row[0]), *row[1:4], *numbers(row[4:]))
             for row in scenario.rows["fills"]]
    refused = [(scenario.when(row[0]), *row[1:]) for row in scenario.rows["refused"]]
    complaints = compare_lists("fill", fills, log.fills)
    complaints += compare_lists("refused", refused, log.refused)
    ends = {}
    for time, account, name, state, reason, left in scenario.rows["ends"]:
        when = None if time == "-" else scenario.when(time)
        ends[account, name] = (when, state, reason, fractions.Fraction(left))
    for key in sorted(set(ends) | set(log.ends)):
        left, right = ends.get(key), log.ends.get(key)
        if left and right and left[0] is None:
            right = (None, *right[1:])
        if left != right:
            complaints += [f"order {' '.join(key)}: expected {show(left or ('none',))}",
                           f"order {' '.join(key)}:    found {show(right or ('none',))}"]
    complaints += scenario_margin.compare_records(scenario, log.records, show)
    complaints += compare_result(scenario, log)
    for asset, total in log.sums.items():
        if total != 0:
            complaints.append(f"the postings in {asset} do not sum to zero: {show(total)}")
    return complaints


# -- one scenario


def execute(arguments):
    return subprocess.run(arguments, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=TIMEOUT_S, check=False)


def replay(options, scenario, folder):
    """The complaints about a scenario, whose files are written to a folder."""
    tape, run, log = folder / "market.tape", folder / "run.json", folder / "run.log"
    (folder / "market.csv").write_text(make_csv(scenario), encoding="ascii")
    run.write_text(make_run(scenario, tape), encoding="ascii")
    expected_result(scenario)
    done = execute([options.plimsoll, "import", "--format", "csv", "-q", folder / "market.csv",
                    "-o", tape])
    if done.returncode != 0:
        return ["import: " + line for line in done.stderr.splitlines()]
    if options.dry_run:
        return []
    done = execute([options.plimsoll, "run", run, "-q", "--log", log])
    if scenario.rows["fails"]:
        words = [" ".join(row) for row in scenario.rows["fails"]]
        if done.returncode == 0:
            return ["the run was to fail"]
        return [f"stderr does not say: {word}" for word in words if word not in done.stderr]
    if done.returncode not in (0, 1):  # 1: with warnings
        return [f"run, exit {done.returncode}: {done.stderr}"]
    return compare(scenario, Log(log.read_text(encoding="utf-8"), scenario))


def test(options, path, folder):
    for old in ("market.tape", "run.log"):
        (folder / old).unlink(missing_ok=True)
    try:
        return replay(options, Scenario(path), folder)
    except (Wrong, ValueError, KeyError) as error:
        return [f"{type(error).__name__}: {error}"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("plimsoll")
    parser.add_argument("paths", nargs="+", type=pathlib.Path)
    parser.add_argument("--dry-run", action="store_true")
    parser.add_argument("--keep", type=pathlib.Path)
    options = parser.parse_args()
    files = []
    for path in options.paths:
        files += sorted(path.rglob("*.txt")) if path.is_dir() else [path]
    failures = 0
    print(f"1..{len(files)}")
    for number, path in enumerate(files, 1):
        title = f"{path.parent.name}/{path.stem}"
        with tempfile.TemporaryDirectory(prefix="plimsoll-scenario-") as scratch:
            folder = pathlib.Path(scratch)
            if options.keep:
                folder = (options.keep / title).resolve()
                folder.mkdir(parents=True, exist_ok=True)
            complaints = test(options, path, folder)
        failures += bool(complaints)
        print(f"{'not ok' if complaints else 'ok'} {number} - {title}")
        for complaint in complaints:
            print("# " + complaint)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
