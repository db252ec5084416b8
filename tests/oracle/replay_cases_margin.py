"""replay_cases_margin - runs under a rulebook worked out by hand (docs/margin.md).

The rulebook is the shipped textbook: 5 % flat, all closed at the market.
"""

import json
import os
import tempfile

from margin_selftest import PARTS
from replay_bench import Bench
from replay_log import Collection
from replay_margin import MarginReplay
from replay_margin_settings import read_margin_settings
from replay_tape import parse_tape

FALL = ("0 L bid - 99.9 90", "0 L ask - 100 90", "0 L mark - 100", "2 L mark - 95",
        "3 L bid - 90 50", "3 L ask - 90.1 50", "3 L mark - 90", "20 L mark - 80")


class MarginBench(Bench):
    """A bench whose accounts are under a rulebook."""

    def __init__(self, events, regime, collateral="100", **more):
        venue = {"rulebook": "textbook", **more.pop("venue", {})}
        super().__init__(events=events, venue=venue, collateral={"USD": collateral},
                         margin=regime, **more)

    def run(self):
        instruments, events = parse_tape(self.text)
        settings = read_margin_settings(json.dumps(self.run_file), instruments)
        log = Collection(self.requests, instruments)
        MarginReplay(instruments, events, settings, log).run()
        return log.records


class HandBench(MarginBench):
    """Under a rulebook of its own: that of margin_selftest with these stages and choices."""

    def __init__(self, events, stages, collateral="100", regime="cross", choices=None, **more):
        self.choices = {"stages": stages, **(choices or {})}
        venue = {"rulebook": "./hand.yaml", **more.pop("venue", {})}
        super().__init__(events, regime, collateral, venue=venue, **more)

    def run(self):
        instruments, events = parse_tape(self.text)
        with tempfile.TemporaryDirectory() as folder:
            lines = [line for line in PARTS.splitlines()
                     if line.split(":")[0] not in self.choices]
            lines += [f"{key}: {json.dumps(value)}" for key, value in self.choices.items()]
            with open(os.path.join(folder, "hand.yaml"), "w", encoding="utf-8") as file:
                file.write("\n".join([*lines, ""]))
            settings = read_margin_settings(json.dumps(self.run_file), instruments, folder)
            log = Collection(self.requests, instruments)
            MarginReplay(instruments, events, settings, log).run()
        return log.records


def case_a_cross_account_is_closed_at_the_market():
    # 8 at 100 on 100: at 95 equity 60 and maintenance 38; at 90 20 against 36. 8 * 90 - 800 = -80.
    bench = MarginBench(FALL, "cross")
    bench.buy(1, 8)
    bench.expect("call liquidation posting", """
        0 a posting account USD deposit 100 100 -
        0 a posting external USD deposit -100 -100 -
        3 a call cross - 0 USD 0.8 20 36
        3 a liquidation begin 1 cross - 0 USD 20 36 0 L 0
        3 a posting account USD realised_pnl -80 20 L
        3 a posting market USD realised_pnl 80 80 L
        3 a liquidation flat 1 cross - 0 USD 20 0 0 L 0""")


def case_an_isolated_position_takes_its_own_margin_alone():
    # 800 / 10 = 80 move to the position; at 90 they are gone and the other 20 stay.
    bench = MarginBench(FALL, "isolated")
    bench.buy(1, 8)
    bench.expect("posting", """
        0 a posting account USD deposit 100 100 -
        0 a posting external USD deposit -100 -100 -
        1 a posting account USD transfer -80 20 L
        1 a posting isolated USD transfer 80 80 L
        3 a posting isolated USD realised_pnl -80 0 L
        3 a posting market USD realised_pnl 80 80 L""")


def case_closing_part_of_an_isolated_position_releases_its_share():
    # Half is sold at 95.5: share 40, realised -18: 22 come back.
    events = FALL[:4] + ("2 L bid - 95.5 50", "2 L ask - 95.6 50")
    bench = MarginBench(events, "isolated")
    bench.buy(1, 8)
    bench.sell(2, 4)
    bench.expect("posting", """
        0 a posting account USD deposit 100 100 -
        0 a posting external USD deposit -100 -100 -
        1 a posting account USD transfer -80 20 L
        1 a posting isolated USD transfer 80 80 L
        2 a posting isolated USD realised_pnl -18 62 L
        2 a posting market USD realised_pnl 18 18 L
        2 a posting account USD transfer 22 42 L
        2 a posting isolated USD transfer -22 40 L""")


def case_a_gap_is_paid_by_the_fund_and_then_by_nobody():
    # 8 at 100 sold at 80 lose 160 of 100: 60 short, the fund has 50.
    events = FALL[:3] + ("3 L bid - 80 50", "3 L ask - 80.1 50", "3 L mark - 80", "9 L mark - 80")
    bench = MarginBench(events, "cross", venue={"insurance": {"USD": "50"}})
    bench.buy(1, 8)
    bench.expect("counterparty posting", """
        0 a posting insurance USD deposit 50 50 -
        0 a posting external USD deposit -50 -50 -
        0 a posting account USD deposit 100 100 -
        0 a posting external USD deposit -100 -150 -
        3 a posting account USD realised_pnl -160 -60 L
        3 a posting market USD realised_pnl 160 160 L
        3 a counterparty 1 - 0 0 50 0 - insurance insurance USD
        3 a posting account USD insurance 50 -10 -
        3 a posting insurance USD insurance -50 0 -
        3 a counterparty 1 - 0 0 10 0 - last_resort last_resort USD
        3 a posting account USD last_resort 10 0 -
        3 a posting last_resort USD last_resort -10 -10 -""")


