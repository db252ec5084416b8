"""replay_cases_fills - runs worked out by hand: what is taken, and what fills resting orders.

A line of a fill: SECOND ACCOUNT fill OID SYM SIDE ROLE LEG PX QTY LEFT VALUE FEE REALISED ASSET.
A line of an order: SECOND ACCOUNT order OID SYM SIDE STATE REASON PX QTY LEFT TRIGGER_PX LEG.
"""

from replay_bench import Bench

QUOTE = ("0 L bid - 99.9 5", "0 L ask - 100 2", "9 L mark - 100")
QUEUE = {"queue": "trades"}


def case_market_order_takes_the_quote_then_assumed_levels():
    # 5 against 2 shown: 2 at 100, 2 at 100.1, 1 at 100.2 (one tick a level).
    bench = Bench(events=QUOTE)
    bench.buy(1, 5)
    bench.expect("fill order", """
        1 a fill 1 L buy taker 0 100 2 3 200 0 0 USD
        1 a fill 1 L buy taker 0 100.1 2 1 200.2 0 0 USD
        1 a fill 1 L buy taker 0 100.2 1 0 100.2 0 0 USD
        1 a order 1 L buy filled - 0 5 0 0 0""")


def case_slippage_ends_after_its_levels():
    # One assumed level, 3 ticks away: 2 + 2 of 5, the rest finds nothing.
    bench = Bench(events=QUOTE, venue={"slippage": {"ticks": 3, "levels": 1}})
    bench.buy(1, 5)
    bench.expect("fill order", """
        1 a fill 1 L buy taker 0 100 2 3 200 0 0 USD
        1 a fill 1 L buy taker 0 100.3 2 1 200.6 0 0 USD
        1 a order 1 L buy cancelled no_liquidity 0 5 1 0 0""")


def case_taken_runs_along_the_ladder_until_the_quote_is_restated():
    # 3 taken: the second order begins with the last 1 of level two; the ask at 3 starts anew.
    bench = Bench(events=(QUOTE[0], QUOTE[1], "3 L ask - 100 2", QUOTE[2]))
    bench.buy(1, 3)
    bench.buy(2, 2)
    bench.buy(4, 1)
    bench.expect("fill", """
        1 a fill 1 L buy taker 0 100 2 1 200 0 0 USD
        1 a fill 1 L buy taker 0 100.1 1 0 100.1 0 0 USD
        2 a fill 2 L buy taker 0 100.1 1 1 100.1 0 0 USD
        2 a fill 2 L buy taker 0 100.2 1 0 100.2 0 0 USD
        4 a fill 3 L buy taker 0 100 1 0 100 0 0 USD""")


def case_worlds_do_not_see_one_another_and_a_shared_world_takes_once():
    # b shares a's world: the 2 at 100 are gone. c has a world of its own.
    bench = Bench(events=QUOTE, world="one")
    bench.add_account(name="b")
    bench.add_account(name="c", world="two")
    for name in "abc":
        bench.buy(1, 2, account=name)
    bench.expect("fill", """
        1 a fill 1 L buy taker 0 100 2 0 200 0 0 USD
        1 b fill 1 L buy taker 0 100.1 2 0 200.2 0 0 USD
        1 c fill 1 L buy taker 0 100 2 0 200 0 0 USD""")


def case_limit_order_walks_the_book_to_its_price_and_rests():
    # Asks 1 at 100, 2 at 100.2, 9 at 100.5; limit 100.3 takes 3 of 4, 1 rests.
    bench = Bench(events=("0 L level ask 100.2 2", "0 L level ask 100 1", "0 L level ask 100.5 9",
                          "9 L mark - 100"))
    bench.buy(1, 4, "100.3")
    bench.expect("fill order", """
        1 a fill 1 L buy taker 0 100 1 3 100 0 0 USD
        1 a fill 1 L buy taker 0 100.2 2 1 200.4 0 0 USD
        1 a order 1 L buy open - 100.3 4 1 0 0""")


