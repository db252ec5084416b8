#!/usr/bin/env python3
"""Runs levered longs through real crashes and checks what happened to them with Fractions.

real_runs.py PLIMSOLL [--table]    exit code 77: no real data ($PLIMSOLL_DATA or ../shared/data)

Prices are read here from the files as they are, not from the tapes. For each account: it enters at
the last price of that time; `plimsoll margin` of its position gives a liquidation price, where the
condition of the textbook holds, and does not one tick nearer; it is liquidated at the first time
when the price that tests it is there, or never; its value at the end follows from its fills. The
shapes of the instruments, the textbook and the path of a bar (docs/replay.md, 1) are written out
below. --table prints what happened (docs/real-runs.md has it).
"""
import bisect
import calendar
import collections
import csv
import gzip
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
from fractions import Fraction

SOURCE = pathlib.Path(__file__).resolve().parents[2]
MAPS = SOURCE / "examples" / "maps"
NEAR = Fraction(1, 10 ** 12)  # some roundings at 10^-18
REGIMES = ("cross", "isolated", "portfolio")
RATE, FEE, LEVERAGE = Fraction(1, 20), Fraction(1, 2000), 15
UNIT = Fraction(1, 10 ** 8)  # of prices of well-known rows; of the calculator it is the tick

Shape = collections.namedtuple("Shape", "symbol kind base settle multiplier tick collateral")


def ns(text):
    return calendar.timegm(time.strptime(text, "%Y-%m-%dT%H:%M")) * 10 ** 9


