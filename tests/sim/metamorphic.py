#!/usr/bin/env python3
"""Changes that must not change a run, on random markets: cutting the tape, other accounts, other
names and scales, another form of the tape, a mirror, the surroundings.

metamorphic.py PROGRAM SEGMENTS STRATEGIES [--share PERCENT] [--first SEED] [--only NAME]

PROGRAM is plimsoll, SEGMENTS the program of segments.c, STRATEGIES the folder of the plug-ins.
Speaks TAP: one test per property.
"""
import argparse
import json
import os
import random
import re
import subprocess
import sys
import tempfile

import mirror
from replays import FAILED, REFUSED, Bench, Scenario, Wrong, expect_equal, margin_runs

# -- prefix: what comes later on the tape changes nothing before it -------------------------------


def cuttable(scenario):
    """Times at which the tape may end: no bar may be cut in two."""
    times, bars = set(), set()
    for line in scenario.lines()[1]:
        ts, _, kind, _, _, qty, _ = line.split(",")
        times.add(int(ts))
        if kind == "bar_open":
            bars.add((int(ts), int(qty)))
    return [ts for ts in sorted(times) if not any(end - length < ts < end for end, length in bars)]


def is_of_samples(words):
    """A record of samples of the grid or the end: of the latter's time only these come last."""
    return words[4] == "price" or words[-1] in ("at=grid", "at=end")


def expect_prefix(whole, cut, what):
    """The cut log up to its last event is the beginning of the whole one, and there is no more."""
    end = int(cut.words[-1][1])
    cut_lines = [line for line, words in zip(cut.text, cut.words)
                 if int(words[1]) < end or not is_of_samples(words)]
    whole_lines = []
    for line, words in zip(whole.text, whole.words):
        at = int(words[1])
        if at > end or (at == end and is_of_samples(words)):
            break
        whole_lines.append(line)
    expect_equal(cut_lines, whole_lines, what)


def prefix(bench, seed):
    scenario = Scenario(seed)
    tape = bench.make_tape(scenario.csv)
    whole = bench.run(scenario.spec, tape)
    if whole is None:
        return 0
    times = cuttable(scenario)
    if seed % 20:
        times = scenario.rng.sample(times, min(5, len(times)))
    for ts in times:
        cut = bench.run({**scenario.spec, "until": ts + 1}, tape)
        expect_prefix(whole, cut, f"until {ts + 1}")
    sliced = bench.path("tape")
    bench.call("tape", "slice", tape, "--to", str(times[-1] + 1), "-o", sliced, "-q")
    expect_equal(bench.run(scenario.spec, sliced).text,
                 bench.run({**scenario.spec, "until": times[-1] + 1}, tape).text, "slice")
    return len(times)


# -- worlds: accounts that do not share a world do not know one another ---------------------------


def worlds_of(accounts):
    """Names of accounts by world."""
    worlds = {}
    for account in accounts:
        worlds.setdefault(account.get("world", "=" + account["name"]), []).append(account["name"])
    return list(worlds.values())


def shuffled(rng, accounts):
    """Another order, in which the accounts of one world keep theirs."""
    order = [account.get("world", "=" + account["name"]) for account in accounts]
    rng.shuffle(order)
    waiting = {world: [a for a in accounts if a.get("world", "=" + a["name"]) == world]
               for world in order}
    return [waiting[world].pop(0) for world in order]


def apart(bench, seed):
    scenario = Scenario(seed)
    accounts = scenario.accounts(5)
    tape = bench.make_tape(scenario.csv)
    whole = bench.run({**scenario.spec, "accounts": accounts}, tape)
    if whole is None:
        return 0
    other = bench.run({**scenario.spec, "accounts": shuffled(scenario.rng, accounts)}, tape)
    idle = [{"name": f"idle{n}", "collateral": {next(iter(accounts[0]["collateral"])): "1"}}
            for n in range(3)]
    more = accounts[:]
    for account in idle:
        more.insert(scenario.rng.randint(0, len(more)), account)
    crowd = bench.run({**scenario.spec, "accounts": more}, tape)
    for world in worlds_of(accounts):
        members = [account for account in accounts if account["name"] in world]
        alone = bench.run({**scenario.spec, "accounts": members}, tape)
        expect_equal(alone.of(world), whole.of(world), f"world {world} alone")
        expect_equal(other.of(world), whole.of(world), f"world {world} in another order")
        expect_equal(crowd.of(world), whole.of(world), f"world {world} among idle accounts")
    return len(whole.text)


