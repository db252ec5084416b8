#!/usr/bin/env python3
"""The second margin model against numbers worked out by hand.

Each case is a small account; the calculation stands beside the numbers. A venue's published example
is named where one is used (research of venue rules: figures as the venue prints them).
"""

import sys
import tempfile
import traceback

import margin_repay
import margin_stage
from margin_adaptive import Multiplier
from margin_assess import assess
from margin_exit import Search
from margin_model import Pool, Prices, Resting
from margin_rulebook import Rulebook, Table
from margin_yaml import read_yaml
from replay_account import Position, value_of
from replay_numbers import format_decimal, parse_decimal
from replay_tape import Instrument

NOW = 1760000000 * 10**9
PARTS = """
rulebook: hand
effective: 2020-01-01
regimes: [cross, isolated]
pool: {cross: currency, isolated: position}
hedge: {maintenance: gross, initial: gross}
price: {mark: [tape], pnl: mark, requirement: mark, funding: mark, stale: 0s}
measure: value
rate: {flat: 0.05}
levels: {initial: leverage, warn: []}
addons: {}
collateral: settle
offset: none
orders: none
trigger: {when: at, test: once}
stages: [{do: close, select: all, size: full, price: market}]
fee: {rate: 0, split: {insurance: 1}, taker_fee: no}
insurance: {floor: 0}
adl: off
socialise: none
numeric: {}
"""
LINEAR = {"symbol": "L", "kind": "linear", "px_scale": "1", "qty_scale": "3", "tick": "0.1",
          "lot": "0.001", "multiplier": "1", "base": "BTC", "quote": "USD", "settle": "USD"}
INVERSE = {"symbol": "I", "kind": "inverse", "px_scale": "1", "qty_scale": "0", "tick": "0.1",
           "lot": "1", "multiplier": "100", "base": "BTC", "quote": "USD", "settle": "BTC"}
TIERS = """instrument,effective_from,from,maintenance,leverage_max
*,2020-01-01,0,0.004,100
*,2020-01-01,50000,0.005,50
*,2020-01-01,250000,0.01,20
"""


def rules(tables=(), **choices):
    """The rules PARTS with other choices; tables are {(kind, file name): text}."""
    book = Rulebook({**read_yaml(PARTS), **choices}, tempfile.gettempdir())
    for (kind, name), text in dict(tables).items():
        book.read[kind, name] = Table(kind, text)
    return book.at(NOW)


def tiers(word, **choices):
    return rules({("tiers", "t"): TIERS}, rate={"tiers": word, "table": "t"}, **choices)


class Hand:
    """A pool with positions 'qty@entry' and prices."""

    def __init__(self, those, positions, mark, balance="0", leverage="10", pairs=None, leg=0,
                 kind="cross"):
        self.inst = Instrument(0, pairs or LINEAR)
        found = []
        for place, text in enumerate(positions):
            qty, entry = text.split("@")
            position = Position(self.inst, leg + place if leg else 0)
            position.qty = parse_decimal(qty, self.inst.qty_scale)
            position.cost = value_of(self.inst, position.qty,
                                     parse_decimal(entry, self.inst.px_scale))
            found.append(position)
        px2 = {0: 2 * parse_decimal(mark, self.inst.px_scale)}
        self.prices = Prices(px2, px2, {})
        asset = self.inst.asset
        self.pool = Pool(those, kind, asset, {asset: parse_decimal(balance, 18)}, found,
                         lambda _: parse_decimal(leverage, 2))

    def found(self):
        return assess(self.pool, self.prices)

    def expect(self, **numbers):
        found = self.found()
        for name, text in numbers.items():
            same(format_decimal(getattr(found, name), 18), text)
        return found


def same(found, expected):
    if str(found) != str(expected):
        raise AssertionError(f"found {found}, expected {expected}")


def case_marginal_tiers_add_slices():
    # 300,000: 50,000 * 0.4 % + 200,000 * 0.5 % + 50,000 * 1 % = 200 + 1000 + 500.
    Hand(tiers("marginal"), ["10@30000"], "30000", "30000").expect(
        maintenance="1700", initial="30000", equity="30000")


