#!/usr/bin/env python3
"""Runs every lesson and holds its page against what came out, to the digit.

run_lessons.py PLIMSOLL FOLDER [NAME...]   speaks TAP: one test per folder with a page.md

The page of a lesson has six sections. Any page has blocks of commands (```run: what `plimsoll
lesson` performs; ```try: what the reader may try; ```build: how it compiles a plug-in) and a block
```checks, whose lines stand under the command that they are about (one that the page does not show
is run, too):

    plimsoll run run.yaml -o run.db
    +3m x10 liquidation what=begin equity=450    a record of the log: time, account, kind, fields
    @2025-10-10T21:20:01Z a call ratio=0.8       the same at a time of the calendar; * is any time
    no * x2 liquidation what=begin               there is no such record
    accounts.x10.final_nav = 450                 a value of --json; = < > of two of these or numbers
    text the words of it                         what the command prints contains this

So that page and run cannot drift apart:
  - every command on the page is run;
  - every equation under "The arithmetic" is calculated anew, in fractions;
  - what it comes to stands in a check, or later in the arithmetic;
  - every number on the page stands in a file of the lesson or its rulebook, in a check, or
    in such an equation; whole numbers up to 12 are prose.
"""
import datetime
import fractions
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

TIMEOUT_S = 300  # only catches hangs
SECTIONS = ["The question", "The picture", "What happens", "The arithmetic", "The claim",
            "Try this"]
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
NUMBER = re.compile(r"(?<![\w.:#^-])-?\d[\d,]*(?:\.\d+)?(?!\w|:\d)(?: ?%)?")
PLAIN = re.compile(r"-?\d+(\.\d+)?")
PROSE_MAX = 12
COLUMNS_MAX = 78  # of a picture or a calculation: it is indented by two on a terminal
CODE_LINES_MAX = 120  # of a plug-in that a page shows


class Wrong(Exception):
    """A page and its run do not agree."""


def fraction(text):
    text = text.replace(",", "")
    percent = text.endswith("%")
    return fractions.Fraction(text.rstrip("% ")) / (100 if percent else 1)


def numbers(text):
    """Numbers of a text; a comma is a thousands separator only where three digits follow."""
    found = []
    for match in NUMBER.finditer(text):
        token = match.group().rstrip(",")
        grouped = re.fullmatch(r"-?(\d{1,3}(,\d{3})*|\d+)(\.\d+)?( ?%)?", token)
        parts = [token] if grouped else token.split(",")
        found += [part for part in parts if part]
    return found


# -- a page ----------------------------------------------------------------------------------------

class Page:
    """Sections, commands and checks of a page."""

    def __init__(self, path):
        self.text, self.commands, self.checks, self.sections = "", [], {}, {}
        section, block = None, None
        for line in path.read_text(encoding="ascii").splitlines():
            if line.startswith("```"):
                block = None if block is not None else line[3:]
                continue
            if block is None and line.startswith("## "):
                section = line[3:]
                self.sections[section] = []
            if block == "checks":
                self.add_check(line)
            elif block in ("run", "try", "build") and line.strip():
                self.commands.append(line)
            else:
                if block is not None and len(line) > COLUMNS_MAX:
                    raise Wrong(f"'{line}' is wider than {COLUMNS_MAX} columns")
                self.text += line + "\n"
                if section:
                    self.sections[section].append((block, line))
        if block is not None:
            raise Wrong("ends inside a block")
        self.is_lesson = self.text.startswith("# Lesson ")
        if self.is_lesson and [one for one in self.sections if one in SECTIONS] != SECTIONS:
            raise Wrong(f"sections are {list(self.sections)}; {SECTIONS} are needed in this order")
        for command in self.checks:
            if command not in self.commands:
                self.commands.append(command)

    def add_check(self, line):
        if line.startswith("plimsoll "):
            self.checks[line] = []
        elif line.strip():
            if not self.checks:
                raise Wrong(f"check '{line}' stands under no command")
            list(self.checks.values())[-1].append(line.split())

    def arithmetic(self):
        return [line for block, line in self.sections["The arithmetic"] if block is not None]


def value_of(text):
    plain = re.sub(r"(?<=\d),(?=\d{3})", "", text)
    plain = re.sub(r"(\d+(?:\.\d+)?) ?%", r"(\1/100)", plain)
    plain = re.sub(r"\d+(?:\.\d+)?", lambda m: f"F('{m.group()}')", plain)
    return eval(plain, {"__builtins__": {}, "F": fractions.Fraction})  # digits and operators alone


