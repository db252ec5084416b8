#!/usr/bin/env python3
"""Every number of every story against the database, and sums against their parts, by other
means: Python's fractions and sqlite3.

story_walk.py PLIMSOLL   speaks TAP. Makes a run with variants, and runs with a fund, with
deleveraging and with three payers (tests/scenario/margin).
"""
import fractions
import json
import os
import pathlib
import re
import sqlite3
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parent.parent
SCENARIOS = ["gap_three_payers", "gap_deleveraged", "gap_taken_over", "isolated_topup",
             "haircut_falls", "hedge_nets_under_portfolio", "a_fifth_then_all"]
F = fractions.Fraction
NUMBER = re.compile(r"(?<![\w.:/-])-?\d+(?:\.\d+)?(?![\w:/]|\.\d|-\d)")
PLACES_OF_RATES = 4


def run(*words, **more):
    return subprocess.run([str(word) for word in words], check=True, capture_output=True, **more)


def half_even(value, places):
    return F(round(value * 10**places), 10**places)  # round() of a Fraction is half-even


class Numbers:
    """All that a story of this database may say, each number once."""

    def __init__(self, path):
        self.db = sqlite3.connect(path)
        self.db.row_factory = sqlite3.Row
        self.all = {F(n) for n in range(-1, 33)}  # stages, rounds, counts, legs
        self.scale = {row["id"]: row for row in self.db.execute("SELECT * FROM instrument")}
        for (table,) in self.db.execute("SELECT name FROM sqlite_master WHERE type = 'table'"):
            for row in self.db.execute(f"SELECT * FROM {table}"):
                self.take(row)
        self.take_sums()
        self.take_moments()

    def take(self, row):
        names = row.keys()
        for name in names:
            if name.endswith("_micro") and row[name] is not None:
                self.all.add(money(row, name[:-6]))
        for name in ("event", "number", "id", "liquidation_id"):
            if name in names and isinstance(row[name], int):
                self.all.add(F(row[name]))
        instrument = self.scale.get(row["instrument_id"]) if "instrument_id" in names else None
        if instrument is None:
            return
        for name, scale, twice in (("qty", "qty_scale", 1), ("px", "px_scale", 1),
                                   ("px2", "px_scale", 2)):
            if name in names and row[name] is not None:
                self.all.add(F(row[name], twice * 10**instrument[scale]))

    def take_sums(self):
        """Of postings and fills: by what a story groups them by."""
        sums = {}
        for row in self.db.execute("SELECT * FROM posting WHERE liquidation_id IS NOT NULL"):
            key = ("posting", row["liquidation_id"], row["asset_id"], row["account_id"],
                   row["book"], row["cause"])
            sums[key] = sums.get(key, 0) + money(row, "amount")
        for row in self.db.execute("SELECT * FROM fill WHERE liquidation_id IS NOT NULL"):
            for key in ((row["liquidation_id"],),
                        (row["liquidation_id"], row["instrument_id"], row["leg"])):
                for name in ("realised", "fee"):
                    sums[key + (name,)] = sums.get(key + (name,), 0) + money(row, name)
        self.all |= set(sums.values())

    def take_moments(self):
        gives, prices = {}, {}
        for row in self.db.execute("SELECT * FROM liquidation_stage"):
            self.all.add(money(row, "equity") - money(row, "maintenance"))
        for row in self.db.execute("SELECT * FROM margin"):
            self.all |= {money(row, "equity") - money(row, "maintenance"),
                         money(row, "equity") - money(row, "collateral"),
                         -money(row, "maintenance")}
        for row in self.db.execute(
                "SELECT c.*, m.pool_id, p.account_id FROM contribution c JOIN margin m ON m.id = "
                "c.margin_id JOIN pool p ON p.id = m.pool_id ORDER BY c.id"):
            key = (row["pool_id"], row["instrument_id"], row["leg"])
            give = money(row, "unrealised") - money(row, "maintenance")
            gives.setdefault(key, []).append(give)
            prices.setdefault(key, []).append(row["px2"])
            self.take_position(row)
        for values in gives.values():
            self.all |= set(values) | {b - a for a in values for b in values}
        for values in prices.values():
            self.all |= {half_even(F((b - a) * 100, a), PLACES_OF_RATES)
                         for a in values for b in values}
        for row in self.db.execute("SELECT * FROM posting"):
            self.all.add(money(row, "balance"))

    def take_position(self, row):
        instrument = self.scale[row["instrument_id"]]
        cost = self.db.execute(
            "SELECT * FROM position WHERE account_id = ? AND instrument_id = ? AND leg = ? AND id "
            "<= ? ORDER BY id DESC LIMIT 1",
            (row["account_id"], row["instrument_id"], row["leg"], row["margin_id"])).fetchone()
        worth = money(cost, "cost") + money(row, "unrealised")
        size = F(row["qty"] * instrument["multiplier"],
                 10**(instrument["qty_scale"] + instrument["mult_scale"]))
        if instrument["kind"] == "linear":  # what it is worth is quantity times price
            assert worth == size * F(row["px2"], 2 * 10**instrument["px_scale"]), "worth"
        places = instrument["px_scale"] + 4
        self.all |= {worth, half_even(money(cost, "cost") / size, places)}
        if money(row, "notional"):
            self.all.add(half_even(100 * money(row, "maintenance") / money(row, "notional"),
                                   PLACES_OF_RATES))


def money(row, name):
    if row[name + "_micro"] is None:
        return F(0)
    return F(row[name + "_micro"], 10**6) + F(row[name + "_atto"], 10**18)


