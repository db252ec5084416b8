-- views.sql - the run database for people: names instead of numbers, exact decimals as text with a
-- real number beside (NAME_real), times as ISO text (_utc) and seconds (_unix).
--
-- DuckDB reads views with a parser of its own and hands them back to SQLite: count(*) comes out as
-- count_star(), and IS NOT 1 is an error. So neither stands here.
--
-- A dollar sign opens a short form that stands for several columns; db_view.h lists them.

-- -- one row an account ---------------------------------------------------------------------------

CREATE VIEW v_summary AS
WITH last AS (
    SELECT account_id, nav_micro, nav_atto, max(id) FROM equity WHERE priced GROUP BY account_id
), paid AS (
    SELECT p.account_id, p.cause, min(p.asset_id) = max(p.asset_id)
        AND min(p.asset_id) = a.report_asset_id AS alike, $sum(p.amount)
    FROM posting AS p JOIN account AS a ON a.id = p.account_id
    WHERE p.book IN ('account', 'isolated') AND p.cause IN ('fee', 'funding')
    GROUP BY p.account_id, p.cause
), fee AS (
    SELECT account_id, -amount_micro - (amount_atto > 0) AS fees_micro,
        (1000000000000 - amount_atto) % 1000000000000 AS fees_atto
    FROM paid WHERE cause = 'fee' AND alike
), low AS (
    SELECT p.account_id, p.lowest_micro, p.lowest_atto, p.lowest_ns, row_number() OVER
        (PARTITION BY p.account_id ORDER BY p.lowest_micro, p.lowest_atto, p.id) AS place
    FROM pool AS p JOIN account AS a ON a.id = p.account_id AND a.report_asset_id = p.unit_id
    WHERE p.lowest_micro IS NOT NULL
)
SELECT a.name AS account, a.regime, a.strategy, s.name AS asset, $exact(a.first_nav),
    $exact(l.nav, final_nav),
    round(100 * ((l.nav_micro - a.first_nav_micro) / 1e6 + (l.nav_atto - a.first_nav_atto) / 1e18)
        / (nullif(a.first_nav_micro, 0) / 1e6), 4) AS change_percent,
    (SELECT round(100 * value, 4) FROM metric WHERE account_id = a.id AND name = 'max_drawdown')
        AS drawdown_percent,
    $exact(e.fees), $exact(f.amount, funding),
    (SELECT count(id) FROM fill WHERE account_id = a.id) AS fills, a.margin_calls,
    (SELECT count(id) FROM liquidation WHERE account_id = a.id
        AND coalesce(cancelled_only, 0) = 0)
        AS liquidations,
    a.bankrupt, $exact(w.lowest, lowest_surplus), strftime('%Y-%m-%dT%H:%M:%SZ', w.lowest_ns / 1000000000, 'unixepoch') AS lowest_at
FROM account AS a
JOIN asset AS s ON s.id = a.report_asset_id
LEFT JOIN last AS l ON l.account_id = a.id
LEFT JOIN fee AS e ON e.account_id = a.id
LEFT JOIN paid AS f ON f.account_id = a.id AND f.cause = 'funding' AND f.alike
LEFT JOIN low AS w ON w.account_id = a.id AND w.place = 1
ORDER BY a.id;

-- -- over time ------------------------------------------------------------------------------------

