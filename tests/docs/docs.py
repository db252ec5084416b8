#!/usr/bin/env python3
"""docs.py   what the pages say: links lead somewhere, commands run, run files are accepted.

Speaks TAP: up to four tests per page. A block of code, indented or fenced, is taken as

    commands     when a line of it begins with `plimsoll`, or it is fenced as ```sh. The blocks of a
                 page are run one after the other in one fresh folder that has a copy of examples/,
                 with an installed plimsoll; exit code 0, or 1: done, with something to tell.
                 Lines that are indented further are remarks, as is what stands behind two spaces.
    a file       when it is a run file, a part of one (keys of the first level are known) or an
                 account for `plimsoll margin`; it is checked by the program under the name in
                 `run:`, and stays for commands that follow. Tapes that it names and nothing has
                 made are made.

A block that cannot be tried, because it needs data that is not ours to give, is fenced as
```sh shown or ```yaml shown. Its commands are run all the same and may fail for want of files, but
not for what is written (exit code 2). Commands within a line, and those of ./dev, are only held
against the table of commands.
"""
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(os.environ["PLIMSOLL_SOURCE"])
BUILD = pathlib.Path(os.environ["PLIMSOLL_BUILD"])
RUN_KEYS = {"run", "tape", "seed", "sample", "from", "until", "lowest", "venue", "accounts"}
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
IMAGE = re.compile(r"!\[[^\]]*\]\(([^)\s]+)\)|<img[^>]* src=\"([^\"]+)\"")
STEP_TIMEOUT_S = 300  # only catches hangs


class Block:
    """A block of code: where it begins, what kind the fence names, its lines."""

    def __init__(self, line, info, lines):
        self.line, self.lines = line, lines
        self.kind, *marks = info.split() or [""]
        self.shown = "shown" in marks

    def base(self):
        return [text for text in self.lines if text and not text[0].isspace()]

    def is_commands(self):
        return self.kind == "sh" or (self.kind == "" and any(
            re.match(r"(plimsoll|\./dev) ", text) for text in self.base()))

    def keys(self):
        """The first keys of a YAML block."""
        return {match.group(1) for match in
                (re.match(r"([a-z_]+):( |$)", text) for text in self.base()) if match}


def blocks(text):
    """The blocks of code of a page, and the page without them."""
    found, rest, lines, at = [], [], text.splitlines(), 0
    while at < len(lines):
        begin = at
        fence = re.match(r"```(.*)", lines[at])
        if fence:
            at = next(i for i in range(at + 1, len(lines)) if lines[i].startswith("```")) + 1
            found.append(Block(begin + 2, fence.group(1), lines[begin + 1:at - 1]))
        elif lines[at].startswith("    ") and (begin == 0 or not lines[begin - 1].strip()):
            while at < len(lines) and (lines[at].startswith("    ") or not lines[at].strip()):
                at += 1
            found.append(Block(begin + 1, "", [entry[4:] for entry in lines[begin:at]]))
        else:
            rest.append(lines[at])
            at += 1
    return found, "\n".join(rest)


def commands(block):
    """(line, command) of a block: continuations joined, remarks cut off."""
    out, going_on = [], False
    for number, text in enumerate(block.lines, block.line):
        if going_on:
            out[-1][1] += "\n" + text
        elif text and not text[0].isspace() and not text.startswith("#"):
            out.append([number, text])
        going_on = text.endswith("\\") and bool(text)
    return [(number, re.sub(r"(?<=\S) {2,}(?=[^\s\\'\"]).*$", "", text, flags=re.M)
             if text.startswith(("plimsoll", "./dev")) and "\n" not in text else text)
            for number, text in out]


# -- links