def case_whole_tiers_jump_at_their_floor():
    # At 249,999 the second tier asks 0.5 %, at 250,000 the third asks 1 %.
    Hand(tiers("whole"), ["10@25000"], "24999.9", "1").expect(maintenance="1249.995")
    Hand(tiers("whole"), ["10@25000"], "25000", "1").expect(maintenance="2500")


def case_the_tier_caps_the_leverage():
    # 300,000 is in the tier of 20x: 15,000 although the account asks for 100x.
    Hand(tiers("marginal"), ["10@30000"], "30000", leverage="100").expect(initial="15000")


def case_deribit_rates_grow_with_size():
    # 10 coins of inverse contracts at 50,000: 5,000 * 100 / 50,000 = 10; rate 1 % + 10 * 0.005 %.
    those = rules({("affine", "a"): "instrument,effective_from,maintenance,maintenance_slope,"
                                    "initial,initial_slope\n*,2020-01-01,0.01,0.00005,0.02,"
                                    "0.00005\n"},
                  rate={"affine": "a"}, measure="coin", levels={"initial": "table", "warn": []})
    Hand(those, ["5000@50000"], "50000", "1", pairs=INVERSE).expect(
        maintenance="0.105", initial="0.205")


def case_bybit_adds_the_fee_to_close():
    # Published: 2,525 + 12.375. 1 at 25,000, mark 25,250, 10x, taker 0.055 %.
    hand = Hand(rules(addons={"close_fee": "initial"}), ["1@25000"], "25250")
    hand.pool.taker = lambda _: parse_decimal("0.00055", 12)
    hand.expect(initial="2537.375")


def case_a_power_of_size_is_rounded_up():
    # x = 10,000: root 100; rate 0.01 + 0.0001 * 100 = 0.02. x = 2: root 1.414213562374 (up).
    those = rules({("power", "p"): "instrument,effective_from,maintenance,maintenance_k,initial,"
                                   "initial_k\n*,2020-01-01,0.01,0.0001,0.02,0.0001\n"},
                  rate={"power": "p"}, levels={"initial": "table", "warn": []})
    Hand(those, ["1@10000"], "10000").expect(maintenance="200", initial="300")
    # 2 * (0.01 + ceil(0.0001414213562374 at 12 places) = 0.010141421357)
    Hand(those, ["0.001@2000"], "2000").expect(maintenance="0.020282842714")


def case_hedged_legs_by_each_word():
    # Long 2, short 1 at 100: legs 10 and 5 at 5 %; net 5.
    for word, amount in (("gross", "15"), ("max_side", "10"), ("net", "5")):
        those = rules(hedge={"maintenance": word, "initial": word})
        found = Hand(those, ["2@100", "-1@100"], "100", leg=1).expect(maintenance=amount)
        same(sum(line.maintenance for line in found.lines), parse_decimal(amount, 18))


def case_initial_of_an_instrument_is_at_least_maintenance():
    # Maintenance gross 15; initial max_side at 20x: 10. Lifted to 15.
    those = rules(hedge={"maintenance": "gross", "initial": "max_side"})
    Hand(those, ["2@100", "-1@100"], "100", leg=1, leverage="20").expect(initial="15")


def case_worse_side_counts_what_would_be():
    # Long 1 at 100; a buy of 2 at 90 makes 280, a sell of 5 at 110 makes 450: (450 - 100) / 10.
    hand = Hand(rules(orders="worse_side"), ["1@100"], "100", "100")
    hand.pool.orders = [Resting(hand.inst, "buy", 0, 900, 2000, False),
                        Resting(hand.inst, "sell", 0, 1100, 5000, False)]
    hand.expect(orders="35", initial="10")


def case_orders_alone_need_no_price():
    # A buy of 2 at 90 where nothing is held asks 18 at any price; in a pool of another unit and
    # without a price of USD, nothing. One contract bought of the inverse at 90 asks 100 / 90 / 10.
    hand = Hand(rules(orders="worse_side"), [], "0", "100")
    hand.pool.orders = [Resting(hand.inst, "buy", 0, 900, 2000, False)]
    hand.expect(orders="18", initial="0")
    same(hand.found().priced, True)
    hand.pool.unit, hand.pool.balances = "USDT", {"USDT": parse_decimal("7", 18)}
    hand.prices.assets = {"USD": None}
    hand.expect(orders="0", equity="7")
    same(hand.found().priced, True)
    hand = Hand(rules(orders="worse_side"), [], "0", "1", pairs=INVERSE)
    hand.pool.orders = [Resting(hand.inst, "buy", 0, 900, 1, False)]
    hand.expect(orders="0.111111111111111112")


