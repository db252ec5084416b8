#!/usr/bin/env python3
"""embed.py OUT.c NAME=FILE...   text files as the C strings of db_text.h."""
import pathlib
import sys


def main(out, *pairs):
    lines = ["/*", f" * {pathlib.Path(out).name} - made by embed.py.", " */",
             '#include "db_text.h"']
    for pair in pairs:
        name, _, path = pair.partition("=")
        content = pathlib.Path(path).read_bytes() + b"\0"
        lines += ["", f"const char {name}[] = {{"]
        for at in range(0, len(content), 16):
            lines.append("    " + " ".join(f"{byte}," for byte in content[at:at + 16]))
        lines.append("};")
    pathlib.Path(out).write_text("\n".join(lines) + "\n", encoding="ascii")


if __name__ == "__main__":
    main(*sys.argv[1:])