def case_orders_are_admitted_by_initial_margin():
    # 10.001 at 90 hold 90.009 of 100: nothing of 10 or more fits beside it, 0.005 does.
    bench = MarginBench(FALL[:4], "cross")
    bench.buy(1, "10.001", "90")
    bench.buy(1, "10", "100")
    bench.buy(1, "0.001", "50")
    bench.sell(1, "1", "150")
    bench.expect("order", """
        1 a order 1 L buy open - 90 10.001 10.001 0 0
        1 a order 2 L buy rejected margin 100 10 10 0 0
        1 a order 3 L buy open - 50 0.001 0.001 0 0
        1 a order 4 L sell rejected margin 150 1 1 0 0""")


def case_half_a_portfolio_offsets_the_other():
    # Long 2 at 100 and short 1 at 99.9 of one row: the grid sees 1. At 100 it asks 5, gross 15.
    bench = MarginBench(FALL[:4], "portfolio", hedge=True, sample="1s")
    bench.buy(1, 2, more="leg=1")
    bench.sell(1, 1, more="leg=2")
    bench.expect("margin", "1 a margin portfolio - 0 USD 99.9 10 0 5 100\n"
                 "2 a margin portfolio - 0 USD 94.9 9.5 0 4.75 100")


TAKEOVER = {"do": "takeover", "price": "bankruptcy"}
MARKET = {"do": "close", "select": "all", "size": "full", "price": "market"}


def case_in_a_halt_nobody_takes_over():
    # At 90 equity is 20 of 36. The halt passes the takeover over without a record; a close changes
    # nothing. At second 5 the fund has 1000 and takes 8 at the bankruptcy value, 800 - 100 = 700.
    events = FALL[:4] + ("3 L status halt 0", "3 L mark - 90", "5 L status resume 0",
                         "5 L mark - 90", "9 L mark - 90")
    bench = HandBench(events, [TAKEOVER, MARKET], venue={"insurance": {"USD": "1000"}})
    bench.buy(1, 8)
    bench.expect("stage liquidation", """
        3 a liquidation begin 1 cross - 0 USD 20 36 0 L 0
        3 a stage 1 1 0 close L 0 sell 8 0 0 20 36 1
        5 a stage 1 0 1 takeover L 0 sell 8 87.5 700 20 36 1
        5 a liquidation flat 1 cross - 0 USD 0 0 0 L 0""")


def case_the_rest_of_the_market_is_deleveraged_by_score():
    # 8 at 100 on 100, at 80: equity -60. The fund has nothing; 700 for 8: the row with score 2
    # takes 3 of them, 700 * 3 / 8 = 262.5, the other one 5 for the rest.
    rest = {"L": {"short": [{"qty": "10", "score": "1"}, {"qty": "3", "score": "2"}],
                  "long": [{"qty": "9", "score": "9"}]}}
    events = FALL[:3] + ("3 L bid - 80 50", "3 L ask - 80.1 50", "3 L mark - 80", "9 L mark - 80")
    adl = {"do": "adl", "price": "bankruptcy", "when": "fund_short"}
    bench = HandBench(events, [TAKEOVER, adl, MARKET], venue={"rest_of_market": rest})
    bench.buy(1, 8)
    bench.expect("stage counterparty liquidation posting", """
        0 a posting account USD deposit 100 100 -
        0 a posting external USD deposit -100 -100 -
        3 a liquidation begin 1 cross - 0 USD -60 32 0 L 0
        3 a stage 1 0 0 takeover L 0 sell 8 87.5 700 -60 32 0
        3 a stage 1 1 1 adl L 0 sell 8 87.5 700 -60 32 1
        3 a posting account USD adl -100 0 L
        3 a posting market USD adl 100 100 L
        3 a counterparty 1 L 0 3 262.5 2 - market adl USD
        3 a counterparty 1 L 0 5 437.5 1 - market adl USD
        3 a liquidation flat 1 cross - 0 USD 0 0 0 L 0""")


def case_a_keeper_waits_for_its_latency_and_then_takes_what_it_has_room_for():
    # It comes 2 s after second 3. 250 at 90 are 2.777 (one lot more is 250.02); at 88.2 they fetch
    # 244.9314 of 277.7: -32.7686. 0.07 are no lot: the other 5.223 lose 52.23 at the market.
    keeper = {**MARKET, "channel": "keeper", "latency": "2s", "inventory": "250", "fee": "0.02"}
    bench = HandBench(FALL, [keeper, MARKET])
    bench.buy(1, 8)
    bench.expect("stage counterparty liquidation posting", """
        0 a posting account USD deposit 100 100 -
        0 a posting external USD deposit -100 -100 -
        3 a liquidation begin 1 cross - 0 USD 20 36 0 L 0
        5 a stage 1 0 0 keeper L 0 sell 2.777 0 0 20 36 1
        5 a posting account USD takeover -32.7686 67.2314 L
        5 a posting keeper USD takeover 32.7686 32.7686 L
        5 a counterparty 1 L 0 2.777 0 0 - keeper takeover USD
        5 a stage 1 1 1 close L 0 sell 5.223 0 0 15.0014 23.5035 1
        5 a posting account USD realised_pnl -52.23 15.0014 L
        5 a posting market USD realised_pnl 52.23 52.23 L
        5 a liquidation flat 1 cross - 0 USD 15.0014 0 0 L 0""")
