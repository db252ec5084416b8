#!/usr/bin/env python3
"""The rules of STYLE.md that a machine can check.

tidy.py [ROOT]   prints one line per finding, `file:line: what is wrong`, then a short survey of the
                 code; exit code 1 when something was found. Needs Python alone; clang-format is
                 asked too where it is installed.
"""
import ast
import pathlib
import re
import shutil
import subprocess
import sys

COLUMNS_MAX = 100
FUNCTION_MAX = 70
FILE_MAX = 500

# Files that are longer than FILE_MAX: path -> lines. The number may only go down.
# The boundary stays one header: a plug-in includes one file.
RATCHET = {"engine/include/plimsoll.h": 604}

# Modules (x.c with x.h) without a test of their own, and who tests them instead.
UNTESTED = {
    # whose promises another program proves: stem, program
    "block_decode": "block",
    "block_encode": "block",
    "block_unpack": "block",
    "zone_run": "block",
    "chunk": "block",
    "bitmex_candles": "bitmex",
    "bitmex_rows": "bitmex",
    "csv_cell": "csv_generic",
    "csv_fields": "csv_generic",
    "csv_json_rows": "csv_examples",
    "csv_map": "csv_generic",
    "csv_lines": "import",
    "csv_rules": "csv_order",
    "csv_table": "tardis",
    "import_check": "import",
    "import_rows": "tardis",
    "import_sort": "import",
    "reject": "event_csv",
    "outcome": "run",
    "model_host": "plugins",
    "record_words": "text_sink",
    "text_line": "text_sink",
    "synth_book": "synth",
    "synth_market": "synth",
    "synth_plan": "synth",
    "synth_row": "synth",
    "synth_tables": "synth",
}

# Headers that the build makes.
GENERATED = set()

SKIPPED_FOLDERS = {".git", "build", "__pycache__"}
SOURCE_SUFFIXES = {".c", ".h", ".py", ".sh", ".build"}
SOURCE_NAMES = {"dev", "run"}

# -- rooms and arrows (the map in README.md)

STAGES = ["market", "venue", "account", "margin", "plugin", "record"]
GROUND = {"abi", "include", "base"}
SEES = {
    "abi": {"abi"},
    "include": GROUND,
    "base": GROUND,
    "market": GROUND | {"market"},
    "venue": GROUND | {"market", "venue"},
    "account": GROUND | {"market", "account"},
    "margin": GROUND | {"market", "account", "margin"},
    "plugin": GROUND | {"plugin"},
    "record": GROUND | {"record"},
    "setup": GROUND | {"market", "venue", "account", "margin", "plugin", "setup"},
    "clock": GROUND | {"clock"},
    "slots": GROUND | {"slots"},
    "core": GROUND | set(STAGES) | {"setup", "clock", "slots", "core"},
    "feeds": GROUND | {"feeds"},
    "tape": GROUND | {"feeds", "tape"},
    "import": GROUND | {"feeds", "import"},
    "synth": GROUND | {"feeds", "synth"},
    "reports": GROUND | {"record", "reports"},
    "cli": GROUND | set(STAGES) | {"setup", "clock", "slots", "core", "feeds", "tape", "import",
                                   "synth", "reports", "cli"},
}

# Libraries from outside: header -> rooms that may use it. Tests may use any.
FEEDS = {"feeds", "tape", "import", "synth"}
OUTSIDE = [
    (r"openssl/.*", {"base"}),
    (r"yaml\.h", {"base"}),
    (r"zstd.*\.h|zlib\.h|archive.*\.h", FEEDS),
    (r"sqlite3\.h", {"reports"}),
    (r"jansson\.h", {"import", "reports", "cli"}),
    (r"locale\.h|math\.h|setjmp\.h|time\.h|assert\.h|float\.h|complex\.h", {"cli", "reports"}),
]

# -- words that engine and feeds do not use: (pattern, files that may, why)

