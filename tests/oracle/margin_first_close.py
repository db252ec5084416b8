"""margin_first_close - the first order of a liquidation at standing prices (margin-calculator.md).

What `plimsoll margin --liquidate` tells of it: stage, position, quantity, limit, fees, and the
pool after it. Stages before it do not change the pool, or there is no answer.
"""

import margin_repay
import margin_stage
from margin_assess import assess
from replay_account import Position, value_at_half
from replay_numbers import RATE, ceil_div, format_decimal, parse_decimal


def first_close(pool, prices, taker, episode):
    """What the step must say after the cancels of an episode, None where another comes first."""
    found, now = assess(pool, prices), episode.start
    for place, stage in enumerate(pool.rules.stages):
        episode.enter(place)
        if stage["do"] == "cancel" or not margin_stage.applies(found, stage, None, episode, now) \
                and stage["do"] != "close":
            continue
        if stage["do"] == "repay":
            if not margin_repay.has_work(pool):
                continue
            return repay(pool, prices, stage, place)
        if stage["do"] != "close":
            return None
        if margin_stage.keeps(stage):
            if any(margin_stage.keeper_lots(pool, prices, line, stage, 1, 0)
                   for line in found.lines):
                return None
            continue
        line = margin_stage.select(
            pool, prices, found, stage,
            lambda line, stage=stage: margin_stage.applies(found, stage, line, episode, now),
            episode, 1)
        if line is None:
            continue
        lots = margin_stage.size(pool, prices, line, stage, taker)
        qty = margin_stage.qty_of(line.position, lots)
        limit = margin_stage.limit_of(pool, prices, found, line, stage, qty)
        px2 = prices.requirement[line.position.inst.sym]
        if not limit or (2 * limit <= px2 if line.position.qty > 0 else 2 * limit >= px2):
            return step(pool, prices, line, qty, limit, taker, place)
        return None
    return None


def repay(pool, prices, stage, place):
    """What the step says of the pool after it."""
    after = margin_stage.copy_of(pool)
    cost = parse_decimal(stage.get("cost", 0), 12)
    for source, debt, paid, extra, got in margin_repay.conversions(pool, prices, cost):
        after.balances[source] -= paid + extra
        after.balances[debt] += got
    left = assess(after, prices)
    return {"stage": place + 1, "action": "repay", "margin_equity": format_decimal(left.equity, 18),
            "maintenance": format_decimal(left.maintenance, 18)}


def step(pool, prices, line, qty, limit, taker, place):
    position, inst = line.position, line.position.inst
    px2 = prices.requirement[inst.sym]
    signed = qty if position.qty > 0 else -qty
    value = value_at_half(inst, signed, px2)
    bankrupt = margin_stage.part_of(
        margin_stage.bankruptcy_value(pool, prices, assess(pool, prices), line), position, qty)
    rest = Position(inst, position.leg)
    rest.qty, rest.cost = position.qty, position.cost
    pnl = rest.close(qty, value)
    fee = ceil_div(abs(value) * taker(inst), RATE) if pool.rules.taker_fee else 0
    after = margin_stage.copy_of(pool)
    after.balances[inst.asset] = after.balances.get(inst.asset, 0) + pnl - fee
    after.positions = [p for p in (rest if p is position else p for p in pool.positions) if p.qty]
    charge = margin_stage.liquidation_fee(after, prices, inst, value)
    if pool.rules.fee_cap == "surplus":
        charge = min(charge, margin_stage.surplus(inst, value, bankrupt))
    after.balances[inst.asset] -= charge
    left = assess(after, prices)
    return {"stage": place + 1, "instrument": inst.symbol,
            "side": "sell" if position.qty > 0 else "buy",
            "qty": format_decimal(qty, inst.qty_scale),
            "limit": format_decimal(limit, inst.px_scale) if limit else None,
            "fee": format_decimal(fee, 18), "liquidation_fee": format_decimal(charge, 18),
            "margin_equity": format_decimal(left.equity, 18),
            "maintenance": format_decimal(left.maintenance, 18)}
