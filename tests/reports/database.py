#!/usr/bin/env python3
"""database.py PLIMSOLL   the run database against the log of the same run, in TAP.

Every record of the text log must stand in the database with the same text, to the last digit, as
the views tell it; and nothing else may be there. Needs Python's sqlite3 alone.
"""
import collections
import json
import os
import pathlib
import re
import sqlite3
import secrets
import shutil
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(os.environ["PLIMSOLL_SOURCE"])
sys.path.insert(0, str(SOURCE / "tests" / "metrics"))
from blobs import UNKNOWN, unpack
SYNTH = ["synth", "jumps", "--events", "1000000", "--seed", "26", "-o", "jumps.tape", "-q"]
ATTO = 10 ** 12
FAILING = """run: failing
tape: jumps.tape
accounts:
  - name: a
    strategy: {}
    collateral: {{USDT: 100}}
"""

# kind of record: view, {column of the view: field of the log}
SAME = {
    "fill": ("v_fill", "side role leg px qty left value fee realised asset symbol:sym"),
    "posting": ("v_posting", "book asset cause amount balance symbol:sym"),
    "position": ("v_position", "symbol:sym leg qty cost realised"),
    "funding": ("v_funding", "symbol:sym leg rate px qty amount asset"),
    "sample": ("v_equity", "nav unrealised asset priced"),
    "price": ("v_price", "symbol:sym px"),
    "margin": ("v_margin", "pool symbol:sym leg unit margin_equity:equity initial "
                           "order_margin:orders maintenance collateral"),
    "contribution": ("v_contribution", "symbol:sym leg qty px unrealised notional initial "
                                       "maintenance tier unit"),
    "call": ("v_margin_event", "pool symbol:sym leg asset:unit ratio equity maintenance"),
    "stage": ("v_liquidation_stage", "stage round action symbol:sym leg side qty px value equity "
                                     "maintenance done"),
    "request": ("v_order_event", "what:action symbol:sym side leg type tif flags trigger px qty "
                                 "trigger_px trail tag"),
    "order": ("v_order_event", "symbol:sym side state reason leg px qty left trigger_px"),
}
TABLE = {"v_fill": "fill", "v_posting": "posting", "v_position": "position", "v_price": "price",
         "v_funding": "funding", "v_equity": "equity", "v_margin": "margin",
         "v_contribution": "contribution", "v_margin_event": "margin_event",
         "v_liquidation_stage": "liquidation_stage", "v_order_event": "order_event"}


class Tap:
    def __init__(self):
        self.count = self.failed = 0

    def check(self, what, good, why=""):
        self.count += 1
        self.failed += not good
        print(f"{'ok' if good else 'not ok'} {self.count} - {what}")
        if not good:
            print(f"# {why}")

    def equal(self, what, found, expected):
        self.check(what, found == expected, f"found {found!r}, expected {expected!r}")


def plimsoll(program, *arguments):
    return subprocess.run([program, *arguments], capture_output=True, text=True, check=False)


def read_log(path):
    """Records as dictionaries, in order, and the digest."""
    records = []
    for line in pathlib.Path(path).read_text(encoding="utf-8").splitlines():
        words = line.split(" ")
        if words[0] == "end":
            return records, words[2]
        record = {"seq": int(words[0]), "ts": int(words[1]), "event": int(words[2]),
                  "account": words[3], "kind": words[4]}
        record.update(word.split("=", 1) for word in words[5:])
        records.append(record)
    raise ValueError("the log has no end")


def kept(records):
    """Without the samples and prices that a later one of the same time has replaced."""
    last, block = {}, None
    for record in records:
        kind = record["kind"]
        if kind == "sample":
            block = last[("sample", record["account"], record["ts"])] = [record["seq"]]
        elif kind in ("margin", "contribution"):
            if block is not None:
                block.append(record["seq"])
        else:
            block = None
        if kind == "price":
            last[("price", record["sym"], record["ts"])] = [record["seq"]]
    alive = {seq for block in last.values() for seq in block}
    block = None
    for record in records:
        kind = record["kind"]
        if kind in ("sample", "price"):
            block = record["seq"] in alive if kind == "sample" else None
            if record["seq"] not in alive:
                continue
        elif kind in ("margin", "contribution"):
            if block is False:
                continue
        else:
            block = None
        yield record


