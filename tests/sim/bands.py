#!/usr/bin/env python3
"""Bands against every tick: both ways of testing margin give one log, byte for byte.

bands.py PLIMSOLL [--runs N] [--first SEED]

Random accounts of the strategy `chaos` under shipped rulebooks and all regimes, on volatile
synthetic markets, so that many are liquidated. Speaks TAP. A run that nobody is liquidated in
proves little; the last line says how many liquidations there were, and fewer than one a run on
average is a failure.
"""
import argparse
import json
import pathlib
import random
import subprocess
import sys
import tempfile

MARKETS = ("walk", "volatile", "jumps")
REGIMES = {
    "textbook": ("cross", "isolated", "portfolio", "[cross, isolated, portfolio]",
                 "{default: cross, BTCUSDT: isolated}"),
    "binance-usdm": ("cross", "isolated", "[cross, isolated]"),
    "bybit-uta": ("cross", "isolated"),
    "hyperliquid": ("cross", "isolated"),
}


def account(rng, rulebook, place):
    regime = rng.choice(REGIMES[rulebook])
    world = "    world: shared\n" if rng.random() < 0.4 and "[" not in regime else ""
    return (f"  - name: a{place}\n"
            "    strategy: chaos\n"
            f"    params: {{rate: {rng.choice((1, 3, 10))}, lots: {rng.choice((1000, 5000))}, "
            "market: 60, conditional: 10, change: 20}\n"
            f"    margin: {regime}\n"
            f"    hedge: {rng.choice(('true', 'false'))}\n"
            f"    collateral: {{USDT: {rng.choice((300, 1000, 4000))}}}\n"
            f"    leverage: {rng.choice((10, 20, 50))}\n"
            "    alerts: [0.3, 0.6]\n"
            f"    after_liquidation: {rng.choice(('continue', 'refill', 'refill'))}\n" + world)


def run_file(rng, seed, tape):
    rulebook = rng.choice(sorted(REGIMES))
    accounts = "".join(account(rng, rulebook, place) for place in range(rng.randint(1, 4)))
    return (f"run: bands-{seed}\ntape: {tape}\nseed: {seed}\n"
            f"sample: {rng.choice(('1s', '10s'))}\nlowest: {rng.choice(('exact', 'sampled'))}\n"
            f"venue:\n  rulebook: {rulebook}\n  fees: {{maker: 0.0002, taker: 0.0005}}\n"
            f"  insurance: {{USDT: {rng.choice((0, 50, 1000))}}}\n"
            f"  latency: {{orders: {rng.choice(('0ms', '5ms'))}}}\n"
            f"  race: {rng.choice(('margin_first', 'stops_first'))}\n"
            f"accounts:\n{accounts}")


def replay(program, path, *more):
    done = subprocess.run([program, "run", path, "--json", *more], capture_output=True, text=True,
                          check=False)
    if done.returncode not in (0, 1):
        raise SystemExit(f"Bail out! {path}: {done.returncode}: {done.stderr}{done.stdout}")
    return json.loads(done.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--first", type=int, default=1)
    args = parser.parse_args()
    print(f"1..{args.runs + 1}")
    liquidations, failures = 0, 0
    with tempfile.TemporaryDirectory() as folder:
        tapes = []
        for place, market in enumerate(MARKETS):
            tapes.append(str(pathlib.Path(folder, f"{market}.tape")))
            subprocess.run([args.program, "synth", market, "--events", "60000", "--seed",
                            str(place + 1), "-o", tapes[-1], "-q"], check=True)
        for number, seed in enumerate(range(args.first, args.first + args.runs), 1):
            rng = random.Random(seed)
            path = pathlib.Path(folder, "run.yaml")
            path.write_text(run_file(rng, seed, rng.choice(tapes)), encoding="utf-8")
            bands = replay(args.program, path)
            ticks = replay(args.program, path, "--assess", "every-tick")
            liquidations += sum(row["liquidations"] for row in bands["accounts"])
            good = bands["digest"] == ticks["digest"]
            failures += not good
            print(f"{'ok' if good else 'not ok'} {number} - seed {seed}: one digest")
    enough = liquidations >= args.runs
    print(f"{'ok' if enough else 'not ok'} {args.runs + 1} - {liquidations} liquidations")
    return 1 if failures or not enough else 0


if __name__ == "__main__":
    sys.exit(main())
