"""replay_cases_decided - liquidations by hand where docs/margin.md had to be made plainer.

The rulebook is that of margin_selftest: 5 % flat, no fees, a pool for each currency.
"""

import types

from replay_bench import tape
from replay_cases_margin import FALL, MARKET, TAKEOVER, HandBench, MarginBench
from replay_numbers import InputError, stream_word
from replay_price import Sources
from replay_tape import parse_tape

FUTURE = ("0 F bid - 99.9 90", "0 F ask - 100 90", "0 F mark - 100")


def held(symbol, qty, px="100", **more):
    return {"instrument": symbol, "qty": qty, "px": px, **more}


def case_legs_are_offset_an_instrument_at_a_time():
    # Legs of 8 and 2 at 90, of 5 and 3 at 100: equity 40, maintenance 5 % of 1700. Without 2 and 2
    # of L 5 % of 1340, without 3 and 3 of F 5 % of 740.
    positions = [held("L", "8", leg="long"), held("L", "-2", leg="short"),
                 held("F", "5", leg="long"), held("F", "-3", leg="short")]
    events = (*FALL[:3], *FUTURE, "3 L mark - 90", "9 L mark - 90")
    bench = HandBench(events, [{"do": "offset_legs"}, MARKET], rows="LF", hedge=True,
                      positions=positions)
    bench.expect("stage posting liquidation", """
        0 a posting account USD deposit 100 100 -
        0 a posting external USD deposit -100 -100 -
        3 a liquidation begin 1 cross - 0 USD 40 85 0 L 0
        3 a stage 1 0 0 offset L 1 - 2 0 0 40 85 1
        3 a posting account USD realised_pnl -20 80 L
        3 a posting market USD realised_pnl 20 20 L
        3 a posting account USD realised_pnl 20 100 L
        3 a posting market USD realised_pnl -20 0 L
        3 a stage 1 0 1 offset F 1 - 3 0 0 40 67 1
        3 a liquidation compliant 1 cross - 0 USD 40 37 0 L 0""")


def case_an_open_order_of_an_isolated_row_wakes_the_pool_that_carries_it():
    # L is halted: its close changes nothing and waits. F, isolated, has an order that waits for its
    # trigger, of no other pool, and one that rests, which the cross pool carries: all of it until
    # second 5, the rest of it until second 6.
    events = (*FALL[:3], *FUTURE, "3 L status halt 0", "3 L mark - 90", "9 F mark - 100")
    bench = HandBench(events, [MARKET], rows="LF", regime={"default": "cross", "F": "isolated"})
    bench.buy(1, 8)
    bench.buy(1, "0.1", "50", "sym=F")
    bench.buy(1, "0.1", more="sym=F trigger=stop by=last trigger_px=150")
    bench.send(4, "cancel oid=3 sym=F")
    bench.send(5, "amend oid=2 sym=F qty=0.05")
    bench.send(6, "cancel oid=2 sym=F")
    bench.expect("stage", """
        3 a stage 1 0 0 close L 0 sell 8 0 0 20 36 1
        5 a stage 1 0 1 close L 0 sell 8 0 0 20 36 1
        6 a stage 1 0 2 close L 0 sell 8 0 0 20 36 1""")


def case_a_locked_pool_takes_no_order():
    # 7 of L at 90 and 1 of F: equity 30 of 5 % of 730. L is halted, F is too small to be closed by
    # the stage. Not even what closes or waits is taken.
    events = (*FALL[:3], *FUTURE, "3 L status halt 0", "3 L mark - 90", "9 F mark - 100")
    large = {**MARKET, "when": {"notional_above": "100"}}
    bench = HandBench(events, [large], rows="LF", choices={
        "trigger": {"when": "at", "test": "once", "locked": "yes"}})
    bench.buy(1, 7)
    bench.buy(1, 1, more="sym=F")
    bench.buy(2, "0.1", more="sym=F trigger=stop by=last trigger_px=150")
    bench.sell(4, 1, more="sym=F flags=reduce_only")
    bench.buy(4, "0.1", more="sym=F trigger=stop by=last trigger_px=150")
    bench.expect("order", """
        1 a order 1 L buy filled - 0 7 0 0 0
        1 a order 2 F buy filled - 0 1 0 0 0
        2 a order 3 F buy waiting - 0 0.1 0.1 150 0
        4 a order 4 F sell rejected liquidation 0 1 1 0 0
        4 a order 5 F buy rejected liquidation 0 0.1 0.1 150 0""")


