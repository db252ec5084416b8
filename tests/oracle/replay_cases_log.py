"""replay_cases_log - a whole log written by hand: taken as it is, refused with any change."""

import json

from replay import Replay
from replay_bench import START, Bench
from replay_log import Comparison, Difference
from replay_numbers import InputError
from replay_settings import read_settings
from replay_tape import parse_tape

# The quote is two events at 0 s (EVENT 2), the mark at 9 s the third. Sent at 1 s, there at 3 s:
# 1 at 100; fee 100 * 0.0005 = 0.05; then, at the middle 99.95, the account is worth 1000 - 0.05 -
# 0.05; at mark 101 1000 - 0.05 + 1.
LOG = """\
1 {0} 0 a posting book=account asset=USD cause=deposit amount=1000 balance=1000 sym=-
2 {0} 0 a posting book=external asset=USD cause=deposit amount=-1000 balance=-1000 sym=-
3 {1} 2 a request action=submit oid=1 arrives={3} sym=L side=buy type=market tif=ioc flags=- \
trigger=- by=- leg=0 px=0 qty=1 trigger_px=0 trail=0 group=0 tag=5
4 {1} 2 a note text=bought = 1
5 {3} 2 a fill oid=1 sym=L side=buy role=taker leg=0 px=100 qty=1 left=0 value=100 fee=0.05 \
realised=0 asset=USD
6 {3} 2 a posting book=account asset=USD cause=fee amount=-0.05 balance=999.95 sym=L
7 {3} 2 a posting book=fees asset=USD cause=fee amount=0.05 balance=0.05 sym=L
8 {3} 2 a position sym=L leg=0 qty=1 cost=100 realised=0
9 {3} 2 a order oid=1 sym=L side=buy state=filled reason=- px=0 qty=1 left=0 trigger_px=0 leg=0
10 {3} 2 a sample nav=999.9 unrealised=-0.05 asset=USD priced=1 at=event
11 {9} 3 - price sym=L px=101
12 {9} 3 a sample nav=1000.95 unrealised=1 asset=USD priced=1 at=end
end 12 00
""".format(*(START + second * 10**9 for second in range(10)))


def accepted(log):
    bench = Bench(events=("0 L bid - 99.9 5", "0 L ask - 100 2", "9 L mark - 101"),
                  venue={"latency": {"orders": "2s"}, "fees": {"taker": "0.0005"}},
                  collateral={"USD": "1000"})
    instruments, events = parse_tape(bench.text)
    settings = read_settings(json.dumps(bench.run_file), instruments)
    try:
        Replay(instruments, events, settings, Comparison(log, instruments)).run()
    except (Difference, InputError):
        return False
    return True


def case_a_whole_log_is_taken():
    assert accepted(LOG)


def case_every_changed_digit_is_noticed():
    # But for what only the strategy or the engine's digest can know: group, tag, note, digest.
    free = {LOG.index("group=") + 6, LOG.index("tag=") + 4, len(LOG) - 2, len(LOG) - 3}
    end = LOG.index("bought = 1") + 10
    free.update(range(LOG.rindex("\n", 0, end) + 3, end))
    for place, letter in enumerate(LOG):
        if letter.isdigit() and place not in free:
            changed = LOG[:place] + str((int(letter) + 1) % 10) + LOG[place + 1:]
            assert not accepted(changed), LOG[max(0, place - 30):place + 10]


def case_a_missing_or_added_line_is_noticed():
    lines = LOG.splitlines(keepends=True)
    for place in range(len(lines)):
        assert not accepted("".join(lines[:place] + lines[place + 1:])) or place == 3
        assert not accepted("".join(lines[:place + 1] + lines[place:]))
