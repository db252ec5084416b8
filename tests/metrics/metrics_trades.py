"""The rest of metrics_oracle.py: costs, round trips, margin and liquidations of an account."""

import collections
from fractions import Fraction

from metrics_oracle import Account, half_even, quantile, text

RATE = 10**12


class Whole(Account):
    """All metrics of an account."""

    def measure(self):
        self.costs()
        self.trades()
        self.performance()
        self.margin()
        self.liquidations()
        return {(self.id, name): row for name, row in self.found.items()}

    # -- costs

    def costs(self):
        fills = "SELECT * FROM fill WHERE account_id = ?"
        self.volume = self.sums("volume", fills, "value", size=True)
        self.sums("fees", fills, "fee")
        self.sums("funding", "SELECT * FROM funding WHERE account_id = ?", "amount", -1)
        self.sums("interest", "SELECT * FROM interest WHERE account_id = ?", "amount", -1)
        self.sums("liquidation_fees", self.postings("cause = 'liquidation_fee'"), "amount", -1)

    @staticmethod
    def postings(where):
        return ("SELECT * FROM posting WHERE account_id = ? AND book IN ('account', 'isolated')"
                " AND " + where)

    # -- round trips

    def changes(self):
        """(key, ts, before, after, realised by it, fees, liquidation, funding before it), in order:
        for each position row, what stands between it and the row before of its position."""
        out = []
        fills = self.all("SELECT * FROM fill WHERE account_id = ? ORDER BY id")
        fees = self.all(self.postings("cause = 'liquidation_fee'"))
        stages = self.all("SELECT s.* FROM liquidation_stage s JOIN liquidation l ON l.id ="
                          " s.liquidation_id WHERE l.account_id = ? AND s.done = 1 AND s.action IN"
                          " ('takeover', 'adl', 'keeper', 'offset') ORDER BY s.id")
        funding = self.all("SELECT * FROM funding WHERE account_id = ?")
        last = {}
        for p in self.all("SELECT * FROM position WHERE account_id = ? ORDER BY id"):
            key = (p["instrument_id"], p["leg"])
            since, qty, realised = last.get(key, (0, 0, 0))

            def between(rows, leg=True):
                return [r for r in rows if since < r["id"] < p["id"]
                        and r["instrument_id"] == key[0] and (not leg or r["leg"] == key[1])]

            own = between(fills)
            fee = sum(self.amount(f, "fee") for f in own)
            forced = None
            if own:
                fee -= sum(self.amount(f, "amount") for f in between(fees, leg=False)
                           if own[-1]["id"] < f["id"])
                forced = own[-1]["liquidation_id"]
            else:
                steps = [s for s in between(stages, leg=False)
                         if s["action"] == "offset" or s["leg"] == key[1]]
                forced = steps[-1]["liquidation_id"] if steps and key in last else None
            paid = sum(self.amount(f, "amount") for f in between(funding))
            now = self.amount(p, "realised")
            out.append((key, p["ts_ns"], qty, p["qty"], now - realised, fee, forced, paid))
            last[key] = (p["id"], p["qty"], now)
        return out

    def trades(self):
        trips, held, opened, busy, since = [], {}, set(), 0, 0
        for key, ts, before, after, realised, fee, forced, paid in self.changes():
            if forced is not None:
                place = (forced, *key)
                self.forced[place] = self.forced.get(place, 0) + realised - fee
            if before == 0 and after != 0:
                since = since if opened else ts
                opened.add(key)
            if before != 0 and after == 0:
                opened.discard(key)
                busy += 0 if opened else ts - since
            if before == 0:
                held[key] = [ts, 0]
                paid = 0
            trip = held[key]
            trip[1] += paid
            turns = before * after < 0
            share = fee
            if turns:
                share = half_even(fee * abs(before), abs(before) + abs(after))
            trip[1] += realised - share
            if before != 0 and (after == 0 or turns):
                trips.append((self.money_of(key[0]), ts - trip[0], trip[1]))
            if turns:
                held[key] = [ts, share - fee]
        if opened:
            busy += self.run["last_ns"] - since
        self.put("time_in_market", Fraction(busy, self.length) if self.length > 0 else None)
        self.put_trips(trips)

    @staticmethod
    def streak(flags):
        best = run = 0
        for flag in flags:
            run = run + 1 if flag else 0
            best = max(best, run)
        return best

    def put_trips(self, trips):
        wins = [p for _, _, p in trips if p > 0]
        losses = [p for _, _, p in trips if p < 0]
        assets = sorted({a for a, _, _ in trips})
        one = len(assets) == 1
        self.put_exact("round_trips", len(trips), "trades", 0)
        self.put_exact("win_streak", self.streak([p > 0 for _, _, p in trips]), "trades", 0)
        self.put_exact("loss_streak", self.streak([p < 0 for _, _, p in trips]), "trades", 0)
        self.put("win_rate", Fraction(len(wins), len(wins) + len(losses)) if wins or losses
                 else None)
        self.put("holding_time", Fraction(sum(t for _, t, _ in trips), len(trips) * 10**9)
                 if trips else None, "s")
        self.put("payoff", Fraction(sum(wins), len(wins)) / Fraction(-sum(losses), len(losses))
                 if one and wins and losses else None)
        self.put("profit_factor", Fraction(sum(wins), -sum(losses)) if one and losses else None)
        self.put("expectancy", Fraction(sum(wins) + sum(losses), len(trips) * 10**18) if one
                 else None, assets[0] if one else self.report)

    # -- margin

    def margin(self):
        names = ("leverage_mean leverage_peak utilisation_mean utilisation_p95 utilisation_peak"
                 " distance_lowest return_on_margin volume_per_collateral").split()
        for name in names:
            self.put(name, None)
        self.put("time_warned", None, "s")
        self.put("lowest_surplus", None, self.report)
        self.put("lowest_surplus_at", None, "unix s")
        if self.plain:
            return
        self.units = {p["id"]: self.assets[p["unit_id"]] for p in
                      self.all("SELECT * FROM pool WHERE account_id = ?")}
        self.lowest()
        if not self.blobs:
            self.leverage()
            self.utilisation()
            self.distance()
            self.warned()
            self.efficiency()

    def lowest(self):
        pools = [(self.amount(p, "lowest"), p["lowest_ns"], self.assets[p["unit_id"]]) for p in
                 self.all("SELECT * FROM pool WHERE account_id = ? ORDER BY id")]
        pools = [p for p in pools if p[0] is not None]
        if pools and len({p[2] for p in pools}) == 1:
            surplus, ts, unit = min(pools, key=lambda p: p[0])
            self.put_exact("lowest_surplus", surplus, unit)
            self.put_exact("lowest_surplus_at", ts, "unix s", 9)

    def leverage(self):
        balances = self.all("SELECT * FROM posting WHERE account_id = ? AND book = 'account'"
                            " ORDER BY id")
        ratios, foreign, undefined, at, free = [], False, False, 0, {}
        for row in self.rows:
            while at < len(balances) and balances[at]["id"] <= row.id:
                asset = self.assets[balances[at]["asset_id"]]
                free[asset] = self.amount(balances[at], "balance")
                at += 1
            legs = [leg for p in row.pools for leg in p.legs]
            foreign |= any(v < 0 and a != self.report for a, v in free.items())
            foreign |= any(self.money_of(i) != self.report for i, _ in legs)
            gross = sum(v for _, v in legs) - min(0, free.get(self.report, 0))
            undefined |= row.nav <= 0
            if row.nav > 0:
                ratios.append((row.sample, Fraction(gross, row.nav)))
        samples = [x for sample, x in ratios if sample]
        if samples and not foreign:
            self.put("leverage_mean", sum(samples) / len(samples))
            if not undefined:
                self.put("leverage_peak", max(x for _, x in ratios))

    def utilisation(self):
        ratios = []
        for row in self.rows:
            fine = all(p.equity > 0 for p in row.pools)
            ratios.append((row.sample, max([Fraction(p.initial + p.orders, p.equity)
                                            for p in row.pools] + [Fraction(0)]) if fine else None))
        samples = [x for sample, x in ratios if sample and x is not None]
        if samples:
            self.put("utilisation_mean", sum(samples) / len(samples))
            self.put("utilisation_p95", quantile(samples, Fraction(19, 20)))
            if all(x is not None for _, x in ratios):
                self.put("utilisation_peak", max(x for _, x in ratios))

    def distance(self):
        found, foreign = [], False
        for row in self.rows:
            for p in row.pools:
                foreign |= any(self.money_of(i) != self.units[p.id] for i, _ in p.legs)
                gross = sum(v for _, v in p.legs)
                if gross > 0:
                    found.append(Fraction(p.equity - p.maintenance, gross))
        if found and not foreign:
            self.put("distance_lowest", min(found))

    def warned(self):
        levels = sorted({e["ratio"] for e in self.all(
            "SELECT ratio FROM margin_event WHERE account_id = ? AND what = 'call'")})
        self.put_exact("time_warned", 0, "s", 9)
        for level in reversed(levels):
            total = 0
            for row, after in zip(self.rows, self.rows[1:]):
                if any((p.maintenance > 0 or p.equity < 0)
                       and p.maintenance * RATE >= level * p.equity for p in row.pools):
                    total += after.ts - row.ts
            self.put_exact("time_warned@" + text(level, 12), total, "s", 9)
            self.put_exact("time_warned", total, "s", 9)

    def efficiency(self):
        used = [r for r in self.rows if r.sample and r.pools]
        foreign = any(self.units[p.id] != self.report for r in self.rows for p in r.pools)
        if not used or foreign:
            return
        bound = sum(p.initial + p.orders for r in used for p in r.pools)
        collateral = sum(p.collateral for r in used for p in r.pools)
        if self.profit is not None and bound > 0:
            self.put("return_on_margin", Fraction(self.profit * len(used), bound))
        if set(self.volume) <= {self.report} and collateral > 0:
            self.put("volume_per_collateral",
                     Fraction(self.volume.get(self.report, 0) * len(used), collateral))

    # -- liquidations

    def liquidations(self):
        episodes = self.all("SELECT l.*, p.regime, p.unit_id FROM liquidation l JOIN pool p ON"
                            " p.id = l.pool_id WHERE l.account_id = ?")
        real = [e for e in episodes if e["cancelled_only"] == 0]
        self.put_exact("liquidations", len(real), "liquidations", 0)
        culprits = collections.Counter(e["culprit_id"] for e in real if e["culprit_id"] is not None)
        if culprits:
            most = min(culprits, key=lambda c: (-culprits[c], c))
            self.put_exact("culprit", most, "instrument", 0)
        else:
            self.put("culprit", None, "instrument")
        self.notional()
        to_fund = [(self.assets[p["asset_id"]], self.amount(p, "amount")) for p in self.all(
            "SELECT * FROM posting WHERE account_id = ? AND book = 'insurance' AND cause ="
            " 'takeover'")]
        self.put_sum("liquidation_loss", to_fund + [
            (self.money_of(k[1]), -net) for k, net in self.forced.items()])
        self.sums("insurance_used", self.postings("cause = 'insurance'"), "amount")
        social = "cause = 'socialised' AND amount_micro "
        self.sums("socialised", self.postings(social + ">= 0"), "amount")
        self.sums("socialised_paid", self.postings(social + "< 0"), "amount", -1)
        self.sums("last_resort", self.postings("cause = 'last_resort'"), "amount")
        self.contagion({e["id"]: e for e in episodes}, bool(episodes))

    def notional(self):
        steps = self.all("SELECT s.* FROM liquidation_stage s JOIN liquidation l ON l.id ="
                         " s.liquidation_id WHERE l.account_id = ? AND s.done = 1")
        if any(s["action"] == "keeper" for s in steps):
            self.put("liquidated_notional", None, self.report)
            return
        pairs = [(self.assets[f["asset_id"]], abs(self.amount(f, "value"))) for f in self.all(
            "SELECT * FROM fill WHERE account_id = ? AND liquidation_id IS NOT NULL")]
        pairs += [(self.money_of(s["instrument_id"]), abs(self.amount(s, "value"))) for s in steps
                  if s["action"] == "takeover"]
        pairs += [(self.assets[c["asset_id"]], abs(self.amount(c, "value"))) for c in self.all(
            "SELECT c.* FROM counterparty c JOIN liquidation l ON l.id = c.liquidation_id WHERE"
            " l.account_id = ? AND c.cause = 'adl'")]
        self.put_sum("liquidated_notional", pairs)

    def contagion(self, episodes, any_real):
        losses, others, alone, refused = [], [], 0, False
        for (number, instrument, leg), net in self.forced.items():
            about, asset = episodes[number], self.money_of(instrument)
            refused |= about["regime"] == "portfolio"
            if net >= 0:
                continue
            losses.append((asset, -net))
            if about["culprit_id"] is not None and about["culprit_id"] != instrument:
                others.append((asset, -net))
            if about["regime"] == "cross":
                refused |= self.assets[about["unit_id"]] != asset
                first = self.db.execute("SELECT min(id) FROM margin WHERE liquidation_id = ?",
                                        (number,)).fetchone()[0]
                own = self.db.execute("SELECT * FROM contribution WHERE margin_id = ? AND"
                                      " instrument_id = ? AND leg = ?",
                                      (first, instrument, leg)).fetchone()
                if own is not None and (self.amount(own, "initial") + self.amount(
                        own, "unrealised") > self.amount(own, "maintenance")):
                    alone += -net
        self.put_sum("contagion_loss", others)
        fits = any_real and losses and not refused and len({a for a, _ in losses}) == 1
        self.put("contagion", Fraction(alone, sum(v for _, v in losses)) if fits else None)


def measure(db):
    out = {}
    for row in db.execute("SELECT * FROM account ORDER BY id").fetchall():
        out.update(Whole(db, row).measure())
    return out