def text(value):
    return "-" if value is None else str(value)


def walk(tap, db, records):
    """Every record that stayed, field by field."""
    db.row_factory = sqlite3.Row
    rows = {view: {row["id"]: row for row in db.execute(f"SELECT * FROM {view}")}
            for view in {view for view, _ in SAME.values()}}
    differences, counts = [], collections.Counter()
    for record in kept(records):
        view, fields = SAME.get(record["kind"], (None, ""))
        if view is None:
            continue
        counts[view] += 1
        row = rows[view].get(record["seq"])
        for field in fields.split():
            column, _, name = field.partition(":")
            expected = record[name or column]
            if record["kind"] == "sample" and record["priced"] == "0" and column != "priced":
                continue
            if row is None or text(row[column]) != expected:
                differences.append((record["seq"], record["kind"], column,
                                    row and text(row[column]), expected))
        if row is not None and record["kind"] != "contribution" and "account" in row.keys() \
                and row["account"] != record["account"]:
            differences.append((record["seq"], "account", row["account"]))
        if row is not None and row["ts_ns"] != record["ts"]:
            differences.append((record["seq"], "ts", row["ts_ns"]))
    tap.equal("every record is in the database as the log tells it", differences[:5], [])
    tap.equal("and nothing else is", {view: len(rows[view]) for view in rows},
              {view: counts[view] for view in rows})


def walk_liquidations(tap, db, records):
    """Begin, end, lowest; and what is said to belong to a liquidation."""
    db.row_factory = sqlite3.Row
    begun = [r for r in records if r["kind"] == "liquidation" and r["what"] == "begin"]
    ended = [r for r in records if r["kind"] == "liquidation" and r["what"] != "begin"]
    rows = db.execute("SELECT v.*, l.begin_seq, l.end_seq FROM v_liquidation AS v "
                      "JOIN liquidation AS l ON l.id = v.id ORDER BY v.id").fetchall()
    names = ["account", "pool", "leg", "unit", "number", "equity", "maintenance", "culprit"]
    tap.equal("liquidations begin as in the log",
              [(row["begin_seq"], *(text(row[name]) for name in names)) for row in rows],
              [(r["seq"], *(r[name] for name in names)) for r in begun])
    tap.equal("and end", sorted((row["end_seq"], row["ended"], row["shortfall"]) for row in rows),
              [(r["seq"], r["what"], r["shortfall"]) for r in ended])
    own = sorted(row["id"] for row in db.execute("SELECT id FROM fill WHERE order_id < 0"))
    tagged = sorted(row["id"] for row in
                    db.execute("SELECT id FROM fill WHERE liquidation_id IS NOT NULL"))
    tap.equal("fills of liquidations, and no others, name theirs", tagged, own)
    tap.equal("and are of its account", db.execute(
        "SELECT count(*) FROM fill AS f JOIN liquidation AS l ON l.id = f.liquidation_id "
        "WHERE f.account_id <> l.account_id OR f.id NOT BETWEEN l.begin_seq AND l.end_seq"
    ).fetchone()[0], 0)
    between = 0
    for row in rows:
        between += sum(r["kind"] == "posting" and r["account"] == row["account"] and
                       row["begin_seq"] < r["seq"] < row["end_seq"] for r in records)
    tap.equal("postings between begin and end name theirs", db.execute(
        "SELECT count(*) FROM posting WHERE liquidation_id IS NOT NULL").fetchone()[0], between)
    lowest = {(r["account"], r["pool"], r["sym"], r["leg"]): (r["surplus"], int(r["at"]))
              for r in records if r["kind"] == "lowest"}
    found = {}
    for row in db.execute("SELECT a.name, p.*, i.symbol FROM pool AS p JOIN account AS a "
                          "ON a.id = p.account_id LEFT JOIN instrument AS i "
                          "ON i.id = p.instrument_id WHERE lowest_ns IS NOT NULL"):
        found[(row["name"], row["regime"], text(row["symbol"]), str(row["leg"]))] = (
            row["lowest_micro"] * ATTO + row["lowest_atto"], row["lowest_ns"])
    tap.equal("lowest surpluses are those of the log", found,
              {key: (atto(surplus), at) for key, (surplus, at) in lowest.items()})


