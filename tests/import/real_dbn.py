#!/usr/bin/env python3
"""Imports every Databento sample and holds the tape against a second reader (dbn_twin.py).

real_dbn.py PLIMSOLL [--table]

The files lie in $PLIMSOLL_DATA/databento-dbn or ../shared/data/databento-dbn; where they are not,
or where the tool zstd is missing, it ends with 77. Compared are all events of each tape, one by
one, and thereby counts, first and last stamps, price extremes and volume; --table prints those.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
from decimal import Decimal

import dbn_twin

SKIPPED = 77
REFUSED = 3  # exit code: input refused
SOURCE = os.environ.get("PLIMSOLL_SOURCE", os.path.join(os.path.dirname(__file__), "..", ".."))

# From the vendor's documentation of its samples: the first record.
GOLDEN = {
    "test_data.trades.v3.dbn.zst": {
        "recv": 1609160400099150057, "ts": 1609160400098821953, "px": 3720250000000, "size": 5,
        "action": "T", "side": "A", "flags": 129, "id": 5482, "publisher": 1},
    "test_data.tbbo.v3.dbn.zst": {
        "px": 3720250000000, "levels": [(3720250000000, 3720500000000, 26, 7)]},
    "test_data.mbo.v3.dbn.zst": {
        "order": 647784973705, "px": 3722750000000, "size": 1, "flags": 128, "action": "C",
        "side": "A"},
    "test_data.bbo-1s.v3.dbn.zst": {
        "recv": 1609113600000000000, "ts": 1609113599045849637, "px": 3702500000000, "size": 2,
        "side": "A", "flags": 168, "levels": [(3702250000000, 3702750000000, 18, 13)]},
    "test_data.cmbp-1.v3.dbn.zst": {
        "px": 3720500000000, "size": 1, "action": "A", "side": "A",
        "levels": [(3720250000000, 3720500000000, 24, 11)]},
    "test_data.ohlcv-1s.v3.dbn.zst": {
        "ts": 1609160400000000000, "volume": 57,
        "ohlc": (372025000000000, 372050000000000, 372025000000000, 372050000000000)},
    "test_data.statistics.v1.dbn.zst": {"type": 7, "px": 100000000000, "quantity": 2**31 - 1},
    "test_data.statistics.v3.dbn.zst": {"type": 7, "px": 100000000000, "quantity": 2**63 - 1},
    "test_data.status.v3.dbn.zst": {"action": 7, "trading": "Y"},
    "test_data.definition.v1.dbn.zst": {"symbol": "MSFT"},
    "test_data.definition.v2.dbn.zst": {"symbol": "MSFT"},
    "test_data.definition.v3.dbn.zst": {"symbol": "MSFT"},
}
# What is refused, and why that is right.
REFUSALS = {
    "test_data.live.dbn.zst": "has both L2 levels and best quotes",
}


def fail(path, *words):
    print("%s: %s" % (path, " ".join(str(word) for word in words)))
    sys.exit(1)


def find_data():
    folder = os.environ.get("PLIMSOLL_DATA") or os.path.join(SOURCE, "..", "shared", "data")
    folder = os.path.join(folder, "databento-dbn")
    if not os.path.isdir(folder) or shutil.which("zstd") is None:
        print("skipped: no %s, or no zstd" % folder)
        sys.exit(SKIPPED)
    return folder


def list_files(folder):
    for root, _, names in sorted(os.walk(folder)):
        for name in sorted(names):
            if ".dbn" in name:
                yield os.path.join(root, name)


def describe(symbols, path):
    """Nine decimals, so that every price is exact."""
    with open(path, "w", encoding="utf-8") as file:
        for symbol in sorted(symbols):
            file.write("- {symbol: '%s', kind: spot, px_scale: 9, tick: 0.000000001, lot: 1, "
                       "base: B, quote: Q}\n" % symbol)


def run(plimsoll, *arguments):
    return subprocess.run([plimsoll, *arguments], capture_output=True, text=True, check=False)


def read_tape(plimsoll, tape):
    """The events that are not derived."""
    events = []
    head = None
    for line in run(plimsoll, "tape", "cat", "-q", tape).stdout.splitlines():
        if line.startswith("#"):
            continue
        cells = line.split(",")
        if head is None:
            head = cells
            continue
        row = dict(zip(head, cells))
        if "derived" in row["flags"]:
            continue
        scale = 10**9 if row["kind"] != "status" else 1
        events.append((int(row["ts"]), int(row.get("recv", row["ts"])), row["symbol"], row["kind"],
                       row["side"], int(Decimal(row["px"] or 0) * scale), int(row["qty"] or 0),
                       row["flags"]))
    return events


def check_golden(path, stream):
    expected = GOLDEN.get(os.path.basename(path))
    if expected is None or "dbn-tests" not in path:
        return
    found = dbn_twin.fields(stream.records[0], stream.version)
    for key, value in expected.items():
        if found[key] != value:
            fail(path, key, "is", found[key], "and not", value)


def check_fragment(plimsoll, path, tape):
    result = run(plimsoll, "import", "-q", "--force", path, "-o", tape)
    if result.returncode != REFUSED or "a fragment" not in result.stderr:
        fail(path, result.returncode, result.stderr)
    return "refused: a fragment, records without metadata"


def check_file(plimsoll, path, folder):
    tape = os.path.join(folder, "t.tape")
    data = dbn_twin.load(path)
    if data[:3] != b"DBN":
        return None, check_fragment(plimsoll, path, tape)
    stream = dbn_twin.Stream(data)
    check_golden(path, stream)
    twin = dbn_twin.Events(stream)
    expected = [event for row in twin.rows for event in row]
    ordered = sorted(expected, key=lambda event: event[0])
    options = ["--on-error", "sort"] if ordered != expected else []
    if twin.symbols:
        describe(twin.symbols, os.path.join(folder, "rows.yaml"))
        options += ["--instruments", os.path.join(folder, "rows.yaml")]
    result = run(plimsoll, "import", "--json", path, "--force", "-o", tape, *options)
    words = REFUSALS.get(os.path.basename(path))
    if words is not None:
        if result.returncode != REFUSED or words not in result.stderr:
            fail(path, result.returncode, result.stderr)
        return (len(stream.records), None), "refused: " + words
    if result.returncode not in (0, 1):
        fail(path, result.returncode, result.stderr)
    report = json.loads(result.stdout)["report"]["files"][0]["report"]
    counts = (report["rows_read"], report["rows_written"], report["rows_rejected"])
    if counts != (len(stream.records), len(twin.rows), twin.declared):
        fail(path, "rows", counts, "and not", (len(stream.records), len(twin.rows), twin.declared))
    found = read_tape(plimsoll, tape)
    for one, other in zip(found, ordered):
        if one != other:
            fail(path, one, "and not", other)
    if len(found) != len(ordered):
        fail(path, len(found), "events and not", len(ordered))
    return counts, ordered


def show(path, counts, events):
    name = os.path.join(*path.split(os.sep)[-2:])
    if isinstance(events, str):
        print("| %s | %s | | | | | %s |" % (name, counts[0] if counts else "", events))
        return
    prices = [event[5] for event in events if event[5] > 0]
    volume = sum(event[6] for event in events if event[3] in ("trade", "bar_close"))
    print("| %s | %d | %d | %d | %s | %s | %s |" % (
        name, *counts, "%d .. %d" % (events[0][0], events[-1][0]) if events else "",
        "%s .. %s" % (Decimal(min(prices)) / 10**9, Decimal(max(prices)) / 10**9) if prices else "",
        volume))


def main():
    plimsoll, table = sys.argv[1], "--table" in sys.argv
    files = list(list_files(find_data()))
    events = 0
    with tempfile.TemporaryDirectory() as folder:
        if table:
            print("| file | read | written | rejected | first .. last ts | prices | volume |")
            print("|---|---:|---:|---:|---|---|---:|")
        for path in files:
            counts, found = check_file(plimsoll, path, folder)
            events += 0 if isinstance(found, str) else len(found)
            if table:
                show(path, counts, found)
    print("%d files, %d events equal" % (len(files), events))


if __name__ == "__main__":
    main()