def case_a_level_is_taken_once_until_it_is_restated():
    # 100 is used up; the level event at 100.2 restates that price alone, 3 the other.
    bench = Bench(events=("0 L level ask 100 1", "0 L level ask 100.2 2",
                          "2 L level ask 100.2 2", "4 L level ask 100 1", "9 L mark - 100"))
    bench.buy(1, 2)
    bench.buy(3, 2)
    bench.buy(5, 1)
    bench.expect("fill", """
        1 a fill 1 L buy taker 0 100 1 1 100 0 0 USD
        1 a fill 1 L buy taker 0 100.2 1 0 100.2 0 0 USD
        3 a fill 2 L buy taker 0 100.2 2 0 200.4 0 0 USD
        5 a fill 3 L buy taker 0 100 1 0 100 0 0 USD""")


def case_last_price_with_a_spread_is_rounded_to_the_tick_against_the_taker():
    # 100 * 1.0005 = 100.05, up to 100.1; 100 * 0.9995 = 99.95, down to 99.9.
    # Bought and sold: 99.9 - 100.1 = -0.2.
    bench = Bench(events=("0 L trade - 100 1", "9 L mark - 100"), venue={"spread": "0.0005"})
    bench.buy(1, 1)
    bench.sell(2, 1)
    bench.expect("fill", """
        1 a fill 1 L buy taker 0 100.1 1 0 100.1 0 0 USD
        2 a fill 2 L sell taker 0 99.9 1 0 -99.9 0 -0.2 USD""")


def case_nothing_is_taken_of_a_crossed_or_old_quote():
    # At 2 the bid stands above the ask; at 6 the ask is 3 s old, more than 2 s.
    bench = Bench(events=("1 L ask - 100 2", "1 L bid - 100.1 2", "3 L bid - 99.9 2",
                          "3 L ask - 100 2", "9 L mark - 100"), venue={"max_quote_age": "2s"})
    for second in (2, 5, 6):
        bench.buy(second, 1)
    bench.expect("fill order", """
        2 a order 1 L buy cancelled no_liquidity 0 1 1 0 0
        5 a fill 2 L buy taker 0 100 1 0 100 0 0 USD
        5 a order 2 L buy filled - 0 1 0 0 0
        6 a order 3 L buy cancelled no_liquidity 0 1 1 0 0""")


def case_a_trade_through_fills_makers_by_price_then_arrival_within_its_quantity():
    # A trade of 3 at 99.4: 1 at 99.6, then 99.5 by arrival: 1, and 1 of 2. At 99.4 conservative: 0.
    bench = Bench(events=(QUOTE[0], QUOTE[1], "5 L trade sell 99.4 3", QUOTE[2]))
    bench.buy(1, 1, "99.5")
    bench.buy(2, 2, "99.5")
    bench.buy(3, 1, "99.6")
    bench.buy(4, 1, "99.4")
    bench.expect("fill", """
        5 a fill 3 L buy maker 0 99.6 1 0 99.6 0 0 USD
        5 a fill 1 L buy maker 0 99.5 1 0 99.5 0 0 USD
        5 a fill 2 L buy maker 0 99.5 1 1 99.5 0 0 USD""")


def case_a_resting_order_meets_the_quote_at_its_own_price():
    # The ask falls to 99.4 with 2: the buy at 99.5 gets 2 of 3 there; the taken 2 are gone, so
    # nothing is left for the one at 99.4.
    bench = Bench(events=(QUOTE[0], QUOTE[1], "4 L bid - 99.3 5", "4 L ask - 99.4 2", QUOTE[2]))
    bench.buy(1, 1, "99.4")
    bench.buy(2, 3, "99.5")
    bench.expect("fill", "4 a fill 2 L buy maker 0 99.5 2 1 199 0 0 USD")


def case_queue_of_trades_moves_by_trades_alone():
    # Rests at the bid behind 5. A sale of 4 there: ahead 1. The bid shown as 3: ahead stays 1
    # (trades only; at most 3). A sale of 2: reach 1. A buyer's trade at the price does nothing.
    bench = Bench(events=(QUOTE[0], QUOTE[1], "2 L trade sell 99.9 4", "3 L bid - 99.9 3",
                          "4 L trade buy 99.9 9", "5 L trade sell 99.9 2", QUOTE[2]), venue=QUEUE)
    bench.buy(1, 2, "99.9")
    bench.expect("fill", "5 a fill 1 L buy maker 0 99.9 1 1 99.9 0 0 USD")


