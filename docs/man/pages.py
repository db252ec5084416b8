#!/usr/bin/env python3
"""pages.py PAGE TABLE.json FILE.md   the source of a manual page, for scdoc, on standard output.

plimsoll.1            the commands out of the table that `plimsoll help --json` prints, and what
                      FILE.md (docs/commands.md) tells of all of them
NAME.5                FILE.md, a page of docs/, as a manual page; the table is not looked at

So nothing is written twice: what the program knows comes from it, the rest from the docs. Of
Markdown this understands what docs/ uses: headings, paragraphs, lists, tables, blocks of code,
`code`, **strong** and links.
"""
import json
import pathlib
import re
import sys

SECTIONS = {"What holds for every command": "FOR EVERY COMMAND", "Exit codes": "EXIT CODES"}
TITLES = {"plimsoll-run-file": "what is replayed, at which venue, by whom",
          "plimsoll-rulebook": "the margin rules of a venue as text"}
INLINE = re.compile(r"`([^`]*)`|\*\*(.+?)\*\*|\[([^\]]*)\]\(([^)]*)\)")


def plain(text):
    """Text with whatever scdoc would take for its own escaped."""
    return re.sub(r"([\\*_#<>\[\]|`~.+-])", r"\\\1", text)


def inline(text):
    """A line of Markdown as scdoc."""
    out, at = [], 0
    for match in INLINE.finditer(text):
        code, strong, label, target = match.groups()
        out.append(plain(text[at:match.start()]))
        if code is not None:
            out.append(f"*{plain(code)}*" if code.strip() else code)
        elif strong is not None:
            out.append(f"*{plain(strong)}*")
        else:
            out.append(inline(label) if label != target else plain(label))
        at = match.end()
    return "".join(out) + plain(text[at:])


def cells(row):
    """The cells of a row of a Markdown table."""
    parts = re.split(r"(?<!\\)\|", row.strip().strip("|"))
    return [part.strip().replace("\\|", "|") for part in parts]


def table(rows):
    """A Markdown table as a list of terms: the first cell, and below it the others."""
    heads = cells(rows[0])
    out = []
    for row in rows[2:]:
        first, *rest = cells(row)
        said = [inline(rest[0])] if rest else []
        said += [f"{plain(head.capitalize())}: {inline(cell)}"
                 for head, cell in zip(heads[2:], rest[1:]) if cell]
        # A hyphen would begin a list, so a term that is no code is strong as a whole.
        term = inline(first) if first.startswith("`") else f"*{plain(first)}*"
        out += [term, "\t" + ". ".join(said) + "." if said else "", ""]
    return out


def literal(lines):
    return ["```", *lines, "```", ""]


def blocks(text):
    """Splits Markdown into (kind, lines)."""
    lines = text.splitlines()
    at = 0
    while at < len(lines):
        line = lines[at]
        begin = at
        if not line.strip():
            at += 1
            continue
        if line.startswith("```"):
            at += 1
            while not lines[at].startswith("```"):
                at += 1
            at += 1
            yield "code", lines[begin + 1:at - 1]
        elif line.startswith("    "):
            while at < len(lines) and (lines[at].startswith("    ") or not lines[at].strip()):
                at += 1
            code = [entry[4:] for entry in lines[begin:at]]
            while not code[-1].strip():
                code.pop()
            yield "code", code
        elif line.startswith("#"):
            at += 1
            yield "heading", [line]
        else:
            kind = "table" if line.startswith("|") else "list" if line.startswith("- ") else "text"
            while at < len(lines) and lines[at].strip() and not lines[at].startswith("#"):
                at += 1
            yield kind, lines[begin:at]


def bullets(lines):
    entries = []
    for line in lines:
        if line.startswith("- "):
            entries.append(line[2:].strip())
        else:
            entries[-1] += " " + line.strip()
    return [f"- {inline(entry)}" for entry in entries] + [""]


def body(text):
    """Markdown without its first heading as scdoc."""
    out = []
    for kind, lines in blocks(text):
        if kind == "heading":
            level = len(lines[0]) - len(lines[0].lstrip("#"))
            title = plain(lines[0].lstrip("# ").upper() if level == 2 else lines[0].lstrip("# "))
            out += [f"{'#' * max(level - 1, 1)} {title}", ""]
        elif kind == "table":
            out += table(lines)
        elif kind == "list":
            out += bullets(lines)
        elif kind == "code":
            out += literal(lines)
        else:
            out += [inline(" ".join(line.strip() for line in lines)), ""]
    return out


def section(text, title):
    """The part of a Markdown page below a heading of the second level."""
    match = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", text, re.M | re.S)
    if not match:
        sys.exit(f"pages.py: there is no section '{title}'")
    return match.group(1)


def sentence(text):
    return text[0].upper() + text[1:]


def option(entry):
    letter = f"*-{entry['letter']}*, " if entry["letter"] else ""
    value = f" _{plain(entry['value'])}_" if entry["value"] else ""
    words = f" Words: {', '.join(entry['words'])}." if entry["words"] else ""
    said = sentence(entry["help"]) + "." + words
    return [f"{letter}*--{plain(entry['name'])}*{value}", f"\t{plain(said)}", ""]


def usage(command):
    needed = "".join(f" --{entry['name']} {entry['value']}" for entry in command["options"]
                     if entry["required"])
    operands = f" {command['operands']}" if command["operands"] else ""
    return f"*plimsoll {plain(command['name'])}*{plain(operands + needed)} \\[options\\]"


def commands(help_table):
    out = []
    for command in help_table["commands"]:
        out += [f"## plimsoll {plain(command['name'])}", "", usage(command), "",
                plain(f"{sentence(command['summary'])}. {command['text']}".strip()), ""]
        for entry in command["options"]:
            out += option(entry)
        out += literal(command["examples"].splitlines())
    return out


def main_page(help_table, text):
    out = ["plimsoll(1)", "", "# NAME", "",
           "plimsoll - replay tick history through leveraged accounts", "", "# SYNOPSIS", "",
           "*plimsoll* _COMMAND_ \\[operands\\] \\[options\\]", "",
           "*plimsoll help* \\[_COMMAND_\\]", "", "# COMMANDS", ""]
    out += commands(help_table)
    out += ["# OPTIONS OF EVERY COMMAND", ""]
    for entry in help_table["options"]:
        out += option(entry)
    for title, shown in SECTIONS.items():
        out += [f"# {shown}", ""] + body(section(text, title))
    return out + ["# SEE ALSO", "", "*plimsoll-run-file*(5), *plimsoll-rulebook*(5)"]


def format_page(name, text):
    first, rest = text.split("\n", 1)
    if not first.startswith("# ") or name not in TITLES:
        sys.exit(f"pages.py: {name}: a page begins with its title")
    out = [f"{name}(5)", "", "# NAME", "", f"{name} - {TITLES[name]}", "", "# DESCRIPTION", ""]
    return out + body(rest) + ["# SEE ALSO", "", "*plimsoll*(1)"]


def main(arguments):
    page, help_json, markdown = arguments
    text = pathlib.Path(markdown).read_text(encoding="utf-8")
    name, number = page.rsplit(".", 1)
    if number == "1":
        lines = main_page(json.loads(pathlib.Path(help_json).read_text(encoding="utf-8")), text)
    else:
        lines = format_page(name, text)
    print("\n".join(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
