#!/usr/bin/env python3
"""Imports every real file of Tardis, BitMEX, Bybit, bitFlyer, freqtrade, LEAN and of the histories
of bars and funding, and compares what is on the tape with an independent count (count_others.py).

real_others.py PLIMSOLL [--table]   exit code 77: no real data ($PLIMSOLL_DATA or ../shared/data)

For each file the rows read, written and rejected, and for each kind of event and symbol the number,
the first and last time, the lowest and highest price and the sum of the quantities must be equal.
Files that no format covers must be refused with one sentence. --table prints all of them.
"""
import collections
import json
import os
import pathlib
import subprocess
import sys
import tempfile
from decimal import Decimal

import count_others as count

SOURCE = pathlib.Path(__file__).resolve().parents[2]
MAPS = SOURCE / "examples" / "maps"

Case = collections.namedtuple("Case", "pattern reader arguments")


def instrument(symbol, kind, scales, base, quote, settle=None, more=""):
    """--instrument: tick and lot are one unit of the scale, which is what the counts need."""
    px, qty = scales
    text = f"{symbol}={kind},px_scale={px},qty_scale={qty},tick={Decimal(1).scaleb(-px):f}," \
           f"lot={Decimal(1).scaleb(-qty):f},base={base},quote={quote}{more}"
    return ["--instrument", text + (f",settle={settle}" if settle else "")]


def with_map(name, *more):
    return ["--map", str(MAPS / (name + ".yaml")), *more]


def coin(symbol, base):
    return instrument(symbol, "inverse", (3, 0), base, "USD", base, ",multiplier=10")


def linear(symbol, scales=(8, 3)):
    return instrument(symbol, "linear", scales, symbol.removesuffix("USDT"), "USDT", "USDT")


def futures(base, names):
    rows = []
    for name in names:
        expiry = f"20{name[-4:-2]}-{name[-2:]}-28T00:00:00Z"
        rows += instrument(name, "future", (2, 0), base, "USD", "USD", f",expiry={expiry}")
    return rows


XBT = instrument("XBTUSD", "inverse", (1, 0), "XBT", "USD", "XBT")
JPY = instrument("BTC_JPY", "spot", (1, 8), "BTC", "JPY")
GC = futures("GC", ["201310", "201311", "201312", "201402", "201404", "201406", "201408", "201410",
                    "201412", "201502", "201504", "201506", "201508", "201512", "201606", "201612",
                    "201706", "201712", "201806", "201812", "201906"])
ES = futures("ES", ["ES-202003", "ES-202006", "ES-202009"])


def tardis():
    for base in ("ATOM", "AVAX", "DOT"):
        yield Case(f"tardis-csv/*_trades_*_{base}USD_PERP.csv.gz", count.tardis_trades,
                   coin(base + "USD_PERP", base))
    for symbol, base, quote in (("SKYUSDT", "SKY", "USDT"), ("AVAX-USD", "AVAX", "USD"),
                                ("BTCUSD", "BTC", "USD"), ("ETHUSD", "ETH", "USD")):
        yield Case(f"tardis-csv/*_trades_*_{symbol}.csv.gz", count.tardis_trades,
                   instrument(symbol, "spot", (6, 9), base, quote))
    yield Case("tardis-csv/bitmex_trades_XBTUSD.csv", count.tardis_trades, XBT)
    yield Case("tardis-csv/huobi-dm-swap_quotes_BTC-USD.csv", count.tardis_quotes,
               instrument("BTC-USD", "inverse", (1, 0), "BTC", "USD", "BTC", ",multiplier=100"))
    yield Case("tardis-csv/deribit_incremental*.csv", count.tardis_levels,
               instrument("BTC-PERPETUAL", "inverse", (1, 0), "BTC", "USD", "BTC"))
    yield Case("tardis-csv/binance-futures_book_snapshot_5*.csv", count.tardis_top,
               linear("BTCUSDT", (2, 3)))


def venues():
    yield Case("bitmex/*bucketed*.json", count.bitmex_bars, XBT)
    yield Case("bitmex/*columnar.json", count.bitmex_candles, [*XBT, "--symbol", "XBTUSD"])
    yield Case("bitmex/ws-samples/quote*.json", count.bitmex_messages, XBT)
    yield Case("bitmex/ws-samples/trade*.json", count.bitmex_messages, XBT)
    yield Case("bybit/BTCUSD*.csv.gz", count.bybit_trades,
               instrument("BTCUSD", "inverse", (1, 0), "BTC", "USD", "BTC"))
    yield Case("bybit/*ob500*.zip", count.bybit_book, linear("XRPUSDT", (4, 0)))
    yield Case("bitflyer-ticks/*execution*.gz", count.bitflyer_executions,
               with_map("bitflyer-executions", "--on-error", "sort", *JPY))
    yield Case("bitflyer-ticks/*ticker*.gz", count.bitflyer_ticker,
               with_map("bitflyer-ticker", *JPY))