def atto(number):
    """A decimal text in units of 10^-18."""
    whole, _, rest = number.lstrip("-").partition(".")
    value = int(whole) * 10 ** 18 + int(rest.ljust(18, "0") or 0)
    return -value if number.startswith("-") else value


def check_whole(tap, db, told, digest, records):
    """What the database says of itself."""
    one = lambda sql: db.execute(sql).fetchone()[0]
    tap.equal("integrity_check", one("PRAGMA integrity_check"), "ok")
    tap.equal("foreign_key_check", db.execute("PRAGMA foreign_key_check").fetchall(), [])
    tap.equal("application_id and user_version",
              (one("PRAGMA application_id"), one("PRAGMA user_version")), (0x504C494D, 1))
    row = db.execute(
        "SELECT status, digest, events, records, seed, tape_digest FROM run").fetchone()
    tap.equal("status and digest", tuple(row), ("complete", told["digest"], told["events"],
                                                len(records), told["seed"], told["tape_digest"]))
    tap.equal("the log's digest is that of --json", digest, told["digest"])
    counted = dict(db.execute("SELECT table_name, row_count FROM table_count").fetchall())
    names = [row[0] for row in db.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'table_count'")]
    tap.equal("rows are counted", counted,
              {name: one(f'SELECT count(*) FROM "{name}"') for name in names})
    sums = db.execute("SELECT sum(amount_micro), sum(amount_atto) FROM posting GROUP BY asset_id")
    tap.equal("per asset the ledger sums to zero",
              {micro * ATTO + rest for micro, rest in sums}, {0})
    tap.equal("v_posting_sum says so, too",
              {row[0] for row in db.execute("SELECT amount FROM v_posting_sum")}, {"0"})
    columns = {(name, row[1]) for name in names + ["table_count"]
               for row in db.execute(f'PRAGMA table_info("{name}")')}
    columns |= {(name, "") for name in names + ["table_count"]}
    documented = {tuple(row) for row in
                  db.execute("SELECT table_name, column_name FROM column_doc")}
    tap.equal("column_doc has every column and no other", documented ^ columns, set())
    tap.equal("v_summary agrees with --json",
              [tuple(row) for row in db.execute(
                  "SELECT account, first_nav, final_nav, fills, liquidations FROM v_summary")],
              [(a["name"], a["first_nav"], a["final_nav"], a["fills"], a["liquidations"])
               for a in told["accounts"]])
    tap.equal("foreign keys name their column: Datasette needs it",
              [(name, row[3]) for name in names
               for row in db.execute(f'PRAGMA foreign_key_list("{name}")') if row[4] is None], [])
    tap.equal("views have nothing that DuckDB's parser refuses or spells differently",
              [row[0] for row in db.execute(
                  "SELECT name, sql FROM sqlite_schema WHERE type = 'view'")
               if re.search(r"count\(\*\)|\bIS (NOT )?\d", row[1])], [])
    uncovered = []
    for name in names:
        indexed = {db.execute(f'PRAGMA index_info("{index[1]}")').fetchone()[2]
                   for index in db.execute(f'PRAGMA index_list("{name}")').fetchall()}
        key = {row[1] for row in db.execute(f'PRAGMA table_info("{name}")') if row[5] == 1}
        uncovered += [(name, row[3]) for row in db.execute(f'PRAGMA foreign_key_list("{name}")')
                      if row[3] not in indexed | key]
    tap.check("foreign keys are indexed where rows are many", not uncovered, uncovered)


def contents(path):
    """All tables but the timings."""
    db = sqlite3.connect(path)
    names = [row[0] for row in db.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")]
    tables = {name: db.execute(f'SELECT * FROM "{name}"').fetchall() for name in names}
    columns = [row[1] for row in db.execute("PRAGMA table_info(run)")]
    tables["run"] = [{key: value for key, value in zip(columns, row)
                      if key not in ("started_utc", "elapsed_len_ns")} for row in tables["run"]]
    db.close()
    return tables


def check_blobs(tap, rows, blobs):
    """Blocks hold the same, rounded down to 10^-6."""
    accounts = rows.execute("SELECT id FROM account").fetchall()
    for (account,) in accounts:
        unpacked = []
        for data, count in blobs.execute("SELECT data, row_count FROM equity_blob "
                                         "WHERE account_id = ? ORDER BY id", (account,)):
            unpacked += unpack(data, count)
        expected = []
        for seq, ts, nav, unrealised in rows.execute(
                "SELECT id, ts_ns, nav_micro, unrealised_micro FROM equity WHERE account_id = ? "
                "ORDER BY ts_ns", (account,)):
            sums = rows.execute(
                "SELECT count(*), sum(equity_micro), sum(equity_atto), sum(initial_micro) + "
                "sum(orders_micro), sum(initial_atto) + sum(orders_atto), sum(maintenance_micro), "
                "sum(maintenance_atto) FROM margin WHERE equity_id = ?", (seq,)).fetchone()
            told = [sums[i] + sums[i + 1] // ATTO for i in (1, 3, 5)] if sums[0] else [UNKNOWN] * 3
            expected.append((ts, UNKNOWN if nav is None else nav,
                             UNKNOWN if unrealised is None else unrealised, *told))
        tap.equal(f"blobs of account {account}", unpacked, expected)
    tap.equal("the end stands in rows as well",
              blobs.execute("SELECT nav_micro, nav_atto, at FROM equity ORDER BY id").fetchall(),
              rows.execute("SELECT nav_micro, nav_atto, at FROM equity WHERE at = 'end' "
                           "ORDER BY id").fetchall())


def decimal(value, scale):
    """The canonical text of an integer at 10^-scale, by text alone."""
    digits = str(abs(value)).rjust(scale + 1, "0")
    whole, rest = digits[:len(digits) - scale], digits[len(digits) - scale:].rstrip("0")
    return ("-" if value < 0 else "") + whole + ("." + rest if rest else "")


def check_exact(tap):
    """Texts of the views for what is large, small and negative, against Python's integers."""
    shutil.copy("b.db", "exact.db")
    db = sqlite3.connect("exact.db")
    edges = [0, 1, 5 * 10 ** 17, ATTO - 1, ATTO, ATTO + 1, 10 ** 18, 10 ** 18 + 1, 123456789 * ATTO,
             (2 ** 63 - 1) * ATTO + ATTO - 1, 2 ** 63 * ATTO]
    random = [secrets.randbelow(2 ** bits) for bits in range(1, 103) for _ in range(20)]
    values = [value for size in edges + random for value in (size, -size)
              if -2 ** 63 <= value // ATTO < 2 ** 63]
    db.execute("DELETE FROM posting")
    db.executemany("INSERT INTO posting VALUES (?, 0, 0, 0, NULL, 'fees', 'fee', 0, NULL, ?, ?, 0, "
                   "0)", [(i, *divmod(value, ATTO)) for i, value in enumerate(values)])
    found = [row[0] for row in db.execute("SELECT amount FROM v_posting ORDER BY id")]
    tap.equal(f"{len(values)} amounts as text", [pair for pair in zip(
        found, (decimal(value, 18) for value in values)) if pair[0] != pair[1]], [])
    real = [row[0] for row in db.execute("SELECT amount_real FROM v_posting ORDER BY id")]
    tap.check("and as real numbers", all(
        abs(r - v / 10 ** 18) <= max(abs(v) / 10 ** 18 * 1e-15, 1e-21)
        for r, v in zip(real, values)))
    differences = []
    for scale in range(19):
        db.execute("UPDATE instrument SET px_scale = ? WHERE id = 0", (scale,))
        db.execute("DELETE FROM fill")
        prices = [value for value in values if -2 ** 63 <= value < 2 ** 63]
        db.executemany("INSERT INTO fill VALUES (?, 0, 0, 0, 1, NULL, 0, 'buy', 'maker', 0, ?, 0, "
                       "0, 0, 0, 0, 0, 0, 0, 0)", enumerate(prices))
        found = [row[0] for row in db.execute("SELECT px FROM v_fill ORDER BY id")]
        differences += [(scale, *pair) for pair in zip(found, (decimal(v, scale) for v in prices))
                        if pair[0] != pair[1]]
    tap.equal("prices at every scale as text", differences[:5], [])
    db.close()
    os.remove("exact.db")


def check_names(tap, program):
    """What is there stays, unless --force says otherwise; nothing is left beside it."""
    before = pathlib.Path("a.db").read_bytes()
    done = plimsoll(program, "run", "contagion.yaml", "-o", "a.db", "-q")
    tap.check("a file that is there is refused", done.returncode == 2 and
              "a.db: exists; --force replaces it" in done.stderr, done.stderr)
    done = plimsoll(program, "run", "contagion.yaml", "-o", "jumps.tape", "--force", "-q")
    tap.check("an input is kept", done.returncode == 2 and "is an input" in done.stderr,
              done.stderr)
    tap.equal("and the file is as it was", pathlib.Path("a.db").read_bytes(), before)
    done = plimsoll(program, "run", "fail.yaml", "-o", "a.db", "--force", "-q")
    tap.equal("a run that fails", done.returncode, 4)
    tap.equal("leaves a finished database as it was", pathlib.Path("a.db").read_bytes(), before)
    db = sqlite3.connect("a.db.new")
    status, cause = db.execute("SELECT status, cause FROM run").fetchone()
    db.close()
    tap.check("and what came of it beside", status == "failed" and cause, (status, cause))
    for name in ("fail", "crash"):
        done = plimsoll(program, "run", f"{name}.yaml", "-o", f"{name}.db", "-q")
        db = sqlite3.connect(f"{name}.db")
        status, cause = db.execute("SELECT status, cause FROM run").fetchone()
        tap.equal(f"{name}: under its own name where there was none",
                  (done.returncode, status), (4, "failed"))
        tap.check(f"{name}: with the cause that is told", cause and cause in done.stderr,
                  (cause, done.stderr))
        db.close()
    done = plimsoll(program, "run", "contagion.yaml", "-o", "a.db", "--force", "--json")
    tap.equal("--force replaces, and --json says where",
              (done.returncode, json.loads(done.stdout)["database"]), (0, "a.db"))
    tap.equal("nothing is left beside", sorted(p.name for p in pathlib.Path().glob("*.db*")),
              ["a.db", "b.db", "blobs.db", "crash.db", "fail.db"])
    done = plimsoll(program, "run", "contagion.yaml", "-o", "none/a.db", "-q")
    tap.check("a folder that is not there: exit code 5", done.returncode == 5, done.stderr)
    done = plimsoll(program, "run", "contagion.yaml", "-o", "x.db", "--log", "x.db", "-q")
    tap.check("one file for two things is refused", done.returncode == 2, done.stderr)


def main(program):
    tap = Tap()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        pathlib.Path("contagion.yaml").write_text(
            (SOURCE / "examples/contagion.yaml").read_text(encoding="ascii"), encoding="ascii")
        for name in ("fail", "crash"):
            plugin = pathlib.Path(os.environ["PLIMSOLL_BUILD"], f"tests/plugin/bad_{name}.so")
            pathlib.Path(f"{name}.yaml").write_text(FAILING.format(plugin), encoding="ascii")
        assert plimsoll(program, *SYNTH).returncode == 0
        done = plimsoll(program, "run", "contagion.yaml", "-o", "a.db", "--log", "log", "--json")
        tap.equal("the run is complete", (done.returncode, done.stderr), (0, ""))
        told = json.loads(done.stdout)
        records, digest = read_log("log")
        db = sqlite3.connect("a.db")
        walk(tap, db, records)
        walk_liquidations(tap, db, records)
        db.row_factory = None
        check_whole(tap, db, told, digest, records)
        plimsoll(program, "run", "contagion.yaml", "-o", "b.db", "-q")
        tap.check("twice the same contents", contents("a.db") == contents("b.db"))
        done = plimsoll(program, "run", "contagion.yaml", "-o", "blobs.db", "-q", "--equity",
                        "blobs", "--no-orders")
        blobs = sqlite3.connect("blobs.db")
        check_blobs(tap, db, blobs)
        tap.equal("--no-orders", blobs.execute(
            "SELECT with_orders, (SELECT count(*) FROM order_event) FROM run").fetchone(), (0, 0))
        db.close()
        blobs.close()
        check_exact(tap)
        check_names(tap, program)
        os.chdir("/")
    print(f"1..{tap.count}")
    return tap.failed != 0


if __name__ == "__main__":
    sys.exit(main(os.path.abspath(sys.argv[1])))
