#!/usr/bin/env python3
"""fault.py PLIMSOLL SHIM [--all]   lets a run's every access to a file go wrong, in TAP.

For every point (a write, sync, truncation, link, rename or removal) of a run with -o, and for
kill -9 of the whole run, kill -9 of its worker, an EIO, EIO for good, and a full disk: what is left
opens, is whole, and says what it is; complete only when it has everything; a finished database
beside it, or of the same name, is untouched; the exit code tells it; the next run clears up.

Without --all a few hundred points, spread evenly, and a small run; with it every point of a larger
one, for docs/evidence.md.
"""
import collections
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(os.environ["PLIMSOLL_SOURCE"])
HOWS = ["kill", "die", "once", "eio", "full"]
LAST = 12  # points of the last transaction
GATE_POINTS = 20  # for each way and mode
EVENTS = {False: "20000", True: "100000"}
SAMPLE = {False: "1s", True: "50ms"}


def run(program, shim, how, at, *more):
    environment = dict(os.environ, LD_PRELOAD=shim, PLM_FAULT_HOW=how, PLM_FAULT_AT=str(at),
                       PLM_FAULT_FILE="../points")
    return subprocess.run([program, "run", "../r.yaml", "-o", "r.db", "-q", *more],
                          env=environment, capture_output=True, text=True, check=False)