-- Sums over the pools of an account are told where all are in one unit. margin_ratio is that of the
-- worst pool; there is none while a pool's equity is not above 0. effective_leverage is that of
-- positions alone, where all settle in the report asset.
CREATE VIEW v_equity AS
WITH pools AS (
    SELECT m.equity_id, min(p.unit_id) AS unit_id, max(p.unit_id) AS other_id, $sum(m.equity),
        $sum(m.initial), $sum(m.orders), $sum(m.maintenance),
        CASE WHEN min(m.equity_micro > 0 OR (m.equity_micro = 0 AND m.equity_atto > 0))
            THEN max((m.maintenance_micro / 1e6 + m.maintenance_atto / 1e18)
                / nullif(m.equity_micro / 1e6 + m.equity_atto / 1e18, 0)) END AS margin_ratio
    FROM margin AS m JOIN pool AS p ON p.id = m.pool_id
    WHERE m.equity_id IS NOT NULL GROUP BY m.equity_id
), held AS (
    SELECT m.equity_id, min(i.settle) AS settle, max(i.settle) AS other,
        sum(c.notional_micro / 1e6 + c.notional_atto / 1e18) AS notional
    FROM margin AS m JOIN contribution AS c ON c.margin_id = m.id
    JOIN instrument AS i ON i.id = c.instrument_id
    WHERE m.equity_id IS NOT NULL GROUP BY m.equity_id
), told AS (
    SELECT equity_id, unit_id, margin_ratio, equity_micro, equity_atto, initial_micro,
        initial_atto, orders_micro, orders_atto, maintenance_micro, maintenance_atto,
        $less(pools.equity, pools.maintenance, surplus)
    FROM pools WHERE unit_id = other_id
)
SELECT e.id, a.name AS account, $time(e.ts), e.event, e.at, e.priced, s.name AS asset,
    $money(e.nav), $money(e.unrealised), u.name AS unit, $money(t.equity, margin_equity),
    $money(t.initial), $money(t.orders, order_margin), $money(t.maintenance), $money(t.surplus),
    p.margin_ratio,
    CASE WHEN t.equity_micro > 0 THEN (t.initial_micro / 1e6 + t.initial_atto / 1e18)
        / (t.equity_micro / 1e6 + t.equity_atto / 1e18) END AS utilisation,
    CASE WHEN e.nav_micro > 0 AND h.settle = h.other AND h.settle = s.name
        THEN h.notional / (e.nav_micro / 1e6 + e.nav_atto / 1e18) END AS effective_leverage,
    e.ts_ns, e.account_id
FROM equity AS e
JOIN account AS a ON a.id = e.account_id
JOIN asset AS s ON s.id = a.report_asset_id
LEFT JOIN pools AS p ON p.equity_id = e.id
LEFT JOIN told AS t ON t.equity_id = e.id
LEFT JOIN asset AS u ON u.id = t.unit_id
LEFT JOIN held AS h ON h.equity_id = e.id;

CREATE VIEW v_margin AS
WITH told AS (
    SELECT m.id, $less(m.equity, m.maintenance, surplus) FROM margin AS m
)
SELECT m.id, a.name AS account, $time(m.ts), p.regime AS pool, i.symbol, p.leg, u.name AS unit,
    $money(m.equity, margin_equity), $money(m.initial), $money(m.orders, order_margin),
    $money(m.maintenance), $money(m.collateral), $money(t.surplus),
    CASE WHEN m.equity_micro > 0 OR (m.equity_micro = 0 AND m.equity_atto > 0)
        THEN (m.maintenance_micro / 1e6 + m.maintenance_atto / 1e18)
            / (m.equity_micro / 1e6 + m.equity_atto / 1e18) END AS margin_ratio,
    CASE WHEN m.equity_micro > 0 OR (m.equity_micro = 0 AND m.equity_atto > 0)
        THEN (m.initial_micro / 1e6 + m.initial_atto / 1e18)
            / (m.equity_micro / 1e6 + m.equity_atto / 1e18) END AS utilisation,
    m.equity_id, m.liquidation_id, m.pool_id, m.ts_ns
FROM margin AS m
JOIN told AS t ON t.id = m.id
JOIN pool AS p ON p.id = m.pool_id
JOIN account AS a ON a.id = p.account_id
JOIN asset AS u ON u.id = p.unit_id
LEFT JOIN instrument AS i ON i.id = p.instrument_id;

CREATE VIEW v_contribution AS
SELECT c.id, a.name AS account, $time(m.ts), i.symbol, c.leg, $qty(c.qty, i), $px2(c.px2, i, px),
    i.settle AS asset, $money(c.unrealised), $money(c.notional), u.name AS unit,
    $money(c.initial), $money(c.maintenance), c.tier, c.margin_id, m.equity_id, m.liquidation_id,
    m.ts_ns
FROM contribution AS c
JOIN margin AS m ON m.id = c.margin_id
JOIN pool AS p ON p.id = m.pool_id
JOIN account AS a ON a.id = p.account_id
JOIN asset AS u ON u.id = p.unit_id
JOIN instrument AS i ON i.id = c.instrument_id;

CREATE VIEW v_price AS
SELECT p.id, $time(p.ts), i.symbol, $px2(p.px2, i, px), p.ts_ns
FROM price AS p JOIN instrument AS i ON i.id = p.instrument_id;

-- -- trading --------------------------------------------------------------------------------------

