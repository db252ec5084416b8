"""Independent counts of Binance's files, for real_files.py. Stamps: 13 digits are milliseconds, 16
microseconds; a bar is known at its end; true in is_buyer_maker: the taker sold."""
import csv
import datetime
import gzip
import io
import json
import zipfile

from real_files import TREE, Case, Count

NS = {13: 10**6, 16: 10**3}
MS = 10**6


def lines_of(path):
    """The lines of a file, plain, gzip or the members of a zip."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                yield from io.TextIOWrapper(archive.open(name), encoding="utf-8", newline="")
    elif path.suffix == ".gz":
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            yield from file
    else:
        with open(path, encoding="utf-8", newline="") as file:
            yield from file


def stamp(text):
    """Nanoseconds."""
    return int(text) * NS[len(text)]


def rows_of(path):
    """The rows behind a header, if there is one."""
    for row in csv.reader(lines_of(path)):
        if row[0][0].isdigit():
            yield row


def klines(symbol, price, interval_ms=None):
    """Counts bars; without interval_ms the row has its end in its seventh field."""

    def count(path):
        result = Count()
        before = None
        for row in rows_of(path):
            result.rows += 1
            begin = stamp(row[0])
            end = (begin + interval_ms * MS if interval_ms
                   else stamp(row[6]) + NS[len(row[6])])
            if before is not None and begin > before and interval_ms is None:
                result.add(symbol, "gap", begin, None, str(before))
            before = end
            trades = price == "last" and interval_ms is None
            result.add(symbol, "bar_open", end, row[1], str(end - begin))
            result.add(symbol, "bar_high", end, row[2], row[8] if trades else None)
            result.add(symbol, "bar_low", end, row[3], row[9] if trades else None)
            result.add(symbol, "bar_close", end, row[4], row[5] if len(row) > 5 else None)
        return result

    return count


def luna(path):
    """The bars of two coins: between them stands that the first one is gone."""
    result = klines("LUNAUSDT", "last")(path)
    for ts in (1652402400 * 10**9, 1653976800 * 10**9):
        result.add("LUNAUSDT", "status", ts, "0")
    return result


def agg_trades(symbol):
    """Counts aggregate trades."""

    def count(path):
        result = Count()
        for row in rows_of(path):
            result.rows += 1
            result.add(symbol, "trade", stamp(row[5]), row[1], row[2])
        return result

    return count


def funding(symbol):
    """Counts settlements in `calc_time,funding_rate`."""

    def count(path):
        result = Count()
        for row in rows_of(path):
            result.rows += 1
            result.add(symbol, "funding", stamp(row[0]), row[1], "0")
        return result

    return count


def dated_funding(path):
    """Counts settlements in `Symbol,Date,Funding Rate`."""
    result = Count()
    for row in csv.DictReader(lines_of(path)):
        result.rows += 1
        date = row["Date"].replace(" ", "T") + "+00:00"
        result.add(row["Symbol"], "funding", iso_ns(date), row["Funding Rate"], "0")
    return result


def iso_ns(text):
    """Nanoseconds of an ISO time."""
    return int(datetime.datetime.fromisoformat(text).timestamp()) * 10**9


def depth(path):
    """No event holds them; some rows begin with a blank that somebody has put there."""
    result = Count()
    for row in rows_or_blank(path):
        result.rows += 1
        result.rejected["declared" if row[0][0].isdigit() else "syntax"] += 1
    return result


def rows_or_blank(path):
    """All rows but the header."""
    rows = csv.reader(lines_of(path))
    next(rows)
    yield from rows


def capture(path):
    """Counts a recorded stream."""
    result = Count()
    symbol = None
    for line in lines_of(path):
        message = json.loads(line.split(" ", 1)[1])
        result.rows += 1
        data = message.get("data", message)
        symbol = data.get("s", symbol)
        ts = data["T"] * MS
        if "lastUpdateId" in data:
            result.add(symbol, "clear", ts)
            result.add(symbol, "clear", ts)
            levels(result, symbol, ts, data["bids"] + data["asks"])
        elif data["e"] == "depthUpdate":
            levels(result, symbol, ts, data["b"] + data["a"])
        elif data["e"] == "trade":
            result.add(symbol, "trade", ts, data["p"], data["q"])
        elif data["e"] == "bookTicker":
            result.add(symbol, "bid", ts, data["b"], data["B"])
            result.add(symbol, "ask", ts, data["a"], data["A"])
    return result


def levels(result, symbol, ts, pairs):
    """The levels of a book."""
    for price, size in pairs:
        result.add(symbol, "level", ts, price, size)


def by_map(name, venue, symbol):
    """The settings of a file that is read with a shipped column map."""
    return f"@map={TREE}/examples/maps/{name}.yaml,venue={venue},symbol={symbol}"


def crash_bars():
    """The files of crash-bars/, whose names say what they are."""
    files = {
        "2020-03-12-black-thursday": (("BTC", "ETH", "XRP"), "2020-03"),
        "2021-05-19-china": (("BTC", "ETH", "LTC"), "2021-05"),
        "2022-05-luna": (("ADA", "BTC", "ETH"), "2022-05"),
        "2022-11-ftx": (("BTC", "ETH"), "2022-11"),
        "2024-08-05-yen-carry": (("BTC", "ETH", "XRP"), "2024-08"),
        "2025-10-10-tariff-cascade": (("AVAX", "BTC", "DOT", "ETH", "SOL"), "2025-10"),
    }
    for folder, (coins, month) in files.items():
        for symbol in (coin + "USDT" for coin in coins):
            yield Case(f"crash-bars/{folder}/{symbol}-funding-{month}.csv", funding(symbol))
            yield Case(f"crash-bars/{folder}/{symbol}-mark-1h-{month}.csv",
                       klines(symbol, "mark", 3600000), by_map("mark-1h", "binance-um", symbol))
    for folder, symbol, days in (("2024-08-05-yen-carry", "BTCUSDT", "2024-08-02_08"),
                                 ("2024-08-05-yen-carry", "SOLUSDT", "2024-08-02_08"),
                                 ("2025-10-10-tariff-cascade", "BTCUSDT", "2025-10-06_15"),
                                 ("2025-10-10-tariff-cascade", "ETHUSDT", "2025-10-06_15"),
                                 ("2025-10-10-tariff-cascade", "SOLUSDT", "2025-10-06_15")):
        yield Case(f"crash-bars/{folder}/{symbol}-perp-5m-{days}.csv",
                   klines(symbol, "last", 300000), by_map("bars-5m", "binance-um", symbol))
    for symbol in ("BTCUSDT", "ETHUSDT"):
        yield Case(f"crash-bars/2024-08-05-yen-carry/{symbol}-spot-1m-2024-08-02_08.csv",
                   klines(symbol, "last", 60000), by_map("bars-1m", "binance", symbol))


VISION = "binance-vision/"
SORT = ("--on-error", "sort")
CASES = [
    Case(VISION + "futures-cm/markPriceKlines/BTCUSD_PERP-1m-2025-10-09.zip",
         klines("BTCUSD_PERP", "mark")),
    Case(VISION + "futures-cm/markPriceKlines/BTCUSD_PERP-1m-2025-10-10.zip",
         klines("BTCUSD_PERP", "mark")),
    Case(VISION + "futures-um/BTCUSDT-bookDepth-2025-10-10.csv.gz", None, code=3,
         says=":25883: timestamp is ' 2025-10-10 21:34:32'"),
    Case(VISION + "futures-um/BTCUSDT-bookDepth-2025-10-10.csv.gz", depth,
         arguments=("--on-error", "skip"), code=1),
    Case(VISION + "futures-um/klines/DOTUSDT-1m-2026-02.csv", klines("DOTUSDT", "last")),
    Case(VISION + "futures-um/markPriceKlines/BTCUSDT-5m-2025-11-20.zip",
         klines("BTCUSDT", "mark")),
    Case(VISION + "futures-um/markPriceKlines/BTCUSDT-5m-2025-11-21.zip",
         klines("BTCUSDT", "mark")),
    Case(VISION + "spot/ADABTC-1m-2021-11-27.csv", klines("ADABTC", "last")),
    Case(VISION + "spot/BTCUSDC-aggTrades-2025-10-04.zip", agg_trades("BTCUSDC")),
    Case(VISION + "spot/LUNAUSDT-1m-2022-05.zip", luna),
    Case("binance-ws-raw/cm_btcusd_perp_20240808.gz", capture, arguments=SORT, code=1),
    Case("binance-ws-raw/cm_btcusd_perp_20240809.gz", capture, arguments=SORT, code=1),
    Case("binance-ws-raw/usdm_btcusdt_20240808.gz", capture, arguments=SORT, code=1),
    Case("funding/binance_um_BTCUSDT_funding_full.csv.gz", funding("BTCUSDT"),
         "@symbol=BTCUSDT"),
    Case("funding/binance_um_ETHUSDT_funding_full.csv.gz", funding("ETHUSDT"),
         "@symbol=ETHUSDT"),
    Case("funding/binance_um_BTCUSDT_mark-1h_full.csv.gz", klines("BTCUSDT", "mark", 3600000),
         by_map("mark-1h", "binance-um", "BTCUSDT")),
    *(Case(f"funding/{coin}-USDT_{venue}_{years}_funding_history.csv", dated_funding,
           f"@map={TREE}/examples/maps/funding.yaml")
      for coin in ("BTC", "ETH")
      for venue, years in (("dydx", "2022-01-01_2024-01-01"), ("gate", "2020-01-01_2024-01-01"))),
    *crash_bars(),
]