def slugs(text):
    """Anchors of headings, as the web pages of repositories make them."""
    found = set()
    for title in re.findall(r"^#+ (.*)$", blocks(text)[1], re.M):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", title).replace("`", "").lower().strip()
        slug = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
        count = 0
        while slug + (f"-{count}" if count else "") in found:
            count += 1
        found.add(slug + (f"-{count}" if count else ""))
    return found


def check_links(page, text):
    """What does not lead anywhere: links, anchors, files that are named as code."""
    wrong = []
    rest = blocks(text)[1]
    targets = LINK.findall(rest) + [one or two for one, two in IMAGE.findall(rest)]
    for target in targets:
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        if not file.exists():
            wrong.append(f"{target}: there is no {path}")
        elif anchor and file.suffix == ".md" and anchor not in slugs(file.read_text("utf-8")):
            wrong.append(f"{target}: there is no heading '{anchor}'")
    rooms = "cli|docs|engine|examples|feeds|reports|strategies|tests"
    for path in re.findall(rf"`((?:{rooms})/[\w./*-]+\.(?:\w+))`", rest):
        made = re.search(r"\.(tape|db|html)$", path)
        if not made and not list(SOURCE.glob(path)):
            wrong.append(f"`{path}`: there is no such file")
    return wrong


# -- commands against the table


def read_table():
    """Commands by name with the options of each, and the commands of ./dev."""
    out = subprocess.run([os.environ["PLIMSOLL"], "help", "--json"], check=True,
                         capture_output=True, text=True).stdout
    table = json.loads(out)
    known = {}
    for entry in table["commands"]:
        options = entry["options"] + table["options"]
        known[entry["name"]] = {"--" + option["name"]: option for option in options}
        known[entry["name"]].update({"-" + option["letter"]: option for option in options
                                     if option["letter"]})
    usage = subprocess.run([str(SOURCE / "dev"), "help"], check=True, capture_output=True,
                           text=True).stdout
    return known, set(re.findall(r"^  (\w+)", usage, re.M))


def split(command):
    """The simple commands of a line of shell that are ours."""
    try:
        lexer = shlex.shlex(command.replace("\\\n", " "), posix=True, punctuation_chars="|&;()<>")
        lexer.whitespace_split = True
        tokens = list(lexer)
    except ValueError:
        return []
    found, current = [], []
    for token in tokens + ["|"]:
        if token and set(token) <= set("|&;()<>"):
            found.append(current)
            current = []
        else:
            current.append(token)
    return [words for words in found if words and words[0] in ("plimsoll", "./dev")]


def check_words(words, known, dev):
    """What is wrong with one simple command, or None."""
    if words[0] == "./dev":
        return None if len(words) < 2 or words[1] in dev else f"./dev has no command '{words[1]}'"
    words = words[1:]
    if not words or words[0].startswith("-") or words[0].isupper():
        return None
    name = " ".join(words[:2]) if " ".join(words[:2]) in known else words[0]
    if name not in known:
        group = [other for other in known if other.startswith(words[0] + " ")]
        loose = len(words) == 1 or words[1].isupper() or words[1].startswith("-")
        return None if group and loose else f"no command '{' '.join(words[:2])}'"
    options, waiting = known[name], None
    for word in words[len(name.split()):]:
        if waiting:
            word, option, waiting = word, waiting, None
        elif word.startswith("-") and len(word) > 1 and word != "--":
            key, equals, value = word.partition("=")
            if key not in options:
                return f"{name}: no option '{key}'"
            option, word = options[key], value
            if option["type"] == "flag":
                continue
            if not equals:
                waiting = option
                continue
        else:
            continue
        if option["words"] and word not in option["words"] and not re.search(r"[A-Z|]", word):
            return f"{name}: --{option['name']} '{word}' is none of {option['words']}"
    return None


def check_commands(text, table):
    """Commands of blocks and of lines that the program does not have."""
    wrong = []
    found, rest = blocks(text)
    lines = [entry for block in found if block.is_commands() for entry in commands(block)]
    inline = re.findall(r"`(plimsoll [^`]+|\./dev [^`]+)`", rest)
    lines += [("`", command) for command in inline if not re.match(r"plimsoll/", command)]
    for number, command in lines:
        for words in split(command):
            problem = check_words(words, *table)
            if problem:
                wrong.append(f"line {number}: {command}: {problem}")
    return wrong


# -- files


def complete(block):
    """The text of a run file out of a part of one."""
    text, keys = "\n".join(block.lines), block.keys()
    if "tape" not in keys:
        text = "tape: fragment.tape\n" + text
    if "accounts" not in keys:
        text += "\naccounts:\n  - name: a\n    collateral: {USDT: 1000}\n"
    return text + "\n"


def try_file(block, folder, environment):
    """What the program has to say against a file in a block, or None."""
    text = "\n".join(block.lines) + "\n"
    command = "margin"
    name = "account.yaml"
    if block.keys() <= RUN_KEYS:
        text, command = complete(block), "check"
        named = re.search(r"^run: (\S+)", text, re.M)
        name = f"{named.group(1) if named else 'fragment'}.yaml"
        tape = folder / re.search(r"^tape: (\S+)", text, re.M).group(1)
        if not tape.exists():
            subprocess.run(["plimsoll", "synth", "walk", "--events", "100000", "--recv", "-q",
                            "-o", tape],
                           check=True, env=environment, timeout=STEP_TIMEOUT_S)
    (folder / name).write_text(text, encoding="utf-8")
    done = subprocess.run(["plimsoll", command, name], cwd=folder, env=environment, text=True,
                          capture_output=True, check=False, timeout=STEP_TIMEOUT_S)
    return None if done.returncode == 0 else f"line {block.line}: {done.stderr.strip()}"


def is_file(block):
    keys = block.keys()
    if block.is_commands() or block.shown or block.kind not in ("", "yaml"):
        return False
    return bool(keys and keys <= RUN_KEYS and keys & {"venue", "accounts"}) or \
        {"rulebook", "accounts"} <= keys or {"rulebook", "positions"} <= keys


# -- running


def script(block):
    """Commands as a script that tells the line of the first that fails."""
    out = []
    fine = "[ $code != 2 ]" if block.shown else "[ $code = 1 ]"
    for number, command in commands(block):
        if command.startswith("./dev"):
            continue
        out.append(f"{{ {command}\n}} || {{ code=$?; {fine} || "
                   f"{{ echo \"line {number}: exit code $code\" >&2; exit 1; }}; }}")
    return "\n".join(out)


def try_blocks(page, text, environment):
    """(what is wrong with commands, what is wrong with files) of a page."""
    bad_commands, bad_files = [], []
    with tempfile.TemporaryDirectory(prefix="plimsoll-docs-") as name:
        folder = pathlib.Path(name)
        shutil.copytree(SOURCE / "examples", folder / "examples",
                        ignore=shutil.ignore_patterns("*.tape", "*.db"))
        for block in blocks(text)[0]:
            if block.is_commands():
                done = subprocess.run(["sh", "-c", script(block)], cwd=folder, env=environment,
                                      stdin=subprocess.DEVNULL, capture_output=True, text=True,
                                      check=False, timeout=STEP_TIMEOUT_S)
                if done.returncode != 0:
                    bad_commands.append(f"block of line {block.line}: " + done.stderr[-2000:])
            elif is_file(block):
                problem = try_file(block, folder, environment)
                bad_files += [problem] if problem else []
    return bad_commands, bad_files


def install(home):
    """An environment with the program as it is installed."""
    subprocess.run(["meson", "install", "-C", BUILD, "--no-rebuild", "--destdir", home],
                   check=True, capture_output=True)
    package = next(home.rglob("plimsoll.pc")).parent
    binary = next(home.rglob("bin/plimsoll")).parent
    return dict(os.environ, PATH=f"{binary}:{os.environ['PATH']}", LC_ALL="C", HOME=str(home),
                PKG_CONFIG_PATH=str(package), PKG_CONFIG_SYSROOT_DIR=str(home))


def pages():
    found = [*SOURCE.glob("*.md"), *SOURCE.glob("docs/**/*.md"), *SOURCE.glob("examples/**/*.md")]
    return sorted(found)


def main():
    """Exit code 1 when a page says what is not so."""
    number, bad = 0, 0

    def tell(page, title, wrong):
        nonlocal number, bad
        number, bad = number + 1, bad + bool(wrong)
        print(f"{'not ok' if wrong else 'ok'} {number} - {page.relative_to(SOURCE)}: {title}")
        for complaint in wrong:
            print("# " + complaint.replace("\n", "\n# "))

    table = read_table()
    with tempfile.TemporaryDirectory(prefix="plimsoll-docs-") as name:
        environment = install(pathlib.Path(name))
        for page in pages():
            text = page.read_text(encoding="utf-8")
            found = blocks(text)[0]
            tell(page, "links and paths lead somewhere", check_links(page, text))
            tell(page, "commands and options exist", check_commands(text, table))
            bad_commands, bad_files = try_blocks(page, text, environment)
            if any(block.is_commands() for block in found):
                tell(page, "commands run", bad_commands)
            if any(is_file(block) for block in found):
                tell(page, "files are accepted", bad_files)
    print(f"1..{number}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