def case_slices_of_collateral_okx_2024():
    # BETH, table of 2024-07-18 in value: 2M * 0.95 + 2M * 0.85 + 1M * 0.5 = 4.1M.
    table = ("asset,effective_from,from,weight,liability\nBETH,2024-07-18,0,0.95,1\n"
             "BETH,2024-07-18,2000000,0.85,1\nBETH,2024-07-18,4000000,0.5,1\n"
             "BETH,2024-07-18,8000000,0,1\n")
    those = rules({("collateral", "c"): table}, pool={"cross": "account", "unit": "USD"},
                  collateral={"table": "c", "slices": "value"})
    hand = Hand(those, [], "1")
    hand.pool.single = False
    hand.pool.balances = {"BETH": parse_decimal("2000", 18)}
    hand.prices.assets = {"BETH": (2500, 1)}
    hand.expect(equity="4100000")
    hand.pool.balances = {"BETH": parse_decimal("-0.000000000000000001", 18)}
    hand.prices.assets = {"BETH": (1, 3)}
    hand.expect(equity="-0.000000000000000001")      # a third of a unit of debt counts as one


def case_bankruptcy_price_of_an_isolated_position():
    # Long 1 at 100, 10x: margin 10, 100 * (1 - 1/10). Inverse 10x: 100 * 10 / 11 = 90.909, up.
    hand = Hand(rules(), ["1@100"], "95", "10", kind="isolated")
    same(bankruptcy(hand), "90")
    # 1 contract of 100 at 100 is 1 coin, margin 0.1: 100 / 1.1.
    same(bankruptcy(Hand(rules(), ["1@100"], "95", "0.1", kind="isolated", pairs=INVERSE)), "91")
    same(bankruptcy(Hand(rules(), ["-1@100"], "105", "10", kind="isolated")), "110")


def bankruptcy(hand):
    found = hand.found()
    line = found.lines[0]
    value = margin_stage.bankruptcy_value(hand.pool, hand.prices, found, line)
    return format_decimal(margin_stage.price_of(hand.inst, line.position.qty, value),
                          hand.inst.px_scale)


def case_liquidation_price_is_the_first_tick_that_fires():
    # Bybit's published long 20,000 x50 at 0.5 %, with maintenance at the mark: 400 + p - 20,000
    # = 0.005 p at 19,600 / 0.995 = 19,698.49..: 19,698.4. A short: 20,400 / 1.005 = 20,298.5...
    those = rules(rate={"flat": "0.005"})
    hand = Hand(those, ["1@20000"], "20000", "400", kind="isolated")
    same(Search(hand.pool, hand.prices, hand.inst).down(), 196984)
    same(Search(hand.pool, hand.prices, hand.inst).up(), None)
    hand = Hand(those, ["-1@20000"], "20000", "400", kind="isolated")
    same(Search(hand.pool, hand.prices, hand.inst).up(), 202986)


def case_okx_liquidation_price_with_the_fee_in_it():
    # (ep - margin/q) / (1 - (mmr + fee)) = (100 - 10) / (1 - 0.0505) = 94.78...: 94.7.
    those = rules(addons={"fee": "maintenance"}, fee={"rate": "0.0005"})
    hand = Hand(those, ["1@100"], "100", "10", kind="isolated")
    same(Search(hand.pool, hand.prices, hand.inst).down(), 947)


def case_target_is_the_smallest_that_does_not_fire():
    # Equity 10, 3 at 100 need 15. Closing n lots at the mark frees 0.005 each: 1001 lots leave
    # 9.995 < 10; 1000 leave 10, which still fires.
    hand = Hand(rules(), ["3@100"], "100", "10")
    stage = {"do": "close", "select": "maintenance", "size": "target", "price": "market"}
    lots = margin_stage.size(hand.pool, hand.prices, hand.found().lines[0], stage, lambda _: 0)
    same(lots, 1001)


