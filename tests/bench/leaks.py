"""The leak matrix, many visits of it: what got out, what came to the wrong visit, what was missed."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass

from bench.measure import CannotMeasure, Figure, say
from nano_sre.runtime import browsers
from support.hits import Tracked
from support.leak_matrix import VENDORS, case_of, expected, installed, matrix

AT_ONCE = 4


@dataclass(slots=True)
class Count:
    """What became of everything that was fired."""

    expected: int = 0
    leaked: int = 0
    strayed: int = 0
    missed: int = 0


def measure(*, quick: bool = False) -> list[Figure]:
    found = installed(os.environ)
    if not found:
        raise CannotMeasure("no Chromium is installed here; `nano-sre doctor` says how to get one")
    return [figure for each in found for figure in _figures(each, rounds=1 if quick else 10)]


def _figures(browser: browsers.Browser, *, rounds: int) -> list[Figure]:
    names = [f"visit{number}" for number in range(AT_ONCE)]
    count = Count()
    for _ in range(rounds):
        seen, said = asyncio.run(matrix(browser, names))
        count.leaked += sum(any(host.encode() in each for host in VENDORS) for each in said)
        for name, visit in zip(names, seen, strict=True):
            _add(count, name, visit)
    kind = "headless shell" if browser.headless_shell else "full Chromium"
    return [
        Figure(
            what=f"{kind}: {words}", ours=str(number), peer=f"{count.expected} fired", ratio=number, goal=0
        )
        for words, number in (
            ("hits that got out", count.leaked),
            ("hits of another visit", count.strayed),
            ("hits missed", count.missed),
        )
    ]


def _add(count: Count, name: str, visit: Tracked) -> None:
    cases = [case_of(hit) for hit in visit.hits]
    missing = expected() - {case for _, case in cases}
    count.expected += len(expected())
    count.leaked += visit.log.trouble is not None
    count.strayed += sum(whose != name for whose, _ in cases)
    count.missed += len(missing)
    if missing:
        say(f"  {name} missed {', '.join(sorted(missing))}")