def check_totals(part):
    """Complaints about rows that should sum up what is above them."""
    wrong = []
    for place in part["totals"]:
        for column, cell in enumerate(part["rows"][place]):
            if not NUMBER.fullmatch(cell):
                continue
            above = [row[column] for row in part["rows"][:place] if row[column] not in ("", "-")]
            if sum(map(F, above)) != F(cell):
                wrong.append(f"{part['columns'][column]}: {' + '.join(above)} is not {cell}")
    return wrong


def check_numbers(story, numbers):
    wrong, count = [], 0
    own = {F(word) for fact in story["facts"].values() for word in NUMBER.findall(fact["value"])}
    loss = F(0)
    quoted = False
    for part in story["parts"]:
        if part["kind"] == "heading":
            quoted = part["text"] == "Where the rules come from"
            continue
        if quoted:
            continue  # the rulebook's own words
        if part["kind"] == "text":
            text = re.sub(r"after \d+\w+( \d+\w+)?,", "", part["text"])
            found = NUMBER.findall(text)
        else:
            wrong += check_totals(part)
            found = [cell for row in part["rows"] for cell in row if NUMBER.fullmatch(cell)]
            if "loss" in part["columns"]:
                for row in part["rows"]:
                    cells = dict(zip(part["columns"], row))
                    if F(cells["fees"]) - F(cells["realised"]) != F(cells["loss"]):
                        wrong.append(f"loss: {cells}")
                    loss += max(F(0), F(cells["loss"]))
                    own |= {F(cells["loss"]), loss, F(cells["realised"])}
        count += len(found)
        wrong += [f"{part.get('caption') or part.get('text')[:60]}: {number}"
                  for number in found if F(number) not in numbers.all | own]
    return wrong, count


def check_facts(story, numbers):
    facts = {name: fact["value"] for name, fact in story["facts"].items()}
    row = numbers.db.execute("SELECT l.*, a.name FROM liquidation l JOIN account a ON a.id = "
                             "l.account_id WHERE l.id = ?", (facts["liquidation"],)).fetchone()
    surplus = money(row, "equity") - money(row, "maintenance")
    pairs = [(F(facts["equity"]), money(row, "equity")), (F(facts["surplus"]), surplus),
             (F(facts["maintenance"]), money(row, "maintenance")), (facts["account"], row["name"]),
             (F(facts["shortfall"]), money(row, "shortfall")), (facts["ended"], row["ended"]),
             (int(facts["ts"]), row["begin_ns"]), (int(facts["event"]), row["event"])]
    return [f"fact: {said} is not {kept}" for said, kept in pairs if said != kept]


def walk(plimsoll, path):
    """Complaints about all stories of a database, and how many numbers were looked at."""
    numbers = Numbers(path)
    wrong, count = [], 0
    ids = [row[0] for row in numbers.db.execute("SELECT id FROM liquidation ORDER BY id")]
    if not ids:
        return ["no liquidation to tell of"], 0
    for number in ids:
        story = json.loads(run(plimsoll, "explain", path, "liquidation", number, "--json").stdout)
        more, seen = check_numbers(story, numbers)
        wrong += check_facts(story, numbers) + more
        count += seen
        text = run(plimsoll, "explain", path, "liquidation", number).stdout.decode("ascii")
        wrong += [f"too wide: {line}" for line in text.splitlines() if len(line) > 80]
    for (account,) in numbers.db.execute("SELECT name FROM account"):
        story = json.loads(run(plimsoll, "explain", path, "account", account, "--json").stdout)
        more, seen = check_numbers(story, numbers)
        wrong += more
        count += seen
    return wrong, count


def make_contagion(plimsoll, folder):
    example = (SOURCE / "examples/contagion.yaml").read_text(encoding="ascii")
    (folder / "contagion.yaml").write_text(example, encoding="ascii")
    words = re.search(r"^#   plimsoll (synth .*) -o examples/(\S+)", example, re.M)
    run(plimsoll, *words.group(1).split(), "-o", words.group(2), "-q", cwd=folder)
    run(plimsoll, "run", "contagion.yaml", "-q", "-o", "contagion.db", cwd=folder)
    return folder / "contagion.db"


def make_scenario(plimsoll, folder, name):
    scenario = SOURCE / f"tests/scenario/margin/{name}.txt"
    kept = folder / name
    kept.mkdir()
    replay = SOURCE / "tests/scenario/run_scenario.py"
    run(sys.executable, replay, plimsoll, scenario, "--keep", kept)
    run_file = next(kept.rglob("*.yaml"), None) or next(kept.rglob("run*.json"))
    run(plimsoll, "run", run_file.name, "-q", "-o", "run.db", cwd=run_file.parent)
    return run_file.parent / "run.db"


def main():
    plimsoll = pathlib.Path(sys.argv[1]).resolve()
    os.environ["LC_ALL"] = "C"
    print(f"1..{1 + len(SCENARIOS)}")
    failed = False
    with tempfile.TemporaryDirectory(prefix="plimsoll-story-") as scratch:
        folder = pathlib.Path(scratch)
        for number, name in enumerate(["contagion", *SCENARIOS], 1):
            path = (make_contagion(plimsoll, folder) if name == "contagion"
                    else make_scenario(plimsoll, folder, name))
            wrong, count = walk(plimsoll, path)
            failed = failed or bool(wrong)
            print(f"{'not ok' if wrong else 'ok'} {number} - {name}: {count} numbers")
            for complaint in wrong[:20]:
                print("# " + complaint)
    return failed


if __name__ == "__main__":
    sys.exit(main())