def calculate(lines):
    """What each clause comes to; a mere comparison to nothing. Two blanks part a label from a
    clause and that from a remark; a colon ends a clause, too."""
    results = []
    for number, line in enumerate(lines):
        for clause in re.split(r" {2,}", line.strip()):
            parts = re.split(r" (=|<=|>=|<|>) ", clause.partition(":")[0])
            if len(parts) == 1:
                continue
            try:
                values = [value_of(part) for part in parts[::2]]
            except (SyntaxError, NameError, TypeError, ZeroDivisionError) as error:
                raise Wrong(f"cannot calculate '{clause}' ({error})") from error
            for left, operator, right in zip(values, parts[1::2], values[1:]):
                good = {"=": left == right, "<": left < right, ">": left > right,
                        "<=": left <= right, ">=": left >= right}[operator]
                if not good:
                    raise Wrong(f"the arithmetic says '{clause}', but it is {float(left)}")
            results.append((number, values[-1] if parts[1] == "=" else None, clause))
    if not results:
        raise Wrong("the arithmetic calculates nothing")
    return results


# -- a run -----------------------------------------------------------------------------------------

class Outcome:
    """What a command said: log records, JSON, text."""

    def __init__(self, plimsoll, command, folder, number):
        words = [plimsoll if word == "plimsoll" else word for word in split(command)]
        self.log = []
        log = folder / f"check{number}.log"
        if words[1] == "run":
            words += ["--json", "--log", str(log), "--force"]
        elif words[1] == "margin":
            words += ["--json"]
        done = subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=TIMEOUT_S,
                              check=False)
        self.text = done.stdout + done.stderr
        if done.returncode not in (0, 1):
            raise Wrong(f"'{command}' ends with {done.returncode}: {self.text.strip()}")
        self.json = json.loads(done.stdout) if "--json" in words else None
        if log.exists():
            self.log = [record(line) for line in log.read_text().splitlines()[:-1]]
            self.start = int(self.json["first_ts"])

    def at(self, word):
        if word == "*":
            return None
        if word[0] == "@":
            when = datetime.datetime.fromisoformat(word[1:].replace("Z", "+00:00"))
            return int(when.timestamp()) * 10**9
        spans = re.findall(r"(\d+)([smhd])", word)
        return self.start + sum(int(n) * UNITS[u] for n, u in spans) * 10**9

    def records(self, words):
        when = self.at(words[0])
        wanted = [re.fullmatch(r"(\w+)([=<>])(.*)", word).groups() for word in words[3:]]
        return [one for one in self.log
                if when in (None, one["ts"]) and [one["account"], one["kind"]] == words[1:3]
                and all(holds(one["field"].get(key), how, value) for key, how, value in wanted)]

    def lookup(self, word):
        if PLAIN.fullmatch(word):
            return fractions.Fraction(word)
        node = self.json
        for step in word.split("."):
            if isinstance(node, list):
                named = [one for one in node
                         if step in (one.get("name"), one.get("pool"), one.get("instrument"))]
                node = named[0] if named else node[int(step)]
            else:
                node = node[step]
        return fractions.Fraction(str(node)) if PLAIN.fullmatch(str(node)) else str(node)

    def check(self, words):
        if words[0] == "text":
            good = " ".join(words[1:]) in " ".join(self.text.split())
        elif words[0] == "no":
            good = not self.records(words[1:])
        elif len(words) == 3 and words[1] in "=<>":
            left, right = self.lookup(words[0]), words[2]
            if words[1] == "=" and isinstance(left, str):
                good = left == right
            else:
                right = self.lookup(right)
                good = {"=": left == right, "<": left < right, ">": left > right}[words[1]]
            if not good:
                raise Wrong(f"check '{' '.join(words)}': it is {left}")
        else:
            good = bool(self.records(words))
            if not good:
                near = [one["line"] for one in self.log
                        if one["account"] == words[1] and one["kind"] == words[2]]
                raise Wrong(f"no record '{' '.join(words)}'; there are:\n" + "\n".join(near[:8]))
        if not good:
            raise Wrong(f"check '{' '.join(words)}' does not hold")


def split(command):
    """Words of a command; single quotes hold blanks, as in a shell."""
    command = command.replace("$(pkg-config --cflags plimsoll)", f"-I{INCLUDE}")
    return [quoted or plain for quoted, plain in re.findall(r"'([^']*)'|(\S+)", command)]


def record(line):
    words = line.split(" ")
    field = dict(word.split("=", 1) for word in words[5:] if "=" in word)
    return {"ts": int(words[1]), "account": words[3], "kind": words[4], "field": field,
            "line": line}