def case_a_settlement_in_an_episode_releases_nothing_until_its_end():
    # 80 moved to F; at 90 they are gone, and it is halted. Settled at 92 it loses 64: 16 stay in
    # the pool, and move when the episode ends flat.
    events = (*FUTURE, "3 F status halt 0", "3 F mark - 90", "5 F status settle 92",
              "9 F mark - 92")
    bench = HandBench(events, [MARKET], rows="F", regime="isolated")
    bench.buy(1, 8, more="sym=F")
    bench.expect("posting settled liquidation", """
        0 a posting account USD deposit 100 100 -
        0 a posting external USD deposit -100 -100 -
        1 a posting account USD transfer -80 20 F
        1 a posting isolated USD transfer 80 80 F
        3 a liquidation begin 1 isolated F 0 USD 0 36 0 F 0
        5 a settled F 0 92 8 -64 USD
        5 a posting isolated USD expiry -64 16 F
        5 a posting market USD expiry 64 64 F
        5 a posting account USD transfer 16 36 F
        5 a posting isolated USD transfer -16 0 F
        5 a liquidation flat 1 isolated F 0 USD 0 0 0 F 1""")


def case_a_fund_that_is_too_short_once_is_short_for_every_position():
    # 10 of L at 80 and 1 of F: equity 110 - 200, of which L has 40 / 45: 880 for its 800, the fund
    # has 50. The others take it, and then F, which the fund could have had, at what leaves 0: 110.
    rest = {symbol: {"short": [{"qty": "20", "score": "0.001"}]} for symbol in "LF"}
    adl = {"do": "adl", "price": "bankruptcy", "when": "fund_short"}
    events = (*FALL[:3], *FUTURE, "3 L mark - 80", "9 L mark - 80")
    bench = HandBench(events, [TAKEOVER, adl, MARKET], "110", rows="LF",
                      positions=[held("L", "10"), held("F", "1")],
                      venue={"rest_of_market": rest, "insurance": {"USD": "50"}})
    bench.expect("stage liquidation", """
        3 a liquidation begin 1 cross - 0 USD -90 45 0 L 0
        3 a stage 1 0 0 takeover L 0 sell 10 88 880 -90 45 0
        3 a stage 1 1 1 adl L 0 sell 10 88 880 -90 45 1
        3 a stage 1 1 2 adl F 0 sell 1 110 110 -10 5 1
        3 a liquidation flat 1 cross - 0 USD 0 0 0 L 0""")


def case_the_last_of_equal_peaks_tells_the_culprit():
    # L at 110 and F at 100, then the other way round: surplus 29 - 10.5 both times. At 95 each has
    # -5 - 4.75; F has fallen from 10 - 5.5, L from -5.
    events = ("0 L mark - 100", "0 F mark - 100", "1 L mark - 110", "2 L mark - 100",
              "2 F mark - 110", "3 L mark - 95", "3 F mark - 95")
    bench = HandBench(events, [MARKET], "19", rows="LF", sample="1s",
                      positions=[held("L", "1"), held("F", "1")])
    bench.expect("liquidation", "3 a liquidation begin 1 cross - 0 USD 9 9.5 0 F 0")


def case_funding_without_a_price_is_paid_at_that_of_the_rulebook():
    # The middle of L is 99.95, down to 99.9: 1 % of 799.2. F has no quotes: 1 % of its mark.
    price = {"mark": ["tape"], "pnl": "mark", "requirement": "mark", "funding": "mid",
             "stale": "0s"}
    events = (*FALL[:3], "0 F mark - 100", "2 L funding - 0.01 0", "2 F funding - 0.01 0")
    bench = HandBench(events, [MARKET], rows="LF", choices={"price": price},
                      positions=[held("L", "8"), held("F", "1")])
    bench.expect("funding", """
        2 a funding L 0 0.01 99.9 8 -7.992 USD
        2 a funding F 0 0.01 100 1 -1 USD""")


def case_a_change_of_rules_arms_warnings_again():
    # 5 % of 800 are 0.888 of 45, 1 % far below 0.95 * 0.8: at second 3, at 5 %, it is told again.
    changes = [{"from": "2025-01-01T00:00:02", "rate": {"flat": "0.01"}},
               {"from": "2025-01-01T00:00:03", "rate": {"flat": "0.05"}}]
    bench = HandBench((*FALL[:3], "9 L mark - 100"), [MARKET], "45", choices={
        "levels": {"initial": "leverage", "warn": ["0.8"]}, "changes": changes},
        positions=[held("L", "8")])
    bench.expect("call", """
        0 a call cross - 0 USD 0.8 45 40
        3 a call cross - 0 USD 0.8 45 40""")