LAST_WORDS = {"check.c", "memory.c"}
BANNED = [
    (r"\b(float|double)\b", {"plimsoll_aux.h", "plimsoll_series.h"}, "money is integer"),
    (r"\b(malloc|calloc|realloc|free|aligned_alloc|posix_memalign|strn?dup)\s*\(", {"memory.c"},
     "memory.h allocates"),
    (r"\b(strcpy|stpcpy|strcat|strncpy|strncat|sprintf|vsprintf|gets)\s*\(", set(), "unbounded"),
    (r"\b(ato[ifl]|atoll|strto(d|f|ld|l|ll|ul|ull|imax|umax)|v?f?s?scanf)\s*\(", set(),
     "decimal.h reads numbers"),
    (r"\bs?rand(om)?(_r)?\s*\(|\b[ejlmn]rand48\s*\(", set(), "philox.h is the only chance"),
    (r"\b(time|clock|clock_gettime|gettimeofday|localtime(_r)?|gmtime(_r)?|mktime|strftime)\s*\(",
     set(), "time comes from the tape; timetext.h writes it"),
    (r"\b(getenv|setlocale|isalpha|isalnum|isdigit|isspace|isupper|islower|isprint|ispunct|isxdigit"
     r"|toupper|tolower|strcasecmp|strncasecmp|strcoll)\s*\(", set(), "depends on the environment"),
    (r"\b(alloca|setjmp|longjmp)\s*\(", set(), "stack and flow stay plain"),
    (r"\bassert\s*\(", set(), "plm_assert stays in release builds"),
    (r"\b(printf|vprintf|puts|putchar|perror)\s*\(|\bstdout\b", set(), "libraries do not print"),
    (r"\bstderr\b|\b(abort|exit|_exit|_Exit)\s*\(", LAST_WORDS, "libraries return a status"),
    (r"\b(__thread|_Thread_local)\b", set(), "no globals"),
]
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]*)', re.M)
UNFINISHED = re.compile(r"\b(FIXME|TODO|XXX)\b")
NOT_A_VARIABLE = re.compile(
    r"(typedef|extern|_Static_assert|PLM_STATIC_ASSERT|__extension__)\b")
NOT_A_CALL = {"if", "for", "while", "switch", "return", "sizeof", "_Alignof", "_Static_assert"}


class Function:
    """A function found in a C file: its name, its lines, and its body from the brace on."""

    def __init__(self, name, first, opened, last, body):
        self.name, self.first, self.opened, self.last, self.body = name, first, opened, last, body

    def lines(self):
        return self.last - self.first + 1


def room_of(path):
    """The room of a file, by its path; None for tests and what has no room."""
    parts = path.parts
    if parts[0] == "engine":
        if parts[1] == "include":
            return "abi" if path.name.startswith("plimsoll") else "include"
        if len(parts) == 2:
            return path.stem if path.stem in ("clock", "slots") else "core"
        return parts[1]
    if parts[0] == "feeds":
        return "feeds" if len(parts) == 2 else parts[1]
    if parts[0] == "strategies":
        return "/".join(parts[:2])
    return parts[0] if parts[0] in ("reports", "cli") else None


def sees_of(room):
    if room.startswith("strategies/"):
        return {"abi", room}
    return SEES.get(room, GROUND)


