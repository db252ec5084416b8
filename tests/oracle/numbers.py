#!/usr/bin/env python3
"""The arithmetic and text of engine/base against Python's integers.

    numbers.py DRIVER [--cases N] [--seed S]

DRIVER is the program made from numbers_driver.c, which describes the protocol. Cases are corners
(powers of two and ten and their neighbours, the smallest and largest integers, exact halves, words
of all zeros and ones) mixed with random numbers of random width. The first difference is printed
and ends the run with 1.
"""

import argparse
import datetime
import random
import re
import subprocess
import sys

I64_MIN, I64_MAX = -(2**63), 2**63 - 1
I128_MIN, I128_MAX = -(2**127), 2**127 - 1
MASK = 2**128 - 1
NONE, FLOOR, CEIL, HALF_EVEN, AWAY = range(5)
OK, EMPTY, SYNTAX, PRECISION, RANGE = range(5)
BATCH = 50_000

rng = random.Random()


# -- numbers to try


def corners(low, high):
    values = {0, low, low + 1, high, high - 1}
    for k in range(128):
        for base in (2**k, 10 ** (k // 3)):
            for value in (base - 1, base, base + 1):
                values.update(v for v in (value, -value) if low <= v <= high)
    return sorted(values)


I64_CORNERS = corners(I64_MIN, I64_MAX)
I128_CORNERS = corners(I128_MIN, I128_MAX)
WORDS = (0, 1, 2**32 - 1, 2**32, 2**63 - 1, 2**63, 2**64 - 2, 2**64 - 1)


def i64():
    if rng.random() < 0.3:
        return rng.choice(I64_CORNERS)
    value = rng.getrandbits(rng.randint(1, 63))
    return -value if rng.random() < 0.5 else value


def i128():
    kind = rng.random()
    if kind < 0.25:
        return rng.choice(I128_CORNERS)
    if kind < 0.4:  # words of zeros and ones: where a digit's estimate is wrong
        value = (rng.choice(WORDS) << 64 | rng.choice(WORDS)) & I128_MAX
    else:
        value = rng.getrandbits(rng.randint(1, 127))
    return -value if rng.random() < 0.5 else value


def clamp(value, low, high):
    return max(low, min(high, value))


def three_for_muldiv():
    """Mostly a, b, c whose quotient fits or barely does not."""
    kind = rng.random()
    if kind < 0.2:
        return i128(), i128(), i128()
    if kind < 0.4:  # a * b / c has an exact half: c = 2 * b * k, a = k * odd
        b, k = i64(), rng.getrandbits(rng.randint(1, 40)) + 1
        odd = 2 * rng.getrandbits(rng.randint(1, 80)) + 1
        a, c = k * odd, 2 * b * k
    elif kind < 0.7:  # a quotient near the edge: c is just a * b / 2^127
        a, b = i128(), i128()
        c = a * b // 2 ** rng.choice((125, 126, 127, 128)) + rng.choice((-1, 0, 0, 1))
    else:  # a quotient of random width
        a, b = i128(), i128()
        c = a * b // (i128() or 1) + rng.choice((-1, 0, 1))
    return tuple(clamp(v, I128_MIN, I128_MAX) for v in (a, b, c))


# -- what is right


def divide(a, b, rounding):
    """a / b, None where it is refused."""
    if b == 0:
        return None
    if b < 0:
        a, b = -a, -b
    quotient, rest = divmod(a, b)  # rounds down, 0 <= rest < b
    if rest == 0 or rounding == FLOOR:
        return quotient
    if rounding == NONE:
        return None
    if rounding == CEIL:
        return quotient + 1
    if rounding == AWAY:
        return quotient + (a > 0)
    return quotient + (2 * rest > b or (2 * rest == b and quotient % 2 == 1))


def number(value):
    return "%032x" % (value & MASK)


def fit(value, low=I128_MIN, high=I128_MAX):
    return "no" if value is None or not low <= value <= high else number(value)


def sign(value):
    return (value > 0) - (value < 0)


DECIMAL = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?")


def parse_decimal(text, scale, exponents, low, high):
    if text == "":
        return f"{EMPTY} no"
    match = DECIMAL.fullmatch(text)
    if not match or (match[4] is not None and not exponents):
        return f"{SYNTAX} no"
    decimals = match[3] or ""
    digits = int(match[2] + decimals)
    shift = int(match[4] or 0) - len(decimals) + scale
    if digits == 0:
        value = 0
    elif shift < 0:
        if -shift > len(text) or digits % 10**-shift:
            return f"{PRECISION} no"
        value = digits // 10**-shift
    else:
        value = digits * 10 ** min(shift, 100)
    value = -value if match[1] else value
    return f"{OK} {number(value)}" if low <= value <= high else f"{RANGE} no"


def format_decimal(value, scale):
    text = str(abs(value)).rjust(scale + 1, "0")
    whole, decimals = text[: len(text) - scale], text[len(text) - scale :].rstrip("0")
    text = ("-" if value < 0 else "") + whole + ("." + decimals if decimals else "")
    return f"{len(text)} {text}"


EPOCH = datetime.datetime(1970, 1, 1)


def format_time(ts):
    seconds, fraction = divmod(ts, 10**9)
    text = (EPOCH + datetime.timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S")
    if fraction:
        places = next(p for p in (3, 6, 9) if fraction % 10 ** (9 - p) == 0)
        text += ".%0*d" % (places, fraction // 10 ** (9 - places))
    return f"{len(text) + 1} {text}Z"


TIME = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?:[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,9}))?)?)?(?:Z|\+00:00)?"
)
TS_MIN, TS_MAX = 946684800 * 10**9, 4102444800 * 10**9


