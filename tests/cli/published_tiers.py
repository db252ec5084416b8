#!/usr/bin/env python3
"""The tier tables of binance-usdm against what the venue published.

For each table of ../shared/data/tiers/binance-usdm-history.json (or $PLIMSOLL_DATA/tiers) whose
symbol the rulebook has: floors, rates, leverages and, above all, the maintenance amount "cum" of
each tier, which the program derives from floors and rates alone, are the published ones. Ends with
77 (skipped) where the data is not there.
"""
import json
import os
import pathlib
import subprocess
import sys
from decimal import Decimal

SKIPPED = 77


def data_file():
    source = pathlib.Path(os.environ["PLIMSOLL_SOURCE"])
    folder = pathlib.Path(os.environ.get("PLIMSOLL_DATA", source / ".." / "shared" / "data"))
    return folder / "tiers" / "binance-usdm-history.json"


def tell(*arguments):
    command = [os.environ["PLIMSOLL"], "rulebooks", "binance-usdm", "--json", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return json.loads(done.stdout)["rulebooks"][0] if done.returncode == 0 else None


def shown(symbol, date):
    """Rows of the program as (floor, rate, leverage, cum); None when it has no such symbol."""
    book = tell("--instrument", symbol, "--at", date)
    if book is None:
        return None
    return [tuple(Decimal(row[key]) for key in ("from", "maintenance", "leverage_max", "deducted"))
            for row in book["rates"]["rows"]]


def published(tiers):
    return [(Decimal(str(floor)), Decimal(str(rate)), Decimal(str(leverage)), Decimal(str(cum)))
            for floor, _, rate, leverage, cum in tiers]


def compare(symbol, date, tiers):
    """What differs; the venue rounds some amounts to cents."""
    ours, theirs = shown(symbol, date), published(tiers)
    if len(ours) != len(theirs):
        return [f"{symbol} {date}: {len(ours)} tiers, published {len(theirs)}"]
    return [f"{symbol} {date}: {a}, published {b}" for a, b in zip(ours, theirs)
            if a[:3] != b[:3] or abs(a[3] - b[3]) > Decimal("0.01")]


def main():
    path = data_file()
    if not path.exists():
        print(f"skipped: {path} is not there")
        return SKIPPED
    tables, failures = 0, []
    for name, rows in json.loads(path.read_text(encoding="utf-8"))["symbols"].items():
        symbol = name.split(":")[0].replace("/", "")
        if shown(symbol, "2026-03-05") is None:
            continue
        for row in rows:
            tables += 1
            failures += compare(symbol, row["observed"], row["tiers"])
    print(f"{tables} tables, {len(failures)} rows differ", *failures[:20], sep="\n")
    return 1 if failures or tables < 100 else 0


if __name__ == "__main__":
    sys.exit(main())
