#!/usr/bin/env python3
"""Runs text tests of the command line.

run_cli.py PLIMSOLL FILE.test...   speaks TAP: one test per command line in the files.

A test file is a list of command lines, each followed by what it has to do:

    # a comment
    $ plimsoll tape info w.tape     run by sh in a folder that is fresh for each file
    > more                          a further line of the command
    out: text                       a line of stdout, exactly
    out~ pattern                    a line of stdout that matches the pattern as a whole
    out...                          any lines, up to the one that matches what comes next
    err: err~ err...                the same of stderr
    exit 2                          the exit code; 0 when not given

A step that needs a pseudo-terminal is skipped, visibly, where the machine has none to give.

A stream without any line here has to be empty. Commands find `plimsoll` on their path, and the
helpers of tools.py under their own names.
"""
import os
import pathlib
import pty
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
TOOLS = ["field", "flip", "interrupt", "terminal", "make_dbn", "stop", "width"]
STEP_TIMEOUT_S = 300  # only catches hangs


class Step:
    """One command line and what is expected of it."""

    def __init__(self, line, command):
        self.line, self.command = line, command
        self.code = 0
        self.expected = {"out": [], "err": []}


def parse(path):
    """The steps of a test file."""
    steps = []
    for number, text in enumerate(path.read_text(encoding="ascii").splitlines(), 1):
        if text.startswith("$ "):
            steps.append(Step(number, text[2:]))
            continue
        if text.startswith("> ") and steps:
            steps[-1].command += "\n" + text[2:]
            continue
        if not text.strip() or text.startswith("#"):
            continue
        if not steps:
            raise ValueError(f"{path}:{number}: stands before the first command")
        if re.fullmatch(r"exit \d+", text):
            steps[-1].code = int(text[5:])
            continue
        match = re.fullmatch(r"(out|err)(:|~|\.\.\.) ?(.*)", text)
        if not match or (match.group(2) == "..." and match.group(3)):
            raise ValueError(f"{path}:{number}: cannot read '{text}'")
        if match.group(2) == "~":
            re.compile(match.group(3))
        steps[-1].expected[match.group(1)].append((match.group(2), match.group(3)))
    return steps


def fits(rule, line):
    kind, text = rule
    return line == text if kind == ":" else re.fullmatch(text, line) is not None


def compare(rules, lines):
    """What is wrong with the lines of a stream, or None."""
    at, skipping = 0, False
    for rule in rules:
        if rule[0] == "...":
            skipping = True
            continue
        while skipping and at < len(lines) and not fits(rule, lines[at]):
            at += 1
        if at == len(lines):
            return f"ended before: {rule[1]}"
        if not fits(rule, lines[at]):
            return f"expected: {rule[1]}\n     found: {lines[at]}"
        at += 1
        skipping = False
    if at < len(lines) and not skipping:
        return f"unexpected: {lines[at]}"
    return None


def run_step(step, folder, environment):
    """The complaints about one step."""
    done = subprocess.run(["sh", "-c", step.command], cwd=folder, env=environment,
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=STEP_TIMEOUT_S,
                          check=False)
    complaints = []
    if done.returncode != step.code:
        complaints.append(f"exit code: expected {step.code}, found {done.returncode}")
    for stream, data in (("out", done.stdout), ("err", done.stderr)):
        wrong = compare(step.expected[stream], data.decode("utf-8", "replace").splitlines())
        if wrong:
            complaints.append(f"{stream}: {wrong}")
    if complaints:
        complaints += ["stderr: " + line for line in
                       done.stderr.decode("utf-8", "replace").splitlines()[:20]]
    return complaints


def make_environment(plimsoll, folder):
    """A plain environment whose path has plimsoll and the helpers first."""
    tools = folder / "bin"
    tools.mkdir()
    (tools / "plimsoll").symlink_to(plimsoll)
    for tool in TOOLS:
        script = tools / tool
        script.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{HERE}/tools.py" {tool} "$@"\n',
                          encoding="utf-8")
        script.chmod(0o755)
    environment = {"PATH": f"{tools}:{os.environ['PATH']}", "LC_ALL": "C", "TERM": "xterm",
                   "HOME": str(folder)}
    for name in os.environ:
        if name.endswith("SAN_OPTIONS") or name == "PLIMSOLL_SOURCE":
            environment[name] = os.environ[name]
    return environment


def has_terminals():
    try:
        for end in pty.openpty():
            os.close(end)
    except OSError:
        return False
    return True


def main(arguments):
    plimsoll = pathlib.Path(arguments[0]).resolve()
    number, failures, terminals = 0, 0, has_terminals()
    for name in arguments[1:]:
        path = pathlib.Path(name).resolve()
        with tempfile.TemporaryDirectory(prefix="plimsoll-cli-") as scratch:
            scratch = pathlib.Path(scratch)
            environment = make_environment(plimsoll, scratch)
            (scratch / "work").mkdir()
            for step in parse(path):
                number += 1
                title = step.command.split("\n")[0].replace("#", "\\#")
                if not terminals and re.search(r"\bterminal plimsoll\b", step.command):
                    print(f"ok {number} - {path.name}:{step.line}: {title} "
                          "# SKIP no terminals here")
                    continue
                complaints = run_step(step, scratch / "work", environment)
                failures += bool(complaints)
                print(f"{'not ok' if complaints else 'ok'} {number} - "
                      f"{path.name}:{step.line}: {title}")
                for complaint in complaints:
                    print("# " + complaint.replace("\n", "\n# "))
    print(f"1..{number}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
