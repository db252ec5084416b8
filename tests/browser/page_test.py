#!/usr/bin/env python3
"""The page of `plimsoll report` in a browser: page_test.py PLIMSOLL

- it renders with no word on the console, asks for nothing from anywhere, also without JavaScript;
- what is drawn, and what the script is given, has the extremes that the database has;
- hostile names do nothing and are seen;
- a mark leads to its story by keyboard, the cursor moves by keys and is told;
- 400 pixels are enough, dark and light.

Code 77, skipped, where there is no Chromium.
"""
import base64
import pathlib
import sqlite3
import struct
import subprocess
import sys
import tempfile

from browser import CHROMIUM, Browser
from page_db import RunDb

TRAP = "document.title='trapped';alert(1);fetch('http://127.0.0.1:9/')"
HOSTILE = [
    f"<script>{TRAP}</script>",
    f"\"><img src=x onerror=\"{TRAP}\">",
    f"'-({TRAP})-'</script><script>{TRAP}</script>",
    "\u202egnp.exe\u2066 \x01\x7f",
    "<!--<svg onload=" + TRAP + ">]]>{{1}}${1}&lt;&#x3c;",
    "x" * 65536,
]
RULES = {"waterline", "accounts", "prices", "liquidations", "configuration"}


class Checks:
    def __init__(self):
        self.count, self.failed = 0, 0

    def check(self, name, good, detail=""):
        self.count += 1
        self.failed += not good
        print(f"{'ok' if good else 'not ok'} {self.count} - {name}")
        if not good:
            print(f"# {detail}")

    def quiet(self, name, page):
        said = [page.console, [url for url in page.requests if url != page.url], page.dialogs]
        self.check(f"{name}: no console, request or dialog", said == [[], [], []], said)


def report(plimsoll, database):
    html = database.with_suffix(".html")
    subprocess.run([plimsoll, "report", database, "-o", html, "-q"], check=True)
    return html


def curve(page, figure, line=0):
    """The values that the script is given for a line of a chart."""
    told = page.evaluate(f"""(() => {{
        const chart = JSON.parse(document.getElementById('charts').textContent)
            .find(one => one.id === '{figure}');
        const line = chart.lines[{line}];
        const data = document.getElementById(line.curve);
        return [data.textContent, Number(data.dataset.count), line.column];
    }})()""")
    text, count, column = told
    flat = struct.unpack(f"<{len(base64.b64decode(text)) // 8}d", base64.b64decode(text))
    return flat[(column + 1) * count:(column + 2) * count]


def figures(page, title):
    """(id, whose chart, least, greatest) of the charts with that title."""
    return page.evaluate(f"""[...document.querySelectorAll('figure.chart')]
        .filter(figure => figure.querySelector('figcaption').textContent.startsWith('{title}'))
        .map(figure => [figure.id, figure.querySelector('figcaption bdi').textContent,
                        Number(figure.querySelector('.least').value),
                        Number(figure.querySelector('.greatest').value)])""")


def path_ends(page, figure):
    """The highest and lowest point of the static picture's first line, as shares of its square."""
    return page.evaluate(f"""(() => {{
        const path = document.querySelector('#{figure} .plot path.line.s0').getAttribute('d');
        const ys = [...path.matchAll(/[ML][-\\d.]+ ([-\\d.]+)/g)].map(match => Number(match[1]));
        return [Math.min(...ys), Math.max(...ys)];
    }})()""")


def test_extremes(checks, page, database, made):
    with sqlite3.connect(database) as db:
        stored = {name: (low / 1e6, high / 1e6) for name, low, high in db.execute(
            "SELECT a.name, min(m.equity_micro), max(m.equity_micro) FROM margin m "
            "JOIN pool p ON p.id = m.pool_id JOIN account a ON a.id = p.account_id "
            "GROUP BY a.id")}
    seen = figures(page, "Waterline")
    checks.check("a waterline for each account", len(seen) == len(made), seen)
    for figure, name, least, greatest in seen:
        low, high = stored[name]
        checks.check(f"{name}: the database has what was made", (low, high) == made[name], made)
        values = curve(page, figure)
        checks.check(f"{name}: the script has both extremes",
                     (min(values), max(values)) == (low, high), (min(values), max(values)))
        checks.check(f"{name}: the words have both extremes", (least, greatest) == (low, high),
                     (least, greatest))
        checks.check(f"{name}: no more than 20,000 rows", len(values) <= 20000, len(values))
        # Zero is in sight; a twentieth of the span is free above the greatest.
        top = path_ends(page, figure)[0]
        checks.check(f"{name}: the picture reaches the greatest",
                     abs(top - 1000 * 0.05 / 1.1) < 0.1, top)


