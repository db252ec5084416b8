#!/usr/bin/env python3
"""waterline.py REPORT.html > waterline.svg   the first chart of a report as a picture of its own

The README's picture: `plimsoll run examples/contagion.yaml -o r.db && plimsoll report r.db` first.
"""
import re
import sys

WIDE, HIGH, LEFT, TOP = 840, 300, 52, 66
STYLE = """
    text { font: 13px sans-serif; fill: #5a6675 } .head { font-size: 16px; fill: #1b2430 }
    path { fill: none; vector-effect: non-scaling-stroke } .paper { fill: #fdfdfb }
    .grid, .zero { stroke: #d9dee5 } .surplus { fill: #0b5c8a26 } .deficit { fill: #b3261e4d }
    .line { stroke-width: 2 } .s0 { stroke: #0b5c8a } .s1 { stroke: #c45a00; stroke-dasharray: 7 4 }
    .s2 { stroke: #00805a; stroke-dasharray: 2 3 } .end { fill: #b3261e } .call { fill: #7a5c00 }
"""
NAMES = ("margin equity", "maintenance requirement", "initial requirement with orders")


def place(match):
    return LEFT + float(match.group("x")) * WIDE, TOP + float(match.group("y")) * HIGH


def draw(page):
    start = page.index('<figure class="chart"')
    figure = page[start:page.index("</figure>", start)]
    title = re.search(r"<figcaption[^>]*>.*?<bdi>(.*?)</bdi>.*?<bdi>(.*?)</bdi>", figure, re.S)
    plot = re.search(r'<svg viewBox="0 0 1000 1000"[^>]*>(.*?)</svg>', figure, re.S).group(1)
    yield (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE + LEFT + 16} '
           f'{HIGH + TOP + 30}" role="img"><title>Margin equity and maintenance requirement of an '
           f"account that is liquidated</title><style>{STYLE}</style>")
    yield '<rect class="paper" width="100%" height="100%"/>'
    yield f'<text class="head" x="{LEFT}" y="24">Waterline of {title[1]}, in {title[2]}</text>'
    for number, name in enumerate(NAMES):
        x = LEFT + 260 * number - 60 * (number > 0)
        yield f'<path class="line s{number}" d="M{x} 46h28"/>'
        yield f'<text x="{x + 36}" y="50">{name}</text>'
    yield (f'<g transform="translate({LEFT} {TOP}) scale({WIDE / 1000} {HIGH / 1000})">'
           f"{plot}</g>")
    for y, text in re.findall(r'<span class="y[^>]*--y:([\d.]+)">([^<]*)<', figure):
        yield (f'<text x="{LEFT - 8}" y="{TOP + float(y) * HIGH + 4:.1f}" text-anchor="end">'
               f"{text}</text>")
    for x, text in re.findall(r'<span class="x[^>]*--x:([\d.]+)">([^<]*)<', figure):
        yield f'<text x="{LEFT + float(x) * WIDE:.1f}" y="{TOP + HIGH + 20}">{text}</text>'
    marks = r'class="mark (?P<what>end|call)"[^>]*--x:(?P<x>[\d.]+);--y:(?P<y>[\d.]+)'
    for mark in re.finditer(marks, figure):
        x, y = place(mark)
        shape = "m0 -8l7 8l-7 8l-7 -8z" if mark["what"] == "end" else "m0 -8l7 13h-14z"
        yield f'<path class="{mark["what"]}" d="M{x:.1f} {y:.1f}{shape}"/>'
    yield "</svg>"


def main(path):
    with open(path, encoding="utf-8") as file:
        print("\n".join(draw(file.read())))


if __name__ == "__main__":
    main(sys.argv[1])
