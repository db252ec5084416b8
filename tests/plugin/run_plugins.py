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
MODELS = [
    ("model_good", 0, None),
    ("model_init", 4, r"margin model 'tenth' \(init\): the tide is wrong"),
    ("model_alloc_late", 4, r"margin model 'tenth' \(assess\): alloc may be called in init only"),
    ("model_crash", 4, "margin model 'tenth' " + DIED),
    ("good", 2, "has 0 margin models; allowed as the model of rulebook 'textbook': one"),
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


def model(folder, modules, name, code, pattern):
    """What is wrong with a run under a rulebook with a plug-in as its model."""
    shipped = pathlib.Path(os.environ["PLIMSOLL"]).parents[1] / "engine" / "rulebooks"
    for part in shipped.glob("textbook*"):
        folder.joinpath(part.name).write_bytes(part.read_bytes())
    with open(folder / "textbook.yaml", "a", encoding="ascii") as rules:
        rules.write(f"model: {modules / (name + '.so')}\n")
    told = []
    # The model demands `percent` of a position's value in its own units: at 1 it is content.
    for percent in (1, 100):
        (folder / "model.yaml").write_text(
            "tape: walk.tape\n"
            + "venue: {rulebook: ./textbook.yaml"
            + (f", params: {{percent: {percent}}}" if name.startswith("model") else "") + "}\n"
            "accounts:\n- name: a\n  collateral: {USDT: 1000000}\n"
            "  positions: [{instrument: BTCUSDT, qty: 0.001, px: 100000}]\n", encoding="ascii")
        done = subprocess.run([PLIMSOLL, "run", "model.yaml", "--json"], cwd=folder,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              check=False)
        if done.returncode != code:
            return f"exit code {done.returncode}, expected {code}: {done.stderr}"
        if pattern and not re.search(pattern, done.stderr):
            return f"{done.stderr!r} does not say {pattern!r}"
        if code == 0:
            told.append(json.loads(done.stdout)["accounts"][0]["liquidations"])
    return "" if code or told == [0, 1] else f"liquidations at 1 and 100 percent: {told}"


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
    modules = pathlib.Path(modules).resolve()
    found = []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        subprocess.run([PLIMSOLL, "synth", "walk", "-q", "-o", "walk.tape", "--events", "20000"],
                       cwd=folder, check=True)
        (folder / "run.yaml").write_text(RUN, encoding="ascii")
        for case in CASES:
            found.append((f"run with {case[0]}", complaint(folder, modules, *case)))
        for case in MODELS:
            found.append((f"rulebook with {case[0]}", model(folder, modules, *case)))
        found.append(("what a plug-in prints", talk(folder, modules)))
    print(f"1..{len(found)}")
    for number, (what, wrong) in enumerate(found, 1):
        print(f"{'not ok' if wrong else 'ok'} {number} - {what}")
        for line in wrong.splitlines():
            print(f"# {line}")
    return 1 if any(wrong for _, wrong in found) else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
