"""replay_cases_orders - runs worked out by hand: the life of orders.

A line of an order: SECOND ACCOUNT order OID SYM SIDE STATE REASON PX QTY LEFT TRIGGER_PX LEG.
"""

from replay_bench import Bench
from replay_numbers import draw_latency, fnv1a, philox, stream_word

QUOTE = ("0 L bid - 99.9 5", "0 L ask - 100 2", "9 L mark - 100")


def case_philox_and_fnv_known_answers():
    # Random123's kat_vectors for philox4x32-10, and the page of FNV for the empty text and "a".
    assert philox((0, 0), (0, 0, 0, 0)) == (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)
    ones = 0xFFFFFFFF
    assert philox((ones, ones), (ones,) * 4) == (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)
    assert philox((0xA4093822, 0x299F31D0), (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344)) == (
        0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1)
    assert (fnv1a(""), fnv1a("a")) == (0x811C9DC5, 0xE40C292C)


def case_latency_draws():
    # The 5th word is word 0 of block 1; a range of one value is that value.
    block = philox((7, 0), (1, 0, fnv1a("orders"), fnv1a("a")))
    assert stream_word(7, "orders", fnv1a("a"), 4) == block[0]
    assert draw_latency(("uniform", 5, 5), 7, "orders", "a", 0) == 5
    assert draw_latency(("uniform", 0, 9), 7, "orders", "a", 4) == block[0] * 10 // 2**32
    assert draw_latency(("list", [3, 4]), 7, "orders", "a", 4) == (4 if block[0] >> 31 else 3)


def case_a_request_meets_the_market_as_it_is_on_arrival():
    # Sent at 1, there at 3: the ask of 2 s is the one that is taken.
    bench = Bench(events=(QUOTE[0], QUOTE[1], "2 L ask - 100.5 2", QUOTE[2]),
                  venue={"latency": {"orders": "2s"}})
    bench.send(1, "submit side=buy type=market qty=1", arrives=3)
    bench.expect("fill", "3 a fill 1 L buy taker 0 100.5 1 0 100.5 0 0 USD")


def case_fields_that_contradict_one_another():
    bench = Bench(events=QUOTE)
    for words in ("type=market px=100", "type=limit", "type=limit px=100 tif=ioc flags=post_only",
                  "type=market flags=post_only", "type=market trigger_px=100",
                  "type=market trigger=stop", "type=market trigger=trail trigger_px=100 trail=1",
                  "type=market by=mark", "type=market leg=1"):
        bench.send(1, f"submit side=buy qty=1 {words}")
    assert all("state=rejected reason=bad_request" in line for line in bench.run()[2:-1])
    assert len(bench.run()) == 2 + 9 + 1


def case_lot_tick_and_notional():
    # 0.05 * 99 = 4.95 < 5; 0.051 * 99 = 5.049. A market order of 0.049 at 100 is worth 4.9.
    bench = Bench(events=QUOTE, rows="LQ", venue={"min_notional": {"L": "5"}})
    bench.text = bench.text.replace("lot=0.001", "lot=0.01").replace("tick=0.1", "tick=0.5")
    bench.buy(1, "0.055", "99")
    bench.buy(1, "0.06", "99.1")
    bench.buy(1, "0.05", "99")
    bench.buy(1, "0.06", "99")
    bench.buy(1, "0.04")
    bench.expect("order", """
        1 a order 1 L buy rejected lot 99 0.055 0.055 0 0
        1 a order 2 L buy rejected tick 99.1 0.06 0.06 0 0
        1 a order 3 L buy rejected notional 99 0.05 0.05 0 0
        1 a order 4 L buy open - 99 0.06 0.06 0 0
        1 a order 5 L buy rejected notional 0 0.04 0.04 0 0""")


def case_post_only_ioc_and_fok():
    # 100.1 and worse is reachable through assumed levels: 2 at 100, 2 at 100.1.
    bench = Bench(events=QUOTE)
    bench.buy(1, 1, "100", "flags=post_only")
    bench.buy(1, 1, "99.9", "flags=post_only")
    bench.buy(1, 5, "100.1", "tif=fok")
    bench.buy(1, 5, "100.1", "tif=ioc")
    bench.expect("fill order", """
        1 a order 1 L buy rejected post_only 100 1 1 0 0
        1 a order 2 L buy open - 99.9 1 1 0 0
        1 a order 3 L buy cancelled fok 100.1 5 5 0 0
        1 a fill 4 L buy taker 0 100 2 3 200 0 0 USD
        1 a fill 4 L buy taker 0 100.1 2 1 200.2 0 0 USD
        1 a order 4 L buy cancelled no_liquidity 100.1 5 1 0 0""")


