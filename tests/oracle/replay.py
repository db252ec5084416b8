#!/usr/bin/env python3
"""replay - the second replay: a run recomputed from its tape, run file and requests.

Written from docs/replay.md, docs/log.md, docs/csv.md and docs/run-file.md alone. It takes what the
strategies sent from the log, computes every other line and stops at the first that differs.

    replay.py TAPE.csv RUN.json LOG     TAPE.csv as of `plimsoll tape cat`
"""

import argparse
import sys

from replay_account import Account, Valuation, value_at_half, value_of
from replay_log import Comparison, Difference
from replay_market import Market
from replay_numbers import RATE, InputError, draw_latency, format_decimal, half_even
from replay_settings import read_settings
from replay_tape import BARS, instants, parse_tape
from replay_venue import Venue, condition

ROUNDS_MAX = 1000


class RunFailed(Exception):
    """The run cannot go on; the engine says so as well."""


class Replay:
    """One run from its first event to its last."""

    venue_type = Venue

    def __init__(self, instruments, events, settings, log):
        self.instruments, self.events = instruments, events
        self.settings, self.log = settings, log
        self.markets = [Market(inst) for inst in instruments]
        self.venue = self.venue_type(settings, instruments, self.markets, settings.worlds,
                                     self.emit)
        self.accounts = [self.make_account(place, account)
                         for place, account in enumerate(settings.accounts)]
        self.venue.tiers = settings.tiers
        self.by_name = {account.name: account for account in self.accounts}
        self.valuation = Valuation(self.markets)
        self.now = events[0][0]
        self.count = 0
        self.moved = set()    # accounts of which this instant told what calls for a sample
        self.held = set()     # instruments of which a position has been told
        self.pending = []     # (arrives, account, number, request)
        self.marked = []
        self.flows = sorted(
            ((max(flow.at, self.now), account.place, number, flow)
             for account in self.accounts for number, flow in enumerate(account.settings.flows)),
            key=lambda row: (row[3].at, row[1], row[2]))
        self.handlers = {"trade": self.on_trade, "bid": self.on_display, "ask": self.on_display,
                         "level": self.on_display, "clear": self.on_display,
                         "mark": self.on_reference, "index": self.on_reference,
                         "funding": self.on_funding, "status": self.on_status}

    def make_account(self, place, account):
        return Account(place, account, self.instruments, self.venue)

    def emit(self, account, kind, fields):
        if kind in ("posting", "call", "liquidation"):
            self.moved.add(account)
        elif kind == "position":
            self.held.add(fields.split("sym=")[1].split()[0])
        self.log.emit(f"{self.now} {self.count} {account} {kind} {fields}")

    # -- the order of things

    def run(self):
        first, last = self.events[0][0], self.events[-1][0]
        step = self.settings.sample
        sample = -(-first // step) * step if step else None
        coming = instants(self.instruments, self.events)
        instant = next(coming)
        self.open_accounts()
        self.moved.clear()
        while True:
            times = [t for t in (instant.ts if instant else None,
                                 self.pending[0][0] if self.pending else None,
                                 self.log.next_sent_ts(),
                                 self.flows[0][0] if self.flows else None, sample,
                                 self.next_clock())
                     if t is not None and t <= last]
            if not times:
                break
            if min(times) < self.now:
                self.log.differ("a record of a later time")
            self.now = self.venue.now = min(times)
            if not instant or instant.ts != self.now:
                self.margin()
            while instant and instant.ts == self.now:
                self.play(instant)
                self.margin()
                self.trigger()
                instant = next(coming, None)
            self.answer()
            while self.flows and self.flows[0][0] <= self.now:
                self.flow(*self.flows.pop(0)[1:])
            self.test()
            self.sample_moved()
            if sample is not None and sample <= self.now:
                if self.now < last:
                    self.sample("grid")
                sample += step
        self.sample("end")
        self.log.finish()

    def play(self, instant):
        """Phases 1 and 2."""
        touched = {}
        if not instant.point:
            self.expire()
        for event in instant.events:
            sym, kind = event[1], event[2]
            if kind in BARS:
                continue
            self.count += 1
            market = self.markets[sym]
            market.apply(event)
            if kind in ("bid", "ask", "level", "clear"):
                touched[sym] = None
            handler = self.handlers.get(kind)
            if handler:
                handler(event)
        for sym in touched:
            self.venue.meet_quote(sym)

    def next_clock(self):
        """When something is due without an event, None for never."""

    def margin(self):
        """Phase 3; the plain account is tested at admission only."""

    def test(self):
        """Margin is tested again."""

    def trigger(self):
        """Phase 4."""
        marked, self.marked = self.marked, []
        for order in marked:
            if order.state == "waiting":
                self.venue.triggered(order)

    def answer(self):
        """Phases 5 to 7."""
        for _ in range(ROUNDS_MAX):
            while self.pending and self.pending[0][0] <= self.now:
                _, place, _, request = self.pending.pop(0)
                self.venue.arrive(self.accounts[place], request)
            self.test()
            sent = self.log.sent(self.now, self.count)
            if not sent:
                return
            for item in sent:
                if item.request:
                    self.send(item)
        raise RunFailed("more than 1000 rounds at one time")

    def send(self, item):
        """A request sets out; the log must tell its order and arrival right."""
        account, request = self.by_name[item.account], item.request
        delay = draw_latency(self.settings.orders_latency, self.settings.seed, "orders",
                             account.name, account.requests)
        arrives = max(self.now + delay, account.last_arrival)
        account.last_arrival = arrives
        number = account.requests
        account.requests += 1
        if request["action"] == "submit":
            oid, account.next_oid = account.next_oid, account.next_oid + 1
        else:
            oid = request["oid"]
        if (request["arrives"], request["oid"]) != (arrives, oid):
            self.log.wrong_request(f"oid={oid} arrives={arrives}")
        self.pending.append((arrives, account.place, number, request))
        self.pending.sort(key=lambda row: row[:3])

    # -- what an event does

    def on_trade(self, event):
        self.venue.meet_trade(event)
        self.mark_triggers(event[1], "last", event[4])

    def on_display(self, event):
        for world in self.venue.liquidity:
            world.restate(event, self.markets[event[1]].has_levels)
        self.venue.queue_event(event)

    def on_reference(self, event):
        self.mark_triggers(event[1], event[2], event[4])

    def mark_triggers(self, sym, by, px):
        halted = self.markets[sym].halted
        for order in self.venue.waiting[sym]:
            if order.by != by:
                continue
            if order.trigger == "trail" and self.follows(order, px):
                continue
            if not halted and condition(order, px) and order not in self.marked:
                self.marked.append(order)

    @staticmethod
    def follows(order, px):
        """A trailing stop keeps its best reference; whether px is a new one."""
        if order.best and (px <= order.best if order.side == "sell" else px >= order.best):
            return False
        order.best = px
        return True

    def on_funding(self, event):
        for account in self.accounts:
            for position in account.held_positions(event[1]):
                if not position.inst.spot:
                    self.pay_funding(account, position, event[4], event[5])

    def pay_funding(self, account, position, rate, px):
        inst, px2 = position.inst, 2 * px or self.funding_px2(account, position.inst)
        if not px2:
            raise RunFailed("funding without a price")
        amount = -half_even(value_at_half(inst, position.qty, px2) * rate, RATE)
        self.emit(account.name, "funding", f"sym={inst.symbol} leg={position.leg} "
                  f"rate={format_decimal(rate, 12)} "
                  f"px={format_decimal(px2 * 5, inst.px_scale + 1)} "
                  f"qty={format_decimal(position.qty, inst.qty_scale)} "
                  f"amount={format_decimal(amount, 18)} asset={inst.asset}")
        self.venue.post_position(account, position, "funding", amount, "funding")

    def funding_px2(self, _account, inst):
        return 2 * self.markets[inst.sym].mark

    def on_status(self, event):
        _, sym, _, word, px, _ = event
        market = self.markets[sym]
        if word == "halt":
            market.halted = True
        elif word == "resume":
            market.halted = False
        else:
            market.ended = True
            self.cancel_all(sym)
            if word == "settle" and not market.inst.spot:
                self.settle(sym, px)
            elif word == "relist":
                market.forget()
                market.halted = market.ended = False
                for world in self.venue.liquidity:
                    world.forget(sym)
                if any(account.held_positions(sym) for account in self.accounts):
                    raise RunFailed("a position is held of a row that was listed anew")

    def settle(self, sym, px):
        inst = self.instruments[sym]
        for account in self.accounts:
            for position in account.held_positions(sym):
                before = position.qty
                pnl = position.close(abs(before), value_of(inst, before, px))
                self.emit(account.name, "settled", f"sym={inst.symbol} leg={position.leg} "
                          f"px={format_decimal(px, inst.px_scale)} "
                          f"qty={format_decimal(before, inst.qty_scale)} "
                          f"realised={format_decimal(pnl, 18)} asset={inst.asset}")
                self.venue.post_position(account, position, "expiry", pnl, "market")
                self.venue.emit_position(account, position)

    def expire(self):
        """Orders of rows whose life ended by the calendar."""
        for sym, market in enumerate(self.markets):
            inst = market.inst
            ends = [t for t in (inst.expiry, inst.delisted) if t]
            if ends and not market.expired and self.now >= min(ends):
                market.expired = True
                self.cancel_all(sym)

    def cancel_all(self, sym):
        """All orders of a row, in the order of their arrival."""
        live = [order for account in self.accounts for order in account.live.values()
                if order.inst.sym == sym]
        for order in sorted(live, key=lambda order: order.arrival):
            self.venue.end(order, "cancelled", "closed")

    # -- money from outside, and value

    def open_accounts(self):
        for account in self.accounts:
            for asset, amount in account.settings.collateral:
                self.venue.ledger.post(account, asset, "deposit", amount, "external", None)
            for row in account.settings.positions:
                inst = next(i for i in self.instruments if i.symbol == row.symbol)
                position = account.position(inst.sym, row.leg)
                position.trade(row.qty(inst), row.px(inst))
                self.endow(account, position, row)
                self.venue.emit_position(account, position)

    def endow(self, _account, _position, _row):
        """What a position of the start holds by itself."""

    def flow(self, place, _, flow):
        account = self.accounts[place]
        cause = "deposit" if flow.amount > 0 else "withdrawal"
        self.venue.ledger.post(account, flow.asset, cause, flow.amount, "external", None)

    def sample_moved(self):
        for account in self.accounts:
            if account.name in self.moved:
                self.sample_one(account, "event")
        self.moved.clear()

    def sample(self, at):
        for market in self.markets:
            if market.inst.symbol in self.held and market.px2():
                self.emit("-", "price", f"sym={market.inst.symbol} px="
                          f"{format_decimal(5 * market.px2(), market.inst.px_scale + 1)}")
        for account in self.accounts:
            self.sample_one(account, at)

    def sample_one(self, account, at):
        nav, unrealised, priced = self.valuation.of(account)
        self.emit(account.name, "sample", f"nav={format_decimal(nav, 18)} "
                  f"unrealised={format_decimal(unrealised, 18)} asset={account.report} "
                  f"priced={int(priced)} at={at}")


def replay(tape_text, run_text, log_text):
    """Raises Difference where the log is not what the run must give; the number of records."""
    instruments, events = parse_tape(tape_text)
    log = Comparison(log_text, instruments)
    Replay(instruments, events, read_settings(run_text, instruments), log).run()
    return log.count


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("tape", "run", "log"):
        parser.add_argument(name)
    args = parser.parse_args()
    texts = []
    for path in (args.tape, args.run, args.log):
        with open(path, encoding="utf-8") as file:
            texts.append(file.read())
    try:
        records = replay(*texts)
    except (Difference, InputError, RunFailed) as error:
        sys.exit(f"{type(error).__name__}:\n{error}")
    print(f"{records} records, all equal")


if __name__ == "__main__":
    main()
