"""replay_pools - an account under a rulebook: its pools, their prices, what they held last.

The key of a pool is ('isolated', sym, leg) or (regime, '', asset); a regime is cross or portfolio.
"""

from margin_assess import assess
from margin_model import Pool, Prices, Resting, unrealised
from replay_account import Account
from replay_numbers import RATE


class PoolState:
    """What is remembered of a pool from test to test."""

    def __init__(self):
        self.seen = None                 # what it was made of at its last test
        self.episode = None
        self.last = None                 # time of the last step of a stage with a cooldown
        self.due = self.waited = None    # when a cooldown ends; when it began to wait
        self.warned = None               # what there was besides prices at the last look
        self.reached = set()             # warn levels that fired and are not armed again
        self.lowest = None               # (surplus, ts)
        self.peak, self.highest = {}, None       # parts at the last peak of surplus, the peak


class MarginAccount(Account):
    """Settings of margin: `book`, `regime_of(symbol)`, `alerts`, `topup`, `after`."""

    def __init__(self, place, settings, instruments, venue, margin):
        super().__init__(place, settings, instruments, venue)
        self.margin = margin
        self.uses = self.sources = None  # set by the replay
        self.isolated = {}               # (sym, leg): balance
        self.states = {}
        self.morning = {}                # asset: what it was worth at 00:00, with flows since
        self.touched = {}                # pool: how often its orders have changed
        self.number = 0                  # of its last episode
        self.stopped = self.bankrupt = False
        self.next_forced = 2**63
        self.levers = {}                 # symbol: leverage that a request set
        self.custodies = {}              # asset: [(custody, amount)]
        self.haircuts, self.impaired = {}, {}   # asset: weight; custody: weight

    # -- which pools there are

    @property
    def rules(self):
        return self.uses.rules

    def leverage(self, inst):
        return self.levers.get(inst.symbol) or self.settings.leverage_of(inst.symbol)

    def regime(self, inst):
        return self.margin.regime_of(inst.symbol)

    def key_of(self, inst, leg):
        regime = self.regime(inst)
        if regime == "isolated":
            return regime, inst.sym, leg
        return self.paying_key(inst)

    def has_rules(self, inst):
        """Whether the rulebook has a rate for a position (portfolio: a grid) now."""
        if self.regime(inst) != "isolated" and self.shared_regime() == "portfolio":
            return bool(self.rules.scenarios(inst.underlying))
        return bool(self.rules.rows(inst))

    def paying_key(self, inst):
        """The cross (portfolio) pool that has the settle asset."""
        return self.shared_key(self.shared_regime(), inst.asset)

    def shared_regime(self):
        return "portfolio" if "portfolio" in self.margin.regimes() else "cross"

    def shared_key(self, regime, asset):
        if self.rules.pool.get(regime, "account") == "currency":
            return regime, "", asset
        return regime, "", self.unit()

    def unit(self):
        return self.report if self.rules.unit == "report" else self.rules.unit

    def money(self):
        found = dict(self.balance)
        for (sym, _), amount in self.isolated.items():
            asset = self.instruments[sym].asset
            found[asset] = found.get(asset, 0) + amount
        return found

    def free(self, asset):
        """The balance less what orders hold of it: what a spot order may use without borrowing."""
        held = sum(-(-order.hold * order.left // order.hold_qty) for order in self.live.values()
                   if order.hold and order.hold_asset == asset)
        return self.balance.get(asset, 0) - held

    def worth(self, asset):
        """Balance and unrealised profit in an asset, over all pools."""
        profits = [unrealised(p, self.uses.px2("pnl", p.inst.sym)) for p in self.derivatives()
                   if p.inst.asset == asset and self.uses.px2("pnl", p.inst.sym)]
        return self.money().get(asset, 0) + sum(profits)

    def begin_day(self):
        """What profits of the day are counted from."""
        self.morning = {asset: self.worth(asset) for asset in self.venue.asset_places}

    def profit_today(self, asset):
        return self.worth(asset) - self.morning.get(asset, 0)

    def derivatives(self):
        return [p for p in self.held_positions() if not p.inst.spot]

    def keys(self):
        """The pools in their order."""
        isolated = {(sym, leg) for (sym, leg), amount in self.isolated.items() if amount}
        shared = set()
        for position in self.derivatives():
            key = self.key_of(position.inst, position.leg)
            if key[0] == "isolated":
                isolated.add(key[1:])
            else:
                shared.add(key)
        for key, state in self.states.items():           # flat and without a balance, but not over
            if state.episode and key[0] == "isolated":
                isolated.add(key[1:])
            elif state.episode:
                shared.add(key)
        regime = self.shared_regime()
        shared |= {self.shared_key(regime, asset) for asset, b in self.balance.items() if b}
        order = self.venue.asset_places
        return ([("isolated", *key) for key in sorted(isolated)]
                + sorted(shared, key=lambda key: order[key[2]]))

    def order_of(self, key):
        """The place of a pool among those of its account."""
        if key[0] == "isolated":
            return 0, key[1], key[2]
        return 1, self.venue.asset_places[key[2]], 0

    def state(self, key):
        return self.states.setdefault(key, PoolState())

    # -- a pool and its prices

    def pool(self, key):
        regime, sym, last = key
        if regime == "isolated":
            inst = self.instruments[sym]
            unit, balances = inst.asset, {inst.asset: self.isolated.get((sym, last), 0)}
            single = True
        else:
            unit = last
            single = self.rules.pool.get(regime, "account") == "currency"
            balances = ({unit: self.balance.get(unit, 0)} if single
                        else {a: b for a, b in self.balance.items() if b})
        positions = [p for p in self.derivatives() if self.key_of(p.inst, p.leg) == key]
        pool = Pool(self.rules, regime, unit, balances, positions, self.leverage,
                    self.orders_of(key))
        pool.single = single
        pool.taker = self.taker
        pool.adaptive = self.uses.adaptive
        pool.open_interest = self.uses.open_interest()
        pool.weights = self.haircuts
        pool.lost = {asset: self.lost(asset) for asset in self.custodies}
        return pool

    def taker(self, inst):
        return self.rate(inst.asset, False, self.venue.now)

    def orders_of(self, key):
        """Open orders whose margin the pool bears: those of isolated instruments as well."""
        if key[0] == "isolated":
            return []
        found = []
        for order in self.live.values():
            if order.state != "open" or order.inst.spot or self.paying_key(order.inst) != key:
                continue
            hold = -(-order.hold * order.left // order.hold_qty) if order.hold else 0
            found.append(Resting(order.inst, order.side, order.leg, order.px, order.left,
                                 order.reduces, hold))
        return sorted(found, key=lambda resting: resting.inst.sym)

    def lost(self, asset):
        """What custodies have impaired of an asset."""
        total = 0
        for custody, amount in self.custodies.get(asset, ()):
            weight = self.impaired.get(custody, RATE)
            total += amount - amount * weight // RATE
        return total

    def prices(self, pool, test=False, extra=None):
        """The prices of a pool; in a test `trigger` stands for both uses, where it is given."""
        syms = {p.inst.sym for p in pool.positions} | {o.inst.sym for o in pool.orders}
        uses = ["pnl", "requirement"]
        if test and "trigger" in self.rules.price:
            uses = ["trigger", "trigger"]
        pnl, requirement = ({sym: self.uses.px2(use, sym) for sym in syms} for use in uses)
        assets = set(pool.balances) | {p.inst.asset for p in pool.positions}
        assets |= {o.inst.asset for o in pool.orders} | ({extra} if extra else set())
        if pool.kind == "portfolio":
            assets |= {p.inst.base for p in pool.positions}
        return Prices(pnl, requirement,
                      {asset: self.sources.price(asset, pool.unit) for asset in assets})

    def assess(self, key, test=False):
        pool = self.pool(key)
        return assess(pool, self.prices(pool, test))

    def own_part_of(self, key):
        """What an assessment depends on but prices."""
        pool = self.pool(key)
        return (tuple(sorted(pool.balances.items())),
                tuple((p.inst.sym, p.leg, p.qty, p.cost) for p in pool.positions),
                self.touched.get(key, 0))

    def touch(self, order):
        """An order that may open rests, or any is live no more: its pool is tested, and
        that which carries an open one."""
        if order.inst.spot:
            return
        keys = {self.key_of(order.inst, order.leg)}
        if order.state == "open" and not order.reduces:
            keys.add(self.paying_key(order.inst))
        for key in keys:
            self.touched[key] = self.touched.get(key, 0) + 1

    def rearms_with(self, key):
        """What lets warnings be armed again at a test: all that changes but prices."""
        pool = self.pool(key)
        assets = {a for a, b in pool.balances.items() if b} | {p.inst.asset
                                                               for p in pool.positions}
        return (self.own_part_of(key), self.rules.now,
                tuple(pool.adaptive.get(p.inst.underlying, RATE) for p in pool.positions),
                tuple((a, pool.weights.get(a), pool.lost.get(a)) for a in sorted(assets)))

    def made_of(self, key):
        """All that an assessment depends on: what has not changed need not be tested."""
        pool = self.pool(key)
        prices = self.prices(pool, True)
        assets = {a for a, b in pool.balances.items() if b} | {p.inst.asset
                                                               for p in pool.positions}
        return (self.own_part_of(key), self.rules.now,
                tuple((prices.pnl[p.inst.sym], prices.requirement[p.inst.sym],
                       pool.adaptive.get(p.inst.underlying, RATE)) for p in pool.positions),
                tuple((a, prices.assets[a], pool.weights.get(a), pool.lost.get(a))
                      for a in sorted(assets)))
