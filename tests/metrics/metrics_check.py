#!/usr/bin/env python3
"""The metrics of reports/ against those of metrics_oracle.py.

    metrics_check.py DRIVER FOLDER [--databases N] [--seed S] [--run DB...]

Makes N random databases in FOLDER, lets DRIVER (metrics_driver.c) measure them, and compares every
metric of every account: whether it has a value, the value to 1 in 10^9, its unit, and its exact
text to the last digit. Then the cases of metrics_cases.py, and that docs/metrics.md has a section
for each metric of the table and no other.
"""

import argparse
import pathlib
import random
import re
import sqlite3
import subprocess
import sys

import metrics_cases
import metrics_trades
from metrics_make import random_database
from metrics_oracle import decimal

SAME = 1e-9


def drive(driver, *args):
    done = subprocess.run([driver, *map(str, args)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{driver} {args[0]}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def stored(db):
    return {(r["account_id"], r["name"]): r for r in db.execute("SELECT * FROM metric")}


def differ(expected, row):
    """What is wrong with a stored row, or None."""
    value, exact, unit = expected
    if row["unit"] != unit:
        return f"unit {row['unit']}, expected {unit}"
    if (row["value"] is None) != (row["reason"] is not None):
        return f"value {row['value']} with the reason {row['reason']}"
    if (row["value"] is None) != (value is None):
        return f"value {row['value']} ({row['reason']}), expected {value}"
    if row["exact"] != exact:
        return f"exact {row['exact']}, expected {exact}"
    if value is None:
        return None
    number = float(decimal(value))
    if abs(row["value"] - number) > SAME * max(abs(number), 1e-3):
        return f"value {row['value']!r}, expected {number!r}"
    return None


def compare(path, counts):
    db = sqlite3.connect(path)
    db.row_factory = sqlite3.Row
    expected, found = metrics_trades.measure(db), stored(db)
    db.close()
    wrong = [f"{path}: {key} is {'missing' if key in expected else 'not expected'}"
             for key in set(expected) ^ set(found)]
    for key in sorted(set(expected) & set(found)):
        said = differ(expected[key], found[key])
        counts[key[1].split("@")[0]][expected[key][0] is not None] += 1
        if said is not None:
            wrong.append(f"{path}: account {key[0]}, {key[1]}: {said}")
    return wrong


def check_page(driver):
    """Sections of docs/metrics.md and rows of the table: the same, in the same order."""
    page = pathlib.Path(__file__).parents[2] / "docs" / "metrics.md"
    sections = re.findall(r"^### (.*)$", page.read_text(), re.M)
    names = [line.split("\t")[0] for line in drive(driver, "names").splitlines()]
    return [] if sections == names else [f"docs/metrics.md: {set(sections) ^ set(names)}, or order"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("driver")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--databases", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--run", nargs="*", default=[])
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    names = [line.split("\t")[0] for line in drive(args.driver, "names").splitlines()]
    counts = {name: [0, 0] for name in names}
    wrong = check_page(args.driver)
    for path in args.run:
        wrong += [] if drive(args.driver, "verify", path) == "same\n" else [f"{path}: not same"]
        wrong += compare(path, counts)
    for k in range(args.databases):
        path = args.folder / f"random{k % 8}.db"
        random_database(random.Random(f"{args.seed}/{k}"), path)
        said = drive(args.driver, "write", path)
        wrong += [] if said == "same\n" else [f"database {k}: {said}"]
        wrong += [f"database {k}: {line}" for line in compare(path, counts)]
    for name, (without, having) in counts.items():
        if args.databases >= 200 and (having == 0 or without + having == 0):
            wrong.append(f"{name}: never had a value in {without} accounts")
    wrong += metrics_cases.run(args.driver, args.folder, drive)
    for line in wrong[:20]:
        print(line)
    print(f"{sum(map(sum, counts.values()))} metrics compared, "
          f"{sum(h for _, h in counts.values())} with a value; {len(wrong)} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
