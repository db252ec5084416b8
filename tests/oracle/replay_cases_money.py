"""replay_cases_money - runs worked out by hand: what is posted, held and worth.

A line of a posting: SECOND ACCOUNT posting BOOK ASSET CAUSE AMOUNT BALANCE SYM.
A line of a position: SECOND ACCOUNT position SYM LEG QTY COST REALISED.
"""

from replay import RunFailed
from replay_bench import Bench

DEEP = ("0 L bid - 99.9 90", "0 L ask - 100 90", "9 L mark - 100")
FEES = {"fees": {"maker": "-0.0001", "taker": "0.0005"}}


def case_fill_then_fee_are_posted_with_balances():
    # Fee 200 * 0.0005 = 0.1; closing 2 at 99.9: 199.8 - 200 = -0.2, fee 0.0999.
    bench = Bench(events=DEEP, venue=FEES)
    bench.buy(1, 2)
    bench.sell(2, 2)
    bench.expect("posting", """
        0 a posting account USD deposit 100000 100000 -
        0 a posting external USD deposit -100000 -100000 -
        1 a posting account USD fee -0.1 99999.9 L
        1 a posting fees USD fee 0.1 0.1 L
        2 a posting account USD realised_pnl -0.2 99999.7 L
        2 a posting market USD realised_pnl 0.2 0.2 L
        2 a posting account USD fee -0.0999 99999.6001 L
        2 a posting fees USD fee 0.0999 0.1999 L""")


def case_a_partial_close_takes_its_share_half_even():
    # 0.002 stand at 100: 1 takes 0.001 there, 2 takes 0.001 at 100 and 0.001 at 100.1. Cost 0.3001;
    # a third is 0.100033333333333333; sold at 99.9: 0.0999 - 0.100033333333333333.
    bench = Bench(events=("0 L bid - 99.9 90", "0 L ask - 100 0.002", "9 L mark - 100"),
                  venue={"slippage": {"ticks": 1, "levels": 1}})
    bench.buy(1, "0.001")
    bench.buy(2, "0.002", "100.1")
    bench.sell(3, "0.001")
    bench.expect("position", """
        1 a position L 0 0.001 0.1 0
        2 a position L 0 0.002 0.2 0
        2 a position L 0 0.003 0.3001 0
        3 a position L 0 0.002 0.200066666666666667 -0.000133333333333333""")


def case_a_flip_is_a_close_and_an_open():
    # Long 1 at 100, sell 3 at 99.9: closes 1 (-0.1), opens -2 with cost -199.8.
    bench = Bench(events=DEEP)
    bench.buy(1, 1)
    bench.sell(2, 3)
    bench.expect("fill position", """
        1 a fill 1 L buy taker 0 100 1 0 100 0 0 USD
        1 a position L 0 1 100 0
        2 a fill 2 L sell taker 0 99.9 3 0 -299.7 0 -0.1 USD
        2 a position L 0 -2 -199.8 -0.1""")


def case_inverse_contracts_pay_in_base():
    # 3 contracts of 100 USD at 70: 300/70 = 4.285714285714285714(28..) BTC; flip by selling 4 at
    # 60: whole 400/60 = 6.666666666666666667, closing part 300/60 = 5, the opening part gets the
    # rest, 1.666666666666666667. pnl = 4.285714285714285714 - 5 = -0.714285714285714286.
    # Fee of 0.001: 0.004285714285714285714.. up to ...286; 0.006666666666666666667 up to ...667.
    bench = Bench(rows="I", events=("0 I bid - 69.9 9", "0 I ask - 70 9", "2 I bid - 60 9",
                                    "2 I ask - 60.1 9", "9 I mark - 50"),
                  venue={"fees": {"taker": "0.001"}}, collateral={"BTC": "100"},
                  report_currency="BTC")
    bench.buy(1, 3, None, "sym=I")
    bench.sell(3, 4, None, "sym=I")
    # At mark 50 the short of 1 is worth -2 BTC at entry -1.666666666666666667: cost - value
    # = 0.333333333333333333. Balance 100 - 0.004285714285714286 - 0.714285714285714286
    # - 0.006666666666666667 = 99.274761904761904761; nav = 99.608095238095238094.
    bench.expect("fill position sample", """
        1 a fill 1 I buy taker 0 70 3 0 4.285714285714285714 0.004285714285714286 0 BTC
        1 a position I 0 3 4.285714285714285714 0
        3 a fill 2 I sell taker 0 60 4 0 -6.666666666666666667 0.006666666666666667 \
            -0.714285714285714286 BTC
        3 a position I 0 -1 -1.666666666666666667 -0.714285714285714286
        9 a sample 99.608095238095238094 0.333333333333333333 BTC 1 end""")