def margined(bench, seed):
    """The same under rulebooks: what funds still hold is closed whoever else watches."""
    text, run, files = margin_runs.make(seed, "")
    for name, content in files.items():
        (bench.folder / name).write_text(content, encoding="ascii")
    spec = json.loads(run)
    tape = bench.make_tape(text)
    whole = bench.run(spec, tape, fails=(*REFUSED, FAILED))
    if whole is None:
        return 0
    worlds = worlds_of(spec["accounts"])
    for world in worlds:
        members = [account for account in spec["accounts"] if account["name"] in world]
        alone = bench.run({**spec, "accounts": members}, tape)
        expect_equal(alone.of(world), whole.of(world), f"world {world} alone")
    return len(whole.text) if len(worlds) > 1 else 0


# -- labels: names, rows and scales are only ways to write things down ----------------------------


def renamer(names):
    words = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
    pattern = re.compile(rf"(?<![A-Za-z0-9-])(?:{words})(?![A-Za-z0-9-])")
    return lambda text: pattern.sub(lambda match: names[match.group()], text)


def rename(bench, seed):
    """Other symbols, the same rows: everything draws the same, any strategy will do."""
    scenario = Scenario(seed)
    names = {row.symbol: f"x.{place}/{scenario.rng.randint(0, 10**6)}"
             for place, row in enumerate(scenario.market.rows)}
    to_new = renamer(names)
    before = bench.run(scenario.spec, bench.make_tape(scenario.csv))
    spec = json.loads(to_new(json.dumps(scenario.spec)))
    after = bench.run(spec, bench.make_tape(to_new(scenario.csv)))
    if before is None or after is None:
        expect_equal([after is None], [before is None], "renamed: fails")
        return 0
    expect_equal(after.text, [to_new(line) for line in before.text], "renamed")
    return len(before.text)


def settled_lines(log):
    """What happened, without what the order of rows decides: the order of deposits and of rows
    that expire together, and the price in samples (the first row that fits)."""
    return sorted((int(line[1]), line[2:]) for line in log.words if line[4] != "sample")


def permute(bench, seed):
    """The rows of the instrument table in another order."""
    scenario = Scenario(seed)
    spec = {**scenario.spec, "accounts": scenario.scripted(3)}
    head, events, tail = scenario.lines()
    rows = [line for line in head if line.startswith("# instrument")]
    scenario.rng.shuffle(rows)
    rows = [re.sub(r"(?<=^# instrument )\d+", str(place), line)
            for place, line in enumerate(rows)]
    new_head = [head[0], *rows, *[line for line in head[1:] if line not in head[1:1 + len(rows)]]]
    before = bench.run(spec, bench.make_tape(scenario.csv))
    after = bench.run(spec, bench.make_tape("\n".join([*new_head, *events, tail, ""])))
    if before is None or after is None:
        expect_equal([after is None], [before is None], "permuted: fails")
        return 0
    expect_equal(settled_lines(after), settled_lines(before), "permuted rows")
    return len(before.text)


def without_units(lines):
    """A request about an order that is gone has no instrument: its numbers are in bare units."""
    return [[word for word in line if not word.startswith(("px=", "qty=", "trigger_px="))]
            if "sym=-" in line else line for line in lines]


def scale(bench, seed):
    """One digit more for prices, quantities, multipliers: the same text of log."""
    scenario = Scenario(seed)
    for account in scenario.spec["accounts"]:
        if account["strategy"] == "chaos":
            account["params"]["bad"] = 0  # off by one unit, whatever a unit is
    raised = scenario.rng.choice((("px_scale",), ("qty_scale",), ("px_scale", "qty_scale"),
                                  ("mult_scale",)))

    def change(words):
        pairs = [word.partition("=") for word in words]
        if "kind=asset" in words:
            return words
        return [f"{key}={int(value) + 1}" if key in raised else key + equal + value
                for key, equal, value in pairs]

    before = bench.run(scenario.spec, bench.make_tape(scenario.csv))
    after = bench.run(scenario.spec, bench.make_tape(scenario.with_head(change)))
    if before is None or after is None:
        expect_equal([after is None], [before is None], "scaled: fails")
        return 0
    expect_equal(without_units(after.words), without_units(before.words),
                 f"one more in {raised}")
    return len(before.text)


# -- a further instrument that nobody trades ------------------------------------------------------