CREATE VIEW v_order_event AS
SELECT o.id, a.name AS account, $time(o.ts), o.what, o.order_id, i.symbol, o.side, o.leg, o.state,
    o.reason, o.type, o.tif, o.flags, o.trigger, o.trigger_by, $px(o.px, i), $qty(o.qty, i),
    $qty(o.left, i), $px(o.trigger_px, i), $px(o.trail, i), o.tag, $time(o.arrives), o.ts_ns
FROM order_event AS o
JOIN account AS a ON a.id = o.account_id
LEFT JOIN instrument AS i ON i.id = o.instrument_id;

CREATE VIEW v_fill AS
SELECT f.id, a.name AS account, $time(f.ts), f.event, f.order_id, f.liquidation_id, i.symbol,
    f.side, f.role, f.leg, $px(f.px, i), $qty(f.qty, i), $qty(f.left, i), s.name AS asset,
    $money(f.value), $money(f.fee), $money(f.realised), f.ts_ns
FROM fill AS f
JOIN account AS a ON a.id = f.account_id
JOIN instrument AS i ON i.id = f.instrument_id
JOIN asset AS s ON s.id = f.asset_id;

CREATE VIEW v_position AS
SELECT p.id, a.name AS account, $time(p.ts), i.symbol, p.leg, $qty(p.qty, i), i.settle AS asset,
    $money(p.cost), $money(p.realised), p.ts_ns
FROM position AS p
JOIN account AS a ON a.id = p.account_id
JOIN instrument AS i ON i.id = p.instrument_id;

CREATE VIEW v_funding AS
SELECT f.id, a.name AS account, $time(f.ts), i.symbol, f.leg, $rate(f.rate), $px(f.px, i),
    $qty(f.qty, i), s.name AS asset, $money(f.amount), f.ts_ns
FROM funding AS f
JOIN account AS a ON a.id = f.account_id
JOIN instrument AS i ON i.id = f.instrument_id
JOIN asset AS s ON s.id = f.asset_id;

CREATE VIEW v_settlement AS
SELECT f.id, a.name AS account, $time(f.ts), i.symbol, f.leg, $px(f.px, i), $qty(f.qty, i),
    s.name AS asset, $money(f.realised), f.ts_ns
FROM settlement AS f
JOIN account AS a ON a.id = f.account_id
JOIN instrument AS i ON i.id = f.instrument_id
JOIN asset AS s ON s.id = f.asset_id;

CREATE VIEW v_interest AS
SELECT f.id, a.name AS account, $time(f.ts), s.name AS asset, $rate(f.rate), $money(f.amount),
    f.ts_ns
FROM interest AS f
JOIN account AS a ON a.id = f.account_id
JOIN asset AS s ON s.id = f.asset_id;

CREATE VIEW v_note AS
SELECT n.id, a.name AS account, $time(n.ts), n.text, n.ts_ns
FROM note AS n JOIN account AS a ON a.id = n.account_id;

-- -- the ledger -----------------------------------------------------------------------------------

CREATE VIEW v_posting AS
SELECT p.id, a.name AS account, $time(p.ts), p.event, p.liquidation_id, p.book, p.cause,
    s.name AS asset, i.symbol, $money(p.amount), $money(p.balance), p.ts_ns
FROM posting AS p
JOIN account AS a ON a.id = p.account_id
JOIN asset AS s ON s.id = p.asset_id
LEFT JOIN instrument AS i ON i.id = p.instrument_id;

-- Per asset the rest of the ledger: exactly 0.
CREATE VIEW v_posting_sum AS
WITH total AS (
    SELECT p.asset_id, count(p.id) AS postings, $sum(p.amount) FROM posting AS p GROUP BY p.asset_id
)
SELECT s.name AS asset, t.postings, $money(t.amount)
FROM total AS t JOIN asset AS s ON s.id = t.asset_id;

CREATE VIEW v_insurance AS
SELECT p.id, a.name AS account, a.world, $time(p.ts), p.liquidation_id, p.cause, s.name AS asset,
    $money(p.amount), $money(p.balance), p.ts_ns
FROM posting AS p
JOIN account AS a ON a.id = p.account_id
JOIN asset AS s ON s.id = p.asset_id
WHERE p.book = 'insurance';

-- -- margin and liquidation -----------------------------------------------------------------------

CREATE VIEW v_margin_event AS
SELECT e.id, a.name AS account, $time(e.ts), e.what, e.reason, p.regime AS pool, i.symbol, e.leg,
    s.name AS asset, $rate(e.ratio), $money(e.equity), $money(e.maintenance), $money(e.amount),
    $money(e.moved), e.leverage / 100.0 AS leverage, e.ts_ns