def strip_c(text):
    """Blanks comments and the insides of literals; every character keeps its place."""
    token = re.compile(
        r'/\*.*?(?:\*/|\Z)|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)

    def blank(match):
        found = match.group(0)
        if found[0] == "/":
            return re.sub(r"[^\n]", " ", found)
        return found[0] + re.sub(r"[^\n]", " ", found[1:-1]) + found[-1]

    return token.sub(blank, text)


def strip_directives(text):
    """Blanks preprocessor lines with their continuations."""
    return re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", lambda m: re.sub(r"[^\n]", " ", m.group(0)),
                  text, flags=re.M)


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def parse_c(code):
    """Functions and file-scope declarations (offset, text) of stripped code without directives."""
    functions, declarations = [], []
    depth, start, opened, head = 0, 0, 0, ""
    for match in re.finditer(r"[{};]", code):
        mark, at = match.group(0), match.start()
        if mark == "{":
            if depth == 0:
                head = code[start:at].strip()
                if re.fullmatch(r'extern\s*"\s*"', head):
                    start = at + 1  # a linkage block is no level of its own
                    continue
                opened = at
            depth += 1
        elif mark == "}":
            if depth == 0:
                start = at + 1  # the end of a linkage block
                continue
            depth -= 1
            named = re.search(r"(\w+)\s*\(", head)
            if depth == 0 and named and "=" not in head.split("(")[0] and head.endswith(")"):
                first = start + len(code[start:opened]) - len(code[start:opened].lstrip())
                functions.append(Function(function_name(head), line_of(code, first),
                                          line_of(code, opened), line_of(code, at),
                                          code[opened:at + 1]))
                start = at + 1
        elif depth == 0:
            text = code[start:at]
            offset = start + len(text) - len(text.lstrip())
            declarations.append((offset, text.strip()))
            start = at + 1
    return functions, declarations


def function_name(head):
    """The last name before a parenthesis at the outer level that is not an attribute."""
    flat = head
    while True:
        inner = re.sub(r"\([^()]*\)", lambda m: "\x01" * len(m.group(0)), flat)
        if inner == flat:
            break
        flat = inner
    names = [name for name in re.findall(r"(\w+)\s*\x01", flat) if name != "__attribute__"]
    return names[-1] if names else "?"


