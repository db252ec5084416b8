#!/usr/bin/env python3
"""Digests of fixed runs, one for each strategy that ships: the same from every compiler and build.

digests.py PROGRAM digests.txt [--update]    speaks TAP: one test per run

A digest that changes is a change of what runs mean: docs/replay.md and CHANGES.md tell of it before
--update writes the list anew.
"""
import argparse
import pathlib
import sys
import tempfile

from replays import Bench, Wrong

VENUE = {"latency": {"orders": {"min": "1ms", "max": "9ms"}, "reports": ["1ms", "2ms", "30ms"],
                     "feed": "1ms"},
         "fees": {"maker": "0.0002", "taker": "0.0005"}}
SIGNALS = """time,instrument,action,quantity,price
2026-01-01T00:00:05Z,BTCUSDT,target,0.25,
2026-01-01T00:00:10Z,ETHUSDT,buy,2,2999.5
2026-01-01T00:00:20.5Z,BTCUSDT,target,-0.1,
1767225630000000000,BTCUSDT,close,,
"""
SCRIPT = ["+1s buy 0.5 BTCUSDT market", "+2s sell 0.7 BTCUSDT limit 60100 as high",
          "+4s amend high px 60000.5", "+5s sell 0.4 BTCUSDT market stop 59990 reduce_only",
          "+6s buy 2 ETHUSDT market", "+9s sell 2 ETHUSDT market trail 0.5", "+30s cancel high"]


def tape_of(bench, kind):
    """The tapes of the runs; integer arithmetic makes the same ones everywhere."""
    if kind == "carry":
        return carry_tape(bench)
    options = {"walk": ("walk", "--instruments", "2"),
               "depth": ("walk", "--depth", "--recv"), "range": ("range",)}[kind]
    return bench.synth(options[0], 30000, "--seed", "7", *options[1:])


def carry_tape(bench):
    """Spot beside a perpetual that pays and receives funding."""
    head = ["# plimsoll events 1",
            "# instrument 0 symbol=BTC/USDT kind=spot px_scale=1 qty_scale=4 tick=0.1 lot=0.0001 "
            "multiplier=1 base=BTC quote=USDT settle=USDT",
            "# instrument 1 symbol=BTCUSDT kind=linear px_scale=1 qty_scale=3 tick=0.1 lot=0.001 "
            "multiplier=1 base=BTC quote=USDT settle=USDT",
            "# recv no", "# synthetic no", "ts,symbol,kind,side,px,qty,flags"]
    lines = []
    for step in range(600):
        ts, px = 1767225600 * 10**9 + step * 60 * 10**9, 60000 + step * 37 % 211
        for symbol, basis in (("BTC/USDT", 0), ("BTCUSDT", 40)):
            lines += [f"{ts},{symbol},bid,,{px + basis}.1,2,",
                      f"{ts},{symbol},ask,,{px + basis}.2,2,"]
        lines.append(f"{ts},BTCUSDT,mark,,{px + 40}.1,,")
        if step % 120 == 60:
            lines.append(f"{ts},BTCUSDT,funding_rate,,0.0003,{ts + 60 * 60 * 10**9},")
        if step % 120 == 119:
            lines.append(f"{ts},BTCUSDT,funding,,{'-' if step > 300 else ''}0.0003,0,")
    return bench.make_tape("\n".join([*head, *lines, f"# end {len(lines)}", ""]))


def runs(bench):
    """(name of the run, tape, parameters, venue)."""
    signals = bench.path("csv")
    pathlib.Path(signals).write_text(SIGNALS, encoding="ascii")
    orders = "\n".join(SCRIPT) + "\n"
    return [
        ("carry", "carry", {"spot": "BTC/USDT", "perp": "BTCUSDT"}, {}),
        ("chaos", "walk", {"rate": 30}, {"queue": "prorata", "latency": {"orders": "0ms"}}),
        ("chaos", "depth", {"rate": 30}, {"queue": "square"}),
        ("grid", "range", {"levels": 10, "step": "0.0002", "leverage": 5}, {}),
        ("hold", "walk", {}, {"latency": {"orders": "3ms"}}),
        ("maker", "depth", {"every": "100ms", "spread": "0.00001"}, {"queue": "front"}),
        ("martingale", "walk", {}, {}),
        ("pairs", "walk", {"a": "BTCUSDT", "b": "ETHUSDT", "span": 10, "entry": "0.5",
                           "exit": "0.1"}, {}),
        ("script", "walk", {"orders": orders}, {}),
        ("signals", "walk", {"file": signals}, {}),
        ("trend", "walk", {"fast": 100, "slow": 500, "band": "0"},
         {"latency": {"orders": "2ms", "reports": "5ms"}}),
        ("voltarget", "walk", {"volatility": "0.5", "every": "1s", "span": 10}, {}),
    ]


def digest_of(bench, tapes, run):
    strategy, kind, params, venue = run
    if kind not in tapes:
        tapes[kind] = tape_of(bench, kind)
    account = {"name": "a", "strategy": strategy, "params": params, "leverage": 10,
               "collateral": {"USDT": "10000"}}
    spec = {"run": strategy, "seed": 7, "sample": "1s",
            "venue": {**VENUE, **venue}, "accounts": [account]}
    log = bench.run(spec, tapes[kind])
    fills = sum(words[4] == "fill" for words in log.words)
    if fills == 0:
        raise Wrong(f"{strategy} on {kind}: nothing was filled")
    return f"{strategy}-{kind} {len(log.text)} {fills} {log.digest}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("list", type=pathlib.Path)
    parser.add_argument("--update", action="store_true")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bench, tapes = Bench(args.program, folder), {}
        found = [digest_of(bench, tapes, run) for run in runs(bench)]
    if args.update:
        args.list.write_text("".join(f"{line}\n" for line in found), encoding="ascii")
    known = args.list.read_text(encoding="ascii").splitlines()
    print(f"1..{len(found) + 1}")
    for number, line in enumerate(found, 1):
        print(f"{'ok' if line in known else 'not ok'} {number} - {line.split(' ')[0]}")
        if line not in known:
            print(f"# found {line}")
    print(f"{'ok' if len(known) == len(found) else 'not ok'} {len(found) + 1} - no run is missing")
    return 0 if known == found else 1


if __name__ == "__main__":
    sys.exit(main())
