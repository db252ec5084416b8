#!/usr/bin/env python3
"""manual.py   the manual pages say everything, and render without a warning at 80 columns.

Speaks TAP. Pages are made where scdoc is; rendering needs groff or mandoc.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

SOURCE = pathlib.Path(os.environ["PLIMSOLL_SOURCE"])
PAGES = pathlib.Path(os.environ["PLIMSOLL_BUILD"]) / "docs" / "man"
FORMATS = {"plimsoll-run-file.5": "run-file.md", "plimsoll-rulebook.5": "rulebook-format.md"}
COLUMNS = 80
DASHES = {0x2010: "-", 0x2212: "-", 0x2019: "'"}
LITERAL = " " * 11  # is not broken


def render(page):
    """The page as text, and what the renderer had to say."""
    done = subprocess.run(["groff", "-man", "-t", "-Tutf8", "-ww", "-P-c", "-P-b", "-P-u",
                           f"-rLL={COLUMNS}n", "-dAD=l", "-rHY=0", str(PAGES / page)],
                          capture_output=True, text=True, check=False,
                          env={**os.environ, "LC_ALL": "C.UTF-8"})
    return done.stdout, done.stderr


def flat(text):
    text = re.sub(r"\s+", " ", text.translate(DASHES))
    return text.replace("- ", "-")  # a line may end behind a hyphen


def test_commands():
    """plimsoll(1) has every command and option with its help"""
    table = json.loads(subprocess.run([os.environ["PLIMSOLL"], "help", "--json"], check=True,
                                      capture_output=True, text=True).stdout)
    text = flat(render("plimsoll.1")[0])
    wrong = []
    for command in table["commands"]:
        if f"plimsoll {command['name']}" not in text or flat(command["text"]) not in text:
            wrong.append(command["name"])
        for entry in command["options"] + table["options"]:
            told = entry["help"][0].upper() + entry["help"][1:]
            value = f" {entry['value']}" if entry["value"] else ""
            if flat(f"--{entry['name']}{value} {told}") not in text:
                wrong.append(f"{command['name']} --{entry['name']}")
    for code in range(8):
        if not re.search(rf" EXIT CODES.* {code} \w", text):
            wrong.append(f"exit code {code}")
    return wrong


def words_of(markdown):
    """Every word of a page that carries a meaning, without the marks of Markdown."""
    text = re.sub(r"\]\([^)]*\)", "", markdown)
    return re.findall(r"[A-Za-z][A-Za-z0-9_]+", text.replace("default", ""))


def test_formats():
    """the pages have every word of the docs that they are made of"""
    common = (SOURCE / "docs/commands.md").read_text(encoding="utf-8")
    sources = {"plimsoll.1": re.search(r"## What holds.*?\n(.*?)\n## demo", common, re.S).group(1)}
    for page, source in FORMATS.items():
        sources[page] = (SOURCE / "docs" / source).read_text(encoding="utf-8").split("\n", 1)[1]
    wrong = []
    for page, source in sources.items():
        known = set(re.findall(r"[a-z][a-z0-9_]+", render(page)[0].lower()))
        heads = {"key", "what", "keys", "of", "code", "meaning"}  # of tables
        missing = set(words_of(source.lower())) - known - heads
        wrong += [f"{page}: {word}" for word in sorted(missing)]
    return wrong


def test_warnings():
    """no page makes groff warn"""
    return [line for page in ["plimsoll.1", *FORMATS] for line in render(page)[1].splitlines()]


def test_width():
    """nothing but literal text of a file is wider than 80 columns"""
    wrong = []
    for page in ["plimsoll.1", *FORMATS]:
        for line in render(page)[0].splitlines():
            if len(line) > COLUMNS and not line.startswith(LITERAL):
                wrong.append(f"{page}: {line}")
    return wrong


def test_mandoc():
    """mandoc reads every page without an error"""
    if not shutil.which("mandoc"):
        return None
    wrong = []
    for page in ["plimsoll.1", *FORMATS]:
        done = subprocess.run(["mandoc", "-T", "lint", "-W", "error", str(PAGES / page)],
                              capture_output=True, text=True, check=False)
        wrong += done.stdout.splitlines()
    return wrong


def main():
    """Exit code 1 when a page lacks something, 77 without pages or groff."""
    if not (PAGES / "plimsoll.1").exists() or not shutil.which("groff"):
        return 77
    tests = [test_commands, test_formats, test_warnings, test_width, test_mandoc]
    bad = 0
    print(f"1..{len(tests)}")
    for number, test in enumerate(tests, 1):
        wrong = test()
        bad += bool(wrong)
        skip = " # SKIP no mandoc here" if wrong is None else ""
        print(f"{'not ok' if wrong else 'ok'} {number} - {test.__doc__}{skip}")
        for complaint in wrong or []:
            print(f"# {complaint}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