def test_life(checks, page):
    alive = page.enliven_all()
    wanted = page.evaluate("JSON.parse(document.getElementById('charts').textContent).length")
    checks.check("every chart comes alive", alive == wanted and alive > 5, (alive, wanted))
    page.evaluate("document.querySelector('#waterline .plot').focus()")
    page.key("ArrowRight")
    page.key("ArrowRight")
    told = page.evaluate("document.getElementById('live').textContent")
    checks.check("the cursor is told", "margin equity" in told and told.startswith("2026-"), told)
    shown = page.evaluate("""[...document.querySelectorAll('#drawdown output')]
        .map(output => output.textContent)""")
    checks.check("cursors go together", shown and all(shown), shown)
    page.key("+")
    windows = page.evaluate("""new Promise(done => setTimeout(() => done(
        [...document.querySelectorAll('.live .dygraph-axis-label-x')].length), 300))""")
    checks.check("zooming leaves axes", windows > 0, windows)
    page.key("0")
    page.evaluate("document.querySelector('.mark.end').focus()")
    page.key("Enter")
    where = page.evaluate("""new Promise(done => setTimeout(() => done(
        [location.hash, document.activeElement.closest('details')?.id]), 300))""")
    checks.check("a mark leads to its story", where == ["#liquidation-1", "liquidation-1"], where)


def test_plain(checks, browser, html):
    page = browser.open(html, script=False)
    ids = set(page.evaluate("[...document.querySelectorAll('section')].map(s => s.id)") or [])
    checks.check("without JavaScript the sections are there", RULES <= ids, ids)
    drawn = page.evaluate("""[...document.querySelectorAll('.plot svg')]
        .every(svg => svg.getBoundingClientRect().width > 100 && svg.querySelector('path'))""")
    checks.check("without JavaScript every picture is drawn", drawn, drawn)
    named = page.evaluate("""[...document.querySelectorAll('svg[role=img], figure')]
        .every(one => document.getElementById(one.getAttribute('aria-labelledby'))?.textContent
               && document.getElementById(one.getAttribute('aria-describedby'))?.textContent)""")
    checks.check("pictures have a name and a description", named, named)
    rows = page.evaluate("""Math.max(...[...document.querySelectorAll('details.numbers table')]
        .map(table => table.rows.length))""")
    checks.check("tables of charts have at most 200 rows", 2 < rows <= 201, rows)
    checks.quiet("without JavaScript", page)


def test_sizes(checks, browser, html):
    for width in (400, 1280):
        for dark in (False, True):
            page = browser.open(html, width=width, dark=dark)
            page.enliven_all()
            wide = page.evaluate("document.documentElement.scrollWidth")
            checks.check(f"{width} pixels, {'dark' if dark else 'light'}: nothing sticks out",
                         wide == width, wide)
            ratio = page.evaluate(CONTRAST)
            checks.check(f"{width} pixels, {'dark' if dark else 'light'}: text has contrast",
                         ratio >= 4.5, ratio)


PAPER_WIDTH = 715  # of A4, less margins, in CSS pixels


def test_print(checks, browser, plimsoll, folder):
    """Twelve accounts on paper: what is wider would be cut off, or make everything small."""
    database = folder / "paper.db"
    made = RunDb(database, [f"desk-{letter}/portfolio" for letter in "abcdefghijkl"], 300)
    for number in range(12):
        for name in ("return", "max_drawdown", "ulcer"):
            made.measure(number, name, -0.193)
    made.close()
    page = browser.open(report(plimsoll, database), width=PAPER_WIDTH, dark=True)
    wide = page.evaluate("document.querySelector('.metrics').scrollWidth")
    checks.check("on a screen the metrics of twelve accounts scroll", wide > PAPER_WIDTH, wide)
    page.call("Emulation.setEmulatedMedia", media="print",
              features=[{"name": "prefers-color-scheme", "value": "dark"}])
    wide = page.evaluate("document.documentElement.scrollWidth")
    checks.check("on paper nothing sticks out", wide == PAPER_WIDTH, wide)
    ink = page.evaluate("""[...new Set(['html', 'td', 'h2', 'summary'].map(name =>
        getComputedStyle(document.querySelector(name)).color))]""")
    checks.check("on paper ink is black, dark or not", ink == ["rgb(0, 0, 0)"], ink)
    shown = page.evaluate("""['details.paper pre', 'details.screen', 'nav']
        .map(name => document.querySelector(name)?.checkVisibility(
            {contentVisibilityAuto: true}) ?? null)""")
    checks.check("on paper the run file is read, and what needs a click is not",
                 shown == [True, False, False], shown)


