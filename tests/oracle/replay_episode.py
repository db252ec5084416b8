"""replay_episode - liquidations step by step, and the records of pools (docs/margin.md 8, 11)."""

import margin_repay
import margin_stage
import replay_forced
from margin_model import fires
from margin_stage import Episode
from replay import Replay
from replay_numbers import format_decimal


def money(value):
    return format_decimal(value, 18)


def half_px(px2, scale):
    """A doubled price as a decimal."""
    return format_decimal(px2 * 5, scale + 1)


class Episodes(Replay):
    """What a replay with margin does once a pool fires."""

    margined = None

    def pool_words(self, account, key):
        if key[0] == "isolated":
            inst = self.instruments[key[1]]
            return f"pool=isolated sym={inst.symbol} leg={key[2]} unit={inst.asset}"
        return f"pool={key[0]} sym=- leg=0 unit={key[2]}"

    # -- records of pools

    def tell_margin(self, account, key, test=False):
        found = account.assess(key, test)
        self.emit(account.name, "margin", f"{self.pool_words(account, key)} "
                  f"equity={money(found.equity)} initial={money(found.initial)} "
                  f"orders={money(found.orders)} maintenance={money(found.maintenance)} "
                  f"collateral={money(found.collateral)}")

    def tell_pool(self, account, key, test=False):
        """A `margin` record and a `contribution` for each position."""
        self.tell_margin(account, key, test)
        pool = account.pool(key)
        prices = account.prices(pool, test)
        for line in account.assess(key, test).lines:
            inst, sym = line.position.inst, line.position.inst.sym
            self.emit(account.name, "contribution",
                      f"sym={inst.symbol} leg={line.position.leg} "
                      f"qty={format_decimal(line.position.qty, inst.qty_scale)} "
                      f"px={half_px(prices.pnl[sym], inst.px_scale)} "
                      f"unrealised={money(line.unrealised)} notional={money(line.notional)} "
                      f"initial={money(line.initial_unit)} "
                      f"maintenance={money(line.maintenance_unit)} "
                      f"tier={line.tier} unit={pool.unit}")

    def sample(self, at):
        super().sample(at)
        if at == "end":
            self.tell_lowest()

    def sample_one(self, account, at):
        super().sample_one(account, at)
        if getattr(account, "margin", None):
            for key in account.keys():
                if not account.pool(key).at_rest() and account.assess(key).priced \
                        and account.assess(key, True).priced:
                    self.rearm(account, key)
                    self.tell_pool(account, key)
                    self.keep_peak(account, key)

    def keep_peak(self, account, key):
        """What each instrument contributes when surplus is at its highest."""
        state, found = account.state(key), account.assess(key)
        surplus = found.equity - found.maintenance
        if found.priced and (state.highest is None or surplus >= state.highest):
            state.highest, state.peak = surplus, self.parts_of(account, key, False)

    def tell_lowest(self):
        """The worst that each pool that was ever tested has seen."""
        for account in self.margined():
            for key in sorted(account.states, key=account.order_of):
                lowest = account.states[key].lowest
                if lowest:
                    self.emit(account.name, "lowest", f"{self.pool_words(account, key)} "
                              f"surplus={money(lowest[0])} at={lowest[1]} "
                              f"exact={int(self.settings.exact_lowest)}")

    # -- episodes

    def liquidate(self, account, key):
        state = account.state(key)
        state.due = None
        assessment = account.assess(key, True)
        if not state.episode:
            if not fires(account.rules, assessment.equity, assessment.maintenance) \
                    or self.top_up(account, key, assessment):
                return
            account.number += 1
            state.episode = Episode(self.now, account.number, state.last)
            self.tell_episode(account, key, "begin", account.assess(key, True))
            self.tell_pool(account, key, True)
        elif self.ended(account, key, self.stage_of(account, state.episode)):
            return
        for _ in range(margin_stage.STEPS_MAX):
            stage = self.step(account, key, state)
            if stage is None and not account.pool(key).positions:
                self.end(account, key)
            if stage is None or self.ended(account, key, stage):
                break
        state.seen = account.made_of(key)

    def top_up(self, account, key, assessment):
        """Auto top-up of an isolated pool; whether that saves it."""
        if key[0] != "isolated" or account.margin.topup != "auto":
            return False
        inst = self.instruments[key[1]]
        amount = min(account.balance.get(inst.asset, 0), assessment.initial - assessment.equity)
        if amount <= 0:
            return False
        self.emit(account.name, "margin_request",
                  f"what=topup number=0 sym={inst.symbol} leg={key[2]} regime=isolated "
                  f"asset={inst.asset} leverage=0 "
                  f"amount={money(assessment.initial - assessment.equity)} "
                  f"moved={money(amount)} reason=-")
        self.venue.transfer(account, key[1:], inst.asset, amount)
        found = account.assess(key, True)
        saved = account.pool(key).at_rest() or not fires(account.rules, found.equity,
                                                         found.maintenance)
        if not saved:
            self.warn(account, key, account.state(key), found)
        return saved

    def refill(self, account):
        for asset, amount in account.settings.collateral:
            self.venue.ledger.post(account, asset, "refill", amount, "external", None)
            account.morning[asset] = account.morning.get(asset, 0) + amount

    @staticmethod
    def stage_of(account, episode):
        stages = account.rules.stages
        return stages[min(episode.stage, len(stages) - 1)]

    def ended(self, account, key, stage):
        """Whether the pool is compliant or flat; the episode is then over."""
        state, pool = account.state(key), account.pool(key)
        assessment = account.assess(key, True)
        if not pool.at_rest():
            self.follow_lowest(state, assessment)
            self.warn(account, key, state, assessment)
        if not pool.at_rest() and not margin_stage.compliant(pool, assessment, stage):
            return False
        self.end(account, key)
        return True

    def end(self, account, key):
        """The episode is over: compliant, flat or bankrupt."""
        state = account.state(key)
        positions = account.pool(key).positions
        what = "compliant" if positions else self.flat(account, key, state.episode)
        self.tell_margin(account, key, True)
        self.tell_episode(account, key, what, account.assess(key, True))
        acted = state.episode.acted
        state.episode = state.due = None
        if account.pool(key).at_rest():
            state.reached.clear()
        if what != "compliant" and acted:
            self.after(account)

    def after(self, account):
        if account.margin.after == "refill":
            self.refill(account)
        elif account.margin.after == "stop" and not account.stopped:
            self.stop(account)

    def stop(self, account):
        """The strategy hears nothing any more."""
        account.stopped = True
        for order in sorted(account.live.values(), key=lambda order: order.oid):
            if order.live:
                self.venue.end(order, "cancelled", "stopped")
        self.log.emit(f"{self.now} {self.count} {account.name} stopped")

    def flat(self, account, key, episode):
        """What becomes of the balance of a pool that is flat; how the episode ends."""
        rules, venue = account.rules, self.venue
        found = account.assess(key, True)
        if fires(rules, found.equity, found.maintenance):
            owed = venue.owed_after(account, key)
            if owed is not None:
                episode.lost = owed
                venue.shortfall(account, key, episode.number)
                return "bankrupt"
        book = venue.book_of(account, key)
        if rules.residual == "insurance" and episode.acted:
            venue.leave_all(account, key, book)
        elif key[0] == "isolated":
            for asset, left in account.pool(key).balances.items():
                venue.transfer(account, key[1:], asset, -left)
        return "flat"

    def culprit(self, account, key):
        """The instrument whose contribution to surplus fell most since the last peak."""
        falls = {}
        peak = account.state(key).peak
        for symbol, part in self.parts_of(account, key).items():
            falls[symbol] = peak.get(symbol, 0) - part
        worst = max(falls, key=falls.get, default=None)
        return worst if worst and falls[worst] > 0 else "-"

    @staticmethod
    def parts_of(account, key, test=True):
        """What each instrument contributes to surplus, in the unit of the pool."""
        found, pool = {}, account.pool(key)
        for line in account.assess(key, test).lines:
            inst = line.position.inst
            num, den = account.prices(pool, test).assets.get(inst.asset) or (1, 1)
            part = line.unrealised * num // den - line.maintenance_unit
            found[inst.symbol] = found.get(inst.symbol, 0) + part
        return found

    def tell_episode(self, account, key, what, found):
        episode = account.state(key).episode
        if what == "begin":
            episode.culprit = self.culprit(account, key)
        culprit = episode.culprit
        only = int(what != "begin" and not episode.acted)
        self.emit(account.name, "liquidation", f"what={what} number={episode.number} "
                  f"{self.pool_words(account, key)} equity={money(found.equity)} "
                  f"maintenance={money(found.maintenance)} shortfall={money(episode.lost)} "
                  f"culprit={culprit} cancelled_only={only}")

    def tell_stage(self, account, key, episode, action, line=None, qty=0, px2=0, value=0,
                   done=1):
        found = account.assess(key, True)
        inst = line.position.inst if line else None
        side = "-"                       # an offset is on both
        if line and action != "offset":
            side = "sell" if line.position.qty > 0 else "buy"
        self.emit(account.name, "stage",
                  f"number={episode.number} stage={episode.stage} round={episode.steps} "
                  f"action={action} sym={inst.symbol if inst else '-'} "
                  f"leg={line.position.leg if line else 0} side={side} "
                  f"qty={format_decimal(qty, inst.qty_scale) if inst else 0} "
                  f"px={half_px(px2, inst.px_scale) if inst else 0} value={money(value)} "
                  f"equity={money(found.equity)} maintenance={money(found.maintenance)} "
                  f"done={done}")

    def step(self, account, key, state):
        """Performs the next step; the stage it was of, None to wait."""
        stages, episode = account.rules.stages, state.episode
        while episode.stage < len(stages):
            stage = stages[episode.stage]
            work = None
            if episode.round < self.rounds_of(stage):
                work = self.work_of(account, key, episode, stage)
            if work:
                due = margin_stage.begins(stage, episode)
                if margin_stage.rests(stage, episode, self.now):
                    due = max(due, episode.last + margin_stage.cooldown(stage))
                if self.now < due:
                    state.due = due
                    return None
                work()
                if margin_stage.cooldown(stage):
                    episode.last = state.last = self.now
                episode.steps += 1
                episode.round += 1
                return stage
            episode.enter(episode.stage + 1)
        episode.enter(next((n for n, stage in enumerate(stages)
                            if stage["do"] in ("close", "takeover", "adl")), len(stages)))
        state.waited = self.now
        return None

    @staticmethod
    def rounds_of(stage):
        if stage["do"] in ("cancel", "repay"):
            return 1
        return int(stage.get("rounds", margin_stage.ROUNDS))

    def work_of(self, account, key, episode, stage):
        """What the next step of a stage is to do, None for nothing."""
        pool = account.pool(key)
        prices, found = account.prices(pool, True), account.assess(key, True)
        work = getattr(self, "work_" + stage["do"])
        return work(account, key, episode, stage, (pool, prices, found))

    def applies(self, episode, stage, found, line=None):
        return margin_stage.applies(found, stage, line, episode, self.now)

    def work_cancel(self, account, key, episode, stage, what):
        orders = [order for order in account.live.values()
                  if not order.inst.spot and account.key_of(order.inst, order.leg) == key
                  and (stage.get("which", "all") == "all" or not order.reduces)]
        if not orders or not self.applies(episode, stage, what[2]):
            return None

        def work():
            self.tell_stage(account, key, episode, "cancel")
            for order in sorted(orders, key=lambda order: order.oid):
                self.venue.end(order, "cancelled", "liquidation")
        return work

    def work_offset_legs(self, account, key, episode, stage, what):
        _, prices, found = what
        legs = next(((line, other) for line, other in zip(found.lines, found.lines[1:])
                     if line.position.inst is other.position.inst), None)
        if not legs or not self.applies(episode, stage, found):
            return None

        def work():
            episode.acted = True
            qty = min(abs(line.position.qty) for line in legs)
            self.tell_stage(account, key, episode, "offset", legs[0], qty)
            self.venue.offset_legs(account, key, [line.position for line in legs], qty, prices)
        return work

    def work_repay(self, account, key, episode, stage, what):
        pool, prices, found = what
        if not margin_repay.has_work(pool) or not self.applies(episode, stage, found):
            return None

        def work():
            self.tell_stage(account, key, episode, "repay")
            self.venue.repay(account, pool, prices, replay_forced.buffer_cost(stage))
        return work

    def free(self, episode, stage, found, line):
        """Whether a stage may be about this position."""
        return margin_stage.key_of(line) not in episode.passed \
            and self.applies(episode, stage, found, line)

    def work_keeper(self, account, key, episode, stage, what):
        """A close through the channel of keepers."""
        pool, prices, found = what
        line = margin_stage.select(
            pool, prices, found, stage, lambda line: self.free(episode, stage, found, line)
            and not self.in_halt(line)
            and margin_stage.keeper_lots(pool, prices, line, stage, 1, episode.kept),
            episode, self.settings.seed)
        if line is None:
            return None
        position = line.position
        lots = margin_stage.size(pool, prices, line, stage, account.taker)
        lots = margin_stage.keeper_lots(pool, prices, line, stage, lots, episode.kept)
        qty = margin_stage.qty_of(position, lots)

        def work():
            self.tell_stage(account, key, episode, "keeper", line, qty)
            episode.acted = True
            episode.kept += margin_stage.notional(pool, prices, position, qty)
            px2 = margin_stage.keeper_px2(position, prices.requirement[position.inst.sym], stage)
            self.venue.keep(account, key, position, qty, px2, episode.number)
        return work

    def work_close(self, account, key, episode, stage, what):
        if margin_stage.keeps(stage):
            return self.work_keeper(account, key, episode, stage, what)
        pool, prices, found = what
        line = margin_stage.select(pool, prices, found, stage,
                                   lambda line: self.free(episode, stage, found, line), episode,
                                   self.settings.seed)
        if line is None:
            return None
        qty = margin_stage.qty_of(line.position, margin_stage.size(pool, prices, line, stage,
                                                                   account.taker))
        limit = margin_stage.limit_of(pool, prices, found, line, stage, qty)

        def work():
            self.tell_stage(account, key, episode, "close", line, qty, 2 * limit, 0)
            if self.venue.close_forced(account, line, qty, limit):
                episode.acted = True
            else:
                episode.passed.add(margin_stage.key_of(line))
        return work

    def value_at(self, stage, what, line):
        """What a takeover or ADL closes a position at."""
        if stage["price"] == "bankruptcy":
            return margin_stage.bankruptcy_value(*what, line)
        return line.value

    def first_traded(self, episode, stage, found):
        """The first position that a takeover or ADL may be about: none in a halt."""
        return next((line for line in found.lines if self.free(episode, stage, found, line)
                     and not self.in_halt(line)), None)

    def in_halt(self, line):
        """Whether trading is halted; a closed row is in no halt."""
        market = self.markets[line.position.inst.sym]
        return market.halted and not market.closed(self.now)

    def work_takeover(self, account, key, episode, stage, what):
        pool, prices, found = what
        line = self.first_traded(episode, stage, found)
        if line is None:
            if any(self.free(episode, stage, found, other) for other in found.lines):
                episode.short = False    # it has come here again, though all are in a halt
            return None
        value = self.value_at(stage, what, line)

        def work():
            may = self.venue.may_take(account, pool, prices, line, value)
            self.tell_stage(account, key, episode, "takeover", line, abs(line.position.qty),
                            shown_px2(line, value), value, int(may))
            episode.short = not may
            if not may:                  # the stage is passed over, for all positions
                episode.passed |= {margin_stage.key_of(other) for other in found.lines}
                return
            episode.acted = True
            everything = stage.get("margin") == "all" and len(found.lines) == 1
            self.venue.take_over(account, key, line, value, everything)
        return work

    def work_adl(self, account, key, episode, stage, what):
        found = what[2]
        line = self.first_traded(episode, stage, found)
        if line is None:
            return None
        value = self.value_at(stage, what, line)

        def work():
            rows = self.venue.candidates_of(account, line)
            may = bool(rows)
            self.tell_stage(account, key, episode, "adl", line, abs(line.position.qty),
                            shown_px2(line, value), value, int(may))
            if not may:
                episode.passed.add(margin_stage.key_of(line))
                return
            episode.acted = True
            self.venue.adl(account, key, line, value, episode.number, rows)
        return work


def shown_px2(line, value):
    """Twice the price that a closing value is shown as."""
    return 2 * margin_stage.price_of(line.position.inst, line.position.qty, value)