def holds(found, how, wanted):
    """Numbers are compared as numbers, words can only be equal."""
    if found is None or not (PLAIN.fullmatch(found) and PLAIN.fullmatch(wanted)):
        return how == "=" and found == wanted
    left, right = fractions.Fraction(found), fractions.Fraction(wanted)
    return {"=": left == right, "<": left < right, ">": left > right}[how]


# -- a lesson --------------------------------------------------------------------------------------

def digits(text):
    """Numbers of a file or a command, whose commas part them."""
    return {fractions.Fraction(one) for one in re.findall(r"(?<![\w.])\d+(?:\.\d+)?", text)}


def known_numbers(folder, page, results):
    known = set()
    for _, result, clause in results:  # of a comparison, what is calculated in it
        parts = re.split(r" (?:<=|>=|<|>) ", clause) if result is None else [clause]
        known |= {fraction(token) for part in parts for token in numbers(part)
                  if result is not None or re.search(r" [-+*/] ", part)}
    files = sorted(folder.iterdir())
    named = {word for path in files if path.suffix == ".yaml"
             for word in re.findall(r"\brulebook: ([\w-]+)", path.read_text(encoding="ascii"))}
    shipped = [RULEBOOKS / f"{word}.yaml" for word in sorted(named)]
    for path in files + [one for one in shipped if one.exists()]:
        if path.suffix in (".yaml", ".csv", ".c"):
            known |= digits(path.read_text(encoding="ascii"))
    for command, checks in page.checks.items():
        known |= expected(checks)
    for command in page.commands:
        known |= digits(command)
    return known | {-one for one in known}


def expected(checks):
    """Numbers that checks compare with what came out."""
    found = set()
    for words in checks:
        if words[0] == "text":
            found |= {fraction(token) for token in numbers(" ".join(words[1:]))}
        values = [re.split("[=<>]", word, maxsplit=1)[1] for word in words
                  if re.match(r"\w+[=<>]", word)] + words[-1:]
        found |= {fractions.Fraction(value) for value in values if PLAIN.fullmatch(value)}
    return found


def check_numbers(folder, page):
    lines = page.arithmetic() if page.is_lesson else []
    results = calculate(lines) if page.is_lesson else []
    compared = set()
    for checks in page.checks.values():
        compared |= expected(checks)
    for number, result, line in results:
        rest = [lines[number].partition(line)[2], *lines[number + 1:]]
        later = {fraction(token) for text in rest for token in numbers(text)}
        if result is not None and not {result, -result} & (compared | later):
            raise Wrong(f"'{line}' comes to a number that nothing compares with the run")
    known = known_numbers(folder, page, results)
    for token in numbers(page.text.partition("\n")[2]):
        value = fraction(token)
        if value in known or value * 100 in known and "%" in token:
            continue
        if value.denominator == 1 and abs(value) <= PROSE_MAX or token.rstrip(" %") != token and \
                fraction(token.rstrip(" %")) in known:
            continue
        raise Wrong(f"the page says {token}, which stands in no file, check or result")


def run_lesson(plimsoll, folder):
    page = Page(folder / "page.md")
    check_numbers(folder, page)
    if not page.commands:
        raise Wrong("has no command")
    for code in folder.glob("*.c"):
        if len(code.read_text(encoding="ascii").splitlines()) > CODE_LINES_MAX:
            raise Wrong(f"{code.name} has more than {CODE_LINES_MAX} lines")
    count = 0
    with tempfile.TemporaryDirectory() as name:
        work = pathlib.Path(name) / folder.name
        shutil.copytree(folder, work)
        for number, command in enumerate(page.commands):
            outcome = Outcome(plimsoll, command, work, number)
            for words in page.checks.get(command, []):
                outcome.check(words)
                count += 1
    if count < 5:
        raise Wrong(f"has {count} checks; at least 5 are needed")
    return count


INCLUDE = pathlib.Path(__file__).resolve().parents[2] / "engine" / "include"
RULEBOOKS = pathlib.Path(__file__).resolve().parents[2] / "engine" / "rulebooks"


def main():
    plimsoll = str(pathlib.Path(sys.argv[1]).resolve())
    root, only = pathlib.Path(sys.argv[2]), sys.argv[3:]
    folders = [one for one in sorted(root.iterdir()) if (one / "page.md").exists()]
    folders = [one for one in folders if not only or one.name in only]
    print(f"1..{len(folders)}")
    failed = False
    for number, folder in enumerate(folders, 1):
        try:
            count = run_lesson(plimsoll, folder)
            print(f"ok {number} - {folder.name}: {count} checks")
        except (Wrong, OSError, LookupError, ValueError, subprocess.TimeoutExpired) as error:
            failed = True
            print(f"not ok {number} - {folder.name}")
            for line in f"{type(error).__name__}: {error}".splitlines():
                print(f"# {line}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