def case_a_change_of_the_warnings_counts_from_then_on():
    # 5 % of 800 are 0.888 of 45. At second 2 0.8 stays, and 0.5 comes; at second 4 0.95 alone is
    # left; at second 6 0.8 comes back. 796.8 at 99.6: 39.84 are 0.953 of 41.8.
    def levels(*warn):
        return {"initial": "leverage", "warn": list(warn)}
    changes = [{"from": "2025-01-01T00:00:02", "levels": levels("0.5", "0.8")},
               {"from": "2025-01-01T00:00:04", "levels": levels("0.95")},
               {"from": "2025-01-01T00:00:06", "levels": levels("0.8", "0.95")}]
    bench = HandBench((*FALL[:3], "5 L mark - 99.6", "9 L mark - 99.6"), [MARKET], "45",
                      choices={"levels": levels("0.8", "0.9"), "changes": changes},
                      positions=[held("L", "8")])
    bench.expect("call", """
        0 a call cross - 0 USD 0.8 45 40
        2 a call cross - 0 USD 0.5 45 40
        5 a call cross - 0 USD 0.95 41.8 39.84
        6 a call cross - 0 USD 0.8 41.8 39.84""")


def case_a_pool_that_is_saved_before_the_keeper_comes_is_left_alone():
    # At 90 equity is 0 of 45, the keeper would come at 33; at 10 it is 100 of 50.
    keeper = {**MARKET, "channel": "keeper", "latency": "30s", "inventory": "10000", "fee": "0.02"}
    events = (*FALL[:3], "3 L mark - 90", "10 L mark - 100", "40 L mark - 100")
    bench = HandBench(events, [keeper, MARKET], positions=[held("L", "10")])
    bench.expect("stage liquidation", """
        3 a liquidation begin 1 cross - 0 USD 0 45 0 L 0
        10 a liquidation compliant 1 cross - 0 USD 100 50 0 L 1""")


def case_what_the_fund_wins_is_told_of_the_first_account_of_its_world():
    # It takes 8 of b at 700 and sells them at 90.
    bench = HandBench(FALL, [TAKEOVER, MARKET], venue={"insurance": {"USD": "1000"}}, world="w")
    bench.add_account(name="b", positions=[held("L", "8")])
    bench.expect("posting", """
        0 a posting insurance USD deposit 1000 1000 -
        0 a posting external USD deposit -1000 -1000 -
        0 a posting account USD deposit 100 100 -
        0 a posting external USD deposit -100 -1100 -
        0 b posting account USD deposit 100 100 -
        0 b posting external USD deposit -100 -1200 -
        3 b posting account USD takeover -100 0 L
        3 b posting market USD takeover 100 100 L
        3 a posting insurance USD realised_pnl 20 1020 L
        3 a posting market USD realised_pnl -20 80 L""")


def case_what_the_fund_holds_of_a_row_is_one_position():
    # At 90 it takes 8 of a at 700, and nobody buys. At 110 b has lost 50 of 75 (5 % of 550), and
    # its short 5 go to it at 575: 5 of the 8 cost 437.5, 137.5 won. It sells 3 of 262.5 at 110.
    events = ("0 L mark - 100", "3 L mark - 90", "4 L mark - 110", "5 L bid - 110 90")
    bench = HandBench(events, [TAKEOVER, MARKET], venue={"insurance": {"USD": "1000"}},
                      world="w", positions=[held("L", "8")])
    bench.add_account(name="b", collateral={"USD": "75"}, positions=[held("L", "-5")])
    bench.expect("stage posting", """
        0 a posting insurance USD deposit 1000 1000 -
        0 a posting external USD deposit -1000 -1000 -
        0 a posting account USD deposit 100 100 -
        0 a posting external USD deposit -100 -1100 -
        0 b posting account USD deposit 75 75 -
        0 b posting external USD deposit -75 -1175 -
        3 a stage 1 0 0 takeover L 0 sell 8 87.5 700 20 36 1
        3 a posting account USD takeover -100 0 L
        3 a posting market USD takeover 100 100 L
        4 b stage 1 0 0 takeover L 0 buy 5 115 -575 25 27.5 1
        4 a posting insurance USD realised_pnl 137.5 1137.5 L
        4 a posting market USD realised_pnl -137.5 -37.5 L
        4 b posting account USD takeover -75 0 L
        4 b posting market USD takeover 75 37.5 L
        5 a posting insurance USD realised_pnl 67.5 1205 L
        5 a posting market USD realised_pnl -67.5 -30 L""")


