"""replay_margin - the second replay of runs with accounts under a rulebook (docs/margin.md).

It adds to replay.py: the clockwork, the margin test, episodes, samples of pools. Requests come from
the log as ever; every other record is computed.
"""

import replay_forced
from margin_adaptive import Adaptive
from margin_model import RATE, fires
from replay import RunFailed
from replay_episode import Episodes, money
from replay_log import Comparison
from replay_margin_settings import read_margin_settings
from replay_account import value_of
from replay_numbers import InputError, ceil_div, format_decimal, half_even, parse_decimal
from replay_pools import MarginAccount
from replay_price import Sources, Uses, present
from replay_tape import parse_tape

HOUR = 3600 * 10**9
DAY = 24 * HOUR
ROUNDS_MAX = 100
REARM = 950_000_000_000
STIRRING = ("bid", "ask", "level", "clear", "trade")


class MarginReplay(Episodes):
    """One run of accounts of which some are under a rulebook."""

    venue_type = replay_forced.ForcedVenue

    def __init__(self, instruments, events, settings, log):
        self.kinds = present(instruments, events)
        super().__init__(instruments, events, settings, log)
        self.venue.members = self.accounts
        self.venue.asset_places = settings.asset_places
        self.borrow = {}                 # asset: rate per hour of the tape
        self.hour = self.now // HOUR
        self.use_sets = {}
        self.stirred, self.played = set(), None      # (sym, kind) of the events of that time
        self.handlers.update(borrow_rate=self.on_borrow_rate, haircut=self.on_haircut,
                             custody=self.on_custody, adl=self.on_adl)
        for account in self.margined():
            self.bind(account)
            for row in account.settings.positions:
                inst = next(i for i in self.instruments if i.symbol == row.symbol)
                if not inst.spot and not account.has_rules(inst):
                    raise InputError(f"a position in {row.symbol}, which has no rate")

    def make_account(self, place, account):
        if not account.margin:
            return super().make_account(place, account)
        return MarginAccount(place, account, self.instruments, self.venue, account.margin)

    def margined(self):
        return [a for a in self.accounts if getattr(a, "margin", None)]

    def bind(self, account):
        """Prices and sources of the account's rulebook, shared by all accounts under it."""
        book = account.margin.book
        if id(book) not in self.use_sets:
            uses = Uses(self.rules_of(book), self.markets, self.kinds, self.settings.mark)
            uses.book, uses.adaptive, uses.multipliers = book, {}, None
            if "adaptive" in book.parts:
                uses.multipliers = Adaptive(book.parts["adaptive"], self.markets)
            uses.open_interest = lambda: {m.inst.sym: m.open_interest for m in self.markets}
            sources = Sources(self.markets, self.kinds, self.settings.par, uses)
            self.use_sets[id(book)] = uses, sources
        account.uses, account.sources = self.use_sets[id(book)]

    def rules_of(self, book):
        rules = book.at(self.now)
        if self.settings.trigger:
            rules.price = {**rules.price, "trigger": self.settings.trigger}
        return rules

    def open_accounts(self):
        started = set()
        for account in self.accounts:
            if account.world not in started:
                started.add(account.world)
                for asset in self.settings.asset_places:
                    self.venue.ledger.post_to(account, ("insurance", account.world), asset,
                                              "deposit", self.settings.insurance.get(asset, 0),
                                              "external", None)
        super().open_accounts()
        for account in self.margined():
            for asset, parts in account.margin.custody.items():
                account.custodies[asset] = [(name, parse_decimal(amount, 18))
                                            for name, amount in parts.items()]
            account.begin_day()

    def endow(self, account, position, row):
        """What an isolated position of the start holds, as far as the account has it."""
        inst = position.inst
        if not getattr(account, "margin", None) or account.regime(inst) != "isolated":
            return
        held = row.row.get("margin")
        amount = (ceil_div(abs(position.cost) * 100, account.leverage(inst))
                  if held is None else parse_decimal(held, 18))
        self.venue.transfer(account, (inst.sym, row.leg), inst.asset,
                            min(amount, max(0, account.balance.get(inst.asset, 0))))

    def flow(self, place, number, flow):
        super().flow(place, number, flow)
        account = self.accounts[place]
        if getattr(account, "margin", None):
            account.morning[flow.asset] = account.morning.get(flow.asset, 0) + flow.amount

    # -- clockwork

    def next_clock(self):
        """The next time at which something is due without an event."""
        due = []
        if self.margined():
            due.append((self.hour + 1) * HOUR)
        for uses, _ in self.use_sets.values():
            tick = uses.next_tick(self.now)
            if tick is not None:
                due.append(tick)
            if uses.multipliers:
                due.append((self.now // uses.multipliers.cadence + 1) * uses.multipliers.cadence)
            due += [t for t in uses.book.change_times() if t > self.now][:1]
        due += [state.due for account in self.margined() for state in account.states.values()
                if state.due is not None]
        return min(due, default=None)

    def clockwork(self):
        """Rule changes, composite marks and interest that are due now."""
        for uses, _ in self.use_sets.values():
            if self.now in uses.book.change_times():
                uses.change(self.rules_of(uses.book))
                self.emit("-", "rule", f"rulebook={uses.book.name} effective={self.now} "
                          "announced=0")
        for uses, _ in self.use_sets.values():
            if uses.multipliers and self.now % uses.multipliers.cadence == 0:
                uses.multipliers.tick(lambda sym, uses=uses: uses.px2("requirement", sym))
                uses.adaptive = uses.multipliers.values()
        for uses, _ in self.use_sets.values():
            if uses.next_tick(self.now - 1) == self.now:
                uses.tick(self.now)
        if self.now // HOUR > self.hour:
            if self.now % DAY == 0:
                for account in self.margined():
                    account.begin_day()
            self.hour = self.now // HOUR
            if self.now % HOUR == 0:
                self.interest()

    def interest(self):
        for account in self.margined():
            for asset in sorted(account.balance, key=lambda a: self.settings.asset_places[a]):
                rate = self.borrow_rate(account, asset)
                owed = -account.balance[asset]
                if owed <= 0 or not rate:
                    continue
                amount = ceil_div(owed * rate, RATE)
                self.emit(account.name, "interest", f"asset={asset} "
                          f"rate={format_decimal(rate, 12)} amount={money(-amount)}")
                self.venue.ledger.post(account, asset, "interest", -amount, "lender", None)

    def borrow_rate(self, account, asset):
        if asset in self.borrow:
            return self.borrow[asset]
        table = account.rules.borrow_table
        rows = table.at((asset,), self.now) if table else []
        return rows[0].rate if rows else 0

    def on_borrow_rate(self, event):
        _, sym, _, _, rate, period = event
        self.borrow[self.instruments[sym].symbol] = half_even(rate * 3600, period)

    def on_haircut(self, event):
        asset = self.instruments[event[1]].symbol
        for account in self.margined():
            account.haircuts[asset] = event[4]
        self.emit("-", "collateral", f"asset={asset} custody=- code=haircut "
                  f"weight={format_decimal(event[4], 12)} lost=0")

    def on_custody(self, event):
        _, sym, _, word, weight, _ = event
        name = self.instruments[sym].symbol
        for account in self.margined():
            account.impaired[name] = {"halt": 0, "resume": RATE}.get(word, weight)
        code = "custody_haircut" if word == "haircut" else word
        self.emit("-", "collateral", f"asset=- custody={name} code={code} "
                  f"weight={format_decimal(weight, 12)} lost=0")

    def funding_px2(self, account, inst):
        if not getattr(account, "margin", None):
            return super().funding_px2(account, inst)
        px2 = account.uses.px2("funding", inst.sym) // 2 * 2     # down to the price unit
        return px2 or super().funding_px2(account, inst)

    def on_adl(self, event):
        """Positions on the side that the venue deleveraged are closed in part."""
        _, sym, _, side, px, fraction = event
        for account in self.margined():
            for position in account.held_positions(sym):
                inst = position.inst
                if (position.qty > 0) != (side == "long"):
                    continue
                qty = abs(position.qty) * fraction // RATE // (inst.lot or 1) * (inst.lot or 1)
                if qty:
                    signed = qty if position.qty > 0 else -qty
                    pnl = position.close(qty, value_of(inst, signed, px))
                    self.venue.post_position(account, position, "adl", pnl, "market")
                    self.venue.emit_position(account, position)

    # -- the test

    def margin(self):
        """Phase 3: what is due at this time, then the test."""
        if self.played != self.now:
            self.stirred = set()
        self.clockwork()
        if self.settings.race == "stops_first":
            self.trigger()
        syms = {sym for sym, kind in self.stirred if kind in STIRRING}
        for world in self.venue.worlds:
            self.venue.fund_goes_on(world, syms)
        self.test()

    def test(self):
        """Phase 3: every pool that changed, then the liquidations, until none fires."""
        for account in self.margined():
            for key, state in account.states.items():
                if state.reached and account.pool(key).at_rest():
                    state.reached.clear()
        for _ in range(ROUNDS_MAX):
            due = [(account, key) for account in self.margined() for key in account.keys()
                   if self.changed(account, key)]
            if not due:
                return
            self.stirred = set()
            for account, key in due:
                state = account.state(key)
                state.seen = account.made_of(key)
                if self.look(account, key) and not (
                        state.episode and state.waited == self.now
                        and account.pool(key).positions):
                    self.liquidate(account, key)
        raise RunFailed("more than 100 rounds of liquidations at one time")

    def play(self, instant):
        self.played = self.now
        self.stirred = {event[1:3] for event in instant.events}
        super().play(instant)

    def changed(self, account, key):
        """Whether a pool is to be tested; one that waits also when its market stirs."""
        state, now = account.state(key), account.made_of(key)
        stirs = state.episode and self.stirs(account, account.pool(key))
        if state.due == self.now:
            state.due, stirs = None, True
        if state.seen == now and not stirs:
            return False
        state.seen = now
        return True

    def stirs(self, account, pool):
        """Whether an event of this instant lets a waiting episode of the pool go on."""
        syms = {position.inst.sym for position in pool.positions}
        assets = {asset for asset, amount in pool.balances.items() if amount}
        assets |= {pool.unit, *(position.inst.asset for position in pool.positions)}
        for sym, kind in self.stirred:
            if kind == "asset_index":
                if self.instruments[sym].symbol in assets:
                    return True
            elif sym in syms and (kind in STIRRING or kind in account.uses.kinds_of(sym)):
                return True
        return False

    def look(self, account, key):
        """Tests one pool: warnings are told; whether it is to be liquidated."""
        state, pool = account.state(key), account.pool(key)
        if pool.at_rest():
            state.reached.clear()
            return bool(state.episode)
        assessment = account.assess(key, True)
        if not assessment.priced:
            return False
        self.follow_lowest(state, assessment)
        self.warn(account, key, state, assessment)
        return bool(state.episode) or fires(account.rules, assessment.equity,
                                            assessment.maintenance)

    def follow_lowest(self, state, assessment):
        surplus = assessment.equity - assessment.maintenance
        if state.lowest is None or surplus < state.lowest[0]:
            state.lowest = surplus, self.now

    def warn(self, account, key, state, assessment):
        equity, maintenance = assessment.equity, assessment.maintenance
        mine = account.rearms_with(key)
        if mine != state.warned:
            self.rearm(account, key)
        state.warned = mine
        levels = set(account.rules.warn) | set(account.margin.alerts)
        state.reached &= levels          # one that the rules drop is armed when it comes back
        for level in sorted(levels):
            if level not in state.reached:
                if equity > 0 and maintenance * RATE >= level * equity:
                    state.reached.add(level)
                    self.emit(account.name, "call", f"{self.pool_words(account, key)} "
                              f"ratio={format_decimal(level, 12)} equity={money(equity)} "
                              f"maintenance={money(maintenance)}")

    @staticmethod
    def rearm(account, key):
        """Warnings may come again once the pool is well below them."""
        state, found = account.state(key), account.assess(key, True)
        if found.priced:
            state.reached -= {level for level in state.reached if found.maintenance * RATE
                              < level * REARM // RATE * found.equity}


def replay_margin(tape_text, run_text, log_text, folder="."):
    """Raises Difference where the log is not what the run must give; the number of records."""
    instruments, events = parse_tape(tape_text)
    log = Comparison(log_text, instruments)
    MarginReplay(instruments, events, read_margin_settings(run_text, instruments, folder),
                 log).run()
    return log.count


__all__ = ["MarginReplay", "replay_margin"]
