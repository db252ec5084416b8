#!/usr/bin/env python3
"""headers.py ROOT COMPILER...   compiles every header of the tree alone and speaks TAP.

All are compiled as C17; the public ones, which plug-ins include, also as strict C11 and as C++17
with nothing but their own folder to include from.
"""
import pathlib
import subprocess
import sys

ROOMS = ["engine", "engine/include", "engine/base", "engine/market", "engine/venue",
         "engine/account", "engine/margin", "engine/plugin", "engine/record", "engine/setup",
         "feeds", "feeds/tape", "feeds/import", "feeds/synth", "reports", "cli"]
PUBLIC = ["plimsoll.h", "plimsoll_aux.h", "plimsoll_series.h", "plimsoll_text.h"]
TEMPLATES = ["kernels_body.h"]  # bodies that are compiled several times, with macros set before
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wundef", "-Werror", "-fsyntax-only"]


def cases(root):
    everywhere = [f"-I{root / room}" for room in ROOMS]
    for room in ROOMS:
        for header in sorted((root / room).glob("*.h")):
            if header.name in TEMPLATES:
                continue
            yield header, "c17", ["-x", "c", "-std=c17", "-D_POSIX_C_SOURCE=200809L", *everywhere]
            if header.name in PUBLIC:
                yield header, "c11", ["-x", "c", "-std=c11"]
                yield header, "c++17", ["-x", "c++", "-std=c++17"]


def main(root, *compiler):
    failed = 0
    todo = list(cases(pathlib.Path(root)))
    print(f"1..{len(todo)}")
    for number, (header, standard, flags) in enumerate(todo, 1):
        # Through a file of one line: a header as main file would draw warnings of its own.
        done = subprocess.run([*compiler, *WARNINGS, *flags, f"-I{header.parent}", "-"],
                              input=f'#include "{header.name}"\n', stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False)
        good = done.returncode == 0
        failed += not good
        print(f"{'ok' if good else 'not ok'} {number} - {header.name} compiles alone as {standard}")
        for line in done.stdout.splitlines():
            print(f"# {line}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
