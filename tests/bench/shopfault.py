"""How often rules alone name the true cause: the demo store broken in every way it knows, in both themes.

`--record` writes what the checks met to tests/support/data/shopfault/, where tests score it without a browser.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.measure import Figure, say
from nano_sre.demo.faults import shop_faults
from support.demo import Shops, shops
from support.shopfault import (
    DECOYS,
    RECORDED,
    UNSEEN,
    Played,
    Score,
    cases,
    desktop,
    listed,
    play,
    record,
    recorded,
    score,
    totals,
)

QUICK = ("checkout-500", "product-404", "launch-day-line", "country-guard")
HEALTHY_ROUNDS = 2


def measure(*, quick: bool = False) -> list[Figure]:
    """Shares of cases, goals beside them. `quick` takes two faults of either third and one healthy round."""
    with shops() as opened, tempfile.TemporaryDirectory() as folder:
        faults = [name for name in shop_faults() if not quick or name in QUICK]
        known = _scored(opened, [(f,) for f in faults if f not in UNSEEN], Path(folder))
        unseen = _scored(opened, [(f,) for f in faults if f in UNSEEN], Path(folder))
        decoys = [] if quick else _scored(opened, DECOYS, Path(folder))
        healthy, seen = _healthy(opened, Path(folder), rounds=1 if quick else HEALTHY_ROUNDS)
    figures = [
        *_figures("faults the rules were made on", known),
        *_figures("faults written last", unseen),
    ]
    figures += _figures("a harmless fault beside", decoys) if decoys else []
    wrong = f"{healthy} of {seen} results"
    figures.append(
        Figure(what="false alarms in a healthy store", ours=wrong, peer="-", ratio=healthy / seen, goal=0)
    )
    return figures


def _scored(opened: Shops, faults: Sequence[tuple[str, ...]], folder: Path) -> list[Score]:
    scores = []
    for names in faults:
        scores += [score(played) for played in _played(opened, names, folder)]
        for line in listed(scores[-2:]):
            say(f"  {line}")
    return scores


def _played(opened: Shops, names: tuple[str, ...], folder: Path) -> list[Played]:
    wanted = cases(names[:1], harmless=names[1:])
    return play(opened, wanted, folder=folder, programs=desktop(opened.environ))


def _healthy(opened: Shops, folder: Path, *, rounds: int) -> tuple[int, int]:
    """Results that an incident would be made of, and how many there were."""
    first, _ = programs = desktop(opened.environ)
    wrong = 0
    for _ in range(rounds):
        wrong += sum(len(each.evidence) for each in play(opened, cases(()), folder=folder, programs=programs))
    return wrong, rounds * len(first)


def _figures(what: str, scores: Sequence[Score]) -> list[Figure]:
    whole = totals(scores)
    seconds = sum(each.seconds for each in scores) / len(scores)
    unknown = [each for each in scores if not each.case.accepted]
    held_back = sum(each.right for each in unknown)
    shares = [
        Figure(
            what=f"{what}: {name}",
            ours=f"{share * whole.cases:.0f} of {whole.cases}",
            peer=f"{seconds:.0f} s each" if name == "top 1" else "-",
            ratio=share,
            goal=goal,
            at_least=True,
        )
        for name, share, goal in (
            ("top 1", whole.top1, 0.75),
            ("top 3", whole.top3, 0.9),
            ("silent", whole.abstained, None),
        )
    ]
    if not unknown:
        return shares
    kept = Figure(
        what=f"{what}: of causes nobody knows, at most a guess",
        ours=f"{held_back} of {len(unknown)}",
        peer="-",
        ratio=held_back / len(unknown),
        goal=1,
        at_least=True,
    )
    return [*shares, kept]


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("names", nargs="*", metavar="FAULT", help="faults, or two joined by +; all by default")
    asked.add_argument("--record", action="store_true", help="write what the checks met, for the tests")
    chosen = asked.parse_args()
    every = [*shop_faults(), *("+".join(pair) for pair in DECOYS)]
    with shops() as opened, tempfile.TemporaryDirectory() as folder:
        for name in chosen.names or every:
            played = _played(opened, tuple(name.split("+")), Path(folder))
            scores = [score(each) for each in played]
            for line in listed(scores):
                say(line)
            if chosen.record:
                record(played, file := RECORDED / f"{name}.json")
                if [score(each).told for each in recorded(file)] != [each.told for each in scores]:
                    say("    the recorded sample leads to another conclusion: it leaves out what decides")


if __name__ == "__main__":
    main()