class Tidy:
    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.findings = []
        self.texts = {}
        for path in sorted(self.root.rglob("*")):
            local = path.relative_to(self.root)
            if SKIPPED_FOLDERS & set(local.parts) or not path.is_file():
                continue
            if local.suffix in SOURCE_SUFFIXES or local.name in SOURCE_NAMES:
                self.texts[local] = path.read_bytes().decode("utf-8", "surrogateescape")
        self.c_files = [path for path in self.texts if path.suffix in (".c", ".h")]
        self.code = {path: strip_c(self.texts[path]) for path in self.c_files}
        self.functions, self.declarations = {}, {}
        for path in self.c_files:
            self.functions[path], self.declarations[path] = parse_c(
                strip_directives(self.code[path]))

    def report(self, path, line, message):
        self.findings.append((str(path), line, message))

    # -- every source

    def check_text(self):
        for path, text in self.texts.items():
            if not text.endswith("\n"):
                self.report(path, line_of(text, len(text)), "no newline at the end")
            for number, line in enumerate(text.splitlines(), 1):
                if len(line) > COLUMNS_MAX:
                    self.report(path, number, f"{len(line)} columns, {COLUMNS_MAX} are allowed")
                if "\t" in line:
                    self.report(path, number, "tab")
                if line != line.rstrip():
                    self.report(path, number, "blanks at the end of the line")
                if not line.isascii():
                    self.report(path, number, "character outside ASCII")

    def check_lengths(self):
        for path in self.c_files:
            lines, allowed = self.texts[path].count("\n"), RATCHET.get(str(path), FILE_MAX)
            if lines > allowed:
                self.report(path, 1, f"{lines} lines, {allowed} are allowed")
            for function in self.functions[path]:
                self.check_function(path, function.first, function.name, function.lines())
        for path, text in self.texts.items():
            if path.suffix == ".py":
                for node in ast.walk(ast.parse(text)):
                    if isinstance(node, ast.FunctionDef):
                        self.check_function(path, node.lineno, node.name,
                                            node.end_lineno - node.lineno + 1)

    def check_function(self, path, line, name, lines):
        if lines > FUNCTION_MAX:
            self.report(path, line, f"{name} has {lines} lines, {FUNCTION_MAX} are allowed")

    # -- names and files

    def check_stems(self):
        owners = {}
        for path in self.c_files:
            if path.parts[0] == "strategies":
                continue  # a plug-in is a world of its own, named by its id
            owner = owners.setdefault(path.stem, path)
            if owner.parent != path.parent:
                self.report(path, 1, f"the stem {path.stem} is taken by {owner}")

    def check_heads(self):
        for path in self.c_files:
            if not re.match(rf"/\*\n \* {re.escape(path.name)} - \S", self.texts[path]):
                self.report(path, 1, f'does not begin with the banner "{path.name} - what it is"')
            if path.suffix != ".h":
                continue
            guard = f"PLM_{path.stem.removeprefix('plm_').upper()}_H"
            directives = re.findall(r"^#.*$", self.code[path], re.M)
            if directives[:2] != [f"#ifndef {guard}", f"#define {guard}"]:
                self.report(path, 1, f"the include guard is not {guard}")

    def check_listed(self):
        listed = set()
        for path, text in self.texts.items():
            if path.name == "meson.build":
                for name in re.findall(r"'([^'\n]*)'", re.sub(r"#.*", "", text)):
                    listed.add(path.parent / name)
        for path in self.c_files:
            names = {path}
            if path.parts[0] == "tests":  # unit lists `name` for test_name.c, fuzz for fuzz_name.c
                names.add(path.parent / (path.stem.partition("_")[2] or path.stem))
            if path.suffix == ".c" and not names & listed:
                self.report(path, 1, "no meson.build lists it")

    def check_tested(self):
        tests = {path.stem for path in self.c_files if path.parent.as_posix() == "tests/unit"}
        for path in self.c_files:
            if path.parts[0] not in ("engine", "feeds") or path.suffix != ".c":
                continue
            if path.with_suffix(".h") not in self.code:
                continue  # a part of somebody's module, tested through its header
            if f"test_{path.stem}" not in tests and path.stem not in UNTESTED:
                self.report(path, 1, f"there is no tests/unit/test_{path.stem}.c")

    # -- includes

    def check_includes(self):
        headers = {path.name: path for path in self.c_files if path.suffix == ".h"}
        used = set()
        for path in self.c_files:
            text = self.texts[path]
            for match in INCLUDE.finditer(text):
                line, name = line_of(text, match.start()), match.group(2)
                if match.group(1) == "<":
                    self.check_outside(path, line, name)
                elif "/" in name:
                    self.report(path, line, f'"{name}": headers are included by their bare name')
                elif name in headers:
                    if name != path.stem + ".h" or path.suffix == ".h":
                        used.add(name)
                    self.check_arrow(path, line, headers[name])
                elif name not in GENERATED:
                    self.report(path, line, f'"{name}": there is no such header')
        for name, path in headers.items():
            if name not in used and room_of(path) not in ("abi", "include"):
                self.report(path, 1, "nobody but its own module includes it")

    def check_outside(self, path, line, name):
        room = room_of(path)
        for pattern, rooms in OUTSIDE:
            if room and re.fullmatch(pattern, name) and room not in rooms:
                self.report(path, line, f"<{name}>: {room} may not use it")

    def check_arrow(self, path, line, header):
        room, target = room_of(path), room_of(header)
        if room and target not in sees_of(room):
            self.report(path, line, f'"{header.name}": {room} may not see {target or "tests"}')

    # -- words and habits

    def check_words(self):
        for path in self.c_files:
            for match in UNFINISHED.finditer(self.texts[path]):
                self.report(path, line_of(self.texts[path], match.start()), match.group(0))
            if path.parts[0] not in ("engine", "feeds"):
                continue
            code = re.sub(r"^[ \t]*#[ \t]*include[^\n]*", "", self.code[path], flags=re.M)
            for pattern, exempt, why in BANNED:
                for match in re.finditer(pattern, code):
                    if path.name not in exempt:
                        word = match.group(0).rstrip("( \n")
                        self.report(path, line_of(code, match.start()), f"{word}: {why}")

    def check_globals(self):
        for path in self.c_files:
            if path.parts[0] not in ("engine", "feeds"):
                continue
            code = strip_directives(self.code[path])
            for offset, text in self.declarations[path]:
                if is_mutable(text):
                    self.report(path, line_of(code, offset), "global that is not const")
            for function in self.functions[path]:
                for match in re.finditer(r"\bstatic\b([^;={]*)", function.body):
                    if is_mutable("static " + match.group(1)):
                        line = function.opened + function.body.count("\n", 0, match.start())
                        self.report(path, line, f"static in {function.name} that is not const")

    def check_recursion(self):
        """Direct calls only: a cycle through a pointer is not seen."""
        public, own = {}, {}
        for path in self.c_files:
            if path.parts[0] != "tests":
                own[path] = {function.name: (path, function) for function in self.functions[path]}
                public.update(own[path])
        calls = {}
        for path, functions in own.items():
            for name, (_, function) in functions.items():
                names = set(re.findall(r"(?<!->)(?<!\.)\b(\w+)\s*\(", function.body)) - NOT_A_CALL
                targets = (functions.get(n) or public.get(n) for n in sorted(names))
                calls[path, name] = [(t[0], t[1].name) for t in targets if t]
        for node in calls:
            seen, front = set(), list(calls[node])
            while front:
                other = front.pop()
                if other not in seen:
                    seen.add(other)
                    front += calls.get(other, [])
            if node in seen:
                self.report(node[0], own[node[0]][node[1]][1].first, f"{node[1]} is recursive")

    # -- layout

    def check_format(self):
        tool = shutil.which("clang-format")
        if not tool or not self.c_files or not (self.root / ".clang-format").exists():
            print("tidy: clang-format is not installed, layout was not checked")
            return
        done = subprocess.run([tool, "--dry-run", *map(str, self.c_files)], cwd=self.root,
                              stderr=subprocess.PIPE, text=True, check=False)
        first = {}
        for path, line in re.findall(r"^(.+?):(\d+):\d+: (?:warning|error): code should be",
                                     done.stderr, re.M):
            first.setdefault(path, int(line))
        for path, line in first.items():
            self.report(path, line, "clang-format would change it from here on (./dev format)")

    def survey(self):
        lengths, asserts, lines = [], 0, 0
        for path in self.c_files:
            if path.parts[0] in ("engine", "feeds", "cli"):
                lengths += [function.lines() for function in self.functions[path]]
                asserts += len(re.findall(r"\bplm_assert\s*\(", self.code[path]))
                lines += self.texts[path].count("\n")
        print(f"{len(lengths)} functions, {lines} lines in engine, feeds and cli; by length:")
        for low in range(1, FUNCTION_MAX + 1, 10):
            count = sum(low <= length < low + 10 for length in lengths)
            print(f"  {low:2}-{low + 9:2} {count:5} {'#' * (count * 50 // max(len(lengths), 1))}")
        print(f"{asserts} assertions, {100 * asserts / max(len(lengths), 1):.0f} per 100 functions")

    def run(self):
        for check in (self.check_text, self.check_lengths, self.check_stems, self.check_heads,
                      self.check_listed, self.check_tested, self.check_includes, self.check_words,
                      self.check_globals, self.check_recursion, self.check_format):
            check()
        return sorted(set(self.findings))


def is_mutable(declaration):
    """A declaration at file scope, or a static one, that makes something that can change."""
    head = declaration.split("=")[0].split("{")[0]
    if not head.strip() or NOT_A_VARIABLE.match(head) or "(" in head:
        return False
    if re.match(r"(struct|union|enum)\b", head) and len(head.split()) <= 2:
        return False
    return "const" not in head.rpartition("*")[2].split()


def main(arguments):
    root = arguments[0] if arguments else pathlib.Path(__file__).resolve().parents[2]
    tidy = Tidy(root)
    findings = tidy.run()
    for path, line, message in findings:
        print(f"{path}:{line}: {message}")
    tidy.survey()
    print(f"tidy: {len(findings)} findings in {len(tidy.texts)} files")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
