"""replay_episode - liquidations step by step, and the records of pools (docs/margin.md 8, 11)."""

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

    def sample(self, at):
        super().sample(at)
        if at == "end":
            self.tell_lowest()

    def sample_one(self, account, at):
        super().sample_one(account, at)
        if getattr(account, "margin", None):
            for key in account.keys():
                if not account.pool(key).at_rest():
                    self.tell_pool(account, key)

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
        assessment = account.assess(key, True)
        if not state.episode:
            if not fires(account.rules, assessment.equity, assessment.maintenance):
                return
            if self.top_up(account, key, assessment):
                return
            account.number += 1
            state.episode = Episode(self.now)
            state.episode.number = account.number
            state.episode.acted, state.episode.short = False, 0
            self.tell_episode(account, key, "begin", assessment)
            self.tell_pool(account, key, True)
        elif self.ended(account, key, self.stage_of(account, state.episode)):
            return
        for _ in range(margin_stage.STEPS_MAX):
            stage = self.step(account, key, state.episode)
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
        return not fires(account.rules, found.equity, found.maintenance)

    def refill(self, account):
        for asset, amount in account.settings.collateral:
            self.venue.ledger.post(account, asset, "refill", amount, "external", None)

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
        if what != "compliant" and account.margin.after == "refill":
            self.refill(account)
        return True

    def flat(self, account, key, number):
        rules, venue = account.rules, self.venue
        if rules.recourse == "none" and account.assess(key, True).equity < 0:
            account.state(key).episode.short = -account.assess(key, True).equity
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

    def culprit(self, account, key):
        """The instrument whose contribution to surplus fell most since the last peak."""
        falls = {}
        peak = account.state(key).peak
        for symbol, part in self.parts_of(account, key).items():
            falls[symbol] = peak.get(symbol, 0) - part
        return max(falls, key=falls.get) if falls else "-"

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
                  f"maintenance={money(found.maintenance)} shortfall={money(episode.short)} "
                  f"culprit={culprit} cancelled_only={only}")

    def tell_stage(self, account, key, episode, action, line=None, qty=0, px2=0, value=0,
                   done=1):
        found = account.assess(key, True)
        inst = line.position.inst if line else None
        side = "-" if not line else "sell" if line.position.qty > 0 else "buy"
        self.emit(account.name, "stage",
                  f"number={episode.number} stage={episode.stage} round={episode.steps} "
                  f"action={action} sym={inst.symbol if inst else '-'} "
                  f"leg={line.position.leg if line else 0} side={side} "
                  f"qty={format_decimal(qty, inst.qty_scale) if inst else 0} "
                  f"px={half_px(px2, inst.px_scale) if inst else 0} value={money(value)} "
                  f"equity={money(found.equity)} maintenance={money(found.maintenance)} "
                  f"done={done}")

    def step(self, account, key, episode):
        """Performs the next step; the stage it was of, None to wait."""
        stages = account.rules.stages
        while episode.stage < len(stages):
            stage = stages[episode.stage]
            if episode.round < int(stage.get("rounds", margin_stage.ROUNDS)):
                done = self.perform(account, key, episode, stage)
                if done == "wait":
                    account.state(key).waited = self.now
                    return None
                if done:
                    episode.last[episode.stage] = self.now
                    episode.steps += 1
                    episode.round += 1
                    return stage
            episode.stage, episode.round, episode.cursor = episode.stage + 1, 0, None
        episode.stage = next((n for n, stage in enumerate(stages)
                              if stage["do"] in ("close", "takeover", "adl")), 0)
        account.state(key).waited = self.now
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
            if not margin_stage.applies(pool, prices, found, stage, line, episode, self.now):
                continue
            may = self.venue.may_take(account, pool, prices, line, value)
            self.tell_stage(account, key, episode, "takeover", line, abs(line.position.qty),
                            shown_px2(line, value), value, int(may))
            if not may:
                episode.steps += 1
                continue
            episode.acted = True
            everything = stage.get("margin") == "all" and len(found.lines) == 1
            self.venue.take_over(account, key, line, value, everything)
            return True
        return False

    def do_adl(self, account, key, episode, stage, pool, prices, found):
        for line in found.lines:
            value = line.value
            if stage["price"] == "bankruptcy":
                value = margin_stage.bankruptcy_value(pool, prices, found, line)
            if not margin_stage.applies(pool, prices, found, stage, line, episode, self.now):
                continue
            may = bool(self.venue.candidates_of(account, line))
            self.tell_stage(account, key, episode, "adl", line, abs(line.position.qty),
                            shown_px2(line, value), value, int(may))
            if not may:
                episode.steps += 1
                continue
            episode.acted = True
            self.venue.adl(account, key, line, value, episode.number)
            return True
        return False


def shown_px2(line, value):
    """Twice the price that a closing value is shown as."""
    return 2 * (margin_stage.bankruptcy_px(line.position.inst, line.position.qty, value) or 0)


def exact_value(pool, line):
    """The value at which closing the last position leaves nothing of the pool."""
    position = line.position
    balance = pool.balances.get(position.inst.asset, 0)
    return position.cost + balance if position.inst.inverse else position.cost - balance
