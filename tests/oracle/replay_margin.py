"""replay_margin - the second replay of runs with accounts under a rulebook (docs/margin.md).

It adds to replay.py: the clockwork, the margin test, episodes, samples of pools. Requests come from
the log as ever; every other record is computed.
"""

import margin_stage
import replay_forced
from margin_adaptive import Adaptive
from margin_model import RATE, fires
from margin_stage import Episode
from replay import Replay, RunFailed
from replay_log import Comparison
from replay_margin_settings import read_margin_settings
from replay_numbers import ceil_div, format_decimal, half_even
from replay_pools import MarginAccount
from replay_price import Sources, Uses, present
from replay_tape import parse_tape

HOUR = 3600 * 10**9
ROUNDS_MAX = 100
REARM = 950_000_000_000


def money(value):
    return format_decimal(value, 18)


def half_px(px2, scale):
    """A doubled price as a decimal."""
    return format_decimal(px2 * 5, scale + 1)


class MarginReplay(Replay):
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
        self.stirred = set()
        self.handlers.update(borrow_rate=self.on_borrow_rate, haircut=self.on_haircut,
                             custody=self.on_custody)
        for account in self.margined():
            self.bind(account)

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
        for (asset, amount) in self.settings.insurance.items():
            for world in self.venue.worlds:
                self.venue.ledger.books[("insurance", world), asset] = amount
        super().open_accounts()

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

    # -- the test

    def margin(self):
        """Phase 3: what is due at this time, then the test."""
        self.clockwork()
        if self.settings.race == "stops_first":
            self.trigger()
        self.test()

    def test(self):
        """Phase 3: every pool that changed, then the liquidations, until none fires."""
        for _ in range(ROUNDS_MAX):
            due = [(account, key) for account in self.margined() for key in account.keys()
                   if self.changed(account, key)]
            firing = [pair for pair in due if self.look(*pair)]
            if not firing:
                return
            self.stirred = set()
            for account, key in firing:
                self.liquidate(account, key)
        raise RunFailed("more than 100 rounds of liquidations at one time")

    def play(self, instant):
        self.stirred = {event[1] for event in instant.events
                        if event[2] in ("bid", "ask", "level", "clear", "trade")}
        super().play(instant)

    def changed(self, account, key):
        """Whether a pool is to be tested; one that waits also when its market stirs."""
        state, now = account.state(key), account.made_of(key)
        stirs = state.episode and any(p.inst.sym in self.stirred
                                      for p in account.pool(key).positions)
        if state.seen == now and not stirs:
            return False
        state.seen = now
        return True

    def look(self, account, key):
        """Tests one pool: warnings are told; whether it is to be liquidated."""
        state, pool = account.state(key), account.pool(key)
        if pool.at_rest():
            state.reached.clear()
            return False
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
        for level in sorted(set(account.rules.warn) | set(account.margin.alerts)):
            rearm = level * REARM // RATE
            if level not in state.reached:
                if equity > 0 and maintenance * RATE >= level * equity:
                    state.reached.add(level)
                    self.emit(account.name, "call", f"{self.pool_words(account, key)} "
                              f"ratio={format_decimal(level, 12)} equity={money(equity)} "
                              f"maintenance={money(maintenance)}")
            elif maintenance * RATE < rearm * equity:
                state.reached.discard(level)

    def pool_words(self, account, key):
        if key[0] == "isolated":
            inst = self.instruments[key[1]]
            return f"pool=isolated sym={inst.symbol} leg={key[2]} unit={inst.asset}"
        return f"pool={key[0]} sym=- leg=0 unit={key[2]}"

    # -- records of pools

    def tell_pool(self, account, key, test=False):
        """A `margin` record and a `contribution` for each position."""
        pool = account.pool(key)
        prices = account.prices(pool, test)
        found = account.assess(key, test)
        self.emit(account.name, "margin", f"{self.pool_words(account, key)} "
                  f"equity={money(found.equity)} initial={money(found.initial)} "
                  f"orders={money(found.orders)} maintenance={money(found.maintenance)} "
                  f"collateral={money(found.collateral)}")
        for line in found.lines:
            inst, sym = line.position.inst, line.position.inst.sym
            self.emit(account.name, "contribution",
                      f"sym={inst.symbol} leg={line.position.leg} "
                      f"qty={format_decimal(line.position.qty, inst.qty_scale)} "
                      f"px={half_px(prices.pnl[sym], inst.px_scale)} "
                      f"unrealised={money(line.unrealised)} notional={money(line.notional)} "
                      f"initial={money(line.initial_unit)} "
                      f"maintenance={money(line.maintenance_unit)} "
                      f"tier={line.tier} unit={pool.unit}")

    def sample(self, last):
        for account in self.accounts:
            self.sample_one(account, last)
            if getattr(account, "margin", None):
                for key in account.keys():
                    if not account.pool(key).at_rest():
                        self.tell_pool(account, key)

    # -- episodes

    def liquidate(self, account, key):
        state = account.state(key)
        assessment = account.assess(key, True)
        if not state.episode:
            if not fires(account.rules, assessment.equity, assessment.maintenance):
                return
            account.number += 1
            state.episode = Episode(self.now)
            state.episode.number = account.number
            state.episode.acted = False
            self.tell_episode(account, key, "begin", assessment)
            self.tell_pool(account, key, True)
        elif self.ended(account, key, self.stage_of(account, state.episode)):
            return
        for _ in range(margin_stage.STEPS_MAX):
            stage = self.step(account, key, state.episode)
            if stage is None or self.ended(account, key, stage):
                break
        state.seen = account.made_of(key)

    @staticmethod
    def stage_of(account, episode):
        stages = account.rules.stages
        return stages[min(episode.stage, len(stages) - 1)]

    def ended(self, account, key, stage):
        """Whether the pool is compliant or flat; the episode is then over."""
        state, pool = account.state(key), account.pool(key)
        assessment = account.assess(key, True)
        if pool.positions and not margin_stage.compliant(pool, assessment, stage):
            return False
        what = "compliant" if pool.positions else "flat"
        if not pool.positions:
            what = self.flat(account, key, state.episode.number) or what
        self.tell_pool(account, key, True)
        self.tell_episode(account, key, what, account.assess(key, True))
        state.episode = None
        return True

    def flat(self, account, key, number):
        rules, venue = account.rules, self.venue
        if rules.recourse == "none" and account.assess(key, True).equity < 0:
            venue.shortfall(account, key, number)
            return "bankrupt"
        if key[0] == "isolated":
            left = account.isolated.get(key[1:], 0)
            asset = self.instruments[key[1]].asset
            if rules.residual == "insurance":
                venue.ledger.post_to(account, venue.book_of(account, key), asset, "insurance",
                                     -left, ("insurance", account.world), key[1])
            else:
                venue.transfer(account, key[1:], asset, -left)
        return None

    def tell_episode(self, account, key, what, found):
        episode = account.state(key).episode
        shortfall = max(0, found.maintenance - found.equity) if what == "begin" else 0
        only = int(what != "begin" and not episode.acted)
        self.emit(account.name, "liquidation", f"what={what} number={episode.number} "
                  f"{self.pool_words(account, key)} equity={money(found.equity)} "
                  f"maintenance={money(found.maintenance)} shortfall={money(shortfall)} "
                  f"culprit=- cancelled_only={only}")

    def tell_stage(self, account, key, episode, action, line=None, qty=0, px2=0, value=0):
        found = account.assess(key, True)
        inst = line.position.inst if line else None
        side = "-" if not line else "sell" if line.position.qty > 0 else "buy"
        self.emit(account.name, "stage",
                  f"number={episode.number} stage={episode.stage} round={episode.round} "
                  f"action={action} sym={inst.symbol if inst else '-'} "
                  f"leg={line.position.leg if line else 0} side={side} "
                  f"qty={format_decimal(qty, inst.qty_scale) if inst else 0} "
                  f"px={half_px(px2, inst.px_scale) if inst else 0} value={money(value)} "
                  f"equity={money(found.equity)} maintenance={money(found.maintenance)} done=0")

    def step(self, account, key, episode):
        """Performs the next step; the stage it was of, None to wait."""
        stages = account.rules.stages
        while episode.stage < len(stages):
            stage = stages[episode.stage]
            if episode.round < int(stage.get("rounds", margin_stage.ROUNDS)):
                done = self.perform(account, key, episode, stage)
                if done == "wait":
                    return None
                if done:
                    episode.last[episode.stage] = self.now
                    episode.steps += 1
                    episode.round += 1
                    return stage
            episode.stage, episode.round, episode.cursor = episode.stage + 1, 0, None
        episode.stage = next((n for n, stage in enumerate(stages)
                              if stage["do"] in ("close", "takeover", "adl")), 0)
        self.tell_stage(account, key, episode, "wait")
        return None

    def perform(self, account, key, episode, stage):
        """Whether this stage had something to do and did it."""
        pool = account.pool(key)
        prices = account.prices(pool, True)
        found = account.assess(key, True)
        work = getattr(self, "do_" + stage["do"])
        return work(account, key, episode, stage, pool, prices, found)

    def do_cancel(self, account, key, episode, stage, pool, prices, found):
        orders = [order for order in account.live.values()
                  if account.key_of(order.inst, order.leg) == key and not order.inst.spot
                  and (stage.get("which", "all") == "all" or not order.reduces)]
        if not orders or not margin_stage.applies(pool, prices, found, stage, None, episode,
                                                  self.now):
            return False
        self.tell_stage(account, key, episode, "cancel")
        for order in sorted(orders, key=lambda order: order.arrival):
            self.venue.end(order, "cancelled", "liquidation")
        return True

    def do_offset_legs(self, account, key, episode, stage, pool, prices, found):
        legs = [p.inst.sym for p in pool.positions]
        if len(legs) == len(set(legs)) or not margin_stage.applies(
                pool, prices, found, stage, None, episode, self.now):
            return False
        episode.acted = True
        self.tell_stage(account, key, episode, "offset")
        self.venue.offset_legs(account, key, pool, prices)
        return True

    def do_repay(self, account, key, episode, stage, pool, prices, found):
        signs = {b > 0 for b in pool.balances.values() if b}
        if len(signs) < 2 or not margin_stage.applies(pool, prices, found, stage, None, episode,
                                                      self.now):
            return False
        episode.acted = True
        self.tell_stage(account, key, episode, "repay")
        self.venue.repay(account, pool, prices, replay_forced.buffer_cost(stage))
        return True

    def chosen(self, episode, stage, pool, prices, found):
        """The line to close; with select all the next one whose `when` holds."""
        def free(line):
            return not self.markets[line.position.inst.sym].halted and (
                stage["select"] != "all" or margin_stage.applies(
                    pool, prices, found, stage, line, episode, self.now))
        line = margin_stage.select(pool, prices, found, stage, free, episode, self.settings.seed)
        if line and margin_stage.applies(pool, prices, found, stage, line, episode, self.now):
            return line
        return None

    def do_close(self, account, key, episode, stage, pool, prices, found):
        line = self.chosen(episode, stage, pool, prices, found)
        if line is None:
            return False
        lots = margin_stage.size(pool, prices, line, stage, account.taker)
        qty = margin_stage.qty_of(line.position, lots)
        value = margin_stage.bankruptcy_value(pool, prices, found, line)
        limit = None
        if stage["price"] == "bankruptcy":
            limit = margin_stage.bankruptcy_px(line.position.inst, line.position.qty, value)
        episode.acted = True
        self.tell_stage(account, key, episode, "close", line, qty, 2 * (limit or 0), 0)
        filled = self.venue.close_forced(account, line, qty, limit)
        if stage["select"] == "all":
            episode.cursor = margin_stage.key_of(line)
        elif filled < qty:
            episode.round = int(stage.get("rounds", margin_stage.ROUNDS))
        return True

    def do_takeover(self, account, key, episode, stage, pool, prices, found):
        for line in found.lines:
            value = line.value
            if stage["price"] == "bankruptcy":
                value = margin_stage.bankruptcy_value(pool, prices, found, line)
                if len(found.lines) == 1 and pool.single:
                    value = exact_value(pool, line)
            if not margin_stage.applies(pool, prices, found, stage, line, episode, self.now) or \
                    not self.venue.may_take(account, pool, prices, line, value):
                continue
            episode.acted = True
            self.tell_stage(account, key, episode, "takeover", line, abs(line.position.qty), 0,
                            value)
            everything = stage.get("margin") == "all" and len(found.lines) == 1
            self.venue.take_over(account, key, line, value, everything)
            return True
        return False

    def do_adl(self, account, key, episode, stage, pool, prices, found):
        for line in found.lines:
            value = line.value
            if stage["price"] == "bankruptcy":
                value = margin_stage.bankruptcy_value(pool, prices, found, line)
            if not margin_stage.applies(pool, prices, found, stage, line, episode, self.now) or \
                    not self.venue.candidates_of(account, line):
                continue
            episode.acted = True
            self.tell_stage(account, key, episode, "adl", line, abs(line.position.qty), 0, value)
            self.venue.adl(account, key, line, value, episode.number)
            return True
        return False


def exact_value(pool, line):
    """The value at which closing the last position leaves nothing of the pool."""
    position = line.position
    balance = pool.balances.get(position.inst.asset, 0)
    return position.cost + balance if position.inst.inverse else position.cost - balance


def replay_margin(tape_text, run_text, log_text, folder="."):
    """Raises Difference where the log is not what the run must give; the number of records."""
    instruments, events = parse_tape(tape_text)
    log = Comparison(log_text, instruments)
    MarginReplay(instruments, events, read_margin_settings(run_text, instruments, folder),
                 log).run()
    return log.count


__all__ = ["MarginReplay", "replay_margin"]
