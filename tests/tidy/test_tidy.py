#!/usr/bin/env python3
"""tidy sees what it says it sees: each case plants one fault in a small clean tree.

Promises: the clean tree has no finding; every fault is reported at its file and line; what looks
like a fault but stands in a comment, a string or a permitted file is not reported.
"""
import contextlib
import io
import pathlib
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import tidy  # noqa: E402

LEAF_H = """/*
 * leaf.h - a leaf.
 */
#ifndef PLM_LEAF_H
#define PLM_LEAF_H

int plm_leaf(int a);

#endif
"""
LEAF_C = """/*
 * leaf.c - a leaf; malloc( and float in a comment are only words.
 */
#include "leaf.h"

static const char *const words[] = {"double", "stdout", "assert(1)"};
static const int table[3] = {1, 2, 3};

int plm_leaf(int a)
{
    return words[0][0] + table[a];
}
"""
TRUNK_C = """/*
 * trunk.c - stands on the leaf.
 */
#include <stdio.h>

#include "leaf.h"

#define TWICE(x) \\
    do { \\
        (x) *= 2; \\
    } while (0)

struct pair {
    int a, b;
};

__attribute__((format(printf, 1, 2))) static int plm_trunk(const char *text, ...)
{
    int a = text[0];
    TWICE(a);
    return plm_leaf(a);
}
"""
TEST = """/*
 * test_{0}.c - promises of {0}.
 */
"""
ABI = LEAF_H.replace("leaf", "plimsoll").replace("LEAF", "PLIMSOLL")
CLEAN = {
    "engine/include/plimsoll.h": ABI,
    "engine/base/leaf.h": LEAF_H,
    "engine/base/leaf.c": LEAF_C,
    "engine/base/memory.c": "/*\n * memory.c - memory.\n */\nvoid *plm_x(void)\n{\n"
                            "    return malloc(1);\n}\n",
    "engine/base/meson.build": "base = ['leaf.c', 'memory.c']\n",
    "feeds/trunk.c": TRUNK_C,
    "feeds/meson.build": "feeds = ['trunk.c']\n",
    "tests/unit/test_leaf.c": TEST.format("leaf"),
    "tests/unit/test_memory.c": TEST.format("memory"),
    "tests/unit/test_trunk.c": TEST.format("trunk"),
    "tests/unit/meson.build": "tests = [['leaf', []], ['memory', []], ['trunk', []]]\n",
}


def after(text, line):
    return lambda old: old.replace(text, text + line)


def long_function(lines):
    return "static int plm_long(void)\n{\n" + "    x();\n" * (lines - 3) + "}\n"


def banned(line):
    return after("    int a = text[0];\n", f"    {line}\n")


T, L, H = "feeds/trunk.c", "engine/base/leaf.c", "engine/base/leaf.h"