def parse_time(text):
    if re.fullmatch("[0-9]{19}", text):
        ts = int(text)
    else:
        match = TIME.fullmatch(text)
        if not match:
            return "no"
        try:
            moment = datetime.datetime(*(int(part or 0) for part in match.groups()[:6]))
        except ValueError:
            return "no"
        apart = moment - EPOCH
        ts = (apart.days * 86400 + apart.seconds) * 10**9
        ts += int((match[7] or "").ljust(9, "0"))
    return fit(ts if TS_MIN <= ts < TS_MAX else None)


UNITS = {"ns": 1, "us": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9,
         "d": 86400 * 10**9}  # fmt: skip


def parse_duration(text):
    match = re.fullmatch(r"([0-9]+)(?:\.([0-9]+))?([a-z]+)", text)
    if not match or match[3] not in UNITS:
        return "no"
    decimals = match[2] or ""
    digits = int(match[1] + decimals)
    if len(decimals.rstrip("0")) > 18:  # the number itself has at most 18 decimals
        return "no"
    return fit(divide(digits * UNITS[match[3]], 10 ** len(decimals), NONE), I64_MIN, I64_MAX)


# -- cases: each maker returns the line for the driver and the answer that is right


def line(letter, *arguments):
    return letter + " " + " ".join("%x" % (a & MASK) for a in arguments)


def case_i64():
    a, b, letter = i64(), i64(), rng.choice("asm")
    right = {"a": a + b, "s": a - b, "m": a * b}[letter]
    return line(letter, a, b), fit(right, I64_MIN, I64_MAX)