def queue_after_a_loss(estimator, trade):
    # Book: 6 ahead of us at 99.9, then 2 more join (shown 8). Shown falls to 4 without a trade:
    # expected 8, gone 4, ahead 6, behind 2.
    bench = Bench(events=("0 L level bid 99.9 6", "2 L level bid 99.9 8", "3 L level bid 99.9 4",
                          f"4 L trade sell 99.9 {trade}", QUOTE[2]), venue={"queue": estimator})
    bench.buy(1, 5, "99.9")
    return bench


def case_queue_estimators_share_what_went_away():
    # trades: ahead min(6, 4) = 4; prorata: 6 - 4*6/8 = 3; square: 6 - 4*36/(36+4) = 2.4;
    # front: 6 - 4 = 2. A sale of 5 then reaches 1, 2, 2.6 and 3; times 99.9.
    for estimator, reach, left, value in (("trades", "1", "4", "99.9"),
                                          ("prorata", "2", "3", "199.8"),
                                          ("square", "2.6", "2.4", "259.74"),
                                          ("front", "3", "2", "299.7")):
        queue_after_a_loss(estimator, 5).expect(
            "fill", f"4 a fill 1 L buy maker 0 99.9 {reach} {left} {value} 0 0 USD")


def case_an_unknown_queue_becomes_known_when_the_price_is_shown():
    # At 99.8, below the bid of 99.9: unknown, so the sale of 9 at 99.8 gives nothing. The bid
    # falls to 99.8 with 3 (known: 3): a sale of 4 there reaches 1. A bid of 99.7 empties the price.
    bench = Bench(events=(QUOTE[0], QUOTE[1], "2 L trade sell 99.8 9", "3 L bid - 99.8 3",
                          "4 L trade sell 99.8 4", "5 L bid - 99.7 3", "6 L trade sell 99.8 1",
                          QUOTE[2]), venue=QUEUE)
    bench.buy(1, 3, "99.8")
    bench.expect("fill", """
        4 a fill 1 L buy maker 0 99.8 1 2 99.8 0 0 USD
        6 a fill 1 L buy maker 0 99.8 1 1 99.8 0 0 USD""")


def case_a_trade_of_unknown_quantity_fills_whole_through_and_nothing_at_the_price():
    bench = Bench(events=("1 L bid - 99.9 5", "1 L ask - 100 2", "4 L trade - 99.5 0",
                          "9 L mark - 100"), venue=QUEUE)
    bench.buy(2, 4, "99.6")
    bench.buy(3, 4, "99.5")
    bench.expect("fill", "4 a fill 1 L buy maker 0 99.6 4 0 398.4 0 0 USD")


def case_a_bar_is_walked_by_the_nearer_extreme_first():
    # Bar of 6 s ending at 8: open 100, high 103, low 99, close 102. Low is nearer: points at
    # 2 s + 1 ns (100), 4 s (99), 6 s (103), 8 s (102). Volume 8: 2 a point. The buy at 99.5
    # (sent 3 s) fills 2 at 4 s; the stop at 102 triggers at 6 s and buys at the last price, 103.
    bench = Bench(events=("1 L mark - 100", "8 L bar_open last 100 6000000000",
                          "8 L bar_high last 103 0", "8 L bar_low last 99 0",
                          "8 L bar_close last 102 8", "9 L mark - 100"))
    bench.buy("1", 3, "99.5")
    bench.buy("3", 1, None, "trigger=stop trigger_px=102")
    bench.expect("fill order", """
        1 a order 1 L buy open - 99.5 3 3 0 0
        3 a order 2 L buy waiting - 0 1 1 102 0
        4 a fill 1 L buy maker 0 99.5 2 1 199 0 0 USD
        6 a fill 2 L buy taker 0 103 1 0 103 0 0 USD
        6 a order 2 L buy filled - 0 1 0 102 0""")


def case_points_of_a_bar_come_after_what_was_seen():
    # Bar of 6 s ending at 8, but an instant at 5 s was seen: open at 5 s + 1 ns, the second point
    # at 5 s + 2 ns instead of 4 s, the third at its 6 s. The stop (99) triggers at the second.
    bench = Bench(events=("1 L mark - 100", "5 L mark - 100", "8 L bar_open last 100 6000000000",
                          "8 L bar_high last 103 0", "8 L bar_low last 99 0",
                          "8 L bar_close last 102 8"))
    bench.sell("3", 1, None, "trigger=stop trigger_px=99")
    bench.expect("fill", "5.000000002 a fill 1 L sell taker 0 99 1 0 -99 0 0 USD")
