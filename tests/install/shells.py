#!/usr/bin/env python3
"""shells.py   completion in the shells themselves, with their side of it from cli/shell/.

Speaks TAP. bash completes as it does for a person, word by word as it cuts them; fish is asked with
`complete -C`; of zsh the functions that show what they are given are replaced by ones that print
it. A shell that is not there is skipped.
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

SHELL = pathlib.Path(os.environ["PLIMSOLL_SOURCE"]) / "cli" / "shell"
PATH = f"{pathlib.Path(os.environ['PLIMSOLL']).parent}:{os.environ['PATH']}"
ENVIRONMENT = dict(os.environ, PATH=PATH, TERM="dumb", COLUMNS="80")
FILES = ["trend.yaml", "trades.csv", "mine.so", "maps/x.yaml", "a b.yaml"]
WAIT_S = 60  # only catches hangs

# What was typed, and words that must and must not be offered.
CASES = [
    ("plimsoll ta", {"tape"}, {"run"}),
    ("plimsoll tape ", {"info", "verify"}, {"tape"}),
    ("plimsoll run --lo", {"--log"}, {"--lowest"}),
    ("plimsoll synth walk --profile ", {"fast", "default", "archive"}, set()),
    ("plimsoll rulebooks by", {"bybit-uta"}, {"textbook"}),
    ("plimsoll strategies mar", {"martingale"}, {"maker"}),
    ("plimsoll synth luna", {"luna-2022-05"}, set()),
    ("plimsoll run tr", {"trend.yaml"}, set()),
    ("plimsoll tape info tr", {"trend.yaml", "trades.csv"}, set()),
    ("plimsoll import trades.csv --from 2025-10-10T21:15 --profile=a", {"=archive"}, set()),
    ("plimsoll new strategy x -o ma", {"maps/"}, {"trades.csv"}),
]


def bash(line, folder):
    """What the function puts into COMPREPLY for the words as readline would cut them."""
    words = line.replace("=", " = ").replace(":", " : ").split(" ")
    script = (f"source '{SHELL}/plimsoll.bash'; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); "
              "_plimsoll; printf '%s\\n' \"${COMPREPLY[@]}\"; complete -p plimsoll >/dev/null")
    done = subprocess.run(["bash", "--norc", "-uc", script, "bash", *words], cwd=folder, check=True,
                          env=ENVIRONMENT, capture_output=True, text=True, timeout=WAIT_S)
    if done.stderr:
        return {f"stderr: {done.stderr}"}
    before = "=" if "=" in line else ""
    return {before + word + ("/" if (folder / word).is_dir() and word else "")
            for word in done.stdout.splitlines()}


def fish(line, folder):
    script = f"source '{SHELL}/plimsoll.fish'; complete -C '{line}'"
    home = dict(ENVIRONMENT, HOME=str(folder), XDG_DATA_DIRS=str(folder))
    done = subprocess.run(["fish", "--no-config", "-c", script], cwd=folder, check=True, env=home,
                          capture_output=True, text=True, timeout=WAIT_S)
    words = {text.split("\t")[0] for text in done.stdout.splitlines()}
    return {word[word.index("="):] if "=" in word else word for word in words}


ZSH_STUBS = """
_describe() { print -rl -- ${${(P)2}%%:*} }
_files() { print -rl -- ${~${2:-*}}(N) *(N-/) }
_path_files() { print -rl -- *(N-/) }
"""


def zsh(line, folder):
    """What the function gives to zsh's own, which put it on the terminal."""
    script = (f"{ZSH_STUBS}; words=(\"$@\"); CURRENT=$#words; "
              f"complete_it() {{ source '{SHELL}/_plimsoll' }}; complete_it")
    words = [word.replace(" ", "\\ ") for word in line.split(" ")]
    done = subprocess.run(["zsh", "-f", "-c", script, "zsh", *words], cwd=folder, check=True,
                          env=ENVIRONMENT, capture_output=True, text=True, timeout=WAIT_S)
    if done.stderr:
        return {f"stderr: {done.stderr}"}
    typed = words[-1]
    found = {word + ("/" if (folder / word).is_dir() and word else "")
             for word in done.stdout.splitlines() if word.startswith(typed)}
    return {word[word.index("="):] if "=" in word else word for word in found}


def test(shell, complete, folder):
    """What is wrong, case by case."""
    wrong = []
    for line, wanted, unwanted in CASES:
        found = complete(line, folder)
        missing, strange = wanted - found, unwanted & found
        if missing or strange:
            wrong.append(f"{shell}: '{line}': missing {missing}, wrong {strange} in {found}")
    return wrong


def main():
    """Exit code 1 when a shell completes something else."""
    shells = {"bash": bash, "zsh": zsh, "fish": fish}
    print(f"1..{len(shells)}")
    bad = 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name).resolve()
        for file in FILES:
            (folder / file).parent.mkdir(exist_ok=True)
            (folder / file).touch()
        for number, (shell, complete) in enumerate(shells.items(), 1):
            title = f"{number} - {shell} completes commands, options, words, names and files"
            if not shutil.which(shell):
                print(f"ok {title} # SKIP no {shell} here")
                continue
            wrong = test(shell, complete, folder)
            bad += bool(wrong)
            print(f"{'not ok' if wrong else 'ok'} {title}")
            for complaint in wrong:
                print(f"# {complaint}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