def case_two_tiers_down_okx():
    # Third tier (300,000): to the upper bound of the first, 50,000 = 1.666 at 30,000 on the lot.
    hand = Hand(tiers("whole"), ["10@30000"], "30000", "100")
    stage = {"do": "close", "select": "maintenance", "size": {"tiers_down": "2"}}
    lots = margin_stage.size(hand.pool, hand.prices, hand.found().lines[0], stage, lambda _: 0)
    same(lots, 10000 - 1666)


def case_scenarios_offset_within_a_unit():
    # Long 2, short 1 of one underlying: 1 net. -10 % loses 10, +10 % gains; offset 1 % of 100.
    grid = "unit,effective_from,move,weight\n*,2020-01-01,-0.1,1\n*,2020-01-01,0.1,0.5\n"
    those = rules({("scenario", "g"): grid}, addons={"offset": "0.01"},
                  rate={"flat": "0.05", "scenario": {"grid": "g", "factor": "1.5"}})
    found = Hand(those, ["2@100", "-1@100"], "100", "100", leg=1, kind="portfolio").expect(
        maintenance="11", initial="16.5")
    same([line.maintenance_unit // 10**18 for line in found.lines], [20, -10])


def case_volatility_raises_at_once_and_falls_slowly():
    # Prices 100, 100, 102: r^2 = 0.0004, var = 0.06 * 0.0004 = 0.000024, sigma 0.00489..: capped.
    spec = {"estimator": "ewma", "lambda": "0.94", "sigma_ref": "0.002", "shape": "floor1",
            "floor": "1", "cap": "3", "down": "0.05"}
    multiplier = Multiplier(spec)
    found = []
    for price in (100, 100, 102, 102, 102):
        multiplier.observe(2 * price)
        found.append(multiplier.g)
    # sqrt(0.000024) = 0.004898979485; / 0.002 = 2.4494897425; the next ratio, 2.3749.., is more
    # than 0.05 lower; so is the one after.
    same(found, [10**12, 10**12, 2449489742500, 2399489742500, 2349489742500])


def keeper(**more):
    return {"do": "close", "select": "all", "size": "full", "channel": "keeper", "latency": "30s",
            "inventory": "150", "fee": "0.015", **more}


def case_a_keeper_pays_less_for_a_long_and_asks_more_for_a_short():
    # 2 * 100.1 = 200.2: * 0.985 = 197.197, in units of 0.1: 1971.97, down; * 1.015 up.
    hand = Hand(rules(), ["1@100", "-1@100"], "100.1", leg=1)
    long, short = hand.pool.positions
    same(margin_stage.keeper_px2(long, 2002, keeper()), 1971)
    same(margin_stage.keeper_px2(short, 2002, keeper()), 2033)     # 2032.03


def case_a_keeper_takes_what_its_inventory_has_room_for():
    # 150 at 100.1 are 1498 lots of 0.001 (149.9498; one more is 150.0499); 100 taken: 499.
    hand = Hand(rules(), ["2@100"], "100.1")
    line = hand.found().lines[0]
    what = hand.pool, hand.prices, line, keeper(), 2000
    same(margin_stage.keeper_lots(*what, 0), 1498)
    same(margin_stage.keeper_lots(*what, parse_decimal("100", 18)), 499)
    same(margin_stage.keeper_lots(*what, parse_decimal("150", 18)), 0)
    same(format_decimal(margin_stage.notional(hand.pool, hand.prices, line.position, 1498), 18),
         "149.9498")


def case_a_keeper_comes_after_its_latency():
    episode = margin_stage.Episode(NOW, 1, None)
    same(margin_stage.begins(keeper(), episode) - NOW, 30 * 10**9)
    same(margin_stage.begins({"do": "close"}, episode), NOW)


def case_debts_are_paid_in_the_order_of_p8_and_then_by_name():
    # P8 names ZEC alone; the others follow as ADA, BNB, LTC, XRP.
    hand = Hand(rules({("collateral", "c"): "asset,effective_from,from,weight,liability\n"
                                            "ZEC,2020-01-01,0,1,1\n"},
                      pool={"cross": "account", "unit": "USD"},
                      collateral={"table": "c", "borrow": "yes", "order": ["ZEC"]}), [], "1")
    hand.pool.balances = {asset: parse_decimal(text, 18) for asset, text in
                          (("XRP", "-10"), ("LTC", "1"), ("ADA", "5"), ("ZEC", "0.3"),
                           ("BNB", "-0.01"))}
    hand.prices.assets = {"XRP": (3, 10), "LTC": (80, 1), "ADA": (1, 2), "ZEC": (7, 1),
                          "BNB": (600, 1)}
    found = [(source, debt, format_decimal(paid, 18), format_decimal(extra, 18),
              format_decimal(got, 18)) for source, debt, paid, extra, got in
             margin_repay.conversions(hand.pool, hand.prices, parse_decimal("0.01", 12))]
    # BNB first, 6 USD: 0.3 ZEC pay 0.297029702970297029 (* 7 / 600, each down), 5 ADA pay
    # 4.950495049504950495 / 2 / 600, LTC the rest: 6 - 2.0792.. - 2.4752.. = 1.445.. / 80, up.
    same(found[:2], [("ZEC", "BNB", "0.297029702970297029", "0.002970297029702971",
                      "0.003465346534653465"),
                     ("ADA", "BNB", "4.950495049504950495", "0.049504950495049505",
                      "0.004125412541254125")])
    # 0.01 less these is 0.00240924092409241: * 600 = 1.445544554455446, / 80, * 1.01.
    same(found[2], ("LTC", "BNB", "0.018069306930693075", "0.000180693069306931",
                    "0.00240924092409241"))
    # XRP: 3 USD are 0.0375 LTC and 0.000375.
    same(found[3:], [("LTC", "XRP", "0.0375", "0.000375", "10")])


def case_realised_volatility_is_the_mean_of_the_last():
    # r^2 of 100, 102, 102, 102: 0.0004, 0, 0. Means of the last two: 0.0002, then 0; sigma
    # 0.01414.., over 0.02 = 0.7071.
    spec = {"estimator": "realised", "window": "2", "sigma_ref": "0.02", "shape": "linear",
            "floor": "0.5", "cap": "3", "down": "0.1"}
    multiplier = Multiplier(spec)
    found = []
    for price in (100, 102, 102, 102, 102):
        multiplier.observe(2 * price)
        found.append(multiplier.g)
    # 1 falls by 0.1 a step: 0.9 (wanted 0.7071), 0.8 (wanted 0.5, as 0 is clamped), 0.7.
    same(found, [10**12, 10**12, 9 * 10**11, 8 * 10**11, 7 * 10**11])


def case_the_multiplier_is_applied_to_rates_and_to_scenarios():
    # Marginal 0.4 % * 1.5 = 0.6 % of 30,000. A grid of -10 % is one of -15 %; g of another
    # underlying is none of it.
    hand = Hand(tiers("marginal"), ["1@30000"], "30000", "30000")
    hand.pool.adaptive = {"BTC": 15 * 10**11, "ETH": 3 * 10**12}
    hand.expect(maintenance="180")
    # A rate is at most 1: 0.4 * 3 asks for 30,000.
    hand = Hand(rules(rate={"flat": "0.4"}), ["1@30000"], "30000", "30000")
    hand.pool.adaptive = {"BTC": 3 * 10**12}
    hand.expect(maintenance="30000")
    grid = "unit,effective_from,move,weight\n*,2020-01-01,-0.1,1\n"
    those = rules({("scenario", "g"): grid},
                  rate={"flat": "0.05", "scenario": {"grid": "g", "factor": "2"}})
    hand = Hand(those, ["2@100"], "100", "100", kind="portfolio")
    hand.pool.adaptive = {"BTC": 15 * 10**11}
    hand.expect(maintenance="30", initial="60")


def main():
    failed = count = 0
    for name, case in list(globals().items()):
        if not name.startswith("case_"):
            continue
        count += 1
        try:
            case()
            print(f"ok {count} - {name[5:]}")
        except Exception:
            failed += 1
            print(f"not ok {count} - {name[5:]}")
            traceback.print_exc(limit=-2)
    print(f"1..{count}")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
