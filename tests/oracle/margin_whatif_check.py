#!/usr/bin/env python3
"""Holds random files of `plimsoll margin` against the second margin model.

    margin_whatif_check.py [--cases N] [--first SEED]
    margin_whatif_check.py --seed SEED --keep DIR       one case; its files stay in DIR

PLIMSOLL names the program. Amounts must be equal to the last digit. A liquidation price must fire
where the tick nearer to now does not, and the search of this side must not find a nearer one.
"""

import argparse
import collections
import json
import os
import sys
import tempfile

import margin_scenarios
import margin_stage
from margin_exit import Search
from margin_first_close import first_close
from margin_whatif import WhatIf
from replay_check import Failure, expect_success, program, write
from replay_numbers import ceil_div, parse_decimal


ROUNDED = 100  # ticks: scenario prices are rounded to half a unit, so prices far out may waver


def same(where, found, expected):
    for name, value in expected.items():
        if found.get(name) != value:
            raise Failure(f"{where}: {name}: the program says {found.get(name)}, "
                          f"the second model {value}")


def check(seed, folder, tally):
    """One case, in files of this folder."""
    parts, files = margin_scenarios.make(seed)
    path = os.path.join(folder, "f.json")
    for name, text in {"f.json": json.dumps(parts, indent=1), **files}.items():
        write(os.path.join(folder, name), text)
    what_if = WhatIf(parts, folder)
    result = program("margin", path, "--json", "--liquidate")
    expect_success(result)
    answer = json.loads(result.stdout)
    for told, (admitted, reason) in zip(answer["orders"], what_if.place_orders()):
        same("order", told, {"admitted": admitted, "reason": reason})
        tally["orders admitted" if admitted else f"orders refused: {reason}"] += 1
    pools, prices = what_if.pools(), what_if.prices()
    same("account", answer["account"], what_if.account_numbers(pools, prices))
    told_pools = {key_of(told): told for told in answer["pools"]}
    for key, pool in pools.items():
        told = told_pools.pop(told_key(what_if, key, pool), None)
        if told is None:
            if pool.positions or any(pool.balances.values()):
                raise Failure(f"no pool {key}")
            continue
        expected = what_if.pool_numbers(pool, prices)
        lines = expected.pop("positions")
        same(f"pool {key}", told, expected)
        tally["pools that fire" if expected["liquidatable"] else "pools"] += 1
        for line, numbers in zip(told["positions"], lines):
            same(f"pool {key}", line, numbers)
            tally["positions"] += 1
        if len(lines) != len(told["positions"]):
            raise Failure(f"pool {key}: positions")
        check_prices(pool, prices, told, tally)
        if told["liquidatable"] and told["positions"]:
            check_first_close(what_if, pool, prices, told, answer["liquidation"]["steps"], tally)
    tally[parts["rulebook"] + " " + parts["margin"]] += 1


def key_of(told):
    """What tells the pools of an answer apart."""
    first = told["positions"][0] if told["regime"] == "isolated" else {"instrument": "", "leg": ""}
    return told["regime"], told["unit"], first["instrument"], first["leg"]


def told_key(what_if, key, pool):
    if key[0] != "isolated":
        return key[0], pool.unit, "", ""
    leg = ("one-way", "long", "short")[key[2]]
    return "isolated", pool.unit, pool.positions[0].inst.symbol, leg


def check_prices(pool, prices, told, tally):
    """Liquidation prices, down and up."""
    for line, position in zip(told["positions"], pool.positions):
        inst = position.inst
        search = Search(pool, prices, inst)
        now = prices.requirement[inst.sym]
        starts = now // (2 * inst.tick), ceil_div(now, 2 * inst.tick)
        for way, start, step in (("down", starts[0], 1), ("up", starts[1], -1)):
            text = line[f"liquidation_price_{way}"]
            where = f"{inst.symbol}: liquidation price {way} {text}"
            if told["liquidatable"]:
                expected = start
            else:
                nearest = search.down() if way == "down" else search.up()
                expected = nearest // inst.tick if nearest is not None else None
            if text is None:
                if expected is not None:
                    raise Failure(f"{where}: it fires at {expected * inst.tick}")
                tally["no liquidation price"] += 1
                continue
            ticks = parse_decimal(text, inst.px_scale) // inst.tick
            if told["liquidatable"]:
                if ticks != expected:
                    raise Failure(f"{where}: it fires now, at {expected * inst.tick}")
            elif not search.fires(ticks) or search.fires(ticks + step):
                raise Failure(f"{where}: the trigger does not fire first there")
            elif expected is not None and abs(expected - start) < abs(ticks - start) \
                    and (pool.kind != "portfolio" or abs(expected - ticks) > ROUNDED):
                raise Failure(f"{where}: it fires at {expected * inst.tick}, which is nearer")
            tally["liquidation prices"] += 1


def check_first_close(what_if, pool, prices, told, steps, tally):
    """The first close or repayment that nothing but cancels comes before."""
    mine = [step for step in steps if step["pool"] == told["pool"]]
    episodes = list(dict.fromkeys(s["pool"] for s in steps if s["action"] != "top up"))
    count = len(mine)
    while mine and mine[0]["action"].startswith("cancel"):
        del mine[0]
    if not mine or mine[0]["action"] not in ("close", "repay"):
        tally["liquidations that begin otherwise"] += 1
        return
    episode = margin_stage.Episode(what_if.at, episodes.index(told["pool"]) + 1, None)
    episode.steps = count - len(mine)
    expected = first_close(pool, prices, pool.taker, episode)
    if not expected:
        tally["liquidations that begin otherwise"] += 1
        return
    same(f"first step of {told['pool']}", mine[0], expected)
    tally[f"first steps: {mine[0]['action']}"] += 1


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=1900)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--keep")
    parser.add_argument("--all", action="store_true", help="go on after a difference")
    args = parser.parse_args()
    seeds = range(args.first, args.first + args.cases)
    if args.seed is not None:
        seeds = [args.seed]
    tally = collections.Counter()
    different = 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = args.keep or temporary
        os.makedirs(folder, exist_ok=True)
        for seed in seeds:
            try:
                check(seed, folder, tally)
            except Failure as error:
                print(f"case {seed}: {error}\n"
                      f"again: margin_whatif_check.py --seed {seed} --keep DIR", flush=True)
                different += 1
                if not args.all:
                    return 1
    print(f"{len(seeds)} cases, {different or 'none'} different, to the last digit")
    for name, number in sorted(tally.items()):
        print(f"{number:9} {name}")
    return different > 0


if __name__ == "__main__":
    sys.exit(main())