def contents(path):
    """Integrity, status, cause and all tables but the timings; None: there is no run in it."""
    db = sqlite3.connect(path)
    try:
        whole = db.execute("PRAGMA integrity_check").fetchone()[0]
        names = [row[0] for row in db.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")]
        if not names:
            return whole, None, None, {}
        tables = {name: db.execute(f'SELECT * FROM "{name}"').fetchall() for name in names}
        status, cause = db.execute("SELECT status, cause FROM run").fetchone()
        tables["run"] = db.execute("SELECT digest, records FROM run").fetchall()
        return whole, status, cause, tables
    finally:
        db.close()


class Campaign:
    def __init__(self, program, shim, everything):
        self.program, self.shim, self.everything = program, shim, everything
        self.findings, self.runs = [], 0
        self.seen = collections.Counter()

    def find(self, how, at, replace, what):
        self.findings.append(f"{how} at {at}{' replacing' if replace else ''}: {what}")

    def points(self, replace):
        """How many there are."""
        pathlib.Path("../points").unlink(missing_ok=True)
        done = run(self.program, self.shim, "count", 0, *(["--force"] if replace else []))
        assert done.returncode == 0, done.stderr
        return pathlib.Path("../points").stat().st_size

    def look(self, how, at, replace, done):
        """What a run that was hit has left."""
        code = done.returncode
        told = lambda what: self.find(how, at, replace, what)
        if code not in {"kill": (0, -9), "die": (0, 4, -9)}.get(how, (0, 5)):
            told(f"exit code {code}: {done.stderr}")
        if pathlib.Path("other.db").read_bytes() != self.other:
            told("the database beside it has changed")
        complete = False
        for name in ("r.db", "r.db.new"):
            if not pathlib.Path(name).exists():
                continue
            if replace and name == "r.db" and pathlib.Path(name).read_bytes() == self.other:
                continue
            whole, status, cause, tables = contents(name)
            self.seen[how, str(status)] += 1
            if whole != "ok":
                told(f"{name}: {whole}")
            if status is None and (name == "r.db" or how not in ("kill", "eio")):
                told(f"{name} has no run in it")
            if status == "complete" and tables != self.reference:
                told(f"{name} says complete and is not")
            if status in ("incomplete", "failed") and not set(tables) >= set(self.reference):
                told(f"{name}: tables are missing")
            if status == "failed" and not cause:
                told(f"{name}: failed without a cause")
            if status == "incomplete" and how in ("die", "once", "full"):
                told(f"{name} is incomplete, and nobody says why")
            complete = complete or (status == "complete" and name == "r.db")
        if replace and not pathlib.Path("r.db").exists():
            told("what was to be replaced is gone")
        if code == 0 and not complete:
            told("exit code 0 without a complete database")
        left = {path.name for path in pathlib.Path().iterdir()} - {"other.db", "r.db"}
        allowed = {"r.db.new"} if replace else set()
        if how in ("kill", "eio"):
            allowed = {"r.db.new", "r.db.reserve", "r.db-journal", "r.db.new-journal"}
        if how == "once":
            allowed |= {"r.db.reserve", "r.db.new"}  # the one removal that failed
        if left - allowed:
            told(f"left behind: {sorted(left - allowed)}")

    def again(self, how, at, replace):
        """The next run clears up."""
        done = subprocess.run([self.program, "run", "../r.yaml", "-o", "r.db", "-q", "--force"],
                              capture_output=True, text=True, check=False)
        left = {path.name for path in pathlib.Path().iterdir()} - {"other.db", "r.db"}
        if done.returncode != 0 or left or contents("r.db")[1] != "complete":
            self.find(how, at, replace, f"the next run: {done.returncode} {done.stderr} {left}")

    def fresh(self, replace):
        for path in pathlib.Path().iterdir():
            if path.name != "other.db":
                path.unlink()
        if replace:
            shutil.copy("other.db", "r.db")

    def hit(self, how, replace):
        self.fresh(replace)
        total = self.points(replace)
        step = 1 if self.everything else max(1, total // GATE_POINTS)
        before = len(self.findings)
        number = 0
        for number, at in enumerate(range(1, total + 1, step), 1):
            self.fresh(replace)
            done = run(self.program, self.shim, how, at, *(["--force"] if replace else []))
            self.look(how, at, replace, done)
            if number % 6 == 0 or self.everything:
                self.again(how, at, replace)
        self.runs += number
        return number, total, self.findings[before:]

    def keep(self):
        """Where the disk is full for the last transaction alone, all that happened is there."""
        self.fresh(False)
        total = self.points(False)
        before, kept = len(self.findings), 0
        for at in range(total - LAST, total + 1):
            self.fresh(False)
            run(self.program, self.shim, "full", at)
            _, status, _, tables = contents("r.db")
            if status != "failed":
                continue
            kept += 1
            for name in ("equity", "margin", "fill", "posting", "liquidation"):
                if tables[name] != self.reference[name]:
                    self.find("full", at, False, f"rows of {name} are gone")
        if kept == 0:
            self.find("full", total, False, f"none of the last {LAST} points fails the run")
        return kept, LAST, self.findings[before:]

    def begin(self):
        everything = self.everything
        text = (SOURCE / "examples/contagion.yaml").read_text(encoding="ascii")
        pathlib.Path("../r.yaml").write_text(
            text.replace("sample: 10s", f"sample: {SAMPLE[everything]}"), encoding="ascii")
        subprocess.run([self.program, "synth", "jumps", "--events", EVENTS[everything], "--seed",
                        "26", "-o", "../jumps.tape", "-q"], check=True)
        subprocess.run([self.program, "run", "../r.yaml", "-o", "other.db", "-q"], check=True)
        self.other = pathlib.Path("other.db").read_bytes()
        whole, status, _, self.reference = contents("other.db")
        assert (whole, status) == ("ok", "complete")


def main(program, shim, everything=""):
    campaign = Campaign(program, shim, everything == "--all")
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(os.path.join(folder, "here"))
        os.chdir(os.path.join(folder, "here"))
        campaign.begin()
        tests = [(how, replace) for replace in (False, True) for how in HOWS]
        for number, (how, replace) in enumerate(tests, 1):
            done, total, findings = campaign.hit(how, replace)
            failed += bool(findings)
            print(f"{'not ok' if findings else 'ok'} {number} - {how}"
                  f"{', replacing' if replace else ''}: {done} of {total} points", flush=True)
            for finding in findings[:20]:
                print(f"# {finding}")
        kept, last, findings = campaign.keep()
        failed += bool(findings)
        print(f"{'not ok' if findings else 'ok'} {len(tests) + 1} - rows outlast the last "
              f"transaction: {kept} of the last {last} points")
        for finding in findings[:20]:
            print(f"# {finding}")
        os.chdir("/")
    print(f"# {campaign.runs} runs; what was found: " +
          ", ".join(f"{how} {status} {count}"
                    for (how, status), count in sorted(campaign.seen.items())))
    print(f"1..{len(tests) + 1}")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main(*map(os.path.abspath, sys.argv[1:3]), *sys.argv[3:]))