def case_reduce_only_needs_a_position_and_never_flips():
    # Long 2; a reduce-only sale of 5 is cut to 2, then cancelled with 3 left.
    bench = Bench(events=("0 L bid - 99.9 9", "0 L ask - 100 9", QUOTE[2]))
    bench.sell(1, 1, None, "flags=reduce_only")
    bench.buy(2, 2)
    bench.sell(3, 5, None, "flags=reduce_only")
    bench.expect("order position", """
        1 a order 1 L sell rejected reduce_only 0 1 1 0 0
        2 a position L 0 2 200 0
        2 a order 2 L buy filled - 0 2 0 0 0
        3 a position L 0 0 0 -0.2
        3 a order 3 L sell cancelled reduce_only 0 5 3 0 0""")


def case_hedge_mode_keeps_two_legs():
    # Long 2 and short 1 at once; selling 3 of the long leg reduces and stops at flat.
    bench = Bench(events=("0 L bid - 99.9 9", "0 L ask - 100 9", QUOTE[2]), hedge=True)
    bench.buy(1, 2, None, "leg=1")
    bench.sell(2, 1, None, "leg=2")
    bench.sell(3, 3, None, "leg=1")
    bench.buy(4, 1)
    bench.expect("position order", """
        1 a position L 1 2 200 0
        1 a order 1 L buy filled - 0 2 0 0 1
        2 a position L 2 -1 -99.9 0
        2 a order 2 L sell filled - 0 1 0 0 2
        3 a position L 1 0 0 -0.2
        3 a order 3 L sell cancelled reduce_only 0 3 1 0 1
        4 a order 4 L buy rejected bad_request 0 1 1 0 0""")


def case_stop_take_and_their_references():
    # The stop of 101 by mark wakes at 3 s; the take (buy below 99) by index at 4 s; a stop whose
    # condition already holds triggers on arrival.
    bench = Bench(events=(*QUOTE[:2], "2 L mark - 100.9", "3 L mark - 101", "4 L index - 98.9",
                          QUOTE[2]))
    bench.buy(1, 1, None, "trigger=stop trigger_px=101 by=mark")
    bench.buy(1, 1, "99", "trigger=take trigger_px=99 by=index")
    bench.buy(5, 1, None, "trigger=take trigger_px=99 by=index")
    bench.expect("order", """
        1 a order 1 L buy waiting - 0 1 1 101 0
        1 a order 2 L buy waiting - 99 1 1 99 0
        3 a order 1 L buy filled - 0 1 0 101 0
        4 a order 2 L buy open - 99 1 1 99 0
        5 a order 3 L buy filled - 0 1 0 99 0""")


def case_trailing_stop_follows_the_best_reference():
    # Arrives with last 100, trail 2. 103 is a new best; 101.1 is above 101; 101 triggers. The sale
    # gets the bid of 99.9.
    bench = Bench(events=("0 L trade - 100 1", *QUOTE[:2], "2 L trade - 103 1",
                          "3 L trade - 101.1 1", "4 L trade - 101 1", QUOTE[2]))
    bench.sell(1, 1, None, "trigger=trail trail=2")
    bench.expect("fill", "4 a fill 1 L sell taker 0 99.9 1 0 -99.9 0 0 USD")


def case_conditions_look_at_every_trade_of_an_instant():
    bench = Bench(events=(*QUOTE[:2], "2 L trade - 105 1", "2 L trade - 100 1", QUOTE[2]))
    bench.buy(1, 1, None, "trigger=stop trigger_px=104")
    bench.expect("fill", "2 a fill 1 L buy taker 0 100 1 0 100 0 0 USD")


def case_one_cancels_the_other():
    # The limit sale fills at 2 s: the stop of the group goes at once; order 3 has another group.
    bench = Bench(events=(*QUOTE[:2], "2 L trade buy 101.1 1", QUOTE[2]))
    bench.sell(1, 1, "101", "group=7")
    bench.sell(1, 1, None, "trigger=stop trigger_px=95 group=7")
    bench.sell(1, 1, "102", "group=8")
    bench.expect("order", """
        1 a order 1 L sell open - 101 1 1 0 0
        1 a order 2 L sell waiting - 0 1 1 95 0
        1 a order 3 L sell open - 102 1 1 0 0
        2 a order 2 L sell cancelled oco 0 1 1 95 0
        2 a order 1 L sell filled - 101 1 0 0 0""")