def clock(ts):
    return time.strftime("%d %H:%M:%S", time.gmtime(ts // 10 ** 9)) + f".{ts // 10 ** 6 % 1000:03}"


# -- prices, as the files have them ------------------------------------------------------------

def read_trades(path):
    """[(ts, price)]: of trades of one time the last one."""
    prices = {}
    with gzip.open(path, "rt", encoding="ascii") as file:
        for row in csv.DictReader(file):
            prices[int(row["timestamp"]) * 1000] = Fraction(row["price"])
    return sorted(prices.items())


def read_bars(path, minutes, begin, until):
    """The four points of each bar that ends from `begin` to before `until`."""
    long = minutes * 60 * 10 ** 9
    if path.name.endswith(".json.gz"):
        with gzip.open(path, "rt", encoding="ascii") as file:
            rows = [row[:5] for row in json.loads(file.read(), parse_float=str)]
    else:
        with open(path, encoding="ascii") as file:
            rows = [row[:5] for row in list(csv.reader(file))[1:]]
    points = []
    for row in rows:
        start = int(row[0]) * 10 ** 6
        if not begin <= start + long < until:
            continue
        opened, high, low, close = (Fraction(str(cell)) for cell in row[1:])
        extremes = (high, low) if high - opened < opened - low else (low, high)
        for at, price in ((1, opened), (long // 3, extremes[0]), (2 * long // 3, extremes[1]),
                          (long, close)):
            points.append((max(begin, start + at), price))
    return points


def price_at(path, ts):
    return path[bisect.bisect_right(path, (ts, Fraction(10 ** 12))) - 1][1]


# -- the textbook ------------------------------------------------------------------------------

def value(shape, qty, px):
    """Of a position, in the settle asset; an inverse one gains as its value falls."""
    return qty * shape.multiplier / px if shape.kind == "inverse" else qty * px


def gain(shape, qty, entry, px):
    change = value(shape, qty, px) - value(shape, qty, entry)
    return -change if shape.kind == "inverse" else change


def is_liquidated(shape, regime, qty, entry, equity, px, unit=UNIT):
    """Equity at or below maintenance; a portfolio needs what a move of 5 % down would cost, to a
    price that is rounded to half a unit."""
    worst = round(2 * px * (1 - RATE) / unit) * unit / 2
    maintenance = (-gain(shape, qty, px, worst) if regime == "portfolio"
                   else RATE * value(shape, qty, px))
    return equity + gain(shape, qty, entry, px) <= maintenance


def ask_price(plimsoll, folder, shape, regime, entry, equity, free):
    """The liquidation price of the calculator."""
    position = f"{{instrument: {shape.symbol}, qty: {entry['qty']}, entry: {entry['px']}, " \
               f"leverage: {LEVERAGE}"
    if regime == "isolated":
        position += f", margin: {decimal(equity)}"
    quote = "USD" if shape.kind == "inverse" else shape.settle
    path = os.path.join(folder, "margin.yaml")
    with open(path, "w", encoding="ascii") as file:
        file.write(f"""rulebook: textbook
at: 2020-01-01
margin: {regime}
collateral: {{{shape.settle}: {decimal(free if regime == "isolated" else equity)}}}
instruments:
  {shape.symbol}: {{kind: {shape.kind}, base: {shape.base}, settle: {shape.settle}, quote: {quote},
    multiplier: {shape.multiplier}, tick: {shape.tick}, lot: 0.000001}}
marks: {{{shape.symbol}: {entry['px']}}}
positions:
  - {position}}}
""")
    done = subprocess.run([plimsoll, "margin", path, "--json"], capture_output=True, text=True,
                          check=False)
    if done.returncode != 0:
        raise RuntimeError(f"margin: {done.stderr}")
    pool = [p for p in json.loads(done.stdout)["pools"] if p["positions"]][0]
    found = pool["positions"][0]["liquidation_price_down"]
    return None if found is None else Fraction(found)


def decimal(number):
    """Exact text: all our numbers end within 18 decimals."""
    scaled = number * 10 ** 18
    if scaled.denominator != 1:
        raise ValueError(number)
    digits = f"{abs(int(scaled)):019}"
    return f"{'-' if scaled < 0 else ''}{digits[:-18]}.{digits[-18:]}"


# -- runs --------------------------------------------------------------------------------------

def do_import(plimsoll, tape, files, *arguments):
    done = subprocess.run([plimsoll, "import", *files, *arguments, "--json", "-o", tape],
                          capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise RuntimeError(f"import: {done.stderr}")


def do_run(plimsoll, folder, text, *arguments):
    """The summary, and the records of each account by kind."""
    path, log = os.path.join(folder, "run.yaml"), os.path.join(folder, "run.log")
    with open(path, "w", encoding="ascii") as file:
        file.write(text)
    done = subprocess.run([plimsoll, "run", path, "--json", "--force", "--log", log, *arguments],
                          capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise RuntimeError(f"run: {done.stderr}")
    records = collections.defaultdict(lambda: collections.defaultdict(list))
    with open(log, encoding="ascii") as file:
        for line in file:
            words = line.split()
            if words[0] == "end":
                break
            fields = dict(word.split("=", 1) for word in words[5:] if "=" in word)
            fields["ts"] = int(words[1])
            records[words[3]][words[4]].append(fields)
    return json.loads(done.stdout), records


def run_text(tape, begin, until, accounts, venue=""):
    return f"""run: real
tape: {tape}
from: {begin}
until: {until}
sample: 1m
venue:
  rulebook: textbook
  fees: {{maker: 0.0002, taker: 0.0005}}
{venue}accounts:
{accounts}"""


class Checker:
    """Counts what is wrong and keeps the table."""

    def __init__(self, plimsoll, folder, show):
        self.plimsoll, self.folder, self.show = plimsoll, folder, show
        self.checks = self.wrong = 0

    def equal(self, what, expected, found):
        self.checks += 1
        if expected != found:
            self.wrong += 1
            print(f"{what}: expected {expected}, found {found}", flush=True)

    def near(self, what, expected, found):
        self.equal(f"{what}: {float(expected)} and {float(found)} within 1e-12", True,
                   abs(expected - found) < NEAR)

    def account(self, name, shape, regime, trades, tests, worth, summary,
                records):
        """One account that has bought once. `trades` are last prices, `tests` those that margin is
        tested at, `worth` is the price that positions are valued at in the end."""
        fills = records["fill"]
        first = fills[0]
        entry = {"ts": first["ts"], "qty": Fraction(first["qty"]), "px": first["px"]}
        entry_px = Fraction(first["px"])
        tick = Fraction(shape.tick)
        self.equal(f"{name}: entry, up to the tick",
                   -(-price_at(trades, entry["ts"]) // tick) * tick, entry_px)
        entry["qty"] = first["qty"]
        qty = Fraction(first["qty"])
        self.near(f"{name}: fee of the entry", FEE * value(shape, qty, entry_px),
                  Fraction(first["fee"]))
        equity = shape.collateral - Fraction(first["fee"])
        moved = sum(Fraction(row["amount"]) for row in records["posting"]
                    if row["book"] == "isolated" and row["ts"] == entry["ts"])
        if regime == "isolated":
            self.near(f"{name}: margin", value(shape, qty, entry_px) / LEVERAGE, moved)
        own = moved if regime == "isolated" else equity
        price = ask_price(self.plimsoll, self.folder, shape, regime, entry, own, equity - moved)
        self.equal(f"{name}: the liquidation price {float(price)} liquidates", True,
                   is_liquidated(shape, regime, qty, entry_px, own, price, tick))
        self.equal(f"{name}: one tick above it does not", False,
                   is_liquidated(shape, regime, qty, entry_px, own, price + tick, tick))
        expected = next((ts for ts, px in tests if ts > entry["ts"] and
                         is_liquidated(shape, regime, qty, entry_px, own, px)), None)
        by_price = next((ts for ts, px in tests if ts > entry["ts"] and px <= price), None)
        begins = [row["ts"] for row in records["liquidation"] if row["what"] == "begin"]
        found = begins[0] if begins else None
        self.equal(f"{name}: first time at or below {float(price)}", by_price, found)
        self.equal(f"{name}: first time that the condition holds", expected, found)
        self.end(name, shape, worth, summary, records)
        if self.show:
            self.tell(name, price, entry_px, found, tests, summary, records)

    def end(self, name, shape, worth, summary, records):
        """What the fills leave, with what others paid where it was not enough."""
        left, nav = Fraction(0), shape.collateral
        for row in records["fill"]:
            qty = Fraction(row["qty"]) * (1 if row["side"] == "buy" else -1)
            left += qty
            cash = value(shape, qty, Fraction(row["px"]))
            nav += (cash if shape.kind == "inverse" else -cash) - Fraction(row["fee"])
        rest = value(shape, left, worth)
        nav += -rest if shape.kind == "inverse" else rest
        nav += sum(Fraction(row["amount"]) for row in records["posting"]
                   if row["book"] in ("account", "isolated") and
                   row["cause"] in ("insurance", "last_resort", "socialised"))
        self.near(f"{name}: value at the end", nav, Fraction(summary["final_nav"]))

    def tell(self, name, price, entry, found, tests, summary, records):
        at = "lives" if found is None else f"{clock(found)} at {float(price_at(tests, found)):g}"
        closes = [row["px"] for row in records["fill"][1:]]
        lowest = float(Fraction(summary["lowest_surplus"]))
        print(f"| {name} | {float(entry):g} | {float(price):g} | {at} | "
              f"{closes[0] if closes else '-'} | {float(Fraction(summary['final_nav'])):.6g} | "
              f"{lowest:.6g} | {'yes' if summary['bankrupt'] else 'no'} |", flush=True)


# -- the crash of 2025-10-10, tick by tick -------------------------------------------------------

BEGIN, UNTIL = "2025-10-10T21:10", "2025-10-10T21:25"


def perp(base, tick):
    return Shape(base + "USD_PERP", "inverse", base, base, 10, tick, Fraction(1000))


def regimes(check, data):
    """Three coins, three regimes, tested at the last price."""
    for shape in (perp("AVAX", "0.01"), perp("DOT", "0.001"), perp("ATOM", "0.001")):
        file = data / "tardis-csv" / f"binance-delivery_trades_2025-10-10_{shape.symbol}.csv.gz"
        tape = os.path.join(check.folder, shape.base + ".tape")
        do_import(check.plimsoll, tape, [str(file)], "--venue", "binance-cm")
        with gzip.open(file, "rt", encoding="ascii") as lines:
            rows = [row for row in csv.DictReader(lines)
                    if ns(BEGIN) <= int(row["timestamp"]) * 1000 < ns(UNTIL)]
        trades = [point for point in read_trades(file) if ns(BEGIN) <= point[0] < ns(UNTIL)]
        accounts = f"""  - name: long
    strategy: hold
    params: {{leverage: 3}}
    collateral: {{{shape.base}: 1000}}
    leverage: {LEVERAGE}
    margin: [cross, isolated, portfolio]
"""
        summary, records = do_run(check.plimsoll, check.folder, run_text(
            tape, BEGIN, UNTIL, accounts, "  mark: last\n"))
        check.equal(f"{shape.symbol}: rows of the window", len(rows), summary["events"])
        lowest = min(trades, key=lambda point: point[1])
        if check.show:
            print(f"{shape.symbol}: {len(rows):,} trades, lowest {float(lowest[1]):g} at "
                  f"{clock(lowest[0])}")
        for account, regime in zip(summary["accounts"], REGIMES):
            check.equal("account", f"long/{regime}", account["name"])
            check.account(f"{shape.symbol} {regime}", shape, regime, trades, trades,
                          trades[-1][1], account, records[account["name"]])


def triggers(check, data):
    """Three sizes tested at last, mark and index. The index is Coinbase's spot, the mark an hour's
    bar of the linear contract: what there is of that day."""
    shape = perp("AVAX", "0.01")
    last = data / "tardis-csv" / "binance-delivery_trades_2025-10-10_AVAXUSD_PERP.csv.gz"
    index = data / "tardis-csv" / "coinbase_trades_2025-10-10_AVAX-USD.csv.gz"
    mark = data / "crash-bars" / "2025-10-10-tariff-cascade" / "AVAXUSDT-mark-1h-2025-10.csv"
    begin, until, end = "2025-10-10T20:00", "2025-10-10T22:05", ns("2025-10-10T22:00")
    column_map = os.path.join(check.folder, "index.yaml")
    with open(column_map, "w", encoding="ascii") as file:
        file.write("time: {column: timestamp, unit: us}\n"
                   "recv: {column: local_timestamp, unit: us}\n"
                   "events:\n  - {kind: index, px: price}\n")
    tape = os.path.join(check.folder, "three.tape")
    named = f"symbol={shape.symbol},venue=binance-cm"
    do_import(check.plimsoll, tape, [str(last), f"{index}@map={column_map},{named}",
                                     f"{mark}@map={MAPS / 'mark-1h.yaml'},{named}"],
              "--venue", "binance-cm")
    window = [[point for point in read_trades(path) if ns(begin) <= point[0] < ns(until)]
              for path in (last, index)]
    # The points of the bar that ends at 22:00 come late: each 1 ns behind what has been seen.
    seen = max(ts for path in window for ts, _px in path if ts < end)
    bars = [[px for _ts, px in read_bars(mark, 60, ns(at), ns(at) + 1)]
            for at in ("2025-10-10T21:00", "2025-10-10T22:00")]
    marks = [(ns("2025-10-10T21:00"), bars[0][3])]
    marks += [(seen + 1, bars[1][0]), (seen + 2, bars[1][1]), (seen + 3, bars[1][2]),
              (end, bars[1][3])]
    accounts = "".join(f"""  - name: a{contracts}
    strategy: script
    params: {{orders: "2025-10-10T21:10:00Z buy {contracts} {shape.symbol} market"}}
    collateral: {{AVAX: 1000}}
    leverage: {LEVERAGE}
    margin: cross
""" for contracts in (7550, 3770, 1000))
    for trigger, tests in (("last", window[0]), ("mark", marks), ("index", window[1])):
        summary, records = do_run(check.plimsoll, check.folder,
                                  run_text(tape, begin, until, accounts),
                                  "--set", f"venue.trigger={trigger}")
        for account in summary["accounts"]:
            check.account(f"{account['name'][1:]} contracts, {trigger}", shape, "cross", window[0],
                          tests, marks[-1][1], account, records[account["name"]])


# -- bars of crashes -----------------------------------------------------------------------------

CRASHES = [  # folder, file, minutes, symbol, tick, leverage, from, until
    ("2020-03-12-black-thursday", "BTCUSDT-mark-1h-2020-03.csv", 60, "BTC", "0.1", 5,
     "2020-03-11T00:00", "2020-03-14T00:00"),
    ("2021-05-19-china", "BTCUSDT-mark-1h-2021-05.csv", 60, "BTC", "0.1", 5,
     "2021-05-18T00:00", "2021-05-21T00:00"),
    ("2022-05-luna", "BTCUSDT-mark-1h-2022-05.csv", 60, "BTC", "0.1", 5,
     "2022-05-08T00:00", "2022-05-13T00:00"),
    ("2022-11-ftx", "BTC_USDT-5m-futures.json.gz", 5, "BTC", "0.1", 5,
     "2022-11-07T00:00", "2022-11-11T00:00"),
    ("2022-11-ftx", "ETH_USDT-5m-futures.json.gz", 5, "ETH", "0.01", 5,
     "2022-11-07T00:00", "2022-11-11T00:00"),
    ("2024-08-05-yen-carry", "BTCUSDT-perp-5m-2024-08-02_08.csv", 5, "BTC", "0.1", 5,
     "2024-08-04T00:00", "2024-08-07T00:00"),
    ("2024-08-05-yen-carry", "SOLUSDT-perp-5m-2024-08-02_08.csv", 5, "SOL", "0.01", 5,
     "2024-08-04T00:00", "2024-08-07T00:00"),
    ("2025-10-10-tariff-cascade", "BTCUSDT-perp-5m-2025-10-06_15.csv", 5, "BTC", "0.1", 5,
     "2025-10-10T00:00", "2025-10-12T00:00"),
    ("2025-10-10-tariff-cascade", "ETHUSDT-perp-5m-2025-10-06_15.csv", 5, "ETH", "0.01", 5,
     "2025-10-10T00:00", "2025-10-12T00:00"),
    ("2025-10-10-tariff-cascade", "SOLUSDT-perp-5m-2025-10-06_15.csv", 5, "SOL", "0.01", 5,
     "2025-10-10T00:00", "2025-10-12T00:00"),
]


def crash(check, data, row):
    """Bars of last prices; bars of marks stand in for them where there are no others."""
    folder, name, minutes, base, tick, leverage, begin, until = row
    path = data / "crash-bars" / folder / name
    shape = Shape(base + "USDT", "linear", base, "USDT", 1, tick, Fraction(1000))
    column_map = MAPS / ("freqtrade-json.yaml" if name.endswith("gz") else "bars-5m.yaml")
    if minutes == 60:
        text = (MAPS / "mark-1h.yaml").read_text(encoding="ascii")
        column_map = os.path.join(check.folder, "bars.yaml")
        with open(column_map, "w", encoding="ascii") as file:
            file.write(text.replace("price: mark", "price: last"))
    tape = os.path.join(check.folder, folder + base + ".tape")
    do_import(check.plimsoll, tape, [f"{path}@map={column_map},symbol={shape.symbol},"
                                     "venue=binance-um"])
    points = read_bars(path, minutes, ns(begin), ns(until))
    accounts = f"""  - name: long
    strategy: hold
    params: {{leverage: {leverage}}}
    collateral: {{USDT: 1000}}
    leverage: {LEVERAGE}
    margin: [cross, isolated, portfolio]
"""
    summary, records = do_run(check.plimsoll, check.folder,
                              run_text(tape, begin, until, accounts, "  mark: last\n"))
    for account, regime in zip(summary["accounts"], REGIMES):
        check.account(f"{folder} {shape.symbol} {regime}", shape, regime, points, points,
                      points[-1][1], account, records[account["name"]])


def main():
    plimsoll, show = sys.argv[1], "--table" in sys.argv
    data = pathlib.Path(os.environ.get("PLIMSOLL_DATA", SOURCE.parent / "shared" / "data"))
    if not (data / "tardis-csv").is_dir() or not (data / "crash-bars").is_dir():
        print("skipped: no real data")
        return 77
    with tempfile.TemporaryDirectory() as folder:
        check = Checker(plimsoll, folder, show)
        regimes(check, data)
        triggers(check, data)
        for row in CRASHES:
            crash(check, data, row)
    print(f"{check.checks} checks, {check.wrong} wrong")
    return 1 if check.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