def bystander(bench, seed):
    scenario = Scenario(seed)
    rng = scenario.rng
    spec = {**scenario.spec, "accounts": scenario.scripted(2)}
    head, events, tail = scenario.lines()
    fixed = any(row.dated or row.style == "bars" for row in scenario.market.rows)
    more = []
    for line, after in zip(events, events[1:] + [events[-1]]):
        more.append(line)
        ts, then = int(line.split(",")[0]), int(after.split(",")[0])
        if rng.random() < 0.3 and then > ts + 1:
            # A dated row is closed at the first instant after its expiry, whosever that is, and
            # the points of a bar keep behind what was seen last.
            at = ts if fixed else rng.randint(ts, then - 1)
            kind = rng.choice(("bid", "ask", "trade", "mark"))
            size = "" if kind == "mark" else str(rng.randint(1, 9))
            more.append(f"{at},YYY/ZZZ,{kind},,{rng.randint(5, 90)},{size},")
    columns = head.pop()
    notes = [line for line in head if line.startswith(("# recv", "# synthetic"))]
    rows = [line for line in head if line not in notes]
    rows.append(f"# instrument {len(rows) - 1} symbol=YYY/ZZZ kind=linear px_scale=0 qty_scale=0 "
                "tick=1 lot=1 multiplier=1 base=YYY quote=ZZZ settle=ZZZ")
    before = bench.run(spec, bench.make_tape(scenario.csv))
    text = "\n".join([*rows, *notes, columns, *more, f"# end {len(more)}", ""])
    after = bench.run(spec, bench.make_tape(text))
    if before is None or after is None:
        expect_equal([after is None], [before is None], "bystander: fails")
        return 0
    expect_equal([line[:2] + line[3:] for line in after.words],
                 [line[:2] + line[3:] for line in before.words], "bystander")
    return len(before.text)


# -- form of the tape, surroundings of the program ------------------------------------------------


def form(bench, seed):
    """Profiles, and a tape cut in two and put together again: one digest."""
    scenario = Scenario(seed)
    tape = bench.make_tape(scenario.csv)
    plain = bench.run(scenario.spec, tape)
    if plain is None:
        return 0
    first, *_, last = [int(line.split(",")[0]) for line in scenario.lines()[1]]
    at = scenario.rng.randint(first, last + 1)
    halves = [bench.path("tape"), bench.path("tape")]
    bench.call("tape", "slice", tape, "--to", str(at), "-o", halves[0], "-q")
    bench.call("tape", "slice", tape, "--from", str(at), "-o", halves[1], "-q")
    merged = bench.path("tape")
    bench.call("tape", "merge", *halves, "-o", merged, "-q")
    expect_equal([bench.run(scenario.spec, merged).digest], [plain.digest], f"split at {at}")
    for profile in ("fast", "archive"):
        other = bench.make_tape(scenario.csv, "--profile", profile)
        expect_equal([bench.run(scenario.spec, other).digest], [plain.digest], profile)
    return len(plain.text)


def surroundings(bench, seed):
    """Time zone, locale, order of overrides, with and without a log: one digest."""
    scenario = Scenario(seed)
    tape = bench.make_tape(scenario.csv)
    sets = ["venue.latency.orders=3ms", "venue.queue=square", "venue.fees.taker=0.0007", "seed=5"]
    scenario.spec["venue"]["fees"] = {"maker": "0"}
    overrides = [word for item in sets for word in ("--set", item)]
    plain = bench.run(scenario.spec, tape, *overrides)
    if plain is None:
        return 0
    scenario.rng.shuffle(sets)
    overrides = [word for item in sets for word in ("--set", item)]
    env = {"TZ": scenario.rng.choice(("Asia/Kathmandu", "America/New_York", ":nowhere")),
           "LANG": scenario.rng.choice(("de_DE.UTF-8", "C.UTF-8", "tr_TR.UTF-8")),
           "LC_ALL": scenario.rng.choice(("fr_FR.UTF-8", "C", "POSIX"))}
    expect_equal(bench.run(scenario.spec, tape, *overrides, env=env).text, plain.text, str(env))
    path = bench.write_run(scenario.spec, tape)
    result = json.loads(bench.call("run", path, "--json", *overrides).stdout)
    expect_equal([result["digest"]], [plain.digest], "without a log")
    return len(plain.text)


# -- segments: an instant done in full is the same as a quiet one ---------------------------------


def segments(bench, seed):
    """Several scenarios to one program; it compares the digests itself."""
    paths = []
    for one in range(20 * seed, 20 * seed + 20):
        scenario = Scenario(one)
        paths.append(bench.write_run(scenario.spec, bench.make_tape(scenario.csv)))
    result = subprocess.run([bench.segments, bench.strategies, *paths], capture_output=True,
                            text=True, check=False, cwd=bench.folder)
    if result.returncode:
        raise Wrong(f"segments: exit {result.returncode}\n{result.stdout}{result.stderr}")
    return len(paths)


# -- tapes of many blocks -------------------------------------------------------------------------

