#!/usr/bin/env python3
"""Opens every lesson and the demo as a reader does, on a terminal's 80 columns and in a pipe.

open_lessons.py PLIMSOLL FOLDER   speaks TAP; FOLDER has the folders lessons and demo

Promises: a lesson shows its page without the checks, performs its commands where they stand, tells
its story, and says what to try next; without -o nothing is left behind; a folder that exists is
refused; --json is one object; the demo leaves a database that the reports can read.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

TIMEOUT_S = 300  # only catches hangs
COLUMNS = 80


class Wrong(Exception):
    """Something promised did not come."""


def need(good, text):
    if not good:
        raise Wrong(text)


class Reader:
    """Calls the program in a folder of its own, with a folder for temporary files beside it."""

    def __init__(self, plimsoll, folder):
        self.plimsoll, self.folder = plimsoll, folder
        self.temporary = folder / "temporary"
        self.temporary.mkdir()

    def call(self, *words, code=0, env=None):
        done = subprocess.run(
            [self.plimsoll, *words], cwd=self.folder, capture_output=True, text=True, check=False,
            env={**os.environ, "TMPDIR": str(self.temporary), **(env or {})}, timeout=TIMEOUT_S)
        need(done.returncode == code,
             f"{' '.join(words)}: exit code {done.returncode}, not {code}: {done.stderr}")
        need(not list(self.temporary.iterdir()), f"{' '.join(words)} leaves a temporary folder")
        return done


def blocks(page, word):
    found = re.findall(r"^```(\w*)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    return [text for name, text in found if name == word]


def too_wide(lines):
    """Lines beyond the 80 columns; what can be typed is not broken."""
    typed = ("$ ", "  plimsoll ", "  cc ")
    return [line for line in lines if len(line) > COLUMNS and not line.startswith(typed)]


def lesson(reader, folder):
    number = str(int(folder.name[:2]))
    page = (folder / "page.md").read_text(encoding="ascii")
    done = reader.call("lesson", number)
    lines = done.stdout.splitlines()
    wide = too_wide(lines)
    need(not wide, f"{len(wide)} lines are too wide, such as '{wide[:1]}'")
    need(lines[0] == page.splitlines()[0][2:], f"begins with '{lines[0]}'")
    need("```" not in done.stdout and "## " not in done.stdout, "shows Markdown")
    for block in blocks(page, "checks"):
        for check in block.splitlines():
            need(check not in lines, f"shows the check '{check}'")
    for block in blocks(page, ""):
        for line in block.splitlines():
            need(not line or f"  {line}" in lines, f"does not show '{line}'")
    commands = [line for block in blocks(page, "run") for line in block.splitlines()]
    need([line[2:] for line in lines if line.startswith("$ ")] == commands,
         "performs other commands than the page has")
    for line in commands:
        if " explain " in line:
            need(f"Liquidation {line.split()[-1]}: " in done.stdout, "does not tell its story")
    need(f"'plimsoll lesson {number} -o DIR'" in " ".join(done.stdout.split()),
         "does not say how to keep files")


def kept(reader, root):
    first = root / "lessons" / "01-leverage"
    there = {path.name for path in first.iterdir()}
    reader.call("lesson", "leverage", "-o", "one")
    found = {path.name for path in (reader.folder / "one").iterdir()}
    need(found == there | {"market.tape", "run.db"}, f"keeps {sorted(found)}")
    refused = reader.call("lesson", "1", "-o", "one", code=2)
    need("one exists already; --force" in refused.stderr and not refused.stdout,
         f"says {refused.stderr!r}")
    reader.call("lesson", "1", "-o", "one", "--force")
    for command in (line for block in blocks((first / "page.md").read_text(), "try")
                    for line in block.splitlines()):
        done = subprocess.run([reader.plimsoll, *command.split()[1:]], cwd=reader.folder / "one",
                              capture_output=True, check=False, timeout=TIMEOUT_S)
        need(done.returncode in (0, 1), f"'{command}' cannot be tried there")


def listed(reader, root):
    names = sorted(path.name for path in (root / "lessons").iterdir() if path.is_dir())
    lines = reader.call("lesson").stdout.splitlines()
    need([int(line.split()[0]) for line in lines if line[:3].strip().isdigit()] ==
         list(range(1, len(names) + 1)), "the list has other numbers")
    told = json.loads(reader.call("lesson", "--json").stdout)
    need([f"{one['number']:02}-{one['name']}" for one in told["lessons"]] == names,
         "--json lists other names")
    one = json.loads(reader.call("lesson", "3", "--json").stdout)
    need(one["schema"] == "plimsoll/lesson/1" and one["page"].startswith("# Lesson 3"),
         "--json does not tell the page")
    refused = reader.call("lesson", "0", code=2).stderr
    need(f"no lesson '0'; allowed: 1 to {len(names)}" in refused, f"says {refused!r}")
    refused = reader.call("lesson", "custodi", code=2).stderr
    need("nearest: custody" in refused, f"says {refused!r}")


def unwritable(reader, root):
    del root
    refused = reader.call("lesson", "1", "-o", "no/such/folder", code=5).stderr
    need("no/such/folder: No such file or directory" in refused, f"says {refused!r}")
    refused = reader.call("lesson", "1", code=5, env={"TMPDIR": "/nowhere"}).stderr
    need("/nowhere: No such file or directory" in refused, f"says {refused!r}")


def demo(reader, root):
    del root
    done = reader.call("demo")
    need("All files are in plimsoll-demo" in done.stdout, "does not say where the files are")
    wide = too_wide(done.stdout.splitlines())
    need(not wide, f"{len(wide)} lines are too wide, such as '{wide[:1]}'")
    story = reader.call("explain", "plimsoll-demo/demo.db", "liquidation", "1").stdout
    need("basis/isolated" in story, "the database has another first liquidation")
    report = reader.folder / "plimsoll-demo" / "report.html"
    need("basis/isolated" in report.read_text(encoding="utf-8"), "the page tells other accounts")
    refused = reader.call("demo", code=2).stderr
    need("plimsoll-demo exists already" in refused, f"says {refused!r}")
    told = json.loads(reader.call("demo", "--json").stdout)
    need(told["schema"] == "plimsoll/demo/1" and told["run"], "--json tells no commands")


def main():
    plimsoll, root = str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(sys.argv[2])
    tests = [(path.name, lambda reader, _, path=path: lesson(reader, path))
             for path in sorted((root / "lessons").iterdir()) if path.is_dir()]
    tests += [(test.__name__, test) for test in (listed, kept, unwritable, demo)]
    print(f"1..{len(tests)}")
    failed = False
    for number, (name, test) in enumerate(tests, 1):
        with tempfile.TemporaryDirectory() as folder:
            try:
                test(Reader(plimsoll, pathlib.Path(folder)), root)
                print(f"ok {number} - {name}")
            except (Wrong, OSError, KeyError, ValueError, subprocess.TimeoutExpired) as error:
                failed = True
                print(f"not ok {number} - {name}")
                for line in f"{type(error).__name__}: {error}".splitlines():
                    print(f"# {line}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
