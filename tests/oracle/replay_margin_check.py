#!/usr/bin/env python3
"""Holds random runs under rulebooks against the second replay.

    replay_margin_check.py [--scenarios N] [--first SEED]
    replay_margin_check.py --seed SEED --keep DIR       one scenario; its files stay in DIR

PLIMSOLL names the program. The first difference is printed with its surroundings and ends the
check with 1.
"""

import argparse
import collections
import os
import sys
import tempfile

import margin_runs
from replay import RunFailed
from replay_check import EXIT_COMPLETE, EXIT_FAILED, Failure, count, expect_success, program, write
from replay_log import Comparison, Difference
from replay_margin import MarginReplay
from replay_margin_settings import read_margin_settings
from replay_numbers import InputError
from replay_tape import parse_tape

EXIT_REFUSED = 2, 3   # the run file, the tape


def check(seed, folder, tally):
    """One scenario, in files of this folder."""
    csv, tape, run, log = (os.path.join(folder, f"s.{end}") for end in ("csv", "tape", "json",
                                                                        "log"))
    for path in (tape, log):
        if os.path.exists(path):
            os.remove(path)
    tape_text, run_text, files = margin_runs.make(seed, tape)
    for name, text in {"s.csv": tape_text, "s.json": run_text, **files}.items():
        write(os.path.join(folder, name), text)
    expect_success(program("import", "--format", "csv", csv, "-o", tape, "-q"))
    result = program("run", run, "--log", log, "-q")
    instruments, events = parse_tape(tape_text)
    try:
        settings = read_margin_settings(run_text, instruments, folder)
        MarginReplay(instruments, events, settings, None)
        if result.returncode in EXIT_REFUSED:
            raise Failure(f"the replay runs what the engine refuses: {result.stderr}")
    except InputError as error:
        if result.returncode not in EXIT_REFUSED:
            raise Failure(f"the engine runs what the replay refuses: {error}") from error
        tally["runs that both refuse"] += 1
        return
    if result.returncode not in (*EXIT_COMPLETE, EXIT_FAILED):
        expect_success(result)
    with open(log, encoding="utf-8") as file:
        log_text = file.read()
    compare(instruments, events, settings, log_text, result, tally)


def compare(instruments, events, settings, log_text, result, tally):
    comparison = Comparison(log_text, instruments, whole=result.returncode in EXIT_COMPLETE)
    try:
        MarginReplay(instruments, events, settings, comparison).run()
    except RunFailed as error:
        if result.returncode in EXIT_COMPLETE:
            raise Failure(f"the engine went on where the replay fails: {error}") from error
        tally["runs that fail in both"] += 1
    else:
        if result.returncode == EXIT_FAILED:
            expect_success(result)
    count(log_text, tally)
    for line in log_text.splitlines():
        words = line.split(" ")
        if len(words) > 8 and words[4] in ("stage", "liquidation"):
            tally[words[4] + " " + words[8 if words[4] == "stage" else 5]] += 1


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scenarios", type=int, default=130)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--keep")
    parser.add_argument("--all", action="store_true", help="go on after a difference")
    args = parser.parse_args()
    seeds = range(args.first, args.first + args.scenarios)
    if args.seed is not None:
        seeds = [args.seed]
    tally = collections.Counter()
    different = 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = args.keep or temporary
        os.makedirs(folder, exist_ok=True)
        for seed in seeds:
            try:
                check(seed, folder, tally)
            except (Failure, Difference, InputError) as error:
                print(f"scenario {seed}: {type(error).__name__}\n{error}\n"
                      f"again: replay_margin_check.py --seed {seed} --keep DIR", flush=True)
                different += 1
                if not args.all:
                    return 1
    print(f"{len(seeds)} scenarios, {different or 'none'} different, to the last digit")
    for name, number in sorted(tally.items()):
        print(f"{number:9} {name}")
    return different > 0


if __name__ == "__main__":
    sys.exit(main())
