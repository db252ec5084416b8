#!/usr/bin/env python3
"""Counts what the test runs of several builds did.

tally.py NAME...       reads build/NAME/meson-logs/testlog.json of each; the last line is
                       "N passed, N failed", with ", N skipped" when something was. Exit code 1 when
                       something failed, or when a build left no log.
tally.py --merge LOG   prints one JSON object: by the name of each program of the log, the object
                       that it wrote to standard output.

A program that speaks TAP counts once per test in it, any other program counts as one test.
"""
import json
import re
import sys

GOOD = {"OK", "EXPECTEDFAIL"}
TAP_TEST = re.compile(r"^(ok|not ok)\b\s*[0-9]*\s*(?:- )?([^#]*)(?:#\s*(SKIP|TODO))?", re.I)
TAP_PLAN = re.compile(r"^1\.\.[0-9]+", re.M)
REASON_LINES = 8  # of a failure that are shown; the log has the rest


def records(path):
    with open(path, encoding="utf-8") as log:
        return [json.loads(line) for line in log]


def count_program(record):
    """Passed, failed and skipped of one program, and the names of what failed."""
    result, name = record["result"], record["name"]
    if result == "SKIP":
        return 0, 0, 1, []
    text = record.get("stdout") or ""
    if not TAP_PLAN.search(text):
        good = result in GOOD
        return int(good), int(not good), 0, [] if good else [f"{name}: {result}"]
    passed, skipped, failures, shown = 0, 0, [], REASON_LINES
    for line in text.splitlines():
        test = TAP_TEST.match(line)
        if not test:
            if line.startswith("#") and shown < REASON_LINES:
                failures[-1] += f"\n{'':12} {line}"
                shown += 1
            continue
        shown = REASON_LINES
        if test.group(3) and test.group(3).upper() == "SKIP" and test.group(1) == "ok":
            skipped += 1
        elif test.group(1) == "ok":
            passed += 1
        else:
            failures.append(f"{name}: {test.group(2).strip()}")
            shown = 0
    if result not in GOOD and not failures:
        failures.append(f"{name}: {result}")  # it crashed, hung, leaked or lost tests
    return passed, len(failures), skipped, failures


def tally(names):
    total = [0, 0, 0]
    for name in names:
        path = f"build/{name}/meson-logs/testlog.json"
        try:
            log = records(path)
        except OSError:
            log = []
        if not log:
            total[1] += 1
            print(f"{name + ':':10} did not build or ran nothing")
            continue
        counts, failures = [0, 0, 0], []
        for record in log:
            *numbers, failed = count_program(record)
            counts = [a + b for a, b in zip(counts, numbers)]
            failures += failed
        total = [a + b for a, b in zip(total, counts)]
        print(f"{name + ':':10} {counts[0]} passed, {counts[1]} failed, {counts[2]} skipped")
        for failure in failures:
            print(f"{'':10} {failure}")
        if failures:
            print(f"{'':10} more in {path.replace('.json', '.txt')}")
    last = f"{total[0]} passed, {total[1]} failed"
    print(last + (f", {total[2]} skipped" if total[2] else ""))
    return 1 if total[1] else 0


def main(arguments):
    if arguments[:1] == ["--merge"] and len(arguments) == 2:
        objects = {record["name"].split(" / ")[-1]: json.loads(record["stdout"])
                   for record in records(arguments[1])}
        print(json.dumps(objects, indent=2))
        return 0
    return tally(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
