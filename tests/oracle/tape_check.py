"""Holds tapes that the plimsoll program makes against the second reader, tape_reader.py.

The same events have to come out of three: this reader, `plimsoll tape cat` (docs/csv.md), and every
profile that a tape can be packed with; for imported markets, also what went in.

    tape_reader.py --check PLIMSOLL WORKDIR
"""

import json
import os
import random
import re
import subprocess
import sys

from tape_reader import (ASK, BARS, BID, BLOCK_EVENTS, FOOTER_SIZE, HEADER_SIZE, KINDS, LEVEL_KIND,
                         WAYS, TapeError, need, read_tape, signed)

# ---------------------------------------------------------------------------------------------
# The CSV form of the events
# ---------------------------------------------------------------------------------------------

NAMES = ("trade bid ask level clear mark index asset_index bar_open bar_high bar_low bar_close "
         "funding_rate funding borrow_rate open_interest liquidation adl insurance status forward "
         "iv risk_free haircut custody gap").split()
FLAG_WORDS = ["", "derived", "snapshot", "derived+snapshot"]
SIDES_FROM_1 = {
    ("trade", "liquidation"): "buy sell",
    ("level", "clear"): "bid ask",
    ("bar_open", "bar_high", "bar_low", "bar_close"): "bid ask last mark index",
    ("adl",): "long short",
    ("status",): "halt resume delist settle relist",
    ("custody",): "halt resume haircut",
}
SIDES = {name: ["", *words.split()] for names, words in SIDES_FROM_1.items() for name in names}
PX_RATES = ("funding_rate", "funding", "borrow_rate", "iv", "risk_free", "haircut", "custody")
RATE_SCALE = 12
QTY_WHOLE = ("bar_open", "bar_high", "funding_rate", "borrow_rate", "gap")
PROFILES = ("fast", "default", "archive")


def scales(line):
    """{kind: (decimals of px, decimals of qty)} for the row with this canonical line."""
    px, qty = (int(re.search(rf"\b{name}=(\d+)", line)[1]) for name in ("px_scale", "qty_scale"))
    other_qty = {"funding": px, "adl": RATE_SCALE, **dict.fromkeys(QTY_WHOLE, 0)}
    return {name: (RATE_SCALE if name in PX_RATES else px, other_qty.get(name, qty))
            for name in NAMES}


def to_units(text, scale):
    whole, _, part = text.partition(".")
    need(len(part) <= scale, f"CSV: {text} has more than {scale} decimals")
    return int(whole + part.ljust(scale, "0")) if text else 0


def from_units(value, scale):
    digits = str(abs(value)).rjust(scale + 1, "0")
    whole, part = digits[:len(digits) - scale], digits[len(digits) - scale:].rstrip("0")
    return "-" * (value < 0) + whole + "." * bool(part) + part


def parse_csv(text):
    """The instrument lines, the events and the recvs (None without) of `plimsoll tape cat`."""
    lines, rows = [], iter(text.splitlines())
    for row in rows:
        if not row.startswith("#"):
            break
        if row.startswith("# instrument "):
            need(row.split()[2] == str(len(lines)), "CSV: number of an instrument")
            lines.append(row.split(" ", 3)[3])
    has_recv = row == "ts,recv,symbol,kind,side,px,qty,flags"
    need(has_recv or row == "ts,symbol,kind,side,px,qty,flags", "CSV: names of the columns")
    symbols = {line.split()[0][len("symbol="):]: i for i, line in enumerate(lines)}
    decimals = [scales(line) for line in lines]
    events, recvs, ended = [], [], False
    for row in rows:
        fields = row.split(",")
        if row.startswith("# end "):
            need(int(row[len("# end "):]) == len(events), "CSV: number of events")
            ended = True
            break
        if has_recv:
            recvs.append(int(fields.pop(1)))
        ts, symbol, name, side, px, qty, flags = fields
        sym, sides = symbols[symbol], SIDES.get(name, [""])
        px_scale, qty_scale = decimals[sym][name]
        events.append((int(ts), to_units(px, px_scale), to_units(qty, qty_scale), sym,
                       NAMES.index(name) + 1, sides.index(side), FLAG_WORDS.index(flags)))
    need(ended and next(rows, None) is None, "CSV: end")
    return lines, events, recvs if has_recv else None


