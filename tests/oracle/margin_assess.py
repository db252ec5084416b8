"""margin_assess - the assessment of a pool (docs/margin.md 3 to 6)."""

from margin_model import Assessment, equity_of, line_of, tiers_requirement, unrealised
from margin_portfolio import portfolio_requirement


def assess(pool, prices):
    """The assessment of a pool; `priced` is False where a price is missing."""
    result = Assessment()
    profits = {}
    for position in pool.positions:
        sym = position.inst.sym
        if not prices.pnl.get(sym) or not prices.requirement.get(sym):
            result.priced = False
            return result
        asset = position.inst.asset
        profit = unrealised(position, prices.pnl[sym])
        profits[asset] = profits.get(asset, 0) + profit
        result.lines.append(line_of(pool, position, prices, profit))
    result.equity = equity_of(pool, profits, prices)
    result.collateral = equity_of(pool, {}, prices)
    if result.equity is None:
        result.priced = False
        return result
    if pool.kind == "portfolio":
        result.priced = portfolio_requirement(pool, prices, result)
    else:
        result.priced = tiers_requirement(pool, prices, result)
    return result
