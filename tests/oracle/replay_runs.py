"""replay_runs - random run files for a made-up market (docs/run-file.md)."""

SECOND = 10**9
DURATIONS = ("0ms", "0ms", "1ns", "1ms", "250ms", "3s")


def latency(rng):
    dice = rng.random()
    if dice < 0.6:
        return rng.choice(DURATIONS)
    if dice < 0.8:
        return {"min": rng.choice(DURATIONS), "max": rng.choice(("5s", "4s", "3001ms"))}
    return [rng.choice(("0ms", "1us", "20ms", "2s")) for _ in range(rng.randint(1, 5))]


def fees(rng):
    if rng.random() < 0.3:
        return {"maker": "0", "taker": "0"}
    if rng.random() < 0.6:
        return {"maker": rng.choice(("-0.0001", "0.0002", "0.00000333")),
                "taker": rng.choice(("0.0005", "0.000777777777"))}
    return {"tiers": [{"volume": "0", "maker": "0.0002", "taker": "0.0005"},
                      {"volume": "40", "maker": "0.0001", "taker": "0.0004"},
                      {"volume": "4000", "maker": "-0.00005", "taker": "0.0003"}]}


def venue(rng, market):
    result = {"latency": {"orders": latency(rng), "reports": latency(rng),
                          "feed": rng.choice(("0ms", "0ms", "0ms", "1ms", "2s"))},
              "fees": fees(rng)}
    if rng.random() < 0.6:
        result["queue"] = rng.choice(("trades", "prorata", "square", "front"))
    if rng.random() < 0.6:
        result["slippage"] = {"ticks": rng.choice((0, 1, 2, 7)), "levels": rng.choice((0, 1, 3))}
    if rng.random() < 0.5:
        result["spread"] = rng.choice(("0.001", "0.0123", "0.00000001"))
    if rng.random() < 0.2:
        result["max_quote_age"] = rng.choice(("1ns", "100ms", "5s", "2h"))
    if rng.random() < 0.4:
        row = rng.choice(market.rows)
        result["min_notional"] = {row.symbol: rng.choice(("1", "0.01", "50")),
                                  "default": rng.choice(("0", "0.1"))}
    return result


def chaos(rng):
    """Parameters of docs/strategies/chaos.md: much happens, in small quantities."""
    return {"rate": rng.choice((100, 300, 600, 1000)), "lots": rng.choice((2, 5, 20, 300)),
            "market": rng.choice((0, 20, 50)), "conditional": rng.choice((0, 30, 60)),
            "change": rng.choice((0, 20, 40)), "bad": rng.choice((0, 0, 3, 30))}


def script(rng, market, hedge):
    """Orders as lines of docs/strategies/script.md, at times within the market."""
    lines, rows = [], []
    for at in sorted(rng.randint(0, market.ts - market.begin) for _ in range(rng.randint(1, 40))):
        if rows and rng.random() < 0.3:
            named = rng.randrange(len(rows))
            row, words = rows[named], [rng.choice(("cancel", "amend")), f"n{named}"]
            if words[0] == "amend":
                words += ["px", row.px(row.mid)] if rng.random() < 0.6 else ["qty", row.qty(2)]
        else:
            rows.append(rng.choice(market.rows))
            words = scripted_order(rng, rows[-1], hedge) + ["as", f"n{len(rows) - 1}"]
        lines.append(" ".join([f"+{at}ns", *words]))
    return {"orders": "\n".join(lines) + "\n"}


def scripted_order(rng, row, hedge):
    near = rng.randint(-4, 4)
    words = [rng.choice(("buy", "sell")), row.qty(rng.choice((1, 2, 5, 9))), row.symbol]
    limit = rng.random() < 0.7
    words += ["limit", row.px(row.mid + near)] if limit else ["market"]
    words += rng.choice(([], [], ["post_only"], ["ioc"], ["fok"])) if limit else []
    words += ["reduce_only"] if rng.random() < 0.15 else []
    if rng.random() < 0.3:
        kind = rng.choice(("stop", "take", "trail"))
        words += [kind, row.px(3 if kind == "trail" else row.mid + rng.randint(-4, 4))]
        words += rng.choice(([], ["by", "mark"], ["by", "index"]))
    words += ["leg", rng.choice(("long", "short"))] if hedge else []
    return words + (["group", "1"] if rng.random() < 0.3 else [])


def account(rng, market, name):
    scale = rng.choice((1, 10, 1000, 100000, 10**7))
    assets = {a for row in market.rows for a in (row.base, row.quote, row.settle)}
    known = assets | set(market.assets) | ({"USD"} if market.assets else set())
    result = {"name": name, "strategy": "chaos",
              "params": chaos(rng),
              "collateral": {a: str(scale * rng.randint(1, 9)) for a in sorted(assets)
                             if rng.random() < 0.9} or {min(assets): "100"},
              "report_currency": rng.choice([a for a in ("USD", "USD", "USD", "BTC", "USDT")
                                             if a in known] or sorted(known)),
              "leverage": rng.choice((1, 5, "12.5", 100))}
    if rng.random() < 0.3:
        result["hedge"] = True
    if rng.random() < 0.25:
        result["strategy"] = "script"
        result["params"] = script(rng, market, "hedge" in result)
    if rng.random() < 0.4:
        result["world"] = rng.choice(("w1", "w2"))
    if rng.random() < 0.4:
        result["flows"] = [
            {"at": rng.randint(market.begin - SECOND, market.ts + SECOND),
             "asset": rng.choice(sorted(assets)),
             "amount": rng.choice(("5", "-3.5", "0.000000000000000001"))}
            for _ in range(rng.randint(1, 3))]
    if rng.random() < 0.3:
        row = rng.choice(market.rows)
        if row.kind != "spot":
            lots = rng.choice((1, 3, 10, -2, -7))
            entry = {"instrument": row.symbol, "qty": row.qty(lots), "px": row.px(row.mid)}
            if "hedge" in result:
                entry["leg"] = "long" if lots > 0 else "short"
            result["positions"] = [entry]
    return result


def sample(rng, market):
    """A step that gives one to sixty samples, or thereabouts."""
    step = max(1, (market.ts - market.begin) // rng.choice((1, 5, 20, 60)))
    return f"{max(1, step // SECOND)}s" if rng.random() < 0.7 else f"{step}ns"


def make_run(rng, market, tape_path):
    return {"run": "scenario", "tape": tape_path, "seed": rng.randint(0, 2**62),
            "sample": sample(rng, market),
            "venue": venue(rng, market),
            "accounts": [account(rng, market, f"a{n}") for n in range(rng.randint(1, 3))]}
