"""margin_repay - debts of a pool paid from its other assets (docs/margin.md 8.2, repay)."""

from margin_model import pool_price
from replay_numbers import RATE, ceil_div


def order_of(rules, assets):
    """Of the debts and of what pays: the assets that P8 names, then the others by name."""
    named = rules.asset_order()
    return named + sorted((a for a in assets if a not in named), key=str.encode)


def conversion(owed, held, debt, source, cost):
    """(paid, cost of it, received); debt and source are prices (num, den)."""
    (num, den), (source_num, source_den) = debt, source
    worth = ceil_div(owed * num, den)
    paid = ceil_div(worth * source_den, source_num)
    extra = ceil_div(paid * cost, RATE)
    if paid + extra <= held:
        return paid, extra, owed
    paid = held * RATE // (RATE + cost)
    return paid, held - paid, paid * source_num // source_den * den // num


def conversions(pool, prices, cost):
    """(source, debt, paid, cost of it, received), one after another."""
    balances = dict(pool.balances)
    order = order_of(pool.rules, balances)
    for debt in order:
        for source in order:
            owed, held = -balances.get(debt, 0), balances.get(source, 0)
            if owed <= 0 or held <= 0:
                continue
            paid, extra, got = conversion(owed, held, pool_price(pool, prices, debt),
                                          pool_price(pool, prices, source), cost)
            if got:
                balances[source] -= paid + extra
                balances[debt] += got
                yield source, debt, paid, extra, got


def has_work(pool):
    balances = pool.balances.values()
    return not pool.single and min(balances, default=0) < 0 < max(balances, default=0)
