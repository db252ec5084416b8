-- schema.sql - the run database: one file a run. Version 1. docs/database.md says it in words,
-- column_doc column by column; views.sql shows it to people.
--
-- Amounts of money are two integers: NAME_micro, units of 10^-6 rounded down, and NAME_atto, what is
-- left over in units of 10^-18 (0 .. 999999999999). sum(x_micro) * 10^12 + sum(x_atto) is exact.
-- Prices and quantities are integers in the instrument's own scale (px_scale, qty_scale), rates are
-- at 10^-12, times are ns since 1970 UTC (_ns) or lengths in ns (_len_ns).
--
-- Rows of what happened are in the order of `seq`, the number of the record in the run's log.

-- -- what was run ---------------------------------------------------------------------------------

CREATE TABLE run (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    status TEXT NOT NULL
        CHECK (status IN ('incomplete', 'complete', 'failed', 'interrupted', 'tainted')),
    cause TEXT,                     -- why it failed, was interrupted, is tainted
    name TEXT NOT NULL,
    producer TEXT NOT NULL,         -- plimsoll and its version
    run_file TEXT NOT NULL,         -- path
    config_text TEXT NOT NULL,      -- the run file as it was read
    config_sha256 TEXT NOT NULL,
    overrides TEXT NOT NULL,        -- JSON: PATH=VALUE of the command line, laid over it
    tape TEXT NOT NULL,             -- path
    tape_digest TEXT NOT NULL,
    tape_synthetic INTEGER NOT NULL CHECK (tape_synthetic IN (0, 1)),
    seed INTEGER NOT NULL,
    sample_len_ns INTEGER NOT NULL,
    assess TEXT NOT NULL CHECK (assess IN ('bands', 'every-tick')),
    equity_as TEXT NOT NULL CHECK (equity_as IN ('rows', 'blobs')),
    with_orders INTEGER NOT NULL CHECK (with_orders IN (0, 1)),
    first_ns INTEGER,               -- of the events that were replayed
    last_ns INTEGER,
    events INTEGER,                 -- these four from the end of the run
    records INTEGER,
    digest TEXT,                    -- of the log; docs/replay.md
    crossed INTEGER,                -- quotes that crossed
    stale INTEGER,                  -- orders that met a quote that was too old
    gaps INTEGER,
    unsettled INTEGER,              -- positions in what expired without a settlement
    started_utc TEXT NOT NULL,      -- by the clock of the machine, as all of the timings
    elapsed_len_ns INTEGER
) STRICT;

