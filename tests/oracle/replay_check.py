#!/usr/bin/env python3
"""Holds random runs of the plimsoll program against the second replay.

    replay_check.py [--scenarios N] [--first SEED]
    replay_check.py --seed SEED --keep DIR       one scenario; its files stay in DIR

PLIMSOLL names the program. The first difference is printed with its surroundings and ends the
check with 1.
"""

import argparse
import collections
import os
import subprocess
import sys
import tempfile

import replay_scenario
from replay import Replay, RunFailed
from replay_log import Comparison, Difference
from replay_numbers import InputError
from replay_settings import read_settings
from replay_tape import parse_tape

EXIT_COMPLETE = (0, 1)  # 1: with warnings, such as a position that is never settled
EXIT_FAILED = 4


class Failure(Exception):
    """A scenario that did not come out equal."""


def program(*args):
    command = [os.environ.get("PLIMSOLL", "plimsoll"), *args]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def expect_success(result):
    if result.returncode:
        raise Failure(f"{' '.join(result.args)}: exit {result.returncode}\n{result.stderr}")


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def check(seed, folder, tally):
    """One scenario, in files of this folder."""
    csv, tape, run, log = (os.path.join(folder, f"s.{end}") for end in ("csv", "tape", "json",
                                                                        "log"))
    for path in (tape, log):
        if os.path.exists(path):
            os.remove(path)
    tape_text, run_text = replay_scenario.make(seed, tape)
    write(csv, tape_text)
    write(run, run_text)
    expect_success(program("import", "--format", "csv", csv, "-o", tape, "-q"))
    result = program("run", run, "--log", log, "-q")
    if result.returncode not in (*EXIT_COMPLETE, EXIT_FAILED):
        expect_success(result)
    compare(tape_text, run_text, log, result, tally)


def compare(tape_text, run_text, log, result, tally):
    with open(log, encoding="utf-8") as file:
        log_text = file.read()
    instruments, events = parse_tape(tape_text)
    settings = read_settings(run_text, instruments)
    comparison = Comparison(log_text, instruments, whole=result.returncode in EXIT_COMPLETE)
    try:
        Replay(instruments, events, settings, comparison).run()
    except RunFailed as error:
        if result.returncode in EXIT_COMPLETE:
            raise Failure(f"the engine went on where the replay fails: {error}") from error
        tally["runs that fail in both"] += 1
    else:
        if result.returncode == EXIT_FAILED:
            expect_success(result)
    count(log_text, tally)


def count(log_text, tally):
    """What the scenarios were made of, so that a silent market does not pass for a proof."""
    for line in log_text.splitlines():
        words = line.split(" ")
        if len(words) < 6:
            continue
        tally[words[4]] += 1
        if words[4] == "fill":
            tally[words[8].partition("=")[2]] += 1
        elif words[4] == "order":
            tally[words[8].partition("=")[2] + " " + words[9].partition("=")[2]] += 1


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scenarios", type=int, default=2000)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--keep")
    args = parser.parse_args()
    seeds = range(args.first, args.first + args.scenarios)
    if args.seed is not None:
        seeds = [args.seed]
    tally = collections.Counter()
    with tempfile.TemporaryDirectory() as temporary:
        folder = args.keep or temporary
        os.makedirs(folder, exist_ok=True)
        for seed in seeds:
            try:
                check(seed, folder, tally)
            except (Failure, Difference, InputError) as error:
                print(f"scenario {seed}: {type(error).__name__}\n{error}\n"
                      f"again: replay_check.py --seed {seed} --keep DIR")
                return 1
    print(f"{len(seeds)} scenarios, all equal to the last digit")
    for name, number in sorted(tally.items()):
        print(f"{number:9} {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
