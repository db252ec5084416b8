"""replay_cases_margin - runs under a rulebook worked out by hand (docs/margin.md).

The rulebook is the shipped textbook: 5 % flat, all closed at the market.
"""

import json

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