CREATE TABLE table_count (          -- written with the status complete; verify counts again
    table_name TEXT PRIMARY KEY,
    row_count INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE setting (              -- every value that was in force
    id INTEGER PRIMARY KEY,
    path TEXT NOT NULL UNIQUE,
    value TEXT NOT NULL,
    origin TEXT NOT NULL            -- FILE:LINE:COLUMN, --set, default
) STRICT;

CREATE TABLE deviation (            -- where the run is not what its rulebooks say
    id INTEGER PRIMARY KEY,
    text TEXT NOT NULL
) STRICT;

CREATE TABLE warning (
    id INTEGER PRIMARY KEY,
    code TEXT NOT NULL,
    text TEXT NOT NULL
) STRICT;

CREATE TABLE source (               -- what the tape was made of
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL
) STRICT;

CREATE TABLE import_report (        -- of the tape, as JSON; no row: it has none
    id INTEGER PRIMARY KEY CHECK (id = 1),
    json TEXT NOT NULL
) STRICT;

CREATE TABLE asset (
    id INTEGER PRIMARY KEY,         -- from 0, as in the run
    name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE instrument (
    id INTEGER PRIMARY KEY,         -- row of the tape, from 0
    symbol TEXT NOT NULL,
    kind TEXT NOT NULL,
    px_scale INTEGER NOT NULL,
    qty_scale INTEGER NOT NULL,
    mult_scale INTEGER NOT NULL,
    multiplier INTEGER NOT NULL,
    tick INTEGER NOT NULL,
    lot INTEGER NOT NULL,
    base TEXT NOT NULL,
    quote TEXT NOT NULL,
    settle TEXT NOT NULL,
    underlying TEXT,
    strike INTEGER,
    expiry_ns INTEGER,
    listed_ns INTEGER,
    delisted_ns INTEGER
) STRICT;

CREATE TABLE rulebook (
    id INTEGER PRIMARY KEY,         -- from 0
    name TEXT NOT NULL,
    file TEXT NOT NULL,
    effective_ns INTEGER,
    text TEXT NOT NULL,             -- as it was read
    sources TEXT NOT NULL           -- JSON: where its rules come from
) STRICT;

CREATE TABLE mark (                 -- how marks are made
    rulebook_id INTEGER NOT NULL REFERENCES rulebook (id),
    instrument_id INTEGER NOT NULL REFERENCES instrument (id),
    made_of TEXT NOT NULL,
    PRIMARY KEY (rulebook_id, instrument_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE account (
    id INTEGER PRIMARY KEY,         -- from 0, in the order of the run file
    name TEXT NOT NULL UNIQUE,
    variant_group TEXT NOT NULL,    -- its name in the run file; variants share it
    regime TEXT NOT NULL,           -- plain, cross, isolated, portfolio, mixed
    strategy TEXT,
    params TEXT NOT NULL,           -- JSON
    world INTEGER NOT NULL,
    rulebook_id INTEGER REFERENCES rulebook (id),
    hedge INTEGER NOT NULL CHECK (hedge IN (0, 1)),
    same TEXT NOT NULL CHECK (same IN ('strategy', 'trades')),
    after_liquidation TEXT,
    report_asset_id INTEGER NOT NULL REFERENCES asset (id),
    -- from the end of the run
    first_nav_micro INTEGER,        -- of what it began with, when all prices were first known
    first_nav_atto INTEGER,
    requests INTEGER,
    orders INTEGER,
    rejected INTEGER,
    skipped_fills INTEGER,          -- of same: trades
    margin_calls INTEGER,
    bankrupt INTEGER CHECK (bankrupt IN (0, 1)),
    stopped INTEGER CHECK (stopped IN (0, 1)),
    insurance_used_micro INTEGER,   -- report asset
    insurance_used_atto INTEGER,
    lowest_exact INTEGER CHECK (lowest_exact IN (0, 1))
) STRICT;

-- Money that is tested together: a cross or portfolio pool of an account by its unit, an isolated
-- one by instrument and leg.
CREATE TABLE pool (
    id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES account (id),
    regime TEXT NOT NULL CHECK (regime IN ('cross', 'isolated', 'portfolio')),
    unit_id INTEGER NOT NULL REFERENCES asset (id),
    instrument_id INTEGER REFERENCES instrument (id),
    leg INTEGER NOT NULL,           -- 0 one-way, 1 long, 2 short
    lowest_micro INTEGER,           -- surplus, from the end of the run
    lowest_atto INTEGER,
    lowest_ns INTEGER
) STRICT;

-- -- what happened to accounts --------------------------------------------------------------------

-- The state after all events up to ts_ns: at samples, and after every instant that moved the
-- account's money.
CREATE TABLE equity (
    id INTEGER PRIMARY KEY,         -- seq
    account_id INTEGER NOT NULL REFERENCES account (id),
    ts_ns INTEGER NOT NULL,
    event INTEGER NOT NULL,         -- tape events applied by then
    at TEXT NOT NULL CHECK (at IN ('grid', 'event', 'end')),
    priced INTEGER NOT NULL CHECK (priced IN (0, 1)), -- 0: a price was unknown, no numbers
    nav_micro INTEGER,              -- report asset
    nav_atto INTEGER,
    unrealised_micro INTEGER,
    unrealised_atto INTEGER
) STRICT;

-- A pool's numbers: beside each equity row, and at the begin and end of a liquidation.
CREATE TABLE margin (
    id INTEGER PRIMARY KEY,         -- seq
    pool_id INTEGER NOT NULL REFERENCES pool (id),
    equity_id INTEGER REFERENCES equity (id), -- the row of equity it stands beside
    liquidation_id INTEGER REFERENCES liquidation (id), -- or the liquidation it belongs to
    ts_ns INTEGER NOT NULL,
    equity_micro INTEGER NOT NULL,  -- margin equity; in the pool's unit, as all that follows
    equity_atto INTEGER NOT NULL,
    initial_micro INTEGER NOT NULL, -- of positions
    initial_atto INTEGER NOT NULL,
    orders_micro INTEGER NOT NULL,  -- of resting orders
    orders_atto INTEGER NOT NULL,
    maintenance_micro INTEGER NOT NULL,
    maintenance_atto INTEGER NOT NULL,
    collateral_micro INTEGER NOT NULL, -- weighted balances alone
    collateral_atto INTEGER NOT NULL
) STRICT;

-- What a position gives to a row of margin.
CREATE TABLE contribution (
    id INTEGER PRIMARY KEY,         -- seq
    margin_id INTEGER NOT NULL REFERENCES margin (id),
    instrument_id INTEGER NOT NULL REFERENCES instrument (id),
    leg INTEGER NOT NULL,
    qty INTEGER NOT NULL,
    px2 INTEGER NOT NULL,           -- twice the price of unrealised profit
    unrealised_micro INTEGER NOT NULL, -- settle asset
    unrealised_atto INTEGER NOT NULL,
    notional_micro INTEGER NOT NULL,   -- settle asset, > 0, at the price of requirements
    notional_atto INTEGER NOT NULL,
    initial_micro INTEGER NOT NULL,    -- the pool's unit
    initial_atto INTEGER NOT NULL,
    maintenance_micro INTEGER NOT NULL,
    maintenance_atto INTEGER NOT NULL,
    tier INTEGER NOT NULL              -- from 1; 0: the rule has none
) STRICT;

CREATE TABLE price (                -- of what accounts have traded, at samples
    id INTEGER PRIMARY KEY,         -- seq
    instrument_id INTEGER NOT NULL REFERENCES instrument (id),
    ts_ns INTEGER NOT NULL,
    px2 INTEGER NOT NULL            -- twice the price that positions are valued at
) STRICT;

CREATE TABLE equity_blob (          -- instead of equity and margin, with equity_as = 'blobs'
    id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES account (id),
    first_ns INTEGER NOT NULL,
    last_ns INTEGER NOT NULL,
    row_count INTEGER NOT NULL,
    data BLOB NOT NULL              -- docs/database.md, "Blobs"
) STRICT;

CREATE TABLE order_event (          -- requests and changes of orders
    id INTEGER PRIMARY KEY,         -- seq
    account_id INTEGER NOT NULL REFERENCES account (id),
    ts_ns INTEGER NOT NULL,
    what TEXT NOT NULL CHECK (what IN ('submit', 'amend', 'cancel', 'state')),
    order_id INTEGER NOT NULL,
    instrument_id INTEGER REFERENCES instrument (id),
    side TEXT CHECK (side IN ('buy', 'sell')),
    leg INTEGER NOT NULL,
    state TEXT,                     -- of what = state
    reason TEXT,
    type TEXT,                      -- of requests, as what follows
    tif TEXT,
    flags TEXT,
    trigger TEXT,
    trigger_by TEXT,
    px INTEGER,
    qty INTEGER,
    left INTEGER,                   -- of what = state
    trigger_px INTEGER,
    trail INTEGER,
    tag INTEGER,
    arrives_ns INTEGER
) STRICT;

CREATE TABLE fill (
    id INTEGER PRIMARY KEY,         -- seq
    account_id INTEGER NOT NULL REFERENCES account (id),
    ts_ns INTEGER NOT NULL,
    event INTEGER NOT NULL,
    order_id INTEGER NOT NULL,
    liquidation_id INTEGER REFERENCES liquidation (id),
    instrument_id INTEGER NOT NULL REFERENCES instrument (id),
    side TEXT NOT NULL CHECK (side IN ('buy', 'sell')),
    role TEXT NOT NULL CHECK (role IN ('maker', 'taker')),
    leg INTEGER NOT NULL,
    px INTEGER NOT NULL,
    qty INTEGER NOT NULL,
    left INTEGER NOT NULL,
    asset_id INTEGER NOT NULL REFERENCES asset (id), -- of value, fee, realised
    value_micro INTEGER NOT NULL,   -- buys > 0
    value_atto INTEGER NOT NULL,
    fee_micro INTEGER NOT NULL,     -- paid > 0
    fee_atto INTEGER NOT NULL,
    realised_micro INTEGER NOT NULL,
    realised_atto INTEGER NOT NULL
) STRICT;

CREATE TABLE position (             -- after every change
    id INTEGER PRIMARY KEY,         -- seq
    account_id INTEGER NOT NULL REFERENCES account (id),
    ts_ns INTEGER NOT NULL,
    instrument_id INTEGER NOT NULL REFERENCES instrument (id),
    leg INTEGER NOT NULL,
    qty INTEGER NOT NULL,
    cost_micro INTEGER NOT NULL,    -- total, settle asset
    cost_atto INTEGER NOT NULL,
    realised_micro INTEGER NOT NULL, -- since the beginning
    realised_atto INTEGER NOT NULL
) STRICT;

CREATE TABLE posting (              -- the ledger: per asset all amounts sum to zero
    id INTEGER PRIMARY KEY,         -- seq
    account_id INTEGER NOT NULL REFERENCES account (id), -- whom it is about
    ts_ns INTEGER NOT NULL,
    event INTEGER NOT NULL,
    liquidation_id INTEGER REFERENCES liquidation (id),
    book TEXT NOT NULL CHECK (book IN ('account', 'market', 'fees', 'funding', 'external',
        'rounding', 'isolated', 'insurance', 'lender', 'keeper', 'last_resort')),
    cause TEXT NOT NULL CHECK (cause IN ('realised_pnl', 'fee', 'funding', 'trade', 'expiry',
        'deposit', 'withdrawal', 'transfer', 'interest', 'conversion', 'liquidation_fee',
        'takeover', 'insurance', 'adl', 'socialised', 'refill', 'rounding', 'last_resort')),
    asset_id INTEGER NOT NULL REFERENCES asset (id),
    instrument_id INTEGER REFERENCES instrument (id),
    amount_micro INTEGER NOT NULL,
    amount_atto INTEGER NOT NULL,
    balance_micro INTEGER NOT NULL, -- of the book after it
    balance_atto INTEGER NOT NULL
) STRICT;

CREATE TABLE funding (
    id INTEGER PRIMARY KEY,         -- seq
    account_id INTEGER NOT NULL REFERENCES account (id),
    ts_ns INTEGER NOT NULL,
    instrument_id INTEGER NOT NULL REFERENCES instrument (id),
    leg INTEGER NOT NULL,
    rate INTEGER NOT NULL,
    px INTEGER NOT NULL,
    qty INTEGER NOT NULL,
    asset_id INTEGER NOT NULL REFERENCES asset (id),
    amount_micro INTEGER NOT NULL,  -- received; paid < 0
    amount_atto INTEGER NOT NULL
) STRICT;

CREATE TABLE settlement (
    id INTEGER PRIMARY KEY,         -- seq
    account_id INTEGER NOT NULL REFERENCES account (id),
    ts_ns INTEGER NOT NULL,
    instrument_id INTEGER NOT NULL REFERENCES instrument (id),
    leg INTEGER NOT NULL,
    px INTEGER NOT NULL,
    qty INTEGER NOT NULL,           -- of the position before
    asset_id INTEGER NOT NULL REFERENCES asset (id),
    realised_micro INTEGER NOT NULL,
    realised_atto INTEGER NOT NULL
) STRICT;

CREATE TABLE interest (
    id INTEGER PRIMARY KEY,         -- seq
    account_id INTEGER NOT NULL REFERENCES account (id),
    ts_ns INTEGER NOT NULL,
    asset_id INTEGER NOT NULL REFERENCES asset (id),
    rate INTEGER NOT NULL,          -- an hour
    amount_micro INTEGER NOT NULL,  -- received; paid < 0
    amount_atto INTEGER NOT NULL
) STRICT;

CREATE TABLE margin_event (         -- warnings, and what was asked of a pool
    id INTEGER PRIMARY KEY,         -- seq
    account_id INTEGER NOT NULL REFERENCES account (id),
    pool_id INTEGER REFERENCES pool (id),
    ts_ns INTEGER NOT NULL,
    what TEXT NOT NULL CHECK (what IN ('call', 'leverage', 'mode', 'move', 'borrow', 'repay',
        'convert', 'withdraw', 'topup')),
    reason TEXT,                    -- why it was refused
    ratio INTEGER,                  -- call: that was reached; its numbers in the pool's unit
    equity_micro INTEGER,
    equity_atto INTEGER,
    maintenance_micro INTEGER,
    maintenance_atto INTEGER,
    instrument_id INTEGER REFERENCES instrument (id),
    leg INTEGER,
    asset_id INTEGER REFERENCES asset (id),
    amount_micro INTEGER,           -- asked
    amount_atto INTEGER,
    moved_micro INTEGER,
    moved_atto INTEGER,
    leverage INTEGER                -- at 10^-2
) STRICT;

CREATE TABLE liquidation (          -- an episode
    id INTEGER PRIMARY KEY,         -- 1, 2, ... of the run, in the order of their beginning
    account_id INTEGER NOT NULL REFERENCES account (id),
    pool_id INTEGER NOT NULL REFERENCES pool (id),
    number INTEGER NOT NULL,        -- of the account
    begin_seq INTEGER NOT NULL,
    end_seq INTEGER,                -- NULL: the run ended in its middle
    begin_ns INTEGER NOT NULL,
    end_ns INTEGER,
    event INTEGER NOT NULL,         -- tape events applied at its beginning
    culprit_id INTEGER REFERENCES instrument (id),
    ended TEXT CHECK (ended IN ('compliant', 'flat', 'bankrupt')),
    cancelled_only INTEGER CHECK (cancelled_only IN (0, 1)), -- no position was touched
    equity_micro INTEGER NOT NULL,  -- at the beginning, the pool's unit
    equity_atto INTEGER NOT NULL,
    maintenance_micro INTEGER NOT NULL,
    maintenance_atto INTEGER NOT NULL,
    shortfall_micro INTEGER,        -- what others have paid
    shortfall_atto INTEGER
) STRICT;

-- What was held when a liquidation began: the contributions of its first margin row. No table of
-- its own: view v_liquidation_leg.

CREATE TABLE liquidation_stage (
    id INTEGER PRIMARY KEY,         -- seq
    liquidation_id INTEGER NOT NULL REFERENCES liquidation (id),
    ts_ns INTEGER NOT NULL,
    stage INTEGER NOT NULL,         -- of the rulebook's list, from 0
    round INTEGER NOT NULL,
    action TEXT NOT NULL CHECK (action IN ('cancel', 'close', 'keeper', 'offset', 'repay',
        'takeover', 'adl', 'wait')),
    done INTEGER NOT NULL CHECK (done IN (0, 1)), -- 0: passed over, the fund was too short
    instrument_id INTEGER REFERENCES instrument (id),
    leg INTEGER NOT NULL,
    side TEXT CHECK (side IN ('buy', 'sell')),
    qty INTEGER NOT NULL,
    px INTEGER NOT NULL,            -- limit or takeover price; 0: market
    value_micro INTEGER NOT NULL,   -- takeover, adl: closing value
    value_atto INTEGER NOT NULL,
    equity_micro INTEGER NOT NULL,  -- before the step
    equity_atto INTEGER NOT NULL,
    maintenance_micro INTEGER NOT NULL,
    maintenance_atto INTEGER NOT NULL
) STRICT;

CREATE TABLE counterparty (         -- who bore a part of a liquidation: the fund, ADL, winners
    id INTEGER PRIMARY KEY,         -- seq
    liquidation_id INTEGER NOT NULL REFERENCES liquidation (id),
    ts_ns INTEGER NOT NULL,
    cause TEXT NOT NULL,            -- adl, insurance, socialised, last_resort
    payer TEXT NOT NULL,            -- a book, as in posting
    account_id INTEGER REFERENCES account (id), -- NULL: the rest of the market, the fund, the last resort
    instrument_id INTEGER REFERENCES instrument (id),
    leg INTEGER NOT NULL,
    qty INTEGER NOT NULL,
    asset_id INTEGER NOT NULL REFERENCES asset (id),
    value_micro INTEGER NOT NULL,
    value_atto INTEGER NOT NULL,
    score INTEGER NOT NULL          -- rank of ADL, at 10^-12
) STRICT;

CREATE TABLE rule_change (
    id INTEGER PRIMARY KEY,         -- seq
    ts_ns INTEGER NOT NULL,
    rulebook_id INTEGER NOT NULL REFERENCES rulebook (id),
    effective_ns INTEGER NOT NULL,
    announced_ns INTEGER
) STRICT;

CREATE TABLE collateral_event (
    id INTEGER PRIMARY KEY,         -- seq
    account_id INTEGER NOT NULL REFERENCES account (id),
    ts_ns INTEGER NOT NULL,
    code TEXT NOT NULL CHECK (code IN ('haircut', 'halt', 'resume', 'custody_haircut')),
    asset_id INTEGER REFERENCES asset (id),
    custody_id INTEGER REFERENCES instrument (id), -- row of the tape
    weight INTEGER NOT NULL,
    lost_micro INTEGER NOT NULL,    -- put out of reach now
    lost_atto INTEGER NOT NULL
) STRICT;

CREATE TABLE note (                 -- a strategy's remarks; text NULL: it wants no more callbacks
    id INTEGER PRIMARY KEY,         -- seq
    account_id INTEGER NOT NULL REFERENCES account (id),
    ts_ns INTEGER NOT NULL,
    text TEXT
) STRICT;

-- -- what was made of it --------------------------------------------------------------------------

CREATE TABLE metric (               -- docs/metrics.md
    account_id INTEGER NOT NULL REFERENCES account (id),
    name TEXT NOT NULL,
    value REAL,                     -- NULL: see reason
    exact TEXT,                     -- the same as a decimal, where it is exact
    unit TEXT NOT NULL,
    basis TEXT NOT NULL,            -- "daily, 365 days"
    reason TEXT,                    -- why there is no value
    PRIMARY KEY (account_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE column_doc (
    table_name TEXT NOT NULL,
    column_name TEXT NOT NULL,      -- '' : of the table
    unit TEXT,
    text TEXT NOT NULL,
    PRIMARY KEY (table_name, column_name)
) STRICT, WITHOUT ROWID;

-- -- indexes --------------------------------------------------------------------------------------

-- Kept while rows come: the thread that writes them has the time, the end of a run has not.

CREATE INDEX account_report_asset ON account (report_asset_id);
CREATE INDEX account_rulebook ON account (rulebook_id);
CREATE INDEX mark_instrument ON mark (instrument_id);
CREATE INDEX pool_account ON pool (account_id);
CREATE INDEX pool_unit ON pool (unit_id);
CREATE INDEX pool_instrument ON pool (instrument_id);
CREATE UNIQUE INDEX equity_account_ts ON equity (account_id, ts_ns);
CREATE INDEX margin_pool_ts ON margin (pool_id, ts_ns);
CREATE INDEX margin_equity ON margin (equity_id) WHERE equity_id IS NOT NULL;
CREATE INDEX margin_liquidation ON margin (liquidation_id) WHERE liquidation_id IS NOT NULL;
CREATE INDEX contribution_margin ON contribution (margin_id);
CREATE INDEX contribution_instrument ON contribution (instrument_id);
CREATE INDEX price_instrument_ts ON price (instrument_id, ts_ns);
CREATE INDEX equity_blob_account ON equity_blob (account_id, first_ns);
CREATE INDEX order_event_account_order ON order_event (account_id, order_id);
CREATE INDEX order_event_instrument ON order_event (instrument_id);
CREATE INDEX fill_account_ts ON fill (account_id, ts_ns);
CREATE INDEX fill_instrument_ts ON fill (instrument_id, ts_ns);
CREATE INDEX fill_asset ON fill (asset_id);
CREATE INDEX fill_liquidation ON fill (liquidation_id) WHERE liquidation_id IS NOT NULL;
CREATE INDEX position_account_ts ON position (account_id, ts_ns);
CREATE INDEX position_instrument ON position (instrument_id);
CREATE INDEX posting_account_ts ON posting (account_id, ts_ns);
CREATE INDEX posting_asset_book ON posting (asset_id, book);
CREATE INDEX posting_instrument ON posting (instrument_id);
CREATE INDEX posting_liquidation ON posting (liquidation_id) WHERE liquidation_id IS NOT NULL;
CREATE INDEX posting_seldom ON posting (account_id, ts_ns)
    WHERE cause NOT IN ('realised_pnl', 'fee');
CREATE INDEX funding_account ON funding (account_id, ts_ns);
CREATE INDEX funding_instrument ON funding (instrument_id);
CREATE INDEX funding_asset ON funding (asset_id);
CREATE INDEX settlement_account ON settlement (account_id, ts_ns);
CREATE INDEX settlement_instrument ON settlement (instrument_id);
CREATE INDEX settlement_asset ON settlement (asset_id);
CREATE INDEX interest_account ON interest (account_id, ts_ns);
CREATE INDEX interest_asset ON interest (asset_id);
CREATE INDEX margin_event_account ON margin_event (account_id, ts_ns);
CREATE INDEX margin_event_pool ON margin_event (pool_id);
CREATE INDEX margin_event_instrument ON margin_event (instrument_id);
CREATE INDEX margin_event_asset ON margin_event (asset_id);
CREATE INDEX liquidation_account ON liquidation (account_id);
CREATE INDEX liquidation_pool ON liquidation (pool_id);
CREATE INDEX liquidation_culprit ON liquidation (culprit_id);
CREATE INDEX liquidation_stage_liquidation ON liquidation_stage (liquidation_id);
CREATE INDEX liquidation_stage_instrument ON liquidation_stage (instrument_id);
CREATE INDEX counterparty_liquidation ON counterparty (liquidation_id);
CREATE INDEX counterparty_account ON counterparty (account_id);
CREATE INDEX counterparty_instrument ON counterparty (instrument_id);
CREATE INDEX counterparty_asset ON counterparty (asset_id);
CREATE INDEX rule_change_rulebook ON rule_change (rulebook_id);
CREATE INDEX collateral_event_account ON collateral_event (account_id);
CREATE INDEX collateral_event_asset ON collateral_event (asset_id);
CREATE INDEX collateral_event_custody ON collateral_event (custody_id);
CREATE INDEX note_account ON note (account_id);