def case_a_fund_that_takes_more_than_it_has_is_turned():
    # 8 at 700 as above; then b's short 10 at 1150 (100 lost of 150, 5 % of 1100): 8 of them are
    # 920, 220 won; the fund is short 2 at 230, and buys them at 111: 8 won.
    events = ("0 L mark - 100", "3 L mark - 90", "4 L mark - 110", "5 L ask - 111 90")
    bench = HandBench(events, [TAKEOVER, MARKET], venue={"insurance": {"USD": "1000"}},
                      world="w", positions=[held("L", "8")])
    bench.add_account(name="b", collateral={"USD": "150"}, positions=[held("L", "-10")])
    found = [" ".join(record.split(" ")[2:]) for record in bench.run()
             if "book=insurance" in record and "realised_pnl" in record]
    head = "a posting book=insurance asset=USD cause=realised_pnl amount="
    assert found == [f"{head}220 balance=1220 sym=L", f"{head}8 balance=1228 sym=L"], found


def case_random_deleveraging_scores_by_the_upper_half_of_a_draw_of_64_bits():
    # a loses 160 of 100 at 80; the fund has nothing. b and c are short 3 each: draws 0 and 1 of
    # step 1, words 1 and 3; the one with more comes first. The row of the rest has its own score.
    adl = {"do": "adl", "price": "bankruptcy", "when": "fund_short"}
    rest = {"L": {"short": [{"qty": "2", "score": "0.9"}]}}
    bench = HandBench(("0 L mark - 100", "3 L mark - 80", "9 L mark - 80"),
                      [TAKEOVER, adl, MARKET], venue={"rest_of_market": rest}, seed=7, world="w",
                      positions=[held("L", "8")], choices={"adl": "random"})
    for name in "bc":
        bench.add_account(name=name, positions=[held("L", "-3")])
    draws = {name: stream_word(7, "adl", 1, n) for name, n in (("b", 1), ("c", 3))}
    first, second = sorted(draws, key=lambda name: -draws[name])
    score = {name: f"0.{word:012}".rstrip("0") for name, word in draws.items()}
    bench.expect("stage counterparty", f"""
        3 a stage 1 0 0 takeover L 0 sell 8 87.5 700 -60 32 0
        3 a stage 1 1 1 adl L 0 sell 8 87.5 700 -60 32 1
        3 a counterparty 1 L 0 2 175 0.9 - market adl USD
        3 a counterparty 1 L 0 3 262.5 {score[first]} {first} account adl USD
        3 a counterparty 1 L 0 3 262.5 {score[second]} {second} account adl USD""")


def case_a_run_does_not_begin_with_a_position_without_a_rate():
    # The table of hyperliquid begins in June 2025.
    for place, positions in enumerate(([], [held("L", "1")])):
        bench = MarginBench(FALL, "cross", venue={"rulebook": "hyperliquid"}, positions=positions)
        try:
            bench.run()
        except InputError:
            assert place == 1
        else:
            assert place == 0


def case_a_spot_row_with_asks_alone_has_no_quotes():
    instruments, _ = parse_tape(tape("SL", ("0 L mark - 100",)))
    markets = [types.SimpleNamespace(inst=inst) for inst in instruments]
    for kinds, expected in (({"bid", "ask"}, (0, "mid")), ({"ask", "trade"}, (0, "last")),
                            ({"ask"}, (1, "index"))):
        sources = Sources(markets, [kinds, {"index"}], {}, None)
        assert sources.rows("BTC", "USD")[0] == expected, kinds


def case_an_instrument_with_orders_alone_needs_no_price():
    # 0.1 F at 500 rests and asks 5 of 100. Its asks end, and with them its middle: 95 are left for
    # L still, 9.5 at 100 (after that 0.001 more asks 0.01), and F itself takes no order.
    middle = {"mark": ["tape"], "pnl": "mid", "requirement": "mid", "funding": "mid"}
    events = ("0 L bid - 99 90", "0 L ask - 101 90", "0 F level ask 601 90",
              "0 F level bid 600 90", "2 F level ask 601 0", "9 L bid - 99 90")
    for word in ("worse_side", "sum"):
        bench = HandBench(events, [MARKET], rows="LF",
                          choices={"orders": word, "price": middle})
        bench.buy(1, "0.1", "500", more="sym=F")
        bench.buy(3, "9.5", "100")
        bench.buy(3, "0.001", "100")
        bench.buy(3, "0.001", "500", more="sym=F")
        bench.expect("order", """
            1 a order 1 F buy open - 500 0.1 0.1 0 0
            3 a order 2 L buy open - 100 9.5 9.5 0 0
            3 a order 3 L buy rejected margin 100 0.001 0.001 0 0
            3 a order 4 F buy rejected no_price 500 0.001 0.001 0 0""")
