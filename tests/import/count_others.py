"""Independent counts of foreign files: what each must become on a tape, worked out with the
standard library alone and without the importer's code or maps.

A reader yields for every row of a file a list of (ts in ns, symbol, kind, px, qty), or a text: why
the row gives nothing. px and qty are Decimal or None.
"""
import csv
import datetime
import gzip
import io
import json
import zipfile
from decimal import Decimal

MINUTE = 60 * 10**9
ZONE = datetime.timezone


def members(path):
    """(name, text) of what is in a file."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                yield name, archive.read(name).decode()
    elif path.suffix == ".gz":
        yield path.name, gzip.decompress(path.read_bytes()).decode()
    else:
        yield path.name, path.read_text(encoding="utf-8")


def rows_of(text, header=True):
    lines = io.StringIO(text, newline="")
    return csv.DictReader(lines) if header else csv.reader(lines)


def iso(text, offset_hours=0):
    """ns of a time as text; without a zone it stands at the offset."""
    when = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    if when.tzinfo is None:
        when = when.replace(tzinfo=ZONE(datetime.timedelta(hours=offset_hours)))
    since = when - datetime.datetime(1970, 1, 1, tzinfo=ZONE.utc)
    return (since.days * 86400 + since.seconds) * 10**9 + since.microseconds * 1000


def number(text):
    return Decimal(text)


def bar(ts, symbol, length, prices, volume=Decimal(0), trades=Decimal(0)):
    """The four events of a bar that ends at ts."""
    opened, high, low, close = (number(str(price)) for price in prices)
    return [(ts, symbol, "bar_open", opened, Decimal(length)),
            (ts, symbol, "bar_high", high, trades), (ts, symbol, "bar_low", low, Decimal(0)),
            (ts, symbol, "bar_close", close, volume)]


# -- Tardis ------------------------------------------------------------------------------------


def tardis_trades(path):
    for _, text in members(path):
        for row in rows_of(text):
            yield [(int(row["timestamp"]) * 1000, row["symbol"], "trade", number(row["price"]),
                    number(row["amount"]))]


def tardis_quotes(path):
    for _, text in members(path):
        for row in rows_of(text):
            ts = int(row["timestamp"]) * 1000
            yield [(ts, row["symbol"], side, number(row[side + "_price"]),
                    number(row[side + "_amount"])) for side in ("bid", "ask")]


def tardis_levels(path):
    inside = False
    for _, text in members(path):
        for row in rows_of(text):
            ts = int(row["timestamp"]) * 1000
            events = [(ts, row["symbol"], "level", number(row["price"]), number(row["amount"]))]
            if row["is_snapshot"] == "true" and not inside:
                events.insert(0, (ts, row["symbol"], "clear", None, None))
            inside = row["is_snapshot"] == "true"
            yield events


def tardis_top(path):
    for _, text in members(path):
        for row in rows_of(text):
            ts = int(row["timestamp"]) * 1000
            levels = [(ts, row["symbol"], "level", number(row[f"{side}[{i}].price"]),
                       number(row[f"{side}[{i}].amount"]))
                      for i in range(5) for side in ("asks", "bids")]
            yield [(ts, row["symbol"], "clear", None, None)] + levels


# -- BitMEX ------------------------------------------------------------------------------------


def bitmex_bars(path):
    for row in json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal):
        if row["trades"] == 0:
            yield "declared"
            continue
        yield bar(iso(row["timestamp"]), row["symbol"], MINUTE,
                  [row[key] for key in ("open", "high", "low", "close")], number(row["volume"]),
                  number(row["trades"]))


def bitmex_candles(path):
    data = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    for i, volume in enumerate(data["volume"]):
        if volume == 0:
            yield "declared"
            continue
        yield bar(data["openTimestamp"] * 10**9 + (i + 1) * MINUTE, "XBTUSD", MINUTE,
                  [data[key][i] for key in ("open", "high", "low", "close")], number(volume))


def bitmex_messages(path):
    text, at = path.read_text(encoding="utf-8"), 0
    decoder = json.JSONDecoder(parse_float=Decimal)
    while text[at:].strip():
        at += len(text[at:]) - len(text[at:].lstrip())
        message, at = decoder.raw_decode(text, at)
        for row in message["data"]:
            ts = iso(row["timestamp"])
            if message["table"] == "trade":
                yield [(ts, row["symbol"], "trade", number(row["price"]), number(row["size"]))]
            else:
                yield [(ts, row["symbol"], side, number(row[side + "Price"]),
                        number(row[side + "Size"])) for side in ("bid", "ask")]


# -- Bybit -------------------------------------------------------------------------------------


def bybit_trades(path):
    for _, text in members(path):
        for row in rows_of(text):
            yield [(int(number(row["timestamp"]) * 10**9), row["symbol"], "trade",
                    number(row["price"]), number(row["size"]))]


def bybit_book(path):
    for _, text in members(path):
        for line in text.splitlines():
            message = json.loads(line)
            ts, data = message["cts"] * 10**6, message["data"]
            events = [(ts, data["s"], "level", number(px), number(qty))
                      for px, qty in data["b"] + data["a"]]
            if message["type"] == "snapshot":
                events.insert(0, (ts, data["s"], "clear", None, None))
            yield events


# -- through column maps -----------------------------------------------------------------------


def bitflyer_executions(path):
    seen = set()
    for _, text in members(path):
        for row in rows_of(text):
            if row["exec_date"] == "" or row["id"] in seen:
                yield "declared"
                continue
            seen.add(row["id"])
            yield [(iso(row["exec_date"]), row["product_code"], "trade", number(row["price"]),
                    number(row["size"]))]


def bitflyer_ticker(path):
    seen = set()
    for _, text in members(path):
        for row in rows_of(text):
            if row["timestamp"] == "" or row["tick_id"] in seen:
                yield "declared"
                continue
            seen.add(row["tick_id"])
            yield [(iso(row["timestamp"]), row["product_code"], side, number(row["best_" + side]),
                    number(row[f"best_{side}_size"])) for side in ("bid", "ask")]


def freqtrade(length, kind, symbol):
    def read(path):
        for _, text in members(path):
            for ts, opened, high, low, close, volume in json.loads(text, parse_float=Decimal):
                ts *= 10**6
                if kind == "funding":
                    yield [(ts, symbol, "funding", number(opened), Decimal(0))]
                else:
                    yield bar(ts + length, symbol, length, (opened, high, low, close),
                              number(volume) if kind == "last" else Decimal(0))
    return read


def bars(length, symbol):
    def read(path):
        for _, text in members(path):
            for row in rows_of(text):
                yield bar(int(row["open_time"]) * 10**6 + length, symbol, length,
                          [row[key] for key in ("open", "high", "low", "close")],
                          number(row.get("volume", "0")))
    return read


def funding_ms(symbol):
    def read(path):
        for _, text in members(path):
            for row in rows_of(text):
                yield [(int(row["calc_time"]) * 10**6, symbol, "funding",
                        number(row["funding_rate"]), Decimal(0))]
    return read


def funding_text(path):
    for _, text in members(path):
        for row in rows_of(text):
            yield [(iso(row["Date"]), row["Symbol"], "funding", number(row["Funding Rate"]),
                    Decimal(0))]


def lean_interest(symbol):
    def read(path):
        for _, text in members(path):
            for when, rate in rows_of(text, header=False):
                ts = iso(f"{when[:4]}-{when[4:6]}-{when[6:]}")
                yield [(ts, symbol, "funding", number(rate), Decimal(0))]
    return read


def lean(kind, part, prefix=""):
    """Members of a LEAN zip: the date and the symbol are in their names."""
    def read(path):
        for name, text in members(path):
            parts = name.replace(".", "_").split("_")
            day, symbol = iso(f"{name[:4]}-{name[4:6]}-{name[6:8]}"), prefix + parts[part - 1]
            for row in rows_of(text, header=False):
                ts = day + int(row[0]) * 10**6
                if kind == "tick":
                    yield [(ts, symbol, "trade", number(row[1]), number(row[2]))]
                elif kind == "interest":
                    yield [(ts, symbol, "open_interest", None, number(row[1]))]
                elif kind == "trade":
                    yield bar(ts + MINUTE, symbol, MINUTE, row[1:5], number(row[5]))
                else:
                    yield (bar(ts + MINUTE, symbol, MINUTE, row[1:5]) +
                           bar(ts + MINUTE, symbol, MINUTE, row[6:10]))
    return read
