#!/usr/bin/env python3
"""Imports real files and compares the tape with an independent count of them.

real_files.py PROGRAM [--table] [PATTERN]    speaks TAP: one test per file; --table prints what was
                                             read, written and rejected instead

The files lie in $PLIMSOLL_DATA or in ../shared/data beside the tree; without them the test is
skipped. Each real_*.py of this folder has a list CASES. What is counted here is counted with the
standard library alone, from the pages of the formats, in exact decimals.
"""
import argparse
import collections
import dataclasses
import fnmatch
import importlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
from decimal import Decimal
from typing import Callable, Optional

HERE = pathlib.Path(__file__).resolve().parent
TREE = HERE.parent.parent


@dataclasses.dataclass
class Sum:
    """What a kind of event of one symbol comes to."""
    events: int = 0
    first: int = 0
    last: int = 0
    low: Optional[Decimal] = None   # of px where it is not empty
    high: Optional[Decimal] = None
    qty: Decimal = Decimal(0)       # sum

    def add(self, ts, px=None, qty=None):
        """One event; ts in nanoseconds, px and qty as text or None."""
        self.first = ts if self.events == 0 else min(self.first, ts)
        self.last = ts if self.events == 0 else max(self.last, ts)
        self.events += 1
        if px:
            value = Decimal(px)
            self.low = value if self.low is None else min(self.low, value)
            self.high = value if self.high is None else max(self.high, value)
        if qty:
            self.qty += Decimal(qty)


class Count:
    """What a file should become."""

    def __init__(self):
        self.rows = 0
        self.rejected = collections.Counter()
        self.sums = collections.defaultdict(Sum)

    def add(self, symbol, kind, ts, px=None, qty=None):
        """One event."""
        self.sums[symbol, kind].add(ts, px, qty)


@dataclasses.dataclass
class Case:
    """A file: its path below the data, how it is counted, what stands behind it on the command
    line, other arguments, exit code, and for a refusal what the message must say."""
    file: str
    count: Optional[Callable[[pathlib.Path], Count]]
    settings: str = ""
    arguments: tuple = ()
    code: int = 0
    says: str = ""


def data_folder():
    """Where the files are, or None."""
    given = os.environ.get("PLIMSOLL_DATA")
    folder = pathlib.Path(given) if given else TREE.parent / "shared" / "data"
    return folder if folder.is_dir() else None


def all_cases():
    """The cases of all modules beside this one."""
    cases = []
    for path in sorted(HERE.glob("real_*.py")):
        if path.stem != "real_files":
            cases += getattr(importlib.import_module(path.stem), "CASES", [])
    return cases


def run(program, *arguments):
    """Exit code, stdout, stderr."""
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def read_tape(program, tape):
    """The sums of the events that are on the tape."""
    sums = collections.defaultdict(Sum)
    with subprocess.Popen([program, "tape", "cat", tape], stdout=subprocess.PIPE,
                          text=True) as process:
        names = None
        for line in process.stdout:
            if line.startswith("#"):
                continue
            fields = line.rstrip("\n").split(",")
            if names is None:
                names = fields
                continue
            row = dict(zip(names, fields))
            sums[row["symbol"], row["kind"]].add(int(row["ts"]), row["px"], row["qty"])
    return sums


def compare(expected, report, sums):
    """Lines that say what differs."""
    wrong = []
    rejected = sum(expected.rejected.values())
    for key, value in (("rows_read", expected.rows), ("rows_rejected", rejected),
                       ("rows_written", expected.rows - rejected)):
        if report[key] != value:
            wrong.append(f"{key}: {report[key]} instead of {value}")
    if report["rejected"] != dict(expected.rejected):
        wrong.append(f"rejected: {report['rejected']} instead of {dict(expected.rejected)}")
    for key in sorted(set(expected.sums) | set(sums)):
        want, have = (dataclasses.astuple(part[key]) for part in (expected.sums, sums))
        if want != have:
            wrong.append(f"{key}: {have} instead of {want}")
    return wrong


def check(program, data, case, folder):
    """Imports one file; its report, and lines that say what is wrong."""
    tape = os.path.join(folder, "out.tape")
    code, out, err = run(program, "import", str(data / case.file) + case.settings,
                         *case.arguments, "--json", "--force", "-o", tape)
    wrong = [] if code == case.code else [f"exit code {code} instead of {case.code}: {err}"]
    if case.says not in err:
        wrong.append(f"'{err.strip()}' does not say '{case.says}'")
    if code > 1 or case.count is None:
        return None, wrong + ([] if code > 1 else ["imported"])
    report = json.loads(out)["report"]
    return report, wrong + compare(case.count(data / case.file), report, read_tape(program, tape))


def main():
    """Runs the cases."""
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--table", action="store_true")
    parser.add_argument("pattern", nargs="?", default="*")
    options = parser.parse_args()
    sys.path.insert(0, str(HERE))
    data = data_folder()
    if data is None:
        print("1..0 # SKIP no ../shared/data and no $PLIMSOLL_DATA")
        return 0
    cases = [case for case in all_cases() if fnmatch.fnmatch(case.file, options.pattern)]
    failed = 0
    if not options.table:
        print(f"1..{len(cases)}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for number, case in enumerate(cases, 1):
            name = case.file + case.settings
            if not (data / case.file).exists():
                print(f"ok {number} - {name} # SKIP not there", flush=True)
                continue
            report, wrong = check(options.program, data, case, folder)
            failed += bool(wrong)
            if options.table:
                figures = ("refused" if report is None else
                           f"{report['rows_read']:,} | {report['rows_written']:,} | "
                           f"{report['rows_rejected']:,}")
                print(f"| {name} | {figures} |{' WRONG' if wrong else ''}", flush=True)
                continue
            print(f"{'not ok' if wrong else 'ok'} {number} - {name}", flush=True)
            for line in wrong:
                print(f"# {line}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
