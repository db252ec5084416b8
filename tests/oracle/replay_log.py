"""replay_log - the log of a run as text (docs/log.md): what strategies sent, and the comparison.

A log is compared while the replay runs: each record that the replay makes must be the next line,
and what only a strategy can know (request, note, stopped) is read from the lines at their place.
"""

from replay_numbers import InputError, parse_decimal

OF_STRATEGIES = ("request", "note", "stopped")
CONTEXT = 6


class Difference(Exception):
    """The replay and the log disagree."""


def parse_request(words, by_symbol):
    """The request of a log line. Where it names no instrument, its numbers are whole units."""
    pairs = dict(word.split("=", 1) for word in words)
    inst = by_symbol.get(pairs["sym"])
    request = {key: pairs[key] for key in ("action", "side", "type", "tif", "flags", "trigger",
                                           "by")}
    request.update((key, int(pairs[key])) for key in ("oid", "arrives", "leg", "group"))
    request["sym"] = inst.sym if inst else None
    for key in ("px", "trigger_px", "trail"):
        request[key] = parse_decimal(pairs[key], inst.px_scale if inst else 0)
    request["qty"] = parse_decimal(pairs["qty"], inst.qty_scale if inst else 0)
    return request


class Sent:
    """What a strategy sent at a time: account, kind of record, request or None."""

    def __init__(self, line, by_symbol):
        words = line.split(" ")
        self.ts, self.event, self.account, self.kind = (
            int(words[1]), int(words[2]), words[3], words[4])
        self.request = parse_request(words[5:], by_symbol) if self.kind == "request" else None


class Comparison:
    """The engine's log as the replay reads and checks it, line by line."""

    def __init__(self, text, instruments, whole=True):
        self.lines = text.splitlines()
        self.by_symbol = {inst.symbol: inst for inst in instruments}
        self.at = 0
        ended = bool(self.lines) and self.lines[-1].startswith("end ")
        if ended != whole:
            raise InputError("the log has no end line" if whole else "a failed run's log has one")
        self.count = len(self.lines) - ended

    def emit(self, record):
        """The next line must be this record (all but its number)."""
        line = f"{self.at + 1} {record}"
        if self.at >= self.count or self.lines[self.at] != line:
            self.differ(line)
        self.at += 1

    def differ(self, expected):
        first = max(0, self.at - CONTEXT)
        shown = [f"    {line}" for line in self.lines[first:self.at]]
        found = self.lines[self.at] if self.at < self.count else "the end of the log"
        shown += [f"replay  {expected}", f"engine  {found}"]
        shown += [f"    {line}" for line in self.lines[self.at + 1:self.at + 1 + CONTEXT]]
        raise Difference("\n".join(shown))

    def next_sent_ts(self):
        """The time of the next line, if a strategy made it."""
        if self.at < self.count:
            words = self.lines[self.at].split(" ", 5)
            if words[4] in OF_STRATEGIES:
                return int(words[1])
        return None

    def sent(self, now, event):
        """What strategies sent at this time, as far as the log has it here."""
        found = []
        while self.next_sent_ts() == now:
            sent = Sent(self.lines[self.at], self.by_symbol)
            number = self.lines[self.at].split(" ", 1)[0]
            if int(number) != self.at + 1 or sent.event != event:
                self.differ(f"the same with number {self.at + 1} and event {event}")
            found.append(sent)
            self.at += 1
        return found

    def wrong_request(self, expected):
        """The request read last is not what it must be."""
        self.at -= 1
        self.differ(f"the same with {expected}")

    def finish(self):
        if self.at != self.count:
            self.differ("the end of the log")
        words = self.lines[-1].split(" ")
        if words[1] != str(self.count):
            self.differ(f"end {self.count}")


class Collection:
    """Requests given by hand; what the replay makes of them is collected in `records`."""

    def __init__(self, lines, instruments):
        by_symbol = {inst.symbol: inst for inst in instruments}
        self.waiting = [Sent(line, by_symbol) for line in lines]
        self.records = []

    def emit(self, record):
        self.records.append(record)

    def next_sent_ts(self):
        return self.waiting[0].ts if self.waiting else None

    def sent(self, now, _event):
        found = []
        while self.next_sent_ts() == now:
            found.append(self.waiting.pop(0))
        return found

    def differ(self, expected):
        raise Difference(expected)

    wrong_request = differ

    def finish(self):
        if self.waiting:
            raise Difference("requests after the end")
