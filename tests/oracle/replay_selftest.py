#!/usr/bin/env python3
"""The second replay against runs worked out by hand.

Each case is a small tape, settings and requests, with the lines that docs/replay.md gives for them
and the calculation beside the numbers. Only the kinds of records that a case names are compared.
"""

import sys
import traceback

import replay_cases_decided
import replay_cases_fills
import replay_cases_log
import replay_cases_margin
import replay_cases_money
import replay_cases_orders


def main():
    failed = count = 0
    for module in (replay_cases_fills, replay_cases_orders, replay_cases_money,
                   replay_cases_log, replay_cases_margin, replay_cases_decided):
        for name in sorted(vars(module)):
            if not name.startswith("case_"):
                continue
            count += 1
            try:
                getattr(module, name)()
            except Exception:
                failed += 1
                print(f"FAILED {name}")
                traceback.print_exc(limit=-2)
    print(f"{count} cases, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