STRATEGIES = {
    "chaos": {"rate": 20}, "grid": {"levels": 5, "step": "0.0002", "leverage": 3},
    "maker": {"every": "200ms"}, "trend": {"fast": 200, "slow": 900, "band": "0"}}


def synth_spec(feed):
    venue = {"latency": {"orders": {"min": "1ms", "max": "9ms"}, "reports": "2ms", "feed": feed},
             "fees": {"maker": "0.0002", "taker": "0.0005"}, "queue": "prorata"}
    return {"run": "synth", "seed": 5, "sample": "10s", "venue": venue,
            "accounts": [{"name": name, "strategy": name, "params": params, "leverage": 5,
                          "collateral": {"USDT": "100000"}}
                         for name, params in STRATEGIES.items()]}


def synth(bench, seed):
    """The same on longer tapes with the strategies that ship: cuts, worlds, segments, split."""
    rng = random.Random(seed)
    tape = bench.synth("walk", 40000, "--instruments", "2", "--seed", str(seed), "--recv",
                       *(["--depth"] if seed % 2 else []))
    spec = synth_spec(("0ms", "1ms", "recorded")[seed % 3])
    whole = bench.run(spec, tape)
    times = sorted(int(line[1]) for line in whole.words)
    for ts in rng.sample(times, 3) + [rng.randint(times[0] + 1, times[-1])]:
        expect_prefix(whole, bench.run({**spec, "until": ts + 1}, tape), f"until {ts + 1}")
    alone = bench.run({**spec, "accounts": spec["accounts"][seed % 4:][:1]}, tape)
    name = spec["accounts"][seed % 4]["name"]
    expect_equal(alone.of([name]), whole.of([name]), f"{name} alone")
    halves = [bench.path("tape"), bench.path("tape")]
    at = str(rng.randint(times[0] + 1, times[-1]))
    bench.call("tape", "slice", tape, "--to", at, "-o", halves[0], "-q")
    bench.call("tape", "slice", tape, "--from", at, "-o", halves[1], "-q")
    merged = bench.path("tape")
    bench.call("tape", "merge", *halves, "--profile", "fast", "-o", merged, "-q")
    expect_equal([bench.run(spec, merged).digest], [whole.digest], "split")
    result = subprocess.run([bench.segments, bench.strategies, bench.write_run(spec, tape)],
                            capture_output=True, text=True, check=False)
    if result.returncode:
        raise Wrong(f"segments: {result.stdout}{result.stderr}")
    return len(whole.text)


# -- all of them ----------------------------------------------------------------------------------

PROPERTIES = [  # (function, seeds, what it shows)
    (prefix, 60, "cutting the tape changes no line before the cut"),
    (apart, 60, "five accounts in one pass are five runs, in any order, among any others"),
    (margined, 150, "the same of accounts under rulebooks, and of what their funds hold"),
    (rename, 60, "other symbols rename the log"),
    (permute, 60, "the order of rows means nothing"),
    (scale, 80, "one more digit gives the same log"),
    (bystander, 60, "an instrument that nobody trades changes nothing"),
    (form, 40, "profiles, and a tape split and merged, give one digest"),
    (surroundings, 30, "time zone, locale, order of --set and the log give one digest"),
    (mirror.mirrored, 100, "a mirrored market mirrors fills and negates positions"),
    (segments, 15, "a segment that ends at every instant gives the same digest"),
    (synth, 6, "the same on tapes of several blocks with the strategies that ship"),
]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("segments")
    parser.add_argument("strategies")
    parser.add_argument("--share", type=int, default=100)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--only")
    args = parser.parse_args()
    chosen = [row for row in PROPERTIES if args.only in (None, row[0].__name__)]
    print(f"1..{len(chosen)}")
    bad = 0
    for number, (function, seeds, what) in enumerate(chosen, 1):
        count, seed, wrong = max(1, seeds * args.share // 100), 0, None
        seen = 0
        with tempfile.TemporaryDirectory() as folder:
            bench = Bench(args.program, folder)
            bench.segments = os.path.abspath(args.segments)
            bench.strategies = os.path.abspath(args.strategies)
            try:
                for seed in range(args.first, args.first + count):
                    seen += function(bench, seed)
                if seen == 0:
                    raise Wrong("nothing was compared")
            except Wrong as error:
                wrong = error
        print(f"{'not ok' if wrong else 'ok'} {number} - {what}", flush=True)
        print(f"# {count} seeds, {bench.runs} runs, {seen} lines or cuts")
        if wrong:
            bad += 1
            print(f"# seed {seed}; again: --only {function.__name__} --first {seed}")
            print("\n".join(f"# {line}" for line in str(wrong).splitlines()))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
