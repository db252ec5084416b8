#!/usr/bin/env python3
"""Pins the layout of the headers of plug-ins: what was built once must go on to work.

layout.py ROOT COMPILER...            compares with layout.txt and speaks TAP
layout.py --print ROOT COMPILER...    prints what layout.txt should be

Makes a C program that prints the size of every struct of them, offset and size of every
field, and the layout word, and runs it. A new field is a line more, and a reviewed one; a line that
changes breaks plug-ins, and means a new major version.
"""
import difflib
import pathlib
import re
import subprocess
import sys
import tempfile

HEADERS = ["plimsoll.h", "plimsoll_margin.h"]
STRUCT = re.compile(r"(?:typedef )?struct (plm_\w+) \{(.*?)^\}", re.S | re.M)


def fields(body):
    """Names of the fields of a struct; of a pointer to a function, the pointer's."""
    for statement in re.sub(r"/\*.*?\*/", "", body, flags=re.S).split(";"):
        pointer = re.search(r"\(\*(\w+)\)\s*\(", statement)
        if pointer:
            yield pointer.group(1)
        elif statement.strip():
            for part in statement.split(","):
                yield re.search(r"(\w+)(?:\[[^\]]*\])?\s*$", part).group(1)


def program(headers):
    """The text of the C program, for the text of the headers."""
    includes = (f'#include "{name}"' for name in HEADERS)
    lines = ["#include <stdio.h>", *includes, "int main(void)", "{"]
    for name, body in STRUCT.findall(headers):
        lines.append(f'(void)printf("%-33s %7zu\\n", "{name}", sizeof({name}));')
        for field in fields(body):
            lines.append(f'(void)printf("    %-18s %10zu %7zu\\n", "{field}", '
                         f"offsetof({name}, {field}), sizeof((({name} *)0)->{field}));")
    lines.append('(void)printf("%-30s 0x%08x\\n", "PLM_ABI_LAYOUT", PLM_ABI_LAYOUT);')
    return "\n".join([*lines, "return 0;", "}", ""])


def layout(root, compiler):
    """What the program prints."""
    include = root / "engine" / "include"
    with tempfile.TemporaryDirectory() as folder:
        source, binary = pathlib.Path(folder, "layout.c"), pathlib.Path(folder, "layout")
        headers = "".join((include / name).read_text(encoding="ascii") for name in HEADERS)
        source.write_text(program(headers), encoding="ascii")
        subprocess.run([*compiler, "-std=c17", f"-I{include}", "-o", binary, source], check=True)
        return subprocess.run([binary], stdout=subprocess.PIPE, text=True, check=True).stdout


def main(*arguments):
    """Exit code 1 when the layout is another one."""
    printing = arguments[0] == "--print"
    root, *compiler = arguments[1:] if printing else arguments
    found = layout(pathlib.Path(root), compiler)
    if printing:
        print(found, end="")
        return 0
    pinned = pathlib.Path(__file__).with_name("layout.txt").read_text(encoding="ascii")
    same = found == pinned
    print(f"1..1\n{'ok' if same else 'not ok'} 1 - the layout of plug-ins is that of layout.txt")
    for line in difflib.unified_diff(pinned.splitlines(), found.splitlines(), "layout.txt",
                                     "the headers", lineterm="", n=2):
        print(f"# {line}")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
