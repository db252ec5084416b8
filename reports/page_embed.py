#!/usr/bin/env python3
"""Files as C strings: page_embed.py OUT.c NAME=FILE...

A name that ends with `_notice` takes from Debian's copyright file what the licence wants to stand
in copies. References to maps of sources are left out: a page asks for no other file.
"""
import pathlib
import re
import sys


def read(name, path):
    text = pathlib.Path(path).read_text(encoding="utf-8")
    if name.endswith("_notice"):
        begin = text.index("Copyright (c)")
        return text[begin:text.index("OTHER DEALINGS IN THE SOFTWARE.")] + \
            "OTHER DEALINGS IN THE SOFTWARE.\n"
    text = re.sub(r"\n?(//# sourceMappingURL=[^\n]*|/\*# sourceMappingURL=[^*]*\*/)", "", text)
    if name.endswith("_script") and re.search(r"</script|<!--", text, re.I):
        sys.exit(f"embed.py: {path} can't stand in a script element")
    return text


def main(arguments):
    out, *pairs = arguments
    lines = ['#include "page_assets.h"', ""]
    for pair in pairs:
        name, _, path = pair.partition("=")
        data = read(name, path).encode() + b"\0"
        lines.append(f"const char {name}[] = {{")
        for at in range(0, len(data), 24):
            lines.append("    " + ",".join(str(b if b < 128 else b - 256)
                                           for b in data[at:at + 24]) + ",")
        lines.append("};")
    pathlib.Path(out).write_text("\n".join(lines) + "\n", encoding="ascii")


if __name__ == "__main__":
    main(sys.argv[1:])