def lean():
    btcusd = instrument("btcusd", "inverse", (1, 0), "BTC", "USD", "BTC", ",multiplier=100")
    btcusdt = instrument("btcusdt", "linear", (1, 3), "BTC", "USDT", "USDT")
    for venue, row in (("binance", btcusd), ("bybit", btcusdt)):
        for kind in ("trade", "quote"):
            yield Case(f"lean/cryptofuture_{venue}_*_{kind}.zip", count.lean(kind, 2),
                       with_map("lean-minute-" + kind, *row))
    several = ["--on-error", "sort"]
    yield Case("lean/future_cme_minute_*_trade.zip", count.lean("trade", 5, "ES-"),
               with_map("lean-future-minute-trade", *several, *ES))
    yield Case("lean/future_comex_tick_*_trade.zip", count.lean("tick", 5),
               with_map("lean-future-tick-trade", *several, *GC))
    yield Case("lean/future_comex_tick_*_openinterest.zip", count.lean("interest", 5),
               with_map("lean-future-open-interest", *several, *GC))
    yield Case("funding/lean_*.csv", count.lean_interest("BTCUSD"),
               with_map("lean-margin-interest", "--symbol", "BTCUSD",
                        *instrument("BTCUSD", "inverse", (1, 0), "BTC", "USD", "BTC")))


def histories():
    minute = count.MINUTE
    for base in ("ADA", "AVAX", "BTC", "DOT", "ETH", "LTC", "SOL", "XRP"):
        symbol = base + "USDT"
        named = ["--symbol", symbol, *linear(symbol)]
        for folder, tail in (("crash-bars/*/", "-2*.csv"), ("funding/binance_um_", "_full.csv.gz")):
            short = folder.startswith("funding")
            yield Case(f"{folder}{symbol}{'_' if short else '-'}funding{tail}",
                       count.funding_ms(symbol), with_map("funding-ms", *named))
            yield Case(f"{folder}{symbol}{'_' if short else '-'}mark-1h{tail}",
                       count.bars(60 * minute, symbol), with_map("mark-1h", *named))
        yield Case(f"crash-bars/*/{symbol}-perp-5m-*.csv", count.bars(5 * minute, symbol),
                   with_map("bars-5m", *named))
        yield Case(f"crash-bars/*/{symbol}-spot-1m-*.csv", count.bars(minute, symbol),
                   with_map("bars-1m", "--symbol", symbol,
                            *instrument(symbol, "spot", (8, 8), base, "USDT")))
        start = f"crash-bars/*/{base}_USDT-"
        yield Case(start + "5m-futures.json.gz", count.freqtrade(5 * minute, "last", symbol),
                   with_map("freqtrade-json", *named))
        yield Case(start + "8h-mark.json.gz", count.freqtrade(480 * minute, "mark", symbol),
                   with_map("freqtrade-mark-json", *named))
        yield Case(start + "8h-funding_rate.json.gz", count.freqtrade(0, "funding", symbol),
                   with_map("freqtrade-funding-json", *named))
        yield Case(f"funding/{base}-USDT_*.csv", count.funding_text,
                   with_map("funding-text", *instrument(base + "-USDT", "linear", (8, 3), base,
                                                        "USDT", "USDT")))


# Files that no format covers: pattern, arguments, words of the sentence.
REFUSED = [
    ("tardis-csv/okex-options_options_chain*.gz", [], "options_chain is not read"),
    ("bitmex/ws-samples/instrument*.json", XBT, "table 'instrument' is not read"),
    ("deribit-options/*.csv.gz", [], "a column map is needed"),
    ("lean/option_*.zip", [], "a column map is needed"),
]

FOLDERS = ["tardis-csv", "bitmex", "bybit", "bitflyer-ticks", "funding", "lean", "crash-bars",
           "deribit-options"]


