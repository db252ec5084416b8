#!/usr/bin/env python3
"""Runs every what-if file of examples/margin and compares its numbers with the table beside it.

examples.py PLIMSOLL FOLDER   speaks TAP: one test per row of a table.

A table is CSV: of (account, a pool, an instrument with its leg, "step N", outcome), number,
expected (a decimal, a word, null), within (how far a published figure is
rounded; 0: exact), source.
The source says where the figure comes from; none of them was made by the program.
"""
import csv
import json
import pathlib
import subprocess
import sys
from fractions import Fraction


def ask(program, path):
    """The program's whole answer."""
    done = subprocess.run([program, "margin", str(path), "--json", "--liquidate"],
                          capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise ValueError(done.stderr.strip())
    return json.loads(done.stdout)


def find(answer, of):
    """The object that a row is about."""
    if of == "account":
        return answer["account"]
    if of == "outcome":
        return answer["liquidation"]
    if of.startswith("step "):
        return answer["liquidation"]["steps"][int(of.split()[1]) - 1]
    for pool in answer["pools"]:
        for position in pool["positions"]:
            leg = "" if position["leg"] == "one-way" else " " + position["leg"]
            if position["instrument"] + leg == of:
                return position
    for pool in answer["pools"]:
        if pool["pool"] == of:
            return pool
    raise ValueError(f"nothing is named '{of}'")


def differs(found, expected, within):
    """What is wrong with a number, or None."""
    if expected == "null" or found is None:
        fits = expected == "null" and found is None
    elif within == "":
        fits = found == expected
    else:
        fits = abs(Fraction(str(found)) - Fraction(expected)) <= Fraction(within)
    return None if fits else f"found {found}, expected {expected} within {within or 0}"


def main():
    program, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    number, failed, tables = 0, 0, sorted(folder.glob("*.csv"))
    files = {path.stem for path in folder.glob("*.yaml")}
    if files != {path.stem for path in tables} or not files:
        print("Bail out! each file needs a table, and each table a file")
        return 1
    for table in tables:
        try:
            answer, problem = ask(program, table.with_suffix(".yaml")), None
        except ValueError as error:
            answer, problem = None, str(error)
        with table.open(newline="", encoding="ascii") as lines:
            for row in csv.DictReader(lines):
                number += 1
                wrong = problem
                if wrong is None:
                    try:
                        wrong = differs(find(answer, row["of"])[row["number"]], row["expected"],
                                        row["within"])
                    except (KeyError, IndexError, ValueError) as error:
                        wrong = f"{type(error).__name__}: {error}"
                failed += wrong is not None
                name = f"{table.stem}: {row['of']} {row['number']}"
                print(f"{'ok' if wrong is None else 'not ok'} {number} - {name}")
                if wrong is not None:
                    print(f"# {wrong}")
    print(f"1..{number}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
