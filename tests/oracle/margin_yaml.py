"""margin_yaml - the part of YAML that rulebooks and what-if files are written in.

Block maps and lists by indentation, flow maps and lists (JSON is of these), plain and quoted
scalars, comments. Everything else is an error. Scalars are kept as their text: numbers are exact.
"""

import json
import re

from replay_numbers import InputError

PLAIN_END = re.compile(r"[,\[\]{}]|: |:$|\s#|:(?=[,\[\]{}])")
KEY = re.compile(
    r"""("(?:[^"\\]|\\.)*"|'[^']*'|[^\s#\[\]{},"'&*!|>%@`][^#\[\]{},"']*?):(?:\s+|$)""")


class Flow:
    """A flow value in a text that may span lines."""

    def __init__(self, text):
        self.text, self.at = text, 0

    def skip(self):
        while self.at < len(self.text):
            if self.text[self.at] in " \t\n":
                self.at += 1
            elif self.text[self.at] == "#":
                end = self.text.find("\n", self.at)
                self.at = len(self.text) if end < 0 else end
            else:
                return self.text[self.at]
        return ""

    def take(self, mark):
        if self.skip() != mark:
            raise InputError(f"'{mark}' is missing before '{self.text[self.at:self.at + 20]}'")
        self.at += 1

    def value(self):
        first = self.skip()
        if first == "{":
            return self.map()
        if first == "[":
            return self.list()
        return self.scalar()

    def map(self):
        found = {}
        self.take("{")
        while self.skip() != "}":
            key = self.scalar()
            self.take(":")
            if key in found:
                raise InputError(f"'{key}' twice")
            found[key] = self.value()
            if self.skip() != "}":
                self.take(",")
        self.take("}")
        return found

    def list(self):
        found = []
        self.take("[")
        while self.skip() != "]":
            found.append(self.value())
            if self.skip() != "]":
                self.take(",")
        self.take("]")
        return found

    def scalar(self):
        first = self.skip()
        if first == '"':
            text, length = json.JSONDecoder().raw_decode(self.text[self.at:])
            self.at += length
            return text
        if first == "'":
            end = self.text.index("'", self.at + 1)
            text, self.at = self.text[self.at + 1:end], end + 1
            return text
        rest = self.text[self.at:].split("\n", 1)[0]
        end = PLAIN_END.search(rest)
        text = rest[:end.start()] if end else rest
        self.at += len(text)
        if not text.strip():
            raise InputError(f"a value is missing before '{rest[:20]}'")
        return text.strip()

    def done(self):
        if self.skip():
            raise InputError(f"more than a value: '{self.text[self.at:self.at + 20]}'")


def without_comment(line):
    """The line up to a comment that is not inside quotes."""
    quote = ""
    for at, char in enumerate(line):
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'" and (at == 0 or line[at - 1] in " [{,:"):
            quote = char
        elif char == "#" and (at == 0 or line[at - 1] in " \t"):
            return line[:at].rstrip()
    return line.rstrip()


class Block:
    """Lines of (indentation, text), read from the top."""

    def __init__(self, text):
        self.lines = []
        for line in text.split("\n"):
            line = without_comment(line)
            if line.strip():
                self.lines.append((len(line) - len(line.lstrip(" ")), line.strip()))
        self.at = 0

    def value(self, indent):
        if self.lines[self.at][1].startswith("- ") or self.lines[self.at][1] == "-":
            return self.list(indent)
        if KEY.match(self.lines[self.at][1]):
            return self.map(indent)
        return self.inline(self.lines[self.at][1])

    def next_at(self, indent):
        if self.at >= len(self.lines) or self.lines[self.at][0] < indent:
            return None
        if self.lines[self.at][0] > indent:
            raise InputError(f"indented too far: '{self.lines[self.at][1]}'")
        return self.lines[self.at][1]

    def map(self, indent):
        found = {}
        while (text := self.next_at(indent)) is not None:
            match = KEY.match(text)
            if not match:
                raise InputError(f"no key: '{text}'")
            key = match[1].strip("\"'")
            if key in found:
                raise InputError(f"'{key}' twice")
            found[key] = self.after(text[match.end():], indent)
        return found

    def list(self, indent):
        found = []
        while (text := self.next_at(indent)) is not None and text[:2] in ("- ", "-"):
            rest = text[1:].lstrip()
            inner = indent + len(text) - len(rest)
            if rest and KEY.match(rest) and rest[0] not in "[{":
                self.lines[self.at] = inner, rest
                found.append(self.map(inner))
            else:
                found.append(self.after(rest, indent))
        return found

    def after(self, rest, indent):
        """What stands behind a key or a dash: on the line, or indented below it."""
        if rest:
            return self.inline(rest)
        self.at += 1
        if self.at >= len(self.lines):
            raise InputError("a value is missing at the end")
        below, text = self.lines[self.at]
        if below > indent or (below == indent and text.startswith("- ")):
            return self.value(below)
        raise InputError(f"a value is missing before '{text}'")

    def inline(self, rest):
        """A flow value that begins here and may end some lines below."""
        self.at += 1
        if rest[0] not in "[{\"'":
            return rest
        joint = "\n" if rest[0] in "[{" else " "
        while True:
            flow = Flow(rest)
            try:
                found = flow.value()
            except (InputError, ValueError):
                if self.at >= len(self.lines):
                    raise
                rest += joint + self.lines[self.at][1]
                self.at += 1
                continue
            flow.done()
            return found


def read_yaml(text):
    block = Block(text)
    if not block.lines:
        raise InputError("an empty file")
    found = block.value(block.lines[0][0])
    if block.at != len(block.lines):
        raise InputError(f"not understood: '{block.lines[block.at][1]}'")
    return found