FROM margin_event AS e
JOIN account AS a ON a.id = e.account_id
LEFT JOIN pool AS p ON p.id = e.pool_id
LEFT JOIN instrument AS i ON i.id = e.instrument_id
LEFT JOIN asset AS s ON s.id = e.asset_id;

CREATE VIEW v_liquidation AS
SELECT l.id, a.name AS account, p.regime AS pool, i.symbol, p.leg, u.name AS unit, l.number,
    $time(l.begin), $time(l.end), l.event, c.symbol AS culprit, l.ended, l.cancelled_only,
    $money(l.equity), $money(l.maintenance), $money(l.shortfall), l.begin_ns, l.end_ns
FROM liquidation AS l
JOIN account AS a ON a.id = l.account_id
JOIN pool AS p ON p.id = l.pool_id
JOIN asset AS u ON u.id = p.unit_id
LEFT JOIN instrument AS i ON i.id = p.instrument_id
LEFT JOIN instrument AS c ON c.id = l.culprit_id;

-- What was held when it began.
CREATE VIEW v_liquidation_leg AS
WITH begun AS (
    SELECT liquidation_id, min(id) AS margin_id FROM margin
    WHERE liquidation_id IS NOT NULL GROUP BY liquidation_id
)
SELECT b.liquidation_id, a.name AS account, i.symbol, c.leg, $qty(c.qty, i), $px2(c.px2, i, px),
    i.settle AS asset, $money(c.unrealised), $money(c.notional), u.name AS unit,
    $money(c.initial), $money(c.maintenance), c.tier, c.id AS contribution_id
FROM begun AS b
JOIN liquidation AS l ON l.id = b.liquidation_id
JOIN account AS a ON a.id = l.account_id
JOIN pool AS p ON p.id = l.pool_id
JOIN asset AS u ON u.id = p.unit_id
JOIN contribution AS c ON c.margin_id = b.margin_id
JOIN instrument AS i ON i.id = c.instrument_id;

CREATE VIEW v_liquidation_stage AS
SELECT g.id, g.liquidation_id, a.name AS account, $time(g.ts), g.stage, g.round, g.action, g.done,
    i.symbol, g.leg, g.side, $qty(g.qty, i), $px(g.px, i), i.settle AS asset, $money(g.value),
    u.name AS unit, $money(g.equity), $money(g.maintenance), g.ts_ns
FROM liquidation_stage AS g
JOIN liquidation AS l ON l.id = g.liquidation_id
JOIN account AS a ON a.id = l.account_id
JOIN pool AS p ON p.id = l.pool_id
JOIN asset AS u ON u.id = p.unit_id
LEFT JOIN instrument AS i ON i.id = g.instrument_id;

CREATE VIEW v_counterparty AS
SELECT k.id, k.liquidation_id, v.name AS liquidated, $time(k.ts), k.cause, k.payer,
    a.name AS account, i.symbol, k.leg, $qty(k.qty, i), s.name AS asset, $money(k.value),
    $rate(k.score), k.ts_ns
FROM counterparty AS k
JOIN liquidation AS l ON l.id = k.liquidation_id
JOIN account AS v ON v.id = l.account_id
JOIN asset AS s ON s.id = k.asset_id
LEFT JOIN account AS a ON a.id = k.account_id
LEFT JOIN instrument AS i ON i.id = k.instrument_id;

-- Positions that others' losses took; account NULL: of the rest of the market.
CREATE VIEW v_adl AS SELECT * FROM v_counterparty WHERE cause = 'adl';

CREATE VIEW v_rule_change AS
SELECT c.id, $time(c.ts), r.name AS rulebook, $time(c.effective), $time(c.announced), c.ts_ns
FROM rule_change AS c JOIN rulebook AS r ON r.id = c.rulebook_id;

CREATE VIEW v_collateral_event AS
SELECT e.id, a.name AS account, $time(e.ts), e.code, s.name AS asset, i.symbol AS custody,
    $rate(e.weight), $money(e.lost), e.ts_ns
FROM collateral_event AS e
JOIN account AS a ON a.id = e.account_id
LEFT JOIN asset AS s ON s.id = e.asset_id
LEFT JOIN instrument AS i ON i.id = e.custody_id;

CREATE VIEW v_metric AS
SELECT a.name AS account, m.name AS metric, m.value, m.exact, m.unit, m.basis, m.reason
FROM metric AS m JOIN account AS a ON a.id = m.account_id;