def case_quanto_contracts_pay_in_a_third_asset():
    # 100 * 3000 * 0.000001 = 0.3 BTC; closed at 3010: 0.301, so 0.001 BTC.
    bench = Bench(rows="Q", events=("0 Q bid - 2999 900", "0 Q ask - 3000 900",
                                    "2 Q bid - 3010 900", "2 Q ask - 3011 900", "9 Q mark - 3010"),
                  collateral={"BTC": "1"}, report_currency="BTC")
    bench.buy(1, 100, None, "sym=Q")
    bench.sell(3, 100, None, "sym=Q")
    bench.expect("position sample", """
        1 a position Q 0 100 0.3 0
        3 a position Q 0 0 0 0.001
        9 a sample 1.001 0 BTC 1 end""")


def case_spot_moves_both_legs_and_holds_no_debt():
    # 2 BTC at 100 for 200 USD, fee 0.2; selling 3 is more than there is.
    bench = Bench(rows="S", events=("0 S bid - 99.9 9", "0 S ask - 100 9", "9 S trade - 100 1"),
                  venue={"fees": {"taker": "0.001"}}, collateral={"USD": "1000"})
    bench.buy(1, 2, None, "sym=S")
    bench.sell(2, 3, None, "sym=S")
    # nav 799.8 + 2 * 99.95 = 999.7.
    bench.expect("posting position order sample", """
        0 a posting account USD deposit 1000 1000 -
        0 a posting external USD deposit -1000 -1000 -
        1 a posting account USD trade -200 800 S
        1 a posting market USD trade 200 200 S
        1 a posting account BTC trade 2 2 S
        1 a posting market BTC trade -2 -2 S
        1 a posting account USD fee -0.2 799.8 S
        1 a posting fees USD fee 0.2 0.2 S
        1 a position S 0 2 200 0
        1 a order 1 S buy filled - 0 2 0 0 0
        2 a order 2 S sell rejected balance 0 3 3 0 0
        9 a sample 999.7 0 USD 1 end""")


def case_makers_are_paid_a_rebate_rounded_down():
    # 0.001 * 99.5 = 0.0995; rebate 0.00000995 exactly; 1 contract of I is tested elsewhere.
    bench = Bench(events=(*DEEP[:2], "2 L trade sell 99 1", DEEP[2]), venue=FEES)
    bench.buy(1, "0.001", "99.5")
    bench.expect("fill", "2 a fill 1 L buy maker 0 99.5 0.001 0 0.0995 -0.00000995 0 USD")


def case_fee_tiers_count_the_days_before_today():
    # Tier 2 from a volume of 150. Day 1: 200 at the first tier's 0.001; 0.2. The next day: 0.0005.
    day = 86400
    bench = Bench(events=(*DEEP[:2], f"{day} L ask - 100 90", f"{day + 9} L mark - 100"),
                  sample="30d", venue={"fees": {"tiers": [
                      {"volume": "0", "maker": "0", "taker": "0.001"},
                      {"volume": "150", "maker": "0", "taker": "0.0005"}]}})
    for second in (1, 2, day + 1):
        bench.buy(second, 2)
    bench.expect("fill", f"""
        1 a fill 1 L buy taker 0 100 2 0 200 0.2 0 USD
        2 a fill 2 L buy taker 0 100 2 0 200 0.2 0 USD
        {day + 1} a fill 3 L buy taker 0 100 2 0 200 0.1 0 USD""")


