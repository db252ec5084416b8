"""scenario_margin - what scenarios say of margin (README.md): settings, and records to come."""

import fractions

KINDS = ("call", "collateral", "counterparty", "interest", "liquidation", "rule", "stage")
FORCED = 2**63  # liquidation orders have an id from here on


def venue_setting(venue, folder, word, rest):
    """A setting of the venue that is about margin; False where it is none."""
    if word == "rulebook":
        venue["rulebook"] = str(folder / rest[0]) if rest[0].endswith(".yaml") else rest[0]
    elif word in ("mark", "race", "trigger"):
        venue[word] = rest[0]
    elif word in ("insurance", "par"):
        venue.setdefault(word, {})[rest[0]] = rest[1]
    elif word == "rest":
        sides = venue.setdefault("rest_of_market", {}).setdefault(rest[0], {})
        sides.setdefault(rest[1], []).append({"qty": rest[2], "score": rest[3]})
    else:
        return False
    return True


def account_setting(account, word, rest):
    """A setting of an account that is about margin; False where it is none."""
    if word == "margin":
        account["margin"] = rest if len(rest) > 1 else rest[0]
        if "=" in rest[0]:
            account["margin"] = dict(entry.split("=") for entry in rest)
    elif word in ("same", "topup", "after_liquidation"):
        account[word] = rest[0]
    elif word == "alert":
        account.setdefault("alerts", []).append(rest[0])
    elif word == "custody":
        account.setdefault("custody", {}).setdefault(rest[1], {})[rest[0]] = rest[2]
    else:
        return False
    return True


def variants(rows, name):
    """The accounts that an account of the file becomes: one for each of several regimes."""
    regimes = [rest for owner, word, *rest in rows if owner == name and word == "margin"]
    if not regimes or len(regimes[0]) == 1 or "=" in regimes[0][0]:
        return [name]
    return [f"{name}/{regime}" for regime in regimes[0]]


def number(word):
    try:
        return fractions.Fraction(word)
    except ValueError:
        return word


def compare_records(scenario, found, show):
    """Complaints about the records of margin: those of the file are all there are, in their order;
    of each the fields that the file names are compared."""
    complaints = []
    rows = scenario.rows["margin"]
    for at in range(max(len(rows), len(found))):
        if at >= len(rows):
            when, account, kind, fields = found[at]
            told = " ".join(f"{key}={value}" for key, value in fields.items())
            complaints.append(f"margin {at + 1}: found {show(when)} {account} {kind} {told}")
            continue
        time, account, kind, *words = rows[at]
        wanted = dict(word.split("=", 1) for word in words)
        if kind not in KINDS:
            complaints.append(f"margin {at + 1}: {kind} is no record of margin")
            continue
        expected = [show(scenario.when(time)), account, kind] + [
            f"{key}={value}" for key, value in wanted.items()]
        if at >= len(found):
            complaints.append(f"margin {at + 1}: expected {' '.join(expected)}, found none")
            continue
        when, owner, what, fields = found[at]
        seen = [show(when), owner, what] + [f"{key}={fields.get(key)}" for key in wanted]
        same = seen[:3] == expected[:3] and all(
            number(fields.get(key, "none")) == number(value) for key, value in wanted.items())
        if not same:
            complaints += [f"margin {at + 1}: expected {' '.join(expected)}",
                           f"margin {at + 1}:    found {' '.join(seen)}"]
    return complaints
