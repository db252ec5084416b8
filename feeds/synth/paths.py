#!/usr/bin/env python3
"""Writes the dated price paths of scenarios/*.csv as C arrays: run by meson, see meson.build.

A path table begins with head lines "# name: value" (title, text, source, start, end, mark-every in
seconds, one instrument per line; note lines are for readers) and goes on as CSV with the columns
time, instrument, key, value. Keys: last, mark, index (of an asset row: its asset index), funding
(a rate), status (halt, resume, delist, relist). Whatever does not fit stops the build.

usage: paths.py out.c table.csv...
"""

import csv
import pathlib
import sys
from datetime import datetime, timedelta, timezone
from decimal import Decimal

KINDS = {
    "spot": "PLM_INST_SPOT",
    "linear": "PLM_INST_LINEAR",
    "inverse": "PLM_INST_INVERSE",
    "asset": "PLM_INST_ASSET",
}
KEYS = ["last", "mark", "index", "funding", "status"]
STATUSES = {"halt": 1, "resume": 2, "delist": 3, "relist": 5}
RATE_SCALE = 12
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def fail(place, message):
    sys.exit(f"{place}: {message}")


def seconds(text, place):
    try:
        moment = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
    except ValueError:
        fail(place, f"time '{text}'; a UTC time like 2020-03-12T00:00:00Z is allowed")
    return (moment - EPOCH) // timedelta(seconds=1)


def scaled(text, scale, place):
    value = Decimal(text).scaleb(scale)
    if value != value.to_integral_value():
        fail(place, f"value {text} has more than {scale} decimals")
    return int(value)


def parse_instrument(text, place):
    words = text.split()
    if len(words) < 5 or words[1] not in KINDS:
        fail(place, "instrument: symbol, kind, base, quote, settle, then name=number")
    result = dict(zip(["symbol", "kind", "base", "quote", "settle"], words[:5]))
    for word in words[5:]:
        name, number = word.split("=")
        result[name] = int(number)
    if result["kind"] != "asset" and result["order"] < 8:
        fail(place, "order must be 8 lots or more")
    result["points"] = {key: [] for key in KEYS}
    return result


def read_table(path):
    table = {"name": path.stem, "instruments": []}
    lines = path.read_text(encoding="ascii").splitlines()
    head = [line for line in lines if line.startswith("#")]
    for number, line in enumerate(head, 1):
        place = f"{path.name}:{number}"
        name, _, value = line[1:].strip().partition(": ")
        if name == "instrument":
            table["instruments"].append(parse_instrument(value, place))
        elif name in ("start", "end"):
            table[name] = seconds(value, place)
        elif name == "mark-every":
            table[name] = int(value)
        elif name in ("title", "text", "source"):
            table[name] = value
        elif name != "note":
            fail(place, f"head line '{name}' is not known")
    rows = {row["symbol"]: row for row in table["instruments"]}
    for number, row in enumerate(csv.DictReader(lines[len(head):]), len(head) + 2):
        add_point(table, rows, row, f"{path.name}:{number}")
    return table


def add_point(table, rows, row, place):
    inst = rows.get(row["instrument"])
    if inst is None or row["key"] not in KEYS:
        fail(place, "the instrument or the key is not known")
    ts, key = seconds(row["time"], place), row["key"]
    if not table["start"] <= ts < table["end"]:
        fail(place, "the time lies outside start and end")
    if key in ("mark", "index") and ts % table["mark-every"] != 0:
        fail(place, f"marks come every {table['mark-every']} s: nothing can be shown at this time")
    if key == "status":
        value = STATUSES[row["value"]]
    else:
        value = scaled(row["value"], RATE_SCALE if key == "funding" else inst["px"], place)
    points = inst["points"][key]
    if points and points[-1][0] >= ts:
        fail(place, "times must rise")
    if key in ("last", "mark", "index") and value < 1:
        fail(place, "a price must be above 0")
    points.append((ts, value))


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def write_points(out, prefix, index, row):
    for key in KEYS:
        points = row["points"][key]
        if points:
            out.append(f"static const synth_point {prefix}_{index}_{key}[] = {{")
            for ts, value in points:
                out.append(f"    {{INT64_C({ts}000000000), INT64_C({value})}},")
            out.append("};")


def write_row(out, prefix, index, row):
    traded = row["kind"] != "asset"
    settle = "" if row["settle"] == "-" else row["settle"]
    out.append("    {")
    out.append("        .instrument = {")
    out.append(f"            .symbol = {quoted(row['symbol'])}, .base = {quoted(row['base'])},")
    out.append(f"            .quote = {quoted(row['quote'])}, .settle = {quoted(settle)},")
    out.append(f"            .kind = {KINDS[row['kind']]}, .px_scale = {row['px']},")
    out.append(f"            .qty_scale = {row['qty']}, .tick = {int(traded)},")
    out.append(f"            .lot = {int(traded)}, .multiplier = {row['multiplier']},")
    out.append("        },")
    for name in ("rate", "vol", "gap", "spread", "order"):
        out.append(f"        .{name} = {row[name]},")
    for key in KEYS:
        if row["points"][key]:
            slot = f"SYNTH_PATH_{key.upper()}"
            out.append(f"        .counts[{slot}] = {len(row['points'][key])},")
            out.append(f"        .points[{slot}] = {prefix}_{index}_{key},")
    out.append("    },")


def write_table(out, table):
    prefix = table["name"].replace("-", "_")
    for index, row in enumerate(table["instruments"]):
        if not any(row["points"][key] for key in ("last", "mark", "index")):
            fail(table["name"], f"{row['symbol']} has no path")
        write_points(out, prefix, index, row)
    out.append(f"static const synth_path_row {prefix}_rows[] = {{")
    for index, row in enumerate(table["instruments"]):
        write_row(out, prefix, index, row)
    out.append("};")
    out.append(f"static const synth_path {prefix} = {{")
    out.append("    .info = {")
    for name in ("name", "title", "text", "source"):
        out.append(f"        .{name} = {quoted(table[name])},")
    out.append(f"        .start = INT64_C({table['start']}000000000),")
    out.append(f"        .duration_ns = INT64_C({table['end'] - table['start']}000000000),")
    out.append(f"        .instruments = {len(table['instruments'])},")
    out.append("    },")
    out.append(f"    .mark_every_s = {table['mark-every']},")
    out.append(f"    .rows = {prefix}_rows,")
    out.append("};")


def main():
    tables = sorted((read_table(pathlib.Path(name)) for name in sys.argv[2:]),
                    key=lambda table: (table["start"], table["name"]))
    out = ["/* Written by paths.py: do not edit. */",
           '#include "synth_params.h"', ""]
    for table in tables:
        write_table(out, table)
    out.append(f"const uint32_t plm_synth_path_count = {len(tables)};")
    out.append("const synth_path *const plm_synth_paths[] = {")
    for table in tables:
        out.append(f"    &{table['name'].replace('-', '_')},")
    out.append("};")
    pathlib.Path(sys.argv[1]).write_text("\n".join(out) + "\n", encoding="ascii", newline="\n")


main()