def case_longs_pay_funding_at_the_mark_or_the_price_given():
    # 2 * 101 * 0.0001 = 0.0202 paid; at the price 200: 0.04; r < 0 is received.
    bench = Bench(events=(*DEEP[:2], "2 L mark - 101", "3 L funding - 0.0001",
                          "4 L funding - 0.0001 200", "5 L funding - -0.0001", DEEP[2]))
    bench.buy(1, 2)
    bench.expect("funding posting", """
        0 a posting account USD deposit 100000 100000 -
        0 a posting external USD deposit -100000 -100000 -
        3 a funding L 0 0.0001 101 2 -0.0202 USD
        3 a posting account USD funding -0.0202 99999.9798 L
        3 a posting funding USD funding 0.0202 0.0202 L
        4 a funding L 0 0.0001 200 2 -0.04 USD
        4 a posting account USD funding -0.04 99999.9398 L
        4 a posting funding USD funding 0.04 0.0602 L
        5 a funding L 0 -0.0001 101 2 0.0202 USD
        5 a posting account USD funding 0.0202 99999.96 L
        5 a posting funding USD funding -0.0202 0.04 L""")


def case_a_future_expires_and_is_settled():
    # From 50 s closed: its order goes at the first instant after; settled at 105: 2 * 5 = 10.
    bench = Bench(rows="F", events=("0 F bid - 99.9 9", "0 F ask - 100 9", "51 F mark - 104",
                                    "60 F status settle 105", "61 F mark - 1"))
    bench.buy(1, 2, None, "sym=F")
    bench.buy(2, 1, 90, "sym=F")
    bench.buy(52, 1, None, "sym=F")
    bench.expect("order settled position posting", """
        0 a posting account USD deposit 100000 100000 -
        0 a posting external USD deposit -100000 -100000 -
        1 a position F 0 2 200 0
        1 a order 1 F buy filled - 0 2 0 0 0
        2 a order 2 F buy open - 90 1 1 0 0
        51 a order 2 F buy cancelled closed 90 1 1 0 0
        52 a order 3 F buy rejected closed 0 1 1 0 0
        60 a settled F 0 105 2 10 USD
        60 a posting account USD expiry 10 100010 F
        60 a posting market USD expiry -10 -10 F
        60 a position F 0 0 0 10""")


def case_admission_counts_margin_fees_and_what_is_held():
    # 21.1 USD, leverage 10, taker 0.0005. 1 at 100 needs 10 + 0.05 = 10.05. Resting at 99: 9.9 +
    # 0.0495 = 9.9495; two hold 19.899; 1.201 is free. 0.2 at 99 needs 1.9899; 0.1: 0.99495. A sale
    # at 200 needs 20.1. After the cancel of 1: 21.1 - 9.9495 - 0.99495 = 10.15555 free: 10.05 fits.
    bench = Bench(events=DEEP, venue=FEES, collateral={"USD": "21.1"})
    for qty in ("1", "1", "0.2", "0.1"):
        bench.buy(1, qty, 99)
    bench.sell(1, 1, 200)
    bench.buy(2, 1)
    bench.send(3, "cancel oid=1")
    bench.buy(4, 1)
    bench.expect("order", """
        1 a order 1 L buy open - 99 1 1 0 0
        1 a order 2 L buy open - 99 1 1 0 0
        1 a order 3 L buy rejected balance 99 0.2 0.2 0 0
        1 a order 4 L buy open - 99 0.1 0.1 0 0
        1 a order 5 L sell rejected balance 200 1 1 0 0
        2 a order 6 L buy rejected balance 0 1 1 0 0
        3 a order 1 L buy cancelled user 99 1 1 0 0
        4 a order 7 L buy filled - 0 1 0 0 0""")


