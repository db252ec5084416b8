"""replays - tapes, run files and logs of the plimsoll program, for the tests of this folder."""

import itertools
import json
import os
import pathlib
import random
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "oracle"))
import margin_runs  # noqa: E402,F401
import replay_runs  # noqa: E402
import replay_scenario  # noqa: E402
from replay_numbers import format_decimal  # noqa: E402,F401

TIMEOUT_S = 300  # only catches hangs
COMPLETE = (0, 1)  # 1: with warnings
FAILED = 4
REFUSED = (2, 3)  # the run file, the tape


class Wrong(Exception):
    """A property does not hold, or the program did not do what it was asked."""


class Log:
    """The lines of a log, without the trailer, as lists of words; and the run's digest."""

    def __init__(self, text):
        lines = text.splitlines()
        self.text = lines[:-1]
        self.digest = lines[-1].split(" ")[2]
        self.words = [line.split(" ") for line in self.text]

    def of(self, accounts):
        """The lines of some accounts, without their numbers. The books of the venue are one for
        all accounts: their balances are left out."""
        return [without_balance(line)[1:] for line in self.words if line[3] in accounts]


def without_balance(line):
    if line[4] != "posting" or line[5] == "book=account":
        return line
    return [word for word in line if not word.startswith("balance=")]


class Bench:
    """Runs the program in a folder of its own."""

    def __init__(self, program, folder):
        self.program, self.folder = os.path.abspath(program), pathlib.Path(folder)
        self.count = itertools.count()
        self.runs = 0

    def path(self, ending):
        return str(self.folder / f"{next(self.count)}.{ending}")

    def call(self, *args, env=None, fails=(FAILED,)):
        result = subprocess.run([self.program, *args], capture_output=True, text=True, check=False,
                                timeout=TIMEOUT_S, cwd=self.folder,
                                env=None if env is None else {**os.environ, **env})
        if result.returncode not in (*COMPLETE, *fails):
            raise Wrong(f"{' '.join(result.args)}: exit {result.returncode}\n{result.stderr}")
        return result

    def make_tape(self, text, *options):
        csv, tape = self.path("csv"), self.path("tape")
        pathlib.Path(csv).write_text(text, encoding="ascii")
        self.call("import", "--format", "csv", csv, "-o", tape, "-q", *options)
        os.remove(csv)
        return tape

    def synth(self, scenario, events, *options):
        tape = self.path("tape")
        self.call("synth", scenario, "--events", str(events), "-o", tape, "-q", *options)
        return tape

    def write_run(self, spec, tape):
        path = self.path("json")
        pathlib.Path(path).write_text(json.dumps({**spec, "tape": tape}), encoding="ascii")
        return path

    def run(self, spec, tape, *options, env=None, fails=(FAILED,)):
        """The log of a run; None when the run fails."""
        path = self.write_run(spec, tape)
        result = self.call("run", path, "--log", "-", "-q", *options, env=env, fails=fails)
        os.remove(path)
        self.runs += 1
        return None if result.returncode in fails else Log(result.stdout)


class Scenario:
    """A random small market, and what is needed to make accounts for it."""

    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.market = replay_scenario.Market(self.rng)
        self.csv = self.market.text()
        self.spec = replay_runs.make_run(self.rng, self.market, "")

    def accounts(self, count):
        """Any accounts, busy ones."""
        return [replay_runs.account(self.rng, self.market, f"a{n}") for n in range(count)]

    def scripted(self, count):
        """Accounts whose strategies name instruments and draw nothing."""
        accounts = self.accounts(count)
        for account in accounts:
            account["strategy"] = "script"
            account["params"] = replay_runs.script(self.rng, self.market, "hedge" in account)
        return accounts

    def lines(self):
        """(head, events, tail) of the tape as lines of text."""
        lines = self.csv.splitlines()
        first = 1 + next(n for n, line in enumerate(lines) if line.startswith("ts,"))
        return lines[:first], lines[first:-1], lines[-1]

    def with_head(self, change):
        """The tape with each `# instrument` line, as its words, changed."""
        head, events, tail = self.lines()
        head = [" ".join(change(line.split(" "))) if line.startswith("# instrument") else line
                for line in head]
        return "\n".join([*head, *events, tail, ""])


def expect_equal(found, expected, what):
    """Two lists of lines; tells the first difference with what stands before it."""
    if found == expected:
        return
    at = next((n for n, (one, other) in enumerate(zip(found, expected)) if one != other),
              min(len(found), len(expected)))
    show = [f"{what}: differs at line {at + 1}"]
    show += [f"      both {line}" for line in expected[max(0, at - 3):at]]
    show += [f"  expected {line}" for line in expected[at:at + 3]]
    show += [f"     found {line}" for line in found[at:at + 3]]
    raise Wrong("\n".join(show))
