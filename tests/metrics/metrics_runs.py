#!/usr/bin/env python3
"""The metrics of real runs, against metrics_oracle.py.

    metrics_runs.py DRIVER FOLDER [--runs N] [--first SEED]

PLIMSOLL names the program, PLIMSOLL_SOURCE the tree. Examples (also as blobs), and random runs
under rulebooks from tests/oracle/margin_runs.py, with their liquidations, flows and refills; the
database of each is what `plimsoll run -o` has written. A run whose metrics were written differently
than they are measured afterwards fails, too.
"""

import argparse
import decimal
import json
import os
import pathlib
import sqlite3
import subprocess
import sys

from metrics_check import compare, drive

SOURCE = pathlib.Path(os.environ["PLIMSOLL_SOURCE"])
PLIMSOLL = os.environ["PLIMSOLL"]
COMPLETE = 0, 1  # exit codes of a run that came to its end
EXAMPLES = (("trend", "walk", 7), ("grid", "range", 7), ("martingale", "volatile", 7),
            ("contagion", "jumps", 26))

# Numbers of the summary, the metrics that say the same, and how their signs differ.
TOLD = (("first_nav", "first_nav", 1), ("final_nav", "final_nav", 1), ("fees", "fees", 1),
        ("funding", "funding", -1), ("liquidations", "liquidations", 1),
        ("lowest_surplus", "lowest_surplus", 1), ("insurance_used", "insurance_used", 1))

# In a process of its own: among the oracles numbers.py hides that of the library.
MAKE = """
import sys
sys.path.insert(0, sys.argv[1])
import margin_runs
tape, run, files = margin_runs.make(int(sys.argv[2]), sys.argv[3] + "/s.tape")
for name, text in {"s.csv": tape, "s.json": run, **files}.items():
    open(sys.argv[3] + "/" + name, "w").write(text)
"""


def program(*args):
    return subprocess.run([PLIMSOLL, *map(str, args)], capture_output=True, text=True, check=False)


def check(driver, path, counts):
    said = drive(driver, "verify", path)
    return ([] if said == "same\n" else [f"{path}: {said}"]) + compare(path, counts)


def check_summary(path, summary):
    """What the run itself counted (engine/outcome.c), and told with --json."""
    db = sqlite3.connect(path)
    wrong = []
    for number, account in enumerate(summary["accounts"]):
        stored = {n: (e, u) for n, e, u in db.execute(
            "SELECT name, exact, unit FROM metric WHERE account_id = ?", (number,))}
        for told, name, sign in TOLD:
            exact, unit = stored[name]
            converted = name in ("final_nav", "fees", "funding", "insurance_used")
            known = account["priced"] or not converted
            if not known or exact is None or account.get(told) is None or (
                    unit not in (account["report_currency"], "liquidations")):
                continue
            if decimal.Decimal(exact) != sign * decimal.Decimal(str(account[told])):
                wrong.append(f"{path}: {account['name']}: {name} is {exact}, the run told"
                             f" {account[told]}")
        wrong += check_fall(db, path, number, account)
    db.close()
    return wrong


def check_fall(db, path, number, account):
    """engine/drawdown.c works with integers, and takes prices of the moment for flows of other
    assets: there the two may differ."""
    deepest, = db.execute("SELECT value FROM metric WHERE name = 'max_drawdown' AND account_id = ?",
                          (number,)).fetchone()
    others, = db.execute(
        "SELECT count(*) FROM posting AS p JOIN account AS a ON a.id = p.account_id WHERE a.id = ?"
        " AND p.event > 0 AND p.cause IN ('deposit', 'withdrawal', 'refill')"
        " AND p.asset_id <> a.report_asset_id", (number,)).fetchone()
    told = account["max_drawdown"]
    if others or (told is None) == (deepest is None) and (
            told is None or abs(float(told) - deepest) < 1e-9 * max(1, abs(deepest))):
        return []
    return [f"{path}: {account['name']}: max_drawdown is {deepest}, the run told {told}"]