def print_csv(lines, events, recvs):
    """The same the other way round, for `plimsoll import`."""
    symbols = [line.split()[0][len("symbol="):] for line in lines]
    decimals = [scales(line) for line in lines]
    text = ["# plimsoll events 1"]
    text += [f"# instrument {i} {line}" for i, line in enumerate(lines)]
    text += ["# recv yes", "# synthetic no", "ts,recv,symbol,kind,side,px,qty,flags"]
    for (ts, px, qty, sym, kind, side, flags), recv in zip(events, recvs):
        name = NAMES[kind - 1]
        px_scale, qty_scale = decimals[sym][name]
        px = from_units(px, px_scale) if KINDS[kind].px else ""
        qty = from_units(qty, qty_scale) if KINDS[kind].qty else ""
        side = SIDES.get(name, [""])[side]
        text.append(f"{ts},{recv},{symbols[sym]},{name},{side},{px},{qty},{FLAG_WORDS[flags]}")
    return "\n".join([*text, f"# end {len(events)}"]) + "\n"


# ---------------------------------------------------------------------------------------------
# Markets and tapes
# ---------------------------------------------------------------------------------------------


def odd_market(count, instruments):
    """What the synthetic markets lack: every kind and side, empty sides, numbers of all sizes up
    to the ends of the range, a recv that jumps, an instant longer than a block, a coarse clock
    and many rows."""
    dice, tick = random.Random(7), 1 if instruments == 1 else 1000
    rest = "underlying= strike=0 expiry=0 listed=0 delisted=0"
    usdc = f"tick=0 lot=0 multiplier=0 base=USDC quote=USD settle= {rest}"
    lines = [f"symbol=USDC kind=asset px_scale=4 qty_scale=2 mult_scale=0 {usdc}",
             f"symbol=VAULT kind=custody px_scale=4 qty_scale=2 mult_scale=0 {usdc}"]
    lines += [f"symbol=ODD{i} kind=linear px_scale=3 qty_scale=2 mult_scale=0 tick=0.001 lot=0.01 "
              f"multiplier=1 base=ODD quote=USDT settle=USDT {rest}" for i in range(instruments)]
    rows = {"asset_index": 0, "borrow_rate": 0, "insurance": 0, "haircut": 0, "custody": 1}
    events, recvs, ts, walk = [], [], 1767225600 * 10**9, 10**6
    for i in range(count):
        if not count // 4 < i < count // 4 + BLOCK_EVENTS + 1000:
            ts += tick * dice.choice((0, 1, 1000, 10**6, dice.getrandbits(33)))
        kind = dice.choice((1, 2, 2, 3, 3, dice.randint(1, len(NAMES))))
        name = NAMES[kind - 1]
        sym = rows.get(name, 2 + dice.randrange(instruments))
        side = dice.randrange(len(SIDES.get(name, [""])))
        walk = max(1000, walk + dice.randint(-3, 3))
        big = dice.random() < 0.03
        px, qty = walk, dice.randint(1, 500)
        if big:
            px, qty = (max(1, dice.getrandbits(dice.choice((63, dice.randint(1, 63)))))
                       for _ in range(2))
        if kind in (LEVEL_KIND, *BARS) or name in ("adl", "status", "custody"):
            side = side or 1
        if name in ("funding_rate", "funding"):
            px = dice.choice((signed(dice.getrandbits(64)), dice.randint(-10**9, 10**9)))
        elif name in PX_RATES or name == "adl":
            px = qty = dice.randint(1, 10**RATE_SCALE)
        if name in ("funding_rate", "gap"):
            qty = ts
        if kind in (BID, ASK) and dice.random() < 0.02:
            px = qty = 0
        if (name == "status" and side != 4) or (name == "custody" and side != 3):
            px = 0
        events.append((ts, px if KINDS[kind].px else 0, qty if KINDS[kind].qty else 0, sym, kind,
                       side, dice.choice((0, 0, 0, 1, 2, 3))))
        recvs.append(ts + tick * (dice.getrandbits(40) if big else dice.randint(0, 10**6)))
    return lines, events, recvs


