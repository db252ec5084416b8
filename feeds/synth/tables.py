#!/usr/bin/env python3
"""Writes synth_tables.c: the quantile tables that the synthetic markets draw from.

The tables are checked in, so that a build needs no floating point of its own; a test runs this
script again and compares. All values are made with decimal arithmetic of 50 digits and rounded
half up once, so that every machine writes the same bytes.

usage: tables.py > synth_tables.c
       tables.py --check synth_tables.c
"""

import io
import pathlib
import sys
from contextlib import redirect_stdout
from decimal import ROUND_HALF_UP, Decimal, getcontext

getcontext().prec = 50
ONE = Decimal(65536)
HALF = Decimal(1) / 2


def q16(value):
    return int((value * ONE).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def pi():
    """Machin: 16 atan(1/5) - 4 atan(1/239)."""

    def atan_inverse(n):
        total, term, k = Decimal(0), Decimal(1) / n, 1
        while abs(term) > Decimal(10) ** -48:
            total += term / k if k % 4 == 1 else -term / k
            term /= n * n
            k += 2
        return total

    return 16 * atan_inverse(5) - 4 * atan_inverse(239)


PI = pi()


def normal_tail(z):
    """P(Z > z) by the power series of the distribution around 0."""
    density = (-z * z / 2).exp() / (2 * PI).sqrt()
    total, term, k = Decimal(0), z, 1
    while abs(term) > Decimal(10) ** -45:
        total += term
        k += 2
        term = term * z * z / k
    return HALF - density * total


def normal_quantile(tail):
    """z >= 0 with P(Z > z) = tail."""
    low, high = Decimal(0), Decimal(8)
    for _ in range(80):
        middle = (low + high) / 2
        if normal_tail(middle) > tail:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def half_normal():
    nodes = [normal_quantile(HALF - Decimal(i) / 1024) for i in range(512)]
    # The last node would be infinite; it stands at the 1 in 8192 tail instead.
    return nodes + [normal_quantile(Decimal(1) / 8192)]


def exponential():
    nodes = [-(1 - Decimal(i) / 1024).ln() for i in range(1024)]
    # The last interval carries the mean of the cut tail: its middle is one above its beginning.
    return nodes + [nodes[-1] + 2]


def power_of_two():
    return [(Decimal(2) ** (Decimal(i) / 256)) for i in range(257)]


def reciprocal():
    return [Decimal(256) / (128 + i) for i in range(129)]


def write(name, comment, values):
    print(f"\n/* {comment} */")
    print("/* clang-format off */")
    print(f"const uint32_t plm_synth_{name}[{len(values)}] = {{")
    line = "   "
    for value in values:
        text = f" {q16(value)},"
        if len(line) + len(text) > 100:
            print(line)
            line = "   "
        line += text
    print(line)
    print("};")
    print("/* clang-format on */")


def generate():
    print("/*")
    print(" * synth_tables.c - quantile tables in units of 2^-16. "
          "Written by tables.py: do not edit.")
    print(" */")
    print('#include "synth_tables.h"')
    write("half_normal", "Node i: z with P(0 < Z < z) = i / 1024; the last one cuts the tail.",
          half_normal())
    write("exponential", "Node i: -ln(1 - i / 1024); the last one stands for the tail.",
          exponential())
    write("power", "Node i: 2^(i / 256).", power_of_two())
    write("reciprocal", "Node i: 256 / (128 + i).", reciprocal())


def main():
    text = io.StringIO()
    with redirect_stdout(text):
        generate()
    if len(sys.argv) == 3 and sys.argv[1] == "--check":
        if pathlib.Path(sys.argv[2]).read_text(encoding="ascii") != text.getvalue():
            sys.exit(f"{sys.argv[2]} is not what tables.py writes")
    else:
        sys.stdout.write(text.getvalue())


main()