def examples(driver, folder, counts):
    wrong = []
    for name, market, seed in EXAMPLES:
        (folder / f"{name}.yaml").write_text((SOURCE / "examples" / f"{name}.yaml").read_text())
        program("synth", market, "--events", 200000, "--seed", seed, "-o",
                folder / f"{market}.tape", "-q", "--force")
        for how in ("rows", "blobs"):
            done = program("run", folder / f"{name}.yaml", "-o", folder / "r.db", "-f", "-q",
                           "--json", "--equity", how)
            if done.returncode not in COMPLETE:
                wrong.append(f"{name}: {done.stderr}")
                continue
            wrong += [f"{name}, {how}: {w}" for w in check(driver, folder / "r.db", counts)]
            if how == "rows":
                wrong += check_summary(folder / "r.db", json.loads(done.stdout))
    return wrong


def flowing(driver, folder, counts):
    """Random runs have neither flows nor, mostly, refills: contagion with both, whose money moves
    by more than its prices ever do. Behind `examples`, whose tape it takes."""
    text = (SOURCE / "examples" / "contagion.yaml").read_text()
    flows = "".join(f"      - {{at: 2026-01-01T00:0{at}Z, asset: USDT, amount: {amount}}}\n"
                    for at, amount in (("0:30", 60), ("0:50", -70), ("1:10.005", 35)))
    made = text.replace("    hedge: true\n", "    hedge: true\n    after_liquidation: refill\n"
                        "    flows:\n" + flows)
    (folder / "flowing.yaml").write_text(made)
    done = program("run", folder / "flowing.yaml", "-o", folder / "r.db", "-f", "-q", "--json")
    if done.returncode not in COMPLETE:
        return [f"flowing: {done.stderr}"]
    told = json.loads(done.stdout)
    db = sqlite3.connect(folder / "r.db")
    seen = [cause for cause, in db.execute(
        "SELECT DISTINCT cause FROM posting WHERE event > 0 AND book IN ('account', 'isolated') AND"
        " cause IN ('deposit', 'withdrawal', 'refill') ORDER BY cause")]
    db.close()
    wrong = [] if seen == ["deposit", "refill", "withdrawal"] else [f"flowing has only {seen}"]
    if any(account["max_drawdown"] is None for account in told["accounts"]):
        wrong.append("flowing: an account has no drawdown")
    return wrong + check(driver, folder / "r.db", counts) + check_summary(folder / "r.db", told)


def random_run(driver, folder, seed, counts):
    for name in ("s.tape", "s.db"):
        (folder / name).unlink(missing_ok=True)
    subprocess.run([sys.executable, "-c", MAKE, str(SOURCE / "tests" / "oracle"), str(seed),
                    str(folder)], check=True)
    done = program("import", "--format", "csv", folder / "s.csv", "-o", folder / "s.tape", "-q")
    if done.returncode == 0:
        done = program("run", folder / "s.json", "-o", folder / "s.db", "-q", "--json")
    if done.returncode not in COMPLETE:
        return None
    wrong = check(driver, folder / "s.db", counts)
    wrong += check_summary(folder / "s.db", json.loads(done.stdout))
    return [f"seed {seed}: {w}" for w in wrong]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("driver")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--runs", type=int, default=60)
    parser.add_argument("--first", type=int, default=1)
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    names = [line.split("\t")[0] for line in drive(args.driver, "names").splitlines()]
    counts = {name: [0, 0] for name in names}
    wrong, runs = examples(args.driver, args.folder, counts), 0
    wrong += flowing(args.driver, args.folder, counts)
    for seed in range(args.first, args.first + args.runs):
        said = random_run(args.driver, args.folder, seed, counts)
        runs += said is not None
        wrong += said or []
    if runs < args.runs * 3 // 4:
        wrong.append(f"only {runs} of {args.runs} runs came to their end")
    for line in wrong[:20]:
        print(line)
    print(f"{runs} random runs, {sum(map(sum, counts.values()))} metrics, "
          f"{sum(h for _, h in counts.values())} with a value; {len(wrong)} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