def case_i64_div():
    a, b, rounding = i64(), i64(), rng.randrange(5)
    if rng.random() < 0.3:  # halves and their neighbours
        b = clamp(b * 2, I64_MIN, I64_MAX)
        a = clamp(b * rng.randint(-5, 5) + b // 2 + rng.randint(-1, 1), I64_MIN, I64_MAX)
    elif rng.random() < 0.05:
        a, b = rng.choice((I64_MIN, I64_MAX)), rng.choice((-2, -1, 0, 1, 2))
    return line("d", a, b, rounding), fit(divide(a, b, rounding), I64_MIN, I64_MAX)


def case_i128():
    a, b, letter = i128(), i128(), rng.choice("ASMM")
    if letter == "M" and rng.random() < 0.5:  # a product at the edge
        b = clamp(2**127 // (a or 1) + rng.randint(-1, 1), I128_MIN, I128_MAX)
    right = {"A": a + b, "S": a - b, "M": a * b}[letter]
    return line(letter, a, b), fit(right)


def case_i128_div():
    a, b, rounding = i128(), i128(), rng.randrange(5)
    if rng.random() < 0.3:
        b = clamp(b * 2, I128_MIN, I128_MAX)
        a = clamp(b * rng.randint(-5, 5) + b // 2 + rng.randint(-1, 1), I128_MIN, I128_MAX)
    elif rng.random() < 0.05:
        a, b = rng.choice((I128_MIN, I128_MAX)), rng.choice((-2, -1, 0, 1, 2))
    return line("D", a, b, rounding), fit(divide(a, b, rounding))


def case_muldiv():
    a, b, c = three_for_muldiv()
    rounding = rng.randrange(5)
    return line("X", a, b, c, rounding), fit(divide(a * b, c, rounding))


def case_compare_products():
    a, b = i128(), i128()
    if rng.random() < 0.5:  # equal or nearly so
        c, d = (-a, -b) if rng.random() < 0.5 else (b, a)
        c, d = (clamp(v + rng.choice((0, 0, 1, -1)), I128_MIN, I128_MAX) for v in (c, d))
    else:
        c, d = i128(), i128()
    return line("C", a, b, c, d), number(sign(a * b - c * d))


def case_money():
    a, b, letter = i128(), i128(), rng.choice("+-~<")
    if letter == "<":
        return line(letter, a, b), number(sign(a - b) * 10 + sign(a))
    return line(letter, a, b), fit({"+": a + b, "-": a - b, "~": -a}[letter])


def case_notional():
    px, qty, multiplier, scale = i64(), i64(), rng.choice((1, 1, 10, i64())), rng.randint(0, 18)
    if rng.random() < 0.5:
        qty >>= rng.randint(0, 63)
    return (
        line("N", px, qty, multiplier, scale),
        fit(px * qty * multiplier * 10 ** (18 - scale)),
    )


def case_rate():
    amount, rate, rounding = i128(), i64(), rng.randrange(5)
    return line("R", amount, rate, rounding), fit(divide(amount * rate, 10**12, rounding))


def case_share():
    amount, part, whole, rounding = i128(), i64(), i64(), rng.randrange(5)
    if rng.random() < 0.3:
        amount, part = whole * (2 * i64() + 1), 1
        whole = clamp(2 * whole, I64_MIN, I64_MAX)
    return (
        line("P", amount, part, whole, rounding),
        fit(divide(amount * part, whole, rounding)),
    )


def decimal_text(scale, low, high):
    kind = rng.random()
    if kind < 0.1:  # just in or just out of range
        text = format_decimal(rng.choice((low, high)) + rng.randint(-2, 2), scale).split(" ")[1]
    elif kind < 0.3:  # what market data looks like
        text = "%d.%0*d" % (rng.getrandbits(rng.randint(1, 40)), 8, rng.randint(0, 10**8 - 1))
        return text[: rng.randint(len(text) - 7, len(text))] + "0" * rng.randint(0, 3)
    elif kind < 0.6:  # integers at the edges with a point anywhere
        value = rng.choice((i64, i128))() + rng.randint(-1, 1)
        digits = str(abs(value))
        point = rng.randint(0, len(digits))
        text = ("-" if value < 0 else "") + (digits[:point] or "0")
        text += "." + digits[point:] if point < len(digits) else ""
    else:
        text = rng.choice(("", "-", "+", "0", "000")) + "".join(
            rng.choices("0123456789", k=rng.randint(0, 45))
        )
        if rng.random() < 0.7:
            text += "." + "".join(rng.choices("0000123456789", k=rng.randint(0, 25)))
    if rng.random() < 0.3:
        text += rng.choice("eE") + rng.choice(("", "+", "-"))
        text += rng.choice((str(rng.randint(0, 40)), "", "9" * rng.randint(1, 25)))
    if rng.random() < 0.1:  # a slip
        at = rng.randint(0, len(text))
        text = text[:at] + rng.choice("0+-.eE ,_x\t\xb2") + text[at + rng.randint(0, 1) :]
    return text


def case_parse():
    scale, exponents = rng.randint(0, 18), rng.random() < 0.5
    text = decimal_text(scale, I64_MIN, I64_MAX)
    head = line("e" if exponents else "p", scale)
    return head + " " + text, parse_decimal(text, scale, exponents, I64_MIN, I64_MAX)


def case_parse_money():
    text = decimal_text(18, I128_MIN, I128_MAX)
    return "q " + text, parse_decimal(text, 18, False, I128_MIN, I128_MAX)


def case_format():
    letter, scale = rng.choice("fgh"), rng.randint(0, 18)
    value = i64() if letter == "f" else i128()
    if rng.random() < 0.3:
        value = value // 1000 * 1000 if letter != "f" else value // 10**6 * 10**6
        value = clamp(value, I64_MIN if letter == "f" else I128_MIN, I128_MAX)
    return line(letter, value, scale), format_decimal(value, 18 if letter == "h" else scale)


def case_time():
    ts = i64() if rng.random() < 0.3 else rng.randint(TS_MIN, TS_MAX - 1)
    ts -= ts % rng.choice((1, 1000, 10**6, 10**9, 60 * 10**9))
    ts = clamp(ts, I64_MIN, I64_MAX)
    if rng.random() < 0.4:
        return line("t", ts), format_time(ts)
    text = format_time(ts).split(" ")[1]
    text = text[: rng.choice((10, 16, 19, 24, 30))]
    if rng.random() < 0.3:
        text = rng.choice((text.replace("T", " "), text.replace("Z", "+00:00"), str(ts)))
    if rng.random() < 0.3:
        at = rng.randint(0, len(text))
        text = text[:at] + rng.choice("0123456789-: TZ.+") + text[at + rng.randint(0, 1) :]
    return "u " + text, parse_time(text)


def case_duration():
    text = "%d" % rng.getrandbits(rng.randint(1, 64))
    if rng.random() < 0.5:
        text += "." + "".join(rng.choices("0000123456789", k=rng.randint(0, 12)))
    text += rng.choice(tuple(UNITS) + ("", "S", "w", "mss"))
    return "v " + text, parse_duration(text)


MAKERS = {  # how many of 100 cases
    case_i64: 4,
    case_i64_div: 10,
    case_i128: 8,
    case_i128_div: 10,
    case_muldiv: 24,
    case_compare_products: 8,
    case_money: 4,
    case_notional: 4,
    case_rate: 4,
    case_share: 4,
    case_parse: 8,
    case_parse_money: 3,
    case_format: 4,
    case_time: 3,
    case_duration: 2,
}


def compare(driver, lines, expected):
    sent = ("\n".join(lines) + "\n").encode("latin-1")
    done = subprocess.run([driver], input=sent, stdout=subprocess.PIPE, check=True)
    found = done.stdout.decode("latin-1").split("\n")[:-1]
    if found == expected:
        return
    for i, case in enumerate(lines):
        answer = found[i] if i < len(found) else "(nothing)"
        if answer != expected[i]:
            sys.exit(f"differs: {case!r}\n  expected {expected[i]!r}\n  found    {answer!r}")
    sys.exit(f"{len(lines)} cases sent, {len(found)} answers found")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("driver")
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng.seed(options.seed)

    makers, weights = list(MAKERS), list(MAKERS.values())
    counts = dict.fromkeys(makers, 0)
    refused = 0
    left = options.cases
    while left > 0:
        lines, expected = [], []
        for maker in rng.choices(makers, weights, k=min(left, BATCH)):
            case, right = maker()
            lines.append(case)
            expected.append(right)
            counts[maker] += 1
        compare(options.driver, lines, expected)
        refused += sum(right.endswith("no") for right in expected)
        left -= len(lines)
    for maker, count in counts.items():
        print(f"{maker.__name__[5:]:>16} {count:9,}")
    print(f"{options.cases:,} cases equal, {refused:,} of them refusals; seed {options.seed}")


if __name__ == "__main__":
    main()
