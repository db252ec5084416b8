"""replay_bench - a bench for runs written by hand: a tape in short words, requests, expected lines.

A time is a small number of seconds after START. An instrument L is a linear perpetual with tick
0.1, lot 0.001 and multiplier 1, S a spot row, I an inverse perpetual of 100 USD, Q a quanto, F a
future that expires at second 50, U an asset priced in USD.
"""

import json

from replay import Replay
from replay_log import Collection
from replay_settings import read_settings
from replay_tape import parse_tape

START = 1735689600 * 10**9
SECOND = 10**9
ROWS = {
    "L": "kind=linear px_scale=1 qty_scale=3 mult_scale=0 tick=0.1 lot=0.001 multiplier=1 "
         "base=BTC quote=USD settle=USD",
    "S": "kind=spot px_scale=1 qty_scale=3 mult_scale=0 tick=0.1 lot=0.001 multiplier=1 "
         "base=BTC quote=USD settle=USD",
    "I": "kind=inverse px_scale=1 qty_scale=0 mult_scale=0 tick=0.1 lot=1 multiplier=100 "
         "base=BTC quote=USD settle=BTC",
    "Q": "kind=quanto px_scale=1 qty_scale=0 mult_scale=6 tick=0.1 lot=1 multiplier=0.000001 "
         "base=ETH quote=USD settle=BTC",
    "F": "kind=future px_scale=1 qty_scale=3 mult_scale=0 tick=0.1 lot=0.001 multiplier=1 "
         f"base=BTC quote=USD settle=USD expiry={START + 50 * SECOND}",
    "U": "kind=asset px_scale=4 quote=USD",
}
DEFAULTS = {"side": "-", "type": "-", "tif": "gtc", "flags": "-", "trigger": "-", "by": "-",
            "leg": 0, "px": 0, "qty": 0, "trigger_px": 0, "trail": 0, "group": 0, "tag": 0}


def tape(rows, events):
    """The text of a tape; an event is 'SECOND SYMBOL KIND SIDE PX QTY' with - for nothing."""
    lines = ["# plimsoll events 1"]
    lines += [f"# instrument {place} symbol={symbol} {ROWS[symbol]}"
              for place, symbol in enumerate(rows)]
    lines += ["# recv no", "# synthetic no", "ts,symbol,kind,side,px,qty,flags"]
    for event in events:
        second, *words = event.split()
        words = ["" if word == "-" else word for word in words]
        words += [""] * (5 - len(words))
        lines.append(",".join([str(nanoseconds(second)), *words, ""]))
    return "\n".join([*lines, f"# end {len(events)}", ""])


def nanoseconds(second):
    whole, _, part = str(second).partition(".")
    return START + int(whole) * SECOND + int(part.ljust(9, "0") or 0)


class Bench:
    """Collects the requests of a case, runs it and compares."""

    def __init__(self, rows="L", events=(), venue=None, sample="7d", seed=1, **account):
        account = {"name": "a", "collateral": {"USD": "100000"}, "leverage": 10,
                   "report_currency": "USD", **account}
        self.text = tape(rows, events)
        self.accounts = [account]
        self.run_file = {"seed": seed, "sample": sample, "venue": venue or {},
                         "accounts": self.accounts}
        self.requests = []
        self.oids = {}

    def add_account(self, **account):
        self.accounts.append({**self.accounts[0], **account})

    def send(self, second, words, account="a", arrives=None):
        """words: 'ACTION key=value ...'; a submit gets the next id of its account."""
        action, *pairs = words.split()
        fields = {**DEFAULTS, "sym": "L", **dict(pair.split("=") for pair in pairs)}
        if action == "submit":
            self.oids[account] = self.oids.get(account, 0) + 1
            fields.setdefault("oid", self.oids[account])
        ts = nanoseconds(second)
        fields["arrives"] = ts if arrives is None else nanoseconds(arrives)
        text = " ".join(f"{key}={value}" for key, value in fields.items())
        self.requests.append(f"0 {ts} 0 {account} request action={action} {text}")

    def buy(self, second, qty, px=None, more="", account="a"):
        self.trade("buy", second, qty, px, more, account)

    def sell(self, second, qty, px=None, more="", account="a"):
        self.trade("sell", second, qty, px, more, account)

    def trade(self, side, second, qty, px, more, account):
        kind = "type=market" if px is None else f"type=limit px={px}"
        self.send(second, f"submit side={side} {kind} qty={qty} {more}", account)

    def run(self):
        instruments, events = parse_tape(self.text)
        settings = read_settings(json.dumps(self.run_file), instruments)
        log = Collection(self.requests, instruments)
        Replay(instruments, events, settings, log).run()
        return log.records

    def expect(self, kinds, expected):
        """The records of these kinds, without EVENT and with times in seconds, are `expected`;
        samples are those of the grid and the end."""
        kinds = kinds.split()
        found = [record.split(" ") for record in self.run()]
        found = [short(words) for words in found if words[3] in kinds and words[-1] != "at=event"]
        expected = [" ".join(line.split()) for line in expected.strip().splitlines()]
        if found != expected:
            raise AssertionError("\nfound:\n  " + "\n  ".join(found)
                                 + "\nexpected:\n  " + "\n  ".join(expected))


def short(words):
    """'SECOND ACCOUNT KIND values' of a record, the values without their names."""
    after = int(words[0]) - START
    second = f"{after // SECOND}.{after % SECOND:09}".rstrip("0").rstrip(".")
    return " ".join([second, words[2], words[3], *(word.split("=", 1)[1] for word in words[4:])])