class Check:
    """Makes tapes with the program and reads them with this reader."""

    def __init__(self, program, folder):
        self.program, self.folder, self.tapes, self.ways = program, folder, 0, set()
        os.makedirs(folder, exist_ok=True)

    def run(self, *args):
        done = subprocess.run([self.program, *args], capture_output=True, text=True, check=False)
        need(done.returncode == 0, f"plimsoll {' '.join(args)}: {done.stderr.strip()}")
        return done.stdout

    def path(self, name):
        return os.path.join(self.folder, name)

    def compare(self, name, path):
        """Reads one tape; it has to be what the program says that it is."""
        tape = read_tape(path)
        info = json.loads(self.run("tape", "info", path, "--json"))
        need(tape.digest == info["digest"] and len(tape.events) == info["events"],
             f"{name}: digest or number of events differ from tape info")
        lines, events, recvs = parse_csv(self.run("tape", "cat", path))
        need([line.decode() for line in tape.lines] == lines, f"{name}: instruments differ")
        need(events == tape.events and recvs == tape.recvs, f"{name}: events differ from tape cat")
        self.tapes += 1
        self.ways |= tape.ways
        print(f"{name}: {len(events)} events, {tape.blocks} blocks, {os.path.getsize(path)} bytes,"
              f" digest {tape.digest[:16]}", flush=True)
        return tape

    def market(self, name, *args):
        """One market in all profiles, which must not differ but in the bytes of the file."""
        first = None
        for profile in PROFILES:
            path = self.path(f"{name}-{profile}.tape")
            self.run(*args, "--profile", profile, "--force", "-q", "-o", path)
            tape = self.compare(f"{name}, {profile}", path)
            first = first or tape
            need((tape.lines, tape.events, tape.recvs, tape.digest, tape.synthetic) ==
                 (first.lines, first.events, first.recvs, first.digest, first.synthetic),
                 f"{name}, {profile}: differs from the other profiles")
        return first

    def odd(self, name, count, instruments):
        lines, events, recvs = odd_market(count, instruments)
        path = self.path(f"{name}.csv")
        with open(path, "w", encoding="ascii") as file:
            file.write(print_csv(lines, events, recvs))
        tape = self.market(name, "import", "--format", "csv", path)
        need((tape.events, tape.recvs) == (events, recvs), f"{name}: differs from the import")

    def broken(self):
        """No byte of a tape can change, and no end be cut off, without being noticed."""
        path, bad = self.path("small.tape"), self.path("bad.tape")
        self.run("synth", "walk", "--events", "500", "--recv", "--force", "-q", "-o", path)
        with open(path, "rb") as file:
            data = file.read()
        places = [*range(HEADER_SIZE), *range(HEADER_SIZE, len(data), len(data) // 150),
                  *range(len(data) - FOOTER_SIZE, len(data))]
        broken = [data[:at] + bytes([data[at] ^ 1 << at % 8]) + data[at + 1:] for at in places]
        broken += [data[:size] for size in range(0, len(data), len(data) // 50)] + [data + b"\0"]
        for i, changed in enumerate(broken):
            with open(bad, "wb") as file:
                file.write(changed)
            try:
                read_tape(bad)
            except TapeError:
                continue
            raise TapeError(f"broken tape {i} was read")
        print(f"{len(broken)} broken tapes refused", flush=True)

    def everything(self):
        walk = ("synth", "walk", "--instruments", "4", "--events", "60000", "--seed", "7")
        self.market("walk", *walk)
        self.market("walk-depth", *walk, "--depth")
        self.market("walk-recv", *walk, "--recv")
        self.market("walk-depth-recv", *walk, "--depth", "--recv")
        for scenario in json.loads(self.run("scenarios", "--json"))["scenarios"]:
            if scenario["name"] != "walk":
                self.market(scenario["name"], "synth", scenario["name"], "--events", "20000")
        self.odd("odd", 70000, 1)
        self.odd("wide", 40000, 3000)
        self.odd("empty", 0, 1)
        self.broken()
        need(self.ways == WAYS, f"never met: {WAYS - self.ways}")
        print(f"{self.tapes} tapes agree")


def check(program, folder):
    try:
        Check(program, folder).everything()
    except (TapeError, OSError) as error:
        sys.exit(f"tape_check: {error}")
