#!/usr/bin/env python3
"""run_plugins.py FOLDER   `plimsoll run` with plug-ins that die; FOLDER has them. Speaks TAP.

Whatever a plug-in does, the run ends with exit code 4 and one message that names the strategy, its
account and the callback; the good one ends with 0. Sanitizers turn signals into exits: either is
told. What a plug-in prints comes on stderr, never among the results.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

PLIMSOLL = os.environ["PLIMSOLL"]
EVENT = r"\(on_event, event \d+, 2026-[0-9T:.-]+Z\)"
DIED = r"(crashed: SIG[A-Z]+|ended the process \(exit code \d+\))"
CASES = [
    ("good", 0, None),
    ("bad_init", 4, r"\(init\): the moon is wrong"),
    ("bad_activate", 4, r"\(activate\): failed \(result -1\)"),
    ("bad_fail", 4, EVENT + ": had enough"),
    ("bad_alloc_late", 4, EVENT + ": alloc may be called in init and activate only"),
    ("bad_crash", 4, EVENT + " " + DIED),
    ("bad_abort", 4, EVENT + " " + DIED),
    ("bad_stack", 4, EVENT + " " + DIED),
    ("bad_exit", 4, EVENT + r" ended the process \(exit code \d+\)"),
    ("bad_quick_exit", 4, EVENT + r" ended the process \(exit code 0\)"),
    ("bad_loop", 4, EVENT + r" made no progress for 1 s \(--callback-limit\)"),
]
RUN = """tape: walk.tape
accounts:
  - {name: a, strategy: bad, collateral: {USDT: 100000}}
"""


def complaint(folder, modules, name, code, pattern):
    """What is wrong with a run of a plug-in; "" when nothing is."""
    done = subprocess.run(
        [PLIMSOLL, "run", "run.yaml", "-q", "--json", "--strategy", str(modules / f"{name}.so"),
         "--callback-limit", "1"],
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode != code:
        return f"exit code {done.returncode}, expected {code}: {done.stderr}"
    sentence = f"strategy 'bad' of account 'a' {pattern}"
    if pattern and not re.search(f"plimsoll: run failed: {sentence}", done.stderr):
        return f"{done.stderr!r} does not say {pattern!r}"
    told = json.loads(done.stdout)
    if told["status"] != ("failed" if pattern else "complete"):
        return f"the output says {told['status']!r}"
    if pattern and not re.match(sentence, told["error"]):
        return f"the output's error is {told['error']!r}"
    return ""


def talk(folder, modules):
    """What is wrong with the outputs of a plug-in that prints; "" when nothing is."""
    command = [PLIMSOLL, "run", "run.yaml", "--strategy", str(modules / "talks.so")]
    said = "three trades\n"
    outs = []
    for options in (["--json"], ["-q"], ["--log", "-"]):
        done = subprocess.run(command + options, cwd=folder, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, check=True)
        outs.append(done.stdout)
        if said in done.stdout or said not in done.stderr:
            return f"{options}: {done.stdout[:200]!r} {done.stderr!r}"
    json.loads(outs[0])
    return "" if outs[1] == "" else f"-q: {outs[1]!r}"


def main(modules):
    """Exit code 1 when a case fails."""
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([PLIMSOLL, "synth", "walk", "-q", "-o", "walk.tape", "--events", "20000"],
                       cwd=folder, check=True)
        pathlib.Path(folder, "run.yaml").write_text(RUN, encoding="ascii")
        print(f"1..{len(CASES) + 1}")
        for number, (name, code, pattern) in enumerate(CASES, 1):
            wrong = complaint(folder, pathlib.Path(modules).resolve(), name, code, pattern)
            failed += bool(wrong)
            print(f"{'not ok' if wrong else 'ok'} {number} - run with {name}")
            for line in wrong.splitlines():
                print(f"# {line}")
        wrong = talk(folder, pathlib.Path(modules).resolve())
        failed += bool(wrong)
        print(f"{'not ok' if wrong else 'ok'} {len(CASES) + 1} - what a plug-in prints {wrong}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