def case_amend_keeps_the_place_only_for_a_smaller_quantity():
    # Both rest behind 5 at 99.9. 1 gets smaller and keeps its place; 2 moves to 99.9 anew and
    # stands behind the 5 shown now. A sale of 9 reaches 9 - 5 = 4 for each; the budget of 9 is
    # enough: 1 gets its 2, 2 gets 3.
    bench = Bench(events=(*QUOTE[:2], "3 L trade sell 99.9 9", QUOTE[2]),
                  venue={"queue": "trades"})
    bench.buy(1, 3, "99.9")
    bench.buy(1, 3, "99.8")
    bench.send(2, "amend oid=1 qty=2")
    bench.send(2, "amend oid=2 px=99.9")
    bench.send(2, "amend oid=2 qty=3")
    bench.expect("order fill", """
        1 a order 1 L buy open - 99.9 3 3 0 0
        1 a order 2 L buy open - 99.8 3 3 0 0
        2 a order 1 L buy open - 99.9 2 2 0 0
        2 a order 2 L buy open - 99.9 3 3 0 0
        2 a order 2 L buy open - 99.9 3 3 0 0
        3 a fill 1 L buy maker 0 99.9 2 0 199.8 0 0 USD
        3 a order 1 L buy filled - 99.9 2 0 0 0
        3 a fill 2 L buy maker 0 99.9 3 0 299.7 0 0 USD
        3 a order 2 L buy filled - 99.9 3 0 0 0""")


def case_amend_and_cancel_that_are_refused():
    # 2 of 3 are filled: the whole cannot become 2. Order 9 was never there.
    bench = Bench(events=(*QUOTE[:2], QUOTE[2]))
    bench.buy(1, 3, "100")
    bench.send(2, "amend oid=1 qty=2")
    bench.send(2, "amend oid=1 px=99.95")
    bench.send(2, "cancel oid=9 sym=-")
    bench.send(3, "cancel oid=1")
    bench.send(4, "cancel oid=1")
    bench.text = bench.text.replace("px_scale=1", "px_scale=2")
    bench.expect("order", """
        1 a order 1 L buy open - 100 3 1 0 0
        2 a order 1 L buy open bad_request 100 3 1 0 0
        2 a order 1 L buy open tick 100 3 1 0 0
        2 a order 9 - - - unknown_order 0 0 0 0 0
        3 a order 1 L buy cancelled user 100 3 1 0 0
        4 a order 1 - - - unknown_order 0 0 0 0 0""")


def case_amend_into_the_market_takes():
    # The resting rest of 1 moves to 100.1: it arrives anew and takes the assumed level.
    bench = Bench(events=QUOTE)
    bench.buy(1, 3, "100")
    bench.send(2, "amend oid=1 px=100.1")
    bench.expect("fill order", """
        1 a fill 1 L buy taker 0 100 2 1 200 0 0 USD
        1 a order 1 L buy open - 100 3 1 0 0
        2 a fill 1 L buy taker 0 100.1 1 0 100.1 0 0 USD
        2 a order 1 L buy filled - 100.1 3 0 0 0""")


def case_halts_and_ends_of_a_row():
    # Halted: submits are rejected, the stop does not see 90, cancels work. Delisted: orders go.
    bench = Bench(events=(*QUOTE[:2], "2 L status halt", "3 L trade - 90 9", "5 L status resume",
                          "7 L status delist", "8 L trade - 80 1"))
    bench.buy(1, 1, "95")
    bench.buy(1, 1, "94")
    bench.sell(1, 1, None, "trigger=stop trigger_px=91")
    bench.buy(4, 1)
    bench.send(4, "cancel oid=1")
    bench.buy(8, 1)
    bench.expect("order fill", """
        1 a order 1 L buy open - 95 1 1 0 0
        1 a order 2 L buy open - 94 1 1 0 0
        1 a order 3 L sell waiting - 0 1 1 91 0
        4 a order 4 L buy rejected halted 0 1 1 0 0
        4 a order 1 L buy cancelled user 95 1 1 0 0
        7 a order 2 L buy cancelled closed 94 1 1 0 0
        7 a order 3 L sell cancelled closed 0 1 1 91 0
        8 a order 5 L buy rejected closed 0 1 1 0 0""")


def case_rows_that_cannot_be_traded():
    bench = Bench(events=(*QUOTE[:2], QUOTE[2]), rows="LU")
    bench.send(1, "submit sym=U side=buy type=market qty=1")
    bench.expect("order", "1 a order 1 U buy rejected not_traded 0 1 1 0 0")