def case_closing_needs_no_margin():
    # 10.1 USD: long 1 holds 10, its fee was 0.05. Selling 2 opens 1: 9.99 and a fee of 0.04995 are
    # within 0.05 and the 10 that the long holds; selling 3 would need twice that.
    bench = Bench(events=DEEP, venue=FEES, collateral={"USD": "10.1"})
    bench.buy(1, 1)
    bench.sell(2, 3)
    bench.sell(3, 2)
    bench.expect("order", """
        1 a order 1 L buy filled - 0 1 0 0 0
        2 a order 2 L sell rejected balance 0 3 3 0 0
        3 a order 3 L sell filled - 0 2 0 0 0""")


def case_deposits_withdrawals_and_samples():
    # Samples at multiples of 2 s since 1970; START is one. The deposit at 3 s is in the one of 4.
    bench = Bench(events=("0 L mark - 100", "5 L mark - 101"), sample="2s",
                  collateral={"USD": "10"},
                  flows=[{"at": 1735689603 * 10**9, "asset": "USD", "amount": "5"},
                         {"at": 1735689604 * 10**9, "asset": "USD", "amount": "-1.5"}])
    bench.expect("posting sample", """
        0 a posting account USD deposit 10 10 -
        0 a posting external USD deposit -10 -10 -
        0 a sample 10 0 USD 1 grid
        2 a sample 10 0 USD 1 grid
        3 a posting account USD deposit 5 15 -
        3 a posting external USD deposit -5 -15 -
        4 a posting account USD withdrawal -1.5 13.5 -
        4 a posting external USD withdrawal 1.5 -13.5 -
        4 a sample 13.5 0 USD 1 grid
        5 a sample 13.5 0 USD 1 end""")


def case_a_price_may_come_through_another_asset():
    # 3 BTC: no row BTC/USD, but BTC/U (S, quote U) at 99.95 and U at 0.9: 3 * 99.95 * 0.9 is
    # 269.865.
    # At 0 s nothing has a price.
    bench = Bench(rows="SU", sample="2s", events=("0 S index - 100", "1 S bid - 99.9 9",
                  "1 S ask - 100 9", "3 U asset_index - 0.9", "5 S trade - 1 1"),
                  collateral={"BTC": "3"})
    bench.text = bench.text.replace("quote=USD settle=USD", "quote=U settle=U")
    bench.expect("sample", """
        0 a sample 0 0 USD 0 grid
        2 a sample 0 0 USD 0 grid
        4 a sample 269.865 0 USD 1 grid
        5 a sample 269.865 0 USD 1 end""")


def case_an_opening_position_is_worth_its_entry():
    # Long 2 from 90: cost 180; at mark 100 unrealised 20. A sale of 1 at 99.9 realises 9.9.
    bench = Bench(events=DEEP, positions=[{"instrument": "L", "qty": "2", "px": "90"}],
                  collateral={"USD": "100"})
    bench.sell(1, 1)
    bench.expect("position sample", """
        0 a position L 0 2 180 0
        1 a position L 0 1 90 9.9
        9 a sample 119.9 10 USD 1 end""")


def case_runs_that_cannot_go_on():
    # Funding without a mark or a price; a row that is listed anew while a position is held.
    quotes = ("0 L bid - 99.9 90", "0 L ask - 100 90")
    for event in ("3 L funding - 0.0001", "3 L status relist"):
        bench = Bench(events=(*quotes, event, "4 L index - 1"))
        bench.run()
        bench.buy(1, 1)
        try:
            bench.run()
        except RunFailed:
            continue
        raise AssertionError(f"{event}: the run went on")


def case_a_row_that_is_listed_anew_forgets_its_prices():
    # The first order rests and goes; the second finds no quote until 6 s.
    bench = Bench(events=(*DEEP[:2], "3 L status relist", "5 L ask - 7 1", DEEP[2]))
    bench.buy(1, 1, 90)
    bench.buy(4, 1)
    bench.buy(6, 1)
    bench.expect("order", """
        1 a order 1 L buy open - 90 1 1 0 0
        3 a order 1 L buy cancelled closed 90 1 1 0 0
        4 a order 2 L buy cancelled no_liquidity 0 1 1 0 0
        6 a order 3 L buy filled - 0 1 0 0 0""")
