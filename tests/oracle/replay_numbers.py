"""replay_numbers - exact decimals, named roundings and the Philox stream of the second replay.

Everything is an int: prices and quantities in the scales of their instrument, rates at 10^-12,
money at 10^-18. Fractions appear only as pairs of numerator and denominator.
"""

import datetime

RATE = 10**12
MONEY = 10**18
MASK32 = 0xFFFFFFFF
UNITS = (("ns", 1), ("us", 10**3), ("ms", 10**6), ("s", 10**9), ("m", 60 * 10**9),
         ("h", 3600 * 10**9), ("d", 86400 * 10**9))


class InputError(Exception):
    """A tape, run file or log that is not what its page says."""


def ceil_div(a, b):
    return -(-a // b)


def half_even(a, b):
    """a / b to the nearest integer, ties to the even one."""
    if b < 0:
        a, b = -a, -b
    whole, rest = divmod(a, b)
    if 2 * rest > b or (2 * rest == b and whole & 1):
        whole += 1
    return whole


def parse_decimal(text, scale):
    """The decimal as an integer at 10^-scale; more decimals than that are an error."""
    text = str(text)
    sign = -1 if text.startswith("-") else 1
    whole, _, part = text.lstrip("-").partition(".")
    if len(part) > scale or not (whole + part).isdigit():
        raise InputError(f"'{text}' is no decimal with at most {scale} places")
    return sign * int((whole + part).ljust(len(whole) + scale, "0"))


def format_decimal(value, scale):
    """The shortest exact form."""
    if not scale:
        return str(value)
    digits = str(abs(value)).rjust(scale + 1, "0")
    part = digits[-scale:].rstrip("0")
    text = digits[:-scale] + ("." + part if part else "")
    return "-" + text if value < 0 else text


def parse_duration(text):
    """'5ms', '1.5s' or a whole number of nanoseconds."""
    text = str(text)
    number = text.rstrip("abcdefghijklmnopqrstuvwxyz")
    unit = text[len(number):] or "ns"
    factor = dict(UNITS).get(unit)
    if factor is None:
        raise InputError(f"'{text}' is no duration")
    value = parse_decimal(number, 12) * factor
    if value % 10**12:
        raise InputError(f"'{text}' is no whole number of nanoseconds")
    return value // 10**12


def parse_time(text):
    """Nanoseconds since 1970, or text such as 2025-06-27T08:00:00Z."""
    text = str(text)
    if text.isdigit():
        return int(text)
    head, _, part = text.rstrip("Z").partition(".")
    head = head.replace(" ", "T") if "T" in head or " " in head else head + "T00:00"
    head += ":00" if head.count(":") == 1 else ""
    when = datetime.datetime.strptime(head + "+0000", "%Y-%m-%dT%H:%M:%S%z")
    since = when - datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
    return (since.days * 86400 + since.seconds) * 10**9 + int(part.ljust(9, "0") or 0)


def fnv1a(text):
    value = 0x811C9DC5
    for byte in text.encode():
        value = (value ^ byte) * 0x01000193 & MASK32
    return value


def philox(key, counter):
    """One block of Philox 4x32-10: four words from a counter of four and a key of two."""
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(10):
        a, b = 0xD2511F53 * c0, 0xCD9E8D57 * c2
        c0, c1, c2, c3 = (b >> 32) ^ c1 ^ k0, b & MASK32, (a >> 32) ^ c3 ^ k1, a & MASK32
        k0, k1 = k0 + 0x9E3779B9 & MASK32, k1 + 0xBB67AE85 & MASK32
    return c0, c1, c2, c3


def stream_word(seed, purpose, instrument, n):
    """The n-th 32-bit word of the stream that belongs to (seed, purpose, instrument)."""
    block = n // 4
    counter = (block & MASK32, block >> 32, fnv1a(purpose), instrument)
    return philox((seed & MASK32, seed >> 32 & MASK32), counter)[n % 4]


def draw_latency(spec, seed, purpose, account, n):
    """spec: ns, ('uniform', lowest, highest) or ('list', [ns, ...])."""
    if isinstance(spec, int):
        return spec
    word = stream_word(seed, purpose, fnv1a(account), n)
    if spec[0] == "uniform":
        return spec[1] + (word * (spec[2] - spec[1] + 1) >> 32)
    return spec[1][word * len(spec[1]) >> 32]