# name, file, how it changes (None: removed), line and part of the message
FAULTS = [
    ("long line", T, after("struct pair {\n", "    int " + "c" * 92 + ";\n"), 14, "101 columns"),
    ("tab", T, after("struct pair {\n", "\tint c;\n"), 14, "tab"),
    ("trailing blank", T, lambda old: old.replace("int a, b;", "int a, b; "), 14, "blanks"),
    ("no newline", T, lambda old: old[:-1], 22, "no newline"),
    ("non-ASCII", T, lambda old: old.replace("stands", "st\u00e4nds"), 2, "ASCII"),
    ("long function", T, lambda old: old + long_function(71), 23, "plm_long has 71 lines"),
    ("long python", "tests/x.py", lambda _: "def f():\n" + "    x()\n" * 70, 1, "f has 71 lines"),
    ("long file", T, lambda old: old + "\n" * 479, 1, "501 lines"),
    ("stem", "feeds/tape/leaf.h", lambda _: LEAF_H, 1, "is taken by"),
    ("banner", T, lambda old: old.replace("trunk.c -", "trunk -"), 1, "banner"),
    ("guard", H, lambda old: old.replace("PLM_LEAF_H", "LEAF_H"), 1, "guard"),
    ("not listed", "feeds/meson.build", lambda _: "feeds = ['tank.c']\n", 1, "no meson.build"),
    ("commented out", "feeds/meson.build", lambda _: "# 'trunk.c'\n", 1, "no meson.build"),
    ("test not listed", "tests/unit/meson.build", lambda _: "t = ['leaf', 'memory']\n", 1,
     "no meson.build"),
    ("no test", "tests/unit/test_leaf.c", None, 1, "no tests/unit/test_leaf.c"),
    ("unused header", "feeds/alone.h", lambda _: LEAF_H.replace("leaf", "alone").replace(
        "LEAF", "ALONE"), 1, "nobody but its own module"),
    ("path", T, lambda old: old.replace('"leaf.h"', '"../base/leaf.h"'), 6, "bare name"),
    ("unknown header", T, lambda old: old.replace('"leaf.h"', '"leave.h"'), 6, "no such header"),
    ("upward arrow", L, after('#include "leaf.h"\n', '#include "trunk.h"\n'), 5,
     "base may not see feeds"),
    ("strategy", "strategies/s/s.c", lambda _: '/*\n * s.c - s.\n */\n#include "leaf.h"\n', 4,
     "strategies/s may not see base"),
    ("stage to stage", "engine/venue/v.c",
     lambda _: '/*\n * v.c - v.\n */\n#include "ledger.h"\n', 4, "venue may not see account"),
    ("zstd in the engine", L, after('#include "leaf.h"\n', "#include <zstd.h>\n"), 5,
     "base may not use it"),
    ("sqlite in feeds", T, after("#include <stdio.h>\n", "#include <sqlite3.h>\n"), 5, "may not"),
    ("unfinished", T, lambda old: old.replace("stands", "FIXME: stands"), 2, "FIXME"),
    ("global", T, after("};\n", "\nstatic int counter;\n"), 17, "not const"),
    ("global table", T, after("};\n", "static const char *names[] = {0};\n"), 16, "not const"),
    ("hidden global", T, banned("static int calls = 0;"), 20, "static in plm_trunk"),
    ("recursion", T, lambda old: old.replace("return plm_leaf(", "return plm_trunk("), 17,
     "recursive"),
    ("recursion by two", L, lambda old: old.replace("table[a]", "plm_x()"), 9, "recursive"),
]
WORDS = ["double x;", "x = (float)a;", "x = malloc(1);", "free (x);", "strcpy(x, y);",
         "sprintf(x);", "x = atoi(text);", "x = strtod(x, y);", "x = strtoul(x);", "x = rand();",
         "x = time(0);", "clock_gettime(0, x);", "x = getenv(x);", "setlocale(0, x);",
         "x = isalpha(a);", "x = alloca(1);", "longjmp(x, 1);", "assert(a);", "printf(x);",
         "puts(x);", "f(stdout);", "f(stderr);", "exit(1);", "localtime(x);", "mktime(x);",
         "strftime(x);"]
BLAMED = {  # where a fault shows, when it is not in the file that was changed
    "not listed": T,
    "commented out": T,
    "no test": L,
    "test not listed": "tests/unit/test_trunk.c",
}
CONTEXT = {  # further files that a case needs
    "upward arrow": {"feeds/trunk.h": LEAF_H.replace("leaf", "trunk").replace("LEAF", "TRUNK")},
    "stage to stage": {"engine/account/ledger.h": LEAF_H.replace("leaf", "ledger")},
    "recursion by two": {"engine/base/memory.c": CLEAN["engine/base/memory.c"].replace(
        "malloc(1)", "plm_leaf(1)")},
}


def findings(files):
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            path = pathlib.Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        with contextlib.redirect_stdout(io.StringIO()):
            return tidy.Tidy(folder).run()


def cases():
    yield "the clean tree has no finding", CLEAN, None
    for word in WORDS:
        files = dict(CLEAN, **{T: banned(word)(CLEAN[T])})
        yield f"banned: {word}", files, (T, 20, ": ")
    for name, path, change, line, part in FAULTS:
        files = dict(CLEAN, **CONTEXT.get(name, {}))
        if change is None:
            del files[path]
        else:
            files[path] = change(files.get(path, ""))
        yield name, files, (BLAMED.get(name, path), line, part)


def main():
    todo, failed = list(cases()), 0
    print(f"1..{len(todo)}")
    for number, (name, files, expected) in enumerate(todo, 1):
        found = findings(files)
        if expected is None:
            good = not found
        else:
            path, line, part = expected
            good = any(path == f[0] and line == f[1] and part in f[2] for f in found)
        failed += not good
        print(f"{'ok' if good else 'not ok'} {number} - {name}")
        if not good:
            print(f"# wanted {expected}, found {found}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