class Sum:
    """What is compared of the events of one kind and symbol."""

    def __init__(self):
        self.count, self.volume = 0, Decimal(0)
        self.first = self.last = self.low = self.high = None

    def add(self, ts, px, qty):
        self.count += 1
        self.first = ts if self.first is None else min(ts, self.first)
        self.last = ts if self.last is None else max(ts, self.last)
        if px is not None:
            self.low = px if self.low is None else min(px, self.low)
            self.high = px if self.high is None else max(px, self.high)
        self.volume += qty or 0

    def __eq__(self, other):
        return vars(self) == vars(other)

    def __repr__(self):
        return str(vars(self))


def expect(case, path):
    """Rows read, rejections by reason, and the sums."""
    rows, rejected, sums = 0, collections.Counter(), collections.defaultdict(Sum)
    for result in case.reader(path):
        rows += 1
        if isinstance(result, str):
            rejected[result] += 1
            continue
        for ts, symbol, kind, px, qty in result:
            sums[symbol, kind].add(ts, px, qty)
    return rows, dict(rejected), dict(sums)


def found_on(plimsoll, tape):
    """The sums of a tape, without what was derived."""
    sums = collections.defaultdict(Sum)
    with subprocess.Popen([plimsoll, "tape", "cat", tape], stdout=subprocess.PIPE,
                          text=True) as process:
        names = None
        for line in process.stdout:
            if line.startswith("#"):
                continue
            cells = line.rstrip("\n").split(",")
            if names is None:
                names = cells
                continue
            row = dict(zip(names, cells))
            if "derived" not in row["flags"]:
                sums[row["symbol"], row["kind"]].add(
                    int(row["ts"]), Decimal(row["px"]) if row["px"] else None,
                    Decimal(row["qty"]) if row["qty"] else None)
    if process.returncode != 0:
        raise RuntimeError(f"tape cat {tape}: {process.returncode}")
    return dict(sums)


def run_import(plimsoll, path, arguments, tape):
    return subprocess.run([plimsoll, "import", *arguments, "--force", "--json", "-o", tape, path],
                          capture_output=True, text=True, check=False)


def check(plimsoll, case, path, tape):
    """What is wrong with one file, and its line in the table."""
    done = run_import(plimsoll, path, case.arguments, tape)
    if done.returncode not in (0, 1):
        return [f"exit {done.returncode}: {done.stderr.strip()}"], "-"
    report = json.loads(done.stdout)["report"]
    rejected = report["rejected"]
    rows, expected_rejected, sums = expect(case, path)
    wrong = []
    if (report["rows_read"], rejected) != (rows, expected_rejected):
        wrong.append(f"rows: expected {rows} and {expected_rejected}, "
                     f"found {report['rows_read']} and {rejected}")
    on_tape = found_on(plimsoll, tape)
    for key in sorted(set(sums) | set(on_tape)):
        if sums.get(key) != on_tape.get(key):
            wrong.append(f"{key}: expected {sums.get(key)}, found {on_tape.get(key)}")
    return wrong, f"{report['rows_read']} | {report['rows_written']} | {report['rows_rejected']}"


def main():
    plimsoll, show = sys.argv[1], "--table" in sys.argv
    data = pathlib.Path(os.environ.get("PLIMSOLL_DATA", SOURCE.parent / "shared" / "data"))
    if not (data / "tardis-csv").is_dir():
        print("skipped: no real data")
        return 77
    failures, seen = 0, set()
    with tempfile.TemporaryDirectory() as folder:
        tape = os.path.join(folder, "real.tape")
        for case in [*tardis(), *venues(), *lean(), *histories()]:
            for path in sorted(data.glob(case.pattern)):
                seen.add(path)
                wrong, line = check(plimsoll, case, path, tape)
                failures += len(wrong)
                if show or wrong:
                    print(f"{path.relative_to(data)} | {line}")
                for text in wrong:
                    print("    " + text)
        for pattern, arguments, words in REFUSED:
            for path in sorted(data.glob(pattern)):
                seen.add(path)
                done = run_import(plimsoll, path, arguments, tape)
                good = done.returncode in (2, 3) and words in done.stderr
                failures += 0 if good else 1
                if show or not good:
                    print(f"{path.relative_to(data)} | refused: {done.stderr.strip()}")
    for name in FOLDERS:
        for path in sorted((data / name).rglob("*")):
            if path.is_file() and path.name != "PROVENANCE.md" and path not in seen:
                failures += 1
                print(f"{path.relative_to(data)}: no case")
    print(f"{len(seen)} files, {failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
