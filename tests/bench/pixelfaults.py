"""How often `kind: pixels` finds what is wrong with a store's tracking, and names it: every fault at every vendor.

`python tests/bench/pixelfaults.py --clean 200` only looks for false alarms; fault names, --theme and --vendor choose.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.measure import CannotMeasure, Figure, say
from nano_sre.demo.faults import ACCOUNTS
from nano_sre.runtime import browsers
from nano_sre.runtime.options import RunOptions
from nano_sre.runtime.runner import run
from support.pixel_faults import FAULTS, THEMES, Case, Verdict, cases, tracked_programs, verdicts

AT_ONCE = 16  # stores that are open at a time; visits are as many as there are cores
QUICK = ("pixel-value-zero", "pixel-purchase-twice", "pixel-sandbox-address", "pixel-before-consent")
CLEAN = 200
GOAL = 0.98


def measure(*, quick: bool = False) -> list[Figure]:
    """Shares of faults found and named, and alarms in healthy stores."""
    if browsers.find_browser() is None:
        raise CannotMeasure("no Chromium is installed here; `nano-sre doctor` says how to get one")
    asked = cases(QUICK if quick else FAULTS, vendors=("ga4", "meta") if quick else ())
    made, seconds = judged(asked)
    return [*faulty(made, seconds), clean(4 if quick else CLEAN)]


def judged(asked: Sequence[Case]) -> tuple[list[Verdict], float]:
    """Each case's verdict, told as it comes, and the seconds of all of them."""
    started, found = time.monotonic(), []
    for at in range(0, len(asked), AT_ONCE):
        some = asked[at : at + AT_ONCE]
        with ExitStack() as stack:
            urls = [(each, stack.enter_context(each.server()).url) for each in some]
            options = RunOptions(run_id="bench", retries=0, evidence_rerun=False)
            report = asyncio.run(run(tracked_programs(urls), options=options))
        for each in verdicts(some, report):
            found.append(each)
            say(f"  {line(each)}")
    return found, time.monotonic() - started


def line(verdict: Verdict) -> str:
    """A case and what came of it, for people."""
    right = verdict.named if verdict.case.fault else verdict.status == "PASS"
    told = ", ".join(verdict.told) or verdict.why[:90]
    mark = "inconclusive" if verdict.inconclusive else "ok" if right else "WRONG"
    return f"{mark:<13} {verdict.case.theme:<7} {verdict.case.name:<36} {told}"


def faulty(made: Sequence[Verdict], seconds: float) -> list[Figure]:
    """How many faults were found, and how many by the right word."""
    spent = f"{seconds / max(1, len(made)):.1f} s a visit"
    return [
        _share("faults of tracking that are found", [each.found for each in made], spent),
        _share("faults of tracking that are named", [each.named for each in made], "-"),
    ]


def _share(what: str, right: Sequence[bool], peer: str) -> Figure:
    share = sum(right) / max(1, len(right))
    return Figure(
        what=what, ours=f"{sum(right)} of {len(right)}", peer=peer, ratio=share, goal=GOAL, at_least=True
    )


def clean(visits: int) -> Figure:
    """Alarms in stores that are healthy; a visit that cannot be judged counts as one, since nobody learns from it."""
    made, _ = judged([Case(THEMES[number % len(THEMES)]) for number in range(visits)])
    wrong = [each for each in made if each.status != "PASS"]
    return Figure(
        what="false alarms in clean visits",
        ours=f"{len(wrong)} of {visits}",
        peer="-",
        ratio=len(wrong) / max(1, visits),
        goal=0,
    )


def main(words: Iterable[str] | None = None) -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("faults", nargs="*", metavar="FAULT", help="all by default")
    asked.add_argument("--theme", choices=THEMES, action="append", help="both by default")
    asked.add_argument("--vendor", choices=tuple(ACCOUNTS), action="append", help="all by default")
    asked.add_argument("--clean", type=int, metavar="N", help="N visits of healthy stores, and no fault")
    chosen = asked.parse_args(None if words is None else list(words))
    unknown = [name for name in chosen.faults if name not in FAULTS]
    if unknown:
        asked.error(f"there is no fault of tracking {unknown[0]}; there are {', '.join(FAULTS)}")
    if chosen.clean is not None:
        figures = [clean(chosen.clean)]
    else:
        wanted = cases(chosen.faults or FAULTS, themes=chosen.theme or THEMES, vendors=chosen.vendor or ())
        figures = faulty(*judged(wanted))
    for each in figures:
        say(f"{each.what}: {each.ours}")


if __name__ == "__main__":
    main()