# The least contrast of text to the page, by WCAG 2.1.
CONTRAST = """(() => {
    const light = colour => {
        const parts = colour.match(/[\\d.]+/g).slice(0, 3).map(Number).map(v => v / 255)
            .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
    };
    const paper = light(getComputedStyle(document.documentElement).backgroundColor);
    const ratio = ink => (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
    return Math.min(...['h1', '.lead', '.words', 'nav a', 'td', 'small', '.plot > .y', '.tag']
        .map(name => document.querySelector(name)).filter(one => one)
        .map(one => ratio(light(getComputedStyle(one).color))));
})()"""


def test_hostile(checks, browser, plimsoll, folder):
    database = folder / "hostile.db"
    made = RunDb(database, HOSTILE[:5], 200, symbol=HOSTILE[0], asset=HOSTILE[1][:40],
                 name=HOSTILE[2], status="failed")
    made.insert("account", id=9, name=HOSTILE[5], variant_group=HOSTILE[1], regime="cross",
                strategy=HOSTILE[1], params="{}", world=9, hedge=0, same="trades",
                report_asset_id=0)
    made.insert("warning", id=2, code=HOSTILE[1], text=HOSTILE[0])
    made.insert("deviation", id=2, text=HOSTILE[4])
    made.insert("source", id=2, name=HOSTILE[0])
    made.insert("setting", id=2, path=HOSTILE[0], value=HOSTILE[1], origin=HOSTILE[2])
    made.insert("rulebook", id=1, name=HOSTILE[0], file=HOSTILE[1], text=HOSTILE[2],
                sources='["<img src=x onerror=alert(1)>"]')
    made.measure(0, "return", 0.5, unit=HOSTILE[1])
    made.liquidate(0, 1)
    made.close()
    page = browser.open(report(plimsoll, database))
    page.enliven_all()
    checks.quiet("hostile names", page)
    title = page.evaluate("document.title")
    checks.check("the title was not set", title != "trapped" and "plimsoll" in title, title)
    strange = page.evaluate("""document.querySelectorAll(
        'img:not(.dygraph-rangesel-zoomhandle), iframe, object, base, form').length""")
    checks.check("no element came from a name", strange == 0, strange)
    scripts = page.evaluate("""[...document.scripts].filter(script =>
        !['text/plain', 'application/json'].includes(script.type)).length""")
    checks.check("two scripts run, both ours", scripts == 2, scripts)
    handlers = page.evaluate("""[...document.querySelectorAll('*')].filter(one =>
        [...one.attributes].some(attribute => attribute.name.startsWith('on'))).length""")
    checks.check("no attribute is a handler", handlers == 0, handlers)
    text = page.evaluate("document.querySelector('main').textContent")
    checks.check("names are seen as they are", HOSTILE[0] in text and HOSTILE[1] in text)
    checks.check("marks of direction are shown", "[U+202E]gnp.exe[U+2066] \u2401\u2421" in text)
    checks.check("no mark of direction is left", not set("\u202e\u2066\x01\x7f") & set(text))
    checks.check("a long name is cut visibly", "x\u2026 [cut: 65536 bytes]" in text)
    status = page.evaluate("document.getElementById('status').textContent")
    checks.check("the banner says that it failed, and why", "failed" in status and
                 "a cause <b>" in status, status)


def main(plimsoll):
    if not CHROMIUM:
        print("1..0 # SKIP no Chromium: install the package chromium")
        return 77
    checks = Checks()
    with tempfile.TemporaryDirectory(prefix="plm-page-") as name, Browser() as browser:
        folder = pathlib.Path(name)
        database = folder / "run.db"
        made = RunDb(database, ["desk/cross", "desk/isolated"], 30000, seed=5)
        made.warn(0, 0.3)
        made.measure(0, "return", 0.123)
        made.liquidate(1, 1)
        made.close()
        html = report(plimsoll, database)
        page = browser.open(html)
        test_extremes(checks, page, database, made.extremes)
        test_life(checks, page)
        checks.quiet("the page", page)
        test_plain(checks, browser, html)
        small = folder / "small.db"
        RunDb(small, ["desk/cross"], 2000).close()
        test_sizes(checks, browser, report(plimsoll, small))
        test_print(checks, browser, plimsoll, folder)
        test_hostile(checks, browser, plimsoll, folder)
    print(f"1..{checks.count}")
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
